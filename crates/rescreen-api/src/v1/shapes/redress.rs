//! What a person concerned can ask for, and how long anything is kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Alert, AlertInFull, KeptScreening, LogEntry, LogEvent, Properties, SubjectLine, SubjectVersion,
    Suppression,
};

/// Everything held about a subject, with all that people made of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct HeldResponse {
    #[serde(flatten)]
    pub(in crate::v1) line: SubjectLine,
    /// When it was registered.
    pub(in crate::v1) registered: String,
    /// When it left its source.
    pub(in crate::v1) retired: Option<String>,
    /// When its data were erased.
    pub(in crate::v1) erased: Option<String>,
    /// What it said, version by version.
    pub(in crate::v1) versions: Vec<SubjectVersion>,
    /// What was answered about it.
    pub(in crate::v1) screenings: Vec<KeptScreening>,
    /// What happened to it.
    pub(in crate::v1) events: Vec<LogEvent>,
    /// Its alerts with what people made of them.
    pub(in crate::v1) alerts: Vec<AlertInFull>,
    /// The clearances in force.
    pub(in crate::v1) suppressions: Vec<Suppression>,
    /// The holds that were ever put on it.
    pub(in crate::v1) holds: Vec<Hold>,
    /// The entries of the log about it.
    pub(in crate::v1) log: Vec<LogEntry>,
}

/// That the person concerned contests what is made of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "it is not me" }))]
pub(in crate::v1) struct ContestRequest {
    /// What is contested.
    pub(in crate::v1) reason: String,
    /// Until when an answer is due: a day or an RFC 3339 time; by the policy where it is left out.
    pub(in crate::v1) due: Option<String>,
}

/// The alerts that a dispute is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct DisputedResponse {
    /// The subject as `SOURCE/ID`.
    pub(in crate::v1) disputed: String,
    /// Its alerts that are asked again; without one, the dispute is in the log all the same.
    pub(in crate::v1) alerts: Vec<Alert>,
}

/// What a subject says from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "a slip", "schema": "Person", "properties": { "name": ["Oswin Tarbuckle"] } }))]
pub(in crate::v1) struct CorrectRequest {
    /// Why; kept in the log.
    pub(in crate::v1) reason: String,
    /// `Person`, `Organization`, `Vessel` …; without one it is screened as any kind.
    #[schema(examples("Person"))]
    pub(in crate::v1) schema: Option<String>,
    /// All that is known about it: each property has a list of values.
    pub(in crate::v1) properties: Properties,
}

/// Why something is done, and until when it holds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "case 7 of the court" }))]
pub(in crate::v1) struct TimedReasonRequest {
    /// Why; kept in the log.
    pub(in crate::v1) reason: String,
    /// When it ends by itself: a day or an RFC 3339 time.
    pub(in crate::v1) until: Option<String>,
}

/// Which hold is lifted, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "the case is closed" }))]
pub(in crate::v1) struct LiftRequest {
    /// Why; kept in the log.
    pub(in crate::v1) reason: String,
    /// Its number; not needed where only one stands.
    pub(in crate::v1) hold: Option<i64>,
}

/// What keeps a subject from being erased.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Hold {
    /// Its number.
    #[serde(rename = "hold")]
    pub(in crate::v1) number: i64,
    /// Since when.
    pub(in crate::v1) at: String,
    /// Who put it.
    pub(in crate::v1) by: String,
    /// Why.
    pub(in crate::v1) reason: String,
    /// When it ends by itself.
    pub(in crate::v1) until: Option<String>,
    /// When somebody lifted it.
    pub(in crate::v1) lifted: Option<String>,
    /// Who did.
    pub(in crate::v1) lifted_by: Option<String>,
}

/// The holds of a subject.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct HoldsResponse {
    /// The holds, oldest first, those that ended included.
    pub(in crate::v1) holds: Vec<Hold>,
}

/// How long subjects are kept.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(in crate::v1) struct Retention {
    /// Since when; `null` where nobody has set a rule.
    pub(in crate::v1) at: Option<String>,
    /// So many days after they left their source subjects are erased; `null`: they are kept.
    pub(in crate::v1) retired_days: Option<u32>,
    /// So many days after the last decision about them nobody is erased.
    pub(in crate::v1) decided_days: u32,
    /// Who set it.
    pub(in crate::v1) by: Option<String>,
    /// Why.
    pub(in crate::v1) reason: Option<String>,
}

/// How long subjects are to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "retired_days": 365, "decided_days": 1825, "reason": "section 8" }))]
pub(in crate::v1) struct RetentionRequest {
    /// So many days after they left their source subjects are erased; without it they are kept.
    #[schema(maximum = 36500)]
    pub(in crate::v1) retired_days: Option<u32>,
    /// So many days after the last decision about them nobody is erased.
    #[serde(default)]
    #[schema(maximum = 36500)]
    pub(in crate::v1) decided_days: u32,
    /// Why; kept with the rule.
    pub(in crate::v1) reason: String,
}

/// Whether anybody is erased at all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "dry_run": true }))]
pub(in crate::v1) struct PurgeRequest {
    /// Say whom, and erase nobody.
    #[serde(default)]
    pub(in crate::v1) dry_run: bool,
}

/// Whose time is over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct PurgedResponse {
    /// The subjects, by number.
    pub(in crate::v1) purged: Vec<Purged>,
}

/// A subject whose time is over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Purged {
    /// The number that the register keeps.
    pub(in crate::v1) number: i64,
    /// Whether it was erased.
    pub(in crate::v1) erased: bool,
    /// What keeps it.
    pub(in crate::v1) kept: Option<String>,
}

//! Reports: where everybody stands, and that nobody was skipped.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{AlertRef, SubjectLine};

/// Every subject in exactly one state; with an earlier moment also who went from where to where.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct AccountingResponse {
    #[serde(flatten)]
    pub(in crate::v1) now: AccountingThen,
    /// The earlier moment; where one is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::v1) since: Option<AccountingThen>,
    /// How many subjects, by the state before and after; where an earlier moment is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::v1) flows: Option<Vec<Flow>>,
}

/// Subjects that went from one state to another, or stayed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Flow {
    /// The state before.
    pub(in crate::v1) from: &'static str,
    /// The state after.
    pub(in crate::v1) to: &'static str,
    /// How many.
    pub(in crate::v1) subjects: u64,
}

/// Every subject in exactly one state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct AccountingThen {
    /// The moment it speaks of.
    pub(in crate::v1) as_of: String,
    /// How many subjects there were.
    pub(in crate::v1) subjects: u64,
    /// How many in each state.
    pub(in crate::v1) states: BTreeMap<&'static str, u64>,
    /// What was last done about the confirmed ones.
    pub(in crate::v1) dispositions: BTreeMap<&'static str, u64>,
    /// Whether the states add up to the subjects.
    pub(in crate::v1) reconciles: bool,
}

/// The coverage of one list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ListCoverage {
    /// The list.
    pub(in crate::v1) name: String,
    /// Its version in force.
    pub(in crate::v1) version: Option<String>,
    /// How many subjects are screened through it.
    pub(in crate::v1) screened: u64,
    /// Whether it is in the scope of the policy.
    pub(in crate::v1) in_scope: bool,
    /// How many are not.
    pub(in crate::v1) laggards: u64,
    /// The first of them.
    pub(in crate::v1) named: Vec<String>,
}

/// Through which version of each list every subject is screened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct CoverageResponse {
    /// The moment it speaks of.
    pub(in crate::v1) as_of: String,
    /// How many subjects were in force.
    pub(in crate::v1) subjects: u64,
    /// List by list.
    pub(in crate::v1) lists: Vec<ListCoverage>,
    /// Subjects last screened under another policy.
    pub(in crate::v1) other_policy: u64,
    /// Subjects last screened by another matcher.
    pub(in crate::v1) other_matcher: u64,
    /// A hash over all of it.
    pub(in crate::v1) digest: String,
}

/// How long decisions took.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Hours {
    /// How many there were.
    pub(in crate::v1) count: u64,
    /// Half of them took no longer.
    pub(in crate::v1) median: f64,
    /// Nine of ten took no longer.
    pub(in crate::v1) p90: f64,
    /// None took longer.
    pub(in crate::v1) longest: f64,
}

/// Alerts that have waited so long.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Waiting {
    /// For at least so many days.
    pub(in crate::v1) from: i64,
    /// How many.
    pub(in crate::v1) alerts: u64,
}

/// How often the question was asked in vain.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Rate {
    /// Alerts decided one way or the other.
    pub(in crate::v1) decided: u64,
    /// False positives of them.
    pub(in crate::v1) false_positives: u64,
    /// Their share; `null` where nothing was decided.
    pub(in crate::v1) share: Option<f64>,
}

/// What came of alerts until a moment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct QualityResponse {
    /// The moment it speaks of.
    pub(in crate::v1) as_of: String,
    /// How many alerts there had been.
    pub(in crate::v1) alerts: u64,
    /// How many had each outcome.
    pub(in crate::v1) by_outcome: BTreeMap<&'static str, u64>,
    /// How many waited for people.
    pub(in crate::v1) waiting: u64,
    /// How many had lost their support before anybody decided.
    pub(in crate::v1) withdrawn_undecided: u64,
    /// From opening to decision.
    pub(in crate::v1) time_to_decision_hours: Hours,
    /// How long those that waited had been waiting.
    pub(in crate::v1) waiting_for_days: Vec<Waiting>,
    /// How many should have been decided by then.
    pub(in crate::v1) overdue: u64,
    /// Decisions that fell with their grounds.
    pub(in crate::v1) lapsed: u64,
    /// By each list that asked.
    pub(in crate::v1) false_positives_by_list: BTreeMap<String, Rate>,
    /// By the script that the subject's name is written in.
    pub(in crate::v1) false_positives_by_script: BTreeMap<&'static str, Rate>,
}

/// A subject that matches the entry.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct LookedBack {
    /// The subject.
    pub(in crate::v1) subject: SubjectLine,
    /// How well it matches what the entry says now.
    pub(in crate::v1) score: f64,
    /// From when it would have matched.
    pub(in crate::v1) since: String,
    /// The alert about it.
    pub(in crate::v1) alert: Option<AlertRef>,
}

/// Everybody who matches an entry, and since when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct LookbackResponse {
    /// The entry.
    pub(in crate::v1) entity: String,
    /// Its name.
    pub(in crate::v1) caption: String,
    /// When it was first published.
    pub(in crate::v1) published: String,
    /// When we first knew it.
    pub(in crate::v1) known: String,
    /// The subjects.
    pub(in crate::v1) subjects: Vec<LookedBack>,
}

/// A recorded screening, run again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ReplayResponse {
    /// Its number.
    pub(in crate::v1) screening: i64,
    /// Whom it was about.
    pub(in crate::v1) subject: SubjectLine,
    /// When it was recorded.
    pub(in crate::v1) at: String,
    /// Whether the answer is the same, byte for byte.
    pub(in crate::v1) equal: bool,
    /// The builds of the matcher.
    pub(in crate::v1) matcher: Matchers,
    /// The entries whose evidence differs.
    pub(in crate::v1) differs: Vec<Differing>,
}

/// The matcher then and now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Matchers {
    /// That of the record.
    pub(in crate::v1) recorded: String,
    /// That of this server.
    pub(in crate::v1) now: String,
}

/// An entry whose evidence differs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Differing {
    /// The list.
    pub(in crate::v1) list: String,
    /// The entry.
    pub(in crate::v1) id: String,
}

//! Alerts: what they rest on, and what people decided.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Kept, LogEvent, Properties, SubjectLine};

/// A listed party in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct PartyLine {
    /// The entry.
    pub(in crate::v1) id: String,
    /// Its name.
    pub(in crate::v1) caption: Option<String>,
}

/// What an alert rests on in one list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Leg {
    /// The list.
    pub(in crate::v1) list: String,
    /// The entry.
    pub(in crate::v1) entry: String,
    /// Whether it still supports the alert.
    pub(in crate::v1) live: bool,
    /// The version of the subject that was compared.
    pub(in crate::v1) subject_version: i64,
    /// What the entry is called.
    pub(in crate::v1) caption: Option<String>,
    /// What kind of party it is.
    pub(in crate::v1) schema: Option<String>,
    /// What it said when it was compared.
    pub(in crate::v1) properties: Option<Properties>,
    #[serde(flatten)]
    pub(in crate::v1) found: Kept,
}

/// Why something changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Cause {
    /// The list that did.
    pub(in crate::v1) list: Option<String>,
    /// Its version.
    pub(in crate::v1) version: Option<String>,
    /// What changed.
    pub(in crate::v1) change: String,
}

/// A question about one subject and one listed party.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct AlertCore {
    /// Its number.
    pub(in crate::v1) id: i64,
    /// Where it stands: `open`, `under-review`, `confirmed`, `released`, `unresolved` or `withdrawn`.
    pub(in crate::v1) state: &'static str,
    /// Whom it concerns.
    pub(in crate::v1) subject: SubjectLine,
    /// The party that speaks for it.
    pub(in crate::v1) party: Option<PartyLine>,
    /// What it rests on, list by list.
    pub(in crate::v1) legs: Vec<Leg>,
    /// The best score that holds.
    pub(in crate::v1) score: Option<f64>,
    /// What raised it.
    pub(in crate::v1) cause: Cause,
    /// When.
    pub(in crate::v1) opened: String,
}

/// An alert and how far people are with it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Alert {
    #[serde(flatten)]
    pub(in crate::v1) core: AlertCore,
    /// How far the case is: `new`, `assigned`, `in-review`, `proposed`, `decided`, `reopened` or `withdrawn`.
    pub(in crate::v1) case: &'static str,
    /// How many events the case has seen; the `ETag` names it too.
    pub(in crate::v1) revision: u64,
    /// Whose work it is.
    pub(in crate::v1) assignee: Option<String>,
    /// Whose it is.
    pub(in crate::v1) tenant: String,
    /// The tenant that it is offered to and that has not answered.
    pub(in crate::v1) offered_to: Option<String>,
    /// What was decided and still is.
    pub(in crate::v1) outcome: Option<&'static str>,
    /// Since when that holds.
    pub(in crate::v1) decided: Option<String>,
    /// When the clearance ends by itself.
    pub(in crate::v1) expires: Option<String>,
    /// When an answer is due.
    pub(in crate::v1) due: Option<String>,
    /// Whether the person concerned contests it.
    pub(in crate::v1) disputed: bool,
    /// Until when it is set aside.
    pub(in crate::v1) snoozed_until: Option<String>,
    /// How often it was escalated.
    pub(in crate::v1) escalation: u32,
}

/// An alert with what people made of it and everything that happened to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct AlertInFull {
    #[serde(flatten)]
    pub(in crate::v1) alert: Alert,
    /// In how many other tenants people have an open or confirmed case about the same party; not there for those who may
    /// not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::v1) elsewhere: Option<u64>,
    /// What waits for a second person.
    pub(in crate::v1) proposal: Option<Proposal>,
    /// What was decided and still is.
    pub(in crate::v1) decision: Option<Decision>,
    /// What was decided before.
    pub(in crate::v1) former_decisions: Vec<Decision>,
    /// What was done about the person concerned.
    pub(in crate::v1) dispositions: Vec<Disposition>,
    /// The files attached to it.
    pub(in crate::v1) attachments: Vec<Attachment>,
    /// The other alerts of the subject.
    pub(in crate::v1) other_alerts: Vec<OtherAlert>,
    /// What happened to it.
    pub(in crate::v1) events: Vec<LogEvent>,
    /// What its legs were before they changed.
    pub(in crate::v1) past_legs: Vec<PastLeg>,
}

/// A file attached to a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Attachment {
    /// Its name.
    pub(in crate::v1) name: String,
    /// The hash of what is in it.
    pub(in crate::v1) sha256: String,
    /// Its size.
    pub(in crate::v1) bytes: u64,
}

/// What is in a file.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(
    dead_code,
    reason = "it describes bytes that are written and read as they are"
)]
pub(in crate::v1) struct FileBytes(Vec<u8>);

/// The files attached to a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct AttachmentsResponse {
    /// The files, in the order in which they came.
    pub(in crate::v1) attachments: Vec<Attachment>,
}

/// Another alert of the same subject.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct OtherAlert {
    /// Its number.
    pub(in crate::v1) id: i64,
    /// Where it stands.
    pub(in crate::v1) state: &'static str,
}

/// What a leg was until a moment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct PastLeg {
    #[serde(flatten)]
    pub(in crate::v1) leg: Leg,
    /// Until when.
    pub(in crate::v1) until: String,
}

/// What somebody relied on, on both sides.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Facts {
    /// What the register says.
    pub(in crate::v1) subject: Properties,
    /// What the lists say.
    pub(in crate::v1) party: Properties,
}

/// An outcome with its grounds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Grounds {
    /// `false-positive`, `true-match` or `inconclusive`.
    pub(in crate::v1) outcome: &'static str,
    /// Why, in the policy's words.
    pub(in crate::v1) reason_code: String,
    /// Why, in the person's own words.
    pub(in crate::v1) text: String,
    /// `identity`, `insufficient-information` or `other:…`.
    pub(in crate::v1) basis: String,
    /// What it rests on.
    pub(in crate::v1) facts: Facts,
}

/// An outcome that waits for a second person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Proposal {
    #[serde(flatten)]
    pub(in crate::v1) grounds: Grounds,
    /// Who proposed it.
    pub(in crate::v1) by: String,
}

/// An outcome that was decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Decision {
    #[serde(flatten)]
    pub(in crate::v1) grounds: Grounds,
    /// When.
    pub(in crate::v1) at: String,
    /// Who proposed it.
    pub(in crate::v1) by: String,
    /// Who approved it.
    pub(in crate::v1) approved_by: Option<String>,
    /// When it ends by itself.
    pub(in crate::v1) expires: Option<String>,
}

/// What was done about the person concerned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Disposition {
    /// `frozen`, `refused`, `referred`, `released` or `could-not-be-reached`.
    pub(in crate::v1) kind: &'static str,
    /// When.
    pub(in crate::v1) date: String,
    /// By whose authority.
    pub(in crate::v1) authority: String,
}

/// A clearance at work.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Suppression {
    #[serde(flatten)]
    pub(in crate::v1) decision: Decision,
    /// The alert that it answers.
    pub(in crate::v1) alert: i64,
    /// Whom it concerns.
    pub(in crate::v1) subject: SubjectLine,
    /// The listed party by all its ids.
    pub(in crate::v1) party: Vec<String>,
    /// How far the case is.
    pub(in crate::v1) case: &'static str,
    /// What speaks against it already.
    pub(in crate::v1) lapses: Vec<String>,
}

/// The clearances in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct SuppressionsResponse {
    /// The clearances, newest first.
    pub(in crate::v1) suppressions: Vec<Suppression>,
}

/// A case that one tenant offers to another, as far as the receiver may see it before it accepts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Offer {
    #[serde(flatten)]
    pub(in crate::v1) alert: AlertCore,
    /// Whose it is until then.
    pub(in crate::v1) from: String,
    /// Who it is offered to.
    pub(in crate::v1) to: String,
    /// When.
    pub(in crate::v1) at: String,
    /// Who offered it.
    pub(in crate::v1) by: Option<String>,
    /// Why.
    pub(in crate::v1) reason: String,
}

/// What is offered and not answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct OffersResponse {
    /// The offers to this tenant and by it.
    pub(in crate::v1) offers: Vec<Offer>,
}

/// That an offer was turned down.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct DeclinedResponse {
    /// The alert; it is the sender's, and unknown here.
    pub(in crate::v1) declined: i64,
}

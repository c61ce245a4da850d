//! What goes over the wire in the native interface.
//!
//! Shapes are those of the command line's `--json`, so that who knows one knows the other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Properties by FollowTheMoney's names, each with its values.
pub(super) type Properties = BTreeMap<String, Vec<String>>;

/// Who or what is screened: a FollowTheMoney entity.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Subject {
    /// The caller's own id.
    pub(super) id: Option<String>,
    /// `Person`, `Organization`, `Vessel` …; without one it is screened as any kind.
    #[schema(examples("Person"))]
    pub(super) schema: Option<String>,
    /// What is known about it: each property has a list of values.
    pub(super) properties: Properties,
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "subject": { "schema": "Person", "properties": { "name": ["Oswin Tarbuckle"], "birthDate": ["1961-05-04"] } } }))]
pub(super) struct Query {
    /// Who is asked about.
    #[schema(value_type = Subject)]
    pub(super) subject: Value,
    /// Against these lists only; none means all.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub(super) lists: Vec<String>,
    /// The score from which a match is told; not under that of the server.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(super) threshold: Option<f64>,
    /// How many matches are told at most.
    #[serde(default = "ten")]
    #[schema(minimum = 0, maximum = 500, default = 10)]
    pub(super) limit: usize,
}

fn ten() -> usize {
    10
}

/// Lists as a policy names them: left out, `null`, or by name.
#[derive(Debug, Default)]
pub(super) enum Lists {
    /// As they are.
    #[default]
    Kept,
    /// All.
    All,
    /// These.
    Named(Vec<String>),
}

impl<'de> Deserialize<'de> for Lists {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let named = Option::deserialize(deserializer)?;
        Ok(named.map_or(Self::All, Self::Named))
    }
}

/// A question, perhaps about lists as they were.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "subject": { "schema": "Person", "properties": { "name": ["Oswin Tarbuckle"], "birthDate": ["1961-05-04"] } } }))]
pub(super) struct ScreenRequest {
    /// Who is asked about.
    #[schema(value_type = Subject)]
    pub(super) subject: Value,
    /// Against these lists only; none means all.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub(super) lists: Vec<String>,
    /// The score from which a match is told; not under that of the server.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(super) threshold: Option<f64>,
    /// How many matches are told at most.
    #[serde(default = "ten")]
    #[schema(minimum = 0, maximum = 500, default = 10)]
    pub(super) limit: usize,
    /// Against what was published until then: a day or an RFC 3339 time.
    pub(super) as_of: Option<String>,
}

impl ScreenRequest {
    /// The question apart from the moment.
    pub(super) fn split(self) -> (Query, Option<String>) {
        let query = Query {
            subject: self.subject,
            lists: self.lists,
            threshold: self.threshold,
            limit: self.limit,
        };
        (query, self.as_of)
    }
}

/// Many questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "queries": [{ "subject": { "schema": "Person", "properties": { "name": ["Oswin Tarbuckle"], "birthDate": ["1961-05-04"] } }, "limit": 5 }] }))]
pub(super) struct BatchRequest {
    /// At most 1000.
    #[schema(min_items = 1, max_items = 1000)]
    pub(super) queries: Vec<Query>,
    /// Against what was published until then: a day or an RFC 3339 time.
    pub(super) as_of: Option<String>,
}

/// A line of evidence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Evidence {
    /// What was compared.
    pub(super) feature: String,
    /// What was asked.
    pub(super) query: String,
    /// What is listed.
    pub(super) candidate: String,
    /// What it weighs; negative speaks against.
    pub(super) bits: f64,
    /// How both sides relate.
    pub(super) note: Option<String>,
}

/// A listed party that the subject may be.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Result)]
pub(super) struct Hit {
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) caption: String,
    /// What kind of party it is.
    pub(super) schema: String,
    /// The list it is on.
    pub(super) list: String,
    /// How likely both are the same, 0 to 1.
    pub(super) score: f64,
    /// How many listed names would agree so far by chance.
    pub(super) e_value: Option<f64>,
    /// `review` or `match`.
    pub(super) tier: String,
    /// Whether it is to be looked at.
    #[serde(rename = "match")]
    pub(super) is_match: bool,
    /// What speaks for and against it.
    pub(super) evidence: Vec<Evidence>,
}

/// The question as it was understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Asked {
    /// What kind of party.
    pub(super) schema: String,
    /// What is known about it.
    pub(super) properties: Properties,
    /// The lists asked about; none means all.
    pub(super) lists: Vec<String>,
}

/// The answer to one question.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Answered {
    /// The caller's own id.
    pub(super) id: Option<String>,
    /// The question as it was understood.
    pub(super) query: Asked,
    /// Whom it may be, best first.
    pub(super) results: Vec<Hit>,
    /// How many there are, before the limit.
    pub(super) total: usize,
    /// What of the question was left out, and why.
    pub(super) remarks: Vec<String>,
}

/// A list in the version that an answer rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ListInForce {
    /// The list.
    pub(super) name: String,
    /// Its version.
    pub(super) version: String,
    /// When that was published.
    pub(super) published: String,
    /// How many entries it has.
    pub(super) entries: u64,
}

/// What an answer rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Basis {
    /// The lists.
    pub(super) lists: Vec<ListInForce>,
    /// The hash of the policy.
    pub(super) policy: String,
    /// The build of the matcher.
    pub(super) matcher: String,
}

/// An answer and what it rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ScreenResponse {
    #[serde(flatten)]
    pub(super) answer: Answered,
    #[serde(flatten)]
    pub(super) basis: Basis,
}

/// Answers in the order of the questions, and what they rest on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct BatchResponse {
    /// An answer, or why there is none.
    pub(super) answers: Vec<BatchAnswer>,
    #[serde(flatten)]
    pub(super) basis: Basis,
}

/// An answer, or why there is none.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum BatchAnswer {
    /// An answer.
    Answered(Answered),
    /// A question that cannot be answered.
    Refused(NotAnswered),
}

/// A question that cannot be answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct NotAnswered {
    /// The caller's own id.
    pub(super) id: Option<String>,
    /// Why.
    pub(super) errors: Vec<String>,
}

/// An answer to a line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct StreamAnswer {
    /// The number of the line, from 1.
    pub(super) line: u64,
    #[serde(flatten)]
    pub(super) answer: BatchAnswer,
}

/// A subject in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct SubjectLine {
    /// `SOURCE/ID`.
    pub(super) id: String,
    /// Its id in its source.
    pub(super) external_id: String,
    /// The system it comes from.
    pub(super) source: String,
    /// Its name; `null` after erasure.
    pub(super) caption: Option<String>,
}

/// What came of putting a subject.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PutResponse {
    /// `SOURCE/ID`.
    pub(super) id: String,
    /// `registered`, `updated` or `unchanged`.
    pub(super) state: &'static str,
    /// Its version, which the `ETag` names too.
    pub(super) version: i64,
    /// Its alerts, those that nothing supports any more left out.
    pub(super) alerts: Vec<AlertRef>,
    /// What was not understood.
    pub(super) remarks: Vec<String>,
}

/// An alert in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct AlertRef {
    /// Its number.
    pub(super) id: i64,
    /// Where it stands.
    pub(super) state: &'static str,
    /// When it was raised.
    pub(super) opened: String,
}

/// A subject to be kept screened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "schema": "Person", "properties": { "name": ["Oswin Tarbuckle"], "birthDate": ["1961-05-04"] } }))]
pub(super) struct PutRequest {
    /// May be left out; else that of the address.
    pub(super) id: Option<String>,
    /// `Person`, `Organization`, `Vessel` …; without one it is screened as any kind.
    #[schema(examples("Person"))]
    pub(super) schema: Option<String>,
    /// What is known about it: each property has a list of values.
    pub(super) properties: Properties,
}

/// Why a subject is to be erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "asked for by the person" }))]
pub(super) struct EraseRequest {
    /// Kept in the log.
    pub(super) reason: String,
}

/// That a subject is erased.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct EraseResponse {
    /// `SOURCE/ID` as it was.
    pub(super) erased: String,
    /// The number that the register keeps.
    pub(super) number: i64,
}

/// What a subject said from a moment on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct SubjectVersion {
    /// Its number, from 1.
    pub(super) version: i64,
    /// Since when.
    pub(super) at: String,
    /// The hash of its content.
    pub(super) hash: String,
    /// What kind of party; `null` after erasure.
    pub(super) schema: Option<String>,
    /// What is known about it; `null` after erasure.
    pub(super) properties: Option<Properties>,
}

/// A match as it was kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct KeptHit {
    /// The list.
    pub(super) list: String,
    /// The entry.
    pub(super) id: String,
    #[serde(flatten)]
    pub(super) found: Kept,
}

/// Evidence as it was kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Kept {
    /// How likely both are the same.
    pub(super) score: f64,
    /// `review` or `match`.
    pub(super) tier: String,
    /// What speaks for and against it.
    pub(super) evidence: Vec<Evidence>,
}

/// A screening as it was kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct KeptScreening {
    /// Its number, for a replay.
    pub(super) id: i64,
    /// The version of the subject.
    pub(super) version: i64,
    /// When.
    pub(super) at: String,
    /// Whom it could be.
    pub(super) results: Vec<KeptHit>,
}

/// What a subject said, version by version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct VersionsResponse {
    #[serde(flatten)]
    pub(super) line: SubjectLine,
    /// The versions, oldest first.
    pub(super) versions: Vec<SubjectVersion>,
}

/// Everything held about a subject.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct SubjectResponse {
    #[serde(flatten)]
    pub(super) line: SubjectLine,
    /// When it was registered.
    pub(super) registered: String,
    /// When it left its source.
    pub(super) retired: Option<String>,
    /// When its data were erased.
    pub(super) erased: Option<String>,
    /// What it said, version by version.
    pub(super) versions: Vec<SubjectVersion>,
    /// What was answered about it.
    pub(super) screenings: Vec<KeptScreening>,
    /// Its alerts.
    pub(super) alerts: Vec<AlertCore>,
    /// What happened to it.
    pub(super) events: Vec<LogEvent>,
}

/// A listed party in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PartyLine {
    /// The entry.
    pub(super) id: String,
    /// Its name.
    pub(super) caption: Option<String>,
}

/// What an alert rests on in one list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Leg {
    /// The list.
    pub(super) list: String,
    /// The entry.
    pub(super) entry: String,
    /// Whether it still supports the alert.
    pub(super) live: bool,
    /// The version of the subject that was compared.
    pub(super) subject_version: i64,
    /// What the entry is called.
    pub(super) caption: Option<String>,
    /// What kind of party it is.
    pub(super) schema: Option<String>,
    /// What it said when it was compared.
    pub(super) properties: Option<Properties>,
    #[serde(flatten)]
    pub(super) found: Kept,
}

/// Why something changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Cause {
    /// The list that did.
    pub(super) list: Option<String>,
    /// Its version.
    pub(super) version: Option<String>,
    /// What changed.
    pub(super) change: String,
}

/// A question about one subject and one listed party.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct AlertCore {
    /// Its number.
    pub(super) id: i64,
    /// Where it stands: `open`, `under-review`, `confirmed`, `released`, `unresolved` or `withdrawn`.
    pub(super) state: &'static str,
    /// Whom it concerns.
    pub(super) subject: SubjectLine,
    /// The party that speaks for it.
    pub(super) party: Option<PartyLine>,
    /// What it rests on, list by list.
    pub(super) legs: Vec<Leg>,
    /// The best score that holds.
    pub(super) score: Option<f64>,
    /// What raised it.
    pub(super) cause: Cause,
    /// When.
    pub(super) opened: String,
}

/// An alert and how far people are with it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Alert {
    #[serde(flatten)]
    pub(super) core: AlertCore,
    /// How far the case is: `new`, `assigned`, `in-review`, `proposed`, `decided`, `reopened` or `withdrawn`.
    pub(super) case: &'static str,
    /// How many events the case has seen; the `ETag` names it too.
    pub(super) revision: u64,
    /// Whose work it is.
    pub(super) assignee: Option<String>,
    /// Whose it is.
    pub(super) tenant: String,
    /// What was decided and still is.
    pub(super) outcome: Option<&'static str>,
    /// Since when that holds.
    pub(super) decided: Option<String>,
    /// When the clearance ends by itself.
    pub(super) expires: Option<String>,
    /// When an answer is due.
    pub(super) due: Option<String>,
    /// Whether the person concerned contests it.
    pub(super) disputed: bool,
    /// Until when it is set aside.
    pub(super) snoozed_until: Option<String>,
    /// How often it was escalated.
    pub(super) escalation: u32,
}

/// An alert with what people made of it and everything that happened to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct AlertInFull {
    #[serde(flatten)]
    pub(super) alert: Alert,
    /// What waits for a second person.
    pub(super) proposal: Option<Proposal>,
    /// What was decided and still is.
    pub(super) decision: Option<Decision>,
    /// What was decided before.
    pub(super) former_decisions: Vec<Decision>,
    /// What was done about the person concerned.
    pub(super) dispositions: Vec<Disposition>,
    /// The files attached to it.
    pub(super) attachments: Vec<Attachment>,
    /// The other alerts of the subject.
    pub(super) other_alerts: Vec<OtherAlert>,
    /// What happened to it.
    pub(super) events: Vec<LogEvent>,
    /// What its legs were before they changed.
    pub(super) past_legs: Vec<PastLeg>,
}

/// A file attached to a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Attachment {
    /// Its name.
    pub(super) name: String,
    /// The hash of what is in it.
    pub(super) sha256: String,
    /// Its size.
    pub(super) bytes: u64,
}

/// Another alert of the same subject.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct OtherAlert {
    /// Its number.
    pub(super) id: i64,
    /// Where it stands.
    pub(super) state: &'static str,
}

/// What a leg was until a moment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PastLeg {
    #[serde(flatten)]
    pub(super) leg: Leg,
    /// Until when.
    pub(super) until: String,
}

/// What somebody relied on, on both sides.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Facts {
    /// What the register says.
    pub(super) subject: Properties,
    /// What the lists say.
    pub(super) party: Properties,
}

/// An outcome with its grounds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Grounds {
    /// `false-positive`, `true-match` or `inconclusive`.
    pub(super) outcome: &'static str,
    /// Why, in the policy's words.
    pub(super) reason_code: String,
    /// Why, in the person's own words.
    pub(super) text: String,
    /// `identity`, `insufficient-information` or `other:…`.
    pub(super) basis: String,
    /// What it rests on.
    pub(super) facts: Facts,
}

/// An outcome that waits for a second person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Proposal {
    #[serde(flatten)]
    pub(super) grounds: Grounds,
    /// Who proposed it.
    pub(super) by: String,
}

/// An outcome that was decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Decision {
    #[serde(flatten)]
    pub(super) grounds: Grounds,
    /// When.
    pub(super) at: String,
    /// Who proposed it.
    pub(super) by: String,
    /// Who approved it.
    pub(super) approved_by: Option<String>,
    /// When it ends by itself.
    pub(super) expires: Option<String>,
}

/// What was done about the person concerned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Disposition {
    /// `frozen`, `refused`, `referred`, `released` or `could-not-be-reached`.
    pub(super) kind: &'static str,
    /// When.
    pub(super) date: String,
    /// By whose authority.
    pub(super) authority: String,
}

/// A clearance at work.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Suppression {
    #[serde(flatten)]
    pub(super) decision: Decision,
    /// The alert that it answers.
    pub(super) alert: i64,
    /// Whom it concerns.
    pub(super) subject: SubjectLine,
    /// The listed party by all its ids.
    pub(super) party: Vec<String>,
    /// How far the case is.
    pub(super) case: &'static str,
    /// What speaks against it already.
    pub(super) lapses: Vec<String>,
}

/// The clearances in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct SuppressionsResponse {
    /// The clearances, newest first.
    pub(super) suppressions: Vec<Suppression>,
}

/// To whom an alert is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "to": "ann" }))]
pub(super) struct AssignRequest {
    /// Who is to work on it; without one, whoever asks.
    pub(super) to: Option<String>,
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "the publisher confirms it" }))]
pub(super) struct ReasonRequest {
    /// Why; kept in the log.
    pub(super) reason: String,
}

/// An outcome that somebody proposes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "outcome": "false-positive", "reason_code": "other-birth-date", "facts": ["birthDate"] }))]
pub(super) struct ProposeRequest {
    /// `false-positive`, `true-match` or `inconclusive`.
    #[schema(examples("false-positive"))]
    pub(super) outcome: String,
    /// Why, as one of the desk's reason codes.
    #[schema(examples("other-birth-date"))]
    pub(super) reason_code: String,
    /// Why, in one's own words.
    #[serde(default)]
    pub(super) text: String,
    /// `identity`, `insufficient-information` or `other:…`; by the outcome where it is left out.
    pub(super) basis: Option<String>,
    /// Properties relied on, with the values they have now; `subject:…` or `party:…` for one side. None means all that
    /// tells who somebody is.
    #[serde(default)]
    #[schema(examples(json!(["birthDate"])))]
    pub(super) facts: Vec<String>,
}

/// Until when an alert is set aside.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "until": "2026-01-31" }))]
pub(super) struct SnoozeRequest {
    /// When it comes back: a day or an RFC 3339 time.
    pub(super) until: String,
}

/// That the person concerned contests it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "it is not me", "due": "2026-01-31" }))]
pub(super) struct DisputeRequest {
    /// What is contested.
    pub(super) reason: String,
    /// Until when an answer is due: a day or an RFC 3339 time.
    pub(super) due: String,
}

/// A remark.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "called back" }))]
pub(super) struct NoteRequest {
    /// The remark.
    pub(super) text: String,
}

/// What was done about the person concerned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "referred", "authority": "the authority" }))]
pub(super) struct DisposeRequest {
    /// `frozen`, `refused`, `referred`, `released` or `could-not-be-reached`.
    #[schema(examples("referred"))]
    pub(super) kind: String,
    /// The day it was done; today where it is left out.
    #[schema(examples("2026-01-31"))]
    pub(super) date: Option<String>,
    /// By whose authority.
    pub(super) authority: String,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct LogEvent {
    /// Its place in the log.
    pub(super) seq: i64,
    /// When.
    pub(super) at: String,
    /// What.
    pub(super) kind: String,
    /// Who did it, where it was a person.
    pub(super) by: Option<String>,
    /// The revision of the case after it, where it is about one.
    pub(super) revision: Option<i64>,
    /// The details; `null` after erasure.
    pub(super) detail: Value,
}

/// A page of alerts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct AlertPage {
    /// The alerts, newest first.
    pub(super) alerts: Vec<Alert>,
    /// What to ask for the next page with; `null` at the end.
    pub(super) next: Option<String>,
}

/// Something that happened to an alert.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct AlertEvent {
    /// Its place in the log, by which one goes on.
    pub(super) seq: i64,
    /// When.
    pub(super) at: String,
    /// What: `raised`, `changed`, `withdrawn` …
    pub(super) kind: String,
    /// The alert.
    pub(super) alert: i64,
    /// Where it stands from here on.
    pub(super) state: Option<String>,
    /// The subject as `SOURCE/ID`.
    pub(super) subject: String,
    /// The details; `null` after erasure.
    pub(super) detail: Value,
}

/// A page of the feed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct EventPage {
    /// What happened, oldest first.
    pub(super) events: Vec<AlertEvent>,
    /// What to ask `after` next time.
    pub(super) next: i64,
    /// Whether there is more already.
    pub(super) more: bool,
}

/// A version of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ListVersion {
    /// Its id.
    pub(super) version: String,
    /// `active`, `superseded`, `quarantined` or `unreadable`.
    pub(super) state: &'static str,
    /// When the publisher published it.
    pub(super) published: String,
    /// When we received it.
    pub(super) retrieved: String,
    /// When it came into force.
    pub(super) activated: Option<String>,
    /// The hash of its content.
    pub(super) content: String,
    /// How many entries it has.
    pub(super) entries: u64,
    /// How many of each kind.
    pub(super) by_schema: BTreeMap<String, u64>,
    /// How many findings there are.
    pub(super) findings: u64,
    /// Why it was held back.
    pub(super) reasons: Vec<Reason>,
    /// Who released it and why.
    pub(super) release_reason: Option<String>,
}

/// Why a version was held back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Reason {
    /// The rule.
    pub(super) code: String,
    /// In a sentence.
    pub(super) message: String,
}

/// Something an importer noticed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Finding {
    /// The kind.
    pub(super) code: String,
    /// What it takes.
    pub(super) severity: &'static str,
    /// Where.
    pub(super) place: String,
    /// What.
    pub(super) message: String,
}

/// A version with its findings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct VersionResponse {
    #[serde(flatten)]
    pub(super) version: ListVersion,
    /// What the importer noticed.
    pub(super) noticed: Vec<Finding>,
}

/// A list and how it stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ListLine {
    /// Its name.
    pub(super) name: String,
    /// How it is read.
    pub(super) format: String,
    /// The version in force.
    pub(super) version: Option<String>,
    /// `active`, or `empty` without one; `superseded` where the moment asked about is past.
    pub(super) state: &'static str,
    /// When that was published.
    pub(super) published: Option<String>,
    /// When we received it.
    pub(super) retrieved: Option<String>,
    /// How many entries it has.
    pub(super) entries: u64,
    /// How many of each kind.
    pub(super) by_schema: BTreeMap<String, u64>,
    /// How many findings there are.
    pub(super) findings: u64,
    /// A newer version that waits for a person.
    pub(super) waiting: Option<ListVersion>,
    /// When somebody last looked for a new version.
    pub(super) last_checked: Option<String>,
}

/// The lists.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ListsResponse {
    /// The lists, in name order.
    pub(super) lists: Vec<ListLine>,
}

/// A list with its versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ListResponse {
    #[serde(flatten)]
    pub(super) line: ListLine,
    /// Its versions, newest last.
    pub(super) versions: Vec<ListVersion>,
}

/// An entry named in a difference.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct EntryLine {
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) caption: String,
    /// What kind of party it is.
    pub(super) schema: &'static str,
}

/// What changed in a field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct FieldChange {
    /// The field.
    pub(super) field: String,
    /// What is gone.
    pub(super) removed: Vec<String>,
    /// What is new.
    pub(super) added: Vec<String>,
}

/// What changed in an entry.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct EntryChange {
    #[serde(flatten)]
    pub(super) entry: EntryLine,
    /// The fields.
    pub(super) fields: Vec<String>,
    /// What changed in each.
    pub(super) changes: Vec<FieldChange>,
}

/// What changed between two versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct DiffResponse {
    /// The list.
    pub(super) list: String,
    /// The earlier version.
    pub(super) from: String,
    /// The later version.
    pub(super) to: String,
    /// Entries only in the later one.
    pub(super) added: Vec<EntryLine>,
    /// Entries only in the earlier one.
    pub(super) removed: Vec<EntryLine>,
    /// Entries that differ.
    pub(super) changed: Vec<EntryChange>,
}

/// A version in which an entry changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct VersionMoment {
    /// Its id.
    pub(super) version: String,
    /// When it was published.
    pub(super) published: String,
    /// When it came into force here.
    pub(super) known: Option<String>,
}

/// What an entry said from one version to another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct EntrySpan {
    /// The list.
    pub(super) list: String,
    /// The version from which it said so.
    pub(super) from: VersionMoment,
    /// The version from which it said so no more.
    pub(super) to: Option<VersionMoment>,
    /// The party, with its parts.
    #[schema(value_type = Object)]
    pub(super) entity: Value,
}

/// What an entry says and said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct EntryResponse {
    /// Its id.
    pub(super) id: String,
    /// Whether it is listed at the moment asked about.
    pub(super) listed: bool,
    /// What it says at that moment.
    pub(super) now: Vec<EntrySpan>,
    /// Everything it ever said, oldest first.
    pub(super) history: Vec<EntrySpan>,
}

/// That a version is in force that was held back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ReleaseResponse {
    /// The list.
    pub(super) list: String,
    /// The version.
    pub(super) version: String,
    /// How many entries it has.
    pub(super) entries: u64,
    /// What screening the register against it did; `null` where it was released before.
    pub(super) sweep: Option<Sweep>,
}

/// The policy of the register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Policy {
    /// The score from which a match is put to review.
    pub(super) review: f64,
    /// The score from which it is in the match tier.
    #[serde(rename = "match")]
    pub(super) matched: f64,
    /// Whether whole names spelled within two letters are always reviewed.
    pub(super) typo_floor: bool,
    /// The lists that the register is screened against; `null` is all.
    pub(super) lists: Option<Vec<String>>,
    /// The topics of the entries that it is screened against; none means any.
    pub(super) topics: Vec<String>,
    /// Its hash, which the `ETag` names too.
    pub(super) hash: String,
}

/// The policy in force and how it came to be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PolicyResponse {
    #[serde(flatten)]
    pub(super) policy: Policy,
    /// Since when; `null` where nobody has set one.
    pub(super) since: Option<String>,
    /// Who set it.
    pub(super) by: Option<String>,
    /// Why.
    pub(super) reason: Option<String>,
}

/// A policy to try; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "review": 0.8 }))]
pub(super) struct ForecastRequest {
    /// The score from which a match is put to review.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(super) review: Option<f64>,
    /// The score from which it is in the match tier.
    #[serde(rename = "match")]
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(super) matched: Option<f64>,
    /// Whether whole names spelled within two letters are always reviewed.
    pub(super) typo_floor: Option<bool>,
    /// The lists; `null` is all, those that are yet to come included.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, required = false)]
    pub(super) lists: Lists,
    /// The topics of entries, with those below them; none means any.
    pub(super) topics: Option<Vec<String>>,
}

/// A policy to put in force; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "review": 0.8, "reason": "fewer questions" }))]
pub(super) struct PolicyRequest {
    /// The score from which a match is put to review.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(super) review: Option<f64>,
    /// The score from which it is in the match tier.
    #[serde(rename = "match")]
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(super) matched: Option<f64>,
    /// Whether whole names spelled within two letters are always reviewed.
    pub(super) typo_floor: Option<bool>,
    /// The lists; `null` is all, those that are yet to come included.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, required = false)]
    pub(super) lists: Lists,
    /// The topics of entries, with those below them; none means any.
    pub(super) topics: Option<Vec<String>>,
    /// Why; kept with the policy.
    pub(super) reason: String,
}

impl PolicyRequest {
    /// What is wanted, and why.
    pub(super) fn split(self) -> (ForecastRequest, String) {
        let wanted = ForecastRequest {
            review: self.review,
            matched: self.matched,
            typo_floor: self.typo_floor,
            lists: self.lists,
            topics: self.topics,
        };
        (wanted, self.reason)
    }
}

/// What a sweep does or did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Sweep {
    /// How many subjects are screened.
    pub(super) subjects: u64,
    /// Alerts that are new.
    pub(super) alerts_new: u64,
    /// Alerts whose evidence changes.
    pub(super) alerts_changed: u64,
    /// Alerts that were withdrawn and are supported again.
    pub(super) alerts_returned: u64,
    /// Alerts that nothing supports any more.
    pub(super) alerts_withdrawn: u64,
    /// Decisions that no longer hold.
    pub(super) alerts_reopened: u64,
    /// A hash over the subjects that were screened.
    pub(super) digest: String,
}

/// A policy and what it does to the register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ForecastResponse {
    /// The policy.
    pub(super) policy: Policy,
    /// What screening everybody under it does; `null` where it is in force already.
    pub(super) sweep: Option<Sweep>,
    /// Some of the alerts concerned.
    pub(super) sample: Option<Sample>,
}

/// A few of the alerts that a policy touches, by what it does to them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Sample {
    /// Raised.
    pub(super) new: Vec<SampleLine>,
    /// With other evidence.
    pub(super) changed: Vec<SampleLine>,
    /// Withdrawn before, supported again.
    pub(super) returned: Vec<SampleLine>,
    /// With nothing to support them any more.
    pub(super) withdrawn: Vec<SampleLine>,
}

/// An alert that a policy touches.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct SampleLine {
    /// Whom it concerns.
    pub(super) subject: SubjectLine,
    /// The list that asks.
    pub(super) list: Option<String>,
    /// Its entry.
    pub(super) entry: Option<String>,
    /// How well they match.
    pub(super) score: Option<f64>,
}

/// Every subject in exactly one state; with an earlier moment also who went from where to where.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct AccountingResponse {
    #[serde(flatten)]
    pub(super) now: AccountingThen,
    /// The earlier moment; where one is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<AccountingThen>,
    /// How many subjects, by the state before and after; where an earlier moment is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) flows: Option<Vec<Flow>>,
}

/// Subjects that went from one state to another, or stayed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Flow {
    /// The state before.
    pub(super) from: &'static str,
    /// The state after.
    pub(super) to: &'static str,
    /// How many.
    pub(super) subjects: u64,
}

/// Every subject in exactly one state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct AccountingThen {
    /// The moment it speaks of.
    pub(super) as_of: String,
    /// How many subjects there were.
    pub(super) subjects: u64,
    /// How many in each state.
    pub(super) states: BTreeMap<&'static str, u64>,
    /// What was last done about the confirmed ones.
    pub(super) dispositions: BTreeMap<&'static str, u64>,
    /// Whether the states add up to the subjects.
    pub(super) reconciles: bool,
}

/// The coverage of one list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ListCoverage {
    /// The list.
    pub(super) name: String,
    /// Its version in force.
    pub(super) version: Option<String>,
    /// How many subjects are screened through it.
    pub(super) screened: u64,
    /// Whether it is in the scope of the policy.
    pub(super) in_scope: bool,
    /// How many are not.
    pub(super) laggards: u64,
    /// The first of them.
    pub(super) named: Vec<String>,
}

/// Through which version of each list every subject is screened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct CoverageResponse {
    /// The moment it speaks of.
    pub(super) as_of: String,
    /// How many subjects were in force.
    pub(super) subjects: u64,
    /// List by list.
    pub(super) lists: Vec<ListCoverage>,
    /// Subjects last screened under another policy.
    pub(super) other_policy: u64,
    /// Subjects last screened by another matcher.
    pub(super) other_matcher: u64,
    /// A hash over all of it.
    pub(super) digest: String,
}

/// How long decisions took.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Hours {
    /// How many there were.
    pub(super) count: u64,
    /// Half of them took no longer.
    pub(super) median: f64,
    /// Nine of ten took no longer.
    pub(super) p90: f64,
    /// None took longer.
    pub(super) longest: f64,
}

/// Alerts that have waited so long.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Waiting {
    /// For at least so many days.
    pub(super) from: i64,
    /// How many.
    pub(super) alerts: u64,
}

/// How often the question was asked in vain.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Rate {
    /// Alerts decided one way or the other.
    pub(super) decided: u64,
    /// False positives of them.
    pub(super) false_positives: u64,
    /// Their share; `null` where nothing was decided.
    pub(super) share: Option<f64>,
}

/// What came of alerts until a moment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct QualityResponse {
    /// The moment it speaks of.
    pub(super) as_of: String,
    /// How many alerts there had been.
    pub(super) alerts: u64,
    /// How many had each outcome.
    pub(super) by_outcome: BTreeMap<&'static str, u64>,
    /// How many waited for people.
    pub(super) waiting: u64,
    /// How many had lost their support before anybody decided.
    pub(super) withdrawn_undecided: u64,
    /// From opening to decision.
    pub(super) time_to_decision_hours: Hours,
    /// How long those that waited had been waiting.
    pub(super) waiting_for_days: Vec<Waiting>,
    /// How many should have been decided by then.
    pub(super) overdue: u64,
    /// Decisions that fell with their grounds.
    pub(super) lapsed: u64,
    /// By each list that asked.
    pub(super) false_positives_by_list: BTreeMap<String, Rate>,
    /// By the script that the subject's name is written in.
    pub(super) false_positives_by_script: BTreeMap<&'static str, Rate>,
}

/// A subject that matches the entry.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct LookedBack {
    /// The subject.
    pub(super) subject: SubjectLine,
    /// How well it matches what the entry says now.
    pub(super) score: f64,
    /// From when it would have matched.
    pub(super) since: String,
    /// The alert about it.
    pub(super) alert: Option<AlertRef>,
}

/// Everybody who matches an entry, and since when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct LookbackResponse {
    /// The entry.
    pub(super) entity: String,
    /// Its name.
    pub(super) caption: String,
    /// When it was first published.
    pub(super) published: String,
    /// When we first knew it.
    pub(super) known: String,
    /// The subjects.
    pub(super) subjects: Vec<LookedBack>,
}

/// A recorded screening, run again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ReplayResponse {
    /// Its number.
    pub(super) screening: i64,
    /// Whom it was about.
    pub(super) subject: SubjectLine,
    /// When it was recorded.
    pub(super) at: String,
    /// Whether the answer is the same, byte for byte.
    pub(super) equal: bool,
    /// The builds of the matcher.
    pub(super) matcher: Matchers,
    /// The entries whose evidence differs.
    pub(super) differs: Vec<Differing>,
}

/// The matcher then and now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Matchers {
    /// That of the record.
    pub(super) recorded: String,
    /// That of this server.
    pub(super) now: String,
}

/// An entry whose evidence differs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Differing {
    /// The list.
    pub(super) list: String,
    /// The entry.
    pub(super) id: String,
}

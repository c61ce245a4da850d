//! What goes over the wire, as far as this client speaks of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who or what is screened: a FollowTheMoney entity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The caller's own id; given back in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `Person`, `Organization`, `Vessel` …; without one it is screened as any kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What is known about it: each property has a list of values.
    pub properties: BTreeMap<String, Vec<String>>,
}

impl Subject {
    /// A subject of a kind.
    pub fn of(schema: &str) -> Self {
        Self {
            schema: Some(schema.to_owned()),
            ..Self::default()
        }
    }

    /// A person.
    pub fn person() -> Self {
        Self::of("Person")
    }

    /// The same with one more value of a property.
    #[must_use]
    pub fn with(mut self, property: &str, value: &str) -> Self {
        let values = self.properties.entry(property.to_owned()).or_default();
        values.push(value.to_owned());
        self
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Query {
    /// Who is asked about.
    pub subject: Subject,
    /// Against these lists only; none means all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<String>,
    /// The score from which a match is told; the server's own where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// How many matches are told at most; ten where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl Query {
    /// A question about a subject, against all lists.
    pub fn about(subject: Subject) -> Self {
        Self {
            subject,
            lists: Vec::new(),
            threshold: None,
            limit: None,
        }
    }
}

/// A line of evidence.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Evidence {
    /// What was compared.
    pub feature: String,
    /// What was asked.
    pub query: String,
    /// What is listed.
    pub candidate: String,
    /// What it weighs; negative speaks against.
    pub bits: f64,
    /// How both sides relate.
    pub note: Option<String>,
}

/// A listed party that the subject may be.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub caption: String,
    /// What kind of party it is.
    pub schema: String,
    /// The list it is on.
    pub list: String,
    /// How likely both are the same, 0 to 1.
    pub score: f64,
    /// How many listed names would agree so far by chance.
    pub e_value: Option<f64>,
    /// `review` or `match`.
    pub tier: String,
    /// Whether it is to be looked at.
    #[serde(rename = "match")]
    pub is_match: bool,
    /// What speaks for and against it.
    pub evidence: Vec<Evidence>,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Answered {
    /// The caller's own id.
    pub id: Option<String>,
    /// Whom it may be, best first.
    pub results: Vec<Hit>,
    /// How many there are, before the limit.
    pub total: usize,
    /// What of the question was left out, and why.
    pub remarks: Vec<String>,
}

/// An answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Answer {
    /// An answer.
    Answered(Answered),
    /// A question that cannot be answered.
    #[non_exhaustive]
    Refused {
        /// The caller's own id.
        id: Option<String>,
        /// Why.
        errors: Vec<String>,
    },
}

/// A list in the version that an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ListInForce {
    /// The list.
    pub name: String,
    /// Its version.
    pub version: String,
    /// When that was published.
    pub published: String,
    /// How many entries it has.
    pub entries: u64,
}

/// What an answer rests on; to be kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Basis {
    /// The lists.
    pub lists: Vec<ListInForce>,
    /// The hash of the policy.
    pub policy: String,
    /// The build of the matcher.
    pub matcher: String,
}

/// An answer and what it rests on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Screened {
    /// Whom it may be, best first.
    pub results: Vec<Hit>,
    /// How many there are, before the limit.
    pub total: usize,
    /// What of the question was left out, and why.
    pub remarks: Vec<String>,
    /// What it rests on.
    #[serde(flatten)]
    pub basis: Basis,
}

/// What came of putting a subject.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Put {
    /// `SOURCE/ID`.
    pub id: String,
    /// `registered`, `updated` or `unchanged`.
    pub state: String,
    /// Its version.
    pub version: i64,
    /// Its alerts, those that nothing supports any more left out.
    pub alerts: Vec<AlertRef>,
    /// What was not understood.
    pub remarks: Vec<String>,
}

/// An alert in one line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct AlertRef {
    /// Its number.
    pub id: i64,
    /// Where it stands.
    pub state: String,
    /// When it was raised.
    pub opened: String,
}

/// A subject in one line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct SubjectLine {
    /// `SOURCE/ID`.
    pub id: String,
    /// The system it comes from.
    pub source: String,
    /// Its id there.
    pub external_id: String,
    /// Its name; `None` after erasure.
    pub caption: Option<String>,
}

/// A listed party in one line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PartyLine {
    /// The entry.
    pub id: String,
    /// Its name.
    pub caption: Option<String>,
}

/// A question about one subject and one listed party, and how far people are with it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Alert {
    /// Its number.
    pub id: i64,
    /// Where it stands: `open`, `under-review`, `confirmed`, `released`, `unresolved` or `withdrawn`.
    pub state: String,
    /// How far the case is.
    pub case: String,
    /// How many events the case has seen.
    pub revision: u64,
    /// Whether the person concerned contests it.
    pub disputed: bool,
    /// Whom it concerns.
    pub subject: SubjectLine,
    /// The party that speaks for it.
    pub party: Option<PartyLine>,
    /// The best score that holds.
    pub score: Option<f64>,
    /// Whose work it is.
    pub assignee: Option<String>,
    /// What was decided and still is.
    pub outcome: Option<String>,
    /// When it was raised.
    pub opened: String,
    /// When an answer is due.
    pub due: Option<String>,
}

/// Which alerts are asked for; what is left out asks for any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Where the alert stands.
    pub state: Option<String>,
    /// Whose work it is.
    pub assignee: Option<String>,
    /// As they were then: a day or an RFC 3339 time.
    pub as_of: Option<String>,
    /// How many come at once; a hundred where it is left out.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct LogPage {
    /// The entries, newest first.
    pub entries: Vec<LogEntry>,
    /// What to ask for the next page with.
    pub next: Option<String>,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct LogEntry {
    /// Its place, from 0.
    pub entry: u64,
    /// When.
    pub at: String,
    /// What, in a word.
    pub kind: String,
    /// Who did it; `None` where a list or time did.
    pub actor: Option<String>,
    /// The alert it is about.
    pub alert: Option<i64>,
    /// The details that stay.
    pub detail: serde_json::Value,
    /// The details that may have to go.
    pub data: serde_json::Value,
    /// Its hash.
    pub hash: String,
}

/// A page of alerts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AlertPage {
    /// The alerts, newest first.
    pub alerts: Vec<Alert>,
    /// What to ask for the next page with.
    pub next: Option<String>,
}

/// What somebody does with an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Act {
    /// Gives it to a person; to the holder of the token where none is named.
    Assign {
        /// Who is to work on it.
        to: Option<String>,
    },
    /// Begins to judge it.
    Review,
    /// States an outcome with its grounds.
    Propose {
        /// `false-positive`, `true-match` or `inconclusive`.
        outcome: String,
        /// Why, as one of the desk's reason codes.
        reason_code: String,
        /// Why, in one's own words.
        text: String,
        /// Properties relied on; none means all that tells who somebody is.
        facts: Vec<String>,
    },
    /// Makes another person's proposal the decision.
    Approve,
    /// Sends a proposal back to review.
    Reject {
        /// Why.
        reason: String,
    },
    /// Takes it up again.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Records that the person concerned contests it.
    Dispute {
        /// What is contested.
        reason: String,
        /// Until when an answer is due: a day or an RFC 3339 time.
        due: String,
    },
    /// Raises it by one level.
    Escalate {
        /// Why.
        reason: String,
    },
    /// Sets it aside for a while.
    Snooze {
        /// When it comes back: a day or an RFC 3339 time.
        until: String,
    },
    /// Adds a remark.
    Note {
        /// The remark.
        text: String,
    },
    /// Records what was done about the person concerned.
    Dispose {
        /// `frozen`, `refused`, `referred`, `released` or `could-not-be-reached`.
        kind: String,
        /// By whose authority.
        authority: String,
    },
}

/// Something that happened to an alert.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AlertEvent {
    /// Its place in the log, by which one goes on.
    pub seq: i64,
    /// When.
    pub at: String,
    /// What: `raised`, `changed`, `withdrawn` …
    pub kind: String,
    /// The alert.
    pub alert: i64,
    /// Where it stands from here on.
    pub state: Option<String>,
    /// The subject as `SOURCE/ID`.
    pub subject: String,
    /// The details.
    pub detail: Value,
}

/// A page of the feed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventPage {
    /// What happened, oldest first.
    pub events: Vec<AlertEvent>,
    /// Where to go on.
    pub next: i64,
    /// Whether there is more already.
    pub more: bool,
}

/// A list and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ListLine {
    /// Its name.
    pub name: String,
    /// The version in force.
    pub version: Option<String>,
    /// When that was published.
    pub published: Option<String>,
    /// How many entries it has.
    pub entries: u64,
}

//! The register: subjects in versions, what was answered about them, alerts, and the ledger of sweeps.

mod feed;
mod queue;
mod read;
mod roll;
mod segments;
mod sizes;
mod write;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_match::Score;
use rescreen_model::ContentHash;

pub use feed::FeedRow;
pub use queue::{MOST_COUNTED, Overdue, QueueFilter, QueueOrder};
pub use read::Register;
pub(crate) use read::{alert, subject};
pub use rescreen_desk::Cause;
pub(crate) use roll::Moves;
pub use roll::Roll;
pub use segments::SegmentRange;
pub use sizes::RegisterSizes;
pub use write::{Reached, Said};

/// The sequence number of a subject: it only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectKey(pub i64);

/// Identifies lists, policy and matcher that screenings rested on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CutKey(pub i64);

/// A subject as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRow {
    /// Its number.
    pub key: SubjectKey,
    /// Where it comes from: a system of the operator's.
    pub source: String,
    /// Its id there.
    pub external: String,
    /// The number of its version, from 1.
    pub version: i64,
    /// The content of that version.
    pub hash: ContentHash,
    /// The stored form of that version; empty after erasure.
    pub body: Vec<u8>,
    /// When it was registered.
    pub registered: Timestamp,
    /// When it left its source.
    pub retired: Option<Timestamp>,
    /// When its data were erased.
    pub erased: Option<Timestamp>,
}

/// What a subject said from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectVersion {
    /// Its number, from 1.
    pub version: i64,
    /// When we learned it.
    pub at: Timestamp,
    /// Its content.
    pub hash: ContentHash,
    /// Its stored form; empty after erasure.
    pub body: Vec<u8>,
}

/// The policy of the register from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// When it came into force.
    pub at: Timestamp,
    /// The score from which a pair is put to review.
    pub review: Score,
    /// The score from which a pair is in the match tier.
    pub matched: Score,
    /// Whether the typo floor is on.
    pub typo_floor: bool,
    /// The names of the lists in scope; all where `None`.
    pub lists: Option<Vec<String>>,
    /// The topics in scope; any where empty.
    pub topics: Vec<String>,
    /// Who set it.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertState {
    /// It waits for a person.
    Open,
    /// A person judges it, or a proposal waits for a second one.
    UnderReview,
    /// People decided that the subject is the listed party.
    Confirmed,
    /// People decided that the subject is somebody else, and the facts they relied on stand.
    Released,
    /// People decided that what is known does not tell.
    Unresolved,
    /// Nothing supports it any more: the list, the subject or the policy changed. The evidence is kept.
    Withdrawn,
}

impl AlertState {
    /// The word in the store and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::UnderReview => "under-review",
            Self::Confirmed => "confirmed",
            Self::Released => "released",
            Self::Unresolved => "unresolved",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// All states, in declaration order.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::UnderReview,
        Self::Confirmed,
        Self::Released,
        Self::Unresolved,
        Self::Withdrawn,
    ];
}

/// An alert: one question about one subject and one real-world party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// Its number.
    pub key: i64,
    /// Whom it concerns.
    pub subject: SubjectKey,
    /// Where it stands.
    pub state: AlertState,
    /// When it was raised.
    pub opened: Timestamp,
    /// What raised it.
    pub cause: Cause,
}

/// What an alert rests on in one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegRow {
    /// The alert.
    pub alert: i64,
    /// The subject.
    pub subject: SubjectKey,
    /// The list's key.
    pub list: i64,
    /// The list's name.
    pub list_name: String,
    /// The entry.
    pub entry: String,
    /// Whether it still supports the alert.
    pub live: bool,
    /// The record of what the entry said.
    pub record: i64,
    /// What it said, as stored form.
    pub body: Vec<u8>,
    /// The version of the subject that was compared.
    pub version: i64,
    /// The score.
    pub score: Score,
    /// The match, as stored form.
    pub found: String,
}

/// Something that happened to the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its place in the log.
    pub key: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: String,
    /// Where the alert stands from here on, if it is about one.
    pub state: Option<AlertState>,
    /// Who did it, where it was a person.
    pub actor: Option<String>,
    /// The revision of the case after it, where it is one of the desk's.
    pub revision: Option<i64>,
    /// The details, as JSON; of an erased subject those that stay.
    pub detail: String,
    /// Whose affair it is.
    pub tenant: String,
}

/// An answer about one subject, as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreeningRow {
    /// Its number.
    pub key: i64,
    /// The subject.
    pub subject: SubjectKey,
    /// Its version.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// What it rested on.
    pub cut: CutKey,
    /// The answer: a stored match by list and entry.
    pub answer: String,
}

/// A row of the ledger of coverage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepRow {
    /// When.
    pub at: Timestamp,
    /// The step it covered, as list key and place in the order of activation; `None` where it was everything.
    pub step: Option<(i64, i64)>,
    /// What was in force.
    pub cut: CutKey,
    /// The last subject it covered.
    pub last: SubjectKey,
    /// How many subjects it screened.
    pub subjects: u64,
    /// Alerts raised.
    pub raised: u64,
    /// Alerts changed.
    pub changed: u64,
    /// Alerts withdrawn.
    pub withdrawn: u64,
    /// A hash over the subjects that were screened, see [`Roll`].
    pub digest: ContentHash,
}

/// Lists by key with the place of their version.
pub(crate) type Places = BTreeMap<i64, i64>;

//! The rows of the list part of the store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_model::{ContentHash, Entry, ListName, Severity, VersionId};

/// How much a new version may differ from the one in force before a person has to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The largest share of entries that may disappear, 0 to 1.
    pub shrink: f64,
    /// The largest share of entries that may change, 0 to 1.
    pub change: f64,
}

impl Default for Limits {
    /// 5 % and 20 %: the largest real step of the OFAC list in 33 months removed 1.1 % and changed 4.5 %.
    fn default() -> Self {
        Self {
            shrink: 0.05,
            change: 0.20,
        }
    }
}

/// How a list is read and fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct ListSpec {
    /// The name of its format.
    pub format: String,
    /// Where it is published, all files of one version.
    pub urls: Vec<String>,
    /// The mapping of a user's own format, as TOML.
    pub mapping: Option<String>,
    /// The limits of the circuit breaker.
    pub limits: Limits,
    /// Where its publisher says which edition is the newest.
    pub described: Option<Described>,
}

/// Where a publisher describes a list: a dataset in a catalogue or a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The address of the catalogue or manifest.
    pub at: String,
    /// The name of the dataset there.
    pub dataset: String,
    /// The name of the resource that holds the list.
    pub resource_name: Option<String>,
    /// The media type of that resource.
    pub resource_type: Option<String>,
}

/// What a publisher calls a version of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its label; labels grow in the order of bytes.
    pub label: String,
    /// How many entities the publisher says it has.
    pub entities: Option<u64>,
}

/// A list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRow {
    /// The row's key.
    pub key: i64,
    /// Its name.
    pub name: ListName,
    /// How it is read.
    pub spec: ListSpec,
    /// When it was added.
    pub created: Timestamp,
}

/// Whether a version serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// In force.
    Active,
    /// Was in force until the next one.
    Superseded,
    /// Held back by the circuit breaker; can be released.
    Quarantined,
    /// Could not be read at all; kept as a fact.
    Unreadable,
}

impl VersionState {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Superseded => "superseded",
            Self::Quarantined => "quarantined",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A version of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRow {
    /// The row's key.
    pub key: i64,
    /// Its id.
    pub version: VersionId,
    /// Whether it serves.
    pub state: VersionState,
    /// Its place in the order of activation, for a version that is or was in force.
    pub seq: Option<i64>,
    /// When the publisher published it.
    pub published: Timestamp,
    /// When we received it.
    pub retrieved: Timestamp,
    /// When it came into force here.
    pub activated: Option<Timestamp>,
    /// The hash over its canonical records.
    pub content: ContentHash,
    /// The number of entries.
    pub entries: u64,
    /// The number of entries by the schema of their party.
    pub by_schema: BTreeMap<String, u64>,
    /// The number of findings.
    pub findings: u64,
    /// Why the circuit breaker held it back, by code and sentence.
    pub reasons: Vec<(String, String)>,
    /// Who released it and why.
    pub release: Option<String>,
}

/// A finding as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// The kind.
    pub code: String,
    /// What it takes.
    pub severity: Severity,
    /// Where, as text.
    pub place: String,
    /// What.
    pub message: String,
}

/// What an entry said over a span of versions.
#[derive(Debug, Clone, PartialEq)]
pub struct EntrySpan {
    /// The list.
    pub list: ListName,
    /// What it said.
    pub entry: Entry,
    /// The first version that said so.
    pub from: VersionRow,
    /// The first version that no longer said so; `None` while it is in force.
    pub to: Option<VersionRow>,
}

/// A moment on the two time axes of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// What was published until then.
    pub published: Timestamp,
    /// What we knew until then.
    pub known: Timestamp,
}

impl AsOf {
    /// Everything published and known.
    pub const NOW: Self = Self {
        published: Timestamp::MAX,
        known: Timestamp::MAX,
    };
}

/// Identifies a stored record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub i64);

/// What came of looking at a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A new version came into force.
    Activated,
    /// The content was the one in force.
    Unchanged,
    /// A version was held back.
    Quarantined,
    /// A version that was held back was released.
    Released,
}

impl Outcome {
    /// The word in the store and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activated => "activated",
            Self::Unchanged => "unchanged",
            Self::Quarantined => "quarantined",
            Self::Released => "released",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [
            Self::Activated,
            Self::Unchanged,
            Self::Quarantined,
            Self::Released,
        ]
        .into_iter()
        .find(|o| o.as_str() == text)
    }
}

/// One look at a list: so that a list nobody looked at for a month cannot pass as fresh.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// When.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
    /// The version it concerns.
    pub version: VersionId,
}

/// What the publisher's server said at the last fetch of a URL, for conditional requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchState {
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
}

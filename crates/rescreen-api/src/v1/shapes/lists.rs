//! Lists, their versions, and what changed between two.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Sweep;

/// A version of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ListVersion {
    /// Its id.
    pub(in crate::v1) version: String,
    /// `active`, `superseded`, `quarantined` or `unreadable`.
    pub(in crate::v1) state: &'static str,
    /// When the publisher published it.
    pub(in crate::v1) published: String,
    /// When we received it.
    pub(in crate::v1) retrieved: String,
    /// When it came into force.
    pub(in crate::v1) activated: Option<String>,
    /// The hash of its content.
    pub(in crate::v1) content: String,
    /// How many entries it has.
    pub(in crate::v1) entries: u64,
    /// How many of each kind.
    pub(in crate::v1) by_schema: BTreeMap<String, u64>,
    /// How many findings there are.
    pub(in crate::v1) findings: u64,
    /// Why it was held back.
    pub(in crate::v1) reasons: Vec<Reason>,
    /// Who released it and why.
    pub(in crate::v1) release_reason: Option<String>,
}

/// Why a version was held back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Reason {
    /// The rule.
    pub(in crate::v1) code: String,
    /// In a sentence.
    pub(in crate::v1) message: String,
}

/// Something an importer noticed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Finding {
    /// The kind.
    pub(in crate::v1) code: String,
    /// What it takes.
    pub(in crate::v1) severity: &'static str,
    /// Where.
    pub(in crate::v1) place: String,
    /// What.
    pub(in crate::v1) message: String,
}

/// A version with its findings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct VersionResponse {
    #[serde(flatten)]
    pub(in crate::v1) version: ListVersion,
    /// What the importer noticed.
    pub(in crate::v1) noticed: Vec<Finding>,
}

/// A list and how it stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ListLine {
    /// Its name.
    pub(in crate::v1) name: String,
    /// How it is read.
    pub(in crate::v1) format: String,
    /// The version in force.
    pub(in crate::v1) version: Option<String>,
    /// `active`, or `empty` without one; `superseded` where the moment asked about is past.
    pub(in crate::v1) state: &'static str,
    /// When that was published.
    pub(in crate::v1) published: Option<String>,
    /// When we received it.
    pub(in crate::v1) retrieved: Option<String>,
    /// How many entries it has.
    pub(in crate::v1) entries: u64,
    /// How many of each kind.
    pub(in crate::v1) by_schema: BTreeMap<String, u64>,
    /// How many findings there are.
    pub(in crate::v1) findings: u64,
    /// A newer version that waits for a person.
    pub(in crate::v1) waiting: Option<ListVersion>,
    /// When somebody last looked for a new version.
    pub(in crate::v1) last_checked: Option<String>,
}

/// The lists.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ListsResponse {
    /// The lists, in name order.
    pub(in crate::v1) lists: Vec<ListLine>,
}

/// A list with its versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ListResponse {
    #[serde(flatten)]
    pub(in crate::v1) line: ListLine,
    /// Its versions, newest last.
    pub(in crate::v1) versions: Vec<ListVersion>,
}

/// An entry named in a difference.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct EntryLine {
    /// Its id.
    pub(in crate::v1) id: String,
    /// Its name.
    pub(in crate::v1) caption: String,
    /// What kind of party it is.
    pub(in crate::v1) schema: &'static str,
}

/// What changed in a field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct FieldChange {
    /// The field.
    pub(in crate::v1) field: String,
    /// What is gone.
    pub(in crate::v1) removed: Vec<String>,
    /// What is new.
    pub(in crate::v1) added: Vec<String>,
}

/// What changed in an entry.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct EntryChange {
    #[serde(flatten)]
    pub(in crate::v1) entry: EntryLine,
    /// The fields.
    pub(in crate::v1) fields: Vec<String>,
    /// What changed in each.
    pub(in crate::v1) changes: Vec<FieldChange>,
}

/// What changed between two versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct DiffResponse {
    /// The list.
    pub(in crate::v1) list: String,
    /// The earlier version.
    pub(in crate::v1) from: String,
    /// The later version.
    pub(in crate::v1) to: String,
    /// Entries only in the later one.
    pub(in crate::v1) added: Vec<EntryLine>,
    /// Entries only in the earlier one.
    pub(in crate::v1) removed: Vec<EntryLine>,
    /// Entries that differ.
    pub(in crate::v1) changed: Vec<EntryChange>,
}

/// A version in which an entry changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct VersionMoment {
    /// Its id.
    pub(in crate::v1) version: String,
    /// When it was published.
    pub(in crate::v1) published: String,
    /// When it came into force here.
    pub(in crate::v1) known: Option<String>,
}

/// What an entry said from one version to another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct EntrySpan {
    /// The list.
    pub(in crate::v1) list: String,
    /// The version from which it said so.
    pub(in crate::v1) from: VersionMoment,
    /// The version from which it said so no more.
    pub(in crate::v1) to: Option<VersionMoment>,
    /// The party, with its parts.
    #[schema(value_type = Object)]
    pub(in crate::v1) entity: Value,
}

/// What an entry says and said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct EntryResponse {
    /// Its id.
    pub(in crate::v1) id: String,
    /// Whether it is listed at the moment asked about.
    pub(in crate::v1) listed: bool,
    /// What it says at that moment.
    pub(in crate::v1) now: Vec<EntrySpan>,
    /// Everything it ever said, oldest first.
    pub(in crate::v1) history: Vec<EntrySpan>,
}

/// That a version is in force that was held back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ReleaseResponse {
    /// The list.
    pub(in crate::v1) list: String,
    /// The version.
    pub(in crate::v1) version: String,
    /// How many entries it has.
    pub(in crate::v1) entries: u64,
    /// What screening the register against it did; `null` where it was released before.
    pub(in crate::v1) sweep: Option<Sweep>,
}

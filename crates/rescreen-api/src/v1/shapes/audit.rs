//! The log: entries, what vouches for it, and proofs.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An entry of the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct LogEntry {
    /// Its place, from 0.
    pub(in crate::v1) entry: u64,
    /// When.
    pub(in crate::v1) at: String,
    /// What, in a word.
    pub(in crate::v1) kind: String,
    /// Whose affair it is.
    pub(in crate::v1) tenant: String,
    /// Who did it; `null` where a list or time did.
    pub(in crate::v1) actor: Option<String>,
    /// In which role.
    pub(in crate::v1) role: Option<String>,
    /// The number of the subject it is about.
    pub(in crate::v1) subject: Option<i64>,
    /// The alert it is about.
    pub(in crate::v1) alert: Option<i64>,
    /// Where the alert stands from here on.
    pub(in crate::v1) state: Option<String>,
    /// The revision of the case after it.
    pub(in crate::v1) revision: Option<i64>,
    /// The details that stay.
    pub(in crate::v1) detail: Value,
    /// The details that may have to go; `null` where there are none or they were erased.
    pub(in crate::v1) data: Value,
    /// Its hash.
    pub(in crate::v1) hash: String,
}

/// A page of the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct LogPage {
    /// The entries, newest first.
    pub(in crate::v1) entries: Vec<LogEntry>,
    /// What to ask for the next page with; `null` at the end.
    pub(in crate::v1) next: Option<String>,
}

/// The public key of the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct KeyResponse {
    /// The key, in the form of signed notes.
    pub(in crate::v1) key: String,
    /// The name of the log.
    pub(in crate::v1) origin: String,
}

/// What the log vouched for at one size.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct SignedCheckpoint {
    /// The name of the log.
    pub(in crate::v1) origin: String,
    /// How many entries it had.
    pub(in crate::v1) size: u64,
    /// The root of the tree over them.
    pub(in crate::v1) root: String,
    /// When it was signed.
    pub(in crate::v1) at: String,
    /// The signed note, which says the same and can be verified.
    pub(in crate::v1) note: String,
}

/// The checkpoints that were signed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct CheckpointsResponse {
    /// The checkpoints, by size.
    pub(in crate::v1) checkpoints: Vec<SignedCheckpoint>,
}

/// A proof over the log, as RFC 6962 has it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ProofResponse {
    /// The entry that is in the log, where that is proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::v1) entry: Option<u64>,
    /// The size of the earlier log that this one begins with, where that is proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::v1) older: Option<u64>,
    /// The hash of the entry, or the root of the earlier log.
    pub(in crate::v1) hash: String,
    /// How many entries the log has.
    pub(in crate::v1) size: u64,
    /// The root of the tree over them.
    pub(in crate::v1) root: String,
    /// The hashes of the proof.
    pub(in crate::v1) proof: Vec<String>,
}

/// The first line of an export; checkpoints and entries follow, a line each.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ExportHead {
    /// The number of the form.
    pub(in crate::v1) rescreen_log: u32,
    /// The name of the log.
    pub(in crate::v1) origin: String,
    /// How many entries the log had.
    pub(in crate::v1) size: u64,
    /// How many of them follow.
    pub(in crate::v1) entries: u64,
    /// The first of them, where they are all from there on.
    #[schema(required = false, nullable = false)]
    pub(in crate::v1) from: Option<u64>,
    /// The number of the subject, where they are those about it.
    #[schema(required = false, nullable = false)]
    pub(in crate::v1) subject: Option<i64>,
}

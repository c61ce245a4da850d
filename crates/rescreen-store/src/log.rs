//! The log: one chain over everything that happened, appended to in the transaction of its effect.
//!
//! An entry says in the open what may be known for good, and is never changed again: the database itself refuses. What
//! may have to go lies beside it with a salt of its own, and the entry only binds it by a commitment. The hashes of
//! `rescreen-audit` chain the entries and make them the leaves of a Merkle tree, of which the frontier and the larger
//! subtrees are kept, so that neither appending nor proving reads the log.

mod append;
mod read;
mod verify;

use jiff::Timestamp;
use rescreen_audit::{Commitment, Hash, Record, Salt, Statement};

use crate::SubjectKey;

pub use append::{Bound, By};
pub(crate) use append::{Detail, Head, NOTHING, NewEvent, append, begin, bound_text, salt};
pub use read::{CheckpointRow, Log, LogFilter};
pub use verify::LogDamage;

/// The tenant of everything that nobody gave to another.
pub const DEFAULT_TENANT: &str = "default";

/// The level from which on the roots of subtrees are kept: below it are at most as many leaves as one read takes.
const KEPT_FROM: u32 = 8;

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its place, from 0.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// What, in a word.
    pub kind: String,
    /// Whose affair it is.
    pub tenant: String,
    /// Who did it; nobody where a list or time did.
    pub actor: Option<String>,
    /// In which role, where the desk knows.
    pub role: Option<String>,
    /// The subject it is about.
    pub subject: Option<SubjectKey>,
    /// The alert it is about.
    pub alert: Option<i64>,
    /// Where the alert stands from here on.
    pub state: Option<String>,
    /// The revision of the case after it.
    pub revision: Option<i64>,
    /// The details that may stay, as JSON.
    pub detail: String,
    /// What binds the details that may have to go.
    pub commitment: Option<Commitment>,
    /// The hash of the entry before it.
    pub previous: Hash,
    /// Its own.
    pub hash: Hash,
    /// The details that may have to go, as JSON, with their salt; nothing where there were none or they were erased.
    pub data: Option<(Salt, String)>,
}

impl LogRow {
    /// What is chained and hashed.
    pub fn statement(&self) -> Statement<'_> {
        Statement {
            at: self.at.as_microsecond(),
            kind: &self.kind,
            tenant: &self.tenant,
            actor: self.actor.as_deref(),
            role: self.role.as_deref(),
            subject: self.subject.map(|key| key.0),
            alert: self.alert,
            state: self.state.as_deref(),
            revision: self.revision,
            detail: &self.detail,
            commitment: self.commitment,
        }
    }

    /// The entry as `rescreen-audit` verifies it.
    pub fn record(&self) -> Record {
        Record {
            index: self.index,
            previous: self.previous,
            event: self.statement().to_bytes(),
            hash: self.hash,
        }
    }

    /// All details that are still there.
    pub fn full_detail(&self) -> &str {
        self.data.as_ref().map_or(&self.detail, |(_, body)| body)
    }
}

//! The mathematics of a log that cannot be changed unseen.
//!
//! Events are canonical bytes ([`Canonical`]). A [`Record`] chains each to the one before it, and its hash is a leaf of a
//! Merkle tree as in RFC 6962 ([`Frontier`]). A [`Checkpoint`] states the tree's size and root in the form of C2SP's
//! tlog-checkpoint, signed as a C2SP signed note. [`verify`] reads an export as a stream and names the first bad entry.
//! Personal data stay outside, behind a [`Commitment`].
//!
//! The crate is pure: keys and salts are arguments, and storage is the caller's.

#![deny(clippy::disallowed_methods)]

mod checkpoint;
mod commitment;
mod merkle;
mod note;
mod record;
mod statement;
#[cfg(test)]
mod tests;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use commitment::{Commitment, Salt};
pub use merkle::{
    Frontier, InvalidFrontier, ProofError, consistency_proof, consistency_ranges, inclusion_proof,
    inclusion_ranges, leaf_hash, range_root, root, verify_consistency, verify_inclusion,
};
pub use note::{LogKey, NoteError, VerifierKey, open_note};
pub use record::{Canonical, Hash, Record, RecordError};
pub use statement::Statement;
pub use verify::{Excerpt, Fault, FaultKind, Link, Verified, Verifier, verify};

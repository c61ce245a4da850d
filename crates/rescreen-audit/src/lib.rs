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
#[cfg(test)]
mod tests;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use commitment::{Commitment, Salt};
pub use merkle::{
    Frontier, InvalidFrontier, ProofError, consistency_proof, inclusion_proof, leaf_hash, root,
    verify_consistency, verify_inclusion,
};
pub use note::{LogKey, NoteError, VerifierKey, open_note};
pub use record::{Canonical, Hash, Record, RecordError};
pub use verify::{Fault, FaultKind, Verified, Verifier, verify};

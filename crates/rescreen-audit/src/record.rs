//! Events as bytes, and the chain over them.

use std::fmt;

use crate::leaf_hash;

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What the first record has in the place of the hash before it.
    pub const ZERO: Self = Self([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Builds the canonical bytes of an event: a version and a kind, then fields in the kind's fixed order, each with its
/// length before it (eight bytes, least significant first). Two different events never have the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical(Vec<u8>);

impl Canonical {
    /// Begins an event of that kind, whose fields are laid out as of that version.
    pub fn new(version: u8, kind: &str) -> Self {
        Self(vec![version]).bytes(kind.as_bytes())
    }

    /// Adds a field of bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend((bytes.len() as u64).to_le_bytes());
        self.0.extend(bytes);
        self
    }

    /// Adds a field of text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// Adds a number.
    #[must_use]
    pub fn number(self, number: i64) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    /// Adds a field that may be missing; nothing differs from empty.
    #[must_use]
    pub fn option(self, bytes: Option<&[u8]>) -> Self {
        match bytes {
            Some(bytes) => self.bytes(&[1]).bytes(bytes),
            None => self.bytes(&[0]),
        }
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// An entry of the log, as it is kept and exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place in the log, from 0.
    pub index: u64,
    /// The hash of the record before it.
    pub previous: Hash,
    /// The event's canonical bytes.
    pub event: Vec<u8>,
    /// The hash of all of that: the next record's `previous`, and the leaf of the Merkle tree.
    pub hash: Hash,
}

/// Bytes that are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Another form of record than this code knows.
    #[error("expected a record of form {expected}, got {got}")]
    Form {
        /// The form known.
        expected: u8,
        /// The form that came.
        got: u8,
    },
    /// Not as long as it says.
    #[error("expected {expected} bytes, got {got}")]
    Length {
        /// How long it is by its own word, or at least.
        expected: u64,
        /// How long it is.
        got: u64,
    },
}

const FORM: u8 = 1;
/// Form, index, previous, length of the event, hash.
const FIXED: usize = 1 + 8 + 32 + 8 + 32;

impl Record {
    /// The record of an event at that place.
    pub fn new(index: u64, previous: Hash, event: Vec<u8>) -> Self {
        let hash = hash(index, previous, &event);
        Self {
            index,
            previous,
            event,
            hash,
        }
    }

    /// What the hash has to be.
    pub fn expected_hash(&self) -> Hash {
        hash(self.index, self.previous, &self.event)
    }

    /// The record as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = head(self.index, self.previous, &self.event);
        bytes.extend(self.hash.0);
        bytes
    }

    /// Reads what [`Record::to_bytes`] wrote. The hash is read, not checked.
    ///
    /// # Errors
    ///
    /// Another form, or a length that is not the bytes' own.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let too_short = RecordError::Length {
            expected: FIXED as u64,
            got: bytes.len() as u64,
        };
        let (form, rest) = bytes.split_first().ok_or(too_short)?;
        if *form != FORM {
            return Err(RecordError::Form {
                expected: FORM,
                got: *form,
            });
        }
        let (index, rest) = rest.split_first_chunk().ok_or(too_short)?;
        let (previous, rest) = rest.split_first_chunk().ok_or(too_short)?;
        let (length, rest) = rest.split_first_chunk().ok_or(too_short)?;
        let (event, hash) = rest.split_last_chunk().ok_or(too_short)?;
        let length = u64::from_le_bytes(*length);
        if length != event.len() as u64 {
            return Err(RecordError::Length {
                expected: length.saturating_add(FIXED as u64),
                got: bytes.len() as u64,
            });
        }
        Ok(Self {
            index: u64::from_le_bytes(*index),
            previous: Hash(*previous),
            event: event.to_vec(),
            hash: Hash(*hash),
        })
    }
}

fn head(index: u64, previous: Hash, event: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(FIXED + event.len());
    bytes.push(FORM);
    bytes.extend(index.to_le_bytes());
    bytes.extend(previous.0);
    bytes.extend((event.len() as u64).to_le_bytes());
    bytes.extend(event);
    bytes
}

fn hash(index: u64, previous: Hash, event: &[u8]) -> Hash {
    leaf_hash(&head(index, previous, event))
}

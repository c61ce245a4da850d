//! What stays of personal data when they are erased.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::Hash;

const DOMAIN: &[u8; 32] = b"rescreen audit commitment v1\0\0\0\0";

/// Random bytes, new for each commitment, kept with the data and erased with them. Without it the commitment tells
/// nothing, not even to somebody who can guess the data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// Binds data without showing them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(pub Hash);

impl Commitment {
    /// Commits to the bytes. All but the last part have a fixed length, so no two inputs run into each other.
    pub fn new(salt: &Salt, bytes: &[u8]) -> Self {
        let hash = Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(salt.0)
            .chain_update(bytes);
        Self(Hash(hash.finalize().into()))
    }

    /// Whether these are the data committed to.
    pub fn opens(&self, salt: &Salt, bytes: &[u8]) -> bool {
        Self::new(salt, bytes) == *self
    }
}

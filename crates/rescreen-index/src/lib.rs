//! Candidates: which prepared parties can reach the floor against a probe.
//!
//! The index is immutable and complete: it never leaves out a party that [`rescreen_match::compare`] would put at or
//! over [`rescreen_match::Policy::FLOOR`], and it has no cap.

#![deny(clippy::disallowed_methods)]

use rescreen_prepare::Prepared;

/// The number of an entry in the order in which the index was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryNo(pub u32);

/// Prepared parties and the way from a key to them.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Prepared>,
}

impl Index {
    /// Builds the index over parties; an entry's number is its place in the vector.
    pub fn build(entries: Vec<Prepared>) -> Self {
        Self { entries }
    }

    /// Every entry that may reach the floor against the probe, in ascending order.
    pub fn candidates(&self, _probe: &Prepared) -> Vec<EntryNo> {
        (0..self.entries.len()).map(|n| EntryNo(n as u32)).collect()
    }

    /// The prepared party of that number.
    ///
    /// # Panics
    /// Where the number is not from this index.
    pub fn entry(&self, no: EntryNo) -> &Prepared {
        &self.entries[no.0 as usize]
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

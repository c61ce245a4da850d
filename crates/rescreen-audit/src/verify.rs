//! Reading an export from its first entry to its last, and naming the first bad one.

use crate::{Checkpoint, Frontier, Hash, ProofError, Record, RecordError, verify_inclusion};

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {index}: {kind}")]
pub struct Fault {
    /// The place of the entry in the log, from 0.
    pub index: u64,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// It is no record.
    #[error("is no record: {0}")]
    Unreadable(RecordError),
    /// It says it is another entry: one is missing, doubled or moved.
    #[error("says it is entry {got}")]
    Index {
        /// What it says.
        got: u64,
    },
    /// It does not continue the entry before it.
    #[error("expected to continue {expected}, continues {got}")]
    Previous {
        /// The hash of the entry before it.
        expected: Hash,
        /// What it names.
        got: Hash,
    },
    /// Its content is not what was hashed.
    #[error("expected the hash {expected}, got {got}")]
    Hash {
        /// The hash of the content.
        expected: Hash,
        /// What it names.
        got: Hash,
    },
    /// The entries add up to another tree than was signed: one of those since the checkpoint before was replaced.
    #[error(
        "the entries from {since} to here are not those signed: expected the root {expected}, got {got}"
    )]
    Root {
        /// The size of the last checkpoint that fits.
        since: u64,
        /// The root signed.
        expected: Hash,
        /// The root of the entries.
        got: Hash,
    },
    /// A checkpoint vouches for more entries than there are.
    #[error("is missing: {signed} entries were signed")]
    Missing {
        /// How many there have to be.
        signed: u64,
    },
    /// It is not in the tree that was signed.
    #[error("is not in the log that was signed: {0}")]
    Unproved(ProofError),
    /// Neither it nor a proof of the entry before it is there.
    #[error("is missing, or the proof of the entry before it is")]
    Gap,
}

/// What was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many entries there are.
    pub size: u64,
    /// How many of them a checkpoint vouches for.
    pub signed: u64,
    /// The root of the tree over all of them.
    pub root: Hash,
}

/// What of an entry joins it to the others. Making it costs a hash and needs no other entry, so that it can be done for
/// many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    index: u64,
    previous: Hash,
    stated: Hash,
    expected: Hash,
}

impl Link {
    /// Hashes a record.
    pub fn of(record: &Record) -> Self {
        Self {
            index: record.index,
            previous: record.previous,
            stated: record.hash,
            expected: record.expected_hash(),
        }
    }

    /// The place of the entry, by its own word.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The hash of its content.
    pub fn hash(&self) -> Hash {
        self.expected
    }

    /// Whether it names the hash before it, where that is known, and its own.
    fn continues(&self, before: Option<Hash>) -> Result<(), Fault> {
        let fault = |kind| {
            Err(Fault {
                index: self.index,
                kind,
            })
        };
        if let Some(expected) = before.filter(|hash| *hash != self.previous) {
            return fault(FaultKind::Previous {
                expected,
                got: self.previous,
            });
        }
        if self.stated != self.expected {
            return fault(FaultKind::Hash {
                expected: self.expected,
                got: self.stated,
            });
        }
        Ok(())
    }
}

/// Takes an export entry by entry. Its memory is the logarithm of the export's size, and the checkpoints.
#[derive(Debug, Clone)]
pub struct Verifier {
    frontier: Frontier,
    last: Hash,
    signed: u64,
    /// Invariant: size and root, the smallest last.
    ahead: Vec<(u64, Hash)>,
}

impl Verifier {
    /// Begins at the first entry. The checkpoints have been opened, so their signatures hold; their order is free.
    pub fn new(checkpoints: &[Checkpoint]) -> Self {
        let mut ahead: Vec<(u64, Hash)> = checkpoints
            .iter()
            .map(|checkpoint| (checkpoint.size, checkpoint.root))
            .collect();
        ahead.sort_unstable_by(|a, b| b.cmp(a));
        Self {
            frontier: Frontier::default(),
            last: Hash::ZERO,
            signed: 0,
            ahead,
        }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    ///
    /// What is wrong with it. What comes after a fault means nothing.
    pub fn push(&mut self, record: Result<Record, RecordError>) -> Result<(), Fault> {
        match record {
            Ok(record) => self.push_link(&Link::of(&record)),
            Err(error) => Err(Fault {
                index: self.frontier.size(),
                kind: FaultKind::Unreadable(error),
            }),
        }
    }

    /// Takes the next entry, hashed already.
    ///
    /// # Errors
    ///
    /// What is wrong with it. What comes after a fault means nothing.
    pub fn push_link(&mut self, link: &Link) -> Result<(), Fault> {
        // A checkpoint of the empty log is due before the first entry.
        self.due()?;
        let index = self.frontier.size();
        if link.index != index {
            return Err(Fault {
                index,
                kind: FaultKind::Index { got: link.index },
            });
        }
        link.continues(Some(self.last))?;
        self.frontier.push(link.expected);
        self.last = link.expected;
        self.due()
    }

    /// Ends the export.
    ///
    /// # Errors
    ///
    /// A checkpoint vouches for entries that have not come.
    pub fn finish(mut self) -> Result<Verified, Fault> {
        self.due()?;
        let size = self.frontier.size();
        if let Some((signed, _)) = self.ahead.first() {
            return Err(Fault {
                index: size,
                kind: FaultKind::Missing { signed: *signed },
            });
        }
        Ok(Verified {
            size,
            signed: self.signed,
            root: self.frontier.root(),
        })
    }

    /// Compares with the checkpoints of this size.
    fn due(&mut self) -> Result<(), Fault> {
        let size = self.frontier.size();
        while let Some((_, expected)) = self.ahead.pop_if(|(at, _)| *at == size) {
            let got = self.frontier.root();
            if got != expected {
                return Err(Fault {
                    index: size.saturating_sub(1),
                    kind: FaultKind::Root {
                        since: self.signed,
                        expected,
                        got,
                    },
                });
            }
            self.signed = size;
        }
        Ok(())
    }
}

/// Takes parts of a log. Each record binds those before it, so the last of each run of consecutive entries has a proof
/// and the others need none. That no entry was left out between two runs cannot be seen here.
#[derive(Debug, Clone)]
pub struct Excerpt {
    size: u64,
    root: Hash,
    count: u64,
    /// The last entry, and whether a proof binds it.
    last: Option<(u64, Hash, bool)>,
}

impl Excerpt {
    /// Begins an excerpt of the log that a checkpoint vouches for. It has been opened, so its signature holds.
    pub fn new(checkpoint: &Checkpoint) -> Self {
        Self {
            size: checkpoint.size,
            root: checkpoint.root,
            count: 0,
            last: None,
        }
    }

    /// Takes the next entry, with its proof where it has one.
    ///
    /// # Errors
    ///
    /// What is wrong with it, or with the one before it. What comes after a fault means nothing.
    pub fn push(&mut self, link: &Link, proof: Option<&[Hash]>) -> Result<(), Fault> {
        let index = link.index;
        let continued = match self.last {
            Some((last, ..)) if index <= last => {
                return Err(Fault {
                    index: last.saturating_add(1),
                    kind: FaultKind::Index { got: index },
                });
            }
            Some((last, hash, _)) if index == last.saturating_add(1) => Some(hash),
            Some((last, _, false)) => {
                return Err(Fault {
                    index: last.saturating_add(1),
                    kind: FaultKind::Gap,
                });
            }
            None if index == 0 => Some(Hash::ZERO),
            _ => None,
        };
        link.continues(continued)?;
        let expected = link.expected;
        if let Some(proof) = proof {
            verify_inclusion(expected, index, self.size, proof, self.root).map_err(|error| {
                Fault {
                    index,
                    kind: FaultKind::Unproved(error),
                }
            })?;
        }
        self.last = Some((index, expected, proof.is_some()));
        self.count += 1;
        Ok(())
    }

    /// Ends the excerpt and gives how many entries it has.
    ///
    /// # Errors
    ///
    /// Nothing proves the last entry.
    pub fn finish(self) -> Result<u64, Fault> {
        match self.last {
            Some((last, _, false)) => Err(Fault {
                index: last.saturating_add(1),
                kind: FaultKind::Gap,
            }),
            _ => Ok(self.count),
        }
    }
}

/// Verifies a whole export against the checkpoints.
///
/// # Errors
///
/// The first bad entry.
pub fn verify(
    records: impl IntoIterator<Item = Result<Record, RecordError>>,
    checkpoints: &[Checkpoint],
) -> Result<Verified, Fault> {
    let mut verifier = Verifier::new(checkpoints);
    for record in records {
        verifier.push(record)?;
    }
    verifier.finish()
}

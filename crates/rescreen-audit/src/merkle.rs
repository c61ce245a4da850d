//! The Merkle tree of RFC 6962, section 2.1; proofs are verified as in RFC 9162, sections 2.1.3.2 and 2.1.4.2.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

use crate::Hash;

/// The hash of a leaf.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    let hash = Sha256::new().chain_update([0]).chain_update(bytes);
    Hash(hash.finalize().into())
}

fn node_hash(left: Hash, right: Hash) -> Hash {
    let hash = Sha256::new()
        .chain_update([1])
        .chain_update(left.0)
        .chain_update(right.0);
    Hash(hash.finalize().into())
}

/// A tree that only grows, in the memory of its logarithm: the roots of its perfect subtrees.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// Invariant: one for each bit that is set in `size`, the largest subtree first.
    roots: Vec<Hash>,
}

/// Roots that cannot be those of a tree of that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tree of size {size} has {expected} subtree roots, got {got}")]
pub struct InvalidFrontier {
    /// The size.
    pub size: u64,
    /// How many roots belong to it.
    pub expected: usize,
    /// How many came.
    pub got: usize,
}

impl Frontier {
    /// Takes a frontier up again where it was kept.
    ///
    /// # Errors
    ///
    /// The number of roots has to be that of the size.
    pub fn resume(size: u64, roots: Vec<Hash>) -> Result<Self, InvalidFrontier> {
        let expected = size.count_ones() as usize;
        if roots.len() == expected {
            Ok(Self { size, roots })
        } else {
            Err(InvalidFrontier {
                size,
                expected,
                got: roots.len(),
            })
        }
    }

    /// Adds a leaf at the cost of at most the logarithm of the size in hashes.
    pub fn push(&mut self, leaf: Hash) {
        self.push_telling(leaf, |_, _, _| {});
    }

    /// Does the same and tells of each perfect subtree that is complete now: its level, its place among those of its
    /// level, its root. Whoever keeps them can prove anything later without reading all leaves.
    pub fn push_telling(&mut self, leaf: Hash, mut complete: impl FnMut(u32, u64, Hash)) {
        let mut right = leaf;
        // A subtree for each trailing bit is complete now.
        for level in 1..=self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                right = node_hash(left, right);
                complete(level, self.size >> level, right);
            }
        }
        self.roots.push(right);
        self.size += 1;
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the perfect subtrees, the largest first: what to keep beside the size.
    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let folded = self.roots.iter().rev().copied();
        folded
            .reduce(|right, left| node_hash(left, right))
            .unwrap_or_else(|| Hash(Sha256::digest([]).into()))
    }
}

/// The root of the tree over these leaf hashes.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// The root over leaves that are a subtree of some tree, as the ranges of proofs are. `subtree` gives the roots of
/// perfect subtrees by level and by place among those of the level; level 0 are the leaves.
///
/// # Errors
///
/// What `subtree` gives.
pub fn range_root<E>(
    range: Range<u64>,
    mut subtree: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let mut roots = Vec::new();
    let mut from = range.start;
    while from < range.end {
        let level = (range.end - from).ilog2();
        roots.push(subtree(level, from >> level)?);
        from += 1 << level;
    }
    let folded = roots.into_iter().rev();
    let folded = folded.reduce(|right, left| node_hash(left, right));
    Ok(folded.unwrap_or_else(|| root(&[])))
}

/// The place at which a range of leaves is split: the largest power of two below its length.
fn split(range: &Range<u64>) -> u64 {
    range.start + (1 << (range.end - range.start - 1).ilog2())
}

/// A question that has no proof, or a proof that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// There is no such leaf or older tree.
    #[error("expected at most {size}, got {got}")]
    OutOfRange {
        /// The size of the tree.
        size: u64,
        /// The index or older size that came.
        got: u64,
    },
    /// Too few or too many hashes.
    #[error("the proof does not have the length that belongs to these sizes, it has {got}")]
    Length {
        /// How many hashes came.
        got: usize,
    },
    /// The proof leads to another root.
    #[error("expected the root {expected}, the proof leads to {got}")]
    Root {
        /// The root expected.
        expected: Hash,
        /// The root that the proof leads to.
        got: Hash,
    },
}

/// Which leaves the hashes of an inclusion proof are the roots of, from below.
///
/// # Errors
///
/// There is no such leaf.
pub fn inclusion_ranges(size: u64, index: u64) -> Result<Vec<Range<u64>>, ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { size, got: index });
    }
    let (mut tree, mut beside) = (0..size, Vec::new());
    while tree.end - tree.start > 1 {
        let at = split(&tree);
        if index < at {
            beside.push(at..tree.end);
            tree.end = at;
        } else {
            beside.push(tree.start..at);
            tree.start = at;
        }
    }
    beside.reverse();
    Ok(beside)
}

/// The proof that a leaf is in the tree: the hashes beside its way to the root, from below.
///
/// # Errors
///
/// There is no such leaf.
pub fn inclusion_proof(leaves: &[Hash], index: u64) -> Result<Vec<Hash>, ProofError> {
    Ok(roots(leaves, inclusion_ranges(leaves.len() as u64, index)?))
}

fn roots(leaves: &[Hash], ranges: Vec<Range<u64>>) -> Vec<Hash> {
    let roots = ranges.into_iter();
    let roots = roots.map(|range| root(&leaves[range.start as usize..range.end as usize]));
    roots.collect()
}

/// Checks that a leaf is in the tree of that size and root.
///
/// # Errors
///
/// Why the proof does not hold.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    expected: Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { size, got: index });
    }
    let length = ProofError::Length { got: proof.len() };
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for beside in proof {
        if last == 0 {
            return Err(length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(*beside, hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, *beside);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(length);
    }
    same(expected, hash)
}

/// Which leaves the hashes of a consistency proof are the roots of.
///
/// # Errors
///
/// The tree has never been that large.
pub fn consistency_ranges(size: u64, older: u64) -> Result<Vec<Range<u64>>, ProofError> {
    if older > size {
        return Err(ProofError::OutOfRange { size, got: older });
    }
    let mut beside = Vec::new();
    if older == 0 || older == size {
        return Ok(beside);
    }
    let (mut tree, mut is_whole) = (0..size, true);
    while older < tree.end {
        let at = split(&tree);
        if older <= at {
            beside.push(at..tree.end);
            tree.end = at;
        } else {
            beside.push(tree.start..at);
            tree.start = at;
            is_whole = false;
        }
    }
    // The older tree itself needs no telling: whoever verifies has its root.
    if !is_whole {
        beside.push(tree);
    }
    beside.reverse();
    Ok(beside)
}

/// The proof that the tree of the older size is the beginning of this one.
///
/// # Errors
///
/// The tree has never been that large.
pub fn consistency_proof(leaves: &[Hash], older: u64) -> Result<Vec<Hash>, ProofError> {
    let ranges = consistency_ranges(leaves.len() as u64, older)?;
    Ok(roots(leaves, ranges))
}

/// Checks that the older tree is the beginning of the newer one. Trees are given by size and root.
///
/// # Errors
///
/// Why the proof does not hold.
pub fn verify_consistency(
    (older, older_root): (u64, Hash),
    (newer, newer_root): (u64, Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    if older > newer {
        return Err(ProofError::OutOfRange {
            size: newer,
            got: older,
        });
    }
    let length = ProofError::Length { got: proof.len() };
    if older == 0 || older == newer {
        if !proof.is_empty() {
            return Err(length);
        }
        let expected = if older == 0 { root(&[]) } else { newer_root };
        return same(expected, older_root);
    }
    let (first, rest) = if older.is_power_of_two() {
        (older_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(length)?;
        (*first, rest)
    };
    let (mut node, mut last) = (older - 1, newer - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (first, first);
    for beside in rest {
        if last == 0 {
            return Err(length);
        }
        if node & 1 == 1 || node == last {
            old = node_hash(*beside, old);
            new = node_hash(*beside, new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(new, *beside);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(length);
    }
    same(older_root, old)?;
    same(newer_root, new)
}

fn same(expected: Hash, got: Hash) -> Result<(), ProofError> {
    if expected == got {
        Ok(())
    } else {
        Err(ProofError::Root { expected, got })
    }
}

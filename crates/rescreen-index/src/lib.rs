//! Candidates: which prepared parties can reach the floor against a probe.
//!
//! The index is immutable and complete: it never leaves out a party that [`rescreen_match::compare`] would put at or
//! over [`rescreen_match::Policy::FLOOR`], and it has no cap. It rests on the contract of the keys (see
//! `rescreen_match::keys`).
//!
//! It works on words, not on names: thousands of parties share a few thousand name parts. A key leads to the distinct
//! words filed under it; the relation is verified there, once; only then is the list of parties opened in which the
//! word is heavy enough to open a comparison.

#![deny(clippy::disallowed_methods)]

mod postings;

use std::collections::HashMap;

use postings::Postings;
use rescreen_match::{identifier_keys, join_keys, openers, relate, relate_join, token_keys};
use rescreen_prepare::{Join, Prepared, Roles, Token};

/// The number of an entry in the order in which the index was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryNo(pub u32);

/// Prepared parties and the way from a key to them.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Prepared>,
    words: Filed<Token>,
    joins: Filed<Join>,
    identifiers: Postings,
}

/// Distinct words, how to find them, and the parties they open.
#[derive(Debug)]
struct Filed<T> {
    words: Vec<T>,
    by_key: Postings,
    entries: Vec<Vec<u32>>,
}

impl<T> Default for Filed<T> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            by_key: Postings::default(),
            entries: Vec::new(),
        }
    }
}

/// What tells words apart that relate differently.
type Identity = (u64, u64, Roles, usize);

/// Words being collected.
struct Filing<T> {
    filed: Filed<T>,
    seen: HashMap<Identity, u32>,
}

impl<T: Clone> Filing<T> {
    fn new() -> Self {
        Self {
            filed: Filed::default(),
            seen: HashMap::new(),
        }
    }

    fn add(&mut self, identity: Identity, word: &T, entry: u32) {
        let filed = &mut self.filed;
        let number = *self.seen.entry(identity).or_insert_with(|| {
            filed.words.push(word.clone());
            filed.entries.push(Vec::new());
            filed.words.len() as u32 - 1
        });
        let entries = &mut filed.entries[number as usize];
        if entries.last() != Some(&entry) {
            entries.push(entry);
        }
    }

    fn finish(mut self, keys: impl Fn(&T, &mut dyn FnMut(u64))) -> Filed<T> {
        let mut pairs = Vec::new();
        for (number, word) in self.filed.words.iter().enumerate() {
            keys(word, &mut |key| pairs.push((key, number as u32)));
        }
        self.filed.by_key = Postings::build(pairs);
        self.filed
    }
}

impl<T> Filed<T> {
    /// Opens the entries of every word that shares a key and passes the test.
    fn open(&self, keys: &mut Vec<u64>, relates: impl Fn(&T) -> bool, found: &mut Vec<u32>) {
        let mut words: Vec<u32> = keys.drain(..).flat_map(|k| self.by_key.get(k)).collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            if relates(&self.words[word as usize]) {
                found.extend_from_slice(&self.entries[word as usize]);
            }
        }
    }
}

impl Index {
    /// Builds the index over parties; an entry's number is its place in the vector.
    pub fn build(entries: Vec<Prepared>) -> Self {
        let (mut words, mut joins) = (Filing::new(), Filing::new());
        let mut identifiers = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            let number = number as u32;
            for name in &entry.names {
                let openers = openers(name);
                let opens = |i: usize| openers & (1 << i) != 0;
                for (i, token) in name.tokens.iter().enumerate() {
                    if opens(i) {
                        words.add(identity(token), token, number);
                    }
                }
                for join in &name.joins {
                    let first = usize::from(join.first);
                    if opens(first) || opens(first + 1) {
                        let identity =
                            (join.form.hash, 0, Roles::NONE, usize::from(join.form.abjad));
                        joins.add(identity, join, number);
                    }
                }
            }
            identifiers.extend(identifier_keys(entry).map(|key| (key, number)));
        }
        Self {
            words: words.finish(|token, emit| token_keys(token, &mut |key| emit(key))),
            joins: joins.finish(|join, emit| join_keys(join, &mut |key| emit(key))),
            identifiers: Postings::build(identifiers),
            entries,
        }
    }

    /// Every entry that may reach the floor against the probe, in ascending order.
    pub fn candidates(&self, probe: &Prepared) -> Vec<EntryNo> {
        let mut found = Vec::new();
        let mut keys = Vec::new();
        for name in &probe.names {
            for token in &name.tokens {
                token_keys(token, &mut |key| keys.push(key));
                let also = keys.clone();
                self.words
                    .open(&mut keys, |word| relate(token, word).is_some(), &mut found);
                keys = also;
                self.joins.open(
                    &mut keys,
                    |join| relate_join(join, token).is_some(),
                    &mut found,
                );
            }
            for join in &name.joins {
                join_keys(join, &mut |key| keys.push(key));
                self.words.open(
                    &mut keys,
                    |word| relate_join(join, word).is_some(),
                    &mut found,
                );
            }
        }
        found.extend(identifier_keys(probe).flat_map(|key| self.identifiers.get(key)));
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(EntryNo).collect()
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

fn identity(token: &Token) -> Identity {
    let rigid = Roles::NUMERAL.with(Roles::LEGAL).with(Roles::INITIAL);
    let roles = if token.roles.any(rigid) {
        token.roles
    } else {
        Roles::NONE
    };
    (
        token.form().hash,
        token.characters,
        roles,
        token.forms.len(),
    )
}

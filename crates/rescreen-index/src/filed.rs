//! Words of held names, each once, found by their keys and leading to the names.

use std::collections::HashMap;

use rescreen_match::Key;
use rescreen_prepare::{Roles, Token};
use smallvec::SmallVec;

use crate::postings::Postings;

/// Distinct words, how to find them, and the names they open.
#[derive(Debug)]
pub(crate) struct Filed<T> {
    pub(crate) words: Vec<T>,
    by_key: Postings,
    pub(crate) names: Vec<Vec<u32>>,
}

/// What tells words apart that relate differently or weigh differently.
pub(crate) type Identity = (u64, u64, Roles, u16, usize);

/// Words being collected.
pub(crate) struct Filing<T> {
    words: Vec<T>,
    names: Vec<Vec<u32>>,
    seen: HashMap<Identity, u32>,
}

impl<T: Clone> Filing<T> {
    pub(crate) fn new() -> Self {
        Self {
            words: Vec::new(),
            names: Vec::new(),
            seen: HashMap::new(),
        }
    }

    pub(crate) fn add(&mut self, identity: Identity, word: &T, name: u32) {
        let number = *self.seen.entry(identity).or_insert_with(|| {
            self.words.push(word.clone());
            self.names.push(Vec::new());
            self.words.len() as u32 - 1
        });
        let names = &mut self.names[number as usize];
        if names.last() != Some(&name) {
            names.push(name);
        }
    }

    pub(crate) fn finish(self, keys: impl Fn(&T, &mut dyn FnMut(u64))) -> Filed<T> {
        let mut pairs = Vec::new();
        for (number, word) in self.words.iter().enumerate() {
            keys(word, &mut |key| pairs.push((key, number as u32)));
        }
        Filed {
            by_key: Postings::build(pairs),
            words: self.words,
            names: self.names,
        }
    }
}

impl<T> Filed<T> {
    /// The keys of some of the words.
    pub(crate) fn keys(&self, wanted: &[bool]) -> Vec<Key> {
        let all = self.by_key.pairs();
        all.filter_map(|(key, word)| wanted[word as usize].then_some(key))
            .collect()
    }

    /// The distinct words filed under any of the keys.
    pub(crate) fn under(&self, keys: &mut Vec<Key>) -> SmallVec<[u32; 16]> {
        let mut words: SmallVec<[u32; 16]> =
            keys.drain(..).flat_map(|k| self.by_key.get(k)).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// A word with the names it opens.
    pub(crate) fn word(&self, word: u32) -> (&T, &[u32]) {
        (
            &self.words[word as usize],
            self.names[word as usize].as_slice(),
        )
    }
}

/// What tells a part from others.
pub(crate) fn identity(token: &Token) -> Identity {
    // Roles that change a relation or the cost of a missing part.
    let telling = Roles::NUMERAL
        .with(Roles::LEGAL)
        .with(Roles::INITIAL)
        .with(Roles::SYLLABLE)
        .with(Roles::HONORIFIC)
        .with(Roles::SUFFIX)
        .with(Roles::PATRONYMIC)
        .with(Roles::KUNYA);
    (
        token.form().hash,
        token.characters,
        token.roles.and(telling),
        token.weight,
        // Letters of Latin script are another word than the same ones with vowels unwritten.
        2 * token.forms.len() + usize::from(token.form().abjad),
    )
}

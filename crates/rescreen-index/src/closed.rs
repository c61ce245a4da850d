//! The parts of held names that open no comparison.
//!
//! An index need not hold them: a probe that meets none of the others of a name cannot reach the floor. Whoever relates a
//! whole dictionary of parts once knows these, too, for little more, and then most names that meet a single opener are told
//! to be hopeless without being put together.

use rescreen_match::{Agreement, Key, relate, token_keys};
use rescreen_prepare::{Prepared, Token};

use crate::{
    HeldNo, Index,
    filed::{Filed, Filing, identity},
};

/// A distinct part that opens no comparison of at least one name it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClosedNo(u32);

/// The parts of an index's names that are no openers.
#[derive(Debug)]
pub struct Closed(Filed<Token>);

impl Index {
    /// Collects the parts that are no openers.
    pub fn closed(&self) -> Closed {
        let mut words = Filing::new();
        for (held, name) in self.names.iter().enumerate() {
            let party = &self.entries[name.entry as usize];
            for (i, token) in party.names[name.name as usize].tokens.iter().enumerate() {
                if name.profile.is_closed(i) {
                    words.add(identity(token), token, held as u32);
                }
            }
        }
        Closed(words.finish(|token, emit| token_keys(token, &mut |key| emit(key))))
    }
}

impl Closed {
    /// Every key that a part of an asking name needs one of to be [related](Closed::related) to a part of a party that is
    /// `wanted`.
    pub fn part_keys(&self, index: &Index, wanted: &impl Fn(&Prepared) -> bool) -> Vec<Key> {
        self.0.keys(&index.opens(&self.0, wanted))
    }

    /// The parts of parties that are `wanted`.
    pub fn parts(
        &self,
        index: &Index,
        wanted: &impl Fn(&Prepared) -> bool,
    ) -> impl Iterator<Item = &Token> {
        let of_them = index.opens(&self.0, wanted);
        let parts = self.0.words.iter().zip(of_them);
        parts.filter_map(|(word, is_of_them)| is_of_them.then_some(word))
    }

    /// The parts that a part of an asking name relates to, and what is then known to agree. The keys are those of the
    /// part's [`token_keys`] that are among [`part_keys`](Closed::part_keys); others do no harm. They are used up.
    pub fn related(
        &self,
        keys: &mut Vec<Key>,
        part: impl FnOnce() -> Token,
    ) -> Vec<(ClosedNo, Agreement)> {
        let words = self.0.under(keys);
        if words.is_empty() {
            return Vec::new();
        }
        let part = part();
        let related = |number: &u32| {
            let (word, _) = self.0.word(*number);
            let relation = relate(&part, word)?;
            Some((ClosedNo(*number), Agreement::of(&part, word, relation)))
        };
        words.iter().filter_map(related).collect()
    }

    /// Whether the part stands in the held name and does not open it.
    ///
    /// # Panics
    /// Where the number is not from here.
    pub fn is_in(&self, part: ClosedNo, name: HeldNo) -> bool {
        self.0.names[part.0 as usize].binary_search(&name.0).is_ok()
    }
}

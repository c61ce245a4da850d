//! Candidates: which prepared parties can reach the floor against a probe.
//!
//! The index is immutable and complete: it never leaves out a pair of names that [`rescreen_match::compare`] would put
//! at or over the floor it was built for, and it has no cap. It rests on the contract of the keys (see
//! `rescreen_match::keys`).
//!
//! It works on words, not on names: thousands of names share a few thousand parts. A key leads to the distinct words
//! filed under it; the relation is verified there, once; only then are the names opened in which the word is heavy
//! enough to open a comparison, and of those only the ones remain whose other parts can still make up for what is
//! missing.

#![deny(clippy::disallowed_methods)]

mod closed;
mod filed;
mod postings;

pub use closed::{Closed, ClosedNo};
use filed::{Filed, Filing, identity};
use postings::Postings;
use rescreen_match::{
    Agreement, Bound, Key, Known, Policy, Profile, identifier_keys, join_keys, may_reach, relate,
    relate_join, token_join_keys, token_keys, typo_asking_keys, typo_held_keys,
};
use rescreen_prepare::{Join, Name, Prepared, Roles, Token};

/// The number of an entry in the order in which the index was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryNo(pub u32);

/// The number of a name that the index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeldNo(pub u32);

/// A party that may reach the floor, and the names by which it may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The party.
    pub entry: EntryNo,
    /// Pairs of names: the probe's, the entry's. Empty where only an identifier led here.
    pub names: Vec<(usize, usize)>,
}

/// Prepared parties and the way from a key to them.
#[derive(Debug)]
pub struct Index {
    entries: Vec<Prepared>,
    names: Vec<Held>,
    policy: Policy,
    words: Filed<Token>,
    joins: Filed<Join>,
    identifiers: Postings,
    typos: Option<Postings>,
}

/// A name in the index.
#[derive(Debug)]
struct Held {
    entry: u32,
    name: u32,
    profile: Profile,
}

impl Index {
    /// Builds the index over parties for a policy; an entry's number is its place in the vector.
    pub fn build(entries: Vec<Prepared>, policy: &Policy) -> Self {
        let (mut words, mut joins) = (Filing::new(), Filing::new());
        let mut identifiers = Vec::new();
        let mut names = Vec::new();
        let mut typos = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            for (place, name) in entry.names.iter().enumerate() {
                let profile = Profile::of(name, policy.floor());
                let held = names.len() as u32;
                names.push(Held {
                    entry: number as u32,
                    name: place as u32,
                    profile,
                });
                if policy.typo_floor() {
                    typo_held_keys(name, &mut |key| typos.push((key, held)));
                }
                for (i, token) in name.tokens.iter().enumerate() {
                    if profile.opens(i) {
                        words.add(identity(token), token, held);
                    }
                }
                for join in &name.joins {
                    if join.parts().any(|part| profile.opens(part)) {
                        let kind = usize::from(join.form.abjad)
                            + 2 * usize::from(join.exact)
                            + 4 * usize::from(join.is_acronym());
                        // Letters that are cut in two places have two skeletons.
                        let identity = (join.form.hash, join.form.skeleton, Roles::NONE, 0, kind);
                        joins.add(identity, join, held);
                    }
                }
            }
            identifiers.extend(identifier_keys(entry).map(|key| (key, number as u32)));
        }
        Self {
            words: words.finish(|token, emit| token_keys(token, &mut |key| emit(key))),
            joins: joins.finish(|join, emit| join_keys(join, &mut |key| emit(key))),
            identifiers: Postings::build(identifiers),
            typos: policy.typo_floor().then(|| Postings::build(typos)),
            entries,
            names,
            policy: policy.clone(),
        }
    }

    /// Every party that may reach the floor against the probe, in ascending order, with the pairs of names by which
    /// it may.
    pub fn candidates(&self, probe: &Prepared) -> Vec<Candidate> {
        let mut pairs: Vec<(u32, u32, u32)> = Vec::new();
        let mut met = Vec::new();
        for (place, name) in probe.names.iter().enumerate() {
            met.clear();
            self.meet(name, &mut met);
            if let Some(typos) = &self.typos {
                typo_asking_keys(name, &mut |key| {
                    met.extend(typos.get(key).map(|held| (held, Agreement::unknown())));
                });
            }
            met.sort_unstable_by_key(|(held, _)| *held);
            let parts = name.tokens.iter().map(Bound::of);
            let asking = parts.fold(Bound::default(), Bound::and);
            for run in met.chunk_by(|a, b| a.0 == b.0) {
                let held = &self.names[run[0].0 as usize];
                let known = run
                    .iter()
                    .map(|(_, agreement)| *agreement)
                    .fold(Agreement::default(), Agreement::and);
                if may_reach(
                    asking,
                    &held.profile,
                    (Known::Openers, &known),
                    self.policy.floor(),
                ) {
                    pairs.push((held.entry, place as u32, held.name));
                }
            }
        }
        pairs.sort_unstable();
        let mut candidates: Vec<Candidate> = pairs
            .chunk_by(|a, b| a.0 == b.0)
            .map(|run| Candidate {
                entry: EntryNo(run[0].0),
                names: run
                    .iter()
                    .map(|(_, ours, theirs)| (*ours as usize, *theirs as usize))
                    .collect(),
            })
            .collect();
        for key in identifier_keys(probe) {
            for entry in self.identifiers.get(key).map(EntryNo) {
                if let Err(at) = candidates.binary_search_by_key(&entry, |c| c.entry) {
                    let names = Vec::new();
                    candidates.insert(at, Candidate { entry, names });
                }
            }
        }
        candidates
    }

    /// The held names that have an opener related to a part of the name.
    fn meet(&self, name: &Name, met: &mut Vec<(u32, Agreement)>) {
        let mut keys = Vec::new();
        for token in &name.tokens {
            self.meet_part(token, &mut keys, met);
        }
        for join in &name.joins {
            let held = self.joined_meetings(join);
            met.extend(held.map(|held| (held.0, Agreement::unknown())));
        }
    }

    /// The held names that have an opener related to two parts of an asking name that are written as one; a name may come
    /// more than once.
    pub fn joined_meetings(&self, join: &Join) -> impl Iterator<Item = HeldNo> {
        let mut keys = Vec::new();
        join_keys(join, &mut |key| keys.push(key));
        let words = self.words.under(&mut keys).into_iter();
        let related = words
            .map(|word| self.words.word(word))
            .filter(move |(word, _)| relate_join(join, word).is_some());
        related.flat_map(|(_, names)| names.iter().map(|held| HeldNo(*held)))
    }

    /// The held names that have an opener related to the part.
    fn meet_part(&self, part: &Token, keys: &mut Vec<Key>, met: &mut Vec<(u32, Agreement)>) {
        token_keys(part, &mut |key| keys.push(key));
        self.meet_words(&self.words.under(keys), part, met);
        token_join_keys(part, &mut |key| keys.push(key));
        self.meet_joins(&self.joins.under(keys), part, met);
    }

    fn meet_words(&self, words: &[u32], part: &Token, met: &mut Vec<(u32, Agreement)>) {
        for (word, names) in words.iter().map(|word| self.words.word(*word)) {
            if let Some(relation) = relate(part, word) {
                let agreement = Agreement::of(part, word, relation);
                met.extend(names.iter().map(|held| (*held, agreement)));
            }
        }
    }

    fn meet_joins(&self, joins: &[u32], part: &Token, met: &mut Vec<(u32, Agreement)>) {
        for (join, names) in joins.iter().map(|join| self.joins.word(*join)) {
            if relate_join(join, part).is_some() {
                met.extend(names.iter().map(|held| (*held, Agreement::unknown())));
            }
        }
    }

    /// The held names that a part of any asking name meets, with what is then known to agree: what [`candidates`] puts
    /// together name by name, for whoever relates a dictionary of parts once and reads many names by it. The keys are
    /// those of the part's [`token_keys`] that are among [`part_keys`](Index::part_keys); others do no harm. They
    /// are used up.
    ///
    /// [`candidates`]: Index::candidates
    pub fn meetings(
        &self,
        keys: &mut Vec<Key>,
        part: impl FnOnce() -> Token,
    ) -> Vec<(HeldNo, Agreement)> {
        let joins = self.joins.under(&mut keys.clone());
        let words = self.words.under(keys);
        if words.is_empty() && joins.is_empty() {
            return Vec::new();
        }
        let (part, mut met) = (part(), Vec::new());
        self.meet_words(&words, &part, &mut met);
        self.meet_joins(&joins, &part, &mut met);
        met.into_iter()
            .map(|(held, agreement)| (HeldNo(held), agreement))
            .collect()
    }

    /// A held name: the party it belongs to, the name, and its profile.
    ///
    /// # Panics
    /// Where the number is not from this index.
    pub fn held(&self, name: HeldNo) -> (&Prepared, &Name, &Profile) {
        let held = &self.names[name.0 as usize];
        let party = &self.entries[held.entry as usize];
        (party, &party.names[held.name as usize], &held.profile)
    }

    /// Every key that a part of an asking name needs one of to have [`meetings`](Index::meetings) with a party that is
    /// `wanted`.
    pub fn part_keys(&self, wanted: &impl Fn(&Prepared) -> bool) -> Vec<Key> {
        let mut keys = self.words.keys(&self.opens(&self.words, wanted));
        keys.extend(self.joins.keys(&self.opens(&self.joins, wanted)));
        keys
    }

    /// The parts that may open a comparison with a party that is `wanted`.
    pub fn parts(&self, wanted: &impl Fn(&Prepared) -> bool) -> impl Iterator<Item = &Token> {
        let opens = self.opens(&self.words, wanted);
        self.words
            .words
            .iter()
            .zip(opens)
            .filter_map(|(word, opens)| opens.then_some(word))
    }

    /// Which of the filed words open a name of a party that is `wanted`.
    fn opens<T>(&self, filed: &Filed<T>, wanted: &impl Fn(&Prepared) -> bool) -> Vec<bool> {
        let is_wanted: Vec<bool> = self.entries.iter().map(wanted).collect();
        let opens = |names: &Vec<u32>| {
            names
                .iter()
                .any(|held| is_wanted[self.names[*held as usize].entry as usize])
        };
        filed.names.iter().map(opens).collect()
    }

    /// Every key that an asking name needs one of to be put to review by the typo floor.
    pub fn typo_keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.typos.iter().flat_map(Postings::pairs).map(|p| p.0)
    }

    /// The keys of all identifiers.
    pub fn identifier_keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.identifiers.pairs().map(|(key, _)| key)
    }

    /// The prepared party of that number.
    ///
    /// # Panics
    /// Where the number is not from this index.
    pub fn entry(&self, no: EntryNo) -> &Prepared {
        &self.entries[no.0 as usize]
    }

    /// The number of names of all entries.
    pub fn names(&self) -> usize {
        self.names.len()
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

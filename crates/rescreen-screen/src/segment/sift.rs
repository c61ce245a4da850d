//! Sifting: which subjects of a segment an index may have candidates for.
//!
//! Three steps, each of which leaves fewer to the next. Every word of the dictionary is related to the index: few meet
//! a part that opens a held name, they are *hot*, and some relate to the other parts of held names, they are *warm*. Then the
//! columns are read: of a name with hot words the index's own bound says whether it may reach the floor at all, with what
//! its warm words add. What is left is put together from the dictionary, name by name, and weighed.

use std::ops::Range;

use rayon::prelude::*;
use rescreen_index::{Closed, ClosedNo, HeldNo, Index};
use rescreen_match::{
    Agreement, Bound, Key, Known, Policy, may_reach, most_lonely, names_reach, scanned_join_key,
    scanned_join_keys, typo_asking_keys_of,
};
use rescreen_model::Schema;
use rescreen_prepare::{Kind, Name, Prepared};
use smallvec::SmallVec;

use super::{END_OF_NAME, END_OF_ROW, Segment, TOO_MANY, WORD, u32_at};

/// Words that one thread relates at a time.
const WORDS: usize = 2_048;

/// What rows keep of the key of an identifier.
pub(super) fn identifier_key(key: Key) -> u32 {
    (key >> 32) as u32
}

/// What rows keep of the key of a join: joined words of a person are of no interest to companies.
pub(super) fn join_key(key: Key, schema: Schema) -> u32 {
    let salt = rescreen_prepare::hash_letters(schema.name().as_bytes());
    ((key ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// The numbers of the subjects of whom a name may reach the floor or an identifier is that of an entry, ascending.
pub(crate) fn sift(segment: &Segment, index: &Index, policy: &Policy) -> Vec<u64> {
    let sieve = Sieve::new(segment, index, policy);
    let found: Vec<Vec<u64>> = (0..segment.blocks())
        .into_par_iter()
        .map(|block| sieve.block(block))
        .collect();
    found.concat()
}

/// An index related to the dictionary of a segment.
struct Sieve<'a> {
    segment: &'a Segment,
    index: &'a Index,
    closed: Closed,
    policy: &'a Policy,
    /// What words meet.
    hot: Noted<Meetings>,
    meetings: Vec<(HeldNo, Agreement)>,
    /// The parts beside openers that words relate to.
    warm: Noted<Vec<(ClosedNo, Agreement)>>,
    identifiers: Few,
    joins: Few,
    /// Joined words that may relate to a part beside openers.
    closed_joins: Few,
    typos: Option<Few>,
}

/// A word with the held names it meets and the parts beside openers it relates to, both in their order.
struct Met {
    word: u32,
    meetings: Vec<(HeldNo, Agreement)>,
    related: Vec<(ClosedNo, Agreement)>,
}

/// What a word meets.
#[derive(Debug, Clone, Copy)]
struct Meetings {
    from: u32,
    to: u32,
    /// The most that the other parts of a name may cost if this word alone meets, for each of [`ALONE`].
    most_lonely: [i32; 4],
}

/// A name whose one hot word is alone: what is known of the others, and whether an initial is among them.
const ALONE: [(Known, bool); 4] = [
    (Known::Openers, false),
    (Known::Openers, true),
    (Known::AllParts, false),
    (Known::AllParts, true),
];

/// Something about some of the words.
struct Noted<T> {
    /// Which words, and how many before each 64 of them.
    bits: Vec<u64>,
    ranks: Vec<u32>,
    /// In the order of the words.
    values: Vec<T>,
}

impl<'a> Sieve<'a> {
    fn new(segment: &'a Segment, index: &'a Index, policy: &'a Policy) -> Self {
        let closed = index.closed();
        let (mut joins, mut closed_joins) = (Vec::new(), Vec::new());
        for &schema in &segment.layout.schemas {
            let comparable = |party: &Prepared| party.schema.is_comparable(schema);
            for part in index.parts(&comparable) {
                scanned_join_keys(part, &mut |key| joins.push(join_key(key, schema)));
            }
            for part in closed.parts(index, &comparable) {
                scanned_join_keys(part, &mut |key| closed_joins.push(join_key(key, schema)));
            }
        }
        let typos = index.typo_keys().map(identifier_key).collect();
        let mut sieve = Self {
            segment,
            index,
            closed,
            policy,
            hot: Noted::none(segment.words()),
            meetings: Vec::new(),
            warm: Noted::none(segment.words()),
            identifiers: Few::new(index.identifier_keys().map(identifier_key).collect()),
            joins: Few::new(joins),
            closed_joins: Few::new(closed_joins),
            typos: policy.typo_floor().then(|| Few::new(typos)),
        };
        sieve.relate();
        sieve
    }

    /// Relates the dictionary to the index.
    fn relate(&mut self) {
        let wanted: Vec<(Schema, Filter)> = self
            .segment
            .layout
            .schemas
            .iter()
            .map(|schema| {
                let comparable = |party: &Prepared| party.schema.is_comparable(*schema);
                let mut keys = self.index.part_keys(&comparable);
                keys.extend(self.closed.part_keys(self.index, &comparable));
                (*schema, Filter::new(keys))
            })
            .collect();
        let words = self.segment.words();
        let met: Vec<Vec<Met>> = (0..words.div_ceil(WORDS))
            .into_par_iter()
            .map(|chunk| {
                let mut met = Vec::new();
                let mut keys = Vec::new();
                // The first word of all is none.
                for word in (chunk * WORDS).max(1)..((chunk + 1) * WORDS).min(words) {
                    let view = self.segment.word(word);
                    let (schema, filter) = &wanted[usize::from(view.schema())];
                    view.keys(&mut |key| {
                        if filter.may_have(key) {
                            keys.push(key);
                        }
                    });
                    if keys.is_empty() {
                        continue;
                    }
                    let related = self.closed.related(&mut keys.clone(), || view.part());
                    let mut meetings = self.index.meetings(&mut keys, || view.part());
                    meetings.retain(|(held, _)| {
                        let (party, ..) = self.index.held(*held);
                        party.schema.is_comparable(*schema)
                    });
                    if !meetings.is_empty() || !related.is_empty() {
                        meetings.sort_unstable_by_key(|(held, _)| *held);
                        let word = word as u32;
                        met.push(Met {
                            word,
                            meetings,
                            related,
                        });
                    }
                }
                met
            })
            .collect();
        for met in met.into_iter().flatten() {
            if !met.related.is_empty() {
                self.warm.note(met.word, met.related);
            }
            if met.meetings.is_empty() {
                continue;
            }
            let from = self.meetings.len() as u32;
            let mut limits = [i32::MIN; 4];
            for (held, agreement) in together(&met.meetings) {
                let (_, _, profile) = self.index.held(held);
                for (limit, (known, initials)) in limits.iter_mut().zip(ALONE) {
                    let known = (known, &agreement);
                    let most = most_lonely(initials, profile, known, self.policy.floor());
                    *limit = (*limit).max(most);
                }
            }
            self.meetings.extend(met.meetings);
            let meetings = Meetings {
                from,
                to: self.meetings.len() as u32,
                most_lonely: limits,
            };
            self.hot.note(met.word, meetings);
        }
        self.hot.rank();
        self.warm.rank();
    }

    /// The numbers of the rows of a block that are left over.
    fn block(&self, block: usize) -> Vec<u64> {
        let (rows, names, keys) = self.segment.block(block);
        let mut marks = self.marks(rows.clone(), keys);
        let column = &self.segment.names()[4 * names.start..4 * names.end];
        let (mut row, mut begun, mut name, mut at, mut hot) = (0, 0, 0, 0, 0);
        for entry in column.chunks_exact(4) {
            let entry = u32_at(entry, 0);
            at += 1;
            hot += usize::from(self.hot.has(entry & WORD));
            if entry & END_OF_NAME == 0 {
                continue;
            }
            let mark = &mut marks[row];
            if !mark.left {
                let words = &column[4 * name..4 * at];
                mark.left =
                    hot > 0 && self.may_meet(words, hot, mark.closed) || self.is_slip(words);
            }
            (name, hot) = (at, 0);
            if entry & END_OF_ROW != 0 {
                if mark.joined && !mark.left {
                    mark.left = self.row_joined_reaches(&column[4 * begun..4 * at]);
                }
                (row, begun) = (row + 1, at);
            }
        }
        rows.zip(marks)
            .filter(|(_, mark)| mark.left)
            .map(|(row, _)| self.segment.number(row))
            .collect()
    }

    /// What the keys of rows say of them.
    fn marks(&self, rows: Range<usize>, keys: Range<usize>) -> Vec<Mark> {
        let all = &self.segment.keys()[4 * keys.start..4 * keys.end];
        let mut all = all.chunks_exact(4).map(|key| u32_at(key, 0));
        let mark = |count: &u8| {
            let mut mark = Mark::default();
            if *count == TOO_MANY {
                mark.left = true;
                return mark;
            }
            for key in all.by_ref().take(usize::from(*count)) {
                mark.left |= self.identifiers.has(key);
                mark.joined |= self.joins.has(key);
                mark.closed |= self.closed_joins.has(key);
            }
            mark
        };
        self.segment.counts()[rows].iter().map(mark).collect()
    }

    /// Whether a name with so many hot words reaches the floor against a held name that these words meet. `joined`: words of
    /// it, written as one, may relate to a part of a held name beside openers.
    fn may_meet(&self, words: &[u8], hot: usize, joined: bool) -> bool {
        let numbers = words.chunks_exact(4).map(|w| u32_at(w, 0) & WORD);
        let mut met = numbers.clone().filter_map(|word| self.hot.get(word));
        let bound = || {
            let parts = numbers.clone().map(|word| self.bound(word));
            parts.fold(Bound::default(), Bound::and)
        };
        let warm: SmallVec<[&[(ClosedNo, Agreement)]; 8]> = numbers
            .clone()
            .filter_map(|word| self.warm.get(word).map(Vec::as_slice))
            .collect();
        let mut all: SmallVec<[(HeldNo, Agreement); 64]> = SmallVec::new();
        let bound = if hot == 1 {
            let Some(meetings) = met.next() else {
                return false;
            };
            // Most names end here: their one hot word meets nothing that it could carry alone.
            let known = if warm.is_empty() && !joined {
                Known::AllParts
            } else {
                Known::Openers
            };
            let most = |initials: bool| {
                let alone = ALONE.iter().position(|a| *a == (known, initials));
                meetings.most_lonely[alone.unwrap_or_default()]
            };
            if most(true) == i32::MIN {
                return false;
            }
            let bound = bound();
            if bound.lonely > most(bound.initials) {
                return false;
            }
            all.extend_from_slice(&self.meetings[meetings.from as usize..meetings.to as usize]);
            bound
        } else {
            for meetings in met {
                all.extend_from_slice(&self.meetings[meetings.from as usize..meetings.to as usize]);
            }
            all.sort_unstable_by_key(|(held, _)| *held);
            bound()
        };
        let mut name = None;
        together(&all).any(|(held, agreement)| {
            let (party, theirs, profile) = self.index.held(held);
            let may = |known: Known, agreement: &Agreement| {
                may_reach(bound, profile, (known, agreement), self.policy.floor())
            };
            may(Known::Openers, &agreement)
                && (joined || may(Known::AllParts, &self.with_closed(agreement, &warm, held)))
                && {
                    let (ours, kind) = name.get_or_insert_with(|| {
                        let (name, schema) = self.name(words);
                        (name, Kind::of(schema))
                    });
                    names_reach((ours, *kind), (theirs, party.kind), self.policy)
                }
        })
    }

    /// What agrees with a held name, together with what warm words add.
    fn with_closed(
        &self,
        agreement: Agreement,
        warm: &[&[(ClosedNo, Agreement)]],
        held: HeldNo,
    ) -> Agreement {
        warm.iter()
            .flat_map(|related| related.iter())
            .filter(|(part, _)| self.closed.is_in(*part, held))
            .fold(agreement, |all, (_, more)| all.and(*more))
    }

    fn bound(&self, word: u32) -> Bound {
        let bounds = &self.segment.bytes[self.segment.layout.bounds.clone()];
        let bound = u32_at(bounds, word as usize);
        Bound {
            lonely: (bound >> 1) as i32,
            initials: bound & 1 != 0,
        }
    }

    /// Whether the typo floor is on and puts the name to review.
    fn is_slip(&self, words: &[u8]) -> bool {
        let Some(typos) = &self.typos else {
            return false;
        };
        let parts = words
            .chunks_exact(4)
            .map(|w| u32_at(w, 0) & WORD)
            .filter(|word| *word != 0)
            .map(|word| {
                let part = self.segment.word(word as usize);
                let first = part.spellings().next();
                let (letters, abjad) = first.map_or((&[][..], false), |s| (s.letters, s.abjad));
                (part.roles(), letters, abjad || part.characters() != 0)
            });
        let mut may_be_one = false;
        typo_asking_keys_of(parts, &mut |key| {
            may_be_one |= typos.has(identifier_key(key));
        });
        may_be_one && self.name_reaches(words)
    }

    /// Whether any name of a row reaches the floor by words of it written as one.
    fn row_joined_reaches(&self, words: &[u8]) -> bool {
        let mut names = words.chunks_exact(4).enumerate().filter_map({
            let mut from = 0;
            move |(at, word)| {
                (u32_at(word, 0) & END_OF_NAME != 0).then(|| {
                    let name = from..4 * (at + 1);
                    from = name.end;
                    name
                })
            }
        });
        names.any(|name| self.joined_reaches(&words[name]))
    }

    /// Whether the name reaches the floor against a held name that words of it meet when they are written as one. All
    /// others are met by single words, as [`may_meet`](Sieve::may_meet) asks.
    fn joined_reaches(&self, words: &[u8]) -> bool {
        let (name, schema) = self.name(words);
        let kind = Kind::of(schema);
        name.joins.iter().any(|join| {
            self.joins.has(join_key(scanned_join_key(join), schema))
                && self.index.joined_meetings(join).any(|held| {
                    let (party, theirs, _) = self.index.held(held);
                    party.schema.is_comparable(schema)
                        && names_reach((&name, kind), (theirs, party.kind), self.policy)
                })
        })
    }

    /// Whether the name reaches the floor against any held name, as the screener would ask.
    fn name_reaches(&self, words: &[u8]) -> bool {
        let (name, schema) = self.name(words);
        let kind = Kind::of(schema);
        let asking = Prepared {
            kind,
            schema,
            names: vec![name],
            birth_dates: Vec::new(),
            genders: Vec::new(),
            countries: Vec::new(),
            identifiers: Vec::new(),
            remarks: Vec::new(),
        };
        self.index.candidates(&asking).iter().any(|candidate| {
            let party = self.index.entry(candidate.entry);
            party.schema.is_comparable(schema)
                && candidate.names.iter().any(|(ours, theirs)| {
                    let ours = (&asking.names[*ours], kind);
                    names_reach(ours, (&party.names[*theirs], party.kind), self.policy)
                })
        })
    }

    /// A name put together from its words, and the schema it was read for.
    fn name(&self, words: &[u8]) -> (Name, Schema) {
        let mut schema = Schema::Thing;
        let mut parts = Vec::with_capacity(words.len() / 4);
        for word in words.chunks_exact(4).map(|w| u32_at(w, 0) & WORD) {
            if word != 0 {
                let view = self.segment.word(word as usize);
                schema = self.segment.layout.schemas[usize::from(view.schema())];
                parts.push(view.part());
            }
        }
        (Name::of_parts(parts, Kind::of(schema)), schema)
    }
}

/// What the keys of a row say of it.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// It is left over.
    left: bool,
    /// Words of it, written as one, may meet a held name.
    joined: bool,
    /// They may relate to a part of a held name beside openers.
    closed: bool,
}

impl<T> Noted<T> {
    fn none(words: usize) -> Self {
        Self {
            bits: vec![0; words.div_ceil(64)],
            ranks: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Notes something about a word; words ascend.
    fn note(&mut self, word: u32, value: T) {
        self.bits[word as usize / 64] |= 1 << (word % 64);
        self.values.push(value);
    }

    /// Once all is noted, lets it be found.
    fn rank(&mut self) {
        let mut before = 0;
        self.ranks.extend(self.bits.iter().map(|bits| {
            let rank = before;
            before += bits.count_ones();
            rank
        }));
    }

    fn has(&self, word: u32) -> bool {
        self.bits
            .get(word as usize / 64)
            .is_some_and(|bits| bits & (1 << (word % 64)) != 0)
    }

    fn get(&self, word: u32) -> Option<&T> {
        let at = word as usize / 64;
        let (bits, bit) = (self.bits.get(at)?, 1 << (word % 64));
        if bits & bit == 0 {
            return None;
        }
        let rank = self.ranks.get(at)? + (bits & (bit - 1)).count_ones();
        self.values.get(rank as usize)
    }
}

/// Agreements of the same held name, put together; they come in the order of held names.
fn together(met: &[(HeldNo, Agreement)]) -> impl Iterator<Item = (HeldNo, Agreement)> + '_ {
    met.chunk_by(|a, b| a.0 == b.0).map(|run| {
        let known = run.iter().map(|(_, agreement)| *agreement);
        (run[0].0, known.fold(Agreement::default(), Agreement::and))
    })
}

/// A set of keys that says no almost always, and then within the cache.
struct Filter {
    words: Vec<u64>,
}

impl Filter {
    fn new(keys: Vec<Key>) -> Self {
        // Two keys a word, three bits each: of a thousand keys that are not in it, one passes.
        let mut words = vec![0; (keys.len() / 2).max(1).next_power_of_two()];
        for key in keys {
            let at = place(key, words.len());
            words[at] |= bits(key);
        }
        Self { words }
    }

    fn may_have(&self, key: Key) -> bool {
        let bits = bits(key);
        self.words[place(key, self.words.len())] & bits == bits
    }
}

fn place(key: Key, words: usize) -> usize {
    (key >> 18) as usize & (words - 1)
}

fn bits(key: Key) -> u64 {
    1 << (key & 63) | 1 << (key >> 6 & 63) | 1 << (key >> 12 & 63)
}

/// Few keys, asked for very often.
struct Few {
    filter: Vec<u64>,
    keys: Vec<u32>,
}

impl Few {
    /// Bits of the filter: they fit into the nearest cache.
    const BITS: usize = 1 << 17;

    fn new(mut keys: Vec<u32>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        let mut filter = vec![0; Self::BITS / 64];
        for key in &keys {
            let bit = *key as usize % Self::BITS;
            filter[bit / 64] |= 1 << (bit % 64);
        }
        Self { filter, keys }
    }

    fn has(&self, key: u32) -> bool {
        let bit = key as usize % Self::BITS;
        self.filter[bit / 64] & (1 << (bit % 64)) != 0 && self.keys.binary_search(&key).is_ok()
    }
}

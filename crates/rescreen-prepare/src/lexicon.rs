//! What the committed tables know about words: spelling classes, short forms, roles, and how common a word is.
//!
//! The tables are text in `data/`; they are read once, by the same folding that reads names.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
    sync::LazyLock,
};

use smallvec::SmallVec;

use crate::{fold, fold::Letters, form::hash_letters, role::Roles, script, script::Script};

/// The committed tables by name, for the hash of the matcher build.
pub const TABLES: [(&str, &str); 11] = [
    ("variants", VARIANTS),
    ("nicknames", NICKNAMES),
    ("nicknames-en", SHORT_FORMS),
    ("roles", ROLES),
    ("places", PLACES),
    ("placeholders", PLACEHOLDERS),
    ("legal-forms", LEGAL_FORMS),
    ("legal-forms-iso", LEGAL_FORMS_ISO),
    ("frequencies", FREQUENCIES),
    ("census", CENSUS),
    ("han", HAN),
];

const VARIANTS: &str = include_str!("../data/variants.txt");
const NICKNAMES: &str = include_str!("../data/nicknames.txt");
const SHORT_FORMS: &str = include_str!("../data/nicknames_en.txt");
const ROLES: &str = include_str!("../data/roles.txt");
const PLACES: &str = include_str!("../data/places.txt");
const PLACEHOLDERS: &str = include_str!("../data/placeholders.txt");
const LEGAL_FORMS: &str = include_str!("../data/legal_forms.txt");
const LEGAL_FORMS_ISO: &str = include_str!("../data/legal_forms_iso.txt");
const FREQUENCIES: &str = include_str!("../data/frequencies.tsv");
const CENSUS: &str = include_str!("../data/census.tsv");
/// Readings of characters, see [`crate::name`].
pub(crate) const HAN: &str = include_str!("../data/han.tsv");

/// Classes of spellings and of short forms a word belongs to; zero is none.
pub type Groups = [u16; 3];

/// From this number on, a group is one of short forms.
pub const FIRST_NICKNAME_GROUP: u16 = 0x8000;

/// From this number on, two groups that differ in the last bit belong together: the odd one is of a name, the even one
/// of its short forms. Two short forms of one name are not forms of each other.
pub const FIRST_SHORT_GROUP: u16 = 0xc000;

/// What is known about one word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) groups: Groups,
    pub(crate) roles: Roles,
    /// Rarity in names of persons, hundredths of a bit; `None` where the word is not in the table.
    pub(crate) person: Option<u16>,
    /// Rarity in other names.
    pub(crate) other: Option<u16>,
}

/// A word the tables say nothing about.
const UNKNOWN: Word = Word {
    groups: [0; 3],
    roles: Roles::NONE,
    person: None,
    other: None,
};

/// Words hash to themselves: the key is a hash already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash_letters(bytes);
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

type ByHash<T> = HashMap<u64, T, BuildHasherDefault<Identity>>;
type Hashes = HashSet<u64, BuildHasherDefault<Identity>>;

/// Phrases that begin with one word: the hashes of the words behind it, and the class they stand for.
type Phrases = SmallVec<[(SmallVec<[u64; 4]>, Legal); 2]>;

/// A class of legal forms and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Legal(pub(crate) &'static str);

pub(crate) struct Lexicon {
    words: ByHash<Word>,
    phrases: ByHash<Phrases>,
    placeholder_parts: Hashes,
    placeholder_names: Hashes,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

/// The tables of this build.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

impl Lexicon {
    /// What is known about the word with these letters.
    pub(crate) fn word(&self, hash: u64) -> Word {
        self.words.get(&hash).copied().unwrap_or(UNKNOWN)
    }

    /// The longest legal form that begins with the words of these hashes, and how many words it takes.
    pub(crate) fn legal(&self, hashes: &[u64]) -> Option<(Legal, usize)> {
        let (first, rest) = hashes.split_first()?;
        self.phrases
            .get(first)?
            .iter()
            .filter(|(tail, _)| rest.starts_with(tail))
            .map(|(tail, legal)| (*legal, tail.len() + 1))
            .max_by_key(|(_, taken)| *taken)
    }

    /// Whether a part of a person's name stands for "not known".
    pub(crate) fn is_placeholder_part(&self, hash: u64) -> bool {
        self.placeholder_parts.contains(&hash)
    }

    /// Whether a whole name stands for "not known".
    pub(crate) fn is_placeholder_name(&self, hash: u64) -> bool {
        self.placeholder_names.contains(&hash)
    }

    fn read() -> Self {
        let mut lexicon = Self {
            words: HashMap::default(),
            phrases: HashMap::default(),
            placeholder_parts: Hashes::default(),
            placeholder_names: Hashes::default(),
        };
        for line in lines(FREQUENCIES) {
            let mut columns = line.split('\t');
            let (Some(word), Some(person), Some(other)) =
                (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            let entry = lexicon.entry(hash_letters(word.as_bytes()));
            entry.person = person.parse().ok();
            entry.other = other.parse().ok();
        }
        for line in lines(CENSUS) {
            if let Some((word, bits)) = line.split_once('\t')
                && let Ok(bits) = bits.parse()
            {
                let entry = lexicon.entry(hash_letters(word.as_bytes()));
                entry.person = Some(entry.person.map_or(bits, |b: u16| b.min(bits)));
            }
        }
        lexicon.read_groups(VARIANTS, 1);
        lexicon.read_groups(NICKNAMES, FIRST_NICKNAME_GROUP);
        lexicon.read_short_forms(SHORT_FORMS);
        for line in lines(ROLES).chain(lines(PLACES)) {
            let mut words = line.split_whitespace();
            let Some(role) = words.next().and_then(Roles::named) else {
                continue;
            };
            for word in words {
                let entry = lexicon.entry(hash_word(word));
                entry.roles = entry.roles.with(role);
            }
        }
        for line in lines(PLACEHOLDERS) {
            match line.split_once(' ') {
                Some(("part", words)) => {
                    for word in words.split_whitespace() {
                        lexicon.placeholder_parts.insert(hash_word(word));
                        lexicon.placeholder_names.insert(hash_word(word));
                    }
                }
                // Every run of words of the line is a placeholder of its own or a part of one; runs are cheap to
                // accept because a real name made of nothing else does not exist.
                Some((_, words)) => {
                    for word in words.split_whitespace() {
                        lexicon.placeholder_names.insert(hash_word(word));
                    }
                }
                None => {}
            }
        }
        // Where both tables have a spelling, what was written for this project counts.
        for line in lines(LEGAL_FORMS).chain(lines(LEGAL_FORMS_ISO)) {
            let Some((class, spellings)) = line.split_once(':') else {
                continue;
            };
            for spelling in spellings.split(',') {
                let mut hashes = spelling.split_whitespace().map(hash_word);
                let Some(first) = hashes.next() else { continue };
                let tail: SmallVec<[u64; 4]> = hashes.collect();
                let phrases = lexicon.phrases.entry(first).or_default();
                if !phrases.iter().any(|(known, _)| *known == tail) {
                    phrases.push((tail, Legal(class)));
                }
            }
        }
        lexicon
    }

    fn entry(&mut self, hash: u64) -> &mut Word {
        self.words.entry(hash).or_insert(UNKNOWN)
    }

    /// Reads a name and its short forms a line, but for those that stand for each other already. A word of three groups
    /// takes no more.
    fn read_short_forms(&mut self, table: &'static str) {
        for (number, line) in (FIRST_SHORT_GROUP..).step_by(2).zip(lines(table)) {
            let mut words = line.split_whitespace().map(hash_word);
            let Some(name) = words.next() else { continue };
            let known: Groups = self.word(name).groups;
            let mut is_shortened = false;
            for short in words {
                let slots = &mut self.entry(short).groups;
                let is_related = slots.iter().any(|g| *g != 0 && known.contains(g));
                if !is_related && let Some(slot) = slots.iter_mut().find(|slot| **slot == 0) {
                    *slot = number;
                    is_shortened = true;
                }
            }
            let slots = &mut self.entry(name).groups;
            if is_shortened && let Some(slot) = slots.iter_mut().find(|slot| **slot == 0) {
                *slot = number | 1;
            }
        }
    }

    /// Reads one group a line. All members are as common as their most common spelling, because a rare spelling of a
    /// common name is still that name.
    fn read_groups(&mut self, table: &'static str, first: u16) {
        for (number, line) in (first..).zip(lines(table)) {
            let (line, roles) = match line.strip_prefix('~') {
                Some(rest) => (rest, Roles::SYLLABLE),
                None => (line, Roles::NONE),
            };
            let members: Vec<u64> = line.split_whitespace().map(hash_word).collect();
            let commonest = members
                .iter()
                .filter_map(|hash| self.words.get(hash)?.person)
                .min();
            for hash in members {
                let entry = self.entry(hash);
                entry.roles = entry.roles.with(roles);
                if let Some(slot) = entry.groups.iter_mut().find(|slot| **slot == 0) {
                    *slot = number;
                }
                if first < FIRST_NICKNAME_GROUP {
                    entry.person = match (entry.person, commonest) {
                        (Some(a), Some(b)) => Some(a.min(b)),
                        (a, b) => a.or(b),
                    };
                }
            }
        }
    }
}

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The hash of a word of a table, folded as a word of a name is.
pub(crate) fn hash_word(word: &str) -> u64 {
    let chars: Vec<char> = word.chars().filter(|c| !script::vanishes(*c)).collect();
    let chars: Vec<char> = chars
        .into_iter()
        .filter(|c| Script::of(*c).is_some())
        .collect();
    let mut letters = Letters::new();
    if let Some(script) = chars.first().and_then(|c| Script::of(*c)) {
        fold::word(&chars, script, &mut letters);
    }
    hash_letters(&letters)
}

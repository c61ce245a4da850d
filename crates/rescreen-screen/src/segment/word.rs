//! A word of the dictionary as bytes: all of a part of a name that relations and bounds depend on.

use rescreen_match::{Key, group_keys, spelling_keys};
use rescreen_prepare::{Form, Groups, Roles, Token};
use smallvec::SmallVec;

/// Flags of a word.
const KNOWN: u8 = 1;
const HAS_GROUPS: u8 = 2;
const HAS_CHARACTERS: u8 = 4;
/// Flags of a spelling.
const ABJAD: u8 = 1;
/// The reading of a spelling stands above its flag.
const READING: u32 = 1;

/// Writes a word. Equal words make equal bytes; the schema of the party it belongs to is part of it, because what it may
/// meet depends on that.
pub(super) fn encode(schema: u8, part: &Token, out: &mut Vec<u8>) {
    let mut flags = 0;
    if part.known {
        flags |= KNOWN;
    }
    if part.groups != Groups::default() {
        flags |= HAS_GROUPS;
    }
    if part.characters != 0 {
        flags |= HAS_CHARACTERS;
    }
    out.extend_from_slice(&[schema, flags]);
    out.extend_from_slice(&part.roles.bits().to_le_bytes());
    out.extend_from_slice(&part.weight.to_le_bytes());
    if flags & HAS_GROUPS != 0 {
        for group in part.groups {
            out.extend_from_slice(&group.to_le_bytes());
        }
    }
    if flags & HAS_CHARACTERS != 0 {
        out.extend_from_slice(&part.characters.to_le_bytes());
    }
    for form in &part.forms {
        let mut flags = form.reading() << READING;
        if form.abjad {
            flags |= ABJAD;
        }
        out.extend_from_slice(&[flags, form.consonants]);
        out.extend_from_slice(&form.skeleton.to_le_bytes());
        // A word has at most 64 letters, each of which is written with a few in ASCII.
        out.extend_from_slice(&(form.letters.len() as u16).to_le_bytes());
        out.extend_from_slice(&form.letters);
    }
}

/// A word in a segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct WordView<'a>(&'a [u8]);

/// One spelling of a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct SpellingView<'a> {
    pub(super) letters: &'a [u8],
    pub(super) abjad: bool,
    reading: u8,
    consonants: u8,
    skeleton: u64,
}

impl<'a> WordView<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// The number of the schema.
    pub(super) fn schema(self) -> u8 {
        byte(self.0, 0)
    }

    pub(super) fn roles(self) -> Roles {
        Roles::from_bits(u16_at(self.0, 2))
    }

    fn flags(self) -> u8 {
        byte(self.0, 1)
    }

    fn groups(self) -> Groups {
        if self.flags() & HAS_GROUPS == 0 {
            return Groups::default();
        }
        std::array::from_fn(|i| u16_at(self.0, 6 + 2 * i))
    }

    pub(super) fn characters(self) -> u64 {
        if self.flags() & HAS_CHARACTERS == 0 {
            return 0;
        }
        let at = if self.flags() & HAS_GROUPS == 0 {
            6
        } else {
            12
        };
        long_at(self.0, at)
    }

    pub(super) fn spellings(self) -> impl Iterator<Item = SpellingView<'a>> {
        let flags = self.flags();
        let mut at = 6;
        if flags & HAS_GROUPS != 0 {
            at += 6;
        }
        if flags & HAS_CHARACTERS != 0 {
            at += 8;
        }
        let bytes = self.0;
        std::iter::from_fn(move || {
            let flags = *bytes.get(at)?;
            let consonants = byte(bytes, at + 1);
            let skeleton = long_at(bytes, at + 2);
            let length = usize::from(u16_at(bytes, at + 10));
            let letters = bytes.get(at + 12..at + 12 + length)?;
            at += 12 + length;
            Some(SpellingView {
                letters,
                abjad: flags & ABJAD != 0,
                reading: flags >> READING,
                consonants,
                skeleton,
            })
        })
    }

    /// The keys of the part, as [`rescreen_match::token_keys`] says them.
    pub(super) fn keys(self, emit: &mut impl FnMut(Key)) {
        for spelling in self.spellings() {
            spelling_keys(
                spelling.letters,
                spelling.skeleton,
                spelling.consonants,
                emit,
            );
        }
        group_keys(self.groups(), emit);
    }

    /// The part itself, without its place in a name.
    pub(super) fn part(self) -> Token {
        let forms: SmallVec<[Form; 1]> = self
            .spellings()
            .map(|s| Form::again(s.letters, s.abjad, s.reading))
            .collect();
        Token {
            forms,
            groups: self.groups(),
            roles: self.roles(),
            weight: u16_at(self.0, 4),
            known: self.flags() & KNOWN != 0,
            characters: self.characters(),
            start: 0,
            end: 0,
        }
    }
}

fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or_default()
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from(byte(bytes, at)) | u16::from(byte(bytes, at + 1)) << 8
}

fn long_at(bytes: &[u8], at: usize) -> u64 {
    let bytes = bytes.get(at..at + 8);
    bytes.map_or(0, |b| u64::from_le_bytes(std::array::from_fn(|i| b[i])))
}

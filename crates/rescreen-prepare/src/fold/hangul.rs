//! Hangul syllables, taken apart by the Unicode algorithm (The Unicode Standard, section 3.12).

use super::{Letters, general};

const FIRST: u32 = 0xac00;
const LAST: u32 = 0xd7a3;

/// Initials, vowels and finals in the Revised Romanisation.
const SOUTH: ([&str; 19], [&str; 21], [&str; 28]) = (
    [
        "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t",
        "p", "h",
    ],
    [
        "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo",
        "we", "wi", "yu", "eu", "ui", "i",
    ],
    FINALS,
);

/// The same in the spelling of North Korean names (McCune-Reischauer without its marks).
const NORTH: ([&str; 19], [&str; 21], [&str; 28]) = (
    [
        "k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "ch", "jj", "ch", "k", "t",
        "p", "h",
    ],
    [
        "a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo",
        "we", "wi", "yu", "u", "ui", "i",
    ],
    FINALS,
);

const FINALS: [&str; 28] = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ng", "t", "t", "k", "t", "p", "t",
];

/// One syllable in the Revised Romanisation.
pub(super) fn syllable(c: char, out: &mut Letters) {
    if spell(c, &SOUTH, out).is_none() {
        general(c, out);
    }
}

/// The South and the North Korean spelling of a syllable; `None` for anything else.
pub(crate) fn readings(c: char) -> Option<[Letters; 2]> {
    let (mut south, mut north) = (Letters::new(), Letters::new());
    spell(c, &SOUTH, &mut south)?;
    spell(c, &NORTH, &mut north)?;
    Some([south, north])
}

fn spell(c: char, table: &([&str; 19], [&str; 21], [&str; 28]), out: &mut Letters) -> Option<()> {
    let code = u32::from(c);
    if !(FIRST..=LAST).contains(&code) {
        return None;
    }
    let n = (code - FIRST) as usize;
    out.extend_from_slice(table.0[n / 588].as_bytes());
    out.extend_from_slice(table.1[n % 588 / 28].as_bytes());
    out.extend_from_slice(table.2[n % 28].as_bytes());
    Some(())
}

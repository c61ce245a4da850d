//! The scripts of India: Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada and Malayalam.
//!
//! Unicode lays them out alike (after ISCII, IS 13194:1991), so one table by the place within the block reads them all. A
//! consonant carries an `a` that the northern languages do not sound everywhere, and romanisations follow the sound:
//! `राजनाथ` is Rajnath, not Rajanatha. The rule for where it falls silent is Ohala's (1983).

use super::{Letters, general};

/// One consonant, or none where a word begins with a vowel, and the vowel behind it.
#[derive(Clone, Copy)]
struct Syllable {
    consonant: &'static str,
    vowel: Vowel,
    /// Nasal behind the vowel.
    nasal: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Vowel {
    /// The one that is not written.
    Inherent,
    Written(&'static str),
    /// Killed by a sign, or silent.
    None,
}

/// The size of a script's block.
const BLOCK: u32 = 0x80;
/// Where Devanagari begins, the first of the blocks.
const FIRST: u32 = 0x900;
/// Where Sinhala begins, whose block is laid out in another way.
const SINHALA: u32 = 0xd80;
/// Where Tamil begins; from there on the languages are southern and sound every vowel.
const SOUTH: u32 = 0xb80;

pub(super) fn fold(chars: &[char], out: &mut Letters) {
    let Some(first) = chars.first().map(|c| u32::from(*c)) else {
        return;
    };
    if !(FIRST..SINHALA).contains(&first) {
        for &c in chars {
            general(c, out);
        }
        return;
    }
    let mut syllables: Vec<Syllable> = Vec::with_capacity(chars.len());
    for &c in chars {
        let place = u32::from(c) % BLOCK;
        if let Some(consonant) = consonant(place) {
            syllables.push(Syllable {
                consonant,
                vowel: Vowel::Inherent,
                nasal: false,
            });
        } else if let Some(vowel) = own_vowel(place) {
            syllables.push(Syllable {
                consonant: "",
                vowel: Vowel::Written(vowel),
                nasal: false,
            });
        } else if let Some(last) = syllables.last_mut() {
            match place {
                0x4d => last.vowel = Vowel::None,
                0x3c => last.consonant = dotted(last.consonant),
                0x01 | 0x02 | 0x70 => last.nasal = true,
                _ => {
                    if let Some(vowel) = vowel_sign(place) {
                        last.vowel = Vowel::Written(vowel);
                    }
                }
            }
        }
    }
    if first < SOUTH {
        silence(&mut syllables);
    }
    write(&syllables, out);
}

/// Takes the inherent vowels away that are not sounded: at the end of a word, unless behind two consonants, and, from
/// the right, between a vowel with one consonant and one consonant with a vowel.
fn silence(syllables: &mut [Syllable]) {
    let sounded = |s: &Syllable| s.vowel != Vowel::None;
    let count = syllables.len();
    if count > 1
        && syllables[count - 1].vowel == Vowel::Inherent
        && !syllables[count - 1].nasal
        && sounded(&syllables[count - 2])
    {
        syllables[count - 1].vowel = Vowel::None;
    }
    for i in (1..count.saturating_sub(1)).rev() {
        let [before, here, behind] = [syllables[i - 1], syllables[i], syllables[i + 1]];
        if here.vowel == Vowel::Inherent
            && !here.nasal
            && sounded(&before)
            && sounded(&behind)
            && !behind.consonant.is_empty()
        {
            syllables[i].vowel = Vowel::None;
        }
    }
}

fn write(syllables: &[Syllable], out: &mut Letters) {
    for (i, syllable) in syllables.iter().enumerate() {
        out.extend_from_slice(syllable.consonant.as_bytes());
        match syllable.vowel {
            Vowel::Inherent => out.push(b'a'),
            Vowel::Written(vowel) => out.extend_from_slice(vowel.as_bytes()),
            Vowel::None => {}
        }
        if syllable.nasal {
            let next = syllables.get(i + 1).map_or("", |s| s.consonant);
            out.push(if next.starts_with(['p', 'b', 'm']) {
                b'm'
            } else {
                b'n'
            });
        }
    }
}

fn consonant(place: u32) -> Option<&'static str> {
    const CONSONANTS: [&str; 37] = [
        "k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n", "t",
        "th", "d", "dh", "n", "n", "p", "ph", "b", "bh", "m", "y", "r", "r", "l", "l", "l", "v",
        "sh", "sh", "s", "h",
    ];
    match place {
        0x15..=0x39 => Some(CONSONANTS[place as usize - 0x15]),
        // Letters with a dot that have a place of their own.
        0x58 => Some("q"),
        0x59 => Some("kh"),
        0x5a => Some("gh"),
        0x5b => Some("z"),
        0x5c | 0x5d => Some("r"),
        0x5e => Some("f"),
        0x5f => Some("y"),
        _ => None,
    }
}

/// A consonant with a dot below is another one.
fn dotted(consonant: &'static str) -> &'static str {
    match consonant {
        "k" => "q",
        "j" => "z",
        "d" | "dh" => "r",
        "ph" => "f",
        other => other,
    }
}

fn own_vowel(place: u32) -> Option<&'static str> {
    Some(match place {
        0x05 | 0x06 => "a",
        0x07 | 0x08 => "i",
        0x09 | 0x0a => "u",
        0x0b | 0x60 => "ri",
        0x0d..=0x0f => "e",
        0x10 => "ai",
        0x11..=0x13 => "o",
        0x14 => "au",
        _ => return None,
    })
}

fn vowel_sign(place: u32) -> Option<&'static str> {
    Some(match place {
        0x3e => "a",
        0x3f | 0x40 => "i",
        0x41 | 0x42 => "u",
        0x43 => "ri",
        0x45..=0x47 => "e",
        0x48 => "ai",
        0x49..=0x4b => "o",
        0x4c => "au",
        _ => return None,
    })
}

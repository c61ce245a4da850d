//! One spelling of a name part: its letters, and what two spellings of one sound have in common.
//!
//! The *skeleton* is the sequence of consonant classes; spellings that differ only in how a language romanises
//! (`Zawahiri`, `Zavahiry`, `ظواهري`) share it. The *gaps* say which vowels stand before, between and after them, so
//! that `Hassan` and `Hussein`, which share a skeleton, can still be told apart.

use crate::fold::Letters;

/// Consonants kept in a skeleton; what follows is left to the letters themselves.
pub const MAX_CONSONANTS: usize = 15;

/// One spelling of a name part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Lower-case ASCII letters and digits; upper-case `A`, `W`, `Y`, `E` where an abjad may mean a vowel.
    pub letters: Letters,
    /// Hash of the letters, equal on every machine.
    pub hash: u64,
    /// Which letters and digits occur, one bit each.
    pub bag: u32,
    /// Consonant classes, four bits each, the first in the lowest bits; zero ends it.
    pub skeleton: u64,
    /// Which letter of its class each consonant is, four bits each: `t` or `d`, `sh` or `j`.
    pub shades: u64,
    /// Vowels before each consonant and after the last, four bits each.
    pub gaps: u64,
    /// The number of consonants in the skeleton.
    pub consonants: u8,
    /// Whether short vowels are not written.
    pub abjad: bool,
}

/// Bits of a gap.
pub mod gap {
    /// A vowel like a.
    pub const A: u8 = 1;
    /// A vowel like i or e.
    pub const I: u8 = 2;
    /// A vowel like u or o.
    pub const U: u8 = 4;
    /// More than one vowel letter.
    pub const LONG: u8 = 8;
}

/// Classes of consonants.
pub mod class {
    /// p, b.
    pub const P: u8 = 1;
    /// f, v.
    pub const F: u8 = 2;
    /// t, d.
    pub const T: u8 = 3;
    /// s, z.
    pub const S: u8 = 4;
    /// sh, ch, j and zh.
    pub const J: u8 = 5;
    /// k, q, g, gh.
    pub const K: u8 = 6;
    /// h, kh.
    pub const H: u8 = 7;
    /// l.
    pub const L: u8 = 8;
    /// r.
    pub const R: u8 = 9;
    /// m.
    pub const M: u8 = 10;
    /// n.
    pub const N: u8 = 11;
    /// A digit.
    pub const DIGIT: u8 = 12;
}

/// How the letters with two readings are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// `th` and `dh` as t and d, waw as a vowel.
    First,
    /// `th` and `dh` as s and z, waw as v.
    Second,
}

impl Form {
    /// The form of folded letters.
    pub(crate) fn new(letters: Letters, abjad: bool, reading: Reading) -> Self {
        let mut builder = Builder::default();
        let bytes = letters.as_slice();
        let mut hash = Hasher::new();
        let mut bag = 0;
        let mut i = 0;
        while i < bytes.len() {
            let next = bytes.get(i + 1).copied().unwrap_or(0);
            let taken = builder.step(bytes[i], next, bytes.get(i + 2).copied(), abjad, reading);
            i += taken;
        }
        for &b in bytes {
            hash.byte(b);
            bag |= letter_bit(b);
        }
        Self {
            hash: hash.finish(),
            bag,
            skeleton: builder.skeleton,
            shades: builder.shades,
            gaps: builder.gaps,
            consonants: builder.count as u8,
            abjad,
            letters,
        }
    }

    /// The form of letters that were folded before: what [`Form::letters`], [`Form::abjad`] and
    /// [`Form::is_second_reading`] of a form say makes the same form again.
    pub fn again(letters: &[u8], abjad: bool, second: bool) -> Self {
        let reading = if second {
            Reading::Second
        } else {
            Reading::First
        };
        Self::new(Letters::from_slice(letters), abjad, reading)
    }

    /// Whether the letters with two readings are read the second way.
    pub fn is_second_reading(&self) -> bool {
        Self::has_second_reading(&self.letters, self.abjad)
            && *self == Self::again(&self.letters, self.abjad, true)
    }

    /// Whether a second reading of these letters differs from the first.
    pub(crate) fn has_second_reading(letters: &[u8], abjad: bool) -> bool {
        if abjad {
            letters.contains(&b'W')
        } else {
            letters.windows(2).any(|w| matches!(w, [b't' | b'd', b'h']))
        }
    }

    /// The letters as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.letters).unwrap_or_default()
    }

    /// The class of one consonant and which letter of it it is.
    pub fn consonant(&self, index: usize) -> (u8, u8) {
        let at = |bits: u64| (bits >> (4 * index)) as u8 & 15;
        (at(self.skeleton), at(self.shades))
    }

    /// The vowels of one gap; the gap behind the last consonant has the number of consonants as its index.
    pub fn gap(&self, index: usize) -> u8 {
        (self.gaps >> (4 * index)) as u8 & 15
    }
}

/// Hash of a text, equal on every machine and in every version of this build.
pub fn hash_letters(letters: &[u8]) -> u64 {
    let mut hash = Hasher::new();
    for &b in letters {
        hash.byte(b);
    }
    hash.finish()
}

/// FNV-1a with a final mix, so that the low bits serve as a table index.
struct Hasher(u64);

impl Hasher {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, b: u8) {
        self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn finish(self) -> u64 {
        let x = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        x ^ (x >> 29)
    }
}

/// The bit of a letter or digit; digits share the upper six.
fn letter_bit(b: u8) -> u32 {
    match b {
        b'a'..=b'z' => 1 << (b - b'a'),
        b'A' | b'E' => 1,
        b'W' => 1 << (b'w' - b'a'),
        b'Y' => 1 << (b'y' - b'a'),
        _ => 1 << (26 + b % 6),
    }
}

#[derive(Default)]
struct Builder {
    skeleton: u64,
    shades: u64,
    gaps: u64,
    count: usize,
    /// Whether the last letter was a consonant, so that a doubled one is one.
    closed: bool,
    last: u8,
}

impl Builder {
    /// Takes one or more letters and says how many.
    fn step(&mut self, b: u8, next: u8, third: Option<u8>, abjad: bool, reading: Reading) -> usize {
        use class::{DIGIT, F, H, J, K, L, M, N, P, R, S, T};
        let second = reading == Reading::Second;
        let (class, shade, taken) = match b {
            b'a' => return self.vowel(gap::A),
            b'e' => return self.vowel(gap::A | gap::I),
            b'i' | b'y' => return self.vowel(gap::I),
            b'o' | b'u' | b'w' => return self.vowel(gap::U),
            b'A' => return self.vowel(gap::A),
            b'Y' => return self.vowel(gap::I),
            b'E' => return self.vowel(gap::A | gap::I | gap::U | gap::LONG),
            b'W' if second => (F, 1, 1),
            b'W' => return self.vowel(gap::U),
            b's' if next == b'c' && third == Some(b'h') => (J, 0, 3),
            b't' if next == b'c' && third == Some(b'h') => (J, 1, 3),
            b'd' if next == b'z' && third == Some(b'h') => (J, 2, 3),
            b's' if next == b'h' => (J, 0, 2),
            b'c' if next == b'h' => (J, 1, 2),
            b'z' if next == b'h' => (J, 2, 2),
            b'd' if next == b'j' => (J, 2, 2),
            b't' if next == b's' || next == b'z' => (S, 0, 2),
            b'd' if next == b'z' => (S, 1, 2),
            b't' if next == b'h' => (if second || abjad { S } else { T }, 0, 2),
            b'd' if next == b'h' => (if second || abjad { S } else { T }, 1, 2),
            b'p' if next == b'h' => (F, 0, 2),
            b'k' if next == b'h' => (H, 1, 2),
            b'g' if next == b'h' => (K, 3, 2),
            b'c' if next == b'k' => (K, 0, 2),
            b'c' if matches!(next, b'e' | b'i' | b'y') => (S, 0, 1),
            b'c' | b'k' | b'x' => (K, 0, 1),
            b'q' => (K, 1, 1),
            b'g' => (K, 2, 1),
            b'p' => (P, 0, 1),
            b'b' => (P, 1, 1),
            b'f' => (F, 0, 1),
            b'v' => (F, 1, 1),
            b't' => (T, 0, 1),
            b'd' => (T, 1, 1),
            b's' => (S, 0, 1),
            b'z' => (S, 1, 1),
            b'j' => (J, 2, 1),
            // A final h is seldom sounded (Abdullah, Fatimah).
            b'h' if next == 0 => return 1,
            b'h' => (H, 0, 1),
            b'l' => (L, 0, 1),
            b'r' => (R, 0, 1),
            b'm' => (M, 0, 1),
            b'n' => (N, 0, 1),
            _ => (DIGIT, b % 16, 1),
        };
        self.consonant(class, shade, abjad);
        taken
    }

    fn vowel(&mut self, kind: u8) -> usize {
        let shift = 4 * self.count;
        let here = (self.gaps >> shift) as u8 & 15;
        let long = if here == 0 { 0 } else { gap::LONG };
        self.gaps |= u64::from(kind | long) << shift;
        self.closed = false;
        1
    }

    fn consonant(&mut self, class: u8, shade: u8, abjad: bool) {
        // Abjads do not write a doubled letter twice, so two of a kind are two sounds there.
        if self.closed && self.last == class && class != class::DIGIT && !abjad {
            return;
        }
        self.last = class;
        self.closed = true;
        if self.count < MAX_CONSONANTS {
            self.skeleton |= u64::from(class) << (4 * self.count);
            self.shades |= u64::from(shade) << (4 * self.count);
            self.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str, abjad: bool) -> Form {
        Form::new(Letters::from_slice(text.as_bytes()), abjad, Reading::First)
    }

    #[test]
    fn spellings_of_one_sound_share_a_skeleton() {
        for (a, b) in [
            ("zawahiri", "zawahri"),
            ("hussein", "husayn"),
            ("qadhafi", "kadafi"),
            ("shcherbakov", "scherbakov"),
            ("abdullah", "abdalla"),
            ("mohammed", "muhamad"),
        ] {
            assert_eq!(form(a, false).skeleton, form(b, false).skeleton, "{a} {b}");
        }
        assert_eq!(form("zrYf", true).skeleton, form("zarif", false).skeleton);
        assert_eq!(
            form("mmdWh", true).skeleton,
            form("mamdouh", false).skeleton
        );
    }

    #[test]
    fn gaps_hold_the_vowels() {
        let f = form("hussein", false);
        assert_eq!(f.consonants, 3);
        assert_eq!(f.gap(1), gap::U);
        assert_eq!(f.gap(2), gap::A | gap::I | gap::LONG);
        assert_eq!(f.gap(3), 0);
    }

    #[test]
    fn endless_words_are_bounded() {
        let f = form(&"tarakima".repeat(100), false);
        assert_eq!(usize::from(f.consonants), MAX_CONSONANTS);
    }
}

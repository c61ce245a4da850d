//! One spelling of a name part: its letters, and what two spellings of one sound have in common.
//!
//! The *skeleton* is the sequence of consonant classes; spellings that differ only in how a language romanises
//! (`Zawahiri`, `Zavahiry`, `ظواهري`) share it. The *gaps* say which vowels stand before, between and after them, so
//! that `Hassan` and `Hussein`, which share a skeleton, can still be told apart.

use smallvec::SmallVec;

use crate::fold::Letters;

/// Consonants kept in a skeleton; what follows is left to the letters themselves.
pub const MAX_CONSONANTS: usize = 15;

/// One spelling of a name part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Lower-case ASCII letters and digits; upper case for letters of an abjad that are read in several ways.
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
    /// How letters with several readings are read.
    reading: Reading,
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

/// How the letters with several readings are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// `th`, `dh` and dad as s and z, as Persian and Urdu do; else as t and d.
    hissing: bool,
    /// Which waws, and which w of Latin script, are a v; the others are a vowel.
    waw: Waw,
    /// `th`, `dh`, `zh` and `dj` between vowels as two sounds: Fathi, Azhar, Mohammadjavad.
    apart: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waw {
    Vowel,
    /// In front of a letter for a vowel: the second one of Mousavi.
    BeforeVowel,
    Consonant,
}

impl Reading {
    /// The first: t and d, waw as a vowel, digraphs as one sound.
    pub(crate) const FIRST: Self = Self {
        hissing: false,
        waw: Waw::Vowel,
        apart: false,
    };

    fn code(self) -> u8 {
        u8::from(self.hissing) | (self.waw as u8) << 1 | u8::from(self.apart) << 3
    }

    fn of_code(code: u8) -> Self {
        Self {
            hissing: code & 1 != 0,
            waw: match code >> 1 & 3 {
                0 => Waw::Vowel,
                1 => Waw::BeforeVowel,
                _ => Waw::Consonant,
            },
            apart: code >> 3 & 1 != 0,
        }
    }

    /// The further readings that these letters have.
    pub(crate) fn others(letters: &[u8], abjad: bool) -> SmallVec<[Self; 3]> {
        let mut readings = SmallVec::new();
        if !abjad {
            if letters.windows(2).any(|w| matches!(w, [b't' | b'd', b'h'])) {
                readings.push(Self {
                    hissing: true,
                    ..Self::FIRST
                });
            }
            let is_vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
            if letters.windows(4).any(|w| {
                is_vowel(w[0])
                    && is_vowel(w[3])
                    && matches!(w[1..3], [b't' | b'd' | b'z', b'h'] | [b'd', b'j'])
            }) {
                readings.push(Self {
                    apart: true,
                    ..Self::FIRST
                });
            }
            // Hwang is also written Hvang, and Wahid Vahid.
            if letters
                .iter()
                .enumerate()
                .any(|(i, b)| *b == b'w' && is_before_vowel(letters.get(i + 1).copied()))
            {
                readings.push(Self {
                    waw: Waw::BeforeVowel,
                    ..Self::FIRST
                });
            }
            return readings;
        }
        let (mut waws, mut before_vowels) = (0, 0);
        for (i, _) in letters.iter().enumerate().filter(|(_, b)| **b == b'W') {
            waws += 1;
            before_vowels += usize::from(is_before_vowel(letters.get(i + 1).copied()));
        }
        for hissing in [false, true] {
            if hissing && !letters.contains(&b'D') {
                continue;
            }
            for waw in [Waw::Vowel, Waw::BeforeVowel, Waw::Consonant] {
                let differs = match waw {
                    Waw::Vowel => hissing,
                    Waw::BeforeVowel => before_vowels > 0,
                    Waw::Consonant => waws > before_vowels,
                };
                if differs {
                    readings.push(Self {
                        hissing,
                        waw,
                        apart: false,
                    });
                }
            }
        }
        readings
    }
}

/// Whether a waw in front of this letter is in front of a vowel.
fn is_before_vowel(next: Option<u8>) -> bool {
    matches!(
        next,
        Some(b'A' | b'Y' | b'W' | b'E' | b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
    )
}

/// Stands for the letter behind where a digraph may not reach.
const CUT: u8 = b'-';

impl Form {
    /// The form of folded letters.
    pub(crate) fn new(letters: Letters, abjad: bool, reading: Reading) -> Self {
        Self::cut(letters, usize::MAX, abjad, reading)
    }

    /// The form of two words written as one: no digraph reaches from the one into the other.
    pub(crate) fn joined(one: &Letters, two: &Letters, abjad: bool) -> Self {
        let mut letters = one.clone();
        letters.extend_from_slice(two);
        Self::cut(letters, one.len(), abjad, Reading::FIRST)
    }

    fn cut(letters: Letters, at: usize, abjad: bool, reading: Reading) -> Self {
        let mut builder = Builder::default();
        let bytes = letters.as_slice();
        let mut hash = Hasher::new();
        let mut bag = 0;
        let mut i = 0;
        while i < bytes.len() {
            let behind = |n: usize| {
                let next = bytes.get(i + n).copied();
                if i < at && at <= i + n {
                    next.map(|_| CUT)
                } else {
                    next
                }
            };
            let taken = builder.step(bytes[i], behind(1), behind(2), abjad, reading);
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
            reading,
            letters,
        }
    }

    /// The form of letters that were folded before: what [`Form::letters`], [`Form::abjad`] and [`Form::reading`] of a
    /// form of one word say makes the same form again.
    pub fn again(letters: &[u8], abjad: bool, reading: u8) -> Self {
        Self::new(
            Letters::from_slice(letters),
            abjad,
            Reading::of_code(reading),
        )
    }

    /// How letters with several readings are read: four bits, the same in one build of the matcher.
    pub fn reading(&self) -> u8 {
        self.reading.code()
    }

    /// The skeletons of all that may be two words written as these letters, wherever the first of them ends and whether or
    /// not short vowels are written: as many as have so many consonants at least.
    pub fn joined_skeletons(letters: &[u8], consonants: u8) -> SmallVec<[u64; 4]> {
        let letters = Letters::from_slice(letters);
        let mut skeletons = SmallVec::new();
        for abjad in [false, true] {
            for at in 1..letters.len() {
                let form = Self::cut(letters.clone(), at, abjad, Reading::FIRST);
                if form.consonants >= consonants && !skeletons.contains(&form.skeleton) {
                    skeletons.push(form.skeleton);
                }
            }
        }
        skeletons
    }

    /// The letters as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.letters).unwrap_or_default()
    }

    /// The class of one consonant and which letter of it it is.
    #[inline]
    pub fn consonant(&self, index: usize) -> (u8, u8) {
        let at = |bits: u64| (bits >> (4 * index)) as u8 & 15;
        (at(self.skeleton), at(self.shades))
    }

    /// The vowels of one gap; the gap behind the last consonant has the number of consonants as its index.
    #[inline]
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
        b'D' | b'H' | b'W' => 1 << (b.to_ascii_lowercase() - b'a'),
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
    fn step(
        &mut self,
        b: u8,
        next: Option<u8>,
        third: Option<u8>,
        abjad: bool,
        reading: Reading,
    ) -> usize {
        use class::{DIGIT, F, H, J, K, L, M, N, P, R, S, T};
        let Reading {
            hissing,
            waw,
            apart,
        } = reading;
        let consonantal = match waw {
            Waw::Vowel => false,
            Waw::BeforeVowel => is_before_vowel(next),
            Waw::Consonant => true,
        };
        let next = match (b, next) {
            (b't' | b'd' | b'z', Some(b'h')) | (b'd', Some(b'j')) if apart => CUT,
            (_, next) => next.unwrap_or(0),
        };
        let (class, shade, taken) = match b {
            b'a' => return self.vowel(gap::A),
            b'e' => return self.vowel(gap::A | gap::I),
            b'i' | b'y' => return self.vowel(gap::I),
            b'w' if consonantal => (F, 1, 1),
            b'o' | b'u' | b'w' => return self.vowel(gap::U),
            b'A' => return self.vowel(gap::A),
            b'Y' => return self.vowel(gap::I),
            b'E' => return self.vowel(gap::A | gap::I | gap::U | gap::LONG),
            b'W' if consonantal => (F, 1, 1),
            b'W' => return self.vowel(gap::U),
            b's' if next == b'c' && third == Some(b'h') => (J, 0, 3),
            b't' if next == b'c' && third == Some(b'h') => (J, 1, 3),
            b'd' if next == b'z' && third == Some(b'h') => (J, 2, 3),
            b's' if next == b'h' => (J, 0, 2),
            b'c' if next == b'h' => (J, 1, 2),
            b'z' if next == b'h' => (J, 2, 2),
            b'd' if next == b'j' && !abjad => (J, 2, 2),
            b't' if next == b's' || next == b'z' && !abjad => (S, 0, 2),
            b'd' if next == b'z' && !abjad => (S, 1, 2),
            b't' if next == b'h' => (if hissing || abjad { S } else { T }, 0, 2),
            b'd' if next == b'h' => (if hissing || abjad { S } else { T }, 1, 2),
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
            b'D' if hissing => (S, 1, 1),
            b'd' | b'D' => (T, 1, 1),
            b's' => (S, 0, 1),
            b'z' => (S, 1, 1),
            b'j' => (J, 2, 1),
            // A final h is seldom sounded (Abdullah, Fatimah).
            b'h' if next == 0 => return 1,
            b'h' | b'H' => (H, 0, 1),
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
        Form::new(Letters::from_slice(text.as_bytes()), abjad, Reading::FIRST)
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
        // Two letters of an abjad are no digraph: `zHAr` is no `zhar`.
        assert_eq!(form("zHrAn", true).skeleton, form("zahran", false).skeleton);
    }

    #[test]
    fn further_readings_are_those_that_differ() {
        for (letters, abjad, count) in [
            ("rDA", true, 1),
            ("rWHAnY", true, 1),
            ("mWsWY", true, 2),
            ("rDWAn", true, 3),
            ("ElY", true, 0),
            ("fathi", false, 2),
            ("martin", false, 0),
        ] {
            let others = Reading::others(letters.as_bytes(), abjad);
            assert_eq!(others.len(), count, "{letters}");
            let mut all = others.to_vec();
            all.push(Reading::FIRST);
            let forms: Vec<Form> = all
                .into_iter()
                .map(|r| Form::new(Letters::from_slice(letters.as_bytes()), abjad, r))
                .collect();
            for form in &forms {
                assert_eq!(*form, Form::again(&form.letters, abjad, form.reading()));
            }
            let skeletons: std::collections::BTreeSet<u64> =
                forms.iter().map(|form| form.skeleton).collect();
            assert_eq!(skeletons.len(), count + 1, "{letters}");
        }
    }

    #[test]
    fn a_name_of_an_abjad_has_the_skeleton_of_its_romanisations() {
        for (abjad, latin) in [
            ("rDA", "reza"),
            ("rDWAn", "ridwan"),
            ("rDWAn", "rezvan"),
            ("mWsWY", "mousavi"),
            ("ftHY", "fathi"),
            ("AzHr", "azhar"),
        ] {
            let skeletons = |text: &str, abjad| -> Vec<u64> {
                let letters = Letters::from_slice(text.as_bytes());
                let mut all = Reading::others(&letters, abjad);
                all.push(Reading::FIRST);
                let form = |r| Form::new(letters.clone(), abjad, r).skeleton;
                all.into_iter().map(form).collect()
            };
            let wanted = skeletons(latin, false);
            assert!(
                skeletons(abjad, true).iter().any(|s| wanted.contains(s)),
                "{abjad} {latin}"
            );
        }
    }

    #[test]
    fn no_digraph_reaches_across_two_words() {
        let join = Form::joined(
            &Letters::from_slice(b"mohammad"),
            &Letters::from_slice(b"javad"),
            false,
        );
        assert_eq!(join.letters.as_slice(), b"mohammadjavad");
        assert_eq!(join.skeleton, form("mHmdjvd", true).skeleton);
        assert_ne!(join.skeleton, form("mohammadjavad", false).skeleton);
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

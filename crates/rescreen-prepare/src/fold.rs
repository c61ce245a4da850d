//! Letters of every script to lower-case ASCII.
//!
//! The folding aims at the spelling most official romanisations use, not at reversibility. Arabic and Hebrew leave
//! short vowels unwritten; there the letters that may stand for a long vowel are kept apart from consonants by being
//! written in upper case (`A`, `W`, `Y`; `E` for ayin, which carries any vowel), so that the consonant
//! [skeleton](crate::form) can tell them from sounds that are certainly there. Upper case are also `D` for dad, which is d in
//! Arabic and z in Persian, and `H` for an h behind a letter that would make a digraph of it (`zHrAn`, Zahran).

mod abjad;
mod alphabets;
mod cyrillic;
mod hangul;
mod indic;
mod latin;

use smallvec::SmallVec;

use crate::script::Script;

/// Letters and digits in ASCII; most name parts fit without an allocation.
pub(crate) type Letters = SmallVec<[u8; 24]>;

/// A word folded: its letters, or its letters by syllable where the script writes syllables.
pub(crate) fn word(chars: &[char], script: Script, out: &mut Letters) {
    match script {
        Script::Latin => latin::fold(chars, out),
        Script::Cyrillic => cyrillic::fold(chars, out),
        Script::Greek => alphabets::greek(chars, out),
        Script::Armenian => alphabets::by_letter(chars, alphabets::armenian, out),
        Script::Georgian => alphabets::by_letter(chars, alphabets::georgian, out),
        Script::Arabic => abjad::arabic(chars, out),
        Script::Hebrew => abjad::hebrew(chars, out),
        Script::Hangul => {
            for &c in chars {
                hangul::syllable(c, out);
            }
        }
        Script::Digit => {
            for &c in chars {
                digit(c, out);
            }
        }
        Script::Indic => indic::fold(chars, out),
        Script::Han | Script::Kana | Script::Other => {
            for &c in chars {
                general(c, out);
            }
        }
    }
}

/// The passport spellings of one Hangul syllable: South Korean (Revised Romanisation) and North Korean.
pub(crate) use hangul::readings as hangul_readings;

/// A decimal digit of any script; other numerals by the general table.
fn digit(c: char, out: &mut Letters) {
    if c.is_ascii_digit() {
        out.push(c as u8);
    } else {
        general(c, out);
    }
}

/// The general table, for the long tail of scripts and characters.
pub(crate) fn general(c: char, out: &mut Letters) {
    out.extend(
        any_ascii::any_ascii_char(c)
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|b| b.to_ascii_lowercase()),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut out = Letters::new();
        word(&chars, Script::of(chars[0]).unwrap(), &mut out);
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn words_fold_as_passports_spell_them() {
        for (from, to) in [
            ("Zawahiri", "zawahiri"),
            ("Müller", "muller"),
            ("Łukasz", "lukasz"),
            ("Straße", "strasse"),
            ("İstanbul", "istanbul"),
            ("Завахири", "zavakhiri"),
            ("Щербаков", "shcherbakov"),
            ("Лукашэнка", "lukashenka"),
            ("Ђинђић", "djindjic"),
            ("Назарбаев", "nazarbaev"),
            ("Παπαδόπουλος", "papadopoulos"),
            ("Μπακογιάννης", "bakogiannis"),
            ("Սարգսյան", "sargsyan"),
            ("სააკაშვილი", "saakashvili"),
            ("김", "gim"),
            // Hindi: the inherent vowel where it is sounded.
            ("शर्मा", "sharma"),
            ("नरेन्द्र", "narendra"),
            ("राजनाथ", "rajnath"),
            ("मनमोहन", "manmohan"),
            ("सुषमा", "sushma"),
            ("विजय", "vijay"),
            ("ज़फ़र", "zafar"),
            ("सिंह", "sinh"),
            // Bengali, Gujarati, Punjabi as Hindi; Telugu and Tamil sound every vowel.
            ("রহমান", "rahman"),
            ("પટેલ", "patel"),
            ("ਹਰਜੀਤ", "harjit"),
            ("రామ", "rama"),
            ("குமார்", "kumar"),
            ("٣٧", "37"),
        ] {
            assert_eq!(fold(from), to, "{from}");
        }
    }

    #[test]
    fn unwritten_vowels_stay_unwritten() {
        for (from, to) in [
            ("محمد", "mhmd"),
            ("جواد", "jWAd"),
            ("ظريف", "zrYf"),
            ("نتنياهو", "ntnYAhW"),
            ("נתניהו", "ntnYhW"),
        ] {
            assert_eq!(fold(from), to, "{from}");
        }
    }
}

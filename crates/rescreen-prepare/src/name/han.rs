//! Other readings of Chinese characters: a name in characters may be a Cantonese or a Korean one, and is written in
//! Latin letters by that reading.

use std::sync::LazyLock;

use smallvec::SmallVec;

use super::cantonese;
use crate::{
    fold::{self, Letters},
    lexicon::HAN,
};

/// Readings of one part of a name at most, in either language.
const READINGS: usize = 10;

/// A character with its readings: Jyutping without tones, and Hangul.
type Row = (char, &'static str, &'static str);

/// The table, in the order of its characters. It is read when the first name in characters is.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    HAN.lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let character = columns.next()?.chars().next()?;
            Some((character, columns.next()?, columns.next()?))
        })
        .collect()
});

/// Family names by whose first character a name may be Korean, as passports spell them.
const KOREAN: [(char, &[&str]); 62] = [
    ('金', &["kim", "gim"]),
    ('李', &["lee", "ri", "yi", "rhee"]),
    ('朴', &["park", "pak", "bak"]),
    ('崔', &["choi", "choe"]),
    ('鄭', &["jung", "chung", "jong", "jeong"]),
    ('郑', &["jung", "chung", "jong", "jeong"]),
    ('姜', &["kang", "gang"]),
    ('趙', &["cho", "jo"]),
    ('赵', &["cho", "jo"]),
    ('尹', &["yoon", "yun"]),
    ('張', &["jang", "chang"]),
    ('张', &["jang", "chang"]),
    ('林', &["lim", "im", "rim"]),
    ('韓', &["han"]),
    ('韩', &["han"]),
    ('吳', &["oh", "o"]),
    ('吴', &["oh", "o"]),
    ('徐', &["seo", "suh", "so"]),
    ('申', &["shin", "sin"]),
    ('權', &["kwon", "gwon"]),
    ('权', &["kwon", "gwon"]),
    ('黃', &["hwang"]),
    ('黄', &["hwang"]),
    ('安', &["ahn", "an"]),
    ('宋', &["song"]),
    ('柳', &["yoo", "ryu", "yu"]),
    ('洪', &["hong"]),
    ('全', &["jeon", "chun", "jon"]),
    ('高', &["ko", "go"]),
    ('文', &["moon", "mun"]),
    ('梁', &["yang", "ryang"]),
    ('孫', &["son", "sohn"]),
    ('孙', &["son", "sohn"]),
    ('白', &["baek", "paek"]),
    ('許', &["heo", "ho", "hur"]),
    ('许', &["heo", "ho", "hur"]),
    ('劉', &["yoo", "ryu", "yu"]),
    ('刘', &["yoo", "ryu", "yu"]),
    ('南', &["nam"]),
    ('沈', &["shim", "sim"]),
    ('盧', &["noh", "ro", "roh"]),
    ('卢', &["noh", "ro", "roh"]),
    ('河', &["ha"]),
    ('郭', &["kwak", "gwak"]),
    ('成', &["sung", "song", "seong"]),
    ('車', &["cha"]),
    ('车', &["cha"]),
    ('朱', &["joo", "ju", "chu"]),
    ('具', &["koo", "ku", "gu"]),
    ('閔', &["min"]),
    ('闵', &["min"]),
    ('羅', &["na", "ra"]),
    ('罗', &["na", "ra"]),
    ('池', &["ji", "chi"]),
    ('嚴', &["eom", "om", "um"]),
    ('严', &["eom", "om", "um"]),
    ('元', &["won"]),
    ('康', &["kang"]),
    ('玄', &["hyun", "hyon", "hyeon"]),
    ('方', &["bang", "pang"]),
    ('孔', &["kong", "gong"]),
    ('太', &["tae"]),
];

/// The spellings of one character.
type Spellings = SmallVec<[Letters; 4]>;

/// A part of a name as Cantonese reads it, in the spellings of Hong Kong; none where a character has no such reading.
pub(super) fn cantonese(characters: &[char]) -> SmallVec<[Letters; 1]> {
    joined(characters, |character| {
        let (_, readings, _) = row(character)?;
        let all = readings.split(' ').flat_map(cantonese::spellings);
        Some(all.collect())
    })
}

/// Whether a name that begins with the character may be Korean.
pub(super) fn may_be_korean(family: char) -> bool {
    KOREAN.iter().any(|(character, _)| *character == family)
}

/// The family name that the character is in Korean.
pub(super) fn korean_family(family: char) -> SmallVec<[Letters; 1]> {
    KOREAN
        .iter()
        .filter(|(character, _)| *character == family)
        .flat_map(|(_, spellings)| spellings.iter())
        .map(|spelling| Letters::from_slice(spelling.as_bytes()))
        .collect()
}

/// A given name as Korean reads it: in the spelling of the South, of the North, of most passports of either, each
/// throughout.
pub(super) fn korean(characters: &[char]) -> SmallVec<[Letters; 1]> {
    let mut found = SmallVec::new();
    for system in 0..4 {
        let mut letters = Letters::new();
        for &character in characters {
            let syllable = row(character).and_then(|(_, _, korean)| korean.chars().next());
            let Some(readings) = syllable.and_then(fold::hangul_readings) else {
                return SmallVec::new();
            };
            match system {
                2 => letters.extend_from_slice(&passport(&readings[0], "u")),
                3 => letters.extend_from_slice(&passport(&readings[0], "o")),
                system => letters.extend_from_slice(&readings[system]),
            }
        }
        if !found.contains(&letters) {
            found.push(letters);
        }
    }
    found
}

/// How people spell a syllable of the Revised Romanisation in their passports: `Jung` or `Jong` for `jeong`, `Hyun` or `Hyon`
/// for `hyeon`.
fn passport(revised: &Letters, vowel: &str) -> Letters {
    let text = String::from_utf8_lossy(revised);
    let text = text
        .replace("eo", vowel)
        .replace("eu", "u")
        .replace("ui", "ee");
    let text = match text.strip_prefix('g') {
        Some(rest) => format!("k{rest}"),
        None => text,
    };
    Letters::from_slice(text.as_bytes())
}

fn row(character: char) -> Option<Row> {
    let at = ROWS
        .binary_search_by_key(&character, |(character, _, _)| *character)
        .ok()?;
    ROWS.get(at).copied()
}

/// The spellings of characters written as one, those of the commonest spellings first.
fn joined(
    characters: &[char],
    spell: impl Fn(char) -> Option<Spellings>,
) -> SmallVec<[Letters; 1]> {
    let mut found: Vec<(usize, Letters)> = vec![(0, Letters::new())];
    for &character in characters {
        let Some(spellings) = spell(character).filter(|s| !s.is_empty()) else {
            return SmallVec::new();
        };
        let longer = found.iter().flat_map(|(rank, head)| {
            spellings.iter().enumerate().map(move |(more, tail)| {
                let mut letters = head.clone();
                letters.extend_from_slice(tail);
                (rank + more, letters)
            })
        });
        let mut longer: Vec<(usize, Letters)> = longer.collect();
        longer.sort_by_key(|(rank, _)| *rank);
        longer.truncate(READINGS);
        found = longer;
    }
    let mut readings = SmallVec::new();
    for (_, letters) in found {
        if !readings.contains(&letters) {
            readings.push(letters);
        }
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(readings: &[Letters]) -> Vec<String> {
        readings
            .iter()
            .map(|letters| String::from_utf8_lossy(letters).into_owned())
            .collect()
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(ROWS.len() > 20_000);
        assert!(ROWS.is_sorted_by_key(|(character, _, _)| *character));
    }

    #[test]
    fn characters_are_read_in_cantonese_and_in_korean() {
        assert!(texts(&cantonese(&['陳'])).contains(&"chan".to_owned()));
        assert!(texts(&cantonese(&['大', '文'])).contains(&"taiman".to_owned()));
        assert!(texts(&korean(&['正', '恩'])).contains(&"jeongeun".to_owned()));
        assert_eq!(
            texts(&korean(&['賢', '洙'])),
            ["hyeonsu", "hyonsu", "hyunsu"]
        );
        assert!(texts(&korean(&['正', '恩'])).contains(&"jongun".to_owned()));
        assert_eq!(texts(&korean_family('朴')), ["park", "pak", "bak"]);
        assert!(may_be_korean('金') && !may_be_korean('王'));
        assert!(cantonese(&['a']).is_empty() && korean(&['a']).is_empty());
    }
}

//! Chinese given names in the Wade-Giles spelling that Taiwan's passports and older lists write, `Hsiao-p'ing` for
//! `Xiaoping`.
//!
//! Wade-Giles tells `p` from `p'` by an apostrophe that documents leave out, so one spelling may be several syllables
//! of Pinyin. All of them are read. Source: the tables of both systems as in ALA-LC, "Chinese Romanization".

use smallvec::SmallVec;

use crate::fold::Letters;

/// The syllables of Pinyin by initial, tones apart, `ü` written `u`.
pub(super) const PINYIN: [(&str, &str); 24] = [
    ("b", "a ai an ang ao ei en eng i ian iao ie in ing o u"),
    ("p", "a ai an ang ao ei en eng i ian iao ie in ing o ou u"),
    (
        "m",
        "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    ),
    ("f", "a an ang ei en eng o ou u"),
    (
        "d",
        "a ai an ang ao e ei en eng i ian iao ie ing iu ong ou u uan ui un uo",
    ),
    (
        "t",
        "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    ),
    (
        "n",
        "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue uo",
    ),
    (
        "l",
        "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan ue un uo",
    ),
    (
        "g",
        "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    ),
    (
        "k",
        "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    ),
    (
        "h",
        "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    ),
    ("j", "i ia ian iang iao ie in ing iong iu u uan ue un"),
    ("q", "i ia ian iang iao ie in ing iong iu u uan ue un"),
    ("x", "i ia ian iang iao ie in ing iong iu u uan ue un"),
    (
        "zh",
        "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    ),
    (
        "ch",
        "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    ),
    (
        "sh",
        "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    ),
    ("r", "an ang ao e en eng i ong ou u ua uan ui un uo"),
    ("z", "a ai an ang ao e ei en eng i ong ou u uan ui un uo"),
    ("c", "a ai an ang ao e en eng i ong ou u uan ui un uo"),
    ("s", "a ai an ang ao e en eng i ong ou u uan ui un uo"),
    ("y", "a an ang ao e i in ing ong ou u uan ue un"),
    ("w", "a ai an ang ei en eng o u"),
    ("", "a ai an ang ao e ei en er ou"),
];

/// Chinese family names in common use, tones apart.
const FAMILIES: [&str; 96] = [
    "wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu", "sun", "ma",
    "zhu", "hu", "guo", "he", "lin", "gao", "luo", "zheng", "liang", "xie", "song", "tang", "deng",
    "han", "feng", "cao", "peng", "zeng", "xiao", "tian", "dong", "pan", "yuan", "cai", "jiang",
    "yu", "du", "ye", "cheng", "wei", "su", "lu", "ding", "ren", "yao", "shen", "zhong", "cui",
    "tan", "fan", "liao", "shi", "jin", "jia", "xia", "fu", "fang", "zou", "xiong", "bai", "meng",
    "qin", "qiu", "hou", "yin", "xue", "yan", "lei", "long", "tao", "duan", "qian", "dai", "mo",
    "kong", "xiang", "chang", "mao", "bo", "hao", "gong", "wan", "xi", "hua", "lai", "niu", "bi",
    "zhai", "gu", "dou", "wen", "pang", "an",
];

/// Initials of Wade-Giles, longest first, with those of Pinyin they may stand for.
const INITIALS: [(&str, &[&str]); 19] = [
    ("hs", &["x"]),
    ("tz", &["z", "c"]),
    ("ts", &["z", "c"]),
    ("ch", &["zh", "ch", "j", "q"]),
    ("sh", &["sh"]),
    ("ss", &["s"]),
    ("sz", &["s"]),
    ("p", &["b", "p"]),
    ("t", &["d", "t"]),
    ("k", &["g", "k"]),
    ("m", &["m"]),
    ("f", &["f"]),
    ("n", &["n"]),
    ("l", &["l"]),
    ("h", &["h"]),
    ("j", &["r"]),
    ("s", &["s"]),
    ("y", &["y"]),
    ("w", &["w"]),
];

/// Finals that the two systems write differently.
const FINALS: [(&str, &str); 6] = [
    ("ieh", "ie"),
    ("ien", "ian"),
    ("iung", "iong"),
    ("ung", "ong"),
    ("uei", "ui"),
    ("ueh", "ue"),
];

/// The syllables a spelling may stand for.
type Syllables = SmallVec<[Letters; 4]>;

/// What two neighbouring parts are in Pinyin, written as one as Pinyin writes given names. Nothing where both may be
/// Pinyin already, or one is no syllable of Wade-Giles.
pub(super) fn readings(one: &[u8], two: &[u8]) -> SmallVec<[Letters; 4]> {
    let mut joined = SmallVec::new();
    if one.len() > 6 || two.len() > 6 || is_pinyin(one) && is_pinyin(two) {
        return joined;
    }
    let (ones, twos) = (syllables(one), syllables(two));
    for first in &ones {
        for second in &twos {
            let mut letters = first.clone();
            letters.extend_from_slice(second);
            joined.push(letters);
        }
    }
    joined
}

/// Whether the syllable is a Chinese family name in common use.
pub(super) fn is_family(pinyin: &[u8]) -> bool {
    FAMILIES.iter().any(|family| family.as_bytes() == pinyin)
}

fn is_pinyin(word: &[u8]) -> bool {
    // The initial `zh` begins with no other initial, `ch` and `sh` with `c` and `s`, whose finals never begin with h.
    PINYIN.iter().any(|(initial, finals)| {
        word.strip_prefix(initial.as_bytes())
            .is_some_and(|rest| has_final(finals, rest))
    })
}

fn has_final(finals: &str, wanted: &[u8]) -> bool {
    finals.split(' ').any(|f| f.as_bytes() == wanted)
}

/// The syllables of Pinyin that one of Wade-Giles may stand for, none where it is none.
fn syllables(word: &[u8]) -> Syllables {
    let whole: Option<&[u8]> = match word {
        b"i" => Some(b"yi"),
        b"erh" => Some(b"er"),
        b"yen" => Some(b"yan"),
        b"yeh" => Some(b"ye"),
        b"yung" => Some(b"yong"),
        b"yueh" => Some(b"yue"),
        _ => None,
    };
    if let Some(whole) = whole {
        return [Letters::from_slice(whole)].into_iter().collect();
    }
    if word == b"yu" {
        let both: [&[u8]; 2] = [b"yu", b"you"];
        return both.into_iter().map(Letters::from_slice).collect();
    }
    let (initial, initials) = INITIALS
        .iter()
        .find(|(initial, _)| word.starts_with(initial.as_bytes()))
        .map_or(("", &[""][..]), |(initial, pinyin)| (*initial, *pinyin));
    let rest = &word[initial.len()..];
    let mut found = Syllables::new();
    for &pinyin in initials {
        let Some(last) = last(initial, pinyin, rest) else {
            continue;
        };
        let is_syllable = PINYIN
            .iter()
            .any(|(known, finals)| *known == pinyin && has_final(finals, last));
        if is_syllable {
            let mut letters = Letters::from_slice(pinyin.as_bytes());
            letters.extend_from_slice(last);
            found.push(letters);
        }
    }
    found
}

/// The final of Pinyin for one of Wade-Giles behind an initial; `None` where the initial does not go with it.
fn last<'a>(wade: &str, pinyin: &str, rest: &'a [u8]) -> Option<&'a [u8]> {
    let buzzes = matches!(pinyin, "zh" | "ch" | "sh" | "r");
    match (wade, rest) {
        // `chi` is ji or qi; zhi and chi are `chih`.
        (_, b"ih") => buzzes.then_some(b"i"),
        (_, b"i") if buzzes => None,
        ("tz" | "ss" | "sz", b"u") => Some(b"i"),
        ("tz" | "ss" | "sz", _) => None,
        ("k" | "h", b"o") => Some(b"e"),
        ("t" | "n" | "l" | "s" | "j" | "ts" | "ch", b"o") => Some(b"uo"),
        _ => Some(
            FINALS
                .iter()
                .find(|(theirs, _)| theirs.as_bytes() == rest)
                .map_or(rest, |(_, ours)| ours.as_bytes()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_pinyin, readings};

    fn of(one: &str, two: &str) -> Vec<String> {
        let mut all: Vec<String> = readings(one.as_bytes(), two.as_bytes())
            .iter()
            .map(|letters| String::from_utf8_lossy(letters).into_owned())
            .collect();
        all.sort();
        all
    }

    #[test]
    fn given_names_are_read_in_pinyin() {
        assert_eq!(of("hsiao", "ping"), ["xiaobing", "xiaoping"]);
        assert_eq!(of("tse", "tung"), ["cedong", "cetong", "zedong", "zetong"]);
        assert_eq!(of("ying", "jeou"), [""; 0], "no system writes jeou");
        assert_eq!(of("chih", "ming"), ["chiming", "zhiming"]);
        assert_eq!(of("kuo", "hsiung"), ["guoxiong", "kuoxiong"]);
        assert_eq!(of("jo", "yu"), ["ruoyou", "ruoyu"]);
        assert_eq!(of("tzu", "erh"), ["cier", "zier"]);
    }

    #[test]
    fn pinyin_is_left_alone() {
        for (one, two) in [
            ("xiao", "ping"),
            ("ze", "dong"),
            ("zhi", "ming"),
            ("chen", "wei"),
        ] {
            assert!(is_pinyin(one.as_bytes()) && is_pinyin(two.as_bytes()));
            assert_eq!(of(one, two), [""; 0], "{one} {two}");
        }
        assert_eq!(of("maria", "luisa"), [""; 0]);
        assert_eq!(of("john", "smith"), [""; 0]);
    }
}

//! Cantonese readings in the spelling that documents of Hong Kong write: `陳大文` is Chan Tai Man.
//!
//! The spelling of the Hong Kong Government is older than any system and leaves tones and some vowels apart; one syllable
//! may be written in several ways, of which the common ones are given, the commonest first.

use smallvec::SmallVec;

use crate::fold::Letters;

/// Spellings of one syllable at most.
const SPELLINGS: usize = 4;

/// Initials of Jyutping, longest first, and how documents write them.
const INITIALS: [(&str, &[&str]); 20] = [
    ("gw", &["kw"]),
    ("kw", &["kw"]),
    ("ng", &["ng"]),
    ("b", &["p"]),
    ("p", &["p"]),
    ("m", &["m"]),
    ("f", &["f"]),
    ("d", &["t"]),
    ("t", &["t"]),
    ("n", &["n"]),
    ("l", &["l"]),
    ("g", &["k"]),
    ("k", &["k"]),
    ("h", &["h"]),
    ("w", &["w"]),
    ("z", &["ch", "ts"]),
    ("c", &["ch", "ts"]),
    ("s", &["s", "sh"]),
    ("j", &["y"]),
    ("", &[""]),
];

/// Finals of Jyutping and how documents write them.
const FINALS: [(&str, &[&str]); 56] = [
    ("aa", &["a", "ah"]),
    ("aai", &["ai"]),
    ("aau", &["au"]),
    ("aam", &["am"]),
    ("aan", &["an"]),
    ("aang", &["ang"]),
    ("aap", &["ap"]),
    ("aat", &["at"]),
    ("aak", &["ak"]),
    ("ai", &["ai"]),
    ("au", &["au", "ow"]),
    ("am", &["am", "um"]),
    ("an", &["an", "un"]),
    ("ang", &["ang"]),
    ("ap", &["ap", "up"]),
    ("at", &["at"]),
    ("ak", &["ak"]),
    ("e", &["e", "eh"]),
    ("ei", &["ei", "i", "ee"]),
    ("eng", &["eng", "ing"]),
    ("ek", &["ek", "ik"]),
    ("i", &["i", "ee", "ze"]),
    ("iu", &["iu"]),
    ("im", &["im"]),
    ("in", &["in"]),
    ("ing", &["ing"]),
    ("ip", &["ip"]),
    ("it", &["it"]),
    ("ik", &["ik"]),
    ("o", &["o", "aw"]),
    ("oi", &["oi"]),
    ("ou", &["o", "ou"]),
    ("on", &["on"]),
    ("ong", &["ong"]),
    ("ot", &["ot"]),
    ("ok", &["ok"]),
    ("oe", &["eu"]),
    ("oeng", &["eung"]),
    ("oek", &["euk"]),
    ("eoi", &["ui"]),
    ("eon", &["un"]),
    ("eot", &["ut"]),
    ("u", &["u", "oo"]),
    ("ui", &["ui"]),
    ("un", &["un", "oon"]),
    ("ung", &["ung"]),
    ("ut", &["ut"]),
    ("uk", &["uk"]),
    ("yu", &["u", "ue"]),
    ("yun", &["uen", "un"]),
    ("yut", &["uet", "ut"]),
    ("m", &["m"]),
    ("ng", &["ng"]),
    ("em", &["em"]),
    ("ep", &["ep"]),
    ("et", &["et"]),
];

/// What documents write for one syllable of Jyutping without its tone, the commonest first.
pub(super) fn spellings(syllable: &str) -> SmallVec<[Letters; 4]> {
    let whole: &[&str] = match syllable {
        "ng" => &["ng"],
        "m" => &["m"],
        "zi" => &["chi", "tsz", "tze"],
        "ci" => &["chi", "tsz", "tze"],
        "si" => &["sze", "si", "shi"],
        "ji" => &["yi", "yee", "i"],
        "jip" => &["yip", "ip"],
        _ => &[],
    };
    if !whole.is_empty() {
        return whole
            .iter()
            .map(|s| Letters::from_slice(s.as_bytes()))
            .collect();
    }
    let mut found: SmallVec<[Letters; 4]> = SmallVec::new();
    let Some((initials, finals)) = INITIALS.iter().find_map(|(initial, written)| {
        let rest = syllable.strip_prefix(initial)?;
        let (_, finals) = FINALS.iter().find(|(last, _)| *last == rest)?;
        Some((written, finals))
    }) else {
        return found;
    };
    for last in *finals {
        for first in *initials {
            if found.len() < SPELLINGS {
                let mut letters = Letters::from_slice(first.as_bytes());
                letters.extend_from_slice(last.as_bytes());
                found.push(letters);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::spellings;

    #[test]
    fn syllables_are_spelled_as_on_identity_cards() {
        for (syllable, expected) in [
            ("can", "chan"),
            ("zoeng", "cheung"),
            ("wong", "wong"),
            ("gwok", "kwok"),
            ("zang", "tsang"),
            ("jyun", "yuen"),
            ("lei", "lee"),
            ("ng", "ng"),
            ("soeng", "sheung"),
            ("zau", "chow"),
            ("ceoi", "tsui"),
            ("daai", "tai"),
            ("si", "sze"),
        ] {
            let found = spellings(syllable);
            assert!(
                found.iter().any(|s| s.as_slice() == expected.as_bytes()),
                "{syllable}: {found:?}"
            );
        }
        assert!(spellings("xyz").is_empty());
    }
}

//! Korean names in Cyrillic, which follow a system of their own (Kontsevich, and the older press spelling): `Ким Чен
//! Ын` is Kim Jong Un.

use smallvec::SmallVec;

use crate::{
    Roles, fold::Letters, form::hash_letters, lexicon::Lexicon, name::words::Word, script::Script,
};

/// Family names by which a name of syllables is taken for a Korean one, in the spelling that [`syllable`] gives.
const FAMILIES: [&[u8]; 27] = [
    b"kim", b"pak", b"ri", b"choe", b"chong", b"kang", b"cho", b"yun", b"chang", b"rim", b"im",
    b"han", b"o", b"so", b"sin", b"kwon", b"hwang", b"an", b"song", b"ryu", b"hong", b"chon",
    b"ko", b"mun", b"son", b"paek", b"ho",
];

/// The spellings that one syllable may have.
type Readings = SmallVec<[Letters; 1]>;

/// Initial consonants, longest first.
const INITIALS: [(&str, &str); 22] = [
    ("дж", "ch"),
    ("кх", "k"),
    ("тх", "t"),
    ("пх", "p"),
    ("чх", "ch"),
    ("сс", "ss"),
    ("кк", "kk"),
    ("к", "k"),
    ("г", "k"),
    ("н", "n"),
    ("т", "t"),
    ("д", "t"),
    ("р", "r"),
    ("л", "r"),
    ("м", "m"),
    ("п", "p"),
    ("б", "p"),
    ("с", "s"),
    ("ч", "ch"),
    ("х", "h"),
    ("ц", "ch"),
    ("", ""),
];

/// Vowels, longest first. The press writes `е` for the vowel that Kontsevich writes `о`.
const VOWELS: [(&str, &str); 16] = [
    ("ый", "ui"),
    ("ве", "oe"),
    ("ва", "wa"),
    ("во", "wo"),
    ("ви", "wi"),
    ("йе", "ye"),
    ("а", "a"),
    ("я", "ya"),
    ("о", "o"),
    ("ё", "yo"),
    ("е", "o"),
    ("у", "u"),
    ("ю", "yu"),
    ("ы", "u"),
    ("и", "i"),
    ("э", "ae"),
];

/// Finals, with every sound they may stand for: before a consonant `н` is written for both n and ng.
const FINALS: [(&str, &[&str]); 11] = [
    ("", &[""]),
    ("нъ", &["n"]),
    ("н", &["ng", "n"]),
    ("к", &["k"]),
    ("ль", &["l"]),
    ("л", &["l"]),
    ("р", &["l"]),
    ("м", &["m"]),
    ("п", &["p"]),
    ("б", &["p"]),
    ("т", &["t"]),
];

/// Gives the words of a Korean name in Cyrillic their Korean spelling: two or three words, each of one syllable, the
/// first a family name.
pub(super) fn mark(text: &str, lexicon: &Lexicon, words: &mut [Word]) {
    if !(2..=3).contains(&words.len())
        || words
            .iter()
            .any(|w| w.script != Script::Cyrillic || w.letters.len() > 6)
    {
        return;
    }
    let spelled: Option<Vec<Readings>> = words
        .iter()
        .map(|w| syllable(text.get(w.start as usize..w.end as usize)?))
        .collect();
    let Some(spelled) = spelled.filter(|s| s[0].iter().any(|r| FAMILIES.contains(&r.as_slice())))
    else {
        return;
    };
    for (word, mut readings) in words.iter_mut().zip(spelled) {
        word.roles = word.roles.with(Roles::SYLLABLE);
        // A reading that no name has is none.
        let is_known = |r: &Letters| lexicon.word(hash_letters(r)).roles.has(Roles::SYLLABLE);
        if readings.iter().any(is_known) {
            readings.retain(|r| is_known(r));
        }
        readings.retain(|r| *r != word.letters);
        word.others = readings;
    }
}

/// One syllable in the spellings of North Korean names; `None` for anything else.
fn syllable(word: &str) -> Option<Readings> {
    let word = word.to_lowercase();
    let (rest, initial) = head(&word, &INITIALS)?;
    let (rest, vowel) = head(rest, &VOWELS)?;
    let (_, finals) = FINALS.iter().find(|(cyrillic, _)| *cyrillic == rest)?;
    let spell = |last: &&str| {
        [initial, vowel, *last]
            .iter()
            .flat_map(|p| p.bytes())
            .collect()
    };
    Some(finals.iter().map(spell).collect())
}

/// Takes the first of the beginnings that fits.
fn head<'a>(word: &'a str, table: &[(&str, &'static str)]) -> Option<(&'a str, &'static str)> {
    table
        .iter()
        .find_map(|(cyrillic, latin)| Some((word.strip_prefix(cyrillic)?, *latin)))
}

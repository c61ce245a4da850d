//! Compounds of Arabic names: one name written as two or three words, or glued, in many romanisations.

use super::words::Word;
use crate::script::Script;

/// Whether a word is the article, with the consonant it may have taken on, written by itself.
pub(super) fn is_article(word: &Word) -> bool {
    matches!(
        word.letters.as_slice(),
        b"al"
            | b"el"
            | b"ul"
            | b"ol"
            | b"ar"
            | b"as"
            | b"ash"
            | b"at"
            | b"an"
            | b"az"
            | b"ad"
            | b"ur"
            | b"us"
            | b"ud"
            | b"un"
            | b"uz"
            | b"er"
            | b"es"
            | b"ed"
            | b"en"
            | b"ez"
    ) && word.script != Script::Arabic
}

/// `Abd`, "servant of", with or without the article that belongs to the word behind it.
pub(super) fn is_abd(letters: &[u8]) -> bool {
    matches!(
        letters,
        b"abd"
            | b"abdul"
            | b"abdal"
            | b"abdel"
            | b"abdol"
            | b"abdoul"
            | b"abdur"
            | b"abdar"
            | b"abder"
            | b"abdus"
            | b"abdas"
            | b"abdes"
            | b"abdu"
            | b"abdou"
            | b"abdoel"
            | b"Ebd"
    )
}

/// What is left of a glued `Abdul…`: the name of God behind it.
pub(super) fn abd_core(letters: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = letters.strip_prefix(b"Ebd") {
        let rest = rest.strip_prefix(b"Al").unwrap_or(rest);
        return (rest.len() >= 2).then_some(rest);
    }
    for head in [
        &b"abdoul"[..],
        b"abdoel",
        b"abdul",
        b"abdal",
        b"abdel",
        b"abdol",
        b"abdil",
    ] {
        if let Some(rest) = letters.strip_prefix(head) {
            // "Abdulla", "Abdallah": the l belongs to God.
            if matches!(rest, b"la" | b"lah" | b"a" | b"ah") {
                return Some(b"allah");
            }
            return (rest.len() >= 4 && !rest.starts_with(b"aye")).then_some(rest);
        }
    }
    // "Abdurrahman", "Abdessalam": the article has become the consonant behind it.
    let rest = letters.strip_prefix(b"abd")?;
    match rest {
        [b'u' | b'a' | b'e' | b'o', c, d, ..] if c == d && rest.len() >= 6 => Some(&rest[2..]),
        _ => None,
    }
}

/// The word without an article written on to it.
pub(super) fn bare(word: &Word) -> &[u8] {
    if word.script == Script::Arabic && word.letters.len() > 4 {
        word.letters.strip_prefix(b"Al").unwrap_or(&word.letters)
    } else {
        &word.letters
    }
}

/// `al-Din`, "of the religion", as the end of a name.
pub(super) fn is_religion(letters: &[u8]) -> bool {
    matches!(
        letters,
        b"din"
            | b"deen"
            | b"dine"
            | b"uddin"
            | b"addin"
            | b"eddin"
            | b"eddine"
            | b"aldin"
            | b"udin"
            | b"dYn"
    )
}

/// `Allah` as the end of a name.
pub(super) fn is_god(letters: &[u8]) -> bool {
    matches!(
        letters,
        b"allah" | b"ullah" | b"ollah" | b"oullah" | b"llah" | b"allh" | b"AllA" | b"llA" | b"lah"
    )
}

/// How the name of God begins in Arabic script.
pub(super) const GOD: &[u8] = b"All";

/// A word of Arabic script that ends in the name of God, with or without an ending of its own: what stands before, and
/// what behind the two l.
pub(super) fn glued_god(letters: &[u8]) -> Option<(&[u8], &[u8])> {
    [&b"AllA"[..], b"AllhY"].into_iter().find_map(|tail| {
        let head = letters.strip_suffix(tail)?;
        (head.len() >= 2 && head != b"Ebd").then(|| (head, &tail[GOD.len()..]))
    })
}

/// `Nasruddin`, `Habibullah` and their like, taken apart.
pub(super) fn glued_tail(letters: &[u8]) -> Option<(&[u8], &'static [u8])> {
    for tail in [
        &b"uddin"[..],
        b"addin",
        b"eddine",
        b"eddin",
        b"aldin",
        b"aldeen",
        b"uddeen",
        b"eldin",
        b"ddin",
    ] {
        if let Some(head) = letters.strip_suffix(tail)
            && head.len() >= 3
        {
            return Some((head, b"din"));
        }
    }
    for tail in [&b"ullah"[..], b"ollah", b"allah", b"ulla", b"oullah"] {
        if let Some(head) = letters.strip_suffix(tail)
            && head.len() >= 3
            && head != b"abd"
        {
            return Some((head.strip_suffix(b"o").unwrap_or(head), b"allah"));
        }
    }
    None
}

/// A Latin word with the Arabic article glued on: `Alzawahiri`. Words the tables know stay whole.
pub(super) fn article_glued(letters: &[u8], abjad: bool, known: bool) -> Option<&[u8]> {
    if abjad || known || letters.len() < 7 {
        return None;
    }
    let rest = letters
        .strip_prefix(b"al")
        .or_else(|| letters.strip_prefix(b"el"))?;
    (!matches!(rest[0], b'a' | b'e' | b'i' | b'o' | b'u' | b'y')).then_some(rest)
}

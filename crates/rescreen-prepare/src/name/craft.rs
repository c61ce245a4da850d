//! What only names of ships and aircraft have: the kind of ship before the name, numbers of a series written on to it,
//! and registration marks.

use smallvec::SmallVec;

use super::words::{Gap, Word};
use crate::{Kind, Roles, form::hash_letters, lexicon::lexicon};

/// The kind of ship, as it is written before the name: motor vessel, tanker, steamship, fishing vessel and so on.
const SHIP: [&[u8]; 13] = [
    b"mv", b"mt", b"ms", b"ss", b"fv", b"my", b"mts", b"msv", b"lpg", b"lng", b"tss", b"rv", b"tug",
];

/// Letters and figures of a registration mark at most: nationality and registration, ICAO Annex 7.
const MARK: usize = 8;

/// Reads the words as the names of ships and aircraft are written; `No. 7` is 7 in any name but a person's.
pub(super) fn read(kind: Kind, words: &mut SmallVec<[Word; 6]>) {
    if kind == Kind::Vessel {
        if words.len() > 1 && SHIP.contains(&words[0].letters.as_slice()) {
            words.remove(0);
        }
        split_numbers(words);
    }
    if kind == Kind::Aircraft {
        mark(words);
    }
    let mut behind = words.iter().skip(1).map(is_number);
    let numbered: SmallVec<[bool; 6]> = words
        .iter()
        .map(|w| behind.next().unwrap_or(false) && matches!(w.letters.as_slice(), b"no" | b"nr"))
        .collect();
    let mut numbered = numbered.into_iter();
    words.retain(|_| !numbered.next().unwrap_or(false));
}

fn is_number(word: &Word) -> bool {
    word.letters.iter().all(u8::is_ascii_digit)
}

/// `Tarabuki7` is `Tarabuki 7`.
fn split_numbers(words: &mut SmallVec<[Word; 6]>) {
    let mut at = 0;
    while at < words.len() {
        let letters = &words[at].letters;
        let name = letters
            .iter()
            .rposition(|b| !b.is_ascii_digit())
            .map_or(0, |last| last + 1);
        let is_name = name >= 3 && letters[..name].iter().all(u8::is_ascii_alphabetic);
        if is_name && name < letters.len() {
            let mut number = words[at].clone();
            number.letters.drain(..name);
            number.before = Gap::Space;
            number.start = number.end - (number.letters.len() as u32).min(number.end);
            renew(&mut number);
            let word = &mut words[at];
            word.letters.truncate(name);
            word.end = number.start;
            renew(word);
            words.insert(at + 1, number);
            at += 1;
        }
        at += 1;
    }
}

/// A registration mark is one code, however it is spaced, and another letter makes it another aircraft.
fn mark(words: &mut SmallVec<[Word; 6]>) {
    let has_figure = |w: &Word| w.letters.iter().any(u8::is_ascii_digit);
    let length: usize = words.iter().map(|w| w.letters.len()).sum();
    let is_mark = length <= MARK
        && words
            .iter()
            .all(|w| w.letters.iter().all(u8::is_ascii_alphanumeric))
        && (words.iter().any(has_figure)
            || words.len() == 2 && words[0].letters.len() <= 2 && words[1].letters.len() <= 4);
    if is_mark {
        let rest: SmallVec<[Word; 6]> = words.drain(1..).collect();
        if let Some(first) = words.first_mut() {
            for word in rest {
                first.letters.extend_from_slice(&word.letters);
                first.end = word.end;
            }
            renew(first);
            first.roles = first.roles.with(Roles::NUMERAL);
        }
    } else {
        for word in words.iter_mut().filter(|w| has_figure(w)) {
            word.roles = word.roles.with(Roles::NUMERAL);
        }
    }
}

/// What is told of a word whose letters changed.
fn renew(word: &mut Word) {
    word.hash = hash_letters(&word.letters);
    word.roles = lexicon().word(word.hash).roles;
    word.others.clear();
}

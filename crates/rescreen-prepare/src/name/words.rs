//! Cutting a name's text into words of one script, each folded to its letters.

use smallvec::SmallVec;

use crate::{
    Kind, MAX_TOKENS, Remark, Roles,
    fold::{self, Letters},
    form::hash_letters,
    lexicon::{Lexicon, lexicon},
    prepared::beginning,
    script::{self, Script},
};

use super::{han, korean, palladius, wade_giles};

/// Letters of one part that are read.
const MAX_WORD: usize = 64;

/// How a word is set apart from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    None,
    Space,
    Dot,
    Comma,
}

/// A run of letters of one script.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) letters: Letters,
    pub(super) hash: u64,
    pub(super) script: Script,
    pub(super) characters: u64,
    pub(super) before: Gap,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The letters in other spellings.
    pub(super) others: SmallVec<[Letters; 1]>,
    /// Written in capitals.
    pub(super) capitals: bool,
    pub(super) roles: Roles,
}

/// Cuts the text into words and folds them.
pub(super) fn cut(
    text: &str,
    kind: Kind,
    lexicon: &Lexicon,
    remarks: &mut Vec<Remark>,
) -> SmallVec<[Word; 6]> {
    let mut cutter = Cutter {
        kind,
        lexicon,
        words: SmallVec::new(),
        chars: SmallVec::new(),
        places: SmallVec::new(),
        script: Script::Latin,
        mixed: false,
        start: 0,
        before: Gap::None,
    };
    for (at, c) in text.char_indices() {
        if cutter.words.len() > MAX_TOKENS {
            remarks.push(Remark::Truncated {
                name: beginning(text),
            });
            break;
        }
        match Script::of(c) {
            // Modifier letters are letters to Unicode and apostrophes to a name.
            _ if !c.is_ascii_alphanumeric() && script::vanishes(c) => {}
            Some(script) => cutter.letter(c, script, at),
            None => cutter.gap(
                match c {
                    '.' => Gap::Dot,
                    ',' | '،' | '、' | '，' => Gap::Comma,
                    _ => Gap::Space,
                },
                at,
            ),
        }
    }
    cutter.flush(text.len());
    cutter.words.truncate(MAX_TOKENS);
    if kind == Kind::Person {
        korean::mark(text, lexicon, &mut cutter.words);
        palladius::mark(text, lexicon, &mut cutter.words);
        mark_capitals(text, &mut cutter.words);
    }
    cutter.words
}

/// Publishers write family names in capitals (`Ana Maria KOVAC LUNA`). Where everything is in capitals they say nothing.
fn mark_capitals(text: &str, words: &mut [Word]) {
    if !text.contains(char::is_lowercase) {
        return;
    }
    for word in words {
        let written = text
            .get(word.start as usize..word.end as usize)
            .unwrap_or_default();
        word.capitals = word.letters.len() > 1
            && written.contains(char::is_uppercase)
            && !written.contains(char::is_lowercase);
    }
}

struct Cutter<'l> {
    kind: Kind,
    lexicon: &'l Lexicon,
    words: SmallVec<[Word; 6]>,
    chars: SmallVec<[char; 24]>,
    /// Where each of them begins in the text: characters of one script differ in length, and some between them vanish.
    places: SmallVec<[usize; 24]>,
    script: Script,
    mixed: bool,
    start: usize,
    before: Gap,
}

impl Cutter<'_> {
    fn letter(&mut self, c: char, script: Script, at: usize) {
        if self.chars.is_empty() {
            self.begin(script, at);
        } else if script != self.script {
            let alphabetic = |s| {
                matches!(
                    s,
                    Script::Latin | Script::Cyrillic | Script::Greek | Script::Digit
                )
            };
            if alphabetic(script) && alphabetic(self.script) {
                // Letters of look-alike alphabets in one word are repaired when the word is whole.
                self.mixed = true;
                if self.script == Script::Digit {
                    self.script = script;
                }
            } else {
                self.flush(at);
                self.begin(script, at);
            }
        }
        if self.chars.len() < MAX_WORD {
            self.chars.push(c);
            self.places.push(at);
        }
    }

    fn begin(&mut self, script: Script, at: usize) {
        self.script = script;
        self.mixed = false;
        self.start = at;
    }

    fn gap(&mut self, gap: Gap, at: usize) {
        self.flush(at);
        self.before = match (self.before, gap) {
            (Gap::Comma, _) | (_, Gap::Comma) => Gap::Comma,
            (Gap::Space, _) | (_, Gap::Space) => Gap::Space,
            _ => gap,
        };
    }

    fn flush(&mut self, end: usize) {
        if self.chars.is_empty() {
            return;
        }
        let chars = std::mem::take(&mut self.chars);
        let places = std::mem::take(&mut self.places);
        let place = |i: usize| places.get(i).copied().unwrap_or(end);
        match self.script {
            Script::Han => self.han(&chars, place),
            Script::Hangul => self.hangul(&chars, place),
            script => {
                let mut letters = Letters::new();
                if self.mixed {
                    repaired(&chars, script, &mut letters);
                } else {
                    fold::word(&chars, script, &mut letters);
                }
                let others = other_spelling(&letters, script).into_iter().collect();
                self.push(letters, script, 0, others, self.start, end);
            }
        }
        self.before = Gap::None;
    }

    /// A Chinese name has a family name of one character, seldom two, and the given name behind it. Other texts are
    /// compared by character.
    fn han(&mut self, chars: &[char], place: impl Fn(usize) -> usize) {
        let cuts: SmallVec<[usize; 3]> =
            if self.kind == Kind::Person && (2..=4).contains(&chars.len()) {
                let family = match chars.len() {
                    4 => 2,
                    _ if has_double_surname(chars) => 2,
                    // A given name that stands apart from the family name.
                    2 if !is_family(chars[0]) => 0,
                    _ => 1,
                };
                if family == 0 {
                    SmallVec::from_slice(&[chars.len()])
                } else if family == chars.len() {
                    SmallVec::from_slice(&[1, chars.len()])
                } else {
                    SmallVec::from_slice(&[family, chars.len()])
                }
            } else {
                (1..=chars.len()).collect()
            };
        let is_person = self.kind == Kind::Person && chars.len() <= 4;
        let korean = is_person && (2..=3).contains(&chars.len()) && han::may_be_korean(chars[0]);
        let mut from = 0;
        for to in cuts {
            let part = &chars[from..to];
            let mut letters = Letters::new();
            for &c in part {
                fold::general(c, &mut letters);
            }
            // Given names of one character are rare where Cantonese is written.
            let is_cantonese = is_person && (part.len() > 1 || is_family(part[0]));
            let mut others = if is_cantonese {
                han::cantonese(part)
            } else {
                SmallVec::new()
            };
            if korean {
                others.extend(if from == 0 {
                    han::korean_family(chars[0])
                } else {
                    han::korean(part)
                });
            }
            others.retain(|other| *other != letters);
            self.push(
                letters,
                Script::Han,
                characters(part),
                others,
                place(from),
                place(to),
            );
            from = to;
        }
    }

    /// Hangul is compared by syllable, in both Korean spellings.
    fn hangul(&mut self, chars: &[char], place: impl Fn(usize) -> usize) {
        for (i, &c) in chars.iter().enumerate() {
            let (letters, others) = match fold::hangul_readings(c) {
                Some([south, north]) => (south, SmallVec::from_buf([north])),
                None => {
                    let mut letters = Letters::new();
                    fold::general(c, &mut letters);
                    (letters, SmallVec::new())
                }
            };
            self.push(
                letters,
                Script::Hangul,
                characters(&[c]),
                others,
                place(i),
                place(i + 1),
            );
        }
    }

    fn push(
        &mut self,
        letters: Letters,
        script: Script,
        characters: u64,
        others: SmallVec<[Letters; 1]>,
        start: usize,
        end: usize,
    ) {
        if letters.is_empty() {
            return;
        }
        let hash = hash_letters(&letters);
        self.words.push(Word {
            roles: self.lexicon.word(hash).roles,
            hash,
            letters,
            script,
            characters,
            before: self.before,
            start: start as u32,
            end: end as u32,
            others,
            capitals: false,
        });
        self.before = Gap::None;
    }
}

/// Another spelling in use for a word with certain letters. Greek chi is written `ch` in passports and `h` where the
/// sound counts; Cyrillic writes the h and w of foreign names as kh and v.
fn other_spelling(letters: &Letters, script: Script) -> Option<Letters> {
    let (pair, single) = match script {
        Script::Greek => (b"ch", b'h'),
        Script::Cyrillic => (b"kh", b'h'),
        _ => return None,
    };
    let at = letters.windows(2).position(|w| w == pair)?;
    let mut other = letters.clone();
    other.remove(at);
    other[at] = single;
    if script == Script::Cyrillic {
        for letter in other.iter_mut().filter(|l| **l == b'v') {
            *letter = b'w';
        }
    }
    Some(other)
}

/// Whether the character is read as a Chinese family name in common use.
fn is_family(character: char) -> bool {
    let mut letters = Letters::new();
    fold::general(character, &mut letters);
    wade_giles::is_family(&letters)
}

/// Hash of characters that each stand for a syllable or a word.
fn characters(chars: &[char]) -> u64 {
    let mut bytes = SmallVec::<[u8; 16]>::new();
    let mut buffer = [0; 4];
    for c in chars {
        bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
    }
    hash_letters(&bytes)
}

fn has_double_surname(chars: &[char]) -> bool {
    const DOUBLE: [[char; 2]; 14] = [
        ['欧', '阳'],
        ['歐', '陽'],
        ['司', '马'],
        ['司', '馬'],
        ['诸', '葛'],
        ['諸', '葛'],
        ['上', '官'],
        ['皇', '甫'],
        ['东', '方'],
        ['夏', '侯'],
        ['尉', '迟'],
        ['公', '孙'],
        ['慕', '容'],
        ['令', '狐'],
    ];
    chars.len() > 2 && DOUBLE.iter().any(|d| chars.starts_with(d))
}

/// A word that mixes alphabets is read in the one most of its letters are certain of; look-alikes of the other are
/// read as what they look like.
fn repaired(chars: &[char], first: Script, out: &mut Letters) {
    let certain = |wanted: Script| {
        chars
            .iter()
            .filter(|c| Script::of(**c) == Some(wanted) && look_alike(**c).is_none())
            .count()
    };
    let (latin, cyrillic) = (certain(Script::Latin), certain(Script::Cyrillic));
    let script = if latin >= cyrillic {
        Script::Latin
    } else {
        Script::Cyrillic
    };
    let script = if latin == 0 && cyrillic == 0 && first == Script::Greek {
        Script::Greek
    } else {
        script
    };
    for &c in chars {
        let own = Script::of(c).unwrap_or(Script::Other);
        match look_alike(c) {
            Some((as_latin, as_cyrillic)) if own != script => {
                let c = if script == Script::Cyrillic {
                    as_cyrillic
                } else {
                    as_latin
                };
                fold::word(&[c], script, out);
            }
            _ => fold::word(&[c], own, out),
        }
    }
}

/// Letters that look the same in Latin, Cyrillic and Greek: how they read in Latin and in Cyrillic.
fn look_alike(c: char) -> Option<(char, char)> {
    Some(match c {
        'a' | 'A' | 'а' | 'А' | 'Α' => ('a', 'а'),
        'B' | 'В' | 'Β' => ('b', 'в'),
        'c' | 'C' | 'с' | 'С' => ('c', 'с'),
        'e' | 'E' | 'е' | 'Е' | 'Ε' => ('e', 'е'),
        'H' | 'Н' | 'Η' => ('h', 'н'),
        'i' | 'I' | 'і' | 'І' | 'Ι' => ('i', 'и'),
        'j' | 'J' | 'ј' | 'Ј' => ('j', 'ј'),
        'K' | 'К' | 'Κ' => ('k', 'к'),
        'M' | 'М' | 'Μ' => ('m', 'м'),
        'o' | 'O' | 'о' | 'О' | 'ο' | 'Ο' => ('o', 'о'),
        'p' | 'P' | 'р' | 'Р' | 'Ρ' => ('p', 'р'),
        's' | 'S' | 'ѕ' | 'Ѕ' => ('s', 'ѕ'),
        'T' | 'Т' | 'Τ' => ('t', 'т'),
        'x' | 'X' | 'х' | 'Х' | 'Χ' => ('x', 'х'),
        'y' | 'Y' | 'у' | 'У' => ('y', 'у'),
        'N' | 'Ν' => ('n', 'н'),
        'Z' | 'Ζ' => ('z', 'з'),
        _ => return None,
    })
}

/// Single letters in a row are one abbreviation in names of organisations and ships: `U.S.A.`, `L L C`.
pub(super) fn merge_initials(words: &mut SmallVec<[Word; 6]>) {
    let mut merged: SmallVec<[Word; 6]> = SmallVec::new();
    let mut last_single = false;
    for word in words.drain(..) {
        let single = word.letters.len() == 1 && word.letters[0].is_ascii_alphabetic();
        if let Some(last) = merged
            .last_mut()
            .filter(|_| single && last_single && word.before != Gap::Comma)
        {
            last.letters.push(word.letters[0]);
            last.hash = hash_letters(&last.letters);
            last.end = word.end;
            last.roles = lexicon().word(last.hash).roles;
        } else {
            merged.push(word);
        }
        last_single = single;
    }
    *words = merged;
}

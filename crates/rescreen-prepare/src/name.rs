//! A name's text to its parts.

use std::borrow::Cow;

use smallvec::SmallVec;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::{
    Form, Join, Kind, Name, Quality, Remark, Roles, Token,
    fold::{self, Letters},
    form::{Reading, hash_letters},
    lexicon::{Lexicon, lexicon},
    prepared::beginning,
    role::is_patronymic,
    script::{self, Script},
};

/// Parts of a name that are compared; further ones are left out with a remark.
pub const MAX_TOKENS: usize = 32;

/// Letters of a name that are read.
const MAX_CHARS: usize = 512;

/// Letters of one part that are read.
const MAX_WORD: usize = 64;

/// How a word is set apart from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Space,
    Dot,
    Comma,
}

/// A run of letters of one script.
#[derive(Debug, Clone)]
struct Word {
    letters: Letters,
    hash: u64,
    script: Script,
    characters: u64,
    before: Gap,
    start: u32,
    end: u32,
    /// The letters in another spelling.
    other: Option<Letters>,
    roles: Roles,
}

/// Reads a name. `None` where nothing of it can be compared; the remarks say why.
pub(crate) fn read(
    text: &str,
    quality: Quality,
    kind: Kind,
    remarks: &mut Vec<Remark>,
) -> Option<Name> {
    let text = normalise(text, remarks);
    let lexicon = lexicon();
    let mut words = words(&text, kind, lexicon, remarks);
    if words.is_empty() {
        remarks.push(Remark::NoLetters {
            name: beginning(&text),
        });
        return None;
    }
    if words.iter().all(|w| lexicon.is_placeholder_name(w.hash)) {
        remarks.push(Remark::Placeholder {
            property: "name".to_owned(),
            value: beginning(&text),
        });
        return None;
    }
    if kind == Kind::Person {
        let before = words.len();
        words.retain(|w| !lexicon.is_placeholder_part(w.hash));
        if words.len() < before {
            remarks.push(Remark::Placeholder {
                property: "name".to_owned(),
                value: beginning(&text),
            });
        }
    } else {
        merge_initials(&mut words);
    }
    if words.is_empty() {
        return None;
    }
    let mut tokens = Vec::with_capacity(words.len());
    Reader {
        kind,
        lexicon,
        tokens: &mut tokens,
    }
    .read(&words);
    if kind == Kind::Person {
        mark_syllables(&mut tokens);
    }
    let joins = joins(&tokens, kind);
    Some(Name {
        text: text.into_owned(),
        quality,
        tokens,
        joins,
    })
}

/// Compatibility composition of the beginning that is read.
fn normalise<'a>(text: &'a str, remarks: &mut Vec<Remark>) -> Cow<'a, str> {
    let text = match text.char_indices().nth(MAX_CHARS) {
        None => text,
        Some((end, _)) => {
            remarks.push(Remark::Truncated {
                name: beginning(text),
            });
            &text[..end]
        }
    };
    if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        // Compatibility forms may expand up to eighteenfold.
        Cow::Owned(text.nfkc().take(4 * MAX_CHARS).collect())
    }
}

/// Cuts the text into words and folds them.
fn words(
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
    cutter.words
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
                let other = other_spelling(&letters, script);
                self.push(letters, script, 0, other, self.start, end);
            }
        }
        self.before = Gap::None;
    }

    /// A Chinese name has a family name of one character, seldom two, and the given name behind it. Other texts are
    /// compared by character.
    fn han(&mut self, chars: &[char], place: impl Fn(usize) -> usize) {
        let cuts: SmallVec<[usize; 3]> =
            if self.kind == Kind::Person && (2..=4).contains(&chars.len()) {
                let family = if chars.len() == 4 || has_double_surname(chars) {
                    2
                } else {
                    1
                };
                if family == chars.len() {
                    SmallVec::from_slice(&[1, chars.len()])
                } else {
                    SmallVec::from_slice(&[family, chars.len()])
                }
            } else {
                (1..=chars.len()).collect()
            };
        let mut from = 0;
        for to in cuts {
            let mut letters = Letters::new();
            for &c in &chars[from..to] {
                fold::general(c, &mut letters);
            }
            self.push(
                letters,
                Script::Han,
                characters(&chars[from..to]),
                None,
                place(from),
                place(to),
            );
            from = to;
        }
    }

    /// Hangul is compared by syllable, in both Korean spellings.
    fn hangul(&mut self, chars: &[char], place: impl Fn(usize) -> usize) {
        for (i, &c) in chars.iter().enumerate() {
            let (letters, other) = match fold::hangul_readings(c) {
                Some([south, north]) => (south, Some(north)),
                None => {
                    let mut letters = Letters::new();
                    fold::general(c, &mut letters);
                    (letters, None)
                }
            };
            self.push(
                letters,
                Script::Hangul,
                characters(&[c]),
                other,
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
        other: Option<Letters>,
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
            other,
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
fn merge_initials(words: &mut SmallVec<[Word; 6]>) {
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

/// Korean and Chinese names are written by syllable, and no syllable of them may be missing. A name counts as such
/// where most of its parts are known syllables and all are short. A lone letter in one is a syllable, not an initial.
fn mark_syllables(tokens: &mut [Token]) {
    let known = |t: &&Token| t.characters != 0 || t.roles.has(Roles::SYLLABLE);
    let syllabic = (2..=4).contains(&tokens.len())
        && 3 * tokens.iter().filter(known).count() >= 2 * tokens.len()
        && tokens
            .iter()
            .all(|t| t.characters != 0 || t.form().letters.len() <= 6);
    for token in tokens {
        if syllabic {
            token.roles = token.roles.with(Roles::SYLLABLE).without(Roles::INITIAL);
            token.weight = token.weight.max(400);
        } else if token.characters == 0 {
            token.roles = token.roles.without(Roles::SYLLABLE);
        }
    }
}

/// Turns words into tokens: drops particles, recognises legal forms, and writes compounds one way.
struct Reader<'a> {
    kind: Kind,
    lexicon: &'static Lexicon,
    tokens: &'a mut Vec<Token>,
}

impl Reader<'_> {
    fn read(&mut self, words: &[Word]) {
        let comma = self.family_comma(words);
        let hashes: SmallVec<[u64; 8]> = words.iter().map(|w| w.hash).collect();
        let mut carried = Roles::NONE;
        let mut i = 0;
        while i < words.len() {
            let placed = if i < comma {
                carried.with(Roles::FAMILY)
            } else {
                carried
            };
            if self.kind != Kind::Person
                && let Some((legal, taken)) = self.lexicon.legal(&hashes[i..])
            {
                // A name that begins with what may be a form is a form only when more follows.
                if i + taken < words.len() || !self.tokens.is_empty() {
                    self.push_legal(legal.0, &words[i], &words[i + taken - 1]);
                    i += taken;
                    continue;
                }
            }
            if let Some(taken) = self.compound(&words[i..], placed) {
                i += taken;
                carried = Roles::NONE;
                continue;
            }
            if is_particle(words, i) {
                carried = carried.with(if words[i].roles.has(Roles::CHAIN) {
                    Roles::CHAIN
                } else {
                    Roles::ARTICLE
                });
                i += 1;
                continue;
            }
            self.push(&words[i], placed);
            carried = Roles::NONE;
            i += 1;
        }
        if self.tokens.is_empty() {
            for word in words {
                self.push(word, Roles::NONE);
            }
        }
    }

    /// How many words stand before the one comma of `FAMILY, Given`.
    fn family_comma(&self, words: &[Word]) -> usize {
        if self.kind != Kind::Person {
            return 0;
        }
        let mut commas = words
            .iter()
            .enumerate()
            .filter(|(_, w)| w.before == Gap::Comma && !w.roles.has(Roles::SUFFIX));
        match (commas.next(), commas.next()) {
            (Some((at, _)), None) => at,
            _ => 0,
        }
    }

    /// Names that are one name written as two or three words, or glued in one of several ways, in one canonical
    /// spelling: Abd al-Rahman, Abdurrahman; Abu Bakr; Nasr al-Din, Nasruddin; Habib Ullah. Returns how many words
    /// it took.
    fn compound(&mut self, words: &[Word], placed: Roles) -> Option<usize> {
        let word = &words[0];
        let article = |w: &Word| {
            matches!(
                w.letters.as_slice(),
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
            ) && w.script != Script::Arabic
        };
        // "abd" with or without its article, and the word behind it.
        if is_abd(&word.letters) {
            let mut behind = 1;
            while behind < words.len().min(3) && article(&words[behind]) {
                behind += 1;
            }
            if let Some(next) = words
                .get(behind)
                .filter(|w| w.letters.len() > 2 && w.before != Gap::Comma)
            {
                let core = bare(next);
                self.push_compound(b"abd", core, word, next, placed);
                return Some(behind + 1);
            }
            return None;
        }
        if let Some(core) = abd_core(&word.letters) {
            let core = Letters::from_slice(core);
            self.push_compound(b"abd", &core, word, word, placed);
            return Some(1);
        }
        if word.roles.has(Roles::KUNYA) {
            let mut behind = 1;
            while behind < words.len().min(3) && article(&words[behind]) {
                behind += 1;
            }
            if let Some(next) = words
                .get(behind)
                .filter(|w| w.letters.len() > 1 && w.before != Gap::Comma)
            {
                let head: &[u8] = if matches!(
                    word.letters.as_slice(),
                    b"um" | b"umm" | b"oum" | b"umu" | b"Am"
                ) {
                    b"um"
                } else {
                    b"abu"
                };
                let mut letters = Letters::from_slice(head);
                letters.extend_from_slice(bare(next));
                self.push_letters(letters, word, next, placed.with(Roles::KUNYA));
                return Some(behind + 1);
            }
            return None;
        }
        // X al-Din, X Ullah: two or three words, or one.
        if word.script.is_abjad() {
            if let Some(next) = words
                .get(1)
                .filter(|w| w.script == Script::Arabic && is_religion(bare(w)))
            {
                self.push_tail(&word.letters, b"din", word, next, placed);
                return Some(2);
            }
            return None;
        }
        if word.letters.len() >= 3 && !word.roles.any(Roles::PARTICLE.with(Roles::HONORIFIC)) {
            let behind = if words.get(1).is_some_and(article) {
                2
            } else {
                1
            };
            if let Some(next) = words.get(behind).filter(|w| w.before != Gap::Comma) {
                let tail: Option<&[u8]> =
                    if is_religion(&next.letters) && (behind == 2 || next.letters.len() > 3) {
                        Some(b"din")
                    } else if behind == 1 && is_god(&next.letters) {
                        Some(b"allah")
                    } else {
                        None
                    };
                if let Some(tail) = tail {
                    self.push_tail(&word.letters, tail, word, next, placed);
                    return Some(behind + 1);
                }
            }
        }
        let (head, tail) = glued_tail(&word.letters)?;
        let head = Letters::from_slice(head);
        self.push_tail(&head, tail, word, word, placed);
        Some(1)
    }

    fn push_compound(
        &mut self,
        head: &[u8],
        core: &[u8],
        first: &Word,
        last: &Word,
        placed: Roles,
    ) {
        let mut letters = Letters::from_slice(head);
        letters.extend_from_slice(if is_god(core) { b"allah" } else { core });
        self.push_letters(letters, first, last, placed);
        // The core alone, for sources that write "Rahman" and drop the rest.
        if let Some(token) = self.tokens.last_mut()
            && !is_god(core)
            && core.len() >= 4
        {
            let abjad = first.script.is_abjad();
            token
                .forms
                .push(Form::new(Letters::from_slice(core), abjad, Reading::First));
        }
    }

    fn push_tail(&mut self, head: &[u8], tail: &[u8], first: &Word, last: &Word, placed: Roles) {
        let mut letters = Letters::from_slice(head);
        letters.extend_from_slice(tail);
        self.push_letters(letters, first, last, placed);
    }

    fn push_letters(&mut self, letters: Letters, first: &Word, last: &Word, placed: Roles) {
        let word = Word {
            hash: hash_letters(&letters),
            letters,
            script: first.script,
            characters: 0,
            before: first.before,
            start: first.start,
            end: last.end,
            other: None,
            roles: Roles::NONE,
        };
        self.push(&word, placed);
    }

    fn push_legal(&mut self, class: &str, first: &Word, last: &Word) {
        let letters = Letters::from_slice(class.as_bytes());
        self.tokens.push(Token {
            forms: SmallVec::from_buf([Form::new(letters, false, Reading::First)]),
            groups: [0; 3],
            roles: Roles::LEGAL,
            weight: 0,
            known: true,
            characters: 0,
            start: first.start,
            end: last.end,
        });
    }

    fn push(&mut self, word: &Word, placed: Roles) {
        let abjad = word.script.is_abjad();
        let mut roles = word
            .roles
            .without(Roles::PARTICLE.with(Roles::SUN).with(Roles::CHAIN))
            .with(placed);
        if placed.any(Roles::KUNYA) {
            roles = roles.without(Roles::HONORIFIC);
        }
        let mut letters = Cow::Borrowed(&word.letters);
        // The article is written on to the word in Arabic script.
        if word.script == Script::Arabic
            && word.letters.len() > 4
            && word.letters.starts_with(b"Al")
        {
            letters = Cow::Owned(Letters::from_slice(&word.letters[2..]));
            roles = roles.with(Roles::ARTICLE);
        }
        if word.characters != 0 {
            roles = roles.with(Roles::SYLLABLE);
        }
        if letters.len() == 1 && letters[0].is_ascii_alphabetic() && word.characters == 0 {
            roles = roles.with(Roles::INITIAL);
        }
        if self.kind != Kind::Person {
            if let Some(number) = number(&letters, self.tokens.is_empty()) {
                letters = Cow::Owned(number);
                roles = roles.with(Roles::NUMERAL).without(Roles::INITIAL);
            }
        } else if is_patronymic(&letters) {
            roles = roles.with(Roles::PATRONYMIC);
        } else if letters.iter().all(u8::is_ascii_digit) {
            roles = roles.with(Roles::NUMERAL);
        }
        let known = self.lexicon.word(hash_letters(&letters));
        if !matches!(letters, Cow::Borrowed(_)) || word.roles == Roles::NONE {
            roles = roles.with(
                known.roles.without(
                    Roles::PARTICLE
                        .with(Roles::SUN)
                        .with(Roles::CHAIN)
                        .with(Roles::KUNYA),
                ),
            );
        }
        let weight = self.weight(&letters, known.person, known.other, roles);
        let mut forms: SmallVec<[Form; 1]> = SmallVec::new();
        let second = Form::has_second_reading(&letters, abjad);
        let other = word.other.clone();
        let plain = article_glued(&letters, abjad, known.person.is_some()).map(Letters::from_slice);
        let letters = letters.into_owned();
        if second {
            forms.push(Form::new(letters.clone(), abjad, Reading::First));
            forms.push(Form::new(letters, abjad, Reading::Second));
        } else {
            forms.push(Form::new(letters, abjad, Reading::First));
        }
        if let Some(other) = other {
            forms.push(Form::new(other, abjad, Reading::First));
        }
        if let Some(plain) = plain {
            forms.push(Form::new(plain, abjad, Reading::First));
        }
        let mut groups = known.groups;
        if groups == [0; 3]
            && let Some(other) = forms.get(1)
        {
            groups = self.lexicon.word(other.hash).groups;
        }
        self.tokens.push(Token {
            forms,
            groups,
            roles,
            weight,
            known: known.person.is_some() || known.other.is_some(),
            characters: word.characters,
            start: word.start,
            end: word.end,
        });
    }

    /// How rare the word is, hundredths of a bit. A word the tables do not know is rare, and rarer the longer it is,
    /// because short words meet by chance.
    fn weight(&self, letters: &[u8], person: Option<u16>, other: Option<u16>, roles: Roles) -> u16 {
        let unseen = match letters.len() {
            0 | 1 => 300,
            2 => 800,
            3 => 1_000,
            4 => 1_150,
            _ => 1_250,
        };
        let weight = match self.kind {
            Kind::Person => person.unwrap_or(unseen),
            Kind::Organisation | Kind::Vessel | Kind::Aircraft => other.unwrap_or(unseen),
            Kind::Other => person.unwrap_or(unseen).min(other.unwrap_or(unseen)),
        };
        let limit = if roles.any(Roles::HONORIFIC.with(Roles::SUFFIX)) {
            150
        } else if roles.has(Roles::KUNYA) {
            800
        } else if roles.has(Roles::INITIAL) {
            300
        } else if roles.any(Roles::NUMERAL.with(Roles::PLACE)) && self.kind != Kind::Person {
            600
        } else {
            u16::MAX
        };
        weight.min(limit)
    }
}

/// Whether the word at `i` only joins others. The same word may be a name of its own where nothing follows it, or
/// at the beginning (`Van Dyke`, `Ben Bella`, `Le Duan`).
fn is_particle(words: &[Word], i: usize) -> bool {
    let word = &words[i];
    let Some(next) = words.get(i + 1) else {
        return false;
    };
    if next.before == Gap::Comma {
        return false;
    }
    if i == 0 || word.before == Gap::Comma {
        return matches!(
            word.letters.as_slice(),
            b"al" | b"el" | b"ul" | b"the" | b"von" | b"de"
        ) || (word.roles.has(Roles::SUN) && swallows(&word.letters, &next.letters));
    }
    word.roles.has(Roles::PARTICLE) && word.letters.as_slice() != b"as"
        || (word.roles.has(Roles::SUN) && swallows(&word.letters, &next.letters))
}

/// Whether an article has taken on the consonant behind it: `ar-Rahman`, `ash-Sharif`.
fn swallows(article: &[u8], next: &[u8]) -> bool {
    article.len() > 1 && next.starts_with(&article[1..])
}

fn is_abd(letters: &[u8]) -> bool {
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
fn abd_core(letters: &[u8]) -> Option<&[u8]> {
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
fn bare(word: &Word) -> &[u8] {
    if word.script == Script::Arabic && word.letters.len() > 4 {
        word.letters.strip_prefix(b"Al").unwrap_or(&word.letters)
    } else {
        &word.letters
    }
}

fn is_religion(letters: &[u8]) -> bool {
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

fn is_god(letters: &[u8]) -> bool {
    matches!(
        letters,
        b"allah" | b"ullah" | b"ollah" | b"oullah" | b"llah" | b"allh" | b"AllA" | b"llA" | b"lah"
    )
}

/// `Nasruddin`, `Habibullah` and their like, taken apart.
fn glued_tail(letters: &[u8]) -> Option<(&[u8], &'static [u8])> {
    for tail in [
        &b"uddin"[..],
        b"addin",
        b"eddine",
        b"eddin",
        b"aldin",
        b"aldeen",
        b"uddeen",
        b"eldin",
        b"odin",
        b"ddin",
    ] {
        if let Some(head) = letters.strip_suffix(tail)
            && head.len() >= 3
            && tail != b"odin"
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
fn article_glued(letters: &[u8], abjad: bool, known: bool) -> Option<&[u8]> {
    if abjad || known || letters.len() < 7 {
        return None;
    }
    let rest = letters
        .strip_prefix(b"al")
        .or_else(|| letters.strip_prefix(b"el"))?;
    (!matches!(rest[0], b'a' | b'e' | b'i' | b'o' | b'u' | b'y')).then_some(rest)
}

/// A number in digits, in Roman numerals (not as the first word) or as a word.
fn number(letters: &[u8], first: bool) -> Option<Letters> {
    if letters.iter().all(u8::is_ascii_digit) {
        let start = letters
            .iter()
            .position(|&b| b != b'0')
            .unwrap_or(letters.len() - 1);
        return Some(Letters::from_slice(&letters[start..]));
    }
    let value: &[u8] = match letters {
        b"one" | b"first" => b"1",
        b"two" | b"second" => b"2",
        b"three" | b"third" => b"3",
        b"four" | b"fourth" => b"4",
        b"five" | b"fifth" => b"5",
        b"six" | b"sixth" => b"6",
        b"seven" | b"seventh" => b"7",
        b"eight" | b"eighth" => b"8",
        b"nine" | b"ninth" => b"9",
        b"ten" | b"tenth" => b"10",
        _ if first => return None,
        b"i" => b"1",
        b"ii" => b"2",
        b"iii" => b"3",
        b"iv" => b"4",
        b"v" => b"5",
        b"vi" => b"6",
        b"vii" => b"7",
        b"viii" => b"8",
        b"ix" => b"9",
        b"x" => b"10",
        b"xi" => b"11",
        b"xii" => b"12",
        b"xiii" => b"13",
        b"xiv" => b"14",
        b"xv" => b"15",
        _ => return None,
    };
    Some(Letters::from_slice(value))
}

/// Neighbours that another source may write as one word.
fn joins(tokens: &[Token], kind: Kind) -> Vec<Join> {
    let usable = |t: &Token| {
        !t.roles
            .any(Roles::LEGAL.with(Roles::NUMERAL).with(Roles::HONORIFIC))
            && (kind != Kind::Person || !t.roles.has(Roles::INITIAL))
    };
    let mut joins = Vec::new();
    for (first, pair) in tokens.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        let (one, two) = (&a.form().letters, &b.form().letters);
        if !usable(a) || !usable(b) || one.len() + two.len() > 24 || one.len() + two.len() < 4 {
            continue;
        }
        let mut letters = one.clone();
        letters.extend_from_slice(two);
        joins.push(Join {
            first: first as u8,
            exact: a.characters != 0 || b.characters != 0,
            form: Form::new(letters, a.form().abjad || b.form().abjad, Reading::First),
        });
    }
    joins
}

//! Words to parts: what each does in the name, in how many spellings it may be met, and how rare it is.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::{
    arabic::{
        GOD, abd_core, article_glued, bare, glued_god, glued_tail, is_abd, is_article, is_god,
        is_religion,
    },
    number::number,
    words::{Gap, Word},
};
use crate::{
    Form, Kind, Roles, Token,
    fold::Letters,
    form::{Reading, hash_letters},
    lexicon::Lexicon,
    role::{before_zoda, is_patronymic},
    script::Script,
};

/// Turns words into tokens: drops particles, recognises legal forms, and writes compounds one way.
pub(super) struct Reader<'a> {
    pub(super) kind: Kind,
    pub(super) lexicon: &'static Lexicon,
    pub(super) tokens: &'a mut Vec<Token>,
}

impl Reader<'_> {
    pub(super) fn read(&mut self, words: &[Word]) {
        let comma = self.family_comma(words);
        let hashes: SmallVec<[u64; 8]> = words.iter().map(|w| w.hash).collect();
        let syllabic = self.kind == Kind::Person && is_syllabic(words);
        let mut carried = Roles::NONE;
        let mut i = 0;
        while i < words.len() {
            let placed = if i < comma || comma == 0 && words[i].capitals {
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
            if is_particle(words, i) && !(syllabic && words[i].roles.has(Roles::SYLLABLE)) {
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
        // "abd" with or without its article, and the word behind it.
        if is_abd(&word.letters) {
            let behind = behind_articles(words);
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
            let behind = behind_articles(words);
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
        if word.script == Script::Arabic {
            return self.arabic_tail(words, placed);
        }
        if word.script.is_abjad() {
            return None;
        }
        if word.letters.len() >= 3 && !word.roles.any(Roles::PARTICLE.with(Roles::HONORIFIC)) {
            let behind = if words.get(1).is_some_and(is_article) {
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

    /// The same in Arabic script: `نصر الله` and `نصرالله` as one word, and `X الدين`.
    fn arabic_tail(&mut self, words: &[Word], placed: Roles) -> Option<usize> {
        let word = &words[0];
        if let Some((head, tail)) = glued_god(&word.letters) {
            let head = Letters::from_slice(head);
            self.push_god(&head, tail, word, word, placed);
            return Some(1);
        }
        let next = words
            .get(1)
            .filter(|w| w.script == Script::Arabic && w.before != Gap::Comma)?;
        if is_religion(bare(next)) {
            self.push_tail(&word.letters, b"din", word, next, placed);
            return Some(2);
        }
        let tail = next.letters.strip_prefix(GOD)?;
        self.push_god(&word.letters, tail, word, next, placed);
        Some(2)
    }

    /// A word that ends in the name of God, whose l is written twice and is one sound behind a consonant.
    fn push_god(&mut self, head: &[u8], tail: &[u8], first: &Word, last: &Word, placed: Roles) {
        let mut letters = Letters::from_slice(head);
        letters.extend_from_slice(b"Al");
        letters.extend_from_slice(tail);
        self.push_letters(letters, first, last, placed);
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
                .push(Form::new(Letters::from_slice(core), abjad, Reading::FIRST));
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
            others: SmallVec::new(),
            capitals: false,
            roles: Roles::NONE,
        };
        self.push(&word, placed);
    }

    fn push_legal(&mut self, class: &str, first: &Word, last: &Word) {
        let letters = Letters::from_slice(class.as_bytes());
        self.tokens.push(Token {
            forms: SmallVec::from_buf([Form::new(letters, false, Reading::FIRST)]),
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
        let mut weight = self.weight(&letters, known.person, known.other, roles);
        let mut forms: SmallVec<[Form; 1]> = SmallVec::new();
        let plain = article_glued(&letters, abjad, known.person.is_some()).map(Letters::from_slice);
        let letters = letters.into_owned();
        let others = Reading::others(&letters, abjad);
        forms.push(Form::new(letters.clone(), abjad, Reading::FIRST));
        forms.extend(
            others
                .into_iter()
                .map(|reading| Form::new(letters.clone(), abjad, reading)),
        );
        for other in &word.others {
            forms.push(Form::new(other.clone(), abjad, Reading::FIRST));
        }
        if let Some(plain) = plain {
            forms.push(Form::new(plain, abjad, Reading::FIRST));
        }
        if self.kind == Kind::Person
            && let Some(before) = before_zoda(&forms[0].letters)
        {
            forms.extend(before.map(|letters| Form::new(letters, abjad, Reading::FIRST)));
        }
        let mut groups = known.groups;
        if groups == [0; 3]
            && word.script != Script::Han
            && let Some(other) = forms.get(1)
        {
            groups = self.lexicon.word(other.hash).groups;
        }
        // A Korean syllable in Cyrillic is as common as the syllable, and has its spellings.
        if word.script == Script::Cyrillic && word.roles.has(Roles::SYLLABLE) {
            for form in &forms[1..] {
                let syllable = self.lexicon.word(form.hash);
                let own = self.weight(&form.letters, syllable.person, syllable.other, roles);
                weight = weight.min(own);
                for group in syllable.groups.into_iter().filter(|group| *group != 0) {
                    if !groups.contains(&group)
                        && let Some(slot) = groups.iter_mut().find(|slot| **slot == 0)
                    {
                        *slot = group;
                    }
                }
            }
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

/// Whether the words are syllables of a Korean or Chinese name, in which `il` and `an` are no articles.
fn is_syllabic(words: &[Word]) -> bool {
    let known = |w: &&Word| w.characters != 0 || w.roles.has(Roles::SYLLABLE);
    (2..=4).contains(&words.len())
        && 3 * words.iter().filter(known).count() >= 2 * words.len()
        && words.iter().all(|w| w.letters.len() <= 6)
}

/// The place of the word that the first one governs: behind its articles, of which two may stand there.
fn behind_articles(words: &[Word]) -> usize {
    let articles = words.iter().skip(1).take(2);
    1 + articles.take_while(|word| is_article(word)).count()
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

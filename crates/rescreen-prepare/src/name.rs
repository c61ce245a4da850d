//! A name's text to its parts: normalised, cut into [words], read as [parts] with what they do in the name.

mod arabic;
mod cantonese;
mod craft;
mod han;
mod korean;
mod number;
mod palladius;
mod parts;
mod wade_giles;
mod words;

use std::{borrow::Cow, ops::RangeInclusive};

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::{
    Form, Join, Kind, Name, Quality, Remark, Roles, Token, fold::Letters, form::Reading,
    lexicon::lexicon, prepared::beginning,
};

/// Letters beyond which two neighbours are not read as one word.
pub const MAX_JOINED: usize = 24;
/// Parts of a name that are compared; further ones are left out with a remark.
pub const MAX_TOKENS: usize = 32;

/// Parts of a Chinese name at most.
const MAX_CHINESE: usize = 4;

/// How many letters an acronym has.
const ACRONYM: RangeInclusive<usize> = 4..=12;

/// Letters of a name that are read.
const MAX_CHARS: usize = 512;

/// Reads a name. `None` where nothing of it can be compared; the remarks say why.
pub(crate) fn read(
    text: &str,
    quality: Quality,
    kind: Kind,
    remarks: &mut Vec<Remark>,
) -> Option<Name> {
    let text = normalise(text, remarks);
    let lexicon = lexicon();
    let mut words = words::cut(&text, kind, lexicon, remarks);
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
        words::merge_initials(&mut words);
        craft::read(kind, &mut words);
    }
    if words.is_empty() {
        return None;
    }
    let mut tokens = Vec::with_capacity(words.len());
    parts::Reader {
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

/// A name of parts that were read before, with their joins, but without its text.
pub(crate) fn of_parts(parts: Vec<Token>, kind: Kind) -> Name {
    Name {
        text: String::new(),
        quality: Quality::Strong,
        joins: joins(&parts, kind),
        tokens: parts,
    }
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
        if !usable(a)
            || !usable(b)
            || one.len() + two.len() > MAX_JOINED
            || one.len() + two.len() < 4
            // Between them stands an article, which nobody writes as part of one word with both.
            || kind == Kind::Person && b.roles.has(Roles::ARTICLE)
        {
            continue;
        }
        joins.push(Join {
            first: first as u8,
            count: 2,
            exact: a.characters != 0 || b.characters != 0,
            form: Form::joined(one, two, a.form().abjad || b.form().abjad),
        });
        if kind == Kind::Person
            && tokens.len() <= MAX_CHINESE
            && a.characters == 0
            && b.characters == 0
        {
            joins.extend(
                wade_giles::readings(one, two)
                    .into_iter()
                    .map(|letters| Join {
                        first: first as u8,
                        count: 2,
                        exact: true,
                        form: Form::new(letters, false, Reading::FIRST),
                    }),
            );
        }
    }
    if kind == Kind::Organisation || kind == Kind::Other {
        joins.extend(acronyms(tokens));
    }
    joins
}

/// The initials of a name, with its legal form and without. Three letters stand for too many things: among fifteen
/// thousand organisations nearly any three are the initials of one.
fn acronyms(tokens: &[Token]) -> impl Iterator<Item = Join> {
    let is_legal = |t: &Token| t.roles.has(Roles::LEGAL);
    let first = tokens.iter().take_while(|t| is_legal(t)).count();
    let end = tokens
        .iter()
        .rposition(|t| !is_legal(t))
        .map_or(first, |last| last + 1);
    let spell = |end: usize| {
        let parts = tokens.get(first..end)?;
        let initials: Letters = parts.iter().map(|t| t.form().letters[0]).collect();
        let is_spelled =
            ACRONYM.contains(&parts.len()) && initials.iter().all(u8::is_ascii_lowercase);
        is_spelled.then(|| Join {
            first: first as u8,
            count: parts.len() as u8,
            exact: true,
            form: Form::new(initials, false, Reading::FIRST),
        })
    };
    let whole = (tokens.len() > end).then(|| spell(tokens.len())).flatten();
    spell(end).into_iter().chain(whole)
}

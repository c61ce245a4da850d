//! What the list writes where a name belongs: several names in one element, other spellings in brackets, remarks.

use rescreen_model::text;

/// A name taken from a published text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// What the text says about the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    /// The remark says that the party was listed under this name before.
    Former,
    Abbreviation,
}

/// Remarks in brackets behind a name that are no name themselves.
const REMARKS: [&str; 8] = [
    "combat name",
    "birth name",
    "nom de guerre",
    "false identity",
    "original script",
    "good quality",
    "low quality",
    "sub-unit",
];

/// Remarks that make a name a former one.
const FORMER: [&str; 4] = [
    "previously listed as",
    "formerly listed as",
    "formerly known as",
    "former name",
];

/// Languages and scripts in brackets behind a name.
const LANGUAGES: [&str; 14] = [
    "amharic", "arabic", "chinese", "cyrillic", "dari", "farsi", "hebrew", "korean", "pashto",
    "persian", "russian", "somali", "tigrinya", "urdu",
];

/// Whether a remark says that the name is a former one.
pub(super) fn is_former(remark: &str) -> bool {
    let remark = remark.trim_start().to_lowercase();
    FORMER.iter().any(|former| remark.starts_with(former))
}

/// More names than any element has; such a text is one value, whatever it is.
const MAX_NAMES: usize = 100;

/// Brackets inside each other that are taken apart.
const MAX_DEPTH: usize = 4;

/// Takes the names from one published text, in its order and without repetitions.
pub(super) fn read(published: &str) -> Vec<Name> {
    let published = text::canonical(published);
    if published.matches([';', '(']).count() > MAX_NAMES {
        return vec![whole(&published)];
    }
    let mut names = Vec::new();
    for piece in pieces(&published) {
        one(piece, MAX_DEPTH, &mut names);
    }
    names
}

/// Takes a text as one name.
pub(super) fn whole(published: &str) -> Name {
    Name {
        text: text::canonical(published),
        kind: Kind::Name,
    }
}

/// The name in a remark beside a name: `original script: X`, `In Arabic: X`.
pub(super) fn in_remark(remark: &str) -> Option<String> {
    // Only the markers need lower case, and changing no other letter keeps the byte positions.
    let lower = remark.to_ascii_lowercase();
    let marker = ["original script:", "in arabic:", "in arabic script:"]
        .into_iter()
        .find_map(|marker| lower.find(marker).map(|at| at + marker.len()))?;
    let rest = remark.get(marker..)?;
    let name = tidy(rest.split(['.', ';', ',']).next().unwrap_or_default());
    (!name.is_empty() && !has_latin(name)).then(|| name.to_owned())
}

/// Splits at semicolons and at enumeration marks (` b) `) that are outside of brackets.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            // ` b) `: one small letter before a bracket that was not opened.
            ')' => {
                if let [b'a'..=b'z'] | [.., b' ', b'a'..=b'z'] = &text.as_bytes()[start..at] {
                    pieces.push(&text[start..at - 1]);
                    start = at + 1;
                }
            }
            ';' if depth == 0 => {
                pieces.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[start..]);
    pieces
}

fn one(piece: &str, depth: usize, names: &mut Vec<Name>) {
    let piece = tidy(piece);
    let Some((base, inner)) = trailing_brackets(piece).filter(|_| depth > 0) else {
        push(piece, Kind::Name, names);
        return;
    };
    let lower = inner.to_lowercase();
    let remark = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
    if let Some(original) = in_remark(inner) {
        push(base, Kind::Name, names);
        push(&original, Kind::Name, names);
    } else if remark(&FORMER) {
        push(base, Kind::Former, names);
    } else if remark(&REMARKS) || LANGUAGES.contains(&lower.as_str()) {
        push(base, Kind::Name, names);
    } else if is_abbreviation(inner) {
        push(base, Kind::Name, names);
        push(inner, Kind::Abbreviation, names);
    } else if inner.contains(';') || has_latin(base) != has_latin(inner) {
        // The same name in another script, or a list of its spellings.
        one(base, depth - 1, names);
        for spelling in pieces(inner) {
            one(spelling, depth - 1, names);
        }
    } else {
        push(piece, Kind::Name, names);
    }
}

/// Splits `X (Y)` into `X` and `Y`; the outermost brackets count.
fn trailing_brackets(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_suffix(')')?;
    let mut depth = 1_usize;
    for (at, c) in inner.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (base, inner) = (tidy(&inner[..at]), inner[at + 1..].trim());
            return (!base.is_empty() && !inner.is_empty()).then_some((base, inner));
        }
    }
    None
}

/// `AQAP`, `LRM/A`, `ISIS-GS`: capitals without a space, short.
fn is_abbreviation(text: &str) -> bool {
    (2..=10).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || matches!(b, b'-' | b'/' | b'.'))
        && text.bytes().any(|b| b.is_ascii_uppercase())
}

fn has_latin(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&c))
}

/// Takes separators off both ends; a bracket only where its partner is missing.
fn tidy(text: &str) -> &str {
    let mut text = text;
    loop {
        let before = text;
        text = text.trim().trim_matches([',', ';']);
        if text.starts_with(')') {
            text = &text[1..];
        }
        if text.ends_with(')') && !text.contains('(') {
            text = &text[..text.len() - 1];
        }
        if text == before {
            return text;
        }
    }
}

fn push(text: &str, kind: Kind, names: &mut Vec<Name>) {
    let text = tidy(text);
    if !text.is_empty() && names.iter().all(|name| name.text != text) {
        names.push(Name {
            text: text.to_owned(),
            kind,
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(published: &str, expected: &[&str]) {
        let actual: Vec<String> = read(published)
            .into_iter()
            .map(|name| match name.kind {
                Kind::Name => name.text,
                Kind::Former => format!("former {}", name.text),
                Kind::Abbreviation => format!("short {}", name.text),
            })
            .collect();
        assert_eq!(actual, expected, "{published}");
    }

    #[test]
    fn several_names_in_one_element() {
        check("Aled Vorn; Aled Worn", &["Aled Vorn", "Aled Worn"]);
        check(
            "Aled Vorn; A. Vorn b) Al Worn; Al Vornn",
            &["Aled Vorn", "A. Vorn", "Al Worn", "Al Vornn"],
        );
        check("a) Aled Vorn b) Al Worn", &["Aled Vorn", "Al Worn"]);
        // Arabic for "Karim".
        check("كريم (Karim; Kareem)", &["كريم", "Karim", "Kareem"]);
        check("Karim (كريم),", &["Karim", "كريم"]);
        check("Karim (original script: Карим)", &["Karim", "Карим"]);
        check(
            "Blue Front (BF) (جبهة (original script); Al-Jabha)",
            &["Blue Front", "short BF", "جبهة", "Al-Jabha"],
        );
    }

    #[test]
    fn brackets_that_are_no_other_name() {
        check(
            "Northern Relief Fund (NRF)",
            &["Northern Relief Fund", "short NRF"],
        );
        check("EL VORN (COMBAT NAME)", &["EL VORN"]);
        check("ቃል (Tigrinya)", &["ቃል"]);
        check("Aled Vorn (previously listed as)", &["former Aled Vorn"]);
        check(
            "Pearl (Hong Kong) Trading Limited",
            &["Pearl (Hong Kong) Trading Limited"],
        );
        check("Aled Vorn (Worn)", &["Aled Vorn (Worn)"]);
        check(") Aled Vorn", &["Aled Vorn"]);
        check("Aled Vorn)", &["Aled Vorn"]);
        check("(Sheikh) Aled Vorn", &["(Sheikh) Aled Vorn"]);
        check(" ;; ", &[]);
        let many = "Vorn;".repeat(MAX_NAMES + 1);
        check(&many, &[&many]);
    }

    #[test]
    fn names_in_remarks() {
        assert_eq!(
            in_remark("original script: Карим").as_deref(),
            Some("Карим")
        );
        assert_eq!(
            in_remark("Previously listed as. In Arabic: كريم").as_deref(),
            Some("كريم")
        );
        assert_eq!(in_remark("born in 1976"), None);
        assert!(is_former("Previously listed as. In Arabic: كريم"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,60}|[a-z();, ]{0,60}") {
            for name in read(&text) {
                prop_assert!(!name.text.is_empty());
                prop_assert!(text::canonical(&text).contains(&name.text));
            }
            drop(in_remark(&text));
        }
    }
}

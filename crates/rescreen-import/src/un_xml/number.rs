//! Document numbers and the words that stand around them.

use rescreen_model::Country;

/// A document number as far as it can be told from the words around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) number: String,
    pub(super) country: Option<Country>,
}

/// Takes the number from a published text (`Jordanian passport no. K 123456 (expired 9 Jan. 2009)`); `None` where no
/// digit is left.
pub(super) fn read(published: &str) -> Option<Number> {
    let (text, remark) = split_remark(published);
    let words: Vec<&str> = text.split_whitespace().collect();
    let first_digit = words.iter().position(|word| has_digit(word))?;
    let start = words[..first_digit]
        .iter()
        .rposition(|word| is_word(word))
        .map_or(0, |at| at + 1);
    let mut kept = Vec::new();
    let mut rest = None;
    for (at, word) in words.iter().enumerate().skip(start) {
        if is_label(word) {
            continue;
        }
        if is_word(word) {
            rest = Some(words[at..].join(" "));
            break;
        }
        kept.push(word.trim_end_matches([',', ';', '.']));
        if word.ends_with([',', ';']) {
            rest = Some(words[at + 1..].join(" "));
            break;
        }
    }
    let number = kept.join(" ");
    let country = [
        Some(words[..start].join(" ")),
        rest,
        remark.map(str::to_owned),
    ]
    .into_iter()
    .flatten()
    .find_map(|text| Country::parse(&text));
    has_digit(&number).then_some(Number { number, country })
}

/// The number in a remark, where a label says that there is one (`Atlantean passport number L 12345 issued on …`).
pub(super) fn in_remark(remark: &str) -> Option<Number> {
    let words: Vec<&str> = remark.split_whitespace().collect();
    if words.first().is_some_and(|first| is_plain_number(first)) {
        return read(remark);
    }
    let names_a_number = |word: &&str| {
        let word = word.trim_end_matches(':');
        is_label(word) || matches!(word, "SSN" | "Code" | "card")
    };
    let label = words.iter().position(names_a_number)?;
    let first = words.get(label + 1)?;
    // A label is followed by its number, or by its series and the number: "L 12345".
    let follows = has_digit(first)
        || (!is_word(first) && words.get(label + 2).is_some_and(|word| has_digit(word)));
    follows
        .then(|| read(&words[label + 1..].join(" ")))
        .flatten()
}

/// Too long for a year or a day, and nothing else beside it.
fn is_plain_number(word: &str) -> bool {
    word.len() >= 6 && word.bytes().all(|b| b.is_ascii_digit())
}

/// Splits a remark in brackets off the end.
fn split_remark(text: &str) -> (&str, Option<&str>) {
    text.strip_suffix(')')
        .and_then(|inner| inner.rsplit_once('('))
        .filter(|(number, _)| has_digit(number))
        .map_or((text, None), |(number, remark)| (number, Some(remark)))
}

fn has_digit(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}

/// A word of a language: letters only, and more than the capitals of a series (`OA`).
fn is_word(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    is_label(text)
        || (text.chars().count() > 1
            && text.chars().all(char::is_alphabetic)
            && (text.chars().any(char::is_lowercase) || text.len() > 4))
}

/// A word that says "number".
fn is_label(text: &str) -> bool {
    let text = text
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    matches!(
        text.as_str(),
        "no" | "nr" | "number" | "num" | "numéro" | "número"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(published: &str, expected: Option<&str>) {
        assert_eq!(
            read(published).map(|n| n.number).as_deref(),
            expected,
            "{published}"
        );
    }

    #[test]
    fn numbers_are_told_from_the_words_around_them() {
        check("K123456", Some("K123456"));
        check("A 123 456", Some("A 123 456"));
        check("123-456/7", Some("123-456/7"));
        check("Jordanian passport number K123456", Some("K123456"));
        check("passport number 8208 No. 123456", Some("8208 123456"));
        check("D diplomatic passport no. A00123", Some("A00123"));
        check(
            "travel document (“Reiseausweis”) A 0123456",
            Some("A 0123456"),
        );
        check("123456 (expired 9 Jan. 2009)", Some("123456"));
        check("D00123, South Atlantis", Some("D00123"));
        check("Diplomatic Passport: D00123", Some("D00123"));
        check("identity card (tazkira) number 12345", Some("12345"));
        check("AB 123 issued on 5 May 1998", Some("AB 123"));
        check("unknown", None);
        check("", None);
    }

    #[test]
    fn the_country_beside_a_number() {
        assert_eq!(
            read("Iran 12345").unwrap().country,
            Country::from_code("ir")
        );
        assert_eq!(
            read("12345 (Iran)").unwrap().country,
            Country::from_code("ir")
        );
        assert_eq!(
            read("12345, Iran").unwrap().country,
            Country::from_code("ir")
        );
        assert_eq!(read("12345 (expired)").unwrap().country, None);
    }

    #[test]
    fn numbers_in_remarks_need_a_label() {
        let remark = |text| in_remark(text).map(|n| n.number);
        assert_eq!(
            remark("Atlantean passport number L 123456 issued on 3 Feb. 2001").as_deref(),
            Some("L 123456")
        );
        assert_eq!(remark("Fiscal Code: ABC12D34").as_deref(), Some("ABC12D34"));
        assert_eq!(
            remark("national identity card DE- 1234").as_deref(),
            Some("DE- 1234")
        );
        assert_eq!(
            remark("0123456 issued on 3 Feb. 2001").as_deref(),
            Some("0123456")
        );
        assert_eq!(remark("expired on 26 Mar. 2011"), None);
        assert_eq!(remark("personal number on passport"), None);
        assert_eq!(remark("2000-2001"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,60}|[a-zA-Z0-9().,; ]{0,60}") {
            if let Some(read) = read(&text) {
                prop_assert!(has_digit(&read.number));
            }
            drop(in_remark(&text));
        }
    }
}

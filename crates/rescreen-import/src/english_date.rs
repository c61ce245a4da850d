//! Dates in English running text, as publishers' remarks hold them: `18 Feb. 2013`, `September 16, 2019`, `Nov. 1961`.

use rescreen_model::PartialDate;

/// Reads a text that is one date and nothing else. A number alone is a year only with four digits, and a day never
/// comes as a number of the month, because `03/04/2015` means two days.
pub(crate) fn parse(text: &str) -> Option<PartialDate> {
    if let Ok(date) = text.trim().parse() {
        return Some(date);
    }
    let words: Vec<&str> = words(text).collect();
    match words.as_slice() {
        [y] => PartialDate::year(year(y)?),
        [m, y] => PartialDate::month(year(y)?, month(m)?),
        [d, m, y] if month(m).is_some() => PartialDate::day(year(y)?, month(m)?, day(d)?),
        [m, d, y] => PartialDate::day(year(y)?, month(m)?, day(d)?),
        _ => None,
    }
}

/// Finds the date that follows a word starting with one of `heads`, with nothing but `on`, `in`, `date` and the like
/// between.
pub(crate) fn after(text: &str, heads: &[&str]) -> Option<PartialDate> {
    const BETWEEN: [&str; 7] = ["on", "in", "date", "of", "the", "until", "approximately"];
    let words: Vec<&str> = words(text).collect();
    let is_head = |word: &str| {
        heads.iter().any(|head| {
            word.get(..head.len())
                .is_some_and(|w| w.eq_ignore_ascii_case(head))
        })
    };
    for (at, _) in words.iter().enumerate().filter(|(_, w)| is_head(w)) {
        let rest: Vec<&str> = words[at + 1..]
            .iter()
            .copied()
            .skip_while(|w| BETWEEN.iter().any(|b| w.eq_ignore_ascii_case(b)))
            .take(3)
            .collect();
        let longest = (1..=rest.len()).rev().map(|len| rest[..len].join(" "));
        if let Some(date) = longest.into_iter().find_map(|text| parse(&text)) {
            return Some(date);
        }
    }
    None
}

/// The month of a name or its abbreviation, in English: `Sept.`, `March`.
pub(crate) fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_ascii_lowercase();
    if word.len() < 3 {
        return None;
    }
    MONTHS
        .iter()
        .position(|name| name.starts_with(word.as_str()))
        .map(|at| at as i8 + 1)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | ':' | ';' | '(' | ')'))
        .filter(|word| !word.is_empty())
}

fn year(word: &str) -> Option<i16> {
    (word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()))
        .then(|| word.parse().ok())
        .flatten()
}

fn day(word: &str) -> Option<i8> {
    (word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit()))
        .then(|| word.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(
            parse(text).map(|date| date.to_string()).as_deref(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn texts_that_are_a_date() {
        check("1951", Some("1951"));
        check("1951-07-04", Some("1951-07-04"));
        check("18 Feb. 2013", Some("2013-02-18"));
        check("4 Mar.1985", Some("1985-03-04"));
        check("September 16, 2019", Some("2019-09-16"));
        check("Sept. 2019", Some("2019-09"));
        check("August 1961", Some("1961-08"));
        check("30 Feb 2013", None);
        check("03/04/2015", None);
        check("30-35 years old", None);
        check("12/03/1390 (Hijri Calendar)", None);
        check("ma 1961", None);
        check("", None);
    }

    #[test]
    fn dates_behind_a_word() {
        let expiry = |text| after(text, &["expir", "valid"]).map(|date| date.to_string());
        assert_eq!(
            expiry("issued on 5 April 1999, expired on 4 April 2004").as_deref(),
            Some("2004-04-04")
        );
        assert_eq!(
            expiry("Expiration date: 2026-12-11.").as_deref(),
            Some("2026-12-11")
        );
        assert_eq!(
            expiry("valid until 16 Feb. 2017").as_deref(),
            Some("2017-02-16")
        );
        assert_eq!(expiry("expired, born 4 Mar. 1985"), None);
    }
}

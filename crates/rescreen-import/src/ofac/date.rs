//! Dates as OFAC writes them.

use rescreen_model::{DateSpan, PartialDate};

/// Reads a date of every shape that OFAC's files hold: `07 Dec 1951`, `Dec 1951`, `1951`, each behind `circa`, and two
/// of them with `to` between (`1951 to 1956`, `circa 1979-1982`). `None` where it is anything else.
pub(super) fn parse(text: &str) -> Option<DateSpan> {
    let text = text.trim();
    let (text, is_approximate) = match strip_prefix_ignore_case(text, "circa ") {
        Some(rest) => (rest.trim_start(), true),
        None => (text, false),
    };
    let ends = text
        .split_once(" to ")
        .or_else(|| text.split_once('-'))
        .map(|(from, to)| (from.trim(), to.trim()));
    let span = match ends {
        Some((from, to)) => DateSpan::between(point(from)?, point(to)?)?,
        None => DateSpan::at(point(text)?),
    };
    Some(if is_approximate { span.about() } else { span })
}

fn point(text: &str) -> Option<PartialDate> {
    let mut words = text.split_whitespace().rev();
    let year = number(words.next()?, 4..=4)?;
    let date = match (words.next(), words.next()) {
        (None, _) => PartialDate::year(year),
        (Some(name), None) => PartialDate::month(year, month(name)?),
        (Some(name), Some(day)) => {
            PartialDate::day(year, month(name)?, number(day, 1..=2)?.try_into().ok()?)
        }
    };
    date.filter(|_| words.next().is_none())
}

fn number(text: &str, width: std::ops::RangeInclusive<usize>) -> Option<i16> {
    (width.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// The month of an English name, whole or cut to three letters.
fn month(name: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    (1..).zip(MONTHS).find_map(|(n, month)| {
        (name.eq_ignore_ascii_case(month) || name.eq_ignore_ascii_case(&month[..3])).then_some(n)
    })
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_shape_of_the_real_files_is_read() {
        for (text, edtf) in [
            ("07 Dec 1951", "1951-12-07"),
            ("7 Dec 1951", "1951-12-07"),
            ("12 September 1993", "1993-09-12"),
            ("Dec 1951", "1951-12"),
            ("1951", "1951"),
            ("circa 1951", "1951~"),
            ("Circa 1951", "1951~"),
            ("circa 07 Jul 1966", "1966-07-07~"),
            ("1951 to 1956", "1951/1956"),
            ("circa 1951 to 1956", "1951~/1956~"),
            ("circa 1979-1982", "1979~/1982~"),
            ("Sep 1951 to Oct 1952", "1951-09/1952-10"),
            ("01 Jan 1951 to 31 Dec 1951", "1951-01-01/1951-12-31"),
            ("  1951 ", "1951"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), edtf, "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "circa",
            "30 Feb 1951",
            "1956 to 1951",
            "51",
            "00 Dec 1951",
            "1951 or 1952",
            "in 07 Dec 1951",
            "Dek 1951",
            "1951-12-07",
            "unknown",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            if let Some(span) = parse(&text) {
                prop_assert!(span.first_day() <= span.last_day());
            }
        }
    }
}

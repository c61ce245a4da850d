//! Dates of birth of the list, every shape of them.

use rescreen_model::{DateSpan, PartialDate};

use crate::{english_date, xml::Element};

/// What an element says about a date of birth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Birth {
    /// Nothing: the publisher writes an element without content for "unknown".
    Nothing,
    /// A date, the text it was read from, and a remark that the date does not carry (`from false passport`).
    Date {
        span: DateSpan,
        published: String,
        remark: Option<String>,
    },
    /// Words that are no date of our calendar.
    Unreadable(String),
}

/// Reads an `INDIVIDUAL_DATE_OF_BIRTH`.
///
/// The precision follows the element that is present and not `TYPE_OF_DATE`: `EXACT` with a mere `YEAR` is common.
pub(super) fn read(element: &Element) -> Birth {
    let value = |name| element.child_value(name);
    // "EXACT" says nothing that the date beside it does not say better.
    let kind = value("TYPE_OF_DATE").filter(|kind| kind != "EXACT");
    let note = value("NOTE");
    let stated = [
        value("DATE"),
        value("YEAR"),
        value("FROM_YEAR"),
        value("TO_YEAR"),
    ];
    let published = || {
        [kind.as_deref(), note.as_deref()]
            .into_iter()
            .chain(stated.iter().map(Option::as_deref))
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let about = kind.as_deref() == Some("APPROXIMATELY") || note.as_deref().is_some_and(is_about);
    let (span, is_note_used) = match &stated {
        [None, None, None, None] => match &note {
            None => return Birth::Nothing,
            Some(note) => (parse(note), true),
        },
        [Some(date), None, None, None] => (calendar_day(date).map(DateSpan::at), false),
        [None, Some(year), None, None] => {
            let month = note.as_deref().and_then(english_date::month);
            match (plain_year(year), month) {
                (Some(year), Some(month)) => (
                    PartialDate::month(year.get_year(), month).map(DateSpan::at),
                    true,
                ),
                (year, _) => (year.map(DateSpan::at), false),
            }
        }
        [None, None, Some(from), Some(to)] => (
            plain_year(from)
                .zip(plain_year(to))
                .and_then(|(from, to)| DateSpan::between(from, to)),
            false,
        ),
        _ => (None, false),
    };
    let Some(span) = span else {
        return Birth::Unreadable(published());
    };
    Birth::Date {
        span: if about { span.about() } else { span },
        published: published(),
        remark: note.filter(|note| !is_note_used && !is_about(note)),
    }
}

/// Reads the text of an alias' `DATE_OF_BIRTH` or of a `NOTE`: a date, a range of years, two months of a year.
pub(super) fn parse(text: &str) -> Option<DateSpan> {
    let text = text.trim();
    if let Some(date) = calendar_day(text).or_else(|| english_date::parse(text)) {
        return Some(DateSpan::at(date));
    }
    if is_about(text) {
        let (_, rest) = text.split_once(' ')?;
        return english_date::parse(rest).map(|date| DateSpan::at(date).about());
    }
    if let Some((from, to)) = text.split_once('-')
        && let Some((from, to)) = plain_year(from.trim()).zip(plain_year(to.trim()))
    {
        return DateSpan::between(from, to);
    }
    let (from, to) = text
        .strip_prefix("Between ")
        .or_else(|| text.strip_prefix("between "))?
        .split_once(" and ")?;
    let to = english_date::parse(to)?;
    let from = match english_date::parse(from) {
        Some(from) => from,
        // "Between Aug. and Sep. 1961": the year stands once.
        None => PartialDate::month(to.get_year(), english_date::month(from)?)?,
    };
    DateSpan::between(from, to)
}

/// An ISO day, month or year; the publisher's tools write some days with a zone (`1974-01-15-05:00`), which says
/// nothing about a calendar day.
pub(super) fn calendar_day(text: &str) -> Option<PartialDate> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let (day, zone) = text.split_at_checked(10)?;
    let is_zone = match zone.as_bytes() {
        // The last one is a midnight that a date-time tool added.
        [b'Z'] | [b'T', ..] => true,
        [b'+' | b'-', rest @ ..] => {
            matches!(rest, [a, b, b':', c, d] if [a, b, c, d].iter().all(|x| x.is_ascii_digit()))
        }
        _ => false,
    };
    is_zone.then(|| day.parse().ok()).flatten()
}

/// A year as the schema allows it: four digits, the first not zero.
fn plain_year(text: &str) -> Option<PartialDate> {
    (text.len() == 4 && !text.starts_with('0'))
        .then(|| text.parse().ok())
        .flatten()
}

fn is_about(text: &str) -> bool {
    let text = text.to_lowercase();
    ["approximate", "approx", "circa", "about", "c."]
        .iter()
        .any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(children: &[(&str, &str)]) -> Element {
        let leaf = |name: &str, text: &str, children| Element {
            name: name.to_owned(),
            attributes: Vec::new(),
            text: text.to_owned(),
            children,
            line: 1,
        };
        leaf(
            "INDIVIDUAL_DATE_OF_BIRTH",
            "",
            children
                .iter()
                .map(|(name, text)| leaf(name, text, Vec::new()))
                .collect(),
        )
    }

    fn check(children: &[(&str, &str)], expected: &str) {
        let actual = match read(&element(children)) {
            Birth::Nothing => "nothing".to_owned(),
            Birth::Date {
                span, remark: None, ..
            } => span.to_string(),
            Birth::Date {
                span,
                remark: Some(remark),
                ..
            } => format!("{span} ({remark})"),
            Birth::Unreadable(text) => format!("? {text}"),
        };
        assert_eq!(actual, expected, "{children:?}");
    }

    #[test]
    fn precision_follows_the_element_that_is_present() {
        let kind = "TYPE_OF_DATE";
        check(&[(kind, "")], "nothing");
        check(&[(kind, "EXACT"), ("DATE", "1961-02-03")], "1961-02-03");
        check(
            &[(kind, "EXACT"), ("DATE", "1961-02-03-05:00")],
            "1961-02-03",
        );
        check(&[(kind, "EXACT"), ("YEAR", "1961")], "1961");
        check(
            &[(kind, "EXACT"), ("YEAR", "1961"), ("NOTE", "Sep.")],
            "1961-09",
        );
        check(&[(kind, "APPROXIMATELY"), ("YEAR", "1961")], "1961~");
        check(
            &[
                (kind, "BETWEEN"),
                ("FROM_YEAR", "1961"),
                ("TO_YEAR", "1963"),
            ],
            "1961/1963",
        );
        check(
            &[
                (kind, "BETWEEN"),
                ("NOTE", "Approximately"),
                ("FROM_YEAR", "1961"),
                ("TO_YEAR", "1963"),
            ],
            "1961~/1963~",
        );
        check(
            &[
                (kind, "EXACT"),
                ("DATE", "1961-02-03"),
                ("NOTE", "from false passport"),
            ],
            "1961-02-03 (from false passport)",
        );
        check(&[(kind, "EXACT"), ("NOTE", "Nov. 1961")], "1961-11");
        check(
            &[(kind, "EXACT"), ("NOTE", "Between Aug. and Sep. 1961")],
            "1961-08/1961-09",
        );
    }

    #[test]
    fn what_is_no_date_stays_text() {
        check(
            &[
                ("TYPE_OF_DATE", "APPROXIMATELY"),
                ("NOTE", "30-35 years old"),
            ],
            "? APPROXIMATELY 30-35 years old",
        );
        check(
            &[("NOTE", "12/03/1390 (Hijri Calendar)")],
            "? 12/03/1390 (Hijri Calendar)",
        );
        check(&[("DATE", "1961-02-30")], "? 1961-02-30");
        check(&[("FROM_YEAR", "1963"), ("TO_YEAR", "1961")], "? 1963 1961");
        check(&[("FROM_YEAR", "1963")], "? 1963");
        check(&[("YEAR", "61")], "? 61");
        check(&[("YEAR", "0061")], "? 0061");
    }

    #[test]
    fn texts() {
        let text = |t| parse(t).map(|span| span.to_string());
        assert_eq!(text("1958 - 1964").as_deref(), Some("1958/1964"));
        assert_eq!(text("circa 1958").as_deref(), Some("1958~"));
        assert_eq!(text("between 1958 and 1960").as_deref(), Some("1958/1960"));
        assert_eq!(text("null"), None);
    }
}

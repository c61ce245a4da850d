//! Dates as lists state them: intervals of days with a precision, often approximate.
//!
//! The text form is the Extended Date/Time Format of ISO 8601-2:2019, levels 0 and 1, as far as lists need it:
//! `1951`, `1951-07`, `1951-07-04`, `1951~` (about 1951), `1951/1956` (some day between), `1951~/1956~`.
//! A prefix date of FollowTheMoney is a valid date here.

use std::{fmt, str::FromStr};

use jiff::civil;

/// A day, month or year: as much as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// A date that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The text has another shape than a date.
    #[error(
        "'{0}' is not a date: expected YYYY, YYYY-MM or YYYY-MM-DD, '~' behind it for about, '/' between two"
    )]
    Shape(String),
    /// The text has the shape of a date and names a day that does not exist.
    #[error("'{0}' is not a day of the calendar")]
    NoSuchDay(String),
    /// The interval ends before it begins.
    #[error("'{0}' ends before it begins")]
    Reversed(String),
}

impl PartialDate {
    /// A year, 1 to 9999.
    pub fn year(year: i16) -> Option<Self> {
        (1..=9999).contains(&year).then_some(Self {
            year,
            month: None,
            day: None,
        })
    }

    /// A month of a year.
    pub fn month(year: i16, month: i8) -> Option<Self> {
        ((1..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Self {
            year,
            month: Some(month),
            day: None,
        })
    }

    /// A day that exists in the calendar.
    pub fn day(year: i16, month: i8, day: i8) -> Option<Self> {
        Self::month(year, month)?;
        civil::Date::new(year, month, day).ok()?;
        Some(Self {
            year,
            month: Some(month),
            day: Some(day),
        })
    }

    /// The year.
    pub fn get_year(self) -> i16 {
        self.year
    }

    /// The month, where known.
    pub fn get_month(self) -> Option<i8> {
        self.month
    }

    /// The day of the month, where known.
    pub fn get_day(self) -> Option<i8> {
        self.day
    }

    /// The first day it may mean.
    pub fn first_day(self) -> civil::Date {
        civil::Date::constant(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day it may mean.
    pub fn last_day(self) -> civil::Date {
        match (self.month, self.day) {
            (Some(month), Some(day)) => civil::Date::constant(self.year, month, day),
            (Some(month), None) => civil::Date::constant(self.year, month, 1).last_of_month(),
            (None, _) => civil::Date::constant(self.year, 12, 31),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let shape = || DateError::Shape(shorten(text));
        let digits = |part: &str, width: usize| -> Result<i16, DateError> {
            if part.len() == width && part.bytes().all(|b| b.is_ascii_digit()) {
                part.parse().map_err(|_| shape())
            } else {
                Err(shape())
            }
        };
        let mut parts = text.split('-');
        let year = digits(parts.next().unwrap_or_default(), 4)?;
        let month = parts.next().map(|p| digits(p, 2)).transpose()?;
        let day = parts.next().map(|p| digits(p, 2)).transpose()?;
        if parts.next().is_some() {
            return Err(shape());
        }
        // Two digits fit an i8.
        let narrow = |n: i16| i8::try_from(n).unwrap_or_default();
        match (month, day) {
            (None, _) => Self::year(year),
            (Some(m), None) => Self::month(year, narrow(m)),
            (Some(m), Some(d)) => Self::day(year, narrow(m), narrow(d)),
        }
        .ok_or_else(|| DateError::NoSuchDay(shorten(text)))
    }
}

/// A date as a source states it: some day from the first of `from` to the last of `to`, exactly or about.
///
/// Invariant: `from` does not begin after `to` ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateSpan {
    from: PartialDate,
    to: PartialDate,
    approximate: bool,
}

impl DateSpan {
    /// A single date of any precision.
    pub fn at(date: PartialDate) -> Self {
        Self {
            from: date,
            to: date,
            approximate: false,
        }
    }

    /// Some day between two dates, `None` where they are reversed.
    pub fn between(from: PartialDate, to: PartialDate) -> Option<Self> {
        (from.first_day() <= to.last_day()).then_some(Self {
            from,
            to,
            approximate: false,
        })
    }

    /// The same, stated as "about" or "circa".
    #[must_use]
    pub fn about(self) -> Self {
        Self {
            approximate: true,
            ..self
        }
    }

    /// The earlier end as stated.
    pub fn from(self) -> PartialDate {
        self.from
    }

    /// The later end as stated.
    pub fn to(self) -> PartialDate {
        self.to
    }

    /// Whether the source says "about".
    pub fn is_approximate(self) -> bool {
        self.approximate
    }

    /// Whether the source states a range rather than one date.
    pub fn is_range(self) -> bool {
        self.from != self.to
    }

    /// The exact day, where the source states one.
    pub fn exact_day(self) -> Option<civil::Date> {
        (!self.approximate && !self.is_range() && self.from.day.is_some())
            .then(|| self.from.first_day())
    }

    /// The first day it may mean, taking it at its word.
    pub fn first_day(self) -> civil::Date {
        self.from.first_day()
    }

    /// The last day it may mean, taking it at its word.
    pub fn last_day(self) -> civil::Date {
        self.to.last_day()
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`DateError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        text.parse()
    }
}

impl fmt::Display for DateSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = if self.approximate { "~" } else { "" };
        write!(f, "{}{about}", self.from)?;
        if self.is_range() {
            write!(f, "/{}{about}", self.to)?;
        }
        Ok(())
    }
}

impl FromStr for DateSpan {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        // A message names the whole text: half of a date with slashes would puzzle whoever wrote it.
        let whole = |error: DateError| match error {
            DateError::Shape(_) => DateError::Shape(shorten(text)),
            DateError::NoSuchDay(_) => DateError::NoSuchDay(shorten(text)),
            DateError::Reversed(_) => DateError::Reversed(shorten(text)),
        };
        let (from, to) = text
            .split_once('/')
            .map_or((text, None), |(from, to)| (from, Some(to)));
        let (from, from_about) = strip_about(from);
        let from: PartialDate = from.parse().map_err(whole)?;
        let Some(to) = to else {
            return Ok(Self {
                from,
                to: from,
                approximate: from_about,
            });
        };
        let (to, to_about) = strip_about(to);
        let to = to.parse().map_err(whole)?;
        let span = Self::between(from, to).ok_or_else(|| DateError::Reversed(shorten(text)))?;
        Ok(if from_about || to_about {
            span.about()
        } else {
            span
        })
    }
}

fn strip_about(text: &str) -> (&str, bool) {
    text.strip_suffix('~')
        .map_or((text, false), |stripped| (stripped, true))
}

/// Keeps a message readable when the "date" is a page of text.
fn shorten(text: &str) -> String {
    let mut out: String = text.chars().take(40).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in [
            "1951",
            "1951-07",
            "1951-07-04",
            "1951~",
            "1951/1956",
            "1951-02-03/1951-04",
            "1951~/1956~",
        ] {
            assert_eq!(DateSpan::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_year_is_an_interval_and_not_a_first_of_january() {
        let year = DateSpan::parse("1951").unwrap();
        assert_eq!(year.exact_day(), None);
        assert_eq!(year.first_day().to_string(), "1951-01-01");
        assert_eq!(year.last_day().to_string(), "1951-12-31");
        assert_eq!(
            DateSpan::parse("2024-02").unwrap().last_day().to_string(),
            "2024-02-29"
        );
    }

    #[test]
    fn refuses_with_a_reason() {
        assert!(matches!(
            DateSpan::parse("1951-02-30"),
            Err(DateError::NoSuchDay(_))
        ));
        assert!(matches!(
            DateSpan::parse("1956/1951"),
            Err(DateError::Reversed(_))
        ));
        for text in [
            "",
            "51",
            "circa 1951",
            "1951-1-1",
            "1951-01-01-01",
            "+951",
            "１９５１",
            &"1".repeat(300),
        ] {
            let error = DateSpan::parse(text).unwrap_err();
            assert!(matches!(error, DateError::Shape(_)), "{text}");
            assert!(error.to_string().len() < 250);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            if let Ok(span) = DateSpan::parse(&text) {
                prop_assert!(span.first_day() <= span.last_day());
                prop_assert_eq!(DateSpan::parse(&span.to_string()), Ok(span));
            }
        }
    }
}

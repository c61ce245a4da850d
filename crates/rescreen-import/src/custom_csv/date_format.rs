//! Dates in a declared form, with placeholders for what is not known.

use rescreen_model::PartialDate;

use crate::english_date;

/// A form such as `%d/%m/%Y`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateFormat(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// `%Y`, four digits.
    Year,
    /// `%m`, one or two digits.
    Month,
    /// `%b` or `%B`, English.
    MonthName,
    /// `%d`, one or two digits.
    Day,
    /// `%H`, `%M` and `%S`: read and not kept.
    Time,
    Literal(char),
}

/// A form that cannot read a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FormatError {
    #[error("expected %Y, %m, %b, %d, %H, %M or %S in the date format '{format}', found '{found}'")]
    Directive { format: String, found: String },
    #[error("the date format '{0}' has no year (%Y)")]
    NoYear(String),
}

impl DateFormat {
    /// Reads the form.
    pub(super) fn parse(text: &str) -> Result<Self, FormatError> {
        let mut pieces = Vec::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                pieces.push(Piece::Literal(c));
                continue;
            }
            pieces.push(match chars.next() {
                Some('Y') => Piece::Year,
                Some('m') => Piece::Month,
                Some('b' | 'B') => Piece::MonthName,
                Some('d') => Piece::Day,
                Some('H' | 'M' | 'S') => Piece::Time,
                Some('%') => Piece::Literal('%'),
                other => {
                    return Err(FormatError::Directive {
                        format: text.to_owned(),
                        found: other.map_or_else(|| "%".to_owned(), |c| format!("%{c}")),
                    });
                }
            });
        }
        if !pieces.contains(&Piece::Year) {
            return Err(FormatError::NoYear(text.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// Reads a date. Zeros and letters in the place of a day or month (`00/00/1980`, `dd/mm/1980`) mean that it is not
    /// known, and so make the date less precise.
    pub(super) fn read(&self, text: &str) -> Option<PartialDate> {
        let mut rest = text.trim();
        let (mut year, mut month, mut day) = (None, None, None);
        for piece in &self.0 {
            match piece {
                Piece::Literal(expected) => rest = rest.strip_prefix(*expected)?,
                Piece::Year => year = Some(take_digits(&mut rest, 4..=4)?),
                Piece::Month => month = take_number(&mut rest)?.known(),
                Piece::Day => day = take_number(&mut rest)?.known(),
                Piece::MonthName => {
                    let end = rest
                        .find(|c: char| !c.is_alphabetic() && c != '.')
                        .unwrap_or(rest.len());
                    month = Some(english_date::month(&rest[..end])?);
                    rest = &rest[end..];
                }
                Piece::Time => drop(take_digits(&mut rest, 1..=2)?),
            }
        }
        if !rest.is_empty() {
            return None;
        }
        let year = year?;
        match (month, day) {
            (Some(month), Some(day)) => PartialDate::day(year, month, day),
            (Some(month), None) => PartialDate::month(year, month),
            // A day of an unknown month says nothing.
            (None, _) => PartialDate::year(year),
        }
    }
}

fn take_digits(rest: &mut &str, len: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let digits = rest
        .bytes()
        .take(*len.end())
        .take_while(u8::is_ascii_digit)
        .count();
    if digits < *len.start() {
        return None;
    }
    let (number, behind) = rest.split_at(digits);
    *rest = behind;
    number.parse().ok()
}

/// A day or month.
enum Number {
    Known(i8),
    /// A placeholder says that it is not known.
    Unknown,
}

impl Number {
    fn known(self) -> Option<i8> {
        match self {
            Self::Known(number) => Some(number),
            Self::Unknown => None,
        }
    }
}

/// One or two digits, or a placeholder for them.
fn take_number(rest: &mut &str) -> Option<Number> {
    for placeholder in ["00", "dd", "DD", "mm", "MM", "??", "xx", "XX", "--"] {
        if let Some(behind) = rest.strip_prefix(placeholder) {
            *rest = behind;
            return Some(Number::Unknown);
        }
    }
    let number = take_digits(rest, 1..=2)?;
    i8::try_from(number).ok().map(Number::Known)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(format: &str, text: &str, expected: Option<&str>) {
        let format = DateFormat::parse(format).unwrap();
        assert_eq!(
            format.read(text).map(|d| d.to_string()).as_deref(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn declared_forms() {
        check("%d/%m/%Y", "04/07/1951", Some("1951-07-04"));
        check("%d/%m/%Y", "4/7/1951", Some("1951-07-04"));
        check("%m/%d/%Y", "07/04/1951", Some("1951-07-04"));
        check("%d.%m.%Y %H:%M", "04.07.1951 00:00", Some("1951-07-04"));
        check("%Y%m%d", "19510704", Some("1951-07-04"));
        check("%d %b %Y", "4 July 1951", Some("1951-07-04"));
        check("%b. %Y", "Jul. 1951", None);
        check("%b %Y", "Jul. 1951", Some("1951-07"));
        check("%d/%m/%Y", "31/02/1951", None);
        check("%d/%m/%Y", "04/07/51", None);
        check("%d/%m/%Y", "04/07/1951x", None);
        check("%d/%m/%Y", "", None);
    }

    #[test]
    fn placeholders_make_a_date_less_precise() {
        check("%d/%m/%Y", "00/00/1951", Some("1951"));
        check("%d/%m/%Y", "dd/mm/1951", Some("1951"));
        check("%d/%m/%Y", "00/07/1951", Some("1951-07"));
        check("%Y%m%d", "19510000", Some("1951"));
        check("%d/%m/%Y", "04/00/1951", Some("1951"));
    }

    #[test]
    fn forms_that_cannot_work() {
        let found = |format| match DateFormat::parse(format) {
            Err(FormatError::Directive { found, .. }) => found,
            other => panic!("{other:?}"),
        };
        assert_eq!(found("%d/%m/%y"), "%y");
        assert_eq!(found("%Y%"), "%");
        let no_year = DateFormat::parse("%d/%m").unwrap_err();
        assert_eq!(no_year, FormatError::NoYear("%d/%m".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(format in "(%[YmdbHMS]|[a-z/ ]){0,6}", text in ".{0,20}|[0-9/ ]{0,12}") {
            if let Ok(format) = DateFormat::parse(&format) {
                let _ = format.read(&text);
            }
        }
    }
}

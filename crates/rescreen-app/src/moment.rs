//! Moments as people write them.

use jiff::{Timestamp, civil, tz::TimeZone};

/// A moment that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a moment: expected a day (2024-02-23) or a time with its zone (2024-02-23T14:00:00Z)"
)]
pub struct MomentError(pub String);

/// Reads a day or an RFC 3339 time. A day means its beginning in UTC, or its last microsecond where `end_of_day`:
/// "as of 23 February" includes what was published on that day.
///
/// # Errors
/// [`MomentError`] where it is neither.
pub fn parse_moment(text: &str, end_of_day: bool) -> Result<Timestamp, MomentError> {
    let error = || MomentError(text.chars().take(60).collect());
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let day: civil::Date = text.parse().map_err(|_| error())?;
    let time = if end_of_day {
        civil::time(23, 59, 59, 999_999_000)
    } else {
        civil::Time::midnight()
    };
    let zoned = day
        .to_datetime(time)
        .to_zoned(TimeZone::UTC)
        .map_err(|_| error())?;
    Ok(zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_beginning_and_an_end() {
        let begin = parse_moment("2024-02-23", false).unwrap();
        let end = parse_moment("2024-02-23", true).unwrap();
        assert_eq!(begin.to_string(), "2024-02-23T00:00:00Z");
        assert_eq!(end.to_string(), "2024-02-23T23:59:59.999999Z");
        assert_eq!(
            parse_moment("2024-02-23T14:00:00+02:00", true)
                .unwrap()
                .to_string(),
            "2024-02-23T12:00:00Z"
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "yesterday", "2024-02-30", "2024", "23.02.2024"] {
            assert!(parse_moment(text, false).is_err(), "{text}");
        }
    }
}

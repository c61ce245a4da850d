//! A JSON value in the order of its text, with repeated keys and no rounding that goes unseen.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Any JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A number in its shortest decimal form, and whether that is certainly what was written.
    Number {
        text: String,
        is_exact: bool,
    },
    String(String),
    Array(Vec<Json>),
    /// The members in order; a key may come twice.
    Object(Vec<(String, Json)>),
}

/// A line that is no JSON. Columns are counted in bytes, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum JsonError {
    #[error("bytes that are not UTF-8 at column {column}")]
    Utf8 { column: usize },
    #[error("{what} at column {column}")]
    Syntax { what: String, column: usize },
}

impl Json {
    /// Reads one line.
    pub(super) fn parse(line: &[u8]) -> Result<Self, JsonError> {
        if let Err(error) = std::str::from_utf8(line) {
            return Err(JsonError::Utf8 {
                column: error.valid_up_to() + 1,
            });
        }
        serde_json::from_slice(line).map_err(|error| {
            let text = error.to_string();
            // The line in the message is that of the line itself, always 1.
            let what = text.split(" at line ").next().unwrap_or(&text);
            JsonError::Syntax {
                what: what.to_owned(),
                column: error.column(),
            }
        })
    }

    /// What kind of value it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Number { .. } => "a number",
            Self::String(_) => "a text",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number {
            text: value.to_string(),
            is_exact: true,
        })
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number {
            text: value.to_string(),
            is_exact: true,
        })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        // Fifteen digits survive the way through a binary fraction and back.
        let text = value.to_string();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        Ok(Json::Number {
            text,
            is_exact: digits <= 15,
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Json::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_in_reading() {
        let json = Json::parse(br#"{"b":[1,-2,1.5,null,true],"a":"x","b":{}}"#).unwrap();
        let number = |text: &str| Json::Number {
            text: text.to_owned(),
            is_exact: true,
        };
        assert_eq!(
            json,
            Json::Object(vec![
                (
                    "b".to_owned(),
                    Json::Array(vec![
                        number("1"),
                        number("-2"),
                        number("1.5"),
                        Json::Null,
                        Json::Bool(true),
                    ])
                ),
                ("a".to_owned(), Json::String("x".to_owned())),
                ("b".to_owned(), Json::Object(Vec::new())),
            ])
        );
        let long = Json::parse(b"123456789012345678901").unwrap();
        assert!(matches!(
            long,
            Json::Number {
                is_exact: false,
                ..
            }
        ));
    }

    fn check(line: &[u8], expected: &str) {
        assert_eq!(Json::parse(line).unwrap_err().to_string(), expected);
    }

    #[test]
    fn errors_say_where() {
        check(b"{\"a\":", "EOF while parsing a value at column 5");
        check(b"{\"a\":1}x", "trailing characters at column 8");
        check(b"{\"\xc9\":1}", "bytes that are not UTF-8 at column 3");
        check(
            br#"{"a":"\ud800"}"#,
            "unexpected end of hex escape at column 13",
        );
        check(
            b"{\"a\":\"\0\"}",
            "control character (\\u0000-\\u001F) found while parsing a string at column 7",
        );
        let deep = "[".repeat(200);
        check(deep.as_bytes(), "recursion limit exceeded at column 128");
    }
}

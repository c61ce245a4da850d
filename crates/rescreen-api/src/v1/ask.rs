//! What a request asks: parameters, bodies and conditions, read strictly. A misspelt parameter that nobody looks at would
//! answer another question than the one asked.

use axum::{
    body::Bytes,
    extract::{
        Path, Query,
        rejection::{BytesRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, StatusCode, header},
};
use jiff::Timestamp;
use rescreen_app::parse_moment;
use rescreen_model::ListName;
use serde::de::DeserializeOwned;

use crate::{
    answer::{Refusal, invalid},
    params::Params,
    strict_json,
};

pub(super) type Pairs = Result<Query<Vec<(String, String)>>, QueryRejection>;
pub(super) type Body = Result<Bytes, BytesRejection>;
pub(super) type Place<T> = Result<Path<T>, PathRejection>;

/// The longest id or name that anybody can mean.
const MAX_NAME_BYTES: usize = 1024;
const MAX_KEY_CHARS: usize = 200;

/// The place in the address.
pub(super) fn place<T>(place: Place<T>) -> Result<T, Refusal> {
    match place {
        Ok(Path(place)) => Ok(place),
        Err(_) => Err(Refusal::missing("There is no such place.")),
    }
}

/// The parameters, of which each is one of those known and comes once.
pub(super) fn params(pairs: Pairs, known: &[&str]) -> Result<Params, Refusal> {
    let Query(pairs) = pairs.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
    let mut errors = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (name, _) in &pairs {
        let short: String = name.chars().take(60).collect();
        if !known.contains(&name.as_str()) {
            let message = if name == "as_of" {
                "This is answered as it is now only: what it was then is not kept".to_owned()
            } else if known.is_empty() {
                "There are no parameters here".to_owned()
            } else {
                format!("There is no such parameter: expected {}", known.join(", "))
            };
            errors.push(invalid("unknown", &["query", &short], &message));
        } else if seen.contains(&name.as_str()) {
            errors.push(invalid("repeated", &["query", &short], "Comes twice"));
        }
        seen.push(name);
    }
    if errors.is_empty() {
        return Ok(Params::new(pairs));
    }
    Err(Refusal::Invalid(errors))
}

/// A moment among the parameters: a day or an RFC 3339 time.
pub(super) fn moment(params: &mut Params, name: &str, end_of_day: bool) -> Option<Timestamp> {
    let text = params.one(name)?.to_owned();
    match parse_moment(&text, end_of_day) {
        Ok(moment) => Some(moment),
        Err(error) => {
            params.wrong(name, "moment", &error.to_string());
            None
        }
    }
}

/// A moment in a body.
pub(super) fn moment_of(text: &str, field: &str, end_of_day: bool) -> Result<Timestamp, Refusal> {
    parse_moment(text, end_of_day).map_err(|error| wrong(field, &error.to_string()))
}

/// The end of a time in a body, where one is said.
pub(super) fn moment_if(text: Option<&str>, field: &str) -> Result<Option<Timestamp>, Refusal> {
    text.map(|text| moment_of(text, field, true)).transpose()
}

/// Says what is wrong with a field of the body.
pub(super) fn wrong(field: &str, message: &str) -> Refusal {
    Refusal::Invalid(vec![invalid("value", &["body", field], message)])
}

/// The name of a list in the address.
pub(super) fn list(name: &str) -> Result<ListName, Refusal> {
    ListName::parse(name).map_err(|_| Refusal::missing("There is no such list."))
}

/// Whether a text can be a name at all.
pub(super) fn is_name(text: &str) -> bool {
    !text.trim().is_empty()
        && text.len() <= MAX_NAME_BYTES
        && !text.chars().any(char::is_control)
        && text.trim() == text
}

/// The body, which is JSON of that shape and nothing beside it.
pub(super) fn json<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, Refusal> {
    let value = value(headers, body)?;
    serde_json::from_value(value)
        .map_err(|error| Refusal::Invalid(vec![invalid("shape", &["body"], &error.to_string())]))
}

/// The body, which may be left out where everything in it may be.
pub(super) fn json_or_nothing<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Refusal> {
    match body {
        Ok(bytes) if bytes.is_empty() => json_text(b"{}"),
        body => json(headers, body),
    }
}

fn json_text<T: DeserializeOwned>(text: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(text).map_err(|_| Refusal::defect())
}

/// The body, which is JSON in which no key comes twice.
pub(super) fn value(headers: &HeaderMap, body: Body) -> Result<serde_json::Value, Refusal> {
    let body = body.map_err(|e| Refusal::Detail(e.status(), e.body_text()))?;
    if !is_of(headers, "json") {
        let detail = "Expected a body of JSON: Content-Type: application/json.".to_owned();
        return Err(Refusal::Detail(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    strict_json::parse(&body)
        .map_err(|error| Refusal::bad(format!("The body is not JSON: {error}")))
}

/// Whether the body says it is of a kind, or says nothing.
pub(super) fn is_of(headers: &HeaderMap, kind: &str) -> bool {
    let Some(said) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let said = said.to_str().unwrap_or_default();
    let said = said.split(';').next().unwrap_or_default().trim();
    let said = said.to_ascii_lowercase();
    said.strip_prefix("application/")
        .is_some_and(|said| said == kind || said.ends_with(&format!("+{kind}")))
}

/// A condition on what a thing is before it is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// None.
    Any,
    /// That there is none: `If-None-Match: *`.
    Absent,
    /// That there is one: `If-Match: *`.
    Present,
    /// That it has this tag.
    Tag(String),
}

impl Condition {
    /// Whether it holds for something that there is, with this tag.
    pub(super) fn is_met_by(&self, tag: &str) -> bool {
        match self {
            Self::Any | Self::Present => true,
            Self::Absent => false,
            Self::Tag(expected) => expected == tag,
        }
    }
}

/// The condition of a request.
pub(super) fn condition(headers: &HeaderMap) -> Result<Condition, Refusal> {
    let matching = only(headers, &header::IF_MATCH)?;
    let none_matching = only(headers, &header::IF_NONE_MATCH)?;
    match (matching, none_matching) {
        (None, None) => Ok(Condition::Any),
        (None, Some("*")) => Ok(Condition::Absent),
        (Some("*"), None) => Ok(Condition::Present),
        (Some(tag), None) => {
            let bare = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            let bare = bare.filter(|bare| !bare.contains('"'));
            bare.map(|bare| Condition::Tag(bare.to_owned()))
                .ok_or_else(|| {
                    Refusal::bad("If-Match: expected one tag in quotes, as the ETag has it, or *.")
                })
        }
        _ => Err(Refusal::bad(
            "Expected If-Match with one tag, or If-None-Match: *, and not both.",
        )),
    }
}

/// The revision of a case that a caller has seen.
pub(super) fn revision(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    match condition(headers)? {
        Condition::Any | Condition::Present => Ok(None),
        Condition::Tag(tag) => match tag.parse() {
            Ok(revision) => Ok(Some(revision)),
            Err(_) => Err(changed()),
        },
        Condition::Absent => Err(changed()),
    }
}

/// It is no longer as the caller saw it.
pub(super) fn changed() -> Refusal {
    let detail = "It is no longer as you saw it: read it again.".to_owned();
    Refusal::Detail(StatusCode::PRECONDITION_FAILED, detail)
}

/// The name of the intent.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    const KEY: HeaderName = HeaderName::from_static("idempotency-key");
    let Some(key) = only(headers, &KEY)? else {
        return Ok(None);
    };
    let bare = key.trim().trim_matches('"');
    if bare.is_empty() || bare.chars().count() > MAX_KEY_CHARS {
        return Err(Refusal::bad(format!(
            "Idempotency-Key: expected 1 to {MAX_KEY_CHARS} letters."
        )));
    }
    Ok(Some(bare.to_owned()))
}

/// A header that may come once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value.to_str().ok(),
        (Some(_), Some(_)) => None,
    };
    let value = value.map(str::trim);
    value
        .map(Some)
        .ok_or_else(|| Refusal::bad(format!("{name}: expected one value in plain letters.")))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn conditions_are_one_tag_or_a_star() {
        let check = |pairs: &[(&'static str, &'static str)]| condition(&headers(pairs)).ok();
        assert_eq!(check(&[]), Some(Condition::Any));
        assert_eq!(check(&[("if-none-match", "*")]), Some(Condition::Absent));
        assert_eq!(check(&[("if-match", "*")]), Some(Condition::Present));
        let tag = Condition::Tag("7".to_owned());
        assert_eq!(check(&[("if-match", "\"7\"")]), Some(tag));
        for bad in [
            &[("if-match", "7")][..],
            &[("if-match", "W/\"7\"")],
            &[("if-match", "\"7\", \"8\"")],
            &[("if-match", "\"7\""), ("if-match", "\"7\"")],
            &[("if-match", "*"), ("if-none-match", "*")],
            &[("if-none-match", "\"7\"")],
        ] {
            assert_eq!(check(bad), None, "{bad:?}");
        }
        assert!(revision(&headers(&[("if-match", "\"x\"")])).is_err());
    }

    #[test]
    fn an_intent_has_a_name_of_some_letters() {
        let check = |value| key(&headers(&[("idempotency-key", value)]));
        assert_eq!(check("\"abc\"").unwrap().as_deref(), Some("abc"));
        assert_eq!(check("abc").unwrap().as_deref(), Some("abc"));
        assert!(check("").is_err() && check("\"\"").is_err());
        assert_eq!(key(&HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn an_unknown_or_repeated_parameter_is_refused() {
        let pairs = |names: &[&str]| {
            let pairs = names.iter().map(|name| ((*name).to_owned(), String::new()));
            params(Ok(Query(pairs.collect())), &["as_of", "limit"])
        };
        assert!(pairs(&["as_of", "limit"]).is_ok());
        assert!(pairs(&["asof"]).is_err());
        assert!(pairs(&["limit", "limit"]).is_err());
    }
}

//! The dialect of yente, case by case: `compat/yente/*.yaml` against the real program over invented lists.
//!
//! A case says what is asked and what of the answer is known: status, headers, and facts by JSON pointer. Where we
//! differ from yente on purpose, `differs` says why.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;
use serde_json::Value;

use crate::{serving::Serving, support::Scratch};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What it is about.
    #[expect(dead_code, reason = "for readers")]
    about: String,
    /// Further options of the server.
    #[serde(default)]
    serve: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The method and the path.
    ask: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// A body of JSON.
    json: Option<Value>,
    /// A form; values that are no text are sent as JSON.
    form: Option<BTreeMap<String, Value>>,
    /// Any other body.
    body: Option<String>,
    status: u16,
    /// Headers of the answer; `null` for one that is not there.
    #[serde(default)]
    says: BTreeMap<String, Option<String>>,
    /// Facts by JSON pointer.
    #[serde(default)]
    facts: BTreeMap<String, Value>,
    /// Why the answer is another one than yente's.
    #[serde(default)]
    #[expect(dead_code, reason = "for readers")]
    differs: Option<String>,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../compat/yente")
}

/// The invented lists: one as OpenSanctions publishes them line by line, one nested.
pub(crate) fn lists() -> Scratch {
    let scratch = Scratch::new();
    for list in ["harbour", "notice"] {
        let file = folder().join(format!("lists/{list}.ftm.json"));
        let file = file.to_str().unwrap();
        scratch.ok(&["list", "add", list, "--format", "ftm-json"]);
        let update = ["list", "update", list, "--file", file];
        scratch.ok(&[&update[..], &["--published", "2026-01-05"]].concat());
    }
    scratch
}

#[test]
fn the_dialect_of_yente_is_spoken_case_by_case() {
    let scratch = lists();
    let mut files: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|ext| ext == "yaml"));
    files.sort();
    assert!(files.len() > 4, "{files:?}");
    let mut wrong = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&file).unwrap();
        let scenario: Scenario =
            yaml_serde::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let args: Vec<&str> = scenario.serve.iter().map(String::as_str).collect();
        let serving = Serving::ready(&scratch, &args);
        for case in &scenario.cases {
            if let Err(why) = check(&serving, case) {
                wrong.push(format!("{name}: {}: {why}", case.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn check(serving: &Serving, case: &Case) -> Result<(), String> {
    let (method, path) = case
        .ask
        .split_once(' ')
        .ok_or("expected a method and a path")?;
    let mut headers = String::new();
    let body = if let Some(json) = &case.json {
        headers.push_str("Content-Type: application/json\r\n");
        json.to_string()
    } else if let Some(form) = &case.form {
        headers.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        let fields = form.iter().map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            format!("{name}={}", escaped(&text))
        });
        fields.collect::<Vec<_>>().join("&")
    } else {
        case.body.clone().unwrap_or_default()
    };
    for (name, value) in &case.headers {
        headers.push_str(&format!("{name}: {value}\r\n"));
    }
    let answer = serving.request(method, path, &headers, body.as_bytes());
    if answer.status != case.status {
        return Err(format!("status {} {}", answer.status, answer.body));
    }
    for (name, expected) in &case.says {
        let found = answer.header(&name.to_lowercase());
        if found != expected.as_deref() {
            return Err(format!("{name}: {found:?}"));
        }
    }
    let document = if case.facts.is_empty() {
        Value::Null
    } else {
        answer.json()
    };
    for (pointer, expected) in &case.facts {
        let found = document.pointer(pointer);
        if !holds(found, expected) {
            return Err(format!(
                "{pointer}: expected {expected}, found {found:?} in {}",
                answer.body
            ));
        }
    }
    Ok(())
}

/// Whether a value is as expected: equal, or as `{present}`, `{length}`, `{contains}`, `{from, to}`, `{keys}` say.
fn holds(found: Option<&Value>, expected: &Value) -> bool {
    let Value::Object(wanted) = expected else {
        return found == Some(expected);
    };
    if let Some(present) = wanted.get("present") {
        return Value::Bool(found.is_some()) == *present;
    }
    let Some(found) = found else { return false };
    if let Some(length) = wanted.get("length") {
        let count = found
            .as_array()
            .map(Vec::len)
            .or_else(|| found.as_object().map(serde_json::Map::len));
        return count.map(Value::from).as_ref() == Some(length);
    }
    if let Some(part) = wanted.get("contains") {
        return match found {
            Value::Array(values) => values.contains(part),
            Value::String(text) => part.as_str().is_some_and(|part| text.contains(part)),
            _ => false,
        };
    }
    if let (Some(from), Some(to)) = (wanted.get("from"), wanted.get("to")) {
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        return (number(from)..=number(to)).contains(&number(found));
    }
    if let Some(Value::Array(keys)) = wanted.get("keys") {
        let has: Option<Vec<&String>> = found.as_object().map(|object| object.keys().collect());
        return has.is_some_and(|has| {
            has.len() == keys.len() && keys.iter().all(|key| has.iter().any(|k| **k == *key))
        });
    }
    found == expected
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

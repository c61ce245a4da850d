//! The dialect of yente, case by case: `compat/yente/*.yaml` against the real program over invented lists.
//!
//! A case says what is asked and what of the answer is known: status, headers, and facts by JSON pointer. Where we
//! differ from yente on purpose, `differs` says why. Each case names the lines of `compat/yente/COVERAGE.md` that it is
//! about in `covers`, and each line there has a case or a test.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

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
    /// The lines of `COVERAGE.md` that it is about.
    covers: Vec<String>,
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

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path, extension));
        } else if path.extension().is_some_and(|ext| ext == extension) {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn scenarios() -> Vec<(String, Scenario)> {
    let files = files(&folder(), "yaml");
    assert!(files.len() > 4, "{files:?}");
    let read = |file: PathBuf| {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&file).unwrap();
        let scenario = yaml_serde::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        (name, scenario)
    };
    files.into_iter().map(read).collect()
}

/// One line of `COVERAGE.md`.
struct Wanted {
    by_cases: bool,
    tests: Vec<String>,
    /// Whether it says that we answer differently.
    differs: bool,
}

fn coverage(text: &str) -> BTreeMap<String, Wanted> {
    let mut lines = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let [id, what, proof] = cells[..] else {
            panic!("expected three cells: {line}");
        };
        let proofs = proof.split(',').map(str::trim);
        let (cases, tests): (Vec<_>, Vec<_>) = proofs.partition(|proof| *proof == "cases");
        let wanted = Wanted {
            by_cases: !cases.is_empty(),
            tests: tests
                .iter()
                .map(|test| test.trim_matches('`').to_owned())
                .filter(|test| !test.is_empty())
                .collect(),
            differs: what.contains("**"),
        };
        let id = id.trim().trim_matches('`').to_owned();
        assert!(lines.insert(id, wanted).is_none(), "twice: {line}");
    }
    lines
}

/// What is wrong with the proofs of the lines, given the cases as name, lines covered and whether they differ, and the
/// tests there are.
fn gaps(
    lines: &BTreeMap<String, Wanted>,
    cases: &[(String, Vec<String>, bool)],
    tests: &BTreeSet<String>,
) -> Vec<String> {
    let mut gaps = Vec::new();
    let mut covered: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for (case, covers, differs) in cases {
        if covers.is_empty() {
            gaps.push(format!("{case} covers no line"));
        }
        for id in covers {
            if !lines.contains_key(id) {
                gaps.push(format!("{case} covers {id}, which is no line"));
            }
            covered.entry(id).or_default().push(*differs);
        }
        let says_so = |id: &String| lines.get(id).is_some_and(|wanted| wanted.differs);
        if *differs && !covers.iter().any(says_so) {
            gaps.push(format!(
                "{case} differs, and no line that it covers says so"
            ));
        }
    }
    for (id, wanted) in lines {
        if wanted.by_cases != covered.contains_key(id.as_str()) {
            gaps.push(format!("{id} and its cases do not agree"));
        }
        if !wanted.by_cases && wanted.tests.is_empty() {
            gaps.push(format!("{id} has no proof"));
        }
        for test in wanted.tests.iter().filter(|test| !tests.contains(*test)) {
            gaps.push(format!("{id}: there is no test {test}"));
        }
    }
    gaps
}

#[test]
fn every_line_about_yente_is_proved() {
    let text = fs::read_to_string(folder().join("COVERAGE.md")).unwrap();
    let lines = coverage(&text);
    assert!(lines.len() > 90, "{}", lines.len());
    let mut cases = Vec::new();
    for (file, scenario) in scenarios() {
        for case in scenario.cases {
            let name = format!("{file}: {}", case.name);
            cases.push((name, case.covers, case.differs.is_some()));
        }
    }
    let mut tests = BTreeSet::new();
    for file in files(&folder().join("../../crates"), "rs") {
        let source = fs::read_to_string(file).unwrap();
        let names = source.lines().filter_map(|line| {
            let name = line.trim().strip_prefix("fn ")?.split('(').next()?;
            Some(name.to_owned())
        });
        tests.extend(names);
    }
    let found = gaps(&lines, &cases, &tests);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_line_without_a_proof_and_a_case_without_a_line_are_found() {
    let lines = coverage(
        "| `a` | x | cases |\n| `b` | **y** | cases, `t` |\n| `c` | z | `t`, `u` |\n| `d` | z |  |\n",
    );
    let tests = BTreeSet::from(["t".to_owned()]);
    let case = |name: &str, covers: &[&str], differs| {
        let covers = covers.iter().map(|id| (*id).to_owned()).collect();
        (name.to_owned(), covers, differs)
    };
    let cases = [
        case("1", &["b"], true),
        case("2", &["e"], false),
        case("3", &[], false),
        case("4", &["c"], true),
    ];
    assert_eq!(
        gaps(&lines, &cases, &tests),
        [
            "2 covers e, which is no line",
            "3 covers no line",
            "4 differs, and no line that it covers says so",
            "a and its cases do not agree",
            "c and its cases do not agree",
            "c: there is no test u",
            "d has no proof",
        ]
    );
}

#[test]
fn the_dialect_of_yente_is_spoken_case_by_case() {
    let scratch = lists();
    let mut wrong = Vec::new();
    for (name, scenario) in scenarios() {
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

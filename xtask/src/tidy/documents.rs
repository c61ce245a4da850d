//! Rules that keep documents and code from saying different things.

use std::collections::{BTreeMap, BTreeSet};

use super::{Problem, Tree};

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const FINDINGS: &str = "docs/manual/findings.md";
const IMPORT: &str = "crates/rescreen-import/src/";

/// Words with hyphens that the import crate writes and that are no finding's code.
const NO_FINDINGS: &[&str] = &[
    // Names of formats.
    "ftm-json",
    "ofac-sdn-csv",
    "ofac-xml",
    "un-sc-xml",
    // Names of encodings.
    "us-ascii",
    "utf-8",
    // Words in the remarks of lists.
    "sub-unit",
];

pub(super) fn license(tree: &Tree) -> Vec<Problem> {
    let is_apache = tree
        .text("LICENSE")
        .is_some_and(|text| text.contains("Apache License") && text.contains("Version 2.0"));
    if is_apache {
        Vec::new()
    } else {
        vec![Problem::file("LICENSE", "expected the Apache License 2.0")]
    }
}

/// Every path that the text names exists, and so does every test.
pub(super) fn architecture(tree: &Tree) -> Vec<Problem> {
    let Some(text) = tree.text(ARCHITECTURE) else {
        return vec![Problem::file(ARCHITECTURE, "is missing")];
    };
    let mut functions = BTreeSet::new();
    for (_, source) in tree.texts(&[".rs"]) {
        functions.extend(source.split("fn ").skip(1).map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default()
        }));
    }
    let mut problems = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for word in quoted(line) {
            if is_path(word) && !tree.has(word) {
                problems.push(Problem::line(
                    ARCHITECTURE,
                    at + 1,
                    format!("there is no {word}"),
                ));
            }
            if is_test(word) && !functions.contains(word) {
                problems.push(Problem::line(
                    ARCHITECTURE,
                    at + 1,
                    format!("there is no test {word}"),
                ));
            }
        }
    }
    problems
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn is_path(word: &str) -> bool {
    let is_plain = word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-'));
    let is_of_the_tree = ["crates/", "docs/", "xtask/", "fuzz/", ".ci/", ".cargo/"]
        .iter()
        .any(|folder| word.starts_with(folder));
    let has_extension = [".md", ".toml", ".rs"]
        .iter()
        .any(|suffix| word.ends_with(suffix));
    is_plain && (is_of_the_tree || has_extension && !word.starts_with('.'))
}

/// A name of at least four words can only be a test's.
fn is_test(word: &str) -> bool {
    word.matches('_').count() >= 3
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Every link from a document to a file of the repository leads to one.
pub(super) fn links(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in tree.texts(&[".md"]) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (at, line) in text.lines().enumerate() {
            let targets = line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next());
            for target in targets {
                let file = target.split('#').next().unwrap_or_default();
                let is_elsewhere =
                    file.is_empty() || target.contains("://") || target.contains(' ');
                if !is_elsewhere && !tree.has(&resolve(folder, file)) {
                    problems.push(Problem::line(path, at + 1, format!("there is no {target}")));
                }
            }
        }
    }
    problems
}

/// The path from the root of a file that is named from a folder.
fn resolve(folder: &str, file: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(file.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Every code that an importer writes has a heading in the manual, and every heading is the code of a finding.
pub(super) fn findings(tree: &Tree) -> Vec<Problem> {
    let Some(manual) = tree.text(FINDINGS) else {
        return vec![Problem::file(FINDINGS, "is missing")];
    };
    let mut emitted = BTreeMap::new();
    for (path, text) in tree.texts(&[".rs"]) {
        // `Shape` names why a whole file is refused; those are no findings.
        if !path.starts_with(IMPORT) || path.ends_with("/tests.rs") || path.ends_with("/error.rs") {
            continue;
        }
        let code = text.find("\n#[cfg(test)]").map_or(text, |at| &text[..at]);
        for (at, line) in code.lines().enumerate() {
            for literal in literals(line).filter(|word| is_code(word)) {
                emitted.entry(literal).or_insert((path, at + 1));
            }
        }
    }
    let mut documented = BTreeMap::new();
    for (at, line) in manual.lines().enumerate() {
        if line.starts_with('#') || line.starts_with("| `") {
            let code = quoted(line).next().filter(|word| is_code(word));
            documented.extend(code.map(|code| (code, at + 1)));
        }
    }
    let undocumented = emitted
        .iter()
        .filter(|(code, _)| !documented.contains_key(*code))
        .map(|(code, (path, line))| {
            Problem::line(path, *line, format!("{FINDINGS} does not explain `{code}`"))
        });
    let vanished = documented
        .iter()
        .filter(|(code, _)| !emitted.contains_key(*code))
        .map(|(code, line)| Problem::line(FINDINGS, *line, format!("no importer writes `{code}`")));
    undocumented.chain(vanished).collect()
}

/// The string literals of a line, as far as they have no escapes. Comments have none worth mentioning.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    let code = if line.trim_start().starts_with("//") {
        ""
    } else {
        line
    };
    code.split('"').skip(1).step_by(2)
}

fn is_code(word: &str) -> bool {
    word.contains('-')
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !NO_FINDINGS.contains(&word)
}

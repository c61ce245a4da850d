//! Rules about the text of files.

use std::path::Path;

use super::{Problem, Tree};

/// Files that people write.
const TEXTS: &[&str] = &[
    ".rs", ".toml", ".md", ".sh", ".html", ".css", ".js", ".sql", ".yaml", ".yml", ".ci/run",
];

const MAX_BYTES: usize = 1024 * 1024;

/// Every file opens with what it is for, so that a reader knows whether to read on.
pub(super) fn module_docs(tree: &Tree) -> Vec<Problem> {
    tree.texts(&[".rs"])
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| Problem::line(path, 1, "expected a module doc comment (`//! …`) first"))
        .collect()
}

/// What cannot be seen can hide what code does. Escapes (`\u{200f}`) say the same in the open.
pub(super) fn characters(tree: &Tree) -> Vec<Problem> {
    lines(tree.texts(TEXTS), |line| {
        let hidden = line.chars().find(|c| is_hidden(*c))?;
        Some(format!(
            "U+{:04X} cannot be seen; write it as an escape",
            u32::from(hidden)
        ))
    })
}

fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || c.is_control() && c != '\t'
}

/// Work that was put off is either finished, or explained where it stands.
pub(super) fn leftovers(tree: &Tree) -> Vec<Problem> {
    // Put together here, so that this file does not break its own rule.
    let macros = [
        concat!("to", "do!("),
        concat!("unimplem", "ented!("),
        concat!("db", "g!("),
    ];
    let mark = concat!("FIX", "ME");
    lines(tree.texts(&[".rs"]), |line| {
        if let Some(found) = macros.iter().find(|name| line.contains(*name)) {
            return Some(format!("`{found}…)` is for work in progress"));
        }
        let (_, reason) = line.split_once(mark)?;
        let is_explained = reason
            .strip_prefix(": ")
            .is_some_and(|reason| reason.split_whitespace().count() >= 4);
        (!is_explained).then(|| format!("expected `{mark}: ` and what is wrong, in a sentence"))
    })
}

/// A path of the author's machine works nowhere else. Tests may make up paths.
pub(super) fn machine_paths(tree: &Tree) -> Vec<Problem> {
    let prefixes = [
        concat!("/wo", "rk/"),
        concat!("/tm", "p/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
    ];
    let texts = tree
        .texts(TEXTS)
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| (path, code_without_tests(path, text)));
    lines(texts, |line| {
        let prefix = prefixes.iter().find(|prefix| {
            line.match_indices(**prefix).any(|(at, _)| {
                // A part of a longer path or address is none.
                !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
            })
        })?;
        Some(format!("`{prefix}…` is a path of one machine"))
    })
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.contains("/testdata/") || path.ends_with("/tests.rs")
}

/// The file up to its inline tests.
fn code_without_tests<'a>(path: &str, text: &'a str) -> &'a str {
    if Path::new(path).extension().is_some_and(|ext| ext == "rs") {
        text.find("\n#[cfg(test)]\nmod tests {")
            .map_or(text, |at| &text[..at])
    } else {
        text
    }
}

/// What is committed is cloned by everybody, for ever.
pub(super) fn sizes(tree: &Tree) -> Vec<Problem> {
    tree.files
        .iter()
        .filter(|(_, content)| content.len() > MAX_BYTES)
        .map(|(path, content)| {
            Problem::file(
                path,
                format!(
                    "{} KiB; at most {} are committed",
                    content.len() / 1024,
                    MAX_BYTES / 1024
                ),
            )
        })
        .collect()
}

/// The problems that `check` finds, line by line.
fn lines<'a>(
    texts: impl Iterator<Item = (&'a str, &'a str)>,
    check: impl Fn(&str) -> Option<String>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in texts {
        // A lone carriage return is a hidden character; one before the line's end is git's business.
        for (at, line) in text.lines().enumerate() {
            problems.extend(check(line).map(|message| Problem::line(path, at + 1, message)));
        }
    }
    problems
}

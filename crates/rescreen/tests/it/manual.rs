//! The manual says what the program says.

use std::{fs, path::Path};

use crate::support::Scratch;

/// The blocks of a document that are fenced with that word.
fn blocks<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    text.split(&format!("```{word}\n"))
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

/// The words of a command, of which some are in single quotes.
fn words(command: &str) -> Vec<&str> {
    command
        .split('\'')
        .enumerate()
        .flat_map(|(i, part)| {
            if i % 2 == 1 {
                vec![part]
            } else {
                part.split_whitespace().collect()
            }
        })
        .collect()
}

#[test]
fn the_examples_of_the_manual_are_what_the_program_answers() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/manual/matching.md");
    let text = fs::read_to_string(page).unwrap();
    let scratch = Scratch::new();
    scratch.write("example.csv", blocks(&text, "csv")[0]);
    scratch.write(
        "example.toml",
        "id = \"id\"\n[schema]\ncolumn = \"kind\"\n[properties]\nname = \"name\"\nbirthDate = \"born\"\nnationality = \"nationality\"\n",
    );
    let add = "list add example --format csv --mapping example.toml";
    scratch.ok(&words(add));
    scratch.ok(&words(
        "list update example --file example.csv --published 2026-01-05",
    ));
    let examples = blocks(&text, "console");
    assert!(examples.len() > 10);
    for example in examples {
        let (command, expected) = example.split_once('\n').unwrap();
        let command = command.strip_prefix("$ rescreen ").unwrap();
        let answer = scratch.ok(&words(command));
        let shown: Vec<&str> = answer
            .lines()
            .filter(|line| !line.starts_with("against "))
            .map(str::trim_end)
            .collect();
        assert_eq!(
            shown.join("\n").trim_end(),
            expected.trim_end(),
            "{command}"
        );
    }
}

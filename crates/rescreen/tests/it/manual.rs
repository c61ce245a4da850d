//! The manual says what the program says.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

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

/// Serves on a free port for as long as the tour lasts.
const SERVE: &str = "
rescreen serve --listen 127.0.0.1:0 2>serve.txt &
trap \"kill $!\" EXIT
until grep -q '^serving' serve.txt; do sleep 0.05; done
HOST=$(sed -n 's/^listening on //p' serve.txt)
";

/// What is said between the answers of two commands of a tour.
const BETWEEN: char = '\u{1e}';

/// The commands of a chapter with what they are said to answer. A command ends with a line that does not end in `\\`.
fn commands(block: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    let mut goes_on = false;
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push((command.to_owned(), String::new()));
        } else if let Some((command, answer)) = commands.last_mut() {
            let to = if goes_on { command } else { answer };
            to.push('\n');
            to.push_str(line);
        }
        goes_on = line.ends_with('\\') && (goes_on || line.starts_with("$ "));
    }
    commands
}

/// Whether a document says what another one says; `…` says nothing.
#[track_caller]
fn says(said: &Value, found: &Value, command: &str) {
    match (said, found) {
        (Value::String(text), found) if text == "…" => assert!(!found.is_null(), "{command}"),
        (Value::Object(said), Value::Object(members)) => {
            for (key, value) in said {
                says(value, &members[key], command);
            }
        }
        (Value::Array(said), Value::Array(values)) => {
            assert_eq!(said.len(), values.len(), "{command}: {found}");
            for (said, value) in said.iter().zip(values) {
                says(said, value, command);
            }
        }
        _ => assert_eq!(said, found, "{command}"),
    }
}

/// The documents of a text, one after the other.
fn documents(text: &str) -> Vec<Value> {
    let read = serde_json::Deserializer::from_str(text).into_iter();
    read.collect::<Result<_, _>>()
        .unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn the_tour_of_the_native_api_goes_as_it_is_told() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no curl to take the tour of the manual with");
        return;
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/manual/api.md");
    let text = fs::read_to_string(page).unwrap();
    // It goes on in the chapters behind it.
    let (_, chapter) = text.split_once("### A tour of /v1").unwrap();
    let scratch = Scratch::new();
    for name in ["january.ndjson", "february.ndjson"] {
        scratch.write(name, blocks(chapter, &format!("ndjson {name}"))[0]);
    }
    let all = blocks(chapter, "console").concat();
    let commands = commands(&all);
    assert!(commands.len() > 27);
    let mut script = String::new();
    for (n, (command, _)) in commands.iter().enumerate() {
        let is_first = |(command, _): &(String, String)| command.starts_with("curl");
        if commands.iter().position(is_first) == Some(n) {
            script.push_str(SERVE);
        }
        script.push_str(command);
        script.push_str("\nprintf '\\036'\n");
    }
    let program = Path::new(env!("CARGO_BIN_EXE_rescreen")).parent().unwrap();
    let before = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(
        [program.to_owned()]
            .into_iter()
            .chain(env::split_paths(&before)),
    );
    let told = Command::new("sh")
        .args(["-eu", "-c", &script])
        .current_dir(scratch.path(""))
        .env("PATH", path.unwrap())
        .env("RESCREEN_HOME", scratch.home())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(told.status.success(), "{told:?}");
    let told = String::from_utf8(told.stdout).unwrap();
    let answers: Vec<&str> = told.trim_end_matches(BETWEEN).split(BETWEEN).collect();
    assert_eq!(answers.len(), commands.len());
    for ((command, said), answer) in commands.iter().zip(answers) {
        // What is told in words is none of this tour's business.
        if said.trim().is_empty() {
            continue;
        }
        let (said, answer) = (documents(said), documents(answer));
        assert_eq!(said.len(), answer.len(), "{command}: {answer:?}");
        for (said, answer) in said.iter().zip(&answer) {
            says(said, answer, command);
        }
    }
}

/// A text without the days in it, which are those of the test.
fn without_days(text: &str) -> String {
    let is_day = |part: &str| {
        let shape: String = part
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        shape == "0000-00-00"
    };
    let mut shown = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.get(..10).is_some_and(is_day) {
            shown.push_str("(day)");
            rest = &rest[10..];
        } else {
            shown.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    shown.trim_end().to_owned()
}

#[test]
fn moving_here_from_yente_goes_as_it_is_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("docs/manual/migrating-from-yente.md")).unwrap();
    let scratch = Scratch::new();
    for list in ["harbour.ftm.json", "notice.ftm.json"] {
        let file = fs::read(root.join("compat/yente/lists").join(list)).unwrap();
        scratch.write(list, file);
    }
    let blocks = blocks(&text, "console");
    let [lists, serve, client, questions] = blocks[..] else {
        panic!("expected four chapters: {blocks:?}");
    };
    for (command, said) in commands(lists) {
        if command == "cat manifest.yml" {
            scratch.write("manifest.yml", said);
            continue;
        }
        let command = command.strip_prefix("rescreen ").unwrap();
        let answer = scratch.ok(&words(command));
        assert_eq!(
            without_days(&answer),
            without_days(said.trim_start()),
            "{command}"
        );
    }
    let (command, said) = commands(serve).remove(0);
    let options = command.split_once("--listen 127.0.0.1:8000 ").unwrap().1;
    let serving = crate::serving::Serving::ready(&scratch, &words(options));
    assert!(said.contains("serving harbour"), "{said}");
    let here = |text: &str| text.replace("127.0.0.1:8000", &serving.address);
    let (command, said) = commands(client).remove(0);
    assert_eq!(command, "python3 client.py");
    scratch.write("client.py", here(self::blocks(&text, "python")[0]));
    let python = crate::python::python("python", "the client of the manual");
    if let Some(python) = python {
        let told = Command::new(python)
            .arg("client.py")
            .current_dir(scratch.path(""))
            .env_remove("RESCREEN_TOKEN")
            .output()
            .unwrap();
        assert!(told.status.success(), "{told:?}");
        assert_eq!(String::from_utf8(told.stdout).unwrap().trim(), said.trim());
    }
    for (command, _) in commands(questions) {
        let told = Command::new("sh")
            .args(["-eu", "-c", &here(&command.replace("curl -s", "curl -sf"))])
            .output()
            .unwrap();
        assert!(told.status.success(), "{command}: {told:?}");
        let answer: Value = serde_json::from_slice(&told.stdout).unwrap();
        assert!(answer.get("detail").is_none(), "{command}: {answer}");
    }
}

//! How good the matcher is on the development sets: measured, written down, compared with what was written down before.
//!
//! The sets lie beside the repository and are not part of it; only scores and counts are committed, never a name.

pub(crate) mod peer;
mod targets;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{measure, shell};

/// The files of OFAC's list of 28 December 2023, in the order of its documentation.
const OFAC: [&str; 4] = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"];
const RANDOM: [&str; 2] = [
    "synthetic_persons_global_dev.csv",
    "synthetic_persons_us_dev.csv",
];

/// The versions of the UN list at hand.
const UN: [&str; 4] = ["2020-03-20", "2024-11-30", "2025-04-19", "2025-11-20"];

/// Near misses for each group of names: enough to tell one in a hundred from three.
const PER_GROUP: &str = "300";

/// What is compared line by line: no timings, no names, in a fixed order.
const STABLE: [&str; 2] = ["scores.csv", "groups.csv"];

#[derive(Debug, Default, PartialEq)]
struct Options {
    check: bool,
    peer: bool,
    held_out: bool,
}

struct Eval {
    program: PathBuf,
    data: PathBuf,
    /// Where fresh figures are put first.
    fresh: PathBuf,
}

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let options = parse(options)?;
    let data = shell::shared().join("data");
    if !data.join("eval").is_dir() {
        println!(
            "SKIPPED: no development sets in {}; name the folder that holds data/ by RESCREEN_SHARED",
            data.display()
        );
        return Ok(());
    }
    eprintln!("building the release binary …");
    shell::run(shell::cargo().args(["build", "--release", "--locked", "--package", "rescreen"]))?;
    let eval = Eval {
        program: shell::target().join("release/rescreen"),
        data,
        fresh: shell::target().join("eval"),
    };
    fs::create_dir_all(&eval.fresh)?;
    let report = eval.measure(&options)?;
    if options.check {
        return check(&eval.fresh, &committed());
    }
    fs::create_dir_all(committed())?;
    for name in STABLE {
        fs::copy(eval.fresh.join(name), committed().join(name))?;
    }
    fs::write(committed().join("report.json"), format!("{report:#}\n"))?;
    targets::print(&report);
    println!("\nwritten: eval/report.json, eval/scores.csv, eval/groups.csv");
    Ok(())
}

fn parse(options: &[&str]) -> Result<Options> {
    let mut parsed = Options::default();
    for option in options {
        match *option {
            "--check" => parsed.check = true,
            "--peer" => parsed.peer = true,
            "--held-out" => parsed.held_out = true,
            other => bail!("unknown option {other}; there are --check, --peer and --held-out"),
        }
    }
    Ok(parsed)
}

/// The folder of figures that are committed.
fn committed() -> PathBuf {
    shell::root().join("eval")
}

impl Eval {
    fn measure(&self, options: &Options) -> Result<Value> {
        let pairs_file = self.data.join("eval/name_pairs_dev.csv");
        let pairs = |more: &[&str]| {
            let mut command = self.rescreen("pairs");
            measure::run(command.arg(&pairs_file).args(more))?.json()
        };
        eprintln!("labelled pairs …");
        let scores = self.fresh.join("scores.csv");
        let plain = pairs(&["--no-names", "--csv", &scores.to_string_lossy()])?;
        let with_floor = pairs(&["--typo-floor"])?;

        eprintln!("OFAC, a name left out, near misses and people on no list …");
        let questions = self.fresh.join("questions.ndjson");
        let mut command = self.ofac("list");
        command.arg("--csv").arg(self.fresh.join("groups.csv"));
        command.arg("--questions").arg(&questions);
        let ofac = measure::run(self.with_random(&mut command, "--random"))?.json()?;
        let mut command = self.ofac("screen");
        let random = measure::run(self.with_random(&mut command, "--negatives"))?.json()?;

        if options.peer {
            peer::ask(&questions, &pairs_file)?;
        }
        let beside = match peer::answers(&questions)? {
            Some(answers) => {
                let mut command = self.ofac("list");
                command.arg("--peer").arg(&answers);
                let beside = measure::run(self.with_random(&mut command, "--random"))?.json()?;
                json!({ "same_questions": beside.get("peer"), "alone": peer::report()? })
            }
            None => Value::Null,
        };
        let held_out = if options.held_out {
            self.held_out()?
        } else {
            last_held_out(plain.get("matcher"))
        };
        let mut report = json!({
            "matcher": plain.get("matcher"),
            "policy": plain.get("policy"),
            "pairs": plain,
            "pairs_typo_floor": with_floor,
            "ofac": ofac,
            "people_on_no_list": random,
            "logic_v2": beside,
            "held_out": held_out,
        });
        let judged = targets::judge(&report);
        if let Value::Object(report) = &mut report {
            report.insert("targets".to_owned(), judged);
        }
        Ok(report)
    }

    /// The persons of the UN list, in sums only: acceptance rests on them, so nobody may look at single cases. Every
    /// look is written down.
    fn held_out(&self) -> Result<Value> {
        eprintln!("held out: the persons of the UN list, sums only …");
        let mut command = self.rescreen("list");
        command
            .arg("--list")
            .arg(self.data.join("un/un_consolidated.2025-11-20.xml"));
        command.args(["--format", "un-sc-xml"]);
        let report = measure::run(&mut command)?.json()?;
        write_down(&report)?;
        Ok(report)
    }

    fn rescreen(&self, what: &str) -> std::process::Command {
        let mut command = shell::program(&self.program);
        command.args(["--json", "eval", what]);
        command
    }

    fn ofac(&self, what: &str) -> std::process::Command {
        let mut command = self.rescreen(what);
        for file in OFAC {
            command
                .arg("--list")
                .arg(self.data.join("us-ofac/csv-2023-12-28").join(file));
        }
        command.args(["--format", "ofac-sdn-csv"]);
        if what == "list" {
            command.args(["--per-group", PER_GROUP]);
            // Acceptance rests on the persons of the UN list, whichever list they are on.
            for version in UN {
                let file = format!("un/un_consolidated.{version}.xml");
                command.arg("--without").arg(self.data.join(file));
            }
            command.args(["--without-format", "un-sc-xml"]);
        }
        command
    }

    fn with_random<'a>(
        &self,
        command: &'a mut std::process::Command,
        option: &str,
    ) -> &'a mut std::process::Command {
        for file in RANDOM {
            command.arg(option).arg(self.data.join("eval").join(file));
        }
        command
    }
}

/// What the last look at the held-out persons gave, if it was a look at this very matcher.
fn last_held_out(matcher: Option<&Value>) -> Value {
    let text = fs::read(committed().join("report.json")).unwrap_or_default();
    let report: Value = serde_json::from_slice(&text).unwrap_or_default();
    match report.get("held_out") {
        Some(held_out) if held_out.get("matcher") == matcher => held_out.clone(),
        _ => Value::Null,
    }
}

/// Adds a line to the log of looks at the held-out persons: whoever looks often enough has tuned on them.
fn write_down(report: &Value) -> Result<()> {
    let path = committed().join("held-out.csv");
    let mut log = fs::read_to_string(&path).unwrap_or_else(|_| {
        "commit,matcher,recall,arabic_recall,arabic_also_another,near_misses\n".to_owned()
    });
    let commit = measure::run(shell::program("git").args(["rev-parse", "--short", "HEAD"]))?;
    let mut cells = vec![commit.stdout.trim().to_owned()];
    for at in [
        "/matcher",
        "/left_out/recall/share",
        "/left_out/by_script/Arabic/share",
        "/left_out/also_another_by_script/Arabic/share",
        "/near_misses/false_positives/share",
    ] {
        cells.push(match report.pointer(at) {
            Some(Value::String(text)) => text.chars().take(8).collect(),
            Some(Value::Null) | None => String::new(),
            Some(value) => value.to_string(),
        });
    }
    log.push_str(&cells.join(","));
    log.push('\n');
    fs::write(path, log)?;
    Ok(())
}

/// Fails where fresh figures differ from the committed ones, with the first lines that do.
fn check(fresh: &Path, committed: &Path) -> Result<()> {
    let mut different = 0;
    for name in STABLE {
        let read = |folder: &Path| {
            let path = folder.join(name);
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        for line in differences(&read(committed)?, &read(fresh)?) {
            different += 1;
            if different <= 20 {
                println!("eval/{name}:{line}");
            }
        }
    }
    if different > 0 {
        bail!(
            "{different} lines differ from the committed figures; if that is meant, run `cargo xtask eval` and commit eval/"
        );
    }
    println!("the figures are those that are committed");
    Ok(())
}

/// Lines that are not the same in both texts, with their numbers.
fn differences(before: &str, after: &str) -> Vec<String> {
    let count = before.lines().count().max(after.lines().count());
    let none = "(none)";
    (0..count)
        .zip(before.lines().map(Some).chain(std::iter::repeat(None)))
        .zip(after.lines().map(Some).chain(std::iter::repeat(None)))
        .filter(|((_, before), after)| before != after)
        .map(|((at, before), after)| {
            format!(
                "{}\n  - {}\n  + {}",
                at + 1,
                before.unwrap_or(none),
                after.unwrap_or(none)
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_understood_or_refused() {
        assert_eq!(parse(&[]).unwrap(), Options::default());
        let both = parse(&["--peer", "--check"]).unwrap();
        assert!(both.peer && both.check && !both.held_out);
        assert!(parse(&["--fast"]).is_err());
    }

    #[test]
    fn a_changed_a_new_and_a_lost_line_are_differences() {
        assert!(differences("a\nb\n", "a\nb\n").is_empty());
        assert_eq!(differences("a\nb\n", "a\nc\n"), ["2\n  - b\n  + c"]);
        assert_eq!(differences("a\n", "a\nb\n"), ["2\n  - (none)\n  + b"]);
        assert_eq!(differences("a\nb\n", "a\n"), ["2\n  - b\n  + (none)"]);
    }
}

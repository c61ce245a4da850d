//! Weights fitted to development data, beside those in force: a challenger, never written into the matcher.

use std::fs;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::{measure, shell};

const REPORT: &str = "eval/training.json";
const LOG: &str = "eval/training.csv";

/// What a line of the log says: the decision rests on the first four.
const COLUMNS: [(&str, &str); 8] = [
    ("dev_found", "/dev/in_force/at_review/left_out_found"),
    (
        "dev_found_fitted",
        "/dev/fitted/at_equal_near_misses/left_out_found",
    ),
    ("dev_precision", "/dev/in_force/average_precision"),
    ("dev_precision_fitted", "/dev/fitted/average_precision"),
    ("dev_near_misses", "/dev/in_force/at_review/near_misses_hit"),
    ("dev_damaged", "/dev/in_force/at_review/damaged_found"),
    (
        "dev_damaged_fitted",
        "/dev/fitted/at_equal_near_misses/damaged_found",
    ),
    ("dev_strangers", "/dev/in_force/at_review/strangers_hit"),
];

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let check = match options {
        [] => false,
        ["--check"] => true,
        other => bail!("unknown option {}; there is --check", other.join(" ")),
    };
    let data = shell::shared().join("data");
    if !data.join("us-ofac").is_dir() {
        println!(
            "SKIPPED: no lists in {}; name the folder that holds data/ by RESCREEN_SHARED",
            data.display()
        );
        return Ok(());
    }
    let mut command = shell::cargo();
    command.args([
        "run",
        "--release",
        "--locked",
        "--package",
        "rescreen-train",
    ]);
    let report = measure::run(command.arg("--").arg(&data))?.json()?;
    let text = format!("{report:#}\n");
    let path = shell::root().join(REPORT);
    if check {
        if fs::read_to_string(&path).unwrap_or_default() != text {
            bail!("{REPORT} is not what training gives; run `cargo xtask train` and commit it");
        }
        println!("{REPORT} is what training gives");
        return Ok(());
    }
    fs::write(path, text)?;
    write_down(&report)?;
    for (name, at) in COLUMNS {
        println!("{name:<22} {}", cell(&report, at));
    }
    println!("\nwritten: {REPORT}, and a line in {LOG}");
    Ok(())
}

fn cell(report: &Value, at: &str) -> String {
    report.pointer(at).map(Value::to_string).unwrap_or_default()
}

/// Adds a line to the log: whoever fits often enough has fitted to the persons to decide by.
fn write_down(report: &Value) -> Result<()> {
    let path = shell::root().join(LOG);
    let mut log = fs::read_to_string(&path).unwrap_or_else(|_| {
        let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        format!("commit,matcher,{}\n", names.join(","))
    });
    let commit = measure::run(shell::program("git").args(["rev-parse", "--short", "HEAD"]))?;
    let matcher = report.get("matcher").and_then(Value::as_str);
    let matcher: String = matcher.unwrap_or_default().chars().take(8).collect();
    let mut cells = vec![commit.stdout.trim().to_owned(), matcher];
    cells.extend(COLUMNS.iter().map(|(_, at)| cell(report, at)));
    log.push_str(&cells.join(","));
    log.push('\n');
    fs::write(path, log)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_options_are_refused() {
        assert!(run(&["--fast"]).is_err());
    }
}

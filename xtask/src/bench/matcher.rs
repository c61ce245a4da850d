//! What the matcher costs: a name, a pair, a person.

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::{Bench, SET};
use crate::{measure, shell};

/// Names and pairs, by the example that the matcher's author measures with. Levenshtein of rapidfuzz on the same strings
/// is its reference.
pub(super) fn speed(_: &Bench) -> Result<Value> {
    let mut command = shell::cargo();
    command.args([
        "run",
        "--release",
        "--quiet",
        "--locked",
        "--package",
        "rescreen-screen",
    ]);
    command.args(["--example", "measure", "--", "speed"]);
    let run = measure::run(&mut command)?;
    let micros = lines(&run.stdout);
    if micros.is_empty() {
        bail!("the example measured nothing");
    }
    let get = |what: &str| {
        let found = micros.iter().find(|(name, _)| name.contains(what));
        found.and_then(|(_, value)| value.as_f64())
    };
    let reference = get("Levenshtein").context("the example did not measure Levenshtein")?;
    let ratio = |what: &str| get(what).map(|micros| micros / reference);
    Ok(json!({
        "prepare_latin_us": get("prepare, Latin"),
        "target_prepare_latin_us": 2,
        "prepare_other_scripts_us": get("prepare, other scripts"),
        "prepared_pair_us": get("prepared, full evidence"),
        "target_prepared_pair_us": 0.5,
        "cold_pair_us": get("prepare both and compare"),
        "target_cold_pair_us": 4,
        "reference": {
            "what": "rapidfuzz's Levenshtein on the same strings",
            "us": reference,
            "ratio_prepared": ratio("prepared, full evidence"),
            "target_ratio_prepared": 10,
            "ratio_cold": ratio("prepare both and compare"),
        },
        "all_us": micros,
    }))
}

/// `what: 1.234 us each, …`, line by line.
fn lines(text: &str) -> Map<String, Value> {
    text.lines()
        .filter_map(|line| {
            let (before, _) = line.split_once(" us each")?;
            let (what, micros) = before.rsplit_once(": ")?;
            Some((what.to_owned(), json!(micros.parse::<f64>().ok()?)))
        })
        .collect()
}

/// People who are on no list against OFAC and the United Nations' list together, as a user would ask.
pub(super) fn screening(bench: &Bench) -> Result<Value> {
    bench.ofac_set()?;
    let folder = bench.data.join("us-ofac/csv-2023-12-28");
    let set: Vec<String> = SET
        .iter()
        .map(|file| folder.join(file).display().to_string())
        .collect();
    let mut command = Command::new(&bench.program);
    command.args(["--json", "eval", "screen"]);
    command.args(["--list", &set.join(","), "--format", "ofac-sdn-csv"]);
    command
        .arg("--list")
        .arg(bench.data.join("un/un_consolidated.2025-11-20.xml"));
    command.args(["--format", "un-sc-xml"]);
    for file in [
        "synthetic_persons_global_dev.csv",
        "synthetic_persons_us_dev.csv",
    ] {
        command
            .arg("--negatives")
            .arg(bench.data.join("eval").join(file));
    }
    let report = measure::run(&mut command)?.json()?;
    let get = |at: &str| report.pointer(at).cloned();
    Ok(json!({
        "lists": get("/lists"),
        "people": get("/negatives/n"),
        "us": get("/us_per_query"),
        "target_p99_us": 1_000,
        "per_second": get("/per_second"),
        "threads": get("/threads"),
        "target_per_second": 20_000,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_a_time_are_read_and_others_are_not() {
        let text = "prepare, Latin names: 1.250 us each, 800000 /s, 5.0 ms in all\nindex of 3 entries: 0.1 s\n";
        let micros = lines(text);
        assert_eq!(micros.len(), 1);
        assert_eq!(micros.get("prepare, Latin names"), Some(&json!(1.25)));
    }
}

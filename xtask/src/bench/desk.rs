//! The desk with many alerts open: how long listing, filtering and deciding take, the start of the program included.

use std::{env, fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{Bench, mib, size};
use crate::{
    measure::{self, Run, median},
    shell,
};

/// How many alerts are open unless `RESCREEN_BENCH_ALERTS` says otherwise, and how many entries raise them.
pub(super) const ALERTS: u64 = 100_000;
pub(super) const ENTRIES: u64 = 1_000;
/// How often each is done.
const ROUNDS: u64 = 15;

pub(super) const MAPPING: &str =
    "id = \"id\"\nschema = \"Person\"\n[properties]\nname = \"name\"\n";

pub(super) fn desk(bench: &Bench) -> Result<Value> {
    let alerts: u64 = match env::var("RESCREEN_BENCH_ALERTS") {
        Ok(text) => text.parse().context("RESCREEN_BENCH_ALERTS")?,
        Err(_) => ALERTS,
    };
    let home = bench.home("desk")?;
    let file = |name: &str| home.join(name);
    fs::write(file("mapping.toml"), MAPPING)?;
    fs::write(file("list.csv"), rows("id,name", ENTRIES))?;
    fs::write(file("subjects.csv"), rows("external_id,name", alerts))?;
    let run = |args: &[&str]| measure::run(bench.rescreen(&home).args(args));
    let path = |name: &str| file(name).display().to_string();
    let mapping = path("mapping.toml");
    run(&[
        "list",
        "add",
        "bench",
        "--format",
        "csv",
        "--mapping",
        &mapping,
    ])?;
    run(&["list", "update", "bench", "--file", &path("list.csv")])?;
    eprintln!("  raising {alerts} alerts …");
    let filled = run(&["subject", "import", &path("subjects.csv")])?;
    let raised = filled.json()?.get("matches").and_then(Value::as_u64);
    if raised != Some(alerts) {
        bail!("expected {alerts} matches, got {raised:?}");
    }
    for (name, role) in [("ada", "admin"), ("ann", "analyst"), ("ben", "approver")] {
        run(&["user", "add", name, "--role", role, "--as", "ada"])?;
    }
    eprintln!("  working …");
    let version = measure::run(shell::program(&bench.program).arg("--version"))?.seconds();
    let timed = |act: &dyn Fn(&str) -> Result<Run>| -> Result<f64> {
        let rounds = (1..=ROUNDS).map(|n| {
            // All over the register, not only where it was touched last.
            let id = (n * alerts / (ROUNDS + 1)).max(n).to_string();
            act(&id).map(|run| 1000.0 * run.seconds())
        });
        Ok(median(rounds.collect::<Result<_>>()?))
    };
    let list = timed(&|_| run(&["alert", "ls", "--limit", "100"]))?;
    let open = timed(&|_| run(&["alert", "ls", "--state", "open", "--limit", "100"]))?;
    let assign = timed(&|id| run(&["alert", "assign", id, "--to", "ann", "--as", "ada"]))?;
    let mine = timed(&|_| run(&["alert", "ls", "--assignee", "ann", "--limit", "100"]))?;
    let show = timed(&|id| run(&["alert", "show", id]))?;
    let propose = timed(&|id| {
        run(&[
            "alert",
            "propose",
            id,
            "--outcome",
            "false-positive",
            "--reason-code",
            "other-person",
            "--as",
            "ann",
        ])
    })?;
    let approve = timed(&|id| run(&["alert", "approve", id, "--as", "ben"]))?;
    let released = timed(&|_| run(&["alert", "ls", "--state", "released", "--limit", "100"]))?;
    let log = timed(&|_| run(&["audit", "ls", "--actor", "ben"]))?;
    Ok(json!({
        "alerts": alerts,
        "raising_seconds": filled.seconds(),
        "store_mib": mib(size(Path::new(&home))?),
        "milliseconds": {
            "list": list,
            "filter_by_state": open,
            "filter_by_state_few": released,
            "filter_by_assignee": mine,
            "show": show,
            "assign": assign,
            "propose": propose,
            "approve": approve,
            "log_of_a_person": log,
        },
        "target_milliseconds": 50,
        "reference": {
            "what": "starting the program and printing its version",
            "milliseconds": 1000.0 * version,
        },
    }))
}

/// Rows of people who are called like one of the entries: invented, and unlike each other.
pub(super) fn rows(header: &str, count: u64) -> String {
    let mut text = format!("{header}\n");
    for n in 0..count {
        // Writing to a text cannot fail.
        let _infallible = writeln!(
            text,
            "{n},{} {}",
            word(n % ENTRIES, 7),
            word(n % ENTRIES, 11)
        );
    }
    text
}

/// An invented word, another one for each number.
pub(super) fn word(number: u64, salt: u64) -> String {
    const CONSONANTS: &[u8; 16] = b"bdfgklmnprstvzhw";
    const VOWELS: &[u8; 5] = b"aeiou";
    let mut state =
        (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mut word = String::new();
    for at in 0..5 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let bits = (state >> 40) as usize;
        let consonant = char::from(CONSONANTS[bits % CONSONANTS.len()]);
        word.push(if at == 0 {
            consonant.to_ascii_uppercase()
        } else {
            consonant
        });
        word.push(char::from(VOWELS[(bits >> 8) % VOWELS.len()]));
    }
    word
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_repeat_with_the_entries_and_not_before() {
        let text = rows("id,name", 2 * ENTRIES);
        let names: Vec<&str> = text
            .lines()
            .skip(1)
            .map(|l| l.split_once(',').unwrap().1)
            .collect();
        let distinct: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(distinct.len() as u64, ENTRIES);
        assert_eq!(names[0], names[ENTRIES as usize]);
    }
}

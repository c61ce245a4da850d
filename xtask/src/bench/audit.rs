//! The log: how long verifying an export takes, in how much memory.

use std::{env, fs};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{Bench, kib_in_mib, mib};
use crate::{measure, shell};

/// How many entries there are unless `RESCREEN_BENCH_ENTRIES` says otherwise.
const ENTRIES: u64 = 10_000_000;

pub(super) fn verification(bench: &Bench) -> Result<Value> {
    let entries = match env::var("RESCREEN_BENCH_ENTRIES") {
        Ok(text) => text.parse().context("RESCREEN_BENCH_ENTRIES")?,
        Err(_) => ENTRIES,
    };
    let home = bench.home("audit")?;
    let file = home.join("log.ndjson");
    eprintln!("  writing {entries} entries …");
    let mut command = shell::cargo();
    command.args(["run", "--release", "--quiet", "--locked"]);
    command.args(["--package", "rescreen-app", "--example", "invented_log"]);
    command.arg("--").arg(entries.to_string()).arg(&file);
    measure::run(&mut command)?;
    eprintln!("  verifying them …");
    let key = home.join("log.ndjson.pub");
    let verify = || {
        let mut command = shell::program(&bench.program);
        command.args(["--json", "audit", "verify"]).arg(&file);
        command.arg("--key").arg(&key).arg("--whole");
        measure::run(&mut command)
    };
    // The first run reads the file from the disk, the second most of it from memory.
    let runs = [verify()?, verify()?];
    for run in &runs {
        if run.json()?.get("verified") != Some(&json!(true)) {
            bail!("the export was not verified: {}", run.stdout);
        }
    }
    let seconds = runs[1].seconds();
    let read = measure::run(shell::program("sha256sum").arg(&file));
    Ok(json!({
        "entries": entries,
        "input_mib": mib(fs::metadata(&file)?.len()),
        "first_seconds": runs[0].seconds(),
        "seconds": seconds,
        "target_seconds": 60.0 * entries as f64 / 1e7,
        "per_second": entries as f64 / seconds,
        "peak_mib": runs[1].peak_kib.map(kib_in_mib),
        "target_peak_mib": 300,
        "reference": match read {
            Ok(read) => json!({
                "what": "sha256sum of the same file",
                "seconds": read.seconds(),
                "ratio": seconds / read.seconds(),
            }),
            Err(error) => json!({ "error": format!("{error:#}") }),
        },
    }))
}

//! The register: how long it takes to fill, to sweep for a real change of a list, and to screen from nothing.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{Bench, kib_in_mib, mib, size};
use crate::{archive, measure, measure::median, people, shell};

/// How many subjects there are unless `RESCREEN_BENCH_SUBJECTS` says otherwise.
const SUBJECTS: u64 = 1_000_000;

/// The version whose 553 additions are swept for, and how often it is taken in.
const CHANGE: &str = "2024-02-23.sdn.csv";
const ROUNDS: usize = 3;

/// The tables that registration fills, and the copy that SQLite makes of them on its own.
const COPY: &str = "
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
BEGIN;
CREATE TABLE subject (key INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, external TEXT NOT NULL,
    version INTEGER NOT NULL, registered INTEGER NOT NULL, retired INTEGER, erased INTEGER, UNIQUE (source, external)) STRICT;
CREATE TABLE subject_version (subject INTEGER NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, hash BLOB NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (subject, version)) STRICT, WITHOUT ROWID;
INSERT INTO subject SELECT key, source, external, version, registered, retired, erased FROM filled.subject;
INSERT INTO subject_version SELECT subject, version, at, hash, body FROM filled.subject_version;
COMMIT;
";

pub(super) fn register(bench: &Bench) -> Result<Value> {
    let count = match env::var("RESCREEN_BENCH_SUBJECTS") {
        Ok(text) => text.parse().context("RESCREEN_BENCH_SUBJECTS")?,
        Err(_) => SUBJECTS,
    };
    let folder = archive::ofac_history(&bench.data)?
        .with_context(|| format!("no archive of versions in {}", bench.data.display()))?;
    let index = fs::read(folder.join("history.json"))?;
    let versions: Vec<Value> = serde_json::from_slice(&index)?;
    let named = |version: &Value| version.get("file").and_then(Value::as_str) == Some(CHANGE);
    let at = versions
        .iter()
        .position(named)
        .filter(|at| *at > 0)
        .with_context(|| format!("no {CHANGE} in the archive"))?;
    let home = bench.home("register")?;
    bench.add_ofac(&home)?;
    let file = |version: &Value| -> Result<PathBuf> {
        let file = version.get("file").and_then(Value::as_str);
        Ok(folder.join(file.context("history.json: a version without 'file'")?))
    };
    let (before, after) = (file(&versions[at - 1])?, file(&versions[at])?);
    let update =
        |file: &Path, published: &str| bench.update_ofac(&home, &[file.to_owned()], published);
    update(&before, "2024-02-20")?;

    eprintln!("  writing {count} subjects …");
    let rows = bench.scratch.join("subjects.csv");
    let planted = newly_listed(&before, &after)?;
    people::write(&rows, count, 1, &planted)?;
    eprintln!("  registering them …");
    let filled = fill(bench, &home, &rows, count + planted.len() as u64)?;

    eprintln!("  sweeping …");
    let (mut sweeps, mut peak_kib) = (Vec::new(), None);
    for round in 0..ROUNDS {
        // The same change again and again: back to the version before, and forth.
        if round > 0 {
            update(&before, &format!("2024-03-{:02}", 2 * round))?;
        }
        let run = update(&after, &format!("2024-03-{:02}", 2 * round + 1))?;
        peak_kib = peak_kib.max(run.peak_kib);
        sweeps.push(run.json()?);
    }
    let first = sweeps.first().context("there was a sweep")?;
    let added = first.pointer("/delta/added").and_then(Value::as_array);
    let milliseconds = |report: &Value| report.pointer("/sweep/ms").and_then(Value::as_f64);
    let seconds: Vec<f64> = sweeps
        .iter()
        .filter_map(milliseconds)
        .map(|ms| ms / 1000.0)
        .collect();
    let in_segments = read_all(&home.join("segments"))?;

    let started = measure::run(bench.rescreen(&home).args(["alert", "ls", "--limit", "1"]))?;

    eprintln!("  screening everybody from nothing …");
    let full = measure::run(bench.rescreen(&home).args(["sweep", "--full"]))?;
    let subjects = full.json()?.get("subjects").and_then(Value::as_u64);
    let rate = subjects.map(|n| n as f64 / full.seconds());
    Ok(json!({
        "subjects": count,
        "planted": planted.len(),
        "registering": filled,
        "sweep": {
            "delta": { "list": "OFAC SDN 2024-02-20 to 2024-02-23", "added": added.map(Vec::len) },
            "first_seconds": seconds.first(),
            "seconds": median(seconds.clone()),
            "target_seconds": 0.2 * count as f64 / 1e6,
            "peak_mib_with_the_update": peak_kib.map(kib_in_mib),
            "report": first.get("sweep"),
            "reference": in_segments.map(|(bytes, seconds_read)| json!({
                "what": "reading the files of the segments once, on one thread",
                "mib": mib(bytes),
                "seconds": seconds_read,
                "ratio": median(seconds.clone()) / seconds_read,
            })),
        },
        "start": {
            "what": "opening the store and listing one alert",
            "seconds": started.seconds(),
            "target_seconds": 5.0,
        },
        "full": {
            "seconds": full.seconds(),
            "cpu_seconds": full.cpu_seconds,
            "per_second": rate,
            "target_per_second": 20_000,
            "peak_mib": full.peak_kib.map(kib_in_mib),
        },
    }))
}

/// Those whom the one file lists and the other did not: somebody has to be found.
fn newly_listed(before: &Path, after: &Path) -> Result<Vec<people::Planted>> {
    let known: BTreeSet<String> = listed(before)?.into_iter().map(|(id, ..)| id).collect();
    let fresh = listed(after)?
        .into_iter()
        .filter(|(id, ..)| !known.contains(id));
    Ok(fresh
        .map(|(_, name, kind)| match kind.as_str() {
            "individual" => ("Person", name),
            "vessel" => ("Vessel", name),
            _ => ("", name),
        })
        .collect())
}

/// Id, name and kind of each row of OFAC's file.
pub(super) fn listed(file: &Path) -> Result<Vec<(String, String, String)>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(file)?;
    let mut found = Vec::new();
    for row in reader.byte_records() {
        let row = row?;
        let text = |at: usize| {
            let cell = row.get(at).map(String::from_utf8_lossy);
            cell.unwrap_or_default().trim().to_owned()
        };
        // A last line of one control character ends the file.
        if row.len() > 2 {
            found.push((text(0), text(1), text(2)));
        }
    }
    Ok(found)
}

/// Registers the rows of the file; SQLite then copies what came of it.
fn fill(bench: &Bench, home: &Path, rows: &Path, count: u64) -> Result<Value> {
    let mut command = bench.rescreen(home);
    command.args(["subject", "import"]).arg(rows);
    command.args(["--source", "bench"]);
    let run = measure::run(&mut command)?;
    let report = run.json()?;
    if report.get("registered").and_then(Value::as_u64) != Some(count) {
        bail!("not all {count} subjects were registered: {report}");
    }
    let store = home.join("rescreen.sqlite");
    let copied = match bulk_insert(&store, &bench.scratch.join("copy.sqlite")) {
        Ok(seconds) => json!({
            "what": "SQLite's own bulk insert of the same subjects and versions, in one transaction",
            "seconds": seconds,
            "ratio": run.seconds() / seconds,
        }),
        Err(error) => json!({ "error": format!("{error:#}") }),
    };
    Ok(json!({
        "seconds": run.seconds(),
        "cpu_seconds": run.cpu_seconds,
        "target_seconds": 90.0 * count as f64 / 1e6,
        "per_second": count as f64 / run.seconds(),
        "matches": report.get("matches"),
        "peak_mib": run.peak_kib.map(kib_in_mib),
        "input_mib": mib(fs::metadata(rows)?.len()),
        "store_mib": mib(size(home)?),
        "reference": copied,
    }))
}

fn bulk_insert(store: &Path, copy: &PathBuf) -> Result<f64> {
    let script = format!(
        "ATTACH '{}' AS filled;{COPY}",
        store.display().to_string().replace('\'', "''")
    );
    let started = Instant::now();
    measure::run(shell::program("sqlite3").arg("-bail").arg(copy).arg(script))?;
    let seconds = started.elapsed().as_secs_f64();
    fs::remove_file(copy)?;
    Ok(seconds)
}

/// Bytes in all files of a folder, and how long it takes to read them; `None` where there is no such folder.
fn read_all(folder: &Path) -> Result<Option<(u64, f64)>> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let started = Instant::now();
    let mut bytes = 0;
    for file in fs::read_dir(folder)? {
        bytes += fs::read(file?.path())?.len() as u64;
    }
    Ok(Some((bytes, started.elapsed().as_secs_f64())))
}

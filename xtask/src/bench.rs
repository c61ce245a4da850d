//! The figures that the project promises, measured on the release build by driving it as a user does.
//!
//! Every figure stands beside a reference from the same run on the same machine, because a number of seconds says little
//! elsewhere. What could not be measured is in the output too, with the reason.

mod audit;
mod desk;
mod matcher;
mod pages;
mod planted;
mod register;
mod serve;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::{
    archive,
    measure::{self, Run, median},
    shell,
};

type Measurement = (&'static str, fn(&Bench) -> Result<Value>);

const MEASUREMENTS: &[Measurement] = &[
    ("binary", binary),
    ("demo", demo),
    ("import", import),
    ("first_answer", first_answer),
    ("history", history),
    ("matcher", matcher::speed),
    ("screening", matcher::screening),
    ("planted", planted::run),
    ("register", register::register),
    ("serve", serve::run),
    ("soak", serve::soak),
    ("desk", desk::desk),
    ("pages", pages::run),
    ("audit", audit::verification),
];

/// The files of the reference set, in the order of OFAC's documentation.
const SET: [&str; 4] = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"];

struct Bench {
    program: PathBuf,
    /// The folder of real lists.
    data: PathBuf,
    /// Where stores are made, and removed afterwards.
    scratch: PathBuf,
}

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let Options { only, data, keep } = parse(options)?;
    eprintln!("building the release binary …");
    shell::run(shell::cargo().args(["build", "--release", "--locked", "--package", "rescreen"]))?;
    let bench = Bench {
        program: shell::target().join("release/rescreen"),
        data,
        scratch: shell::target().join("bench"),
    };
    let mut figures = Map::new();
    let mut failed = Vec::new();
    for (name, measure) in MEASUREMENTS {
        if only.is_some_and(|only| only != *name) {
            continue;
        }
        eprintln!("measuring {name} …");
        let figure = measure(&bench).unwrap_or_else(|error| {
            failed.push(*name);
            json!({ "error": format!("{error:#}") })
        });
        figures.insert((*name).to_owned(), figure);
    }
    if keep {
        eprintln!("kept: {}", bench.scratch.display());
    } else {
        let _absent = fs::remove_dir_all(&bench.scratch);
    }
    let report = json!({
        "commit": said(shell::program("git").args(["rev-parse", "HEAD"])),
        "rustc": said(shell::program("rustc").arg("--version")),
        "cores": thread::available_parallelism().map(usize::from).ok(),
        "figures": figures,
    });
    println!("{report:#}");
    if !failed.is_empty() {
        bail!("could not measure: {}", failed.join(", "));
    }
    Ok(())
}

struct Options<'a> {
    /// The one measurement to make; all where none is named.
    only: Option<&'a str>,
    /// The folder of real lists.
    data: PathBuf,
    /// Whether the stores stay, to be looked at with other tools.
    keep: bool,
}

fn parse<'a>(options: &[&'a str]) -> Result<Options<'a>> {
    let mut only = None;
    let mut data = shell::shared().join("data");
    let (flags, options): (Vec<&str>, Vec<&str>) = options.iter().partition(|o| **o == "--keep");
    let mut rest = options.as_slice();
    while let [option, value, tail @ ..] = rest {
        match *option {
            "--only" if MEASUREMENTS.iter().any(|(name, _)| name == value) => only = Some(*value),
            "--only" => {
                let names: Vec<&str> = MEASUREMENTS.iter().map(|(name, _)| *name).collect();
                bail!("--only {value}: expected one of {}", names.join(", "));
            }
            "--data" => data = PathBuf::from(value),
            other => bail!("unknown option {other}; there are --only NAME, --data DIR and --keep"),
        }
        rest = tail;
    }
    if let [option] = rest {
        bail!("{option} needs a value");
    }
    Ok(Options {
        only,
        data,
        keep: !flags.is_empty(),
    })
}

fn said(command: &mut Command) -> Option<String> {
    let run = measure::run(command).ok()?;
    Some(run.stdout.trim().to_owned())
}

impl Bench {
    /// An empty folder for a store.
    fn home(&self, name: &str) -> Result<PathBuf> {
        let home = self.scratch.join(name);
        if home.exists() {
            fs::remove_dir_all(&home)?;
        }
        fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
        Ok(home)
    }

    fn rescreen(&self, home: &Path) -> Command {
        let mut command = shell::program(&self.program);
        command.arg("--home").arg(home).args(["--json", "--quiet"]);
        command
    }

    fn add_ofac(&self, home: &Path) -> Result<()> {
        measure::run(self.rescreen(home).args([
            "list",
            "add",
            "ofac",
            "--format",
            "ofac-sdn-csv",
        ]))?;
        Ok(())
    }

    fn update_ofac(&self, home: &Path, files: &[PathBuf], published: &str) -> Result<Run> {
        let mut command = self.rescreen(home);
        command.args(["list", "update", "ofac", "--published", published]);
        for file in files {
            command.arg("--file").arg(file);
        }
        measure::run(&mut command)
    }

    /// The four files of OFAC's list of 28 December 2023.
    fn ofac_set(&self) -> Result<Vec<PathBuf>> {
        let folder = self.data.join("us-ofac/csv-2023-12-28");
        if !folder.is_dir() {
            bail!(
                "no {}; name the folder of lists by --data",
                folder.display()
            );
        }
        Ok(SET.iter().map(|file| folder.join(file)).collect())
    }
}

/// How large the program is.
fn binary(bench: &Bench) -> Result<Value> {
    let bytes = fs::metadata(&bench.program)?.len();
    Ok(json!({ "mib": mib(bytes), "target_mib": 40 }))
}

/// The story on embedded lists, from start to end.
fn demo(bench: &Bench) -> Result<Value> {
    let run = measure::run(shell::program(&bench.program).arg("demo"))?;
    Ok(
        json!({ "seconds": run.seconds(), "peak_mib": run.peak_kib.map(kib_in_mib), "target_seconds": 20 }),
    )
}

/// A complete list into an empty store: read, check, hash, compare, write.
fn import(bench: &Bench) -> Result<Value> {
    let files = bench.ofac_set()?;
    let mut runs = Vec::new();
    for round in 0..3 {
        let home = bench.home(&format!("import-{round}"))?;
        bench.add_ofac(&home)?;
        runs.push(bench.update_ofac(&home, &files, "2023-12-28")?);
    }
    let last = runs.last().context("there was a run")?.json()?;
    let (bytes, split) = split(&files)?;
    let seconds = median(runs.iter().map(Run::seconds).collect());
    Ok(json!({
        "list": "OFAC SDN 2023-12-28, four files",
        "entries": last.get("entries"),
        "state": last.get("state"),
        "seconds": seconds,
        "target_seconds": 2,
        "peak_mib": runs.iter().filter_map(|run| run.peak_kib).max().map(kib_in_mib),
        "target_peak_mib": 300,
        "mib_per_second": mib(bytes) / seconds,
        "reference": {
            "what": "the same bytes read and split into fields by the csv crate",
            "seconds": split,
            "ratio": seconds / split,
        },
    }))
}

/// A question asked of a program that is not running yet.
fn first_answer(bench: &Bench) -> Result<Value> {
    let home = bench.home("first-answer")?;
    bench.add_ofac(&home)?;
    bench.update_ofac(&home, &bench.ofac_set()?, "2023-12-28")?;
    let ask = || {
        measure::run(
            bench
                .rescreen(&home)
                .args(["screen", "--name", "Ayman al Zawahri"]),
        )
    };
    let start = || measure::run(shell::program(&bench.program).arg("--version"));
    let results = ask()?
        .json()?
        .get("results")
        .and_then(Value::as_array)
        .map(Vec::len);
    let times = |run: &dyn Fn() -> Result<Run>| -> Result<f64> {
        let runs: Result<Vec<Run>> = (0..5).map(|_| run()).collect();
        Ok(median(runs?.iter().map(Run::seconds).collect()))
    };
    let (seconds, reference) = (times(&ask)?, times(&start)?);
    Ok(json!({
        "list": "OFAC SDN 2023-12-28",
        "results": results,
        "seconds": seconds,
        "target_seconds": 0.5,
        "reference": {
            "what": "starting the program and printing its version",
            "seconds": reference,
            "ratio": seconds / reference,
        },
    }))
}

/// Every version of the archive in turn, each by a program of its own.
fn history(bench: &Bench) -> Result<Value> {
    let folder = archive::ofac_history(&bench.data)?
        .with_context(|| format!("no archive of versions in {}", bench.data.display()))?;
    let index = fs::read(folder.join("history.json"))?;
    let versions: Vec<Value> = serde_json::from_slice(&index)?;
    let home = bench.home("history")?;
    bench.add_ofac(&home)?;
    let started = Instant::now();
    let mut states: Map<String, Value> = Map::new();
    let mut files = Vec::new();
    let mut slowest: f64 = 0.0;
    let mut peak = None;
    for version in &versions {
        let text = |key: &str| {
            let value = version.get(key).and_then(Value::as_str);
            value.with_context(|| format!("history.json: a version without '{key}'"))
        };
        let file = folder.join(text("file")?);
        // A version that is quarantined ends the program with a code of its own, which is a result here, not a failure.
        let state = match bench.update_ofac(&home, std::slice::from_ref(&file), text("ts")?) {
            Ok(run) => {
                slowest = slowest.max(run.seconds());
                peak = peak.max(run.peak_kib);
                let state = run
                    .json()?
                    .get("state")
                    .and_then(Value::as_str)
                    .map(str::to_owned);
                state.unwrap_or_else(|| "not stated".to_owned())
            }
            Err(error) if error.to_string().contains("exit status: 5") => "quarantined".to_owned(),
            Err(error) => return Err(error).context(file.display().to_string()),
        };
        let count = states.get(&state).and_then(Value::as_u64).unwrap_or(0);
        states.insert(state, json!(count + 1));
        files.push(file);
    }
    let seconds = started.elapsed().as_secs_f64();
    let (bytes, split) = split(&files)?;
    Ok(json!({
        "versions": versions.len(),
        "states": states,
        "seconds": seconds,
        "target_seconds": 600,
        "slowest_seconds": slowest,
        "peak_mib": peak.map(kib_in_mib),
        "input_mib": mib(bytes),
        "store_mib": mib(size(&home)?),
        "target_store_mib": 200,
        "reference": {
            "what": "the same bytes read and split into fields by the csv crate",
            "seconds": split,
            "ratio": seconds / split,
        },
    }))
}

/// Reads the files and splits them into fields, and nothing else: bytes and seconds.
fn split(files: &[PathBuf]) -> Result<(u64, f64)> {
    let started = Instant::now();
    let mut bytes = 0;
    let mut fields = 0;
    for file in files {
        bytes += fs::metadata(file)?.len();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_path(file)?;
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record)? {
            fields += record.len();
        }
    }
    if fields == 0 {
        bail!("the files of the reference are empty");
    }
    Ok((bytes, started.elapsed().as_secs_f64()))
}

/// The bytes of all files in a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() {
            size(&entry.path())?
        } else {
            metadata.len()
        };
    }
    Ok(bytes)
}

fn kib_in_mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_understood_or_refused() {
        let all = parse(&[]).unwrap();
        assert_eq!((all.only, all.keep), (None, false));
        let some = parse(&["--keep", "--only", "import", "--data", "lists"]).unwrap();
        assert_eq!((some.only, some.keep), (Some("import"), true));
        assert_eq!(some.data, PathBuf::from("lists"));
        for bad in [&["--only", "nothing"][..], &["--data"], &["--fast", "yes"]] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_reference_reads_every_byte() {
        let manifest = shell::root().join("xtask/Cargo.toml");
        let (bytes, seconds) = split(std::slice::from_ref(&manifest)).unwrap();
        assert_eq!(bytes, fs::metadata(&manifest).unwrap().len());
        assert!(seconds >= 0.0);
    }
}

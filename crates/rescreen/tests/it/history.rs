//! The real history of the OFAC list: every step's delta is the difference of the ids in the two files.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::support::{Scratch, shared};

/// The archive, unpacked beside the scratch directory; `None` where zstd or the archive is absent.
fn unpack(into: &Path) -> Option<PathBuf> {
    let archive = shared("us-ofac/ofac-sdn-history.tar.zst")?;
    let unpacked = Command::new("tar")
        .args(["--use-compress-program", "zstd -d --long=27", "-xf"])
        .arg(&archive)
        .arg("-C")
        .arg(into)
        .status();
    if !unpacked.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: the OFAC history cannot be unpacked; install zstd");
        return None;
    }
    Some(into.join("ofac-history"))
}

fn ids(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap();
    let first = |line: &str| line.split(',').next().unwrap_or_default().trim().to_owned();
    let is_id = |id: &String| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    text.lines()
        .map(first)
        .filter(is_id)
        .map(|id| format!("ofac-{id}"))
        .collect()
}

fn named(delta: &Value, key: &str) -> BTreeSet<String> {
    delta[key]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_step_of_the_history_adds_and_removes_what_the_files_say() {
    let scratch = Scratch::new();
    let Some(folder) = unpack(&scratch.path("")) else {
        return;
    };
    let steps: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(folder.join("history.json")).unwrap()).unwrap();
    // All 307 steps are checked where time is no object; the first forty hold every kind of step.
    let slow = std::env::var_os("RESCREEN_SLOW_TESTS").is_some();
    let steps = if slow { &steps[..] } else { &steps[..40] };
    scratch.ok(&["list", "add", "ofac", "--format", "ofac-sdn-csv"]);
    let mut before = BTreeSet::new();
    let mut fewer_changes = 0;
    for step in steps {
        let file = folder.join(step["file"].as_str().unwrap());
        let published = step["ts"].as_str().unwrap();
        let file_name = file.to_str().unwrap();
        let report = scratch.json(&[
            "list",
            "update",
            "ofac",
            "--file",
            file_name,
            "--published",
            published,
        ]);
        let after = ids(&file);
        assert_eq!(
            named(&report["delta"], "added"),
            &after - &before,
            "{}",
            step["file"]
        );
        assert_eq!(
            named(&report["delta"], "removed"),
            &before - &after,
            "{}",
            step["file"]
        );
        assert_eq!(report["entries"].as_u64().unwrap(), after.len() as u64);
        assert_ne!(
            report["state"], "quarantined",
            "{}: {}",
            step["file"], report["reasons"]
        );
        if !before.is_empty() {
            let ours = report["delta"]["changed"].as_array().unwrap().len() as u64;
            let bytes = step["changed"].as_u64().unwrap();
            assert!(
                ours <= bytes,
                "{}: {ours} records changed, but only {bytes} rows differ",
                step["file"]
            );
            fewer_changes += bytes - ours;
        }
        before = after;
    }
    eprintln!(
        "{} versions; {fewer_changes} rows differed in bytes and not in what they say",
        steps.len()
    );
}

/// The persons of a file: id and name as `Given SURNAME`.
fn persons(file: &Path) -> Vec<(String, String)> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(file)
        .unwrap();
    let rows = reader.byte_records().filter_map(Result::ok);
    rows.filter(|row| {
        row.get(2)
            .is_some_and(|kind| kind.trim_ascii() == b"individual")
    })
    .map(|row| {
        let text = |n: usize| String::from_utf8_lossy(&row[n]).trim().to_owned();
        let name = text(1);
        let turned = match name.split_once(',') {
            Some((family, given)) => format!("{} {}", given.trim(), family.trim()),
            None => name,
        };
        (format!("ofac-{}", text(0)), turned)
    })
    .collect()
}

/// Everybody who comes on the list during these years is registered on its first day, with the name the other way
/// round. Each is alerted at exactly the version that lists them, and in the end nothing is left for a full sweep.
#[test]
fn whoever_is_listed_later_is_alerted_at_exactly_that_version() {
    let scratch = Scratch::new();
    let Some(folder) = unpack(&scratch.path("")) else {
        return;
    };
    let steps: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(folder.join("history.json")).unwrap()).unwrap();
    let slow = std::env::var_os("RESCREEN_SLOW_TESTS").is_some();
    let steps = if slow { &steps[..] } else { &steps[..25] };
    let file = |step: &Value| folder.join(step["file"].as_str().unwrap());

    let mut known: BTreeSet<String> = persons(&file(&steps[0])).into_iter().map(|p| p.0).collect();
    let (mut subjects, mut expected) = (String::from("external_id,schema,name\n"), Vec::new());
    for (n, step) in steps.iter().enumerate().skip(1) {
        for (id, name) in persons(&file(step)) {
            if known.insert(id.clone()) {
                subjects.push_str(&format!("{id},Person,\"{name}\"\n"));
                expected.push((id, n));
            }
        }
    }
    assert!(
        expected.len() > 50,
        "only {} persons are new",
        expected.len()
    );
    scratch.write("subjects.csv", subjects);
    scratch.ok(&["list", "add", "ofac", "--format", "ofac-sdn-csv"]);
    let mut versions = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        let (file, published) = (file(step), step["ts"].as_str().unwrap());
        let file = file.to_str().unwrap();
        let update = scratch.json(&[
            "list",
            "update",
            "ofac",
            "--file",
            file,
            "--published",
            published,
        ]);
        versions.push(update["version"].as_str().unwrap().to_owned());
        if n == 0 {
            let import = scratch.json(&["subject", "import", "subjects.csv"]);
            assert_eq!(
                import["registered"].as_u64().unwrap(),
                expected.len() as u64
            );
        }
    }
    let alerts = scratch.json(&["alert", "ls", "--limit", "1000000"]);
    let mut missed = Vec::new();
    for (id, step) in &expected {
        let is_it = |alert: &&Value| {
            let legs = alert["legs"].as_array().unwrap();
            alert["subject"]["external_id"] == **id && legs.iter().any(|leg| leg["entry"] == **id)
        };
        let cause = alerts
            .as_array()
            .unwrap()
            .iter()
            .find(is_it)
            .map(|a| &a["cause"]["version"]);
        if cause.and_then(Value::as_str) != Some(versions[*step].as_str()) {
            missed.push(format!(
                "{id}: listed in {}, alerted in {cause:?}",
                versions[*step]
            ));
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {}:\n{}",
        missed.len(),
        expected.len(),
        missed.join("\n")
    );
    let full = scratch.json(&["sweep", "--full"]);
    for what in ["alerts_new", "alerts_changed", "alerts_withdrawn"] {
        assert_eq!(full[what], 0, "{full}");
    }
    eprintln!(
        "{} persons listed later, each alerted at exactly that version",
        expected.len()
    );
}

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

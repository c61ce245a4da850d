//! The demo tells its story and keeps its promises.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::support::Scratch;

#[test]
fn the_demo_finds_what_was_planted_and_only_asks_where_it_should() {
    let scratch = Scratch::new();
    let run = scratch.json(&["demo"]);
    let truth: Value = serde_json::from_str(include_str!("../../demo/truth.json")).unwrap();
    let pairs = |key: &str| -> BTreeSet<(String, String)> {
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        run[key]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| (text(&m["subject"]), text(&m["id"])))
            .collect()
    };
    let (before, after) = (pairs("matches_before"), pairs("matches_after"));
    let mut missed = Vec::new();
    for case in truth["expected"].as_array().unwrap() {
        let subject = case["external_id"].as_str().unwrap().to_owned();
        let versions: Vec<u64> = case["versions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_u64().unwrap())
            .collect();
        for (version, found) in [(1, &before), (2, &after)] {
            let here = match case["entry"].as_str() {
                Some(entry) => found.contains(&(subject.clone(), entry.to_owned())),
                None => found.iter().any(|(s, _)| *s == subject),
            };
            let wrong = match case["expect"].as_str().unwrap() {
                "match" => here != versions.contains(&version),
                "none" => here && versions.contains(&version),
                _ => false,
            };
            if wrong {
                missed.push(format!("version {version}: {case}"));
            }
        }
    }
    assert_eq!(run["alerts_are_a_full_rescreen"], true);
    assert_eq!(run["replay"]["equal"], true);
    assert_eq!(run["accounting"]["reconciles"], true);
    assert_eq!(run["coverage"]["lists"][0]["laggards"], 0);
    assert!(
        missed.is_empty(),
        "{} planted cases fail:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

#[test]
fn the_demo_leaves_nothing_behind_and_keeps_a_home_it_is_given() {
    let scratch = Scratch::new();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rescreen"));
    let out = command
        .arg("demo")
        .current_dir(scratch.path(""))
        .env("HOME", scratch.path(""))
        .env("XDG_DATA_HOME", scratch.path("data"))
        .env_remove("RESCREEN_HOME")
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    let told = String::from_utf8(out.stdout).unwrap();
    assert!(told.contains("newly listed"), "{told}");
    // The story has its own dates, whatever day it is told on.
    assert!(told.contains("was cleared at 2026-01-05T"), "{told}");
    assert_eq!(
        fs::read_dir(scratch.path("")).unwrap().count(),
        0,
        "files left behind"
    );

    scratch.ok(&["demo"]);
    assert_eq!(scratch.json(&["list", "ls"])[0]["name"], "demo");
    assert_eq!(
        scratch.run(&["demo"]).code,
        2,
        "a second demo in the same home finds its list there"
    );
}

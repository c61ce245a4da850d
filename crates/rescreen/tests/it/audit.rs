//! The log from the command line: read, vouched for, given away, verified by somebody who has nothing but the key.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Scratch, crowd};

/// A home in which a few things happened and a few were refused.
fn busy() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    let (code, _) = scratch.update_people(&crowd(), "2026-01-01");
    assert_eq!(code, 0);
    for (id, name) in [("7", "Anselm Wackerbarth"), ("8", "Beatrix Oldenkott")] {
        scratch.ok(&[
            "subject",
            "add",
            "--source",
            "crm",
            "--external-id",
            id,
            "--name",
            name,
            "--birth-date",
            "1960",
        ]);
    }
    let note = ["--text", "asked for a passport", "--as", "ann"];
    scratch.ok(&[&["alert", "note", "1"], &note[..]].concat());
    assert_eq!(
        scratch.run(&["alert", "approve", "1", "--as", "ben"]).code,
        5
    );
    assert_eq!(
        scratch.run(&["alert", "approve", "99", "--as", "eve"]).code,
        4
    );
    scratch
}

fn key(scratch: &Scratch) -> String {
    scratch.ok(&["--quiet", "audit", "key"]).trim().to_owned()
}

#[test]
fn the_log_says_who_did_and_who_was_refused_what() {
    let scratch = busy();
    let entries = scratch.json(&["audit", "ls"]);
    let entries = entries.as_array().unwrap();
    let last = &entries[0];
    assert_eq!(
        (&last["kind"], &last["actor"], &last["detail"]["change"]),
        (
            &json!("refused"),
            &json!("eve"),
            &json!("approve alert 99: there is no alert 99")
        )
    );
    let of_one = scratch.json(&["audit", "ls", "--alert", "1", "--actor", "Ben"]);
    assert_eq!(of_one.as_array().unwrap().len(), 1);
    assert_eq!(
        of_one[0]["data"]["change"],
        "approve alert 1: cannot approve while the case is new"
    );
    let first = scratch.json(&["audit", "ls", "--before", "1"]);
    assert_eq!(first[0]["kind"], "log-started");
    let table = scratch.ok(&["audit", "ls", "--subject", "crm/7"]);
    assert!(table.contains("asked for a passport"), "{table}");
    assert!(!table.contains("Beatrix"), "{table}");
}

#[test]
fn an_export_is_verified_elsewhere_and_what_was_changed_is_named() {
    let scratch = busy();
    let key = key(&scratch);
    scratch.ok(&["audit", "export", "--out", "log.ndjson"]);
    // Elsewhere there is no home, only the file and the key.
    let elsewhere = Scratch::new();
    let text = fs::read_to_string(scratch.path("log.ndjson")).unwrap();
    elsewhere.write("log.ndjson", &text);
    elsewhere.write("log.pub", format!("{key}\n"));
    for key in [key.as_str(), "log.pub"] {
        let told = elsewhere.ok(&["audit", "verify", "log.ndjson", "--key", key, "--whole"]);
        assert!(told.contains("the whole log"), "{told}");
    }
    assert!(!elsewhere.home().exists());

    let lines: Vec<&str> = text.lines().collect();
    let changed = text.replace("\"actor\":\"eve\"", "\"actor\":\"eva\"");
    let entry = (lines.iter().position(|l| l.contains("\"eve\"")).unwrap() - 2) as u64;
    elsewhere.write("changed.ndjson", changed);
    let run = elsewhere.run(&["--json", "audit", "verify", "changed.ndjson", "--key", &key]);
    let told: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        (run.code, &told["verified"], &told["entry"], &told["line"]),
        (3, &json!(false), &json!(entry), &json!(entry + 3))
    );

    let hers = scratch.ok(&["audit", "export", "--subject", "crm/7", "--data"]);
    elsewhere.write("hers.ndjson", &hers);
    assert!(hers.contains("asked for a passport"));
    let told = elsewhere.json(&["audit", "verify", "hers.ndjson", "--key", &key]);
    assert_eq!(
        (&told["verified"], &told["whole"], &told["with_data"]),
        (&json!(true), &json!(false), &told["entries"])
    );
    let part = elsewhere.run(&["audit", "verify", "hers.ndjson", "--key", &key, "--whole"]);
    assert_eq!(part.code, 3, "{part:?}");
    let nothing = scratch.ok(&["audit", "export", "--until", "2020-01-01"]);
    elsewhere.write("nothing.ndjson", nothing);
    let told = elsewhere.ok(&["audit", "verify", "nothing.ndjson", "--key", &key]);
    assert!(told.contains("no entry"), "{told}");

    for (args, code) in [
        (&["audit", "verify", "absent", "--key", &key][..], 3),
        (&["audit", "verify", "log.ndjson", "--key", "nobody"], 2),
        (&["audit", "verify", "log.ndjson"], 2),
        (&["audit", "export", "--subject", "nobody"], 4),
        (&["audit", "proof", "--entry", "99999"], 4),
        (&["audit", "proof"], 2),
    ] {
        assert_eq!(elsewhere.run(args).code, code, "{args:?}");
    }
}

#[test]
fn erasure_leaves_a_log_that_verifies() {
    let scratch = busy();
    scratch.ok(&["audit", "checkpoint"]);
    scratch.ok(&["subject", "erase", "crm/7", "--reason", "a law"]);
    let told = scratch.json(&["audit", "verify", "--key", &key(&scratch)]);
    assert_eq!(told["verified"], true);
    let export = scratch.ok(&["audit", "export", "--data"]);
    assert!(!export.contains("passport"), "{export}");
    scratch.write("after.ndjson", export);
    scratch.ok(&[
        "audit",
        "verify",
        "after.ndjson",
        "--key",
        &key(&scratch),
        "--whole",
    ]);
}

#[test]
fn a_checkpoint_is_proved_to_be_the_beginning_of_a_later_one() {
    let scratch = busy();
    let first = scratch.json(&["audit", "checkpoint"]);
    scratch.ok(&["alert", "note", "1", "--text", "later"]);
    let size = first["size"].as_u64().unwrap();
    let proof = scratch.json(&["audit", "proof", "--older", &size.to_string()]);
    assert_eq!(
        (&proof["hash"], &proof["size"]),
        (&first["root"], &json!(size + 1))
    );
    let second = scratch.json(&["audit", "checkpoint"]);
    assert_eq!(proof["root"], second["root"]);
    let entry = scratch.json(&[
        "audit",
        "proof",
        "--entry",
        "2",
        "--size",
        &size.to_string(),
    ]);
    assert_eq!(entry["root"], first["root"]);
    let note = second["note"].as_str().unwrap();
    assert!(note.starts_with("rescreen/"), "{note}");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_vouches_for_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = busy();
    let made = scratch.json(&["audit", "key", "--origin", "example.org/desk"]);
    assert_eq!(
        (&made["origin"], &made["new"]),
        (&json!("example.org/desk"), &json!(true))
    );
    let path = scratch.home().join("log.key");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let other = scratch.run(&["audit", "key", "--origin", "example.org/other"]);
    assert_eq!(other.code, 5, "{other:?}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = scratch.run(&["audit", "checkpoint"]);
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.err.contains("chmod 600"), "{refused:?}");
    // Another place for the key, by the environment.
    let run = scratch
        .command(&["audit", "key"])
        .env("RESCREEN_LOG_KEY", scratch.path("keys/ours.key"))
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    assert!(scratch.path("keys/ours.key").exists());
}

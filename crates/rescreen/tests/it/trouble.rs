//! Bad input, bad disks and sudden death: a clear word, and nothing half-written.

use std::{fs, thread, time::Duration};

use serde_json::{Value, json};

use crate::support::{Scratch, crowd};

/// The code and the words of an update of list `l` from one file.
fn update(scratch: &Scratch, file: &str) -> (i32, String) {
    let run = scratch.run(&["list", "update", "l", "--file", file]);
    (run.code, run.out + &run.err)
}

fn scratch_for(format: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.ok(&["list", "add", "l", "--format", format]);
    scratch
}

fn is_still_empty(scratch: &Scratch) -> bool {
    scratch.json(&["list", "ls"])[0]["state"] == "empty"
}

#[test]
fn files_that_cannot_be_opened_are_named() {
    let scratch = scratch_for("ofac-sdn-csv");
    let (code, text) = update(&scratch, "missing.csv");
    assert!(
        code == 3 && text.contains("missing.csv does not exist"),
        "{code} {text}"
    );
    fs::create_dir(scratch.path("dir.csv")).unwrap();
    let (code, text) = update(&scratch, "dir.csv");
    assert!(
        code == 3 && text.contains("is a directory"),
        "{code} {text}"
    );
    assert!(is_still_empty(&scratch));
}

/// Every format refuses every kind of wrong file with exit 3 or 5, names the file, and keeps the store as it was.
#[test]
fn a_file_that_is_no_such_list_is_refused_by_name() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><sdnList>&b;</sdnList>";
    let wrong: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        (
            "html",
            b"<!DOCTYPE html>\n<html><head><title>Sorry</title></head></html>".to_vec(),
        ),
        (
            "page",
            b"\n\n  <html lang=\"en\"><body>no list today</body></html>".to_vec(),
        ),
        ("bomb", bomb.as_bytes().to_vec()),
        (
            "noise",
            (0..5000_u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
                .collect(),
        ),
        (
            "nul",
            b"1,\"A\0B\",-0- ,\"P\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n".to_vec(),
        ),
        (
            "utf16",
            "x,y\r\n"
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect(),
        ),
    ];
    for format in ["ofac-sdn-csv", "ofac-xml", "un-sc-xml", "ftm-json"] {
        let scratch = scratch_for(format);
        for (name, bytes) in &wrong {
            scratch.write(name, bytes);
            let (code, text) = update(&scratch, name);
            assert!(code == 3 || code == 5, "{format} {name}: {code} {text}");
            assert!(
                text.contains(name),
                "{format} {name}: the message names no file: {text}"
            );
            assert!(
                text.len() < 2_000,
                "{format} {name}: a message that long helps nobody"
            );
        }
        assert!(is_still_empty(&scratch), "{format}");
    }
}

#[test]
fn one_value_beyond_every_limit_stops_the_file_at_its_line() {
    let scratch = scratch_for("ofac-sdn-csv");
    let row = |id: u32, name: &str| {
        format!("{id},\"{name}\",-0- ,\"P\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n")
    };
    scratch.write(
        "sdn.csv",
        row(1, "FIRST CO.") + &row(2, &"X".repeat(1_000_000)),
    );
    let (code, text) = update(&scratch, "sdn.csv");
    assert!(code == 3 || code == 5, "{code}");
    assert!(text.contains("sdn.csv:2"), "{text}");

    scratch.write(
        "sdn.csv",
        row(1, "FIRST CO.") + &row(7, "SECOND CO.") + &row(7, "THIRD CO."),
    );
    let (code, text) = update(&scratch, "sdn.csv");
    assert!(
        code == 5 && text.contains("[duplicate-id]") && text.contains('3'),
        "{code} {text}"
    );

    // A date of 300 digits takes the date from one record and nothing from the list.
    let person = format!(
        "1,\"SAMPLE, Ivan\",\"individual\",\"P\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB {}.\"\r\n",
        "1".repeat(300)
    );
    scratch.write("sdn.csv", person);
    let report = scratch.json(&["list", "update", "l", "--file", "sdn.csv"]);
    assert_eq!(report["state"], "active", "{report}");
    let codes: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"birth-date-unreadable"), "{codes:?}");
}

#[test]
fn the_mapping_is_checked_before_anything_is_read() {
    let scratch = Scratch::new();
    scratch.write(
        "m.toml",
        "id = \"id\"\nschema = \"Person\"\n[properties]\nname = \"nmae\"\n",
    );
    scratch.ok(&["list", "add", "l", "--format", "csv", "--mapping", "m.toml"]);
    scratch.write("p.csv", "id,name\n1,Anselm\n");
    let (code, text) = update(&scratch, "p.csv");
    assert!(
        code == 3 && text.contains("nmae") && text.contains("'name'"),
        "{code} {text}"
    );
    assert_eq!(
        scratch.run(&["list", "add", "k", "--format", "csv"]).code,
        2
    );
    assert_eq!(
        scratch.run(&["list", "add", "k", "--format", "pdf"]).code,
        2
    );
}

#[test]
fn a_killed_update_leaves_the_old_or_the_new_version() {
    let scratch = Scratch::new();
    scratch.write(
        "m.toml",
        "id = \"id\"\nschema = \"Person\"\n[properties]\nname = \"name\"\n",
    );
    scratch.ok(&["list", "add", "l", "--format", "csv", "--mapping", "m.toml"]);
    let version = |n: usize| {
        let rows: Vec<String> = (0..6_000)
            .map(|id| format!("{id},Person {id} of {}", if id < 600 { n } else { 0 }))
            .collect();
        format!("id,name\n{}\n", rows.join("\n"))
    };
    scratch.write("v.csv", version(0));
    scratch.ok(&[
        "list",
        "update",
        "l",
        "--file",
        "v.csv",
        "--published",
        "2020-01-01",
    ]);

    let (mut old, mut new) = (0, 0);
    for n in 1..=12_usize {
        let before = scratch.json(&["list", "ls"])[0]["version"].clone();
        scratch.write("v.csv", version(n));
        let published = format!("2020-02-{n:02}");
        let args = [
            "list",
            "update",
            "l",
            "--file",
            "v.csv",
            "--published",
            &published,
        ];
        let mut child = scratch.command(&args).spawn().unwrap();
        thread::sleep(Duration::from_millis(15 * n as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let ls = scratch.json(&["list", "ls"]);
        assert_eq!(ls[0]["entries"], 6_000);
        if ls[0]["version"] == before {
            old += 1;
        } else {
            new += 1;
        }
        // Whatever is in force is whole: the entries that change in every version all say the same.
        let said = |id: usize| -> Value {
            scratch.json(&["list", "entity", &format!("l-{id}")])["now"][0]["entity"]["properties"]
                ["name"][0]
                .clone()
        };
        let suffix = |v: &Value| v.as_str().unwrap().split(" of ").nth(1).unwrap().to_owned();
        assert_eq!(suffix(&said(0)), suffix(&said(599)));
    }
    eprintln!("killed 12 times: {old} times the old version, {new} times the new one");
    scratch.ok(&[
        "list",
        "update",
        "l",
        "--file",
        "v.csv",
        "--published",
        "2020-03-01",
    ]);
}

#[test]
fn two_processes_take_turns() {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2024-01-01");
    let children: Vec<_> = (0..4)
        .map(|n| {
            let mut rows = crowd();
            rows[n].2 = "1999";
            let text: Vec<String> = rows
                .iter()
                .map(|(id, name, born)| format!("{id},{name},{born}"))
                .collect();
            let file = format!("p{n}.csv");
            scratch.write(&file, format!("id,name,born\n{}\n", text.join("\n")));
            let args = [
                "list",
                "update",
                "people",
                "--file",
                &file,
                "--published",
                "2024-02-01",
            ];
            scratch.command(&args).spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(
        scratch.json(&["list", "show", "people"])["versions"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
}

#[test]
fn a_damaged_or_foreign_store_is_named_and_not_overwritten() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.home()).unwrap();
    let store = scratch.home().join("rescreen.sqlite");
    fs::write(
        &store,
        "this is no database, but it is somebody's file".repeat(100),
    )
    .unwrap();
    let run = scratch.run(&["list", "ls"]);
    assert!(run.code == 3 && run.err.contains("damaged"), "{run:?}");
    assert!(
        fs::read_to_string(&store)
            .unwrap()
            .starts_with("this is no database")
    );

    let blocked = scratch.write("blocked", "a file where the home should be");
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_rescreen"))
        .args(["--home", blocked.to_str().unwrap(), "list", "ls"])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(3));
    assert!(String::from_utf8(out.stderr).unwrap().contains("blocked"));
}

#[test]
fn a_store_of_a_newer_program_is_left_alone() {
    let scratch = Scratch::new();
    scratch.ok(&["list", "ls"]);
    let store = rusqlite::Connection::open(scratch.home().join("rescreen.sqlite")).unwrap();
    store.pragma_update(None, "user_version", 99).unwrap();
    drop(store);
    let run = scratch.run(&["--json", "list", "ls"]);
    assert_eq!(run.code, 3);
    let error: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(error["exit"], json!(3));
    assert!(
        error["error"].as_str().unwrap().contains("newer"),
        "{error}"
    );
}

/// A file system without room, where the machine lets us make one.
#[test]
fn a_full_disk_is_told_and_the_store_still_opens() {
    let scratch = Scratch::new();
    let disk = scratch.path("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |args: &[&str]| {
        std::process::Command::new(args[0])
            .args(&args[1..])
            .status()
            .is_ok_and(|s| s.success())
    };
    let disk_name = disk.to_str().unwrap();
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk_name]) {
        eprintln!("SKIPPED: this user may not mount a small file system to fill");
        return;
    }
    let on_disk = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rescreen"));
        command
            .current_dir(scratch.path(""))
            .args(["--home", disk_name])
            .args(args)
            .output()
            .unwrap()
    };
    scratch.write(
        "m.toml",
        "id = \"id\"\nschema = \"Person\"\n[properties]\nname = \"name\"\n",
    );
    let rows: Vec<String> = (0..20_000)
        .map(|id| format!("{id},Person number {id} with a name of some length"))
        .collect();
    scratch.write("v.csv", format!("id,name\n{}\n", rows.join("\n")));
    let added = on_disk(&["list", "add", "l", "--format", "csv", "--mapping", "m.toml"]);
    let full = on_disk(&["list", "update", "l", "--file", "v.csv"]);
    let after = on_disk(&["--json", "list", "ls"]);
    let _ignored = mount(&["umount", disk_name]);
    assert!(added.status.success(), "{added:?}");
    assert_eq!(full.status.code(), Some(3), "{full:?}");
    assert!(
        String::from_utf8_lossy(&full.stderr).contains("disk is full"),
        "{full:?}"
    );
    assert!(after.status.success(), "{after:?}");
    assert!(
        String::from_utf8_lossy(&after.stdout).contains("\"empty\""),
        "{after:?}"
    );
}

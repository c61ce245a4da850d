//! The register from outside: subjects come in, lists change, processes die, and the figures add up.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{Scratch, crowd};

fn scratch_with_people() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    let (code, report) = scratch.update_people(&crowd(), "2026-01-05");
    assert_eq!((code, &report["sweep"]["subjects"]), (0, &json!(0)));
    scratch
}

#[test]
fn who_was_cleared_is_found_on_the_day_the_list_changes() {
    let scratch = scratch_with_people();
    let customers = "external_id,name,birth_date\nC-1,Anselm Wackerbarth,1960-02-01\nC-2,Zebulon Quartermain,1971-05-06\n\
                     C-3,Hortensia Nobody,1980-01-02\n";
    scratch.write("customers.csv", customers);
    let report = scratch.json(&["subject", "import", "customers.csv"]);
    for (key, wanted) in [
        ("read", 3),
        ("registered", 3),
        ("updated", 0),
        ("unchanged", 0),
        ("rejected", 0),
        ("matches", 1),
    ] {
        assert_eq!(report[key], wanted, "{key}: {report}");
    }
    assert!(report["batch"].is_string());
    let again = scratch.json(&["subject", "import", "customers.csv"]);
    assert_eq!(
        (&again["unchanged"], &again["registered"]),
        (&json!(3), &json!(0))
    );

    let first = &scratch.json(&["alert", "ls"])[0]["cause"];
    assert_eq!(first["change"], "subject registered");
    assert!(
        first["version"]
            .as_str()
            .unwrap()
            .starts_with("2026-01-05-"),
        "{first}"
    );

    let mut people = crowd();
    people.push((21, "Zebulon Quartermain", "1971-05-06"));
    let (_, update) = scratch.update_people(&people, "2026-03-02");
    assert_eq!(update["sweep"]["subjects"], 3);
    assert_eq!(update["sweep"]["alerts_new"], 1);
    assert_eq!(update["sweep"]["alerts_changed"], 0);
    assert!(update["sweep"]["ms"].is_u64());

    let alerts = scratch.json(&["alert", "ls"]);
    let newest = &alerts[0];
    assert_eq!(alerts.as_array().map(Vec::len), Some(2));
    assert_eq!(newest["state"], "open");
    assert_eq!(newest["subject"]["external_id"], "C-2");
    assert_eq!(newest["subject"]["caption"], "Zebulon Quartermain");
    assert_eq!(newest["party"]["id"], "people-21");
    assert_eq!(
        newest["cause"],
        json!({ "list": "people", "version": update["version"], "change": "added" })
    );
    assert!(newest["score"].as_f64().unwrap() > 0.9 && newest["opened"].is_string());
    assert!(!newest["legs"][0]["evidence"].as_array().unwrap().is_empty());
    let shown = scratch.json(&["alert", "show", &newest["id"].to_string()]);
    assert_eq!(shown["events"][0]["kind"], "raised");

    let subject = scratch.json(&["subject", "show", "C-2"]);
    let screening = &subject["screenings"][0];
    assert_eq!(
        screening["results"],
        json!([]),
        "she was clear on the day she was registered"
    );
    let replay = scratch.json(&["replay", &screening["id"].to_string()]);
    assert_eq!(
        (&replay["equal"], &replay["differs"]),
        (&json!(true), &json!([]))
    );

    let accounting = scratch.json(&["report", "accounting"]);
    assert_eq!(
        (&accounting["subjects"], &accounting["reconciles"]),
        (&json!(3), &json!(true))
    );
    assert_eq!(accounting["states"]["alert-open"], 2);
    let coverage = scratch.json(&["report", "coverage"]);
    assert_eq!(coverage["lists"][0]["version"], update["version"]);
    assert_eq!(
        (
            &coverage["lists"][0]["screened"],
            &coverage["lists"][0]["laggards"]
        ),
        (&json!(3), &json!(0))
    );
    assert_eq!(
        scratch.json(&["sweep"]),
        json!({ "outstanding": false, "notes": [] })
    );
}

#[test]
fn a_listing_that_ends_withdraws_its_alert_and_keeps_the_evidence() {
    let scratch = scratch_with_people();
    scratch.ok(&[
        "subject",
        "add",
        "--external-id",
        "C-1",
        "--name",
        "Beatrix Oldenkott",
    ]);
    let rest: Vec<_> = crowd().into_iter().filter(|(id, ..)| *id != 2).collect();
    let (_, update) = scratch.update_people(&rest, "2026-02-01");
    assert_eq!(update["sweep"]["alerts_withdrawn"], 1);
    let alert = &scratch.json(&["alert", "ls", "--state", "withdrawn"])[0];
    assert_eq!(alert["legs"][0]["live"], false);
    assert_eq!(alert["legs"][0]["caption"], "Beatrix Oldenkott");
    assert!(!alert["legs"][0]["evidence"].as_array().unwrap().is_empty());
    assert_eq!(scratch.json(&["alert", "ls", "--state", "open"]), json!([]));
}

#[test]
fn rows_that_cannot_be_taken_in_stop_nothing_and_are_told_with_their_reason() {
    let scratch = scratch_with_people();
    let mut text = "external_id,name,birth_date\nC-1,Anselm Wackerbarth,1960\n,No Id,1970\nC-3,,1970\nC-4,too,many,cells\n".to_owned();
    text.push_str("C-5,Jane Example,yesterday\n");
    scratch.write("customers.csv", text);
    let report = scratch.json(&["subject", "import", "customers.csv"]);
    assert_eq!(
        (&report["read"], &report["registered"], &report["rejected"]),
        (&json!(5), &json!(2), &json!(3))
    );
    let rejects = std::fs::read_to_string(scratch.path("customers.csv.rejects.csv")).unwrap();
    assert!(rejects.starts_with("row,id,reason\n"), "{rejects}");
    for (row, word) in [
        ("2,", "external_id"),
        ("3,C-3", "neither a name nor a number"),
        ("4,", "columns"),
    ] {
        assert!(
            rejects
                .lines()
                .any(|l| l.starts_with(row) && l.contains(word)),
            "{row} {word}: {rejects}"
        );
    }
}

#[test]
fn columns_with_names_of_their_own_are_mapped() {
    let scratch = scratch_with_people();
    scratch.write(
        "c.csv",
        "Kunde,Bezeichnung,name\nK-7,Anselm Wackerbarth,branch 4\n",
    );
    let import = ["subject", "import", "c.csv", "--map"];
    let with = |more: &[&str]| scratch.run(&[&import[..], more].concat());
    let run = with(&["external_id=Kunde", "--map", "name=Beschreibung"]);
    assert!(
        run.code == 2 && run.err.contains("no column 'Beschreibung'"),
        "{run:?}"
    );
    let run = with(&["shoe=Kunde"]);
    assert!(run.code == 2 && run.err.contains("'shoe'"), "{run:?}");
    let run = with(&["external_id=Kunde", "--map", "name=Bezeichnung"]);
    assert_eq!(run.code, 0, "{run:?}");
    let subject = scratch.json(&["subject", "show", "K-7"]);
    assert_eq!(subject["caption"], "Anselm Wackerbarth");
    assert_eq!(subject["screenings"][0]["results"][0]["id"], "people-1");
}

#[test]
fn who_left_is_retired_and_may_come_back() {
    let scratch = scratch_with_people();
    let import = |rows: &str, complete: bool| {
        scratch.write("c.csv", format!("id,name\n{rows}"));
        let mut args = vec!["subject", "import", "c.csv"];
        if complete {
            args.push("--complete");
        }
        scratch.json(&args)
    };
    import("1,Anselm Wackerbarth\n2,Jane Example\n", false);
    let report = import("2,Jane Example\n", true);
    assert_eq!(
        (&report["retired"], &report["unchanged"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(scratch.json(&["alert", "ls", "--state", "open"]), json!([]));
    let states = scratch.json(&["report", "accounting"])["states"].clone();
    assert_eq!(
        (&states["retired"], &states["clear"]),
        (&json!(1), &json!(1))
    );
    // A file with a rejected row is not everything the source has.
    let report = import("1,Anselm Wackerbarth\n,\n", true);
    assert_eq!(
        (&report["retired"], &report["updated"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(
        scratch
            .json(&["alert", "ls", "--state", "open"])
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_notice_from_elsewhere_is_answered_at_once_and_can_be_withdrawn() {
    let scratch = scratch_with_people();
    scratch.ok(&[
        "subject",
        "add",
        "--external-id",
        "C-9",
        "--name",
        "Ulrika Vandermolen",
        "--birth-date",
        "1979-11-30",
    ]);
    scratch.ok(&["list", "add", "notices", "--format", "ftm-json"]);
    let notice = |id: &str, name: &str| {
        let entity = json!({ "id": id, "schema": "Person", "properties": { "name": [name], "birthDate": ["1979-11-30"] } });
        scratch.write("notice.json", entity.to_string());
        scratch.json(&[
            "list",
            "update",
            "notices",
            "--append",
            "--file",
            "notice.json",
        ])
    };
    assert_eq!(notice("n-1", "Somebody Else")["sweep"]["alerts_new"], 0);
    let update = notice("n-2", "VANDERMOLEN Ulrika");
    assert_eq!(
        (&update["state"], &update["entries"]),
        (&json!("active"), &json!(2))
    );
    assert_eq!(update["sweep"]["alerts_new"], 1);
    let run = scratch.run(&[
        "list", "withdraw", "notices", "n-2", "--reason", " ", "--as", "bo",
    ]);
    assert_eq!(run.code, 2, "{run:?}");
    let withdrawn = scratch.json(&[
        "list",
        "withdraw",
        "notices",
        "n-2",
        "--reason",
        "sent in error",
        "--as",
        "bo",
    ]);
    assert_eq!(
        (
            &withdrawn["entries"],
            &withdrawn["sweep"]["alerts_withdrawn"]
        ),
        (&json!(1), &json!(1))
    );
    let shown = scratch.json(&["list", "show", "notices"]);
    assert!(shown.to_string().contains("bo: sent in error"), "{shown}");
    assert_eq!(
        scratch
            .run(&[
                "list", "withdraw", "notices", "n-2", "--reason", "twice", "--as", "bo"
            ])
            .code,
        4
    );
}

#[test]
fn a_late_listing_is_looked_back_on() {
    let scratch = scratch_with_people();
    scratch.ok(&[
        "subject",
        "add",
        "--external-id",
        "C-1",
        "--name",
        "Zebulon Quartermain",
    ]);
    scratch.ok(&[
        "subject",
        "add",
        "--external-id",
        "C-2",
        "--name",
        "Jane Example",
    ]);
    let mut people = crowd();
    people.push((21, "Zebulon Quartermain", "1971-05-06"));
    scratch.update_people(&people, "2026-03-02");
    let report = scratch.json(&[
        "report",
        "lookback",
        "--entity",
        "people-21",
        "--since",
        "2026-01-01",
    ]);
    assert_eq!(
        report["subjects"].as_array().map(Vec::len),
        Some(1),
        "{report}"
    );
    let found = &report["subjects"][0];
    assert_eq!(found["subject"]["external_id"], "C-1");
    assert_eq!(found["alert"]["state"], "open");
    assert!(found["since"].is_string() && found["score"].as_f64().unwrap() > 0.7);
    assert_eq!(
        scratch
            .run(&["report", "lookback", "--entity", "people-99"])
            .code,
        4
    );
}

#[test]
fn without_a_list_nobody_is_registered_as_cleared() {
    let scratch = Scratch::new();
    let run = scratch.run(&[
        "subject",
        "add",
        "--external-id",
        "1",
        "--name",
        "Jane Example",
    ]);
    assert_eq!(run.code, 4, "{run:?}");
    assert!(run.err.contains("no list"), "{run:?}");
    assert_eq!(scratch.run(&["subject", "show", "1"]).code, 4);
}

/// Who stands on the desk: subject and entry of every leg of every alert.
fn on_the_desk(scratch: &Scratch) -> Vec<(String, String)> {
    let alerts = scratch.json(&["alert", "ls", "--limit", "100000"]);
    let mut pairs = Vec::new();
    for alert in alerts.as_array().unwrap() {
        for leg in alert["legs"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            pairs.push((text(&alert["subject"]["id"]), text(&leg["entry"])));
        }
    }
    pairs.sort();
    pairs
}

/// Kills imports, updates and sweeps at two hundred random instants. Nothing acknowledged is lost, nothing is doubled, and
/// in the end the store is the one that nobody disturbed.
#[test]
fn two_hundred_sudden_deaths_lose_and_double_nothing() {
    // So many that they are worth a segment.
    const SUBJECTS: u32 = 4_200;
    let kills: u32 = std::env::var("RESCREEN_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(200);
    let crowd = crowd();
    let mut text = String::from("id,name,birth_date\n");
    for n in 0..SUBJECTS {
        let (_, name, _) = crowd[n as usize / 40 % crowd.len()];
        let other = [
            "Jane Example",
            "Torvald Nygaardsvold",
            "Ines Calatrava Moll",
        ][n as usize % 3];
        let (name, born) = if n % 40 == 0 {
            (name, "1960".to_owned())
        } else {
            (
                other,
                format!("19{:02}-0{}-1{}", 40 + n % 60, 1 + n % 9, n % 9),
            )
        };
        writeln!(text, "{n},{name},{born}").unwrap();
    }
    let (disturbed, quiet) = (Scratch::new(), Scratch::new());
    for scratch in [&disturbed, &quiet] {
        scratch.write("subjects.csv", &text);
        scratch.add_people();
        scratch.ok(&[
            "list",
            "set",
            "people",
            "--max-shrink",
            "100",
            "--max-change",
            "100",
        ]);
        scratch.update_people(&crowd[..10], "2026-01-05");
    }
    let mut later = String::from("id,name,born\n");
    for (id, name, born) in crowd.iter().skip(1) {
        writeln!(later, "{id},{name},{born}").unwrap();
    }
    disturbed.write("later.csv", &later);
    quiet.write("later.csv", &later);
    let import: &[&str] = &["--quiet", "subject", "import", "subjects.csv"];
    let update: &[&str] = &[
        "--quiet",
        "list",
        "update",
        "people",
        "--file",
        "later.csv",
        "--published",
        "2026-02-01",
    ];
    let sweep: &[&str] = &["--quiet", "sweep", "--full"];

    let mut seed = 0x9e37_79b9_u64;
    let mut random = move |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    let subjects = |scratch: &Scratch| {
        scratch.json(&["report", "accounting"])["subjects"]
            .as_u64()
            .unwrap()
    };
    let timed = |job: &[&str]| {
        let begun = Instant::now();
        quiet.ok(job);
        begun.elapsed().as_micros() as u64
    };
    // A job takes long while there is much to do for it, and not when it was done before: half of the instants lie within
    // the one, half within the other.
    let (whole, again) = (timed(import), timed(import));
    let (mut known, mut deaths) = (0, 0);
    for n in 0..kills {
        let job = match n % 4 {
            0 | 1 => import,
            2 => update,
            _ => sweep,
        };
        let mut child = disturbed
            .command(job)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let longest = if n % 8 < 4 { whole } else { again };
        thread::sleep(Duration::from_micros(random(longest + 2_000)));
        deaths += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        if n % 20 == 19 {
            let now = subjects(&disturbed);
            assert!(now >= known, "{known} subjects were there, now {now}");
            known = now;
            let pairs = on_the_desk(&disturbed);
            let distinct: BTreeSet<_> = pairs.iter().collect();
            assert_eq!(distinct.len(), pairs.len(), "an alert is doubled");
        }
    }
    assert!(
        deaths > kills / 4,
        "only {deaths} of {kills} processes were still running when they were killed"
    );
    disturbed.ok(import);
    for scratch in [&disturbed, &quiet] {
        scratch.ok(update);
        assert_eq!(subjects(scratch), u64::from(SUBJECTS));
        let coverage = scratch.json(&["report", "coverage"]);
        assert_eq!(
            (
                &coverage["lists"][0]["screened"],
                &coverage["lists"][0]["laggards"]
            ),
            (&json!(SUBJECTS), &json!(0))
        );
        assert_eq!(scratch.json(&["report", "accounting"])["reconciles"], true);
        let full = scratch.json(&["sweep", "--full"]);
        for what in ["alerts_new", "alerts_changed", "alerts_withdrawn"] {
            assert_eq!(full[what], 0, "{full}");
        }
    }
    let live = |scratch: &Scratch| -> BTreeSet<(String, String)> {
        let alerts = scratch.json(&["alert", "ls", "--state", "open", "--limit", "100000"]);
        alerts
            .as_array()
            .unwrap()
            .iter()
            .map(|a| (a["subject"]["id"].to_string(), a["party"]["id"].to_string()))
            .collect()
    };
    assert_eq!(live(&disturbed), live(&quiet));
    assert!(!live(&quiet).is_empty());
}

/// Subjects are registered while lists change in another process: each is screened against exactly one cut, and no
/// window is left.
#[test]
fn registering_beside_an_update_leaves_no_window() {
    let scratch = scratch_with_people();
    for n in 0..20 {
        let row = format!("id,name\n{n},Zebulon Quartermain\n{n}b,Anselm Wackerbarth\n");
        scratch.write(&format!("{n}.csv"), row);
    }
    let mut people = crowd();
    people.push((21, "Zebulon Quartermain", "1971"));
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..10 {
                let people = if round % 2 == 0 {
                    people.clone()
                } else {
                    crowd()
                };
                scratch.update_people(&people, &format!("2026-02-{:02}", round + 1));
            }
        });
        for n in 0..20 {
            scratch.ok(&["--quiet", "subject", "import", &format!("{n}.csv")]);
        }
    });
    scratch.update_people(&people, "2026-03-01");
    assert_eq!(
        scratch
            .json(&["alert", "ls", "--state", "open"])
            .as_array()
            .map(Vec::len),
        Some(40)
    );
    assert_eq!(
        scratch.json(&["report", "coverage"])["lists"][0]["laggards"],
        0
    );
    let full = scratch.json(&["sweep", "--full"]);
    assert_eq!(
        (&full["alerts_new"], &full["alerts_withdrawn"]),
        (&json!(0), &json!(0))
    );
}

#[test]
fn what_needs_a_person_has_one_even_where_the_session_names_nobody() {
    let scratch = scratch_with_people();
    scratch.ok(&[
        "subject",
        "add",
        "--external-id",
        "C-1",
        "--name",
        "Jane Example",
    ]);
    let erase = |reason: &str| {
        let mut command = scratch.command(&["subject", "erase", "C-1", "--reason", reason]);
        command
            .env_remove("USER")
            .env_remove("LOGNAME")
            .output()
            .unwrap()
    };
    assert_eq!(erase(" ").status.code(), Some(2));
    let done = erase("asked for it");
    assert!(done.status.success(), "{done:?}");
    assert_eq!(scratch.run(&["subject", "show", "C-1"]).code, 4);
}

/// A disk that fills up in the middle of an import costs what was not acknowledged, and nothing else.
#[test]
fn an_import_on_a_full_disk_keeps_what_it_acknowledged_and_goes_on_later() {
    let scratch = Scratch::new();
    let disk = scratch.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let disk = disk.to_str().unwrap().to_owned();
    let mount = |args: &[&str]| {
        let done = std::process::Command::new(args[0])
            .args(&args[1..])
            .status();
        done.is_ok_and(|s| s.success())
    };
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", &disk]) {
        eprintln!("SKIPPED: this user may not mount a small file system to fill");
        return;
    }
    let on_disk = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rescreen"));
        let command = command
            .current_dir(scratch.path(""))
            .args(["--json", "--home", &disk]);
        command.args(args).output().unwrap()
    };
    let rows: String = (0..20_000_u32).fold(String::from("id,name\n"), |mut text, n| {
        writeln!(text, "{n},Somebody numbered {n} with quite some name").unwrap();
        text
    });
    scratch.write("c.csv", rows);
    scratch.write(
        "l.json",
        r#"{"id":"l-1","schema":"Person","properties":{"name":["Anselm Wackerbarth"]}}"#,
    );
    let runs = [
        on_disk(&["list", "add", "l", "--format", "ftm-json"]),
        on_disk(&["list", "update", "l", "--file", "l.json"]),
    ];
    let full = on_disk(&["subject", "import", "c.csv"]);
    let subjects = || {
        let report: Value =
            serde_json::from_slice(&on_disk(&["report", "coverage"]).stdout).unwrap();
        (
            report["subjects"].as_u64().unwrap(),
            report["lists"][0]["laggards"].as_u64().unwrap(),
        )
    };
    let kept = subjects();
    let grown = mount(&["mount", "-o", "remount,size=100m", &disk]);
    let again = on_disk(&["subject", "import", "c.csv"]);
    let whole = subjects();
    let _ignored = mount(&["umount", &disk]);
    assert!(runs.iter().all(|run| run.status.success()), "{runs:?}");
    assert_eq!(full.status.code(), Some(3), "{full:?}");
    assert!(
        String::from_utf8_lossy(&full.stderr).contains("disk is full"),
        "{full:?}"
    );
    assert!(kept.0 > 0 && kept.0 < 20_000 && kept.1 == 0, "{kept:?}");
    assert!(grown && again.status.success(), "{again:?}");
    let again: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(again["unchanged"].as_u64().unwrap(), kept.0);
    assert_eq!(whole, (20_000, 0));
}

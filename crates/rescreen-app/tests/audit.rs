//! The log as it is given away: what can be verified with the public key alone, and what is found.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::io::Cursor;

use common::unlimited;
use jiff::{Timestamp, ToSpan};
use rescreen_app::{
    App, AppError, How, Incoming, Input, Request, Store, UpdateRequest,
    audit::{ExportFault, LogFilter, LogKey, Selection, VerifiedExport, VerifierKey, verify},
};
use rescreen_desk::{Action, Role, UserId};
use rescreen_model::{Entity, ListName, Property, Schema};
use serde_json::Value;

fn hour(n: i64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    start.checked_add(n.hours()).unwrap()
}

fn key() -> LogKey {
    LogKey::new("example.org/desk", &[3; 32]).unwrap()
}

/// Three subjects of whom two are listed, a few acts of people, and a few refusals.
fn desk() -> App {
    let mut app = App::new(Store::in_memory().unwrap());
    fill(&mut app);
    app
}

fn fill(app: &mut App) {
    let list = ListName::parse("demo").unwrap();
    app.add_list(&list, unlimited(), hour(0)).unwrap();
    let text = "{\"id\":\"demo-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Anselm Wackerbarth\"],\"birthDate\":[\"1961-04-23\"]}}\n\
                {\"id\":\"demo-2\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Beatrix Oldenkott\"]}}\n";
    let request = UpdateRequest {
        list: &list,
        inputs: vec![Input::new("x.json", Cursor::new(text))],
        published: Some(hour(0)),
        last_modified: None,
        clock: &|| hour(0),
        how: How::Whole,
        fetched: Vec::new(),
        edition: None,
        noted: Vec::new(),
    };
    app.update_list(request, &mut |_| {}).unwrap();
    for (name, role) in [("ada", Role::Admin), ("ann", Role::Analyst)] {
        app.add_user(name, role, "default", "ada", hour(1)).unwrap();
    }
    let names = ["Anselm Wackerbarth", "Beatrix Oldenkott", "Casimir Zlotnik"];
    let incoming: Vec<Incoming> = (1..).zip(names).map(|(n, name)| subject(n, name)).collect();
    let mut registration = app.registration("crm").unwrap();
    app.register(&mut registration, incoming, hour(2)).unwrap();
    for (n, alert) in [(3, 1), (4, 2), (5, 1), (6, 77)] {
        note(app, alert, "ann", n).ok();
    }
    // A stranger, and somebody who may not.
    assert!(note(app, 1, "eve", 7).is_err());
    let assign = Action::Assign {
        to: UserId::new("ann"),
    };
    act(app, 1, "ada", assign, 8).unwrap();
}

fn subject(id: u32, name: &str) -> Incoming {
    let mut entity = Entity::new(id.to_string().as_str(), Schema::Person);
    entity.add(Property::Name, name);
    Incoming { subject: entity }
}

fn note(app: &mut App, alert: i64, by: &str, at: i64) -> Result<(), AppError> {
    let text = "asked for a birth certificate".to_owned();
    act(app, alert, by, Action::Note { text }, at)
}

fn act(app: &mut App, alert: i64, by: &str, action: Action, at: i64) -> Result<(), AppError> {
    let request = Request {
        alert,
        by: by.to_owned(),
        expected: None,
        key: None,
        action,
        relied: Vec::new(),
    };
    app.act(&request, hour(at)).map(drop)
}

fn export(app: &mut App, selection: &Selection) -> String {
    let mut out = Vec::new();
    app.export_log(selection, &key(), hour(9), &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

fn check(text: &[u8]) -> Result<VerifiedExport, ExportFault> {
    verify(&mut Cursor::new(text), &key().verifier())
}

fn of_subject(id: &str) -> Selection {
    Selection {
        subject: Some(id.to_owned()),
        with_data: true,
        ..Selection::default()
    }
}

#[test]
fn everything_that_was_done_and_refused_is_in_the_log() {
    let app = desk();
    let mut entries = app.log_entries(&LogFilter::default(), None, 100).unwrap();
    entries.reverse();
    let told: Vec<(&str, Option<&str>)> = entries
        .iter()
        .map(|entry| (entry.kind.as_str(), entry.actor.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("log-started", None),
            ("list-added", None),
            ("list-activated", None),
            ("swept", None),
            ("user-added", Some("ada")),
            ("user-added", Some("ada")),
            ("subjects-registered", None),
            ("raised", None),
            ("raised", None),
            ("noted", Some("ann")),
            ("noted", Some("ann")),
            ("noted", Some("ann")),
            ("refused", Some("ann")),
            ("refused", Some("eve")),
            ("assigned", Some("ada")),
        ]
    );
    let why = |index: usize| entries[index].full_detail().to_owned();
    assert!(
        why(12).contains("note alert 77: there is no alert 77"),
        "{}",
        why(12)
    );
    assert!(why(13).contains("there is no user 'eve'"), "{}", why(13));
    assert!(entries.iter().all(|entry| entry.tenant == "default"));
    assert_eq!(app.verify_log(Some(&key().verifier())).unwrap(), 15);
}

#[test]
fn an_export_is_verified_with_the_public_key_alone() {
    let mut app = desk();
    let whole = export(&mut app, &Selection::default());
    for secret in ["Wackerbarth", "birth certificate", "1961"] {
        assert!(!whole.contains(secret), "{secret} in {whole}");
    }
    let verified = check(whole.as_bytes()).unwrap();
    assert_eq!((verified.entries, verified.size), (15, 15));
    assert!(verified.is_whole());

    let part = Selection {
        since: Some(hour(2)),
        until: Some(hour(5)),
        ..Selection::default()
    };
    let part = export(&mut app, &part);
    let verified = check(part.as_bytes()).unwrap();
    assert_eq!((verified.from, verified.entries), (Some(6), 5));

    let hers = export(&mut app, &of_subject("crm/1"));
    let verified = check(hers.as_bytes()).unwrap();
    assert_eq!((verified.entries, verified.with_data), (5, 5));
    assert!(hers.contains("birth certificate"), "{hers}");
    let nobody = export(&mut app, &of_subject("crm/3"));
    assert_eq!(check(nobody.as_bytes()).unwrap().entries, 0);

    let other = LogKey::new("example.org/desk", &[4; 32]).unwrap();
    let fault = verify(&mut Cursor::new(&whole), &other.verifier()).unwrap_err();
    assert_eq!(fault.line, 2, "{fault}");
}

/// The line that a place in a text lies in, from 1.
fn line_of(text: &str, at: usize) -> u64 {
    1 + text.as_bytes()[..at]
        .iter()
        .filter(|b| **b == b'\n')
        .count() as u64
}

#[test]
fn any_flipped_bit_of_an_export_is_found_where_it_is() {
    let mut app = desk();
    app.checkpoint(&key(), hour(9)).unwrap();
    act(
        &mut app,
        2,
        "ada",
        Action::Assign {
            to: UserId::new("ann"),
        },
        10,
    )
    .unwrap();
    let is_slow = std::env::var_os("RESCREEN_SLOW_TESTS").is_some();
    for selection in [Selection::default(), of_subject("crm/1")] {
        let text = export(&mut app, &selection);
        check(text.as_bytes()).unwrap();
        let mut bytes = text.clone().into_bytes();
        for at in 0..bytes.len() {
            // A line that ends early or not at all shows where it would have ended.
            let line = line_of(&text, at);
            // One bit of each byte; all of them take minutes.
            let bits = if is_slow { 0..8 } else { at % 8..at % 8 + 1 };
            for bit in bits {
                bytes[at] ^= 1 << bit;
                let fault = check(&bytes).unwrap_err();
                // The first line announces how many entries come: a wrong number shows where they end.
                let is_near = fault.line == line || fault.line == line + 1 || line == 1;
                assert!(is_near, "bit {bit} of byte {at}, line {line}: {fault}");
                bytes[at] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn what_is_cut_doubled_moved_spliced_or_made_up_is_found() {
    let mut app = desk();
    let text = export(&mut app, &Selection::default());
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let found = |lines: &[&str]| check(lines.concat().as_bytes()).unwrap_err();
    // One line of head, one checkpoint, then the entries.
    let first = 2;
    for at in first..lines.len() {
        let entry = Some((at - first) as u64);
        assert_eq!(found(&lines[..at]).entry, entry, "cut");
        let mut without = lines.clone();
        without.remove(at);
        assert_eq!(found(&without).entry, entry, "one is missing");
        let mut doubled = lines.clone();
        doubled.insert(at, lines[at]);
        assert_eq!(found(&doubled).entry, entry.map(|n| n + 1), "doubled");
        if at + 1 < lines.len() {
            let mut moved = lines.clone();
            moved.swap(at, at + 1);
            assert_eq!(found(&moved).entry, entry, "moved");
        }
        let half = &text[..text.find(lines[at]).unwrap() + lines[at].len() / 2];
        let cut = check(half.as_bytes()).unwrap_err();
        assert_eq!(cut.line, at as u64 + 1, "{cut}");
    }
    assert_eq!(check(b"").unwrap_err().line, 1);
    assert_eq!(found(&lines[..1]).line, 1);

    // Entries of another log, with that log's checkpoint or with ours.
    let mut other = App::new(Store::in_memory().unwrap());
    fill(&mut other);
    note(&mut other, 1, "ann", 8).unwrap();
    let theirs = export(&mut other, &Selection::default());
    let theirs: Vec<&str> = theirs.split_inclusive('\n').collect();
    // The salts are others, so from the first entry that binds data on the logs differ.
    let spliced = [&lines[..first + 9], &theirs[first + 9..lines.len()]].concat();
    assert_eq!(found(&spliced).entry, Some(9));
    let announced = theirs[0].replace("16", "15");
    let swapped = [&[&*announced, lines[1]], &theirs[2..lines.len()]].concat();
    assert!(found(&swapped).entry.is_some());
}

#[test]
fn whoever_rewrites_the_store_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rescreen.sqlite");
    let mut app = App::new(Store::open(folder.path()).unwrap());
    fill(&mut app);
    let (signed, _) = app.checkpoint(&key(), hour(9)).unwrap();
    assert_eq!(signed.size, 15);
    drop(app);
    let good = std::fs::read(&path).unwrap();
    let verifier = key().verifier();
    for (sql, expected) in [
        ("UPDATE log SET actor = 'ben' WHERE key = 9", "entry 9: "),
        ("DELETE FROM log WHERE key = 12", "entry 12: "),
        (
            "UPDATE log_data SET body = '{}' WHERE entry = 10",
            "entry 10: ",
        ),
        (
            "UPDATE subject_version SET body = x'00' WHERE subject = 3",
            "entry 6: version 1 of subject 3",
        ),
        (
            "DELETE FROM subject_version WHERE subject = 3",
            "entry 6: the subjects",
        ),
        (
            "UPDATE screening SET answer = '[]' WHERE subject = 1",
            "entry 6: version 1 of subject 1",
        ),
        (
            "UPDATE log_head SET size = 3, roots = zeroblob(64)",
            "the end of the log",
        ),
    ] {
        std::fs::write(&path, &good).unwrap();
        let database = rusqlite::Connection::open(&path).unwrap();
        database
            .execute_batch(
                "PRAGMA foreign_keys = OFF; DROP TRIGGER log_is_not_changed; DROP TRIGGER log_is_not_cut;",
            )
            .unwrap();
        database.execute_batch(sql).unwrap();
        drop(database);
        let app = App::new(Store::open(folder.path()).unwrap());
        let damage = app.verify_log(Some(&verifier)).unwrap_err();
        assert!(damage.to_string().contains(expected), "{sql}: {damage}");
    }
}

#[test]
fn proofs_hold_and_what_is_not_there_has_none() {
    let mut app = desk();
    let (older, _) = app.checkpoint(&key(), hour(9)).unwrap();
    // The same log is vouched for once.
    let again = app.checkpoint(&key(), hour(10)).unwrap();
    assert_eq!(app.checkpoints().unwrap(), [again.1]);
    note(&mut app, 1, "ann", 10).unwrap();
    let (newer, _) = app.checkpoint(&key(), hour(10)).unwrap();
    let growth = app.prove_growth(older.size, None).unwrap();
    assert_eq!((growth.of, growth.root), (older.root, newer.root));
    let entry = app.prove_entry(3, Some(older.size)).unwrap();
    assert_eq!(entry.root, older.root);
    assert_eq!(app.verify_log(Some(&key().verifier())).unwrap(), 16);
    for missing in [
        app.prove_entry(16, None),
        app.prove_entry(3, Some(17)),
        app.prove_growth(17, None),
    ] {
        assert!(matches!(missing, Err(AppError::NotFound(_))));
    }
}

/// What stays on the disk once a subject is erased, the log's own file included.
#[test]
fn erasure_takes_data_and_salts_from_the_disk_and_the_chain_still_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = App::new(Store::open(folder.path()).unwrap());
    fill(&mut app);
    let before = export(&mut app, &of_subject("crm/1"));
    let salts: Vec<String> = before
        .lines()
        .filter_map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["salt"].as_str().map(str::to_owned)
        })
        .collect();
    assert_eq!(salts.len(), 5);
    let bytes = |text: &str| -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    };
    let on_disk = |needle: &[u8]| {
        std::fs::read_dir(folder.path()).unwrap().any(|file| {
            let content = std::fs::read(file.unwrap().path()).unwrap();
            content.windows(needle.len()).any(|part| part == needle)
        })
    };
    assert!(on_disk(&bytes(&salts[0])));
    assert!(on_disk(b"birth certificate"));

    app.erase_subject("crm/1", "ada", "a law", hour(11))
        .unwrap();
    for salt in &salts {
        assert!(!on_disk(&bytes(salt)), "a salt is still there");
    }
    // The note about the other subject is still there, so what is looked for is what only she had.
    let answer = format!("\"query\":\"{}\"", "Anselm Wackerbarth");
    assert!(!on_disk(answer.as_bytes()));
    app.verify_log(None).unwrap();
    let after = export(
        &mut app,
        &Selection {
            with_data: true,
            ..Selection::default()
        },
    );
    check(after.as_bytes()).unwrap();
    let erased: Vec<Value> = after
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line["subject"] == 1)
        .collect();
    assert!(erased.iter().all(|line| line["data"].is_null()));
    let last = erased.last().unwrap();
    assert_eq!(
        (&last["kind"], &last["actor"]),
        (&"erased".into(), &"ada".into())
    );
    assert_eq!(last["detail"]["change"], "erased: a law");
}

#[test]
fn a_frozen_export_is_verified_for_ever() {
    let frozen = include_bytes!("../testdata/v1/log.ndjson");
    let key = VerifierKey::parse(include_str!("../testdata/v1/log.pub").trim()).unwrap();
    let verified = verify(&mut Cursor::new(frozen), &key).unwrap();
    assert!(verified.is_whole());
    assert_eq!((verified.entries, verified.with_data), (15, 7));
}

#[test]
fn a_log_that_grows_meanwhile_verifies() {
    let folder = std::env::temp_dir().join(format!("rescreen-growing-{}", std::process::id()));
    let mut app = App::new(Store::open(&folder).unwrap());
    fill(&mut app);
    let reader = App::new(Store::open(&folder).unwrap());
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..200 {
                let note = Request {
                    alert: 1,
                    by: "ann".to_owned(),
                    expected: None,
                    key: None,
                    action: Action::Note {
                        text: format!("note {n}"),
                    },
                    relied: Vec::new(),
                };
                app.act(&note, hour(100)).unwrap();
                app.checkpoint(&key(), hour(100)).unwrap();
            }
            is_over.store(true, std::sync::atomic::Ordering::Release);
        });
        let mut looked = 0;
        while looked < 20 || !is_over.load(std::sync::atomic::Ordering::Acquire) {
            reader.verify_log(Some(&key().verifier())).unwrap();
            looked += 1;
        }
    });
    std::fs::remove_dir_all(&folder).unwrap();
}

//! What happens to a store when the machine under it does: it still answers, mends itself, or says what is wrong.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::support::{Scratch, crowd};

/// A store with a list, some thousand subjects and a few alerts.
fn filled() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2026-01-05");
    let rows: Vec<String> = (0..6_000)
        .map(|n| match n % 1_000 {
            7 => format!("{n},Anselm Wackerbarth,1960-02-01"),
            _ => format!("{n},Torvald Nygaardsvold,19{:02}-03-04", 30 + n % 70),
        })
        .collect();
    let text = format!("id,name,birth_date\n{}\n", rows.join("\n"));
    scratch.write("c.csv", text);
    scratch.ok(&["--quiet", "subject", "import", "c.csv"]);
    scratch
}

/// So many rows that they are worth a segment.
fn rows_of(what: &str) -> String {
    (0..5_000).fold(String::new(), |rows, n| rows + &format!("{n},{what}\n"))
}

fn succeeds(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .status()
        .is_ok_and(|s| s.success())
}

fn at(home: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rescreen"))
        .arg("--home")
        .arg(home)
        .args(args)
        .output()
        .unwrap()
}

/// A directory that nobody may write, where the machine lets us make one.
#[test]
fn a_read_only_home_answers_and_says_why_it_takes_nothing_in() {
    let scratch = filled();
    let home = scratch.home();
    let place = home.to_str().unwrap().to_owned();
    let made = succeeds("mount", &["--bind", &place, &place])
        && succeeds("mount", &["-o", "remount,bind,ro", &place]);
    if !made {
        eprintln!("SKIPPED: this user may not mount a directory read-only");
        return;
    }
    let asked: [&[&str]; 6] = [
        &["list", "ls"],
        &["alert", "ls"],
        &["report", "accounting"],
        &["report", "coverage"],
        &["subject", "show", "7"],
        &["screen", "--name", "Anselm Wackerbarth"],
    ];
    let answers = asked.map(|args| at(&home, args));
    let refused: [&[&str]; 3] = [
        &["sweep", "--full"],
        &["subject", "erase", "7", "--reason", "asked for it"],
        &["list", "add", "other", "--format", "ftm-json"],
    ];
    let refusals = refused.map(|args| at(&home, args));
    let unmounted = succeeds("umount", &[&place]);
    for (args, answer) in asked.iter().zip(&answers) {
        assert!(answer.status.success(), "{args:?}: {answer:?}");
    }
    let alerts = String::from_utf8_lossy(&answers[1].stdout).into_owned();
    assert!(alerts.contains("Anselm Wackerbarth"), "{alerts}");
    for (args, refusal) in refused.iter().zip(&refusals) {
        let text = String::from_utf8_lossy(&refusal.stderr);
        assert_eq!(refusal.status.code(), Some(3), "{args:?}: {text}");
        assert!(text.contains("read-only"), "{args:?}: {text}");
    }
    assert!(unmounted);

    // A log beside it may hold what the file does not: half an answer would be none.
    let log = home.join("rescreen.sqlite-wal");
    fs::write(&log, "").unwrap();
    let made = succeeds("mount", &["--bind", &place, &place])
        && succeeds("mount", &["-o", "remount,bind,ro", &place]);
    let answer = at(&home, &["alert", "ls"]);
    let unmounted = succeeds("umount", &[&place]);
    assert!(made && unmounted);
    let text = String::from_utf8_lossy(&answer.stderr);
    assert_eq!(answer.status.code(), Some(3), "{text}");
    assert!(text.contains("log beside it"), "{text}");
}

/// Whatever page is damaged: an answer, or a word about the damage. Never a panic, never a defect of ours.
#[test]
fn a_damaged_page_is_named_and_nothing_stops_without_a_word() {
    const PAGE: usize = 4_096;
    let scratch = filled();
    let store = scratch.home().join("rescreen.sqlite");
    let whole = fs::read(&store).unwrap();
    let (pages, mut named) = (whole.len() / PAGE, 0);
    let commands: [&[&str]; 5] = [
        &["alert", "ls"],
        &["report", "accounting"],
        &["report", "coverage"],
        &["subject", "show", "7"],
        &["sweep", "--full"],
    ];
    for (n, page) in (1..pages).step_by((pages / 40).max(1)).enumerate() {
        let mut bytes = whole.clone();
        for (i, byte) in bytes[page * PAGE..(page + 1) * PAGE].iter_mut().enumerate() {
            *byte = (i.wrapping_mul(2_654_435_761) >> 7) as u8;
        }
        fs::write(&store, bytes).unwrap();
        let run = scratch.run(commands[n % commands.len()]);
        let text = format!("page {page} of {pages}: {run:?}");
        assert!([0, 3, 4].contains(&run.code), "{text}");
        if run.code == 3 {
            assert!(run.err.contains("damaged"), "{text}");
            assert!(run.err.contains("backup"), "{text}");
            named += 1;
        }
    }
    assert!(named > 0, "no damage was met in {pages} pages");
}

/// The segments beside the store are its own affair: it mends them and says so.
#[test]
fn a_damaged_segment_mends_itself_and_says_so() {
    let scratch = filled();
    let folder = scratch.home().join("segments");
    let file = fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let mut bytes = fs::read(file.path()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(file.path(), bytes).unwrap();
    let mut people = crowd();
    people.push((21, "Torvald Nygaardsvold", "1933"));
    let (code, report) = scratch.update_people(&people, "2026-02-01");
    assert_eq!(code, 0);
    assert!(
        report["sweep"]["alerts_new"].as_u64().unwrap() > 0,
        "{report}"
    );
    let note = report["sweep"]["notes"][0].as_str().unwrap();
    assert!(
        note.contains("subjects 1 to 6000 was made anew") && note.contains("checksum"),
        "{note}"
    );
    fs::remove_dir_all(&folder).unwrap();
    let run = scratch.run(&["sweep"]);
    assert!(
        run.code == 0 && run.err.contains("its file is missing"),
        "{run:?}"
    );
    let run = scratch.run(&["sweep"]);
    assert!(run.code == 0 && run.err.is_empty(), "{run:?}");
}

/// Where no segment can be kept, registering and sweeping go on without, and say so.
#[test]
fn without_room_for_segments_everything_works_and_is_told() {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2026-01-05");
    // A file where the folder would be.
    fs::write(scratch.home().join("segments"), "in the way").unwrap();
    let rows = rows_of("Torvald Nygaardsvold,1933");
    scratch.write("c.csv", format!("id,name,birth_date\n{rows}"));
    let run = scratch.run(&["subject", "import", "c.csv"]);
    assert!(
        run.code == 0 && run.err.contains("could not be kept"),
        "{run:?}"
    );
    let mut people = crowd();
    people.push((21, "Torvald Nygaardsvold", "1933"));
    let (code, report) = scratch.update_people(&people, "2026-02-01");
    assert_eq!((code, &report["sweep"]["alerts_new"]), (0, &5_000.into()));
    assert!(
        report["sweep"]["notes"]
            .to_string()
            .contains("could not be kept"),
        "{report}"
    );
}

/// After an erasure no file of the home has the name any more, in whatever form.
#[test]
fn whoever_is_erased_is_in_no_byte_of_the_home() {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2026-01-05");
    let rows = rows_of("Torvald Nygaardsvold,1933");
    let special = "x,Anselm Wackerbarth Xyloquin,1960\n";
    scratch.write("c.csv", format!("id,name,birth_date\n{special}{rows}"));
    scratch.ok(&["--quiet", "subject", "import", "c.csv"]);
    assert_eq!(scratch.json(&["alert", "ls"]).as_array().unwrap().len(), 1);
    let files = || {
        let home = scratch.home();
        [home.clone(), home.join("segments")]
            .iter()
            .flat_map(|folder| fs::read_dir(folder).unwrap())
            .map(|file| file.unwrap().path())
            .filter(|path| path.is_file())
            .collect::<Vec<_>>()
    };
    let having = |letters: &str| -> Vec<_> {
        let has = |path: &std::path::PathBuf| {
            let bytes = fs::read(path).unwrap().to_ascii_lowercase();
            bytes
                .windows(letters.len())
                .any(|w| w == letters.as_bytes())
        };
        files().into_iter().filter(has).collect()
    };
    assert_eq!(having("xyloquin").len(), 2, "in the store and in a segment");
    scratch.ok(&["subject", "erase", "x", "--reason", "asked for it"]);
    assert_eq!(having("xyloquin"), Vec::<std::path::PathBuf>::new());
    assert_eq!(having("nygaardsvold").len(), 2);
}

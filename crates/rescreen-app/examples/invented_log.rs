//! Writes the export of an invented log, to measure how long verifying takes; the public key goes beside it.
//!
//! `cargo run --release -p rescreen-app --example invented_log -- ENTRIES FILE`

#![expect(clippy::unwrap_used, reason = "an example stops where it cannot go on")]

use std::{
    env, fs,
    io::{BufWriter, Write},
};

use jiff::Timestamp;
use rescreen_app::{
    SubjectKey,
    audit::{Checkpoint, Hash, LogKey, LogRow},
    form::{
        EXPORT_FORM, ExportHead, encode_export_checkpoint, encode_export_entry, encode_export_head,
    },
};
use rescreen_audit::{Commitment, Frontier, Record};

/// A day of a desk, over and over: kind, state, and whether a person does it.
const KINDS: [(&str, Option<&str>, bool); 6] = [
    ("raised", Some("open"), false),
    ("assigned", Some("open"), true),
    ("review-started", Some("under-review"), true),
    ("proposed", Some("under-review"), true),
    ("approved", None, true),
    ("decided", Some("released"), true),
];

/// The entry at a place, without its hash.
fn entry(index: u64, previous: Hash) -> LogRow {
    let (kind, state, by_person) = KINDS[(index % 6) as usize];
    let alert = (index / 6) as i64 + 1;
    let mut commitment = [7; 32];
    commitment[..8].copy_from_slice(&index.to_le_bytes());
    LogRow {
        index,
        at: Timestamp::from_microsecond(1_767_225_600_000_000 + 1_500 * index as i64).unwrap(),
        kind: kind.to_owned(),
        tenant: "default".to_owned(),
        actor: by_person.then(|| "ann".to_owned()),
        role: by_person.then(|| "analyst".to_owned()),
        subject: Some(SubjectKey(alert % 1_000_000)),
        alert: Some(alert),
        state: state.map(str::to_owned),
        revision: by_person.then_some((index % 6) as i64),
        detail: "{\"change\":\"\"}".to_owned(),
        commitment: Some(Commitment(Hash(commitment))),
        previous,
        hash: Hash::ZERO,
        data: None,
    }
}

fn chained(index: u64, previous: Hash) -> LogRow {
    let mut row = entry(index, previous);
    row.hash = Record::new(index, previous, row.statement().to_bytes()).hash;
    row
}

fn main() {
    let mut args = env::args().skip(1);
    let entries: u64 = args.next().unwrap().parse().unwrap();
    let path = args.next().unwrap();
    // Twice the same: the checkpoint, which comes first, vouches for all of it. The proof of the last entry is made of
    // the roots left of it, which the tree without it has.
    let (mut tree, mut previous) = (Frontier::default(), Hash::ZERO);
    let mut beside = Vec::new();
    for index in 0..entries {
        if index + 1 == entries {
            beside = tree.roots().iter().rev().copied().collect();
        }
        previous = chained(index, previous).hash;
        tree.push(previous);
    }
    let key = LogKey::new("example.org/invented", &[9; 32]).unwrap();
    let checkpoint = Checkpoint {
        origin: key.name().to_owned(),
        size: entries,
        root: tree.root(),
        extensions: Vec::new(),
    };
    let head = ExportHead {
        rescreen_log: EXPORT_FORM,
        origin: key.name().to_owned(),
        size: entries,
        entries,
        from: Some(0),
        subject: None,
    };
    let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(&path).unwrap());
    writeln!(out, "{}", encode_export_head(&head).unwrap()).unwrap();
    let note = checkpoint.sign(&key).unwrap();
    writeln!(out, "{}", encode_export_checkpoint(&note).unwrap()).unwrap();
    let mut previous = Hash::ZERO;
    for index in 0..entries {
        let row = chained(index, previous);
        previous = row.hash;
        let proof = (index + 1 == entries).then_some(beside.as_slice());
        writeln!(out, "{}", encode_export_entry(&row, false, proof).unwrap()).unwrap();
    }
    out.flush().unwrap();
    fs::write(format!("{path}.pub"), key.verifier().to_text() + "\n").unwrap();
}

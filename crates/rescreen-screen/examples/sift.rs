//! What a sweep costs without a store: subjects of a file, as `cargo xtask people` writes it, put into segments and sifted
//! for what the second of two files of OFAC's list adds to the first.
//!
//! `cargo run --release -p rescreen-screen --example sift -- subjects.csv before.csv after.csv`

#![expect(clippy::print_stdout, reason = "an example prints")]
#![expect(
    clippy::unwrap_used,
    reason = "an example stops where its data are missing"
)]

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use rayon::prelude::*;
use rescreen_import::{Input, Sink, Spec};
use rescreen_match::Policy;
use rescreen_model::{Entity, EntityId, Entry, Finding, ListName, Property, Schema};
use rescreen_screen::{Party, Screener, Segment, SegmentBuilder, SegmentRow, readings};

#[derive(Default)]
struct Entries(Vec<Entry>);

impl Sink for Entries {
    fn entry(&mut self, entry: Entry) {
        self.0.push(entry);
    }
    fn removed(&mut self, _: EntityId) {}
    fn finding(&mut self, _: Finding) {}
}

fn listed(path: &str) -> Vec<Entry> {
    let mut sink = Entries::default();
    let inputs = vec![Input::new(
        "sdn.csv",
        std::io::BufReader::new(File::open(path).unwrap()),
    )];
    rescreen_import::read(&Spec::OfacSdnCsv, inputs, &mut sink).unwrap();
    sink.0
}

fn subject(row: &csv::StringRecord) -> Entity {
    let schema = Schema::named(&row[1]).unwrap_or(Schema::Thing);
    let mut subject = Entity::new(&row[0], schema);
    let properties = [
        (2, Property::Name),
        (3, Property::Alias),
        (4, Property::BirthDate),
        (6, Property::Nationality),
    ];
    for (at, property) in properties {
        if !row[at].is_empty() {
            subject.add(property, &row[at]);
        }
    }
    if let Some((_, number)) = row[7].split_once(':') {
        subject.add(Property::PassportNumber, number);
    }
    subject
}

/// Builds the segments and writes each to the folder.
fn build(people: &str, folder: &Path) -> Vec<PathBuf> {
    let mut reader = csv::Reader::from_path(people).unwrap();
    let mut records = reader.records();
    let (mut files, mut first, mut builder) = (Vec::new(), 0, SegmentBuilder::new());
    loop {
        let chunk: Vec<csv::StringRecord> =
            records.by_ref().take(8_192).map(Result::unwrap).collect();
        let rows: Vec<SegmentRow> = chunk
            .par_iter()
            .enumerate()
            .map(|(i, row)| SegmentRow::of((first + i) as u64, &readings(&subject(row))))
            .collect();
        first += rows.len();
        for row in rows {
            builder.push(row);
        }
        if builder.is_full() || chunk.is_empty() && !builder.is_empty() {
            let segment = std::mem::take(&mut builder).finish();
            builder = SegmentBuilder::new();
            let file = folder.join(files.len().to_string());
            fs::write(&file, segment.bytes()).unwrap();
            println!("{segment:?}");
            files.push(file);
        }
        if chunk.is_empty() {
            return files;
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [people, before, after] = arguments.as_slice() else {
        println!("expected: subjects.csv before.csv after.csv");
        return;
    };
    let before: BTreeSet<EntityId> = listed(before).into_iter().map(|e| e.party.id).collect();
    let list = ListName::parse("ofac").unwrap();
    let parties: Vec<Party> = listed(after)
        .into_iter()
        .filter(|e| !before.contains(&e.party.id))
        .map(|e| Party {
            list: list.clone(),
            entity: Arc::new(e.party),
        })
        .collect();
    println!("{} parties", parties.len());
    let folder = std::env::temp_dir().join("rescreen-sift");
    fs::create_dir_all(&folder).unwrap();
    let begun = Instant::now();
    let files = build(people, &folder);
    println!("built in {:?}", begun.elapsed());

    let begun = Instant::now();
    let screener = Screener::new(parties, Policy::default());
    println!("indexed in {:?}", begun.elapsed());
    let mut left = Vec::new();
    for _ in 0..9 {
        left.clear();
        let (mut reading, mut opening, mut sifting) = <(Duration, Duration, Duration)>::default();
        let (begun, before) = (Instant::now(), cpu_time());
        for file in &files {
            let begun = Instant::now();
            let bytes = fs::read(file).unwrap();
            reading += begun.elapsed();
            let begun = Instant::now();
            let segment = Segment::open(bytes).unwrap();
            opening += begun.elapsed();
            let begun = Instant::now();
            left.extend(screener.sift(&segment));
            sifting += begun.elapsed();
        }
        println!(
            "read {reading:?}, opened {opening:?}, sifted {sifting:?}: {:?}, {:?} of all cores; {} left",
            begun.elapsed(),
            cpu_time().checked_sub(before).unwrap(),
            left.len(),
        );
    }
    fs::remove_dir_all(&folder).unwrap();
    let left: BTreeSet<u64> = left.into_iter().collect();
    let mut reader = csv::Reader::from_path(people).unwrap();
    let mut hits = 0;
    for (number, row) in reader.records().enumerate() {
        if left.contains(&(number as u64)) {
            hits += screener.screen(&subject(&row.unwrap())).hits.len();
        }
    }
    println!("{hits} hits");
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("{line}");
    }
}

/// What all threads have had of the processors so far, where the system says.
fn cpu_time() -> Duration {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return Duration::ZERO;
    };
    tasks
        .filter_map(|task| {
            let text = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
        })
        .sum()
}

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

fn subjects(path: &str) -> Vec<Entity> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
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
        })
        .collect()
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
    let subjects = subjects(people);
    println!("{} subjects, {} parties", subjects.len(), parties.len());

    let begun = Instant::now();
    let mut segments = Vec::new();
    let mut builder = SegmentBuilder::new();
    for (chunk, part) in subjects.chunks(8_192).enumerate() {
        let rows: Vec<SegmentRow> = part
            .par_iter()
            .enumerate()
            .map(|(i, s)| SegmentRow::of((chunk * 8_192 + i) as u64, &readings(s)))
            .collect();
        for row in rows {
            builder.push(row);
        }
        if builder.is_full() {
            segments.push(std::mem::take(&mut builder).finish());
            builder = SegmentBuilder::new();
        }
    }
    segments.push(builder.finish());
    println!("built in {:?}", begun.elapsed());
    for segment in &segments {
        println!("{segment:?}");
    }

    let folder = std::env::temp_dir().join("rescreen-sift");
    fs::create_dir_all(&folder).unwrap();
    for (i, segment) in segments.iter().enumerate() {
        fs::write(folder.join(i.to_string()), segment.bytes()).unwrap();
    }
    let begun = Instant::now();
    let screener = Screener::new(parties, Policy::default());
    println!("indexed in {:?}", begun.elapsed());
    for _ in 0..9 {
        let begun = Instant::now();
        let read: Vec<Vec<u8>> = (0..segments.len())
            .into_par_iter()
            .map(|i| fs::read(folder.join(i.to_string())).unwrap())
            .collect();
        let reading = begun.elapsed();
        let opened: Vec<Segment> = read
            .into_par_iter()
            .map(|bytes| Segment::open(bytes).unwrap())
            .collect();
        let opening = begun.elapsed();
        let before = cpu_time();
        let left: Vec<u64> = opened.iter().flat_map(|s| screener.sift(s)).collect();
        let sifting = begun.elapsed();
        let cpu = cpu_time().checked_sub(before).unwrap();
        let screened: Vec<usize> = left
            .par_iter()
            .map(|i| screener.screen(&subjects[*i as usize]).hits.len())
            .collect();
        let hits: usize = screened.iter().sum();
        println!(
            "read {reading:?}, opened {:?}, sifted {:?} ({cpu:?} of all cores), {} left, screened in {:?}, {hits} hits",
            opening.checked_sub(reading).unwrap(),
            sifting.checked_sub(opening).unwrap(),
            left.len(),
            begun.elapsed().checked_sub(sifting).unwrap(),
        );
    }
    fs::remove_dir_all(&folder).unwrap();
    let begun = Instant::now();
    let hits: usize = subjects
        .par_iter()
        .map(|s| screener.screen(s).hits.len())
        .sum();
    println!("everybody screened in {:?}, {hits} hits", begun.elapsed());
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

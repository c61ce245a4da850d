//! Derives `rescreen-prepare/data/frequencies.tsv`: how rare a word is in names.
//!
//! Source, in the public domain: the OFAC list of 2023-12-28 without persons who are also on the United Nations' list
//! (those serve acceptance and are never trained on). What a census knows is a table of its own.
//!
//! A word is as common as it is in the culture where it is most common, so that `Kim` or `Mohammed` is not called rare
//! because most of the world is called otherwise. Cultures are groups of countries; the country serves to count and is
//! not written to the table. Counts of few are taken at their lower bound.
//!
//! `cargo run --release -p rescreen-screen --example derive_frequencies > frequencies.tsv`

#![expect(clippy::print_stdout, reason = "an example prints")]
#![expect(
    clippy::unwrap_used,
    reason = "an example stops where its data are missing"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::collections::{BTreeMap, BTreeSet};

use rescreen_prepare::{Kind, Prepared, Quality, Roles, prepare};

/// Words rarer than this are as good as unknown and stay out of the table (hundredths of a bit).
const RAREST: f64 = 1_200.0;
/// Parties a word must occur in.
const FEWEST: usize = 3;
/// Parties without which a group says nothing.
const SMALLEST_GROUP: usize = 250;

fn main() {
    let entries = common::ofac().unwrap();
    let un = common::UnPersons::read().unwrap();
    let mut person = Counts::default();
    let mut other = Counts::default();
    for entry in &entries {
        let prepared = prepare(&entry.party);
        match prepared.kind {
            Kind::Person => {
                if un.may_include(&entry.party) {
                    continue;
                }
                person.add(common::culture(entry), &words(&prepared));
            }
            _ => other.add("all", &words(&prepared)),
        }
    }
    let mut table: BTreeMap<String, (Option<u32>, Option<u32>)> = BTreeMap::new();
    for (word, bits) in person.bits() {
        table.entry(word).or_default().0 = Some(bits);
    }
    for (word, bits) in other.bits() {
        table.entry(word).or_default().1 = Some(bits);
    }
    println!(
        "# How rare a word is: word, in names of persons, in other names; hundredths of a bit, '-' where unknown."
    );
    println!(
        "# Derived by rescreen-screen/examples/derive_frequencies.rs; sources and method are described there."
    );
    for (word, (person, other)) in table {
        let text = |bits: Option<u32>| bits.map_or("-".to_owned(), |b| b.to_string());
        println!("{word}\t{}\t{}", text(person), text(other));
    }
}

/// The distinct words of a party's good names.
fn words(prepared: &Prepared) -> BTreeSet<String> {
    prepared
        .names
        .iter()
        .filter(|n| n.quality == Quality::Strong)
        .flat_map(|n| &n.tokens)
        .filter(|t| {
            !t.roles
                .any(Roles::LEGAL.with(Roles::INITIAL).with(Roles::NUMERAL))
        })
        .filter(|t| t.form().letters.len() > 1 && !t.form().abjad)
        .map(|t| t.form().as_str().to_owned())
        .collect()
}

#[derive(Default)]
struct Counts(BTreeMap<&'static str, (usize, BTreeMap<String, usize>)>);

impl Counts {
    fn add(&mut self, group: &'static str, words: &BTreeSet<String>) {
        for group in BTreeSet::from([group, "all"]) {
            let (parties, counts) = self.0.entry(group).or_default();
            *parties += 1;
            for word in words {
                *counts.entry(word.clone()).or_default() += 1;
            }
        }
    }

    fn bits(&self) -> BTreeMap<String, u32> {
        let mut bits: BTreeMap<String, u32> = BTreeMap::new();
        for (parties, counts) in self.0.values().filter(|(n, _)| *n >= SMALLEST_GROUP) {
            for (word, &count) in counts.iter().filter(|(_, c)| **c >= FEWEST) {
                let count = count as f64;
                let rare = -100.0 * ((count - count.sqrt()) / *parties as f64).log2();
                if rare < RAREST {
                    let rare = rounded(rare);
                    bits.entry(word.clone())
                        .and_modify(|b| *b = (*b).min(rare))
                        .or_insert(rare);
                }
            }
        }
        bits
    }
}

fn rounded(bits: f64) -> u32 {
    (bits / 10.0).round() as u32 * 10
}

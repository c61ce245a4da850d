//! How common names are among the people who bear them, from two censuses of the United States.
//!
//! A name is as common as it is in the group of people where it is most common: `Kim` or `Cardenas` is not called rare
//! because most of a country is called otherwise. With `P(name)` of all people (1990) and `P(group | name)` (2010 for family names;
//! Tzioumis 2018 for given names), `P(name | group)` is their product by `P(group)`. The group serves to count and
//! is not written to the table.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::plain;

/// Names rarer than this stay out: the words the tables do not know weigh as much (hundredths of a bit).
const RAREST: f64 = 1_250.0;

/// The groups that are large enough, by their columns.
const GROUPS: [&str; 4] = ["white", "black", "api", "hispanic"];

pub(super) fn derive(inputs: &[String]) -> Result<Vec<String>> {
    let mut table = BTreeMap::new();
    add(&mut table, &inputs[0], &inputs[1])?;
    add(&mut table, &inputs[2], &inputs[4])?;
    add(&mut table, &inputs[3], &inputs[4])?;
    ensure!(!table.is_empty(), "no name is common");
    Ok(table
        .into_iter()
        .map(|(word, bits)| format!("{word}\t{bits}"))
        .collect())
}

/// Adds the names of one distribution: name and percent, with the shares of groups by name.
fn add(table: &mut BTreeMap<String, u32>, names: &str, groups: &str) -> Result<()> {
    let mut shares: BTreeMap<String, [f64; 4]> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(groups.as_bytes());
    let header = reader.headers()?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|cell| cell == name)
            .with_context(|| format!("no column {name}"))
    };
    let name = column("name")?;
    let mut columns = [0; 4];
    for (slot, group) in columns.iter_mut().zip(GROUPS) {
        *slot = column(group)?;
    }
    for row in reader.records() {
        let row = row?;
        if let Some(word) = plain(row.get(name).unwrap_or_default()) {
            let share = |at: usize| row.get(at).and_then(|c| c.parse().ok()).unwrap_or(0.0);
            shares.insert(word, columns.map(share));
        }
    }
    let mut all: Vec<(String, f64)> = Vec::new();
    for line in names.lines() {
        let mut cells = line.split_whitespace();
        if let (Some(word), Some(percent)) = (cells.next().and_then(plain), cells.next()) {
            all.push((word, percent.parse::<f64>()? / 100.0));
        }
    }
    let mut people = [0.0; 4];
    for (word, p) in &all {
        for (sum, share) in people
            .iter_mut()
            .zip(shares.get(word).copied().unwrap_or_default())
        {
            *sum += p * share;
        }
    }
    for (word, p) in all {
        let of_groups = shares.get(&word).copied().unwrap_or_default();
        let commonest = of_groups
            .iter()
            .zip(people)
            .filter(|(_, people)| *people > 0.0)
            .map(|(share, people)| p * share / people)
            .fold(p, f64::max);
        let bits = -100.0 * commonest.log2();
        if bits < RAREST {
            let bits = (bits / 10.0).round() as u32 * 10;
            table
                .entry(word)
                .and_modify(|b| *b = bits.min(*b))
                .or_insert(bits);
        }
    }
    Ok(())
}

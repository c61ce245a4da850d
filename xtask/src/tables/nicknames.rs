//! Short forms of English names, where both are names that people bear.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};

use super::plain;

pub(super) fn derive(inputs: &[String]) -> Result<Vec<String>> {
    // How common a given name is, percent of the more common sex.
    let mut common: BTreeMap<String, f64> = BTreeMap::new();
    for names in &inputs[1..] {
        for line in names.lines() {
            let mut cells = line.split_whitespace();
            if let (Some(word), Some(percent)) = (cells.next().and_then(plain), cells.next()) {
                let percent: f64 = percent.parse()?;
                common
                    .entry(word)
                    .and_modify(|p| *p = p.max(percent))
                    .or_insert(percent);
            }
        }
    }
    let mut reader = csv::Reader::from_reader(inputs[0].as_bytes());
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in reader.records() {
        let row = row?;
        let cell = |at: usize| row.get(at).context("expected three columns");
        ensure!(
            cell(1)? == "has_nickname",
            "a relationship that is not known"
        );
        let (Some(full), Some(short)) = (plain(cell(0)?), plain(cell(2)?)) else {
            continue;
        };
        // Both are names in use, and the short form is shorter: others are spellings or wishes.
        if full != short
            && short.len() >= 2
            && short.len() <= full.len()
            && common.contains_key(&full)
            && common.contains_key(&short)
        {
            edges.entry(full).or_default().insert(short);
        }
    }
    ensure!(!edges.is_empty(), "no short form is a name in use");
    // The most common names first: a short form belongs to few classes, and to those of the names it stands for most often.
    let mut lines: Vec<(f64, String)> = edges
        .into_iter()
        .map(|(full, shorts)| {
            let shorts: Vec<String> = shorts.into_iter().collect();
            (common[&full], format!("{full} {}", shorts.join(" ")))
        })
        .collect();
    lines.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

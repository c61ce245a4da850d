//! What a fit is worth, in figures.

use std::collections::{BTreeMap, BTreeSet};

use rescreen_eval::isotonic;
use rescreen_match::{Feature, Policy, Term, compare};
use rescreen_model::{Entity, Property, Schema};
use rescreen_prepare::prepare;
use serde_json::{Value, json};

use crate::{
    fit::{Example, Factors, THRESHOLD},
    sets::{Set, Sets},
};

/// Every kind of evidence against that occurs.
pub fn terms(sets: &Sets) -> Vec<Term> {
    let all: BTreeSet<Term> = sets
        .all()
        .iter()
        .flat_map(|e| &e.pairs)
        .flat_map(|pair| pair.against.iter().map(|(term, _)| *term))
        .collect();
    all.into_iter().collect()
}

/// A term in words.
pub fn name(term: Term) -> String {
    match term {
        Term::Spelling(level) => format!("spelling: {level:?}"),
        Term::Omitted(omission) => format!("omitted: {omission:?}"),
        other => format!("{other:?}"),
    }
}

fn scores(set: &Set, factors: &Factors) -> Vec<f64> {
    set.examples
        .iter()
        .map(|e| factors.best(&e.pairs).map_or(0.0, |(_, score)| score))
        .collect()
}

fn share(scores: &[f64], threshold: f64) -> f64 {
    let hits = scores.iter().filter(|s| **s >= threshold).count();
    rounded(hits as f64 / scores.len().max(1) as f64)
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// The lowest threshold that at most this share of the scores reaches.
fn threshold_at(scores: &[f64], wanted: f64) -> f64 {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let at = (wanted * sorted.len() as f64).round() as usize;
    // Just above the first that must not reach it.
    sorted.get(at).map_or(0.0, |score| score + 0.000_05)
}

/// The figures of one set of weights on one part: at the review threshold, and where as many near misses hit as given.
pub fn measure(sets: &Sets, factors: &Factors, near_misses_wanted: Option<f64>) -> Value {
    let left_out = scores(&sets.left_out, factors);
    let damaged = scores(&sets.damaged, factors);
    let near = scores(&sets.near_misses, factors);
    let strangers = scores(&sets.strangers, factors);
    let at = |threshold: f64| {
        json!({
            "threshold": rounded(threshold),
            "left_out_found": share(&left_out, threshold),
            "damaged_found": share(&damaged, threshold),
            "near_misses_hit": share(&near, threshold),
            "strangers_hit": share(&strangers, threshold),
        })
    };
    let by = |set: &Set, scores: &[f64]| {
        let mut groups: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (group, score) in set.groups.iter().zip(scores) {
            groups.entry(group).or_default().push(*score);
        }
        let shares: serde_json::Map<String, Value> = groups
            .into_iter()
            .map(|(group, scores)| (group.to_owned(), json!(share(&scores, THRESHOLD))))
            .collect();
        Value::Object(shares)
    };
    json!({
        "n": {
            "left_out": left_out.len(), "damaged": damaged.len(), "near_misses": near.len(),
            "strangers": strangers.len(),
        },
        "at_review": at(THRESHOLD),
        "at_equal_near_misses": near_misses_wanted.map(|wanted| at(threshold_at(&near, wanted))),
        "average_precision": rounded(average_precision(sets, factors)),
        "near_misses_by_group": by(&sets.near_misses, &near),
        "damaged_by_kind": by(&sets.damaged, &damaged),
    })
}

fn labelled(sets: &Sets, factors: &Factors) -> Vec<(f64, bool, f64)> {
    sets.all()
        .iter()
        .map(|e: &Example| {
            let score = factors.best(&e.pairs).map_or(0.0, |(_, score)| score);
            (score, e.label, e.weight)
        })
        .collect()
}

fn average_precision(sets: &Sets, factors: &Factors) -> f64 {
    let mut all = labelled(sets, factors);
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: f64 = all.iter().filter(|a| a.1).map(|a| a.2).sum();
    let (mut found, mut seen, mut area) = (0.0, 0.0, 0.0);
    for run in all.chunk_by(|a, b| a.0.to_bits() == b.0.to_bits()) {
        let new: f64 = run.iter().filter(|a| a.1).map(|a| a.2).sum();
        found += new;
        seen += run.iter().map(|a| a.2).sum::<f64>();
        area += new * found / seen;
    }
    area / total.max(1e-9)
}

/// The isotonic map from score to share, fitted to one part and held against another.
pub fn calibration(fitted_to: &Sets, held_against: &Sets, factors: &Factors) -> Value {
    let steps = isotonic::fit(labelled(fitted_to, factors));
    let held = labelled(held_against, factors);
    (10..20)
        .map(|band| {
            let (from, to) = (f64::from(band) / 20.0, f64::from(band + 1) / 20.0);
            let inside: Vec<_> = held
                .iter()
                .filter(|(score, ..)| (from..to).contains(score))
                .collect();
            let weight: f64 = inside.iter().map(|(.., w)| w).sum();
            let of_true: f64 = inside.iter().filter(|(_, l, _)| *l).map(|(.., w)| w).sum();
            let mean = |f: &dyn Fn(f64) -> f64| {
                inside.iter().map(|(s, _, w)| f(*s) * w).sum::<f64>() / weight.max(1e-9)
            };
            json!({
                "from": from, "to": to, "n": inside.len(),
                "share_by_the_map": rounded(mean(&|s| isotonic::share(&steps, s))),
                "share_seen": rounded(of_true / weight.max(1e-9)),
            })
        })
        .collect()
}

/// How often each relation of two birth dates occurs for the same person and for two: bits by the model of damage,
/// beside the bits in force.
pub fn dates(same: &[(String, String)], others: &[(String, String)]) -> Value {
    let mut counts: BTreeMap<String, ([usize; 2], f64)> = BTreeMap::new();
    for (side, pairs) in [same, others].into_iter().enumerate() {
        for (a, b) in pairs {
            let person = |date: &str| {
                let mut person = Entity::new("x", Schema::Person);
                person.add(Property::Name, "Vsevolod Tarabukin");
                person.add(Property::BirthDate, date);
                prepare(&person)
            };
            let found = compare(&person(a), &person(b), &Policy::default());
            let line = found
                .evidence
                .iter()
                .find(|line| line.feature == Feature::BirthDate);
            let Some(line) = line else { continue };
            let note = line.note.as_deref().unwrap_or_default().to_owned();
            let entry = counts.entry(note).or_default();
            entry.0[side] += 1;
            entry.1 = line.bits.as_f64();
        }
    }
    let rows: serde_json::Map<String, Value> = counts
        .into_iter()
        .map(|(note, (count, in_force))| {
            let rate = |side: usize, n: usize| (count[side] as f64 + 0.5) / (n as f64 + 1.0);
            let bits = (rate(0, same.len()) / rate(1, others.len())).log2();
            let row = json!({
                "same_person": count[0], "two_persons": count[1], "bits": (bits * 10.0).round() / 10.0,
                "in_force_on_25_bits": in_force,
            });
            (note, row)
        })
        .collect();
    Value::Object(rows)
}

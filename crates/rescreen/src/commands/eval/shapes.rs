//! Figures as JSON, and as cells of tables for people.

use std::collections::BTreeMap;

use rescreen_eval::{Bin, Confusion, Operating, Point, Share, Spread, Timing, isotonic::Step};
use rescreen_match::{Evidence, Match, Score};
use serde_json::{Value, json};

use crate::output::Table;

/// Four digits are more than any of these samples can tell.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

pub(super) fn share(share: Share) -> Value {
    let (low, high) = share.interval().unwrap_or((0.0, 1.0));
    json!({
        "n": share.n,
        "hits": share.hits,
        "share": share.value().map(rounded),
        "low": rounded(low),
        "high": rounded(high),
    })
}

pub(super) fn shares(groups: &BTreeMap<String, Share>) -> Value {
    groups
        .iter()
        .map(|(name, s)| (name.clone(), share(*s)))
        .collect()
}

pub(super) fn spread(spread: Option<&Spread>) -> Value {
    spread.map_or(Value::Null, |s| {
        json!({
            "worst": s.worst,
            "best": s.best,
            "ratio": s.ratio.map(rounded),
            "ratio_at_least": rounded(s.at_least),
        })
    })
}

pub(super) fn confusion(c: &Confusion) -> Value {
    json!({
        "n": c.n(),
        "precision": rounded(c.precision()),
        "recall": rounded(c.recall()),
        "f1": rounded(c.f1()),
        "true_positives": c.true_positives,
        "false_positives": c.false_positives,
        "false_negatives": c.false_negatives,
        "true_negatives": c.true_negatives,
    })
}

pub(super) fn point(point: &Point) -> Value {
    json!({
        "threshold": point.threshold.as_f64(),
        "precision": rounded(point.confusion.precision()),
        "recall": rounded(point.confusion.recall()),
        "f1": rounded(point.confusion.f1()),
    })
}

pub(super) fn bin(bin: &Bin) -> Value {
    json!({
        "from": bin.from.as_f64(),
        "to": bin.to.as_f64(),
        "n": bin.n,
        "mean_score": rounded(bin.mean_score),
        "matches": share(Share { hits: bin.matches, n: bin.n }),
    })
}

pub(super) fn step(step: &Step) -> Value {
    json!({ "from": step.from, "share": rounded(step.share), "n": step.weight })
}

pub(super) fn timing(timing: Option<Timing>) -> Value {
    let micros = |value: f64| (value * 1_000.0).round() / 1_000.0;
    timing.map_or(Value::Null, |t| {
        json!({ "mean": micros(t.mean), "p50": micros(t.p50), "p95": micros(t.p95), "p99": micros(t.p99) })
    })
}

pub(super) fn operating(operating: Option<Operating>) -> Value {
    operating.map_or(Value::Null, |o| {
        json!({
            "threshold": o.threshold.as_f64(),
            "recall": o.found.value().map(rounded),
            "false_positives": o.wrong.value().map(rounded),
        })
    })
}

/// `81.2 %`, or a dash where there was nothing to count.
pub(super) fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{:.1} %", v * 100.0))
}

/// As [`percent`], for rare things.
pub(super) fn fine_percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{:.2} %", v * 100.0))
}

/// A share with its interval in one line.
pub(super) fn with_interval(share: Share, shown: fn(Option<f64>) -> String) -> String {
    let Some((low, high)) = share.interval() else {
        return "no cases".to_owned();
    };
    format!(
        "{} ({} of {}; 95 %: {} to {})",
        shown(share.value()),
        share.hits,
        share.n,
        shown(Some(low)),
        shown(Some(high))
    )
}

/// A table of groups, the largest share first.
pub(super) fn group_table(
    title: &str,
    groups: &BTreeMap<String, Share>,
    shown: fn(Option<f64>) -> String,
) -> Table {
    let mut table = Table::new(&[title, "N", "HITS", "SHARE", "95 % FROM", "TO"])
        .right(1)
        .right(2)
        .right(3)
        .right(4)
        .right(5);
    let mut sorted: Vec<(&String, &Share)> = groups.iter().collect();
    sorted.sort_by(|a, b| {
        let value = |s: &Share| s.value().unwrap_or_default();
        value(b.1).total_cmp(&value(a.1)).then_with(|| a.0.cmp(b.0))
    });
    for (name, share) in sorted {
        let interval = share.interval();
        table.row([
            name.clone(),
            share.n.to_string(),
            share.hits.to_string(),
            shown(share.value()),
            shown(interval.map(|i| i.0)),
            shown(interval.map(|i| i.1)),
        ]);
    }
    table
}

/// How unequal groups are, in a sentence.
pub(super) fn spread_line(spread: Option<&Spread>) -> String {
    let Some(spread) = spread else {
        return "too few groups with enough cases to compare".to_owned();
    };
    let ratio = spread
        .ratio
        .map_or_else(|| "without bound".to_owned(), |ratio| format!("{ratio:.1}"));
    format!(
        "worst to best: {ratio} ({} to {}); at least {:.1} with 95 % confidence",
        spread.worst, spread.best, spread.at_least
    )
}

pub(super) fn timing_line(timing: Option<Timing>) -> String {
    timing.map_or_else(
        || "not measured".to_owned(),
        |t| {
            format!(
                "mean {:.2}, p50 {:.2}, p95 {:.2}, p99 {:.2}",
                t.mean, t.p50, t.p95, t.p99
            )
        },
    )
}

/// The lines of evidence in one cell. Without names it says what was found, not of whom.
pub(super) fn evidence(found: &Match, names: bool) -> String {
    let line = |e: &Evidence| {
        let note = e.note.as_deref().unwrap_or_default();
        if names {
            format!(
                "{} {} [{} | {}] {note}",
                e.feature.as_str(),
                e.bits,
                e.query,
                e.candidate
            )
        } else {
            format!("{} {} {note}", e.feature.as_str(), e.bits)
        }
    };
    let lines: Vec<String> = found.evidence.iter().map(line).collect();
    lines.join("; ")
}

/// Thresholds at which reports and files state what would be.
pub(super) fn thresholds() -> impl Iterator<Item = Score> {
    (5_000..=9_500).step_by(500).map(Score::from_basis_points)
}

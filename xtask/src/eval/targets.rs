//! The figures that the project promises for the matcher's quality, beside what was measured.

use serde_json::{Value, json};

/// A promise: what is measured, where it stands in the report, and the bound.
struct Target {
    what: &'static str,
    at: &'static str,
    bound: Bound,
}

enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

use Bound::{AtLeast, AtMost};

const TARGETS: &[Target] = &[
    Target {
        what: "pairs: F1 at the review threshold",
        at: "/pairs/f1",
        bound: AtLeast(0.87),
    },
    Target {
        what: "pairs: F1 with the typo floor",
        at: "/pairs_typo_floor/f1",
        bound: AtLeast(0.90),
    },
    Target {
        what: "pairs: failures on STRONG labels",
        at: "/pairs/strong_failures",
        bound: AtMost(0.0),
    },
    Target {
        what: "pairs: verdicts that flip when the sides change",
        at: "/pairs/flips",
        bound: AtMost(0.0),
    },
    Target {
        what: "pairs: us to prepare both and compare, mean",
        at: "/pairs/us_per_pair/mean",
        bound: AtMost(4.0),
    },
    Target {
        what: "OFAC: recall where near misses are 0.333",
        at: "/ofac/plane/at_false_positives_0.333/recall",
        bound: AtLeast(0.68),
    },
    Target {
        what: "OFAC: near misses at logic-v2's recall",
        at: "/logic_v2/same_questions/ours_at_its_recall/false_positives",
        bound: AtMost(0.15),
    },
    Target {
        what: "OFAC: near misses, worst group by best",
        at: "/ofac/near_misses/spread/ratio",
        bound: AtMost(3.0),
    },
    Target {
        what: "people on no list that hit OFAC, by name alone",
        at: "/people_on_no_list/negatives/name_only/rate",
        bound: AtMost(0.001),
    },
    Target {
        what: "OFAC: screenings a second",
        at: "/people_on_no_list/per_second",
        bound: AtLeast(20_000.0),
    },
    Target {
        what: "OFAC: us a screening, p99",
        at: "/people_on_no_list/us_per_query/p99",
        bound: AtMost(1_000.0),
    },
    Target {
        what: "UN (held out): Arabic script finds its entry",
        at: "/held_out/left_out/by_script/Arabic/share",
        bound: AtLeast(0.75),
    },
    Target {
        what: "UN (held out): Arabic script also finds somebody else",
        at: "/held_out/left_out/also_another_by_script/Arabic/share",
        bound: AtMost(0.10),
    },
];

/// Every target with its figure; one that was not measured is neither met nor missed.
pub(super) fn judge(report: &Value) -> Value {
    TARGETS
        .iter()
        .map(|target| {
            // A ratio to a group without any false positive has no bound, which is a figure too.
            let found = report.pointer(target.at);
            let is_unbounded = target.at.ends_with("/ratio") && found.is_some_and(Value::is_null);
            let value = found.and_then(Value::as_f64);
            let (sign, bound) = match target.bound {
                AtLeast(bound) => ("at least", bound),
                AtMost(bound) => ("at most", bound),
            };
            let met = value.map(|value| match target.bound {
                AtLeast(bound) => value >= bound,
                AtMost(bound) => value <= bound,
            });
            let met = met.or(is_unbounded.then_some(false));
            json!({ "what": target.what, "value": value, "target": format!("{sign} {bound}"), "met": met })
        })
        .collect()
}

/// The targets and the plane, for people.
pub(super) fn print(report: &Value) {
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "not measured".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let rows = report.get("targets").and_then(Value::as_array);
    println!();
    for row in rows.into_iter().flatten() {
        let met = match row.get("met").and_then(Value::as_bool) {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "–",
        };
        println!(
            "{met:<7} {:<55} {:>12}  ({})",
            text(row.get("what")),
            text(row.get("value")),
            text(row.get("target"))
        );
    }
    let Some(peer) = report
        .pointer("/logic_v2/same_questions")
        .filter(|p| !p.is_null())
    else {
        return;
    };
    println!("\nOn the same questions                  threshold     recall  near misses");
    for (what, key) in [
        ("logic-v2 at its threshold", "peer_at_its_threshold"),
        ("rescreen at its near misses", "ours_at_its_false_positives"),
        ("rescreen at its recall", "ours_at_its_recall"),
        (
            "rescreen where near misses are 0.333",
            "ours_at_false_positives_0.333",
        ),
        (
            "logic-v2 where near misses are 0.333",
            "peer_at_false_positives_0.333",
        ),
    ] {
        let cell = |name: &str| text(peer.get(key).and_then(|point| point.get(name)));
        println!(
            "{what:<38} {:>9} {:>10} {:>12}",
            cell("threshold"),
            cell("recall"),
            cell("false_positives")
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_met_missed_or_not_measured() {
        let report = json!({ "pairs": { "f1": 0.9, "flips": 1 } });
        let judged = judge(&report);
        let met = |what: &str| {
            let rows = judged.as_array().unwrap();
            let row = rows
                .iter()
                .find(|r| r["what"].as_str().unwrap().contains(what))
                .unwrap();
            row["met"].as_bool()
        };
        assert_eq!(met("F1 at the review"), Some(true));
        assert_eq!(met("flip"), Some(false));
        assert_eq!(met("typo floor"), None);
    }
}

//! `rescreen eval pairs FILE.csv`

use std::{collections::BTreeMap, hint::black_box, path::Path, time::Instant};

use anyhow::Result;
use rescreen_eval::{
    Confusion, Judged, Share, Timing, average_precision, best_f1, calibration, calibration_error,
    curve, isotonic,
    pairs::{self, Pair},
};
use rescreen_match::{Match, Policy, Score, matcher_build};
use serde_json::{Value, json};

use super::{args::PairsArgs, create, read, shapes};
use crate::{
    output::{Output, Table, visible},
    query,
};

/// Bands of the calibration table.
const BANDS: u32 = 10;

/// How often a pair is timed at most, and how many timings are enough in all.
const ROUNDS: usize = 15;
const ENOUGH_TIMINGS: usize = 50_000;

/// What pairs are grouped by.
type Word = fn(&Pair) -> String;

/// Everything that was measured.
struct Report {
    pairs: Vec<Pair>,
    found: Vec<Match>,
    judged: Vec<Judged>,
    /// Pairs whose score is another when the sides change.
    asymmetric: usize,
    /// Pairs whose verdict is another when the sides change.
    flips: usize,
    timing: Option<Timing>,
    policy: Policy,
}

pub(super) fn run(args: &PairsArgs, output: &mut Output) -> Result<()> {
    let policy = query::policy(args.threshold)?.with_typo_floor(args.typo_floor);
    let report = Report::of(read(&args.file, pairs::read)?, policy);
    if let Some(path) = &args.csv {
        report.write(path, !args.no_names)?;
    }
    if output.json {
        return output.document(&report.json());
    }
    report.print(output)?;
    report.print_errors(args.errors, output)
}

impl Report {
    fn of(pairs: Vec<Pair>, policy: Policy) -> Self {
        let found: Vec<Match> = pairs.iter().map(|pair| pair.compare(&policy)).collect();
        let judged: Vec<Judged> = pairs.iter().zip(&found).map(|(p, f)| p.judged(f)).collect();
        let reversed: Vec<Score> = pairs
            .iter()
            .map(|pair| pair.compare_reversed(&policy).score)
            .collect();
        let differ = |differs: &dyn Fn(Score, Score) -> bool| {
            let both = judged.iter().zip(&reversed);
            both.filter(|(j, r)| differs(j.score, **r)).count()
        };
        Self {
            asymmetric: differ(&|one, other| one != other),
            flips: differ(&|one, other| (one >= policy.review()) != (other >= policy.review())),
            timing: time(&pairs, &policy),
            pairs,
            found,
            judged,
            policy,
        }
    }

    fn confusion(&self, is_wanted: impl Fn(&Pair) -> bool) -> Confusion {
        let wanted = self
            .pairs
            .iter()
            .zip(&self.judged)
            .filter(|(pair, _)| is_wanted(pair));
        Confusion::at(self.policy.review(), wanted.map(|(_, judged)| *judged))
    }

    /// By any word that pairs have; pairs without one are left out.
    fn by(&self, word: impl Fn(&Pair) -> String) -> BTreeMap<String, Confusion> {
        let mut groups = BTreeMap::new();
        for pair in &self.pairs {
            let name = word(pair);
            if !name.is_empty() && !groups.contains_key(&name) {
                let confusion = self.confusion(|p| word(p) == name);
                groups.insert(name, confusion);
            }
        }
        groups
    }

    fn json(&self) -> Value {
        let all = self.confusion(|_| true);
        let points = curve(&self.judged);
        let groups = |word: Word| -> Value {
            let groups = self.by(word);
            groups
                .iter()
                .map(|(name, c)| (name.clone(), shapes::confusion(c)))
                .collect()
        };
        let mut report = json!({
            "threshold": self.policy.review().as_f64(),
            "typo_floor": self.policy.typo_floor(),
            "by_group": groups(|p| p.group.clone()),
            "by_quality": groups(|p| p.quality.clone()),
            "by_schema": groups(|p| p.subject.schema.name().to_owned()),
            "by_script": groups(Pair::scripts),
            "strong_failures": self.strong_failures(),
            "average_precision": shapes::rounded(average_precision(&points)),
            "best_f1": best_f1(&points).map(|p| shapes::point(&p)),
            "curve": points.iter().map(shapes::point).collect::<Vec<_>>(),
            "calibration": calibration(&self.judged, BANDS).iter().map(shapes::bin).collect::<Vec<_>>(),
            "calibration_error": calibration_error(&calibration(&self.judged, BANDS)).map(shapes::rounded),
            "isotonic": isotonic::of(&self.judged).iter().map(shapes::step).collect::<Vec<_>>(),
            "isotonic_error_on_others": isotonic::error_on_others(&self.judged, BANDS).map(shapes::rounded),
            "asymmetric": self.asymmetric,
            "flips": self.flips,
            "us_per_pair": shapes::timing(self.timing),
            "policy": self.policy.hash().to_string(),
            "matcher": matcher_build().to_string(),
        });
        if let (Value::Object(report), Value::Object(all)) = (&mut report, shapes::confusion(&all))
        {
            report.extend(all);
        }
        report
    }

    fn strong_failures(&self) -> u64 {
        let strong = self.confusion(|p| p.quality.eq_ignore_ascii_case("strong"));
        strong.false_positives + strong.false_negatives
    }

    fn print(&self, output: &mut Output) -> Result<()> {
        let all = self.confusion(|_| true);
        let points = curve(&self.judged);
        let best = best_f1(&points);
        output.line(format!(
            "{} pairs at {}{}: precision {:.3}, recall {:.3}, F1 {:.3}",
            all.n(),
            self.policy.review(),
            if self.policy.typo_floor() {
                " with the typo floor"
            } else {
                ""
            },
            all.precision(),
            all.recall(),
            all.f1()
        ))?;
        output.line(format!(
            "average precision {:.3}; best F1 {:.3} at {} (chosen after the fact)",
            average_precision(&points),
            best.map_or(0.0, |p| p.confusion.f1()),
            best.map_or(Score::ZERO, |p| p.threshold)
        ))?;
        output.line(format!(
            "STRONG labels missed: {}; sides changed: {} other scores, {} other verdicts",
            self.strong_failures(),
            self.asymmetric,
            self.flips
        ))?;
        output.line(format!(
            "us per pair, prepared and compared: {}",
            shapes::timing_line(self.timing)
        ))?;
        let words: [(&str, Word); 4] = [
            ("GROUP", |p| p.group.clone()),
            ("QUALITY", |p| p.quality.clone()),
            ("SCHEMA", |p| p.subject.schema.name().to_owned()),
            ("SCRIPTS", Pair::scripts),
        ];
        for (title, word) in words {
            let groups = self.by(word);
            if !groups.is_empty() {
                output.line("")?;
                output.table(&confusions(title, &groups))?;
            }
        }
        output.line("")?;
        let thresholds = shapes::thresholds()
            .map(|t| (t.to_string(), Confusion::at(t, self.judged.iter().copied())));
        output.table(&confusions("THRESHOLD", &thresholds.collect()))?;
        output.line("")?;
        self.print_calibration(output)
    }

    /// What a score is worth on these pairs: by bands of the score, and by the map that never falls.
    fn print_calibration(&self, output: &mut Output) -> Result<()> {
        let bins = calibration(&self.judged, BANDS);
        let mut table = Table::new(&[
            "SCORE FROM",
            "TO",
            "N",
            "MEAN SCORE",
            "LABELLED A MATCH",
            "95 % FROM",
            "TO",
        ]);
        for column in 2..=6 {
            table = table.right(column);
        }
        for bin in &bins {
            let share = Share {
                hits: bin.matches,
                n: bin.n,
            };
            let interval = share.interval();
            table.row([
                bin.from.to_string(),
                bin.to.to_string(),
                bin.n.to_string(),
                shapes::percent(Some(bin.mean_score)),
                shapes::percent(share.value()),
                shapes::percent(interval.map(|i| i.0)),
                shapes::percent(interval.map(|i| i.1)),
            ]);
        }
        output.table(&table)?;
        output.line(format!(
            "calibration error of the score {}; of the map below, on pairs it has not seen, {}\n",
            shapes::percent(calibration_error(&bins)),
            shapes::percent(isotonic::error_on_others(&self.judged, BANDS))
        ))?;
        let mut table = Table::new(&["SCORE FROM", "LABELLED A MATCH, BY THE MAP", "PAIRS"])
            .right(1)
            .right(2);
        for step in isotonic::of(&self.judged) {
            table.row([
                format!("{:.2}", step.from),
                shapes::percent(Some(step.share)),
                format!("{:.0}", step.weight),
            ]);
        }
        output.table(&table)
    }

    /// The pairs where score and label are farthest apart, among those on the wrong side of the threshold.
    fn print_errors(&self, limit: usize, output: &mut Output) -> Result<()> {
        let review = self.policy.review();
        let mut wrong: Vec<(u32, usize)> = self
            .judged
            .iter()
            .enumerate()
            .filter(|(_, j)| j.is_match != (j.score >= review))
            .map(|(at, j)| (j.score.basis_points().abs_diff(review.basis_points()), at))
            .collect();
        wrong.sort_by_key(|(distance, at)| (std::cmp::Reverse(*distance), *at));
        for (_, at) in wrong.into_iter().take(limit) {
            let (pair, found) = (&self.pairs[at], &self.found[at]);
            output.line(format!(
                "\n{} {}  {} | {}  {} {} {} line {}",
                found.score,
                if pair.is_match { "missed" } else { "wrong " },
                visible(pair.left()),
                visible(pair.right()),
                pair.subject.schema,
                pair.group,
                pair.quality,
                pair.line
            ))?;
            for line in &found.evidence {
                output.line(format!(
                    "    {:>7}  {:<16}  {} | {}  {}",
                    line.bits.to_string(),
                    line.feature.as_str(),
                    visible(&line.query),
                    visible(&line.candidate),
                    line.note.as_deref().unwrap_or_default()
                ))?;
            }
        }
        Ok(())
    }

    fn write(&self, path: &Path, names: bool) -> Result<()> {
        let mut writer = csv::Writer::from_writer(create(path)?);
        let mut header = vec!["line", "group", "schema", "label", "score", "tier"];
        if names {
            header.extend(["rank", "name1", "name2"]);
        }
        header.push("evidence");
        writer.write_record(&header)?;
        let ranks = pairs::ranks(&self.judged);
        for ((pair, found), rank) in self.pairs.iter().zip(&self.found).zip(ranks) {
            let mut row = vec![
                pair.line.to_string(),
                pair.group.clone(),
                pair.subject.schema.name().to_owned(),
                pair.is_match.to_string(),
                found.score.to_string(),
                found.tier.as_str().to_owned(),
            ];
            if names {
                row.extend([
                    rank.to_string(),
                    pair.left().to_owned(),
                    pair.right().to_owned(),
                ]);
            }
            row.push(shapes::evidence(found, names));
            writer.write_record(&row)?;
        }
        writer.flush()?;
        Ok(())
    }
}

/// The median of several cold runs of each pair, so that a busy machine does not count as the matcher's time.
fn time(pairs: &[Pair], policy: &Policy) -> Option<Timing> {
    let rounds = (ENOUGH_TIMINGS / pairs.len().max(1)).clamp(1, ROUNDS);
    let micros = pairs.iter().map(|pair| {
        let mut runs: Vec<f64> = (0..rounds)
            .map(|_| {
                let start = Instant::now();
                black_box(black_box(pair).compare(policy));
                start.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        runs.sort_by(f64::total_cmp);
        runs[rounds / 2]
    });
    Timing::of(micros.collect())
}

fn confusions(title: &str, groups: &BTreeMap<String, Confusion>) -> Table {
    let mut table = Table::new(&[title, "N", "PRECISION", "RECALL", "F1", "WRONG", "MISSED"]);
    for column in 1..=6 {
        table = table.right(column);
    }
    for (name, c) in groups {
        table.row([
            name.clone(),
            c.n().to_string(),
            format!("{:.3}", c.precision()),
            format!("{:.3}", c.recall()),
            format!("{:.3}", c.f1()),
            c.false_positives.to_string(),
            c.false_negatives.to_string(),
        ]);
    }
    table
}

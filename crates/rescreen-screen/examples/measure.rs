//! Quality and speed on the development sets: leave-one-name-out recall and recombined near-miss names on OFAC,
//! synthetic persons who are on no list, and labelled name pairs.
//!
//! `cargo run --release -p rescreen-screen --example measure -- [quality] [pairs] [speed]`

#![expect(clippy::print_stdout, reason = "an example prints")]
#![expect(
    clippy::unwrap_used,
    reason = "an example stops where its data are missing"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::{
    collections::{BTreeMap, HashSet},
    hint::black_box,
    time::Instant,
};

use rescreen_match::{Policy, Score, compare};
use rescreen_model::{Entity, Entry, Schema};
use rescreen_prepare::{Prepared, Quality, prepare};
use rescreen_screen::Screener;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let run = |what: &str| wanted.is_empty() || wanted.iter().any(|w| w == what);
    let entries = common::ofac().unwrap();
    if run("quality") {
        quality(&entries);
    }
    if run("pairs") {
        pairs();
    }
    if run("speed") {
        speed(&entries);
    }
}

fn lowest() -> Policy {
    Policy::new(Policy::FLOOR, Score::from_basis_points(9_000)).unwrap()
}

fn quality(entries: &[Entry]) {
    // Persons of the United Nations' list serve acceptance: they are neither asked about nor listed here.
    let un = common::UnPersons::read().unwrap();
    let is_person = |e: &&Entry| e.party.schema == Schema::Person;
    let list: Vec<Entry> = entries
        .iter()
        .filter(|e| !is_person(e) || !un.may_include(&e.party))
        .cloned()
        .collect();
    let ours: Vec<Entry> = list.iter().filter(is_person).cloned().collect();
    println!(
        "{} of {} listed persons, without those of the UN's list",
        ours.len(),
        entries.iter().filter(is_person).count()
    );
    let (latin, lonely) = leave_one_out(&ours);
    let screener = Screener::new(common::parties("ofac", &list), lowest());
    let hard = near_misses(entries, &ours);
    let mut hard_scores: Vec<Score> = Vec::new();
    let mut by_group: BTreeMap<&str, Vec<Score>> = BTreeMap::new();
    for (group, name) in &hard {
        let score = top(&screener, name);
        hard_scores.push(score);
        by_group.entry(group).or_default().push(score);
    }
    let random: Vec<Score> = common::synthetic()
        .unwrap()
        .iter()
        .map(|p| top_of(&screener, p))
        .collect();
    println!(
        "leave-one-name-out n={} (+{} mononyms), near misses n={}, random n={}",
        latin.len(),
        lonely.len(),
        hard.len(),
        random.len()
    );
    println!("threshold  recall  near-miss-FP  random-FP");
    for points in (5_500..=9_500).step_by(500) {
        let t = Score::from_basis_points(points);
        println!(
            "{t}     {:.3}   {:.3}         {:.4}",
            share(&latin, t),
            share(&hard_scores, t),
            share(&random, t)
        );
    }
    for wanted in [0.333, 0.209, 0.15] {
        let t = threshold_at(&hard_scores, wanted);
        println!(
            "at near-miss FP {wanted}: threshold {t}, recall {:.3}, random {:.4}",
            share(&latin, t),
            share(&random, t)
        );
    }
    for wanted in [0.579, 0.68] {
        let t = threshold_at(&latin, wanted);
        println!(
            "at recall {wanted}: threshold {t}, near-miss FP {:.3}, random {:.4}",
            share(&hard_scores, t),
            share(&random, t)
        );
    }
    let t = Policy::default().review();
    for (group, scores) in by_group {
        println!(
            "near-miss FP at {t}: {group:<18} {:.2} (n={})",
            share(&scores, t),
            scores.len()
        );
    }
}

fn share(scores: &[Score], threshold: Score) -> f64 {
    scores.iter().filter(|s| **s >= threshold).count() as f64 / scores.len().max(1) as f64
}

/// The lowest threshold that at most this share reaches.
fn threshold_at(scores: &[Score], share: f64) -> Score {
    let mut sorted = scores.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let at = (share * sorted.len() as f64) as usize;
    sorted[at.min(sorted.len() - 1)]
}

fn top(screener: &Screener, name: &str) -> Score {
    top_of(screener, &common::person(name))
}

fn top_of(screener: &Screener, subject: &Entity) -> Score {
    screener
        .screen(subject)
        .hits
        .first()
        .map_or(Score::ZERO, |h| h.found.score)
}

/// Each good name of a listed person against the person without that name and its equals.
fn leave_one_out(entries: &[Entry]) -> (Vec<Score>, Vec<Score>) {
    let policy = lowest();
    let (mut scores, mut lonely) = (Vec::new(), Vec::new());
    for entry in entries.iter().filter(|e| e.party.schema == Schema::Person) {
        let whole = prepare(&entry.party);
        let folded = |n: &rescreen_prepare::Name| {
            let mut parts: Vec<String> = n
                .tokens
                .iter()
                .map(|t| t.form().as_str().to_owned())
                .collect();
            parts.sort_unstable();
            parts
        };
        for name in whole.names.iter().filter(|n| n.quality == Quality::Strong) {
            let own = folded(name);
            let rest: Vec<_> = whole
                .names
                .iter()
                .filter(|n| n.quality == Quality::Strong && folded(n) != own)
                .cloned()
                .collect();
            if rest.is_empty() {
                continue;
            }
            let strip = |names| Prepared {
                names,
                birth_dates: Vec::new(),
                genders: Vec::new(),
                countries: Vec::new(),
                identifiers: Vec::new(),
                ..whole.clone()
            };
            let score = compare(&strip(vec![name.clone()]), &strip(rest), &policy).score;
            if own.len() < 2 {
                lonely.push(score);
            } else {
                scores.push(score);
            }
        }
    }
    (scores, lonely)
}

/// The first part of one person's name with the remaining parts of another's of the same group of programmes and
/// countries: plausible people who are not listed. 100 a group.
fn near_misses(entries: &[Entry], ours: &[Entry]) -> Vec<(&'static str, String)> {
    let mut groups: BTreeMap<&'static str, Vec<Vec<String>>> = BTreeMap::new();
    let mut listed = HashSet::new();
    for entry in entries.iter().filter(|e| e.party.schema == Schema::Person) {
        for name in prepare(&entry.party).names {
            listed.insert(key(&name.text));
        }
    }
    for entry in ours {
        let parts: Vec<String> = entry
            .party
            .caption()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        if parts.len() >= 2 {
            groups
                .entry(common::culture(entry))
                .or_default()
                .push(parts);
        }
    }
    let mut random = 7_u64;
    let mut next = |n: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % n
    };
    let mut names = Vec::new();
    for (group, people) in groups
        .iter()
        .filter(|(g, p)| p.len() >= 60 && **g != "unknown" && **g != "rest")
    {
        let mut made = 0;
        while made < 100 {
            let (a, b) = (&people[next(people.len())], &people[next(people.len())]);
            let name = format!("{} {}", a[0], b[1..].join(" "));
            if a[0] != b[0] && !listed.contains(&key(&name)) {
                names.push((*group, name));
                made += 1;
            }
        }
    }
    names
}

fn key(name: &str) -> String {
    name.to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn pairs() {
    let path = common::shared()
        .unwrap()
        .join("data/eval/name_pairs_dev.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let policy = Policy::default();
    let verbose = std::env::var_os("VERBOSE").is_some();
    for typo_floor in [false, true] {
        let policy = policy.clone().with_typo_floor(typo_floor);
        let mut rows: Vec<(String, bool, Score, String)> = Vec::new();
        reader.seek(csv::Position::new()).unwrap();
        for row in reader.records().skip(1) {
            let row = row.unwrap();
            let schema = Schema::named(&row[1]).unwrap();
            let score = compare(
                &prepare(&common::named(&row[2], schema)),
                &prepare(&common::named(&row[3], schema)),
                &policy,
            )
            .score;
            rows.push((
                row[0].to_owned(),
                &row[4] == "true",
                score,
                format!("{} | {} | {} {}", &row[2], &row[3], &row[5], &row[6]),
            ));
        }
        let figures = |t: Score, group: &str| {
            let rows = || rows.iter().filter(|r| group.is_empty() || r.0 == group);
            let tp = rows().filter(|r| r.1 && r.2 >= t).count() as f64;
            let fp = rows().filter(|r| !r.1 && r.2 >= t).count() as f64;
            let missed = rows().filter(|r| r.1 && r.2 < t).count() as f64;
            (
                tp / (tp + fp),
                tp / (tp + missed),
                2.0 * tp / (2.0 * tp + fp + missed),
            )
        };
        println!("pairs, typo floor {typo_floor}: n={}", rows.len());
        for points in [6_000, 6_500, 7_000, 7_500, 8_000] {
            let t = Score::from_basis_points(points);
            let (p, r, f) = figures(t, "");
            println!("  at {t}: precision {p:.3} recall {r:.3} F1 {f:.3}");
        }
        for group in [
            "nk_checks",
            "nk_unit_tests",
            "synth_people",
            "synth_companies",
        ] {
            println!("  {group}: F1 {:.3}", figures(policy.review(), group).2);
        }
        if verbose && !typo_floor {
            for (group, label, score, text) in &rows {
                if *label != (*score >= policy.review()) {
                    println!(
                        "  {} {group} {score} {text}",
                        if *label { "MISS " } else { "FALSE" }
                    );
                }
            }
        }
    }
}

fn speed(entries: &[Entry]) {
    let timed = |what: &str, n: usize, work: &mut dyn FnMut()| {
        let mut best = f64::MAX;
        for _ in 0..5 {
            let start = processor_seconds();
            work();
            best = best.min(processor_seconds() - start);
        }
        println!(
            "{what}: {:.3} us each, {:.0} /s, {:.1} ms in all",
            best * 1e6 / n as f64,
            n as f64 / best,
            best * 1e3
        );
        best * 1e6 / n as f64
    };
    let persons = common::synthetic().unwrap();
    let latin: Vec<&Entity> = persons
        .iter()
        .filter(|p| p.caption().chars().all(|c| c < '\u{250}'))
        .collect();
    let parties = common::parties("ofac", entries);
    timed("prepare, Latin names", latin.len(), &mut || {
        for p in &latin {
            black_box(prepare(p));
        }
    });
    let others: Vec<&Entity> = persons
        .iter()
        .filter(|p| !p.caption().chars().all(|c| c < '\u{250}'))
        .collect();
    timed("prepare, other scripts", others.len(), &mut || {
        for p in &others {
            black_box(prepare(p));
        }
    });
    let names: usize = entries.iter().map(|e| prepare(&e.party).names.len()).sum();
    timed("prepare OFAC names", names, &mut || {
        for p in &parties {
            black_box(prepare(&p.entity));
        }
    });
    let prepared: Vec<Prepared> = parties.iter().map(|p| prepare(&p.entity)).collect();
    let start = Instant::now();
    let index = rescreen_index::Index::build(prepared.clone(), &Policy::default());
    println!(
        "index of {} entries, {names} names: {:.3} s",
        index.len(),
        start.elapsed().as_secs_f64()
    );

    // Pairs as they come out of the candidate search, and pairs at random.
    let subjects: Vec<Prepared> = persons.iter().map(prepare).collect();
    let policy = Policy::default();
    let mut candidates = Vec::new();
    for subject in &subjects {
        for c in index.candidates(subject) {
            candidates.push((subject, index.entry(c.entry), c.names));
        }
    }
    println!(
        "candidates per synthetic person: {:.2}",
        candidates.len() as f64 / subjects.len() as f64
    );
    timed("candidates only", subjects.len(), &mut || {
        for s in &subjects {
            black_box(index.candidates(s));
        }
    });
    timed(
        "compare candidates (entities)",
        candidates.len(),
        &mut || {
            for (a, b, names) in &candidates {
                black_box(rescreen_match::compare_hit(
                    a,
                    b,
                    names.iter().copied(),
                    &policy,
                ));
            }
        },
    );
    let path = common::shared()
        .unwrap()
        .join("data/eval/name_pairs_dev.csv");
    let rows: Vec<(Entity, Entity)> = csv::Reader::from_path(path)
        .unwrap()
        .records()
        .map(|r| {
            let r = r.unwrap();
            let schema = Schema::named(&r[1]).unwrap();
            (common::named(&r[2], schema), common::named(&r[3], schema))
        })
        .collect();
    let both: Vec<(Prepared, Prepared)> =
        rows.iter().map(|(a, b)| (prepare(a), prepare(b))).collect();
    let ours = timed(
        "compare labelled pairs, prepared, full evidence",
        both.len() * 100,
        &mut || {
            for _ in 0..100 {
                for (a, b) in &both {
                    black_box(compare(a, b, &policy));
                }
            }
        },
    );
    let cold = timed(
        "prepare both and compare labelled pairs",
        rows.len() * 20,
        &mut || {
            for _ in 0..20 {
                for (a, b) in &rows {
                    black_box(compare(&prepare(a), &prepare(b), &policy));
                }
            }
        },
    );
    let reference = timed(
        "rapidfuzz Levenshtein on the same strings",
        rows.len() * 100,
        &mut || {
            for _ in 0..100 {
                for (a, b) in &rows {
                    black_box(rapidfuzz::distance::levenshtein::distance(
                        a.caption().chars(),
                        b.caption().chars(),
                    ));
                }
            }
        },
    );
    println!(
        "ratio to Levenshtein: prepared {:.1}, cold {:.1}",
        ours / reference,
        cold / reference
    );
    let screener = Screener::new(parties, policy);
    let one = timed("screen a synthetic person", persons.len(), &mut || {
        for p in &persons {
            black_box(screener.screen(p));
        }
    });
    let start = Instant::now();
    black_box(screener.screen_batch(&persons));
    let wall = start.elapsed().as_secs_f64();
    println!(
        "batch on all threads, by the clock: {:.0} persons/s (processor time alone would allow {:.0} on two cores)",
        persons.len() as f64 / wall,
        2e6 / one
    );
    let mut each: Vec<f64> = persons
        .iter()
        .map(|p| {
            let start = Instant::now();
            black_box(screener.screen(p));
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    each.sort_by(f64::total_cmp);
    println!(
        "one thread, by the clock: p50 {:.1} us, p99 {:.1} us, max {:.0} us",
        each[each.len() / 2],
        each[each.len() * 99 / 100],
        each[each.len() - 1],
    );
}

/// Processor time of this thread, which other work on the machine disturbs less than the clock on the wall; the clock
/// where the system does not tell.
fn processor_seconds() -> f64 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|s| s.split_whitespace().next()?.parse::<f64>().ok())
        .map_or_else(|| START.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

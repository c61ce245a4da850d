//! `rescreen eval screen …`: people of files against a list.

use std::{collections::BTreeMap, hint::black_box, path::PathBuf, thread, time::Instant};

use anyhow::Result;
use rescreen_eval::{
    Share, Spread, Timing, by_group,
    persons::{self, Person},
    screening::{Found, Right, Truth, judge},
};
use rescreen_match::{Policy, matcher_build};
use rescreen_model::Entity;
use rescreen_screen::{Screener, Screening};
use serde_json::{Value, json};

use super::{
    args::ScreenArgs,
    lists::{self, Lists},
    read, shapes,
};
use crate::{
    output::{Output, visible},
    query,
};

/// Groups with fewer cases say nothing about parity.
const ENOUGH: u64 = 50;

/// What people are grouped by.
type Word = fn(&Person) -> &'static str;

/// Listed people, once with everything that is known and once by name alone.
struct Positives {
    people: Vec<Person>,
    right: Vec<Right>,
    full: Vec<Found>,
    name_only: Vec<Found>,
}

/// People on no list, in the same two ways.
struct Negatives {
    people: Vec<Person>,
    full: Vec<Screening>,
    name_only: Vec<Screening>,
}

struct Report {
    lists: Vec<Value>,
    policy: Policy,
    positives: Option<Positives>,
    negatives: Option<Negatives>,
    remarks: usize,
    timing: Option<Timing>,
    per_second: f64,
    threads: usize,
}

pub(super) fn run(args: &ScreenArgs, output: &mut Output) -> Result<()> {
    let policy = query::policy(args.threshold)?.with_typo_floor(args.typo_floor);
    let positives = people(args.positives.iter(), output)?;
    let negatives = people(args.negatives.iter(), output)?;
    let lists = Lists::open(&args.files)?;
    let described = lists.described().to_vec();
    let truth = Truth::of(&lists.parties);
    let screener = Screener::new(lists.parties, policy.clone());

    let everybody: Vec<Entity> = positives
        .iter()
        .chain(&negatives)
        .map(|p| p.subject.clone())
        .collect();
    let (timing, per_second) = time(&screener, &everybody);
    let remarks = positives
        .iter()
        .chain(&negatives)
        .map(|p| p.remarks.len())
        .sum();
    let report = Report {
        lists: described,
        policy,
        positives: Positives::of(positives, &truth, &screener),
        negatives: Negatives::of(negatives, &screener),
        remarks,
        timing,
        per_second,
        threads: thread::available_parallelism().map_or(1, usize::from),
    };
    if output.json {
        return output.document(&report.json());
    }
    report.print(output)?;
    report.print_errors(args.errors, &screener, output)
}

fn people<'a>(
    paths: impl Iterator<Item = &'a PathBuf>,
    output: &mut Output,
) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for path in paths {
        let read = read(path, persons::read)?;
        if !read.unused.is_empty() {
            output.note(format!(
                "{}: columns not used: {}",
                path.display(),
                read.unused.join(", ")
            ))?;
        }
        people.extend(read.rows);
    }
    Ok(people)
}

/// How often each subject is timed.
const ROUNDS: usize = 3;

/// Each subject by itself on one thread, the least of a few runs, so that a busy machine does not count as the matcher's
/// time; then all of them on all cores, the best of as many runs.
fn time(screener: &Screener, subjects: &[Entity]) -> (Option<Timing>, f64) {
    let mut least = vec![f64::MAX; subjects.len()];
    let mut best = 0.0_f64;
    for _ in 0..ROUNDS {
        for (subject, least) in subjects.iter().zip(&mut least) {
            let start = Instant::now();
            black_box(screener.screen(subject));
            *least = least.min(start.elapsed().as_secs_f64() * 1e6);
        }
        let start = Instant::now();
        black_box(screener.screen_batch(subjects));
        best = best.max(subjects.len() as f64 / start.elapsed().as_secs_f64());
    }
    (Timing::of(least), best)
}

impl Positives {
    fn of(people: Vec<Person>, truth: &Truth, screener: &Screener) -> Option<Self> {
        if people.is_empty() {
            return None;
        }
        // A person whom the file itself says is somebody not on this list cannot be found on it.
        let (people, right): (Vec<Person>, Vec<Right>) = people
            .into_iter()
            .map(|person| {
                let right = truth.right(&person);
                (person, right)
            })
            .unzip();
        let judged = |subject: &dyn Fn(&Person) -> Entity| -> Vec<Found> {
            let subjects: Vec<Entity> = people.iter().map(subject).collect();
            let screenings = screener.screen_batch(&subjects);
            screenings
                .iter()
                .zip(&right)
                .map(|(s, r)| judge(s, r))
                .collect()
        };
        let (full, name_only) = (
            judged(&|p| p.subject.clone()),
            judged(&|p| p.name_only.clone()),
        );
        Some(Self {
            people,
            right,
            full,
            name_only,
        })
    }

    /// Everybody who can be found, with what was.
    fn cases<'a>(
        &'a self,
        found: &'a [Found],
    ) -> impl Iterator<Item = (&'a Person, &'a Right, &'a Found)> {
        let all = self.people.iter().zip(&self.right).zip(found);
        all.map(|((person, right), found)| (person, right, found))
            .filter(|(_, right, _)| **right != Right::NotListed)
    }

    fn recall(&self, found: &[Found]) -> Share {
        Share::count(self.cases(found).map(|(.., f)| f.right))
    }

    fn by_script(&self, found: &[Found]) -> BTreeMap<String, Share> {
        by_group(
            self.cases(found)
                .map(|(person, _, f)| (person.script(), f.right)),
        )
    }

    /// Of those whose right party is known.
    fn known(&self, found: &[Found], has: fn(&Found) -> bool) -> Share {
        let known = self
            .cases(found)
            .filter(|(_, right, _)| matches!(right, Right::Known(_)));
        Share::count(known.map(|(.., f)| has(f)))
    }

    fn json(&self, found: &[Found]) -> Value {
        let recall = self.recall(found);
        let mut report = json!({
            "n": recall.n,
            "recall": recall.value().map(shapes::rounded),
            "interval": shapes::share(recall),
            "not_listed": self.right.iter().filter(|r| **r == Right::NotListed).count(),
            "unknown": self.right.iter().filter(|r| **r == Right::Unknown).count(),
            "any_hit": shapes::share(Share::count(self.cases(found).map(|(.., f)| f.anybody))),
            "rank_1": shapes::share(self.known(found, |f| f.first)),
            "also_another_person": shapes::share(self.known(found, |f| f.others > 0)),
            "by_script": shapes::shares(&self.by_script(found)),
        });
        let others: usize = self.cases(found).map(|(.., f)| f.others).sum();
        if let Value::Object(report) = &mut report {
            report.insert(
                "others_per_query".to_owned(),
                json!(shapes::rounded(others as f64 / recall.n.max(1) as f64)),
            );
        }
        report
    }
}

impl Negatives {
    fn of(people: Vec<Person>, screener: &Screener) -> Option<Self> {
        if people.is_empty() {
            return None;
        }
        let all: Vec<Entity> = people.iter().map(|p| p.subject.clone()).collect();
        let names: Vec<Entity> = people.iter().map(|p| p.name_only.clone()).collect();
        Some(Self {
            people,
            full: screener.screen_batch(&all),
            name_only: screener.screen_batch(&names),
        })
    }

    fn by(&self, screenings: &[Screening], word: Word) -> BTreeMap<String, Share> {
        let all = self.people.iter().zip(screenings);
        by_group(all.map(|(person, s)| (word(person), !s.hits.is_empty())))
    }

    fn wrong(screenings: &[Screening]) -> Share {
        Share::count(screenings.iter().map(|s| !s.hits.is_empty()))
    }

    fn json(&self, screenings: &[Screening]) -> Value {
        let wrong = Self::wrong(screenings);
        let (scripts, cultures) = (
            self.by(screenings, Person::script),
            self.by(screenings, Person::culture),
        );
        let hits: usize = screenings.iter().map(|s| s.hits.len()).sum();
        json!({
            "n": wrong.n,
            "false_positives": wrong.hits,
            "rate": wrong.value(),
            "interval": shapes::share(wrong),
            "hits_per_query": hits as f64 / wrong.n.max(1) as f64,
            "by_script": shapes::shares(&scripts),
            "by_culture": shapes::shares(&cultures),
            "spread_by_script": shapes::spread(Spread::over(&scripts, ENOUGH).as_ref()),
            "spread_by_culture": shapes::spread(Spread::over(&cultures, ENOUGH).as_ref()),
        })
    }
}

impl Report {
    fn json(&self) -> Value {
        let both = |full: Value, name_only: Value| {
            let mut full = full;
            if let Value::Object(full) = &mut full {
                full.insert("name_only".to_owned(), name_only);
            }
            full
        };
        json!({
            "lists": self.lists,
            "threshold": self.policy.review().as_f64(),
            "typo_floor": self.policy.typo_floor(),
            "positives": self.positives.as_ref().map(|p| both(p.json(&p.full), p.json(&p.name_only))),
            "negatives": self.negatives.as_ref().map(|n| both(n.json(&n.full), n.json(&n.name_only))),
            "remarks": self.remarks,
            "us_per_query": shapes::timing(self.timing),
            "per_second": self.per_second.round(),
            "threads": self.threads,
            "policy": self.policy.hash().to_string(),
            "matcher": matcher_build().to_string(),
        })
    }

    fn print(&self, output: &mut Output) -> Result<()> {
        output.line(lists::line(&self.lists))?;
        if self.remarks > 0 {
            output.line(format!(
                "{} values of people could not be read and were left out",
                self.remarks
            ))?;
        }
        let review = self.policy.review();
        if let Some(positives) = &self.positives {
            let gone = positives
                .right
                .iter()
                .filter(|r| **r == Right::NotListed)
                .count();
            output.line(format!("\nListed people at {review}; {gone} of the file are not on the list and not counted"))?;
            for (what, found) in [
                ("everything known", &positives.full),
                ("name alone", &positives.name_only),
            ] {
                output.line(format!("  {what}"))?;
                for (label, share) in [
                    ("found", positives.recall(found)),
                    ("right one first", positives.known(found, |f| f.first)),
                    (
                        "also somebody else",
                        positives.known(found, |f| f.others > 0),
                    ),
                ] {
                    output.line(format!(
                        "    {label}: {}",
                        shapes::with_interval(share, shapes::percent)
                    ))?;
                }
            }
            let by_script = positives.by_script(&positives.name_only);
            output.table(&shapes::group_table(
                "FOUND BY NAME ALONE",
                &by_script,
                shapes::percent,
            ))?;
        }
        if let Some(negatives) = &self.negatives {
            output.line(format!("\nPeople on no list at {review}"))?;
            for (what, screenings) in [
                ("everything known", &negatives.full),
                ("name alone", &negatives.name_only),
            ] {
                let wrong = Negatives::wrong(screenings);
                output.line(format!(
                    "  {what}: {}",
                    shapes::with_interval(wrong, shapes::fine_percent)
                ))?;
            }
            let words: [(&str, Word); 2] = [
                ("SCRIPT, NAME ALONE", Person::script),
                ("CULTURE, NAME ALONE", Person::culture),
            ];
            for (title, word) in words {
                let groups = negatives.by(&negatives.name_only, word);
                output.table(&shapes::group_table(title, &groups, shapes::fine_percent))?;
                output.line(shapes::spread_line(Spread::over(&groups, ENOUGH).as_ref()))?;
            }
        }
        output.line(format!(
            "\nus per query on one thread: {}",
            shapes::timing_line(self.timing)
        ))?;
        output.line(format!(
            "{:.0} queries a second on {} threads",
            self.per_second, self.threads
        ))
    }

    fn print_errors(&self, limit: usize, screener: &Screener, output: &mut Output) -> Result<()> {
        if let Some(positives) = &self.positives {
            let missed = positives
                .cases(&positives.name_only)
                .filter(|(.., f)| !f.right);
            for (person, right, _) in missed.take(limit) {
                output.line(format!(
                    "\nmissed  {}  line {}",
                    visible(person.subject.caption()),
                    person.line
                ))?;
                let Right::Known(ids) = right else { continue };
                for party in screener
                    .parties()
                    .iter()
                    .filter(|p| ids.iter().any(|id| id == p.entity.id.as_str()))
                {
                    let found = rescreen_match::compare(
                        &rescreen_prepare::prepare(&person.name_only),
                        &rescreen_prepare::prepare(&party.entity),
                        &self.policy,
                    );
                    output.line(format!(
                        "    {} {} {}: {}",
                        found.score,
                        party.entity.id,
                        visible(party.entity.caption()),
                        visible(&shapes::evidence(&found, true))
                    ))?;
                }
            }
        }
        if let Some(negatives) = &self.negatives {
            let wrong = negatives
                .people
                .iter()
                .zip(&negatives.name_only)
                .filter(|(_, s)| !s.hits.is_empty());
            for (person, screening) in wrong.take(limit) {
                output.line(format!(
                    "\nwrong   {}  line {}",
                    visible(person.subject.caption()),
                    person.line
                ))?;
                for hit in screening.hits.iter().take(3) {
                    output.line(format!(
                        "    {} {} {}: {}",
                        hit.found.score,
                        hit.party.entity.id,
                        visible(hit.party.entity.caption()),
                        visible(&shapes::evidence(&hit.found, true))
                    ))?;
                }
            }
        }
        Ok(())
    }
}

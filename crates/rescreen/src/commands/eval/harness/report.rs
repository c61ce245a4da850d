//! The report on a list.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use rescreen_eval::{
    Operating, Share, Spread, by_group,
    left_out::{Answer, Question, Which},
    threshold_at, threshold_for,
};
use rescreen_match::{Policy, Score, matcher_build};
use serde_json::{Value, json};

use super::{
    super::{create, lists, shapes},
    Asked, Peer,
};
use crate::output::{Output, Table};

/// The share of near misses at which matchers are compared: where logic-v2 stands at its own threshold.
const COMMON_FALSE_POSITIVES: f64 = 0.333;
/// Groups with fewer cases say nothing about parity.
const ENOUGH: u64 = 50;

pub(super) struct Report<'a> {
    /// Persons that are not kept for another evaluation.
    pub(super) asked_about: usize,
    pub(super) lists: Vec<Value>,
    pub(super) asked: &'a Asked,
    pub(super) policy: &'a Policy,
    pub(super) seed: u64,
    pub(super) peer: Option<&'a Peer>,
}

/// The scores that make the plane of recall against false positives.
struct Plane {
    should: Vec<Score>,
    should_not: Vec<Score>,
    /// Under this threshold the scores are not complete.
    floor: Score,
}

impl Plane {
    fn at(&self, threshold: Score) -> Operating {
        Operating::at(threshold.max(self.floor), &self.should, &self.should_not)
    }

    fn at_false_positives(&self, share: f64) -> Option<Operating> {
        threshold_at(&self.should_not, share).map(|t| self.at(t))
    }

    fn at_recall(&self, share: f64) -> Option<Operating> {
        threshold_for(&self.should, share).map(|t| self.at(t))
    }
}

impl Report<'_> {
    /// Good names only; what the publisher calls weak is not expected to be found.
    fn good(&self) -> impl Iterator<Item = (usize, &(Question, Answer))> {
        let all = self.asked.left_out.iter().enumerate();
        all.filter(|(_, (question, _))| question.which != Which::WeakAlias)
    }

    fn found(&self, is_wanted: impl Fn(&Question) -> bool) -> Share {
        let wanted = self.asked.left_out.iter().filter(|(q, _)| is_wanted(q));
        Share::count(wanted.map(|(_, answer)| answer.own >= self.policy.review()))
    }

    fn found_by<'b>(
        &'b self,
        word: impl Fn(&'b Question) -> &'static str,
    ) -> BTreeMap<String, Share> {
        let all = self.asked.left_out.iter();
        by_group(all.map(|(q, answer)| (word(q), answer.own >= self.policy.review())))
    }

    fn near_misses_by_group(&self, threshold: Score) -> BTreeMap<String, Share> {
        let all = self.asked.near_misses.iter();
        by_group(all.map(|(near_miss, answer)| (near_miss.group, answer.best >= threshold)))
    }

    fn random(&self) -> Share {
        Share::count(
            self.asked
                .random
                .iter()
                .map(|(_, s)| *s >= self.policy.review()),
        )
    }

    /// Ours over all questions, or over those that the peer answered.
    fn plane(&self, answered_by: Option<&Peer>) -> Plane {
        let is_answered =
            |set: &str, index| answered_by.is_none_or(|p| p.score(set, index).is_some());
        let should = self.good().filter(|(at, _)| is_answered("left-out", *at));
        let should_not = self.asked.near_misses.iter().enumerate();
        Plane {
            should: should.map(|(_, (_, answer))| answer.own).collect(),
            should_not: should_not
                .filter(|(at, _)| is_answered("near-miss", *at))
                .map(|(_, (_, answer))| answer.best)
                .collect(),
            floor: Policy::FLOOR,
        }
    }

    fn peer_plane(&self, peer: &Peer) -> Plane {
        Plane {
            should: self
                .good()
                .filter_map(|(at, _)| peer.score("left-out", at))
                .collect(),
            should_not: (0..self.asked.near_misses.len())
                .filter_map(|at| peer.score("near-miss", at))
                .collect(),
            floor: Score::from_basis_points(1),
        }
    }

    pub(super) fn json(&self) -> Value {
        let review = self.policy.review();
        let ours = self.plane(None);
        let groups = self.near_misses_by_group(review);
        let at_common = ours
            .at_false_positives(COMMON_FALSE_POSITIVES)
            .and_then(|at| Spread::over(&self.near_misses_by_group(at.threshold), ENOUGH));
        let reached = |answer: &Answer| answer.own >= review;
        let good = || self.good().map(|(_, (_, answer))| answer);
        let stranger = self
            .asked
            .near_misses
            .iter()
            .map(|(_, a)| a.stranger >= review);
        json!({
            "lists": self.lists,
            "asked_about": self.asked_about,
            "threshold": review.as_f64(),
            "policy": self.policy.hash().to_string(),
            "matcher": matcher_build().to_string(),
            "left_out": {
                "recall": shapes::share(self.found(|q| q.which != Which::WeakAlias)),
                "recall_without_mononyms": shapes::share(self.found(|q| q.which != Which::WeakAlias && !q.is_mononym())),
                "by_name": shapes::shares(&self.found_by(|q| q.which.as_str())),
                "by_script": shapes::shares(&self.found_by(Question::script)),
                "also_another_person": shapes::share(Share::count(good().map(|a| a.other >= review))),
                "also_another_by_script": shapes::shares(&by_group(self.good().map(|(_, (q, a))| (q.script(), a.other >= review)))),
                "first_of_found": shapes::share(Share::count(good().filter(|a| reached(a)).map(|a| a.own >= a.other))),
            },
            "near_misses": {
                "seed": self.seed,
                "false_positives": shapes::share(Share::count(ours.should_not.iter().map(|s| *s >= review))),
                "beyond_the_donors": shapes::share(Share::count(stranger)),
                "by_group": shapes::shares(&groups),
                "spread": shapes::spread(Spread::over(&groups, ENOUGH).as_ref()),
                "spread_at_false_positives_0.333": shapes::spread(at_common.as_ref()),
            },
            "random": {
                "false_positives": shapes::share(self.random()),
                "by_script": shapes::shares(&by_group(self.asked.random.iter().map(|(p, s)| (p.script(), *s >= review)))),
                "by_culture": shapes::shares(&by_group(self.asked.random.iter().map(|(p, s)| (p.culture(), *s >= review)))),
            },
            "plane": {
                "at_review": shapes::operating(Some(ours.at(review))),
                "at_false_positives_0.333": shapes::operating(ours.at_false_positives(COMMON_FALSE_POSITIVES)),
                "thresholds": shapes::thresholds().map(|t| shapes::operating(Some(ours.at(t)))).collect::<Vec<_>>(),
            },
            "peer": self.peer.map_or(Value::Null, |peer| self.peer_json(peer)),
        })
    }

    fn peer_json(&self, peer: &Peer) -> Value {
        let (ours, theirs) = (self.plane(Some(peer)), self.peer_plane(peer));
        let own = theirs.at(peer.threshold);
        let groups = self.peer_groups(peer);
        let random = (0..self.asked.random.len()).filter_map(|at| peer.score("random", at));
        json!({
            "name": peer.name,
            "threshold": peer.threshold.as_f64(),
            "left_out": theirs.should.len(),
            "near_misses": theirs.should_not.len(),
            "peer_at_its_threshold": shapes::operating(Some(own)),
            "peer_at_false_positives_0.333": shapes::operating(theirs.at_false_positives(COMMON_FALSE_POSITIVES)),
            "ours_at_its_false_positives": shapes::operating(own.wrong.value().and_then(|s| ours.at_false_positives(s))),
            "ours_at_its_recall": shapes::operating(own.found.value().and_then(|s| ours.at_recall(s))),
            "ours_at_false_positives_0.333": shapes::operating(ours.at_false_positives(COMMON_FALSE_POSITIVES)),
            "near_misses_by_group": shapes::shares(&groups),
            "spread": shapes::spread(Spread::over(&groups, ENOUGH).as_ref()),
            "random": shapes::share(Share::count(random.map(|s| s >= peer.threshold))),
        })
    }

    fn peer_groups(&self, peer: &Peer) -> BTreeMap<String, Share> {
        let all = self.asked.near_misses.iter().enumerate();
        by_group(all.filter_map(|(at, (near_miss, _))| {
            let score = peer.score("near-miss", at)?;
            Some((near_miss.group, score >= peer.threshold))
        }))
    }

    pub(super) fn print(&self, output: &mut Output) -> Result<()> {
        let review = self.policy.review();
        let ours = self.plane(None);
        output.line(lists::line(&self.lists))?;
        output.line(format!("{} persons asked about", self.asked_about))?;
        output.line(format!("\nOne name left out, at {review}"))?;
        for (what, share) in [
            ("good names", self.found(|q| q.which != Which::WeakAlias)),
            (
                "of more than one word",
                self.found(|q| q.which != Which::WeakAlias && !q.is_mononym()),
            ),
        ] {
            output.line(format!(
                "  {what}: {}",
                shapes::with_interval(share, shapes::percent)
            ))?;
        }
        output.table(&shapes::group_table(
            "NAME",
            &self.found_by(|q| q.which.as_str()),
            shapes::percent,
        ))?;
        output.table(&shapes::group_table(
            "SCRIPT",
            &self.found_by(Question::script),
            shapes::percent,
        ))?;
        let good: Vec<Answer> = self.good().map(|(_, (_, answer))| *answer).collect();
        let also = Share::count(good.iter().map(|a| a.other >= review));
        let first = Share::count(
            good.iter()
                .filter(|a| a.own >= review)
                .map(|a| a.own >= a.other),
        );
        output.line(format!(
            "  also another listed person: {}",
            shapes::with_interval(also, shapes::percent)
        ))?;
        output.line(format!(
            "  right person first, where found: {}",
            shapes::with_interval(first, shapes::percent)
        ))?;

        let groups = self.near_misses_by_group(review);
        let hit = Share::count(ours.should_not.iter().map(|s| *s >= review));
        output.line(format!(
            "\nNear misses at {review}: {}",
            shapes::with_interval(hit, shapes::percent)
        ))?;
        output.table(&shapes::group_table("GROUP", &groups, shapes::percent))?;
        output.line(shapes::spread_line(Spread::over(&groups, ENOUGH).as_ref()))?;

        if !self.asked.random.is_empty() {
            output.line(format!(
                "\nPeople on no list at {review}: {}",
                shapes::with_interval(self.random(), shapes::fine_percent)
            ))?;
            let by_script = by_group(
                self.asked
                    .random
                    .iter()
                    .map(|(p, s)| (p.script(), *s >= review)),
            );
            output.table(&shapes::group_table(
                "SCRIPT",
                &by_script,
                shapes::fine_percent,
            ))?;
        }

        output.line("\nWhat other thresholds would give")?;
        let mut table = Table::new(&["THRESHOLD", "RECALL", "NEAR MISSES", "RANDOM"])
            .right(1)
            .right(2)
            .right(3);
        for threshold in shapes::thresholds() {
            let point = ours.at(threshold);
            let random = Share::count(self.asked.random.iter().map(|(_, s)| *s >= threshold));
            table.row([
                threshold.to_string(),
                shapes::percent(point.found.value()),
                shapes::percent(point.wrong.value()),
                shapes::fine_percent(random.value()),
            ]);
        }
        output.table(&table)?;
        if let Some(at) = ours.at_false_positives(COMMON_FALSE_POSITIVES) {
            output.line(format!(
                "where near misses are {}: recall {} at {}",
                shapes::percent(at.wrong.value()),
                shapes::percent(at.found.value()),
                at.threshold
            ))?;
        }
        self.peer
            .map_or(Ok(()), |peer| self.print_peer(peer, output))
    }

    fn print_peer(&self, peer: &Peer, output: &mut Output) -> Result<()> {
        let (ours, theirs) = (self.plane(Some(peer)), self.peer_plane(peer));
        let own = theirs.at(peer.threshold);
        output.line(format!(
            "\nBeside {} on the same {} names left out and {} near misses",
            peer.name,
            theirs.should.len(),
            theirs.should_not.len()
        ))?;
        let mut table = Table::new(&["", "THRESHOLD", "RECALL", "NEAR MISSES"])
            .right(1)
            .right(2)
            .right(3);
        let rows = [
            (format!("{}, its threshold", peer.name), Some(own)),
            (
                "rescreen, review threshold".to_owned(),
                Some(ours.at(self.policy.review())),
            ),
            (
                "rescreen, at its near misses".to_owned(),
                own.wrong.value().and_then(|s| ours.at_false_positives(s)),
            ),
            (
                "rescreen, at its recall".to_owned(),
                own.found.value().and_then(|s| ours.at_recall(s)),
            ),
        ];
        for (what, point) in rows {
            if let Some(point) = point {
                table.row([
                    what,
                    point.threshold.to_string(),
                    shapes::percent(point.found.value()),
                    shapes::percent(point.wrong.value()),
                ]);
            }
        }
        output.table(&table)?;
        let groups = self.peer_groups(peer);
        output.table(&shapes::group_table("ITS GROUPS", &groups, shapes::percent))?;
        output.line(shapes::spread_line(Spread::over(&groups, ENOUGH).as_ref()))
    }

    /// Counts by set and group: how many reach each threshold.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let mut sets: BTreeMap<(String, String), Vec<Score>> = BTreeMap::new();
        let mut add = |set: &str, group: &str, score: Score| {
            let key = (set.to_owned(), group.to_owned());
            sets.entry(key).or_default().push(score);
        };
        for (question, answer) in &self.asked.left_out {
            let set = format!("left-out {}", question.which.as_str());
            add(&set, question.script(), answer.own);
            if question.is_mononym() {
                add("left-out mononym", question.script(), answer.own);
            }
            add("left-out also another", question.script(), answer.other);
        }
        for (near_miss, answer) in &self.asked.near_misses {
            add("near-miss", near_miss.group, answer.best);
            add("near-miss beyond donors", near_miss.group, answer.stranger);
        }
        for (person, score) in &self.asked.random {
            add("random by script", person.script(), *score);
            add("random by culture", person.culture(), *score);
        }
        let mut writer = csv::Writer::from_writer(create(path)?);
        let mut header = vec!["set".to_owned(), "group".to_owned(), "n".to_owned()];
        header.extend(shapes::thresholds().map(|t| format!("at_{:.2}", t.as_f64())));
        writer.write_record(&header)?;
        for ((set, group), scores) in sets {
            let mut row = vec![set, group, scores.len().to_string()];
            row.extend(
                shapes::thresholds()
                    .map(|t| scores.iter().filter(|s| **s >= t).count().to_string()),
            );
            writer.write_record(&row)?;
        }
        writer.flush()?;
        Ok(())
    }
}

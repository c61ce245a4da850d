//! `rescreen eval list …`: what a list says about the matcher without any labels.

mod peer;
mod questions;
mod report;

use std::path::Path;

use anyhow::Result;
use rescreen_eval::{
    left_out::{self, Question},
    near_miss::{self, NearMiss},
    persons::{self, Person},
};
use rescreen_match::{Policy, Score};
use rescreen_screen::Screener;

use self::{peer::Peer, report::Report};
use super::{
    args::ListArgs,
    lists::{self, Lists},
    read, shapes,
};
use crate::{
    output::{Output, visible},
    query,
};

/// Questions with their answers.
struct Asked {
    left_out: Vec<(Question, left_out::Answer)>,
    near_misses: Vec<(NearMiss, near_miss::Answer)>,
    random: Vec<(Person, Score)>,
}

pub(super) fn run(args: &ListArgs, output: &mut Output) -> Result<()> {
    let policy = query::policy(args.threshold)?;
    let mut people = Vec::new();
    for path in &args.random {
        people.extend(read(path, persons::read)?.rows);
    }
    let lists = Lists::open(&args.files)?;
    let described = lists.described().to_vec();
    let elsewhere = lists::elsewhere(args)?;
    let asked_about = || {
        lists
            .persons()
            .filter(|person| !elsewhere.may_include(person))
    };
    let left_out = left_out::questions(asked_about());
    let near_misses = near_miss::make(asked_about(), args.per_group, args.seed);
    let people_asked_about = asked_about().count();
    if let Some(path) = &args.questions {
        questions::write(path, &lists, &left_out, &near_misses, &people)?;
    }
    let peer = args
        .peer
        .as_ref()
        .map(|path| Peer::read(path, args.peer_threshold))
        .transpose()?;

    // The whole range is wanted, not only what this policy would show.
    let lowest = Policy::new(Policy::FLOOR, policy.matched())?;
    let screener = Screener::new(lists.parties, lowest);
    let asked = Asked::ask(left_out, near_misses, people, &screener);
    let report = Report {
        asked_about: people_asked_about,
        lists: described,
        asked: &asked,
        policy: &policy,
        seed: args.seed,
        peer: peer.as_ref(),
    };
    if let Some(path) = &args.csv {
        report.write(path)?;
    }
    if output.json {
        return output.document(&report.json());
    }
    report.print(output)?;
    asked.print_errors(&screener, &policy, args.errors, output)
}

impl Asked {
    fn ask(
        left_out: Vec<Question>,
        near_misses: Vec<NearMiss>,
        people: Vec<Person>,
        screener: &Screener,
    ) -> Self {
        let found = left_out::ask(&left_out, screener);
        let touched = near_miss::ask(&near_misses, screener);
        let names: Vec<_> = people.iter().map(|p| p.name_only.clone()).collect();
        let screenings = screener.screen_batch(&names);
        let best = screenings.iter().map(|s| {
            s.hits
                .first()
                .map(|hit| hit.found.score)
                .unwrap_or_default()
        });
        Self {
            left_out: left_out.into_iter().zip(found).collect(),
            near_misses: near_misses.into_iter().zip(touched).collect(),
            random: people.into_iter().zip(best).collect(),
        }
    }

    /// A sample evenly over all errors, so that it shows the classes and not one corner of the list.
    fn print_errors(
        &self,
        screener: &Screener,
        policy: &Policy,
        limit: usize,
        output: &mut Output,
    ) -> Result<()> {
        let missed: Vec<_> = self
            .left_out
            .iter()
            .filter(|(q, answer)| {
                q.which != left_out::Which::WeakAlias && answer.own < policy.review()
            })
            .collect();
        for (question, answer) in sample(&missed, limit) {
            let rest: Vec<&str> = question
                .rest
                .properties()
                .flat_map(|(_, values)| values.iter().map(rescreen_model::Value::as_str))
                .collect();
            output.line(format!(
                "\n{} missed  {}  {} of {}: {}",
                answer.own,
                visible(&question.name),
                question.which.as_str(),
                question.rest.id,
                visible(&rest.join(" / "))
            ))?;
            let found = rescreen_match::compare(
                &rescreen_prepare::prepare(&question.subject()),
                &rescreen_prepare::prepare(&question.rest),
                policy,
            );
            output.line(format!("    {}", visible(&shapes::evidence(&found, true))))?;
        }
        let wrong: Vec<_> = self
            .near_misses
            .iter()
            .filter(|(_, answer)| answer.best >= policy.review())
            .collect();
        for (near_miss, answer) in sample(&wrong, limit) {
            output.line(format!(
                "\n{} wrong   {}  made up of {}",
                answer.best,
                visible(&near_miss.name),
                near_miss.group
            ))?;
            for hit in screener.screen(&near_miss.subject()).hits.iter().take(1) {
                output.line(format!(
                    "    {} {}: {}",
                    hit.party.entity.id,
                    visible(hit.party.entity.caption()),
                    visible(&shapes::evidence(&hit.found, true))
                ))?;
            }
        }
        Ok(())
    }
}

/// At most so many items, at even distances.
fn sample<T>(items: &[T], limit: usize) -> impl Iterator<Item = &T> {
    let step = items.len().div_ceil(limit.max(1)).max(1);
    items.iter().step_by(step).take(limit)
}

/// The name of a file in a report.
fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

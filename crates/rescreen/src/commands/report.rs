//! `rescreen report …`.

use std::process::ExitCode;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use rescreen_app::{Accounting, Flows, Quality, Rate};
use rescreen_desk::Outcome;

use super::{moment, open};
use crate::{
    cli::{Global, ReportCommand},
    output::{Output, Table, visible},
    wire,
};

pub(crate) fn run(
    command: &ReportCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let app = open(global)?;
    let at = |text: &Option<String>| -> Result<Timestamp> {
        Ok(moment(text.as_deref(), "--as-of", true)?.unwrap_or_else(Timestamp::now))
    };
    match command {
        ReportCommand::Accounting { as_of, since } => {
            let as_of = at(as_of)?;
            match moment(since.as_deref(), "--since", false)? {
                None => accounting(&app.accounting(as_of)?, output)?,
                Some(since) => flows(&app.flows(since, as_of)?, output)?,
            }
        }
        ReportCommand::Lookback { entity, since } => {
            let since = moment(since.as_deref(), "--since", false)?;
            let report = app.lookback(entity, since)?;
            if output.json {
                output.document(&wire::lookback(entity, &report))?;
                return Ok(ExitCode::SUCCESS);
            }
            output.line(format!(
                "{entity}  {}  published {}, known here {}",
                visible(&report.caption),
                report.published,
                report.known
            ))?;
            if report.subjects.is_empty() {
                output.line("nobody in the register matches it")?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = Table::new(&[
                "SCORE",
                "SUBJECT",
                "WOULD HAVE MATCHED SINCE",
                "ALERT",
                "RAISED",
            ]);
            for found in &report.subjects {
                let alert = found.alert.as_ref();
                table.row([
                    found.score.to_string(),
                    format!("{}/{}", found.subject.source, found.subject.external),
                    found.since.to_string(),
                    alert.map_or_else(
                        || "none".to_owned(),
                        |a| format!("{} {}", a.key, a.state.as_str()),
                    ),
                    alert.map_or_else(String::new, |a| a.opened.to_string()),
                ]);
            }
            output.table(&table)?;
        }
        ReportCommand::Quality { as_of } => {
            let report = app.quality(at(as_of)?, &rescreen_eval::script_name)?;
            if output.json {
                output.document(&wire::quality(&report))?;
            } else {
                quality(&report, output)?;
            }
        }
        ReportCommand::Coverage { as_of } => {
            let report = app.coverage(at(as_of)?)?;
            if output.json {
                output.document(&wire::coverage(&report))?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = Table::new(&["LIST", "VERSION", "SCREENED", "LAGGARDS", ""])
                .right(2)
                .right(3);
            for list in &report.lists {
                table.row([
                    list.name.to_string(),
                    match &list.version {
                        _ if !list.in_scope => "not in the policy's scope".to_owned(),
                        Some(version) => version.to_string(),
                        None => "none in force".to_owned(),
                    },
                    list.screened.to_string(),
                    list.laggards.to_string(),
                    list.named.join(", "),
                ]);
            }
            output.table(&table)?;
            output.line(format!(
                "{} subjects; last screened under another policy {}, by another matcher {}; digest {}",
                report.subjects, report.other_policy, report.other_matcher, report.digest.short()
            ))?;
            if report.laggards() > 0 {
                output.note("'rescreen sweep' screens what is outstanding")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn accounting(report: &Accounting, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&wire::accounting(report));
    }
    states(report, output)?;
    add_up(report.reconciles(), output)
}

fn flows(report: &Flows, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&wire::flows(report));
    }
    states(&report.to, output)?;
    output.line(format!("since {}:", report.from.as_of))?;
    let mut table = Table::new(&["THEN", "NOW", "SUBJECTS"]).right(2);
    for ((from, to), count) in &report.moves {
        table.row([(*from).to_owned(), (*to).to_owned(), count.to_string()]);
    }
    output.table(&table)?;
    add_up(report.reconciles(), output)
}

fn states(report: &Accounting, output: &mut Output) -> Result<()> {
    let mut table = Table::new(&["STATE", "SUBJECTS"]).right(1);
    for (state, count) in &report.states {
        table.row([(*state).to_owned(), count.to_string()]);
    }
    table.row(["together".to_owned(), report.subjects.to_string()]);
    output.table(&table)?;
    if report.dispositions.is_empty() {
        return Ok(());
    }
    let done = report.dispositions.iter();
    let done: Vec<String> = done.map(|(kind, n)| format!("{kind} {n}")).collect();
    output.line(format!("done about the confirmed: {}", done.join(", ")))
}

fn add_up(is_so: bool, output: &mut Output) -> Result<()> {
    output.line(if is_so {
        "the figures add up"
    } else {
        "THE FIGURES DO NOT ADD UP: this is a defect of rescreen"
    })
}

fn quality(report: &Quality, output: &mut Output) -> Result<()> {
    let of = |outcome| report.by_outcome.get(&outcome).copied().unwrap_or_default();
    let outcomes = Outcome::ALL.map(|outcome| format!("{} {}", outcome.name(), of(outcome)));
    output.line(format!(
        "{} alerts: {}; {} wait, {} were withdrawn before anybody decided; {} decisions lapsed",
        report.alerts,
        outcomes.join(", "),
        report.waiting,
        report.withdrawn_undecided,
        report.lapsed
    ))?;
    let times = &report.time_to_decision;
    if times.count > 0 {
        output.line(format!(
            "time to decision: half within {}, nine of ten within {}, the longest {}",
            span(times.median),
            span(times.p90),
            span(times.longest)
        ))?;
    }
    let ages = report.ages.iter().filter(|age| age.alerts > 0);
    let ages: Vec<String> = ages
        .map(|age| format!("{} for {} days or more", age.alerts, age.days))
        .collect();
    if !ages.is_empty() {
        output.line(format!(
            "waiting: {}; {} overdue",
            ages.join(", "),
            report.overdue
        ))?;
    }
    if report.by_list.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["", "", "DECIDED", "FALSE POSITIVE", "SHARE"])
        .right(2)
        .right(3)
        .right(4);
    let mut rows = |what: &str, name: &str, rate: &Rate| {
        table.row([
            what.to_owned(),
            name.to_owned(),
            rate.decided.to_string(),
            rate.false_positives.to_string(),
            rate.share()
                .map_or_else(String::new, |share| format!("{:.1} %", 100.0 * share)),
        ]);
    };
    for (list, rate) in &report.by_list {
        rows("list", list, rate);
    }
    for (script, rate) in &report.by_script {
        rows("script", script, rate);
    }
    output.table(&table)
}

/// A time in the unit that fits it.
fn span(time: SignedDuration) -> String {
    match time.as_secs() {
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds if seconds < 7_200 => format!("{} min", seconds / 60),
        seconds if seconds < 172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

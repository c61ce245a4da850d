//! `rescreen report …`.

use std::process::ExitCode;

use anyhow::Result;
use jiff::Timestamp;

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
        ReportCommand::Accounting { as_of } => {
            let report = app.accounting(at(as_of)?)?;
            if output.json {
                output.document(&wire::accounting(&report))?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = Table::new(&["STATE", "SUBJECTS"]).right(1);
            for (state, count) in &report.states {
                table.row([(*state).to_owned(), count.to_string()]);
            }
            table.row(["together".to_owned(), report.subjects.to_string()]);
            output.table(&table)?;
            output.line(if report.reconciles() {
                "the figures add up"
            } else {
                "THE FIGURES DO NOT ADD UP: this is a defect of rescreen"
            })?;
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
                    list.version
                        .as_ref()
                        .map_or_else(|| "none in force".to_owned(), ToString::to_string),
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

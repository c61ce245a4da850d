//! `rescreen report …`.

use std::process::ExitCode;

use anyhow::Result;
use jiff::Timestamp;

use super::{moment, open};
use crate::{
    cli::{Global, ReportCommand},
    output::{Output, Table},
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

//! `rescreen retention …`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use jiff::Timestamp;
use rescreen_app::{NewRetention, RetentionRow};
use serde_json::{Value, json};

use super::{open, open_as};
use crate::{
    cli::Global,
    output::{Output, Table},
};

#[derive(Debug, Subcommand)]
pub(crate) enum RetentionCommand {
    /// The rule in force
    Show,
    /// Set the rule
    Set {
        /// Erase whoever left their source so many days ago [default: keep them]
        #[arg(long, value_name = "DAYS")]
        retired_days: Option<u32>,
        /// Erase nobody sooner than so many days after the last decision about them, not even on request
        #[arg(long, value_name = "DAYS", default_value_t = 0)]
        decided_days: u32,
        /// Why; kept with the rule
        #[arg(long)]
        reason: String,
        /// Who decides; kept with the rule [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
    /// Erase whose time is over, but for those that a hold or the rule keeps
    Purge {
        /// Say whom, and erase nobody
        #[arg(long)]
        dry_run: bool,
        /// Who decides; kept in the log [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
}

pub(crate) fn run(
    command: &RetentionCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let mut app = match command {
        RetentionCommand::Set { by, .. } | RetentionCommand::Purge { by, .. } => {
            open_as(global, by)?
        }
        RetentionCommand::Show => open(global)?,
    };
    let now = Timestamp::now();
    match command {
        RetentionCommand::Show => show(app.retention()?.as_ref(), output)?,
        RetentionCommand::Set {
            retired_days,
            decided_days,
            reason,
            by,
        } => {
            let rule = NewRetention {
                retired_days: *retired_days,
                decided_days: *decided_days,
            };
            show(Some(&app.set_retention(rule, by, reason, now)?), output)?;
        }
        RetentionCommand::Purge { dry_run, by } => {
            let purged = app.purge(by, *dry_run, now)?;
            if output.json {
                let lines = purged.iter().map(|found| {
                    json!({
                        "number": found.row.key.0, "erased": found.kept.is_none() && !dry_run, "kept": found.kept,
                    })
                });
                output.document(&lines.collect::<Vec<_>>())?;
                return Ok(ExitCode::SUCCESS);
            }
            if purged.is_empty() {
                output.line("nobody's time is over")?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = Table::new(&["NUMBER", "SUBJECT", "LEFT", ""]).right(0);
            for found in &purged {
                let row = &found.row;
                let what = match &found.kept {
                    Some(why) => format!("kept: {why}"),
                    None if *dry_run => "would be erased".to_owned(),
                    None => "erased".to_owned(),
                };
                table.row([
                    row.key.0.to_string(),
                    format!("{}/{}", row.source, row.external),
                    row.retired.map_or_else(String::new, |at| at.to_string()),
                    what,
                ]);
            }
            output.table(&table)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(rule: Option<&RetentionRow>, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&rule.map_or(Value::Null, |rule| {
            json!({
                "at": rule.at.to_string(), "retired_days": rule.retired_days, "decided_days": rule.decided_days,
                "by": rule.author, "reason": rule.reason,
            })
        }));
    }
    let Some(rule) = rule else {
        return output.line("no rule: subjects are kept until somebody asks that they be erased");
    };
    output.line(match rule.retired_days {
        Some(days) => format!(
            "whoever left their source is erased {days} days later, by 'rescreen retention purge'"
        ),
        None => "whoever left their source is kept".to_owned(),
    })?;
    output.line(format!(
        "nobody is erased sooner than {} days after the last decision about them",
        rule.decided_days
    ))?;
    output.line(format!(
        "set by {} on {}: {}",
        rule.author, rule.at, rule.reason
    ))
}

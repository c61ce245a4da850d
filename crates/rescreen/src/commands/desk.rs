//! `rescreen desk …`: the rules by which people decide.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Subcommand, ValueHint};
use jiff::Timestamp;
use rescreen_app::{AppError, form};
use rescreen_desk::{DeskPolicy, Outcome, ReasonCode};
use rescreen_model::Property;
use serde_json::{Value, json};

use super::{open, open_as};
use crate::{cli::Global, failure::EdgeError, output::Output};

#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Reason codes, what needs a second person, deadlines, how long a clearance lives
    Show,
    /// Set them from a file; 'desk show --json' writes one. What does not hold under them is reopened
    Set {
        /// The file, in JSON
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Why; kept with the rules
        #[arg(long)]
        reason: String,
        /// Who decides; kept with the rules [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
}

pub(crate) fn run(command: &DeskCommand, global: &Global, output: &mut Output) -> Result<ExitCode> {
    let mut app = match command {
        DeskCommand::Set { by, .. } => open_as(global, by)?,
        DeskCommand::Show => open(global)?,
    };
    match command {
        DeskCommand::Show => {
            let (policy, row) = app.desk_policy()?;
            if output.json {
                output.document(&document(&policy)?)?;
            } else {
                describe(&policy, output)?;
                output.line(match row {
                    Some(row) => format!("since {} by {}: {}", row.at, row.author, row.reason),
                    None => "the first rules; nobody has set others".to_owned(),
                })?;
            }
        }
        DeskCommand::Set { file, reason, by } => {
            let text = fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))
                .map_err(|e| EdgeError::Data(format!("{e:#}")))?;
            let reopened = app.set_desk_policy(&text, by, reason, Timestamp::now())?;
            if output.json {
                output.document(&json!({ "reopened": reopened }))?;
            } else {
                output.line(format!(
                    "set; {reopened} decisions do not hold under it and are reopened"
                ))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn document(policy: &DeskPolicy) -> Result<Value> {
    let text = form::encode_desk_policy(policy).map_err(AppError::from)?;
    Ok(serde_json::from_str(&text)?)
}

fn describe(policy: &DeskPolicy, output: &mut Output) -> Result<()> {
    for outcome in Outcome::ALL {
        let codes = policy.reasons.get(&outcome).into_iter().flatten();
        let codes: Vec<&str> = codes.map(ReasonCode::as_str).collect();
        let approval = match policy.approval_from.get(&outcome) {
            None => "one person decides".to_owned(),
            Some(from) if from.0 == 0 => "a second person approves".to_owned(),
            Some(from) => format!(
                "a second person approves from score {:.2} on",
                f64::from(from.0) / 10_000.0
            ),
        };
        output.line(format!(
            "{}: {approval}; reason codes {}",
            outcome.name(),
            codes.join(", ")
        ))?;
    }
    let days = |time: jiff::SignedDuration| time.as_hours() / 24;
    output.line(format!(
        "to be decided within {} days, a dispute within {}; asleep for at most {}; a clearance lives at most {}",
        days(policy.due_within),
        days(policy.dispute_within),
        days(policy.max_snooze),
        days(policy.max_suppression)
    ))?;
    output.line(format!(
        "a case that needs information rests for {} days; files of at most {} KiB are kept",
        days(policy.information_within),
        policy.max_attachment / 1024
    ))?;
    output.line(if policy.tells_elsewhere {
        "approvers, admins and auditors see in how many other tenants people have a case about the same party"
    } else {
        "nobody sees whether other tenants have a case about the same party"
    })?;
    if !policy.required_facts.is_empty() {
        let facts: Vec<&str> = policy.required_facts.iter().map(Property::name).collect();
        output.line(format!("a clearance has to rely on {}", facts.join(", ")))?;
    }
    Ok(())
}

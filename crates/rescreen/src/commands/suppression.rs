//! `rescreen suppression …`: clearances at work.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use jiff::Timestamp;
use rescreen_desk::UserId;

use super::{
    alert::{caption_of, facts, tell},
    open, open_as,
};
use crate::{
    cli::Global,
    output::{Output, Table},
    wire,
};

#[derive(Debug, Subcommand)]
pub(crate) enum SuppressionCommand {
    /// The clearances in force, newest first: who is not whom, and on which facts that rests
    Ls,
    /// Take one back: the alert is reopened
    Revoke {
        /// The number of the alert
        id: i64,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who decides [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
}

pub(crate) fn run(
    command: &SuppressionCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let mut app = match command {
        SuppressionCommand::Revoke { by, .. } => open_as(global, by)?,
        SuppressionCommand::Ls => open(global)?,
    };
    match command {
        SuppressionCommand::Ls => {
            let suppressions = app.suppressions(Timestamp::now())?;
            if output.json {
                let lines: Vec<_> = suppressions.iter().map(wire::suppression).collect();
                output.document(&lines)?;
                return Ok(ExitCode::SUCCESS);
            }
            if suppressions.is_empty() {
                output.note("no suppression")?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = Table::new(&[
                "ALERT",
                "SUBJECT",
                "",
                "IS NOT",
                "SINCE",
                "UNTIL",
                "BY",
                "RELYING ON",
                "",
            ]);
            for found in &suppressions {
                let decision = &found.decision;
                let people = [Some(&decision.proposer), decision.approver.as_ref()];
                let people: Vec<&str> = people.into_iter().flatten().map(UserId::as_str).collect();
                let lapses: Vec<String> = found.lapses.iter().map(ToString::to_string).collect();
                table.row([
                    found.alert.to_string(),
                    format!("{}/{}", found.subject.source, found.subject.external),
                    caption_of(&found.subject.body),
                    found.party.join(", "),
                    decision.at.to_string(),
                    decision
                        .expires_at
                        .map_or_else(String::new, |t| t.to_string()),
                    people.join(", "),
                    facts(&decision.proposal.facts),
                    lapses.join("; "),
                ]);
            }
            output.table(&table)?;
        }
        SuppressionCommand::Revoke { id, reason, by } => {
            let alert = app.revoke_suppression(*id, by, reason, Timestamp::now())?;
            tell(&app, &alert, output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

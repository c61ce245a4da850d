//! `rescreen alert …`.

use std::process::ExitCode;

use anyhow::Result;
use rescreen_app::{AlertState, EventRow, LegRow, StoredMatch, form};
use serde_json::Value;

use super::open;
use crate::{
    cli::{AlertCommand, Global},
    failure::EdgeError,
    output::{Output, Table, visible},
    wire,
};

pub(crate) fn run(
    command: &AlertCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let app = open(global)?;
    match command {
        AlertCommand::Ls { state, limit } => {
            let state = match state.as_deref() {
                None => None,
                Some(word) => Some(AlertState::parse(word).ok_or_else(|| {
                    EdgeError::Usage(format!("--state '{word}': expected open or withdrawn"))
                })?),
            };
            let alerts = app.alerts(state, *limit)?;
            if output.json {
                output.document(&alerts.iter().map(wire::alert).collect::<Vec<_>>())?;
                return Ok(ExitCode::SUCCESS);
            }
            if alerts.is_empty() {
                output.note("no alert")?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = Table::new(&[
                "ALERT",
                "STATE",
                "SCORE",
                "SUBJECT",
                "",
                "LISTED AS",
                "",
                "BECAUSE",
            ]);
            for alert in &alerts {
                let leading = wire::leading(&alert.legs);
                table.row([
                    alert.row.key.to_string(),
                    alert.row.state.as_str().to_owned(),
                    leading.map_or_else(String::new, |l| l.score.to_string()),
                    format!("{}/{}", alert.subject.source, alert.subject.external),
                    caption_of(&alert.subject.body),
                    leading.map_or_else(String::new, |l| l.entry.clone()),
                    leading.map_or_else(String::new, listed_as),
                    alert.row.cause.change.clone(),
                ]);
            }
            output.table(&table)?;
        }
        AlertCommand::Show { id } => {
            let alert = app.alert(*id)?;
            if output.json {
                let mut document = wire::alert(&alert);
                document["events"] = alert.events.iter().map(wire::event).collect();
                output.document(&document)?;
                return Ok(ExitCode::SUCCESS);
            }
            output.line(format!(
                "alert {} is {}: is {}/{} ({}) a listed party?",
                alert.row.key,
                alert.row.state.as_str(),
                alert.subject.source,
                alert.subject.external,
                visible(&caption_of(&alert.subject.body))
            ))?;
            for leg in &alert.legs {
                print_leg(leg, output)?;
            }
            output.line("")?;
            let mut table = Table::new(&["WHEN", "WHAT", "WHY"]);
            for event in &alert.events {
                table.row(event_row(event));
            }
            output.table(&table)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn caption_of(body: &[u8]) -> String {
    form::decode_subject(body).map_or_else(|_| "(erased)".to_owned(), |s| s.caption().to_owned())
}

fn listed_as(leg: &LegRow) -> String {
    form::decode_party(&leg.body).map_or_else(|_| String::new(), |p| p.caption().to_owned())
}

fn print_leg(leg: &LegRow, output: &mut Output) -> Result<()> {
    output.line(format!(
        "\n{}  {} on {}{}  {}",
        leg.score,
        visible(&listed_as(leg)),
        leg.list_name,
        if leg.live { "" } else { ", no longer" },
        leg.entry
    ))?;
    let StoredMatch { evidence, .. } =
        form::decode_match(&leg.found).map_err(rescreen_app::AppError::from)?;
    let mut table = Table::new(&["    BITS", "EVIDENCE", "ASKED", "LISTED", ""]).right(0);
    for line in evidence {
        table.row([
            format!("    {:+.1}", line.bits.as_f64()),
            line.feature,
            line.query,
            line.candidate,
            line.note.unwrap_or_default(),
        ]);
    }
    output.table(&table)
}

/// An event as a row of a table: when, what, why.
pub(crate) fn event_row(event: &EventRow) -> [String; 3] {
    let detail: Value = serde_json::from_str(&event.detail).unwrap_or_default();
    let text = |key: &str| detail[key].as_str().unwrap_or_default().to_owned();
    let why = [text("change"), text("list"), text("version")]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    [format!("  {}", event.at), event.kind.clone(), why]
}

//! Everything held about a subject, to be handed to the person concerned.

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::{App, Held, form};
use rescreen_model::Entity;

use super::redress;
use crate::{
    commands::alert,
    output::{Output, Table, visible},
    wire,
};

pub(super) fn run(app: &App, id: &str, output: &mut Output) -> Result<()> {
    let held = app.held(id, Timestamp::now())?;
    if output.json {
        let (policy, _) = app.desk_policy()?;
        return output.document(&wire::held(&held, &policy));
    }
    who(&held, output)?;
    screened(&held, output)?;
    judged(&held, output)?;
    if !held.holds.is_empty() {
        heading("What keeps these data", output)?;
        for hold in &held.holds {
            output.line(format!("- {}", visible(&redress::words(hold))))?;
        }
    }
    heading("What the log says", output)?;
    let mut table = Table::new(&["ENTRY", "WHEN", "WHAT", "WHO", "WHY"]).right(0);
    for entry in &held.log {
        table.row([
            entry.index.to_string(),
            entry.at.to_string(),
            entry.kind.clone(),
            entry.actor.clone().unwrap_or_default(),
            alert::why(entry.revision.is_some(), entry.full_detail()),
        ]);
    }
    output.table(&table)
}

fn heading(text: &str, output: &mut Output) -> Result<()> {
    output.line("")?;
    output.line(text)
}

fn who(held: &Held, output: &mut Output) -> Result<()> {
    let row = &held.subject.row;
    output.line(format!(
        "Everything held about {}/{} (subject {})",
        visible(&row.source),
        visible(&row.external),
        row.key.0
    ))?;
    output.line(format!("registered {}", row.registered))?;
    if let Some(retired) = row.retired {
        output.line(format!("left its source {retired}"))?;
    }
    if let Some(erased) = row.erased {
        output.line(format!("erased {erased}: what it said is gone"))?;
    }
    for version in &held.subject.versions {
        heading(
            &format!(
                "What was said of it from {} on (version {})",
                version.at, version.version
            ),
            output,
        )?;
        match form::decode_subject(&version.body) {
            Ok(entity) => said(&entity, output)?,
            Err(_) => output.line("- erased")?,
        }
    }
    Ok(())
}

fn said(entity: &Entity, output: &mut Output) -> Result<()> {
    output.line(format!("- schema: {}", entity.schema.name()))?;
    for (property, values) in entity.properties() {
        let values: Vec<&str> = values.iter().map(rescreen_model::Value::as_str).collect();
        let values = visible(&values.join(", "));
        output.line(format!("- {}: {values}", property.name()))?;
    }
    Ok(())
}

fn screened(held: &Held, output: &mut Output) -> Result<()> {
    heading(
        "When it was screened on its own, and what was found",
        output,
    )?;
    for screening in &held.subject.screenings {
        let hits = form::decode_answer(&screening.answer).unwrap_or_default();
        output.line(format!(
            "- {} version {}: {} possible matches",
            screening.at,
            screening.version,
            hits.len()
        ))?;
        for (list, entry, found) in hits {
            output.line(format!("    {entry} on {list}, {}", found.score))?;
        }
    }
    Ok(())
}

fn judged(held: &Held, output: &mut Output) -> Result<()> {
    for report in &held.alerts {
        heading(
            &format!(
                "Alert {}, opened {}: {}",
                report.row.key,
                report.row.opened,
                report.row.state.as_str()
            ),
            output,
        )?;
        for leg in &report.legs {
            alert::print_leg(leg, if leg.live { "" } else { ", no longer" }, output)?;
        }
        for line in report.folded.iter().flat_map(alert::case_words) {
            output.line(format!("  {}", visible(&line)))?;
        }
        if held.suppressions.iter().any(|s| s.alert == report.row.key) {
            output.line("  a clearance: the same facts are not asked about again")?;
        }
    }
    Ok(())
}

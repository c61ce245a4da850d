//! `rescreen sweep`.

use std::{fmt::Write as _, process::ExitCode, time::Instant};

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::SweepReport;
use rescreen_web::Work;
use serde_json::json;

use super::{home, open};
use crate::{cli::Global, output::Output, progress, running::Underway, wire};

pub(crate) fn run(full: bool, global: &Global, output: &mut Output) -> Result<ExitCode> {
    let mut app = open(global)?;
    let bar = progress::count(output, app.subjects()?, "sweeping");
    let begun = Instant::now();
    let everybody = Some(app.subjects()?);
    let underway = Underway::begin(&home(global)?, Work::Sweep, "", everybody);
    let mut seen = |n| {
        bar.set_position(n);
        underway.seen(n);
    };
    let report = if full {
        Some(app.sweep_full(Timestamp::now(), &mut seen)?)
    } else {
        app.sweep_outstanding(Timestamp::now(), &mut seen)?
    };
    bar.finish_and_clear();
    let notes = app.tend_segments()?;
    let Some(mut report) = report else {
        if output.json {
            output.document(&json!({ "outstanding": false, "notes": notes }))?;
        } else {
            output.notes(&notes);
            output.line(
                "nothing is outstanding: every subject is screened through every list in force",
            )?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    report.notes.extend(notes);
    report.ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    if output.json {
        output.document(&wire::sweep(&report))?;
    } else {
        output.notes(&report.notes);
        output.line(format!(
            "{} subjects screened from nothing in {} ms: {}",
            report.subjects,
            report.ms,
            in_words(&report)
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a sweep did to alerts.
pub(crate) fn in_words(report: &SweepReport) -> String {
    let SweepReport {
        alerts_new,
        alerts_changed,
        alerts_returned,
        alerts_withdrawn,
        alerts_reopened,
        ..
    } = report;
    let mut words = format!("{alerts_new} alerts new, {alerts_changed} changed");
    if *alerts_returned > 0 {
        let _infallible = write!(words, ", {alerts_returned} back");
    }
    let _infallible = write!(words, ", {alerts_withdrawn} withdrawn");
    if *alerts_reopened > 0 {
        let _infallible = write!(
            words,
            "; {alerts_reopened} decisions no longer hold and are reopened"
        );
    }
    words
}

//! `rescreen sweep`.

use std::{process::ExitCode, time::Instant};

use anyhow::Result;
use jiff::Timestamp;
use serde_json::json;

use super::open;
use crate::{cli::Global, output::Output, progress, wire};

pub(crate) fn run(full: bool, global: &Global, output: &mut Output) -> Result<ExitCode> {
    let mut app = open(global)?;
    let bar = progress::count(output, app.subjects()?, "sweeping");
    let begun = Instant::now();
    let mut seen = |n| bar.set_position(n);
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
            "{} subjects screened from nothing in {} ms: {} alerts new, {} changed, {} withdrawn{}",
            report.subjects,
            report.ms,
            report.alerts_new,
            report.alerts_changed,
            report.alerts_withdrawn,
            super::list::reopened(report.alerts_reopened)
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

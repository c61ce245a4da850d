//! What a person concerned can ask for, and what keeps their data.

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::{App, HoldRequest, HoldRow};
use serde_json::json;

use crate::{
    cli::{SubjectArgs, Whom},
    commands::{alert::tell, moment},
    output::Output,
    query, wire,
};

pub(super) fn dispute(
    app: &mut App,
    whom: &Whom,
    due: Option<&str>,
    output: &mut Output,
) -> Result<()> {
    let due = moment(due, "--due", true)?;
    let alerts = app.dispute(
        &whom.id,
        &whom.by,
        (&whom.reason, due),
        None,
        Timestamp::now(),
    )?;
    if output.json {
        let (policy, _) = app.desk_policy()?;
        let alerts: Vec<_> = alerts.iter().map(|a| wire::alert(a, &policy)).collect();
        return output.document(&json!({ "disputed": whom.id, "alerts": alerts }));
    }
    if alerts.is_empty() {
        return output.line(format!(
            "the dispute about {} is in the log; there is no case to take up",
            whom.id
        ));
    }
    for alert in &alerts {
        tell(app, alert, output)?;
        if let Some(due) = alert.case.disputed {
            output.line(format!("  an answer is due by {due}"))?;
        }
    }
    Ok(())
}

pub(super) fn correct(
    app: &mut App,
    whom: &Whom,
    subject: &SubjectArgs,
    output: &mut Output,
) -> Result<()> {
    let subject = query::subject(subject, &whom.id)?;
    let now = Timestamp::now();
    let row = app.correct_subject(&whom.id, subject, &whom.by, &whom.reason, now)?;
    let id = format!("{}/{}", row.source, row.external);
    let report = app.show_subject(&id, Timestamp::MAX)?;
    if output.json {
        return output.document(&wire::subject(&report));
    }
    output.line(format!(
        "{id} is corrected: version {}, screened again",
        row.version
    ))?;
    for (alert, _) in &report.alerts {
        output.line(format!("  alert {} is {}", alert.key, alert.state.as_str()))?;
    }
    Ok(())
}

pub(super) fn hold(
    app: &mut App,
    whom: &Whom,
    until: Option<&str>,
    output: &mut Output,
) -> Result<()> {
    let until = moment(until, "--until", true)?;
    let hold = app.hold_subject(&request(whom, until), Timestamp::now())?;
    told(&whom.id, &hold, output)
}

pub(super) fn lift(
    app: &mut App,
    whom: &Whom,
    number: Option<i64>,
    output: &mut Output,
) -> Result<()> {
    let hold = app.lift_hold(&request(whom, None), number, Timestamp::now())?;
    told(&whom.id, &hold, output)
}

fn request(whom: &Whom, until: Option<Timestamp>) -> HoldRequest {
    HoldRequest {
        subject: whom.id.clone(),
        by: whom.by.clone(),
        reason: whom.reason.clone(),
        until,
    }
}

fn told(id: &str, hold: &HoldRow, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&wire::hold(hold));
    }
    output.line(format!("{id}: {}", words(hold)))
}

/// A hold, in words.
pub(super) fn words(hold: &HoldRow) -> String {
    let HoldRow {
        key,
        at,
        author,
        reason,
        ..
    } = hold;
    let end = match (hold.lifted, hold.until) {
        (Some(lifted), _) => format!(
            "lifted on {lifted} by {}",
            hold.lifted_by.as_deref().unwrap_or_default()
        ),
        (None, Some(until)) => format!("until {until}"),
        (None, None) => "until it is lifted".to_owned(),
    };
    format!("hold {key} by {author} since {at}, {end}: {reason}")
}

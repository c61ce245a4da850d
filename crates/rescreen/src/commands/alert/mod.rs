//! `rescreen alert …`.

mod args;
mod words;

pub(crate) use args::{AlertCommand, word};
pub(crate) use words::{case as case_words, event_row, facts, why};

use std::{fs, io, process::ExitCode};

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::{
    AlertFilter, AlertReport, AlertState, App, LegRow, StoredMatch, form, parse_state, state_word,
};
use rescreen_desk::{Action, DeskPolicy, State, UserId};

use super::open;
use crate::{
    cli::Global,
    failure::EdgeError,
    files,
    output::{Output, Table, visible},
    wire,
};

pub(crate) fn run(
    command: &AlertCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let mut app = open(global)?;
    match command {
        AlertCommand::Ls {
            state,
            assignee,
            limit,
        } => {
            let mut filter = AlertFilter {
                assignee: assignee
                    .as_ref()
                    .map(|name| UserId::new(&name.to_lowercase())),
                ..AlertFilter::default()
            };
            if let Some(word) = state {
                filter.state = AlertState::parse(word);
                filter.case = parse_state(word).filter(|_| filter.state.is_none());
                if filter.state.is_none() && filter.case.is_none() {
                    return Err(unknown_state(word).into());
                }
            }
            list(&app, &filter, *limit, output)?;
        }
        AlertCommand::Show { id } => show(&app, &app.alert(*id)?, output)?,
        AlertCommand::Attach { who, file, name } => {
            let now = Timestamp::now();
            let bytes = files::read_bytes(file, MORE_THAN_KEPT)?;
            let name = name.clone().or_else(|| {
                let name = file.file_name()?.to_string_lossy();
                Some(name.into_owned())
            });
            // The action is put in with the bytes.
            let request = args::plain(who, Action::StartReview);
            let alert = app.attach(request, &name.unwrap_or_default(), &bytes, now)?;
            tell(&app, &alert, output)?;
        }
        AlertCommand::File { id, hash, out } => {
            let (file, bytes) = app.attachment(*id, hash)?;
            match out {
                None => output.raw(&bytes)?,
                Some(path) => {
                    let failed = |e: io::Error| EdgeError::Data(files::explain(path, &e));
                    fs::write(path, &bytes).map_err(failed)?;
                    output.line(format!("{} has {}", path.display(), words::attached(&file)))?;
                }
            }
        }
        _ => {
            let now = Timestamp::now();
            if let Some(request) = args::request(command, now)? {
                let alert = app.act(&request, now)?;
                tell(&app, &alert, output)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// More bytes than any policy can allow: whatever is longer is refused, and need not be read to its end.
const MORE_THAN_KEPT: u64 = 256 * 1024 * 1024 + 1;

fn unknown_state(word: &str) -> EdgeError {
    let alerts = AlertState::ALL.map(AlertState::as_str).join(", ");
    let cases = State::ALL.map(state_word).join(", ");
    EdgeError::Usage(format!(
        "--state '{word}': expected {alerts}, or of the case {cases}"
    ))
}

fn list(app: &App, filter: &AlertFilter, limit: usize, output: &mut Output) -> Result<()> {
    let alerts = app.alerts_where(filter, limit)?;
    let (policy, _) = app.desk_policy()?;
    if output.json {
        let lines: Vec<_> = alerts.iter().map(|a| wire::alert(a, &policy)).collect();
        return output.document(&lines);
    }
    if alerts.is_empty() {
        return output.note("no alert");
    }
    let mut table = Table::new(&[
        "ALERT",
        "STATE",
        "CASE",
        "REV",
        "WITH",
        "DUE",
        "SCORE",
        "SUBJECT",
        "",
        "LISTED AS",
        "",
        "BECAUSE",
    ])
    .right(3);
    let now = Timestamp::now();
    for alert in &alerts {
        let leading = wire::leading(&alert.legs);
        let assignee = alert.case.assignee.as_ref();
        table.row([
            alert.row.key.to_string(),
            alert.row.state.as_str().to_owned(),
            state_word(alert.case.state).to_owned(),
            alert.case.revision.to_string(),
            assignee.map_or_else(String::new, ToString::to_string),
            due_words(alert, &policy, now),
            leading.map_or_else(String::new, |l| l.score.to_string()),
            format!("{}/{}", alert.subject.source, alert.subject.external),
            caption_of(&alert.subject.body),
            leading.map_or_else(String::new, |l| l.entry.clone()),
            leading.map_or_else(String::new, listed_as),
            alert.row.cause.change.clone(),
        ]);
    }
    output.table(&table)
}

/// When an answer is due, shortly.
fn due_words(alert: &AlertReport, policy: &DeskPolicy, now: Timestamp) -> String {
    if let Some(until) = alert.case.snoozed.filter(|until| now < *until) {
        return format!("asleep until {}", day(until));
    }
    match wire::due(alert, policy) {
        Some(due) if due < now => format!("{} overdue", day(due)),
        Some(due) => day(due),
        None => String::new(),
    }
}

fn day(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// How an alert stands after somebody did something with it.
pub(crate) fn tell(app: &App, alert: &AlertReport, output: &mut Output) -> Result<()> {
    let (policy, _) = app.desk_policy()?;
    if output.json {
        return output.document(&wire::alert(alert, &policy));
    }
    let key = alert.row.key;
    output.line(format!(
        "alert {key} is {} (case {}, revision {})",
        alert.row.state.as_str(),
        state_word(alert.case.state),
        alert.case.revision
    ))?;
    let folded = alert.folded.as_ref();
    if let Some((proposer, _)) = folded.and_then(|case| case.proposal()) {
        output.note(format!(
            "{proposer} proposed; another person has to approve: rescreen alert approve {key} --as USER"
        ))?;
    }
    Ok(())
}

fn show(app: &App, alert: &AlertReport, output: &mut Output) -> Result<()> {
    let (policy, _) = app.desk_policy()?;
    if output.json {
        return output.document(&wire::alert_in_full(alert, &policy));
    }
    output.line(format!(
        "alert {} is {}: is {}/{} ({}) a listed party?",
        alert.row.key,
        alert.row.state.as_str(),
        alert.subject.source,
        alert.subject.external,
        visible(&caption_of(&alert.subject.body))
    ))?;
    let assignee = alert.case.assignee.as_ref();
    output.line(format!(
        "case {}, revision {}{}{}",
        state_word(alert.case.state),
        alert.case.revision,
        assignee.map_or_else(String::new, |user| format!(", with {user}")),
        match due_words(alert, &policy, Timestamp::now()) {
            due if due.is_empty() => due,
            due => format!(", due {due}"),
        }
    ))?;
    if let Some(case) = &alert.folded {
        for line in words::case(case) {
            output.line(line)?;
        }
    }
    if !alert.others.is_empty() {
        let others = alert.others.iter();
        let others = others.map(|other| format!("{} ({})", other.key, other.state.as_str()));
        let others: Vec<String> = others.collect();
        output.line(format!(
            "other alerts of this subject: {}",
            others.join(", ")
        ))?;
    }
    for leg in &alert.legs {
        print_leg(leg, if leg.live { "" } else { ", no longer" }, output)?;
    }
    for (until, leg) in &alert.past {
        print_leg(leg, &format!(", as it was until {until}"), output)?;
    }
    output.line("")?;
    let mut table = Table::new(&["WHEN", "WHAT", "WHO", "WHY"]);
    for event in &alert.events {
        table.row(event_row(event));
    }
    output.table(&table)
}

pub(crate) fn caption_of(body: &[u8]) -> String {
    form::decode_subject(body).map_or_else(|_| "(erased)".to_owned(), |s| s.caption().to_owned())
}

pub(super) fn listed_as(leg: &LegRow) -> String {
    form::decode_party(&leg.body).map_or_else(|_| String::new(), |p| p.caption().to_owned())
}

pub(super) fn print_leg(leg: &LegRow, when: &str, output: &mut Output) -> Result<()> {
    output.line(format!(
        "\n{}  {} on {}{}  {}",
        leg.score,
        visible(&listed_as(leg)),
        leg.list_name,
        when,
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

//! Alerts as they were at a moment.
//!
//! Where an alert and its case stood is the fold of what had happened by then. What its legs said is kept from each change
//! on. Which legs there were and which of them held is told by the events of the alert: each names the list that did it.
//! Where that leaves open which leg it was, nothing is answered rather than something that may never have been so.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_desk::{Case, Change, State};
use rescreen_store::{
    AlertFilter, AlertRow, AlertState, CaseRow, EventRow, LegRow, Passed, Register, StoreError,
    SubjectRow, form,
};

use super::alerts::report_of;
use crate::{AlertReport, App, AppError};

/// So many alerts are looked at together.
const CHUNK: usize = 500;

impl App {
    /// One alert as it was at a moment, with its history until then.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there was none yet; [`AppError::Refused`] where what is kept does not tell.
    pub fn alert_at(&self, key: i64, at: Timestamp) -> Result<AlertReport, AppError> {
        let now = self.alert(key)?;
        if now.row.opened > at {
            return Err(AppError::NotFound(format!(
                "alert {key} was raised at {}, later than that",
                now.row.opened
            )));
        }
        let register = self.store.register();
        let Some(mut report) = then(register, self.tenant(), now, at)? else {
            return Err(AppError::NotFound(format!(
                "alert {key} came to this tenant later than that"
            )));
        };
        report.others.retain(|other| other.opened <= at);
        for other in &mut report.others {
            other.state = state_at(&register.events_of_alert(other.key)?, at);
        }
        Ok(report)
    }

    /// Alerts that the filter would have let through at a moment, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`AppError::Refused`] where what is kept does not tell how one of them was.
    pub fn alerts_at(
        &self,
        filter: &AlertFilter,
        limit: usize,
        at: Timestamp,
    ) -> Result<Vec<AlertReport>, AppError> {
        let register = self.store.register();
        let mut found = Vec::new();
        let mut all = AlertFilter {
            before: filter.before,
            ..AlertFilter::default()
        };
        while found.len() < limit {
            let rows = register.alerts_where(&all, CHUNK)?;
            let Some(last) = rows.last() else {
                break;
            };
            all.before = Some(last.key);
            let newest = rows.first().map_or(last.key, |first| first.key);
            let passed = register.passed(at, last.key..=newest)?;
            let is_of_case =
                filter.case.is_some() || filter.outcome.is_some() || filter.assignee.is_some();
            let mut cases = if is_of_case {
                register.case_rows(last.key..=newest)?
            } else {
                BTreeMap::new()
            };
            for row in rows {
                if found.len() == limit {
                    break;
                }
                let passed = passed.get(&row.key).copied().unwrap_or_default();
                let case = cases.remove(&row.key);
                if row.opened > at || !may_pass(register, filter, (&row, case), passed, at)? {
                    continue;
                }
                let events = register.events_of_alert(row.key)?;
                let mut report = report_of(register, row)?;
                report.events = events;
                let report = then(register, self.tenant(), report, at)?;
                found.extend(report.filter(|report| is_let_through(filter, &report.case)));
            }
        }
        Ok(found)
    }
}

/// Whether an alert has to be looked at in full: its state and case, without what they rest on, would be let through. What
/// nothing happened to since is as it is now.
fn may_pass(
    register: Register<'_>,
    filter: &AlertFilter,
    (row, case): (&AlertRow, Option<CaseRow>),
    passed: Passed,
    at: Timestamp,
) -> Result<bool, AppError> {
    let state = if passed.goes_on {
        passed.state.unwrap_or(AlertState::Open)
    } else {
        row.state
    };
    if filter.state.is_some_and(|asked| asked != state)
        || filter.case.is_some_and(|asked| !state.may_be(asked))
    {
        return Ok(false);
    }
    // Without a question about the case none is given.
    let Some(mut case) = case else {
        return Ok(true);
    };
    if passed.goes_on && passed.steps == 0 {
        // Nobody had done anything with it.
        return Ok(filter.case.is_none_or(|asked| asked == State::New)
            && filter.outcome.is_none()
            && filter.assignee.is_none());
    }
    if passed.goes_on {
        let subject = register.subject_of(row.subject)?;
        case_at(register, &mut case, (row, &subject), &[], at)?;
    }
    Ok(is_let_through(filter, &case))
}

fn is_let_through(filter: &AlertFilter, case: &CaseRow) -> bool {
    filter.case.is_none_or(|asked| asked == case.state)
        && filter
            .outcome
            .is_none_or(|asked| case.outcome == Some(asked))
        && (filter.assignee.as_ref()).is_none_or(|asked| case.assignee.as_ref() == Some(asked))
}

/// What a subject said at a moment at which it was registered.
pub(super) fn said_at(
    register: Register<'_>,
    row: SubjectRow,
    at: Timestamp,
) -> Result<SubjectRow, AppError> {
    let versions = register.subject_versions(row.key)?;
    let said = versions.into_iter().rev().find(|version| version.at <= at);
    let retired = register.gone_since(row.key, at)?;
    let row = SubjectRow { retired, ..row };
    Ok(match said {
        Some(said) => SubjectRow {
            version: said.version,
            hash: said.hash,
            body: said.body,
            ..row
        },
        None => row,
    })
}

/// The alert, with its legs, as it was at a moment; nothing where there was none yet, or none for this tenant.
pub(super) fn with_legs_at(
    register: Register<'_>,
    here: Option<&str>,
    row: AlertRow,
    at: Timestamp,
) -> Result<Option<(AlertRow, Vec<LegRow>)>, AppError> {
    if row.opened > at {
        return Ok(None);
    }
    let mut report = report_of(register, row)?;
    report.events = register.events_of_alert(report.row.key)?;
    let report = then(register, here, report, at)?;
    Ok(report.map(|report| (report.row, report.legs)))
}

/// Where an alert stood at a moment.
fn state_at(events: &[EventRow], at: Timestamp) -> AlertState {
    let mut then = events.iter().rev().filter(|event| event.at <= at);
    then.find_map(|event| event.state)
        .unwrap_or(AlertState::Open)
}

/// Takes an alert, as it is and with its events, back to a moment at which it had been raised. For a tenant that was handed
/// the case later there is nothing: what others made of it stays with them.
fn then(
    register: Register<'_>,
    here: Option<&str>,
    now: AlertReport,
    at: Timestamp,
) -> Result<Option<AlertReport>, AppError> {
    let received = here.map_or(Ok(None), |here| received(register, here, now.row.key))?;
    if received.is_some_and(|since| since > at) {
        return Ok(None);
    }
    let AlertReport {
        mut row,
        subject,
        legs,
        mut case,
        mut events,
        others,
        ..
    } = now;
    row.state = state_at(&events, at);
    let mut past = register.past_legs(row.key)?;
    let (subject, legs) = if received.is_some() {
        let (subject, is_foreign) = of_whom(register, subject, row.key, at)?;
        let is_as_then = events
            .iter()
            .all(|event| event.at <= at || event.revision.is_some())
            && (!is_foreign || legs.iter().all(|leg| leg.version == subject.version));
        if !is_as_then {
            return Err(AppError::Refused(format!(
                "what alert {} rested on has changed since, and what it was is not kept for a tenant that was handed the case",
                row.key
            )));
        }
        (subject, legs)
    } else {
        let then: Vec<EventRow> = events
            .iter()
            .filter(|event| event.at <= at)
            .cloned()
            .collect();
        let legs = legs_at(&row, &legs, &past, &then, at)?;
        (said_at(register, subject, at)?, legs)
    };
    events.retain(|event| event.at <= at);
    past.retain(|(until, _)| *until <= at);
    let folded = case_at(register, &mut case, (&row, &subject), &legs, at)?;
    Ok(Some(AlertReport {
        row,
        subject,
        legs,
        past,
        case,
        folded: Some(folded),
        events,
        others,
    }))
}

/// Since when a tenant has a case that it was handed; nothing where the case was its own from the beginning.
fn received(register: Register<'_>, here: &str, alert: i64) -> Result<Option<Timestamp>, AppError> {
    let events = register.case_events(alert)?;
    let last = events.iter().rev().find_map(|event| match &event.change {
        Change::Received { to, .. } if to.as_str() == here => Some(event.at),
        _ => None,
    });
    Ok(last)
}

/// What the subject of a case that was handed over said, and whether it belongs to another tenant: then only what it says
/// now is shown.
fn of_whom(
    register: Register<'_>,
    subject: SubjectRow,
    alert: i64,
    at: Timestamp,
) -> Result<(SubjectRow, bool), AppError> {
    match register.subject_of_case(alert)? {
        Some((_, true)) => {
            let retired = subject.retired.filter(|since| *since <= at);
            Ok((SubjectRow { retired, ..subject }, true))
        }
        _ => Ok((said_at(register, subject, at)?, false)),
    }
}

/// The case as far as it had come.
fn case_at(
    register: Register<'_>,
    row: &mut CaseRow,
    (alert, subject): (&AlertRow, &SubjectRow),
    legs: &[LegRow],
    at: Timestamp,
) -> Result<Case, AppError> {
    let events = register.case_events(alert.key)?;
    // Whose it was, where it has gone on to somebody else since.
    let mut gone_on = events.iter().filter(|event| event.at > at);
    if let Some(from) = gone_on.find_map(|event| match &event.change {
        Change::Received { from, .. } => Some(from),
        _ => None,
    }) {
        row.tenant = from.clone();
    }
    let mut case = register.new_case(row, alert, subject);
    let score = legs.iter().map(|leg| leg.score).max().unwrap_or_default();
    case.score = rescreen_desk::Score(u16::try_from(score.basis_points()).unwrap_or(u16::MAX));
    for event in &events {
        if event.at <= at {
            case.apply(event).map_err(|e| StoreError::Damaged {
                detail: format!("the case of alert {}: {e}", alert.key),
            })?;
        }
    }
    let decision = case.decision();
    row.state = case.state();
    row.revision = case.revision();
    row.assignee = case.assignee().cloned();
    row.outcome = decision.map(|decision| decision.proposal.outcome);
    row.decided = decision.map(|decision| decision.at);
    row.expires = decision.and_then(|decision| decision.expires_at);
    row.snoozed = case.snoozed_until();
    row.disputed = case.disputed_until();
    row.escalation = case.escalation();
    row.offered = case.offered_to().cloned();
    Ok(case)
}

/// What an alert rested on at a moment. `events` are those until then.
fn legs_at(
    alert: &AlertRow,
    now: &[LegRow],
    past: &[(Timestamp, LegRow)],
    events: &[EventRow],
    at: Timestamp,
) -> Result<Vec<LegRow>, AppError> {
    let born: Vec<&EventRow> = of(events, &["raised", "leg-added"]);
    let gone = of(events, &["leg-withdrawn", "withdrawn"]);
    let mut legs = Vec::new();
    for leg in now {
        // An erased subject has no legs any more, and one leg was born with its alert.
        let is_born = now.len() <= born.len() || now.len() == 1 || told(alert, now, leg, &born)?;
        if !is_born {
            continue;
        }
        let mut then = past
            .iter()
            .find(|(until, before)| {
                *until > at && (before.list, &before.entry) == (leg.list, &leg.entry)
            })
            .map_or_else(|| leg.clone(), |(_, before)| before.clone());
        then.live = gone.is_empty() || is_live(alert, now, leg, events)?;
        legs.push(then);
    }
    Ok(legs)
}

fn of<'a>(events: &'a [EventRow], kinds: &[&str]) -> Vec<&'a EventRow> {
    let of_kind = |event: &&EventRow| kinds.contains(&event.kind.as_str());
    events.iter().filter(of_kind).collect()
}

/// Whether a leg held at the last of the events.
fn is_live(
    alert: &AlertRow,
    all: &[LegRow],
    leg: &LegRow,
    events: &[EventRow],
) -> Result<bool, AppError> {
    let mut is_live = true;
    for event in events {
        let held = match event.kind.as_str() {
            // Nothing supports the alert any more.
            "withdrawn" => {
                is_live = false;
                continue;
            }
            "leg-withdrawn" => false,
            "raised" | "leg-added" | "leg-returned" | "changed" => true,
            _ => continue,
        };
        if all.len() == 1 || told(alert, all, leg, &[event])? {
            is_live = held;
        }
    }
    Ok(is_live)
}

/// Whether one of these events is about a leg.
fn told(
    alert: &AlertRow,
    all: &[LegRow],
    leg: &LegRow,
    events: &[&EventRow],
) -> Result<bool, AppError> {
    let of_list = |list: &str| all.iter().filter(|leg| leg.list_name == list).count();
    for event in events {
        let cause = form::decode_cause(&event.detail)?;
        let list = cause.list.as_deref();
        let is_clear = list.is_some_and(|list| of_list(list) == 1);
        if !is_clear {
            return Err(AppError::Refused(format!(
                "what is kept of alert {} does not tell which of its {} legs there were then: ask for another moment",
                alert.key,
                all.len()
            )));
        }
        if list == Some(leg.list_name.as_str()) {
            return Ok(true);
        }
    }
    Ok(false)
}

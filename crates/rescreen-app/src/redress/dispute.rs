//! Disputes and corrections: the person concerned says that something is wrong.

use jiff::Timestamp;
use rescreen_desk::{Action, ActionKind, Cause, Change, IdempotencyKey, Refusal, State, UserId};
use rescreen_model::{ContentHash, Entity, Entry};
use rescreen_store::{LogFilter, SubjectRow, Writer, form};

use crate::{
    AlertReport, App, AppError, Incoming, Request,
    desk::{self, people},
};

impl App {
    /// Records that the person concerned contests what is made of them: every case of the subject that is not withdrawn
    /// gets a deadline, and what was decided is taken up again. Gives the alerts concerned; where there are none, the
    /// dispute is in the log all the same. Under the key of one that was recorded before nothing happens again.
    ///
    /// # Errors
    /// Those of [`App::find_subject`]; [`AppError::Usage`] without a reason; [`AppError::Refused`] where the person at the
    /// desk may not record one, the deadline has passed, the subject is erased, or the key stands for something else.
    pub fn dispute(
        &mut self,
        id: &str,
        by: &str,
        (reason, due): (&str, Option<Timestamp>),
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<AlertReport>, AppError> {
        let reason = super::reason(reason, "a dispute")?;
        let by = people::name(by)?;
        let row = self.find_subject(id)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let what = format!("dispute about subject {}", row.key.0);
        let done = (|| {
            let register = writer.register();
            let actor = people::actor(&writer, &by, ActionKind::Dispute)?;
            if !rescreen_desk::may(actor.role, ActionKind::Dispute) {
                return Err(AppError::from(Refusal::Forbidden {
                    role: actor.role,
                    action: ActionKind::Dispute,
                }));
            }
            people::may_change(&writer, &by, &row)?;
            super::there(&row)?;
            if let Some(key) = key
                && let Some(before) = before(&writer, &row, &by, key, (reason, due))?
            {
                return Ok(before);
            }
            let policy = desk::policy_in_force(register)?;
            let due = due.or_else(|| at.checked_add(policy.dispute_within).ok());
            let due = due.unwrap_or(Timestamp::MAX);
            if due <= at {
                return Err(Refusal::PastDeadline { now: at, came: due }.into());
            }
            let mut disputed = Vec::new();
            for alert in register.alerts_of_subject(row.key)? {
                let case = register.case_row(alert.key)?;
                let is_open_to_it = case.is_some_and(|case| {
                    case.state != State::Withdrawn && case.tenant == actor.tenant
                });
                if !is_open_to_it {
                    continue;
                }
                let request = Request {
                    alert: alert.key,
                    by: by.to_string(),
                    expected: None,
                    key: key.map(str::to_owned),
                    action: Action::Dispute {
                        reason: reason.to_owned(),
                        due,
                    },
                    relied: Vec::new(),
                };
                desk::decide_and_append(&writer, &alert, &request, &by, at)?;
                disputed.push(alert.key);
            }
            if disputed.is_empty() {
                let mut change = format!("{reason}{NO_CASE}{due}");
                if let Some(key) = key {
                    change.push_str(&named(key));
                }
                let cause = Cause {
                    change,
                    ..Cause::default()
                };
                people::log(&writer, at, "disputed", &by, (Some(row.key), None), &cause)?;
            }
            Ok(disputed)
        })();
        match done {
            Ok(disputed) => {
                writer.commit()?;
                disputed.into_iter().map(|key| self.alert(key)).collect()
            }
            Err(error) => Err(people::refused_of(writer, error, (&by, &what), row.key, at)),
        }
    }

    /// Takes a correction in: what the subject says from now on, which is screened in the same step. Gives the subject as
    /// it is then.
    ///
    /// # Errors
    /// Those of [`App::find_subject`] and [`App::register`]; [`AppError::Usage`] without a reason; [`AppError::Refused`]
    /// where the subject is erased or says just that already.
    pub fn correct_subject(
        &mut self,
        id: &str,
        mut subject: Entity,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<SubjectRow, AppError> {
        let reason = super::reason(reason, "a correction")?;
        let by = people::name(by)?;
        let row = self.find_subject(id)?;
        {
            let writer = self.store.write()?;
            let at = writer.not_before_the_log(now)?;
            let allowed = people::can_review(&writer, &by)
                .and_then(|()| people::may_change(&writer, &by, &row))
                .and_then(|()| super::there(&row));
            if let Err(error) = allowed {
                let what = format!("correct subject {}", row.key.0);
                return Err(people::refused_of(writer, error, (&by, &what), row.key, at));
            }
        }
        subject.id = row.external.as_str().into();
        let mut registration = self.registration(&row.source)?;
        let cause = Cause {
            change: format!("corrected: {reason}"),
            ..Cause::default()
        };
        let entry = Entry::new(subject.clone());
        if row.hash == ContentHash::of_entry(&entry) && row.retired.is_none() {
            return Err(AppError::Refused(format!(
                "'{id}' says that already: there is nothing to correct"
            )));
        }
        let first = |writer: &Writer<'_>| {
            let at = writer.not_before_the_log(now)?;
            people::log(writer, at, "corrected", &by, (Some(row.key), None), &cause)?;
            Ok(true)
        };
        self.register_if(&mut registration, vec![Incoming { subject }], &first, now)?;
        Ok(self.store.register().subject_of(row.key)?)
    }
}

/// What the log says of a dispute where there is no case to hold it.
const NO_CASE: &str = "; no case to take up, an answer is due by ";

fn named(key: &str) -> String {
    format!(", sent as {key}")
}

/// The alerts that were taken up when a dispute was recorded under the same key; `None` where none was.
fn before(
    writer: &Writer<'_>,
    row: &SubjectRow,
    by: &UserId,
    key: &str,
    (reason, due): (&str, Option<Timestamp>),
) -> Result<Option<Vec<i64>>, AppError> {
    let key = IdempotencyKey::new(key);
    let reused = || AppError::from(Refusal::KeyReused { key: key.clone() });
    let register = writer.register();
    let mut taken_up = Vec::new();
    for alert in register.alerts_of_subject(row.key)? {
        for event in register.case_events(alert.key)? {
            let Change::Did(action) = &event.change else {
                continue;
            };
            if event.key.as_ref() != Some(&key) {
                continue;
            }
            let is_same = match action {
                Action::Dispute { reason: r, due: d } => {
                    r == reason && due.is_none_or(|due| due == *d)
                }
                _ => false,
            };
            if !is_same || event.by.is_none_or(|actor| actor.user != *by) {
                return Err(reused());
            }
            taken_up.push(alert.key);
        }
    }
    if !taken_up.is_empty() {
        return Ok(Some(taken_up));
    }
    let filter = LogFilter {
        kind: Some("disputed".to_owned()),
        subject: Some(row.key),
        ..LogFilter::default()
    };
    let entries = writer.log_so_far().before(u64::MAX, &filter, usize::MAX)?;
    // Those of cases were asked for above.
    for entry in entries.iter().filter(|entry| entry.alert.is_none()) {
        let change = form::decode_cause(entry.full_detail())?.change;
        let Some(rest) = change.strip_suffix(&named(key.as_str())) else {
            continue;
        };
        let is_same = rest.rsplit_once(NO_CASE).is_some_and(|(said, until)| {
            said == reason && due.is_none_or(|due| due.to_string() == until)
        });
        return if is_same && entry.actor.as_deref() == Some(by.as_str()) {
            Ok(Some(Vec::new()))
        } else {
            Err(reused())
        };
    }
    Ok(None)
}

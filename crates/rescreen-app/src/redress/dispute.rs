//! Disputes and corrections: the person concerned says that something is wrong.

use jiff::Timestamp;
use rescreen_desk::{Action, ActionKind, Cause, Refusal, State};
use rescreen_model::{ContentHash, Entity, Entry};
use rescreen_store::{SubjectRow, Writer};

use crate::{
    AlertReport, App, AppError, Incoming, Request,
    desk::{self, people},
};

impl App {
    /// Records that the person concerned contests what is made of them: every case of the subject that is not withdrawn
    /// gets a deadline, and what was decided is taken up again. Gives the alerts concerned; where there are none, the
    /// dispute is in the log all the same.
    ///
    /// # Errors
    /// Those of [`App::find_subject`]; [`AppError::Usage`] without a reason; [`AppError::Refused`] where the person at the
    /// desk may not record one, the deadline has passed, or the subject is erased.
    pub fn dispute(
        &mut self,
        id: &str,
        by: &str,
        reason: &str,
        due: Option<Timestamp>,
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
            let actor = people::actor(register, &by, ActionKind::Dispute)?;
            if !rescreen_desk::may(actor.role, ActionKind::Dispute) {
                return Err(AppError::from(Refusal::Forbidden {
                    role: actor.role,
                    action: ActionKind::Dispute,
                }));
            }
            super::there(&row)?;
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
                    key: None,
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
                let cause = Cause {
                    change: format!("{reason}; no case to take up, an answer is due by {due}"),
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
            let allowed = people::can_review(writer.register(), &by);
            if let Err(error) = allowed.and_then(|()| super::there(&row)) {
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

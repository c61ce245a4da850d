//! Erasure: taking everything away that says who a subject is.

use jiff::{SignedDuration, Timestamp};
use rescreen_desk::{Cause, UserId};
use rescreen_store::{Register, SubjectRow, Writer};

use crate::{
    App, AppError,
    desk::people,
    register::{end_alerts, scrub},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl App {
    /// Takes everything away that says who a subject is. That there was one, and what was done when, stays.
    ///
    /// # Errors
    /// Those of [`App::find_subject`]; [`AppError::Usage`] without a person and a reason; [`AppError::Refused`] where the
    /// person may not do that, the subject is erased already, a hold stands, or the retention rule keeps it.
    pub fn erase_subject(
        &mut self,
        id: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<SubjectRow, AppError> {
        let reason = super::reason(reason, "an erasure")?;
        let by = people::name(by)?;
        let row = self.find_subject(id)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let register = writer.register();
        let allowed = people::admin(register, &by, "erase subjects")
            .and_then(|()| super::there(&row))
            .and_then(|()| may_go(register, &row, at));
        if let Err(error) = allowed {
            let what = format!("erase subject {}", row.key.0);
            return Err(people::refused_of(writer, error, (&by, &what), row.key, at));
        }
        erase(&writer, &[&row], &by, reason, at)?;
        writer.commit()?;
        self.store.forget_erased()?;
        Ok(row)
    }
}

/// Whether nothing keeps a subject.
pub(super) fn may_go(
    register: Register<'_>,
    row: &SubjectRow,
    at: Timestamp,
) -> Result<(), AppError> {
    let holds = register.holds(row.key)?;
    if let Some(hold) = holds.iter().find(|hold| hold.stands(at)) {
        let until = hold.until.map_or_else(
            || "until it is lifted".to_owned(),
            |at| format!("until {at}"),
        );
        return Err(AppError::Refused(format!(
            "hold {} of {} stands {until}: {}",
            hold.key, hold.author, hold.reason
        )));
    }
    let days = register.retention()?.map_or(0, |rule| rule.decided_days);
    let Some(decided) = register.last_decided(row.key)? else {
        return Ok(());
    };
    let until = decided.checked_add(DAY * i32::try_from(days).unwrap_or(i32::MAX));
    match until {
        Ok(until) if until <= at => Ok(()),
        until => Err(AppError::Refused(format!(
            "the retention rule keeps whoever was decided about for {days} days: the last decision is of {decided}, so {}",
            until.map_or_else(|_| "for good".to_owned(), |until| format!("until {until}"))
        ))),
    }
}

/// Erases subjects that may go.
pub(super) fn erase(
    writer: &Writer<'_>,
    rows: &[&SubjectRow],
    by: &UserId,
    reason: &str,
    at: Timestamp,
) -> Result<(), AppError> {
    let cause = Cause {
        change: format!("erased: {reason}"),
        ..Cause::default()
    };
    for row in rows {
        end_alerts(writer, row.key, "erased", at)?;
        writer.erase_subject(row.key, at)?;
        people::log_for_good(writer, at, "erased", by, row.key, &cause)?;
    }
    scrub(writer, &rows.iter().map(|row| row.key).collect())
}

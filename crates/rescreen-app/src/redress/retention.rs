//! Retention: how long subjects are kept, and erasing those whose time is over.

use jiff::{SignedDuration, Timestamp};
use rescreen_desk::Cause;
use rescreen_store::{RetentionRow, SubjectRow};

use super::erase::{erase, may_go};
use crate::{App, AppError, desk::people};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// A rule that keeps longer than a century is a slip.
const MAX_DAYS: u32 = 36_500;

/// A retention rule to be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRetention {
    /// So many days after they left their source subjects are erased; nothing keeps them.
    pub retired_days: Option<u32>,
    /// So many days after the last decision about them nobody is erased.
    pub decided_days: u32,
}

/// A subject whose time is over, and why it is still there, if it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purged {
    /// The subject, as it was.
    pub row: SubjectRow,
    /// What keeps it.
    pub kept: Option<String>,
}

impl App {
    /// The retention rule in force; nothing where none was ever set, and nobody is erased but on request.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn retention(&self) -> Result<Option<RetentionRow>, AppError> {
        Ok(self.store.register().retention()?)
    }

    /// Sets the retention rule.
    ///
    /// # Errors
    /// [`AppError::Usage`] where the days make no sense or a reason is missing; [`AppError::Refused`] where the person
    /// may not do that.
    pub fn set_retention(
        &mut self,
        rule: NewRetention,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<RetentionRow, AppError> {
        let reason = super::reason(reason, "a retention rule")?;
        for days in rule.retired_days.into_iter().chain([rule.decided_days]) {
            if days > MAX_DAYS {
                return Err(AppError::Usage(format!(
                    "expected at most {MAX_DAYS} days, got {days}"
                )));
            }
        }
        let by = people::name(by)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let what = "set the retention rule";
        if let Err(error) = people::admin(writer.register(), &by, what) {
            return Err(people::refused(writer, error, (&by, what), None, at));
        }
        let row = RetentionRow {
            at,
            retired_days: rule.retired_days,
            decided_days: rule.decided_days,
            author: by.to_string(),
            reason: reason.to_owned(),
        };
        writer.set_retention(&row)?;
        let retired = rule.retired_days.map_or_else(
            || "whoever left is kept".to_owned(),
            |days| format!("whoever left is erased after {days} days"),
        );
        let cause = Cause {
            change: format!(
                "{retired}, whoever was decided about is kept for {} days: {reason}",
                rule.decided_days
            ),
            ..Cause::default()
        };
        people::log(&writer, at, "retention", &by, (None, None), &cause)?;
        writer.commit()?;
        Ok(row)
    }

    /// Erases the subjects whose time is over, and names those that something keeps. `only_say`: erases nobody.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where no rule erases anybody; [`AppError::Refused`] where the person may not do that.
    pub fn purge(
        &mut self,
        by: &str,
        only_say: bool,
        now: Timestamp,
    ) -> Result<Vec<Purged>, AppError> {
        let by = people::name(by)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let register = writer.register();
        if let Err(error) = people::admin(register, &by, "erase subjects") {
            let what = "erase whose time is over";
            return Err(people::refused(writer, error, (&by, what), None, at));
        }
        let rule = register.retention()?;
        let Some(days) = rule.and_then(|rule| rule.retired_days) else {
            return Err(AppError::NotFound(
                "no retention rule erases anybody: 'rescreen retention set --retired-days N' sets one"
                    .to_owned(),
            ));
        };
        let before = at.checked_sub(DAY * i32::try_from(days).unwrap_or(i32::MAX));
        let before = before.unwrap_or(Timestamp::MIN);
        let mut purged = Vec::new();
        for key in register.retired_before(before)? {
            let row = register.subject_of(key)?;
            let kept = match may_go(register, &row, at) {
                Ok(()) => None,
                Err(AppError::Refused(why)) => Some(why),
                Err(error) => return Err(error),
            };
            purged.push(Purged { row, kept });
        }
        if !only_say {
            let over = purged.iter().filter(|subject| subject.kept.is_none());
            let over: Vec<&SubjectRow> = over.map(|subject| &subject.row).collect();
            let reason = format!("its time is over, {days} days after it left its source");
            erase(&writer, &over, &by, &reason, at)?;
            writer.commit()?;
            self.store.forget_erased()?;
        }
        Ok(purged)
    }
}

//! Holds: while one stands, a subject is not erased.

use jiff::Timestamp;
use rescreen_desk::Cause;
use rescreen_store::HoldRow;

use crate::{App, AppError, desk::people};

/// A hold to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRequest {
    /// The subject, as `SOURCE/ID` or the id alone.
    pub subject: String,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
}

impl App {
    /// Puts a hold on a subject.
    ///
    /// # Errors
    /// Those of [`App::find_subject`]; [`AppError::Usage`] without a reason; [`AppError::Refused`] where the person may
    /// not do that or the subject is erased.
    pub fn hold_subject(
        &mut self,
        request: &HoldRequest,
        now: Timestamp,
    ) -> Result<HoldRow, AppError> {
        let reason = super::reason(&request.reason, "a hold")?;
        let by = people::name(&request.by)?;
        let row = self.find_subject(&request.subject)?;
        if request.until.is_some_and(|until| until <= now) {
            return Err(AppError::Usage("the hold would be over already".to_owned()));
        }
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let what = format!("hold subject {}", row.key.0);
        let allowed = people::admin(writer.register(), &by, "hold subjects");
        let allowed = allowed.and_then(|()| super::there(&row));
        if let Err(error) = allowed {
            return Err(people::refused_of(writer, error, (&by, &what), row.key, at));
        }
        let key = writer.put_hold(row.key, by.as_str(), reason, request.until, at)?;
        let until = request.until.map_or_else(
            || "until it is lifted".to_owned(),
            |at| format!("until {at}"),
        );
        let cause = Cause {
            change: format!("hold {key} {until}: {reason}"),
            ..Cause::default()
        };
        people::log(&writer, at, "held", &by, (Some(row.key), None), &cause)?;
        let hold = writer.register().holds(row.key)?.pop();
        writer.commit()?;
        hold.ok_or_else(|| AppError::NotFound(format!("there is no hold {key}")))
    }

    /// Lifts a hold of a subject; without a number the only one that stands.
    ///
    /// # Errors
    /// Those of [`App::hold_subject`]; [`AppError::NotFound`] where no such hold stands; [`AppError::Usage`] where several
    /// do and none is named.
    pub fn lift_hold(
        &mut self,
        request: &HoldRequest,
        number: Option<i64>,
        now: Timestamp,
    ) -> Result<HoldRow, AppError> {
        let reason = super::reason(&request.reason, "lifting a hold")?;
        let by = people::name(&request.by)?;
        let row = self.find_subject(&request.subject)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let what = format!("lift a hold of subject {}", row.key.0);
        if let Err(error) = people::admin(writer.register(), &by, "lift holds") {
            return Err(people::refused_of(writer, error, (&by, &what), row.key, at));
        }
        let mut standing = writer.register().holds(row.key)?;
        standing.retain(|hold| hold.stands(at) && number.is_none_or(|n| hold.key == n));
        if standing.len() > 1 {
            let numbers: Vec<String> = standing.iter().map(|hold| hold.key.to_string()).collect();
            return Err(AppError::Usage(format!(
                "several holds stand: {}; say which",
                numbers.join(", ")
            )));
        }
        let Some(hold) = standing.pop() else {
            return Err(AppError::NotFound(format!(
                "no such hold stands on '{}'",
                request.subject
            )));
        };
        writer.lift_hold(hold.key, by.as_str(), at)?;
        let cause = Cause {
            change: format!("hold {} lifted: {reason}", hold.key),
            ..Cause::default()
        };
        people::log(
            &writer,
            at,
            "hold-lifted",
            &by,
            (Some(row.key), None),
            &cause,
        )?;
        writer.commit()?;
        Ok(HoldRow {
            lifted: Some(at),
            lifted_by: Some(by.to_string()),
            ..hold
        })
    }

    /// The holds that were ever put on a subject, oldest first.
    ///
    /// # Errors
    /// Those of [`App::find_subject`].
    pub fn holds(&self, id: &str) -> Result<Vec<HoldRow>, AppError> {
        let row = self.find_subject(id)?;
        Ok(self.store.register().holds(row.key)?)
    }
}

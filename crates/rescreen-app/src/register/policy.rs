//! The register's policy: what a change of it would do, and doing it.

use jiff::Timestamp;
use rescreen_model::ListName;
use rescreen_store::{AsOf, By, Cause, PolicyRow, Writer};

use super::{
    AlertReport, RegisterPolicy,
    alerts::report_of,
    settle::Touched,
    sweep::{SweepReport, everybody},
};
use crate::{App, AppError};

/// What a policy changes: a forecast finds it by sweeping everybody and undoing it.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The policy.
    pub policy: RegisterPolicy,
    /// What the sweep does.
    pub sweep: SweepReport,
    /// Some of the alerts concerned, as they are under the policy.
    pub sample: Sample,
}

/// A few alerts of each kind that a policy touches.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Raised.
    pub new: Vec<AlertReport>,
    /// With other evidence.
    pub changed: Vec<AlertReport>,
    /// Withdrawn before, supported again.
    pub returned: Vec<AlertReport>,
    /// With nothing to support them any more.
    pub withdrawn: Vec<AlertReport>,
}

impl Sample {
    /// Reads the alerts as the transaction has them: afterwards a forecast has undone them.
    fn read(writer: &Writer<'_>, touched: &Touched) -> Result<Self, AppError> {
        let read = |keys: &[i64]| {
            keys.iter()
                .filter_map(|key| writer.register().alert(*key).transpose())
                .map(|row| report_of(writer.register(), row?))
                .collect::<Result<Vec<_>, AppError>>()
        };
        Ok(Self {
            new: read(&touched.raised)?,
            changed: read(&touched.changed)?,
            returned: read(&touched.returned)?,
            withdrawn: read(&touched.withdrawn)?,
        })
    }
}

impl App {
    /// Says what a policy would change, and changes nothing.
    ///
    /// # Errors
    /// [`AppError`] where there is no list or the store fails.
    pub fn forecast_policy(
        &mut self,
        policy: &RegisterPolicy,
        now: Timestamp,
        seen: &mut dyn FnMut(u64),
    ) -> Result<Forecast, AppError> {
        self.check_scope(policy)?;
        let basis = self.basis(policy)?;
        // The transaction is dropped, so all of it is undone.
        let writer = self.store.write()?;
        if super::basis::places(&writer)? != basis.places {
            return Err(changed_meanwhile());
        }
        let at = writer.not_before_the_log(now)?;
        writer.set_policy(&row(policy, at, "nobody", "forecast"))?;
        let (sweep, touched) = everybody(&writer, &basis, now, "policy", seen)?;
        Ok(Forecast {
            policy: policy.clone(),
            sweep,
            sample: Sample::read(&writer, &touched)?,
        })
    }

    /// Puts a policy in force and screens everybody under it, in one step.
    ///
    /// # Errors
    /// [`AppError`] where a person or a reason is missing, there is no list, or the store fails.
    pub fn set_register_policy(
        &mut self,
        policy: &RegisterPolicy,
        by: &str,
        reason: &str,
        now: Timestamp,
        seen: &mut dyn FnMut(u64),
    ) -> Result<Forecast, AppError> {
        let (by, reason) = (by.trim(), reason.trim());
        if by.is_empty() || reason.is_empty() {
            return Err(AppError::Usage(
                "a change of policy needs a person and a reason".to_owned(),
            ));
        }
        self.check_scope(policy)?;
        let basis = self.basis(policy)?;
        let writer = self.store.write()?;
        if super::basis::places(&writer)? != basis.places {
            return Err(changed_meanwhile());
        }
        let at = writer.not_before_the_log(now)?;
        writer.set_policy(&row(policy, at, by, reason))?;
        let cause = Cause {
            change: format!("policy {}: {reason}", policy.hash().short()),
            ..Cause::default()
        };
        let by = By {
            user: Some(by),
            ..By::default()
        };
        writer.log_by(at, "policy", by, (None, None), &cause)?;
        let (sweep, touched) = everybody(&writer, &basis, now, "policy", seen)?;
        let sample = Sample::read(&writer, &touched)?;
        writer.commit()?;
        Ok(Forecast {
            policy: policy.clone(),
            sweep,
            sample,
        })
    }

    /// Every list in scope must be there, with a version in force: a wrong name would look like a clearance.
    fn check_scope(&self, policy: &RegisterPolicy) -> Result<(), AppError> {
        let Some(lists) = policy.scope.lists() else {
            return Ok(());
        };
        let named: Vec<ListName> = lists.iter().cloned().collect();
        self.in_force(&named, AsOf::NOW).map(|_| ())
    }
}

fn row(policy: &RegisterPolicy, at: Timestamp, author: &str, reason: &str) -> PolicyRow {
    let RegisterPolicy { matching, scope } = policy;
    PolicyRow {
        at,
        review: matching.review(),
        matched: matching.matched(),
        typo_floor: matching.typo_floor(),
        lists: scope
            .lists()
            .map(|lists| lists.iter().map(ToString::to_string).collect()),
        topics: scope.topics().iter().cloned().collect(),
        author: author.to_owned(),
        reason: reason.to_owned(),
    }
}

fn changed_meanwhile() -> AppError {
    AppError::Refused("a list changed meanwhile: try again".to_owned())
}

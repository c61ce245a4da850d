//! The register's policy: what a change of it would do, and doing it.

use jiff::Timestamp;
use rescreen_match::Policy;
use rescreen_store::{By, Cause, PolicyRow};

use super::sweep::{SweepReport, everybody};
use crate::{App, AppError};

/// What a policy would change, found by sweeping everybody and undoing it.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The policy that was tried.
    pub policy: Policy,
    /// What the sweep would have done.
    pub sweep: SweepReport,
}

impl App {
    /// Says what a policy would change, and changes nothing.
    ///
    /// # Errors
    /// [`AppError`] where there is no list or the store fails.
    pub fn forecast_policy(
        &mut self,
        policy: &Policy,
        now: Timestamp,
        seen: &mut dyn FnMut(u64),
    ) -> Result<Forecast, AppError> {
        let basis = self.basis(policy.clone())?;
        // The transaction is dropped, so all of it is undone.
        let writer = self.store.write()?;
        if super::basis::places(&writer)? != basis.places {
            return Err(changed_meanwhile());
        }
        let at = writer.not_before_the_log(now)?;
        writer.set_policy(&row(policy, at, "nobody", "forecast"))?;
        let sweep = everybody(&writer, &basis, now, "policy", seen)?;
        Ok(Forecast {
            policy: policy.clone(),
            sweep,
        })
    }

    /// Puts a policy in force and screens everybody under it, in one step.
    ///
    /// # Errors
    /// [`AppError`] where a person or a reason is missing, there is no list, or the store fails.
    pub fn set_register_policy(
        &mut self,
        policy: &Policy,
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
        let basis = self.basis(policy.clone())?;
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
        let sweep = everybody(&writer, &basis, now, "policy", seen)?;
        writer.commit()?;
        Ok(Forecast {
            policy: policy.clone(),
            sweep,
        })
    }
}

fn row(policy: &Policy, at: Timestamp, author: &str, reason: &str) -> PolicyRow {
    PolicyRow {
        at,
        review: policy.review(),
        matched: policy.matched(),
        typo_floor: policy.typo_floor(),
        author: author.to_owned(),
        reason: reason.to_owned(),
    }
}

fn changed_meanwhile() -> AppError {
    AppError::Refused("a list changed meanwhile: try again".to_owned())
}

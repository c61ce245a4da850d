//! Clearances at work: which there are, and taking one back.

use jiff::Timestamp;
use rescreen_desk::{Action, Decision, Lapse, Outcome};
use rescreen_store::{AlertFilter, CaseRow, SubjectRow};

use super::{act::Request, grounds, policy};
use crate::{AlertReport, App, AppError};

/// A clearance that people decided.
#[derive(Debug, Clone)]
pub struct SuppressionReport {
    /// The alert it answers.
    pub alert: i64,
    /// Whom it concerns.
    pub subject: SubjectRow,
    /// How the case stands.
    pub case: CaseRow,
    /// The listed party by all its ids.
    pub party: Vec<String>,
    /// The decision, with the facts it rests on.
    pub decision: Decision,
    /// What speaks against it already; what it is reopened for as soon as the register is swept.
    pub lapses: Vec<Lapse>,
}

impl App {
    /// The clearances in force, newest first. Those whose match is gone from the lists count: they would answer it if
    /// it came back.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn suppressions(&self, now: Timestamp) -> Result<Vec<SuppressionReport>, AppError> {
        let register = self.store.register();
        let policy = policy::in_force(register)?;
        let filter = AlertFilter {
            outcome: Some(Outcome::FalsePositive),
            ..AlertFilter::default()
        };
        let mut reports = Vec::new();
        for alert in register.alerts_where(&filter, usize::MAX)? {
            let (subject, _) = grounds::subject_of_case(register, alert.key)?;
            let Some(row) = register.case_row(alert.key)? else {
                continue;
            };
            if subject.erased.is_some() {
                continue;
            }
            let legs = register.legs_of_alert(alert.key)?;
            let score = legs.iter().map(|leg| leg.score).max().unwrap_or_default();
            let case = register.case(&row, &alert, &subject, score)?;
            let Some(decision) = case.decision().cloned() else {
                continue;
            };
            let current = grounds::current(&subject, &legs)?;
            reports.push(SuppressionReport {
                alert: alert.key,
                case: row,
                party: legs.iter().map(|leg| leg.entry.clone()).collect(),
                lapses: case.lapses(&current, &policy, now),
                decision,
                subject,
            });
        }
        Ok(reports)
    }

    /// The clearances that were in force at a moment, newest first.
    ///
    /// # Errors
    /// Those of [`App::alerts_at`].
    pub fn suppressions_at(&self, at: Timestamp) -> Result<Vec<SuppressionReport>, AppError> {
        let policy = policy::in_force_at(self.store.register(), at)?;
        let filter = AlertFilter {
            outcome: Some(Outcome::FalsePositive),
            ..AlertFilter::default()
        };
        let mut reports = Vec::new();
        for alert in self.alerts_at(&filter, usize::MAX, at)? {
            let Some(case) = alert.folded.filter(|_| alert.subject.erased.is_none()) else {
                continue;
            };
            let Some(decision) = case.decision().cloned() else {
                continue;
            };
            let current = grounds::current(&alert.subject, &alert.legs)?;
            reports.push(SuppressionReport {
                alert: alert.row.key,
                subject: alert.subject,
                party: alert.legs.iter().map(|leg| leg.entry.clone()).collect(),
                lapses: case.lapses(&current, &policy, at),
                case: alert.case,
                decision,
            });
        }
        Ok(reports)
    }

    /// Takes a clearance back: the case is reopened.
    ///
    /// # Errors
    /// Those of [`App::act`]; [`AppError::NotFound`] where the alert has no clearance.
    pub fn revoke_suppression(
        &mut self,
        alert: i64,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<AlertReport, AppError> {
        let row = self.store.register().case_row(alert)?;
        let is_cleared = row.is_some_and(|row| row.outcome == Some(Outcome::FalsePositive));
        if !is_cleared {
            return Err(AppError::NotFound(format!(
                "alert {alert} has no suppression"
            )));
        }
        let request = Request {
            alert,
            by: by.to_owned(),
            expected: None,
            key: None,
            action: Action::Reopen {
                reason: reason.to_owned(),
            },
            relied: Vec::new(),
        };
        self.act(&request, now)
    }
}

//! Alerts as they are read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_desk::Case;
use rescreen_store::{
    AlertFilter, AlertRow, AlertState, CaseRow, EventRow, LegRow, QueueFilter, QueueOrder,
    Register, StoreError, SubjectRow,
};

use crate::{App, AppError, desk};

/// An alert with whom it concerns and what it rests on.
#[derive(Debug, Clone)]
pub struct AlertReport {
    /// The alert.
    pub row: AlertRow,
    /// The subject, as far as the tenant of the case may see it.
    pub subject: SubjectRow,
    /// Its legs, those that ended included.
    pub legs: Vec<LegRow>,
    /// What its legs were before they changed, and until when; filled where one alert is asked for.
    pub past: Vec<(Timestamp, LegRow)>,
    /// How far people are with it.
    pub case: CaseRow,
    /// All of that; filled where one alert is asked for.
    pub folded: Option<Case>,
    /// What happened to it; filled where one alert is asked for.
    pub events: Vec<EventRow>,
    /// The other alerts of the same subject that lie with the same tenant; filled where one alert is asked for.
    pub others: Vec<AlertRow>,
}

/// A part of the alerts, with how many there are.
#[derive(Debug, Clone)]
pub struct Queue {
    /// How many alerts the filter lets through in each state, whichever state it asks for; more than
    /// [`MOST_COUNTED`](crate::MOST_COUNTED) are not counted where it asks for something besides.
    pub counts: BTreeMap<AlertState, u64>,
    /// The part asked for.
    pub alerts: Vec<AlertReport>,
}

impl App {
    /// Alerts that the filter lets through, in an order, from the `skip`th on.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn queue(
        &self,
        filter: &QueueFilter,
        order: QueueOrder,
        skip: u64,
        limit: u64,
    ) -> Result<Queue, AppError> {
        let register = self.store.register();
        Ok(Queue {
            counts: register.queue_counts(filter)?,
            alerts: register
                .queue(filter, order, skip, limit)?
                .into_iter()
                .map(|row| report_of(register, row))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The number of the newest alert, 0 where there is none: whoever watches sees by it that there are more.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn newest_alert(&self) -> Result<i64, AppError> {
        Ok(self.store.register().newest_alert()?)
    }

    /// Numbers that stay the same as long as nothing happens: the ends of the log, the register, the screenings and the
    /// ledger.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn mark(&self) -> Result<[i64; 4], AppError> {
        Ok(self.store.register().mark()?)
    }

    /// Alerts, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn alerts(
        &self,
        state: Option<AlertState>,
        limit: usize,
    ) -> Result<Vec<AlertReport>, AppError> {
        let filter = AlertFilter {
            state,
            ..AlertFilter::default()
        };
        self.alerts_where(&filter, limit)
    }

    /// Alerts that the filter lets through, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn alerts_where(
        &self,
        filter: &AlertFilter,
        limit: usize,
    ) -> Result<Vec<AlertReport>, AppError> {
        self.store
            .register()
            .alerts_where(filter, limit)?
            .into_iter()
            .map(|row| report_of(self.store.register(), row))
            .collect()
    }

    /// One alert with its history.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn alert(&self, key: i64) -> Result<AlertReport, AppError> {
        let register = self.store.register();
        let row = register
            .alert(key)?
            .ok_or_else(|| AppError::NotFound(format!("there is no alert {key}")))?;
        let mut report = report_of(register, row)?;
        report.events = register.events_of_alert(key)?;
        for other in register.alerts_of_subject(report.row.subject)? {
            let case = register.case_row(other.key)?;
            let is_shown = case.is_some_and(|case| case.tenant == report.case.tenant);
            if other.key != key && is_shown {
                report.others.push(other);
            }
        }
        report.past = register.past_legs(key)?;
        let scores = report.legs.iter().map(|leg| leg.score);
        let score = scores.max().unwrap_or_default();
        report.folded = Some(register.case(&report.case, &report.row, &report.subject, score)?);
        Ok(report)
    }
}

pub(super) fn report_of(register: Register<'_>, row: AlertRow) -> Result<AlertReport, AppError> {
    Ok(AlertReport {
        subject: desk::subject_of_case(register, row.key)?.0,
        legs: register.legs_of_alert(row.key)?,
        case: register
            .case_row(row.key)?
            .ok_or_else(|| StoreError::Damaged {
                detail: format!("alert {} has no case", row.key),
            })?,
        past: Vec::new(),
        folded: None,
        events: Vec::new(),
        others: Vec::new(),
        row,
    })
}

//! Everything held about a subject.

use jiff::Timestamp;
use rescreen_store::{HoldRow, LogRow, StoreError};

use crate::{AlertReport, App, AppError, SubjectReport, SuppressionReport};

/// Everything held about a subject.
#[derive(Debug, Clone)]
pub struct Held {
    /// What it said in each version, and what was answered about it.
    pub subject: SubjectReport,
    /// Its alerts with what people made of them: cases, proposals, decisions, notes, files.
    pub alerts: Vec<AlertReport>,
    /// The clearances in force.
    pub suppressions: Vec<SuppressionReport>,
    /// The holds that were ever put on it.
    pub holds: Vec<HoldRow>,
    /// The entries of the log about it.
    pub log: Vec<LogRow>,
}

impl App {
    /// Everything held about a subject: what is to be shown to the person concerned when they ask.
    ///
    /// # Errors
    /// Those of [`App::find_subject`].
    pub fn held(&self, id: &str, now: Timestamp) -> Result<Held, AppError> {
        let subject = self.show_subject(id, Timestamp::MAX)?;
        let key = subject.row.key;
        let register = self.store.register();
        let alerts = register.alerts_of_subject(key)?;
        let alerts = alerts.iter().map(|alert| self.alert(alert.key));
        let alerts = alerts.collect::<Result<Vec<_>, _>>()?;
        let mut suppressions = self.suppressions(now)?;
        suppressions.retain(|found| found.subject.key == key);
        let mut log = Vec::new();
        let end = self.log_end()?.0;
        self.store
            .log()
            .each::<StoreError>(0..end, Some(key), |row| {
                log.push(row);
                Ok(())
            })?;
        Ok(Held {
            holds: register.holds(key)?,
            subject,
            alerts,
            suppressions,
            log,
        })
    }
}

//! Following alerts from outside.

use rescreen_store::{AlertState, FeedRow};

use super::AlertReport;
use crate::{App, AppError};

impl App {
    /// What happened to alerts behind a place in the log, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn feed(&self, after: i64, limit: usize) -> Result<Vec<FeedRow>, AppError> {
        Ok(self.store.feed(after, limit)?)
    }

    /// The last place in the log: a feed from here on tells only what is new.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn feed_end(&self) -> Result<i64, AppError> {
        Ok(self.store.feed_end()?)
    }

    /// Alerts before one, newest first, at most `limit`; without one from the newest.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn alerts_before(
        &self,
        state: Option<AlertState>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AlertReport>, AppError> {
        let before = before.unwrap_or(i64::MAX);
        let keys = self.store.alerts_before(state, before, limit)?;
        keys.into_iter().map(|key| self.alert(key)).collect()
    }
}

//! Following alerts from outside.

use rescreen_store::FeedRow;

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
}

//! The log of alerts as it is followed from outside.

use jiff::Timestamp;
use rusqlite::params;

use crate::{Store, StoreError, read::timestamp};

/// Something that happened to an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// Its place in the log: it only grows, and what is read later has a higher one.
    pub key: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: String,
    /// The alert.
    pub alert: i64,
    /// The state of the alert from here on.
    pub state: Option<String>,
    /// The source of the subject.
    pub source: String,
    /// The subject's id there.
    pub external: String,
    /// The details, as JSON.
    pub detail: String,
}

impl Store {
    /// What happened to alerts behind a place in the log, oldest first, at most `limit`. What was refused did not happen.
    ///
    /// There is one writer at a time, so nothing appears later before a place that was read already.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn feed(&self, after: i64, limit: usize) -> Result<Vec<FeedRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT e.key, e.at, e.kind, e.alert, e.state, s.source, s.external, e.detail
             FROM event e JOIN alert a ON a.key = e.alert JOIN subject s ON s.key = a.subject
             WHERE e.key > ?1 AND e.kind <> 'refused' ORDER BY e.key LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![after, limit])?;
        let mut feed = Vec::new();
        while let Some(row) = rows.next()? {
            feed.push(FeedRow {
                key: row.get(0)?,
                at: timestamp(row.get(1)?)?,
                kind: row.get(2)?,
                alert: row.get(3)?,
                state: row.get(4)?,
                source: row.get(5)?,
                external: row.get(6)?,
                detail: row.get(7)?,
            });
        }
        Ok(feed)
    }

    /// The last place in the log before a moment.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn feed_before(&self, at: Timestamp) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(key), 0) FROM event WHERE at < ?1";
        let at = at.as_microsecond();
        Ok(self.connection().query_row(sql, [at], |row| row.get(0))?)
    }

    /// The last place in the log.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn feed_end(&self) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(key), 0) FROM event";
        Ok(self.connection().query_row(sql, [], |row| row.get(0))?)
    }
}

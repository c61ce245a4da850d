//! What stands between a subject and its erasure, how long anything is kept, and the files that people attach.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::{Register, StoreError, SubjectKey, Writer, read::timestamp};

/// A hold: while it stands, the subject is not erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRow {
    /// Its number.
    pub key: i64,
    /// Whom it keeps.
    pub subject: SubjectKey,
    /// Since when.
    pub at: Timestamp,
    /// Who put it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// When somebody lifted it.
    pub lifted: Option<Timestamp>,
    /// Who did.
    pub lifted_by: Option<String>,
}

impl HoldRow {
    /// Whether it stands at a moment.
    pub fn stands(&self, at: Timestamp) -> bool {
        self.lifted.is_none() && self.until.is_none_or(|until| at < until)
    }
}

/// How long subjects are kept, from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionRow {
    /// Since when it is in force.
    pub at: Timestamp,
    /// So many days after they left their source subjects are erased; nothing where they are kept.
    pub retired_days: Option<u32>,
    /// So many days after the last decision about them nobody is erased.
    pub decided_days: u32,
    /// Who set it.
    pub author: String,
    /// Why.
    pub reason: String,
}

const HOLD: &str =
    "SELECT key, subject, at, author, reason, until, lifted, lifted_by FROM subject_hold";

impl Register<'_> {
    /// The holds that were ever put on a subject, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn holds(&self, subject: SubjectKey) -> Result<Vec<HoldRow>, StoreError> {
        let sql = format!("{HOLD} WHERE subject = ?1 ORDER BY key");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query(params![subject.0])?;
        let mut holds = Vec::new();
        while let Some(row) = rows.next()? {
            holds.push(hold(row)?);
        }
        Ok(holds)
    }

    /// The retention rule in force at a moment; nothing where none was set until then.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn retention(&self, at: Timestamp) -> Result<Option<RetentionRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT at, retired_days, decided_days, author, reason FROM retention
             WHERE at <= ?1 ORDER BY key DESC LIMIT 1",
        )?;
        let mut rows = statement.query(params![at.as_microsecond()])?;
        rows.next()?
            .map(|row| {
                Ok(RetentionRow {
                    at: timestamp(row.get(0)?)?,
                    retired_days: row.get(1)?,
                    decided_days: row.get(2)?,
                    author: row.get(3)?,
                    reason: row.get(4)?,
                })
            })
            .transpose()
    }

    /// The subjects that left their source before a moment and are not erased, by number.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn retired_before(&self, moment: Timestamp) -> Result<Vec<SubjectKey>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT key FROM subject WHERE retired <= ?1 AND erased IS NULL ORDER BY key",
        )?;
        let rows = statement.query_map(params![moment.as_microsecond()], |row| {
            Ok(SubjectKey(row.get(0)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When something was last decided about a subject.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn last_decided(&self, subject: SubjectKey) -> Result<Option<Timestamp>, StoreError> {
        let last: Option<i64> = self
            .connection()
            .prepare_cached("SELECT max(at) FROM log WHERE subject = ?1 AND kind = 'decided'")?
            .query_row(params![subject.0], |row| row.get(0))?;
        last.map(timestamp).transpose()
    }
}

impl Writer<'_> {
    /// Puts a hold on a subject; gives its number.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn put_hold(
        &self,
        subject: SubjectKey,
        author: &str,
        reason: &str,
        until: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        self.connection().execute(
            "INSERT INTO subject_hold (subject, at, author, reason, until) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                subject.0,
                at.as_microsecond(),
                author,
                reason,
                until.map(Timestamp::as_microsecond)
            ],
        )?;
        Ok(self.connection().last_insert_rowid())
    }

    /// Lifts a hold.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn lift_hold(&self, hold: i64, by: &str, at: Timestamp) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE subject_hold SET lifted = ?2, lifted_by = ?3 WHERE key = ?1",
            params![hold, at.as_microsecond(), by],
        )?;
        Ok(())
    }

    /// Sets the retention rule.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn set_retention(&self, rule: &RetentionRow) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO retention (at, retired_days, decided_days, author, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                rule.at.as_microsecond(),
                rule.retired_days,
                rule.decided_days,
                rule.author,
                rule.reason
            ],
        )?;
        Ok(())
    }
}

impl Register<'_> {
    /// The bytes of a file that the tenant of a case attached to it; nothing where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn attachment(&self, alert: i64, hash: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached(
                "SELECT f.body FROM attachment f JOIN desk_case c ON c.alert = f.alert AND c.tenant = f.tenant
                 WHERE f.alert = ?1 AND f.hash = ?2",
            )?;
        let mut rows = statement.query(params![alert, hash])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }
}

impl Writer<'_> {
    /// Keeps the bytes of a file that is attached to a case.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn put_attachment(
        &self,
        alert: i64,
        hash: &[u8; 32],
        body: &[u8],
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO attachment (alert, tenant, hash, body)
             SELECT c.alert, c.tenant, ?2, ?3 FROM desk_case c WHERE c.alert = ?1 ON CONFLICT DO NOTHING",
            params![alert, hash, body],
        )?;
        Ok(())
    }
}

fn hold(row: &Row<'_>) -> Result<HoldRow, StoreError> {
    let moment = |stored: Option<i64>| stored.map(timestamp).transpose();
    Ok(HoldRow {
        key: row.get(0)?,
        subject: SubjectKey(row.get(1)?),
        at: timestamp(row.get(2)?)?,
        author: row.get(3)?,
        reason: row.get(4)?,
        until: moment(row.get(5)?)?,
        lifted: moment(row.get(6)?)?,
        lifted_by: row.get(7)?,
    })
}

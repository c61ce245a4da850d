//! Reading the log, and proving what is in it.

use std::ops::Range;

use jiff::Timestamp;
use rescreen_audit::{
    Commitment, Hash, ProofError, Salt, consistency_ranges, inclusion_ranges, range_root, root,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{KEPT_FROM, LogRow, append::Head};
use crate::{Store, StoreError, SubjectKey, Writer, read::timestamp};

/// The log as it can be read, from outside or from within the writing transaction.
#[derive(Debug, Clone, Copy)]
pub struct Log<'a> {
    connection: &'a Connection,
}

impl Store {
    /// The log.
    pub fn log(&self) -> Log<'_> {
        Log {
            connection: self.connection(),
        }
    }
}

/// A checkpoint that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// How many entries it vouches for.
    pub size: u64,
    /// When it was signed.
    pub at: Timestamp,
    /// The signed note.
    pub note: String,
}

/// Which entries are asked for; `None` asks for any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Whose affair it is.
    pub tenant: Option<String>,
    /// Who did it.
    pub actor: Option<String>,
    /// What.
    pub kind: Option<String>,
    /// The subject it is about.
    pub subject: Option<SubjectKey>,
    /// The alert it is about.
    pub alert: Option<i64>,
}

const ROW: &str = "SELECT l.key, l.at, l.kind, l.tenant, l.actor, l.role, l.subject, l.alert, l.state, l.revision,
    l.detail, l.commitment, l.hash, (SELECT p.hash FROM log_leaf p WHERE p.key = l.key - 1), d.salt, d.body
    FROM log l LEFT JOIN log_data d ON d.entry = l.key";

impl<'a> Log<'a> {
    pub(super) fn connection(self) -> &'a Connection {
        self.connection
    }

    /// How many entries there are, and the root of the tree over them.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn end(self) -> Result<(u64, Hash), StoreError> {
        let head = Head::load(self.connection)?;
        Ok((head.size(), head.root()))
    }

    /// How many entries there are that are shown: all but where the store was opened for a tenant.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn shown(self) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT count(*) FROM log")?;
        let count: i64 = statement.query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The entry at that place.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn row(self, index: u64) -> Result<Option<LogRow>, StoreError> {
        let sql = format!("{ROW} WHERE l.key = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![index as i64])?;
        rows.next()?.map(log_row).transpose()
    }

    /// Takes the entries at these places in order; with a subject only those about it.
    ///
    /// # Errors
    /// What `take` gives, or [`StoreError`] where the database fails.
    pub fn each<E: From<StoreError>>(
        self,
        range: Range<u64>,
        subject: Option<SubjectKey>,
        mut take: impl FnMut(LogRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let condition = match subject {
            // The index of subjects leads to few; the order of places leads past all.
            Some(_) => "WHERE l.subject = ?3 AND l.key >= ?1 AND l.key < ?2 ORDER BY l.key",
            None => "WHERE l.key >= ?1 AND l.key < ?2 AND ?3 IS NULL ORDER BY l.key",
        };
        let failed = |error: rusqlite::Error| E::from(StoreError::from(error));
        let sql = format!("{ROW} {condition}");
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed)?;
        let mut rows = statement
            .query(params![
                range.start as i64,
                range.end as i64,
                subject.map(|key| key.0)
            ])
            .map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            take(log_row(row)?)?;
        }
        Ok(())
    }

    /// The entries before a place that the filter lets through, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn before(
        self,
        before: u64,
        filter: &LogFilter,
        limit: usize,
    ) -> Result<Vec<LogRow>, StoreError> {
        let mut sql = format!("{ROW} WHERE l.key < ?1 AND ?7 > 0");
        let subject = filter.subject.map(|key| key.0);
        for (is_asked, condition) in [
            (filter.tenant.is_some(), " AND l.tenant = ?2"),
            (filter.actor.is_some(), " AND l.actor = ?3"),
            (filter.kind.is_some(), " AND l.kind = ?4"),
            (subject.is_some(), " AND l.subject = ?5"),
            (filter.alert.is_some(), " AND l.alert = ?6"),
        ] {
            if is_asked {
                sql.push_str(condition);
            }
        }
        sql.push_str(" ORDER BY l.key DESC LIMIT ?7");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![
            i64::try_from(before).unwrap_or(i64::MAX),
            filter.tenant,
            filter.actor,
            filter.kind,
            subject,
            filter.alert,
            i64::try_from(limit).unwrap_or(i64::MAX),
        ])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(log_row(row)?);
        }
        Ok(found)
    }

    /// The place of the first entry that is not before a moment. Times only grow, so it is searched by halves.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn place_at(self, moment: Timestamp) -> Result<u64, StoreError> {
        let (mut from, mut to) = (0, self.end()?.0);
        let mut statement = self
            .connection
            .prepare_cached("SELECT at FROM log_leaf WHERE key = ?1")?;
        while from < to {
            let middle = from + (to - from) / 2;
            let at: i64 = statement.query_row(params![middle as i64], |row| row.get(0))?;
            if at < moment.as_microsecond() {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        Ok(from)
    }

    /// The root of the tree over the first so many entries.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails or there are not as many.
    pub fn root_of(self, size: u64) -> Result<Hash, StoreError> {
        range_root(0..size, |level, place| self.subtree(level, place))
    }

    /// The proof that an entry is among the first `size`.
    ///
    /// # Errors
    /// [`ProofError`] inside where there is no such entry or tree.
    pub fn inclusion(
        self,
        index: u64,
        size: u64,
    ) -> Result<Result<Vec<Hash>, ProofError>, StoreError> {
        self.proof(size, inclusion_ranges(size, index))
    }

    /// The proof that the log of the older size is the beginning of that of the newer one.
    ///
    /// # Errors
    /// [`ProofError`] inside where there is no such tree.
    pub fn consistency(
        self,
        older: u64,
        newer: u64,
    ) -> Result<Result<Vec<Hash>, ProofError>, StoreError> {
        self.proof(newer, consistency_ranges(newer, older))
    }

    fn proof(
        self,
        size: u64,
        ranges: Result<Vec<Range<u64>>, ProofError>,
    ) -> Result<Result<Vec<Hash>, ProofError>, StoreError> {
        let end = self.end()?.0;
        let ranges = match ranges {
            Ok(ranges) if size <= end => ranges,
            Ok(_) => {
                return Ok(Err(ProofError::OutOfRange {
                    size: end,
                    got: size,
                }));
            }
            Err(error) => return Ok(Err(error)),
        };
        let roots = ranges
            .into_iter()
            .map(|range| range_root(range, |level, place| self.subtree(level, place)));
        Ok(Ok(roots.collect::<Result<_, _>>()?))
    }

    fn subtree(self, level: u32, place: u64) -> Result<Hash, StoreError> {
        let missing = || StoreError::Damaged {
            detail: format!("the log has no subtree {place} of level {level}"),
        };
        if level >= KEPT_FROM {
            let kept: Option<[u8; 32]> = self
                .connection
                .prepare_cached("SELECT hash FROM log_node WHERE level = ?1 AND place = ?2")?
                .query_row(params![level, place as i64], |row| row.get(0))
                .optional()?;
            return kept.map(Hash).ok_or_else(missing);
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT hash FROM log_leaf WHERE key >= ?1 AND key < ?2 ORDER BY key",
        )?;
        let (from, to) = (place << level, (place + 1) << level);
        let rows = statement.query_map(params![from as i64, to as i64], |row| row.get(0))?;
        let leaves: Vec<Hash> = rows
            .map(|row| row.map(Hash))
            .collect::<rusqlite::Result<_>>()?;
        if leaves.len() as u64 == to - from {
            Ok(root(&leaves))
        } else {
            Err(missing())
        }
    }

    /// The checkpoints that were signed, by size.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn checkpoints(self) -> Result<Vec<CheckpointRow>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT size, at, note FROM checkpoint ORDER BY size")?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(CheckpointRow {
                size: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
                at: timestamp(row.get(1)?)?,
                note: row.get(2)?,
            });
        }
        Ok(found)
    }
}

impl Writer<'_> {
    /// How many entries the log has, and the root of the tree over them.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn log_end(&self) -> Result<(u64, Hash), StoreError> {
        self.log_so_far().end()
    }

    /// The checkpoints that were signed, by size.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn checkpoints(&self) -> Result<Vec<CheckpointRow>, StoreError> {
        self.log_so_far().checkpoints()
    }

    /// The log as it is within the transaction.
    pub fn log_so_far(&self) -> Log<'_> {
        Log {
            connection: self.connection(),
        }
    }

    /// Keeps a checkpoint; another one of the same size takes its place.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn put_checkpoint(&self, checkpoint: &CheckpointRow) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO checkpoint (size, at, note) VALUES (?1, ?2, ?3)
             ON CONFLICT (size) DO UPDATE SET at = excluded.at, note = excluded.note",
            params![
                checkpoint.size as i64,
                checkpoint.at.as_microsecond(),
                checkpoint.note
            ],
        )?;
        Ok(())
    }
}

fn log_row(row: &Row<'_>) -> Result<LogRow, StoreError> {
    let salt: Option<[u8; 32]> = row.get(14)?;
    let body: Option<String> = row.get(15)?;
    Ok(LogRow {
        index: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
        at: timestamp(row.get(1)?)?,
        kind: row.get(2)?,
        tenant: row.get(3)?,
        actor: row.get(4)?,
        role: row.get(5)?,
        subject: row.get::<_, Option<i64>>(6)?.map(SubjectKey),
        alert: row.get(7)?,
        state: row.get(8)?,
        revision: row.get(9)?,
        detail: row.get(10)?,
        commitment: row
            .get::<_, Option<[u8; 32]>>(11)?
            .map(|hash| Commitment(Hash(hash))),
        hash: Hash(row.get(12)?),
        previous: row.get::<_, Option<[u8; 32]>>(13)?.map_or(Hash::ZERO, Hash),
        data: salt.map(Salt).zip(body),
    })
}

//! Reading the register.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_match::Score;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    AlertRow, AlertState, CutKey, EventRow, LegRow, Places, PolicyRow, ScreeningRow, SubjectKey,
    SubjectRow, SubjectVersion, SweepRow,
};
use crate::{
    Store, StoreError, Writer, form,
    read::{hash, timestamp},
};

/// The register as it can be read, from outside or from within the writing transaction.
#[derive(Debug, Clone, Copy)]
pub struct Register<'a> {
    pub(super) connection: &'a Connection,
}

impl Store {
    /// The register.
    pub fn register(&self) -> Register<'_> {
        Register {
            connection: self.connection(),
        }
    }
}

impl Writer<'_> {
    /// The register as this transaction sees it.
    pub fn register(&self) -> Register<'_> {
        Register {
            connection: self.connection(),
        }
    }
}

const SUBJECT: &str = "SELECT s.key, s.source, s.external, s.version, v.hash, v.body, s.registered, s.retired, s.erased
    FROM subject s JOIN subject_version v ON v.subject = s.key AND v.version = s.version";

/// Whether subject `s` was gone from its source at the moment `?1`.
const GONE: &str = "EXISTS (SELECT 1 FROM absence b WHERE b.subject = s.key
    AND b.from_at <= ?1 AND (b.to_at IS NULL OR b.to_at > ?1))";

/// Whether subject `s` was one to be screened at the moment `?1`.
const IN_FORCE: &str = "s.registered <= ?1 AND (s.erased IS NULL OR s.erased > ?1)
    AND NOT EXISTS (SELECT 1 FROM absence b WHERE b.subject = s.key
    AND b.from_at <= ?1 AND (b.to_at IS NULL OR b.to_at > ?1))";

const LEG: &str = "SELECT g.alert, g.subject, g.list, l.name, g.entry, g.live, r.body, g.version, g.score, g.found, g.record";
const LEG_BESIDE: &str = "JOIN list l ON l.key = g.list JOIN record r ON r.key = g.record";

impl<'a> Register<'a> {
    pub(crate) fn connection(self) -> &'a Connection {
        self.connection
    }

    /// The policy in force at a moment; `None` where none was ever set.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn policy(&self, at: Timestamp) -> Result<Option<PolicyRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT at, review, matched, typo, author, reason, lists, topics FROM register_policy
             WHERE at <= ?1 ORDER BY key DESC LIMIT 1",
        )?;
        let mut rows = statement.query(params![at.as_microsecond()])?;
        rows.next()?.map(policy).transpose()
    }

    /// A subject by source and id.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn subject(&self, source: &str, external: &str) -> Result<Option<SubjectRow>, StoreError> {
        let sql = format!("{SUBJECT} WHERE s.source = ?1 AND s.external = ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![source, external])?;
        rows.next()?.map(subject).transpose()
    }

    /// Subjects of any source with that id.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn subjects_called(&self, external: &str) -> Result<Vec<SubjectRow>, StoreError> {
        // Sources are few and lead the index, so each is stepped to instead of reading everybody.
        let sql = format!(
            "WITH RECURSIVE source (name) AS (
                 SELECT min(source) FROM subject
                 UNION ALL
                 SELECT (SELECT min(n.source) FROM subject n WHERE n.source > source.name) FROM source
                 WHERE source.name IS NOT NULL
             )
             {SUBJECT} WHERE s.source IN (SELECT name FROM source) AND s.external = ?1 ORDER BY s.key"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![external])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(subject(row)?);
        }
        Ok(found)
    }

    /// The subject of that number.
    ///
    /// # Errors
    /// [`StoreError`] where there is none or the database fails.
    pub fn subject_of(&self, key: SubjectKey) -> Result<SubjectRow, StoreError> {
        let sql = format!("{SUBJECT} WHERE s.key = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![key.0])?;
        match rows.next()? {
            Some(row) => subject(row),
            None => Err(StoreError::Damaged {
                detail: format!("subject {} is referred to and missing", key.0),
            }),
        }
    }

    /// The next subjects behind a number that are to be screened: neither retired nor erased.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn subjects_after(
        &self,
        key: SubjectKey,
        limit: usize,
    ) -> Result<Vec<SubjectRow>, StoreError> {
        let sql = format!(
            "{SUBJECT} WHERE s.key > ?1 AND s.retired IS NULL AND s.erased IS NULL ORDER BY s.key LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![key.0, limit as i64])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(subject(row)?);
        }
        Ok(found)
    }

    /// Of these subjects, those that are to be screened.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn subjects_among(&self, keys: &[SubjectKey]) -> Result<Vec<SubjectRow>, StoreError> {
        let sql = format!("{SUBJECT} WHERE s.key = ?1 AND s.retired IS NULL AND s.erased IS NULL");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            let mut rows = statement.query(params![key.0])?;
            if let Some(row) = rows.next()? {
                found.push(subject(row)?);
            }
        }
        Ok(found)
    }

    /// The ids of a source that are neither retired nor erased.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn external_ids(&self, source: &str) -> Result<BTreeMap<String, SubjectKey>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT external, key FROM subject WHERE source = ?1 AND retired IS NULL AND erased IS NULL",
        )?;
        let rows = statement.query_map(params![source], |row| {
            Ok((row.get(0)?, SubjectKey(row.get(1)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Everything a subject ever said.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn subject_versions(&self, key: SubjectKey) -> Result<Vec<SubjectVersion>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT version, at, hash, body FROM subject_version WHERE subject = ?1 ORDER BY version",
        )?;
        let mut rows = statement.query(params![key.0])?;
        let mut versions = Vec::new();
        while let Some(row) = rows.next()? {
            versions.push(SubjectVersion {
                version: row.get(0)?,
                at: timestamp(row.get(1)?)?,
                hash: hash(row.get(2)?)?,
                body: row.get(3)?,
            });
        }
        Ok(versions)
    }

    /// Since when a subject was gone from its source at a moment; nothing where it was there.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn gone_since(
        &self,
        key: SubjectKey,
        at: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let since: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT max(from_at) FROM absence
                 WHERE subject = ?1 AND from_at <= ?2 AND (to_at IS NULL OR to_at > ?2)",
            )?
            .query_row(params![key.0, at.as_microsecond()], |row| row.get(0))?;
        since.map(timestamp).transpose()
    }

    /// The last number given to a subject until a moment.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn last_subject(&self) -> Result<SubjectKey, StoreError> {
        let last =
            self.connection
                .query_row("SELECT coalesce(max(key), 0) FROM subject", [], |row| {
                    row.get(0)
                })?;
        Ok(SubjectKey(last))
    }

    /// How many subjects there were at a moment: all, retired of them, erased of them.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn population(&self, at: Timestamp) -> Result<(u64, u64, u64), StoreError> {
        let sql = format!(
            "SELECT count(*), count(*) FILTER (WHERE {GONE} AND (s.erased IS NULL OR s.erased > ?1)),
                    count(*) FILTER (WHERE s.erased <= ?1)
             FROM subject s WHERE s.registered <= ?1"
        );
        Ok(self
            .connection
            .query_row(&sql, params![at.as_microsecond()], |row| {
                let count = |n: i64| u64::try_from(n).unwrap_or_default();
                Ok((count(row.get(0)?), count(row.get(1)?), count(row.get(2)?)))
            })?)
    }

    /// Every subject that was registered by a moment: whether it was gone by then, and whether it was erased.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn each_subject(
        &self,
        at: Timestamp,
        mut take: impl FnMut(SubjectKey, bool, bool),
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT s.key, {GONE}, s.erased IS NOT NULL AND s.erased <= ?1 FROM subject s WHERE s.registered <= ?1"
        ))?;
        let mut rows = statement.query(params![at.as_microsecond()])?;
        while let Some(row) = rows.next()? {
            take(SubjectKey(row.get(0)?), row.get(1)?, row.get(2)?);
        }
        Ok(())
    }

    /// How many subjects in force at a moment had an alert in each state as the one that says most about them.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn subjects_by_alert(&self, at: Timestamp) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut counts = BTreeMap::new();
        self.each_subject_by_alert(at, |_, state| {
            *counts.entry(state.as_str().to_owned()).or_default() += 1;
        })?;
        Ok(counts)
    }

    /// For each subject in force at a moment that had an alert by then: the state of the alert that says most about it.
    /// Confirmed comes first, then what waits for people, then what they could not tell, then what they cleared.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn each_subject_by_alert(
        &self,
        at: Timestamp,
        mut take: impl FnMut(SubjectKey, AlertState),
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "WITH last AS (SELECT alert, max(key) AS key FROM standing WHERE at <= ?1 GROUP BY alert),
                  most AS (SELECT a.subject, min(CASE e.state WHEN 'confirmed' THEN 0 WHEN 'open' THEN 1
                                  WHEN 'under-review' THEN 2 WHEN 'unresolved' THEN 3 WHEN 'released' THEN 4 ELSE 5 END) AS rank
                            FROM last JOIN standing e ON e.key = last.key JOIN alert_of a ON a.alert = last.alert GROUP BY a.subject)
             SELECT s.key, most.rank FROM most JOIN subject s ON s.key = most.subject
             WHERE {IN_FORCE}"
        ))?;
        let mut rows = statement.query(params![at.as_microsecond()])?;
        while let Some(row) = rows.next()? {
            let state = match row.get::<_, i64>(1)? {
                0 => AlertState::Confirmed,
                1 => AlertState::Open,
                2 => AlertState::UnderReview,
                3 => AlertState::Unresolved,
                4 => AlertState::Released,
                _ => AlertState::Withdrawn,
            };
            take(SubjectKey(row.get(0)?), state);
        }
        Ok(())
    }

    /// How many subjects in force at a moment had never had an alert until then.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn never_alerted(&self, at: Timestamp) -> Result<u64, StoreError> {
        let count: i64 = self.connection.query_row(
            &format!(
                "SELECT count(*) FROM subject s
             WHERE {IN_FORCE}
               AND NOT EXISTS (SELECT 1 FROM alert_of a JOIN standing e ON e.alert = a.alert
                               WHERE a.subject = s.key AND e.at <= ?1)"
            ),
            params![at.as_microsecond()],
            |row| row.get(0),
        )?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// All alerts, newest first.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn alerts(
        &self,
        state: Option<AlertState>,
        limit: usize,
    ) -> Result<Vec<AlertRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT key, subject, state, opened, cause FROM alert
             WHERE ?1 IS NULL OR state = ?1 ORDER BY key DESC LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![state.map(AlertState::as_str), limit])?;
        let mut alerts = Vec::new();
        while let Some(row) = rows.next()? {
            alerts.push(alert(row)?);
        }
        Ok(alerts)
    }

    /// The alert of that number.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn alert(&self, key: i64) -> Result<Option<AlertRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT key, subject, state, opened, cause FROM alert WHERE key = ?1",
        )?;
        let mut rows = statement.query(params![key])?;
        rows.next()?.map(alert).transpose()
    }

    /// All legs of a subject's alerts.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn legs_of_subject(&self, key: SubjectKey) -> Result<Vec<LegRow>, StoreError> {
        self.legs(
            "WHERE g.subject = ?1 ORDER BY g.alert, l.name, g.entry",
            key.0,
        )
    }

    /// The legs of an alert.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn legs_of_alert(&self, key: i64) -> Result<Vec<LegRow>, StoreError> {
        self.legs("WHERE g.alert = ?1 ORDER BY l.name, g.entry", key)
    }

    /// What the legs of an alert were before they changed, each with when that was, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn past_legs(self, alert: i64) -> Result<Vec<(Timestamp, LegRow)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT g.alert, g.subject, g.list, l.name, g.entry, 0, r.body, g.version, g.score, g.found, g.record, g.until
             FROM leg_past g JOIN list l ON l.key = g.list JOIN record r ON r.key = g.record
             WHERE g.alert = ?1 ORDER BY g.key",
        )?;
        let mut rows = statement.query(params![alert])?;
        let mut legs = Vec::new();
        while let Some(row) = rows.next()? {
            legs.push((timestamp(row.get(11)?)?, leg(row)?));
        }
        Ok(legs)
    }

    /// The legs that rest on a list.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn legs_of_list(&self, list: i64) -> Result<Vec<LegRow>, StoreError> {
        self.legs("WHERE g.list = ?1 ORDER BY g.subject, g.entry", list)
    }

    /// All legs there are.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn all_legs(&self) -> Result<Vec<LegRow>, StoreError> {
        self.legs("WHERE g.subject > ?1 ORDER BY g.subject", 0)
    }

    fn legs(self, condition: &str, key: i64) -> Result<Vec<LegRow>, StoreError> {
        self.legs_from("leg", condition, key)
    }

    pub(crate) fn legs_from(
        self,
        table: &str,
        condition: &str,
        key: i64,
    ) -> Result<Vec<LegRow>, StoreError> {
        let sql = format!("{LEG} FROM {table} g {LEG_BESIDE} {condition}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![key])?;
        let mut legs = Vec::new();
        while let Some(row) = rows.next()? {
            legs.push(leg(row)?);
        }
        Ok(legs)
    }

    /// What happened to an alert, in order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn events_of_alert(&self, key: i64) -> Result<Vec<EventRow>, StoreError> {
        self.events("WHERE alert = ?1 ORDER BY key", key)
    }

    /// What happened to a subject, in order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn events_of_subject(&self, key: SubjectKey) -> Result<Vec<EventRow>, StoreError> {
        self.events("WHERE subject = ?1 ORDER BY key", key.0)
    }

    fn events(self, condition: &str, key: i64) -> Result<Vec<EventRow>, StoreError> {
        let sql = format!(
            "SELECT key, at, kind, state, detail, actor, revision, tenant FROM event {condition}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![key])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            events.push(EventRow {
                key: row.get(0)?,
                at: timestamp(row.get(1)?)?,
                kind: row.get(2)?,
                state: row
                    .get::<_, Option<String>>(3)?
                    .and_then(|s| AlertState::parse(&s)),
                detail: row.get(4)?,
                actor: row.get(5)?,
                revision: row.get(6)?,
                tenant: row.get(7)?,
            });
        }
        Ok(events)
    }

    /// The answers about a subject, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn screenings(&self, key: SubjectKey) -> Result<Vec<ScreeningRow>, StoreError> {
        self.screenings_where("subject = ?1 ORDER BY key", key.0)
    }

    /// The answer of that number.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn screening(&self, key: i64) -> Result<Option<ScreeningRow>, StoreError> {
        Ok(self.screenings_where("key = ?1", key)?.pop())
    }

    fn screenings_where(self, condition: &str, key: i64) -> Result<Vec<ScreeningRow>, StoreError> {
        let sql = format!(
            "SELECT key, subject, version, at, cut, answer FROM screening WHERE {condition}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![key])?;
        let mut screenings = Vec::new();
        while let Some(row) = rows.next()? {
            screenings.push(ScreeningRow {
                key: row.get(0)?,
                subject: SubjectKey(row.get(1)?),
                version: row.get(2)?,
                at: timestamp(row.get(3)?)?,
                cut: CutKey(row.get(4)?),
                answer: row.get(5)?,
            });
        }
        Ok(screenings)
    }

    /// A cut: lists by key with the place of their version, policy hash, matcher build.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn cut(&self, key: CutKey) -> Result<(BTreeMap<i64, i64>, String, String), StoreError> {
        let found = self
            .connection
            .prepare_cached("SELECT lists, policy, matcher FROM cut WHERE key = ?1")?
            .query_row(params![key.0], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((lists, policy, matcher)) = found else {
            return Err(StoreError::Damaged {
                detail: format!("cut {} is referred to and missing", key.0),
            });
        };
        Ok((places(&lists)?, policy, matcher))
    }

    /// What the last row of the ledger rested on, or the first screening where there is none yet.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn last_basis(&self) -> Result<Option<CutKey>, StoreError> {
        let found: Option<i64> = self.connection.query_row(
            "SELECT coalesce((SELECT cut FROM sweep ORDER BY key DESC LIMIT 1),
                             (SELECT cut FROM screening ORDER BY key LIMIT 1))",
            [],
            |row| row.get(0),
        )?;
        Ok(found.map(CutKey))
    }

    /// Every policy the register ever had, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn policies(&self) -> Result<Vec<PolicyRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT at, review, matched, typo, author, reason, lists, topics FROM register_policy ORDER BY key",
        )?;
        let mut rows = statement.query([])?;
        let mut policies = Vec::new();
        while let Some(row) = rows.next()? {
            policies.push(policy(row)?);
        }
        Ok(policies)
    }

    /// The ledger until a moment, in order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn sweeps(&self, at: Timestamp) -> Result<Vec<SweepRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT at, list, seq, cut, last, subjects, raised, changed, withdrawn, digest
             FROM sweep WHERE at <= ?1 ORDER BY key",
        )?;
        let mut rows = statement.query(params![at.as_microsecond()])?;
        let mut sweeps = Vec::new();
        while let Some(row) = rows.next()? {
            let count = |column: usize| -> Result<u64, StoreError> {
                Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or_default())
            };
            let (list, seq): (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
            sweeps.push(SweepRow {
                at: timestamp(row.get(0)?)?,
                step: list.zip(seq),
                cut: CutKey(row.get(3)?),
                last: SubjectKey(row.get(4)?),
                subjects: count(5)?,
                raised: count(6)?,
                changed: count(7)?,
                withdrawn: count(8)?,
                digest: hash(row.get(9)?)?,
            });
        }
        Ok(sweeps)
    }

    /// For each subject in force at a moment, by number: the cut of its last own screening. The caller folds it.
    ///
    /// # Errors
    /// What `take` gives, or [`StoreError`] where the database fails.
    pub fn each_last_screening(
        &self,
        at: Timestamp,
        mut take: impl FnMut(SubjectKey, Option<CutKey>),
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT s.key, (SELECT cut FROM screening c WHERE c.subject = s.key AND c.at <= ?1 ORDER BY c.key DESC LIMIT 1)
             FROM subject s WHERE {IN_FORCE} ORDER BY s.key"))?;
        let mut rows = statement.query(params![at.as_microsecond()])?;
        while let Some(row) = rows.next()? {
            take(
                SubjectKey(row.get(0)?),
                row.get::<_, Option<i64>>(1)?.map(CutKey),
            );
        }
        Ok(())
    }
}

fn leg(row: &Row<'_>) -> Result<LegRow, StoreError> {
    Ok(LegRow {
        alert: row.get(0)?,
        subject: SubjectKey(row.get(1)?),
        list: row.get(2)?,
        list_name: row.get(3)?,
        entry: row.get(4)?,
        live: row.get(5)?,
        body: row.get(6)?,
        version: row.get(7)?,
        score: score(row.get(8)?),
        found: row.get(9)?,
        record: row.get(10)?,
    })
}

fn policy(row: &Row<'_>) -> Result<PolicyRow, StoreError> {
    Ok(PolicyRow {
        at: timestamp(row.get(0)?)?,
        review: score(row.get(1)?),
        matched: score(row.get(2)?),
        typo_floor: row.get(3)?,
        author: row.get(4)?,
        reason: row.get(5)?,
        lists: row
            .get::<_, Option<String>>(6)?
            .map(|text| names(&text))
            .transpose()?,
        topics: row
            .get::<_, Option<String>>(7)?
            .map_or(Ok(Vec::new()), |text| names(&text))?,
    })
}

/// A JSON list of names.
fn names(text: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Damaged {
        detail: format!("a policy's scope: {e}"),
    })
}

fn score(stored: i64) -> Score {
    Score::from_basis_points(u32::try_from(stored).unwrap_or_default())
}

pub(super) fn places(text: &str) -> Result<Places, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Damaged {
        detail: format!("a cut: {e}"),
    })
}

pub(crate) fn subject(row: &Row<'_>) -> Result<SubjectRow, StoreError> {
    let moment = |stored: Option<i64>| stored.map(timestamp).transpose();
    Ok(SubjectRow {
        key: SubjectKey(row.get(0)?),
        source: row.get(1)?,
        external: row.get(2)?,
        version: row.get(3)?,
        hash: hash(row.get(4)?)?,
        body: row.get(5)?,
        registered: timestamp(row.get(6)?)?,
        retired: moment(row.get(7)?)?,
        erased: moment(row.get(8)?)?,
    })
}

pub(crate) fn alert(row: &Row<'_>) -> Result<AlertRow, StoreError> {
    let damaged = |detail: String| StoreError::Damaged { detail };
    let (state, cause): (String, String) = (row.get(2)?, row.get(4)?);
    Ok(AlertRow {
        key: row.get(0)?,
        subject: SubjectKey(row.get(1)?),
        state: AlertState::parse(&state)
            .ok_or_else(|| damaged(format!("an alert in the unknown state '{state}'")))?,
        opened: timestamp(row.get(3)?)?,
        cause: form::decode_cause(&cause)?,
    })
}

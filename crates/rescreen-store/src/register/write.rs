//! Writing the register, within the one writing transaction.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_audit::Commitment;
use rescreen_match::Match;
use rescreen_model::{ContentHash, Entity, EntityId};
use rusqlite::params;
use serde_json::json;

use super::{AlertState, Cause, CutKey, LegRow, PolicyRow, SubjectKey, SweepRow};
use crate::{
    Bound, By, StoreError, Writer, form,
    log::{bound_text, salt},
};

/// A listed party that a subject reached, as it is to be kept.
#[derive(Debug, Clone, Copy)]
pub struct Reached<'a> {
    /// The list's key.
    pub list: i64,
    /// The entry.
    pub entry: &'a str,
    /// What was found.
    pub found: &'a Match,
}

/// What a subject says, and what was answered about it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Its content.
    pub hash: ContentHash,
    /// Its stored form.
    pub body: &'a [u8],
    /// The answer.
    pub answer: &'a str,
    /// What the answer rests on.
    pub cut: CutKey,
}

impl Writer<'_> {
    /// The key of a cut, made where it is new.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn cut_key(
        &self,
        lists: &BTreeMap<i64, i64>,
        policy: ContentHash,
        matcher: ContentHash,
    ) -> Result<CutKey, StoreError> {
        let lists = serde_json::to_string(lists).map_err(|e| StoreError::Damaged {
            detail: format!("a cut: {e}"),
        })?;
        let (policy, matcher) = (policy.to_string(), matcher.to_string());
        self.connection()
            .prepare_cached(
                "INSERT INTO cut (lists, policy, matcher) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![lists, policy, matcher])?;
        let key = self
            .connection()
            .prepare_cached(
                "SELECT key FROM cut WHERE lists = ?1 AND policy = ?2 AND matcher = ?3",
            )?
            .query_row(params![lists, policy, matcher], |row| row.get(0))?;
        Ok(CutKey(key))
    }

    /// Sets the register's policy.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn set_policy(&self, policy: &PolicyRow) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO register_policy (at, review, matched, typo, author, reason, lists, topics)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                policy.at.as_microsecond(),
                policy.review.basis_points(),
                policy.matched.basis_points(),
                policy.typo_floor,
                policy.author,
                policy.reason,
                policy.lists.as_ref().map(|names| json!(names).to_string()),
                (!policy.topics.is_empty()).then(|| json!(policy.topics).to_string()),
            ],
        )?;
        Ok(())
    }

    /// Adds a subject with its first version.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn add_subject(
        &self,
        source: &str,
        external: &str,
        said: &Said<'_>,
        at: Timestamp,
    ) -> Result<Bound, StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO subject (source, external, version, registered) VALUES (?1, ?2, 1, ?3)")?
            .execute(params![source, external, at.as_microsecond()])?;
        let key = SubjectKey(self.connection().last_insert_rowid());
        self.moves.borrow_mut().enter(key, said.hash);
        self.put_subject_version(key, 1, said, at)
    }

    /// Gives a subject its next version; one that had left is back.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn change_subject(
        &self,
        key: SubjectKey,
        version: i64,
        said: &Said<'_>,
        at: Timestamp,
    ) -> Result<Bound, StoreError> {
        self.leave_the_roll(key)?;
        self.moves.borrow_mut().enter(key, said.hash);
        self.outdate(key)?;
        self.connection()
            .prepare_cached("UPDATE subject SET version = ?2, retired = NULL WHERE key = ?1")?
            .execute(params![key.0, version])?;
        self.connection()
            .prepare_cached("UPDATE absence SET to_at = ?2 WHERE subject = ?1 AND to_at IS NULL")?
            .execute(params![key.0, at.as_microsecond()])?;
        self.put_subject_version(key, version, said, at)
    }

    /// Keeps a version and the answer about it, both to be bound by the entry that comes next in the log.
    fn put_subject_version(
        &self,
        subject: SubjectKey,
        version: i64,
        said: &Said<'_>,
        at: Timestamp,
    ) -> Result<Bound, StoreError> {
        let salt = salt()?;
        let text = bound_text(subject, version, said.body, said.answer);
        let commitment = Commitment::new(&salt, text.as_bytes());
        self.connection()
            .prepare_cached(
                "INSERT INTO subject_version (subject, version, at, hash, body, entry, commitment, salt)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                subject.0,
                version,
                at.as_microsecond(),
                said.hash.as_bytes(),
                said.body,
                self.next_entry()? as i64,
                commitment.0.0,
                salt.0
            ])?;
        self.connection()
            .prepare_cached("INSERT INTO screening (subject, version, at, cut, answer) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![subject.0, version, at.as_microsecond(), said.cut.0, said.answer])?;
        Ok(Bound {
            subject,
            version,
            commitment,
        })
    }

    /// Marks a subject as gone from its source.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn retire_subject(&self, key: SubjectKey, at: Timestamp) -> Result<(), StoreError> {
        self.leave_the_roll(key)?;
        self.connection()
            .prepare_cached("UPDATE subject SET retired = ?2 WHERE key = ?1")?
            .execute(params![key.0, at.as_microsecond()])?;
        self.connection()
            .prepare_cached(
                "INSERT INTO absence (subject, from_at) VALUES (?1, ?2)
                 ON CONFLICT DO UPDATE SET to_at = NULL",
            )?
            .execute(params![key.0, at.as_microsecond()])?;
        Ok(())
    }

    /// Takes everything away that says who a subject is, and keeps that there was one.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn erase_subject(&self, key: SubjectKey, at: Timestamp) -> Result<(), StoreError> {
        self.leave_the_roll(key)?;
        for sql in [
            "UPDATE subject SET erased = ?2, external = 'erased-' || key WHERE key = ?1",
            "UPDATE subject_version SET body = x'', hash = zeroblob(32), salt = NULL WHERE subject = ?1 AND ?2 = ?2",
            "UPDATE screening SET answer = '[]' WHERE subject = ?1 AND ?2 = ?2",
            "UPDATE alert SET cause = '{\"change\":\"erased\"}' WHERE subject = ?1 AND ?2 = ?2",
            "DELETE FROM log_data WHERE entry IN (SELECT key FROM log WHERE subject = ?1) AND ?2 = ?2",
            "UPDATE desk_case SET party = '', evidence = zeroblob(32)
             WHERE alert IN (SELECT key FROM alert WHERE subject = ?1) AND ?2 = ?2",
            "UPDATE subject_hold SET reason = '' WHERE subject = ?1 AND ?2 = ?2",
            "DELETE FROM attachment WHERE alert IN (SELECT key FROM alert WHERE subject = ?1) AND ?2 = ?2",
            "DELETE FROM leg WHERE subject = ?1 AND ?2 = ?2",
            "DELETE FROM leg_past WHERE subject = ?1 AND ?2 = ?2",
        ] {
            self.connection()
                .execute(sql, params![key.0, at.as_microsecond()])?;
        }
        Ok(())
    }

    /// Raises an alert without legs.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn raise(
        &self,
        subject: SubjectKey,
        cause: &Cause,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO alert (subject, state, opened, cause) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                subject.0,
                AlertState::Open.as_str(),
                at.as_microsecond(),
                form::encode_cause(cause)?
            ])?;
        Ok(self.connection().last_insert_rowid())
    }

    /// Puts an alert in a state.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn set_alert_state(&self, alert: i64, state: AlertState) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE alert SET state = ?2 WHERE key = ?1")?
            .execute(params![alert, state.as_str()])?;
        Ok(())
    }

    /// The record an entry has now, with what it says.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails or the entry is not in force.
    pub fn entry_in_force(&self, list: i64, entry: &str) -> Result<(i64, Vec<u8>), StoreError> {
        Ok(self
            .connection()
            .prepare_cached(
                "SELECT r.key, r.body FROM entry_span s JOIN record r ON r.key = s.record
                 WHERE s.list = ?1 AND s.entry = ?2 AND s.to_seq IS NULL",
            )?
            .query_row(params![list, entry], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Puts a leg of an alert, with the evidence as it is. What it said before, if anything else, is kept.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn put_leg(
        &self,
        alert: i64,
        subject: SubjectKey,
        version: i64,
        reached: Reached<'_>,
        record: i64,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let found = form::encode_match(reached.found)?;
        self.connection()
            .prepare_cached(
                "INSERT INTO leg_past (alert, subject, list, entry, until, record, version, score, found)
                 SELECT alert, subject, list, entry, ?4, record, version, score, found FROM leg
                 WHERE subject = ?1 AND list = ?2 AND entry = ?3 AND (record <> ?5 OR version <> ?6 OR found <> ?7)",
            )?
            .execute(params![
                subject.0,
                reached.list,
                reached.entry,
                at.as_microsecond(),
                record,
                version,
                found
            ])?;
        self.connection()
            .prepare_cached(
                "INSERT INTO leg (alert, subject, list, entry, live, record, version, score, found)
                 VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8)
                 ON CONFLICT (subject, list, entry) DO UPDATE SET live = 1, record = excluded.record,
                   version = excluded.version, score = excluded.score, found = excluded.found",
            )?
            .execute(params![
                alert,
                subject.0,
                reached.list,
                reached.entry,
                record,
                version,
                reached.found.score.basis_points(),
                found
            ])?;
        self.score_alert(alert)
    }

    /// Keeps the score by which alerts are sorted. An alert that nothing supports any more keeps its last.
    fn score_alert(&self, alert: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE alert SET score = coalesce((SELECT max(score) FROM leg WHERE alert = ?1 AND live = 1), score)
                 WHERE key = ?1",
            )?
            .execute(params![alert])?;
        Ok(())
    }

    /// Says that a leg no longer supports its alert; the evidence stays as it was.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn end_leg(&self, leg: &LegRow) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE leg SET live = 0 WHERE subject = ?1 AND list = ?2 AND entry = ?3",
            )?
            .execute(params![leg.subject.0, leg.list, leg.entry])?;
        self.score_alert(leg.alert)
    }

    /// Writes a row of the ledger.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn put_sweep(&self, sweep: &SweepRow) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO sweep (at, list, seq, cut, last, subjects, raised, changed, withdrawn, digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                sweep.at.as_microsecond(),
                sweep.step.map(|s| s.0),
                sweep.step.map(|s| s.1),
                sweep.cut.0,
                sweep.last.0,
                sweep.subjects as i64,
                sweep.raised as i64,
                sweep.changed as i64,
                sweep.withdrawn as i64,
                sweep.digest.as_bytes()
            ],
        )?;
        let cause = Cause {
            change: format!(
                "{} subjects swept: {} alerts raised, {} changed, {} withdrawn",
                sweep.subjects, sweep.raised, sweep.changed, sweep.withdrawn
            ),
            ..Cause::default()
        };
        self.log_operation(sweep.at, "swept", By::default(), &cause)
    }

    /// The parties of the given entries in force, as they are screened.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn parties_in_force<'i>(
        &self,
        list: i64,
        ids: impl IntoIterator<Item = &'i EntityId>,
    ) -> Result<Vec<Entity>, StoreError> {
        ids.into_iter()
            .map(|id| form::decode_party(&self.entry_in_force(list, id.as_str())?.1))
            .collect()
    }
}

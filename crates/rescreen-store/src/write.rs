//! Writing: one transaction, committed or undone as a whole.

use std::{cell::RefCell, collections::BTreeMap};

use jiff::{Timestamp, tz::TimeZone};
use rescreen_model::{ContentHash, EntityId, Entry, Finding, ListName, VersionId};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    AsOf, By, Cause, Edition, FetchState, ListRow, ListSpec, Outcome, RecordId, SegmentFolder,
    StoreError, VersionRow, VersionState, form, log, read, register::Moves,
};

/// The state of one entry in a version: which record it has and that record's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The record.
    pub record: RecordId,
    /// Its content.
    pub hash: ContentHash,
}

/// What is known of a version that arrives.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// When the publisher published it.
    pub published: Timestamp,
    /// When we received it.
    pub retrieved: Timestamp,
    /// The hash over its records.
    pub content: ContentHash,
    /// Entries by the schema of their party.
    pub by_schema: BTreeMap<String, u64>,
    /// What the importer noticed.
    pub findings: Vec<Finding>,
}

/// The writing transaction. Dropped without [`Writer::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Writer<'store> {
    transaction: Transaction<'store>,
    pub(crate) segments: Option<&'store SegmentFolder>,
    pub(crate) moves: RefCell<Moves>,
    /// Files of segments that are of no use once this is committed.
    pub(crate) superseded: RefCell<Vec<String>>,
    operator: Option<String>,
    /// The tenant that it writes for; nothing where whoever runs the program does.
    tenant: Option<String>,
    /// The end of the log, from the first time it is asked for.
    head: RefCell<Option<log::Head>>,
}

impl<'store> Writer<'store> {
    pub(crate) fn new(
        transaction: Transaction<'store>,
        segments: Option<&'store SegmentFolder>,
        operator: Option<String>,
        tenant: Option<String>,
    ) -> Self {
        Self {
            transaction,
            segments,
            moves: RefCell::default(),
            superseded: RefCell::default(),
            operator,
            tenant,
            head: RefCell::new(None),
        }
    }

    pub(crate) fn operator(&self) -> Option<&str> {
        self.operator.as_deref()
    }

    pub(crate) fn scope(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    pub(crate) fn head_cell(&self) -> &RefCell<Option<log::Head>> {
        &self.head
    }

    pub(crate) fn connection(&self) -> &rusqlite::Connection {
        &self.transaction
    }

    /// Makes everything durable at once.
    ///
    /// # Errors
    /// [`StoreError`] where the disk is full or fails; then nothing was changed.
    pub fn commit(self) -> Result<(), StoreError> {
        self.bring_the_roll_up_to_date()?;
        if let Some(head) = self.head.take() {
            head.save(&self.transaction)?;
        }
        self.transaction.commit()?;
        if let Some(folder) = self.segments {
            for file in self.superseded.take() {
                // Whoever writes next removes what stays behind.
                let _stays_behind = folder.remove(&file);
            }
        }
        Ok(())
    }

    /// Adds a list.
    ///
    /// # Errors
    /// [`StoreError::ListExists`].
    pub fn add_list(
        &self,
        name: &ListName,
        spec: &ListSpec,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let added = self.transaction.execute(
            "INSERT INTO list (name, spec, created) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
            params![name.as_str(), form::encode_spec(spec)?, now.as_microsecond()],
        )?;
        if added == 0 {
            return Err(StoreError::ListExists(name.to_string()));
        }
        self.log_list(now, "list-added", name, None, "added", By::default())
    }

    /// Reads a list in another way from now on.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn set_spec(
        &self,
        list: &ListRow,
        spec: &ListSpec,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.transaction.execute(
            "UPDATE list SET spec = ?2 WHERE key = ?1",
            params![list.key, form::encode_spec(spec)?],
        )?;
        // What a server said of other URLs or another format says nothing now.
        self.transaction
            .execute("DELETE FROM fetch_state WHERE list = ?1", params![list.key])?;
        self.transaction
            .execute("DELETE FROM edition WHERE list = ?1", params![list.key])?;
        let change = format!("is read as {} from now on", spec.format);
        self.log_list(now, "list-set", &list.name, None, &change, By::default())
    }

    /// Takes a list away that never had a version in force; `false` where it had one, and nothing is done.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn remove_list(&self, list: &ListRow, now: Timestamp) -> Result<bool, StoreError> {
        if self.active(list)?.is_some() {
            return Ok(false);
        }
        for sql in [
            "DELETE FROM held_entry WHERE version IN (SELECT key FROM list_version WHERE list = ?1)",
            "DELETE FROM finding WHERE version IN (SELECT key FROM list_version WHERE list = ?1)",
            "DELETE FROM list_version WHERE list = ?1",
            "DELETE FROM observation WHERE list = ?1",
            "DELETE FROM fetch_state WHERE list = ?1",
            "DELETE FROM edition WHERE list = ?1",
            "DELETE FROM record WHERE list = ?1",
            "DELETE FROM list WHERE key = ?1",
        ] {
            self.transaction.execute(sql, params![list.key])?;
        }
        let by = By::default();
        self.log_list(now, "list-removed", &list.name, None, "removed", by)?;
        Ok(true)
    }

    /// All lists in name order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn lists(&self) -> Result<Vec<ListRow>, StoreError> {
        read::lists(&self.transaction)
    }

    /// The list of that name.
    ///
    /// # Errors
    /// [`StoreError::NoSuchList`].
    pub fn list(&self, name: &ListName) -> Result<ListRow, StoreError> {
        read::list(&self.transaction, name)
    }

    /// The version in force.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn active(&self, list: &ListRow) -> Result<Option<VersionRow>, StoreError> {
        read::in_force(&self.transaction, list.key, AsOf::NOW)
    }

    /// What the publisher calls the version in force, see [`Store::edition`](crate::Store::edition).
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn edition(&self, list: &ListRow) -> Result<Option<Edition>, StoreError> {
        read::edition(&self.transaction, list)
    }

    /// The version that a text means, see [`Store::version`](crate::Store::version).
    ///
    /// # Errors
    /// [`StoreError::NoSuchVersion`] or [`StoreError::AmbiguousVersion`].
    pub fn version(&self, list: &ListRow, text: &str) -> Result<VersionRow, StoreError> {
        read::version(&self.transaction, list, text)
    }

    /// The entries in force, by id.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn heads(&self, list: &ListRow) -> Result<BTreeMap<EntityId, Head>, StoreError> {
        self.heads_by(
            "SELECT s.entry, s.record, r.hash FROM entry_span s JOIN record r ON r.key = s.record
             WHERE s.list = ?1 AND s.to_seq IS NULL",
            list.key,
        )
    }

    /// The entries of a version that is held back, by id.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn held(&self, version: &VersionRow) -> Result<BTreeMap<EntityId, Head>, StoreError> {
        self.heads_by(
            "SELECT h.entry, h.record, r.hash FROM held_entry h JOIN record r ON r.key = h.record
             WHERE h.version = ?1",
            version.key,
        )
    }

    fn heads_by(&self, sql: &str, key: i64) -> Result<BTreeMap<EntityId, Head>, StoreError> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query(params![key])?;
        let mut heads = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            heads.insert(
                EntityId::new(&id),
                Head {
                    record: RecordId(row.get(1)?),
                    hash: read::hash(row.get(2)?)?,
                },
            );
        }
        Ok(heads)
    }

    /// Stores what an entry says, once per content.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn put(
        &self,
        list: &ListRow,
        entry: &Entry,
        hash: ContentHash,
    ) -> Result<Head, StoreError> {
        let id = entry.id().as_str();
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO record (list, entry, hash, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (list, entry, hash) DO NOTHING RETURNING key",
        )?;
        let body = form::encode_entry(entry)?;
        let fresh: Option<i64> = insert
            .query_row(params![list.key, id, hash.as_bytes(), body], |row| {
                row.get(0)
            })
            .optional()?;
        let key = match fresh {
            Some(key) => key,
            None => self
                .transaction
                .prepare_cached(
                    "SELECT key FROM record WHERE list = ?1 AND entry = ?2 AND hash = ?3",
                )?
                .query_row(params![list.key, id, hash.as_bytes()], |row| row.get(0))?,
        };
        Ok(Head {
            record: RecordId(key),
            hash,
        })
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails or the record is damaged.
    pub fn entry(&self, record: RecordId) -> Result<Entry, StoreError> {
        let body: Vec<u8> = self
            .transaction
            .prepare_cached("SELECT body FROM record WHERE key = ?1")?
            .query_row(params![record.0], |row| row.get(0))?;
        form::decode_entry(&body)
    }

    /// Puts a version in force: `after` replaces `before`, which is what [`Writer::heads`] gave.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn activate(
        &self,
        list: &ListRow,
        new: &NewVersion,
        before: &BTreeMap<EntityId, Head>,
        after: &BTreeMap<EntityId, Head>,
        now: Timestamp,
    ) -> Result<VersionId, StoreError> {
        let id = self.free_id(list, new)?;
        let key = self.insert_version(list, new, &id, after.len(), true, &[])?;
        self.put_in_force(list, key, before, after, now)?;
        let change = format!("in force with {} entries", after.len());
        self.observe(list, Outcome::Activated, (&id, &change), By::default(), now)?;
        Ok(id)
    }

    /// Holds a version back with the reasons; `content` is `None` where the files could not be read.
    ///
    /// The same content held back twice is one version, looked at twice.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn hold(
        &self,
        list: &ListRow,
        new: &NewVersion,
        content: Option<&BTreeMap<EntityId, Head>>,
        reasons: &[(String, String)],
        now: Timestamp,
    ) -> Result<VersionId, StoreError> {
        let held: Option<(i64, String)> = self
            .transaction
            .prepare_cached(
                "SELECT key, version FROM list_version
                 WHERE list = ?1 AND content = ?2 AND seq IS NULL",
            )?
            .query_row(params![list.key, new.content.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let id = if let Some((key, version)) = held {
            // The version in force may be another one by now, so the reasons are today's.
            self.transaction.execute(
                "UPDATE list_version SET reasons = ?2 WHERE key = ?1",
                params![key, json(serde_json::to_string(reasons))?],
            )?;
            VersionId::new(&version)
        } else {
            let id = self.free_id(list, new)?;
            let entries = content.map_or(0, BTreeMap::len);
            let key = self.insert_version(list, new, &id, entries, content.is_some(), reasons)?;
            let mut insert = self.transaction.prepare_cached(
                "INSERT INTO held_entry (version, entry, record) VALUES (?1, ?2, ?3)",
            )?;
            for (entry, head) in content.into_iter().flatten() {
                insert.execute(params![key, entry.as_str(), head.record.0])?;
            }
            id
        };
        let codes: Vec<&str> = reasons.iter().map(|(code, _)| code.as_str()).collect();
        let change = format!("held back: {}", codes.join(", "));
        self.observe(
            list,
            Outcome::Quarantined,
            (&id, &change),
            By::default(),
            now,
        )?;
        Ok(id)
    }

    /// Puts a version in force that was held back.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn release(
        &self,
        list: &ListRow,
        version: &VersionRow,
        before: &BTreeMap<EntityId, Head>,
        after: &BTreeMap<EntityId, Head>,
        (by, reason): (&str, &str),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.put_in_force(list, version.key, before, after, now)?;
        self.transaction.execute(
            "UPDATE list_version SET release = ?2 WHERE key = ?1",
            params![version.key, format!("{by}: {reason}")],
        )?;
        self.transaction.execute(
            "DELETE FROM held_entry WHERE version = ?1",
            params![version.key],
        )?;
        let change = format!("released: {reason}");
        let by = By {
            user: Some(by),
            ..By::default()
        };
        let version = (&version.version, change.as_str());
        self.observe(list, Outcome::Released, version, by, now)
    }

    /// Keeps with a version who put it in force by hand, and why.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn explain(
        &self,
        list: &ListRow,
        version: &VersionId,
        (by, reason): (&str, &str),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.transaction.execute(
            "UPDATE list_version SET release = ?3 WHERE list = ?1 AND version = ?2",
            params![list.key, version.as_str(), format!("{by}: {reason}")],
        )?;
        let by = By {
            user: Some(by),
            ..By::default()
        };
        let version = Some(version);
        self.log_list(now, "list-explained", &list.name, version, reason, by)
    }

    fn log_list(
        &self,
        now: Timestamp,
        kind: &str,
        list: &ListName,
        version: Option<&VersionId>,
        change: &str,
        by: By<'_>,
    ) -> Result<(), StoreError> {
        let cause = Cause {
            list: Some(list.to_string()),
            version: version.map(ToString::to_string),
            change: change.to_owned(),
        };
        self.log_operation(now, kind, by, &cause)
    }

    /// Records that somebody looked and found nothing new.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn observe_unchanged(
        &self,
        list: &ListRow,
        version: &VersionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let version = (version, "looked at and as before");
        self.observe(list, Outcome::Unchanged, version, By::default(), now)
    }

    fn observe(
        &self,
        list: &ListRow,
        outcome: Outcome,
        (version, change): (&VersionId, &str),
        by: By<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.transaction.execute(
            "INSERT INTO observation (list, at, outcome, version) VALUES (?1, ?2, ?3, ?4)",
            params![
                list.key,
                now.as_microsecond(),
                outcome.as_str(),
                version.as_str()
            ],
        )?;
        let kind = format!("list-{}", outcome.as_str());
        self.log_list(now, &kind, &list.name, Some(version), change, by)
    }

    /// Remembers what the publisher's server said about a URL, and the content that came with it.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn set_fetch_state(
        &self,
        list: &ListRow,
        url: &str,
        state: &FetchState,
        content: ContentHash,
    ) -> Result<(), StoreError> {
        self.transaction.execute(
            "INSERT INTO fetch_state (list, url, etag, last_modified, content) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (list, url) DO UPDATE SET
             etag = excluded.etag, last_modified = excluded.last_modified, content = excluded.content",
            params![list.key, url, state.etag, state.last_modified, content.as_bytes()],
        )?;
        Ok(())
    }

    /// Remembers what the publisher calls the version with this content.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn set_edition(
        &self,
        list: &ListRow,
        edition: &Edition,
        content: ContentHash,
    ) -> Result<(), StoreError> {
        let entities = edition.entities.map(i64::try_from).transpose();
        self.transaction.execute(
            "INSERT INTO edition (list, label, entities, content) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (list) DO UPDATE SET
             label = excluded.label, entities = excluded.entities, content = excluded.content",
            params![
                list.key,
                edition.label,
                entities.ok().flatten(),
                content.as_bytes()
            ],
        )?;
        Ok(())
    }

    /// Whether a version that arrived later than this one has been in force.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn is_overtaken(&self, list: &ListRow, version: &VersionRow) -> Result<bool, StoreError> {
        let later: i64 = self.transaction.query_row(
            "SELECT count(*) FROM list_version WHERE list = ?1 AND key > ?2 AND seq IS NOT NULL",
            params![list.key, version.key],
            |row| row.get(0),
        )?;
        Ok(later > 0)
    }

    /// The id of a version that may come back after another one on the same day: then it gets a number behind.
    fn free_id(&self, list: &ListRow, new: &NewVersion) -> Result<VersionId, StoreError> {
        let plain = plain_id(new);
        let mut taken = self
            .transaction
            .prepare_cached("SELECT count(*) FROM list_version WHERE list = ?1 AND version = ?2")?;
        let mut id = plain.clone();
        for n in 2.. {
            if taken.query_row(params![list.key, id.as_str()], |row| row.get::<_, i64>(0))? == 0 {
                break;
            }
            id = VersionId::new(&format!("{plain}.{n}"));
        }
        Ok(id)
    }

    fn insert_version(
        &self,
        list: &ListRow,
        new: &NewVersion,
        id: &VersionId,
        entries: usize,
        readable: bool,
        reasons: &[(String, String)],
    ) -> Result<i64, StoreError> {
        self.transaction.execute(
            "INSERT INTO list_version
             (list, version, readable, published, retrieved, content, entries, by_schema, findings, reasons)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                list.key,
                id.as_str(),
                readable,
                new.published.as_microsecond(),
                new.retrieved.as_microsecond(),
                new.content.as_bytes(),
                entries as i64,
                json(serde_json::to_string(&new.by_schema))?,
                new.findings.len() as i64,
                json(serde_json::to_string(reasons))?,
            ],
        )?;
        let key = self.transaction.last_insert_rowid();
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO finding (version, n, code, severity, place, message) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for (n, finding) in new.findings.iter().enumerate() {
            insert.execute(params![
                key,
                n as i64,
                finding.code,
                finding.severity.as_str(),
                finding.place.to_string(),
                finding.message,
            ])?;
        }
        Ok(key)
    }

    fn put_in_force(
        &self,
        list: &ListRow,
        version: i64,
        before: &BTreeMap<EntityId, Head>,
        after: &BTreeMap<EntityId, Head>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let seq: i64 = self.transaction.query_row(
            "SELECT coalesce(max(seq), 0) + 1 FROM list_version WHERE list = ?1",
            params![list.key],
            |row| row.get(0),
        )?;
        self.transaction.execute(
            "UPDATE list_version SET seq = ?2, activated = max(?3, coalesce(
                 (SELECT max(activated) FROM list_version w WHERE w.list = list_version.list), ?3))
             WHERE key = ?1",
            params![version, seq, now.as_microsecond()],
        )?;
        let mut close = self.transaction.prepare_cached(
            "UPDATE entry_span SET to_seq = ?3 WHERE list = ?1 AND entry = ?2 AND to_seq IS NULL",
        )?;
        let mut open = self.transaction.prepare_cached(
            "INSERT INTO entry_span (list, entry, from_seq, record) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (entry, head) in before {
            if after.get(entry) != Some(head) {
                close.execute(params![list.key, entry.as_str(), seq])?;
            }
        }
        for (entry, head) in after {
            if before.get(entry) != Some(head) {
                open.execute(params![list.key, entry.as_str(), seq, head.record.0])?;
            }
        }
        Ok(())
    }
}

fn json(result: serde_json::Result<String>) -> Result<String, StoreError> {
    result.map_err(|e| StoreError::Damaged {
        detail: format!("a version's description: {e}"),
    })
}

/// Publication day and the start of the content hash.
fn plain_id(new: &NewVersion) -> VersionId {
    let day = new.published.to_zoned(TimeZone::UTC).date();
    VersionId::new(&format!("{day}-{}", new.content.short()))
}

impl VersionRow {
    /// Whether the version can be put in force by a release.
    pub fn is_releasable(&self) -> bool {
        self.state == VersionState::Quarantined
    }
}

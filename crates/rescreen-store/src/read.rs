//! Opening the store and reading from it.

use std::{io, path::Path, time::Duration};

use jiff::Timestamp;
use rescreen_model::{ContentHash, EntityId, Entry, ListName, Severity, VersionId};
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Row, TransactionBehavior, config::DbConfig, params,
};

use crate::{
    AsOf, Edition, EntrySpan, FetchState, FindingRow, ListRow, Observation, Outcome, SegmentFolder,
    StoreError, VersionRow, VersionState, Writer, form, migrate, private, tenants,
};

/// How long one process waits for another that is writing.
const WAIT_FOR_WRITER: Duration = Duration::from_secs(30);

/// The embedded store of one home directory.
#[derive(Debug)]
pub struct Store {
    /// What writes, and reads for whoever runs the program.
    connection: Connection,
    /// Where the store was opened for a tenant, what reads: it shows nothing of others.
    shown: Option<(String, Connection)>,
    segments: Option<SegmentFolder>,
    operator: Option<String>,
}

/// Sets a new connection up.
fn settle(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(WAIT_FOR_WRITER)?;
    keep_plans(connection)?;
    // Acknowledged means on disk: FULL syncs the log at every commit.
    Ok(connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
    )?)
}

/// Lets statements be planned once. Without the stability guarantee SQLite plans a statement that a partial index might
/// serve anew whenever another value is bound to it, which costs several times what the statement itself does.
fn keep_plans(connection: &Connection) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(128);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Makes the home directory and the file where they are missing, for nobody but this user. What SQLite puts beside the
/// file gets the file's own rights.
fn make(home: &Path, file: &Path) -> io::Result<()> {
    private::folders().create(home)?;
    match private::files().create_new(true).open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !file.is_file() => Err(error),
        // It is new, or it has the rights that its owner gave it.
        _ => Ok(()),
    }
}

impl Store {
    /// Opens the store under a home directory and creates both where they are missing.
    ///
    /// # Errors
    /// [`StoreError`] where the directory cannot be used, the store is damaged, or a newer program wrote it.
    pub fn open(home: &Path) -> Result<Self, StoreError> {
        let file = home.join("rescreen.sqlite");
        make(home, &file).map_err(|source| StoreError::Home {
            path: home.to_owned(),
            source,
        })?;
        let segments = SegmentFolder::of(home);
        match Self::prepare(Connection::open(&file)?, Some(segments.clone())) {
            Err(StoreError::ReadOnly) if file.is_file() => Self::open_to_read(&file, segments),
            opened => opened,
        }
    }

    /// Opens a store in a directory that cannot be written: what is in it can still be asked for.
    fn open_to_read(file: &Path, segments: SegmentFolder) -> Result<Self, StoreError> {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        // SQLite reads beside a writer only where it may write the log's index. Where there is a log, there may be a
        // writer, or changes that are not in the file yet; where there is none, the file is all there is.
        if Path::new(&log).exists() {
            return Err(StoreError::Unfinished {
                path: file.to_owned(),
            });
        }
        let mut uri = "file:".to_owned();
        for c in file.to_string_lossy().chars() {
            match c {
                '%' => uri.push_str("%25"),
                '?' => uri.push_str("%3f"),
                '#' => uri.push_str("%23"),
                c => uri.push(c),
            }
        }
        uri.push_str("?immutable=1");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let mut connection = Connection::open_with_flags(uri, flags)?;
        keep_plans(&connection)?;
        connection.execute_batch("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;")?;
        migrate::migrate(&mut connection)?;
        Ok(Self {
            connection,
            shown: None,
            segments: Some(segments),
            operator: None,
        })
    }

    /// Makes segments for so few subjects already, where there is a home to keep them in.
    #[must_use]
    pub fn with_segments_from(mut self, subjects: usize) -> Self {
        if let Some(folder) = &mut self.segments {
            folder.set_worth(subjects);
        }
        self
    }

    /// Opens the store for a tenant: whatever is read from it is the tenant's or everybody's. What is written is for
    /// the writer to judge, which knows the tenant.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub fn open_for(home: &Path, tenant: &str) -> Result<Self, StoreError> {
        let store = Self::open(home)?;
        let shown = Connection::open(home.join("rescreen.sqlite"))?;
        settle(&shown)?;
        tenants::restrict(&shown, tenant)?;
        Ok(Self {
            shown: Some((tenant.to_owned(), shown)),
            ..store
        })
    }

    /// The tenant it was opened for; `None` for whoever runs the program.
    pub fn tenant(&self) -> Option<&str> {
        self.shown.as_ref().map(|(tenant, _)| tenant.as_str())
    }

    /// A store that lives in memory and is gone with the value.
    ///
    /// # Errors
    /// [`StoreError`] where SQLite fails.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?, None)
    }

    /// A store over a database that a test has made.
    #[cfg(test)]
    pub(crate) fn of_connection(connection: Connection) -> Result<Self, StoreError> {
        Self::prepare(connection, None)
    }

    /// What reads.
    pub(crate) fn connection(&self) -> &Connection {
        self.shown
            .as_ref()
            .map_or(&self.connection, |(_, shown)| shown)
    }

    fn prepare(
        mut connection: Connection,
        segments: Option<SegmentFolder>,
    ) -> Result<Self, StoreError> {
        settle(&connection)?;
        // What was erased is overwritten, not only forgotten.
        connection.pragma_update(None, "secure_delete", true)?;
        migrate::migrate(&mut connection)?;
        Ok(Self {
            connection,
            shown: None,
            segments,
            operator: None,
        })
    }

    /// Says who runs the program: the log names them where nobody else is named. As at the desk, capitals make no other
    /// name.
    pub fn set_operator(&mut self, name: &str) {
        let name = name.trim().to_lowercase();
        self.operator = (!name.is_empty()).then_some(name);
    }

    /// Begins the one writing transaction; it is undone unless [committed](Writer::commit).
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process keeps writing.
    pub fn write(&mut self) -> Result<Writer<'_>, StoreError> {
        let tenant = self.tenant().map(str::to_owned);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let operator = self.operator.clone();
        let segments = self.segments.as_ref();
        Ok(Writer::new(transaction, segments, operator, tenant))
    }

    /// Takes from the disk what an erasure left of older pages beside the store. Where somebody is reading at the time,
    /// it goes with the next erasure or when the last process closes the store.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn forget_erased(&self) -> Result<(), StoreError> {
        let pragma = "PRAGMA wal_checkpoint(TRUNCATE)";
        Ok(self.connection.query_row(pragma, [], |_| Ok(()))?)
    }

    /// Reads several things as they were at one instant, whatever other processes write meanwhile.
    ///
    /// # Errors
    /// What `read` gives, or [`StoreError`] where the database fails.
    pub fn read_together<T>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = self.connection().unchecked_transaction()?;
        let result = read(self);
        transaction.finish()?;
        result
    }

    /// All lists in name order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn lists(&self) -> Result<Vec<ListRow>, StoreError> {
        lists(self.connection())
    }

    /// The list of that name.
    ///
    /// # Errors
    /// [`StoreError::NoSuchList`].
    pub fn list(&self, name: &ListName) -> Result<ListRow, StoreError> {
        list(self.connection(), name)
    }

    /// All versions of a list, newest last: those in order of activation, then those that never came into force.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn versions(&self, list: &ListRow) -> Result<Vec<VersionRow>, StoreError> {
        versions(self.connection(), list.key)
    }

    /// The version that a text means: an id, an unambiguous beginning or end of one, `latest`, or `previous`.
    ///
    /// # Errors
    /// [`StoreError::NoSuchVersion`] or [`StoreError::AmbiguousVersion`].
    pub fn version(&self, list: &ListRow, text: &str) -> Result<VersionRow, StoreError> {
        version(self.connection(), list, text)
    }

    /// The version of a list in force at a moment, as far as it was known then.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn in_force(&self, list: &ListRow, at: AsOf) -> Result<Option<VersionRow>, StoreError> {
        in_force(self.connection(), list.key, at)
    }

    /// The findings of a version in the order of the files.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn findings(&self, version: &VersionRow) -> Result<Vec<FindingRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT code, severity, place, message FROM finding WHERE version = ?1 ORDER BY n",
        )?;
        let rows = statement.query_map(params![version.key], |row| {
            let severity: String = row.get(1)?;
            Ok(FindingRow {
                code: row.get(0)?,
                severity: Severity::parse(&severity).unwrap_or(Severity::Warning),
                place: row.get(2)?,
                message: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The stored forms of all entries of a version in id order, to be read by [`form`](crate::form).
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn bodies(&self, list: &ListRow, version: &VersionRow) -> Result<Vec<Vec<u8>>, StoreError> {
        let in_force = "SELECT r.body FROM entry_span s JOIN record r ON r.key = s.record
             WHERE s.list = ?1 AND s.from_seq <= ?2 AND (s.to_seq IS NULL OR s.to_seq > ?2) ORDER BY s.entry";
        let held = "SELECT r.body FROM held_entry h JOIN record r ON r.key = h.record
             WHERE r.list = ?1 AND h.version = ?2 ORDER BY h.entry";
        let (sql, key) = match version.seq {
            Some(seq) => (in_force, seq),
            None => (held, version.key),
        };
        let mut statement = self.connection().prepare_cached(sql)?;
        let rows = statement.query_map(params![list.key, key], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All entries of a version in id order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails or a record is damaged.
    pub fn entries(&self, list: &ListRow, version: &VersionRow) -> Result<Vec<Entry>, StoreError> {
        self.bodies(list, version)?
            .iter()
            .map(|body| form::decode_entry(body))
            .collect()
    }

    /// When each entry of a version that is or was in force was first on the list, and when it last changed, by the
    /// publication of the versions in which it did; in id order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn ages(
        &self,
        list: &ListRow,
        version: &VersionRow,
    ) -> Result<Vec<(EntityId, Timestamp, Timestamp)>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT s.entry, v.published,
                    (SELECT f.published FROM entry_span e JOIN list_version f ON f.list = e.list AND f.seq = e.from_seq
                     WHERE e.list = s.list AND e.entry = s.entry ORDER BY e.from_seq LIMIT 1)
             FROM entry_span s JOIN list_version v ON v.list = s.list AND v.seq = s.from_seq
             WHERE s.list = ?1 AND s.from_seq <= ?2 AND (s.to_seq IS NULL OR s.to_seq > ?2) ORDER BY s.entry",
        )?;
        let mut rows = statement.query(params![list.key, version.seq])?;
        let mut ages = Vec::new();
        while let Some(row) = rows.next()? {
            let entry: String = row.get(0)?;
            ages.push((
                EntityId::new(&entry),
                timestamp(row.get(2)?)?,
                timestamp(row.get(1)?)?,
            ));
        }
        Ok(ages)
    }

    /// Everything an entry ever said, by list and in order of activation.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails or a record is damaged.
    pub fn history(&self, entry: &str) -> Result<Vec<EntrySpan>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT l.name, l.key, s.from_seq, s.to_seq, r.body
             FROM entry_span s JOIN list l ON l.key = s.list JOIN record r ON r.key = s.record
             WHERE s.entry = ?1 ORDER BY l.name, s.from_seq",
        )?;
        let rows = statement.query_map(params![entry], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, Option<i64>>(3)?,
                row.get::<_, Vec<u8>>(4)?,
            ))
        })?;
        let mut spans = Vec::new();
        for row in rows {
            let (name, key, from, to, body) = row?;
            spans.push(EntrySpan {
                list: list_name(&name)?,
                entry: form::decode_entry(&body)?,
                from: by_seq(self.connection(), key, from)?,
                to: to
                    .map(|seq| by_seq(self.connection(), key, seq))
                    .transpose()?,
            });
        }
        Ok(spans)
    }

    /// The looks at a list, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn observations(
        &self,
        list: &ListRow,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Observation>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT at, outcome, version FROM observation WHERE list = ?1 AND at <= ?3 ORDER BY key DESC LIMIT ?2",
        )?;
        let rows =
            statement.query_map(params![list.key, limit, until.as_microsecond()], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(2)?,
                ))
            })?;
        let mut observations = Vec::new();
        for row in rows {
            let (at, outcome, version) = row?;
            let Some(outcome) = Outcome::parse(&outcome) else {
                return Err(StoreError::Damaged {
                    detail: format!("the unknown outcome '{outcome}'"),
                });
            };
            observations.push(Observation {
                at: timestamp(at)?,
                outcome,
                version: VersionId::new(&version),
            });
        }
        Ok(observations)
    }

    /// What the publisher's server said last time about a URL, if what came then is in force now.
    ///
    /// After a quarantine, a release or an update from elsewhere the server's "not modified" would speak of another
    /// content than ours.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn fetch_state(&self, list: &ListRow, url: &str) -> Result<FetchState, StoreError> {
        let Some(active) = self.in_force(list, AsOf::NOW)? else {
            return Ok(FetchState::default());
        };
        let mut statement = self.connection().prepare_cached(
            "SELECT etag, last_modified FROM fetch_state WHERE list = ?1 AND url = ?2 AND content = ?3",
        )?;
        let state = statement
            .query_row(params![list.key, url, active.content.as_bytes()], |row| {
                Ok(FetchState {
                    etag: row.get(0)?,
                    last_modified: row.get(1)?,
                })
            })
            .optional()?;
        Ok(state.unwrap_or_default())
    }

    /// What the publisher calls the version in force, if it said so when that was taken in.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn edition(&self, list: &ListRow) -> Result<Option<Edition>, StoreError> {
        edition(self.connection(), list)
    }
}

pub(crate) fn edition(
    connection: &Connection,
    list: &ListRow,
) -> Result<Option<Edition>, StoreError> {
    let Some(active) = in_force(connection, list.key, AsOf::NOW)? else {
        return Ok(None);
    };
    let mut statement = connection
        .prepare_cached("SELECT label, entities FROM edition WHERE list = ?1 AND content = ?2")?;
    let edition = statement.query_row(params![list.key, active.content.as_bytes()], |row| {
        let entities: Option<i64> = row.get(1)?;
        Ok(Edition {
            label: row.get(0)?,
            entities: entities.and_then(|entities| u64::try_from(entities).ok()),
        })
    });
    Ok(edition.optional()?)
}

pub(crate) fn lists(connection: &Connection) -> Result<Vec<ListRow>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT key, name, spec, created FROM list ORDER BY name")?;
    let rows = statement.query_map([], list_columns)?;
    rows.map(|row| list_row(row?)).collect()
}

pub(crate) fn list(connection: &Connection, name: &ListName) -> Result<ListRow, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT key, name, spec, created FROM list WHERE name = ?1")?;
    let row = statement
        .query_row(params![name.as_str()], list_columns)
        .optional()?;
    list_row(row.ok_or_else(|| StoreError::NoSuchList(name.to_string()))?)
}

type ListColumns = (i64, String, String, i64);

fn list_columns(row: &Row<'_>) -> rusqlite::Result<ListColumns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn list_row((key, name, spec, created): ListColumns) -> Result<ListRow, StoreError> {
    Ok(ListRow {
        key,
        name: list_name(&name)?,
        spec: form::decode_spec(&spec)?,
        created: timestamp(created)?,
    })
}

fn list_name(text: &str) -> Result<ListName, StoreError> {
    ListName::parse(text).map_err(|e| StoreError::Damaged {
        detail: e.to_string(),
    })
}

/// All columns of a version, and whether it is the newest in force.
const VERSION: &str =
    "SELECT v.key, v.version, v.seq, v.readable, v.published, v.retrieved, v.activated, v.content,
    v.entries, v.by_schema, v.findings, v.reasons, v.release,
    v.seq IS NOT NULL AND v.seq = (SELECT max(seq) FROM list_version w WHERE w.list = v.list)
    FROM list_version v WHERE v.list = ?1";

pub(crate) fn versions(connection: &Connection, list: i64) -> Result<Vec<VersionRow>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("{VERSION} ORDER BY v.seq IS NULL, v.seq, v.key"))?;
    let mut rows = statement.query(params![list])?;
    let mut versions = Vec::new();
    while let Some(row) = rows.next()? {
        versions.push(version_row(row)?);
    }
    Ok(versions)
}

pub(crate) fn version(
    connection: &Connection,
    list: &ListRow,
    text: &str,
) -> Result<VersionRow, StoreError> {
    let missing = || StoreError::NoSuchVersion {
        list: list.name.to_string(),
        version: text.to_owned(),
    };
    let mut all = versions(connection, list.key)?;
    if let Some(exact) = all.iter().position(|v| v.version.as_str() == text) {
        return Ok(all.swap_remove(exact));
    }
    let back = match text {
        "latest" => Some(0),
        "previous" => Some(1),
        _ => None,
    };
    if let Some(back) = back {
        let in_force = all.into_iter().filter(|v| v.seq.is_some());
        return in_force.rev().nth(back).ok_or_else(missing);
    }
    all.retain(|v| {
        !text.is_empty()
            && (v.version.as_str().starts_with(text) || v.version.as_str().ends_with(text))
    });
    match all.len() {
        0 => Err(missing()),
        1 => Ok(all.remove(0)),
        _ => Err(StoreError::AmbiguousVersion {
            list: list.name.to_string(),
            version: text.to_owned(),
            candidates: all.iter().map(|v| v.version.to_string()).collect(),
        }),
    }
}

pub(crate) fn in_force(
    connection: &Connection,
    list: i64,
    at: AsOf,
) -> Result<Option<VersionRow>, StoreError> {
    let sql = format!(
        "{VERSION} AND v.seq IS NOT NULL AND v.published <= ?2 AND v.activated <= ?3 ORDER BY v.seq DESC LIMIT 1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![
        list,
        at.published.as_microsecond(),
        at.known.as_microsecond()
    ])?;
    rows.next()?.map(version_row).transpose()
}

fn by_seq(connection: &Connection, list: i64, seq: i64) -> Result<VersionRow, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{VERSION} AND v.seq = ?2"))?;
    let mut rows = statement.query(params![list, seq])?;
    match rows.next()? {
        Some(row) => version_row(row),
        None => Err(StoreError::Damaged {
            detail: format!("an entry refers to version {seq}, which is missing"),
        }),
    }
}

fn version_row(row: &Row<'_>) -> Result<VersionRow, StoreError> {
    let json = |column: usize| -> Result<String, StoreError> { Ok(row.get(column)?) };
    let damaged = |e: serde_json::Error| StoreError::Damaged {
        detail: format!("a version: {e}"),
    };
    let seq: Option<i64> = row.get(2)?;
    let (readable, newest): (bool, bool) = (row.get(3)?, row.get(13)?);
    let state = match (readable, seq, newest) {
        (false, ..) => VersionState::Unreadable,
        (true, None, _) => VersionState::Quarantined,
        (true, Some(_), true) => VersionState::Active,
        (true, Some(_), false) => VersionState::Superseded,
    };
    let version: String = row.get(1)?;
    Ok(VersionRow {
        key: row.get(0)?,
        version: VersionId::new(&version),
        state,
        seq,
        published: timestamp(row.get(4)?)?,
        retrieved: timestamp(row.get(5)?)?,
        activated: row.get::<_, Option<i64>>(6)?.map(timestamp).transpose()?,
        content: hash(row.get(7)?)?,
        entries: count(row.get(8)?),
        by_schema: serde_json::from_str(&json(9)?).map_err(damaged)?,
        findings: count(row.get(10)?),
        reasons: serde_json::from_str(&json(11)?).map_err(damaged)?,
        release: row.get(12)?,
    })
}

/// Counts are written from unsigned numbers, so a negative one cannot come back.
fn count(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or_default()
}

pub(crate) fn hash(bytes: Vec<u8>) -> Result<ContentHash, StoreError> {
    <[u8; 32]>::try_from(bytes)
        .map(ContentHash::from_bytes)
        .map_err(|_| StoreError::Damaged {
            detail: "a content hash of the wrong length".to_owned(),
        })
}

pub(crate) fn timestamp(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(|e| StoreError::Damaged {
        detail: format!("a time: {e}"),
    })
}

//! The database's format and how an older one becomes the newest.

use rusqlite::Connection;

use crate::StoreError;

/// Each step takes the format from its index to the next; steps are never edited once released.
const STEPS: &[&str] = &[LISTS];

const LISTS: &str = "
CREATE TABLE list (
    key      INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    spec     TEXT NOT NULL,
    created  INTEGER NOT NULL
) STRICT;

CREATE TABLE list_version (
    key        INTEGER PRIMARY KEY,
    list       INTEGER NOT NULL REFERENCES list (key),
    version    TEXT NOT NULL,
    -- Order of coming into force; NULL for a version that never did.
    seq        INTEGER,
    readable   INTEGER NOT NULL,
    published  INTEGER NOT NULL,
    retrieved  INTEGER NOT NULL,
    activated  INTEGER,
    content    BLOB NOT NULL,
    entries    INTEGER NOT NULL,
    by_schema  TEXT NOT NULL,
    findings   INTEGER NOT NULL,
    reasons    TEXT NOT NULL,
    release    TEXT,
    UNIQUE (list, version),
    UNIQUE (list, seq)
) STRICT;

-- What an entry says, once per content.
CREATE TABLE record (
    key    INTEGER PRIMARY KEY,
    list   INTEGER NOT NULL REFERENCES list (key),
    entry  TEXT NOT NULL,
    hash   BLOB NOT NULL,
    body   BLOB NOT NULL,
    UNIQUE (list, entry, hash)
) STRICT;

-- Which record an entry had from one version (inclusive) to another (exclusive).
CREATE TABLE entry_span (
    list      INTEGER NOT NULL REFERENCES list (key),
    entry     TEXT NOT NULL,
    from_seq  INTEGER NOT NULL,
    to_seq    INTEGER,
    record    INTEGER NOT NULL REFERENCES record (key),
    PRIMARY KEY (list, entry, from_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_span_open ON entry_span (list, record) WHERE to_seq IS NULL;
CREATE INDEX entry_span_entry ON entry_span (entry);

-- The content of versions that are held back.
CREATE TABLE held_entry (
    version  INTEGER NOT NULL REFERENCES list_version (key),
    entry    TEXT NOT NULL,
    record   INTEGER NOT NULL REFERENCES record (key),
    PRIMARY KEY (version, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
    version   INTEGER NOT NULL REFERENCES list_version (key),
    n         INTEGER NOT NULL,
    code      TEXT NOT NULL,
    severity  TEXT NOT NULL,
    place     TEXT NOT NULL,
    message   TEXT NOT NULL,
    PRIMARY KEY (version, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE observation (
    key      INTEGER PRIMARY KEY,
    list     INTEGER NOT NULL REFERENCES list (key),
    at       INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    version  TEXT NOT NULL
) STRICT;

CREATE TABLE fetch_state (
    list           INTEGER NOT NULL REFERENCES list (key),
    url            TEXT NOT NULL,
    etag           TEXT,
    last_modified  TEXT,
    -- What the files that came with it said: asking conditionally is right only while that is in force.
    content        BLOB NOT NULL,
    PRIMARY KEY (list, url)
) STRICT, WITHOUT ROWID;
";

/// Brings the database to the newest format, all steps in one transaction.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    if found == known {
        return Ok(());
    }
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited for the lock.
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for step in STEPS
        .iter()
        .skip(usize::try_from(found).unwrap_or(usize::MAX))
    {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

//! From a table of events that could be edited to the chained log.

use rescreen_desk::Event;
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    AlertState, StoreError, SubjectKey,
    form::{self, EventColumns},
    log::{self, Detail, Head, NOTHING, NewEvent},
    read::timestamp,
};

const BEFORE: &str = "
DROP INDEX event_alert;
DROP INDEX event_subject;
DROP INDEX event_case;
DROP INDEX event_disposed;
ALTER TABLE event RENAME TO event_before;

-- Everything that happened, in one chain. The key is the place, from 0 and without gaps. Nothing here says who a subject
-- is, so nothing here ever has to go, and the triggers below see to it that nothing does.
CREATE TABLE log (
    key         INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    tenant      TEXT NOT NULL,
    actor       TEXT,
    role        TEXT,
    subject     INTEGER,
    alert       INTEGER,
    -- The state of the alert from here on.
    state       TEXT,
    -- Of the case, where the entry is one of the desk's.
    revision    INTEGER,
    detail      TEXT NOT NULL,
    commitment  BLOB,
    hash        BLOB NOT NULL
) STRICT;
CREATE INDEX log_alert ON log (alert) WHERE alert IS NOT NULL;
CREATE INDEX log_subject ON log (subject) WHERE subject IS NOT NULL;
CREATE UNIQUE INDEX log_case ON log (alert, revision) WHERE revision IS NOT NULL;
CREATE INDEX log_actor ON log (actor) WHERE actor IS NOT NULL;
CREATE INDEX log_kind ON log (kind);
CREATE INDEX log_disposed ON log (at) WHERE kind = 'disposed';
CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log
    BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER log_is_not_cut BEFORE DELETE ON log
    BEGIN SELECT raise(ABORT, 'nothing is taken from the log'); END;

-- What entries bind and what may have to go. It has all details, those of the entry included.
CREATE TABLE log_data (
    entry  INTEGER PRIMARY KEY REFERENCES log (key),
    salt   BLOB NOT NULL,
    body   TEXT NOT NULL
) STRICT;

-- The end of the log: what appending needs of it.
CREATE TABLE log_head (
    size   INTEGER NOT NULL,
    roots  BLOB NOT NULL,
    last   BLOB NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
INSERT INTO log_head (size, roots, last, at) VALUES (0, x'', zeroblob(32), 0);

-- Roots of the larger perfect subtrees, by level and by place among those of the level: what proving needs.
CREATE TABLE log_node (
    level  INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    hash   BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;

-- Signed notes that vouch for the log at a size.
CREATE TABLE checkpoint (
    size  INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    note  TEXT NOT NULL
) STRICT;

-- The entry that binds a version of a subject, and the salted commitment by which it does.
ALTER TABLE subject_version ADD COLUMN entry INTEGER;
ALTER TABLE subject_version ADD COLUMN commitment BLOB;
ALTER TABLE subject_version ADD COLUMN salt BLOB;
CREATE INDEX subject_version_entry ON subject_version (entry) WHERE entry IS NOT NULL;
";

const AFTER: &str = "
DROP TABLE event_before;
-- The log as it reads, with all details that are still there.
CREATE VIEW event AS
    SELECT l.key, l.at, l.kind, l.subject, l.alert, l.state, coalesce(d.body, l.detail) AS detail, l.actor, l.revision, l.tenant
    FROM log l LEFT JOIN log_data d ON d.entry = l.key;
";

/// Chains the events that are there behind an entry that says so: what was done to them before, nobody can tell; from
/// here on it shows.
pub(super) fn start_log(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(BEFORE)?;
    let first: Option<i64> = connection
        .query_row(
            "SELECT at FROM event_before ORDER BY key LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(first) = first {
        let count: i64 =
            connection.query_row("SELECT count(*) FROM event_before", [], |row| row.get(0))?;
        let mut head = Head::load(connection)?;
        let count = u64::try_from(count).unwrap_or_default();
        log::begin(connection, &mut head, timestamp(first)?, count)?;
        take_over(connection, &mut head)?;
        head.save(connection)?;
    }
    Ok(connection.execute_batch(AFTER)?)
}

fn take_over(connection: &Connection, head: &mut Head) -> Result<(), StoreError> {
    let mut statement = connection.prepare(
        "SELECT e.at, e.kind, e.subject, e.alert, e.state, e.detail, e.actor, e.revision, s.erased IS NOT NULL
         FROM event_before e LEFT JOIN subject s ON s.key = e.subject ORDER BY e.key",
    )?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let at = timestamp(row.get(0)?)?;
        let (kind, full): (String, String) = (row.get(1)?, row.get(5)?);
        let subject = row.get::<_, Option<i64>>(2)?.map(SubjectKey);
        let state: Option<String> = row.get(4)?;
        let actor: Option<String> = row.get(6)?;
        let revision: Option<i64> = row.get(7)?;
        let is_erased: bool = row.get(8)?;
        let case = match revision {
            Some(revision) => {
                let columns = EventColumns {
                    revision,
                    at,
                    actor: actor.as_deref(),
                };
                Some(form::decode_case_event(&full, columns)?)
            }
            None => None,
        };
        let redacted = case.as_ref().map(Event::redacted);
        let redacted = redacted.as_ref().map(form::encode_case_event).transpose()?;
        let detail = match &redacted {
            Some(open) => Detail::Sealed { open, full: &full },
            // What is said of an erased subject was emptied, and why it was erased stays.
            None if subject.is_none() || is_erased => Detail::Open(&full),
            None => Detail::Sealed {
                open: NOTHING,
                full: &full,
            },
        };
        let by = case.as_ref().and_then(|event| event.by.as_ref());
        let event = NewEvent {
            at,
            kind: &kind,
            tenant: by.map(|actor| actor.tenant.as_str()),
            actor: actor.as_deref(),
            role: by.map(|actor| actor.role.name()),
            subject,
            alert: row.get(3)?,
            state: state.as_deref().and_then(AlertState::parse),
            revision: case.as_ref().map(|event| event.revision),
            detail,
        };
        log::append(connection, head, &event)?;
    }
    Ok(())
}

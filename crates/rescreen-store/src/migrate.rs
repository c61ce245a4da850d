//! The database's format and how an older one becomes the newest.

mod start_log;

use rusqlite::Connection;

use crate::StoreError;

/// What takes a database from one format to the next.
enum Step {
    Sql(&'static str),
    /// What SQL alone cannot do.
    Code(fn(&Connection) -> Result<(), StoreError>),
}

/// Each step takes the format from its index to the next; steps are never edited once released.
const STEPS: &[Step] = &[
    Step::Sql(LISTS),
    Step::Sql(REGISTER),
    Step::Sql(ACCESS_TOKENS),
    Step::Sql(DESK),
    Step::Sql(SCOPE),
    Step::Sql(PAST_LEGS),
    Step::Code(start_log::start_log),
    Step::Sql(REDRESS),
    Step::Sql(WEBHOOKS),
    Step::Sql(QUEUE),
    Step::Sql(SEGMENTS),
    Step::Sql(DUE),
    Step::Sql(TENANTS),
    Step::Sql(MOMENTS),
    Step::Sql(EDITIONS),
];

impl Step {
    fn take(&self, connection: &Connection) -> Result<(), StoreError> {
        match self {
            Self::Sql(sql) => Ok(connection.execute_batch(sql)?),
            Self::Code(code) => code(connection),
        }
    }
}

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

const EDITIONS: &str = "
-- What the publisher calls the version that was taken in last, as far as it said so.
CREATE TABLE edition (
    list      INTEGER PRIMARY KEY REFERENCES list (key),
    label     TEXT NOT NULL,
    entities  INTEGER,
    -- What it said: the label holds only while that is in force.
    content   BLOB NOT NULL
) STRICT;
";

const REGISTER: &str = "
-- Lists, policy and matcher that screenings rested on; subjects and sweeps refer to it.
CREATE TABLE cut (
    key      INTEGER PRIMARY KEY,
    -- JSON: list key to the place of its version in the order of activation.
    lists    TEXT NOT NULL,
    policy   TEXT NOT NULL,
    matcher  TEXT NOT NULL,
    UNIQUE (lists, policy, matcher)
) STRICT;

CREATE TABLE register_policy (
    key       INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    review    INTEGER NOT NULL,
    matched   INTEGER NOT NULL,
    typo      INTEGER NOT NULL,
    author    TEXT NOT NULL,
    reason    TEXT NOT NULL
) STRICT;

-- A subject's key is its sequence number: it only grows, and the ledger of sweeps counts by it.
CREATE TABLE subject (
    key         INTEGER PRIMARY KEY AUTOINCREMENT,
    source      TEXT NOT NULL,
    external    TEXT NOT NULL,
    version     INTEGER NOT NULL,
    registered  INTEGER NOT NULL,
    retired     INTEGER,
    erased      INTEGER,
    UNIQUE (source, external)
) STRICT;

CREATE TABLE subject_version (
    subject  INTEGER NOT NULL REFERENCES subject (key),
    version  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (subject, version)
) STRICT, WITHOUT ROWID;

-- From when to when a subject was gone from its source.
CREATE TABLE absence (
    subject  INTEGER NOT NULL REFERENCES subject (key),
    from_at  INTEGER NOT NULL,
    to_at    INTEGER,
    PRIMARY KEY (subject, from_at)
) STRICT, WITHOUT ROWID;

-- What was answered about a subject on its own: at registration and after each change of it.
CREATE TABLE screening (
    key      INTEGER PRIMARY KEY,
    subject  INTEGER NOT NULL REFERENCES subject (key),
    version  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    cut      INTEGER NOT NULL REFERENCES cut (key),
    answer   TEXT NOT NULL
) STRICT;
CREATE INDEX screening_subject ON screening (subject);

-- The ledger of coverage: subjects up to a number were screened against a step of a list, or against a whole cut.
CREATE TABLE sweep (
    key        INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    list       INTEGER REFERENCES list (key),
    seq        INTEGER,
    cut        INTEGER NOT NULL REFERENCES cut (key),
    last       INTEGER NOT NULL,
    subjects   INTEGER NOT NULL,
    raised     INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    withdrawn  INTEGER NOT NULL,
    digest     BLOB NOT NULL
) STRICT;

CREATE TABLE alert (
    key      INTEGER PRIMARY KEY AUTOINCREMENT,
    subject  INTEGER NOT NULL REFERENCES subject (key),
    state    TEXT NOT NULL,
    opened   INTEGER NOT NULL,
    cause    TEXT NOT NULL
) STRICT;
CREATE INDEX alert_subject ON alert (subject);

-- One leg per list and entry of an alert, with the evidence as it was: the subject's version and the entry's record.
CREATE TABLE leg (
    alert     INTEGER NOT NULL REFERENCES alert (key),
    subject   INTEGER NOT NULL REFERENCES subject (key),
    list      INTEGER NOT NULL REFERENCES list (key),
    entry     TEXT NOT NULL,
    live      INTEGER NOT NULL,
    record    INTEGER NOT NULL REFERENCES record (key),
    version   INTEGER NOT NULL,
    score     INTEGER NOT NULL,
    found     TEXT NOT NULL,
    PRIMARY KEY (subject, list, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX leg_alert ON leg (alert);
CREATE INDEX leg_entry ON leg (list, entry);

-- Everything that happened to the register, in order; never edited, except that erasure empties the detail.
CREATE TABLE event (
    key      INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    subject  INTEGER,
    alert    INTEGER,
    -- The state of the alert from here on.
    state    TEXT,
    detail   TEXT NOT NULL
) STRICT;
CREATE INDEX event_alert ON event (alert) WHERE alert IS NOT NULL;
CREATE INDEX event_subject ON event (subject) WHERE subject IS NOT NULL;
";

const ACCESS_TOKENS: &str = "
-- Who may ask over the network. What opens the door is not here, only what it is recognised by.
CREATE TABLE access_token (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    tenant      TEXT NOT NULL,
    role        TEXT NOT NULL,
    salt        BLOB NOT NULL,
    hash        BLOB NOT NULL,
    created     INTEGER NOT NULL,
    author      TEXT NOT NULL,
    expires     INTEGER,
    revoked     INTEGER,
    revoked_by  TEXT
) STRICT, WITHOUT ROWID;
";

const DESK: &str = "
ALTER TABLE event ADD COLUMN actor TEXT;
-- Of the case, where the event is one of the desk's.
ALTER TABLE event ADD COLUMN revision INTEGER;
CREATE UNIQUE INDEX event_case ON event (alert, revision) WHERE revision IS NOT NULL;
CREATE INDEX event_disposed ON event (at) WHERE kind = 'disposed';

-- How far people are with an alert. All from the state on is the fold of the case's events.
CREATE TABLE desk_case (
    alert       INTEGER PRIMARY KEY REFERENCES alert (key),
    tenant      TEXT NOT NULL,
    party       TEXT NOT NULL,
    evidence    BLOB NOT NULL,
    state       TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    assignee    TEXT,
    outcome     TEXT,
    decided     INTEGER,
    expires     INTEGER,
    snoozed     INTEGER,
    disputed    INTEGER,
    escalation  INTEGER NOT NULL
) STRICT;
CREATE INDEX desk_case_state ON desk_case (state);
CREATE INDEX desk_case_assignee ON desk_case (assignee) WHERE assignee IS NOT NULL;
CREATE INDEX desk_case_expires ON desk_case (expires) WHERE expires IS NOT NULL;
CREATE INDEX alert_state ON alert (state);
INSERT INTO desk_case (alert, tenant, party, evidence, state, revision, escalation)
    SELECT a.key, 'default', coalesce((SELECT g.entry FROM leg g WHERE g.alert = a.key ORDER BY g.live DESC, g.score DESC LIMIT 1), ''),
           zeroblob(32), 'new', 0, 0 FROM alert a;

CREATE TABLE desk_user (
    name    TEXT PRIMARY KEY,
    tenant  TEXT NOT NULL,
    role    TEXT NOT NULL,
    since   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE desk_policy (
    key     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    body    TEXT NOT NULL,
    author  TEXT NOT NULL,
    reason  TEXT NOT NULL
) STRICT;
";

const SCOPE: &str = "
-- JSON arrays of names; NULL is everything.
ALTER TABLE register_policy ADD COLUMN lists TEXT;
ALTER TABLE register_policy ADD COLUMN topics TEXT;
";

const PAST_LEGS: &str = "
-- What a leg was before it changed: nobody who looks later sees anything but what was seen then.
CREATE TABLE leg_past (
    key      INTEGER PRIMARY KEY,
    alert    INTEGER NOT NULL REFERENCES alert (key),
    subject  INTEGER NOT NULL REFERENCES subject (key),
    list     INTEGER NOT NULL REFERENCES list (key),
    entry    TEXT NOT NULL,
    until    INTEGER NOT NULL,
    record   INTEGER NOT NULL REFERENCES record (key),
    version  INTEGER NOT NULL,
    score    INTEGER NOT NULL,
    found    TEXT NOT NULL
) STRICT;
CREATE INDEX leg_past_alert ON leg_past (alert);
CREATE INDEX leg_past_subject ON leg_past (subject);
";

const REDRESS: &str = "
-- While one stands, the subject is not erased.
CREATE TABLE subject_hold (
    key        INTEGER PRIMARY KEY AUTOINCREMENT,
    subject    INTEGER NOT NULL REFERENCES subject (key),
    at         INTEGER NOT NULL,
    author     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    until      INTEGER,
    lifted     INTEGER,
    lifted_by  TEXT
) STRICT;
CREATE INDEX subject_hold_subject ON subject_hold (subject);
CREATE INDEX subject_retired ON subject (retired) WHERE retired IS NOT NULL AND erased IS NULL;

CREATE TABLE retention (
    key           INTEGER PRIMARY KEY,
    at            INTEGER NOT NULL,
    -- So many days after they left their source subjects are erased; NULL keeps them.
    retired_days  INTEGER,
    -- So many days after the last decision about them nobody is erased.
    decided_days  INTEGER NOT NULL,
    author        TEXT NOT NULL,
    reason        TEXT NOT NULL
) STRICT;

-- Files attached to cases. They lie in the store so that a case and its files are kept, backed up and erased as one.
CREATE TABLE attachment (
    alert  INTEGER NOT NULL REFERENCES alert (key),
    hash   BLOB NOT NULL,
    body   BLOB NOT NULL,
    PRIMARY KEY (alert, hash)
) STRICT;
";

const WEBHOOKS: &str = "
-- Who is told what happens to alerts. The secret signs what is told, so it is kept as it is.
CREATE TABLE webhook (
    key         INTEGER PRIMARY KEY AUTOINCREMENT,
    url         TEXT NOT NULL,
    secret      BLOB NOT NULL,
    created     INTEGER NOT NULL,
    author      TEXT NOT NULL,
    -- Until then nobody else tries: a delivery is under way, or the last one failed.
    held_until  INTEGER NOT NULL,
    delivered   INTEGER NOT NULL,
    last        INTEGER,
    -- In a row.
    failures    INTEGER NOT NULL,
    error       TEXT
) STRICT;

-- What is still to be told. A row goes once its receiver has it.
CREATE TABLE delivery (
    webhook   INTEGER NOT NULL REFERENCES webhook (key),
    event     INTEGER NOT NULL REFERENCES log (key),
    attempts  INTEGER NOT NULL,
    next_at   INTEGER NOT NULL,
    PRIMARY KEY (webhook, event)
) STRICT, WITHOUT ROWID;

-- The outbox fills in the transaction that writes the event, whoever writes it.
CREATE TRIGGER event_goes_out AFTER INSERT ON log WHEN NEW.alert IS NOT NULL AND NEW.kind <> 'refused'
BEGIN
    INSERT INTO delivery (webhook, event, attempts, next_at) SELECT key, NEW.key, 0, NEW.at FROM webhook;
END;
";

const QUEUE: &str = "
-- The best score among the legs that support an alert, or did last: what a queue of alerts is sorted by.
ALTER TABLE alert ADD COLUMN score INTEGER NOT NULL DEFAULT 0;
UPDATE alert SET score = coalesce(
    (SELECT max(g.score) FROM leg g WHERE g.alert = alert.key AND g.live = 1),
    (SELECT max(g.score) FROM leg g WHERE g.alert = alert.key), 0);
CREATE INDEX alert_state_key ON alert (state, key);
CREATE INDEX alert_score ON alert (state, score, key);
CREATE INDEX leg_list ON leg (list, alert);
";

const SEGMENTS: &str = "
-- Files beside this database that hold subjects in the form in which they are swept: those of a range of numbers that were
-- in force when the file was made. Derived; a file is named after the checksum of what is in it.
CREATE TABLE segment (
    first     INTEGER PRIMARY KEY,
    last      INTEGER NOT NULL,
    subjects  INTEGER NOT NULL,
    file      TEXT NOT NULL UNIQUE
) STRICT;

-- Subjects that may say something else than the segment of their range has of them.
CREATE TABLE segment_outdated (
    subject  INTEGER PRIMARY KEY REFERENCES subject (key)
) STRICT;

-- The subjects in force: how many, and a hash over the set of them. No row: it is to be counted.
CREATE TABLE roll (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    subjects  INTEGER NOT NULL,
    members   BLOB NOT NULL
) STRICT;
";

const DUE: &str = "
-- What a queue by due date asks: which cases somebody disputes, and until when they want an answer.
CREATE INDEX desk_case_disputed ON desk_case (disputed) WHERE disputed IS NOT NULL;
";

const TENANTS: &str = "
-- The default tenant needs no row.
CREATE TABLE tenant (
    name    TEXT PRIMARY KEY,
    since   INTEGER NOT NULL,
    author  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO tenant (name, since, author)
    SELECT tenant, min(since), min(author) FROM
        (SELECT tenant, since, name AS author FROM desk_user UNION ALL SELECT tenant, created, author FROM access_token)
    WHERE tenant <> 'default' GROUP BY tenant;

-- Whose the subjects of a source are; those of a source that is not here are the default tenant's.
CREATE TABLE tenant_source (
    source  TEXT PRIMARY KEY,
    tenant  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose the case of an alert is, once more where a queue is read.
ALTER TABLE alert ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';

-- The tenant that a case is offered to.
ALTER TABLE desk_case ADD COLUMN offered TEXT;
CREATE INDEX desk_case_offered ON desk_case (offered) WHERE offered IS NOT NULL;

-- A file belongs to the tenant that had the case when it was attached.
ALTER TABLE attachment RENAME TO attachment_before;
CREATE TABLE attachment (
    alert   INTEGER NOT NULL REFERENCES alert (key),
    tenant  TEXT NOT NULL,
    hash    BLOB NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (alert, tenant, hash)
) STRICT;
INSERT INTO attachment (alert, tenant, hash, body)
    SELECT b.alert, c.tenant, b.hash, b.body FROM attachment_before b JOIN desk_case c ON c.alert = b.alert;
DROP TABLE attachment_before;

-- A webhook is told what happens to the cases of its tenant.
ALTER TABLE webhook ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';
DROP TRIGGER event_goes_out;
CREATE TRIGGER event_goes_out AFTER INSERT ON log WHEN NEW.alert IS NOT NULL AND NEW.kind <> 'refused'
BEGIN
    INSERT INTO delivery (webhook, event, attempts, next_at)
        SELECT key, NEW.key, 0, NEW.at FROM webhook WHERE tenant = NEW.tenant;
END;

-- What proves of the log without telling.
CREATE VIEW log_leaf AS SELECT key, at, hash FROM log;

-- The ends of what only grows, to see whether anything happened.
CREATE VIEW mark AS SELECT
    (SELECT coalesce(max(key), 0) FROM log) AS log,
    (SELECT coalesce(max(key), 0) FROM subject) AS subject,
    (SELECT coalesce(max(key), 0) FROM screening) AS screening,
    (SELECT coalesce(max(key), 0) FROM sweep) AS sweep;

-- Where subjects stand and what was done about them, whoever has the case: for the accounting.
CREATE VIEW alert_of AS SELECT key AS alert, subject FROM alert;
CREATE VIEW standing AS SELECT key, at, alert, state FROM log WHERE alert IS NOT NULL AND state IS NOT NULL;
CREATE VIEW disposed AS SELECT key, at, subject, detail FROM log WHERE kind = 'disposed' AND revision IS NOT NULL;

-- Our side of a case, with whose the case and whose the subject is.
CREATE VIEW case_subject AS
    SELECT c.alert, c.tenant, coalesce((SELECT t.tenant FROM tenant_source t WHERE t.source = s.source), 'default') AS owner,
           s.key, s.source, s.external, s.version, v.hash, v.body, s.registered, s.retired, s.erased
    FROM desk_case c JOIN alert a ON a.key = c.alert JOIN subject s ON s.key = a.subject
    JOIN subject_version v ON v.subject = s.key AND v.version = s.version;

-- The cases that one tenant offers to another, with why, and what they rest on.
CREATE VIEW offer AS
    SELECT c.alert, c.tenant, c.offered, a.subject, a.state, a.opened, a.cause, l.at, l.actor,
           coalesce((SELECT d.body FROM log_data d WHERE d.entry = l.key), l.detail) AS detail,
           s.key, s.source, s.external, s.version, v.hash, v.body, s.registered, s.retired, s.erased
    FROM desk_case c JOIN alert a ON a.key = c.alert JOIN subject s ON s.key = a.subject
    JOIN subject_version v ON v.subject = s.key AND v.version = s.version
    JOIN log l ON l.key = (SELECT max(o.key) FROM log o WHERE o.alert = c.alert AND o.kind = 'offered')
    WHERE c.offered IS NOT NULL;
CREATE VIEW offered_leg AS
    SELECT c.tenant, c.offered, g.* FROM desk_case c JOIN leg g ON g.alert = c.alert WHERE c.offered IS NOT NULL;

-- How many other tenants have an open or confirmed case about the same listed party. Which these are stays within.
CREATE VIEW elsewhere AS
    SELECT c.alert, c.tenant,
           (SELECT count(DISTINCT o.tenant) FROM leg m JOIN leg g INDEXED BY leg_entry ON g.list = m.list AND g.entry = m.entry
            JOIN alert a ON a.key = g.alert JOIN desk_case o ON o.alert = g.alert
            WHERE m.alert = c.alert AND o.tenant <> c.tenant AND a.state IN ('open', 'under-review', 'confirmed')) AS tenants
    FROM desk_case c;
";

const MOMENTS: &str = "
-- A queue by due date goes along the moments at which alerts were raised, and looks at what stands beside them here.
CREATE INDEX alert_moment ON alert (state, opened, key, score, tenant);
-- How many cases each tenant has is counted by it.
CREATE INDEX desk_case_tenant ON desk_case (tenant);
-- Two other indexes begin with the state.
DROP INDEX alert_state;
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
        step.take(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests;

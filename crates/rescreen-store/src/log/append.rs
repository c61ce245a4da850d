//! Appending to the log.

use std::cell::RefMut;

use jiff::Timestamp;
use rescreen_audit::{Commitment, Frontier, Hash, Record, Salt, Statement, leaf_hash, root};
use rescreen_desk::Revision;
use rescreen_model::ContentHash;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::{DEFAULT_TENANT, KEPT_FROM};
use crate::{AlertState, Cause, StoreError, SubjectKey, Writer, form};

/// What happened, on its way into the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewEvent<'a> {
    pub(crate) at: Timestamp,
    pub(crate) kind: &'a str,
    /// Whose affair it is; where nobody says, that of the alert, else everybody's.
    pub(crate) tenant: Option<&'a str>,
    pub(crate) actor: Option<&'a str>,
    pub(crate) role: Option<&'a str>,
    pub(crate) subject: Option<SubjectKey>,
    pub(crate) alert: Option<i64>,
    pub(crate) state: Option<AlertState>,
    pub(crate) revision: Option<Revision>,
    pub(crate) detail: Detail<'a>,
}

/// The details of an event, as JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Detail<'a> {
    /// They may be known for good.
    Open(&'a str),
    /// They go when the subject is erased; `open` is what stays.
    Sealed { open: &'a str, full: &'a str },
}

/// What stays of details that say nothing once they are gone.
pub(crate) const NOTHING: &str = "{\"change\":\"\"}";

/// Where the log ends.
#[derive(Debug)]
pub(crate) struct Head {
    frontier: Frontier,
    last: Hash,
    at: i64,
}

impl Head {
    pub(crate) fn load(connection: &Connection) -> Result<Self, StoreError> {
        let row: (i64, Vec<u8>, [u8; 32], i64) = connection
            .prepare_cached("SELECT size, roots, last, at FROM log_head")?
            .query_row([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        let (size, roots, last, at) = row;
        let (roots, rest) = roots.as_chunks::<32>();
        let damaged = |detail: String| StoreError::Damaged { detail };
        if !rest.is_empty() {
            return Err(damaged("the end of the log is cut".to_owned()));
        }
        let size = u64::try_from(size).unwrap_or_default();
        let roots = roots.iter().map(|root| Hash(*root)).collect();
        Ok(Self {
            frontier: Frontier::resume(size, roots)
                .map_err(|e| damaged(format!("the end of the log: {e}")))?,
            last: Hash(last),
            at,
        })
    }

    pub(crate) fn save(&self, connection: &Connection) -> Result<(), StoreError> {
        let roots: Vec<u8> = self.frontier.roots().iter().flat_map(|r| r.0).collect();
        connection
            .prepare_cached("UPDATE log_head SET size = ?1, roots = ?2, last = ?3, at = ?4")?
            .execute(params![
                self.frontier.size() as i64,
                roots,
                self.last.0,
                self.at
            ])?;
        Ok(())
    }

    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    pub(crate) fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// When the last entry was made; nothing in an empty log.
    pub(crate) fn at(&self) -> Option<i64> {
        (self.size() > 0).then_some(self.at)
    }
}

/// Random bytes that a commitment is salted with.
pub(crate) fn salt() -> Result<Salt, StoreError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| StoreError::Random {
        detail: e.to_string(),
    })?;
    Ok(Salt(bytes))
}

/// Begins the log. `taken_over` events that were kept before there was a chain follow as they were found.
pub(crate) fn begin(
    connection: &Connection,
    head: &mut Head,
    at: Timestamp,
    taken_over: u64,
) -> Result<(), StoreError> {
    let change = match taken_over {
        0 => "the log starts here".to_owned(),
        n => format!("the log starts here; {n} earlier events follow as they were found"),
    };
    let detail = json!({ "change": change, "taken_over": taken_over }).to_string();
    let start = NewEvent {
        at,
        kind: "log-started",
        tenant: Some(DEFAULT_TENANT),
        actor: None,
        role: None,
        subject: None,
        alert: None,
        state: None,
        revision: None,
        detail: Detail::Open(&detail),
    };
    put(connection, head, &start)
}

/// Appends an event; the first one ever comes behind the entry that says where the log starts.
pub(crate) fn append(
    connection: &Connection,
    head: &mut Head,
    event: &NewEvent<'_>,
) -> Result<(), StoreError> {
    if head.size() == 0 {
        begin(connection, head, event.at, 0)?;
    }
    put(connection, head, event)
}

fn put(connection: &Connection, head: &mut Head, event: &NewEvent<'_>) -> Result<(), StoreError> {
    let of_alert: Option<String> = match (event.tenant, event.alert) {
        (None, Some(alert)) => connection
            .prepare_cached("SELECT tenant FROM desk_case WHERE alert = ?1")?
            .query_row(params![alert], |row| row.get(0))
            .optional()?,
        _ => None,
    };
    let tenant = event.tenant.or(of_alert.as_deref());
    let (detail, sealed) = match event.detail {
        Detail::Open(detail) => (detail, None),
        Detail::Sealed { open, full } if open == full => (open, None),
        Detail::Sealed { open, full } => (open, Some((salt()?, full))),
    };
    let commitment = sealed.map(|(salt, full)| Commitment::new(&salt, full.as_bytes()));
    let statement = Statement {
        // Whatever the clock says, the log does not run backwards.
        at: head
            .at()
            .map_or(i64::MIN, |at| at)
            .max(event.at.as_microsecond()),
        kind: event.kind,
        tenant: tenant.unwrap_or(DEFAULT_TENANT),
        actor: event.actor,
        role: event.role,
        subject: event.subject.map(|key| key.0),
        alert: event.alert,
        state: event.state.map(AlertState::as_str),
        revision: event.revision.map(|revision| revision.0 as i64),
        detail,
        commitment,
    };
    let record = Record::new(head.size(), head.last, statement.to_bytes());
    connection
        .prepare_cached(
            "INSERT INTO log (key, at, kind, tenant, actor, role, subject, alert, state, revision, detail, commitment, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            record.index as i64,
            statement.at,
            statement.kind,
            statement.tenant,
            statement.actor,
            statement.role,
            statement.subject,
            statement.alert,
            statement.state,
            statement.revision,
            statement.detail,
            statement.commitment.map(|c| c.0.0),
            record.hash.0,
        ])?;
    if let Some((salt, full)) = sealed {
        connection
            .prepare_cached("INSERT INTO log_data (entry, salt, body) VALUES (?1, ?2, ?3)")?
            .execute(params![record.index as i64, salt.0, full])?;
    }
    let mut complete = Vec::new();
    head.frontier
        .push_telling(record.hash, |level, place, root| {
            if level >= KEPT_FROM {
                complete.push((level, place, root));
            }
        });
    for (level, place, root) in complete {
        connection
            .prepare_cached("INSERT INTO log_node (level, place, hash) VALUES (?1, ?2, ?3)")?
            .execute(params![level, place as i64, root.0])?;
    }
    head.last = record.hash;
    head.at = statement.at;
    Ok(())
}

/// A version of a subject, as the log binds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The subject.
    pub subject: SubjectKey,
    /// The version.
    pub version: i64,
    /// What binds its content and the answer about it.
    pub commitment: Commitment,
}

/// What of a version of a subject is bound: who it is, what it said, and what was answered.
pub(crate) fn bound_text(subject: SubjectKey, version: i64, body: &[u8], answer: &str) -> String {
    let content = ContentHash::of_bytes(body);
    let answer = ContentHash::of_bytes(answer.as_bytes());
    format!(
        "{{\"subject\":{},\"version\":{version},\"content\":\"{content}\",\"answer\":\"{answer}\"}}",
        subject.0
    )
}

/// The root over the commitments of one registration, by subject and version.
pub(crate) fn bound_root(bound: impl IntoIterator<Item = Commitment>) -> Hash {
    let leaves: Vec<Hash> = bound.into_iter().map(|c| leaf_hash(&c.0.0)).collect();
    root(&leaves)
}

impl Writer<'_> {
    /// Appends to the log. Everything that is logged goes through here.
    pub(crate) fn append(&self, event: &NewEvent<'_>) -> Result<(), StoreError> {
        append(self.connection(), &mut *self.head()?, event)
    }

    /// The place in the log that the next event gets.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn next_entry(&self) -> Result<u64, StoreError> {
        // The first event comes behind the start.
        Ok(self.head()?.size().max(1))
    }

    /// A time that is not before anything in the log, whatever the clock says.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn not_before_the_log(&self, now: Timestamp) -> Result<Timestamp, StoreError> {
        // The log counts microseconds, so nothing that is kept beside it may count finer.
        let now = now.as_microsecond();
        let last = self.head()?.at();
        crate::read::timestamp(last.map_or(now, |last| last.max(now)))
    }

    /// Logs what nobody did or whoever runs the program; with the state of the alert from here on, where that is this
    /// event's to say. What it says of a subject goes when that is erased.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn log(
        &self,
        at: Timestamp,
        kind: &str,
        subject: Option<SubjectKey>,
        alert: Option<(i64, Option<AlertState>)>,
        detail: &Cause,
    ) -> Result<(), StoreError> {
        let full = form::encode_cause(detail)?;
        self.append(&NewEvent {
            at,
            kind,
            tenant: None,
            actor: None,
            role: None,
            subject,
            alert: alert.map(|(key, _)| key),
            state: alert.and_then(|(_, state)| state),
            revision: None,
            detail: of_subject(subject, &full),
        })
    }

    /// Logs what a person did that is no step of a case, or was refused. What it says of a subject goes when that is
    /// erased.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn log_by(
        &self,
        at: Timestamp,
        kind: &str,
        by: By<'_>,
        about: (Option<SubjectKey>, Option<i64>),
        detail: &Cause,
    ) -> Result<(), StoreError> {
        let full = form::encode_cause(detail)?;
        self.append(&NewEvent {
            at,
            kind,
            tenant: by.tenant,
            actor: by.user,
            role: by.role,
            subject: about.0,
            alert: about.1,
            state: None,
            revision: None,
            detail: of_subject(about.0, &full),
        })
    }

    /// Logs what a person did to a subject in words that stay when the subject is erased.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn log_for_good(
        &self,
        at: Timestamp,
        kind: &str,
        by: By<'_>,
        subject: SubjectKey,
        detail: &Cause,
    ) -> Result<(), StoreError> {
        self.append(&NewEvent {
            at,
            kind,
            tenant: by.tenant,
            actor: by.user,
            role: by.role,
            subject: Some(subject),
            alert: None,
            state: None,
            revision: None,
            detail: Detail::Open(&form::encode_cause(detail)?),
        })
    }

    /// Logs what whoever runs the program did to lists, tokens and the like.
    pub(crate) fn log_operation(
        &self,
        at: Timestamp,
        kind: &str,
        by: By<'_>,
        detail: &Cause,
    ) -> Result<(), StoreError> {
        let operator = self.operator();
        let by = By {
            user: by.user.or(operator),
            ..by
        };
        self.log_by(at, kind, by, (None, None), detail)
    }

    /// Logs that versions of subjects were taken in, and binds them. Gives the place of the entry.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn log_registration(
        &self,
        at: Timestamp,
        source: &str,
        (registered, updated): (u64, u64),
        bound: &mut [Bound],
    ) -> Result<u64, StoreError> {
        bound.sort_unstable_by_key(|b| (b.subject, b.version));
        let root = bound_root(bound.iter().map(|b| b.commitment));
        let entry = self.next_entry()?;
        let detail = json!({
            "change": format!("{registered} registered, {updated} changed"),
            "source": source,
            "versions": bound.len(),
            "root": root.to_string(),
        })
        .to_string();
        self.append(&NewEvent {
            at,
            kind: "subjects-registered",
            tenant: None,
            actor: self.operator(),
            role: None,
            subject: None,
            alert: None,
            state: None,
            revision: None,
            detail: Detail::Open(&detail),
        })?;
        Ok(entry)
    }

    fn head(&self) -> Result<RefMut<'_, Head>, StoreError> {
        let mut head = self.head_cell().borrow_mut();
        if head.is_none() {
            *head = Some(Head::load(self.connection())?);
        }
        RefMut::filter_map(head, Option::as_mut).map_err(|_| StoreError::Damaged {
            detail: "the end of the log".to_owned(),
        })
    }
}

/// Who did something, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct By<'a> {
    /// The person.
    pub user: Option<&'a str>,
    /// Where they work.
    pub tenant: Option<&'a str>,
    /// In which role.
    pub role: Option<&'a str>,
}

fn of_subject(subject: Option<SubjectKey>, full: &str) -> Detail<'_> {
    match subject {
        Some(_) => Detail::Sealed {
            open: NOTHING,
            full,
        },
        None => Detail::Open(full),
    }
}

//! The desk: cases as the fold of their events, people, and the desk's policy.

use std::{collections::BTreeMap, ops::RangeInclusive};

use jiff::Timestamp;
use rescreen_desk::{
    Case, CaseId, Change, DispositionKind, Event, Outcome, Revision, Role, Score, State, TenantId,
    UserId,
};
use rescreen_model::EntityId;
use rusqlite::{Row, params};

use crate::{
    AlertRow, AlertState, Register, StoreError, SubjectKey, SubjectRow, Writer,
    form::{self, EventColumns},
    log::{Detail, NewEvent},
    read::timestamp,
};

/// How far people are with an alert: its case in columns, which are nothing but the fold of the case's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The alert.
    pub alert: i64,
    /// Whose it is.
    pub tenant: TenantId,
    /// The listed party that it was raised for; empty after erasure.
    pub party: EntityId,
    /// The hash of the evidence it was raised with.
    pub evidence: [u8; 32],
    /// Where the case stands.
    pub state: State,
    /// How many events it has seen.
    pub revision: Revision,
    /// Whose work it is.
    pub assignee: Option<UserId>,
    /// What was decided and still is.
    pub outcome: Option<Outcome>,
    /// Since when that holds.
    pub decided: Option<Timestamp>,
    /// When the clearance ends by itself.
    pub expires: Option<Timestamp>,
    /// Until when it is set aside, be that over or not.
    pub snoozed: Option<Timestamp>,
    /// Until when the person concerned is owed an answer.
    pub disputed: Option<Timestamp>,
    /// How often it was escalated.
    pub escalation: u32,
    /// The tenant that it is offered to and that has not answered.
    pub offered: Option<TenantId>,
}

/// A person who works at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The person.
    pub name: UserId,
    /// Where they work.
    pub tenant: TenantId,
    /// What they are there.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
}

/// The desk's policy from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskPolicyRow {
    /// When it came into force.
    pub at: Timestamp,
    /// Its stored form.
    pub body: String,
    /// Who set it.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// Which alerts are asked for; `None` asks for any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Where the alert stands.
    pub state: Option<AlertState>,
    /// How far the case is.
    pub case: Option<State>,
    /// Whose work it is.
    pub assignee: Option<UserId>,
    /// What was decided and still is.
    pub outcome: Option<Outcome>,
    /// Only those with a lower number than this: the next page.
    pub before: Option<i64>,
}

/// What had happened to an alert by a moment, as far as that is told without details.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    /// Where it stood, if anything had said so.
    pub state: Option<AlertState>,
    /// How many events of its case there were.
    pub steps: u64,
    /// Whether something happened to it later.
    pub goes_on: bool,
}

impl AlertState {
    /// Whether the case of an alert that stands so may have come that far.
    pub fn may_be(self, case: State) -> bool {
        match case {
            State::New | State::Assigned | State::Reopened => self == Self::Open,
            State::InReview | State::Proposed => self == Self::UnderReview,
            State::Withdrawn => self == Self::Withdrawn,
            State::Decided => {
                matches!(self, Self::Released | Self::Confirmed | Self::Unresolved)
            }
        }
    }

    /// Where an alert stands whose case is this.
    pub fn of(case: &Case) -> Self {
        let outcome = case.decision().map(|decision| decision.proposal.outcome);
        match (case.state(), outcome) {
            (State::New | State::Assigned | State::Reopened, _) => Self::Open,
            (State::InReview | State::Proposed, _) => Self::UnderReview,
            (State::Withdrawn, _) => Self::Withdrawn,
            (State::Decided, Some(Outcome::FalsePositive)) => Self::Released,
            (State::Decided, Some(Outcome::TrueMatch)) => Self::Confirmed,
            (State::Decided, Some(Outcome::Inconclusive | Outcome::NeedsInformation) | None) => {
                Self::Unresolved
            }
        }
    }
}

const CASE: &str = "SELECT c.alert, c.tenant, c.party, c.evidence, c.state, c.revision, c.assignee, c.outcome, c.decided,
    c.expires, c.snoozed, c.disputed, c.escalation, c.offered FROM desk_case c";

impl Register<'_> {
    /// How far people are with an alert; `None` where there is none of that number.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn case_row(&self, alert: i64) -> Result<Option<CaseRow>, StoreError> {
        let sql = format!("{CASE} WHERE c.alert = ?1");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query(params![alert])?;
        rows.next()?.map(case_row).transpose()
    }

    /// How far people are with the alerts from one number to another.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn case_rows(
        &self,
        alerts: RangeInclusive<i64>,
    ) -> Result<BTreeMap<i64, CaseRow>, StoreError> {
        let sql = format!("{CASE} WHERE c.alert BETWEEN ?1 AND ?2");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query(params![alerts.start(), alerts.end()])?;
        let mut cases = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let case = case_row(row)?;
            cases.insert(case.alert, case);
        }
        Ok(cases)
    }

    /// The cases that hold a decision, by alert; with a moment only those whose clearance ends until then.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn decided_cases(&self, ending: Option<Timestamp>) -> Result<Vec<CaseRow>, StoreError> {
        // What ends is looked for with every command, so by the index of what ends.
        let condition = match ending {
            Some(_) => "c.expires <= ?1 AND",
            None => "?1 IS NULL AND",
        };
        let sql = format!(
            "{CASE} WHERE {condition} c.outcome IS NOT NULL AND c.state = 'decided' ORDER BY c.alert"
        );
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query(params![ending.map(Timestamp::as_microsecond)])?;
        let mut cases = Vec::new();
        while let Some(row) = rows.next()? {
            cases.push(case_row(row)?);
        }
        Ok(cases)
    }

    /// The case of an alert, folded from its events. `score` is the best that the alert has.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails, or the events are not those of a case.
    pub fn case(
        &self,
        row: &CaseRow,
        alert: &AlertRow,
        subject: &SubjectRow,
        score: rescreen_match::Score,
    ) -> Result<Case, StoreError> {
        let mut case = self.new_case(row, alert, subject);
        case.score = Score(u16::try_from(score.basis_points()).unwrap_or(u16::MAX));
        for event in self.case_events(alert.key)? {
            case.apply(&event).map_err(|e| StoreError::Damaged {
                detail: format!("the case of alert {}: {e}", alert.key),
            })?;
        }
        Ok(case)
    }

    /// The case of an alert before anything happened to it, without a score.
    pub fn new_case(&self, row: &CaseRow, alert: &AlertRow, subject: &SubjectRow) -> Case {
        let subject = format!("{}/{}", subject.source, subject.external);
        Case::new(
            CaseId::new(&alert.key.to_string()),
            row.tenant.clone(),
            (EntityId::new(&subject), row.party.clone()),
            Score::default(),
            row.evidence,
            alert.opened,
        )
    }

    /// What happened to the case of an alert, in order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails, or the events are not those of a case.
    pub fn case_events(&self, alert: i64) -> Result<Vec<Event>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT revision, at, actor, detail FROM event
             WHERE alert = ?1 AND revision IS NOT NULL ORDER BY revision",
        )?;
        let mut rows = statement.query(params![alert])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            let (actor, detail): (Option<String>, String) = (row.get(2)?, row.get(3)?);
            let columns = EventColumns {
                revision: row.get(0)?,
                at: timestamp(row.get(1)?)?,
                actor: actor.as_deref(),
            };
            events.push(form::decode_case_event(&detail, columns)?);
        }
        Ok(events)
    }

    /// Alerts that the filter lets through, newest first, each with its case.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn alerts_where(
        &self,
        filter: &AlertFilter,
        limit: usize,
    ) -> Result<Vec<AlertRow>, StoreError> {
        // The states are indexed; conditions that are not asked for are left out so that the index is used.
        let mut sql = "SELECT a.key, a.subject, a.state, a.opened, a.cause
             FROM alert a JOIN desk_case c ON c.alert = a.key WHERE a.key < ?5"
            .to_owned();
        let state = filter.state.map(AlertState::as_str);
        let case = filter.case.map(state_word);
        let assignee = filter.assignee.as_ref().map(UserId::as_str);
        let outcome = filter.outcome.map(Outcome::name);
        for (is_asked, condition) in [
            (state.is_some(), " AND a.state = ?1"),
            (case.is_some(), " AND c.state = ?2"),
            (assignee.is_some(), " AND c.assignee = ?3"),
            (outcome.is_some(), " AND c.outcome = ?4"),
        ] {
            if is_asked {
                sql.push_str(condition);
            }
        }
        sql.push_str(" ORDER BY a.key DESC LIMIT ?6");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let before = filter.before.unwrap_or(i64::MAX);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![state, case, assignee, outcome, before, limit])?;
        let mut alerts = Vec::new();
        while let Some(row) = rows.next()? {
            alerts.push(crate::register::alert(row)?);
        }
        Ok(alerts)
    }

    /// What had happened by a moment to the alerts from one number to another, in one reading.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn passed(
        &self,
        at: Timestamp,
        alerts: RangeInclusive<i64>,
    ) -> Result<BTreeMap<i64, Passed>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT alert, at, state, revision FROM event
             WHERE alert BETWEEN ?1 AND ?2 ORDER BY alert, key",
        )?;
        let mut rows = statement.query(params![alerts.start(), alerts.end()])?;
        let mut passed: BTreeMap<i64, Passed> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let of_alert = passed.entry(row.get(0)?).or_default();
            if timestamp(row.get(1)?)? > at {
                of_alert.goes_on = true;
                continue;
            }
            let state: Option<String> = row.get(2)?;
            of_alert.state = state
                .and_then(|word| AlertState::parse(&word))
                .or(of_alert.state);
            let revision: Option<i64> = row.get(3)?;
            of_alert.steps += u64::from(revision.is_some());
        }
        Ok(passed)
    }

    /// What was last done about subjects until a moment.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn last_dispositions(
        &self,
        at: Timestamp,
    ) -> Result<BTreeMap<SubjectKey, DispositionKind>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT e.subject, e.detail FROM disposed e WHERE e.at <= ?1 ORDER BY e.key",
        )?;
        let mut rows = statement.query(params![at.as_microsecond()])?;
        let mut found = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let detail: String = row.get(1)?;
            if let rescreen_desk::Change::Did(rescreen_desk::Action::Dispose(disposition)) =
                form::decode_case_change(&detail)?
            {
                found.insert(SubjectKey(row.get(0)?), disposition.kind);
            }
        }
        Ok(found)
    }

    /// The numbers of a subject's alerts.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn alerts_of_subject(&self, subject: SubjectKey) -> Result<Vec<AlertRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT key, subject, state, opened, cause FROM alert WHERE subject = ?1 ORDER BY key",
        )?;
        let mut rows = statement.query(params![subject.0])?;
        let mut alerts = Vec::new();
        while let Some(row) = rows.next()? {
            alerts.push(crate::register::alert(row)?);
        }
        Ok(alerts)
    }

    /// The people who work at the desk, in name order.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT name, tenant, role, since FROM desk_user ORDER BY name")?;
        let mut rows = statement.query([])?;
        let mut users = Vec::new();
        while let Some(row) = rows.next()? {
            let (name, tenant, role): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            users.push(UserRow {
                name: UserId::new(&name),
                tenant: TenantId::new(&tenant),
                role: Role::parse(&role).ok_or_else(|| unknown("role", &role))?,
                since: timestamp(row.get(3)?)?,
            });
        }
        Ok(users)
    }

    /// The desk's policy in force at a moment; `None` where none was ever set.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn desk_policy(&self, at: Timestamp) -> Result<Option<DeskPolicyRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT at, body, author, reason FROM desk_policy WHERE at <= ?1 ORDER BY key DESC LIMIT 1",
        )?;
        let mut rows = statement.query(params![at.as_microsecond()])?;
        rows.next()?
            .map(|row| {
                Ok(DeskPolicyRow {
                    at: timestamp(row.get(0)?)?,
                    body: row.get(1)?,
                    author: row.get(2)?,
                    reason: row.get(3)?,
                })
            })
            .transpose()
    }
}

impl Writer<'_> {
    /// Makes the case of an alert that was just raised for a party.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn open_case(
        &self,
        alert: i64,
        tenant: &TenantId,
        party: &str,
        evidence: [u8; 32],
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO desk_case (alert, tenant, party, evidence, state, revision, escalation)
                 VALUES (?1, ?2, ?3, ?4, 'new', 0, 0)",
            )?
            .execute(params![alert, tenant.as_str(), party, evidence])?;
        self.set_alert_tenant(alert, tenant)
    }

    /// Keeps with the alert whose its case is.
    fn set_alert_tenant(&self, alert: i64, tenant: &TenantId) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE alert SET tenant = ?2 WHERE key = ?1 AND tenant <> ?2")?
            .execute(params![alert, tenant.as_str()])?;
        Ok(())
    }

    /// Appends the events of a case to the log; `case` is the case with them applied.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn append_case(
        &self,
        alert: i64,
        subject: SubjectKey,
        case: &Case,
        events: &[Event],
    ) -> Result<(), StoreError> {
        let state = AlertState::of(case);
        // Each event is the affair of whoever had the case then.
        let mut tenant = events.iter().find_map(|event| match &event.change {
            Change::Received { from, .. } => Some(from),
            _ => None,
        });
        for event in events {
            if let Change::Received { to, .. } = &event.change {
                tenant = Some(to);
            }
            let by = event.by.as_ref();
            let open = form::encode_case_event(&event.redacted())?;
            let full = form::encode_case_event(event)?;
            self.append(&NewEvent {
                at: event.at,
                kind: event.change.name(),
                tenant: Some(tenant.unwrap_or(&case.tenant).as_str()),
                actor: by.map(|actor| actor.user.as_str()),
                role: by.map(|actor| actor.role.name()),
                subject: Some(subject),
                alert: Some(alert),
                // The events of one command belong together: only the last says where the alert stands.
                state: (event.revision == case.revision()).then_some(state),
                revision: Some(event.revision),
                detail: Detail::Sealed {
                    open: &open,
                    full: &full,
                },
            })?;
        }
        let decision = case.decision();
        let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
        self.connection()
            .prepare_cached(
                "UPDATE desk_case SET state = ?2, revision = ?3, assignee = ?4, outcome = ?5, decided = ?6,
                 expires = ?7, snoozed = ?8, disputed = ?9, escalation = ?10, tenant = ?11, offered = ?12
                 WHERE alert = ?1",
            )?
            .execute(params![
                alert,
                state_word(case.state()),
                case.revision().0 as i64,
                case.assignee().map(UserId::as_str),
                decision.map(|d| d.proposal.outcome.name()),
                micros(decision.map(|d| d.at)),
                micros(decision.and_then(|d| d.expires_at)),
                micros(case.snoozed_until()),
                micros(case.disputed_until()),
                case.escalation(),
                case.tenant.as_str(),
                case.offered_to().map(TenantId::as_str),
            ])?;
        self.set_alert_tenant(alert, &case.tenant)?;
        self.set_alert_state(alert, state)
    }

    /// Puts a person at the desk, or in another role or tenant.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn put_user(&self, user: &UserRow) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO desk_user (name, tenant, role, since) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET tenant = excluded.tenant, role = excluded.role, since = excluded.since",
            params![
                user.name.as_str(),
                user.tenant.as_str(),
                user.role.name(),
                user.since.as_microsecond()
            ],
        )?;
        Ok(())
    }

    /// Takes a person from the desk. What they did stays in the log.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn remove_user(&self, name: &UserId) -> Result<(), StoreError> {
        self.connection().execute(
            "DELETE FROM desk_user WHERE name = ?1",
            params![name.as_str()],
        )?;
        Ok(())
    }

    /// Sets the desk's policy.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn set_desk_policy(&self, policy: &DeskPolicyRow) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO desk_policy (at, body, author, reason) VALUES (?1, ?2, ?3, ?4)",
            params![
                policy.at.as_microsecond(),
                policy.body,
                policy.author,
                policy.reason
            ],
        )?;
        Ok(())
    }
}

/// The word for a state in the store: its name without spaces.
pub fn state_word(state: State) -> &'static str {
    match state {
        State::InReview => "in-review",
        other => other.name(),
    }
}

/// The state of a word.
pub fn parse_state(word: &str) -> Option<State> {
    State::ALL.into_iter().find(|s| state_word(*s) == word)
}

fn unknown(what: &str, word: &str) -> StoreError {
    StoreError::Damaged {
        detail: format!("there is no {what} '{word}'"),
    }
}

fn case_row(row: &Row<'_>) -> Result<CaseRow, StoreError> {
    let moment = |column: usize| -> Result<Option<Timestamp>, StoreError> {
        let stored: Option<i64> = row.get(column)?;
        stored.map(timestamp).transpose()
    };
    let text = |column: usize| -> Result<String, StoreError> { Ok(row.get(column)?) };
    let (state, outcome): (String, Option<String>) = (text(4)?, row.get(7)?);
    let assignee: Option<String> = row.get(6)?;
    let revision: i64 = row.get(5)?;
    Ok(CaseRow {
        alert: row.get(0)?,
        tenant: TenantId::new(&text(1)?),
        party: EntityId::new(&text(2)?),
        evidence: row.get(3)?,
        state: parse_state(&state).ok_or_else(|| unknown("state", &state))?,
        revision: Revision(u64::try_from(revision).unwrap_or_default()),
        assignee: assignee.as_deref().map(UserId::new),
        outcome: outcome
            .map(|word| Outcome::parse(&word).ok_or_else(|| unknown("outcome", &word)))
            .transpose()?,
        decided: moment(8)?,
        expires: moment(9)?,
        snoozed: moment(10)?,
        disputed: moment(11)?,
        escalation: row.get(12)?,
        offered: row
            .get::<_, Option<String>>(13)?
            .map(|tenant| TenantId::new(&tenant)),
    })
}

//! Alerts as a queue: a part of them, sorted, with how many there are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_desk::{State, UserId};
use rescreen_match::Score;
use rusqlite::{params_from_iter, types::Value};

use super::{AlertRow, AlertState, Register, SubjectKey, read::alert};
use crate::{StoreError, state_word};

/// Which alerts are asked for; what is not said lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// Those in this state.
    pub state: Option<AlertState>,
    /// Those with a leg in the list of this key.
    pub list: Option<i64>,
    /// Those with a leg about this entry.
    pub entry: Option<String>,
    /// Those about this subject.
    pub subject: Option<SubjectKey>,
    /// Those whose best leg has at least this score.
    pub least: Score,
    /// Those whose case is this far.
    pub case: Option<State>,
    /// Those that are this person's work.
    pub assignee: Option<UserId>,
    /// Those that are nobody's work.
    pub is_unassigned: bool,
    /// Those that were raised before this moment.
    pub before: Option<Timestamp>,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QueueOrder {
    /// Raised last first.
    #[default]
    Newest,
    /// Raised first first.
    Oldest,
    /// The best score first; equal scores newest first.
    Strongest,
}

impl QueueFilter {
    /// The condition on alert `a`, with what stands for its question marks.
    fn condition(&self, with_state: bool) -> (String, Vec<Value>) {
        let mut parts = vec!["TRUE"];
        let mut values: Vec<Value> = Vec::new();
        if let (true, Some(state)) = (with_state, self.state) {
            parts.push("a.state = ?");
            values.push(state.as_str().to_owned().into());
        }
        if self.least > Score::ZERO {
            parts.push("a.score >= ?");
            values.push(i64::from(self.least.basis_points()).into());
        }
        if let Some(subject) = self.subject {
            parts.push("a.subject = ?");
            values.push(subject.0.into());
        }
        if let Some(before) = self.before {
            parts.push("a.opened < ?");
            values.push(before.as_microsecond().into());
        }
        if let Some(case) = self.case {
            parts.push("a.key IN (SELECT c.alert FROM desk_case c WHERE c.state = ?)");
            values.push(state_word(case).to_owned().into());
        }
        if let Some(assignee) = &self.assignee {
            parts.push("a.key IN (SELECT c.alert FROM desk_case c WHERE c.assignee = ?)");
            values.push(assignee.as_str().to_owned().into());
        }
        if self.is_unassigned {
            parts.push(
                "a.key NOT IN (SELECT c.alert FROM desk_case c WHERE c.assignee IS NOT NULL)",
            );
        }
        match (self.list, &self.entry) {
            (None, None) => {}
            (Some(list), None) => {
                parts.push("a.key IN (SELECT g.alert FROM leg g WHERE g.list = ?)");
                values.push(list.into());
            }
            (Some(list), Some(entry)) => {
                parts.push("a.key IN (SELECT g.alert FROM leg g WHERE g.list = ? AND g.entry = ?)");
                values.extend([list.into(), entry.clone().into()]);
            }
            (None, Some(entry)) => {
                parts.push(
                    "a.key IN (SELECT g.alert FROM list l JOIN leg g ON g.list = l.key AND g.entry = ?)",
                );
                values.push(entry.clone().into());
            }
        }
        (parts.join(" AND "), values)
    }
}

impl Register<'_> {
    /// Alerts that the filter lets through, in an order, from the `skip`th on, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn queue(
        &self,
        filter: &QueueFilter,
        order: QueueOrder,
        skip: u64,
        limit: u64,
    ) -> Result<Vec<AlertRow>, StoreError> {
        let (condition, mut values) = filter.condition(true);
        let order = match order {
            QueueOrder::Newest => "a.key DESC",
            QueueOrder::Oldest => "a.key",
            QueueOrder::Strongest => "a.score DESC, a.key DESC",
        };
        values.extend([limit, skip].map(|n| Value::from(i64::try_from(n).unwrap_or(i64::MAX))));
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT a.key, a.subject, a.state, a.opened, a.cause FROM alert a
             WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?"
        ))?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut alerts = Vec::new();
        while let Some(row) = rows.next()? {
            alerts.push(alert(row)?);
        }
        Ok(alerts)
    }

    /// How many alerts the filter lets through in each state. Which state it asks for does not matter.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn queue_counts(
        &self,
        filter: &QueueFilter,
    ) -> Result<BTreeMap<AlertState, u64>, StoreError> {
        let (condition, values) = filter.condition(false);
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT a.state, count(*) FROM alert a WHERE {condition} GROUP BY a.state"
        ))?;
        let rows = statement.query_map(params_from_iter(values), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        let mut counts = BTreeMap::new();
        for row in rows {
            let (state, count) = row?;
            if let Some(state) = AlertState::parse(&state) {
                counts.insert(state, u64::try_from(count).unwrap_or_default());
            }
        }
        Ok(counts)
    }

    /// The last numbers of the log, the subjects, the screenings and the ledger.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn mark(&self) -> Result<[i64; 4], StoreError> {
        let last = |table: &str| -> Result<i64, StoreError> {
            let sql = format!("SELECT coalesce(max(key), 0) FROM {table}");
            let mut statement = self.connection.prepare_cached(&sql)?;
            Ok(statement.query_row([], |row| row.get(0))?)
        };
        Ok([
            last("event")?,
            last("subject")?,
            last("screening")?,
            last("sweep")?,
        ])
    }

    /// The number of the newest alert; 0 where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn newest_alert(&self) -> Result<i64, StoreError> {
        Ok(self
            .connection
            .query_row("SELECT coalesce(max(key), 0) FROM alert", [], |row| {
                row.get(0)
            })?)
    }
}

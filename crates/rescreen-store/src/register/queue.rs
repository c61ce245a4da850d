//! Alerts as a queue: a part of them, sorted, with how many there are.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
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
    /// Those of which an answer was due before a moment.
    pub overdue: Option<Overdue>,
}

/// What makes an answer overdue: a dispute says when it is due, for everything else the time since it was raised does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// The moment.
    pub at: Timestamp,
    /// The time that people have.
    pub within: SignedDuration,
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
    /// What is due first, where people have so much time; what waits for nobody comes last, newest first.
    Due(SignedDuration),
}

/// So many alerts of a state are counted at most where a filter is at work.
pub const MOST_COUNTED: u64 = 10_000;

/// Alerts of which somebody says by when they are to be answered.
const DISPUTED: &str = "a.key IN (SELECT c.alert FROM desk_case c WHERE c.disputed IS NOT NULL)";

/// Which index a query is led to, where the database knows too little of what is in the tables to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// That of scores.
    ByScore,
    /// That of moments, along which others are looked at until enough are found.
    ByMoment,
}

impl QueueFilter {
    /// Whether so few are asked for that they are better sorted than looked for in an order.
    fn is_of_few(&self) -> bool {
        self.subject.is_some()
    }

    /// The condition on alert `a`, with what stands for its question marks.
    fn condition(&self, with_state: bool, way: Way) -> (String, Vec<Value>) {
        let mut parts = vec!["TRUE"];
        let mut values: Vec<Value> = Vec::new();
        if let (true, Some(state)) = (with_state, self.state) {
            parts.push(if self.is_of_few() {
                "+a.state = ?"
            } else {
                "a.state = ?"
            });
            values.push(state.as_str().to_owned().into());
        }
        if self.least > Score::ZERO {
            parts.push(match way {
                Way::ByScore => "a.score >= ?",
                Way::ByMoment => "+a.score >= ?",
            });
            values.push(i64::from(self.least.basis_points()).into());
        }
        if let Some(subject) = self.subject {
            parts.push("a.subject = ?");
            values.push(subject.0.into());
        }
        if let Some(Overdue { at, within }) = self.overdue {
            // The first condition says nothing that the others do not: it is one by which an index can be searched.
            parts.push(
                "a.state IN ('open', 'under-review') AND a.opened < max(?, coalesce(
                     (SELECT max(d.opened) + 1 FROM desk_case c CROSS JOIN alert d ON d.key = c.alert WHERE c.disputed < ?), 0))
                 AND (a.key IN (SELECT c.alert FROM desk_case c WHERE c.disputed < ?)
                     OR a.opened < ? AND a.key NOT IN (SELECT c.alert FROM desk_case c WHERE c.disputed IS NOT NULL))",
            );
            let opened = at.checked_sub(within).unwrap_or(Timestamp::MIN);
            let moments = [opened, at, at, opened];
            values.extend(moments.map(|moment| Value::from(moment.as_microsecond())));
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
                // Most alerts have one, so those shown are looked up, not all listed.
                parts.push("EXISTS (SELECT 1 FROM leg g WHERE g.list = ? AND g.alert = a.key)");
                values.push(list.into());
            }
            // The table itself, of which a tenant's view has no index: what it names beyond the tenant's alerts is none of
            // those that are asked for.
            (Some(list), Some(entry)) => {
                parts.push("a.key IN (SELECT g.alert FROM main.leg g INDEXED BY leg_entry WHERE g.list = ? AND g.entry = ?)");
                values.extend([list.into(), entry.clone().into()]);
            }
            (None, Some(entry)) => {
                // The few lists first: by them the index of entries is searched instead of read.
                parts.push(
                    "a.key IN (SELECT g.alert FROM list l CROSS JOIN main.leg g INDEXED BY leg_entry ON g.list = l.key AND g.entry = ?)",
                );
                values.push(entry.clone().into());
            }
        }
        (parts.join(" AND "), values)
    }
}

/// Some of the alerts, which an index has in order; two terms say where each stands among all.
struct Run {
    from: &'static str,
    first: String,
    then: String,
    which: String,
    sorted: &'static str,
}

/// Whether people are to answer an alert in that state.
fn is_waiting(state: AlertState) -> bool {
    matches!(state, AlertState::Open | AlertState::UnderReview)
}

/// Those of one state, apart from which an index has no order.
fn of_state(state: AlertState) -> String {
    format!("a.state = '{}'", state.as_str())
}

/// By when an answer is due: a dispute says when, for everything else the moment at which it was raised does. Runs that the
/// filter lets nothing of through are left out.
fn by_due(within: SignedDuration, filter: &QueueFilter) -> Vec<Run> {
    let within = i64::try_from(within.as_micros()).unwrap_or(i64::MAX / 2);
    let mut runs = Vec::new();
    let asked = |state: &AlertState| filter.state.is_none_or(|asked| asked == *state);
    for state in AlertState::ALL.into_iter().filter(asked) {
        let of_state = of_state(state);
        if is_waiting(state) {
            runs.push(Run {
                from: "desk_case j CROSS JOIN alert a ON a.key = j.alert",
                first: "0".to_owned(),
                then: "j.disputed".to_owned(),
                which: format!("{of_state} AND j.disputed IS NOT NULL"),
                sorted: "two, key",
            });
            runs.push(Run {
                from: "alert a",
                first: "0".to_owned(),
                then: format!("a.opened + {within}"),
                which: format!("{of_state} AND NOT {DISPUTED}"),
                sorted: "a.opened, a.key",
            });
        } else if filter.overdue.is_none() {
            runs.push(Run {
                from: "alert a",
                first: "1".to_owned(),
                then: "-a.key".to_owned(),
                which: of_state,
                sorted: "a.key DESC",
            });
        }
    }
    runs
}

/// By score, where the index has each state apart.
fn by_state() -> [Run; AlertState::ALL.len()] {
    AlertState::ALL.map(|state| Run {
        from: "alert a",
        first: "-a.score".to_owned(),
        then: "-a.key".to_owned(),
        which: of_state(state),
        sorted: "a.score DESC, a.key DESC",
    })
}

fn bound(n: u64) -> Value {
    Value::from(i64::try_from(n).unwrap_or(i64::MAX))
}

/// The query for alerts in an order, with what stands for its question marks.
fn query(filter: &QueueFilter, order: QueueOrder, skip: u64, limit: u64) -> (String, Vec<Value>) {
    let way = match order {
        QueueOrder::Due(_) => Way::ByMoment,
        _ => Way::ByScore,
    };
    let (condition, values) = filter.condition(true, way);
    let found = (condition.as_str(), values.as_slice());
    let sorted = match order {
        QueueOrder::Newest => "a.key DESC",
        QueueOrder::Oldest => "a.key",
        QueueOrder::Strongest if filter.state.is_none() && !filter.is_of_few() => {
            return merged(found, &by_state(), skip, limit);
        }
        QueueOrder::Strongest => "a.score DESC, a.key DESC",
        QueueOrder::Due(within) => {
            let mut runs = by_due(within, filter);
            if filter.is_of_few() {
                for run in &mut runs {
                    run.which.insert(0, '+');
                }
            }
            return merged(found, &runs, skip, limit);
        }
    };
    let sql = format!(
        "SELECT a.key, a.subject, a.state, a.opened, a.cause FROM alert a
             WHERE {condition} ORDER BY {sorted} LIMIT ? OFFSET ?"
    );
    let values = values.into_iter().chain([limit, skip].map(bound));
    (sql, values.collect())
}

/// The same from runs that are each in order already, so that nothing is sorted that is not shown.
fn merged(
    (condition, values): (&str, &[Value]),
    runs: &[Run],
    skip: u64,
    limit: u64,
) -> (String, Vec<Value>) {
    let columns = "a.key AS key, a.subject AS subject, a.state AS state, a.opened AS opened, a.cause AS cause";
    let parts = runs.iter().map(|run| {
        let Run {
            from,
            first,
            then,
            which,
            sorted,
        } = run;
        format!(
            "SELECT * FROM (SELECT {columns}, {first} AS one, {then} AS two FROM {from}
                 WHERE {condition} AND {which} ORDER BY {sorted} LIMIT ?)"
        )
    });
    let sql = format!(
        "SELECT key, subject, state, opened, cause FROM ({}) ORDER BY one, two, key LIMIT ? OFFSET ?",
        parts.collect::<Vec<_>>().join(" UNION ALL ")
    );
    let mut all = Vec::new();
    for _ in runs {
        all.extend_from_slice(values);
        all.push(bound(skip.saturating_add(limit)));
    }
    all.extend([limit, skip].map(bound));
    (sql, all)
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
        if filter.overdue.is_some() && filter.state.is_some_and(|state| !is_waiting(state)) {
            // Nothing is due of what waits for nobody.
            return Ok(Vec::new());
        }
        let (sql, values) = query(filter, order, skip, limit);
        self.queued(&sql, values.into_iter())
    }

    fn queued(
        self,
        sql: &str,
        values: impl Iterator<Item = Value>,
    ) -> Result<Vec<AlertRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut alerts = Vec::new();
        while let Some(row) = rows.next()? {
            alerts.push(alert(row)?);
        }
        Ok(alerts)
    }

    /// How many alerts the filter lets through in each state. Which state it asks for does not matter. Where it asks for
    /// anything else, a state is counted up to [`MOST_COUNTED`] only: beyond that nobody pages.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn queue_counts(
        &self,
        filter: &QueueFilter,
    ) -> Result<BTreeMap<AlertState, u64>, StoreError> {
        let (condition, values) = filter.condition(false, Way::ByScore);
        let is_plain = values.is_empty() && !filter.is_unassigned;
        let mut counts = BTreeMap::new();
        for state in AlertState::ALL {
            let most = if is_plain { u64::MAX } else { MOST_COUNTED };
            let mut statement = self.connection.prepare_cached(&format!(
                "SELECT count(*) FROM (SELECT 1 FROM alert a WHERE a.state = ? AND {condition} LIMIT ?)"
            ))?;
            let named = Value::from(state.as_str().to_owned());
            let all = [named].into_iter().chain(values.clone());
            let count: i64 = statement
                .query_row(params_from_iter(all.chain([bound(most)])), |row| row.get(0))?;
            counts.insert(state, u64::try_from(count).unwrap_or_default());
        }
        counts.retain(|_, count| *count > 0);
        Ok(counts)
    }

    /// The last numbers of the log, the subjects, the screenings and the ledger.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn mark(&self) -> Result<[i64; 4], StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT log, subject, screening, sweep FROM mark")?;
        Ok(statement.query_row([], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
        })?)
    }

    /// The number of the newest alert; 0 where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn newest_alert(&self) -> Result<i64, StoreError> {
        Ok(self.connection.query_row(
            "SELECT coalesce((SELECT key FROM alert ORDER BY key DESC LIMIT 1), 0)",
            [],
            |row| row.get(0),
        )?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    /// What the database would do for a query, line by line.
    fn plan(store: &Store, (sql, values): (String, Vec<Value>)) -> String {
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let mut statement = store.connection().prepare(&sql).unwrap();
        let rows = statement.query_map(params_from_iter(values), |row| row.get::<_, String>(3));
        let lines: Vec<String> = rows.unwrap().map(Result::unwrap).collect();
        lines.join("\n")
    }

    /// Of many alerts only some are looked at, whatever is asked for: no other index is walked from end to end.
    #[test]
    fn a_queue_is_searched_by_the_index_that_fits_what_is_asked_for() {
        let within = SignedDuration::from_hours(48);
        let overdue = Some(Overdue {
            at: Timestamp::UNIX_EPOCH,
            within,
        });
        let state = Some(AlertState::Open);
        let due = QueueOrder::Due(within);
        let subject = QueueFilter {
            subject: Some(SubjectKey(7)),
            ..QueueFilter::default()
        };
        let least = QueueFilter {
            least: Score::from_basis_points(9_000),
            ..QueueFilter::default()
        };
        let late = QueueFilter {
            overdue,
            ..QueueFilter::default()
        };
        let folder = tempfile::tempdir().unwrap();
        for tenant in [None, Some("default"), Some("north")] {
            let store = match tenant {
                None => Store::open(folder.path()).unwrap(),
                Some(tenant) => Store::open_for(folder.path(), tenant).unwrap(),
            };
            for (filter, order, by, not) in [
                (
                    &subject,
                    QueueOrder::Strongest,
                    "alert_subject (subject=?)",
                    "alert_score",
                ),
                (&subject, due, "alert_subject (subject=?)", "alert_moment"),
                (
                    &subject,
                    QueueOrder::Newest,
                    "alert_subject (subject=?)",
                    "alert_state_key",
                ),
                (&least, due, "alert_moment (state=?)", "alert_score"),
                (&late, due, "alert_moment (state=? AND opened<?)", "SCAN a"),
                (
                    &QueueFilter::default(),
                    due,
                    "alert_moment (state=?)",
                    "SCAN a",
                ),
                (
                    &QueueFilter::default(),
                    QueueOrder::Strongest,
                    "alert_score (state=?)",
                    "SCAN a",
                ),
            ] {
                for state in [None, state] {
                    let filter = QueueFilter {
                        state,
                        ..filter.clone()
                    };
                    let plan = plan(&store, query(&filter, order, 0, 50));
                    assert!(plan.contains(by), "{tenant:?} {filter:?} {order:?}: {plan}");
                    assert!(
                        !plan.contains(not),
                        "{tenant:?} {filter:?} {order:?}: {plan}"
                    );
                }
            }
        }
    }
}

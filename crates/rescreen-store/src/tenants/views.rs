//! The views that stand before the tables of a connection opened for a tenant.

use rusqlite::Connection;

use crate::{DEFAULT_TENANT, StoreError};

/// What of a source's column a tenant owns; `OWN` stands for it in the views below.
fn own(tenant: &str) -> String {
    let tenant = quoted(tenant);
    if tenant == quoted(DEFAULT_TENANT) {
        format!("NOT IN (SELECT t.source FROM main.tenant_source t WHERE t.tenant <> {tenant})")
    } else {
        format!("IN (SELECT t.source FROM main.tenant_source t WHERE t.tenant = {tenant})")
    }
}

/// A text as SQL writes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The condition that stands for a row of a subject's that is the tenant's.
const OF_SUBJECT: &str =
    "EXISTS (SELECT 1 FROM main.subject s WHERE s.key = r.subject AND s.source OWN)";

/// The condition that stands for a row of an alert's whose case is the tenant's.
const OF_CASE: &str =
    "EXISTS (SELECT 1 FROM main.desk_case c WHERE c.alert = r.alert AND c.tenant = TENANT)";

/// What a connection opened for a tenant shows of each name; `r` is the row. What is not asked for by a condition of
/// the tenant must not be searched by one either, so the unary plus keeps indexes for what queries ask.
const SHOWN: &[(&str, &str)] = &[
    ("tenant", "r.name = TENANT"),
    ("tenant_source", "r.tenant = TENANT"),
    ("subject", "+r.source OWN"),
    ("subject_version", OF_SUBJECT),
    ("absence", OF_SUBJECT),
    ("screening", OF_SUBJECT),
    ("subject_hold", OF_SUBJECT),
    ("desk_case", "+r.tenant = TENANT"),
    ("alert", "+r.tenant = TENANT"),
    ("leg", OF_CASE),
    // What an alert rested on before belongs to whoever the subject belongs to.
    ("leg_past", "OF_CASE AND OF_SUBJECT"),
    ("attachment", "+r.tenant = TENANT AND OF_CASE"),
    ("desk_user", "r.tenant = TENANT"),
    ("access_token", "r.tenant = TENANT"),
    ("webhook", "r.tenant = TENANT"),
    (
        "delivery",
        "EXISTS (SELECT 1 FROM main.webhook w WHERE w.key = r.webhook AND w.tenant = TENANT)",
    ),
    ("log", "+r.tenant = TENANT"),
    (
        "log_data",
        "EXISTS (SELECT 1 FROM main.log l WHERE l.key = r.entry AND l.tenant = TENANT)",
    ),
    ("event", "+r.tenant = TENANT"),
    // Where each of the own subjects stands, whoever has the case.
    (
        "standing",
        "EXISTS (SELECT 1 FROM main.alert a JOIN main.subject s ON s.key = a.subject
                 WHERE a.key = r.alert AND s.source OWN)",
    ),
    ("alert_of", OF_SUBJECT),
    ("disposed", OF_SUBJECT),
    ("elsewhere", "+r.tenant = TENANT"),
    // One's own subjects, and those of one's own cases, whoever they belong to.
    ("case_subject", "(r.tenant = TENANT OR r.owner = TENANT)"),
    // What is offered to one, and what one offers.
    ("offer", "(r.tenant = TENANT OR r.offered = TENANT)"),
    ("offered_leg", "(r.tenant = TENANT OR r.offered = TENANT)"),
];

/// The names that belong to everybody: lists and what they said, the rules of the house, the ledger of sweeps, and what
/// of the log proves without telling.
#[cfg(test)]
pub(super) const EVERYBODYS: &[&str] = &[
    "list",
    "list_version",
    "record",
    "entry_span",
    "held_entry",
    "finding",
    "observation",
    "fetch_state",
    "edition",
    "cut",
    "sweep",
    "register_policy",
    "desk_policy",
    "retention",
    "log_head",
    "log_node",
    "log_leaf",
    "checkpoint",
    "mark",
    // Numbers of subjects, and how many all of them are.
    "segment",
    "segment_outdated",
    "roll",
];

/// Has a connection show what is a tenant's, and nothing else; it cannot write any more.
pub(crate) fn restrict(connection: &Connection, tenant: &str) -> Result<(), StoreError> {
    let views = SHOWN.iter().map(|(name, condition)| {
        let condition = condition
            .replace("OF_CASE", OF_CASE)
            .replace("OF_SUBJECT", OF_SUBJECT)
            .replace("OWN", &own(tenant))
            .replace("TENANT", &quoted(tenant));
        format!("CREATE TEMP VIEW {name} AS SELECT r.* FROM main.{name} r WHERE {condition};")
    });
    let views: Vec<String> = views.collect();
    let sql = format!("{}\nPRAGMA query_only = ON;", views.join("\n"));
    Ok(connection.execute_batch(&sql)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Store;

    fn names(connection: &Connection, of: &str) -> BTreeSet<String> {
        let sql = format!(
            "SELECT name FROM {of} WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        );
        let mut statement = connection.prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    fn opened(tenant: &str) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_for(folder.path(), tenant).unwrap();
        (folder, store)
    }

    #[test]
    fn every_table_is_everybodys_or_before_a_view() {
        let (_folder, store) = opened("north");
        let all = names(store.connection(), "main.sqlite_schema");
        let everybodys: BTreeSet<String> = EVERYBODYS.iter().map(ToString::to_string).collect();
        let shown = names(store.connection(), "temp.sqlite_schema");
        let known: BTreeSet<String> = everybodys.union(&shown).cloned().collect();
        assert_eq!(all, known);
        assert!(everybodys.is_disjoint(&shown));
    }

    #[test]
    fn a_store_of_a_tenant_reads_and_the_writer_knows_whose_it_is() {
        for tenant in ["default", "north", "o'hara"] {
            let (_folder, mut store) = opened(tenant);
            for name in SHOWN.iter().map(|(name, _)| name) {
                let rows: i64 = store
                    .connection()
                    .query_row(&format!("SELECT count(*) FROM {name}"), [], |row| {
                        row.get(0)
                    })
                    .unwrap();
                assert_eq!(rows, 0, "{name}");
            }
            let wrote = store.connection().execute("DELETE FROM main.subject", []);
            assert!(wrote.is_err(), "what reads does not write");
            assert_eq!(store.write().unwrap().tenant(), Some(tenant));
        }
    }

    /// What the database would do for a query, line by line.
    fn plan(store: &Store, sql: &str) -> Vec<String> {
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let mut statement = store.connection().prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| row.get(3)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn what_is_asked_for_is_still_found_by_its_index() {
        for tenant in ["default", "north"] {
            let (_folder, store) = opened(tenant);
            for (sql, by) in [
                (
                    "SELECT * FROM alert WHERE key = 7",
                    "INTEGER PRIMARY KEY (rowid=?)",
                ),
                (
                    "SELECT * FROM subject WHERE source = 'a' AND external = 'b'",
                    "(source=? AND external=?)",
                ),
                (
                    "SELECT * FROM subject WHERE key > 7 ORDER BY key LIMIT 9",
                    "INTEGER PRIMARY KEY (rowid>?)",
                ),
                (
                    "SELECT * FROM subject_version WHERE subject = 7 AND version = 1",
                    "(subject=? AND version=?)",
                ),
                (
                    "SELECT * FROM alert WHERE state = 'open' ORDER BY key DESC LIMIT 9",
                    "alert_state_key",
                ),
                (
                    "SELECT * FROM alert WHERE state = 'open' ORDER BY score DESC, key DESC LIMIT 9",
                    "alert_score",
                ),
                ("SELECT * FROM alert WHERE subject = 7", "alert_subject"),
                ("SELECT * FROM leg WHERE alert = 7", "leg_alert"),
                ("SELECT * FROM log WHERE alert = 7", "log_alert"),
                (
                    "SELECT alert, at FROM event WHERE alert BETWEEN 7 AND 9 ORDER BY alert, key",
                    "log_alert",
                ),
                (
                    "SELECT * FROM event WHERE key > 7 ORDER BY key LIMIT 9",
                    "INTEGER PRIMARY KEY (rowid>?)",
                ),
                (
                    "SELECT * FROM case_subject WHERE alert = 7",
                    "INTEGER PRIMARY KEY (rowid=?)",
                ),
                (
                    "SELECT tenants FROM elsewhere WHERE alert = 7",
                    "leg_entry (list=? AND entry=?)",
                ),
                (
                    "SELECT * FROM screening WHERE subject = 7",
                    "screening_subject",
                ),
            ] {
                let plan = plan(&store, sql);
                assert!(
                    plan.iter().any(|line| line.contains(by)),
                    "{sql}: {plan:#?}"
                );
                let scans = |line: &&String| {
                    line.starts_with("SCAN")
                        || line.contains("MATERIALIZE")
                        || line.contains("CO-ROUTINE")
                };
                // The sources that were given away are few, and read once.
                let scans = plan.iter().filter(scans).filter(|line| *line != "SCAN t");
                let scans: Vec<&String> =
                    scans.filter(|line| !line.contains("USING INDEX")).collect();
                assert!(scans.is_empty(), "{sql}: {plan:#?}");
            }
        }
    }
}

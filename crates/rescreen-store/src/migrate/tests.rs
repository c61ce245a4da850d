//! Stores as older programs left them, written by the statements those programs had.

use rescreen_desk::{Action, Change};
use rusqlite::Connection;

use super::*;
use crate::{Store, SubjectKey};

/// A database of an older format.
fn older(format: usize) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for step in &STEPS[..format] {
        step.take(&connection).unwrap();
    }
    connection
        .pragma_update(None, "user_version", format as i64)
        .unwrap();
    connection
}

fn tables(connection: &Connection) -> Vec<String> {
    let mut statement = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_store_of_every_older_format_becomes_the_newest() {
    let mut fresh = Connection::open_in_memory().unwrap();
    migrate(&mut fresh).unwrap();
    for format in 0..STEPS.len() {
        let mut connection = older(format);
        if format > 0 {
            let list = "INSERT INTO list (name, spec, created) VALUES ('kept', '{}', 0)";
            connection.execute_batch(list).unwrap();
        }
        migrate(&mut connection).unwrap();
        assert_eq!(tables(&connection), tables(&fresh));
        let kept: i64 = connection
            .query_row("SELECT count(*) FROM list", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, i64::from(format > 0));
    }
}

/// The format that brought the log.
const LOG_CAME: usize = 7;

/// Events as the formats 2 to 6 wrote them; the desk came with format 4, the log with format 7.
const REGISTER: &str = include_str!("../../testdata/v1/events-of-format-2.sql");
const DESK: &str = include_str!("../../testdata/v1/events-of-format-4.sql");

#[test]
fn the_log_starts_where_an_older_store_ends_and_holds_what_that_had() {
    for format in 2..LOG_CAME {
        let has_desk = format >= 4;
        let connection = older(format);
        connection.execute_batch(REGISTER).unwrap();
        if has_desk {
            connection.execute_batch(DESK).unwrap();
        }
        let before: i64 = connection
            .query_row("SELECT count(*) FROM event", [], |row| row.get(0))
            .unwrap();
        let store = Store::of_connection(connection).unwrap();
        assert_eq!(store.verify_log().unwrap(), before as u64 + 1);
        let start = store.log().row(0).unwrap().unwrap();
        assert_eq!(start.kind, "log-started");
        let said =
            format!("the log starts here; {before} earlier events follow as they were found");
        assert!(start.detail.contains(&said), "{}", start.detail);

        // What was known of a living subject is known, and can be erased now; what was erased before stays so.
        let register = store.register();
        let events = register.events_of_subject(SubjectKey(1)).unwrap();
        assert_eq!(events[0].kind, "raised");
        assert!(events[0].detail.contains("2026-01-01-abcdef"));
        let open = store.log().row(1).unwrap().unwrap();
        assert_eq!(open.detail, "{\"change\":\"\"}");
        assert!(open.commitment.is_some());
        let erased = register.events_of_subject(SubjectKey(2)).unwrap();
        let details: Vec<&str> = erased.iter().map(|event| event.detail.as_str()).collect();
        assert_eq!(
            details,
            [
                "{\"change\":\"erased\"}",
                "{\"change\":\"erased by ada: a law\"}"
            ]
        );
        if has_desk {
            let case = register.case_events(1).unwrap();
            let note = Change::Did(Action::Note {
                text: "seen on Monday".to_owned(),
            });
            assert_eq!(case[1].change, note);
            let row = store.log().row(5).unwrap().unwrap();
            assert_eq!(
                (
                    row.tenant.as_str(),
                    row.actor.as_deref(),
                    row.role.as_deref()
                ),
                ("default", Some("ann"), Some("analyst"))
            );
            assert!(!row.detail.contains("Monday"), "{}", row.detail);
        }
    }
}

#[test]
fn a_new_store_has_an_empty_log_and_the_database_keeps_it() {
    let mut store = Store::in_memory().unwrap();
    assert_eq!(store.verify_log().unwrap(), 0);
    let writer = store.write().unwrap();
    let cause = crate::Cause {
        change: "tried".to_owned(),
        ..crate::Cause::default()
    };
    let at = jiff::Timestamp::from_second(1_767_225_600).unwrap();
    writer.log(at, "sample", None, None, &cause).unwrap();
    writer.commit().unwrap();
    assert_eq!(store.verify_log().unwrap(), 2);
    for sql in ["UPDATE log SET kind = 'other'", "DELETE FROM log"] {
        let error = store.connection().execute_batch(sql).unwrap_err();
        assert!(error.to_string().contains("the log"), "{error}");
    }
    assert_eq!(store.verify_log().unwrap(), 2);
}

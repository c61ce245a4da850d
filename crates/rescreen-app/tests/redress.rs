//! What a person concerned can ask for: to see everything, to contest it, to correct it, to be forgotten; and what may
//! stand against that.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::io::Cursor;

use common::unlimited;
use jiff::{Timestamp, ToSpan};
use rescreen_app::{
    AlertState, App, AppError, HoldRequest, How, Incoming, Input, NewRetention, Request, Store,
    UpdateRequest,
    audit::{LogFilter, LogRow},
};
use rescreen_desk::{Action, Basis, Facts, Outcome, Proposal, ReasonCode, Role, State};
use rescreen_model::{Entity, ListName, Property, Schema};

fn day(n: i64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    start.checked_add((24 * n).hours()).unwrap()
}

fn person(id: &str, name: &str, born: &str) -> Entity {
    let mut entity = Entity::new(id, Schema::Person);
    entity.add(Property::Name, name);
    entity.add(Property::BirthDate, born);
    entity
}

/// A desk with four people, and Anselm, who is met by an entry with his birth date.
fn desk() -> App {
    let mut app = App::new(Store::in_memory().unwrap());
    let list = ListName::parse("demo").unwrap();
    app.add_list(&list, unlimited(), day(0)).unwrap();
    list_says(&mut app, ANSELM, 0);
    for (name, role) in [
        ("ada", Role::Admin),
        ("ann", Role::Analyst),
        ("ben", Role::Approver),
        ("vic", Role::Viewer),
    ] {
        app.add_user(name, role, "default", "ada", day(0)).unwrap();
    }
    register(
        &mut app,
        &[person("1", "Anselm Wackerbarth", "1961-04-23")],
        1,
    );
    app
}

const ANSELM: &str = "{\"id\":\"demo-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Anselm Wackerbarth\"],\"birthDate\":[\"1961-04-23\"]}}\n";

fn list_says(app: &mut App, text: &str, at: i64) {
    let request = UpdateRequest {
        list: &ListName::parse("demo").unwrap(),
        inputs: vec![Input::new("x.json", Cursor::new(text.to_owned()))],
        published: Some(day(at)),
        last_modified: None,
        clock: &|| day(at),
        how: How::Whole,
        fetched: Vec::new(),
        edition: None,
        noted: Vec::new(),
    };
    app.update_list(request, &mut |_| {}).unwrap();
}

fn register(app: &mut App, people: &[Entity], at: i64) {
    let incoming: Vec<Incoming> = people
        .iter()
        .map(|subject| Incoming {
            subject: subject.clone(),
        })
        .collect();
    let mut registration = app.registration("crm").unwrap();
    app.register(&mut registration, incoming, day(at)).unwrap();
}

fn request(by: &str, action: Action) -> Request {
    Request {
        alert: 1,
        by: by.to_owned(),
        expected: None,
        key: None,
        action,
        relied: Vec::new(),
    }
}

fn decide(app: &mut App, outcome: Outcome, code: &str, at: i64) {
    let proposal = Proposal {
        outcome,
        reason: ReasonCode::new(code),
        text: "as far as can be seen".to_owned(),
        basis: Basis::Identity,
        facts: Facts::default(),
    };
    app.act(&request("ann", Action::Propose(proposal)), day(at))
        .unwrap();
    if app.alert(1).unwrap().case.state == State::Proposed {
        app.act(&request("ben", Action::Approve), day(at)).unwrap();
    }
}

fn hold(by: &str, until: Option<Timestamp>) -> HoldRequest {
    HoldRequest {
        subject: "crm/1".to_owned(),
        by: by.to_owned(),
        reason: "case 7 of the court".to_owned(),
        until,
    }
}

fn last(app: &App) -> LogRow {
    let mut newest = app.log_entries(&LogFilter::default(), None, 1).unwrap();
    newest.remove(0)
}

fn why(error: Result<impl std::fmt::Debug, AppError>) -> String {
    match error {
        Err(AppError::Refused(why) | AppError::Forbidden(why)) => why,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn a_dispute_takes_every_case_up_again_with_a_deadline() {
    let mut app = desk();
    decide(&mut app, Outcome::TrueMatch, "same-person", 2);
    let refused = why(app.dispute("crm/1", "vic", ("it is not me", None), None, day(3)));
    assert!(refused.contains("viewer may not dispute"), "{refused}");
    assert_eq!(
        (&*last(&app).kind, last(&app).subject.is_some()),
        ("refused", true)
    );

    let alerts = app
        .dispute("crm/1", "ann", ("it is not me", None), None, day(3))
        .unwrap();
    let case = &alerts[0].case;
    assert_eq!(
        (case.state, case.disputed),
        (State::Reopened, Some(day(33)))
    );
    let late = app.dispute("crm/1", "ann", ("it is not me", Some(day(1))), None, day(3));
    assert!(why(late).contains("a deadline lies after"));

    // Whom nobody has alerted can contest as well.
    register(&mut app, &[person("2", "Casimir Zlotnik", "1970")], 4);
    assert_eq!(
        app.dispute("crm/2", "ann", ("stop it", None), None, day(5))
            .unwrap()
            .len(),
        0
    );
    assert_eq!(last(&app).kind, "disputed");
    assert!(last(&app).full_detail().contains("stop it"));
    assert!(!last(&app).detail.contains("stop it"));

    // Sent again under its key it is one dispute, with or without a case to hold it.
    for (id, alerts) in [("crm/1", 1), ("crm/2", 0)] {
        let mut send = |reason, due, day| app.dispute(id, "ann", (reason, due), Some("k-1"), day);
        assert_eq!(
            send("once more", Some(day(50)), day(6)).unwrap().len(),
            alerts
        );
        let entries = app.log_end().unwrap().0;
        let mut send = |reason, due, day| app.dispute(id, "ann", (reason, due), Some("k-1"), day);
        for due in [Some(day(50)), None] {
            let again = send("once more", due, day(7)).unwrap();
            assert_eq!(again.len(), alerts);
            assert!(
                again
                    .iter()
                    .all(|alert| alert.case.disputed == Some(day(50)))
            );
        }
        assert_eq!(app.log_end().unwrap().0, entries);
        for (reason, due) in [("another", Some(day(50))), ("once more", Some(day(51)))] {
            let reused = app.dispute(id, "ann", (reason, due), Some("k-1"), day(8));
            assert!(why(reused).contains("the key k-1 was used"), "{reason}");
        }
    }
    app.verify_log(None).unwrap();
}

#[test]
fn a_correction_is_screened_in_the_same_step() {
    let mut app = desk();
    let wrong = person("anything", "Anselm Wackerbarth", "1961-04-23");
    let same = app.correct_subject("crm/1", wrong, "ann", "as before", day(2));
    assert!(why(same).contains("nothing to correct"));
    let right = person("anything", "Beatrix Oldenkott", "1988-01-02");
    let refused = app.correct_subject("crm/1", right.clone(), "vic", "a slip", day(2));
    assert!(why(refused).contains("vic is viewer"));
    assert_eq!(last(&app).kind, "refused");
    let row = app
        .correct_subject("crm/1", right, "ann", "a slip of the keyboard", day(2))
        .unwrap();
    assert_eq!((row.version, &*row.external), (2, "1"));
    assert_eq!(app.alert(1).unwrap().row.state, AlertState::Withdrawn);
    let told = app.log_entries(&LogFilter::default(), None, 10).unwrap();
    let kinds: Vec<&str> = told.iter().rev().map(|e| e.kind.as_str()).collect();
    assert_eq!(
        kinds[kinds.len() - 3..],
        ["corrected", "subjects-registered", "withdrawn"]
    );
    app.verify_log(None).unwrap();
}

#[test]
fn a_hold_keeps_from_erasure_and_says_why() {
    let mut app = desk();
    assert!(why(app.hold_subject(&hold("ann", None), day(2))).contains("analyst may not"));
    let first = app.hold_subject(&hold("ada", None), day(2)).unwrap();
    let second = app
        .hold_subject(&hold("ada", Some(day(9))), day(2))
        .unwrap();
    let erase = |app: &mut App, by: &str, at| app.erase_subject("crm/1", by, "asked to", day(at));
    let refused = why(erase(&mut app, "ada", 3));
    assert!(refused.contains("case 7 of the court"), "{refused}");
    let entry = last(&app);
    assert_eq!(
        (&*entry.kind, entry.actor.as_deref()),
        ("refused", Some("ada"))
    );
    assert!(
        entry
            .full_detail()
            .contains("erase subject 1: hold 1 of ada")
    );
    assert!(
        !entry.detail.contains("court"),
        "what is said of a subject can go"
    );
    // Nobody but an admin erases.
    assert!(why(erase(&mut app, "ben", 3)).contains("approver may not"));

    let which = app.lift_hold(&hold("ada", None), None, day(4));
    assert!(matches!(which, Err(AppError::Usage(_))), "{which:?}");
    let lifted = app
        .lift_hold(&hold("ada", None), Some(first.key), day(4))
        .unwrap();
    assert_eq!(lifted.lifted, Some(day(4)));
    assert!(why(erase(&mut app, "ada", 5)).contains(&format!("hold {}", second.key)));
    let none = app.lift_hold(&hold("ada", None), None, day(10));
    assert!(matches!(none, Err(AppError::NotFound(_))), "it is over");
    erase(&mut app, "ada", 10).unwrap();
    let held = app.held("erased-1", day(11)).unwrap();
    let text = format!("{held:?}");
    for secret in ["Wackerbarth", "1961", "court", "crm/1"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(why(erase_again(&mut app)).contains("erased already"));
    app.verify_log(None).unwrap();
}

fn erase_again(app: &mut App) -> Result<impl std::fmt::Debug + use<>, AppError> {
    app.erase_subject("erased-1", "ada", "again", day(12))
}

#[test]
fn an_open_dispute_keeps_from_erasure_until_it_is_answered() {
    let mut app = desk();
    decide(&mut app, Outcome::TrueMatch, "same-person", 2);
    app.dispute("crm/1", "ann", ("it is not me", None), None, day(3))
        .unwrap();
    let refused = why(app.erase_subject("crm/1", "ada", "asked to", day(4)));
    assert!(
        refused.contains("the dispute about alert 1 is open"),
        "{refused}"
    );
    assert_eq!(last(&app).kind, "refused");

    // That it left its source, and its time is over, answers nothing.
    let rule = NewRetention {
        retired_days: Some(10),
        decided_days: 0,
    };
    app.set_retention(rule, "ada", "section 8", day(4)).unwrap();
    let mut registration = app.registration("crm").unwrap();
    app.retire_missing(&mut registration, day(5)).unwrap();
    assert_eq!(app.alert(1).unwrap().case.state, State::Withdrawn);
    let purged = app.purge("ada", false, day(40)).unwrap();
    assert_eq!(purged.len(), 1);
    let kept = purged[0].kept.as_deref().unwrap();
    assert!(kept.contains("the dispute about alert 1 is open"), "{kept}");
    assert!(app.find_subject("crm/1").is_ok());

    let reopen = Action::Reopen {
        reason: "an answer is owed".to_owned(),
    };
    app.act(&request("ann", reopen), day(41)).unwrap();
    decide(&mut app, Outcome::FalsePositive, "other-person", 42);
    let purged = app.purge("ada", false, day(43)).unwrap();
    assert_eq!(purged[0].kept, None, "it is answered");
    assert!(app.find_subject("crm/1").is_err());
}

#[test]
fn a_list_that_no_longer_says_what_was_contested_answers_the_dispute() {
    let mut app = desk();
    app.dispute("crm/1", "ann", ("it is not me", None), None, day(3))
        .unwrap();
    assert!(
        app.erase_subject("crm/1", "ada", "asked to", day(4))
            .is_err()
    );
    list_says(
        &mut app,
        &ANSELM.replace("Anselm Wackerbarth", "Zebulon Quartermain"),
        5,
    );
    assert_eq!(app.alert(1).unwrap().case.state, State::Withdrawn);
    app.erase_subject("crm/1", "ada", "asked to", day(6))
        .unwrap();
}

#[test]
fn the_retention_rule_erases_whose_time_is_over_and_nobody_else() {
    let mut app = desk();
    let none = app.purge("ada", false, day(1));
    assert!(matches!(none, Err(AppError::NotFound(_))));
    let rule = NewRetention {
        retired_days: Some(30),
        decided_days: 100,
    };
    assert!(why(app.set_retention(rule, "ben", "a law", day(1))).contains("approver may not"));
    app.set_retention(rule, "ada", "a law", day(1)).unwrap();
    decide(&mut app, Outcome::FalsePositive, "other-person", 2);
    let people = [
        person("2", "Casimir Zlotnik", "1970"),
        person("3", "Dorothea Quint", "1971"),
    ];
    register(&mut app, &people, 2);
    let mut registration = app.registration("crm").unwrap();
    app.retire_missing(&mut registration, day(3)).unwrap();
    let mut keep = hold("ada", None);
    keep.subject = "crm/3".to_owned();
    app.hold_subject(&keep, day(4)).unwrap();

    assert_eq!(app.purge("ada", false, day(32)).unwrap(), []);
    let kept = |app: &mut App, only_say, at| -> Vec<(String, bool)> {
        let purged = app.purge("ada", only_say, day(at)).unwrap();
        let purged = purged.into_iter();
        purged.map(|p| (p.row.external, p.kept.is_some())).collect()
    };
    let due = |erased: bool| {
        vec![
            ("1".to_owned(), true),
            ("2".to_owned(), erased),
            ("3".to_owned(), true),
        ]
    };
    assert_eq!(kept(&mut app, true, 33), due(false));
    assert_eq!(kept(&mut app, false, 33), due(false));
    let gone = app.find_subject("crm/2");
    assert!(matches!(gone, Err(AppError::NotFound(_))));
    // The first was decided about on day 2, and is kept even against a request until 100 days are over.
    let asked = app.erase_subject("crm/1", "ada", "asked to", day(101));
    assert!(why(asked).contains("keeps whoever was decided about for 100 days"));
    assert_eq!(
        kept(&mut app, false, 102),
        [("1".to_owned(), false), ("3".to_owned(), true)]
    );
    app.verify_log(None).unwrap();
}

#[test]
fn a_file_is_kept_with_the_case_and_goes_with_the_subject() {
    let mut app = desk();
    let attach = |app: &mut App, by: &str, bytes: &[u8]| {
        app.attach(
            request(by, Action::StartReview),
            "passport.pdf",
            bytes,
            day(2),
        )
    };
    assert!(why(attach(&mut app, "vic", b"x")).contains("viewer may not attach"));
    let large = vec![0; 10 * 1024 * 1024 + 1];
    assert!(why(attach(&mut app, "ann", &large)).contains("at most 10485760 are kept"));
    assert_eq!(last(&app).kind, "refused");
    let alert = attach(&mut app, "ann", b"the bytes").unwrap();
    assert_eq!(alert.case.state, State::New);
    let file = &alert.folded.unwrap().attachments()[0].clone();
    let hash = rescreen_app::audit::Hash(file.hash).to_string();
    assert_eq!(
        hash,
        // Of these bytes, as sha256sum says.
        "ed589341c9fd5da96aaff4c5efa008226282a716186608d5a032ac75895a9c2f"
    );
    assert_eq!(app.attachment(1, &hash[..8]).unwrap().1, b"the bytes");
    for unknown in ["", "ffff"] {
        let missing = app.attachment(1, unknown);
        assert!(matches!(missing, Err(AppError::NotFound(_))));
    }
    let bare = app.act(&request("ann", Action::Attach(file.clone())), day(2));
    assert!(
        matches!(bare, Err(AppError::Usage(_))),
        "no file without its bytes"
    );
    app.erase_subject("crm/1", "ada", "asked to", day(3))
        .unwrap();
    assert!(matches!(
        app.attachment(1, &hash),
        Err(AppError::NotFound(_))
    ));
    app.verify_log(None).unwrap();
}

#[test]
fn what_needs_information_asks_again_when_its_time_is_over() {
    let mut app = desk();
    decide(&mut app, Outcome::NeedsInformation, "asked-subject", 2);
    let alert = app.alert(1).unwrap();
    assert_eq!(
        (alert.row.state, alert.case.expires),
        (AlertState::Unresolved, Some(day(16)))
    );
    app.sweep_outstanding(day(15), &mut |_| {}).unwrap();
    assert_eq!(app.alert(1).unwrap().row.state, AlertState::Unresolved);
    app.sweep_outstanding(day(16), &mut |_| {}).unwrap();
    assert_eq!(app.alert(1).unwrap().row.state, AlertState::Open);
}

#[test]
fn everything_held_is_shown_to_whoever_it_is_about() {
    let mut app = desk();
    app.act(
        &request(
            "ann",
            Action::Note {
                text: "asked for a passport".to_owned(),
            },
        ),
        day(2),
    )
    .unwrap();
    decide(&mut app, Outcome::FalsePositive, "other-person", 3);
    app.hold_subject(&hold("ada", None), day(4)).unwrap();
    let held = app.held("crm/1", day(5)).unwrap();
    assert_eq!(held.subject.versions.len(), 1);
    assert_eq!(held.subject.screenings.len(), 1);
    assert_eq!(held.suppressions.len(), 1);
    assert_eq!(held.holds.len(), 1);
    let kinds: Vec<&str> = held.log.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "raised",
            "noted",
            "review-started",
            "proposed",
            "approved",
            "decided",
            "held"
        ]
    );
    let text = format!("{held:?}");
    for said in ["asked for a passport", "as far as can be seen", "case 7"] {
        assert!(text.contains(said), "{said}");
    }
}

#[test]
fn the_alerts_of_one_subject_know_of_each_other() {
    let mut app = desk();
    assert_eq!(app.alert(1).unwrap().others, []);
    let namesake = "{\"id\":\"demo-2\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Anselm Wackerbarth\"]}}\n";
    list_says(&mut app, &format!("{ANSELM}{namesake}"), 2);
    let others = |key| -> Vec<i64> {
        let others = app.alert(key).unwrap().others.into_iter();
        others.map(|other| other.key).collect()
    };
    assert_eq!((others(1), others(2)), (vec![2], vec![1]));
}

//! What the native interface answers about a moment of the past, and what it refuses to.

use serde_json::{Value, json};

use crate::{
    native::{Caller, is_problem, serve, with_people},
    support::crowd,
};

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

#[test]
fn alerts_clearances_and_the_feed_are_answered_as_they_were() {
    let scratch = with_people();
    scratch.add_subject("7", "Anselm Wackerbarth", "1960");
    scratch.add_subject("8", "Beatrix Oldenkott", "1960");
    let raised = now();
    let act = |args: &[&str], by: &str| scratch.ok(&[&["alert"], args, &["--as", by]].concat());
    let propose = ["propose", "1", "--outcome", "false-positive"];
    act(
        &[&propose[..], &["--reason-code", "other-person"]].concat(),
        "ann",
    );
    let proposed = now();
    act(&["approve", "1"], "ben");
    let cleared = now();
    // The list changes what it says of the one, and takes the other away.
    let mut people = crowd();
    people[0].2 = "1961";
    people.remove(1);
    scratch.update_people(&people, "2026-02-01");
    let viewer = Caller::of(&scratch, "viewer", "vic");
    let serving = serve(&scratch);
    let viewer = viewer.at(&serving);

    let states = |at: &str, more: &str| -> Vec<(Value, Value, Value)> {
        let alerts = viewer.get(&format!("/v1/alerts?as_of={at}{more}"))["alerts"].clone();
        let alerts = alerts.as_array().unwrap().iter();
        alerts
            .map(|a| (a["id"].clone(), a["state"].clone(), a["revision"].clone()))
            .collect()
    };
    let line = |id: i64, state: &str, revision: u64| (json!(id), json!(state), json!(revision));
    assert_eq!(states("2020-01-01", ""), []);
    assert_eq!(
        states(&raised, ""),
        [line(2, "open", 0), line(1, "open", 0)]
    );
    assert_eq!(
        states(&proposed, "&state=under-review"),
        [line(1, "under-review", 2)]
    );
    assert_eq!(
        states(&cleared, "&outcome=false-positive"),
        [line(1, "released", 4)]
    );
    assert_eq!(
        states(&now(), ""),
        [line(2, "withdrawn", 1), line(1, "open", 5)],
        "as it is now"
    );
    // Page by page as well.
    let page = viewer.get(&format!("/v1/alerts?as_of={cleared}&limit=1"));
    assert_eq!(page["alerts"][0]["id"], 2);
    let next = page["next"].as_str().unwrap();
    let page = viewer.get(&format!("/v1/alerts?as_of={cleared}&limit=1&cursor={next}"));
    assert_eq!(
        (&page["alerts"][0]["id"], &page["next"]),
        (&json!(1), &Value::Null)
    );

    let one = viewer.ask("GET", &format!("/v1/alerts/1?as_of={cleared}"), "", "");
    assert_eq!(
        one.header("etag"),
        None,
        "nothing can be done with what it was"
    );
    let one = one.json();
    assert_eq!(
        (
            &one["case"],
            &one["decision"]["approved_by"],
            &one["past_legs"]
        ),
        (&json!("decided"), &json!("ben"), &json!([]))
    );
    let leg = &one["legs"][0];
    assert_eq!(
        (&leg["live"], &leg["properties"]["birthDate"]),
        (&json!(true), &json!(["1960"]))
    );
    assert_eq!(one["other_alerts"], json!([]));
    let now_told = viewer.get("/v1/alerts/1");
    assert_eq!(
        now_told["legs"][0]["properties"]["birthDate"],
        json!(["1961"])
    );
    let gone = viewer.get(&format!("/v1/alerts/2?as_of={cleared}"));
    assert_eq!(
        (&gone["state"], &gone["legs"][0]["live"]),
        (&json!("open"), &json!(true))
    );
    is_problem(
        &viewer.ask("GET", "/v1/alerts/1?as_of=2020-01-01", "", ""),
        404,
        "later than that",
    );
    let files = viewer.get(&format!("/v1/alerts/1/attachments?as_of={cleared}"));
    assert_eq!(files["attachments"], json!([]));

    let clearances = |at: &str| {
        let found = viewer.get(&format!("/v1/suppressions?as_of={at}"));
        found["suppressions"].as_array().unwrap().clone()
    };
    assert_eq!(clearances(&proposed), Vec::<Value>::new());
    let then = clearances(&cleared);
    assert_eq!(
        (then.len(), &then[0]["alert"], &then[0]["lapses"]),
        (1, &json!(1), &json!([]))
    );
    assert_eq!(viewer.get("/v1/suppressions")["suppressions"], json!([]));

    // A subject keeps the alerts it had, whatever happened to them last.
    let subject = viewer.get(&format!("/v1/subjects/crm/7?as_of={cleared}"));
    assert_eq!(
        (
            &subject["alerts"][0]["state"],
            &subject["alerts"][0]["legs"][0]["properties"]["birthDate"]
        ),
        (&json!("released"), &json!(["1960"]))
    );
    assert_eq!(
        viewer.get("/v1/subjects/crm/7")["alerts"][0]["state"],
        "open"
    );
    let events = viewer.get(&format!("/v1/events?as_of={raised}"));
    let events = events["events"].as_array().unwrap();
    assert!(
        events.iter().all(|event| event["kind"] == "raised"),
        "{events:?}"
    );
    assert_eq!(events.len(), 2);
}

#[test]
fn what_waits_for_a_person_is_told_as_it_was_known() {
    let scratch = with_people();
    let before = now();
    let (code, report) = scratch.update_people(&crowd()[..4], "2026-02-01");
    assert_eq!(code, 5, "it has shrunk");
    let held = now();
    let version = report["version"].as_str().unwrap();
    scratch.ok(&["list", "release", "people", version, "--reason", "it is so"]);
    let viewer = Caller::of(&scratch, "viewer", "vic");
    let serving = serve(&scratch);
    let viewer = viewer.at(&serving);
    let list = |at: &str| viewer.get(&format!("/v1/lists/people?known_at={at}"));
    let (first, then, last) = (list(&before), list(&held), viewer.get("/v1/lists/people"));
    assert_eq!(
        (&first["waiting"], &first["entries"]),
        (&Value::Null, &json!(20))
    );
    assert_eq!(first["versions"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (
            &then["waiting"]["state"],
            &then["waiting"]["release_reason"],
            &then["state"]
        ),
        (&json!("quarantined"), &Value::Null, &json!("active"))
    );
    assert_eq!(
        (&then["entries"], &last["entries"]),
        (&json!(20), &json!(4))
    );
    assert_ne!(first["last_checked"], then["last_checked"]);
    assert_ne!(
        then["last_checked"], last["last_checked"],
        "a release is a look"
    );
}

#[test]
fn what_is_not_kept_by_moment_is_refused_and_not_answered_as_it_is_now() {
    let scratch = with_people();
    scratch.add_subject("7", "Anselm Wackerbarth", "1960");
    let admin = Caller::of(&scratch, "admin", "ada");
    let serving = serve(&scratch);
    let admin = admin.at(&serving);
    for path in [
        "/v1/subjects/crm/7/export",
        "/v1/lists/people/versions/latest",
        "/v1/lists/people/diff",
        "/v1/reports/lookback",
        "/v1/screenings/1/replay",
        "/v1/audit/key",
        "/v1/audit/proof",
        "/v1/events/stream",
    ] {
        let answer = admin.ask("GET", &format!("{path}?as_of=2026-01-01"), "", "");
        is_problem(&answer, 422, "what it was then is not kept");
    }
    let act = admin.post(
        "/v1/alerts/1/note?as_of=2026-01-01",
        &json!({ "text": "x" }),
    );
    is_problem(&act, 422, "as_of");
}

//! Who was kept out, and who wrote: what the log says of callers.

use std::{thread, time::Duration};

use serde_json::{Value, json};

use crate::{
    native::{Caller, is_problem, person, serve, with_people},
    support::{Scratch, crowd},
};

/// The refusals in the log, oldest first: who, in which role and tenant, and what.
fn refusals(scratch: &Scratch) -> Vec<(Value, Value, Value, String)> {
    let entries = scratch.json(&["audit", "ls", "--kind", "refused", "--limit", "1000"]);
    let entries = entries.as_array().unwrap().iter().rev();
    entries
        .map(|entry| {
            let change = entry["detail"]["change"].as_str().unwrap().to_owned();
            (
                entry["actor"].clone(),
                entry["role"].clone(),
                entry["tenant"].clone(),
                change,
            )
        })
        .collect()
}

#[test]
fn whoever_is_kept_out_is_in_the_log_once_however_often_they_knock() {
    let scratch = with_people();
    let viewer = Caller::of(&scratch, "viewer", "vic");
    let create = ["token", "create", "--role", "admin", "--name", "mia"];
    let theirs = scratch.json(&[&create[..], &["--tenant", "theirs", "--as", "ada"]].concat());
    let mut serving = serve(&scratch);
    let viewer = viewer.at(&serving);
    let stranger = Caller {
        address: serving.address.clone(),
        token: "rescreen_000000000000_secret".to_owned(),
    };
    let foreign = Caller {
        address: serving.address.clone(),
        token: theirs["token"].as_str().unwrap().to_owned(),
    };
    is_problem(&viewer.put("/v1/policy", "", &json!({})), 403, "for admin");
    is_problem(
        &foreign.ask("GET", "/v1/alerts", "", ""),
        403,
        "another tenant",
    );
    is_problem(
        &serving.get("/v1/subjects/crm/a-name"),
        401,
        "A token is needed",
    );
    is_problem(&stranger.ask("GET", "/v1/alerts", "", ""), 401, "not valid");
    let mut told = Vec::new();
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(100));
        told = refusals(&scratch);
        if told.len() == 4 {
            break;
        }
    }
    let line = |who: &str, role: &str, tenant: &str, change: &str| {
        let or_null = |text: &str| {
            if text.is_empty() {
                Value::Null
            } else {
                json!(text)
            }
        };
        (
            or_null(who),
            or_null(role),
            json!(tenant),
            change.to_owned(),
        )
    };
    told.sort_by(|a, b| a.3.cmp(&b.3));
    assert_eq!(
        told,
        [
            line(
                "mia",
                "admin",
                "theirs",
                "GET /v1/alerts: a token of another tenant"
            ),
            line(
                "",
                "",
                "default",
                "GET /v1/alerts: a token that is not valid"
            ),
            // The route, and not whom it is about.
            line(
                "",
                "",
                "default",
                "GET /v1/subjects/{source}/{id}: no token was shown"
            ),
            line(
                "vic",
                "viewer",
                "default",
                "PUT /v1/policy: the role may not do that"
            ),
        ]
    );
    // A flood is one entry more, and that is written when the server ends at the latest.
    for _ in 0..300 {
        assert_eq!(stranger.ask("POST", "/v1/screen", "", "{}").status, 401);
    }
    assert!(serving.signal("-TERM").success());
    let told = refusals(&scratch);
    assert_eq!(told.len(), 5, "{told:?}");
    assert_eq!(
        told[4].3,
        "POST /v1/screen: a token that is not valid; 300 such requests"
    );
    scratch.ok(&["audit", "verify"]);
}

#[test]
fn the_holder_of_the_token_is_named_for_whatever_is_written() {
    let scratch = with_people();
    let registrar = Caller::of(&scratch, "registrar", "CRM");
    let admin = Caller::of(&scratch, "admin", "ada");
    let (code, held) = scratch.update_people(&crowd()[..4], "2026-02-01");
    assert_eq!(code, 5, "it has shrunk");
    let serving = serve(&scratch);
    let (registrar, admin) = (registrar.at(&serving), admin.at(&serving));
    let put = registrar.put(
        "/v1/subjects/crm/7",
        "",
        &person("Anselm Wackerbarth", "1960"),
    );
    assert_eq!(put.status, 201);
    let version = held["version"].as_str().unwrap();
    let path = format!("/v1/lists/people/versions/{version}/release");
    let reason = json!({ "reason": "it is so" });
    assert_eq!(admin.post(&path, &reason).status, 200);
    // It is in force by now, and this is another reason.
    is_problem(
        &admin.post(&path, &json!({ "reason": "again" })),
        409,
        "not quarantined",
    );
    let last = |kind: &str| {
        let entries = scratch.json(&["audit", "ls", "--kind", kind, "--limit", "1"]);
        entries[0].clone()
    };
    assert_eq!(last("subjects-registered")["actor"], "crm");
    assert_eq!(last("swept")["actor"], "ada");
    let refused = last("refused");
    assert_eq!(refused["actor"], "ada");
    let change = refused["detail"]["change"].as_str().unwrap();
    assert!(
        change.starts_with("release a version of list people: "),
        "{change}"
    );
}

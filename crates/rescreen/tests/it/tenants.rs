//! Tenants of one home, from the command line and over HTTP.

use serde_json::{Value, json};

use crate::{
    native::Caller,
    pages::{serving, token},
    support::{Scratch, crowd},
};

/// A home of two tenants, each with one subject that the same entry may be. What is the default tenant's has `secret` in
/// it.
fn home() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    assert_eq!(scratch.update_people(&crowd(), "2026-01-01").0, 0);
    scratch.ok(&["user", "add", "ada", "--role", "admin"]);
    let as_ada = ["--as", "ada"];
    let add = ["tenant", "add", "north", "--source", "border"];
    scratch.ok(&[&add[..], &as_ada].concat());
    for (name, role, tenant) in [
        ("secret-ben", "approver", "default"),
        ("nora", "approver", "north"),
        ("nils", "analyst", "north"),
    ] {
        let add = ["user", "add", name, "--role", role, "--tenant", tenant];
        scratch.ok(&[&add[..], &as_ada].concat());
    }
    for (source, id) in [("secret-vault", "secret-7"), ("border", "own-1")] {
        let who = ["--external-id", id, "--name", "Anselm Wackerbarth"];
        scratch.ok(&[&["subject", "add", "--source", source], &who[..]].concat());
    }
    let note = ["alert", "note", "1", "--text", "secret-note"];
    scratch.ok(&[&note[..], &["--as", "secret-ben"]].concat());
    scratch
}

fn ids(alerts: &Value) -> Vec<i64> {
    let alerts = alerts.as_array().unwrap().iter();
    alerts.map(|alert| alert["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_case_goes_from_one_tenant_to_another_on_the_command_line() {
    let scratch = home();
    let ls = |args: &[&str]| ids(&scratch.json(&[&["alert", "ls"], args].concat()));
    assert_eq!(ls(&[]), [2, 1], "whoever runs the program sees all");
    assert_eq!(ls(&["--tenant", "default"]), [1]);
    assert_eq!(ls(&["--tenant", "north"]), [2]);
    let unknown = scratch.run(&["alert", "ls", "--tenant", "west"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (4, ""));

    let ours = scratch.json(&["alert", "show", "1", "--as", "secret-ben"]);
    assert_eq!(ours["elsewhere"], json!(1));
    assert_eq!(scratch.run(&["alert", "show", "1", "--as", "nora"]).code, 4);
    let offer = [
        "alert",
        "hand-over",
        "1",
        "--to",
        "north",
        "--reason",
        "theirs",
        "--as",
        "secret-ben",
    ];
    let offered = scratch.json(&offer);
    assert_eq!(offered["offered_to"], json!("north"));
    let offers = scratch.json(&["alert", "offers", "--as", "nora"]);
    assert_eq!(
        (&offers[0]["id"], &offers[0]["reason"]),
        (&json!(1), &json!("theirs"))
    );
    assert!(!offers.to_string().contains("secret-note"), "{offers}");
    // An analyst may not, and a viewer of the other side cannot.
    assert_eq!(
        scratch.run(&["alert", "accept", "1", "--as", "nils"]).code,
        5
    );
    let accepted = scratch.json(&["alert", "accept", "1", "--as", "nora"]);
    assert_eq!(
        (&accepted["case"], &accepted["tenant"]),
        (&json!("new"), &json!("north"))
    );
    let shown = scratch.json(&["alert", "show", "1", "--as", "nora"]);
    assert!(!shown.to_string().contains("secret-note"), "{shown}");
    assert_eq!(
        scratch
            .run(&["alert", "show", "1", "--as", "secret-ben"])
            .code,
        4
    );
    let subject = scratch.run(&[
        "subject",
        "show",
        "secret-vault/secret-7",
        "--tenant",
        "north",
    ]);
    assert_eq!(subject.code, 4);
    assert!(
        scratch
            .ok(&["audit", "verify"])
            .contains("as it was written")
    );
    let verify = scratch.run(&["audit", "verify", "--tenant", "north"]);
    assert_eq!(verify.code, 5, "{verify:?}");

    let tenants = scratch.json(&["tenant", "ls"]);
    let north = &tenants[1];
    assert_eq!(
        (&north["name"], &north["cases"], &north["sources"]),
        (&json!("north"), &json!(2), &json!(["border"]))
    );
    let give = [
        "tenant", "give", "border", "default", "--reason", "merged", "--as", "ada",
    ];
    assert_eq!(scratch.json(&give)["moved"], json!([2]));
    let mine = [
        "tenant", "give", "border", "north", "--reason", "back", "--as", "nora",
    ];
    assert_eq!(scratch.run(&mine).code, 5);
}

#[test]
fn who_is_listed_in_one_tenant_decides_nothing_for_others_on_the_command_line() {
    let scratch = home();
    let nan = ["user", "add", "nan", "--role", "admin", "--tenant", "north"];
    scratch.ok(&[&nan[..], &["--as", "ada"]].concat());
    let hook = ["webhook", "add", "https://ours.example/hook", "--as", "ada"];
    let hook = scratch.json(&hook)["id"].to_string();
    let token = ["token", "create", "--role", "viewer", "--as", "ada"];
    let token = scratch.json(&token)["id"].as_str().unwrap().to_owned();
    for (args, code) in [
        (vec!["webhook", "rm", &hook], 4),
        (vec!["token", "revoke", &token], 4),
        (vec!["token", "create", "--role", "admin"], 5),
        (
            vec!["list", "withdraw", "people", "p-001", "--reason", "x"],
            5,
        ),
        (
            vec!["policy", "set", "--threshold", "0.9", "--reason", "x"],
            5,
        ),
        (vec!["user", "rm", "secret-ben"], 4),
        (vec!["user", "rm", "nobody"], 4),
    ] {
        let run = scratch.run(&[&args[..], &["--as", "nan"]].concat());
        assert_eq!(run.code, code, "{args:?}: {run:?}");
        assert!(!run.err.contains("default"), "{run:?}");
    }
    let own = [
        "webhook",
        "add",
        "https://theirs.example/hook",
        "--as",
        "nan",
    ];
    scratch.ok(&own);
    let of = |tenant| scratch.json(&["webhook", "ls", "--tenant", tenant]);
    let urls = |tenant| {
        of(tenant)
            .as_array()
            .unwrap()
            .iter()
            .map(|w| w["url"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(urls("default"), [json!("https://ours.example/hook")]);
    assert_eq!(urls("north"), [json!("https://theirs.example/hook")]);
    let own = [
        "token", "create", "--role", "viewer", "--tenant", "north", "--as", "nan",
    ];
    assert_eq!(scratch.json(&own)["tenant"], json!("north"));
}

/// Every address that answers to GET, by the server's own description, with every name and number that is known.
fn addresses(description: &Value) -> Vec<String> {
    let values = |parameter: &str| -> &[&str] {
        match parameter {
            "dataset" => &["default", "people"],
            "source" => &["secret-vault", "border"],
            "name" => &["people"],
            "version" => &["latest"],
            "property" => &["name"],
            _ => &["1", "2", "3", "secret-7", "own-1", "people-1", "0"],
        }
    };
    let mut found = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        // It never ends; what it tells is the feed's.
        if methods.get("get").is_none() || path == "/v1/events/stream" {
            continue;
        }
        let mut filled = vec![path.clone()];
        while let Some(open) = filled[0].find('{') {
            let close = filled[0].find('}').unwrap();
            let parameter = filled[0][open + 1..close].to_owned();
            let with = |path: &String| -> Vec<String> {
                let put = |value: &&str| path.replace(&format!("{{{parameter}}}"), value);
                values(&parameter).iter().map(put).collect()
            };
            filled = filled.iter().flat_map(with).collect();
        }
        for path in filled {
            for query in [
                "",
                "?entry=people-1",
                "?q=Anselm",
                "?from=previous&to=latest",
                "?subject=secret-vault/secret-7",
            ] {
                found.push(format!("{path}{query}"));
            }
        }
    }
    found
}

#[test]
fn no_route_shows_anything_of_another_tenant() {
    let scratch = home();
    let mut shown = Vec::new();
    for tenant in ["north", "default"] {
        let token = token(&scratch, "nora", "admin", tenant);
        let server = serving(&scratch, &["--tenant", tenant, "--rate-limit", "0"]);
        let caller = Caller {
            address: server.address.clone(),
            token,
        };
        for path in addresses(&caller.get("/openapi.json")) {
            let answer = caller.ask("GET", &path, "", "");
            assert!(answer.status < 500, "{path}: {answer:?}");
            // A refusal repeats the name that was asked for, and some answers the question.
            let said = match path.split_once('?') {
                _ if answer.status >= 400 => String::new(),
                Some((_, query)) => answer.body.replace(query, ""),
                None => answer.body,
            };
            if tenant == "north" {
                assert!(!said.contains("secret"), "{path}: {said}");
            }
            if said.contains("secret") || said.contains("own-1") {
                shown.push((tenant, path));
            }
        }
        if tenant == "north" {
            for source in ["secret-vault", "nobodys"] {
                let path = format!("/v1/subjects/{source}/9");
                let body =
                    json!({ "schema": "Person", "properties": { "name": ["Anselm Wackerbarth"] } });
                let put = caller.put(&path, "", &body);
                assert!((400..500).contains(&put.status), "{put:?}");
                assert!(put.body.contains("is no source of tenant north"), "{put:?}");
            }
            let policy = caller.get("/v1/policy");
            let put = caller.put("/v1/policy", "", &policy);
            assert!((400..500).contains(&put.status), "{put:?}");
        }
    }
    // Each shows its own where the other's was looked for.
    for part in ["/v1/alerts", "/v1/subjects/", "/v1/events"] {
        for tenant in ["north", "default"] {
            let is_shown = |(of, path): &(&str, String)| *of == tenant && path.starts_with(part);
            assert!(shown.iter().any(is_shown), "{part} of {tenant}: {shown:?}");
        }
    }
}

#[test]
fn a_case_goes_from_one_tenant_to_another_over_http() {
    let scratch = home();
    let mut callers = Vec::new();
    let mut servers = Vec::new();
    for (tenant, people) in [
        ("default", &[("secret-ben", "approver")][..]),
        ("north", &[("nora", "approver"), ("nils", "analyst")]),
    ] {
        let tokens = people
            .iter()
            .map(|(name, role)| token(&scratch, name, role, tenant));
        let tokens: Vec<String> = tokens.collect();
        let server = serving(&scratch, &["--tenant", tenant]);
        callers.extend(tokens.into_iter().map(|token| Caller {
            address: server.address.clone(),
            token,
        }));
        servers.push(server);
    }
    let [ben, nora, nils] = &callers[..] else {
        panic!("three callers");
    };
    let act = |caller: &Caller, word: &str, body: &Value| {
        caller.post(&format!("/v1/alerts/1/{word}"), body)
    };
    let offer = json!({ "to": "north", "reason": "theirs" });
    let why = json!({ "reason": "because" });
    act(ben, "hand-over", &json!({ "to": "west", "reason": "x" })).expect(409, "no tenant 'west'");
    act(ben, "hand-over", &json!({ "to": "north" })).expect(422, "reason");
    act(ben, "take-back", &why).expect(409, "");
    act(nora, "accept", &json!({})).expect(404, "");
    for round in ["take-back", "decline", "accept"] {
        let offered = act(ben, "hand-over", &offer);
        assert_eq!(
            (offered.status, &offered.json()["offered_to"]),
            (200, &json!("north"))
        );
        act(ben, "hand-over", &offer).expect(409, "north");
        let offers = nora.get("/v1/offers");
        let first = &offers["offers"][0];
        assert_eq!(
            (&first["id"], &first["from"], &first["reason"], &first["by"]),
            (
                &json!(1),
                &json!("default"),
                &json!("theirs"),
                &json!("secret-ben")
            )
        );
        assert!(!offers.to_string().contains("secret-note"), "{offers}");
        assert_eq!(ben.get("/v1/offers")["offers"][0]["to"], json!("north"));
        nils.ask("GET", "/v1/offers", "", "").expect(403, "analyst");
        act(nils, "accept", &json!({})).expect(403, "analyst");
        nora.ask("GET", "/v1/alerts/1", "", "").expect(404, "");
        match round {
            "take-back" => {
                let back = act(ben, "take-back", &why).json();
                assert_eq!(
                    (&back["offered_to"], &back["tenant"]),
                    (&Value::Null, &json!("default"))
                );
                act(nora, "decline", &why).expect(404, "");
            }
            "decline" => {
                assert_eq!(act(nora, "decline", &why).json(), json!({ "declined": 1 }));
                assert_eq!(ben.get("/v1/alerts/1")["offered_to"], Value::Null);
            }
            _ => {
                let taken = nora.ask("POST", "/v1/alerts/1/accept", "", "");
                let taken = taken.json();
                assert_eq!(
                    (&taken["case"], &taken["tenant"]),
                    (&json!("new"), &json!("north"))
                );
                assert!(!taken.to_string().contains("secret-note"), "{taken}");
                assert_eq!(taken["elsewhere"], json!(0));
            }
        }
        assert_eq!(nora.get("/v1/offers"), json!({ "offers": [] }));
    }
    ben.ask("GET", "/v1/alerts/1", "", "").expect(404, "");
    assert_eq!(nils.get("/v1/alerts/1")["case"], json!("new"));
    assert!(
        scratch
            .ok(&["audit", "verify"])
            .contains("as it was written")
    );
}

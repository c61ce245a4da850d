//! What a person concerned can ask for, over HTTP; and the rules by which people decide.

use std::io::Read;

use serde_json::{Value, json};

use crate::{
    native::{Caller, is_problem, person, says_the_same, serve, with_people},
    serving::Serving,
    support::Scratch,
};

struct Desk {
    scratch: Scratch,
    serving: Serving,
    registrar: Caller,
    ann: Caller,
    ben: Caller,
    admin: Caller,
}

/// A subject with an alert, and people who look at it.
fn desk() -> Desk {
    let scratch = with_people();
    scratch.add_subject("7", "Anselm Wackerbarth", "1960");
    let caller = |role: &str, name: &str| Caller::of(&scratch, role, name);
    let (registrar, ann) = (caller("registrar", "crm"), caller("analyst", "ann"));
    let (ben, admin) = (caller("approver", "ben"), caller("admin", "ada"));
    let serving = serve(&scratch);
    let [registrar, ann, ben, admin] = [registrar, ann, ben, admin].map(|c| c.at(&serving));
    Desk {
        scratch,
        serving,
        registrar,
        ann,
        ben,
        admin,
    }
}

impl Desk {
    /// Ann proposes that it is somebody else, and Ben approves.
    fn clear(&self) {
        let proposal = json!({ "outcome": "false-positive", "reason_code": "other-person" });
        assert_eq!(self.ann.post("/v1/alerts/1/propose", &proposal).status, 200);
        let approved = self.ben.post("/v1/alerts/1/approve", &json!({}));
        assert_eq!(approved.json()["state"], "released");
    }
}

#[test]
fn a_dispute_asks_again_and_everything_held_is_told_as_on_the_command_line() {
    let desk = desk();
    desk.clear();
    let reason = json!({ "reason": "it is not me", "due": "2999-01-31" });
    let path = "/v1/subjects/crm/7/dispute";
    is_problem(
        &desk.registrar.post(path, &reason),
        403,
        "analyst, approver, admin",
    );
    let told = desk.ann.post(path, &reason).json();
    assert_eq!(told["disputed"], "crm/7");
    let alert = &told["alerts"][0];
    assert_eq!(
        (&alert["case"], &alert["disputed"], &alert["due"]),
        (
            &json!("reopened"),
            &json!(true),
            &json!("2999-01-31T23:59:59.999999Z")
        )
    );
    // Under its key it is one dispute, however often it is sent.
    let key = "Content-Type: application/json\r\nIdempotency-Key: d-1\r\n";
    let mut revisions = Vec::new();
    for _ in 0..2 {
        let told = desk.ann.ask("POST", path, key, &reason.to_string()).json();
        revisions.push(told["alerts"][0]["revision"].clone());
    }
    assert_eq!(revisions[0], revisions[1]);
    let other = json!({ "reason": "nor am I this one" }).to_string();
    let reused = desk.ann.ask("POST", path, key, &other);
    is_problem(&reused, 409, "the key d-1 was used");
    let past = json!({ "reason": "it is not me", "due": "2020-01-31" });
    is_problem(&desk.ann.post(path, &past), 409, "deadline");
    let nobody = "/v1/subjects/crm/8/dispute";
    is_problem(&desk.ann.post(nobody, &reason), 404, "crm/8");

    let held = desk.registrar.get("/v1/subjects/crm/7/export");
    let cli = desk.scratch.json(&["subject", "export", "crm/7"]);
    says_the_same(&cli, &held, "held");
    assert_eq!(held["alerts"][0]["former_decisions"][0]["by"], "ann");
    let log = held["log"].as_array().unwrap();
    assert!(log.iter().any(|entry| entry["kind"] == "refused"), "{held}");
    let path = "/v1/subjects/crm/7/export?as_of=2026-01-01";
    is_problem(&desk.registrar.ask("GET", path, "", ""), 422, "as_of");
}

#[test]
fn a_correction_is_screened_in_the_step_that_records_it() {
    let desk = desk();
    let path = "/v1/subjects/crm/7/correct";
    let mut right = person("Zebulon Quartermain", "1971");
    right["reason"] = json!("the file was mixed up");
    is_problem(&desk.registrar.post(path, &right), 403, "analyst, approver");
    let told = desk.ann.post(path, &right).json();
    says_the_same(
        &desk.scratch.json(&["subject", "show", "crm/7"]),
        &told,
        "subject",
    );
    assert_eq!(told["versions"].as_array().map(Vec::len), Some(2));
    assert_eq!(told["alerts"][0]["state"], "withdrawn");
    is_problem(&desk.ann.post(path, &right), 409, "nothing to correct");
    right["properties"] = json!({});
    is_problem(&desk.ann.post(path, &right), 422, "");
}

#[test]
fn a_hold_keeps_a_subject_and_the_retention_rule_is_set_by_admins() {
    let desk = desk();
    let path = |what: &str| format!("/v1/subjects/crm/7/{what}");
    let reason = json!({ "reason": "case 7 of the court" });
    is_problem(&desk.ben.post(&path("hold"), &reason), 403, "for admin");
    let hold = desk.admin.post(&path("hold"), &reason).json();
    assert_eq!((&hold["hold"], &hold["by"]), (&json!(1), &json!("ada")));
    // Sent again because the answer got lost, it is the same.
    assert_eq!(desk.admin.post(&path("hold"), &reason).json(), hold);
    let erase = json!({ "reason": "asked to" });
    is_problem(
        &desk.admin.post(&path("erase"), &erase),
        409,
        "case 7 of the court",
    );
    let lifted = desk
        .admin
        .post(&path("lift"), &json!({ "reason": "it is over" }))
        .json();
    assert_eq!(lifted["lifted_by"], "ada");
    assert_eq!(desk.ben.get(&path("holds"))["holds"], json!([lifted]));
    let then = desk.ben.get(&format!("{}?as_of=2020-01-01", path("holds")));
    assert_eq!(then["holds"], json!([]));
    let then = format!("{}?as_of={}", path("holds"), hold["at"].as_str().unwrap());
    assert_eq!(
        desk.ben.get(&then)["holds"],
        json!([hold]),
        "it was not lifted then"
    );
    is_problem(
        &desk
            .admin
            .post(&path("lift"), &json!({ "reason": "again" })),
        404,
        "no such hold",
    );

    let none = desk.ben.get("/v1/retention");
    assert_eq!(none["at"], Value::Null);
    is_problem(
        &desk.admin.post("/v1/retention/purge", &json!({})),
        404,
        "no retention rule",
    );
    let rule = json!({ "retired_days": 365, "decided_days": 30, "reason": "section 8" });
    is_problem(&desk.ben.put("/v1/retention", "", &rule), 403, "for admin");
    let set = desk.admin.put("/v1/retention", "", &rule).json();
    assert_eq!(desk.admin.put("/v1/retention", "", &rule).json(), set);
    says_the_same(
        &desk.scratch.json(&["retention", "show"]),
        &set,
        "retention",
    );
    assert_eq!(desk.ben.get("/v1/retention"), set);
    assert_eq!(desk.ben.get("/v1/retention?as_of=2020-01-01"), none);
    let purged = desk
        .admin
        .post("/v1/retention/purge", &json!({ "dry_run": true }));
    assert_eq!(purged.json(), json!({ "purged": [] }));
}

#[test]
fn a_file_is_attached_and_comes_back_as_it_was() {
    let desk = desk();
    let send = |caller: &Caller, name: &str, body: &str| {
        caller.ask(
            "POST",
            &format!("/v1/alerts/1/attach?name={name}"),
            "",
            body,
        )
    };
    // More than a request may hold otherwise.
    let scan = "Zürich ".repeat(400_000);
    let told = send(&desk.ann, "scan%20%C3%A4.txt", &scan).json();
    let file = &told["attachments"][0];
    assert_eq!(
        (&file["name"], &file["bytes"]),
        (&json!("scan ä.txt"), &json!(scan.len()))
    );
    let all = desk.registrar.get("/v1/alerts/1/attachments");
    assert_eq!(all["attachments"], told["attachments"]);
    let hash = file["sha256"].as_str().unwrap();
    let path = format!("/v1/alerts/1/attachments/{}", &hash[..12]);
    let mut bytes = String::new();
    desk.registrar
        .open(&path, "")
        .read_to_string(&mut bytes)
        .unwrap();
    assert!(bytes == scan, "{} bytes", bytes.len());
    let head = desk.registrar.ask("HEAD", &path, "", "");
    assert_eq!(
        (
            head.header("content-disposition"),
            head.header("x-content-type-options")
        ),
        (
            Some("attachment; filename*=utf-8''scan%20%c3%a4.txt"),
            Some("nosniff")
        )
    );
    is_problem(
        &send(&desk.registrar, "x", "x"),
        403,
        "analyst, approver, admin",
    );
    is_problem(&send(&desk.ann, "", "x"), 422, "what the file is called");
    // Whoever says that it is too large need not send it.
    let head = format!(
        "POST /v1/alerts/1/attach?name=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Length: 11000000\r\n\r\n",
        desk.ann.token
    );
    is_problem(
        &desk.serving.raw(head.as_bytes()),
        413,
        "larger than 10485760 bytes",
    );
    let log = desk.scratch.json(&["audit", "ls", "--limit", "1"]);
    let last = &log.as_array().unwrap()[0];
    assert_eq!(
        (&last["kind"], &last["actor"], &last["alert"]),
        (&json!("refused"), &json!("ann"), &json!(1)),
        "{last}"
    );
    assert!(
        last.to_string().contains("larger than 10485760 bytes"),
        "{last}"
    );
    let missing = desk
        .registrar
        .ask("GET", "/v1/alerts/1/attachments/0", "", "");
    assert!(
        missing.status == 404 || hash.starts_with('0'),
        "{missing:?}"
    );
    assert_eq!(desk.serving.get("/healthz").status, 200);
}

#[test]
fn a_clearance_is_taken_back() {
    let desk = desk();
    let reason = json!({ "reason": "born elsewhere after all" });
    let path = "/v1/suppressions/1/revoke";
    is_problem(&desk.ann.post(path, &reason), 404, "no suppression");
    desk.clear();
    is_problem(
        &desk.registrar.post(path, &reason),
        403,
        "analyst, approver, admin",
    );
    let told = desk.ann.post(path, &reason).json();
    assert_eq!(
        (&told["state"], &told["case"]),
        (&json!("open"), &json!("reopened"))
    );
    assert_eq!(desk.ann.get("/v1/suppressions")["suppressions"], json!([]));
    is_problem(&desk.ann.post(path, &reason), 404, "no suppression");
}

#[test]
fn the_rules_of_the_desk_are_read_by_all_and_set_by_admins() {
    let desk = desk();
    let path = "/v1/desk/policy";
    let first = desk.ann.ask("GET", path, "", "");
    let tag = first.header("etag").unwrap().to_owned();
    let mut rules = desk.scratch.json(&["desk", "show"]);
    says_the_same(&rules, &first.json(), "rules");
    desk.clear();
    rules["required_facts"] = json!(["passportNumber"]);
    let wanted = json!({ "rules": rules, "reason": "the passport counts" });
    is_problem(&desk.ben.put(path, "", &wanted), 403, "for admin");
    let condition = format!("If-Match: {tag}\r\n");
    let set = desk.admin.put(path, &condition, &wanted);
    assert_eq!(set.json(), json!({ "reopened": 1 }), "{set:?}");
    is_problem(
        &desk.admin.put(path, &condition, &wanted),
        412,
        "the rules in force",
    );
    // Sent again without a condition it changes nothing.
    assert_eq!(
        desk.admin.put(path, "", &wanted).json(),
        json!({ "reopened": 0 })
    );
    let now = desk.ann.ask("GET", path, "", "");
    assert_eq!(now.header("etag"), set.header("etag"));
    assert_eq!(
        (&now.json()["by"], &now.json()["reason"]),
        (&json!("ada"), &json!("the passport counts"))
    );
    let then = desk.ann.get("/v1/desk/policy?as_of=2020-01-01");
    assert_eq!(then, first.json());
    rules["due_days"] = json!(0);
    let wrong = json!({ "rules": rules, "reason": "x" });
    is_problem(&desk.admin.put(path, "", &wrong), 400, "due_days");
    rules["odd"] = json!(0);
    let wrong = json!({ "rules": rules, "reason": "x" });
    is_problem(&desk.admin.put(path, "", &wrong), 422, "odd");
}

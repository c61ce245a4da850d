//! The desk from the command line: from an alert to a decision that two people stand behind.

use serde_json::{Value, json};

use crate::support::{Scratch, crowd};

/// A home with one subject that an entry of the list may be.
fn alerted() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    let (code, _) = scratch.update_people(&entries("1960"), "2026-01-01");
    assert_eq!(code, 0);
    scratch.add_subject("7", "Anselm Wackerbarth", "1960");
    scratch
}

fn entries(born: &'static str) -> Vec<(u32, &'static str, &'static str)> {
    let mut people = crowd();
    people[0].2 = born;
    people
}

/// One step of a person at the desk; gives exit code and document, or the error.
fn step(scratch: &Scratch, args: &[&str], by: &str) -> (i32, Value) {
    let run = scratch.run(&[&["--json", "alert"], args, &["--as", by]].concat());
    let text = if run.code == 0 { &run.out } else { &run.err };
    (run.code, serde_json::from_str(text).unwrap())
}

const PROPOSE: [&str; 8] = [
    "propose",
    "1",
    "--outcome",
    "false-positive",
    "--reason-code",
    "other-person",
    "--fact",
    "birthDate",
];

#[test]
fn an_alert_is_led_to_a_decision_by_two_people() {
    let scratch = alerted();
    let (code, alert) = step(&scratch, &["assign", "1", "--to", "ann"], "ben");
    assert_eq!(code, 0);
    assert_eq!(
        (
            &alert["state"],
            &alert["case"],
            &alert["assignee"],
            &alert["revision"]
        ),
        (&json!("open"), &json!("assigned"), &json!("ann"), &json!(1))
    );
    step(&scratch, &["review", "1"], "ann");
    let (code, alert) = step(&scratch, &PROPOSE, "ann");
    assert_eq!((code, &alert["case"]), (0, &json!("proposed")));

    // Their own proposal, an old revision, an unknown reason, an unknown alert: refused, each with its reason.
    let refusals: [(&[&str], &str, i32, &str); 4] = [
        (&["approve", "1"], "Ann", 5, "another person has to approve"),
        (
            &["approve", "1", "--revision", "1"],
            "ben",
            5,
            "at revision 3",
        ),
        (&["reopen", "1", "--reason", "x"], "ben", 5, "cannot reopen"),
        (&["approve", "99"], "ben", 4, "no alert 99"),
    ];
    for (args, by, code, reason) in refusals {
        let (got, error) = step(&scratch, args, by);
        assert_eq!(got, code, "{args:?}: {error}");
        assert!(error["error"].as_str().unwrap().contains(reason), "{error}");
    }
    let (code, alert) = step(
        &scratch,
        &["approve", "1", "--revision", "3", "--key", "k"],
        "ben",
    );
    assert_eq!((code, &alert["state"]), (0, &json!("released")));
    let (code, again) = step(
        &scratch,
        &["approve", "1", "--revision", "3", "--key", "k"],
        "ben",
    );
    assert_eq!((code, &again["revision"]), (0, &alert["revision"]));

    let shown = scratch.json(&["alert", "show", "1"]);
    assert_eq!(shown["decision"]["by"], "ann");
    assert_eq!(shown["decision"]["approved_by"], "ben");
    assert_eq!(
        shown["decision"]["facts"]["party"]["birthDate"],
        json!(["1960"])
    );
    let kinds: Vec<&str> = (shown["events"].as_array().unwrap().iter())
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "raised",
            "assigned",
            "review-started",
            "proposed",
            "refused",
            "refused",
            "refused",
            "approved",
            "decided"
        ]
    );
    let text = scratch.ok(&["alert", "show", "1"]);
    assert!(
        text.contains("relying on birthDate (1960 / 1960)"),
        "{text}"
    );
    let (_, disposed) = step(
        &scratch,
        &[
            "dispose",
            "1",
            "--kind",
            "released",
            "--authority",
            "the officer",
        ],
        "ben",
    );
    assert_eq!(disposed["revision"], 6);
}

#[test]
fn a_clearance_is_seen_holds_and_is_taken_back() {
    let scratch = alerted();
    step(&scratch, &PROPOSE, "ann");
    step(&scratch, &["approve", "1"], "ben");
    let cleared = scratch.json(&["suppression", "ls"]);
    assert_eq!(cleared[0]["alert"], 1);
    assert_eq!(cleared[0]["party"], json!(["people-1"]));
    assert_eq!(
        scratch.json(&["report", "accounting"])["states"]["released"],
        1
    );

    // A name more is nothing the decision relied on; another birth date is.
    let mut more = entries("1960");
    more[0].1 = "Anselm Wackerbarth-Torp";
    scratch.update_people(&more, "2026-01-02");
    assert_eq!(scratch.json(&["alert", "ls"])[0]["state"], "released");
    let (_, report) = scratch.update_people(&entries("1961"), "2026-01-03");
    assert_eq!(report["sweep"]["alerts_reopened"], 1, "{report}");
    let alert = &scratch.json(&["alert", "ls", "--state", "reopened"])[0];
    assert_eq!(alert["state"], "open");
    let text = scratch.ok(&["alert", "show", "1"]);
    assert!(
        text.contains("birthDate of the party was 1960 and is 1961"),
        "{text}"
    );

    step(&scratch, &PROPOSE, "ann");
    step(&scratch, &["approve", "1"], "ben");
    let revoked = scratch.run(&[
        "suppression",
        "revoke",
        "1",
        "--reason",
        "wrong",
        "--as",
        "ann",
    ]);
    assert_eq!(revoked.code, 0, "{revoked:?}");
    assert_eq!(scratch.json(&["suppression", "ls"]), json!([]));
    assert_eq!(
        scratch
            .run(&[
                "suppression",
                "revoke",
                "1",
                "--reason",
                "wrong",
                "--as",
                "ann"
            ])
            .code,
        4
    );
}

#[test]
fn listed_people_act_in_their_roles_and_nobody_else_acts() {
    let scratch = alerted();
    assert!(scratch.ok(&["user", "ls"]).contains("no user"));
    let add = |name, role, by| {
        scratch
            .run(&["user", "add", name, "--role", role, "--as", by])
            .code
    };
    assert_eq!(add("ann", "analyst", "ada"), 5, "the first is an admin");
    assert_eq!(add("ada", "admin", "ada"), 0);
    assert_eq!(add("Ann", "analyst", "ada"), 0);
    assert_eq!(add("ben", "approver", "ann"), 5);
    assert_eq!(add("ben", "approver", "ada"), 0);
    assert_eq!(add("mia", "king", "ada"), 2);
    let users = scratch.json(&["user", "ls"]);
    let roles: Vec<_> = (users.as_array().unwrap().iter())
        .map(|user| {
            (
                user["name"].as_str().unwrap(),
                user["role"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        roles,
        [("ada", "admin"), ("ann", "analyst"), ("ben", "approver")]
    );

    assert_eq!(
        step(&scratch, &PROPOSE, "ada").0,
        5,
        "an admin judges nobody"
    );
    assert_eq!(step(&scratch, &PROPOSE, "eve").0, 5, "nobody knows eve");
    assert_eq!(step(&scratch, &PROPOSE, "ann").0, 0);
    assert_eq!(step(&scratch, &["approve", "1"], "ben").0, 0);
    let rm = |name, by| scratch.run(&["user", "rm", name, "--as", by]).code;
    assert_eq!(rm("ada", "ada"), 5, "somebody has to be admin");
    assert_eq!(rm("ben", "ada"), 0);
    assert_eq!(
        step(&scratch, &["reopen", "1", "--reason", "x"], "ben").0,
        5
    );
}

#[test]
fn the_rules_of_the_desk_can_be_written_out_changed_and_set() {
    let scratch = alerted();
    let mut rules = scratch.json(&["desk", "show"]);
    rules["reasons"]["true-match"] = json!(["it-is-her"]);
    rules["approval_from"]
        .as_object_mut()
        .unwrap()
        .remove("true-match");
    scratch.write("rules.json", rules.to_string());
    scratch.ok(&[
        "desk",
        "set",
        "rules.json",
        "--reason",
        "ours",
        "--as",
        "ada",
    ]);
    assert_eq!(scratch.json(&["desk", "show"]), rules);
    let propose = ["propose", "1", "--outcome", "true-match", "--reason-code"];
    let (code, error) = step(&scratch, &[&propose[..], &["same-person"]].concat(), "ann");
    assert_eq!(code, 5);
    assert!(
        error["error"]
            .as_str()
            .unwrap()
            .contains("expected it-is-her")
    );
    let (code, alert) = step(&scratch, &[&propose[..], &["it-is-her"]].concat(), "ann");
    assert_eq!(
        (code, &alert["state"]),
        (0, &json!("confirmed")),
        "one person decides"
    );
    scratch.write("rules.json", "{}");
    let run = scratch.run(&["desk", "set", "rules.json", "--reason", "r", "--as", "ada"]);
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn reports_say_where_everybody_stands_and_how_the_desk_works() {
    let scratch = alerted();
    let confirm = [
        "propose",
        "1",
        "--outcome",
        "true-match",
        "--reason-code",
        "same-person",
    ];
    step(&scratch, &confirm, "ann");
    step(&scratch, &["approve", "1"], "ben");
    let accounting = scratch.json(&["report", "accounting"]);
    assert_eq!(accounting["states"]["confirmed"], 1);
    assert_eq!(accounting["dispositions"], json!({ "none": 1 }));
    assert_eq!(accounting["reconciles"], true);
    let frozen = ["dispose", "1", "--kind", "frozen", "--authority", "a court"];
    assert_eq!(step(&scratch, &frozen, "ann").0, 0);
    let text = scratch.ok(&["report", "accounting"]);
    assert!(
        text.contains("done about the confirmed: frozen 1"),
        "{text}"
    );
    assert!(text.contains("the figures add up"), "{text}");
    let before = scratch.json(&["report", "accounting", "--as-of", "2020-01-01"]);
    assert_eq!(before["subjects"], 0);

    let quality = scratch.json(&["report", "quality"]);
    assert_eq!(quality["by_outcome"]["true-match"], 1);
    assert_eq!(quality["waiting"], 0);
    assert_eq!(quality["time_to_decision_hours"]["count"], 1);
    let rate = json!({ "decided": 1, "false_positives": 0, "share": 0.0 });
    assert_eq!(quality["false_positives_by_list"]["people"], rate);
    assert_eq!(quality["false_positives_by_script"]["Latin"], rate);
    assert!(
        scratch
            .ok(&["report", "quality"])
            .contains("time to decision")
    );
}

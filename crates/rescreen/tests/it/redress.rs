//! Redress from the command line: shown, contested, corrected, kept, forgotten.

use serde_json::json;

use crate::support::{Scratch, crowd};

fn alerted() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    let (code, _) = scratch.update_people(&crowd(), "2026-01-01");
    assert_eq!(code, 0);
    scratch.ok(&[
        "subject",
        "add",
        "--source",
        "crm",
        "--external-id",
        "7",
        "--name",
        "Anselm Wackerbarth",
        "--birth-date",
        "1960",
    ]);
    scratch
}

#[test]
fn everything_held_can_be_read_and_taken_along() {
    let scratch = alerted();
    scratch.ok(&["alert", "note", "1", "--text", "rang twice", "--as", "ann"]);
    let text = scratch.ok(&["subject", "export", "crm/7"]);
    for said in [
        "Everything held about crm/7",
        "- name: Anselm Wackerbarth",
        "Alert 1, opened",
        "What the log says",
        "rang twice",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    let document = scratch.json(&["subject", "export", "crm/7"]);
    assert_eq!(
        document["versions"][0]["properties"]["birthDate"],
        json!(["1960"])
    );
    assert_eq!(document["alerts"][0]["events"][1]["kind"], "noted");
    assert_eq!(
        document["log"][1]["data"]["what"]["text"],
        json!("rang twice")
    );
    assert_eq!(scratch.run(&["subject", "export", "nobody"]).code, 4);
}

#[test]
fn a_dispute_a_correction_and_a_file_lead_to_another_answer() {
    let scratch = alerted();
    let propose = [
        "alert",
        "propose",
        "1",
        "--outcome",
        "true-match",
        "--reason-code",
        "same-person",
        "--as",
        "ann",
    ];
    scratch.ok(&propose);
    scratch.ok(&["alert", "approve", "1", "--as", "ben"]);
    let told = scratch.ok(&[
        "subject",
        "dispute",
        "crm/7",
        "--reason",
        "it is not me",
        "--due",
        "2100-01-01",
    ]);
    assert!(told.contains("alert 1 is open (case reopened"), "{told}");
    assert!(told.contains("an answer is due by 2100-01-01"), "{told}");

    scratch.write("letter.txt", "born in 1988, see the copy of the passport");
    scratch.ok(&[
        "alert",
        "attach",
        "1",
        "--file",
        "letter.txt",
        "--as",
        "ann",
    ]);
    let shown = scratch.json(&["alert", "show", "1"]);
    let hash = shown["attachments"][0]["sha256"].as_str().unwrap();
    assert_eq!(shown["attachments"][0]["name"], "letter.txt");
    let letter = scratch.ok(&["alert", "file", "1", &hash[..10]]);
    assert_eq!(letter, "born in 1988, see the copy of the passport");
    assert_eq!(scratch.run(&["alert", "file", "1", "00"]).code, 4);

    let correct = [
        "subject",
        "correct",
        "crm/7",
        "--name",
        "Ysolde Quennell",
        "--birth-date",
        "1988-01-02",
        "--reason",
        "another customer's name",
    ];
    let told = scratch.ok(&correct);
    assert!(told.contains("version 2, screened again"), "{told}");
    assert!(told.contains("alert 1 is withdrawn"), "{told}");
    assert_eq!(scratch.run(&correct).code, 5, "it says that already");
}

#[test]
fn a_hold_and_the_retention_rule_stand_against_erasure() {
    let scratch = alerted();
    let hold = ["subject", "hold", "crm/7", "--reason", "case 7"];
    let told = scratch.ok(&hold);
    assert!(told.contains("hold 1 by "), "{told}");
    let erase = ["subject", "erase", "crm/7", "--reason", "asked to"];
    let refused = scratch.run(&erase);
    assert_eq!(refused.code, 5);
    assert!(refused.err.contains("case 7"), "{refused:?}");
    assert_eq!(scratch.run(&["retention", "purge"]).code, 4);
    let rule = scratch.json(&[
        "retention",
        "set",
        "--retired-days",
        "0",
        "--reason",
        "a law",
    ]);
    assert_eq!(rule["retired_days"], 0);
    scratch.write("all.csv", "external_id,name\n8,Beatrix Oldenkott\n");
    let import = [
        "subject",
        "import",
        "all.csv",
        "--source",
        "crm",
        "--complete",
    ];
    scratch.ok(&import);
    let dry = scratch.json(&["retention", "purge", "--dry-run"]);
    assert_eq!(dry[0]["erased"], false);
    assert!(dry[0]["kept"].as_str().unwrap().contains("case 7"), "{dry}");
    scratch.ok(&["subject", "lift", "crm/7", "--reason", "it is decided"]);
    let done = scratch.ok(&["retention", "purge"]);
    assert!(done.contains("erased"), "{done}");
    assert!(
        scratch
            .ok(&["retention", "purge"])
            .contains("nobody's time")
    );
    assert_eq!(scratch.run(&["subject", "show", "crm/7"]).code, 4);
    scratch.ok(&["audit", "verify"]);
}

//! Screening from the command line.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Scratch, crowd};

fn with_crowd() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2024-01-01");
    scratch
}

#[test]
fn an_answer_states_evidence_and_what_it_rests_on() {
    let scratch = with_crowd();
    let answer = scratch.json(&[
        "screen",
        "--name",
        "Perpetua Savonarol",
        "--birth-date",
        "1960",
    ]);
    let hit = &answer["results"][0];
    assert_eq!(
        (&hit["id"], &hit["list"], &hit["match"]),
        (&json!("people-16"), &json!("people"), &json!(true))
    );
    assert!(hit["score"].as_f64().unwrap() >= 0.7);
    assert!(hit["evidence"].as_array().unwrap().len() >= 2, "{hit}");
    assert_eq!(answer["lists"][0]["name"], "people");
    assert_eq!(
        answer["lists"][0]["version"],
        scratch.json(&["list", "ls"])[0]["version"]
    );
    assert_eq!(answer["policy"].as_str().unwrap().len(), 64);
    assert_eq!(answer["matcher"].as_str().unwrap().len(), 64);

    let text = scratch.ok(&["screen", "--name", "Perpetua Savonarol"]);
    assert!(
        text.contains("people-16") && text.contains("EVIDENCE") && text.contains("matcher"),
        "{text}"
    );
    let none = scratch.ok(&["screen", "--name", "Wilhelmina Nobody-Atall"]);
    assert!(none.contains("no match"), "{none}");
}

#[test]
fn the_evidence_adds_up_the_same_way_every_time() {
    let scratch = with_crowd();
    let ask = || {
        scratch
            .run(&[
                "--json",
                "screen",
                "--name",
                "Kasimir Dolgopolov",
                "--name",
                "Casimir Zlotnik",
            ])
            .out
    };
    let first = ask();
    assert_eq!(first, ask());
    assert_eq!(serde_json::from_str::<Value>(&first).unwrap()["total"], 2);
}

#[test]
fn a_wrong_question_is_told_so() {
    let scratch = with_crowd();
    for args in [
        &["screen"][..],
        &["screen", "--name", " "],
        &["screen", "--name", "A", "--birth-date", "31.12.1960"],
        &["screen", "--name", "A", "--nationality", "Atlantis"],
        &["screen", "--name", "A", "--schema", "Dragon"],
        &["screen", "--name", "A", "--gender", "q?"],
        &["screen", "--name", "A", "--threshold", "1.5"],
        &["screen", "--name", "A", "--id", "dragon:123456"],
        &["screen", "--name", "A", "--as-of", "yesterday"],
    ] {
        let run = scratch.run(args);
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.err.starts_with("error: "), "{run:?}");
    }
    assert_eq!(
        scratch
            .run(&["screen", "--name", "A", "--list", "nothing"])
            .code,
        4
    );
}

#[test]
fn no_list_is_an_error_and_not_a_clearance() {
    let scratch = Scratch::new();
    assert_eq!(
        scratch
            .run(&["screen", "--name", "Anselm Wackerbarth"])
            .code,
        4
    );
    scratch.add_people();
    let run = scratch.run(&["screen", "--name", "Anselm Wackerbarth"]);
    assert_eq!(run.code, 4);
    assert!(
        run.err.contains("people") && run.err.contains("no version"),
        "{}",
        run.err
    );
}

#[test]
fn a_file_of_subjects_gives_a_file_of_answers() {
    let scratch = with_crowd();
    scratch.write(
        "in.csv",
        "external_id,name,birth_date,nationality,shoe size\n\
         C-1,Rosalind Thwaitely,1960,gb,38\n\
         C-2,Nobody Listed,1970-05-06,,40\n\
         C-3,,,,\n\
         C-4,Quirin Habersack,not a date,Atlantis,41\n\
         C-5,too,few\n",
    );
    let run = scratch.run(&["screen", "--input", "in.csv", "--output", "out.ndjson"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.err
            .contains("3 rows screened, 2 with a possible match, 2 rejected"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("columns not used: shoe size"),
        "{}",
        run.err
    );
    let text = fs::read_to_string(scratch.path("out.ndjson")).unwrap();
    let answers: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 5);
    assert_eq!(answers[0]["results"][0]["id"], "people-18");
    assert_eq!(
        (&answers[0]["id"], &answers[0]["lists"][0]["name"]),
        (&json!("C-1"), &json!("people"))
    );
    assert_eq!(answers[1]["results"], json!([]));
    assert!(
        answers[2]["error"]
            .as_str()
            .unwrap()
            .contains("neither a name nor a number"),
        "{}",
        answers[2]
    );
    assert_eq!(answers[3]["results"][0]["id"], "people-17");
    assert_eq!(
        answers[3]["remarks"].as_array().unwrap().len(),
        2,
        "{}",
        answers[3]
    );
    assert!(
        answers[4]["error"]
            .as_str()
            .unwrap()
            .contains("line 6: 3 columns"),
        "{}",
        answers[4]
    );
    assert!(!scratch.path("out.ndjson.partial").exists());

    scratch.ok(&["screen", "--input", "in.csv", "--output", "out.csv"]);
    let mut reader = csv::Reader::from_path(scratch.path("out.csv")).unwrap();
    let outcomes: Vec<String> = reader.records().map(|r| r.unwrap()[2].to_owned()).collect();
    assert_eq!(
        outcomes,
        [
            "possible match",
            "none",
            "rejected",
            "possible match",
            "rejected"
        ]
    );
}

#[test]
fn ndjson_subjects_need_no_id_and_answers_go_to_standard_output() {
    let scratch = with_crowd();
    scratch.write(
        "in.ndjson",
        "{\"schema\":\"Person\",\"properties\":{\"name\":[\"Gunvald Isaksvik\"]}}\n\nnot json\n{\"id\":\"q\",\"properties\":{\"name\":[\"Nobody\"]}}\n",
    );
    let run = scratch.run(&["screen", "--input", "in.ndjson"]);
    assert_eq!(run.code, 0, "{run:?}");
    let answers: Vec<Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 3, "{run:?}");
    assert_eq!(
        (&answers[0]["id"], &answers[0]["results"][0]["id"]),
        (&json!("1"), &json!("people-7"))
    );
    assert!(answers[1]["error"].as_str().unwrap().contains("not JSON"));
    assert_eq!(answers[2]["id"], "q");
}

#[test]
fn an_interrupted_file_goes_on_and_ends_the_same() {
    let scratch = with_crowd();
    let mut text = String::from("external_id,name\n");
    for n in 0..30_000 {
        text.push_str(&format!("C-{n},{} {n}\n", crowd()[n % 20].1));
    }
    scratch.write("in.csv", text);
    scratch.ok(&["screen", "--input", "in.csv", "--output", "whole.ndjson"]);

    let mut kills = 0;
    for wait_ms in (20..).step_by(60).take(12) {
        let mut child = scratch
            .command(&["screen", "--input", "in.csv", "--output", "cut.ndjson"])
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait_ms));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            break;
        }
        kills += 1;
        assert!(
            !scratch.path("cut.ndjson").exists(),
            "an unfinished output has no name"
        );
    }
    assert!(kills > 0);
    scratch.ok(&["screen", "--input", "in.csv", "--output", "cut.ndjson"]);
    assert!(
        fs::read(scratch.path("whole.ndjson")).unwrap()
            == fs::read(scratch.path("cut.ndjson")).unwrap(),
        "after {kills} kills the answers differ from those of an undisturbed run"
    );
}

#[test]
fn foreign_text_does_not_run_in_a_spreadsheet() {
    let scratch = with_crowd();
    scratch.write(
        "in.csv",
        "external_id,name\n\"=HYPERLINK(\"\"x\"\")\",Ottokar Brezina-Lhota\n",
    );
    scratch.ok(&["screen", "--input", "in.csv", "--output", "out.csv"]);
    let text = fs::read_to_string(scratch.path("out.csv")).unwrap();
    assert!(
        text.contains("'=HYPERLINK") && !text.contains(",\"=HYPERLINK"),
        "{text}"
    );
}

#[test]
fn the_answers_never_replace_the_subjects() {
    let scratch = with_crowd();
    let text = "external_id,name\n1,Anselm Wackerbarth\n";
    scratch.write("in.csv", text);
    assert_eq!(
        scratch
            .run(&["screen", "--input", "in.csv", "--output", "./in.csv"])
            .code,
        2
    );
    assert_eq!(fs::read_to_string(scratch.path("in.csv")).unwrap(), text);
}

#[test]
fn a_row_about_no_party_is_screened_as_any_kind_and_says_so() {
    let scratch = with_crowd();
    scratch.write(
        "in.csv",
        "external_id,schema,name\n1,Sanction,Anselm Wackerbarth\n2,dragon,Anselm Wackerbarth\n",
    );
    let json = |schema: &str| json!({ "id": 4711, "schema": schema, "properties": { "name": ["Anselm Wackerbarth"] } });
    scratch.write(
        "in.ndjson",
        format!("{}\n{}\n", json("Sanction"), json("Person")),
    );
    for file in ["in.csv", "in.ndjson"] {
        let run = scratch.run(&["screen", "--input", file]);
        let answers: Vec<Value> = run
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(answers.len(), 2, "{run:?}");
        assert!(answers.iter().all(|a| a["total"] == 1), "{answers:?}");
        assert!(
            answers[0]["remarks"][0]
                .as_str()
                .unwrap()
                .contains("any kind"),
            "{answers:?}"
        );
        if file == "in.ndjson" {
            assert_eq!(answers[0]["id"], "4711");
        }
    }
}

#[test]
fn nothing_to_screen_by_is_a_wrong_question() {
    let scratch = with_crowd();
    for args in [
        ["--birth-date", "1961-01-01"],
        ["--nationality", "de"],
        ["--name", "!!!"],
        ["--limit", "0"],
    ] {
        assert_eq!(
            scratch.run(&[&["screen"][..], &args[..]].concat()).code,
            2,
            "{args:?}"
        );
    }
    let twice = scratch.json(&[
        "screen",
        "--list",
        "people",
        "--list",
        "people",
        "--name",
        "Anselm Wackerbarth",
    ]);
    assert_eq!(
        (&twice["total"], twice["lists"].as_array().unwrap().len()),
        (&json!(1), 1)
    );
}

#[test]
fn a_quotation_mark_that_is_never_closed_stops_the_file_at_its_line() {
    let scratch = with_crowd();
    let rows: Vec<String> = (0..500).map(|n| format!("{n},Person {n}")).collect();
    scratch.write(
        "in.csv",
        format!("external_id,name\n1,Good\n2,\"Bad\n{}\n", rows.join("\n")),
    );
    let run = scratch.run(&["screen", "--input", "in.csv"]);
    assert!(run.code == 3 && run.err.contains("in.csv:3"), "{run:?}");
}

//! Measuring the matcher from the command line.

use serde_json::json;

use crate::support::Scratch;

const PAIRS: &str = "\
case_group,schema,name1,name2,is_match,quality
made-up,Person,Zdravka Kovačević,KOVACEVIC Zdravka,true,STRONG
made-up,Person,Zdravka Kovačević,Brunhilde Achternbusch,false,STRONG
other,Company,Blauwal Reederei GmbH,Blauwal Reederei,true,
";

const LIST: &str = r#"{"id":"x-1","schema":"Person","properties":{"name":["Zdravka Kovačević"],"alias":["Zdravka Kovachevich"],"nationality":["hr"]}}
{"id":"x-2","schema":"Person","properties":{"name":["Мстислав Ерофеевич Щербаньков"],"alias":["Mstislav Shcherbankov"],"nationality":["ru"]}}
{"id":"x-3","schema":"Company","properties":{"name":["Blauwal Reederei GmbH"]}}
"#;

#[test]
fn pairs_give_the_promised_figures() {
    let scratch = Scratch::new();
    scratch.write("pairs.csv", PAIRS);
    let report = scratch.json(&[
        "eval",
        "pairs",
        "pairs.csv",
        "--csv",
        "scores.csv",
        "--no-names",
    ]);
    assert_eq!(
        (&report["n"], &report["threshold"], &report["f1"]),
        (&json!(3), &json!(0.7), &json!(1.0))
    );
    for key in [
        "precision",
        "recall",
        "by_group",
        "average_precision",
        "calibration",
        "calibration_error",
        "isotonic",
        "isotonic_error_on_others",
        "curve",
    ] {
        assert!(!report[key].is_null(), "{key}: {report}");
    }
    for key in ["mean", "p50", "p95"] {
        assert!(
            report["us_per_pair"][key].as_f64().unwrap() > 0.0,
            "{report}"
        );
    }
    assert_eq!(report["by_group"]["made-up"]["n"], 2);
    // Two matches score high and the other pair nothing: a map of two steps, which the three pairs bear out.
    let map = report["isotonic"].as_array().unwrap();
    let steps: Vec<_> = map.iter().map(|s| (&s["share"], &s["n"])).collect();
    assert_eq!(
        steps,
        [(&json!(0.0), &json!(1.0)), (&json!(1.0), &json!(2.0))]
    );
    let best = report["calibration"].as_array().unwrap().last().unwrap();
    assert!(best["matches"]["low"].as_f64().unwrap() < 0.5, "{best}");
    assert!(report["calibration_error"].as_f64().unwrap() < 0.1);
    let readable = scratch.ok(&["eval", "pairs", "pairs.csv"]);
    assert!(readable.contains("BY THE MAP"), "{readable}");
    assert!(
        readable.contains("calibration error of the score"),
        "{readable}"
    );
    assert_eq!(report["flips"], 0);

    let scores = std::fs::read_to_string(scratch.path("scores.csv")).unwrap();
    assert_eq!(scores.lines().count(), 4, "{scores}");
    assert!(!scores.to_lowercase().contains("zdravka"), "{scores}");
    let strict = scratch.json(&["eval", "pairs", "pairs.csv", "--threshold", "0.999"]);
    assert_eq!(strict["recall"], 0.0);
    assert!(
        scratch
            .ok(&["eval", "pairs", "pairs.csv", "--errors"])
            .contains("F1 1.000")
    );
}

#[test]
fn people_of_files_are_found_or_left_in_peace() {
    let scratch = Scratch::new();
    scratch.write("list.json", LIST);
    scratch.write(
        "positives.csv",
        "full_name,expected_id\nMstislav Shcherbankov,x-2\nKovacevic Zdravka,\nSomebody Delisted,x-9\n",
    );
    scratch.write(
        "negatives.csv",
        "full_name,date_of_birth,nationality\nBrunhilde Achternbusch,1970-01-02,Germany\n王 秀英,,China\n",
    );
    let report = scratch.json(&[
        "eval",
        "screen",
        "--list",
        "list.json",
        "--format",
        "ftm-json",
        "--positives",
        "positives.csv",
        "--negatives",
        "negatives.csv",
    ]);
    assert_eq!(report["lists"][0]["persons"], 2);
    let positives = &report["positives"];
    assert_eq!(
        (
            &positives["n"],
            &positives["recall"],
            &positives["not_listed"]
        ),
        (&json!(2), &json!(1.0), &json!(1)),
        "{positives}"
    );
    assert_eq!(positives["rank_1"]["share"], 1.0);
    let negatives = &report["negatives"];
    assert_eq!(
        (&negatives["n"], &negatives["false_positives"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(negatives["name_only"]["by_script"]["Han"]["n"], 1);
    assert_eq!(negatives["by_culture"]["Western"]["n"], 1);
    assert!(report["us_per_query"]["p99"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_list_is_asked_for_its_own_names() {
    let scratch = Scratch::new();
    scratch.write("list.json", LIST);
    scratch.write(
        "peer.csv",
        "set,index,score\nleft-out,0,1.0\nleft-out,1,0.2\n",
    );
    let report = scratch.json(&[
        "eval",
        "list",
        "--list",
        "list.json",
        "--format",
        "ftm-json",
        "--questions",
        "questions.ndjson",
        "--peer",
        "peer.csv",
    ]);
    let left_out = &report["left_out"];
    assert_eq!(left_out["recall"]["n"], 4, "{left_out}");
    assert_eq!(left_out["by_script"]["Cyrillic"]["n"], 1);
    assert_eq!(
        report["near_misses"]["false_positives"]["n"], 0,
        "too few people for near misses"
    );
    assert_eq!(report["peer"]["peer_at_its_threshold"]["recall"], 0.5);
    let questions = std::fs::read_to_string(scratch.path("questions.ndjson")).unwrap();
    assert_eq!(questions.lines().count(), 2 + 4);
}

#[test]
fn data_that_cannot_be_used_are_refused_with_their_place() {
    let scratch = Scratch::new();
    scratch.write("pairs.csv", "schema,name1,name2\nPerson,a,b\n");
    scratch.write("list.json", LIST);
    scratch.write("people.csv", "full_name\nZdravka Kovačević\n");
    for (args, code, expected) in [
        (
            &["eval", "pairs", "pairs.csv"][..],
            3,
            "pairs.csv:1: expected a column 'is_match'",
        ),
        (
            &["eval", "pairs", "nowhere.csv"],
            3,
            "nowhere.csv does not exist",
        ),
        (
            &["eval", "pairs", "pairs.csv", "--threshold", "0.1"],
            2,
            "--threshold",
        ),
        (
            &[
                "eval",
                "screen",
                "--list",
                "list.json",
                "--format",
                "pdf",
                "--negatives",
                "people.csv",
            ],
            2,
            "--format 'pdf': expected ofac-sdn-csv",
        ),
        (
            &[
                "eval",
                "screen",
                "--list",
                "list.json",
                "--format",
                "ftm-json",
                "--format",
                "csv",
                "--negatives",
                "people.csv",
            ],
            2,
            "2 times --format and 1 times --list",
        ),
    ] {
        let run = scratch.run(args);
        assert_eq!(run.code, code, "{args:?}: {run:?}");
        assert!(run.err.contains(expected), "{args:?}: {run:?}");
    }
}

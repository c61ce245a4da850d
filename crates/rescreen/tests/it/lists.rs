//! Lists and their versions.

use serde_json::json;

use crate::support::{Scratch, crowd};

#[test]
fn the_same_content_makes_no_new_version_however_it_is_written() {
    let scratch = Scratch::new();
    scratch.add_people();
    let mut rows = crowd();
    let (code, first) = scratch.update_people(&rows, "2024-01-01");
    assert_eq!(
        (code, &first["state"], &first["entries"]),
        (0, &json!("active"), &json!(20))
    );
    assert_eq!(first["delta"]["added"].as_array().unwrap().len(), 20);

    let (code, again) = scratch.update_people(&rows, "2024-01-02");
    assert_eq!(
        (code, &again["state"], &again["version"]),
        (0, &json!("unchanged"), &first["version"])
    );
    rows.reverse();
    let (_, turned) = scratch.update_people(&rows, "2024-01-03");
    assert_eq!(
        (&turned["state"], &turned["version"]),
        (&json!("unchanged"), &first["version"])
    );
    assert_eq!(
        scratch.json(&["list", "show", "people"])["versions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_delta_names_entries_and_fields() {
    let scratch = Scratch::new();
    scratch.add_people();
    let mut rows = crowd();
    scratch.update_people(&rows, "2024-01-01");
    rows[4].2 = "1961-02-03";
    rows.remove(0);
    rows.push((21, "Ulrike Zimtstern", "1970"));
    let (code, report) = scratch.update_people(&rows, "2024-02-01");
    assert_eq!(code, 0, "{report}");
    assert_eq!(
        report["delta"],
        json!({
            "added": ["people-21"], "removed": ["people-1"],
            "changed": [{ "id": "people-5", "fields": ["birthDate"] }],
        })
    );
    let diff = scratch.json(&["list", "diff", "people", "previous", "latest"]);
    assert_eq!(diff["added"][0]["caption"], "Ulrike Zimtstern");
    assert_eq!(
        diff["changed"][0]["changes"],
        json!([{ "field": "birthDate", "removed": ["1960"], "added": ["1961-02-03"] }])
    );
    let text = scratch.ok(&["list", "diff", "people", "previous", "latest"]);
    assert!(text.contains("+ birthDate: 1961-02-03"), "{text}");
}

#[test]
fn an_entry_answers_for_any_day() {
    let scratch = Scratch::new();
    scratch.add_people();
    let mut rows = crowd();
    scratch.update_people(&rows, "2024-01-01");
    rows[4].1 = "Emeric Changed-Vasarelyi";
    scratch.update_people(&rows, "2024-02-01");
    rows.remove(4);
    scratch.update_people(&rows, "2024-03-01");

    let name = |day: &str| {
        let said = scratch.json(&["list", "entity", "people-5", "--as-of", day]);
        said["now"][0]["entity"]["properties"]["name"][0].clone()
    };
    assert_eq!(name("2024-01-31"), "Emeric Vasarelyi");
    assert_eq!(name("2024-02-01"), "Emeric Changed-Vasarelyi");
    assert_eq!(
        scratch
            .run(&["list", "entity", "people-5", "--as-of", "2024-03-01"])
            .code,
        4
    );
    assert_eq!(
        scratch
            .run(&["list", "entity", "people-5", "--as-of", "2023-12-31"])
            .code,
        4
    );
    assert_eq!(scratch.run(&["list", "entity", "nobody-1"]).code, 4);
    // What we knew is another question: all of it arrived today.
    assert_eq!(
        scratch
            .run(&["list", "entity", "people-5", "--known-at", "2024-02-02"])
            .code,
        4
    );
    let history = scratch.json(&["list", "entity", "people-5"]);
    assert_eq!(history["listed"], false);
    assert_eq!(history["history"].as_array().unwrap().len(), 2);
    // The subject of the day is screened against the list of the day.
    let find = |day: &str| {
        let found = scratch.json(&["screen", "--name", "Emeric Vasarelyi", "--as-of", day]);
        found["results"].as_array().unwrap().len()
    };
    assert_eq!((find("2024-01-15"), find("2024-03-15")), (1, 0));
}

#[test]
fn a_version_that_shrinks_waits_and_the_last_good_one_serves() {
    let scratch = Scratch::new();
    scratch.add_people();
    let rows = crowd();
    let (_, first) = scratch.update_people(&rows, "2024-01-01");
    let (code, held) = scratch.update_people(&rows[2..], "2024-02-01");
    assert_eq!(
        (code, &held["state"], &held["reasons"][0]["code"]),
        (5, &json!("quarantined"), &json!("shrink"))
    );
    let ls = scratch.json(&["list", "ls"]);
    assert_eq!(
        (&ls[0]["version"], &ls[0]["entries"]),
        (&first["version"], &json!(20))
    );
    assert_eq!(ls[0]["waiting"]["version"], held["version"]);

    // Held back twice it is one version.
    scratch.update_people(&rows[2..], "2024-02-01");
    assert_eq!(
        scratch.json(&["list", "show", "people"])["versions"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    let version = held["version"].as_str().unwrap();
    assert_eq!(
        scratch
            .run(&[
                "list", "release", "people", version, "--as", "tester", "--reason", " "
            ])
            .code,
        2
    );
    let released = scratch.json(&[
        "list",
        "release",
        "people",
        version,
        "--as",
        "tester",
        "--reason",
        "two were delisted",
    ]);
    assert_eq!(
        (&released["state"], &released["entries"]),
        (&json!("active"), &json!(18))
    );
    assert_eq!(
        scratch
            .run(&[
                "list", "release", "people", version, "--as", "tester", "--reason", "again"
            ])
            .code,
        5
    );
    assert_eq!(scratch.json(&["list", "ls"])[0]["entries"], 18);
}

#[test]
fn the_breaker_knows_too_much_change_and_an_id_that_means_somebody_else() {
    let scratch = Scratch::new();
    scratch.add_people();
    let rows = crowd();
    scratch.update_people(&rows, "2024-01-01");

    let mut changed = rows.clone();
    changed
        .iter_mut()
        .take(5)
        .for_each(|row| row.2 = "1960-01-02");
    let (code, report) = scratch.update_people(&changed, "2024-02-01");
    assert_eq!((code, &report["reasons"][0]["code"]), (5, &json!("change")));

    let mut reused = rows.clone();
    reused[7] = (8, "Wilfrid Entirely-Other", "1999-09-09");
    let (code, report) = scratch.update_people(&reused, "2024-02-01");
    assert_eq!(
        (code, &report["reasons"][0]["code"]),
        (5, &json!("id-reuse")),
        "{report}"
    );
    let reason = report["reasons"][0]["message"].as_str().unwrap();
    assert!(
        reason.contains("people-8") && reason.contains("Wilfrid Entirely-Other"),
        "{reason}"
    );

    let (code, report) = scratch.update_people(&rows[..19], "2023-06-01");
    assert_eq!(
        (code, &report["reasons"][0]["code"]),
        (5, &json!("earlier")),
        "{report}"
    );
}

#[test]
fn limits_are_the_operators_choice() {
    let scratch = Scratch::new();
    scratch.write(
        "m.toml",
        "id = \"id\"\nschema = \"Person\"\n[properties]\nname = \"name\"\n",
    );
    let add = [
        "list",
        "add",
        "people",
        "--format",
        "csv",
        "--mapping",
        "m.toml",
        "--max-shrink",
        "50",
    ];
    scratch.ok(&add);
    scratch.update_people(&crowd(), "2024-01-01");
    let (code, report) = scratch.update_people(&crowd()[9..], "2024-02-01");
    assert_eq!((code, &report["state"]), (0, &json!("active")));
    assert_eq!(scratch.run(&add).code, 2, "a list of that name exists");
    assert_eq!(
        scratch
            .run(&["list", "add", "p", "--format", "csv", "--max-shrink", "120"])
            .code,
        2
    );
}

#[test]
fn a_delta_file_changes_only_what_it_names() {
    let scratch = Scratch::new();
    let person = |id: &str, name: &str| json!({ "id": id, "schema": "Person", "properties": { "name": [name] } });
    let whole: Vec<String> = crowd()
        .iter()
        .map(|(n, name, _)| person(&format!("x-{n}"), name).to_string())
        .collect();
    scratch.write("all.json", whole.join("\n") + "\n");
    let operations = [
        json!({ "op": "ADD", "entity": person("x-21", "Ulrike Zimtstern") }),
        json!({ "op": "MOD", "entity": person("x-2", "Beatrix Newname") }),
        json!({ "op": "DEL", "entity": { "id": "x-3" } }),
    ];
    scratch.write(
        "delta.json",
        operations.map(|o| o.to_string()).join("\n") + "\n",
    );
    scratch.ok(&["list", "add", "ftm", "--format", "ftm-json"]);
    scratch.ok(&[
        "list",
        "update",
        "ftm",
        "--file",
        "all.json",
        "--published",
        "2024-01-01",
    ]);
    let report = scratch.json(&[
        "list",
        "update",
        "ftm",
        "--file",
        "delta.json",
        "--published",
        "2024-01-02",
    ]);
    assert_eq!(report["entries"], 20);
    assert_eq!(
        report["delta"],
        json!({ "added": ["x-21"], "removed": ["x-3"], "changed": [{ "id": "x-2", "fields": ["name"] }] })
    );
    // The same operations again change nothing.
    let again = scratch.json(&[
        "list",
        "update",
        "ftm",
        "--file",
        "delta.json",
        "--published",
        "2024-01-03",
    ]);
    assert_eq!(again["state"], "unchanged");
}

#[test]
fn an_overtaken_version_cannot_turn_the_list_back() {
    let scratch = Scratch::new();
    scratch.add_people();
    let mut rows = crowd();
    scratch.update_people(&rows, "2024-01-01");
    let (_, held) = scratch.update_people(&rows[..10], "2024-02-01");
    rows.push((21, "Ulrike Zimtstern", "1970"));
    scratch.update_people(&rows, "2024-03-01");
    assert_eq!(
        scratch.json(&["list", "ls"])[0]["waiting"],
        json!(null),
        "the last look was fine"
    );
    let version = held["version"].as_str().unwrap();
    let run = scratch.run(&[
        "list", "release", "people", version, "--as", "tester", "--reason", "late",
    ]);
    assert!(
        run.code == 5 && run.err.contains("turn the list back"),
        "{run:?}"
    );
    assert_eq!(scratch.json(&["list", "ls"])[0]["entries"], 21);
}

#[test]
fn who_released_a_version_and_why_is_kept() {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2024-01-01");
    let (_, held) = scratch.update_people(&crowd()[..10], "2024-02-01");
    let version = held["version"].as_str().unwrap();
    scratch.ok(&[
        "list",
        "release",
        "people",
        version,
        "--as",
        "M. Example",
        "--reason",
        "ten delisted",
    ]);
    let shown = scratch.json(&["list", "show", "people"]);
    assert_eq!(
        shown["versions"][1]["release_reason"],
        "M. Example: ten delisted"
    );
}

#[test]
fn a_version_from_the_future_and_changes_to_nothing_wait() {
    let scratch = Scratch::new();
    scratch.ok(&["list", "add", "ftm", "--format", "ftm-json"]);
    scratch.write("d.json", "{\"op\":\"DEL\",\"entity\":{\"id\":\"x\"}}\n{\"op\":\"ADD\",\"entity\":{\"id\":\"y\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A B\"]}}}\n");
    let report = scratch.json(&["list", "update", "ftm", "--file", "d.json"]);
    assert_eq!(
        (&report["state"], &report["reasons"][0]["code"]),
        (&json!("quarantined"), &json!("no-base"))
    );

    scratch.ok(&["list", "add", "un", "--format", "un-sc-xml"]);
    let list = "<CONSOLIDATED_LIST dateGenerated=\"2094-02-27T00:00:09.554Z\"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>IVAN</FIRST_NAME><SECOND_NAME>SAMPLE</SECOND_NAME><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>";
    scratch.write("un.xml", list);
    let report = scratch.json(&["list", "update", "un", "--file", "un.xml"]);
    assert_eq!(
        (&report["state"], &report["reasons"][0]["code"]),
        (&json!("quarantined"), &json!("future")),
        "{report}"
    );
    assert_eq!(
        scratch
            .run(&[
                "list",
                "update",
                "un",
                "--file",
                "un.xml",
                "--published",
                "2094-01-01"
            ])
            .code,
        2
    );
}

#[test]
fn a_list_added_by_mistake_can_be_put_right_or_taken_away() {
    let scratch = Scratch::new();
    scratch.write(
        "wrong.toml",
        "id = \"id\"\nschema = \"Person\"\n[properties]\nname = \"nmae\"\n",
    );
    scratch.ok(&[
        "list",
        "add",
        "people",
        "--format",
        "csv",
        "--mapping",
        "wrong.toml",
    ]);
    scratch.write("people.csv", "id,name\n1,Anselm Wackerbarth\n");
    assert_eq!(
        scratch
            .run(&["list", "update", "people", "--file", "people.csv"])
            .code,
        3
    );
    scratch.write(
        "right.toml",
        "id = \"id\"\nschema = \"Person\"\n[properties]\nname = \"name\"\n",
    );
    scratch.ok(&[
        "list",
        "set",
        "people",
        "--mapping",
        "right.toml",
        "--max-shrink",
        "40",
    ]);
    scratch.ok(&["list", "update", "people", "--file", "people.csv"]);
    assert_eq!(scratch.json(&["list", "show", "people"])["max_shrink"], 0.4);
    assert_eq!(
        scratch.run(&["list", "rm", "people"]).code,
        5,
        "answers may rest on it"
    );

    scratch.ok(&["list", "add", "mistake", "--format", "ftm-json"]);
    scratch.write("x.json", "<html>");
    assert_eq!(
        scratch
            .run(&["list", "update", "mistake", "--file", "x.json"])
            .code,
        5
    );
    scratch.ok(&["list", "rm", "mistake"]);
    assert_eq!(scratch.json(&["list", "ls"]).as_array().unwrap().len(), 1);
    assert_eq!(
        scratch.json(&["screen", "--name", "Anselm Wackerbarth"])["total"],
        1
    );
}

//! The log over HTTP: what an auditor who has nothing but a token can read, take away and verify.

use std::io::Read;

use serde_json::{Value, json};

use crate::{
    native::{Caller, is_problem, person, says_the_same, serve, with_people},
    support::Scratch,
};

/// The public key as the command line tells it.
fn key(scratch: &Scratch) -> String {
    scratch.ok(&["--quiet", "audit", "key"]).trim().to_owned()
}

#[test]
fn the_log_is_read_page_by_page_and_as_the_command_line_tells_it() {
    let scratch = with_people();
    for (id, name) in [("7", "Anselm Wackerbarth"), ("8", "Beatrix Oldenkott")] {
        scratch.add_subject(id, name, "1960");
    }
    let note = ["--text", "asked for a passport", "--as", "ann"];
    scratch.ok(&[&["alert", "note", "1"], &note[..]].concat());
    assert_eq!(
        scratch.run(&["alert", "approve", "1", "--as", "Ben"]).code,
        5
    );
    let auditor = Caller::of(&scratch, "auditor", "aud");
    let analyst = Caller::of(&scratch, "analyst", "ann");
    let serving = serve(&scratch);
    let (auditor, analyst) = (auditor.at(&serving), analyst.at(&serving));

    let all = scratch.json(&["audit", "ls", "--limit", "1000"]);
    let page = auditor.get("/v1/audit/log?limit=1000");
    says_the_same(&all, &page["entries"], "log");
    assert_eq!(page["next"], Value::Null);
    // Page by page nothing is missed and nothing comes twice.
    let mut found = Vec::new();
    let mut path = "/v1/audit/log?limit=3".to_owned();
    loop {
        let page = auditor.get(&path);
        let entries = page["entries"].as_array().unwrap();
        assert!(!entries.is_empty() && entries.len() <= 3, "{page}");
        found.extend(entries.iter().map(|entry| entry["entry"].clone()));
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/audit/log?limit=3&cursor={next}"),
            None => break,
        }
    }
    let expected: Vec<Value> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["entry"].clone())
        .collect();
    assert_eq!(found, expected);

    let one = auditor.get("/v1/audit/log?alert=1&actor=BEN")["entries"].clone();
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert_eq!(one[0]["kind"], "refused");
    let place = one[0]["entry"].as_u64().unwrap();
    assert_eq!(auditor.get(&format!("/v1/audit/log/{place}")), one[0]);
    let of_one = auditor.get("/v1/audit/log?subject=crm%2F7&kind=noted")["entries"].clone();
    assert_eq!(
        of_one[0]["data"]["what"]["text"], "asked for a passport",
        "{of_one}"
    );

    // As it was at a moment.
    let then = all[3]["at"].as_str().unwrap().replace('+', "%2B");
    let then = auditor.get(&format!("/v1/audit/log?limit=1000&as_of={then}"));
    let first = then["entries"][0]["entry"].as_u64().unwrap();
    assert!(first >= all[3]["entry"].as_u64().unwrap(), "{first}");
    assert!(first < all[0]["entry"].as_u64().unwrap(), "{first}");
    assert_eq!(
        auditor.get("/v1/audit/log?as_of=2020-01-01"),
        json!({ "entries": [], "next": null })
    );

    is_problem(
        &analyst.ask("GET", "/v1/audit/log", "", ""),
        403,
        "admin, auditor",
    );
    is_problem(
        &auditor.ask("GET", "/v1/audit/log/99999", "", ""),
        404,
        "no entry 99999",
    );
    is_problem(
        &auditor.ask("GET", "/v1/audit/log?cursor=x", "", ""),
        422,
        "'next'",
    );
    is_problem(
        &auditor.ask("GET", "/v1/audit/log?subject=crm%2F99", "", ""),
        404,
        "crm/99",
    );
}

#[test]
fn checkpoints_and_proofs_are_those_of_the_command_line() {
    let scratch = with_people();
    scratch.add_subject("7", "Anselm Wackerbarth", "1960");
    let auditor = Caller::of(&scratch, "auditor", "aud");
    let serving = serve(&scratch);
    let auditor = auditor.at(&serving);
    let none = auditor.get("/v1/audit/checkpoints");
    assert_eq!(none["checkpoints"], json!([]));

    // The first who asks makes the key, and the command line goes on with it.
    let told = auditor.get("/v1/audit/key");
    assert_eq!(told["key"], key(&scratch));
    let signed = auditor.post("/v1/audit/checkpoints", &json!(null)).json();
    says_the_same(
        &scratch.json(&["audit", "checkpoint"]),
        &signed,
        "checkpoint",
    );
    assert_eq!(signed["origin"], told["origin"]);
    let kept = auditor.get("/v1/audit/checkpoints")["checkpoints"].clone();
    assert_eq!(kept, json!([signed]));
    let then = auditor.get("/v1/audit/checkpoints?as_of=2020-01-01");
    assert_eq!(then["checkpoints"], json!([]));

    for (args, query) in [
        (&["--entry", "2"][..], "entry=2"),
        (&["--entry", "2", "--size", "5"], "entry=2&size=5"),
        (&["--older", "3"], "older=3"),
    ] {
        let proof = scratch.json(&[&["audit", "proof"], args].concat());
        let told = auditor.get(&format!("/v1/audit/proof?{query}"));
        assert_eq!(proof, told, "{query}");
    }
    let check = |query: &str, status, detail| {
        let path = format!("/v1/audit/proof{query}");
        is_problem(&auditor.ask("GET", &path, "", ""), status, detail);
    };
    check("", 422, "either entry or older");
    check("?entry=1&older=1", 422, "either entry or older");
    check("?entry=99999", 404, "is beyond");
    check("?entry=x", 422, "valid number");
}

#[test]
fn an_export_over_http_is_verified_with_nothing_but_the_key() {
    let scratch = with_people();
    let auditor = Caller::of(&scratch, "auditor", "aud");
    let registrar = Caller::of(&scratch, "registrar", "crm");
    let serving = serve(&scratch);
    let (auditor, registrar) = (auditor.at(&serving), registrar.at(&serving));
    // More than goes in one piece.
    for n in 0..250 {
        let path = format!("/v1/subjects/crm/{n}");
        let put = registrar.put(&path, "", &person("Anselm Wackerbarth", "1960"));
        assert_eq!(put.status, 201, "{put:?}");
    }
    let key = key(&scratch);
    let export = |query: &str| {
        let mut text = Vec::new();
        let mut answer = auditor.open(&format!("/v1/audit/export{query}"), "");
        answer.read_to_end(&mut text).unwrap();
        text
    };
    let whole = export("");
    assert!(whole.len() > 150_000, "{}", whole.len());
    let verify = |text: &[u8], more: &[&str]| {
        let file = scratch.write("export.ndjson", text);
        let file = file.to_str().unwrap().to_owned();
        let args = ["--json", "audit", "verify", &file, "--key", &key];
        scratch.run(&[&args[..], more].concat())
    };
    let verified = verify(&whole, &["--whole"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    // It is what the command line exports, byte by byte.
    assert_eq!(scratch.ok(&["audit", "export"]).as_bytes(), whole);

    let of_one = export("?subject=crm%2F3&data=true");
    let verified = verify(&of_one, &[]);
    assert_eq!(verified.code, 0, "{verified:?}");
    let told: Value = serde_json::from_str(&verified.out).unwrap();
    assert!(told["with_data"].as_u64() > Some(0), "{told}");
    let nothing = export("?since=2999-01-01");
    assert_eq!(verify(&nothing, &[]).code, 0);
    // One other letter in it, and it is not verified.
    let mut wrong = whole;
    let at = wrong.len() / 2;
    wrong[at] = if wrong[at] == b'1' { b'2' } else { b'1' };
    assert_eq!(verify(&wrong, &[]).code, 3);

    let path = "/v1/audit/export?subject=crm%2F999";
    is_problem(&auditor.ask("GET", path, "", ""), 404, "crm/999");
    is_problem(
        &registrar.ask("GET", "/v1/audit/export", "", ""),
        403,
        "auditor",
    );
}

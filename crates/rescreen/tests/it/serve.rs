//! The HTTP interface as its callers see it: the real program, on a port of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Command,
};

use serde_json::{Value, json};

use crate::{
    serving::{Answer, Serving},
    support::{Scratch, crowd},
};

/// Matches one person of that name.
fn ask_for(serving: &Serving, path: &str, name: &str) -> Answer {
    serving.post(path, person(name).to_string())
}

fn person(name: &str) -> Value {
    json!({ "queries": { "q": { "schema": "Person", "properties": { "name": [name] } } } })
}

fn with_crowd() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2024-01-01");
    scratch
}

/// A second list, of FollowTheMoney entities with parts and former ids.
fn add_nested(scratch: &Scratch) {
    let line = json!({
        "id": "N-1", "caption": "Zebedee Quillfeather", "schema": "Person", "referents": ["old/1"],
        "last_change": "2024-02-03T04:05:06Z",
        "properties": {
            "name": ["Zebedee Quillfeather"], "birthDate": ["1951-02-03"], "topics": ["sanction"], "nationality": ["de"],
            "sanctions": [{ "id": "S-1", "schema": "Sanction", "properties": { "entity": ["N-1"], "program": ["TEST"] } }],
        },
    });
    scratch.write("nested.json", format!("{line}\n"));
    scratch.ok(&["list", "add", "nested", "--format", "ftm-json"]);
    let update = ["list", "update", "nested", "--file", "nested.json"];
    scratch.ok(&[&update[..], &["--published", "2024-02-04"]].concat());
}

#[test]
fn a_match_has_the_shape_of_yente_and_says_what_it_rests_on() {
    let scratch = with_crowd();
    let serving = Serving::ready(&scratch, &[]);
    let body = json!({ "queries": {
        "b": { "id": "mine", "schema": "Person", "properties": {
            "firstName": "Perpetua", "lastName": ["Savonarol"], "birthDate": ["1960", "soon"], "nationality": ["Germany"],
            "shoeSize": [44] } },
        "a": { "schema": "Person", "properties": {} },
    } });
    let answer = serving.post("/match/people", body.to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("x-batch-size"), Some("2"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let version = scratch.json(&["list", "ls"])[0]["version"].clone();
    let lists = format!("people={}", version.as_str().unwrap());
    assert_eq!(answer.header("x-rescreen-lists"), Some(&*lists));
    let screened = scratch.json(&["screen", "--name", "Perpetua Savonarol"]);
    for name in ["policy", "matcher"] {
        let header = answer.header(&format!("x-rescreen-{name}"));
        assert_eq!(header, screened[name].as_str(), "{name}");
    }

    let json = answer.json();
    assert_eq!(json["limit"], 5);
    let none = &json["responses"]["a"];
    assert_eq!(
        (&none["status"], &none["results"]),
        (&json!(200), &json!([]))
    );
    let found = &json["responses"]["b"];
    assert_eq!(found["total"], json!({ "value": 1, "relation": "eq" }));
    assert_eq!(found["query"]["id"], "mine");
    let query = &found["query"]["properties"];
    assert_eq!(query["alias"], json!(["Perpetua Savonarol"]));
    assert_eq!(query["nationality"], json!(["de"]));
    assert_eq!(query["birthDate"], json!(["1960"]));
    let remarks = found["remarks"].to_string();
    assert!(
        remarks.contains("shoeSize") && remarks.contains("birthDate"),
        "{remarks}"
    );
    let hit = &found["results"][0];
    assert_eq!(hit["id"], "people-16");
    assert_eq!(hit["caption"], "Perpetua Savonarol");
    assert_eq!(
        (&hit["match"], &hit["datasets"]),
        (&json!(true), &json!(["people"]))
    );
    assert_eq!(
        (&hit["referents"], &hit["last_change"]),
        (&json!([]), &json!("2024-01-01T00:00:00"))
    );
    assert!(
        hit["score"].as_f64().unwrap() > 0.7 && hit["target"].is_boolean(),
        "{hit}"
    );
    let lines = hit["explanations"].as_object().unwrap();
    assert!(
        lines.contains_key("name")
            && lines.contains_key("name-2")
            && lines.contains_key("birth-date"),
        "{hit}"
    );
    assert_eq!(
        lines["name"]["candidate"]
            .as_str()
            .map(str::to_lowercase)
            .as_deref(),
        Some("perpetua")
    );
}

#[test]
fn limits_and_thresholds_hold_and_nothing_under_the_floor_is_promised() {
    let scratch = with_crowd();
    let serving = Serving::ready(&scratch, &["--threshold", "0.6"]);
    let ask = |params: &str| {
        ask_for(
            &serving,
            &format!("/match/default?{params}"),
            "Kasimir Dolgopolov",
        )
    };
    let results = |params: &str| ask(params).json()["responses"]["q"].clone();
    let score = results("")["results"][0]["score"].as_f64().unwrap();
    assert_eq!(results("limit=0")["results"], json!([]));
    assert_eq!(
        results("limit=0")["total"]["value"],
        1,
        "the total is that before the limit"
    );
    // What is returned is over the cutoff; what matches is at or over the threshold.
    let strict = results("threshold=1");
    assert_eq!(
        (&strict["results"][0]["match"], &strict["total"]["value"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(
        results(&format!("threshold={score}&cutoff={score}"))["results"],
        json!([])
    );
    assert_eq!(
        results("exclude_entity_ids=people-11")["results"],
        json!([])
    );
    assert_eq!(results("exclude_schema=Person")["results"], json!([]));
    assert_eq!(results("exclude_dataset=people")["results"], json!([]));
    assert_eq!(results("topics=sanction")["results"], json!([]));
    assert_eq!(
        results("include_dataset=people&fuzzy=false")["total"]["value"],
        1
    );
    for algorithm in ["best", "default", "rescreen-1", "%20Best"] {
        assert_eq!(
            ask(&format!("algorithm={algorithm}")).status,
            200,
            "{algorithm}"
        );
    }

    ask("threshold=0.5").expect(400, "at least 0.6");
    ask("algorithm=logic-v2").expect(400, "Invalid algorithm: logic-v2 (there is rescreen-1");
    ask("exclude_schema=Dragon").expect(400, "Invalid schema");
    ask("include_dataset=nothing").expect(400, "No such dataset.");
    for params in [
        "limit=501",
        "limit=-1",
        "limit=x",
        "threshold=NaN",
        "threshold=1.1",
        "cutoff=x",
    ] {
        ask(params).expect(422, "\"query\"");
    }
    ask(&"exclude_entity_ids=x&".repeat(51)).expect(422, "at most 50");
    ask_for(&serving, "/match/nothing", "A").expect(404, "No such dataset.");
}

#[test]
fn a_body_that_is_wrong_is_refused_as_a_whole() {
    let scratch = with_crowd();
    let serving = Serving::ready(&scratch, &[]);
    let good = r#"{"schema":"Person","properties":{"name":"Anselm Wackerbarth"}}"#;
    let long = vec![r#""x""#; 1001].join(",");
    let deep = "[".repeat(5000);
    for (status, detail, body) in [
        (422, "json_invalid", "{".to_owned()),
        (422, "json_invalid", deep),
        (
            422,
            "twice",
            format!(r#"{{"queries":{{"a":{good},"a":{good}}}}}"#),
        ),
        (422, "dictionary", "[]".to_owned()),
        (422, "Field required", "{}".to_owned()),
        (422, "dictionary", r#"{"queries":[]}"#.to_owned()),
        (422, "dictionary", r#"{"queries":{"a":null}}"#.to_owned()),
        (
            422,
            "\"schema\"",
            r#"{"queries":{"a":{"properties":{}}}}"#.to_owned(),
        ),
        (
            422,
            "\"properties\"",
            r#"{"queries":{"a":{"schema":"Person"}}}"#.to_owned(),
        ),
        (
            422,
            "\"name\"",
            r#"{"queries":{"a":{"schema":"Person","properties":{"name":7}}}}"#.to_owned(),
        ),
        (
            422,
            "\"name\"",
            r#"{"queries":{"a":{"schema":"Person","properties":{"name":[{}]}}}}"#.to_owned(),
        ),
        (
            422,
            "1000 values",
            format!(
                r#"{{"queries":{{"a":{{"schema":"Person","properties":{{"name":[{long}]}}}}}}}}"#
            ),
        ),
        (400, "No queries provided.", r#"{"queries":{}}"#.to_owned()),
        (
            400,
            "Unknown schema: 'Dragon'",
            format!(
                r#"{{"queries":{{"a":{good},"b":{}}}}}"#,
                good.replace("Person", "Dragon")
            ),
        ),
        (
            400,
            "Non-matchable schema for query: Sanction",
            format!(
                r#"{{"queries":{{"a":{}}}}}"#,
                good.replace("Person", "Sanction")
            ),
        ),
        (
            400,
            "rescreen-1 has none",
            format!(r#"{{"queries":{{"a":{good}}},"weights":{{"name_match":0}}}}"#),
        ),
        (
            400,
            "nm_number_mismatch",
            format!(r#"{{"queries":{{"a":{good}}},"config":{{"nm_number_mismatch":1}}}}"#),
        ),
    ] {
        serving.post("/match/default", body).expect(status, detail);
    }
    let many = |n: usize| {
        let queries: Vec<String> = (0..n).map(|n| format!(r#""{n}":{good}"#)).collect();
        format!(r#"{{"queries":{{{}}}}}"#, queries.join(","))
    };
    serving
        .post("/match/default", many(101))
        .expect(400, "limit: 100");
    let all = serving.post("/match/default", many(100)).json();
    let found = all["responses"].as_object().unwrap();
    assert_eq!(found.len(), 100);
    assert!(
        found.values().all(|r| r["results"][0]["id"] == "people-1"),
        "{all}"
    );

    let plain = "Content-Type: text/plain\r\n";
    let body = person("Anselm Wackerbarth").to_string();
    serving
        .request("POST", "/match/default", plain, body.as_bytes())
        .expect(422, "JSON");
    assert_eq!(
        serving
            .request("POST", "/match/default", "", body.as_bytes())
            .status,
        200
    );
    let not_utf8 =
        b"{\"queries\":{\"a\":{\"schema\":\"Person\",\"properties\":{\"name\":\"\xff\"}}}}";
    serving
        .post("/match/default", not_utf8)
        .expect(422, "json_invalid");
}

#[test]
fn the_edges_of_http_are_held() {
    let scratch = with_crowd();
    let serving = Serving::ready(&scratch, &[]);
    serving.get("/nothing").expect(404, "Not Found");
    let wrong = serving.get("/match/default");
    wrong.expect(405, "Method Not Allowed");
    assert_eq!(wrong.header("allow"), Some("post"));
    serving
        .get(&format!("/search/default?q={}", "x".repeat(60_000)))
        .expect(414, "too long");
    // The server may refuse before it has read it all, so only the announcement is sent.
    let huge = format!(
        "POST /match/default HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n",
        serving.address
    );
    assert_eq!(serving.raw(huge.as_bytes()).status, 413);
    let foreign = b"GET /catalog HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    serving.raw(foreign).expect(421, "local machine only");
    assert_eq!(serving.raw(b"no http at all\r\n\r\n").status, 400);
    assert_eq!(serving.get("/healthz").json(), json!({ "status": "ok" }));
}

#[test]
fn without_lists_nothing_is_answered_and_a_new_version_comes_in_while_serving() {
    let scratch = Scratch::new();
    let serving = Serving::start(&scratch, &[]);
    serving.wait_for("the lists cannot be loaded: ");
    assert_eq!(serving.get("/healthz").status, 200);
    for path in [
        "/readyz",
        "/catalog",
        "/algorithms",
        "/entities/x",
        "/search/default?q=x",
        "/search/nothing",
    ] {
        serving.get(path).expect(503, "not ready");
    }
    let none = ask_for(&serving, "/match/nothing", "Anselm Wackerbarth");
    none.expect(503, "not ready");
    assert_eq!(none.header("retry-after"), Some("1"));

    scratch.add_people();
    scratch.update_people(&crowd(), "2024-01-01");
    let first = serving.wait_for("serving ");
    assert_eq!(serving.get("/readyz").status, 200);
    let count = |name: &str| {
        ask_for(&serving, "/match/default", name).json()["responses"]["q"]["total"]["value"].clone()
    };
    assert_eq!(
        (count("Anselm Wackerbarth"), count("Ulrike Feldspatz")),
        (json!(1), json!(0))
    );
    let tag = serving.get("/catalog").header("etag").unwrap().to_owned();

    // Requests go on through the change, and each is answered by the old version or the new.
    let mut rows = crowd();
    rows.push((21, "Ulrike Feldspatz", "1970"));
    scratch.update_people(&rows, "2024-02-01");
    let second = loop {
        let answer = ask_for(&serving, "/match/default", "Ulrike Feldspatz");
        assert_eq!(answer.status, 200, "{answer:?}");
        let total = &answer.json()["responses"]["q"]["total"]["value"];
        let lists = answer.header("x-rescreen-lists").unwrap().replace('=', " ");
        assert_eq!(
            *total == 1,
            format!("serving {lists}") != first,
            "{answer:?}"
        );
        if *total == 1 {
            break lists;
        }
    };
    assert_eq!(serving.wait_for("serving "), format!("serving {second}"));
    assert_ne!(serving.get("/catalog").header("etag"), Some(&*tag));
}

#[test]
fn a_list_that_cannot_be_loaded_leaves_the_old_ones_in_service_and_is_told() {
    let scratch = with_crowd();
    let serving = Serving::ready(&scratch, &[]);
    assert_eq!(serving.get("/catalog").json()["index_stale"], false);
    scratch.ok(&["list", "add", "empty", "--format", "ftm-json"]);
    let line = serving.wait_for("the lists cannot be loaded: ");
    assert!(line.contains("'empty'"), "{line}");
    let catalog = serving.get("/catalog").json();
    assert_eq!(
        (&catalog["index_stale"], &catalog["outdated"]),
        (&json!(true), &json!(["people"]))
    );
    assert_eq!(
        ask_for(&serving, "/match/default", "Anselm Wackerbarth").status,
        200
    );
}

#[test]
fn entities_are_found_by_id_with_what_belongs_to_them() {
    let scratch = with_crowd();
    add_nested(&scratch);
    let serving = Serving::ready(&scratch, &[]);
    let nested = serving.get("/entities/N-1").json();
    assert_eq!(
        nested["properties"]["sanctions"][0]["properties"]["program"],
        json!(["TEST"])
    );
    assert_eq!(
        nested["properties"]["sanctions"][0]["properties"]["entity"],
        json!(["N-1"])
    );
    assert_eq!(nested["last_change"], "2024-02-03T04:05:06");
    assert_eq!(
        (&nested["referents"], &nested["target"]),
        (&json!(["old/1"]), &json!(true))
    );
    let flat = serving.get("/entities/N-1?nested=false").json();
    assert_eq!(flat["properties"]["sanctions"], json!(["S-1"]));
    serving
        .get("/entities/nobody")
        .expect(404, "No such entity!");
    serving
        .get("/entities/N-1?nested=perhaps")
        .expect(422, "nested");
    let moved = serving.get("/entities/old%2F1?nested=false");
    assert_eq!(
        (moved.status, moved.header("location"), &*moved.body),
        (308, Some("/entities/n-1"), "")
    );

    let catalog = serving.get("/catalog");
    let names: Vec<Value> = catalog.json()["datasets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["name"].clone())
        .collect();
    assert_eq!(names, ["nested", "people", "default", "all"]);
    assert_eq!(catalog.json()["current"], json!(["nested", "people"]));
    let known = format!(
        "If-None-Match: \"other\", {}\r\n",
        catalog.header("etag").unwrap()
    );
    let again = serving.request("GET", "/catalog", &known, b"");
    assert_eq!((again.status, &*again.body), (304, ""));
    let algorithms = serving.get("/algorithms").json();
    assert_eq!(
        (&algorithms["best"], &algorithms["algorithms"][0]["name"]),
        (&json!("rescreen-1"), &json!("rescreen-1"))
    );

    // A scope leaves out what is on other lists.
    let total = |path: &str| {
        ask_for(&serving, path, "Zebedee Quillfeather").json()["responses"]["q"]["total"]["value"]
            .clone()
    };
    assert_eq!(
        (
            total("/match/nested"),
            total("/match/people"),
            total("/match/all")
        ),
        (json!(1), json!(0), json!(1))
    );
    let excluded = ask_for(
        &serving,
        "/match/all?exclude_entity_ids=old/1",
        "Zebedee Quillfeather",
    );
    assert_eq!(
        excluded.json()["responses"]["q"]["total"]["value"],
        0,
        "a former id excludes too"
    );
}

#[test]
fn a_search_takes_lucene_and_refuses_what_is_none() {
    let scratch = with_crowd();
    add_nested(&scratch);
    let serving = Serving::ready(&scratch, &["--list", "nested", "--list", "people"]);
    let found = serving
        .get("/search/default?q=quillfeather+zebedee&facets=countries&facets=topics&facets=schema")
        .json();
    assert_eq!(found["total"], json!({ "value": 1, "relation": "eq" }));
    assert_eq!(
        (
            &found["limit"],
            &found["offset"],
            &found["results"][0]["id"]
        ),
        (&json!(10), &json!(0), &json!("N-1"))
    );
    assert_eq!(
        found["facets"]["countries"],
        json!({ "label": "Countries", "values": [{ "name": "de", "label": "Germany", "count": 1 }] })
    );
    assert_eq!(found["facets"]["schema"]["values"][0]["label"], "People");
    let none = serving
        .get("/search/default?q=Wilhelmina+Nobody-Atall")
        .json();
    assert_eq!(
        (&none["total"]["value"], &none["facets"]["topics"]),
        (&json!(0), &json!({ "label": "topics", "values": [] }))
    );
    assert_eq!(
        serving.get("/search/people?q=Zebedee+Quillfeather").json()["results"],
        json!([])
    );
    assert_eq!(
        serving
            .get("/search/default?q=Zebedee+Quillfeather&schema=Vessel")
            .json()["results"],
        json!([])
    );
    assert_eq!(
        serving
            .get("/search/default?q=Zebedee+Quillfeather&offset=1")
            .json()["results"],
        json!([])
    );
    let total = |query: &str| serving.get(query).json()["total"]["value"].clone();
    assert_eq!(total("/search/default?q=Zeb*+AND+topics:sanction"), 1);
    assert_eq!(total("/search/people?q=Zeb*"), 0);
    // Another spelling is the matcher's business.
    assert_eq!(total("/search/default?q=Zebedee+Quillfether"), 1);
    for query in ["q=name:x", "q=Zeb(", "q=a+AND", "q=%22a+b", "q=/a(/"] {
        serving
            .get(&format!("/search/default?{query}"))
            .expect(400, "Search error");
    }
    for params in ["schema=Dragon", "sort=name", "filter=a:b"] {
        serving
            .get(&format!("/search/default?q=x&{params}"))
            .expect(400, "");
    }
    for params in ["limit=501", "offset=9500", "facets=shoes"] {
        serving
            .get(&format!("/search/default?q=x&{params}"))
            .expect(422, "query");
    }
    serving
        .get("/search/nothing?q=x")
        .expect(404, "No such dataset.");
}

#[test]
fn it_stops_when_told_and_answers_what_is_under_way() {
    for signal in ["-TERM", "-INT"] {
        let scratch = with_crowd();
        let mut serving = Serving::ready(&scratch, &[]);
        // An idle connection must not keep the process.
        let idle = TcpStream::connect(&serving.address).unwrap();
        let mut open = TcpStream::connect(&serving.address).unwrap();
        let body = person("Anselm Wackerbarth").to_string();
        let head = format!(
            "POST /match/default HTTP/1.1\r\nHost: {}\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            serving.address,
            body.len()
        );
        open.write_all(head.as_bytes()).unwrap();
        // The handler runs once it asks for the body.
        let mut reader = BufReader::new(open.try_clone().unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert!(line.contains("100"), "{line}");
        let id = serving.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        serving.wait_for("stopping");
        open.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        reader.read_to_string(&mut answer).unwrap();
        assert!(
            answer.contains("200 OK") && answer.contains("people-1"),
            "{answer}"
        );
        drop(idle);
        assert!(serving.child.wait().unwrap().success());
    }
}

#[test]
fn nothing_that_is_asked_is_logged() {
    let scratch = with_crowd();
    let mut serving = Serving::ready(&scratch, &[]);
    for path in ["/match/default", "/match/default?limit=x", "/match/Anselm"] {
        ask_for(&serving, path, "Anselm Wackerbarth");
    }
    serving.get("/search/default?q=Anselm+Wackerbarth");
    assert!(serving.signal("-TERM").success());
    let said: Vec<String> = serving.said.iter().collect();
    assert_eq!(said, ["stopping"]);
}

#[test]
fn it_refuses_to_be_open_to_others() {
    let scratch = with_crowd();
    for (args, word) in [
        (&["serve"][..], "token create"),
        (&["serve", "--listen", "127.0.0.1:0"], "--insecure-no-auth"),
        (&["serve", "--listen", "0.0.0.0:0"], "token create"),
        (
            &["serve", "--listen", "0.0.0.0:0", "--insecure-no-auth"],
            "loopback",
        ),
        (
            &["serve", "--listen", "[::]:0", "--insecure-no-auth"],
            "loopback",
        ),
    ] {
        let run = scratch.run(args);
        assert_eq!(run.code, 5, "{args:?}: {run:?}");
        assert!(run.err.contains(word), "{run:?}");
    }
    let open = ["serve", "--listen", "127.0.0.1:0", "--insecure-no-auth"];
    assert_eq!(
        scratch
            .run(&[&open[..], &["--threshold", "0.3"]].concat())
            .code,
        2
    );
    assert_eq!(scratch.run(&["serve", "--listen", "nowhere"]).code, 2);
    assert_eq!(scratch.run(&["serve", "--tenant", "Über uns"]).code, 2);
}

#[test]
fn a_token_opens_what_its_role_may_until_it_is_revoked() {
    let scratch = with_crowd();
    let made = |role: &str, more: &[&str]| {
        let create = ["token", "create", "--role", role, "--as", "ada"];
        let document = scratch.json(&[&create[..], more].concat());
        let text = |key: &str| document[key].as_str().unwrap().to_owned();
        (text("id"), text("token"))
    };
    let (id, screener) = made("screener", &["--name", "crm", "--expires", "2999-12-31"]);
    let (_, monitor) = made("monitor", &[]);
    let (_, foreign) = made("screener", &["--tenant", "other"]);
    let serving = Serving::start_with(&scratch, &["--rate-limit", "5"]);
    serving.wait_for("serving ");
    let body = person("Anselm Wackerbarth").to_string();
    let ask = |scheme: &str, token: &str| {
        let headers =
            format!("Content-Type: application/json\r\nAuthorization: {scheme} {token}\r\n");
        serving.request("POST", "/match/default", &headers, body.as_bytes())
    };
    assert_eq!(serving.get("/healthz").status, 200);
    let ready = serving.get("/readyz");
    assert_eq!(
        (ready.status, ready.header("x-rescreen-lists")),
        (200, None)
    );
    let unknown = ask_for(&serving, "/match/default", "Anselm Wackerbarth");
    unknown.expect(401, "A token is needed");
    assert_eq!(unknown.header("www-authenticate"), Some("bearer"));
    serving
        .get(&format!("/catalog?api_key={screener}&token={screener}"))
        .expect(401, "A token is needed");
    ask("Bearer", "rescreen_000000000000_0").expect(401, "not valid");
    ask("Bearer", &monitor).expect(403, "the token's role is monitor");
    ask("Bearer", &foreign).expect(403, "another tenant");
    for scheme in ["Bearer", "ApiKey"] {
        let answer = ask(scheme, &screener);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["responses"]["q"]["total"]["value"], 1);
    }
    // Called by another name it answers all the same: the token is what counts.
    let named = format!(
        "GET /catalog HTTP/1.1\r\nHost: screening.example\r\nConnection: close\r\nAuthorization: Bearer {screener}\r\n\r\n"
    );
    assert_eq!(serving.raw(named.as_bytes()).status, 200);
    let busy = loop {
        let answer = ask("Bearer", &screener);
        if answer.status != 200 {
            break answer;
        }
    };
    busy.expect(429, "Too many requests");
    assert_eq!(busy.header("retry-after"), Some("1"));

    let listed = scratch.json(&["token", "ls"]);
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["state"], &listed[0]["by"]),
        (&json!(id), &json!("valid"), &json!("ada"))
    );
    let kept = listed.to_string() + &scratch.ok(&["token", "ls"]);
    assert!(
        !kept.contains(screener.rsplit('_').next().unwrap()),
        "{kept}"
    );
    scratch.ok(&["token", "revoke", &id, "--as", "ada"]);
    ask("Bearer", &screener).expect(401, "revoked");
    assert_eq!(
        scratch.run(&["token", "revoke", &id, "--as", "ada"]).code,
        5
    );
    assert_eq!(
        scratch
            .run(&["token", "revoke", "nobody", "--as", "ada"])
            .code,
        4
    );
    assert_eq!(
        scratch
            .run(&["token", "create", "--role", "root", "--as", "ada"])
            .code,
        2
    );
    let past = [
        "token",
        "create",
        "--role",
        "admin",
        "--expires",
        "2020-01-01",
    ];
    assert_eq!(scratch.run(&past).code, 2);
}

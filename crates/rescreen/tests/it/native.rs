//! The native interface under `/v1` as its callers see it.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    thread,
};

use serde_json::{Value, json};

use crate::{
    serving::{Answer, Serving},
    support::{Scratch, crowd},
};

/// Somebody with a token.
pub(crate) struct Caller {
    pub(crate) address: String,
    pub(crate) token: String,
}

impl Caller {
    pub(crate) fn of(scratch: &Scratch, role: &str, name: &str) -> Self {
        let create = ["token", "create", "--role", role, "--name", name];
        let document = scratch.json(&[&create[..], &["--as", "ada"]].concat());
        Self {
            address: String::new(),
            token: document["token"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) fn at(mut self, serving: &Serving) -> Self {
        self.address.clone_from(&serving.address);
        self
    }

    fn headers(&self, more: &str) -> String {
        format!(
            "Content-Type: application/json\r\nAuthorization: Bearer {}\r\n{more}",
            self.token
        )
    }

    pub(crate) fn ask(&self, method: &str, path: &str, more: &str, body: &str) -> Answer {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n",
            self.address,
            body.len(),
            self.headers(more)
        );
        Answer::read(&self.address, format!("{head}{body}").as_bytes())
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, "", "");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, "", &body.to_string())
    }

    pub(crate) fn put(&self, path: &str, more: &str, body: &Value) -> Answer {
        self.ask("PUT", path, more, &body.to_string())
    }

    /// Puts as [`Caller::put`] does, to a server that may be gone.
    pub(crate) fn try_put(&self, path: &str, body: &str) -> Option<u16> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let head = format!(
            "PUT {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n{body}",
            body.len(),
            self.headers("")
        );
        stream.write_all(head.as_bytes()).ok()?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).ok()?;
        line.split(' ').nth(1)?.parse().ok()
    }

    fn post_streaming(&self, path: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n",
            body.len(),
            self.headers("")
        );
        let mut writer = stream.try_clone().unwrap();
        let text = head.clone() + body;
        // The server answers while it is asked, so somebody has to write while somebody reads.
        thread::spawn(move || writer.write_all(text.as_bytes()));
        let _kept = stream.flush();
        stream
    }

    /// How many lines come back.
    fn stream(&self, path: &str, body: &str) -> usize {
        let lines = BufReader::new(self.post_streaming(path, body)).lines();
        lines
            .map_while(Result::ok)
            .filter(|line| line.starts_with('{'))
            .count()
    }

    /// Whether the answer ends without its last chunk.
    fn is_cut(&self, path: &str, body: &str) -> bool {
        let lines = BufReader::new(self.post_streaming(path, body)).lines();
        let lines: Vec<String> = lines.map_while(Result::ok).collect();
        assert!(lines[0].contains(" 200 "), "{lines:?}");
        !lines.iter().any(|line| line == "0")
    }

    /// Opens a stream in HTTP/1.0, whose bodies have no frames, and reads past the head.
    pub(crate) fn open(&self, path: &str, more: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("GET {path} HTTP/1.0\r\n{}\r\n", self.headers(more));
        stream.write_all(head.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert!(line.contains(" 200 "), "{path}: {line}");
        while line.trim() != "" {
            line.clear();
            reader.read_line(&mut line).unwrap();
        }
        reader
    }
}

#[track_caller]
pub(crate) fn is_problem(answer: &Answer, status: u16, detail: &str) {
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{answer:?}"
    );
    let problem = answer.json();
    assert_eq!(
        (&problem["type"], &problem["status"]),
        (&json!("about:blank"), &json!(status))
    );
    assert!(problem["title"].is_string(), "{problem}");
    assert_eq!(answer.status, status, "{answer:?}");
    assert!(problem.to_string().contains(detail), "{detail}: {problem}");
}

pub(crate) fn person(name: &str, born: &str) -> Value {
    json!({ "schema": "Person", "properties": { "name": [name], "birthDate": [born] } })
}

pub(crate) fn with_people() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2026-01-05");
    scratch
}

pub(crate) fn serve(scratch: &Scratch) -> Serving {
    let serving = Serving::start_with(scratch, &["--rate-limit", "0"]);
    serving.wait_for("serving ");
    serving
}

/// Whether everything that the one document says, the other says too; times of a run apart.
#[track_caller]
pub(crate) fn says_the_same(cli: &Value, api: &Value, place: &str) {
    match (cli, api) {
        (Value::Object(cli), Value::Object(api)) => {
            for (key, value) in cli {
                if key != "ms" {
                    let place = format!("{place}.{key}");
                    let found = api.get(key).unwrap_or_else(|| panic!("{place} is missing"));
                    says_the_same(value, found, &place);
                }
            }
        }
        (Value::Array(cli), Value::Array(api)) => {
            assert_eq!(cli.len(), api.len(), "{place}");
            for (n, (cli, api)) in cli.iter().zip(api).enumerate() {
                says_the_same(cli, api, &format!("{place}[{n}]"));
            }
        }
        _ => assert_eq!(cli, api, "{place}"),
    }
}

#[test]
fn documents_are_those_of_the_command_line() {
    let scratch = with_people();
    let mut people = crowd();
    people[0].2 = "1961";
    scratch.update_people(&people, "2026-02-01");
    // Who may know what others work on is told as much as whoever runs the program.
    let auditor = Caller::of(&scratch, "auditor", "aud");
    for (id, name) in [("7", "Anselm Wackerbarth"), ("8", "Beatrix Oldenkott")] {
        let add = ["subject", "add", "--source", "crm", "--external-id", id];
        scratch.ok(&[&add[..], &["--name", name, "--birth-date", "1960"]].concat());
    }
    let act = |args: &[&str], by: &str| scratch.ok(&[&["alert"], args, &["--as", by]].concat());
    act(&["review", "1"], "ann");
    let propose = ["propose", "1", "--outcome", "false-positive"];
    act(
        &[&propose[..], &["--reason-code", "other-person"]].concat(),
        "ann",
    );
    act(&["approve", "1"], "ben");
    act(&["note", "1", "--text", "seen"], "ben");
    let serving = serve(&scratch);
    let auditor = auditor.at(&serving);
    let entry = "people-1";
    for (args, path) in [
        (&["alert", "show", "1"][..], "/v1/alerts/1"),
        (&["subject", "show", "crm/7"], "/v1/subjects/crm/7"),
        (&["policy", "show"], "/v1/policy"),
        (&["replay", "1"], "/v1/screenings/1/replay"),
        (
            &["list", "diff", "people", "previous", "latest"],
            "/v1/lists/people/diff",
        ),
        (
            &["report", "lookback", "--entity", entry],
            "/v1/reports/lookback?entry=people-1",
        ),
        (
            &["report", "accounting", "--as-of", "2999-01-01"],
            "/v1/reports/accounting?as_of=2999-01-01",
        ),
        (
            &[
                "report",
                "accounting",
                "--as-of",
                "2999-01-01",
                "--since",
                "2026-01-01",
            ],
            "/v1/reports/accounting?as_of=2999-01-01&since=2026-01-01",
        ),
        (
            &["report", "coverage", "--as-of", "2999-01-01"],
            "/v1/reports/coverage?as_of=2999-01-01",
        ),
        (
            &["report", "quality", "--as-of", "2999-01-01"],
            "/v1/reports/quality?as_of=2999-01-01",
        ),
    ] {
        says_the_same(&scratch.json(args), &auditor.get(path), path);
    }
    let within = |path: &str, key: &str| auditor.get(path)[key].clone();
    says_the_same(
        &scratch.json(&["alert", "ls"]),
        &within("/v1/alerts", "alerts"),
        "alerts",
    );
    says_the_same(
        &scratch.json(&["list", "ls"]),
        &within("/v1/lists", "lists"),
        "lists",
    );
    let cleared = within("/v1/suppressions", "suppressions");
    assert_eq!(cleared[0]["alert"], 1);
    says_the_same(
        &scratch.json(&["suppression", "ls"]),
        &cleared,
        "suppressions",
    );
    let screened = scratch.json(&[
        "screen",
        "--name",
        "Anselm Wackerbarth",
        "--schema",
        "Person",
    ]);
    let query = json!({ "subject": { "schema": "Person", "properties": { "name": ["Anselm Wackerbarth"] } } });
    let answer = auditor.post("/v1/screen", &query).json();
    assert_eq!(answer["results"][0]["id"], "people-1");
    says_the_same(&screened, &answer, "screen");
    let history = scratch.json(&["list", "entity", entry]);
    says_the_same(
        &history["history"],
        &within("/v1/entries/people-1", "history"),
        "entry",
    );
}

#[test]
fn one_many_and_a_stream_are_screened_alike() {
    let scratch = with_people();
    let mut later = crowd();
    later.push((21, "Zebulon Quartermain", "1971"));
    scratch.update_people(&later, "2026-03-01");
    let caller = Caller::of(&scratch, "screener", "crm");
    let serving = serve(&scratch);
    let caller = caller.at(&serving);
    let query = |name: &str, more: Value| {
        let mut query =
            json!({ "subject": person(name, if name.starts_with('Z') { "1971" } else { "1960" }) });
        query
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        query
    };
    let queries = [
        query("Anselm Wackerbarth", json!({})),
        query("Anselm Wackerbarth", json!({ "threshold": 1.0 })),
        query("Anselm Wackerbarth", json!({ "limit": 0 })),
        query("Anselm Wackerbarth", json!({ "lists": ["people"] })),
        query("", json!({})),
        query("Anselm Wackerbarth", json!({ "lists": ["nothing"] })),
        query("Anselm Wackerbarth", json!({ "threshold": 0.1 })),
        query("Zebulon Quartermain", json!({})),
    ];
    let batch = caller
        .post("/v1/screen/batch", &json!({ "queries": queries }))
        .json();
    assert_eq!(batch["lists"][0]["name"], "people");
    let answers = batch["answers"].as_array().unwrap();
    let count = |n: usize| {
        (
            answers[n]["total"].clone(),
            answers[n]["results"].as_array().map(Vec::len),
        )
    };
    assert_eq!(
        [count(0), count(1), count(2), count(3), count(7)],
        [
            (json!(1), Some(1)),
            (json!(0), Some(0)),
            (json!(1), Some(0)),
            (json!(1), Some(1)),
            (json!(1), Some(1))
        ]
    );
    for (n, word) in [
        (4, "neither a name"),
        (5, "not served"),
        (6, "does not find everything"),
    ] {
        assert!(
            answers[n]["errors"][0].as_str().unwrap().contains(word),
            "{}",
            answers[n]
        );
    }
    for (query, answer) in queries.iter().zip(answers) {
        let one = caller.post("/v1/screen", query);
        match answer.get("errors") {
            Some(errors) => {
                let word = errors[0].as_str().unwrap().split_once(": ").unwrap().1;
                is_problem(&one, 422, &word.replace('"', "\\\""));
            }
            None => {
                assert_eq!(one.json()["results"], answer["results"]);
                assert_eq!(one.json()["policy"], batch["policy"]);
            }
        }
    }

    // The stream gives a line for a line, in order, those that cannot be read too.
    let mut text: Vec<String> = queries.iter().map(ToString::to_string).collect();
    text.insert(2, "{".to_owned());
    text.insert(3, String::new());
    text.insert(4, r#"{"subject":{},"subject":{}}"#.to_owned());
    let answer = caller.ask("POST", "/v1/screen/stream", "", &text.join("\n"));
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    assert!(answer.header("x-rescreen-lists").is_some());
    let lines: Vec<Value> = answer.lines();
    let numbers: Vec<u64> = lines
        .iter()
        .map(|line| line["line"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [1, 2, 3, 5, 6, 7, 8, 9, 10, 11]);
    let good: Vec<&Value> = lines
        .iter()
        .filter(|line| line["line"] != 3 && line["line"] != 5)
        .collect();
    for (line, answer) in good.iter().zip(answers) {
        assert_eq!(line["results"], answer["results"]);
        assert_eq!(line["errors"].is_null(), answer["errors"].is_null());
    }
    assert!(
        lines[2]["errors"][0]
            .as_str()
            .unwrap()
            .starts_with("line 3: "),
        "{}",
        lines[2]
    );
    assert!(
        lines[3]["errors"][0].as_str().unwrap().contains("twice"),
        "{}",
        lines[3]
    );

    // As the lists were.
    let then = query("Zebulon Quartermain", json!({ "as_of": "2026-02-01" }));
    let answer = caller.post("/v1/screen", &then).json();
    assert_eq!(
        (&answer["total"], &answer["lists"][0]["published"]),
        (&json!(0), &json!("2026-01-05T00:00:00Z"))
    );
    let stream = caller.ask(
        "POST",
        "/v1/screen/stream?as_of=2026-02-01",
        "",
        &queries[7].to_string(),
    );
    assert_eq!(stream.lines()[0]["total"], 0);
    let before = query("Zebulon Quartermain", json!({ "as_of": "2020-01-01" }));
    is_problem(
        &caller.post("/v1/screen", &before),
        404,
        "had no version in force",
    );
    let when = query("Zebulon Quartermain", json!({ "as_of": "soon" }));
    is_problem(&caller.post("/v1/screen", &when), 422, "is not a moment");

    // More than a request may hold otherwise, and more than sits in a buffer.
    let many = (0..12_000)
        .map(|_| queries[0].to_string() + "\n")
        .collect::<String>();
    assert!(many.len() > 2 * 1024 * 1024 / 2);
    let answer = caller.stream("/v1/screen/stream", &many.repeat(2));
    assert_eq!(answer, 24_000);
    // A line that nobody means ends it, and the connection is cut: it must not look complete.
    let long = format!("{}\n{}", queries[0], "x".repeat(400_000));
    assert!(caller.is_cut("/v1/screen/stream", &long));
}

#[test]
fn a_subject_is_put_and_stays_screened() {
    let scratch = with_people();
    let registrar = Caller::of(&scratch, "registrar", "crm");
    let admin = Caller::of(&scratch, "admin", "ada");
    let serving = serve(&scratch);
    let (registrar, admin) = (registrar.at(&serving), admin.at(&serving));
    let path = "/v1/subjects/crm/C%2F7";
    let body = person("Anselm Wackerbarth", "1960-02-01");
    is_problem(
        &registrar.put(path, "If-Match: *\r\n", &body),
        412,
        "read it again",
    );
    let first = registrar.put(path, "If-None-Match: *\r\n", &body);
    assert_eq!(
        (first.status, first.header("etag"), first.header("location")),
        (201, Some("\"1\""), Some("/v1/subjects/crm/c%2f7")),
        "{first:?}"
    );
    let told = first.json();
    assert_eq!(
        (
            &told["id"],
            &told["state"],
            &told["version"],
            &told["alerts"][0]["state"]
        ),
        (
            &json!("crm/C/7"),
            &json!("registered"),
            &json!(1),
            &json!("open")
        )
    );
    is_problem(&registrar.put(path, "If-None-Match: *\r\n", &body), 412, "");
    // Sent again because the answer got lost, it changes nothing.
    let again = registrar.put(path, "", &body);
    assert_eq!(
        (again.status, &again.json()["state"]),
        (200, &json!("unchanged"))
    );
    let other = person("Zebulon Quartermain", "1971");
    is_problem(&registrar.put(path, "If-Match: \"2\"\r\n", &other), 412, "");
    let changed = registrar.put(path, "If-Match: \"1\"\r\n", &other);
    assert_eq!(
        (changed.header("etag"), &changed.json()["alerts"]),
        (Some("\"2\""), &json!([]))
    );
    let shown = registrar.ask("GET", path, "", "");
    assert_eq!(shown.header("etag"), Some("\"2\""));
    let versions = registrar.get(&format!("{path}/versions"))["versions"].clone();
    let names: Vec<&Value> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|v| &v["properties"]["name"][0])
        .collect();
    assert_eq!(names, ["Anselm Wackerbarth", "Zebulon Quartermain"]);
    let at = versions[0]["at"].as_str().unwrap();
    let then = registrar.get(&format!("{path}?as_of={at}"));
    assert_eq!(then["versions"].as_array().unwrap().len(), 1);
    assert_eq!(then["alerts"][0]["state"], "open");
    is_problem(
        &registrar.ask("GET", &format!("{path}?as_of=2020-01-01"), "", ""),
        404,
        "later than that",
    );

    // A list that changes finds whoever is registered.
    let mut people = crowd();
    people.push((21, "Zebulon Quartermain", "1971"));
    scratch.update_people(&people, "2026-03-01");
    assert_eq!(registrar.get(path)["alerts"][1]["state"], "open");

    for (body, word) in [
        (
            json!({ "schema": "Person", "properties": {} }),
            "neither a name",
        ),
        (
            json!({ "id": "other", "properties": { "name": ["A B"] } }),
            "that of the address",
        ),
        (json!([]), "an object"),
    ] {
        is_problem(&registrar.put(path, "", &body), 422, word);
    }
    is_problem(&registrar.ask("PUT", path, "", "{"), 400, "not JSON");
    is_problem(
        &registrar.put("/v1/subjects/a%2Fb/1", "", &other),
        404,
        "no such subject",
    );
    let reason = json!({ "reason": "asked for it" });
    is_problem(
        &registrar.post(&format!("{path}/erase"), &reason),
        403,
        "admin",
    );
    is_problem(
        &admin.post(&format!("{path}/erase"), &json!({ "reason": " " })),
        400,
        "reason",
    );
    let erased = admin.post(&format!("{path}/erase"), &reason).json();
    assert_eq!(erased["erased"], "crm/C/7");
    is_problem(
        &admin.post(&format!("{path}/erase"), &reason),
        404,
        "no subject",
    );
    is_problem(&registrar.ask("GET", path, "", ""), 404, "no subject");
    assert_eq!(
        registrar.get("/v1/alerts/1")["subject"]["caption"],
        Value::Null
    );
}

#[test]
fn people_decide_under_their_own_names() {
    let scratch = with_people();
    let callers = [
        ("analyst", "ann"),
        ("approver", "ben"),
        ("registrar", "crm"),
    ];
    let callers = callers.map(|(role, name)| Caller::of(&scratch, role, name));
    let serving = serve(&scratch);
    let [ann, ben, crm] = callers.map(|caller| caller.at(&serving));
    for n in 1..=5 {
        let body = person(crowd()[n - 1].1, "1960");
        assert_eq!(
            crm.put(&format!("/v1/subjects/crm/{n}"), "", &body).status,
            201
        );
    }
    let act = |who: &Caller, act: &str, headers: &str, body: &Value| {
        who.ask(
            "POST",
            &format!("/v1/alerts/1/{act}"),
            headers,
            &body.to_string(),
        )
    };
    is_problem(
        &act(&crm, "assign", "", &json!({})),
        403,
        "analyst, approver, admin",
    );
    let none = ann.ask("POST", "/v1/alerts/1/assign", "", "");
    assert_eq!(
        (none.status, none.header("etag")),
        (200, Some("\"1\"")),
        "{none:?}"
    );
    assert_eq!(
        none.json()["assignee"],
        "ann",
        "who acts is the token's person"
    );
    assert_eq!(
        act(&ann, "review", "If-Match: \"1\"\r\n", &json!({})).status,
        200
    );
    is_problem(
        &act(&ann, "note", "If-Match: \"1\"\r\n", &json!({ "text": "x" })),
        412,
        "revision 2",
    );
    let propose = json!({
        "outcome": "false-positive", "reason_code": "other-person", "text": "another one", "facts": ["birthDate"],
    });
    let key = "Idempotency-Key: \"p-1\"\r\n";
    let proposed = act(&ann, "propose", key, &propose);
    assert_eq!(proposed.json()["case"], "proposed", "{proposed:?}");
    assert_eq!(proposed.json()["proposal"]["by"], "ann");
    let again = act(&ann, "propose", key, &propose);
    assert_eq!(
        (again.status, again.json()),
        (200, proposed.json()),
        "one intent happens once"
    );
    is_problem(
        &act(&ann, "note", key, &json!({ "text": "x" })),
        409,
        "was used for another command",
    );
    is_problem(&act(&ann, "approve", "", &json!({})), 403, "approver");
    let approved = act(&ben, "approve", "If-Match: \"3\"\r\n", &json!({}));
    assert_eq!(
        (
            &approved.json()["state"],
            &approved.json()["decision"]["approved_by"]
        ),
        (&json!("released"), &json!("ben"))
    );
    is_problem(
        &act(&ben, "approve", "", &json!({})),
        409,
        "while the case is decided",
    );
    for (name, body) in [
        (
            "dispute",
            json!({ "reason": "it is not me", "due": "2999-01-01" }),
        ),
        ("escalate", json!({ "reason": "urgent" })),
        ("note", json!({ "text": "called" })),
        ("review", json!({})),
        ("snooze", json!({ "until": "2020-01-01" })),
    ] {
        let status = act(&ben, name, "", &body).status;
        assert_eq!(status, if name == "snooze" { 409 } else { 200 }, "{name}");
    }
    for (name, body, word) in [
        (
            "propose",
            json!({ "outcome": "maybe", "reason_code": "x" }),
            "inconclusive",
        ),
        ("propose", json!({ "outcome": "true-match" }), "reason_code"),
        ("note", json!({ "text": "x", "more": 1 }), "unknown field"),
        (
            "dispose",
            json!({ "kind": "x", "authority": "y" }),
            "frozen",
        ),
        ("snooze", json!({ "until": "soon" }), "moment"),
    ] {
        is_problem(&act(&ben, name, "", &body), 422, word);
    }
    is_problem(
        &ann.post("/v1/alerts/99/note", &json!({ "text": "x" })),
        404,
        "no alert 99",
    );
    is_problem(
        &ann.post("/v1/alerts/x/note", &json!({ "text": "x" })),
        404,
        "",
    );

    // Pages: all of them, each once, newest first.
    let mut seen = Vec::new();
    let mut path = "/v1/alerts?limit=2".to_owned();
    loop {
        let page = crm.get(&path);
        let ids = page["alerts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|alert| alert["id"].as_i64().unwrap());
        seen.extend(ids);
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/alerts?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    let count = |query: &str| {
        crm.get(&format!("/v1/alerts?{query}"))["alerts"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(
        [
            count("state=open"),
            count("case=in-review"),
            count("assignee=Ann"),
            count("outcome=true-match")
        ],
        [4, 1, 0, 0]
    );
    is_problem(
        &crm.ask("GET", "/v1/alerts?state=shut", "", ""),
        422,
        "under-review",
    );
    is_problem(
        &crm.ask("GET", "/v1/alerts?cursor=x", "", ""),
        422,
        "page before",
    );
    is_problem(
        &crm.ask("GET", "/v1/alerts?limit=0", "", ""),
        422,
        "1 to 1000",
    );
}

#[test]
fn who_is_listed_at_the_desk_counts_there_too() {
    let scratch = with_people();
    let ann = Caller::of(&scratch, "approver", "ann");
    let eve = Caller::of(&scratch, "approver", "eve");
    for (name, role) in [("ada", "admin"), ("ann", "analyst")] {
        scratch.ok(&["user", "add", name, "--role", role, "--as", "ada"]);
    }
    let add = ["subject", "add", "--source", "crm", "--external-id", "7"];
    scratch.ok(&[&add[..], &["--name", "Anselm Wackerbarth"]].concat());
    let serving = serve(&scratch);
    let (ann, eve) = (ann.at(&serving), eve.at(&serving));
    let nothing = json!({});
    assert_eq!(ann.post("/v1/alerts/1/review", &nothing).status, 200);
    is_problem(
        &ann.post("/v1/alerts/1/approve", &nothing),
        403,
        "may not approve",
    );
    is_problem(
        &eve.post("/v1/alerts/1/approve", &nothing),
        403,
        "no user 'eve'",
    );
}

#[test]
fn a_version_held_back_is_released_and_a_policy_is_set_once() {
    let scratch = with_people();
    let admin = Caller::of(&scratch, "admin", "ada");
    let (code, held) = scratch.update_people(&crowd()[..5], "2026-02-01");
    assert_eq!((code, &held["state"]), (5, &json!("quarantined")));
    let serving = serve(&scratch);
    let admin = admin.at(&serving);
    let put = |id: &str, name: &str| {
        admin
            .put(&format!("/v1/subjects/crm/{id}"), "", &person(name, "1960"))
            .status
    };
    assert_eq!(
        (
            put("1", "Anselm Wackerbarth"),
            put("2", "Theodora Papazogloumis")
        ),
        (201, 201)
    );
    let list = admin.get("/v1/lists/people");
    let version = list["waiting"]["version"].as_str().unwrap();
    let path = format!("/v1/lists/people/versions/{version}");
    let held = admin.get(&path);
    assert_eq!(
        (&held["state"], &held["noticed"]),
        (&json!("quarantined"), &json!([]))
    );
    assert!(held["reasons"][0]["message"].is_string(), "{held}");
    let reason = json!({ "reason": "the publisher says so" });
    let done = admin.post(&format!("{path}/release"), &reason).json();
    assert_eq!(
        (&done["entries"], &done["sweep"]["alerts_withdrawn"]),
        (&json!(5), &json!(1)),
        "{done}"
    );
    let again = admin.post(&format!("{path}/release"), &reason);
    assert_eq!((again.status, &again.json()["sweep"]), (200, &Value::Null));
    is_problem(
        &admin.post(&format!("{path}/release"), &json!({ "reason": "x" })),
        409,
        "not quarantined",
    );
    assert_eq!(
        admin.get("/v1/lists/people?as_of=2026-01-20")["entries"],
        20
    );
    is_problem(
        &admin.ask("GET", "/v1/lists/nothing", "", ""),
        404,
        "nothing",
    );
    is_problem(
        &admin.ask("GET", "/v1/lists/people/versions/2019", "", ""),
        404,
        "2019",
    );

    let policy = admin.ask("GET", "/v1/policy", "", "");
    let tag = policy.header("etag").unwrap().to_owned();
    let forecast = admin
        .post(
            "/v1/policy/forecast",
            &json!({ "review": 0.99, "match": 0.99 }),
        )
        .json();
    assert_eq!(forecast["sweep"]["alerts_withdrawn"], 1, "{forecast}");
    assert_eq!(
        admin.ask("GET", "/v1/policy", "", "").header("etag"),
        Some(&*tag),
        "a forecast changes nothing"
    );
    let wanted = json!({ "review": 0.99, "match": 0.99, "reason": "fewer" });
    let set = |condition: &str| admin.put("/v1/policy", condition, &wanted);
    is_problem(&set("If-Match: \"x\"\r\n"), 412, "policy in force");
    let done = set(&format!("If-Match: {tag}\r\n"));
    let (mut then, mut now) = (forecast["sweep"].clone(), done.json()["sweep"].clone());
    for sweep in [&mut then, &mut now] {
        sweep.as_object_mut().unwrap().remove("digest");
    }
    assert_eq!(then, now, "what was forecast happened");
    is_problem(&set(&format!("If-Match: {tag}\r\n")), 412, "");
    assert_eq!(
        set("").json()["sweep"],
        Value::Null,
        "the same again changes nothing"
    );
    let now = admin.get("/v1/policy");
    assert_eq!(
        (&now["by"], &now["reason"]),
        (&json!("ada"), &json!("fewer"))
    );
    assert_eq!(admin.get("/v1/policy?as_of=2026-01-01")["by"], Value::Null);
    let scope = json!({ "lists": ["people"], "topics": ["sanction"], "reason": "these" });
    let scoped = admin.put("/v1/policy", "", &scope).json()["policy"].clone();
    assert_eq!(
        (&scoped["lists"], &scoped["topics"], &scoped["review"]),
        (&json!(["people"]), &json!(["sanction"]), &json!(0.99))
    );
    let all = json!({ "lists": null, "topics": [], "reason": "all" });
    let all = admin.put("/v1/policy", "", &all).json()["policy"].clone();
    assert_eq!((&all["lists"], &all["topics"]), (&Value::Null, &json!([])));
    is_problem(
        &admin.post("/v1/policy/forecast", &json!({ "lists": ["A B"] })),
        400,
        "list name",
    );
    is_problem(
        &admin.put("/v1/policy", "", &json!({ "review": 2, "reason": "x" })),
        422,
        "0 to 1",
    );
    is_problem(
        &admin.put("/v1/policy", "", &json!({ "review": 0.9 })),
        422,
        "reason",
    );
    is_problem(
        &admin.post("/v1/policy/forecast", &json!({ "review": 0.2 })),
        400,
        "",
    );
}

#[test]
fn every_refusal_is_a_problem() {
    let scratch = with_people();
    let caller = Caller::of(&scratch, "viewer", "vic");
    let monitor = Caller::of(&scratch, "monitor", "mon");
    let serving = serve(&scratch);
    let (caller, monitor) = (caller.at(&serving), monitor.at(&serving));
    is_problem(&serving.get("/v1/alerts"), 401, "A token is needed");
    is_problem(&monitor.ask("GET", "/v1/alerts", "", ""), 403, "monitor");
    assert_eq!(monitor.get("/v1/reports/accounting")["reconciles"], true);
    is_problem(&caller.ask("GET", "/v1/nothing", "", ""), 404, "Not Found");
    let wrong = caller.ask("DELETE", "/v1/alerts", "", "");
    is_problem(&wrong, 405, "");
    assert_eq!(wrong.header("allow"), Some("get"));
    is_problem(
        &caller.ask("GET", "/v1/lists?asof=2026-01-01", "", ""),
        422,
        "expected as_of",
    );
    is_problem(
        &caller.ask("GET", "/v1/lists?as_of=x", "", ""),
        422,
        "is not a moment",
    );
    is_problem(
        &caller.ask("GET", "/v1/reports/lookback", "", ""),
        422,
        "id of an entry",
    );
    is_problem(
        &caller.ask("GET", "/v1/reports/lookback?entry=nobody", "", ""),
        404,
        "nobody",
    );
    is_problem(
        &caller.ask("GET", "/v1/entries/nobody", "", ""),
        404,
        "nobody",
    );
    is_problem(
        &caller.ask("GET", "/v1/screenings/9/replay", "", ""),
        404,
        "9",
    );
    is_problem(
        &caller.post("/v1/screen/batch", &json!({ "queries": [] })),
        422,
        "1 to 1000",
    );
    is_problem(
        &caller.post("/v1/screen", &json!({ "query": 1 })),
        422,
        "unknown field",
    );
    let plain = format!(
        "POST /v1/screen HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Type: text/csv\r\nContent-Length: 2\r\n\r\n{{}}",
        caller.token
    );
    is_problem(&serving.raw(plain.as_bytes()), 415, "application/json");
    let huge = format!(
        "POST /v1/screen HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Length: 3000000\r\n\r\n",
        caller.token
    );
    is_problem(&serving.raw(huge.as_bytes()), 413, "larger");
}

//! Running the server: its log, figures and traces, its limits, and TLS.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, channel},
    },
    thread,
};

use reqwest::blocking::Client;
use serde_json::{Value, json};
use tokio_rustls::rustls::{
    self, ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName},
};

use crate::{
    issuer::Issuer,
    serving::Serving,
    support::{Scratch, crowd},
};

const JSON: &str = "Content-Type: application/json\r\n";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn with_crowd() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2024-01-01");
    scratch
}

fn question(name: &str) -> String {
    json!({ "queries": { "q": { "schema": "Person", "properties": { "name": [name] } } } })
        .to_string()
}

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn each_request_is_a_line_of_the_log_that_says_nothing_of_persons() {
    let scratch = with_crowd();
    let made = scratch.json(&["token", "create", "--role", "screener", "--as", "ada"]);
    let token = made["token"].as_str().unwrap();
    let log = scratch.path("access.log");
    let mut serving = Serving::start_with(&scratch, &["--access-log", log.to_str().unwrap()]);
    serving.wait_for("serving ");
    let known = format!(
        "{JSON}Authorization: Bearer {token}\r\ntraceparent: 00-{TRACE}-b7ad6b7169203331-01\r\ntracestate: congo=t61\r\n"
    );
    let body = question("Anselm Wackerbarth");
    let answer = serving.request(
        "POST",
        "/match/default?note=Wackerbarth",
        &known,
        body.as_bytes(),
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    let request = answer.header("x-request-id").unwrap().to_owned();
    let parent = format!("00-{TRACE}-{request}-01");
    assert_eq!(answer.header("traceparent"), Some(&*parent));
    let state = format!("rescreen={request},congo=t61");
    assert_eq!(answer.header("tracestate"), Some(&*state));
    serving
        .request("Wackerbarth", "/search/Wackerbarth", "", b"")
        .expect(405, "");
    let unknown = serving.get("/Wackerbarth?q=Anselm");
    assert_eq!(unknown.status, 401);
    assert!(!unknown.header("traceparent").unwrap().contains(TRACE));
    assert!(serving.signal("-TERM").success());

    let said = lines(&log);
    assert_eq!(said.len(), 3, "{said:?}");
    let first = &said[0];
    for (key, value) in [
        ("event", json!("request")),
        ("method", json!("POST")),
        ("route", json!("/match/{dataset}")),
        ("status", json!(200)),
        ("token", made["id"].clone()),
        ("batch", json!(1)),
        ("request", json!(request)),
        ("trace", json!(TRACE)),
    ] {
        assert_eq!(first[key], value, "{key}: {first}");
    }
    assert!(
        first["ms"].as_f64().unwrap() > 0.0 && first["time"].is_string(),
        "{first}"
    );
    assert_eq!(
        (&said[1]["method"], &said[1]["route"], &said[1]["status"]),
        (&json!("OTHER"), &json!("/search/{dataset}"), &json!(405))
    );
    assert_eq!(
        (&said[2]["route"], &said[2]["token"]),
        (&json!("none"), &Value::Null)
    );
    let text = fs::read_to_string(&log).unwrap();
    for secret in ["Anselm", "Wackerbarth", "127.0.0.1", token] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn a_log_that_was_moved_away_is_begun_anew() {
    let scratch = with_crowd();
    let (log, old) = (scratch.path("access.log"), scratch.path("access.log.1"));
    let serving = Serving::ready(&scratch, &["--access-log", log.to_str().unwrap()]);
    let written = |file: &Path| {
        while lines(file).is_empty() {
            serving.get("/healthz");
        }
    };
    written(&log);
    fs::rename(&log, &old).unwrap();
    let id = serving.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-HUP", &id])
            .status()
            .unwrap()
            .success()
    );
    written(&log);
    let run = scratch.run(&[
        "serve",
        "--insecure-no-auth",
        "--access-log",
        "/nowhere/at/all.log",
    ]);
    assert!(
        run.code == 3 && run.err.contains("/nowhere/at/all.log"),
        "{run:?}"
    );
}

fn figure(text: &str, name: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name}: {text}"))
        .parse()
        .unwrap()
}

#[test]
fn figures_count_what_was_answered_and_say_what_is_served() {
    let scratch = with_crowd();
    scratch.write(
        "customers.csv",
        "external_id,schema,name,birth_date\nA,Person,Anselm Wackerbarth,1960\nB,Person,Nobody Atall,1970\n",
    );
    scratch.ok(&["subject", "import", "customers.csv"]);
    let serving = Serving::ready(&scratch, &[]);
    let two = json!({ "queries": {
        "a": { "schema": "Person", "properties": { "name": ["Anselm Wackerbarth"] } },
        "b": { "schema": "Person", "properties": { "name": ["Nobody Atall"] } },
    } });
    for _ in 0..3 {
        assert_eq!(serving.post("/match/default", two.to_string()).status, 200);
    }
    serving
        .post("/match/default", "{")
        .expect(422, "json_invalid");
    serving.get("/no/such/Wackerbarth");
    let answer = serving.get("/metrics");
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("application/openmetrics-text")
    );
    let text = &answer.body;
    let count = |labels: &str| figure(text, &format!("rescreen_http_requests_total{{{labels}}}"));
    let at = r#"method="POST",route="/match/{dataset}",status="#;
    assert!((count(&format!("{at}\"200\"")) - 3.0).abs() < 1e-9);
    assert!((count(&format!("{at}\"422\"")) - 1.0).abs() < 1e-9);
    assert!((count(r#"method="GET",route="none",status="404""#) - 1.0).abs() < 1e-9);
    let questions = figure(
        text,
        r#"rescreen_questions_total{route="/match/{dataset}"}"#,
    );
    assert!((questions - 6.0).abs() < 1e-9);
    let took = figure(
        text,
        r#"rescreen_http_request_duration_seconds_count{route="/match/{dataset}"}"#,
    );
    assert!((took - 4.0).abs() < 1e-9);
    let version = scratch.json(&["list", "ls"])[0]["version"].clone();
    let list = format!(r#"{{list="people",version={version}}}"#);
    let published = figure(
        text,
        &format!("rescreen_list_published_timestamp_seconds{list}"),
    );
    assert!((published - 1_704_067_200.0).abs() < 1e-3, "{published}");
    assert!((figure(text, &format!("rescreen_list_entries{list}")) - 20.0).abs() < 1e-9);
    assert!((figure(text, "rescreen_ready") - 1.0).abs() < 1e-9);
    assert!(figure(text, "rescreen_lists_stale").abs() < 1e-9);
    let screened = scratch.json(&["screen", "--name", "Anselm Wackerbarth"]);
    assert!(
        text.contains(&format!("matcher={}", screened["matcher"])),
        "{text}"
    );
    assert!(
        text.ends_with("# EOF\n") && !text.contains("Wackerbarth"),
        "{text}"
    );
}

/// Something that takes what is sent to it by HTTP, and answers 200.
fn collector() -> (String, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (send, sent) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let lower = line.to_lowercase();
                if let Some(text) = lower.strip_prefix("content-length:") {
                    length = text.trim().parse().unwrap();
                }
                head.push_str(&line);
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            reader.get_mut().write_all(answer).unwrap();
            if send.send((head, body)).is_err() {
                return;
            }
        }
    });
    (address, sent)
}

#[test]
fn a_collector_is_sent_a_span_for_each_request_in_the_callers_trace() {
    let scratch = with_crowd();
    let (address, sent) = collector();
    let mut serving = Serving::ready(&scratch, &["--otlp", &address]);
    let parent = format!("{JSON}traceparent: 00-{TRACE}-b7ad6b7169203331-01\r\n");
    let body = question("Anselm Wackerbarth");
    let answer = serving.request("POST", "/match/default", &parent, body.as_bytes());
    assert!(
        answer
            .header("traceparent")
            .unwrap()
            .starts_with(&format!("00-{TRACE}-"))
    );
    // What is left is sent at the end.
    assert!(serving.signal("-TERM").success());
    let (head, body) = sent.recv().unwrap();
    assert!(head.starts_with("POST /v1/traces "), "{head}");
    let holds = |part: &[u8]| body.windows(part.len()).any(|window| window == part);
    let trace: Vec<u8> = (0..16)
        .map(|n| u8::from_str_radix(&TRACE[2 * n..2 * n + 2], 16).unwrap())
        .collect();
    assert!(holds(b"rescreen") && holds(b"POST /match/{dataset}") && holds(&trace));
    assert!(!holds(b"Wackerbarth") && !holds(b"127.0.0.1"));
    for bad in ["127.0.0.1:4318", "ftp://127.0.0.1"] {
        let run = scratch.run(&["serve", "--insecure-no-auth", "--otlp", bad]);
        assert!(run.code == 2 && run.err.contains("collector"), "{run:?}");
    }
}

#[test]
fn spans_that_nobody_takes_are_counted() {
    let scratch = with_crowd();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let serving = Serving::ready(&scratch, &["--otlp", &address]);
    while figure(&serving.get("/metrics").body, "rescreen_spans_lost_total") < 1.0 {
        thread::yield_now();
    }
}

#[test]
fn large_answers_are_compressed_for_whoever_can_read_that() {
    let scratch = with_crowd();
    let serving = Serving::ready(&scratch, &[]);
    let gzip = "Accept-Encoding: gzip\r\n";
    let coding = |path: &str, headers: &str| {
        let answer = serving.request("HEAD", path, headers, b"");
        answer.header("content-encoding").map(str::to_owned)
    };
    assert_eq!(coding("/openapi.json", gzip).as_deref(), Some("gzip"));
    assert_eq!(coding("/openapi.json", ""), None);
    assert_eq!(coding("/healthz", gzip), None, "small");
    let mut stream = TcpStream::connect(&serving.address).unwrap();
    let head =
        format!("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{gzip}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let plain = serving.get("/openapi.json").body.len();
    assert!(bytes.len() < plain / 2, "{} of {plain}", bytes.len());
    // reqwest reads it as any client does.
    let read: Value = serde_json::from_str(
        &Client::new()
            .get(format!("http://{}/openapi.json", serving.address))
            .send()
            .unwrap()
            .text()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(read["openapi"], "3.1.0");
}

#[test]
fn web_pages_may_ask_where_their_origin_is_named_and_nowhere_else() {
    let scratch = with_crowd();
    let preflight = |serving: &Serving, origin: &str| {
        let headers = format!(
            "Origin: {origin}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,content-type\r\n"
        );
        let answer = serving.request("OPTIONS", "/match/default", &headers, b"");
        answer
            .header("access-control-allow-origin")
            .map(str::to_owned)
    };
    let silent = Serving::ready(&scratch, &[]);
    assert_eq!(preflight(&silent, "https://cases.example"), None);
    drop(silent);
    let serving = Serving::ready(&scratch, &["--cors-origin", "https://cases.example"]);
    assert_eq!(
        preflight(&serving, "https://cases.example").as_deref(),
        Some("https://cases.example")
    );
    assert_eq!(preflight(&serving, "https://evil.example"), None);
    let from = "Origin: https://cases.example\r\n";
    let answer = serving.request("GET", "/catalog", from, b"");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://cases.example")
    );
    assert!(
        answer
            .header("access-control-expose-headers")
            .unwrap()
            .contains("x-rescreen-lists")
    );
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    drop(serving);
    let any = ["serve", "--insecure-no-auth", "--cors-origin", "*"];
    assert_eq!(scratch.run(&any).code, 5);
    let bad = [
        "serve",
        "--insecure-no-auth",
        "--cors-origin",
        "cases.example",
    ];
    assert_eq!(scratch.run(&bad).code, 2);
}

#[test]
fn nobody_holds_a_connection_for_ever() {
    let scratch = with_crowd();
    let limits = [
        "--header-timeout",
        "1",
        "--request-timeout",
        "1",
        "--max-connections",
        "2",
    ];
    let serving = Serving::ready(&scratch, &limits);
    let open = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(&serving.address).unwrap();
        stream.write_all(bytes).unwrap();
        stream
    };
    let rest = |mut stream: TcpStream| {
        let mut text = String::new();
        // A connection that is reset is closed as well.
        let _reset = stream.read_to_string(&mut text);
        text
    };
    // Half a head, nothing at all, and a line every moment.
    let (half, idle) = (open(b"GET /healthz HTTP/1.1\r\nHost: local"), open(b""));
    assert!(!rest(half).contains("200 OK"));
    assert_eq!(rest(idle), "");
    let mut dripping = open(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
    let mut count = 0_u64;
    while dripping.write_all(b"X-Drip: 1\r\n").is_ok() {
        count += 1;
        assert!(count < 10_000_000, "never closed");
    }
    // A body that never comes is told; one that is cut short is nobody's.
    let head = "POST /match/default HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"queries\":";
    let late = rest(open(head.as_bytes()));
    assert!(
        late.starts_with("HTTP/1.1 408 ") && late.contains("too long"),
        "{late}"
    );
    // Both places are free again.
    for _ in 0..5 {
        assert_eq!(serving.get("/healthz").status, 200);
    }
}

#[test]
fn whatever_is_sent_is_answered_or_refused() {
    let scratch = with_crowd();
    let serving = Serving::ready(&scratch, &[]);
    let host = format!("Host: {}\r\nConnection: close\r\n", serving.address);
    let post = |headers: &str, body: &[u8]| {
        let head = format!("POST /match/default HTTP/1.1\r\n{host}{JSON}{headers}\r\n");
        serving.raw(&[head.as_bytes(), body].concat())
    };
    // More than is taken, without saying so before.
    let mut chunks = Vec::new();
    for _ in 0..40 {
        chunks.extend_from_slice(b"10000\r\n");
        chunks.extend_from_slice(&vec![b' '; 0x10000]);
        chunks.extend_from_slice(b"\r\n");
    }
    chunks.extend_from_slice(b"0\r\n\r\n");
    let mut stream = TcpStream::connect(&serving.address).unwrap();
    let head =
        format!("POST /match/default HTTP/1.1\r\n{host}{JSON}Transfer-Encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    // It may close before it has read it all.
    let _closed = stream.write_all(&chunks);
    let mut line = String::new();
    if BufReader::new(stream).read_line(&mut line).is_ok() && !line.is_empty() {
        assert!(line.starts_with("HTTP/1.1 413 "), "{line}");
    }
    for (status, headers, body) in [
        (
            400,
            "Transfer-Encoding: chunked\r\n",
            &b"zz\r\n{}\r\n0\r\n\r\n"[..],
        ),
        (400, "Content-Length: 2\r\nContent-Length: 3\r\n", b"{}"),
        (400, "Content-Length: -1\r\n", b"{}"),
        (400, "No colon\r\n", b""),
        // Other encodings of text than UTF-8, and a body that is packed.
        (422, "Content-Length: 4\r\n", b"\xff\xfe{\0"),
        (422, "Content-Length: 5\r\n", b"\xef\xbb\xbf{}"),
        (
            422,
            "Content-Encoding: gzip\r\nContent-Length: 4\r\n",
            b"\x1f\x8b\x08\0",
        ),
    ] {
        let answer = post(headers, body);
        assert_eq!(answer.status, status, "{headers:?} {body:?}: {answer:?}");
    }
    let deep = format!("{}{}", r#"{"queries":"#.repeat(1000), "1");
    serving
        .post("/match/default", deep)
        .expect(422, "json_invalid");
    let twice = r#"{"queries":{"q":{"schema":"Person","schema":"Vessel","properties":{}}}}"#;
    serving.post("/match/default", twice).expect(422, "twice");
    for path in [
        "/search/default?q=%ff%fe",
        "/search/%ff",
        "/entities/%ff",
        "/search/default?limit=%00",
    ] {
        let answer = serving.get(path);
        assert!(
            (400..500).contains(&answer.status) || answer.status == 200,
            "{path}: {answer:?}"
        );
    }
    let many = "X-Many: 1\r\n".repeat(200);
    let answer = serving.request("GET", "/healthz", &many, b"");
    assert_eq!(answer.status, 431, "{answer:?}");
    let answer = serving.request(
        "GET",
        "/healthz",
        &format!("X-Long: {}\r\n", "x".repeat(200_000)),
        b"",
    );
    assert_eq!(answer.status, 431);
    assert_eq!(serving.get("/readyz").status, 200);
}

#[test]
fn lists_change_under_load_and_no_request_fails() {
    let scratch = with_crowd();
    let serving = Serving::ready(&scratch, &[]);
    let (is_over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let url = format!("http://{}/match/default", serving.address);
    let ask = || {
        let client = Client::new();
        while !is_over.load(Ordering::Relaxed) {
            let body = question("Anselm Wackerbarth");
            let sent = client
                .post(&url)
                .header("content-type", "application/json")
                .body(body);
            let answer = sent.send().unwrap();
            assert_eq!(answer.status(), 200);
            let found: Value = serde_json::from_str(&answer.text().unwrap()).unwrap();
            assert_eq!(found["responses"]["q"]["total"]["value"], 1, "{found}");
            asked.fetch_add(1, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(ask);
        }
        let mut rows = crowd();
        for (round, published) in ["2024-02-01", "2024-03-01", "2024-04-01"]
            .iter()
            .enumerate()
        {
            rows.push((21 + round as u32, "Ulrike Feldspatz", "1970"));
            scratch.update_people(&rows, published);
            serving.wait_for("serving ");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(asked.load(Ordering::Relaxed) > 3);
    let answer = serving.post("/match/default", question("Ulrike Feldspatz"));
    assert_eq!(answer.json()["responses"]["q"]["total"]["value"], 3);
}

/// A certificate that vouches for itself, and a client that trusts it and nothing else.
fn certificate(scratch: &Scratch) -> (Client, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let pem = made.cert.pem();
    scratch.write("server.key", made.signing_key.serialize_pem());
    scratch.write("server.pem", &pem);
    let trusted = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
    let client = Client::builder()
        .tls_certs_only([trusted])
        .pool_max_idle_per_host(0);
    (client.build().unwrap(), made.cert.der().clone())
}

#[test]
fn tls_is_spoken_with_a_certificate_that_may_change_while_serving() {
    let scratch = with_crowd();
    let (first, _) = certificate(&scratch);
    let tls = ["--tls-cert", "server.pem", "--tls-key", "server.key"];
    let serving = Serving::ready(&scratch, &tls);
    let url = format!("https://{}/reconcile/default", serving.address);
    let is_known = |client: &Client| {
        client
            .get(&url)
            .send()
            .is_ok_and(|answer| answer.status() == 200)
    };
    assert!(is_known(&first));
    let text = first.get(&url).send().unwrap().text().unwrap();
    assert!(text.contains("https://127.0.0.1"), "{text}");
    // Whoever speaks no TLS is not answered.
    let mut plain = TcpStream::connect(&serving.address).unwrap();
    plain
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut bytes = Vec::new();
    let _reset = plain.read_to_end(&mut bytes);
    assert!(!String::from_utf8_lossy(&bytes).contains("HTTP/1.1"));

    let (second, _) = certificate(&scratch);
    serving.wait_for("the certificate was read again");
    assert!(is_known(&second) && !is_known(&first));
    scratch.write("server.pem", "no certificate");
    let line = serving.wait_for("the certificate from before stays in use");
    assert!(line.contains("server.pem"), "{line}");
    assert!(is_known(&second));
    drop(serving);
    let run = scratch.run(
        &[
            &["serve", "--insecure-no-auth", "--listen", "127.0.0.1:0"],
            &tls[..],
        ]
        .concat(),
    );
    assert!(run.code == 3 && run.err.contains("server.pem"), "{run:?}");
    let half = scratch.run(&["serve", "--insecure-no-auth", "--tls-cert", "server.pem"]);
    assert!(half.code == 2 && half.err.contains("--tls-key"), "{half:?}");
}

#[test]
fn what_is_under_way_is_answered_under_tls_too() {
    let scratch = with_crowd();
    let (_, trusted) = certificate(&scratch);
    let log = scratch.path("access.log");
    let tls = ["--tls-cert", "server.pem", "--tls-key", "server.key"];
    let logged = ["--access-log", log.to_str().unwrap()];
    let mut serving = Serving::ready(&scratch, &[&tls[..], &logged].concat());
    let idle = TcpStream::connect(&serving.address).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let socket = TcpStream::connect(&serving.address).unwrap();
    let mut reader = BufReader::new(StreamOwned::new(connection, socket));
    let body = question("Anselm Wackerbarth");
    let head = format!(
        "POST /match/default HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    reader.get_mut().write_all(head.as_bytes()).unwrap();
    // The handler runs once it asks for the body.
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.contains("100"), "{line}");
    let id = serving.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    serving.wait_for("stopping");
    reader.get_mut().write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    reader.read_to_string(&mut answer).unwrap();
    assert!(
        answer.contains("200 OK") && answer.contains("people-1"),
        "{answer}"
    );
    drop(idle);
    assert!(serving.child.wait().unwrap().success());
    assert_eq!(lines(&log).len(), 1, "the log is written to its end");
}

#[test]
fn a_token_of_an_identity_provider_opens_what_its_role_may() {
    let scratch = with_crowd();
    let issuer = Issuer::start();
    let log = scratch.path("access.log");
    let named = [
        "--oidc-issuer",
        &issuer.url,
        "--oidc-audience",
        "rescreen",
        "--oidc-role-claim",
        "realm.roles",
    ];
    let meant = [
        "--oidc-role",
        "compliance=screener",
        "--oidc-tenant-claim",
        "tenant",
    ];
    let logged = ["--access-log", log.to_str().unwrap()];
    // No token of ours is needed.
    let mut serving = Serving::start_with(&scratch, &[&named[..], &meant, &logged].concat());
    serving.wait_for("serving ");
    let sign = |kid: &str, role: &str, tenant: &str| {
        issuer.sign(
            kid,
            &json!({
                "iss": issuer.url, "aud": "rescreen", "sub": "ada@bank.example", "exp": 4_000_000_000_u64,
                "realm": { "roles": [role] }, "tenant": tenant,
            }),
        )
    };
    let ask = |path: &str, token: &str| {
        serving.request(
            "GET",
            path,
            &format!("Authorization: Bearer {token}\r\n"),
            b"",
        )
    };
    let good = sign("k1", "compliance", "default");
    assert_eq!(ask("/catalog", &good).status, 200);
    ask("/metrics", &good).expect(403, "the token's role is screener");
    ask("/catalog", &sign("k1", "screener", "default")).expect(403, "names no role");
    ask("/catalog", &sign("k1", "compliance", "other")).expect(403, "another tenant");
    for _ in 0..10 {
        ask("/catalog", &sign("k2", "compliance", "default")).expect(401, "nobody knows its key");
    }
    assert_eq!(
        issuer.keys_asked(),
        1,
        "keys that are unknown do not make us ask again and again"
    );
    let mut broken = good.clone();
    broken.truncate(good.len() - 6);
    ask("/catalog", &format!("{broken}AAAAAA")).expect(401, "not valid");
    assert!(serving.signal("-TERM").success());
    let said = lines(&log);
    assert!(
        said[0]["token"].as_str().unwrap().starts_with("oidc-"),
        "{said:?}"
    );
    let text = fs::read_to_string(&log).unwrap();
    assert!(!text.contains(&good), "{text}");
    // Random numbers in hexadecimal spell her name now and then.
    let mut told = said.iter().flat_map(|line| line.as_object().unwrap());
    let is_random = |key: &str| ["request", "trace", "token"].contains(&key);
    assert!(
        !told.any(|(key, value)| !is_random(key) && value.to_string().contains("ada")),
        "{text}"
    );

    for (args, word) in [
        (
            &[
                "--oidc-issuer",
                "http://login.example",
                "--oidc-audience",
                "x",
            ][..],
            "https",
        ),
        (
            &["--oidc-issuer", "https://login.example"],
            "--oidc-audience",
        ),
        (
            &[&named[..], &["--oidc-role", "a=root"]].concat(),
            "screener",
        ),
        (
            &[&named[..], &["--insecure-no-auth"]].concat(),
            "--insecure-no-auth",
        ),
    ] {
        let run = scratch.run(&[&["serve"], args].concat());
        assert!(run.code == 2 && run.err.contains(word), "{args:?}: {run:?}");
    }
}

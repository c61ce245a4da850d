//! Fetching from a publisher's server, played by a small server on the loopback address.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::json;

use crate::support::Scratch;

type Answer = dyn Fn(usize, &str, &mut TcpStream) + Send + Sync;

/// A server that answers each request, numbered from 0, as told; it remembers the requests.
struct Server {
    address: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(answer: impl Fn(usize, &str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, count, answer): (_, _, Arc<Answer>) =
            (seen.clone(), AtomicUsize::new(0), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = String::new();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while reader.read_line(&mut request).is_ok_and(|n| n > 2) {}
                log.lock().unwrap().push(request.to_lowercase());
                answer(count.fetch_add(1, Ordering::SeqCst), &request, &mut stream);
            }
        });
        Self { address, seen }
    }

    fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn respond(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let _gone = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
    );
}

const BODY: &str =
    "{\"id\":\"x-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Anselm Wackerbarth\"]}}\n";

fn scratch_with(url: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.ok(&["list", "add", "far", "--format", "ftm-json", "--url", url]);
    scratch
}

#[test]
fn an_unchanged_list_costs_one_conditional_request() {
    let server = Server::start(|_, request, stream| {
        if request.to_lowercase().contains("if-none-match: \"v1\"") {
            respond(stream, "304 Not Modified", "", "");
        } else {
            let headers = "ETag: \"v1\"\r\nLast-Modified: Tue, 05 Mar 2024 10:00:00 GMT\r\n";
            respond(stream, "200 OK", headers, BODY);
        }
    });
    let scratch = scratch_with(&format!("{}/entities.ftm.json", server.address));
    let first = scratch.json(&["list", "update"]);
    assert_eq!(
        (&first["state"], &first["entries"]),
        (&json!("active"), &json!(1))
    );
    assert!(
        first["version"]
            .as_str()
            .unwrap()
            .starts_with("2024-03-05-"),
        "the server's date serves: {first}"
    );
    assert_eq!(
        scratch.json(&["list", "update", "far"])["state"],
        "unchanged"
    );
    assert_eq!(server.requests().len(), 2);
    assert!(server.requests()[0].contains("user-agent: rescreen/"));
}

#[test]
fn a_passing_failure_is_tried_again_and_a_lasting_one_is_told() {
    let server = Server::start(|n, _, stream| match n {
        0 => respond(stream, "503 Service Unavailable", "", "come back"),
        _ => respond(stream, "200 OK", "", BODY),
    });
    let scratch = scratch_with(&server.address);
    assert_eq!(scratch.json(&["list", "update", "far"])["state"], "active");

    let server = Server::start(|_, _, stream| respond(stream, "404 Not Found", "", ""));
    let run = scratch.run(&["list", "update", "far", "--url", &server.address]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("404"), "{}", run.err);
    assert_eq!(server.requests().len(), 1, "nobody tries a 404 again");
}

#[test]
fn a_web_page_instead_of_a_list_is_quarantined() {
    let server = Server::start(|n, _, stream| match n {
        0 => respond(stream, "200 OK", "", BODY),
        _ => respond(
            stream,
            "200 OK",
            "",
            "<!DOCTYPE html><html><body>Maintenance</body></html>",
        ),
    });
    let scratch = scratch_with(&server.address);
    scratch.ok(&["list", "update", "far"]);
    let run = scratch.run(&["list", "update", "far"]);
    assert_eq!(run.code, 5, "{run:?}");
    assert!(run.out.contains("[html]"), "{}", run.out);
    assert_eq!(
        scratch.json(&["screen", "--name", "Anselm Wackerbarth"])["total"],
        1
    );
}

#[test]
fn a_body_that_breaks_off_or_is_too_large_changes_nothing() {
    let server = Server::start(|_, _, stream| {
        let _gone = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n{BODY}"
        );
    });
    let scratch = scratch_with(&server.address);
    let run = scratch.run(&["list", "update", "far"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.err.contains("broke off"), "{}", run.err);
    assert_eq!(
        server.requests().len(),
        4,
        "it is tried again before it is given up"
    );

    let server = Server::start(|_, _, stream| respond(stream, "200 OK", "", &"x".repeat(2 << 20)));
    let run = scratch.run(&[
        "list",
        "update",
        "far",
        "--url",
        &server.address,
        "--max-size",
        "1",
    ]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("--max-size"), "{}", run.err);
    assert_eq!(scratch.json(&["list", "ls"])[0]["state"], "empty");
}

#[test]
fn a_file_url_works_and_plain_http_to_a_stranger_does_not() {
    let scratch = Scratch::new();
    let path = scratch.write("e.json", BODY);
    let url = format!("file://{}", path.display());
    scratch.ok(&["list", "add", "near", "--format", "ftm-json", "--url", &url]);
    assert_eq!(scratch.json(&["list", "update", "near"])["state"], "active");
    let run = scratch.run(&[
        "list",
        "add",
        "far",
        "--format",
        "ftm-json",
        "--url",
        "http://lists.example/x",
    ]);
    assert_eq!(run.code, 2);
    assert_eq!(
        scratch
            .run(&["list", "update", "near", "--url", "file:///no/such/file"])
            .code,
        3
    );
}

#[test]
fn a_held_version_is_not_forgotten_by_the_next_conditional_request() {
    let line = |n: usize| BODY.replace("x-1", &format!("x-{n}"));
    let server = Server::start(move |n, request, stream| {
        let full: String = (1..=20).map(line).collect();
        if n == 0 {
            respond(stream, "200 OK", "ETag: \"whole\"\r\n", &full);
        } else if request.to_lowercase().contains("\"cut\"") {
            respond(stream, "304 Not Modified", "", "");
        } else {
            respond(stream, "200 OK", "ETag: \"cut\"\r\n", &line(1));
        }
    });
    let scratch = scratch_with(&server.address);
    scratch.ok(&["list", "update", "far"]);
    for _ in 0..3 {
        assert_eq!(
            scratch.run(&["list", "update", "far"]).code,
            5,
            "held back as long as it is served"
        );
    }
    let waiting = &scratch.json(&["list", "ls"])[0]["waiting"];
    assert_eq!(waiting["reasons"][0]["code"], "shrink");
    assert_eq!(
        scratch.json(&["list", "show", "far"])["versions"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn tokens_in_urls_stay_out_of_messages() {
    let server = Server::start(|_, _, stream| respond(stream, "403 Forbidden", "", ""));
    let url = server.address.replace("http://", "http://user:s3cret@") + "/x?token=hidden";
    let scratch = scratch_with(&url);
    let run = scratch.run(&["list", "update", "far"]);
    let shown = scratch.ok(&["list", "show", "far"]) + &run.err;
    assert_eq!(run.code, 3);
    assert!(
        !shown.contains("s3cret") && !shown.contains("hidden"),
        "{shown}"
    );
}

#[test]
fn a_redirect_to_an_unsafe_place_is_not_followed() {
    let server = Server::start(|_, _, stream| {
        respond(
            stream,
            "302 Found",
            "Location: http://lists.example/x\r\n",
            "",
        );
    });
    let scratch = scratch_with(&server.address);
    let run = scratch.run(&["list", "update", "far"]);
    assert!(run.code == 3 && run.err.contains("not safe"), "{run:?}");
}

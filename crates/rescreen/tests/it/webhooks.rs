//! Webhooks: receivers that work, fail, hang and lie.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};

use serde_json::{Value, json};

use crate::{
    native::{Caller, person, serve},
    serving::Serving,
    support::{Scratch, crowd},
};

/// A receiver on a port of its own. What it does with its nth message, from 0, the test says.
struct Receiving {
    url: String,
    /// What came: headers in lower case, and the body.
    came: Receiver<(String, String)>,
}

fn receive(act: impl Fn(usize, &mut TcpStream) + Send + Sync + 'static) -> Receiving {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (tell, came) = channel();
    let act = std::sync::Arc::new(act);
    thread::spawn(move || {
        for (n, stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let (act, tell) = (std::sync::Arc::clone(&act), tell.clone());
            thread::spawn(move || {
                let mut stream = stream;
                if let Some(message) = read(&stream) {
                    act(n, &mut stream);
                    let _gone = tell.send(message);
                }
            });
        }
    });
    Receiving { url, came }
}

fn read(stream: &TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_lowercase();
    let length = header(&head, "content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, String::from_utf8(body).ok()?))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn say(stream: &mut TcpStream, status: &str, more: &str) {
    let answer =
        format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n{more}\r\n");
    let _gone = stream.write_all(answer.as_bytes());
}

fn with_people() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2026-01-05");
    scratch
}

/// Raises an alert for each of some subjects.
fn raise(scratch: &Scratch, from: usize, to: usize) {
    for n in from..to {
        let add = [
            "subject",
            "add",
            "--source",
            "crm",
            "--external-id",
            &n.to_string(),
        ];
        scratch.ok(&[&add[..], &["--name", crowd()[n].1, "--birth-date", "1960"]].concat());
    }
}

fn add(scratch: &Scratch, url: &str) -> (i64, String) {
    let added = scratch.json(&["webhook", "add", url, "--as", "ada"]);
    (
        added["id"].as_i64().unwrap(),
        added["secret"].as_str().unwrap().to_owned(),
    )
}

fn serve_open(scratch: &Scratch) -> Serving {
    Serving::ready(scratch, &[])
}

fn alerts(messages: &[(String, String)]) -> Vec<i64> {
    messages
        .iter()
        .map(|(_, body)| {
            serde_json::from_str::<Value>(body).unwrap()["data"]["alert"]
                .as_i64()
                .unwrap()
        })
        .collect()
}

#[test]
fn what_happens_is_told_signed_and_names_nobody() {
    let scratch = with_people();
    raise(&scratch, 0, 1);
    let receiving = receive(|_, stream| say(stream, "204 No Content", ""));
    let (id, secret) = add(&scratch, &receiving.url);
    assert_eq!(id, 1);
    // Told is what happens from now on, whoever does it and whether anybody serves or not.
    raise(&scratch, 1, 2);
    let serving = serve_open(&scratch);
    let (head, body) = receiving.came.recv().unwrap();
    let message: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (
            &message["type"],
            &message["data"]["alert"],
            &message["data"]["subject"],
            &message["data"]["state"]
        ),
        (
            &json!("alert.raised"),
            &json!(2),
            &json!("crm/1"),
            &json!("open")
        )
    );
    assert!(
        !body.contains("Oldenkott") && !body.contains("1960"),
        "{body}"
    );
    assert_eq!(header(&head, "content-type"), Some("application/json"));
    assert!(
        header(&head, "webhook-id")
            .unwrap()
            .starts_with("rescreen-1-")
    );
    assert!(
        header(&head, "webhook-signature")
            .unwrap()
            .starts_with("v1,")
    );
    assert_eq!(head.lines().next(), Some("post /hook http/1.1"));

    scratch.ok(&["alert", "note", "2", "--text", "seen", "--as", "ann"]);
    assert!(receiving.came.recv().unwrap().1.contains("alert.noted"));
    let row = loop {
        let row = scratch.json(&["webhook", "ls"])[0].clone();
        if row["waiting"] == 0 {
            break row;
        }
    };
    assert_eq!(
        (&row["delivered"], &row["failures"], &row["by"]),
        (&json!(2), &json!(0), &json!("ada"))
    );
    assert!(
        !scratch.ok(&["webhook", "ls"]).contains(&secret[6..]),
        "the secret is not shown again"
    );
    drop(serving);
}

/// The signature is checked by another hand: Python's standard library, as a receiver would.
#[test]
fn a_receiver_in_python_accepts_the_signature_and_no_other() {
    const CHECK: &str = "
import base64, hashlib, hmac, json, sys
m = json.load(sys.stdin)
key = base64.b64decode(m['secret'].removeprefix('whsec_'))
text = f\"{m['id']}.{m['time']}.{m['body']}\".encode()
print('v1,' + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode())
";
    let Ok(mut python) = Command::new("python3")
        .args(["-c", CHECK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
    else {
        eprintln!("SKIPPED: there is no python3 to check a webhook's signature with");
        return;
    };
    let scratch = with_people();
    // Base64 has capitals, so the head is kept as it came.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (_, secret) = add(&scratch, &url);
    raise(&scratch, 0, 1);
    let _serving = serve_open(&scratch);
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let header = |name: &str| header(&head, name).unwrap();
    let mut body = vec![0; header("content-length").parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    say(&mut stream, "200 OK", "");
    let message = json!({
        "secret": secret, "id": header("webhook-id"), "time": header("webhook-timestamp"),
        "body": String::from_utf8(body).unwrap(),
    });
    python
        .stdin
        .take()
        .unwrap()
        .write_all(message.to_string().as_bytes())
        .unwrap();
    let output = python.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim(),
        header("webhook-signature")
    );
}

#[test]
fn who_fails_hangs_or_lies_is_told_again_and_keeps_nobody_waiting() {
    let scratch = with_people();
    // Fails twice, then accepts.
    let failing = receive(|n, stream| match n {
        0 => say(stream, "500 Internal Server Error", ""),
        1 => drop(stream.shutdown(std::net::Shutdown::Both)),
        _ => say(stream, "200 OK", ""),
    });
    // Sends us somewhere else.
    let inside = receive(|_, stream| say(stream, "200 OK", ""));
    let elsewhere = format!("Location: {}\r\n", inside.url);
    let lying = receive(move |_, stream| say(stream, "307 Temporary Redirect", &elsewhere));
    // Takes the message and never answers.
    let hanging = receive(|_, stream| drop(stream.read(&mut [0; 1])));
    // Says yes, and then talks for ever.
    let talking = receive(|_, stream| {
        let _gone = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    let good = receive(|_, stream| say(stream, "200 OK", ""));
    for receiving in [&failing, &lying, &hanging, &talking, &good] {
        add(&scratch, &receiving.url);
    }
    raise(&scratch, 0, 3);
    let _serving = serve_open(&scratch);
    let wait = |receiving: &Receiving, n: usize| -> Vec<(String, String)> {
        (0..n).map(|_| receiving.came.recv().unwrap()).collect()
    };
    assert_eq!(alerts(&wait(&good, 3)), [1, 2, 3]);
    let row = |n: usize| scratch.json(&["webhook", "ls"])[n].clone();
    assert_eq!(row(2)["failures"], 0, "nobody waits for the one that hangs");
    // Three messages and two failures, each tried again with the id that it had.
    let came = wait(&failing, 5);
    let id = |n: usize| header(&came[n].0, "webhook-id").unwrap();
    let mut told: Vec<i64> = alerts(&came);
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, [1, 2, 3]);
    assert!((1..5).any(|n| id(n) == id(0)), "{came:?}");
    wait(&talking, 3);
    wait(&lying, 1);
    assert!(
        inside.came.try_recv().is_err(),
        "a redirect is not followed"
    );
    let row = loop {
        // The one that hangs is given up after ten seconds.
        let hanging = row(2);
        if hanging["failures"] != 0 {
            break hanging;
        }
        thread::yield_now();
    };
    assert!(
        row["error"].as_str().unwrap().contains("no answer within"),
        "{row}"
    );
    assert_eq!((&row["waiting"], &row["delivered"]), (&json!(3), &json!(0)));
    let lying = scratch.json(&["webhook", "ls"])[1].clone();
    assert!(lying["error"].as_str().unwrap().contains("307"), "{lying}");
    assert_eq!(lying["waiting"], 3, "nothing is lost");
}

#[test]
fn sudden_deaths_lose_nothing_and_what_was_told_can_be_told_again() {
    let scratch = with_people();
    let receiving = receive(|_, stream| say(stream, "200 OK", ""));
    let (id, _) = add(&scratch, &receiving.url);
    let crm = Caller::of(&scratch, "registrar", "crm");
    let mut crm = crm;
    let mut acknowledged = 0;
    for round in 0..4 {
        let mut serving = serve(&scratch);
        crm = crm.at(&serving);
        for n in 0..=round {
            let path = format!("/v1/subjects/crm/{round}-{n}");
            let body = person(crowd()[n].1, "1960");
            assert_eq!(crm.put(&path, "", &body).status, 201);
            acknowledged += 1;
        }
        // It dies while it may be telling.
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
    }
    let told = || -> std::collections::BTreeSet<i64> {
        let mut told = std::collections::BTreeSet::new();
        while told.len() < acknowledged {
            let message = receiving.came.recv().unwrap();
            told.extend(alerts(&[message]));
        }
        told
    };
    let serving = serve(&scratch);
    // Whoever died in the middle of telling is not waited for.
    let replay = |more: &[&str]| {
        let args = ["webhook", "replay", &id.to_string(), "--as", "ada"];
        scratch.json(&[&args[..], more].concat())
    };
    let first = told();
    assert_eq!(first.len(), acknowledged);
    loop {
        if scratch.json(&["webhook", "ls"])[0]["waiting"] == 0 {
            break;
        }
    }
    while receiving.came.try_recv().is_ok() {}
    let again = replay(&["--after", "0"]);
    assert_eq!(again["events"], acknowledged);
    assert_eq!(told(), first);
    assert_eq!(replay(&["--since", "2999-01-01"])["events"], 0);
    drop(serving);
    for (args, code) in [
        (&["webhook", "replay", "9", "--after", "0"][..], 4),
        (&["webhook", "replay", "1"], 2),
        (&["webhook", "rm", "9"], 4),
        (&["webhook", "add", "http://example.org/"], 2),
        (&["webhook", "add", "file:///tmp/x"], 2),
        (&["webhook", "add", "https://user:secret@example.org/"], 2),
        (&["webhook", "rm", "1"], 0),
        (&["webhook", "rm", "1"], 4),
    ] {
        assert_eq!(scratch.run(args).code, code, "{args:?}");
    }
    assert_eq!(scratch.json(&["webhook", "ls"]), json!([]));
    scratch.ok(&["user", "add", "ada", "--role", "admin", "--as", "ada"]);
    let refused = scratch.run(&["webhook", "add", "https://example.org/", "--as", "eve"]);
    assert_eq!(refused.code, 5, "{refused:?}");
}

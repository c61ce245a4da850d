//! The typed client against the real server.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
};

use rescreen_client::{
    Act, AlertFilter, Answer, Client, Error, Intent, Query, Subject, WebhookSecret,
};

use crate::{
    native::Caller,
    serving::Serving,
    support::{Scratch, crowd},
};

fn with_people() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crowd(), "2026-01-05");
    scratch
}

fn client(serving: &Serving, caller: &Caller) -> Client {
    Client::new(&format!("http://{}", serving.address), &caller.token).unwrap()
}

fn somebody() -> Subject {
    Subject::person()
        .with("name", "Anselm Wackerbarth")
        .with("birthDate", "1960")
}

#[track_caller]
fn is_refused<T: std::fmt::Debug>(answer: Result<T, Error>, status: u16, detail: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.status(), Some(status), "{error:?}");
    assert!(error.to_string().contains(detail), "{detail}: {error}");
}

#[test]
fn it_asks_keeps_follows_and_decides() {
    let scratch = with_people();
    let callers = [
        ("registrar", "crm"),
        ("analyst", "ann"),
        ("approver", "ben"),
    ];
    let callers = callers.map(|(role, name)| Caller::of(&scratch, role, name));
    let serving = Serving::start_with(&scratch, &[]);
    serving.wait_for("serving ");
    let [crm, ann, ben] = callers.map(|caller| client(&serving, &caller));

    let query = Query::about(somebody());
    let screened = crm.screen(&query).unwrap();
    assert_eq!((screened.total, &*screened.results[0].id), (1, "people-1"));
    assert_eq!(screened.basis.lists[0].name, "people");
    assert!(
        screened.results[0]
            .evidence
            .iter()
            .any(|line| line.query == "Anselm")
    );
    is_refused(
        crm.screen_as_of(&query, "2020-01-01"),
        404,
        "no version in force",
    );
    let nobody = Query::about(Subject::person());
    is_refused(crm.screen(&nobody), 422, "neither a name nor a number");
    let answers = crm.screen_batch(&[query, nobody]).unwrap();
    assert!(
        matches!(&answers[..], [Answer::Answered(found), Answer::Refused { .. }] if found.total == 1),
        "{answers:?}"
    );

    // An id is one part of the address, whatever stands in it.
    let id = "C/7 ?#ä";
    let put = crm.put_subject("crm", id, &somebody()).unwrap();
    assert_eq!(
        (&*put.state, put.version, put.alerts.len()),
        ("registered", 1, 1)
    );
    is_refused(
        crm.put_subject_if("crm", id, &somebody(), 4),
        412,
        "read it again",
    );
    let again = crm.put_subject_if("crm", id, &somebody(), 1).unwrap();
    assert_eq!(again.state, "unchanged");
    assert_eq!(crm.subject("crm", id).unwrap()["external_id"], id);
    is_refused(crm.subject("crm", "nobody"), 404, "no subject");
    assert_eq!(crm.lists().unwrap()[0].entries, 20);

    let filter = AlertFilter {
        state: Some("open".to_owned()),
        ..AlertFilter::default()
    };
    let page = crm.alerts(&filter).unwrap();
    assert_eq!((page.alerts.len(), page.next), (1, None));
    let event = crm.follow(0).next().unwrap().unwrap();
    assert_eq!((&*event.kind, event.alert), ("raised", 1));
    let page = crm.events(0).unwrap();
    assert_eq!((page.events.as_slice(), page.more), (&[event][..], false));

    let any = Intent::default();
    is_refused(crm.act(1, &Act::Review, &any), 403, "analyst");
    let seen = |revision| Intent {
        revision: Some(revision),
        key: None,
    };
    assert_eq!(
        ann.act(1, &Act::Review, &seen(0)).unwrap().case,
        "in-review"
    );
    is_refused(ann.act(1, &Act::Approve, &any), 403, "approver");
    let propose = Act::Propose {
        outcome: "false-positive".to_owned(),
        reason_code: "other-person".to_owned(),
        text: String::new(),
        facts: vec!["birthDate".to_owned()],
    };
    let named = Intent {
        revision: None,
        key: Some("p-1".to_owned()),
    };
    let proposed = ann.act(1, &propose, &named).unwrap();
    assert_eq!(ann.act(1, &propose, &named).unwrap(), proposed);
    is_refused(ben.act(1, &Act::Approve, &seen(0)), 412, "revision 2");
    let decided = ben.act(1, &Act::Approve, &seen(proposed.revision)).unwrap();
    assert_eq!(
        (&*decided.state, decided.outcome.as_deref()),
        ("released", Some("false-positive"))
    );
    assert_eq!(ben.alert(1).unwrap(), decided);
    is_refused(
        ben.act(1, &Act::Approve, &any),
        409,
        "while the case is decided",
    );

    let stranger = Client::new(&format!("http://{}", serving.address), "x").unwrap();
    is_refused(stranger.lists(), 401, "not valid");
    let mut follow = stranger.follow(0);
    assert!(follow.next().unwrap().is_err());
    assert!(follow.next().is_none(), "coming again would not mend it");
    for bad in [
        "",
        "screening.example",
        "ftp://screening.example",
        "mailto:x@y",
    ] {
        assert!(
            matches!(Client::new(bad, "x"), Err(Error::Address(_))),
            "{bad}"
        );
    }
    assert!(
        !format!("{crm:?}").contains("rescreen_"),
        "the token is not printed"
    );
}

#[test]
fn it_follows_through_a_restart() {
    let scratch = with_people();
    let caller = Caller::of(&scratch, "registrar", "crm");
    let mut serving = Serving::start_with(&scratch, &[]);
    serving.wait_for("serving ");
    let crm = client(&serving, &caller);
    let mut follow = crm.follow(0);
    let mut seen = Vec::new();
    for round in 0..3 {
        crm.put_subject("crm", &round.to_string(), &somebody())
            .unwrap();
        seen.push(follow.next().unwrap().unwrap());
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
        let address = serving.address.clone();
        serving = Serving::start_at(&scratch, &address, &[]);
        serving.wait_for("serving ");
    }
    assert_eq!(crm.events(0).unwrap().events, seen);
    assert_eq!(follow.place(), seen[2].seq);
}

#[test]
fn it_believes_the_messages_of_the_server() {
    let scratch = with_people();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let added = scratch.json(&["webhook", "add", &url, "--as", "ada"]);
    let secret = WebhookSecret::parse(added["secret"].as_str().unwrap()).unwrap();
    let add = ["subject", "add", "--source", "crm", "--external-id", "7"];
    scratch.ok(&[&add[..], &["--name", "Anselm Wackerbarth"]].concat());
    let _serving = Serving::ready(&scratch, &[]);
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let header = |name: &str| {
        let mut lines = head.lines();
        lines
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .unwrap()
    };
    let mut body = vec![0; header("content-length").parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    stream
        .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
        .unwrap();
    let (id, time) = (header("webhook-id"), header("webhook-timestamp"));
    let signature = header("webhook-signature");
    let message = secret.read(id, time, signature, &body).unwrap();
    assert_eq!((&*message.kind, message.data.alert), ("alert.raised", 1));
    assert_eq!(message.data.subject, "crm/7");
    assert!(secret.read("other", time, signature, &body).is_err());
}

#[test]
fn what_is_held_is_read_contested_and_corrected_by_the_client() {
    let scratch = with_people();
    let ann = Caller::of(&scratch, "analyst", "ann");
    let crm = Caller::of(&scratch, "registrar", "crm");
    let aud = Caller::of(&scratch, "auditor", "aud");
    let serving = crate::native::serve(&scratch);
    let [ann, crm, aud] = [ann, crm, aud].map(|caller| client(&serving, &caller));
    crm.put_subject("crm", "7", &somebody()).unwrap();
    let raised = jiff::Timestamp::now().to_string();
    let file = b"a copy of a passport".to_vec();
    let key = Intent {
        key: Some("scan".to_owned()),
        ..Intent::default()
    };
    for _ in 0..2 {
        ann.attach(1, "passport.txt", file.clone(), &key).unwrap();
    }
    let held = crm.export_subject("crm", "7").unwrap();
    let files = held["alerts"][0]["attachments"].as_array().unwrap();
    assert_eq!(files.len(), 1, "it happened once");
    let hash = files[0]["sha256"].as_str().unwrap();
    assert_eq!(crm.attachment(1, &hash[..10]).unwrap(), file);
    is_refused(crm.attach(1, "x", file, &key), 403, "analyst");

    let key = Intent {
        key: Some("letter".to_owned()),
        ..Intent::default()
    };
    let dispute = || ann.dispute("crm", "7", "it is not me", Some("2999-01-01"), &key);
    let (disputed, again) = (dispute().unwrap(), dispute().unwrap());
    assert!(disputed[0].disputed);
    assert_eq!(disputed[0].revision, again[0].revision, "it happened once");
    assert!(!ann.alert_as_of(1, &raised).unwrap().disputed);
    let other = Subject::person().with("name", "Zebulon Quartermain");
    let corrected = ann
        .correct("crm", "7", &other, "the file was mixed up")
        .unwrap();
    assert_eq!(corrected["alerts"][0]["state"], "withdrawn");
    let filter = AlertFilter {
        as_of: Some(raised),
        ..AlertFilter::default()
    };
    assert_eq!(ann.alerts(&filter).unwrap().alerts[0].state, "open");
    is_refused(ann.revoke_suppression(1, "x"), 404, "no suppression");

    let page = aud.log(None).unwrap();
    assert_eq!(page.next, None);
    assert!(
        page.entries.iter().any(|entry| entry.kind == "corrected"),
        "{page:?}"
    );
    let mut export = Vec::new();
    let bytes = aud.export_log(&mut export).unwrap();
    assert_eq!(bytes, export.len() as u64);
    let path = scratch.write("export.ndjson", export);
    let path = path.to_str().unwrap();
    let key = aud.log_key().unwrap();
    scratch.ok(&["audit", "verify", path, "--key", &key, "--whole"]);
}

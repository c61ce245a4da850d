//! The feed of alerts: whoever follows it misses nothing and sees nothing twice, whoever dies meanwhile.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    net::TcpStream,
    sync::mpsc::{Receiver, channel},
    thread,
};

use serde_json::{Value, json};

use crate::{
    native::{Caller, person, serve},
    support::Scratch,
};

const NAMES: [&str; 4] = [
    "Anselm Wackerbarth",
    "Beatrix Oldenkott",
    "Casimir Zlotnik",
    "Dorothea Quint",
];

fn with_people() -> Scratch {
    let scratch = Scratch::new();
    scratch.add_people();
    scratch.update_people(&crate::support::crowd(), "2026-01-05");
    scratch
}

/// The next event of a stream: its id as the stream says it, and its data.
fn next(stream: &mut BufReader<TcpStream>) -> Option<(i64, Value)> {
    let (mut id, mut data) = (None, None);
    let mut line = String::new();
    loop {
        line.clear();
        // Cut off in the middle of an event, it was not seen.
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(text) = line.strip_prefix("id: ") {
            id = Some(text.trim().parse().unwrap());
        } else if let Some(text) = line.strip_prefix("data: ") {
            data = Some(serde_json::from_str(text.trim()).ok()?);
        } else if line == "\n"
            && let (Some(id), Some(data)) = (id, data.take())
        {
            return Some((id, data));
        }
    }
}

#[test]
fn the_feed_is_read_page_by_page_and_as_it_happens() {
    let scratch = with_people();
    let crm = Caller::of(&scratch, "registrar", "crm");
    let serving = serve(&scratch);
    let crm = crm.at(&serving);
    let put = |n: usize| {
        let path = format!("/v1/subjects/crm/{n}");
        let body = person(NAMES[n % 4], "1960");
        assert_eq!(crm.put(&path, "", &body).status, 201);
    };
    let mut fresh = crm.open("/v1/events/stream", "");
    (0..3).for_each(put);
    let (id, event) = next(&mut fresh).unwrap();
    assert_eq!(id, event["seq"].as_i64().unwrap());
    assert_eq!(
        (&event["kind"], &event["subject"], &event["state"]),
        (&json!("raised"), &json!("crm/0"), &json!("open"))
    );
    // What another process does is told as well.
    scratch.ok(&["alert", "note", "1", "--text", "seen", "--as", "ann"]);
    next(&mut fresh);
    next(&mut fresh);
    assert_eq!(next(&mut fresh).unwrap().1["kind"], "noted");

    let mut seen = Vec::new();
    let mut after = 0;
    loop {
        let page = crm.get(&format!("/v1/events?after={after}&limit=1"));
        seen.extend(page["events"].as_array().unwrap().clone());
        after = page["next"].as_i64().unwrap();
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(seen.len(), 4);
    assert_eq!(Value::from(seen.clone()), crm.get("/v1/events")["events"]);
    let end = crm.get(&format!("/v1/events?after={after}"));
    assert_eq!((&end["events"], &end["next"]), (&json!([]), &json!(after)));
    // A browser repeats the address, and says in the header how far it came.
    let from = seen[1]["seq"].as_i64().unwrap();
    let mut again = crm.open(
        "/v1/events/stream?after=0",
        &format!("Last-Event-ID: {from}\r\n"),
    );
    assert_eq!(
        next(&mut again).unwrap().0,
        seen[2]["seq"].as_i64().unwrap()
    );
    let mut all = crm.open("/v1/events/stream?after=0", "");
    assert_eq!(next(&mut all).unwrap().1, seen[0]);
    for (path, headers) in [
        ("/v1/events?after=-1", ""),
        ("/v1/events?after=x", ""),
        ("/v1/events?since=1", ""),
        ("/v1/events/stream?after=x", ""),
        ("/v1/events/stream", "Last-Event-ID: x\r\n"),
    ] {
        let status = crm.ask("GET", path, headers, "").status;
        assert!(matches!(status, 400 | 422), "{path}: {status}");
    }
}

#[test]
fn it_stops_although_somebody_follows() {
    let scratch = with_people();
    let crm = Caller::of(&scratch, "registrar", "crm");
    let mut serving = serve(&scratch);
    let crm = crm.at(&serving);
    let mut stream = crm.open("/v1/events/stream", "");
    let begin = std::time::Instant::now();
    assert!(serving.signal("-TERM").success());
    assert!(next(&mut stream).is_none());
    // Requests under way are given ten seconds; those who follow are let go at once.
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
}

/// Follows in a thread of its own, from a place on, until the connection breaks.
fn follow(crm: &Caller, after: i64) -> Receiver<(i64, Value)> {
    let mut stream = crm.open(&format!("/v1/events/stream?after={after}"), "");
    let (tell, told) = channel();
    thread::spawn(move || {
        while let Some(event) = next(&mut stream) {
            if tell.send(event).is_err() {
                return;
            }
        }
    });
    told
}

#[test]
fn sudden_deaths_lose_and_double_no_event() {
    let scratch = with_people();
    let token = Caller::of(&scratch, "registrar", "crm");
    let mut crm = token;
    let mut seen: Vec<(i64, Value)> = Vec::new();
    let mut acknowledged = BTreeSet::new();
    for round in 0..6 {
        let mut serving = serve(&scratch);
        crm = crm.at(&serving);
        let after = seen.last().map_or(0, |(id, _)| *id);
        let followed = follow(&crm, after);
        let (tell, told) = channel();
        thread::scope(|scope| {
            let crm = &crm;
            scope.spawn(move || {
                for n in 0.. {
                    let path = format!("/v1/subjects/crm/{round}-{n}");
                    let body = person(NAMES[n % 4], "1960").to_string();
                    // The server may die at any moment of this.
                    let Some(status) = crm.try_put(&path, &body) else {
                        return;
                    };
                    assert_eq!(status, 201);
                    tell.send(format!("crm/{round}-{n}")).unwrap();
                }
            });
            for _ in 0..=(3 + 2 * round) {
                seen.push(followed.recv().unwrap());
            }
            serving.child.kill().unwrap();
            serving.child.wait().unwrap();
        });
        seen.extend(followed.iter());
        acknowledged.extend(told.iter());
    }
    let serving = serve(&scratch);
    crm = crm.at(&serving);
    let after = seen.last().map_or(0, |(id, _)| *id);
    let rest = crm.get(&format!("/v1/events?after={after}&limit=1000"));
    let rest = rest["events"].as_array().unwrap().iter();
    seen.extend(rest.map(|event| (event["seq"].as_i64().unwrap(), event.clone())));

    assert!(seen.is_sorted_by(|(a, _), (b, _)| a < b), "nothing twice");
    let whole = crm.get("/v1/events?limit=1000");
    let seen: Vec<Value> = seen.into_iter().map(|(_, event)| event).collect();
    assert_eq!(whole["events"], Value::from(seen.clone()), "nothing lost");
    let subjects: Vec<&str> = seen
        .iter()
        .map(|event| event["subject"].as_str().unwrap())
        .collect();
    let distinct: BTreeSet<&str> = subjects.iter().copied().collect();
    assert_eq!(distinct.len(), subjects.len(), "one alert each");
    assert!(acknowledged.len() > 20, "{}", acknowledged.len());
    for subject in &acknowledged {
        assert!(
            distinct.contains(subject.as_str()),
            "{subject} was acknowledged"
        );
    }
}

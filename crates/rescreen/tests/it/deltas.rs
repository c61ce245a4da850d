//! Lists whose publisher offers deltas: taken where they lead to the newest edition, and whole, with the reason, where not.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use crate::support::Scratch;

type Files = BTreeMap<String, String>;

/// A publisher whose files change, and who remembers what was asked for.
struct Publisher {
    url: String,
    files: Arc<Mutex<Files>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Publisher {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (files, asked) = (Arc::default(), Arc::default());
        let (shared, log): (Arc<Mutex<Files>>, Arc<Mutex<Vec<String>>>) =
            (Arc::clone(&files), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut reader = BufReader::new(stream.unwrap());
                let (mut head, mut line) = (String::new(), String::new());
                while reader.read_line(&mut line).unwrap() > 2 {
                    head.push_str(&line);
                    line.clear();
                }
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let body = shared.lock().unwrap().get(&path).cloned();
                let (status, body) = match body {
                    // As the publisher does whose newest files lie where their edition is named.
                    Some(to) if to.starts_with('/') => {
                        (format!("307 Moved\r\nLocation: {to}"), String::new())
                    }
                    Some(body) => ("200 OK".to_owned(), body),
                    None => ("404 Not Found".to_owned(), String::new()),
                };
                log.lock().unwrap().push(path);
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                reader.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { url, files, asked }
    }

    fn put(&self, path: &str, body: impl Into<String>) {
        let mut files = self.files.lock().unwrap();
        files.insert(path.to_owned(), body.into());
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    /// Publishes an edition whole, and says of it what `more` says beside.
    fn publish(&self, label: &str, people: &[(u32, &str)], more: &Value) {
        let file = whole(people);
        let place = format!("/{label}/entities.ftm.json");
        let mut dataset = json!({
            "name": "crew", "title": "The crew", "version": label, "entity_count": people.len(),
            "delta_url": format!("{}/delta.json", self.url),
            "resources": [{ "name": "entities.ftm.json", "url": format!("{}{place}", self.url) }],
        });
        let fields = dataset.as_object_mut().unwrap();
        for (key, value) in more.as_object().unwrap() {
            fields.insert(key.clone(), value.clone());
        }
        self.put(&place, file);
        self.put("/latest/index.json", "/index.json");
        self.put("/index.json", json!({ "datasets": [dataset] }).to_string());
    }

    /// Says which deltas there are.
    fn index(&self, labels: &[&str]) {
        let versions = labels.iter().map(|label| {
            let place = format!("{}/{label}/entities.delta.json", self.url);
            ((*label).to_owned(), Value::from(place))
        });
        let versions: serde_json::Map<_, _> = versions.collect();
        self.put("/delta.json", json!({ "versions": versions }).to_string());
    }

    fn delta(&self, label: &str, body: String) {
        self.put(&format!("/{label}/entities.delta.json"), body);
    }
}

fn entity(id: u32, name: &str) -> Value {
    json!({ "id": format!("cr-{id}"), "schema": "Person", "properties": { "name": [name] } })
}

fn whole(people: &[(u32, &str)]) -> String {
    let lines = people
        .iter()
        .map(|(id, name)| entity(*id, name).to_string());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn op(op: &str, id: u32, name: &str) -> String {
    let entity = if op == "DEL" {
        json!({ "id": format!("cr-{id}") })
    } else {
        entity(id, name)
    };
    format!("{}\n", json!({ "op": op, "entity": entity }))
}

const FIRST: &str = "20260105060000-aaa";
const SECOND: &str = "20260106060000-bbb";
const THIRD: &str = "20260107060000-ccc";
/// Forty names of the crew of an invented ship.
fn crew() -> Vec<(u32, &'static str)> {
    let crowd = crate::support::crowd();
    let names = crowd.iter().chain(&crowd).map(|(_, name, _)| *name);
    (1..).zip(names).collect()
}

/// The second edition: one more, one changed.
fn second() -> Vec<(u32, &'static str)> {
    let mut people = crew();
    people[4].1 = "Emeric Vasarely-Blum";
    people.push((77, "Zebedee Quillfeather"));
    people
}

/// The third: one of them gone.
fn third() -> Vec<(u32, &'static str)> {
    let mut people = second();
    people.remove(10);
    people
}

struct Following {
    publisher: Publisher,
    scratch: Scratch,
}

impl Following {
    /// A list that stands at the first edition.
    fn at_first(more: &Value) -> Self {
        let publisher = Publisher::start();
        publisher.publish(FIRST, &crew(), more);
        publisher.index(&["20260104060000-zzz"]);
        let scratch = Scratch::new();
        let manifest = format!(
            "catalogs: [{{ url: '{}/latest/index.json' }}]",
            publisher.url
        );
        scratch.write("manifest.yml", manifest);
        scratch.ok(&["list", "add", "--manifest", "manifest.yml"]);
        let report = scratch.json(&["list", "update"]);
        assert_eq!(
            (&report["state"], &report["deltas"], &report["findings"]),
            (&json!("active"), &json!(0), &json!([])),
            "{report}"
        );
        let version = report["version"].as_str().unwrap();
        assert!(version.starts_with("2026-01-05-"), "{version}");
        publisher.asked();
        Self { publisher, scratch }
    }

    fn publish_both(&self) {
        let publisher = &self.publisher;
        publisher.publish(SECOND, &second(), &json!({}));
        publisher.publish(THIRD, &third(), &json!({}));
        publisher.index(&[FIRST, SECOND, THIRD]);
        let changed = op("MOD", 5, "Emeric Vasarely-Blum") + &op("ADD", 77, "Zebedee Quillfeather");
        publisher.delta(SECOND, changed);
        publisher.delta(THIRD, op("DEL", 11, ""));
    }

    /// What a store has that takes the edition whole.
    fn version_of(people: &[(u32, &str)]) -> Value {
        let scratch = Scratch::new();
        scratch.ok(&["list", "add", "crew", "--format", "ftm-json"]);
        scratch.write("whole.json", whole(people));
        let file = ["list", "update", "crew", "--file", "whole.json"];
        scratch.json(&[&file[..], &["--published", "2026-01-07T06:00:00Z"]].concat())["version"]
            .clone()
    }

    /// Updates, and expects the third edition, taken whole for a reason that has these words in it.
    fn is_taken_whole(&self, word: &str) {
        let report = self.scratch.json(&["list", "update"]);
        assert_eq!(
            (&report["state"], &report["deltas"]),
            (&json!("active"), &json!(0)),
            "{word}: {report}"
        );
        assert_eq!(report["version"], Self::version_of(&third()), "{word}");
        let finding = &report["findings"][0];
        let message = finding["message"].as_str().unwrap_or_default();
        assert!(
            finding["code"] == "deltas-not-taken" && message.contains(word),
            "{word}: {report}"
        );
        let asked = self.publisher.asked();
        assert!(
            asked.contains(&format!("/{THIRD}/entities.ftm.json")),
            "{asked:?}"
        );
        // It is kept with the version, and what was taken whole is followed by deltas again.
        let shown = self.scratch.ok(&["list", "show", "crew", "--of", "latest"]);
        assert!(shown.contains("deltas-not-taken"), "{shown}");
        let again = self.scratch.json(&["list", "update"]);
        assert_eq!(
            (&again["state"], &again["findings"]),
            (&json!("unchanged"), &json!([]))
        );
        assert_eq!(
            self.publisher.asked(),
            ["/latest/index.json", "/index.json"]
        );
    }
}

#[test]
fn deltas_make_the_version_that_the_whole_file_makes() {
    let following = Following::at_first(&json!({}));
    let idle = following.scratch.json(&["list", "update"]);
    assert_eq!(idle["state"], "unchanged");
    assert_eq!(
        following.publisher.asked(),
        ["/latest/index.json", "/index.json"]
    );

    following.publish_both();
    let report = following.scratch.json(&["list", "update"]);
    assert_eq!(
        (&report["state"], &report["deltas"], &report["findings"]),
        (&json!("active"), &json!(2), &json!([])),
        "{report}"
    );
    assert_eq!(report["delta"]["added"], json!(["cr-77"]));
    assert_eq!(report["delta"]["removed"], json!(["cr-11"]));
    assert_eq!(report["delta"]["changed"][0]["id"], "cr-5");
    assert_eq!(report["version"], Following::version_of(&third()));
    let asked = following.publisher.asked();
    assert!(
        !asked.iter().any(|path| path.ends_with("entities.ftm.json")),
        "{asked:?}"
    );
    assert!(
        !asked.contains(&format!("/{FIRST}/entities.delta.json")),
        "{asked:?}"
    );
    let shown = following.scratch.ok(&["list", "ls"]);
    assert!(shown.contains("crew"), "{shown}");
}

#[test]
fn deltas_that_do_not_lead_to_the_newest_edition_are_not_taken_and_the_report_says_why() {
    type Spoil = fn(&Publisher);
    let spoilt: [(&str, Spoil); 9] = [
        ("404", |p| {
            p.files
                .lock()
                .unwrap()
                .remove(&format!("/{SECOND}/entities.delta.json"));
        }),
        ("404", |p| {
            p.files.lock().unwrap().remove("/delta.json");
        }),
        ("older than the oldest", |p| p.index(&[SECOND, THIRD])),
        ("no delta to the edition", |p| p.index(&[FIRST, SECOND])),
        ("cannot be read", |p| p.put("/delta.json", "<html>")),
        ("an operation", |p| {
            p.delta(SECOND, op("ADD", 77, "Zebedee Quillfeather") + "{\n");
        }),
        ("which is not there", |p| p.delta(THIRD, op("DEL", 999, ""))),
        ("do not make the 40", |p| {
            p.delta(SECOND, op("MOD", 5, "Emeric Vasarely-Blum"));
        }),
        ("names a file of this machine", |p| {
            let place = json!({ FIRST: "a", SECOND: "file:///etc/hostname", THIRD: "b" });
            p.put("/delta.json", json!({ "versions": place }).to_string());
        }),
    ];
    for (word, spoil) in spoilt {
        let following = Following::at_first(&json!({}));
        following.publish_both();
        spoil(&following.publisher);
        following.is_taken_whole(word);
    }
}

#[test]
fn deltas_are_laid_only_on_what_is_certainly_the_edition_they_follow() {
    // A checksum that agrees makes it certain; here the SHA-1 of the first edition.
    let sum: String = Sha1::digest(whole(&crew()))
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect();
    let resources = |publisher: &str, sum: &str| {
        let url = format!("{publisher}/{FIRST}/entities.ftm.json");
        json!({ "resources": [{ "name": "entities.ftm.json", "url": url, "checksum": sum }] })
    };
    let publisher = Publisher::start();
    publisher.publish(FIRST, &crew(), &resources(&publisher.url, &sum));
    let scratch = Scratch::new();
    scratch.write(
        "manifest.yml",
        format!("catalogs: [{{ url: '{}/index.json' }}]", publisher.url),
    );
    scratch.ok(&["list", "add", "--manifest", "manifest.yml"]);
    assert_eq!(scratch.json(&["list", "update"])["state"], "active");

    // One that disagrees is a file that broke on its way; what is in force stays.
    publisher.publish(
        SECOND,
        &second(),
        &resources(&publisher.url, &sum.replace('a', "b")),
    );
    let run = scratch.run(&["list", "update"]);
    assert!(
        run.code == 3 && run.err.contains("expected the SHA-1"),
        "{run:?}"
    );

    // After a file from elsewhere nobody knows which edition is in force.
    let following = Following::at_first(&json!({}));
    let mut other = crew();
    other[0].1 = "Anselm Wackerbart";
    following.scratch.write("other.json", whole(&other));
    following.scratch.ok(&[
        "list",
        "update",
        "crew",
        "--file",
        "other.json",
        "--published",
        "2026-01-06",
    ]);
    following.publish_both();
    following.is_taken_whole("not known which edition");
}

#[test]
fn deltas_of_files_are_followed_too() {
    let scratch = Scratch::new();
    let manifest = |label: &str, count: usize| {
        format!(
            "datasets:\n  - name: crew\n    path: crew.json\n    version: {label}\n    entity_count: {count}\n    delta_url: delta.json\n"
        )
    };
    scratch.write("crew.json", whole(&crew()));
    scratch.write(
        "delta.json",
        json!({ "versions": { "20260105": "none.json" } }).to_string(),
    );
    scratch.write("manifest.yml", manifest("20260105", 40));
    scratch.ok(&["list", "add", "--manifest", "manifest.yml"]);
    assert_eq!(scratch.json(&["list", "update"])["state"], "active");
    // The manifest names the next edition; its file is not touched.
    scratch.write("step.json", op("ADD", 77, "Zebedee Quillfeather"));
    let versions = json!({ "20260105": "none.json", "20260106": "step.json" });
    scratch.write("delta.json", json!({ "versions": versions }).to_string());
    scratch.write("manifest.yml", manifest("20260106", 41));
    let report = scratch.ok(&["list", "update", "crew"]);
    assert!(
        report.contains("41 entries: 1 added, 0 removed, 0 changed"),
        "{report}"
    );
    let again = scratch.ok(&["list", "add", "--manifest", "manifest.yml"]);
    assert!(again.contains("unchanged list 'crew'"), "{again}");
    // Another address is another list of files: its publisher's deltas are not of it.
    scratch.ok(&["list", "set", "crew", "--url", "file:///nowhere/crew.json"]);
    let run = scratch.run(&["list", "update", "crew"]);
    assert!(run.code == 3 && run.err.contains("nowhere"), "{run:?}");
}

//! Manifests of yente: datasets become lists, collections become names to ask by.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
    thread,
};

use serde_json::{Value, json};

use crate::{serving::Serving, support::Scratch};

fn fixture(list: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../compat/yente/lists");
    fs::read_to_string(folder.join(format!("{list}.ftm.json"))).unwrap()
}

/// A publisher that gives its files to whoever sends the token.
fn publisher(token: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let index = json!({ "datasets": [
        { "name": "harbour", "title": "The harbour", "version": "20260105", "resources": [
            { "name": "names.txt", "url": format!("{url}/names.txt") },
            { "name": "entities.ftm.json", "url": format!("{url}/harbour.json") },
        ] },
        { "name": "unwanted", "entities_url": format!("{url}/unwanted.json") },
        { "name": "hb_watch", "title": "Watched", "children": ["hb_sanctions", "hb_peps", "gone"] },
    ] });
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let (mut head, mut line) = (String::new(), String::new());
            while reader.read_line(&mut line).unwrap() > 2 {
                head.push_str(&line.to_lowercase());
                line.clear();
            }
            let is_known = head.contains(&format!("authorization: token {token}"));
            let (status, body) = match head.split(' ').nth(1) {
                _ if !is_known => ("403 Forbidden", String::new()),
                Some("/index.json") => ("200 OK", index.to_string()),
                Some("/harbour.json") => ("200 OK", fixture("harbour")),
                _ => ("404 Not Found", String::new()),
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    url
}

fn total(serving: &Serving, dataset: &str, name: &str) -> Value {
    let body =
        json!({ "queries": { "q": { "schema": "Person", "properties": { "name": [name] } } } });
    let answer = serving.post(&format!("/match/{dataset}"), body.to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["responses"]["q"]["total"]["value"].clone()
}

#[test]
fn a_manifest_of_yente_makes_lists_and_names_to_ask_by() {
    let scratch = Scratch::new();
    let url = publisher("s3cret");
    fs::create_dir(scratch.path("files")).unwrap();
    scratch.write("files/notice.json", fixture("notice"));
    let manifest = format!(
        "catalogs:\n  - url: {url}/index.json\n    auth_token: $DELIVERY_TOKEN\n    scope: harbour\n    resource_name: entities.ftm.json\n\
         datasets:\n  - name: notice\n    title: Our notices\n    path: files/notice.json\n    version: 20260105\n\
         \x20 - name: everything\n    title: Everything we screen against\n    datasets: [notice, hb_watch, everything]\n\
         \x20 - name: nothing\n    datasets: [gone]\n"
    );
    scratch.write("manifest.yml", manifest);
    let add = ["--json", "list", "add", "--manifest", "manifest.yml"];
    let untold = scratch.run(&add[1..]);
    assert!(
        untold.code == 3 && untold.err.contains("DELIVERY_TOKEN"),
        "{untold:?}"
    );
    let with = |args: &[&str], pairs: &[(&str, &str)]| {
        let output = scratch
            .command(args)
            .envs(pairs.iter().copied())
            .output()
            .unwrap();
        let text =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.code(), text)
    };
    let delivery = [("DELIVERY_TOKEN", "s3cret")];
    let (code, text) = with(&add, &delivery);
    assert_eq!(code, Some(0), "{text}");
    let added: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        added["collections"],
        json!(["hb_watch", "everything", "nothing"])
    );
    let states = |document: &Value| {
        let lists = document["lists"].as_array().unwrap().iter();
        lists
            .map(|row| format!("{} {}", row["list"], row["state"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        states(&added),
        [r#""harbour" "added""#, r#""notice" "added""#]
    );
    let (_, again) = with(&add, &delivery);
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(
        states(&again),
        [r#""harbour" "unchanged""#, r#""notice" "unchanged""#]
    );
    let (_, told) = with(&add[1..], &delivery);
    assert!(
        told.contains("RESCREEN_TOKEN_127_0_0_1") && !told.contains("s3cret"),
        "{told}"
    );

    let (code, text) = with(&["list", "update"], &[]);
    assert!(code == Some(3) && text.contains("403"), "{text}");
    let (code, text) = with(
        &["list", "update"],
        &[("RESCREEN_TOKEN_127_0_0_1", "s3cret")],
    );
    assert_eq!(code, Some(0), "{text}");
    assert!(!fs::read_dir(scratch.home()).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap_or_default();
        bytes.windows(6).any(|window| window == b"s3cret")
    }));

    let serving = Serving::ready(&scratch, &[]);
    for (dataset, ottoline, felix, zebedee) in [
        ("harbour", 1, 1, 0),
        ("hb_sanctions", 1, 0, 0),
        ("hb_watch", 1, 1, 0),
        ("everything", 1, 1, 1),
        ("default", 1, 1, 1),
    ] {
        for (name, count) in [
            ("Ottoline Grabsteyn", ottoline),
            ("Felix Grabsteyn", felix),
            ("Zebedee Quillfeather", zebedee),
        ] {
            assert_eq!(total(&serving, dataset, name), count, "{name} in {dataset}");
        }
    }
    assert_eq!(
        total(
            &serving,
            "default?include_dataset=hb_watch",
            "Zebedee Quillfeather"
        ),
        0
    );
    assert_eq!(
        total(
            &serving,
            "everything?exclude_dataset=hb_watch",
            "Ottoline Grabsteyn"
        ),
        0
    );
    let found = serving.get("/search/hb_watch?q=grabsteyn").json();
    assert_eq!(found["total"]["value"], 2);
    // Of that collection nothing is served, and no answer must look like a clearance.
    serving
        .get("/search/nothing?q=x")
        .expect(404, "No such dataset.");
    let catalog = serving.get("/catalog").json();
    let datasets = catalog["datasets"].as_array().unwrap();
    let row = datasets
        .iter()
        .find(|row| row["name"] == "everything")
        .unwrap();
    assert_eq!(
        (&row["title"], &row["children"], &row["load"]),
        (
            &json!("Everything we screen against"),
            &json!(["notice", "hb_watch"]),
            &json!(false)
        )
    );
    assert!(
        !datasets
            .iter()
            .any(|row| row["name"] == "nothing" || row["name"] == "unwanted")
    );
}

#[test]
fn a_manifest_that_cannot_be_followed_adds_nothing() {
    let scratch = Scratch::new();
    for (text, word) in [
        ("datasets: [", "manifest.yml"),
        ("datasets: []", "no dataset to load"),
        ("datasets: [{ name: a }]", "'a' has no file"),
        (
            "datasets: [{ name: a, path: x }, { name: a, path: y }]",
            "'a' is there twice",
        ),
        (
            "datasets: [{ name: a, path: x, namespace: true }]",
            "namespace",
        ),
        (
            "datasets: [{ name: a, entities_url: 'http://lists.example/x' }]",
            "https",
        ),
        (
            "catalogs: [{ url: 'http://lists.example/index.json' }]",
            "https",
        ),
        (
            "catalogs: [{ url: 'file:///nowhere/index.json' }]",
            "nowhere",
        ),
    ] {
        scratch.write("manifest.yml", text);
        let run = scratch.run(&["list", "add", "--manifest", "manifest.yml"]);
        assert!(run.code == 3 && run.err.contains(word), "{text}: {run:?}");
    }
    scratch.write(
        "index.json",
        r#"{"datasets":[{"name":"a","entities_url":"file:///a"}]}"#,
    );
    let index = scratch.path("index.json");
    scratch.write(
        "manifest.yml",
        format!(
            "catalogs: [{{ url: 'file://{}', scopes: [a, b] }}]",
            index.display()
        ),
    );
    let run = scratch.run(&["list", "add", "--manifest", "manifest.yml"]);
    assert!(
        run.code == 3 && run.err.contains("no dataset 'b'"),
        "{run:?}"
    );
    assert_eq!(scratch.json(&["list", "ls"]), json!([]));
    let both = scratch.run(&[
        "list",
        "add",
        "a",
        "--format",
        "ftm-json",
        "--manifest",
        "manifest.yml",
    ]);
    assert_eq!(both.code, 2, "{both:?}");
    assert_eq!(scratch.run(&["list", "add"]).code, 2);
}

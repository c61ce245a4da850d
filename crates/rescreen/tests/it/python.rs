//! Other people's programs against the real server: `requests` as yente's clients use it, and schemathesis over our own
//! description.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;

use crate::{native::Caller, serving::Serving, support::Scratch};

/// A program of the environment that `cargo xtask setup` makes, or `None` with a loud word about it.
pub(crate) fn python(program: &str, what: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let program = target.join("python/bin").join(program);
    if program.exists() {
        return Some(program);
    }
    eprintln!(
        "SKIPPED: {} is absent, so this is not tested: {what}; 'cargo xtask setup' installs it",
        program.display()
    );
    None
}

fn compat(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../compat")
        .join(name)
}

/// A list in two versions, and a subject with an alert.
fn with_tour() -> Scratch {
    let scratch = Scratch::new();
    let line = |id: &str, name: &str, born: &str| {
        let properties = json!({ "name": [name], "birthDate": [born] });
        json!({ "id": id, "schema": "Person", "properties": properties }).to_string() + "\n"
    };
    let mut text =
        line("t-1", "Oswin Tarbuckle", "1961-05-04") + &line("t-2", "Melisande Quorne", "1970");
    scratch.ok(&["list", "add", "tour", "--format", "ftm-json"]);
    for published in ["2026-01-05", "2026-02-02"] {
        scratch.write("tour.ndjson", &text);
        let update = ["list", "update", "tour", "--file", "tour.ndjson"];
        scratch.ok(&[&update[..], &["--published", published]].concat());
        text += &line("t-3", "Ambrose Fennimore", "1955-11-30");
    }
    let add = ["subject", "add", "--source", "crm", "--external-id", "7"];
    scratch.ok(&[&add[..], &["--name", "Ambrose Fennimore"]].concat());
    scratch
}

#[test]
fn programs_written_for_yente_with_requests_work() {
    let Some(python) = python("python", "clients of yente in Python") else {
        return;
    };
    let scratch = with_tour();
    let caller = Caller::of(&scratch, "screener", "crm");
    let serving = Serving::start_with(&scratch, &[]);
    serving.wait_for("serving ");
    let run = Command::new(python)
        .arg(compat("python/screening.py"))
        .arg(format!("http://{}", serving.address))
        .arg(&caller.token)
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    let told = String::from_utf8(run.stdout).unwrap();
    assert_eq!(told, "ok tour-1=t-1 tour-2= tour-3=t-2\n");
}

/// Runs schemathesis with our settings; gives whether it found nothing, and what it said.
fn schemathesis(program: &Path, scratch: &Scratch, args: &[&str]) -> (bool, String) {
    let folder = scratch.path("openapi");
    fs::create_dir_all(&folder).unwrap();
    for name in ["schemathesis.toml", "hooks.py"] {
        fs::copy(compat("openapi").join(name), folder.join(name)).unwrap();
    }
    let run = Command::new(program)
        .args(["run", "--no-color", "--continue-on-failure"])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    (run.status.success(), said)
}

#[test]
fn the_server_is_what_its_description_says() {
    let Some(program) = python("st", "our HTTP interface against its own description") else {
        return;
    };
    let scratch = with_tour();
    let mut serving = Serving::ready(&scratch, &[]);
    let url = format!("http://{}", serving.address);
    let (is_fine, said) = schemathesis(&program, &scratch, &[&format!("{url}/openapi.json")]);
    assert!(is_fine, "{said}");
    let description = serving.get("/openapi.json").json();
    let routes = description["paths"].as_object().unwrap().values();
    let count: usize = routes
        .map(|methods| methods.as_object().unwrap().len())
        .sum();
    // All but the one that never ends.
    assert!(said.contains(&format!("Tested: {}", count - 1)), "{said}");

    // It would notice a description that is wrong: here one in which a hash is a number.
    let mut wrong = description;
    wrong["components"]["schemas"]["Policy"]["properties"]["hash"] = json!({ "type": "integer" });
    let file = scratch.write("wrong.json", wrong.to_string());
    let file = file.to_str().unwrap();
    let only = ["--url", &url, "--include-path", "/v1/policy", file];
    let (is_fine, said) = schemathesis(&program, &scratch, &only);
    assert!(!is_fine && said.contains("is not of type"), "{said}");

    // Nothing of what came brought it down.
    assert_eq!(serving.get("/readyz").json(), json!({ "status": "ok" }));
    assert!(serving.signal("-TERM").success());
    let defects: Vec<String> = serving
        .said
        .iter()
        .filter(|line| line.contains("defect"))
        .collect();
    assert_eq!(defects, Vec::<String>::new());
}

//! The lists that OFAC and the United Nations really published.

use serde_json::json;

use crate::support::{Scratch, shared};

#[test]
fn ofac_and_un_come_in_whole_and_answer() {
    let (Some(ofac), Some(un)) = (
        shared("us-ofac/csv-2023-12-28"),
        shared("un/un_consolidated.2025-11-20.xml"),
    ) else {
        return;
    };
    let scratch = Scratch::new();
    scratch.ok(&["list", "add", "ofac", "--format", "ofac-sdn-csv"]);
    scratch.ok(&["list", "add", "un", "--format", "un-sc-xml"]);
    let file = |name: &str| ofac.join(name).to_str().unwrap().to_owned();
    let files = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"].map(file);
    let mut args = vec!["list", "update", "ofac", "--published", "2023-12-28"];
    for file in &files {
        args.extend(["--file", file]);
    }
    let report = scratch.json(&args);
    assert_eq!(
        (&report["state"], &report["entries"]),
        (&json!("active"), &json!(13_821))
    );
    let report = scratch.json(&["list", "update", "un", "--file", un.to_str().unwrap()]);
    assert_eq!(report["entries"], 1_000);
    let un = &scratch.json(&["list", "ls"])[1];
    assert_eq!(
        un["by_schema"],
        json!({ "Person": 727, "Organization": 273 })
    );
    assert_eq!(un["published"], "2025-11-20T23:00:09.067Z");

    // The house's own promise: a name in another script finds its entry, a stranger's finds nothing.
    for name in ["Айман аз-Завахири", "Ayman al Zawahri"] {
        let answer = scratch.json(&["screen", "--name", name, "--list", "ofac"]);
        assert_eq!(answer["results"][0]["id"], "ofac-2676", "{name}: {answer}");
    }
    let answer = scratch.json(&["screen", "--name", "Angela Merkel"]);
    assert_eq!(answer["results"], json!([]), "{answer}");
}

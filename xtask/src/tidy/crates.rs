//! Rules about crates: who may use whom, and who may touch the world.

use toml::{Table, Value};

use super::{Problem, Tree};

/// Which crates of the workspace a crate may depend on. A new edge is a line here, and so a decision.
const EDGES: &[(&str, &[&str])] = &[
    ("rescreen-model", &[]),
    ("rescreen-import", &["rescreen-model"]),
    ("rescreen-prepare", &["rescreen-model"]),
    ("rescreen-match", &["rescreen-model", "rescreen-prepare"]),
    (
        "rescreen-index",
        &["rescreen-match", "rescreen-model", "rescreen-prepare"],
    ),
    (
        "rescreen-screen",
        &[
            "rescreen-index",
            "rescreen-match",
            "rescreen-model",
            "rescreen-prepare",
        ],
    ),
    ("rescreen-desk", &["rescreen-model"]),
    ("rescreen-audit", &[]),
    (
        "rescreen-store",
        &[
            "rescreen-audit",
            "rescreen-desk",
            "rescreen-match",
            "rescreen-model",
            "rescreen-screen",
        ],
    ),
    (
        "rescreen-app",
        &[
            "rescreen-audit",
            "rescreen-desk",
            "rescreen-import",
            "rescreen-match",
            "rescreen-model",
            "rescreen-prepare",
            "rescreen-screen",
            "rescreen-store",
        ],
    ),
    (
        "rescreen-eval",
        &[
            "rescreen-match",
            "rescreen-model",
            "rescreen-prepare",
            "rescreen-screen",
        ],
    ),
    (
        "rescreen-train",
        &[
            "rescreen-eval",
            "rescreen-import",
            "rescreen-index",
            "rescreen-match",
            "rescreen-model",
            "rescreen-prepare",
        ],
    ),
    ("rescreen-oidc", &["rescreen-app", "rescreen-model"]),
    (
        "rescreen-api",
        &[
            "rescreen-app",
            "rescreen-desk",
            "rescreen-match",
            "rescreen-model",
            "rescreen-oidc",
            "rescreen-screen",
        ],
    ),
    (
        "rescreen-web",
        &[
            "rescreen-app",
            "rescreen-desk",
            "rescreen-match",
            "rescreen-model",
            "rescreen-oidc",
            "rescreen-screen",
        ],
    ),
    (
        "rescreen",
        &[
            "rescreen-api",
            "rescreen-app",
            "rescreen-audit",
            "rescreen-desk",
            "rescreen-eval",
            "rescreen-import",
            "rescreen-index",
            "rescreen-match",
            "rescreen-model",
            "rescreen-oidc",
            "rescreen-prepare",
            "rescreen-screen",
            "rescreen-store",
            "rescreen-web",
        ],
    ),
    ("rescreen-client", &[]),
    ("xtask", &[]),
];

/// Crates that do no I/O and read no clock, environment or randomness.
const PURE: &[&str] = &[
    "rescreen-model",
    "rescreen-import",
    "rescreen-prepare",
    "rescreen-match",
    "rescreen-index",
    "rescreen-screen",
    "rescreen-desk",
    "rescreen-audit",
    "rescreen-eval",
];

/// What a pure crate would only need in order not to be one.
const IMPURE: &[&str] = &[
    "anyhow",
    "clap",
    "directories",
    "fs4",
    "getrandom",
    "indicatif",
    "rand",
    "reqwest",
    "rusqlite",
    "tempfile",
    "tokio",
];

/// Pure crates that read wire formats. In the others, a domain type is nobody's file format.
const WIRE: &[&str] = &["rescreen-import"];

pub(super) fn edges(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, manifest) in manifests(tree, &mut problems) {
        let name = name(&manifest);
        let Some((_, allowed)) = EDGES.iter().find(|(from, _)| *from == name) else {
            problems.push(Problem::file(
                &path,
                format!("crate {name} has no row in the table of allowed dependencies"),
            ));
            continue;
        };
        for to in dependencies(&manifest) {
            if to.starts_with("rescreen") && !allowed.contains(&to.as_str()) {
                problems.push(Problem::file(
                    &path,
                    format!("{name} may not depend on {to}"),
                ));
            }
        }
    }
    problems
}

pub(super) fn lints(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, manifest) in manifests(tree, &mut problems) {
        let inherits = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(Value::as_bool);
        if inherits != Some(true) {
            problems.push(Problem::file(&path, "expected `[lints] workspace = true`"));
        }
    }
    problems
}

pub(super) fn purity(tree: &Tree) -> Vec<Problem> {
    const ATTRIBUTE: &str = "#![deny(clippy::disallowed_methods)]";
    let mut problems = Vec::new();
    for (path, manifest) in manifests(tree, &mut problems) {
        let name = name(&manifest);
        if !PURE.contains(&name) {
            continue;
        }
        let root = path.replace("Cargo.toml", "src/lib.rs");
        let is_denied = tree
            .text(&root)
            .is_some_and(|text| text.lines().any(|line| line == ATTRIBUTE));
        if !is_denied {
            problems.push(Problem::file(
                &root,
                format!("a pure crate has `{ATTRIBUTE}`"),
            ));
        }
        for to in dependencies(&manifest) {
            let is_serde = to.starts_with("serde") && !WIRE.contains(&name);
            if IMPURE.contains(&to.as_str()) || is_serde {
                problems.push(Problem::file(
                    &path,
                    format!("{name} is pure and may not depend on {to}"),
                ));
            }
        }
    }
    problems
}

fn manifests(tree: &Tree, problems: &mut Vec<Problem>) -> Vec<(String, Table)> {
    let mut manifests = Vec::new();
    for folder in tree.crates() {
        let path = format!("{folder}/Cargo.toml");
        match tree.text(&path).map(str::parse::<Table>) {
            Some(Ok(manifest)) => manifests.push((path, manifest)),
            Some(Err(error)) => problems.push(Problem::file(&path, error.to_string())),
            None => problems.push(Problem::file(&path, "is not text")),
        }
    }
    manifests
}

fn name(manifest: &Table) -> &str {
    manifest
        .get("package")
        .and_then(|package| package.get("name"))
        .and_then(Value::as_str)
        .unwrap_or("without a name")
}

/// The crates that the shipped code depends on, for every platform; those of tests are not counted.
fn dependencies(manifest: &Table) -> Vec<String> {
    let per_target = manifest.get("target").and_then(Value::as_table);
    let tables = per_target
        .into_iter()
        .flat_map(|targets| targets.values())
        .filter_map(Value::as_table)
        .chain([manifest]);
    let mut names: Vec<String> = tables
        .flat_map(|table| [table.get("dependencies"), table.get("build-dependencies")])
        .flatten()
        .filter_map(Value::as_table)
        .flat_map(|dependencies| dependencies.iter())
        .map(|(name, value)| {
            let renamed = value.get("package").and_then(Value::as_str);
            renamed.unwrap_or(name).to_owned()
        })
        .collect();
    names.sort();
    names
}

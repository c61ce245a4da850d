//! Every rule can fail, and holds on a tree that follows it.

use super::{crates, documents, sources, *};

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree {
        files: files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect(),
    }
}

/// The rule is silent about the first tree and says the message about the second.
fn check(
    rule: fn(&Tree) -> Vec<Problem>,
    good: &[(&str, &str)],
    bad: &[(&str, &str)],
    message: &str,
) {
    assert_eq!(rule(&tree(good)), []);
    let found: Vec<String> = rule(&tree(bad)).iter().map(ToString::to_string).collect();
    assert!(
        found.iter().any(|line| line.contains(message)),
        "expected '{message}', found {found:#?}"
    );
}

#[test]
fn a_link_to_nowhere_is_found() {
    let file = ("docs/manual/demo.md", "");
    let good = "[a](manual/demo.md#data), [b](../README.md), [c](https://example.org/x), [d](#e)";
    check(
        documents::links,
        &[
            file,
            ("README.md", "[docs](docs/)"),
            ("docs/index.md", good),
        ],
        &[file, ("docs/index.md", "\n[gone](manual/gone.md)")],
        "docs/index.md:2: there is no manual/gone.md",
    );
}

const MODEL: &str = "\
[package]
name = \"rescreen-model\"
[lints]
workspace = true
[dependencies]
blake3.workspace = true
[dev-dependencies]
tempfile.workspace = true
";

#[test]
fn edges_against_the_table_are_found() {
    let path = "crates/rescreen-model/Cargo.toml";
    check(
        crates::edges,
        &[(path, MODEL)],
        &[(path, &MODEL.replace("blake3", "rescreen-store"))],
        "rescreen-model may not depend on rescreen-store",
    );
    check(
        crates::edges,
        &[(path, MODEL)],
        &[(path, &MODEL.replace("rescreen-model", "rescreen-new"))],
        "no row in the table",
    );
    let hidden =
        "[target.'cfg(unix)'.dependencies]\nm = { package = \"rescreen-match\", path = \"x\" }";
    check(
        crates::edges,
        &[(path, MODEL)],
        &[(path, &format!("{MODEL}{hidden}"))],
        "may not depend on rescreen-match",
    );
}

#[test]
fn a_crate_without_the_lints_is_found() {
    let path = "crates/rescreen-model/Cargo.toml";
    check(
        crates::lints,
        &[(path, MODEL)],
        &[(path, &MODEL.replace("workspace = true\n[dep", "[dep"))],
        "[lints] workspace = true",
    );
}

#[test]
fn an_impure_crate_is_found() {
    let manifest = "crates/rescreen-model/Cargo.toml";
    let root = "crates/rescreen-model/src/lib.rs";
    let pure = "//! Model.\n#![deny(clippy::disallowed_methods)]\n";
    let good = [(manifest, MODEL), (root, pure)];
    check(
        crates::purity,
        &good,
        &[(manifest, MODEL), (root, "//! Model.\n")],
        "#![deny(clippy::disallowed_methods)]",
    );
    for crate_name in ["rusqlite", "serde_json"] {
        check(
            crates::purity,
            &good,
            &[
                (manifest, &MODEL.replace("blake3", crate_name)),
                (root, pure),
            ],
            &format!("may not depend on {crate_name}"),
        );
    }
}

#[test]
fn a_file_without_a_module_doc_is_found() {
    check(
        sources::module_docs,
        &[("a.rs", "//! What it is for.\n")],
        &[("a.rs", "use std::fs;\n//! Late.\n")],
        "a.rs:1",
    );
}

#[test]
fn invisible_characters_are_found() {
    check(
        sources::characters,
        &[("a.rs", "let rlm = '\\u{200f}';\n\tlet name = \"محمد\";")],
        &[("a.rs", "\nlet x = \"\u{202e}\";")],
        "a.rs:2: U+202E",
    );
    check(
        sources::characters,
        &[("a.md", "a\r\nb")],
        &[("a.md", "a\u{7}b")],
        "U+0007",
    );
}

#[test]
fn leftovers_are_found() {
    let mark = ["FIX", "ME"].concat();
    let good = format!("// {mark}: answers two where the standard says three\n");
    for bad in [
        format!("fn a() {{ {}!() }}", ["to", "do"].concat()),
        format!("{}!(x);", ["db", "g"].concat()),
        format!("// {mark}\n"),
        format!("// {mark}: later\n"),
    ] {
        check(
            sources::leftovers,
            &[("a.rs", &good)],
            &[("a.rs", &bad)],
            "a.rs:1",
        );
    }
}

#[test]
fn paths_of_a_machine_are_found() {
    let path = ["/tm", "p/x"].concat();
    let in_test = format!("//! A.\n#[cfg(test)]\nmod tests {{\n\"{path}\"\n}}\n");
    let good = [
        ("src/a.rs", in_test.as_str()),
        ("tests/it/tests/b.rs", path.as_str()),
    ];
    let address = format!("https://example.org{path}");
    let bad = format!("//! A.\nlet path = \"{path}\";\n");
    check(
        sources::machine_paths,
        &[good[0], good[1], ("README.md", &address)],
        &[("src/a.rs", &bad)],
        "src/a.rs:2",
    );
}

#[test]
fn large_files_are_found() {
    let large = "x".repeat(1024 * 1024 + 1);
    check(
        sources::sizes,
        &[("a.bin", &large[1..])],
        &[("a.bin", &large)],
        "a.bin: 1024 KiB",
    );
}

#[test]
fn a_missing_licence_is_found() {
    check(
        documents::license,
        &[("LICENSE", "Apache License\nVersion 2.0")],
        &[("COPYING", "")],
        "LICENSE",
    );
}

#[test]
fn an_architecture_that_names_what_is_gone_is_found() {
    let code = (
        "crates/a/src/lib.rs",
        "//! A.\nfn sweep_equals_full_screening() {}\n",
    );
    let text = "`crates/a`, `LICENSE`, `cargo test`, `Cargo.toml`: `sweep_equals_full_screening`";
    let good = [(ARCHITECTURE, text), code, ("Cargo.toml", "")];
    check(
        documents::architecture,
        &good,
        &[(ARCHITECTURE, "see `crates/b/src/x.rs`"), code],
        "there is no crates/b/src/x.rs",
    );
    check(
        documents::architecture,
        &good,
        &[(ARCHITECTURE, "kept by `nothing_keeps_this_promise`"), code],
        "there is no test nothing_keeps_this_promise",
    );
    check(documents::architecture, &good, &[code], "is missing");
}

const ARCHITECTURE: &str = "ARCHITECTURE.md";

#[test]
fn findings_and_manual_are_compared_both_ways() {
    let manual = "docs/manual/findings.md";
    let source = (
        "crates/rescreen-import/src/un.rs",
        "//! UN.\n// \"a-comment\"\nself.finding(\"date-unreadable\", 1);\nlet f = \"utf-8\";\n",
    );
    let good = [
        source,
        (
            manual,
            "# Findings\n\n### `date-unreadable`\n\nText with `other-word`.",
        ),
    ];
    check(
        documents::findings,
        &good,
        &[source, (manual, "# Findings\n")],
        "un.rs:3: docs/manual/findings.md does not explain `date-unreadable`",
    );
    check(
        documents::findings,
        &good,
        &[
            source,
            (manual, "| `date-unreadable` | x |\n| `date-gone` | y |"),
        ],
        "no importer writes `date-gone`",
    );
}

#[test]
fn the_repository_is_read_with_and_without_git() {
    let with_git = Tree::read(&shell::root()).unwrap();
    assert!(with_git.has("Cargo.toml") && with_git.has("xtask/src"));
    let mut names = Vec::new();
    walk(&shell::root(), "", &mut names).unwrap();
    assert!(names.iter().any(|name| name == "xtask/src/main.rs"));
    assert!(!names.iter().any(|name| name.starts_with("target/")));
}

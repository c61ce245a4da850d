//! The matcher's build names everything a score depends on.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{collections::BTreeSet, fs, path::Path};

fn files(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        let name = format!("{prefix}{}", file.file_name().to_str().unwrap());
        if file.file_type().unwrap().is_dir() {
            files(&file.path(), &format!("{name}/"), found);
        } else if name != "tests.rs" {
            found.insert(name);
        }
    }
}

fn check(crate_name: &str, sources: &[(&str, &str)]) {
    let mut found = BTreeSet::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    files(&crates.join(crate_name).join("src"), "", &mut found);
    let named: BTreeSet<String> = sources.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(named, found, "{crate_name}");
}

#[test]
fn every_source_file_is_part_of_the_build() {
    check("rescreen-prepare", rescreen_prepare::SOURCES);
    check("rescreen-match", rescreen_match::SOURCES);
}

#[test]
fn every_table_is_part_of_the_build() {
    let mut found = BTreeSet::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    files(&crates.join("rescreen-prepare/data"), "", &mut found);
    assert_eq!(rescreen_prepare::TABLES.len(), found.len(), "{found:?}");
}

//! What lies in the home directory is for its owner alone.

#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::Value;

use crate::{
    native::{Caller, serve, with_people},
    support::Scratch,
};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_home_and_what_lies_in_it_are_for_nobody_else() {
    let scratch = with_people();
    let home = scratch.home();
    assert_eq!(mode(&home), 0o700);
    let viewer = Caller::of(&scratch, "viewer", "vic");
    // A server keeps the store open, and so the files beside it.
    let serving = serve(&scratch);
    let viewer = viewer.at(&serving);
    assert_eq!(viewer.get("/v1/alerts")["next"], Value::Null);
    let mut names = Vec::new();
    for file in fs::read_dir(&home).unwrap() {
        let file = file.unwrap();
        let expected = if file.path().is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&file.path()), expected, "{file:?}");
        names.push(file.file_name().into_string().unwrap());
    }
    for name in [
        "rescreen.sqlite",
        "rescreen.sqlite-wal",
        "rescreen.sqlite-shm",
    ] {
        assert!(
            names.iter().any(|found| found == name),
            "{name} in {names:?}"
        );
    }
}

#[test]
fn rights_that_the_owner_gave_stay() {
    let scratch = Scratch::new();
    let home = scratch.home();
    fs::create_dir(&home).unwrap();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o750)).unwrap();
    scratch.add_people();
    let file = home.join("rescreen.sqlite");
    assert_eq!((mode(&home), mode(&file)), (0o750, 0o600));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    scratch.ok(&["list", "ls"]);
    assert_eq!(mode(&file), 0o640);
}

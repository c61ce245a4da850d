//! Who types, where nobody says.

use std::env;

/// The user of this system: by name where the session knows it, else by number, as in a container or a timer's job.
pub(crate) fn at_the_keyboard() -> String {
    ["USER", "LOGNAME"]
        .iter()
        .filter_map(|name| env::var(name).ok())
        .map(|name| name.trim().to_owned())
        .find(|name| !name.is_empty())
        .unwrap_or_else(number)
}

#[cfg(unix)]
fn number() -> String {
    use std::os::unix::fs::MetadataExt;
    // A process's own entry belongs to whoever runs it.
    std::fs::metadata("/proc/self").map_or_else(
        |_| "unknown user".to_owned(),
        |process| format!("user {}", process.uid()),
    )
}

#[cfg(not(unix))]
fn number() -> String {
    "unknown user".to_owned()
}

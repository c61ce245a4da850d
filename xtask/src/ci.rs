//! Everything that has to hold before a change is done.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::{shell, suite, tidy};

type Step = (&'static str, fn() -> Result<()>);

const STEPS: &[Step] = &[
    ("format", format),
    ("lints", lints),
    ("rules of the repository", tidy::run),
    ("documentation", documentation),
    ("licences and sources", dependencies),
    ("tests", suite::run),
];

/// Runs every step in turn and stops at the first that fails.
pub(crate) fn run() -> Result<()> {
    let mut durations: Vec<(&str, Duration)> = Vec::new();
    for (number, (name, step)) in STEPS.iter().enumerate() {
        println!("\n=== {}/{} {name} ===", number + 1, STEPS.len());
        let started = Instant::now();
        step().with_context(|| format!("{name}: this is what stopped the run"))?;
        durations.push((name, started.elapsed()));
        println!("--- {name}: {}", shell::seconds(started.elapsed()));
    }
    println!("\nAll {} steps passed:", STEPS.len());
    for (name, duration) in durations {
        println!("  {:>12}  {name}", shell::seconds(duration));
    }
    Ok(())
}

fn format() -> Result<()> {
    shell::run(shell::cargo().args(["fmt", "--all", "--check"]))?;
    // A workspace of its own.
    shell::run(shell::cargo().args(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))
}

fn lints() -> Result<()> {
    shell::run(shell::cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
}

fn documentation() -> Result<()> {
    shell::run(shell::cargo().env("RUSTDOCFLAGS", "-D warnings").args([
        "doc",
        "--workspace",
        "--no-deps",
        "--locked",
    ]))
}

fn dependencies() -> Result<()> {
    if !shell::is_available("cargo-deny") {
        println!(
            "WARNING: cargo-deny is not installed, so licences, duplicate versions and sources of dependencies were NOT \
             checked.\n         `cargo install --locked cargo-deny` installs it."
        );
        return Ok(());
    }
    shell::run(shell::cargo().args(["deny", "--locked", "check", "licenses", "bans", "sources"]))
}

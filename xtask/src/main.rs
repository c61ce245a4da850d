//! The project's automation, in Rust so that it needs nothing else: `cargo xtask COMMAND`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers, whose terminal is its output"
)]

mod archive;
mod axe;
mod bench;
mod ci;
mod eval;
mod fuzz;
mod measure;
mod people;
mod setup;
mod shell;
mod suite;
mod tables;
mod tidy;
mod train;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  setup                       install the Debian packages that tests need, or say which
  test                        setup, then every test of the workspace
  ci                          everything that has to hold: what .ci/run runs
  tidy                        the rules of the repository that no compiler knows
  eval [--check] [--peer] [--held-out]
                              measure the matcher on the development sets, write eval/
  train [--check]             fit weights to development data, write eval/training.json
  bench [--only NAME] [--data DIR] [--keep]
                              measure the release build, print one JSON object
  people [--count N] [--seed N] FILE
                              write invented subjects in many scripts as CSV
  tables [NAME] --packages DIR [--check]
                              derive tables of words from the packages in a folder
  fuzz [TARGET] [--seconds N] fuzz a target on the stable toolchain; without one, list them
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["setup"] => setup::run(),
        ["test"] => suite::run(),
        ["ci"] => ci::run(),
        ["tidy"] => tidy::run(),
        ["eval", options @ ..] => eval::run(options),
        ["train", options @ ..] => train::run(options),
        ["bench", options @ ..] => bench::run(options),
        ["people", options @ ..] => people::run(options),
        ["tables", options @ ..] => tables::run(options),
        ["fuzz", options @ ..] => fuzz::run(options),
        [] | ["help" | "--help" | "-h", ..] => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("'{}' is no command\n\n{USAGE}", other.join(" ")),
    }
}

//! The rescreen program: parse, run one command, say how it went.

mod batch;
mod cli;
mod commands;
mod courier;
mod demo;
mod failure;
mod fetch;
mod files;
mod manifest;
mod output;
mod person;
mod progress;
mod query;
mod running;
mod wire;

use std::process::ExitCode;

use clap::Parser;

use crate::{cli::Cli, failure::Failure, output::Output};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    failure::guarded(|| {
        let cli = Cli::parse();
        let mut output = Output::new(cli.global.json, cli.global.quiet);
        let done = commands::run(cli, &mut output);
        match done.and_then(|code| output.finish().map(|()| code)) {
            Ok(code) => code,
            Err(error) if failure::is_broken_pipe(&error) => ExitCode::SUCCESS,
            Err(error) => Failure::of(error).report(&output),
        }
    })
}

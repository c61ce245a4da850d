//! `rescreen eval …`: how good the matcher is, on data the user names. Nothing is stored and nothing is learned.

mod args;
mod harness;
mod lists;
mod pairs;
mod screen;
mod shapes;

pub(crate) use args::EvalCommand;

use std::{fs::File, io::BufReader, path::Path, process::ExitCode};

use anyhow::Result;
use rescreen_eval::TableError;

use crate::{failure::EdgeError, files, output::Output};

pub(crate) fn run(command: EvalCommand, output: &mut Output) -> Result<ExitCode> {
    match command {
        EvalCommand::Pairs(args) => pairs::run(&args, output)?,
        EvalCommand::Screen(args) => screen::run(&args, output)?,
        EvalCommand::List(args) => harness::run(&args, output)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a file of labelled data; what is wrong with it is the user's to mend.
fn read<T>(
    path: &Path,
    read: impl FnOnce(&str, BufReader<File>) -> Result<T, TableError>,
) -> Result<T> {
    let (file, _) = files::open(path)?;
    read(&path.display().to_string(), BufReader::new(file)).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|s| format!(": {s}"));
        EdgeError::Data(format!("{error}{}", cause.unwrap_or_default())).into()
    })
}

/// A file to write, or why it cannot be written.
fn create(path: &Path) -> Result<File> {
    File::create(path).map_err(|error| EdgeError::Data(files::explain(path, &error)).into())
}

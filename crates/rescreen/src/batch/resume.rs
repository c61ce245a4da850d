//! An output that survives interruption.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use anyhow::Result;
use rescreen_model::ContentHash;
use serde::{Deserialize, Serialize};

use crate::{failure::EdgeError, files};

/// How far a run has come and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RunState {
    /// The hash of the input.
    input: String,
    /// Lists, policy, matcher and options.
    basis: String,
    rows: u64,
    bytes: u64,
}

impl RunState {
    pub(super) fn new(input: &Path, basis: ContentHash) -> Result<Self> {
        Ok(Self {
            input: fingerprint(input)?,
            basis: basis.to_string(),
            rows: 0,
            bytes: 0,
        })
    }

    fn continues(&self, other: &Self) -> bool {
        self.input == other.input && self.basis == other.basis
    }
}

/// Tells an input from another one by all of its bytes: answers to what a row said yesterday are no answers.
fn fingerprint(path: &Path) -> Result<String> {
    let (file, _) = files::open(path)?;
    Ok(ContentHash::of_reader(file)?.to_string())
}

/// The unfinished output with its state beside it.
///
/// Invariant: the first `state.bytes` bytes of the file are the answers to the first `state.rows` rows.
#[derive(Debug)]
pub(super) struct PartialOutput {
    target: PathBuf,
    partial: PathBuf,
    state_path: PathBuf,
    state: RunState,
    file: BufWriter<File>,
    written: u64,
}

impl PartialOutput {
    /// Goes on with an interrupted run where it rests on the same things, else starts anew.
    pub(super) fn open(target: &Path, fresh: RunState) -> Result<Self> {
        let beside = |suffix: &str| {
            let mut name = target.file_name().unwrap_or_default().to_owned();
            name.push(suffix);
            target.with_file_name(name)
        };
        let (partial, state_path) = (beside(".partial"), beside(".partial.state"));
        let earlier = fs::read(&state_path)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<RunState>(&bytes).ok());
        let state = earlier
            .filter(|earlier| {
                let length = fs::metadata(&partial).map_or(0, |m| m.len());
                earlier.continues(&fresh) && length >= earlier.bytes
            })
            .unwrap_or(fresh);
        if state.bytes == 0 {
            // Before the answers go: a state without them would fill the gap with nothing.
            remove(&state_path)?;
        }
        let refuse = |error: io::Error| EdgeError::Data(files::explain(&partial, &error));
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&partial)
            .map_err(refuse)?;
        // Two runs into one output would cut each other's answers.
        file.try_lock().map_err(|_| {
            EdgeError::Refused(format!(
                "{} is being written by another run",
                partial.display()
            ))
        })?;
        // Whatever was written after the last checkpoint is written again.
        file.set_len(state.bytes).map_err(refuse)?;
        file.seek(SeekFrom::End(0)).map_err(refuse)?;
        Ok(Self {
            target: target.to_owned(),
            partial,
            state_path,
            written: state.bytes,
            state,
            file: BufWriter::new(file),
        })
    }

    pub(super) fn rows_done(&self) -> u64 {
        self.state.rows
    }

    pub(super) fn is_new(&self) -> bool {
        self.state.bytes == 0
    }

    /// Makes everything written so far durable, then says so.
    pub(super) fn checkpoint(&mut self, rows: u64) -> Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_data()?;
        self.state.rows += rows;
        self.state.bytes = self.written;
        let next = self.state_path.with_extension("state.new");
        fs::write(&next, serde_json::to_vec(&self.state)?)?;
        fs::rename(&next, &self.state_path)?;
        Ok(())
    }

    /// Gives the finished output its name.
    pub(super) fn complete(mut self) -> Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.partial, &self.target)?;
        remove(&self.state_path)?;
        Ok(())
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Write for PartialOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.file.write(bytes)?;
        self.written += length as u64;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(input: &Path, basis: &str) -> RunState {
        RunState::new(input, ContentHash::of_bytes(basis.as_bytes())).unwrap()
    }

    #[test]
    fn an_interrupted_run_goes_on_after_its_last_checkpoint() {
        let dir = tempfile::tempdir().unwrap();
        let (input, target) = (dir.path().join("in.csv"), dir.path().join("out.ndjson"));
        fs::write(&input, "name\nA\nB\n").unwrap();

        let mut run = PartialOutput::open(&target, state(&input, "x")).unwrap();
        run.write_all(b"one\n").unwrap();
        run.checkpoint(1).unwrap();
        run.write_all(b"tw").unwrap();
        run.flush().unwrap();
        drop(run);
        assert!(!target.exists(), "an unfinished output has no name");

        let mut run = PartialOutput::open(&target, state(&input, "x")).unwrap();
        assert_eq!(run.rows_done(), 1);
        run.write_all(b"two\n").unwrap();
        run.checkpoint(1).unwrap();
        run.complete().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "one\ntwo\n");
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            2,
            "nothing is left beside input and output"
        );
    }

    #[test]
    fn a_run_over_other_lists_or_another_input_starts_anew() {
        let dir = tempfile::tempdir().unwrap();
        let (input, target) = (dir.path().join("in.csv"), dir.path().join("out.ndjson"));
        fs::write(&input, "name\nA\n").unwrap();
        let mut run = PartialOutput::open(&target, state(&input, "x")).unwrap();
        run.write_all(b"one\n").unwrap();
        run.checkpoint(1).unwrap();
        drop(run);
        assert!(
            PartialOutput::open(&target, state(&input, "y"))
                .unwrap()
                .is_new()
        );
        // The state of the first run must not speak for the second one's empty file.
        drop(PartialOutput::open(&target, state(&input, "y")).unwrap());
        assert!(
            PartialOutput::open(&target, state(&input, "x"))
                .unwrap()
                .is_new()
        );
        fs::write(&input, "name\nB\n").unwrap();
        assert!(
            PartialOutput::open(&target, state(&input, "x"))
                .unwrap()
                .is_new()
        );
    }
}

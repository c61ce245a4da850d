//! What the tests of all readers share.

#![allow(dead_code, reason = "each test file uses its share")]

use std::{
    io::{BufReader, Cursor},
    path::PathBuf,
};

use rescreen_import::{ImportError, Input, Shape, Sink, Spec, Summary};
use rescreen_model::{ContentHash, EntityId, Entry, Finding};

/// Everything a reader said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Collected {
    pub(crate) entries: Vec<Entry>,
    pub(crate) removed: Vec<EntityId>,
    pub(crate) findings: Vec<Finding>,
}

impl Sink for Collected {
    fn entry(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    fn removed(&mut self, id: EntityId) {
        self.removed.push(id);
    }

    fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

impl Collected {
    /// The hashes of all entries in id order: what two versions of a list are compared by.
    pub(crate) fn hashes(&self) -> Vec<(EntityId, ContentHash)> {
        let mut hashes: Vec<_> = self
            .entries
            .iter()
            .map(|entry| (entry.id().clone(), ContentHash::of_entry(entry)))
            .collect();
        hashes.sort();
        hashes
    }

    pub(crate) fn count(&self, code: &str) -> usize {
        self.findings.iter().filter(|f| f.code == code).count()
    }
}

pub(crate) fn read(
    spec: &Spec,
    name: &str,
    bytes: &[u8],
) -> (Result<Summary, ImportError>, Collected) {
    let mut collected = Collected::default();
    let input = Input::new(name, Cursor::new(bytes));
    let result = rescreen_import::read(spec, vec![input], &mut collected);
    (result, collected)
}

/// The same, with a reader that hands out a few bytes at a time.
pub(crate) fn read_in_pieces(
    spec: &Spec,
    name: &str,
    bytes: &[u8],
    piece: usize,
) -> (Result<Summary, ImportError>, Collected) {
    let mut collected = Collected::default();
    let input = Input::new(name, BufReader::with_capacity(piece, Cursor::new(bytes)));
    let result = rescreen_import::read(spec, vec![input], &mut collected);
    (result, collected)
}

/// The shape for which the bytes are refused.
pub(crate) fn refused(spec: &Spec, bytes: &[u8]) -> Option<Shape> {
    match read(spec, "file", bytes).0 {
        Err(ImportError::Shape { shape, .. }) => Some(shape),
        _ => None,
    }
}

/// The folder of real list files, which are never part of the repository.
pub(crate) fn real_data() -> Option<PathBuf> {
    let shared = std::env::var_os("RESCREEN_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let data = shared.join("data");
    if data.is_dir() {
        return Some(data);
    }
    skip(&format!("no real list files in {}", data.display()));
    None
}

#[expect(clippy::print_stderr, reason = "a skipped test says so loudly")]
fn skip(why: &str) {
    eprintln!("SKIPPED: {why}");
}

//! Verifying an export with nothing but the public key.

use std::io::{BufRead, Read};

use rayon::prelude::*;
use rescreen_audit::{Checkpoint, Excerpt, Fault, Hash, Link, Verifier, VerifierKey};
use rescreen_store::form::{
    self, EXPORT_FORM, ExportHead, LineError, decode_export_checkpoint, decode_export_head,
};

/// Lines that are hashed together.
const CHUNK: usize = 8_192;
/// The longest line that is read.
const MAX_LINE: u64 = 4 * 1024 * 1024;
/// The most bytes that are read before they are hashed.
const MAX_CHUNK: usize = 32 * 1024 * 1024;

/// An export that is what the key's owner vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedExport {
    /// The name of the log.
    pub origin: String,
    /// How many entries the log had.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// How many entries are in the export.
    pub entries: u64,
    /// The first of them, where they are all from there on.
    pub from: Option<u64>,
    /// The number of the subject, where they are those about it. That none is left out cannot be seen then.
    pub subject: Option<i64>,
    /// How many come with the data they bind.
    pub with_data: u64,
}

impl VerifiedExport {
    /// Whether it is the whole log.
    pub fn is_whole(&self) -> bool {
        self.from == Some(0) && self.entries == self.size
    }
}

/// The first thing that is wrong with an export.
#[derive(Debug, thiserror::Error)]
#[error("{}{what}", place(*.line, *.entry))]
pub struct ExportFault {
    /// The line, from 1.
    pub line: u64,
    /// The entry, where it is about one.
    pub entry: Option<u64>,
    /// What is wrong.
    pub what: String,
}

fn place(line: u64, entry: Option<u64>) -> String {
    match entry {
        Some(entry) => format!("line {line}, entry {entry}: "),
        None => format!("line {line}: "),
    }
}

/// Verifies an export: signatures, chain, tree, proofs, and the data where they are with it. It is read once, in memory
/// that does not grow with it.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn verify(input: &mut dyn BufRead, key: &VerifierKey) -> Result<VerifiedExport, ExportFault> {
    let mut lines = Lines {
        input,
        number: 0,
        ahead: None,
    };
    let fault = |line: u64, what: String| ExportFault {
        line,
        entry: None,
        what,
    };
    let first = lines.next()?.unwrap_or_default();
    let head = decode_export_head(&first).map_err(|e| fault(1, e.to_string()))?;
    if head.rescreen_log != EXPORT_FORM {
        let what = format!(
            "expected form {EXPORT_FORM}, got {}: use the newer rescreen that wrote it",
            head.rescreen_log
        );
        return Err(fault(1, what));
    }
    let mut checkpoints: Vec<Checkpoint> = Vec::new();
    while let Some(line) = lines.next()? {
        let number = lines.number;
        let note = decode_export_checkpoint(&line).map_err(|e| fault(number, e.to_string()))?;
        let Some(note) = note else {
            lines.ahead = Some(line);
            break;
        };
        let checkpoint =
            Checkpoint::open(&note, key).map_err(|e| fault(number, format!("checkpoint: {e}")))?;
        if checkpoints
            .last()
            .is_some_and(|c| c.size >= checkpoint.size)
        {
            return Err(fault(number, "checkpoints out of order".to_owned()));
        }
        checkpoints.push(checkpoint);
    }
    let last = check_head(&head, &checkpoints).map_err(|what| fault(1, what))?;
    let mut reading = Reading::new(&head, &checkpoints, last);
    loop {
        let from = lines.number + u64::from(lines.ahead.is_none());
        let chunk = lines.chunk()?;
        if chunk.is_empty() {
            break;
        }
        let hashed: Vec<_> = chunk.par_iter().map(|line| hashed(line)).collect();
        for (number, entry) in (from..).zip(hashed) {
            reading.take(entry).map_err(|(entry, what)| ExportFault {
                line: number,
                entry: Some(entry),
                what,
            })?;
        }
    }
    let after = lines.number + 1;
    reading
        .finish(last.root)
        .map_err(|(entry, what)| ExportFault {
            line: after,
            entry: Some(entry),
            what,
        })
}

/// Whether the first line agrees with the checkpoints; gives the one that everything is measured by.
fn check_head<'a>(
    head: &ExportHead,
    checkpoints: &'a [Checkpoint],
) -> Result<&'a Checkpoint, String> {
    let last = checkpoints.last().ok_or("no checkpoint follows")?;
    let states = |what: &str| Err(format!("states another {what} than the checkpoint"));
    if last.origin != head.origin {
        return states("origin");
    }
    if last.size != head.size {
        return states("size");
    }
    let is_possible = match (head.from, head.subject) {
        (Some(0), None) if head.entries == 0 => true,
        (Some(from), None) => {
            head.entries > 0
                && from
                    .checked_add(head.entries)
                    .is_some_and(|end| end <= head.size)
        }
        (None, Some(_)) => head.entries <= head.size,
        _ => false,
    };
    if is_possible {
        Ok(last)
    } else {
        Err("states a part that no log can have".to_owned())
    }
}

/// An entry, read and hashed.
struct Hashed {
    link: Link,
    subject: Option<i64>,
    has_data: bool,
    proof: Option<Vec<Hash>>,
}

fn hashed(line: &[u8]) -> Result<Hashed, LineError> {
    let entry = form::decode_export_entry(line)?;
    Ok(Hashed {
        link: Link::of(&entry.record),
        subject: entry.subject,
        has_data: entry.has_data,
        proof: entry.proof,
    })
}

/// What is wrong, and with which entry.
type Wrong = (u64, String);

/// The export so far.
struct Reading<'a> {
    head: &'a ExportHead,
    excerpt: Excerpt,
    /// For the whole log the tree is built again, and compared with every checkpoint.
    tree: Option<Verifier>,
    entries: u64,
    with_data: u64,
    /// The entry that comes next, where that is known.
    next: u64,
}

impl<'a> Reading<'a> {
    fn new(head: &'a ExportHead, checkpoints: &[Checkpoint], last: &Checkpoint) -> Self {
        let is_whole = head.from == Some(0) && head.entries == head.size;
        Self {
            head,
            excerpt: Excerpt::new(last),
            tree: is_whole.then(|| Verifier::new(checkpoints)),
            entries: 0,
            with_data: 0,
            next: head.from.unwrap_or_default(),
        }
    }

    fn take(&mut self, entry: Result<Hashed, LineError>) -> Result<(), Wrong> {
        let next = self.next;
        let entry = entry.map_err(|error| (next, error.to_string()))?;
        let index = entry.link.index();
        if self.entries == self.head.entries {
            let what = format!("is one more than the {} announced", self.entries);
            return Err((next, what));
        }
        if self.head.from.is_some() && index != next {
            return Err((next, format!("says it is entry {index}")));
        }
        if self.head.subject.is_some() && entry.subject != self.head.subject {
            return Err((index, "is not about the subject of the export".to_owned()));
        }
        if let Some(tree) = &mut self.tree {
            tree.push_link(&entry.link).map_err(|fault| wrong(&fault))?;
        }
        let proof = entry.proof.as_deref();
        self.excerpt
            .push(&entry.link, proof)
            .map_err(|fault| wrong(&fault))?;
        self.entries += 1;
        self.with_data += u64::from(entry.has_data);
        self.next = index.saturating_add(1);
        Ok(())
    }

    fn finish(self, root: Hash) -> Result<VerifiedExport, Wrong> {
        let next = self.next;
        if self.entries < self.head.entries {
            let what = format!(
                "is missing: {} entries were announced, {} came",
                self.head.entries, self.entries
            );
            return Err((next, what));
        }
        self.excerpt.finish().map_err(|fault| wrong(&fault))?;
        if let Some(tree) = self.tree {
            tree.finish().map_err(|fault| wrong(&fault))?;
        }
        Ok(VerifiedExport {
            origin: self.head.origin.clone(),
            size: self.head.size,
            root,
            entries: self.entries,
            from: self.head.from,
            subject: self.head.subject,
            with_data: self.with_data,
        })
    }
}

fn wrong(fault: &Fault) -> Wrong {
    (fault.index, fault.kind.to_string())
}

/// The lines of an export, each without its end.
struct Lines<'a> {
    input: &'a mut dyn BufRead,
    /// The number of the last one read.
    number: u64,
    /// One that was read and belongs to what follows.
    ahead: Option<Vec<u8>>,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<Vec<u8>>, ExportFault> {
        if let Some(line) = self.ahead.take() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        let number = self.number + 1;
        let fault = |what: &str| ExportFault {
            line: number,
            entry: None,
            what: what.to_owned(),
        };
        let read = self.input.take(MAX_LINE).read_until(b'\n', &mut line);
        read.map_err(|error| fault(&format!("cannot be read: {error}")))?;
        if line.is_empty() {
            return Ok(None);
        }
        // Every line has its end, so one that has none is cut, or too long to be one.
        if line.pop() != Some(b'\n') {
            return Err(fault("is cut: it has no end"));
        }
        self.number = number;
        Ok(Some(line))
    }

    fn chunk(&mut self) -> Result<Vec<Vec<u8>>, ExportFault> {
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while chunk.len() < CHUNK && bytes < MAX_CHUNK {
            let Some(line) = self.next()? else { break };
            bytes += line.len();
            chunk.push(line);
        }
        Ok(chunk)
    }
}

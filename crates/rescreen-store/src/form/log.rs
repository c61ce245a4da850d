//! The form in which the log is exported: one JSON object a line, so that every tool can read it.
//!
//! There is one spelling of each line and no other. What is read is written again and compared byte by byte, so a
//! change that would mean nothing to a reader is found like any other.

use std::borrow::Cow;

use jiff::Timestamp;
use rescreen_audit::{Commitment, Hash, Record, Salt, Statement};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::damaged;
use crate::{LogRow, StoreError};

/// What an export begins with: which log, and which part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportHead {
    /// The form: 1.
    pub rescreen_log: u32,
    /// The name of the log, which is that of its key.
    pub origin: String,
    /// How many entries the log had.
    pub size: u64,
    /// How many of them are in the export.
    pub entries: u64,
    /// The first of them, if they are all from there on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// The number of the subject, if they are those about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<i64>,
}

/// The form of exports that this program writes and reads.
pub const EXPORT_FORM: u32 = 1;

#[derive(Serialize, Deserialize)]
struct CheckpointLine<'a> {
    #[serde(borrow)]
    checkpoint: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct EntryLine<'a> {
    entry: u64,
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    tenant: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<i64>,
    #[serde(borrow)]
    detail: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    commitment: Option<Cow<'a, str>>,
    #[serde(borrow)]
    previous: Cow<'a, str>,
    #[serde(borrow)]
    hash: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salt: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Vec<Cow<'a, str>>>,
}

/// Why a line is none of an export.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// It is not what such a line looks like.
    #[error("is no line of an export: {0}")]
    Shape(String),
    /// A value of it is not one that is written.
    #[error("{0} is not what it has to be")]
    Value(&'static str),
    /// It says the same in another spelling.
    #[error("is not spelled as it was written")]
    Spelling,
    /// Data that are not those the entry binds.
    #[error("has data that it does not bind")]
    Data,
}

/// An entry as an export has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedEntry {
    /// What is chained and hashed.
    pub record: Record,
    /// The number of the subject it is about.
    pub subject: Option<i64>,
    /// Whether data are with it; they have been found to be those it binds.
    pub has_data: bool,
    /// The proof that it is in the log.
    pub proof: Option<Vec<Hash>>,
}

/// Writes the first line of an export.
///
/// # Errors
/// [`StoreError::Damaged`] where the form cannot be written, which would be a defect of this module.
pub fn encode_export_head(head: &ExportHead) -> Result<String, StoreError> {
    serde_json::to_string(head).map_err(damaged)
}

/// Reads the first line of an export.
///
/// # Errors
/// [`LineError`].
pub fn decode_export_head(line: &[u8]) -> Result<ExportHead, LineError> {
    let head: ExportHead = serde_json::from_slice(line).map_err(|e| shape(&e))?;
    same_spelling(&head, line)?;
    Ok(head)
}

/// Writes the line of a checkpoint.
///
/// # Errors
/// [`StoreError::Damaged`] where the form cannot be written, which would be a defect of this module.
pub fn encode_export_checkpoint(note: &str) -> Result<String, StoreError> {
    serde_json::to_string(&CheckpointLine {
        checkpoint: note.into(),
    })
    .map_err(damaged)
}

/// The signed note of the line; nothing where the entries begin with it.
///
/// # Errors
/// [`LineError`].
pub fn decode_export_checkpoint(line: &[u8]) -> Result<Option<String>, LineError> {
    if line.starts_with(b"{\"entry\":") {
        return Ok(None);
    }
    let form: CheckpointLine<'_> = serde_json::from_slice(line).map_err(|e| shape(&e))?;
    same_spelling(&form, line)?;
    Ok(Some(form.checkpoint.into_owned()))
}

/// Writes the line of an entry, with its data where `with_data` and where they are still there.
///
/// # Errors
/// [`StoreError::Damaged`] where its details are no JSON.
pub fn encode_export_entry(
    row: &LogRow,
    with_data: bool,
    proof: Option<&[Hash]>,
) -> Result<String, StoreError> {
    let data = row.data.as_ref().filter(|_| with_data);
    let body = data.map(|(_, body)| serde_json::from_str::<&RawValue>(body));
    serde_json::to_string(&EntryLine {
        entry: row.index,
        at: row.at.to_string().into(),
        kind: (&row.kind).into(),
        tenant: (&row.tenant).into(),
        actor: row.actor.as_deref().map(Cow::from),
        role: row.role.as_deref().map(Cow::from),
        subject: row.subject.map(|key| key.0),
        alert: row.alert,
        state: row.state.as_deref().map(Cow::from),
        revision: row.revision,
        detail: serde_json::from_str(&row.detail).map_err(damaged)?,
        commitment: row.commitment.map(|c| c.0.to_string().into()),
        previous: row.previous.to_string().into(),
        hash: row.hash.to_string().into(),
        data: body.transpose().map_err(damaged)?,
        salt: data.map(|(salt, _)| Hash(salt.0).to_string().into()),
        proof: proof.map(|proof| proof.iter().map(|h| h.to_string().into()).collect()),
    })
    .map_err(damaged)
}

/// Reads the line of an entry. What it states about its place and its hash is read, not checked.
///
/// # Errors
/// [`LineError`].
pub fn decode_export_entry(line: &[u8]) -> Result<ExportedEntry, LineError> {
    let form: EntryLine<'_> = serde_json::from_slice(line).map_err(|e| shape(&e))?;
    same_spelling(&form, line)?;
    let at: Timestamp = form.at.parse().map_err(|_| LineError::Value("the time"))?;
    let micros = at.as_microsecond();
    let is_plain = Timestamp::from_microsecond(micros).is_ok_and(|kept| kept == at)
        && at.to_string() == *form.at;
    if !is_plain {
        return Err(LineError::Value("the time"));
    }
    let commitment = form.commitment.as_deref();
    let commitment = commitment.map(|text| hash(text, "the commitment").map(Commitment));
    let commitment = commitment.transpose()?;
    match (&form.data, &form.salt, commitment) {
        (None, None, _) => {}
        (Some(data), Some(salt), Some(commitment)) => {
            let salt = Salt(hash(salt, "the salt")?.0);
            if !commitment.opens(&salt, data.get().as_bytes()) {
                return Err(LineError::Data);
            }
        }
        _ => return Err(LineError::Data),
    }
    let statement = Statement {
        at: micros,
        kind: &form.kind,
        tenant: &form.tenant,
        actor: form.actor.as_deref(),
        role: form.role.as_deref(),
        subject: form.subject,
        alert: form.alert,
        state: form.state.as_deref(),
        revision: form.revision,
        detail: form.detail.get(),
        commitment,
    };
    let proof = form.proof.map(|proof| {
        let hashes = proof.iter().map(|text| hash(text, "the proof"));
        hashes.collect::<Result<_, _>>()
    });
    Ok(ExportedEntry {
        record: Record {
            index: form.entry,
            previous: hash(&form.previous, "the hash before")?,
            event: statement.to_bytes(),
            hash: hash(&form.hash, "the hash")?,
        },
        subject: form.subject,
        has_data: form.data.is_some(),
        proof: proof.transpose()?,
    })
}

fn shape(error: &serde_json::Error) -> LineError {
    // Of an error in foreign text only the place is told, not the text.
    LineError::Shape(format!("column {}", error.column()))
}

fn same_spelling(form: &impl Serialize, line: &[u8]) -> Result<(), LineError> {
    let mut same = Same { rest: line };
    let written = serde_json::to_writer(&mut same, form);
    if written.is_ok() && same.rest.is_empty() {
        Ok(())
    } else {
        Err(LineError::Spelling)
    }
}

/// Compares what is written with what is expected, without keeping it.
struct Same<'a> {
    rest: &'a [u8],
}

impl std::io::Write for Same<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.rest.strip_prefix(bytes) {
            Some(rest) => {
                self.rest = rest;
                Ok(bytes.len())
            }
            None => Err(std::io::ErrorKind::InvalidData.into()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn hash(text: &str, what: &'static str) -> Result<Hash, LineError> {
    unhex(text).ok_or(LineError::Value(what))
}

/// The hash of 64 digits, in lower case and no other.
pub(super) fn unhex(text: &str) -> Option<Hash> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(Hash(bytes))
}

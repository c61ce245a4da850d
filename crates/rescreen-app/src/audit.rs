//! The log: reading it, vouching for it, giving parts of it away, and verifying what was given.
//!
//! Every use case appends to the log in the transaction of its effect; nothing here does. [`verify`] needs neither a
//! store nor the secret key: an export and the public key are enough.

mod export;
mod verify;

use jiff::{SignedDuration, Timestamp};
pub use rescreen_audit::{Checkpoint, Hash, LogKey, NoteError, VerifierKey};
use rescreen_audit::{ProofError, verify_consistency, verify_inclusion};
use rescreen_store::SubjectKey;
pub use rescreen_store::{CheckpointRow, LogFilter, LogRow};

pub use export::{ExportReport, Selection};
pub use verify::{ExportFault, VerifiedExport, verify};

use crate::{App, AppError};

/// A proof over the log, with all that is needed to verify it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The hash of the entry, or the root of the older log.
    pub of: Hash,
    /// The place of the entry, or the size of the older log.
    pub place: u64,
    /// The size of the log.
    pub size: u64,
    /// The root of the log.
    pub root: Hash,
    /// The hashes of the proof, in RFC 6962's order.
    pub hashes: Vec<Hash>,
}

impl App {
    /// How many entries the log has, and the root of the tree over them.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn log_end(&self) -> Result<(u64, Hash), AppError> {
        Ok(self.store.log().end()?)
    }

    /// Entries before a place that the filter lets through, newest first, at most `limit`; without a place from the
    /// newest.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn log_entries(
        &self,
        filter: &LogFilter,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<LogRow>, AppError> {
        let before = before.unwrap_or(u64::MAX);
        Ok(self.store.log().before(before, filter, limit)?)
    }

    /// How many entries the log had at a moment.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn log_end_at(&self, at: Timestamp) -> Result<u64, AppError> {
        // What happened in that very microsecond had happened.
        let next = at.checked_add(SignedDuration::from_micros(1));
        self.log_place(next.unwrap_or(Timestamp::MAX))
    }

    /// The place of the first entry that is not before a moment.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn log_place(&self, moment: Timestamp) -> Result<u64, AppError> {
        Ok(self.store.log().place_at(moment)?)
    }

    /// The source and id of the subject that entries name by a number.
    ///
    /// # Errors
    /// [`AppError`] where there is none.
    pub fn subject_id(&self, key: SubjectKey) -> Result<(String, String), AppError> {
        let row = self.store.register().subject_of(key)?;
        Ok((row.source, row.external))
    }

    /// The entry at that place.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is none.
    pub fn log_entry(&self, index: u64) -> Result<LogRow, AppError> {
        let row = self.store.log().row(index)?;
        row.ok_or_else(|| AppError::NotFound(format!("the log has no entry {index}")))
    }

    /// Compares the log in the store with itself, and with every checkpoint that the key signed. Gives how many entries
    /// it has.
    ///
    /// # Errors
    /// [`AppError::Log`] with the first thing that is not as it was written.
    pub fn verify_log(&self, key: Option<&VerifierKey>) -> Result<u64, AppError> {
        self.whole_log("verified")?;
        // Read first: one that is signed meanwhile may vouch for more than is verified here.
        let checkpoints = self.store.log().checkpoints()?;
        let size = self.store.verify_log()?;
        for row in checkpoints {
            // Another key's notes say nothing here.
            let Some(Ok(signed)) = key.map(|key| Checkpoint::open(&row.note, key)) else {
                continue;
            };
            if signed.size > size || self.store.log().root_of(signed.size)? != signed.root {
                return Err(rescreen_store::LogDamage::Signed { size: signed.size }.into());
            }
        }
        Ok(size)
    }

    /// Refuses what needs all of the log where some of it is other tenants'.
    pub(crate) fn whole_log(&self, what: &str) -> Result<(), AppError> {
        let (log, size) = (self.store.log(), self.store.log().end()?.0);
        match self.tenant() {
            Some(_) if log.shown()? < size => Err(AppError::Refused(format!(
                "some of the log is other tenants': all of it is {what} by whoever runs the program"
            ))),
            _ => Ok(()),
        }
    }

    /// Vouches for the log as it is, and keeps the signed note. What has been vouched for already is signed once.
    ///
    /// # Errors
    /// [`AppError`] where the log is empty, the key does not sign or the store fails.
    pub fn checkpoint(
        &mut self,
        key: &LogKey,
        now: Timestamp,
    ) -> Result<(Checkpoint, CheckpointRow), AppError> {
        // The lock keeps the log as it is meanwhile.
        let writer = self.store.write()?;
        let (size, root) = writer.log_end()?;
        if size == 0 {
            return Err(AppError::NotFound(
                "the log is empty: there is nothing to vouch for".to_owned(),
            ));
        }
        let checkpoint = Checkpoint {
            origin: key.name().to_owned(),
            size,
            root,
            extensions: Vec::new(),
        };
        let kept = writer.checkpoints()?.pop();
        let is_same = |row: &CheckpointRow| {
            Checkpoint::open(&row.note, &key.verifier()).is_ok_and(|kept| kept == checkpoint)
        };
        if let Some(row) = kept.filter(is_same) {
            return Ok((checkpoint, row));
        }
        let row = CheckpointRow {
            size,
            at: writer.not_before_the_log(now)?,
            note: checkpoint.sign(key)?,
        };
        writer.put_checkpoint(&row)?;
        writer.commit()?;
        Ok((checkpoint, row))
    }

    /// The checkpoints that were signed, by size.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn checkpoints(&self) -> Result<Vec<CheckpointRow>, AppError> {
        Ok(self.store.log().checkpoints()?)
    }

    /// Proves that an entry is in the log, of the given size or as it is.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such entry or size.
    pub fn prove_entry(&self, index: u64, size: Option<u64>) -> Result<Proof, AppError> {
        let log = self.store.log();
        let size = size.map_or_else(|| self.log_end().map(|(size, _)| size), Ok)?;
        let hashes = log.inclusion(index, size)?.map_err(no_such)?;
        let (of, root) = (self.log_entry(index)?.hash, log.root_of(size)?);
        verify_inclusion(of, index, size, &hashes, root).map_err(unproved)?;
        Ok(Proof {
            of,
            place: index,
            size,
            root,
            hashes,
        })
    }

    /// Proves that the log of the older size is the beginning of the log of the given size, or of the log as it is.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the log never had such a size.
    pub fn prove_growth(&self, older: u64, size: Option<u64>) -> Result<Proof, AppError> {
        let log = self.store.log();
        let size = size.map_or_else(|| self.log_end().map(|(size, _)| size), Ok)?;
        let hashes = log.consistency(older, size)?.map_err(no_such)?;
        let (of, root) = (log.root_of(older)?, log.root_of(size)?);
        verify_consistency((older, of), (size, root), &hashes).map_err(unproved)?;
        Ok(Proof {
            of,
            place: older,
            size,
            root,
            hashes,
        })
    }
}

/// What a signed note says, whoever signed it; nothing where it is none of a log.
pub fn said(note: &str) -> Option<Checkpoint> {
    let (text, _) = note.split_once("\n\n")?;
    Checkpoint::parse(&format!("{text}\n")).ok()
}

fn no_such(error: ProofError) -> AppError {
    AppError::NotFound(match error {
        ProofError::OutOfRange { size, got } => {
            format!("the log has {size} entries, {got} is beyond")
        }
        other => other.to_string(),
    })
}

/// The tree in the store contradicts itself.
fn unproved(_: ProofError) -> AppError {
    rescreen_store::LogDamage::End.into()
}

//! Giving parts of the log away, with what is needed to verify them.

use std::io::Write;

use jiff::Timestamp;
use rescreen_audit::LogKey;
use rescreen_store::{
    LogRow, Store, StoreError, SubjectKey,
    form::{self, EXPORT_FORM, ExportHead},
};

use crate::{App, AppError};

/// Which entries are given away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those from then on.
    pub since: Option<Timestamp>,
    /// Those before then.
    pub until: Option<Timestamp>,
    /// Those about a subject, as `SOURCE/ID` or the id alone.
    pub subject: Option<String>,
    /// With the personal data that they bind, where these are still there.
    pub with_data: bool,
}

/// What was given away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportReport {
    /// How many entries.
    pub entries: u64,
    /// How many the log had.
    pub size: u64,
    /// The name of the log.
    pub origin: String,
}

impl App {
    /// Writes part of the log, the checkpoints it is verified with, and proofs: one JSON object a line. The log as it is
    /// is vouched for first, so that everything written is.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such subject or the log is empty; [`AppError`] where the store or the
    /// output fails.
    pub fn export_log(
        &mut self,
        selection: &Selection,
        key: &LogKey,
        now: Timestamp,
        out: &mut dyn Write,
    ) -> Result<ExportReport, AppError> {
        let subject = selection.subject.as_deref();
        let subject = subject.map(|id| self.find_subject(id)).transpose()?;
        let subject = subject.map(|row| row.key);
        let (checkpoint, _) = self.checkpoint(key, now)?;
        let log = self.store.log();
        let from = selection.since.map_or(Ok(0), |at| log.place_at(at))?;
        let until = selection
            .until
            .map_or(Ok(checkpoint.size), |at| log.place_at(at))?;
        let range = from..until.clamp(from, checkpoint.size);
        let entries = match subject {
            None => range.end - range.start,
            Some(_) => {
                let mut count = 0;
                log.each::<StoreError>(range.clone(), subject, |_| {
                    count += 1;
                    Ok(())
                })?;
                count
            }
        };
        let head = ExportHead {
            rescreen_log: EXPORT_FORM,
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            entries,
            from: match subject {
                Some(_) => None,
                // Nothing begins nowhere.
                None if entries == 0 => Some(0),
                None => Some(range.start),
            },
            subject: subject.map(|key: SubjectKey| key.0),
        };
        writeln!(out, "{}", form::encode_export_head(&head)?)?;
        let is_whole = subject.is_none() && entries == checkpoint.size;
        for row in log.checkpoints()? {
            let is_ours = rescreen_audit::Checkpoint::open(&row.note, &key.verifier()).is_ok();
            // Older ones narrow down where something was changed; a part of the log has no use for them.
            if is_ours && (is_whole || row.size == checkpoint.size) && row.size <= checkpoint.size {
                writeln!(out, "{}", form::encode_export_checkpoint(&row.note)?)?;
            }
        }
        let mut run = Run {
            store: &self.store,
            size: checkpoint.size,
            with_data: selection.with_data,
            held: None,
            out,
        };
        log.each(range, subject, |row| run.take(row))?;
        run.finish()?;
        Ok(ExportReport {
            entries,
            size: checkpoint.size,
            origin: checkpoint.origin,
        })
    }
}

/// Writes entries one behind: only when the next is known is it known which one ends a run and needs a proof.
struct Run<'a> {
    store: &'a Store,
    size: u64,
    with_data: bool,
    held: Option<LogRow>,
    out: &'a mut dyn Write,
}

impl Run<'_> {
    fn take(&mut self, row: LogRow) -> Result<(), AppError> {
        let next = row.index;
        if let Some(held) = self.held.replace(row) {
            let ends = held.index + 1 != next;
            self.write(&held, ends)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), AppError> {
        match self.held.take() {
            Some(last) => self.write(&last, true),
            None => Ok(()),
        }
    }

    fn write(&mut self, row: &LogRow, with_proof: bool) -> Result<(), AppError> {
        let proof = if with_proof {
            let proof = self.store.log().inclusion(row.index, self.size)?;
            Some(proof.map_err(super::no_such)?)
        } else {
            None
        };
        let line = form::encode_export_entry(row, self.with_data, proof.as_deref())?;
        Ok(writeln!(self.out, "{line}")?)
    }
}

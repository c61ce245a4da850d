//! Putting one subject, if it still is what the caller believes.

use jiff::Timestamp;
use rescreen_model::Entity;
use rescreen_store::Writer;

use super::{Incoming, Registration};
use crate::{App, AppError};

/// What a caller believes about a subject that it puts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Anything,
    /// That the register does not have it.
    Absent,
    /// That the register has it, in whatever version.
    Present,
    /// That this is its version.
    Version(i64),
}

/// What came of putting a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is new.
    Registered,
    /// It changed, or came back.
    Updated,
    /// It is as it was.
    Unchanged,
    /// It is not what the caller believes, and nothing was done.
    NotAsExpected,
}

impl App {
    /// Screens and registers one subject, if it is as expected in the transaction that does it.
    ///
    /// # Errors
    /// Those of [`App::register`].
    pub fn put_subject(
        &mut self,
        registration: &mut Registration,
        subject: Entity,
        expected: Expected,
        now: Timestamp,
    ) -> Result<Put, AppError> {
        let (source, external) = (registration.source().to_owned(), subject.id.clone());
        let is_as_expected = |writer: &Writer<'_>| -> Result<bool, AppError> {
            let known = writer.register().subject(&source, external.as_str())?;
            Ok(match (expected, known) {
                (Expected::Anything, _) => true,
                (Expected::Absent, known) => known.is_none(),
                (Expected::Present, known) => known.is_some(),
                (Expected::Version(version), known) => {
                    known.is_some_and(|row| row.version == version)
                }
            })
        };
        let before = (registration.registered, registration.updated);
        let incoming = vec![Incoming { subject }];
        if !self.register_if(registration, incoming, &is_as_expected, now)? {
            return Ok(Put::NotAsExpected);
        }
        Ok(if registration.registered > before.0 {
            Put::Registered
        } else if registration.updated > before.1 {
            Put::Updated
        } else {
            Put::Unchanged
        })
    }
}

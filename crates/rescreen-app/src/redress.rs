//! The other side of the desk: what a person concerned can ask for, and what the law asks for on their behalf.
//!
//! Everything held about a subject can be read. What they contest is put to people again with a deadline, and what they
//! correct is screened again. Data go when they are asked to go or when their time is over, unless a hold or the
//! retention rule keeps them; then the refusal says why, and is in the log.

mod dispute;
mod erase;
mod held;
mod hold;
mod retention;

use rescreen_store::SubjectRow;

use crate::AppError;

pub use held::Held;
pub use hold::HoldRequest;
pub use retention::{NewRetention, Purged};

/// A reason that says something.
fn reason<'a>(text: &'a str, what: &str) -> Result<&'a str, AppError> {
    match text.trim() {
        "" => Err(AppError::Usage(format!("{what} needs a reason"))),
        text => Ok(text),
    }
}

/// Whether there is anything left of the subject.
fn there(row: &SubjectRow) -> Result<(), AppError> {
    if row.erased.is_some() {
        return Err(AppError::Refused(format!(
            "subject {} is erased already",
            row.key.0
        )));
    }
    Ok(())
}

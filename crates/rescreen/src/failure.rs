//! How a failure is told: what happened, why, what to do, and the exit code that scripts rely on.

use std::{
    io,
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
};

use rescreen_app::{AppError, Kind};
use serde_json::json;

use crate::output::Output;

/// An error of the edge itself, with its exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EdgeError {
    /// A wrong question: exit 2.
    #[error("{0}")]
    Usage(String),
    /// Bad data, or a file that cannot be used: exit 3.
    #[error("{0}")]
    Data(String),
    /// Something that is not there: exit 4.
    #[error("{0}")]
    NotFound(String),
    /// A rule stands against it: exit 5.
    #[error("{0}")]
    Refused(String),
}

/// A failure ready to be told.
pub(crate) struct Failure {
    error: anyhow::Error,
    kind: Kind,
}

impl Failure {
    pub(crate) fn of(error: anyhow::Error) -> Self {
        let kind = error.chain().find_map(kind_of).unwrap_or(Kind::Internal);
        Self { error, kind }
    }

    /// Tells the failure on standard error and gives the exit code.
    pub(crate) fn report(&self, output: &Output) -> ExitCode {
        let code = exit_code(self.kind);
        if output.json {
            Output::complain(&json!({ "error": self.message(), "exit": code }).to_string());
        } else {
            Output::complain(&format!("error: {}", self.message()));
            if let Some(hint) = self.hint() {
                Output::complain(&format!("hint: {hint}"));
            }
        }
        ExitCode::from(code)
    }

    /// The chain of causes in one line, without saying anything twice.
    fn message(&self) -> String {
        let mut text = String::new();
        for cause in self.error.chain() {
            let cause = cause.to_string();
            if !text.ends_with(&cause) {
                if !text.is_empty() {
                    text.push_str(": ");
                }
                text.push_str(&cause);
            }
        }
        text
    }

    fn hint(&self) -> Option<&'static str> {
        if self.kind == Kind::Internal {
            return Some("this is a defect of rescreen; please report it with the command you ran");
        }
        let mut causes = self.error.chain();
        causes.find_map(|cause| cause.downcast_ref::<AppError>()?.hint())
    }
}

/// Runs the program so that a panic, which is a defect of ours, ends like every other failure: told, and with its exit
/// code. Rust has written the panic's own words to standard error by then.
pub(crate) fn guarded(run: impl FnOnce() -> ExitCode) -> ExitCode {
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Output::complain(
            "error: rescreen stopped because of a defect of its own; nothing was half-written\n\
             hint: please report it with the command you ran and the lines above",
        );
        ExitCode::from(exit_code(Kind::Internal))
    })
}

fn kind_of(cause: &(dyn std::error::Error + 'static)) -> Option<Kind> {
    if let Some(error) = cause.downcast_ref::<AppError>() {
        return Some(error.kind());
    }
    if let Some(error) = cause.downcast_ref::<EdgeError>() {
        return Some(match error {
            EdgeError::Usage(_) => Kind::Usage,
            EdgeError::Data(_) => Kind::Data,
            EdgeError::NotFound(_) => Kind::NotFound,
            EdgeError::Refused(_) => Kind::Refused,
        });
    }
    // Files, disks and pipes are the world's business, not a defect of ours.
    cause.downcast_ref::<io::Error>().map(|_| Kind::Data)
}

fn exit_code(kind: Kind) -> u8 {
    match kind {
        Kind::Usage => 2,
        Kind::Data => DATA,
        Kind::NotFound => 4,
        Kind::Refused => REFUSED,
        Kind::Internal => 70,
    }
}

/// The exit code of bad data.
pub(crate) const DATA: u8 = 3;

/// The exit code where a rule stands against what was asked: quarantine, four eyes, permission.
pub(crate) const REFUSED: u8 = 5;

/// Whether the reader of our output went away, as `head` does: no failure.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|io| io.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_as_a_defect_of_ours() {
        let code = guarded(|| panic!("for the test"));
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(70)));
        assert_eq!(
            format!("{:?}", guarded(|| ExitCode::SUCCESS)),
            format!("{:?}", ExitCode::SUCCESS)
        );
    }
}

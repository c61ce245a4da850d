//! What a use case can refuse, sorted by who has to do something about it.

use rescreen_audit::CheckpointError;
use rescreen_import::ImportError;
use rescreen_store::{LogDamage, StoreError};

/// Why a use case did not do what was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// The input cannot be used.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Operations that do not lead from the version in force to the one they are for.
    #[error("the deltas do not apply: {0}")]
    Deltas(String),
    /// The log is not as it was written.
    #[error("the log is not as it was written: {0}")]
    Log(LogDamage),
    /// The checkpoint cannot be signed.
    #[error("the checkpoint cannot be signed: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// What was asked for could not be written.
    #[error("cannot write")]
    Write(#[from] std::io::Error),
    /// The question itself is wrong.
    #[error("{0}")]
    Usage(String),
    /// There is not a single list.
    #[error("there is no list to screen against")]
    NoList,
    /// There is nothing of that name.
    #[error("{0}")]
    NotFound(String),
    /// A rule stands against it.
    #[error("{0}")]
    Refused(String),
    /// The person's role does not allow it.
    #[error("{0}")]
    Forbidden(String),
    /// It is no longer as the caller saw it.
    #[error("{0}")]
    Stale(String),
}

impl From<LogDamage> for AppError {
    fn from(damage: LogDamage) -> Self {
        match damage {
            LogDamage::Store(error) => Self::Store(error),
            damage => Self::Log(damage),
        }
    }
}

/// Who has to do something about an error, and so its exit code and status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The caller asked wrongly.
    Usage,
    /// The data or the machine under it is bad.
    Data,
    /// There is no such thing.
    NotFound,
    /// A rule forbids it.
    Refused,
    /// A defect of ours.
    Internal,
}

impl AppError {
    /// Who has to do something about it.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Import(_)
            | Self::Deltas(_)
            | Self::Log(_)
            | Self::Checkpoint(_)
            | Self::Write(_) => Kind::Data,
            Self::Usage(_) => Kind::Usage,
            Self::NotFound(_) | Self::NoList => Kind::NotFound,
            Self::Refused(_) | Self::Forbidden(_) | Self::Stale(_) => Kind::Refused,
            Self::Store(error) => match error {
                StoreError::NoSuchList(_) | StoreError::NoSuchVersion { .. } => Kind::NotFound,
                StoreError::ListExists(_) | StoreError::AmbiguousVersion { .. } => Kind::Usage,
                StoreError::Busy => Kind::Refused,
                StoreError::Database(_) => Kind::Internal,
                _ => Kind::Data,
            },
        }
    }

    /// What to do about it, where there is more to say than the message does.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoList | Self::Store(StoreError::NoSuchList(_)) => Some(
                "'rescreen list ls' shows the lists; 'rescreen list add NAME --format FORMAT' adds one",
            ),
            Self::Store(StoreError::NoSuchVersion { .. } | StoreError::AmbiguousVersion { .. }) => {
                Some("'rescreen list show NAME' shows the versions")
            }
            _ => None,
        }
    }
}

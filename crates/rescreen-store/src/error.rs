//! What can go wrong with storage.

use std::path::PathBuf;

use rusqlite::ffi;

/// Why the store could not do what was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The home directory cannot be used.
    #[error("the home directory {path} cannot be used")]
    Home {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The store was written by a newer program.
    #[error(
        "the store has format {found}, this program knows up to {known}: use the newer rescreen that wrote it"
    )]
    TooNew {
        /// The format found.
        found: i64,
        /// The newest format this program knows.
        known: i64,
    },
    /// Another process holds the store for writing.
    #[error(
        "another rescreen process is writing to this home directory: try again when it is done"
    )]
    Busy,
    /// There is no room.
    #[error("the disk is full: nothing was changed; make room and run the command again")]
    Full,
    /// The directory or the file cannot be written.
    #[error("the store cannot be written: the file or its directory is read-only")]
    ReadOnly,
    /// The directory cannot be written, and the store has a log that is not put into it yet.
    #[error(
        "{path} lies in a directory that cannot be written, and has a log beside it: another rescreen is writing, or one was stopped; run any command once where the directory can be written"
    )]
    Unfinished {
        /// The database.
        path: PathBuf,
    },
    /// The database file is damaged.
    #[error(
        "the store is damaged: {detail}; restore the home directory from a backup, or start a new one and import the lists again"
    )]
    Damaged {
        /// What was noticed.
        detail: String,
    },
    /// The files of segments cannot be removed.
    #[error("files of segments in {path} cannot be removed; nothing was changed")]
    Segments {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// There is no such list.
    #[error("there is no list '{0}'")]
    NoSuchList(String),
    /// A list of that name exists.
    #[error("there is a list '{0}' already")]
    ListExists(String),
    /// There is no such version.
    #[error("list '{list}' has no version '{version}'")]
    NoSuchVersion {
        /// The list.
        list: String,
        /// What was asked for.
        version: String,
    },
    /// The abbreviation of a version fits several.
    #[error("'{version}' may mean {} versions of list '{list}': {}", candidates.len(), candidates.join(", "))]
    AmbiguousVersion {
        /// The list.
        list: String,
        /// What was asked for.
        version: String,
        /// The versions it fits.
        candidates: Vec<String>,
    },
    /// The disk or the file system failed.
    #[error("the disk failed under the store: {detail}; nothing was changed")]
    Disk {
        /// The system's words.
        detail: String,
    },
    /// The system has no random numbers, without which personal data cannot be bound unseen.
    #[error("this system gives no random numbers: {detail}; nothing was changed")]
    Random {
        /// The system's words.
        detail: String,
    },
    /// Any other failure of the database.
    #[error("the store failed")]
    Database(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        // Writing the log or its shared memory fails like this where there is no room.
        const NO_ROOM: [i32; 2] = [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_SHMSIZE];
        if let rusqlite::Error::SqliteFailure(failure, _) = &error
            && NO_ROOM.contains(&failure.extended_code)
        {
            return Self::Full;
        }
        // A value of another type than its column's, or one that is no text: only a damaged page has that.
        if matches!(
            error,
            rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..)
        ) {
            return Self::Damaged {
                detail: error.to_string(),
            };
        }
        match error.sqlite_error_code() {
            Some(Code::SystemIoFailure) => Self::Disk {
                detail: error.to_string(),
            },
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            Some(Code::DiskFull) => Self::Full,
            Some(Code::ReadOnly | Code::CannotOpen | Code::PermissionDenied) => Self::ReadOnly,
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::Damaged {
                detail: error.to_string(),
            },
            _ => Self::Database(error),
        }
    }
}

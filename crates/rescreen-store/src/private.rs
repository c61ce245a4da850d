//! Folders and files that are for nobody but their owner, where the system knows such a thing.

use std::fs::{DirBuilder, OpenOptions};

/// How folders are made where they are missing; those that are there keep the rights they have.
pub(crate) fn folders() -> DirBuilder {
    let mut folders = DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders
}

/// How files are written that are made now.
pub(crate) fn files() -> OpenOptions {
    let mut files = OpenOptions::new();
    files.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut files, 0o600);
    files
}

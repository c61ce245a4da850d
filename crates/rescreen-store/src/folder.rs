//! The folder of segments beside the database.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use crate::private;

/// Where the files of segments lie. What is in them is derived from the store, so any of them may be missing.
#[derive(Debug, Clone)]
pub struct SegmentFolder {
    path: PathBuf,
    worth: usize,
}

/// Subjects from which on a segment is worth a file; fewer are read from the store as fast.
const WORTH: usize = 4_096;

/// Bytes that one thread reads at a time.
const PIECE: usize = 1 << 22;

impl SegmentFolder {
    pub(crate) fn of(home: &Path) -> Self {
        Self {
            path: home.join("segments"),
            worth: WORTH,
        }
    }

    pub(crate) fn set_worth(&mut self, subjects: usize) {
        self.worth = subjects.max(1);
    }

    /// From how many subjects on a segment is worth a file.
    pub fn worth(&self) -> usize {
        self.worth
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything in a file.
    ///
    /// # Errors
    /// The system's, where there is no such file or it cannot be read.
    pub fn read(&self, file: &str) -> io::Result<Vec<u8>> {
        let path = self.path.join(file);
        let length = fs::metadata(&path)?.len();
        let length = usize::try_from(length).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        bytes
            .par_chunks_mut(PIECE)
            .enumerate()
            .try_for_each(|(n, piece)| {
                let mut file = File::open(&path)?;
                file.seek(SeekFrom::Start((n * PIECE) as u64))?;
                file.read_exact(piece)
            })?;
        Ok(bytes)
    }

    /// Writes a file: all of it or none.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&self, file: &str, bytes: &[u8]) -> io::Result<()> {
        private::folders().create(&self.path)?;
        let new = self.path.join(format!("{file}.new"));
        let mut written = private::files().create(true).truncate(true).open(&new)?;
        let result = written.write_all(bytes).and_then(|()| written.sync_data());
        match result {
            Ok(()) => fs::rename(&new, self.path.join(file)),
            Err(error) => {
                let _gone_or_removed_later = fs::remove_file(&new);
                Err(error)
            }
        }
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// The system's, where it is there and stays.
    pub fn remove(&self, file: &str) -> io::Result<()> {
        match fs::remove_file(self.path.join(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes every file that is not wanted. Only for whoever holds the writing transaction: nobody else writes files.
    ///
    /// # Errors
    /// The system's, where one stays that should not.
    pub fn keep_only(&self, is_wanted: impl Fn(&str) -> bool) -> io::Result<()> {
        let files = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            files => files?,
        };
        for file in files {
            let name = file?.file_name();
            if let Some(name) = name.to_str().filter(|name| !is_wanted(name)) {
                self.remove(name)?;
            }
        }
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn segments_are_for_nobody_but_their_owner() {
        let home = tempfile::tempdir().unwrap();
        let folder = SegmentFolder::of(home.path());
        folder.write("1", b"names").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&folder.path().join("1")), 0o600);
    }
}

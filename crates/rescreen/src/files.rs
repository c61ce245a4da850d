//! Opening files the user names, with errors that say what to do.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use anyhow::Result;

use crate::failure::EdgeError;

/// Opens a regular file for reading and tells its length in bytes.
pub(crate) fn open(path: &Path) -> Result<(File, u64)> {
    let file = File::open(path).map_err(|error| EdgeError::Data(explain(path, &error)))?;
    let data = file
        .metadata()
        .map_err(|error| EdgeError::Data(explain(path, &error)))?;
    if data.is_dir() {
        return Err(EdgeError::Data(format!(
            "{} is a directory: expected a file",
            path.display()
        ))
        .into());
    }
    Ok((file, data.len()))
}

/// Reads a small text file, such as a mapping.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let (file, _) = open(path)?;
    let mut text = String::new();
    BufReader::new(file)
        .read_to_string(&mut text)
        .map_err(|error| EdgeError::Data(explain(path, &error)))?;
    Ok(text)
}

/// Reads a file, at most so many bytes of it.
pub(crate) fn read_bytes(path: &Path, most: u64) -> Result<Vec<u8>> {
    let (file, _) = open(path)?;
    let mut bytes = Vec::new();
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(|error| EdgeError::Data(explain(path, &error)))?;
    Ok(bytes)
}

pub(crate) fn explain(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => format!("{path} does not exist"),
        io::ErrorKind::PermissionDenied => {
            format!("{path} may not be read or written by this user")
        }
        io::ErrorKind::IsADirectory => format!("{path} is a directory: expected a file"),
        io::ErrorKind::InvalidData => format!("{path} is not UTF-8 text"),
        io::ErrorKind::StorageFull => format!("{path}: the disk is full"),
        _ => format!("{path}: {error}"),
    }
}

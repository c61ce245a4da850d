//! The archive of real list versions, unpacked where cargo builds.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::shell;

/// Unpacks the 308 versions of OFAC's list once and returns their folder, `None` where there is no archive.
///
/// # Errors
/// Where there is one and it cannot be unpacked; nothing half-done stays behind.
pub(crate) fn ofac_history(data: &Path) -> Result<Option<PathBuf>> {
    let archive = data.join("us-ofac/ofac-sdn-history.tar.zst");
    if !archive.is_file() {
        return Ok(None);
    }
    let unpacked = shell::target().join("ofac-history");
    if unpacked.join("history.json").is_file() {
        return Ok(Some(unpacked));
    }
    let parts = shell::target().join("ofac-history.partial");
    if parts.exists() {
        fs::remove_dir_all(&parts)?;
    }
    fs::create_dir_all(&parts).with_context(|| format!("cannot make {}", parts.display()))?;
    shell::run(
        shell::program("tar")
            .arg("--use-compress-program=zstd -d --long=27")
            .arg("-xf")
            .arg(&archive)
            .arg("-C")
            .arg(&parts),
    )?;
    fs::rename(parts.join("ofac-history"), &unpacked)
        .with_context(|| format!("{} holds no folder ofac-history", archive.display()))?;
    fs::remove_dir_all(&parts)?;
    Ok(Some(unpacked))
}

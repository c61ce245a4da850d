//! The checker of accessibility that the browser tests run beside their own: axe-core, as its registry has it.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::shell;

/// The version whose findings the pages are held to.
const VERSION: &str = "4.14.1";

/// Fetches it once, with the registry's own client, and gives where the script lies; `None` where there is no client.
///
/// # Errors
/// Where there is one and it cannot be fetched; nothing half-done stays behind.
pub(crate) fn script() -> Result<Option<PathBuf>> {
    let folder = shell::target().join(format!("axe-core-{VERSION}"));
    let script = folder.join("axe.min.js");
    if script.is_file() {
        return Ok(Some(script));
    }
    if !shell::is_available("npm") {
        return Ok(None);
    }
    let parts = shell::target().join("axe-core.partial");
    if parts.exists() {
        fs::remove_dir_all(&parts)?;
    }
    fs::create_dir_all(&parts).with_context(|| format!("cannot make {}", parts.display()))?;
    // Packed, not installed: nothing of it runs but in the browser.
    shell::run(
        shell::program("npm")
            .args(["pack", "--silent", "--pack-destination"])
            .arg(&parts)
            .arg(format!("axe-core@{VERSION}")),
    )?;
    shell::run(
        shell::program("tar")
            .arg("-xzf")
            .arg(parts.join(format!("axe-core-{VERSION}.tgz")))
            .arg("-C")
            .arg(&parts)
            .arg("package/axe.min.js"),
    )?;
    fs::create_dir_all(&folder)?;
    fs::rename(parts.join("package/axe.min.js"), &script)
        .with_context(|| format!("cannot put {} in its place", script.display()))?;
    fs::remove_dir_all(&parts)?;
    Ok(Some(script))
}

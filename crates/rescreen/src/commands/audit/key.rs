//! The key that the log is vouched for with: where it lies, and making one.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Result;
use clap::{Args, ValueHint};
use rescreen_app::audit::{LogKey, VerifierKey};

use crate::{
    cli::Global,
    commands::home,
    failure::EdgeError,
    files::{explain, read_text},
};

/// The file of the key within the home directory.
const FILE: &str = "log.key";

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct KeyArgs {
    /// The file with the secret key; made where there is none [default: log.key in the home directory]
    #[arg(long, env = "RESCREEN_LOG_KEY", value_hint = ValueHint::FilePath)]
    key_file: Option<PathBuf>,
    /// The name of the log, for a key that is made now: a name that is yours, such as example.org/watchlist [default:
    /// rescreen/ and random digits]
    #[arg(long)]
    origin: Option<String>,
}

/// Where the key of the log lies: in that file, or in the home directory.
pub(crate) fn path(file: Option<&PathBuf>, home: &Path) -> PathBuf {
    file.cloned().unwrap_or_else(|| home.join(FILE))
}

/// The key in a file, if it is there.
pub(crate) fn find(path: &Path) -> Result<Option<LogKey>> {
    path.exists().then(|| read(path)).transpose()
}

/// Makes a key and keeps it in a file.
pub(crate) fn make(path: &Path, origin: Option<&str>) -> Result<LogKey> {
    let mut secret = [0; 32];
    let mut digits = [0; 4];
    for bytes in [&mut secret[..], &mut digits[..]] {
        getrandom::fill(bytes)
            .map_err(|e| EdgeError::Data(format!("this system gives no random numbers: {e}")))?;
    }
    let digits = u32::from_le_bytes(digits);
    let origin = origin.map_or_else(|| format!("rescreen/{digits:08x}"), str::to_owned);
    let key = LogKey::new(&origin, &secret)
        .map_err(|e| EdgeError::Usage(format!("--origin {origin}: {e}")))?;
    write(path, &key)?;
    Ok(key)
}

/// The key of the log, and whether it was made just now.
pub(crate) fn of_log(args: &KeyArgs, global: &Global) -> Result<(LogKey, PathBuf, bool)> {
    let path = path(args.key_file.as_ref(), &home(global)?);
    if let Some(key) = find(&path)? {
        if let Some(origin) = args.origin.as_ref().filter(|name| *name != key.name()) {
            return Err(EdgeError::Refused(format!(
                "--origin {origin}: the key in {} is that of {}, and a log keeps its name",
                path.display(),
                key.name()
            ))
            .into());
        }
        return Ok((key, path, false));
    }
    let key = make(&path, args.origin.as_deref())?;
    Ok((key, path, true))
}

fn read(path: &Path) -> Result<LogKey> {
    private(path)?;
    LogKey::parse(&read_text(path)?)
        .map_err(|e| EdgeError::Data(format!("{}: {e}", path.display())).into())
}

/// Refuses a key that others of this machine could read.
#[cfg(unix)]
fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let data = fs::metadata(path).map_err(|e| EdgeError::Data(explain(path, &e)))?;
    let of_others = data.permissions().mode() & 0o077;
    if of_others == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(EdgeError::Refused(format!(
        "others may read the secret key in {path}, so it vouches for nothing: 'chmod 600 {path}' if nobody has it, else \
         move it away and let another one be made"
    ))
    .into())
}

#[cfg(not(unix))]
fn private(_: &Path) -> Result<()> {
    Ok(())
}

fn write(path: &Path, key: &LogKey) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(|e| EdgeError::Data(explain(folder, &e)))?;
    }
    let failed = |error| EdgeError::Data(explain(path, &error));
    let mut file = options.open(path).map_err(failed)?;
    writeln!(file, "{}", key.reveal()).map_err(failed)?;
    Ok(file.sync_all().map_err(failed)?)
}

/// A public key: its text, or a file that has it.
pub(crate) fn public(text: &str) -> Result<VerifierKey> {
    let from = |text: &str| VerifierKey::parse(text.trim());
    let wrong = |e| EdgeError::Usage(format!("--key: {e}, or a file that has one"));
    // A path may have plus signs, a key always has two.
    match from(text) {
        Ok(key) => Ok(key),
        Err(_) if Path::new(text).is_file() => {
            Ok(from(&read_text(Path::new(text))?).map_err(wrong)?)
        }
        Err(error) => Err(wrong(error).into()),
    }
}

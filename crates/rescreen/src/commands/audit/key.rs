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

/// The key of the log, if it was made; with where it lies, or would.
pub(crate) fn find(args: &KeyArgs, global: &Global) -> Result<(Option<LogKey>, PathBuf)> {
    let path = match &args.key_file {
        Some(file) => file.clone(),
        None => home(global)?.join(FILE),
    };
    let Some(key) = path.exists().then(|| read(&path)).transpose()? else {
        return Ok((None, path));
    };
    match args.origin.as_ref().filter(|name| *name != key.name()) {
        None => Ok((Some(key), path)),
        Some(origin) => Err(EdgeError::Refused(format!(
            "--origin {origin}: the key in {} is that of {}, and a log keeps its name",
            path.display(),
            key.name()
        ))
        .into()),
    }
}

/// The key of the log with where it lies, and whether it was made just now.
pub(crate) fn of_log(args: &KeyArgs, global: &Global) -> Result<(LogKey, PathBuf, bool)> {
    let (found, path) = find(args, global)?;
    match found {
        Some(key) => Ok((key, path, false)),
        None => Ok((make(&path, args.origin.as_deref())?, path, true)),
    }
}

/// Makes a key and keeps it in a file.
fn make(path: &Path, origin: Option<&str>) -> Result<LogKey> {
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

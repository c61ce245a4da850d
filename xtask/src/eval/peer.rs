//! logic-v2, the best open matcher, asked the same questions.
//!
//! It takes many minutes and a Python package, so its answers are committed (numbers only) together with a digest of the
//! questions they belong to. They are used until the questions change.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::Value;

use super::committed;
use crate::shell;

/// What is installed, into a folder of its own under the build folder.
const PACKAGES: [&str; 2] = ["nomenklatura==4.17.4", "rapidfuzz"];

pub(crate) fn folder() -> PathBuf {
    committed().join("peer")
}

fn answers_file() -> PathBuf {
    folder().join("logic-v2.csv")
}

fn report_file() -> PathBuf {
    folder().join("logic-v2.json")
}

fn digest_file() -> PathBuf {
    folder().join("questions.digest")
}

/// The interpreter that has logic-v2, which is installed where it is not.
pub(crate) fn python() -> Result<PathBuf> {
    let environment = shell::target().join("peer/venv");
    let python = environment.join("bin/python");
    if !python.is_file() {
        shell::run(
            shell::program("python3")
                .args(["-m", "venv"])
                .arg(&environment),
        )?;
    }
    eprintln!("installing {} …", PACKAGES.join(" and "));
    shell::run(
        shell::program(&python)
            .args(["-m", "pip", "install", "--quiet"])
            .args(PACKAGES),
    )
    .context("logic-v2 cannot be installed, so there is nothing to compare with")?;
    Ok(python)
}

/// Asks logic-v2 everything that time allows, and keeps the answers.
pub(super) fn ask(questions: &Path, pairs: &Path) -> Result<()> {
    let python = python()?;
    eprintln!("asking logic-v2 (some ten minutes) …");
    shell::run(
        shell::program(&python)
            .arg(folder().join("logic_v2.py"))
            .args([questions, pairs, &answers_file(), &report_file()]),
    )?;
    fs::write(digest_file(), format!("{}\n", digest(questions)?))?;
    Ok(())
}

/// The file of answers, where there are any to these very questions.
pub(super) fn answers(questions: &Path) -> Result<Option<PathBuf>> {
    let Ok(asked) = fs::read_to_string(digest_file()) else {
        eprintln!("logic-v2 was never asked; --peer asks it");
        return Ok(None);
    };
    if asked.trim() != digest(questions)? {
        eprintln!(
            "WARNING: the answers of logic-v2 are to other questions and are left out; --peer asks again"
        );
        return Ok(None);
    }
    Ok(Some(answers_file()))
}

/// What logic-v2 was measured at by itself.
pub(super) fn report() -> Result<Value> {
    let text = fs::read(report_file())?;
    Ok(serde_json::from_slice(&text)?)
}

/// FNV-1a over the questions: it only has to notice that they changed.
fn digest(questions: &Path) -> Result<String> {
    let bytes = fs::read(questions)?;
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Ok(format!("{hash:016x}"))
}

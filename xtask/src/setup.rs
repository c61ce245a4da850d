//! What tests need besides Rust, and how it comes onto a Debian machine.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::shell;

struct Need {
    /// The Debian package.
    package: &'static str,
    /// The program of it that is used, by which its presence is known.
    program: &'static str,
    /// What is not tested without it.
    purpose: &'static str,
}

/// A row for every package.
const NEEDS: &[Need] = &[
    Need {
        package: "zstd",
        program: "zstd",
        purpose: "the 308 versions of the OFAC history archive",
    },
    Need {
        package: "curl",
        program: "curl",
        purpose: "the tour of the HTTP interface in the manual",
    },
    Need {
        package: "python3-venv",
        program: "python3",
        purpose: "our HTTP interface against its own description, and clients in Python",
    },
    Need {
        package: "unzip",
        program: "unzip",
        purpose: "country names of the Australian list",
    },
];

/// What is needed of Python, in an environment of its own under `target`. The versions are pinned, so that a new release
/// does not fail an old commit.
const PYTHON: &[&str] = &["requests==2.34.2", "schemathesis==4.32.5"];

/// Installs what is missing.
///
/// # Errors
/// Where something is missing and cannot be installed from here. The message says what to type.
pub(crate) fn run() -> Result<()> {
    let packages = packages();
    // What of Python can be had does not depend on what of Debian can.
    let python = python();
    packages.and(python)
}

/// Makes the environment for Python where it is not what is asked for.
fn python() -> Result<()> {
    let folder = shell::target().join("python");
    let wanted = PYTHON.join("\n");
    let mark = folder.join("wanted.txt");
    if fs::read_to_string(&mark).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    println!("setup: installing {} for Python", PYTHON.join(" and "));
    let made = shell::run(
        shell::program("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )
    .and_then(|()| {
        let pip = folder.join("bin/python");
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        shell::run(Command::new(pip).args(install).args(PYTHON))
    });
    if let Err(error) = made {
        bail!(
            "{error}\nwithout {} this is not tested: our HTTP interface against its own description",
            PYTHON.join(" and ")
        );
    }
    Ok(fs::write(mark, wanted)?)
}

fn packages() -> Result<()> {
    let missing: Vec<&Need> = NEEDS
        .iter()
        .filter(|need| !shell::is_available(need.program))
        .collect();
    if missing.is_empty() {
        println!("setup: everything that tests need is here");
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let by_hand = advice(&missing);
    if !Path::new("/etc/debian_version").exists() || !shell::is_available("apt-get") {
        bail!("this is no Debian machine, so nothing was installed\n{by_hand}");
    }
    if !is_root() {
        bail!("only root may install packages, so nothing was installed\n{by_hand}");
    }
    println!("setup: installing {}", packages.join(", "));
    // Package lists may be absent or old: they are fetched only where the first try fails.
    if install(&packages).is_err() {
        shell::run(shell::program("apt-get").args(["update", "--quiet"]))?;
        install(&packages)?;
    }
    for need in &missing {
        if !shell::is_available(need.program) {
            bail!(
                "package {} is installed, and there is still no `{}`",
                need.package,
                need.program
            );
        }
    }
    Ok(())
}

fn install(packages: &[&str]) -> Result<()> {
    shell::run(
        shell::program("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(packages),
    )
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// What to type, and what goes untested until then.
fn advice(missing: &[&Need]) -> String {
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    let programs: Vec<String> = missing
        .iter()
        .map(|need| {
            format!(
                "  `{}`, without which this is not tested: {}",
                need.program, need.purpose
            )
        })
        .collect();
    format!(
        "on Debian or Ubuntu, type\n\n    sudo apt-get install {}\n\nelsewhere, install what provides:\n{}",
        packages.join(" "),
        programs.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_can_be_typed_and_says_what_is_lost() {
        let all: Vec<&Need> = NEEDS.iter().collect();
        let text = advice(&all);
        for need in NEEDS {
            assert!(text.contains(&format!("`{}`", need.program)), "{text}");
            assert!(text.contains(need.purpose), "{text}");
        }
        assert!(text.contains("sudo apt-get install zstd"), "{text}");
    }
}

//! The only files that training may open.
//!
//! What a figure rests on must not have been fitted to. So this is a list of what is allowed, not of what is forbidden:
//! OFAC's list of 28 December 2023 to fit to, and the United Nations' lists for nothing but leaving out whoever is on
//! them. Every file of training is opened here.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// What a file may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// To fit weights to, and to measure them.
    Fit,
    /// To leave out the persons who are in it.
    LeaveOut,
}

/// The files of OFAC's list, in the order of its documentation.
pub const OFAC: [&str; 4] = [
    "us-ofac/csv-2023-12-28/sdn.csv",
    "us-ofac/csv-2023-12-28/alt.csv",
    "us-ofac/csv-2023-12-28/add.csv",
    "us-ofac/csv-2023-12-28/sdn_comments.csv",
];

/// The versions of the United Nations' list, whose persons are kept for acceptance.
pub const UN: [&str; 4] = [
    "un/un_consolidated.2020-03-20.xml",
    "un/un_consolidated.2024-11-30.xml",
    "un/un_consolidated.2025-04-19.xml",
    "un/un_consolidated.2025-11-20.xml",
];

/// A folder of data of which only the allowed files can be read.
#[derive(Debug)]
pub struct Data(PathBuf);

impl Data {
    /// The folder that holds the lists.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The bytes of a file of the folder.
    ///
    /// # Errors
    /// Where the file may not be used for that, whether or not it exists, or cannot be read.
    pub fn read(&self, name: &str, purpose: Use) -> Result<Vec<u8>> {
        let allowed: &[&str] = match purpose {
            Use::Fit => &OFAC,
            Use::LeaveOut => &UN,
        };
        let is_plain = Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !is_plain || !allowed.contains(&name) {
            bail!("training may not open {name}: it is not among the files to fit weights to");
        }
        let path = self.0.join(name);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_out_and_test_files_are_refused_whatever_they_are_wanted_for() {
        let data = Data::new(env!("CARGO_MANIFEST_DIR"));
        for name in [
            "eval/name_pairs_dev.csv",
            "eval/name_pairs.csv",
            "eval/synthetic_persons_global_dev.csv",
            "eval/synthetic_persons_us_dev.csv",
            "un/../eval/name_pairs_dev.csv",
            "us-ofac/csv-2023-12-28/../../eval/name_pairs_dev.csv",
            "/etc/hostname",
            "Cargo.toml",
        ] {
            for purpose in [Use::Fit, Use::LeaveOut] {
                let error = data.read(name, purpose).unwrap_err();
                assert!(error.to_string().contains("may not open"), "{error}");
            }
        }
        for name in UN {
            let error = data.read(name, Use::Fit).unwrap_err();
            assert!(error.to_string().contains("may not open"), "{error}");
        }
    }

    #[test]
    fn no_other_file_of_the_crate_opens_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.ends_with("files.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for opening in ["File::open", "fs::read", "read_to_string", "from_path"] {
                assert!(!text.contains(opening), "{} {opening}", path.display());
            }
        }
    }
}

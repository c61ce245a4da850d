//! The rules of the repository that no compiler knows.
//!
//! A rule is a function over the files that git knows, so that each can be shown to fail in a unit test.

mod crates;
mod documents;
mod sources;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::shell;

/// Files by their path from the root, with forward slashes.
#[derive(Debug, Default)]
struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

/// A rule that is broken, and where.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    path: String,
    /// Counted from 1; 0 where the file as a whole is meant.
    line: usize,
    message: String,
}

type Rule = (&'static str, fn(&Tree) -> Vec<Problem>);

const RULES: &[Rule] = &[
    ("dependencies between crates go one way", crates::edges),
    ("every crate takes the workspace's lints", crates::lints),
    ("pure crates stay pure", crates::purity),
    (
        "every source file says what it is for",
        sources::module_docs,
    ),
    ("no invisible characters", sources::characters),
    ("nothing is left half done", sources::leftovers),
    ("no path of somebody's machine", sources::machine_paths),
    ("no large files", sources::sizes),
    ("the licence is there", documents::license),
    ("ARCHITECTURE.md tells the truth", documents::architecture),
    ("links lead somewhere", documents::links),
    ("findings are documented, and exist", documents::findings),
];

/// Checks every rule on the repository.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::read(&shell::root())?;
    let mut count = 0;
    for (name, rule) in RULES {
        let problems = rule(&tree);
        println!(
            "{} {name}",
            if problems.is_empty() { "ok  " } else { "FAIL" }
        );
        for problem in &problems {
            println!("     {problem}");
        }
        count += problems.len();
    }
    if count > 0 {
        bail!("{count} problems in {} files", tree.files.len());
    }
    Ok(())
}

impl Tree {
    /// The files that git tracks or would track; without git, every file outside hidden and build folders.
    fn read(root: &Path) -> Result<Self> {
        let listed = shell::program("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .output()
            .ok()
            .filter(|output| output.status.success())
            .map(|output| {
                let names = String::from_utf8_lossy(&output.stdout).into_owned();
                names.split_terminator('\0').map(str::to_owned).collect()
            });
        let names: Vec<String> = match listed {
            Some(names) => names,
            None => {
                let mut names = Vec::new();
                walk(root, "", &mut names)?;
                names
            }
        };
        let mut files = BTreeMap::new();
        for name in names {
            let path = root.join(&name);
            // A file that is deleted and not yet committed is still listed.
            if path.is_file() {
                let content =
                    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                files.insert(name, content);
            }
        }
        Ok(Self { files })
    }

    /// The text of a file, `None` where there is none or it is not text.
    fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(self.files.get(path)?).ok()
    }

    /// All files that are text and whose path ends so.
    fn texts<'a>(&'a self, suffixes: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .keys()
            .filter(move |path| suffixes.iter().any(|suffix| path.ends_with(suffix)))
            .filter_map(|path| Some((path.as_str(), self.text(path)?)))
    }

    /// Whether there is such a file, or a folder with files.
    fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path) || self.files.keys().any(|file| file.starts_with(&folder))
    }

    /// The folders of the workspace's crates.
    fn crates(&self) -> impl Iterator<Item = &str> {
        self.files
            .keys()
            .filter_map(|path| path.strip_suffix("/Cargo.toml"))
            .filter(|folder| *folder == "xtask" || folder.starts_with("crates/"))
    }
}

fn walk(root: &Path, folder: &str, names: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() {
            name.clone()
        } else {
            format!("{folder}/{name}")
        };
        let is_folder = entry.file_type()?.is_dir();
        let is_hidden = name.starts_with('.') && !matches!(name.as_str(), ".ci" | ".cargo");
        if is_folder && !is_hidden && name != "target" {
            walk(root, &path, names)?;
        } else if !is_folder {
            names.push(path);
        }
    }
    Ok(())
}

impl Problem {
    fn file(path: &str, message: impl Into<String>) -> Self {
        Self::line(path, 0, message)
    }

    fn line(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

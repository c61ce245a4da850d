//! Running the program in a directory of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

/// A scratch directory with a home in it.
pub(crate) struct Scratch {
    dir: TempDir,
}

/// What one run of the program said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.path("home")
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// The program, ready to run with further settings.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rescreen"));
        command
            .current_dir(self.dir.path())
            .env_remove("RESCREEN_HOME")
            .arg("--home")
            .arg(self.home())
            .args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().unwrap())
    }

    /// Runs and expects success.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{args:?}: {run:?}");
        run.out
    }

    /// Runs with `--json` and expects a document, whatever the exit code.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let run = self.run(&[&["--json"], args].concat());
        serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{args:?}: {e}: {run:?}"))
    }

    /// Registers a subject of the source `crm`; gives what the command says.
    pub(crate) fn add_subject(&self, id: &str, name: &str, born: &str) -> String {
        let who = ["--external-id", id, "--name", name, "--birth-date", born];
        self.ok(&[&["subject", "add", "--source", "crm"], &who[..]].concat())
    }

    /// A list of the user's own with the columns `id,name,born`.
    pub(crate) fn add_people(&self) {
        let mapping = "id = \"id\"\nschema = \"Person\"\n[properties]\nname = \"name\"\nbirthDate = \"born\"\n";
        self.write("people.toml", mapping);
        self.ok(&[
            "list",
            "add",
            "people",
            "--format",
            "csv",
            "--mapping",
            "people.toml",
        ]);
    }

    /// Takes a version of that list in; gives exit code and report.
    pub(crate) fn update_people(
        &self,
        rows: &[(u32, &str, &str)],
        published: &str,
    ) -> (i32, Value) {
        let mut text = String::from("id,name,born\n");
        for (id, name, born) in rows {
            text.push_str(&format!("{id},{name},{born}\n"));
        }
        self.write("people.csv", text);
        let run = self.run(&[
            "--json",
            "list",
            "update",
            "people",
            "--file",
            "people.csv",
            "--published",
            published,
        ]);
        (
            run.code,
            serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{e}: {run:?}")),
        )
    }
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Twenty invented people with ids 1 to 20.
pub(crate) fn crowd() -> Vec<(u32, &'static str, &'static str)> {
    const NAMES: [&str; 20] = [
        "Anselm Wackerbarth",
        "Beatrix Oldenkott",
        "Casimir Zlotnik",
        "Dorothea Quint",
        "Emeric Vasarelyi",
        "Fidelma O'Shaughran",
        "Gunvald Isaksvik",
        "Hortense Baillargeau",
        "Ignatius Pemberley",
        "Jadwiga Krotoszka",
        "Kasimir Dolgopolov",
        "Leocadia Fuentarrubia",
        "Marzipan Okonjowe",
        "Nikandr Vologin",
        "Ottokar Brezina-Lhota",
        "Perpetua Savonarol",
        "Quirin Habersack",
        "Rosalind Thwaitely",
        "Severin Malatestone",
        "Theodora Papazogloumis",
    ];
    NAMES
        .iter()
        .enumerate()
        .map(|(n, name)| (n as u32 + 1, *name, "1960"))
        .collect()
}

/// The folder with real lists, or `None` with a loud word about it.
pub(crate) fn shared(what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("RESCREEN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let data = folder.join("data").join(what);
    if data.exists() {
        return Some(data);
    }
    eprintln!(
        "SKIPPED: {} is absent; set RESCREEN_SHARED to test with real lists",
        data.display()
    );
    None
}

//! What runs now, for those who look at the pages: a note beside the store, one for each process.
//!
//! Long work is one transaction, so nothing of it can be seen in the store until it is done. The note is held locked as
//! long as the work runs; whoever dies leaves one that is not, and nobody believes it. It decides nothing, and where it
//! cannot be written the work goes on without it.

use std::{
    cell::RefCell,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    process,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rescreen_web::{Running, Work};
use serde_json::{Value, json};

/// The folder of the notes within the home directory.
const FOLDER: &str = "running";
/// How often the note is written again.
const EVERY: Duration = Duration::from_millis(500);
/// No note of ours is longer.
const MAX_BYTES: u64 = 4096;

/// Work that is under way in this process; its note goes with it.
#[derive(Debug)]
pub(crate) struct Underway {
    note: Option<(PathBuf, RefCell<File>)>,
    running: RefCell<Running>,
    written: RefCell<Option<Instant>>,
}

impl Underway {
    /// Begins with everybody's work on something, of which there is so much.
    pub(crate) fn begin(home: &Path, work: Work, name: &str, of: Option<u64>) -> Self {
        Self::begin_for(home, None, work, name, of)
    }

    /// The same for work that is one tenant's business alone.
    pub(crate) fn begin_for(
        home: &Path,
        tenant: Option<&str>,
        work: Work,
        name: &str,
        of: Option<u64>,
    ) -> Self {
        let underway = Self {
            note: open(home, work).ok(),
            running: RefCell::new(Running {
                work,
                name: name.to_owned(),
                since: Timestamp::now(),
                done: 0,
                of,
                tenant: tenant.map(str::to_owned),
            }),
            written: RefCell::new(None),
        };
        underway.write();
        underway
    }

    /// So much is done.
    pub(crate) fn seen(&self, done: u64) {
        self.running.borrow_mut().done = done;
        let is_due = |at: &Instant| at.elapsed() >= EVERY;
        if self.written.borrow().as_ref().is_none_or(is_due) {
            self.write();
        }
    }

    fn write(&self) {
        *self.written.borrow_mut() = Some(Instant::now());
        let running = self.running.borrow();
        let text = json!({
            "work": running.work.as_str(), "name": running.name, "since": running.since.to_string(),
            "done": running.done, "of": running.of, "tenant": running.tenant,
        })
        .to_string();
        if let Some((_, file)) = &self.note {
            let mut file = file.borrow_mut();
            // Nothing depends on it.
            let _written = file
                .rewind()
                .and_then(|()| file.write_all(text.as_bytes()))
                .and_then(|()| file.set_len(text.len() as u64));
        }
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if let Some((path, _)) = &self.note {
            let _gone = fs::remove_file(path);
        }
    }
}

fn open(home: &Path, work: Work) -> std::io::Result<(PathBuf, RefCell<File>)> {
    let folder = home.join(FOLDER);
    let (mut folders, mut files) = (DirBuilder::new(), OpenOptions::new());
    folders.recursive(true);
    files.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        // Names of sources are nobody else's business either.
        folders.mode(0o700);
        files.mode(0o600);
    }
    folders.create(&folder)?;
    let path = folder.join(format!("{}-{}.json", process::id(), work.as_str()));
    let file = files.open(&path)?;
    file.lock()?;
    Ok((path, RefCell::new(file)))
}

/// What runs now over a home, whoever does it; of what is one tenant's business alone that of `shown`, or all.
pub(crate) fn now(home: &Path, shown: Option<&str>) -> Vec<Running> {
    let Ok(notes) = fs::read_dir(home.join(FOLDER)) else {
        return Vec::new();
    };
    let mut running: Vec<Running> = notes.filter_map(|note| read(&note.ok()?.path())).collect();
    running.retain(|running| match (shown, &running.tenant) {
        (Some(shown), Some(tenant)) => shown == tenant,
        _ => true,
    });
    running.sort_by_key(|running| running.since);
    running
}

/// A note that somebody holds; what nobody holds was left by a process that died, and is taken away.
fn read(path: &Path) -> Option<Running> {
    let file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {}
        Ok(()) => {
            let _gone = fs::remove_file(path);
            return None;
        }
        Err(TryLockError::Error(_)) => return None,
    }
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    let note: Value = serde_json::from_str(&text).ok()?;
    Some(Running {
        work: Work::parse(note.get("work")?.as_str()?)?,
        name: note.get("name")?.as_str()?.to_owned(),
        since: note.get("since")?.as_str()?.parse().ok()?,
        done: note.get("done")?.as_u64()?,
        of: note.get("of").and_then(Value::as_u64),
        tenant: note
            .get("tenant")
            .and_then(Value::as_str)
            .map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_seen_while_it_runs_and_the_dead_are_not_believed() {
        let home = tempfile::tempdir().unwrap();
        assert!(now(home.path(), None).is_empty());
        let update = Underway::begin(home.path(), Work::Update, "ofac", None);
        let import = Underway::begin(home.path(), Work::Import, "crm", Some(1_000));
        import.running.borrow_mut().done = 400;
        import.write();
        let told = now(home.path(), None);
        assert_eq!(told.len(), 2);
        assert_eq!(
            (told[0].work, told[0].name.as_str()),
            (Work::Update, "ofac")
        );
        assert_eq!((told[1].done, told[1].of), (400, Some(1_000)));
        // A shorter note leaves nothing of the longer one behind.
        import.running.borrow_mut().done = 5;
        import.write();
        assert_eq!(now(home.path(), None)[1].done, 5);
        let ours = Underway::begin_for(home.path(), Some("north"), Work::Sweep, "", None);
        let seen = |shown| now(home.path(), shown).len();
        assert_eq!(
            (seen(None), seen(Some("north")), seen(Some("default"))),
            (3, 3, 2)
        );
        drop((update, import, ours));
        assert!(now(home.path(), None).is_empty());
        let left = home.path().join(FOLDER).join("1-update.json");
        fs::write(
            &left,
            json!({ "work": "update", "name": "ofac", "since": "2026-01-01T00:00:00Z", "done": 7, "of": null }).to_string(),
        )
        .unwrap();
        assert!(now(home.path(), None).is_empty());
        assert!(!left.exists());
    }
}

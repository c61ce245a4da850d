//! What the native interface needs beside the snapshot in service.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use rescreen_app::{App, AppError, AsOf, Cut, audit::LogKey};
use rescreen_match::Policy;
use rescreen_model::{ContentHash, ListName, VersionId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::{answer::Refusal, log_key::KeySource, writer::Writer};

/// So many may follow the feed at once: each holds a connection.
const MAX_FOLLOWERS: usize = 100;

/// So many exports of the log may be under way at once: they share a handle on the store.
const MAX_EXPORTS: usize = 1;

/// Names the script of a name.
pub(crate) type Script = fn(&str) -> &'static str;

/// The one who writes, the one who reads of the past, and who follows.
#[derive(Debug)]
pub(crate) struct Native {
    pub(crate) writer: Writer,
    pub(crate) script: Script,
    /// For what takes long, so that nothing short waits for it.
    past: Mutex<Past>,
    /// For exports of the log, which last as long as somebody reads them.
    exporter: Mutex<App>,
    exports: Arc<Semaphore>,
    key: KeySource,
    followers: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

#[derive(Debug)]
struct Past {
    app: App,
    /// The last cut of the past that was asked about: whoever asks about a day asks more than once.
    last: Option<(Key, Arc<Cut>)>,
}

/// What tells one cut from another.
type Key = (Vec<(ListName, VersionId)>, ContentHash);

impl Native {
    pub(crate) fn new(
        writer: App,
        past: App,
        exporter: App,
        key: KeySource,
        script: Script,
    ) -> Self {
        Self {
            writer: Writer::start(writer),
            script,
            past: Mutex::new(Past {
                app: past,
                last: None,
            }),
            exporter: Mutex::new(exporter),
            exports: Arc::new(Semaphore::new(MAX_EXPORTS)),
            key,
            followers: Arc::new(Semaphore::new(MAX_FOLLOWERS)),
            stopping: watch::Sender::new(false),
        }
    }

    /// Reads what takes long; only where work is computed.
    pub(crate) fn past<T>(&self, read: impl FnOnce(&App) -> T) -> T {
        read(&self.past.lock().unwrap_or_else(PoisonError::into_inner).app)
    }

    /// The lists as they were at a moment; only where work is computed.
    ///
    /// # Errors
    /// [`AppError`] where a list had no version then.
    pub(crate) fn cut(
        &self,
        names: &[ListName],
        at: AsOf,
        policy: Policy,
    ) -> Result<Arc<Cut>, AppError> {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (past.app.in_force(names, at)?, policy.hash());
        if let Some((known, cut)) = &past.last
            && *known == key
        {
            return Ok(Arc::clone(cut));
        }
        // Two of them at once would be twice the memory.
        past.last = None;
        let cut = Arc::new(past.app.cut(names, at, policy)?);
        past.last = Some((key, Arc::clone(&cut)));
        Ok(cut)
    }

    /// The key of the log.
    pub(crate) fn key(&self) -> Result<LogKey, Refusal> {
        let key = self.key.key();
        key.map_err(|why| Refusal::Detail(StatusCode::SERVICE_UNAVAILABLE, why))
    }

    /// A place among those who export. That there is none is not the server's trouble: whoever has it gives it back.
    pub(crate) fn export(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let place = Arc::clone(&self.exports).try_acquire_owned();
        place.map_err(|_| {
            let detail = "Another export is under way, and they go one at a time.".to_owned();
            Refusal::Detail(StatusCode::TOO_MANY_REQUESTS, detail)
        })
    }

    /// Writes an export; only for whoever has a place.
    pub(crate) fn exporter<T>(&self, write: impl FnOnce(&mut App) -> T) -> T {
        let exporter = self.exporter.lock();
        write(&mut exporter.unwrap_or_else(PoisonError::into_inner))
    }

    /// A place among those who follow, and what tells them to end.
    pub(crate) fn follow(&self) -> Result<(OwnedSemaphorePermit, watch::Receiver<bool>), Refusal> {
        let place = Arc::clone(&self.followers).try_acquire_owned();
        let place = place.map_err(|_| Refusal::busy())?;
        Ok((place, self.stopping.subscribe()))
    }

    /// Lets those who follow go.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

//! What the native interface needs beside the snapshot in service.

use std::sync::{Arc, Mutex, PoisonError};

use rescreen_app::{App, AppError, AsOf, Cut};
use rescreen_match::Policy;
use rescreen_model::{ContentHash, ListName, VersionId};
use tokio::sync::{Semaphore, watch};

use crate::{answer::Refusal, writer::Writer};

/// So many may follow the feed at once: each holds a connection.
const MAX_FOLLOWERS: usize = 100;

/// Names the script of a name.
pub(crate) type Script = fn(&str) -> &'static str;

/// The one who writes, the one who reads of the past, and who follows.
#[derive(Debug)]
pub(crate) struct Native {
    pub(crate) writer: Writer,
    pub(crate) script: Script,
    /// For what takes long, so that nothing short waits for it.
    past: Mutex<Past>,
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
    pub(crate) fn new(writer: App, past: App, script: Script) -> Self {
        Self {
            writer: Writer::start(writer),
            script,
            past: Mutex::new(Past {
                app: past,
                last: None,
            }),
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

    /// A place among those who follow, and what tells them to end.
    pub(crate) fn follow(
        &self,
    ) -> Result<(tokio::sync::OwnedSemaphorePermit, watch::Receiver<bool>), Refusal> {
        let place = Arc::clone(&self.followers).try_acquire_owned();
        let place = place.map_err(|_| Refusal::busy())?;
        Ok((place, self.stopping.subscribe()))
    }

    /// Lets those who follow go.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

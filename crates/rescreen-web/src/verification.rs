//! Verifying the log beside the pages: it may take longer than a request, and one at a time is enough.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rescreen_app::{AppError, audit::VerifierKey};

use crate::state::Sources;

/// How long whoever asks for a verification waits for it; after that the page says that it is running.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is known about the log.
#[derive(Debug, Clone, Default)]
pub(crate) enum Verification {
    /// Nobody asked since the server started.
    #[default]
    Never,
    Running {
        since: Timestamp,
    },
    Done {
        at: Timestamp,
        took: SignedDuration,
        /// The size of the log.
        found: Result<u64, Unverified>,
    },
}

/// Why the log is not verified.
#[derive(Debug, Clone)]
pub(crate) enum Unverified {
    /// The first thing that is not as it was written.
    Damaged(String),
    /// It is not verified here, and nothing is said against it.
    Refused(String),
    /// It could not be read to its end.
    Unread,
}

/// The last verification and the one under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verifier(Arc<(Mutex<Verification>, Condvar)>);

impl Verifier {
    pub(crate) fn state(&self) -> Verification {
        let (state, _) = &*self.0;
        state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Starts a verification unless one is under way, and waits for a while for what comes of it.
    pub(crate) fn run(&self, sources: &Arc<Sources>, key: Option<VerifierKey>, now: Timestamp) {
        let (state, told) = &*self.0;
        let mut held = state.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*held, Verification::Running { .. }) {
            *held = Verification::Running { since: now };
            let (all, sources) = (Arc::clone(&self.0), Arc::clone(sources));
            thread::spawn(move || {
                let done = Done(all, now);
                let found = (sources.open)().and_then(|app| app.verify_log(key.as_ref()));
                done.tell(told_as(found));
            });
        }
        let is_running = |held: &mut Verification| matches!(held, Verification::Running { .. });
        drop(told.wait_timeout_while(held, PATIENCE, is_running));
    }
}

/// What went wrong, in words that hold no paths.
fn told_as(found: Result<u64, AppError>) -> Result<u64, Unverified> {
    found.map_err(|error| match error {
        AppError::Log(damage) => Unverified::Damaged(damage.to_string()),
        AppError::Refused(why) => Unverified::Refused(why),
        _ => Unverified::Unread,
    })
}

/// Says what came of a verification, also where it broke down.
struct Done(Arc<(Mutex<Verification>, Condvar)>, Timestamp);

impl Done {
    fn tell(&self, found: Result<u64, Unverified>) {
        let (state, told) = &*self.0;
        let at = Timestamp::now();
        *state.lock().unwrap_or_else(PoisonError::into_inner) = Verification::Done {
            at,
            took: at.duration_since(self.1),
            found,
        };
        told.notify_all();
    }
}

impl Drop for Done {
    fn drop(&mut self) {
        let (state, _) = &*self.0;
        let is_running = matches!(
            *state.lock().unwrap_or_else(PoisonError::into_inner),
            Verification::Running { .. }
        );
        if is_running {
            self.tell(Err(Unverified::Unread));
        }
    }
}

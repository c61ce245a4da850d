//! Reports, worked out beside the pages: over a large register that takes longer than anybody waits for a page.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use rescreen_app::App;

use crate::{
    pages::reports::{self, Reports},
    state::Sources,
};

/// How long reports are shown as they were worked out, if nothing happened meanwhile: only what is due moves with the
/// clock alone.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// What takes no longer is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// Between two looks whether the lists are loaded.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Beyond that the figures of before are shown at once, with their time.
const QUICK: Duration = Duration::from_millis(300);

/// What names the script of a name.
type Script = fn(&str) -> &'static str;

#[derive(Debug, Default)]
struct State {
    /// The reports with up to what had happened.
    made: Option<([i64; 4], Arc<Reports>)>,
    took: Duration,
    is_running: bool,
}

/// The reports made last, and those under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(Arc<(Mutex<State>, Condvar)>);

/// Reports as they are shown.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The newest there are; nothing as long as the first are being worked out.
    pub(crate) reports: Option<Arc<Reports>>,
    /// Whether newer ones are being worked out.
    pub(crate) is_running: bool,
}

impl Figures {
    /// The reports of now: those made last, as long as nothing happened since, else new ones. Whoever asks waits for them
    /// only where that is quick.
    pub(crate) fn of(
        &self,
        mark: [i64; 4],
        now: Timestamp,
        sources: &Arc<Sources>,
        script: Script,
    ) -> Shown {
        let (_, told) = &*self.0;
        let mut state = self.lock();
        let is_fresh = state.made.as_ref().is_some_and(|(of, reports)| {
            *of == mark && now.duration_since(reports.as_of()) < FRESH
        });
        if !is_fresh {
            if !state.is_running {
                state.is_running = true;
                let (figures, sources) = (self.clone(), Arc::clone(sources));
                thread::spawn(move || figures.work_out(&sources, script));
            }
            let is_worth_waiting = state.made.is_none() || state.took < QUICK;
            let patience = if is_worth_waiting {
                PATIENCE
            } else {
                Duration::ZERO
            };
            let waited = told.wait_timeout_while(state, patience, |state| state.is_running);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        Shown {
            reports: state.made.as_ref().map(|(_, reports)| Arc::clone(reports)),
            is_running: state.is_running,
        }
    }

    /// Has the first reports worked out as soon as the lists are loaded, so that nobody waits for them. It ends with
    /// what it works from.
    pub(crate) fn prepare(&self, sources: &Arc<Sources>, script: Script) {
        let (figures, sources) = (self.clone(), Arc::downgrade(sources));
        thread::spawn(move || {
            loop {
                thread::sleep(LOOK_EVERY);
                let Some(sources) = sources.upgrade() else {
                    return;
                };
                if (sources.lists)().is_some() {
                    let mut state = figures.lock();
                    let is_first = state.made.is_none() && !state.is_running;
                    state.is_running |= is_first;
                    drop(state);
                    if is_first {
                        figures.work_out(&sources, script);
                    }
                    return;
                }
            }
        });
    }

    fn work_out(&self, sources: &Sources, script: Script) {
        // Also where it breaks down, the next who asks may try again.
        let _over = Over(self.clone());
        let began = Instant::now();
        let make = |app: &App| {
            let mark = app.mark()?;
            Ok((
                mark,
                Arc::new(reports::make(app, Timestamp::now(), script)?),
            ))
        };
        let made: Result<_, rescreen_app::AppError> = (sources.open)().and_then(|app| make(&app));
        if let Ok(made) = made {
            let mut state = self.lock();
            state.made = Some(made);
            state.took = began.elapsed();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that nothing is worked out any more.
struct Over(Figures);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.lock().is_running = false;
        self.0.0.1.notify_all();
    }
}

//! The one thread that writes.
//!
//! The store has one writer at a time anyway. Here requests that write stand in one queue, and the lists that subjects
//! are screened against are loaded once for all of them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread,
};

use rescreen_app::{App, AppError, Cut, Registration};
use tokio::sync::oneshot;

use crate::{access::Asker, answer::Refusal};

/// So many requests may wait; beyond that a caller is told to come again.
const MAX_WAITING: usize = 64;

type Job = Box<dyn FnOnce(&mut Pen) + Send>;

/// What a writing request has in hand.
pub(crate) struct Pen {
    pub(crate) app: App,
    /// The last registration, for the lists that it has loaded.
    last: Option<Registration>,
}

impl Pen {
    /// Takes subjects of a source in, and keeps what was loaded for the next time.
    ///
    /// `served` is the cut that requests are answered from: where the register is screened against the same, there is
    /// one in memory and not two.
    pub(crate) fn register<T>(
        &mut self,
        source: &str,
        served: Option<Arc<Cut>>,
        take_in: impl FnOnce(&mut App, &mut Registration) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.app.lay_at_hand(served);
        let mut registration = match self.last.take() {
            Some(last) => last.next(source)?,
            None => self.app.registration(source)?,
        };
        let taken = take_in(&mut self.app, &mut registration);
        self.last = Some(registration);
        taken
    }
}

/// The queue before the writer.
#[derive(Debug, Clone)]
pub(crate) struct Writer(SyncSender<Job>);

impl Writer {
    /// Starts the thread. It ends with the last handle on its queue, or with the process: what it has not committed
    /// then was never acknowledged.
    pub(crate) fn start(app: App) -> Self {
        let (jobs, queue) = sync_channel::<Job>(MAX_WAITING);
        thread::spawn(move || {
            let mut pen = Pen { app, last: None };
            for job in queue {
                if catch_unwind(AssertUnwindSafe(|| job(&mut pen))).is_err() {
                    // What it held may be half done.
                    pen.last = None;
                }
            }
        });
        Self(jobs)
    }

    /// Has something written in the name of whoever asks for it, and waits for it.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        by: &Asker,
        job: impl FnOnce(&mut Pen) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (tell, told) = oneshot::channel();
        let name = by.name.clone();
        let job: Job = Box::new(move |pen| {
            pen.app.set_operator(&name);
            let done = job(pen);
            // Whoever asked may have gone; what was written stays.
            let _gone = tell.send(done);
        });
        self.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Refusal::busy(),
            TrySendError::Disconnected(_) => Refusal::defect(),
        })?;
        let done = told.await.map_err(|_| Refusal::defect())?;
        Ok(done?)
    }
}

#[cfg(test)]
mod tests {
    use axum::{http::StatusCode, response::IntoResponse};
    use rescreen_app::Store;

    use super::*;

    #[test]
    fn a_write_that_breaks_down_is_told_and_the_next_is_done() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let writer = Writer::start(App::new(Store::in_memory().unwrap()));
        let asker = Asker {
            token: None,
            name: "ada".to_owned(),
        };
        let broken = runtime.block_on(writer.write(&asker, |_| -> Result<(), AppError> {
            panic!("for the test")
        }));
        let status = broken.unwrap_err().into_response().status();
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let done = runtime.block_on(writer.write(&asker, |pen| pen.app.subjects()));
        assert_eq!(done.ok(), Some(0));
    }
}

//! What all requests share.

use std::sync::{
    Arc, Mutex, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
    mpsc::Sender,
};

use axum::http::{HeaderMap, header};
use rescreen_app::App;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::{answer::Refusal, refresh::Wish, snapshot::Snapshot, v1::Native};

/// So many computations may be under way or wait for a core; beyond that a caller is told to come again.
const MAX_WORK: usize = 256;

pub(crate) struct Shared {
    current: RwLock<Option<Arc<Snapshot>>>,
    /// Whether the last look at the store failed or found versions that are not served yet.
    is_stale: AtomicBool,
    work: Arc<Semaphore>,
    /// For what is not held in memory: the parts of entries.
    store: Mutex<App>,
    refresher: Sender<Wish>,
    pub(crate) native: Native,
    /// Where callers reach the server, if they do so by another address than its own.
    public_url: Option<String>,
    /// How callers reach it otherwise.
    scheme: &'static str,
    /// Names of foreign algorithms for which ours answers, in lower case.
    mapped_algorithms: Vec<String>,
}

impl Shared {
    pub(crate) fn new(
        store: App,
        native: Native,
        refresher: Sender<Wish>,
        public_url: Option<String>,
        mapped_algorithms: &[String],
    ) -> Self {
        let names = mapped_algorithms.iter();
        Self {
            refresher,
            native,
            public_url,
            scheme: "http",
            mapped_algorithms: names.map(|name| name.trim().to_lowercase()).collect(),
            current: RwLock::new(None),
            is_stale: AtomicBool::new(false),
            work: Arc::new(Semaphore::new(MAX_WORK)),
            store: Mutex::new(store),
        }
    }

    /// Connections are encrypted here, and not by somebody before us.
    pub(crate) fn speaks_tls(&mut self) {
        self.scheme = "https";
    }

    /// The snapshot in service, if the lists are loaded.
    pub(crate) fn current(&self) -> Option<Arc<Snapshot>> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The snapshot in service, or the refusal that every data route gives without one.
    pub(crate) fn snapshot(&self) -> Result<Arc<Snapshot>, Refusal> {
        self.current().ok_or_else(Refusal::not_ready)
    }

    pub(crate) fn replace(&self, snapshot: Arc<Snapshot>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let old = current.replace(snapshot);
        drop(current);
        // Freeing a large snapshot takes a while; nobody waits for it here.
        drop(old);
    }

    pub(crate) fn is_stale(&self) -> bool {
        self.is_stale.load(Ordering::Relaxed)
    }

    pub(crate) fn set_stale(&self, is_stale: bool) {
        self.is_stale.store(is_stale, Ordering::Relaxed);
    }

    /// Where the caller reaches the server, without a slash at its end.
    pub(crate) fn public_url(&self, headers: &HeaderMap) -> String {
        if let Some(url) = &self.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        format!("{}://{}", self.scheme, host.unwrap_or("localhost"))
    }

    /// Whether our algorithm answers for a foreign one of that name.
    pub(crate) fn is_mapped(&self, algorithm: &str) -> bool {
        self.mapped_algorithms.iter().any(|name| name == algorithm)
    }

    /// Has the lists looked at now; the answer is whether what is in force is served.
    pub(crate) fn look_now(&self) -> Result<oneshot::Receiver<bool>, Refusal> {
        let (tell, told) = oneshot::channel();
        self.refresher
            .send(Wish::Look(tell))
            .map_err(|_| Refusal::defect())?;
        Ok(told)
    }

    /// Ends the refresher.
    pub(crate) fn stop_refresher(&self) {
        // It may have ended by itself.
        let _gone = self.refresher.send(Wish::Stop);
    }

    /// Computes away from the threads that serve connections.
    ///
    /// The permit goes with the work and not with the request, so that requests which gave up cannot pile up work.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let permit = Arc::clone(&self.work)
            .try_acquire_owned()
            .map_err(|_| Refusal::busy())?;
        compute(permit, work).await
    }

    /// Computes as [`Shared::compute`] does, but waits for its turn: for whoever is in the middle of a stream.
    pub(crate) async fn compute_in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let permit = Arc::clone(&self.work).acquire_owned().await;
        compute(permit.map_err(|_| Refusal::defect())?, work).await
    }

    /// Reads from the store; only within [`Shared::compute`].
    pub(crate) fn store<T>(&self, read: impl FnOnce(&App) -> T) -> T {
        read(&self.store.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn compute<T: Send + 'static>(
    permit: OwnedSemaphorePermit,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    });
    done.await.map_err(|_| Refusal::defect())
}

#[cfg(test)]
mod tests {
    use axum::{http::StatusCode, response::IntoResponse};
    use rescreen_app::Store;

    use super::*;

    fn native() -> Native {
        let app = || App::new(Store::in_memory().unwrap());
        Native::new(app(), app(), |_| "")
    }

    fn check<T: Send + 'static>(shared: &Shared, work: fn() -> T) -> Result<T, StatusCode> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let done = runtime.block_on(shared.compute(work));
        done.map_err(|refusal| refusal.into_response().status())
    }

    #[test]
    fn work_that_breaks_down_or_is_too_much_is_told_and_the_next_is_done() {
        let store = App::new(Store::in_memory().unwrap());
        let shared = Shared::new(store, native(), std::sync::mpsc::channel().0, None, &[]);
        let broken = check(&shared, || panic!("for the test"));
        assert_eq!(broken, Err::<(), _>(StatusCode::INTERNAL_SERVER_ERROR));
        assert_eq!(shared.work.available_permits(), MAX_WORK);
        let all = shared.work.try_acquire_many(MAX_WORK as u32).unwrap();
        assert_eq!(check(&shared, || 1), Err(StatusCode::SERVICE_UNAVAILABLE));
        drop(all);
        assert_eq!(check(&shared, || 1), Ok(1));
    }
}

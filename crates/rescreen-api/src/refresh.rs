//! Keeping what is served up to date with the store.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use rescreen_app::{App, AppError, AsOf};
use rescreen_match::Policy;
use rescreen_model::{ListName, VersionId};

use crate::{
    snapshot::{Collection, Snapshot},
    state::Shared,
};

/// What an operator wants to know of a running server. It holds nothing that a caller sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// These versions are served from now on.
    Serving(Vec<(ListName, VersionId)>),
    /// The lists could not be loaded. What was served before still is.
    NotLoaded(String),
    /// Connections from now on see another certificate.
    NewCertificate,
    /// Certificate or key changed and cannot be used. The pair from before still is.
    OldCertificate(String),
    /// No new requests are taken; those under way are answered.
    Stopping,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serving(versions) => {
                let versions: Vec<String> = versions
                    .iter()
                    .map(|(list, version)| format!("{list} {version}"))
                    .collect();
                write!(f, "serving {}", versions.join(", "))
            }
            Self::NotLoaded(why) => write!(f, "the lists cannot be loaded: {why}"),
            Self::NewCertificate => f.write_str("the certificate was read again"),
            Self::OldCertificate(why) => {
                write!(f, "the certificate from before stays in use: {why}")
            }
            Self::Stopping => f.write_str("stopping"),
        }
    }
}

/// What is wanted of the refresher before its time.
#[derive(Debug)]
pub(crate) enum Wish {
    /// To look at the store now, and to say whether what is in force is served.
    Look(oneshot::Sender<bool>),
    /// To end.
    Stop,
}

/// Loads the lists, and again whenever other versions are in force, until told to stop.
pub(crate) struct Refresher<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) app: App,
    pub(crate) lists: Vec<ListName>,
    pub(crate) policy: Policy,
    pub(crate) collections: Arc<[Collection]>,
    pub(crate) tell: &'a (dyn Fn(&Event) + Sync),
}

impl Refresher<'_> {
    pub(crate) fn run(&self, every: Duration, wishes: &Receiver<Wish>) {
        let mut last_failure = None;
        let mut asked: Option<oneshot::Sender<bool>> = None;
        loop {
            // A thread that died here would leave an old list in service for ever, and nobody would know.
            let done = catch_unwind(AssertUnwindSafe(|| self.look()));
            let failure = match done {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("a defect of rescreen".to_owned()),
            };
            self.shared.set_stale(failure.is_some());
            if failure != last_failure
                && let Some(why) = &failure
            {
                (self.tell)(&Event::NotLoaded(why.clone()));
            }
            if let Some(asked) = asked.take() {
                // Whoever asked may have gone.
                let _gone = asked.send(failure.is_none());
            }
            last_failure = failure;
            match wishes.recv_timeout(every) {
                Ok(Wish::Look(tell)) => asked = Some(tell),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Wish::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn look(&self) -> Result<(), AppError> {
        let versions = self.app.in_force(&self.lists, AsOf::NOW)?;
        if self
            .shared
            .current()
            .is_some_and(|snapshot| snapshot.holds(&versions))
        {
            return Ok(());
        }
        self.shared.set_stale(true);
        let cut = self.app.cut(&self.lists, AsOf::NOW, self.policy.clone())?;
        let served = cut
            .lists
            .iter()
            .map(|list| (list.name.clone(), list.version.clone()))
            .collect();
        let snapshot = Arc::new(Snapshot::load(&self.app, cut, &self.collections)?);
        self.shared.replace(Arc::clone(&snapshot));
        self.shared.set_stale(false);
        (self.tell)(&Event::Serving(served));
        // Read ahead of the first who asks for it.
        snapshot.graph(&self.app)?;
        // Where it fails, whoever searches is told.
        let _later = snapshot.full_text();
        Ok(())
    }
}

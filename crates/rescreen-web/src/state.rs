//! What all requests share.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use rescreen_app::{App, AppError, AsOf, Cut, Graph, audit::LogKey};
use rescreen_model::{ListName, VersionId};
use rescreen_oidc::Issuer;

use crate::{figures::Figures, running::Running, session::Sessions, verification::Verifier};

/// How people show who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// By an access token of this tenant.
    Tokens {
        /// The tenant.
        tenant: String,
    },
    /// They say so themselves: for a server that only this machine reaches.
    Anybody,
}

/// How pages are served.
#[derive(Debug, Clone)]
pub struct Config {
    /// How people sign in.
    pub sign_in: SignIn,
    /// By whom people are known beside their tokens, where there is such an identity provider.
    pub issuer: Option<Arc<Issuer>>,
    /// Whether what is shown is the demonstration's, which the pages say.
    pub is_demo: bool,
    /// Where browsers reach the server, where the operator says it. Over `https`, cookies go over nothing else.
    pub public_url: Option<String>,
    /// Names the script that a name is written in.
    pub script: fn(&str) -> &'static str,
    /// Gives an address that messages can safely go to as it is to be kept, or says why it is none.
    pub webhook_address: fn(&str) -> Result<String, String>,
}

/// Where pages get what they show.
pub struct Sources {
    /// Opens another handle on the store; each request that runs at the same time as others has its own.
    pub open: Box<dyn Fn() -> Result<App, AppError> + Send + Sync>,
    /// The lists in service.
    pub lists: Box<dyn Fn() -> Option<Arc<Cut>> + Send + Sync>,
    /// What runs now over the store, in whichever process.
    pub running: Box<dyn Fn() -> Vec<Running> + Send + Sync>,
    /// The key that the log is vouched for with. Where there is none yet, one is made if that is wished.
    pub log_key: Box<dyn Fn(LogKeyWish) -> Result<Option<LogKey>, AppError> + Send + Sync>,
}

/// What is wanted of the log's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogKeyWish {
    /// The key, if there is one.
    Find,
    /// The key, made now where there is none.
    Make,
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sources")
    }
}

/// So many handles are kept open for the next request.
const MAX_IDLE: usize = 8;
/// So many cuts of the past are kept for the next question about the same day.
const MAX_PAST: usize = 2;
type Versions = Vec<(ListName, VersionId)>;

/// The pages with their sessions.
#[derive(Debug)]
pub struct Pages {
    pub(crate) config: Config,
    pub(crate) sessions: Sessions,
    pub(crate) verifier: Verifier,
    pub(crate) sources: Arc<Sources>,
    idle: Mutex<Vec<App>>,
    past: Mutex<VecDeque<(Versions, Arc<Cut>)>>,
    graph: Mutex<Option<(Versions, Arc<Graph>)>>,
    pub(crate) figures: Figures,
}

impl Pages {
    /// Pages over these sources.
    pub fn new(config: Config, sessions: Sessions, sources: Sources) -> Self {
        Self {
            config,
            sessions,
            verifier: Verifier::default(),
            sources: Arc::new(sources),
            idle: Mutex::new(Vec::new()),
            past: Mutex::new(VecDeque::new()),
            graph: Mutex::new(None),
            figures: Figures::default(),
        }
    }

    /// Does something with a handle on the store.
    pub(crate) fn with_app<T>(&self, work: impl FnOnce(&mut App) -> T) -> Result<T, AppError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut app = match idle {
            Some(app) => app,
            None => (self.sources.open)()?,
        };
        let done = work(&mut app);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(app);
        }
        Ok(done)
    }

    /// The lists in service.
    pub(crate) fn lists(&self) -> Option<Arc<Cut>> {
        (self.sources.lists)()
    }

    /// How the entries of the lists in service hang together; `None` until they are loaded. It is worked out once for
    /// each cut, by whoever asks first.
    pub(crate) fn graph(&self, app: &App) -> Result<Option<Arc<Graph>>, AppError> {
        let Some(cut) = self.lists() else {
            return Ok(None);
        };
        let served = versions(&cut);
        let mut graph = self.graph.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((versions, known)) = graph.as_ref()
            && *versions == served
        {
            return Ok(Some(Arc::clone(known)));
        }
        let made = Arc::new(app.graph(&cut.lists)?);
        *graph = Some((served, Arc::clone(&made)));
        Ok(Some(made))
    }

    /// The lists as they were at a moment, under the policy in service.
    pub(crate) fn cut(
        &self,
        app: &App,
        lists: &[ListName],
        at: AsOf,
    ) -> Result<Option<Arc<Cut>>, AppError> {
        let Some(current) = self.lists() else {
            return Ok(None);
        };
        let served: Versions = versions(&current);
        let names: Vec<ListName> = if lists.is_empty() {
            served.iter().map(|(name, _)| name.clone()).collect()
        } else {
            lists.to_vec()
        };
        let wanted = app.in_force(&names, at)?;
        if wanted == served {
            return Ok(Some(current));
        }
        let policy = current.screener.policy().clone();
        let is_it = |(versions, cut): &&(Versions, Arc<Cut>)| {
            *versions == wanted && cut.policy == policy.hash()
        };
        {
            let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, cut)) = past.iter().find(is_it) {
                return Ok(Some(Arc::clone(cut)));
            }
        }
        let cut = Arc::new(app.cut(&names, at, policy)?);
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        past.push_front((wanted, Arc::clone(&cut)));
        past.truncate(MAX_PAST);
        Ok(Some(cut))
    }
}

fn versions(cut: &Cut) -> Versions {
    cut.lists
        .iter()
        .map(|list| (list.name.clone(), list.version.clone()))
        .collect()
}

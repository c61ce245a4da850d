//! The server: who may be served, the routes, the limits around them, and the end of it all.

mod guard;
mod signals;

use std::{
    fmt, io,
    net::{SocketAddr, TcpListener},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use axum::{Router, middleware};
use rescreen_app::{App, Cut};
use rescreen_match::Policy;
use rescreen_model::ListName;
use rescreen_oidc::Issuer;
use tower_http::cors::CorsLayer;

use self::guard::Guard;
use crate::{
    access::{self, Access, Door},
    answer::Refusal,
    log_key::KeySource,
    openapi,
    ops::{self, Certificates, Connections, Operations, OperationsError, Watch},
    refresh::{Event, Refresher},
    routes::Routes,
    snapshot::Collection,
    state::Shared,
    v1::{self, Native},
    yente,
};

/// How to serve.
#[derive(Debug)]
pub struct Config {
    /// Where; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Who may ask.
    pub access: Access,
    /// The lists; none means all.
    pub lists: Vec<ListName>,
    /// The policy; its review threshold is the lowest that callers may ask for.
    pub policy: Policy,
    /// How often to look whether other versions came into force.
    pub look_every: Duration,
    /// Where callers reach the server, where that is not the address they name in their requests.
    pub public_url: Option<String>,
    /// Names of foreign algorithms for which ours answers, and says so.
    pub mapped_algorithms: Vec<String>,
    /// Names for several datasets together.
    pub collections: Vec<Collection>,
    /// Whose signed tokens open as well, beside our own.
    pub issuer: Option<Arc<Issuer>>,
    /// Log, figures, traces, TLS and limits.
    pub operations: Operations,
    /// Names the script of a name, for the report on quality.
    pub script: fn(&str) -> &'static str,
    /// Gives the key that the log is vouched for with.
    pub log_key: KeySource,
}

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Everybody on the network would be served.
    #[error(
        "--insecure-no-auth serves a loopback address only, such as 127.0.0.1:8080; {0} can be reached from elsewhere, and that needs tokens"
    )]
    NotLoopback(SocketAddr),
    /// The address cannot be had.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// It cannot be run as was asked for.
    #[error(transparent)]
    Operations(#[from] OperationsError),
    /// The system refused while serving.
    #[error("serving failed")]
    Io(#[from] io::Error),
}

/// The handles on the store. Each has its own use, and none waits for another.
#[derive(Debug)]
pub struct Stores {
    /// Loads lists.
    pub loader: App,
    /// Reads what is not held in memory.
    pub reader: App,
    /// Looks up tokens.
    pub tokens: App,
    /// Writes.
    pub writer: App,
    /// Reads what takes long.
    pub past: App,
    /// Exports the log.
    pub exporter: App,
}

/// The lists in service, for what is served beside the interface.
#[derive(Clone)]
pub struct Lists {
    shared: Arc<Shared>,
}

impl Lists {
    /// What answers rest on now; `None` until the lists are loaded.
    pub fn current(&self) -> Option<Arc<Cut>> {
        let snapshot = self.shared.current()?;
        Some(Arc::clone(&snapshot.cut))
    }
}

impl fmt::Debug for Lists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lists")
    }
}

/// Puts something around the interface: it is given the lists in service and the interface, and gives what is served.
/// The limits and headers of the server hold for all of it, where an answer does not bring its own policy for browsers.
pub type Around = Box<dyn FnOnce(Lists, Router) -> Router + Send>;

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    config: Config,
    certificates: Option<Arc<Certificates>>,
    watch: Arc<Watch>,
    cors: Option<CorsLayer>,
}

impl Server {
    /// Takes the address, if the access allows it.
    ///
    /// # Errors
    /// [`ServeError`] where serving would be open to others than it should, the address cannot be had, or certificates,
    /// log or collector are not as they should be.
    pub fn bind(config: Config) -> Result<Self, ServeError> {
        if config.access == Access::InsecureNoAuth && !config.listen.ip().is_loopback() {
            return Err(ServeError::NotLoopback(config.listen));
        }
        let operations = &config.operations;
        let is_open = config.access == Access::InsecureNoAuth;
        let cors = ops::cors(&operations.origins, is_open)?;
        let certificates = operations.tls.clone().map(Certificates::load).transpose();
        let certificates = certificates.map_err(OperationsError::from)?.map(Arc::new);
        let watch = Arc::new(Watch::new(operations)?);
        let listener = TcpListener::bind(config.listen)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|source| ServeError::Listen {
                address: config.listen,
                source,
            })?;
        Ok(Self {
            listener,
            config,
            certificates,
            watch,
            cors,
        })
    }

    /// The address taken.
    ///
    /// # Errors
    /// [`ServeError`] where the system does not say.
    pub fn address(&self) -> Result<SocketAddr, ServeError> {
        Ok(self.listener.local_addr()?)
    }

    /// Serves until the process is told to stop (SIGTERM, ctrl-C), then answers what is under way.
    ///
    /// # Errors
    /// [`ServeError`] where the system refuses.
    pub fn run(
        self,
        stores: Stores,
        around: Option<Around>,
        tell: &(dyn Fn(&Event) + Sync),
    ) -> Result<(), ServeError> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores)
            .max_blocking_threads((2 * cores).max(4))
            .enable_all()
            .build()?;
        let Config {
            access,
            lists,
            policy,
            look_every,
            public_url,
            mapped_algorithms,
            script,
            log_key,
            operations,
            issuer,
            collections,
            ..
        } = self.config;
        let (wish, wishes) = mpsc::channel();
        let mut shared = Shared::new(
            stores.reader,
            Native::new(stores.writer, stores.past, stores.exporter, log_key, script),
            wish,
            public_url,
            &mapped_algorithms,
        );
        if self.certificates.is_some() {
            shared.speaks_tls();
        }
        let shared = Arc::new(shared);
        let door = Arc::new(Door::new(access, stores.tokens, issuer));
        let refusals = door.refusals();
        let limits = operations.limits;
        let router = router(&shared, door, limits.request, around);
        let connections = Connections {
            router: ops::around(router, &self.watch, self.cors),
            limits,
            certificates: self.certificates,
            watch: Arc::clone(&self.watch),
        };
        let outcome = thread::scope(|scope| {
            let refresher = Refresher {
                shared: &shared,
                app: stores.loader,
                lists,
                policy,
                collections: collections.into(),
                tell,
            };
            scope.spawn(move || refresher.run(look_every, &wishes));
            let stopping = || {
                tell(&Event::Stopping);
                shared.native.stop();
            };
            let served = serve(self.listener, connections, look_every, tell, stopping);
            let writer = &shared.native.writer;
            let served = runtime.block_on(async {
                let served = tokio::select! {
                    served = served => served,
                    never = refusals.record(writer) => match never {},
                };
                refusals.finish(writer).await;
                served
            });
            shared.stop_refresher();
            served
        });
        // Work that nobody waits for any more must not keep the process alive.
        runtime.shutdown_timeout(Duration::from_secs(1));
        self.watch.end();
        Ok(outcome?)
    }
}

async fn serve(
    listener: TcpListener,
    connections: Connections,
    look_every: Duration,
    tell: &(dyn Fn(&Event) + Sync),
    stopping: impl FnOnce(),
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let stop = signals::stop()?;
    let mut hang_up = signals::hang_up()?;
    let watch = Arc::clone(&connections.watch);
    let certificates = connections.certificates.clone();
    let served = ops::serve(listener, connections, stop, stopping);
    let mut served = Box::pin(served);
    let mut look = tokio::time::interval(look_every);
    loop {
        tokio::select! {
            served = &mut served => return served,
            () = hang_up() => watch.reopen_log(),
            _ = look.tick(), if certificates.is_some() => {}
        }
        // Two small files; nobody notices.
        match certificates.as_ref().and_then(|pair| pair.look()) {
            Some(Ok(())) => tell(&Event::NewCertificate),
            Some(Err(error)) => tell(&Event::OldCertificate(error.to_string())),
            None => {}
        }
    }
}

/// Every route of every dialect.
fn routes() -> Routes {
    let routes = Routes::new()
        .get("/openapi.json", openapi::answer)
        .get("/metrics", ops::metrics);
    v1::routes(yente::routes(routes))
}

fn router(shared: &Arc<Shared>, door: Arc<Door>, time: Duration, around: Option<Around>) -> Router {
    let (_, routes) = routes().finish();
    let is_open = !door.is_locked();
    let routes = routes
        .fallback(|| async { Refusal::missing("Not Found") })
        .with_state(Arc::clone(shared))
        .layer(middleware::from_fn_with_state(door, access::admit));
    let lists = Lists {
        shared: Arc::clone(shared),
    };
    let routes = match around {
        Some(around) => around(lists, routes),
        None => routes,
    };
    guard::limited(routes, Guard { is_open, time })
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        extract::Request,
        http::{Method, StatusCode, header},
    };
    use jiff::{SignedDuration, Timestamp};
    use rescreen_app::{AccessRole, NewToken, Store, TOKEN_RANDOM_BYTES};
    use tower::ServiceExt;

    use super::*;
    use crate::access::{Need, TABLE};

    #[test]
    fn nobody_else_is_served_without_being_known() {
        let check = |listen: &str, access| {
            Server::bind(Config {
                listen: listen.parse().unwrap(),
                access,
                lists: Vec::new(),
                policy: Policy::default(),
                look_every: Duration::from_secs(1),
                public_url: None,
                mapped_algorithms: Vec::new(),
                issuer: None,
                collections: Vec::new(),
                operations: Operations::default(),
                script: |_| "",
                log_key: no_key(),
            })
        };
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
            let refused = check(address, Access::InsecureNoAuth);
            assert!(
                matches!(refused, Err(ServeError::NotLoopback(_))),
                "{address}"
            );
        }
        assert!(check("127.0.0.1:0", Access::InsecureNoAuth).is_ok());
        let locked = Access::Tokens {
            tenant: "default".to_owned(),
            rate: 0,
        };
        assert!(check("0.0.0.0:0", locked).is_ok());
    }

    fn no_key() -> KeySource {
        KeySource::new(|| Err("none".to_owned()))
    }

    fn with_tokens() -> App {
        App::new(Store::in_memory().unwrap())
    }

    #[test]
    fn every_route_has_its_row_and_every_row_its_route() {
        let (known, _) = routes().finish();
        for (method, path) in &known {
            let rows = TABLE.iter().filter(|(m, p, _)| m == method && p == path);
            assert_eq!(rows.count(), 1, "{method} {path} in the table");
        }
        for (method, path, _) in TABLE {
            let routes = known.iter().filter(|(m, p)| m == method && p == path);
            assert_eq!(routes.count(), 1, "{method} {path} among the routes");
        }
    }

    /// Each route is tried with each role and with every way of having no right; a route that lets in whom the table
    /// does not name, or keeps out whom it names, is told.
    #[test]
    fn each_route_lets_in_whom_the_table_names_and_nobody_else() {
        let mut app = with_tokens();
        let now = Timestamp::now();
        let mut serial = 0;
        let mut make = |role: AccessRole, tenant: &str, days: i64| {
            serial += 1;
            let new = NewToken {
                name: String::new(),
                tenant: tenant.to_owned(),
                role,
                expires: Some(now + SignedDuration::from_hours(24 * days)),
            };
            let then = now - SignedDuration::from_hours(24 * 10);
            let random = [serial; TOKEN_RANDOM_BYTES];
            let (row, text) = app.create_token(&new, &random, "ada", then).unwrap();
            (row.id, format!("Bearer {}", text.reveal()))
        };
        let by_role = AccessRole::ALL.map(|role| (role, make(role, "ours", 1).1));
        let expired = AccessRole::ALL.map(|role| make(role, "ours", -1).1);
        let foreign = AccessRole::ALL.map(|role| make(role, "theirs", 1).1);
        let revoked = AccessRole::ALL.map(|role| make(role, "ours", 1));
        for (id, _) in &revoked {
            app.revoke_token(id, "ada", now).unwrap();
        }
        let access = Access::Tokens {
            tenant: "ours".to_owned(),
            rate: 0,
        };
        let shared = Arc::new(Shared::new(
            with_tokens(),
            Native::new(
                with_tokens(),
                with_tokens(),
                with_tokens(),
                no_key(),
                |_| "",
            ),
            mpsc::channel().0,
            None,
            &[],
        ));
        let door = Arc::new(Door::new(access, app, None));
        let router = router(&shared, door, Duration::from_secs(30), None);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let ask = |method: &Method, path: &str, token: Option<&str>| {
            let mut request = Request::builder().method(method).uri(path);
            if let Some(token) = token {
                request = request.header(header::AUTHORIZATION, token);
            }
            let request = request.body(Body::empty()).unwrap();
            let answer = runtime.block_on(router.clone().oneshot(request));
            answer.unwrap().status()
        };
        let is_in = |status: StatusCode| {
            status != StatusCode::UNAUTHORIZED && status != StatusCode::FORBIDDEN
        };
        for (method, path, need) in TABLE {
            let path = path.replace(['{', '}'], "");
            let columns = match need {
                Need::Nothing => {
                    assert!(is_in(ask(method, &path, None)), "{method} {path}");
                    continue;
                }
                Need::Roles(columns) => columns,
            };
            assert_eq!(ask(method, &path, None), 401, "{method} {path}");
            assert_eq!(ask(method, &path, Some("Bearer x")), 401, "{method} {path}");
            for ((role, token), is_allowed) in by_role.iter().zip(columns) {
                let status = ask(method, &path, Some(token));
                assert_eq!(is_in(status), *is_allowed, "{method} {path} {role:?}");
                // Another method is another route.
                let other = if *method == Method::DELETE {
                    Method::PATCH
                } else {
                    Method::TRACE
                };
                assert_eq!(ask(&other, &path, Some(token)), 405, "{path} {role:?}");
            }
            for token in expired.iter().chain(revoked.iter().map(|(_, token)| token)) {
                assert_eq!(ask(method, &path, Some(token)), 401, "{method} {path}");
            }
            for token in &foreign {
                assert_eq!(ask(method, &path, Some(token)), 403, "{method} {path}");
            }
        }
        assert_eq!(ask(&Method::GET, "/nothing", None), 401);
        assert_eq!(ask(&Method::GET, "/nothing", Some(&by_role[0].1)), 404);
    }

    #[test]
    fn a_route_that_is_not_in_the_table_is_closed() {
        let door = Arc::new(Door::new(Access::InsecureNoAuth, with_tokens(), None));
        let routes = Router::new()
            .route("/forgotten", axum::routing::get(|| async { "secret" }))
            .route("/catalog", axum::routing::delete(|| async { "secret" }))
            .layer(middleware::from_fn_with_state(door, access::admit));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        for (method, path) in [(Method::GET, "/forgotten"), (Method::DELETE, "/catalog")] {
            let request = Request::builder().method(&method).uri(path);
            let request = request.body(Body::empty()).unwrap();
            let answer = runtime.block_on(routes.clone().oneshot(request)).unwrap();
            assert_eq!(answer.status(), 405, "{method} {path}");
        }
    }
}

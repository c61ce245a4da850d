//! The server: who may be served, the routes, the limits around them, and the end of it all.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    pin::Pin,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::{self, Next},
    response::IntoResponse,
};
use rescreen_app::App;
use rescreen_match::Policy;
use rescreen_model::ListName;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    answer::{Refusal, after_panic},
    refresh::{Event, Refresher},
    state::Shared,
    yente,
};

/// A batch of a hundred full queries is a tenth of this.
const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;
const MAX_URL_BYTES: usize = 60_000;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// How long requests under way may take once the server is told to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// How callers show that they may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// They need not: for a loopback address only, where every user of the machine may ask.
    InsecureNoAuth,
}

/// How to serve.
#[derive(Debug)]
pub struct Config {
    /// Where; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Who; without it the server refuses to start.
    pub access: Option<Access>,
    /// The lists; none means all.
    pub lists: Vec<ListName>,
    /// The policy; its review threshold is the lowest that callers may ask for.
    pub policy: Policy,
    /// How often to look whether other versions came into force.
    pub look_every: Duration,
}

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// There are no tokens yet, so somebody must say that they want none.
    #[error(
        "serving needs a way to tell who asks, and this release has none: --insecure-no-auth serves every user of this machine on a loopback address"
    )]
    NoAccess,
    /// Everybody on the network would be served.
    #[error(
        "--insecure-no-auth serves a loopback address only, such as 127.0.0.1:8080; {0} can be reached from elsewhere"
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
    /// The system refused while serving.
    #[error("serving failed")]
    Io(#[from] io::Error),
}

/// What tells the server to end.
type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    config: Config,
}

impl Server {
    /// Takes the address, if the access allows it.
    ///
    /// # Errors
    /// [`ServeError`] where serving would be open to others than it should, or the address cannot be had.
    pub fn bind(config: Config) -> Result<Self, ServeError> {
        match config.access {
            None => return Err(ServeError::NoAccess),
            Some(Access::InsecureNoAuth) if !config.listen.ip().is_loopback() => {
                return Err(ServeError::NotLoopback(config.listen));
            }
            Some(Access::InsecureNoAuth) => {}
        }
        let listener = TcpListener::bind(config.listen)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|source| ServeError::Listen {
                address: config.listen,
                source,
            })?;
        Ok(Self { listener, config })
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
    /// Each of the two handles on the store has its own use: `loader` loads lists, `reader` reads single entries, and
    /// neither waits for the other.
    ///
    /// # Errors
    /// [`ServeError`] where the system refuses.
    pub fn run(
        self,
        loader: App,
        reader: App,
        tell: &(dyn Fn(&Event) + Sync),
    ) -> Result<(), ServeError> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores)
            .max_blocking_threads((2 * cores).max(4))
            .enable_all()
            .build()?;
        let Config {
            lists,
            policy,
            look_every,
            ..
        } = self.config;
        let shared = Arc::new(Shared::new(reader));
        let (end, ended) = mpsc::channel();
        let outcome = thread::scope(|scope| {
            let refresher = Refresher {
                shared: &shared,
                app: loader,
                lists,
                policy,
                tell,
            };
            scope.spawn(move || refresher.run(look_every, &ended));
            let served = runtime.block_on(serve(self.listener, Arc::clone(&shared), tell));
            drop(end);
            served
        });
        // Work that nobody waits for any more must not keep the process alive.
        runtime.shutdown_timeout(Duration::from_secs(1));
        Ok(outcome?)
    }
}

async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    tell: &(dyn Fn(&Event) + Sync),
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut stop = stop_signal()?;
    let (stopping, mut told) = tokio::sync::watch::channel(false);
    let server = axum::serve(listener, router(shared)).with_graceful_shutdown(async move {
        // An error means the sender is gone, and then there is nothing to wait for either.
        drop(told.wait_for(|told| *told).await);
    });
    let mut server = Box::pin(server.into_future());
    tokio::select! {
        served = &mut server => return served,
        () = &mut stop => {}
    }
    tell(&Event::Stopping);
    // Nobody listens where the server ended by itself.
    let _gone = stopping.send(true);
    // An idle connection that is kept open is no request under way.
    tokio::time::timeout(STOP_TIMEOUT, server)
        .await
        .unwrap_or(Ok(()))
}

#[cfg(unix)]
fn stop_signal() -> io::Result<Stop> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(Box::pin(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }))
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<Stop> {
    Ok(Box::pin(async {
        let _failed = tokio::signal::ctrl_c().await;
    }))
}

fn router(shared: Arc<Shared>) -> Router {
    let routes = yente::routes()
        .fallback(|| async { Refusal::missing("Not Found") })
        .method_not_allowed_fallback(|| async {
            Refusal::Detail(
                StatusCode::METHOD_NOT_ALLOWED,
                "Method Not Allowed".to_owned(),
            )
        })
        .with_state(shared);
    limited(routes)
}

/// The limits around all routes.
fn limited(routes: Router) -> Router {
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(middleware::from_fn(guard))
}

/// Looks at every request before anything else does, and puts on every answer what keeps browsers from mischief.
async fn guard(request: Request, next: Next) -> Response<Body> {
    let mut response = match refusal(&request) {
        Some(refusal) => refusal.into_response(),
        None => tokio::time::timeout(REQUEST_TIMEOUT, next.run(request))
            .await
            .unwrap_or_else(|_| {
                let detail = "The request took too long.".to_owned();
                Refusal::Detail(StatusCode::REQUEST_TIMEOUT, detail).into_response()
            }),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Answers are about persons: no cache on the way may keep them.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Why a request is not even looked at.
fn refusal(request: &Request) -> Option<Refusal> {
    let url = request.uri().path_and_query();
    if url.is_some_and(|url| url.as_str().len() > MAX_URL_BYTES) {
        let detail = "Request URI too long".to_owned();
        return Some(Refusal::Detail(StatusCode::URI_TOO_LONG, detail));
    }
    if !is_for_this_machine(request) {
        // A web page whose name was made to point here would otherwise read the lists with its visitor's rights.
        let detail = "This server answers for the local machine only.".to_owned();
        return Some(Refusal::Detail(StatusCode::MISDIRECTED_REQUEST, detail));
    }
    // A body that comes without its length is cut off while it is read.
    let length = request.headers().get(header::CONTENT_LENGTH)?;
    let length: usize = length.to_str().ok()?.parse().ok()?;
    (length > MAX_BODY_BYTES).then(|| {
        let detail = format!("The body is larger than {MAX_BODY_BYTES} bytes.");
        Refusal::Detail(StatusCode::PAYLOAD_TOO_LARGE, detail)
    })
}

/// Whether the name under which the server was called is one of the machine itself.
fn is_for_this_machine(request: &Request) -> bool {
    let mut names = request.headers().get_all(header::HOST).iter();
    let name = match (names.next(), names.next()) {
        (Some(name), None) => name.to_str().unwrap_or_default(),
        // HTTP/1.0 knows no such header, and no browser speaks that.
        (None, _) => return true,
        (Some(_), Some(_)) => return false,
    };
    let name = match name.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => name,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_machine_itself_are_answered_for() {
        let check = |host: &str| {
            let request = Request::builder().header(header::HOST, host);
            is_for_this_machine(&request.body(Body::empty()).unwrap())
        };
        for good in [
            "localhost",
            "LocalHost:8080",
            "127.0.0.1",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:8080",
        ] {
            assert!(check(good), "{good}");
        }
        for bad in [
            "",
            "evil.example",
            "evil.example:8080",
            "10.0.0.1",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
        ] {
            assert!(!check(bad), "{bad}");
        }
    }

    #[test]
    fn a_panic_is_answered_and_says_nothing_of_the_request() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let routes = Router::new().route("/", axum::routing::get(break_down));
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = tokio::spawn(axum::serve(listener, limited(routes)).into_future());
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            stream.write_all(request).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
            assert!(
                answer.contains("nosniff") && !answer.contains("secret"),
                "{answer}"
            );
            server.abort();
        });
    }

    async fn break_down() -> &'static str {
        panic!("a secret")
    }

    #[test]
    fn nobody_else_is_served_without_being_known() {
        let check = |listen: &str, access| {
            Server::bind(Config {
                listen: listen.parse().unwrap(),
                access,
                lists: Vec::new(),
                policy: Policy::default(),
                look_every: Duration::from_secs(1),
            })
        };
        let open = Some(Access::InsecureNoAuth);
        assert!(matches!(
            check("127.0.0.1:0", None),
            Err(ServeError::NoAccess)
        ));
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
            assert!(
                matches!(check(address, open), Err(ServeError::NotLoopback(_))),
                "{address}"
            );
        }
        assert!(check("127.0.0.1:0", open).is_ok());
    }
}

//! What is looked at before anything else, whatever the route: sizes, time, and by which name the server was called.

use std::{net::IpAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::{self, Next},
    response::IntoResponse,
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    answer::{Refusal, after_panic, as_problem},
    v1,
};

/// A batch of a hundred full queries is a tenth of this.
const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;
const MAX_URL_BYTES: usize = 60_000;

/// What is looked at before anything else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guard {
    /// Whether nobody needs to say who they are.
    pub(super) is_open: bool,
    /// For one request.
    pub(super) time: Duration,
}

/// The limits around all routes.
pub(super) fn limited(routes: Router, guarded: Guard) -> Router {
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(middleware::from_fn_with_state(guarded, look))
}

/// Looks at every request before anything else does, and puts on every answer what keeps browsers from mischief.
async fn look(State(guard): State<Guard>, request: Request, next: Next) -> Response<Body> {
    let is_native = request.uri().path().starts_with("/v1/");
    let mut response = match refusal(&request, guard.is_open) {
        Some(refusal) => refusal.into_response(),
        None => tokio::time::timeout(guard.time, next.run(request))
            .await
            .unwrap_or_else(|_| {
                let detail = "The request took too long.".to_owned();
                Refusal::Detail(StatusCode::REQUEST_TIMEOUT, detail).into_response()
            }),
    };
    if is_native {
        response = as_problem(response);
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        // Answers are about persons: no cache on the way may keep them.
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Why a request is not even looked at.
fn refusal(request: &Request, is_open: bool) -> Option<Refusal> {
    let url = request.uri().path_and_query();
    if url.is_some_and(|url| url.as_str().len() > MAX_URL_BYTES) {
        let detail = "Request URI too long".to_owned();
        return Some(Refusal::Detail(StatusCode::URI_TOO_LONG, detail));
    }
    if is_open && !is_for_this_machine(request) {
        // A web page whose name was made to point here would otherwise read the lists with its visitor's rights. Where
        // a token is needed, the page has none.
        let detail = "This server answers for the local machine only.".to_owned();
        return Some(Refusal::Detail(StatusCode::MISDIRECTED_REQUEST, detail));
    }
    let path = request.uri().path();
    if path == v1::STREAM || v1::is_for_files(path) {
        return None;
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
            let guarded = Guard {
                is_open: true,
                time: Duration::from_secs(30),
            };
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let server =
                tokio::spawn(axum::serve(listener, limited(routes, guarded)).into_future());
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
}

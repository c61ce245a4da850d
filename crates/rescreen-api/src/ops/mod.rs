//! What an operator needs around the routes: who was answered and how long it took, figures, traces, and connections that
//! nobody can hold for ever.
//!
//! Nothing here looks at what is asked. Routes are known by their template, callers by the id of their token.

mod access_log;
mod listen;
mod metrics;
mod spans;
mod tls;
mod trace;
mod watch;

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Router,
    http::{HeaderName, HeaderValue, Method, header},
    middleware,
};
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
    cors::{AllowOrigin, CorsLayer},
};
use utoipa::OpenApi;

pub use access_log::LogTo;
pub(crate) use listen::{Connections, serve};
pub(crate) use metrics::answer as metrics;
pub use tls::TlsFiles;
pub(crate) use tls::{Certificates, TlsError};
pub(crate) use watch::Watch;

/// The routes of operations as the description of the interface has them.
#[derive(Debug, OpenApi)]
#[openapi(paths(metrics::answer))]
pub(crate) struct Description;

/// Smaller answers gain nothing.
const COMPRESSED_FROM: u64 = 500;

/// How the server is run, beside what it answers.
#[derive(Debug, Clone, Default)]
pub struct Operations {
    /// Where requests are logged; `None` for nowhere.
    pub access_log: Option<LogTo>,
    /// The base address of an OpenTelemetry collector.
    pub collector: Option<String>,
    /// The origins whose web pages may ask.
    pub origins: Vec<String>,
    /// Certificate and key, for TLS.
    pub tls: Option<TlsFiles>,
    /// How long and how much.
    pub limits: Limits,
}

/// How long things may take, and how many there may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the head of a request, and for a connection without one.
    pub head: Duration,
    /// For a request with its body.
    pub request: Duration,
    /// Connections at once; others wait.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            request: Duration::from_secs(30),
            connections: 1024,
        }
    }
}

/// Why the server cannot be run like that.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperationsError {
    /// What is no origin.
    #[error(
        "'{0}' is no origin: expected a scheme and a host as browsers send them, such as https://cases.example"
    )]
    Origin(String),
    /// Any page in the world could read the lists with the rights of whoever opens it.
    #[error(
        "web pages of any origin may not ask a server that asks for no token: name the origins"
    )]
    AnyOrigin,
    /// The log cannot be written.
    #[error("cannot write the access log {file}")]
    Log {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Traces cannot be sent.
    #[error("cannot send traces to '{url}': {why}")]
    Collector {
        /// The address.
        url: String,
        /// What is wrong.
        why: String,
    },
    /// TLS cannot be spoken.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Puts around all routes what sees every request.
pub(crate) fn around(router: Router, watch: &Arc<Watch>, cors: Option<CorsLayer>) -> Router {
    let is_compressed = SizeAbove::new(COMPRESSED_FROM)
        // What comes line by line must not wait for a block to fill.
        .and(NotForContentType::SSE)
        .and(NotForContentType::const_new("application/x-ndjson"));
    let router = router.layer(
        CompressionLayer::new()
            .quality(CompressionLevel::Fastest)
            .compress_when(is_compressed),
    );
    let router = match cors {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(middleware::from_fn_with_state(
        Arc::clone(watch),
        watch::watch,
    ))
}

/// The permission for web pages of these origins; none without any.
pub(crate) fn cors(
    origins: &[String],
    is_open: bool,
) -> Result<Option<CorsLayer>, OperationsError> {
    if origins.is_empty() {
        return Ok(None);
    }
    let allowed = if origins.iter().any(|origin| origin == "*") {
        if is_open {
            return Err(OperationsError::AnyOrigin);
        }
        AllowOrigin::any()
    } else {
        let origins = origins.iter().map(|text| {
            let host = ["https://", "http://"]
                .iter()
                .find_map(|scheme| text.strip_prefix(scheme));
            let is_origin = host.is_some_and(|host| {
                !host.is_empty() && !host.contains(['/', '?', '#', '@', '*', ' '])
            });
            HeaderValue::try_from(text)
                .ok()
                .filter(|_| is_origin)
                .ok_or_else(|| OperationsError::Origin(text.clone()))
        });
        AllowOrigin::list(origins.collect::<Result<Vec<_>, _>>()?)
    };
    let shown = [
        "etag",
        "retry-after",
        "traceparent",
        "x-batch-size",
        "x-request-id",
        "x-rescreen-algorithm",
        "x-rescreen-algorithm-asked",
        "x-rescreen-lists",
        "x-rescreen-matcher",
        "x-rescreen-policy",
    ];
    Ok(Some(
        CorsLayer::new()
            .allow_origin(allowed)
            .allow_methods([
                Method::GET,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ])
            .allow_headers([
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                header::IF_MATCH,
                header::IF_NONE_MATCH,
                HeaderName::from_static("idempotency-key"),
                HeaderName::from_static("traceparent"),
                HeaderName::from_static("tracestate"),
            ])
            .expose_headers(shown.map(HeaderName::from_static))
            .max_age(Duration::from_mins(10)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_named_or_refused() {
        let check = |origin: &str, is_open| cors(&[origin.to_owned()], is_open);
        assert!(cors(&[], true).unwrap().is_none());
        assert!(check("https://cases.example", true).unwrap().is_some());
        assert!(check("http://127.0.0.1:5173", false).unwrap().is_some());
        assert!(check("*", false).unwrap().is_some());
        assert!(matches!(check("*", true), Err(OperationsError::AnyOrigin)));
        for bad in [
            "",
            "cases.example",
            "https://",
            "https://a/b",
            "https://*.a",
            "ftp://a",
            "null",
        ] {
            assert!(
                matches!(check(bad, false), Err(OperationsError::Origin(_))),
                "{bad}"
            );
        }
    }
}

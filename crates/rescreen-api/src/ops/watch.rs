//! What sees every request go in and its answer come out.

use std::{sync::Arc, time::Instant};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{Method, Response},
    middleware::Next,
};
use jiff::Timestamp;

use super::{
    Operations, OperationsError,
    access_log::{AccessLog, Line},
    metrics::Metrics,
    spans::{self, Spans},
    trace::{Caller, Step},
};
use crate::access::Asker;

/// The route of a request that meets none. Its path is the caller's words, and so is not told.
const NO_ROUTE: &str = "none";
/// What a computation puts on its answer.
const BATCH: &str = "x-batch-size";

/// The eyes on all requests.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(super) metrics: Metrics,
    log: Option<AccessLog>,
    spans: Option<Spans>,
}

impl Watch {
    /// Only outside an asynchronous runtime.
    pub(crate) fn new(operations: &Operations) -> Result<Self, OperationsError> {
        let log = operations.access_log.as_ref();
        let collector = operations.collector.as_ref();
        Ok(Self {
            metrics: Metrics::new(),
            log: log.map(AccessLog::open).transpose()?,
            spans: collector.map(|url| Spans::new(url)).transpose()?,
        })
    }

    /// Opens the log anew.
    pub(crate) fn reopen_log(&self) {
        if let Some(log) = &self.log {
            log.reopen();
        }
    }

    /// Writes and sends what is left.
    pub(crate) fn end(&self) {
        if let Some(log) = &self.log {
            log.end();
        }
        if let Some(spans) = &self.spans {
            spans.end();
        }
    }

    /// Lines of the log, and spans, that were lost.
    pub(super) fn lost(&self) -> (u64, u64) {
        (
            self.log.as_ref().map_or(0, AccessLog::lost),
            self.spans.as_ref().map_or(0, Spans::lost),
        )
    }
}

pub(super) async fn watch(
    State(watch): State<Arc<Watch>>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let begun = Instant::now();
    let method = name(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let caller = Caller::read(request.headers());
    let (span, step) = match &watch.spans {
        Some(spans) => {
            let (span, step) = spans.begin(caller.as_ref(), method, route);
            (Some(span), step)
        }
        None => (None, Step::next(caller.as_ref())),
    };
    request.extensions_mut().insert(Arc::clone(&watch));
    let mut response = next.run(request).await;

    step.say(response.headers_mut());
    let status = response.status().as_u16();
    let batch = response.headers().get(BATCH);
    let batch = batch.and_then(|size| size.to_str().ok()?.parse().ok());
    let took = begun.elapsed();
    watch.metrics.count(method, route, status, batch, took);
    if let Some(span) = span {
        spans::finish(span, status, batch);
    }
    if let Some(log) = &watch.log {
        let asker = response.extensions().get::<Asker>();
        log.write(&Line {
            time: Timestamp::now().to_string(),
            event: "request",
            method,
            route,
            status,
            // Microseconds are fine enough.
            ms: took.as_micros() as f64 / 1000.0,
            token: asker.and_then(|asker| asker.token.as_deref()),
            batch,
            request: step.span_hex(),
            trace: step.trace_hex(),
        });
    }
    response
}

/// A method by its name; one that nobody knows is the caller's word, and so is not told.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

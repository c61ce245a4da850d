//! Figures for Prometheus, in the form of OpenMetrics.
//!
//! Labels are routes, methods, statuses, lists and versions: a bounded number of them, and none from a caller.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{Extension, State},
    http::{Response, header},
    response::IntoResponse as _,
};
use prometheus_client::{
    encoding::{
        EncodeLabelSet,
        text::{encode_eof, encode_registry},
    },
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
        info::Info,
    },
    registry::{Registry, Unit},
};

use rescreen_app::RegisterSizes;

use super::watch::Watch;
use crate::{answer::Refusal, state::Shared};

const FORM: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Seconds; a question is answered in a fraction of a millisecond, a full batch in some.
const BUCKETS: [f64; 13] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct List {
    list: String,
    version: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Alerts {
    state: &'static str,
}

/// What is counted while serving.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Outcome, Counter>,
    took: Family<Route, Histogram, fn() -> Histogram>,
    questions: Family<Route, Counter>,
    pub(super) connections: Gauge,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("rescreen");
        let requests = Family::default();
        let took = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let questions = Family::default();
        let connections = Gauge::default();
        registry.register(
            "http_requests",
            "Requests that were answered",
            Family::clone(&requests),
        );
        registry.register_with_unit(
            "http_request_duration",
            "From the head of a request to the head of its answer",
            Unit::Seconds,
            Family::clone(&took),
        );
        registry.register(
            "questions",
            "Questions that stood in answered requests",
            Family::clone(&questions),
        );
        registry.register("http_connections", "Open connections", connections.clone());
        Self {
            registry,
            requests,
            took,
            questions,
            connections,
        }
    }

    pub(super) fn count(
        &self,
        method: &'static str,
        route: &str,
        status: u16,
        batch: Option<u64>,
        took: Duration,
    ) {
        let by_route = Route {
            route: route.to_owned(),
        };
        if let Some(batch) = batch {
            self.questions.get_or_create(&by_route).inc_by(batch);
        }
        self.took
            .get_or_create(&by_route)
            .observe(took.as_secs_f64());
        let outcome = Outcome {
            method,
            route: by_route.route,
            status,
        };
        self.requests.get_or_create(&outcome).inc();
    }
}

/// Figures for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, description = "OpenMetrics text", content_type = "application/openmetrics-text", body = String), (status = 401, description = "no valid token"), (status = 403, description = "a token without the right to it"), (status = 429, description = "too many requests with this token")))]
pub(crate) async fn answer(
    State(shared): State<Arc<Shared>>,
    watch: Option<Extension<Arc<Watch>>>,
) -> Result<Response<Body>, Refusal> {
    // Without eyes on the requests there is nothing to tell.
    let Extension(watch) = watch.ok_or_else(Refusal::defect)?;
    let reader = Arc::clone(&shared);
    // Where the store cannot be read now, the other figures are told all the same.
    let sizes = shared
        .compute(move || reader.store(rescreen_app::App::register_sizes).ok())
        .await
        .unwrap_or_default();
    let text = text(&shared, &watch, sizes).map_err(|_| Refusal::defect())?;
    Ok(([(header::CONTENT_TYPE, FORM)], text).into_response())
}

fn text(
    shared: &Shared,
    watch: &Watch,
    sizes: Option<RegisterSizes>,
) -> Result<String, fmt::Error> {
    let mut text = String::new();
    encode_registry(&mut text, &watch.metrics.registry)?;
    encode_registry(&mut text, &state(shared, watch))?;
    if let Some(sizes) = sizes {
        encode_registry(&mut text, &register(&sizes))?;
    }
    encode_eof(&mut text)?;
    Ok(text)
}

/// What is read when somebody asks.
fn state(shared: &Shared, watch: &Watch) -> Registry {
    let mut registry = Registry::with_prefix("rescreen");
    let snapshot = shared.current();
    let gauge = |is: bool| ConstGauge::new(i64::from(is));
    registry.register(
        "ready",
        "Whether lists are loaded",
        gauge(snapshot.is_some()),
    );
    registry.register(
        "lists_stale",
        "Whether the last look at the lists failed or found versions that are not served yet",
        gauge(shared.is_stale()),
    );
    let (lines, spans) = watch.lost();
    registry.register(
        "access_log_lost",
        "Lines of the access log that were lost",
        ConstCounter::new(lines),
    );
    registry.register(
        "spans_lost",
        "Spans that no collector took",
        ConstCounter::new(spans),
    );
    if let Some(bytes) = resident() {
        registry.register_with_unit(
            "resident",
            "Memory in use",
            Unit::Bytes,
            ConstGauge::new(bytes),
        );
    }
    let Some(snapshot) = snapshot else {
        return registry;
    };
    let cut = &snapshot.cut;
    registry.register(
        "build",
        "What answers rest on",
        Info::new(vec![
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("matcher", cut.matcher.to_string()),
            ("policy", cut.policy.to_string()),
        ]),
    );
    let published: Family<List, Gauge<f64, AtomicU64>> = Family::default();
    let entries: Family<List, Gauge> = Family::default();
    for list in &cut.lists {
        let labels = List {
            list: list.name.to_string(),
            version: list.version.to_string(),
        };
        published
            .get_or_create(&labels)
            .set(list.published.as_millisecond() as f64 / 1000.0);
        entries.get_or_create(&labels).set(list.entries as i64);
    }
    registry.register_with_unit(
        "list_published_timestamp",
        "When the version of a list that is served was published",
        Unit::Seconds,
        published,
    );
    registry.register(
        "list_entries",
        "Entries of the version that is served",
        entries,
    );
    registry
}

/// How large the register is.
fn register(sizes: &RegisterSizes) -> Registry {
    let mut registry = Registry::with_prefix("rescreen");
    let alerts: Family<Alerts, Gauge> = Family::default();
    for (state, count) in &sizes.alerts {
        let labels = Alerts {
            state: state.as_str(),
        };
        alerts.get_or_create(&labels).set(*count as i64);
    }
    registry.register(
        "subjects",
        "Subjects that are screened",
        ConstGauge::new(sizes.subjects as i64),
    );
    registry.register("alerts", "Alerts by state", alerts);
    registry
}

/// The memory of this process, where the system tells.
fn resident() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let (_, rest) = status.split_once("VmRSS:")?;
    let kib: i64 = rest.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

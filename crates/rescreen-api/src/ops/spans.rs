//! Traces for an OpenTelemetry collector: a span for each request, sent in batches by a thread of its own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use opentelemetry::{
    Context, KeyValue,
    trace::{
        Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags,
        TraceId, TraceState, Tracer as _, TracerProvider as _,
    },
};
use opentelemetry_otlp::{Protocol, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SdkTracer, SdkTracerProvider, Span, SpanData, SpanExporter},
};

use super::{
    OperationsError,
    trace::{Caller, Step},
};

const SEND_TIMEOUT: Duration = Duration::from_secs(5);
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// What makes spans.
#[derive(Debug)]
pub(super) struct Spans {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    lost: Arc<AtomicU64>,
}

impl Spans {
    /// Spans for the collector at that address. Only outside an asynchronous runtime.
    pub(super) fn new(url: &str) -> Result<Self, OperationsError> {
        let refuse = |why: String| OperationsError::Collector {
            url: url.to_owned(),
            why,
        };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            let why = "expected the base address of a collector, such as http://127.0.0.1:4318";
            return Err(refuse(why.to_owned()));
        }
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", url.trim_end_matches('/')))
            .with_timeout(SEND_TIMEOUT)
            .build()
            .map_err(|error| refuse(error.to_string()))?;
        let lost = Arc::new(AtomicU64::new(0));
        let resource = Resource::builder_empty()
            .with_service_name("rescreen")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(Counting {
                exporter,
                lost: Arc::clone(&lost),
            })
            .with_resource(resource)
            .build();
        Ok(Self {
            tracer: provider.tracer("rescreen-api"),
            provider,
            lost,
        })
    }

    /// Begins the span of a request, and says where in the trace it stands.
    pub(super) fn begin(&self, caller: Option<&Caller>, method: &str, route: &str) -> (Span, Step) {
        let context = caller.map_or_else(Context::new, |caller| {
            Context::new().with_remote_span_context(SpanContext::new(
                TraceId::from_bytes(caller.trace),
                SpanId::from_bytes(caller.span),
                TraceFlags::new(caller.flags),
                true,
                TraceState::NONE,
            ))
        });
        let span = self
            .tracer
            .span_builder(format!("{method} {route}"))
            .with_kind(SpanKind::Server)
            .with_attributes([
                KeyValue::new("http.request.method", method.to_owned()),
                KeyValue::new("http.route", route.to_owned()),
            ])
            .start_with_context(&self.tracer, &context);
        let ours = span.span_context();
        let step = Step::with(
            caller,
            ours.trace_id().to_bytes(),
            ours.span_id().to_bytes(),
            ours.trace_flags().to_u8(),
        );
        (span, step)
    }

    /// How many spans no collector took.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Sends what is left.
    pub(super) fn end(&self) {
        // Whatever is lost now is lost with the process.
        let _lost = self.provider.shutdown_with_timeout(END_TIMEOUT);
    }
}

/// Ends the span of a request.
pub(super) fn finish(mut span: Span, status: u16, batch: Option<u64>) {
    span.set_attribute(KeyValue::new(
        "http.response.status_code",
        i64::from(status),
    ));
    if let Some(batch) = batch.and_then(|batch| i64::try_from(batch).ok()) {
        span.set_attribute(KeyValue::new("rescreen.batch_size", batch));
    }
    if status >= 500 {
        span.set_status(Status::error(""));
    }
    span.end();
}

/// Counts what a collector does not take: nothing is lost in silence.
#[derive(Debug)]
struct Counting {
    exporter: opentelemetry_otlp::SpanExporter,
    lost: Arc<AtomicU64>,
}

impl SpanExporter for Counting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len() as u64;
        let sent = self.exporter.export(batch).await;
        if sent.is_err() {
            self.lost.fetch_add(count, Ordering::Relaxed);
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

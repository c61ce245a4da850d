//! What happens, page by page.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Alert;

/// Something that happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct LogEvent {
    /// Its place in the log.
    pub(in crate::v1) seq: i64,
    /// When.
    pub(in crate::v1) at: String,
    /// What.
    pub(in crate::v1) kind: String,
    /// Who did it, where it was a person.
    pub(in crate::v1) by: Option<String>,
    /// The revision of the case after it, where it is about one.
    pub(in crate::v1) revision: Option<i64>,
    /// The details; `null` after erasure.
    pub(in crate::v1) detail: Value,
}

/// A page of alerts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct AlertPage {
    /// The alerts, newest first.
    pub(in crate::v1) alerts: Vec<Alert>,
    /// What to ask for the next page with; `null` at the end.
    pub(in crate::v1) next: Option<String>,
}

/// Something that happened to an alert.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct AlertEvent {
    /// Its place in the log, by which one goes on.
    pub(in crate::v1) seq: i64,
    /// When.
    pub(in crate::v1) at: String,
    /// What: `raised`, `changed`, `withdrawn` …
    pub(in crate::v1) kind: String,
    /// The alert.
    pub(in crate::v1) alert: i64,
    /// Where it stands from here on.
    pub(in crate::v1) state: Option<String>,
    /// The subject as `SOURCE/ID`.
    pub(in crate::v1) subject: String,
    /// The details; `null` after erasure.
    pub(in crate::v1) detail: Value,
}

/// A page of the feed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct EventPage {
    /// What happened, oldest first.
    pub(in crate::v1) events: Vec<AlertEvent>,
    /// What to ask `after` next time.
    pub(in crate::v1) next: i64,
    /// Whether there is more already.
    pub(in crate::v1) more: bool,
}

//! Subjects of the register.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AlertCore, Evidence, LogEvent, Properties};

/// A subject in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct SubjectLine {
    /// `SOURCE/ID`.
    pub(in crate::v1) id: String,
    /// Its id in its source.
    pub(in crate::v1) external_id: String,
    /// The system it comes from.
    pub(in crate::v1) source: String,
    /// Its name; `null` after erasure.
    pub(in crate::v1) caption: Option<String>,
}

/// What came of putting a subject.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct PutResponse {
    /// `SOURCE/ID`.
    pub(in crate::v1) id: String,
    /// `registered`, `updated` or `unchanged`.
    pub(in crate::v1) state: &'static str,
    /// Its version, which the `ETag` names too.
    pub(in crate::v1) version: i64,
    /// Its alerts, those that nothing supports any more left out.
    pub(in crate::v1) alerts: Vec<AlertRef>,
    /// What was not understood.
    pub(in crate::v1) remarks: Vec<String>,
}

/// An alert in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct AlertRef {
    /// Its number.
    pub(in crate::v1) id: i64,
    /// Where it stands.
    pub(in crate::v1) state: &'static str,
    /// When it was raised.
    pub(in crate::v1) opened: String,
}

/// A subject to be kept screened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "schema": "Person", "properties": { "name": ["Oswin Tarbuckle"], "birthDate": ["1961-05-04"] } }))]
pub(in crate::v1) struct PutRequest {
    /// May be left out; else that of the address.
    pub(in crate::v1) id: Option<String>,
    /// `Person`, `Organization`, `Vessel` …; without one it is screened as any kind.
    #[schema(examples("Person"))]
    pub(in crate::v1) schema: Option<String>,
    /// What is known about it: each property has a list of values.
    pub(in crate::v1) properties: Properties,
}

/// Why a subject is to be erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "asked for by the person" }))]
pub(in crate::v1) struct EraseRequest {
    /// Kept in the log.
    pub(in crate::v1) reason: String,
}

/// That a subject is erased.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct EraseResponse {
    /// `SOURCE/ID` as it was.
    pub(in crate::v1) erased: String,
    /// The number that the register keeps.
    pub(in crate::v1) number: i64,
}

/// What a subject said from a moment on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct SubjectVersion {
    /// Its number, from 1.
    pub(in crate::v1) version: i64,
    /// Since when.
    pub(in crate::v1) at: String,
    /// The hash of its content.
    pub(in crate::v1) hash: String,
    /// What kind of party; `null` after erasure.
    pub(in crate::v1) schema: Option<String>,
    /// What is known about it; `null` after erasure.
    pub(in crate::v1) properties: Option<Properties>,
}

/// A match as it was kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct KeptHit {
    /// The list.
    pub(in crate::v1) list: String,
    /// The entry.
    pub(in crate::v1) id: String,
    #[serde(flatten)]
    pub(in crate::v1) found: Kept,
}

/// Evidence as it was kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Kept {
    /// How likely both are the same.
    pub(in crate::v1) score: f64,
    /// `review` or `match`.
    pub(in crate::v1) tier: String,
    /// What speaks for and against it.
    pub(in crate::v1) evidence: Vec<Evidence>,
}

/// A screening as it was kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct KeptScreening {
    /// Its number, for a replay.
    pub(in crate::v1) id: i64,
    /// The version of the subject.
    pub(in crate::v1) version: i64,
    /// When.
    pub(in crate::v1) at: String,
    /// Whom it could be.
    pub(in crate::v1) results: Vec<KeptHit>,
}

/// What a subject said, version by version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct VersionsResponse {
    #[serde(flatten)]
    pub(in crate::v1) line: SubjectLine,
    /// The versions, oldest first.
    pub(in crate::v1) versions: Vec<SubjectVersion>,
}

/// Everything held about a subject.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct SubjectResponse {
    #[serde(flatten)]
    pub(in crate::v1) line: SubjectLine,
    /// When it was registered.
    pub(in crate::v1) registered: String,
    /// When it left its source.
    pub(in crate::v1) retired: Option<String>,
    /// When its data were erased.
    pub(in crate::v1) erased: Option<String>,
    /// What it said, version by version.
    pub(in crate::v1) versions: Vec<SubjectVersion>,
    /// What was answered about it.
    pub(in crate::v1) screenings: Vec<KeptScreening>,
    /// Its alerts.
    pub(in crate::v1) alerts: Vec<AlertCore>,
    /// What happened to it.
    pub(in crate::v1) events: Vec<LogEvent>,
}

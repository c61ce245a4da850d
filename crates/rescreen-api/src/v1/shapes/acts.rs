//! What people can ask of an alert.

use serde::Deserialize;
use utoipa::ToSchema;

/// To whom an alert is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "to": "ann" }))]
pub(in crate::v1) struct AssignRequest {
    /// Who is to work on it; without one, whoever asks.
    pub(in crate::v1) to: Option<String>,
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "the publisher confirms it" }))]
pub(in crate::v1) struct ReasonRequest {
    /// Why; kept in the log.
    pub(in crate::v1) reason: String,
}

/// To which tenant a case is offered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "to": "north", "reason": "she lives there" }))]
pub(in crate::v1) struct HandOverRequest {
    /// The tenant.
    pub(in crate::v1) to: String,
    /// Why; the receiver reads it.
    pub(in crate::v1) reason: String,
}

/// An outcome that somebody proposes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "outcome": "false-positive", "reason_code": "other-birth-date", "facts": ["birthDate"] }))]
pub(in crate::v1) struct ProposeRequest {
    /// `false-positive`, `true-match` or `inconclusive`.
    #[schema(examples("false-positive"))]
    pub(in crate::v1) outcome: String,
    /// Why, as one of the desk's reason codes.
    #[schema(examples("other-birth-date"))]
    pub(in crate::v1) reason_code: String,
    /// Why, in one's own words.
    #[serde(default)]
    pub(in crate::v1) text: String,
    /// `identity`, `insufficient-information` or `other:…`; by the outcome where it is left out.
    pub(in crate::v1) basis: Option<String>,
    /// Properties relied on, with the values they have now; `subject:…` or `party:…` for one side. None means all that
    /// tells who somebody is.
    #[serde(default)]
    #[schema(examples(json!(["birthDate"])))]
    pub(in crate::v1) facts: Vec<String>,
}

/// Until when an alert is set aside.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "until": "2026-01-31" }))]
pub(in crate::v1) struct SnoozeRequest {
    /// When it comes back: a day or an RFC 3339 time.
    pub(in crate::v1) until: String,
}

/// That the person concerned contests it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "it is not me", "due": "2026-01-31" }))]
pub(in crate::v1) struct DisputeRequest {
    /// What is contested.
    pub(in crate::v1) reason: String,
    /// Until when an answer is due: a day or an RFC 3339 time.
    pub(in crate::v1) due: String,
}

/// A remark.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "called back" }))]
pub(in crate::v1) struct NoteRequest {
    /// The remark.
    pub(in crate::v1) text: String,
}

/// What was done about the person concerned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "referred", "authority": "the authority" }))]
pub(in crate::v1) struct DisposeRequest {
    /// `frozen`, `refused`, `referred`, `released` or `could-not-be-reached`.
    #[schema(examples("referred"))]
    pub(in crate::v1) kind: String,
    /// The day it was done; today where it is left out.
    #[schema(examples("2026-01-31"))]
    pub(in crate::v1) date: Option<String>,
    /// By whose authority.
    pub(in crate::v1) authority: String,
}

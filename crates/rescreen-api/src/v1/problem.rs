//! What every route may refuse, as the description tells it. The refusals themselves are written in
//! [`answer`](crate::answer).

use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoResponses, ToSchema};

/// A problem, as RFC 9457 tells it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ProblemDetails {
    /// `about:blank`: the status says it all.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The status in words.
    pub(super) title: String,
    /// The status.
    pub(super) status: u16,
    /// What is wrong.
    #[schema(required = false)]
    pub(super) detail: Option<String>,
    /// Each thing that is wrong with parameters or body.
    #[schema(value_type = Vec<Object>, required = false)]
    pub(super) errors: Option<Vec<Value>>,
}

/// What every route may refuse.
#[derive(Debug, IntoResponses)]
#[expect(dead_code, reason = "it describes what the refusals write")]
pub(super) enum Problems {
    /// A question that cannot be answered.
    #[response(status = 400, content_type = "application/problem+json")]
    Bad(#[to_schema] ProblemDetails),
    /// No valid token.
    #[response(status = 401, content_type = "application/problem+json")]
    Unknown(#[to_schema] ProblemDetails),
    /// A token, or a person, without the right to it.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] ProblemDetails),
    /// No such thing.
    #[response(status = 404, content_type = "application/problem+json")]
    Missing(#[to_schema] ProblemDetails),
    /// The request took too long.
    #[response(status = 408, content_type = "application/problem+json")]
    Late(#[to_schema] ProblemDetails),
    /// A rule stands against it.
    #[response(status = 409, content_type = "application/problem+json")]
    Refused(#[to_schema] ProblemDetails),
    /// It is no longer as `If-Match` says.
    #[response(status = 412, content_type = "application/problem+json")]
    Stale(#[to_schema] ProblemDetails),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    Large(#[to_schema] ProblemDetails),
    /// The address is too long.
    #[response(status = 414, content_type = "application/problem+json")]
    Long(#[to_schema] ProblemDetails),
    /// The body is of another kind.
    #[response(status = 415, content_type = "application/problem+json")]
    Kind(#[to_schema] ProblemDetails),
    /// Parameters or body of the wrong shape.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] ProblemDetails),
    /// Too many requests with this token.
    #[response(status = 429, content_type = "application/problem+json")]
    Often(#[to_schema] ProblemDetails),
    /// Lists not loaded yet, or too many requests at once.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] ProblemDetails),
}

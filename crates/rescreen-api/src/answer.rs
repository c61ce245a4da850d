//! Answers: JSON bodies, and refusals in the shapes that yente's clients know.

use std::any::Any;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use serde_json::{Value, json};

/// Why a request is not answered.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A sentence.
    Detail(StatusCode, String),
    /// Each thing that is wrong with parameters or body: 422.
    Invalid(Vec<Value>),
}

impl Refusal {
    pub(crate) fn bad(detail: impl Into<String>) -> Self {
        Self::Detail(StatusCode::BAD_REQUEST, detail.into())
    }

    pub(crate) fn missing(detail: &str) -> Self {
        Self::Detail(StatusCode::NOT_FOUND, detail.to_owned())
    }

    pub(crate) fn not_ready() -> Self {
        Self::unavailable("Index not ready.")
    }

    pub(crate) fn busy() -> Self {
        Self::unavailable("Too many requests at once.")
    }

    pub(crate) fn defect() -> Self {
        Self::Detail(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal error.".to_owned(),
        )
    }

    fn unavailable(detail: &str) -> Self {
        Self::Detail(StatusCode::SERVICE_UNAVAILABLE, detail.to_owned())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let (status, detail) = match self {
            Self::Detail(status, text) => (status, json!(text)),
            Self::Invalid(errors) => (StatusCode::UNPROCESSABLE_ENTITY, json!(errors)),
        };
        let mut response = body(status, &json!({ "detail": detail }));
        let further = match status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                Some((header::RETRY_AFTER, "1"))
            }
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer")),
            _ => None,
        };
        if let Some((name, value)) = further {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// One thing that is wrong, as pydantic tells it.
pub(crate) fn invalid(kind: &str, place: &[&str], message: &str) -> Value {
    json!({ "type": kind, "loc": place, "msg": message })
}

/// A JSON body.
pub(crate) fn body(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(bytes) => (
            status,
            [(header::CONTENT_TYPE, "application/json")],
            Body::from(bytes),
        )
            .into_response(),
        // Only a map with keys that are no texts cannot be written, and we make none.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What a panic is answered with. Its words may hold what the caller sent, so they go nowhere.
pub(crate) fn after_panic(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    Refusal::defect().into_response()
}

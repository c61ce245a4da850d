//! Answers: JSON bodies, and refusals in the shapes that yente's clients know.

use std::any::Any;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use rescreen_app::{AppError, Kind, StoreError};
use serde::Serialize;
use serde_json::{Value, json};

/// Why a request is not answered.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// A sentence.
    Detail(StatusCode, String),
    /// Each thing that is wrong with parameters or body: 422.
    Invalid(Vec<Value>),
    /// Each thing that is wrong with a document that a form holds: 400, with what the document is.
    Model(&'static str, Vec<Value>),
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

/// What an error of a use case is to a caller.
impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        let status = match (&error, error.kind()) {
            (AppError::NoList, _) => return Self::not_ready(),
            (AppError::Store(StoreError::Busy | StoreError::Full), _) => {
                return Self::unavailable("The store cannot be written now.");
            }
            (AppError::Forbidden(_), _) => StatusCode::FORBIDDEN,
            (AppError::Stale(_), _) => StatusCode::PRECONDITION_FAILED,
            (_, Kind::Usage) => StatusCode::BAD_REQUEST,
            (_, Kind::NotFound) => StatusCode::NOT_FOUND,
            (_, Kind::Refused) => StatusCode::CONFLICT,
            (_, Kind::Data | Kind::Internal) => return Self::defect(),
        };
        Self::Detail(status, error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let (status, told) = match &self {
            Self::Detail(status, text) => (*status, json!({ "detail": text })),
            Self::Invalid(errors) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                json!({ "detail": errors }),
            ),
            Self::Model(what, errors) => {
                let told = json!({ "detail": what, "errors": errors });
                (StatusCode::BAD_REQUEST, told)
            }
        };
        let mut response = body(status, &told);
        // The native interface tells the same in its own shape.
        response.extensions_mut().insert(self);
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

/// Tells a refusal as problem details (RFC 9457) instead.
pub(crate) fn as_problem(response: Response<Body>) -> Response<Body> {
    let (mut head, old) = response.into_parts();
    let Some(refusal) = head.extensions.remove::<Refusal>() else {
        return Response::from_parts(head, old);
    };
    let title = head.status.canonical_reason().unwrap_or("Refused");
    let mut problem = json!({
        "type": "about:blank",
        "title": title,
        "status": head.status.as_u16(),
    });
    match refusal {
        Refusal::Detail(_, detail) => problem["detail"] = json!(detail),
        Refusal::Invalid(errors) | Refusal::Model(_, errors) => {
            let message = errors.first().map(|error| error["msg"].clone());
            problem["detail"] = json!(message);
            problem["errors"] = json!(errors);
        }
    }
    let text = problem.to_string();
    head.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    head.headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
    Response::from_parts(head, Body::from(text))
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

/// A text as a part of an address.
pub(crate) fn encoded(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut place = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            place.push(char::from(byte));
        } else {
            place.push('%');
            place.push(char::from(DIGITS[usize::from(byte >> 4)]));
            place.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    place
}

/// What a panic is answered with. Its words may hold what the caller sent, so they go nowhere.
pub(crate) fn after_panic(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    Refusal::defect().into_response()
}

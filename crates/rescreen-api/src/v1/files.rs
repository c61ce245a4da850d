//! `/v1/alerts/{id}/attachments`: files that people attach to cases.

use std::sync::Arc;

use axum::{
    body::{Body as Out, HttpBody as _},
    extract::{Request as HttpRequest, State},
    http::{HeaderValue, Response, StatusCode, header},
};
use jiff::Timestamp;
use rescreen_app::{Request, audit::Hash};
use rescreen_desk::{Action, Attachment as File};

use super::{
    Answer,
    alerts::Told,
    ask::{self, Pairs, Place},
    ok,
    problem::Problems,
    shapes::{AlertInFull, AttachmentsResponse, FileBytes},
    tell,
};
use crate::{
    access::Asker,
    answer::{Refusal, encoded},
    state::Shared,
};

/// The largest file that is taken over HTTP, whatever the desk's policy allows: it is held in memory while it comes.
const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// Where a body may be longer than a request is otherwise: a file comes in it.
pub(crate) fn is_for_files(path: &str) -> bool {
    let id = path
        .strip_prefix("/v1/alerts/")
        .and_then(|rest| rest.strip_suffix("/attach"));
    id.is_some_and(|id| !id.contains('/'))
}

/// The files attached to an alert.
#[utoipa::path(get, path = "/v1/alerts/{id}/attachments", tag = "alerts", params(("id" = i64, Path, description = "The alert"), ("as_of" = Option<String>, Query, description = "Those attached by then: a day or an RFC 3339 time")), responses((status = 200, body = AttachmentsResponse), Problems))]
pub(super) async fn all(
    State(shared): State<Arc<Shared>>,
    place: Place<i64>,
    pairs: Pairs,
) -> Answer {
    let id = ask::place(place)?;
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.store(|app| match at {
            None => app.alert(id),
            Some(at) => app.alert_at(id, at),
        })
    });
    let found = found.await??;
    let files = found.folded.as_ref();
    let files = files
        .map(rescreen_desk::Case::attachments)
        .unwrap_or_default();
    Ok(ok(&AttachmentsResponse {
        attachments: files.iter().map(tell::attachment).collect(),
    }))
}

/// What is in a file, as it was attached.
#[utoipa::path(get, path = "/v1/alerts/{id}/attachments/{sha256}", tag = "alerts", params(("id" = i64, Path, description = "The alert"), ("sha256" = String, Path, description = "The hash of the file, or an unambiguous beginning of it")), responses((status = 200, body = FileBytes, content_type = "application/octet-stream"), Problems))]
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    place: Place<(i64, String)>,
    pairs: Pairs,
) -> Answer {
    let (id, hash) = ask::place(place)?;
    ask::params(pairs, &[])?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || work.store(|app| app.attachment(id, &hash)));
    let (file, bytes) = found.await??;
    Ok(download(&file, bytes))
}

/// Bytes that somebody else brought: to be kept as a file, and shown by no browser.
fn download(file: &File, bytes: Vec<u8>) -> Response<Out> {
    let mut response = Response::new(Out::from(bytes));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    let name = format!("attachment; filename*=UTF-8''{}", encoded(&file.name));
    for (key, value) in [
        (header::CONTENT_DISPOSITION, name),
        (header::ETAG, format!("\"{}\"", Hash(file.hash))),
    ] {
        // Both are plain letters, so this always succeeds.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(key, value);
        }
    }
    response
}

/// Attaches a file; its bytes are the body.
#[utoipa::path(post, path = "/v1/alerts/{id}/attach", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("name" = String, Query, description = "What the file is called"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body(content = FileBytes, content_type = "application/octet-stream"), responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn attach(
    State(shared): State<Arc<Shared>>,
    pairs: Pairs,
    place: Place<i64>,
    request: HttpRequest,
) -> Answer {
    let id = ask::place(place)?;
    let mut params = ask::params(pairs, &["name"])?;
    let name = params.one("name").unwrap_or_default().trim().to_owned();
    if name.is_empty() || name.chars().any(char::is_control) {
        params.wrong("name", "name", "Expected what the file is called");
    }
    params.check()?;
    let (head, body) = request.into_parts();
    let asker = head.extensions.get::<Asker>().cloned();
    let asker = asker.ok_or_else(Refusal::defect)?;
    let expected = ask::revision(&head.headers)?;
    let key = ask::key(&head.headers)?;
    let work = Arc::clone(&shared);
    let policy = shared.compute(move || work.store(rescreen_app::App::desk_policy));
    let most = policy.await??.0.max_attachment.min(MAX_FILE_BYTES);
    // Whoever says how much they send need not send it; whoever does not is cut off.
    let most_here = usize::try_from(most).unwrap_or(usize::MAX);
    let bytes = if body.size_hint().lower() > most {
        None
    } else {
        axum::body::to_bytes(body, most_here).await.ok()
    };
    let Some(bytes) = bytes else {
        return Err(too_large(&shared, &asker, id, most).await);
    };
    let (by, reader) = (asker.name.clone(), asker.clone());
    let done = shared.native.writer.write(&asker, move |pen| {
        let request = Request {
            alert: id,
            by,
            expected,
            key,
            // What is attached is put in with the bytes.
            action: Action::Note {
                text: String::new(),
            },
            relied: Vec::new(),
        };
        let alert = pen.app.attach(request, &name, &bytes, Timestamp::now())?;
        Told::read(&pen.app, alert, &reader)
    });
    Ok(done.await?.answer())
}

/// Refuses a file that is too large to be taken in, and has that logged as what the desk refuses is.
async fn too_large(shared: &Shared, asker: &Asker, id: i64, most: u64) -> Refusal {
    let by = asker.name.clone();
    let logged = shared.native.writer.write(asker, move |pen| {
        pen.app.refuse_large(id, &by, most, Timestamp::now())
    });
    match logged.await {
        Err(Refusal::Detail(StatusCode::CONFLICT, _)) => {
            let detail = format!("The file is larger than {most} bytes.");
            Refusal::Detail(StatusCode::PAYLOAD_TOO_LARGE, detail)
        }
        Err(other) => other,
        Ok(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_is_for_files_only() {
        assert!(is_for_files("/v1/alerts/1/attach"));
        for other in [
            "/v1/alerts/1/note",
            "/v1/alerts/attach",
            "/v1/alerts/1/2/attach",
            "/v1/subjects/alerts/1/attach",
        ] {
            assert!(!is_for_files(other), "{other}");
        }
    }
}

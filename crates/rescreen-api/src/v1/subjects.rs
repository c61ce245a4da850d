//! `/v1/subjects`: who is kept screened.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body as Out,
    extract::State,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use jiff::Timestamp;
use rescreen_app::{App, AppError, Expected, Put, SubjectReport, subject_from};
use rescreen_model::{Entity, EntityId};
use serde_json::Value;

use super::{
    Answer,
    ask::{self, Body, Condition, Pairs, Place},
    ok,
    problem::Problems,
    shapes::{
        EraseRequest, EraseResponse, PutRequest, PutResponse, SubjectResponse, VersionsResponse,
    },
    tagged, tell,
};
use crate::{
    access::Asker,
    answer::{Refusal, invalid},
    state::Shared,
};

pub(super) type Id = Place<(String, String)>;

fn missing() -> Refusal {
    Refusal::missing("There is no such subject.")
}

/// The source and the id in the address.
pub(super) fn id(place: Id) -> Result<(String, String), Refusal> {
    let (source, id) = ask::place(place)?;
    if ask::is_name(&source) && !source.contains('/') && ask::is_name(&id) {
        return Ok((source, id));
    }
    Err(missing())
}

/// What a subject is called as a whole, if it is there.
pub(super) fn named(app: &App, (source, id): &(String, String)) -> Result<String, AppError> {
    let name = tell::subject_id(source, id);
    let row = app.find_subject(&name)?;
    // Another subject may be called so as a whole.
    if row.source == *source && row.external == *id {
        return Ok(name);
    }
    Err(AppError::NotFound(format!("there is no subject '{name}'")))
}

fn show(app: &App, id: &(String, String), at: Timestamp) -> Result<SubjectReport, AppError> {
    app.show_subject(&named(app, id)?, at)
}

/// What is said about a subject in FollowTheMoney's form, with what was not understood.
pub(super) fn read(body: Value, id: &str) -> Result<(Entity, Vec<String>), Refusal> {
    let read = subject_from(body, "body");
    let Some(mut subject) = read.subject else {
        let errors = read.remarks.iter();
        let errors = errors.map(|remark| invalid("subject", &["body"], remark));
        return Err(Refusal::Invalid(errors.collect()));
    };
    // The address says what it is called, whatever a reader of lists would make of it.
    subject.id = EntityId::new(id);
    Ok((subject, read.remarks))
}

async fn found(
    shared: &Arc<Shared>,
    place: Id,
    pairs: Pairs,
) -> Result<(SubjectReport, bool), Refusal> {
    let id = id(place)?;
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true);
    params.check()?;
    let work = Arc::clone(shared);
    let report =
        shared.compute(move || work.store(|app| show(app, &id, at.unwrap_or(Timestamp::MAX))));
    Ok((report.await??, at.is_none()))
}

/// Everything held about a subject.
#[utoipa::path(get, path = "/v1/subjects/{source}/{id}", tag = "subjects", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there"), ("as_of" = Option<String>, Query, description = "As far as it had happened then: a day or an RFC 3339 time")), responses((status = 200, body = SubjectResponse, headers(("etag" = String, description = "The version of the subject, for If-Match"))), Problems))]
pub(super) async fn get(State(shared): State<Arc<Shared>>, place: Id, pairs: Pairs) -> Answer {
    let (report, is_now) = found(&shared, place, pairs).await?;
    let answer = tell::subject(&report);
    Ok(if is_now {
        tagged(StatusCode::OK, &report.row.version.to_string(), &answer)
    } else {
        ok(&answer)
    })
}

/// What a subject said, version by version.
#[utoipa::path(get, path = "/v1/subjects/{source}/{id}/versions", tag = "subjects", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there"), ("as_of" = Option<String>, Query, description = "As far as it was known then: a day or an RFC 3339 time")), responses((status = 200, body = VersionsResponse), Problems))]
pub(super) async fn versions(State(shared): State<Arc<Shared>>, place: Id, pairs: Pairs) -> Answer {
    let (report, _) = found(&shared, place, pairs).await?;
    Ok(ok(&VersionsResponse {
        line: tell::subject_line(&report.row),
        versions: report.versions.iter().map(tell::subject_version).collect(),
    }))
}

/// Registers a subject or brings it up to date; it is screened in the same step, and from then on whenever a list changes.
#[utoipa::path(put, path = "/v1/subjects/{source}/{id}", tag = "subjects", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there"), ("if-match" = Option<String>, Header, description = "Only if this is its version; `*` only if there is one"), ("if-none-match" = Option<String>, Header, description = "`*`: only if there is none")), request_body = PutRequest, responses((status = 200, body = PutResponse, headers(("etag" = String, description = "The version of the subject"))), (status = 201, body = PutResponse, headers(("etag" = String, description = "The version of the subject"), ("location" = String, description = "Its address"))), Problems))]
pub(super) async fn put(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    place: Id,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let (source, id) = id(place)?;
    let expected = match ask::condition(&headers)? {
        Condition::Any => Expected::Anything,
        Condition::Absent => Expected::Absent,
        Condition::Present => Expected::Present,
        Condition::Tag(tag) => Expected::Version(tag.parse().map_err(|_| ask::changed())?),
    };
    let mut body = ask::value(&headers, body)?;
    let Value::Object(fields) = &mut body else {
        return Err(ask::wrong("", "Expected an object"));
    };
    match fields.get("id") {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) if *text == id => {}
        Some(_) => return Err(ask::wrong("id", "Expected none, or that of the address")),
    }
    fields.insert("id".to_owned(), Value::String(id.clone()));
    let (subject, remarks) = read(body, &id)?;
    let served = shared.current().map(|snapshot| Arc::clone(&snapshot.cut));
    let written = shared.native.writer.write(&asker, move |pen| {
        let put = pen.register(&source, served, |app, registration| {
            app.put_subject(registration, subject, expected, Timestamp::now())
        })?;
        let report = match put {
            Put::NotAsExpected => None,
            _ => Some(show(&pen.app, &(source, id), Timestamp::MAX)?),
        };
        Ok((put, report))
    });
    let (put, report) = written.await?;
    let Some(report) = report else {
        return Err(ask::changed());
    };
    Ok(told(put, &report, remarks))
}

fn told(put: Put, report: &SubjectReport, remarks: Vec<String>) -> Response<Out> {
    let row = &report.row;
    let is_standing = |word: &str| word != "withdrawn";
    let answer = PutResponse {
        id: tell::subject_id(&row.source, &row.external),
        state: match put {
            Put::Registered => "registered",
            Put::Updated => "updated",
            Put::Unchanged | Put::NotAsExpected => "unchanged",
        },
        version: row.version,
        alerts: report
            .alerts
            .iter()
            .filter(|(alert, _)| is_standing(alert.state.as_str()))
            .map(|(alert, _)| tell::alert_ref(alert))
            .collect(),
        remarks,
    };
    let is_new = put == Put::Registered;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let mut response = tagged(status, &row.version.to_string(), &answer);
    if is_new {
        let place = format!(
            "/v1/subjects/{}/{}",
            crate::answer::encoded(&row.source),
            crate::answer::encoded(&row.external)
        );
        if let Ok(place) = HeaderValue::try_from(place) {
            response.headers_mut().insert(header::LOCATION, place);
        }
    }
    response
}

/// Takes everything away that says who a subject is. That there was one, and what was done when, stays.
#[utoipa::path(post, path = "/v1/subjects/{source}/{id}/erase", tag = "subjects", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there")), request_body = EraseRequest, responses((status = 200, body = EraseResponse), Problems))]
pub(super) async fn erase(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    place: Id,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let id = id(place)?;
    let EraseRequest { reason } = ask::json(&headers, body)?;
    let by = asker.name.clone();
    let erased = shared.native.writer.write(&asker, move |pen| {
        let now = Timestamp::now();
        let name = named(&pen.app, &id)?;
        let row = pen.app.erase_subject(&name, &by, &reason, now)?;
        Ok(EraseResponse {
            erased: name,
            number: row.key.0,
        })
    });
    Ok(ok(&erased.await?))
}

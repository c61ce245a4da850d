//! What a person concerned can ask for, and what the law asks for on their behalf: everything held, disputes, corrections,
//! holds, and how long anything is kept.

use std::sync::Arc;

use axum::{Extension, extract::State, http::HeaderMap};
use jiff::Timestamp;
use rescreen_app::{App, AppError, HoldRequest, HoldRow, NewRetention};

use super::{
    Answer,
    ask::{self, Body, Pairs},
    ok,
    problem::Problems,
    shapes::{
        ContestRequest, CorrectRequest, DisputedResponse, HeldResponse, Hold, HoldsResponse,
        LiftRequest, PurgeRequest, PurgedResponse, Retention, RetentionRequest, SubjectResponse,
        TimedReasonRequest,
    },
    subjects::{self, Id},
    tell,
};
use crate::{access::Asker, answer::Refusal, state::Shared};

/// Everything held about a subject: what is to be shown to the person concerned when they ask.
#[utoipa::path(get, path = "/v1/subjects/{source}/{id}/export", tag = "redress", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there")), responses((status = 200, body = HeldResponse), Problems))]
pub(super) async fn export(State(shared): State<Arc<Shared>>, place: Id, pairs: Pairs) -> Answer {
    let id = subjects::id(place)?;
    ask::params(pairs, &[])?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.native.past(|app| {
            let name = subjects::named(app, &id)?;
            let held = app.held(&name, Timestamp::now())?;
            Ok::<_, AppError>(tell::held(&held, &app.desk_policy()?.0))
        })
    });
    Ok(ok(&found.await??))
}

/// Records that the person concerned contests what is made of them: every case about them is asked again, with a deadline.
#[utoipa::path(post, path = "/v1/subjects/{source}/{id}/dispute", tag = "redress", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = ContestRequest, responses((status = 200, body = DisputedResponse), Problems))]
pub(super) async fn dispute(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    place: Id,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let id = subjects::id(place)?;
    let ContestRequest { reason, due } = ask::json(&headers, body)?;
    let due = ask::moment_if(due.as_deref(), "due")?;
    let key = ask::key(&headers)?;
    let by = asker.name.clone();
    let done = shared.native.writer.write(&asker, move |pen| {
        let name = subjects::named(&pen.app, &id)?;
        let alerts =
            pen.app
                .dispute(&name, &by, (&reason, due), key.as_deref(), Timestamp::now())?;
        let (policy, _) = pen.app.desk_policy()?;
        Ok(DisputedResponse {
            disputed: name,
            alerts: alerts.iter().map(|a| tell::alert(a, &policy)).collect(),
        })
    });
    Ok(ok(&done.await?))
}

/// Takes in what the person concerned puts right: a new version of the subject, screened in the step that records it.
#[utoipa::path(post, path = "/v1/subjects/{source}/{id}/correct", tag = "redress", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there")), request_body = CorrectRequest, responses((status = 200, body = SubjectResponse), Problems))]
pub(super) async fn correct(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    place: Id,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let id = subjects::id(place)?;
    let CorrectRequest {
        reason,
        schema,
        properties,
    } = ask::json(&headers, body)?;
    let mut said = serde_json::json!({ "properties": properties });
    if let Some(schema) = schema {
        said["schema"] = schema.into();
    }
    let (subject, _) = subjects::read(said, &id.1)?;
    let by = asker.name.clone();
    let done = shared.native.writer.write(&asker, move |pen| {
        let name = subjects::named(&pen.app, &id)?;
        let now = Timestamp::now();
        pen.app.correct_subject(&name, subject, &by, &reason, now)?;
        let report = pen.app.show_subject(&name, Timestamp::MAX)?;
        Ok(tell::subject(&report))
    });
    Ok(ok(&done.await?))
}

/// The holds that were ever put on a subject.
#[utoipa::path(get, path = "/v1/subjects/{source}/{id}/holds", tag = "redress", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there"), ("as_of" = Option<String>, Query, description = "As far as it had happened then: a day or an RFC 3339 time")), responses((status = 200, body = HoldsResponse), Problems))]
pub(super) async fn holds(State(shared): State<Arc<Shared>>, place: Id, pairs: Pairs) -> Answer {
    let id = subjects::id(place)?;
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true).unwrap_or(Timestamp::MAX);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || work.store(|app| app.holds(&subjects::named(app, &id)?)));
    let found = found.await??;
    let then = found.into_iter().filter(|hold| hold.at <= at);
    let then = then.map(|hold| {
        let is_lifted = hold.lifted.is_some_and(|lifted| lifted <= at);
        tell::hold(&HoldRow {
            lifted: hold.lifted.filter(|_| is_lifted),
            lifted_by: hold.lifted_by.filter(|_| is_lifted),
            ..hold
        })
    });
    Ok(ok(&HoldsResponse {
        holds: then.collect(),
    }))
}

/// Keeps a subject from being erased. A hold of the same person with the same words and end stands already.
#[utoipa::path(post, path = "/v1/subjects/{source}/{id}/hold", tag = "redress", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there")), request_body = TimedReasonRequest, responses((status = 200, body = Hold), Problems))]
pub(super) async fn hold(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    place: Id,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let id = subjects::id(place)?;
    let TimedReasonRequest { reason, until } = ask::json(&headers, body)?;
    let until = ask::moment_if(until.as_deref(), "until")?;
    let by = asker.name.clone();
    let done = shared.native.writer.write(&asker, move |pen| {
        let now = Timestamp::now();
        let subject = subjects::named(&pen.app, &id)?;
        let request = HoldRequest {
            subject,
            by,
            reason,
            until,
        };
        if let Some(same) = standing(&pen.app, &request, now)? {
            return Ok(same);
        }
        pen.app.hold_subject(&request, now)
    });
    Ok(ok(&tell::hold(&done.await?)))
}

/// The hold that was asked for before, because the first answer got lost.
fn standing(app: &App, asked: &HoldRequest, now: Timestamp) -> Result<Option<HoldRow>, AppError> {
    let is_same = |hold: &HoldRow| {
        let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
        hold.stands(now)
            && hold.author == asked.by.trim().to_lowercase()
            && hold.reason == asked.reason.trim()
            && micros(hold.until) == micros(asked.until)
    };
    Ok(app.holds(&asked.subject)?.into_iter().find(is_same))
}

/// Ends a hold: the one that is named, or the only one that stands.
#[utoipa::path(post, path = "/v1/subjects/{source}/{id}/lift", tag = "redress", params(("source" = String, Path, description = "The system it comes from"), ("id" = String, Path, description = "Its id there")), request_body = LiftRequest, responses((status = 200, body = Hold), Problems))]
pub(super) async fn lift(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    place: Id,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let id = subjects::id(place)?;
    let LiftRequest { reason, hold } = ask::json(&headers, body)?;
    let by = asker.name.clone();
    let done = shared.native.writer.write(&asker, move |pen| {
        let request = HoldRequest {
            subject: subjects::named(&pen.app, &id)?,
            by,
            reason,
            until: None,
        };
        pen.app.lift_hold(&request, hold, Timestamp::now())
    });
    Ok(ok(&tell::hold(&done.await?)))
}

/// How long subjects are kept.
#[utoipa::path(get, path = "/v1/retention", tag = "redress", params(("as_of" = Option<String>, Query, description = "The rule in force then: a day or an RFC 3339 time")), responses((status = 200, body = Retention), Problems))]
pub(super) async fn retention(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true).unwrap_or(Timestamp::MAX);
    params.check()?;
    let work = Arc::clone(&shared);
    let rule = shared.compute(move || work.store(|app| app.retention_at(at)));
    Ok(ok(&tell::retention(rule.await??.as_ref())))
}

/// Sets how long subjects are kept. The same rule for the same reason is in force already.
#[utoipa::path(put, path = "/v1/retention", tag = "redress", request_body = RetentionRequest, responses((status = 200, body = Retention), Problems))]
pub(super) async fn set_retention(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let request: RetentionRequest = ask::json(&headers, body)?;
    let rule = NewRetention {
        retired_days: request.retired_days,
        decided_days: request.decided_days,
    };
    let reason = request.reason;
    let by = asker.name.clone();
    let done = shared.native.writer.write(&asker, move |pen| {
        let same = pen.app.retention()?.filter(|row| {
            (row.retired_days, row.decided_days) == (rule.retired_days, rule.decided_days)
                && row.author == by.to_lowercase()
                && row.reason == reason.trim()
        });
        match same {
            Some(row) => Ok(row),
            None => pen.app.set_retention(rule, &by, &reason, Timestamp::now()),
        }
    });
    Ok(ok(&tell::retention(Some(&done.await?))))
}

/// Erases whose time is over, and names those whom something keeps.
#[utoipa::path(post, path = "/v1/retention/purge", tag = "redress", request_body = PurgeRequest, responses((status = 200, body = PurgedResponse), Problems))]
pub(super) async fn purge(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let PurgeRequest { dry_run } = ask::json_or_nothing(&headers, body)?;
    let by = asker.name.clone();
    let done = shared.native.writer.write(&asker, move |pen| {
        pen.app.purge(&by, dry_run, Timestamp::now())
    });
    let done: Result<_, Refusal> = done.await;
    Ok(ok(&tell::purged(&done?, dry_run)))
}

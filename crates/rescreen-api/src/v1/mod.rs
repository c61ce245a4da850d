//! The native interface: what yente's dialect cannot ask for.
//!
//! Bodies have the shapes of the command line's `--json`; what is refused is told as problem details (RFC 9457); what
//! writes can be sent twice and happens once.

mod alerts;
mod ask;
mod audit;
mod desk;
mod events;
mod export;
mod files;
mod hand_over;
mod lists;
mod native;
mod policy;
mod problem;
mod redress;
mod reports;
mod screen;
mod shapes;
mod stream;
mod subjects;
mod tell;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use serde::Serialize;
use utoipa::OpenApi;

use crate::{
    answer::{self, Refusal},
    routes::Routes,
};

pub(crate) use files::is_for_files;
pub(crate) use native::Native;

type Answer = Result<Response<Body>, Refusal>;

/// Where a body may be longer than a request is otherwise: it is read line by line.
pub(crate) const STREAM: &str = "/v1/screen/stream";

/// The routes of the native interface as the description has them.
#[derive(Debug, OpenApi)]
#[openapi(paths(
    screen::one,
    screen::batch,
    stream::answer,
    subjects::get,
    subjects::put,
    subjects::versions,
    subjects::erase,
    alerts::page,
    alerts::one,
    alerts::assign,
    alerts::review,
    alerts::propose,
    alerts::approve,
    alerts::reject,
    alerts::reopen,
    alerts::dispute,
    alerts::escalate,
    alerts::snooze,
    alerts::note,
    alerts::dispose,
    alerts::suppressions,
    hand_over::offers,
    hand_over::hand_over,
    hand_over::accept,
    hand_over::decline,
    hand_over::take_back,
    events::page,
    events::follow,
    lists::all,
    lists::one,
    lists::version,
    lists::diff,
    lists::release,
    lists::entry,
    policy::get,
    policy::put,
    policy::forecast,
    reports::coverage,
    reports::accounting,
    reports::quality,
    reports::lookback,
    reports::replay,
    audit::page,
    audit::one,
    audit::key,
    audit::checkpoints,
    audit::vouch,
    audit::proof,
    export::answer,
    redress::export,
    redress::dispute,
    redress::correct,
    redress::holds,
    redress::hold,
    redress::lift,
    redress::retention,
    redress::set_retention,
    redress::purge,
    files::all,
    files::one,
    files::attach,
    alerts::revoke,
    desk::get,
    desk::put,
))]
pub(crate) struct Description;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/v1/screen", screen::one)
        .post("/v1/screen/batch", screen::batch)
        .post(STREAM, stream::answer)
        .get("/v1/subjects/{source}/{id}", subjects::get)
        .put("/v1/subjects/{source}/{id}", subjects::put)
        .get("/v1/subjects/{source}/{id}/versions", subjects::versions)
        .post("/v1/subjects/{source}/{id}/erase", subjects::erase)
        .get("/v1/alerts", alerts::page)
        .get("/v1/alerts/{id}", alerts::one)
        .post("/v1/alerts/{id}/assign", alerts::assign)
        .post("/v1/alerts/{id}/review", alerts::review)
        .post("/v1/alerts/{id}/propose", alerts::propose)
        .post("/v1/alerts/{id}/approve", alerts::approve)
        .post("/v1/alerts/{id}/reject", alerts::reject)
        .post("/v1/alerts/{id}/reopen", alerts::reopen)
        .post("/v1/alerts/{id}/dispute", alerts::dispute)
        .post("/v1/alerts/{id}/escalate", alerts::escalate)
        .post("/v1/alerts/{id}/snooze", alerts::snooze)
        .post("/v1/alerts/{id}/note", alerts::note)
        .post("/v1/alerts/{id}/dispose", alerts::dispose)
        .post("/v1/alerts/{id}/hand-over", hand_over::hand_over)
        .post("/v1/alerts/{id}/accept", hand_over::accept)
        .post("/v1/alerts/{id}/decline", hand_over::decline)
        .post("/v1/alerts/{id}/take-back", hand_over::take_back)
        .get("/v1/offers", hand_over::offers)
        .get("/v1/suppressions", alerts::suppressions)
        .get("/v1/events", events::page)
        .get("/v1/events/stream", events::follow)
        .get("/v1/lists", lists::all)
        .get("/v1/lists/{name}", lists::one)
        .get("/v1/lists/{name}/versions/{version}", lists::version)
        .get("/v1/lists/{name}/diff", lists::diff)
        .post(
            "/v1/lists/{name}/versions/{version}/release",
            lists::release,
        )
        .get("/v1/entries/{id}", lists::entry)
        .get("/v1/policy", policy::get)
        .put("/v1/policy", policy::put)
        .post("/v1/policy/forecast", policy::forecast)
        .get("/v1/reports/coverage", reports::coverage)
        .get("/v1/reports/accounting", reports::accounting)
        .get("/v1/reports/quality", reports::quality)
        .get("/v1/reports/lookback", reports::lookback)
        .get("/v1/screenings/{id}/replay", reports::replay)
        .get("/v1/audit/log", audit::page)
        .get("/v1/audit/log/{entry}", audit::one)
        .get("/v1/audit/key", audit::key)
        .get("/v1/audit/checkpoints", audit::checkpoints)
        .post("/v1/audit/checkpoints", audit::vouch)
        .get("/v1/audit/proof", audit::proof)
        .get("/v1/audit/export", export::answer)
        .get("/v1/subjects/{source}/{id}/export", redress::export)
        .post("/v1/subjects/{source}/{id}/dispute", redress::dispute)
        .post("/v1/subjects/{source}/{id}/correct", redress::correct)
        .get("/v1/subjects/{source}/{id}/holds", redress::holds)
        .post("/v1/subjects/{source}/{id}/hold", redress::hold)
        .post("/v1/subjects/{source}/{id}/lift", redress::lift)
        .get("/v1/retention", redress::retention)
        .put("/v1/retention", redress::set_retention)
        .post("/v1/retention/purge", redress::purge)
        .get("/v1/alerts/{id}/attachments", files::all)
        .get("/v1/alerts/{id}/attachments/{sha256}", files::one)
        .post("/v1/alerts/{id}/attach", files::attach)
        .post("/v1/suppressions/{alert}/revoke", alerts::revoke)
        .get("/v1/desk/policy", desk::get)
        .put("/v1/desk/policy", desk::put)
}

fn ok(value: &impl Serialize) -> Response<Body> {
    answer::body(StatusCode::OK, value)
}

/// An answer whose tag a later change can ask for.
fn tagged(status: StatusCode, tag: &str, value: &impl Serialize) -> Response<Body> {
    let mut response = answer::body(status, value);
    // Numbers and hashes are plain letters, so this always succeeds.
    if let Ok(tag) = HeaderValue::try_from(format!("\"{tag}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

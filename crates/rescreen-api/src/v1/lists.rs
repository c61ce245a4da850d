//! `/v1/lists` and `/v1/entries`: what publishers say and said.

use std::sync::Arc;

use axum::{Extension, extract::State, http::HeaderMap};
use jiff::Timestamp;
use rescreen_app::{App, AppError, AsOf, ListReport, VersionRow, VersionState};
use rescreen_model::ListName;

use super::{
    Answer,
    ask::{self, Body, Pairs, Place},
    ok,
    problem::Problems,
    shapes::{
        DiffResponse, EntryResponse, ListResponse, ListsResponse, ReasonRequest, ReleaseResponse,
        VersionResponse,
    },
    tell,
};
use crate::{access::Asker, params::Params, state::Shared};

/// The moment asked about on both axes, or that none is.
fn moment(params: &mut Params) -> Option<AsOf> {
    let published = ask::moment(params, "as_of", true);
    let known = ask::moment(params, "known_at", true);
    if published.is_none() && known.is_none() {
        return None;
    }
    Some(AsOf {
        published: published.unwrap_or(Timestamp::MAX),
        known: known.unwrap_or(Timestamp::MAX),
    })
}

/// What we knew then counts.
fn known(at: Option<AsOf>) -> Timestamp {
    at.map_or(Timestamp::MAX, |at| at.known)
}

/// The version of a list that was in force at a moment, or is.
fn in_force(
    app: &App,
    report: &ListReport,
    at: Option<AsOf>,
) -> Result<Option<VersionRow>, AppError> {
    match at {
        None => Ok(report.active.clone()),
        Some(at) => {
            let then = app.version_at(&report.list, at)?;
            // The report has it as it was known then, and the store as it is now.
            let known = |row: VersionRow| {
                let same = report.versions.iter().find(|v| v.version == row.version);
                same.cloned().unwrap_or(row)
            };
            Ok(then.map(known))
        }
    }
}

/// The lists and how they stand.
#[utoipa::path(get, path = "/v1/lists", tag = "lists", params(("as_of" = Option<String>, Query, description = "What was published until then"), ("known_at" = Option<String>, Query, description = "What we knew until then")), responses((status = 200, body = ListsResponse), Problems))]
pub(super) async fn all(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["as_of", "known_at"])?;
    let at = moment(&mut params);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.store(|app| {
            let lists = app.lists_at(known(at))?.into_iter().map(|report| {
                let version = in_force(app, &report, at)?;
                Ok(tell::list(&report, version.as_ref()))
            });
            let lists = lists.collect::<Result<_, AppError>>()?;
            Ok::<_, AppError>(ListsResponse { lists })
        })
    });
    Ok(ok(&found.await??))
}

/// One list with its versions.
#[utoipa::path(get, path = "/v1/lists/{name}", tag = "lists", params(("name" = String, Path, description = "The list"), ("as_of" = Option<String>, Query, description = "What was published until then"), ("known_at" = Option<String>, Query, description = "What we knew until then")), responses((status = 200, body = ListResponse), Problems))]
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    place: Place<String>,
    pairs: Pairs,
) -> Answer {
    let name = ask::list(&ask::place(place)?)?;
    let mut params = ask::params(pairs, &["as_of", "known_at"])?;
    let at = moment(&mut params);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.store(|app| {
            let report = app.show_list_at(&name, known(at))?;
            let version = in_force(app, &report, at)?;
            Ok::<_, AppError>(ListResponse {
                line: tell::list(&report, version.as_ref()),
                versions: tell::versions(&report),
            })
        })
    });
    Ok(ok(&found.await??))
}

/// One version of a list with what the importer noticed; why it is held back, if it is.
#[utoipa::path(get, path = "/v1/lists/{name}/versions/{version}", tag = "lists", params(("name" = String, Path, description = "The list"), ("version" = String, Path, description = "Its version, an unambiguous part of its id, `latest` or `previous`")), responses((status = 200, body = VersionResponse), Problems))]
pub(super) async fn version(
    State(shared): State<Arc<Shared>>,
    place: Place<(String, String)>,
    pairs: Pairs,
) -> Answer {
    let (name, version) = ask::place(place)?;
    let name = ask::list(&name)?;
    ask::params(pairs, &[])?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.store(|app| {
            let version = app.version(&app.list(&name)?, &version)?;
            let noticed = app.findings(&version)?;
            Ok::<_, AppError>(VersionResponse {
                version: tell::version(&version),
                noticed: noticed.iter().map(tell::finding).collect(),
            })
        })
    });
    Ok(ok(&found.await??))
}

/// What changed between two versions of a list.
#[utoipa::path(get, path = "/v1/lists/{name}/diff", tag = "lists", params(("name" = String, Path, description = "The list"), ("from" = Option<String>, Query, description = "The earlier version; `previous` where it is left out"), ("to" = Option<String>, Query, description = "The later version; `latest` where it is left out")), responses((status = 200, body = DiffResponse), Problems))]
pub(super) async fn diff(
    State(shared): State<Arc<Shared>>,
    place: Place<String>,
    pairs: Pairs,
) -> Answer {
    let name = ask::list(&ask::place(place)?)?;
    let params = ask::params(pairs, &["from", "to"])?;
    let from = params.one("from").unwrap_or("previous").to_owned();
    let to = params.one("to").unwrap_or("latest").to_owned();
    let work = Arc::clone(&shared);
    let found = shared.compute(move || work.native.past(|app| app.diff(&name, &from, &to)));
    Ok(ok(&tell::diff(&found.await??)))
}

/// Puts a version in force that was held back, and screens the register against it.
#[utoipa::path(post, path = "/v1/lists/{name}/versions/{version}/release", tag = "lists", params(("name" = String, Path, description = "The list"), ("version" = String, Path, description = "The version")), request_body = ReasonRequest, responses((status = 200, body = ReleaseResponse), Problems))]
pub(super) async fn release(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    place: Place<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let (name, version) = ask::place(place)?;
    let name = ask::list(&name)?;
    let ReasonRequest { reason } = ask::json(&headers, body)?;
    let by = asker.name.clone();
    let done = shared.native.writer.write(&asker, move |pen| {
        released(&mut pen.app, &name, &version, &by, &reason)
    });
    let done = done.await?;
    // It is served at once; whoever waits for it asks /updatez.
    drop(shared.look_now()?);
    Ok(ok(&done))
}

fn released(
    app: &mut App,
    name: &ListName,
    version: &str,
    by: &str,
    reason: &str,
) -> Result<ReleaseResponse, AppError> {
    let row = app.version(&app.list(name)?, version)?;
    let told = format!("{}: {}", by.trim(), reason.trim());
    // The same again, because the first answer got lost, is done already.
    if row.state == VersionState::Active && row.release.as_deref() == Some(&*told) {
        return Ok(ReleaseResponse {
            list: name.to_string(),
            version: row.version.to_string(),
            entries: row.entries,
            sweep: None,
        });
    }
    let report = app.release(name, version, by, reason, Timestamp::now())?;
    Ok(ReleaseResponse {
        list: report.list.to_string(),
        version: report.version.to_string(),
        entries: report.entries,
        sweep: report.sweep.as_ref().map(tell::sweep),
    })
}

/// What an entry says, or said at a moment, and its history.
#[utoipa::path(get, path = "/v1/entries/{id}", tag = "lists", params(("id" = String, Path, description = "The publisher's id with the list's prefix"), ("as_of" = Option<String>, Query, description = "What was published until then"), ("known_at" = Option<String>, Query, description = "What we knew until then")), responses((status = 200, body = EntryResponse), Problems))]
pub(super) async fn entry(
    State(shared): State<Arc<Shared>>,
    place: Place<String>,
    pairs: Pairs,
) -> Answer {
    let id = ask::place(place)?;
    let mut params = ask::params(pairs, &["as_of", "known_at"])?;
    let at = moment(&mut params).unwrap_or(AsOf::NOW);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        let report = work.store(|app| app.entity(&id, at))?;
        Ok::<_, AppError>(tell::entry(&id, &report))
    });
    Ok(ok(&found.await??))
}

//! `/v1/audit`: what happened and was refused, who vouches for it, and proofs.

use std::sync::Arc;

use axum::{Extension, extract::State};
use jiff::Timestamp;
use rescreen_app::{
    AppError,
    audit::{LogFilter, LogKey},
};

use super::{
    Answer,
    ask::{self, Pairs, Place},
    ok,
    problem::Problems,
    shapes::{
        CheckpointsResponse, KeyResponse, LogEntry, LogPage, ProofResponse, SignedCheckpoint,
    },
    tell,
};
use crate::{access::Asker, answer::Refusal, state::Shared};

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

/// The log, newest first: who did what, who was refused what, and why.
#[utoipa::path(get, path = "/v1/audit/log", tag = "audit", params(("subject" = Option<String>, Query, description = "Only what is about this subject: SOURCE/ID"), ("alert" = Option<i64>, Query, description = "Only what is about this alert"), ("actor" = Option<String>, Query, description = "Only what this person did or was refused"), ("kind" = Option<String>, Query, description = "Only what is called so: `decided`, `refused`, `list-activated` …"), ("as_of" = Option<String>, Query, description = "Only what had happened by then: a day or an RFC 3339 time"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000), ("cursor" = Option<String>, Query, description = "The `next` of the page before")), responses((status = 200, body = LogPage), Problems))]
pub(super) async fn page(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let known = [
        "subject", "alert", "actor", "kind", "as_of", "limit", "cursor",
    ];
    let mut params = ask::params(pairs, &known)?;
    let at = ask::moment(&mut params, "as_of", true);
    let alert = params.one("alert").is_some();
    let alert = alert.then(|| params.number("alert", 0, &(0..=i64::MAX)));
    let cursor = params.one("cursor").map(|cursor| cursor.parse().ok());
    if cursor == Some(None) {
        params.wrong("cursor", "cursor", "Expected the 'next' of the page before");
    }
    let limit = params.number("limit", DEFAULT_LIMIT, &(1..=MAX_LIMIT));
    params.check()?;
    let subject = params.one("subject").map(str::to_owned);
    let mut filter = LogFilter {
        tenant: None,
        actor: params.one("actor").map(str::to_lowercase),
        kind: params.one("kind").map(str::to_owned),
        subject: None,
        alert,
    };
    let before: Option<u64> = cursor.flatten();
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.native.past(|app| {
            if let Some(id) = subject {
                filter.subject = Some(app.find_subject(&id)?.key);
            }
            let then = at.map(|at| app.log_end_at(at)).transpose()?;
            let before = [before, then].into_iter().flatten().min();
            // One more tells whether there is another page.
            let mut entries = app.log_entries(&filter, before, limit + 1)?;
            let is_more = entries.len() > limit;
            entries.truncate(limit);
            let last = entries.last().filter(|_| is_more);
            Ok::<_, AppError>(LogPage {
                next: last.map(|entry| entry.index.to_string()),
                entries: entries.iter().map(tell::log_entry).collect(),
            })
        })
    });
    Ok(ok(&found.await??))
}

/// One entry of the log.
#[utoipa::path(get, path = "/v1/audit/log/{entry}", tag = "audit", params(("entry" = u64, Path, description = "Its place in the log, from 0")), responses((status = 200, body = LogEntry), Problems))]
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    place: Place<u64>,
    pairs: Pairs,
) -> Answer {
    let entry = ask::place(place)?;
    ask::params(pairs, &[])?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || work.store(|app| app.log_entry(entry)));
    Ok(ok(&tell::log_entry(&found.await??)))
}

/// The public key of the log, for everybody who is to verify it.
#[utoipa::path(get, path = "/v1/audit/key", tag = "audit", responses((status = 200, body = KeyResponse), Problems))]
pub(super) async fn key(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    ask::params(pairs, &[])?;
    let key = key_of(&shared).await?;
    Ok(ok(&KeyResponse {
        key: key.verifier().to_text(),
        origin: key.name().to_owned(),
    }))
}

pub(super) async fn key_of(shared: &Arc<Shared>) -> Result<LogKey, Refusal> {
    let work = Arc::clone(shared);
    shared.compute(move || work.native.key()).await?
}

/// What was vouched for.
#[utoipa::path(get, path = "/v1/audit/checkpoints", tag = "audit", params(("as_of" = Option<String>, Query, description = "Only what was signed by then: a day or an RFC 3339 time")), responses((status = 200, body = CheckpointsResponse), Problems))]
pub(super) async fn checkpoints(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true).unwrap_or(Timestamp::MAX);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || work.store(rescreen_app::App::checkpoints));
    let found = found.await??;
    let rows = found.iter().filter(|row| row.at <= at);
    let checkpoints = rows.map(|row| tell::checkpoint(row).ok_or_else(Refusal::defect));
    Ok(ok(&CheckpointsResponse {
        checkpoints: checkpoints.collect::<Result<_, _>>()?,
    }))
}

/// Vouches for the log as it is. What has been vouched for already is signed once.
#[utoipa::path(post, path = "/v1/audit/checkpoints", tag = "audit", responses((status = 200, body = SignedCheckpoint), Problems))]
pub(super) async fn vouch(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    pairs: Pairs,
) -> Answer {
    ask::params(pairs, &[])?;
    let key = key_of(&shared).await?;
    let signed = shared.native.writer.write(&asker, move |pen| {
        Ok(pen.app.checkpoint(&key, Timestamp::now())?.1)
    });
    let signed = tell::checkpoint(&signed.await?);
    Ok(ok(&signed.ok_or_else(Refusal::defect)?))
}

/// Proves that an entry is in the log, or that an earlier log is the beginning of it: `entry` or `older`.
#[utoipa::path(get, path = "/v1/audit/proof", tag = "audit", params(("entry" = Option<u64>, Query, description = "The entry that is in the log"), ("older" = Option<u64>, Query, description = "How many entries the earlier log had"), ("size" = Option<u64>, Query, description = "In the log of this size; as it is where it is left out")), responses((status = 200, body = ProofResponse), Problems))]
pub(super) async fn proof(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["entry", "older", "size"])?;
    let mut number = |name: &str| {
        params.one(name)?;
        Some(params.number(name, 0, &(0..=i64::MAX as u64)))
    };
    let (entry, older, size) = (number("entry"), number("older"), number("size"));
    if entry.is_some() == older.is_some() {
        params.wrong("entry", "missing", "Expected either entry or older");
    }
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.native.past(|app| match (entry, older) {
            (Some(entry), _) => app.prove_entry(entry, size),
            (None, older) => app.prove_growth(older.unwrap_or_default(), size),
        })
    });
    Ok(ok(&tell::proof(entry.is_some(), &found.await??)))
}

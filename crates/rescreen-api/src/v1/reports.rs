//! `/v1/reports` and replay: where every subject stands, that nobody was skipped, and that answers are still the same.

use std::sync::Arc;

use axum::extract::State;
use jiff::Timestamp;
use rescreen_app::{App, AppError};

use super::{
    Answer,
    ask::{self, Pairs, Place},
    ok,
    problem::Problems,
    shapes::{
        AccountingResponse, CoverageResponse, LookbackResponse, QualityResponse, ReplayResponse,
    },
    tell,
};
use crate::{answer::Refusal, state::Shared};

async fn report<T: Send + 'static>(
    shared: &Arc<Shared>,
    pairs: Pairs,
    make: impl FnOnce(&App, Timestamp) -> Result<T, AppError> + Send + 'static,
) -> Result<T, Refusal> {
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true).unwrap_or_else(Timestamp::now);
    params.check()?;
    let work = Arc::clone(shared);
    let made = shared.compute(move || work.native.past(|app| make(app, at)));
    Ok(made.await??)
}

/// Through which version of each list every subject is screened.
#[utoipa::path(get, path = "/v1/reports/coverage", tag = "reports", params(("as_of" = Option<String>, Query, description = "The moment it speaks of: a day or an RFC 3339 time")), responses((status = 200, body = CoverageResponse), Problems))]
pub(super) async fn coverage(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let found = report(&shared, pairs, App::coverage).await?;
    Ok(ok(&tell::coverage(&found)))
}

/// Every subject in exactly one state; since an earlier moment also who went from where to where.
#[utoipa::path(get, path = "/v1/reports/accounting", tag = "reports", params(("as_of" = Option<String>, Query, description = "The moment it speaks of: a day or an RFC 3339 time"), ("since" = Option<String>, Query, description = "An earlier moment")), responses((status = 200, body = AccountingResponse), Problems))]
pub(super) async fn accounting(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["as_of", "since"])?;
    let at = ask::moment(&mut params, "as_of", true).unwrap_or_else(Timestamp::now);
    let since = ask::moment(&mut params, "since", false);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.native.past(|app| {
            Ok::<_, AppError>(match since {
                None => tell::accounting(&app.accounting(at)?),
                Some(since) => tell::flows(&app.flows(since, at)?),
            })
        })
    });
    Ok(ok(&found.await??))
}

/// What came of alerts, how long it took, what waits, and who is troubled in vain.
#[utoipa::path(get, path = "/v1/reports/quality", tag = "reports", params(("as_of" = Option<String>, Query, description = "The moment it speaks of: a day or an RFC 3339 time")), responses((status = 200, body = QualityResponse), Problems))]
pub(super) async fn quality(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let script = shared.native.script;
    let found = report(&shared, pairs, move |app, at| app.quality(at, &script)).await?;
    Ok(ok(&tell::quality(&found)))
}

/// Who in the register matches an entry, since when, and what came of it.
#[utoipa::path(get, path = "/v1/reports/lookback", tag = "reports", params(("entry" = String, Query, description = "The entry: the publisher's id with the list's prefix"), ("since" = Option<String>, Query, description = "From when it counts: a day or an RFC 3339 time; the entry's publication where it is left out")), responses((status = 200, body = LookbackResponse), Problems))]
pub(super) async fn lookback(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["entry", "since"])?;
    let since = ask::moment(&mut params, "since", false);
    let entry = params.one("entry").unwrap_or_default().to_owned();
    if entry.is_empty() {
        params.wrong("entry", "missing", "Expected the id of an entry");
    }
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        let found = work.native.past(|app| app.lookback(&entry, since))?;
        Ok::<_, AppError>(tell::lookback(&entry, &found))
    });
    Ok(ok(&found.await??))
}

/// Runs a recorded screening again, against the lists and under the policy that it rested on.
#[utoipa::path(get, path = "/v1/screenings/{id}/replay", tag = "reports", params(("id" = i64, Path, description = "The number of the screening")), responses((status = 200, body = ReplayResponse), Problems))]
pub(super) async fn replay(
    State(shared): State<Arc<Shared>>,
    place: Place<i64>,
    pairs: Pairs,
) -> Answer {
    let id = ask::place(place)?;
    ask::params(pairs, &[])?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || work.native.past(|app| app.replay(id)));
    Ok(ok(&tell::replay(&found.await??)))
}

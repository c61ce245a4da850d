//! `/v1/events`: what happens to alerts, in the order of the log.
//!
//! The log is the truth and the cursor is a place in it: whoever goes on from the last place they have seen misses
//! nothing and sees nothing twice, be it after a second or after a year, and whoever restarted meanwhile.

use std::{convert::Infallible, fmt::Write as _, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, Response, header},
};
use futures_util::stream;
use jiff::Timestamp;
use rescreen_app::{AppError, FeedRow};
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::Instant,
};

use super::{
    Answer,
    ask::{self, Pairs},
    ok,
    problem::Problems,
    shapes::EventPage,
    tell,
};
use crate::{answer::Refusal, params::Params, state::Shared};

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;
/// How often the log is looked at: another process may have written.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often a line is sent where nothing happens, so that nobody on the way takes the connection for dead.
const BEAT_EVERY: Duration = Duration::from_secs(15);

/// What happened to alerts behind a place in the log, oldest first.
#[utoipa::path(get, path = "/v1/events", tag = "events", params(("after" = Option<i64>, Query, minimum = 0, description = "The place in the log that was seen last: `next` of the page before; 0 is the beginning"), ("as_of" = Option<String>, Query, description = "Only what had happened by then: a day or an RFC 3339 time"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000)), responses((status = 200, body = EventPage), Problems))]
pub(super) async fn page(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["after", "as_of", "limit"])?;
    let after = after(&mut params).unwrap_or_default();
    let at = ask::moment(&mut params, "as_of", true).unwrap_or(Timestamp::MAX);
    let limit = params.number("limit", DEFAULT_LIMIT, &(1..=MAX_LIMIT));
    params.check()?;
    let mut rows = read(&shared, after, limit + 1).await?;
    // Times only grow along the log.
    rows.retain(|row| row.at <= at);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(ok(&EventPage {
        next: rows.last().map_or(after, |row| row.key),
        events: rows.iter().map(tell::alert_event).collect(),
        more,
    }))
}

fn after(params: &mut Params) -> Option<i64> {
    params.one("after")?;
    Some(params.number("after", 0, &(0..=i64::MAX)))
}

async fn read(shared: &Arc<Shared>, after: i64, limit: usize) -> Result<Vec<FeedRow>, Refusal> {
    let work = Arc::clone(shared);
    let rows = shared.compute_in_turn(move || work.store(|app| app.feed(after, limit)));
    Ok(rows.await??)
}

/// The same as it happens, as server-sent events. `Last-Event-ID` or `after` says where to go on; without either it
/// begins with what is new.
#[utoipa::path(get, path = "/v1/events/stream", tag = "events", params(("after" = Option<i64>, Query, minimum = 0, description = "The place in the log that was seen last"), ("last-event-id" = Option<i64>, Header, description = "The same, as browsers send it after a broken connection")), responses((status = 200, body = String, content_type = "text/event-stream", description = "Events of the type `alert`, each with its place in the log as `id`"), Problems))]
pub(super) async fn follow(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    pairs: Pairs,
) -> Answer {
    let mut params = ask::params(pairs, &["after"])?;
    let asked = after(&mut params);
    params.check()?;
    // A browser that lost the connection repeats the first address, and says in the header how far it came.
    let seen = headers.get("last-event-id").map(|id| {
        let id = id.to_str().ok().and_then(|id| id.trim().parse().ok());
        id.filter(|id| *id >= 0)
            .ok_or_else(|| Refusal::bad("Last-Event-ID: expected a place in the log."))
    });
    let after = match seen.transpose()?.or(asked) {
        Some(after) => after,
        None => {
            let work = Arc::clone(&shared);
            let end = shared.compute(move || work.store(rescreen_app::App::feed_end));
            end.await??
        }
    };
    let (place, stopping) = shared.native.follow()?;
    let follower = Follower {
        shared,
        after,
        stopping,
        beat: Instant::now(),
        is_new: true,
        _place: place,
    };
    let events = stream::unfold(follower, |mut follower| async move {
        let text = follower.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), follower))
    });
    let mut response = Response::new(Body::from_stream(events));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    // Proxies that collect an answer before they pass it on would never pass this one on.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

struct Follower {
    shared: Arc<Shared>,
    after: i64,
    stopping: watch::Receiver<bool>,
    beat: Instant,
    is_new: bool,
    _place: OwnedSemaphorePermit,
}

impl Follower {
    /// What is to be sent next; `None` where the server stops or the log cannot be read, after which the caller comes
    /// again and says how far it came.
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_new) {
            // The caller learns that it is connected, and how soon to come again.
            return Some("retry: 1000\n\n".to_owned());
        }
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            let rows = read(&self.shared, self.after, DEFAULT_LIMIT).await.ok()?;
            if let Some(last) = rows.last() {
                self.after = last.key;
                self.beat = Instant::now();
                return written(&rows).ok();
            }
            if self.beat.elapsed() >= BEAT_EVERY {
                self.beat = Instant::now();
                return Some(": nothing new\n\n".to_owned());
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = self.stopping.changed() => return None,
            }
        }
    }
}

fn written(rows: &[FeedRow]) -> Result<String, AppError> {
    let mut text = String::new();
    for row in rows {
        let event = tell::alert_event(row);
        // JSON has no line breaks of its own, so it is one line of data.
        let json = serde_json::to_string(&event)
            .map_err(|error| AppError::Usage(format!("event {}: {error}", row.key)))?;
        // Writing to a string cannot fail.
        let _always = write!(text, "id: {}\nevent: alert\ndata: {json}\n\n", row.key);
    }
    Ok(text)
}

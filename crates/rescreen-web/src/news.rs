//! News for whoever looks: how many alerts came since they began to, and what runs.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{running, state::Pages};

/// How often the store is asked, which is one look at the end of an index.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What is said where nothing runs.
const OVER: &str = "-";

/// A stream that ends when the browser goes away or the session does.
pub(crate) fn stream(pages: Arc<Pages>, headers: HeaderMap) -> Response {
    let (tell, told) = mpsc::channel::<Result<Event, Infallible>>(1);
    tokio::spawn(async move {
        let mut first = None;
        let mut last = 0;
        let mut told = None;
        while !tell.is_closed() {
            let asked = Arc::clone(&pages);
            let headers = headers.clone();
            let look = tokio::task::spawn_blocking(move || {
                // Looking is no use of the session: a page that is only left open ends with the idle hour.
                asked.sessions.is_open(&headers, Timestamp::now()).then(|| {
                    let newest = asked.with_app(|app| app.newest_alert());
                    let running = running::words(&(asked.sources.running)());
                    (newest.and_then(|newest| newest), running)
                })
            });
            let Ok(Some((looked, running))) = look.await else {
                return;
            };
            if told.as_ref() != Some(&running) {
                // Browsers pass over an event that says nothing.
                let words = if running.is_empty() { OVER } else { &running };
                let event = Event::default().event("running").data(words);
                told = Some(running);
                if tell.send(Ok(event)).await.is_err() {
                    return;
                }
            }
            let newest = looked.unwrap_or(last);
            let begun = *first.get_or_insert(newest);
            if newest != last {
                last = newest;
                let event = Event::default().data((newest - begun).to_string());
                if tell.send(Ok(event)).await.is_err() {
                    return;
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    });
    Sse::new(ReceiverStream::new(told))
        .keep_alive(KeepAlive::default())
        .into_response()
}

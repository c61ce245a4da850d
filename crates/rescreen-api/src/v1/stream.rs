//! `POST /v1/screen/stream`: questions and answers line by line, for as long as the caller likes.
//!
//! Each line is answered by one line, in order. What is not read yet is not kept, so a caller that sends faster than it
//! reads is made to wait. Where the stream has to end early, the connection is cut and not closed: fewer answers than
//! questions must not look like all of them.

use std::{io, sync::Arc, time::Duration};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::State,
    http::{HeaderValue, Response, header},
};
use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::{
    Answer,
    ask::{self, Pairs},
    problem::Problems,
    screen::{self, Ground},
    shapes::{BatchAnswer, NotAnswered, Query, StreamAnswer},
};
use crate::{snapshot, state::Shared, strict_json};

/// No real question is longer.
const MAX_LINE_BYTES: usize = 256 * 1024;
/// So many are answered together, if they are there.
const MAX_LINES: usize = 256;
/// How long a caller may be silent.
const MAX_SILENCE: Duration = Duration::from_mins(1);

/// Screens line by line: a query on each line, an answer on each line, in the same order.
#[utoipa::path(post, path = "/v1/screen/stream", tag = "screen", params(("as_of" = Option<String>, Query, description = "Against what was published until then: a day or an RFC 3339 time")), request_body(content = Query, content_type = "application/x-ndjson", description = "A query on each line"), responses((status = 200, body = StreamAnswer, content_type = "application/x-ndjson", description = "An answer on each line"), Problems))]
pub(super) async fn answer(State(shared): State<Arc<Shared>>, pairs: Pairs, body: Body) -> Answer {
    let mut params = ask::params(pairs, &["as_of"])?;
    let _checked = ask::moment(&mut params, "as_of", true);
    params.check()?;
    let ground = Ground::find(
        &shared,
        params.one("as_of"),
        std::collections::BTreeSet::new(),
    );
    let ground = Arc::new(ground.await?);
    let headers = snapshot::basis(ground.cut());
    let lines = Lines::of(body);
    let answers = stream::unfold(Some(lines), move |lines| {
        let (shared, ground) = (Arc::clone(&shared), Arc::clone(&ground));
        async move {
            let mut lines = lines?;
            match lines.next().await {
                Ok(found) if found.is_empty() => None,
                Ok(found) => {
                    let done = shared.compute_in_turn(move || answer_lines(&ground, found));
                    match done.await {
                        Ok(text) => Some((Ok(Bytes::from(text)), Some(lines))),
                        Err(_) => Some((Err(io::Error::other("defect")), None)),
                    }
                }
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    let mut response = Response::new(Body::from_stream(answers));
    response.headers_mut().extend(headers);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    Ok(response)
}

fn answer_lines(ground: &Ground, lines: Vec<(u64, Vec<u8>)>) -> Vec<u8> {
    let mut numbers = Vec::new();
    let mut queries = Vec::new();
    let mut refused = Vec::new();
    for (n, (number, line)) in lines.into_iter().enumerate() {
        numbers.push(number);
        match read(&line) {
            Ok(query) => queries.push((format!("line {number}"), query)),
            Err(error) => refused.push((
                n,
                BatchAnswer::Refused(NotAnswered {
                    id: None,
                    errors: vec![format!("line {number}: {error}")],
                }),
            )),
        }
    }
    let mut answers = screen::answer_each(ground.cut(), queries);
    for (n, error) in refused {
        answers.insert(n, error);
    }
    let mut text = Vec::new();
    for (line, answer) in numbers.into_iter().zip(answers) {
        // What we answer can always be written; a line that were missing would be noticed by its number.
        if let Ok(json) = serde_json::to_vec(&StreamAnswer { line, answer }) {
            text.extend(json);
            text.push(b'\n');
        }
    }
    text
}

fn read(line: &[u8]) -> Result<Query, serde_json::Error> {
    let value: Value = strict_json::parse(line)?;
    serde_json::from_value(value)
}

/// The lines of a body as they come.
struct Lines {
    body: BodyDataStream,
    buffer: Vec<u8>,
    number: u64,
    is_over: bool,
}

impl Lines {
    fn of(body: Body) -> Self {
        Self {
            body: body.into_data_stream(),
            buffer: Vec::new(),
            number: 0,
            is_over: false,
        }
    }

    /// The next lines with their numbers, as many as are there; none at the end.
    async fn next(&mut self) -> io::Result<Vec<(u64, Vec<u8>)>> {
        loop {
            let found = self.split();
            if !found.is_empty() {
                return Ok(found);
            }
            if self.is_over {
                return Ok(Vec::new());
            }
            if self.buffer.len() > MAX_LINE_BYTES {
                return Err(io::Error::other("a line is too long"));
            }
            match tokio::time::timeout(MAX_SILENCE, self.body.next()).await {
                Ok(Some(Ok(bytes))) => self.buffer.extend_from_slice(&bytes),
                Ok(Some(Err(error))) => return Err(io::Error::other(error)),
                Ok(None) => self.is_over = true,
                Err(_) => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
    }

    fn split(&mut self) -> Vec<(u64, Vec<u8>)> {
        let mut found = Vec::new();
        let mut from = 0;
        while found.len() < MAX_LINES {
            let rest = &self.buffer[from..];
            let end = match rest.iter().position(|byte| *byte == b'\n') {
                Some(end) => end,
                // The last line need not end.
                None if self.is_over && !rest.is_empty() => rest.len(),
                None => break,
            };
            self.number += 1;
            let line = rest[..end].trim_ascii();
            if !line.is_empty() {
                found.push((self.number, line.to_vec()));
            }
            from = (from + end + 1).min(self.buffer.len());
        }
        self.buffer.drain(..from);
        found
    }
}

//! `GET /v1/audit/export`: parts of the log, line by line, for as long as the caller reads.
//!
//! A thread of its own writes and waits for whoever reads, so that a slow reader holds up nobody. Where the export has to
//! end early, the connection is cut and not closed: a part must not look like the whole.

use std::{
    io::{self, Write},
    sync::Arc,
    thread,
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, Response, header},
};
use futures_util::stream;
use jiff::Timestamp;
use rescreen_app::audit::Selection;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, mpsc},
};

use super::{
    Answer,
    ask::{self, Pairs},
    problem::Problems,
    shapes::ExportHead,
};
use crate::{answer::Refusal, state::Shared};

/// So many bytes go together.
const PIECE: usize = 64 * 1024;
/// So many pieces may wait for the caller.
const MAX_WAITING: usize = 4;
/// How long a caller may read nothing.
const MAX_SILENCE: Duration = Duration::from_mins(1);

/// The log or a part of it, with checkpoints and proofs, for 'rescreen audit verify' and the public key.
#[utoipa::path(get, path = "/v1/audit/export", tag = "audit", params(("since" = Option<String>, Query, description = "From then on: a day or an RFC 3339 time"), ("until" = Option<String>, Query, description = "Before then: the end of a day, or an RFC 3339 time"), ("subject" = Option<String>, Query, description = "Only what is about this subject: SOURCE/ID"), ("data" = Option<bool>, Query, description = "With the personal data that entries bind, where they are still there")), responses((status = 200, body = ExportHead, content_type = "application/x-ndjson", description = "A head, checkpoints and entries, a line each"), Problems))]
pub(super) async fn answer(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["since", "until", "subject", "data"])?;
    let selection = Selection {
        since: ask::moment(&mut params, "since", false),
        until: ask::moment(&mut params, "until", true),
        subject: params.one("subject").map(str::to_owned),
        with_data: params.flag("data", false),
    };
    params.check()?;
    let key = super::audit::key_of(&shared).await?;
    let place = shared.native.export()?;
    let (pieces, mut waiting) = mpsc::channel(MAX_WAITING);
    let handle = Handle::current();
    thread::spawn(move || {
        let mut out = Pipe {
            pieces,
            handle,
            buffer: Vec::with_capacity(PIECE),
            _place: place,
        };
        let now = Timestamp::now();
        let written = shared.native.exporter(|app| {
            let written = app.export_log(&selection, &key, now, &mut out);
            written.and_then(|_| Ok(out.flush()?))
        });
        if let Err(error) = written {
            // Whoever asked may have gone.
            let _gone = out.send(Err(error.into()));
        }
    });
    // What is refused is refused before the first line.
    let first = match waiting.recv().await {
        Some(Ok(piece)) => piece,
        Some(Err(refusal)) => return Err(refusal),
        None => return Err(Refusal::defect()),
    };
    let pieces = stream::unfold(Some((Some(first), waiting)), |state| async move {
        let (first, mut waiting) = state?;
        if let Some(first) = first {
            return Some((Ok(first), Some((None, waiting))));
        }
        match waiting.recv().await? {
            Ok(piece) => Some((Ok(piece), Some((None, waiting)))),
            Err(_) => Some((Err(io::Error::other("the export ends early")), None)),
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    Ok(response)
}

type Piece = Result<Bytes, Refusal>;

/// What is written goes to the caller, piece by piece.
struct Pipe {
    pieces: mpsc::Sender<Piece>,
    handle: Handle,
    buffer: Vec<u8>,
    _place: OwnedSemaphorePermit,
}

impl Pipe {
    fn send(&self, piece: Piece) -> io::Result<()> {
        let sent = self.pieces.send_timeout(piece, MAX_SILENCE);
        let sent = self.handle.block_on(sent);
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE));
        self.send(Ok(Bytes::from(piece)))
    }
}

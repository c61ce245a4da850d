//! Sending a file while it is made.

use std::{
    io::{self, BufWriter, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use axum::{
    body::Body,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{answer::Download, state::Pages};

/// So much goes over at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// So many chunks wait for a browser that is slower than the store.
const MAX_WAITING: usize = 4;

/// The way to the browser.
struct Outlet(mpsc::Sender<io::Result<Vec<u8>>>);

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .blocking_send(Ok(bytes.to_vec()))
            .map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Answers with a file to be saved. Where writing it fails, the connection is cut, so that no browser takes a part for
/// the whole.
pub(crate) fn answer(pages: &Arc<Pages>, file: Download) -> Response {
    let (tell, told) = mpsc::channel(MAX_WAITING);
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, file.kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", file.name),
        ),
    ];
    let pages = Arc::clone(pages);
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(CHUNK_BYTES, Outlet(tell.clone()));
        let written = catch_unwind(AssertUnwindSafe(|| {
            pages.with_app(|app| (file.write)(app, &mut out))??;
            Ok::<(), rescreen_app::AppError>(out.flush()?)
        }));
        if !matches!(written, Ok(Ok(()))) {
            // Whoever asked may have gone.
            let _gone = tell.blocking_send(Err(io::ErrorKind::UnexpectedEof.into()));
        }
    });
    (headers, Body::from_stream(ReceiverStream::new(told))).into_response()
}

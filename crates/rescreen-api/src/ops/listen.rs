//! Connections: taken, encrypted, bounded in number and time, and ended once what is under way is answered.

use std::{future::Future, io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;

use super::{Limits, tls::Certificates, watch::Watch};

/// A head of a request, with an address of 60,000 bytes, is within this.
const MAX_HEAD: usize = 128 * 1024;
/// How long requests under way may take once the server is told to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// After the system had no means for a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// How connections are served.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    pub(crate) certificates: Option<Arc<Certificates>>,
    pub(crate) watch: Arc<Watch>,
}

/// Serves until told to stop, and then until everything under way is answered or its time is over.
pub(crate) async fn serve(
    listener: TcpListener,
    connections: Connections,
    stop: impl Future<Output = ()>,
    on_stop: impl FnOnce(),
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(connections.limits.connections));
    let mut stop = pin!(stop);
    loop {
        let next = async {
            // Closed only by us, and we do not.
            let permit = Arc::clone(&free).acquire_owned().await;
            (permit.ok(), listener.accept().await)
        };
        let (permit, taken) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        let stream = match taken {
            Ok((stream, _)) => stream,
            // The other side is gone already.
            Err(error) if is_theirs(&error) => continue,
            // Out of file descriptors, most often; that passes when connections end.
            Err(_) => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let (connections, watcher) = (connections.clone(), graceful.watcher());
        tokio::spawn(async move {
            connections.watch.metrics.connections.inc();
            connections.take(stream, watcher).await;
            connections.watch.metrics.connections.dec();
            drop(permit);
        });
    }
    drop(listener);
    on_stop();
    // An idle connection that is kept open is no request under way: it is closed at once.
    let _late = timeout(STOP_TIMEOUT, graceful.shutdown()).await;
    Ok(())
}

fn is_theirs(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

impl Connections {
    async fn take(&self, stream: TcpStream, watcher: Watcher) {
        // Answers are written in one piece; waiting for more only makes them late.
        let _unchanged = stream.set_nodelay(true);
        let Some(certificates) = &self.certificates else {
            return self.speak(stream, watcher).await;
        };
        let shake = certificates.acceptor().accept(stream);
        // Whoever does not finish the handshake, or speaks no TLS, is not answered.
        if let Ok(Ok(stream)) = timeout(self.limits.head, shake).await {
            self.speak(stream, watcher).await;
        }
    }

    async fn speak(&self, stream: impl AsyncRead + AsyncWrite + Send + 'static, watcher: Watcher) {
        let mut stream = TimeoutStream::new(stream);
        // Whoever does not read the answer.
        stream.set_write_timeout(Some(self.limits.request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(MAX_HEAD)
            .serve_connection(
                TokioIo::new(Box::pin(stream)),
                TowerToHyperService::new(self.router.clone()),
            );
        // A connection that breaks off is the caller's business.
        let _broken = watcher.watch(connection).await;
    }
}

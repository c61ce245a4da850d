//! The signals that an operator sends.

#[cfg(unix)]
use std::sync::Arc;
use std::{future::Future, io, pin::Pin};

/// What is done once the signal comes.
pub(super) type Signal = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What tells the server to end: SIGTERM or ctrl-C.
#[cfg(unix)]
pub(super) fn stop() -> io::Result<Signal> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(Box::pin(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }))
}

#[cfg(not(unix))]
pub(super) fn stop() -> io::Result<Signal> {
    Ok(Box::pin(async {
        let _failed = tokio::signal::ctrl_c().await;
    }))
}

/// What waits for the next SIGHUP.
pub(super) type HangUp = Box<dyn FnMut() -> Signal + Send>;

#[cfg(unix)]
pub(super) fn hang_up() -> io::Result<HangUp> {
    use tokio::signal::unix::{SignalKind, signal};
    let signal = Arc::new(tokio::sync::Mutex::new(signal(SignalKind::hangup())?));
    Ok(Box::new(move || {
        let signal = Arc::clone(&signal);
        Box::pin(async move {
            signal.lock().await.recv().await;
        })
    }))
}

#[cfg(not(unix))]
pub(super) fn hang_up() -> io::Result<HangUp> {
    Ok(Box::new(|| Box::pin(std::future::pending())))
}

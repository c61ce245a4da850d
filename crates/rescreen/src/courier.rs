//! Sends what webhooks are to be told.
//!
//! Each webhook has a thread while there is something for it, so one that hangs keeps no other waiting. A receiver is
//! asked for nothing but a status: what else it says is not read, and where it sends us is not where we go.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use jiff::Timestamp;
use reqwest::{blocking::Client, header, redirect::Policy};
use rescreen_app::{App, Delivery};

/// How often the outbox is looked at: one small query each time.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// From the beginning to the status; shorter than a delivery is kept for us alone.
const TIMEOUT: Duration = Duration::from_secs(10);

/// One courier of a store.
pub(crate) struct Courier {
    app: Mutex<App>,
    client: Client,
    is_stopping: AtomicBool,
    /// The webhooks that a thread is busy with.
    busy: Mutex<BTreeSet<i64>>,
}

impl Courier {
    pub(crate) fn new(app: App) -> Result<Self> {
        let client = Client::builder()
            .user_agent(concat!("rescreen/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            // A receiver that sends us elsewhere could send us into our own network.
            .redirect(Policy::none())
            .referer(false)
            .build()
            .context("cannot prepare to send webhooks")?;
        Ok(Self {
            app: Mutex::new(app),
            client,
            is_stopping: AtomicBool::new(false),
            busy: Mutex::new(BTreeSet::new()),
        })
    }

    /// Delivers until it is told to stop; then what is on its way arrives or fails.
    pub(crate) fn run(&self) {
        thread::scope(|scope| {
            while !self.is_stopping() {
                // A store that cannot be read now can be read later, and what is to be told waits in it.
                let due = self.app(|app| app.due_webhooks(Timestamp::now()));
                for webhook in due.unwrap_or_default() {
                    if self.busy(|busy| busy.insert(webhook)) {
                        scope.spawn(move || {
                            self.deliver(webhook);
                            self.busy(|busy| busy.remove(&webhook));
                        });
                    }
                }
                thread::park_timeout(LOOK_EVERY);
            }
        });
    }

    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    /// Tells a webhook one thing after the other, as long as it listens.
    fn deliver(&self, webhook: i64) {
        while !self.is_stopping() {
            let next = self.app(|app| app.next_delivery(webhook, Timestamp::now()));
            let Ok(Some(delivery)) = next else { return };
            let outcome = self.send(&delivery);
            let has_arrived = outcome.is_ok();
            // What cannot be noted is sent again, with the same id.
            let noted = self.app(|app| app.settle_delivery(&delivery, outcome, Timestamp::now()));
            if !has_arrived || noted.is_err() {
                return;
            }
        }
    }

    fn send(&self, delivery: &Delivery) -> Result<(), String> {
        let mut request = self
            .client
            .post(&delivery.url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(delivery.body.clone());
        for (name, value) in &delivery.headers {
            request = request.header(*name, value);
        }
        match request.send() {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(format!("answered {}", response.status())),
            Err(error) if error.is_timeout() => Err(format!("no answer within {TIMEOUT:?}")),
            Err(error) => Err(root(&error)),
        }
    }

    fn app<T>(&self, act: impl FnOnce(&mut App) -> T) -> T {
        act(&mut self.app.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn busy<T>(&self, act: impl FnOnce(&mut BTreeSet<i64>) -> T) -> T {
        act(&mut self.busy.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What went wrong at the bottom: the words above it only repeat the address.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

//! Webhooks: telling other systems what happens to alerts.
//!
//! Three promises. **Nothing is lost**: the duty to tell stands in the outbox from the transaction on that wrote the
//! event, until the receiver says that it has it. **Everything can be told again**: the log keeps it. **What is told can be
//! trusted**: it is signed with its time, in the form of Standard Webhooks, for which receivers have libraries.
//!
//! A receiver may be told twice, where its answer got lost; the id of a message says so. What is told names no person.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use jiff::{SignedDuration, Timestamp};
use rescreen_desk::Cause;
use rescreen_store::{DeliveryRow, FeedRow, StoreError, WebhookRow};
use serde_json::json;
use sha2::Sha256;

use crate::{App, AppError, desk::people};

/// How many random bytes the secret of a webhook is made of.
pub const WEBHOOK_SECRET_BYTES: usize = 32;

const SECRET_PREFIX: &str = "whsec_";
const MAX_WEBHOOKS: usize = 16;
const MAX_URL: usize = 2_000;
const MAX_ERROR: usize = 200;
/// Longer than any delivery takes: whoever died in the middle of one is succeeded after that.
const LEASE: SignedDuration = SignedDuration::from_secs(15);
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// The longest wait before one event is tried again.
const MAX_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// The longest wait before a webhook that failed is tried with anything.
const MAX_HOLD: SignedDuration = SignedDuration::from_mins(1);

/// A message on its way, and what to send it with.
#[derive(Debug)]
pub struct Delivery {
    row: DeliveryRow,
    /// Where.
    pub url: String,
    /// What.
    pub body: String,
    /// How it is signed.
    pub headers: [(&'static str, String); 3],
}

impl App {
    /// Adds a webhook, which is told what happens from now on. The random bytes come from whoever has a source of them.
    /// Gives its number and the secret as receivers are given it.
    ///
    /// # Errors
    /// [`AppError::Usage`] where the address is none; [`AppError::Refused`] or [`AppError::Forbidden`] where the person may
    /// not do that or there are too many.
    pub fn add_webhook(
        &mut self,
        url: &str,
        random: &[u8; WEBHOOK_SECRET_BYTES],
        by: &str,
        now: Timestamp,
    ) -> Result<(i64, String), AppError> {
        if url.len() > MAX_URL {
            return Err(AppError::Usage(format!(
                "an address has at most {MAX_URL} letters"
            )));
        }
        let count = self.store.webhooks()?.len();
        if count >= MAX_WEBHOOKS {
            return Err(AppError::Refused(format!(
                "there are {count} webhooks, and no more than {MAX_WEBHOOKS} may be"
            )));
        }
        let key =
            self.change_webhooks(&format!("add webhook {url}"), by, now, |writer, by, at| {
                Ok(writer.add_webhook(url, random, by, at)?)
            })?;
        Ok((key, format!("{SECRET_PREFIX}{}", STANDARD.encode(random))))
    }

    /// The webhooks and how they stand.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn webhooks(&self) -> Result<Vec<WebhookRow>, AppError> {
        Ok(self.store.webhooks()?)
    }

    /// Takes a webhook away. What it was still to be told is in the log, and nobody tells it.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Refused`] or [`AppError::Forbidden`] where the person may not do that.
    pub fn remove_webhook(&mut self, key: i64, by: &str, now: Timestamp) -> Result<(), AppError> {
        self.change_webhooks(&format!("remove webhook {key}"), by, now, |writer, _, _| {
            let is_gone = writer.remove_webhook(key)?;
            is_gone.then_some(()).ok_or_else(|| no_webhook(key))
        })
    }

    /// Has a webhook told again everything behind a place in the log. Gives how much that is.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Refused`] or [`AppError::Forbidden`] where the person may not do that.
    pub fn replay_webhook(
        &mut self,
        key: i64,
        after: i64,
        by: &str,
        now: Timestamp,
    ) -> Result<u64, AppError> {
        let what = format!("replay webhook {key} after {after}");
        self.change_webhooks(&what, by, now, |writer, _, at| {
            let told = writer.replay_webhook(key, after, at)?;
            told.ok_or_else(|| no_webhook(key))
        })
    }

    fn change_webhooks<T>(
        &mut self,
        what: &str,
        by: &str,
        now: Timestamp,
        change: impl FnOnce(&rescreen_store::Writer<'_>, &str, Timestamp) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let by = people::name(by)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        if let Err(error) = people::admin(writer.register(), &by, what) {
            return Err(people::refused(writer, error, (&by, what), None, at));
        }
        let done = change(&writer, by.as_str(), at)?;
        let detail = Cause {
            change: what.to_owned(),
            ..Cause::default()
        };
        people::log(&writer, at, "webhook", &by, (None, None), &detail)?;
        writer.commit()?;
        Ok(done)
    }

    /// The last place in the log before a moment.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn feed_before(&self, at: Timestamp) -> Result<i64, AppError> {
        Ok(self.store.feed_before(at)?)
    }

    /// The webhooks that can be told something now: cheap enough to be asked every second.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn due_webhooks(&self, now: Timestamp) -> Result<Vec<i64>, AppError> {
        Ok(self.store.due_webhooks(now)?)
    }

    /// What a webhook is to be told next; for a while nobody else is given it.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn next_delivery(
        &mut self,
        webhook: i64,
        now: Timestamp,
    ) -> Result<Option<Delivery>, AppError> {
        let writer = self.store.write()?;
        let row = writer.claim_delivery(webhook, now, later(now, LEASE))?;
        writer.commit()?;
        let Some(row) = row else { return Ok(None) };
        let mut found = self.store.feed(row.event - 1, 1)?;
        let event = found
            .pop()
            .filter(|event| event.key == row.event)
            .ok_or_else(|| StoreError::Damaged {
                detail: format!("event {} is to be told and is not in the log", row.event),
            })?;
        Ok(Some(message(row, &event, now)))
    }

    /// Notes what came of a delivery; what did not arrive is tried again later, and later each time.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn settle_delivery(
        &mut self,
        delivery: &Delivery,
        outcome: Result<(), String>,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let row = &delivery.row;
        let writer = self.store.write()?;
        match outcome {
            Ok(()) => writer.delivered(row, now)?,
            Err(error) => {
                let error: String = error.chars().take(MAX_ERROR).collect();
                let next = later(now, wait(row.attempts, MAX_WAIT));
                let held = later(now, wait(row.failures, MAX_HOLD));
                writer.not_delivered(row, &error, next, held)?;
            }
        }
        Ok(writer.commit()?)
    }
}

fn no_webhook(key: i64) -> AppError {
    AppError::NotFound(format!("there is no webhook {key}"))
}

fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// How long to wait after so many failures: four times as long each time.
fn wait(failures: u32, most: SignedDuration) -> SignedDuration {
    FIRST_WAIT
        .checked_mul(4_i32.saturating_pow(failures))
        .map_or(most, |wait| wait.min(most))
}

fn message(row: DeliveryRow, event: &FeedRow, now: Timestamp) -> Delivery {
    let body = json!({
        "type": format!("alert.{}", event.kind),
        "timestamp": event.at.to_string(),
        "data": {
            "seq": event.key,
            "alert": event.alert,
            "state": event.state,
            "subject": format!("{}/{}", event.source, event.external),
        },
    })
    .to_string();
    // The same however often it is sent, so that who is told twice knows it.
    let id = format!("rescreen-{}-{}", row.webhook, row.event);
    let seconds = now.as_second().to_string();
    let signature = sign(&row.secret, &id, &seconds, &body);
    Delivery {
        url: row.url.clone(),
        row,
        body,
        headers: [
            ("webhook-id", id),
            ("webhook-timestamp", seconds),
            ("webhook-signature", signature),
        ],
    }
}

/// A signature as Standard Webhooks has it: HMAC-SHA256 over id, time and body.
fn sign(secret: &[u8], id: &str, seconds: &str, body: &str) -> String {
    // HMAC takes a key of any length, so this always succeeds; a message without a signature is refused by receivers.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return String::new();
    };
    for part in [id, ".", seconds, ".", body] {
        mac.update(part.as_bytes());
    }
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the specification of Standard Webhooks gives.
    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = sign(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn waits_grow_to_their_bound_and_never_overflow() {
        let seconds = |failures| wait(failures, MAX_WAIT).as_secs();
        let waits = [0, 1, 2, 5, 6, 15, 16, 31, 1_000, u32::MAX].map(seconds);
        assert_eq!(
            waits,
            [1, 4, 16, 1_024, 3_600, 3_600, 3_600, 3_600, 3_600, 3_600]
        );
        assert_eq!(wait(9, MAX_HOLD), MAX_HOLD);
    }
}

//! The other side of a webhook: whether a message is the server's, and what it says.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use sha2::Sha256;

/// How old, or how far ahead, a message may be: long enough for clocks that differ, and too short to be sent again by
/// somebody who overheard it.
const TOLERANCE: Duration = Duration::from_mins(5);

/// The secret that `rescreen webhook add` showed.
pub struct WebhookSecret(Vec<u8>);

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// Why a message is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The secret is none.
    #[error("expected a secret such as whsec_…")]
    Secret,
    /// The time is none, or too far from now.
    #[error("the message is of another time")]
    Time,
    /// The signature is another.
    #[error("the message is not signed by the server")]
    Signature,
    /// The body is not what a server sends.
    #[error("the message cannot be read")]
    Unreadable,
}

/// What a webhook is told. It names no person; whoever may know asks for the alert.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// What happened: `alert.raised`, `alert.decided` …
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub timestamp: String,
    /// To what.
    pub data: Told,
}

/// What a message is about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Told {
    /// The place of the event in the log.
    pub seq: i64,
    /// The alert.
    pub alert: i64,
    /// Where it stands from here on.
    pub state: Option<String>,
    /// The subject as `SOURCE/ID`.
    pub subject: String,
}

impl WebhookSecret {
    /// The secret of that text.
    ///
    /// # Errors
    /// [`WebhookError::Secret`].
    pub fn parse(text: &str) -> Result<Self, WebhookError> {
        let bytes = text.trim().strip_prefix("whsec_");
        let bytes = bytes.and_then(|text| STANDARD.decode(text).ok());
        bytes
            .filter(|bytes| bytes.len() >= 16)
            .map(Self)
            .ok_or(WebhookError::Secret)
    }

    /// Reads a message, if the server signed it and it is of now. The three headers are `webhook-id`,
    /// `webhook-timestamp` and `webhook-signature`; the body is as it came.
    ///
    /// # Errors
    /// [`WebhookError`], and then the message is to be answered with 401.
    pub fn read(
        &self,
        id: &str,
        timestamp: &str,
        signature: &str,
        body: &[u8],
    ) -> Result<Message, WebhookError> {
        self.read_at(id, timestamp, signature, body, SystemTime::now())
    }

    fn read_at(
        &self,
        id: &str,
        timestamp: &str,
        signature: &str,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Message, WebhookError> {
        let seconds: u64 = timestamp.parse().map_err(|_| WebhookError::Time)?;
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        if now.abs_diff(Duration::from_secs(seconds)) > TOLERANCE {
            return Err(WebhookError::Time);
        }
        // Several signatures mean several secrets, while one is replaced by the next.
        let is_signed = signature
            .split(' ')
            .filter_map(|signature| signature.strip_prefix("v1,"))
            .filter_map(|signature| STANDARD.decode(signature).ok())
            .any(|signature| self.is_signature(&signature, id, timestamp, body));
        if !is_signed {
            return Err(WebhookError::Signature);
        }
        serde_json::from_slice(body).map_err(|_| WebhookError::Unreadable)
    }

    fn is_signature(&self, signature: &[u8], id: &str, timestamp: &str, body: &[u8]) -> bool {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return false;
        };
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        // It takes the same time wherever they differ.
        mac.verify_slice(signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIME: u64 = 1_614_265_330;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const BODY: &[u8] = b"{\"test\": 2432232314}";

    fn check(secret: &str, id: &str, signature: &str, body: &[u8], now: u64) -> WebhookError {
        let now = UNIX_EPOCH + Duration::from_secs(now);
        let secret = WebhookSecret::parse(secret).unwrap();
        let read = secret.read_at(id, &TIME.to_string(), signature, body, now);
        read.unwrap_err()
    }

    /// The example of the specification is signed rightly, and is no message of ours.
    #[test]
    fn only_what_the_server_signed_just_now_is_believed() {
        use WebhookError::{Secret, Signature, Time, Unreadable};
        let both = format!("v1,AAAA v2,x {SIGNATURE}");
        assert_eq!(check(SECRET, ID, SIGNATURE, BODY, TIME), Unreadable);
        assert_eq!(check(SECRET, ID, &both, BODY, TIME + 299), Unreadable);
        assert_eq!(check(SECRET, ID, SIGNATURE, BODY, TIME + 301), Time);
        assert_eq!(check(SECRET, ID, SIGNATURE, BODY, TIME - 301), Time);
        assert_eq!(check(SECRET, "msg_2", SIGNATURE, BODY, TIME), Signature);
        assert_eq!(check(SECRET, ID, "", BODY, TIME), Signature);
        assert_eq!(check(SECRET, ID, &SIGNATURE[3..], BODY, TIME), Signature);
        assert_eq!(
            check(SECRET, ID, SIGNATURE, b"{\"test\": 1}", TIME),
            Signature
        );
        let other = format!("whsec_{}", STANDARD.encode([7; 32]));
        assert_eq!(check(&other, ID, SIGNATURE, BODY, TIME), Signature);
        for bad in [
            "",
            "whsec_",
            "whsec_AAAA",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ] {
            assert_eq!(WebhookSecret::parse(bad).unwrap_err(), Secret, "{bad}");
        }
    }
}

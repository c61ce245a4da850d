//! Browsers that are away at the identity provider, to come back with a code.
//!
//! A browser that is sent there carries a secret in a cookie, and all that binds the answer to it is worked out from that
//! secret with a key of this process. So nothing is kept for whoever never comes back, and nobody can push others out by
//! setting out again and again. What came back is kept until it would be too old: nothing comes back twice.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use rescreen_oidc::Proof;

use crate::session::{SameSite, cookie, cookies, hash, hex, is_same, random, secret};

/// How long somebody may take at the provider.
const LONGEST_SECONDS: u32 = 600;
const LONGEST: SignedDuration = SignedDuration::from_secs(LONGEST_SECONDS as i64);
/// So many that came back are kept; where there are more, the code itself is still good only once.
const MAX_DONE: usize = 10_000;
/// Addresses that are longer are not come back to.
const MAX_TO: usize = 1_000;

const SECURE_NAME: &str = "__Host-rescreen-errand";
const PLAIN_NAME: &str = "rescreen-errand";

/// Who is away.
#[derive(Debug)]
pub(crate) struct Errands {
    key: [u8; 32],
    done: Mutex<HashMap<[u8; 32], Timestamp>>,
}

/// Why whoever comes back is not expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// This browser did not set out, or not with that.
    Foreign,
    /// It took too long.
    Late,
    /// It came back before.
    Again,
}

impl Errands {
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        Ok(Self {
            key: random()?,
            done: Mutex::default(),
        })
    }

    /// Sends a browser off: what it is to carry, and what it is sent with.
    pub(crate) fn begin(
        &self,
        to: &str,
        is_secure: bool,
        now: Timestamp,
    ) -> Result<(HeaderValue, Proof), String> {
        let to = if to.len() > MAX_TO { "/" } else { to };
        let to: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
        let carried = format!("{}.{}.{to}", hex(&secret()?), now.as_second());
        let proof = self.proof(&carried);
        let cookie = kept(&carried, is_secure, LONGEST_SECONDS)?;
        Ok((cookie, proof))
    }

    /// Takes a browser back in: what it was sent with, and where its person wanted to go.
    pub(crate) fn end(
        &self,
        headers: &HeaderMap,
        state: &str,
        now: Timestamp,
    ) -> Result<(Proof, String), Lost> {
        let mut all = cookies(headers, SECURE_NAME).chain(cookies(headers, PLAIN_NAME));
        let (Some(carried), None) = (all.next(), all.next()) else {
            return Err(Lost::Foreign);
        };
        let proof = self.proof(carried);
        if !is_same(&proof.state, state) {
            return Err(Lost::Foreign);
        }
        // Only what was made here has that state, so it can be read as it was written.
        let mut parts = carried.splitn(3, '.').skip(1);
        let begun = parts.next().and_then(|text| text.parse().ok());
        let begun = begun.and_then(|second| Timestamp::from_second(second).ok());
        let is_in_time = |begun: Timestamp| now.duration_since(begun) < LONGEST;
        if !begun.is_some_and(is_in_time) {
            return Err(Lost::Late);
        }
        let to = parts.next().unwrap_or_default();
        let to = form_urlencoded::parse(to.as_bytes()).next();
        let to = to.map(|(to, _)| to.into_owned()).unwrap_or_default();
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.retain(|_, at| is_in_time(*at));
        if done.len() >= MAX_DONE
            && let Some(oldest) = done.iter().min_by_key(|(_, at)| **at).map(|(k, _)| *k)
        {
            done.remove(&oldest);
        }
        match done.insert(hash(carried), now) {
            None => Ok((proof, to)),
            Some(_) => Err(Lost::Again),
        }
    }

    /// Takes from a browser what it carried.
    pub(crate) fn nothing(is_secure: bool) -> Result<HeaderValue, String> {
        kept("", is_secure, 0)
    }

    fn proof(&self, carried: &str) -> Proof {
        let derived = |purpose: &str| {
            let whole = format!("{purpose}\0{carried}");
            let hash = blake3::keyed_hash(&self.key, whole.as_bytes());
            hash.to_hex().to_string()
        };
        Proof {
            state: derived("state"),
            nonce: derived("nonce"),
            verifier: derived("verifier"),
        }
    }
}

/// The way back begins at another site, and browsers take a strict cookie along from there no more than a foreign one.
fn kept(carried: &str, is_secure: bool, seconds: u32) -> Result<HeaderValue, String> {
    let name = if is_secure { SECURE_NAME } else { PLAIN_NAME };
    cookie(name, carried, "/", SameSite::Lax, is_secure, Some(seconds))
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;
    use crate::session::tests::{at, sent};

    #[test]
    fn who_set_out_comes_back_once_and_nobody_else_does() {
        let errands = Errands::new().unwrap();
        let now = at("2026-01-01T08:00:00Z");
        let (cookie, proof) = errands.begin("/alerts/7?a=b&c", true, now).unwrap();
        let text = cookie.to_str().unwrap();
        assert!(text.starts_with("__Host-rescreen-errand="), "{text}");
        assert!(
            text.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600"),
            "{text}"
        );
        for secret in [&proof.state, &proof.nonce, &proof.verifier] {
            assert!(secret.len() == 64 && !text.contains(&**secret));
        }
        let ours = sent(&cookie);
        let (other, foreign) = errands.begin("/", true, now).unwrap();
        let end = |headers: &HeaderMap, state: &str, now| {
            errands.end(headers, state, now).map(|(_, to)| to)
        };
        assert_eq!(end(&ours, &foreign.state, now), Err(Lost::Foreign));
        assert_eq!(end(&sent(&other), &proof.state, now), Err(Lost::Foreign));
        assert_eq!(
            end(&HeaderMap::new(), &proof.state, now),
            Err(Lost::Foreign)
        );
        assert_eq!(end(&ours, "", now), Err(Lost::Foreign));
        // A second cookie of the name, as another host of the domain could set it.
        let mut two = ours.clone();
        two.append(header::COOKIE, sent(&other)[header::COOKIE].clone());
        assert_eq!(end(&two, &proof.state, now), Err(Lost::Foreign));
        let elsewhere = Errands::new().unwrap();
        assert!(elsewhere.end(&ours, &proof.state, now).is_err());
        let late = now + LONGEST;
        assert_eq!(end(&ours, &proof.state, late), Err(Lost::Late));
        let then = late - SignedDuration::from_secs(1);
        assert_eq!(
            end(&ours, &proof.state, then).as_deref(),
            Ok("/alerts/7?a=b&c")
        );
        assert_eq!(end(&ours, &proof.state, then), Err(Lost::Again));
    }

    #[test]
    fn what_a_browser_carries_cannot_be_changed() {
        let errands = Errands::new().unwrap();
        let now = at("2026-01-01T08:00:00Z");
        let (cookie, proof) = errands.begin("/queue", false, now).unwrap();
        let changed = cookie.to_str().unwrap().replace("queue", "admin");
        let changed = sent(&HeaderValue::try_from(changed).unwrap());
        let back = errands.end(&changed, &proof.state, now);
        assert_eq!(back.map(|_| ()), Err(Lost::Foreign));
    }
}

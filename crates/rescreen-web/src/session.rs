//! Who is signed in.
//!
//! A session is 256 random bits in a cookie that scripts cannot read and that other sites cannot make a browser send. It is
//! kept here only as a hash, in memory: a restart signs everybody out. It is made at sign-in and never adopted from the
//! browser, so nobody can plant one. Each request looks up anew whether the token behind it still opens.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};
use rescreen_app::AccessRole;

use crate::{errand::Errands, fields::Fields};

/// How long a session lasts that nobody uses.
const IDLE: SignedDuration = SignedDuration::from_hours(1);
/// How long a session lasts at most: a working day.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// And where an identity provider began it: what that says of somebody is asked for again after half a day of work.
const LONGEST_OF_ISSUER: SignedDuration = SignedDuration::from_hours(4);
/// More people are not signed in at once; whoever was away longest is signed out for another.
const MAX_SESSIONS: usize = 10_000;

/// So many questions of a session are kept.
const MAX_ASKED: usize = 20;

const SECURE_NAME: &str = "__Host-rescreen";
const PLAIN_NAME: &str = "rescreen";
/// The cookie that binds the sign-in form to the browser that asked for it.
const DOOR_NAME: &str = "rescreen-door";

/// How somebody came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Came {
    /// By the token of this id.
    Token(String),
    /// An identity provider says who they are.
    Issuer,
    /// They say so themselves.
    Word,
}

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) came: Came,
    /// The name under which they act.
    pub(crate) name: String,
    /// At least one; a token has one, an identity provider may name several.
    pub(crate) roles: Vec<AccessRole>,
}

impl Who {
    /// Whether one of their roles is among these.
    pub(crate) fn is_any(&self, roles: &[AccessRole]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }
}

/// A session in use.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) who: Who,
    /// What every form of this session carries.
    pub(crate) form_key: String,
    /// What was searched for last, newest first. It is kept here so that names stand in no address: addresses end up in
    /// histories and in the logs of proxies.
    pub(crate) asked: VecDeque<(u64, Fields)>,
    begun: Timestamp,
    used: Timestamp,
}

/// Who is signed in now.
#[derive(Debug)]
pub struct Sessions {
    by_hash: Mutex<HashMap<[u8; 32], Session>>,
    /// The key by which the server recognises sign-in forms of its own.
    door: [u8; 32],
    pub(crate) errands: Errands,
}

impl Sessions {
    /// Nobody, with a secret of its own.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    pub fn new() -> Result<Self, getrandom::Error> {
        Ok(Self {
            by_hash: Mutex::new(HashMap::new()),
            door: random()?,
            errands: Errands::new()?,
        })
    }

    /// Begins a session and gives the cookie for it.
    pub(crate) fn begin(
        &self,
        who: Who,
        is_secure: bool,
        now: Timestamp,
    ) -> Result<HeaderValue, String> {
        let (id, form_key) = (hex(&secret()?), hex(&secret()?));
        let session = Session {
            who,
            form_key,
            asked: VecDeque::new(),
            begun: now,
            used: now,
        };
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.is_alive(now));
        if sessions.len() >= MAX_SESSIONS
            && let Some(oldest) = sessions.iter().min_by_key(|(_, s)| s.used).map(|(k, _)| *k)
        {
            sessions.remove(&oldest);
        }
        sessions.insert(hash(&id), session);
        drop(sessions);
        let name = session_name(is_secure);
        cookie(name, &id, "/", SameSite::Strict, is_secure, None)
    }

    /// The session that a request belongs to.
    pub(crate) fn find(&self, headers: &HeaderMap, now: Timestamp) -> Option<Session> {
        let id = session_id(headers)?;
        let mut sessions = self.lock();
        let session = sessions.get_mut(&hash(id))?;
        if !session.is_alive(now) {
            return None;
        }
        session.used = now;
        Some(session.clone())
    }

    /// Whether a request belongs to a session that is open. Asking does not make it last longer.
    pub(crate) fn is_open(&self, headers: &HeaderMap, now: Timestamp) -> bool {
        let sessions = self.lock();
        session_id(headers)
            .and_then(|id| sessions.get(&hash(id)))
            .is_some_and(|session| session.is_alive(now))
    }

    /// Keeps what a session searches for and gives the number to find it by.
    pub(crate) fn remember(&self, headers: &HeaderMap, question: Fields) -> u64 {
        let mut sessions = self.lock();
        let session = session_id(headers).and_then(|id| sessions.get_mut(&hash(id)));
        let Some(session) = session else { return 0 };
        let number = session.asked.front().map_or(0, |(last, _)| *last) + 1;
        session.asked.push_front((number, question));
        session.asked.truncate(MAX_ASKED);
        number
    }

    /// Ends the session of a request and gives the cookie that takes its cookie away.
    pub(crate) fn end(&self, headers: &HeaderMap, is_secure: bool) -> Result<HeaderValue, String> {
        if let Some(id) = session_id(headers) {
            self.lock().remove(&hash(id));
        }
        let name = session_name(is_secure);
        cookie(name, "", "/", SameSite::Strict, is_secure, Some(0))
    }

    /// Ends every session that a token opened.
    pub(crate) fn end_of_token(&self, token: &str) {
        self.lock()
            .retain(|_, session| session.who.came != Came::Token(token.to_owned()));
    }

    /// A cookie for a sign-in form and the key that the form carries.
    pub(crate) fn door(&self, is_secure: bool) -> Result<(HeaderValue, String), String> {
        let nonce = hex(&secret()?);
        let key = self.door_key(&nonce);
        let strict = SameSite::Strict;
        let cookie = cookie(DOOR_NAME, &nonce, "/sign-in", strict, is_secure, Some(3600))?;
        Ok((cookie, key))
    }

    /// Whether a sign-in form was made for the browser that sends it.
    pub(crate) fn is_our_door(&self, headers: &HeaderMap, key: &str) -> bool {
        let mut nonces = cookies(headers, DOOR_NAME);
        match (nonces.next(), nonces.next()) {
            (Some(nonce), None) => is_same(&self.door_key(nonce), key),
            _ => false,
        }
    }

    fn door_key(&self, nonce: &str) -> String {
        blake3::keyed_hash(&self.door, nonce.as_bytes())
            .to_hex()
            .to_string()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Session>> {
        self.by_hash.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn is_alive(&self, now: Timestamp) -> bool {
        let longest = match self.who.came {
            Came::Issuer => LONGEST_OF_ISSUER,
            Came::Token(_) | Came::Word => LONGEST,
        };
        now.duration_since(self.used) < IDLE && now.duration_since(self.begun) < longest
    }

    /// Whether a form was made for this session.
    pub(crate) fn is_our_form(&self, key: &str) -> bool {
        is_same(&self.form_key, key)
    }
}

/// Compares in a time that does not tell where two texts differ.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    blake3::hash(one.as_bytes()) == blake3::hash(other.as_bytes())
}

/// The id of the session, whichever of the two cookies carries it; more than one is none.
fn session_id(headers: &HeaderMap) -> Option<&str> {
    let mut ids = cookies(headers, SECURE_NAME).chain(cookies(headers, PLAIN_NAME));
    match (ids.next(), ids.next()) {
        (Some(id), None) => Some(id),
        _ => None,
    }
}

pub(crate) fn cookies<'a>(
    headers: &'a HeaderMap,
    name: &'static str,
) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(found, _)| *found == name)
        .map(|(_, value)| value)
}

fn session_name(is_secure: bool) -> &'static str {
    if is_secure { SECURE_NAME } else { PLAIN_NAME }
}

/// On which ways from other sites a browser takes a cookie along.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SameSite {
    /// On none.
    Strict,
    /// When somebody follows a link or is sent here.
    Lax,
}

pub(crate) fn cookie(
    name: &str,
    value: &str,
    path: &str,
    same_site: SameSite,
    is_secure: bool,
    max_age: Option<u32>,
) -> Result<HeaderValue, String> {
    let secure = if is_secure { "; Secure" } else { "" };
    let max_age = max_age.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let text =
        format!("{name}={value}; Path={path}; HttpOnly; SameSite={same_site:?}{secure}{max_age}");
    HeaderValue::try_from(text).map_err(|e| e.to_string())
}

pub(crate) fn hash(id: &str) -> [u8; 32] {
    *blake3::hash(id.as_bytes()).as_bytes()
}

pub(crate) fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn secret() -> Result<[u8; 32], String> {
    random().map_err(|e| e.to_string())
}

pub(crate) fn hex(bytes: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*bytes).to_hex().to_string()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn who() -> Who {
        Who {
            came: Came::Token("t1".to_owned()),
            name: "ada".to_owned(),
            roles: vec![AccessRole::Analyst],
        }
    }

    pub(crate) fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// The headers of a browser that was given the cookie.
    pub(crate) fn sent(cookie: &HeaderValue) -> HeaderMap {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(pair).unwrap());
        headers
    }

    #[test]
    fn a_session_lasts_while_it_is_used_and_not_longer_than_a_day_of_work() {
        let sessions = Sessions::new().unwrap();
        let begun = at("2026-01-01T08:00:00Z");
        let cookie = sessions.begin(who(), true, begun).unwrap();
        let text = cookie.to_str().unwrap();
        assert!(text.starts_with("__Host-rescreen="), "{text}");
        assert!(
            text.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"),
            "{text}"
        );
        let headers = sent(&cookie);
        let mut now = begun;
        for _ in 0..14 {
            now += SignedDuration::from_mins(50);
            assert!(sessions.find(&headers, now).is_some(), "{now}");
        }
        now += SignedDuration::from_mins(50);
        assert!(sessions.find(&headers, now).is_none(), "twelve hours");
        let cookie = sessions.begin(who(), false, begun).unwrap();
        assert!(!cookie.to_str().unwrap().contains("Secure"));
        let later = begun + SignedDuration::from_mins(61);
        assert!(
            sessions.find(&sent(&cookie), later).is_none(),
            "an idle hour"
        );
    }

    #[test]
    fn an_identity_provider_is_asked_again_after_half_a_day() {
        let sessions = Sessions::new().unwrap();
        let begun = at("2026-01-01T08:00:00Z");
        let came = Came::Issuer;
        let cookie = sessions.begin(Who { came, ..who() }, true, begun).unwrap();
        let is_open = |minutes| {
            let now = begun + SignedDuration::from_mins(minutes);
            sessions.find(&sent(&cookie), now).is_some()
        };
        assert!([50, 100, 150, 200, 239].into_iter().all(is_open) && !is_open(240));
    }

    #[test]
    fn a_session_of_the_browsers_own_making_is_none() {
        let sessions = Sessions::new().unwrap();
        let now = at("2026-01-01T08:00:00Z");
        let good = sent(&sessions.begin(who(), false, now).unwrap());
        assert!(sessions.find(&good, now).is_some());
        let mut planted = HeaderMap::new();
        planted.insert(header::COOKIE, HeaderValue::from_static("rescreen=planted"));
        assert!(sessions.find(&planted, now).is_none());
        // A second cookie of the name, as another host of the domain could set it.
        planted.append(header::COOKIE, good[header::COOKIE].clone());
        assert!(sessions.find(&planted, now).is_none());
    }

    #[test]
    fn sessions_end() {
        let sessions = Sessions::new().unwrap();
        let now = at("2026-01-01T08:00:00Z");
        let one = sent(&sessions.begin(who(), false, now).unwrap());
        let two = sent(&sessions.begin(who(), false, now).unwrap());
        let gone = sessions.end(&one, false).unwrap();
        assert!(gone.to_str().unwrap().contains("Max-Age=0"));
        assert!(sessions.find(&one, now).is_none() && sessions.find(&two, now).is_some());
        sessions.end_of_token("t1");
        assert!(sessions.find(&two, now).is_none());
    }

    #[test]
    fn a_sign_in_form_works_in_the_browser_it_was_made_for() {
        let sessions = Sessions::new().unwrap();
        let (cookie, key) = sessions.door(false).unwrap();
        let (other_cookie, other_key) = sessions.door(false).unwrap();
        assert!(sessions.is_our_door(&sent(&cookie), &key));
        assert!(!sessions.is_our_door(&sent(&other_cookie), &key));
        assert!(!sessions.is_our_door(&sent(&cookie), &other_key));
        assert!(!sessions.is_our_door(&HeaderMap::new(), &key));
        let elsewhere = Sessions::new().unwrap();
        assert!(!elsewhere.is_our_door(&sent(&cookie), &key));
    }
}

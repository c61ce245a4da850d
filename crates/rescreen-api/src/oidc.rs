//! Bearer tokens that an identity provider signs.
//!
//! - **Only what was agreed on opens**: this issuer, this audience, a signature by a key that the issuer publishes now, and an
//!   algorithm that belongs to the kind of that key. A token cannot choose to be unsigned, or to be checked with a public key
//!   as if that were a secret.
//! - **The issuer is asked seldom**: its keys are kept, read again now and then, and when a token names a key that is not
//!   known, at most once in ten seconds, however many such tokens come.
//! - **Keys that cannot be confirmed for an hour open nothing**: they may have been withdrawn.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    errors::ErrorKind,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse},
};
use rescreen_app::AccessRole;
use rescreen_model::ContentHash;
use serde_json::{Map, Value};

use crate::answer::Refusal;

/// Keys are read again when they are so old.
const FRESH: Duration = Duration::from_mins(10);
/// And open nothing any more when they are so old.
const DEAD: Duration = Duration::from_hours(1);
/// Between two looks at the issuer.
const PAUSE: Duration = Duration::from_secs(10);
/// Clocks differ.
const LEEWAY_SECONDS: u64 = 30;
const MAX_NAME: usize = 200;

/// Reads a document; the words of an error go to nobody but the operator.
pub type Fetch = Arc<dyn Fn(&str) -> Result<Vec<u8>, String> + Send + Sync>;

/// Which tokens are taken, and what they mean here.
#[derive(Clone)]
pub struct Oidc {
    /// Who signs, as the tokens say it.
    pub issuer: String,
    /// For whom: what tokens for this server say.
    pub audience: String,
    /// Where the keys are; by default the issuer's own description says so.
    pub keys: Option<String>,
    /// The claim with the roles; a dot leads into it (`realm_access.roles`).
    pub role_claim: String,
    /// What a value of that claim means; without any, values are the roles' own words.
    pub roles: Vec<(String, AccessRole)>,
    /// The claim with the tenant; without it the audience is that of one tenant.
    pub tenant_claim: Option<String>,
    /// The claim with the name under which the bearer acts.
    pub name_claim: String,
    /// Reads documents of the issuer.
    pub fetch: Fetch,
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oidc({} for {})", self.issuer, self.audience)
    }
}

/// Who a token says its bearer is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Always the same for the same person, and not their name.
    pub(crate) id: String,
    pub(crate) name: String,
    /// `None` where the audience stands for it.
    pub(crate) tenant: Option<String>,
    /// At least one.
    pub(crate) roles: Vec<AccessRole>,
}

/// The issuer's keys, and the judgement on tokens.
#[derive(Debug)]
pub(crate) struct Issuer {
    oidc: Oidc,
    ring: Mutex<Ring>,
    /// Whose turn it is to ask the issuer.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Ring {
    keys: BTreeMap<String, Key>,
    read: Option<Instant>,
    tried: Option<Instant>,
}

struct Key {
    key: DecodingKey,
    algorithms: Vec<Algorithm>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?})", self.algorithms)
    }
}

/// What is to be done about the keys before a token is judged.
#[derive(Debug, PartialEq, Eq)]
enum Need {
    Nothing,
    /// They serve, but are to be confirmed.
    Soon,
    /// The token cannot be judged without.
    Now,
}

impl Ring {
    fn need(&self, kid: &str, now: Instant) -> Need {
        let since = |then: Option<Instant>| then.map(|then| now.saturating_duration_since(then));
        if since(self.tried).is_some_and(|since| since < PAUSE) {
            return Need::Nothing;
        }
        let age = since(self.read);
        if age.is_none_or(|age| age >= DEAD) || !self.keys.contains_key(kid) {
            Need::Now
        } else if age.is_some_and(|age| age >= FRESH) {
            Need::Soon
        } else {
            Need::Nothing
        }
    }
}

/// Whether a token is signed, and not one of ours.
pub(crate) fn is_signed(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 2
}

fn no(detail: &str) -> Refusal {
    Refusal::Detail(StatusCode::UNAUTHORIZED, detail.to_owned())
}

impl Issuer {
    pub(crate) fn new(oidc: Oidc) -> Self {
        Self {
            oidc,
            ring: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Has the keys that a token needs read, where they are not known or old.
    pub(crate) async fn prepare(self: &Arc<Self>, token: &str) {
        let Some(kid) = jsonwebtoken::decode_header(token)
            .ok()
            .and_then(|head| head.kid)
        else {
            return;
        };
        match self.need(&kid) {
            Need::Nothing => {}
            Need::Soon => {
                let issuer = Arc::clone(self);
                tokio::spawn(async move { issuer.refresh(&kid).await });
            }
            Need::Now => self.refresh(&kid).await,
        }
    }

    fn need(&self, kid: &str) -> Need {
        self.ring().need(kid, Instant::now())
    }

    fn ring(&self) -> std::sync::MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn refresh(self: &Arc<Self>, kid: &str) {
        let _turn = self.turn.lock().await;
        // Somebody may have done it meanwhile.
        if self.need(kid) == Need::Nothing {
            return;
        }
        let issuer = Arc::clone(self);
        // A panic in there leaves the keys as they were.
        let _broken = tokio::task::spawn_blocking(move || {
            let read = issuer.read();
            let mut ring = issuer.ring();
            let now = Instant::now();
            ring.tried = Some(now);
            if let Ok(keys) = read {
                ring.keys = keys;
                ring.read = Some(now);
            }
        })
        .await;
    }

    fn read(&self) -> Result<BTreeMap<String, Key>, String> {
        let url = match &self.oidc.keys {
            Some(url) => url.clone(),
            None => self.described()?,
        };
        let set: JwkSet =
            serde_json::from_slice(&(self.oidc.fetch)(&url)?).map_err(|error| error.to_string())?;
        let keys = set.keys.iter().filter_map(|jwk| {
            let kid = jwk.common.key_id.clone()?;
            let algorithms = algorithms(jwk);
            let key = DecodingKey::from_jwk(jwk).ok()?;
            (!algorithms.is_empty()).then_some((kid, Key { key, algorithms }))
        });
        Ok(keys.collect())
    }

    /// Where the issuer says that its keys are.
    fn described(&self) -> Result<String, String> {
        let issuer = self.oidc.issuer.trim_end_matches('/');
        let text = (self.oidc.fetch)(&format!("{issuer}/.well-known/openid-configuration"))?;
        let described: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        if described.get("issuer").and_then(Value::as_str) != Some(&self.oidc.issuer) {
            return Err("the description is of another issuer".to_owned());
        }
        let keys = described.get("jwks_uri").and_then(Value::as_str);
        keys.map(str::to_owned)
            .ok_or_else(|| "the description names no keys".to_owned())
    }

    /// Judges a token.
    pub(crate) fn judge(&self, token: &str) -> Result<Identity, Refusal> {
        let head = jsonwebtoken::decode_header(token).map_err(|_| no("The token is not valid."))?;
        let kind = head.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
        let is_plain = head.crit.is_none() && head.enc.is_none() && head.zip.is_none();
        if !is_plain || !matches!(&*kind, "jwt" | "at+jwt" | "application/at+jwt") {
            return Err(no("The token is not valid: it is of another kind."));
        }
        let kid = head
            .kid
            .ok_or_else(|| no("The token is not valid: it names no key."))?;
        let claims = {
            let ring = self.ring();
            if ring.read.is_none_or(|read| read.elapsed() >= DEAD) {
                let detail = "The issuer's keys cannot be had.".to_owned();
                return Err(Refusal::Detail(StatusCode::SERVICE_UNAVAILABLE, detail));
            }
            let key = ring
                .keys
                .get(&kid)
                .ok_or_else(|| no("The token is not valid: nobody knows its key."))?;
            let mut validation = Validation::new(head.alg);
            validation.algorithms.clone_from(&key.algorithms);
            validation.leeway = LEEWAY_SECONDS;
            validation.validate_nbf = true;
            validation.set_issuer(&[&self.oidc.issuer]);
            validation.set_audience(&[&self.oidc.audience]);
            validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
            jsonwebtoken::decode::<Map<String, Value>>(token, &key.key, &validation)
        };
        let claims = claims.map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => no("The token has expired."),
            ErrorKind::ImmatureSignature => no("The token is not valid yet."),
            ErrorKind::InvalidIssuer => no("The token is not valid: it is of another issuer."),
            ErrorKind::InvalidAudience => no("The token is not valid: it is for another audience."),
            _ => no("The token is not valid."),
        })?;
        self.identity(&claims.claims)
    }

    fn identity(&self, claims: &Map<String, Value>) -> Result<Identity, Refusal> {
        let text = |name: &str| {
            let text = claim(claims, name)?.as_str()?.trim();
            let is_name =
                !text.is_empty() && text.len() <= MAX_NAME && !text.contains(char::is_control);
            is_name.then(|| text.to_owned())
        };
        let missing = |name: &str| {
            no(&format!(
                "The token is not valid: it has no claim '{name}'."
            ))
        };
        let subject = text("sub").ok_or_else(|| missing("sub"))?;
        let name = text(&self.oidc.name_claim).ok_or_else(|| missing(&self.oidc.name_claim))?;
        let tenant = match &self.oidc.tenant_claim {
            Some(claim) => Some(text(claim).ok_or_else(|| missing(claim))?),
            None => None,
        };
        let values = match claim(claims, &self.oidc.role_claim) {
            Some(Value::String(words)) => words.split(' ').collect(),
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let roles: Vec<AccessRole> = values
            .into_iter()
            .filter_map(|value| self.role(value))
            .collect();
        if roles.is_empty() {
            let detail = format!(
                "The token's claim '{}' names no role here.",
                self.oidc.role_claim
            );
            return Err(Refusal::Detail(StatusCode::FORBIDDEN, detail));
        }
        let whole = format!("{}\0{subject}", self.oidc.issuer);
        let id = ContentHash::of_bytes(whole.as_bytes()).short();
        Ok(Identity {
            id: format!("oidc-{id}"),
            name,
            tenant,
            roles,
        })
    }

    fn role(&self, value: &str) -> Option<AccessRole> {
        if self.oidc.roles.is_empty() {
            return AccessRole::parse(value);
        }
        let mut known = self.oidc.roles.iter();
        known.find(|(word, _)| word == value).map(|(_, role)| *role)
    }
}

/// A claim by its name, or by the way to it.
fn claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    claim(claims.get(first)?.as_object()?, rest)
}

/// The algorithms that belong to a key: none for a secret, or for a key that is for something else.
fn algorithms(jwk: &Jwk) -> Vec<Algorithm> {
    let is_for_signatures = match &jwk.common.public_key_use {
        None | Some(PublicKeyUse::Signature) => true,
        Some(_) => false,
    };
    let mut algorithms = match &jwk.algorithm {
        _ if !is_for_signatures => Vec::new(),
        AlgorithmParameters::RSA(_) => vec![
            Algorithm::RS256,
            Algorithm::RS384,
            Algorithm::RS512,
            Algorithm::PS256,
            Algorithm::PS384,
            Algorithm::PS512,
        ],
        AlgorithmParameters::EllipticCurve(key) => match key.curve {
            EllipticCurve::P256 => vec![Algorithm::ES256],
            EllipticCurve::P384 => vec![Algorithm::ES384],
            _ => Vec::new(),
        },
        AlgorithmParameters::OctetKeyPair(key) => match key.curve {
            EllipticCurve::Ed25519 => vec![Algorithm::EdDSA],
            _ => Vec::new(),
        },
        // Secrets, and kinds that a newer library knows.
        _ => Vec::new(),
    };
    if let Some(stated) = jwk.common.key_algorithm {
        algorithms.retain(|known| is_same(*known, stated));
    }
    algorithms
}

fn is_same(algorithm: Algorithm, stated: KeyAlgorithm) -> bool {
    matches!(
        (algorithm, stated),
        (Algorithm::RS256, KeyAlgorithm::RS256)
            | (Algorithm::RS384, KeyAlgorithm::RS384)
            | (Algorithm::RS512, KeyAlgorithm::RS512)
            | (Algorithm::PS256, KeyAlgorithm::PS256)
            | (Algorithm::PS384, KeyAlgorithm::PS384)
            | (Algorithm::PS512, KeyAlgorithm::PS512)
            | (Algorithm::ES256, KeyAlgorithm::ES256)
            | (Algorithm::ES384, KeyAlgorithm::ES384)
            | (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
    )
}

#[cfg(test)]
mod tests;

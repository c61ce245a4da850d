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
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD};
    use jsonwebtoken::{EncodingKey, Header};
    use rcgen::{KeyPair, PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize};
    use serde_json::json;

    use super::*;

    #[test]
    fn the_issuer_is_asked_no_oftener_than_needed() {
        let begin = Instant::now();
        let at = |seconds: u64| begin + Duration::from_secs(seconds);
        let mut ring = Ring::default();
        assert_eq!(ring.need("a", at(0)), Need::Now);
        ring.tried = Some(at(0));
        assert_eq!(
            ring.need("a", at(9)),
            Need::Nothing,
            "it failed a moment ago"
        );
        assert_eq!(ring.need("a", at(10)), Need::Now);
        let key = DecodingKey::from_secret(b"x");
        ring.keys.insert(
            "a".to_owned(),
            Key {
                key,
                algorithms: Vec::new(),
            },
        );
        (ring.tried, ring.read) = (Some(at(10)), Some(at(10)));
        assert_eq!(ring.need("b", at(15)), Need::Nothing);
        assert_eq!(ring.need("a", at(300)), Need::Nothing);
        assert_eq!(ring.need("b", at(300)), Need::Now, "a key that came since");
        assert_eq!(ring.need("a", at(700)), Need::Soon);
        assert_eq!(ring.need("a", at(4000)), Need::Now);
    }

    #[test]
    fn a_key_is_good_for_its_own_algorithms_and_a_secret_for_none() {
        let check = |jwk: Value| algorithms(&serde_json::from_value(jwk).unwrap());
        let ed = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" });
        assert_eq!(check(ed), [Algorithm::EdDSA]);
        let rsa = json!({ "kty": "RSA", "n": "AA", "e": "AQAB" });
        assert!(!check(rsa.clone()).contains(&Algorithm::HS256));
        assert_eq!(check(rsa.clone()).len(), 6);
        let with = |name: &str, value: &str| {
            let mut key = rsa.clone();
            key[name] = json!(value);
            check(key)
        };
        assert_eq!(with("alg", "RS256"), [Algorithm::RS256]);
        assert_eq!(with("alg", "HS256"), []);
        assert_eq!(with("alg", "RSA-OAEP"), []);
        assert_eq!(with("use", "enc"), []);
        assert_eq!(with("use", "sig").len(), 6);
        assert_eq!(
            check(json!({ "kty": "oct", "k": "c2VjcmV0", "alg": "HS256" })),
            []
        );
    }

    const ISSUER: &str = "https://login.example/realm";

    /// An issuer whose keys a test may change.
    struct Desk {
        issuer: Arc<Issuer>,
        keys: Arc<Mutex<Value>>,
        asked: Arc<AtomicUsize>,
        runtime: tokio::runtime::Runtime,
    }

    impl Desk {
        fn new(change: impl FnOnce(&mut Oidc)) -> Self {
            let keys = Arc::new(Mutex::new(json!({ "keys": [] })));
            let asked = Arc::new(AtomicUsize::new(0));
            let fetch: Fetch = {
                let (keys, asked) = (Arc::clone(&keys), Arc::clone(&asked));
                Arc::new(move |url: &str| {
                    let answer = match url.strip_prefix(ISSUER) {
                        Some("/.well-known/openid-configuration") => {
                            json!({ "issuer": ISSUER, "jwks_uri": format!("{ISSUER}/keys") })
                        }
                        Some("/keys") => {
                            asked.fetch_add(1, Ordering::Relaxed);
                            keys.lock().unwrap().clone()
                        }
                        _ => return Err(format!("no {url}")),
                    };
                    Ok(answer.to_string().into_bytes())
                })
            };
            let mut oidc = Oidc {
                issuer: ISSUER.to_owned(),
                audience: "rescreen".to_owned(),
                keys: None,
                role_claim: "roles".to_owned(),
                roles: Vec::new(),
                tenant_claim: None,
                name_claim: "sub".to_owned(),
                fetch,
            };
            change(&mut oidc);
            let runtime = tokio::runtime::Builder::new_current_thread();
            Self {
                issuer: Arc::new(Issuer::new(oidc)),
                keys,
                asked,
                runtime: { runtime }.build().unwrap(),
            }
        }

        fn publish(&self, keys: &[&Signer]) {
            let keys: Vec<Value> = keys.iter().map(|key| key.jwk.clone()).collect();
            *self.keys.lock().unwrap() = json!({ "keys": keys });
        }

        fn present(&self, token: &str) -> Result<Identity, String> {
            self.runtime.block_on(self.issuer.prepare(token));
            self.issuer.judge(token).map_err(|refusal| match refusal {
                Refusal::Detail(status, detail) => format!("{} {detail}", status.as_u16()),
                Refusal::Invalid(problems) => format!("{problems:?}"),
            })
        }

        /// As if time had passed since the issuer was asked.
        fn forget_the_time(&self) {
            self.issuer.ring().tried = None;
        }
    }

    struct Signer {
        key: EncodingKey,
        algorithm: Algorithm,
        kid: String,
        jwk: Value,
    }

    impl Signer {
        fn new(kid: &str, key: EncodingKey, algorithm: Algorithm, mut jwk: Value) -> Self {
            jwk["kid"] = json!(kid);
            let kid = kid.to_owned();
            Self {
                key,
                algorithm,
                kid,
                jwk,
            }
        }

        fn ed(kid: &str) -> Self {
            let pair = KeyPair::generate_for(&PKCS_ED25519).unwrap();
            let public = URL_SAFE_NO_PAD.encode(pair.public_key_raw());
            let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": public, "use": "sig" });
            let key = EncodingKey::from_ed_der(&pair.serialize_der());
            Self::new(kid, key, Algorithm::EdDSA, jwk)
        }

        fn rsa(kid: &str) -> Self {
            let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
            // The key itself lies behind a head of 26 bytes, which says that it is one of RSA.
            let key = EncodingKey::from_rsa_der(&pair.serialize_der()[26..]);
            let jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
            let jwk = serde_json::to_value(jwk).unwrap();
            Self::new(kid, key, Algorithm::RS256, jwk)
        }

        fn sign(&self, claims: &Value) -> String {
            let mut head = Header::new(self.algorithm);
            head.kid = Some(self.kid.clone());
            jsonwebtoken::encode(&head, claims, &self.key).unwrap()
        }
    }

    fn seconds_from_now(seconds: i64) -> i64 {
        jiff::Timestamp::now().as_second() + seconds
    }

    fn claims() -> Value {
        json!({
            "iss": ISSUER, "aud": ["rescreen", "other"], "sub": "u-17", "exp": seconds_from_now(300),
            "roles": ["staff", "screener"], "mail": "ada@bank.example", "org": { "unit": "north" },
        })
    }

    #[test]
    fn a_token_of_the_issuer_opens_and_any_other_does_not() {
        let desk = Desk::new(|_| {});
        let (ed, rsa, foreign) = (Signer::ed("ed"), Signer::rsa("rsa"), Signer::ed("ed"));
        desk.publish(&[&ed, &rsa]);
        for signer in [&ed, &rsa] {
            let identity = desk.present(&signer.sign(&claims())).unwrap();
            assert_eq!(
                (&*identity.name, &*identity.roles),
                ("u-17", &[AccessRole::Screener][..])
            );
            assert!(identity.id.starts_with("oidc-") && !identity.id.contains("u-17"));
        }
        let refused = |token: &str, why: &str| {
            let refusal = desk.present(token).unwrap_err();
            assert!(refusal.contains(why), "{why}: {refusal}");
        };
        refused(&foreign.sign(&claims()), "401 The token is not valid.");
        let with = |name: &str, value: Value| {
            let mut claims = claims();
            claims[name] = value;
            ed.sign(&claims)
        };
        for (name, value, why) in [
            ("iss", json!("https://evil.example"), "another issuer"),
            ("aud", json!("other"), "another audience"),
            ("exp", json!(seconds_from_now(-60)), "expired"),
            ("nbf", json!(seconds_from_now(600)), "not valid yet"),
            ("exp", Value::Null, "401"),
            ("aud", Value::Null, "401"),
            ("iss", Value::Null, "401"),
            ("sub", json!(7), "401"),
            ("sub", json!("a\u{7}b"), "'sub'"),
            ("roles", json!(["staff"]), "403"),
            ("roles", json!({ "screener": true }), "403"),
        ] {
            refused(&with(name, value), why);
        }
        // Unsigned; signed with the public key as if it were a secret; by another algorithm than the key's.
        let token = ed.sign(&claims());
        let (_, rest) = token.split_once('.').unwrap();
        let (body, signature) = rest.split_once('.').unwrap();
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoiZWQifQ";
        refused(&format!("{none}.{body}."), "401 The token is not valid.");
        refused(
            &format!("{none}.{body}.{signature}"),
            "401 The token is not valid.",
        );
        for public in [&ed.jwk["x"], &rsa.jwk["n"]] {
            let public = URL_SAFE_NO_PAD.decode(public.as_str().unwrap()).unwrap();
            let secret = EncodingKey::from_secret(&public);
            let mut head = Header::new(Algorithm::HS256);
            for kid in ["ed", "rsa"] {
                head.kid = Some(kid.to_owned());
                let confused = jsonwebtoken::encode(&head, &claims(), &secret).unwrap();
                refused(&confused, "401 The token is not valid.");
            }
        }
        let mut head = Header::new(Algorithm::RS512);
        head.kid = Some("rsa".to_owned());
        refused(
            &jsonwebtoken::encode(&head, &claims(), &rsa.key).unwrap(),
            "401 The token is not valid.",
        );
        // Of another kind, without a key's name, and no token at all.
        let mut head = Header::new(Algorithm::EdDSA);
        refused(
            &jsonwebtoken::encode(&head, &claims(), &ed.key).unwrap(),
            "names no key",
        );
        head.kid = Some("ed".to_owned());
        head.typ = Some("logout+jwt".to_owned());
        refused(
            &jsonwebtoken::encode(&head, &claims(), &ed.key).unwrap(),
            "another kind",
        );
        refused("a.b.c", "401");
    }

    #[test]
    fn keys_come_and_go_and_the_issuer_is_asked_seldom() {
        let desk = Desk::new(|_| {});
        let (old, new) = (Signer::ed("old"), Signer::ed("new"));
        desk.publish(&[&old]);
        let (by_old, by_new) = (old.sign(&claims()), new.sign(&claims()));
        assert!(desk.present(&by_old).is_ok());
        for _ in 0..50 {
            assert!(desk.present(&by_new).is_err() && desk.present(&by_old).is_ok());
        }
        assert_eq!(desk.asked.load(Ordering::Relaxed), 1);
        desk.publish(&[&new]);
        desk.forget_the_time();
        assert!(desk.present(&by_new).is_ok());
        let gone = desk.present(&by_old).unwrap_err();
        assert!(gone.contains("nobody knows its key"), "{gone}");
        assert_eq!(desk.asked.load(Ordering::Relaxed), 2);

        let silent = Desk::new(|oidc| oidc.keys = Some("https://elsewhere.example".to_owned()));
        let refusal = silent.present(&by_new).unwrap_err();
        assert!(refusal.starts_with("503 "), "{refusal}");
        let liar = Desk::new(|oidc| oidc.issuer = format!("{ISSUER}/"));
        assert!(
            liar.present(&by_new).is_err(),
            "described as another issuer"
        );
    }

    #[test]
    fn claims_say_role_tenant_and_name_as_the_operator_maps_them() {
        let ed = Signer::ed("ed");
        let check = |change: fn(&mut Oidc)| {
            let desk = Desk::new(change);
            desk.publish(&[&ed]);
            desk.present(&ed.sign(&claims()))
        };
        let mapped = check(|oidc| {
            oidc.roles = vec![("staff".to_owned(), AccessRole::Analyst)];
            oidc.tenant_claim = Some("org.unit".to_owned());
            oidc.name_claim = "mail".to_owned();
        });
        let mapped = mapped.unwrap();
        assert_eq!(
            (&*mapped.name, mapped.tenant.as_deref()),
            ("ada@bank.example", Some("north"))
        );
        assert_eq!(
            mapped.roles,
            [AccessRole::Analyst],
            "a word that is not mapped means nothing"
        );
        for missing in [
            check(|oidc| oidc.tenant_claim = Some("org.house".to_owned())),
            check(|oidc| oidc.name_claim = "nick".to_owned()),
            check(|oidc| oidc.role_claim = "groups".to_owned()),
        ] {
            assert!(missing.is_err());
        }
    }
}

//! The keys that an issuer publishes: how long they serve, and what each is good for.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse},
};

/// Keys are read again when they are so old.
pub(crate) const FRESH: Duration = Duration::from_mins(10);
/// And open nothing any more when they are so old.
pub(crate) const DEAD: Duration = Duration::from_hours(1);
/// Between two looks at the issuer.
pub(crate) const PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(crate) struct Ring {
    pub(crate) keys: BTreeMap<String, Key>,
    pub(crate) read: Option<Instant>,
    pub(crate) tried: Option<Instant>,
}

pub(crate) struct Key {
    pub(crate) key: DecodingKey,
    pub(crate) algorithms: Vec<Algorithm>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?})", self.algorithms)
    }
}

/// What is to be done about the keys before a token is judged.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Nothing,
    /// They serve, but are to be confirmed.
    Soon,
    /// The token cannot be judged without.
    Now,
}

impl Ring {
    pub(crate) fn need(&self, kid: &str, now: Instant) -> Need {
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

/// The keys of a set that signatures can be checked with.
pub(crate) fn read(set: &[u8]) -> Result<BTreeMap<String, Key>, String> {
    let set: JwkSet = serde_json::from_slice(set).map_err(|error| error.to_string())?;
    let keys = set.keys.iter().filter_map(|jwk| {
        let kid = jwk.common.key_id.clone()?;
        let algorithms = algorithms(jwk);
        let key = DecodingKey::from_jwk(jwk).ok()?;
        (!algorithms.is_empty()).then_some((kid, Key { key, algorithms }))
    });
    Ok(keys.collect())
}

/// The algorithms that belong to a key: none for a secret, or for a key that is for something else.
pub(crate) fn algorithms(jwk: &Jwk) -> Vec<Algorithm> {
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

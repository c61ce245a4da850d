//! Tokens of an invented issuer, good and bad.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, Header};
use rcgen::{KeyPair, PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::json;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};
use rescreen_app::AccessRole;
use serde_json::Value;

use crate::{
    Fetch, Issuer, Oidc, Person,
    keys::{Key, Need, Ring, algorithms},
};

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
            audience: Some("rescreen".to_owned()),
            keys: None,
            role_claim: "roles".to_owned(),
            roles: Vec::new(),
            tenant_claim: None,
            name_claim: "sub".to_owned(),
            client: None,
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

    fn present(&self, token: &str) -> Result<Person, String> {
        self.runtime.block_on(self.issuer.prepare(token));
        self.issuer.judge(token).map_err(|unfit| unfit.to_string())
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
    refused(&foreign.sign(&claims()), "the token is not valid");
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
        ("exp", Value::Null, "not valid"),
        ("aud", Value::Null, "not valid"),
        ("iss", Value::Null, "not valid"),
        ("sub", json!(7), "not valid"),
        ("sub", json!("a\u{7}b"), "'sub'"),
        ("roles", json!(["staff"]), "no role"),
        ("roles", json!({ "screener": true }), "no role"),
    ] {
        refused(&with(name, value), why);
    }
    // Unsigned; signed with the public key as if it were a secret; by another algorithm than the key's.
    let token = ed.sign(&claims());
    let (_, rest) = token.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoiZWQifQ";
    refused(&format!("{none}.{body}."), "the token is not valid");
    refused(
        &format!("{none}.{body}.{signature}"),
        "the token is not valid",
    );
    for public in [&ed.jwk["x"], &rsa.jwk["n"]] {
        let public = URL_SAFE_NO_PAD.decode(public.as_str().unwrap()).unwrap();
        let secret = EncodingKey::from_secret(&public);
        let mut head = Header::new(Algorithm::HS256);
        for kid in ["ed", "rsa"] {
            head.kid = Some(kid.to_owned());
            let confused = jsonwebtoken::encode(&head, &claims(), &secret).unwrap();
            refused(&confused, "the token is not valid");
        }
    }
    let mut head = Header::new(Algorithm::RS512);
    head.kid = Some("rsa".to_owned());
    refused(
        &jsonwebtoken::encode(&head, &claims(), &rsa.key).unwrap(),
        "the token is not valid",
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
    refused("a.b.c", "not valid");
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
    assert!(refusal.contains("cannot be had"), "{refusal}");
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

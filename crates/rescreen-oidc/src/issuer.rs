//! The issuer: its keys, the judgement on what it signed, and who that makes somebody here.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use jsonwebtoken::{Validation, errors::ErrorKind};
use rescreen_app::AccessRole;
use rescreen_model::ContentHash;
use serde_json::{Map, Value};

use crate::{
    error::Unfit,
    keys::{self, DEAD, Key, Need, Ring},
    sign_in::{Client, Desk},
};

/// Clocks differ.
const LEEWAY_SECONDS: u64 = 30;
const MAX_NAME: usize = 200;

/// What programs bring.
const BEARER: &[&str] = &["jwt", "at+jwt", "application/at+jwt"];
/// What people come back for.
const IDENTITY: &[&str] = &["jwt"];

/// Reads a document; the words of an error go to nobody but the operator.
pub type Fetch = Arc<dyn Fn(&str) -> Result<Vec<u8>, String> + Send + Sync>;

/// Which tokens are taken, and what they mean here.
#[derive(Clone)]
pub struct Oidc {
    /// Who signs, as the tokens say it.
    pub issuer: String,
    /// For whom: what tokens that programs bring say. Without it they open nothing.
    pub audience: Option<String>,
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
    /// Who we are to the issuer, where people sign in by it.
    pub client: Option<Client>,
    /// Reads documents of the issuer.
    pub fetch: Fetch,
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oidc({} for {:?})", self.issuer, self.audience)
    }
}

/// Who a token says its bearer is.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// Always the same for the same person, and not their name.
    pub id: String,
    /// The name under which they act.
    pub name: String,
    /// The tenant they are of; `None` where the audience stands for it.
    pub tenant: Option<String>,
    /// What they may be here: at least one.
    pub roles: Vec<AccessRole>,
}

/// The issuer's keys, and the judgement on tokens.
#[derive(Debug)]
pub struct Issuer {
    pub(crate) oidc: Oidc,
    pub(crate) desk: Desk,
    ring: Mutex<Ring>,
    /// Whose turn it is to ask the issuer.
    turn: tokio::sync::Mutex<()>,
}

/// Whether a token is signed, and not one of ours.
pub fn is_signed(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 2
}

impl Issuer {
    /// An issuer that was not asked yet.
    pub fn new(oidc: Oidc) -> Self {
        Self {
            oidc,
            desk: Desk::default(),
            ring: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Has the keys that a token needs read, where they are not known or old.
    pub async fn prepare(self: &Arc<Self>, token: &str) {
        let Some(kid) = key_of(token) else { return };
        match self.need(&kid) {
            Need::Nothing => {}
            Need::Soon => {
                let issuer = Arc::clone(self);
                tokio::spawn(async move { issuer.refresh(&kid).await });
            }
            Need::Now => self.refresh(&kid).await,
        }
    }

    /// The same where waiting keeps nobody up.
    pub(crate) fn prepare_here(&self, token: &str) {
        let Some(kid) = key_of(token) else { return };
        if self.need(&kid) == Need::Nothing {
            return;
        }
        let _turn = self.turn.blocking_lock();
        if self.need(&kid) != Need::Nothing {
            self.renew();
        }
    }

    fn need(&self, kid: &str) -> Need {
        self.ring().need(kid, Instant::now())
    }

    pub(crate) fn ring(&self) -> std::sync::MutexGuard<'_, Ring> {
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
        let _broken = tokio::task::spawn_blocking(move || issuer.renew()).await;
    }

    fn renew(&self) {
        let read = self.read();
        let mut ring = self.ring();
        let now = Instant::now();
        ring.tried = Some(now);
        if let Ok(keys) = read {
            ring.keys = keys;
            ring.read = Some(now);
        }
    }

    fn read(&self) -> Result<BTreeMap<String, Key>, String> {
        let url = match &self.oidc.keys {
            Some(url) => url.clone(),
            None => {
                let described = self.described()?;
                let keys = described.get("jwks_uri").and_then(Value::as_str);
                let keys = keys.ok_or_else(|| "the description names no keys".to_owned())?;
                keys.to_owned()
            }
        };
        keys::read(&(self.oidc.fetch)(&url)?)
    }

    /// What the issuer says of itself.
    pub(crate) fn described(&self) -> Result<Value, String> {
        let issuer = self.oidc.issuer.trim_end_matches('/');
        let text = (self.oidc.fetch)(&format!("{issuer}/.well-known/openid-configuration"))?;
        let described: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        if described.get("issuer").and_then(Value::as_str) != Some(&self.oidc.issuer) {
            return Err("the description is of another issuer".to_owned());
        }
        Ok(described)
    }

    /// Judges a token that a program brings; [`Issuer::prepare`] comes first.
    ///
    /// # Errors
    /// [`Unfit`] says why it opens nothing.
    pub fn judge(&self, token: &str) -> Result<Person, Unfit> {
        let audience = self.oidc.audience.as_deref().ok_or(Unfit::Audience)?;
        self.person(&self.claims(token, audience, BEARER)?)
    }

    /// Judges a token that the issuer gave for the code that a browser brought back.
    pub(crate) fn judge_identity(
        &self,
        token: &str,
        client: &str,
        nonce: &str,
    ) -> Result<Person, Unfit> {
        let claims = self.claims(token, client, IDENTITY)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let is_for_several = claims
            .get("aud")
            .and_then(Value::as_array)
            .is_some_and(|audiences| audiences.len() > 1);
        match text("azp") {
            Some(party) if party == client => {}
            None if !is_for_several && !claims.contains_key("azp") => {}
            _ => return Err(Unfit::Audience),
        }
        if text("nonce") != Some(nonce) {
            return Err(Unfit::Nonce);
        }
        self.person(&claims)
    }

    /// What a token says, if the issuer says it to that audience now.
    fn claims(
        &self,
        token: &str,
        audience: &str,
        kinds: &[&str],
    ) -> Result<Map<String, Value>, Unfit> {
        let head = jsonwebtoken::decode_header(token).map_err(|_| Unfit::Broken)?;
        let kind = head.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
        let is_plain = head.crit.is_none() && head.enc.is_none() && head.zip.is_none();
        if !is_plain || !kinds.contains(&&*kind) {
            return Err(Unfit::Kind);
        }
        let kid = head.kid.ok_or(Unfit::NoKey)?;
        let ring = self.ring();
        if ring.read.is_none_or(|read| read.elapsed() >= DEAD) {
            return Err(Unfit::NoKeys);
        }
        let key = ring.keys.get(&kid).ok_or(Unfit::UnknownKey)?;
        let mut validation = Validation::new(head.alg);
        validation.algorithms.clone_from(&key.algorithms);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.oidc.issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = jsonwebtoken::decode::<Map<String, Value>>(token, &key.key, &validation);
        let claims = claims.map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => Unfit::Expired,
            ErrorKind::ImmatureSignature => Unfit::Early,
            ErrorKind::InvalidIssuer => Unfit::Issuer,
            ErrorKind::InvalidAudience => Unfit::Audience,
            _ => Unfit::Broken,
        })?;
        Ok(claims.claims)
    }

    fn person(&self, claims: &Map<String, Value>) -> Result<Person, Unfit> {
        let text = |name: &str| {
            let text = claim(claims, name)?.as_str()?.trim();
            let is_name =
                !text.is_empty() && text.len() <= MAX_NAME && !text.contains(char::is_control);
            is_name.then(|| text.to_owned())
        };
        let missing = |name: &str| Unfit::NoClaim(name.to_owned());
        let subject = text("sub").ok_or_else(|| missing("sub"))?;
        let name = text(&self.oidc.name_claim).ok_or_else(|| missing(&self.oidc.name_claim))?;
        // Whoever may write any address into their own account would act under another's.
        if self.oidc.name_claim == "email"
            && claims
                .get("email_verified")
                .is_some_and(|is| *is != Value::Bool(true))
        {
            return Err(Unfit::NotVerified("email".to_owned()));
        }
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
            return Err(Unfit::NoRole(self.oidc.role_claim.clone()));
        }
        let whole = format!("{}\0{subject}", self.oidc.issuer);
        let id = ContentHash::of_bytes(whole.as_bytes()).short();
        Ok(Person {
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

/// The key that a token names.
fn key_of(token: &str) -> Option<String> {
    jsonwebtoken::decode_header(token).ok()?.kid
}

/// A claim by its name, or by the way to it.
fn claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    claim(claims.get(first)?.as_object()?, rest)
}

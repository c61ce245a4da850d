//! People who sign in: they are sent to the issuer, and come back with a code that it gives a token for.
//!
//! The authorization code flow of OpenID Connect Core 1.0 (3.1), with PKCE (RFC 7636, S256 and nothing weaker). Whoever
//! sends browsers there keeps what binds the answer to the browser; here it is only put in and compared.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    error::NoSignIn,
    issuer::{Issuer, Person},
    keys::{DEAD, FRESH, PAUSE},
};

/// Who we are to the issuer.
#[derive(Clone)]
pub struct Client {
    /// The name under which we are registered there.
    pub id: String,
    /// What proves it; public clients have nothing but PKCE.
    pub secret: Option<String>,
    /// Where browsers come back to.
    pub back: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Has a code exchanged.
    pub exchange: Exchange,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({} back to {})", self.id, self.back)
    }
}

/// Sends a form to the issuer and gives the status and the text of its answer.
pub type Exchange = Arc<dyn Fn(&TokenRequest<'_>) -> Result<(u16, Vec<u8>), String> + Send + Sync>;

/// A form for the issuer.
pub struct TokenRequest<'a> {
    /// Where it goes.
    pub url: &'a str,
    /// The fields as they are written in a body.
    pub body: String,
    /// Name and password of HTTP's basic scheme, where the issuer wants them so.
    pub basic: Option<(String, String)>,
}

impl fmt::Debug for TokenRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenRequest").field(&self.url).finish()
    }
}

/// What binds a sign-in to the browser that began it. Nobody can guess any of it, and each is for one purpose.
pub struct Proof {
    /// Comes back with the code.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Goes only to the issuer, with the code: whoever else has that can do nothing with it.
    pub verifier: String,
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(…)")
    }
}

/// So many sign-ins wait for the issuer at once; a slow one must not hold the server up.
const MAX_WAITING: usize = 2;
/// The longest word of an issuer's that is repeated.
const MAX_WORD: usize = 40;

/// What is kept between sign-ins.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    described: Mutex<Known>,
    waiting: AtomicUsize,
}

#[derive(Debug, Default)]
struct Known {
    description: Option<(Instant, Arc<Description>)>,
    failed: Option<(Instant, NoSignIn)>,
}

/// Where the issuer does what.
#[derive(Debug)]
struct Description {
    authorization: String,
    token: String,
    end_of_session: Option<String>,
    is_basic: bool,
}

/// A place among those who wait.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, NoSignIn> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::AcqRel) >= MAX_WAITING {
            return Err(NoSignIn::Busy);
        }
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Issuer {
    /// Whether people can sign in by it.
    pub fn signs_people_in(&self) -> bool {
        self.oidc.client.is_some()
    }

    /// The issuer's name, as its tokens say it.
    pub fn name(&self) -> &str {
        &self.oidc.issuer
    }

    /// The part of that which people know it by.
    pub fn host(&self) -> &str {
        let (_, rest) = self.name().split_once("://").unwrap_or(("", self.name()));
        rest.split('/').next().unwrap_or(rest)
    }

    /// Where a browser is sent to sign somebody in.
    ///
    /// # Errors
    /// [`NoSignIn`] where the issuer does not say how.
    pub fn question(&self, proof: &Proof) -> Result<String, NoSignIn> {
        let client = self.client()?;
        let _place = Place::take(&self.desk.waiting)?;
        let description = self.description()?;
        let mut scopes = vec!["openid"];
        scopes.extend(client.scopes.iter().map(String::as_str));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(proof.verifier.as_bytes()));
        let query = fields(&[
            ("response_type", "code"),
            ("client_id", &client.id),
            ("redirect_uri", &client.back),
            ("scope", &scopes.join(" ")),
            ("state", &proof.state),
            ("nonce", &proof.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok(with_query(&description.authorization, &query))
    }

    /// Who came back with a code.
    ///
    /// # Errors
    /// [`NoSignIn`] says why that is nobody.
    pub fn answer(&self, code: &str, proof: &Proof) -> Result<Person, NoSignIn> {
        let client = self.client()?;
        let _place = Place::take(&self.desk.waiting)?;
        let description = self.description()?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &client.back),
            ("code_verifier", &proof.verifier),
        ];
        let mut basic = None;
        match &client.secret {
            Some(secret) if description.is_basic => {
                basic = Some((encoded(&client.id), encoded(secret)));
            }
            Some(secret) => form.extend([("client_id", &*client.id), ("client_secret", secret)]),
            None => form.push(("client_id", &client.id)),
        }
        let request = TokenRequest {
            url: &description.token,
            body: fields(&form),
            basic,
        };
        let (status, text) = (client.exchange)(&request).map_err(NoSignIn::Unreachable)?;
        if status >= 500 {
            return Err(NoSignIn::Unreachable(format!("it answered {status}")));
        }
        let given: Value = serde_json::from_slice(&text).unwrap_or_default();
        let said = |name: &str| given.get(name).and_then(Value::as_str);
        let token = match said("id_token") {
            Some(token) if status == 200 => token,
            _ => return Err(NoSignIn::Declined(word(said("error"), status))),
        };
        self.prepare_here(token);
        Ok(self.judge_identity(token, &client.id, &proof.nonce)?)
    }

    /// Where a browser is sent to be signed out by the issuer too, if it has such a place and is known already.
    pub fn end_of_session(&self) -> Option<String> {
        let client = self.oidc.client.as_ref()?;
        let known = self.known();
        let (_, description) = known.description.as_ref()?;
        let query = fields(&[("client_id", &client.id)]);
        Some(with_query(description.end_of_session.as_ref()?, &query))
    }

    fn client(&self) -> Result<&Client, NoSignIn> {
        let client = self.oidc.client.as_ref();
        client.ok_or_else(|| NoSignIn::Described("it signs nobody in here".to_owned()))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        let known = self.desk.described.lock();
        known.unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the issuer does what; it is asked when that is not known or old, and seldom where it does not answer.
    fn description(&self) -> Result<Arc<Description>, NoSignIn> {
        let mut known = self.known();
        let age = known.description.as_ref().map(|(at, _)| at.elapsed());
        let failed = known.failed.as_ref().filter(|(at, _)| at.elapsed() < PAUSE);
        if age.is_none_or(|age| age >= FRESH) && failed.is_none() {
            let read = self.described().map_err(NoSignIn::Unreachable);
            match read.and_then(|described| Description::read(&described, self.name())) {
                Ok(read) => {
                    known.failed = None;
                    known.description = Some((Instant::now(), Arc::new(read)));
                }
                Err(error) => known.failed = Some((Instant::now(), error)),
            }
        }
        if let Some((at, description)) = &known.description
            && at.elapsed() < DEAD
        {
            return Ok(Arc::clone(description));
        }
        let unknown = || NoSignIn::Unreachable(String::new());
        Err(known
            .failed
            .as_ref()
            .map_or_else(unknown, |(_, e)| e.clone()))
    }
}

impl Description {
    fn read(described: &Value, issuer: &str) -> Result<Self, NoSignIn> {
        let place = |name: &str| {
            let url = described.get(name)?.as_str()?;
            Some(is_safe(url, issuer).then(|| url.to_owned()))
        };
        let needed = |name: &str| match place(name) {
            Some(Some(url)) => Ok(url),
            Some(None) => Err(NoSignIn::Described(format!("its {name} is not over HTTPS"))),
            None => Err(NoSignIn::Described(format!("it names no {name}"))),
        };
        let lists = |name: &str, word: &str| {
            let words = described.get(name)?.as_array()?;
            Some(words.iter().any(|known| known.as_str() == Some(word)))
        };
        if lists("code_challenge_methods_supported", "S256") == Some(false) {
            let what = "it knows no PKCE with S256".to_owned();
            return Err(NoSignIn::Described(what));
        }
        Ok(Self {
            authorization: needed("authorization_endpoint")?,
            token: needed("token_endpoint")?,
            end_of_session: place("end_session_endpoint").flatten(),
            is_basic: lists(
                "token_endpoint_auth_methods_supported",
                "client_secret_basic",
            )
            .unwrap_or(true),
        })
    }
}

/// Whether browsers and codes may be sent there: over HTTPS, or to the very place of an issuer on this machine.
fn is_safe(url: &str, issuer: &str) -> bool {
    let origin = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        let host = rest.split(['/', '?']).next()?;
        Some(format!("{scheme}://{host}"))
    };
    let is_plain = |c: char| c.is_ascii_graphic() && c != '#' && c != '\\';
    let is_ours = issuer.starts_with("http://") && origin(url) == origin(issuer);
    url.chars().all(is_plain) && (url.starts_with("https://") || is_ours)
}

fn with_query(url: &str, query: &str) -> String {
    let sign = if url.contains('?') { '&' } else { '?' };
    format!("{url}{sign}{query}")
}

fn fields(pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs).finish()
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What an issuer calls its reason, if that is a word; it is shown to people.
fn word(error: Option<&str>, status: u16) -> String {
    let is_word = |word: &&str| {
        let mut bytes = word.bytes();
        !word.is_empty()
            && word.len() <= MAX_WORD
            && bytes.all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    match error.filter(is_word) {
        Some(word) => word.to_owned(),
        None => format!("status {status}"),
    }
}

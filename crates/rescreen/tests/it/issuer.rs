//! An identity provider, as a test drives it: small, and as strict as a real one.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The name under which the server is registered there, and what proves it.
pub(crate) const CLIENT: &str = "rescreen pages";
pub(crate) const SECRET: &str = "to be kept & guarded";

pub(crate) struct Issuer {
    pub(crate) url: String,
    inside: Arc<Mutex<Inside>>,
    key: EncodingKey,
}

#[derive(Default)]
struct Inside {
    url: String,
    keys: Value,
    described: Map<String, Value>,
    keys_asked: usize,
    /// What is said of whoever is at the browser.
    claims: Map<String, Value>,
    /// Questions that a browser brought, by the code that was given for it.
    codes: HashMap<String, HashMap<String, String>>,
    given: usize,
    is_away: bool,
    /// What would come back is not what was asked for.
    nonce: Option<String>,
    kid: String,
}

impl Issuer {
    pub(crate) fn start() -> Self {
        let pair =
            rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)
                .unwrap();
        // The key itself lies behind a head of 26 bytes, which says that it is one of RSA.
        let key = EncodingKey::from_rsa_der(&pair.serialize_der()[26..]);
        let jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
        let mut jwk = serde_json::to_value(jwk).unwrap();
        jwk["kid"] = json!("k1");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let described = json!({
            "issuer": url,
            "jwks_uri": format!("{url}/keys"),
            "authorization_endpoint": format!("{url}/authorize?realm=test"),
            "token_endpoint": format!("{url}/token"),
            "end_session_endpoint": format!("{url}/leave"),
            "code_challenge_methods_supported": ["plain", "S256"],
        });
        let inside = Arc::new(Mutex::new(Inside {
            url: url.clone(),
            keys: json!({ "keys": [jwk] }),
            described: described.as_object().unwrap().clone(),
            kid: "k1".to_owned(),
            ..Inside::default()
        }));
        let issuer = Self {
            url,
            inside: Arc::clone(&inside),
            key: key.clone(),
        };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (inside, key) = (Arc::clone(&inside), key.clone());
                thread::spawn(move || answer(stream, &inside, &key));
            }
        });
        issuer
    }

    fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    pub(crate) fn keys_asked(&self) -> usize {
        self.inside().keys_asked
    }

    pub(crate) fn sign(&self, kid: &str, claims: &Value) -> String {
        sign(&self.key, kid, claims)
    }

    /// Who is at the browser from now on; what is not said is as it has to be.
    pub(crate) fn says(&self, claims: &Value) {
        let claims = claims.as_object().unwrap();
        self.inside().claims.clone_from(claims);
    }

    /// Describes itself differently.
    pub(crate) fn describes(&self, name: &str, value: Value) {
        self.inside().described.insert(name.to_owned(), value);
    }

    /// Answers another question than it was asked.
    pub(crate) fn answers(&self, nonce: Option<&str>) {
        self.inside().nonce = nonce.map(str::to_owned);
    }

    /// Signs with a key that it does not publish.
    pub(crate) fn signs_with(&self, kid: &str) {
        kid.clone_into(&mut self.inside().kid);
    }

    pub(crate) fn is_away(&self, is_away: bool) {
        self.inside().is_away = is_away;
    }
}

fn sign(key: &EncodingKey, kid: &str, claims: &Value) -> String {
    let mut head = Header::new(Algorithm::RS256);
    head.kid = Some(kid.to_owned());
    jsonwebtoken::encode(&head, claims, key).unwrap()
}

fn fields(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

fn answer(stream: TcpStream, inside: &Mutex<Inside>, key: &EncodingKey) {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    // Browsers open connections that they may never use.
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    let (mut length, mut authorization, mut line) = (0, None, String::new());
    while reader.read_line(&mut line).unwrap_or(0) > 2 {
        if let Some((name, value)) = line.trim_end().split_once(": ") {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "authorization" => authorization = Some(value.to_owned()),
                _ => {}
            }
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    let target = first.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut inside = inside.lock().unwrap();
    let (status, more, body) = if inside.is_away {
        (503, String::new(), String::new())
    } else {
        match path {
            "/.well-known/openid-configuration" => {
                let described = Value::Object(inside.described.clone());
                (200, String::new(), described.to_string())
            }
            "/keys" => {
                inside.keys_asked += 1;
                (200, String::new(), inside.keys.to_string())
            }
            "/authorize" => inside.authorize(fields(query)),
            "/token" => match inside.token(&fields(&body), authorization.as_deref(), key) {
                Ok(token) => (200, String::new(), json!({ "id_token": token }).to_string()),
                Err(error) => (400, String::new(), json!({ "error": error }).to_string()),
            },
            "/leave" => (200, String::new(), "<h1>left</h1>".to_owned()),
            _ => (404, String::new(), String::new()),
        }
    };
    drop(inside);
    let answer = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: text/html\r\nContent-Length: {}\r\n{more}Connection: close\r\n\r\n{body}",
        body.len()
    );
    // Whoever asked may be gone.
    let _gone = reader.get_mut().write_all(answer.as_bytes());
}

impl Inside {
    /// Whoever is at the browser is signed in already, and is sent back with a code.
    fn authorize(&mut self, asked: HashMap<String, String>) -> (u16, String, String) {
        for (name, value) in [
            ("realm", "test"),
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("code_challenge_method", "S256"),
        ] {
            if asked.get(name).map(String::as_str) != Some(value) {
                return (400, String::new(), format!("{name}: {asked:?}"));
            }
        }
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        self.given += 1;
        let code = format!("Code+{}/=", self.given);
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", &asked["state"])
            .append_pair("iss", &self.url)
            .finish();
        let location = format!("Location: {}?{query}\r\n", asked["redirect_uri"]);
        self.codes.insert(code, asked);
        (302, location, String::new())
    }

    fn token(
        &mut self,
        form: &HashMap<String, String>,
        authorization: Option<&str>,
        key: &EncodingKey,
    ) -> Result<String, &'static str> {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let pair: [String; 2] = [encoded(CLIENT), encoded(SECRET)];
        let basic = format!("Basic {}", BASE64_STANDARD.encode(pair.join(":")));
        if authorization != Some(&basic) {
            return Err("invalid_client");
        }
        if form["grant_type"] != "authorization_code" {
            return Err("unsupported_grant_type");
        }
        // A code is good once, for whoever asked for it and goes back where they said.
        let asked = self.codes.remove(&form["code"]).ok_or("invalid_grant")?;
        let challenge = Sha256::digest(form["code_verifier"].as_bytes());
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(challenge);
        if challenge != asked["code_challenge"] || form["redirect_uri"] != asked["redirect_uri"] {
            return Err("invalid_grant");
        }
        let now = jiff::Timestamp::now().as_second();
        let nonce = self.nonce.as_ref().unwrap_or(&asked["nonce"]);
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT, "sub": "u-17", "iat": now, "exp": now + 300,
            "nonce": nonce,
        });
        for (name, value) in &self.claims {
            claims[name] = value.clone();
        }
        Ok(sign(key, &self.kid, &claims))
    }
}

//! Fetching list files: conditional, bounded in time and size, retried where that can help.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use jiff::Timestamp;
use reqwest::{
    StatusCode, Url,
    blocking::{Client, RequestBuilder, Response},
    header,
    redirect::Policy,
};
use rescreen_app::FetchState;
use rescreen_oidc::{Exchange, Fetch, TokenRequest};

use crate::{failure::EdgeError, files, output::Output, progress};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// For a whole file: a slow publisher may take long, a dead one may not hold us for ever.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(10);
const SMALL_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_SMALL: u64 = 1 << 20;
const MAX_REDIRECTS: usize = 10;
/// Waits before the second, third and fourth try.
const BACK_OFF: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(8),
];

/// A file that was fetched.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) file: File,
    /// Its name at the publisher's, for telling the files of a set apart.
    pub(crate) name: String,
    pub(crate) state: FetchState,
    pub(crate) last_modified: Option<Timestamp>,
}

/// Refuses a URL that cannot be fetched safely: lists come over HTTPS, from a file, or from this machine itself.
pub(crate) fn check_url(text: &str) -> Result<Url> {
    let url =
        Url::parse(text).map_err(|e| EdgeError::Usage(format!("'{text}' is not a URL: {e}")))?;
    let is_loopback = match url.host() {
        Some(host) => matches!(
            host.to_string().as_str(),
            "localhost" | "127.0.0.1" | "[::1]"
        ),
        None => false,
    };
    match url.scheme() {
        "https" | "file" => Ok(url),
        "http" if is_loopback => Ok(url),
        other => Err(EdgeError::Usage(format!(
            "'{text}' uses {other}: expected https:// or file://"
        ))
        .into()),
    }
}

/// What reads small documents, such as the keys of an issuer, and never takes long.
pub(crate) fn small() -> Fetch {
    Arc::new(|url| read(url, MAX_SMALL, SMALL_TIMEOUT))
}

/// Reads a document whole, as list files are read, with a token where its server asks for one.
pub(crate) fn document(
    url: &str,
    token: Option<&str>,
    max: u64,
    output: &Output,
) -> Result<Vec<u8>> {
    let fetched = one(url, &FetchState::default(), token, max, output)?;
    let mut file = fetched.ok_or_else(|| unasked(url))?.file;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).with_context(|| shown(url))?;
    Ok(bytes)
}

/// Fetches one file, whatever is known of it.
pub(crate) fn file(url: &str, max_bytes: u64, output: &Output) -> Result<Fetched> {
    one(url, &FetchState::default(), None, max_bytes, output)?.ok_or_else(|| unasked(url))
}

/// The address that a document names, which may be relative to its own. One that came over the network names no file of
/// this machine.
pub(crate) fn named_by(document: &str, address: &str) -> Result<String, String> {
    let document = Url::parse(document).map_err(|error| format!("{document}: {error}"))?;
    let url = document
        .join(address)
        .map_err(|error| format!("'{address}' is not a URL: {error}"))?;
    check_url(url.as_str()).map_err(|error| error.to_string())?;
    if url.scheme() == "file" && document.scheme() != "file" {
        return Err(format!(
            "{} names a file of this machine",
            shown(document.as_str())
        ));
    }
    Ok(url.into())
}

fn unasked(url: &str) -> anyhow::Error {
    let what = "the server answered 304 to an unconditional request";
    EdgeError::Data(format!("{}: {what}", shown(url))).into()
}

/// Without redirects: whoever names a document names its place.
fn read(text: &str, max: u64, time: Duration) -> Result<Vec<u8>, String> {
    let url = check_url(text).map_err(|error| error.to_string())?;
    let named = |why: &str| format!("{}: {why}", shown(text));
    if url.scheme() == "file" {
        let path = url
            .to_file_path()
            .map_err(|()| named("no file of this machine"))?;
        return std::fs::read(path).map_err(|error| named(&error.to_string()));
    }
    let client = direct(time).map_err(|error| named(&causes(&error)))?;
    let answer = client
        .get(url)
        .send()
        .map_err(|error| named(&causes(&error.without_url())))?;
    if !answer.status().is_success() {
        return Err(named(&format!("the server answered {}", answer.status())));
    }
    whole(answer, max).map_err(|why| named(&why))
}

/// What sends forms to an issuer, and never takes long.
pub(crate) fn exchange() -> Exchange {
    Arc::new(send)
}

fn send(request: &TokenRequest<'_>) -> Result<(u16, Vec<u8>), String> {
    let url = check_url(request.url).map_err(|error| error.to_string())?;
    let named = |why: &str| format!("{}: {why}", shown(request.url));
    let client = direct(SMALL_TIMEOUT).map_err(|error| named(&causes(&error)))?;
    let mut form = client
        .post(url)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .body(request.body.clone());
    if let Some((name, password)) = &request.basic {
        form = form.basic_auth(name, Some(password));
    }
    let answer = form
        .send()
        .map_err(|error| named(&causes(&error.without_url())))?;
    let status = answer.status().as_u16();
    let text = whole(answer, MAX_SMALL).map_err(|why| named(&why))?;
    Ok((status, text))
}

/// A client that goes where it is sent and nowhere else.
fn direct(time: Duration) -> reqwest::Result<Client> {
    Client::builder()
        .user_agent(concat!("rescreen/", env!("CARGO_PKG_VERSION")))
        .timeout(time)
        .redirect(Policy::none())
        .build()
}

fn whole(answer: Response, max: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let taken = answer.take(max + 1).read_to_end(&mut bytes);
    taken.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > max {
        return Err(format!("larger than {max} bytes"));
    }
    Ok(bytes)
}

fn guarded(request: RequestBuilder, token: Option<&str>) -> RequestBuilder {
    match token {
        Some(token) => request.header(header::AUTHORIZATION, format!("Token {token}")),
        None => request,
    }
}

/// The variable of the environment with the token for a host: neither the store nor a command line should hold it.
pub(crate) fn token_name(host: &str) -> String {
    let sign = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    format!(
        "RESCREEN_TOKEN_{}",
        host.chars().map(sign).collect::<String>()
    )
}

fn token_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let token = std::env::var(token_name(url.host_str()?)).ok()?;
    (!token.is_empty()).then_some(token)
}

/// Fetches all files of a version; `None` where the server says that every one of them is unchanged.
pub(crate) fn all(
    urls: &[String],
    states: &[FetchState],
    max_bytes: u64,
    output: &Output,
) -> Result<Option<Vec<Fetched>>> {
    let mut fetched = Vec::new();
    for (url, state) in urls.iter().zip(states) {
        fetched.push(one(url, state, None, max_bytes, output)?);
    }
    if fetched.iter().all(Option::is_none) {
        return Ok(None);
    }
    // A version is a set: where one file changed, the others are needed too.
    let complete = urls.iter().zip(fetched).map(|(url, file)| match file {
        Some(file) => Ok(file),
        None => self::file(url, max_bytes, output),
    });
    complete.collect::<Result<_>>().map(Some)
}

fn one(
    text: &str,
    state: &FetchState,
    token: Option<&str>,
    max_bytes: u64,
    output: &Output,
) -> Result<Option<Fetched>> {
    let kept = token_of(text);
    let token = token.or(kept.as_deref());
    let url = check_url(text)?;
    if url.scheme() == "file" {
        return local(&url, max_bytes).map(Some);
    }
    let client = Client::builder()
        .user_agent(concat!("rescreen/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(None)
        .https_only(url.scheme() == "https")
        .redirect(Policy::custom(|attempt| {
            if attempt.previous().len() > MAX_REDIRECTS {
                attempt.error("too many redirects")
            } else if check_url(attempt.url().as_str()).is_err() {
                attempt.error("redirected to a place that is not safe to fetch from")
            } else {
                attempt.follow()
            }
        }))
        .build()
        .context("cannot set up HTTPS")?;
    let mut waits = BACK_OFF.iter();
    loop {
        let error = match attempt(&client, &url, (state, token), max_bytes, output) {
            Ok(fetched) => return Ok(fetched),
            Err(Trouble::Final(error)) => return Err(error),
            Err(Trouble::Passing(error)) => error,
        };
        let Some(wait) = waits.next() else {
            return Err(error);
        };
        if !output.quiet {
            Output::complain(&format!(
                "{error:#}; trying again in {} s",
                wait.as_secs_f64()
            ));
        }
        thread::sleep(*wait);
    }
}

enum Trouble {
    /// Another try may help.
    Passing(anyhow::Error),
    /// It will not.
    Final(anyhow::Error),
}

fn attempt(
    client: &Client,
    url: &Url,
    (state, token): (&FetchState, Option<&str>),
    max_bytes: u64,
    output: &Output,
) -> Result<Option<Fetched>, Trouble> {
    let data = |message: String| anyhow::Error::from(EdgeError::Data(message));
    // Sent to no other host: a redirect to one leaves it out.
    let mut request = guarded(client.get(url.clone()), token);
    if let Some(etag) = &state.etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    if let Some(date) = &state.last_modified {
        request = request.header(header::IF_MODIFIED_SINCE, date);
    }
    let response = request.timeout(REQUEST_TIMEOUT).send().map_err(|e| {
        Trouble::Passing(data(format!(
            "{} cannot be fetched: {}",
            shown(url.as_str()),
            causes(&e.without_url())
        )))
    })?;
    let status = response.status();
    if status == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    if !status.is_success() {
        let error = data(format!(
            "{}: the server answered {status}",
            shown(url.as_str())
        ));
        let passing = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        return Err(if passing {
            Trouble::Passing(error)
        } else {
            Trouble::Final(error)
        });
    }
    let text = |name: header::HeaderName| {
        response
            .headers()
            .get(name)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned)
    };
    let state = FetchState {
        etag: text(header::ETAG),
        last_modified: text(header::LAST_MODIFIED),
    };
    let bar = progress::bytes(
        output,
        response.content_length().unwrap_or_default(),
        &shown(url.as_str()),
    );
    let file = spool(bar.wrap_read(response), max_bytes, &shown(url.as_str()))?;
    bar.finish_and_clear();
    Ok(Some(Fetched {
        file,
        name: file_name(url),
        last_modified: state.last_modified.as_deref().and_then(http_date),
        state,
    }))
}

/// Takes a body into an unnamed temporary file, up to the limit.
fn spool(mut body: impl Read, max_bytes: u64, url: &str) -> Result<File, Trouble> {
    let local = |error: io::Error| {
        Trouble::Final(EdgeError::Data(format!("no room for {url}: {error}")).into())
    };
    let mut file = tempfile::tempfile().map_err(local)?;
    let mut piece = vec![0; 1 << 16];
    let mut total = 0_u64;
    loop {
        let length = match body.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => {
                return Err(Trouble::Passing(
                    EdgeError::Data(format!("{url} broke off: {e}")).into(),
                ));
            }
        };
        total += length as u64;
        if total > max_bytes {
            return Err(Trouble::Final(
                EdgeError::Data(format!(
                    "{url} is larger than {} MiB: raise the limit with --max-size if that is right",
                    max_bytes / (1024 * 1024)
                ))
                .into(),
            ));
        }
        file.write_all(&piece[..length]).map_err(local)?;
    }
    file.rewind().map_err(local)?;
    Ok(file)
}

fn local(url: &Url, max_bytes: u64) -> Result<Fetched> {
    let path: PathBuf = url
        .to_file_path()
        .map_err(|()| EdgeError::Usage(format!("'{url}' names no file of this machine")))?;
    let (file, length) = files::open(&path)?;
    if length > max_bytes {
        return Err(EdgeError::Data(format!(
            "{} is larger than --max-size allows",
            path.display()
        ))
        .into());
    }
    Ok(Fetched {
        file,
        name: file_name(url),
        state: FetchState::default(),
        last_modified: None,
    })
}

fn file_name(url: &Url) -> String {
    let last = url
        .path_segments()
        .and_then(|mut s| s.next_back())
        .filter(|s| !s.is_empty());
    last.map_or_else(|| url.to_string(), str::to_owned)
}

/// A URL for people: tokens and passwords that stand in it stay out of messages and logs.
pub(crate) fn shown(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else {
        return text.to_owned();
    };
    let hidden = url.set_username("").is_err() | url.set_password(None).is_err();
    if url.query().is_some() && !hidden {
        url.set_query(Some("…"));
    }
    url.to_string()
}

fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// The causes of an error in one line: reqwest's own text stops at "error sending request".
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_kept_for_one_host() {
        assert_eq!(
            token_name("data.lists-of.example"),
            "RESCREEN_TOKEN_DATA_LISTS_OF_EXAMPLE"
        );
        assert_eq!(token_of("https://no-token.example/x"), None);
    }

    #[test]
    fn only_safe_urls_are_fetched() {
        for good in [
            "https://lists.example/sdn.csv",
            "file:///srv/sdn.csv",
            "http://127.0.0.1:8000/x",
        ] {
            assert!(check_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://lists.example/sdn.csv",
            "ftp://lists.example/x",
            "sdn.csv",
            "",
        ] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_last_part_of_the_path_names_the_file() {
        let name = |url: &str| file_name(&Url::parse(url).unwrap());
        assert_eq!(name("https://a.example/exports/SDN.CSV?x=1"), "SDN.CSV");
        assert_eq!(name("https://a.example/"), "https://a.example/");
    }

    #[test]
    fn a_body_over_the_limit_is_refused() {
        assert!(matches!(
            spool(&b"12345"[..], 4, "u"),
            Err(Trouble::Final(_))
        ));
        assert!(spool(&b"1234"[..], 4, "u").is_ok());
    }
}

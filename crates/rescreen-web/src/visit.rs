//! One request of one person.

use axum::http::HeaderMap;
use jiff::Timestamp;
use rescreen_app::{AlertReport, App, DEFAULT_TENANT, Request};
use rescreen_desk::{ActionKind, Role};

use crate::{answer::Problem, fields::Fields, session::Session, state::Pages, texts::T};

/// What a browser asks.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Path and query, to come back to.
    pub(crate) address: String,
    /// The named parts of the path.
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: Fields,
    pub(crate) form: Fields,
    pub(crate) headers: HeaderMap,
    pub(crate) now: Timestamp,
}

/// A request with the person behind it and what answers it.
#[derive(Debug)]
pub(crate) struct Visit<'a> {
    pub(crate) pages: &'a Pages,
    pub(crate) app: &'a mut App,
    pub(crate) asked: &'a Asked,
    pub(crate) session: Option<&'a Session>,
}

impl Visit<'_> {
    /// The session; routes that anybody may use have none.
    pub(crate) fn session(&self) -> Result<&Session, Problem> {
        self.session.ok_or(Problem::SignIn)
    }

    /// A named part of the path.
    pub(crate) fn part(&self, name: &str) -> &str {
        let mut parts = self.asked.path.iter();
        parts
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// A number in the path.
    pub(crate) fn number(&self, name: &str) -> Result<i64, Problem> {
        self.part(name)
            .parse()
            .map_err(|_| Problem::Missing(T.no_such_page.to_owned()))
    }

    pub(crate) fn query(&self) -> &Fields {
        &self.asked.query
    }

    pub(crate) fn form(&self) -> &Fields {
        &self.asked.form
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.asked.now
    }

    /// The tenant that is served; the default one where everything is shown.
    pub(crate) fn tenant(&self) -> &str {
        self.app.tenant().unwrap_or(DEFAULT_TENANT)
    }

    /// Whether cookies may go over an encrypted connection only: as the operator says where the server is reached, and
    /// where they do not say, everywhere but on the machine itself.
    pub(crate) fn is_secure(&self) -> bool {
        match &self.pages.config.public_url {
            Some(url) => !url.to_ascii_lowercase().starts_with("http://"),
            None => !is_loopback(&self.asked.headers),
        }
    }

    /// An alert; that of another tenant than the one served is none, for the store shows nothing of others.
    pub(crate) fn alert(&self, key: i64) -> Result<AlertReport, Problem> {
        Ok(self.app.alert(key)?)
    }

    /// Whether the person may do that with cases, by the role they came in with. The desk looks at its own list of
    /// people besides.
    pub(crate) fn may(&self, kind: ActionKind) -> Result<bool, Problem> {
        let roles = self.session()?.who.roles.iter();
        let mut roles = roles.filter_map(|role| Role::parse(role.as_str()));
        Ok(roles.any(|role| rescreen_desk::may(role, kind)))
    }

    /// The same as a condition.
    pub(crate) fn needs(&self, kind: ActionKind) -> Result<(), Problem> {
        if self.may(kind)? {
            Ok(())
        } else {
            Err(Problem::Forbidden)
        }
    }

    /// Does something with a case, in the name of whoever is signed in.
    pub(crate) fn act(&mut self, request: Request) -> Result<(), Problem> {
        self.needs(request.action.kind())?;
        self.alert(request.alert)?;
        let by = self.session()?.who.name.clone();
        let now = self.now();
        self.app.act(&Request { by, ..request }, now)?;
        Ok(())
    }
}

/// A person's name as the desk keeps it.
pub(crate) fn desk_name(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// Whether the server was called by a name of the machine itself.
fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers
        .get(axum::http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    address.eq_ignore_ascii_case("localhost")
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

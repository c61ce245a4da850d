//! Calls: one method for each thing that can be asked.

use std::fmt;

use reqwest::{
    Method, Url,
    blocking::{self, RequestBuilder},
    header,
    redirect::Policy,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    Act, Alert, AlertFilter, AlertPage, Answer, Error, EventPage, Follow, ListLine, Problem, Put,
    Query, Screened, Subject,
};

/// A server and the token that opens it.
#[derive(Clone)]
pub struct Client {
    base: Url,
    token: String,
    http: blocking::Client,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The token goes nowhere but into requests.
        write!(f, "Client({})", self.base)
    }
}

/// What an act rests on and what it is called, so that it happens on what was seen, and once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intent {
    /// The revision that was seen; another one refuses the act.
    pub revision: Option<u64>,
    /// Names the intent: sent twice, it happens once.
    pub key: Option<String>,
}

impl Intent {
    pub(crate) fn with(&self, mut request: RequestBuilder) -> RequestBuilder {
        if let Some(revision) = self.revision {
            request = request.header(header::IF_MATCH, format!("\"{revision}\""));
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", format!("\"{key}\""));
        }
        request
    }
}

impl Client {
    /// A client of the server at an address.
    ///
    /// # Errors
    /// [`Error::Address`] where the address is none.
    pub fn new(address: &str, token: &str) -> Result<Self, Error> {
        let wrong = || Error::Address(address.to_owned());
        let base = Url::parse(address).map_err(|_| wrong())?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(wrong());
        }
        let http = blocking::Client::builder()
            .user_agent(concat!("rescreen-client/", env!("CARGO_PKG_VERSION")))
            // A token is for the server it was made for.
            .redirect(Policy::none())
            .build()?;
        Ok(Self {
            base,
            token: token.to_owned(),
            http,
        })
    }

    /// Screens one subject.
    ///
    /// # Errors
    /// [`Error`]; a question that cannot be answered is refused.
    pub fn screen(&self, query: &Query) -> Result<Screened, Error> {
        send(&["screen"], self.post(&["screen"], query))
    }

    /// Screens one subject against lists as they were on a day or at an RFC 3339 time.
    ///
    /// # Errors
    /// [`Error`]; a list that had no version then refuses the question.
    pub fn screen_as_of(&self, query: &Query, as_of: &str) -> Result<Screened, Error> {
        let mut body = json!(query);
        body["as_of"] = json!(as_of);
        send(&["screen"], self.post(&["screen"], &body))
    }

    /// Screens up to a thousand subjects; answers come in the order of the questions.
    ///
    /// # Errors
    /// [`Error`]; a question that cannot be answered is told in its place.
    pub fn screen_batch(&self, queries: &[Query]) -> Result<Vec<Answer>, Error> {
        #[derive(serde::Deserialize)]
        struct Batch {
            answers: Vec<Answer>,
        }
        let path = ["screen", "batch"];
        let batch: Batch = send(&path, self.post(&path, &json!({ "queries": queries })))?;
        Ok(batch.answers)
    }

    /// Registers a subject or brings it up to date; from then on it is screened whenever a list changes.
    ///
    /// # Errors
    /// [`Error`].
    pub fn put_subject(&self, source: &str, id: &str, subject: &Subject) -> Result<Put, Error> {
        self.put(source, id, subject, None)
    }

    /// Does that only if the register has this version; 412 otherwise.
    ///
    /// # Errors
    /// [`Error`].
    pub fn put_subject_if(
        &self,
        source: &str,
        id: &str,
        subject: &Subject,
        version: i64,
    ) -> Result<Put, Error> {
        self.put(source, id, subject, Some(version))
    }

    fn put(
        &self,
        source: &str,
        id: &str,
        subject: &Subject,
        version: Option<i64>,
    ) -> Result<Put, Error> {
        let path = ["subjects", source, id];
        let body = json!({ "schema": subject.schema, "properties": subject.properties });
        let mut request = self.request(Method::PUT, &path, &[]).body(body.to_string());
        request = request.header(header::CONTENT_TYPE, "application/json");
        if let Some(version) = version {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        send(&path, request)
    }

    /// Everything held about a subject, as the server tells it.
    ///
    /// # Errors
    /// [`Error`]; 404 where there is none.
    pub fn subject(&self, source: &str, id: &str) -> Result<Value, Error> {
        self.get(&["subjects", source, id], &[])
    }

    /// A page of alerts, newest first.
    ///
    /// # Errors
    /// [`Error`].
    pub fn alerts(&self, filter: &AlertFilter) -> Result<AlertPage, Error> {
        let limit = filter.limit.map(|limit| limit.to_string());
        let asked = [
            ("state", filter.state.as_deref()),
            ("assignee", filter.assignee.as_deref()),
            ("as_of", filter.as_of.as_deref()),
            ("limit", limit.as_deref()),
            ("cursor", filter.cursor.as_deref()),
        ];
        let asked = asked
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        self.get(&["alerts"], &asked.collect::<Vec<_>>())
    }

    /// One alert.
    ///
    /// # Errors
    /// [`Error`]; 404 where there is none.
    pub fn alert(&self, id: i64) -> Result<Alert, Error> {
        self.get(&["alerts", &id.to_string()], &[])
    }

    /// Does something with an alert, as the person whose token this is.
    ///
    /// # Errors
    /// [`Error`]; 403 where the person may not, 409 with the rule that stands against it, 412 where the revision is
    /// another.
    pub fn act(&self, alert: i64, act: &Act, intent: &Intent) -> Result<Alert, Error> {
        let (word, body) = spelled(act);
        let id = alert.to_string();
        let path = ["alerts", &id, word];
        send(&path, intent.with(self.post(&path, &body)))
    }

    /// A page of what happened to alerts behind a place in the log; 0 is the beginning.
    ///
    /// # Errors
    /// [`Error`].
    pub fn events(&self, after: i64) -> Result<EventPage, Error> {
        self.get(&["events"], &[("after", &after.to_string())])
    }

    /// Follows what happens to alerts from a place in the log on, for ever: where the connection breaks it is made
    /// again, and nothing is lost or doubled.
    pub fn follow(&self, after: i64) -> Follow {
        Follow::new(self.clone(), after)
    }

    /// The lists and how they stand.
    ///
    /// # Errors
    /// [`Error`].
    pub fn lists(&self) -> Result<Vec<ListLine>, Error> {
        #[derive(serde::Deserialize)]
        struct Lists {
            lists: Vec<ListLine>,
        }
        let found: Lists = self.get(&["lists"], &[])?;
        Ok(found.lists)
    }

    pub(crate) fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        asked: &[(&str, &str)],
    ) -> Result<T, Error> {
        send(path, self.request(Method::GET, path, asked))
    }

    pub(crate) fn post(&self, path: &[&str], body: &impl Serialize) -> RequestBuilder {
        self.request(Method::POST, path, &[])
            .header(header::CONTENT_TYPE, "application/json")
            .body(json!(body).to_string())
    }

    pub(crate) fn request(
        &self,
        method: Method,
        path: &[&str],
        asked: &[(&str, &str)],
    ) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            // Each is one segment, whatever stands in it.
            segments.pop_if_empty().push("v1").extend(path);
        }
        if !asked.is_empty() {
            url.query_pairs_mut().extend_pairs(asked);
        }
        self.http.request(method, url).bearer_auth(&self.token)
    }
}

pub(crate) fn send<T: DeserializeOwned>(
    path: &[&str],
    request: RequestBuilder,
) -> Result<T, Error> {
    let response = checked(request.send()?)?;
    let bytes = response.bytes()?;
    serde_json::from_slice(&bytes).map_err(|source| Error::Unreadable {
        call: path.join("/"),
        source,
    })
}

/// The response, if the server did not refuse.
pub(crate) fn checked(response: blocking::Response) -> Result<blocking::Response, Error> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let bytes = response.bytes()?;
    // A proxy on the way speaks otherwise; then the status says it all.
    let problem = serde_json::from_slice(&bytes).unwrap_or_else(|_| Problem {
        status: status.as_u16(),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        detail: String::new(),
        errors: Vec::new(),
    });
    Err(Error::Refused(problem))
}

fn spelled(act: &Act) -> (&'static str, Value) {
    match act {
        Act::Assign { to } => ("assign", json!({ "to": to })),
        Act::Review => ("review", json!({})),
        Act::Propose {
            outcome,
            reason_code,
            text,
            facts,
        } => (
            "propose",
            json!({ "outcome": outcome, "reason_code": reason_code, "text": text, "facts": facts }),
        ),
        Act::Approve => ("approve", json!({})),
        Act::Reject { reason } => ("reject", json!({ "reason": reason })),
        Act::Reopen { reason } => ("reopen", json!({ "reason": reason })),
        Act::Dispute { reason, due } => ("dispute", json!({ "reason": reason, "due": due })),
        Act::Escalate { reason } => ("escalate", json!({ "reason": reason })),
        Act::Snooze { until } => ("snooze", json!({ "until": until })),
        Act::Note { text } => ("note", json!({ "text": text })),
        Act::Dispose { kind, authority } => {
            ("dispose", json!({ "kind": kind, "authority": authority }))
        }
    }
}

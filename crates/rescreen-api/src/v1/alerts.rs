//! `/v1/alerts`: questions put to people, and what people do with them.
//!
//! Who acts is the holder of the token. An act names the revision it rests on (`If-Match`) and its intent
//! (`Idempotency-Key`): another revision is refused, and the same intent happens once.

use std::sync::Arc;

use axum::{
    Extension,
    body::Body as Out,
    extract::State,
    http::{HeaderMap, Response, StatusCode},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rescreen_app::{
    AccessRole, AlertFilter, AlertReport, AlertState, App, AppError, Relied, Request, parse_state,
    state_word,
};
use rescreen_desk::{
    Action, Basis, DeskPolicy, Disposition, DispositionKind, Facts, Outcome, Proposal, ReasonCode,
    Side, State as CaseState, UserId,
};
use rescreen_model::Property;
use serde::de::DeserializeOwned;

use super::{
    Answer,
    ask::{self, Body, Pairs, Place},
    ok,
    problem::Problems,
    shapes::{
        AlertInFull, AlertPage, AssignRequest, DisposeRequest, DisputeRequest, NoteRequest,
        ProposeRequest, ReasonRequest, SnoozeRequest, SuppressionsResponse,
    },
    tagged, tell,
};
use crate::{access::Asker, answer::Refusal, params::Params, state::Shared};

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

/// Alerts, newest first.
#[utoipa::path(get, path = "/v1/alerts", tag = "alerts", params(("state" = Option<String>, Query, description = "open, under-review, confirmed, released, unresolved or withdrawn"), ("case" = Option<String>, Query, description = "How far the case is: new, assigned, in-review, proposed, decided, reopened or withdrawn"), ("assignee" = Option<String>, Query, description = "Whose work it is"), ("outcome" = Option<String>, Query, description = "What was decided: false-positive, true-match or inconclusive"), ("as_of" = Option<String>, Query, description = "As they were then: a day or an RFC 3339 time"), ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000), ("cursor" = Option<String>, Query, description = "The `next` of the page before")), responses((status = 200, body = AlertPage), Problems))]
pub(super) async fn page(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let known = [
        "state", "case", "assignee", "outcome", "as_of", "limit", "cursor",
    ];
    let mut params = ask::params(pairs, &known)?;
    let at = ask::moment(&mut params, "as_of", true);
    let mut filter = AlertFilter {
        state: word(&mut params, "state", AlertState::parse, || {
            AlertState::ALL.map(AlertState::as_str).join(", ")
        }),
        case: word(&mut params, "case", parse_state, || {
            CaseState::ALL.map(state_word).join(", ")
        }),
        outcome: word(&mut params, "outcome", Outcome::parse, || {
            Outcome::ALL.map(Outcome::name).join(", ")
        }),
        assignee: params
            .one("assignee")
            .map(|name| UserId::new(&name.to_lowercase())),
        before: None,
    };
    if let Some(cursor) = params.one("cursor") {
        filter.before = cursor.parse().ok();
        if filter.before.is_none() {
            params.wrong("cursor", "cursor", "Expected the 'next' of the page before");
        }
    }
    let limit = params.number("limit", DEFAULT_LIMIT, &(1..=MAX_LIMIT));
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        let read = |app: &App| {
            // One more tells whether there is another page.
            let mut alerts = match at {
                None => app.alerts_where(&filter, limit + 1)?,
                Some(at) => app.alerts_at(&filter, limit + 1, at)?,
            };
            let (policy, _) = app.desk_policy_at(at.unwrap_or(Timestamp::MAX))?;
            let is_more = alerts.len() > limit;
            alerts.truncate(limit);
            let last = alerts.last().filter(|_| is_more);
            Ok::<_, AppError>(AlertPage {
                next: last.map(|alert| alert.row.key.to_string()),
                alerts: alerts
                    .iter()
                    .map(|alert| tell::alert(alert, &policy))
                    .collect(),
            })
        };
        match at {
            None => work.store(read),
            // All of the past may have to be gone through.
            Some(_) => work.native.past(read),
        }
    });
    Ok(ok(&found.await??))
}

/// A word of a fixed set among the parameters.
fn word<T>(
    params: &mut Params,
    name: &str,
    parse: impl Fn(&str) -> Option<T>,
    known: impl Fn() -> String,
) -> Option<T> {
    let found = parse(params.one(name)?);
    if found.is_none() {
        params.wrong(name, "word", &format!("Expected one of {}", known()));
    }
    found
}

/// One alert: both sides, the evidence, the decision, what happened.
#[utoipa::path(get, path = "/v1/alerts/{id}", tag = "alerts", params(("id" = i64, Path, description = "Its number"), ("as_of" = Option<String>, Query, description = "As it was then: a day or an RFC 3339 time")), responses((status = 200, body = AlertInFull, headers(("etag" = String, description = "The revision of the case, for If-Match"))), Problems))]
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    place: Place<i64>,
    pairs: Pairs,
) -> Answer {
    let id = ask::place(place)?;
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.store(|app| {
            let alert = match at {
                None => app.alert(id)?,
                Some(at) => app.alert_at(id, at)?,
            };
            let told = Told::read(app, alert, &asker)?;
            Ok::<_, AppError>(match at {
                None => told,
                Some(at) => Told {
                    policy: app.desk_policy_at(at)?.0,
                    // Who else works on it is known of now alone.
                    elsewhere: None,
                    ..told
                },
            })
        })
    });
    let told = found.await??;
    Ok(match at {
        None => told.answer(),
        // What it was is no condition for what is to become of it.
        Some(_) => ok(&told.document()),
    })
}

/// An alert on its way out.
pub(super) struct Told {
    alert: AlertReport,
    policy: DeskPolicy,
    /// For those who may know.
    elsewhere: Option<u64>,
}

impl Told {
    pub(super) fn read(app: &App, alert: AlertReport, asker: &Asker) -> Result<Self, AppError> {
        let may_know = asker.role.is_none_or(AccessRole::may_know_elsewhere);
        Ok(Self {
            elsewhere: if may_know {
                app.elsewhere(alert.row.key)?
            } else {
                None
            },
            policy: app.desk_policy()?.0,
            alert,
        })
    }

    fn document(&self) -> AlertInFull {
        tell::alert_in_full(&self.alert, &self.policy, self.elsewhere)
    }

    pub(super) fn answer(&self) -> Response<Out> {
        let revision = self.alert.case.revision.to_string();
        tagged(StatusCode::OK, &revision, &self.document())
    }
}

/// What every act comes with.
pub(super) struct Act {
    shared: Arc<Shared>,
    asker: Asker,
    id: i64,
    headers: HeaderMap,
    body: Body,
}

impl<S: Send + Sync> axum::extract::FromRequest<S> for Act
where
    Arc<Shared>: axum::extract::FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request(
        request: axum::extract::Request,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        use axum::extract::{FromRef, FromRequestParts, Path};
        let (mut head, body) = request.into_parts();
        let place = Path::<i64>::from_request_parts(&mut head, state).await;
        let id = ask::place(place)?;
        let pairs = axum::extract::Query::from_request_parts(&mut head, state).await;
        ask::params(pairs, &[])?;
        let asker = head.extensions.get::<Asker>().cloned();
        let headers = head.headers.clone();
        let request = axum::extract::Request::from_parts(head, body);
        Ok(Self {
            shared: Arc::from_ref(state),
            asker: asker.ok_or_else(Refusal::defect)?,
            id,
            headers,
            body: axum::body::Bytes::from_request(request, state).await,
        })
    }
}

impl Act {
    /// Reads what the act needs beside its name.
    pub(super) fn read<T: DeserializeOwned>(&mut self) -> Result<T, Refusal> {
        let body = std::mem::replace(&mut self.body, Ok(axum::body::Bytes::new()));
        ask::json(&self.headers, body)
    }

    /// Reads it where all of it may be left out.
    fn read_or_nothing<T: DeserializeOwned>(&mut self) -> Result<T, Refusal> {
        let body = std::mem::replace(&mut self.body, Ok(axum::body::Bytes::new()));
        ask::json_or_nothing(&self.headers, body)
    }

    /// What is asked for, of whom, and by whom.
    pub(super) fn request(
        self,
        action: Action,
        relied: Vec<Relied>,
    ) -> Result<(Arc<Shared>, Asker, Request), Refusal> {
        let request = Request {
            alert: self.id,
            by: self.asker.name.clone(),
            expected: ask::revision(&self.headers)?,
            key: ask::key(&self.headers)?,
            action,
            relied,
        };
        Ok((self.shared, self.asker, request))
    }

    /// Does it.
    pub(super) async fn perform(self, action: Action, relied: Vec<Relied>) -> Answer {
        let (shared, asker, request) = self.request(action, relied)?;
        let reader = asker.clone();
        let done = shared.native.writer.write(&asker, move |pen| {
            let alert = pen.app.act(&request, Timestamp::now())?;
            Told::read(&pen.app, alert, &reader)
        });
        Ok(done.await?.answer())
    }
}

/// Gives it to a person.
#[utoipa::path(post, path = "/v1/alerts/{id}/assign", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = AssignRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn assign(mut act: Act) -> Answer {
    let AssignRequest { to } = act.read_or_nothing()?;
    let to = UserId::new(to.as_deref().unwrap_or(&act.asker.name));
    act.perform(Action::Assign { to }, Vec::new()).await
}

/// Begins to judge it.
#[utoipa::path(post, path = "/v1/alerts/{id}/review", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn review(act: Act) -> Answer {
    act.perform(Action::StartReview, Vec::new()).await
}

/// States an outcome with its grounds.
#[utoipa::path(post, path = "/v1/alerts/{id}/propose", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = ProposeRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn propose(mut act: Act) -> Answer {
    let request: ProposeRequest = act.read()?;
    let relied = request.facts.iter().map(|text| relied(text));
    let relied = relied.collect::<Result<_, _>>()?;
    act.perform(Action::Propose(proposal(request)?), relied)
        .await
}

/// Makes another person's proposal the decision.
#[utoipa::path(post, path = "/v1/alerts/{id}/approve", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn approve(act: Act) -> Answer {
    act.perform(Action::Approve, Vec::new()).await
}

/// Sends a proposal back to review.
#[utoipa::path(post, path = "/v1/alerts/{id}/reject", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = ReasonRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn reject(mut act: Act) -> Answer {
    let ReasonRequest { reason } = act.read()?;
    act.perform(Action::Reject { reason }, Vec::new()).await
}

/// Takes it up again after it was decided or withdrawn; a clearance is revoked by it.
#[utoipa::path(post, path = "/v1/alerts/{id}/reopen", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = ReasonRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn reopen(mut act: Act) -> Answer {
    let ReasonRequest { reason } = act.read()?;
    act.perform(Action::Reopen { reason }, Vec::new()).await
}

/// Records that the person concerned contests it.
#[utoipa::path(post, path = "/v1/alerts/{id}/dispute", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = DisputeRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn dispute(mut act: Act) -> Answer {
    let DisputeRequest { reason, due } = act.read()?;
    let due = ask::moment_of(&due, "due", true)?;
    act.perform(Action::Dispute { reason, due }, Vec::new())
        .await
}

/// Raises it by one level.
#[utoipa::path(post, path = "/v1/alerts/{id}/escalate", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = ReasonRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn escalate(mut act: Act) -> Answer {
    let ReasonRequest { reason } = act.read()?;
    act.perform(Action::Escalate { reason }, Vec::new()).await
}

/// Sets it aside for a while.
#[utoipa::path(post, path = "/v1/alerts/{id}/snooze", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = SnoozeRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn snooze(mut act: Act) -> Answer {
    let SnoozeRequest { until } = act.read()?;
    let until = ask::moment_of(&until, "until", true)?;
    act.perform(Action::Snooze { until }, Vec::new()).await
}

/// Adds a remark.
#[utoipa::path(post, path = "/v1/alerts/{id}/note", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = NoteRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn note(mut act: Act) -> Answer {
    let NoteRequest { text } = act.read()?;
    act.perform(Action::Note { text }, Vec::new()).await
}

/// Records what was done about the person concerned.
#[utoipa::path(post, path = "/v1/alerts/{id}/dispose", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = DisposeRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn dispose(mut act: Act) -> Answer {
    let request: DisposeRequest = act.read()?;
    let kind = DispositionKind::parse(&request.kind).ok_or_else(|| {
        let known = DispositionKind::ALL.map(DispositionKind::name).join(", ");
        ask::wrong("kind", &format!("Expected one of {known}"))
    })?;
    let date = match &request.date {
        None => Timestamp::now().to_zoned(TimeZone::UTC).date(),
        Some(text) => text
            .parse::<Date>()
            .map_err(|_| ask::wrong("date", "Expected a day such as 2026-01-31"))?,
    };
    let disposition = Disposition {
        kind,
        date,
        authority: request.authority,
    };
    act.perform(Action::Dispose(disposition), Vec::new()).await
}

fn proposal(request: ProposeRequest) -> Result<Proposal, Refusal> {
    let outcome = Outcome::parse(&request.outcome).ok_or_else(|| {
        let known = Outcome::ALL.map(Outcome::name).join(", ");
        ask::wrong("outcome", &format!("Expected one of {known}"))
    })?;
    let basis = match request.basis.as_deref() {
        None if outcome == Outcome::Inconclusive => Basis::InsufficientInformation,
        None | Some("identity") => Basis::Identity,
        Some("insufficient-information") => Basis::InsufficientInformation,
        Some(other) => match other.strip_prefix("other:") {
            Some(ground) => Basis::OtherGround(ground.trim().to_owned()),
            None => {
                let message = "Expected identity, insufficient-information, or other:TEXT";
                return Err(ask::wrong("basis", message));
            }
        },
    };
    Ok(Proposal {
        outcome,
        reason: ReasonCode::new(&request.reason_code),
        text: request.text,
        basis,
        facts: Facts::default(),
    })
}

fn relied(text: &str) -> Result<Relied, Refusal> {
    let (side, name) = match text.split_once(':') {
        None => (None, text),
        Some(("subject", name)) => (Some(Side::Subject), name),
        Some(("party", name)) => (Some(Side::Party), name),
        Some(_) => {
            let message = "Expected PROPERTY, subject:PROPERTY or party:PROPERTY";
            return Err(ask::wrong("facts", message));
        }
    };
    let known = Property::KNOWN
        .iter()
        .find(|property| property.name().eq_ignore_ascii_case(name));
    let property = known.cloned().ok_or_else(|| {
        ask::wrong(
            "facts",
            "Expected properties such as name, birthDate or passportNumber",
        )
    })?;
    Ok(Relied { side, property })
}

/// The clearances in force: who is not whom, and on which facts that rests.
#[utoipa::path(get, path = "/v1/suppressions", tag = "alerts", params(("as_of" = Option<String>, Query, description = "Those in force then: a day or an RFC 3339 time")), responses((status = 200, body = SuppressionsResponse), Problems))]
pub(super) async fn suppressions(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        work.native.past(|app| match at {
            None => app.suppressions(Timestamp::now()),
            Some(at) => app.suppressions_at(at),
        })
    });
    let found = found.await??;
    Ok(ok(&SuppressionsResponse {
        suppressions: found.iter().map(tell::suppression).collect(),
    }))
}

/// Takes a clearance back: the alert is reopened.
#[utoipa::path(post, path = "/v1/suppressions/{alert}/revoke", tag = "alerts", params(("alert" = i64, Path, description = "The alert that it answers")), request_body = ReasonRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn revoke(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    place: Place<i64>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let id = ask::place(place)?;
    let ReasonRequest { reason } = ask::json(&headers, body)?;
    let (by, reader) = (asker.name.clone(), asker.clone());
    let done = shared.native.writer.write(&asker, move |pen| {
        let now = Timestamp::now();
        let alert = pen.app.revoke_suppression(id, &by, &reason, now)?;
        Told::read(&pen.app, alert, &reader)
    });
    Ok(done.await?.answer())
}

//! `/v1/policy`: from which score on people are asked, what another would change, and setting it.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use jiff::Timestamp;
use rescreen_app::{AppError, RegisterPolicy};
use rescreen_match::{Policy, Score};
use rescreen_model::ListName;

use super::{
    Answer,
    ask::{self, Body, Pairs},
    ok,
    problem::Problems,
    shapes::{ForecastRequest, ForecastResponse, Lists, PolicyRequest, PolicyResponse},
    tagged, tell,
};
use crate::{access::Asker, answer::Refusal, state::Shared};

/// The policy of the register.
#[utoipa::path(get, path = "/v1/policy", tag = "policy", params(("as_of" = Option<String>, Query, description = "The one in force then: a day or an RFC 3339 time")), responses((status = 200, body = PolicyResponse, headers(("etag" = String, description = "The hash of the policy, for If-Match"))), Problems))]
pub(super) async fn get(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true).unwrap_or(Timestamp::MAX);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || work.store(|app| app.register_policy_at(at)));
    let (policy, row) = found.await??;
    let answer = tell::policy_in_force(&policy, row);
    Ok(tagged(StatusCode::OK, &policy.hash().to_string(), &answer))
}

/// What is wanted; what is left out stays as it is.
#[derive(Debug)]
struct Wanted {
    review: Option<Score>,
    matched: Option<Score>,
    typo_floor: Option<bool>,
    scope: Lists,
    topics: Option<BTreeSet<String>>,
}

impl Wanted {
    fn read(request: ForecastRequest) -> Result<Self, Refusal> {
        let score = |field: &str, value: Option<f64>| {
            let score = |value| Score::from_f64(value).ok_or(value);
            let wrong = |_| ask::wrong(field, "Expected 0 to 1");
            value.map(score).transpose().map_err(wrong)
        };
        Ok(Self {
            review: score("review", request.review)?,
            matched: score("match", request.matched)?,
            typo_floor: request.typo_floor,
            scope: request.lists,
            topics: request.topics.map(|topics| topics.into_iter().collect()),
        })
    }

    fn over(&self, in_force: &RegisterPolicy) -> Result<RegisterPolicy, AppError> {
        let now = &in_force.matching;
        let review = self.review.unwrap_or(now.review());
        // Whoever raises only the one means the other to be no lower.
        let matched = self.matched.unwrap_or(now.matched().max(review));
        let policy = Policy::new(review, matched).map_err(|e| AppError::Usage(e.to_string()))?;
        let mut scope = in_force.scope.clone();
        match &self.scope {
            Lists::Kept => {}
            Lists::All => scope = scope.with_lists(None)?,
            Lists::Named(names) => scope = scope.with_lists(Some(self::names(names)?))?,
        }
        if let Some(topics) = &self.topics {
            scope = scope.with_topics(topics.clone())?;
        }
        Ok(RegisterPolicy {
            matching: policy.with_typo_floor(self.typo_floor.unwrap_or(now.typo_floor())),
            scope,
        })
    }
}

fn names(names: &[String]) -> Result<BTreeSet<ListName>, AppError> {
    let names = names.iter().map(|name| ListName::parse(name));
    names
        .collect::<Result<_, _>>()
        .map_err(|error| AppError::Usage(error.to_string()))
}

/// Puts another policy in force and screens everybody under it, in one step.
#[utoipa::path(put, path = "/v1/policy", tag = "policy", params(("if-match" = Option<String>, Header, description = "Only if this is the policy in force")), request_body = PolicyRequest, responses((status = 200, body = ForecastResponse, headers(("etag" = String, description = "The hash of the policy"))), Problems))]
pub(super) async fn put(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let condition = ask::condition(&headers)?;
    let request: PolicyRequest = ask::json(&headers, body)?;
    let (wanted, reason) = request.split();
    let wanted = Wanted::read(wanted)?;
    let by = asker.name.clone();
    let done = shared.native.writer.write(&asker, move |pen| {
        let (now, _) = pen.app.register_policy()?;
        if !condition.is_met_by(&now.hash().to_string()) {
            let what = format!("the policy in force is {}", now.hash());
            return Err(AppError::Stale(what));
        }
        let policy = wanted.over(&now)?;
        if policy == now {
            // The same again, because the first answer got lost, is done already.
            return Ok((policy, None));
        }
        let time = Timestamp::now();
        let done = pen
            .app
            .set_register_policy(&policy, &by, &reason, time, &mut |_| {})?;
        Ok((policy, Some((done.sweep, done.sample))))
    });
    let (policy, done) = done.await?;
    let done = done.as_ref();
    let answer = ForecastResponse {
        policy: tell::policy(&policy),
        sweep: done.map(|(sweep, _)| tell::sweep(sweep)),
        sample: done.map(|(_, sample)| tell::sample(sample)),
    };
    Ok(tagged(StatusCode::OK, &policy.hash().to_string(), &answer))
}

/// Says what a policy would change, and changes nothing.
#[utoipa::path(post, path = "/v1/policy/forecast", tag = "policy", request_body = ForecastRequest, responses((status = 200, body = ForecastResponse), Problems))]
pub(super) async fn forecast(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let request: ForecastRequest = ask::json(&headers, body)?;
    let wanted = Wanted::read(request)?;
    let found = shared.native.writer.write(&asker, move |pen| {
        let (now, _) = pen.app.register_policy()?;
        let policy = wanted.over(&now)?;
        pen.app
            .forecast_policy(&policy, Timestamp::now(), &mut |_| {})
    });
    let found = found.await?;
    Ok(ok(&ForecastResponse {
        policy: tell::policy(&found.policy),
        sweep: Some(tell::sweep(&found.sweep)),
        sample: Some(tell::sample(&found.sample)),
    }))
}

//! `/v1/policy`: from which score on people are asked, what another would change, and setting it.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use jiff::Timestamp;
use rescreen_app::AppError;
use rescreen_match::{Policy, Score};

use super::{
    Answer,
    ask::{self, Body, Condition, Pairs},
    ok,
    problem::Problems,
    shapes::{ForecastRequest, ForecastResponse, PolicyRequest, PolicyResponse},
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
    review: Option<f64>,
    matched: Option<f64>,
    typo_floor: Option<bool>,
}

impl Wanted {
    fn check(&self) -> Result<(), Refusal> {
        for (field, value) in [("review", self.review), ("match", self.matched)] {
            if value.is_some_and(|value| Score::from_f64(value).is_none()) {
                return Err(ask::wrong(field, "Expected 0 to 1"));
            }
        }
        Ok(())
    }

    fn over(&self, now: &Policy) -> Result<Policy, AppError> {
        let score =
            |wanted: Option<f64>, now: Score| wanted.and_then(Score::from_f64).unwrap_or(now);
        let review = score(self.review, now.review());
        // Whoever raises only the one means the other to be no lower.
        let matched = match self.matched {
            Some(_) => score(self.matched, now.matched()),
            None => now.matched().max(review),
        };
        let policy = Policy::new(review, matched).map_err(|e| AppError::Usage(e.to_string()))?;
        Ok(policy.with_typo_floor(self.typo_floor.unwrap_or(now.typo_floor())))
    }
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
    let wanted = Wanted {
        review: request.review,
        matched: request.matched,
        typo_floor: request.typo_floor,
    };
    wanted.check()?;
    let done = shared.native.writer.write(move |pen| {
        let (now, _) = pen.app.register_policy()?;
        let is_met = match condition {
            Condition::Any | Condition::Present => true,
            Condition::Absent => false,
            Condition::Tag(tag) => tag == now.hash().to_string(),
        };
        if !is_met {
            let what = format!("the policy in force is {}", now.hash());
            return Err(AppError::Stale(what));
        }
        let policy = wanted.over(&now)?;
        if policy == now {
            // The same again, because the first answer got lost, is done already.
            return Ok((policy, None));
        }
        let (by, reason) = (&asker.name, &request.reason);
        let time = Timestamp::now();
        let done = pen
            .app
            .set_register_policy(&policy, by, reason, time, &mut |_| {})?;
        Ok((policy, Some(done.sweep)))
    });
    let (policy, sweep) = done.await?;
    let answer = ForecastResponse {
        policy: tell::policy(&policy),
        sweep: sweep.as_ref().map(tell::sweep),
    };
    Ok(tagged(StatusCode::OK, &policy.hash().to_string(), &answer))
}

/// Says what a policy would change, and changes nothing.
#[utoipa::path(post, path = "/v1/policy/forecast", tag = "policy", request_body = ForecastRequest, responses((status = 200, body = ForecastResponse), Problems))]
pub(super) async fn forecast(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let request: ForecastRequest = ask::json(&headers, body)?;
    let wanted = Wanted {
        review: request.review,
        matched: request.matched,
        typo_floor: request.typo_floor,
    };
    wanted.check()?;
    let found = shared.native.writer.write(move |pen| {
        let (now, _) = pen.app.register_policy()?;
        let policy = wanted.over(&now)?;
        pen.app
            .forecast_policy(&policy, Timestamp::now(), &mut |_| {})
    });
    let found = found.await?;
    Ok(ok(&ForecastResponse {
        policy: tell::policy(&found.policy),
        sweep: Some(tell::sweep(&found.sweep)),
    }))
}

//! `/v1/desk/policy`: reason codes, what needs a second person, deadlines, how long a clearance lives.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use jiff::Timestamp;
use rescreen_app::{AppError, DeskPolicyRow, form};
use rescreen_desk::DeskPolicy;
use rescreen_model::ContentHash;
use serde_json::Value;

use super::{
    Answer,
    ask::{self, Body, Pairs},
    problem::Problems,
    shapes::{DeskPolicyRequest, DeskPolicyResponse, DeskPolicySet, DeskRules},
    tagged,
};
use crate::{access::Asker, answer::Refusal, state::Shared};

/// The rules as they are written, which their hash is over.
fn written(policy: &DeskPolicy) -> Result<(DeskRules, String), AppError> {
    let text = form::encode_desk_policy(policy)?;
    let rules = serde_json::from_str(&text)
        .map_err(|error| AppError::Usage(format!("the desk's policy: {error}")))?;
    Ok((rules, ContentHash::of_bytes(text.as_bytes()).to_string()))
}

fn told(
    policy: &DeskPolicy,
    row: Option<&DeskPolicyRow>,
) -> Result<(DeskPolicyResponse, String), AppError> {
    let (rules, hash) = written(policy)?;
    let answer = DeskPolicyResponse {
        rules,
        since: row.map(|row| row.at.to_string()),
        by: row.map(|row| row.author.clone()),
        reason: row.map(|row| row.reason.clone()),
    };
    Ok((answer, hash))
}

/// The rules by which people decide.
#[utoipa::path(get, path = "/v1/desk/policy", tag = "desk", params(("as_of" = Option<String>, Query, description = "Those in force then: a day or an RFC 3339 time")), responses((status = 200, body = DeskPolicyResponse, headers(("etag" = String, description = "The hash of the rules, for If-Match"))), Problems))]
pub(super) async fn get(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    let mut params = ask::params(pairs, &["as_of"])?;
    let at = ask::moment(&mut params, "as_of", true).unwrap_or(Timestamp::MAX);
    params.check()?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || {
        let (policy, row) = work.store(|app| app.desk_policy_at(at))?;
        told(&policy, row.as_ref())
    });
    let (answer, hash) = found.await??;
    Ok(tagged(StatusCode::OK, &hash, &answer))
}

/// The rules that are wanted, with nothing beside them: a misspelt one would set nothing.
fn read(wanted: &Value) -> Result<String, Refusal> {
    let rules: DeskRules = serde_json::from_value(wanted.clone())
        .map_err(|error| ask::wrong("rules", &error.to_string()))?;
    let known = serde_json::to_value(&rules).map_err(|_| Refusal::defect())?;
    let mut fields = wanted.as_object().into_iter().flatten();
    if let Some((name, _)) = fields.find(|(name, _)| known.get(name).is_none()) {
        return Err(ask::wrong(
            "rules",
            &format!("There is no such rule: {name}"),
        ));
    }
    Ok(known.to_string())
}

/// Puts other rules in force, and reopens what was decided and does not hold under them.
#[utoipa::path(put, path = "/v1/desk/policy", tag = "desk", params(("if-match" = Option<String>, Header, description = "Only if these are the rules in force")), request_body = DeskPolicyRequest, responses((status = 200, body = DeskPolicySet, headers(("etag" = String, description = "The hash of the rules"))), Problems))]
pub(super) async fn put(
    State(shared): State<Arc<Shared>>,
    Extension(asker): Extension<Asker>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let condition = ask::condition(&headers)?;
    let DeskPolicyRequest { rules, reason } = ask::json(&headers, body)?;
    let text = read(&rules)?;
    let by = asker.name.clone();
    let done = shared.native.writer.write(&asker, move |pen| {
        let (now, _) = pen.app.desk_policy()?;
        let (_, hash) = written(&now)?;
        if !condition.is_met_by(&hash) {
            let what = format!("the rules in force are {hash}");
            return Err(AppError::Stale(what));
        }
        let wanted = form::decode_desk_policy(&text, now.review_from)
            .map_err(|error| AppError::Usage(error.to_string()))?;
        // The same again, because the first answer got lost, is done already.
        let reopened = if wanted == now {
            0
        } else {
            pen.app
                .set_desk_policy(&text, &by, &reason, Timestamp::now())?
        };
        Ok((DeskPolicySet { reopened }, written(&wanted)?.1))
    });
    let (answer, hash) = done.await?;
    Ok(tagged(StatusCode::OK, &hash, &answer))
}

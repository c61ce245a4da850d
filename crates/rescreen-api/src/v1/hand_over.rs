//! Cases that go from one tenant to another: offered with a reason, and answered by the receiver.
//!
//! Each server shows one tenant, so sender and receiver ask two of them. What an offer shows is all that the receiver may
//! see before it accepts, and it is for those who may answer it.

use std::sync::Arc;

use axum::extract::State;
use jiff::Timestamp;
use rescreen_app::{App, Request};
use rescreen_desk::{Action, TenantId};

use super::{
    Answer,
    alerts::Act,
    ask::{self, Pairs},
    ok,
    problem::Problems,
    shapes::{AlertInFull, DeclinedResponse, HandOverRequest, OffersResponse, ReasonRequest},
    tell,
};
use crate::state::Shared;

/// The cases that are offered to this tenant or by it and that nobody has answered.
#[utoipa::path(get, path = "/v1/offers", tag = "alerts", responses((status = 200, body = OffersResponse), Problems))]
pub(super) async fn offers(State(shared): State<Arc<Shared>>, pairs: Pairs) -> Answer {
    ask::params(pairs, &[])?;
    let work = Arc::clone(&shared);
    let found = shared.compute(move || work.store(App::offers));
    let found = found.await??;
    Ok(ok(&OffersResponse {
        offers: found.iter().map(tell::offer).collect(),
    }))
}

/// Offers it to another tenant. Until that accepts, everything stays as it is.
#[utoipa::path(post, path = "/v1/alerts/{id}/hand-over", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = HandOverRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn hand_over(mut act: Act) -> Answer {
    let HandOverRequest { to, reason } = act.read()?;
    let to = TenantId::new(&to);
    act.perform(Action::HandOver { to, reason }, Vec::new())
        .await
}

/// Takes over what is offered to this tenant: the case begins anew here.
#[utoipa::path(post, path = "/v1/alerts/{id}/accept", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn accept(act: Act) -> Answer {
    act.perform(Action::Accept, Vec::new()).await
}

/// Turns an offer down; afterwards there is no such alert here.
#[utoipa::path(post, path = "/v1/alerts/{id}/decline", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = ReasonRequest, responses((status = 200, body = DeclinedResponse), Problems))]
pub(super) async fn decline(mut act: Act) -> Answer {
    let ReasonRequest { reason } = act.read()?;
    let (shared, asker, request) = act.request(Action::Decline { reason }, Vec::new())?;
    let declined = request.alert;
    let done = shared.native.writer.write(&asker, move |pen| {
        let request: &Request = &request;
        pen.app.answer_offer(request, Timestamp::now())
    });
    done.await?;
    Ok(ok(&DeclinedResponse { declined }))
}

/// Ends an offer that nobody has answered.
#[utoipa::path(post, path = "/v1/alerts/{id}/take-back", tag = "acts", params(("id" = i64, Path, description = "The alert"), ("if-match" = Option<String>, Header, description = "The revision that was seen"), ("idempotency-key" = Option<String>, Header, description = "Names the intent")), request_body = ReasonRequest, responses((status = 200, body = AlertInFull), Problems))]
pub(super) async fn take_back(mut act: Act) -> Answer {
    let ReasonRequest { reason } = act.read()?;
    act.perform(Action::TakeBack { reason }, Vec::new()).await
}

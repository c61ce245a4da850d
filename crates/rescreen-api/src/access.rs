//! Who may use which route: one table, and the door that keeps to it.
//!
//! The door stands before all routes and knows only the table. What the table does not name is closed, so a route that
//! somebody forgot to enter is reachable by nobody.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header},
    middleware::Next,
    response::IntoResponse,
};
use jiff::Timestamp;
use rescreen_app::{AccessRole, App, Bearer, Presented};
use rescreen_oidc::{Issuer, Unfit, is_signed};

use crate::{
    answer::Refusal,
    refusals::{Refusals, Why},
};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Everybody, known or not: it says nothing but that the server is alive.
    Nothing,
    /// A token of one of these roles; a column each, in the order of [`AccessRole::ALL`].
    Roles([bool; AccessRole::ALL.len()]),
}

impl Need {
    fn holds(self, role: AccessRole) -> bool {
        match self {
            Self::Nothing => true,
            Self::Roles(columns) => AccessRole::ALL
                .iter()
                .zip(columns)
                .any(|(column, is_allowed)| *column == role && is_allowed),
        }
    }

    fn roles(self) -> String {
        let roles = AccessRole::ALL.iter().filter(|role| self.holds(**role));
        let roles: Vec<&str> = roles.map(|role| role.as_str()).collect();
        roles.join(", ")
    }
}

const ANYBODY: Need = Need::Nothing;
#[rustfmt::skip]
mod columns {
    use super::Need::{self, Roles};
    //                                     monitor screener registrar viewer analyst approver admin auditor
    pub(super) const ANY: Need    = Roles([true,   true,    true,     true,  true,   true,    true, true]);
    pub(super) const ASK: Need    = Roles([false,  true,    true,     true,  true,   true,    true, true]);
    pub(super) const COUNT: Need  = Roles([true,   false,   true,     true,  true,   true,    true, true]);
    pub(super) const READ: Need   = Roles([false,  false,   true,     true,  true,   true,    true, true]);
    pub(super) const KEEP: Need   = Roles([false,  false,   true,     false, false,  false,   true, false]);
    pub(super) const LEAD: Need   = Roles([false,  false,   false,    false, true,   true,    true, false]);
    pub(super) const JUDGE: Need  = Roles([false,  false,   false,    false, true,   true,    false, false]);
    pub(super) const APPROVE: Need = Roles([false, false,   false,    false, false,  true,    false, false]);
    pub(super) const PASS: Need   = Roles([false,  false,   false,    false, false,  true,    true, false]);
    pub(super) const TRY: Need    = Roles([false,  false,   false,    false, false,  true,    true, false]);
    pub(super) const WATCH: Need  = Roles([true,   false,   false,    false, false,  false,   true, false]);
    pub(super) const RUN: Need    = Roles([false,  false,   false,    false, false,  false,   true, false]);
    pub(super) const CHECK: Need  = Roles([false,  false,   false,    false, false,  false,   true, true]);
}
use columns::{ANY, APPROVE, ASK, CHECK, COUNT, JUDGE, KEEP, LEAD, PASS, READ, RUN, TRY, WATCH};

/// Every route there is, with who may use it.
#[rustfmt::skip]
pub(crate) const TABLE: &[(Method, &str, Need)] = &[
    (Method::GET,  "/healthz",                              ANYBODY),
    (Method::GET,  "/readyz",                               ANYBODY),
    (Method::GET,  "/openapi.json",                         ANY),
    (Method::GET,  "/metrics",                              WATCH),
    (Method::POST, "/match/{dataset}",                      ASK),
    (Method::GET,  "/search/{dataset}",                     ASK),
    (Method::GET,  "/entities/{id}",                        ASK),
    (Method::GET,  "/entities/{id}/adjacent",               ASK),
    (Method::GET,  "/entities/{id}/adjacent/{property}",    ASK),
    (Method::GET,  "/reconcile/{dataset}",                  ASK),
    (Method::POST, "/reconcile/{dataset}",                  ASK),
    (Method::GET,  "/reconcile/{dataset}/suggest/entity",   ASK),
    (Method::GET,  "/reconcile/{dataset}/suggest/property", ASK),
    (Method::GET,  "/reconcile/{dataset}/suggest/type",     ASK),
    (Method::GET,  "/reconcile/{dataset}/extend/property",  ASK),
    (Method::GET,  "/catalog",                              ASK),
    (Method::GET,  "/manifest",                             ASK),
    (Method::POST, "/updatez",                              RUN),
    (Method::GET,  "/algorithms",                           ASK),
    (Method::POST, "/v1/screen",                            ASK),
    (Method::POST, "/v1/screen/batch",                      ASK),
    (Method::POST, "/v1/screen/stream",                     ASK),
    (Method::GET,  "/v1/subjects/{source}/{id}",            READ),
    (Method::PUT,  "/v1/subjects/{source}/{id}",            KEEP),
    (Method::GET,  "/v1/subjects/{source}/{id}/versions",   READ),
    (Method::POST, "/v1/subjects/{source}/{id}/erase",      RUN),
    (Method::GET,  "/v1/alerts",                            READ),
    (Method::GET,  "/v1/alerts/{id}",                       READ),
    (Method::POST, "/v1/alerts/{id}/assign",                LEAD),
    (Method::POST, "/v1/alerts/{id}/review",                JUDGE),
    (Method::POST, "/v1/alerts/{id}/propose",               JUDGE),
    (Method::POST, "/v1/alerts/{id}/approve",               APPROVE),
    (Method::POST, "/v1/alerts/{id}/reject",                APPROVE),
    (Method::POST, "/v1/alerts/{id}/reopen",                LEAD),
    (Method::POST, "/v1/alerts/{id}/dispute",               LEAD),
    (Method::POST, "/v1/alerts/{id}/escalate",              LEAD),
    (Method::POST, "/v1/alerts/{id}/snooze",                JUDGE),
    (Method::POST, "/v1/alerts/{id}/note",                  LEAD),
    (Method::POST, "/v1/alerts/{id}/dispose",               JUDGE),
    (Method::POST, "/v1/alerts/{id}/hand-over",             PASS),
    (Method::POST, "/v1/alerts/{id}/accept",                PASS),
    (Method::POST, "/v1/alerts/{id}/decline",               PASS),
    (Method::POST, "/v1/alerts/{id}/take-back",             PASS),
    (Method::GET,  "/v1/offers",                            PASS),
    (Method::GET,  "/v1/suppressions",                      READ),
    (Method::GET,  "/v1/events",                            READ),
    (Method::GET,  "/v1/events/stream",                     READ),
    (Method::GET,  "/v1/lists",                             ASK),
    (Method::GET,  "/v1/lists/{name}",                      ASK),
    (Method::GET,  "/v1/lists/{name}/versions/{version}",   ASK),
    (Method::GET,  "/v1/lists/{name}/diff",                 ASK),
    (Method::POST, "/v1/lists/{name}/versions/{version}/release", RUN),
    (Method::GET,  "/v1/entries/{id}",                      ASK),
    (Method::GET,  "/v1/policy",                            READ),
    (Method::PUT,  "/v1/policy",                            RUN),
    (Method::POST, "/v1/policy/forecast",                   TRY),
    (Method::GET,  "/v1/reports/coverage",                  READ),
    (Method::GET,  "/v1/reports/accounting",                COUNT),
    (Method::GET,  "/v1/reports/quality",                   COUNT),
    (Method::GET,  "/v1/reports/lookback",                  READ),
    (Method::GET,  "/v1/screenings/{id}/replay",            READ),
    (Method::GET,  "/v1/audit/log",                         CHECK),
    (Method::GET,  "/v1/audit/log/{entry}",                 CHECK),
    (Method::GET,  "/v1/audit/key",                         CHECK),
    (Method::GET,  "/v1/audit/checkpoints",                 CHECK),
    (Method::POST, "/v1/audit/checkpoints",                 CHECK),
    (Method::GET,  "/v1/audit/proof",                       CHECK),
    (Method::GET,  "/v1/audit/export",                      CHECK),
    (Method::GET,  "/v1/subjects/{source}/{id}/export",     READ),
    (Method::POST, "/v1/subjects/{source}/{id}/dispute",    LEAD),
    (Method::POST, "/v1/subjects/{source}/{id}/correct",    JUDGE),
    (Method::GET,  "/v1/subjects/{source}/{id}/holds",      READ),
    (Method::POST, "/v1/subjects/{source}/{id}/hold",       RUN),
    (Method::POST, "/v1/subjects/{source}/{id}/lift",       RUN),
    (Method::GET,  "/v1/retention",                         READ),
    (Method::PUT,  "/v1/retention",                         RUN),
    (Method::POST, "/v1/retention/purge",                   RUN),
    (Method::GET,  "/v1/alerts/{id}/attachments",           READ),
    (Method::GET,  "/v1/alerts/{id}/attachments/{sha256}",  READ),
    (Method::POST, "/v1/alerts/{id}/attach",                LEAD),
    (Method::POST, "/v1/suppressions/{alert}/revoke",       LEAD),
    (Method::GET,  "/v1/desk/policy",                       READ),
    (Method::PUT,  "/v1/desk/policy",                       RUN),
];

/// How callers show that they may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// They need not: for a loopback address only, where every user of the machine may ask everything.
    InsecureNoAuth,
    /// By a token.
    Tokens {
        /// The tenant whose data this is; tokens of others open nothing.
        tenant: String,
        /// How many requests a second a token may make, and how many at once; 0 is any number.
        rate: u32,
    },
}

/// Who asks. Handlers find it among the extensions of a request, the access log among those of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asker {
    /// The id of the token; `None` where the server asks for none.
    pub(crate) token: Option<String>,
    /// The name under which they act.
    pub(crate) name: String,
    /// The role of the token; `None` where the server asks for none and everybody may do everything.
    pub(crate) role: Option<AccessRole>,
}

/// The door.
#[derive(Debug)]
pub(crate) struct Door {
    access: Access,
    tokens: Mutex<App>,
    issuer: Option<Arc<Issuer>>,
    rates: Rates,
    refusals: Arc<Refusals>,
}

impl Door {
    pub(crate) fn new(access: Access, tokens: App, issuer: Option<Arc<Issuer>>) -> Self {
        let rate = match access {
            Access::InsecureNoAuth => 0,
            Access::Tokens { rate, .. } => rate,
        };
        Self {
            access,
            tokens: Mutex::new(tokens),
            issuer,
            rates: Rates::new(rate),
            refusals: Arc::default(),
        }
    }

    /// Who was kept out and is not in the log yet.
    pub(crate) fn refusals(&self) -> Arc<Refusals> {
        Arc::clone(&self.refusals)
    }

    /// Whether callers must show who they are.
    pub(crate) fn is_locked(&self) -> bool {
        self.access != Access::InsecureNoAuth
    }

    fn asker(&self, headers: &HeaderMap, need: Need, route: &str) -> Result<Asker, Refusal> {
        let Access::Tokens { tenant, .. } = &self.access else {
            return Ok(Asker {
                token: None,
                name: "anybody on this machine".to_owned(),
                role: None,
            });
        };
        let note = |why, by| self.refusals.note(why, by, route, Instant::now());
        let bearer = self
            .bearer(headers, tenant, need)
            .map_err(|(why, refusal)| {
                if let Some(why) = why {
                    note(why, None);
                }
                refusal
            })?;
        if bearer.tenant != *tenant {
            note(Why::Foreign, Some(&bearer));
            let detail = "This token is for another tenant.".to_owned();
            return Err(Refusal::Detail(StatusCode::FORBIDDEN, detail));
        }
        if !need.holds(bearer.role) {
            note(Why::Role, Some(&bearer));
            let detail = format!(
                "This is for {}; the token's role is {}.",
                need.roles(),
                bearer.role.as_str()
            );
            return Err(Refusal::Detail(StatusCode::FORBIDDEN, detail));
        }
        if !self.rates.admits(&bearer.token, Instant::now()) {
            let detail = "Too many requests with this token.".to_owned();
            return Err(Refusal::Detail(StatusCode::TOO_MANY_REQUESTS, detail));
        }
        Ok(Asker {
            token: Some(bearer.token),
            name: bearer.name,
            role: Some(bearer.role),
        })
    }

    /// Has the keys read that a signed token is judged by.
    async fn prepare(&self, headers: &HeaderMap) {
        let Some(issuer) = &self.issuer else { return };
        if let Some(token) = presented(headers).filter(|token| is_signed(token)) {
            issuer.prepare(token).await;
        }
    }

    /// Who holds the token; otherwise why nobody does, as far as that is to be logged.
    fn bearer(
        &self,
        headers: &HeaderMap,
        tenant: &str,
        need: Need,
    ) -> Result<Bearer, (Option<Why>, Refusal)> {
        let unauthorized = |why, detail: &str| {
            let detail = detail.to_owned();
            (Some(why), Refusal::Detail(StatusCode::UNAUTHORIZED, detail))
        };
        let token = presented(headers).ok_or_else(|| {
            unauthorized(
                Why::NoToken,
                "A token is needed: Authorization: Bearer TOKEN, or ApiKey TOKEN.",
            )
        })?;
        if let Some(issuer) = self.issuer.as_ref().filter(|_| is_signed(token)) {
            let person = issuer.judge(token).map_err(|unfit| refused(&unfit))?;
            let mut roles = person.roles.iter();
            // Of several roles the one that suffices; where none does, the refusal names the first.
            let role = roles
                .clone()
                .find(|role| need.holds(**role))
                .or(roles.next());
            let role = *role.ok_or_else(|| (None, Refusal::defect()))?;
            return Ok(Bearer {
                token: person.id,
                name: person.name,
                tenant: person.tenant.unwrap_or_else(|| tenant.to_owned()),
                role,
            });
        }
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        match tokens.present_token(token, Timestamp::now()) {
            Ok(Presented::Valid(bearer)) => Ok(bearer),
            Ok(Presented::Unknown) => Err(unauthorized(Why::Unknown, "The token is not valid.")),
            Ok(Presented::Expired) => Err(unauthorized(Why::Expired, "The token has expired.")),
            Ok(Presented::Revoked) => Err(unauthorized(Why::Revoked, "The token was revoked.")),
            Err(_) => {
                let detail = "Tokens cannot be read.".to_owned();
                Err((
                    None,
                    Refusal::Detail(StatusCode::SERVICE_UNAVAILABLE, detail),
                ))
            }
        }
    }
}

/// What a signed token that opens nothing is to the log and to whoever brought it.
fn refused(unfit: &Unfit) -> (Option<Why>, Refusal) {
    let (why, status) = match unfit {
        Unfit::NoKeys => (None, StatusCode::SERVICE_UNAVAILABLE),
        Unfit::NoRole(_) => (Some(Why::Role), StatusCode::FORBIDDEN),
        _ => (Some(Why::Unknown), StatusCode::UNAUTHORIZED),
    };
    let words = unfit.to_string();
    let detail = match words.split_at_checked(1) {
        Some((first, rest)) => format!("{}{rest}.", first.to_ascii_uppercase()),
        None => words,
    };
    (why, Refusal::Detail(status, detail))
}

/// The token of a request; two of them are none.
fn presented(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let is_known = ["Bearer", "ApiKey"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    is_known.then(|| token.trim())
}

/// Lets a request in, or says why not.
pub(crate) async fn admit(
    State(door): State<Arc<Door>>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map(|path| path.as_str().to_owned());
    let need = match path.as_deref() {
        // There is no such route; that is told to those who may ask at all.
        None => ANY,
        Some(path) => match need(request.method(), path) {
            Ok(need) => need,
            Err(allowed) => return wrong_method(&allowed),
        },
    };
    if need == Need::Nothing {
        return next.run(request).await;
    }
    door.prepare(request.headers()).await;
    // The template and not the address: that may say whom it is about.
    let route = format!(
        "{} {}",
        request.method(),
        path.as_deref().unwrap_or("(no such route)")
    );
    let asker = match door.asker(request.headers(), need, &route) {
        Ok(asker) => asker,
        Err(refusal) => return refusal.into_response(),
    };
    request.extensions_mut().insert(asker.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(asker);
    response
}

/// What a route needs; otherwise the methods that there are.
fn need(method: &Method, path: &str) -> Result<Need, String> {
    // HEAD is GET without the body.
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let rows = || TABLE.iter().filter(|(_, route, _)| *route == path);
    if let Some((_, _, need)) = rows().find(|(known, _, _)| known == method) {
        return Ok(*need);
    }
    let mut allowed = String::new();
    for (known, _, _) in rows() {
        let comma = if allowed.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _always = write!(allowed, "{comma}{known}");
    }
    Err(allowed)
}

fn wrong_method(allowed: &str) -> Response<Body> {
    let detail = "Method Not Allowed".to_owned();
    let mut response = Refusal::Detail(StatusCode::METHOD_NOT_ALLOWED, detail).into_response();
    if let Ok(allowed) = HeaderValue::try_from(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// How often each token may ask: a bucket that holds a second's worth and fills as time goes by.
#[derive(Debug)]
struct Rates {
    per_second: u32,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    /// In thousandths of a request.
    left: u64,
    at: Instant,
}

const WHOLE: u64 = 1000;

impl Rates {
    fn new(per_second: u32) -> Self {
        Self {
            per_second,
            buckets: Mutex::new(HashMap::new()),
        }
    }

    fn admits(&self, token: &str, now: Instant) -> bool {
        if self.per_second == 0 {
            return true;
        }
        let full = u64::from(self.per_second) * WHOLE;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        // Only tokens that open have one, so there are no more than there are tokens.
        let bucket = match buckets.get_mut(token) {
            Some(bucket) => bucket,
            None => buckets.entry(token.to_owned()).or_insert(Bucket {
                left: full,
                at: now,
            }),
        };
        let since = now.saturating_duration_since(bucket.at);
        let since = since.min(Duration::from_secs(1)).as_micros() as u64;
        let gained = since * u64::from(self.per_second) / WHOLE;
        if gained > 0 {
            bucket.left = (bucket.left + gained).min(full);
            bucket.at = now;
        }
        let is_left = bucket.left >= WHOLE;
        if is_left {
            bucket.left -= WHOLE;
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use rescreen_desk::{ActionKind, Role, may};

    use super::*;

    /// The desk has a table of its own; where both differ, a token would promise what the desk refuses.
    #[test]
    fn acts_are_for_whom_the_desk_lets_act() {
        for kind in ActionKind::ALL {
            let word = match kind {
                ActionKind::StartReview => "review".to_owned(),
                other => other.name().replace(' ', "-"),
            };
            let path = format!("/v1/alerts/{{id}}/{word}");
            let need = need(&Method::POST, &path).unwrap();
            for role in AccessRole::ALL {
                let at_the_desk = Role::parse(role.as_str());
                let is_allowed = at_the_desk.is_some_and(|role| may(role, kind));
                assert_eq!(need.holds(role), is_allowed, "{path} {role:?}");
            }
        }
    }

    #[test]
    fn a_token_may_ask_so_often_and_no_oftener() {
        let rates = Rates::new(10);
        let begin = Instant::now();
        let at = |ms: u64| begin + Duration::from_millis(ms);
        let count = |token: &str, ms: u64| (0..100).filter(|_| rates.admits(token, at(ms))).count();
        assert_eq!(count("a", 0), 10, "a second's worth at once");
        assert_eq!(count("a", 50), 0);
        assert_eq!(count("a", 250), 2);
        assert_eq!(count("b", 250), 10, "each token has its own");
        assert_eq!(count("a", 60_000), 10, "what was not used is not saved up");
        assert!((0..10_000).all(|_| Rates::new(0).admits("a", begin)));
    }

    #[test]
    fn a_token_is_presented_in_one_way_and_once() {
        let check = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
            }
            presented(&headers).map(str::to_owned)
        };
        for good in ["Bearer x", "bearer x", "ApiKey x", "APIKEY  x "] {
            assert_eq!(check(&[good]).as_deref(), Some("x"), "{good}");
        }
        for bad in [
            &[][..],
            &["x"],
            &["Basic x"],
            &["Bearer"],
            &["Bearer x", "Bearer x"],
        ] {
            assert_eq!(check(bad), None, "{bad:?}");
        }
    }
}

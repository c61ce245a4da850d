//! Every page and every form there is, with who may use it: one table.

use axum::http::Method;
use rescreen_app::AccessRole as Role;

use crate::{
    answer::{Answer, Problem},
    pages::{
        admin, alert, audit, decide, desk_rules, entry, issuer, list, offers, policy, queue,
        reports, search, sign_in, subject, tenants, webhooks,
    },
    visit::Visit,
};

/// Who may use a route.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    /// Everybody, signed in or not.
    Nothing,
    /// People of these roles.
    Roles(&'static [Role]),
}

pub(crate) type Handler = fn(&mut Visit<'_>) -> Result<Answer, Problem>;

pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) need: Need,
    pub(crate) handler: Handler,
}

const fn get(path: &'static str, need: Need, handler: Handler) -> Route {
    Route {
        method: Method::GET,
        path,
        need,
        handler,
    }
}

const fn post(path: &'static str, need: Need, handler: Handler) -> Route {
    Route {
        method: Method::POST,
        path,
        need,
        handler,
    }
}

const ANYBODY: Need = Need::Nothing;
/// Who asks about parties; no register is shown.
pub(crate) const ASKERS: &[Role] = &[
    Role::Screener,
    Role::Registrar,
    Role::Viewer,
    Role::Analyst,
    Role::Approver,
    Role::Admin,
    Role::Auditor,
];
/// Who reads the register.
pub(crate) const READERS: &[Role] = &[
    Role::Registrar,
    Role::Viewer,
    Role::Analyst,
    Role::Approver,
    Role::Admin,
    Role::Auditor,
];
/// Who runs the installation.
pub(crate) const RUNNERS: &[Role] = &[Role::Admin];

/// Who looks at what everybody did.
pub(crate) const AUDITORS: &[Role] = &[Role::Admin, Role::Auditor];

/// Who hands cases over to other tenants and takes over what they offer.
const PASSERS: &[Role] = &[Role::Approver, Role::Admin];

const ASK: Need = Need::Roles(ASKERS);
const READ: Need = Need::Roles(READERS);
const PASS: Need = Need::Roles(PASSERS);
const RUN: Need = Need::Roles(RUNNERS);
const AUDIT: Need = Need::Roles(AUDITORS);

#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    get( "/sign-in",                           ANYBODY, sign_in::form),
    post("/sign-in",                           ANYBODY, sign_in::sign_in),
    get( "/sign-in/issuer",                    ANYBODY, issuer::leave),
    get( "/sign-in/back",                      ANYBODY, issuer::back),
    post("/sign-out",                          ASK,     sign_in::sign_out),
    get( "/",                                  ASK,     search::page),
    post("/",                                  ASK,     search::ask),
    get( "/queue",                             READ,    queue::page),
    post("/queue",                             READ,    queue::act),
    get( "/alerts/{alert}",                    READ,    alert::page),
    post("/alerts/{alert}",                    READ,    decide::act),
    get( "/offers",                            PASS,    offers::page),
    post("/offers",                            PASS,    offers::act),
    get( "/subjects/{source}/{id}",            READ,    subject::page),
    get( "/lists",                             ASK,     list::all),
    get( "/lists/{list}",                      ASK,     list::page),
    get( "/lists/{list}/versions/{version}",   ASK,     list::version),
    post("/lists/{list}/versions/{version}",   RUN,     list::release),
    get( "/lists/{list}/diff",                 ASK,     list::diff),
    get( "/entries/{entry}",                   ASK,     entry::page),
    get( "/reports",                           READ,    reports::page),
    get( "/policy",                            READ,    policy::page),
    post("/policy",                            RUN,     policy::act),
    get( "/policy/desk",                       RUN,     desk_rules::page),
    post("/policy/desk",                       RUN,     desk_rules::act),
    get( "/audit",                             AUDIT,   audit::page),
    post("/audit",                             AUDIT,   audit::act),
    get( "/admin",                             RUN,     admin::page),
    post("/admin",                             RUN,     admin::act),
    post("/admin/tenants",                     RUN,     tenants::act),
    post("/admin/webhooks",                    RUN,     webhooks::act),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_is_a_form_and_has_a_need() {
        for route in ROUTES {
            let is_door = matches!(route.need, Need::Nothing);
            assert_eq!(
                is_door,
                route.path.starts_with("/sign-in"),
                "{}",
                route.path
            );
            assert!(
                route.method == Method::GET || route.method == Method::POST,
                "{}",
                route.path
            );
        }
    }
}

//! Tenants, people, tokens and webhooks.

use maud::{Markup, html};
use rescreen_app::{AccessRole, NewToken, TOKEN_RANDOM_BYTES, TokenRow, parse_moment};
use rescreen_desk::Role;

use super::{tenants, webhooks};
use crate::{
    answer::{Answer, Page, Problem, Tab},
    parts,
    texts::T,
    visit::Visit,
};

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    shown(visit, None)
}

/// A secret that was just made: it is shown this once.
pub(super) struct Made<'a> {
    title: &'static str,
    what: String,
    secret: &'a str,
    hint: &'static str,
}

impl<'a> Made<'a> {
    fn token(row: &TokenRow, secret: &'a str) -> Self {
        Self {
            title: T.token_made,
            what: format!("{}, {}", row.name, T.access_role(&row.role)),
            secret,
            hint: T.token_once,
        }
    }

    pub(super) fn webhook(url: &str, secret: &'a str) -> Self {
        Self {
            title: T.webhook_added,
            what: url.to_owned(),
            secret,
            hint: T.secret_once,
        }
    }
}

pub(super) fn shown(visit: &mut Visit<'_>, made: Option<&Made<'_>>) -> Result<Answer, Problem> {
    let by = visit.session()?.who.name.clone();
    let staff = visit.app.staff(&by)?;
    let (users, tokens) = (&staff.users, &staff.tokens);
    let tenant = visit.tenant();
    let is_several = staff.is_of_all && !staff.tenants.added.is_empty();
    // A token opens the server of one tenant, and its secret is shown to whoever is there.
    let is_open = visit.app.tenant().is_none();
    let session = visit.session()?;
    let now = visit.now();
    let body = html! {
        h1 { (T.admin) }
        @if let Some(made) = made {
            div .notice .good role="status" {
                p { strong { (made.title) } " " (parts::plain(&made.what)) }
                p { code #new-token .token { (made.secret) } }
                p .hint { (made.hint) }
            }
        }
        @if staff.is_of_all { (tenants::section(visit, &staff)?) }
        section .panel aria-labelledby="people" {
            h2 #people { (T.people) }
            @if users.is_empty() { p .notice { (T.no_people) } }
            @else {
                table role="table" {
                    (heads(&[T.name], is_several, &[T.your_role, T.since, ""]))
                    tbody role="rowgroup" {
                        @for user in users.iter().filter(|user| staff.is_of_all || user.tenant.as_str() == tenant) {
                            tr role="row" {
                                th role="rowheader" scope="row" { (parts::plain(user.name.as_str())) }
                                @if is_several { td role="cell" data-label=(T.tenant) { (parts::plain(user.tenant.as_str())) } }
                                td role="cell" data-label=(T.your_role) { (T.desk_role(user.role)) }
                                td role="cell" data-label=(T.since) { (parts::when(user.since)) }
                                td role="cell" .right { form .inline method="post" action="/admin" {
                                    (parts::key(session)) input type="hidden" name="name" value=(user.name);
                                    button .quiet type="submit" name="do" value="remove-user" aria-label={ (T.remove) " " (user.name) } { (T.remove) } } }
                            }
                        }
                    }
                }
            }
            details { summary { (T.add_person) }
                form .stack method="post" action="/admin" {
                    (parts::key(session))
                    label for="user" { (T.name) }
                    input #user type="text" name="name" required maxlength="100" autocomplete="off";
                    p .hint { (T.person_hint) }
                    label for="user-role" { (T.your_role) }
                    select #user-role name="role" { @for role in Role::ALL { (parts::option(role.name(), T.desk_role(role), "analyst")) } }
                    @if is_several { (tenants::choice("user-tenant", &staff, tenant)) }
                    button type="submit" name="do" value="add-user" { (T.add_person) }
                } }
        }
        section .panel aria-labelledby="tokens" {
            h2 #tokens { (T.tokens) }
            @if tokens.is_empty() { p .muted { (T.none) } }
            @else { table role="table" {
                (heads(&[T.token, T.name], is_several, &[T.your_role, T.state, T.expires, ""]))
                tbody role="rowgroup" {
                    @for token in tokens.iter().filter(|token| staff.is_of_all || token.tenant == tenant) {
                        @let is_ours = is_open || token.tenant == tenant;
                        @let is_valid = is_ours && token.revoked.is_none() && token.expires.is_none_or(|at| at > now);
                        tr role="row" {
                            th role="rowheader" scope="row" { code { (token.id) } }
                            td role="cell" data-label=(T.name) { (parts::plain(&token.name)) }
                            @if is_several { td role="cell" data-label=(T.tenant) { (parts::plain(&token.tenant)) } }
                            td role="cell" data-label=(T.your_role) { (T.access_role(&token.role)) }
                            td role="cell" data-label=(T.state) { (state(token, now)) }
                            td role="cell" data-label=(T.expires) { @match token.expires { Some(at) => (parts::when(at)), None => (T.never) } }
                            td role="cell" .right { @if is_valid { form .inline method="post" action="/admin" {
                                (parts::key(session)) input type="hidden" name="token" value=(token.id);
                                button .quiet type="submit" name="do" value="revoke" aria-label={ (T.revoke) " " (token.id) } { (T.revoke) } } } }
                        }
                    }
                }
            }
            }
            details { summary { (T.make_token) }
                form .stack method="post" action="/admin" {
                    (parts::key(session))
                    label for="token-name" { (T.name) }
                    input #token-name type="text" name="name" required maxlength="100" autocomplete="off";
                    label for="token-role" { (T.your_role) }
                    select #token-role name="role" { @for role in AccessRole::ALL { (parts::option(role.as_str(), T.role(role), "analyst")) } }
                    label for="expires" { (T.expires) }
                    input #expires type="date" name="expires";
                    @if is_several && is_open { (tenants::choice("token-tenant", &staff, tenant)) }
                    button type="submit" name="do" value="make-token" { (T.make_token) }
                } }
        }
        (webhooks::section(visit)?)
    };
    Ok(Page::new(T.admin, Tab::Admin, body).into())
}

/// The heads of a table, with the tenant among them where there are several.
fn heads(first: &[&'static str], is_several: bool, rest: &[&'static str]) -> Markup {
    let tenant = is_several.then_some(T.tenant);
    let all = first
        .iter()
        .copied()
        .chain(tenant)
        .chain(rest.iter().copied());
    parts::head(&all.map(|text| (text, "")).collect::<Vec<_>>())
}

fn state(token: &TokenRow, now: jiff::Timestamp) -> Markup {
    let (class, text) = if token.revoked.is_some() {
        ("tier-below", T.revoked)
    } else if token.expires.is_some_and(|at| at <= now) {
        ("tier-below", T.expired)
    } else {
        ("state-released", T.valid)
    };
    html! { span .badge .(class) { (text) } }
}

pub(crate) fn act(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let (by, now) = (visit.session()?.who.name.clone(), visit.now());
    let form = visit.form().clone();
    let name = form.text("name");
    let tenant = form.get("tenant").unwrap_or(visit.tenant()).to_owned();
    match form.text("do") {
        "add-user" => {
            let role = Role::parse(form.text("role"))
                .ok_or_else(|| Problem::Wrong(T.name_wrong.to_owned()))?;
            visit.app.add_user(name, role, &tenant, &by, now)?;
        }
        "remove-user" => visit.app.remove_user(name, &by, now)?,
        "revoke" => {
            let id = form.text("token");
            let is_ours = visit.app.tokens()?.iter().any(|token| token.id == id);
            if !is_ours {
                return Err(Problem::Missing(T.no_such_page.to_owned()));
            }
            visit.app.revoke_token(id, &by, now)?;
            visit.pages.sessions.end_of_token(id);
        }
        "make-token" => {
            let expires = match form.get("expires") {
                Some(day) => {
                    Some(parse_moment(day, true).map_err(|e| Problem::Wrong(e.to_string()))?)
                }
                None => None,
            };
            let role = AccessRole::parse(form.text("role"))
                .ok_or_else(|| Problem::Wrong(T.name_wrong.to_owned()))?;
            let new = NewToken {
                name: name.to_owned(),
                tenant,
                role,
                expires,
            };
            let mut random = [0; TOKEN_RANDOM_BYTES];
            getrandom::fill(&mut random).map_err(|_| Problem::Defect)?;
            let (row, text) = visit.app.create_token(&new, &random, &by, now)?;
            // Not a redirection: the token stands on this one page and nowhere else.
            return shown(visit, Some(&Made::token(&row, text.reveal())));
        }
        _ => return Err(Problem::Wrong(T.no_such_page.to_owned())),
    }
    Ok(Answer::Go("/admin".to_owned()))
}

//! Signing in and out.

use axum::http::HeaderValue;
use maud::{Markup, html};
use rescreen_app::{AccessRole, Presented};

use super::issuer;
use crate::{
    answer::{Answer, Page, Problem, Tab},
    parts::{self, fill},
    session::{Came, Who},
    state::SignIn,
    texts::T,
    url,
    visit::Visit,
};

/// The roles of people; machines have no use for pages.
pub(super) const PEOPLE: [AccessRole; 5] = [
    AccessRole::Viewer,
    AccessRole::Analyst,
    AccessRole::Approver,
    AccessRole::Admin,
    AccessRole::Auditor,
];

const MAX_NAME: usize = 100;

pub(crate) fn form(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let to = visit.query().text("to").to_owned();
    if visit.session.is_some() {
        return Ok(Answer::Go(back(&to)));
    }
    shown(visit, &to, None)
}

fn shown(visit: &Visit<'_>, to: &str, problem: Option<&str>) -> Result<Answer, Problem> {
    let (page, cookie) = door(visit, to, problem)?;
    Ok(Answer::PageWith(page, cookie))
}

/// The page with the form, and the cookie that makes the form this browser's.
pub(super) fn door(
    visit: &Visit<'_>,
    to: &str,
    problem: Option<&str>,
) -> Result<(Page, HeaderValue), Problem> {
    let secure = visit.is_secure();
    let door = visit.pages.sessions.door(secure);
    let (cookie, key) = door.map_err(|_| Problem::Defect)?;
    let body = html! {
        section .door {
            h1 { (T.sign_in) }
            @if let Some(problem) = problem {
                div #problem .notice .bad role="alert" { p { (problem) } }
            }
            @if visit.query().get("out").is_some() { (issuer::signed_out(visit)) }
            @if let Some(issuer) = issuer::of(visit) {
                p { a .button .main href=(url::issuer(to)) { (fill(T.issuer_sign_in, &[("name", issuer.host())])) } }
                p .or { (T.issuer_or) }
            }
            form method="post" action="/sign-in" .stack {
                input type="hidden" name="key" value=(key);
                input type="hidden" name="to" value=(to);
                @match visit.pages.config.sign_in {
                    SignIn::Tokens { .. } => (with_token(problem.is_some())),
                    SignIn::Anybody => (by_name()),
                }
                button .main[issuer::of(visit).is_none()] type="submit" { (T.sign_in) }
            }
        }
    };
    Ok((Page::new(T.sign_in, Tab::None, body), cookie))
}

fn with_token(is_wrong: bool) -> Markup {
    html! {
        label for="token" { (T.token) }
        input #token type="password" name="token" required autofocus autocomplete="current-password" spellcheck="false"
            aria-describedby={ "token-hint" @if is_wrong { " problem" } } aria-invalid=[is_wrong.then_some("true")];
        p #token-hint .hint { (T.token_hint) }
    }
}

fn by_name() -> Markup {
    html! {
        label for="name" { (T.your_name) }
        input #name type="text" name="name" required autofocus maxlength=(MAX_NAME) autocomplete="username"
            aria-describedby="name-hint";
        p #name-hint .hint { (T.name_hint) }
        label for="role" { (T.your_role) }
        select #role name="role" {
            @for role in PEOPLE {
                (parts::option(role.as_str(), T.role(role), AccessRole::Approver.as_str()))
            }
        }
    }
}

pub(crate) fn sign_in(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let form = visit.form();
    if !visit
        .pages
        .sessions
        .is_our_door(&visit.asked.headers, form.text("key"))
    {
        return Err(Problem::ForeignForm);
    }
    let to = form.text("to").to_owned();
    let who = match &visit.pages.config.sign_in {
        SignIn::Tokens { tenant } => {
            let presented = visit.app.present_token(form.text("token"), visit.now())?;
            match presented {
                Presented::Valid(bearer)
                    if bearer.tenant == *tenant && PEOPLE.contains(&bearer.role) =>
                {
                    Who {
                        came: Came::Token(bearer.token),
                        name: bearer.name,
                        roles: vec![bearer.role],
                    }
                }
                // Whose token it is that opens nothing here, nobody is told.
                Presented::Valid(_) | Presented::Unknown => {
                    return shown(visit, &to, Some(T.token_wrong));
                }
                Presented::Expired => return shown(visit, &to, Some(T.token_expired)),
                Presented::Revoked => return shown(visit, &to, Some(T.token_revoked)),
            }
        }
        SignIn::Anybody => {
            let name = form.text("name");
            let role = AccessRole::parse(form.text("role")).filter(|role| PEOPLE.contains(role));
            let is_name = !name.is_empty()
                && name.chars().count() <= MAX_NAME
                && !name.chars().any(char::is_control);
            match role {
                Some(role) if is_name => Who {
                    came: Came::Word,
                    name: name.to_owned(),
                    roles: vec![role],
                },
                _ => return shown(visit, &to, Some(T.name_wrong)),
            }
        }
    };
    let begun = visit
        .pages
        .sessions
        .begin(who, visit.is_secure(), visit.now());
    let cookie = begun.map_err(|_| Problem::Defect)?;
    Ok(Answer::GoWith(back(&to), cookie))
}

pub(crate) fn sign_out(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let ended = visit
        .pages
        .sessions
        .end(&visit.asked.headers, visit.is_secure());
    let cookie = ended.map_err(|_| Problem::Defect)?;
    let to = match visit.session()?.who.came {
        Came::Issuer => "/sign-in?out=1",
        Came::Token(_) | Came::Word => "/sign-in",
    };
    Ok(Answer::GoWith(to.to_owned(), cookie))
}

/// Where somebody wanted to go, if that is here.
pub(super) fn back(to: &str) -> String {
    if url::is_local(to) && !to.starts_with("/sign-") {
        to.to_owned()
    } else {
        "/".to_owned()
    }
}

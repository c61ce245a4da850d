//! Signing in by an identity provider: there, and back again.

use axum::http::StatusCode;
use maud::{Markup, html};
use rescreen_app::AccessRole;
use rescreen_oidc::{Issuer, NoSignIn, Person, Unfit};

use super::sign_in::{self, PEOPLE};
use crate::{
    answer::{Answer, Page, Problem},
    errand::{Errands, Lost},
    parts::fill,
    session::{Came, Who},
    state::SignIn,
    texts::T,
    visit::Visit,
};

/// The provider, where people can sign in by it.
pub(super) fn of<'a>(visit: &Visit<'a>) -> Option<&'a Issuer> {
    let config = &visit.pages.config;
    let issuer = config.issuer.as_deref()?;
    let is_asked = matches!(config.sign_in, SignIn::Tokens { .. });
    (is_asked && issuer.signs_people_in()).then_some(issuer)
}

/// What to do about the provider's own session, for whoever signed out here.
pub(super) fn signed_out(visit: &Visit<'_>) -> Markup {
    let Some(issuer) = of(visit) else {
        return html! {};
    };
    let name = [("name", issuer.host())];
    html! {
        div .notice role="status" {
            p { (fill(T.issuer_out, &name)) }
            @if let Some(there) = issuer.end_of_session() {
                p { a href=(there) { (fill(T.issuer_out_there, &name)) } }
            }
        }
    }
}

pub(crate) fn leave(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let issuer = of(visit).ok_or_else(|| Problem::Missing(T.no_such_page.to_owned()))?;
    let to = sign_in::back(visit.query().text("to"));
    if visit.session.is_some() {
        return Ok(Answer::Go(to));
    }
    let begun = visit
        .pages
        .sessions
        .errands
        .begin(&to, visit.is_secure(), visit.now());
    let (cookie, proof) = begun.map_err(|_| Problem::Defect)?;
    match issuer.question(&proof) {
        Ok(there) => Ok(Answer::GoWith(there, cookie)),
        Err(error) => {
            let (status, words) = told(&error, issuer);
            let (page, cookie) = sign_in::door(visit, &to, Some(&words))?;
            Ok(Answer::PageWith(Page { status, ..page }, cookie))
        }
    }
}

pub(crate) fn back(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let issuer = of(visit).ok_or_else(|| Problem::Missing(T.no_such_page.to_owned()))?;
    let query = visit.query();
    let (headers, now) = (&visit.asked.headers, visit.now());
    let errand = visit
        .pages
        .sessions
        .errands
        .end(headers, query.text("state"), now);
    let (proof, to) = match errand {
        Ok(errand) => errand,
        Err(lost) => {
            let words = match lost {
                Lost::Foreign => T.issuer_foreign,
                Lost::Late => T.issuer_late,
                Lost::Again => T.issuer_again,
            };
            return refused(visit, "/", StatusCode::BAD_REQUEST, words);
        }
    };
    // RFC 9207: whose answer that is.
    let is_theirs = query.get("iss").is_none_or(|iss| iss == issuer.name());
    let person = match query.get("code") {
        Some(_) if !is_theirs => Err(NoSignIn::Unfit(Unfit::Issuer)),
        Some(code) if query.get("error").is_none() => issuer.answer(code, &proof),
        _ => Err(NoSignIn::Declined(said(query.text("error")))),
    };
    let who = person
        .map_err(|error| told(&error, issuer))
        .and_then(|person| who(person, issuer, visit));
    let who = match who {
        Ok(who) => who,
        Err((status, words)) => return refused(visit, &to, status, &words),
    };
    let (sessions, is_secure) = (&visit.pages.sessions, visit.is_secure());
    // What this browser may have been before ends with this.
    let ended = sessions.end(headers, is_secure);
    let begun = sessions.begin(who, is_secure, now);
    let gone = Errands::nothing(is_secure);
    match (ended, begun, gone) {
        (Ok(_), Ok(session), Ok(gone)) => {
            Ok(Answer::Arrive(sign_in::back(&to), vec![session, gone]))
        }
        _ => Err(Problem::Defect),
    }
}

/// Who that is here, if they have something to do on pages.
fn who(person: Person, issuer: &Issuer, visit: &Visit<'_>) -> Result<Who, (StatusCode, String)> {
    let name = [("name", issuer.host())];
    let is_of_here = match &person.tenant {
        Some(tenant) => tenant == visit.tenant(),
        None => true,
    };
    if !is_of_here {
        return Err((StatusCode::FORBIDDEN, fill(T.issuer_tenant, &name)));
    }
    let is_for_people = |role: &AccessRole| PEOPLE.contains(role);
    let roles: Vec<AccessRole> = person.roles.into_iter().filter(is_for_people).collect();
    if roles.is_empty() {
        return Err((StatusCode::FORBIDDEN, fill(T.issuer_no_role, &name)));
    }
    Ok(Who {
        came: Came::Issuer,
        name: person.name,
        roles,
    })
}

fn refused(
    visit: &Visit<'_>,
    to: &str,
    status: StatusCode,
    words: &str,
) -> Result<Answer, Problem> {
    let (page, cookie) = sign_in::door(visit, &sign_in::back(to), Some(words))?;
    Ok(Answer::PageWith(Page { status, ..page }, cookie))
}

/// Why somebody is not signed in, in words for them.
fn told(error: &NoSignIn, issuer: &Issuer) -> (StatusCode, String) {
    let (status, text, why) = match error {
        NoSignIn::Unreachable(_) => (StatusCode::BAD_GATEWAY, T.issuer_unreachable, String::new()),
        NoSignIn::Described(why) => (StatusCode::BAD_GATEWAY, T.issuer_described, why.clone()),
        NoSignIn::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            T.issuer_busy,
            String::new(),
        ),
        NoSignIn::Declined(why) => (StatusCode::FORBIDDEN, T.issuer_declined, why.clone()),
        NoSignIn::Unfit(unfit) => {
            let text = match unfit {
                Unfit::Expired | Unfit::Early => T.issuer_expired,
                Unfit::Nonce => T.issuer_nonce,
                Unfit::NoRole(_) => T.issuer_no_role,
                Unfit::NoClaim(_) | Unfit::NotVerified(_) => T.issuer_no_claim,
                _ => T.issuer_unfit,
            };
            (StatusCode::FORBIDDEN, text, unfit.to_string())
        }
        _ => return (StatusCode::FORBIDDEN, T.foreign_form_text.to_owned()),
    };
    (
        status,
        fill(text, &[("name", issuer.host()), ("why", &why)]),
    )
}

/// The provider's word for why it did not, if that is one; anybody can write an address.
fn said(error: &str) -> String {
    let is_word = !error.is_empty()
        && error.len() <= 40
        && error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let word = if is_word { error } else { "?" };
    word.to_owned()
}

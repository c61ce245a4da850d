//! Cases that one tenant offers to another: what the receiver may see before it answers, and the answer.

use maud::{Markup, html};
use rescreen_app::{LegRow, Offer, Request, form};
use rescreen_desk::{Action, ActionKind};
use rescreen_match::Policy;

use super::{alert, decide, queue};
use crate::{
    answer::{Answer, Page, Problem, Tab},
    parts::{self, fill},
    texts::T,
    url,
    visit::Visit,
};

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let policy = visit.app.register_policy()?.0.matching;
    let here = visit.tenant().to_owned();
    let offers = visit.app.offers()?;
    // Where everything is shown, so are the offers of all.
    let is_ours = |offer: &&Offer| visit.app.tenant().is_none() || offer.to.as_str() == here;
    let (received, made): (Vec<&Offer>, Vec<&Offer>) = offers.iter().partition(is_ours);
    let mut questions = Vec::new();
    for offer in &received {
        questions.push(question(visit, offer, &policy)?);
    }
    let body = html! {
        (decide::done(visit))
        p .crumbs { a href="/queue" { (T.queue) } " / " (T.offers) }
        h1 { (T.offers) }
        p { (T.offers_text) }
        @if questions.is_empty() { p .notice { (T.no_offer) } }
        @for question in &questions { (question) }
        @if !made.is_empty() {
            section .panel aria-labelledby="made" {
                h2 #made { (T.offers_made) }
                ul .plain-list { @for offer in &made { li {
                    a href=(url::alert(offer.row.key)) { (T.alert) " " (offer.row.key) }
                    span { (T.offered_to) " " (parts::plain(offer.to.as_str())) " · " (parts::when(offer.at)) }
                    span .muted dir="auto" { (parts::plain(&offer.reason)) }
                } } }
            }
        }
    };
    Ok(Page::new(T.offers, Tab::Queue, body).into())
}

/// One offer with the two answers to it.
fn question(visit: &Visit<'_>, offer: &Offer, policy: &Policy) -> Result<Markup, Problem> {
    let key = offer.row.key;
    let subject = form::decode_subject(&offer.subject.body).ok();
    let leading = queue::leading(&offer.legs);
    let mut legs = Vec::new();
    for leg in &offer.legs {
        let is_main = leading.is_some_and(|main| std::ptr::eq::<LegRow>(main, leg));
        legs.push(alert::folded_leg(leg, subject.as_ref(), policy, is_main)?);
    }
    let session = visit.session()?;
    let hidden = html! {
        (parts::key(session))
        input type="hidden" name="alert" value=(key);
    };
    let (heading, why) = (format!("offer-{key}"), format!("why-{key}"));
    let by = offer.by.as_deref().unwrap_or_default();
    Ok(html! {
        section .panel .offer aria-labelledby=(heading) {
            h2 #(heading) {
                (T.is_it) " " (parts::name(&queue::caption(&offer.subject.body)))
                " " span .muted { (T.the_listed) } " "
                @if let Some(leg) = leading { (parts::name(&queue::listed_as(leg))) }
                "?"
            }
            p .muted {
                (fill(T.offered_by, &[("tenant", offer.from.as_str()), ("name", by)]))
                " · " (parts::when_ago(offer.at, visit.now())) " · "
                (parts::plain(&format!("{}/{}", offer.subject.source, offer.subject.external)))
                @if visit.app.tenant().is_none() { " · " (T.offered_to) " " (parts::plain(offer.to.as_str())) }
            }
            blockquote dir="auto" { (parts::plain(&offer.reason)) }
            @for leg in &legs { (leg) }
            div .answers {
                form method="post" action="/offers" {
                    (hidden)
                    button .main type="submit" name="do" value="accept" aria-label={ (T.accept) ", " (T.alert) " " (key) } { (T.accept) }
                }
                details .action { summary { (T.decline) }
                    form .stack method="post" action="/offers" {
                        (hidden)
                        label for=(why) { (T.why) }
                        textarea #(why) name="text" rows="2" required maxlength="10000" dir="auto" {}
                        button type="submit" name="do" value="decline" { (T.decline) }
                    } }
            }
        }
    })
}

pub(crate) fn act(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let form = visit.form();
    let lost = || Problem::Missing(T.no_such_page.to_owned());
    let alert: i64 = form.text("alert").parse().map_err(|_| lost())?;
    let word = form.text("do").to_owned();
    let action = match (word.as_str(), form.text("text")) {
        ("accept", _) => Action::Accept,
        ("decline", "") => return Err(Problem::Wrong(T.text_needed.to_owned())),
        ("decline", reason) => Action::Decline {
            reason: reason.to_owned(),
        },
        _ => return Err(lost()),
    };
    visit.needs(action.kind())?;
    let request = Request {
        alert,
        by: visit.session()?.who.name.clone(),
        expected: None,
        key: None,
        action,
        relied: Vec::new(),
    };
    let now = visit.now();
    Ok(Answer::Go(match visit.app.answer_offer(&request, now)? {
        Some(_) => format!("{}?done={word}", url::alert(alert)),
        None => format!("/offers?done={word}"),
    }))
}

/// That something is offered, for whoever may answer.
pub(super) fn notice(visit: &Visit<'_>) -> Result<Markup, Problem> {
    if !visit.may(ActionKind::Accept)? {
        return Ok(html! {});
    }
    let here = visit.tenant();
    let offers = visit.app.offers()?;
    let received = offers
        .iter()
        .filter(|offer| visit.app.tenant().is_none() || offer.to.as_str() == here);
    let count = received.count() as u64;
    Ok(html! {
        @if count > 0 { p #offered .notice { a href="/offers" { (T.count(T.offers_wait, count)) } } }
        @else if !offers.is_empty() { p .hint { a href="/offers" { (T.count(T.offers_out, offers.len() as u64)) } } }
    })
}

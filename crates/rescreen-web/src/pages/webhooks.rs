//! Who is told what happens to alerts.

use maud::{Markup, html};
use rescreen_app::{WEBHOOK_SECRET_BYTES, WebhookRow, parse_moment};

use super::admin::{self, Made};
use crate::{
    answer::{Answer, Problem},
    parts::{self, fill},
    session::Session,
    texts::T,
    visit::Visit,
};

/// The webhooks with how they stand, and the forms for them.
pub(super) fn section(visit: &Visit<'_>) -> Result<Markup, Problem> {
    let webhooks = visit.app.webhooks()?;
    let session = visit.session()?;
    Ok(html! {
        section .panel aria-labelledby="webhooks" {
            h2 #webhooks { (T.webhooks) }
            p .hint { (T.webhooks_text) }
            @if webhooks.is_empty() { p .muted { (T.none) } }
            @else { table role="table" {
                (parts::head(&[(T.number_no, "right"), (T.address, ""), (T.told, "right"), (T.still_to_tell, "right"), (T.state, ""), ("", "")]))
                tbody role="rowgroup" { @for webhook in &webhooks { (row(session, webhook)) } }
            } }
            details { summary { (T.add_webhook) }
                form .stack method="post" action="/admin/webhooks" {
                    (parts::key(session))
                    label for="webhook-url" { (T.address) }
                    input #webhook-url type="url" name="url" required maxlength="2000" autocomplete="off" placeholder="https://cases.example/alerts";
                    p .hint { (T.webhook_hint) }
                    button type="submit" name="do" value="add" { (T.add_webhook) }
                } }
        }
    })
}

fn row(session: &Session, webhook: &WebhookRow) -> Markup {
    let named = |what: &str| format!("{what} {}", webhook.key);
    let id = format!("since-{}", webhook.key);
    html! {
        tr role="row" {
            td role="cell" .right data-label=(T.number_no) { (webhook.key) }
            th role="rowheader" scope="row" {
                span .id { (parts::plain(&webhook.url)) }
                span .under { (fill(T.added_by, &[("name", &parts::visible(&webhook.author))])) " " (parts::when(webhook.created)) }
            }
            td role="cell" .right data-label=(T.told) { (parts::number(webhook.delivered)) }
            td role="cell" .right data-label=(T.still_to_tell) { (parts::number(webhook.waiting)) }
            td role="cell" data-label=(T.state) { (state(webhook)) }
            td role="cell" .right {
                details {
                    summary aria-label=(named(T.replay)) { (T.replay) }
                    form .stack method="post" action="/admin/webhooks" {
                        (parts::key(session)) input type="hidden" name="webhook" value=(webhook.key);
                        label for=(id) { (T.since_when) }
                        input id=(id) type="date" name="since";
                        p .hint { (T.replay_hint) }
                        button type="submit" name="do" value="replay" { (T.replay) }
                    }
                }
                form .inline method="post" action="/admin/webhooks" {
                    (parts::key(session)) input type="hidden" name="webhook" value=(webhook.key);
                    button .quiet type="submit" name="do" value="remove" aria-label=(named(T.remove)) { (T.remove) }
                }
            }
        }
    }
}

fn state(webhook: &WebhookRow) -> Markup {
    html! {
        @if webhook.failures > 0 {
            span .badge .tier-match { (T.count(T.n_failures, webhook.failures.into())) }
            @if let Some(error) = &webhook.error { span .under { (parts::plain(error)) } }
        } @else if let Some(last) = webhook.last {
            span .badge .state-released { (T.reached) } span .under { (parts::when(last)) }
        } @else { span .muted { (T.nothing_told) } }
    }
}

pub(crate) fn act(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let (by, now) = (visit.session()?.who.name.clone(), visit.now());
    let form = visit.form().clone();
    let key = || {
        let number = form.text("webhook").parse::<i64>();
        number.map_err(|_| Problem::Missing(T.no_such_page.to_owned()))
    };
    match form.text("do") {
        "add" => {
            let url = (visit.pages.config.webhook_address)(form.text("url"));
            let url = url.map_err(Problem::Wrong)?;
            let mut random = [0; WEBHOOK_SECRET_BYTES];
            getrandom::fill(&mut random).map_err(|_| Problem::Defect)?;
            let (_, secret) = visit.app.add_webhook(&url, &random, &by, now)?;
            // Not a redirection: the secret stands on this one page and nowhere else.
            return admin::shown(visit, Some(&Made::webhook(&url, &secret)));
        }
        "remove" => visit.app.remove_webhook(key()?, &by, now)?,
        "replay" => {
            let after = match form.get("since") {
                Some(day) => {
                    let since =
                        parse_moment(day, false).map_err(|e| Problem::Wrong(e.to_string()))?;
                    visit.app.feed_before(since)?
                }
                None => 0,
            };
            visit.app.replay_webhook(key()?, after, &by, now)?;
        }
        _ => return Err(Problem::Wrong(T.no_such_page.to_owned())),
    }
    Ok(Answer::Go("/admin#webhooks".to_owned()))
}

//! The thresholds of the register, and what others would change before they do.

use std::collections::BTreeSet;

use maud::{Markup, html};
use rescreen_app::{AlertReport, Forecast, PolicyRow, RegisterPolicy, Scope};
use rescreen_match::{Policy, Score};
use rescreen_model::ListName;

use super::queue;
use crate::{
    answer::{Answer, Page, Problem, Tab},
    fields::Fields,
    parts::{self, fill},
    session::Session,
    texts::T,
    url,
    visit::Visit,
};

/// So many alerts of each kind are named in a forecast; all are counted.
const MAX_NAMED: usize = 20;

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    shown(visit, None)
}

pub(crate) fn act(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let wanted = wanted(visit.form())?;
    let now = visit.now();
    if visit.form().text("do") == "set" {
        let by = visit.session()?.who.name.clone();
        let reason = visit.form().text("text").to_owned();
        visit
            .app
            .set_register_policy(&wanted, &by, &reason, now, &mut |_| {})?;
        return Ok(Answer::Go("/policy".to_owned()));
    }
    let forecast = visit.app.forecast_policy(&wanted, now, &mut |_| {})?;
    shown(visit, Some(&forecast))
}

/// The policy that a form states. Lists are named there only where not all of them are meant.
fn wanted(form: &Fields) -> Result<RegisterPolicy, Problem> {
    let score = |name: &str| {
        let value: Option<f64> = form.get(name).and_then(|text| text.parse().ok());
        value
            .and_then(Score::from_f64)
            .ok_or_else(|| Problem::Wrong(T.threshold_wrong.to_owned()))
    };
    let matching = Policy::new(score("review")?, score("matched")?)
        .map_err(|e| Problem::Wrong(e.to_string()))?;
    let lists = match form.get("scope") {
        Some("some") => Some(
            form.all("list")
                .map(|name| ListName::parse(name).map_err(|e| Problem::Wrong(e.to_string())))
                .collect::<Result<BTreeSet<_>, _>>()?,
        ),
        _ => None,
    };
    let topics = form
        .text("topics")
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    Ok(RegisterPolicy {
        matching: matching.with_typo_floor(form.get("typo").is_some()),
        scope: Scope::default().with_lists(lists)?.with_topics(topics)?,
    })
}

fn shown(visit: &Visit<'_>, forecast: Option<&Forecast>) -> Result<Answer, Problem> {
    let (policy, row) = visit.app.register_policy()?;
    let (desk, desk_row) = visit.app.desk_policy()?;
    let session = visit.session()?;
    let may = session.who.is_any(crate::routes::RUNNERS);
    let tried = forecast.map_or(&policy, |f| &f.policy);
    let lists: Vec<ListName> = visit
        .app
        .lists()?
        .into_iter()
        .map(|list| list.list.name)
        .collect();
    let days = |span: jiff::SignedDuration| {
        T.count(
            T.n_days,
            u64::try_from(span.as_hours() / 24).unwrap_or_default(),
        )
    };
    let body = html! {
        h1 { (T.policy) }
        section .panel aria-labelledby="now" {
            h2 #now { (T.in_force) }
            (scale(&policy.matching))
            (thresholds(&policy))
            p .muted { @match &row { Some(row) => (set_by(row)), None => (T.policy_default) } }
        }
        @if may { (trial(session, tried, &lists)) }
        @if let Some(forecast) = forecast { (forecasted(session, forecast)) }
        section .panel aria-labelledby="desk" {
            h2 #desk { (T.desk_rules) }
            @if may { p { a href="/policy/desk" { (T.change_rules) } } }
            dl .facts {
                (parts::fact(T.due_within, &html! { (days(desk.due_within)) }))
                (parts::fact(T.dispute_within, &html! { (days(desk.dispute_within)) }))
                (parts::fact(T.longest_clearance, &html! { (days(desk.max_suppression)) }))
                (parts::fact(T.longest_snooze, &html! { (days(desk.max_snooze)) }))
                @for (outcome, from) in &desk.approval_from {
                    (parts::fact(T.outcome(*outcome), &html! { (fill(T.second_person_from, &[("score", &format!("{}.{:02}", from.0 / 10_000, from.0 % 10_000 / 100))])) }))
                }
            }
            p .muted { @match &desk_row { Some(row) => { (parts::plain(&fill(T.set_by, &[("name", &row.author), ("reason", &row.reason)]))) " " (parts::when(row.at)) } None => (T.policy_default) } }
        }
    };
    Ok(Page::new(T.policy, Tab::Policy, body).into())
}

/// The form in which another policy is tried.
fn trial(session: &Session, tried: &RegisterPolicy, lists: &[ListName]) -> Markup {
    let is_some = tried.scope.lists().is_some();
    let topics: Vec<&str> = tried.scope.topics().iter().map(String::as_str).collect();
    html! {
        section .panel aria-labelledby="try" {
            h2 #try { (T.try_policy) }
            p .hint { (T.try_policy_text) }
            form .stack method="post" action="/policy" {
                (parts::key(session))
                div .details {
                    div { label for="review" { (T.review_from) } input #review type="number" name="review" min="0.5" max="1" step="0.0001" required value=(tried.matching.review()); }
                    div { label for="matched" { (T.match_from) } input #matched type="number" name="matched" min="0.5" max="1" step="0.0001" required value=(tried.matching.matched()); }
                    div { label for="topics" { (T.scope_topics) } input #topics type="text" name="topics" autocomplete="off" value=(topics.join(" ")) aria-describedby="topics-hint"; }
                }
                p #topics-hint .hint { (T.scope_topics_hint) }
                label .choice { input type="checkbox" name="typo" value="on" checked[tried.matching.typo_floor()]; " " (T.typo_floor) }
                fieldset {
                    legend { (T.scope_lists) }
                    label .choice { input type="radio" name="scope" value="all" checked[!is_some]; " " (T.all_lists) }
                    label .choice { input type="radio" name="scope" value="some" checked[is_some]; " " (T.only_these) }
                    div .checks {
                        @for list in lists {
                            label .choice { input type="checkbox" name="list" value=(list) checked[is_some && tried.scope.has_list(list)]; " " (list) }
                        }
                    }
                }
                button .main type="submit" name="do" value="forecast" { (T.forecast) }
            }
        }
    }
}

/// What a policy would do, and the way to put it in force.
fn forecasted(session: &Session, forecast: &Forecast) -> Markup {
    let sweep = &forecast.sweep;
    let RegisterPolicy { matching, scope } = &forecast.policy;
    let topics: Vec<&str> = scope.topics().iter().map(String::as_str).collect();
    html! {
        section .panel .forecast aria-labelledby="forecast" {
            h2 #forecast { (T.forecast) }
            (scale(matching))
            dl .figures-row {
                @for (term, n) in [(T.subjects, sweep.subjects), (T.alerts_new, sweep.alerts_new), (T.alerts_changed, sweep.alerts_changed), (T.alerts_withdrawn, sweep.alerts_withdrawn), (T.alerts_reopened, sweep.alerts_reopened)] {
                    div { dt { (term) } dd { (parts::number(n)) } }
                }
            }
            @for (title, alerts) in [(T.sample_new, &forecast.sample.new), (T.sample_withdrawn, &forecast.sample.withdrawn), (T.sample_changed, &forecast.sample.changed), (T.sample_returned, &forecast.sample.returned)] {
                (named(title, alerts, matching))
            }
            p .hint { (T.forecast_text) }
            form .stack method="post" action="/policy" {
                (parts::key(session))
                input type="hidden" name="review" value=(matching.review());
                input type="hidden" name="matched" value=(matching.matched());
                input type="hidden" name="topics" value=(topics.join(" "));
                @if matching.typo_floor() { input type="hidden" name="typo" value="on"; }
                @if let Some(lists) = scope.lists() {
                    input type="hidden" name="scope" value="some";
                    @for list in lists { input type="hidden" name="list" value=(list); }
                }
                label for="why" { (T.why) }
                textarea #why name="text" rows="2" required maxlength="2000" dir="auto" {}
                button .main type="submit" name="do" value="set" { (T.put_in_force) }
            }
        }
    }
}

fn named(title: &str, alerts: &[AlertReport], policy: &Policy) -> Markup {
    html! {
        @if !alerts.is_empty() {
            details {
                summary { (title) " " span .count { (alerts.len()) } }
                ul .plain-list {
                    @for alert in alerts.iter().take(MAX_NAMED) {
                        li {
                            @if let Some(leg) = queue::leading(&alert.legs) { (parts::score(leg.score, policy)) }
                            a href=(url::subject(&alert.subject.source, &alert.subject.external)) { (parts::name(&queue::caption(&alert.subject.body))) }
                            @if let Some(leg) = queue::leading(&alert.legs) { span .muted { (T.listed_as_word) } (parts::name(&queue::listed_as(leg))) }
                        }
                    }
                }
            }
        }
    }
}

fn set_by(row: &PolicyRow) -> Markup {
    html! { (parts::plain(&fill(T.set_by, &[("name", &row.author), ("reason", &row.reason)]))) " " (parts::when(row.at)) }
}

fn thresholds(policy: &RegisterPolicy) -> Markup {
    let RegisterPolicy { matching, scope } = policy;
    let lists = scope.lists().map_or_else(
        || T.scope_all.to_owned(),
        |lists| {
            lists
                .iter()
                .map(ListName::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        },
    );
    let topics = if scope.topics().is_empty() {
        T.scope_all.to_owned()
    } else {
        scope
            .topics()
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join(", ")
    };
    html! {
        dl .facts {
            (parts::fact(T.review_from, &html! { (matching.review()) }))
            (parts::fact(T.match_from, &html! { (matching.matched()) }))
            (parts::fact(T.typo_floor, &html! { (if matching.typo_floor() { T.on } else { T.off }) }))
            (parts::fact(T.scope_lists, &html! { (lists) }))
            (parts::fact(T.scope_topics, &html! { (topics) }))
            (parts::fact(T.policy_word, &html! { code { (policy.hash().short()) } }))
        }
    }
}

/// The scale from 0 to 1 with where review and match begin.
fn scale(policy: &Policy) -> Markup {
    let x = |score: Score| format!("{:.1}", score.as_f64() * 960.0);
    let width = |from: Score, to: f64| format!("{:.1}", (to - from.as_f64()) * 960.0);
    let text = fill(
        T.scale_alt,
        &[
            ("review", &policy.review().to_string()),
            ("match", &policy.matched().to_string()),
        ],
    );
    html! {
        figure .chart .scale { div .scroll role="group" aria-label=(T.chart) tabindex="0" {
            svg viewBox="0 0 960 44" role="img" aria-label=(text) {
                rect .below x="0" y="4" width="960" height="14" rx="3" {}
                rect .review x=(x(policy.review())) y="4" width=(width(policy.review(), policy.matched().as_f64())) height="14" {}
                rect .match x=(x(policy.matched())) y="4" width=(width(policy.matched(), 1.0)) height="14" {}
                text .label x="0" y="36" { (T.below) }
                text .label x=(x(policy.review())) y="36" text-anchor="middle" { (T.tier("review")) " " (parts::figures(policy.review())) }
                text .label x="960" y="36" text-anchor="end" { (T.tier("match")) " " (parts::figures(policy.matched())) }
            }
        } }
    }
}

//! The thresholds of the register, and what others would change before they do.

use maud::{Markup, html};
use rescreen_app::{Forecast, PolicyRow};
use rescreen_match::{Policy, Score};

use crate::{
    answer::{Answer, Page, Problem, Tab},
    fields::Fields,
    parts::{self, fill},
    texts::T,
    visit::Visit,
};

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

fn wanted(form: &Fields) -> Result<Policy, Problem> {
    let score = |name: &str| {
        let value: Option<f64> = form.get(name).and_then(|text| text.parse().ok());
        value
            .and_then(Score::from_f64)
            .ok_or_else(|| Problem::Wrong(T.threshold_wrong.to_owned()))
    };
    let policy = Policy::new(score("review")?, score("matched")?)
        .map_err(|e| Problem::Wrong(e.to_string()))?;
    Ok(policy.with_typo_floor(form.get("typo").is_some()))
}

fn shown(visit: &Visit<'_>, forecast: Option<&Forecast>) -> Result<Answer, Problem> {
    let (policy, row) = visit.app.register_policy()?;
    let (desk, desk_row) = visit.app.desk_policy()?;
    let session = visit.session()?;
    let may = crate::routes::RUNNERS.contains(&session.who.role);
    let tried = forecast.map_or(&policy, |f| &f.policy);
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
            (scale(&policy))
            (thresholds(&policy))
            p .muted { @match &row { Some(row) => (set_by(row)), None => (T.policy_default) } }
        }
        @if may {
            section .panel aria-labelledby="try" {
                h2 #try { (T.try_policy) }
                p .hint { (T.try_policy_text) }
                form .stack method="post" action="/policy" {
                    (parts::key(session))
                    div .details {
                        div { label for="review" { (T.review_from) } input #review type="number" name="review" min="0.5" max="1" step="0.0001" required value=(tried.review()); }
                        div { label for="matched" { (T.match_from) } input #matched type="number" name="matched" min="0.5" max="1" step="0.0001" required value=(tried.matched()); }
                        div { label .choice { input type="checkbox" name="typo" value="on" checked[tried.typo_floor()]; " " (T.typo_floor) } }
                    }
                    button .main type="submit" name="do" value="forecast" { (T.forecast) }
                }
            }
        }
        @if let Some(forecast) = forecast {
            section .panel .forecast aria-labelledby="forecast" {
                h2 #forecast { (T.forecast) }
                (scale(&forecast.policy))
                dl .figures-row {
                    @for (term, n) in [(T.subjects, forecast.sweep.subjects), (T.alerts_new, forecast.sweep.alerts_new), (T.alerts_changed, forecast.sweep.alerts_changed), (T.alerts_withdrawn, forecast.sweep.alerts_withdrawn), (T.alerts_reopened, forecast.sweep.alerts_reopened)] {
                        div { dt { (term) } dd { (parts::number(n)) } }
                    }
                }
                p .hint { (T.forecast_text) }
                form .stack method="post" action="/policy" {
                    (parts::key(session))
                    input type="hidden" name="review" value=(forecast.policy.review());
                    input type="hidden" name="matched" value=(forecast.policy.matched());
                    @if forecast.policy.typo_floor() { input type="hidden" name="typo" value="on"; }
                    label for="why" { (T.why) }
                    textarea #why name="text" rows="2" required maxlength="2000" dir="auto" {}
                    button .main type="submit" name="do" value="set" { (T.put_in_force) }
                }
            }
        }
        section .panel aria-labelledby="desk" {
            h2 #desk { (T.desk_rules) }
            dl .facts {
                (parts::fact(T.due_within, &html! { (days(desk.due_within)) }))
                (parts::fact(T.dispute_within, &html! { (days(desk.dispute_within)) }))
                (parts::fact(T.longest_clearance, &html! { (days(desk.max_suppression)) }))
                (parts::fact(T.longest_snooze, &html! { (days(desk.max_snooze)) }))
                @for (outcome, from) in &desk.approval_from {
                    (parts::fact(T.outcome(*outcome), &html! { (fill(T.second_person_from, &[("score", &format!("{}.{:02}", from.0 / 10_000, from.0 % 10_000 / 100))])) }))
                }
            }
            p .muted { @match &desk_row { Some(row) => { (fill(T.set_by, &[("name", &row.author), ("reason", &row.reason)])) " " (parts::when(row.at)) } None => (T.policy_default) } }
        }
    };
    Ok(Page::new(T.policy, Tab::Policy, body).into())
}

fn set_by(row: &PolicyRow) -> Markup {
    html! { (parts::plain(&fill(T.set_by, &[("name", &row.author), ("reason", &row.reason)]))) " " (parts::when(row.at)) }
}

fn thresholds(policy: &Policy) -> Markup {
    html! {
        dl .facts {
            (parts::fact(T.review_from, &html! { (policy.review()) }))
            (parts::fact(T.match_from, &html! { (policy.matched()) }))
            (parts::fact(T.typo_floor, &html! { (if policy.typo_floor() { T.on } else { T.off }) }))
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

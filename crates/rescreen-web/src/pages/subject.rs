//! One subject: what we hold about it, what was answered, and when which list said what.

use maud::{Markup, html};
use rescreen_app::{AlertRow, AsOf, SubjectReport, changes_between, form};
use rescreen_model::Entry;

use super::{alert, list, queue};
use crate::{
    answer::{Answer, Page, Problem, Tab},
    chart::{self, Bar, Lane, Mark},
    compare, parts,
    texts::T,
    url,
    visit::Visit,
};

const MAX_SCREENINGS: usize = 50;

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let id = format!("{}/{}", visit.part("source"), visit.part("id"));
    let report = visit.app.show_subject(&id, jiff::Timestamp::MAX)?;
    let through = visit.app.screened_through(report.row.key)?;
    let policy = visit.app.register_policy()?.0.matching;
    let name = queue::caption(&report.row.body);
    let current = form::decode_subject(&report.row.body).ok();
    let body = html! {
        h1 { (parts::name(&name)) }
        div .meta {
            span .id { (parts::plain(&id)) }
            @if let Some(subject) = &current { span { (T.schema(subject.schema.name())) } }
            span { (T.registered) " " (parts::when_ago(report.row.registered, visit.now())) }
            @if let Some(at) = report.row.erased { span .badge .tier-below { (T.erased) } (parts::when(at)) }
            @else if let Some(at) = report.row.retired { span .badge .tier-below { (T.retired) } (parts::when(at)) }
        }
        div .two-columns {
            section .panel aria-labelledby="data" {
                h2 #data { (T.data) }
                @match &current { Some(subject) => (compare::properties(subject)), None => p .muted { (T.erased_text) } }
                (versions(&report))
            }
            section .panel aria-labelledby="through" {
                h2 #through { (T.screened_through) }
                table .through role="table" {
                    (parts::head(&[(T.list, ""), (T.through_version, ""), (T.published, ""), ("", "")]))
                    tbody role="rowgroup" {
                        @for list in &through {
                            tr role="row" {
                                th role="rowheader" scope="row" { (parts::list(list.list.as_str())) }
                                td role="cell" data-label=(T.through_version) { @match &list.through { Some(v) => (v.version), None => span .muted { (T.never) } } }
                                td role="cell" data-label=(T.published) { @if let Some(v) = &list.through { (parts::when(v.published)) } }
                                td role="cell" { @if !list.in_scope { span .badge .tier-below { (T.out_of_scope) } } @else if list.is_current { span .badge .state-released { (T.up_to_date) } } @else { span .badge .tier-match { (T.outstanding) } } }
                            }
                        }
                    }
                }
            }
        }
        section .panel aria-labelledby="alerts" {
            h2 #alerts { (T.alerts) }
            @if report.alerts.is_empty() { p .muted { (T.never_alerted) } }
            ul .plain-list {
                @for (alert, legs) in &report.alerts {
                    li {
                        @if let Some(leg) = queue::leading(legs) { (parts::score(leg.score, &policy)) " " a href=(url::alert(alert.key)) { (parts::name(&queue::listed_as(leg))) } }
                        " " (parts::state(alert.state)) " " span .muted { (T.raised) " " (parts::when(alert.opened)) " · " (parts::cause(&alert.cause)) }
                    }
                }
            }
        }
        section .panel aria-labelledby="time" {
            h2 #time { (T.two_axes) }
            p .hint { (T.two_axes_text) }
            (timeline(visit, &report))
        }
        section .panel aria-labelledby="screenings" {
            h2 #screenings { (T.screenings) " " span .count { (report.screenings.len()) } }
            table role="table" {
                (parts::head(&[(T.number_no, "right"), (T.when, ""), (T.subject_version, "right"), (T.answer, "")]))
                tbody role="rowgroup" {
                    @for screening in report.screenings.iter().rev().take(MAX_SCREENINGS) {
                        tr role="row" {
                            td role="cell" .right data-label=(T.number_no) { (screening.key) }
                            td role="cell" data-label=(T.when) { (parts::when(screening.at)) }
                            td role="cell" .right data-label=(T.subject_version) { (screening.version) }
                            td role="cell" data-label=(T.answer) { (answer(&screening.answer)) }
                        }
                    }
                }
            }
        }
        section .panel aria-labelledby="history" { h2 #history { (T.history) } (alert::history(&report.events)) }
    };
    Ok(Page::new(name, Tab::Queue, body).into())
}

/// What was answered: the parties by id with their score.
fn answer(text: &str) -> Markup {
    let found = form::decode_answer(text).unwrap_or_default();
    html! {
        @if found.is_empty() { span .muted { (T.nobody_found) } }
        @for (n, (_, entry, found)) in found.iter().enumerate() {
            @if n > 0 { ", " } (parts::entry(entry)) " " (parts::figures(found.score))
        }
    }
}

/// What the subject said before, and what changed each time.
fn versions(report: &SubjectReport) -> Markup {
    let decoded: Vec<_> = report
        .versions
        .iter()
        .map(|v| (v, form::decode_subject(&v.body).ok()))
        .collect();
    html! {
        @if decoded.len() > 1 {
            details {
                summary { (T.count(T.n_versions, decoded.len() as u64)) }
                ol .history {
                    @for pair in decoded.windows(2).rev() {
                        @if let [(_, Some(before)), (version, Some(after))] = pair {
                            li {
                                span .what { (T.version) " " (version.version) } span .time { (parts::when(version.at)) }
                                (list::changes(&changes_between(&Entry::new(before.clone()), &Entry::new(after.clone()))))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Two axes: what the lists said at which time, and what was known here at which time.
fn timeline(visit: &Visit<'_>, report: &SubjectReport) -> Markup {
    let now = visit.now();
    let mut said = Vec::new();
    let mut known = Vec::new();
    let mut seen = Vec::new();
    for leg in report.alerts.iter().flat_map(|(_, legs)| legs) {
        if seen.contains(&&leg.entry) {
            continue;
        }
        seen.push(&leg.entry);
        let Ok(history) = visit.app.entity(&leg.entry, AsOf::NOW) else {
            continue;
        };
        let label = format!("{} ({})", queue::listed_as(leg), leg.list_name);
        for span in history.history {
            said.push(Bar {
                row: label.clone(),
                from: span.from.published,
                to: span.to.as_ref().map_or(now, |v| v.published),
                note: span.from.version.to_string(),
            });
            if let Some(from) = span.from.activated {
                known.push(Bar {
                    row: label.clone(),
                    from,
                    to: span.to.as_ref().and_then(|v| v.activated).unwrap_or(now),
                    note: span.from.version.to_string(),
                });
            }
        }
    }
    let marks = marks(report);
    let lanes = [
        Lane {
            title: T.said_by_lists,
            bars: said,
            marks: Vec::new(),
        },
        Lane {
            title: T.known_lane,
            bars: known,
            marks: Vec::new(),
        },
        Lane {
            title: T.about_subject,
            bars: Vec::new(),
            marks,
        },
    ];
    chart::timeline(&lanes, now)
}

fn marks(report: &SubjectReport) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut add = |at, kind: &'static str, text: String| marks.push(Mark { at, kind, text });
    for version in &report.versions {
        let text = if version.version == 1 {
            T.registered.to_owned()
        } else {
            format!("{} {}", T.version, version.version)
        };
        add(version.at, "version", text);
    }
    for screening in report.screenings.iter().take(MAX_SCREENINGS) {
        add(
            screening.at,
            "screening",
            format!("{} {}", T.screening, screening.key),
        );
    }
    for (alert, _) in &report.alerts {
        let AlertRow { key, opened, .. } = alert;
        add(*opened, "alert", format!("{} {key}", T.alert));
    }
    for event in report.events.iter().filter(|event| event.kind == "decided") {
        add(event.at, "decided", T.event("decided"));
    }
    marks
}

//! Lists: their versions, what changed between any two, and what was held back.

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use rescreen_app::{DiffedEntry, FieldChange, ListReport, VersionRow, VersionState};
use rescreen_model::ListName;

use crate::{
    answer::{Answer, Page, Problem, Tab},
    chart,
    parts::{self, fill},
    running,
    texts::T,
    url,
    visit::Visit,
};

/// A list at which nobody looked for so long is said to be old.
const OLD: SignedDuration = SignedDuration::from_hours(72);
/// So many rows of a difference are written out in each part.
const MAX_DIFF: usize = 500;
const MAX_FINDINGS: usize = 200;
const MAX_VERSIONS: usize = 400;

pub(crate) fn all(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let lists = visit.app.lists()?;
    let now = visit.now();
    let body = html! {
        h1 { (T.lists) }
        (underway(visit))
        @if lists.is_empty() { div .empty { p { strong { (T.no_lists) } } p .muted { (T.no_lists_text) } } }
        @else {
            table .lists role="table" {
                caption .unseen-caption { (T.lists) }
                (parts::head(&[(T.list, ""), (T.version, ""), (T.published, ""), (T.looked_at, ""), (T.entries, "right"), (T.findings, "right"), (T.size, "")]))
                tbody role="rowgroup" {
                    @for list in &lists { (row(list, now)) }
                }
            }
        }
    };
    Ok(Page::new(T.lists, Tab::Lists, body).into())
}

/// What runs now, kept up to date.
fn underway(visit: &Visit<'_>) -> Markup {
    html! { div data-news="/queue/news" { (running::notice(&(visit.pages.sources.running)())) } }
}

fn row(list: &ListReport, now: Timestamp) -> Markup {
    let name = list.list.name.as_str();
    html! {
        tr role="row" data-row="" data-href=(url::list(name)) tabindex="-1" {
            th role="rowheader" scope="row" {
                a .primary href=(url::list(name)) { (name) }
                span .under { (list.list.spec.format) }
            }
            td role="cell" data-label=(T.version) {
                @match &list.active {
                    Some(version) => a href=(url::version(name, version.version.as_str())) { (version.version) },
                    None => span .muted { (T.none_in_force) },
                }
                @if let Some(waiting) = list.waiting() {
                    a .badge .tier-match href=(url::version(name, waiting.version.as_str())) { (T.quarantined) }
                }
            }
            td role="cell" data-label=(T.published) {
                @if let Some(version) = &list.active { (parts::when_ago(version.published, now)) }
            }
            td role="cell" data-label=(T.looked_at) { (looked(list, now)) }
            td role="cell" .right data-label=(T.entries) { (list.active.as_ref().map_or_else(String::new, |v| parts::number(v.entries))) }
            td role="cell" .right data-label=(T.findings) { (list.active.as_ref().map_or_else(String::new, |v| parts::number(v.findings))) }
            td role="cell" .spark data-label=(T.size) { (chart::spark(&sizes(&list.versions))) }
        }
    }
}

fn looked(list: &ListReport, now: Timestamp) -> Markup {
    html! {
        @match list.observations.first() {
            Some(look) => {
                (parts::ago(look.at, now))
                @if now.duration_since(look.at) > OLD { " " span .badge .tier-review { (T.old) } }
            }
            None => span .muted { (T.never) },
        }
    }
}

/// How many entries each version had that was in force, oldest first.
fn sizes(versions: &[VersionRow]) -> Vec<(Timestamp, u64)> {
    let mut sizes: Vec<(Timestamp, u64)> = versions
        .iter()
        .filter(|v| v.seq.is_some())
        .map(|v| (v.published, v.entries))
        .collect();
    sizes.sort_unstable();
    sizes
}

fn name(visit: &Visit<'_>) -> Result<ListName, Problem> {
    ListName::parse(visit.part("list")).map_err(|_| Problem::Missing(T.no_such_page.to_owned()))
}

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let name = name(visit)?;
    let list = visit.app.show_list(&name)?;
    let now = visit.now();
    let sizes = sizes(&list.versions);
    let newest: Vec<&VersionRow> = list
        .versions
        .iter()
        .rev()
        .filter(|v| v.state != VersionState::Unreadable)
        .take(2)
        .collect();
    let (to, from) = (newest.first(), newest.get(1));
    let is =
        |row: &VersionRow, chosen: Option<&&VersionRow>| chosen.is_some_and(|c| c.key == row.key);
    let body = html! {
        p .crumbs { a href="/lists" { (T.lists) } }
        h1 { (name) }
        (underway(visit))
        div .meta {
            @match &list.active {
                Some(version) => {
                    span { (T.in_force) " " a href=(url::version(name.as_str(), version.version.as_str())) { (version.version) } }
                    span { (T.published) " " (parts::when_ago(version.published, now)) }
                    span { (T.count(T.n_entries, version.entries)) }
                }
                None => span { (T.none_in_force) },
            }
            span { (T.looked_at) " " (looked(&list, now)) }
        }
        @if let Some(waiting) = list.waiting() {
            div .notice .bad {
                p { strong { (T.quarantined_notice) } " "
                    a href=(url::version(name.as_str(), waiting.version.as_str())) { (waiting.version) } }
                ul { @for (_, reason) in &waiting.reasons { li { (parts::plain(reason)) } } }
            }
        }
        @if sizes.len() > 1 {
            section .panel aria-labelledby="size" { h2 #size { (T.size_over_time) } (chart::sizes(&sizes)) }
        }
        section .panel aria-labelledby="versions" {
            h2 #versions { (T.versions) }
            form method="get" action={ (url::list(name.as_str())) "/diff" } {
                div .scroll role="group" aria-labelledby="versions" tabindex="0" {
                table .versions role="table" {
                    (parts::head(&[(T.from, "tight"), (T.to, "tight"), (T.version, ""), (T.state, ""), (T.published, ""), (T.received, ""), (T.entries, "right"), (T.findings, "right")]))
                    tbody role="rowgroup" {
                        @for v in list.versions.iter().rev().take(MAX_VERSIONS) {
                            tr role="row" {
                                td role="cell" .tight { input type="radio" name="from" value=(v.version) checked[is(v, from)] disabled[v.state == VersionState::Unreadable] aria-label={ (T.from) " " (v.version) }; }
                                td role="cell" .tight { input type="radio" name="to" value=(v.version) checked[is(v, to)] disabled[v.state == VersionState::Unreadable] aria-label={ (T.to) " " (v.version) }; }
                                th role="rowheader" scope="row" { a href=(url::version(name.as_str(), v.version.as_str())) { (v.version) } }
                                td role="cell" data-label=(T.state) { (version_state(v.state)) }
                                td role="cell" data-label=(T.published) { (parts::when(v.published)) }
                                td role="cell" data-label=(T.received) { (parts::when(v.retrieved)) }
                                td role="cell" .right data-label=(T.entries) { (parts::number(v.entries)) }
                                td role="cell" .right data-label=(T.findings) { (parts::number(v.findings)) }
                            }
                        }
                    }
                }
                }
                p { button type="submit" { (T.compare) } }
            }
        }
        section .panel aria-labelledby="spec" {
            h2 #spec { (T.how_read) }
            dl .facts {
                (parts::fact(T.format, &html! { (list.list.spec.format) }))
                @for address in &list.list.spec.urls { (parts::fact(T.address, &parts::plain(address))) }
                (parts::fact(T.limits, &html! { (fill(T.limits_text, &[
                    ("shrink", &percent(list.list.spec.limits.shrink)), ("change", &percent(list.list.spec.limits.change))])) }))
                @if let Some(version) = &list.active {
                    @for (schema, n) in &version.by_schema { (parts::fact(&T.schema(schema), &html! { (parts::number(*n)) })) }
                }
            }
        }
    };
    Ok(Page::new(name.as_str(), Tab::Lists, body).into())
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn version_state(state: VersionState) -> Markup {
    let class = match state {
        VersionState::Active => "state-released",
        VersionState::Superseded => "tier-below",
        VersionState::Quarantined | VersionState::Unreadable => "tier-match",
    };
    html! { span .badge .(class) { (T.version_state(state)) } }
}

pub(crate) fn version(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let name = name(visit)?;
    let list = visit.app.show_list(&name)?;
    let version = visit.app.version(&list.list, visit.part("version"))?;
    let findings = visit.app.findings(&version)?;
    let waits = list
        .waiting()
        .is_some_and(|waiting| waiting.key == version.key);
    let before = list
        .active
        .as_ref()
        .filter(|active| active.key != version.key);
    let session = visit.session()?;
    let may = session.who.is_any(crate::routes::RUNNERS);
    let body = html! {
        p .crumbs { a href="/lists" { (T.lists) } " / " a href=(url::list(name.as_str())) { (name) } }
        h1 { (version.version) " " (version_state(version.state)) }
        dl .facts {
            (parts::fact(T.published, &parts::when(version.published)))
            (parts::fact(T.received, &parts::when(version.retrieved)))
            @if let Some(at) = version.activated { (parts::fact(T.in_force_since, &parts::when(at))) }
            (parts::fact(T.entries, &html! { (parts::number(version.entries)) }))
            @for (schema, n) in &version.by_schema { (parts::fact(&T.schema(schema), &html! { (parts::number(*n)) })) }
            (parts::fact(T.content_hash, &html! { code { (version.content.short()) } }))
            @if let Some(release) = &version.release { (parts::fact(T.released_by, &parts::plain(release))) }
        }
        @if !version.reasons.is_empty() {
            section .panel aria-labelledby="held" {
                h2 #held { (T.held_back) }
                ul { @for (code, reason) in &version.reasons { li { (parts::plain(reason)) " " code .muted { (code) } } } }
                @if let Some(active) = before {
                    p { a href=(url::diff(name.as_str(), active.version.as_str(), version.version.as_str())) { (T.compare_with_force) } }
                }
                @if waits && may {
                    form .stack method="post" action=(url::version(name.as_str(), version.version.as_str())) {
                        (parts::key(session))
                        label for="reason" { (T.release_why) }
                        textarea #reason name="text" rows="2" required maxlength="2000" dir="auto" {}
                        p .hint { (T.release_text) }
                        button .main type="submit" { (T.release) }
                    }
                } @else if waits { p .hint { (T.release_by_admin) } }
            }
        }
        section .panel aria-labelledby="findings" {
            h2 #findings { (T.findings) " " span .count { (parts::number(version.findings)) } }
            @if findings.is_empty() { p .muted { (T.no_findings) } }
            @else {
                table .findings role="table" {
                    (parts::head(&[(T.severity, ""), (T.code, ""), (T.place, ""), (T.what, "")]))
                    tbody role="rowgroup" {
                        @for finding in findings.iter().take(MAX_FINDINGS) {
                            tr role="row" {
                                td role="cell" data-label=(T.severity) { (finding.severity.as_str()) }
                                td role="cell" data-label=(T.code) { code { (finding.code) } }
                                td role="cell" data-label=(T.place) { (parts::plain(&finding.place)) }
                                td role="cell" data-label=(T.what) { (parts::plain(&finding.message)) }
                            }
                        }
                    }
                }
                @if findings.len() > MAX_FINDINGS { p .muted { (fill(T.and_more, &[("n", &parts::number((findings.len() - MAX_FINDINGS) as u64))])) } }
            }
        }
    };
    Ok(Page::new(format!("{name} {}", version.version), Tab::Lists, body).into())
}

pub(crate) fn release(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let name = name(visit)?;
    let version = visit.part("version").to_owned();
    let reason = visit.form().text("text").to_owned();
    let (by, now) = (visit.session()?.who.name.clone(), visit.now());
    visit.app.release(&name, &version, &by, &reason, now)?;
    Ok(Answer::Go(url::version(name.as_str(), &version)))
}

pub(crate) fn diff(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let name = name(visit)?;
    let from = visit.query().get("from").unwrap_or("previous");
    let to = visit.query().get("to").unwrap_or("latest");
    let diff = visit.app.diff(&name, from, to)?;
    let part = |id: &str, title: &str, class: &'static str, entries: &[DiffedEntry]| {
        html! {
            section .panel aria-labelledby=(id) {
                h2 #(id) { (title) " " span .count { (parts::number(entries.len() as u64)) } }
                ul .diff-list .(class) { @for entry in entries.iter().take(MAX_DIFF) { li { (named(entry)) } } }
                (more(entries.len()))
            }
        }
    };
    let body = html! {
        p .crumbs { a href="/lists" { (T.lists) } " / " a href=(url::list(name.as_str())) { (name) } }
        h1 { (diff.from.version) " → " (diff.to.version) }
        div .meta {
            span { (T.published) " " (parts::when(diff.from.published)) " → " (parts::when(diff.to.published)) }
            span { (T.count(T.n_added, diff.added.len() as u64)) }
            span { (T.count(T.n_removed, diff.removed.len() as u64)) }
            span { (T.count(T.n_changed, diff.changed.len() as u64)) }
        }
        @if diff.added.is_empty() && diff.removed.is_empty() && diff.changed.is_empty() { div .empty { p { (T.same_content) } } }
        @if !diff.added.is_empty() { (part("added", T.added, "is-added", &diff.added)) }
        @if !diff.removed.is_empty() { (part("removed", T.removed, "is-removed", &diff.removed)) }
        @if !diff.changed.is_empty() {
            section .panel aria-labelledby="changed" {
                h2 #changed { (T.changed) " " span .count { (parts::number(diff.changed.len() as u64)) } }
                @for (entry, fields) in diff.changed.iter().take(MAX_DIFF) {
                    div .changed-entry { h3 { (named(entry)) } (changes(fields)) }
                }
                (more(diff.changed.len()))
            }
        }
    };
    Ok(Page::new(
        format!("{name} {} → {}", diff.from.version, diff.to.version),
        Tab::Lists,
        body,
    )
    .into())
}

fn more(count: usize) -> Markup {
    html! { @if count > MAX_DIFF { p .muted { (fill(T.and_more, &[("n", &parts::number((count - MAX_DIFF) as u64))])) } } }
}

fn named(entry: &DiffedEntry) -> Markup {
    html! {
        a href=(url::entry(entry.id.as_str())) { (parts::name(&entry.caption)) }
        " " span .muted { (T.schema(entry.schema)) " · " (parts::plain(entry.id.as_str())) }
    }
}

/// What changed, field by field: what is gone, and what is new.
pub(crate) fn changes(changes: &[FieldChange]) -> Markup {
    html! {
        dl .changes {
            @for change in changes {
                div {
                    dt { (T.field_name(&change.field)) }
                    dd {
                        @for text in &change.removed { del { span .unseen-caption { (T.removed) ": " } (parts::name(text)) } " " }
                        @for text in &change.added { ins { span .unseen-caption { (T.added) ": " } (parts::name(text)) } " " }
                    }
                }
            }
        }
    }
}

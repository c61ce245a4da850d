//! What everybody did and was refused, and whether the record of it is the one that was written.

use std::io::Write;

use maud::{Markup, html};
use rescreen_app::{
    App,
    audit::{Checkpoint, CheckpointRow, LogFilter, LogKey, LogRow, Selection},
    parse_moment,
};

use super::alert;
use crate::{
    answer::{Answer, Download, Page, Problem, Tab},
    fields::Fields,
    parts::{self, fill},
    session::Session,
    state::LogKeyWish,
    texts::T,
    url,
    verification::{Unverified, Verification},
    visit::{Visit, desk_name},
};

/// So many entries stand on a page.
const PAGE: usize = 50;
/// So many checkpoints are listed; the others are in an export of the whole log.
const MAX_CHECKPOINTS: usize = 10;

/// What is asked of the log, as it stands in the address.
struct Wanted {
    filter: LogFilter,
    /// Only entries before this place.
    before: Option<u64>,
}

fn wanted(visit: &Visit<'_>) -> Result<Wanted, Problem> {
    let fields = visit.query();
    let alert = match fields.get("alert") {
        Some(text) => Some(
            text.parse()
                .map_err(|_| Problem::Wrong(fill(T.alert_number_wrong, &[("text", text)])))?,
        ),
        None => None,
    };
    let subject = match fields.get("subject") {
        Some(id) => Some(visit.app.find_subject(id)?.key),
        None => None,
    };
    let until = match fields.get("until") {
        Some(day) => Some(visit.app.log_place(moment(day, true)?)?),
        None => None,
    };
    let before: Option<u64> = fields.get("before").and_then(|text| text.parse().ok());
    Ok(Wanted {
        filter: LogFilter {
            tenant: Some(visit.tenant().to_owned()),
            actor: fields.get("actor").map(desk_name),
            kind: fields.get("kind").map(str::to_owned),
            subject,
            alert,
        },
        before: [before, until].into_iter().flatten().min(),
    })
}

fn moment(text: &str, is_end: bool) -> Result<jiff::Timestamp, Problem> {
    parse_moment(text, is_end).map_err(|_| Problem::Wrong(fill(T.day_wrong, &[("text", text)])))
}

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let wanted = wanted(visit)?;
    // One more than is shown tells whether there are more.
    let mut entries = visit
        .app
        .log_entries(&wanted.filter, wanted.before, PAGE + 1)?;
    let has_more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let (size, root) = visit.app.log_end()?;
    let key = (visit.pages.sources.log_key)(LogKeyWish::Find);
    let session = visit.session()?;
    let body = html! {
        h1 { (T.audit) }
        div .meta {
            span { (T.count(T.n_log_entries, size)) }
            span { (T.root) " " code { (root.to_string().get(..16).unwrap_or_default()) "…" } }
        }
        div .two-columns {
            section .panel aria-labelledby="verify" {
                h2 #verify { (T.as_written) }
                p .hint { (T.as_written_text) }
                (verified(&visit.pages.verifier.state(), visit.now()))
                (button(session, "verify", T.verify, true))
                (checkpoints(visit, key.as_ref().ok().and_then(Option::as_ref), size)?)
            }
            section .panel aria-labelledby="give" {
                h2 #give { (T.give_away) }
                p .hint { (T.give_away_text) }
                (public_key(key))
                (export(session))
            }
        }
        section aria-labelledby="entries" {
            h2 #entries { (T.log) }
            (filters(visit))
            @if entries.is_empty() { div .empty { p { strong { (T.no_log_entry) } } p { a href="/audit" { (T.show_all_entries) } } } }
            @else { (table(visit.app, &entries)) }
            (pager(visit.query(), wanted.before.is_some(), entries.last().filter(|_| has_more)))
        }
    };
    Ok(Page::new(T.audit, Tab::Audit, body).into())
}

/// A form of one button.
fn button(session: &Session, word: &str, text: &str, is_main: bool) -> Markup {
    html! {
        form .stack method="post" action="/audit" {
            (parts::key(session))
            button .main[is_main] type="submit" name="do" value=(word) { (text) }
        }
    }
}

/// What came of the last verification.
fn verified(state: &Verification, now: jiff::Timestamp) -> Markup {
    html! {
        @match state {
            Verification::Never => p .muted { (T.never_verified) },
            Verification::Running { since } => p .notice role="status" { (T.verifying) " " (parts::when_ago(*since, now)) " " a href="/audit" { (T.look_again) } },
            Verification::Done { at, took, found: Ok(size) } => p .notice .good role="status" {
                (fill(T.verified_good, &[("n", &parts::number(*size)), ("took", &T.span(*took))])) " " (parts::when_ago(*at, now))
            },
            Verification::Done { found: Err(Unverified::Refused(why)), .. } => p .notice role="status" { (parts::plain(why)) },
            Verification::Done { at, found: Err(Unverified::Unread), .. } => div .notice .bad role="alert" {
                p { (T.not_verified) " " (parts::when_ago(*at, now)) }
            },
            Verification::Done { at, found: Err(Unverified::Damaged(what)), .. } => div .notice .bad role="alert" {
                p { strong { (T.verified_bad) } " " (parts::plain(what)) } p { (parts::when_ago(*at, now)) }
            },
        }
    }
}

/// What was signed, newest first, with whether the log still begins that way.
fn checkpoints(visit: &Visit<'_>, key: Option<&LogKey>, size: u64) -> Result<Markup, Problem> {
    let rows = visit.app.checkpoints()?;
    let session = visit.session()?;
    let newest = rows.last().map(|row| row.size);
    Ok(html! {
        h3 { (T.checkpoints) " " span .count { (rows.len()) } }
        p .hint { (T.checkpoints_text) }
        @if !rows.is_empty() {
            table .small role="table" {
                (parts::head(&[(T.vouches_for, "right"), (T.when, ""), (T.signed_by, ""), ("", "")]))
                tbody role="rowgroup" {
                    @for row in rows.iter().rev().take(MAX_CHECKPOINTS) {
                        tr role="row" {
                            th role="rowheader" scope="row" .right data-label=(T.vouches_for) { (parts::number(row.size)) }
                            td role="cell" data-label=(T.when) { (parts::when(row.at)) }
                            td role="cell" data-label=(T.signed_by) { (signer(row, key)) }
                            td role="cell" { details { summary { (T.note_word) } pre .note { (row.note) } } }
                        }
                    }
                }
            }
        }
        @if newest != Some(size) { (button(session, "checkpoint", T.vouch, false)) }
        @else { p .muted { (T.vouched_all) } }
    })
}

fn signer(row: &CheckpointRow, key: Option<&LogKey>) -> Markup {
    let is_ours = key.is_some_and(|key| Checkpoint::open(&row.note, &key.verifier()).is_ok());
    html! {
        @if is_ours { span .badge .state-released { (T.this_key) } }
        @else { span .badge .tier-below { (T.another_key) } }
    }
}

fn public_key(key: Result<Option<LogKey>, rescreen_app::AppError>) -> Markup {
    html! {
        h3 { (T.log_key) }
        @match key {
            Ok(Some(key)) => {
                p { code #log-key .token { (key.verifier().to_text()) } }
                p .hint { (T.log_key_text) }
            }
            Ok(None) => p .muted { (T.no_log_key) },
            Err(error) => p .notice .bad { (parts::plain(&error.to_string())) },
        }
    }
}

fn export(session: &Session) -> Markup {
    html! {
        h3 { (T.export) }
        form .stack method="post" action="/audit" {
            (parts::key(session))
            div .details {
                div { label for="x-since" { (T.since_day) } input #x-since type="date" name="since"; }
                div { label for="x-until" { (T.until) } input #x-until type="date" name="until"; }
                div { label for="x-subject" { (T.subject) } input #x-subject type="text" name="subject" autocomplete="off" placeholder=(T.subject_example); }
            }
            p .hint { (T.export_text) }
            button type="submit" name="do" value="export" { (T.export_button) }
        }
    }
}

fn filters(visit: &Visit<'_>) -> Markup {
    let fields = visit.query();
    let text = |id: &str, name: &str, label: &str, kind: &str| {
        html! { div { label for=(id) { (label) } input id=(id) type=(kind) name=(name) autocomplete="off" value=(fields.text(name)); } }
    };
    html! {
        form .filters method="get" action="/audit" aria-label=(T.filters) {
            (text("f-actor", "actor", T.who, "text"))
            (text("f-kind", "kind", T.what, "text"))
            (text("f-subject", "subject", T.subject, "text"))
            (text("f-alert", "alert", T.alert, "number"))
            (text("f-until", "until", T.until, "date"))
            button type="submit" { (T.apply) }
        }
    }
}

fn table(app: &App, entries: &[LogRow]) -> Markup {
    html! {
        table .log role="table" {
            caption .unseen-caption { (T.log) }
            (parts::head(&[(T.entry_word, "right"), (T.when, ""), (T.who, ""), (T.what, ""), (T.about, ""), (T.why, "")]))
            tbody role="rowgroup" {
                @for entry in entries { (row(app, entry)) }
            }
        }
    }
}

fn row(app: &App, entry: &LogRow) -> Markup {
    let subject = entry.subject.and_then(|key| app.subject_id(key).ok());
    let why = alert::why(entry.revision.is_some(), entry.full_detail());
    html! {
        tr role="row" .is-refused[entry.kind == "refused"] {
            th role="rowheader" scope="row" .right data-label=(T.entry_word) { (entry.index) }
            td role="cell" data-label=(T.when) { (parts::when(entry.at)) }
            td role="cell" data-label=(T.who) {
                @match &entry.actor {
                    Some(actor) => { a href=(url::audit(&[("actor", actor)])) { (parts::plain(actor)) }
                        @if let Some(role) = &entry.role { span .under { (parts::plain(role)) } } }
                    None => span .muted { "–" },
                }
            }
            td role="cell" data-label=(T.what) {
                a .badge .tier-match[entry.kind == "refused"] .tier-below[entry.kind != "refused"] href=(url::audit(&[("kind", &entry.kind)])) { (T.event(&entry.kind)) }
            }
            td role="cell" data-label=(T.about) {
                @if let Some(alert) = entry.alert { a href=(url::alert(alert)) { (T.alert) " " (alert) } " " }
                @match (&subject, entry.subject) {
                    (Some((source, external)), _) => a .under href=(url::subject(source, external)) { (parts::plain(source)) "/" (parts::plain(external)) },
                    (None, Some(key)) => span .under { (T.subject) " " (key.0) },
                    (None, None) => {},
                }
            }
            td role="cell" .why data-label=(T.why) dir="auto" {
                (parts::plain(&why))
                @if entry.commitment.is_some() && entry.data.is_none() { span .muted { (T.erased) } }
            }
        }
    }
}

/// The way to older entries, and back to the newest.
fn pager(fields: &Fields, is_later: bool, last: Option<&LogRow>) -> Markup {
    html! {
        @if is_later || last.is_some() {
            nav .pager aria-label=(T.pages) {
                @if is_later { a href={ "?" (fields.only(&["actor", "kind", "subject", "alert"]).with("before", "")) } { (T.newest) } }
                @else { span .muted { (T.newest) } }
                @match last {
                    Some(last) => a rel="next" href={ "?" (fields.with("before", &last.index.to_string())) } { (T.older) },
                    None => span .muted { (T.older) },
                }
            }
        }
    }
}

pub(crate) fn act(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let now = visit.now();
    let key = |wish| (visit.pages.sources.log_key)(wish);
    match visit.form().text("do") {
        "verify" => {
            let key = key(LogKeyWish::Find)?.map(|key| key.verifier());
            visit.pages.verifier.run(&visit.pages.sources, key, now);
            Ok(Answer::Go("/audit#verify".to_owned()))
        }
        "checkpoint" => {
            let key = made(key(LogKeyWish::Make)?)?;
            visit.app.checkpoint(&key, now)?;
            Ok(Answer::Go("/audit#verify".to_owned()))
        }
        "export" => {
            let form = visit.form();
            let day = |name, is_end| form.get(name).map(|text| moment(text, is_end)).transpose();
            let selection = Selection {
                since: day("since", false)?,
                until: day("until", true)?,
                subject: form.get("subject").map(str::to_owned),
                // Personal data leave the house only by whoever can get at the machine.
                with_data: false,
            };
            let key = made(key(LogKeyWish::Make)?)?;
            // What would be refused is refused before the first byte is sent.
            if let Some(id) = &selection.subject {
                visit.app.find_subject(id)?;
            }
            visit.app.checkpoint(&key, now)?;
            Ok(Download {
                name: format!("rescreen-log-{}.ndjson", parts::date(now)),
                kind: "application/x-ndjson",
                write: Box::new(move |app: &mut App, out: &mut dyn Write| {
                    app.export_log(&selection, &key, now, out).map(drop)
                }),
            }
            .into())
        }
        _ => Err(Problem::Wrong(T.no_such_page.to_owned())),
    }
}

/// A key that was to be made.
fn made(key: Option<LogKey>) -> Result<LogKey, Problem> {
    key.ok_or(Problem::Defect)
}

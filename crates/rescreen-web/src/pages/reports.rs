//! Where every subject stands, that nobody was skipped, and how the desk works.

use jiff::Timestamp;
use maud::{Markup, html};
use rescreen_app::{Accounting, Coverage, Flows, NOT_REGISTERED, Quality, Rate, parse_moment};
use rescreen_desk::Outcome;

use crate::{
    answer::{Answer, Page, Problem, Tab},
    chart::{self, Rated},
    parts::{self, fill},
    texts::T,
    visit::Visit,
};

/// All that the page shows, of one moment.
#[derive(Debug)]
pub(crate) struct Reports {
    accounting: Accounting,
    coverage: Coverage,
    quality: Quality,
}

impl Reports {
    /// The moment they speak of.
    pub(crate) fn as_of(&self) -> Timestamp {
        self.accounting.as_of
    }
}

/// Nothing to show yet.
fn being_made() -> Answer {
    let body = html! {
        h1 { (T.reports) }
        p .notice role="status" { (T.figures_first) " " a href="/reports" { (T.look_again) } }
    };
    Page::new(T.reports, Tab::Reports, body).into()
}

/// The states of a subject, in the order in which they are told.
const STATES: [&str; 8] = [
    "clear",
    "released",
    "alert-open",
    "under-review",
    "unresolved",
    "confirmed",
    "retired",
    "erased",
];

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let day = visit.query().text("day").to_owned();
    let (reports, is_running) = if day.is_empty() {
        let mark = visit.app.mark()?;
        let pages = visit.pages;
        let shown = pages
            .figures
            .of(mark, visit.now(), &pages.sources, pages.config.script);
        match shown.reports {
            Some(reports) => (reports, shown.is_running),
            None if shown.is_running => return Ok(being_made()),
            None => return Err(Problem::Defect),
        }
    } else {
        let at = parse_moment(&day, true)
            .map_err(|_| Problem::Wrong(fill(T.day_wrong, &[("text", &day)])))?;
        (
            make(visit.app, at, visit.pages.config.script)?.into(),
            false,
        )
    };
    let at = reports.accounting.as_of;
    let since = visit.query().text("since").to_owned();
    let flows = match since.as_str() {
        "" => None,
        text => {
            let from = parse_moment(text, true)
                .map_err(|_| Problem::Wrong(fill(T.day_wrong, &[("text", text)])))?;
            Some(visit.app.flows(from, at)?)
        }
    };
    let body = html! {
        div .head-row {
            h1 { (T.reports) }
            form .inline method="get" action="/reports" {
                span .inline {
                    label for="since" { (T.since_day) }
                    input #since type="date" name="since" value=(since);
                }
                span .inline {
                    label for="day" { (T.as_of) }
                    input #day type="date" name="day" value=(day);
                }
                button type="submit" { (T.show) }
            }
        }
        p .muted { (T.stands_at) " " (parts::when(reports.accounting.as_of)) }
        @if is_running { p .notice role="status" { (T.figures_older) " " a href="/reports" { (T.look_again) } } }
        (accounting(&reports.accounting))
        @if let Some(flows) = &flows { (moves(flows)) }
        (coverage(&reports.coverage))
        (quality(&reports.quality))
    };
    Ok(Page::new(T.reports, Tab::Reports, body).into())
}

pub(crate) fn make(
    app: &rescreen_app::App,
    at: Timestamp,
    script: fn(&str) -> &'static str,
) -> Result<Reports, rescreen_app::AppError> {
    Ok(Reports {
        accounting: app.accounting(at)?,
        coverage: app.coverage(at)?,
        quality: app.quality(at, &script)?,
    })
}

fn accounting(report: &Accounting) -> Markup {
    let of = |state: &str| report.states.get(state).copied().unwrap_or_default();
    let rows: Vec<(&'static str, String, u64)> = STATES
        .iter()
        .map(|state| (*state, T.standing(state).to_owned(), of(state)))
        .collect();
    html! {
        section .panel aria-labelledby="accounting" {
            h2 #accounting { (T.accounting) }
            p .hint { (T.accounting_text) }
            (chart::flow(report.subjects, &rows))
            div .two-columns {
                table .small #standing {
                    caption .unseen-caption { (T.accounting) }
                    thead { tr { th scope="col" { (T.state) } th scope="col" .right { (T.subjects) } th scope="col" .right { (T.share) } } }
                    tbody { @for (state, label, n) in &rows { tr data-state=(state) {
                        th scope="row" { (label) } td .right .figures { (parts::number(*n)) } td .right .figures { (chart::share(*n, report.subjects)) } } } }
                    tfoot { tr { th scope="row" { (T.together) } td .right .figures #total { (parts::number(report.subjects)) } td {} } }
                }
                div {
                    @if report.reconciles() { p .notice .good { (T.adds_up) } }
                    @else { p .notice .bad role="alert" { (T.does_not_add_up) } }
                    @if !report.dispositions.is_empty() {
                        table .small {
                            caption { (T.done_about) }
                            tbody { @for (kind, n) in &report.dispositions { tr { th scope="row" { (T.disposition_word(kind)) } td .right .figures { (parts::number(*n)) } } } }
                        }
                    }
                }
            }
        }
    }
}

/// From which state into which everybody went between two moments.
fn moves(flows: &Flows) -> Markup {
    let order = |state: &str| {
        STATES
            .iter()
            .position(|known| *known == state)
            .unwrap_or(STATES.len())
    };
    let mut rows: Vec<(&'static str, &'static str, u64)> = flows
        .moves
        .iter()
        .map(|((from, to), n)| (*from, *to, *n))
        .collect();
    rows.sort_by_key(|(from, to, _)| (*from == NOT_REGISTERED, order(from), order(to)));
    html! {
        section .panel aria-labelledby="flows" {
            h2 #flows { (T.flows) }
            p .hint { (T.flows_text) }
            p .muted { (parts::when(flows.from.as_of)) " → " (parts::when(flows.to.as_of)) }
            (chart::moves(&rows))
            table .small {
                caption .unseen-caption { (T.flows) }
                thead { tr { th scope="col" { (T.from) } th scope="col" { (T.to) } th scope="col" .right { (T.subjects) } } }
                tbody { @for (from, to, n) in &rows { tr { th scope="row" { (T.standing(from)) } td { (T.standing(to)) } td .right .figures { (parts::number(*n)) } } } }
            }
            @if flows.reconciles() { p .notice .good { (T.adds_up) } }
            @else { p .notice .bad role="alert" { (T.does_not_add_up) } }
        }
    }
}

fn coverage(report: &Coverage) -> Markup {
    html! {
        section .panel aria-labelledby="coverage" {
            h2 #coverage { (T.coverage) }
            p .hint { (T.coverage_text) }
            table role="table" {
                caption .unseen-caption { (T.coverage) }
                (parts::head(&[(T.list, ""), (T.version, ""), (T.screened, "right"), (T.laggards, "right"), ("", "")]))
                tbody role="rowgroup" {
                    @for list in &report.lists {
                        tr role="row" {
                            th role="rowheader" scope="row" { (parts::list(list.name.as_str())) }
                            td role="cell" data-label=(T.version) { @match &list.version { Some(v) => (v), None => span .muted { (T.none_in_force) } } }
                            td role="cell" .right data-label=(T.screened) { (parts::number(list.screened)) }
                            td role="cell" .right data-label=(T.laggards) { (parts::number(list.laggards)) }
                            td role="cell" { @if list.in_scope { (coverage_bar(list.screened, list.laggards)) } @else { span .badge .tier-below { (T.out_of_scope) } } @for id in &list.named { " " span .id { (parts::plain(id)) } } }
                        }
                    }
                }
            }
            @if report.laggards() == 0 { p .notice .good { (T.nobody_skipped) } } @else { p .notice .bad { (T.somebody_skipped) } }
            p .muted { (fill(T.other_basis, &[("policy", &parts::number(report.other_policy)), ("matcher", &parts::number(report.other_matcher)), ("digest", &report.digest.short())])) }
        }
    }
}

fn coverage_bar(screened: u64, laggards: u64) -> Markup {
    let all = (screened + laggards).max(1);
    let share = format!("{:.1}", 100.0 * screened as f64 / all as f64);
    html! { svg .meter viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" { rect .track width="100" height="6" {} rect .fill width=(share) height="6" {} } }
}

fn rated<N: ToString + Ord>(rates: &std::collections::BTreeMap<N, Rate>) -> Vec<Rated> {
    let rows = rates.iter().map(|(name, rate)| Rated {
        name: name.to_string(),
        decided: rate.decided,
        false_positives: rate.false_positives,
    });
    rows.collect()
}

fn quality(report: &Quality) -> Markup {
    let of = |outcome| report.by_outcome.get(&outcome).copied().unwrap_or_default();
    let times = &report.time_to_decision;
    html! {
        section .panel aria-labelledby="quality" {
            h2 #quality { (T.quality) }
            dl .figures-row {
                (figure(T.alerts, &parts::number(report.alerts)))
                (figure(T.waiting, &parts::number(report.waiting)))
                (figure(T.overdue, &parts::number(report.overdue)))
                @for outcome in Outcome::ALL { (figure(T.outcome(outcome), &parts::number(of(outcome)))) }
                (figure(T.withdrawn_undecided, &parts::number(report.withdrawn_undecided)))
                (figure(T.lapsed, &parts::number(report.lapsed)))
            }
            @if times.count > 0 { p { (fill(T.times, &[("median", &T.span(times.median)), ("p90", &T.span(times.p90)), ("longest", &T.span(times.longest))])) } }
            @if report.waiting > 0 {
                p { @for age in report.ages.iter().filter(|age| age.alerts > 0) { (fill(T.age, &[("n", &parts::number(age.alerts)), ("days", &age.days.to_string())])) " " } }
            }
            h3 { (T.parity) }
            p .hint { (T.parity_text) }
            (chart::rates(&rated(&report.by_script), T.by_script))
            h3 { (T.by_list) }
            (chart::rates(&rated(&report.by_list), T.by_list_text))
        }
    }
}

fn figure(term: &str, value: &str) -> Markup {
    html! { div { dt { (term) } dd { (value) } } }
}

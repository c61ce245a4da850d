//! The alerts that wait, and those that no longer do.

use maud::{Markup, html};
use rescreen_app::{
    AlertReport, AlertState, LegRow, MOST_COUNTED, Overdue, QueueFilter, QueueOrder, Request,
    form as stored,
};
use rescreen_desk::{Action, ActionKind, DeskPolicy, State, UserId};
use rescreen_match::{Policy, Score};
use rescreen_model::ListName;

use super::offers;
use crate::{
    answer::{Answer, Page, Problem, Tab},
    fields::Fields,
    parts::{self, fill},
    running,
    texts::T,
    url,
    visit::Visit,
};

const PAGE: u64 = 50;

/// What is asked of the queue, as it stands in the address.
struct Wanted {
    filter: QueueFilter,
    order: QueueOrder,
    page: u64,
}

fn wanted(visit: &Visit<'_>, policy: &DeskPolicy) -> Result<Wanted, Problem> {
    let fields = visit.query();
    let me = UserId::new(&crate::visit::desk_name(&visit.session()?.who.name));
    let list = match fields.get("list") {
        Some(name) => {
            let wrong = |_| Problem::Wrong(fill(T.no_such_list, &[("text", name)]));
            Some(visit.app.list(&ListName::parse(name).map_err(wrong)?)?.key)
        }
        None => None,
    };
    let (assignee, is_unassigned) = match fields.text("with") {
        "" => (None, false),
        "me" => (Some(me), false),
        "nobody" => (None, true),
        name => (Some(UserId::new(&crate::visit::desk_name(name))), false),
    };
    let overdue = (fields.text("due") == "over").then(|| Overdue {
        at: visit.now(),
        within: policy.due_within,
    });
    let least = fields.get("least").and_then(|text| text.parse().ok());
    let state = match fields.text("state") {
        "all" => None,
        word => Some(AlertState::parse(word).unwrap_or(AlertState::Open)),
    };
    Ok(Wanted {
        filter: QueueFilter {
            state,
            list,
            entry: fields.get("entry").map(str::to_owned),
            subject: match fields.get("subject") {
                Some(id) => Some(visit.app.find_subject(id)?.key),
                None => None,
            },
            least: least.and_then(Score::from_f64).unwrap_or_default(),
            case: (fields.text("case") == "proposed").then_some(State::Proposed),
            assignee,
            is_unassigned,
            overdue,
        },
        order: match fields.text("sort") {
            "newest" => QueueOrder::Newest,
            "score" => QueueOrder::Strongest,
            "oldest" => QueueOrder::Oldest,
            _ => QueueOrder::Due(policy.due_within),
        },
        page: parts::page_number(fields),
    })
}

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let (desk, _) = visit.app.desk_policy()?;
    let policy = visit.app.register_policy()?.0.matching;
    let wanted = wanted(visit, &desk)?;
    let skip = (wanted.page - 1).saturating_mul(PAGE);
    let queue = visit.app.queue(&wanted.filter, wanted.order, skip, PAGE)?;
    let count = |state: AlertState| queue.counts.get(&state).copied().unwrap_or_default();
    let all: u64 = queue.counts.values().sum();
    let total = wanted.filter.state.map_or(all, count);
    let is_filtered = QueueFilter {
        state: None,
        ..wanted.filter.clone()
    } != QueueFilter::default();
    let fields = visit.query();
    let tab = |word: &str, text: &str, n: u64| {
        let is_here = wanted.filter.state.map_or("all", AlertState::as_str) == word;
        let to = fields.with("state", word);
        html! {
            li { a href={ "?" (to) } aria-current=[is_here.then_some("page")] { (text) " " span .count { (parts::number(n)) @if is_filtered && n >= MOST_COUNTED { "+" } } } }
        }
    };
    let body = html! {
        div .head-row {
            h1 { (T.queue) }
            nav .views aria-label=(T.views) { ul {
                @for (text, address) in views() { li { a href=(address) { (text) } } }
            } }
        }
        (offers::notice(visit)?)
        (running::notice(&(visit.pages.sources.running)()))
        div #news .notice hidden role="status" data-news="/queue/news" data-text=(T.news) {
            a href=(visit.asked.address) { (T.news) }
        }
        nav .state-tabs aria-label=(T.states) { ul {
            @for state in AlertState::ALL { (tab(state.as_str(), T.state(state), count(state))) }
            (tab("all", T.all, all))
        } }
        (filters(visit, &wanted)?)
        @if queue.alerts.is_empty() { (empty(wanted.filter == QueueFilter { state: Some(AlertState::Open), ..QueueFilter::default() })) }
        @else { (bulk(visit, &table(visit, &queue.alerts, &policy, &desk)?)?) }
        (parts::pager(fields, wanted.page, PAGE, total))
        p .hint .keys-hint { (T.queue_keys) }
    };
    Ok(Page::new(T.queue, Tab::Queue, body).into())
}

fn views() -> [(&'static str, String); 5] {
    [
        (T.view_all, url::queue(&[])),
        (T.view_mine, url::queue(&[("with", "me")])),
        (T.view_nobody, url::queue(&[("with", "nobody")])),
        (
            T.view_approve,
            url::queue(&[("state", "under-review"), ("case", "proposed")]),
        ),
        (T.view_overdue, url::queue(&[("due", "over")])),
    ]
}

fn empty(is_plain: bool) -> Markup {
    html! {
        div .empty {
            @if is_plain { p { strong { (T.queue_empty) } } p .muted { (T.queue_empty_text) } }
            @else { p { strong { (T.nothing_fits) } } p { a href="/queue" { (T.view_all) } } }
        }
    }
}

fn filters(visit: &Visit<'_>, wanted: &Wanted) -> Result<Markup, Problem> {
    let fields = visit.query();
    let lists = visit.app.lists()?;
    let users = visit.app.users()?;
    Ok(html! {
        form .filters method="get" action="/queue" aria-label=(T.filters) {
            @for (name, value) in fields.without(&["list", "with", "least", "sort", "due", "page"]) {
                input type="hidden" name=(name) value=(value);
            }
            div { label for="f-list" { (T.list) }
                select #f-list name="list" {
                    (parts::option("", T.all_lists, fields.text("list")))
                    @for list in &lists { (parts::option(list.list.name.as_str(), list.list.name.as_str(), fields.text("list"))) }
                } }
            div { label for="f-with" { (T.with) }
                select #f-with name="with" {
                    (parts::option("", T.anybody, fields.text("with")))
                    (parts::option("me", T.me, fields.text("with")))
                    (parts::option("nobody", T.nobody, fields.text("with")))
                    @for user in &users { (parts::option(user.name.as_str(), user.name.as_str(), fields.text("with"))) }
                } }
            div { label for="f-least" { (T.least) }
                input #f-least type="number" name="least" min="0" max="1" step="0.01" value=(fields.text("least")); }
            div { label for="f-due" { (T.due) }
                select #f-due name="due" {
                    (parts::option("", T.any_time, fields.text("due")))
                    (parts::option("over", T.overdue, fields.text("due")))
                } }
            div { label for="f-sort" { (T.sort) }
                select #f-sort name="sort" {
                    (parts::option("due", T.sort_due, fields.text("sort")))
                    (parts::option("oldest", T.sort_oldest, fields.text("sort")))
                    (parts::option("newest", T.sort_newest, fields.text("sort")))
                    (parts::option("score", T.sort_score, fields.text("sort")))
                } }
            button type="submit" { (T.apply) }
            @if wanted.filter.subject.is_some() || wanted.filter.entry.is_some() {
                p .only { (T.only) " "
                    (parts::name(fields.get("subject").or(fields.get("entry")).unwrap_or_default()))
                    " · " a href={ "?" (fields.with("subject", "").replace("entry=", "was=")) } { (T.show_all) } }
            }
        }
    })
}

/// The leg that says most for an alert: one that still stands, with the best score.
pub(crate) fn leading(legs: &[LegRow]) -> Option<&LegRow> {
    legs.iter()
        .max_by_key(|leg| (leg.live, leg.score, std::cmp::Reverse(&leg.entry)))
}

/// When an answer is due: what a dispute asks for, else the time that the policy gives.
pub(crate) fn due(alert: &AlertReport, desk: &DeskPolicy) -> Option<jiff::Timestamp> {
    let by_policy = || alert.row.opened.checked_add(desk.due_within).ok();
    let is_waiting = alert.case.state.is_waiting();
    is_waiting
        .then(|| alert.case.disputed.or_else(by_policy))
        .flatten()
}

pub(crate) fn caption(body: &[u8]) -> String {
    stored::decode_subject(body).map_or_else(|_| T.erased.to_owned(), |s| s.caption().to_owned())
}

pub(crate) fn listed_as(leg: &LegRow) -> String {
    stored::decode_party(&leg.body).map_or_else(|_| leg.entry.clone(), |p| p.caption().to_owned())
}

fn table(
    visit: &Visit<'_>,
    alerts: &[AlertReport],
    policy: &Policy,
    desk: &DeskPolicy,
) -> Result<Markup, Problem> {
    let may_choose = visit.may(ActionKind::Assign)?;
    let now = visit.now();
    Ok(html! {
        table .queue role="table" {
            caption .unseen-caption { (T.queue) }
            (parts::head(&[
                (if may_choose { T.choose } else { "" }, "tight"), (T.score, "tight"), (T.subject, ""), (T.listed_as, ""),
                (T.lists, ""), (T.because, ""), (T.with, ""), (T.due, "right"),
            ]))
            tbody role="rowgroup" {
                @for alert in alerts {
                    @let key = alert.row.key;
                    @let leg = leading(&alert.legs);
                    @let name = caption(&alert.subject.body);
                    tr role="row" #{ "alert-" (key) } data-row="" data-href=(url::alert(key)) data-key=(key) tabindex="-1" {
                        td role="cell" .tight {
                            @if may_choose {
                                input type="checkbox" name="alert" value={ (key) ":" (alert.case.revision) } aria-label={ (T.choose) " " (name) };
                            }
                        }
                        td role="cell" .tight data-label=(T.score) {
                            @if let Some(leg) = leg { (parts::score(leg.score, policy)) }
                        }
                        th role="rowheader" scope="row" {
                            a .primary href=(url::alert(key)) { (parts::name(&name)) }
                            span .under { (parts::plain(&alert.subject.source)) "/" (parts::plain(&alert.subject.external)) }
                        }
                        td role="cell" data-label=(T.listed_as) {
                            @if let Some(leg) = leg {
                                (parts::name(&listed_as(leg)))
                                span .under { (parts::plain(&leg.entry)) }
                            }
                        }
                        td role="cell" data-label=(T.lists) { (lists_of(&alert.legs)) }
                        td role="cell" .because data-label=(T.because) {
                            (parts::state(alert.row.state))
                            @if alert.case.state == State::Proposed { " " span .badge .state-proposed { (T.proposed) } }
                            @if alert.case.disputed.is_some() { " " span .badge .tier-match { (T.disputed) } }
                            span .under { (parts::plain(&T.change(&alert.row.cause.change))) }
                        }
                        td role="cell" data-label=(T.with) {
                            @match &alert.case.assignee {
                                Some(user) => (parts::plain(user.as_str())),
                                None => span .muted { (T.nobody) },
                            }
                        }
                        td role="cell" .right data-label=(T.due) { (when_due(alert, desk, now)) }
                    }
                }
            }
        }
    })
}

/// When an answer is due, with a word where that is over.
pub(crate) fn when_due(alert: &AlertReport, desk: &DeskPolicy, now: jiff::Timestamp) -> Markup {
    html! {
        @if let Some(until) = alert.case.snoozed.filter(|until| now < *until) {
            (T.asleep_until) " " (parts::day(until))
        } @else if let Some(due) = due(alert, desk) {
            (parts::day(due))
            @if due < now { " " span .badge .tier-match { (T.overdue) } }
        } @else { span .muted { "–" } }
    }
}

fn lists_of(legs: &[LegRow]) -> Markup {
    let mut names: Vec<&str> = legs
        .iter()
        .filter(|leg| leg.live)
        .map(|leg| leg.list_name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    html! { @for name in names { (parts::list(name)) " " } }
}

/// The table within the form that does something with several alerts.
fn bulk(visit: &Visit<'_>, table: &Markup) -> Result<Markup, Problem> {
    if !visit.may(ActionKind::Assign)? {
        return Ok(table.clone());
    }
    let session = visit.session()?;
    Ok(html! {
        form method="post" action="/queue" {
            (parts::key(session))
            input type="hidden" name="back" value=(visit.asked.address);
            (table)
            fieldset .bulk {
                legend { (T.with_chosen) }
                button type="submit" name="do" value="mine" aria-keyshortcuts="a" { (T.make_mine) }
                @if visit.may(ActionKind::Propose)? {
                    button type="submit" name="do" value="propose" { (T.propose_for_all) }
                }
                span .hint { (T.bulk_hint) }
            }
        }
    })
}

/// More than a person can look at in one go is not decided in one go.
const MAX_BULK: usize = 25;

/// What was chosen: the alerts, each at the revision that the person saw.
fn chosen(fields: &Fields) -> Result<Vec<(i64, u64)>, Problem> {
    let parse = |text: &str| -> Option<(i64, u64)> {
        let (key, revision) = text.split_once(':')?;
        Some((key.parse().ok()?, revision.parse().ok()?))
    };
    let chosen: Vec<_> = fields.all("alert").filter_map(parse).collect();
    if chosen.is_empty() {
        return Err(Problem::Wrong(T.nothing_chosen.to_owned()));
    }
    if chosen.len() > MAX_BULK {
        return Err(Problem::Wrong(fill(
            T.too_many,
            &[("n", &MAX_BULK.to_string())],
        )));
    }
    Ok(chosen)
}

pub(crate) fn act(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let chosen = chosen(visit.form())?;
    match visit.form().text("do") {
        "mine" => {
            visit.needs(ActionKind::Assign)?;
            let by = visit.session()?.who.name.clone();
            let mut done = Vec::new();
            for (alert, revision) in chosen {
                let action = Action::Assign {
                    to: UserId::new(&by),
                };
                done.push((alert, one(visit, alert, revision, action)));
            }
            Ok(outcome(visit, &done))
        }
        "propose" => confirm(visit, &chosen),
        "really-propose" => propose(visit, chosen),
        _ => Err(Problem::Wrong(T.no_such_page.to_owned())),
    }
}

fn one(visit: &mut Visit<'_>, alert: i64, revision: u64, action: Action) -> Result<(), Problem> {
    visit.act(Request {
        alert,
        by: String::new(),
        expected: Some(revision),
        key: None,
        action,
        relied: Vec::new(),
    })
}

/// What would be proposed, each alert by itself: nobody proposes for what they did not look at.
fn confirm(visit: &mut Visit<'_>, chosen: &[(i64, u64)]) -> Result<Answer, Problem> {
    visit.needs(ActionKind::Propose)?;
    let (desk, _) = visit.app.desk_policy()?;
    let policy = visit.app.register_policy()?.0.matching;
    let alerts = chosen
        .iter()
        .map(|(key, _)| visit.alert(*key))
        .collect::<Result<Vec<_>, _>>()?;
    let session = visit.session()?;
    let count = chosen.len().to_string();
    let body = html! {
        h1 { (T.count(T.propose_many, chosen.len() as u64)) }
        p { (T.propose_many_text) }
        form .stack .wide method="post" action="/queue" {
            (parts::key(session))
            input type="hidden" name="do" value="really-propose";
            input type="hidden" name="back" value=(visit.form().text("back"));
            table .queue role="table" {
                caption .unseen-caption { (T.chosen) }
                (parts::head(&[(T.score, "tight"), (T.subject, ""), (T.listed_as, ""), (T.because, "")]))
                tbody role="rowgroup" {
                    @for (alert, (key, revision)) in alerts.iter().zip(chosen) {
                        tr role="row" {
                            td role="cell" .tight data-label=(T.score) {
                                input type="hidden" name="alert" value={ (key) ":" (revision) };
                                @if let Some(leg) = leading(&alert.legs) { (parts::score(leg.score, &policy)) }
                            }
                            th role="rowheader" scope="row" { a href=(url::alert(*key)) { (parts::name(&caption(&alert.subject.body))) } }
                            td role="cell" data-label=(T.listed_as) { @if let Some(leg) = leading(&alert.legs) { (parts::name(&listed_as(leg))) } }
                            td role="cell" data-label=(T.because) { (parts::plain(&T.change(&alert.row.cause.change))) }
                        }
                    }
                }
            }
            (super::decide::reasons(&desk, &[], true))
            label for="count" { (fill(T.type_the_number, &[("n", &count)])) }
            input #count type="text" name="count" inputmode="numeric" required autocomplete="off" size="4" pattern=(count);
            div .buttons { button .main type="submit" { (T.propose) } " " a href="/queue" { (T.leave) } }
        }
    };
    Ok(Page::new(T.propose, Tab::Queue, body).into())
}

fn propose(visit: &mut Visit<'_>, chosen: Vec<(i64, u64)>) -> Result<Answer, Problem> {
    visit.needs(ActionKind::Propose)?;
    if visit.form().text("count") != chosen.len().to_string() {
        return Err(Problem::Wrong(T.count_wrong.to_owned()));
    }
    let proposal = super::decide::proposal(visit.form())?;
    if proposal.text.is_empty() {
        return Err(Problem::Wrong(T.text_needed.to_owned()));
    }
    let mut done = Vec::new();
    for (alert, revision) in chosen {
        let result = one(visit, alert, revision, Action::Propose(proposal.clone()));
        done.push((alert, result));
    }
    Ok(outcome(visit, &done))
}

/// What came of each; where all went well, the queue says so.
fn outcome(visit: &Visit<'_>, done: &[(i64, Result<(), Problem>)]) -> Answer {
    let back = visit.form().text("back");
    let back = if url::is_local(back) && back.starts_with("/queue") {
        back
    } else {
        "/queue"
    };
    if done.iter().all(|(_, result)| result.is_ok()) {
        return Answer::Go(back.to_owned());
    }
    let body = html! {
        h1 { (T.not_all_done) }
        ul .plain-list {
            @for (alert, result) in done {
                li { a href=(url::alert(*alert)) { (T.alert) " " (alert) } ": "
                    @match result {
                        Ok(()) => (T.done),
                        Err(Problem::App(error)) => (parts::plain(&error.to_string())),
                        Err(_) => (T.defect),
                    }
                }
            }
        }
        p { a href=(back) { (T.back_to_queue) } }
    };
    Page::new(T.queue, Tab::Queue, body).into()
}

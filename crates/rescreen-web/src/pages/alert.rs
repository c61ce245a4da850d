//! One question: is this subject that listed party?

use maud::{Markup, html};
use rescreen_app::{AlertReport, EventRow, LegRow, QueueFilter, QueueOrder, changes_between, form};
use rescreen_desk::{Action, Basis, Change, Decision, Facts, Proposal, Values};
use rescreen_match::Policy;
use rescreen_model::{Entity, Property};

use super::{decide, queue, search};
use crate::{
    answer::{Answer, Page, Problem, Tab},
    compare,
    evidence::{self, Line},
    parts::{self, fill},
    suggest,
    texts::T,
    url,
    visit::Visit,
};

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let key = visit.number("alert")?;
    let alert = visit.alert(key)?;
    let (desk, _) = visit.app.desk_policy()?;
    let policy = visit.app.register_policy()?.0.matching;
    let subject = form::decode_subject(&alert.subject.body).ok();
    let name = queue::caption(&alert.subject.body);
    let leg = queue::leading(&alert.legs);
    let party = leg.and_then(|leg| form::decode_party(&leg.body).ok());
    let facts = match (&subject, &party) {
        (Some(subject), Some(party)) => compare::identifying(subject, party),
        _ => Vec::new(),
    };
    let found = leg.map(|leg| form::decode_match(&leg.found));
    let found = found.transpose().map_err(rescreen_app::AppError::from)?;
    let lines = found.as_ref().map(evidence::of_stored).unwrap_or_default();
    let suggested = suggest::reasons(&lines);
    let body = html! {
        (decide::done(visit))
        (head(visit, &alert, &name, party.as_ref(), &policy, &desk, elsewhere(visit, &alert)?))
        div .alert-columns {
            div .evidence-column {
                @if let Some(leg) = leg { (main_leg(leg, &lines, subject.as_ref(), party.as_ref())) }
                @else { p .notice { (T.evidence_gone) } }
                (what_changed(visit, &alert))
                (past_legs(&alert, &policy)?)
                (other_legs(&alert, leg, subject.as_ref(), &policy)?)
                (others(visit, &alert, &policy)?)
            }
            aside #decision .decision-column aria-labelledby="decide" {
                h2 #decide { (T.decision) }
                (standing(&alert))
                (decide::panel(visit, &alert, &desk, &facts, &suggested)?)
                h2 { (T.history) }
                (history(&alert.events))
            }
        }
        p .hint .keys-hint { (T.alert_keys) }
    };
    let title = format!("{} {key}: {name}", T.alert);
    Ok(Page::new(title, Tab::Queue, body).into())
}

/// In how many other tenants people have a case about the same party, for whoever may know and where there is one.
fn elsewhere(visit: &Visit<'_>, alert: &AlertReport) -> Result<Option<u64>, Problem> {
    if !visit
        .session()?
        .who
        .roles
        .iter()
        .any(|role| role.may_know_elsewhere())
    {
        return Ok(None);
    }
    let tenants = visit.app.elsewhere(alert.row.key)?;
    Ok(tenants.filter(|tenants| *tenants > 0))
}

fn head(
    visit: &Visit<'_>,
    alert: &AlertReport,
    name: &str,
    party: Option<&Entity>,
    policy: &Policy,
    desk: &rescreen_desk::DeskPolicy,
    elsewhere: Option<u64>,
) -> Markup {
    let subject = url::subject(&alert.subject.source, &alert.subject.external);
    let leg = queue::leading(&alert.legs);
    html! {
        header .question {
            p .crumbs { a href="/queue" { (T.queue) } " / " (T.alert) " " (alert.row.key) }
            h1 {
                (T.is_it) " " a href=(subject) { (parts::name(name)) }
                " " span .muted { (T.the_listed) } " "
                @match (party, leg) {
                    (Some(party), Some(leg)) => a href=(url::entry(&leg.entry)) { (parts::name(party.caption())) },
                    _ => span { (T.erased) },
                }
                "?"
            }
            div .meta {
                @if let Some(leg) = leg { (parts::score(leg.score, policy)) }
                (parts::state(alert.row.state))
                span { (T.raised) " " (parts::when_ago(alert.row.opened, visit.now())) }
                span { (T.with) " "
                    @match &alert.case.assignee { Some(user) => (parts::plain(user.as_str())), None => (T.nobody) } }
                span { (T.due) " " (queue::when_due(alert, desk, visit.now())) }
                @if alert.case.escalation > 0 { span .badge .tier-match { (T.escalated) " " (alert.case.escalation) } }
                @if let Some(to) = &alert.case.offered { span .badge { (T.offered_to) " " (parts::plain(to.as_str())) } }
                @if let Some(tenants) = elsewhere { span { (fill(T.elsewhere, &[("count", &tenants.to_string())])) } }
                @if alert.case.disputed.is_some() { span .badge .tier-match { (T.disputed) } }
            }
        }
    }
}

/// The pair itself: parts of the names, all evidence, both sides.
fn main_leg(
    leg: &LegRow,
    lines: &[Line<'_>],
    subject: Option<&Entity>,
    party: Option<&Entity>,
) -> Markup {
    let side = |entity: Option<&Entity>| -> Vec<String> {
        let names = entity.map(search::names).unwrap_or_default();
        names.into_iter().map(str::to_owned).collect()
    };
    let (ours, theirs) = (side(subject), side(party));
    let strs = |names: &[String]| -> Vec<String> { names.to_vec() };
    let (ours, theirs) = (strs(&ours), strs(&theirs));
    let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
    let theirs: Vec<&str> = theirs.iter().map(String::as_str).collect();
    html! {
        section .panel aria-labelledby="names" {
            h2 #names { (T.names_aligned) }
            (evidence::aligned(&ours, &theirs, lines))
        }
        section .panel aria-labelledby="evidence" {
            h2 #evidence { (T.evidence) }
            (evidence::table(lines, leg.score))
        }
        @if let (Some(subject), Some(party)) = (subject, party) {
            section .panel aria-labelledby="sides" {
                h2 #sides { (T.side_by_side) }
                (compare::table(&compare::rows(subject, party, lines)))
            }
        }
    }
}

/// What the list did that raised the alert, field by field.
fn what_changed(visit: &Visit<'_>, alert: &AlertReport) -> Markup {
    let cause = &alert.row.cause;
    let entry = alert
        .legs
        .iter()
        .find(|leg| cause.list.as_deref() == Some(leg.list_name.as_str()));
    let mut changes = Vec::new();
    let mut published = None;
    if let (Some(leg), Some(version)) = (entry, &cause.version) {
        let history = visit
            .app
            .entity(&leg.entry, rescreen_app::AsOf::NOW)
            .map(|report| report.history);
        let spans: Vec<_> = history
            .unwrap_or_default()
            .into_iter()
            .filter(|span| span.list.as_str() == leg.list_name)
            .collect();
        let place = spans
            .iter()
            .position(|span| span.from.version.as_str() == version);
        if let Some(place) = place {
            published = Some((spans[place].from.published, spans[place].from.activated));
            if let Some(before) = place.checked_sub(1).and_then(|before| spans.get(before)) {
                changes = changes_between(&before.entry, &spans[place].entry);
            }
        }
    }
    html! {
        section .panel aria-labelledby="because" {
            h2 #because { (T.because) }
            p { (parts::cause(cause)) }
            @if let Some((published, known)) = published {
                p .muted { (T.published) " " (parts::when(published))
                    @if let Some(known) = known { " · " (T.known_here) " " (parts::when(known)) } }
            }
            @if !changes.is_empty() { (super::list::changes(&changes)) }
        }
    }
}

fn other_legs(
    alert: &AlertReport,
    main: Option<&LegRow>,
    subject: Option<&Entity>,
    policy: &Policy,
) -> Result<Markup, Problem> {
    let is_main =
        |leg: &LegRow| main.is_some_and(|main| main.list == leg.list && main.entry == leg.entry);
    let others: Vec<&LegRow> = alert.legs.iter().filter(|leg| !is_main(leg)).collect();
    if others.is_empty() {
        return Ok(html! {});
    }
    let mut bodies = Vec::new();
    for leg in others {
        bodies.push(folded_leg(leg, subject, policy, false)?);
    }
    Ok(html! {
        section .panel aria-labelledby="legs" {
            h2 #legs { (T.other_legs) }
            @for body in bodies { (body) }
        }
    })
}

/// A leg behind its score: its evidence, and both sides.
pub(super) fn folded_leg(
    leg: &LegRow,
    subject: Option<&Entity>,
    policy: &Policy,
    is_open: bool,
) -> Result<Markup, Problem> {
    let found = form::decode_match(&leg.found).map_err(rescreen_app::AppError::from)?;
    let party = form::decode_party(&leg.body).ok();
    let lines = evidence::of_stored(&found);
    Ok(html! {
        details .leg open[is_open] {
            summary {
                (parts::score(leg.score, policy)) " " (parts::name(&queue::listed_as(leg))) " "
                span .muted { (T.on_list) " " (leg.list_name) @if !leg.live { ", " (T.no_longer) } }
            }
            p { (parts::entry(&leg.entry)) }
            (evidence::table(&lines, leg.score))
            @if let (Some(subject), Some(party)) = (subject, &party) { (compare::table(&compare::rows(subject, party, &lines))) }
        }
    })
}

/// What the evidence was before it changed: whoever decided then saw that, and not what is seen now.
fn past_legs(alert: &AlertReport, policy: &Policy) -> Result<Markup, Problem> {
    let mut bodies = Vec::new();
    for (until, leg) in alert.past.iter().rev() {
        let found = form::decode_match(&leg.found).map_err(rescreen_app::AppError::from)?;
        let lines = evidence::of_stored(&found);
        bodies.push(html! {
            details .leg {
                summary {
                    (parts::score(leg.score, policy)) " " (parts::name(&queue::listed_as(leg))) " "
                    span .muted { (T.on_list) " " (leg.list_name) ", " (T.until_when) " " (parts::when(*until)) }
                }
                (evidence::table(&lines, leg.score))
            }
        });
    }
    Ok(html! {
        @if !bodies.is_empty() {
            section .panel aria-labelledby="before" {
                h2 #before { (T.evidence_before) }
                @for body in bodies { (body) }
            }
        }
    })
}

/// Other questions about the same subject.
fn others(visit: &Visit<'_>, alert: &AlertReport, policy: &Policy) -> Result<Markup, Problem> {
    let filter = QueueFilter {
        subject: Some(alert.subject.key),
        ..QueueFilter::default()
    };
    let mut queue = visit.app.queue(&filter, QueueOrder::Strongest, 0, 11)?;
    queue.alerts.retain(|other| other.row.key != alert.row.key);
    Ok(html! {
        @if !queue.alerts.is_empty() {
            section .panel aria-labelledby="others" {
                h2 #others { (T.other_questions) }
                ul .plain-list {
                    @for other in &queue.alerts {
                        li {
                            @if let Some(leg) = queue::leading(&other.legs) {
                                (parts::score(leg.score, policy)) " "
                                a href=(url::alert(other.row.key)) { (parts::name(&queue::listed_as(leg))) }
                            }
                            " " (parts::state(other.row.state))
                        }
                    }
                }
            }
        }
    })
}

/// What was proposed, decided and done.
fn standing(alert: &AlertReport) -> Markup {
    let Some(case) = &alert.folded else {
        return html! {};
    };
    html! {
        @if let Some((proposer, proposal)) = case.proposal() {
            div .verdict .proposed {
                p { strong { (fill(T.proposed_by, &[("name", proposer.as_str())])) } }
                (proposed(proposal))
            }
        }
        @if let Some(decision) = case.decision() {
            div .verdict .{ "outcome-" (decision.proposal.outcome.name()) } { (decided(decision)) }
        }
        @for done in case.dispositions() {
            p .disposition { (T.disposition(done.kind)) ", " (done.date) ", " (parts::plain(&done.authority)) }
        }
        @if !case.former_decisions().is_empty() {
            details { summary { (T.count(T.former_decisions, case.former_decisions().len() as u64)) }
                @for decision in case.former_decisions() { div .verdict .former { (decided(decision)) } } }
        }
    }
}

fn decided(decision: &Decision) -> Markup {
    html! {
        p { strong { (T.outcome(decision.proposal.outcome)) }
            " · " (parts::when(decision.at)) }
        (proposed(&decision.proposal))
        p .muted {
            (fill(T.proposed_by, &[("name", decision.proposer.as_str())]))
            @if let Some(approver) = &decision.approver { ", " (fill(T.approved_by, &[("name", approver.as_str())])) }
            @if let Some(end) = decision.expires_at { ". " (T.holds_until) " " (parts::when(end)) ", " (T.while_facts) }
        }
    }
}

fn proposed(proposal: &Proposal) -> Markup {
    html! {
        p { (T.outcome(proposal.outcome)) ": " (T.reason(proposal.reason.as_str()))
            @if let Basis::OtherGround(ground) = &proposal.basis { " · " (parts::plain(ground)) } }
        @if !proposal.text.is_empty() { blockquote dir="auto" { (parts::plain(&proposal.text)) } }
        (facts(&proposal.facts))
    }
}

/// What was relied on, with the values of the day.
fn facts(facts: &Facts) -> Markup {
    let mut properties: Vec<&Property> = facts.subject.keys().chain(facts.party.keys()).collect();
    properties.sort_unstable();
    properties.dedup();
    let said = |values: &Values, property: &Property| {
        values
            .get(property)
            .map(|values| values.iter().cloned().collect::<Vec<_>>().join(", "))
    };
    let cell = |text: Option<String>| {
        html! { td { @match text {
            Some(text) if text.is_empty() => span .lacking { (T.not_stated) },
            Some(text) => (parts::name(&text)),
            None => span .muted { "–" },
        } } }
    };
    html! {
        @if !properties.is_empty() {
            details .relied {
                summary { (T.count(T.facts_relied, properties.len() as u64)) }
                table .small { thead { tr { th scope="col" { (T.field) } th scope="col" { (T.subject) } th scope="col" { (T.listed) } } }
                    tbody { @for property in properties { tr {
                        th scope="row" { (T.property(property.name())) }
                        (cell(said(&facts.subject, property)))
                        (cell(said(&facts.party, property)))
                    } } } }
            }
        }
    }
}

/// What happened, newest first.
pub(crate) fn history(events: &[EventRow]) -> Markup {
    html! {
        ol .history {
            @for event in events.iter().rev() {
                li {
                    span .what { (T.event(&event.kind)) }
                    " " @if let Some(actor) = &event.actor { span .actor { (parts::plain(actor)) } }
                    span .time { (parts::when(event.at)) }
                    (told(event))
                }
            }
        }
    }
}

fn told(event: &EventRow) -> Markup {
    let text = why(event.revision.is_some(), &event.detail);
    html! { @if !text.is_empty() { p .why dir="auto" { (parts::plain(&text)) } } }
}

/// What the details of an entry of the log say: those of a case, or of anything else.
pub(crate) fn why(is_of_case: bool, detail: &str) -> String {
    if is_of_case {
        return form::decode_case_change(detail)
            .map_or_else(|_| String::new(), |change| words(&change));
    }
    let detail: serde_json::Value = serde_json::from_str(detail).unwrap_or_default();
    let text = |key: &str| detail[key].as_str().unwrap_or_default().to_owned();
    joined(&[T.change(&text("change")), text("list"), text("version")])
}

fn joined(texts: &[String]) -> String {
    texts
        .iter()
        .filter(|text| !text.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" · ")
}

fn words(change: &Change) -> String {
    match change {
        Change::Did(action) => match action {
            Action::Assign { to } => fill(T.to_person, &[("name", to.as_str())]),
            Action::StartReview | Action::Approve | Action::Accept => String::new(),
            Action::HandOver { to, reason } => {
                joined(&[fill(T.to_person, &[("name", to.as_str())]), reason.clone()])
            }
            Action::Propose(p) => joined(&[
                format!("{}: {}", T.outcome(p.outcome), T.reason(p.reason.as_str())),
                p.text.clone(),
            ]),
            Action::Reject { reason }
            | Action::Reopen { reason }
            | Action::Escalate { reason }
            | Action::Decline { reason }
            | Action::TakeBack { reason } => reason.clone(),
            Action::Dispute { reason, due } => joined(&[
                reason.clone(),
                format!("{} {}", T.answer_due, parts::date(*due)),
            ]),
            Action::Snooze { until } => format!("{} {}", T.until, parts::date(*until)),
            Action::Note { text } => text.clone(),
            Action::Attach(file) => file.name.clone(),
            Action::Dispose(done) => joined(&[
                T.disposition(done.kind).to_owned(),
                done.date.to_string(),
                done.authority.clone(),
            ]),
        },
        Change::Decided(decision) => T.outcome(decision.proposal.outcome).to_owned(),
        Change::Received { from, .. } => from.to_string(),
        Change::Withdrawn { cause } | Change::Returned { cause } => joined(&[
            T.change(&cause.change),
            cause.list.clone().unwrap_or_default(),
            cause.version.clone().unwrap_or_default(),
        ]),
        Change::Lapsed { lapses } => {
            let lapses: Vec<String> = lapses.iter().map(ToString::to_string).collect();
            lapses.join("; ")
        }
    }
}

//! What a person does with one alert: the forms, and what comes of them.

use jiff::civil::Date;
use maud::{Markup, html};
use rescreen_app::{AlertReport, Relied, Request, parse_moment};
use rescreen_desk::{
    Action, ActionKind, Basis, DeskPolicy, Disposition, DispositionKind, Facts, Outcome, Proposal,
    ReasonCode, State, TenantId, UserId,
};
use rescreen_model::Property;

use crate::{
    answer::{Answer, Problem},
    fields::Fields,
    parts::{self, fill},
    suggest::Suggestion,
    texts::T,
    url,
    visit::Visit,
};

pub(crate) fn act(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let alert = visit.number("alert")?;
    let word = visit.form().text("do").to_owned();
    let (action, relied) = action(visit, &word)?;
    let expected = visit
        .form()
        .get("revision")
        .and_then(|text| text.parse().ok());
    visit.act(Request {
        alert,
        by: String::new(),
        expected: Some(expected.ok_or_else(|| Problem::Wrong(T.revision_missing.to_owned()))?),
        // The same form sent twice, by a double click or by going back, is one intent.
        key: visit.form().get("intent").map(str::to_owned),
        action,
        relied,
    })?;
    Ok(Answer::Go(format!(
        "{}?done={word}#decision",
        url::alert(alert)
    )))
}

fn action(visit: &Visit<'_>, word: &str) -> Result<(Action, Vec<Relied>), Problem> {
    let form = visit.form();
    let text = form.text("text").to_owned();
    let needed = |text: String| {
        if text.is_empty() {
            Err(Problem::Wrong(T.text_needed.to_owned()))
        } else {
            Ok(text)
        }
    };
    let until =
        || parse_moment(form.text("until"), true).map_err(|e| Problem::Wrong(e.to_string()));
    Ok(match word {
        "assign" => {
            let to = form.get("to").unwrap_or(&visit.session()?.who.name);
            (
                Action::Assign {
                    to: UserId::new(to),
                },
                Vec::new(),
            )
        }
        "review" => (Action::StartReview, Vec::new()),
        "propose" => (Action::Propose(proposal(form)?), relied(form)),
        "approve" => (Action::Approve, Vec::new()),
        "reject" => (
            Action::Reject {
                reason: needed(text)?,
            },
            Vec::new(),
        ),
        "reopen" => (
            Action::Reopen {
                reason: needed(text)?,
            },
            Vec::new(),
        ),
        "escalate" => (
            Action::Escalate {
                reason: needed(text)?,
            },
            Vec::new(),
        ),
        "note" => (
            Action::Note {
                text: needed(text)?,
            },
            Vec::new(),
        ),
        "snooze" => (Action::Snooze { until: until()? }, Vec::new()),
        "dispute" => (
            Action::Dispute {
                reason: needed(text)?,
                due: until()?,
            },
            Vec::new(),
        ),
        "hand-over" => {
            let to = needed(form.text("to").to_owned())?;
            let reason = needed(text)?;
            (
                Action::HandOver {
                    to: TenantId::new(&to),
                    reason,
                },
                Vec::new(),
            )
        }
        "take-back" => (
            Action::TakeBack {
                reason: needed(text)?,
            },
            Vec::new(),
        ),
        "dispose" => {
            let kind = DispositionKind::parse(form.text("kind"));
            let date: Result<Date, _> = form.text("date").parse();
            let (Some(kind), Ok(date)) = (kind, date) else {
                return Err(Problem::Wrong(T.disposition_wrong.to_owned()));
            };
            let authority = needed(form.text("authority").to_owned())?;
            (
                Action::Dispose(Disposition {
                    kind,
                    date,
                    authority,
                }),
                Vec::new(),
            )
        }
        _ => return Err(Problem::Wrong(T.no_such_page.to_owned())),
    })
}

/// The proposal that a form states.
pub(crate) fn proposal(form: &Fields) -> Result<Proposal, Problem> {
    let wrong = || Problem::Wrong(T.reason_missing.to_owned());
    let (outcome, reason) = form.text("reason").split_once(':').ok_or_else(wrong)?;
    let outcome = Outcome::parse(outcome).ok_or_else(wrong)?;
    Ok(Proposal {
        outcome,
        reason: ReasonCode::new(reason),
        text: form.text("text").to_owned(),
        basis: if outcome == Outcome::Inconclusive {
            Basis::InsufficientInformation
        } else {
            Basis::Identity
        },
        facts: Facts::default(),
    })
}

fn relied(form: &Fields) -> Vec<Relied> {
    let named = |name: &str| Property::KNOWN.iter().find(|p| p.name() == name).cloned();
    let properties = form.all("fact").filter_map(named);
    properties
        .map(|property| Relied {
            side: None,
            property,
        })
        .collect()
}

/// The outcomes with their reasons, and room for words of one's own. The key of an outcome chooses the reason that the
/// evidence gives; where it gives none, it leads to the first and chooses nothing.
pub(crate) fn reasons(desk: &DeskPolicy, suggested: &[Suggestion], needs_text: bool) -> Markup {
    let given = |outcome: Outcome, code: &ReasonCode| {
        let mut all = suggested.iter();
        all.find(|s| s.outcome == outcome && s.code == code.as_str())
    };
    html! {
        div .outcomes {
            @for (n, (outcome, codes)) in desk.reasons.iter().enumerate() {
                @let is_given = codes.iter().any(|code| given(*outcome, code).is_some());
                fieldset .outcome .{ "outcome-" (outcome.name()) } {
                    legend { span .key aria-hidden="true" { (n + 1) } " " (T.outcome(*outcome)) }
                    @for (m, code) in codes.iter().enumerate() {
                        @let because = given(*outcome, code);
                        label .choice {
                            input type="radio" name="reason" value={ (outcome.name()) ":" (code) } required
                                data-outcome=[(because.is_some() || !is_given && m == 0).then_some(n + 1)]
                                data-ready[because.is_some()];
                            span { (T.reason(code.as_str()))
                                @if let Some(because) = because { span .given { (parts::plain(&because.because)) } } }
                        }
                    }
                }
            }
        }
        label for="own-words" { (T.own_words) }
        textarea #own-words name="text" rows="3" maxlength="10000" dir="auto" required[needs_text] {}
    }
}

struct Panel<'a> {
    key: i64,
    hidden: Markup,
    alert: &'a AlertReport,
}

impl Panel<'_> {
    /// A form that does one thing.
    fn form(&self, word: &str, body: &Markup) -> Markup {
        html! {
            form .stack method="post" action=(url::alert(self.key)) data-do=(word) {
                (self.hidden)
                input type="hidden" name="do" value=(word);
                (body)
            }
        }
    }

    /// A form that asks for a reason, behind its name.
    fn folded(&self, word: &str, title: &str, body: &Markup) -> Markup {
        html! { details .action { summary { (title) } (self.form(word, body)) } }
    }

    fn with_reason(&self, word: &str, title: &str, label: &str) -> Markup {
        let id = format!("text-{word}");
        let body = html! {
            label for=(id) { (label) }
            textarea #(id) name="text" rows="2" required maxlength="10000" dir="auto" {}
            button type="submit" { (title) }
        };
        self.folded(word, title, &body)
    }
}

/// Everything this person may do with the alert now. `facts` are the properties that either side states.
pub(crate) fn panel(
    visit: &Visit<'_>,
    alert: &AlertReport,
    desk: &DeskPolicy,
    facts: &[Property],
    suggested: &[Suggestion],
) -> Result<Markup, Problem> {
    let session = visit.session()?;
    let case = alert.folded.as_ref();
    let state = alert.case.state;
    let may = |kind| visit.may(kind);
    let is_over = matches!(state, State::Decided | State::Withdrawn);
    let intent = blake3::hash(
        format!(
            "{}/{}/{}",
            session.form_key, alert.row.key, alert.case.revision
        )
        .as_bytes(),
    );
    let panel = Panel {
        key: alert.row.key,
        hidden: html! {
            (parts::key(session))
            input type="hidden" name="revision" value=(alert.case.revision);
            input type="hidden" name="intent" value=(intent.to_hex());
        },
        alert,
    };
    let me = crate::visit::desk_name(&session.who.name);
    let proposed = case.and_then(|case| case.proposal());
    let proposer = proposed.map(|(user, _)| user.as_str().to_owned());
    let is_anything = ActionKind::ALL
        .into_iter()
        .any(|kind| visit.may(kind).unwrap_or(false));
    Ok(html! {
        @if alert.subject.erased.is_some() {
            p .notice { (T.erased_text) }
        } @else if !is_anything {
            p .hint { (T.read_only) }
        } @else {
            @if state == State::Proposed {
                @if proposer.as_deref() == Some(me.as_str()) {
                    p .hint { (T.four_eyes_wait) }
                } @else if may(ActionKind::Approve)? {
                    (panel.form("approve", &html! {
                        p #confirm-approve .confirm hidden role="status" { (approval(proposed)) }
                        button .main type="submit" aria-keyshortcuts="y" aria-describedby="confirm-approve" { (T.approve) " " kbd { "y" } }
                    }))
                    (panel.with_reason("reject", T.reject, T.why))
                } @else {
                    p .hint { (T.four_eyes_other) }
                }
            }
            @if !is_over && state != State::Proposed && may(ActionKind::Propose)? {
                (panel.form("propose", &propose(desk, facts, suggested)))
            }
            div .actions {
                @if !is_over { (work(visit, &panel)?) }
                @if is_over && may(ActionKind::Reopen)? { (panel.with_reason("reopen", T.reopen, T.why)) }
                @if may(ActionKind::Dispute)? { (dispute(visit, desk, &panel)) }
                @if state == State::Decided && may(ActionKind::Dispose)? { (dispose(visit, &panel)) }
                @if may(ActionKind::Note)? { (panel.with_reason("note", T.note, T.note_text)) }
            }
        }
    })
}

/// What the key of an approval asks to be confirmed.
fn approval(proposed: Option<&(UserId, Proposal)>) -> String {
    proposed.map_or_else(String::new, |(user, proposal)| {
        let what = format!(
            "{}: {}",
            T.outcome(proposal.outcome),
            T.reason(proposal.reason.as_str())
        );
        fill(
            T.confirm_approval,
            &[("name", user.as_str()), ("what", &what)],
        )
    })
}

fn propose(desk: &DeskPolicy, facts: &[Property], suggested: &[Suggestion]) -> Markup {
    html! {
        (reasons(desk, suggested, false))
        @if !facts.is_empty() {
            details {
                summary { (T.relied_on) }
                p .hint { (T.relied_on_text) }
                div .checks {
                    @for property in facts {
                        label .choice { input type="checkbox" name="fact" value=(property.name()); " " (T.property(property.name())) }
                    }
                }
            }
        }
        p #confirm-propose .confirm hidden role="status" data-text=(T.confirm_proposal) {}
        button .main type="submit" aria-describedby="confirm-propose" { (T.propose) }
    }
}

/// Giving the alert to somebody, setting it aside, raising it.
fn work(visit: &Visit<'_>, panel: &Panel<'_>) -> Result<Markup, Problem> {
    let session = visit.session()?;
    let me = crate::visit::desk_name(&session.who.name);
    let users = visit.app.users()?;
    let is_mine = panel
        .alert
        .case
        .assignee
        .as_ref()
        .is_some_and(|user| user.as_str() == me);
    let max = |days: &str| days.to_owned();
    Ok(html! {
        @if visit.may(ActionKind::Assign)? {
            @if !is_mine && visit.may(ActionKind::StartReview)? {
                (panel.form("assign", &html! {
                    input type="hidden" name="to" value=(session.who.name);
                    button type="submit" aria-keyshortcuts="a" { (T.make_mine) " " kbd { "a" } }
                }))
            }
            (panel.folded("assign", T.give_to, &html! {
                label for="give-to" { (T.whom) }
                @if users.is_empty() {
                    input #give-to type="text" name="to" required maxlength="100" autocomplete="off";
                } @else {
                    select #give-to name="to" required {
                        @for user in &users { option value=(user.name) { (user.name) } }
                    }
                }
                button type="submit" { (T.give_to) }
            }))
        }
        @if visit.may(ActionKind::Snooze)? {
            (panel.folded("snooze", T.snooze, &html! {
                label for="until" { (T.until) }
                input #until type="date" name="until" required min=(max(&tomorrow(visit)));
                button type="submit" { (T.snooze) }
            }))
        }
        @if visit.may(ActionKind::HandOver)? { (hand_over(panel)) }
        @if visit.may(ActionKind::Escalate)? { (panel.with_reason("escalate", T.escalate, T.why)) }
    })
}

/// Offering the case to another tenant, or ending the offer that nobody has answered.
fn hand_over(panel: &Panel<'_>) -> Markup {
    if panel.alert.case.offered.is_some() {
        return panel.with_reason("take-back", T.take_back, T.why);
    }
    // Which other tenants there are is told on no tenant's server, so the name is to be known.
    panel.folded("hand-over", T.hand_over, &html! {
        p .hint { (T.hand_over_text) }
        label for="to-tenant" { (T.to_tenant) }
        input #to-tenant type="text" name="to" required maxlength="100" autocomplete="off" autocapitalize="none" spellcheck="false";
        label for="text-hand-over" { (T.why) }
        textarea #text-hand-over name="text" rows="2" required maxlength="10000" dir="auto" {}
        button type="submit" { (T.hand_over) }
    })
}

fn tomorrow(visit: &Visit<'_>) -> String {
    parts::date(
        visit
            .now()
            .checked_add(jiff::SignedDuration::from_hours(24))
            .unwrap_or(visit.now()),
    )
}

fn dispute(visit: &Visit<'_>, desk: &DeskPolicy, panel: &Panel<'_>) -> Markup {
    let due = visit
        .now()
        .checked_add(desk.dispute_within)
        .unwrap_or(visit.now());
    panel.folded(
        "dispute",
        T.dispute,
        &html! {
            p .hint { (T.dispute_text) }
            label for="text-dispute" { (T.dispute_what) }
            textarea #text-dispute name="text" rows="2" required maxlength="10000" dir="auto" {}
            label for="dispute-due" { (T.answer_due) }
            input #dispute-due type="date" name="until" required value=(parts::date(due));
            button type="submit" { (T.dispute) }
        },
    )
}

fn dispose(visit: &Visit<'_>, panel: &Panel<'_>) -> Markup {
    panel.folded("dispose", T.dispose, &html! {
        label for="kind" { (T.what_was_done) }
        select #kind name="kind" {
            @for kind in DispositionKind::ALL { option value=(kind.name()) { (T.disposition(kind)) } }
        }
        label for="date" { (T.on_day) }
        input #date type="date" name="date" required value=(parts::date(visit.now()));
        label for="authority" { (T.authority) }
        input #authority type="text" name="authority" required maxlength="200";
        button type="submit" { (T.dispose) }
    })
}

/// What was just done, for whoever did it.
pub(crate) fn done(visit: &Visit<'_>) -> Markup {
    let text = T.done_word(visit.query().text("done"));
    html! {
        @if let Some(text) = text {
            div .notice .good role="status" { p { (text) " " a #next href={ "/queue" } { (fill(T.back_to_queue, &[])) } } }
        }
    }
}

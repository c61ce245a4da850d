//! What a command would make happen, or why it does not.

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

use crate::{
    Action, ActionKind, Actor, Basis, Case, Cause, Change, Command, Current, Decision, DeskPolicy,
    Event, Field, Lapse, Outcome, Proposal, Refusal, State, UserId, may,
};

/// The longest text that is kept, in bytes.
const MAX_TEXT: usize = 16 * 1024;

/// The states in which an action has a place.
fn places(kind: ActionKind) -> &'static [State] {
    use State::{Assigned, Decided, InReview, New, Proposed, Reopened, Withdrawn};
    match kind {
        ActionKind::Assign => &[New, Assigned, InReview, Reopened],
        ActionKind::StartReview => &[New, Assigned, Reopened],
        // Whoever proposes begins the review as well, where nobody has begun.
        ActionKind::Propose => &[New, Assigned, InReview, Reopened],
        ActionKind::Approve | ActionKind::Reject => &[Proposed],
        ActionKind::Reopen => &[Decided, Withdrawn],
        ActionKind::Dispute => &[New, Assigned, InReview, Proposed, Decided, Reopened],
        ActionKind::Escalate => &[New, Assigned, InReview, Proposed, Reopened],
        ActionKind::Snooze => &[New, Assigned, InReview, Reopened],
        ActionKind::Note | ActionKind::Attach => &[
            New, Assigned, InReview, Proposed, Decided, Reopened, Withdrawn,
        ],
        ActionKind::Dispose => &[Decided, Withdrawn],
    }
}

/// The events that the command makes of the case; none where the same command was done before.
///
/// The tenant comes first, then the role, the key, the revision and the state, so a stranger learns nothing of a case.
/// Whether it is allowed depends on nothing but the arguments. A decision is made only on grounds that hold for what both
/// sides are at the time: what changed between a proposal and its approval goes back to the proposer.
///
/// # Errors
///
/// A [`Refusal`] that says what was expected and what came.
pub fn decide(
    case: &Case,
    actor: &Actor,
    command: Command,
    current: &Current,
    policy: &DeskPolicy,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let Command {
        expected,
        key,
        action,
    } = command;
    let kind = action.kind();
    if actor.tenant != case.tenant {
        return Err(Refusal::NotFound);
    }
    if !may(actor.role, kind) {
        return Err(Refusal::Forbidden {
            role: actor.role,
            action: kind,
        });
    }
    if let Some((user, done)) = case.seen.get(&key) {
        return if *user == actor.user && *done == action {
            Ok(Vec::new())
        } else {
            Err(Refusal::KeyReused { key })
        };
    }
    if expected != case.revision {
        return Err(Refusal::Stale {
            expected,
            current: case.revision,
        });
    }
    if now < case.changed_at {
        return Err(Refusal::ClockBackwards {
            last: case.changed_at,
            came: now,
        });
    }
    if !places(kind).contains(&case.state) {
        return Err(Refusal::WrongState {
            action: kind,
            expected: places(kind),
            state: case.state,
        });
    }
    check(case, actor, &action, policy, now)?;

    let decision = decision(case, actor, &action, policy, now);
    let begins_review = kind == ActionKind::Propose && case.state != State::InReview;
    if let Action::Propose(_) | Action::Approve = &action {
        let proposed = match (&decision, &action) {
            (Some(decision), _) => Some(decision.clone()),
            (None, Action::Propose(proposal)) => Some(hold(
                proposal.clone(),
                actor.user.clone(),
                None,
                policy,
                now,
            )),
            (None, _) => None,
        };
        let pair = (&case.subject, &case.party);
        let lapses = proposed.map(|decision| decision.lapses(pair, current, policy, now));
        if let Some(lapses) = lapses.filter(|lapses| !lapses.is_empty()) {
            return Err(Refusal::NoGrounds { lapses });
        }
    }
    let mut revision = case.revision;
    let changes = [
        begins_review.then_some((None, Change::Did(Action::StartReview))),
        Some((Some(key.clone()), Change::Did(action))),
        decision.map(|decision| (Some(key), Change::Decided(decision))),
    ];
    let events = changes.into_iter().flatten().map(|(key, change)| {
        revision = revision.next();
        Event {
            revision,
            at: now,
            by: Some(actor.clone()),
            key,
            change,
        }
    });
    Ok(events.collect())
}

/// What the register says of the match behind a case.
#[derive(Debug, Clone, Copy)]
pub enum Support<'a> {
    /// Nothing supports it any more.
    Gone,
    /// It stands, and this is what both sides are now.
    Stands(&'a Current),
}

/// What becomes of a case without anybody's doing; nothing in most cases.
///
/// A match that is gone is withdrawn. One that is back waits for people again, unless it was cleared and the clearance
/// still holds. A decision that no longer holds is reopened, and the event names what ended it.
///
/// # Errors
///
/// A time before the case's last event is refused.
pub fn follow(
    case: &Case,
    support: Support<'_>,
    cause: &Cause,
    policy: &DeskPolicy,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let cause = || cause.clone();
    let change = match (support, case.state) {
        (Support::Gone, State::Withdrawn) => None,
        (Support::Gone, _) => Some(Change::Withdrawn { cause: cause() }),
        (Support::Stands(current), State::Decided | State::Withdrawn) => {
            let mut lapses = case.lapses(current, policy, now);
            let is_back = case.state == State::Withdrawn;
            let is_cleared = case.suppression().is_some();
            if is_back && case.decision.is_some() && !is_cleared {
                lapses.push(Lapse::ListedAgain);
            }
            match (lapses.is_empty(), is_back) {
                (false, _) => Some(Change::Lapsed { lapses }),
                (true, true) => Some(Change::Returned { cause: cause() }),
                (true, false) => None,
            }
        }
        (Support::Stands(_), _) => None,
    };
    let Some(change) = change else {
        return Ok(Vec::new());
    };
    if now < case.changed_at {
        return Err(Refusal::ClockBackwards {
            last: case.changed_at,
            came: now,
        });
    }
    Ok(vec![Event {
        revision: case.revision.next(),
        at: now,
        by: None,
        key: None,
        change,
    }])
}

/// The decision that a proposal becomes.
fn hold(
    proposal: Proposal,
    proposer: UserId,
    approver: Option<UserId>,
    policy: &DeskPolicy,
    at: Timestamp,
) -> Decision {
    let lives = match proposal.outcome {
        Outcome::FalsePositive => Some(policy.max_suppression),
        Outcome::NeedsInformation => Some(policy.information_within),
        Outcome::TrueMatch | Outcome::Inconclusive => None,
    };
    Decision {
        proposal,
        proposer,
        approver,
        at,
        review_from: policy.review_from,
        expires_at: lives.and_then(|time| at.checked_add(time).ok()),
    }
}

/// The decision that the action leads to at once.
fn decision(
    case: &Case,
    actor: &Actor,
    action: &Action,
    policy: &DeskPolicy,
    at: Timestamp,
) -> Option<Decision> {
    match (action, &case.proposal) {
        (Action::Propose(proposal), _) if !policy.needs_approval(proposal.outcome, case.score) => {
            Some(hold(proposal.clone(), actor.user.clone(), None, policy, at))
        }
        (Action::Approve, Some((proposer, proposal))) => Some(hold(
            proposal.clone(),
            proposer.clone(),
            Some(actor.user.clone()),
            policy,
            at,
        )),
        _ => None,
    }
}

fn check(
    case: &Case,
    actor: &Actor,
    action: &Action,
    policy: &DeskPolicy,
    now: Timestamp,
) -> Result<(), Refusal> {
    match action {
        Action::Assign { .. } => Ok(()),
        Action::StartReview if case.state != State::Assigned => Ok(()),
        Action::StartReview => assignee(case, actor),
        Action::Propose(proposal) => {
            // A reopened case is nobody's, whoever had it before.
            assignee(case, actor)?;
            grounds(proposal, policy)
        }
        Action::Approve => match &case.proposal {
            Some((proposer, _)) if *proposer == actor.user => Err(Refusal::OwnProposal {
                proposer: proposer.clone(),
            }),
            _ => Ok(()),
        },
        Action::Reject { reason } | Action::Reopen { reason } | Action::Escalate { reason } => {
            present(Field::Reason, reason)
        }
        Action::Dispute { reason, due } => {
            present(Field::Reason, reason)?;
            if *due > now {
                Ok(())
            } else {
                Err(Refusal::PastDeadline { now, came: *due })
            }
        }
        Action::Snooze { until } => {
            let latest = now.checked_add(policy.max_snooze).unwrap_or(Timestamp::MAX);
            if *until > now && *until <= latest {
                Ok(())
            } else {
                Err(Refusal::SnoozeOutOfRange {
                    after: now,
                    latest,
                    came: *until,
                })
            }
        }
        Action::Note { text } => present(Field::Text, text),
        Action::Attach(file) => {
            present(Field::FileName, &file.name)?;
            if file.bytes > policy.max_attachment {
                return Err(Refusal::TooLarge {
                    max: policy.max_attachment,
                    came: file.bytes,
                });
            }
            Ok(())
        }
        Action::Dispose(disposition) => {
            if case.decision.is_none() {
                return Err(Refusal::Undecided);
            }
            present(Field::Authority, &disposition.authority)?;
            // East of Greenwich it may be tomorrow already.
            let today = now.to_zoned(TimeZone::UTC).date();
            let latest = today.checked_add(1.day()).unwrap_or(today);
            if disposition.date > latest {
                return Err(Refusal::FutureDisposition {
                    latest,
                    came: disposition.date,
                });
            }
            Ok(())
        }
    }
}

fn assignee(case: &Case, actor: &Actor) -> Result<(), Refusal> {
    match &case.assignee {
        Some(assignee) if *assignee != actor.user => Err(Refusal::NotAssignee {
            assignee: assignee.clone(),
            came: actor.user.clone(),
        }),
        _ => Ok(()),
    }
}

fn grounds(proposal: &Proposal, policy: &DeskPolicy) -> Result<(), Refusal> {
    let codes = policy.reasons.get(&proposal.outcome);
    if !codes.is_some_and(|codes| codes.contains(&proposal.reason)) {
        return Err(Refusal::UnknownReason {
            outcome: proposal.outcome,
            expected: codes.into_iter().flatten().cloned().collect(),
            came: proposal.reason.clone(),
        });
    }
    short(Field::Text, &proposal.text)?;
    if let Basis::OtherGround(ground) = &proposal.basis {
        present(Field::Ground, ground)?;
    }
    // A clearance that rests on nothing could never lapse.
    let is_empty = proposal.facts.party.is_empty() || proposal.facts.subject.is_empty();
    if proposal.outcome == Outcome::FalsePositive && is_empty {
        return Err(Refusal::Missing(Field::Facts));
    }
    Ok(())
}

fn present(field: Field, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Missing(field));
    }
    short(field, text)
}

fn short(field: Field, text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_TEXT {
        return Err(Refusal::TooLong {
            field,
            max: MAX_TEXT,
            came: text.len(),
        });
    }
    Ok(())
}

//! What a command would make happen, or why it does not.

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use rescreen_model::VersionId;

use crate::{
    Action, ActionKind, Actor, Basis, Case, Change, Command, Decision, DeskPolicy, Event, Field,
    Outcome, Proposal, Refusal, State, may,
};

/// The longest text that is kept, in bytes.
const MAX_TEXT: usize = 16 * 1024;

/// The states in which an action has a place.
fn places(kind: ActionKind) -> &'static [State] {
    use State::{Assigned, Decided, InReview, New, Proposed, Reopened, Withdrawn};
    match kind {
        ActionKind::Assign => &[New, Assigned, InReview, Reopened],
        ActionKind::StartReview => &[New, Assigned, Reopened],
        ActionKind::Propose => &[InReview],
        ActionKind::Approve | ActionKind::Reject => &[Proposed],
        ActionKind::Reopen => &[Decided, Withdrawn],
        ActionKind::Escalate => &[New, Assigned, InReview, Proposed, Reopened],
        ActionKind::Snooze => &[New, Assigned, InReview, Reopened],
        ActionKind::Note => &[
            New, Assigned, InReview, Proposed, Decided, Reopened, Withdrawn,
        ],
        ActionKind::Dispose => &[Decided, Withdrawn],
    }
}

/// The events that the command makes of the case; none where the same command was done before.
///
/// The tenant comes first, then the role, the key, the revision and the state, so a stranger learns nothing of a case.
/// Whether it is allowed depends on nothing but the arguments.
///
/// # Errors
///
/// A [`Refusal`] that says what was expected and what came.
pub fn decide(
    case: &Case,
    actor: &Actor,
    command: Command,
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
    let mut revision = case.revision;
    let changes = [Some(Change::Did(action)), decision.map(Change::Decided)];
    let events = changes.into_iter().flatten().map(|change| {
        revision = revision.next();
        Event {
            revision,
            at: now,
            by: Some(actor.clone()),
            key: Some(key.clone()),
            change,
        }
    });
    Ok(events.collect())
}

/// The event by which a list takes back what was matched; none where it has been taken back.
///
/// # Errors
///
/// A time before the case's last event is refused.
pub fn withdraw(case: &Case, version: VersionId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    if case.state == State::Withdrawn {
        return Ok(Vec::new());
    }
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
        change: Change::Withdrawn { version },
    }])
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
            Some(Decision {
                proposal: proposal.clone(),
                proposer: actor.user.clone(),
                approver: None,
                at,
            })
        }
        (Action::Approve, Some((proposer, proposal))) => Some(Decision {
            proposal: proposal.clone(),
            proposer: proposer.clone(),
            approver: Some(actor.user.clone()),
            at,
        }),
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

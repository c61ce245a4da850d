//! The rules of the desk, written without a look at the crate, and a sample of every command.

use jiff::{Timestamp, ToSpan};
use rescreen_desk::{
    Action, ActionKind, Attachment, Basis, Disposition, DispositionKind, Facts, Outcome, Proposal,
    ReasonCode, State, UserId,
};

pub(crate) fn proposal(outcome: Outcome) -> Proposal {
    let code = match outcome {
        Outcome::FalsePositive => "other-person",
        Outcome::TrueMatch => "same-person",
        Outcome::Inconclusive => "too-little-known",
        Outcome::NeedsInformation => "asked-subject",
    };
    Proposal {
        outcome,
        reason: ReasonCode::new(code),
        text: "as far as can be seen".to_owned(),
        basis: Basis::Identity,
        facts: Facts::default(),
    }
}

pub(crate) fn sample(kind: ActionKind, now: Timestamp) -> Action {
    let reason = "because".to_owned();
    let later = now.checked_add(50.hours()).unwrap();
    match kind {
        ActionKind::Assign => Action::Assign {
            to: UserId::new("Ben"),
        },
        ActionKind::StartReview => Action::StartReview,
        ActionKind::Propose => Action::Propose(proposal(Outcome::FalsePositive)),
        ActionKind::Approve => Action::Approve,
        ActionKind::Reject => Action::Reject { reason },
        ActionKind::Reopen => Action::Reopen { reason },
        ActionKind::Dispute => Action::Dispute { reason, due: later },
        ActionKind::Escalate => Action::Escalate { reason },
        ActionKind::Snooze => Action::Snooze { until: later },
        ActionKind::Note => Action::Note { text: reason },
        ActionKind::Attach => Action::Attach(Attachment {
            name: "passport.pdf".to_owned(),
            hash: [7; 32],
            bytes: 1,
        }),
        ActionKind::Dispose => Action::Dispose(Disposition {
            kind: DispositionKind::Frozen,
            date: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
            authority: "the officer".to_owned(),
        }),
    }
}

/// From which state to which each kind of command may lead, written without a look at the crate.
pub(crate) fn transitions(kind: ActionKind) -> Vec<(State, State)> {
    use State::{Assigned, Decided, InReview, New, Proposed, Reopened, Withdrawn};
    match kind {
        ActionKind::Assign => vec![
            (New, Assigned),
            (Assigned, Assigned),
            (InReview, Assigned),
            (Reopened, Assigned),
        ],
        ActionKind::StartReview => {
            vec![(New, InReview), (Assigned, InReview), (Reopened, InReview)]
        }
        ActionKind::Propose => vec![
            (New, Proposed),
            (Assigned, Proposed),
            (InReview, Proposed),
            (Reopened, Proposed),
        ],
        ActionKind::Approve => vec![(Proposed, Decided)],
        ActionKind::Reject => vec![(Proposed, InReview)],
        ActionKind::Reopen => vec![(Decided, Reopened), (Withdrawn, Reopened)],
        ActionKind::Dispute => vec![(Decided, Reopened)],
        ActionKind::Escalate
        | ActionKind::Snooze
        | ActionKind::Note
        | ActionKind::Attach
        | ActionKind::Dispose => Vec::new(),
    }
}

/// Whether the kind of command may leave the state as it is.
pub(crate) fn keeps(kind: ActionKind) -> bool {
    matches!(
        kind,
        ActionKind::Dispute
            | ActionKind::Escalate
            | ActionKind::Snooze
            | ActionKind::Note
            | ActionKind::Attach
            | ActionKind::Dispose
    )
}

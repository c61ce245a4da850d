//! Why a command was refused, with what was expected and what came.

use jiff::{Timestamp, civil::Date};

use crate::{
    ActionKind, IdempotencyKey, Lapse, Outcome, ReasonCode, Revision, Role, State, UserId,
};

/// A text or value that a command must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The reason of a rejection, reopening or escalation.
    Reason,
    /// The text of a note or proposal.
    Text,
    /// The name of another ground.
    Ground,
    /// The authority behind a disposition.
    Authority,
    /// The facts a person relied on.
    Facts,
    /// The name of a file.
    FileName,
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Self::Reason => "the reason",
            Self::Text => "the text",
            Self::Ground => "the ground",
            Self::Authority => "the authority",
            Self::Facts => "the facts relied on",
            Self::FileName => "the name of the file",
        }
    }
}

fn words(codes: &[ReasonCode]) -> String {
    let codes: Vec<&str> = codes.iter().map(ReasonCode::as_str).collect();
    codes.join(", ")
}

fn sentences(lapses: &[Lapse]) -> String {
    let lapses: Vec<String> = lapses.iter().map(ToString::to_string).collect();
    lapses.join("; ")
}

/// Why a command made nothing happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No such case for this actor. It is the same for a case that is another tenant's and for one that does not exist.
    #[error("there is no such case")]
    NotFound,
    /// The role may not do that.
    #[error("the role {} may not {}", .role.name(), .action.name())]
    Forbidden {
        /// The role that came.
        role: Role,
        /// What it asked for.
        action: ActionKind,
    },
    /// Somebody else changed the case in between.
    #[error("the case is at revision {current}, the command expected {expected}")]
    Stale {
        /// What the command expected.
        expected: Revision,
        /// Where the case is.
        current: Revision,
    },
    /// The key stands for another command.
    #[error("the key {key} was used for another command")]
    KeyReused {
        /// The key.
        key: IdempotencyKey,
    },
    /// The action has no place in the state.
    #[error("cannot {} while the case is {}", .action.name(), .state.name())]
    WrongState {
        /// What was asked for.
        action: ActionKind,
        /// In which states it can be done.
        expected: &'static [State],
        /// The state the case is in.
        state: State,
    },
    /// The case is another person's work.
    #[error("the case is assigned to {assignee}, not to {came}")]
    NotAssignee {
        /// Whose it is.
        assignee: UserId,
        /// Who came.
        came: UserId,
    },
    /// The proposer would approve their own proposal.
    #[error("{proposer} made this proposal, another person has to approve it")]
    OwnProposal {
        /// Who proposed, and who came.
        proposer: UserId,
    },
    /// The policy does not know that reason for that outcome.
    #[error("'{came}' is no reason code for {}: expected {}", .outcome.name(), words(.expected))]
    UnknownReason {
        /// The outcome proposed.
        outcome: Outcome,
        /// The codes the policy has for it.
        expected: Vec<ReasonCode>,
        /// The code that came.
        came: ReasonCode,
    },
    /// Something is missing.
    #[error("{} is missing", .0.name())]
    Missing(Field),
    /// A text is longer than any that is kept.
    #[error("{} has {came} bytes, at most {max} are kept", .field.name())]
    TooLong {
        /// Which text.
        field: Field,
        /// The limit.
        max: usize,
        /// Its length.
        came: usize,
    },
    /// A file that is larger than any that is kept.
    #[error("the file has {came} bytes, at most {max} are kept")]
    TooLarge {
        /// The limit.
        max: u64,
        /// Its size.
        came: u64,
    },
    /// A snooze that ends in the past or too late.
    #[error("a snooze ends after {after} and not after {latest}, not at {came}")]
    SnoozeOutOfRange {
        /// The present.
        after: Timestamp,
        /// The latest that the policy allows.
        latest: Timestamp,
        /// What came.
        came: Timestamp,
    },
    /// A disposition that has not happened yet.
    #[error("a disposition is not later than {latest}, not of {came}")]
    FutureDisposition {
        /// The present day, wherever on earth.
        latest: Date,
        /// What came.
        came: Date,
    },
    /// A deadline that has passed already.
    #[error("a deadline lies after {now}, not at {came}")]
    PastDeadline {
        /// The present.
        now: Timestamp,
        /// What came.
        came: Timestamp,
    },
    /// The grounds do not hold as the facts and the policy are now.
    #[error("the grounds do not hold: {}", sentences(.lapses))]
    NoGrounds {
        /// What is wrong with them.
        lapses: Vec<Lapse>,
    },
    /// Nothing was decided that a disposition could follow from.
    #[error("there is no decision to dispose of")]
    Undecided,
    /// The event would be before the case's last.
    #[error("the case was last changed at {last}, the command came at {came}")]
    ClockBackwards {
        /// When the case was changed last.
        last: Timestamp,
        /// The time that came.
        came: Timestamp,
    },
}

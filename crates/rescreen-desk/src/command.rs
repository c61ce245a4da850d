//! What people can ask of a case.

use jiff::{Timestamp, civil::Date};

use crate::{Facts, IdempotencyKey, ReasonCode, Revision, UserId};

/// One intent of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The revision the person saw; another one refuses the command.
    pub expected: Revision,
    /// Names the intent; the same key again makes nothing happen.
    pub key: IdempotencyKey,
    /// What is to be done.
    pub action: Action,
}

/// What is to be done with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Gives the case to a person.
    Assign {
        /// Who is to work on it.
        to: UserId,
    },
    /// Begins to judge; an unassigned case becomes the actor's.
    StartReview,
    /// States an outcome with its grounds.
    Propose(Proposal),
    /// Makes another person's proposal the decision.
    Approve,
    /// Sends a proposal back to review.
    Reject {
        /// Why.
        reason: String,
    },
    /// Takes a closed case up again; a clearance that was decided is revoked by it.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Records that the person concerned contests it: what was decided is taken up again, with a deadline.
    Dispute {
        /// What is contested.
        reason: String,
        /// Until when an answer is due.
        due: Timestamp,
    },
    /// Raises the case by one level.
    Escalate {
        /// Why.
        reason: String,
    },
    /// Sets the case aside for a while.
    Snooze {
        /// When it comes back.
        until: Timestamp,
    },
    /// Adds a remark.
    Note {
        /// The remark.
        text: String,
    },
    /// Adds a file; whoever keeps the case keeps the bytes.
    Attach(Attachment),
    /// Records what was done about the person concerned.
    Dispose(Disposition),
}

/// The kind of an action, for [`MATRIX`](crate::MATRIX) and refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionKind {
    /// See [`Action::Assign`].
    Assign,
    /// See [`Action::StartReview`].
    StartReview,
    /// See [`Action::Propose`].
    Propose,
    /// See [`Action::Approve`].
    Approve,
    /// See [`Action::Reject`].
    Reject,
    /// See [`Action::Reopen`].
    Reopen,
    /// See [`Action::Dispute`].
    Dispute,
    /// See [`Action::Escalate`].
    Escalate,
    /// See [`Action::Snooze`].
    Snooze,
    /// See [`Action::Note`].
    Note,
    /// See [`Action::Attach`].
    Attach,
    /// See [`Action::Dispose`].
    Dispose,
}

impl ActionKind {
    /// All kinds, in declaration order.
    pub const ALL: [Self; 12] = [
        Self::Assign,
        Self::StartReview,
        Self::Propose,
        Self::Approve,
        Self::Reject,
        Self::Reopen,
        Self::Dispute,
        Self::Escalate,
        Self::Snooze,
        Self::Note,
        Self::Attach,
        Self::Dispose,
    ];

    /// The kind's name in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::StartReview => "start review",
            Self::Propose => "propose",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Reopen => "reopen",
            Self::Dispute => "dispute",
            Self::Escalate => "escalate",
            Self::Snooze => "snooze",
            Self::Note => "note",
            Self::Attach => "attach",
            Self::Dispose => "dispose",
        }
    }
}

impl Action {
    /// The kind of the action.
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Assign { .. } => ActionKind::Assign,
            Self::StartReview => ActionKind::StartReview,
            Self::Propose(_) => ActionKind::Propose,
            Self::Approve => ActionKind::Approve,
            Self::Reject { .. } => ActionKind::Reject,
            Self::Reopen { .. } => ActionKind::Reopen,
            Self::Dispute { .. } => ActionKind::Dispute,
            Self::Escalate { .. } => ActionKind::Escalate,
            Self::Snooze { .. } => ActionKind::Snooze,
            Self::Note { .. } => ActionKind::Note,
            Self::Attach(_) => ActionKind::Attach,
            Self::Dispose(_) => ActionKind::Dispose,
        }
    }
}

/// What a person makes of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The subject is somebody else.
    FalsePositive,
    /// The subject is the listed party.
    TrueMatch,
    /// What is known does not tell.
    Inconclusive,
    /// Somebody was asked for what would tell. It is answered for a while only, then people are asked again.
    NeedsInformation,
}

impl Outcome {
    /// All outcomes, in declaration order.
    pub const ALL: [Self; 4] = [
        Self::FalsePositive,
        Self::TrueMatch,
        Self::Inconclusive,
        Self::NeedsInformation,
    ];

    /// The outcome's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::FalsePositive => "false-positive",
            Self::TrueMatch => "true-match",
            Self::Inconclusive => "inconclusive",
            Self::NeedsInformation => "needs-information",
        }
    }

    /// The outcome of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.name() == text)
    }
}

/// A file that belongs to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is called.
    pub name: String,
    /// The SHA-256 hash of its bytes.
    pub hash: [u8; 32],
    /// How many bytes it has.
    pub bytes: u64,
}

/// On what ground a person decides. Why the engine matched is another matter and stands in the case's evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// The facts relied on say who the subject is or is not.
    Identity,
    /// The facts at hand do not suffice.
    InsufficientInformation,
    /// A ground that has nothing to do with the list, named.
    OtherGround(String),
}

/// An outcome with its grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What the case is said to be.
    pub outcome: Outcome,
    /// Why, in the policy's words.
    pub reason: ReasonCode,
    /// Why, in the person's own words; may be empty.
    pub text: String,
    /// On what ground.
    pub basis: Basis,
    /// What of both sides the person relied on.
    pub facts: Facts,
}

/// What was done about the person concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposition {
    /// What was done.
    pub kind: DispositionKind,
    /// When.
    pub date: Date,
    /// By whose authority.
    pub authority: String,
}

/// The kinds of dispositions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DispositionKind {
    /// Assets were frozen.
    Frozen,
    /// Business, entry or a payment was refused.
    Refused,
    /// The matter went to an authority.
    Referred,
    /// A measure was lifted, or none was taken.
    Released,
    /// The person could not be reached.
    CouldNotBeReached,
}

impl DispositionKind {
    /// All kinds, in declaration order.
    pub const ALL: [Self; 5] = [
        Self::Frozen,
        Self::Refused,
        Self::Referred,
        Self::Released,
        Self::CouldNotBeReached,
    ];

    /// The kind's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Refused => "refused",
            Self::Referred => "referred",
            Self::Released => "released",
            Self::CouldNotBeReached => "could-not-be-reached",
        }
    }

    /// The kind of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == text)
    }
}

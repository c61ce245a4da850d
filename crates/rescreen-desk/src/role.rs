//! Who may do what: one table, and nothing beside it.

use crate::{ActionKind, TenantId, UserId};

/// What a person is at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads the cases of the tenant.
    Viewer,
    /// Works on cases and proposes outcomes.
    Analyst,
    /// Does what an analyst does, and approves or rejects what others propose.
    Approver,
    /// Distributes work; judges nobody.
    Admin,
    /// Reads cases and the log; changes nothing.
    Auditor,
}

impl Role {
    /// All roles, in the order of the columns of [`MATRIX`].
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Analyst,
        Self::Approver,
        Self::Admin,
        Self::Auditor,
    ];

    /// The role's name in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Approver => "approver",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == text)
    }
}

/// Who acts: the edge has authenticated them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub user: UserId,
    /// The tenant they act in.
    pub tenant: TenantId,
    /// The role they act in.
    pub role: Role,
}

/// What each role may do: a row for each kind of command, a column for each role in the order of [`Role::ALL`].
#[rustfmt::skip]
pub const MATRIX: [(ActionKind, [bool; 5]); 12] = [
    //                         viewer analyst approver admin  auditor
    (ActionKind::Assign,      [false, true,   true,    true,  false]),
    (ActionKind::StartReview, [false, true,   true,    false, false]),
    (ActionKind::Propose,     [false, true,   true,    false, false]),
    (ActionKind::Approve,     [false, false,  true,    false, false]),
    (ActionKind::Reject,      [false, false,  true,    false, false]),
    (ActionKind::Reopen,      [false, true,   true,    true,  false]),
    (ActionKind::Dispute,     [false, true,   true,    true,  false]),
    (ActionKind::Escalate,    [false, true,   true,    true,  false]),
    (ActionKind::Snooze,      [false, true,   true,    false, false]),
    (ActionKind::Note,        [false, true,   true,    true,  false]),
    (ActionKind::Attach,      [false, true,   true,    true,  false]),
    (ActionKind::Dispose,     [false, true,   true,    false, false]),
];

/// Whether the role may give that kind of command. What the table does not name is forbidden.
pub fn may(role: Role, kind: ActionKind) -> bool {
    MATRIX
        .iter()
        .filter(|(row, _)| *row == kind)
        .flat_map(|(_, columns)| Role::ALL.iter().zip(columns))
        .any(|(column, is_allowed)| *column == role && *is_allowed)
}

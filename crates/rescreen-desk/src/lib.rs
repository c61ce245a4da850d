//! The life of an alert: from a match that nobody has judged to a decision that two people stand behind.
//!
//! [`decide`] says what a command would make happen, [`Case::apply`] makes it so. A [`Case`] is nothing but its events
//! folded, so a log of events is the whole truth. Who may do what is one table, [`MATRIX`]. A [`Suppression`] keeps a
//! cleared person from being flagged again by the same facts, and says by itself when it no longer holds.
//!
//! The crate is pure: the time, the policy and the current facts are arguments.

#![deny(clippy::disallowed_methods)]

mod case;
mod command;
mod decide;
mod id;
mod policy;
mod refusal;
mod role;
mod suppression;
#[cfg(test)]
mod tests;

pub use case::{Case, Cause, Change, Decision, Event, OutOfOrder, State};
pub use command::{
    Action, ActionKind, Attachment, Basis, Command, Disposition, DispositionKind, Outcome, Proposal,
};
pub use decide::{Support, decide, follow};
pub use id::{CaseId, IdempotencyKey, ReasonCode, Revision, Score, TenantId, UserId};
pub use policy::DeskPolicy;
pub use refusal::{Field, Refusal};
pub use role::{Actor, MATRIX, Role, may};
pub use suppression::{Current, Facts, Lapse, Side, Suppression, Values};

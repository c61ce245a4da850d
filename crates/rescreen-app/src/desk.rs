//! The desk: what people do with alerts.
//!
//! An alert has one case. What happens to it, by people or by the register, is an event in the log, and where it stands
//! is the fold of these events. Three things act on cases: people ([`App::act`](crate::App::act)), the register when
//! it settles alerts, and time when a clearance ends. All of them do so in one writing transaction, through the pure
//! rules of `rescreen-desk`.

mod act;
mod attach;
mod follow;
mod grounds;
pub(crate) mod people;
mod policy;
mod quality;
mod staff;
mod suppressions;
mod tenants;

pub use act::{Relied, Request};
pub use quality::{Quality, Rate, Times, Waited};
pub use staff::Staff;
pub use suppressions::SuppressionReport;
pub use tenants::{Given, Offer, Stays, Tenants, may_know_elsewhere};

pub(crate) use act::decide_and_append;
pub(crate) use follow::{Followed, Which, follow, open, recheck};
pub(crate) use grounds::subject_of_case;
pub(crate) use policy::in_force as policy_in_force;

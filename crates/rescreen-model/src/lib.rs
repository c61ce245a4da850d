//! The shared vocabulary of rescreen: what a list says, and when it said it.
//!
//! Entities follow the [FollowTheMoney](https://followthemoney.tech) model, because the field already speaks it:
//! a [`Schema`] (Person, Company, Vessel …) with typed, multi-valued [`Property`]s. What a publisher lists is an
//! [`Entry`]: one listed party with the sanctions, documents and addresses that belong to it alone.
//!
//! The crate is pure. It reads no file, no clock and no environment, and it knows nothing of wire formats.

#![deny(clippy::disallowed_methods)]

pub mod country;
pub mod date;
pub mod delta;
mod entity;
mod finding;
mod gender;
mod hash;
mod id;
pub mod identifier;
mod property;
mod schema;
pub mod text;

pub use country::Country;
pub use date::{DateSpan, PartialDate};
pub use delta::{Change, Delta};
pub use entity::{Entity, Entry, Record, Value};
pub use finding::{Finding, Place, Severity};
pub use gender::Gender;
pub use hash::{ContentHash, SetHash};
pub use id::{EntityId, InvalidListName, ListName, VersionId};
pub use property::{Property, PropertyKind};
pub use schema::{Edge, Schema, SchemaSpec};

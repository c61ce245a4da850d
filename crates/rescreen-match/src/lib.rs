//! `compare(subject, entity, policy)` with evidence, and the keys that go with it.

#![deny(clippy::disallowed_methods)]

mod compare;
mod evidence;
mod policy;
mod score;

pub use compare::compare;
pub use evidence::{Evidence, Feature, Match, Tier};
pub use policy::{Policy, PolicyError};
pub use score::{Bits, Score};

use rescreen_model::ContentHash;

/// The identity of everything a score depends on beside the two parties and the policy: code version, tables and
/// weights. Every answer carries it.
pub fn matcher_build() -> ContentHash {
    ContentHash::of_bytes(
        format!(
            "{} {}",
            rescreen_prepare::PREPARE_BUILD,
            env!("CARGO_PKG_VERSION")
        )
        .as_bytes(),
    )
}

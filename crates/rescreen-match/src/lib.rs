//! `compare(subject, entity, policy)` with evidence, and the keys that go with it.
//!
//! # How a score comes about
//! Each name of the subject meets each name of the listed party. Their parts are related by graded levels (same
//! letters, spellings of one name, same consonants, one or two slips …) and paired one to one as well as possible.
//! A pair brings the weight of its part, in bits: how rare the part is in names of its culture, by the table in
//! `rescreen-prepare`. What the spelling leaves in doubt counts against; so does a part of which each side has
//! *another*, heavily and however long the name; a part that one side merely *lacks* costs little, by its role. The
//! best pair of names stands for the parties; birth date, identifiers, gender and nationality are added to it. The
//! score is the fold of these lines and of nothing else (see the formula in `fold.rs`).
//!
//! Gender and nationality can only weaken. A birth date can lift a name only from 0.60 on. No cache, no clock, no
//! list and no register enters a score: it is a function of two prepared parties and the policy.

#![deny(clippy::disallowed_methods)]

mod assignment;
mod attributes;
mod compare;
mod evidence;
mod fold;
mod keys;
mod names;
mod policy;
mod relation;
mod score;
mod typo;
mod weights;

pub use compare::{compare, compare_hit};
pub use evidence::{Evidence, Feature, Match, Tier};
pub use keys::{
    Agreement, Key, Profile, Side, identifier_keys, join_keys, keys, may_reach, token_join_keys,
    token_keys, typo_asking_keys, typo_held_keys,
};
pub use policy::{Policy, PolicyError};
pub use relation::{Level, Relation, relate, relate_join};
pub use score::{Bits, Score};

use std::sync::LazyLock;

use rescreen_model::ContentHash;
use rescreen_prepare::PREPARE_BUILD;

/// The version of this crate's code; it changes whenever a score may change.
const CODE: &str = "match-1";

static BUILD: LazyLock<ContentHash> = LazyLock::new(|| {
    let tables = rescreen_prepare::TABLES.iter().map(|(name, table)| {
        let hash = ContentHash::of_bytes(table.as_bytes());
        format!("{name} {hash}")
    });
    let weights = weights::ALL
        .iter()
        .map(|(name, weight)| format!("{name} {weight}"));
    let code = [PREPARE_BUILD.to_owned(), CODE.to_owned()];
    let lines: Vec<String> = code.into_iter().chain(tables).chain(weights).collect();
    ContentHash::of_bytes(lines.join("\n").as_bytes())
});

/// The identity of everything a score depends on beside the two parties and the policy: code version, tables and
/// weights. Every answer carries it.
pub fn matcher_build() -> ContentHash {
    *BUILD
}

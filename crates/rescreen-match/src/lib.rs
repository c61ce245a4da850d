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
mod terms;
mod typo;
mod weights;

pub use compare::{compare, compare_hit, names_reach};
pub use evidence::{Evidence, Feature, Match, Tier};
pub use keys::{
    Agreement, Bound, Key, Known, Profile, Side, group_keys, identifier_keys, join_keys, keys,
    may_reach, most_lonely, scanned_join_key, scanned_join_keys, spelling_keys, token_join_keys,
    token_keys, typo_asking_keys, typo_asking_keys_of, typo_held_keys,
};
pub use names::Omission;
pub use policy::{Policy, PolicyError};
pub use relation::{Level, Relation, relate, relate_join};
pub use score::{Bits, Score};
pub use terms::{Term, Terms, terms};

use std::sync::LazyLock;

use rescreen_model::ContentHash;

/// The source of this crate, by file, see [`rescreen_prepare::SOURCES`].
pub const SOURCES: &[(&str, &str)] = &[
    ("assignment.rs", include_str!("assignment.rs")),
    ("attributes.rs", include_str!("attributes.rs")),
    ("compare.rs", include_str!("compare.rs")),
    ("evidence.rs", include_str!("evidence.rs")),
    ("fold.rs", include_str!("fold.rs")),
    ("keys.rs", include_str!("keys.rs")),
    ("lib.rs", include_str!("lib.rs")),
    ("names.rs", include_str!("names.rs")),
    ("policy.rs", include_str!("policy.rs")),
    ("relation.rs", include_str!("relation.rs")),
    ("score.rs", include_str!("score.rs")),
    ("terms.rs", include_str!("terms.rs")),
    ("typo.rs", include_str!("typo.rs")),
    ("weights.rs", include_str!("weights.rs")),
];

static BUILD: LazyLock<ContentHash> = LazyLock::new(|| {
    let all = [
        rescreen_prepare::SOURCES,
        &rescreen_prepare::TABLES[..],
        SOURCES,
    ];
    let lines: Vec<String> = all
        .iter()
        .flat_map(|files| files.iter())
        .map(|(name, text)| format!("{name} {}", ContentHash::of_bytes(text.as_bytes())))
        .collect();
    ContentHash::of_bytes(lines.join("\n").as_bytes())
});

/// The identity of everything a score depends on beside the two parties and the policy: code, tables and weights. Every answer carries it.
pub fn matcher_build() -> ContentHash {
    *BUILD
}

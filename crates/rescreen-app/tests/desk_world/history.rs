//! What may happen: the vocabulary of histories, and how they are drawn.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rescreen_desk::{ActionKind, Outcome, Role};
use rescreen_model::Property;

/// Invented people, each in two spellings.
pub(crate) const NAMES: [[&str; 2]; 4] = [
    ["Anselm Wackerbarth", "Anselm Wakkerbarth"],
    ["Зиновий Кравцунов", "Zinoviy Kravtsunov"],
    ["Fatima Al Marzuqani", "Fatimah Almarzuqani"],
    ["Ottokar Brezina", "Ottokar Březina"],
];
pub(crate) const BORN: [&str; 4] = ["1961-04-23", "1961-04-24", "1988", ""];
pub(crate) const GENDER: [&str; 2] = ["", "female"];
pub(crate) const NOTES: [&str; 3] = ["", "seen in a harbour", "has a scar"];

/// Who a party or subject is said to be: name, spelling, birth date, gender, and what nobody compares.
pub(crate) type Said = (usize, usize, usize, usize, usize);

pub(crate) fn said() -> impl Strategy<Value = Said> {
    // Mostly the same, so that people meet entries, and changes meet decisions.
    let mostly_first = |n: usize| prop_oneof![4 => Just(0), 3 => 0..n];
    (
        mostly_first(4),
        mostly_first(2),
        mostly_first(4),
        mostly_first(2),
        0..3_usize,
    )
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A source says these subjects. `true`: and no others.
    Import(BTreeMap<u8, Said>, bool),
    /// A list says these entries. The first flag: they are added to what it said. The second: if it looks broken, it is
    /// released all the same.
    Update(usize, BTreeMap<u8, Said>, bool, bool),
    Policy(u32),
    Erase(u8),
    /// The person concerned contests what is made of them.
    Dispute(usize, u8),
    /// A hold is put on a subject, or lifted.
    Hold(u8, bool),
    Full,
    /// More than the longest life of a clearance passes.
    Years,
    /// A person does something with one of the alerts.
    Desk(usize, usize, Do),
}

#[derive(Debug, Clone)]
pub(crate) enum Do {
    Kind(ActionKind),
    /// Propose and approve, by two people: chance alone decides too rarely.
    Decide(Outcome, Vec<usize>),
    Revoke,
}

/// What a person may say they relied on.
pub(crate) const FACTS: [Property; 4] = [
    Property::Name,
    Property::BirthDate,
    Property::Gender,
    Property::Notes,
];

/// The people of the desk, of whom the last works for another tenant, and one is listed nowhere.
pub(crate) const PEOPLE: [(&str, Option<Role>, &str); 8] = [
    ("ada", Some(Role::Admin), "default"),
    ("ann", Some(Role::Analyst), "default"),
    ("ben", Some(Role::Approver), "default"),
    ("cid", Some(Role::Approver), "default"),
    ("vic", Some(Role::Viewer), "default"),
    ("aud", Some(Role::Auditor), "default"),
    ("eve", None, "default"),
    ("mia", Some(Role::Approver), "other"),
];
pub(crate) const BEN: usize = 2;
pub(crate) const CID: usize = 3;

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let subjects = || prop::collection::btree_map(0..3_u8, said(), 1..3);
    let entries = || prop::collection::btree_map(2..5_u8, said(), 1..4);
    let facts = prop::collection::vec(0..FACTS.len(), 0..3);
    let outcome = prop_oneof![
        4 => Just(Outcome::FalsePositive),
        1 => Just(Outcome::TrueMatch),
        1 => Just(Outcome::Inconclusive),
        1 => Just(Outcome::NeedsInformation),
    ];
    let act = prop_oneof![
        4 => prop::sample::select(&ActionKind::ALL[..]).prop_map(Do::Kind),
        6 => (outcome, facts).prop_map(|(outcome, facts)| Do::Decide(outcome, facts)),
        1 => Just(Do::Revoke),
    ];
    let step = prop_oneof![
        3 => (subjects(), prop::bool::weighted(0.15)).prop_map(|(s, complete)| Step::Import(s, complete)),
        4 => (0..2_usize, entries(), prop::bool::weighted(0.8), any::<bool>())
            .prop_map(|(l, e, append, release)| Step::Update(l, e, append, release)),
        1 => (5_500..9_500_u32).prop_map(Step::Policy),
        1 => (0..4_u8).prop_map(Step::Erase),
        1 => (0..PEOPLE.len(), 0..3_u8).prop_map(|(who, id)| Step::Dispute(who, id)),
        1 => (0..3_u8, any::<bool>()).prop_map(|(id, put)| Step::Hold(id, put)),
        1 => Just(Step::Full),
        1 => Just(Step::Years),
        10 => (0..PEOPLE.len(), 0..8_usize, act).prop_map(|(who, which, act)| Step::Desk(who, which, act)),
    ];
    prop::collection::vec(step, 10..40)
}

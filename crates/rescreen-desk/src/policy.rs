//! What an operator decides about deciding.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use rescreen_model::Property;

use crate::{Outcome, ReasonCode, Score};

/// The rules of one desk. There is no default: each field is somebody's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskPolicy {
    /// The reason codes that each outcome accepts. An outcome without codes cannot be proposed.
    pub reasons: BTreeMap<Outcome, BTreeSet<ReasonCode>>,
    /// From which score on an outcome needs a second person; an outcome that is not named never does.
    pub approval_from: BTreeMap<Outcome, Score>,
    /// The longest time a case may be set aside for.
    pub max_snooze: SignedDuration,
    /// Within which time from its opening a case should be decided.
    pub due_within: SignedDuration,
    /// Within which time a dispute should be answered, where nobody says another.
    pub dispute_within: SignedDuration,
    /// For how long a case that needs information rests before people are asked again.
    pub information_within: SignedDuration,
    /// The largest file that is attached to a case, in bytes.
    pub max_attachment: u64,
    /// The score from which on matches go to people. A lower one is stricter and ends earlier suppressions.
    pub review_from: Score,
    /// The longest life of a suppression.
    pub max_suppression: SignedDuration,
    /// Properties of the listed party that a suppression has to rely on, be it on their absence.
    pub required_facts: BTreeSet<Property>,
}

impl DeskPolicy {
    /// Whether an outcome at that score needs a second person.
    pub fn needs_approval(&self, outcome: Outcome, score: Score) -> bool {
        self.approval_from
            .get(&outcome)
            .is_some_and(|from| score >= *from)
    }
}

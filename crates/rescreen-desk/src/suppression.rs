//! A clearance that rests on facts, and falls with them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rescreen_model::{EntityId, Property};

use crate::{DeskPolicy, Score};

/// Values by property. An empty set is a fact too: nothing was stated.
pub type Values = BTreeMap<Property, BTreeSet<String>>;

/// The facts of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Of our side.
    pub subject: Values,
    /// Of the listed side.
    pub party: Values,
}

/// One side of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Ours.
    Subject,
    /// The listed one.
    Party,
}

/// "This subject is not that party", with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Our side.
    pub subject: EntityId,
    /// The listed side.
    pub party: EntityId,
    /// The properties relied on with all their values at the time, on both sides.
    pub facts: Facts,
    /// When it was decided.
    pub made_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// From which score on matches went to people at the time.
    pub review_from: Score,
    /// When a person took it back.
    pub revoked_at: Option<Timestamp>,
}

/// What both sides are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// Our side.
    pub subject: EntityId,
    /// The ids of the listed side: its own and its referents, so that another list's copy is the same party.
    pub party: BTreeSet<EntityId>,
    /// What both sides say.
    pub facts: Facts,
    /// When the party's id was last found to mean somebody else than before.
    pub reused_at: Option<Timestamp>,
}

/// Why a suppression no longer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lapse {
    /// It is about another pair.
    OtherPair,
    /// A person took it back.
    Revoked {
        /// When.
        at: Timestamp,
    },
    /// Its time is over, or the policy's longest time is.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// The party's id has come to mean somebody else.
    IdReused {
        /// When.
        at: Timestamp,
    },
    /// A fact relied on is no longer what it was.
    FactChanged {
        /// On which side.
        side: Side,
        /// Which property.
        property: Property,
        /// The values relied on.
        then: BTreeSet<String>,
        /// The values now.
        now: BTreeSet<String>,
    },
    /// Matches go to people from a lower score on.
    StricterThreshold {
        /// From which on at the time.
        then: Score,
        /// From which on now.
        now: Score,
    },
    /// The policy has come to ask for a fact that was not relied on.
    FactNotReliedOn {
        /// Which property.
        property: Property,
    },
}

impl Suppression {
    /// All that has lapsed it; it holds where there is nothing.
    ///
    /// A change of a property that was not relied on leaves it in force, unless the policy asks for that property.
    pub fn lapses(&self, current: &Current, policy: &DeskPolicy, now: Timestamp) -> Vec<Lapse> {
        let mut lapses = Vec::new();
        if self.subject != current.subject || !current.party.contains(&self.party) {
            lapses.push(Lapse::OtherPair);
        }
        if let Some(at) = self.revoked_at {
            lapses.push(Lapse::Revoked { at });
        }
        let longest = self.made_at.checked_add(policy.max_suppression).ok();
        let end = self.expires_at.into_iter().chain(longest).min();
        if let Some(at) = end.filter(|at| *at <= now) {
            lapses.push(Lapse::Expired { at });
        }
        if let Some(at) = current.reused_at.filter(|at| *at > self.made_at) {
            lapses.push(Lapse::IdReused { at });
        }
        let sides = [
            (Side::Subject, &self.facts.subject, &current.facts.subject),
            (Side::Party, &self.facts.party, &current.facts.party),
        ];
        for (side, relied, today) in sides {
            for (property, then) in relied {
                let today = today.get(property).cloned().unwrap_or_default();
                if *then != today {
                    lapses.push(Lapse::FactChanged {
                        side,
                        property: property.clone(),
                        then: then.clone(),
                        now: today,
                    });
                }
            }
        }
        if policy.review_from < self.review_from {
            lapses.push(Lapse::StricterThreshold {
                then: self.review_from,
                now: policy.review_from,
            });
        }
        let missing = policy
            .required_facts
            .iter()
            .filter(|property| !self.facts.party.contains_key(*property));
        lapses.extend(missing.map(|property| Lapse::FactNotReliedOn {
            property: property.clone(),
        }));
        lapses
    }

    /// Whether it keeps the match from people.
    pub fn holds(&self, current: &Current, policy: &DeskPolicy, now: Timestamp) -> bool {
        self.lapses(current, policy, now).is_empty()
    }
}

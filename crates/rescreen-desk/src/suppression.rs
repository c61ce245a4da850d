//! A clearance that rests on facts, and falls with them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

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

impl Facts {
    /// What of this is another thing now, on either side, and whether the party's id means somebody else since then.
    pub(crate) fn changes(&self, current: &Current, since: Timestamp) -> Vec<Lapse> {
        let mut lapses = Vec::new();
        if let Some(at) = current.reused_at.filter(|at| *at > since) {
            lapses.push(Lapse::IdReused { at });
        }
        let sides = [
            (Side::Subject, &self.subject, &current.facts.subject),
            (Side::Party, &self.party, &current.facts.party),
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
        lapses
    }
}

/// One side of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Ours.
    Subject,
    /// The listed one.
    Party,
}

impl Side {
    /// The side's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Party => "party",
        }
    }
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
    /// The party had left the list and is listed again: what was done about the match before was done then.
    ListedAgain,
}

impl fmt::Display for Lapse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |values: &BTreeSet<String>| {
            if values.is_empty() {
                return "not stated".to_owned();
            }
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            values.join(", ")
        };
        match self {
            Self::OtherPair => f.write_str("it is about another pair"),
            Self::Revoked { at } => write!(f, "it was revoked at {at}"),
            Self::Expired { at } => write!(f, "it expired at {at}"),
            Self::IdReused { at } => {
                write!(f, "the id of the party means somebody else since {at}")
            }
            Self::FactChanged {
                side,
                property,
                then,
                now,
            } => write!(
                f,
                "{} of the {} was {} and is {}",
                property.name(),
                side.name(),
                said(then),
                said(now)
            ),
            Self::StricterThreshold { then, now } => write!(
                f,
                "matches go to people from {:.2} on, then it was {:.2}",
                f64::from(now.0) / 10_000.0,
                f64::from(then.0) / 10_000.0
            ),
            Self::FactNotReliedOn { property } => write!(
                f,
                "the policy asks for {} of the party, and it was not relied on",
                property.name()
            ),
            Self::ListedAgain => f.write_str("the party had left the list and is listed again"),
        }
    }
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
        lapses.extend(self.facts.changes(current, self.made_at));
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

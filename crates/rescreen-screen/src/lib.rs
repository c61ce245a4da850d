//! The screener: an index of listed parties and a policy.
//!
//! Answers do not depend on the number of threads, on the size of a batch or on the order of the parties.

#![deny(clippy::disallowed_methods)]

mod segment;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use rayon::prelude::*;
use rescreen_index::Index;
use rescreen_match::{Feature, Match, Policy, compare_hit};
use rescreen_model::{Entity, ListName, Schema};
use rescreen_prepare::{Prepared, Remark, prepare};

pub use segment::{Segment, SegmentBuilder, SegmentError, SegmentRow, merge};

/// A party on a list.
#[derive(Debug, Clone)]
pub struct Party {
    /// The list it is on.
    pub list: ListName,
    /// What the list says about it.
    pub entity: Arc<Entity>,
}

/// One listed party that a subject may be.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The listed party.
    pub party: Party,
    /// What speaks for and against it.
    pub found: Match,
}

impl Hit {
    /// How many of so many listed names would agree with this subject's as far as this one does, by chance: the names
    /// times two to the power of minus the bits of agreement, so the rarer what agrees, the fewer. `None` where no name
    /// agrees and a number led here.
    ///
    /// It depends on how many names are listed, so it stands beside the score and never goes into it.
    pub fn chance(&self, names: usize) -> Option<f64> {
        let bits: i32 = self
            .found
            .evidence
            .iter()
            .filter(|line| matches!(line.feature, Feature::NamePart | Feature::Spelling))
            .map(|line| line.bits.hundredths())
            .sum();
        (bits > 0).then(|| names as f64 * (-f64::from(bits) / 100.0).exp2())
    }
}

/// The answer for one subject.
#[derive(Debug, Clone, Default)]
pub struct Screening {
    /// Listed parties at or over the review threshold, best first; equal scores by id, then by list.
    pub hits: Vec<Hit>,
    /// What of the subject was left out of the comparison, and why.
    pub remarks: Vec<Remark>,
}

/// Listed parties, indexed, and the policy that says what counts as a hit.
#[derive(Debug)]
pub struct Screener {
    parties: Vec<Party>,
    index: Index,
    policy: Policy,
}

impl Screener {
    /// Prepares and indexes the parties.
    pub fn new(parties: Vec<Party>, policy: Policy) -> Self {
        let prepared = parties.par_iter().map(|p| prepare(&p.entity)).collect();
        Self {
            parties,
            index: Index::build(prepared, &policy),
            policy,
        }
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The number of listed names.
    pub fn names(&self) -> usize {
        self.index.names()
    }

    /// The listed parties, in the order they were given.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// Screens one subject.
    pub fn screen(&self, subject: &Entity) -> Screening {
        self.screen_read(readings(subject))
    }

    /// Screens one subject of which all [`readings`] are there.
    pub fn screen_read(&self, readings: Vec<Prepared>) -> Screening {
        let mut best: BTreeMap<u32, Match> = BTreeMap::new();
        for reading in &readings {
            for candidate in self.index.candidates(reading) {
                let entity = self.index.entry(candidate.entry);
                let found = compare_hit(reading, entity, candidate.names, &self.policy);
                let Some(found) = found else { continue };
                let known = best.entry(candidate.entry.0);
                if let Entry::Occupied(mut known) = known {
                    if found.score > known.get().score {
                        known.insert(found);
                    }
                } else {
                    known.or_insert(found);
                }
            }
        }
        let mut hits: Vec<Hit> = best
            .into_iter()
            .map(|(no, found)| Hit {
                party: self.parties[no as usize].clone(),
                found,
            })
            .collect();
        hits.sort_by(|a, b| {
            let key = |hit: &Hit| {
                (
                    Reverse(hit.found.score),
                    hit.party.entity.id.clone(),
                    hit.party.list.clone(),
                )
            };
            key(a).cmp(&key(b))
        });
        Screening {
            hits,
            remarks: readings
                .into_iter()
                .next()
                .map(|r| r.remarks)
                .unwrap_or_default(),
        }
    }

    /// The numbers, ascending, of all subjects of a segment who may have a hit: one of their names reaches the floor, or one
    /// of their identifiers is that of a party.
    pub fn sift(&self, segment: &Segment) -> Vec<u64> {
        segment::sift(segment, &self.index, &self.policy)
    }

    /// Screens many subjects on all cores; answers come in the order of the subjects.
    pub fn screen_batch(&self, subjects: &[Entity]) -> Vec<Screening> {
        subjects.par_iter().map(|s| self.screen(s)).collect()
    }
}

/// The ways to read a subject. Where nobody said what it is, `Pak Han Se` may be a person or a European company: it is
/// read both ways, and for each listed party the better reading counts.
pub fn readings(subject: &Entity) -> Vec<Prepared> {
    let mut readings = vec![prepare(subject)];
    if matches!(subject.schema, Schema::Thing | Schema::LegalEntity) {
        let mut person = subject.clone();
        person.schema = Schema::Person;
        readings.push(prepare(&person));
    }
    readings
}

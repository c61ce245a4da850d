//! The circuit breaker: a version that looks broken waits for a person, and the last good one keeps serving.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rescreen_match::relate;
use rescreen_model::{DateSpan, Delta, Entity, EntityId, Entry, Property, Schema};
use rescreen_prepare::{Name, prepare};
use rescreen_store::{Head, Limits, VersionRow};

/// Publishers' clocks and zones may differ from ours by this much.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(26);

/// Why a version is held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A stable word (`shrink`, `change`, `id-reuse`, `earlier`, or the importer's word for a broken file).
    pub code: String,
    /// What was seen and what the limit is, in a sentence without a full stop.
    pub message: String,
}

impl Reason {
    pub(crate) fn new(code: &str, message: String) -> Self {
        Self {
            code: code.to_owned(),
            message,
        }
    }
}

/// What the breaker looks at. It needs no more than the delta and, for changed entries, both records.
pub(crate) struct Candidate<'a> {
    pub(crate) before: &'a BTreeMap<EntityId, Head>,
    pub(crate) after: usize,
    pub(crate) delta: &'a Delta,
    /// Ids that now mean another person.
    pub(crate) reused: Vec<Reason>,
    pub(crate) published: Timestamp,
    pub(crate) retrieved: Timestamp,
    /// Whether it came as operations on an earlier version.
    pub(crate) is_delta: bool,
    pub(crate) active: Option<&'a VersionRow>,
}

/// All reasons to hold a version back; none for the first version of a list, which has nothing to be compared with,
/// unless it is empty.
pub(crate) fn inspect(candidate: Candidate<'_>, limits: Limits) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if candidate.after == 0 {
        reasons.push(Reason::new("empty", "the version has no entry".to_owned()));
    }
    let total = candidate.before.len();
    if total > 0 {
        let removed = candidate.delta.removed.len();
        if share(removed, total) > limits.shrink {
            reasons.push(Reason::new(
                "shrink",
                format!(
                    "{removed} of {total} entries disappear ({:.1} %), the limit is {:.1} %",
                    100.0 * share(removed, total),
                    100.0 * limits.shrink
                ),
            ));
        }
        let changed = candidate.delta.changed.len();
        if share(changed, total) > limits.change {
            reasons.push(Reason::new(
                "change",
                format!(
                    "{changed} of {total} entries change ({:.1} %), the limit is {:.1} %",
                    100.0 * share(changed, total),
                    100.0 * limits.change
                ),
            ));
        }
    }
    if let Some(active) = candidate.active
        && candidate.published < active.published
    {
        reasons.push(Reason::new(
            "earlier",
            format!(
                "published {}, earlier than the version in force ({} of {})",
                candidate.published, active.version, active.published
            ),
        ));
    }
    if candidate.published
        > candidate
            .retrieved
            .saturating_add(CLOCK_TOLERANCE)
            .unwrap_or(Timestamp::MAX)
    {
        reasons.push(Reason::new(
            "future",
            format!(
                "published {}, which lies in the future: every later version would seem older",
                candidate.published
            ),
        ));
    }
    if candidate.is_delta && candidate.active.is_none() {
        reasons.push(Reason::new(
            "no-base",
            "the file holds changes to an earlier version, and there is none: take the whole list in first".to_owned(),
        ));
    }
    reasons.extend(candidate.reused);
    reasons
}

/// The reason to hold a version back in which an id stands for somebody else than before.
pub(crate) fn id_reuse(old: &Entry, new: &Entry) -> Option<Reason> {
    is_another_person(&old.party, &new.party).then(|| {
        Reason::new(
            "id-reuse",
            format!(
                "{} was '{}' and is now '{}', with no name in common and another date of birth",
                old.id(),
                old.party.caption(),
                new.party.caption()
            ),
        )
    })
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Whether an id now stands for somebody else: persons (or parties of unstated kind) whose names have no related part and
/// whose stated dates of birth cannot be one day.
pub(crate) fn is_another_person(old: &Entity, new: &Entity) -> bool {
    let is_person =
        |party: &Entity| party.schema.is_a(Schema::Person) || party.schema == Schema::LegalEntity;
    if !is_person(old) || !is_person(new) {
        return false;
    }
    let names = |party: &Entity| prepare(party).names;
    let (old_names, new_names) = (names(old), names(new));
    let parts = |names: &'_ [Name]| {
        names
            .iter()
            .flat_map(|name| name.tokens.clone())
            .collect::<Vec<_>>()
    };
    let new_parts = parts(&new_names);
    if parts(&old_names)
        .iter()
        .any(|a| new_parts.iter().any(|b| relate(a, b).is_some()))
    {
        return false;
    }
    let dates = |party: &Entity| party.dates(Property::BirthDate).collect::<Vec<_>>();
    let (old, new) = (dates(old), dates(new));
    let disjoint =
        |a: &DateSpan, b: &DateSpan| a.last_day() < b.first_day() || b.last_day() < a.first_day();
    !old.is_empty() && !new.is_empty() && old.iter().all(|a| new.iter().all(|b| disjoint(a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, birth: &str) -> Entity {
        let mut party = Entity::new("x-1", Schema::Person);
        party.add(Property::Name, name);
        party.add(Property::BirthDate, birth);
        party
    }

    #[test]
    fn an_id_means_another_person_only_if_name_and_birth_contradict() {
        let check = |a: (&str, &str), b: (&str, &str)| {
            is_another_person(&person(a.0, a.1), &person(b.0, b.1))
        };
        assert!(check(
            ("Ivan Sample", "1951"),
            ("Maria Example", "1980-02-01")
        ));
        assert!(
            !check(("Ivan Sample", "1951"), ("Sample, I.", "1980")),
            "a name in common"
        );
        assert!(
            !check(("Ivan Sample", "1951"), ("Иван", "1980")),
            "the same name in another script"
        );
        assert!(
            !check(("Ivan Sample", "1951"), ("Maria Example", "1951-07")),
            "dates that agree"
        );
        assert!(
            !check(("Ivan Sample", "1951"), ("Maria Example", "")),
            "no date"
        );
    }
}

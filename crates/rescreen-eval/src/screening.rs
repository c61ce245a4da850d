//! Screening people of a file: who is found, and who is stopped for nothing.

use std::collections::BTreeMap;

use rescreen_match::Score;
use rescreen_model::{Entity, Property};
use rescreen_screen::{Party, Screening};

use crate::{name_key, persons::Person};

/// Knows which listed parties a person of a file is.
#[derive(Debug)]
pub struct Truth {
    /// The ids, whole and without the list's prefix.
    ids: BTreeMap<String, String>,
    by_name: BTreeMap<String, Vec<String>>,
}

/// Who is right for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// These listed parties.
    Known(Vec<String>),
    /// The file names a party that is not on the list: removed since, or never there.
    NotListed,
    /// The file does not say, and nobody is listed under the person's name.
    Unknown,
}

impl Truth {
    /// Takes ids and names of the listed parties.
    pub fn of(parties: &[Party]) -> Self {
        let mut truth = Self {
            ids: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for party in parties {
            let entity: &Entity = &party.entity;
            let id = entity.id.as_str();
            let ends = id.match_indices('-').map(|(at, _)| &id[at + 1..]);
            for end in ends.filter(|end| !end.is_empty()) {
                let known = truth.ids.entry(end.to_owned());
                known.or_insert_with(|| id.to_owned());
            }
            truth.ids.insert(id.to_owned(), id.to_owned());
            for property in [
                Property::Name,
                Property::Alias,
                Property::PreviousName,
                Property::WeakAlias,
            ] {
                for name in entity.texts(&property) {
                    let ids = truth.by_name.entry(name_key(name)).or_default();
                    if !ids.iter().any(|id| id == entity.id.as_str()) {
                        ids.push(entity.id.as_str().to_owned());
                    }
                }
            }
        }
        truth
    }

    /// By the ids the file expects, else by the listed name it states, else by the person's own id or name where somebody
    /// is listed under it.
    pub fn right(&self, person: &Person) -> Right {
        let known = |ids: Vec<String>| (!ids.is_empty()).then_some(Right::Known(ids));
        if !person.expected.is_empty() {
            let ids = person.expected.iter().filter_map(|id| self.ids.get(id));
            return known(ids.cloned().collect()).unwrap_or(Right::NotListed);
        }
        let named = |name: &str| self.by_name.get(&name_key(name)).cloned().map(Right::Known);
        if let Some(name) = &person.listed_name {
            return named(name).unwrap_or(Right::NotListed);
        }
        // A bare number would be somebody's customer number as likely as the list's.
        let own = person
            .own_id
            .as_ref()
            .filter(|id| self.ids.get(*id) == Some(id));
        own.map(|id| Right::Known(vec![id.clone()]))
            .or_else(|| named(person.subject.caption()))
            .unwrap_or(Right::Unknown)
    }
}

/// What the screening of a listed person gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Whether the right party is among the hits; any party where the right one is not known.
    pub right: bool,
    /// Whether the right party is the first hit, or shares its score.
    pub first: bool,
    /// Whether anybody is among the hits.
    pub anybody: bool,
    /// Hits that are somebody else; nought where the right party is not known.
    pub others: usize,
}

/// Judges a screening of a listed person.
pub fn judge(screening: &Screening, right: &Right) -> Found {
    let hits = &screening.hits;
    let best = hits.first().map(|hit| hit.found.score).unwrap_or_default();
    let Right::Known(ids) = right else {
        return Found {
            right: !hits.is_empty(),
            first: !hits.is_empty(),
            anybody: !hits.is_empty(),
            others: 0,
        };
    };
    let is_right = |id: &str| ids.iter().any(|known| known == id);
    let own: Option<Score> = hits
        .iter()
        .filter(|hit| is_right(hit.party.entity.id.as_str()))
        .map(|hit| hit.found.score)
        .max();
    Found {
        right: own.is_some(),
        first: own.is_some_and(|own| own == best),
        anybody: !hits.is_empty(),
        others: hits
            .iter()
            .filter(|hit| !is_right(hit.party.entity.id.as_str()))
            .count(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rescreen_match::Policy;
    use rescreen_model::{ListName, Schema};
    use rescreen_screen::Screener;

    use super::*;
    use crate::persons;

    fn listed(id: &str, name: &str) -> Party {
        let mut entity = Entity::new(id, Schema::Person);
        entity.add(Property::Name, name);
        Party {
            list: ListName::parse("made-up").unwrap(),
            entity: Arc::new(entity),
        }
    }

    #[test]
    fn right_parties_are_known_by_id_by_listed_name_or_by_name() {
        let parties = vec![
            listed("x-1", "Zdravka Kovačević"),
            listed("x-2", "Brunhilde Achternbusch"),
        ];
        let truth = Truth::of(&parties);
        let text = "name,expected_id,listed_name
Zdravka Kovacevic,,
Zdravka Kovačevič,x-1,
Zdravica Kovacevic,,KOVAČEVIĆ Zdravka
Zdravka Kovacevic,9,
Zdravka Kovacevic,2;9,
Somebody Else,,
";
        let persons = persons::read("p.csv", text.as_bytes()).unwrap().rows;
        let right: Vec<Right> = persons.iter().map(|p| truth.right(p)).collect();
        let one = Right::Known(vec!["x-1".to_owned()]);
        assert_eq!(
            right,
            [
                one.clone(),
                one.clone(),
                one,
                Right::NotListed,
                Right::Known(vec!["x-2".to_owned()]),
                Right::Unknown
            ]
        );

        let screener = Screener::new(parties, Policy::default());
        let screening = screener.screen(&persons[0].subject);
        let found = judge(&screening, &right[0]);
        assert!(found.right && found.first && found.others == 0);
        let wrong = judge(&screening, &Right::Known(vec!["x-2".to_owned()]));
        assert!(!wrong.right && wrong.anybody && wrong.others == 1);
    }
}

//! Who is on another list too, and so belongs to another evaluation.

use std::collections::{BTreeMap, BTreeSet};

use rescreen_model::{Entity, Property, Schema};

use crate::name_key;

/// The persons of a list that is kept for acceptance.
#[derive(Debug, Default)]
pub struct Elsewhere {
    /// Names with the years of birth that are stated beside them.
    years: BTreeMap<String, BTreeSet<i16>>,
}

impl Elsewhere {
    /// Takes a person in.
    pub fn add(&mut self, person: &Entity) {
        if !person.schema.is_a(Schema::Person) {
            return;
        }
        let born = years(person);
        for key in keys(person) {
            self.years.entry(key).or_default().extend(&born);
        }
    }

    /// Whether a person may be one of them: the primary name in common, or another name together with a year of birth or
    /// without any. Rather one person too many.
    pub fn may_include(&self, person: &Entity) -> bool {
        let born = years(person);
        keys(person).enumerate().any(|(place, key)| {
            self.years.get(&key).is_some_and(|known| {
                place == 0 || born.is_empty() || born.iter().any(|year| known.contains(year))
            })
        })
    }
}

/// Names without order and blanks, so that glued and split spellings are one.
fn keys(person: &Entity) -> impl Iterator<Item = String> {
    [
        Property::Name,
        Property::Alias,
        Property::PreviousName,
        Property::WeakAlias,
    ]
    .into_iter()
    .flat_map(|property| person.texts(property))
    .map(|name| name_key(name).replace(' ', ""))
    .filter(|key| !key.is_empty())
}

fn years(person: &Entity) -> BTreeSet<i16> {
    person
        .dates(Property::BirthDate)
        .flat_map(|span| span.from().get_year()..=span.to().get_year())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(names: &[&str], born: &str) -> Entity {
        let mut person = Entity::new("x-1", Schema::Person);
        for (place, name) in names.iter().enumerate() {
            let property = if place == 0 {
                Property::Name
            } else {
                Property::Alias
            };
            person.add(property, name);
        }
        person.add(Property::BirthDate, born);
        person
    }

    #[test]
    fn a_primary_name_is_enough_and_an_alias_needs_the_year() {
        let mut elsewhere = Elsewhere::default();
        elsewhere.add(&person(&["Ana Kovač", "Anica Kovač"], "1960/1962"));
        for (names, born, expected) in [
            (&["KOVAC Ana"][..], "1990", true),
            (&["Grom", "Anica Kovac"], "1961", true),
            (&["Grom", "Anica Kovac"], "", true),
            (&["Grom", "Anica Kovac"], "1990", false),
            (&["Grom"], "1961", false),
        ] {
            assert_eq!(
                elsewhere.may_include(&person(names, born)),
                expected,
                "{names:?}"
            );
        }
    }
}

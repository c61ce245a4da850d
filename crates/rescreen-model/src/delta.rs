//! What changed between two versions of a list.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Entity, EntityId, Entry};

/// An entry that is in both versions and differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The entry.
    pub id: EntityId,
    /// The names of the properties that differ, in order; those of parts carry their schema (`Sanction:program`).
    pub fields: Vec<String>,
}

/// The difference between two versions: new minus old, by entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// Entries that are new, in id order.
    pub added: Vec<EntityId>,
    /// Entries that are gone, in id order.
    pub removed: Vec<EntityId>,
    /// Entries that differ, in id order.
    pub changed: Vec<Change>,
}

impl Delta {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// The number of entries it names.
    pub fn len(&self) -> usize {
        self.added.len() + self.removed.len() + self.changed.len()
    }
}

/// Names the fields in which two records of one entry differ.
///
/// Values are compared as sets, as the content hash does, so a mere change of order names no field.
pub fn changed_fields(old: &Entry, new: &Entry) -> Vec<String> {
    let (before, after) = (facts(old), facts(new));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect()
}

/// Every fact of an entry by field name. A fact of a part names the part, because two passports may share a country.
fn facts(entry: &Entry) -> BTreeMap<String, BTreeSet<(&str, &str)>> {
    let mut facts: BTreeMap<String, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for entity in entry.entities() {
        let is_party = std::ptr::eq(entity, &raw const entry.party);
        let key = |name: &str| {
            if is_party {
                name.to_owned()
            } else {
                format!("{}:{name}", entity.schema.name())
            }
        };
        facts
            .entry(key("schema"))
            .or_default()
            .insert((part_key(entity, is_party), entity.schema.name()));
        for (property, values) in entity.properties() {
            let set = facts.entry(key(property.name())).or_default();
            set.extend(
                values
                    .iter()
                    .map(|v| (part_key(entity, is_party), v.as_str())),
            );
        }
    }
    facts
}

fn part_key(entity: &Entity, is_party: bool) -> &str {
    if is_party { "" } else { entity.id.as_str() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Property, Schema};

    #[test]
    fn a_change_names_its_fields_and_only_those() {
        let mut old = Entity::new("x-1", Schema::Person);
        old.add(Property::Name, "A");
        old.add(Property::Alias, "B");
        old.add(Property::Alias, "C");
        let mut new = Entity::new("x-1", Schema::Person);
        new.add(Property::Name, "A");
        new.add(Property::Alias, "C");
        new.add(Property::Alias, "B");
        assert_eq!(
            changed_fields(&Entry::new(old.clone()), &Entry::new(new.clone())),
            Vec::<String>::new()
        );
        new.add(Property::BirthDate, "1951");
        let mut sanction = Entity::new("x-1-sanction", Schema::Sanction);
        sanction.add(Property::Program, "P");
        let new = Entry {
            party: new,
            parts: vec![sanction],
        };
        assert_eq!(
            changed_fields(&Entry::new(old), &new),
            ["Sanction:program", "Sanction:schema", "birthDate"]
        );
    }
}

//! One entity from its JSON object.

use std::collections::{BTreeMap, HashSet};

use rescreen_model::{
    Country, DateSpan, Entity, EntityId, Entry, Gender, Place, Property, PropertyKind, Record,
    Schema, Severity, text,
};

use super::json::Json;
use crate::{MAX_ID_BYTES, tally::Tally, xml::excerpt};

type Members = Vec<(String, Json)>;

/// The id of an entity, where it has one that can be shown: a page of text or control characters are none.
pub(super) fn id(members: &Members) -> Option<EntityId> {
    members.iter().rev().find_map(|(key, value)| match value {
        Json::String(text) if key == "id" => read_id(text),
        _ => None,
    })
}

fn read_id(text: &str) -> Option<EntityId> {
    let text = text.trim();
    let is_id =
        (1..=MAX_ID_BYTES).contains(&text.len()) && !text.contains(|c: char| c.is_control());
    is_id.then(|| EntityId::new(text))
}

/// Reads the entities of one line.
pub(super) struct Reading<'t> {
    tally: &'t mut Tally,
    place: &'t Place,
    /// Entities that are nested in the properties of others.
    parts: Vec<Entity>,
    part_ids: HashSet<EntityId>,
}

impl<'t> Reading<'t> {
    pub(super) fn new(tally: &'t mut Tally, place: &'t Place) -> Self {
        Self {
            tally,
            place,
            parts: Vec::new(),
            part_ids: HashSet::new(),
        }
    }

    /// The entry of a line; `None` where the record has to be left out, which is a finding.
    pub(super) fn entry(mut self, members: Members) -> Option<Entry> {
        let party = self.entity(members)?;
        let mut entry = Entry::new(party);
        entry.parts = self.parts;
        // An entity that is nested in itself says nothing more.
        entry.parts.retain(|part| part.id != entry.party.id);
        Some(entry)
    }

    fn entity(&mut self, members: Members) -> Option<Entity> {
        let Some(id) = id(&members) else {
            self.note("record-without-id", Severity::Loss, "", "id", || {
                "expected an entity with an id that can be one, found none; left out".to_owned()
            });
            return None;
        };
        let schema = self.schema(&members, &id)?;
        let mut entity = Entity::new(id.as_str(), schema);
        let mut record = Record::default();
        let mut referents = HashSet::new();
        for (key, value) in members {
            match key.as_str() {
                "id" | "schema" => {}
                "properties" => self.properties(&mut entity, value),
                "referents" => {
                    for text in self.texts(&entity.id, &key, value) {
                        if let Some(referent) = read_id(&text)
                            && referents.insert(referent.clone())
                        {
                            entity.referents.push(referent);
                        }
                    }
                }
                "datasets" => record.datasets = self.words(&entity.id, &key, value),
                "origin" => record.origin = self.words(&entity.id, &key, value),
                "caption" => record.caption = self.word(&entity.id, &key, value),
                "first_seen" => record.first_seen = self.word(&entity.id, &key, value),
                "last_seen" => record.last_seen = self.word(&entity.id, &key, value),
                "last_change" => record.last_change = self.word(&entity.id, &key, value),
                "target" => match value {
                    Json::Bool(target) => record.target = Some(target),
                    Json::Null => {}
                    other => self.unexpected(&entity.id, &key, "true or false", &other),
                },
                _ => self.note("field-unknown", Severity::Note, &key, &key, || {
                    format!(
                        "expected only fields of an entity, found '{}'; left out",
                        excerpt(&key)
                    )
                }),
            }
        }
        if record != Record::default() {
            entity.record = Some(Box::new(record));
        }
        Some(entity)
    }

    fn schema(&mut self, members: &Members, id: &EntityId) -> Option<Schema> {
        let name = members
            .iter()
            .rev()
            .find(|(key, _)| key == "schema")
            .map(|(_, value)| value);
        let found = match name {
            Some(Json::String(name)) => match Schema::named(name) {
                Some(schema) if !schema.spec().is_abstract => return Some(schema),
                _ => name.as_str(),
            },
            Some(other) => other.kind(),
            None => "none",
        };
        let place = self.place.clone().record(id.as_str()).field("schema");
        self.tally.add(
            "schema-unknown",
            Severity::Loss,
            found,
            || place,
            || {
                format!(
                    "expected a schema of the model, found '{}'; left out",
                    excerpt(found)
                )
            },
        );
        None
    }

    fn properties(&mut self, entity: &mut Entity, value: Json) {
        let members = match value {
            Json::Object(members) => members,
            Json::Null => return,
            other => return self.unexpected(&entity.id, "properties", "an object", &other),
        };
        // A key may come twice; its values are taken together.
        let mut by_name: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for (name, value) in members {
            by_name.entry(name).or_default().push(value);
        }
        for (name, values) in by_name {
            let property = Property::named(&name);
            if let Property::Other(name) = &property {
                self.of(entity, "property-unknown", Severity::Note, name, || {
                    "expected a property of the model; kept word for word, never compared"
                        .to_owned()
                });
            }
            let mut texts = Vec::new();
            for value in values {
                match value {
                    Json::Array(values) => {
                        for value in values {
                            self.value(entity, &property, value, &mut texts);
                        }
                    }
                    Json::Null => {}
                    single => {
                        self.of(entity, "property-not-a-list", Severity::Note, &name, || {
                            format!("expected a list of values, found {}; taken", single.kind())
                        });
                        self.value(entity, &property, single, &mut texts);
                    }
                }
            }
            add_all(entity, &property, &texts);
        }
    }

    fn value(
        &mut self,
        entity: &Entity,
        property: &Property,
        value: Json,
        texts: &mut Vec<String>,
    ) {
        let text = match value {
            Json::String(text) => text,
            Json::Number { text, is_exact } => {
                if !is_exact {
                    self.of(
                        entity,
                        "number-inexact",
                        Severity::Warning,
                        property.name(),
                        || {
                            "expected a text, found a number with more digits than JSON readers keep; rounded"
                                .to_owned()
                        },
                    );
                }
                text
            }
            Json::Bool(value) => value.to_string(),
            Json::Null => return,
            Json::Array(values) => {
                self.of(
                    entity,
                    "property-not-a-list",
                    Severity::Note,
                    property.name(),
                    || "expected values, found a list inside the list; its values are taken".into(),
                );
                for value in values {
                    self.value(entity, property, value, texts);
                }
                return;
            }
            Json::Object(members) => {
                // The nested entity names its own trouble; without an id there is nothing to hold.
                if let Some(part) = self.entity(members) {
                    texts.push(part.id.as_str().to_owned());
                    if self.part_ids.insert(part.id.clone()) {
                        self.parts.push(part);
                    }
                }
                return;
            }
        };
        self.check(entity, property, &text);
        texts.push(text);
    }

    /// Notes a value that stays what it is and will not serve as evidence.
    fn check(&mut self, entity: &Entity, property: &Property, text: &str) {
        let text = text.trim();
        let (code, expected) = match property.kind() {
            PropertyKind::Date if !is_date(text) => ("date-unreadable", "a date"),
            PropertyKind::Country if Country::from_code(text).is_none() => {
                ("country-unknown", "the code of a country")
            }
            PropertyKind::Gender if Gender::parse(text).is_none() => {
                ("gender-unknown", "male, female or other")
            }
            _ => return,
        };
        if text.is_empty() {
            return;
        }
        self.of(entity, code, Severity::Warning, property.name(), || {
            format!(
                "expected {expected}, found '{}'; kept as text",
                excerpt(text)
            )
        });
    }

    /// Texts about the record, in the form in which they can be shown: they must not steer anybody's terminal.
    fn words(&mut self, id: &EntityId, key: &str, value: Json) -> Vec<String> {
        let texts = self.texts(id, key, value);
        texts.into_iter().filter_map(|text| shown(&text)).collect()
    }

    fn word(&mut self, id: &EntityId, key: &str, value: Json) -> Option<String> {
        self.words(id, key, value).into_iter().next()
    }

    /// Texts as they are.
    fn texts(&mut self, id: &EntityId, key: &str, value: Json) -> Vec<String> {
        let values = match value {
            Json::Array(values) => values,
            single => vec![single],
        };
        let mut texts = Vec::new();
        for value in values {
            match value {
                Json::String(text) | Json::Number { text, .. } => texts.push(text),
                Json::Null => {}
                other => self.unexpected(id, key, "a text", &other),
            }
        }
        texts
    }

    fn unexpected(&mut self, id: &EntityId, key: &str, expected: &str, found: &Json) {
        let place = self.place.clone().record(id.as_str()).field(key);
        self.tally.add(
            "field-unreadable",
            Severity::Warning,
            key,
            || place,
            || format!("expected {expected}, found {}; left out", found.kind()),
        );
    }

    /// Counts something about a property of an entity.
    fn of(
        &mut self,
        entity: &Entity,
        code: &'static str,
        severity: Severity,
        property: &str,
        message: impl FnOnce() -> String,
    ) {
        let place = || {
            self.place
                .clone()
                .record(entity.id.as_str())
                .field(excerpt(property))
        };
        self.tally.add(code, severity, property, place, message);
    }

    /// Counts something about the line itself.
    fn note(
        &mut self,
        code: &'static str,
        severity: Severity,
        key: &str,
        field: &str,
        message: impl FnOnce() -> String,
    ) {
        let place = || self.place.clone().field(excerpt(field));
        self.tally.add(code, severity, key, place, message);
    }
}

/// Adds values in canonical form, each once. An entity looks through its values for each that is added, which is no
/// way to add a million of them.
fn add_all(entity: &mut Entity, property: &Property, texts: &[String]) {
    let mut seen = HashSet::new();
    for text in texts.iter().filter_map(|text| shown(text)) {
        if !seen.contains(&text) {
            entity.restore(property.clone(), &text, None);
            seen.insert(text);
        }
    }
}

fn shown(text: &str) -> Option<String> {
    Some(text::canonical(text)).filter(|text| !text.is_empty())
}

/// A date, or a time of which FollowTheMoney's `retrievedAt` and the like are full.
fn is_date(text: &str) -> bool {
    let day = match text.split_at_checked(10) {
        Some((day, time)) if time.starts_with(['T', ' ']) => day,
        _ => text,
    };
    DateSpan::parse(day).is_ok()
}

//! Entities and entries.

use std::{borrow::Borrow, collections::BTreeMap, sync::Arc};

use crate::{Country, DateSpan, EntityId, Gender, Property, Schema, text};

/// One value of one property, in canonical text, with the fragment of the source it was read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    text: Arc<str>,
    source: Option<Arc<str>>,
}

impl Value {
    /// The value in canonical text: dates as EDTF, countries as codes, everything else as published.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the publisher wrote, where it differs from the value.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }
}

/// Anything a list describes: a party, or something that belongs to one.
///
/// Invariant: no property holds an empty value, and none holds the same value twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// The publisher's stable id with the list's prefix.
    pub id: EntityId,
    /// What kind of thing it is.
    pub schema: Schema,
    /// Ids under which the same party was known before (FollowTheMoney's `referents`).
    pub referents: Vec<EntityId>,
    /// What the publisher says about the record itself, where the format carries it.
    pub record: Option<Box<Record>>,
    properties: BTreeMap<Property, Vec<Value>>,
}

impl Entity {
    /// An entity of which nothing is known yet.
    pub fn new(id: impl Into<EntityId>, schema: Schema) -> Self {
        Self {
            id: id.into(),
            schema,
            referents: Vec::new(),
            record: None,
            properties: BTreeMap::new(),
        }
    }

    /// Adds a value; empty values and repetitions are left out.
    pub fn add(&mut self, property: Property, text: &str) {
        self.add_value(property, text, None);
    }

    /// Adds a value together with what the publisher wrote.
    pub fn add_from(&mut self, property: Property, text: &str, source: &str) {
        self.add_value(property, text, Some(source));
    }

    /// Adds a date in EDTF together with what the publisher wrote.
    pub fn add_date(&mut self, property: Property, span: &DateSpan, source: &str) {
        self.add_value(property, &span.to_string(), Some(source));
    }

    fn add_value(&mut self, property: Property, value: &str, source: Option<&str>) {
        let value = text::canonical(value);
        if value.is_empty() {
            return;
        }
        let values = self.properties.entry(property).or_default();
        if values.iter().any(|v| *v.text == *value) {
            return;
        }
        let source = source
            .map(text::canonical)
            .filter(|s| !s.is_empty() && *s != value);
        values.push(Value {
            text: value.into(),
            source: source.map(Into::into),
        });
    }

    /// Puts a value back as it was read from an entity before, so it is canonical already.
    pub fn restore(&mut self, property: Property, text: &str, source: Option<&str>) {
        self.properties.entry(property).or_default().push(Value {
            text: text.into(),
            source: source.map(Into::into),
        });
    }

    /// Takes all values of a property away.
    pub fn clear(&mut self, property: impl Borrow<Property>) {
        self.properties.remove(property.borrow());
    }

    /// The values of a property in the order they were published.
    pub fn values(&self, property: impl Borrow<Property>) -> &[Value] {
        self.properties
            .get(property.borrow())
            .map_or(&[], Vec::as_slice)
    }

    /// The values of a property as text.
    pub fn texts<P: Borrow<Property>>(
        &self,
        property: P,
    ) -> impl Iterator<Item = &str> + use<'_, P> {
        self.values(property).iter().map(Value::as_str)
    }

    /// The first value of a property.
    pub fn first(&self, property: impl Borrow<Property>) -> Option<&str> {
        self.texts(property).next()
    }

    /// Whether the entity has any value of the property.
    pub fn has(&self, property: impl Borrow<Property>) -> bool {
        self.properties.contains_key(property.borrow())
    }

    /// All properties that have values, in a fixed order.
    pub fn properties(&self) -> impl Iterator<Item = (&Property, &[Value])> {
        self.properties.iter().map(|(p, v)| (p, v.as_slice()))
    }

    /// The readable dates of a property; unreadable ones stay in [`Entity::values`].
    pub fn dates<P: Borrow<Property>>(&self, property: P) -> impl Iterator<Item = DateSpan> {
        self.texts(property).filter_map(|t| DateSpan::parse(t).ok())
    }

    /// The recognised countries of a property.
    pub fn countries<P: Borrow<Property>>(&self, property: P) -> impl Iterator<Item = Country> {
        self.texts(property).filter_map(Country::from_code)
    }

    /// The recognised genders.
    pub fn genders(&self) -> impl Iterator<Item = Gender> {
        self.texts(Property::Gender).filter_map(Gender::parse)
    }

    /// The name to show: the publisher's choice, else the first value of the first caption property that has one,
    /// else the id.
    pub fn caption(&self) -> &str {
        if let Some(caption) = self.record.as_ref().and_then(|r| r.caption.as_deref()) {
            return caption;
        }
        self.schema
            .spec()
            .caption
            .iter()
            .find_map(|p| self.first(p))
            .unwrap_or(self.id.as_str())
    }
}

/// What a publisher says about a record rather than about the party: carried through unchanged, never compared and
/// never hashed. The fields are those of a FollowTheMoney entity as OpenSanctions exports it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The display name the publisher chose.
    pub caption: Option<String>,
    /// The publisher's datasets the record is in.
    pub datasets: Vec<String>,
    /// The origins of the record's statements.
    pub origin: Vec<String>,
    /// When the publisher first saw it, as written.
    pub first_seen: Option<String>,
    /// When the publisher last saw it, as written.
    pub last_seen: Option<String>,
    /// When the publisher last changed it, as written.
    pub last_change: Option<String>,
    /// Whether it is a listed party rather than something beside one.
    pub target: Option<bool>,
}

/// What a publisher lists: a party with the entities that belong to it alone (its sanctions, documents, addresses
/// and links). A list is a set of entries; a version changes by whole entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The listed party.
    pub party: Entity,
    /// What belongs to it, in the publisher's order. Their ids start with the party's.
    pub parts: Vec<Entity>,
}

impl Entry {
    /// An entry without parts.
    pub fn new(party: Entity) -> Self {
        Self {
            party,
            parts: Vec::new(),
        }
    }

    /// The id of the listed party, which is the id of the entry.
    pub fn id(&self) -> &EntityId {
        &self.party.id
    }

    /// The party first, then its parts.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        std::iter::once(&self.party).chain(&self.parts)
    }
}

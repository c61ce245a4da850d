//! Entities to JSON.

use std::io;

use rescreen_model::{DateSpan, Entity, EntityId, Property, PropertyKind, Record};
use serde_json::{Map, Value, json};

/// How dates are written, the one point in which the model says more than FollowTheMoney can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// Prefix dates only, which every FollowTheMoney tool reads: `1951~` becomes `1951`, `1951/1956` becomes the two
    /// values `1951` and `1956`. That a date is approximate is lost, and that two are the ends of a range. Use it for
    /// everything that leaves rescreen.
    #[default]
    FollowTheMoney,
    /// Dates as the model holds them, in EDTF: reading gives back exactly the entity that was written, but for the
    /// source fragments of its values.
    Rescreen,
}

/// An entity as a JSON object: id, schema, properties, referents and what the publisher said about the record.
///
/// Empty fields are left out. Source fragments are not written, because FollowTheMoney has no place for them.
pub fn to_json(entity: &Entity, dialect: Dialect) -> Value {
    let mut object = Map::new();
    object.insert("id".into(), entity.id.as_str().into());
    object.insert("schema".into(), entity.schema.name().into());
    object.insert("properties".into(), properties(entity, dialect));
    if !entity.referents.is_empty() {
        let ids: Vec<&str> = entity.referents.iter().map(EntityId::as_str).collect();
        object.insert("referents".into(), json!(ids));
    }
    if let Some(record) = &entity.record {
        write_record(record, &mut object);
    }
    Value::Object(object)
}

/// Writes an entity as one line of JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_line(to: &mut impl io::Write, entity: &Entity, dialect: Dialect) -> io::Result<()> {
    serde_json::to_writer(&mut *to, &to_json(entity, dialect))?;
    to.write_all(b"\n")
}

fn properties(entity: &Entity, dialect: Dialect) -> Value {
    let mut object = Map::new();
    for (property, values) in entity.properties() {
        let mut texts: Vec<String> = Vec::new();
        for value in values {
            for text in written(property, value.as_str(), dialect) {
                if !texts.contains(&text) {
                    texts.push(text);
                }
            }
        }
        object.insert(property.name().to_owned(), texts.into());
    }
    Value::Object(object)
}

/// The texts that one value becomes.
fn written(property: &Property, text: &str, dialect: Dialect) -> Vec<String> {
    let span = match (dialect, property.kind()) {
        (Dialect::FollowTheMoney, PropertyKind::Date) => DateSpan::parse(text).ok(),
        _ => None,
    };
    match span {
        Some(span) if span.is_range() => vec![span.from().to_string(), span.to().to_string()],
        Some(span) => vec![span.from().to_string()],
        None => vec![text.to_owned()],
    }
}

fn write_record(record: &Record, object: &mut Map<String, Value>) {
    let Record {
        caption,
        datasets,
        origin,
        first_seen,
        last_seen,
        last_change,
        target,
    } = record;
    let texts = [
        ("caption", caption),
        ("first_seen", first_seen),
        ("last_seen", last_seen),
        ("last_change", last_change),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            object.insert(key.into(), text.as_str().into());
        }
    }
    for (key, names) in [("datasets", datasets), ("origin", origin)] {
        if !names.is_empty() {
            object.insert(key.into(), json!(names));
        }
    }
    if let Some(target) = target {
        object.insert("target".into(), (*target).into());
    }
}

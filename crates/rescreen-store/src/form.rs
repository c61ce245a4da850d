//! The stored form of entries and list specifications.
//!
//! Forms carry a version number. A reader for every version ever released stays here; writers write the newest.
//! `testdata/v1` holds frozen samples that must stay readable for ever.

use std::collections::BTreeMap;

use rescreen_model::{Entity, EntityId, Entry, Property, Record, Schema};
use serde::{Deserialize, Serialize};

use crate::{Limits, ListSpec, StoreError};

#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum EntryForm {
    #[serde(rename = "1")]
    V1 {
        party: EntityV1,
        parts: Vec<EntityV1>,
    },
}

#[derive(Serialize, Deserialize)]
struct EntityV1 {
    id: String,
    schema: String,
    properties: BTreeMap<String, Vec<ValueV1>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    referents: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<RecordV1>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ValueV1 {
    Plain(String),
    Sourced(String, String),
}

#[derive(Serialize, Deserialize)]
struct RecordV1 {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    datasets: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    origin: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_seen: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_change: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<bool>,
}

/// Writes an entry in the newest form.
///
/// # Errors
/// [`StoreError::Damaged`] where the form cannot be written, which would be a defect of this module.
pub fn encode_entry(entry: &Entry) -> Result<Vec<u8>, StoreError> {
    let form = EntryForm::V1 {
        party: entity_form(&entry.party),
        parts: entry.parts.iter().map(entity_form).collect(),
    };
    serde_json::to_vec(&form).map_err(|e| StoreError::Damaged {
        detail: format!("entry {}: {e}", entry.id()),
    })
}

/// Reads an entry in any form ever written.
///
/// # Errors
/// [`StoreError::Damaged`] where the bytes are not an entry.
pub fn decode_entry(bytes: &[u8]) -> Result<Entry, StoreError> {
    let form = serde_json::from_slice(bytes).map_err(|e| StoreError::Damaged {
        detail: format!("a record: {e}"),
    })?;
    let EntryForm::V1 { party, parts } = form;
    Ok(Entry {
        party: entity(party)?,
        parts: parts.into_iter().map(entity).collect::<Result<_, _>>()?,
    })
}

/// Reads only the party of an entry, without source fragments: what screening needs, in half the time.
///
/// # Errors
/// [`StoreError::Damaged`] where the bytes are not an entry.
pub fn decode_party(bytes: &[u8]) -> Result<Entity, StoreError> {
    #[derive(Deserialize)]
    #[serde(tag = "v")]
    enum PartyForm {
        #[serde(rename = "1")]
        V1 { party: EntityV1 },
    }
    let form = serde_json::from_slice(bytes).map_err(|e| StoreError::Damaged {
        detail: format!("a record: {e}"),
    })?;
    let PartyForm::V1 { mut party } = form;
    for value in party.properties.values_mut().flatten() {
        if let ValueV1::Sourced(text, _) = value {
            *value = ValueV1::Plain(std::mem::take(text));
        }
    }
    entity(party)
}

fn entity_form(entity: &Entity) -> EntityV1 {
    let value = |v: &rescreen_model::Value| match v.source() {
        None => ValueV1::Plain(v.as_str().to_owned()),
        Some(source) => ValueV1::Sourced(v.as_str().to_owned(), source.to_owned()),
    };
    EntityV1 {
        id: entity.id.to_string(),
        schema: entity.schema.name().to_owned(),
        properties: entity
            .properties()
            .map(|(property, values)| {
                (
                    property.name().to_owned(),
                    values.iter().map(value).collect(),
                )
            })
            .collect(),
        referents: entity.referents.iter().map(ToString::to_string).collect(),
        record: entity.record.as_deref().map(record_form),
    }
}

fn entity(form: EntityV1) -> Result<Entity, StoreError> {
    let Some(schema) = Schema::named(&form.schema) else {
        return Err(StoreError::Damaged {
            detail: format!("record {} has the unknown schema {}", form.id, form.schema),
        });
    };
    let mut entity = Entity::new(form.id.as_str(), schema);
    for (name, values) in form.properties {
        let property = Property::named(&name);
        for value in values {
            match value {
                ValueV1::Plain(text) => entity.restore(property.clone(), &text, None),
                ValueV1::Sourced(text, source) => {
                    entity.restore(property.clone(), &text, Some(&source));
                }
            }
        }
    }
    entity.referents = form.referents.iter().map(|r| EntityId::new(r)).collect();
    entity.record = form.record.map(|r| Box::new(record(r)));
    Ok(entity)
}

fn record_form(record: &Record) -> RecordV1 {
    let Record {
        caption,
        datasets,
        origin,
        first_seen,
        last_seen,
        last_change,
        target,
    } = record.clone();
    RecordV1 {
        caption,
        datasets,
        origin,
        first_seen,
        last_seen,
        last_change,
        target,
    }
}

fn record(form: RecordV1) -> Record {
    let RecordV1 {
        caption,
        datasets,
        origin,
        first_seen,
        last_seen,
        last_change,
        target,
    } = form;
    Record {
        caption,
        datasets,
        origin,
        first_seen,
        last_seen,
        last_change,
        target,
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum SpecForm {
    #[serde(rename = "1")]
    V1 {
        format: String,
        urls: Vec<String>,
        mapping: Option<String>,
        max_shrink: f64,
        max_change: f64,
    },
}

pub(crate) fn encode_spec(spec: &ListSpec) -> Result<String, StoreError> {
    let ListSpec {
        format,
        urls,
        mapping,
        limits,
    } = spec.clone();
    serde_json::to_string(&SpecForm::V1 {
        format,
        urls,
        mapping,
        max_shrink: limits.shrink,
        max_change: limits.change,
    })
    .map_err(|e| StoreError::Damaged {
        detail: format!("a list's specification: {e}"),
    })
}

pub(crate) fn decode_spec(text: &str) -> Result<ListSpec, StoreError> {
    let form = serde_json::from_str(text).map_err(|e| StoreError::Damaged {
        detail: format!("a list's specification: {e}"),
    })?;
    let SpecForm::V1 {
        format,
        urls,
        mapping,
        max_shrink,
        max_change,
    } = form;
    Ok(ListSpec {
        format,
        urls,
        mapping,
        limits: Limits {
            shrink: max_shrink,
            change: max_change,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Entry {
        let mut party = Entity::new("demo-1", Schema::Person);
        party.add(Property::Name, "Ivan Petrovich Sample");
        party.add_from(Property::BirthDate, "1951~", "circa 1951");
        party.add(Property::Other("shoeSize".into()), "44");
        party.referents.push("demo-0".into());
        party.record = Some(Box::new(Record {
            caption: Some("Ivan Sample".into()),
            datasets: vec!["demo".into()],
            target: Some(true),
            ..Record::default()
        }));
        let mut sanction = Entity::new("demo-1-sanction", Schema::Sanction);
        sanction.add(Property::Entity, "demo-1");
        Entry {
            party,
            parts: vec![sanction],
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let entry = sample();
        let bytes = encode_entry(&entry).unwrap();
        assert_eq!(decode_entry(&bytes).unwrap(), entry);
        let party = decode_party(&bytes).unwrap();
        assert_eq!(party.first(Property::BirthDate), Some("1951~"));
        assert_eq!(
            (party.id, party.record),
            (entry.party.id, entry.party.record)
        );
    }

    #[test]
    fn frozen_samples_stay_readable() {
        let frozen = include_bytes!("../testdata/v1/entry.json");
        assert_eq!(decode_entry(frozen).unwrap(), sample());
        let spec = decode_spec(include_str!("../testdata/v1/spec.json")).unwrap();
        assert_eq!(
            spec.limits,
            Limits {
                shrink: 0.05,
                change: 0.2
            }
        );
        assert_eq!(spec.urls, ["https://lists.example/sdn.csv"]);
    }

    #[test]
    fn damage_is_named() {
        let error = decode_entry(
            br#"{"v":"1","party":{"id":"x","schema":"Dragon","properties":{}},"parts":[]}"#,
        );
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("unknown schema Dragon")
        );
        assert!(decode_entry(b"{").is_err());
        assert!(decode_entry(br#"{"v":"9"}"#).is_err());
    }
}

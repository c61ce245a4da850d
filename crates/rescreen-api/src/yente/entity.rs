//! Entities as yente's clients read them.

use rescreen_app::{Dialect, to_json};
use rescreen_model::{Entity, EntityId, Entry, ListName, Property, PropertyKind, Record, Schema};
use rescreen_screen::Party;
use serde_json::{Map, Value, json};

/// A party without what belongs to it.
pub(super) fn flat(party: &Party) -> Map<String, Value> {
    object(&party.entity, &party.list)
}

/// A party with its parts in the places of their ids: those it names, and those that name it.
pub(super) fn nested(party: &Party, entry: &Entry) -> Value {
    let list = &party.list;
    let mut root = object(&entry.party, list);
    let mut named = vec![false; entry.parts.len()];
    if let Some(Value::Object(properties)) = root.get_mut("properties") {
        for value in properties
            .values_mut()
            .filter_map(Value::as_array_mut)
            .flatten()
        {
            let place = entry
                .parts
                .iter()
                .position(|part| value.as_str() == Some(part.id.as_str()));
            if let Some(place) = place {
                *value = Value::Object(object(&entry.parts[place], list));
                named[place] = true;
            }
        }
        for (part, is_named) in entry.parts.iter().zip(named) {
            if is_named {
                continue;
            }
            for name in names_from(part, &entry.party.id) {
                if let Value::Array(values) = properties.entry(name).or_insert_with(|| json!([])) {
                    values.push(Value::Object(object(part, list)));
                }
            }
        }
    }
    Value::Object(root)
}

/// The properties under which a part stands at the party that it names.
fn names_from(part: &Entity, party: &EntityId) -> Vec<&'static str> {
    part.properties()
        .filter(|(property, _)| property.kind() == PropertyKind::Entity)
        .filter(|(_, values)| values.iter().any(|v| v.as_str() == party.as_str()))
        .filter_map(|(property, _)| reverse(part.schema, property))
        .collect()
}

/// FollowTheMoney's name of a property seen from its other end, for the links that our importers make.
fn reverse(schema: Schema, property: &Property) -> Option<&'static str> {
    Some(match (schema, property) {
        (Schema::Sanction, Property::Entity) => "sanctions",
        (Schema::Passport | Schema::Identification, Property::Holder) => "identification",
        (Schema::CryptoWallet, Property::Holder) => "cryptoWallets",
        (Schema::Security, Property::Issuer) => "securities",
        (Schema::UnknownLink, Property::Subject) => "unknownLinkTo",
        (Schema::UnknownLink, Property::Object) => "unknownLinkFrom",
        (Schema::Ownership, Property::Owner) => "ownershipOwner",
        (Schema::Ownership, Property::Asset) => "ownershipAsset",
        (Schema::Directorship, Property::Director) => "directorshipDirector",
        (Schema::Directorship, Property::Organization) => "directorshipOrganization",
        (Schema::Family, Property::Person) => "familyPerson",
        (Schema::Family, Property::Relative) => "familyRelative",
        (Schema::Associate, Property::Person) => "associates",
        (Schema::Associate, Property::Associate) => "associations",
        _ => return None,
    })
}

fn object(entity: &Entity, list: &ListName) -> Map<String, Value> {
    let none = Record::default();
    let record = entity.record.as_deref().unwrap_or(&none);
    let referents: Vec<&str> = entity.referents.iter().map(EntityId::as_str).collect();
    let is_target = record.target.unwrap_or_else(|| {
        entity
            .texts(Property::Topics)
            .any(|topic| topic.starts_with("sanction"))
    });
    let mut object = Map::new();
    let members = [
        ("id", json!(entity.id.as_str())),
        ("caption", json!(entity.caption())),
        ("schema", json!(entity.schema.name())),
        ("properties", properties(entity)),
        ("datasets", json!([list.as_str()])),
        ("referents", json!(referents)),
        ("target", json!(is_target)),
        ("first_seen", moment(record.first_seen.as_deref())),
        ("last_seen", moment(record.last_seen.as_deref())),
        ("last_change", moment(record.last_change.as_deref())),
    ];
    for (name, value) in members {
        object.insert(name.to_owned(), value);
    }
    object
}

/// The properties as every FollowTheMoney tool reads them.
pub(super) fn properties(entity: &Entity) -> Value {
    match to_json(entity, Dialect::FollowTheMoney) {
        Value::Object(mut object) => object.remove("properties").unwrap_or_else(|| json!({})),
        other => other,
    }
}

/// A time to the second without a zone, whatever precision the publisher wrote; `null` for what is no time.
fn moment(text: Option<&str>) -> Value {
    let Some(text) = text else { return Value::Null };
    let text = text.trim();
    let is_like = |pattern: &str| {
        text.len() >= pattern.len()
            && text.bytes().zip(pattern.bytes()).all(|(b, p)| match p {
                b'0' => b.is_ascii_digit(),
                b'T' => b == b'T' || b == b' ',
                _ => b == p,
            })
    };
    if is_like("0000-00-00T00:00:00") {
        json!(text[..19].replace(' ', "T"))
    } else if text.len() == 10 && is_like("0000-00-00") {
        json!(format!("{text}T00:00:00"))
    } else {
        Value::Null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_to_the_second_without_a_zone() {
        let check = |text: &str| moment(Some(text)).as_str().map(str::to_owned);
        for text in [
            "2024-01-02T03:04:05",
            "2024-01-02T03:04:05Z",
            "2024-01-02 03:04:05.6",
        ] {
            assert_eq!(
                check(text).as_deref(),
                Some("2024-01-02T03:04:05"),
                "{text}"
            );
        }
        assert_eq!(check("2024-01-02").as_deref(), Some("2024-01-02T00:00:00"));
        for text in ["", "yesterday", "2024", "2024-01-02Tea time, sir"] {
            assert_eq!(check(text), None, "{text}");
        }
    }

    #[test]
    fn parts_stand_where_they_are_named_and_where_they_name() {
        let mut party = Entity::new("x-1", Schema::Person);
        party.add(Property::Name, "Quirin Habersack");
        party.add(Property::AddressEntity, "x-1-a");
        let mut address = Entity::new("x-1-a", Schema::Address);
        address.add(Property::Full, "1 Nowhere Lane");
        let mut sanction = Entity::new("x-1-s", Schema::Sanction);
        sanction.add(Property::Entity, "x-1");
        let entry = Entry {
            party: party.clone(),
            parts: vec![address, sanction],
        };
        let party = Party {
            list: ListName::parse("people").unwrap(),
            entity: party.into(),
        };
        let value = nested(&party, &entry);
        let properties = &value["properties"];
        assert_eq!(
            properties["addressEntity"][0]["properties"]["full"][0],
            "1 Nowhere Lane"
        );
        assert_eq!(properties["sanctions"][0]["id"], "x-1-s");
        assert_eq!(properties["sanctions"][0]["properties"]["entity"][0], "x-1");
        assert_eq!(flat(&party)["properties"]["addressEntity"][0], "x-1-a");
    }
}

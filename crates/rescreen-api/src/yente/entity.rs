//! Entities as yente's clients read them.

use jiff::Timestamp;
use rescreen_app::{Dialect, to_json};
use rescreen_model::{Entity, EntityId, ListName, Property, Record};
use rescreen_screen::Party;
use serde_json::Value;

use super::{
    shapes::{EntityObject, Properties, PropertyValue},
    topics,
};
use crate::snapshot::Snapshot;

/// An entity in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) entity: &'a Entity,
    pub(super) list: &'a ListName,
    /// The entry that it stands in.
    pub(super) entry: &'a EntityId,
}

impl<'a> View<'a> {
    /// A listed party.
    pub(super) fn of(snapshot: &'a Snapshot, party: &'a Party) -> Self {
        Self {
            snapshot,
            entity: &party.entity,
            list: &party.list,
            entry: &party.entity.id,
        }
    }

    fn record(&self) -> Option<&'a Record> {
        self.entity.record.as_deref()
    }

    /// When it was first seen, as it is written: it sorts as text. Where the publisher does not say when, our versions
    /// do.
    pub(super) fn first_seen(&self) -> Option<String> {
        let ours = self.snapshot.age(self.list, self.entry);
        let stated = self.record().and_then(|r| r.first_seen.as_deref());
        moment(stated, ours.map(|age| age.first))
    }

    /// When it was last seen.
    pub(super) fn last_seen(&self) -> Option<String> {
        let stated = self.record().and_then(|r| r.last_seen.as_deref());
        moment(stated, self.snapshot.published(self.list))
    }

    /// When it last changed.
    pub(super) fn last_change(&self) -> Option<String> {
        let ours = self.snapshot.age(self.list, self.entry);
        let stated = self.record().and_then(|r| r.last_change.as_deref());
        moment(stated, ours.map(|age| age.changed))
    }

    /// The publisher's datasets that have it, or the list.
    pub(super) fn datasets(&self) -> Vec<&'a str> {
        datasets(self.entity, self.list)
    }
}

/// An entity without what belongs to it.
pub(super) fn flat(view: &View<'_>) -> EntityObject {
    let entity = view.entity;
    EntityObject {
        id: entity.id.to_string(),
        caption: entity.caption().to_owned(),
        schema: entity.schema.name().to_owned(),
        properties: properties(entity),
        datasets: view.datasets().into_iter().map(str::to_owned).collect(),
        referents: entity.referents.iter().map(ToString::to_string).collect(),
        target: is_target(entity),
        first_seen: view.first_seen(),
        last_seen: view.last_seen(),
        last_change: view.last_change(),
    }
}

/// The publisher's datasets that have an entity, or the list.
fn datasets<'a>(entity: &'a Entity, list: &'a ListName) -> Vec<&'a str> {
    let stated = entity.record.as_deref().map_or(&[][..], |r| &r.datasets);
    if stated.is_empty() {
        return vec![list.as_str()];
    }
    stated.iter().map(String::as_str).collect()
}

/// Whether an entity is one that people are warned of.
pub(super) fn is_target(entity: &Entity) -> bool {
    let stated = entity.record.as_deref().and_then(|record| record.target);
    stated.unwrap_or_else(|| entity.texts(Property::Topics).any(topics::is_risk))
}

/// The properties as every FollowTheMoney tool reads them.
pub(super) fn properties(entity: &Entity) -> Properties {
    let Value::Object(mut object) = to_json(entity, Dialect::FollowTheMoney) else {
        return Properties::new();
    };
    let Some(Value::Object(properties)) = object.remove("properties") else {
        return Properties::new();
    };
    properties
        .into_iter()
        .map(|(name, values)| {
            let values = match values {
                Value::Array(values) => values,
                value => vec![value],
            };
            let texts = values.into_iter().filter_map(|value| match value {
                Value::String(text) => Some(PropertyValue::Text(text)),
                _ => None,
            });
            (name, texts.collect())
        })
        .collect()
}

/// A time to the second without a zone: what the publisher wrote if it is one, in whatever precision, else ours.
fn moment(text: Option<&str>, ours: Option<Timestamp>) -> Option<String> {
    text.and_then(written)
        .or_else(|| ours.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S").to_string()))
}

fn written(text: &str) -> Option<String> {
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
        Some(text[..19].replace(' ', "T"))
    } else if text.len() == 10 && is_like("0000-00-00") {
        Some(format!("{text}T00:00:00"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_to_the_second_without_a_zone() {
        for text in [
            "2024-01-02T03:04:05",
            "2024-01-02T03:04:05Z",
            "2024-01-02 03:04:05.6",
        ] {
            assert_eq!(
                written(text).as_deref(),
                Some("2024-01-02T03:04:05"),
                "{text}"
            );
        }
        assert_eq!(
            written("2024-01-02").as_deref(),
            Some("2024-01-02T00:00:00")
        );
        for text in ["", "yesterday", "2024", "2024-01-02Tea time, sir"] {
            assert_eq!(written(text), None, "{text}");
        }
        let ours = "2024-05-06T07:08:09.5Z".parse().ok();
        assert_eq!(
            moment(Some("soon"), ours).as_deref(),
            Some("2024-05-06T07:08:09")
        );
    }
}

//! Fields by which a search filters, counts and sorts.

use std::cmp::Ordering;

use rescreen_model::{Property, PropertyKind};

use super::entity::{View, is_target};
use crate::answer::Refusal;

/// A field of an entity, by the names that yente's index has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Caption,
    Schema,
    Datasets,
    Referents,
    Target,
    FirstSeen,
    LastSeen,
    LastChange,
    /// All properties of a kind.
    Kind(PropertyKind),
    /// One property.
    Property(Property),
}

/// The groups of properties of one kind.
const GROUPS: &[(&str, PropertyKind)] = &[
    ("names", PropertyKind::Name),
    ("countries", PropertyKind::Country),
    ("dates", PropertyKind::Date),
    ("topics", PropertyKind::Topic),
    ("identifiers", PropertyKind::Identifier),
    ("addresses", PropertyKind::Address),
    ("emails", PropertyKind::Email),
    ("phones", PropertyKind::Phone),
    ("genders", PropertyKind::Gender),
    ("languages", PropertyKind::Language),
    ("urls", PropertyKind::Url),
    ("entities", PropertyKind::Entity),
];

impl Field {
    /// The field of a name; a property as `properties.birthDate`.
    pub(super) fn named(name: &str) -> Option<Self> {
        if let Some(property) = name.strip_prefix("properties.") {
            let known = Property::KNOWN.iter().find(|p| p.name() == property);
            return known.cloned().map(Self::Property);
        }
        Some(match name {
            "id" | "entity_id" | "canonical_id" => Self::Id,
            "caption" => Self::Caption,
            "schema" => Self::Schema,
            "datasets" => Self::Datasets,
            "referents" => Self::Referents,
            "target" => Self::Target,
            "first_seen" => Self::FirstSeen,
            "last_seen" => Self::LastSeen,
            "last_change" => Self::LastChange,
            _ => return Self::group(name),
        })
    }

    /// The group of properties of that name.
    pub(super) fn group(name: &str) -> Option<Self> {
        let mut groups = GROUPS.iter();
        groups
            .find(|(group, _)| *group == name)
            .map(|(_, kind)| Self::Kind(*kind))
    }

    /// The values that an entity has in the field, each once, in order.
    pub(super) fn values(&self, view: &View<'_>) -> Vec<String> {
        let entity = view.entity;
        let mut values: Vec<String> = match self {
            Self::Id => vec![entity.id.to_string()],
            Self::Caption => vec![entity.caption().to_owned()],
            Self::Schema => vec![entity.schema.name().to_owned()],
            Self::Datasets => view.datasets().into_iter().map(str::to_owned).collect(),
            Self::Referents => entity.referents.iter().map(ToString::to_string).collect(),
            Self::Target => vec![is_target(entity).to_string()],
            Self::FirstSeen => view.first_seen().into_iter().collect(),
            Self::LastSeen => view.last_seen().into_iter().collect(),
            Self::LastChange => view.last_change().into_iter().collect(),
            Self::Property(property) => entity.texts(property).map(str::to_owned).collect(),
            Self::Kind(kind) => entity
                .properties()
                .filter(|(property, _)| property.kind() == *kind)
                .flat_map(|(_, values)| values.iter().map(|v| v.as_str().to_owned()))
                .collect(),
        };
        values.sort_unstable();
        values.dedup();
        values
    }
}

/// Whether one of several values suffices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Operator {
    #[default]
    Or,
    And,
}

/// Values that a field must have.
#[derive(Debug, Clone, Default)]
pub(super) struct Filters {
    operator: Operator,
    wanted: Vec<(Field, Vec<String>)>,
}

impl Filters {
    pub(super) fn new(operator: Operator) -> Self {
        Self {
            operator,
            wanted: Vec::new(),
        }
    }

    /// Asks for a value; several of one field are joined by the operator, several fields all count.
    pub(super) fn want(&mut self, field: Field, value: String) {
        match self.wanted.iter_mut().find(|(known, _)| *known == field) {
            Some((_, values)) => values.push(value),
            None => self.wanted.push((field, vec![value])),
        }
    }

    /// Asks for what a parameter `field:value` says.
    pub(super) fn want_text(&mut self, text: &str) -> Result<(), Refusal> {
        let short: String = text.chars().take(60).collect();
        let (name, value) = text
            .split_once(':')
            .ok_or_else(|| Refusal::bad(format!("Invalid filter: '{short}'")))?;
        let field = Field::named(name).ok_or_else(|| {
            Refusal::bad(format!("Invalid filter: '{short}' names no known field"))
        })?;
        self.want(field, value.to_owned());
        Ok(())
    }

    pub(super) fn lets_through(&self, view: &View<'_>) -> bool {
        self.wanted.iter().all(|(field, wanted)| {
            let values = field.values(view);
            let mut wanted = wanted.iter();
            match self.operator {
                Operator::Or => wanted.any(|value| values.contains(value)),
                Operator::And => wanted.all(|value| values.contains(value)),
            }
        })
    }
}

/// By what results are sorted before their rank counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Order(Vec<(Field, Direction)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

impl Order {
    /// Reads parameters `field[:asc|desc]`.
    pub(super) fn read(texts: &[String]) -> Result<Self, Refusal> {
        texts
            .iter()
            .map(|text| {
                let (name, direction) = text.split_once(':').unwrap_or((text, ""));
                let field = Field::named(name).ok_or_else(|| {
                    let short: String = name.chars().take(60).collect();
                    Refusal::bad(format!("Search error: '{short}' is no field to sort by"))
                })?;
                let direction = if direction == "desc" {
                    Direction::Down
                } else {
                    Direction::Up
                };
                Ok((field, direction))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// What an entity is sorted by: of several values the first one in the direction.
    pub(super) fn key(&self, view: &View<'_>) -> Vec<Option<String>> {
        self.0
            .iter()
            .map(|(field, direction)| {
                let mut values = field.values(view);
                match direction {
                    Direction::Up => (!values.is_empty()).then(|| values.swap_remove(0)),
                    Direction::Down => values.pop(),
                }
            })
            .collect()
    }

    /// How two keys stand; what has no value comes last in either direction.
    pub(super) fn compare(&self, a: &[Option<String>], b: &[Option<String>]) -> Ordering {
        let pairs = self.0.iter().zip(a.iter().zip(b));
        pairs
            .map(|((_, direction), pair)| match (pair, direction) {
                ((Some(a), Some(b)), Direction::Up) => a.cmp(b),
                ((Some(a), Some(b)), Direction::Down) => b.cmp(a),
                ((a, b), _) => b.is_some().cmp(&a.is_some()),
            })
            .find(|order| *order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_value_comes_last_in_either_direction() {
        for direction in ["asc", "desc", "sideways"] {
            let order = Order::read(&[format!("caption:{direction}")]).unwrap();
            let (a, b, none) = ([Some("a".to_owned())], [Some("b".to_owned())], [None]);
            let expected = if direction == "desc" {
                Ordering::Greater
            } else {
                Ordering::Less
            };
            assert_eq!(order.compare(&a, &b), expected, "{direction}");
            assert_eq!(order.compare(&a, &none), Ordering::Less, "{direction}");
            assert_eq!(order.compare(&none, &b), Ordering::Greater, "{direction}");
        }
    }

    #[test]
    fn fields_have_the_names_of_the_index() {
        for name in ["schema", "countries", "properties.birthDate", "last_change"] {
            assert!(Field::named(name).is_some(), "{name}");
        }
        for name in ["", "properties.", "properties.shoeSize", "birthDate"] {
            assert!(Field::named(name).is_none(), "{name}");
        }
        let mut filters = Filters::default();
        assert!(filters.want_text("schema:Person").is_ok());
        assert!(filters.want_text("schema").is_err());
        assert!(filters.want_text("shoes:44").is_err());
    }
}

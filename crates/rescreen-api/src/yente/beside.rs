//! Entities with those beside them: nested, and page by page.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use rescreen_app::{App, AppError, Graph, Home};
use rescreen_model::{Entity, EntityId, Entry, Property, PropertyKind, Schema};

use super::{
    entity::{self, View},
    fields::Order,
    shapes::{AdjacentPage, AdjacentResponse, EntityObject, PropertyValue, Total},
};
use crate::snapshot::Snapshot;

/// A property that names another entity, and what it is called from the other end.
struct Reverse {
    schema: Schema,
    property: Property,
    /// What the other end is.
    range: Schema,
    name: &'static str,
}

macro_rules! reverses {
    ($($schema:ident $property:ident $range:ident $name:literal;)*) => {
        /// FollowTheMoney's names of links seen from their other end.
        const REVERSES: &[Reverse] = &[$(Reverse {
            schema: Schema::$schema, property: Property::$property, range: Schema::$range, name: $name,
        },)*];
    };
}

reverses! {
    Thing AddressEntity Address "things";
    LegalEntity Parent LegalEntity "subsidiaries";
    Vehicle Owner LegalEntity "ownedVehicles";
    Vehicle Operator LegalEntity "operatedVehicles";
    Security Issuer LegalEntity "securities";
    CryptoWallet Holder LegalEntity "cryptoWallets";
    Position Organization Organization "positions";
    Identification Holder LegalEntity "identification";
    Sanction Entity Thing "sanctions";
    Ownership Owner LegalEntity "ownershipOwner";
    Ownership Asset Asset "ownershipAsset";
    Directorship Director LegalEntity "directorshipDirector";
    Directorship Organization Organization "directorshipOrganization";
    Membership Member LegalEntity "membershipMember";
    Membership Organization Organization "membershipOrganization";
    Employment Employer Organization "employees";
    Employment Employee Person "employers";
    Representation Agent LegalEntity "agencyClient";
    Representation Client LegalEntity "agentRepresentation";
    Family Person Person "familyPerson";
    Family Relative Person "familyRelative";
    Associate Person Person "associates";
    Associate Associate Person "associations";
    UnknownLink Subject Thing "unknownLinkTo";
    UnknownLink Object Thing "unknownLinkFrom";
    Succession Predecessor LegalEntity "successors";
    Succession Successor LegalEntity "predecessors";
    Occupancy Holder Person "positionOccupancies";
    Occupancy Post Position "occupancies";
}

/// What a property of an entity of that schema is called from its other end.
fn reverse(schema: Schema, property: &Property) -> Option<&'static str> {
    let is_it = |row: &&Reverse| row.property == *property && schema.is_a(row.schema);
    REVERSES.iter().find(is_it).map(|row| row.name)
}

/// More than yente ever looks at; so many links are worth nothing to a reader.
const WINDOW: usize = 9_999;

/// A page of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) limit: usize,
    pub(super) offset: usize,
}

/// Looks entities up and their neighbours with them.
pub(super) struct Surroundings<'a> {
    snapshot: &'a Snapshot,
    graph: &'a Graph,
    app: &'a App,
    entries: RefCell<HashMap<EntityId, Option<Arc<Entry>>>>,
}

/// An entity and where it stands.
struct Found<'a> {
    home: &'a Home,
    entry: Arc<Entry>,
    place: usize,
}

impl Found<'_> {
    fn entity(&self) -> &Entity {
        // The place was found among these.
        self.entry
            .entities()
            .nth(self.place)
            .unwrap_or(&self.entry.party)
    }
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, graph: &'a Graph, app: &'a App) -> Self {
        Self {
            snapshot,
            graph,
            app,
            entries: RefCell::default(),
        }
    }

    fn find(&self, id: &str) -> Result<Option<Found<'a>>, AppError> {
        let Some(home) = self.graph.home(id) else {
            return Ok(None);
        };
        let known = self.entries.borrow().get(&home.entry).cloned();
        let entry = match known {
            Some(entry) => entry,
            None => {
                let version = self.snapshot.version(&home.list);
                let entry = version
                    .map(|version| self.app.entry(&home.list, version, &home.entry))
                    .transpose()?
                    .flatten()
                    .map(Arc::new);
                self.entries
                    .borrow_mut()
                    .insert(home.entry.clone(), entry.clone());
                entry
            }
        };
        let Some(entry) = entry else { return Ok(None) };
        let place = entry.entities().position(|e| e.id.as_str() == id);
        Ok(place.map(|place| Found { home, entry, place }))
    }

    fn object(&self, found: &Found<'_>) -> EntityObject {
        entity::flat(&self.view(found))
    }

    fn view<'f>(&self, found: &'f Found<'_>) -> View<'f>
    where
        'a: 'f,
    {
        View {
            snapshot: self.snapshot,
            entity: found.entity(),
            list: &found.home.list,
            entry: &found.home.entry,
        }
    }

    /// An entity without those beside it.
    pub(super) fn flat(&self, id: &str) -> Result<Option<EntityObject>, AppError> {
        Ok(self.find(id)?.map(|found| self.object(&found)))
    }

    /// An entity with those beside it in the places of their ids: those it names, and those that name it.
    pub(super) fn nested(&self, id: &str) -> Result<Option<EntityObject>, AppError> {
        let Some(found) = self.find(id)? else {
            return Ok(None);
        };
        let mut object = self.object(&found);
        for (name, ids) in self.neighbours(found.entity()) {
            let values = ids
                .iter()
                .map(|near| self.neighbour(near, id))
                .collect::<Result<Vec<_>, _>>()?;
            object.properties.insert(name, values);
        }
        Ok(Some(object))
    }

    /// The ids beside an entity by property, in the order of its own properties and then of the others' names.
    fn neighbours(&self, entity: &Entity) -> Vec<(String, Vec<String>)> {
        let mut found: Vec<(String, Vec<String>)> = entity
            .properties()
            .filter(|(property, _)| property.kind() == PropertyKind::Entity)
            .map(|(property, values)| {
                let ids = values.iter().map(|value| value.as_str().to_owned());
                (property.name().to_owned(), ids.collect())
            })
            .collect();
        for link in self.graph.inbound(entity.id.as_str()) {
            let Some(name) = reverse(link.schema, &link.property) else {
                continue;
            };
            match found.iter_mut().find(|(known, _)| known == name) {
                Some((_, ids)) if ids.len() < WINDOW => ids.push(link.from.to_string()),
                Some(_) => {}
                None => found.push((name.to_owned(), vec![link.from.to_string()])),
            }
        }
        found
    }

    /// An entity beside another: a link with both its ends, anything else by itself.
    fn neighbour(&self, id: &str, of: &str) -> Result<PropertyValue, AppError> {
        let text = || PropertyValue::Text(id.to_owned());
        if id == of {
            return Ok(text());
        }
        let Some(found) = self.find(id)? else {
            return Ok(text());
        };
        let mut object = self.object(&found);
        if found.entity().schema.spec().edge.is_some() {
            for (property, _) in found.entity().properties() {
                if property.kind() != PropertyKind::Entity {
                    continue;
                }
                let Some(values) = object.properties.get_mut(property.name()) else {
                    continue;
                };
                for value in values {
                    let PropertyValue::Text(end) = value else {
                        continue;
                    };
                    if end != of
                        && let Some(object) = self.flat(end)?
                    {
                        *value = PropertyValue::Entity(Box::new(object));
                    }
                }
            }
        }
        Ok(PropertyValue::Entity(Box::new(object)))
    }

    /// An entity with a page of each kind of neighbours.
    pub(super) fn adjacent(
        &self,
        id: &str,
        page: Page,
        order: &Order,
    ) -> Result<Option<AdjacentResponse>, AppError> {
        let Some(found) = self.find(id)? else {
            return Ok(None);
        };
        let mut adjacent = std::collections::BTreeMap::new();
        for (name, ids) in self.neighbours(found.entity()) {
            let ids = self.known(ids);
            if !ids.is_empty() {
                adjacent.insert(name, self.page(&ids, id, page, order)?);
            }
        }
        Ok(Some(AdjacentResponse {
            entity: self.object(&found),
            adjacent,
        }))
    }

    /// A page of one kind of neighbours; `None` where an entity of that kind has no such property.
    pub(super) fn adjacent_by(
        &self,
        id: &str,
        property: &str,
        page: Page,
        order: &Order,
    ) -> Result<Option<AdjacentPage>, AppError> {
        let Some(found) = self.find(id)? else {
            return Ok(None);
        };
        let schema = found.entity().schema;
        let named = Property::named(property);
        let is_own = named.kind() == PropertyKind::Entity && schema.allows(&named);
        let is_reverse = REVERSES
            .iter()
            .any(|row| row.name == property && schema.is_a(row.range));
        if !is_own && !is_reverse {
            return Ok(None);
        }
        let all = self.neighbours(found.entity());
        let ids = all.into_iter().find(|(name, _)| name == property);
        let ids = self.known(ids.map(|(_, ids)| ids).unwrap_or_default());
        if page.limit == 0 {
            return Ok(Some(AdjacentPage {
                limit: 0,
                offset: page.offset,
                total: Total::exactly(ids.len()),
                results: ids.into_iter().map(PropertyValue::Text).collect(),
            }));
        }
        self.page(&ids, id, page, order).map(Some)
    }

    /// Those of the ids that are entities of ours.
    fn known(&self, ids: Vec<String>) -> Vec<String> {
        ids.into_iter()
            .filter(|id| self.graph.home(id).is_some())
            .collect()
    }

    fn page(
        &self,
        ids: &[String],
        of: &str,
        page: Page,
        order: &Order,
    ) -> Result<AdjacentPage, AppError> {
        let mut sorted: Vec<&str> = ids.iter().map(String::as_str).collect();
        if !order.is_none() {
            let mut keyed = Vec::new();
            for id in sorted {
                let found = self.find(id)?;
                let key = found.map(|found| order.key(&self.view(&found)));
                keyed.push((key.unwrap_or_default(), id));
            }
            keyed.sort_by(|(a, _), (b, _)| order.compare(a, b));
            sorted = keyed.into_iter().map(|(_, id)| id).collect();
        }
        let shown = sorted
            .iter()
            .skip(page.offset)
            .take(page.limit)
            .map(|near| self.neighbour(near, of))
            .collect::<Result<_, _>>()?;
        Ok(AdjacentPage {
            limit: page.limit,
            offset: page.offset,
            total: Total::exactly(ids.len()),
            results: shown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_of_the_model_has_a_name_at_its_other_end() {
        for &schema in Schema::ALL {
            for property in schema.spec().own {
                let is_link = property.kind() == PropertyKind::Entity;
                assert_eq!(
                    reverse(schema, property).is_some(),
                    is_link,
                    "{schema} {property}"
                );
            }
        }
        for row in REVERSES {
            assert!(row.schema.allows(&row.property), "{}", row.name);
        }
        assert_eq!(
            reverse(Schema::Passport, &Property::Holder),
            Some("identification")
        );
        assert_eq!(reverse(Schema::Person, &Property::Name), None);
    }
}

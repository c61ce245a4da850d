//! How the entities of a cut hang together: where each one stands, and who names it.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rayon::prelude::*;
use rescreen_model::{EntityId, ListName, Property, PropertyKind, Schema};
use rescreen_store::{StoreError, form};

use crate::{App, AppError, CutList};

/// Since when an entry is on its list, and since when it says what it says, by the publication of our versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// The first version with the entry.
    pub first: Timestamp,
    /// The version in which it last changed.
    pub changed: Timestamp,
}

/// The entry that an entity stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The list.
    pub list: ListName,
    /// The entry.
    pub entry: EntityId,
}

/// One entity that names another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The entity that does.
    pub from: EntityId,
    /// What kind of thing that is.
    pub schema: Schema,
    /// The property in which it does.
    pub property: Property,
}

/// The links between all entities of a cut, those of parts included.
#[derive(Debug, Default)]
pub struct Graph {
    homes: Vec<Home>,
    places: HashMap<EntityId, u32>,
    inbound: HashMap<EntityId, Vec<Link>>,
}

impl Graph {
    /// Where an entity stands; of several entries that have it, the first on the first list by name.
    pub fn home(&self, id: &str) -> Option<&Home> {
        self.homes.get(usize::try_from(*self.places.get(id)?).ok()?)
    }

    /// The entities that name this one, in the order of lists and entries.
    pub fn inbound(&self, id: &str) -> &[Link] {
        self.inbound.get(id).map_or(&[], Vec::as_slice)
    }
}

impl App {
    /// The ages of all entries of a list of a cut.
    ///
    /// # Errors
    /// [`AppError`] where there is no such version or the store fails.
    pub fn ages(&self, list: &CutList) -> Result<HashMap<EntityId, Age>, AppError> {
        let row = self.store.list(&list.name)?;
        let version = self.store.version(&row, list.version.as_str())?;
        let ages = self.store.ages(&row, &version)?;
        Ok(ages
            .into_iter()
            .map(|(id, first, changed)| (id, Age { first, changed }))
            .collect())
    }

    /// Reads how the entities of a cut hang together.
    ///
    /// # Errors
    /// [`AppError`] where there are no such versions, or the store fails.
    pub fn graph(&self, lists: &[CutList]) -> Result<Graph, AppError> {
        let mut graph = Graph::default();
        let mut parts = Vec::new();
        for list in lists {
            let row = self.store.list(&list.name)?;
            let version = self.store.version(&row, list.version.as_str())?;
            let bodies = self.store.bodies(&row, &version)?;
            let entries = bodies
                .par_iter()
                .map(|body| {
                    let entry = form::decode_entry(body)?;
                    let ids: Vec<EntityId> = entry.entities().map(|e| e.id.clone()).collect();
                    let mut links = Vec::new();
                    for entity in entry.entities() {
                        for (property, values) in entity.properties() {
                            if property.kind() != PropertyKind::Entity {
                                continue;
                            }
                            for value in values {
                                let link = Link {
                                    from: entity.id.clone(),
                                    schema: entity.schema,
                                    property: property.clone(),
                                };
                                links.push((EntityId::new(value.as_str()), link));
                            }
                        }
                    }
                    Ok((ids, links))
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            for (ids, links) in entries {
                let Some(entry) = ids.first() else { continue };
                let place = u32::try_from(graph.homes.len()).unwrap_or(u32::MAX);
                graph.homes.push(Home {
                    list: list.name.clone(),
                    entry: entry.clone(),
                });
                graph.places.entry(entry.clone()).or_insert(place);
                parts.extend(ids.into_iter().skip(1).map(|id| (id, place)));
                for (to, link) in links {
                    graph.inbound.entry(to).or_default().push(link);
                }
            }
        }
        // An entry says more about its party than another entry in which that is nested.
        for (id, place) in parts {
            graph.places.entry(id).or_insert(place);
        }
        // A second list that has the same entity says the same link again.
        for links in graph.inbound.values_mut().filter(|links| links.len() > 1) {
            let mut seen = HashSet::new();
            links.retain(|link| seen.insert((link.from.clone(), link.property.clone())));
        }
        Ok(graph)
    }
}

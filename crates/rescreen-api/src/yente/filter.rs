//! Which listed parties a caller wants to hear of. Everybody is screened; this only leaves out of the answer.

use rescreen_model::{Entity, EntityId, Property, Schema};
use rescreen_screen::Party;

use super::Scope;
use crate::{answer::Refusal, params::Params, snapshot::Snapshot};

const MAX_EXCLUDED_IDS: usize = 50;

/// What was asked for, not looked up yet.
#[derive(Debug)]
pub(super) struct Asked {
    include: Vec<String>,
    exclude: Vec<String>,
    schemata: Vec<String>,
    topics: Vec<String>,
    ids: Vec<String>,
}

impl Asked {
    pub(super) fn read(params: &mut Params) -> Self {
        let ids = params.all("exclude_entity_ids");
        if ids.len() > MAX_EXCLUDED_IDS {
            let message = format!("List should have at most {MAX_EXCLUDED_IDS} items");
            params.wrong("exclude_entity_ids", "too_long", &message);
        }
        Self {
            include: params.all("include_dataset"),
            exclude: params.all("exclude_dataset"),
            schemata: params.all("exclude_schema"),
            topics: params.all("topics"),
            ids,
        }
    }

    pub(super) fn resolve(&self, snapshot: &Snapshot, scope: Scope) -> Result<Filter, Refusal> {
        let scopes = |names: &[String]| {
            names
                .iter()
                .map(|name| {
                    Scope::named(snapshot, name).ok_or_else(|| Refusal::bad("No such dataset."))
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let schemata = self
            .schemata
            .iter()
            .map(|name| Schema::named(name).ok_or_else(|| Refusal::bad("Invalid schema")))
            .collect::<Result<_, _>>()?;
        Ok(Filter {
            scope,
            include: scopes(&self.include)?,
            exclude: scopes(&self.exclude)?,
            schemata,
            topics: self.topics.clone(),
            ids: self.ids.clone(),
        })
    }
}

/// What was asked for, in terms of one snapshot.
#[derive(Debug)]
pub(super) struct Filter {
    scope: Scope,
    include: Vec<Scope>,
    exclude: Vec<Scope>,
    schemata: Vec<Schema>,
    topics: Vec<String>,
    ids: Vec<String>,
}

impl Filter {
    pub(super) fn lets_through(&self, party: &Party) -> bool {
        let Party { list, entity } = party;
        self.scope.holds(list)
            && (self.include.is_empty() || self.include.iter().any(|scope| scope.holds(list)))
            && !self.exclude.iter().any(|scope| scope.holds(list))
            && !self.schemata.contains(&entity.schema)
            && (self.topics.is_empty()
                || entity
                    .texts(Property::Topics)
                    .any(|topic| self.topics.iter().any(|asked| asked == topic)))
            && !self.ids.iter().any(|id| is_known_as(entity, id))
    }
}

fn is_known_as(entity: &Entity, id: &str) -> bool {
    entity.id.as_str() == id
        || entity
            .referents
            .iter()
            .map(EntityId::as_str)
            .any(|r| r == id)
}

//! Screening against one consistent cut of lists.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use rayon::prelude::*;
use rescreen_match::{Policy, matcher_build};
use rescreen_model::{ContentHash, EntityId, Entry, ListName, Schema, VersionId};
use rescreen_screen::{Party, Screener};
use rescreen_store::{AsOf, EntrySpan, ListRow, StoreError, VersionRow, form};

use crate::{App, AppError, RegisterPolicy};

/// What an answer rests on: exactly these versions of these lists, this policy and this matcher.
#[derive(Debug)]
pub struct Cut {
    /// The lists, in name order.
    pub lists: Vec<CutList>,
    /// The hash of the policy.
    pub policy: ContentHash,
    /// The hash of the matcher's code version and tables.
    pub matcher: ContentHash,
    /// The screener over all of it.
    pub screener: Screener,
}

/// One list of a cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutList {
    /// The list.
    pub name: ListName,
    /// Its version.
    pub version: VersionId,
    /// When that was published.
    pub published: Timestamp,
    /// Its entries.
    pub entries: u64,
    /// Those of them that are somebody or something, and no link or interval between others.
    pub things: u64,
}

impl App {
    /// Loads the lists named, or all lists, as they were at a moment.
    ///
    /// # Errors
    /// [`AppError`] where a list is missing or had no version in force: an answer over fewer lists than asked for
    /// would look like a clearance.
    pub fn cut(&self, names: &[ListName], at: AsOf, policy: Policy) -> Result<Cut, AppError> {
        let versions = self.versions_at(names, at)?;
        self.load(versions, &policy.into())
    }

    /// Loads what is in the scope of a policy of exactly these versions.
    pub(crate) fn load(
        &self,
        versions: Vec<(ListRow, VersionRow)>,
        policy: &RegisterPolicy,
    ) -> Result<Cut, AppError> {
        let mut parties = Vec::new();
        let mut cut = Vec::new();
        for (list, version) in versions {
            if !policy.scope.has_list(&list.name) {
                continue;
            }
            let bodies = self.store.bodies(&list, &version)?;
            // Parts (sanctions, documents, addresses) are no parties of their own.
            let found: Vec<Option<Party>> = bodies
                .par_iter()
                .map(|body| {
                    let entity = form::decode_party(body)?;
                    let is_in = entity.schema.spec().matchable && policy.scope.has_entry(&entity);
                    Ok(is_in.then(|| Party {
                        list: list.name.clone(),
                        entity: Arc::new(entity),
                    }))
                })
                .collect::<Result<_, StoreError>>()?;
            parties.extend(found.into_iter().flatten());
            cut.push(CutList {
                name: list.name,
                version: version.version,
                published: version.published,
                entries: version.entries,
                things: things(&version.by_schema),
            });
        }
        Ok(Cut {
            lists: cut,
            policy: policy.hash(),
            matcher: matcher_build(),
            screener: Screener::new(parties, policy.matching.clone()),
        })
    }

    /// The versions that a cut would hold, without loading it: cheap enough to be asked every second.
    ///
    /// # Errors
    /// Those of [`App::cut`].
    pub fn in_force(
        &self,
        names: &[ListName],
        at: AsOf,
    ) -> Result<Vec<(ListName, VersionId)>, AppError> {
        let versions = self.versions_at(names, at)?;
        Ok(versions
            .into_iter()
            .map(|(list, version)| (list.name, version.version))
            .collect())
    }

    /// The version of a list in force at a moment; `None` where it had none.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn version_at(&self, list: &ListRow, at: AsOf) -> Result<Option<VersionRow>, AppError> {
        Ok(self.store.in_force(list, at)?)
    }

    /// The whole entry of a list as one version has it, with its parts; `None` where that version lacks it.
    ///
    /// # Errors
    /// [`AppError`] where there is no such version or the store fails.
    pub fn entry(
        &self,
        list: &ListName,
        version: &VersionId,
        id: &EntityId,
    ) -> Result<Option<Entry>, AppError> {
        let row = self.store.list(list)?;
        let Some(seq) = self.store.version(&row, version.as_str())?.seq else {
            return Ok(None);
        };
        let spans = self.store.history(id.as_str())?;
        let holds = |span: &EntrySpan| {
            let until = span.to.as_ref().and_then(|v| v.seq);
            span.list == *list
                && span.from.seq.is_some_and(|from| from <= seq)
                && until.is_none_or(|to| seq < to)
        };
        Ok(spans.into_iter().find(holds).map(|span| span.entry))
    }

    fn versions_at(
        &self,
        names: &[ListName],
        at: AsOf,
    ) -> Result<Vec<(ListRow, VersionRow)>, AppError> {
        // Named twice, a list is still one list.
        let names: BTreeSet<&ListName> = names.iter().collect();
        let lists = if names.is_empty() {
            self.store.lists()?
        } else {
            names
                .into_iter()
                .map(|name| self.store.list(name))
                .collect::<Result<_, _>>()?
        };
        if lists.is_empty() {
            return Err(AppError::NoList);
        }
        self.store.read_together(|store| {
            lists
                .into_iter()
                .map(|list| {
                    let version = store.in_force(&list, at)?;
                    Ok(version.map(|v| (list.clone(), v)).ok_or(list))
                })
                .collect::<Result<Result<Vec<_>, ListRow>, StoreError>>()
        })?.map_err(|list| {
            AppError::NotFound(format!(
                "list '{}' had no version in force at that moment: load one with 'rescreen list update {0}', or name the lists to screen against",
                list.name
            ))
        })
    }
}

fn things(by_schema: &BTreeMap<String, u64>) -> u64 {
    let is_thing = |name: &str| Schema::named(name).is_some_and(|s| s.is_a(Schema::Thing));
    let things = by_schema.iter().filter(|(name, _)| is_thing(name));
    things.map(|(_, count)| count).sum()
}

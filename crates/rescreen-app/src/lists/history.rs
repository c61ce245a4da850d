//! Reading what lists said: the difference of two versions, and an entry through time.

use std::collections::{BTreeMap, BTreeSet};

use rescreen_model::{Entity, EntityId, Entry, ListName, Property, delta};
use rescreen_store::{AsOf, EntrySpan, VersionRow, VersionState};

use crate::{App, AppError};

/// The difference between two versions with the values.
#[derive(Debug, Clone)]
pub struct Diff {
    /// The list.
    pub list: ListName,
    /// The earlier side.
    pub from: VersionRow,
    /// The later side.
    pub to: VersionRow,
    /// Entries only in `to`.
    pub added: Vec<DiffedEntry>,
    /// Entries only in `from`.
    pub removed: Vec<DiffedEntry>,
    /// Entries that differ.
    pub changed: Vec<(DiffedEntry, Vec<FieldChange>)>,
}

/// An entry named in a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffedEntry {
    /// Its id.
    pub id: EntityId,
    /// Its name.
    pub caption: String,
    /// Its kind.
    pub schema: &'static str,
}

/// What changed in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The property, with the schema before it where it belongs to a part.
    pub field: String,
    /// Values that are gone.
    pub removed: Vec<String>,
    /// Values that are new.
    pub added: Vec<String>,
}

/// What an entry says and said.
#[derive(Debug, Clone)]
pub struct EntityReport {
    /// What it says at the moment asked about; `None` where it was not listed then.
    pub now: Vec<EntrySpan>,
    /// Everything it ever said, by list, oldest first.
    pub history: Vec<EntrySpan>,
}

impl App {
    /// What changed between two versions of a list, whichever they are.
    ///
    /// # Errors
    /// [`AppError`] where there are no such versions.
    pub fn diff(&self, name: &ListName, from: &str, to: &str) -> Result<Diff, AppError> {
        let list = self.store.list(name)?;
        let (from, to) = (
            self.store.version(&list, from)?,
            self.store.version(&list, to)?,
        );
        if let Some(unreadable) = [&from, &to]
            .into_iter()
            .find(|v| v.state == VersionState::Unreadable)
        {
            return Err(AppError::Refused(format!(
                "version {} of '{name}' could not be read, so there is nothing to compare",
                unreadable.version
            )));
        }
        let load = |version: &VersionRow| -> Result<BTreeMap<EntityId, Entry>, AppError> {
            let entries = self.store.entries(&list, version)?;
            Ok(entries
                .into_iter()
                .map(|entry| (entry.id().clone(), entry))
                .collect())
        };
        let (old, new) = (load(&from)?, load(&to)?);
        let only = |these: &BTreeMap<EntityId, Entry>, others: &BTreeMap<EntityId, Entry>| {
            these
                .iter()
                .filter(|(id, _)| !others.contains_key(*id))
                .map(|(_, e)| named(e))
                .collect()
        };
        let changed = new
            .iter()
            .filter_map(|(id, entry)| {
                let changes = changes_between(old.get(id)?, entry);
                (!changes.is_empty()).then(|| (named(entry), changes))
            })
            .collect();
        Ok(Diff {
            list: list.name,
            added: only(&new, &old),
            removed: only(&old, &new),
            from,
            to,
            changed,
        })
    }

    /// What an entry said at a moment, and its whole history.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where no list ever had an entry of that id.
    pub fn entity(&self, id: &str, at: AsOf) -> Result<EntityReport, AppError> {
        let history = self.store.history(id)?;
        if history.is_empty() {
            return Err(AppError::NotFound(format!(
                "no list has or had an entry '{id}'"
            )));
        }
        let mut now = Vec::new();
        for span in &history {
            let list = self.store.list(&span.list)?;
            let Some(seq) = self.store.in_force(&list, at)?.and_then(|v| v.seq) else {
                continue;
            };
            let until = span.to.as_ref().and_then(|v| v.seq);
            if span.from.seq.is_some_and(|from| from <= seq) && until.is_none_or(|to| seq < to) {
                now.push(span.clone());
            }
        }
        Ok(EntityReport { now, history })
    }
}

fn named(entry: &Entry) -> DiffedEntry {
    DiffedEntry {
        id: entry.id().clone(),
        caption: entry.party.caption().to_owned(),
        schema: entry.party.schema.name(),
    }
}

/// What changed from one content of an entry to another, field by field.
pub fn changes_between(old: &Entry, new: &Entry) -> Vec<FieldChange> {
    // Values of parts are told apart by the part they stand in, as the names of changed fields are.
    let values = |entry: &Entry, field: &str| -> BTreeSet<(EntityId, String)> {
        let (schema, property) = match field.split_once(':') {
            Some((schema, property)) => (Some(schema), property),
            None => (None, field),
        };
        let is_meant = |n: usize, entity: &Entity| match schema {
            None => n == 0,
            Some(schema) => n > 0 && entity.schema.name() == schema,
        };
        let mut found = BTreeSet::new();
        for (_, entity) in entry
            .entities()
            .enumerate()
            .filter(|(n, e)| is_meant(*n, e))
        {
            if property == "schema" {
                found.insert((entity.id.clone(), entity.schema.name().to_owned()));
            } else {
                let texts = entity.texts(Property::named(property)).map(str::to_owned);
                found.extend(texts.map(|text| (entity.id.clone(), text)));
            }
        }
        found
    };
    delta::changed_fields(old, new)
        .into_iter()
        .map(|field| {
            let (before, after) = (values(old, &field), values(new, &field));
            let only = |these: &BTreeSet<(EntityId, String)>,
                        those: &BTreeSet<(EntityId, String)>| {
                these
                    .difference(those)
                    .map(|(_, text)| text.clone())
                    .collect()
            };
            FieldChange {
                removed: only(&before, &after),
                added: only(&after, &before),
                field,
            }
        })
        .collect()
}

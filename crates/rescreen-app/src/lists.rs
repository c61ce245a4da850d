//! Lists: adding, updating, releasing, and reading what they said.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rescreen_import::{ImportError, Input};
use rescreen_model::{
    Change, ContentHash, Delta, EntityId, Entry, Finding, ListName, Schema, VersionId, delta,
};
use rescreen_store::{
    AsOf, EntrySpan, FetchState, FindingRow, Head, ListRow, ListSpec, NewVersion, Observation,
    Outcome, VersionRow, VersionState, Writer,
};

use crate::{App, AppError, Reason, guard, intake};

/// What came of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A new version is in force.
    Active,
    /// The content was the one in force.
    Unchanged,
    /// The version waits for a person.
    Quarantined,
}

impl State {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Unchanged => "unchanged",
            Self::Quarantined => "quarantined",
        }
    }
}

/// The files of a new version.
#[derive(Debug)]
pub struct UpdateRequest<'a> {
    /// The list.
    pub list: &'a ListName,
    /// Its files.
    pub inputs: Vec<Input<'a>>,
    /// When it was published, where the caller knows better than the file.
    pub published: Option<Timestamp>,
    /// When the server says the files were last modified, for formats that carry no date.
    pub last_modified: Option<Timestamp>,
    /// When the files were received, usually now.
    pub retrieved: Timestamp,
    /// What to remember for the next fetch, by URL; kept unless the version could not be read.
    pub fetched: Vec<(String, FetchState)>,
}

/// What an update did.
#[derive(Debug)]
pub struct UpdateReport {
    /// The list.
    pub list: ListName,
    /// The version that arrived, or the one in force where nothing is new.
    pub version: VersionId,
    /// What came of it.
    pub state: State,
    /// The number of entries that arrived.
    pub entries: u64,
    /// The difference to the version in force before.
    pub delta: Delta,
    /// What the importer noticed.
    pub findings: Vec<Finding>,
    /// Why it is held back.
    pub reasons: Vec<Reason>,
}

/// A list with the version in force and what was observed.
#[derive(Debug, Clone)]
pub struct ListReport {
    /// The list.
    pub list: ListRow,
    /// The version in force.
    pub active: Option<VersionRow>,
    /// All versions, newest last.
    pub versions: Vec<VersionRow>,
    /// The latest looks, newest first.
    pub observations: Vec<Observation>,
}

impl ListReport {
    /// A version that waits for a person and is newer than the one in force.
    pub fn waiting(&self) -> Option<&VersionRow> {
        let since = self.active.as_ref().map(|v| v.key);
        self.versions
            .iter()
            .filter(|v| {
                matches!(
                    v.state,
                    VersionState::Quarantined | VersionState::Unreadable
                )
            })
            .filter(|v| since.is_none_or(|key| v.key > key))
            .max_by_key(|v| v.key)
    }
}

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
    /// Adds a list.
    ///
    /// # Errors
    /// [`AppError`] where the name is taken or the specification does not hold together.
    pub fn add_list(
        &mut self,
        name: &ListName,
        spec: ListSpec,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let row = ListRow {
            key: 0,
            name: name.clone(),
            spec,
            created: now,
        };
        intake::import_spec(&row)?;
        let writer = self.store.write()?;
        writer.add_list(name, &row.spec, now)?;
        Ok(writer.commit()?)
    }

    /// The list of that name.
    ///
    /// # Errors
    /// [`AppError`] where there is none.
    pub fn list(&self, name: &ListName) -> Result<ListRow, AppError> {
        Ok(self.store.list(name)?)
    }

    /// All lists in name order.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn lists(&self) -> Result<Vec<ListReport>, AppError> {
        self.store
            .lists()?
            .into_iter()
            .map(|list| self.report(list))
            .collect()
    }

    /// One list with its versions.
    ///
    /// # Errors
    /// [`AppError`] where there is none.
    pub fn show_list(&self, name: &ListName) -> Result<ListReport, AppError> {
        self.report(self.store.list(name)?)
    }

    fn report(&self, list: ListRow) -> Result<ListReport, AppError> {
        let versions = self.store.versions(&list)?;
        let active = versions
            .iter()
            .find(|v| v.state == VersionState::Active)
            .cloned();
        let observations = self.store.observations(&list, 10)?;
        Ok(ListReport {
            list,
            active,
            versions,
            observations,
        })
    }

    /// The findings of a version.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn findings(&self, version: &VersionRow) -> Result<Vec<FindingRow>, AppError> {
        Ok(self.store.findings(version)?)
    }

    /// What to ask a publisher's server conditionally.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn fetch_state(&self, list: &ListRow, url: &str) -> Result<FetchState, AppError> {
        Ok(self.store.fetch_state(list, url)?)
    }

    /// Records that the publisher's server said nothing is new.
    ///
    /// # Errors
    /// [`AppError`] where the list has no version in force or the store fails.
    pub fn confirm_unchanged(
        &mut self,
        name: &ListName,
        now: Timestamp,
    ) -> Result<UpdateReport, AppError> {
        let writer = self.store.write()?;
        let list = writer.list(name)?;
        let active = writer.active(&list)?.ok_or_else(|| no_version(name))?;
        let report = unchanged(&list, &active, Vec::new());
        writer.observe(&list, Outcome::Unchanged, &active.version, now)?;
        writer.commit()?;
        Ok(report)
    }

    /// Takes a new version in: the whole of it or nothing. `seen` is told how many entries were read so far.
    ///
    /// A version that looks broken is held back and the report says why; that is not an error.
    ///
    /// # Errors
    /// [`AppError`] where the files cannot be used at all or the store fails; then nothing was changed.
    pub fn update_list(
        &mut self,
        request: UpdateRequest<'_>,
        seen: &mut dyn FnMut(u64),
    ) -> Result<UpdateReport, AppError> {
        let UpdateRequest {
            list: name,
            inputs,
            published,
            last_modified,
            retrieved,
            fetched,
        } = request;
        let list = self.store.list(name)?;
        let spec = intake::import_spec(&list)?;
        let writer = self.store.write()?;
        let active = writer.active(&list)?;
        let before = writer.heads(&list)?;

        let mut intake = intake::Intake::new(&writer, &list, &before, seen);
        let outcome = rescreen_import::read(&spec, inputs, &mut intake);
        let intake::Intake {
            mut after,
            removed,
            fresh,
            findings,
            failure,
            ..
        } = intake;
        if let Some(failure) = failure {
            return Err(failure.into());
        }
        let summary = match outcome {
            Ok(summary) => summary,
            Err(ImportError::Shape {
                shape,
                place,
                expected,
                found,
            }) => {
                drop(writer);
                let reason = Reason::new(
                    shape.code(),
                    format!("{place}: expected {expected}, found {found}"),
                );
                return self.hold_unreadable(
                    &list,
                    reason,
                    published.unwrap_or(retrieved),
                    retrieved,
                    findings,
                );
            }
            Err(error) => return Err(error.into()),
        };
        if summary.is_delta {
            apply_to(&before, &mut after, &removed);
        }

        let new = NewVersion {
            published: published
                .or(summary.published)
                .or(last_modified)
                .unwrap_or(retrieved),
            retrieved,
            content: ContentHash::of_version(after.values().map(|head| head.hash)),
            by_schema: BTreeMap::new(),
            findings,
        };
        for (url, state) in &fetched {
            writer.set_fetch_state(&list, url, state)?;
        }
        if let Some(active) = active.as_ref().filter(|v| v.content == new.content) {
            let report = unchanged(&list, active, new.findings);
            writer.observe(&list, Outcome::Unchanged, &active.version, retrieved)?;
            writer.commit()?;
            return Ok(report);
        }
        let new = NewVersion {
            by_schema: count_schemata(&writer, active.as_ref(), &before, &after, &fresh)?,
            ..new
        };

        let (delta, changed) = compare(&writer, &before, &after)?;
        let reasons = guard::inspect(
            &guard::Candidate {
                before: &before,
                after: after.len(),
                delta: &delta,
                changed: &changed,
                published: new.published,
                active: active.as_ref(),
            },
            list.spec.limits,
        );
        let (version, state) = if reasons.is_empty() {
            (
                writer.activate(&list, &new, &before, &after, retrieved)?,
                State::Active,
            )
        } else {
            (
                writer.hold(&list, &new, Some(&after), &pairs(&reasons), retrieved)?,
                State::Quarantined,
            )
        };
        writer.commit()?;
        Ok(UpdateReport {
            list: list.name,
            version,
            state,
            entries: after.len() as u64,
            delta,
            findings: new.findings,
            reasons,
        })
    }

    fn hold_unreadable(
        &mut self,
        list: &ListRow,
        reason: Reason,
        published: Timestamp,
        now: Timestamp,
        findings: Vec<Finding>,
    ) -> Result<UpdateReport, AppError> {
        let new = NewVersion {
            published,
            retrieved: now,
            content: ContentHash::of_bytes(reason.message.as_bytes()),
            by_schema: BTreeMap::new(),
            findings,
        };
        let writer = self.store.write()?;
        let reasons = vec![reason];
        let version = writer.hold(list, &new, None, &pairs(&reasons), now)?;
        writer.commit()?;
        Ok(UpdateReport {
            list: list.name.clone(),
            version,
            state: State::Quarantined,
            entries: 0,
            delta: Delta::default(),
            findings: new.findings,
            reasons,
        })
    }

    /// Puts a version in force that was held back. The reason is kept with it.
    ///
    /// # Errors
    /// [`AppError::Refused`] where the version is not one that can be released.
    pub fn release(
        &mut self,
        name: &ListName,
        version: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<UpdateReport, AppError> {
        if reason.trim().is_empty() {
            return Err(AppError::Usage("a release needs a reason".to_owned()));
        }
        let writer = self.store.write()?;
        let list = writer.list(name)?;
        let version = writer.version(&list, version)?;
        if !version.is_releasable() {
            let why = match version.state {
                VersionState::Unreadable => {
                    "could not be read, so there is nothing to release: get the file again"
                }
                _ => "is not quarantined",
            };
            return Err(AppError::Refused(format!(
                "version {} of '{name}' {why}",
                version.version
            )));
        }
        let before = writer.heads(&list)?;
        let after = writer.held(&version)?;
        let (delta, _) = compare(&writer, &before, &after)?;
        writer.release(&list, &version, &before, &after, reason.trim(), now)?;
        writer.commit()?;
        Ok(UpdateReport {
            list: list.name,
            version: version.version,
            state: State::Active,
            entries: after.len() as u64,
            delta,
            findings: Vec::new(),
            reasons: Vec::new(),
        })
    }

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
                let changes = field_changes(old.get(id)?, entry);
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

fn no_version(name: &ListName) -> AppError {
    AppError::NotFound(format!("list '{name}' has no version in force yet"))
}

fn unchanged(list: &ListRow, active: &VersionRow, findings: Vec<Finding>) -> UpdateReport {
    UpdateReport {
        list: list.name.clone(),
        version: active.version.clone(),
        state: State::Unchanged,
        entries: active.entries,
        delta: Delta::default(),
        findings,
        reasons: Vec::new(),
    }
}

fn pairs(reasons: &[Reason]) -> Vec<(String, String)> {
    reasons
        .iter()
        .map(|r| (r.code.clone(), r.message.clone()))
        .collect()
}

/// Makes a whole version of the operations of a delta file: what it does not name stays.
fn apply_to(
    before: &BTreeMap<EntityId, Head>,
    after: &mut BTreeMap<EntityId, Head>,
    removed: &[EntityId],
) {
    let removed: BTreeSet<&EntityId> = removed.iter().collect();
    for (id, head) in before {
        if !removed.contains(id) && !after.contains_key(id) {
            after.insert(id.clone(), *head);
        }
    }
}

/// The delta with the fields of each change, and both records of each changed entry.
fn compare(
    writer: &Writer<'_>,
    before: &BTreeMap<EntityId, Head>,
    after: &BTreeMap<EntityId, Head>,
) -> Result<(Delta, Vec<(Entry, Entry)>), AppError> {
    let mut delta = Delta::default();
    let mut changed = Vec::new();
    delta.removed = before
        .keys()
        .filter(|id| !after.contains_key(*id))
        .cloned()
        .collect();
    for (id, head) in after {
        match before.get(id) {
            None => delta.added.push(id.clone()),
            Some(old) if old.hash == head.hash => {}
            Some(old) => {
                let (old, new) = (writer.entry(old.record)?, writer.entry(head.record)?);
                delta.changed.push(Change {
                    id: id.clone(),
                    fields: delta::changed_fields(&old, &new),
                });
                changed.push((old, new));
            }
        }
    }
    Ok((delta, changed))
}

/// Counts parties by schema: the counts of the version in force, without what is gone, with what is fresh.
fn count_schemata(
    writer: &Writer<'_>,
    active: Option<&VersionRow>,
    before: &BTreeMap<EntityId, Head>,
    after: &BTreeMap<EntityId, Head>,
    fresh: &BTreeMap<EntityId, Schema>,
) -> Result<BTreeMap<String, u64>, AppError> {
    let mut counts = active.map(|v| v.by_schema.clone()).unwrap_or_default();
    for (id, head) in before {
        if after.get(id) != Some(head) {
            let schema = writer.entry(head.record)?.party.schema;
            if let Some(count) = counts.get_mut(schema.name()) {
                *count = count.saturating_sub(1);
            }
        }
    }
    for (_, schema) in fresh.iter().filter(|(id, _)| after.contains_key(*id)) {
        *counts.entry(schema.name().to_owned()).or_default() += 1;
    }
    counts.retain(|_, count| *count > 0);
    Ok(counts)
}

fn named(entry: &Entry) -> DiffedEntry {
    DiffedEntry {
        id: entry.id().clone(),
        caption: entry.party.caption().to_owned(),
        schema: entry.party.schema.name(),
    }
}

fn field_changes(old: &Entry, new: &Entry) -> Vec<FieldChange> {
    let values = |entry: &Entry, field: &str| -> BTreeSet<String> {
        let (schema, property) = field
            .split_once(':')
            .map_or((None, field), |(s, p)| (Some(s), p));
        entry
            .entities()
            .enumerate()
            .filter(|(n, entity)| match schema {
                None => *n == 0,
                Some(schema) => *n > 0 && entity.schema.name() == schema,
            })
            .flat_map(|(_, entity)| {
                if property == "schema" {
                    vec![entity.schema.name().to_owned()]
                } else {
                    entity
                        .texts(rescreen_model::Property::named(property))
                        .map(str::to_owned)
                        .collect()
                }
            })
            .collect()
    };
    delta::changed_fields(old, new)
        .into_iter()
        .map(|field| {
            let (before, after) = (values(old, &field), values(new, &field));
            FieldChange {
                removed: before.difference(&after).cloned().collect(),
                added: after.difference(&before).cloned().collect(),
                field,
            }
        })
        .collect()
}

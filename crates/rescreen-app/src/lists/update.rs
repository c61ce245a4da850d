//! Taking new versions in, and releasing those that were held back.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::Timestamp;
use rescreen_import::{ImportError, Input, Shape, Spec, Summary};
use rescreen_model::{
    Change, ContentHash, Delta, EntityId, Finding, ListName, Place, Schema, VersionId, delta,
};
use rescreen_store::{
    Edition, FetchState, Head, ListRow, NewVersion, VersionRow, VersionState, Writer,
};

use crate::{
    App, AppError, Reason, SweepReport, guard, intake, register, who_and_why::who_and_why,
};

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
pub struct UpdateRequest<'a> {
    /// The list.
    pub list: &'a ListName,
    /// Its files.
    pub inputs: Vec<Input<'a>>,
    /// When it was published, where the caller knows better than the file.
    pub published: Option<Timestamp>,
    /// When the server says the files were last modified, for formats that carry no date.
    pub last_modified: Option<Timestamp>,
    /// Tells the time, once when the files are there and once when the version comes into force.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// What the files are to the version in force.
    pub how: How,
    /// What the server said, for asking conditionally next time.
    pub fetched: Vec<(String, FetchState)>,
    /// What the publisher calls this version, where that is certain.
    pub edition: Option<Edition>,
    /// What was noticed on the way to the files; it is kept with what the importer notices.
    pub noted: Vec<Finding>,
}

/// What files are to the version in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// They replace it. A file of operations changes it.
    Whole,
    /// They add to it: a notice from elsewhere.
    Append,
    /// They are operations, one file after the other, that lead from the edition in force to the one that the request
    /// names. Where they do not, nothing is done: [`AppError::Deltas`].
    Deltas,
}

impl fmt::Debug for UpdateRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateRequest")
            .field("list", &self.list)
            .field("inputs", &self.inputs)
            .finish_non_exhaustive()
    }
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
    /// What the sweep of the register did; `None` where nothing came into force.
    pub sweep: Option<SweepReport>,
    /// How many files of operations made it; 0 where it was taken whole.
    pub deltas: usize,
}

impl App {
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
        writer.observe_unchanged(&list, &active.version, now)?;
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
        self.for_all("an update")?;
        let UpdateRequest {
            list: name,
            inputs,
            published,
            last_modified,
            clock,
            how,
            fetched,
            edition,
            noted,
        } = request;
        let retrieved = clock();
        let list = self.store.list(name)?;
        self.sweep_if_the_matcher_is_new(retrieved)?;
        let spec = intake::import_spec(&list)?;
        let writer = self.store.write()?;
        let active = writer.active(&list)?;
        let before = writer.heads(&list)?;

        let deltas = if how == How::Deltas { inputs.len() } else { 0 };
        let mut intake = intake::Intake::new(&writer, &list, &before, seen);
        let outcome = match how {
            How::Whole | How::Append => rescreen_import::read(&spec, inputs, &mut intake),
            How::Deltas => read_deltas(&spec, inputs, &mut intake),
        };
        let intake::Intake {
            mut after,
            removed,
            unknown,
            fresh,
            mut findings,
            failure,
            ..
        } = intake;
        if let Some(failure) = failure {
            return Err(failure.into());
        }
        findings.splice(..0, noted);
        let summary = match outcome {
            Ok(summary) => summary,
            Err(error) if how == How::Deltas => return Err(AppError::Deltas(error.to_string())),
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
        if how == How::Deltas {
            let at_hand = writer.edition(&list)?;
            check_deltas(&summary, unknown, at_hand.as_ref(), edition.as_ref())?;
        }
        if summary.is_delta || how == How::Append {
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
            writer.set_fetch_state(&list, url, state, new.content)?;
        }
        if let Some(edition) = &edition {
            writer.set_edition(&list, edition, new.content)?;
        }
        if let Some(active) = active.as_ref().filter(|v| v.content == new.content) {
            let mut report = unchanged(&list, active, new.findings);
            report.deltas = deltas;
            writer.observe_unchanged(&list, &active.version, clock())?;
            writer.commit()?;
            return Ok(report);
        }
        let new = NewVersion {
            by_schema: count_schemata(&writer, active.as_ref(), &before, &after, &fresh)?,
            ..new
        };

        let (delta, reused) = compare(&writer, &before, &after)?;
        let reasons = guard::inspect(
            guard::Candidate {
                before: &before,
                after: after.len(),
                delta: &delta,
                reused,
                published: new.published,
                retrieved,
                is_delta: summary.is_delta,
                active: active.as_ref(),
            },
            list.spec.limits,
        );
        let (version, state, sweep) = if reasons.is_empty() {
            let now = clock();
            let version = writer.activate(&list, &new, &before, &after, now)?;
            let begun = clock();
            let mut sweep = register::after_update(&writer, &list, &version, &delta, now)?;
            sweep.ms = u64::try_from(clock().duration_since(begun).as_millis()).unwrap_or_default();
            (version, State::Active, Some(sweep))
        } else {
            let version = writer.hold(&list, &new, Some(&after), &pairs(&reasons), clock())?;
            (version, State::Quarantined, None)
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
            sweep,
            deltas,
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
            sweep: None,
            deltas: 0,
        })
    }

    /// Puts a version in force that was held back. Who did it and why is kept with it; so is that it was refused.
    ///
    /// # Errors
    /// [`AppError::Refused`] where the version is not one that can be released.
    pub fn release(
        &mut self,
        name: &ListName,
        version: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<UpdateReport, AppError> {
        match self.put_in_force(name, version, by, reason, now) {
            Err(AppError::Refused(why)) => {
                let what = format!("release a version of list {name}");
                Err(self.refused(by, &what, AppError::Refused(why), now))
            }
            done => done,
        }
    }

    fn put_in_force(
        &mut self,
        name: &ListName,
        version: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<UpdateReport, AppError> {
        self.for_all("a release")?;
        let (by, reason) = who_and_why(by, reason, "a release")?;
        self.sweep_if_the_matcher_is_new(now)?;
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
        if writer.is_overtaken(&list, &version)? {
            return Err(AppError::Refused(format!(
                "version {} of '{name}' was held back before the version in force arrived: releasing it would turn the list back; take the file in again if it is right",
                version.version
            )));
        }
        let before = writer.heads(&list)?;
        let after = writer.held(&version)?;
        let (delta, _) = compare(&writer, &before, &after)?;
        writer.release(&list, &version, &before, &after, (by, reason), now)?;
        let sweep = register::after_update(&writer, &list, &version.version, &delta, now)?;
        writer.commit()?;
        Ok(UpdateReport {
            list: list.name,
            version: version.version,
            state: State::Active,
            entries: after.len() as u64,
            delta,
            findings: Vec::new(),
            reasons: Vec::new(),
            sweep: Some(sweep),
            deltas: 0,
        })
    }
}

pub(super) fn no_version(name: &ListName) -> AppError {
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
        sweep: None,
        deltas: 0,
    }
}

fn pairs(reasons: &[Reason]) -> Vec<(String, String)> {
    reasons
        .iter()
        .map(|r| (r.code.clone(), r.message.clone()))
        .collect()
}

/// Reads files of operations one after the other, as if they were one.
fn read_deltas(
    spec: &Spec,
    inputs: Vec<Input<'_>>,
    intake: &mut intake::Intake<'_>,
) -> Result<Summary, ImportError> {
    let mut all = Summary {
        is_delta: true,
        ..Summary::default()
    };
    for input in inputs {
        let name = input.name.clone();
        let summary = rescreen_import::read(spec, vec![input], intake)?;
        if !summary.is_delta {
            return Err(ImportError::shape(
                Shape::Structure,
                Place::file(&name),
                "operations on an earlier edition",
                "a whole list",
            ));
        }
        all.entries += summary.entries;
        all.added += summary.added;
        all.removed += summary.removed;
    }
    Ok(all)
}

/// Whether operations lead from the edition at hand to the one they are for, as far as that can be told: they remove only
/// what is there, and the publisher's own counts of both editions agree with them.
fn check_deltas(
    summary: &Summary,
    unknown: Option<EntityId>,
    at_hand: Option<&Edition>,
    to: Option<&Edition>,
) -> Result<(), AppError> {
    let (Some(at_hand), Some(to)) = (at_hand, to) else {
        let why = "it is not known which edition is in force, or which they lead to";
        return Err(AppError::Deltas(why.to_owned()));
    };
    if let Some(id) = unknown {
        return Err(AppError::Deltas(format!(
            "they remove {id}, which is not there"
        )));
    }
    if let (Some(before), Some(after)) = (at_hand.entities, to.entities)
        && before.saturating_add(summary.added) != after.saturating_add(summary.removed)
    {
        return Err(AppError::Deltas(format!(
            "{before} entities, {} added and {} removed do not make the {after} that are described",
            summary.added, summary.removed
        )));
    }
    Ok(())
}

/// Makes a whole version of the operations of a delta file: what it does not name stays.
fn apply_to(
    before: &BTreeMap<EntityId, Head>,
    after: &mut BTreeMap<EntityId, Head>,
    removed: &BTreeSet<EntityId>,
) {
    for (id, head) in before {
        if !removed.contains(id) && !after.contains_key(id) {
            after.insert(id.clone(), *head);
        }
    }
}

/// The delta with the fields of each change, and the ids that now mean another person.
pub(super) fn compare(
    writer: &Writer<'_>,
    before: &BTreeMap<EntityId, Head>,
    after: &BTreeMap<EntityId, Head>,
) -> Result<(Delta, Vec<Reason>), AppError> {
    let mut delta = Delta::default();
    let mut reused = Vec::new();
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
                reused.extend(guard::id_reuse(&old, &new));
            }
        }
    }
    Ok((delta, reused))
}

/// Counts parties by schema: the counts of the version in force, without what is gone, with what is fresh.
pub(super) fn count_schemata(
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

//! Lists: adding them and saying how they stand.

mod history;
mod update;
mod withdraw;

use jiff::Timestamp;
use rescreen_model::ListName;
use rescreen_store::{
    Edition, FetchState, FindingRow, ListRow, ListSpec, Observation, Outcome, VersionRow,
    VersionState,
};

use crate::{App, AppError, intake};

pub use history::{Diff, DiffedEntry, EntityReport, FieldChange, changes_between};
pub use update::{How, State, UpdateReport, UpdateRequest};

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
    /// The version that waits for a person: the one that came of the last look, if that was held back.
    pub fn waiting(&self) -> Option<&VersionRow> {
        let last = self
            .observations
            .first()
            .filter(|look| look.outcome == Outcome::Quarantined)?;
        self.versions.iter().find(|v| v.version == last.version)
    }

    /// Takes the versions back to what was known of them at a moment.
    fn known_at(mut self, at: Timestamp) -> Self {
        self.versions.retain(|version| version.retrieved <= at);
        let last = self.versions.iter().filter_map(|version| version.activated);
        let last = last.filter(|activated| *activated <= at).max();
        for version in &mut self.versions {
            match version.activated {
                None => {}
                Some(activated) if activated > at => {
                    version.state = VersionState::Quarantined;
                    version.activated = None;
                    version.release = None;
                }
                Some(activated) if Some(activated) == last => version.state = VersionState::Active,
                Some(_) => version.state = VersionState::Superseded,
            }
        }
        self.active = self
            .versions
            .iter()
            .find(|v| v.state == VersionState::Active)
            .cloned();
        self
    }
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
        self.for_all("a list")?;
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

    /// Reads a list in another way from now on: other URLs, another mapping, other limits. What it said stays.
    ///
    /// # Errors
    /// [`AppError`] where there is no such list or the specification does not hold together.
    pub fn set_list(
        &mut self,
        name: &ListName,
        change: impl FnOnce(&mut ListSpec),
        now: Timestamp,
    ) -> Result<ListRow, AppError> {
        self.for_all("a list")?;
        let writer = self.store.write()?;
        let mut list = writer.list(name)?;
        change(&mut list.spec);
        intake::import_spec(&list)?;
        writer.set_spec(&list, &list.spec, now)?;
        writer.commit()?;
        Ok(list)
    }

    /// Takes a list away that was added by mistake.
    ///
    /// # Errors
    /// [`AppError::Refused`] where it had a version in force: answers rest on it, and what it said is kept.
    pub fn remove_list(&mut self, name: &ListName, now: Timestamp) -> Result<(), AppError> {
        self.for_all("a list")?;
        let writer = self.store.write()?;
        let list = writer.list(name)?;
        if !writer.remove_list(&list, now)? {
            return Err(AppError::Refused(format!(
                "list '{name}' has been in force and answers rest on it, so what it said is kept"
            )));
        }
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
        self.lists_at(Timestamp::MAX)
    }

    /// All lists in name order, as far as was known of them at a moment.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn lists_at(&self, known: Timestamp) -> Result<Vec<ListReport>, AppError> {
        let lists = self.store.lists()?.into_iter();
        lists.map(|list| self.report(list, known)).collect()
    }

    /// One list with its versions.
    ///
    /// # Errors
    /// [`AppError`] where there is none.
    pub fn show_list(&self, name: &ListName) -> Result<ListReport, AppError> {
        self.show_list_at(name, Timestamp::MAX)
    }

    /// One list with its versions, as far as was known of it at a moment.
    ///
    /// # Errors
    /// [`AppError`] where there is none.
    pub fn show_list_at(&self, name: &ListName, known: Timestamp) -> Result<ListReport, AppError> {
        self.report(self.store.list(name)?, known)
    }

    fn report(&self, list: ListRow, known: Timestamp) -> Result<ListReport, AppError> {
        let versions = self.store.versions(&list)?;
        let active = versions
            .iter()
            .find(|v| v.state == VersionState::Active)
            .cloned();
        let observations = self.store.observations(&list, known, 10)?;
        let report = ListReport {
            list,
            active,
            versions,
            observations,
        };
        Ok(if known < Timestamp::MAX {
            report.known_at(known)
        } else {
            report
        })
    }

    /// The version that a text means: an id, an unambiguous part of one, `latest` or `previous`.
    ///
    /// # Errors
    /// [`AppError`] where there is none or it may be several.
    pub fn version(&self, list: &ListRow, text: &str) -> Result<VersionRow, AppError> {
        Ok(self.store.version(list, text)?)
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

    /// What the publisher calls the version in force, if that is known.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn edition(&self, list: &ListRow) -> Result<Option<Edition>, AppError> {
        Ok(self.store.edition(list)?)
    }
}

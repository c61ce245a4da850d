//! Taking one entry off a list.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_model::{ContentHash, EntityId, ListName};
use rescreen_store::NewVersion;

use super::update::{State, UpdateReport, compare, count_schemata, no_version};
use crate::{App, AppError, register, who_and_why::who_and_why};

impl App {
    /// Takes an entry off a list, as a version of its own: a notice that was wrong or is over. The register is swept
    /// in the same step, so whoever was alerted because of it is told. What the entry said stays readable.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the list does not have the entry now; [`AppError::Usage`] without a person and a
    /// reason.
    pub fn withdraw_entry(
        &mut self,
        name: &ListName,
        id: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<UpdateReport, AppError> {
        self.for_all("a list")?;
        let (by, reason) = who_and_why(by, reason, "a withdrawal")?;
        self.sweep_if_the_matcher_is_new(now)?;
        let writer = self.store.write()?;
        let list = writer.list(name)?;
        let active = writer.active(&list)?.ok_or_else(|| no_version(name))?;
        let before = writer.heads(&list)?;
        let mut after = before.clone();
        if after.remove(&EntityId::new(id)).is_none() {
            return Err(AppError::NotFound(format!(
                "list '{name}' has no entry '{id}' now"
            )));
        }
        let new = NewVersion {
            // Nothing is published before what it takes from.
            published: now.max(active.published),
            retrieved: now,
            content: ContentHash::of_version(after.values().map(|head| head.hash)),
            by_schema: count_schemata(&writer, Some(&active), &before, &after, &BTreeMap::new())?,
            findings: Vec::new(),
        };
        let (delta, _) = compare(&writer, &before, &after)?;
        let version = writer.activate(&list, &new, &before, &after, now)?;
        writer.explain(&list, &version, (by, reason), now)?;
        let sweep = register::after_update(&writer, &list, &version, &delta, now)?;
        writer.commit()?;
        Ok(UpdateReport {
            list: list.name,
            version,
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

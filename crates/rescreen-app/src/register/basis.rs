//! What the register is screened against.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use rescreen_match::matcher_build;
use rescreen_model::ListName;
use rescreen_store::{
    AsOf, Cause, CutKey, ListRow, PolicyRow, Register, StoreError, VersionRow, Writer,
};

use super::RegisterPolicy;
use crate::{App, AppError, Cut};

/// Every list in force, loaded, under the register's policy.
#[derive(Debug)]
pub(crate) struct Basis {
    pub(crate) cut: Arc<Cut>,
    /// The keys of the lists.
    pub(crate) keys: BTreeMap<ListName, i64>,
    /// By list key, the place of the version in the order of activation.
    pub(crate) places: BTreeMap<i64, i64>,
}

impl Basis {
    /// Whether this is still what is in force, as the writing transaction sees it.
    pub(crate) fn is_current(&self, writer: &Writer<'_>) -> Result<bool, AppError> {
        let policy = policy_in_force(writer.register(), Timestamp::MAX)?;
        Ok(policy.hash() == self.cut.policy && places(writer)? == self.places)
    }

    /// A cause that is no step of a list: the list as it is in force, and what happened.
    pub(crate) fn cause(&self, list: &str, change: &str) -> Cause {
        let version = self.cut.lists.iter().find(|l| l.name.as_str() == list);
        Cause {
            list: Some(list.to_owned()),
            version: version.map(|l| l.version.to_string()),
            change: change.to_owned(),
        }
    }

    /// The key under which the store knows it.
    pub(crate) fn key(&self, writer: &Writer<'_>) -> Result<CutKey, AppError> {
        Ok(writer.cut_key(&self.places, self.cut.policy, self.cut.matcher)?)
    }
}

impl App {
    /// Loads what is in the scope of a policy of every list in force.
    pub(crate) fn basis(&self, policy: &RegisterPolicy) -> Result<Basis, AppError> {
        let versions: Vec<(ListRow, VersionRow)> = self.store.read_together(|store| {
            let mut versions = Vec::new();
            for list in store.lists()? {
                if let Some(version) = store.in_force(&list, AsOf::NOW)? {
                    versions.push((list, version));
                }
            }
            Ok::<_, StoreError>(versions)
        })?;
        let has_any = versions.iter().any(|(l, _)| policy.scope.has_list(&l.name));
        if !has_any {
            return Err(AppError::NoList);
        }
        let keys = versions
            .iter()
            .map(|(l, _)| (l.name.clone(), l.key))
            .collect();
        let places = versions
            .iter()
            .filter_map(|(l, v)| Some((l.key, v.seq?)))
            .collect();
        Ok(Basis {
            cut: self.cut_of(versions, policy)?,
            keys,
            places,
        })
    }

    /// The cut at hand where it is the one wanted, and otherwise one that is loaded.
    fn cut_of(
        &self,
        versions: Vec<(ListRow, VersionRow)>,
        policy: &RegisterPolicy,
    ) -> Result<Arc<Cut>, AppError> {
        let is_wanted = |cut: &&Arc<Cut>| {
            let wanted = versions
                .iter()
                .filter(|(list, _)| policy.scope.has_list(&list.name))
                .map(|(list, version)| (&list.name, &version.version));
            cut.policy == policy.hash()
                && cut.matcher == matcher_build()
                && cut.lists.iter().map(|l| (&l.name, &l.version)).eq(wanted)
        };
        if let Some(cut) = self.at_hand.as_ref().filter(is_wanted) {
            return Ok(Arc::clone(cut));
        }
        Ok(Arc::new(self.load(versions, policy)?))
    }

    /// The policy of the register now.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn register_policy(&self) -> Result<(RegisterPolicy, Option<PolicyRow>), AppError> {
        self.register_policy_at(Timestamp::MAX)
    }

    /// The policy of the register at a moment.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn register_policy_at(
        &self,
        at: Timestamp,
    ) -> Result<(RegisterPolicy, Option<PolicyRow>), AppError> {
        let row = self.store.register().policy(at)?;
        Ok((policy_in_force(self.store.register(), at)?, row))
    }
}

/// The place of the version in force of each list that has one.
pub(crate) fn places(writer: &Writer<'_>) -> Result<BTreeMap<i64, i64>, AppError> {
    let mut places = BTreeMap::new();
    for list in writer.lists()? {
        if let Some(seq) = writer.active(&list)?.and_then(|v| v.seq) {
            places.insert(list.key, seq);
        }
    }
    Ok(places)
}

/// The policy at a moment; the default where none was ever set.
pub(crate) fn policy_in_force(
    register: Register<'_>,
    at: Timestamp,
) -> Result<RegisterPolicy, AppError> {
    match register.policy(at)? {
        Some(row) => RegisterPolicy::of_row(&row),
        None => Ok(RegisterPolicy::default()),
    }
}

/// Whether the matcher of this program is the one that the register was last screened with.
pub(crate) fn is_matcher_new(register: Register<'_>) -> Result<bool, AppError> {
    let Some(cut) = register.last_basis()? else {
        return Ok(false);
    };
    let (_, _, matcher) = register.cut(cut)?;
    Ok(matcher != matcher_build().to_string())
}

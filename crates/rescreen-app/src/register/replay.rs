//! Replay: the same question to the same lists, compared byte for byte.

use std::collections::BTreeSet;

use rescreen_match::matcher_build;
use rescreen_store::{ScreeningRow, SubjectRow, form};

use super::RegisterPolicy;
use crate::{App, AppError};

/// A recorded screening, run again.
#[derive(Debug, Clone)]
pub struct Replay {
    /// What was recorded.
    pub recorded: ScreeningRow,
    /// Whom it was about.
    pub subject: SubjectRow,
    /// What the same question gives now.
    pub answer: String,
    /// Whether both are the same, byte for byte.
    pub equal: bool,
    /// The matcher build of the record and of this program.
    pub matcher: (String, String),
    /// The entries whose evidence differs, by list and id.
    pub differs: Vec<(String, String)>,
}

impl App {
    /// Runs a recorded screening again, against the lists and under the policy that it rested on.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such record; [`AppError::Refused`] where its data were erased.
    pub fn replay(&self, screening: i64) -> Result<Replay, AppError> {
        let register = self.store.register();
        let recorded = register
            .screening(screening)?
            .ok_or_else(|| AppError::NotFound(format!("there is no screening {screening}")))?;
        let subject = register.subject_of(recorded.subject)?;
        let version = register
            .subject_versions(recorded.subject)?
            .into_iter()
            .find(|v| v.version == recorded.version)
            .filter(|v| !v.body.is_empty())
            .ok_or_else(|| {
                AppError::Refused(format!(
                    "the subject of screening {screening} was erased: there is nothing to replay"
                ))
            })?;
        let (places, policy, matcher) = register.cut(recorded.cut)?;
        let mut versions = Vec::new();
        for list in self.store.lists()? {
            if let Some(seq) = places.get(&list.key) {
                let all = self.store.versions(&list)?;
                versions.extend(
                    all.into_iter()
                        .find(|v| v.seq == Some(*seq))
                        .map(|v| (list, v)),
                );
            }
        }
        let cut = self.load(versions, &self.policy_of_hash(&policy)?)?;
        let now = cut.screener.screen(&form::decode_subject(&version.body)?);
        let answer = form::encode_answer(now.hits.iter().map(|hit| {
            (
                hit.party.list.as_str(),
                hit.party.entity.id.as_str(),
                &hit.found,
            )
        }))?;
        let (before, after) = (
            form::decode_answer(&recorded.answer)?,
            form::decode_answer(&answer)?,
        );
        let differs: BTreeSet<(String, String)> = before
            .iter()
            .filter(|hit| !after.contains(hit))
            .chain(after.iter().filter(|hit| !before.contains(hit)))
            .map(|(list, entry, _)| (list.clone(), entry.clone()))
            .collect();
        Ok(Replay {
            equal: answer == recorded.answer,
            answer,
            subject,
            matcher: (matcher, matcher_build().to_string()),
            differs: differs.into_iter().collect(),
            recorded,
        })
    }

    /// The policy of a hash, among those the register ever had.
    fn policy_of_hash(&self, hash: &str) -> Result<RegisterPolicy, AppError> {
        let is_it = |policy: &RegisterPolicy| policy.hash().to_string() == hash;
        let default = RegisterPolicy::default();
        if is_it(&default) {
            return Ok(default);
        }
        for row in self.store.register().policies()? {
            let policy = RegisterPolicy::of_row(&row)?;
            if is_it(&policy) {
                return Ok(policy);
            }
        }
        Err(AppError::NotFound(format!(
            "policy {hash} is not one that this register had"
        )))
    }
}

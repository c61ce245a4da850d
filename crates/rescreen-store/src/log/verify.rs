//! Whether the log in the store is the one that was written.

use rescreen_audit::{Commitment, Fault, Frontier, Hash, Salt, Verifier};
use rusqlite::params;

use super::{
    Log, LogRow,
    append::{bound_root, bound_text},
};
use crate::{Store, StoreError, SubjectKey};

/// What in the store is not as it was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogDamage {
    /// An entry.
    #[error(transparent)]
    Entry(#[from] Fault),
    /// What lies beside an entry.
    #[error("entry {index}: {what}")]
    Beside {
        /// The entry.
        index: u64,
        /// What is wrong.
        what: String,
    },
    /// What is kept of the tree.
    #[error("the end of the log is not that of its entries")]
    End,
    /// A checkpoint that was signed.
    #[error("the first {size} entries are not those that were signed")]
    Signed {
        /// How many entries it vouches for.
        size: u64,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Reads the whole log as it lies in the store and compares it with itself: the chain, the tree, the data that lie
    /// beside it, and the versions of subjects that it binds. Gives how many entries it has. What somebody changed who
    /// could change all of it is found only with a checkpoint that was kept elsewhere.
    ///
    /// # Errors
    /// The first thing that is not as it was written.
    pub fn verify_log(&self) -> Result<u64, LogDamage> {
        // One view of all of it, however the log grows meanwhile.
        let _view = self
            .connection()
            .unchecked_transaction()
            .map_err(StoreError::from)?;
        let log = self.log();
        let (size, root) = log.end()?;
        let mut verifier = Verifier::new(&[]);
        let mut frontier = Frontier::default();
        log.each(0..u64::MAX >> 1, None, |row: LogRow| {
            verifier.push(Ok(row.record()))?;
            frontier.push(row.hash);
            if frontier.size().is_multiple_of(1 << super::KEPT_FROM)
                && log.root_of(frontier.size())? != frontier.root()
            {
                return Err(LogDamage::End);
            }
            beside(log, &row)
        })?;
        verifier.finish()?;
        if (frontier.size(), frontier.root()) == (size, root) {
            Ok(size)
        } else {
            Err(LogDamage::End)
        }
    }
}

/// Checks what lies beside an entry.
fn beside(log: Log<'_>, row: &LogRow) -> Result<(), LogDamage> {
    let damage = |what: &str| LogDamage::Beside {
        index: row.index,
        what: what.to_owned(),
    };
    match (&row.data, &row.commitment) {
        (Some((salt, body)), Some(commitment)) if commitment.opens(salt, body.as_bytes()) => {}
        // Erased, or never there.
        (None, _) => {}
        _ => return Err(damage("its data are not those it binds")),
    }
    if row.kind != "subjects-registered" {
        return Ok(());
    }
    let stated: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let bound = log.bound(row.index)?;
    let root = bound_root(bound.iter().map(|b| b.commitment)).to_string();
    if stated.get("root").and_then(serde_json::Value::as_str) != Some(&root) {
        return Err(damage("the subjects are not those it binds"));
    }
    for version in bound {
        let subject = version.subject.0;
        if version.text.is_some_and(|(salt, text)| {
            !Commitment::opens(&version.commitment, &salt, text.as_bytes())
        }) {
            return Err(damage(&format!(
                "version {} of subject {subject} is not the one it binds",
                version.version
            )));
        }
    }
    Ok(())
}

/// A version of a subject that an entry binds, as it lies in the store.
pub(crate) struct Kept {
    pub(crate) subject: SubjectKey,
    pub(crate) version: i64,
    pub(crate) commitment: Commitment,
    /// Nothing where it was erased.
    pub(crate) text: Option<(Salt, String)>,
}

impl Log<'_> {
    /// The versions of subjects that an entry binds, in the order in which it does.
    pub(crate) fn bound(self, entry: u64) -> Result<Vec<Kept>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT v.subject, v.version, v.commitment, v.salt, v.body,
                    (SELECT s.answer FROM screening s WHERE s.subject = v.subject AND s.version = v.version ORDER BY s.key LIMIT 1)
             FROM subject_version v WHERE v.entry = ?1 ORDER BY v.subject, v.version",
        )?;
        let mut rows = statement.query(params![entry as i64])?;
        let mut bound = Vec::new();
        while let Some(row) = rows.next()? {
            let (subject, version) = (SubjectKey(row.get(0)?), row.get(1)?);
            let salt: Option<[u8; 32]> = row.get(3)?;
            let answer: Option<String> = row.get(5)?;
            let body: Vec<u8> = row.get(4)?;
            bound.push(Kept {
                subject,
                version,
                commitment: Commitment(Hash(row.get(2)?)),
                text: salt.map(|salt| {
                    let answer = answer.unwrap_or_default();
                    (Salt(salt), bound_text(subject, version, &body, &answer))
                }),
            });
        }
        Ok(bound)
    }
}

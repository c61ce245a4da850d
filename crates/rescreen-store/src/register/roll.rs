//! The roll: the subjects in force, counted and hashed, kept up to date with every change of them. So a sweep can say over
//! whom it went without reading everybody.

use rayon::prelude::*;
use rescreen_model::{ContentHash, SetHash};
use rusqlite::{OptionalExtension, params};

use super::{Register, SubjectKey};
use crate::{StoreError, Writer, read};

/// The subjects in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roll {
    /// How many there are.
    pub subjects: u64,
    members: SetHash,
}

impl Roll {
    /// The roll of these subjects, with the content of their versions.
    pub fn of(subjects: &[(SubjectKey, ContentHash)]) -> Self {
        const TOGETHER: usize = 256;
        let members = subjects
            .par_chunks(TOGETHER)
            .map(|some| {
                let mut set = SetHash::new();
                for (key, hash) in some {
                    let mut member = [0; 40];
                    member[..8].copy_from_slice(&key.0.to_le_bytes());
                    member[8..].copy_from_slice(hash.as_bytes());
                    set.insert(&member);
                }
                set
            })
            .reduce(SetHash::new, |mut all, some| {
                all.insert_all(&some);
                all
            });
        Self {
            subjects: subjects.len() as u64,
            members,
        }
    }

    /// Both rolls as one; nobody is on both.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.subjects += other.subjects;
        self.members.insert_all(&other.members);
        self
    }

    /// The roll without those on another one.
    #[must_use]
    fn without(mut self, other: &Self) -> Self {
        self.subjects = self.subjects.saturating_sub(other.subjects);
        self.members.remove_all(&other.members);
        self
    }

    /// Everybody on it and what they say, in one hash.
    pub fn digest(&self) -> ContentHash {
        self.members.digest()
    }
}

/// Who came onto the roll and who left it in a transaction.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    entered: Vec<(SubjectKey, ContentHash)>,
    left: Vec<(SubjectKey, ContentHash)>,
}

impl Moves {
    pub(crate) fn enter(&mut self, key: SubjectKey, hash: ContentHash) {
        self.entered.push((key, hash));
    }
}

impl Register<'_> {
    /// The roll as it is kept; `None` where it was never counted.
    fn kept_roll(self) -> Result<Option<Roll>, StoreError> {
        let kept: Option<(i64, Vec<u8>)> = self
            .connection()
            .query_row("SELECT subjects, members FROM roll", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        Ok(kept.and_then(|(subjects, members)| {
            Some(Roll {
                subjects: u64::try_from(subjects).ok()?,
                members: SetHash::from_bytes(&members)?,
            })
        }))
    }

    /// The roll as the subjects themselves say it.
    fn counted_roll(self) -> Result<Roll, StoreError> {
        const TOGETHER: usize = 1 << 16;
        let mut statement = self.connection().prepare_cached(
            "SELECT s.key, v.hash FROM subject s
             JOIN subject_version v ON v.subject = s.key AND v.version = s.version
             WHERE s.retired IS NULL AND s.erased IS NULL",
        )?;
        let mut rows = statement.query([])?;
        let (mut roll, mut some) = (Roll::default(), Vec::new());
        while let Some(row) = rows.next()? {
            some.push((SubjectKey(row.get(0)?), read::hash(row.get(1)?)?));
            if some.len() == TOGETHER {
                roll = roll.with(&Roll::of(&some));
                some.clear();
            }
        }
        Ok(roll.with(&Roll::of(&some)))
    }
}

impl Writer<'_> {
    /// The roll, with all that this transaction changed.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn roll(&self) -> Result<Roll, StoreError> {
        self.bring_the_roll_up_to_date()?;
        let kept = self.register().kept_roll()?;
        kept.ok_or_else(|| StoreError::Damaged {
            detail: "there is no roll of the subjects".to_owned(),
        })
    }

    /// Replaces the roll by one that was counted.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn put_roll(&self, roll: &Roll) -> Result<(), StoreError> {
        self.moves.take();
        self.connection()
            .prepare_cached(
                "INSERT INTO roll (one, subjects, members) VALUES (1, ?1, ?2)
                 ON CONFLICT (one) DO UPDATE SET subjects = excluded.subjects, members = excluded.members",
            )?
            .execute(params![roll.subjects as i64, roll.members.to_bytes()])?;
        Ok(())
    }

    pub(crate) fn bring_the_roll_up_to_date(&self) -> Result<(), StoreError> {
        let moves = self.moves.take();
        let register = self.register();
        let roll = match register.kept_roll()? {
            Some(_) if moves.entered.is_empty() && moves.left.is_empty() => return Ok(()),
            // Who left may have entered in the same transaction.
            Some(kept) => kept
                .with(&Roll::of(&moves.entered))
                .without(&Roll::of(&moves.left)),
            None => register.counted_roll()?,
        };
        self.put_roll(&roll)
    }

    /// Takes a subject off the roll as it is before it changes; nothing, where it is not on it.
    pub(super) fn leave_the_roll(&self, key: SubjectKey) -> Result<(), StoreError> {
        for row in self.register().subjects_among(&[key])? {
            self.moves.borrow_mut().left.push((key, row.hash));
        }
        Ok(())
    }
}

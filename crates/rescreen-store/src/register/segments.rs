//! Which segments there are, and what they do not know yet.

use rusqlite::{params, params_from_iter};

use super::{Register, SubjectKey};
use crate::{SegmentFolder, StoreError, Writer};

/// A segment: of the subjects from one number to another it has all that were in force when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentRange {
    /// The first number.
    pub first: SubjectKey,
    /// The last number.
    pub last: SubjectKey,
    /// How many subjects are in it.
    pub subjects: u64,
    /// The name of its file.
    pub file: String,
}

impl Register<'_> {
    /// The segments by number; their ranges have no number in common.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn segments(self) -> Result<Vec<SegmentRange>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT first, last, subjects, file FROM segment ORDER BY first")?;
        let rows = statement.query_map([], |row| {
            Ok(SegmentRange {
                first: SubjectKey(row.get(0)?),
                last: SubjectKey(row.get(1)?),
                subjects: u64::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
                file: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The subjects that may say something else than their segment has of them.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn outdated(self) -> Result<Vec<SubjectKey>, StoreError> {
        self.keys("SELECT subject FROM segment_outdated ORDER BY subject", &[])
    }

    /// The subjects of a range of numbers that are to be screened.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn in_force_between(
        self,
        first: SubjectKey,
        last: SubjectKey,
    ) -> Result<Vec<SubjectKey>, StoreError> {
        self.keys(
            "SELECT key FROM subject WHERE key BETWEEN ?1 AND ?2 AND retired IS NULL AND erased IS NULL ORDER BY key",
            &[first.0, last.0],
        )
    }

    /// The subjects of a range of numbers whose data were erased.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn erased_between(
        self,
        first: SubjectKey,
        last: SubjectKey,
    ) -> Result<Vec<SubjectKey>, StoreError> {
        self.keys(
            "SELECT key FROM subject WHERE key BETWEEN ?1 AND ?2 AND erased IS NOT NULL ORDER BY key",
            &[first.0, last.0],
        )
    }

    fn keys(self, sql: &str, bounds: &[i64]) -> Result<Vec<SubjectKey>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql)?;
        let rows =
            statement.query_map(params_from_iter(bounds), |row| Ok(SubjectKey(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// The folder of segments; `None` where the store has no home.
    pub fn segments(&self) -> Option<&SegmentFolder> {
        self.segments
    }

    /// Says that a segment's file is there. It takes the place of every other of its range, whose files go when this
    /// transaction is committed.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn put_segment(&self, segment: &SegmentRange) -> Result<(), StoreError> {
        for other in self.register().segments()? {
            if other.first <= segment.last && segment.first <= other.last {
                self.drop_segment(&other)?;
            }
        }
        self.superseded.borrow_mut().retain(|f| *f != segment.file);
        self.connection()
            .prepare_cached(
                "INSERT INTO segment (first, last, subjects, file) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                segment.first.0,
                segment.last.0,
                segment.subjects as i64,
                segment.file
            ])?;
        Ok(())
    }

    /// Says that a segment is of no use; its file goes when this transaction is committed.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn drop_segment(&self, segment: &SegmentRange) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM segment WHERE first = ?1")?
            .execute(params![segment.first.0])?;
        self.superseded.borrow_mut().push(segment.file.clone());
        Ok(())
    }

    /// Says that a subject's segment, if it has one, may not have it as it is.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn outdate(&self, key: SubjectKey) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO segment_outdated (subject) VALUES (?1) ON CONFLICT DO NOTHING",
            )?
            .execute(params![key.0])?;
        Ok(())
    }

    /// Says that the segments of a range have everybody as they are.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn none_outdated(&self, first: SubjectKey, last: SubjectKey) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM segment_outdated WHERE subject BETWEEN ?1 AND ?2")?
            .execute(params![first.0, last.0])?;
        Ok(())
    }
}

//! The segments of the register: made, mended, and sifted.
//!
//! They are derived from the store and decide nothing, so whatever is wrong with them costs time and never a subject: what
//! no good segment has is read from the store. Everything here happens within the writing transaction, so no two processes
//! touch the files at once.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rescreen_screen::{Screener, Segment, SegmentBuilder, SegmentRow, merge, readings};
use rescreen_store::{
    SegmentFolder, SegmentRange, StoreError, SubjectKey, SubjectRow, Writer, form,
};

use crate::AppError;

/// Subjects that are read and prepared together.
const CHUNK: usize = 8_192;

/// The segments, as a writing transaction sees them.
pub(super) struct Segments<'a> {
    writer: &'a Writer<'a>,
    folder: &'a SegmentFolder,
    /// What the operator should know.
    notes: Vec<String>,
}

impl<'a> Segments<'a> {
    /// `None` where the store has no home to keep them in.
    pub(super) fn of(writer: &'a Writer<'a>) -> Option<Self> {
        Some(Self {
            writer,
            folder: writer.segments()?,
            notes: Vec::new(),
        })
    }

    /// Whether so many subjects are worth a segment.
    pub(super) fn is_worth(&self, subjects: usize) -> bool {
        subjects >= self.folder.worth()
    }

    /// What was mended, and what could not be kept.
    pub(super) fn into_notes(self) -> Vec<String> {
        self.notes
    }

    /// The subjects who may have a hit, in force or not: nobody else has one.
    pub(super) fn sift(&mut self, screener: &Screener) -> Result<BTreeSet<SubjectKey>, AppError> {
        let mut left = BTreeSet::new();
        let beyond = self.go_through(&mut |segment| {
            left.extend(screener.sift(segment).into_iter().map(subject));
        })?;
        left.extend(beyond);
        Ok(left)
    }

    /// Mends what is damaged and makes what is missing.
    pub(super) fn tend(&mut self) -> Result<(), AppError> {
        self.go_through(&mut |_| {}).map(drop)
    }

    /// The same where so many subjects changed that sweeps would notice.
    pub(super) fn tend_if_many_changed(&mut self) -> Result<(), AppError> {
        let register = self.writer.register();
        if self.are_many_outdated(&register.segments()?, &register.outdated()?) {
            self.tend()?;
        }
        Ok(())
    }

    fn are_many_outdated(&self, ranges: &[SegmentRange], outdated: &[SubjectKey]) -> bool {
        let in_segments = outdated
            .iter()
            .filter(|key| ranges.iter().any(|range| has(range, **key)));
        in_segments.count() >= self.folder.worth()
    }

    /// Shows every segment, mended where need be, and returns the subjects that none of them has as they are.
    fn go_through(&mut self, show: &mut dyn FnMut(&Segment)) -> Result<Vec<SubjectKey>, AppError> {
        self.remove_strays();
        let register = self.writer.register();
        let ranges = register.segments()?;
        let outdated = register.outdated()?;
        let fold = self.are_many_outdated(&ranges, &outdated);
        let mut beyond = Vec::new();
        let mut next = SubjectKey(1);
        for range in &ranges {
            self.gap(next, before(range.first), show, &mut beyond)?;
            next = after(range.last);
            let of_it: Vec<SubjectKey> = outdated
                .iter()
                .copied()
                .filter(|key| has(range, *key))
                .collect();
            match self.open(range) {
                Ok(segment) if fold && !of_it.is_empty() => {
                    let segment = self.renewed(&segment, &of_it)?;
                    if self.keep(range.first, range.last, &segment)? {
                        self.writer.none_outdated(range.first, range.last)?;
                    }
                    show(&segment);
                }
                Ok(segment) => {
                    show(&segment);
                    beyond.extend(of_it);
                }
                Err(why) => {
                    self.notes.push(format!(
                        "the segment of subjects {} to {} was made anew from the store: {why}",
                        range.first.0, range.last.0
                    ));
                    self.writer.drop_segment(range)?;
                    self.make(range.first, range.last, show)?;
                }
            }
        }
        self.gap(next, register.last_subject()?, show, &mut beyond)?;
        self.compact()?;
        Ok(beyond)
    }

    /// Subjects of a range that no segment has: a new segment where there are enough of them.
    fn gap(
        &mut self,
        first: SubjectKey,
        last: SubjectKey,
        show: &mut dyn FnMut(&Segment),
        beyond: &mut Vec<SubjectKey>,
    ) -> Result<(), AppError> {
        if first > last {
            return Ok(());
        }
        let keys = self.writer.register().in_force_between(first, last)?;
        if keys.len() >= self.folder.worth() {
            return self.make(first, last, show);
        }
        beyond.extend(keys);
        Ok(())
    }

    /// Makes the segments of a range from the store.
    fn make(
        &mut self,
        first: SubjectKey,
        last: SubjectKey,
        show: &mut dyn FnMut(&Segment),
    ) -> Result<(), AppError> {
        let register = self.writer.register();
        let (mut from, mut done) = (first, before(first));
        let mut builder = SegmentBuilder::new();
        while done < last {
            let mut chunk = register.subjects_after(done, CHUNK)?;
            chunk.retain(|row| row.key <= last);
            done = match chunk.last() {
                Some(row) if chunk.len() == CHUNK => row.key,
                _ => last,
            };
            push(&mut builder, &chunk)?;
            if done == last || builder.is_full() {
                let segment = std::mem::take(&mut builder).finish();
                builder = SegmentBuilder::new();
                if self.keep(from, done, &segment)? {
                    self.writer.none_outdated(from, done)?;
                }
                show(&segment);
                from = after(done);
            }
        }
        Ok(())
    }

    /// A segment with some of its subjects as they are now.
    fn renewed(&self, segment: &Segment, outdated: &[SubjectKey]) -> Result<Segment, AppError> {
        let mut builder = SegmentBuilder::new();
        let mut gone: BTreeSet<u64> = outdated.iter().map(|key| number(*key)).collect();
        for keys in outdated.chunks(CHUNK) {
            let rows = self.writer.register().subjects_among(keys)?;
            push(&mut builder, &rows)?;
            for row in &rows {
                gone.remove(&number(row.key));
            }
        }
        Ok(merge(&[segment, &builder.finish()], &gone))
    }

    /// Takes in a segment that was built while its subjects were registered, each as it was then.
    pub(super) fn take_in(&mut self, segment: Segment) -> Result<(), AppError> {
        let mut numbers = segment.numbers();
        let Some(first) = numbers.next() else {
            return Ok(());
        };
        let last = subject(numbers.last().unwrap_or(first));
        let first = subject(first);
        self.remove_strays();
        let register = self.writer.register();
        let mut others = register.segments()?.into_iter();
        if others.any(|range| range.first <= last && first <= range.last) {
            // Somebody else made one meanwhile, from what the store says.
            return Ok(());
        }
        // Whoever changed since is noted already; who was registered beside, or erased since, is not.
        for key in register.in_force_between(first, last)? {
            if !segment.contains(number(key)) {
                self.writer.outdate(key)?;
            }
        }
        let erased: BTreeSet<u64> = register
            .erased_between(first, last)?
            .into_iter()
            .map(number)
            .filter(|number| segment.contains(*number))
            .collect();
        let segment = if erased.is_empty() {
            segment
        } else {
            merge(&[&segment], &erased)
        };
        self.keep(first, last, &segment)?;
        self.compact()
    }

    /// Leaves nothing of these subjects in any file. What cannot be removed fails the whole.
    fn scrub(&mut self, keys: &BTreeSet<SubjectKey>) -> Result<(), AppError> {
        let stays = |source: std::io::Error| {
            AppError::from(StoreError::Segments {
                path: self.folder.path().to_owned(),
                source,
            })
        };
        let ranges = self.writer.register().segments()?;
        self.folder
            .keep_only(|file| ranges.iter().any(|range| range.file == file))
            .map_err(stays)?;
        for range in &ranges {
            let of_it: BTreeSet<u64> = keys
                .range(range.first..=range.last)
                .map(|key| number(*key))
                .collect();
            if of_it.is_empty() {
                continue;
            }
            match self.open(range) {
                Ok(segment) if !of_it.iter().any(|key| segment.contains(*key)) => {}
                Ok(segment) => {
                    let rest = merge(&[&segment], &of_it);
                    if !self.keep(range.first, range.last, &rest)? {
                        self.writer.drop_segment(range)?;
                    }
                    // Before the erasure is acknowledged: should it fail after all, a segment is missing and is made anew.
                    self.folder.remove(&range.file).map_err(stays)?;
                }
                Err(_) => {
                    self.writer.drop_segment(range)?;
                    self.folder.remove(&range.file).map_err(stays)?;
                }
            }
        }
        for key in keys {
            self.writer.none_outdated(*key, *key)?;
        }
        Ok(())
    }

    /// Puts small neighbours together, so that there are few segments however the subjects came in.
    fn compact(&mut self) -> Result<(), AppError> {
        loop {
            let ranges = self.writer.register().segments()?;
            let fits = |pair: &&[SegmentRange]| {
                let (a, b) = (&pair[0], &pair[1]);
                after(a.last) == b.first
                    && a.subjects < 2 * b.subjects
                    && a.subjects + b.subjects <= SegmentBuilder::MAX_ROWS as u64
            };
            let Some([a, b]) = ranges.windows(2).rfind(fits) else {
                return Ok(());
            };
            let (Ok(old), Ok(new)) = (self.open(a), self.open(b)) else {
                // The next sweep mends it.
                return Ok(());
            };
            if !self.keep(a.first, b.last, &merge(&[&old, &new], &BTreeSet::new()))? {
                return Ok(());
            }
        }
    }

    /// Opens a segment, or says in words why it is of no use.
    fn open(&self, range: &SegmentRange) -> Result<Segment, String> {
        let bytes = self.folder.read(&range.file).map_err(|e| {
            if e.kind() == std::io::ErrorKind::NotFound {
                "its file is missing".to_owned()
            } else {
                format!("its file cannot be read ({e})")
            }
        })?;
        let segment = Segment::open(bytes).map_err(|e| e.to_string())?;
        if file_of(range.first, range.last, &segment) == range.file {
            Ok(segment)
        } else {
            Err("its file is that of another segment".to_owned())
        }
    }

    /// Keeps a segment; `false` where it cannot be, and then nothing changes.
    fn keep(
        &mut self,
        first: SubjectKey,
        last: SubjectKey,
        segment: &Segment,
    ) -> Result<bool, AppError> {
        let file = file_of(first, last, segment);
        if let Err(error) = self.folder.write(&file, segment.bytes()) {
            self.notes.push(format!(
                "the segment of subjects {} to {} could not be kept in {}: {error}; sweeps take longer until it can",
                first.0,
                last.0,
                self.folder.path().display()
            ));
            return Ok(false);
        }
        self.writer.put_segment(&SegmentRange {
            first,
            last,
            subjects: segment.rows() as u64,
            file,
        })?;
        Ok(true)
    }

    /// Removes files of transactions that were never committed.
    fn remove_strays(&mut self) {
        let Ok(ranges) = self.writer.register().segments() else {
            return;
        };
        let kept = self
            .folder
            .keep_only(|file| ranges.iter().any(|range| range.file == file));
        if let Err(error) = kept {
            self.notes.push(format!(
                "files that are of no use stay in {}: {error}",
                self.folder.path().display()
            ));
        }
    }
}

/// Leaves nothing of subjects that are erased in the segments.
pub(crate) fn scrub(writer: &Writer<'_>, keys: &BTreeSet<SubjectKey>) -> Result<(), AppError> {
    match Segments::of(writer) {
        Some(mut segments) => segments.scrub(keys),
        None => Ok(()),
    }
}

/// Adds subjects to a segment that is being made.
fn push(builder: &mut SegmentBuilder, subjects: &[SubjectRow]) -> Result<(), AppError> {
    let rows = subjects
        .par_iter()
        .map(|row| {
            let said = form::decode_subject(&row.body)?;
            Ok(SegmentRow::of(number(row.key), &readings(&said)))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    for row in rows {
        builder.push(row);
    }
    Ok(())
}

/// Whether a number is in the range of a segment.
fn has(range: &SegmentRange, key: SubjectKey) -> bool {
    (range.first..=range.last).contains(&key)
}

/// The name of a segment's file: whose it is, and what must be in it.
fn file_of(first: SubjectKey, last: SubjectKey, segment: &Segment) -> String {
    format!("{}-{}-{}", first.0, last.0, segment.checksum().short())
}

/// Subjects are numbered from 1.
pub(super) fn number(key: SubjectKey) -> u64 {
    key.0.unsigned_abs()
}

fn subject(number: u64) -> SubjectKey {
    SubjectKey(number.cast_signed())
}

fn before(key: SubjectKey) -> SubjectKey {
    SubjectKey(key.0 - 1)
}

fn after(key: SubjectKey) -> SubjectKey {
    SubjectKey(key.0 + 1)
}

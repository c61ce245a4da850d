//! Sweeps: the whole register past what changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::resume_unwind,
    thread,
};

use jiff::Timestamp;
use rayon::prelude::*;
use rescreen_match::matcher_build;
use rescreen_model::{ContentHash, Delta, EntityId, ListName, VersionId};
use rescreen_screen::{Hit, Party, Screener};
use rescreen_store::{
    Cause, CutKey, LegRow, ListRow, Roll, StoreError, SubjectKey, SubjectRow, SweepRow, Writer,
    form,
};

use super::{
    basis::{self, Basis},
    segments::Segments,
    settle::{Settler, Tally, Touched, Why},
};
use crate::{
    App, AppError,
    desk::{Which, recheck},
};

/// Subjects that are read and screened together.
const CHUNK: usize = 8_192;

/// How often a full sweep starts again because a list or the policy changed meanwhile.
const ATTEMPTS: usize = 5;

/// What a sweep did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepReport {
    /// How many subjects were screened.
    pub subjects: u64,
    /// Alerts that are new.
    pub alerts_new: u64,
    /// Alerts whose evidence changed.
    pub alerts_changed: u64,
    /// Alerts that were withdrawn and are supported again.
    pub alerts_returned: u64,
    /// Alerts that nothing supports any more.
    pub alerts_withdrawn: u64,
    /// Decisions that no longer hold, so that people are asked again.
    pub alerts_reopened: u64,
    /// A hash over the subjects that were screened and what they say, whatever their order.
    pub digest: ContentHash,
    /// What was mended on the way, and what could not be.
    pub notes: Vec<String>,
    /// How long it took, milliseconds; whoever has a clock fills it in.
    pub ms: u64,
}

/// Legs by subject.
type Legs = BTreeMap<SubjectKey, Vec<LegRow>>;

/// A pass of the register: what it is screened against, and how it goes into the ledger.
pub(super) struct Pass<'a> {
    pub(super) writer: &'a Writer<'a>,
    pub(super) screener: &'a Screener,
    pub(super) keys: &'a BTreeMap<ListName, i64>,
    /// The legs in the scope of the pass.
    pub(super) legs: Legs,
    pub(super) step: Option<(i64, i64)>,
    pub(super) cut: CutKey,
    pub(super) at: Timestamp,
    pub(super) why: Why<'a>,
}

impl<'a> Pass<'a> {
    /// Screens everybody from nothing and settles every alert. On the way the roll is counted anew.
    pub(super) fn over_everybody(
        mut self,
        seen: &mut dyn FnMut(u64),
    ) -> Result<(SweepReport, Touched), AppError> {
        let register = self.writer.register();
        let mut settler = self.settler();
        let (mut last, mut roll) = (SubjectKey(0), Roll::default());
        let mut chunk = register.subjects_after(last, CHUNK)?;
        while let Some(end) = chunk.last() {
            last = end.key;
            let screener = self.screener;
            // While these are screened, the next are read.
            let (found, next) = thread::scope(|scope| {
                let screening = scope.spawn(|| {
                    let members: Vec<_> = chunk.iter().map(|row| (row.key, row.hash)).collect();
                    (screen(screener, &chunk), Roll::of(&members))
                });
                let next = register.subjects_after(last, CHUNK);
                (screening.join(), next)
            });
            let (found, members) = found.unwrap_or_else(|panic| resume_unwind(panic));
            self.settle(&mut settler, &chunk, found?)?;
            roll = roll.with(&members);
            seen(roll.subjects);
            chunk = next?;
        }
        let mut notes = Vec::new();
        if self.writer.roll()? != roll {
            notes.push(
                "the roll of the subjects did not agree with them: it was counted anew".to_owned(),
            );
            self.writer.put_roll(&roll)?;
        }
        self.finish(settler, &roll, notes)
    }

    /// Screens those who may have a hit and those who have alerts in the scope: for all others nothing can change.
    pub(super) fn over_segments(mut self) -> Result<(SweepReport, Touched), AppError> {
        let Some(mut segments) = Segments::of(self.writer) else {
            return self.over_everybody(&mut |_| {});
        };
        let mut left = segments.sift(self.screener)?;
        left.extend(self.legs.keys());
        let left: Vec<SubjectKey> = left.into_iter().collect();
        let mut settler = self.settler();
        for keys in left.chunks(CHUNK) {
            let rows = self.writer.register().subjects_among(keys)?;
            let found = screen(self.screener, &rows)?;
            self.settle(&mut settler, &rows, found)?;
        }
        let roll = self.writer.roll()?;
        self.finish(settler, &roll, segments.into_notes())
    }

    fn settler(&self) -> Settler<'a> {
        Settler {
            writer: self.writer,
            keys: self.keys,
            at: self.at,
            why: self.why,
            tally: Tally::default(),
            touched: Touched::default(),
        }
    }

    fn settle(
        &mut self,
        settler: &mut Settler<'_>,
        rows: &[SubjectRow],
        found: Vec<Vec<Hit>>,
    ) -> Result<(), AppError> {
        for (row, hits) in rows.iter().zip(found) {
            let existing = self.legs.remove(&row.key).unwrap_or_default();
            if !hits.is_empty() || !existing.is_empty() {
                settler.settle(row.key, row.version, &hits, &existing)?;
            }
        }
        Ok(())
    }

    /// Writes the row of the ledger.
    fn finish(
        &self,
        settler: Settler<'_>,
        roll: &Roll,
        notes: Vec<String>,
    ) -> Result<(SweepReport, Touched), AppError> {
        let tally = settler.tally;
        let report = SweepReport {
            subjects: roll.subjects,
            alerts_new: tally.raised,
            alerts_changed: tally.changed,
            alerts_returned: tally.returned,
            alerts_withdrawn: tally.withdrawn,
            alerts_reopened: tally.reopened,
            digest: roll.digest(),
            notes,
            ms: 0,
        };
        self.writer.put_sweep(&SweepRow {
            at: self.at,
            step: self.step,
            cut: self.cut,
            last: self.writer.register().last_subject()?,
            subjects: report.subjects,
            raised: tally.raised,
            changed: tally.changed + tally.returned,
            withdrawn: tally.withdrawn,
            digest: report.digest,
        })?;
        Ok((report, settler.touched))
    }
}

/// Screens the subjects on all cores.
fn screen(screener: &Screener, rows: &[SubjectRow]) -> Result<Vec<Vec<Hit>>, StoreError> {
    rows.par_iter()
        .map(|row| Ok(screener.screen(&form::decode_subject(&row.body)?).hits))
        .collect()
}

/// Sweeps the register against a version that has just come into force, in the transaction that put it there.
pub(crate) fn after_update(
    writer: &Writer<'_>,
    list: &ListRow,
    version: &VersionId,
    delta: &Delta,
    now: Timestamp,
) -> Result<SweepReport, AppError> {
    let policy = basis::policy_in_force(writer.register(), Timestamp::MAX)?;
    let places = basis::places(writer)?;
    let cut = writer.cut_key(&places, policy.hash(), matcher_build())?;
    let changed = delta.changed.iter().map(|c| &c.id);
    let parties = writer
        .parties_in_force(list.key, delta.added.iter().chain(changed.clone()))?
        .into_iter()
        .filter(|party| {
            party.schema.spec().matchable
                && policy.scope.has_list(&list.name)
                && policy.scope.has_entry(party)
        })
        .map(|party| Party {
            list: list.name.clone(),
            entity: party.into(),
        })
        .collect();
    let screener = Screener::new(parties, policy.matching);
    let touched: BTreeSet<&str> = delta
        .added
        .iter()
        .chain(&delta.removed)
        .chain(changed)
        .map(EntityId::as_str)
        .collect();
    let mut legs = Legs::new();
    for leg in writer.register().legs_of_list(list.key)? {
        if touched.contains(leg.entry.as_str()) {
            legs.entry(leg.subject).or_default().push(leg);
        }
    }
    let why = |_: &str, entry: &str| Cause {
        list: Some(list.name.to_string()),
        version: Some(version.to_string()),
        change: change_of(delta, entry),
    };
    let at = writer.not_before_the_log(now)?;
    let (mut report, _) = Pass {
        writer,
        screener: &screener,
        keys: &BTreeMap::from([(list.name.clone(), list.key)]),
        legs,
        step: places.get(&list.key).map(|seq| (list.key, *seq)),
        cut,
        at,
        why: &why,
    }
    .over_segments()?;
    report.alerts_reopened += recheck(writer, Which::Ending, &over(), at)?;
    Ok(report)
}

/// The cause of what no change of anything brought about.
pub(crate) fn over() -> Cause {
    Cause {
        change: "time".to_owned(),
        ..Cause::default()
    }
}

/// What a delta did to an entry, in words.
fn change_of(delta: &Delta, entry: &str) -> String {
    let has = |ids: &[EntityId]| ids.iter().any(|id| id.as_str() == entry);
    if has(&delta.added) {
        return "added".to_owned();
    }
    if has(&delta.removed) {
        return "removed".to_owned();
    }
    match delta.changed.iter().find(|c| c.id.as_str() == entry) {
        Some(change) => format!("changed: {}", change.fields.join(", ")),
        None => "unchanged".to_owned(),
    }
}

impl App {
    /// Screens everybody from nothing against everything in force. `seen` is told how many are done.
    ///
    /// # Errors
    /// [`AppError`] where there is no list or the store fails; then nothing was changed.
    pub fn sweep_full(
        &mut self,
        now: Timestamp,
        seen: &mut dyn FnMut(u64),
    ) -> Result<SweepReport, AppError> {
        for _ in 0..ATTEMPTS {
            let basis = self.basis(&self.register_policy()?.0)?;
            let writer = self.store.write()?;
            if basis.is_current(&writer)? {
                let (report, _) = everybody(&writer, &basis, now, "full sweep", seen)?;
                writer.commit()?;
                return Ok(report);
            }
        }
        Err(AppError::Refused(
            "lists keep changing while the register is swept: try again".to_owned(),
        ))
    }

    /// Sweeps what is outstanding; `None` where nothing is. Clearances whose time is over are reopened in any case.
    ///
    /// # Errors
    /// Those of [`App::sweep_full`].
    pub fn sweep_outstanding(
        &mut self,
        now: Timestamp,
        seen: &mut dyn FnMut(u64),
    ) -> Result<Option<SweepReport>, AppError> {
        if self.coverage(Timestamp::MAX)?.laggards() == 0 {
            let writer = self.store.write()?;
            let at = writer.not_before_the_log(now)?;
            recheck(&writer, Which::Ending, &over(), at)?;
            writer.commit()?;
            return Ok(None);
        }
        self.sweep_full(now, seen).map(Some)
    }
}

impl App {
    /// Makes the segments that are missing, damaged or of another build, and says which and why.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn tend_segments(&mut self) -> Result<Vec<String>, AppError> {
        let writer = self.store.write()?;
        let Some(mut segments) = Segments::of(&writer) else {
            return Ok(Vec::new());
        };
        segments.tend()?;
        let notes = segments.into_notes();
        writer.commit()?;
        Ok(notes)
    }

    /// A delta says nothing about scores that a new matcher gives to entries that did not change: then everybody is
    /// screened first.
    pub(crate) fn sweep_if_the_matcher_is_new(&mut self, now: Timestamp) -> Result<(), AppError> {
        if basis::is_matcher_new(self.store.register())? {
            self.sweep_full(now, &mut |_| {})?;
        }
        Ok(())
    }
}

/// Screens everybody against a basis that the transaction knows to be in force.
pub(super) fn everybody(
    writer: &Writer<'_>,
    basis: &Basis,
    now: Timestamp,
    change: &str,
    seen: &mut dyn FnMut(u64),
) -> Result<(SweepReport, Touched), AppError> {
    let mut legs = Legs::new();
    for leg in writer.register().all_legs()? {
        legs.entry(leg.subject).or_default().push(leg);
    }
    let why = |list: &str, _: &str| basis.cause(list, change);
    let at = writer.not_before_the_log(now)?;
    let (mut report, touched) = Pass {
        writer,
        screener: &basis.cut.screener,
        keys: &basis.keys,
        legs,
        step: None,
        cut: basis.key(writer)?,
        at,
        why: &why,
    }
    .over_everybody(seen)?;
    let cause = Cause {
        change: change.to_owned(),
        ..Cause::default()
    };
    report.alerts_reopened += recheck(writer, Which::All, &cause, at)?;
    Ok((report, touched))
}

//! Subjects: taking them in, showing them, letting them go.

use std::{collections::BTreeSet, panic::resume_unwind, sync::Arc, thread};

use jiff::Timestamp;
use rayon::prelude::*;
use rescreen_model::{ContentHash, Entity, Entry};
use rescreen_screen::{Hit, SegmentBuilder, SegmentRow, readings};
use rescreen_store::{
    AlertRow, Cause, DEFAULT_TENANT, EventRow, LegRow, Said, ScreeningRow, SubjectKey, SubjectRow,
    SubjectVersion, Writer, form,
};

use super::{
    basis::Basis,
    segments::{Segments, number},
    settle::{Settler, Tally, Touched},
    then,
};
use crate::{App, AppError, desk};

/// A subject as it comes from its source. Its entity's id is its id there.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// What the source says about it.
    pub subject: Entity,
}

/// Taking subjects of one source in, chunk by chunk.
#[derive(Debug)]
pub struct Registration {
    source: String,
    basis: Arc<Basis>,
    /// Subjects that came.
    pub read: u64,
    /// Subjects that are new.
    pub registered: u64,
    /// Subjects that changed or came back.
    pub updated: u64,
    /// Subjects that are as they were.
    pub unchanged: u64,
    /// Subjects that left.
    pub retired: u64,
    /// Possible matches among those that are new or changed.
    pub matches: u64,
    /// Ids that came, to tell who did not.
    seen: BTreeSet<String>,
    /// The new ones as they are swept, as long as that is worth a segment.
    segment: SegmentBuilder,
    /// What the operator should know.
    pub notes: Vec<String>,
}

impl Registration {
    fn begun(source: &str, basis: Arc<Basis>) -> Self {
        Self {
            source: source.to_owned(),
            basis,
            read: 0,
            registered: 0,
            updated: 0,
            unchanged: 0,
            retired: 0,
            matches: 0,
            seen: BTreeSet::new(),
            segment: SegmentBuilder::new(),
            notes: Vec::new(),
        }
    }

    /// The next registration, perhaps of another source, without loading the lists again.
    ///
    /// # Errors
    /// [`AppError`] where the source has no name.
    pub fn next(self, source: &str) -> Result<Self, AppError> {
        Ok(Self::begun(source_name(source)?, self.basis))
    }

    /// The source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What this batch is called: its source and what it was screened against.
    pub fn id(&self) -> String {
        let lists: Vec<String> = self
            .basis
            .cut
            .lists
            .iter()
            .map(|l| format!("{} {}", l.name, l.version))
            .collect();
        let basis = format!(
            "{} {} {}",
            lists.join(" "),
            self.basis.cut.policy,
            self.basis.cut.matcher
        );
        format!(
            "{}-{}",
            self.source,
            ContentHash::of_bytes(basis.as_bytes()).short()
        )
    }
}

/// Everything held about a subject.
#[derive(Debug, Clone)]
pub struct SubjectReport {
    /// How it stands.
    pub row: SubjectRow,
    /// What it said, version by version.
    pub versions: Vec<SubjectVersion>,
    /// What was answered about it.
    pub screenings: Vec<ScreeningRow>,
    /// Its alerts with their legs.
    pub alerts: Vec<(AlertRow, Vec<LegRow>)>,
    /// What happened to it.
    pub events: Vec<EventRow>,
}

impl App {
    /// Begins taking in subjects of a source.
    ///
    /// # Errors
    /// [`AppError`] where there is no list to screen against or the source has no name.
    pub fn registration(&self, source: &str) -> Result<Registration, AppError> {
        let source = source_name(source)?;
        let basis = self.basis(&self.register_policy()?.0)?;
        Ok(Registration::begun(source, Arc::new(basis)))
    }

    /// Screens and registers some subjects: all of them or none. What is acknowledged is on disk.
    ///
    /// # Errors
    /// [`AppError`] where the store fails; then none of these was taken in.
    pub fn register(
        &mut self,
        registration: &mut Registration,
        incoming: Vec<Incoming>,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let anyhow = |_: &Writer<'_>| Ok(true);
        self.register_if(registration, incoming, &anyhow, now)
            .map(drop)
    }

    /// Does what [`App::register`] does, if in the transaction that would do it the condition holds; tells whether it
    /// did.
    pub(crate) fn register_if(
        &mut self,
        registration: &mut Registration,
        incoming: Vec<Incoming>,
        condition: &dyn Fn(&Writer<'_>) -> Result<bool, AppError>,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let batch = self.batch(registration, incoming)?;
        let batch = batch.screened(&registration.basis)?;
        self.take_in(registration, batch, condition, now)
    }

    /// Screens and registers subjects batch by batch until `next` gives none, each batch whole or not at all: while one is
    /// taken in, the next is screened. What was taken in is on disk when `next` is asked for the one after the next.
    ///
    /// # Errors
    /// What `next` gives, or [`AppError`] where the store fails; what was taken in until then stays.
    pub fn register_all<E: From<AppError>>(
        &mut self,
        registration: &mut Registration,
        next: &mut dyn FnMut() -> Result<Vec<Incoming>, E>,
        clock: &dyn Fn() -> Timestamp,
    ) -> Result<(), E> {
        let anyhow = |_: &Writer<'_>| Ok(true);
        let mut ready: Option<Screened> = None;
        loop {
            let incoming = match next() {
                Ok(incoming) => incoming,
                Err(error) => {
                    if let Some(ready) = ready {
                        self.take_in(registration, ready, &anyhow, clock())?;
                    }
                    return Err(error);
                }
            };
            let is_last = incoming.is_empty();
            let batch = self.batch(registration, incoming)?;
            let basis = Arc::clone(&registration.basis);
            let screened = thread::scope(|scope| {
                let screening = scope.spawn(move || batch.screened(&basis));
                let taken = match ready.take() {
                    Some(ready) => self.take_in(registration, ready, &anyhow, clock()),
                    None => Ok(true),
                };
                let screened = screening
                    .join()
                    .unwrap_or_else(|panic| resume_unwind(panic));
                taken.and(screened)
            })?;
            if is_last {
                return Ok(());
            }
            ready = Some(screened);
        }
    }

    /// What the register knows already of those who come need not be screened.
    fn batch(
        &self,
        registration: &Registration,
        incoming: Vec<Incoming>,
    ) -> Result<Batch, AppError> {
        let register = self.store.register();
        let coming = incoming.into_par_iter().map(Coming::of);
        let coming = coming.collect::<Result<Vec<_>, AppError>>()?;
        let is_new = coming
            .iter()
            .map(|c| {
                let known = register.subject(&registration.source, c.external())?;
                Ok(known.is_none_or(|row| !c.is_known_as(&row)))
            })
            .collect::<Result<_, AppError>>()?;
        Ok(Batch { coming, is_new })
    }

    fn take_in(
        &mut self,
        registration: &mut Registration,
        mut batch: Screened,
        condition: &dyn Fn(&Writer<'_>) -> Result<bool, AppError>,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        loop {
            if !Arc::ptr_eq(&batch.basis, &registration.basis) {
                batch = batch.again(&registration.basis)?;
            }
            let writer = self.store.write()?;
            may_write(&writer, &registration.source)?;
            if registration.basis.is_current(&writer)? {
                if !condition(&writer)? {
                    return Ok(false);
                }
                let rows = take_in(&writer, registration, batch, now)?;
                writer.commit()?;
                for row in rows {
                    registration.segment.push(row);
                }
                if registration.segment.is_full() {
                    self.keep_segment(registration)?;
                }
                return Ok(true);
            }
            drop(writer);
            // A list or the policy changed since: what was found rests on yesterday.
            registration.basis = Arc::new(self.basis(&self.register_policy()?.0)?);
        }
    }

    /// Ends taking in: what was registered is ready to be swept.
    ///
    /// # Errors
    /// [`AppError`] where the store fails. What was registered stays so.
    pub fn finish_registration(&mut self, registration: &mut Registration) -> Result<(), AppError> {
        self.keep_segment(registration)?;
        let writer = self.store.write()?;
        if let Some(mut segments) = Segments::of(&writer) {
            segments.tend_if_many_changed()?;
            registration.notes.extend(segments.into_notes());
        }
        Ok(writer.commit()?)
    }

    fn keep_segment(&mut self, registration: &mut Registration) -> Result<(), AppError> {
        let builder = std::mem::take(&mut registration.segment);
        registration.segment = SegmentBuilder::new();
        let writer = self.store.write()?;
        let Some(mut segments) = Segments::of(&writer) else {
            return Ok(());
        };
        if !segments.is_worth(builder.rows()) {
            return Ok(());
        }
        segments.take_in(builder.finish())?;
        registration.notes.extend(segments.into_notes());
        Ok(writer.commit()?)
    }

    /// Retires the subjects of the source that did not come in this registration.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn retire_missing(
        &mut self,
        registration: &mut Registration,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let writer = self.store.write()?;
        may_write(&writer, &registration.source)?;
        let at = writer.not_before_the_log(now)?;
        for (external, key) in writer.register().external_ids(&registration.source)? {
            if !registration.seen.contains(&external) {
                retire(&writer, key, "gone from its source", at)?;
                registration.retired += 1;
            }
        }
        Ok(writer.commit()?)
    }

    /// How many subjects the register has ever had.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn subjects(&self) -> Result<u64, AppError> {
        Ok(self.store.register().population(Timestamp::MAX)?.0)
    }

    /// Finds a subject by `SOURCE/ID`, or by its id where only one source has it.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or [`AppError::Usage`] where several sources have the id.
    pub fn find_subject(&self, id: &str) -> Result<SubjectRow, AppError> {
        let register = self.store.register();
        if let Some((source, external)) = id.split_once('/')
            && let Some(row) = register.subject(source, external)?
        {
            return Ok(row);
        }
        let mut found = register.subjects_called(id)?;
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(AppError::NotFound(format!("there is no subject '{id}'"))),
            _ => {
                let which: Vec<String> =
                    found.iter().map(|s| format!("{}/{id}", s.source)).collect();
                Err(AppError::Usage(format!(
                    "'{id}' may mean {}",
                    which.join(" or ")
                )))
            }
        }
    }

    /// Everything held about a subject, as far as it had happened at a moment.
    ///
    /// # Errors
    /// Those of [`App::find_subject`], and [`AppError::NotFound`] where it was not registered then.
    pub fn show_subject(&self, id: &str, at: Timestamp) -> Result<SubjectReport, AppError> {
        let mut row = self.find_subject(id)?;
        if row.registered > at {
            return Err(AppError::NotFound(format!(
                "'{id}' was registered at {}, later than that",
                row.registered
            )));
        }
        let register = self.store.register();
        let mut alerts: Vec<(AlertRow, Vec<LegRow>)> = Vec::new();
        for leg in register.legs_of_subject(row.key)? {
            if let Some((_, legs)) = alerts.iter_mut().find(|(a, _)| a.key == leg.alert) {
                legs.push(leg);
            } else if let Some(alert) = register.alert(leg.alert)? {
                alerts.push((alert, vec![leg]));
            }
        }
        if at < Timestamp::MAX {
            let now = std::mem::take(&mut alerts).into_iter();
            let then = now.map(|(alert, _)| then::with_legs_at(register, self.tenant(), alert, at));
            alerts = then
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?;
            row = then::said_at(register, row, at)?;
        }
        let mut versions = register.subject_versions(row.key)?;
        versions.retain(|v| v.at <= at);
        let mut screenings = register.screenings(row.key)?;
        screenings.retain(|s| s.at <= at);
        let mut events = register.events_of_subject(row.key)?;
        events.retain(|e| e.at <= at);
        Ok(SubjectReport {
            row,
            versions,
            screenings,
            alerts,
            events,
        })
    }
}

/// Whether the subjects of a source are the tenant's that the store was opened for. Of a source that nobody has it says
/// the same as of another's.
fn may_write(writer: &Writer<'_>, source: &str) -> Result<(), AppError> {
    match writer.tenant() {
        Some(tenant) if writer.owner(source)? != tenant => Err(AppError::Refused(format!(
            "'{source}' is no source of tenant {tenant}: an admin of tenant {DEFAULT_TENANT} can give it one"
        ))),
        _ => Ok(()),
    }
}

pub(crate) fn source_name(text: &str) -> Result<&str, AppError> {
    let name = text.trim();
    if name.is_empty() || name.contains('/') {
        return Err(AppError::Usage(format!(
            "'{name}' cannot name a source: expected a name without '/'"
        )));
    }
    Ok(name)
}

/// A subject that comes, with what identifies its content.
struct Coming {
    subject: Entity,
    hash: ContentHash,
    body: Vec<u8>,
}

impl Coming {
    fn of(incoming: Incoming) -> Result<Self, AppError> {
        let entry = Entry::new(incoming.subject);
        Ok(Self {
            hash: ContentHash::of_entry(&entry),
            body: form::encode_subject(&entry.party)?,
            subject: entry.party,
        })
    }

    fn external(&self) -> &str {
        self.subject.id.as_str()
    }

    /// Whether the register has it just so and in force.
    fn is_known_as(&self, row: &SubjectRow) -> bool {
        row.hash == self.hash && row.retired.is_none()
    }

    fn answered(&self, basis: &Basis) -> Result<Answered, AppError> {
        let readings = readings(&self.subject);
        let row = SegmentRow::of(0, &readings);
        let hits = basis.cut.screener.screen_read(readings).hits;
        let answer = form::encode_answer(hits.iter().map(|hit| {
            (
                hit.party.list.as_str(),
                hit.party.entity.id.as_str(),
                &hit.found,
            )
        }))?;
        Ok(Answered { hits, answer, row })
    }
}

/// Subjects that come together.
struct Batch {
    coming: Vec<Coming>,
    is_new: Vec<bool>,
}

impl Batch {
    fn screened(self, basis: &Arc<Basis>) -> Result<Screened, AppError> {
        let answers = self
            .coming
            .par_iter()
            .zip(&self.is_new)
            .map(|(c, is_new)| is_new.then(|| c.answered(basis)).transpose())
            .collect::<Result<_, AppError>>()?;
        Ok(Screened {
            batch: self,
            basis: Arc::clone(basis),
            answers,
        })
    }
}

/// What was found about a subject that comes.
struct Answered {
    hits: Vec<Hit>,
    /// The stored form.
    answer: String,
    /// How it will be swept, still without a number.
    row: SegmentRow,
}

/// Subjects that come together, screened against one basis as far as they are new.
struct Screened {
    batch: Batch,
    basis: Arc<Basis>,
    answers: Vec<Option<Answered>>,
}

impl Screened {
    fn again(self, basis: &Arc<Basis>) -> Result<Self, AppError> {
        self.batch.screened(basis)
    }
}

/// Takes a batch in; returns the rows of those who were not there before.
fn take_in(
    writer: &Writer<'_>,
    registration: &mut Registration,
    batch: Screened,
    now: Timestamp,
) -> Result<Vec<SegmentRow>, AppError> {
    let at = writer.not_before_the_log(now)?;
    let cut = registration.basis.key(writer)?;
    let source = registration.source.clone();
    let mut rows = Vec::new();
    let mut taken = Vec::new();
    let mut bound = Vec::new();
    let counted = (registration.registered, registration.updated);
    // Nothing is logged before the entry that binds what is taken in here.
    for (c, answered) in batch.batch.coming.iter().zip(batch.answers) {
        registration.read += 1;
        registration.seen.insert(c.external().to_owned());
        // Asked again: another process, or an earlier row of the same file, may have brought it meanwhile.
        let known = writer.register().subject(&source, c.external())?;
        if known.as_ref().is_some_and(|row| c.is_known_as(row)) {
            registration.unchanged += 1;
            continue;
        }
        let answered = answered.map_or_else(|| c.answered(&registration.basis), Ok)?;
        let said = Said {
            hash: c.hash,
            body: &c.body,
            answer: &answered.answer,
            cut,
        };
        let version = match &known {
            None => {
                registration.registered += 1;
                let version = writer.add_subject(&source, c.external(), &said, at)?;
                rows.push(answered.row.numbered(number(version.subject)));
                version
            }
            Some(row) => {
                registration.updated += 1;
                writer.change_subject(row.key, row.version + 1, &said, at)?
            }
        };
        registration.matches += answered.hits.len() as u64;
        taken.push((version, known.is_some(), answered.hits));
        bound.push(version);
    }
    if !bound.is_empty() {
        let counts = (
            registration.registered - counted.0,
            registration.updated - counted.1,
        );
        writer.log_registration(at, &source, counts, &mut bound)?;
    }
    for (version, is_known, hits) in taken {
        let existing = if is_known {
            writer.register().legs_of_subject(version.subject)?
        } else {
            Vec::new()
        };
        if hits.is_empty() && existing.is_empty() {
            continue;
        }
        let change = if is_known {
            "subject changed"
        } else {
            "subject registered"
        };
        let why = |list: &str, _: &str| registration.basis.cause(list, change);
        let mut settler = Settler {
            writer,
            keys: &registration.basis.keys,
            at,
            why: &why,
            tally: Tally::default(),
            touched: Touched::default(),
        };
        settler.settle(version.subject, version.version, &hits, &existing)?;
    }
    desk::recheck(writer, desk::Which::Ending, &super::sweep::over(), at)?;
    Ok(rows)
}

fn retire(
    writer: &Writer<'_>,
    key: SubjectKey,
    change: &str,
    at: Timestamp,
) -> Result<(), AppError> {
    end_alerts(writer, key, change, at)?;
    writer.retire_subject(key, at)?;
    let cause = Cause {
        change: change.to_owned(),
        ..Cause::default()
    };
    Ok(writer.log(at, "retired", Some(key), None, &cause)?)
}

/// Ends every leg of a subject that is no longer screened, and withdraws its cases.
pub(crate) fn end_alerts(
    writer: &Writer<'_>,
    key: SubjectKey,
    change: &str,
    at: Timestamp,
) -> Result<(), AppError> {
    let cause = Cause {
        change: change.to_owned(),
        ..Cause::default()
    };
    for leg in writer.register().legs_of_subject(key)? {
        if leg.live {
            writer.end_leg(&leg)?;
        }
    }
    for alert in writer.register().alerts_of_subject(key)? {
        desk::follow(writer, alert.key, &cause, false, at)?;
    }
    Ok(())
}

//! Subjects: taking them in, showing them, letting them go.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rayon::prelude::*;
use rescreen_model::{ContentHash, Entity, Entry};
use rescreen_screen::Screening;
use rescreen_store::{
    AlertRow, Cause, EventRow, LegRow, Said, ScreeningRow, SubjectKey, SubjectRow, SubjectVersion,
    Writer, form,
};

use super::{
    basis::Basis,
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
    basis: Basis,
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
}

impl Registration {
    fn begun(source: &str, basis: Basis) -> Self {
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
        Ok(Registration::begun(source, basis))
    }

    /// Screens and registers some subjects: all of them or none. What is acknowledged is on disk.
    ///
    /// # Errors
    /// [`AppError`] where the store fails; then none of these was taken in.
    pub fn register(
        &mut self,
        registration: &mut Registration,
        incoming: &[Incoming],
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
        incoming: &[Incoming],
        condition: &dyn Fn(&Writer<'_>) -> Result<bool, AppError>,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let coming: Vec<Coming<'_>> = incoming
            .par_iter()
            .map(|i| {
                Ok(Coming {
                    external: i.subject.id.as_str(),
                    subject: &i.subject,
                    hash: ContentHash::of_entry(&Entry::new(i.subject.clone())),
                    body: form::encode_subject(&i.subject)?,
                })
            })
            .collect::<Result<_, AppError>>()?;
        loop {
            let screenings = self.screen_those_that_need_it(registration, &coming)?;
            let writer = self.store.write()?;
            if registration.basis.is_current(&writer)? {
                if !condition(&writer)? {
                    return Ok(false);
                }
                take_in(&writer, registration, &coming, screenings, now)?;
                writer.commit()?;
                return Ok(true);
            }
            drop(writer);
            // A list or the policy changed since: what was found rests on yesterday.
            registration.basis = self.basis(&self.register_policy()?.0)?;
        }
    }

    fn screen_those_that_need_it(
        &self,
        registration: &Registration,
        coming: &[Coming<'_>],
    ) -> Result<Vec<Option<Screening>>, AppError> {
        let register = self.store.register();
        let needed = coming
            .iter()
            .map(|c| {
                let known = register.subject(&registration.source, c.external)?;
                Ok(known.is_none_or(|row| !c.is_known_as(&row)))
            })
            .collect::<Result<Vec<_>, AppError>>()?;
        let screener = &registration.basis.cut.screener;
        Ok(coming
            .par_iter()
            .zip(needed)
            .map(|(c, needed)| needed.then(|| screener.screen(c.subject)))
            .collect())
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
            let then = now.map(|(alert, _)| then::with_legs_at(register, alert, at));
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

fn source_name(text: &str) -> Result<&str, AppError> {
    let name = text.trim();
    if name.is_empty() || name.contains('/') {
        return Err(AppError::Usage(format!(
            "'{name}' cannot name a source: expected a name without '/'"
        )));
    }
    Ok(name)
}

/// A subject that comes, with what identifies its content.
struct Coming<'a> {
    external: &'a str,
    subject: &'a Entity,
    hash: ContentHash,
    body: Vec<u8>,
}

impl Coming<'_> {
    /// Whether the register has it just so and in force.
    fn is_known_as(&self, row: &SubjectRow) -> bool {
        row.hash == self.hash && row.retired.is_none()
    }
}

fn take_in(
    writer: &Writer<'_>,
    registration: &mut Registration,
    coming: &[Coming<'_>],
    screenings: Vec<Option<Screening>>,
    now: Timestamp,
) -> Result<(), AppError> {
    let at = writer.not_before_the_log(now)?;
    let cut = registration.basis.key(writer)?;
    let source = registration.source.clone();
    let mut taken = Vec::new();
    let mut bound = Vec::new();
    let counted = (registration.registered, registration.updated);
    // Nothing is logged before the entry that binds what is taken in here.
    for (c, screening) in coming.iter().zip(screenings) {
        registration.read += 1;
        registration.seen.insert(c.external.to_owned());
        // Asked again: another process, or an earlier row of the same file, may have brought it meanwhile.
        let known = writer.register().subject(&source, c.external)?;
        if known.as_ref().is_some_and(|row| c.is_known_as(row)) {
            registration.unchanged += 1;
            continue;
        }
        let screening =
            screening.unwrap_or_else(|| registration.basis.cut.screener.screen(c.subject));
        let answer = form::encode_answer(screening.hits.iter().map(|hit| {
            (
                hit.party.list.as_str(),
                hit.party.entity.id.as_str(),
                &hit.found,
            )
        }))?;
        let said = Said {
            hash: c.hash,
            body: &c.body,
            answer: &answer,
            cut,
        };
        let version = match &known {
            None => {
                registration.registered += 1;
                writer.add_subject(&source, c.external, &said, at)?
            }
            Some(row) => {
                registration.updated += 1;
                writer.change_subject(row.key, row.version + 1, &said, at)?
            }
        };
        registration.matches += screening.hits.len() as u64;
        taken.push((version, known.is_some(), screening));
        bound.push(version);
    }
    if !bound.is_empty() {
        let counts = (
            registration.registered - counted.0,
            registration.updated - counted.1,
        );
        writer.log_registration(at, &source, counts, &mut bound)?;
    }
    for (version, is_known, screening) in taken {
        let existing = if is_known {
            writer.register().legs_of_subject(version.subject)?
        } else {
            Vec::new()
        };
        if screening.hits.is_empty() && existing.is_empty() {
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
        settler.settle(version.subject, version.version, &screening.hits, &existing)?;
    }
    desk::recheck(writer, desk::Which::Ending, &super::sweep::over(), at)?;
    Ok(())
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

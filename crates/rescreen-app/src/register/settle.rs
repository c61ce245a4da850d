//! Making the alerts of one subject agree with what was found.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rescreen_model::{
    Entity, ListName,
    identifier::{Check, Identifier, IdentifierKind},
};
use rescreen_screen::Hit;
use rescreen_store::{AlertState, Cause, LegRow, Reached, SubjectKey, Writer, form};

use crate::{
    AppError,
    desk::{self, Followed},
    guard,
};

/// How many alerts were raised, changed and withdrawn, and how many decisions were reopened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) raised: u64,
    pub(crate) changed: u64,
    pub(crate) withdrawn: u64,
    /// Withdrawn before, supported again.
    pub(crate) returned: u64,
    /// Of the changed ones: decisions that no longer hold.
    pub(crate) reopened: u64,
}

/// How many alerts of each kind are remembered.
const SAMPLE: usize = 10;

/// The first alerts of each kind that a pass touched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Touched {
    pub(crate) raised: Vec<i64>,
    pub(crate) changed: Vec<i64>,
    pub(crate) returned: Vec<i64>,
    pub(crate) withdrawn: Vec<i64>,
}

impl Touched {
    fn remember(kind: &mut Vec<i64>, alert: i64) {
        if kind.len() < SAMPLE {
            kind.push(alert);
        }
    }
}

/// Why a leg changes, by list and entry.
pub(crate) type Why<'a> = &'a dyn Fn(&str, &str) -> Cause;

/// What was done to an alert in one settling.
struct Touch {
    /// The first of what did it.
    cause: Cause,
    is_new: bool,
    /// Whether the id of a party has come to mean somebody else.
    is_reused: bool,
}

impl Touch {
    fn of(touched: &mut BTreeMap<i64, Self>, alert: i64, cause: Cause) -> &mut Self {
        touched.entry(alert).or_insert(Self {
            cause,
            is_new: false,
            is_reused: false,
        })
    }
}

/// Settles alerts within a writing transaction.
pub(crate) struct Settler<'a> {
    pub(crate) writer: &'a Writer<'a>,
    pub(crate) keys: &'a BTreeMap<ListName, i64>,
    pub(crate) at: Timestamp,
    pub(crate) why: Why<'a>,
    pub(crate) tally: Tally,
    pub(crate) touched: Touched,
}

impl Settler<'_> {
    /// Makes the legs among `existing` agree with `hits`: a hit without a leg gets one, a leg without a hit ends.
    ///
    /// `existing` holds all legs of the subject that lie in the scope of what was screened; legs beyond it stay.
    pub(crate) fn settle(
        &mut self,
        subject: SubjectKey,
        version: i64,
        hits: &[Hit],
        existing: &[LegRow],
    ) -> Result<(), AppError> {
        let mut touched: BTreeMap<i64, Touch> = BTreeMap::new();
        let mut reached = BTreeSet::new();
        for hit in hits {
            let (Some(&list), entry) =
                (self.keys.get(&hit.party.list), hit.party.entity.id.as_str())
            else {
                continue;
            };
            reached.insert((list, entry));
            let cause = (self.why)(hit.party.list.as_str(), entry);
            let (record, body) = self.writer.entry_in_force(list, entry)?;
            let as_found = Reached {
                list,
                entry,
                found: &hit.found,
            };
            let leg = existing.iter().find(|l| l.list == list && l.entry == entry);
            if let Some(leg) = leg {
                let same = leg.live
                    && leg.record == record
                    && leg.version == version
                    && leg.found == form::encode_match(&hit.found)?;
                if same {
                    continue;
                }
                let is_reused = leg.record != record
                    && guard::is_another_person(
                        &form::decode_party(&leg.body)?,
                        &form::decode_party(&body)?,
                    );
                self.writer
                    .put_leg(leg.alert, subject, version, as_found, record, self.at)?;
                let kind = if leg.live { "changed" } else { "leg-returned" };
                self.note(leg.alert, subject, kind, None, &cause)?;
                Touch::of(&mut touched, leg.alert, cause).is_reused |= is_reused;
                continue;
            }
            let party = form::decode_party(&body)?;
            if let Some(alert) = self.alert_of_same_party(subject, &party)? {
                self.writer
                    .put_leg(alert, subject, version, as_found, record, self.at)?;
                self.note(alert, subject, "leg-added", None, &cause)?;
                Touch::of(&mut touched, alert, cause);
            } else {
                let alert = self.writer.raise(subject, &cause, self.at)?;
                desk::open(self.writer, alert, entry, &hit.found)?;
                self.writer
                    .put_leg(alert, subject, version, as_found, record, self.at)?;
                self.note(alert, subject, "raised", Some(AlertState::Open), &cause)?;
                Touch::of(&mut touched, alert, cause).is_new = true;
            }
        }
        for leg in existing {
            if !leg.live || reached.contains(&(leg.list, leg.entry.as_str())) {
                continue;
            }
            self.writer.end_leg(leg)?;
            let cause = (self.why)(&leg.list_name, &leg.entry);
            let legs = self.writer.register().legs_of_alert(leg.alert)?;
            if legs.iter().any(|l| l.live) {
                self.note(leg.alert, subject, "leg-withdrawn", None, &cause)?;
            }
            Touch::of(&mut touched, leg.alert, cause);
        }
        // Only now are all legs as they are, so only now can the cases follow.
        for (alert, touch) in touched {
            if touch.is_new {
                self.tally.raised += 1;
                Touched::remember(&mut self.touched.raised, alert);
                continue;
            }
            match desk::follow(self.writer, alert, &touch.cause, touch.is_reused, self.at)? {
                Followed::Withdrawn => {
                    self.tally.withdrawn += 1;
                    Touched::remember(&mut self.touched.withdrawn, alert);
                }
                Followed::Returned => {
                    self.tally.returned += 1;
                    Touched::remember(&mut self.touched.returned, alert);
                }
                followed => {
                    self.tally.changed += 1;
                    self.tally.reopened += u64::from(followed == Followed::Reopened);
                    Touched::remember(&mut self.touched.changed, alert);
                }
            }
        }
        Ok(())
    }

    /// Logs what happened to an alert, and why.
    fn note(
        &self,
        alert: i64,
        subject: SubjectKey,
        kind: &str,
        state: Option<AlertState>,
        cause: &Cause,
    ) -> Result<(), AppError> {
        let alert = Some((alert, state));
        Ok(self
            .writer
            .log(self.at, kind, Some(subject), alert, cause)?)
    }

    /// The subject's alert about the same real-world party, if there is one: by id, by a stated cross-reference or by
    /// an identifier whose check digit holds. Never by name.
    fn alert_of_same_party(
        &self,
        subject: SubjectKey,
        party: &Entity,
    ) -> Result<Option<i64>, AppError> {
        for leg in self.writer.register().legs_of_subject(subject)? {
            if is_same_party(party, &form::decode_party(&leg.body)?) {
                return Ok(Some(leg.alert));
            }
        }
        Ok(None)
    }
}

/// Whether two listed parties are one by what the lists themselves say.
fn is_same_party(a: &Entity, b: &Entity) -> bool {
    if a.id == b.id || a.referents.contains(&b.id) || b.referents.contains(&a.id) {
        return true;
    }
    let sure = |party: &Entity| -> Vec<Identifier> {
        let mut found = Vec::new();
        for (property, values) in party.properties() {
            let Some(kind) = IdentifierKind::of(property) else {
                continue;
            };
            found.extend(
                values
                    .iter()
                    .filter_map(|v| Identifier::parse(kind, v.as_str()))
                    .filter(|id| id.check == Check::Valid),
            );
        }
        found
    };
    let ours = sure(a);
    sure(b).iter().any(|y| {
        ours.iter()
            .any(|x| x.kind == y.kind && x.number == y.number)
    })
}

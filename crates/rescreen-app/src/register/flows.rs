//! Flows: who stood where at one moment and where at a later one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_store::{AlertState, Register, StoreError, SubjectKey};

use super::report::{Accounting, state_of};
use crate::{App, AppError};

/// The state of those who were not yet in the register.
pub const NOT_REGISTERED: &str = "not-registered";

/// Between two moments, how many subjects went from each state to each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flows {
    /// Where everybody stood at the earlier moment.
    pub from: Accounting,
    /// Where everybody stood at the later one.
    pub to: Accounting,
    /// How many subjects, by the state before and after.
    pub moves: BTreeMap<(&'static str, &'static str), u64>,
}

impl Flows {
    /// Whether what left each state and what arrived in each is what the two accountings say. Those are counted on
    /// their own.
    pub fn reconciles(&self) -> bool {
        let mut left: BTreeMap<&str, u64> = BTreeMap::new();
        let mut arrived: BTreeMap<&str, u64> = BTreeMap::new();
        for ((from, to), count) in &self.moves {
            if *from != NOT_REGISTERED {
                *left.entry(from).or_default() += count;
            }
            *arrived.entry(to).or_default() += count;
        }
        let agrees = |counted: &BTreeMap<&str, u64>, told: &BTreeMap<&str, u64>| {
            told.iter()
                .all(|(state, n)| counted.get(state).copied().unwrap_or_default() == *n)
                && counted.values().sum::<u64>() == told.values().sum::<u64>()
        };
        self.from.reconciles()
            && self.to.reconciles()
            && agrees(&left, &self.from.states)
            && agrees(&arrived, &self.to.states)
    }
}

impl App {
    /// Follows every subject from where it stood at one moment to where it stood at a later one.
    ///
    /// # Errors
    /// [`AppError::Usage`] where the moments are the wrong way round; [`AppError`] where the store fails.
    pub fn flows(&self, from: Timestamp, to: Timestamp) -> Result<Flows, AppError> {
        if to < from {
            return Err(AppError::Usage(format!(
                "flows go forward: {from} is after {to}"
            )));
        }
        let register = self.store.register();
        let moves = self.store.read_together(|_| {
            let before = states(register, from)?;
            let mut moves = BTreeMap::new();
            for (subject, state) in states(register, to)? {
                let from = before.get(&subject).copied().unwrap_or(NOT_REGISTERED);
                *moves.entry((from, state)).or_default() += 1;
            }
            Ok::<_, StoreError>(moves)
        })?;
        Ok(Flows {
            from: self.accounting(from)?,
            to: self.accounting(to)?,
            moves,
        })
    }
}

/// Where every subject that was registered by then stood.
fn states(
    register: Register<'_>,
    at: Timestamp,
) -> Result<BTreeMap<SubjectKey, &'static str>, StoreError> {
    let mut states = BTreeMap::new();
    register.each_subject(at, |subject, is_gone, is_erased| {
        let state = match (is_erased, is_gone) {
            (true, _) => "erased",
            (false, true) => "retired",
            (false, false) => state_of(AlertState::Withdrawn),
        };
        states.insert(subject, state);
    })?;
    register.each_subject_by_alert(at, |subject, state| {
        states.insert(subject, state_of(state));
    })?;
    Ok(states)
}

//! How well the desk works: what came of alerts, how long it took, what waits, and who is troubled in vain.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rescreen_desk::{Case, Change, Event, Outcome, Revision, State};
use rescreen_store::{AlertFilter, AlertRow, AlertState, form};

use super::policy;
use crate::{App, AppError};

/// What came of alerts until a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality {
    /// The moment it speaks of.
    pub as_of: Timestamp,
    /// How many alerts there had been.
    pub alerts: u64,
    /// How many had each outcome, as their decision or as the last they had; those without one are not in it.
    pub by_outcome: BTreeMap<Outcome, u64>,
    /// How many waited for people.
    pub waiting: u64,
    /// How many had lost their support before anybody decided.
    pub withdrawn_undecided: u64,
    /// From an alert's opening, or from being reopened, to each decision.
    pub time_to_decision: Times,
    /// Since when those that waited had been waiting.
    pub ages: Vec<Waited>,
    /// How many of them should have been decided by then.
    pub overdue: u64,
    /// Decisions that fell with their grounds.
    pub lapsed: u64,
    /// Among decided alerts, by each list that asked.
    pub by_list: BTreeMap<String, Rate>,
    /// Among decided alerts, by the script that the subject's name is written in.
    pub by_script: BTreeMap<&'static str, Rate>,
}

/// How long something took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Times {
    /// How often it was measured.
    pub count: u64,
    /// Half of them took no longer.
    pub median: SignedDuration,
    /// Nine of ten took no longer.
    pub p90: SignedDuration,
    /// None took longer.
    pub longest: SignedDuration,
}

/// Alerts that have waited for at least so many days, and not for as many as the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waited {
    /// So many days.
    pub days: i64,
    /// How many alerts.
    pub alerts: u64,
}

/// How often the question was asked in vain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// Alerts decided one way or the other.
    pub decided: u64,
    /// False positives of them.
    pub false_positives: u64,
}

impl Quality {
    /// Counts an alert that waits.
    fn wait(&mut self, as_of: Timestamp, since: Timestamp, due: Option<Timestamp>) {
        self.waiting += 1;
        let waited = as_of.duration_since(since);
        let mut ages = self.ages.iter_mut().rev();
        if let Some(age) = ages.find(|age| waited >= SignedDuration::from_hours(24 * age.days)) {
            age.alerts += 1;
        }
        self.overdue += u64::from(due.is_some_and(|due| due < as_of));
    }
}

impl Rate {
    fn count(&mut self, outcome: Outcome) {
        let is_told = matches!(outcome, Outcome::FalsePositive | Outcome::TrueMatch);
        self.decided += u64::from(is_told);
        self.false_positives += u64::from(outcome == Outcome::FalsePositive);
    }

    /// The share of false positives; `None` where nothing was decided.
    pub fn share(&self) -> Option<f64> {
        (self.decided > 0).then(|| self.false_positives as f64 / self.decided as f64)
    }
}

/// The lower ends of the ages, in days.
const AGES: [i64; 5] = [0, 1, 7, 30, 90];

impl App {
    /// Says what came of alerts until a moment. `script` names the script of a name.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn quality(
        &self,
        as_of: Timestamp,
        script: &dyn Fn(&str) -> &'static str,
    ) -> Result<Quality, AppError> {
        let register = self.store.register();
        let policy = policy::in_force(register)?;
        let mut quality = Quality {
            as_of,
            alerts: 0,
            by_outcome: BTreeMap::new(),
            waiting: 0,
            withdrawn_undecided: 0,
            time_to_decision: Times::default(),
            ages: AGES.map(|days| Waited { days, alerts: 0 }).to_vec(),
            overdue: 0,
            lapsed: 0,
            by_list: BTreeMap::new(),
            by_script: BTreeMap::new(),
        };
        let mut times = Vec::new();
        for alert in register.alerts_where(&AlertFilter::default(), usize::MAX)? {
            if alert.opened > as_of {
                continue;
            }
            quality.alerts += 1;
            let Some(row) = register.case_row(alert.key)? else {
                continue;
            };
            if row.revision == Revision::default() && alert.state == AlertState::Open {
                // Nothing ever happened to it: most alerts of a large register are such, and need no look at more.
                quality.wait(
                    as_of,
                    alert.opened,
                    alert.opened.checked_add(policy.due_within).ok(),
                );
                continue;
            }
            let (subject, _) = super::grounds::subject_of_case(register, alert.key)?;
            let legs = register.legs_of_alert(alert.key)?;
            let mut case = register.new_case(&row, &alert, &subject);
            let history = self.history(&mut case, &alert, as_of)?;
            times.extend(history.times);
            quality.lapsed += history.lapsed;
            let last = case.decision().or(case.former_decisions().last());
            let outcome = last.map(|decision| decision.proposal.outcome);
            if let Some(outcome) = outcome {
                *quality.by_outcome.entry(outcome).or_default() += 1;
                let mut lists: Vec<&str> = legs.iter().map(|leg| leg.list_name.as_str()).collect();
                lists.dedup();
                for list in lists {
                    let rate = quality.by_list.entry(list.to_owned()).or_default();
                    rate.count(outcome);
                }
                let name = form::decode_subject(&subject.body);
                let script = name.map_or("erased", |subject| script(subject.caption()));
                quality.by_script.entry(script).or_default().count(outcome);
            }
            if case.state().is_waiting() {
                let due = case.disputed_until();
                let due = due.or_else(|| alert.opened.checked_add(policy.due_within).ok());
                quality.wait(as_of, history.since, due);
            } else if case.state() == State::Withdrawn && outcome.is_none() {
                quality.withdrawn_undecided += 1;
            }
        }
        quality.time_to_decision = summary(times);
        Ok(quality)
    }

    /// Folds the case up to a moment.
    fn history(
        &self,
        case: &mut Case,
        alert: &AlertRow,
        as_of: Timestamp,
    ) -> Result<History, AppError> {
        let mut history = History {
            times: Vec::new(),
            since: alert.opened,
            lapsed: 0,
        };
        let events = self.store.register().case_events(alert.key)?;
        // A case that was handed over counts with what its tenant made of it since.
        let is_received = |event: &Event| matches!(event.change, Change::Received { .. });
        let first = events.iter().rposition(is_received).unwrap_or_default();
        for event in events.into_iter().skip(first) {
            if event.at > as_of {
                break;
            }
            let was_waiting = case.state().is_waiting();
            super::act::apply(case, std::slice::from_ref(&event))?;
            match &event.change {
                Change::Decided(_) => history.times.push(event.at.duration_since(history.since)),
                Change::Lapsed { .. } => history.lapsed += 1,
                _ => {}
            }
            if case.state().is_waiting() && !was_waiting {
                history.since = event.at;
            }
        }
        Ok(history)
    }
}

struct History {
    times: Vec<SignedDuration>,
    /// Since when it has been waiting, if it is.
    since: Timestamp,
    lapsed: u64,
}

fn summary(mut times: Vec<SignedDuration>) -> Times {
    times.sort_unstable();
    let at = |share: usize| {
        let place = (times.len() * share).div_ceil(100).saturating_sub(1);
        times.get(place).copied().unwrap_or_default()
    };
    Times {
        count: times.len() as u64,
        median: at(50),
        p90: at(90),
        longest: at(100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_summed_up_by_rank() {
        let hours = |n| SignedDuration::from_hours(n);
        let times = summary((1..=10).rev().map(hours).collect());
        assert_eq!(
            (times.median, times.p90, times.longest),
            (hours(5), hours(9), hours(10))
        );
        assert_eq!(summary(Vec::new()), Times::default());
        assert_eq!(summary(vec![hours(3)]).p90, hours(3));
    }
}

//! Reports: where every subject stands, and that nobody was skipped.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_match::matcher_build;
use rescreen_model::{ContentHash, ListName, VersionId};
use rescreen_store::{AlertState, AsOf, CutKey, SubjectKey};

use super::basis::policy_in_force;
use crate::{App, AppError};

/// Every subject in exactly one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounting {
    /// The moment it speaks of.
    pub as_of: Timestamp,
    /// How many subjects there were.
    pub subjects: u64,
    /// How many of them in each state.
    pub states: BTreeMap<&'static str, u64>,
    /// What was last done about the confirmed ones; under `none` those about whom nothing was.
    pub dispositions: BTreeMap<&'static str, u64>,
}

impl Accounting {
    /// Whether the states add up to the subjects, and the dispositions to the confirmed ones. All are counted on their
    /// own.
    pub fn reconciles(&self) -> bool {
        let sum = |counts: &BTreeMap<&str, u64>| counts.values().sum::<u64>();
        let confirmed = self.states.get("confirmed").copied().unwrap_or_default();
        sum(&self.states) == self.subjects && sum(&self.dispositions) == confirmed
    }
}

/// Through which version of each list every subject is screened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The moment it speaks of.
    pub as_of: Timestamp,
    /// The subjects in force then.
    pub subjects: u64,
    /// List by list.
    pub lists: Vec<ListCoverage>,
    /// Subjects last screened under another policy than the one in force.
    pub other_policy: u64,
    /// Subjects last screened by another matcher than this program's.
    pub other_matcher: u64,
    /// A hash over all of it.
    pub digest: ContentHash,
}

/// The coverage of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCoverage {
    /// The list.
    pub name: ListName,
    /// Whether it is in the scope of the policy; otherwise nobody is screened against it.
    pub in_scope: bool,
    /// Its version in force; `None` where it has none, so nobody is screened against it.
    pub version: Option<VersionId>,
    /// How many subjects are screened through that version.
    pub screened: u64,
    /// How many are not.
    pub laggards: u64,
    /// The first of them, as `SOURCE/ID`.
    pub named: Vec<String>,
}

/// How many laggards are named.
const NAMED: usize = 10;

impl Coverage {
    /// Subjects for which something is outstanding, at least.
    pub fn laggards(&self) -> u64 {
        let lists = self.lists.iter().map(|l| l.laggards).max();
        lists
            .unwrap_or_default()
            .max(self.other_policy)
            .max(self.other_matcher)
    }
}

/// The state of a subject by the alert that says most about it. An alert that was withdrawn says nothing.
pub(super) fn state_of(alert: AlertState) -> &'static str {
    match alert {
        AlertState::Withdrawn => "clear",
        AlertState::Open => "alert-open",
        AlertState::UnderReview => "under-review",
        AlertState::Confirmed => "confirmed",
        AlertState::Released => "released",
        AlertState::Unresolved => "unresolved",
    }
}

impl App {
    /// Counts where every subject stood at a moment.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn accounting(&self, as_of: Timestamp) -> Result<Accounting, AppError> {
        Ok(self.store.read_together(|store| {
            let register = store.register();
            let (subjects, retired, erased) = register.population(as_of)?;
            let by_alert = register.subjects_by_alert(as_of)?;
            let done = register.last_dispositions(as_of)?;
            let mut dispositions: BTreeMap<&'static str, u64> = BTreeMap::new();
            register.each_subject_by_alert(as_of, |subject, state| {
                if state == AlertState::Confirmed {
                    let done = done.get(&subject).map_or("none", |kind| kind.name());
                    *dispositions.entry(done).or_default() += 1;
                }
            })?;
            let mut states = BTreeMap::from([
                ("clear", register.never_alerted(as_of)?),
                ("retired", retired),
                ("erased", erased),
            ]);
            for state in AlertState::ALL {
                let count = by_alert.get(state.as_str()).copied().unwrap_or_default();
                *states.entry(state_of(state)).or_default() += count;
            }
            Ok(Accounting {
                as_of,
                subjects,
                states,
                dispositions,
            })
        })?)
    }

    /// Works out from the ledger through which versions every subject was screened at a moment.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn coverage(&self, as_of: Timestamp) -> Result<Coverage, AppError> {
        let register = self.store.register();
        let in_force = policy_in_force(register, as_of)?;
        let policy = in_force.hash().to_string();
        let matcher = matcher_build().to_string();
        let sweeps = register.sweeps(as_of)?;
        let mut lists = Vec::new();
        for list in self.store.lists()? {
            let at = AsOf {
                published: Timestamp::MAX,
                known: as_of,
            };
            let version = self.store.in_force(&list, at)?;
            lists.push((list, version));
        }
        // How far each step of a list was swept, by the last subject it covered.
        let mut steps: BTreeMap<(i64, i64), SubjectKey> = BTreeMap::new();
        let mut full: Vec<(CutKey, SubjectKey)> = Vec::new();
        for sweep in &sweeps {
            match sweep.step {
                Some(step) => {
                    steps.insert(step, sweep.last);
                }
                None => full.push((sweep.cut, sweep.last)),
            }
        }
        let mut cuts: BTreeMap<CutKey, (BTreeMap<i64, i64>, String, String)> = BTreeMap::new();
        let mut people = Vec::new();
        register.each_last_screening(as_of, |key, cut| people.push((key, cut)))?;
        for cut in people
            .iter()
            .filter_map(|(_, c)| *c)
            .chain(full.iter().map(|(c, _)| *c))
        {
            if let std::collections::btree_map::Entry::Vacant(vacant) = cuts.entry(cut) {
                vacant.insert(register.cut(cut)?);
            }
        }
        let mut coverage = Coverage {
            as_of,
            subjects: people.len() as u64,
            lists: lists
                .iter()
                .map(|(list, version)| ListCoverage {
                    name: list.name.clone(),
                    in_scope: in_force.scope.has_list(&list.name),
                    version: version.as_ref().map(|v| v.version.clone()),
                    screened: 0,
                    laggards: 0,
                    named: Vec::new(),
                })
                .collect(),
            other_policy: 0,
            other_matcher: 0,
            digest: ContentHash::of_bytes(&[]),
        };
        for (key, screened) in people {
            // The newest of the subject's own screening and the full sweeps that covered it.
            let newest = full
                .iter()
                .filter(|(_, last)| *last >= key)
                .map(|(cut, _)| *cut)
                .next_back();
            let bases = screened
                .into_iter()
                .chain(newest)
                .filter_map(|c| cuts.get(&c));
            let bases: Vec<_> = bases.collect();
            coverage.other_policy += u64::from(!bases.iter().any(|b| b.1 == policy));
            coverage.other_matcher += u64::from(!bases.iter().any(|b| b.2 == matcher));
            for ((list, version), row) in lists.iter().zip(&mut coverage.lists) {
                let Some(seq) = version
                    .as_ref()
                    .and_then(|v| v.seq)
                    .filter(|_| row.in_scope)
                else {
                    continue;
                };
                let through = bases.iter().filter_map(|b| b.0.get(&list.key)).max();
                let from = through.copied().unwrap_or_default() + 1;
                let covered = (from..=seq)
                    .all(|s| steps.get(&(list.key, s)).is_some_and(|last| *last >= key));
                if covered {
                    row.screened += 1;
                    continue;
                }
                row.laggards += 1;
                if row.named.len() < NAMED {
                    let subject = register.subject_of(key)?;
                    row.named
                        .push(format!("{}/{}", subject.source, subject.external));
                }
            }
        }
        let text: Vec<String> = coverage
            .lists
            .iter()
            .map(|l| format!("{} {:?} {} {}", l.name, l.version, l.screened, l.laggards))
            .chain(sweeps.iter().map(|s| s.digest.to_string()))
            .chain([policy, matcher])
            .collect();
        coverage.digest = ContentHash::of_bytes(text.join("\n").as_bytes());
        Ok(coverage)
    }
}

//! Reports: where every subject stands, and that nobody was skipped.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_match::matcher_build;
use rescreen_model::{ContentHash, ListName, VersionId};
use rescreen_store::{
    AlertState, AsOf, CutKey, ListRow, RegisterSizes, SubjectKey, SweepRow, VersionRow,
};

use super::{Scope, basis::policy_in_force};
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
    /// How large the register is now: cheap, and for whoever watches.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn register_sizes(&self) -> Result<RegisterSizes, AppError> {
        Ok(self.store.register_sizes()?)
    }

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
        let mut people = Vec::new();
        register.each_last_screening(as_of, |key, cut| people.push((key, cut)))?;
        let ledger = self.ledger(as_of, people.iter().filter_map(|(_, cut)| *cut))?;
        let mut coverage = Coverage {
            as_of,
            subjects: people.len() as u64,
            lists: ledger
                .lists
                .iter()
                .map(|(list, version)| ListCoverage {
                    name: list.name.clone(),
                    in_scope: ledger.scope.has_list(&list.name),
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
            let (places, same_policy, same_matcher) = ledger.through(key, screened);
            coverage.other_policy += u64::from(!same_policy);
            coverage.other_matcher += u64::from(!same_matcher);
            for (((_, version), place), row) in
                ledger.lists.iter().zip(places).zip(&mut coverage.lists)
            {
                let Some(seq) = version
                    .as_ref()
                    .and_then(|v| v.seq)
                    .filter(|_| row.in_scope)
                else {
                    continue;
                };
                if place >= seq {
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
        let Ledger {
            sweeps,
            policy,
            matcher,
            ..
        } = ledger;
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

    /// Works out from the ledger through which versions one subject is screened now.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn screened_through(&self, subject: SubjectKey) -> Result<Vec<ScreenedThrough>, AppError> {
        let screened = self.store.register().screenings(subject)?;
        let screened = screened.last().map(|s| s.cut);
        let ledger = self.ledger(Timestamp::MAX, screened)?;
        let (places, ..) = ledger.through(subject, screened);
        ledger
            .lists
            .into_iter()
            .zip(places)
            .map(|((list, in_force), place)| {
                let seq = in_force.as_ref().and_then(|v| v.seq);
                let mut versions = self.store.versions(&list)?;
                versions.retain(|v| v.seq == Some(place));
                let in_scope = ledger.scope.has_list(&list.name);
                Ok(ScreenedThrough {
                    in_scope,
                    is_current: !in_scope || seq.is_none_or(|seq| place >= seq),
                    through: versions.pop(),
                    list: list.name,
                    in_force,
                })
            })
            .collect()
    }

    /// What the ledger says up to a moment, with the cuts that screenings rested on.
    fn ledger(
        &self,
        as_of: Timestamp,
        screenings: impl IntoIterator<Item = CutKey>,
    ) -> Result<Ledger, AppError> {
        let register = self.store.register();
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
        let mut steps = BTreeMap::new();
        let mut full: Vec<(CutKey, SubjectKey)> = Vec::new();
        for sweep in &sweeps {
            match sweep.step {
                Some(step) => {
                    steps.insert(step, sweep.last);
                }
                None => full.push((sweep.cut, sweep.last)),
            }
        }
        let mut cuts = BTreeMap::new();
        for cut in screenings.into_iter().chain(full.iter().map(|(c, _)| *c)) {
            if let std::collections::btree_map::Entry::Vacant(vacant) = cuts.entry(cut) {
                vacant.insert(register.cut(cut)?);
            }
        }
        let policy = policy_in_force(register, as_of)?;
        Ok(Ledger {
            policy: policy.hash().to_string(),
            scope: policy.scope,
            matcher: matcher_build().to_string(),
            lists,
            sweeps,
            steps,
            full,
            cuts,
        })
    }
}

/// Up to which version of a list one subject is screened.
#[derive(Debug, Clone)]
pub struct ScreenedThrough {
    /// The list.
    pub list: ListName,
    /// Whether it is in the scope of the policy; otherwise nobody is screened against it.
    pub in_scope: bool,
    /// Its version in force, if it has one.
    pub in_force: Option<VersionRow>,
    /// The last version of it that the subject was screened against.
    pub through: Option<VersionRow>,
    /// Whether that is the one in force, so that nothing is outstanding.
    pub is_current: bool,
}

/// The ledger of sweeps, ready to be asked about subjects.
struct Ledger {
    lists: Vec<(ListRow, Option<VersionRow>)>,
    sweeps: Vec<SweepRow>,
    /// How far each step of a list was swept, by the last subject it covered.
    steps: BTreeMap<(i64, i64), SubjectKey>,
    full: Vec<(CutKey, SubjectKey)>,
    cuts: BTreeMap<CutKey, (BTreeMap<i64, i64>, String, String)>,
    policy: String,
    scope: Scope,
    matcher: String,
}

impl Ledger {
    /// For each list the place of the last version that a subject was screened against, 0 for none; and whether it was
    /// screened under the policy and by the matcher of now.
    fn through(&self, key: SubjectKey, screened: Option<CutKey>) -> (Vec<i64>, bool, bool) {
        // The newest of the subject's own screening and the full sweeps that covered it.
        let newest = self
            .full
            .iter()
            .filter(|(_, last)| *last >= key)
            .map(|(cut, _)| *cut)
            .next_back();
        let bases = screened
            .into_iter()
            .chain(newest)
            .filter_map(|c| self.cuts.get(&c));
        let bases: Vec<_> = bases.collect();
        let places = self.lists.iter().map(|(list, _)| {
            let from = bases.iter().filter_map(|b| b.0.get(&list.key)).max();
            let mut place = from.copied().unwrap_or_default();
            while self
                .steps
                .get(&(list.key, place + 1))
                .is_some_and(|last| *last >= key)
            {
                place += 1;
            }
            place
        });
        (
            places.collect(),
            bases.iter().any(|b| b.1 == self.policy),
            bases.iter().any(|b| b.2 == self.matcher),
        )
    }
}

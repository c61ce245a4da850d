//! The register and the desk as they are, and beside them a reference that knows only what was said and done.

mod history;
mod rules;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use jiff::{Timestamp, ToSpan};
use rescreen_app::audit::{Hash, LogFilter};
use rescreen_app::{
    Accounting, AlertReport, AlertState, App, AppError, AsOf, HoldRequest, How, Incoming, Input,
    Quality, Relied, Request, State as Came, Store, UpdateRequest,
};
use rescreen_desk::{Action, ActionKind, Outcome, Role, State, may};
use rescreen_match::{Policy, Score};
use rescreen_model::{Entity, ListName, Property, Schema};
use serde_json::json;

pub(crate) use history::*;
use rules::{keeps, transitions};
pub(crate) use rules::{proposal, sample};

use crate::common::unlimited;

/// An answer that people gave, as the reference remembers it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) ours: BTreeMap<usize, String>,
    pub(crate) theirs: BTreeMap<usize, BTreeSet<String>>,
    pub(crate) review: u32,
    pub(crate) end: Timestamp,
}

/// The register and the desk, and beside them a reference that knows only what lists, subjects and people said.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) now: Timestamp,
    pub(crate) subjects: BTreeMap<u8, Said>,
    pub(crate) lists: [BTreeMap<u8, Said>; 2],
    pub(crate) review: u32,
    /// By subject and party.
    pub(crate) answers: BTreeMap<(u8, String), Answer>,
    /// What an entry said when the subject last met it.
    pub(crate) met: BTreeMap<(u8, String), Said>,
    /// What people took up again although nothing supports it.
    pub(crate) unsupported: BTreeSet<i64>,
    /// On whom a hold stands.
    pub(crate) held: BTreeSet<u8>,
    /// The log as it was when it was last looked at.
    pub(crate) log: (u64, Hash),
}

/// The party behind an entry: number 3 is on both lists, and each says so.
pub(crate) fn party(list: usize, id: u8) -> String {
    if id == 3 {
        "both".to_owned()
    } else {
        format!("l{list}-{id:03}")
    }
}

pub(crate) fn value(said: &Said, fact: usize) -> &'static str {
    match fact {
        0 => NAMES[said.0][said.1],
        1 => BORN[said.2],
        2 => GENDER[said.3],
        _ => NOTES[said.4],
    }
}

pub(crate) fn entity(id: &str, said: &Said) -> Entity {
    let mut entity = Entity::new(id, Schema::Person);
    for (n, property) in FACTS.iter().enumerate() {
        entity.add(property.clone(), value(said, n));
    }
    entity
}

pub(crate) fn list_name(list: usize) -> ListName {
    ListName::parse(&format!("l{list}")).unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        let mut app = App::new(Store::in_memory().unwrap());
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for list in 0..2 {
            app.add_list(&list_name(list), unlimited(), now).unwrap();
        }
        let _new = app.add_tenant("other", "ada", now).unwrap();
        for (name, role, tenant) in PEOPLE {
            if let Some(role) = role {
                app.add_user(name, role, tenant, "ada", now).unwrap();
            }
        }
        let mut world = Self {
            app,
            now,
            subjects: BTreeMap::new(),
            lists: Default::default(),
            review: Policy::default().review().basis_points(),
            answers: BTreeMap::new(),
            met: BTreeMap::new(),
            unsupported: BTreeSet::new(),
            held: BTreeSet::new(),
            log: (0, Hash::ZERO),
        };
        for list in 0..2 {
            world.update(list, &BTreeMap::from([(9, (3, 0, 0, 0, 0))]), false, false);
        }
        world
    }

    pub(crate) fn tick(&mut self) -> Timestamp {
        self.now = self.now.checked_add(1.hours()).unwrap();
        self.now
    }

    pub(crate) fn update(
        &mut self,
        list: usize,
        entries: &BTreeMap<u8, Said>,
        append: bool,
        release: bool,
    ) {
        let now = self.tick();
        let text: String = entries
            .iter()
            .map(|(id, said)| {
                let referents: Vec<String> = (*id == 3)
                    .then(|| format!("l{}-003", 1 - list))
                    .into_iter()
                    .collect();
                let mut properties = serde_json::Map::new();
                for (n, property) in FACTS.iter().enumerate() {
                    let text = value(said, n);
                    if !text.is_empty() {
                        properties.insert(property.name().to_owned(), json!([text]));
                    }
                }
                json!({ "id": format!("l{list}-{id:03}"), "schema": "Person", "referents": referents,
                        "properties": properties })
                .to_string()
                    + "\n"
            })
            .collect();
        let name = list_name(list);
        let request = UpdateRequest {
            list: &name,
            inputs: vec![Input::new("x.json", Cursor::new(text))],
            published: Some(now),
            last_modified: None,
            clock: &|| now,
            how: if append { How::Append } else { How::Whole },
            fetched: Vec::new(),
            edition: None,
            noted: Vec::new(),
        };
        let report = self.app.update_list(request, &mut |_| {}).unwrap();
        if report.state == Came::Quarantined {
            if !release {
                return;
            }
            let now = self.tick();
            self.app
                .release(&name, report.version.as_str(), "ada", "it is right", now)
                .unwrap();
        }
        if !append {
            self.lists[list].clear();
        }
        self.lists[list].extend(entries.clone());
    }

    pub(crate) fn take(&mut self, step: &Step) {
        match step {
            Step::Import(subjects, complete) => {
                let now = self.tick();
                let mut registration = self.app.registration("s").unwrap();
                let incoming: Vec<Incoming> = subjects
                    .iter()
                    .map(|(id, said)| Incoming {
                        subject: entity(&id.to_string(), said),
                    })
                    .collect();
                self.app.register(&mut registration, incoming, now).unwrap();
                if *complete {
                    self.app.retire_missing(&mut registration, now).unwrap();
                    self.subjects.clear();
                }
                self.subjects.extend(subjects.clone());
            }
            Step::Update(list, entries, append, release) => {
                self.update(*list, entries, *append, *release);
            }
            Step::Policy(review) => {
                let now = self.tick();
                let review = Score::from_basis_points(*review);
                let policy = Policy::new(review, Score::from_basis_points(9_600)).unwrap();
                self.app
                    .set_register_policy(&policy.clone().into(), "ada", "a law", now, &mut |_| {})
                    .unwrap();
                self.review = policy.review().basis_points();
            }
            Step::Erase(id) => {
                let now = self.tick();
                let name = format!("s/{id}");
                let is_there = self.app.find_subject(&name).is_ok();
                let is_kept = self.held.contains(id) || self.is_disputed(*id);
                let done = self.app.erase_subject(&name, "ada", "a law", now);
                assert_eq!(done.is_ok(), is_there && !is_kept);
                if done.is_ok() {
                    self.subjects.remove(id);
                    self.answers.retain(|(subject, _), _| subject != id);
                    self.met.retain(|(subject, _), _| subject != id);
                }
            }
            Step::Dispute(who, id) => self.dispute(*who, *id),
            Step::Hold(id, put) => {
                let now = self.tick();
                let request = HoldRequest {
                    subject: format!("s/{id}"),
                    by: "ada".to_owned(),
                    reason: "a court".to_owned(),
                    until: None,
                };
                let is_held = self.held.contains(id);
                if *put && !is_held && self.app.hold_subject(&request, now).is_ok() {
                    self.held.insert(*id);
                }
                if !*put {
                    let lifted = self.app.lift_hold(&request, None, now);
                    assert_eq!(lifted.is_ok(), is_held);
                    self.held.remove(id);
                }
            }
            Step::Full => {
                let now = self.tick();
                self.app.sweep_full(now, &mut |_| {}).unwrap();
            }
            Step::Years => {
                self.now = self.now.checked_add((24 * 400).hours()).unwrap();
                self.app.sweep_outstanding(self.now, &mut |_| {}).unwrap();
            }
            Step::Desk(who, which, act) => self.desk(*who, *which, act),
        }
    }

    pub(crate) fn dispute(&mut self, who: usize, id: u8) {
        let now = self.tick();
        let (name, role, tenant) = PEOPLE[who];
        let subject = format!("s/{id}");
        let before = self.app.alerts(None, usize::MAX).unwrap();
        let before: Vec<AlertReport> = (before.into_iter())
            .filter(|a| a.subject.external == id.to_string() && a.case.state != State::Withdrawn)
            .collect();
        let is_there = self.app.find_subject(&subject).is_ok();
        let disputed = self
            .app
            .dispute(&subject, name, ("it is not me", None), None, now);
        let is_allowed = role.is_some_and(|role| may(role, ActionKind::Dispute));
        // Another tenant's subjects are nobody to them.
        assert_eq!(
            disputed.is_ok(),
            is_there && is_allowed && tenant == "default"
        );
        let Ok(disputed) = disputed else { return };
        // Of another tenant's cases nobody learns anything, and so nothing happens to them.
        let is_theirs = |alert: &&AlertReport| alert.case.tenant.as_str() == tenant;
        assert_eq!(disputed.len(), before.iter().filter(is_theirs).count());
        for alert in before.iter().filter(is_theirs) {
            let after = self.app.alert(alert.row.key).unwrap();
            assert!(after.case.disputed.is_some());
            if alert.case.state == State::Decided {
                assert_eq!(after.case.state, State::Reopened);
                self.reopened(alert, true);
            } else {
                assert_eq!(after.case.state, alert.case.state);
            }
        }
    }

    /// Whether somebody is still owed an answer.
    fn is_disputed(&self, id: u8) -> bool {
        let alerts = self.app.alerts(None, usize::MAX).unwrap();
        let mut alerts = alerts
            .iter()
            .filter(|a| a.subject.external == id.to_string());
        alerts.any(|alert| {
            let events = self.app.alert(alert.row.key).unwrap().events;
            events
                .iter()
                .fold(false, |is_open, event| match event.kind.as_str() {
                    "disputed" => true,
                    "decided" => false,
                    "withdrawn" => is_open && !event.detail.contains("\"list\":"),
                    _ => is_open,
                })
        })
    }

    fn desk(&mut self, who: usize, which: usize, act: &Do) {
        let alerts = self.app.alerts(None, usize::MAX).unwrap();
        let Some(alert) = alerts.get(which % alerts.len().max(1)) else {
            return;
        };
        let key = alert.row.key;
        match act {
            Do::Kind(kind) => {
                self.act(who, key, sample(*kind, self.now), &[]);
            }
            Do::Revoke => {
                let now = self.tick();
                let is_live = alert.legs.iter().any(|leg| leg.live);
                let name = PEOPLE[who].0;
                if self.app.revoke_suppression(key, name, "no", now).is_ok() {
                    assert!(matches!(PEOPLE[who].1, Some(role) if may(role, ActionKind::Reopen)));
                    self.reopened(alert, is_live);
                }
            }
            Do::Decide(outcome, facts) => {
                if !alert.case.state.is_waiting() {
                    return;
                }
                let first = alert.case.assignee.clone();
                let first = PEOPLE
                    .iter()
                    .position(|(name, ..)| first.as_ref().is_some_and(|u| u.as_str() == *name))
                    .unwrap_or(BEN);
                if alert.case.state != State::Proposed {
                    let proposal = proposal(*outcome);
                    self.act(first, key, Action::Propose(proposal), facts);
                }
                self.act(first, key, Action::Approve, &[]);
                let second = if first == CID { BEN } else { CID };
                self.act(second, key, Action::Approve, &[]);
            }
        }
    }

    /// One person asks for one thing. Whatever comes of it has to be within the rules.
    pub(crate) fn act(&mut self, who: usize, key: i64, action: Action, facts: &[usize]) {
        let now = self.tick();
        let before = self.app.alert(key).unwrap();
        let (name, role, tenant) = PEOPLE[who];
        let kind = action.kind();
        let is_own = before.case.tenant.as_str() == tenant;
        let offered = before.case.offered.as_ref();
        let is_offered = offered.is_some_and(|to| to.as_str() == tenant) && kind.answers_an_offer();
        let asks = matches!(&action, Action::Propose(p) if p.outcome == Outcome::NeedsInformation);
        let request = Request {
            alert: key,
            by: name.to_owned(),
            expected: None,
            key: None,
            action,
            relied: facts
                .iter()
                .map(|n| Relied {
                    side: None,
                    property: FACTS[*n].clone(),
                })
                .collect(),
        };
        let done = if kind == ActionKind::Attach {
            self.app.attach(request, "passport.pdf", b"bytes", now)
        } else {
            self.app.act(&request, now)
        };
        let after = self.app.alert(key).unwrap();
        let after = match done {
            Err(error) => {
                assert_eq!(after.case, before.case, "{error}");
                // A stranger learns nothing and leaves no trace with the case, but one in the log.
                let is_told = is_own || is_offered || role.is_none();
                let logged = after.events.len() - before.events.len();
                assert_eq!(logged, usize::from(is_told), "{error}");
                assert_eq!(matches!(error, AppError::NotFound(_)), !is_told, "{error}");
                self.is_logged(who, key, &error);
                return;
            }
            Ok(report) => {
                assert_eq!(report.case, after.case);
                after
            }
        };
        assert!(
            (is_own || is_offered) && role.is_some_and(|role| may(role, kind)),
            "{name} may not {kind:?}"
        );
        if kind == ActionKind::Accept {
            assert!(is_offered, "{name} took what was not offered");
            assert_eq!(after.case.tenant.as_str(), tenant);
        } else {
            assert_eq!(after.case.tenant, before.case.tenant);
        }
        let mut allowed = transitions(kind);
        if asks {
            // Nobody else is needed for it.
            allowed = allowed
                .iter()
                .map(|step| (step.0, State::Decided))
                .collect();
        }
        let is_live = after.legs.iter().any(|leg| leg.live);
        let is_decided = after.case.outcome.is_some() && before.case.outcome.is_none();
        // What nothing supports goes to sleep with its decision.
        let led_to = if is_decided && !is_live {
            assert_eq!(after.case.state, State::Withdrawn);
            State::Decided
        } else {
            after.case.state
        };
        let step = (before.case.state, led_to);
        assert!(
            step.0 == step.1 && keeps(kind) || allowed.contains(&step),
            "{kind:?} led from {step:?}"
        );
        if matches!(step.0, State::Decided | State::Withdrawn) && step.1 == State::Reopened {
            self.reopened(&before, is_live);
        }
        if is_decided {
            self.decided(&after);
        }
    }

    /// Who was refused what, and why, is the last thing in the log.
    pub(crate) fn is_logged(&self, who: usize, key: i64, error: &AppError) {
        let (name, role, tenant) = PEOPLE[who];
        let entry = self
            .app
            .log_entries(&LogFilter::default(), None, 1)
            .unwrap();
        let entry = &entry[0];
        assert_eq!(entry.kind, "refused");
        assert_eq!(
            (
                entry.actor.as_deref(),
                entry.role.as_deref(),
                &*entry.tenant
            ),
            (Some(name), role.map(Role::name), tenant)
        );
        let told: serde_json::Value = serde_json::from_str(entry.full_detail()).unwrap();
        let told = told["change"].as_str().unwrap();
        assert!(told.contains(&format!("alert {key}: ")), "{told}");
        assert!(told.ends_with(&error.to_string()), "{told}");
    }

    /// The log is what was written, and the beginning of it is what it was before.
    pub(crate) fn check_log(&mut self) {
        self.app.verify_log(None).unwrap();
        let (size, root) = self.app.log_end().unwrap();
        let grown = self.app.prove_growth(self.log.0, None).unwrap();
        assert_eq!((grown.size, grown.root), (size, root));
        if self.log.0 > 0 {
            assert_eq!(grown.of, self.log.1);
        }
        self.log = (size, root);
    }

    fn who(alert: &AlertReport) -> (u8, String) {
        let subject = alert.subject.external.parse().unwrap();
        let entry = &alert.legs[0].entry;
        let list = usize::from(entry.starts_with("l1"));
        (subject, party(list, entry[3..].parse().unwrap()))
    }

    fn reopened(&mut self, alert: &AlertReport, is_live: bool) {
        self.answers.remove(&Self::who(alert));
        if !is_live {
            self.unsupported.insert(alert.row.key);
        }
    }

    fn decided(&mut self, alert: &AlertReport) {
        let decision = alert.folded.as_ref().unwrap().decision().unwrap().clone();
        assert_ne!(decision.approver.as_ref(), Some(&decision.proposer));
        self.unsupported.remove(&alert.row.key);
        let facts = &decision.proposal.facts;
        let n = |property: &Property| FACTS.iter().position(|p| p == property).unwrap();
        let text = |values: &BTreeSet<String>| values.first().cloned().unwrap_or_default();
        let lives = match decision.proposal.outcome {
            Outcome::NeedsInformation => 24 * 14,
            _ => 24 * 365,
        };
        let answer = Answer {
            outcome: decision.proposal.outcome,
            ours: facts
                .subject
                .iter()
                .map(|(p, values)| (n(p), text(values)))
                .collect(),
            theirs: facts
                .party
                .iter()
                .map(|(p, values)| (n(p), values.clone()))
                .collect(),
            review: self.review,
            end: decision.at.checked_add(lives.hours()).unwrap(),
        };
        self.answers.insert(Self::who(alert), answer);
    }

    /// Whom every subject meets when everybody is screened from nothing, without the register's help.
    fn hits(&self) -> BTreeMap<(u8, String), Vec<(String, Said)>> {
        let policy = self.app.register_policy().unwrap().0;
        let cut = self.app.cut(&[], AsOf::NOW, policy.matching).unwrap();
        let mut hits: BTreeMap<(u8, String), Vec<(String, Said)>> = BTreeMap::new();
        for (id, said) in &self.subjects {
            for hit in cut.screener.screen(&entity(&id.to_string(), said)).hits {
                let entry = hit.party.entity.id.to_string();
                let list = usize::from(entry.starts_with("l1"));
                let number: u8 = entry[3..].parse().unwrap();
                hits.entry((*id, party(list, number)))
                    .or_default()
                    .push((entry, self.lists[list][&number]));
            }
        }
        hits
    }

    /// Which answers have fallen, by the reference; then what waits for people.
    fn expected(&mut self) -> BTreeSet<(String, String)> {
        let hits = self.hits();
        let mut met = self.met.clone();
        self.answers.retain(|pair, answer| {
            let Some(entries) = hits.get(pair) else {
                // Nobody meets anybody: what was cleared sleeps, everything else has to be asked again if it comes back.
                return answer.outcome == Outcome::FalsePositive;
            };
            let Some(ours) = self.subjects.get(&pair.0) else {
                return false;
            };
            let is_same = answer
                .ours
                .iter()
                .all(|(fact, then)| value(ours, *fact) == *then)
                && answer.theirs.iter().all(|(fact, then)| {
                    let now: BTreeSet<String> = entries
                        .iter()
                        .map(|(_, said)| value(said, *fact).to_owned())
                        .filter(|text| !text.is_empty())
                        .collect();
                    now == *then
                });
            let is_reused = entries.iter().any(|(entry, said)| {
                let before = met.get(&(pair.0, entry.clone()));
                before.is_some_and(|then| {
                    let stated = |s: &Said| !BORN[s.2].is_empty();
                    then.0 != said.0 && then.2 != said.2 && stated(then) && stated(said)
                })
            });
            let is_over = match answer.outcome {
                Outcome::FalsePositive => answer.end <= self.now || self.review < answer.review,
                Outcome::NeedsInformation => answer.end <= self.now,
                Outcome::TrueMatch | Outcome::Inconclusive => false,
            };
            is_same && !is_reused && !is_over
        });
        for ((subject, _), entries) in &hits {
            for (entry, said) in entries {
                met.insert((*subject, entry.clone()), *said);
            }
        }
        self.met = met;
        let answers = &self.answers;
        hits.iter()
            .filter(|(pair, _)| !answers.contains_key(*pair))
            .flat_map(|((subject, _), entries)| {
                entries
                    .iter()
                    .map(|(entry, _)| (subject.to_string(), entry.clone()))
            })
            .collect()
    }

    /// What the desk says waits for people and is supported.
    pub(crate) fn waiting(&self) -> BTreeSet<(String, String)> {
        let alerts = self.app.alerts(None, usize::MAX).unwrap();
        let mut waiting = BTreeSet::new();
        for alert in &alerts {
            let in_full = self.app.alert(alert.row.key).unwrap();
            let case = in_full.folded.unwrap();
            assert_eq!(case.state(), alert.case.state);
            assert_eq!(case.revision(), alert.case.revision);
            assert_eq!(case.assignee(), alert.case.assignee.as_ref());
            let outcome = case.decision().map(|d| d.proposal.outcome);
            assert_eq!(outcome, alert.case.outcome);
            assert_eq!(AlertState::of(&case), alert.row.state);
            let is_live = alert.legs.iter().any(|leg| leg.live);
            if case.state().is_waiting() {
                assert!(is_live || self.unsupported.contains(&alert.row.key));
                waiting.extend(
                    alert
                        .legs
                        .iter()
                        .filter(|leg| leg.live)
                        .map(|leg| (alert.subject.external.clone(), leg.entry.clone())),
                );
            }
            assert!(is_live || case.state() != State::Decided);
        }
        waiting
    }

    /// Where every subject stands, counted from the alerts one by one.
    fn counted(&self) -> BTreeMap<&'static str, u64> {
        let mut most: BTreeMap<i64, AlertState> = BTreeMap::new();
        for alert in self.app.alerts(None, usize::MAX).unwrap() {
            let rank = |state: AlertState| match state {
                AlertState::Confirmed => 0,
                AlertState::Open => 1,
                AlertState::UnderReview => 2,
                AlertState::Unresolved => 3,
                AlertState::Released => 4,
                AlertState::Withdrawn => 5,
            };
            if alert.subject.erased.is_none() && alert.subject.retired.is_none() {
                let worst = most.entry(alert.subject.key.0).or_insert(alert.row.state);
                if rank(alert.row.state) < rank(*worst) {
                    *worst = alert.row.state;
                }
            }
        }
        let mut counts = BTreeMap::new();
        let mut people = self.subjects.len() as u64;
        for state in most.into_values() {
            let word = match state {
                AlertState::Open => "alert-open",
                AlertState::Withdrawn => continue,
                other => other.as_str(),
            };
            *counts.entry(word).or_default() += 1;
            people -= 1;
        }
        if people > 0 {
            counts.insert("clear", people);
        }
        counts
    }

    /// What came of alerts; lists and scripts are those of today and left out.
    pub(crate) fn quality(&self, as_of: Timestamp) -> Quality {
        Quality {
            by_list: BTreeMap::new(),
            by_script: BTreeMap::new(),
            ..self.app.quality(as_of, &|_| "").unwrap()
        }
    }

    pub(crate) fn check(&mut self, past: &mut Vec<(Accounting, Quality)>) {
        self.check_log();
        let alive: BTreeSet<i64> = (self.app.alerts(None, usize::MAX).unwrap().iter())
            .filter(|a| a.case.state == State::Reopened || a.case.state.is_waiting())
            .map(|a| a.row.key)
            .collect();
        self.unsupported.retain(|key| alive.contains(key));
        let expected = self.expected();
        assert_eq!(self.waiting(), expected);
        let accounting = self.app.accounting(self.now).unwrap();
        assert!(accounting.reconciles(), "{accounting:?}");
        let mut in_force = accounting.states.clone();
        in_force.retain(|state, n| *n > 0 && !matches!(*state, "retired" | "erased"));
        assert_eq!(in_force, self.counted());
        let quality = self.quality(self.now);
        let waiting = (self.app.alerts(None, usize::MAX).unwrap().iter())
            .filter(|alert| alert.case.state.is_waiting())
            .count() as u64;
        assert_eq!(quality.waiting, waiting);
        let aged: u64 = quality.ages.iter().map(|age| age.alerts).sum();
        assert_eq!(aged, waiting);
        past.push((accounting, quality));
    }
}

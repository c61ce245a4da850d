//! Laws of the desk, over random histories of lists, subjects, policies and people.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rescreen_app::audit::{Hash, LogFilter};
use rescreen_app::{
    Accounting, AlertReport, AlertState, App, AppError, AsOf, HoldRequest, Incoming, Input, Limits,
    ListSpec, Quality, Relied, Request, State as Came, Store, UpdateRequest,
};
use rescreen_desk::{
    Action, ActionKind, Attachment, Basis, Disposition, DispositionKind, Facts, Outcome, Proposal,
    ReasonCode, Role, State, UserId, may,
};
use rescreen_match::{Policy, Score};
use rescreen_model::{Entity, ListName, Property, Schema};
use serde_json::json;

/// Invented people, each in two spellings.
const NAMES: [[&str; 2]; 4] = [
    ["Anselm Wackerbarth", "Anselm Wakkerbarth"],
    ["Зиновий Кравцунов", "Zinoviy Kravtsunov"],
    ["Fatima Al Marzuqani", "Fatimah Almarzuqani"],
    ["Ottokar Brezina", "Ottokar Březina"],
];
const BORN: [&str; 4] = ["1961-04-23", "1961-04-24", "1988", ""];
const GENDER: [&str; 2] = ["", "female"];
const NOTES: [&str; 3] = ["", "seen in a harbour", "has a scar"];

/// Who a party or subject is said to be: name, spelling, birth date, gender, and what nobody compares.
type Said = (usize, usize, usize, usize, usize);

fn said() -> impl Strategy<Value = Said> {
    // Mostly the same, so that people meet entries, and changes meet decisions.
    let mostly_first = |n: usize| prop_oneof![4 => Just(0), 3 => 0..n];
    (
        mostly_first(4),
        mostly_first(2),
        mostly_first(4),
        mostly_first(2),
        0..3_usize,
    )
}

#[derive(Debug, Clone)]
enum Step {
    /// A source says these subjects. `true`: and no others.
    Import(BTreeMap<u8, Said>, bool),
    /// A list says these entries. The first flag: they are added to what it said. The second: if it looks broken, it is
    /// released all the same.
    Update(usize, BTreeMap<u8, Said>, bool, bool),
    Policy(u32),
    Erase(u8),
    /// The person concerned contests what is made of them.
    Dispute(usize, u8),
    /// A hold is put on a subject, or lifted.
    Hold(u8, bool),
    Full,
    /// More than the longest life of a clearance passes.
    Years,
    /// A person does something with one of the alerts.
    Desk(usize, usize, Do),
}

#[derive(Debug, Clone)]
enum Do {
    Kind(ActionKind),
    /// Propose and approve, by two people: chance alone decides too rarely.
    Decide(Outcome, Vec<usize>),
    Revoke,
}

/// What a person may say they relied on.
const FACTS: [Property; 4] = [
    Property::Name,
    Property::BirthDate,
    Property::Gender,
    Property::Notes,
];

/// The people of the desk, of whom the last works for another tenant, and one is listed nowhere.
const PEOPLE: [(&str, Option<Role>, &str); 8] = [
    ("ada", Some(Role::Admin), "default"),
    ("ann", Some(Role::Analyst), "default"),
    ("ben", Some(Role::Approver), "default"),
    ("cid", Some(Role::Approver), "default"),
    ("vic", Some(Role::Viewer), "default"),
    ("aud", Some(Role::Auditor), "default"),
    ("eve", None, "default"),
    ("mia", Some(Role::Approver), "other"),
];
const BEN: usize = 2;
const CID: usize = 3;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let subjects = || prop::collection::btree_map(0..3_u8, said(), 1..3);
    let entries = || prop::collection::btree_map(2..5_u8, said(), 1..4);
    let facts = prop::collection::vec(0..FACTS.len(), 0..3);
    let outcome = prop_oneof![
        4 => Just(Outcome::FalsePositive),
        1 => Just(Outcome::TrueMatch),
        1 => Just(Outcome::Inconclusive),
        1 => Just(Outcome::NeedsInformation),
    ];
    let act = prop_oneof![
        4 => prop::sample::select(&ActionKind::ALL[..]).prop_map(Do::Kind),
        6 => (outcome, facts).prop_map(|(outcome, facts)| Do::Decide(outcome, facts)),
        1 => Just(Do::Revoke),
    ];
    let step = prop_oneof![
        3 => (subjects(), prop::bool::weighted(0.15)).prop_map(|(s, complete)| Step::Import(s, complete)),
        4 => (0..2_usize, entries(), prop::bool::weighted(0.8), any::<bool>())
            .prop_map(|(l, e, append, release)| Step::Update(l, e, append, release)),
        1 => (5_500..9_500_u32).prop_map(Step::Policy),
        1 => (0..4_u8).prop_map(Step::Erase),
        1 => (0..PEOPLE.len(), 0..3_u8).prop_map(|(who, id)| Step::Dispute(who, id)),
        1 => (0..3_u8, any::<bool>()).prop_map(|(id, put)| Step::Hold(id, put)),
        1 => Just(Step::Full),
        1 => Just(Step::Years),
        10 => (0..PEOPLE.len(), 0..8_usize, act).prop_map(|(who, which, act)| Step::Desk(who, which, act)),
    ];
    prop::collection::vec(step, 10..40)
}

/// An answer that people gave, as the reference remembers it.
#[derive(Debug, Clone)]
struct Answer {
    outcome: Outcome,
    ours: BTreeMap<usize, String>,
    theirs: BTreeMap<usize, BTreeSet<String>>,
    review: u32,
    end: Timestamp,
}

/// The register and the desk, and beside them a reference that knows only what lists, subjects and people said.
struct World {
    app: App,
    now: Timestamp,
    subjects: BTreeMap<u8, Said>,
    lists: [BTreeMap<u8, Said>; 2],
    review: u32,
    /// By subject and party.
    answers: BTreeMap<(u8, String), Answer>,
    /// What an entry said when the subject last met it.
    met: BTreeMap<(u8, String), Said>,
    /// What people took up again although nothing supports it.
    unsupported: BTreeSet<i64>,
    /// On whom a hold stands.
    held: BTreeSet<u8>,
    /// The log as it was when it was last looked at.
    log: (u64, Hash),
}

/// The party behind an entry: number 3 is on both lists, and each says so.
fn party(list: usize, id: u8) -> String {
    if id == 3 {
        "both".to_owned()
    } else {
        format!("l{list}-{id:03}")
    }
}

fn value(said: &Said, fact: usize) -> &'static str {
    match fact {
        0 => NAMES[said.0][said.1],
        1 => BORN[said.2],
        2 => GENDER[said.3],
        _ => NOTES[said.4],
    }
}

fn entity(id: &str, said: &Said) -> Entity {
    let mut entity = Entity::new(id, Schema::Person);
    for (n, property) in FACTS.iter().enumerate() {
        entity.add(property.clone(), value(said, n));
    }
    entity
}

fn list_name(list: usize) -> ListName {
    ListName::parse(&format!("l{list}")).unwrap()
}

impl World {
    fn new() -> Self {
        let mut app = App::new(Store::in_memory().unwrap());
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for list in 0..2 {
            let limits = Limits {
                shrink: 1.0,
                change: 1.0,
            };
            let spec = ListSpec {
                format: "ftm-json".to_owned(),
                urls: Vec::new(),
                mapping: None,
                limits,
            };
            app.add_list(&list_name(list), spec, now).unwrap();
        }
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

    fn tick(&mut self) -> Timestamp {
        self.now = self.now.checked_add(1.hours()).unwrap();
        self.now
    }

    fn update(&mut self, list: usize, entries: &BTreeMap<u8, Said>, append: bool, release: bool) {
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
            append,
            fetched: Vec::new(),
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

    fn take(&mut self, step: &Step) {
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
                self.app
                    .register(&mut registration, &incoming, now)
                    .unwrap();
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
                let done = self.app.erase_subject(&name, "ada", "a law", now);
                assert_eq!(done.is_ok(), is_there && !self.held.contains(id));
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

    fn dispute(&mut self, who: usize, id: u8) {
        let now = self.tick();
        let (name, role, tenant) = PEOPLE[who];
        let subject = format!("s/{id}");
        let before = self.app.alerts(None, usize::MAX).unwrap();
        let before: Vec<AlertReport> = (before.into_iter())
            .filter(|a| a.subject.external == id.to_string() && a.case.state != State::Withdrawn)
            .collect();
        let is_there = self.app.find_subject(&subject).is_ok();
        let disputed = self.app.dispute(&subject, name, "it is not me", None, now);
        let is_allowed = role.is_some_and(|role| may(role, ActionKind::Dispute));
        assert_eq!(disputed.is_ok(), is_there && is_allowed);
        let Ok(disputed) = disputed else { return };
        // Of another tenant's cases nobody learns anything, and so nothing happens to them.
        let is_theirs = tenant == "default";
        assert_eq!(disputed.len(), if is_theirs { before.len() } else { 0 });
        for alert in before.iter().filter(|_| is_theirs) {
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
    fn act(&mut self, who: usize, key: i64, action: Action, facts: &[usize]) {
        let now = self.tick();
        let before = self.app.alert(key).unwrap();
        let (name, role, tenant) = PEOPLE[who];
        let kind = action.kind();
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
                let is_told = tenant == "default" || role.is_none();
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
            tenant == "default" && role.is_some_and(|role| may(role, kind)),
            "{name} may not {kind:?}"
        );
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
    fn is_logged(&self, who: usize, key: i64, error: &AppError) {
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
    fn check_log(&mut self) {
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
    fn waiting(&self) -> BTreeSet<(String, String)> {
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
    fn quality(&self, as_of: Timestamp) -> Quality {
        Quality {
            by_list: BTreeMap::new(),
            by_script: BTreeMap::new(),
            ..self.app.quality(as_of, &|_| "").unwrap()
        }
    }

    fn check(&mut self, past: &mut Vec<(Accounting, Quality)>) {
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

fn proposal(outcome: Outcome) -> Proposal {
    let code = match outcome {
        Outcome::FalsePositive => "other-person",
        Outcome::TrueMatch => "same-person",
        Outcome::Inconclusive => "too-little-known",
        Outcome::NeedsInformation => "asked-subject",
    };
    Proposal {
        outcome,
        reason: ReasonCode::new(code),
        text: "as far as can be seen".to_owned(),
        basis: Basis::Identity,
        facts: Facts::default(),
    }
}

fn sample(kind: ActionKind, now: Timestamp) -> Action {
    let reason = "because".to_owned();
    let later = now.checked_add(50.hours()).unwrap();
    match kind {
        ActionKind::Assign => Action::Assign {
            to: UserId::new("Ben"),
        },
        ActionKind::StartReview => Action::StartReview,
        ActionKind::Propose => Action::Propose(proposal(Outcome::FalsePositive)),
        ActionKind::Approve => Action::Approve,
        ActionKind::Reject => Action::Reject { reason },
        ActionKind::Reopen => Action::Reopen { reason },
        ActionKind::Dispute => Action::Dispute { reason, due: later },
        ActionKind::Escalate => Action::Escalate { reason },
        ActionKind::Snooze => Action::Snooze { until: later },
        ActionKind::Note => Action::Note { text: reason },
        ActionKind::Attach => Action::Attach(Attachment {
            name: "passport.pdf".to_owned(),
            hash: [7; 32],
            bytes: 1,
        }),
        ActionKind::Dispose => Action::Dispose(Disposition {
            kind: DispositionKind::Frozen,
            date: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
            authority: "the officer".to_owned(),
        }),
    }
}

/// From which state to which each kind of command may lead, written without a look at the crate.
fn transitions(kind: ActionKind) -> Vec<(State, State)> {
    use State::{Assigned, Decided, InReview, New, Proposed, Reopened, Withdrawn};
    match kind {
        ActionKind::Assign => vec![
            (New, Assigned),
            (Assigned, Assigned),
            (InReview, Assigned),
            (Reopened, Assigned),
        ],
        ActionKind::StartReview => {
            vec![(New, InReview), (Assigned, InReview), (Reopened, InReview)]
        }
        ActionKind::Propose => vec![
            (New, Proposed),
            (Assigned, Proposed),
            (InReview, Proposed),
            (Reopened, Proposed),
        ],
        ActionKind::Approve => vec![(Proposed, Decided)],
        ActionKind::Reject => vec![(Proposed, InReview)],
        ActionKind::Reopen => vec![(Decided, Reopened), (Withdrawn, Reopened)],
        ActionKind::Dispute => vec![(Decided, Reopened)],
        ActionKind::Escalate
        | ActionKind::Snooze
        | ActionKind::Note
        | ActionKind::Attach
        | ActionKind::Dispose => Vec::new(),
    }
}

/// Whether the kind of command may leave the state as it is.
fn keeps(kind: ActionKind) -> bool {
    matches!(
        kind,
        ActionKind::Dispute
            | ActionKind::Escalate
            | ActionKind::Snooze
            | ActionKind::Note
            | ActionKind::Attach
            | ActionKind::Dispose
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// After any history, what waits for people is what a full re-screen gives that nobody has answered on grounds that
    /// still hold. Nobody does what the rules do not allow, the figures add up, and the past answers as it did.
    #[test]
    fn what_waits_is_what_nobody_has_answered_on_grounds_that_hold(steps in steps()) {
        let mut world = World::new();
        let mut past = Vec::new();
        for step in &steps {
            world.take(step);
            world.check(&mut past);
        }
        let before = world.waiting();
        let now = world.tick();
        let full = world.app.sweep_full(now, &mut |_| {}).unwrap();
        let changes = (full.alerts_new, full.alerts_changed, full.alerts_withdrawn, full.alerts_reopened);
        prop_assert_eq!(changes, (0, 0, 0, 0));
        prop_assert_eq!(world.waiting(), before);
        for (accounting, quality) in past {
            let then = accounting.as_of;
            prop_assert_eq!(world.app.accounting(then).unwrap(), accounting);
            prop_assert_eq!(world.quality(then), quality);
        }
    }
}

/// Anselm, met by an entry that differs in gender and notes alone; cleared on name and birth date by two people.
fn cleared(facts: &[usize]) -> (World, i64) {
    let mut world = World::new();
    world.take(&Step::Update(
        0,
        BTreeMap::from([(3, (0, 0, 0, 0, 0))]),
        false,
        true,
    ));
    world.take(&Step::Import(BTreeMap::from([(1, (0, 1, 0, 0, 0))]), false));
    let key = world.app.alerts(None, 1).unwrap()[0].row.key;
    let decide = Do::Decide(Outcome::FalsePositive, facts.to_vec());
    world.take(&Step::Desk(BEN, 0, decide));
    assert_eq!(state(&world, key), AlertState::Released);
    (world, key)
}

fn state(world: &World, key: i64) -> AlertState {
    world.app.alert(key).unwrap().row.state
}

/// Why the case was last reopened.
fn lapse(world: &World, key: i64) -> String {
    let events = world.app.alert(key).unwrap().events;
    let lapsed = events.iter().rfind(|event| event.kind == "lapsed").unwrap();
    match rescreen_app::form::decode_case_change(&lapsed.detail).unwrap() {
        rescreen_desk::Change::Lapsed { lapses } => lapses[0].to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_change_that_touches_no_fact_relied_on_troubles_nobody() {
    let (mut world, key) = cleared(&[0, 1]);
    // Gender and notes on the list, notes of the subject.
    world.update(0, &BTreeMap::from([(3, (0, 0, 0, 1, 2))]), false, true);
    world.take(&Step::Import(BTreeMap::from([(1, (0, 1, 0, 0, 1))]), false));
    assert_eq!(state(&world, key), AlertState::Released);
    // Gone and back again.
    world.update(0, &BTreeMap::from([(9, (3, 0, 0, 0, 0))]), false, true);
    assert_eq!(state(&world, key), AlertState::Withdrawn);
    world.update(0, &BTreeMap::from([(3, (0, 0, 0, 1, 2))]), false, true);
    assert_eq!(state(&world, key), AlertState::Released);
    assert_eq!(world.app.suppressions(world.now).unwrap().len(), 1);
}

/// However many namesakes are cleared, each stays so, and the next one is a question of its own.
#[test]
fn sixty_cleared_namesakes_are_sixty_answers() {
    let mut world = World::new();
    let namesakes = |count: u8, notes: usize| -> BTreeMap<u8, Said> {
        (10..10 + count)
            .map(|id| (id, (0, 0, 0, 0, notes)))
            .collect()
    };
    world.update(0, &namesakes(60, 0), false, true);
    world.take(&Step::Import(BTreeMap::from([(1, (0, 1, 0, 0, 0))]), false));
    let keys: Vec<i64> = world
        .app
        .alerts(None, usize::MAX)
        .unwrap()
        .iter()
        .map(|a| a.row.key)
        .collect();
    assert_eq!(keys.len(), 60, "no question is cut off");
    for (which, _) in keys.iter().enumerate() {
        world.take(&Step::Desk(
            BEN,
            which,
            Do::Decide(Outcome::FalsePositive, vec![0, 1]),
        ));
    }
    world.update(0, &namesakes(61, 1), false, true);
    let waits: Vec<i64> = world
        .app
        .alerts(Some(AlertState::Open), usize::MAX)
        .unwrap()
        .iter()
        .map(|a| a.row.key)
        .collect();
    assert_eq!(waits.len(), 1);
    assert!(!keys.contains(&waits[0]));
    assert_eq!(world.app.suppressions(world.now).unwrap().len(), 60);
}

/// A hit that is confirmed answers no other question about the same person, and a list that goes on changing its entry
/// asks nothing again.
#[test]
fn one_confirmed_hit_leaves_the_others_open_and_is_not_asked_again() {
    let mut world = World::new();
    let two = |notes| BTreeMap::from([(10, (0, 0, 0, 0, notes)), (11, (0, 0, 0, 0, notes))]);
    world.update(0, &two(0), false, true);
    world.take(&Step::Import(BTreeMap::from([(1, (0, 1, 0, 0, 0))]), false));
    world.take(&Step::Desk(
        BEN,
        0,
        Do::Decide(Outcome::TrueMatch, vec![0, 1]),
    ));
    let states = |world: &World| -> Vec<AlertState> {
        let alerts = world.app.alerts(None, usize::MAX).unwrap();
        alerts.iter().map(|a| a.row.state).collect()
    };
    assert_eq!(states(&world), [AlertState::Confirmed, AlertState::Open]);
    for notes in [1, 2, 0] {
        world.update(0, &two(notes), false, true);
        assert_eq!(states(&world), [AlertState::Confirmed, AlertState::Open]);
    }
}

#[test]
fn another_lists_copy_of_the_party_is_answered_as_well() {
    let (mut world, key) = cleared(&[1]);
    world.update(1, &BTreeMap::from([(3, (0, 1, 0, 0, 0))]), true, true);
    let alert = world.app.alert(key).unwrap();
    assert_eq!(alert.legs.len(), 2);
    assert_eq!(alert.row.state, AlertState::Released);
    // The copy states another birth date: that is news.
    world.update(1, &BTreeMap::from([(3, (0, 1, 1, 0, 0))]), true, true);
    assert_eq!(state(&world, key), AlertState::Open);
    assert_eq!(
        lapse(&world, key),
        "birthDate of the party was 1961-04-23 and is 1961-04-23, 1961-04-24"
    );
}

#[test]
fn a_clearance_ends_with_time_and_with_a_stricter_policy_and_says_so() {
    let (mut world, key) = cleared(&[]);
    world.take(&Step::Policy(6_000));
    assert_eq!(
        lapse(&world, key),
        "matches go to people from 0.60 on, then it was 0.70"
    );
    world.take(&Step::Desk(
        CID,
        0,
        Do::Decide(Outcome::FalsePositive, vec![1]),
    ));
    assert_eq!(state(&world, key), AlertState::Released);
    world.take(&Step::Years);
    assert!(lapse(&world, key).starts_with("it expired at "));
    assert_eq!(state(&world, key), AlertState::Open);
}

#[test]
fn a_clearance_ends_when_the_rules_ask_for_more() {
    let (mut world, key) = cleared(&[1]);
    let (policy, _) = world.app.desk_policy().unwrap();
    let text = rescreen_app::form::encode_desk_policy(&policy).unwrap();
    let text = text.replace("\"required_facts\":[]", "\"required_facts\":[\"name\"]");
    let now = world.tick();
    let set = |world: &mut World, by| world.app.set_desk_policy(&text, by, "stricter", now);
    assert!(matches!(set(&mut world, "ben"), Err(AppError::Refused(_))));
    assert_eq!(state(&world, key), AlertState::Released);
    assert_eq!(set(&mut world, "ada").unwrap(), 1);
    assert!(lapse(&world, key).contains("asks for name"));
}

#[test]
fn an_id_that_means_somebody_else_is_not_cleared() {
    let (mut world, key) = cleared(&[1]);
    // The entry goes; its id comes back for a person with whom it has nothing in common, and the subject becomes one
    // whom that person's name fits.
    world.update(0, &BTreeMap::from([(9, (3, 0, 0, 0, 0))]), false, true);
    world.update(0, &BTreeMap::from([(3, (2, 0, 2, 0, 0))]), false, true);
    world.take(&Step::Import(BTreeMap::from([(1, (2, 0, 2, 0, 0))]), false));
    assert_eq!(state(&world, key), AlertState::Open);
    assert!(lapse(&world, key).contains("means somebody else"));
}

#[test]
fn what_is_erased_is_gone_from_the_desk_and_its_states_stay() {
    let (mut world, key) = cleared(&[0, 1]);
    world.act(BEN, key, sample(ActionKind::Note, world.now), &[]);
    world.take(&Step::Erase(1));
    let alert = world.app.alert(key).unwrap();
    let text = format!("{alert:?}");
    for secret in ["Wackerbarth", "Wakkerbarth", "1961", "because", "as far as"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(alert.row.state, AlertState::Withdrawn);
    assert_eq!(alert.folded.unwrap().revision(), alert.case.revision);
    let now = world.tick();
    let mut request = Request {
        alert: key,
        by: "ben".to_owned(),
        expected: None,
        key: None,
        action: sample(ActionKind::Note, now),
        relied: Vec::new(),
    };
    let refused = world.app.act(&request, now);
    assert!(matches!(refused, Err(AppError::Refused(_))));
    request.alert = 999;
    let unknown = world.app.act(&request, now);
    assert!(matches!(unknown, Err(AppError::NotFound(_))));
}

#[test]
fn as_long_as_nobody_is_listed_four_eyes_are_two_names() {
    let mut world = World::new();
    world.app = App::new(Store::in_memory().unwrap());
    let now = world.now;
    let spec = ListSpec {
        format: "ftm-json".to_owned(),
        urls: Vec::new(),
        mapping: None,
        limits: Limits {
            shrink: 1.0,
            change: 1.0,
        },
    };
    world.app.add_list(&list_name(0), spec, now).unwrap();
    world.update(0, &BTreeMap::from([(2, (0, 0, 0, 0, 0))]), false, true);
    world.take(&Step::Import(BTreeMap::from([(1, (0, 0, 0, 0, 0))]), false));
    let mut ask = |by: &str, action: Action, key: Option<&str>| {
        let request = Request {
            alert: 1,
            by: by.to_owned(),
            expected: None,
            key: key.map(str::to_owned),
            action,
            relied: Vec::new(),
        };
        let now = world.tick();
        world.app.act(&request, now)
    };
    let propose = || Action::Propose(proposal(Outcome::FalsePositive));
    let first = ask("Ann", propose(), Some("k")).unwrap();
    // Sent twice, done once.
    let again = ask("Ann", propose(), Some("k")).unwrap();
    assert_eq!(first.case, again.case);
    assert!(matches!(
        ask("ben", propose(), Some("k")),
        Err(AppError::Refused(_))
    ));
    let own = ask(" ANN ", Action::Approve, None);
    assert!(
        matches!(own, Err(AppError::Refused(_))),
        "capitals are no second person"
    );
    assert!(matches!(
        ask(" ", Action::Approve, None),
        Err(AppError::Usage(_))
    ));
    let done = ask("ben", Action::Approve, None).unwrap();
    assert_eq!(done.row.state, AlertState::Released);

    let mut add = |user: &str, role, by: &str| world.app.add_user(user, role, "default", by, now);
    assert!(matches!(
        add("ann", Role::Analyst, "ann"),
        Err(AppError::Refused(_))
    ));
    add("ann", Role::Admin, "ann").unwrap();
    assert!(matches!(
        add("ben", Role::Admin, "ben"),
        Err(AppError::Forbidden(_))
    ));
    assert!(matches!(
        add("ann", Role::Viewer, "ann"),
        Err(AppError::Refused(_))
    ));
    let gone = world.app.remove_user("ann", "ann", now);
    assert!(matches!(gone, Err(AppError::Refused(_))));
}

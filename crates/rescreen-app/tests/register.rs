//! Laws of the register, over random histories.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Cursor,
    mem,
    path::PathBuf,
};

use common::unlimited;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rescreen_app::{
    Accounting, AlertReport, AlertState, App, AsOf, Incoming, Input, LegRow, NewRetention,
    RegisterPolicy, Scope, Store, UpdateReport, UpdateRequest,
};
use rescreen_match::{Policy, Score};
use rescreen_model::{Entity, ListName, Property, Schema};
use serde_json::json;

/// Invented people, each in two spellings.
const NAMES: [[&str; 2]; 6] = [
    ["Anselm Wackerbarth", "Anselm Wakkerbarth"],
    ["Beatrix Oldenkott", "Oldenkott Beatrix Maria"],
    ["Зиновий Кравцунов", "Zinoviy Kravtsunov"],
    ["Gunvald Isaksvik", "Gunvald Isaksvik-Torp"],
    ["Fatima Al Marzuqani", "Fatimah Almarzuqani"],
    ["Ottokar Brezina", "Ottokar Březina"],
];
/// What an entry says it is listed for, by its id.
const TOPICS: [Option<&str>; 3] = [None, Some("crime.terror"), Some("sanction")];
/// What a policy may ask for: the first holds the second of the above.
const ASKED: [&str; 2] = ["crime", "sanction"];
const BORN: [&str; 3] = ["1961-04-23", "1961-04-24", "1988"];

#[derive(Debug, Clone)]
enum Step {
    /// A source says these subjects, by id: name, spelling, birth date. `true`: and no others.
    Import(BTreeMap<u8, (usize, usize, usize)>, bool),
    /// A list says these entries. With `true` they are added to what it said.
    Update(usize, BTreeMap<u8, (usize, usize)>, bool),
    /// The review threshold, one list or all, and one topic or any.
    Policy(u32, Option<usize>, Option<usize>),
    Erase(u8),
    Full,
    /// Something happens to a file of a segment: which one, and what.
    Damage(usize, Damage),
    /// What is wrong with segments is mended.
    Tend,
}

#[derive(Debug, Clone)]
enum Damage {
    Gone,
    CutAt(usize),
    Flipped(usize),
    Emptied,
    /// It has what another one has.
    Swapped,
    Stray,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let subjects = prop::collection::btree_map(0..8_u8, (0..6_usize, 0..2_usize, 0..3_usize), 1..6);
    let entries = prop::collection::btree_map(0..8_u8, (0..6_usize, 0..3_usize), 1..6);
    let step = prop_oneof![
        4 => (subjects, any::<bool>()).prop_map(|(s, complete)| Step::Import(s, complete)),
        5 => (0..2_usize, entries, prop::bool::weighted(0.3)).prop_map(|(l, e, a)| Step::Update(l, e, a)),
        1 => policies().prop_map(|(review, list, topic)| Step::Policy(review, list, topic)),
        1 => (0..8_u8).prop_map(Step::Erase),
        1 => Just(Step::Full),
        2 => (0..4_usize, damage()).prop_map(|(file, damage)| Step::Damage(file, damage)),
        1 => Just(Step::Tend),
    ];
    prop::collection::vec(step, 1..14)
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        Just(Damage::Gone),
        (0..4_000_usize).prop_map(Damage::CutAt),
        (0..4_000_usize).prop_map(Damage::Flipped),
        Just(Damage::Emptied),
        Just(Damage::Swapped),
        Just(Damage::Stray),
    ]
}

fn policies() -> impl Strategy<Value = (u32, Option<usize>, Option<usize>)> {
    let scope = (prop::option::of(0..2_usize), prop::option::of(0..2_usize));
    (5_500..9_500_u32, scope).prop_map(|(review, (list, topic))| (review, list, topic))
}

fn policy(review: u32, list: Option<usize>, topic: Option<usize>) -> RegisterPolicy {
    let scope = Scope::default()
        .with_lists(list.map(|list| BTreeSet::from([lists()[list].clone()])))
        .and_then(|scope| {
            scope.with_topics(topic.map(|t| ASKED[t].to_owned()).into_iter().collect())
        });
    RegisterPolicy {
        matching: Policy::new(
            Score::from_basis_points(review),
            Score::from_basis_points(9_600),
        )
        .unwrap(),
        scope: scope.unwrap(),
    }
}

fn topic_of(id: u8) -> Option<&'static str> {
    TOPICS[usize::from(id) % TOPICS.len()]
}

/// Evidence as a person saw it: the alert, the entry, what it said, the subject's version, and what was found.
type Seen = (i64, String, i64, i64, String);

fn evidence(leg: &LegRow) -> Seen {
    (
        leg.alert,
        leg.entry.clone(),
        leg.record,
        leg.version,
        leg.found.clone(),
    )
}

struct World {
    app: App,
    now: Timestamp,
    home: tempfile::TempDir,
    /// Files that were damaged and not mended yet.
    damaged: BTreeSet<PathBuf>,
    /// The list and the topic in scope; all where none.
    scope: (Option<usize>, Option<usize>),
}

impl World {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        // So few subjects need no segment; here each may have one.
        let store = Store::open(home.path()).unwrap().with_segments_from(2);
        let mut app = App::new(store);
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for list in lists() {
            app.add_list(&list, unlimited(), now).unwrap();
        }
        let mut world = Self {
            app,
            now,
            home,
            damaged: BTreeSet::new(),
            scope: (None, None),
        };
        for list in 0..2 {
            world.update(list, &BTreeMap::from([(9, (0, 0))]), false);
        }
        world
    }

    fn tick(&mut self) -> Timestamp {
        self.now = self.now.checked_add(1.hours()).unwrap();
        self.now
    }

    fn update(
        &mut self,
        list: usize,
        entries: &BTreeMap<u8, (usize, usize)>,
        append: bool,
    ) -> UpdateReport {
        let now = self.tick();
        let text: String = entries
            .iter()
            .map(|(id, (name, born))| {
                // Both lists have entry 3 under one id each and say so: it is one party.
                let referents = if *id == 3 { vec![format!("l{}-003", 1 - list)] } else { Vec::new() };
                json!({ "id": format!("l{list}-{id:03}"), "schema": "Person", "referents": referents,
                        "properties": { "name": [NAMES[*name][0]], "birthDate": [BORN[*born]],
                                        "topics": Vec::from_iter(topic_of(*id)) } })
                .to_string()
                    + "\n"
            })
            .collect();
        let name = &lists()[list];
        let request = UpdateRequest {
            list: name,
            inputs: vec![Input::new("x.json", Cursor::new(text))],
            published: Some(now),
            last_modified: None,
            clock: &|| now,
            append,
            fetched: Vec::new(),
        };
        let report = self.app.update_list(request, &mut |_| {}).unwrap();
        if let Some(sweep) = &report.sweep {
            self.has_mended(&sweep.notes);
        }
        report
    }

    /// The files of segments.
    fn segments(&self) -> Vec<PathBuf> {
        let Ok(files) = fs::read_dir(self.home.path().join("segments")) else {
            return Vec::new();
        };
        let mut files: Vec<PathBuf> = files.map(|f| f.unwrap().path()).collect();
        files.sort();
        files
    }

    fn damage(&mut self, file: usize, damage: &Damage) {
        let files = self.segments();
        let Some(path) = files.get(file) else { return };
        let mut bytes = fs::read(path).unwrap();
        match damage {
            Damage::Gone => fs::remove_file(path).unwrap(),
            Damage::CutAt(length) => {
                bytes.truncate(length % bytes.len().max(1));
                fs::write(path, bytes).unwrap();
            }
            Damage::Flipped(_) if bytes.is_empty() => return,
            Damage::Flipped(at) => {
                let at = at % bytes.len();
                bytes[at] ^= 1 << (at % 8);
                fs::write(path, bytes).unwrap();
            }
            Damage::Emptied => fs::write(path, []).unwrap(),
            Damage::Swapped => {
                let other = &files[(file + 1) % files.len()];
                if other == path || self.damaged.contains(path) || self.damaged.contains(other) {
                    return;
                }
                fs::copy(other, path).unwrap();
            }
            Damage::Stray => {
                fs::write(path.with_extension("new"), bytes).unwrap();
                return;
            }
        }
        self.damaged.insert(path.clone());
    }

    /// Whatever was damaged and is still in use was said to be mended.
    fn has_mended(&mut self, notes: &[String]) {
        let damaged = mem::take(&mut self.damaged);
        assert!(
            notes.len() <= damaged.len(),
            "{notes:?} for the damage of {damaged:?}"
        );
        let again = self.app.tend_segments().unwrap();
        assert!(again.is_empty(), "{again:?} after {notes:?}");
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Import(subjects, complete) => {
                let now = self.tick();
                let mut registration = self.app.registration("s").unwrap();
                let incoming: Vec<Incoming> = subjects
                    .iter()
                    .map(|(id, (name, spelling, born))| {
                        let mut subject = Entity::new(format!("{id}").as_str(), Schema::Person);
                        subject.add(Property::Name, NAMES[*name][*spelling]);
                        subject.add(Property::BirthDate, BORN[*born]);
                        Incoming { subject }
                    })
                    .collect();
                self.app.register(&mut registration, incoming, now).unwrap();
                self.app.finish_registration(&mut registration).unwrap();
                if *complete {
                    self.app.retire_missing(&mut registration, now).unwrap();
                }
            }
            Step::Update(list, entries, append) => {
                self.update(*list, entries, *append);
            }
            Step::Policy(review, list, topic) => {
                let now = self.tick();
                let policy = policy(*review, *list, *topic);
                self.scope = (*list, *topic);
                self.app
                    .set_register_policy(&policy, "a tester", "a law", now, &mut |_| {})
                    .unwrap();
            }
            Step::Erase(id) => {
                let now = self.tick();
                let _unknown_or_erased =
                    self.app
                        .erase_subject(&format!("s/{id}"), "a tester", "a law", now);
            }
            Step::Full => {
                let now = self.tick();
                let full = self.app.sweep_full(now, &mut |_| {}).unwrap();
                assert!(full.notes.is_empty(), "the roll agrees: {:?}", full.notes);
            }
            Step::Damage(file, damage) => self.damage(*file, damage),
            Step::Tend => {
                let notes = self.app.tend_segments().unwrap();
                self.has_mended(&notes);
            }
        }
    }

    /// What the alerts say: subject, entry, score of every leg that holds.
    fn alerts(&self) -> BTreeSet<(String, String, Score)> {
        let alerts = self.app.alerts(None, usize::MAX).unwrap();
        alerts
            .iter()
            .flat_map(|alert| {
                let live = alert.legs.iter().filter(|l| l.live);
                assert_eq!(
                    alert.row.state == AlertState::Open,
                    live.clone().count() > 0,
                    "an alert is open exactly while something supports it"
                );
                live.map(|l| (alert.subject.external.clone(), l.entry.clone(), l.score))
            })
            .collect()
    }

    /// Adds the evidence that there is to what was seen, without that about whom is erased.
    fn see(&self, seen: &mut BTreeSet<Seen>) {
        for alert in self.app.alerts(None, usize::MAX).unwrap() {
            seen.retain(|(key, ..)| *key != alert.row.key || alert.subject.erased.is_none());
            seen.extend(alert.legs.iter().map(evidence));
        }
    }

    /// All evidence that is kept, that of today and that of before.
    fn kept(&self) -> BTreeSet<Seen> {
        let mut kept = BTreeSet::new();
        for alert in self.app.alerts(None, usize::MAX).unwrap() {
            let alert = self.app.alert(alert.row.key).unwrap();
            kept.extend(alert.legs.iter().map(evidence));
            kept.extend(alert.past.iter().map(|(_, leg)| evidence(leg)));
        }
        kept
    }

    /// The same, by screening everybody from nothing without the register's help.
    fn brute_force(
        &self,
        subjects: &BTreeMap<String, Entity>,
    ) -> BTreeSet<(String, String, Score)> {
        let policy = self.app.register_policy().unwrap().0;
        let cut = self.app.cut(&[], AsOf::NOW, policy.matching).unwrap();
        subjects
            .iter()
            .flat_map(|(id, subject)| {
                let hits = cut.screener.screen(subject).hits;
                hits.into_iter()
                    .filter(|hit| self.is_in_scope(hit.party.entity.id.as_str()))
                    .map(|hit| (id.clone(), hit.party.entity.id.to_string(), hit.found.score))
            })
            .collect()
    }

    fn is_in_scope(&self, entry: &str) -> bool {
        let (list, id) = entry[1..].split_once('-').unwrap();
        let (list, id): (usize, u8) = (list.parse().unwrap(), id.parse().unwrap());
        let stated = topic_of(id);
        self.scope.0.is_none_or(|only| only == list)
            && self
                .scope
                .1
                .is_none_or(|asked| stated.is_none_or(|t| t.starts_with(ASKED[asked])))
    }

    /// The subjects in force, read back.
    fn subjects(&self) -> BTreeMap<String, Entity> {
        (0..8_u8)
            .filter_map(|id| {
                let report = self
                    .app
                    .show_subject(&format!("s/{id}"), Timestamp::MAX)
                    .ok()?;
                let in_force = report.row.retired.is_none() && report.row.erased.is_none();
                let subject = rescreen_app::form::decode_subject(&report.row.body).ok()?;
                in_force.then_some((id.to_string(), subject))
            })
            .collect()
    }
}

fn lists() -> [ListName; 2] {
    ["l0", "l1"].map(|name| ListName::parse(name).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// After any history the alerts are those of a full re-screen, nobody is a laggard, the figures add up, the past
    /// answers as it did, and no evidence that anybody saw is lost, but that about whom is erased.
    #[test]
    fn after_any_history_the_alerts_are_those_of_a_full_rescreen(steps in steps()) {
        let mut world = World::new();
        let mut past: Vec<Accounting> = Vec::new();
        let mut seen = BTreeSet::new();
        for step in &steps {
            world.take(step);
            let subjects = world.subjects();
            prop_assert_eq!(world.alerts(), world.brute_force(&subjects), "after {:?}", step);
            let coverage = world.app.coverage(world.now).unwrap();
            prop_assert_eq!(coverage.subjects, subjects.len() as u64);
            prop_assert_eq!(coverage.laggards(), 0);
            for (place, list) in coverage.lists.iter().enumerate() {
                let in_scope = world.scope.0.is_none_or(|only| only == place);
                prop_assert_eq!(list.in_scope, in_scope);
                prop_assert_eq!(list.screened, if in_scope { subjects.len() as u64 } else { 0 });
            }
            let accounting = world.app.accounting(world.now).unwrap();
            prop_assert!(accounting.reconciles(), "{:?}", accounting);
            let alerted: BTreeSet<_> = world.alerts().into_iter().map(|(subject, ..)| subject).collect();
            prop_assert_eq!(accounting.states["alert-open"], alerted.len() as u64);
            past.push(accounting);
            world.see(&mut seen);
            prop_assert_eq!(&world.kept(), &seen, "what was seen is kept as it was");
            for then in &past {
                prop_assert_eq!(&world.app.accounting(then.as_of).unwrap(), then);
                let flows = world.app.flows(then.as_of, world.now).unwrap();
                prop_assert!(flows.reconciles(), "{:?}", flows);
                prop_assert_eq!(&flows.from, then);
            }
        }
        let before = world.alerts();
        let now = world.tick();
        let full = world.app.sweep_full(now, &mut |_| {}).unwrap();
        prop_assert_eq!((full.alerts_new, full.alerts_changed, full.alerts_returned, full.alerts_withdrawn), (0, 0, 0, 0));
        prop_assert!(full.notes.is_empty(), "{:?}", full.notes);
        prop_assert_eq!(world.alerts(), before);
        for subject in world.subjects().keys() {
            for screening in world.app.show_subject(&format!("s/{subject}"), Timestamp::MAX).unwrap().screenings {
                prop_assert!(world.app.replay(screening.key).unwrap().equal);
            }
        }
    }

    /// A forecast says what setting the policy then does, and changes nothing itself.
    #[test]
    fn a_forecast_is_what_then_happens(steps in steps(), (review, list, topic) in policies()) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
        }
        let policy = policy(review, list, topic);
        let before = world.alerts();
        let now = world.tick();
        let forecast = world.app.forecast_policy(&policy, now, &mut |_| {}).unwrap();
        prop_assert_eq!(world.alerts(), before);
        let done = world.app.set_register_policy(&policy, "a tester", "a law", now, &mut |_| {}).unwrap();
        prop_assert_eq!(&done.sweep, &forecast.sweep);
        let keys = |alerts: &[AlertReport]| alerts.iter().map(|a| a.row.key).collect::<Vec<_>>();
        for (told, is) in [
            (&forecast.sample.new, &done.sample.new),
            (&forecast.sample.changed, &done.sample.changed),
            (&forecast.sample.returned, &done.sample.returned),
            (&forecast.sample.withdrawn, &done.sample.withdrawn),
        ] {
            prop_assert_eq!(keys(told), keys(is));
        }
        let counted = [done.sweep.alerts_new, done.sweep.alerts_withdrawn].map(|n| n.min(10) as usize);
        prop_assert_eq!(counted, [done.sample.new.len(), done.sample.withdrawn.len()]);
        for alert in &done.sample.withdrawn {
            prop_assert!(alert.legs.iter().all(|leg| !leg.live));
        }
    }
}

#[test]
fn one_party_on_two_lists_is_one_alert_with_a_leg_for_each() {
    let mut world = World::new();
    world.update(0, &BTreeMap::from([(3, (1, 0))]), false);
    world.take(&Step::Import(BTreeMap::from([(1, (1, 0, 0))]), false));
    world.update(1, &BTreeMap::from([(3, (1, 0))]), false);
    let alerts = world.app.alerts(None, 10).unwrap();
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0].legs.len(), 2);

    // One list lets go of it: the alert stays, on the other leg alone. Then both: it is withdrawn, evidence kept.
    world.update(0, &BTreeMap::from([(5, (5, 0))]), false);
    let alert = &world.app.alerts(None, 10).unwrap()[0];
    assert_eq!(alert.row.state, AlertState::Open);
    assert_eq!(alert.legs.iter().filter(|l| l.live).count(), 1);
    world.update(1, &BTreeMap::from([(5, (5, 0))]), false);
    let alert = world.app.alert(alert.row.key).unwrap();
    assert_eq!(alert.row.state, AlertState::Withdrawn);
    assert_eq!(alert.legs.len(), 2);
    let kinds: Vec<&str> = alert.events.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["raised", "leg-added", "leg-withdrawn", "withdrawn"]);

    // Listed again: the same alert speaks, no second one.
    world.update(0, &BTreeMap::from([(3, (1, 0))]), false);
    let alerts = world.app.alerts(None, 10).unwrap();
    assert_eq!((alerts.len(), alerts[0].row.state), (1, AlertState::Open));
}

#[test]
fn namesakes_on_two_lists_are_two_questions() {
    let mut world = World::new();
    world.update(0, &BTreeMap::from([(1, (1, 0))]), false);
    world.update(1, &BTreeMap::from([(2, (1, 0))]), false);
    world.take(&Step::Import(BTreeMap::from([(1, (1, 0, 0))]), false));
    assert_eq!(world.app.alerts(None, 10).unwrap().len(), 2);
}

#[test]
fn what_was_erased_is_gone_and_counted() {
    let mut world = World::new();
    world.take(&Step::Import(BTreeMap::from([(0, (0, 0, 0))]), false));
    assert_eq!(
        world.alerts().len(),
        2,
        "both lists have somebody of that name"
    );
    world.take(&Step::Erase(0));
    assert!(world.app.find_subject("s/0").is_err());
    let accounting = world.app.accounting(world.now).unwrap();
    assert_eq!((accounting.subjects, accounting.states["erased"]), (1, 1));
    assert!(accounting.reconciles());
    let alert = &world.app.alerts(None, 10).unwrap()[0];
    assert!(alert.legs.is_empty() && alert.subject.body.is_empty());
    assert!(
        world.app.replay(1).is_err(),
        "there is nothing left to replay"
    );
    // The same person may come again, as somebody new.
    world.take(&Step::Import(BTreeMap::from([(0, (0, 0, 0))]), false));
    assert_eq!(world.app.accounting(world.now).unwrap().subjects, 2);
}

#[test]
fn a_clock_that_runs_backwards_does_not_turn_the_log_back() {
    let mut world = World::new();
    world.take(&Step::Import(BTreeMap::from([(0, (0, 0, 0))]), false));
    let late = world.now;
    world.now = world.now.checked_sub(100.hours()).unwrap();
    world.take(&Step::Import(
        BTreeMap::from([(0, (0, 1, 0)), (1, (0, 0, 0))]),
        false,
    ));
    for alert in world.app.alerts(None, 10).unwrap() {
        for event in world.app.alert(alert.row.key).unwrap().events {
            assert!(event.at >= late);
        }
    }
    assert!(world.app.accounting(late).unwrap().reconciles());
}

/// Whether any file of the home's segments has these letters in it.
fn is_in_segments(world: &World, letters: &str) -> bool {
    world.segments().iter().any(|file| {
        let bytes = fs::read(file).unwrap();
        bytes
            .windows(letters.len())
            .any(|w| w == letters.as_bytes())
    })
}

#[test]
fn whoever_is_erased_is_in_no_segment_any_more() {
    let mut world = World::new();
    world.take(&Step::Import(
        BTreeMap::from([(0, (0, 0, 0)), (1, (1, 0, 0)), (2, (3, 0, 0))]),
        false,
    ));
    assert!(is_in_segments(&world, "oldenkott"));
    // What a process left behind that died in the middle.
    world.damage(0, &Damage::Stray);
    world.take(&Step::Erase(1));
    assert_eq!(world.segments().len(), 1);
    assert!(!is_in_segments(&world, "oldenkott") && is_in_segments(&world, "isaksvik"));

    // A segment that cannot be read could have anybody in it.
    world.damage(0, &Damage::Flipped(500));
    world.take(&Step::Erase(2));
    assert!(world.segments().is_empty());
    world.damaged.clear();
    world.update(0, &BTreeMap::from([(1, (0, 0))]), false);
    assert_eq!(world.alerts(), world.brute_force(&world.subjects()));
    assert!(!is_in_segments(&world, "isaksvik"));
}

#[test]
fn whoever_the_retention_rule_erases_is_in_no_segment_any_more() {
    let mut world = World::new();
    let all = [(0, (0, 0, 0)), (1, (1, 0, 0)), (2, (3, 0, 0))];
    world.take(&Step::Import(BTreeMap::from(all), false));
    world.take(&Step::Import(BTreeMap::from([all[0]]), true));
    let rule = NewRetention {
        retired_days: Some(30),
        decided_days: 0,
    };
    let now = world.tick();
    world.app.set_retention(rule, "ada", "a law", now).unwrap();
    assert!(is_in_segments(&world, "oldenkott") && is_in_segments(&world, "isaksvik"));
    world.now = now.checked_add((31 * 24).hours()).unwrap();
    assert_eq!(world.app.purge("ada", true, world.now).unwrap().len(), 2);
    assert!(is_in_segments(&world, "oldenkott") && is_in_segments(&world, "isaksvik"));
    assert_eq!(world.app.purge("ada", false, world.now).unwrap().len(), 2);
    assert!(!is_in_segments(&world, "oldenkott") && !is_in_segments(&world, "isaksvik"));
    assert!(is_in_segments(&world, "wackerbarth"));
    world.update(0, &BTreeMap::from([(1, (0, 0)), (2, (3, 0))]), false);
    assert_eq!(world.alerts(), world.brute_force(&world.subjects()));
}

#[test]
fn a_segment_that_is_of_no_use_is_made_anew_and_said_so() {
    let mut world = World::new();
    world.take(&Step::Import(
        BTreeMap::from([
            (0, (0, 0, 0)),
            (1, (1, 0, 0)),
            (2, (3, 0, 0)),
            (3, (3, 1, 0)),
        ]),
        false,
    ));
    let whole = fs::read(&world.segments()[0]).unwrap();
    let mut of_another_build = whole.clone();
    of_another_build[9] ^= 1;
    let mut flipped = whole.clone();
    flipped[whole.len() - 1] ^= 1;
    let damages = [
        (None, "its file is missing"),
        (Some(whole[..whole.len() / 2].to_vec()), "checksum"),
        (Some(Vec::new()), "expected a segment"),
        (Some(flipped), "checksum"),
        (Some(of_another_build), "of build"),
    ];
    for (n, (bytes, why)) in damages.into_iter().enumerate() {
        let file = world.segments()[0].clone();
        match bytes {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        world.damaged.insert(file.clone());
        let report = world.update(0, &BTreeMap::from([(1, (n % 2, 0))]), false);
        let notes = report.sweep.unwrap().notes;
        assert!(notes.len() == 1 && notes[0].contains(why), "{notes:?}");
        assert!(
            notes[0].contains("subjects 1 to 4 was made anew"),
            "{notes:?}"
        );
        assert_eq!(world.alerts(), world.brute_force(&world.subjects()));
        assert_eq!(fs::read(file).unwrap(), whole);
    }
    // Another segment's file under this one's name is whole in itself, and still of no use.
    world.take(&Step::Import(
        BTreeMap::from([(4, (4, 0, 0)), (5, (5, 0, 0))]),
        false,
    ));
    let files = world.segments();
    assert_eq!(files.len(), 2);
    fs::copy(&files[1], &files[0]).unwrap();
    let notes = world.app.tend_segments().unwrap();
    assert!(notes[0].contains("that of another segment"), "{notes:?}");
}

#[test]
fn a_segment_built_while_others_work_leaves_nobody_out() {
    let mut world = World::new();
    let incoming = |id: u8, name: usize| {
        let mut subject = Entity::new(format!("{id}").as_str(), Schema::Person);
        subject.add(Property::Name, NAMES[name][0]);
        Incoming { subject }
    };
    let now = world.tick();
    let mut long = world.app.registration("s").unwrap();
    world
        .app
        .register(&mut long, vec![incoming(0, 0), incoming(1, 1)], now)
        .unwrap();
    // Meanwhile one more comes, one changes, one is erased.
    let mut short = world.app.registration("s").unwrap();
    world
        .app
        .register(&mut short, vec![incoming(2, 2), incoming(1, 3)], now)
        .unwrap();
    world.app.finish_registration(&mut short).unwrap();
    world
        .app
        .erase_subject("s/0", "a tester", "a law", now)
        .unwrap();
    world
        .app
        .register(&mut long, vec![incoming(3, 4), incoming(4, 5)], now)
        .unwrap();
    world.app.finish_registration(&mut long).unwrap();
    assert_eq!(world.segments().len(), 1);
    assert!(!is_in_segments(&world, "wackerbarth"));
    for name in 1..6 {
        world.update(1, &BTreeMap::from([(1, (name, 0))]), false);
        let alerts = world.alerts();
        assert_eq!(alerts, world.brute_force(&world.subjects()), "{name}");
        assert_eq!(alerts.len(), usize::from(name != 1), "{name}");
    }
}

//! A register to which anything may happen, and what a full comparison says of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Cursor,
    mem,
    path::PathBuf,
    sync::Arc,
};

use crate::common::unlimited;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rescreen_app::{
    AlertState, App, AsOf, Cut, How, Incoming, Input, LegRow, RegisterPolicy, Scope, Store,
    UpdateReport, UpdateRequest,
};
use rescreen_match::{Policy, Score};
use rescreen_model::{Entity, ListName, Property, Schema};
use serde_json::json;

/// Invented people, each in two spellings.
pub(crate) const NAMES: [[&str; 2]; 6] = [
    ["Anselm Wackerbarth", "Anselm Wakkerbarth"],
    ["Beatrix Oldenkott", "Oldenkott Beatrix Maria"],
    ["Зиновий Кравцунов", "Zinoviy Kravtsunov"],
    ["Gunvald Isaksvik", "Gunvald Isaksvik-Torp"],
    ["Fatima Al Marzuqani", "Fatimah Almarzuqani"],
    ["Ottokar Brezina", "Ottokar Březina"],
];
/// What an entry says it is listed for, by its id.
pub(crate) const TOPICS: [Option<&str>; 3] = [None, Some("crime.terror"), Some("sanction")];
/// What a policy may ask for: the first holds the second of the above.
pub(crate) const ASKED: [&str; 2] = ["crime", "sanction"];
pub(crate) const BORN: [&str; 3] = ["1961-04-23", "1961-04-24", "1988"];

#[derive(Debug, Clone)]
pub(crate) enum Step {
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
pub(crate) enum Damage {
    Gone,
    CutAt(usize),
    Flipped(usize),
    Emptied,
    /// It has what another one has.
    Swapped,
    Stray,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
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

pub(crate) fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        Just(Damage::Gone),
        (0..4_000_usize).prop_map(Damage::CutAt),
        (0..4_000_usize).prop_map(Damage::Flipped),
        Just(Damage::Emptied),
        Just(Damage::Swapped),
        Just(Damage::Stray),
    ]
}

pub(crate) fn policies() -> impl Strategy<Value = (u32, Option<usize>, Option<usize>)> {
    let scope = (prop::option::of(0..2_usize), prop::option::of(0..2_usize));
    (5_500..9_500_u32, scope).prop_map(|(review, (list, topic))| (review, list, topic))
}

pub(crate) fn policy(review: u32, list: Option<usize>, topic: Option<usize>) -> RegisterPolicy {
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

pub(crate) fn topic_of(id: u8) -> Option<&'static str> {
    TOPICS[usize::from(id) % TOPICS.len()]
}

/// Evidence as a person saw it: the alert, the entry, what it said, the subject's version, and what was found.
pub(crate) type Seen = (i64, String, i64, i64, String);

pub(crate) fn evidence(leg: &LegRow) -> Seen {
    (
        leg.alert,
        leg.entry.clone(),
        leg.record,
        leg.version,
        leg.found.clone(),
    )
}

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) now: Timestamp,
    pub(crate) home: tempfile::TempDir,
    /// Files that were damaged and not mended yet.
    pub(crate) damaged: BTreeSet<PathBuf>,
    /// The list and the topic in scope; all where none.
    pub(crate) scope: (Option<usize>, Option<usize>),
}

impl World {
    pub(crate) fn new() -> Self {
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

    /// Loads what is in force under the policy's thresholds, and lays it at hand.
    pub(crate) fn lay_a_cut_at_hand(&mut self) -> Arc<Cut> {
        let policy = self.app.register_policy().unwrap().0.matching;
        let cut = Arc::new(self.app.cut(&[], AsOf::NOW, policy).unwrap());
        self.app.lay_at_hand(Some(Arc::clone(&cut)));
        cut
    }

    pub(crate) fn tick(&mut self) -> Timestamp {
        self.now = self.now.checked_add(1.hours()).unwrap();
        self.now
    }

    pub(crate) fn update(
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
            how: if append { How::Append } else { How::Whole },
            fetched: Vec::new(),
            edition: None,
            noted: Vec::new(),
        };
        let report = self.app.update_list(request, &mut |_| {}).unwrap();
        if let Some(sweep) = &report.sweep {
            self.has_mended(&sweep.notes);
        }
        report
    }

    /// The files of segments.
    pub(crate) fn segments(&self) -> Vec<PathBuf> {
        let Ok(files) = fs::read_dir(self.home.path().join("segments")) else {
            return Vec::new();
        };
        let mut files: Vec<PathBuf> = files.map(|f| f.unwrap().path()).collect();
        files.sort();
        files
    }

    pub(crate) fn damage(&mut self, file: usize, damage: &Damage) {
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
    pub(crate) fn has_mended(&mut self, notes: &[String]) {
        let damaged = mem::take(&mut self.damaged);
        assert!(
            notes.len() <= damaged.len(),
            "{notes:?} for the damage of {damaged:?}"
        );
        let again = self.app.tend_segments().unwrap();
        assert!(again.is_empty(), "{again:?} after {notes:?}");
    }

    pub(crate) fn take(&mut self, step: &Step) {
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
    pub(crate) fn alerts(&self) -> BTreeSet<(String, String, Score)> {
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
    pub(crate) fn see(&self, seen: &mut BTreeSet<Seen>) {
        for alert in self.app.alerts(None, usize::MAX).unwrap() {
            seen.retain(|(key, ..)| *key != alert.row.key || alert.subject.erased.is_none());
            seen.extend(alert.legs.iter().map(evidence));
        }
    }

    /// All evidence that is kept, that of today and that of before.
    pub(crate) fn kept(&self) -> BTreeSet<Seen> {
        let mut kept = BTreeSet::new();
        for alert in self.app.alerts(None, usize::MAX).unwrap() {
            let alert = self.app.alert(alert.row.key).unwrap();
            kept.extend(alert.legs.iter().map(evidence));
            kept.extend(alert.past.iter().map(|(_, leg)| evidence(leg)));
        }
        kept
    }

    /// The same, by screening everybody from nothing without the register's help.
    pub(crate) fn brute_force(
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

    pub(crate) fn is_in_scope(&self, entry: &str) -> bool {
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
    pub(crate) fn subjects(&self) -> BTreeMap<String, Entity> {
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

pub(crate) fn lists() -> [ListName; 2] {
    ["l0", "l1"].map(|name| ListName::parse(name).unwrap())
}

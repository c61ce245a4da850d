//! Laws of updates by deltas: where they apply, the list is the one that its whole file gives; where they do not, nothing
//! is done.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::{collections::BTreeMap, io::Cursor};

use common::unlimited;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rescreen_app::{
    App, AppError, AsOf, Edition, How, Input, State, Store, UpdateReport, UpdateRequest,
};
use rescreen_match::Policy;
use rescreen_model::ListName;
use serde_json::{Value, json};

/// What an edition says: a name for each entity, and whether the model knows its schema.
type Content = BTreeMap<u8, (u8, bool)>;

fn entity(id: u8, (name, is_known): (u8, bool)) -> Value {
    let schema = if is_known { "Person" } else { "Hovercraft" };
    json!({ "id": format!("x-{id:03}"), "schema": schema, "properties": { "name": [format!("Name {name}")] } })
}

fn whole(content: &Content) -> String {
    let lines = content
        .iter()
        .map(|(id, said)| entity(*id, *said).to_string());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// What a publisher says of the step from one edition to the next.
fn operations(before: &Content, after: &Content) -> String {
    let mut lines = Vec::new();
    for (id, said) in after {
        match before.get(id) {
            None => lines.push(json!({ "op": "ADD", "entity": entity(*id, *said) })),
            Some(old) if old != said => {
                lines.push(json!({ "op": "MOD", "entity": entity(*id, *said) }));
            }
            Some(_) => {}
        }
    }
    for id in before.keys().filter(|id| !after.contains_key(id)) {
        lines.push(json!({ "op": "DEL", "entity": { "id": format!("x-{id:03}") } }));
    }
    let lines = lines.iter().map(|line: &Value| line.to_string() + "\n");
    lines.collect()
}

fn published(step: usize) -> Timestamp {
    let start: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
    start.checked_add((24 * step as i64).hours()).unwrap()
}

fn edition(step: usize, content: &Content) -> Edition {
    Edition {
        label: format!("{step:04}"),
        entities: Some(content.len() as u64),
    }
}

/// The version in force, its entries, these by schema, and who is in it by what name.
type InForce = (String, u64, BTreeMap<String, u64>, Vec<(String, String)>);

struct Follower {
    app: App,
    list: ListName,
}

impl Follower {
    fn new() -> Self {
        let mut app = App::new(Store::in_memory().unwrap());
        let list = ListName::parse("x").unwrap();
        app.add_list(&list, unlimited(), published(0)).unwrap();
        Self { app, list }
    }

    fn take(
        &mut self,
        how: How,
        files: Vec<String>,
        step: usize,
        edition: Option<Edition>,
    ) -> Result<UpdateReport, AppError> {
        let inputs = files
            .into_iter()
            .map(|f| Input::new("x.json", Cursor::new(f)));
        let request = UpdateRequest {
            list: &self.list,
            inputs: inputs.collect(),
            published: Some(published(step)),
            last_modified: None,
            clock: &|| published(step),
            how,
            fetched: Vec::new(),
            edition,
            noted: Vec::new(),
        };
        self.app.update_list(request, &mut |_| {})
    }

    fn take_whole(&mut self, content: &Content, step: usize) -> UpdateReport {
        let edition = edition(step, content);
        self.take(How::Whole, vec![whole(content)], step, Some(edition))
            .unwrap()
    }

    fn in_force(&self) -> InForce {
        let active = self.app.show_list(&self.list).unwrap().active.unwrap();
        let cut = self.app.cut(&[], AsOf::NOW, Policy::default()).unwrap();
        let parties = cut.screener.parties().iter();
        let said = parties.map(|p| (p.entity.id.to_string(), p.entity.caption().to_owned()));
        (
            active.version.to_string(),
            active.entries,
            active.by_schema,
            said.collect(),
        )
    }

    fn edition(&self) -> Option<String> {
        let list = self.app.list(&self.list).unwrap();
        self.app
            .edition(&list)
            .unwrap()
            .map(|edition| edition.label)
    }
}

fn histories() -> impl Strategy<Value = Vec<Content>> {
    let said = (0..3_u8, prop::bool::weighted(0.9));
    // One that is always there, so that no edition is empty.
    let content = prop::collection::btree_map(1..12_u8, said, 0..10).prop_map(|mut content| {
        content.insert(0, (0, true));
        content
    });
    prop::collection::vec(content, 2..7)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// From any edition over any number of steps at once: the version, its counts and what it says are those of the whole
    /// file. Only the removal of somebody whom the model did not know is no removal here, and then nothing is done.
    #[test]
    fn deltas_give_the_version_that_the_whole_file_gives(steps in histories(), stride in 1..4_usize) {
        let (mut by_whole, mut by_deltas) = (Follower::new(), Follower::new());
        by_deltas.take_whole(&steps[0], 0);
        by_whole.take_whole(&steps[0], 0);
        let (mut at, last) = (0, steps.len() - 1);
        while at < last {
            let to = (at + stride).min(last);
            let files: Vec<String> = (at..to)
                .map(|step| operations(&steps[step], &steps[step + 1]))
                .filter(|file| !file.is_empty())
                .collect();
            let strange = (at..to).any(|step| {
                let gone = steps[step].iter().filter(|(id, _)| !steps[step + 1].contains_key(id));
                gone.into_iter().any(|(_, (_, is_known))| !is_known)
            });
            by_whole.take_whole(&steps[to], to);
            let count = files.len();
            let before = by_deltas.in_force();
            match by_deltas.take(How::Deltas, files, to, Some(edition(to, &steps[to]))) {
                Ok(report) => {
                    prop_assert!(!strange);
                    prop_assert_eq!(report.deltas, count);
                }
                Err(AppError::Deltas(why)) => {
                    prop_assert!(strange && why.contains("not there"), "{}", why);
                    prop_assert_eq!(by_deltas.in_force(), before);
                    by_deltas.take_whole(&steps[to], to);
                }
                Err(error) => prop_assert!(false, "{error}"),
            }
            prop_assert_eq!(by_deltas.in_force(), by_whole.in_force());
            prop_assert_eq!(by_deltas.edition(), Some(format!("{to:04}")));
            at = to;
        }
    }

    /// Whatever is done to a delta file, the list stays what it was or becomes what the whole file says.
    #[test]
    fn a_damaged_delta_is_refused_or_says_the_same(
        steps in histories(),
        cut in any::<prop::sample::Index>(),
        doubled in any::<bool>(),
    ) {
        let known = |content: &Content| content.iter().map(|(id, (name, _))| (*id, (*name, true))).collect();
        let (first, second): (Content, Content) = (known(&steps[0]), known(&steps[1]));
        let (mut follower, mut whole) = (Follower::new(), Follower::new());
        follower.take_whole(&first, 0);
        whole.take_whole(&second, 1);
        let before = follower.in_force();
        let file = operations(&first, &second);
        let damaged = if doubled {
            file.repeat(2)
        } else {
            file[..cut.index(file.len() + 1)].to_owned()
        };
        let mods = second.iter().filter(|(id, said)| first.get(id).is_some_and(|old| old != *said)).count();
        match follower.take(How::Deltas, vec![damaged], 1, Some(edition(1, &second))) {
            Err(AppError::Deltas(_)) => prop_assert_eq!(follower.in_force(), before),
            // A file that ends after a whole line is told by the counts alone, and changes that replace do not count.
            Ok(_) => prop_assert!(mods > 0 || follower.in_force().3 == whole.in_force().3),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}

/// Two editions of which the second adds one person, changes one and removes one.
fn two() -> (Content, Content) {
    let first = (0..30).map(|id| (id, (0, true))).collect::<Content>();
    let mut second = first.clone();
    second.insert(40, (1, true));
    second.insert(3, (2, true));
    second.remove(&7);
    (first, second)
}

#[test]
fn deltas_that_do_not_apply_change_nothing() {
    let (first, second) = two();
    let good = operations(&first, &second);
    let edition = |entities| {
        let label = "0001".to_owned();
        Some(Edition { label, entities })
    };
    let unknown = format!(
        "{good}{}\n",
        json!({ "op": "DEL", "entity": { "id": "x-099" } })
    );
    let again = format!(
        "{good}{}\n",
        json!({ "op": "DEL", "entity": { "id": "x-007" } })
    );
    for (file, to, word) in [
        (
            unknown.clone(),
            edition(Some(29)),
            "x-099, which is not there",
        ),
        (again, edition(None), "x-007, which is not there"),
        (good.clone(), edition(Some(31)), "do not make the 31"),
        (good.clone(), None, "not known which edition"),
        (
            good[..good.len() - 9].to_owned(),
            edition(None),
            "the end of the file",
        ),
        (format!("{good}7\n"), edition(None), "an operation"),
        (String::new(), edition(None), "found nothing"),
        (whole(&second), edition(None), "a whole list"),
        (good.replace("DEL", "PUT"), edition(None), "ADD, MOD or DEL"),
    ] {
        let mut follower = Follower::new();
        follower.take_whole(&first, 0);
        let before = follower.in_force();
        let error = follower.take(How::Deltas, vec![file], 1, to).unwrap_err();
        assert!(
            matches!(&error, AppError::Deltas(why) if why.contains(word)),
            "{word}: {error}"
        );
        assert_eq!(follower.in_force(), before);
        assert_eq!(follower.edition().as_deref(), Some("0000"));
        let versions = follower.app.show_list(&follower.list).unwrap().versions;
        assert_eq!(versions.len(), 1, "{word}");
    }
    let mut follower = Follower::new();
    follower.take_whole(&first, 0);
    let report = follower.take(How::Deltas, vec![good], 1, edition(Some(30)));
    assert_eq!(report.unwrap().state, State::Active);
    assert_eq!(follower.edition().as_deref(), Some("0001"));
}

#[test]
fn deltas_pass_the_circuit_breaker_like_every_update() {
    let (first, _) = two();
    let few: Content = first.clone().into_iter().take(10).collect();
    let mut follower = Follower::new();
    let limits = |spec: &mut rescreen_app::ListSpec| spec.limits.shrink = 0.05;
    let list = follower.list.clone();
    follower.app.set_list(&list, limits, published(0)).unwrap();
    follower.take_whole(&first, 0);
    let before = follower.in_force();
    let files = vec![operations(&first, &few)];
    let report = follower.take(How::Deltas, files, 1, Some(edition(1, &few)));
    let report = report.unwrap();
    assert_eq!(report.state, State::Quarantined);
    assert_eq!(report.reasons[0].code, "shrink");
    assert_eq!(follower.in_force(), before);
    // The label is that of a content which is not in force, so no delta is laid upon the older one.
    assert_eq!(follower.edition(), None);
    let version = report.version.to_string();
    let released = follower
        .app
        .release(&list, &version, "M. Example", "it is right", published(1));
    assert_eq!(released.unwrap().entries, 10);
    assert_eq!(follower.edition().as_deref(), Some("0001"));
}

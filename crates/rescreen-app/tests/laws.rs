//! Laws of list versions, over random histories.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::{collections::BTreeMap, io::Cursor};

use common::unlimited;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rescreen_app::{App, AsOf, How, Input, State, Store, UpdateReport, UpdateRequest};
use rescreen_match::Policy;
use rescreen_model::ListName;
use serde_json::json;

/// What a version says: the name and the schema of each entry.
type Content = BTreeMap<u8, (u8, bool)>;

fn text(content: &Content, reversed: bool) -> String {
    let mut lines: Vec<String> = content
        .iter()
        .map(|(id, (name, company))| {
            let schema = if *company { "Company" } else { "Person" };
            json!({ "id": format!("x-{id:03}"), "schema": schema, "properties": { "name": [format!("Name {name}")] } })
                .to_string()
        })
        .collect();
    if reversed {
        lines.reverse();
    }
    lines.join("\n") + "\n"
}

fn published(step: usize) -> Timestamp {
    let start: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
    start.checked_add((24 * step as i64).hours()).unwrap()
}

struct History {
    app: App,
    list: ListName,
}

impl History {
    fn new() -> Self {
        let mut app = App::new(Store::in_memory().unwrap());
        let list = ListName::parse("x").unwrap();
        app.add_list(&list, unlimited(), published(0)).unwrap();
        Self { app, list }
    }

    fn take_in(&mut self, content: &Content, step: usize, reversed: bool) -> UpdateReport {
        let inputs = vec![Input::new("x.json", Cursor::new(text(content, reversed)))];
        let request = UpdateRequest {
            list: &self.list,
            inputs,
            published: Some(published(step)),
            last_modified: None,
            clock: &|| published(step),
            how: How::Whole,
            fetched: Vec::new(),
            edition: None,
            noted: Vec::new(),
        };
        self.app.update_list(request, &mut |_| {}).unwrap()
    }

    /// What the store says was in force at the end of a step.
    fn content_at(&self, step: usize) -> Vec<(String, String, String)> {
        let at = AsOf {
            published: published(step),
            known: published(step),
        };
        let cut = self.app.cut(&[], at, Policy::default()).unwrap();
        let parties = cut.screener.parties().iter();
        parties
            .map(|p| {
                (
                    p.entity.id.to_string(),
                    p.entity.caption().to_owned(),
                    p.entity.schema.name().to_owned(),
                )
            })
            .collect()
    }
}

fn expected(content: &Content) -> Vec<(String, String, String)> {
    content
        .iter()
        .map(|(id, (name, company))| {
            let schema = if *company { "Company" } else { "Person" };
            (
                format!("x-{id:03}"),
                format!("Name {name}"),
                schema.to_owned(),
            )
        })
        .collect()
}

fn histories() -> impl Strategy<Value = Vec<Content>> {
    let content = prop::collection::btree_map(0..12_u8, (0..3_u8, any::<bool>()), 1..10);
    prop::collection::vec(content, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// After any history: each day answers with the content of that day, each delta is the difference of the two
    /// contents, counts add up, and the same content in another order is no new version.
    #[test]
    fn every_day_of_a_history_answers_with_its_own_content(steps in histories()) {
        let mut history = History::new();
        let mut before = Content::new();
        for (step, content) in steps.iter().enumerate() {
            let report = history.take_in(content, step, step % 2 == 1);
            let ids = |wanted: &dyn Fn(&u8) -> bool| -> Vec<String> {
                (0..12).filter(wanted).map(|id| format!("x-{id:03}")).collect()
            };
            let names = |ids: &[rescreen_model::EntityId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
            prop_assert_eq!(names(&report.delta.added), ids(&|id| content.contains_key(id) && !before.contains_key(id)));
            prop_assert_eq!(names(&report.delta.removed), ids(&|id| !content.contains_key(id) && before.contains_key(id)));
            let changed: Vec<String> = report.delta.changed.iter().map(|c| c.id.to_string()).collect();
            prop_assert_eq!(changed, ids(&|id| before.contains_key(id) && content.contains_key(id) && content[id] != before[id]));
            prop_assert_eq!(report.state, if *content == before { State::Unchanged } else { State::Active });

            let again = history.take_in(content, step, step % 2 == 0);
            prop_assert_eq!((again.state, &again.version), (State::Unchanged, &report.version));

            let shown = history.app.show_list(&history.list).unwrap();
            let active = shown.active.unwrap();
            let companies = content.values().filter(|(_, company)| *company).count() as u64;
            prop_assert_eq!(active.entries, content.len() as u64);
            prop_assert_eq!(active.by_schema.get("Company").copied().unwrap_or_default(), companies);
            prop_assert_eq!(active.by_schema.values().sum::<u64>(), active.entries);
            before = content.clone();
        }
        for (step, content) in steps.iter().enumerate() {
            prop_assert_eq!(history.content_at(step), expected(content), "on day {}", step);
        }
    }

    /// The difference of any two versions, forwards and backwards, names the same entries.
    #[test]
    fn a_diff_backwards_is_the_diff_forwards_turned_round(steps in histories()) {
        let mut history = History::new();
        let versions: Vec<String> =
            steps.iter().enumerate().map(|(n, c)| history.take_in(c, n, false).version.to_string()).collect();
        let (first, last) = (&versions[0], &versions[versions.len() - 1]);
        let forwards = history.app.diff(&history.list, first, last).unwrap();
        let backwards = history.app.diff(&history.list, last, first).unwrap();
        prop_assert_eq!(&forwards.added, &backwards.removed);
        prop_assert_eq!(&forwards.removed, &backwards.added);
        for ((a, there), (b, back)) in forwards.changed.iter().zip(&backwards.changed) {
            prop_assert_eq!(&a.id, &b.id);
            for (there, back) in there.iter().zip(back) {
                prop_assert_eq!((&there.field, &there.added), (&back.field, &back.removed));
            }
        }
        prop_assert_eq!(forwards.changed.len(), backwards.changed.len());
    }
}

#[test]
fn content_that_comes_back_on_the_same_day_is_a_version_of_its_own() {
    let mut history = History::new();
    let a = Content::from([(1, (1, false))]);
    let b = Content::from([(1, (2, false))]);
    let first = history.take_in(&a, 0, false).version;
    history.take_in(&b, 0, false);
    let third = history.take_in(&a, 0, false).version;
    assert_eq!(third.to_string(), format!("{first}.2"));
    let history_of_one = history.app.entity("x-001", AsOf::NOW).unwrap();
    assert_eq!(history_of_one.history.len(), 3);
    assert_eq!(history_of_one.now.len(), 1);
}

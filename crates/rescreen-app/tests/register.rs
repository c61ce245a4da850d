//! Laws of the register, over random histories.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

mod register_world;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::Arc,
};

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use register_world::*;
use rescreen_app::{Accounting, AlertReport, AlertState, Incoming, NewRetention};
use rescreen_model::{Entity, Property, Schema};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// After any history the alerts are those of a full re-screen, nobody is a laggard, the figures add up, the past
    /// answers as it did, and no evidence that anybody saw is lost, but that about whom is erased.
    #[test]
    fn after_any_history_the_alerts_are_those_of_a_full_rescreen(steps in steps()) {
        let mut world = World::new();
        let mut past: Vec<Accounting> = Vec::new();
        let mut seen = BTreeSet::new();
        for (count, step) in steps.iter().enumerate() {
            // A cut that lies at hand is of before this step, and every other time of even longer ago.
            if count % 2 == 0 {
                world.lay_a_cut_at_hand();
            }
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

#[test]
fn a_cut_at_hand_is_used_where_it_is_the_one_wanted_and_nowhere_else() {
    let mut world = World::new();
    let cut = world.lay_a_cut_at_hand();
    let holders = Arc::strong_count(&cut);
    let first = world.app.registration("s").unwrap();
    assert_eq!(Arc::strong_count(&cut), holders + 1, "not loaded again");
    drop(first);
    world.update(0, &BTreeMap::from([(1, (1, 0))]), false);
    let second = world.app.registration("s").unwrap();
    assert_eq!(Arc::strong_count(&cut), holders, "of an older version");
    drop(second);
    let cut = world.lay_a_cut_at_hand();
    let holders = Arc::strong_count(&cut);
    let policy = policy(9_000, None, None);
    let now = world.tick();
    world
        .app
        .set_register_policy(&policy, "a tester", "a law", now, &mut |_| {})
        .unwrap();
    let _third = world.app.registration("s").unwrap();
    assert_eq!(Arc::strong_count(&cut), holders, "of another policy");
}

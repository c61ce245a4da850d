//! Laws of the desk, over random histories of lists, subjects, policies and people.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod desk_world;

use std::collections::BTreeMap;

use common::unlimited;
use desk_world::*;
use jiff::Timestamp;
use proptest::prelude::*;
use rescreen_app::{
    AlertFilter, AlertReport, AlertState, App, AppError, Overdue, QueueFilter, QueueOrder, Request,
    Store,
};
use rescreen_desk::{Action, ActionKind, Outcome, Role};

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
        let now = world.tick();
        check_queue(&world.app, now);
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

/// The queue by due date, page by page, is all alerts sorted by when an answer is due; what is overdue is what was due.
fn check_queue(app: &App, now: Timestamp) {
    let within = app.desk_policy().unwrap().0.due_within;
    let due = |alert: &AlertReport| {
        let is_waiting = alert.case.state.is_waiting();
        let by_policy = alert.row.opened.checked_add(within).unwrap();
        is_waiting.then(|| alert.case.disputed.unwrap_or(by_policy))
    };
    let keys = |alerts: &[AlertReport]| alerts.iter().map(|a| a.row.key).collect::<Vec<_>>();
    let states = AlertState::ALL.map(Some);
    for state in states.into_iter().chain([None]) {
        let filter = QueueFilter {
            state,
            ..QueueFilter::default()
        };
        let queue = |filter: &QueueFilter, order, skip, n| {
            app.queue(filter, order, skip, n).unwrap().alerts
        };
        let mut all = queue(&filter, QueueOrder::Newest, 0, 1_000);
        all.sort_by_key(|alert| {
            let rest = due(alert).is_none();
            let newest_first = if rest { -alert.row.key } else { alert.row.key };
            (rest, due(alert), newest_first)
        });
        let pages = (0..all.len() as u64)
            .step_by(3)
            .flat_map(|skip| queue(&filter, QueueOrder::Due(within), skip, 3));
        assert_eq!(keys(&pages.collect::<Vec<_>>()), keys(&all), "{state:?}");
        for at in [now, now.checked_add(within).unwrap()] {
            let overdue = QueueFilter {
                overdue: Some(Overdue { at, within }),
                ..filter.clone()
            };
            let found = queue(&overdue, QueueOrder::Due(within), 0, 1_000);
            all.retain(|alert| due(alert).is_some());
            let mut expected = all.clone();
            expected.retain(|alert| due(alert).is_some_and(|due| due < at));
            assert_eq!(keys(&found), keys(&expected), "{state:?} {at}");
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
    world.app.add_list(&list_name(0), unlimited(), now).unwrap();
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

/// An alert as somebody sees it: where it stands, how far the case is, and what it rests on.
fn seen(alert: &AlertReport) -> String {
    let legs: Vec<_> = alert
        .legs
        .iter()
        .map(|leg| (&leg.entry, leg.live, leg.record, leg.version, &leg.found))
        .collect();
    let subject = (
        alert.subject.version,
        alert.subject.hash,
        alert.subject.retired,
    );
    let folded = alert.folded.as_ref().unwrap();
    format!(
        "{:?} {:?} {subject:?} {legs:?} {:?} {} {}",
        alert.row.state,
        alert.case,
        folded.decision(),
        alert.events.len(),
        alert.past.len()
    )
}

/// Filters that let one of the alerts through, and whom else of them they do.
fn filters(alerts: &[AlertReport]) -> Vec<(AlertFilter, Vec<i64>)> {
    let mut filters = Vec::new();
    for alert in alerts.iter().take(3) {
        let state = AlertFilter {
            state: Some(alert.row.state),
            ..AlertFilter::default()
        };
        let case = AlertFilter {
            case: Some(alert.case.state),
            outcome: alert.case.outcome,
            assignee: alert.case.assignee.clone(),
            ..AlertFilter::default()
        };
        for filter in [state, case] {
            let passes = |alert: &&AlertReport| {
                filter.state.is_none_or(|asked| asked == alert.row.state)
                    && filter.case.is_none_or(|asked| asked == alert.case.state)
                    && (filter.outcome.is_none() || filter.outcome == alert.case.outcome)
                    && (filter.assignee.is_none() || filter.assignee == alert.case.assignee)
            };
            let wanted = alerts.iter().filter(passes).map(|alert| alert.row.key);
            let wanted = wanted.collect();
            filters.push((filter, wanted));
        }
    }
    filters
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever happens afterwards, but for an erasure: what an alert was at a moment is answered as it was seen then, or
    /// not at all.
    #[test]
    fn an_alert_of_the_past_is_told_as_it_was_seen_then(steps in steps()) {
        let mut world = World::new();
        let mut then = Vec::new();
        for step in &steps {
            world.take(step);
            let alerts = world.app.alerts(None, usize::MAX).unwrap();
            let keys: Vec<i64> = alerts.iter().map(|alert| alert.row.key).collect();
            let told: Vec<String> =
                keys.iter().map(|key| seen(&world.app.alert(*key).unwrap())).collect();
            let cleared = world.app.suppressions(world.now).unwrap();
            let cleared: Vec<_> = cleared.iter().map(|s| (s.alert, s.lapses.clone())).collect();
            then.push((world.now, keys, told, cleared));
        }
        let (mut asked, mut refused) = (0, 0);
        for (at, keys, told, cleared) in then {
            for (key, told) in keys.iter().zip(told) {
                let is_erased = world.app.alert(*key).unwrap().subject.erased.is_some();
                match world.app.alert_at(*key, at) {
                    _ if is_erased => {}
                    Ok(alert) => prop_assert_eq!(seen(&alert), told, "alert {} at {}", key, at),
                    Err(AppError::Refused(_)) => refused += 1,
                    Err(error) => prop_assert!(false, "{}", error),
                }
                asked += 1;
            }
            let is_erased = |key: &i64| world.app.alert(*key).unwrap().subject.erased.is_some();
            if keys.iter().any(is_erased) {
                continue;
            }
            if let Ok(alerts) = world.app.alerts_at(&AlertFilter::default(), usize::MAX, at) {
                let found: Vec<i64> = alerts.iter().map(|alert| alert.row.key).collect();
                prop_assert_eq!(found, keys);
                for (filter, wanted) in filters(&alerts) {
                    let found = world.app.alerts_at(&filter, usize::MAX, at).unwrap();
                    let found: Vec<i64> = found.iter().map(|alert| alert.row.key).collect();
                    prop_assert_eq!(found, wanted, "{:?} at {}", filter, at);
                }
                let found = world.app.suppressions_at(at).unwrap();
                let found: Vec<_> = found.iter().map(|s| (s.alert, s.lapses.clone())).collect();
                prop_assert_eq!(found, cleared);
            }
        }
        prop_assert!(refused * 4 <= asked, "{} of {} refused", refused, asked);
    }
}

//! Tenants of one home: nobody finds anything of another's, and the parts add up to the whole.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod tenants_world;

use std::{collections::BTreeMap, path::Path};

use jiff::Timestamp;
use rescreen_app::{AlertFilter, App, AppError, Offer, QueueOrder, audit::LogFilter};
use rescreen_desk::{Action, ActionKind, Role, State, TenantId};
use rescreen_model::Property;
use tenants_world::{probes::*, *};

#[test]
fn every_read_is_probed_or_known_to_be_everybodys() {
    let mut found = Vec::new();
    reads(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found.sort_unstable();
    let mut known: Vec<String> = PROBES.iter().map(|(name, _)| (*name).to_owned()).collect();
    known.extend(EVERYBODYS.iter().map(ToString::to_string));
    known.sort_unstable();
    assert_eq!(found, known);
}

#[test]
fn no_read_finds_anything_of_another_tenant() {
    let world = World::new();
    let everything = world.open(None);
    let mut bare = Vec::new();
    for reader in TENANTS {
        let app = world.open(Some(reader));
        for (name, probe) in PROBES {
            let (mut seen, mut all) = (Vec::new(), Vec::new());
            probe(&app, &mut seen);
            probe(&everything, &mut all);
            // That a source went away is the affair of whoever had it.
            let gone = |owner: &str| format!("source {owner}-source goes from tenant default");
            let but_gone = |text: String| {
                TENANTS
                    .iter()
                    .fold(text, |text, owner| text.replace(&gone(owner), ""))
            };
            let (seen, all) = (but_gone(seen.join("\n")), but_gone(all.join("\n")));
            for owner in TENANTS {
                let is_seen = marks(owner).any(|mark| seen.contains(&mark));
                if owner == reader {
                    let is_there = marks(owner).any(|mark| all.contains(&mark));
                    assert_eq!(is_seen, is_there, "{name} shows {owner} to {reader}");
                    bare.extend((!is_there).then_some(*name));
                } else {
                    let shown = marks(owner).find(|mark| seen.contains(mark));
                    assert_eq!(shown, None, "{name} shows {owner} to {reader}");
                }
            }
        }
    }
    // Numbers name nobody; that they count the own alone is told by the parts adding up to the whole.
    bare.sort_unstable();
    bare.dedup();
    let numbers = [
        "accounting",
        "coverage",
        "due_webhooks",
        "elsewhere",
        "feed_before",
        "feed_end",
        "flows",
        "newest_alert",
        "offers",
        "quality",
        "register_sizes",
        "screened_through",
        "subjects",
        "verify_log",
    ];
    assert_eq!(bare, numbers);
}

#[test]
fn the_parts_of_the_tenants_add_up_to_the_whole() {
    let mut world = World::new();
    hand_over(&mut world);
    let check = |world: &World, at: Timestamp| {
        let whole = world.open(None);
        let mut subjects = 0;
        let (mut states, mut done) = (BTreeMap::new(), BTreeMap::new());
        let (mut alerts, mut waiting, mut decisions, mut overdue) = (0, 0, 0, 0);
        let (mut outcomes, mut lists) = (BTreeMap::new(), BTreeMap::new());
        let mut sizes = BTreeMap::new();
        for tenant in TENANTS {
            let app = world.open(Some(tenant));
            let part = app.accounting(at).unwrap();
            assert!(part.reconciles(), "{tenant}: {part:?}");
            assert!(app.flows(Timestamp::MIN, at).unwrap().reconciles());
            assert_eq!(app.coverage(Timestamp::MAX).unwrap().laggards(), 0);
            subjects += part.subjects;
            for (into, counts) in [(&mut states, part.states), (&mut done, part.dispositions)] {
                for (state, count) in counts {
                    *into.entry(state).or_insert(0) += count;
                }
            }
            let part = quality(&app).unwrap();
            alerts += part.alerts;
            waiting += part.waiting;
            overdue += part.overdue;
            decisions += part.time_to_decision.count;
            for (outcome, count) in part.by_outcome {
                *outcomes.entry(outcome).or_insert(0) += count;
            }
            for (list, rate) in part.by_list {
                *lists.entry(list).or_insert(0) += rate.decided;
            }
            let cases = app.tenants().unwrap().cases;
            assert_eq!(cases, [(tenant.to_owned(), part.alerts)]);
            for (state, count) in app.register_sizes().unwrap().alerts {
                *sizes.entry(state).or_insert(0) += count;
            }
        }
        for filter in filters() {
            let counted = |app: &App| {
                let queue = app.queue(&filter, QueueOrder::Newest, 0, 100).unwrap();
                queue.counts.values().sum::<u64>()
            };
            let parts = TENANTS.map(|tenant| counted(&world.open(Some(tenant))));
            assert_eq!(parts.iter().sum::<u64>(), counted(&whole), "{filter:?}");
        }
        let accounting = whole.accounting(at).unwrap();
        assert_eq!(
            (subjects, states, done),
            (
                accounting.subjects,
                accounting.states,
                accounting.dispositions
            )
        );
        let all = quality(&whole).unwrap();
        assert_eq!(
            (alerts, waiting, overdue, decisions),
            (
                all.alerts,
                all.waiting,
                all.overdue,
                all.time_to_decision.count
            )
        );
        assert_eq!(outcomes, all.by_outcome);
        assert_eq!(
            lists,
            all.by_list
                .into_iter()
                .map(|(list, rate)| (list, rate.decided))
                .collect()
        );
        assert_eq!(
            sizes,
            whole.register_sizes().unwrap().alerts.into_iter().collect()
        );
    };
    check(&world, LAST);
    check(&world, world.now);
    let now = world.tick();
    world
        .open(None)
        .give_source("north-source", "south", ("ada", "they merged"), now)
        .unwrap();
    check(&world, LAST);
    check(&world, now);
}

/// Hands the open alert of the north over to the south.
fn hand_over(world: &mut World) -> i64 {
    let key = world.waiting("north");
    let offer = Action::HandOver {
        to: TenantId::new("south"),
        reason: "theirs".to_owned(),
    };
    world.act("north", "north-ben", key, offer).unwrap();
    world
        .act("south", "south-ben", key, Action::Accept)
        .unwrap();
    key
}

#[test]
fn a_case_that_is_handed_over_shows_what_the_receiver_may_see_and_no_more() {
    let mut world = World::new();
    let key = world.waiting("north");
    let before = world.open(Some("north")).alert(key).unwrap();
    world
        .act(
            "north",
            "north-ben",
            key,
            Action::Note {
                text: "north-secret".to_owned(),
            },
        )
        .unwrap();
    let unknown = Action::HandOver {
        to: TenantId::new("west"),
        reason: "?".to_owned(),
    };
    let refused = world.act("north", "north-ben", key, unknown);
    assert!(matches!(refused, Err(AppError::Refused(_))));
    let offer = Action::HandOver {
        to: TenantId::new("south"),
        reason: "theirs".to_owned(),
    };
    world.act("north", "north-ben", key, offer).unwrap();

    // Offered, it is no alert of the south's yet, and everything is as it was in the north.
    let south = world.open(Some("south"));
    assert!(matches!(south.alert(key), Err(AppError::NotFound(_))));
    assert!(matches!(
        world.act("south", "south-ben", key, Action::StartReview),
        Err(AppError::NotFound(_))
    ));
    assert!(world.open(Some("default")).offers().unwrap().is_empty());
    let offers = south.offers().unwrap();
    let [
        Offer {
            reason,
            subject,
            legs,
            ..
        },
    ] = offers.as_slice()
    else {
        panic!("{offers:?}")
    };
    assert_eq!((reason.as_str(), legs.len()), ("theirs", before.legs.len()));
    let entity = rescreen_app::form::decode_subject(&subject.body).unwrap();
    assert!(
        entity.has(Property::BirthDate) && !entity.has(Property::Notes),
        "{entity:?}"
    );

    world
        .act("south", "south-ben", key, Action::Accept)
        .unwrap();
    assert!(matches!(
        world.open(Some("north")).alert(key),
        Err(AppError::NotFound(_))
    ));
    let received = south.alert(key).unwrap();
    assert_eq!(
        (received.case.state, received.case.tenant.as_str()),
        (State::New, "south")
    );
    let kinds: Vec<&str> = received
        .events
        .iter()
        .map(|event| event.kind.as_str())
        .collect();
    assert_eq!(kinds, ["received"]);
    assert!(received.past.is_empty() && received.others.is_empty());
    let text = format!("{received:?}");
    assert!(
        !text.contains("north-secret") && !text.contains(&bytes("north-notes")),
        "{text}"
    );
    // The subject stays its source's, and is read through the case alone.
    assert!(
        south
            .find_subject(&format!("north-source/{}", received.subject.external))
            .is_err()
    );
    let mut south = world.open(Some("south"));
    let now = world.tick();
    let correction =
        south.correct_subject("north-source/1", received_entity(), "south-ben", "x", now);
    assert!(matches!(correction, Err(AppError::NotFound(_))));
    // What the receiver may not see, nothing of theirs can rest on; and what they decide holds.
    let hidden = world.decide("south", key, Some(Property::Notes));
    assert!(matches!(hidden, Err(AppError::Refused(_))), "{hidden:?}");
    world.decide("south", key, None).unwrap();
    let now = world.tick();
    let mut operator = world.open(None);
    operator.sweep_full(now, &mut |_| {}).unwrap();
    assert_eq!(operator.alert(key).unwrap().case.state, State::Decided);
    assert!(operator.verify_log(None).unwrap() > 0);
    // Back home, the north sees its own part again, and nothing of the south's.
    let now = world.tick();
    let again = Action::Reopen {
        reason: "south-secret".to_owned(),
    };
    world.act("south", "south-ben", key, again).unwrap();
    let offer = Action::HandOver {
        to: TenantId::new("north"),
        reason: "back".to_owned(),
    };
    world.act("south", "south-ben", key, offer).unwrap();
    world
        .act("north", "north-ben", key, Action::Accept)
        .unwrap();
    let home = world.open(Some("north")).alert(key).unwrap();
    assert_eq!(home.case.state, State::New);
    let text = format!("{home:?}");
    assert!(
        text.contains("north-secret") && !text.contains("south-secret"),
        "{text}"
    );
    assert!(home.case.revision.0 > 5 && now < LAST);
}

#[test]
fn the_receiver_is_told_of_no_time_before_it_had_the_case() {
    let mut world = World::new();
    let key = world.waiting("north");
    let before = world.now;
    hand_over(&mut world);
    let received = world.now;
    let south = world.open(Some("south"));
    let asked = south.alert_at(key, before);
    assert!(matches!(asked, Err(AppError::NotFound(_))), "{asked:?}");
    let listed = |app: &App, at| {
        let alerts = app.alerts_at(&AlertFilter::default(), usize::MAX, at);
        let mut alerts = alerts.unwrap().into_iter();
        alerts.any(|alert| alert.row.key == key)
    };
    assert!(!listed(&south, before) && listed(&south, received));
    let then = south.alert_at(key, received).unwrap();
    let now = south.alert(key).unwrap();
    assert_eq!((&then.legs, &then.subject), (&now.legs, &now.subject));
    // Whoever runs the program knows whose it was.
    let owner = |at| {
        let alert = world.open(None).alert_at(key, at).unwrap();
        alert.case.tenant.to_string()
    };
    assert_eq!(
        (owner(before), owner(received)),
        ("north".to_owned(), "south".to_owned())
    );
    // The subject changes, and what it said before is its own tenant's to know.
    let at = world.tick();
    let id = format!("north-source/{}", now.subject.external);
    let mut corrected = received_entity();
    corrected.id = rescreen_model::EntityId::new(&now.subject.external);
    world
        .open(Some("north"))
        .correct_subject(&id, corrected, "north-ben", "they said so", at)
        .unwrap();
    let asked = south.alert_at(key, received);
    assert!(matches!(asked, Err(AppError::Refused(_))), "{asked:?}");
    assert!(world.open(None).alert_at(key, received).is_ok());
}

#[test]
fn a_refusal_is_in_the_log_of_where_it_was_refused() {
    let mut world = World::new();
    let key = world.waiting("north");
    let entries = |world: &World, tenant| {
        let log = world.open(Some(tenant));
        let refused = LogFilter {
            kind: Some("refused".to_owned()),
            ..LogFilter::default()
        };
        log.log_entries(&refused, None, usize::MAX).unwrap().len()
    };
    let before = TENANTS.map(|tenant| entries(&world, tenant));
    // The bearer of a token of the north has the name of somebody who works in the south.
    let refused = world.act("north", "south-ben", key, Action::StartReview);
    assert!(
        matches!(refused, Err(AppError::Forbidden(_))),
        "{refused:?}"
    );
    let after = TENANTS.map(|tenant| entries(&world, tenant));
    assert_eq!(after, [before[0], before[1] + 1, before[2]]);
}

#[test]
fn what_is_offered_can_be_declined_and_taken_back() {
    let mut world = World::new();
    let key = world.waiting("north");
    let offer = || Action::HandOver {
        to: TenantId::new("south"),
        reason: "theirs".to_owned(),
    };
    world.act("north", "north-ben", key, offer()).unwrap();
    let request = request(
        "south-ben",
        key,
        Action::Decline {
            reason: "not ours".to_owned(),
        },
    );
    let now = world.tick();
    let declined = world
        .open(Some("south"))
        .answer_offer(&request, now)
        .unwrap();
    assert!(declined.is_none());
    assert!(world.open(Some("south")).offers().unwrap().is_empty());
    world.act("north", "north-ben", key, offer()).unwrap();
    world
        .act(
            "north",
            "north-ben",
            key,
            Action::TakeBack {
                reason: "a slip".to_owned(),
            },
        )
        .unwrap();
    let late = world.act("south", "south-ben", key, Action::Accept);
    assert!(matches!(late, Err(AppError::NotFound(_))));
    let north = world.open(Some("north"));
    let kinds: Vec<String> = north
        .alert(key)
        .unwrap()
        .events
        .into_iter()
        .map(|event| event.kind)
        .collect();
    for kind in ["offered", "declined", "taken-back"] {
        assert!(kinds.iter().any(|k| k == kind), "{kinds:?}");
    }
    assert!(world.open(None).verify_log(None).is_ok());
}

#[test]
fn nobody_changes_anything_of_another_tenant() {
    let mut world = World::new();
    let mut north = world.open(Some("north"));
    let now = world.tick();
    for source in ["south-source", "default-source", "nobodys-source"] {
        let mut registration = north.registration(source).unwrap();
        let refused = north.register(&mut registration, vec![incoming("7", "x")], now);
        let Err(AppError::Refused(why)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(
            why.replace(source, "…"),
            "'…' is no source of tenant north: an admin of tenant default can give it one"
        );
    }
    for other in ["south", "default"] {
        let id = format!("{other}-source/1");
        let erased = north.erase_subject(&id, "north-ada", "x", now);
        assert!(matches!(erased, Err(AppError::NotFound(_))), "{erased:?}");
        // The same without the option, where what the person works on decides.
        let erased = world.open(None).erase_subject(&id, "north-ada", "x", now);
        assert!(matches!(erased, Err(AppError::NotFound(_))), "{erased:?}");
        let key = world.waiting(other);
        for kind in ActionKind::ALL {
            if let Some(action) = sample(kind) {
                for tenant in [Some("north"), None] {
                    let request = request("north-ben", key, action.clone());
                    let done = world.open(tenant).act(&request, now);
                    assert!(
                        matches!(done, Err(AppError::NotFound(_))),
                        "{kind:?}: {done:?}"
                    );
                }
            }
        }
        // A name of another tenant opens nothing at this tenant's door.
        let request = request(&format!("{other}-ben"), key, Action::StartReview);
        assert!(north.act(&request, now).is_err());
    }
    // What concerns all is the default tenant's to decide.
    let list = rescreen_model::ListName::parse("l").unwrap();
    let withdrawn = north.withdraw_entry(&list, "l-1", "north-ada", "x", now);
    let released = north.release(&list, "latest", "north-ada", "x", now);
    for done in [withdrawn, released] {
        assert!(matches!(done, Err(AppError::Refused(_))), "{done:?}");
    }
    let policy = rescreen_app::form::encode_desk_policy(&north.desk_policy().unwrap().0).unwrap();
    assert!(
        north
            .set_desk_policy(&policy, "north-ada", "x", now)
            .is_err()
    );
    assert!(north.add_tenant("west", "north-ada", now).is_err());
    assert!(
        north
            .give_source("south-source", "north", ("north-ada", "x"), now)
            .is_err()
    );
    assert!(
        north
            .add_user(
                "mole",
                rescreen_desk::Role::Admin,
                "default",
                "north-ada",
                now
            )
            .is_err()
    );
    assert!(north.remove_user("south-ben", "north-ada", now).is_err());
    let foreign = world.open(None).tokens().unwrap();
    let foreign = foreign
        .iter()
        .find(|token| token.tenant == "south")
        .unwrap();
    assert!(matches!(
        north.revoke_token(&foreign.id, "north-ada", now),
        Err(AppError::NotFound(_))
    ));
    let hooks = world.open(Some("south")).webhooks().unwrap();
    let gone = north.remove_webhook(hooks[0].key, "north-ada", now);
    assert!(matches!(gone, Err(AppError::NotFound(_))), "{gone:?}");
}

#[test]
fn how_many_others_work_on_a_party_is_a_number_for_those_who_may_know() {
    let mut world = World::new();
    let count = |world: &World, tenant: &str| {
        let key = world.waiting(tenant);
        world.open(Some(tenant)).elsewhere(key).unwrap()
    };
    for tenant in TENANTS {
        assert_eq!(count(&world, tenant), Some(2), "{tenant}");
    }
    // Whoever cleared all of theirs no longer works on it.
    let key = world.waiting("south");
    world.decide("south", key, None).unwrap();
    assert_eq!(count(&world, "north"), Some(2), "one is confirmed");
    let key = world.keys("south")[2];
    let again = Action::Reopen {
        reason: "a slip".to_owned(),
    };
    world.act("south", "south-ben", key, again).unwrap();
    world.decide("south", key, None).unwrap();
    assert_eq!(count(&world, "north"), Some(1));
    let mut policy = world.open(None).desk_policy().unwrap().0;
    policy.tells_elsewhere = false;
    let text = rescreen_app::form::encode_desk_policy(&policy).unwrap();
    let now = world.tick();
    world
        .open(None)
        .set_desk_policy(&text, "ada", "a law", now)
        .unwrap();
    assert_eq!(count(&world, "north"), None);
}

#[test]
fn a_source_goes_to_another_tenant_with_what_nobody_answered() {
    let mut world = World::new();
    let (open, answered) = (world.waiting("north"), world.answered("north"));
    let now = world.tick();
    let mut operator = world.open(None);
    for (by, tenant, reason) in [
        ("north-ada", "south", "x"),
        ("ada", "west", "x"),
        ("ada", "north", "x"),
        ("ada", "south", " "),
    ] {
        assert!(
            operator
                .give_source("north-source", tenant, (by, reason), now)
                .is_err()
        );
    }
    let given = operator
        .give_source("north-source", "south", ("ada", "they merged"), now)
        .unwrap();
    assert!(given.moved.contains(&open) && given.stay.iter().any(|(key, _)| *key == answered));
    let south = world.open(Some("south"));
    assert_eq!(south.alert(open).unwrap().case.state, State::New);
    assert!(south.find_subject("north-source/1").is_ok());
    let north = world.open(Some("north"));
    assert!(north.alert(open).is_err() && north.find_subject("north-source/1").is_err());
    // Who answered stands by it.
    assert_eq!(north.alert(answered).unwrap().case.state, State::Decided);
    let now = world.tick();
    operator.sweep_full(now, &mut |_| {}).unwrap();
    assert_eq!(north.alert(answered).unwrap().case.state, State::Decided);
    assert!(operator.verify_log(None).is_ok());
    // New alerts are the new tenant's.
    let mut registration = operator.registration("north-source").unwrap();
    let now = world.tick();
    operator
        .register(&mut registration, vec![incoming("77", "x")], now)
        .unwrap();
    let newest = operator.newest_alert().unwrap();
    assert_eq!(south.alert(newest).unwrap().subject.external, "77");
}

#[test]
fn who_works_where_is_told_to_the_admins_of_the_default_tenant_and_of_others_to_each_their_own() {
    let world = World::new();
    for (name, role, tenant) in PEOPLE {
        let mut app = world.open(Some(tenant));
        let staff = app.staff(name).unwrap();
        let told = format!("{staff:?}");
        let is_all = tenant == "default" && role == Role::Admin;
        assert_eq!(staff.is_of_all, is_all, "{name}");
        for owner in TENANTS {
            let is_told = marks(owner).any(|mark| told.contains(&mark));
            assert_eq!(
                is_told,
                is_all || owner == tenant,
                "{name} of {owner}: {told}"
            );
        }
    }
    let mut everything = world.open(None);
    assert!(everything.staff("whoever runs it").unwrap().is_of_all);
    // Whoever is nobody here, be they an admin elsewhere, is told what their server shows.
    let mut app = world.open(Some("default"));
    assert!(!app.staff("north-ada").unwrap().is_of_all);
}

//! Random commands by random people against a small reference, and the laws one by one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, civil::date};
use proptest::prelude::*;
use rescreen_model::{EntityId, Property, VersionId};

use super::*;

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn policy() -> DeskPolicy {
    DeskPolicy {
        reasons: Outcome::ALL
            .into_iter()
            .map(|outcome| (outcome, BTreeSet::from([ReasonCode::new("birth-date")])))
            .collect(),
        approval_from: BTreeMap::from([
            (Outcome::TrueMatch, Score(0)),
            (Outcome::FalsePositive, Score(9000)),
        ]),
        max_snooze: SignedDuration::from_hours(24 * 30),
        review_from: Score(7000),
        max_suppression: SignedDuration::from_hours(24 * 365),
        required_facts: BTreeSet::from([Property::BirthDate]),
    }
}

fn values(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(ToString::to_string).collect()
}

fn facts() -> Facts {
    Facts {
        subject: Values::from([(Property::BirthDate, values(&["1980-02-03"]))]),
        party: Values::from([
            (Property::BirthDate, values(&["1950"])),
            (Property::Name, values(&["Jane Example"])),
            (Property::Gender, values(&[])),
        ]),
    }
}

fn proposal(outcome: Outcome) -> Proposal {
    Proposal {
        outcome,
        reason: ReasonCode::new("birth-date"),
        text: String::new(),
        basis: Basis::Identity,
        facts: facts(),
    }
}

fn case(score: u16) -> Case {
    Case::new(
        CaseId::new("c-1"),
        TenantId::new("north"),
        (EntityId::new("s-1"), EntityId::new("list-1")),
        Score(score),
        [7; 32],
        time(0),
    )
}

fn actor(user: &str, role: Role) -> Actor {
    Actor {
        user: UserId::new(user),
        tenant: TenantId::new("north"),
        role,
    }
}

fn run(case: &mut Case, who: &Actor, action: Action) -> Result<Vec<Event>, Refusal> {
    let expected = case.revision();
    let command = Command {
        expected,
        key: IdempotencyKey::new(&format!("k{expected}")),
        action,
    };
    let events = decide(case, who, command, &policy(), time(60))?;
    for event in &events {
        case.apply(event).unwrap();
    }
    Ok(events)
}

fn proposed(outcome: Outcome) -> Case {
    let mut case = case(9500);
    let ann = actor("ann", Role::Approver);
    run(&mut case, &ann, Action::StartReview).unwrap();
    run(&mut case, &ann, Action::Propose(proposal(outcome))).unwrap();
    case
}

fn sample(kind: ActionKind) -> Action {
    let reason = "because".to_owned();
    match kind {
        ActionKind::Assign => Action::Assign {
            to: UserId::new("ann"),
        },
        ActionKind::StartReview => Action::StartReview,
        ActionKind::Propose => Action::Propose(proposal(Outcome::TrueMatch)),
        ActionKind::Approve => Action::Approve,
        ActionKind::Reject => Action::Reject { reason },
        ActionKind::Reopen => Action::Reopen { reason },
        ActionKind::Escalate => Action::Escalate { reason },
        ActionKind::Snooze => Action::Snooze { until: time(9000) },
        ActionKind::Note => Action::Note { text: reason },
        ActionKind::Dispose => Action::Dispose(Disposition {
            kind: DispositionKind::Frozen,
            date: date(2023, 11, 14),
            authority: "the bank's officer".to_owned(),
        }),
    }
}

#[test]
fn every_role_may_exactly_what_the_matrix_says() {
    let rows: Vec<ActionKind> = MATRIX.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(rows, ActionKind::ALL);
    for (kind, columns) in MATRIX {
        for (role, is_allowed) in Role::ALL.into_iter().zip(columns) {
            let refused = run(&mut case(9500), &actor("ann", role), sample(kind));
            let forbidden = Err(Refusal::Forbidden { role, action: kind });
            assert_eq!(refused != forbidden, is_allowed, "{role:?} {kind:?}");
        }
    }
}

#[test]
fn the_manual_shows_the_matrix() {
    let manual = include_str!("../../../docs/manual/desk.md");
    for (kind, columns) in MATRIX {
        let cells: Vec<&str> = columns
            .iter()
            .map(|is| if *is { "yes" } else { "–" })
            .collect();
        let row = format!("| {} | {} |", kind.name(), cells.join(" | "));
        assert!(manual.contains(&row), "expected {row}");
    }
}

#[test]
fn another_tenant_learns_nothing() {
    let mut stranger = actor("eve", Role::Approver);
    stranger.tenant = TenantId::new("south");
    let mut case = proposed(Outcome::TrueMatch);
    for kind in ActionKind::ALL {
        let refused = run(&mut case, &stranger, sample(kind));
        assert_eq!(refused, Err(Refusal::NotFound));
    }
}

#[test]
fn the_proposer_never_approves_and_another_person_does() {
    let mut case = proposed(Outcome::TrueMatch);
    assert_eq!(case.state(), State::Proposed);
    let own = run(&mut case, &actor("ann", Role::Approver), Action::Approve);
    let proposer = UserId::new("ann");
    assert_eq!(own, Err(Refusal::OwnProposal { proposer }));
    run(&mut case, &actor("bob", Role::Approver), Action::Approve).unwrap();
    let decision = case.decision().unwrap();
    assert_eq!(decision.approver, Some(UserId::new("bob")));
    let twice = run(&mut case, &actor("bob", Role::Approver), Action::Approve);
    assert!(matches!(twice, Err(Refusal::WrongState { .. })));
}

#[test]
fn what_needs_no_second_person_is_decided_at_once() {
    let mut case = case(8999);
    let ann = actor("ann", Role::Analyst);
    run(&mut case, &ann, Action::StartReview).unwrap();
    let propose = Action::Propose(proposal(Outcome::FalsePositive));
    assert_eq!(run(&mut case, &ann, propose).unwrap().len(), 2);
    assert_eq!(case.state(), State::Decided);
    assert_eq!(proposed(Outcome::FalsePositive).state(), State::Proposed);
}

#[test]
fn a_key_that_comes_again_makes_nothing_happen() {
    let mut case = case(9500);
    let ann = actor("ann", Role::Analyst);
    let command = Command {
        expected: case.revision(),
        key: IdempotencyKey::new("k"),
        action: Action::StartReview,
    };
    for event in decide(&case, &ann, command.clone(), &policy(), time(1)).unwrap() {
        case.apply(&event).unwrap();
    }
    let again = decide(&case, &ann, command.clone(), &policy(), time(2));
    assert_eq!(again, Ok(Vec::new()));
    let bob = actor("bob", Role::Analyst);
    let other = decide(&case, &bob, command.clone(), &policy(), time(2));
    assert!(matches!(other, Err(Refusal::KeyReused { .. })));
    let stale = Command {
        key: IdempotencyKey::new("new"),
        ..command
    };
    let stale = decide(&case, &ann, stale, &policy(), time(2));
    assert!(matches!(stale, Err(Refusal::Stale { .. })));
}

#[test]
fn grounds_are_mandatory() {
    let mut case = case(9500);
    let ann = actor("ann", Role::Analyst);
    run(&mut case, &ann, Action::StartReview).unwrap();
    let mut unknown = proposal(Outcome::TrueMatch);
    unknown.reason = ReasonCode::new("");
    let refused = run(&mut case, &ann, Action::Propose(unknown));
    assert!(matches!(refused, Err(Refusal::UnknownReason { .. })));
    let mut bare = proposal(Outcome::FalsePositive);
    bare.facts = Facts::default();
    let refused = run(&mut case, &ann, Action::Propose(bare));
    assert_eq!(refused, Err(Refusal::Missing(Field::Facts)));
}

#[test]
fn a_withdrawn_case_keeps_its_evidence_and_decision() {
    let mut case = proposed(Outcome::FalsePositive);
    run(&mut case, &actor("bob", Role::Approver), Action::Approve).unwrap();
    let before = case.clone();
    let version = VersionId::new("2023-11-15-abc");
    for event in withdraw(&case, version.clone(), time(99)).unwrap() {
        case.apply(&event).unwrap();
    }
    assert_eq!(case.state(), State::Withdrawn);
    assert_eq!(case.evidence, before.evidence);
    assert_eq!(case.decision(), before.decision());
    assert_eq!(withdraw(&case, version, time(100)), Ok(Vec::new()));
}

fn cleared() -> (Suppression, Current) {
    let mut case = proposed(Outcome::FalsePositive);
    run(&mut case, &actor("bob", Role::Approver), Action::Approve).unwrap();
    let current = Current {
        subject: case.subject.clone(),
        party: BTreeSet::from([case.party.clone()]),
        facts: facts(),
        reused_at: None,
    };
    (case.suppression(&policy()).unwrap(), current)
}

#[test]
fn a_cleared_person_stays_cleared_while_the_facts_stand() {
    let (suppression, mut current) = cleared();
    assert!(suppression.holds(&current, &policy(), time(100)));
    // Another list's copy of the entry, and a fact that nobody relied on.
    current.party.insert(EntityId::new("other-list-9"));
    let weight = values(&["80"]);
    current.facts.party.insert(Property::Notes, weight);
    assert!(suppression.holds(&current, &policy(), time(100)));
    assert_eq!(proposed(Outcome::TrueMatch).suppression(&policy()), None);
}

#[test]
fn a_suppression_names_what_lapsed_it() {
    let (suppression, current) = cleared();
    let now = time(100);
    let check = |current: &Current, policy: &DeskPolicy, now| {
        let lapses = suppression.lapses(current, policy, now);
        assert_eq!(lapses.len(), 1, "{lapses:?}");
        lapses.into_iter().next().unwrap()
    };
    // An absence relied on is a fact too.
    for (property, now_said) in [(Property::Name, "Jane Other"), (Property::Gender, "male")] {
        let mut changed = current.clone();
        let said = changed.facts.party.entry(property.clone()).or_default();
        said.insert(now_said.to_owned());
        let lapse = check(&changed, &policy(), now);
        assert!(
            matches!(lapse, Lapse::FactChanged { side: Side::Party, property: p, .. } if p == property)
        );
    }
    let mut changed = current.clone();
    changed.facts.subject.clear();
    let lapse = check(&changed, &policy(), now);
    assert!(matches!(
        lapse,
        Lapse::FactChanged {
            side: Side::Subject,
            ..
        }
    ));

    let mut reused = current.clone();
    reused.reused_at = Some(now);
    assert_eq!(check(&reused, &policy(), now), Lapse::IdReused { at: now });
    let mut other = current.clone();
    other.subject = EntityId::new("s-2");
    assert_eq!(check(&other, &policy(), now), Lapse::OtherPair);
    let year = time(400 * 24 * 3600);
    assert!(matches!(
        check(&current, &policy(), year),
        Lapse::Expired { .. }
    ));

    let mut strict = policy();
    strict.review_from = Score(6000);
    assert!(matches!(
        check(&current, &strict, now),
        Lapse::StricterThreshold { .. }
    ));
    let mut strict = policy();
    strict.max_suppression = SignedDuration::from_secs(1);
    assert!(matches!(
        check(&current, &strict, now),
        Lapse::Expired { .. }
    ));
    let mut strict = policy();
    strict.required_facts.insert(Property::Nationality);
    assert!(matches!(
        check(&current, &strict, now),
        Lapse::FactNotReliedOn { .. }
    ));
    let mut revoked = suppression.clone();
    revoked.revoked_at = Some(now);
    assert_eq!(
        revoked.lapses(&current, &policy(), now),
        [Lapse::Revoked { at: now }]
    );
}

/// The reference: as little as says where a case stands and whose it is, written without a look at the crate.
#[derive(Default)]
struct Model {
    state: &'static str,
    owner: Option<usize>,
    proposer: Option<usize>,
    has_decision: bool,
    outcome: Option<Outcome>,
}

const USERS: [&str; 3] = ["ann", "bob", "cid"];

impl Model {
    /// Whether it is done, and then the new state.
    fn step(&mut self, who: usize, role: Role, action: &Action, score: u16) -> bool {
        let works = matches!(role, Role::Analyst | Role::Approver);
        let is_open = matches!(self.state, "new" | "assigned" | "in review" | "reopened");
        let is_mine = self.owner == Some(who);
        let done = match action {
            Action::Assign { .. } => is_open && (works || role == Role::Admin),
            Action::StartReview => {
                works
                    && (matches!(self.state, "new" | "reopened")
                        || self.state == "assigned" && is_mine)
            }
            Action::Propose(_) => works && self.state == "in review" && is_mine,
            Action::Approve => {
                role == Role::Approver && self.state == "proposed" && self.proposer != Some(who)
            }
            Action::Reject { .. } => role == Role::Approver && self.state == "proposed",
            Action::Reopen { .. } => {
                (works || role == Role::Admin) && matches!(self.state, "decided" | "withdrawn")
            }
            Action::Escalate { .. } => {
                (works || role == Role::Admin) && (is_open || self.state == "proposed")
            }
            Action::Snooze { .. } => works && is_open,
            Action::Note { .. } => works || role == Role::Admin,
            Action::Dispose(_) => {
                works && matches!(self.state, "decided" | "withdrawn") && self.has_decision
            }
        };
        if !done {
            return false;
        }
        match action {
            Action::Assign { to } => {
                self.state = "assigned";
                self.owner = USERS.iter().position(|user| *user == to.as_str());
            }
            Action::StartReview => {
                self.state = "in review";
                self.owner = Some(who);
            }
            Action::Propose(proposal) => {
                let second = match proposal.outcome {
                    Outcome::TrueMatch => true,
                    Outcome::FalsePositive => score >= 9000,
                    Outcome::Inconclusive => false,
                };
                self.proposer = Some(who);
                self.outcome = Some(proposal.outcome);
                self.state = if second { "proposed" } else { "decided" };
                self.has_decision = !second;
            }
            Action::Approve => {
                self.state = "decided";
                self.has_decision = true;
            }
            Action::Reject { .. } => self.state = "in review",
            Action::Reopen { .. } => {
                self.state = "reopened";
                self.owner = None;
                self.has_decision = false;
            }
            _ => {}
        }
        true
    }
}

fn any_action() -> impl Strategy<Value = Option<Action>> {
    let outcome = prop::sample::select(&Outcome::ALL[..]);
    let user = prop::sample::select(&USERS[..]);
    prop_oneof![
        1 => Just(None),
        6 => prop::sample::select(&ActionKind::ALL[..]).prop_map(|kind| Some(sample(kind))),
        // The path to a decision is longer than chance finds often.
        6 => Just(Some(Action::StartReview)),
        4 => Just(Some(Action::Approve)),
        6 => outcome.prop_map(|outcome| Some(Action::Propose(proposal(outcome)))),
        1 => user.prop_map(|user| Some(Action::Assign { to: UserId::new(user) })),
    ]
}

proptest! {
    #[test]
    fn random_people_do_only_what_the_reference_does(
        score in prop::sample::select(&[8000_u16, 9500][..]),
        steps in prop::collection::vec(
            (0..USERS.len(), prop::sample::select(&Role::ALL[..]), any_action(), 0..12_u8),
            1..80,
        ),
    ) {
        let mut model = Model { state: "new", ..Model::default() };
        let mut case = case(score);
        let mut log = Vec::new();
        for (at, (who, role, action, chance)) in steps.into_iter().enumerate() {
            let now = time(at as i64);
            let before = case.clone();
            let Some(action) = action else {
                let events = withdraw(&case, VersionId::new("v"), now).unwrap();
                prop_assert_eq!(events.is_empty(), model.state == "withdrawn");
                model.state = "withdrawn";
                for event in events {
                    case.apply(&event).unwrap();
                    log.push(event);
                }
                continue;
            };
            let command = Command {
                // Now and then a person has seen an old revision.
                expected: Revision(case.revision().0 + u64::from(chance == 0)),
                key: IdempotencyKey::new(&at.to_string()),
                action: action.clone(),
            };
            let who_acts = actor(USERS[who], role);
            let answer = decide(&case, &who_acts, command.clone(), &policy(), now);
            let is_done = chance != 0 && model.step(who, role, &action, score);
            prop_assert_eq!(answer.is_ok(), is_done, "{:?} by {:?}: {:?}", action, role, answer);
            for event in answer.into_iter().flatten() {
                prop_assert!(event.revision > case.revision());
                case.apply(&event).unwrap();
                log.push(event);
            }
            prop_assert_eq!(case.state().name(), model.state);
            prop_assert_eq!(case.decision().is_some(), model.has_decision);
            prop_assert_eq!(case.proposal().is_some(), model.state == "proposed");
            if let Some(decision) = case.decision() {
                prop_assert_ne!(decision.approver.as_ref(), Some(&decision.proposer));
                prop_assert_eq!(Some(decision.proposal.outcome), model.outcome);
            }
            if is_done {
                let again = decide(&case, &who_acts, command, &policy(), now);
                prop_assert_eq!(again, Ok(Vec::new()));
            } else {
                prop_assert_eq!(&case, &before);
            }
        }
        let mut replayed = super::tests::case(score);
        for event in &log {
            replayed.apply(event).unwrap();
            prop_assert!(replayed.apply(event).is_err());
        }
        prop_assert_eq!(replayed, case);
    }
}

//! Random commands by random people against a small reference, and the laws one by one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, civil::date};
use proptest::prelude::*;
use rescreen_model::{EntityId, Property};

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
        due_within: SignedDuration::from_hours(24 * 10),
        dispute_within: SignedDuration::from_hours(24 * 30),
        information_within: SignedDuration::from_hours(24 * 14),
        max_attachment: 1000,
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

fn current() -> Current {
    Current {
        subject: EntityId::new("s-1"),
        party: BTreeSet::from([EntityId::new("list-1")]),
        facts: facts(),
        reused_at: None,
    }
}

fn cause() -> Cause {
    Cause {
        change: "removed".to_owned(),
        ..Cause::default()
    }
}

/// What the register says happens to the case.
fn register(case: &mut Case, support: Support<'_>, at: i64) -> Vec<Event> {
    let events = follow(case, support, &cause(), &policy(), time(at)).unwrap();
    for event in &events {
        case.apply(event).unwrap();
    }
    events
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
    let events = decide(case, who, command, &current(), &policy(), time(60))?;
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

fn attachment(bytes: u64) -> Attachment {
    Attachment {
        name: "passport of Jane.pdf".to_owned(),
        hash: [211; 32],
        bytes,
    }
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
        ActionKind::Dispute => Action::Dispute {
            reason,
            due: time(9000),
        },
        ActionKind::Escalate => Action::Escalate { reason },
        ActionKind::Snooze => Action::Snooze { until: time(9000) },
        ActionKind::Note => Action::Note { text: reason },
        ActionKind::Attach => Action::Attach(attachment(1000)),
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
    for event in decide(&case, &ann, command.clone(), &current(), &policy(), time(1)).unwrap() {
        case.apply(&event).unwrap();
    }
    let again = decide(&case, &ann, command.clone(), &current(), &policy(), time(2));
    assert_eq!(again, Ok(Vec::new()));
    let bob = actor("bob", Role::Analyst);
    let other = decide(&case, &bob, command.clone(), &current(), &policy(), time(2));
    assert!(matches!(other, Err(Refusal::KeyReused { .. })));
    let stale = Command {
        key: IdempotencyKey::new("new"),
        ..command
    };
    let stale = decide(&case, &ann, stale, &current(), &policy(), time(2));
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
    register(&mut case, Support::Gone, 99);
    assert_eq!(case.state(), State::Withdrawn);
    assert_eq!(case.evidence, before.evidence);
    assert_eq!(case.decision(), before.decision());
    assert_eq!(register(&mut case, Support::Gone, 100), []);
}

#[test]
fn a_match_that_is_back_asks_again_unless_it_was_cleared() {
    let bob = actor("bob", Role::Approver);
    for (outcome, state) in [
        (Outcome::FalsePositive, State::Decided),
        (Outcome::TrueMatch, State::Reopened),
    ] {
        let mut case = proposed(outcome);
        run(&mut case, &bob, Action::Approve).unwrap();
        assert_eq!(
            register(&mut case, Support::Stands(&current()), 98),
            [],
            "nothing changed"
        );
        register(&mut case, Support::Gone, 99);
        register(&mut case, Support::Stands(&current()), 100);
        assert_eq!(case.state(), state, "{outcome:?}");
    }
    let mut undecided = case(9500);
    register(&mut undecided, Support::Gone, 99);
    register(&mut undecided, Support::Stands(&current()), 100);
    assert_eq!(undecided.state(), State::Reopened);
}

#[test]
fn a_decision_falls_with_its_facts_whatever_its_outcome() {
    for outcome in Outcome::ALL {
        let mut case = proposed(outcome);
        if case.state() == State::Proposed {
            run(&mut case, &actor("bob", Role::Approver), Action::Approve).unwrap();
        }
        let mut changed = current();
        let born = values(&["1951"]);
        changed.facts.party.insert(Property::BirthDate, born);
        let events = register(&mut case, Support::Stands(&changed), 99);
        let [
            Event {
                change: Change::Lapsed { lapses },
                ..
            },
        ] = events.as_slice()
        else {
            panic!("{events:?}");
        };
        assert_eq!(
            lapses[0].to_string(),
            "birthDate of the party was 1950 and is 1951"
        );
        assert_eq!(case.state(), State::Reopened);
        assert_eq!(case.former_decisions().len(), 1);
    }
}

#[test]
fn what_needs_information_rests_for_a_while_and_asks_again() {
    let mut case = proposed(Outcome::NeedsInformation);
    assert_eq!(case.state(), State::Decided);
    assert_eq!(case.suppression(), None);
    let day = |n: i64| 60 + n * 24 * 3600;
    let current = current();
    let events = register(&mut case, Support::Stands(&current), day(13));
    assert_eq!(events, []);
    register(&mut case, Support::Stands(&current), day(14));
    assert_eq!(case.state(), State::Reopened);
}

#[test]
fn a_file_is_attached_up_to_the_size_that_is_kept() {
    let mut case = case(9500);
    let ann = actor("ann", Role::Analyst);
    let large = run(&mut case, &ann, Action::Attach(attachment(1001)));
    let too_large = Refusal::TooLarge {
        max: 1000,
        came: 1001,
    };
    assert_eq!(large, Err(too_large));
    let nameless = Attachment {
        name: " ".to_owned(),
        ..attachment(1)
    };
    let refused = run(&mut case, &ann, Action::Attach(nameless));
    assert_eq!(refused, Err(Refusal::Missing(Field::FileName)));
    run(&mut case, &ann, Action::Attach(attachment(1000))).unwrap();
    assert_eq!(case.attachments(), [attachment(1000)]);
    assert_eq!(case.state(), State::New);
}

#[test]
fn a_proposal_is_not_approved_on_facts_that_have_changed() {
    let case = proposed(Outcome::FalsePositive);
    let approve = Command {
        expected: case.revision(),
        key: IdempotencyKey::new("k"),
        action: Action::Approve,
    };
    let mut changed = current();
    changed.facts.subject.clear();
    let bob = actor("bob", Role::Approver);
    let refused = decide(&case, &bob, approve, &changed, &policy(), time(60));
    assert!(matches!(refused, Err(Refusal::NoGrounds { .. })));
}

#[test]
fn a_dispute_reopens_with_a_deadline() {
    let mut case = proposed(Outcome::TrueMatch);
    run(&mut case, &actor("bob", Role::Approver), Action::Approve).unwrap();
    let admin = actor("cid", Role::Admin);
    run(&mut case, &admin, sample(ActionKind::Dispute)).unwrap();
    assert_eq!(
        (case.state(), case.disputed_until()),
        (State::Reopened, Some(time(9000)))
    );
    let late = Action::Dispute {
        reason: "because".to_owned(),
        due: time(60),
    };
    let refused = run(&mut case, &admin, late);
    assert!(matches!(refused, Err(Refusal::PastDeadline { .. })));
}

#[test]
fn a_redacted_event_says_nothing_and_folds_alike() {
    let mut case = case(9500);
    let mut redacted = case.clone();
    let ann = actor("ann", Role::Approver);
    let bob = actor("bob", Role::Approver);
    let mut events = Vec::new();
    for (who, kind) in [
        (&ann, ActionKind::Note),
        (&ann, ActionKind::Attach),
        (&ann, ActionKind::Escalate),
        (&ann, ActionKind::Propose),
        (&bob, ActionKind::Reject),
        (&ann, ActionKind::Propose),
        (&bob, ActionKind::Approve),
        (&bob, ActionKind::Dispose),
        (&bob, ActionKind::Dispute),
    ] {
        events.extend(run(&mut case, who, sample(kind)).unwrap());
    }
    for event in events {
        let event = event.redacted();
        let text = format!("{event:?}");
        for secret in ["because", "Jane", "1980", "officer", "k1", "211"] {
            assert!(!text.contains(secret), "{text}");
        }
        redacted.apply(&event).unwrap();
    }
    assert_eq!(redacted.state(), case.state());
    assert_eq!(redacted.revision(), case.revision());
    assert_eq!(redacted.dispositions().len(), 1);
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
    (case.suppression().unwrap(), current)
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
    assert_eq!(proposed(Outcome::TrueMatch).suppression(), None);
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
            Action::Propose(_) => {
                works
                    && (matches!(self.state, "new" | "reopened")
                        || matches!(self.state, "assigned" | "in review") && is_mine)
            }
            Action::Approve => {
                role == Role::Approver && self.state == "proposed" && self.proposer != Some(who)
            }
            Action::Reject { .. } => role == Role::Approver && self.state == "proposed",
            Action::Reopen { .. } => {
                (works || role == Role::Admin) && matches!(self.state, "decided" | "withdrawn")
            }
            Action::Dispute { .. } => (works || role == Role::Admin) && self.state != "withdrawn",
            Action::Escalate { .. } => {
                (works || role == Role::Admin) && (is_open || self.state == "proposed")
            }
            Action::Snooze { .. } => works && is_open,
            Action::Note { .. } | Action::Attach(_) => works || role == Role::Admin,
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
                    Outcome::Inconclusive | Outcome::NeedsInformation => false,
                };
                self.proposer = Some(who);
                self.owner = Some(who);
                self.outcome = Some(proposal.outcome);
                self.state = if second { "proposed" } else { "decided" };
                self.has_decision = !second;
            }
            Action::Approve => {
                self.state = "decided";
                self.has_decision = true;
            }
            Action::Reject { .. } => self.state = "in review",
            Action::Reopen { .. } => self.reopen(),
            Action::Dispute { .. } if self.state == "decided" => self.reopen(),
            _ => {}
        }
        true
    }

    /// What the register makes of it.
    fn follow(&mut self, stands: bool) {
        if !stands {
            self.state = "withdrawn";
        } else if self.state == "withdrawn" {
            if self.has_decision && self.outcome == Some(Outcome::FalsePositive) {
                self.state = "decided";
            } else {
                self.reopen();
            }
        }
    }

    fn reopen(&mut self) {
        self.state = "reopened";
        self.owner = None;
        self.has_decision = false;
    }
}

/// What a person does, or whether the register says that the match stands.
fn any_action() -> impl Strategy<Value = Result<Action, bool>> {
    let outcome = prop::sample::select(&Outcome::ALL[..]);
    let user = prop::sample::select(&USERS[..]);
    prop_oneof![
        2 => any::<bool>().prop_map(Err),
        6 => prop::sample::select(&ActionKind::ALL[..]).prop_map(|kind| Ok(sample(kind))),
        // The path to a decision is longer than chance finds often.
        6 => Just(Ok(Action::StartReview)),
        4 => Just(Ok(Action::Approve)),
        6 => outcome.prop_map(|outcome| Ok(Action::Propose(proposal(outcome)))),
        1 => user.prop_map(|user| Ok(Action::Assign { to: UserId::new(user) })),
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
            let action = match action {
                Ok(action) => action,
                Err(stands) => {
                    model.follow(stands);
                    let current = current();
                    let support = if stands { Support::Stands(&current) } else { Support::Gone };
                    log.extend(register(&mut case, support, at as i64));
                    prop_assert_eq!(case.state().name(), model.state);
                    continue;
                }
            };
            let command = Command {
                // Now and then a person has seen an old revision.
                expected: Revision(case.revision().0 + u64::from(chance == 0)),
                key: IdempotencyKey::new(&at.to_string()),
                action: action.clone(),
            };
            let who_acts = actor(USERS[who], role);
            let answer = decide(&case, &who_acts, command.clone(), &current(), &policy(), now);
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
                let again = decide(&case, &who_acts, command, &current(), &policy(), now);
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

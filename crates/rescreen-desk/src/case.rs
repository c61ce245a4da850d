//! A case is its events, folded.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rescreen_model::EntityId;

use crate::{
    Action, Actor, Attachment, Basis, CaseId, Current, DeskPolicy, Disposition, Facts,
    IdempotencyKey, Lapse, Outcome, Proposal, Revision, Score, Suppression, TenantId, UserId,
};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nobody has it.
    New,
    /// A person has it and has not begun.
    Assigned,
    /// A person judges it.
    InReview,
    /// An outcome waits for a second person.
    Proposed,
    /// An outcome holds.
    Decided,
    /// A closed case was taken up again and nobody has it.
    Reopened,
    /// The list no longer says what was matched. Evidence and decisions are kept.
    Withdrawn,
}

impl State {
    /// The state's name in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Assigned => "assigned",
            Self::InReview => "in review",
            Self::Proposed => "proposed",
            Self::Decided => "decided",
            Self::Reopened => "reopened",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// All states, in declaration order.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Assigned,
        Self::InReview,
        Self::Proposed,
        Self::Decided,
        Self::Reopened,
        Self::Withdrawn,
    ];

    /// Whether people still have to answer.
    pub fn is_waiting(self) -> bool {
        !matches!(self, Self::Decided | Self::Withdrawn)
    }
}

/// A proposal that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What was decided, and why.
    pub proposal: Proposal,
    /// Who proposed it.
    pub proposer: UserId,
    /// Who approved it; nobody where the policy asked for no second person.
    pub approver: Option<UserId>,
    /// Since when it holds.
    pub at: Timestamp,
    /// From which score on matches went to people then.
    pub review_from: Score,
    /// When it ends by itself: a clearance, and one that waits for information.
    pub expires_at: Option<Timestamp>,
}

impl Decision {
    /// What a clearance keeps from people; there is one for a false positive, and none else.
    pub fn suppression(&self, subject: &EntityId, party: &EntityId) -> Option<Suppression> {
        (self.proposal.outcome == Outcome::FalsePositive).then(|| Suppression {
            subject: subject.clone(),
            party: party.clone(),
            facts: self.proposal.facts.clone(),
            made_at: self.at,
            expires_at: self.expires_at,
            review_from: self.review_from,
            revoked_at: None,
        })
    }

    /// All that speaks against its holding on.
    ///
    /// A clearance lapses as its [`Suppression`] does. Any other decision falls only with the facts it rests on, when
    /// the party's id comes to mean somebody else, or when the time is over for which it waits.
    pub(crate) fn lapses(
        &self,
        (subject, party): (&EntityId, &EntityId),
        current: &Current,
        policy: &DeskPolicy,
        now: Timestamp,
    ) -> Vec<Lapse> {
        match self.suppression(subject, party) {
            Some(suppression) => suppression.lapses(current, policy, now),
            None => {
                let mut lapses = self.proposal.facts.changes(current, self.at);
                let end = self.expires_at.filter(|at| *at <= now);
                lapses.extend(end.map(|at| Lapse::Expired { at }));
                lapses
            }
        }
    }
}

/// What made something happen that no person did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// The list that changed, where it was one.
    pub list: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What changed: `added`, `removed`, `changed: birthDate`, `subject registered`, `policy` …
    pub change: String,
}

/// One thing that happened to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The case's revision after it.
    pub revision: Revision,
    /// When.
    pub at: Timestamp,
    /// Who did it, in which role; nobody where a list did.
    pub by: Option<Actor>,
    /// The key of the command behind it.
    pub key: Option<IdempotencyKey>,
    /// What happened.
    pub change: Change,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A person did that.
    Did(Action),
    /// A proposal became the decision.
    Decided(Decision),
    /// Nothing supports the match any more: the list, the subject or the policy changed.
    Withdrawn {
        /// What did it.
        cause: Cause,
    },
    /// The match is back. A clearance that was kept and still holds answers it; else it waits for people.
    Returned {
        /// What did it.
        cause: Cause,
    },
    /// The decision no longer holds: people are asked again.
    Lapsed {
        /// What ended it.
        lapses: Vec<Lapse>,
    },
}

impl Change {
    /// What happened, in a word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Did(action) => match action {
                Action::Assign { .. } => "assigned",
                Action::StartReview => "review-started",
                Action::Propose(_) => "proposed",
                Action::Approve => "approved",
                Action::Reject { .. } => "rejected",
                Action::Reopen { .. } => "reopened",
                Action::Dispute { .. } => "disputed",
                Action::Escalate { .. } => "escalated",
                Action::Snooze { .. } => "snoozed",
                Action::Note { .. } => "noted",
                Action::Attach(_) => "attached",
                Action::Dispose(_) => "disposed",
            },
            Self::Decided(_) => "decided",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Returned { .. } => "returned",
            Self::Lapsed { .. } => "lapsed",
        }
    }
}

impl Event {
    /// The event without anything that may say who the subject is: no texts, no facts, no key. It folds to the same
    /// states.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let change = match &self.change {
            Change::Did(action) => Change::Did(redacted_action(action)),
            Change::Decided(decision) => Change::Decided(Decision {
                proposal: redacted_proposal(&decision.proposal),
                ..decision.clone()
            }),
            Change::Withdrawn { .. } => Change::Withdrawn {
                cause: Cause::default(),
            },
            Change::Returned { .. } => Change::Returned {
                cause: Cause::default(),
            },
            Change::Lapsed { .. } => Change::Lapsed { lapses: Vec::new() },
        };
        Self {
            key: None,
            change,
            ..self.clone()
        }
    }
}

fn redacted_action(action: &Action) -> Action {
    let empty = String::new();
    match action {
        Action::Propose(proposal) => Action::Propose(redacted_proposal(proposal)),
        Action::Reject { .. } => Action::Reject { reason: empty },
        Action::Reopen { .. } => Action::Reopen { reason: empty },
        Action::Dispute { due, .. } => Action::Dispute {
            reason: empty,
            due: *due,
        },
        Action::Escalate { .. } => Action::Escalate { reason: empty },
        Action::Note { .. } => Action::Note { text: empty },
        // The hash would tell whoever has the file.
        Action::Attach(file) => Action::Attach(Attachment {
            name: empty,
            hash: [0; 32],
            bytes: file.bytes,
        }),
        Action::Dispose(disposition) => Action::Dispose(Disposition {
            authority: empty,
            ..disposition.clone()
        }),
        Action::Assign { .. } | Action::StartReview | Action::Approve | Action::Snooze { .. } => {
            action.clone()
        }
    }
}

fn redacted_proposal(proposal: &Proposal) -> Proposal {
    Proposal {
        text: String::new(),
        basis: match &proposal.basis {
            Basis::OtherGround(_) => Basis::OtherGround(String::new()),
            plain => plain.clone(),
        },
        facts: Facts::default(),
        ..proposal.clone()
    }
}

/// An event that does not follow the case's last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the event of revision {expected}, got {got}")]
pub struct OutOfOrder {
    /// The revision that comes next.
    pub expected: Revision,
    /// The one that came.
    pub got: Revision,
}

/// A question to people, and how far they are with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub id: CaseId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Our side of the match.
    pub subject: EntityId,
    /// The listed side of the match.
    pub party: EntityId,
    /// The score it was raised with.
    pub score: Score,
    /// The hash of the evidence it was raised with: why the engine matched, apart from why people decide.
    pub evidence: [u8; 32],
    /// Invariant: the number of events applied.
    pub(crate) revision: Revision,
    pub(crate) state: State,
    pub(crate) changed_at: Timestamp,
    pub(crate) assignee: Option<UserId>,
    /// Invariant: is there exactly while the state is proposed, or between the two events of one command.
    pub(crate) proposal: Option<(UserId, Proposal)>,
    pub(crate) decision: Option<Decision>,
    pub(crate) former: Vec<Decision>,
    pub(crate) dispositions: Vec<Disposition>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) escalation: u32,
    pub(crate) snoozed_until: Option<Timestamp>,
    pub(crate) disputed_until: Option<Timestamp>,
    pub(crate) seen: BTreeMap<IdempotencyKey, (UserId, Action)>,
}

impl Case {
    /// A new case for a match, at revision 0.
    pub fn new(
        id: CaseId,
        tenant: TenantId,
        (subject, party): (EntityId, EntityId),
        score: Score,
        evidence: [u8; 32],
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            tenant,
            subject,
            party,
            score,
            evidence,
            revision: Revision::default(),
            state: State::New,
            changed_at: at,
            assignee: None,
            proposal: None,
            decision: None,
            former: Vec::new(),
            dispositions: Vec::new(),
            attachments: Vec::new(),
            escalation: 0,
            snoozed_until: None,
            disputed_until: None,
            seen: BTreeMap::new(),
        }
    }

    /// How many events it has seen.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whose work it is.
    pub fn assignee(&self) -> Option<&UserId> {
        self.assignee.as_ref()
    }

    /// The proposal that waits, with who made it.
    pub fn proposal(&self) -> Option<&(UserId, Proposal)> {
        self.proposal.as_ref()
    }

    /// The decision that holds.
    pub fn decision(&self) -> Option<&Decision> {
        self.decision.as_ref()
    }

    /// The decisions that held before the case was reopened, oldest first.
    pub fn former_decisions(&self) -> &[Decision] {
        &self.former
    }

    /// What was done about the person concerned, oldest first.
    pub fn dispositions(&self) -> &[Disposition] {
        &self.dispositions
    }

    /// The files that belong to it, oldest first.
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// How often it was escalated.
    pub fn escalation(&self) -> u32 {
        self.escalation
    }

    /// Whether it is set aside at that time.
    pub fn is_snoozed(&self, now: Timestamp) -> bool {
        self.snoozed_until.is_some_and(|until| now < until)
    }

    /// Until when it is set aside, be that over or not.
    pub fn snoozed_until(&self) -> Option<Timestamp> {
        self.snoozed_until
    }

    /// Until when the person concerned is owed an answer; nothing where nobody disputes.
    pub fn disputed_until(&self) -> Option<Timestamp> {
        self.disputed_until
    }

    /// The suppression that the decision in force amounts to: there is one for a false positive, and none else.
    pub fn suppression(&self) -> Option<Suppression> {
        self.decision
            .as_ref()?
            .suppression(&self.subject, &self.party)
    }

    /// All that speaks against the decision in force holding on; nothing where there is none.
    pub fn lapses(&self, current: &Current, policy: &DeskPolicy, now: Timestamp) -> Vec<Lapse> {
        let pair = (&self.subject, &self.party);
        self.decision
            .as_ref()
            .map(|decision| decision.lapses(pair, current, policy, now))
            .unwrap_or_default()
    }

    /// Makes it so. The events of one command belong together: apply and store all or none.
    ///
    /// # Errors
    ///
    /// An event that is not the next leaves the case as it was.
    pub fn apply(&mut self, event: &Event) -> Result<(), OutOfOrder> {
        let expected = self.revision.next();
        if event.revision != expected {
            return Err(OutOfOrder {
                expected,
                got: event.revision,
            });
        }
        self.revision = expected;
        self.changed_at = event.at;
        match &event.change {
            Change::Did(action) => {
                let user = event.by.as_ref().map(|actor| &actor.user);
                if let (Some(user), Some(key)) = (user, &event.key) {
                    self.seen
                        .insert(key.clone(), (user.clone(), action.clone()));
                }
                self.act(action, user);
            }
            Change::Decided(decision) => {
                self.state = State::Decided;
                self.proposal = None;
                self.disputed_until = None;
                self.decision = Some(decision.clone());
            }
            Change::Withdrawn { .. } => {
                self.state = State::Withdrawn;
                self.proposal = None;
                self.snoozed_until = None;
                self.disputed_until = None;
            }
            Change::Returned { .. } if self.decision.is_some() => self.state = State::Decided,
            Change::Returned { .. } | Change::Lapsed { .. } => self.reopen(),
        }
        Ok(())
    }

    fn reopen(&mut self) {
        self.state = State::Reopened;
        self.assignee = None;
        self.former.extend(self.decision.take());
    }

    fn act(&mut self, action: &Action, user: Option<&UserId>) {
        match action {
            Action::Assign { to } => {
                self.state = State::Assigned;
                self.assignee = Some(to.clone());
            }
            Action::StartReview => {
                self.state = State::InReview;
                self.assignee = user.cloned();
                self.snoozed_until = None;
            }
            Action::Propose(proposal) => {
                self.state = State::Proposed;
                self.proposal = user.map(|user| (user.clone(), proposal.clone()));
                self.snoozed_until = None;
            }
            // The decision is the next event.
            Action::Approve => {}
            Action::Reject { .. } => {
                self.state = State::InReview;
                self.proposal = None;
            }
            Action::Reopen { .. } => self.reopen(),
            Action::Dispute { due, .. } => {
                if self.state == State::Decided {
                    self.reopen();
                }
                self.disputed_until = Some(*due);
            }
            Action::Escalate { .. } => self.escalation = self.escalation.saturating_add(1),
            Action::Snooze { until } => self.snoozed_until = Some(*until),
            Action::Note { .. } => {}
            Action::Attach(file) => self.attachments.push(file.clone()),
            Action::Dispose(disposition) => self.dispositions.push(disposition.clone()),
        }
    }
}

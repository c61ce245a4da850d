//! What a person does with an alert.

use jiff::Timestamp;
use rescreen_desk::{
    Action, ActionKind, Case, Cause, Command, Event, IdempotencyKey, Outcome, Refusal, Revision,
    Side, State, UserId, decide,
};
use rescreen_model::Property;
use rescreen_store::{AlertRow, StoreError, Writer};

use super::{Which, follow, follow::no_alert, grounds, people, policy, recheck};
use crate::{AlertReport, App, AppError};

/// One intent of one person about one alert.
#[derive(Debug, Clone)]
pub struct Request {
    /// The alert.
    pub alert: i64,
    /// Who.
    pub by: String,
    /// The revision of the case that the person saw, where they say so: another one refuses the command.
    pub expected: Option<u64>,
    /// Names the intent, so that sending it twice does it once.
    pub key: Option<String>,
    /// What is to be done. The facts of a proposal are filled in from `relied`.
    pub action: Action,
    /// What the person relied on. A clearance, or an inconclusive outcome, that names nothing relies on everything that
    /// tells who either side is.
    pub relied: Vec<Relied>,
}

/// A property that a person relied on, with the values it has at the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relied {
    /// On which side; `None` for both.
    pub side: Option<Side>,
    /// Which property.
    pub property: Property,
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound(refusal.to_string()),
            Refusal::Forbidden { .. } => Self::Forbidden(refusal.to_string()),
            Refusal::Stale { .. } => Self::Stale(refusal.to_string()),
            _ => Self::Refused(refusal.to_string()),
        }
    }
}

impl App {
    /// Does what a person asks of an alert, if the rules allow it, and gives the alert as it is then.
    ///
    /// A refusal is in the log when it is told.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such alert for that person; [`AppError::Refused`] with the rule that
    /// stands against it.
    pub fn act(&mut self, request: &Request, now: Timestamp) -> Result<AlertReport, AppError> {
        if request.action.kind() == ActionKind::Attach {
            return Err(AppError::Usage(
                "a file is attached together with its bytes".to_owned(),
            ));
        }
        self.act_and(request, now, |_| Ok(()))
    }

    /// Does the same, and something more in the same transaction where it is done.
    pub(crate) fn act_and(
        &mut self,
        request: &Request,
        now: Timestamp,
        then: impl FnOnce(&Writer<'_>) -> Result<(), AppError>,
    ) -> Result<AlertReport, AppError> {
        let by = people::name(&request.by)?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        recheck(&writer, Which::Ending, &crate::register::over(), at)?;
        let kind = request.action.kind();
        let what = format!("{} alert {}", kind.name(), request.alert);
        let alert = writer.register().alert(request.alert)?;
        let done = match &alert {
            Some(alert) => decide_and_append(&writer, alert, request, &by, at),
            None => Err(no_alert(request.alert)),
        };
        if let Err(error) = done {
            // Whoever may not know of a case is answered, and logged, as if there were none.
            let (error, about) = match (error, alert) {
                (AppError::NotFound(_), _) | (_, None) => (no_alert(request.alert), None),
                (error, Some(alert)) => (error, Some((alert.subject, alert.key))),
            };
            return Err(people::refused(writer, error, (&by, &what), about, at));
        }
        then(&writer)?;
        writer.commit()?;
        self.alert(request.alert)
    }
}

/// Does one step of a case, within a writing transaction.
pub(crate) fn decide_and_append(
    writer: &Writer<'_>,
    alert: &AlertRow,
    request: &Request,
    by: &UserId,
    at: Timestamp,
) -> Result<(), AppError> {
    let register = writer.register();
    let mut action = request.action.clone();
    let actor = people::actor(register, by, action.kind())?;
    let row = register
        .case_row(alert.key)?
        .filter(|row| row.tenant == actor.tenant)
        .ok_or(Refusal::NotFound)?;
    let subject = register.subject_of(alert.subject)?;
    if subject.erased.is_some() {
        return Err(AppError::Refused(
            "the data of the subject were erased: there is nothing left to judge".to_owned(),
        ));
    }
    let legs = register.legs_of_alert(alert.key)?;
    let score = legs.iter().map(|leg| leg.score).max().unwrap_or_default();
    let mut case = register.case(&row, alert, &subject, score)?;
    let current = grounds::current(&subject, &legs)?;
    match &mut action {
        Action::Propose(proposal) => {
            proposal.facts = if !request.relied.is_empty() {
                grounds::relied_on(&current, &request.relied)?
            } else if proposal.outcome == Outcome::TrueMatch {
                proposal.facts.clone()
            } else {
                grounds::identity(&current)
            };
        }
        Action::Assign { to } => {
            *to = people::name(to.as_str())?;
            if rescreen_desk::may(actor.role, ActionKind::Assign) {
                people::can_review(register, to)?;
            }
        }
        _ => {}
    }
    let key = match &request.key {
        Some(key) => IdempotencyKey::new(key),
        // An intent without a name is one of its own.
        None => IdempotencyKey::new(&format!("event-{}", writer.next_entry()?)),
    };
    let command = Command {
        expected: request.expected.map_or(case.revision(), Revision),
        key,
        action,
    };
    let policy = policy::in_force(register)?;
    let events = decide(&case, &actor, command, &current, &policy, at)?;
    apply(&mut case, &events)?;
    if !events.is_empty() {
        writer.append_case(alert.key, alert.subject, &case, &events)?;
    }
    if case.state() == State::Decided {
        // A case that people took up although nothing supports it goes to sleep with its decision.
        let cause = Cause {
            change: "nothing supports it".to_owned(),
            ..Cause::default()
        };
        follow(writer, alert.key, &cause, false, at)?;
    }
    Ok(())
}

pub(super) fn apply(case: &mut Case, events: &[Event]) -> Result<(), AppError> {
    for event in events {
        case.apply(event).map_err(|e| StoreError::Damaged {
            detail: format!("case {}: {e}", case.id),
        })?;
    }
    Ok(())
}

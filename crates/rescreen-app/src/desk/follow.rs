//! What becomes of cases without anybody's doing: the register changed, or time passed.

use jiff::Timestamp;
use rescreen_desk::{Cause, Change, State, Support, TenantId};
use rescreen_match::Match;
use rescreen_model::ContentHash;
use rescreen_store::{DEFAULT_TENANT, Writer, form};

use super::{grounds, policy};
use crate::AppError;

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    /// Nothing.
    AsItWas,
    /// Nothing supports it any more.
    Withdrawn,
    /// It is back, be it before people or as it was decided.
    Returned,
    /// What was decided no longer holds, so people are asked again.
    Reopened,
}

/// Makes the case of an alert that was just raised for a party on that evidence.
pub(crate) fn open(
    writer: &Writer<'_>,
    alert: i64,
    party: &str,
    found: &Match,
) -> Result<(), AppError> {
    let evidence = ContentHash::of_bytes(form::encode_match(found)?.as_bytes());
    let tenant = TenantId::new(DEFAULT_TENANT);
    Ok(writer.open_case(alert, &tenant, party, *evidence.as_bytes())?)
}

/// Makes a case agree with the legs of its alert. `is_reused`: the id of the party has just come to mean somebody else.
pub(crate) fn follow(
    writer: &Writer<'_>,
    alert: i64,
    cause: &Cause,
    is_reused: bool,
    at: Timestamp,
) -> Result<Followed, AppError> {
    let register = writer.register();
    let Some(row) = register.case_row(alert)? else {
        return Ok(Followed::AsItWas);
    };
    let legs = register.legs_of_alert(alert)?;
    let is_supported = legs.iter().any(|leg| leg.live);
    let is_settled = if is_supported {
        row.state.is_waiting()
    } else {
        row.state == State::Withdrawn
    };
    if is_settled {
        return Ok(Followed::AsItWas);
    }
    let alert_row = register.alert(alert)?.ok_or_else(|| no_alert(alert))?;
    let subject = register.subject_of(alert_row.subject)?;
    let score = legs.iter().map(|leg| leg.score).max().unwrap_or_default();
    let mut case = register.case(&row, &alert_row, &subject, score)?;
    let current = if is_supported {
        let mut current = grounds::current(&subject, &legs)?;
        current.reused_at = is_reused.then_some(at);
        Some(current)
    } else {
        None
    };
    let support = current.as_ref().map_or(Support::Gone, Support::Stands);
    let policy = policy::in_force(register)?;
    let events = rescreen_desk::follow(&case, support, cause, &policy, at)?;
    let Some(last) = events.last() else {
        return Ok(Followed::AsItWas);
    };
    let followed = match last.change {
        Change::Withdrawn { .. } => Followed::Withdrawn,
        Change::Lapsed { .. } => Followed::Reopened,
        _ => Followed::Returned,
    };
    super::act::apply(&mut case, &events)?;
    writer.append_case(alert, alert_row.subject, &case, &events)?;
    Ok(followed)
}

/// Which decisions are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// All.
    All,
    /// Those whose time is over.
    Ending,
}

/// Looks whether decisions still hold, and reopens those that do not. Gives how many those are.
pub(crate) fn recheck(
    writer: &Writer<'_>,
    which: Which,
    cause: &Cause,
    at: Timestamp,
) -> Result<u64, AppError> {
    let ending = (which == Which::Ending).then_some(at);
    let mut reopened = 0;
    for case in writer.register().decided_cases(ending)? {
        let followed = follow(writer, case.alert, cause, false, at)?;
        reopened += u64::from(followed == Followed::Reopened);
    }
    Ok(reopened)
}

pub(super) fn no_alert(alert: i64) -> AppError {
    AppError::NotFound(format!("there is no alert {alert}"))
}

//! The desk's policy: what operators decide about deciding.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rescreen_desk::{Cause, DeskPolicy, Outcome, ReasonCode, Score};
use rescreen_store::{DeskPolicyRow, Register, form};

use super::{Which, people, recheck};
use crate::{App, AppError};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The policy where nobody has set another: every outcome that says something about somebody needs a second person, a
/// clearance lives a year.
fn initial() -> DeskPolicy {
    let codes = |codes: &[&str]| codes.iter().map(|code| ReasonCode::new(code)).collect();
    let reasons: BTreeMap<Outcome, BTreeSet<ReasonCode>> = BTreeMap::from([
        (
            Outcome::FalsePositive,
            codes(&[
                "other-birth-date",
                "other-identifier",
                "other-name",
                "other-kind",
                "other-place",
                "other-person",
            ]),
        ),
        (
            Outcome::TrueMatch,
            codes(&["same-identifier", "same-person", "confirmed-by-subject"]),
        ),
        (
            Outcome::Inconclusive,
            codes(&["too-little-known", "contradictory"]),
        ),
        (
            Outcome::NeedsInformation,
            codes(&["asked-subject", "asked-source", "asked-publisher"]),
        ),
    ]);
    // Asking somebody decides nothing about anybody.
    let decided = [
        Outcome::FalsePositive,
        Outcome::TrueMatch,
        Outcome::Inconclusive,
    ];
    DeskPolicy {
        reasons,
        approval_from: decided.map(|outcome| (outcome, Score(0))).into(),
        max_snooze: DAY * 30,
        due_within: DAY * 10,
        dispute_within: DAY * 30,
        information_within: DAY * 14,
        max_attachment: 10 * 1024 * 1024,
        review_from: Score(0),
        max_suppression: DAY * 365,
        required_facts: BTreeSet::new(),
        tells_elsewhere: true,
    }
}

/// The desk's policy now, with the score from which the register's sends matches to people.
pub(crate) fn in_force(register: Register<'_>) -> Result<DeskPolicy, AppError> {
    in_force_at(register, Timestamp::MAX)
}

/// The same at a moment.
pub(crate) fn in_force_at(register: Register<'_>, at: Timestamp) -> Result<DeskPolicy, AppError> {
    let review = crate::register::policy_in_force(register, at)?
        .matching
        .review();
    let review_from = Score(u16::try_from(review.basis_points()).unwrap_or(u16::MAX));
    match register.desk_policy(at)? {
        Some(row) => Ok(form::decode_desk_policy(&row.body, review_from)?),
        None => Ok(DeskPolicy {
            review_from,
            ..initial()
        }),
    }
}

impl App {
    /// The desk's policy now, and who set it if anybody did.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn desk_policy(&self) -> Result<(DeskPolicy, Option<DeskPolicyRow>), AppError> {
        self.desk_policy_at(Timestamp::MAX)
    }

    /// The desk's policy at a moment, and who had set it if anybody had.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub fn desk_policy_at(
        &self,
        at: Timestamp,
    ) -> Result<(DeskPolicy, Option<DeskPolicyRow>), AppError> {
        let register = self.store.register();
        let row = register.desk_policy(at)?;
        Ok((in_force_at(register, at)?, row))
    }

    /// Sets the desk's policy from its stored form, and reopens what was decided and does not hold under it. Gives how
    /// many that are.
    ///
    /// # Errors
    /// [`AppError::Usage`] where the text is no policy or a reason is missing; [`AppError::Refused`] where the person
    /// may not do that.
    pub fn set_desk_policy(
        &mut self,
        text: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<u64, AppError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(AppError::Usage(
                "a change of policy needs a reason".to_owned(),
            ));
        }
        let policy =
            form::decode_desk_policy(text, Score(0)).map_err(|e| AppError::Usage(e.to_string()))?;
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        let by = people::name(by)?;
        let what = "set the desk's policy";
        if let Err(error) = people::admin_of_all(&writer, &by, what) {
            return Err(people::refused(writer, error, (&by, what), None, at));
        }
        writer.set_desk_policy(&row(&policy, at, by.as_str(), reason)?)?;
        let cause = Cause {
            change: format!("desk policy: {reason}"),
            ..Cause::default()
        };
        people::log(&writer, at, "desk-policy", &by, (None, None), &cause)?;
        let reopened = recheck(&writer, Which::All, &cause, at)?;
        writer.commit()?;
        Ok(reopened)
    }

    /// What a desk's policy would do: how many decisions do not hold under it. Nothing is changed.
    ///
    /// # Errors
    /// [`AppError::Usage`] where it is none that can be set.
    pub fn forecast_desk_policy(
        &mut self,
        policy: &DeskPolicy,
        now: Timestamp,
    ) -> Result<u64, AppError> {
        let text = form::encode_desk_policy(policy)?;
        form::decode_desk_policy(&text, Score(0)).map_err(|e| AppError::Usage(e.to_string()))?;
        // The transaction is dropped, so all of it is undone.
        let writer = self.store.write()?;
        let at = writer.not_before_the_log(now)?;
        writer.set_desk_policy(&row(policy, at, "nobody", "forecast")?)?;
        let cause = Cause {
            change: "desk policy".to_owned(),
            ..Cause::default()
        };
        recheck(&writer, Which::All, &cause, at)
    }
}

fn row(
    policy: &DeskPolicy,
    at: Timestamp,
    author: &str,
    reason: &str,
) -> Result<DeskPolicyRow, AppError> {
    Ok(DeskPolicyRow {
        at,
        body: form::encode_desk_policy(policy)?,
        author: author.to_owned(),
        reason: reason.to_owned(),
    })
}

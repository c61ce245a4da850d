//! The stored form of the desk's policy.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use rescreen_desk::{DeskPolicy, Outcome, ReasonCode, Score};
use rescreen_model::Property;
use serde::{Deserialize, Serialize};

use super::{
    damaged,
    desk::{known, read},
};
use crate::StoreError;

/// What an operator sets of a desk's policy. From which score on matches go to people is the register's policy to say.
#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum PolicyForm {
    #[serde(rename = "1")]
    V1 {
        /// Outcome to the reason codes it accepts.
        reasons: BTreeMap<String, BTreeSet<String>>,
        /// Outcome to the score from which on it needs a second person.
        approval_from: BTreeMap<String, f64>,
        max_snooze_days: i64,
        due_days: i64,
        dispute_days: i64,
        max_suppression_days: i64,
        #[serde(default = "information_days")]
        information_days: i64,
        #[serde(default = "max_attachment_kib")]
        max_attachment_kib: u64,
        #[serde(default)]
        required_facts: BTreeSet<String>,
    },
}

/// What a policy says that was set before there was such a thing.
fn information_days() -> i64 {
    14
}

/// The same: 10 MiB.
fn max_attachment_kib() -> u64 {
    10 * 1024
}

/// The largest limit that can be set: the store keeps a file as one value.
const MAX_ATTACHMENT_KIB: u64 = 256 * 1024;

const HOURS_OF_A_DAY: i64 = 24;

/// Writes a desk's policy in the newest form.
///
/// # Errors
/// [`StoreError::Damaged`] where the form cannot be written, which would be a defect of this module.
pub fn encode_desk_policy(policy: &DeskPolicy) -> Result<String, StoreError> {
    let days = |time: SignedDuration| time.as_hours() / HOURS_OF_A_DAY;
    serde_json::to_string(&PolicyForm::V1 {
        reasons: policy
            .reasons
            .iter()
            .map(|(outcome, codes)| {
                let codes = codes.iter().map(ToString::to_string).collect();
                (outcome.name().to_owned(), codes)
            })
            .collect(),
        approval_from: policy
            .approval_from
            .iter()
            .map(|(outcome, score)| (outcome.name().to_owned(), f64::from(score.0) / 10_000.0))
            .collect(),
        max_snooze_days: days(policy.max_snooze),
        due_days: days(policy.due_within),
        dispute_days: days(policy.dispute_within),
        max_suppression_days: days(policy.max_suppression),
        information_days: days(policy.information_within),
        max_attachment_kib: policy.max_attachment / 1024,
        required_facts: policy
            .required_facts
            .iter()
            .map(|property| property.name().to_owned())
            .collect(),
    })
    .map_err(damaged)
}

/// Reads a desk's policy in any form ever written; `review_from` comes from the register's policy.
///
/// # Errors
/// [`StoreError::Damaged`] where the text is not a policy, with the place and what was expected.
pub fn decode_desk_policy(text: &str, review_from: Score) -> Result<DeskPolicy, StoreError> {
    let bad = |detail: String| StoreError::Damaged {
        detail: format!("a desk policy: {detail}"),
    };
    let PolicyForm::V1 {
        reasons,
        approval_from,
        max_snooze_days,
        due_days,
        dispute_days,
        max_suppression_days,
        information_days,
        max_attachment_kib,
        required_facts,
    } = read(text).map_err(|e| bad(e.to_string()))?;
    let outcome = |word: &str| known("outcome", word, Outcome::parse);
    let days = |name: &str, days: i64| {
        if (1..=36_500).contains(&days) {
            Ok(SignedDuration::from_hours(days * HOURS_OF_A_DAY))
        } else {
            Err(bad(format!("{name}: expected 1 to 36500 days, got {days}")))
        }
    };
    let score = |value: f64| {
        let points =
            rescreen_match::Score::from_f64(value).map(rescreen_match::Score::basis_points);
        points
            .and_then(|points| u16::try_from(points).ok())
            .map(Score)
            .ok_or_else(|| bad(format!("expected a score from 0 to 1, got {value}")))
    };
    let property = |name: &str| match Property::named(name) {
        Property::Other(name) => Err(bad(format!("there is no property '{name}'"))),
        property => Ok(property),
    };
    Ok(DeskPolicy {
        reasons: reasons
            .into_iter()
            .map(|(word, codes)| {
                let codes = codes.iter().map(|code| ReasonCode::new(code)).collect();
                Ok((outcome(&word)?, codes))
            })
            .collect::<Result<_, StoreError>>()?,
        approval_from: approval_from
            .into_iter()
            .map(|(word, value)| Ok((outcome(&word)?, score(value)?)))
            .collect::<Result<_, StoreError>>()?,
        max_snooze: days("max_snooze_days", max_snooze_days)?,
        due_within: days("due_days", due_days)?,
        dispute_within: days("dispute_days", dispute_days)?,
        review_from,
        max_suppression: days("max_suppression_days", max_suppression_days)?,
        information_within: days("information_days", information_days)?,
        max_attachment: match max_attachment_kib {
            1..=MAX_ATTACHMENT_KIB => 1024 * max_attachment_kib,
            other => {
                return Err(bad(format!(
                    "max_attachment_kib: expected 1 to {MAX_ATTACHMENT_KIB}, got {other}"
                )));
            }
        },
        required_facts: required_facts
            .iter()
            .map(|name| property(name))
            .collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> DeskPolicy {
        DeskPolicy {
            reasons: BTreeMap::from([(
                Outcome::FalsePositive,
                BTreeSet::from([ReasonCode::new("birth-date")]),
            )]),
            approval_from: BTreeMap::from([(Outcome::FalsePositive, Score(8500))]),
            max_snooze: SignedDuration::from_hours(24 * 30),
            information_within: SignedDuration::from_hours(24 * 14),
            max_attachment: 10 * 1024 * 1024,
            due_within: SignedDuration::from_hours(24 * 10),
            dispute_within: SignedDuration::from_hours(24 * 20),
            review_from: Score(7000),
            max_suppression: SignedDuration::from_hours(24 * 365),
            required_facts: BTreeSet::from([Property::BirthDate]),
        }
    }

    #[test]
    fn a_policy_is_read_as_it_was_written_and_a_frozen_one_stays_readable() {
        let text = encode_desk_policy(&policy()).unwrap();
        let frozen = include_str!("../../testdata/v1/desk-policy.json");
        for text in [&text, frozen] {
            assert_eq!(decode_desk_policy(text, Score(7000)).unwrap(), policy());
        }
    }

    #[test]
    fn a_policy_that_makes_no_sense_is_refused() {
        let good = encode_desk_policy(&policy()).unwrap();
        for (part, bad) in [
            ("0.85", "1.85"),
            ("\"max_snooze_days\":30", "\"max_snooze_days\":0"),
            ("\"max_attachment_kib\":10240", "\"max_attachment_kib\":0"),
            ("false-positive", "falsch"),
            ("birthDate", "shoeSize"),
        ] {
            let text = good.replace(part, bad);
            assert_ne!(text, good);
            assert!(decode_desk_policy(&text, Score(0)).is_err(), "{text}");
        }
    }
}

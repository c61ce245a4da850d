//! The stored form of what happens at the desk, and of the desk's policy.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, civil::Date};
use rescreen_audit::Hash;
use rescreen_desk::{
    Action, Actor, Attachment, Basis, Change, Decision, DeskPolicy, Disposition, DispositionKind,
    Event, Facts, IdempotencyKey, Lapse, Outcome, Proposal, ReasonCode, Revision, Role, Score,
    Side, TenantId, UserId, Values,
};
use rescreen_model::Property;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{CauseForm, cause, cause_form, damaged};
use crate::StoreError;

/// The parts of an event that stand in columns of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventColumns<'a> {
    pub(crate) revision: i64,
    pub(crate) at: Timestamp,
    pub(crate) actor: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum EventForm {
    #[serde(rename = "1")]
    V1 {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        what: ChangeV1,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
enum ChangeV1 {
    Assigned {
        to: String,
    },
    ReviewStarted,
    Proposed(ProposalV1),
    Approved,
    Rejected {
        reason: String,
    },
    Reopened {
        reason: String,
    },
    Disputed {
        reason: String,
        #[serde(with = "as_text")]
        due: Timestamp,
    },
    Escalated {
        reason: String,
    },
    Snoozed {
        #[serde(with = "as_text")]
        until: Timestamp,
    },
    Noted {
        text: String,
    },
    Attached {
        name: String,
        /// In hexadecimal, as `sha256sum` writes it.
        sha256: String,
        bytes: u64,
    },
    Disposed(DispositionV1),
    Decided(DecisionV1),
    Withdrawn(CauseForm),
    Returned(CauseForm),
    Lapsed {
        lapses: Vec<LapseV1>,
    },
}

#[derive(Serialize, Deserialize)]
struct ProposalV1 {
    outcome: String,
    reason: String,
    text: String,
    basis: BasisV1,
    #[serde(default)]
    subject: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    party: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum BasisV1 {
    Identity,
    InsufficientInformation,
    OtherGround(String),
}

#[derive(Serialize, Deserialize)]
struct DispositionV1 {
    kind: String,
    #[serde(with = "as_text")]
    date: Date,
    authority: String,
}

#[derive(Serialize, Deserialize)]
struct DecisionV1 {
    proposal: ProposalV1,
    proposer: String,
    approver: Option<String>,
    #[serde(with = "as_text")]
    at: Timestamp,
    review_from: u16,
    #[serde(with = "maybe_as_text")]
    expires_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
enum LapseV1 {
    OtherPair,
    Revoked {
        #[serde(with = "as_text")]
        at: Timestamp,
    },
    Expired {
        #[serde(with = "as_text")]
        at: Timestamp,
    },
    IdReused {
        #[serde(with = "as_text")]
        at: Timestamp,
    },
    FactChanged {
        side: String,
        property: String,
        then: BTreeSet<String>,
        now: BTreeSet<String>,
    },
    StricterThreshold {
        then: u16,
        now: u16,
    },
    FactNotReliedOn {
        property: String,
    },
    ListedAgain,
}

/// Times and days as text.
mod as_text {
    use std::{fmt::Display, str::FromStr};

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        value: &impl Display,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// The same where there may be none.
mod maybe_as_text {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "serde hands the field over as it is")]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(|at| at.to_string()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}

/// Writes what of a case's event stands in no column of its own.
///
/// # Errors
/// [`StoreError::Damaged`] where the form cannot be written, which would be a defect of this module.
pub fn encode_case_event(event: &Event) -> Result<String, StoreError> {
    let by = event.by.as_ref();
    serde_json::to_string(&EventForm::V1 {
        role: by.map(|actor| actor.role.name().to_owned()),
        tenant: by.map(|actor| actor.tenant.to_string()),
        key: event.key.as_ref().map(ToString::to_string),
        what: change_form(&event.change),
    })
    .map_err(damaged)
}

/// Reads an event of a case in any form ever written.
pub(crate) fn decode_case_event(
    text: &str,
    columns: EventColumns<'_>,
) -> Result<Event, StoreError> {
    let EventForm::V1 {
        role,
        tenant,
        key,
        what,
    } = serde_json::from_str(text).map_err(damaged)?;
    let by = match (columns.actor, role, tenant) {
        (Some(user), Some(role), Some(tenant)) => Some(Actor {
            user: UserId::new(user),
            tenant: TenantId::new(&tenant),
            role: known("role", &role, Role::parse)?,
        }),
        _ => None,
    };
    Ok(Event {
        revision: Revision(u64::try_from(columns.revision).unwrap_or_default()),
        at: columns.at,
        by,
        key: key.as_deref().map(IdempotencyKey::new),
        change: change(what)?,
    })
}

/// The change that a case's event made, without the columns beside it.
///
/// # Errors
/// [`StoreError::Damaged`] where the text is not such an event.
pub fn decode_case_change(text: &str) -> Result<Change, StoreError> {
    let EventForm::V1 { what, .. } = serde_json::from_str(text).map_err(damaged)?;
    change(what)
}

fn change_form(change: &Change) -> ChangeV1 {
    match change {
        Change::Did(action) => match action {
            Action::Assign { to } => ChangeV1::Assigned { to: to.to_string() },
            Action::StartReview => ChangeV1::ReviewStarted,
            Action::Propose(proposal) => ChangeV1::Proposed(proposal_form(proposal)),
            Action::Approve => ChangeV1::Approved,
            Action::Reject { reason } => ChangeV1::Rejected {
                reason: reason.clone(),
            },
            Action::Reopen { reason } => ChangeV1::Reopened {
                reason: reason.clone(),
            },
            Action::Dispute { reason, due } => ChangeV1::Disputed {
                reason: reason.clone(),
                due: *due,
            },
            Action::Escalate { reason } => ChangeV1::Escalated {
                reason: reason.clone(),
            },
            Action::Snooze { until } => ChangeV1::Snoozed { until: *until },
            Action::Note { text } => ChangeV1::Noted { text: text.clone() },
            Action::Attach(file) => ChangeV1::Attached {
                name: file.name.clone(),
                sha256: Hash(file.hash).to_string(),
                bytes: file.bytes,
            },
            Action::Dispose(disposition) => ChangeV1::Disposed(DispositionV1 {
                kind: disposition.kind.name().to_owned(),
                date: disposition.date,
                authority: disposition.authority.clone(),
            }),
        },
        Change::Decided(decision) => ChangeV1::Decided(DecisionV1 {
            proposal: proposal_form(&decision.proposal),
            proposer: decision.proposer.to_string(),
            approver: decision.approver.as_ref().map(ToString::to_string),
            at: decision.at,
            review_from: decision.review_from.0,
            expires_at: decision.expires_at,
        }),
        Change::Withdrawn { cause } => ChangeV1::Withdrawn(cause_form(cause)),
        Change::Returned { cause } => ChangeV1::Returned(cause_form(cause)),
        Change::Lapsed { lapses } => ChangeV1::Lapsed {
            lapses: lapses.iter().map(lapse_form).collect(),
        },
    }
}

fn change(form: ChangeV1) -> Result<Change, StoreError> {
    Ok(match form {
        ChangeV1::Assigned { to } => Change::Did(Action::Assign {
            to: UserId::new(&to),
        }),
        ChangeV1::ReviewStarted => Change::Did(Action::StartReview),
        ChangeV1::Proposed(form) => Change::Did(Action::Propose(proposal(form)?)),
        ChangeV1::Approved => Change::Did(Action::Approve),
        ChangeV1::Rejected { reason } => Change::Did(Action::Reject { reason }),
        ChangeV1::Reopened { reason } => Change::Did(Action::Reopen { reason }),
        ChangeV1::Disputed { reason, due } => Change::Did(Action::Dispute { reason, due }),
        ChangeV1::Escalated { reason } => Change::Did(Action::Escalate { reason }),
        ChangeV1::Snoozed { until } => Change::Did(Action::Snooze { until }),
        ChangeV1::Noted { text } => Change::Did(Action::Note { text }),
        ChangeV1::Attached {
            name,
            sha256,
            bytes,
        } => Change::Did(Action::Attach(Attachment {
            name,
            hash: known("hash", &sha256, super::log::unhex)?.0,
            bytes,
        })),
        ChangeV1::Disposed(DispositionV1 {
            kind,
            date,
            authority,
        }) => Change::Did(Action::Dispose(Disposition {
            kind: known("disposition", &kind, DispositionKind::parse)?,
            date,
            authority,
        })),
        ChangeV1::Decided(form) => Change::Decided(Decision {
            proposal: proposal(form.proposal)?,
            proposer: UserId::new(&form.proposer),
            approver: form.approver.as_deref().map(UserId::new),
            at: form.at,
            review_from: Score(form.review_from),
            expires_at: form.expires_at,
        }),
        ChangeV1::Withdrawn(form) => Change::Withdrawn { cause: cause(form) },
        ChangeV1::Returned(form) => Change::Returned { cause: cause(form) },
        ChangeV1::Lapsed { lapses } => Change::Lapsed {
            lapses: lapses.into_iter().map(lapse).collect::<Result<_, _>>()?,
        },
    })
}

fn proposal_form(proposal: &Proposal) -> ProposalV1 {
    let side = |values: &Values| {
        values
            .iter()
            .map(|(property, values)| (property.name().to_owned(), values.clone()))
            .collect()
    };
    ProposalV1 {
        outcome: proposal.outcome.name().to_owned(),
        reason: proposal.reason.to_string(),
        text: proposal.text.clone(),
        basis: match &proposal.basis {
            Basis::Identity => BasisV1::Identity,
            Basis::InsufficientInformation => BasisV1::InsufficientInformation,
            Basis::OtherGround(ground) => BasisV1::OtherGround(ground.clone()),
        },
        subject: side(&proposal.facts.subject),
        party: side(&proposal.facts.party),
    }
}

fn proposal(form: ProposalV1) -> Result<Proposal, StoreError> {
    let side = |values: BTreeMap<String, BTreeSet<String>>| {
        values
            .into_iter()
            .map(|(property, values)| (Property::named(&property), values))
            .collect()
    };
    Ok(Proposal {
        outcome: known("outcome", &form.outcome, Outcome::parse)?,
        reason: ReasonCode::new(&form.reason),
        text: form.text,
        basis: match form.basis {
            BasisV1::Identity => Basis::Identity,
            BasisV1::InsufficientInformation => Basis::InsufficientInformation,
            BasisV1::OtherGround(ground) => Basis::OtherGround(ground),
        },
        facts: Facts {
            subject: side(form.subject),
            party: side(form.party),
        },
    })
}

fn lapse_form(lapse: &Lapse) -> LapseV1 {
    match lapse.clone() {
        Lapse::OtherPair => LapseV1::OtherPair,
        Lapse::Revoked { at } => LapseV1::Revoked { at },
        Lapse::Expired { at } => LapseV1::Expired { at },
        Lapse::IdReused { at } => LapseV1::IdReused { at },
        Lapse::FactChanged {
            side,
            property,
            then,
            now,
        } => LapseV1::FactChanged {
            side: side.name().to_owned(),
            property: property.name().to_owned(),
            then,
            now,
        },
        Lapse::StricterThreshold { then, now } => LapseV1::StricterThreshold {
            then: then.0,
            now: now.0,
        },
        Lapse::FactNotReliedOn { property } => LapseV1::FactNotReliedOn {
            property: property.name().to_owned(),
        },
        Lapse::ListedAgain => LapseV1::ListedAgain,
    }
}

fn lapse(form: LapseV1) -> Result<Lapse, StoreError> {
    Ok(match form {
        LapseV1::OtherPair => Lapse::OtherPair,
        LapseV1::Revoked { at } => Lapse::Revoked { at },
        LapseV1::Expired { at } => Lapse::Expired { at },
        LapseV1::IdReused { at } => Lapse::IdReused { at },
        LapseV1::FactChanged {
            side,
            property,
            then,
            now,
        } => Lapse::FactChanged {
            side: known("side", &side, |word| {
                [Side::Subject, Side::Party]
                    .into_iter()
                    .find(|s| s.name() == word)
            })?,
            property: Property::named(&property),
            then,
            now,
        },
        LapseV1::StricterThreshold { then, now } => Lapse::StricterThreshold {
            then: Score(then),
            now: Score(now),
        },
        LapseV1::FactNotReliedOn { property } => Lapse::FactNotReliedOn {
            property: Property::named(&property),
        },
        LapseV1::ListedAgain => Lapse::ListedAgain,
    })
}

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

fn read<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text)
}

fn known<T>(what: &str, word: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(word).ok_or_else(|| StoreError::Damaged {
        detail: format!("there is no {what} '{word}'"),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rescreen_desk::Cause;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + second).unwrap()
    }

    fn values(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(ToString::to_string).collect()
    }

    fn proposal() -> Proposal {
        Proposal {
            outcome: Outcome::FalsePositive,
            reason: ReasonCode::new("birth-date"),
            text: "born 30 years later".to_owned(),
            basis: Basis::OtherGround("a court order".to_owned()),
            facts: Facts {
                subject: Values::from([(Property::BirthDate, values(&["1988-01-02"]))]),
                party: Values::from([
                    (Property::BirthDate, values(&["1958"])),
                    (Property::Gender, values(&[])),
                ]),
            },
        }
    }

    /// One event of each kind, and of each kind of lapse.
    fn samples() -> Vec<Event> {
        let cause = Cause {
            list: Some("demo".to_owned()),
            version: Some("2026-01-01-abcdef".to_owned()),
            change: "removed".to_owned(),
        };
        let reason = || "because".to_owned();
        let lapses = vec![
            Lapse::OtherPair,
            Lapse::Revoked { at: at(1) },
            Lapse::Expired { at: at(2) },
            Lapse::IdReused { at: at(3) },
            Lapse::FactChanged {
                side: Side::Party,
                property: Property::BirthDate,
                then: values(&["1958"]),
                now: values(&["1958", "1959"]),
            },
            Lapse::StricterThreshold {
                then: Score(7000),
                now: Score(6500),
            },
            Lapse::FactNotReliedOn {
                property: Property::Name,
            },
            Lapse::ListedAgain,
        ];
        let decision = Decision {
            proposal: proposal(),
            proposer: UserId::new("ann"),
            approver: Some(UserId::new("ben")),
            at: at(9),
            review_from: Score(7000),
            expires_at: Some(at(99)),
        };
        let disposition = Disposition {
            kind: DispositionKind::CouldNotBeReached,
            date: date(2026, 1, 2),
            authority: "the officer on duty".to_owned(),
        };
        let changes = [
            Change::Did(Action::Assign {
                to: UserId::new("ann"),
            }),
            Change::Did(Action::StartReview),
            Change::Did(Action::Propose(proposal())),
            Change::Did(Action::Approve),
            Change::Did(Action::Reject { reason: reason() }),
            Change::Did(Action::Reopen { reason: reason() }),
            Change::Did(Action::Dispute {
                reason: reason(),
                due: at(50),
            }),
            Change::Did(Action::Escalate { reason: reason() }),
            Change::Did(Action::Snooze { until: at(60) }),
            Change::Did(Action::Note { text: reason() }),
            Change::Did(Action::Dispose(disposition)),
            Change::Decided(decision),
            Change::Withdrawn {
                cause: cause.clone(),
            },
            Change::Returned { cause },
            Change::Lapsed { lapses },
            Change::Did(Action::Attach(Attachment {
                name: "passport.pdf".to_owned(),
                hash: [0xab; 32],
                bytes: 7,
            })),
        ];
        let event = |(n, change): (usize, Change)| {
            let is_by_somebody = matches!(change, Change::Did(_) | Change::Decided(_));
            let by = is_by_somebody.then(|| Actor {
                user: UserId::new("ann"),
                tenant: TenantId::new("default"),
                role: Role::Approver,
            });
            Event {
                revision: Revision(n as u64 + 1),
                at: at(n as i64),
                key: by.as_ref().map(|_| IdempotencyKey::new("k-1")),
                by,
                change,
            }
        };
        changes.into_iter().enumerate().map(event).collect()
    }

    fn decode(text: &str, like: &Event) -> Event {
        let columns = EventColumns {
            revision: like.revision.0 as i64,
            at: like.at,
            actor: like.by.as_ref().map(|actor| actor.user.as_str()),
        };
        decode_case_event(text, columns).unwrap()
    }

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
    fn reads_what_it_writes() {
        for event in samples() {
            let text = encode_case_event(&event).unwrap();
            assert_eq!(decode(&text, &event), event, "{text}");
        }
        let text = encode_desk_policy(&policy()).unwrap();
        assert_eq!(decode_desk_policy(&text, Score(7000)).unwrap(), policy());
    }

    #[test]
    fn frozen_samples_of_the_desk_stay_readable() {
        let frozen = include_str!("../../testdata/v1/case-events.ndjson");
        let samples = samples();
        assert_eq!(frozen.lines().count(), samples.len());
        for (line, event) in frozen.lines().zip(samples) {
            assert_eq!(decode(line, &event), event, "{line}");
        }
        let frozen = include_str!("../../testdata/v1/desk-policy.json");
        assert_eq!(decode_desk_policy(frozen, Score(7000)).unwrap(), policy());
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

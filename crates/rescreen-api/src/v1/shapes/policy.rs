//! The policy of the register and what another would change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SubjectLine;

/// Lists as a policy names them: left out, `null`, or by name.
#[derive(Debug, Default)]
pub(in crate::v1) enum Lists {
    /// As they are.
    #[default]
    Kept,
    /// All.
    All,
    /// These.
    Named(Vec<String>),
}

impl<'de> Deserialize<'de> for Lists {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let named = Option::deserialize(deserializer)?;
        Ok(named.map_or(Self::All, Self::Named))
    }
}

/// The policy of the register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Policy {
    /// The score from which a match is put to review.
    pub(in crate::v1) review: f64,
    /// The score from which it is in the match tier.
    #[serde(rename = "match")]
    pub(in crate::v1) matched: f64,
    /// Whether whole names spelled within two letters are always reviewed.
    pub(in crate::v1) typo_floor: bool,
    /// The lists that the register is screened against; `null` is all.
    pub(in crate::v1) lists: Option<Vec<String>>,
    /// The topics of the entries that it is screened against; none means any.
    pub(in crate::v1) topics: Vec<String>,
    /// Its hash, which the `ETag` names too.
    pub(in crate::v1) hash: String,
}

/// The policy in force and how it came to be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct PolicyResponse {
    #[serde(flatten)]
    pub(in crate::v1) policy: Policy,
    /// Since when; `null` where nobody has set one.
    pub(in crate::v1) since: Option<String>,
    /// Who set it.
    pub(in crate::v1) by: Option<String>,
    /// Why.
    pub(in crate::v1) reason: Option<String>,
}

/// A policy to try; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "review": 0.8 }))]
pub(in crate::v1) struct ForecastRequest {
    /// The score from which a match is put to review.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(in crate::v1) review: Option<f64>,
    /// The score from which it is in the match tier.
    #[serde(rename = "match")]
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(in crate::v1) matched: Option<f64>,
    /// Whether whole names spelled within two letters are always reviewed.
    pub(in crate::v1) typo_floor: Option<bool>,
    /// The lists; `null` is all, those that are yet to come included.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, required = false)]
    pub(in crate::v1) lists: Lists,
    /// The topics of entries, with those below them; none means any.
    pub(in crate::v1) topics: Option<Vec<String>>,
}

/// A policy to put in force; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "review": 0.8, "reason": "fewer questions" }))]
pub(in crate::v1) struct PolicyRequest {
    /// The score from which a match is put to review.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(in crate::v1) review: Option<f64>,
    /// The score from which it is in the match tier.
    #[serde(rename = "match")]
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(in crate::v1) matched: Option<f64>,
    /// Whether whole names spelled within two letters are always reviewed.
    pub(in crate::v1) typo_floor: Option<bool>,
    /// The lists; `null` is all, those that are yet to come included.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, required = false)]
    pub(in crate::v1) lists: Lists,
    /// The topics of entries, with those below them; none means any.
    pub(in crate::v1) topics: Option<Vec<String>>,
    /// Why; kept with the policy.
    pub(in crate::v1) reason: String,
}

impl PolicyRequest {
    /// What is wanted, and why.
    pub(in crate::v1) fn split(self) -> (ForecastRequest, String) {
        let wanted = ForecastRequest {
            review: self.review,
            matched: self.matched,
            typo_floor: self.typo_floor,
            lists: self.lists,
            topics: self.topics,
        };
        (wanted, self.reason)
    }
}

/// What a sweep does or did.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Sweep {
    /// How many subjects are screened.
    pub(in crate::v1) subjects: u64,
    /// Alerts that are new.
    pub(in crate::v1) alerts_new: u64,
    /// Alerts whose evidence changes.
    pub(in crate::v1) alerts_changed: u64,
    /// Alerts that were withdrawn and are supported again.
    pub(in crate::v1) alerts_returned: u64,
    /// Alerts that nothing supports any more.
    pub(in crate::v1) alerts_withdrawn: u64,
    /// Decisions that no longer hold.
    pub(in crate::v1) alerts_reopened: u64,
    /// A hash over the subjects that were screened.
    pub(in crate::v1) digest: String,
}

/// A policy and what it does to the register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ForecastResponse {
    /// The policy.
    pub(in crate::v1) policy: Policy,
    /// What screening everybody under it does; `null` where it is in force already.
    pub(in crate::v1) sweep: Option<Sweep>,
    /// Some of the alerts concerned.
    pub(in crate::v1) sample: Option<Sample>,
}

/// A few of the alerts that a policy touches, by what it does to them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Sample {
    /// Raised.
    pub(in crate::v1) new: Vec<SampleLine>,
    /// With other evidence.
    pub(in crate::v1) changed: Vec<SampleLine>,
    /// Withdrawn before, supported again.
    pub(in crate::v1) returned: Vec<SampleLine>,
    /// With nothing to support them any more.
    pub(in crate::v1) withdrawn: Vec<SampleLine>,
}

/// An alert that a policy touches.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct SampleLine {
    /// Whom it concerns.
    pub(in crate::v1) subject: SubjectLine,
    /// The list that asks.
    pub(in crate::v1) list: Option<String>,
    /// Its entry.
    pub(in crate::v1) entry: Option<String>,
    /// How well they match.
    pub(in crate::v1) score: Option<f64>,
}

//! The desk's policy: what operators decide about deciding.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The rules by which people decide.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(in crate::v1) struct DeskRules {
    /// The form: `1`.
    pub(in crate::v1) v: String,
    /// Which reason codes each outcome accepts.
    pub(in crate::v1) reasons: BTreeMap<String, Vec<String>>,
    /// From which score on each outcome needs a second person; an outcome that is left out needs none.
    pub(in crate::v1) approval_from: BTreeMap<String, f64>,
    /// How long a case may be set aside, in days.
    #[schema(minimum = 1, maximum = 36500)]
    pub(in crate::v1) max_snooze_days: i64,
    /// When a case is due, in days.
    #[schema(minimum = 1, maximum = 36500)]
    pub(in crate::v1) due_days: i64,
    /// When a dispute is due, in days.
    #[schema(minimum = 1, maximum = 36500)]
    pub(in crate::v1) dispute_days: i64,
    /// How long a clearance lives, in days.
    #[schema(minimum = 1, maximum = 36500)]
    pub(in crate::v1) max_suppression_days: i64,
    /// How long a case rests that needs information, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500, nullable = false)]
    pub(in crate::v1) information_days: Option<i64>,
    /// How large an attached file may be, in KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 262_144, nullable = false)]
    pub(in crate::v1) max_attachment_kib: Option<u64>,
    /// Whether those who may know are told in how many other tenants somebody has a case about the same party; `true` where
    /// it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::v1) tells_elsewhere: Option<bool>,
    /// Properties that a clearance has to rely on.
    #[serde(default)]
    pub(in crate::v1) required_facts: Vec<String>,
}

/// The rules in force and how they came to be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct DeskPolicyResponse {
    #[serde(flatten)]
    pub(in crate::v1) rules: DeskRules,
    /// Since when; `null` where nobody has set others than the first.
    pub(in crate::v1) since: Option<String>,
    /// Who set them.
    pub(in crate::v1) by: Option<String>,
    /// Why.
    pub(in crate::v1) reason: Option<String>,
}

/// Rules to put in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct DeskPolicyRequest {
    /// The rules, all of them.
    #[schema(value_type = DeskRules)]
    pub(in crate::v1) rules: Value,
    /// Why; kept with the rules.
    pub(in crate::v1) reason: String,
}

/// What came of other rules.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct DeskPolicySet {
    /// How many decisions do not hold under them and are reopened.
    pub(in crate::v1) reopened: u64,
}

//! Screening: who is asked about, and what is answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Properties;

/// Who or what is screened: a FollowTheMoney entity.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Subject {
    /// The caller's own id.
    pub(in crate::v1) id: Option<String>,
    /// `Person`, `Organization`, `Vessel` …; without one it is screened as any kind.
    #[schema(examples("Person"))]
    pub(in crate::v1) schema: Option<String>,
    /// What is known about it: each property has a list of values.
    pub(in crate::v1) properties: Properties,
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "subject": { "schema": "Person", "properties": { "name": ["Oswin Tarbuckle"], "birthDate": ["1961-05-04"] } } }))]
pub(in crate::v1) struct Query {
    /// Who is asked about.
    #[schema(value_type = Subject)]
    pub(in crate::v1) subject: Value,
    /// Against these lists only; none means all.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub(in crate::v1) lists: Vec<String>,
    /// The score from which a match is told; not under that of the server.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(in crate::v1) threshold: Option<f64>,
    /// How many matches are told at most.
    #[serde(default = "ten")]
    #[schema(minimum = 0, maximum = 500, default = 10)]
    pub(in crate::v1) limit: usize,
}

fn ten() -> usize {
    10
}

/// A question, perhaps about lists as they were.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "subject": { "schema": "Person", "properties": { "name": ["Oswin Tarbuckle"], "birthDate": ["1961-05-04"] } } }))]
pub(in crate::v1) struct ScreenRequest {
    /// Who is asked about.
    #[schema(value_type = Subject)]
    pub(in crate::v1) subject: Value,
    /// Against these lists only; none means all.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub(in crate::v1) lists: Vec<String>,
    /// The score from which a match is told; not under that of the server.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub(in crate::v1) threshold: Option<f64>,
    /// How many matches are told at most.
    #[serde(default = "ten")]
    #[schema(minimum = 0, maximum = 500, default = 10)]
    pub(in crate::v1) limit: usize,
    /// Against what was published until then: a day or an RFC 3339 time.
    pub(in crate::v1) as_of: Option<String>,
}

impl ScreenRequest {
    /// The question apart from the moment.
    pub(in crate::v1) fn split(self) -> (Query, Option<String>) {
        let query = Query {
            subject: self.subject,
            lists: self.lists,
            threshold: self.threshold,
            limit: self.limit,
        };
        (query, self.as_of)
    }
}

/// Many questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "queries": [{ "subject": { "schema": "Person", "properties": { "name": ["Oswin Tarbuckle"], "birthDate": ["1961-05-04"] } }, "limit": 5 }] }))]
pub(in crate::v1) struct BatchRequest {
    /// At most 1000.
    #[schema(min_items = 1, max_items = 1000)]
    pub(in crate::v1) queries: Vec<Query>,
    /// Against what was published until then: a day or an RFC 3339 time.
    pub(in crate::v1) as_of: Option<String>,
}

/// A line of evidence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Evidence {
    /// What was compared.
    pub(in crate::v1) feature: String,
    /// What was asked.
    pub(in crate::v1) query: String,
    /// What is listed.
    pub(in crate::v1) candidate: String,
    /// What it weighs; negative speaks against.
    pub(in crate::v1) bits: f64,
    /// How both sides relate.
    pub(in crate::v1) note: Option<String>,
}

/// A listed party that the subject may be.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Result)]
pub(in crate::v1) struct Hit {
    /// Its id.
    pub(in crate::v1) id: String,
    /// Its name.
    pub(in crate::v1) caption: String,
    /// What kind of party it is.
    pub(in crate::v1) schema: String,
    /// The list it is on.
    pub(in crate::v1) list: String,
    /// How likely both are the same, 0 to 1.
    pub(in crate::v1) score: f64,
    /// How many listed names would agree so far by chance.
    pub(in crate::v1) e_value: Option<f64>,
    /// `review` or `match`.
    pub(in crate::v1) tier: String,
    /// Whether it is to be looked at.
    #[serde(rename = "match")]
    pub(in crate::v1) is_match: bool,
    /// What speaks for and against it.
    pub(in crate::v1) evidence: Vec<Evidence>,
}

/// The question as it was understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Asked {
    /// What kind of party.
    pub(in crate::v1) schema: String,
    /// What is known about it.
    pub(in crate::v1) properties: Properties,
    /// The lists asked about; none means all.
    pub(in crate::v1) lists: Vec<String>,
}

/// The answer to one question.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Answered {
    /// The caller's own id.
    pub(in crate::v1) id: Option<String>,
    /// The question as it was understood.
    pub(in crate::v1) query: Asked,
    /// Whom it may be, best first.
    pub(in crate::v1) results: Vec<Hit>,
    /// How many there are, before the limit.
    pub(in crate::v1) total: usize,
    /// What of the question was left out, and why.
    pub(in crate::v1) remarks: Vec<String>,
}

/// A list in the version that an answer rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ListInForce {
    /// The list.
    pub(in crate::v1) name: String,
    /// Its version.
    pub(in crate::v1) version: String,
    /// When that was published.
    pub(in crate::v1) published: String,
    /// How many entries it has.
    pub(in crate::v1) entries: u64,
}

/// What an answer rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct Basis {
    /// The lists.
    pub(in crate::v1) lists: Vec<ListInForce>,
    /// The hash of the policy.
    pub(in crate::v1) policy: String,
    /// The build of the matcher.
    pub(in crate::v1) matcher: String,
}

/// An answer and what it rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct ScreenResponse {
    #[serde(flatten)]
    pub(in crate::v1) answer: Answered,
    #[serde(flatten)]
    pub(in crate::v1) basis: Basis,
}

/// Answers in the order of the questions, and what they rest on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct BatchResponse {
    /// An answer, or why there is none.
    pub(in crate::v1) answers: Vec<BatchAnswer>,
    #[serde(flatten)]
    pub(in crate::v1) basis: Basis,
}

/// An answer, or why there is none.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(in crate::v1) enum BatchAnswer {
    /// An answer.
    Answered(Answered),
    /// A question that cannot be answered.
    Refused(NotAnswered),
}

/// A question that cannot be answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct NotAnswered {
    /// The caller's own id.
    pub(in crate::v1) id: Option<String>,
    /// Why.
    pub(in crate::v1) errors: Vec<String>,
}

/// An answer to a line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::v1) struct StreamAnswer {
    /// The number of the line, from 1.
    pub(in crate::v1) line: u64,
    #[serde(flatten)]
    pub(in crate::v1) answer: BatchAnswer,
}

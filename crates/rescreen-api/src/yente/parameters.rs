//! The parameters and bodies of yente's dialect, as the description of the interface states them.
//!
//! What is read is said where it is read; these state it once more for programs that read the description.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which listed parties a caller wants to hear of.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes, and is not read into")]
pub(super) struct FilterParams {
    /// Only parties of these datasets.
    include_dataset: Option<Vec<String>>,
    /// No parties of these datasets.
    exclude_dataset: Option<Vec<String>>,
    /// No parties of these schemata.
    exclude_schema: Option<Vec<String>>,
    /// Only parties with one of these topics.
    topics: Option<Vec<String>>,
    /// Only parties that changed later: a day, with as much of a time as one likes.
    #[param(pattern = r"^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2})?)?)?$")]
    changed_since: Option<String>,
    /// None of these parties, by their ids or former ids.
    #[param(max_items = 50)]
    exclude_entity_ids: Option<Vec<String>>,
}

/// How a match is made.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes, and is not read into")]
pub(super) struct MatchParams {
    /// How many results an answer has at most.
    #[param(minimum = 0, maximum = 500, default = 5)]
    limit: Option<u32>,
    /// From which score on a result is a match.
    #[param(minimum = 0.0, maximum = 1.0, default = 0.7)]
    threshold: Option<f64>,
    /// Over which score a result is returned; the lower of this and `threshold` counts.
    #[param(minimum = 0.0, maximum = 1.0, default = 0.7)]
    cutoff: Option<f64>,
    /// `rescreen-1`, `best`, `default`, or what the operator maps to it.
    algorithm: Option<String>,
}

/// What is searched for and how it is shown.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes, and is not read into")]
pub(super) struct SearchParams {
    /// A question in Lucene's language; without one everybody is found.
    q: Option<String>,
    /// Whether `q` is read so that it is never wrong.
    simple: Option<bool>,
    /// What kind of party.
    #[param(default = "Thing")]
    schema: Option<String>,
    /// Only parties with these countries.
    countries: Option<Vec<String>>,
    /// Only parties of these datasets.
    datasets: Option<Vec<String>>,
    /// Only parties with a value in a field: `field:value`, where a property is `properties.birthDate`.
    filter: Option<Vec<String>>,
    /// Whether all or one of several values of a field must be there.
    #[param(inline)]
    filter_op: Option<FilterOperator>,
    /// How many results are shown at most.
    #[param(minimum = 0, maximum = 500, default = 10)]
    limit: Option<u32>,
    /// How many are skipped.
    #[param(minimum = 0, maximum = 9499, default = 0)]
    offset: Option<u32>,
    /// Fields to sort by before rank counts: `field`, `field:asc` or `field:desc`.
    sort: Option<Vec<String>>,
    /// Fields of which values are counted.
    #[param(inline)]
    facets: Option<Vec<FacetName>>,
    /// Only listed parties, or only those beside them.
    target: Option<bool>,
}

/// Whether one of several values suffices.
#[derive(Serialize, ToSchema)]
#[expect(
    clippy::upper_case_acronyms,
    dead_code,
    reason = "the words of the interface"
)]
pub(super) enum FilterOperator {
    /// One suffices.
    OR,
    /// All are needed.
    AND,
}

/// A field of which values are counted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "it describes, and is not read into")]
pub(super) enum FacetName {
    /// Datasets.
    Datasets,
    /// Schemata.
    Schema,
    /// Countries.
    Countries,
    /// Identifiers.
    Identifiers,
    /// Topics.
    Topics,
    /// Genders.
    Genders,
}

/// A page of neighbours.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes, and is not read into")]
pub(super) struct PageParams {
    /// How many are shown at most.
    #[param(minimum = 0, maximum = 500, default = 10)]
    limit: Option<u32>,
    /// How many are skipped.
    #[param(minimum = 0, maximum = 9499, default = 0)]
    offset: Option<u32>,
    /// Fields to sort by.
    sort: Option<Vec<String>>,
}

/// A batch of queries.
#[derive(Serialize, ToSchema)]
pub(super) struct MatchRequest {
    /// The queries by keys of the caller's own; at most 100.
    queries: BTreeMap<String, QueryExample>,
    /// None can be given.
    weights: Option<BTreeMap<String, f64>>,
    /// None can be given.
    config: Option<BTreeMap<String, Value>>,
}

/// An example of who is looked for.
#[derive(Serialize, ToSchema)]
pub(super) struct QueryExample {
    /// The caller's own id.
    id: Option<String>,
    /// What kind of party: one that is screened.
    #[schema(examples("Person"))]
    schema: String,
    /// What is known, by FollowTheMoney's names of properties: a text, or a list of values.
    #[schema(value_type = BTreeMap<String, ExampleValues>)]
    properties: BTreeMap<String, Value>,
}

/// A text, or a list of texts and numbers.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes, and is not read into")]
pub(super) enum ExampleValues {
    /// One.
    One(String),
    /// Several.
    Several(Vec<ExampleValue>),
}

/// A value of an example.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes, and is not read into")]
pub(super) enum ExampleValue {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Truth(bool),
}

/// What OpenRefine sends: one of the two, each JSON.
#[derive(Serialize, ToSchema)]
pub(super) struct ReconcileForm {
    /// `{key: {"query", "type", "limit", "properties": [{"pid", "v"}]}}`
    queries: Option<String>,
    /// `{"ids": […], "properties": [{"id", "settings"}]}`
    extend: Option<String>,
}

//! What goes over the wire in yente's dialect.
//!
//! The order of members is that in which yente writes them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A value of a property: text, or where entities are nested the entity that it names.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum PropertyValue {
    /// Text.
    Text(String),
    /// An entity.
    #[schema(no_recursion)]
    Entity(Box<EntityObject>),
}

/// Properties by name.
pub(crate) type Properties = BTreeMap<String, Vec<PropertyValue>>;

/// An entity as FollowTheMoney has it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Entity)]
pub(crate) struct EntityObject {
    /// Its id.
    pub(crate) id: String,
    /// Its name to show.
    pub(crate) caption: String,
    /// What kind of thing it is.
    pub(crate) schema: String,
    /// Its properties.
    pub(crate) properties: Properties,
    /// The datasets that have it.
    pub(crate) datasets: Vec<String>,
    /// Ids it had before.
    pub(crate) referents: Vec<String>,
    /// Whether it is a listed party rather than something beside one.
    pub(crate) target: bool,
    /// Since when it is listed, `YYYY-MM-DDTHH:MM:SS`.
    pub(crate) first_seen: Option<String>,
    /// When it was last seen on the list.
    pub(crate) last_seen: Option<String>,
    /// When it last changed.
    pub(crate) last_change: Option<String>,
}

/// A line of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// How both sides relate.
    pub(crate) detail: Option<String>,
    /// What it weighs, in bits.
    pub(crate) score: f64,
    /// What was asked.
    pub(crate) query: Option<String>,
    /// What is listed.
    pub(crate) candidate: Option<String>,
}

/// An entity that the query may be.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct ScoredEntity {
    #[serde(flatten)]
    pub(crate) entity: EntityObject,
    /// How likely both are the same, 0 to 1.
    pub(crate) score: f64,
    /// What speaks for and against it, by feature.
    pub(crate) explanations: BTreeMap<String, Explanation>,
    /// Whether the score reaches the threshold.
    #[serde(rename = "match")]
    pub(crate) is_match: bool,
}

/// How many there are.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Total {
    /// The number.
    pub(crate) value: usize,
    /// `eq`: it is exact.
    pub(crate) relation: &'static str,
}

impl Total {
    pub(crate) fn exactly(value: usize) -> Self {
        Self {
            value,
            relation: "eq",
        }
    }
}

/// The query as it was understood.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Understood {
    /// The caller's own id.
    pub(crate) id: Option<String>,
    /// What kind of thing is asked for.
    pub(crate) schema: String,
    /// Its properties.
    pub(crate) properties: Properties,
}

/// The answer to one query.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Matched {
    /// 200.
    pub(crate) status: u16,
    /// Who it may be, best first.
    pub(crate) results: Vec<ScoredEntity>,
    /// How many match, before the limit.
    pub(crate) total: Total,
    /// The query as it was understood.
    pub(crate) query: Understood,
    /// What of the query was left out, and why.
    pub(crate) remarks: Vec<String>,
}

/// The answer to a batch.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct MatchResponse {
    /// The answers by the keys of the queries.
    pub(crate) responses: BTreeMap<String, Matched>,
    /// How many results an answer has at most.
    pub(crate) limit: usize,
}

/// Counts of the values of a field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct FacetCounts {
    /// What the field is called; its bare name where no result has a value.
    pub(crate) label: String,
    /// The values, most frequent first.
    pub(crate) values: Vec<FacetCount>,
}

/// Count of one value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct FacetCount {
    /// The value.
    pub(crate) name: String,
    /// What it is called.
    pub(crate) label: String,
    /// How many results have it.
    pub(crate) count: u64,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct SearchResponse {
    /// How many results are shown at most.
    pub(crate) limit: usize,
    /// How many were skipped.
    pub(crate) offset: usize,
    /// How many there are.
    pub(crate) total: Total,
    /// The results.
    pub(crate) results: Vec<EntityObject>,
    /// The facets that were asked for.
    pub(crate) facets: BTreeMap<String, FacetCounts>,
}

/// A page of entities beside one.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct AdjacentPage {
    /// How many are shown at most.
    pub(crate) limit: usize,
    /// How many were skipped.
    pub(crate) offset: usize,
    /// How many there are.
    pub(crate) total: Total,
    /// The entities; ids alone where the limit is 0.
    pub(crate) results: Vec<PropertyValue>,
}

/// An entity with those beside it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct AdjacentResponse {
    /// The entity.
    pub(crate) entity: EntityObject,
    /// Those beside it, by property.
    pub(crate) adjacent: BTreeMap<String, AdjacentPage>,
}

/// A dataset: a list, a part of one, or a collection of lists. What we do not know of it is `null` or empty.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "yente's shape")]
pub(crate) struct Dataset {
    /// Its name, as it stands in paths.
    pub(crate) name: String,
    /// What people call it.
    pub(crate) title: String,
    /// Never known.
    pub(crate) license: Option<String>,
    /// Never known.
    pub(crate) summary: Option<String>,
    /// Never known.
    pub(crate) description: Option<String>,
    /// Never known.
    pub(crate) url: Option<String>,
    /// When it was published.
    pub(crate) updated_at: Option<String>,
    /// When it was published.
    pub(crate) last_export: Option<String>,
    /// How many entries it has.
    pub(crate) entity_count: u64,
    /// The same.
    pub(crate) thing_count: u64,
    /// Its version.
    pub(crate) version: Option<String>,
    /// Never known.
    pub(crate) category: Option<String>,
    /// None.
    pub(crate) tags: Vec<String>,
    /// Never known.
    pub(crate) publisher: Option<String>,
    /// Never known.
    pub(crate) coverage: Option<String>,
    /// None.
    pub(crate) resources: Vec<String>,
    /// The datasets within it.
    pub(crate) children: Vec<String>,
    /// Never known.
    pub(crate) deprecation: Option<String>,
    /// Never.
    pub(crate) deprecated: bool,
    /// Whether it was loaded by itself.
    pub(crate) load: bool,
    /// Never told.
    pub(crate) entities_url: Option<String>,
    /// Never told.
    pub(crate) delta_url: Option<String>,
    /// Never.
    pub(crate) namespace: bool,
    /// The version that is served.
    pub(crate) index_version: Option<String>,
    /// Whether that is the newest.
    pub(crate) index_current: bool,
}

impl Dataset {
    /// One of which little is known.
    pub(crate) fn new(name: &str, title: &str, (entries, things): (u64, u64)) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            license: None,
            summary: None,
            description: None,
            url: None,
            updated_at: None,
            last_export: None,
            entity_count: entries,
            thing_count: things,
            version: None,
            category: None,
            tags: Vec::new(),
            publisher: None,
            coverage: None,
            resources: Vec::new(),
            children: Vec::new(),
            deprecation: None,
            deprecated: false,
            load: false,
            entities_url: None,
            delta_url: None,
            namespace: false,
            index_version: None,
            index_current: false,
        }
    }
}

/// The lists and their versions.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct CatalogResponse {
    /// All datasets.
    pub(crate) datasets: Vec<Dataset>,
    /// The lists that are served as they are in force.
    pub(crate) current: Vec<String>,
    /// The lists of which some have a newer version.
    pub(crate) outdated: Vec<String>,
    /// Whether any list has a newer version.
    pub(crate) index_stale: bool,
}

/// What a feature compares.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct FeatureDoc {
    /// In a sentence.
    pub(crate) description: &'static str,
    /// `null`: the weight of a line depends on how rare what agrees is.
    pub(crate) coefficient: Option<f64>,
    /// `null`.
    pub(crate) url: Option<String>,
}

/// How an algorithm works.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct AlgorithmDocs {
    /// Its name.
    pub(crate) name: &'static str,
    /// In a sentence.
    pub(crate) description: &'static str,
    /// Its settings: none.
    pub(crate) config: BTreeMap<String, String>,
    /// Its features.
    pub(crate) features: BTreeMap<&'static str, FeatureDoc>,
}

/// An algorithm.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Algorithm {
    /// Its name.
    pub(crate) name: &'static str,
    /// In a sentence.
    pub(crate) description: &'static str,
    /// Its features.
    pub(crate) features: BTreeMap<&'static str, FeatureDoc>,
    /// How it works.
    pub(crate) docs: AlgorithmDocs,
}

/// The algorithms there are.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct AlgorithmsResponse {
    /// All of them.
    pub(crate) algorithms: Vec<Algorithm>,
    /// That which is used where none is named.
    pub(crate) default: &'static str,
    /// That which `best` means.
    pub(crate) best: &'static str,
}

/// That it is well.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Status {
    /// `ok`.
    pub(crate) status: &'static str,
}

impl Status {
    pub(crate) const OK: Self = Self { status: "ok" };
}

/// A refusal in a sentence, or for parameters and bodies that are wrong with each problem and its place.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct ErrorResponse {
    /// A sentence, or a list of problems.
    #[schema(value_type = ErrorDetail)]
    pub(crate) detail: Value,
}

/// A sentence, or a list of problems.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what the refusals write")]
pub(crate) enum ErrorDetail {
    /// A sentence.
    Sentence(String),
    /// Problems.
    Problems(Vec<Problem>),
}

/// Something wrong with parameters or body.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Its kind.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Where.
    pub(crate) loc: Vec<String>,
    /// What.
    pub(crate) msg: String,
}

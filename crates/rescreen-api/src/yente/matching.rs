//! `POST /match/{dataset}`: query by example.

use rescreen_match::Match;
use rescreen_screen::{Hit, Screening};
use serde_json::{Map, Value, json};

use super::{
    algorithms, entity,
    filter::{Asked, Filter},
    query::{self, Batch, Example},
};
use crate::{answer::Refusal, params::Params, snapshot::Snapshot};

const DEFAULT_LIMIT: usize = 5;
const MAX_LIMIT: usize = 500;
const DEFAULT_THRESHOLD: f64 = 0.7;

/// What holds for all queries of a request.
#[derive(Debug)]
pub(super) struct Options {
    limit: usize,
    threshold: f64,
    cutoff: f64,
    pub(super) filter: Asked,
}

impl Options {
    pub(super) fn read(params: &mut Params) -> Result<Self, Refusal> {
        let options = Self {
            limit: params.number("limit", DEFAULT_LIMIT, &(0..=MAX_LIMIT)),
            threshold: params.number("threshold", DEFAULT_THRESHOLD, &(0.0..=1.0)),
            cutoff: params.number("cutoff", DEFAULT_THRESHOLD, &(0.0..=1.0)),
            filter: Asked::read(params),
        };
        params.check()?;
        if let Some(name) = params.one("algorithm") {
            algorithms::check(name)?;
        }
        params.refuse(&["changed_since"])?;
        Ok(options)
    }

    /// Results are what scores over this.
    fn floor(&self) -> f64 {
        self.cutoff.min(self.threshold)
    }

    /// Under the lowest score that the candidate search is complete for, an answer would be a part of the truth.
    pub(super) fn check_floor(&self, lowest: f64) -> Result<(), Refusal> {
        if self.floor() >= lowest {
            return Ok(());
        }
        Err(Refusal::bad(format!(
            "threshold and cutoff must be at least {lowest}: below that this server does not find everything. The operator sets it with --threshold"
        )))
    }
}

pub(super) fn answer(
    snapshot: &Snapshot,
    batch: &Batch,
    options: &Options,
    filter: &Filter,
) -> Value {
    let screener = &snapshot.cut.screener;
    let screenings = match batch.queries.as_slice() {
        // One subject is not worth waking other threads.
        [only] => vec![screener.screen(&only.subject)],
        many => {
            let subjects: Vec<_> = many.iter().map(|example| example.subject.clone()).collect();
            screener.screen_batch(&subjects)
        }
    };
    let responses: Map<String, Value> = batch
        .queries
        .iter()
        .zip(&screenings)
        .map(|(example, screening)| {
            (
                example.key.clone(),
                one(example, screening, options, filter),
            )
        })
        .collect();
    json!({ "responses": responses, "limit": options.limit })
}

fn one(example: &Example, screening: &Screening, options: &Options, filter: &Filter) -> Value {
    let scored = || {
        screening
            .hits
            .iter()
            .filter(|hit| filter.lets_through(&hit.party))
    };
    let is_match = |hit: &Hit| hit.found.score.as_f64() >= options.threshold;
    let results: Vec<Value> = scored()
        .filter(|hit| hit.found.score.as_f64() > options.floor())
        .take(options.limit)
        .map(|hit| result(hit, is_match(hit)))
        .collect();
    let total = scored().filter(|hit| is_match(hit)).count();
    let remarks: Vec<String> = example
        .remarks
        .iter()
        .cloned()
        .chain(screening.remarks.iter().map(ToString::to_string))
        .collect();
    json!({
        "status": query::DONE,
        "results": results,
        "total": { "value": total, "relation": "eq" },
        "query": {
            "id": example.id,
            "schema": example.subject.schema.name(),
            "properties": entity::properties(&example.subject),
        },
        "remarks": remarks,
    })
}

fn result(hit: &Hit, is_match: bool) -> Value {
    let mut object = entity::flat(&hit.party);
    object.insert("score".to_owned(), json!(hit.found.score.as_f64()));
    object.insert("match".to_owned(), json!(is_match));
    object.insert("explanations".to_owned(), explanations(&hit.found));
    Value::Object(object)
}

/// The evidence, line by line; a second line about the same feature has a number behind its name.
fn explanations(found: &Match) -> Value {
    let mut lines = Map::new();
    for evidence in &found.evidence {
        let feature = evidence.feature.as_str();
        let mut name = feature.to_owned();
        let mut number = 1;
        while lines.contains_key(&name) {
            number += 1;
            name = format!("{feature}-{number}");
        }
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let line = json!({
            "detail": evidence.note,
            "score": evidence.bits.as_f64(),
            "query": text(&evidence.query),
            "candidate": text(&evidence.candidate),
        });
        lines.insert(name, line);
    }
    Value::Object(lines)
}

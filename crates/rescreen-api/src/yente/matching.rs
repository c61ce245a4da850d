//! `POST /match/{dataset}`: query by example.

use std::collections::BTreeMap;

use rescreen_match::Match;
use rescreen_screen::{Hit, Screening};

use super::{
    entity::{self, View},
    filter::{Asked, Filter},
    query::{self, Batch, Example},
    shapes::{Explanation, MatchResponse, Matched, ScoredEntity, Total, Understood},
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
) -> MatchResponse {
    let screener = &snapshot.cut.screener;
    let screenings = match batch.queries.as_slice() {
        // One subject is not worth waking other threads.
        [only] => vec![screener.screen(&only.subject)],
        many => {
            let subjects: Vec<_> = many.iter().map(|example| example.subject.clone()).collect();
            screener.screen_batch(&subjects)
        }
    };
    let responses = batch
        .queries
        .iter()
        .zip(&screenings)
        .map(|(example, screening)| {
            (
                example.key.clone(),
                one(snapshot, example, screening, options, filter),
            )
        })
        .collect();
    MatchResponse {
        responses,
        limit: options.limit,
    }
}

fn one(
    snapshot: &Snapshot,
    example: &Example,
    screening: &Screening,
    options: &Options,
    filter: &Filter,
) -> Matched {
    let scored = || {
        screening
            .hits
            .iter()
            .filter(|hit| filter.lets_through(&View::of(snapshot, &hit.party)))
    };
    let is_match = |hit: &Hit| hit.found.score.as_f64() >= options.threshold;
    let results = scored()
        .filter(|hit| hit.found.score.as_f64() > options.floor())
        .take(options.limit)
        .map(|hit| result(snapshot, hit, is_match(hit)))
        .collect();
    let total = scored().filter(|hit| is_match(hit)).count();
    let remarks = example
        .remarks
        .iter()
        .cloned()
        .chain(screening.remarks.iter().map(ToString::to_string))
        .collect();
    Matched {
        status: query::DONE,
        results,
        total: Total::exactly(total),
        query: Understood {
            id: example.id.clone(),
            schema: example.subject.schema.name().to_owned(),
            properties: entity::properties(&example.subject),
        },
        remarks,
    }
}

fn result(snapshot: &Snapshot, hit: &Hit, is_match: bool) -> ScoredEntity {
    ScoredEntity {
        entity: entity::flat(&View::of(snapshot, &hit.party)),
        score: hit.found.score.as_f64(),
        explanations: explanations(&hit.found),
        is_match,
    }
}

/// The evidence, line by line; a second line about the same feature has a number behind its name.
fn explanations(found: &Match) -> BTreeMap<String, Explanation> {
    let mut lines = BTreeMap::new();
    for evidence in &found.evidence {
        let feature = evidence.feature.as_str();
        let mut name = feature.to_owned();
        let mut number = 1;
        while lines.contains_key(&name) {
            number += 1;
            name = format!("{feature}-{number}");
        }
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let line = Explanation {
            detail: evidence.note.as_deref().map(str::to_owned),
            score: evidence.bits.as_f64(),
            query: text(&evidence.query),
            candidate: text(&evidence.candidate),
        };
        lines.insert(name, line);
    }
    lines
}

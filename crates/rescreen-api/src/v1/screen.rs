//! `POST /v1/screen` and `/v1/screen/batch`.

use std::{collections::BTreeSet, sync::Arc};

use axum::{extract::State, http::HeaderMap};
use rescreen_app::{AsOf, Cut, subject_from};
use rescreen_model::{Entity, ListName};
use rescreen_screen::Screening;

use super::{
    Answer,
    ask::{self, Body},
    ok,
    problem::Problems,
    shapes::{
        Answered, Asked, BatchAnswer, BatchRequest, BatchResponse, NotAnswered, Query,
        ScreenRequest, ScreenResponse,
    },
    tell,
};
use crate::{
    answer::{Refusal, invalid},
    snapshot::Snapshot,
    state::Shared,
};

const MAX_QUERIES: usize = 1000;
const MAX_LISTS: usize = 100;
const MAX_LIMIT: usize = 500;

/// What is answered from: the lists in service, or as they were.
pub(super) enum Ground {
    Now(Arc<Snapshot>),
    Past(Arc<Cut>),
}

impl Ground {
    pub(super) fn cut(&self) -> &Cut {
        match self {
            Self::Now(snapshot) => &snapshot.cut,
            Self::Past(cut) => cut,
        }
    }

    /// The lists as they were when `as_of` says so, of them those named, or all that are served.
    pub(super) async fn find(
        shared: &Arc<Shared>,
        as_of: Option<&str>,
        named: BTreeSet<ListName>,
    ) -> Result<Self, Refusal> {
        let snapshot = shared.snapshot()?;
        let Some(as_of) = as_of else {
            return Ok(Self::Now(snapshot));
        };
        let at = AsOf {
            published: ask::moment_of(as_of, "as_of", true)?,
            known: jiff::Timestamp::MAX,
        };
        let served = || snapshot.cut.lists.iter().map(|list| list.name.clone());
        let names: Vec<ListName> = if named.is_empty() {
            served().collect()
        } else {
            named.into_iter().collect()
        };
        let policy = snapshot.cut.screener.policy().clone();
        let work = Arc::clone(shared);
        let cut = shared.compute(move || work.native.cut(&names, at, policy));
        Ok(Self::Past(cut.await??))
    }
}

/// A question that can be answered.
pub(super) struct Ready {
    id: Option<String>,
    subject: Entity,
    remarks: Vec<String>,
    /// Against these; none means all.
    lists: BTreeSet<ListName>,
    threshold: f64,
    limit: usize,
}

/// Reads a question; `place` is what remarks call it.
pub(super) fn understand(query: Query, place: &str, cut: &Cut) -> Result<Ready, NotAnswered> {
    let mut errors = Vec::new();
    let lists = names(&query, place, &mut errors);
    for name in &lists {
        if !cut.lists.iter().any(|list| list.name == *name) {
            errors.push(format!("{place}: list '{name}' is not served here"));
        }
    }
    let lowest = cut.screener.policy().review().as_f64();
    let threshold = query.threshold.unwrap_or(lowest);
    if !(lowest..=1.0).contains(&threshold) {
        errors.push(format!(
            "{place}: threshold: expected {lowest} to 1; below that this server does not find everything"
        ));
    }
    if query.limit > MAX_LIMIT {
        errors.push(format!("{place}: limit: expected 0 to {MAX_LIMIT}"));
    }
    let read = subject_from(query.subject, place);
    match read.subject {
        Some(subject) if errors.is_empty() => Ok(Ready {
            id: read.id,
            subject,
            remarks: read.remarks,
            lists,
            threshold,
            limit: query.limit,
        }),
        subject => {
            if subject.is_none() {
                errors.extend(read.remarks);
            }
            Err(NotAnswered {
                id: read.id,
                errors,
            })
        }
    }
}

fn names(query: &Query, place: &str, errors: &mut Vec<String>) -> BTreeSet<ListName> {
    if query.lists.len() > MAX_LISTS {
        errors.push(format!("{place}: lists: expected at most {MAX_LISTS}"));
        return BTreeSet::new();
    }
    let mut names = BTreeSet::new();
    for text in &query.lists {
        match ListName::parse(text) {
            Ok(name) => drop(names.insert(name)),
            Err(_) => errors.push(format!(
                "{place}: lists: one of them cannot be a list's name"
            )),
        }
    }
    names
}

/// Answers questions, in their order.
pub(super) fn answers(cut: &Cut, ready: &[Ready]) -> Vec<Answered> {
    let screenings = match ready {
        // One subject is not worth waking other threads.
        [only] => vec![cut.screener.screen(&only.subject)],
        many => {
            let subjects: Vec<Entity> = many.iter().map(|ready| ready.subject.clone()).collect();
            cut.screener.screen_batch(&subjects)
        }
    };
    let pairs = ready.iter().zip(screenings);
    pairs
        .map(|(ready, screening)| answered(cut, ready, &screening))
        .collect()
}

fn answered(cut: &Cut, ready: &Ready, screening: &Screening) -> Answered {
    let names = cut.screener.names();
    let told = || {
        screening.hits.iter().filter(|hit| {
            let is_asked = ready.lists.is_empty() || ready.lists.contains(&hit.party.list);
            is_asked && hit.found.score.as_f64() >= ready.threshold
        })
    };
    let results = told().take(ready.limit);
    let remarks = ready.remarks.iter().cloned();
    Answered {
        id: ready.id.clone(),
        query: Asked {
            schema: ready.subject.schema.name().to_owned(),
            properties: tell::properties(&ready.subject),
            lists: ready.lists.iter().map(ToString::to_string).collect(),
        },
        results: results
            .map(|hit| tell::hit(hit, names, ready.threshold))
            .collect(),
        total: told().count(),
        remarks: remarks
            .chain(screening.remarks.iter().map(ToString::to_string))
            .collect(),
    }
}

/// Screens one subject.
#[utoipa::path(post, path = "/v1/screen", tag = "screen", request_body = ScreenRequest, responses((status = 200, body = ScreenResponse), Problems))]
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let request: ScreenRequest = ask::json(&headers, body)?;
    let (query, as_of) = request.split();
    let named = names(&query, "query", &mut Vec::new());
    let ground = Ground::find(&shared, as_of.as_deref(), named).await?;
    let answer = shared.compute(move || {
        let ready = understand(query, "query", ground.cut())?;
        let answer = answers(ground.cut(), std::slice::from_ref(&ready)).pop();
        let mut basis = tell::basis(ground.cut());
        let is_asked = |name: &str| {
            ready.lists.is_empty() || ready.lists.iter().any(|list| list.as_str() == name)
        };
        basis.lists.retain(|list| is_asked(&list.name));
        Ok::<_, NotAnswered>(answer.map(|answer| ScreenResponse { answer, basis }))
    });
    match answer.await? {
        Ok(Some(answer)) => Ok(ok(&answer)),
        Ok(None) => Err(Refusal::defect()),
        Err(refused) => Err(Refusal::Invalid(
            refused
                .errors
                .iter()
                .map(|error| invalid("query", &["body"], error))
                .collect(),
        )),
    }
}

/// Screens many subjects; a question that cannot be answered does not keep the others from being answered.
#[utoipa::path(post, path = "/v1/screen/batch", tag = "screen", request_body = BatchRequest, responses((status = 200, body = BatchResponse), Problems))]
pub(super) async fn batch(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let request: BatchRequest = ask::json(&headers, body)?;
    let count = request.queries.len();
    if !(1..=MAX_QUERIES).contains(&count) {
        let message = format!("Expected 1 to {MAX_QUERIES} queries, found {count}");
        return Err(ask::wrong("queries", &message));
    }
    let each = request.queries.iter();
    let each: Vec<BTreeSet<ListName>> = each
        .map(|query| names(query, "query", &mut Vec::new()))
        .collect();
    let named = if each.iter().any(BTreeSet::is_empty) {
        BTreeSet::new()
    } else {
        each.into_iter().flatten().collect()
    };
    let ground = Ground::find(&shared, request.as_of.as_deref(), named).await?;
    let answer = shared.compute(move || {
        let queries = request.queries.into_iter().enumerate();
        let queries = queries.map(|(n, query)| (format!("query {}", n + 1), query));
        BatchResponse {
            answers: answer_each(ground.cut(), queries.collect()),
            basis: tell::basis(ground.cut()),
        }
    });
    Ok(ok(&answer.await?))
}

/// Answers what can be answered and says of the rest why not, in the order of the questions.
pub(super) fn answer_each(cut: &Cut, queries: Vec<(String, Query)>) -> Vec<BatchAnswer> {
    let mut refused = Vec::new();
    let mut ready = Vec::new();
    for (n, (place, query)) in queries.into_iter().enumerate() {
        match understand(query, &place, cut) {
            Ok(query) => ready.push(query),
            Err(error) => refused.push((n, BatchAnswer::Refused(error))),
        }
    }
    let mut all: Vec<BatchAnswer> = answers(cut, &ready)
        .into_iter()
        .map(BatchAnswer::Answered)
        .collect();
    // In rising order, so each goes to its place.
    for (n, error) in refused {
        all.insert(n, error);
    }
    all
}

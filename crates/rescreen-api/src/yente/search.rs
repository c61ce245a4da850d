//! `GET /search/{dataset}`: search by text, filter by fields.
//!
//! A text is a question in Lucene's language, answered by full text. One of words alone also finds whom the matcher takes
//! for the same party under another spelling; they come after those who have all the words.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use rescreen_model::{Country, Schema};
use rescreen_screen::{Hit, Party};

use super::{
    entity::{self, View},
    fields::{Field, Filters, Operator, Order},
    filter::{Asked, Filter},
    fulltext::{self, everybody},
    lucene::{self, Query},
    query,
    shapes::{FacetCount, FacetCounts, SearchResponse, Total},
    topics,
};
use crate::{answer::Refusal, params::Params, snapshot::Snapshot};

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 500;
pub(super) const MAX_OFFSET: usize = 9_499;
const MAX_TEXT: usize = 1_000;
const MAX_BUCKETS: usize = 1_000;
const DEFAULT_FACETS: [&str; 3] = ["countries", "topics", "datasets"];

/// What was asked for.
#[derive(Debug)]
pub(super) struct Request {
    text: String,
    /// The text as it is understood; `None` for everybody.
    query: Option<Query>,
    schema: Schema,
    limit: usize,
    offset: usize,
    facets: Vec<Facet>,
    fields: Filters,
    order: Order,
    pub(super) filter: Asked,
}

impl Request {
    pub(super) fn read(params: &mut Params) -> Result<Self, Refusal> {
        let limit = params.number("limit", DEFAULT_LIMIT, &(0..=MAX_LIMIT));
        let offset = params.number("offset", 0, &(0..=MAX_OFFSET));
        let mut names = params.all("facets");
        if names.is_empty() {
            names = DEFAULT_FACETS.map(str::to_owned).to_vec();
        }
        let facets: Vec<Facet> = names.iter().filter_map(|name| Facet::named(name)).collect();
        if facets.len() < names.len() {
            let names: Vec<String> = Facet::ALL
                .iter()
                .map(|f| format!("'{}'", f.name()))
                .collect();
            let message = format!("Input should be one of {}", names.join(", "));
            params.wrong("facets", "literal_error", &message);
        }
        let operator = match params.one("filter_op") {
            None | Some("OR") => Operator::Or,
            Some("AND") => Operator::And,
            Some(_) => {
                params.wrong(
                    "filter_op",
                    "literal_error",
                    "Input should be 'OR' or 'AND'",
                );
                Operator::Or
            }
        };
        let is_simple = params.flag("simple", false);
        let target = params.one("target").is_some();
        let is_target = params.flag("target", true);
        let filter = Asked::read(params);
        params.check()?;
        let mut fields = Filters::new(operator);
        for name in ["countries", "topics", "datasets"] {
            for value in params.all(name) {
                if let Some(field) = Field::named(name) {
                    fields.want(field, value);
                }
            }
        }
        for text in params.all("filter") {
            fields.want_text(&text)?;
        }
        if target {
            fields.want(Field::Target, is_target.to_string());
        }
        let order = Order::read(&params.all("sort"))?;
        let schema = params.one("schema").unwrap_or("Thing");
        let schema = Schema::named(schema).ok_or_else(|| Refusal::bad("Invalid schema"))?;
        let text = params.one("q").unwrap_or_default().trim().to_owned();
        let query = read_text(&text, is_simple)?;
        Ok(Self {
            text,
            query,
            schema,
            limit,
            offset,
            facets,
            fields,
            order,
            filter,
        })
    }
}

fn read_text(text: &str, is_simple: bool) -> Result<Option<Query>, Refusal> {
    if text.chars().count() > MAX_TEXT {
        return Err(fulltext::wrong(&format!(
            "q is longer than {MAX_TEXT} characters"
        )));
    }
    if text.is_empty() {
        return Ok(None);
    }
    if is_simple {
        return Ok(Some(lucene::parse_simple(text)));
    }
    lucene::parse(text)
        .map(Some)
        .map_err(|why| fulltext::wrong(&why))
}

pub(super) fn answer(
    snapshot: &Snapshot,
    request: &Request,
    filter: &Filter,
) -> Result<SearchResponse, Refusal> {
    let lets_through = |party: &Party| {
        let view = View::of(snapshot, party);
        // Topics are among the fields as well, where several may all be wanted.
        party.entity.schema.is_a(request.schema)
            && filter.lets_through(&view)
            && request.fields.lets_through(&view)
    };
    let ranked = ranked(snapshot, request)?;
    let mut found: Vec<&Party> = ranked.into_iter().filter(|p| lets_through(p)).collect();
    if !request.order.is_none() {
        let keys = found
            .iter()
            .map(|party| request.order.key(&View::of(snapshot, party)));
        let mut keyed: Vec<_> = keys.zip(found.iter().copied()).collect();
        keyed.sort_by(|(a, _), (b, _)| request.order.compare(a, b));
        found = keyed.into_iter().map(|(_, party)| party).collect();
    }
    let results = found
        .iter()
        .skip(request.offset)
        .take(request.limit)
        .map(|party| entity::flat(&View::of(snapshot, party)))
        .collect();
    let facets = request
        .facets
        .iter()
        .map(|facet| (facet.name().to_owned(), facet.count(snapshot, &found)))
        .collect();
    Ok(SearchResponse {
        limit: request.limit,
        offset: request.offset,
        total: Total::exactly(found.len()),
        results,
        facets,
    })
}

/// Everybody whom the text may mean, best first; without a text everybody, those of whom most is known first.
fn ranked<'a>(snapshot: &'a Snapshot, request: &Request) -> Result<Vec<&'a Party>, Refusal> {
    let parties = snapshot.cut.screener.parties();
    let rows = match &request.query {
        None => everybody(parties),
        Some(query) => {
            let index = snapshot.full_text().map_err(|_| Refusal::defect())?;
            let mut rows = index.find(query, parties)?;
            if lucene::is_plain(query) {
                rows.extend(by_matcher(snapshot, request));
                let mut seen = vec![false; parties.len()];
                rows.retain(|row| {
                    let seen = seen.get_mut(*row);
                    seen.is_some_and(|seen| !std::mem::replace(seen, true))
                });
            }
            rows
        }
    };
    Ok(rows
        .into_iter()
        .filter_map(|row| parties.get(row))
        .collect())
}

/// Whom the matcher takes for the party of that name.
fn by_matcher(snapshot: &Snapshot, request: &Request) -> Vec<usize> {
    // Where the kind asked for is one that is screened, the screener knows what it may be; else it takes any.
    let kind = if request.schema.spec().matchable {
        request.schema
    } else {
        Schema::Thing
    };
    let screener = &snapshot.cut.screener;
    let screening = screener.screen(&query::by_name(&request.text, kind));
    let row = |hit: &Hit| {
        let mut parties = screener.parties().iter();
        parties.position(|party| Arc::ptr_eq(&party.entity, &hit.party.entity))
    };
    screening.hits.iter().filter_map(row).collect()
}

/// A count of results by a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Facet {
    Datasets,
    Schema,
    Countries,
    Identifiers,
    Topics,
    Genders,
}

impl Facet {
    const ALL: [Self; 6] = [
        Self::Datasets,
        Self::Schema,
        Self::Countries,
        Self::Identifiers,
        Self::Topics,
        Self::Genders,
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Datasets => "datasets",
            Self::Schema => "schema",
            Self::Countries => "countries",
            Self::Identifiers => "identifiers",
            Self::Topics => "topics",
            Self::Genders => "genders",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Datasets => "Data sources",
            Self::Schema => "Entity types",
            Self::Countries => "Countries",
            Self::Identifiers => "Identifiers",
            Self::Topics => "Topics",
            Self::Genders => "Genders",
        }
    }

    fn count(self, snapshot: &Snapshot, found: &[&Party]) -> FacetCounts {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        if let Some(field) = Field::named(self.name()) {
            for party in found {
                for value in field.values(&View::of(snapshot, party)) {
                    *counts.entry(value).or_default() += 1;
                }
            }
        }
        // yente gives a facet without values its bare name as label.
        let label = if counts.is_empty() {
            self.name()
        } else {
            self.label()
        };
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(*count));
        counts.truncate(MAX_BUCKETS);
        let values = counts.into_iter().map(|(name, count)| {
            let label = match self {
                Self::Countries => Country::from_code(&name).map(Country::name),
                Self::Schema => Schema::named(&name).map(|schema| schema.spec().plural),
                Self::Topics => Some(topics::label(&name)),
                Self::Datasets | Self::Identifiers | Self::Genders => None,
            };
            let label = label.unwrap_or(&name).to_owned();
            FacetCount { name, label, count }
        });
        FacetCounts {
            label: label.to_owned(),
            values: values.collect(),
        }
    }
}

//! `GET /search/{dataset}`: by name, ranked by the screener.
//!
//! yente hands the text to Lucene. We have no such engine yet: a text that uses its syntax is refused, because guessing
//! what was meant would give another answer than the one asked for.

use std::collections::BTreeMap;

use rescreen_model::{Country, Property, PropertyKind, Schema};
use rescreen_screen::Party;
use serde_json::{Map, Value, json};

use super::{
    entity,
    filter::{Asked, Filter},
    query,
};
use crate::{answer::Refusal, params::Params, snapshot::Snapshot};

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 500;
const MAX_OFFSET: usize = 9_499;
const MAX_TEXT: usize = 1_000;
const DEFAULT_FACETS: [&str; 3] = ["countries", "topics", "datasets"];

/// What was asked for.
#[derive(Debug)]
pub(super) struct Request {
    text: String,
    schema: Schema,
    limit: usize,
    offset: usize,
    facets: Vec<Facet>,
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
            let message = "Input should be 'countries', 'topics', 'datasets' or 'schema'";
            params.wrong("facets", "literal_error", message);
        }
        let filter = Asked::read(params);
        params.check()?;
        params.refuse(&[
            "changed_since",
            "countries",
            "datasets",
            "filter",
            "filter_op",
            "sort",
            "target",
        ])?;
        let schema = params.one("schema").unwrap_or("Thing");
        let schema = Schema::named(schema).ok_or_else(|| Refusal::bad("Invalid schema"))?;
        let text = params.one("q").unwrap_or_default().trim().to_owned();
        check_text(&text)?;
        Ok(Self {
            text,
            schema,
            limit,
            offset,
            facets,
            filter,
        })
    }
}

/// Refuses what is no plain text.
fn check_text(text: &str) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(Refusal::bad(
            "Search error: q is empty, and listing a whole dataset is not supported",
        ));
    }
    if text.chars().count() > MAX_TEXT {
        return Err(Refusal::bad(format!(
            "Search error: q is longer than {MAX_TEXT} characters"
        )));
    }
    let sign = text.chars().find(|c| ":*?~^()[]{}\"\\/|!&<>=".contains(*c));
    let word = text.split_whitespace().find(|word| {
        matches!(*word, "AND" | "OR" | "NOT") || word.starts_with('+') || word.starts_with('-')
    });
    let found = sign.map(String::from).or_else(|| {
        word.map(|w| {
            // Of a word with a sign before it only the sign is syntax.
            let is_name = w.starts_with(['+', '-']);
            if is_name {
                w.chars().take(1).collect()
            } else {
                w.to_owned()
            }
        })
    });
    found.map_or(Ok(()), |found| {
        Err(Refusal::bad(format!(
            "Search error: query syntax is not supported, only plain names; found '{found}'"
        )))
    })
}

pub(super) fn answer(snapshot: &Snapshot, request: &Request, filter: &Filter) -> Value {
    // Where the kind asked for is one that is screened, the screener knows what it may be; else it takes any.
    let kind = if request.schema.spec().matchable {
        request.schema
    } else {
        Schema::Thing
    };
    let screening = snapshot
        .cut
        .screener
        .screen(&query::by_name(&request.text, kind));
    let found: Vec<&Party> = screening
        .hits
        .iter()
        .map(|hit| &hit.party)
        .filter(|party| party.entity.schema.is_a(request.schema) && filter.lets_through(party))
        .collect();
    let results: Vec<Value> = found
        .iter()
        .skip(request.offset)
        .take(request.limit)
        .map(|party| Value::Object(entity::flat(party)))
        .collect();
    let facets: Map<String, Value> = request
        .facets
        .iter()
        .map(|facet| (facet.name().to_owned(), facet.count(&found)))
        .collect();
    json!({
        "limit": request.limit,
        "offset": request.offset,
        "total": { "value": found.len(), "relation": "eq" },
        "results": results,
        "facets": facets,
    })
}

/// A count of results by a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Facet {
    Countries,
    Topics,
    Datasets,
    Schema,
}

impl Facet {
    fn named(name: &str) -> Option<Self> {
        [Self::Countries, Self::Topics, Self::Datasets, Self::Schema]
            .into_iter()
            .find(|facet| facet.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Countries => "countries",
            Self::Topics => "topics",
            Self::Datasets => "datasets",
            Self::Schema => "schema",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Countries => "Countries",
            Self::Topics => "Topics",
            Self::Datasets => "Data sources",
            Self::Schema => "Entity types",
        }
    }

    /// The values of one party, each once.
    fn values(self, party: &Party) -> Vec<String> {
        let entity = &party.entity;
        let mut values: Vec<String> = match self {
            Self::Countries => entity
                .properties()
                .filter(|(property, _)| property.kind() == PropertyKind::Country)
                .flat_map(|(_, values)| values.iter().map(|v| v.as_str().to_owned()))
                .collect(),
            Self::Topics => entity.texts(Property::Topics).map(str::to_owned).collect(),
            Self::Datasets => vec![party.list.as_str().to_owned()],
            Self::Schema => vec![entity.schema.name().to_owned()],
        };
        values.sort_unstable();
        values.dedup();
        values
    }

    fn count(self, found: &[&Party]) -> Value {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for value in found.iter().flat_map(|party| self.values(party)) {
            *counts.entry(value).or_default() += 1;
        }
        // yente gives a facet without values its bare name as label.
        let label = if counts.is_empty() {
            self.name()
        } else {
            self.label()
        };
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let values: Vec<Value> = counts
            .iter()
            .map(|(name, count)| {
                let label = match self {
                    Self::Countries => Country::from_code(name).map(Country::name),
                    Self::Schema => Schema::named(name).map(|s| s.spec().plural),
                    Self::Topics | Self::Datasets => None,
                };
                json!({ "name": name, "label": label.unwrap_or(name), "count": count })
            })
            .collect();
        json!({ "label": label, "values": values })
    }
}

#[cfg(test)]
mod tests {
    use super::check_text;

    #[test]
    fn plain_names_are_searched_and_syntax_is_refused() {
        for plain in [
            "Anselm Wackerbarth",
            "O'Shaughran",
            "Brezina-Lhota",
            "и другие",
            "oral and nor",
        ] {
            assert!(check_text(plain).is_ok(), "{plain}");
        }
        for syntax in [
            "", "name:x", "Ans*", "a~1", "a AND b", "-a", "+a", "\"a b\"", "[a TO b]", "/a/",
            "a && b",
        ] {
            assert!(check_text(syntax).is_err(), "{syntax}");
        }
    }
}

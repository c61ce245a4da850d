//! `/reconcile/{dataset}`: the reconciliation service that OpenRefine speaks (W3C community report, version 0.2).

use std::collections::{BTreeMap, BTreeSet};

use rescreen_model::{Country, Entity, Property, PropertyKind, Schema};
use rescreen_screen::Party;
use serde_json::{Map, Value, json};

use super::{
    Scope,
    entity::View,
    filter::{Asked, Filter},
    query, shapes, topics,
};
use crate::{
    answer::{Refusal, invalid},
    params::Params,
    snapshot::Snapshot,
    strict_json,
};

const MAX_QUERIES: usize = 100;
const MAX_LIMIT: usize = 500;
const DEFAULT_LIMIT: usize = 5;
const MAX_IDS: usize = 1_000;
const MAX_PROPERTIES: usize = 100;
const MAX_SUGGESTED_ENTITIES: usize = 50;
const MAX_SUGGESTED: usize = 5;
const MATCH_FROM: f64 = 0.7;
/// Between the words of a prefix so many others may stand.
const SLOP: usize = 2;

/// What OpenRefine asks first: what this service is.
///
/// `base` is where the server is reached, `query` what stood behind the `?`: a gateway may want its own words again.
pub(super) fn manifest(snapshot: &Snapshot, dataset: &str, base: &str, query: &str) -> Value {
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    let service = |path: &str| {
        json!({
            "service_url": base,
            "service_path": format!("/reconcile/{dataset}{path}{query}"),
        })
    };
    let setting = |name: &str,
                   label: &str,
                   kind: &str,
                   default: Value,
                   help: &str,
                   choices: Value| {
        let mut setting = json!({ "name": name, "label": label, "type": kind, "default": default, "help_text": help });
        if !choices.is_null() {
            setting["choices"] = choices;
        }
        setting
    };
    let settings = json!([
        setting(
            "limit",
            "Limit",
            "number",
            json!(0),
            "How many values at most; 0 is all",
            Value::Null
        ),
        setting(
            "render",
            "Render",
            "select",
            json!("caption"),
            "Names, or the codes and ids behind them",
            json!([{ "name": "Caption", "value": "caption" }, { "name": "Raw", "value": "raw" }]),
        ),
    ]);
    json!({
        "versions": ["0.2"],
        "name": format!("{dataset} (rescreen)"),
        "identifierSpace": format!("{base}/entities/"),
        "schemaSpace": "https://followthemoney.tech/explorer/schemata/",
        "documentation": "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/",
        "batchSize": 3,
        "view": { "url": format!("{base}/entities/{{{{id}}}}") },
        "suggest": {
            "entity": service("/suggest/entity"),
            "type": service("/suggest/type"),
            "property": service("/suggest/property"),
        },
        "extend": {
            "propose_properties": service("/extend/property"),
            "property_settings": settings,
            "propose_settings": settings,
        },
        "defaultTypes": schemata(snapshot)
            .into_iter()
            .filter(|schema| schema.spec().matchable)
            .map(type_of)
            .collect::<Vec<_>>(),
    })
}

fn type_of(schema: Schema) -> Value {
    let spec = schema.spec();
    json!({ "id": spec.name, "name": spec.plural, "description": spec.label })
}

/// The schemata that the served parties have.
fn schemata(snapshot: &Snapshot) -> BTreeSet<Schema> {
    let parties = snapshot.cut.screener.parties().iter();
    parties.map(|party| party.entity.schema).collect()
}

/// What a POST asks for.
#[derive(Debug)]
pub(super) enum Asks {
    Queries(Vec<Reconciled>),
    Extension {
        ids: Vec<String>,
        properties: Vec<Wanted>,
    },
}

/// A name to reconcile.
#[derive(Debug)]
pub(super) struct Reconciled {
    key: String,
    limit: usize,
    subject: Entity,
}

/// A property that rows are to be extended by.
#[derive(Debug)]
pub(super) struct Wanted {
    id: String,
    property: Property,
    limit: usize,
    is_raw: bool,
}

impl Asks {
    pub(super) fn read(form: &Params) -> Result<Self, Refusal> {
        if let Some(text) = form.one("queries") {
            return Self::queries(text);
        }
        match form.one("extend") {
            Some(text) => Self::extension(text),
            None => Err(Refusal::bad("No queries or extend request provided.")),
        }
    }

    /// How many queries there are.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Queries(queries) => queries.len(),
            Self::Extension { ids, .. } => ids.len(),
        }
    }

    fn queries(text: &str) -> Result<Self, Refusal> {
        let queries = object(parse(text)?, "queries")?;
        if queries.len() > MAX_QUERIES {
            return Err(Refusal::bad(format!(
                "Too many queries in one batch (limit: {MAX_QUERIES})"
            )));
        }
        let read = |(key, query): (String, Value)| Reconciled::read(key, query);
        let queries = queries.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self::Queries(queries))
    }

    fn extension(text: &str) -> Result<Self, Refusal> {
        let extend = object(parse(text)?, "extend")?;
        let ids = match extend.get("ids") {
            Some(Value::Array(ids)) => ids
                .iter()
                .map(|id| id.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>(),
            _ => None,
        };
        let ids = ids.ok_or_else(|| wrong(EXTEND, "ids", "Input should be a list of ids"))?;
        let Some(Value::Array(properties)) = extend.get("properties") else {
            return Err(wrong(
                EXTEND,
                "properties",
                "Input should be a list of properties",
            ));
        };
        if ids.len() > MAX_IDS || properties.len() > MAX_PROPERTIES {
            return Err(Refusal::bad(format!(
                "Too many rows or columns (limits: {MAX_IDS} ids, {MAX_PROPERTIES} properties)"
            )));
        }
        let properties = properties.iter().map(Wanted::read);
        Ok(Self::Extension {
            ids,
            properties: properties.collect::<Result<_, _>>()?,
        })
    }
}

impl Reconciled {
    fn read(key: String, query: Value) -> Result<Self, Refusal> {
        let query = object(query, "queries")?;
        let limit = match query.get("limit").filter(|limit| !limit.is_null()) {
            None => DEFAULT_LIMIT,
            Some(limit) => limit
                .as_u64()
                .and_then(|limit| usize::try_from(limit).ok())
                .ok_or_else(|| wrong(QUERIES, "limit", "Input should be a whole number from 0"))?
                .min(MAX_LIMIT),
        };
        let first = match query.get("type") {
            Some(Value::Array(types)) => types.first(),
            kind => kind,
        };
        // Some clients give the whole type and not its id alone.
        let name = match first {
            Some(Value::Object(kind)) => kind.get("id").and_then(Value::as_str),
            Some(Value::String(name)) => Some(name.as_str()),
            _ => None,
        };
        let schema = name.map_or(Ok(Schema::Thing), schema)?;
        let mut subject = Entity::new("query", schema);
        if let Some(text) = query.get("query").and_then(Value::as_str) {
            subject.add(Property::Name, text);
        }
        let properties = match query.get("properties") {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(properties)) => properties,
            Some(_) => {
                return Err(wrong(
                    QUERIES,
                    "properties",
                    "Input should be a list of properties",
                ));
            }
        };
        for property in properties.iter().take(MAX_PROPERTIES) {
            let Some(pid) = property.get("pid").and_then(Value::as_str) else {
                return Err(wrong(QUERIES, "properties", "A property should have a pid"));
            };
            let Some(property_named) = qualified(pid) else {
                continue;
            };
            for text in texts(property.get("v").unwrap_or(&Value::Null)) {
                // What is no date is left out, as in a match.
                let _left_out = query::add(&mut subject, &property_named, &text);
            }
        }
        query::join_name(&mut subject);
        Ok(Self {
            key,
            limit,
            subject,
        })
    }
}

impl Wanted {
    fn read(value: &Value) -> Result<Self, Refusal> {
        let Some(id) = value.get("id").and_then(Value::as_str) else {
            return Err(wrong(EXTEND, "properties", "A property should have an id"));
        };
        let settings = value.get("settings");
        let setting = |name: &str| settings.and_then(|settings| settings.get(name));
        // OpenRefine sends what stands in its fields, and that is text.
        let limit = match setting("limit") {
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(number) => number.as_u64(),
            None => None,
        };
        Ok(Self {
            id: id.to_owned(),
            property: qualified(id).unwrap_or_else(|| Property::named(id)),
            limit: limit
                .and_then(|limit| usize::try_from(limit).ok())
                .unwrap_or_default(),
            is_raw: setting("render").and_then(Value::as_str) == Some("raw"),
        })
    }
}

/// The answers to reconciliation queries, by their keys.
pub(super) fn reconcile(snapshot: &Snapshot, queries: &[Reconciled], filter: &Filter) -> Value {
    let subjects: Vec<Entity> = queries.iter().map(|query| query.subject.clone()).collect();
    let screenings = snapshot.cut.screener.screen_batch(&subjects);
    let mut answers = Map::new();
    for (query, screening) in queries.iter().zip(screenings) {
        let hits = screening.hits.iter();
        let results: Vec<Value> = hits
            .filter(|hit| filter.lets_through(&View::of(snapshot, &hit.party)))
            .take(query.limit)
            .map(|hit| {
                let score = hit.found.score.as_f64();
                let mut candidate = suggestion(&hit.party);
                candidate["score"] = json!(score);
                candidate["match"] = json!(score >= MATCH_FROM);
                candidate
            })
            .collect();
        answers.insert(query.key.clone(), json!({ "result": results }));
    }
    Value::Object(answers)
}

/// A party as the service shows it.
fn suggestion(party: &Party) -> Value {
    let entity = &party.entity;
    json!({
        "id": entity.id.as_str(),
        "name": entity.caption(),
        "description": description(entity),
        "type": [type_of(entity.schema)],
    })
}

/// What helps to tell parties of one name apart: what kind they are, and the first of what their kind features.
fn description(entity: &Entity) -> String {
    let spec = entity.schema.spec();
    let facts = spec
        .featured
        .iter()
        .filter(|property| property.kind() != PropertyKind::Name)
        .filter_map(|property| Some(shown(property, entity.first(property)?)));
    let facts: Vec<String> = std::iter::once(spec.label.to_owned())
        .chain(facts)
        .collect();
    facts.join(" · ")
}

/// The columns that rows are extended by.
pub(super) fn extend(
    snapshot: &Snapshot,
    ids: &[String],
    properties: &[Wanted],
    look: &mut dyn FnMut(&str) -> Result<Option<shapes::EntityObject>, Refusal>,
) -> Result<Value, Refusal> {
    let mut rows = Map::new();
    for id in ids {
        let Some(entity) = look(id)? else {
            if snapshot.renamed(id).is_some() {
                return Err(Refusal::bad("The id of an entity has changed."));
            }
            rows.insert(id.clone(), json!({}));
            continue;
        };
        let mut row = Map::new();
        for wanted in properties {
            let values = entity.properties.get(wanted.property.name());
            let mut cells = Vec::new();
            for value in values.map_or(&[][..], Vec::as_slice) {
                if wanted.limit > 0 && cells.len() >= wanted.limit {
                    break;
                }
                let shapes::PropertyValue::Text(text) = value else {
                    continue;
                };
                let text = if wanted.is_raw {
                    text.clone()
                } else if wanted.property.kind() == PropertyKind::Entity {
                    look(text)?.map_or_else(|| text.clone(), |named| named.caption)
                } else {
                    shown(&wanted.property, text)
                };
                cells.push(json!({ "str": text }));
            }
            row.insert(wanted.id.clone(), Value::Array(cells));
        }
        rows.insert(id.clone(), Value::Object(row));
    }
    let meta: Vec<Value> = properties
        .iter()
        .map(|wanted| json!({ "id": wanted.id, "name": label(&wanted.property) }))
        .collect();
    Ok(json!({ "meta": meta, "rows": rows }))
}

/// A value as people read it.
fn shown(property: &Property, text: &str) -> String {
    let caption = match property.kind() {
        PropertyKind::Country => Country::from_code(text).map(Country::name),
        PropertyKind::Topic => Some(topics::label(text)),
        _ => None,
    };
    caption.unwrap_or(text).to_owned()
}

/// Parties of which a name has the words of a prefix in their order, the last of them perhaps not finished.
pub(super) fn suggest_entities(
    snapshot: &Snapshot,
    scope: &Scope,
    params: &mut Params,
) -> Result<Value, Refusal> {
    let limit = params.number("limit", 10, &(0..=MAX_SUGGESTED_ENTITIES));
    let asked = Asked::read(params);
    params.check()?;
    let prefix = params.one("prefix").unwrap_or_default();
    let filter = asked.resolve(snapshot, scope.clone())?;
    let wanted: Vec<String> = words(prefix).collect();
    let mut found = Vec::new();
    if !wanted.is_empty() {
        for party in snapshot.cut.screener.parties() {
            if !filter.lets_through(&View::of(snapshot, party)) {
                continue;
            }
            let names = party.entity.properties().filter(|(property, _)| {
                property.kind() == PropertyKind::Name || **property == Property::LastName
            });
            let mut names = names.flat_map(|(_, values)| values.iter());
            if names.any(|name| begins(&words(name.as_str()).collect::<Vec<_>>(), &wanted)) {
                found.push(party);
            }
        }
    }
    found.sort_by_key(|party| {
        let caption = party.entity.caption();
        (caption.chars().count(), caption, &party.entity.id)
    });
    let results: Vec<Value> = found.into_iter().take(limit).map(suggestion).collect();
    Ok(suggested(prefix, &results))
}

/// Whether the words stand among those of a name, in order and close together.
fn begins(name: &[String], wanted: &[String]) -> bool {
    let (Some((last, whole)), true) = (wanted.split_last(), name.len() >= wanted.len()) else {
        return false;
    };
    let is_next = |at: usize| match whole.split_first() {
        None => name[at].starts_with(last.as_str()),
        Some((first, rest)) => {
            if name[at] != *first {
                return false;
            }
            let mut at = at + 1;
            let mut skipped = 0;
            for (word, is_last) in rest.iter().map(|w| (w, false)).chain([(last, true)]) {
                loop {
                    let Some(here) = name.get(at) else {
                        return false;
                    };
                    at += 1;
                    let is_it = if is_last {
                        here.starts_with(word.as_str())
                    } else {
                        here == word
                    };
                    if is_it {
                        break;
                    }
                    skipped += 1;
                    if skipped > SLOP {
                        return false;
                    }
                }
            }
            true
        }
    };
    (0..name.len()).any(is_next)
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Properties whose name or label begins so.
pub(super) fn suggest_properties(snapshot: &Snapshot, prefix: &str) -> Value {
    let begin = prefix.trim().to_lowercase();
    let mut found = BTreeMap::new();
    for schema in schemata(snapshot).into_iter().flat_map(ancestors) {
        for property in schema.spec().own {
            let label = label(property);
            let is_meant = [property.name(), &label]
                .iter()
                .any(|text| text.to_lowercase().starts_with(&begin));
            if is_meant {
                let id = format!("{schema}:{property}");
                found.insert((label.clone(), id.clone()), json!({
                    "id": id, "name": label, "description": format!("{} of {}", label, schema.spec().label),
                }));
            }
        }
    }
    let results: Vec<Value> = found.into_values().take(MAX_SUGGESTED).collect();
    suggested(prefix, &results)
}

/// Kinds of parties whose name or label begins so.
pub(super) fn suggest_types(snapshot: &Snapshot, prefix: &str) -> Value {
    let begin = prefix.trim().to_lowercase();
    let kinds: BTreeSet<Schema> = schemata(snapshot).into_iter().flat_map(ancestors).collect();
    let results: Vec<Value> = kinds
        .into_iter()
        .filter(|schema| {
            let spec = schema.spec();
            let names = [spec.name, spec.label, spec.plural];
            names
                .iter()
                .any(|name| name.to_lowercase().starts_with(&begin))
        })
        .take(MAX_SUGGESTED)
        .map(type_of)
        .collect();
    suggested(prefix, &results)
}

fn suggested(prefix: &str, results: &[Value]) -> Value {
    json!({
        "code": "/api/status/ok",
        "status": "200 OK",
        "prefix": prefix,
        "result": results,
    })
}

/// The properties that rows of a type can be extended by.
pub(super) fn propose(params: &mut Params) -> Result<Value, Refusal> {
    let limit = params.number("limit", 0, &(0..=MAX_LIMIT));
    params.check()?;
    let name = params.one("type").unwrap_or("Thing");
    let schema = schema(name)?;
    let featured = schema.spec().featured.iter();
    let mut properties: Vec<&Property> = featured.collect();
    for ancestor in ancestors(schema) {
        for property in ancestor.spec().own {
            if !properties.contains(&property) {
                properties.push(property);
            }
        }
    }
    if limit > 0 {
        properties.truncate(limit);
    }
    properties.sort_by_key(|property| label(property));
    let properties: Vec<Value> = properties
        .into_iter()
        .map(|property| json!({ "id": property.name(), "name": label(property) }))
        .collect();
    Ok(json!({ "limit": limit, "type": name, "properties": properties }))
}

/// A schema and all that it inherits from, each once.
fn ancestors(schema: Schema) -> Vec<Schema> {
    let mut all = vec![schema];
    let mut at = 0;
    while let Some(here) = all.get(at).copied() {
        for parent in here.spec().extends {
            if !all.contains(parent) {
                all.push(*parent);
            }
        }
        at += 1;
    }
    all
}

/// What people call a property: its name in words.
fn label(property: &Property) -> String {
    let mut label = String::new();
    for (at, letter) in property.name().chars().enumerate() {
        if at == 0 {
            label.extend(letter.to_uppercase());
        } else if letter.is_uppercase() {
            label.push(' ');
            label.extend(letter.to_lowercase());
        } else {
            label.push(letter);
        }
    }
    label
}

/// The property of a name such as `Person:birthDate`.
fn qualified(name: &str) -> Option<Property> {
    let (schema, property) = name.split_once(':')?;
    let property = Property::named(property);
    Schema::named(schema)?.allows(&property).then_some(property)
}

fn schema(name: &str) -> Result<Schema, Refusal> {
    Schema::named(name).ok_or_else(|| {
        let short: String = name.chars().take(60).collect();
        Refusal::bad(format!("Unknown schema: '{short}'"))
    })
}

/// The texts that a value of a query stands for: it may be one or several, and may name an entity.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(named) => ["name", "id", "str"]
            .iter()
            .find_map(|key| named.get(*key))
            .map(texts)
            .unwrap_or_default(),
        other => vec![other.to_string()],
    }
}

fn parse(text: &str) -> Result<Value, Refusal> {
    strict_json::parse(text.as_bytes())
        .map_err(|error| Refusal::bad(format!("Cannot read the JSON of the request: {error}")))
}

fn object(value: Value, name: &str) -> Result<Map<String, Value>, Refusal> {
    match value {
        Value::Object(object) => Ok(object),
        _ => {
            let what = if name == "extend" { EXTEND } else { QUERIES };
            Err(wrong(what, name, "Input should be a valid dictionary"))
        }
    }
}

/// What the JSON in a form is.
const QUERIES: &str = "ReconcileQueries";
const EXTEND: &str = "ReconcileExtend";

/// A form whose JSON has another shape than it should is answered 400, with the place.
fn wrong(what: &'static str, place: &str, message: &str) -> Refusal {
    Refusal::Model(what, vec![invalid("value_error", &[place], message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_words_in_order_with_little_between() {
        let check = |name: &str, prefix: &str| {
            let name: Vec<String> = words(name).collect();
            begins(&name, &words(prefix).collect::<Vec<_>>())
        };
        for good in [
            "q",
            "Quirin",
            "quirin hab",
            "habersack",
            "von h",
            "quirin der",
        ] {
            assert!(check("Quirin von Habersack der Alte", good), "{good}");
        }
        assert!(check("Quirin von Habersack", "QUIRIN VON HABERSACK"));
        assert!(check("Quirin von Habersack", "quirin habersack"));
        assert!(!check("Quirin a b c Habersack", "quirin habersack"));
        assert!(!check("Quirin Habersack", "habersack quirin"));
        assert!(!check("Quirin", "uirin"));
        assert!(!check("", "a"));
    }

    #[test]
    fn properties_have_labels_and_qualified_names() {
        assert_eq!(label(&Property::BirthDate), "Birth date");
        assert_eq!(label(&Property::Name), "Name");
        assert_eq!(qualified("Person:birthDate"), Some(Property::BirthDate));
        assert_eq!(qualified("birthDate"), None);
        assert_eq!(qualified("Vessel:birthDate"), None);
        assert_eq!(qualified("Dragon:birthDate"), None);
    }
}

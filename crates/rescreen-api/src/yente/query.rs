//! The body of a `/match` request.

use axum::http::StatusCode;
use rescreen_model::{Country, DateSpan, Entity, Gender, Property, PropertyKind, Schema};
use serde_json::{Map, Value, json};

use super::member;
use crate::{
    answer::{Refusal, invalid},
    strict_json,
};

const MAX_QUERIES: usize = 100;
/// No real subject has more; comparing is bounded as well, and says what it left out.
const MAX_VALUES: usize = 1000;

/// The queries of a request in the order of their keys.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) queries: Vec<Example>,
}

/// One example to match.
#[derive(Debug)]
pub(super) struct Example {
    pub(super) key: String,
    /// The caller's own id, given back and not used.
    pub(super) id: Option<String>,
    pub(super) subject: Entity,
    /// What was left out, in sentences.
    pub(super) remarks: Vec<String>,
}

/// Reads all of a body or nothing: one bad query fails the batch.
pub(super) fn read(body: &[u8]) -> Result<Batch, Refusal> {
    let value = strict_json::parse(body).map_err(|error| {
        // Serde's words name a place and a kind, never a value.
        let mut problem = invalid("json_invalid", &["body"], "JSON decode error");
        problem["ctx"] = json!({ "error": error.to_string() });
        Refusal::Invalid(vec![problem])
    })?;
    let Value::Object(body) = value else {
        return Err(wrong(
            "model_attributes_type",
            &["body"],
            "Input should be a valid dictionary",
        ));
    };
    let queries = match body.get("queries") {
        Some(Value::Object(queries)) => queries,
        Some(_) => {
            return Err(wrong(
                "dict_type",
                &["body", "queries"],
                "Input should be a valid dictionary",
            ));
        }
        None => return Err(wrong("missing", &["body", "queries"], "Field required")),
    };
    let mut errors = Vec::new();
    let raw: Vec<Raw<'_>> = queries
        .iter()
        .filter_map(|(key, query)| Raw::read(key, query, &mut errors))
        .collect();
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors));
    }
    if raw.is_empty() {
        return Err(Refusal::bad("No queries provided."));
    }
    if raw.len() > MAX_QUERIES {
        return Err(Refusal::bad(format!(
            "Too many queries in one batch (limit: {MAX_QUERIES})"
        )));
    }
    refuse_tuning(&body)?;
    let queries = raw.iter().map(Raw::example).collect::<Result<_, _>>()?;
    Ok(Batch { queries })
}

/// Weights and settings of another algorithm would change the answer; leaving them out of account would too.
fn refuse_tuning(body: &Map<String, Value>) -> Result<(), Refusal> {
    let given = |name: &str| match member(body, name) {
        None => Ok(None),
        Some(Value::Object(members)) => Ok(members.keys().next()),
        Some(_) => Err(wrong(
            "dict_type",
            &["body", name],
            "Input should be a valid dictionary",
        )),
    };
    if given("weights")?.is_some() {
        return Err(Refusal::bad(
            "Invalid weights: rescreen-1 has none that can be changed",
        ));
    }
    if let Some(name) = given("config")? {
        return Err(Refusal::bad(format!(
            "Invalid configuration parameter: {name} for algorithm rescreen-1"
        )));
    }
    Ok(())
}

fn wrong(kind: &str, place: &[&str], message: &str) -> Refusal {
    Refusal::Invalid(vec![invalid(kind, place, message)])
}

/// A query of the right shape.
struct Raw<'a> {
    key: &'a str,
    id: &'a Value,
    schema: &'a str,
    properties: Vec<(&'a str, Vec<String>)>,
}

impl<'a> Raw<'a> {
    fn read(key: &'a str, query: &'a Value, errors: &mut Vec<Value>) -> Option<Self> {
        let before = errors.len();
        let mut note = |kind: &str, place: &[&str], message: &str| {
            let place: Vec<&str> = ["body", "queries", key]
                .iter()
                .chain(place)
                .copied()
                .collect();
            errors.push(invalid(kind, &place, message));
        };
        let Value::Object(query) = query else {
            note(
                "model_attributes_type",
                &[],
                "Input should be a valid dictionary",
            );
            return None;
        };
        let id = query.get("id").unwrap_or(&Value::Null);
        if !id.is_null() && !id.is_string() {
            note("string_type", &["id"], "Input should be a valid string");
        }
        let schema = match query.get("schema") {
            Some(Value::String(schema)) => schema.as_str(),
            Some(_) => {
                note("string_type", &["schema"], "Input should be a valid string");
                ""
            }
            None => {
                note("missing", &["schema"], "Field required");
                ""
            }
        };
        let mut properties = Vec::new();
        match query.get("properties") {
            Some(Value::Object(members)) => {
                for (name, value) in members {
                    match values(value) {
                        Some(values) => properties.push((name.as_str(), values)),
                        None => note(
                            "string_type",
                            &["properties", name],
                            "Input should be a valid string or a list of strings and numbers",
                        ),
                    }
                }
            }
            Some(_) => note(
                "dict_type",
                &["properties"],
                "Input should be a valid dictionary",
            ),
            None => note("missing", &["properties"], "Field required"),
        }
        if properties
            .iter()
            .map(|(_, values)| values.len())
            .sum::<usize>()
            > MAX_VALUES
        {
            let message = format!("A query should have at most {MAX_VALUES} values");
            note("too_long", &["properties"], &message);
        }
        (errors.len() == before).then_some(Self {
            key,
            id,
            schema,
            properties,
        })
    }

    fn example(&self) -> Result<Example, Refusal> {
        let schema = Schema::named(self.schema).ok_or_else(|| {
            let short: String = self.schema.chars().take(60).collect();
            Refusal::bad(format!(
                "Cannot parse example entity: Unknown schema: '{short}'"
            ))
        })?;
        if !schema.spec().matchable {
            return Err(Refusal::bad(format!(
                "Non-matchable schema for query: {schema}"
            )));
        }
        let mut subject = Entity::new("query", schema);
        let mut remarks = Vec::new();
        for (name, values) in &self.properties {
            let property = Property::named(name);
            if !schema.allows(&property) {
                let short: String = name.chars().take(60).collect();
                remarks.push(format!("{schema} has no property '{short}'; left out"));
                continue;
            }
            for value in values {
                if let Err(remark) = add(&mut subject, &property, value) {
                    remarks.push(remark);
                }
            }
        }
        join_name(&mut subject);
        Ok(Example {
            key: self.key.to_owned(),
            id: self.id.as_str().map(str::to_owned),
            subject,
            remarks,
        })
    }
}

/// The values of a property as text: one text, or a list of what can be written as one.
fn values(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(values) => values
            .iter()
            .filter(|value| !value.is_null())
            .map(text)
            .collect(),
        _ => None,
    }
}

/// Adds a value in the canonical form of its property, or says why it is left out.
pub(super) fn add(subject: &mut Entity, property: &Property, text: &str) -> Result<(), String> {
    match property.kind() {
        PropertyKind::Date => {
            let span =
                DateSpan::parse(text).map_err(|_| format!("a {property} is no date; left out"))?;
            subject.add_date(property.clone(), &span, text);
        }
        PropertyKind::Country => {
            let code = Country::parse(text).map_or(text, |country| country.code());
            subject.add_from(property.clone(), code, text);
        }
        PropertyKind::Gender => {
            let gender = Gender::parse(text).map_or(text, |gender| gender.as_str());
            subject.add_from(property.clone(), gender, text);
        }
        _ => subject.add(property.clone(), text),
    }
    Ok(())
}

/// Where there is no whole name, the parts of one make an alias, as yente's clients see it in the query given back.
pub(super) fn join_name(subject: &mut Entity) {
    let whole = [Property::Name, Property::Alias, Property::PreviousName];
    if whole.iter().any(|property| subject.has(property)) {
        return;
    }
    let parts: Vec<&str> = [
        Property::FirstName,
        Property::SecondName,
        Property::MiddleName,
        Property::FatherName,
        Property::LastName,
    ]
    .iter()
    .filter_map(|property| subject.first(property))
    .collect();
    let name = parts.join(" ");
    subject.add(Property::Alias, &name);
}

/// The subject of a search by text.
pub(super) fn by_name(text: &str, schema: Schema) -> Entity {
    let mut subject = Entity::new("query", schema);
    subject.add(Property::Name, text);
    subject
}

/// The status of each answer within a batch.
pub(super) const DONE: u16 = StatusCode::OK.as_u16();

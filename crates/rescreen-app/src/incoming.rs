//! Subjects as they come over a wire: one FollowTheMoney entity, read in the same way whichever door it comes through.

use std::io;

use rescreen_import::{Input, Sink, Spec};
use rescreen_model::{Entity, EntityId, Entry, Finding, Property, Schema};
use serde_json::{Value, json};

use crate::names_somebody;

/// What was read of a subject.
#[derive(Debug, Clone, Default)]
pub struct ReadSubject {
    /// The id that it says it has.
    pub id: Option<String>,
    /// The subject; `None` where there is nothing to screen by, and the remarks say why.
    pub subject: Option<Entity>,
    /// What of it was not understood.
    pub remarks: Vec<String>,
}

/// Reads a subject from JSON. `place` is what remarks call it, such as `row 7`.
pub fn read_subject(json: &[u8], place: &str) -> ReadSubject {
    match serde_json::from_slice(json) {
        Ok(value) => subject_from(value, place),
        Err(error) => ReadSubject {
            remarks: vec![format!("{place}: not JSON: {error}")],
            ..ReadSubject::default()
        },
    }
}

/// Reads a subject from JSON that is parsed already.
pub fn subject_from(mut value: Value, place: &str) -> ReadSubject {
    let mut read = ReadSubject::default();
    let mut schema = None;
    if let Some(fields) = value.as_object_mut() {
        // A query need not have an id; an answer must.
        read.id = match fields.get("id") {
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        };
        let id = read.id.as_deref().unwrap_or(place);
        fields.insert("id".to_owned(), json!(id));
        // Nor need it say what it is about: then it is read as the widest kind of party and screened as any.
        if let Some(name) = fields.get("schema").and_then(Value::as_str) {
            schema = party_schema(name);
            if schema.is_none() {
                read.remarks.push(format!(
                    "{place}: {}; screened as any kind",
                    not_a_party(name)
                ));
            }
        }
        let read_as = schema
            .filter(|s| !s.spec().is_abstract)
            .unwrap_or(Schema::LegalEntity);
        fields.insert("schema".to_owned(), json!(read_as.name()));
    }
    let mut taken = One::default();
    let input = Input::new(place, io::Cursor::new(value.to_string()));
    match rescreen_import::read(&Spec::FtmJson, vec![input], &mut taken) {
        Ok(_) => read.remarks.extend(taken.remarks),
        Err(error) => read.remarks.push(error.to_string()),
    }
    if let Some(mut subject) = taken.subject {
        subject.schema = schema.unwrap_or(Schema::Thing);
        join_name(&mut subject);
        if names_somebody(&subject) {
            read.subject = Some(subject);
        } else {
            read.remarks
                .push(format!("{place}: neither a name nor a number to screen by"));
        }
    }
    read
}

/// Takes the one entity of a line.
#[derive(Default)]
struct One {
    subject: Option<Entity>,
    remarks: Vec<String>,
}

impl Sink for One {
    fn entry(&mut self, entry: Entry) {
        self.subject = Some(entry.party);
    }

    fn removed(&mut self, _: EntityId) {}

    fn finding(&mut self, finding: Finding) {
        self.remarks.push(finding.to_string());
    }
}

/// First and last name make a name where there is none.
pub fn join_name(subject: &mut Entity) {
    if subject.has(Property::Name) {
        return;
    }
    let parts: Vec<&str> = [
        Property::FirstName,
        Property::MiddleName,
        Property::LastName,
    ]
    .iter()
    .filter_map(|property| subject.first(property))
    .collect();
    let name = parts.join(" ");
    subject.add(Property::Name, &name);
}

/// The kind of party of that name, in any case.
pub fn party_schema(name: &str) -> Option<Schema> {
    let found = Schema::ALL
        .iter()
        .copied()
        .find(|s| s.name().eq_ignore_ascii_case(name));
    found.filter(|s| s.spec().matchable || *s == Schema::Thing)
}

/// Says that a name is no kind of party, and which there are.
pub fn not_a_party(name: &str) -> String {
    let short: String = name.chars().take(60).collect();
    let known: Vec<&str> = Schema::ALL
        .iter()
        .filter(|s| s.spec().matchable)
        .map(|s| s.name())
        .collect();
    format!(
        "'{short}' is not a kind of party: expected {}",
        known.join(", ")
    )
}

//! One row to one entry.

use rescreen_model::{
    ContentHash, Country, DateSpan, Entity, EntityId, Entry, Finding, Gender, Place, Property,
    PropertyKind, Schema, Severity, text,
};

use super::{
    mapping::{Origin, Source},
    plan::{Plan, PlannedProperty, PlannedSource, UnknownSchema},
    table::Row,
};
use crate::{MAX_ID_BYTES, xml::excerpt};

/// The most values that one cell is split into.
const MAX_VALUES: usize = 1000;

/// What became of a row.
pub(super) enum Outcome {
    Entry(Entry, Given),
    /// Left out, with a finding.
    LeftOut,
}

/// Who gave an entry its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    ByList,
    /// It is a hash of the row's values.
    ByUs,
}

/// Reads a row; what it notices it adds to `findings`.
pub(super) fn read(
    plan: &Plan<'_>,
    row: &Row,
    place: &Place,
    findings: &mut Vec<Finding>,
) -> Outcome {
    let stated = plan.id(row);
    let place = match &stated {
        Some(id) if !id.is_empty() => place.clone().record(excerpt(id)),
        _ => place.clone(),
    };
    let mut left_out = |code, field: Option<&str>, message| {
        findings.push(Finding {
            code,
            severity: Severity::Loss,
            place: Place {
                field: field.map(excerpt),
                ..place.clone()
            },
            message,
        });
        Outcome::LeftOut
    };
    if let Some(id) = &stated
        && !(1..=MAX_ID_BYTES).contains(&id.len())
    {
        let message = match id.len() {
            0 => "expected an id, found an empty cell; left out".to_owned(),
            len => format!("expected an id of at most {MAX_ID_BYTES} bytes, found {len}; left out"),
        };
        return left_out("record-without-id", Some("id"), message);
    }
    let schema = match plan.schema(row) {
        Ok(schema) => schema,
        Err(UnknownSchema { column, cell }) => {
            let message = format!(
                "expected a value that the mapping gives a schema, found '{}'; left out",
                excerpt(&cell)
            );
            return left_out("schema-unknown", Some(column), message);
        }
    };
    let mut reading = Reading {
        plan,
        row,
        place: place.clone(),
        notes: Vec::new(),
        findings,
        has_cells: false,
    };
    let mut party = Entity::new("", schema);
    let mut sanction = Entity::new("", Schema::Sanction);
    reading.entity(&plan.properties, &mut party);
    if let Some(properties) = &plan.sanction {
        reading.entity(properties, &mut sanction);
    }
    if !reading.has_cells {
        let message = "expected a value in at least one column, found none; left out";
        findings.push(Finding {
            code: "record-empty",
            severity: Severity::Loss,
            place,
            message: message.to_owned(),
        });
        return Outcome::LeftOut;
    }
    reading.check_name(&party);
    for note in std::mem::take(&mut reading.notes) {
        party.add(Property::Notes, &note);
    }
    let (id, given) = match stated {
        Some(id) => (id, Given::ByList),
        None => (derived(&party, &sanction), Given::ByUs),
    };
    party.id = match &plan.mapping.id_prefix {
        Some(prefix) => EntityId::new(&format!("{prefix}-{id}")),
        None => EntityId::new(&id),
    };
    let mut entry = Entry::new(party);
    if plan.sanction.is_some() {
        sanction.id = EntityId::new(&format!("{}-sanction", entry.id()));
        sanction.add(Property::Entity, entry.party.id.as_str());
        entry.parts.push(sanction);
    }
    Outcome::Entry(entry, given)
}

struct Reading<'a> {
    plan: &'a Plan<'a>,
    row: &'a Row,
    place: Place,
    /// What has no property: cells that could not be read.
    notes: Vec<String>,
    findings: &'a mut Vec<Finding>,
    /// Whether any cell had a value; constants say nothing about a row.
    has_cells: bool,
}

impl Reading<'_> {
    fn entity(&mut self, properties: &[PlannedProperty<'_>], entity: &mut Entity) {
        for planned in properties {
            for source in &planned.sources {
                for value in self.values(source) {
                    self.value(planned.property, source, &value, entity);
                }
            }
        }
    }

    /// The texts of a source: its cells joined, or its constant; split, and without those that mean "no value".
    fn values(&mut self, planned: &PlannedSource<'_>) -> Vec<String> {
        let source = planned.source;
        let whole = match &source.origin {
            Origin::Value(value) => value.clone(),
            Origin::Columns { join, .. } => {
                let cells = planned.columns.iter().map(|at| self.row.cell(*at).trim());
                let cells: Vec<&str> = cells.filter(|cell| !self.is_empty(cell)).collect();
                cells.join(join)
            }
        };
        let pieces: Vec<&str> = match &source.split {
            Some(separator) => whole.splitn(MAX_VALUES + 1, separator.as_str()).collect(),
            None => vec![&whole],
        };
        if pieces.len() > MAX_VALUES {
            let expected = format!("at most {MAX_VALUES} values");
            self.keep("cell-overfull", planned, &expected, &whole);
            return Vec::new();
        }
        let values: Vec<String> = pieces
            .into_iter()
            .map(text::canonical)
            .filter(|value| !self.is_empty(value))
            .collect();
        self.has_cells |= !planned.columns.is_empty() && !values.is_empty();
        values
    }

    fn is_empty(&self, value: &str) -> bool {
        let empty = &self.plan.mapping.empty;
        value.is_empty() || empty.iter().any(|e| e.eq_ignore_ascii_case(value))
    }

    fn value(
        &mut self,
        property: &Property,
        planned: &PlannedSource<'_>,
        published: &str,
        entity: &mut Entity,
    ) {
        let value = planned
            .source
            .map
            .get(&published.to_lowercase())
            .map_or(published, String::as_str);
        if !entity.schema.allows(property) {
            let expected = format!("no {property} for a {}", entity.schema);
            self.keep("property-misplaced", planned, &expected, published);
            return;
        }
        match property.kind() {
            PropertyKind::Date => match read_date(planned.source, value) {
                Some(span) => entity.add_date(property.clone(), &span, published),
                None => self.keep("date-unreadable", planned, "a date", published),
            },
            PropertyKind::Country => match Country::parse(value) {
                Some(country) => entity.add_from(property.clone(), country.code(), published),
                None => self.keep("country-unknown", planned, "a country", published),
            },
            PropertyKind::Gender => match Gender::parse(value) {
                Some(gender) => entity.add_from(property.clone(), gender.as_str(), published),
                None => self.keep("gender-unknown", planned, "a gender", published),
            },
            _ => entity.add_from(property.clone(), value, published),
        }
    }

    /// Keeps in the notes what could not be read.
    fn keep(
        &mut self,
        code: &'static str,
        planned: &PlannedSource<'_>,
        expected: &str,
        published: &str,
    ) {
        let names = planned.columns.iter().map(|at| self.plan.column_name(*at));
        let columns = excerpt(&names.collect::<Vec<_>>().join(" + "));
        self.notes.push(format!("{columns}: {published}"));
        self.findings.push(Finding {
            code,
            severity: Severity::Warning,
            place: self.place.clone().field(columns),
            message: format!(
                "expected {expected}, found '{}'; kept in the notes",
                excerpt(published)
            ),
        });
    }

    fn check_name(&mut self, party: &Entity) {
        let mut mapped = self.plan.properties.iter();
        if mapped.any(|p| *p.property == Property::Name) && !party.has(Property::Name) {
            self.findings.push(Finding {
                code: "name-missing",
                severity: Severity::Warning,
                place: self.place.clone().field("name"),
                message: "expected a name, found none; only what else is mapped can match"
                    .to_owned(),
            });
        }
    }
}

/// Reads a date by the declared forms, then as ISO or EDTF.
fn read_date(source: &Source, value: &str) -> Option<DateSpan> {
    source
        .formats
        .iter()
        .find_map(|format| format.read(value))
        .map(DateSpan::at)
        .or_else(|| DateSpan::parse(value).ok())
}

/// An id from what a row says, in whatever order its columns stand.
fn derived(party: &Entity, sanction: &Entity) -> String {
    let mut facts: Vec<String> = Vec::new();
    for entity in [party, sanction] {
        for (property, values) in entity.properties() {
            for value in values {
                let schema = entity.schema.name();
                facts.push(format!(
                    "{schema}\u{1f}{property}\u{1f}{}\u{1e}",
                    value.as_str()
                ));
            }
        }
    }
    facts.sort_unstable();
    let hash = ContentHash::of_bytes(facts.concat().as_bytes()).to_string();
    hash[..16].to_owned()
}

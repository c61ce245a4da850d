//! People in a file: some who are listed, or some who are not.

use std::io::Read;

use rescreen_model::{Country, DateSpan, Entity, Gender, Property, Schema};

use crate::{
    TableError, culture, script_name,
    table::{Column, Row, Table},
};

/// A person to screen, and whom of the list the person is, where the file says so.
#[derive(Debug, Clone)]
pub struct Person {
    /// The line in the file.
    pub line: u64,
    /// What the file says.
    pub subject: Entity,
    /// Only the names of it.
    pub name_only: Entity,
    /// The ids of the listed parties that are right, with or without the list's prefix.
    pub expected: Vec<String>,
    /// An id that may be the listed party's, or mean something else.
    pub own_id: Option<String>,
    /// A name under which the right party is listed.
    pub listed_name: Option<String>,
    /// What of the row could not be read and was left out.
    pub remarks: Vec<String>,
}

impl Person {
    /// The script of the first name.
    pub fn script(&self) -> &'static str {
        script_name(self.subject.caption())
    }

    /// The group of names by nationality, `unknown` where the file does not say one that is in a group.
    pub fn culture(&self) -> &'static str {
        culture::of_person(&self.subject).unwrap_or("unknown")
    }
}

/// Columns that hold a property, with the headers they may have.
const COLUMNS: &[(Property, &[&str])] = &[
    (Property::Name, &["full_name", "name", "caption"]),
    (Property::Alias, &["alias", "aliases", "aka"]),
    (
        Property::BirthDate,
        &["date_of_birth", "birth_date", "birthdate", "dob"],
    ),
    (Property::Nationality, &["nationality", "citizenship"]),
    (Property::Country, &["country"]),
    (Property::Gender, &["gender", "sex"]),
    (Property::PassportNumber, &["passport", "passport_number"]),
    (Property::IdNumber, &["id_number", "national_id"]),
];
const FIRST: &[&str] = &["first_name", "given_name"];
const MIDDLE: &[&str] = &["middle_name"];
const LAST: &[&str] = &["last_name", "family_name", "surname"];
const SCHEMA: &[&str] = &["schema"];
const EXPECTED: &[&str] = &[
    "expected_id",
    "expected_ids",
    "entity_id",
    "entity_ids",
    "expected",
    "listed_id",
    "list_id",
    "target_id",
];
/// May be an id of the list, or the number of the row in somebody's file.
const OWN_ID: &[&str] = &["id", "external_id"];
const LISTED_NAME: &[&str] = &["listed_name", "expected_name", "untreated_full_name"];

/// The persons of a file, and its columns that were not used.
#[derive(Debug)]
pub struct Persons {
    /// One a row.
    pub rows: Vec<Person>,
    /// Columns that mean nothing here.
    pub unused: Vec<String>,
}

/// Reads persons. A name is needed (`full_name`, `name`, or `first_name` and `last_name`); aliases and expected ids may
/// be several with `;` between. All cells are taken for what they say; what cannot be read becomes a remark.
///
/// # Errors
/// [`TableError`] where no column names anybody or a schema cannot be read.
pub fn read(file: &str, bytes: impl Read) -> Result<Persons, TableError> {
    let table = Table::open(file, bytes)?;
    let columns: Vec<(&Property, Column)> = COLUMNS
        .iter()
        .filter_map(|(property, names)| Some((property, table.find(names)?)))
        .collect();
    let parts: Vec<Column> = [FIRST, MIDDLE, LAST]
        .iter()
        .filter_map(|names| table.find(names))
        .collect();
    let is_named = columns
        .iter()
        .any(|(property, _)| **property == Property::Name);
    if !is_named && table.find(LAST).is_none() {
        let names: Vec<&str> = COLUMNS[0].1.iter().chain(LAST).copied().collect();
        table.require(&names)?;
    }
    let schema = table.find(SCHEMA);
    let expected = table.find(EXPECTED);
    let own_id = table.find(OWN_ID);
    let listed_name = table.find(LISTED_NAME);
    let used: Vec<&str> = COLUMNS
        .iter()
        .flat_map(|(_, names)| names.iter())
        .chain(
            [FIRST, MIDDLE, LAST, SCHEMA, EXPECTED, OWN_ID, LISTED_NAME]
                .into_iter()
                .flatten(),
        )
        .copied()
        .collect();
    let unused = table.others(&used);
    let rows = table.rows(|row| {
        let schema = match row.cell(schema) {
            "" => Schema::Person,
            name => Schema::named(name).ok_or_else(|| {
                row.refuse("schema", "a FollowTheMoney schema such as Person", name)
            })?,
        };
        let mut subject = Entity::new(format!("{file}:{}", row.line()).as_str(), schema);
        let mut remarks = Vec::new();
        for (property, column) in &columns {
            for value in values(property, row.cell(*column)) {
                add(&mut subject, property, value, &mut remarks);
            }
        }
        if !subject.has(Property::Name) {
            subject.add(Property::Name, &joined(&row, &parts));
        }
        Ok(Person {
            line: row.line(),
            name_only: names_of(&subject),
            subject,
            expected: row
                .cell(expected)
                .split([';', '|', ' '])
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect(),
            own_id: filled(row.cell(own_id)),
            listed_name: filled(row.cell(listed_name)),
            remarks,
        })
    })?;
    Ok(Persons { rows, unused })
}

fn filled(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.to_owned())
}

/// Aliases may be several in a cell; a name or a date is one, whatever it holds.
fn values<'a>(property: &Property, cell: &'a str) -> Vec<&'a str> {
    let several = matches!(
        property,
        Property::Alias | Property::Nationality | Property::Country
    );
    let values = if several {
        cell.split(';').collect()
    } else {
        vec![cell]
    };
    values
        .into_iter()
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .collect()
}

fn joined(row: &Row<'_>, parts: &[Column]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .map(|column| row.cell(*column))
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

fn add(subject: &mut Entity, property: &Property, value: &str, remarks: &mut Vec<String>) {
    let mut refuse = |what: &str| {
        let value: String = value.chars().take(60).collect();
        remarks.push(format!("'{value}' is no {what} and was left out"));
    };
    match property {
        Property::BirthDate => match DateSpan::parse(value) {
            Ok(span) => subject.add_date(Property::BirthDate, &span, value),
            Err(_) => refuse("date"),
        },
        Property::Nationality | Property::Country => match Country::parse(value) {
            Some(country) => subject.add_from(property.clone(), country.code(), value),
            None => refuse("country"),
        },
        Property::Gender => match Gender::parse(value) {
            Some(gender) => subject.add(Property::Gender, gender.as_str()),
            None => refuse("gender"),
        },
        _ => subject.add(property.clone(), value),
    }
}

fn names_of(subject: &Entity) -> Entity {
    let mut only = Entity::new(subject.id.clone(), subject.schema);
    for property in [Property::Name, Property::Alias] {
        for name in subject.texts(&property) {
            only.add(property.clone(), name);
        }
    }
    only
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_several_sources_are_understood() {
        let text = "\u{feff}full_name,date_of_birth,nationality,gender,expected_id,place_of_birth
Ana Kovač,1980-02-03,Croatia,female,x-1;x-2,Split
,1980,hr,,,
";
        let persons = read("p.csv", text.as_bytes()).unwrap();
        assert_eq!(persons.unused, ["place_of_birth"]);
        let [ana, nobody] = persons.rows.as_slice() else {
            panic!("two rows")
        };
        assert_eq!(ana.expected, ["x-1", "x-2"]);
        assert_eq!(ana.subject.first(Property::Nationality), Some("hr"));
        assert_eq!(ana.culture(), "Balkans");
        assert!(!ana.name_only.has(Property::BirthDate));
        assert!(!nobody.subject.has(Property::Name));

        let split = "first_name,last_name,dob\nAna,Kovač,soon\n";
        let persons = read("p.csv", split.as_bytes()).unwrap();
        assert_eq!(persons.rows[0].subject.caption(), "Ana Kovač");
        assert_eq!(
            persons.rows[0].remarks,
            ["'soon' is no date and was left out"]
        );
    }

    #[test]
    fn a_file_that_names_nobody_is_refused() {
        let error = read("p.csv", "colour\nred\n".as_bytes()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "p.csv:1: expected a column 'full_name' or 'name' or 'caption' or 'last_name' or 'family_name' or 'surname', \
             found 'colour'"
        );
    }
}

//! The only normaliser: one party, listed or screened, made ready for comparison.
//!
//! Both sides of every comparison pass through [`prepare`], so a spelling cannot be read one way on a list and
//! another way in a register. The result holds no reference to its source and depends on nothing but the entity and
//! the tables of this build ([`PREPARE_BUILD`], [`TABLES`]).
//!
//! A name goes through these steps: compatibility composition; words by script; letters to ASCII by the table of the
//! script; placeholders out; legal forms to their class; names that are one name in several words to one spelling
//! (`Abd al-Rahman`, `Abdurrahman`); particles out, leaving a mark on the word behind; and for every word that is left
//! its [`Form`]s, its [`Roles`], its spelling classes and its rarity from the committed table. Time and memory are
//! bounded for any input: what lies beyond the bounds is left out with a [`Remark`].

#![deny(clippy::disallowed_methods)]

mod fold;
mod form;
mod lexicon;
mod name;
mod prepared;
mod role;
mod script;
#[cfg(test)]
mod tests;

pub use form::{Form, MAX_CONSONANTS, class, gap, hash_letters};
pub use lexicon::{FIRST_NICKNAME_GROUP, Groups, TABLES};
pub use name::MAX_TOKENS;
pub use prepared::{BirthDate, Join, Kind, Name, Prepared, Quality, Remark, Token};
pub use role::Roles;
pub use script::Script;

use prepared::beginning;
use rescreen_model::{
    DateSpan, Entity, Property,
    identifier::{Identifier, IdentifierKind},
};

/// The version of this crate's code and tables; it changes whenever a prepared form may change.
pub const PREPARE_BUILD: &str = "prepare-1";

/// Names of one party that are compared; further ones are left out with a remark.
const MAX_NAMES: usize = 200;

/// Makes a party ready for comparison; the same code serves listed parties and subjects.
pub fn prepare(entity: &Entity) -> Prepared {
    let kind = Kind::of(entity.schema);
    let mut remarks = Vec::new();
    let names = names(entity, kind, &mut remarks);
    let birth_dates = birth_dates(entity, &mut remarks);
    let identifiers = identifiers(entity, &mut remarks);
    let mut countries: Vec<_> = [
        Property::Nationality,
        Property::Citizenship,
        Property::Jurisdiction,
    ]
    .into_iter()
    .flat_map(|p| entity.countries(p))
    .collect();
    countries.sort_unstable();
    countries.dedup();
    Prepared {
        kind,
        schema: entity.schema,
        names,
        birth_dates,
        genders: entity.genders().collect(),
        countries,
        identifiers,
        remarks,
    }
}

fn names(entity: &Entity, kind: Kind, remarks: &mut Vec<Remark>) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let mut left_out = 0;
    let mut add = |text: &str, quality, remarks: &mut Vec<Remark>| {
        if names.len() >= MAX_NAMES {
            left_out += 1;
        } else if let Some(name) = name::read(text, quality, kind, remarks)
            && !names.iter().any(|n| n.text == name.text)
        {
            names.push(name);
        }
    };
    for (property, quality) in [
        (Property::Name, Quality::Strong),
        (Property::Alias, Quality::Strong),
        (Property::PreviousName, Quality::Strong),
        (Property::WeakAlias, Quality::Weak),
        (Property::Abbreviation, Quality::Weak),
    ] {
        for text in entity.texts(property) {
            add(text, quality, remarks);
        }
    }
    // A record may state the parts of the name and not the whole.
    if !entity.has(Property::Name) && entity.has(Property::LastName) {
        let parts: Vec<&str> = [
            Property::FirstName,
            Property::SecondName,
            Property::MiddleName,
            Property::FatherName,
            Property::LastName,
        ]
        .into_iter()
        .filter_map(|p| entity.first(p))
        .collect();
        add(&parts.join(" "), Quality::Strong, remarks);
    }
    if left_out > 0 {
        remarks.push(Remark::TooManyNames { left_out });
    }
    names
}

fn birth_dates(entity: &Entity, remarks: &mut Vec<Remark>) -> Vec<BirthDate> {
    let mut dates = Vec::new();
    for text in entity.texts(Property::BirthDate) {
        let Ok(span) = DateSpan::parse(text) else {
            remarks.push(Remark::NoDate {
                value: beginning(text),
            });
            continue;
        };
        let day = span.from();
        let first_of_january =
            !span.is_range() && day.get_month() == Some(1) && day.get_day() == Some(1);
        // Systems that cannot leave a date empty write the first day they know.
        let is_placeholder = day.get_year() < 1850
            || day.get_year() == 9999
            || (first_of_january && matches!(day.get_year(), 1900 | 1901 | 1970));
        if is_placeholder {
            remarks.push(Remark::Placeholder {
                property: Property::BirthDate.name().to_owned(),
                value: beginning(text),
            });
            continue;
        }
        if first_of_january {
            remarks.push(Remark::YearOnly {
                value: beginning(text),
            });
        }
        dates.push(BirthDate {
            span,
            year_only: first_of_january,
        });
    }
    dates
}

fn identifiers(entity: &Entity, remarks: &mut Vec<Remark>) -> Vec<Identifier> {
    let mut identifiers = Vec::new();
    for (property, values) in entity.properties() {
        let Some(kind) = IdentifierKind::of(property) else {
            continue;
        };
        for value in values {
            match Identifier::parse(kind, value.as_str()) {
                Some(identifier) => identifiers.push(identifier),
                None => remarks.push(Remark::Placeholder {
                    property: property.name().to_owned(),
                    value: beginning(value.as_str()),
                }),
            }
        }
    }
    identifiers.sort_unstable();
    identifiers.dedup();
    identifiers
}

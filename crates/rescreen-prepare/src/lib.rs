//! The only normaliser: one party, listed or screened, made ready for comparison.
//!
//! Both sides of every comparison pass through [`prepare`], so a spelling cannot be read one way on a list and
//! another way in a register. The result holds no reference to its source and depends on nothing but the entity and
//! the code and the tables of this build ([`SOURCES`], [`TABLES`]).
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
pub use lexicon::{FIRST_NICKNAME_GROUP, FIRST_SHORT_GROUP, Groups, TABLES};
pub use name::{MAX_JOINED, MAX_TOKENS};
pub use prepared::{BirthDate, Join, Kind, Name, Prepared, Quality, Remark, Token};
pub use role::Roles;
pub use script::Script;

use prepared::beginning;
use rescreen_model::{
    Country, DateSpan, Entity, Property, Value,
    identifier::{Identifier, IdentifierKind},
};

/// The source of this crate, by file. It is part of the matcher's build: whoever changes a rule changes the build, whether or
/// not they think of it.
pub const SOURCES: &[(&str, &str)] = &[
    ("fold.rs", include_str!("fold.rs")),
    ("fold/abjad.rs", include_str!("fold/abjad.rs")),
    ("fold/alphabets.rs", include_str!("fold/alphabets.rs")),
    ("fold/cyrillic.rs", include_str!("fold/cyrillic.rs")),
    ("fold/hangul.rs", include_str!("fold/hangul.rs")),
    ("fold/indic.rs", include_str!("fold/indic.rs")),
    ("fold/latin.rs", include_str!("fold/latin.rs")),
    ("form.rs", include_str!("form.rs")),
    ("lexicon.rs", include_str!("lexicon.rs")),
    ("lib.rs", include_str!("lib.rs")),
    ("name.rs", include_str!("name.rs")),
    ("name/arabic.rs", include_str!("name/arabic.rs")),
    ("name/cantonese.rs", include_str!("name/cantonese.rs")),
    ("name/craft.rs", include_str!("name/craft.rs")),
    ("name/han.rs", include_str!("name/han.rs")),
    ("name/korean.rs", include_str!("name/korean.rs")),
    ("name/number.rs", include_str!("name/number.rs")),
    ("name/palladius.rs", include_str!("name/palladius.rs")),
    ("name/parts.rs", include_str!("name/parts.rs")),
    ("name/wade_giles.rs", include_str!("name/wade_giles.rs")),
    ("name/words.rs", include_str!("name/words.rs")),
    ("prepared.rs", include_str!("prepared.rs")),
    ("role.rs", include_str!("role.rs")),
    ("script.rs", include_str!("script.rs")),
];

/// Names of one party that are compared; further ones are left out with a remark.
const MAX_NAMES: usize = 200;

/// Makes a party ready for comparison; the same code serves listed parties and subjects.
pub fn prepare(entity: &Entity) -> Prepared {
    let kind = Kind::of(entity.schema);
    let mut prepared = Prepared {
        kind,
        schema: entity.schema,
        names: Vec::new(),
        birth_dates: Vec::new(),
        genders: Vec::new(),
        countries: Vec::new(),
        identifiers: Vec::new(),
        remarks: Vec::new(),
    };
    let mut naming = Naming::default();
    for (property, values) in entity.properties() {
        match property {
            Property::Name => naming.names = values,
            Property::Alias => naming.aliases = values,
            Property::PreviousName => naming.previous = values,
            Property::WeakAlias => naming.weak = values,
            Property::Abbreviation => naming.abbreviations = values,
            Property::LastName => naming.last_name = true,
            Property::BirthDate => birth_dates(values, &mut prepared),
            Property::Gender => prepared.genders.extend(entity.genders()),
            Property::Nationality | Property::Citizenship | Property::Jurisdiction => {
                let countries = values.iter().filter_map(|v| Country::from_code(v.as_str()));
                prepared.countries.extend(countries);
            }
            _ => {
                if let Some(kind) = IdentifierKind::of(property) {
                    identifiers(property, kind, values, &mut prepared);
                }
            }
        }
    }
    prepared.countries.sort_unstable();
    prepared.countries.dedup();
    prepared.identifiers.sort_unstable();
    prepared.identifiers.dedup();
    naming.read(entity, &mut prepared);
    prepared
}

/// The properties that hold names.
#[derive(Default)]
struct Naming<'a> {
    names: &'a [Value],
    aliases: &'a [Value],
    previous: &'a [Value],
    weak: &'a [Value],
    abbreviations: &'a [Value],
    last_name: bool,
}

impl Naming<'_> {
    /// Reads all names, the best first.
    fn read(&self, entity: &Entity, prepared: &mut Prepared) {
        let strong = [self.names, self.aliases, self.previous];
        let weak = [self.weak, self.abbreviations];
        let mut left_out = 0;
        let mut add = |text: &str, quality: Quality| {
            if prepared.names.len() >= MAX_NAMES {
                left_out += 1;
            } else if let Some(name) =
                name::read(text, quality, prepared.kind, &mut prepared.remarks)
                && !prepared.names.iter().any(|n| n.text == name.text)
            {
                prepared.names.push(name);
            }
        };
        for value in strong.into_iter().flatten() {
            add(value.as_str(), Quality::Strong);
        }
        for value in weak.into_iter().flatten() {
            add(value.as_str(), Quality::Weak);
        }
        // A record may state the parts of the name and not the whole.
        if self.names.is_empty() && self.last_name {
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
            add(&parts.join(" "), Quality::Strong);
        }
        if left_out > 0 {
            prepared.remarks.push(Remark::TooManyNames { left_out });
        }
    }
}

fn birth_dates(values: &[Value], prepared: &mut Prepared) {
    for text in values.iter().map(Value::as_str) {
        let Ok(span) = DateSpan::parse(text) else {
            prepared.remarks.push(Remark::NoDate {
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
            prepared.remarks.push(Remark::Placeholder {
                property: Property::BirthDate.name().to_owned(),
                value: beginning(text),
            });
            continue;
        }
        if first_of_january {
            prepared.remarks.push(Remark::YearOnly {
                value: beginning(text),
            });
        }
        prepared.birth_dates.push(BirthDate {
            span,
            year_only: first_of_january,
        });
    }
}

fn identifiers(
    property: &Property,
    kind: IdentifierKind,
    values: &[Value],
    prepared: &mut Prepared,
) {
    for text in values.iter().map(Value::as_str) {
        match Identifier::parse(kind, text) {
            Some(identifier) => prepared.identifiers.push(identifier),
            None => prepared.remarks.push(Remark::Placeholder {
                property: property.name().to_owned(),
                value: beginning(text),
            }),
        }
    }
}

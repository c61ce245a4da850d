//! The only normaliser: one party, listed or screened, made ready for comparison.
//!
//! Both sides of every comparison pass through [`prepare`], so a spelling cannot be read one way on a list and
//! another way in a register. The result holds no reference to its source and depends on nothing but the entity and
//! the tables of this build ([`PREPARE_BUILD`]).

#![deny(clippy::disallowed_methods)]

mod prepared;

pub use prepared::{Kind, Name, Prepared, Quality, Remark, Token};

use rescreen_model::{Entity, Property};

/// The version of this crate's code and tables; it changes whenever a prepared form may change.
pub const PREPARE_BUILD: &str = "prepare-1";

/// Makes a party ready for comparison; the same code serves listed parties and subjects.
pub fn prepare(entity: &Entity) -> Prepared {
    let mut names = Vec::new();
    for (property, quality) in [
        (Property::Name, Quality::Strong),
        (Property::Alias, Quality::Strong),
        (Property::PreviousName, Quality::Strong),
        (Property::WeakAlias, Quality::Weak),
    ] {
        for text in entity.texts(property) {
            names.push(Name::new(text, quality));
        }
    }
    Prepared {
        kind: Kind::of(entity.schema),
        schema: entity.schema,
        names,
        birth_dates: entity.dates(Property::BirthDate).collect(),
        genders: entity.genders().collect(),
        countries: entity.countries(Property::Nationality).collect(),
        identifiers: Vec::new(),
        remarks: Vec::new(),
    }
}

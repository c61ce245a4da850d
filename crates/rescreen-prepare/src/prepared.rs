//! The prepared form of a party.

use std::fmt;

use rescreen_model::{Country, DateSpan, Gender, Schema, identifier::Identifier};

/// A party ready for comparison.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The path by which its names are read.
    pub kind: Kind,
    /// The schema it came with.
    pub schema: Schema,
    /// Its names, best first.
    pub names: Vec<Name>,
    /// Its birth dates, without placeholders.
    pub birth_dates: Vec<DateSpan>,
    /// Its genders as stated.
    pub genders: Vec<Gender>,
    /// Its nationalities and citizenships.
    pub countries: Vec<Country>,
    /// Its identifiers, without placeholders.
    pub identifiers: Vec<Identifier>,
    /// What was left out of the comparison, and why.
    pub remarks: Vec<Remark>,
}

/// How names of a party are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person.
    Person,
    /// A company, authority or other body.
    Organisation,
    /// A ship.
    Vessel,
    /// An aircraft.
    Aircraft,
    /// A party whose kind the source does not state, or any other thing.
    Other,
}

impl Kind {
    /// The path of a schema.
    pub fn of(schema: Schema) -> Self {
        if schema.is_a(Schema::Person) {
            Self::Person
        } else if schema.is_a(Schema::Organization) {
            Self::Organisation
        } else if schema.is_a(Schema::Vessel) {
            Self::Vessel
        } else if schema.is_a(Schema::Airplane) {
            Self::Aircraft
        } else {
            Self::Other
        }
    }
}

/// How much a name is worth by the publisher's own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quality {
    /// A name or a good alias.
    Strong,
    /// A weak alias: it counts only in full.
    Weak,
}

/// A name in comparable form.
#[derive(Debug, Clone)]
pub struct Name {
    /// The name as published, in compatibility composition.
    pub text: String,
    /// What the publisher says of it.
    pub quality: Quality,
    /// Its parts in order.
    pub tokens: Vec<Token>,
}

/// One part of a name.
#[derive(Debug, Clone)]
pub struct Token {
    /// The letters in lower-case ASCII.
    pub fold: String,
}

impl Name {
    pub(crate) fn new(text: &str, quality: Quality) -> Self {
        let ascii = any_ascii::any_ascii(text).to_lowercase();
        let tokens = ascii
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|t| !t.is_empty())
            .take(24)
            .map(|t| Token { fold: t.to_owned() })
            .collect();
        Self {
            text: text.to_owned(),
            quality,
            tokens,
        }
    }
}

/// Something that was left out of the comparison. It carries no evidence, and the answer says so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// A value that stands for "not known".
    Placeholder {
        /// The FollowTheMoney name of the property.
        property: &'static str,
        /// The value as it came.
        value: String,
    },
    /// A name that has more parts or letters than are compared.
    Truncated {
        /// The beginning of the name.
        name: String,
    },
    /// A name without a single letter or digit.
    NoLetters {
        /// The beginning of the name.
        name: String,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placeholder { property, value } => write!(
                f,
                "{property} '{value}' stands for 'not known' and was not compared"
            ),
            Self::Truncated { name } => {
                write!(f, "the name '{name}…' was compared by its beginning only")
            }
            Self::NoLetters { name } => {
                write!(f, "the name '{name}' has no letters and was not compared")
            }
        }
    }
}

//! The prepared form of a party.

use std::fmt;

use rescreen_model::{Country, DateSpan, Gender, Schema, identifier::Identifier};
use smallvec::SmallVec;

use crate::{Form, Groups, Roles};

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
    pub birth_dates: Vec<BirthDate>,
    /// Its genders as stated.
    pub genders: Vec<Gender>,
    /// Its nationalities and citizenships; for an organisation, its jurisdictions; for a ship, nothing, because
    /// flags change.
    pub countries: Vec<Country>,
    /// Its identifiers, without placeholders.
    pub identifiers: Vec<Identifier>,
    /// What was left out of the comparison, and why.
    pub remarks: Vec<Remark>,
}

/// How names of a party are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// A weak alias or an abbreviation: it counts only in full.
    Weak,
}

/// A name in comparable form.
///
/// Invariant: at most [`MAX_TOKENS`](crate::MAX_TOKENS) tokens.
#[derive(Debug, Clone)]
pub struct Name {
    /// The name as published, in compatibility composition.
    pub text: String,
    /// What the publisher says of it.
    pub quality: Quality,
    /// Its parts in order, without particles.
    pub tokens: Vec<Token>,
    /// Neighbouring parts written as one, for names that the other side writes together or by their initials.
    pub joins: Vec<Join>,
}

impl Name {
    /// A name of parts that were read before from a name of a party of that kind. It compares as that name does, had its
    /// publisher called it a strong one; it has no text.
    pub fn of_parts(parts: Vec<Token>, kind: Kind) -> Self {
        crate::name::of_parts(parts, kind)
    }

    /// The text of a token as it was published.
    pub fn source(&self, token: &Token) -> &str {
        self.text
            .get(token.start as usize..token.end as usize)
            .unwrap_or_default()
    }
}

/// One part of a name.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its spelling, and other readings of it; never empty.
    pub forms: SmallVec<[Form; 1]>,
    /// Classes of spellings and short forms it belongs to.
    pub groups: Groups,
    /// What it does in the name.
    pub roles: Roles,
    /// How rare it is among names of its kind, hundredths of a bit.
    pub weight: u16,
    /// Whether the frequency table knows it, so that another spelling is rather another name than a slip.
    pub known: bool,
    /// Hash of the characters, where each stands for a syllable or a word (Han, Hangul); zero elsewhere.
    pub characters: u64,
    /// Where it begins in the name's text, in bytes.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

impl Token {
    /// The first spelling.
    #[inline]
    pub fn form(&self) -> &Form {
        &self.forms[0]
    }
}

/// Neighbouring parts of a name, written as one.
#[derive(Debug, Clone)]
pub struct Join {
    /// The place of the first part.
    pub first: u8,
    /// How many parts: two, or all that an acronym stands for.
    pub count: u8,
    /// Whether only the same spelling counts: readings of characters, and initials.
    pub exact: bool,
    /// The spelling of all together.
    pub form: Form,
}

impl Join {
    /// The places of its parts.
    pub fn parts(&self) -> std::ops::Range<usize> {
        let first = usize::from(self.first);
        first..first + usize::from(self.count)
    }

    /// Whether it is the initials of its parts.
    pub fn is_acronym(&self) -> bool {
        self.count > 2
    }
}

/// A birth date with what its own shape says about its worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BirthDate {
    /// The date as stated.
    pub span: DateSpan,
    /// Whether only its year is to be believed: registers write 1 January where the day is not known.
    pub year_only: bool,
}

/// Something that was left out of the comparison. It carries no evidence, and the answer says so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// A value that stands for "not known".
    Placeholder {
        /// The FollowTheMoney name of the property.
        property: String,
        /// The beginning of the value as it came.
        value: String,
    },
    /// A day that registers write where only the year is known.
    YearOnly {
        /// The date as it came.
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
    /// More names than are compared.
    TooManyNames {
        /// How many were left out.
        left_out: usize,
    },
    /// A value that is not a date.
    NoDate {
        /// The beginning of the value as it came.
        value: String,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placeholder { property, value } => write!(
                f,
                "{property} '{value}' stands for 'not known' and was not compared"
            ),
            Self::YearOnly { value } => {
                write!(f, "birthDate '{value}' was compared by its year only")
            }
            Self::Truncated { name } => {
                write!(f, "the name '{name}…' was compared by its beginning only")
            }
            Self::NoLetters { name } => {
                write!(f, "the name '{name}' has no letters and was not compared")
            }
            Self::TooManyNames { left_out } => {
                write!(f, "{left_out} names beyond the limit were not compared")
            }
            Self::NoDate { value } => {
                write!(f, "birthDate '{value}' is not a date and was not compared")
            }
        }
    }
}

/// Keeps a remark readable when the value is a page of text.
pub(crate) fn beginning(text: &str) -> String {
    text.chars().take(40).collect()
}

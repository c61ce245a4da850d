//! What a comparison found.

use std::borrow::Cow;

use crate::{Bits, Score};

/// The outcome of one comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The fold of the evidence.
    pub score: Score,
    /// Where the policy puts the score.
    pub tier: Tier,
    /// Every line that went into the score, and lines of no weight that a reader needs.
    pub evidence: Vec<Evidence>,
}

/// What a policy makes of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Under the review threshold.
    Below,
    /// To be looked at.
    Review,
    /// Strong; still a question put to a person, never a verdict.
    Match,
}

impl Tier {
    /// The word for it in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Review => "review",
            Self::Match => "match",
        }
    }
}

/// One line of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What was compared.
    pub feature: Feature,
    /// The subject's side, empty where it has none.
    pub query: String,
    /// The listed party's side, empty where it has none.
    pub candidate: String,
    /// The weight: positive speaks for the same party, negative against.
    pub bits: Bits,
    /// How the two sides relate, in words.
    pub note: Option<Cow<'static, str>>,
}

/// What a line of evidence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// A part of the name that both have.
    NamePart,
    /// What the spelling of an agreeing part leaves in doubt.
    Spelling,
    /// A part of the name of which each side has another.
    NameSubstituted,
    /// A part of the name that one side lacks.
    NameOmitted,
    /// What agrees is shared by many.
    NameCommon,
    /// The order of the parts.
    NameOrder,
    /// The publisher calls the alias weak.
    WeakAlias,
    /// The whole name, spelled almost alike.
    TypoFloor,
    /// A number in the name.
    Numeral,
    /// The legal form.
    LegalForm,
    /// The date of birth.
    BirthDate,
    /// The gender, which only ever weakens.
    Gender,
    /// The nationality, which only ever weakens.
    Nationality,
    /// A number or code that a register or authority issued.
    Identifier,
    /// The kinds of the two parties.
    Schema,
}

impl Feature {
    /// The stable word for it in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NamePart => "name",
            Self::Spelling => "spelling",
            Self::NameSubstituted => "name-substituted",
            Self::NameOmitted => "name-omitted",
            Self::NameCommon => "name-common",
            Self::NameOrder => "name-order",
            Self::WeakAlias => "weak-alias",
            Self::TypoFloor => "typo-floor",
            Self::Numeral => "numeral",
            Self::LegalForm => "legal-form",
            Self::BirthDate => "birth-date",
            Self::Gender => "gender",
            Self::Nationality => "nationality",
            Self::Identifier => "identifier",
            Self::Schema => "schema",
        }
    }
}

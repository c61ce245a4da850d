//! Identifiers by type, with the checksum where the type has one.

use crate::Property;

/// The type of an identifier, which decides how it is written and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// IMO ship or company number (IMO resolution A.1117(30)).
    Imo,
    /// Legal Entity Identifier (ISO 17442).
    Lei,
    /// International Securities Identification Number (ISO 6166).
    Isin,
    /// International Bank Account Number (ISO 13616).
    Iban,
    /// Russian taxpayer number, 10 or 12 digits.
    Inn,
    /// Russian state registration number, 13 or 15 digits.
    Ogrn,
    /// Business Identifier Code (ISO 9362): shape only, it has no check digit.
    Bic,
    /// Passport number.
    Passport,
    /// National identity number of a person.
    NationalId,
    /// Tax number.
    Tax,
    /// Register number of an organisation.
    Registration,
    /// Maritime Mobile Service Identity.
    Mmsi,
    /// Address of a cryptocurrency wallet: case matters.
    Wallet,
    /// Anything else.
    Other,
}

/// What is known about an identifier's correctness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The type has a check digit and it holds.
    Valid,
    /// The type has a check digit or a fixed shape and it does not hold.
    Invalid,
    /// The type has none.
    Unchecked,
}

/// An identifier in comparable form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// Its type.
    pub kind: IdentifierKind,
    /// Letters and digits in one form.
    pub number: String,
    /// Whether it can be right.
    pub check: Check,
}

impl IdentifierKind {
    /// The type of a property's values, `None` for a property that holds no identifier.
    pub fn of(property: &Property) -> Option<Self> {
        match property {
            Property::ImoNumber => Some(Self::Imo),
            _ => None,
        }
    }
}

impl Identifier {
    /// Brings an identifier into comparable form; `None` where it is empty or a placeholder (`0000000`, `N/A`), which
    /// identifies nobody.
    pub fn parse(kind: IdentifierKind, text: &str) -> Option<Self> {
        let number: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        (!number.is_empty()).then_some(Self {
            kind,
            number,
            check: Check::Unchecked,
        })
    }
}

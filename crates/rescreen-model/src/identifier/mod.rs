//! Identifiers by type, in comparable form, with the checksum where the type has one.
//!
//! The schemes and the documents that define them are named at each [`IdentifierKind`] and in the module of checks.
//! [`Identifier::parse`] is the only way by which a number becomes comparable, for lists and for subjects alike.

mod checks;
#[cfg(test)]
mod tests;
mod text;

pub use checks::{Td3, mrz_check_digit};

use crate::Property;

/// Where in the world two equal numbers of a type mean one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everywhere: the scheme never gives one number to two parties at a time.
    World,
    /// Within the country that issued it: two authorities count independently.
    Country,
    /// Nowhere: numbers are shared, reused, or of a scheme that is not stated.
    Nowhere,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal $scope:ident;)*) => {
        /// The type of an identifier, which decides how it is written and checked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IdentifierKind {
            $($(#[$doc])* $variant,)*
        }

        impl IdentifierKind {
            /// All kinds, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word for it on the command line (`passport:…`, `imo:…`).
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// How far equal numbers are conclusive; the reason stands at each kind.
            pub fn scope(self) -> Scope {
                match self {
                    $(Self::$variant => Scope::$scope,)*
                }
            }
        }
    };
}

kinds! {
    /// IMO ship number, or IMO number of a company or registered owner (resolutions A.1117(30) and MSC.160(78)). It
    /// stays with the hull through every change of name, flag and owner.
    Imo "imo" World;
    /// Legal Entity Identifier (ISO 17442). One entity has one, for ever.
    Lei "lei" World;
    /// International Securities Identification Number (ISO 6166). It names one security of one issuer.
    Isin "isin" World;
    /// Financial Instrument Global Identifier (OMG FIGI).
    Figi "figi" World;
    /// International Bank Account Number (ISO 13616). Accounts are shared and passed on.
    Iban "iban" Nowhere;
    /// Business Identifier Code (ISO 9362): shape only, it has no check digit. It names one institution or branch.
    Bic "bic" World;
    /// Russian taxpayer number, 10 digits for organisations and 12 for persons. Never given out twice.
    Inn "inn" World;
    /// Russian state registration number, 13 digits for organisations and 15 for entrepreneurs.
    Ogrn "ogrn" World;
    /// Russian statistical number of an organisation. Sources cut it and pad it.
    Okpo "okpo" Nowhere;
    /// Russian code of the reason for registration: shared by everybody at one tax office.
    Kpp "kpp" Nowhere;
    /// Russian bank code. Given out again when a bank closes.
    Bik "bik" Nowhere;
    /// Chinese Unified Social Credit Code (GB 32100-2015).
    Uscc "uscc" World;
    /// Passport number. Every state counts for itself.
    Passport "passport" Country;
    /// National identity number of a person.
    NationalId "national-id" Country;
    /// Social Security Number of the United States.
    Ssn "ssn" World;
    /// Tax number.
    Tax "tax" Country;
    /// Value added tax number.
    Vat "vat" Country;
    /// Register number of an organisation, or of a vehicle.
    Registration "registration" Country;
    /// Number of a licence.
    License "license" Country;
    /// Data Universal Numbering System number of a business location, nine digits.
    Duns "duns" World;
    /// Unique Entity Identifier of the United States' contractors.
    Uei "uei" World;
    /// Commercial and Government Entity code, of the United States and NATO.
    Cage "cage" World;
    /// National Provider Identifier of the United States' health providers.
    Npi "npi" World;
    /// Central Index Key of the United States' securities regulator.
    Cik "cik" World;
    /// Global Intermediary Identification Number (FATCA).
    Giin "giin" World;
    /// Identifier of a company at Bureau van Dijk.
    Bvd "bvd" World;
    /// Permanent identifier of LSEG.
    PermId "permid" World;
    /// Item of Wikidata. Editors merge and split items.
    Wikidata "wikidata" Nowhere;
    /// Symbol at an exchange. Every exchange counts for itself, and symbols are reused.
    Ticker "ticker" Nowhere;
    /// Maritime Mobile Service Identity (ITU-R M.585). It changes with the flag and is given out again.
    Mmsi "mmsi" Nowhere;
    /// Radio call sign. It changes with the flag and is given out again.
    CallSign "call-sign" Nowhere;
    /// Serial number of a manufacturer. Two manufacturers may count alike.
    Serial "serial" Nowhere;
    /// Address of a cryptocurrency wallet: case matters, except where the scheme says that it does not.
    Wallet "wallet" World;
    /// Reference of a list or programme, which many parties may share.
    Listing "listing" Nowhere;
    /// Anything else.
    Other "other" Nowhere;
}

/// What is known about an identifier's correctness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The type has a check digit and it holds.
    Valid,
    /// The type has a check digit or a fixed shape and it does not hold.
    Invalid,
    /// The type has no check digit; where it has a fixed shape, that holds.
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
    /// The kind of that name, in any case. A few other words that people use are understood (`swift`, `id`, `crypto`).
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace(['_', ' '], "-");
        let known = Self::ALL.iter().copied().find(|k| k.name() == name);
        known.or_else(|| {
            Some(match name.as_str() {
                "swift" | "swift-bic" => Self::Bic,
                "id" | "nationalid" | "personal-number" => Self::NationalId,
                "crypto" => Self::Wallet,
                "tin" => Self::Tax,
                "licence" => Self::License,
                "callsign" => Self::CallSign,
                _ => return None,
            })
        })
    }

    /// The type of a property's values, `None` for a property that holds no identifier.
    pub fn of(property: &Property) -> Option<Self> {
        Some(match property {
            Property::ImoNumber => Self::Imo,
            Property::LeiCode => Self::Lei,
            Property::Isin | Property::IsinCode => Self::Isin,
            Property::FigiCode => Self::Figi,
            Property::SwiftBic => Self::Bic,
            Property::InnCode => Self::Inn,
            Property::OgrnCode => Self::Ogrn,
            Property::OkpoCode => Self::Okpo,
            Property::KppCode => Self::Kpp,
            Property::BikCode => Self::Bik,
            Property::UscCode => Self::Uscc,
            Property::PassportNumber => Self::Passport,
            Property::IdNumber | Property::PersonalNumber => Self::NationalId,
            Property::SocialSecurityNumber => Self::Ssn,
            Property::TaxNumber | Property::IrsCode | Property::VoenCode => Self::Tax,
            Property::VatCode => Self::Vat,
            Property::RegistrationNumber
            | Property::CrsNumber
            | Property::JibCode
            | Property::MbsCode => Self::Registration,
            Property::LicenseNumber => Self::License,
            Property::DunsCode => Self::Duns,
            Property::UniqueEntityId => Self::Uei,
            Property::CageCode => Self::Cage,
            Property::NpiCode => Self::Npi,
            Property::CikCode => Self::Cik,
            Property::GiiNumber => Self::Giin,
            Property::BvdId => Self::Bvd,
            Property::PermId => Self::PermId,
            Property::WikidataId => Self::Wikidata,
            Property::Ticker | Property::RicCode => Self::Ticker,
            Property::Mmsi => Self::Mmsi,
            Property::CallSign => Self::CallSign,
            Property::SerialNumber => Self::Serial,
            Property::PublicKey => Self::Wallet,
            Property::ProgramId | Property::AuthorityId | Property::UnscId => Self::Listing,
            // The number of an Identification, whose type is a text.
            Property::Number => Self::Other,
            _ => return None,
        })
    }

    /// Whether equal numbers are conclusive on their own, whatever country either source states.
    pub fn is_unique(self) -> bool {
        self.scope() == Scope::World
    }

    /// Whether a number without a single digit is a remark in the wrong field ("revoked", "see notes").
    fn needs_a_digit(self) -> bool {
        !matches!(
            self,
            Self::Bic | Self::Wallet | Self::Ticker | Self::CallSign | Self::Listing | Self::Other
        )
    }

    /// Whether the scheme has digits only, so that letters before them are a label (`IMO 9074729`).
    fn is_numeric(self) -> bool {
        matches!(
            self,
            Self::Imo
                | Self::Inn
                | Self::Ogrn
                | Self::Okpo
                | Self::Kpp
                | Self::Bik
                | Self::Ssn
                | Self::Duns
                | Self::Npi
                | Self::Cik
                | Self::PermId
                | Self::Mmsi
        )
    }
}

impl Identifier {
    /// Brings an identifier into comparable form.
    ///
    /// Separators go, digits of every script become ASCII, Cyrillic and Greek letters that look like Latin ones become
    /// those, and letters are upper case, except in wallets. The second line of a passport's machine-readable zone is
    /// understood where a passport number is expected.
    ///
    /// `None` where it identifies nobody: empty, a placeholder (`0000000`, `N/A`, `123456789`), a remark where a number
    /// should be, or longer than any identifier is.
    pub fn parse(kind: IdentifierKind, text: &str) -> Option<Self> {
        if kind == IdentifierKind::Passport
            && let Some(line) = Td3::parse(text)
        {
            let number = Self::parse_number(kind, line.number())?;
            let check = if line.is_valid() {
                Check::Valid
            } else {
                Check::Invalid
            };
            return Some(Self { check, ..number });
        }
        Self::parse_number(kind, text)
    }

    fn parse_number(kind: IdentifierKind, text: &str) -> Option<Self> {
        let mut number = match kind {
            IdentifierKind::Wallet => text::wallet(text),
            _ => text::number(text),
        }?;
        if kind.is_numeric() {
            text::drop_label(&mut number);
        }
        match kind {
            // Eleven characters with `XXX` and eight without name the same head office.
            IdentifierKind::Bic if number.len() == 11 && number.ends_with("XXX") => {
                number.truncate(8);
            }
            // Written with and without leading zeros.
            IdentifierKind::Cik => number = number.trim_start_matches('0').to_owned(),
            _ => {}
        }
        if text::is_placeholder(&number)
            || kind == IdentifierKind::Ssn && checks::SSN_NEVER_ISSUED.contains(&number.as_str())
            || kind.needs_a_digit() && !number.contains(|c: char| c.is_ascii_digit())
        {
            return None;
        }
        let check = checks::check(kind, &number);
        Some(Self {
            kind,
            number,
            check,
        })
    }
}

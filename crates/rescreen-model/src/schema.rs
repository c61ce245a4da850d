//! Schemata: what kinds of things lists describe, following FollowTheMoney's inheritance.
//!
//! The tables state the facts of the FollowTheMoney model (<https://followthemoney.tech/explorer/>) for the schemata
//! that watchlists use.

use std::fmt;

#[allow(
    clippy::enum_glob_use,
    reason = "the table below names nearly every property"
)]
use crate::Property::{self, *};

/// How an edge schema links two entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The property that holds the one end.
    pub source: &'static Property,
    /// The property that holds the other end.
    pub target: &'static Property,
    /// Whether the direction means something.
    pub directed: bool,
    /// The word between the two ends.
    pub label: &'static str,
}

/// What the model says about one schema.
#[derive(Debug)]
pub struct SchemaSpec {
    /// FollowTheMoney's name.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
    /// Its plural.
    pub plural: &'static str,
    /// Its direct parents.
    pub extends: &'static [Schema],
    /// Whether no entity is of this schema itself.
    pub is_abstract: bool,
    /// Whether entities of this schema are screened.
    pub matchable: bool,
    /// The properties to show first.
    pub featured: &'static [Property],
    /// The properties without which an entity says nothing.
    pub required: &'static [Property],
    /// The properties that serve as its name, best first.
    pub caption: &'static [Property],
    /// How it links, where it is a link.
    pub edge: Option<Edge>,
    /// The properties it adds to those of its parents.
    pub own: &'static [Property],
}

macro_rules! schemata {
    ($($variant:ident $label:literal $plural:literal {
        extends: [$($parent:ident),*],
        $(abstract: $abstract:literal,)?
        matchable: $matchable:literal,
        featured: [$($featured:expr),*],
        required: [$($required:expr),*],
        caption: [$($caption:expr),*],
        $(edge: $source:ident $arrow:literal $target:ident $directed:literal,)?
        own: [$($own:expr),* $(,)?]
    })*) => {
        /// A kind of thing, named as FollowTheMoney names it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Schema {
            $(#[doc = concat!($label, ".")] $variant,)*
        }

        impl Schema {
            /// All schemata the model knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What the model says about it.
            pub fn spec(self) -> &'static SchemaSpec {
                match self {
                    $(Self::$variant => {
                        const SPEC: &SchemaSpec = &SchemaSpec {
                            name: stringify!($variant),
                            label: $label,
                            plural: $plural,
                            extends: &[$(Schema::$parent),*],
                            is_abstract: false $(|| $abstract)?,
                            matchable: $matchable,
                            featured: &[$($featured),*],
                            required: &[$($required),*],
                            caption: &[$($caption),*],
                            edge: edge!($($source $arrow $target $directed)?),
                            own: &[$($own),*],
                        };
                        SPEC
                    })*
                }
            }
        }
    };
}

macro_rules! edge {
    () => {
        None
    };
    ($source:ident $label:literal $target:ident $directed:literal) => {
        Some(Edge {
            source: &$source,
            target: &$target,
            directed: $directed,
            label: $label,
        })
    };
}

schemata! {
    Thing "Thing" "Things" {
        extends: [], abstract: true, matchable: false,
        featured: [Name, Country], required: [Name], caption: [Name],
        own: [Name, Alias, WeakAlias, PreviousName, Abbreviation, Country, Summary, Notes, Description, SourceUrl,
            Publisher, PublisherUrl, WikipediaUrl, WikidataId, Keywords, Topics, Address, AddressEntity, Program,
            ProgramId, CreatedAt, ModifiedAt, RetrievedAt]
    }
    Value "Value" "Values" {
        extends: [], abstract: true, matchable: false, featured: [], required: [], caption: [],
        own: [Amount, Currency]
    }
    Interval "Interval" "Intervals" {
        extends: [], abstract: true, matchable: false, featured: [], required: [], caption: [],
        own: [StartDate, EndDate, Date, Summary, Description, RecordId, SourceUrl, Publisher, PublisherUrl,
            NamesMentioned, ModifiedAt, RetrievedAt]
    }
    LegalEntity "Legal entity" "Legal entities" {
        extends: [Thing], matchable: true,
        featured: [Name, Country, LegalForm, Status], required: [Name], caption: [Name, Email, Phone, RegistrationNumber],
        own: [Property::Email, Phone, Website, LegalForm, IncorporationDate, DissolutionDate, TaxStatus, Status, Sector,
            Classification, RegistrationNumber, IdNumber, TaxNumber, LicenseNumber, VatCode, Jurisdiction, MainCountry,
            OpencorporatesUrl, BvdId, UscCode, IcijId, OkpoCode, InnCode, OgrnCode, LeiCode, DunsCode, UniqueEntityId,
            NpiCode, SwiftBic, Parent]
    }
    Person "Person" "People" {
        extends: [LegalEntity], matchable: true,
        featured: [Name, Nationality, BirthDate], required: [Name], caption: [Name, LastName, Property::Email, Phone],
        own: [Title, FirstName, SecondName, MiddleName, FatherName, MotherName, LastName, NameSuffix, BirthDate,
            BirthPlace, BirthCountry, DeathDate, Property::Position, Nationality, Citizenship, PassportNumber,
            SocialSecurityNumber, Gender, Ethnicity, Height, Weight, EyeColor, HairColor, Appearance, Religion,
            Political, Profession, Education, SpokenLanguage]
    }
    Organization "Organization" "Organizations" {
        extends: [LegalEntity], matchable: true,
        featured: [Name, Country, LegalForm, Status], required: [Name], caption: [Name],
        own: [CageCode, PermId, ImoNumber, GiiNumber]
    }
    Company "Company" "Companies" {
        extends: [Organization, Asset], matchable: true,
        featured: [Name, Jurisdiction, RegistrationNumber, IncorporationDate], required: [Name],
        caption: [Name, Alias, Abbreviation, WeakAlias, PreviousName, RegistrationNumber],
        own: [Capital, VoenCode, IrsCode, CikCode, JibCode, MbsCode, KppCode, BikCode, IsinCode, Ticker, RicCode]
    }
    PublicBody "Public body" "Public bodies" {
        extends: [Organization], matchable: true,
        featured: [Name, Country, LegalForm, Status], required: [Name], caption: [Name],
        own: []
    }
    Asset "Asset" "Assets" {
        extends: [Thing, Value], abstract: true, matchable: false,
        featured: [Name, Country], required: [Name], caption: [Name],
        own: []
    }
    Vehicle "Vehicle" "Vehicles" {
        extends: [Asset], matchable: false,
        featured: [Type, Name, RegistrationNumber, Country, Owner], required: [], caption: [Name, RegistrationNumber],
        own: [RegistrationNumber, Type, Model, Owner, Operator, BuildDate, RegistrationDate, DeregistrationDate]
    }
    Vessel "Vessel" "Vessels" {
        extends: [Vehicle], matchable: true,
        featured: [Name, ImoNumber, Type, Flag], required: [Name], caption: [Name, ImoNumber],
        own: [ImoNumber, CrsNumber, Flag, RegistrationPort, Tonnage, GrossRegisteredTonnage, DeadweightTonnage,
            NameChangeDate, CallSign, PastFlags, PastTypes, Mmsi]
    }
    Airplane "Airplane" "Airplanes" {
        extends: [Vehicle], matchable: true,
        featured: [Type, RegistrationNumber, Country, Operator, Owner], required: [], caption: [Name, RegistrationNumber],
        own: [SerialNumber, IcaoCode, Manufacturer]
    }
    Security "Security" "Securities" {
        extends: [Asset], matchable: true,
        featured: [Isin, Name, Issuer, Country], required: [], caption: [Name, Isin, RegistrationNumber],
        own: [Isin, RegistrationNumber, Ticker, FigiCode, Issuer, IssueDate, MaturityDate, Type, Classification]
    }
    CryptoWallet "Cryptocurrency wallet" "Cryptocurrency wallets" {
        extends: [Thing, Value], matchable: true,
        featured: [Currency, PublicKey], required: [], caption: [PublicKey, Name, Summary],
        own: [PublicKey, CreationDate, CurrencySymbol, ManagingExchange, Holder]
    }
    Address "Address" "Addresses" {
        extends: [Thing], matchable: false,
        featured: [Full, City, Street, Country], required: [], caption: [Full, Summary, City, Remarks],
        own: [Full, Remarks, PostOfficeBox, Street, Street2, City, PostalCode, Region, State]
    }
    Position "Position" "Positions" {
        extends: [Thing], matchable: false,
        featured: [Name, Country, SubnationalArea], required: [Name], caption: [Name],
        own: [Property::Organization, InceptionDate, DissolutionDate, SubnationalArea, NumberOfSeats]
    }
    Identification "Identification" "Identifications" {
        extends: [Interval], matchable: false,
        featured: [Number, Country, Type, Holder, StartDate, EndDate], required: [Holder, Number], caption: [Number],
        own: [Holder, Type, Country, Number, Authority]
    }
    Passport "Passport" "Passports" {
        extends: [Identification], matchable: false,
        featured: [Number, Country, Type, Holder, StartDate, EndDate], required: [Holder, Number],
        caption: [PassportNumber, Number],
        own: [PassportNumber, Surname, GivenName, BirthDate, BirthPlace, Gender, PersonalNumber]
    }
    Sanction "Sanction" "Sanctions" {
        extends: [Interval], matchable: false,
        featured: [Entity, Country, Authority, Program, StartDate], required: [Entity], caption: [Program],
        own: [Entity, Authority, AuthorityId, UnscId, Program, ProgramId, ProgramUrl, Provisions, Status, Duration,
            Reason, Country, ListingDate]
    }
    Interest "Interest" "Interests" {
        extends: [Interval], abstract: true, matchable: false, featured: [], required: [], caption: [],
        own: [Role, Status]
    }
    Ownership "Ownership" "Ownerships" {
        extends: [Interest], matchable: false,
        featured: [Owner, Property::Asset, Percentage, StartDate, EndDate], required: [Owner, Property::Asset], caption: [],
        edge: Owner "owns" Asset true,
        own: [Owner, Property::Asset, Percentage, SharesCount, OwnershipType, LegalBasis]
    }
    Directorship "Directorship" "Directorships" {
        extends: [Interest], matchable: false,
        featured: [Director, Property::Organization, Role], required: [Director, Property::Organization], caption: [],
        edge: Director "directs" Organization true,
        own: [Director, Property::Organization, Secretary]
    }
    Membership "Membership" "Memberships" {
        extends: [Interest], matchable: false,
        featured: [Member, Property::Organization, Role, StartDate, EndDate], required: [Member, Property::Organization],
        caption: [], edge: Member "belongs to" Organization true,
        own: [Member, Property::Organization]
    }
    Employment "Employment" "Employments" {
        extends: [Interest], matchable: false,
        featured: [Role, Employer, Employee, StartDate, EndDate], required: [Employer, Employee], caption: [],
        edge: Employee "works for" Employer true,
        own: [Employer, Employee]
    }
    Representation "Representation" "Representations" {
        extends: [Interest], matchable: false,
        featured: [Agent, Client, Role, StartDate, EndDate], required: [Agent, Client], caption: [],
        edge: Agent "represents" Client true,
        own: [Agent, Client]
    }
    Family "Family" "Family members" {
        extends: [Interval], matchable: false,
        featured: [Property::Person, Relationship, Relative], required: [Property::Person, Relative], caption: [],
        edge: Person "related to" Relative true,
        own: [Property::Person, Relative, Relationship]
    }
    Associate "Associate" "Associates" {
        extends: [Interval], matchable: false,
        featured: [Property::Person, Property::Associate, Relationship], required: [Property::Person, Property::Associate],
        caption: [], edge: Person "associated with" Associate true,
        own: [Property::Person, Property::Associate, Relationship]
    }
    UnknownLink "Link" "Links" {
        extends: [Interest], matchable: false,
        featured: [Subject, Object, Role], required: [Subject, Object], caption: [],
        edge: Subject "linked to" Object false,
        own: [Subject, Object]
    }
    Succession "Succession" "Successions" {
        extends: [Interval], matchable: false,
        featured: [Predecessor, Successor, Date], required: [Predecessor, Successor], caption: [],
        edge: Predecessor "preceded" Successor true,
        own: [Predecessor, Successor]
    }
    Occupancy "Occupancy" "Occupancies" {
        extends: [Interval], matchable: false,
        featured: [Holder, Post], required: [Holder, Post], caption: [],
        edge: Holder "holds" Post true,
        own: [Holder, Post, DeclarationDate, Constituency, PoliticalGroup, Status]
    }
}

impl Schema {
    /// FollowTheMoney's name.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The schema of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.name() == name)
    }

    /// Whether it is the other schema or inherits from it.
    pub fn is_a(self, other: Self) -> bool {
        self == other || self.spec().extends.iter().any(|parent| parent.is_a(other))
    }

    /// Whether an entity of this schema may have the property.
    pub fn allows(self, property: &Property) -> bool {
        self.spec().own.contains(property)
            || self
                .spec()
                .extends
                .iter()
                .any(|parent| parent.allows(property))
    }

    /// Whether two entities of these schemata may be the same thing: one is the other, or their common ground is a
    /// party whose kind the source did not state.
    pub fn is_comparable(self, other: Self) -> bool {
        self.is_a(other)
            || other.is_a(self)
            || (self.is_a(Self::Organization) && other.is_a(Self::Organization))
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inheritance_reaches_the_root() {
        assert!(Schema::Company.is_a(Schema::Thing));
        assert!(Schema::Company.is_a(Schema::Asset));
        assert!(Schema::Person.is_a(Schema::LegalEntity));
        assert!(!Schema::Person.is_a(Schema::Organization));
        assert!(Schema::Passport.allows(&StartDate));
        assert!(!Schema::Person.allows(&ImoNumber));
    }

    #[test]
    fn the_table_holds_together() {
        for &schema in Schema::ALL {
            let spec = schema.spec();
            assert_eq!(Schema::named(spec.name), Some(schema));
            let named = [spec.featured, spec.required, spec.caption].concat();
            for property in &named {
                assert!(
                    schema.allows(property),
                    "{schema} names {property} and does not have it"
                );
            }
            if let Some(edge) = spec.edge {
                for end in [edge.source, edge.target] {
                    assert!(
                        schema.allows(end),
                        "{schema} links by {end} and does not have it"
                    );
                    assert_eq!(end.kind(), crate::PropertyKind::Entity, "{schema}.{end}");
                }
            }
            if spec.matchable {
                assert!(schema.is_a(Schema::Thing) && !spec.is_abstract, "{schema}");
            }
        }
    }

    #[test]
    fn every_known_property_has_a_home() {
        for property in Property::KNOWN {
            assert!(
                Schema::ALL.iter().any(|s| s.spec().own.contains(property)),
                "{property} belongs to no schema"
            );
        }
    }

    #[test]
    fn only_things_that_may_be_the_same_are_compared() {
        assert!(Schema::LegalEntity.is_comparable(Schema::Person));
        assert!(Schema::Company.is_comparable(Schema::PublicBody));
        assert!(!Schema::Person.is_comparable(Schema::Company));
        assert!(!Schema::Vessel.is_comparable(Schema::Organization));
    }
}

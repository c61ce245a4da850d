//! Properties: the named, typed, multi-valued fields of entities.

use std::{fmt, sync::Arc};

/// The type of a property's values, which decides how they are read and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PropertyKind {
    /// A full name in any script.
    Name,
    /// A date in EDTF, see [`crate::date`].
    Date,
    /// A country code, see [`crate::Country`].
    Country,
    /// A gender, see [`crate::Gender`].
    Gender,
    /// A number or code that a register or authority issued.
    Identifier,
    /// An address in one line.
    Address,
    /// The id of another entity.
    Entity,
    /// A tag of OpenSanctions' controlled vocabulary (`sanction`, `role.pep`).
    Topic,
    /// A link.
    Url,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A language code.
    Language,
    /// A decimal number.
    Number,
    /// A short text.
    String,
    /// A long text.
    Text,
}

impl PropertyKind {
    /// FollowTheMoney's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Date => "date",
            Self::Country => "country",
            Self::Gender => "gender",
            Self::Identifier => "identifier",
            Self::Address => "address",
            Self::Entity => "entity",
            Self::Topic => "topic",
            Self::Url => "url",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Language => "language",
            Self::Number => "number",
            Self::String => "string",
            Self::Text => "text",
        }
    }
}

macro_rules! properties {
    ($($variant:ident $name:literal $kind:ident;)*) => {
        /// A property, named once for all schemata that have it. Which schema has which is said in
        /// [`SchemaSpec`](crate::SchemaSpec).
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Property {
            $(
                #[doc = concat!("`", $name, "`")]
                $variant,
            )*
            /// A property this model does not know: kept word for word, never compared.
            Other(Arc<str>),
        }

        impl Property {
            /// All properties the model knows, in declaration order.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),*];

            /// FollowTheMoney's name.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other(name) => name,
                }
            }

            /// The type of the values; an unknown property holds text.
            pub fn kind(&self) -> PropertyKind {
                match self {
                    $(Self::$variant => PropertyKind::$kind,)*
                    Self::Other(_) => PropertyKind::String,
                }
            }

            /// The property of that name; a name the model does not know becomes [`Property::Other`].
            pub fn named(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)*
                    _ => Self::Other(name.into()),
                }
            }
        }
    };
}

properties! {
    // Thing
    Name "name" Name;
    Alias "alias" Name;
    WeakAlias "weakAlias" Name;
    PreviousName "previousName" Name;
    Abbreviation "abbreviation" Name;
    Country "country" Country;
    Summary "summary" Text;
    Notes "notes" Text;
    Description "description" Text;
    SourceUrl "sourceUrl" Url;
    Publisher "publisher" String;
    PublisherUrl "publisherUrl" Url;
    WikipediaUrl "wikipediaUrl" Url;
    WikidataId "wikidataId" Identifier;
    Keywords "keywords" String;
    Topics "topics" Topic;
    Address "address" Address;
    AddressEntity "addressEntity" Entity;
    Program "program" String;
    ProgramId "programId" Identifier;
    ProgramUrl "programUrl" Url;
    CreatedAt "createdAt" Date;
    ModifiedAt "modifiedAt" Date;
    RetrievedAt "retrievedAt" Date;
    // LegalEntity
    Email "email" Email;
    Phone "phone" Phone;
    Website "website" Url;
    LegalForm "legalForm" String;
    IncorporationDate "incorporationDate" Date;
    DissolutionDate "dissolutionDate" Date;
    TaxStatus "taxStatus" String;
    Status "status" String;
    Sector "sector" String;
    Classification "classification" String;
    RegistrationNumber "registrationNumber" Identifier;
    IdNumber "idNumber" Identifier;
    TaxNumber "taxNumber" Identifier;
    LicenseNumber "licenseNumber" Identifier;
    VatCode "vatCode" Identifier;
    Jurisdiction "jurisdiction" Country;
    MainCountry "mainCountry" Country;
    OpencorporatesUrl "opencorporatesUrl" Url;
    BvdId "bvdId" Identifier;
    UscCode "uscCode" Identifier;
    IcijId "icijId" String;
    OkpoCode "okpoCode" Identifier;
    InnCode "innCode" Identifier;
    OgrnCode "ogrnCode" Identifier;
    LeiCode "leiCode" Identifier;
    DunsCode "dunsCode" Identifier;
    UniqueEntityId "uniqueEntityId" Identifier;
    NpiCode "npiCode" Identifier;
    SwiftBic "swiftBic" Identifier;
    Parent "parent" Entity;
    // Person
    Title "title" String;
    FirstName "firstName" String;
    SecondName "secondName" String;
    MiddleName "middleName" String;
    FatherName "fatherName" String;
    MotherName "motherName" String;
    LastName "lastName" String;
    NameSuffix "nameSuffix" String;
    BirthDate "birthDate" Date;
    BirthPlace "birthPlace" String;
    BirthCountry "birthCountry" Country;
    DeathDate "deathDate" Date;
    Position "position" String;
    Nationality "nationality" Country;
    Citizenship "citizenship" Country;
    PassportNumber "passportNumber" Identifier;
    SocialSecurityNumber "socialSecurityNumber" Identifier;
    Gender "gender" Gender;
    Ethnicity "ethnicity" String;
    Height "height" Number;
    Weight "weight" Number;
    EyeColor "eyeColor" String;
    HairColor "hairColor" String;
    Appearance "appearance" String;
    Religion "religion" String;
    Political "political" String;
    Profession "profession" String;
    Education "education" String;
    SpokenLanguage "spokenLanguage" Language;
    // Organization and Company
    CageCode "cageCode" Identifier;
    PermId "permId" Identifier;
    ImoNumber "imoNumber" Identifier;
    GiiNumber "giiNumber" Identifier;
    Capital "capital" String;
    VoenCode "voenCode" Identifier;
    IrsCode "irsCode" Identifier;
    CikCode "cikCode" Identifier;
    JibCode "jibCode" Identifier;
    MbsCode "mbsCode" Identifier;
    KppCode "kppCode" Identifier;
    BikCode "bikCode" Identifier;
    IsinCode "isinCode" Identifier;
    Ticker "ticker" Identifier;
    RicCode "ricCode" Identifier;
    // Asset, Vehicle, Vessel, Airplane
    Amount "amount" Number;
    Currency "currency" String;
    Type "type" String;
    Model "model" String;
    Owner "owner" Entity;
    Operator "operator" Entity;
    BuildDate "buildDate" Date;
    RegistrationDate "registrationDate" Date;
    DeregistrationDate "deregistrationDate" Date;
    CrsNumber "crsNumber" Identifier;
    Flag "flag" Country;
    PastFlags "pastFlags" Country;
    PastTypes "pastTypes" String;
    RegistrationPort "registrationPort" String;
    Tonnage "tonnage" Number;
    GrossRegisteredTonnage "grossRegisteredTonnage" Number;
    DeadweightTonnage "deadweightTonnage" Number;
    NameChangeDate "nameChangeDate" Date;
    CallSign "callSign" Identifier;
    Mmsi "mmsi" Identifier;
    SerialNumber "serialNumber" Identifier;
    IcaoCode "icaoCode" String;
    Manufacturer "manufacturer" String;
    // Security and CryptoWallet
    Isin "isin" Identifier;
    FigiCode "figiCode" Identifier;
    Issuer "issuer" Entity;
    IssueDate "issueDate" Date;
    MaturityDate "maturityDate" Date;
    PublicKey "publicKey" Identifier;
    CreationDate "creationDate" Date;
    CurrencySymbol "currencySymbol" String;
    ManagingExchange "managingExchange" String;
    // Address
    Full "full" Address;
    Remarks "remarks" String;
    PostOfficeBox "postOfficeBox" String;
    Street "street" String;
    Street2 "street2" String;
    City "city" String;
    PostalCode "postalCode" String;
    Region "region" String;
    State "state" String;
    // Interval and what extends it
    StartDate "startDate" Date;
    EndDate "endDate" Date;
    Date "date" Date;
    RecordId "recordId" String;
    NamesMentioned "namesMentioned" Name;
    // Identification and Passport
    Holder "holder" Entity;
    Number "number" Identifier;
    Authority "authority" String;
    Surname "surname" String;
    GivenName "givenName" String;
    PersonalNumber "personalNumber" Identifier;
    // Sanction
    Entity "entity" Entity;
    AuthorityId "authorityId" Identifier;
    UnscId "unscId" Identifier;
    Provisions "provisions" String;
    Duration "duration" Number;
    Reason "reason" Text;
    ListingDate "listingDate" Date;
    // Links
    Role "role" String;
    Asset "asset" Entity;
    Percentage "percentage" String;
    SharesCount "sharesCount" String;
    OwnershipType "ownershipType" String;
    LegalBasis "legalBasis" String;
    Director "director" Entity;
    Organization "organization" Entity;
    Secretary "secretary" String;
    Person "person" Entity;
    Relative "relative" Entity;
    Relationship "relationship" String;
    Associate "associate" Entity;
    Member "member" Entity;
    Employer "employer" Entity;
    Employee "employee" Entity;
    Agent "agent" Entity;
    Client "client" Entity;
    Subject "subject" Entity;
    Object "object" Entity;
    Predecessor "predecessor" Entity;
    Successor "successor" Entity;
    // Occupancy and Position
    Post "post" Entity;
    DeclarationDate "declarationDate" Date;
    Constituency "constituency" String;
    PoliticalGroup "politicalGroup" String;
    InceptionDate "inceptionDate" Date;
    SubnationalArea "subnationalArea" String;
    NumberOfSeats "numberOfSeats" Number;
}

impl Property {
    /// Whether values of the property serve to identify a party. Programmes, weak aliases and links do not.
    pub fn is_matchable(&self) -> bool {
        use PropertyKind as K;
        match self {
            Self::WeakAlias
            | Self::ProgramId
            | Self::OkpoCode
            | Self::KppCode
            | Self::CreatedAt
            | Self::ModifiedAt
            | Self::RetrievedAt
            | Self::SourceUrl
            | Self::PublisherUrl
            | Self::WikipediaUrl
            | Self::DeclarationDate
            | Self::NamesMentioned => false,
            _ => matches!(
                self.kind(),
                K::Name
                    | K::Date
                    | K::Country
                    | K::Gender
                    | K::Identifier
                    | K::Address
                    | K::Url
                    | K::Email
                    | K::Phone
            ),
        }
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        let mut seen = HashSet::new();
        for property in Property::KNOWN {
            assert!(seen.insert(property.name()), "{property} is declared twice");
            assert_eq!(&Property::named(property.name()), property);
        }
        assert_eq!(Property::named("shoeSize").name(), "shoeSize");
    }
}

//! The heads of clauses and what each means for the model: one table for both formats, because the `idType` of the XML
//! and the first words of a clause in the delimited files are the same words.

#[allow(
    clippy::enum_glob_use,
    reason = "the table names properties by the dozen"
)]
use rescreen_model::Property::{self, *};

/// What a clause with a known head states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// `DOB 07 Dec 1951`.
    BirthDate,
    /// `POB Springfield, Ruritania`.
    BirthPlace,
    /// `Gender Male`.
    Gender,
    /// A country of the party.
    Country(Property),
    /// A date of the party.
    Date(Property),
    /// A text, taken as it is.
    Text(Property),
    /// A passport.
    Passport,
    /// Another numbered document, and the property that holds its number on the party.
    Document(Property),
    /// A code of one system, without country or dates.
    Code(Property),
    /// A wallet: ticker and address.
    Wallet,
    /// A security the party issued.
    Security(Property),
    /// A link to another party, by name, and what OFAC calls it.
    Link(&'static str),
    /// What the listing means in law.
    Provision,
    /// A date of the listing, behind the measure it belongs to in parentheses.
    ListingDate(Property),
}

/// The longest known head that the text starts with, and the rest behind it.
pub(super) fn find(clause: &str) -> Option<(&'static str, &'static Meaning, &str)> {
    TABLE
        .iter()
        .filter_map(|(head, meaning)| {
            let rest = clause.strip_prefix(head)?;
            let is_whole_word =
                head.ends_with('(') || rest.starts_with([' ', ':']) || rest.is_empty();
            is_whole_word.then(|| {
                let rest = rest.trim_start_matches([' ', ':']);
                (*head, meaning, rest.strip_prefix("- ").unwrap_or(rest))
            })
        })
        .max_by_key(|(head, ..)| head.len())
}

static TABLE: &[(&str, Meaning)] = &[
    // Persons.
    ("DOB", Meaning::BirthDate),
    ("POB", Meaning::BirthPlace),
    ("Gender", Meaning::Gender),
    ("nationality", Meaning::Country(Nationality)),
    ("citizen", Meaning::Country(Citizenship)),
    ("Position", Meaning::Text(Property::Position)),
    ("Passport", Meaning::Passport),
    ("Diplomatic Passport", Meaning::Passport),
    ("Stateless Person Passport", Meaning::Passport),
    ("British National Overseas Passport", Meaning::Passport),
    ("National ID No.", Meaning::Document(IdNumber)),
    ("National Foreign ID Number", Meaning::Document(IdNumber)),
    ("Identification Number", Meaning::Document(IdNumber)),
    ("Personal ID Card", Meaning::Document(IdNumber)),
    ("Citizen's Card Number", Meaning::Document(IdNumber)),
    ("Cedula No.", Meaning::Document(IdNumber)),
    ("C.U.R.P.", Meaning::Document(IdNumber)),
    ("C.U.R.P. #", Meaning::Document(IdNumber)),
    ("CURP", Meaning::Document(IdNumber)),
    ("C.U.I.", Meaning::Document(IdNumber)),
    ("C.U.I.P.", Meaning::Document(IdNumber)),
    ("D.N.I.", Meaning::Document(IdNumber)),
    ("N.I.E.", Meaning::Document(IdNumber)),
    ("I.F.E.", Meaning::Document(IdNumber)),
    ("LE Number", Meaning::Document(IdNumber)),
    ("Numero de Identidad", Meaning::Document(IdNumber)),
    ("CNP (Personal Numerical Code)", Meaning::Document(IdNumber)),
    ("Credencial electoral", Meaning::Document(IdNumber)),
    ("Electoral Registry No.", Meaning::Document(IdNumber)),
    (
        "Cartilla de Servicio Militar Nacional",
        Meaning::Document(IdNumber),
    ),
    ("Tarjeta Profesional", Meaning::Document(IdNumber)),
    ("Birth Certificate Number", Meaning::Document(IdNumber)),
    ("Driver's License No.", Meaning::Document(IdNumber)),
    ("Pilot License Number", Meaning::Document(IdNumber)),
    ("Residency Number", Meaning::Document(IdNumber)),
    ("Travel Document Number", Meaning::Document(IdNumber)),
    ("Refugee ID Card", Meaning::Document(IdNumber)),
    ("Stateless Person ID Card", Meaning::Document(IdNumber)),
    ("Immigration No.", Meaning::Document(IdNumber)),
    (
        "Public Security and Immigration No.",
        Meaning::Document(IdNumber),
    ),
    (
        "Romanian Permanent Resident CAN",
        Meaning::Document(IdNumber),
    ),
    (
        "Seafarer's Identification Document",
        Meaning::Document(IdNumber),
    ),
    ("Military Registration Number", Meaning::Document(IdNumber)),
    ("VisaNumberID", Meaning::Document(IdNumber)),
    ("Kenyan ID No.", Meaning::Document(IdNumber)),
    ("Turkish Identification Number", Meaning::Document(IdNumber)),
    ("Tazkira National ID Card", Meaning::Document(IdNumber)),
    ("UAE Identification", Meaning::Document(IdNumber)),
    ("Bosnian Personal ID No.", Meaning::Document(IdNumber)),
    ("Moroccan Personal ID No.", Meaning::Document(IdNumber)),
    ("SSN", Meaning::Document(SocialSecurityNumber)),
    // Tax.
    ("Tax ID No.", Meaning::Document(TaxNumber)),
    ("NIT #", Meaning::Document(TaxNumber)),
    ("RUC #", Meaning::Document(TaxNumber)),
    ("RIF #", Meaning::Document(TaxNumber)),
    ("R.F.C.", Meaning::Document(TaxNumber)),
    ("R.F.C. #", Meaning::Document(TaxNumber)),
    ("RFC", Meaning::Document(TaxNumber)),
    ("RTN", Meaning::Document(TaxNumber)),
    ("C.U.I.T.", Meaning::Document(TaxNumber)),
    ("N.I.F.", Meaning::Document(TaxNumber)),
    ("C.I.F.", Meaning::Document(TaxNumber)),
    ("US FEIN", Meaning::Document(TaxNumber)),
    ("RSIN", Meaning::Document(TaxNumber)),
    ("Fiscal Code", Meaning::Document(TaxNumber)),
    ("Italian Fiscal Code", Meaning::Document(TaxNumber)),
    ("Romanian Tax Registration", Meaning::Document(TaxNumber)),
    (
        "Paraguayan tax identification number",
        Meaning::Document(TaxNumber),
    ),
    (
        "Numero Unico de Identificacao Tributaria (NUIT)",
        Meaning::Document(TaxNumber),
    ),
    ("V.A.T. Number", Meaning::Document(VatCode)),
    // Registers.
    ("Registration Number", Meaning::Document(RegistrationNumber)),
    ("Registration ID", Meaning::Document(RegistrationNumber)),
    (
        "Business Registration Number",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Business Registration Document #",
        Meaning::Document(RegistrationNumber),
    ),
    ("Business Number", Meaning::Document(RegistrationNumber)),
    (
        "Public Registration Number",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Commercial Registry Number",
        Meaning::Document(RegistrationNumber),
    ),
    ("Company Number", Meaning::Document(RegistrationNumber)),
    ("UK Company Number", Meaning::Document(RegistrationNumber)),
    ("Enterprise Number", Meaning::Document(RegistrationNumber)),
    ("Branch Unit Number", Meaning::Document(RegistrationNumber)),
    ("Organization Code", Meaning::Document(RegistrationNumber)),
    ("C.R. No.", Meaning::Document(RegistrationNumber)),
    ("Romanian C.R.", Meaning::Document(RegistrationNumber)),
    ("Folio Mercantil No.", Meaning::Document(RegistrationNumber)),
    (
        "Matricula Mercantil No",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Government Gazette Number",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Certificate of Incorporation Number",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Central Registration System Number",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Economic Register Number (CBLS)",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Chamber of Commerce Number",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Istanbul Chamber of Comm. No.",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Dubai Chamber of Commerce Membership No.",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "Registered Charity No.",
        Meaning::Document(RegistrationNumber),
    ),
    (
        "MSB Registration Number",
        Meaning::Document(RegistrationNumber),
    ),
    ("File Number", Meaning::Document(RegistrationNumber)),
    ("BIK (RU)", Meaning::Document(IdNumber)),
    ("License", Meaning::Document(LicenseNumber)),
    ("Trade License No.", Meaning::Document(LicenseNumber)),
    ("Tourism License No.", Meaning::Document(LicenseNumber)),
    ("Permit Number", Meaning::Document(LicenseNumber)),
    ("SRE Permit No.", Meaning::Document(LicenseNumber)),
    (
        "Afghan Money Service Provider License Number",
        Meaning::Document(LicenseNumber),
    ),
    // Organisations.
    (
        "Organization Established Date",
        Meaning::Date(IncorporationDate),
    ),
    ("Organization Type", Meaning::Text(Sector)),
    ("Target Type", Meaning::Text(Classification)),
    (
        "Nationality of Registration",
        Meaning::Country(Jurisdiction),
    ),
    ("Unified Social Credit Code (USCC)", Meaning::Code(UscCode)),
    (
        "United Social Credit Code Certificate (USCCC)",
        Meaning::Code(UscCode),
    ),
    ("Legal Entity Number", Meaning::Code(LeiCode)),
    ("SWIFT/BIC", Meaning::Code(SwiftBic)),
    ("D-U-N-S Number", Meaning::Code(DunsCode)),
    ("ISIN", Meaning::Security(Isin)),
    ("Equity Ticker", Meaning::Security(Ticker)),
    // Reaching them.
    ("Email Address", Meaning::Text(Property::Email)),
    ("Email", Meaning::Text(Property::Email)),
    ("Website", Meaning::Text(Website)),
    ("Phone Number", Meaning::Text(Phone)),
    ("PHONE", Meaning::Text(Phone)),
    ("Telephone", Meaning::Text(Phone)),
    ("Telephone Number", Meaning::Text(Phone)),
    ("Digital Currency Address", Meaning::Wallet),
    // Vessels.
    (
        "Vessel Registration Identification",
        Meaning::Document(RegistrationNumber),
    ),
    ("MMSI", Meaning::Code(Mmsi)),
    ("Vessel Call Sign", Meaning::Code(CallSign)),
    ("Other Vessel Call Sign", Meaning::Code(CallSign)),
    ("Vessel Type", Meaning::Text(Type)),
    ("Other Vessel Type", Meaning::Text(Type)),
    ("Former Vessel Type", Meaning::Text(PastTypes)),
    ("Vessel Flag", Meaning::Country(Flag)),
    ("Other Vessel Flag", Meaning::Country(Flag)),
    ("Former Vessel Flag", Meaning::Country(PastFlags)),
    ("Vessel Year of Build", Meaning::Date(BuildDate)),
    ("Vessel Owner", Meaning::Link("Vessel Owner")),
    ("Vessel Operator", Meaning::Link("Vessel Operator")),
    // Aircraft.
    (
        "Aircraft Manufacturer's Serial Number (MSN)",
        Meaning::Code(SerialNumber),
    ),
    (
        "Aircraft Construction Number (also called L/N or S/N or F/N)",
        Meaning::Code(SerialNumber),
    ),
    (
        "Aircraft Serial Identification",
        Meaning::Code(SerialNumber),
    ),
    ("Aircraft Mode S Transponder Code", Meaning::Code(IcaoCode)),
    ("Aircraft Tail Number", Meaning::Code(RegistrationNumber)),
    (
        "Previous Aircraft Tail Number",
        Meaning::Code(RegistrationNumber),
    ),
    ("Aircraft Model", Meaning::Text(Model)),
    ("Aircraft Manufacturer", Meaning::Text(Manufacturer)),
    ("Aircraft Manufacture Date", Meaning::Date(BuildDate)),
    ("Aircraft Operator", Meaning::Link("Aircraft Operator")),
    // The listing itself.
    ("Linked To", Meaning::Link("Linked To")),
    ("(Linked To", Meaning::Link("Linked To")),
    ("Additional Sanctions Information", Meaning::Provision),
    ("Secondary sanctions risk", Meaning::Provision),
    ("Executive Order", Meaning::Provision),
    ("CAATSA Section", Meaning::Provision),
    ("PEESA Information", Meaning::Provision),
    ("IFCA Determination", Meaning::Provision),
    ("Transactions Prohibited For Persons", Meaning::Provision),
    ("U.S. Persons Must Continue to Block", Meaning::Provision),
    ("Purchase/Sales For Divestment Date", Meaning::Provision),
    (
        "Listing Date (",
        Meaning::ListingDate(Property::ListingDate),
    ),
    ("Effective Date (", Meaning::ListingDate(StartDate)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_head_is_listed_twice() {
        for (i, (head, _)) in TABLE.iter().enumerate() {
            assert!(TABLE[..i].iter().all(|(other, _)| other != head), "{head}");
        }
    }

    #[test]
    fn the_longest_head_wins_and_only_as_a_whole_word() {
        let head = |clause| find(clause).map(|(head, _, rest)| (head, rest));
        assert_eq!(
            head("Registration ID HRB 1"),
            Some(("Registration ID", "HRB 1"))
        );
        assert_eq!(head("C.U.R.P. # X"), Some(("C.U.R.P. #", "X")));
        assert_eq!(
            head("Secondary sanctions risk: x"),
            Some(("Secondary sanctions risk", "x"))
        );
        assert_eq!(
            head("Digital Currency Address - XBT 1a"),
            Some(("Digital Currency Address", "XBT 1a"))
        );
        assert_eq!(
            head("Aircraft Manufacturer's Serial Number (MSN) 7"),
            Some(("Aircraft Manufacturer's Serial Number (MSN)", "7"))
        );
        assert_eq!(head("Licensed dealer"), None);
        assert_eq!(head("Minister of Oil"), None);
    }
}

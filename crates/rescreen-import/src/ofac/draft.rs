//! An entry in the making: takes facts one by one and knows which property of the model each belongs to.

use rescreen_model::{
    ContentHash, Country, DateSpan, Entity, EntityId, Entry, Finding, Gender, Place, Property,
    Schema, Severity,
    identifier::{Check, Identifier, IdentifierKind},
};

use super::{MAX_FACTS, clause::Document, date, name::PersonName};
use crate::{ImportError, Shape, tally::Limited, xml::excerpt};

/// How a further name of a party relates to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AliasKind {
    /// Also known as.
    Also,
    /// Formerly known as.
    Former,
    /// Now known as. OFAC keeps the listed name as the primary one, so the new name stands beside it as an alias.
    Now,
}

impl AliasKind {
    /// Reads `aka`, `a.k.a.` and their sisters.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "aka" | "a.k.a." => Some(Self::Also),
            "fka" | "f.k.a." => Some(Self::Former),
            "nka" | "n.k.a." => Some(Self::Now),
            _ => None,
        }
    }
}

/// What both formats say about a vessel beside its identifiers.
#[derive(Debug, Default)]
pub(super) struct VesselFacts<'a> {
    pub(super) call_sign: Option<&'a str>,
    pub(super) kind: Option<&'a str>,
    pub(super) tonnage: Option<&'a str>,
    pub(super) gross_tonnage: Option<&'a str>,
    pub(super) flag: Option<&'a str>,
    pub(super) owner: Option<&'a str>,
}

/// An address in the parts that a format has.
#[derive(Debug, Default)]
pub(super) struct AddressFacts {
    pub(super) street: Option<String>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) country: Option<String>,
    pub(super) remarks: Option<String>,
}

/// An entry in the making.
pub(super) struct Draft {
    place: Place,
    party: Entity,
    sanction: Entity,
    parts: Vec<Entity>,
    findings: Vec<Finding>,
    facts: usize,
}

impl Draft {
    /// A party of which only the number and kind are known. The place is the record, for findings.
    pub(super) fn new(number: u64, kind: Option<&str>, place: Place) -> Self {
        let kind = kind.unwrap_or("entity");
        let schema = match kind.to_ascii_lowercase().as_str() {
            "individual" => Some(Schema::Person),
            "vessel" => Some(Schema::Vessel),
            "aircraft" => Some(Schema::Airplane),
            // OFAC does not tell companies from authorities and movements.
            "entity" => Some(Schema::Organization),
            _ => None,
        };
        let id = EntityId::new(&format!("ofac-{number}"));
        let mut party = Entity::new(id.clone(), schema.unwrap_or(Schema::LegalEntity));
        party.add(Property::Topics, "sanction");
        let mut sanction = Entity::new(format!("{id}-sanction").as_str(), Schema::Sanction);
        sanction.add(Property::Entity, id.as_str());
        sanction.add(Property::Authority, "Office of Foreign Assets Control");
        sanction.add(Property::Country, "us");
        let mut draft = Self {
            place,
            party,
            sanction,
            parts: Vec::new(),
            findings: Vec::new(),
            facts: 0,
        };
        if schema.is_none() {
            draft.finding(
                "kind-unknown",
                Severity::Warning,
                "type",
                format!(
                    "expected individual, entity, vessel or aircraft, found '{}'",
                    excerpt(kind)
                ),
            );
        }
        draft
    }

    /// Where the record is.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Hands over what was noticed on the way, then the finished entry.
    ///
    /// # Errors
    /// [`Shape::Limit`] where there were more facts than any party has.
    pub(super) fn finish(mut self, to: &mut Limited<'_>) -> Result<(), ImportError> {
        if self.facts > MAX_FACTS {
            return Err(ImportError::shape(
                Shape::Limit,
                self.place,
                format!("at most {MAX_FACTS} facts about one party"),
                format!("{}", self.facts),
            ));
        }
        if !self.party.has(Property::Name) {
            self.finding(
                "name-missing",
                Severity::Warning,
                "name",
                "expected a primary name, found none".to_owned(),
            );
        }
        let mut entry = Entry::new(self.party);
        entry.parts.push(self.sanction);
        entry.parts.append(&mut self.parts);
        for finding in self.findings {
            to.add(finding);
        }
        to.sink().entry(entry);
        Ok(())
    }

    /// Counts a fact; one beyond the limit is not to be taken, and the file will be refused.
    pub(super) fn admit(&mut self) -> bool {
        self.facts += 1;
        self.facts <= MAX_FACTS
    }

    /// The primary name, printed (`LAST, First` for persons).
    pub(super) fn name(&mut self, printed: &str) {
        if self.is_person() {
            let name = PersonName::parse(printed);
            self.party.add_from(Property::Name, &name.full, printed);
            for (property, part) in [
                (Property::LastName, name.last),
                (Property::FirstName, name.first),
                (Property::NameSuffix, name.suffix),
            ] {
                self.party.add(property, &part.unwrap_or_default());
            }
        } else {
            self.party.add(Property::Name, printed);
        }
        // An aircraft is listed under its tail number; one that has none under its manufacturer's serial number.
        if self.party.schema == Schema::Airplane {
            match printed.strip_prefix("MSN ") {
                Some(serial) => self.party.add_from(Property::SerialNumber, serial, printed),
                None => self.party.add(Property::RegistrationNumber, printed),
            }
        }
    }

    /// A further name. A weak one is weak whatever its kind: OFAC asks nobody to screen it on its own.
    pub(super) fn alias(&mut self, kind: AliasKind, is_weak: bool, printed: &str, source: &str) {
        if !self.admit() {
            return;
        }
        let property = match kind {
            _ if is_weak => Property::WeakAlias,
            AliasKind::Also | AliasKind::Now => Property::Alias,
            AliasKind::Former => Property::PreviousName,
        };
        if self.is_person() {
            let name = PersonName::parse(printed);
            self.party.add_from(property, &name.full, source);
        } else {
            self.party.add_from(property, printed, source);
        }
    }

    /// Reports an alias of a kind that is none of the three.
    pub(super) fn unknown_alias_kind(&mut self, found: &str) {
        self.finding(
            "alias-kind-unknown",
            Severity::Warning,
            "alias",
            format!(
                "expected aka, fka or nka, took '{}' for aka",
                excerpt(found)
            ),
        );
    }

    /// The start of a clause whose end is missing: half a name or number would be another one, so it is a note.
    pub(super) fn cut(&mut self, clause: &str) {
        self.note(clause);
        self.finding(
            "remarks-cut",
            Severity::Warning,
            "remarks",
            "the remarks break off inside their last clause, which the file of comments should continue; it was kept as a note".to_owned(),
        );
    }

    /// A programme under which the party is listed.
    pub(super) fn program(&mut self, program: &str) {
        if self.admit() {
            self.sanction.add(Property::Program, program);
        }
    }

    /// What the listing means in law, word for word.
    pub(super) fn provision(&mut self, text: &str) {
        self.sanction.add(Property::Provisions, text);
    }

    /// Functions and titles, several joined by semicolons.
    pub(super) fn titles(&mut self, titles: &str) {
        for title in titles.split("; ") {
            if self.admit() && !self.set(Property::Position, title, titles) {
                self.note(&format!("Title: {title}"));
            }
        }
    }

    /// The columns or elements that only vessels fill.
    pub(super) fn vessel(&mut self, facts: &VesselFacts<'_>) {
        let texts = [
            (Property::CallSign, facts.call_sign, "Call sign"),
            (Property::Type, facts.kind, "Vessel type"),
        ];
        for (property, text, label) in texts {
            if let Some(text) = text
                && !self.set(property, text, text)
            {
                self.note(&format!("{label}: {text}"));
            }
        }
        let tonnages = [
            (Property::Tonnage, facts.tonnage, "Tonnage"),
            (
                Property::GrossRegisteredTonnage,
                facts.gross_tonnage,
                "Gross registered tonnage",
            ),
        ];
        for (property, text, label) in tonnages {
            let Some(text) = text else { continue };
            let number = text.replace(',', "");
            if !number.bytes().all(|b| b.is_ascii_digit()) || !self.set(property, &number, text) {
                self.note(&format!("{label}: {text}"));
            }
        }
        if let Some(flag) = facts.flag {
            self.country(Property::Flag, flag, &format!("Vessel flag: {flag}"));
        }
        if let Some(owner) = facts.owner {
            self.link("Vessel Owner", owner, &format!("Vessel owner: {owner}"));
        }
    }

    /// A value of a property in the publisher's words; `false` where a party of this kind has no such property.
    pub(super) fn set(&mut self, property: Property, text: &str, source: &str) -> bool {
        let allowed = self.party.schema.allows(&property);
        if allowed {
            self.party.add_from(property, text, source);
        }
        allowed
    }

    /// A value of a property, or the whole clause as a note where a party of this kind has no such property.
    pub(super) fn set_or_note(&mut self, property: Property, text: &str, clause: &str) {
        if !self.set(property, text, clause) {
            self.note(clause);
        }
    }

    /// Text that belongs to no property, word for word.
    pub(super) fn note(&mut self, text: &str) {
        self.party.add(Property::Notes, text);
    }

    /// A date of the party.
    pub(super) fn date(&mut self, property: Property, text: &str, clause: &str) {
        match self.readable_date(&property, text) {
            Some(span) => self.set_or_note(property, &span.to_string(), clause),
            None => self.note(clause),
        }
    }

    /// A date of the listing.
    pub(super) fn sanction_date(&mut self, property: Property, text: &str, clause: &str) {
        match self.readable_date(&property, text) {
            Some(span) => self.sanction.add_date(property, &span, clause),
            None => self.provision(clause),
        }
    }

    fn readable_date(&mut self, property: &Property, text: &str) -> Option<DateSpan> {
        let span = date::parse(text);
        if span.is_none() {
            let code = match property {
                Property::BirthDate => "birth-date-unreadable",
                _ => "date-unreadable",
            };
            self.finding(
                code,
                Severity::Warning,
                property.name(),
                format!(
                    "expected a date like '07 Dec 1951' or 'circa 1951', found '{}'",
                    excerpt(text)
                ),
            );
        }
        span
    }

    /// A country of the party, or the whole clause as a note where the country is not one we know.
    pub(super) fn country(&mut self, property: Property, text: &str, clause: &str) {
        match self.readable_country(text, property.name()) {
            Some(country) => self.set_or_note(property, country.code(), clause),
            None => self.note(clause),
        }
    }

    fn readable_country(&mut self, text: &str, field: &str) -> Option<Country> {
        let country = Country::from_name(text);
        if country.is_none() && !is_no_country(text) {
            self.finding(
                "country-unknown",
                Severity::Warning,
                field,
                format!(
                    "expected the English name of a country, found '{}'",
                    excerpt(text)
                ),
            );
        }
        country
    }

    /// The place of birth, and the country it ends in where that can be told.
    pub(super) fn birth_place(&mut self, text: &str, clause: &str) {
        if !self.set(Property::BirthPlace, text, clause) {
            self.note(clause);
        } else if let Some(country) = trailing_country(text) {
            self.set(Property::BirthCountry, country.code(), clause);
        }
    }

    /// The gender as stated.
    pub(super) fn gender(&mut self, text: &str, clause: &str) {
        if let Some(gender) = Gender::parse(text) {
            self.set_or_note(Property::Gender, gender.as_str(), clause);
            return;
        }
        self.finding(
            "gender-unreadable",
            Severity::Warning,
            "gender",
            format!("expected Male or Female, found '{}'", excerpt(text)),
        );
        self.note(clause);
    }

    /// A numbered document or registration: the number flat on the party, and a part with all the rest.
    pub(super) fn document(
        &mut self,
        property: Property,
        schema: Schema,
        kind: &str,
        document: &Document<'_>,
        clause: &str,
    ) {
        let number = document.number;
        if let Some(imo) = imo_number(number, self.party.schema) {
            self.set_or_note(Property::ImoNumber, imo, clause);
            return;
        }
        if !looks_like_a_number(number) {
            self.finding(
                "identifier-unreadable",
                Severity::Warning,
                property.name(),
                format!(
                    "expected a number of the type '{kind}', found '{}'",
                    excerpt(clause)
                ),
            );
            self.note(clause);
            return;
        }
        let mut part = Entity::new(self.party.id.clone(), schema);
        part.add(Property::Holder, self.party.id.as_str());
        part.add(Property::Type, kind);
        part.add_from(Property::Number, number, clause);
        if schema == Schema::Passport {
            part.add(Property::PassportNumber, number);
        }
        if let Some(printed) = document.country {
            match self.readable_country(printed, property.name()) {
                Some(country) => part.add(Property::Country, country.code()),
                None => self.note(clause),
            }
        }
        for authority in &document.authorities {
            part.add(Property::Authority, authority);
        }
        let dates = [
            (Property::StartDate, document.issued),
            (Property::EndDate, document.expires),
        ];
        for (date_of, text) in dates {
            let Some(text) = text else { continue };
            match self.readable_date(&date_of, text) {
                Some(span) => part.add_date(date_of, &span, text),
                None => self.note(clause),
            }
        }
        let slug = match schema {
            Schema::Passport => "passport",
            _ => "id",
        };
        self.part(slug, part);
        // A vessel has no identity number; what it is registered under is the nearest thing.
        let _flat = self.set(property, number, clause)
            || self.set(Property::RegistrationNumber, number, clause);
    }

    /// A wallet that the party holds.
    pub(super) fn wallet(&mut self, currency: Option<&str>, key: &str, clause: &str) {
        let mut part = Entity::new(self.party.id.clone(), Schema::CryptoWallet);
        part.add_from(Property::PublicKey, key, clause);
        part.add(Property::CurrencySymbol, currency.unwrap_or_default());
        part.add(Property::Holder, self.party.id.as_str());
        self.part("wallet", part);
    }

    /// A security that the party issued.
    pub(super) fn security(&mut self, property: Property, text: &str, clause: &str) {
        let mut part = Entity::new(self.party.id.clone(), Schema::Security);
        part.add_from(property, text, clause);
        part.add(Property::Issuer, self.party.id.as_str());
        self.part("security", part);
    }

    /// A link to another party, which OFAC names and does not number. The name is kept and not looked up: what an
    /// entry says must not change when somebody else joins or leaves the list.
    pub(super) fn link(&mut self, role: &str, name: &str, clause: &str) {
        let mut part = Entity::new(self.party.id.clone(), Schema::UnknownLink);
        part.add(Property::Subject, self.party.id.as_str());
        part.add(Property::Role, role);
        part.add_from(Property::NamesMentioned, name, clause);
        self.part("link", part);
    }

    /// An address. One that names nothing but a country is a fact about the party alone.
    pub(super) fn address(&mut self, facts: &AddressFacts) {
        if !self.admit() {
            return;
        }
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let printed_country = text(&facts.country);
        let city = join(
            " ",
            [
                join(", ", [text(&facts.city), text(&facts.state)]),
                text(&facts.postal_code),
            ],
        );
        let local = join(", ", [text(&facts.street), city]);
        let full = join(", ", [local.clone(), printed_country.clone()]);
        let country = if printed_country.is_empty() {
            None
        } else {
            self.readable_country(&printed_country, "address")
        };
        if let Some(country) = country {
            self.party
                .add_from(Property::Country, country.code(), &full);
        }
        if local.is_empty() && facts.remarks.is_none() {
            if country.is_none() && !is_no_country(&printed_country) {
                self.note(&format!("Address: {printed_country}"));
            }
            return;
        }
        let mut part = Entity::new(self.party.id.clone(), Schema::Address);
        part.add(Property::Full, &full);
        part.add(Property::Street, &text(&facts.street));
        part.add(Property::City, &text(&facts.city));
        part.add(Property::State, &text(&facts.state));
        part.add(Property::PostalCode, &text(&facts.postal_code));
        part.add(Property::Remarks, &text(&facts.remarks));
        if let Some(country) = country {
            part.add_from(Property::Country, country.code(), &printed_country);
        }
        let id = self.part("address", part).id.clone();
        self.party.add(Property::Address, &full);
        self.party.add(Property::AddressEntity, id.as_str());
    }

    fn finding(&mut self, code: &'static str, severity: Severity, field: &str, message: String) {
        let is_repeated = self
            .findings
            .iter()
            .any(|f| f.code == code && f.message == message);
        if !is_repeated {
            self.findings.push(Finding {
                code,
                severity,
                place: self.place.clone().field(field),
                message,
            });
        }
    }

    /// Adds a part under an id made from what it says, so that neither the order of rows nor OFAC's own numbering of
    /// addresses and aliases (which differs between formats) is a change. A repetition is the part that is there.
    fn part(&mut self, slug: &str, mut part: Entity) -> &mut Entity {
        let content = ContentHash::of_entry(&Entry::new(part.clone())).to_string();
        part.id = EntityId::new(&format!("{}-{slug}-{}", self.party.id, &content[..12]));
        let known = self.parts.iter().position(|other| other.id == part.id);
        let at = known.unwrap_or_else(|| {
            self.parts.push(part);
            self.parts.len() - 1
        });
        &mut self.parts[at]
    }

    fn is_person(&self) -> bool {
        self.party.schema == Schema::Person
    }
}

/// Joins the parts that say something.
fn join<const N: usize>(separator: &str, parts: [String; N]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(separator)
}

/// Whether a text says that there is no country to name.
fn is_no_country(text: &str) -> bool {
    ["", "undetermined", "unknown", "none identified"]
        .iter()
        .any(|none| text.eq_ignore_ascii_case(none))
}

/// The country at the end of a place: its last part, or its last two, because OFAC writes `Korea, North`.
fn trailing_country(place: &str) -> Option<Country> {
    let mut commas = place.rmatch_indices(',').map(|(at, _)| at);
    let last = commas.next();
    let last_but_one = commas.next();
    let tail = |at: usize| place[at + 1..].trim();
    let two = last.map(|_| last_but_one.map_or(place, tail));
    let one = last.map_or(place, tail);
    two.and_then(Country::from_name)
        .or_else(|| Country::from_name(one))
}

/// The number of the International Maritime Organization, if it is one. For ships the prefix is sometimes left out, but
/// the check digit tells.
fn imo_number(number: &str, schema: Schema) -> Option<&str> {
    let (digits, is_stated) = match number.strip_prefix("IMO ") {
        Some(digits) => (digits, true),
        None => (number, false),
    };
    let has_shape = digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit());
    let is_valid = || {
        Identifier::parse(IdentifierKind::Imo, digits).is_some_and(|id| id.check == Check::Valid)
    };
    (has_shape && (is_stated || (schema == Schema::Vessel && is_valid()))).then_some(digits)
}

/// Whether a text can be the number of a document: it has a digit and is no sentence.
fn looks_like_a_number(text: &str) -> bool {
    let is_prose = |word: &str| word.len() > 2 && word.bytes().all(|b| b.is_ascii_lowercase());
    text.bytes().any(|b| b.is_ascii_digit()) && !text.split_whitespace().any(is_prose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_sentences() {
        for number in [
            "A123 456",
            "D489833(9)",
            "C 1415363 - 16/2/1421H",
            "161285 i",
        ] {
            assert!(looks_like_a_number(number), "{number}");
        }
        for prose in ["", "and National ID were", "12 and 13 of 1990", "N/A"] {
            assert!(!looks_like_a_number(prose), "{prose}");
        }
    }

    #[test]
    fn ships_are_numbered_with_or_without_the_prefix() {
        assert_eq!(
            imo_number("IMO 9187629", Schema::Organization),
            Some("9187629")
        );
        assert_eq!(imo_number("9187629", Schema::Vessel), Some("9187629"));
        assert_eq!(imo_number("9187628", Schema::Vessel), None);
        assert_eq!(imo_number("9187629", Schema::Organization), None);
        assert_eq!(imo_number("IMO 91876", Schema::Vessel), None);
    }

    #[test]
    fn a_place_ends_in_a_country_or_not() {
        let code = |place| trailing_country(place).map(Country::code);
        assert_eq!(code("Springfield, Ohio, United States"), Some("us"));
        assert_eq!(code("Iran"), Some("ir"));
        assert_eq!(code("Springfield"), None);
        assert_eq!(code("Iran, Springfield"), None);
    }
}

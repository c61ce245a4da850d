//! One record of the list.

use rescreen_model::{
    ContentHash, Country, DateSpan, Entity, EntityId, Entry, Finding, Gender, Place, Property,
    Schema, Severity,
};

use super::{
    birth::{self, Birth},
    names::{self, Kind},
};
use crate::xml::{Element, excerpt};

/// The names of one record that are looked for inside elements; the longest real record has some dozens.
const MAX_NAMES: usize = 5000;

const AUTHORITY: &str = "United Nations Security Council";

/// What was read from one record.
pub(super) struct Read {
    pub(super) entry: Entry,
    pub(super) findings: Vec<Finding>,
    /// The names of elements the schema does not have; their text is in the notes.
    pub(super) unknown: Vec<String>,
}

pub(super) fn read(element: &Element, place: Place, reference: &str, schema: Schema) -> Read {
    let id = EntityId::new(&format!("unsc-{reference}"));
    let mut sanction = Entity::new(format!("{id}-sanction").as_str(), Schema::Sanction);
    sanction.add(Property::Entity, id.as_str());
    sanction.add(Property::Authority, AUTHORITY);
    sanction.add(Property::UnscId, reference);
    let mut record = Record {
        party: Entity::new(id.as_str(), schema),
        sanction,
        parts: Vec::new(),
        findings: Vec::new(),
        unknown: Vec::new(),
        names: 0,
        place,
    };
    record.party.add(Property::Topics, "sanction");
    record.name(element);
    for field in &element.children {
        record.field(field);
    }
    let mut entry = Entry::new(record.party);
    entry.parts.push(record.sanction);
    entry.parts.extend(record.parts);
    Read {
        entry,
        findings: record.findings,
        unknown: record.unknown,
    }
}

pub(super) struct Record {
    pub(super) party: Entity,
    sanction: Entity,
    /// Addresses and documents.
    parts: Vec<Entity>,
    findings: Vec<Finding>,
    unknown: Vec<String>,
    /// How many names were taken.
    names: usize,
    place: Place,
}

impl Record {
    /// The parts of a name stand in order and mean neither given nor family names, so only the whole is taken.
    fn name(&mut self, element: &Element) {
        const PARTS: [&str; 4] = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];
        let published = PARTS
            .iter()
            .filter_map(|part| element.child_value(part))
            // The schema's default for a part that is not there.
            .filter(|part| part != "na")
            .collect::<Vec<_>>()
            .join(" ");
        let mut first = Property::Name;
        for name in names::read(&published) {
            let property = match name.kind {
                Kind::Name | Kind::Former => std::mem::replace(&mut first, Property::Alias),
                Kind::Abbreviation => Property::Abbreviation,
            };
            self.party.add_from(property, &name.text, &published);
        }
        if !self.party.has(Property::Name) {
            self.finding(
                "name-missing",
                Severity::Warning,
                element,
                "FIRST_NAME",
                "expected a name, found none; only the aliases can match".to_owned(),
            );
        }
    }

    fn field(&mut self, field: &Element) {
        match field.name.as_str() {
            // Taken together, or before the record was; and technical: always 1, always empty, always "UN List".
            "FIRST_NAME" | "SECOND_NAME" | "THIRD_NAME" | "FOURTH_NAME" | "REFERENCE_NUMBER"
            | "VERSIONNUM" | "SORT_KEY" | "SORT_KEY_LAST_MOD" | "LIST_TYPE" => {}
            "DATAID" => {
                if let Some(number) = field.value() {
                    let id = EntityId::new(&format!("unsc-{number}"));
                    self.party.referents.push(id);
                }
            }
            "NAME_ORIGINAL_SCRIPT" => self.names(field, &Property::Alias),
            "UN_LIST_TYPE" => self.sanction.add(Property::Program, &field.text),
            "COMMENTS1" => self.party.add(Property::Notes, &field.text),
            "SUBMITTED_BY" => self.describe_sanction("submitted by", field),
            "SUBMITTED_ON" => self.describe_sanction("submitted on", field),
            "TITLE" => self.values(field, &Property::Title),
            "DESIGNATION" => self.values(field, &Property::Position),
            "NATIONALITY" => {
                for value in field.children("VALUE") {
                    self.nationality(value);
                }
            }
            "NATIONALITY2" => self.nationality(field),
            "GENDER" => self.gender(field),
            "LISTED_ON" => self.sanction_date(field, "LISTED_ON", Property::ListingDate),
            "DELISTED_ON" => self.sanction_date(field, "DELISTED_ON", Property::EndDate),
            "LAST_DAY_UPDATED" => {
                for value in field.children("VALUE") {
                    self.sanction_date(value, "LAST_DAY_UPDATED", Property::ModifiedAt);
                }
            }
            "INDIVIDUAL_ALIAS" | "ENTITY_ALIAS" => self.alias(field),
            "INDIVIDUAL_DATE_OF_BIRTH" => self.birth_date(field),
            "INDIVIDUAL_PLACE_OF_BIRTH" => self.birth_place(field),
            "INDIVIDUAL_ADDRESS" | "ENTITY_ADDRESS" => self.address(field),
            "INDIVIDUAL_DOCUMENT" => self.document(field),
            _ => self.keep_unknown(field),
        }
    }

    fn values(&mut self, field: &Element, property: &Property) {
        for value in field.children("VALUE") {
            self.party.add(property.clone(), &value.text);
        }
    }

    fn names(&mut self, field: &Element, property: &Property) {
        let Some(published) = field.value() else {
            return;
        };
        // An element with several names is rare, and a record full of them is an attack: it stays as it is.
        let names = if self.names < MAX_NAMES {
            names::read(&published)
        } else {
            vec![names::whole(&published)]
        };
        self.names += names.len();
        for name in names {
            let property = match (name.kind, property) {
                (Kind::Abbreviation, _) => Property::Abbreviation,
                // A name that was weak stays so.
                (Kind::Former, Property::Alias) => Property::PreviousName,
                (Kind::Former | Kind::Name, property) => property.clone(),
            };
            self.party.add_from(property, &name.text, &published);
        }
    }

    fn alias(&mut self, field: &Element) {
        let quality = field.child_value("QUALITY");
        let note = field.child_value("NOTE");
        let name = field.child("ALIAS_NAME");
        let published = name.and_then(Element::value);
        let is_former = note.as_deref().is_some_and(names::is_former);
        let property = match quality.as_deref() {
            Some("Low") => Property::WeakAlias,
            Some("f.k.a.") => Property::PreviousName,
            Some("Good" | "a.k.a.") if is_former => Property::PreviousName,
            Some("Good" | "a.k.a.") => Property::Alias,
            other => {
                if let Some(published) = &published {
                    self.finding(
                        "alias-quality-unknown",
                        Severity::Note,
                        field,
                        "QUALITY",
                        format!(
                            "expected Good, Low, a.k.a. or f.k.a., found '{}'; '{}' is taken as a good alias",
                            excerpt(other.unwrap_or_default()),
                            excerpt(published)
                        ),
                    );
                }
                Property::Alias
            }
        };
        if let Some(name) = name {
            self.names(name, &property);
        }
        if let Some(note) = &note {
            if let Some(original) = names::in_remark(note) {
                self.party.add_from(property, &original, note);
            }
            let label = published.as_deref().unwrap_or("alias");
            self.keep(label, note);
        }
        self.alias_birth(field);
    }

    fn alias_birth(&mut self, field: &Element) {
        // A JavaScript value that escaped into the files.
        let date = field
            .child_value("DATE_OF_BIRTH")
            .filter(|date| date != "null");
        if let Some(published) = date {
            match birth::parse(&published) {
                Some(span) => self.party.add_date(Property::BirthDate, &span, &published),
                None => self.unreadable_birth(field, &published),
            }
        }
        let country = field.child_value("COUNTRY_OF_BIRTH");
        let place = join([field.child_value("CITY_OF_BIRTH"), country.clone()]);
        self.party.add(Property::BirthPlace, &place);
        if let Some(country) = country {
            self.birth_country(field, &country);
        }
    }

    fn birth_date(&mut self, field: &Element) {
        match birth::read(field) {
            Birth::Nothing => {}
            Birth::Date {
                span,
                published,
                remark,
            } => {
                self.party.add_date(Property::BirthDate, &span, &published);
                if let Some(remark) = remark {
                    self.keep(&format!("birth date {span}"), &remark);
                }
            }
            Birth::Unreadable(published) => self.unreadable_birth(field, &published),
        }
    }

    fn unreadable_birth(&mut self, field: &Element, published: &str) {
        self.keep("birth date", published);
        self.finding(
            "birth-date-unreadable",
            Severity::Warning,
            field,
            "DATE_OF_BIRTH",
            format!(
                "expected a date, a year or a range of years, found '{}'; kept in the notes",
                excerpt(published)
            ),
        );
    }

    fn birth_place(&mut self, field: &Element) {
        let country = field.child_value("COUNTRY");
        let place = join([
            field.child_value("STREET"),
            field.child_value("CITY"),
            field.child_value("STATE_PROVINCE"),
            country.clone(),
        ]);
        self.party.add(Property::BirthPlace, &place);
        if let Some(country) = country {
            self.birth_country(field, &country);
        }
        if let Some(note) = field.child_value("NOTE") {
            self.keep("birth place", &note);
        }
    }

    /// The words are kept in the place of birth already, so an unknown country costs nothing but the code.
    fn birth_country(&mut self, field: &Element, published: &str) {
        match countries(published) {
            Some(known) => {
                add_countries(&mut self.party, &Property::BirthCountry, &known, published);
            }
            None => self.unknown_country(
                field,
                "COUNTRY_OF_BIRTH",
                published,
                "kept in the place of birth",
            ),
        }
    }

    fn nationality(&mut self, field: &Element) {
        let Some(published) = field.value().filter(|value| value != "na") else {
            return;
        };
        if let Some(known) = countries(&published) {
            add_countries(&mut self.party, &Property::Nationality, &known, &published);
        } else {
            self.keep("nationality", &published);
            self.unknown_country(field, "NATIONALITY", &published, "kept in the notes");
        }
    }

    fn gender(&mut self, field: &Element) {
        let Some(published) = field.value() else {
            return;
        };
        if let Some(gender) = Gender::parse(&published) {
            self.party
                .add_from(Property::Gender, gender.as_str(), &published);
        } else if !published.eq_ignore_ascii_case("unknown") {
            self.keep("gender", &published);
            self.finding(
                "gender-unknown",
                Severity::Warning,
                field,
                "GENDER",
                format!(
                    "expected Male or Female, found '{}'; kept in the notes",
                    excerpt(&published)
                ),
            );
        }
    }

    fn address(&mut self, field: &Element) {
        let value = |name| field.child_value(name);
        let (street, city, state) = (value("STREET"), value("CITY"), value("STATE_PROVINCE"));
        let (zip, country, note) = (value("ZIP_CODE"), value("COUNTRY"), value("NOTE"));
        let full = join([
            street.clone(),
            city.clone(),
            state.clone(),
            zip.clone(),
            country.clone(),
        ]);
        let mut fields: Vec<(Property, String)> = [
            (Property::Full, Some(full.clone())),
            (Property::Street, street),
            (Property::City, city),
            (Property::State, state),
            (Property::PostalCode, zip),
            (Property::Remarks, note),
        ]
        .into_iter()
        .filter_map(|(property, value)| Some((property, value.filter(|v| !v.is_empty())?)))
        .collect();
        if fields.is_empty() {
            return;
        }
        if let Some(published) = country {
            match countries(&published) {
                Some(known) => {
                    add_countries(&mut self.party, &Property::Country, &known, &published);
                    fields.extend(
                        known
                            .iter()
                            .map(|c| (Property::Country, c.code().to_owned())),
                    );
                }
                None => self.unknown_country(field, "COUNTRY", &published, "kept in the address"),
            }
        }
        self.party.add(Property::Address, &full);
        let part = self.part("address", Schema::Address, &fields);
        self.party.add(Property::AddressEntity, part.as_str());
    }

    fn describe_sanction(&mut self, label: &str, field: &Element) {
        if let Some(value) = field.value() {
            self.sanction
                .add(Property::Description, &format!("{label} {value}"));
        }
    }

    fn sanction_date(&mut self, field: &Element, name: &str, property: Property) {
        let Some(published) = field.value() else {
            return;
        };
        if let Some(day) = birth::calendar_day(&published) {
            self.sanction
                .add_date(property, &DateSpan::at(day), &published);
        } else {
            self.sanction
                .add(Property::Description, &format!("{name} {published}"));
            self.unreadable_date(
                field,
                name,
                &published,
                "kept in the sanction's description",
            );
        }
    }

    /// Adds a part whose id is taken from its content, because the list has none for parts and changes their order.
    pub(super) fn part(
        &mut self,
        word: &str,
        schema: Schema,
        fields: &[(Property, String)],
    ) -> EntityId {
        let mut content = String::new();
        for (property, value) in fields {
            content.push_str(property.name());
            content.push('\u{1f}');
            content.push_str(value);
            content.push('\u{1e}');
        }
        let hash = ContentHash::of_bytes(content.as_bytes()).short();
        let id = EntityId::new(&format!("{}-{word}-{hash}", self.party.id));
        if self.parts.iter().all(|part| part.id != id) {
            let mut part = Entity::new(id.as_str(), schema);
            for (property, value) in fields {
                part.add(property.clone(), value);
            }
            self.parts.push(part);
        }
        id
    }

    fn keep_unknown(&mut self, field: &Element) {
        let mut text = String::new();
        collect_text(field, &mut text);
        if text.trim().is_empty() {
            return;
        }
        self.keep(&field.name, &text);
        self.unknown.push(field.name.clone());
    }

    /// Keeps in the notes what has no property.
    pub(super) fn keep(&mut self, label: &str, text: &str) {
        self.party.add(Property::Notes, &format!("{label}: {text}"));
    }

    pub(super) fn unknown_country(
        &mut self,
        field: &Element,
        name: &str,
        published: &str,
        kept: &str,
    ) {
        self.finding(
            "country-unknown",
            Severity::Warning,
            field,
            name,
            format!(
                "expected the name of a country, found '{}'; {kept}",
                excerpt(published)
            ),
        );
    }

    pub(super) fn unreadable_date(
        &mut self,
        field: &Element,
        name: &str,
        published: &str,
        kept: &str,
    ) {
        self.finding(
            "date-unreadable",
            Severity::Warning,
            field,
            name,
            format!("expected a date, found '{}'; {kept}", excerpt(published)),
        );
    }

    pub(super) fn finding(
        &mut self,
        code: &'static str,
        severity: Severity,
        element: &Element,
        name: &str,
        message: String,
    ) {
        self.findings.push(Finding {
            code,
            severity,
            place: self.place.clone().line(element.line).field(name),
            message,
        });
    }
}

/// The countries a text names: one, one with a remark in brackets, or several with slashes.
pub(super) fn countries(published: &str) -> Option<Vec<Country>> {
    if let Some(country) = Country::parse(published) {
        return Some(vec![country]);
    }
    if let Some((name, _)) = published.split_once('(') {
        return Country::parse(name.trim()).map(|country| vec![country]);
    }
    published
        .split('/')
        .map(|name| Country::parse(name.trim()))
        .collect()
}

fn add_countries(entity: &mut Entity, property: &Property, known: &[Country], published: &str) {
    for country in known {
        entity.add_from(property.clone(), country.code(), published);
    }
}

/// Joins what is there with commas.
pub(super) fn join<const N: usize>(parts: [Option<String>; N]) -> String {
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}

fn collect_text(element: &Element, text: &mut String) {
    text.push_str(&element.text);
    text.push(' ');
    for child in &element.children {
        collect_text(child, text);
    }
}

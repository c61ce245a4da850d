//! Identity documents.

use rescreen_model::{Country, Property, Schema, Severity};

use super::{
    birth, number,
    number::Number,
    record::{Record, countries, join},
};
use crate::{
    english_date,
    xml::{Element, excerpt},
};

/// The texts of an `INDIVIDUAL_DOCUMENT`, of which half are empty.
struct Published {
    kind: Option<String>,
    detail: Option<String>,
    number: Option<String>,
    issued: Option<String>,
    country: Option<String>,
    note: Option<String>,
    /// The note and the city of issue, which have no property of their own.
    remarks: String,
}

impl Published {
    fn read(field: &Element) -> Self {
        let value = |name| field.child_value(name);
        // A tool wrote its own name for an object instead of the object.
        let note = value("NOTE").filter(|note| note != "[object Object]");
        let city = value("CITY_OF_ISSUE").map(|city| format!("issued in {city}"));
        Self {
            kind: value("TYPE_OF_DOCUMENT"),
            detail: value("TYPE_OF_DOCUMENT2"),
            number: value("NUMBER"),
            issued: value("DATE_OF_ISSUE"),
            country: value("ISSUING_COUNTRY").or_else(|| value("COUNTRY_OF_ISSUE")),
            remarks: join([note.clone(), city]),
            note,
        }
    }

    /// The number, and the text it was taken from: `NUMBER`, else the second type, else the note.
    fn number(&self) -> Option<(Number, &str)> {
        if let Some(text) = &self.number {
            return Some((number::read(text)?, text));
        }
        if let Some(text) = &self.detail
            && let Some(number) = number::read(text)
        {
            return Some((number, text));
        }
        let note = self.note.as_deref()?;
        Some((number::in_remark(note)?, note))
    }

    fn is_passport(&self) -> bool {
        [&self.kind, &self.detail]
            .into_iter()
            .flatten()
            .any(|text| {
                let text = text.to_lowercase();
                ["passport", "passeport", "pasaporte"]
                    .iter()
                    .any(|word| text.contains(word))
            })
    }

    fn date_in_note(&self, heads: &[&str]) -> Option<String> {
        let date = english_date::after(self.note.as_deref()?, heads)?;
        Some(date.to_string())
    }
}

impl Record {
    pub(super) fn document(&mut self, field: &Element) {
        let published = Published::read(field);
        let Some((number, source)) = published.number() else {
            self.document_without_number(field, &published);
            return;
        };
        let mut described = published.remarks.clone();
        let countries = self.country_of_issue(field, &published, &number, &mut described);
        let issued = self.date_of_issue(field, &published, &mut described);

        let mut fields = vec![
            (Property::Holder, self.party.id.as_str().to_owned()),
            (Property::Number, number.number.clone()),
        ];
        if let Some(kind) = published.detail.as_ref().or(published.kind.as_ref()) {
            fields.push((Property::Type, kind.clone()));
        }
        for country in countries {
            fields.push((Property::Country, country.code().to_owned()));
        }
        if let Some(date) = issued {
            fields.push((Property::StartDate, date));
        }
        if let Some(date) = published.date_in_note(&["expir", "exp", "valid"]) {
            fields.push((Property::EndDate, date));
        }
        if !described.is_empty() {
            fields.push((Property::Description, described));
        }
        let (schema, property) = if published.is_passport() {
            fields.push((Property::PassportNumber, number.number.clone()));
            (Schema::Passport, Property::PassportNumber)
        } else {
            (Schema::Identification, Property::IdNumber)
        };
        self.party.add_from(property, &number.number, source);
        self.part("document", schema, &fields);
    }

    fn country_of_issue(
        &mut self,
        field: &Element,
        published: &Published,
        number: &Number,
        described: &mut String,
    ) -> Vec<Country> {
        if let Some(text) = &published.country {
            if let Some(stated) = countries(text) {
                return stated;
            }
            *described = join([Some(described.clone()), Some(format!("country {text}"))]);
            self.unknown_country(
                field,
                "ISSUING_COUNTRY",
                text,
                "kept in the document's description",
            );
        }
        number.country.into_iter().collect()
    }

    fn date_of_issue(
        &mut self,
        field: &Element,
        published: &Published,
        described: &mut String,
    ) -> Option<String> {
        let Some(text) = &published.issued else {
            return published.date_in_note(&["issued"]);
        };
        let date = birth::parse(text);
        if date.is_none() {
            *described = join([Some(described.clone()), Some(format!("issued {text}"))]);
            self.unreadable_date(
                field,
                "DATE_OF_ISSUE",
                text,
                "kept in the document's description",
            );
        }
        date.map(|span| span.to_string())
    }

    /// A document without a number identifies nobody; its text is kept.
    fn document_without_number(&mut self, field: &Element, published: &Published) {
        let described = join([
            published.kind.clone(),
            published.detail.clone(),
            published.number.clone(),
            published.issued.clone(),
            published.country.clone(),
            Some(published.remarks.clone()),
        ]);
        if described.is_empty() {
            return;
        }
        let (code, severity, found) = match &published.number {
            Some(number) => ("document-number-unreadable", Severity::Warning, number),
            None => ("document-without-number", Severity::Note, &described),
        };
        self.finding(
            code,
            severity,
            field,
            "NUMBER",
            format!(
                "expected a document number, found '{}'; kept in the notes",
                excerpt(found)
            ),
        );
        self.keep("document", &described);
    }
}

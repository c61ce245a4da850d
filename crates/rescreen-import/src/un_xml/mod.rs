//! The consolidated list of the United Nations Security Council.
//!
//! Follows the publisher's schema `sc-sanctions.xsd` (<https://www.un.org/sc/resources/sc-sanctions.xsd>) and what the
//! published files of 2018 to 2026 hold beside it; `docs/formats/un-sc-xml.md` is the table of what becomes what.

mod birth;
mod document;
mod names;
mod number;
mod record;

use std::collections::HashMap;

use jiff::Timestamp;
use rescreen_model::{EntityId, Finding, Schema, Severity};

use crate::{
    ImportError, Input, MAX_ID_BYTES, Shape, Sink, Summary,
    tally::Tally,
    xml::{Element, XmlReader, excerpt},
};

const ROOT: &str = "CONSOLIDATED_LIST";

/// The two sections, the element of their records, and what these are.
const SECTIONS: [(&str, &str, Schema); 2] = [
    ("INDIVIDUALS", "INDIVIDUAL", Schema::Person),
    ("ENTITIES", "ENTITY", Schema::Organization),
];

pub(crate) fn read(inputs: Vec<Input<'_>>, sink: &mut dyn Sink) -> Result<Summary, ImportError> {
    let input = crate::input::only(inputs, "one file, the consolidated list in XML")?;
    let (xml, root) = XmlReader::open(input, ROOT)?;
    let mut reader = Reader {
        xml,
        sink,
        seen: HashMap::new(),
        unknown: Tally::default(),
        entries: 0,
    };
    let published = reader.published(&root);
    reader.sections(&root)?;
    reader.xml.finish()?;
    reader.unknown.report(reader.sink);
    Ok(Summary {
        published,
        is_delta: false,
        entries: reader.entries,
        ..Summary::default()
    })
}

struct Reader<'a, 's> {
    xml: XmlReader<'a>,
    sink: &'s mut dyn Sink,
    /// The line of each record by its id.
    seen: HashMap<EntityId, u64>,
    /// Elements the schema does not have.
    unknown: Tally,
    entries: u64,
}

impl Reader<'_, '_> {
    fn published(&mut self, root: &Element) -> Option<Timestamp> {
        let stated = root.attribute("dateGenerated").unwrap_or_default();
        let published = stated.trim().parse().ok();
        if published.is_none() {
            self.sink.finding(Finding {
                code: "published-unreadable",
                severity: Severity::Warning,
                place: self.xml.place_of(root).field("dateGenerated"),
                message: format!(
                    "expected a time with a zone such as 2025-11-20T23:00:09Z, found '{}'; the list has no publication \
                     date",
                    excerpt(stated)
                ),
            });
        }
        published
    }

    fn sections(&mut self, root: &Element) -> Result<(), ImportError> {
        let mut missing: Vec<&str> = SECTIONS.iter().map(|(section, ..)| *section).collect();
        while let Some(section) = self.xml.child()? {
            let Some((name, record, schema)) =
                SECTIONS.iter().find(|(name, ..)| section.name == *name)
            else {
                return Err(self.unexpected(&section, "<INDIVIDUALS> or <ENTITIES>"));
            };
            missing.retain(|m| m != name);
            while let Some(element) = self.xml.child()? {
                if element.name != *record {
                    return Err(self.unexpected(&element, &format!("<{record}>")));
                }
                self.record(element, *schema)?;
            }
        }
        let found = match missing.first() {
            Some(section) => format!("no section <{section}>"),
            None if self.entries == 0 => "no record at all".to_owned(),
            None => return Ok(()),
        };
        Err(ImportError::shape(
            Shape::Structure,
            self.xml.place_of(root),
            "the sections <INDIVIDUALS> and <ENTITIES> with their records",
            found,
        ))
    }

    fn unexpected(&self, element: &Element, expected: &str) -> ImportError {
        ImportError::shape(
            Shape::Structure,
            self.xml.place_of(element),
            expected,
            format!("<{}>", excerpt(&element.name)),
        )
    }

    fn record(&mut self, mut element: Element, schema: Schema) -> Result<(), ImportError> {
        self.xml.content(&mut element)?;
        let place = self.xml.place_of(&element);
        let reference = element
            .child_value("REFERENCE_NUMBER")
            .filter(|reference| reference.len() <= MAX_ID_BYTES);
        let Some(reference) = reference else {
            self.sink.finding(Finding {
                code: "record-without-id",
                severity: Severity::Loss,
                place: place.field("REFERENCE_NUMBER"),
                message: format!(
                    "expected a reference number such as QDi.001, found none; the record of '{}' is left out",
                    excerpt(&element.child_value("FIRST_NAME").unwrap_or_default())
                ),
            });
            return Ok(());
        };
        let read = record::read(
            &element,
            place.clone().record(&reference),
            &reference,
            schema,
        );
        let id = read.entry.id().clone();
        if let Some(first) = self.seen.insert(id.clone(), element.line) {
            return Err(ImportError::shape(
                Shape::DuplicateId,
                place.record(&reference),
                "each reference number once",
                format!(
                    "{reference} on line {first} and again on line {}",
                    element.line
                ),
            ));
        }
        for unknown in read.unknown {
            let place = place.clone().record(&reference).field(excerpt(&unknown));
            self.unknown.add(
                "element-unknown",
                Severity::Warning,
                &unknown,
                || place,
                || {
                    "expected only elements of the publisher's schema; the text is kept in the notes"
                        .to_owned()
                },
            );
        }
        for finding in read.findings {
            self.sink.finding(finding);
        }
        self.sink.entry(read.entry);
        self.entries += 1;
        Ok(())
    }
}

//! A list of the user's own: a delimited file, and a small TOML file that says what its columns mean.
//!
//! `docs/formats/custom-csv.md` is the reference of the mapping. The delimited form follows RFC 4180, read leniently:
//! lines may end with CR, LF or both, and a quote inside an unquoted field stands for itself.

mod date_format;
mod mapping;
mod plan;
mod row;
mod suggest;
mod table;

pub use mapping::Mapping;

use std::collections::HashMap;

use rescreen_model::{EntityId, Entry, Finding, Place, Severity};

use self::{
    plan::Plan,
    row::{Given, Outcome},
    table::{Row, Table},
};
use crate::{ImportError, Input, Shape, Sink, Summary, tally::Limited};

/// One row in this many may have another number of columns than the header.
const ROWS_FOR_ONE_UNEVEN: u64 = 5;

/// So many uneven rows that waiting for the end of the file helps nobody.
const MAX_UNEVEN: u64 = 1000;

pub(crate) fn read(
    mapping: &Mapping,
    inputs: Vec<Input<'_>>,
    sink: &mut dyn Sink,
) -> Result<Summary, ImportError> {
    let input = crate::input::only(inputs, "one delimited file")?;
    let mut table = Table::open(input, mapping.delimiter, mapping.encoding)?;
    let mut row = Row::default();
    let mut has_row = table.next(&mut row)?;
    let header = match (mapping.header, has_row) {
        (true, true) => {
            let names: Vec<String> = row.cells().map(ToOwned::to_owned).collect();
            has_row = table.next(&mut row)?;
            names
        }
        // Columns without a header are called by their numbers.
        (false, true) => (1..=row.len()).map(|n| n.to_string()).collect(),
        (_, false) => {
            return Err(ImportError::shape(
                Shape::Empty,
                Place::file(table.file()),
                "a delimited file with at least one row",
                "blank lines only",
            ));
        }
    };
    let plan = Plan::new(mapping, &header, table.file())?;
    let mut reader = Reader {
        plan: &plan,
        findings: Limited::new(sink),
        seen: HashMap::new(),
        rows: 0,
        uneven: 0,
        entries: 0,
    };
    reader.say_what_is_unmapped(table.file());
    while has_row {
        reader.row(&row, table.file())?;
        has_row = table.next(&mut row)?;
    }
    reader.check_uneven(table.place())?;
    reader.findings.report();
    Ok(Summary {
        published: None,
        is_delta: false,
        entries: reader.entries,
        ..Summary::default()
    })
}

struct Reader<'a> {
    plan: &'a Plan<'a>,
    findings: Limited<'a>,
    /// The line of each record by its id.
    seen: HashMap<EntityId, u64>,
    rows: u64,
    uneven: u64,
    entries: u64,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row, file: &str) -> Result<(), ImportError> {
        self.rows += 1;
        let place = Place::file(file).line(row.line);
        let (expected, found) = (self.plan.columns(), row.len());
        if found != expected {
            return self.uneven(place, expected, found);
        }
        let mut findings = Vec::new();
        let outcome = row::read(self.plan, row, &place, &mut findings);
        for finding in findings {
            self.findings.add(finding);
        }
        if let Outcome::Entry(entry, id) = outcome {
            self.entry(entry, id, place, row.line)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        entry: Entry,
        id: Given,
        place: Place,
        line: u64,
    ) -> Result<(), ImportError> {
        if let Some(first) = self.seen.insert(entry.id().clone(), line) {
            let place = place.record(entry.id().as_str());
            if id == Given::ByUs {
                // The id is the content, so nothing is lost with the second row.
                self.findings.add(Finding {
                    code: "row-repeated",
                    severity: Severity::Note,
                    place,
                    message: format!("expected each row once, found that of line {first} again"),
                });
                return Ok(());
            }
            return Err(ImportError::shape(
                Shape::DuplicateId,
                place,
                "each id once",
                format!("{} on line {first} and again on line {line}", entry.id()),
            ));
        }
        self.entries += 1;
        self.findings.sink().entry(entry);
        Ok(())
    }

    fn uneven(&mut self, place: Place, expected: usize, found: usize) -> Result<(), ImportError> {
        self.uneven += 1;
        self.findings.add(Finding {
            code: "row-uneven",
            severity: Severity::Loss,
            place: place.clone(),
            message: format!("expected {expected} columns, found {found}; left out"),
        });
        if self.uneven > MAX_UNEVEN {
            self.check_uneven(place)?;
        }
        Ok(())
    }

    fn check_uneven(&self, place: Place) -> Result<(), ImportError> {
        if self.uneven * ROWS_FOR_ONE_UNEVEN > self.rows {
            return Err(ImportError::shape(
                Shape::Structure,
                place,
                format!(
                    "rows of {} columns with at most one exception in {ROWS_FOR_ONE_UNEVEN}",
                    self.plan.columns()
                ),
                format!("{} others in {} rows", self.uneven, self.rows),
            ));
        }
        Ok(())
    }

    fn say_what_is_unmapped(&mut self, file: &str) {
        let unmapped = self.plan.unmapped();
        if !unmapped.is_empty() {
            self.findings.add(Finding {
                code: "column-unmapped",
                severity: Severity::Note,
                place: Place::file(file),
                message: format!(
                    "the mapping does not name the columns {}; they are left out",
                    suggest::list(unmapped)
                ),
            });
        }
        if self.plan.derives_ids() {
            self.findings.add(Finding {
                code: "id-derived",
                severity: Severity::Note,
                place: Place::file(file),
                message: "the mapping names no id, so each id is a hash of the row's mapped values; a corrected row \
                          becomes another record"
                    .to_owned(),
            });
        }
    }
}

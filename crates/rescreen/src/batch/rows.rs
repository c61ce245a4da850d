//! Reading subjects, one row at a time.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::Result;
use rescreen_app::{join_name, names_somebody};
use rescreen_model::{
    Country, DateSpan, Entity, Gender, Property, PropertyKind, Schema, identifier::IdentifierKind,
};

use super::extension;
use crate::{failure::EdgeError, files, query};

/// A line of NDJSON longer than this is no subject.
const MAX_LINE: u64 = 16 * 1024 * 1024;

/// A row of CSV with more lines or bytes than this is no subject either.
const MAX_LINES: u64 = 200;
const MAX_CSV_ROW: usize = 256 * 1024;

/// One row: the subject, or why there is none.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Counted from 1, without the header.
    pub(crate) number: u64,
    /// The user's own id, or the number.
    pub(crate) id: String,
    /// Whether that id is the user's own.
    named: bool,
    /// `None` where the row cannot be screened; the remarks say why.
    pub(crate) subject: Option<Entity>,
    /// What of the row was not understood.
    pub(crate) remarks: Vec<String>,
}

impl Row {
    fn new(number: u64) -> Self {
        Self {
            number,
            id: number.to_string(),
            named: false,
            subject: None,
            remarks: Vec::new(),
        }
    }

    /// Whether the row has an id of its own rather than its place in the file.
    pub(crate) fn is_named(&self) -> bool {
        self.named
    }
}

/// A file of subjects.
pub(crate) struct Rows {
    name: String,
    source: Source,
    length: u64,
    number: u64,
    position: u64,
    notes: Vec<String>,
}

enum Source {
    Csv {
        reader: Box<csv::Reader<Box<dyn Read>>>,
        columns: Vec<Column>,
    },
    Ndjson {
        reader: BufReader<File>,
    },
}

/// What a column of a CSV file holds.
#[derive(Debug, Clone, PartialEq)]
enum Column {
    Id,
    Schema,
    Value(Property),
    /// A number with or without its type, as `--id` takes it.
    Document,
    Ignored,
}

impl Rows {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Self::open_mapped(path, &[])
    }

    /// Opens a file whose columns have names of their own: pairs of what we call it and what the file calls it.
    pub(crate) fn open_mapped(path: &Path, mapping: &[(String, String)]) -> Result<Self> {
        let (file, length) = files::open(path)?;
        let mut notes = Vec::new();
        let source = match extension(path).as_str() {
            "csv" => {
                let (source, unused) =
                    csv_source(&path.display().to_string(), Box::new(file), mapping)?;
                notes.extend(unused);
                source
            }
            "ndjson" | "jsonl" => Source::Ndjson {
                reader: BufReader::with_capacity(1 << 16, file),
            },
            other => {
                return Err(EdgeError::Usage(format!(
                    "--input {}: '.{other}' is not a form of subjects: expected .csv, .ndjson or .jsonl",
                    path.display()
                ))
                .into());
            }
        };
        Ok(Self {
            name: path.display().to_string(),
            source,
            length,
            number: 0,
            position: 0,
            notes,
        })
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Bytes read so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// What the user should know about the file as a whole.
    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    pub(crate) fn skip(&mut self, rows: u64) -> Result<()> {
        for _ in 0..rows {
            if self.next()?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The next rows, at most `limit`; none at the end.
    pub(crate) fn take(&mut self, limit: usize) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        while rows.len() < limit {
            match self.next()? {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        Ok(rows)
    }

    fn next(&mut self) -> Result<Option<Row>> {
        self.number += 1;
        let number = self.number;
        match &mut self.source {
            Source::Csv { reader, columns } => {
                let mut record = csv::ByteRecord::new();
                let began = reader.position().line();
                let more = reader
                    .read_byte_record(&mut record)
                    .map_err(|e| EdgeError::Data(format!("{}: {e}", self.name)))?;
                if !more {
                    return Ok(None);
                }
                self.position = reader.position().byte();
                // A quote that is never closed swallows every row behind it.
                if reader.position().line() - began > MAX_LINES
                    || record.as_slice().len() > MAX_CSV_ROW
                {
                    return Err(EdgeError::Data(format!(
                        "{}:{began}: a row of more than {MAX_LINES} lines or {MAX_CSV_ROW} bytes: is a quotation mark not closed?",
                        self.name
                    ))
                    .into());
                }
                Ok(Some(csv_row(number, &record, columns)))
            }
            Source::Ndjson { reader } => loop {
                let mut line = Vec::new();
                let read = (&mut *reader)
                    .take(MAX_LINE + 1)
                    .read_until(b'\n', &mut line)? as u64;
                if read == 0 {
                    return Ok(None);
                }
                self.position += read;
                if read > MAX_LINE {
                    self.position += reader.skip_until(b'\n')? as u64;
                    let mut row = Row::new(number);
                    row.remarks
                        .push(format!("row {number}: longer than {MAX_LINE} bytes"));
                    return Ok(Some(row));
                }
                if !line.iter().all(u8::is_ascii_whitespace) {
                    return Ok(Some(json_row(number, &line)));
                }
            },
        }
    }
}

/// Reads subjects from text, all at once.
pub(crate) fn parse_csv(name: &str, text: &'static str) -> Result<Vec<Row>> {
    let (source, _) = csv_source(name, Box::new(text.as_bytes()), &[])?;
    let mut rows = Rows {
        name: name.to_owned(),
        source,
        length: text.len() as u64,
        number: 0,
        position: 0,
        notes: Vec::new(),
    };
    rows.take(usize::MAX)
}

/// Reads the header; gives a note on the columns that are not used.
fn csv_source(
    name: &str,
    bytes: Box<dyn Read>,
    mapping: &[(String, String)],
) -> Result<(Source, Option<String>)> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = reader
        .headers()
        .map_err(|e| EdgeError::Data(format!("{name}: {e}")))?
        .clone();
    let mut columns: Vec<Column> = header.iter().map(column).collect();
    for (ours, theirs) in mapping {
        let meant = column(ours);
        if meant == Column::Ignored {
            let what = format!(
                "--map {ours}={theirs}: '{ours}' is nothing we know: expected external_id, name, birth_date, …"
            );
            return Err(EdgeError::Usage(what).into());
        }
        let Some(at) = header.iter().position(|h| h.trim() == theirs.trim()) else {
            let found: Vec<String> = header.iter().map(|h| format!("'{h}'")).collect();
            let what = format!(
                "--map {ours}={theirs}: {name} has no column '{theirs}', it has {}",
                found.join(", ")
            );
            return Err(EdgeError::Usage(what).into());
        };
        // What a person says of a column outweighs what its header suggests about another.
        for other in columns.iter_mut().filter(|c| **c == meant) {
            *other = Column::Ignored;
        }
        columns[at] = meant;
    }
    let names_somebody = |column: &Column| match column {
        Column::Document => true,
        Column::Value(p) => {
            matches!(p, Property::Name | Property::LastName) || IdentifierKind::of(p).is_some()
        }
        _ => false,
    };
    if !columns.iter().any(names_somebody) {
        let found: Vec<String> = header.iter().map(|h| format!("'{h}'")).collect();
        return Err(EdgeError::Data(format!(
            "{name}:1: no column names anybody: expected a header with 'name' (and 'external_id', 'birth_date', 'nationality', …), found {}",
            found.join(", ")
        ))
        .into());
    }
    let unused: Vec<&str> = header
        .iter()
        .zip(&columns)
        .filter(|(_, c)| **c == Column::Ignored)
        .map(|(h, _)| h)
        .collect();
    let note = (!unused.is_empty()).then(|| format!("columns not used: {}", unused.join(", ")));
    Ok((
        Source::Csv {
            reader: Box::new(reader),
            columns,
        },
        note,
    ))
}

/// The column of a header, by the words people use.
fn column(header: &str) -> Column {
    let plain: String = header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let property = match plain.as_str() {
        "externalid" | "id" | "customerid" | "subjectid" | "reference" => return Column::Id,
        "schema" | "kind" => return Column::Schema,
        "name" | "fullname" | "names" => Property::Name,
        "aka" | "aliases" => Property::Alias,
        "firstname" | "givenname" | "givennames" | "forename" => Property::FirstName,
        "lastname" | "surname" | "familyname" => Property::LastName,
        "dob" | "dateofbirth" | "birthdate" => Property::BirthDate,
        "sex" => Property::Gender,
        "document" | "identifier" => return Column::Document,
        "passport" | "passportno" => Property::PassportNumber,
        "nationalid" => Property::IdNumber,
        "imo" => Property::ImoNumber,
        "lei" => Property::LeiCode,
        "pob" | "placeofbirth" => Property::BirthPlace,
        _ => {
            let known = Property::KNOWN
                .iter()
                .find(|p| p.name().eq_ignore_ascii_case(&plain));
            return known.map_or(Column::Ignored, |p| Column::Value(p.clone()));
        }
    };
    Column::Value(property)
}

fn csv_row(number: u64, record: &csv::ByteRecord, columns: &[Column]) -> Row {
    let mut row = Row::new(number);
    let line = record.position().map_or(0, csv::Position::line);
    if record.len() != columns.len() {
        row.remarks.push(format!(
            "line {line}: {} columns, the header has {}",
            record.len(),
            columns.len()
        ));
        return row;
    }
    let mut schema = Schema::Thing;
    let (mut values, mut documents) = (Vec::new(), Vec::new());
    for (cell, column) in record.iter().zip(columns) {
        let Ok(cell) = std::str::from_utf8(cell) else {
            row.remarks
                .push(format!("line {line}: a cell is not UTF-8 text"));
            return row;
        };
        let cell = cell.trim();
        match column {
            _ if cell.is_empty() => {}
            Column::Id => {
                cell.clone_into(&mut row.id);
                row.named = true;
            }
            Column::Schema => match query::schema(cell) {
                Ok(found) => schema = found,
                Err(error) => row
                    .remarks
                    .push(format!("line {line}: {error}; screened as any kind")),
            },
            Column::Value(property) => values.push((property.clone(), cell)),
            Column::Document => documents.push(cell),
            Column::Ignored => {}
        }
    }
    let mut subject = Entity::new(row.id.as_str(), schema);
    for (property, cell) in values {
        if let Err(remark) = add(&mut subject, &property, cell) {
            row.remarks.push(format!("line {line}: {remark}"));
        }
    }
    for cell in documents {
        if let Err(error) = query::add_identifier(&mut subject, cell) {
            row.remarks
                .push(format!("line {line}: the document is left out: {error}"));
        }
    }
    join_name(&mut subject);
    finish(row, subject, &format!("line {line}"))
}

/// Adds a cell in the canonical form of its property, or says why it is left out.
fn add(subject: &mut Entity, property: &Property, cell: &str) -> Result<(), String> {
    let short = || cell.chars().take(60).collect::<String>();
    match property.kind() {
        PropertyKind::Date => match DateSpan::parse(cell) {
            Ok(span) => subject.add_date(property.clone(), &span, cell),
            Err(error) => return Err(format!("{property} is left out: {error}")),
        },
        PropertyKind::Country => match Country::parse(cell) {
            Some(country) => subject.add_from(property.clone(), country.code(), cell),
            None => {
                return Err(format!(
                    "{property} is left out: '{}' is not a country",
                    short()
                ));
            }
        },
        PropertyKind::Gender => match Gender::parse(cell) {
            Some(gender) => subject.add_from(property.clone(), gender.as_str(), cell),
            None => {
                return Err(format!(
                    "{property} is left out: '{}' is not a gender",
                    short()
                ));
            }
        },
        _ => subject.add(property.clone(), cell),
    }
    Ok(())
}

fn json_row(number: u64, line: &[u8]) -> Row {
    let read = rescreen_app::read_subject(line, &format!("row {number}"));
    Row {
        number,
        named: read.id.is_some(),
        id: read.id.unwrap_or_else(|| number.to_string()),
        subject: read.subject,
        remarks: read.remarks,
    }
}

fn finish(mut row: Row, subject: Entity, place: &str) -> Row {
    if names_somebody(&subject) {
        row.subject = Some(subject);
    } else {
        row.remarks
            .push(format!("{place}: neither a name nor a number to screen by"));
    }
    row
}

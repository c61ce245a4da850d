//! The set of delimited files and their rows.
//!
//! The files have no header; each is known by its number of columns. They are pure ASCII, with CRLF line ends and the
//! end-of-file mark of DOS behind the last; mirrors change all three, so all variants are read and named.

use std::{
    borrow::Cow,
    io::{self, Read as _},
    ops::Range,
};

use ::csv::{ByteRecord, Reader, ReaderBuilder};
use rescreen_model::{Finding, Place, Severity};

use super::{MAX_CSV_BYTES, MAX_FIELD_BYTES};
use crate::{
    ImportError, Input, Shape,
    source::{ByteOrderMark, Source, read_error},
};

const EXPECTED: &str = "OFAC's delimited files: sdn.csv or cons_prim.csv (12 columns), alt.csv (5), add.csv (6), sdn_comments.csv (2)";

/// The end-of-file mark of DOS (Ctrl-Z).
const END_MARK: u8 = 0x1a;

/// What a file of the set holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The parties: `sdn.csv` or `cons_prim.csv`.
    Primary,
    /// Their strong aliases: `alt.csv` or `cons_alt.csv`.
    Aliases,
    /// Their addresses: `add.csv` or `cons_add.csv`.
    Addresses,
    /// Remarks beyond the thousandth character: `sdn_comments.csv` or `cons_comments.csv`.
    Comments,
}

impl Role {
    const ALL: [Self; 4] = [
        Self::Primary,
        Self::Aliases,
        Self::Addresses,
        Self::Comments,
    ];

    fn columns(self) -> usize {
        match self {
            Self::Primary => 12,
            Self::Aliases => 5,
            Self::Addresses => 6,
            Self::Comments => 2,
        }
    }
}

/// One file, whole and in memory, its byte order and end-of-file marks taken away.
pub(super) struct File {
    pub(super) name: String,
    role: Role,
    bytes: Vec<u8>,
    has_header: bool,
    has_end_mark: bool,
}

/// The files of one list.
pub(super) struct FileSet {
    pub(super) primary: File,
    pub(super) aliases: Option<File>,
    pub(super) addresses: Option<File>,
    pub(super) comments: Option<File>,
}

impl FileSet {
    /// Reads the files, in whatever order they come, and tells them apart.
    pub(super) fn load(inputs: Vec<Input<'_>>) -> Result<Self, ImportError> {
        let given = inputs
            .iter()
            .map(|input| input.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let mut slots: [Option<File>; 4] = Default::default();
        for input in inputs {
            let file = File::load(input)?;
            let slot = &mut slots[file.role as usize];
            if let Some(other) = slot {
                return Err(ImportError::Files {
                    expected: format!(
                        "expected one file with {} columns, {} and {} both have them",
                        file.role.columns(),
                        other.name,
                        file.name
                    ),
                    given,
                });
            }
            *slot = Some(file);
        }
        let [primary, aliases, addresses, comments] = slots;
        let primary = primary.ok_or_else(|| ImportError::Files {
            expected: format!("expected {EXPECTED}; the first of them is missing"),
            given: if given.is_empty() {
                "nothing".to_owned()
            } else {
                given
            },
        })?;
        Ok(Self {
            primary,
            aliases,
            addresses,
            comments,
        })
    }

    /// What is unusual about the files themselves, and what the list lacks without those that are missing.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let optional = [&self.aliases, &self.addresses, &self.comments];
        for file in optional.into_iter().flatten().chain([&self.primary]) {
            file.findings(&mut findings);
        }
        let lacks = [
            (
                &self.aliases,
                "aliases-missing",
                "no file of aliases (alt.csv, 5 columns) was given, so the strong aliases are missing",
            ),
            (
                &self.addresses,
                "addresses-missing",
                "no file of addresses (add.csv, 6 columns) was given, so all addresses are missing",
            ),
            (
                &self.comments,
                "comments-missing",
                "no file of comments (sdn_comments.csv, 2 columns) was given, so remarks end at 1000 characters",
            ),
        ];
        for (file, code, message) in lacks {
            if file.is_none() {
                findings.push(Finding {
                    code,
                    severity: Severity::Note,
                    place: Place::file(&self.primary.name),
                    message: message.to_owned(),
                });
            }
        }
        findings
    }
}

impl File {
    fn load(input: Input<'_>) -> Result<Self, ImportError> {
        let source = Source::open(input, EXPECTED)?;
        let name = source.name;
        let refuse = |shape, line, found: String| {
            let place = Place {
                line,
                ..Place::file(&name)
            };
            ImportError::shape(shape, place, EXPECTED, found)
        };
        if !matches!(source.mark, None | Some(ByteOrderMark::Utf8)) {
            return Err(refuse(Shape::Encoding, None, "UTF-16".to_owned()));
        }
        let mut bytes = Vec::new();
        source
            .bytes
            .take(MAX_CSV_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| read_error(&name, None, error))?;
        if bytes.len() as u64 > MAX_CSV_BYTES {
            let found = format!("more than {MAX_CSV_BYTES} bytes");
            return Err(refuse(Shape::Limit, None, found));
        }
        let line_of = |at: usize| Some(1 + count(&bytes[..at], b'\n'));
        if let Some(at) = bytes.iter().position(|b| *b == 0) {
            let found = "a NUL byte".to_owned();
            return Err(refuse(Shape::Encoding, line_of(at), found));
        }
        let end = bytes.iter().position(|b| *b == END_MARK);
        if let Some(at) = end {
            let behind = bytes[at..].trim_ascii_end();
            if behind.iter().any(|b| *b != END_MARK) {
                let found = "content behind the end-of-file mark".to_owned();
                return Err(refuse(Shape::Structure, line_of(at), found));
            }
            bytes.truncate(at);
        }
        let mut first = ByteRecord::new();
        let is_empty = !csv_reader(&bytes)
            .read_byte_record(&mut first)
            .map_err(|error| read_error(&name, None, io::Error::other(error)))?;
        // A list whose remarks are all short has a file of comments that holds the end mark only.
        let is_no_comments = end.is_some() && name.to_ascii_lowercase().contains("comment");
        let role = match is_empty {
            true if is_no_comments => Role::Comments,
            true => return Err(refuse(Shape::Empty, None, "nothing".to_owned())),
            false => Role::ALL
                .into_iter()
                .find(|role| role.columns() == first.len())
                .ok_or_else(|| {
                    let found = format!("a first row with columns: {}", first.len());
                    refuse(Shape::Structure, Some(1), found)
                })?,
        };
        Ok(Self {
            role,
            has_header: first.get(0).is_some_and(|field| number(field).is_none()),
            has_end_mark: end.is_some(),
            bytes,
            name,
        })
    }

    fn findings(&self, findings: &mut Vec<Finding>) {
        let mut note = |code, line, message: &str| {
            findings.push(Finding {
                code,
                severity: Severity::Note,
                place: Place {
                    line,
                    ..Place::file(&self.name)
                },
                message: message.to_owned(),
            });
        };
        if self.has_header {
            note(
                "header-skipped",
                Some(1),
                "expected no header, skipped a first row that starts with no number",
            );
        }
        if !self.has_end_mark {
            note(
                "end-mark-missing",
                None,
                "the end-of-file mark (byte 1A) that OFAC writes is missing, so a cut between two rows would not show",
            );
        }
    }

    /// The rows, a header left out.
    pub(super) fn rows(&self) -> Rows<'_> {
        Rows {
            file: self,
            reader: csv_reader(&self.bytes),
            record: ByteRecord::new(),
            line: 1,
            counted: 0,
            skip: self.has_header,
        }
    }
}

fn csv_reader(bytes: &[u8]) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes)
}

/// The rows of a file, one after the other.
pub(super) struct Rows<'f> {
    file: &'f File,
    reader: Reader<&'f [u8]>,
    record: ByteRecord,
    /// The line of the byte up to which lines were counted.
    line: u64,
    counted: usize,
    skip: bool,
}

/// One row: as many fields as its file has columns, the first of them a number.
pub(super) struct Row<'r> {
    pub(super) number: u64,
    pub(super) line: u64,
    record: &'r ByteRecord,
}

impl Rows<'_> {
    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, ImportError> {
        loop {
            let start = self.skip_line_ends();
            let has_row = self
                .reader
                .read_byte_record(&mut self.record)
                .map_err(|error| {
                    read_error(&self.file.name, Some(self.line), io::Error::other(error))
                })?;
            if !has_row {
                return Ok(None);
            }
            let line = self.line;
            let end = usize::try_from(self.reader.position().byte())
                .unwrap_or(usize::MAX)
                .min(self.file.bytes.len());
            self.count_lines_to(end);
            self.check(start..end, line)?;
            if std::mem::take(&mut self.skip) {
                continue;
            }
            let Some(number) = number(&self.record[0]) else {
                return Err(self.refuse(
                    Shape::Structure,
                    line,
                    "a row that starts with OFAC's number of the party".to_owned(),
                    format!("'{}'", excerpt(&self.record[0])),
                ));
            };
            return Ok(Some(Row {
                number,
                line,
                record: &self.record,
            }));
        }
    }

    fn check(&self, span: Range<usize>, line: u64) -> Result<(), ImportError> {
        let columns = self.file.role.columns();
        let found = self.record.len();
        let raw = &self.file.bytes[span.clone()];
        let is_last = self.file.bytes[span.end..].trim_ascii().is_empty();
        let is_open = count(raw, b'"') % 2 == 1;
        if is_last && (found < columns || is_open || has_cut_end(raw)) {
            let found = if is_open {
                "an open quote at the end of the file".to_owned()
            } else {
                format!("an end inside column {found}")
            };
            let expected = format!("{columns} columns");
            return Err(self.refuse(Shape::Truncated, line, expected, found));
        }
        if found != columns {
            let (expected, found) = (format!("{columns} columns"), format!("{found}"));
            return Err(self.refuse(Shape::Structure, line, expected, found));
        }
        if let Some(field) = self.record.iter().find(|f| f.len() > MAX_FIELD_BYTES) {
            return Err(self.refuse(
                Shape::Limit,
                line,
                format!("fields of at most {MAX_FIELD_BYTES} bytes"),
                format!("{} bytes", field.len()),
            ));
        }
        Ok(())
    }

    fn refuse(&self, shape: Shape, line: u64, expected: String, found: String) -> ImportError {
        ImportError::shape(
            shape,
            Place::file(&self.file.name).line(line),
            expected,
            found,
        )
    }

    /// Moves behind the line ends between two rows, so that a row's line is the one its first field stands on.
    fn skip_line_ends(&mut self) -> usize {
        let bytes = &self.file.bytes[self.counted..];
        let blank = bytes
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        let start = self.counted + blank;
        self.count_lines_to(start);
        start
    }

    fn count_lines_to(&mut self, end: usize) {
        if let Some(passed) = self.file.bytes.get(self.counted..end) {
            self.line += count(passed, b'\n');
            self.counted = end;
        }
    }
}

impl Row<'_> {
    /// A field as text; `None` where it is OFAC's null (`-0-`) or empty.
    pub(super) fn text(&self, column: usize) -> Option<Cow<'_, str>> {
        let is_null = |text: &str| text.is_empty() || text == "-0-";
        Some(self.raw(column)).filter(|text| !is_null(text.trim()))
    }

    /// A field to its last blank, because remarks are cut and continued in the middle of a word.
    pub(super) fn raw(&self, column: usize) -> Cow<'_, str> {
        decode(&self.record[column])
    }

    /// Whether a field holds bytes that are no UTF-8 and were taken for Windows-1252.
    pub(super) fn foreign_column(&self) -> Option<usize> {
        self.record
            .iter()
            .position(|field| std::str::from_utf8(field).is_err())
    }
}

/// OFAC writes ASCII; what is not even UTF-8 comes from a mirror's Windows programme.
fn decode(field: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(field) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(field)
                .0
        }
    }
}

/// Whether a row without a line end breaks off inside its last field: fields end in a quote or are null.
fn has_cut_end(raw: &[u8]) -> bool {
    let has_line_end = raw.ends_with(b"\n") || raw.ends_with(b"\r");
    let trimmed = raw.trim_ascii_end();
    !has_line_end && !trimmed.ends_with(b"\"") && !trimmed.ends_with(b"-0-")
}

/// OFAC's number of a party; twelve digits are far beyond those in use.
fn number(field: &[u8]) -> Option<u64> {
    std::str::from_utf8(field)
        .ok()
        .map(str::trim)
        .filter(|digits| (1..=12).contains(&digits.len()))
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?
        .parse()
        .ok()
}

fn count(bytes: &[u8], byte: u8) -> u64 {
    bytes.iter().map(|b| u64::from(*b == byte)).sum()
}

fn excerpt(field: &[u8]) -> String {
    crate::xml::excerpt(&decode(field))
}

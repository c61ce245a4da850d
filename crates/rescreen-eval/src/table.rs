//! Reading labelled data: comma-separated files with a header.

use std::io::Read;

use rescreen_model::Place;

/// Why a file of labelled data was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file is no table, or reading failed.
    #[error("{file}: not a readable CSV file")]
    Csv {
        /// The file as the user named it.
        file: String,
        /// The reader's reason, with the line.
        #[source]
        source: csv::Error,
    },
    /// A column that is needed is not there.
    #[error("{file}:1: expected a column {expected}, found {found}")]
    Column {
        /// The file as the user named it.
        file: String,
        /// The names it may have.
        expected: String,
        /// The header.
        found: String,
    },
    /// A cell cannot be read.
    #[error("{place}: expected {expected}, found '{found}'")]
    Cell {
        /// Where.
        place: Box<Place>,
        /// What belongs there.
        expected: &'static str,
        /// The beginning of what stands there.
        found: String,
    },
    /// A header and nothing else.
    #[error("{file}: expected rows below the header, found none")]
    Empty {
        /// The file as the user named it.
        file: String,
    },
}

/// A file with a header whose columns are found by name.
pub(crate) struct Table<R> {
    file: String,
    reader: csv::Reader<R>,
    header: Vec<String>,
    /// Where lines end in two characters, the reader counts one line less from the second record on.
    uncounted: Option<u64>,
}

/// The place of a column in every row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column(usize);

/// One row with its line.
pub(crate) struct Row<'a> {
    file: &'a str,
    line: u64,
    record: csv::StringRecord,
}

impl<R: Read> Table<R> {
    pub(crate) fn open(file: &str, bytes: R) -> Result<Self, TableError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let header = reader
            .headers()
            .map_err(|source| TableError::Csv {
                file: file.to_owned(),
                source,
            })?
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').to_lowercase())
            .collect();
        Ok(Self {
            file: file.to_owned(),
            reader,
            header,
            uncounted: None,
        })
    }

    /// The first column that has one of the names.
    pub(crate) fn find(&self, names: &[&str]) -> Option<Column> {
        names
            .iter()
            .find_map(|name| self.header.iter().position(|h| h == name))
            .map(Column)
    }

    pub(crate) fn require(&self, names: &[&str]) -> Result<Column, TableError> {
        self.find(names).ok_or_else(|| TableError::Column {
            file: self.file.clone(),
            expected: quoted(names, " or "),
            found: if self.header.iter().all(String::is_empty) {
                "no header".to_owned()
            } else {
                quoted(&self.header, ", ")
            },
        })
    }

    /// The header without the columns of these names.
    pub(crate) fn others(&self, used: &[&str]) -> Vec<String> {
        let is_other = |name: &&String| !used.contains(&name.as_str());
        self.header.iter().filter(is_other).cloned().collect()
    }

    /// Reads every row.
    pub(crate) fn rows<T>(
        mut self,
        mut read: impl FnMut(Row<'_>) -> Result<T, TableError>,
    ) -> Result<Vec<T>, TableError> {
        let mut rows = Vec::new();
        for record in self.reader.records() {
            let record = record.map_err(|source| TableError::Csv {
                file: self.file.clone(),
                source,
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            // No record stands on the header's line.
            let uncounted = *self.uncounted.get_or_insert(u64::from(line == 1));
            rows.push(read(Row {
                file: &self.file,
                line: line + uncounted,
                record,
            })?);
        }
        if rows.is_empty() {
            return Err(TableError::Empty { file: self.file });
        }
        Ok(rows)
    }
}

impl Row<'_> {
    /// The line in the file, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The cell, empty where the column is not there.
    pub(crate) fn cell(&self, column: impl Into<Option<Column>>) -> &str {
        column
            .into()
            .and_then(|Column(at)| self.record.get(at))
            .unwrap_or_default()
    }

    pub(crate) fn refuse(&self, field: &str, expected: &'static str, found: &str) -> TableError {
        TableError::Cell {
            place: Place::file(self.file).line(self.line()).field(field).into(),
            expected,
            found: found.chars().take(60).collect(),
        }
    }
}

fn quoted(names: &[impl AsRef<str>], between: &str) -> String {
    let names: Vec<String> = names.iter().map(|n| format!("'{}'", n.as_ref())).collect();
    names.join(between)
}

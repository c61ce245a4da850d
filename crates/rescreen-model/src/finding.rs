//! What an importer noticed and did not swallow.

use std::fmt;

/// How much a finding takes from the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something unusual that changes nothing in the entries.
    Note,
    /// A value was kept as text because it could not be understood, so it will not serve as evidence.
    Warning,
    /// A record or a part of one was left out.
    Loss,
}

impl Severity {
    /// The word used in reports and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Loss => "loss",
        }
    }

    /// The inverse of [`Severity::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Note, Self::Warning, Self::Loss]
            .into_iter()
            .find(|s| s.as_str() == text)
    }
}

/// Where in the input something is: as exact as the reader knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The name of the file as the user gave it.
    pub file: String,
    /// The line, counted from 1.
    pub line: Option<u64>,
    /// The publisher's id of the record.
    pub record: Option<String>,
    /// The column, element or property.
    pub field: Option<String>,
}

impl Place {
    /// A place that is a whole file.
    pub fn file(name: &str) -> Self {
        Self {
            file: name.to_owned(),
            ..Self::default()
        }
    }

    /// The same place, one line of it.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same place, one record of it.
    #[must_use]
    pub fn record(mut self, record: impl Into<String>) -> Self {
        self.record = Some(record.into());
        self
    }

    /// The same place, one field of it.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(record) = &self.record {
            write!(f, " record {record}")?;
        }
        if let Some(field) = &self.field {
            write!(f, " field {field}")?;
        }
        Ok(())
    }
}

/// One thing an importer noticed: nothing is lost in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable word for the kind of finding (`birth-date-unreadable`); `docs/manual/findings.md` explains each.
    pub code: &'static str,
    /// What it takes from the list.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What was expected, what came, in a sentence without a full stop.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} [{}] {}: {}",
            self.severity.as_str(),
            self.code,
            self.place,
            self.message
        )
    }
}

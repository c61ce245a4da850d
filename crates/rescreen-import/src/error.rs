//! Why a whole file was refused.

use std::io;

use rescreen_model::Place;

/// The ways in which a file is not the list it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// No content at all.
    Empty,
    /// A web page instead of data.
    Html,
    /// The end is missing.
    Truncated,
    /// Another root element, header or number of columns than the format has.
    Structure,
    /// The file declares another number of records than it holds.
    RecordCount,
    /// One id stands for two records.
    DuplicateId,
    /// Bytes that are no text in the format's encoding.
    Encoding,
    /// A single value, line or nesting beyond every sensible limit.
    Limit,
}

impl Shape {
    /// A stable word for it, used as the reason of a quarantine.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Html => "html",
            Self::Truncated => "truncated",
            Self::Structure => "structure",
            Self::RecordCount => "record-count",
            Self::DuplicateId => "duplicate-id",
            Self::Encoding => "encoding",
            Self::Limit => "limit",
        }
    }
}

/// Why a file was refused as a whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The content is not what the format says.
    #[error("{place}: expected {expected}, found {found}")]
    Shape {
        /// In which way.
        shape: Shape,
        /// Where.
        place: Box<Place>,
        /// What the format says.
        expected: String,
        /// What came.
        found: String,
    },
    /// The set of files is not complete or not of this format.
    #[error("{expected}; given: {given}")]
    Files {
        /// What the format needs.
        expected: String,
        /// The names that were given.
        given: String,
    },
    /// The mapping of a user's own list does not fit.
    #[error("{place}: {message}")]
    Mapping {
        /// Where: in the mapping or in the header of the list.
        place: Place,
        /// What is wrong and what was expected.
        message: String,
    },
    /// Reading failed.
    #[error("{place}: reading failed")]
    Read {
        /// Where.
        place: Place,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

impl ImportError {
    /// A file of another shape. Both sides are shortened: they may quote the file, which may be
    /// a megabyte of anything.
    pub fn shape(
        shape: Shape,
        place: Place,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self::Shape {
            shape,
            place: place.into(),
            expected: shorten(expected.into()),
            found: shorten(found.into()),
        }
    }
}

/// Bytes that one side of a message has at most.
const MAX_SIDE_BYTES: usize = 500;

fn shorten(mut text: String) -> String {
    if text.len() > MAX_SIDE_BYTES {
        text.truncate(text.floor_char_boundary(MAX_SIDE_BYTES));
        text.push('…');
    }
    text
}

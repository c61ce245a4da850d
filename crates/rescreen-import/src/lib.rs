//! Publishers' list files: bytes in, entries and findings out.
//!
//! One module per format, each named for the official document it follows. Readers stream: they hand one [`Entry`] at
//! a time to a [`Sink`] and keep only what the format forces them to join. They never fetch and never touch the file
//! system.
//!
//! What cannot be understood in a record becomes a [`Finding`], and the record is kept as far as it goes. A file whose
//! *shape* is not the expected one stops with an [`ImportError`], because a half-understood list is worse than
//! yesterday's.

#![deny(clippy::disallowed_methods)]

pub mod custom_csv;
mod english_date;
mod error;
pub mod ftm_json;
mod input;
mod ofac;
mod source;
mod tally;
mod un_xml;
mod xml;

pub use error::{ImportError, Shape};
pub use input::Input;

use jiff::Timestamp;
use rescreen_model::{EntityId, Entry, Finding};

/// The formats that can be read, named as `--format` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// OFAC's legacy delimited files: `sdn.csv` or `cons_prim.csv` with aliases, addresses and comments.
    OfacSdnCsv,
    /// OFAC's legacy `SDN.XML` or `CONSOLIDATED.XML`.
    OfacXml,
    /// The consolidated list of the United Nations Security Council.
    UnScXml,
    /// FollowTheMoney entities, one JSON object a line, or a delta file with operations.
    FtmJson,
    /// A comma-separated file of the user's own, read through a [mapping](crate::custom_csv::Mapping).
    Csv,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [
        Self::OfacSdnCsv,
        Self::OfacXml,
        Self::UnScXml,
        Self::FtmJson,
        Self::Csv,
    ];

    /// The name on the command line and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::OfacSdnCsv => "ofac-sdn-csv",
            Self::OfacXml => "ofac-xml",
            Self::UnScXml => "un-sc-xml",
            Self::FtmJson => "ftm-json",
            Self::Csv => "csv",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }
}

/// The longest id a record can have; what is longer is no id but a value in the wrong place.
pub(crate) const MAX_ID_BYTES: usize = 256;

/// How to read a list: its format and what the format needs beside the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// See [`Format::OfacSdnCsv`].
    OfacSdnCsv,
    /// See [`Format::OfacXml`].
    OfacXml,
    /// See [`Format::UnScXml`].
    UnScXml,
    /// See [`Format::FtmJson`].
    FtmJson,
    /// See [`Format::Csv`].
    Csv(custom_csv::Mapping),
}

/// Reads the files of one list to their end.
///
/// # Errors
/// [`ImportError`] where the files are not a list of this format. What the sink took until then is to be thrown away.
pub fn read(
    spec: &Spec,
    inputs: Vec<Input<'_>>,
    sink: &mut dyn Sink,
) -> Result<Summary, ImportError> {
    match spec {
        Spec::OfacSdnCsv => ofac::read_csv(inputs, sink),
        Spec::OfacXml => ofac::read_xml(inputs, sink),
        Spec::UnScXml => un_xml::read(inputs, sink),
        Spec::FtmJson => ftm_json::read(inputs, sink),
        Spec::Csv(mapping) => custom_csv::read(mapping, inputs, sink),
    }
}

/// Takes what a reader reads, in the file's order.
pub trait Sink {
    /// One entry, complete.
    fn entry(&mut self, entry: Entry);
    /// One entry that is gone; only delta files say so.
    fn removed(&mut self, id: EntityId);
    /// One entry that a delta file says in a way that cannot be read: what it said before is over.
    fn left_out(&mut self, _id: EntityId) {}
    /// Something noticed.
    fn finding(&mut self, finding: Finding);
}

/// What a file says about itself once it is read to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// When the publisher says the content was published; `None` where the format does not carry it.
    pub published: Option<Timestamp>,
    /// Whether the file holds operations on an earlier version rather than the whole list.
    pub is_delta: bool,
    /// Entries handed to the sink.
    pub entries: u64,
    /// Of a delta file, the operations that add an entry.
    pub added: u64,
    /// Of a delta file, the operations that remove one.
    pub removed: u64,
}

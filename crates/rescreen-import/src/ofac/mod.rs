//! The lists of the Office of Foreign Assets Control of the United States Treasury (OFAC): the list of Specially
//! Designated Nationals and the consolidated list of everybody else it names, in the two legacy formats.
//!
//! The formats follow OFAC's data specification (`sdn_data_spec`, `cons_dat_spec`) and schema (`consolidated.xsd`)
//! and what the published files really hold. Both carry the same facts: the delimited files pack most of them into one
//! text of [clauses](clause), the XML into typed elements with the clauses' own heads as types. So both readers fill
//! the same [`Draft`](draft::Draft) through the same [table of heads](heads).
//!
//! An entry's id is `ofac-` and OFAC's number for the party, which is the same in every format and never re-used. Its
//! parts carry ids made from their own content, so the order of rows in a file changes nothing.

mod clause;
mod csv;
mod date;
mod draft;
mod files;
mod heads;
mod name;
mod parties;
mod xml;

pub(crate) use csv::read as read_csv;
pub(crate) use xml::read as read_xml;

/// Bytes of one file at most. The largest file of either format (`SDN.XML`) has about 29 MB; links are given by name,
/// so each primary file is looked through twice and therefore held in memory, and this bounds that memory.
const MAX_FILE_BYTES: u64 = 128 << 20;

/// Bytes of one field or element at most; the longest real one has a few thousand.
const MAX_FIELD_BYTES: usize = 64 << 10;

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
mod xml;

pub(crate) use csv::read as read_csv;
pub(crate) use xml::read as read_xml;

/// Bytes of one delimited file at most; the largest has about 4 MB. The primary file is gone through twice and held in
/// memory, and this bounds that memory.
const MAX_CSV_BYTES: u64 = 64 << 20;

/// Bytes of one XML file at most; `SDN.XML` has about 29 MB. It is held in memory for the same reason.
const MAX_XML_BYTES: u64 = 128 << 20;

/// Bytes of one field or element, and of one party's remarks, at most; the longest real ones have a few thousand.
const MAX_FIELD_BYTES: usize = 64 << 10;

/// Facts of one party at most: names, addresses, clauses, elements of one list. Real parties have some hundreds. Values
/// are compared with each other to leave out repetitions, and this bounds that work.
const MAX_FACTS: usize = 2000;

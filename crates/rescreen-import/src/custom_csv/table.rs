//! Rows and cells of a delimited file, decoded and streamed.

use std::io::{BufRead, ErrorKind};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use rescreen_model::Place;

use crate::{
    ImportError, Input, Shape,
    source::{ByteOrderMark, Bytes, Source, read_error},
};

/// The longest cell; a name or address has some hundred bytes.
const MAX_CELL_BYTES: usize = 64 << 10;
/// The longest row.
const MAX_ROW_BYTES: usize = 4 << 20;
/// The most cells of a row.
const MAX_CELLS: usize = 4096;

/// One row: its cells one behind the other in one text.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The line on which it starts, counted from 1.
    pub(super) line: u64,
    text: String,
    /// Where each cell ends.
    ends: Vec<usize>,
}

impl Row {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell by its position; empty where the row is too short.
    pub(super) fn cell(&self, at: usize) -> &str {
        let Some(end) = self.ends.get(at) else {
            return "";
        };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..*end]
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.cell(at))
    }

    /// Whether it is an empty line or the end-of-file mark of an old system.
    fn is_blank(&self) -> bool {
        self.len() == 1 && matches!(self.cell(0), "" | "\u{1a}")
    }
}

/// A delimited file being read.
pub(super) struct Table<'a> {
    text: Decoded<'a>,
    /// Decoded bytes that are not taken apart yet, and how far they are.
    chunk: Vec<u8>,
    at: usize,
    line: u64,
    delimiter: u8,
    /// A row ended with CR, so an LF that follows belongs to it.
    skips_line_feed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a cell.
    Start,
    Unquoted,
    /// Behind an opening quote.
    Quoted,
    /// Behind a quote inside a quoted cell: its end, or the first of two.
    Quote,
}

impl<'a> Table<'a> {
    pub(super) fn open(
        input: Input<'a>,
        delimiter: u8,
        encoding: &'static Encoding,
    ) -> Result<Self, ImportError> {
        let source = Source::open(input, "a delimited file")?;
        let encoding = match source.mark {
            Some(ByteOrderMark::Utf8) => UTF_8,
            Some(ByteOrderMark::Utf16LittleEndian) => UTF_16LE,
            Some(ByteOrderMark::Utf16BigEndian) => UTF_16BE,
            None => encoding,
        };
        Ok(Self {
            text: Decoded {
                file: source.name,
                bytes: source.bytes,
                encoding,
                decoder: encoding.new_decoder_without_bom_handling(),
                is_done: false,
                line: 1,
            },
            chunk: Vec::new(),
            at: 0,
            line: 1,
            delimiter,
            skips_line_feed: false,
        })
    }

    pub(super) fn file(&self) -> &str {
        &self.text.file
    }

    pub(super) fn place(&self) -> Place {
        Place::file(self.file()).line(self.line)
    }

    /// Reads the next row that is not blank; `false` at the end.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, ImportError> {
        while self.any(row)? {
            if !row.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn any(&mut self, row: &mut Row) -> Result<bool, ImportError> {
        let mut text = std::mem::take(&mut row.text).into_bytes();
        text.clear();
        row.ends.clear();
        row.line = self.line;
        let mut state = State::Start;
        let mut opened = self.line;
        let has_row = loop {
            let Some(byte) = self.byte()? else {
                if state == State::Quoted {
                    return Err(ImportError::shape(
                        Shape::Truncated,
                        Place::file(self.file()).line(opened),
                        "a closing quote for the quote that is opened here",
                        "the end of the file",
                    ));
                }
                let is_empty = state == State::Start && row.ends.is_empty();
                if !is_empty {
                    row.ends.push(text.len());
                }
                break !is_empty;
            };
            if std::mem::take(&mut self.skips_line_feed) && byte == b'\n' {
                row.line = self.line;
                continue;
            }
            match (state, byte) {
                (State::Start, b'"') => {
                    state = State::Quoted;
                    opened = self.line;
                }
                (State::Quoted, b'"') => state = State::Quote,
                (State::Quote, b'"') => {
                    text.push(b'"');
                    state = State::Quoted;
                }
                (State::Quoted, _) => {
                    self.line += u64::from(byte == b'\n');
                    text.push(byte);
                }
                (_, b'\n' | b'\r') => {
                    self.line += 1;
                    self.skips_line_feed = byte == b'\r';
                    row.ends.push(text.len());
                    break true;
                }
                _ if byte == self.delimiter => {
                    row.ends.push(text.len());
                    state = State::Start;
                }
                // Behind a closing quote: the rest of the cell as it stands.
                _ => {
                    text.push(byte);
                    state = State::Unquoted;
                }
            }
            self.check(&text, &row.ends)?;
        };
        // Delimiters, quotes and line ends are ASCII, so what is between them is UTF-8 as it was decoded.
        row.text = String::from_utf8(text)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(has_row)
    }

    fn byte(&mut self) -> Result<Option<u8>, ImportError> {
        if self.at == self.chunk.len() {
            self.at = 0;
            self.text.next(&mut self.chunk)?;
        }
        let byte = self.chunk.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        Ok(byte)
    }

    fn check(&self, text: &[u8], ends: &[usize]) -> Result<(), ImportError> {
        let cell = text.len() - ends.last().copied().unwrap_or(0);
        let limit = if cell > MAX_CELL_BYTES {
            format!("a cell of at most {MAX_CELL_BYTES} bytes")
        } else if text.len() > MAX_ROW_BYTES {
            format!("a row of at most {MAX_ROW_BYTES} bytes")
        } else if ends.len() > MAX_CELLS {
            format!("a row of at most {MAX_CELLS} cells")
        } else {
            return Ok(());
        };
        Err(ImportError::shape(
            Shape::Limit,
            self.place(),
            limit,
            "more",
        ))
    }
}

/// The bytes of a file as UTF-8.
struct Decoded<'a> {
    file: String,
    bytes: Bytes<'a>,
    encoding: &'static Encoding,
    decoder: Decoder,
    is_done: bool,
    /// The line of the next byte, which is ahead of what is taken apart.
    line: u64,
}

impl Decoded<'_> {
    /// Replaces `chunk` with the next piece; it is empty at the end.
    fn next(&mut self, chunk: &mut Vec<u8>) -> Result<(), ImportError> {
        chunk.resize(16 << 10, 0);
        let mut written = 0;
        while written == 0 && !self.is_done {
            let available = match self.bytes.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(read_error(&self.file, Some(self.line), error)),
            };
            let is_last = available.is_empty();
            let (result, taken, made) = self
                .decoder
                .decode_to_utf8_without_replacement(available, chunk, is_last);
            self.bytes.consume(taken);
            written = made;
            self.line += chunk[..made]
                .iter()
                .map(|b| u64::from(*b == b'\n'))
                .sum::<u64>();
            if let DecoderResult::Malformed(..) = result {
                return Err(self.malformed(is_last));
            }
            self.is_done = is_last && result == DecoderResult::InputEmpty;
        }
        chunk.truncate(written);
        Ok(())
    }

    fn malformed(&self, is_last: bool) -> ImportError {
        let shape = if is_last {
            Shape::Truncated
        } else {
            Shape::Encoding
        };
        let name = self.encoding.name();
        let hint = if self.encoding == UTF_8 {
            "; if the file comes from a spreadsheet, try encoding = \"windows-1252\" in the mapping"
        } else {
            ""
        };
        ImportError::shape(
            shape,
            Place::file(&self.file).line(self.line),
            format!("text in {name}"),
            format!("bytes that are not{hint}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, Shape> {
        let shape = |error| match error {
            ImportError::Shape { shape, .. } => shape,
            other => panic!("{other}"),
        };
        let mut table = Table::open(Input::new("f", bytes), b',', UTF_8).map_err(shape)?;
        let mut row = Row::default();
        let mut rows = Vec::new();
        while table.next(&mut row).map_err(shape)? {
            rows.push((row.line, row.cells().map(ToOwned::to_owned).collect()));
        }
        Ok(rows)
    }

    fn check(text: &str, expected: &[(u64, &[&str])]) {
        let expected: Vec<(u64, Vec<String>)> = expected
            .iter()
            .map(|(line, cells)| (*line, cells.iter().map(ToString::to_string).collect()))
            .collect();
        assert_eq!(rows(text.as_bytes()), Ok(expected), "{text:?}");
    }

    #[test]
    fn rows_and_cells() {
        check("a,b\nc,d\n", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check("a,b\r\nc,d", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check("a\rb\r\rc", &[(1, &["a"]), (2, &["b"]), (4, &["c"])]);
        check("a,,\n", &[(1, &["a", "", ""])]);
        check("\n\na\n\n\u{1a}", &[(3, &["a"])]);
        check(
            "\"a,\"\"b\"\"\nc\",d\ne",
            &[(1, &["a,\"b\"\nc", "d"]), (3, &["e"])],
        );
        check("a\"b\",\"c\"d\n", &[(1, &["a\"b\"", "cd"])]);
        check("\"\"\n,\n", &[(2, &["", ""])]);
    }

    #[test]
    fn what_cannot_be_right() {
        let quote = Table::open(Input::new("f", &b"a\nb,\"c\nd\n"[..]), b',', UTF_8).and_then(
            |mut table| {
                let mut row = Row::default();
                while table.next(&mut row)? {}
                Ok(())
            },
        );
        assert_eq!(
            quote.unwrap_err().to_string(),
            "f:2: expected a closing quote for the quote that is opened here, found the end of the file"
        );
        assert_eq!(rows(&vec![b'x'; MAX_CELL_BYTES]).map(|r| r.len()), Ok(1));
        assert_eq!(rows(&vec![b'x'; MAX_CELL_BYTES + 1]), Err(Shape::Limit));
        assert_eq!(rows(&vec![b','; MAX_CELLS + 1]), Err(Shape::Limit));
        assert_eq!(rows(b"a\nM\xfcller\n"), Err(Shape::Encoding));
        assert_eq!(rows(b"a\nM\xc3"), Err(Shape::Truncated));
    }

    proptest! {
        #[test]
        fn cells_come_back(
            cells in proptest::collection::vec(proptest::collection::vec("[a,\"\r\n é]{0,5}", 2), 1..5),
            end in "\r\n|\n|\r",
        ) {
            let mut text = String::new();
            for row in &cells {
                let quoted: Vec<String> =
                    row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
                text.push_str(&quoted.join(","));
                text.push_str(&end);
            }
            let read: Vec<Vec<String>> = rows(text.as_bytes()).unwrap().into_iter().map(|r| r.1).collect();
            prop_assert_eq!(read, cells);
        }

        #[test]
        fn any_bytes_are_rows_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            drop(rows(&bytes));
        }
    }
}

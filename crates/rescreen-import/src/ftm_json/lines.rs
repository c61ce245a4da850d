//! A file line by line, with a limit.

use std::io::{BufRead, ErrorKind};

use rescreen_model::Place;

use crate::{
    ImportError, Shape,
    source::{Bytes, Source, read_error},
};

/// The longest line: a hundred times the longest that was seen.
const MAX_LINE_BYTES: usize = 16 << 20;

/// One line without its end.
#[derive(Debug)]
pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
    /// Whether an end of line followed; only the last line may have none.
    pub(super) is_ended: bool,
}

pub(super) struct Lines<'a> {
    file: String,
    bytes: Bytes<'a>,
    number: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        Self {
            file: source.name,
            bytes: source.bytes,
            number: 0,
        }
    }

    pub(super) fn place(&self) -> Place {
        Place::file(&self.file).line(self.number)
    }

    /// The next line that holds more than white space.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ImportError> {
        while let Some(line) = self.any()? {
            if !line.bytes.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    fn any(&mut self) -> Result<Option<Line>, ImportError> {
        self.number += 1;
        let mut bytes = Vec::new();
        loop {
            let available = match self.bytes.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(read_error(&self.file, Some(self.number), error)),
            };
            if available.is_empty() {
                return Ok((!bytes.is_empty()).then_some(Line {
                    number: self.number,
                    bytes,
                    is_ended: false,
                }));
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.unwrap_or(available.len());
            if bytes.len() + taken > MAX_LINE_BYTES {
                return Err(ImportError::shape(
                    Shape::Limit,
                    self.place(),
                    format!("a line of at most {MAX_LINE_BYTES} bytes"),
                    "more",
                ));
            }
            bytes.extend_from_slice(&available[..taken]);
            self.bytes.consume(taken + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(Some(Line {
                    number: self.number,
                    bytes,
                    is_ended: true,
                }));
            }
        }
    }
}

//! The first look at a file: is it data at all, and in which encoding does it start?
//!
//! A publisher's server that is down answers with a web page, a mirror with an empty file, a browser with an archive.
//! None of these may reach a format's reader, because a lenient reader would call them a list without entries.

use std::io::{self, BufRead, Chain, Cursor, ErrorKind, Read as _};

use rescreen_model::Place;

use crate::{ImportError, Input, Shape};

/// Enough to recognise anything by its first bytes.
const HEAD_BYTES: u64 = 1024;

/// The mark that some files carry before their first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrderMark {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
}

/// A file that is neither empty nor a web page nor an archive, behind its byte order mark.
pub(crate) struct Source<'a> {
    pub(crate) name: String,
    pub(crate) mark: Option<ByteOrderMark>,
    pub(crate) bytes: Bytes<'a>,
}

/// The bytes that were looked at, and the rest.
pub(crate) type Bytes<'a> = Chain<Cursor<Vec<u8>>, Box<dyn BufRead + 'a>>;

impl<'a> Source<'a> {
    /// Looks at the start of a file; `expected` says in an error what the file should have been.
    pub(crate) fn open(input: Input<'a>, expected: &str) -> Result<Self, ImportError> {
        let Input { name, mut bytes } = input;
        let mut head = Vec::new();
        (&mut bytes)
            .take(HEAD_BYTES)
            .read_to_end(&mut head)
            .map_err(|error| read_error(&name, None, error))?;
        let mark = strip_mark(&mut head);
        if let Some((shape, found)) = impostor(&head) {
            return Err(ImportError::shape(
                shape,
                Place::file(&name),
                expected,
                found,
            ));
        }
        Ok(Self {
            name,
            mark,
            bytes: Cursor::new(head).chain(bytes),
        })
    }

    /// The same for a format that is always UTF-8.
    pub(crate) fn open_utf8(input: Input<'a>, expected: &str) -> Result<Self, ImportError> {
        let source = Self::open(input, expected)?;
        match source.mark {
            None | Some(ByteOrderMark::Utf8) => Ok(source),
            Some(ByteOrderMark::Utf16LittleEndian | ByteOrderMark::Utf16BigEndian) => {
                Err(ImportError::shape(
                    Shape::Encoding,
                    Place::file(&source.name),
                    format!("{expected} in UTF-8"),
                    "a byte order mark of UTF-16",
                ))
            }
        }
    }
}

/// An error of the reader behind a file.
pub(crate) fn read_error(file: &str, line: Option<u64>, source: io::Error) -> ImportError {
    let place = Place {
        line,
        ..Place::file(file)
    };
    // Decompressors and HTTP bodies report a cut as this kind.
    if source.kind() == ErrorKind::UnexpectedEof {
        return ImportError::shape(
            Shape::Truncated,
            place,
            "the whole file",
            "an end inside the stream",
        );
    }
    ImportError::Read { place, source }
}

fn strip_mark(head: &mut Vec<u8>) -> Option<ByteOrderMark> {
    let (mark, len) = match head.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => (ByteOrderMark::Utf8, 3),
        [0xff, 0xfe, ..] => (ByteOrderMark::Utf16LittleEndian, 2),
        [0xfe, 0xff, ..] => (ByteOrderMark::Utf16BigEndian, 2),
        _ => return None,
    };
    head.drain(..len);
    Some(mark)
}

/// What a file is that is no list of any format.
fn impostor(head: &[u8]) -> Option<(Shape, &'static str)> {
    let text = head.trim_ascii_start();
    if text.is_empty() && (head.len() as u64) < HEAD_BYTES {
        return Some((Shape::Empty, "nothing"));
    }
    let starts = |with: &str| {
        text.get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    if starts("<!doctype html") || starts("<html") || starts("<head") || starts("<body") {
        return Some((Shape::Html, "a web page"));
    }
    match head {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Some((Shape::Structure, "a ZIP archive or workbook")),
        [0x1f, 0x8b, ..] => Some((Shape::Structure, "a gzip archive")),
        [b'%', b'P', b'D', b'F', ..] => Some((Shape::Structure, "a PDF document")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<Option<ByteOrderMark>, Shape>) {
        let actual = match Source::open(Input::new("f", bytes), "a list") {
            Ok(source) => Ok(source.mark),
            Err(ImportError::Shape { shape, .. }) => Err(shape),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(actual, expected, "{bytes:?}");
    }

    #[test]
    fn impostors_are_told_from_lists() {
        check(b"", Err(Shape::Empty));
        check(b"\xef\xbb\xbf \r\n", Err(Shape::Empty));
        check(b"\n <!DOCTYPE html>\n<html>", Err(Shape::Html));
        check(b"<HTML lang=en>", Err(Shape::Html));
        check(b"PK\x03\x04rest", Err(Shape::Structure));
        check(b"\x1f\x8b\x08", Err(Shape::Structure));
        check(b"<list/>", Ok(None));
        check(b"\xef\xbb\xbf{}", Ok(Some(ByteOrderMark::Utf8)));
        check(
            b"\xff\xfe{\0}\0",
            Ok(Some(ByteOrderMark::Utf16LittleEndian)),
        );
    }

    #[test]
    fn nothing_but_the_mark_is_taken_from_the_content() {
        let mut long = b"\xef\xbb\xbf".to_vec();
        long.extend(std::iter::repeat_n(b"0123456789", 500).flatten());
        let mut source = Source::open(Input::new("f", &*long), "a list").unwrap();
        let mut read = Vec::new();
        source.bytes.read_to_end(&mut read).unwrap();
        assert_eq!(read, &long[3..]);
    }
}

//! A pull reader for publishers' XML: streaming, by local names, with limits.
//!
//! It exists because list files come over the network and their structure changes: it refuses document type
//! definitions (and with them every entity but the five that XML predefines), bounds nesting, single tokens and single
//! records, knows the line of every element, and tells a truncated file from a malformed one.
//!
//! The way through a file mirrors its structure: [`XmlReader::child`] enters the next element inside the current one,
//! [`XmlReader::content`] reads the entered element whole.

use std::io::{self, BufRead, Read};

use quick_xml::{
    Reader, XmlVersion,
    errors::{Error as XmlError, IllFormedError},
    events::{BytesStart, Event, attributes::AttrError},
};
use rescreen_model::{Place, text};

use crate::{
    ImportError, Input, Shape,
    source::{Bytes, Source, read_error},
};

/// Elements inside each other; real lists stay below ten.
const MAX_DEPTH: usize = 64;
/// Attributes of one element; real lists stay below ten.
const MAX_ATTRIBUTES: usize = 256;
/// Bytes of one tag, text or comment; the longest real one is a remark of a few kilobytes.
const MAX_TOKEN_BYTES: usize = 1 << 20;
/// Elements of one record; the longest real one has some hundreds.
const MAX_RECORD_ELEMENTS: usize = 20_000;
/// Bytes of one record; the longest real one has less than a hundred kilobytes.
const MAX_RECORD_BYTES: u64 = 4 << 20;

/// One element: what its tag says and, once read, what is inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// The local name.
    pub(crate) name: String,
    /// Local names and values of the attributes, namespace declarations left out.
    pub(crate) attributes: Vec<(String, String)>,
    /// The element's own text as it is in the file, white space included.
    pub(crate) text: String,
    /// The elements inside, in document order.
    pub(crate) children: Vec<Element>,
    /// The line its tag starts on.
    pub(crate) line: u64,
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first element of that name directly inside.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements of that name directly inside.
    pub(crate) fn children(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element's own text in canonical form; `None` where it is empty, because lists write an empty element for
    /// "no value".
    pub(crate) fn value(&self) -> Option<String> {
        Some(text::canonical(&self.text)).filter(|value| !value.is_empty())
    }

    /// The value of the first element of that name directly inside.
    pub(crate) fn child_value(&self, name: &str) -> Option<String> {
        self.children(name).find_map(Element::value)
    }
}

/// A file of XML being read from front to back.
pub(crate) struct XmlReader<'a> {
    file: String,
    expected: String,
    reader: Reader<Counted<Bytes<'a>>>,
    buffer: Vec<u8>,
    /// The names of the elements that are entered and not left.
    open: Vec<String>,
    /// The line the last event starts on.
    line: u64,
}

/// What the file says next, comments and declarations left out.
enum Token {
    Start(Element),
    Text(String),
    End,
    Eof,
}

impl<'a> XmlReader<'a> {
    /// Opens a file and enters its root element, which must have that local name.
    pub(crate) fn open(input: Input<'a>, root: &str) -> Result<(Self, Element), ImportError> {
        let expected = format!("XML with the root element <{root}>");
        let source = Source::open_utf8(input, &expected)?;
        let mut reader = Reader::from_reader(Counted::new(source.bytes));
        reader.config_mut().expand_empty_elements = true;
        let mut this = Self {
            file: source.name,
            expected,
            reader,
            buffer: Vec::new(),
            open: Vec::new(),
            line: 1,
        };
        let found = loop {
            match this.token()? {
                Token::Start(element) if element.name == root => return Ok((this, element)),
                Token::Start(element) if element.name.eq_ignore_ascii_case("html") => {
                    return Err(this.refuse(Shape::Html, "a web page"));
                }
                Token::Start(element) => break format!("the root element <{}>", element.name),
                Token::Text(text) if text.trim().is_empty() => {}
                Token::Text(text) => break format!("the text '{}'", excerpt(&text)),
                Token::End => break "an end tag".to_owned(),
                Token::Eof => return Err(this.refuse(Shape::Truncated, "no root element")),
            }
        };
        Err(this.refuse(Shape::Structure, found))
    }

    /// Where the reader is: the line of what was read last.
    pub(crate) fn place(&self) -> Place {
        Place::file(&self.file).line(self.line)
    }

    /// Where an element is.
    pub(crate) fn place_of(&self, element: &Element) -> Place {
        Place::file(&self.file).line(element.line)
    }

    /// Enters the next element inside the current one, or leaves the current one and returns `None`.
    ///
    /// Text beside elements belongs to no list format and is refused.
    pub(crate) fn child(&mut self) -> Result<Option<Element>, ImportError> {
        loop {
            match self.token()? {
                Token::Start(element) => return Ok(Some(element)),
                Token::End => return Ok(None),
                Token::Text(text) if text.trim().is_empty() => {}
                Token::Text(text) => {
                    let found = format!("the text '{}'", excerpt(&text));
                    return Err(ImportError::shape(
                        Shape::Structure,
                        self.place(),
                        self.open.last().map_or_else(
                            || "nothing behind the root element".to_owned(),
                            |name| format!("elements inside <{name}>"),
                        ),
                        found,
                    ));
                }
                Token::Eof => return Err(self.truncated()),
            }
        }
    }

    /// Reads everything inside the element that was entered last, and leaves it.
    pub(crate) fn content(&mut self, element: &mut Element) -> Result<(), ImportError> {
        let end = self.reader.get_ref().read + MAX_RECORD_BYTES;
        let mut elements = 0;
        // The chain of elements from the given one to the one the reader is in.
        let mut path: Vec<Element> = Vec::new();
        loop {
            if self.reader.get_ref().read > end {
                return Err(self.limit(format!("a record of at most {MAX_RECORD_BYTES} bytes")));
            }
            match self.token()? {
                Token::Start(_) if elements == MAX_RECORD_ELEMENTS => {
                    let expected = format!("a record of at most {MAX_RECORD_ELEMENTS} elements");
                    return Err(self.limit(expected));
                }
                Token::Start(child) => {
                    elements += 1;
                    path.push(child);
                }
                Token::Text(text) => path.last_mut().unwrap_or(element).text.push_str(&text),
                Token::End => match path.pop() {
                    Some(child) => path.last_mut().unwrap_or(element).children.push(child),
                    None => return Ok(()),
                },
                Token::Eof => return Err(self.truncated()),
            }
        }
    }

    /// Checks that nothing follows the root element, after it was left.
    pub(crate) fn finish(mut self) -> Result<(), ImportError> {
        loop {
            let found = match self.token()? {
                Token::Eof => return Ok(()),
                Token::Text(text) if text.trim().is_empty() => continue,
                Token::Text(text) => format!("the text '{}'", excerpt(&text)),
                Token::Start(element) => format!("another element <{}>", element.name),
                Token::End => "another end tag".to_owned(),
            };
            return Err(ImportError::shape(
                Shape::Structure,
                self.place(),
                "nothing behind the root element",
                found,
            ));
        }
    }

    fn token(&mut self) -> Result<Token, ImportError> {
        loop {
            self.buffer.clear();
            let input = self.reader.get_mut();
            input.allowance = MAX_TOKEN_BYTES;
            self.line = input.line;
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => return Err(self.malformed(error)),
            };
            let token = match event {
                Event::Start(tag) => match element(&tag, self.line) {
                    Ok(element) => Token::Start(element),
                    Err(error) => return Err(self.refuse(error.shape(), error.to_string())),
                },
                Event::End(_) => Token::End,
                Event::Text(text) => Token::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Token::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => {
                    let Some(character) = resolve(&reference) else {
                        let found = format!("the reference '&{};'", excerpt(&reference));
                        return Err(self.refuse(Shape::Structure, found));
                    };
                    Token::Text(character.into())
                }
                Event::Decl(declaration) => {
                    if let Some(other) = other_encoding(&declaration) {
                        return Err(self.refuse(Shape::Encoding, other));
                    }
                    continue;
                }
                Event::DocType(_) => {
                    return Err(self.refuse(Shape::Structure, "a document type definition"));
                }
                // Empty elements are expanded, so the last of these never comes.
                Event::Comment(_) | Event::PI(_) | Event::Empty(_) => continue,
                Event::Eof => Token::Eof,
            };
            match &token {
                Token::Start(_) if self.open.len() == MAX_DEPTH => {
                    return Err(self.limit(format!("at most {MAX_DEPTH} elements in each other")));
                }
                Token::Start(element) => self.open.push(element.name.clone()),
                Token::End => drop(self.open.pop()),
                Token::Text(_) | Token::Eof => {}
            }
            return Ok(token);
        }
    }

    fn refuse(&self, shape: Shape, found: impl Into<String>) -> ImportError {
        ImportError::shape(shape, self.place(), self.expected.as_str(), found)
    }

    fn limit(&self, expected: String) -> ImportError {
        ImportError::shape(Shape::Limit, self.place(), expected, "more")
    }

    fn truncated(&self) -> ImportError {
        let place = Place::file(&self.file).line(self.reader.get_ref().line);
        match self.open.last() {
            Some(name) => ImportError::shape(
                Shape::Truncated,
                place,
                format!("</{name}>"),
                "the end of the file",
            ),
            None => ImportError::shape(
                Shape::Truncated,
                place,
                self.expected.as_str(),
                "the end of the file",
            ),
        }
    }

    fn malformed(&mut self, error: XmlError) -> ImportError {
        if self.reader.get_ref().exceeded {
            return self.limit(format!("a tag or text of at most {MAX_TOKEN_BYTES} bytes"));
        }
        if let XmlError::Io(error) = error {
            let error = std::sync::Arc::try_unwrap(error)
                .unwrap_or_else(|shared| io::Error::new(shared.kind(), shared.to_string()));
            return read_error(&self.file, Some(self.line), error);
        }
        // A cut leaves a tag, a reference or a character without its end, and nothing behind it.
        let could_be_cut = matches!(
            error,
            XmlError::Syntax(_)
                | XmlError::Encoding(_)
                | XmlError::IllFormed(IllFormedError::UnclosedReference)
        );
        if could_be_cut && self.reader.get_mut().is_at_end() {
            return self.truncated();
        }
        let shape = match error {
            XmlError::Encoding(_) => Shape::Encoding,
            _ => Shape::Structure,
        };
        ImportError::shape(
            shape,
            self.place(),
            "well-formed XML in UTF-8",
            error.to_string(),
        )
    }
}

/// A tag that cannot be read.
#[derive(Debug, thiserror::Error)]
enum TagError {
    #[error(transparent)]
    Attribute(#[from] AttrError),
    #[error(transparent)]
    Value(#[from] XmlError),
    #[error("more than {MAX_ATTRIBUTES} attributes in <{0}>")]
    TooManyAttributes(String),
}

impl TagError {
    fn shape(&self) -> Shape {
        match self {
            Self::Attribute(_) | Self::Value(_) => Shape::Structure,
            Self::TooManyAttributes(_) => Shape::Limit,
        }
    }
}

/// An element from its tag.
fn element(tag: &BytesStart<'_>, line: u64) -> Result<Element, TagError> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute?;
        if attributes.len() == MAX_ATTRIBUTES {
            let name = excerpt(tag.local_name().as_ref());
            return Err(TagError::TooManyAttributes(name));
        }
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let value = attribute.normalized_value(XmlVersion::Explicit1_0)?;
        attributes.push((
            attribute.key.local_name().as_ref().to_owned(),
            value.into_owned(),
        ));
    }
    Ok(Element {
        name: tag.local_name().as_ref().to_owned(),
        attributes,
        text: String::new(),
        children: Vec::new(),
        line,
    })
}

/// The character that a reference means; `None` for everything a document type would have to define.
fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

/// The declared encoding where it is not UTF-8 or its subset ASCII.
fn other_encoding(declaration: &quick_xml::events::BytesDecl<'_>) -> Option<String> {
    let encoding = declaration.encoding()?.ok()?;
    let known = ["utf-8", "utf8", "us-ascii", "ascii"];
    (!known.iter().any(|k| encoding.eq_ignore_ascii_case(k)))
        .then(|| format!("the encoding '{}'", excerpt(&encoding)))
}

/// Keeps a message readable.
pub(crate) fn excerpt(text: &str) -> String {
    let text = text::canonical(text);
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Counts what was read and ends a token that grows without end.
struct Counted<R> {
    inner: R,
    /// The line of the next byte, counted from 1.
    line: u64,
    /// Bytes read so far.
    read: u64,
    /// Bytes that may be read until the next token.
    allowance: usize,
    /// Whether more was wanted.
    exceeded: bool,
}

impl<R: BufRead> Counted<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            line: 1,
            read: 0,
            allowance: MAX_TOKEN_BYTES,
            exceeded: false,
        }
    }

    fn is_at_end(&mut self) -> bool {
        self.inner.fill_buf().is_ok_and(<[u8]>::is_empty)
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let taken = available.read(to)?;
        self.consume(taken);
        Ok(taken)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let available = self.inner.fill_buf()?;
        if self.allowance == 0 && !available.is_empty() {
            self.exceeded = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        // Consuming within the allowance keeps a token from passing it by the length of a large buffer.
        Ok(&available[..available.len().min(self.allowance)])
    }

    fn consume(&mut self, amount: usize) {
        // The inner reader still holds the bytes, so this fetches nothing.
        if let Ok(available) = self.inner.fill_buf() {
            let lines = available
                .iter()
                .take(amount)
                .filter(|byte| **byte == b'\n')
                .count();
            self.line += lines as u64;
        }
        self.inner.consume(amount);
        self.read += amount as u64;
        self.allowance = self.allowance.saturating_sub(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a file whose root holds records.
    fn records(xml: &str) -> Result<Vec<Element>, ImportError> {
        let (mut reader, _) = XmlReader::open(Input::new("f", xml.as_bytes()), "list")?;
        let mut records = Vec::new();
        while let Some(mut record) = reader.child()? {
            reader.content(&mut record)?;
            records.push(record);
        }
        reader.finish()?;
        Ok(records)
    }

    fn check(xml: &str, expected: Result<&[&str], Shape>) {
        let actual = match records(xml) {
            Ok(records) => Ok(records.iter().map(Element::value).collect()),
            Err(ImportError::Shape { shape, .. }) => Err(shape),
            Err(other) => panic!("{other}"),
        };
        let expected: Result<Vec<Option<String>>, Shape> = expected.map(|values| {
            let values = values.iter().map(ToString::to_string);
            values.map(|v| Some(v).filter(|v| !v.is_empty())).collect()
        });
        let shown: String = xml.chars().take(200).collect();
        assert_eq!(actual, expected, "{shown}");
    }

    #[test]
    fn well_formed_files() {
        check("<list/>", Ok(&[]));
        check("<list><r>a &amp; &#98;</r><r/></list>", Ok(&["a & b", ""]));
        check(
            "<?xml version='1.0'?>\n<l:list xmlns:l='x'>\n<l:r>a</l:r> </l:list>\n<!-- end -->",
            Ok(&["a"]),
        );
        check("<list><r><![CDATA[a & b]]>c</r></list>", Ok(&["a & bc"]));
    }

    #[test]
    fn where_elements_are() {
        let records =
            records("<list>\n\n<r a='1'\n xmlns='x' b='2 &lt; 3'>\n<s>x</s></r></list>").unwrap();
        let [record] = records.as_slice() else {
            panic!("{records:?}");
        };
        assert_eq!(record.line, 3);
        assert_eq!(record.attribute("b"), Some("2 < 3"));
        assert_eq!(record.attribute("xmlns"), None);
        assert_eq!(record.child("s").map(|s| s.line), Some(5));
        assert_eq!(record.child_value("s").as_deref(), Some("x"));
    }

    #[test]
    fn cuts_are_told_from_faults() {
        let whole = "<list a='1'><r b='ü'>ü &amp; <![CDATA[x]]><!-- y --></r></list>";
        check(whole, Ok(&["ü & x"]));
        for (at, _) in whole.char_indices().skip(1) {
            check(&whole[..at], Err(Shape::Truncated));
        }
        // Inside a character.
        let bytes = &whole.as_bytes()[..=whole.find('ü').unwrap()];
        let (mut reader, _) = XmlReader::open(Input::new("f", bytes), "list").unwrap();
        let error = reader.child().unwrap_err().to_string();
        assert_eq!(error, "f:1: expected </list>, found the end of the file");

        check("<list><r></s></list>", Err(Shape::Structure));
        check("<list><r a='1' a='2'/></list>", Err(Shape::Structure));
        check("<list><r>&nbsp;</r></list>", Err(Shape::Structure));
        check("<list><r>&#0;</r></list>", Err(Shape::Structure));
        check("<list>a<r/></list>", Err(Shape::Structure));
        check("<list/><list/>", Err(Shape::Structure));
        check("<html><body/></html>", Err(Shape::Html));
        check("<!DOCTYPE list><list/>", Err(Shape::Structure));
    }

    #[test]
    fn everything_has_a_limit() {
        let wrap = |inside: &str| format!("<list><r>{inside}</r></list>");
        let token = "x".repeat(MAX_TOKEN_BYTES + 1);
        check(&wrap(&token), Err(Shape::Limit));
        check(&wrap(&format!("<s a='{token}'/>")), Err(Shape::Limit));
        check(&wrap(&format!("<!--{token}-->")), Err(Shape::Limit));
        check(&wrap(&format!("&{token};")), Err(Shape::Limit));
        let half = "x".repeat(MAX_TOKEN_BYTES / 2);
        let many = format!("<s>{half}</s>").repeat(8);
        check(&wrap(&many), Err(Shape::Limit));
        check(&wrap(&"<s/>".repeat(MAX_RECORD_ELEMENTS)), Ok(&[""]));
        let many = "<s/>".repeat(MAX_RECORD_ELEMENTS + 1);
        check(&wrap(&many), Err(Shape::Limit));
        let deep = "<s>".repeat(MAX_DEPTH) + &"</s>".repeat(MAX_DEPTH);
        check(&wrap(&deep), Err(Shape::Limit));
        let attributes: Vec<String> = (0..=MAX_ATTRIBUTES).map(|n| format!("a{n}=''")).collect();
        let tag = format!("<s {}/>", attributes.join(" "));
        check(&wrap(&tag), Err(Shape::Limit));
    }
}

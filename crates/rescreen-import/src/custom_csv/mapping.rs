//! The mapping: what the columns of a user's own file mean.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use encoding_rs::{Encoding, UTF_8};
use rescreen_model::{Country, DateSpan, Gender, Place, Property, PropertyKind, Schema};
use serde::{
    Deserialize, Deserializer,
    de::{
        Error, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use toml::Spanned;

use super::{date_format::DateFormat, suggest};
use crate::ImportError;

/// How the columns of a user's own file map to entities, read from TOML.
///
/// `docs/formats/custom-csv.md` says what can stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pub(super) delimiter: u8,
    pub(super) encoding: &'static Encoding,
    pub(super) header: bool,
    /// `None` where each row's id is taken from its content.
    pub(super) id: Option<Template>,
    /// What stands before each id, with a hyphen between.
    pub(super) id_prefix: Option<String>,
    pub(super) schema: SchemaSource,
    pub(super) properties: Vec<(Property, Vec<Source>)>,
    /// The properties of the sanction that belongs to every entry; `None` where there is none.
    pub(super) sanction: Option<Vec<(Property, Vec<Source>)>>,
    /// Cells that mean "no value".
    pub(super) empty: Vec<String>,
}

/// Where an entry's schema comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SchemaSource {
    Fixed(Schema),
    Column {
        column: String,
        /// By the cell's text in lower case.
        map: BTreeMap<String, Schema>,
        /// For cells that are empty or not in the map.
        default: Option<Schema>,
    },
}

/// Where values of a property come from, and how their text is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) origin: Origin,
    pub(super) split: Option<String>,
    pub(super) formats: Vec<DateFormat>,
    /// By the value's text in lower case.
    pub(super) map: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Columns { columns: Vec<String>, join: String },
    Value(String),
}

/// Columns and the text between them: `{Branch}-{Number}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(pub(super) Vec<TemplatePiece>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TemplatePiece {
    Literal(String),
    Column(String),
}

/// The longest message about a mapping.
const MAX_MESSAGE_CHARS: usize = 1000;

impl Mapping {
    /// The same mapping; ids get the prefix where it names none, as a list's own name keeps ids of two lists apart.
    #[must_use]
    pub fn with_default_prefix(mut self, prefix: &str) -> Self {
        self.id_prefix.get_or_insert_with(|| without_hyphen(prefix));
        self
    }

    /// Reads a mapping from TOML; `name` is its file for messages.
    ///
    /// # Errors
    /// [`ImportError::Mapping`] says what is wrong and on which line: an unknown key, a property or schema that the
    /// model does not have, a value of another kind.
    pub fn parse(name: &str, toml: &str) -> Result<Self, ImportError> {
        let refuse = |at: Option<usize>, message: String| ImportError::Mapping {
            place: match at {
                Some(at) => Place::file(name).line(line_of(toml, at)),
                None => Place::file(name),
            },
            // The parser quotes keys of any length.
            message: message.chars().take(MAX_MESSAGE_CHARS).collect(),
        };
        let wire: Wire = toml::from_str(toml)
            .map_err(|error| refuse(error.span().map(|s| s.start), error.message().to_owned()))?;
        let schemata = wire.schema.schemata();
        let properties = checked(wire.properties, &schemata, &refuse)?;
        if properties.is_empty() {
            return Err(refuse(
                None,
                "expected at least one property in [properties], found none".to_owned(),
            ));
        }
        let sanction = wire
            .sanction
            .map(|sources| checked(sources, &[Schema::Sanction], &refuse))
            .transpose()?;
        Ok(Self {
            delimiter: wire.delimiter.0,
            encoding: wire.encoding.0,
            header: wire.header,
            id: wire.id,
            id_prefix: wire.id_prefix.as_deref().map(without_hyphen),
            schema: wire.schema,
            properties,
            sanction,
            empty: wire.empty,
        })
    }

    /// Every column the mapping names, in the mapping's order.
    pub(super) fn columns(&self) -> Vec<&str> {
        let mut columns = Vec::new();
        if let Some(template) = &self.id {
            columns.extend(template.columns());
        }
        if let SchemaSource::Column { column, .. } = &self.schema {
            columns.push(column.as_str());
        }
        let sources = self.properties.iter().chain(self.sanction.iter().flatten());
        for source in sources.flat_map(|(_, sources)| sources) {
            if let Origin::Columns { columns: names, .. } = &source.origin {
                columns.extend(names.iter().map(String::as_str));
            }
        }
        columns
    }
}

impl SchemaSource {
    fn schemata(&self) -> Vec<Schema> {
        match self {
            Self::Fixed(schema) => vec![*schema],
            // Without a map the cells are the names of schemata.
            Self::Column { map, .. } if map.is_empty() => concrete().collect(),
            Self::Column { map, default, .. } => map.values().chain(default).copied().collect(),
        }
    }
}

impl Template {
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            TemplatePiece::Column(name) => Some(name.as_str()),
            TemplatePiece::Literal(_) => None,
        })
    }
}

/// The schemata that an entry's party may have.
pub(super) fn concrete() -> impl Iterator<Item = Schema> {
    let all = Schema::ALL.iter().copied();
    all.filter(|schema| schema.is_a(Schema::Thing) && !schema.spec().is_abstract)
}

type Sources = Vec<(Property, Vec<Source>)>;

/// Checks what can be checked only with the schemata known. `refuse` makes the error for a position in the text.
fn checked(
    sources: WireSources,
    schemata: &[Schema],
    refuse: &impl Fn(Option<usize>, String) -> ImportError,
) -> Result<Sources, ImportError> {
    let mut checked = Vec::new();
    for (key, sources) in sources.0 {
        let (at, property) = (Some(key.span().start), key.into_inner().0);
        if !schemata.iter().any(|schema| schema.allows(&property)) {
            let names: Vec<&str> = schemata.iter().map(|schema| schema.name()).collect();
            let message = format!("{} has no property '{property}'", names.join(" or "));
            return Err(refuse(at, message));
        }
        let has_format = sources.0.iter().any(|source| !source.formats.is_empty());
        if has_format && property.kind() != PropertyKind::Date {
            let kind = property.kind().name();
            let message =
                format!("'{property}' holds values of type {kind} and can have no date format");
            return Err(refuse(at, message));
        }
        for source in &sources.0 {
            if let Origin::Value(value) = &source.origin
                && let Some(expected) = unreadable(&property, value)
            {
                let message = format!("expected {expected} for '{property}', found '{value}'");
                return Err(refuse(at, message));
            }
        }
        checked.push((property, sources.0));
    }
    Ok(checked)
}

/// What a constant should be and is not.
fn unreadable(property: &Property, value: &str) -> Option<&'static str> {
    match property.kind() {
        PropertyKind::Date if DateSpan::parse(value).is_err() => Some("a date"),
        PropertyKind::Country if Country::parse(value).is_none() => Some("a country"),
        PropertyKind::Gender if Gender::parse(value).is_none() => Some("a gender"),
        _ => None,
    }
}

/// A prefix may be written with the hyphen or without it.
fn without_hyphen(prefix: &str) -> String {
    prefix.strip_suffix('-').unwrap_or(prefix).to_owned()
}

/// The line of a byte, counted from 1.
fn line_of(text: &str, at: usize) -> u64 {
    let before = text.as_bytes().iter().take(at);
    1 + before.map(|byte| u64::from(*byte == b'\n')).sum::<u64>()
}

// ---- The text form ----

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(default)]
    delimiter: Delimiter,
    #[serde(default)]
    encoding: EncodingName,
    #[serde(default = "yes")]
    header: bool,
    id: Option<Template>,
    id_prefix: Option<String>,
    schema: SchemaSource,
    properties: WireSources,
    sanction: Option<WireSources>,
    #[serde(default)]
    empty: Vec<String>,
}

fn yes() -> bool {
    true
}

struct Delimiter(u8);

impl Default for Delimiter {
    fn default() -> Self {
        Self(b',')
    }
}

impl<'de> Deserialize<'de> for Delimiter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        match text.as_bytes() {
            _ if text == "tab" => Ok(Self(b'\t')),
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(Self(*byte)),
            _ => Err(D::Error::custom(format!(
                "expected a delimiter of one ASCII character, or \"tab\", found '{text}'"
            ))),
        }
    }
}

struct EncodingName(&'static Encoding);

impl Default for EncodingName {
    fn default() -> Self {
        Self(UTF_8)
    }
}

impl<'de> Deserialize<'de> for EncodingName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let encoding = Encoding::for_label(text.as_bytes());
        encoding.map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "expected the name of an encoding such as utf-8, windows-1252 or utf-16le, found '{text}'"
            ))
        })
    }
}

struct SchemaName(Schema);

impl<'de> Deserialize<'de> for SchemaName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let names = || concrete().map(Schema::name);
        match Schema::named(&text).filter(|schema| concrete().any(|c| c == *schema)) {
            Some(schema) => Ok(Self(schema)),
            None => Err(D::Error::custom(match suggest::nearest(&text, names()) {
                Some(near) => format!("unknown schema '{text}'; did you mean '{near}'?"),
                None => format!(
                    "unknown schema '{text}'; expected one of {}",
                    suggest::list(names())
                ),
            })),
        }
    }
}

struct PropertyName(Property);

impl<'de> Deserialize<'de> for PropertyName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        match Property::named(&text) {
            Property::Other(_) => {
                let names = Property::KNOWN.iter().map(Property::name);
                Err(D::Error::custom(match suggest::nearest(&text, names) {
                    Some(near) => format!("unknown property '{text}'; did you mean '{near}'?"),
                    None => format!("unknown property '{text}'"),
                }))
            }
            known => Ok(Self(known)),
        }
    }
}

impl<'de> Deserialize<'de> for DateFormat {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        DateFormat::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = ColumnName::deserialize(from)?.0;
        if !text.contains(['{', '}']) {
            return Ok(Self(vec![TemplatePiece::Column(text)]));
        }
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((literal, behind)) = rest.split_once('{') {
            let (column, behind) = behind.split_once('}').ok_or_else(|| {
                D::Error::custom(format!(
                    "the template '{text}' opens a bracket and does not close it"
                ))
            })?;
            pieces.push(TemplatePiece::Literal(literal.to_owned()));
            pieces.push(TemplatePiece::Column(column.to_owned()));
            rest = behind;
        }
        pieces.push(TemplatePiece::Literal(rest.to_owned()));
        Ok(Self(pieces))
    }
}

/// A column by its name, or by its number where the file has no header.
struct ColumnName(String);

impl<'de> Deserialize<'de> for ColumnName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = ColumnName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name or number of a column")
            }

            fn visit_str<E>(self, name: &str) -> Result<ColumnName, E> {
                Ok(ColumnName(name.to_owned()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<ColumnName, E> {
                Ok(ColumnName(number.to_string()))
            }
        }
        from.deserialize_any(Name)
    }
}

impl<'de> Deserialize<'de> for SchemaSource {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            column: ColumnName,
            #[serde(default)]
            map: BTreeMap<String, SchemaName>,
            default: Option<SchemaName>,
        }
        struct Schemas;
        impl<'de> Visitor<'de> for Schemas {
            type Value = SchemaSource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a schema, or a table with a column and a map")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<SchemaSource, E> {
                let name = serde::de::value::StrDeserializer::new(name);
                Ok(SchemaSource::Fixed(SchemaName::deserialize(name)?.0))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SchemaSource, A::Error> {
                let table = Table::deserialize(MapAccessDeserializer::new(map))?;
                Ok(SchemaSource::Column {
                    column: table.column.0,
                    map: table
                        .map
                        .into_iter()
                        .map(|(cell, schema)| (cell.to_lowercase(), schema.0))
                        .collect(),
                    default: table.default.map(|schema| schema.0),
                })
            }
        }
        from.deserialize_any(Schemas)
    }
}

/// Properties in the order of the text, each with where its name stands.
struct WireSources(Vec<(Spanned<PropertyName>, OneOrMore<Source>)>);

impl<'de> Deserialize<'de> for WireSources {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = WireSources;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of properties")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WireSources, A::Error> {
                let mut sources = Vec::new();
                while let Some(source) = map.next_entry()? {
                    sources.push(source);
                }
                Ok(WireSources(sources))
            }
        }
        from.deserialize_map(Map)
    }
}

/// One value, or a list of them.
struct OneOrMore<T>(Vec<T>);

impl<T> Default for OneOrMore<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = OneOrMore<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one value or a list of values")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<OneOrMore<T>, E> {
                let one = serde::de::value::StrDeserializer::new(text);
                Ok(OneOrMore(vec![T::deserialize(one)?]))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<OneOrMore<T>, E> {
                let one = serde::de::value::I64Deserializer::new(number);
                Ok(OneOrMore(vec![T::deserialize(one)?]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OneOrMore<T>, A::Error> {
                Ok(OneOrMore(vec![T::deserialize(
                    MapAccessDeserializer::new(map),
                )?]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<OneOrMore<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(OneOrMore)
            }
        }
        from.deserialize_any(Any(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            column: Option<ColumnName>,
            columns: Option<Vec<ColumnName>>,
            value: Option<String>,
            join: Option<String>,
            split: Option<String>,
            #[serde(default)]
            format: OneOrMore<DateFormat>,
            #[serde(default)]
            map: BTreeMap<String, String>,
        }
        struct Sources;
        impl<'de> Visitor<'de> for Sources {
            type Value = Source;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column, or a table with 'column', 'columns' or 'value'")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Source, E> {
                Ok(Source::column(name.to_owned()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Source, E> {
                Ok(Source::column(number.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Source, A::Error> {
                let table = Table::deserialize(MapAccessDeserializer::new(map))?;
                let origin = match (table.column, table.columns, table.value) {
                    (Some(column), None, None) => Origin::of(vec![column], String::new()),
                    (None, Some(columns), None) if !columns.is_empty() => Origin::of(
                        columns,
                        table.join.clone().unwrap_or_else(|| " ".to_owned()),
                    ),
                    (None, None, Some(value)) => Origin::Value(value),
                    _ => {
                        return Err(A::Error::custom(
                            "expected exactly one of 'column', 'columns' and 'value'",
                        ));
                    }
                };
                let is_joined =
                    matches!(&origin, Origin::Columns { columns, .. } if columns.len() > 1);
                if table.join.is_some() && !is_joined {
                    return Err(A::Error::custom("'join' needs several 'columns'"));
                }
                if table.split.as_deref() == Some("") {
                    return Err(A::Error::custom("'split' needs at least one character"));
                }
                Ok(Source {
                    origin,
                    split: table.split,
                    formats: table.format.0,
                    map: table
                        .map
                        .into_iter()
                        .map(|(cell, value)| (cell.to_lowercase(), value))
                        .collect(),
                })
            }
        }
        from.deserialize_any(Sources)
    }
}

impl Source {
    fn column(name: String) -> Self {
        Self {
            origin: Origin::of(vec![ColumnName(name)], String::new()),
            split: None,
            formats: Vec::new(),
            map: BTreeMap::new(),
        }
    }
}

impl Origin {
    fn of(columns: Vec<ColumnName>, join: String) -> Self {
        Self::Columns {
            columns: columns.into_iter().map(|column| column.0).collect(),
            join,
        }
    }
}

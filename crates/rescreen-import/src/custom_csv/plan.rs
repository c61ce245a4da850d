//! A mapping with its columns found in a header.

use std::collections::HashMap;

use rescreen_model::{Place, Property, Schema, text};

use super::{
    mapping::{Mapping, Origin, SchemaSource, Source, TemplatePiece, concrete},
    suggest,
    table::Row,
};
use crate::{ImportError, xml::excerpt};

/// What to do with each row.
pub(super) struct Plan<'m> {
    pub(super) mapping: &'m Mapping,
    pub(super) properties: Vec<PlannedProperty<'m>>,
    pub(super) sanction: Option<Vec<PlannedProperty<'m>>>,
    id: Option<Vec<Piece<'m>>>,
    schema_column: Option<usize>,
    header: Vec<String>,
}

/// A property with its sources.
pub(super) struct PlannedProperty<'m> {
    pub(super) property: &'m Property,
    pub(super) sources: Vec<PlannedSource<'m>>,
}

/// A source with the positions of its columns.
pub(super) struct PlannedSource<'m> {
    pub(super) source: &'m Source,
    pub(super) columns: Vec<usize>,
}

/// A cell that gives no schema.
pub(super) struct UnknownSchema<'p> {
    pub(super) column: &'p str,
    pub(super) cell: String,
}

enum Piece<'m> {
    Literal(&'m str),
    Cell(usize),
}

impl<'m> Plan<'m> {
    /// Finds the mapping's columns in the header; the error names the one that is not there and those that are.
    pub(super) fn new(
        mapping: &'m Mapping,
        header: &[String],
        file: &str,
    ) -> Result<Self, ImportError> {
        let header: Vec<String> = header.iter().map(|name| text::canonical(name)).collect();
        let mut positions: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, name) in header.iter().enumerate() {
            positions.entry(name).or_default().push(at);
        }
        let find = |name: &str| -> Result<usize, ImportError> {
            let message = match positions
                .get(text::canonical(name).as_str())
                .map(Vec::as_slice)
            {
                Some([at]) => return Ok(*at),
                Some(_) => format!(
                    "the mapping names the column '{}', which the header has more than once",
                    excerpt(name)
                ),
                None => missing(name, &header),
            };
            Err(ImportError::Mapping {
                place: Place::file(file).line(1).field(excerpt(name)),
                message,
            })
        };
        let property = |(property, sources): &'m (Property, Vec<Source>)| {
            let sources = sources.iter().map(|source| {
                let columns = match &source.origin {
                    Origin::Columns { columns, .. } => columns
                        .iter()
                        .map(|name| find(name))
                        .collect::<Result<_, _>>()?,
                    Origin::Value(_) => Vec::new(),
                };
                Ok(PlannedSource { source, columns })
            });
            Ok(PlannedProperty {
                property,
                sources: sources.collect::<Result<_, _>>()?,
            })
        };
        let id = mapping.id.as_ref().map(|template| {
            let pieces = template.0.iter().map(|piece| {
                Ok(match piece {
                    TemplatePiece::Literal(text) => Piece::Literal(text),
                    TemplatePiece::Column(name) => Piece::Cell(find(name)?),
                })
            });
            pieces.collect::<Result<_, _>>()
        });
        let schema_column = match &mapping.schema {
            SchemaSource::Fixed(_) => None,
            SchemaSource::Column { column, .. } => Some(find(column)?),
        };
        let sanction = mapping.sanction.as_ref().map(|sanction| {
            let properties = sanction.iter().map(property);
            properties.collect::<Result<_, _>>()
        });
        Ok(Self {
            mapping,
            id: id.transpose()?,
            schema_column,
            properties: mapping
                .properties
                .iter()
                .map(property)
                .collect::<Result<_, _>>()?,
            sanction: sanction.transpose()?,
            header,
        })
    }

    /// The number of columns that every row has.
    pub(super) fn columns(&self) -> usize {
        self.header.len()
    }

    pub(super) fn column_name(&self, at: usize) -> &str {
        self.header.get(at).map_or("", String::as_str)
    }

    /// The columns that the mapping does not name.
    pub(super) fn unmapped(&self) -> Vec<&str> {
        let named: Vec<String> = self
            .mapping
            .columns()
            .into_iter()
            .map(text::canonical)
            .collect();
        let all = self.header.iter();
        all.filter(|name| !name.is_empty() && !named.contains(name))
            .map(String::as_str)
            .collect()
    }

    pub(super) fn derives_ids(&self) -> bool {
        self.id.is_none()
    }

    /// The id of a row as its list gives it; empty where one of its cells is.
    pub(super) fn id(&self, row: &Row) -> Option<String> {
        let mut id = String::new();
        for piece in self.id.as_ref()? {
            match piece {
                Piece::Literal(text) => id.push_str(text),
                Piece::Cell(at) => {
                    let cell = text::canonical(row.cell(*at));
                    if cell.is_empty() {
                        return Some(String::new());
                    }
                    id.push_str(&cell);
                }
            }
        }
        Some(id)
    }

    /// The schema of a row.
    pub(super) fn schema(&self, row: &Row) -> Result<Schema, UnknownSchema<'_>> {
        let (at, map, default) = match (&self.mapping.schema, self.schema_column) {
            (SchemaSource::Fixed(schema), _) => return Ok(*schema),
            (SchemaSource::Column { map, default, .. }, at) => {
                (at.unwrap_or_default(), map, default)
            }
        };
        let cell = text::canonical(row.cell(at));
        let known = if map.is_empty() {
            Schema::named(&cell).filter(|schema| concrete().any(|c| c == *schema))
        } else {
            map.get(&cell.to_lowercase()).copied()
        };
        known.or(*default).ok_or_else(|| UnknownSchema {
            column: self.column_name(at),
            cell,
        })
    }
}

fn missing(name: &str, header: &[String]) -> String {
    let near = suggest::nearest(name, header.iter().map(String::as_str))
        .map_or_else(String::new, |near| {
            format!(" (did you mean '{}'?)", excerpt(near))
        });
    // One column with all the names in it: usually the delimiter is another one.
    let hint = match header {
        [only] if only.contains([';', '\t', '|', ',']) => " (is the delimiter another one?)",
        _ => "",
    };
    format!(
        "the mapping names the column '{}', which the header does not have{near}{hint}; it has {}",
        excerpt(name),
        suggest::list(header)
    )
}

//! Placeholder.

use crate::{ImportError, Input, Sink, Summary};

/// How the columns of a user's own file map to properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {}

impl Mapping {
    /// Reads a mapping from TOML.
    ///
    /// # Errors
    /// [`ImportError::Mapping`] says what is wrong and where.
    pub fn parse(_name: &str, _toml: &str) -> Result<Self, ImportError> {
        Ok(Self {})
    }
}

pub(crate) fn read(
    _mapping: &Mapping,
    _inputs: Vec<Input<'_>>,
    _sink: &mut dyn Sink,
) -> Result<Summary, ImportError> {
    Ok(Summary::default())
}

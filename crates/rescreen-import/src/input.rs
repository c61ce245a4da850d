//! One file of a list.

use std::{fmt, io::BufRead};

use crate::ImportError;

/// A file to read: its name for messages and for telling the files of a set apart, and its bytes.
pub struct Input<'a> {
    /// The name as the user gave it.
    pub name: String,
    /// The content.
    pub bytes: Box<dyn BufRead + 'a>,
}

impl<'a> Input<'a> {
    /// A file from a reader.
    pub fn new(name: impl Into<String>, bytes: impl BufRead + 'a) -> Self {
        Self {
            name: name.into(),
            bytes: Box::new(bytes),
        }
    }
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The one file of a format that has one; `expected` says so in the error.
pub(crate) fn only<'a>(inputs: Vec<Input<'a>>, expected: &str) -> Result<Input<'a>, ImportError> {
    match <[Input<'a>; 1]>::try_from(inputs) {
        Ok([input]) => Ok(input),
        Err(inputs) => Err(ImportError::Files {
            expected: format!("expected {expected}"),
            given: if inputs.is_empty() {
                "no file".to_owned()
            } else {
                let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
                names.join(", ")
            },
        }),
    }
}

//! Placeholder.

use crate::{ImportError, Input, Sink, Summary};

pub(crate) fn read(_inputs: Vec<Input<'_>>, _sink: &mut dyn Sink) -> Result<Summary, ImportError> {
    Ok(Summary::default())
}

//! The key that the log is vouched for with, from whoever knows where it lies.

use std::fmt;

use rescreen_app::audit::LogKey;

type Get = dyn Fn() -> Result<LogKey, String> + Send + Sync;

/// Gives the key of the log when it is needed, or says what whoever asks may know of why there is none. The interface itself
/// keeps none.
pub struct KeySource(Box<Get>);

impl KeySource {
    /// The key as `get` gives it.
    pub fn new(get: impl Fn() -> Result<LogKey, String> + Send + Sync + 'static) -> Self {
        Self(Box::new(get))
    }

    pub(crate) fn key(&self) -> Result<LogKey, String> {
        (self.0)()
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySource")
    }
}

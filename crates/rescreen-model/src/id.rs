//! Names of things: each newtype says in one sentence what it identifies and when it changes.

use std::{fmt, sync::Arc};

/// Identifies one entity within its list; it is the publisher's own stable id with the list's prefix
/// (`ofac-36`, `unsc-QDi.001`) and never changes while the publisher keeps the record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(Arc<str>);

impl EntityId {
    /// Takes the id as it is written; surrounding white space does not belong to it.
    pub fn new(text: &str) -> Self {
        Self(text.trim().into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::borrow::Borrow<str> for EntityId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for EntityId {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// Identifies a list in one installation; the operator chooses it and it never changes.
///
/// Invariant: 1 to 64 characters of `a-z`, `0-9`, `_` and `-`, starting with a letter or digit, so that it is safe in
/// paths, URLs and shell commands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ListName(Arc<str>);

/// A list name that cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a list name: expected 1 to 64 characters of a-z, 0-9, '_' and '-', starting with a letter or digit"
)]
pub struct InvalidListName(pub String);

impl ListName {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`InvalidListName`] where the invariant does not hold.
    pub fn parse(text: &str) -> Result<Self, InvalidListName> {
        let allowed =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        let starts_well = text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if starts_well && text.len() <= 64 && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidListName(text.to_owned()))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Identifies one version of one list: its publication date and the start of its content hash
/// (`2023-12-28-3f9a01c2`), so that two installations that hold the same content name it alike.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VersionId(Arc<str>);

impl VersionId {
    /// Takes an id that was made before.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_names_are_safe_everywhere() {
        for good in ["ofac", "un-sc", "0list", "a_b"] {
            assert!(ListName::parse(good).is_ok(), "{good}");
        }
        let long = "a".repeat(65);
        for bad in ["", "OFAC", "../x", "-a", "a b", "ä", "a/b", long.as_str()] {
            assert!(ListName::parse(bad).is_err(), "{bad}");
        }
    }
}

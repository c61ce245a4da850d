//! Countries as lists name them: ISO 3166 codes, former states, territories and the publishers' English names.
//!
//! Codes follow FollowTheMoney's country type, in lower case: ISO 3166-1 alpha-2 where there is one, ISO 3166-3 for
//! states that are gone (`suhh`, `yucs`, `csxx`, `cshh`; East Germany keeps `dd`), and a few codes of FollowTheMoney's own
//! for places that no standard names (`xk`, `cy-trnc`, `x-so`) and for bodies that act like one (`eu`, `un`). `zz` is
//! "everywhere".
//!
//! Names come from ISO 3166-1, UN M49, ICAO 9303 part 3, and the spellings that OFAC, the United Nations, the United
//! Kingdom and Australia use in their published lists, with the English words for nationals that customer files hold.
//!
//! Countries never make a match. They can weaken one, and [`Country::overlaps`] keeps them from doing so where two
//! sources may well mean the same place.

mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A country, former state or territory, by FollowTheMoney's lower-case code (`ir`, `suhh`, `xk`).
///
/// Ordered by code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(
    /// Invariant: a row of `table::COUNTRIES`.
    u16,
);

/// The longest code, `ua-cri` or `cy-trnc`.
const MAX_CODE_BYTES: usize = 7;

/// No name in the table comes near this; what is longer is an address or a remark, and not worth folding.
const MAX_NAME_BYTES: usize = 160;

impl Country {
    /// The country of that code, in either case: FollowTheMoney's codes, ISO 3166-1 alpha-2 and alpha-3, withdrawn
    /// codes, and those of travel documents.
    ///
    /// A code that was given out twice means its last bearer (`cs` is Serbia and Montenegro). A state that only changed
    /// its name is found by its new code (`zr` is `cd`, `bu` is `mm`).
    pub fn from_code(code: &str) -> Option<Self> {
        let mut buffer = [0; MAX_CODE_BYTES];
        let lower = buffer.get_mut(..code.len())?;
        lower.copy_from_slice(code.as_bytes());
        lower.make_ascii_lowercase();
        let lower = std::str::from_utf8(lower).ok()?;
        Self::row(lower).or_else(|| find(table::OTHER_CODES, lower).and_then(Self::row))
    }

    /// The country of that name, as publishers write it in English, or of the word for its nationals.
    ///
    /// Case, diacritics, punctuation and "the" do not matter. `None` for a name that stands for two countries
    /// (`Congolese`), for none (`undetermined`), or for more than one at once (`Russian and Ukrainian`).
    pub fn from_name(name: &str) -> Option<Self> {
        if name.len() > MAX_NAME_BYTES {
            return None;
        }
        let folded = fold(name);
        // OFAC marks places that are no countries: `Region: Crimea`.
        let folded = folded.strip_prefix("region ").unwrap_or(&folded);
        find(table::NAMES, folded).and_then(Self::row)
    }

    /// The country that a code or a name means; a code goes first.
    ///
    /// Only for fields that may hold either. Where a source writes names, [`Country::from_name`] is right: the United
    /// Nations write `na` for "not available", which as a code is Namibia.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_code(text.trim()).or_else(|| Self::from_name(text))
    }

    /// All countries, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..table::COUNTRIES.len()).map(|row| Self(row as u16))
    }

    /// FollowTheMoney's code.
    pub fn code(self) -> &'static str {
        table::COUNTRIES[usize::from(self.0)].0
    }

    /// The English short name.
    pub fn name(self) -> &'static str {
        table::COUNTRIES[usize::from(self.0)].1
    }

    /// Whether the two may be the same place to a person who states a nationality: equal, one a successor of the
    /// other, or one a territory of the other.
    ///
    /// Symmetric and reflexive; not transitive: Croatia and Serbia both overlap Yugoslavia, not each other.
    pub fn overlaps(self, other: Self) -> bool {
        let pair = (self.min(other).code(), self.max(other).code());
        self == other || table::KIN.binary_search(&pair).is_ok()
    }

    fn row(code: &str) -> Option<Self> {
        let row = table::COUNTRIES
            .binary_search_by_key(&code, |(code, _)| code)
            .ok()?;
        Some(Self(row as u16))
    }
}

fn find(sorted: &'static [(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    let row = sorted.binary_search_by_key(&key, |(key, _)| key).ok()?;
    Some(sorted[row].1)
}

/// The form in which names are compared: lower-case words without diacritics, punctuation and "the".
fn fold(name: &str) -> String {
    let letters: String = name
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´'))
        .flat_map(char::to_lowercase)
        // `İ` becomes `i` and a dot of its own.
        .filter(|c| !is_combining_mark(*c))
        .collect();
    let spelled = letters.replace('&', " and ");
    let mut folded = String::with_capacity(spelled.len());
    for word in spelled.split(|c: char| !c.is_alphanumeric()) {
        let word = match word {
            "" | "the" => continue,
            "st" => "saint",
            word => word,
        };
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
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

//! What is compared beside the name: birth date, gender, nationality, identifiers.
//!
//! Gender and nationality are structurally unable to help: their functions return nothing or bits against, and bits
//! of evidence against are a type of their own until they are added.

use rescreen_model::{
    PartialDate,
    identifier::{Check, Identifier, IdentifierKind},
};
use rescreen_prepare::{BirthDate, Prepared};

/// Weight that speaks against, as a share of what agrees and at least so much (hundredths of a bit).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Against {
    /// Percent of the bits that agree.
    pub(crate) share: i32,
    /// Hundredths of a bit.
    pub(crate) least: i32,
}

impl Against {
    /// The bits, negative.
    pub(crate) fn bits(self, agreed: i32) -> i32 {
        -(agreed * self.share / 100).max(self.least)
    }
}

/// How two birth dates relate, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DateLevel {
    SameDay,
    SameMonth,
    SameYear,
    InRange,
    Swapped,
    Slip,
    NearYear,
    OtherDay,
    DigitYear,
    Disjoint,
}

impl DateLevel {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::SameDay => "same day",
            Self::SameMonth => "same month, day not known on one side",
            Self::SameYear => "same year, day not known on one side",
            Self::InRange => "within what is stated",
            Self::Swapped => "day and month change places",
            Self::Slip => "one figure apart",
            Self::NearYear => "a year apart",
            Self::OtherDay => "same year, another day",
            Self::DigitYear => "one figure of the year apart",
            Self::Disjoint => "different",
        }
    }

    /// What the date adds to a name that alone comes near the threshold.
    pub(crate) fn supports(self) -> i32 {
        match self {
            Self::SameDay => 600,
            Self::Swapped | Self::SameMonth => 300,
            Self::SameYear => 150,
            _ => 0,
        }
    }

    /// What it takes away.
    pub(crate) fn weakens(self) -> Option<Against> {
        let (share, least) = match self {
            Self::SameDay | Self::SameMonth | Self::SameYear | Self::InRange => return None,
            Self::Swapped => (2, 30),
            Self::Slip => (6, 100),
            Self::NearYear => (10, 150),
            Self::OtherDay => (18, 250),
            Self::DigitYear => (25, 350),
            Self::Disjoint => (48, 700),
        };
        Some(Against { share, least })
    }
}

/// The best relation among the dates of both sides, with the places of the two dates.
pub(crate) fn birth_dates(a: &[BirthDate], b: &[BirthDate]) -> Option<(DateLevel, usize, usize)> {
    let mut best: Option<(DateLevel, usize, usize)> = None;
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            let level = dates(x, y);
            if best.is_none_or(|(l, ..)| level < l) {
                best = Some((level, i, j));
            }
        }
    }
    best
}

fn dates(a: &BirthDate, b: &BirthDate) -> DateLevel {
    let loose = |d: &BirthDate| d.span.is_range() || d.span.is_approximate();
    if loose(a) || loose(b) {
        return ranges(a, b);
    }
    let (x, y) = (a.span.from(), b.span.from());
    let years = i32::from(x.get_year()) - i32::from(y.get_year());
    let day = |d: &BirthDate, p: PartialDate| if d.year_only { None } else { p.get_day() };
    let month = |d: &BirthDate, p: PartialDate| if d.year_only { None } else { p.get_month() };
    let (Some(m1), Some(m2)) = (month(a, x), month(b, y)) else {
        return match years.abs() {
            0 => DateLevel::SameYear,
            1 => DateLevel::NearYear,
            _ if one_figure(x.get_year(), y.get_year()) => DateLevel::DigitYear,
            _ => DateLevel::Disjoint,
        };
    };
    let (Some(d1), Some(d2)) = (day(a, x), day(b, y)) else {
        return match (years, m1 == m2) {
            (0, true) => DateLevel::SameMonth,
            (0, false) => DateLevel::OtherDay,
            (-1 | 1, true) => DateLevel::NearYear,
            _ => DateLevel::Disjoint,
        };
    };
    let differing = usize::from(years != 0) + usize::from(m1 != m2) + usize::from(d1 != d2);
    match differing {
        0 => DateLevel::SameDay,
        _ if years == 0 && m1 == d2 && d1 == m2 => DateLevel::Swapped,
        1 if years.abs() == 1
            || (m1 - m2).abs() == 1
            || (d1 - d2).abs() == 1
            || slip(d1, d2)
            || slip(m1, m2) =>
        {
            DateLevel::Slip
        }
        1 if one_figure(x.get_year(), y.get_year()) => DateLevel::DigitYear,
        _ if years == 0 => DateLevel::OtherDay,
        _ => DateLevel::Disjoint,
    }
}

/// One figure of a day or month differs, or its two figures change places.
fn slip(a: i8, b: i8) -> bool {
    a != b && (a / 10 == b / 10 || a % 10 == b % 10 || (a / 10 == b % 10 && a % 10 == b / 10))
}

/// One figure of a year differs, or two neighbours change places, and the years are not just some years apart.
fn one_figure(one: i16, other: i16) -> bool {
    let (one, other) = (figures(one), figures(other));
    let differ: Vec<usize> = (0..4).filter(|&i| one[i] != other[i]).collect();
    match differ[..] {
        [place] => place < 3,
        [left, right] => {
            right == left + 1 && one[left] == other[right] && one[right] == other[left]
        }
        _ => false,
    }
}

fn figures(year: i16) -> [i16; 4] {
    [year / 1000 % 10, year / 100 % 10, year / 10 % 10, year % 10]
}

/// At least one side is a range or "about": two years are added on either side of "about".
fn ranges(a: &BirthDate, b: &BirthDate) -> DateLevel {
    let years = |d: &BirthDate| {
        let slack = if d.span.is_approximate() { 2 } else { 0 };
        (
            d.span.first_day().year() - slack,
            d.span.last_day().year() + slack,
        )
    };
    let ((a1, a2), (b1, b2)) = (years(a), years(b));
    if a1 <= b2 && b1 <= a2 {
        DateLevel::InRange
    } else if a1 - 1 <= b2 && b1 - 1 <= a2 {
        DateLevel::NearYear
    } else {
        DateLevel::Disjoint
    }
}

/// Stated genders that exclude each other.
pub(crate) fn genders(a: &Prepared, b: &Prepared) -> Option<Against> {
    let contradict = !a.genders.is_empty()
        && !b.genders.is_empty()
        && !a.genders.iter().any(|g| b.genders.contains(g));
    contradict.then_some(Against {
        share: 25,
        least: 400,
    })
}

/// Stated nationalities of which none can be the same.
pub(crate) fn countries(a: &Prepared, b: &Prepared) -> Option<Against> {
    let contradict = !a.countries.is_empty()
        && !b.countries.is_empty()
        && !a
            .countries
            .iter()
            .any(|x| b.countries.iter().any(|y| x.overlaps(*y)));
    contradict.then_some(Against {
        share: 8,
        least: 100,
    })
}

/// What the identifiers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity<'a> {
    /// One is the same.
    Same {
        ours: &'a Identifier,
        theirs: &'a Identifier,
        conclusive: bool,
    },
    /// Of a type of which a party has one, each side has another.
    Different {
        ours: &'a Identifier,
        theirs: &'a Identifier,
        against: Against,
    },
}

/// The strongest thing the identifiers of both sides say.
pub(crate) fn identifiers<'a>(a: &'a [Identifier], b: &'a [Identifier]) -> Option<Identity<'a>> {
    let mut found: Option<Identity<'a>> = None;
    for x in a {
        for y in b.iter().filter(|y| same_number(x, y)) {
            let conclusive = x.kind == y.kind && x.check == Check::Valid;
            if conclusive || !matches!(found, Some(Identity::Same { .. })) {
                found = Some(Identity::Same {
                    ours: x,
                    theirs: y,
                    conclusive,
                });
            }
        }
    }
    if found.is_some() {
        return found;
    }
    let mut worst: Option<(i32, Identity<'a>)> = None;
    for x in a {
        let Some(against) = unique(x.kind) else {
            continue;
        };
        let Some(y) = b
            .iter()
            .find(|y| y.kind == x.kind && y.check != Check::Invalid)
        else {
            continue;
        };
        if x.check != Check::Invalid
            && worst
                .as_ref()
                .is_none_or(|(share, _)| against.share > *share)
        {
            worst = Some((
                against.share,
                Identity::Different {
                    ours: x,
                    theirs: y,
                    against,
                },
            ));
        }
    }
    worst.map(|(_, identity)| identity)
}

/// Whether two numbers are the same number. Types must agree where both are known; short numbers of no type in
/// particular say nothing.
fn same_number(a: &Identifier, b: &Identifier) -> bool {
    let loose = |k: IdentifierKind| {
        matches!(
            k,
            IdentifierKind::Other
                | IdentifierKind::NationalId
                | IdentifierKind::Passport
                | IdentifierKind::Tax
                | IdentifierKind::Registration
        )
    };
    a.number == b.number
        && a.check != Check::Invalid
        && b.check != Check::Invalid
        && (a.kind == b.kind || (loose(a.kind) && loose(b.kind)))
        && a.number.len() >= 5
}

/// What another number of the same type means.
fn unique(kind: IdentifierKind) -> Option<Against> {
    let (share, least) = match kind {
        IdentifierKind::Imo | IdentifierKind::Lei => (80, 1_500),
        IdentifierKind::Inn | IdentifierKind::Ogrn | IdentifierKind::Isin => (50, 900),
        // Passports are renewed, and people hold several.
        IdentifierKind::NationalId => (12, 150),
        IdentifierKind::Passport => (5, 60),
        _ => return None,
    };
    Some(Against { share, least })
}

//! Fixed-point numbers: a score is the same on every machine, and never NaN.

use std::{fmt, iter::Sum, ops::Add};

/// How likely it is that two parties are the same, 0 to 1 in steps of 1/10,000.
///
/// Invariant: at most 10,000.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score(u16);

impl Score {
    /// Nothing speaks for it.
    pub const ZERO: Self = Self(0);
    /// The end of the scale; no comparison reaches it.
    pub const ONE: Self = Self(10_000);

    /// A score from ten-thousandths; more than one is one.
    pub const fn from_basis_points(points: u32) -> Self {
        Self(if points > 10_000 {
            10_000
        } else {
            points as u16
        })
    }

    /// The score in ten-thousandths.
    pub const fn basis_points(self) -> u32 {
        self.0 as u32
    }

    /// The nearest score to a number; `None` for NaN and for numbers outside 0 to 1.
    pub fn from_f64(value: f64) -> Option<Self> {
        (0.0..=1.0)
            .contains(&value)
            .then(|| Self((value * 10_000.0).round() as u16))
    }

    /// The score as a number from 0 to 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

impl fmt::Debug for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Weight of evidence in hundredths of a bit; negative speaks against.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bits(i32);

impl Bits {
    /// No weight.
    pub const ZERO: Self = Self(0);

    /// A weight from hundredths of a bit.
    pub const fn from_hundredths(hundredths: i32) -> Self {
        Self(hundredths)
    }

    /// The weight in hundredths of a bit.
    pub const fn hundredths(self) -> i32 {
        self.0
    }

    /// The weight in bits.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl Add for Bits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Bits {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.0 {
            0 => "",
            n if n < 0 => "-",
            _ => "+",
        };
        write!(f, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

impl fmt::Debug for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

//! The fold of evidence into a score.
//!
//! With P the bits that speak for and N the bits that speak against, the score is
//!
//! ```text
//! P / (P + N)  ×  (1 − 0.29 × 2^(−P / 6))
//! ```
//!
//! The first factor is agreement: what share of the evidence is for. The second is rarity: a name that agrees in full
//! but is shared by many (`Abdul Rahman`) stays well below one, and no name reaches it. An identifier that is
//! conclusive lifts the score to a fixed height.

use crate::{Bits, Score, weights};

/// The score from which a conclusive identifier speaks for itself.
pub(crate) const CONCLUSIVE: Score = Score::from_basis_points(9_800);
/// The height of an identifier that agrees and has no check digit.
pub(crate) const IDENTIFIED: Score = Score::from_basis_points(9_000);

/// The height that no name exceeds.
const TOP: i64 = 9_999;

/// Bits for and against, in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    agreed: i32,
    against: i32,
    lift: Score,
}

impl Tally {
    /// Adds one line.
    pub(crate) fn add(&mut self, bits: i32) {
        if bits >= 0 {
            self.agreed = self.agreed.saturating_add(bits);
        } else {
            self.against = self.against.saturating_sub(bits);
        }
    }

    /// Adds an identifier that agrees.
    pub(crate) fn lift(&mut self, to: Score) {
        self.lift = self.lift.max(to);
    }

    /// The bits for.
    pub(crate) fn agreed(&self) -> i32 {
        self.agreed
    }

    /// The score.
    pub(crate) fn score(&self) -> Score {
        fold(self.agreed, self.against).max(self.lift)
    }
}

/// The formula, from hundredths of a bit for and against; neither is negative.
fn fold(agreed: i32, against: i32) -> Score {
    let (agreed, against) = (i64::from(agreed), i64::from(against));
    if agreed == 0 {
        return Score::ZERO;
    }
    let share = 10_000 * agreed / (agreed + against);
    let ceiling = 10_000 - weights::RARITY_SHARE * half_to_the(agreed) / (1 << 16);
    // However many parts agree: what is certain is not for a name to say.
    let ceiling = ceiling.min(TOP);
    Score::from_basis_points((share * ceiling / 10_000) as u32)
}

impl Score {
    /// The score that the bits of lines of evidence make: the formula of this build, by which every answer can be
    /// checked by hand. An agreeing identifier and the typo floor lift a score above it, and say so.
    pub fn of_bits(bits: impl IntoIterator<Item = Bits>) -> Self {
        let mut tally = Tally::default();
        for bits in bits {
            tally.add(bits.hundredths());
        }
        tally.score()
    }
}

/// 2^(−bits / halving) in 1/65,536, by halving and a straight line in between.
fn half_to_the(bits: i64) -> i64 {
    let (whole, rest) = (
        bits / weights::RARITY_HALVING,
        bits % weights::RARITY_HALVING,
    );
    if whole >= 16 {
        return 0;
    }
    let upper = (1_i64 << 16) >> whole;
    upper - upper / 2 * rest / weights::RARITY_HALVING
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(agreed: i32, against: i32) -> Score {
        let mut tally = Tally::default();
        tally.add(agreed);
        tally.add(-against);
        tally.score()
    }

    proptest! {
        #[test]
        fn more_for_never_lowers_and_more_against_never_raises(
            agreed in 0..20_000, against in 0..20_000, more in 0..5_000,
        ) {
            prop_assert!(score(agreed + more, against) >= score(agreed, against));
            prop_assert!(score(agreed, against + more) <= score(agreed, against));
            prop_assert!(score(agreed, against) < Score::ONE);
        }
    }

    #[test]
    fn the_formula_holds_at_a_few_points() {
        assert_eq!(score(0, 0).basis_points(), 0);
        assert_eq!(score(600, 0).basis_points(), 8_550);
        assert_eq!(score(600, 600).basis_points(), 4_275);
        assert_eq!(score(2_400, 0).basis_points(), 9_819);
        assert_eq!(score(40_000, 0).basis_points(), 9_999);
    }
}

//! The one validated value that says what counts as a hit.

use rescreen_model::ContentHash;

use crate::{Score, Tier};

/// The score a name must reach by itself before an agreeing birth date counts for it.
pub(crate) const RESCUE: Score = Score::from_basis_points(6_000);

/// What counts as a hit. No other knob exists.
///
/// Invariant: `FLOOR <= review <= matched`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    review: Score,
    matched: Score,
    typo_floor: bool,
}

/// A policy that cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Under the floor the candidate search is not complete.
    #[error(
        "the review threshold {given} is under {floor}: below that, candidates are not complete"
    )]
    TooLow {
        /// What was asked for.
        given: Score,
        /// The lowest threshold.
        floor: Score,
    },
    /// The match tier would begin under the review tier.
    #[error("the match threshold {matched} is under the review threshold {review}")]
    Reversed {
        /// The review threshold asked for.
        review: Score,
        /// The match threshold asked for.
        matched: Score,
    },
}

impl Policy {
    /// The lowest review threshold: the candidate search is complete from here up.
    pub const FLOOR: Score = Score::from_basis_points(5_000);

    /// A policy from its two thresholds.
    ///
    /// # Errors
    /// [`PolicyError`] where the invariant does not hold.
    pub fn new(review: Score, matched: Score) -> Result<Self, PolicyError> {
        if review < Self::FLOOR {
            return Err(PolicyError::TooLow {
                given: review,
                floor: Self::FLOOR,
            });
        }
        if matched < review {
            return Err(PolicyError::Reversed { review, matched });
        }
        Ok(Self {
            review,
            matched,
            ..Self::default()
        })
    }

    /// The same, with the typo floor on or off: a whole name spelled within two letters of the other is then always
    /// put to review, even where the parts alone would not reach it.
    #[must_use]
    pub fn with_typo_floor(self, on: bool) -> Self {
        Self {
            typo_floor: on,
            ..self
        }
    }

    /// The score from which a pair is put to review.
    pub fn review(&self) -> Score {
        self.review
    }

    /// The score a name must be able to reach to matter: the review threshold, or the lower score from which a birth
    /// date may lift it there.
    pub fn floor(&self) -> Score {
        self.review.min(RESCUE)
    }

    /// The score from which a pair is in the match tier.
    pub fn matched(&self) -> Score {
        self.matched
    }

    /// Whether the typo floor is on.
    pub fn typo_floor(&self) -> bool {
        self.typo_floor
    }

    /// The tier of a score.
    pub fn tier(&self, score: Score) -> Tier {
        if score >= self.matched {
            Tier::Match
        } else if score >= self.review {
            Tier::Review
        } else {
            Tier::Below
        }
    }

    /// The identity of the policy: equal policies have equal hashes on every machine.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of_bytes(
            format!(
                "rescreen policy v1 review={} match={} typo-floor={}",
                self.review, self.matched, self.typo_floor
            )
            .as_bytes(),
        )
    }
}

impl Default for Policy {
    /// Review from 0.70, match tier from 0.90, typo floor off.
    fn default() -> Self {
        Self {
            review: Score::from_basis_points(7_000),
            matched: Score::from_basis_points(9_000),
            typo_floor: false,
        }
    }
}

//! Recall against false positives: what a matcher gives where another stands.

use rescreen_match::Score;

use crate::Share;

/// A threshold and what is reached at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operating {
    /// The threshold.
    pub threshold: Score,
    /// Of the questions that should find somebody, those that do.
    pub found: Share,
    /// Of the questions that should find nobody, those that do.
    pub wrong: Share,
}

impl Operating {
    /// What a threshold gives, from the scores of questions that should find somebody and of those that should not.
    pub fn at(threshold: Score, should: &[Score], should_not: &[Score]) -> Self {
        let reach = |scores: &[Score]| Share::count(scores.iter().map(|s| *s >= threshold));
        Self {
            threshold,
            found: reach(should),
            wrong: reach(should_not),
        }
    }
}

/// The lowest threshold above nought that at most this share of the scores reaches; `None` without scores.
pub fn threshold_at(scores: &[Score], share: f64) -> Option<Score> {
    let sorted = falling(scores);
    let allowed = (share * sorted.len() as f64 + 1e-9) as usize;
    match sorted.get(allowed) {
        // The first that must not reach it stands just below, and so do those equal to it.
        Some(first_out) => Some(Score::from_basis_points(first_out.basis_points() + 1)),
        None => (!sorted.is_empty()).then_some(Score::from_basis_points(1)),
    }
}

/// The highest threshold that at least this share of the scores reaches; `None` without scores.
pub fn threshold_for(scores: &[Score], share: f64) -> Option<Score> {
    let sorted = falling(scores);
    let wanted = (share * sorted.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(wanted - 1).copied()
}

fn falling(scores: &[Score]) -> Vec<Score> {
    let mut sorted = scores.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn thresholds_keep_their_promise_and_the_next_one_would_not(
            points in prop::collection::vec(0u32..9_999, 1..50), share in 0.0f64..1.0
        ) {
            let scores: Vec<Score> = points.iter().map(|p| Score::from_basis_points(*p)).collect();
            let reached = |points: u32| {
                let threshold = Score::from_basis_points(points);
                Operating::at(threshold, &scores, &[]).found.value().unwrap()
            };
            let at = threshold_at(&scores, share).unwrap().basis_points();
            prop_assert!(reached(at) <= share + 1e-6);
            prop_assert!(at == 1 || reached(at - 1) > share - 1e-6);
            let least = threshold_for(&scores, share).unwrap().basis_points();
            prop_assert!(reached(least) >= share - 1e-6);
            prop_assert!(reached(least + 1) < share + 1e-6 || share < 1e-6);
        }
    }
}

//! Precision against recall, and whether a score means what it says.

use rescreen_match::Score;

/// A labelled case with its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// What the matcher says.
    pub score: Score,
    /// What the label says.
    pub is_match: bool,
}

/// Labels against verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confusion {
    /// Labelled a match, and called one.
    pub true_positives: u64,
    /// Labelled no match, and called one.
    pub false_positives: u64,
    /// Labelled a match, and not called one.
    pub false_negatives: u64,
    /// Labelled no match, and not called one.
    pub true_negatives: u64,
}

impl Confusion {
    /// Calls a match whatever reaches the threshold.
    pub fn at(threshold: Score, cases: impl IntoIterator<Item = Judged>) -> Self {
        let mut confusion = Self::default();
        for case in cases {
            *match (case.is_match, case.score >= threshold) {
                (true, true) => &mut confusion.true_positives,
                (false, true) => &mut confusion.false_positives,
                (true, false) => &mut confusion.false_negatives,
                (false, false) => &mut confusion.true_negatives,
            } += 1;
        }
        confusion
    }

    /// All cases.
    pub fn n(&self) -> u64 {
        self.true_positives + self.false_positives + self.false_negatives + self.true_negatives
    }

    /// Of what was called a match, the share that is labelled one; 1 where nothing was called a match.
    pub fn precision(&self) -> f64 {
        share_or_one(
            self.true_positives,
            self.true_positives + self.false_positives,
        )
    }

    /// Of what is labelled a match, the share that was called one; 1 where nothing is labelled a match.
    pub fn recall(&self) -> f64 {
        share_or_one(
            self.true_positives,
            self.true_positives + self.false_negatives,
        )
    }

    /// The harmonic mean of precision and recall; 1 where there is nothing to find and nothing was called a match.
    pub fn f1(&self) -> f64 {
        let wrong = self.false_positives + self.false_negatives;
        share_or_one(2 * self.true_positives, 2 * self.true_positives + wrong)
    }
}

fn share_or_one(part: u64, of: u64) -> f64 {
    if of == 0 {
        1.0
    } else {
        part as f64 / of as f64
    }
}

/// What a threshold would give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The threshold.
    pub threshold: Score,
    /// Labels against verdicts at it.
    pub confusion: Confusion,
}

/// Every threshold at which something changes, highest first.
pub fn curve(cases: &[Judged]) -> Vec<Point> {
    let mut sorted = cases.to_vec();
    sorted.sort_by_key(|case| std::cmp::Reverse(case.score));
    let labelled = cases.iter().filter(|case| case.is_match).count() as u64;
    let mut confusion = Confusion {
        false_negatives: labelled,
        true_negatives: cases.len() as u64 - labelled,
        ..Confusion::default()
    };
    let mut points = Vec::new();
    for (at, case) in sorted.iter().enumerate() {
        if case.is_match {
            confusion.true_positives += 1;
            confusion.false_negatives -= 1;
        } else {
            confusion.false_positives += 1;
            confusion.true_negatives -= 1;
        }
        if sorted
            .get(at + 1)
            .is_none_or(|next| next.score != case.score)
        {
            points.push(Point {
                threshold: case.score,
                confusion,
            });
        }
    }
    points
}

/// The area under precision against recall, by steps: the mean precision at the labelled matches. Zero where there are
/// none. Equal scores count as one step, so their order cannot flatter.
pub fn average_precision(curve: &[Point]) -> f64 {
    let mut area = 0.0;
    let mut found = 0;
    for point in curve {
        let more = point.confusion.true_positives - found;
        area += more as f64 * point.confusion.precision();
        found = point.confusion.true_positives;
    }
    if found == 0 { 0.0 } else { area / found as f64 }
}

/// The threshold with the best F1, the higher of equal ones. It is chosen *after* the fact, so it flatters.
pub fn best_f1(curve: &[Point]) -> Option<Point> {
    curve.iter().copied().reduce(|best, point| {
        if point.confusion.f1() > best.confusion.f1() {
            point
        } else {
            best
        }
    })
}

/// The cases of a band of scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Where it begins.
    pub from: Score,
    /// Where it ends; only the last band holds its end.
    pub to: Score,
    /// The cases in it.
    pub n: u64,
    /// Their mean score, 0 to 1.
    pub mean_score: f64,
    /// Those labelled a match.
    pub matches: u64,
}

/// Labels by bands of the score, all of one width. Bands without cases are left out.
pub fn calibration(cases: &[Judged], bands: u32) -> Vec<Bin> {
    let bands = bands.max(1);
    let edge = |band: u32| Score::from_basis_points(10_000 * band / bands);
    (0..bands)
        .filter_map(|band| {
            let (from, to) = (edge(band), edge(band + 1));
            let is_last = band + 1 == bands;
            let inside: Vec<&Judged> = cases
                .iter()
                .filter(|c| c.score >= from && (c.score < to || is_last))
                .collect();
            let total: f64 = inside.iter().map(|c| c.score.as_f64()).sum();
            (!inside.is_empty()).then(|| Bin {
                from,
                to,
                n: inside.len() as u64,
                mean_score: total / inside.len() as f64,
                matches: inside.iter().filter(|c| c.is_match).count() as u64,
            })
        })
        .collect()
}

/// How far what is said lies from what is seen: the mean over the bands of the distance between mean score and share of
/// labelled matches, each band weighing as many cases as it has. `None` of no cases.
pub fn calibration_error(bins: &[Bin]) -> Option<f64> {
    let n: u64 = bins.iter().map(|bin| bin.n).sum();
    let off: f64 = bins
        .iter()
        .map(|bin| (bin.mean_score * bin.n as f64 - bin.matches as f64).abs())
        .sum();
    (n > 0).then(|| off / n as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn case(points: u32, is_match: bool) -> Judged {
        Judged {
            score: Score::from_basis_points(points),
            is_match,
        }
    }

    #[test]
    fn figures_are_those_of_the_textbook() {
        let cases = [
            case(9_000, true),
            case(8_000, false),
            case(7_000, true),
            case(6_000, true),
            case(1_000, false),
        ];
        let confusion = Confusion::at(Score::from_basis_points(7_000), cases);
        assert_eq!(
            (
                confusion.true_positives,
                confusion.false_positives,
                confusion.false_negatives
            ),
            (2, 1, 1)
        );
        assert!((confusion.f1() - 2.0 / 3.0).abs() < 1e-9);
        let points = curve(&cases);
        assert_eq!(points.len(), 5);
        // Precision at the three matches: 1, 2/3, 3/4.
        assert!((average_precision(&points) - (1.0 + 2.0 / 3.0 + 0.75) / 3.0).abs() < 1e-9);
        let best = best_f1(&points).unwrap();
        assert_eq!(best.threshold, Score::from_basis_points(6_000));
    }

    #[test]
    fn equal_scores_are_one_step_whatever_their_order() {
        let one = curve(&[case(5_000, true), case(5_000, false)]);
        let other = curve(&[case(5_000, false), case(5_000, true)]);
        assert_eq!(one, other);
        assert!((average_precision(&one) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn the_error_is_the_distance_between_score_and_share() {
        // At 0.9 three of four are matches, at 0.2 one of one is.
        let mut cases = vec![case(9_000, true); 3];
        cases.extend([case(9_000, false), case(2_000, true)]);
        let error = calibration_error(&calibration(&cases, 10)).unwrap();
        assert!((error - (4.0 * 0.15 + 0.8) / 5.0).abs() < 1e-9, "{error}");
        let exact = [case(5_000, true), case(5_000, false)];
        assert!(calibration_error(&calibration(&exact, 10)).unwrap() < 1e-9);
    }

    #[test]
    fn no_cases_are_no_reason_to_fail() {
        assert!(curve(&[]).is_empty());
        assert!(best_f1(&[]).is_none());
        assert!(average_precision(&[]).abs() < 1e-9);
        assert!(calibration(&[], 10).is_empty());
        assert_eq!(calibration_error(&[]), None);
    }

    proptest! {
        #[test]
        fn a_point_of_the_curve_is_what_its_threshold_gives(
            cases in prop::collection::vec((0u32..=20, any::<bool>()), 0..60)
        ) {
            let cases: Vec<Judged> = cases.into_iter().map(|(s, m)| case(s * 500, m)).collect();
            for point in curve(&cases) {
                prop_assert_eq!(point.confusion, Confusion::at(point.threshold, cases.iter().copied()));
            }
            let total: u64 = calibration(&cases, 7).iter().map(|bin| bin.n).sum();
            prop_assert_eq!(total, cases.len() as u64);
        }
    }
}

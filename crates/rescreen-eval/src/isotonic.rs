//! From a score to a share: the best map that never falls.

use crate::Judged;

/// One step of the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The lowest score of the step.
    pub from: f64,
    /// The share of true pairs from there on.
    pub share: f64,
    /// The weight of what the share rests on.
    pub weight: f64,
}

/// Pools adjacent violators (Ayer and others 1955): scores with their label and weight.
pub fn fit(mut points: Vec<(f64, bool, f64)>) -> Vec<Step> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut steps: Vec<Step> = Vec::new();
    for (score, label, weight) in points {
        steps.push(Step {
            from: score,
            share: f64::from(u8::from(label)),
            weight,
        });
        while let [.., before, last] = steps.as_mut_slice() {
            if before.share < last.share && before.from < last.from {
                break;
            }
            let weight = before.weight + last.weight;
            before.share = (before.share * before.weight + last.share * last.weight) / weight;
            before.weight = weight;
            steps.pop();
        }
    }
    steps
}

/// The share that the map gives a score; nought under its first step.
pub fn share(steps: &[Step], score: f64) -> f64 {
    steps
        .iter()
        .rev()
        .find(|step| step.from <= score)
        .map_or(0.0, |step| step.share)
}

/// The map of labelled cases that weigh alike.
pub fn of(cases: &[Judged]) -> Vec<Step> {
    let points = cases.iter();
    fit(points
        .map(|case| (case.score.as_f64(), case.is_match, 1.0))
        .collect())
}

/// What the map says too much or too little for cases it has not seen: each half of the cases, every other one, is
/// held against the map of the other half, in bands of the share that is foretold. `None` of fewer than two cases.
pub fn error_on_others(cases: &[Judged], bands: u32) -> Option<f64> {
    if cases.len() < 2 {
        return None;
    }
    let half = |odd: usize| -> Vec<Judged> { cases.iter().skip(odd).step_by(2).copied().collect() };
    let halves = [half(0), half(1)];
    let mut off = 0.0;
    for (held, other) in [(0, 1), (1, 0)] {
        let steps = of(&halves[other]);
        let mut said = vec![(0.0, 0.0); bands.max(1) as usize];
        for case in &halves[held] {
            let told = share(&steps, case.score.as_f64());
            let band = ((told * f64::from(bands)) as usize).min(said.len() - 1);
            said[band].0 += told;
            said[band].1 += f64::from(u8::from(case.is_match));
        }
        off += said
            .iter()
            .map(|(told, seen)| (told - seen).abs())
            .sum::<f64>();
    }
    Some(off / cases.len() as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rescreen_match::Score;

    use super::*;

    #[test]
    fn what_falls_is_pooled() {
        let steps = fit(vec![
            (0.1, false, 1.0),
            (0.2, true, 1.0),
            (0.3, false, 1.0),
            (0.4, true, 1.0),
        ]);
        let shares: Vec<(f64, f64)> = steps.iter().map(|s| (s.from, s.share)).collect();
        assert_eq!(shares, [(0.1, 0.0), (0.2, 0.5), (0.4, 1.0)]);
        assert!((share(&steps, 0.35) - 0.5).abs() < 1e-9);
        assert!(share(&steps, 0.0).abs() < 1e-9);
    }

    #[test]
    fn a_map_that_holds_for_others_has_no_error() {
        // At 0.8 a quarter are matches in either half, at 0.9 all are.
        let case = |points, is_match| Judged {
            score: Score::from_basis_points(points),
            is_match,
        };
        let mut cases = Vec::new();
        for _ in 0..2 {
            for label in [true, false, false, false] {
                cases.extend([case(8_000, label), case(8_000, label)]);
            }
            cases.extend([case(9_000, true), case(9_000, true)]);
        }
        let steps: Vec<(f64, f64)> = of(&cases).iter().map(|s| (s.from, s.share)).collect();
        assert_eq!(steps, [(0.8, 0.25), (0.9, 1.0)]);
        assert!(error_on_others(&cases, 10).unwrap() < 1e-9);
        assert_eq!(error_on_others(&cases[..1], 10), None);
        // A label that depends on the half cannot be foretold by the other.
        let split: Vec<Judged> = (0..20).map(|i| case(8_000, i % 2 == 0)).collect();
        assert!((error_on_others(&split, 10).unwrap() - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_map_never_falls_and_keeps_the_total(points in prop::collection::vec((0.0_f64..1.0, any::<bool>(), 0.5_f64..2.0), 1..50)) {
            let total: f64 = points.iter().map(|(_, l, w)| f64::from(u8::from(*l)) * w).sum();
            let steps = fit(points);
            prop_assert!(steps.windows(2).all(|s| s[0].share < s[1].share && s[0].from < s[1].from));
            let kept: f64 = steps.iter().map(|s| s.share * s.weight).sum();
            prop_assert!((total - kept).abs() < 1e-6);
        }
    }
}

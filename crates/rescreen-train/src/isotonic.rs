//! From a score to a share: the best map that never falls.

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

//! How long single questions took.

/// A distribution of durations, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timing {
    /// The mean.
    pub mean: f64,
    /// Half of the questions took no longer.
    pub p50: f64,
    /// 95 of 100 took no longer.
    pub p95: f64,
    /// 99 of 100 took no longer.
    pub p99: f64,
}

impl Timing {
    /// Sums up durations; `None` of none.
    pub fn of(mut micros: Vec<f64>) -> Option<Self> {
        micros.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (share * micros.len() as f64).ceil() as usize;
            micros.get(place.saturating_sub(1)).copied()
        };
        Some(Self {
            mean: micros.iter().sum::<f64>() / micros.len() as f64,
            p50: at(0.50)?,
            p95: at(0.95)?,
            p99: at(0.99)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let timing = Timing::of((1..=100).rev().map(f64::from).collect()).unwrap();
        assert!((timing.mean - 50.5).abs() < 1e-9);
        for (found, expected) in [(timing.p50, 50.0), (timing.p95, 95.0), (timing.p99, 99.0)] {
            assert!((found - expected).abs() < 1e-9, "{found}");
        }
        assert_eq!(Timing::of(Vec::new()), None);
    }
}

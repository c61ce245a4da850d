//! Shares with the uncertainty that small numbers leave.

use std::collections::BTreeMap;

/// The quantile of the normal distribution for intervals of 95 %.
const Z: f64 = 1.959_964;

/// So many of so many cases.
///
/// Invariant: `hits <= n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Cases that have the property.
    pub hits: u64,
    /// All cases.
    pub n: u64,
}

impl Share {
    /// Counts the cases that have the property.
    pub fn count(cases: impl IntoIterator<Item = bool>) -> Self {
        let mut share = Self::default();
        for case in cases {
            share.add(case);
        }
        share
    }

    /// Adds one case.
    pub fn add(&mut self, has: bool) {
        self.n += 1;
        self.hits += u64::from(has);
    }

    /// The share, 0 to 1; `None` of no cases.
    pub fn value(self) -> Option<f64> {
        (self.n > 0).then(|| self.hits as f64 / self.n as f64)
    }

    /// The interval that holds the true share in 95 of 100 samples (Wilson 1927); `None` of no cases.
    ///
    /// Unlike the usual one it stays inside 0 to 1 and says something where no case has the property.
    pub fn interval(self) -> Option<(f64, f64)> {
        let (p, n) = (self.value()?, self.n as f64);
        let spread = 1.0 + Z * Z / n;
        let middle = (p + Z * Z / (2.0 * n)) / spread;
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / spread;
        // Rounding must not leave the observed share outside of its own interval.
        Some(((middle - half).clamp(0.0, p), (middle + half).clamp(p, 1.0)))
    }
}

/// How unequally a share is spread over groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// The group with the largest share.
    pub worst: String,
    /// The group with the smallest share.
    pub best: String,
    /// The largest share divided by the smallest; `None` where the smallest is nought.
    pub ratio: Option<f64>,
    /// What the ratio is at the least: the lower end of the worst group's interval by the upper end of the best one's.
    pub at_least: f64,
}

impl Spread {
    /// Compares groups of at least `enough` cases; `None` of fewer than two such groups. Equal shares go by name.
    pub fn over(groups: &BTreeMap<String, Share>, enough: u64) -> Option<Self> {
        let mut known: Vec<(f64, &String, Share)> = groups
            .iter()
            .filter(|(_, share)| share.n >= enough.max(1))
            .filter_map(|(name, share)| Some((share.value()?, name, *share)))
            .collect();
        known.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        let [(least, best, low), .., (most, worst, high)] = known.as_slice() else {
            return None;
        };
        Some(Self {
            worst: (*worst).clone(),
            best: (*best).clone(),
            ratio: (*least > 0.0).then(|| most / least),
            at_least: high.interval()?.0 / low.interval()?.1,
        })
    }
}

/// Counts by group.
pub fn by_group<G: Into<String>>(
    cases: impl IntoIterator<Item = (G, bool)>,
) -> BTreeMap<String, Share> {
    let mut groups: BTreeMap<String, Share> = BTreeMap::new();
    for (group, has) in cases {
        groups.entry(group.into()).or_default().add(has);
    }
    groups
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn intervals_are_those_of_the_textbook() {
        for (hits, n, low, high) in [
            (4, 2_000, 0.0008, 0.0051),
            (79, 100, 0.700, 0.858),
            (0, 100, 0.0, 0.037),
            (10, 10, 0.722, 1.0),
        ] {
            let (l, h) = Share { hits, n }.interval().unwrap();
            assert!(
                (l - low).abs() < 0.001 && (h - high).abs() < 0.001,
                "{l} {h}"
            );
        }
        assert_eq!(Share::default().interval(), None);
    }

    #[test]
    fn groups_too_small_to_judge_do_not_make_the_ratio() {
        let share = |hits, n| Share { hits, n };
        let groups = BTreeMap::from([
            ("a".to_owned(), share(30, 100)),
            ("b".to_owned(), share(10, 100)),
            ("tiny".to_owned(), share(1, 1)),
        ]);
        let spread = Spread::over(&groups, 50).unwrap();
        assert_eq!((spread.worst.as_str(), spread.best.as_str()), ("a", "b"));
        assert!((spread.ratio.unwrap() - 3.0).abs() < 1e-9);
        assert!(spread.at_least < 3.0);
        let none = BTreeMap::from([("a".to_owned(), share(3, 9)), ("b".to_owned(), share(0, 9))]);
        assert_eq!(Spread::over(&none, 1).unwrap().ratio, None);
    }

    proptest! {
        #[test]
        fn an_interval_holds_the_share_and_shrinks_with_more_cases(hits in 0u64..200, more in 0u64..200) {
            let n = hits + more + 1;
            let small = Share { hits, n };
            let large = Share { hits: hits * 10, n: n * 10 };
            let (low, high) = small.interval().unwrap();
            let (l, h) = large.interval().unwrap();
            let p = small.value().unwrap();
            prop_assert!(0.0 <= low && low <= p && p <= high && high <= 1.0);
            prop_assert!(h - l <= high - low);
        }
    }
}

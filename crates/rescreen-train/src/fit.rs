//! Sign-constrained logistic regression over the terms of a comparison.
//!
//! With P the bits that agree and N the sum of the terms against, a score reaches the review threshold T where
//! `P × (ceiling(P) / T − 1) ≥ N`. That is a line in the terms, so the regression fits
//!
//! ```text
//! logit = s × (P × (ceiling(P) / T − 1) − Σ m_k × term_k)
//! ```
//!
//! with `s > 0` and every factor `m_k ≥ 0`: no agreement can come to lower a score and no contradiction to raise one. A
//! factor of one is the weight in force, and a ridge draws every factor there as far as the data say nothing. There
//! is no intercept because the formula has none; the weight of the negatives sets the operating point instead.

use rescreen_match::{Bits, Score, Term, Terms};

/// The score a pair must reach to be reviewed.
pub const THRESHOLD: f64 = 0.70;

/// How strongly a factor is drawn to one, in pairs of weight one.
const RIDGE: f64 = 4.0;

/// Factors of the weights in force, by term.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors(Vec<(Term, f64)>);

impl Factors {
    /// The weights in force.
    pub fn in_force(terms: &[Term]) -> Self {
        Self(terms.iter().map(|term| (*term, 1.0)).collect())
    }

    /// The terms with their factors.
    pub fn iter(&self) -> impl Iterator<Item = (Term, f64)> + '_ {
        self.0.iter().copied()
    }

    fn place(&self, term: Term) -> Option<usize> {
        self.0.binary_search_by_key(&term, |(t, _)| *t).ok()
    }

    /// The score of a pair of names under these factors.
    pub fn score(&self, terms: &Terms) -> f64 {
        let against: f64 = terms
            .against
            .iter()
            .map(|(term, bits)| self.place(*term).map_or(1.0, |at| self.0[at].1) * f64::from(*bits))
            .sum();
        score(terms.agreed, against.round() as i32)
    }

    /// The best pair of names, and its score.
    pub fn best<'a>(&self, pairs: &'a [Terms]) -> Option<(&'a Terms, f64)> {
        pairs
            .iter()
            .map(|terms| (terms, self.score(terms)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

fn score(agreed: i32, against: i32) -> f64 {
    let bits = [agreed, -against].map(Bits::from_hundredths);
    Score::of_bits(bits).as_f64()
}

/// A pair of parties: a subject and whatever it was compared with.
#[derive(Debug, Clone)]
pub struct Example {
    /// Whether they are the same.
    pub label: bool,
    /// How much it counts.
    pub weight: f64,
    /// Every pair of their names that has anything in common.
    pub pairs: Vec<Terms>,
}

/// One row of the regression: the margin of what agrees, and the terms against, in bits.
struct Row {
    label: f64,
    weight: f64,
    margin: f64,
    terms: Vec<(usize, f64)>,
}

/// Fits factors to the examples, with negatives counted so many times.
pub fn fit(examples: &[Example], start: &Factors, negatives: f64) -> Factors {
    let mut factors = start.clone();
    // Which pair of names is the best one depends on the factors.
    for _ in 0..3 {
        let rows: Vec<Row> = examples
            .iter()
            .filter_map(|example| row(example, &factors, negatives))
            .collect();
        factors = regress(&rows, &factors);
    }
    factors
}

fn row(example: &Example, factors: &Factors, negatives: f64) -> Option<Row> {
    let (terms, _) = factors.best(&example.pairs)?;
    let agreed = f64::from(terms.agreed) / 100.0;
    let mut against: Vec<(usize, f64)> = Vec::new();
    for (term, bits) in &terms.against {
        let at = factors.place(*term)?;
        let bits = f64::from(*bits) / 100.0;
        match against.iter_mut().find(|(place, _)| *place == at) {
            Some((_, sum)) => *sum += bits,
            None => against.push((at, bits)),
        }
    }
    Some(Row {
        label: f64::from(u8::from(example.label)),
        weight: example.weight * if example.label { 1.0 } else { negatives },
        margin: agreed * (score(terms.agreed, 0) / THRESHOLD - 1.0),
        terms: against,
    })
}

/// Cyclic coordinate descent with Newton steps, each coefficient kept at nought or above.
fn regress(rows: &[Row], factors: &Factors) -> Factors {
    let count = factors.0.len();
    // By column: which rows have the term, and how much of it.
    let mut columns: Vec<Vec<(usize, f64)>> = vec![Vec::new(); count + 1];
    for (i, row) in rows.iter().enumerate() {
        columns[0].push((i, row.margin));
        for (term, bits) in &row.terms {
            columns[term + 1].push((i, -bits));
        }
    }
    let mut scale: f64 = 0.5;
    let mut weights: Vec<f64> = factors.0.iter().map(|(_, f)| f * scale).collect();
    let mut logits: Vec<f64> = rows
        .iter()
        .map(|row| {
            let against: f64 = row.terms.iter().map(|(t, bits)| weights[*t] * bits).sum();
            scale * row.margin - against
        })
        .collect();
    for _ in 0..60 {
        let mut moved: f64 = 0.0;
        for (column, cells) in columns.iter().enumerate() {
            let (mut slope, mut bend) = (0.0, 1e-9);
            for (i, x) in cells {
                let p = 1.0 / (1.0 + (-logits[*i]).exp());
                slope += rows[*i].weight * (p - rows[*i].label) * x;
                bend += rows[*i].weight * p * (1.0 - p) * x * x;
            }
            // The ridge: every weight is drawn to the scale, and the scale to the mean of the weights.
            let now = if column == 0 {
                let pull: f64 = weights.iter().map(|w| scale - w).sum();
                slope += RIDGE * pull;
                bend += RIDGE * count as f64;
                scale
            } else {
                slope += RIDGE * (weights[column - 1] - scale);
                bend += RIDGE;
                weights[column - 1]
            };
            let least = if column == 0 { 0.01 } else { 0.0 };
            let step = (slope / bend).clamp(-0.2, 0.2);
            let next = (now - step).max(least);
            for (i, x) in cells {
                logits[*i] += (next - now) * x;
            }
            moved = moved.max((next - now).abs());
            if column == 0 {
                scale = next;
            } else {
                weights[column - 1] = next;
            }
        }
        if moved < 1e-5 {
            break;
        }
    }
    Factors(
        factors
            .0
            .iter()
            .zip(&weights)
            .map(|((term, _), weight)| (*term, weight / scale))
            .collect(),
    )
}

/// Fits factors under which as large a share of the given negatives reaches the threshold as under the weights in
/// force: what is then compared is recall at equal cost.
pub fn fit_at_equal_cost(examples: &[Example], start: &Factors) -> (Factors, f64) {
    let share = |factors: &Factors| {
        let negatives: Vec<&Example> = examples.iter().filter(|e| !e.label).collect();
        let hits = negatives
            .iter()
            .filter(|e| factors.best(&e.pairs).is_some_and(|(_, s)| s >= THRESHOLD))
            .count();
        hits as f64 / negatives.len().max(1) as f64
    };
    let wanted = share(start);
    let (mut low, mut high) = (0.02_f64, 50.0_f64);
    let mut best = (start.clone(), 1.0);
    for _ in 0..9 {
        let middle = (low * high).sqrt();
        let factors = fit(examples, start, middle);
        if share(&factors) > wanted {
            low = middle;
        } else {
            high = middle;
            best = (factors, middle);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use rescreen_match::Omission;

    use super::*;

    fn example(label: bool, agreed: i32, against: &[(Term, i32)]) -> Example {
        Example {
            label,
            weight: 1.0,
            pairs: vec![Terms {
                agreed,
                against: against.to_vec(),
            }],
        }
    }

    #[test]
    fn what_true_pairs_lack_gets_cheap_and_what_false_pairs_differ_in_gets_dear() {
        let (substituted, omitted) = (Term::Substituted, Term::Omitted(Omission::End));
        let mut examples = Vec::new();
        for i in 0..200 {
            examples.push(example(true, 2_000 + i, &[(omitted, 1_000)]));
            examples.push(example(false, 2_000 + i, &[(substituted, 500)]));
        }
        let start = Factors::in_force(&[substituted, omitted]);
        let fitted: Vec<f64> = fit(&examples, &start, 1.0).iter().map(|(_, f)| f).collect();
        assert!(fitted[0] > 1.2 && fitted[1] < 0.8, "{fitted:?}");
        assert!(fitted.iter().all(|f| *f >= 0.0));
    }

    #[test]
    fn without_data_the_weights_in_force_stay() {
        let start = Factors::in_force(&[Term::Substituted, Term::Common]);
        let fitted = fit(&[], &start, 1.0);
        assert!(fitted.iter().all(|(_, f)| (f - 1.0).abs() < 1e-3));
    }
}

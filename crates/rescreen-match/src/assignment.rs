//! Optimal one-to-one assignment.

use smallvec::SmallVec;

/// The choice of pairs that shares no row and no column and has the greatest total value, in row order.
///
/// Values are positive; pairs that are not given may not be chosen. Shortest augmenting paths with potentials
/// (Kuhn-Munkres), at most 32 × 32, so the work is bounded for any input.
pub(crate) fn best(
    rows: usize,
    columns: usize,
    values: impl Iterator<Item = (usize, usize, i64)>,
) -> SmallVec<[(usize, usize); 8]> {
    let n = rows.max(columns);
    let mut value = vec![0_i64; n * n];
    for (row, column, v) in values {
        let cell = &mut value[row * n + column];
        *cell = (*cell).max(v);
    }
    // One-based, with row and column zero as the start of every path.
    let mut row_potential = vec![0_i64; n + 1];
    let mut column_potential = vec![0_i64; n + 1];
    let mut row_of = vec![0_usize; n + 1];
    let mut way = vec![0_usize; n + 1];
    for row in 1..=n {
        row_of[0] = row;
        let mut at = 0;
        let mut least = vec![i64::MAX; n + 1];
        let mut visited = vec![false; n + 1];
        loop {
            visited[at] = true;
            let from = row_of[at];
            let (mut delta, mut next) = (i64::MAX, 0);
            for column in 1..=n {
                if visited[column] {
                    continue;
                }
                let cost = -value[(from - 1) * n + column - 1]
                    - row_potential[from]
                    - column_potential[column];
                if cost < least[column] {
                    least[column] = cost;
                    way[column] = at;
                }
                if least[column] < delta {
                    delta = least[column];
                    next = column;
                }
            }
            for column in 0..=n {
                if visited[column] {
                    row_potential[row_of[column]] += delta;
                    column_potential[column] -= delta;
                } else {
                    least[column] = least[column].saturating_sub(delta);
                }
            }
            at = next;
            if row_of[at] == 0 {
                break;
            }
        }
        while at != 0 {
            row_of[at] = row_of[way[at]];
            at = way[at];
        }
    }
    let mut pairs: SmallVec<[(usize, usize); 8]> = (1..=n)
        .map(|column| (row_of[column] - 1, column - 1))
        .filter(|&(row, column)| value[row * n + column] > 0)
        .collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exhaustive(n: usize, value: &[i64], row: usize, used: u32) -> i64 {
        if row == n {
            return 0;
        }
        (0..n)
            .filter(|c| used & (1 << c) == 0)
            .map(|c| value[row * n + c] + exhaustive(n, value, row + 1, used | (1 << c)))
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #[test]
        fn no_choice_is_better(n in 1_usize..6, seed in prop::collection::vec(0_i64..9, 36)) {
            let value = &seed[..n * n];
            let given = (0..n * n).filter(|i| value[*i] > 0).map(|i| (i / n, i % n, value[i]));
            let pairs = best(n, n, given);
            let total: i64 = pairs.iter().map(|(r, c)| value[r * n + c]).sum();
            prop_assert_eq!(total, exhaustive(n, value, 0, 0));
            let mut columns: Vec<_> = pairs.iter().map(|p| p.1).collect();
            columns.sort_unstable();
            columns.dedup();
            prop_assert_eq!(columns.len(), pairs.len());
        }
    }
}

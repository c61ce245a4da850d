//! From a key to the numbers filed under it: sorted arrays with a directory on the leading bits.

/// Immutable postings. Keys are hashes, so their leading bits are evenly spread.
#[derive(Debug)]
pub(crate) struct Postings {
    keys: Vec<u64>,
    numbers: Vec<u32>,
    /// Where the keys with these leading bits begin; one more than there are buckets.
    directory: Vec<u32>,
    shift: u32,
    /// One bit for each hash of a key, so that the many keys nobody holds are refused within the cache.
    present: Vec<u64>,
}

/// Bits of the filter for each key.
const FILTER_BITS: usize = 8;

impl Default for Postings {
    fn default() -> Self {
        Self::build(Vec::new())
    }
}

impl Postings {
    pub(crate) fn build(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let bits = pairs.len().max(2).ilog2();
        let shift = 64 - bits;
        let mut directory = vec![0_u32; (1 << bits) + 1];
        let words = (pairs.len() * FILTER_BITS / 64).next_power_of_two();
        let mut present = vec![0_u64; words];
        for (key, _) in &pairs {
            directory[(key >> shift) as usize + 1] += 1;
            let (word, bit) = filter(*key, words);
            present[word] |= bit;
        }
        for i in 1..directory.len() {
            directory[i] += directory[i - 1];
        }
        let (keys, numbers) = pairs.into_iter().unzip();
        Self {
            keys,
            numbers,
            directory,
            shift,
            present,
        }
    }

    /// Every key with each number filed under it.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.keys.iter().copied().zip(self.numbers.iter().copied())
    }

    /// The numbers filed under a key, ascending.
    pub(crate) fn get(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let (word, bit) = filter(key, self.present.len());
        let range = if self.present[word] & bit == 0 {
            0..0
        } else {
            let bucket = (key >> self.shift) as usize;
            self.directory[bucket] as usize..self.directory[bucket + 1] as usize
        };
        self.keys[range.clone()]
            .iter()
            .zip(&self.numbers[range])
            .filter(move |(k, _)| **k == key)
            .map(|(_, n)| *n)
    }
}

/// The place of a key in the filter; the number of words is a power of two.
fn filter(key: u64, words: usize) -> (usize, u64) {
    ((key >> 6) as usize & (words - 1), 1 << (key & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_filed_and_nothing_else() {
        let key = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let postings = Postings::build((0..5_000).map(|n| (key(n / 2), n as u32)).collect());
        for n in 0..2_500 {
            let found: Vec<u32> = postings.get(key(n)).collect();
            assert_eq!(found, [2 * n as u32, 2 * n as u32 + 1]);
        }
        assert_eq!(postings.get(key(2_500)).count(), 0);
        assert_eq!(Postings::default().get(7).count(), 0);
    }
}

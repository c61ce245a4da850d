//! From a key to the numbers filed under it: sorted arrays with a directory on the leading bits.

/// Immutable postings. Keys are hashes, so their leading bits are evenly spread.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    keys: Vec<u64>,
    numbers: Vec<u32>,
    /// Where the keys with these leading bits begin; one more than there are buckets.
    directory: Vec<u32>,
    shift: u32,
}

impl Postings {
    pub(crate) fn build(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let bits = pairs.len().max(2).ilog2();
        let shift = 64 - bits;
        let mut directory = vec![0_u32; (1 << bits) + 1];
        for (key, _) in &pairs {
            directory[(key >> shift) as usize + 1] += 1;
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
        }
    }

    /// The numbers filed under a key, ascending.
    pub(crate) fn get(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let bucket = (key >> self.shift) as usize;
        let range = match self.directory.get(bucket..bucket + 2) {
            Some(&[from, to]) => from as usize..to as usize,
            _ => 0..0,
        };
        self.keys[range.clone()]
            .iter()
            .zip(&self.numbers[range])
            .filter(move |(k, _)| **k == key)
            .map(|(_, n)| *n)
    }
}

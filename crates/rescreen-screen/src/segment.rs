//! Segments: subjects in the form in which a register is swept.
//!
//! A sweep looks for the few subjects whom a few entries may concern. It would be a waste to read all others from the
//! store and to prepare them again, so what preparation made of them is kept: the distinct words of many subjects once, in a
//! *dictionary*, and for each subject the numbers of its words, name by name, with the keys of its joined words and
//! identifiers. A sweep relates the dictionary to the entries once, and then only reads numbers ([`Screener::sift`]).
//!
//! A segment decides nothing. It leaves out subjects of whom the index would give no candidate at all, by the same
//! relations and the same bound, and whoever is left is read from the store and screened like anybody. So it may hold too
//! much, such as subjects who have changed since, but never too little.
//!
//! The form is of this build alone: whatever would prepare or relate otherwise names itself otherwise
//! ([`Segment::build`]), and a segment of another build is made anew from the store.

mod build;
mod sift;
mod word;

use std::{ops::Range, sync::LazyLock};

use rescreen_match::matcher_build;
use rescreen_model::{ContentHash, Schema};

pub use build::{SegmentBuilder, SegmentRow, merge};
pub(crate) use sift::sift;
use word::WordView;

/// Marks the file, and the layout below.
const MAGIC: &[u8; 8] = b"rescrg02";

/// Subjects of a block, from whose beginning a thread can read on its own.
const BLOCK: usize = 4_096;

/// The last word of a name, and of a subject.
const END_OF_NAME: u32 = 1 << 31;
const END_OF_ROW: u32 = 1 << 30;
/// The bits that number a word.
const WORD: u32 = END_OF_ROW - 1;

/// A row whose keys are too many to be kept: it is always left over.
const TOO_MANY: u8 = u8::MAX;

/// Everything that what a segment holds depends on.
static BUILD: LazyLock<ContentHash> = LazyLock::new(|| {
    let sources = [
        include_str!("lib.rs"),
        include_str!("segment.rs"),
        include_str!("segment/build.rs"),
        include_str!("segment/sift.rs"),
        include_str!("segment/word.rs"),
    ];
    let mut lines = vec![
        matcher_build().to_string(),
        env!("CARGO_PKG_VERSION").to_owned(),
    ];
    lines.extend(
        sources
            .iter()
            .map(|s| ContentHash::of_bytes(s.as_bytes()).to_string()),
    );
    ContentHash::of_bytes(lines.join("\n").as_bytes())
});

/// Why bytes are no segment that can be used. It can be made anew.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// It ends before its end, or is no segment at all.
    #[error("expected a segment of {expected} bytes, found {found}")]
    Cut {
        /// The length that its beginning states; 0 where that is not stated.
        expected: u64,
        /// The length it has.
        found: u64,
    },
    /// Another build of the program wrote it.
    #[error("it is of build {found}, this program's is {expected}")]
    OtherBuild {
        /// This program's.
        expected: String,
        /// The one that wrote it.
        found: String,
    },
    /// A bit is not what it was.
    #[error("its checksum does not hold")]
    Checksum,
}

/// Subjects ready to be swept.
///
/// Invariant: the checksum held when it was opened, so offsets and numbers in it are what the builder wrote.
#[derive(Clone)]
pub struct Segment {
    bytes: Vec<u8>,
    layout: Layout,
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segment")
            .field("rows", &self.layout.rows)
            .field("words", &self.layout.words)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Where each column lies.
#[derive(Debug, Clone)]
struct Layout {
    rows: usize,
    words: usize,
    schemas: Vec<Schema>,
    schema_names: Range<usize>,
    word_ends: Range<usize>,
    bounds: Range<usize>,
    dictionary: Range<usize>,
    numbers: Range<usize>,
    counts: Range<usize>,
    blocks: Range<usize>,
    names: Range<usize>,
    keys: Range<usize>,
}

/// The header: magic, build, checksum, then the sizes of the columns as eight bytes each.
const CHECKSUM_AT: usize = 8 + 32;
const SIZES_AT: usize = CHECKSUM_AT + 32;
const SIZES: usize = 6;
const HEADER: usize = SIZES_AT + 8 * SIZES;

impl Layout {
    /// The layout of columns of these sizes, and where it ends; the schemata are still to be read.
    fn new([schemas, words, dictionary, rows, names, keys]: [u64; SIZES]) -> (Self, u64) {
        let mut at = HEADER as u64;
        let mut column = |length: u64| {
            let from = at;
            at = at.saturating_add(length);
            from as usize..at as usize
        };
        let of = |each: u64, count: u64| each.saturating_mul(count);
        let layout = Self {
            rows: rows as usize,
            words: words as usize,
            schemas: Vec::new(),
            schema_names: column(schemas),
            word_ends: column(of(4, words)),
            bounds: column(of(4, words)),
            dictionary: column(dictionary),
            numbers: column(of(8, rows)),
            counts: column(rows),
            blocks: column(of(8, rows.div_ceil(BLOCK as u64))),
            names: column(of(4, names)),
            keys: column(of(4, keys)),
        };
        (layout, at)
    }
}

impl Segment {
    /// The identity of the code that writes and reads segments; a segment of another one is of no use.
    pub fn build() -> ContentHash {
        *BUILD
    }

    /// Opens what [`SegmentBuilder::finish`] or [`merge`] made.
    ///
    /// # Errors
    /// [`SegmentError`] where the bytes are damaged or of another build.
    pub fn open(bytes: Vec<u8>) -> Result<Self, SegmentError> {
        let cut = |expected: u64| SegmentError::Cut {
            expected,
            found: bytes.len() as u64,
        };
        if bytes.len() < HEADER || !bytes.starts_with(MAGIC) {
            return Err(cut(0));
        }
        let build = &bytes[8..CHECKSUM_AT];
        if build != Self::build().as_bytes() {
            let mut found = [0; 32];
            found.copy_from_slice(build);
            return Err(SegmentError::OtherBuild {
                expected: Self::build().short(),
                found: ContentHash::from_bytes(found).short(),
            });
        }
        if checksum(&bytes[SIZES_AT..]).as_bytes() != &bytes[CHECKSUM_AT..SIZES_AT] {
            return Err(SegmentError::Checksum);
        }
        let sizes: [u64; SIZES] = std::array::from_fn(|n| u64_at(&bytes[SIZES_AT..], n));
        let (mut layout, end) = Layout::new(sizes);
        if end != bytes.len() as u64 {
            return Err(cut(end));
        }
        let names = std::str::from_utf8(&bytes[layout.schema_names.clone()]);
        for name in names.unwrap_or_default().lines() {
            // The build is this program's, so the names are, too.
            let schema = Schema::named(name).ok_or(SegmentError::Checksum)?;
            layout.schemas.push(schema);
        }
        Ok(Self { bytes, layout })
    }

    /// The checksum over all that is in it.
    pub fn checksum(&self) -> ContentHash {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&self.bytes[CHECKSUM_AT..SIZES_AT]);
        ContentHash::from_bytes(bytes)
    }

    /// The bytes to be kept.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many subjects there are.
    pub fn rows(&self) -> usize {
        self.layout.rows
    }

    /// How many distinct words there are.
    pub fn words(&self) -> usize {
        self.layout.words
    }

    /// The number of each subject, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.layout.rows).map(|row| self.number(row))
    }

    /// Whether a subject is in it.
    pub fn contains(&self, number: u64) -> bool {
        let (mut from, mut to) = (0, self.layout.rows);
        while from < to {
            let middle = from.midpoint(to);
            match self.number(middle).cmp(&number) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        false
    }

    fn number(&self, row: usize) -> u64 {
        u64_at(&self.bytes[self.layout.numbers.clone()], row)
    }

    /// The record of a word.
    fn word(&self, word: usize) -> WordView<'_> {
        let ends = &self.bytes[self.layout.word_ends.clone()];
        let from = match word {
            0 => 0,
            _ => u32_at(ends, word - 1) as usize,
        };
        let to = u32_at(ends, word) as usize;
        WordView::new(&self.bytes[self.layout.dictionary.clone()][from..to])
    }

    /// The column of words by name, and that of keys.
    fn names(&self) -> &[u8] {
        &self.bytes[self.layout.names.clone()]
    }

    fn keys(&self) -> &[u8] {
        &self.bytes[self.layout.keys.clone()]
    }

    /// The number of keys of each row.
    fn counts(&self) -> &[u8] {
        &self.bytes[self.layout.counts.clone()]
    }

    /// How many blocks there are, and what of the columns belongs to one: its rows, its words, its keys.
    fn blocks(&self) -> usize {
        self.layout.rows.div_ceil(BLOCK)
    }

    fn block(&self, block: usize) -> (Range<usize>, Range<usize>, Range<usize>) {
        let starts = &self.bytes[self.layout.blocks.clone()];
        let start = |block: usize, which: usize, column: &Range<usize>| {
            if block < self.blocks() {
                u32_at(starts, 2 * block + which) as usize
            } else {
                column.len() / 4
            }
        };
        let range = |which: usize, column: &Range<usize>| {
            start(block, which, column)..start(block + 1, which, column)
        };
        let rows = block * BLOCK..((block + 1) * BLOCK).min(self.layout.rows);
        (
            rows,
            range(0, &self.layout.names),
            range(1, &self.layout.keys),
        )
    }
}

/// A checksum that all cores work out: the hash over the hashes of pieces.
fn checksum(bytes: &[u8]) -> ContentHash {
    use rayon::prelude::*;
    const PIECE: usize = 1 << 18;
    let pieces: Vec<ContentHash> = bytes.par_chunks(PIECE).map(ContentHash::of_bytes).collect();
    let all: Vec<u8> = pieces.iter().flat_map(|p| *p.as_bytes()).collect();
    ContentHash::of_bytes(&all)
}

/// The number at a place of a column of four bytes each.
fn u32_at(column: &[u8], at: usize) -> u32 {
    match column.get(4 * at..4 * at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

fn u64_at(column: &[u8], at: usize) -> u64 {
    u64::from(u32_at(column, 2 * at)) | u64::from(u32_at(column, 2 * at + 1)) << 32
}

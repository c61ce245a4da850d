//! Making segments: of prepared subjects, and of other segments.

use std::collections::{BTreeSet, HashMap};

use rescreen_match::{Bound, identifier_keys, scanned_join_key};
use rescreen_model::Schema;
use rescreen_prepare::Prepared;

use super::{
    BLOCK, CHECKSUM_AT, END_OF_NAME, END_OF_ROW, HEADER, Layout, MAGIC, SIZES_AT, Segment,
    TOO_MANY, WORD, checksum,
    sift::{identifier_key, join_key},
    u32_at, word,
};

/// Words of rows beyond which it is full.
const MAX_WORDS: usize = 1 << 28;

/// A subject as it goes into a segment.
#[derive(Debug, Clone)]
pub struct SegmentRow {
    number: u64,
    /// The words one after the other, their schema left blank.
    words: Vec<u8>,
    /// Where each ends, of which schema it is, and whether it ends a name.
    ends: Vec<(u32, Schema, bool)>,
    keys: Vec<u32>,
}

impl SegmentRow {
    /// The row of a subject, from all the ways to read it (see [`readings`](crate::readings)).
    pub fn of(number: u64, readings: &[Prepared]) -> Self {
        let mut row = Self {
            number,
            words: Vec::new(),
            ends: Vec::new(),
            keys: Vec::new(),
        };
        for reading in readings {
            for name in &reading.names {
                for (i, part) in name.tokens.iter().enumerate() {
                    word::encode(0, part, &mut row.words);
                    let last = i + 1 == name.tokens.len();
                    row.ends
                        .push((row.words.len() as u32, reading.schema, last));
                }
                let joins = name.joins.iter().map(scanned_join_key);
                let keys = joins.map(|key| join_key(key, reading.schema));
                row.keys.extend(keys);
            }
            let identifiers = identifier_keys(reading);
            row.keys.extend(identifiers.map(identifier_key));
        }
        row.keys.sort_unstable();
        row.keys.dedup();
        row
    }

    /// The same row under another number.
    #[must_use]
    pub fn numbered(self, number: u64) -> Self {
        Self { number, ..self }
    }
}

/// Collects rows.
#[derive(Debug, Default)]
pub struct SegmentBuilder {
    schemas: Vec<Schema>,
    seen: HashMap<Box<[u8]>, u32>,
    word_ends: Vec<u32>,
    bounds: Vec<u32>,
    dictionary: Vec<u8>,
    numbers: Vec<u64>,
    counts: Vec<u8>,
    blocks: Vec<u32>,
    names: Vec<u32>,
    keys: Vec<u32>,
}

impl SegmentBuilder {
    /// Rows beyond which a segment is full: one that holds everybody would have to be written anew for each erasure.
    pub const MAX_ROWS: usize = 1 << 20;

    /// A builder without rows.
    pub fn new() -> Self {
        let mut builder = Self::default();
        // The first word is none: it stands for a subject without a name, and nothing relates to it.
        builder.word_ends.push(0);
        builder.bounds.push(0);
        builder
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Whether there are so many that another segment should be begun.
    pub fn is_full(&self) -> bool {
        self.numbers.len() >= Self::MAX_ROWS || self.names.len() >= MAX_WORDS
    }

    /// Adds a row. Invariant for the caller: numbers ascend.
    pub fn push(&mut self, mut row: SegmentRow) {
        self.begin(row.number);
        let mut from = 0;
        for &(end, schema, last) in &row.ends {
            let record = &mut row.words[from..end as usize];
            record[0] = self.schema(schema);
            let word = self.intern(record);
            let flag = if last { END_OF_NAME } else { 0 };
            self.names.push(word | flag);
            from = end as usize;
        }
        self.end(row.keys.into_iter());
    }

    fn begin(&mut self, number: u64) {
        debug_assert!(self.numbers.last().is_none_or(|last| *last < number));
        if self.numbers.len().is_multiple_of(BLOCK) {
            self.blocks.push(self.names.len() as u32);
            self.blocks.push(self.keys.len() as u32);
        }
        self.numbers.push(number);
    }

    fn end(&mut self, keys: impl ExactSizeIterator<Item = u32>) {
        let is_begun = self.names.last().is_none_or(|n| n & END_OF_ROW != 0);
        if is_begun {
            self.names.push(END_OF_NAME);
        }
        if let Some(last) = self.names.last_mut() {
            *last |= END_OF_ROW;
        }
        if keys.len() < usize::from(TOO_MANY) {
            self.counts.push(keys.len() as u8);
            self.keys.extend(keys);
        } else {
            self.counts.push(TOO_MANY);
        }
    }

    fn schema(&mut self, schema: Schema) -> u8 {
        let known = self.schemas.iter().position(|s| *s == schema);
        known.unwrap_or_else(|| {
            self.schemas.push(schema);
            self.schemas.len() - 1
        }) as u8
    }

    fn intern(&mut self, record: &[u8]) -> u32 {
        if let Some(known) = self.seen.get(record) {
            return *known;
        }
        let word = self.word_ends.len() as u32;
        self.dictionary.extend_from_slice(record);
        self.word_ends.push(self.dictionary.len() as u32);
        let bound = Bound::of(&word::WordView::new(record).part());
        self.bounds
            .push((bound.lonely.max(0) as u32) << 1 | u32::from(bound.initials));
        self.seen.insert(record.into(), word);
        word
    }

    /// The segment of all rows.
    pub fn finish(self) -> Segment {
        let schemas: Vec<&str> = self.schemas.iter().map(|s| s.name()).collect();
        let schemas = schemas.join("\n");
        let sizes = [
            schemas.len(),
            self.word_ends.len(),
            self.dictionary.len(),
            self.numbers.len(),
            self.names.len(),
            self.keys.len(),
        ];
        let columns = 8 * (self.word_ends.len() + self.numbers.len())
            + 4 * (self.names.len() + self.keys.len() + self.blocks.len());
        let mut bytes =
            Vec::with_capacity(HEADER + columns + self.dictionary.len() + self.numbers.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(Segment::build().as_bytes());
        bytes.resize(SIZES_AT, 0);
        let sizes = sizes.map(|size| size as u64);
        put(&mut bytes, sizes, u64::to_le_bytes);
        bytes.extend_from_slice(schemas.as_bytes());
        put(&mut bytes, self.word_ends, u32::to_le_bytes);
        put(&mut bytes, self.bounds, u32::to_le_bytes);
        bytes.extend_from_slice(&self.dictionary);
        put(&mut bytes, self.numbers, u64::to_le_bytes);
        bytes.extend_from_slice(&self.counts);
        put(&mut bytes, self.blocks, u32::to_le_bytes);
        put(&mut bytes, self.names, u32::to_le_bytes);
        put(&mut bytes, self.keys, u32::to_le_bytes);
        let sum = checksum(&bytes[SIZES_AT..]);
        bytes[CHECKSUM_AT..SIZES_AT].copy_from_slice(sum.as_bytes());
        let (mut layout, _) = Layout::new(sizes);
        layout.schemas = self.schemas;
        Segment { bytes, layout }
    }
}

fn put<T, const N: usize>(
    bytes: &mut Vec<u8>,
    column: impl IntoIterator<Item = T>,
    as_bytes: impl Fn(T) -> [u8; N],
) {
    for value in column {
        bytes.extend_from_slice(&as_bytes(value));
    }
}

/// One segment of several, the oldest first: of a subject that is in more than one, the newest row stays. The given
/// subjects are left out, and with them every word that only they had.
pub fn merge(segments: &[&Segment], without: &BTreeSet<u64>) -> Segment {
    let mut builder = SegmentBuilder::new();
    let mut cursors: Vec<Cursor<'_>> = segments.iter().map(|s| Cursor::new(s)).collect();
    while let Some(number) = cursors.iter().filter_map(Cursor::number).min() {
        let mut newest = None;
        for (at, cursor) in cursors.iter().enumerate() {
            if cursor.number() == Some(number) {
                newest = Some(at);
            }
        }
        for (at, cursor) in cursors.iter_mut().enumerate() {
            if cursor.number() == Some(number) {
                let is_wanted = newest == Some(at) && !without.contains(&number);
                cursor.step(is_wanted.then_some(&mut builder));
            }
        }
    }
    builder.finish()
}

/// Reads the rows of a segment in order.
struct Cursor<'a> {
    segment: &'a Segment,
    row: usize,
    name: usize,
    key: usize,
    /// The numbers that words have in the new segment; zero where none yet.
    renamed: Vec<u32>,
}

impl<'a> Cursor<'a> {
    fn new(segment: &'a Segment) -> Self {
        Self {
            segment,
            row: 0,
            name: 0,
            key: 0,
            renamed: vec![0; segment.words()],
        }
    }

    fn number(&self) -> Option<u64> {
        (self.row < self.segment.rows()).then(|| self.segment.number(self.row))
    }

    /// Goes to the next row, and takes this one into the builder where there is one.
    fn step(&mut self, mut into: Option<&mut SegmentBuilder>) {
        if let Some(builder) = &mut into {
            builder.begin(self.segment.number(self.row));
        }
        let names = self.segment.names();
        while self.name < names.len() / 4 {
            let entry = u32_at(names, self.name);
            self.name += 1;
            if let Some(builder) = &mut into {
                let word = self.rename(entry & WORD, builder);
                builder.names.push(word | entry & END_OF_NAME);
            }
            if entry & END_OF_ROW != 0 {
                break;
            }
        }
        let count = self.segment.counts().get(self.row).copied();
        let count = count.unwrap_or_default();
        let keys = if count == TOO_MANY {
            0
        } else {
            usize::from(count)
        };
        if let Some(builder) = into {
            let all = self.segment.keys();
            let keys: Vec<u32> = (self.key..self.key + keys)
                .map(|at| u32_at(all, at))
                .collect();
            if let Some(last) = builder.names.last_mut() {
                *last |= END_OF_ROW;
            }
            builder.counts.push(count);
            builder.keys.extend(keys);
        }
        self.key += keys;
        self.row += 1;
    }

    fn rename(&mut self, word: u32, builder: &mut SegmentBuilder) -> u32 {
        // The word that is none is the first everywhere.
        if word == 0 {
            return 0;
        }
        let known = self.renamed[word as usize];
        if known != 0 {
            return known;
        }
        let mut record = self.segment.word(word as usize).bytes().to_vec();
        let schema = self.segment.layout.schemas[usize::from(record[0])];
        record[0] = builder.schema(schema);
        let new = builder.intern(&record);
        self.renamed[word as usize] = new;
        new
    }
}

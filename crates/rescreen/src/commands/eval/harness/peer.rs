//! Another matcher's answers to the same questions.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use rescreen_match::Score;

use super::file_name;
use crate::{failure::EdgeError, files};

/// Scores by set and index. A matcher that is slow may answer a part of the questions; figures then rest on that part.
pub(super) struct Peer {
    pub(super) name: String,
    pub(super) threshold: Score,
    scores: BTreeMap<(String, usize), Score>,
}

impl Peer {
    /// Reads `set,index,score`; scores under nought count as nought and over one as one.
    pub(super) fn read(path: &Path, threshold: f64) -> Result<Self> {
        let threshold = Score::from_f64(threshold).ok_or_else(|| {
            EdgeError::Usage(format!("--peer-threshold {threshold}: expected 0 to 1"))
        })?;
        let (file, _) = files::open(path)?;
        let refuse = |line: u64, what: &str| {
            EdgeError::Data(format!("{}:{line}: expected {what}", path.display()))
        };
        let mut scores = BTreeMap::new();
        for row in csv::Reader::from_reader(file).records() {
            let row =
                row.map_err(|error| EdgeError::Data(format!("{}: {error}", path.display())))?;
            let line = row.position().map_or(0, csv::Position::line);
            let [Some(set), Some(index), Some(score)] = [row.get(0), row.get(1), row.get(2)] else {
                return Err(refuse(line, "the columns set, index, score").into());
            };
            let index = index.parse().map_err(|_| refuse(line, "an index"))?;
            let score = score.parse::<f64>().ok().map(|s| s.clamp(0.0, 1.0));
            let score = score
                .and_then(Score::from_f64)
                .ok_or_else(|| refuse(line, "a score"))?;
            scores.insert((set.to_owned(), index), score);
        }
        Ok(Self {
            name: file_name(path).trim_end_matches(".csv").to_owned(),
            threshold,
            scores,
        })
    }

    pub(super) fn score(&self, set: &str, index: usize) -> Option<Score> {
        self.scores.get(&(set.to_owned(), index)).copied()
    }
}

//! Lookback: who matches an entry that we learned of late, since when, and what came of it.

use jiff::Timestamp;
use rayon::prelude::*;
use rescreen_match::Score;
use rescreen_screen::{Party, Screener};
use rescreen_store::{AlertRow, AsOf, StoreError, SubjectKey, SubjectRow, form};

use crate::{App, AppError};

/// Subjects that are read and screened together.
const CHUNK: usize = 8_192;

/// A subject that matches the entry.
#[derive(Debug, Clone)]
pub struct LookedBack {
    /// The subject.
    pub subject: SubjectRow,
    /// How well it matches what the entry says now.
    pub score: Score,
    /// From when it would have matched: the later of its registration and the moment counted from.
    pub since: Timestamp,
    /// The alert about it, where there is one.
    pub alert: Option<AlertRow>,
}

/// Everybody who matches an entry.
#[derive(Debug, Clone)]
pub struct Lookback {
    /// The entry's name.
    pub caption: String,
    /// When it was first published.
    pub published: Timestamp,
    /// When we first knew it.
    pub known: Timestamp,
    /// The subjects in the order of their numbers.
    pub subjects: Vec<LookedBack>,
}

impl App {
    /// Finds everybody in the register who matches what an entry says now or said last, and since when.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where no list ever had the entry.
    pub fn lookback(&self, entry: &str, since: Option<Timestamp>) -> Result<Lookback, AppError> {
        let spans = self.entity(entry, AsOf::NOW)?.history;
        let first = spans.first().ok_or_else(|| no_entry(entry))?;
        let last = spans.last().ok_or_else(|| no_entry(entry))?;
        let (published, known) = (first.from.published, first.from.retrieved);
        let caption = last.entry.party.caption().to_owned();
        let party = Party {
            list: last.list.clone(),
            entity: form::decode_party(&form::encode_entry(&last.entry)?)?.into(),
        };
        let screener = Screener::new(vec![party], self.register_policy()?.0.matching);
        let from = since.unwrap_or(published);
        let register = self.store.register();
        let mut subjects = Vec::new();
        let mut after = SubjectKey(0);
        loop {
            let chunk = register.subjects_after(after, CHUNK)?;
            let Some(end) = chunk.last() else { break };
            after = end.key;
            let found = chunk
                .par_iter()
                .map(|row| {
                    let hits = screener.screen(&form::decode_subject(&row.body)?).hits;
                    Ok(hits.first().map(|hit| hit.found.score))
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            for (row, score) in chunk.into_iter().zip(found) {
                let Some(score) = score else { continue };
                let leg = register
                    .legs_of_subject(row.key)?
                    .into_iter()
                    .find(|leg| leg.entry == entry);
                subjects.push(LookedBack {
                    since: row.registered.max(from),
                    alert: leg.map_or(Ok(None), |leg| register.alert(leg.alert))?,
                    subject: row,
                    score,
                });
            }
        }
        Ok(Lookback {
            caption,
            published,
            known,
            subjects,
        })
    }
}

fn no_entry(entry: &str) -> AppError {
    AppError::NotFound(format!("no list ever had an entry '{entry}'"))
}

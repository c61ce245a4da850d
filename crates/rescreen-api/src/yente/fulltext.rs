//! Full text over what is served: which entities hold the words of a question, and how well.
//!
//! This finds words as they are written, and nothing else; who a person may be is the matcher's business. The index lives
//! in memory and belongs to one snapshot. It is built after the snapshot is in service, so that nobody waits for it who
//! does not search.

use std::{cmp::Reverse, collections::BTreeMap, ops::Bound};

use rescreen_model::{Property, PropertyKind};
use rescreen_screen::Party;
use tantivy::{
    DocId, Index, Searcher, TantivyDocument, Term,
    directory::RamDirectory,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery,
        EnableScoring, FuzzyTermQuery, Occur, PhraseQuery, Query as Search, RangeQuery, RegexQuery,
        TermQuery,
    },
    schema::{Field as Column, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{
        AsciiFoldingFilter, LowerCaser, RawTokenizer, RemoveLongFilter, SimpleTokenizer,
        TextAnalyzer, TokenizerManager,
    },
};

use super::{
    entity::View,
    fields::Field,
    lucene::{Edge, Occur as Wanted, Piece, Query},
};
use crate::{answer::Refusal, snapshot::Snapshot};

/// Memory while the index is built.
const BUILD_BYTES: usize = 32 << 20;
const WORDS: &str = "words";
const WHOLE: &str = "whole";
/// A name counts for so much more than another value.
const NAME_BOOST: f32 = 3.0;
/// Longer words are cut out: nobody asks for them, and they would fill the memory.
const MAX_WORD: usize = 200;
const BASIC: [&str; 9] = [
    "id",
    "caption",
    "schema",
    "datasets",
    "referents",
    "target",
    "first_seen",
    "last_seen",
    "last_change",
];
const GROUPS: [&str; 12] = [
    "names",
    "countries",
    "dates",
    "topics",
    "identifiers",
    "addresses",
    "emails",
    "phones",
    "genders",
    "languages",
    "urls",
    "entities",
];

/// The index of one snapshot; rows are the parties of its screener.
pub(crate) struct FullText {
    searcher: Searcher,
    columns: BTreeMap<String, (Column, Form)>,
    /// Names, for questions that name no field.
    names: Column,
    /// Everything.
    text: Column,
    /// Which fields have values.
    present: Column,
    /// A field without any: what a property has that nobody states.
    nothing: Column,
    words: TextAnalyzer,
    whole: TextAnalyzer,
    /// What each row gains by how much is known of it.
    weights: Vec<f32>,
}

impl std::fmt::Debug for FullText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FullText({} rows)", self.weights.len())
    }
}

/// How the values of a field are taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Into words.
    Words,
    /// Not at all.
    Whole,
    /// Not at all; years and months are found as well.
    Dates,
}

fn form(field: &Field) -> Form {
    let of_kind = |kind: PropertyKind| match kind {
        PropertyKind::Name | PropertyKind::Text | PropertyKind::Address => Form::Words,
        PropertyKind::Date => Form::Dates,
        _ => Form::Whole,
    };
    match field {
        Field::Caption => Form::Words,
        Field::FirstSeen | Field::LastSeen | Field::LastChange => Form::Dates,
        Field::Kind(kind) => of_kind(*kind),
        Field::Property(property) => of_kind(property.kind()),
        Field::Id | Field::Schema | Field::Datasets | Field::Referents | Field::Target => {
            Form::Whole
        }
    }
}

fn analyzer(form: Form) -> TextAnalyzer {
    match form {
        Form::Words => TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(MAX_WORD))
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter)
            .build(),
        Form::Whole | Form::Dates => TextAnalyzer::builder(RawTokenizer::default())
            .filter(RemoveLongFilter::limit(MAX_WORD))
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter)
            .build(),
    }
}

fn options(form: Form) -> TextOptions {
    let (name, record) = match form {
        Form::Words => (WORDS, IndexRecordOption::WithFreqsAndPositions),
        Form::Whole | Form::Dates => (WHOLE, IndexRecordOption::Basic),
    };
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(name)
        .set_index_option(record);
    TextOptions::default().set_indexing_options(indexing)
}

impl FullText {
    /// Takes everybody in.
    ///
    /// # Errors
    /// Where the engine cannot, which has no cause in the data.
    pub(crate) fn build(snapshot: &Snapshot) -> tantivy::Result<Self> {
        let parties = snapshot.cut.screener.parties();
        let mut used: BTreeMap<String, Property> = BTreeMap::new();
        for party in parties {
            for (property, _) in party.entity.properties() {
                if !used.contains_key(property.name()) {
                    used.insert(property.name().to_owned(), property.clone());
                }
            }
        }
        let mut schema = Schema::builder();
        let names = schema.add_text_field("_names", options(Form::Words));
        let text = schema.add_text_field("_text", options(Form::Words));
        let present = schema.add_text_field("_exists_", options(Form::Whole));
        let nothing = schema.add_text_field("_nothing", options(Form::Words));
        let mut fields: Vec<(String, Field)> = BASIC
            .into_iter()
            .chain(GROUPS)
            .filter_map(|name| Some((name.to_owned(), Field::named(name)?)))
            .collect();
        let properties = used
            .into_iter()
            .map(|(name, property)| (format!("properties.{name}"), Field::Property(property)));
        fields.extend(properties);
        let columns: BTreeMap<String, (Column, Form)> = fields
            .iter()
            .map(|(name, field)| {
                let form = form(field);
                (
                    name.clone(),
                    (schema.add_text_field(name, options(form)), form),
                )
            })
            .collect();
        let tokenizers = TokenizerManager::new();
        tokenizers.register(WORDS, analyzer(Form::Words));
        tokenizers.register(WHOLE, analyzer(Form::Whole));
        let mut writer = Index::builder()
            .schema(schema.build())
            .tokenizers(tokenizers)
            .single_segment_index_writer(RamDirectory::create(), BUILD_BYTES)?;
        let mut weights = Vec::with_capacity(parties.len());
        for party in parties {
            let view = View::of(snapshot, party);
            let mut row = TantivyDocument::new();
            for (name, field) in &fields {
                let Some((column, form)) = columns.get(name).copied() else {
                    continue;
                };
                let values = field.values(&view);
                if !values.is_empty() {
                    row.add_text(present, name);
                }
                for value in &values {
                    row.add_text(column, value);
                    if form == Form::Dates {
                        // A year and a month are found too.
                        for length in [4, 7] {
                            if let Some(part) = value.get(..length).filter(|_| value.len() > length)
                            {
                                row.add_text(column, part);
                            }
                        }
                    }
                    match field {
                        Field::Kind(PropertyKind::Name) => row.add_text(names, value),
                        Field::Property(_) => row.add_text(text, value),
                        _ => {}
                    }
                }
            }
            row.add_text(text, party.entity.id.as_str());
            weights.push(weight(party));
            writer.add_document(row)?;
        }
        let searcher = writer.finalize()?.reader()?.searcher();
        Ok(Self {
            searcher,
            columns,
            names,
            text,
            present,
            nothing,
            words: analyzer(Form::Words),
            whole: analyzer(Form::Whole),
            weights,
        })
    }

    /// The rows that a question finds, best first, those of whom more is known before others.
    pub(super) fn find(&self, query: &Query, parties: &[Party]) -> Result<Vec<usize>, Refusal> {
        let search = self.search(query)?;
        let engine = |error: tantivy::TantivyError| wrong(&error.to_string());
        let weight = search
            .weight(EnableScoring::enabled_from_searcher(&self.searcher))
            .map_err(engine)?;
        let mut found: Vec<(f32, usize)> = Vec::new();
        for segment in self.searcher.segment_readers() {
            // There is one segment, and its documents come in the order of the rows.
            let mut take = |document: DocId, score: f32| {
                let row = document as usize;
                let known = self.weights.get(row).copied().unwrap_or_default();
                found.push((score + known, row));
            };
            weight.for_each(segment, &mut take).map_err(engine)?;
        }
        let id = |row: usize| {
            parties
                .get(row)
                .map(|party| (&party.entity.id, &party.list))
        };
        found.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| id(*x).cmp(&id(*y))));
        Ok(found.into_iter().map(|(_, row)| row).collect())
    }

    fn search(&self, query: &Query) -> Result<Box<dyn Search>, Refusal> {
        Ok(match query {
            Query::All => Box::new(AllQuery),
            Query::Word(field, text) => self.everywhere(field.as_ref(), |column, form| {
                Ok(self.word(column, form, text))
            })?,
            Query::Phrase(field, text, slop) => self
                .everywhere(field.as_ref(), |column, form| {
                    Ok(self.phrase(column, form, text, *slop))
                })?,
            Query::Gaps(field, pieces) => self.everywhere(field.as_ref(), |column, _| {
                let pattern: String = pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => escaped(&self.folded(text)),
                        Piece::One => ".".to_owned(),
                        Piece::Any => ".*".to_owned(),
                    })
                    .collect();
                expression(column, &pattern)
            })?,
            Query::Expression(field, pattern) => {
                self.everywhere(field.as_ref(), |column, _| expression(column, pattern))?
            }
            Query::Fuzzy(field, text, distance) => {
                self.everywhere(field.as_ref(), |column, _| {
                    let folded = self.folded(text);
                    let letters = folded.chars().count();
                    let distance = distance.unwrap_or(match letters {
                        0..=2 => 0,
                        3..=5 => 1,
                        _ => 2,
                    });
                    Ok(Box::new(FuzzyTermQuery::new(
                        Term::from_field_text(column, &folded),
                        distance,
                        true,
                    )))
                })?
            }
            Query::Range(field, low, high) => self.everywhere(field.as_ref(), |column, _| {
                let bound = |edge: &Edge| match edge {
                    Edge::Open => Bound::Unbounded,
                    Edge::With(text) => {
                        Bound::Included(Term::from_field_text(column, &self.folded(text)))
                    }
                    Edge::Without(text) => {
                        Bound::Excluded(Term::from_field_text(column, &self.folded(text)))
                    }
                };
                Ok(match (bound(low), bound(high)) {
                    (Bound::Unbounded, Bound::Unbounded) => expression(column, ".*")?,
                    (low, high) => Box::new(RangeQuery::new(low, high)),
                })
            })?,
            Query::Exists(name) => {
                self.column(name)?;
                let term = Term::from_field_text(self.present, &known_as(name));
                constant(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
            }
            Query::Clauses(clauses) => {
                let mut parts = Vec::with_capacity(clauses.len() + 1);
                for (wanted, clause) in clauses {
                    let occur = match wanted {
                        Wanted::Must => Occur::Must,
                        Wanted::Should => Occur::Should,
                        Wanted::Not => Occur::MustNot,
                    };
                    parts.push((occur, self.search(clause)?));
                }
                // What is only forbidden is forbidden to everybody.
                if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
                    parts.push((Occur::Must, Box::new(AllQuery)));
                }
                Box::new(BooleanQuery::new(parts))
            }
            Query::Boost(query, factor) => Box::new(BoostQuery::new(self.search(query)?, *factor)),
        })
    }

    /// In one field; without one in all, where the best counts.
    fn everywhere(
        &self,
        field: Option<&String>,
        make: impl Fn(Column, Form) -> Result<Box<dyn Search>, Refusal>,
    ) -> Result<Box<dyn Search>, Refusal> {
        if let Some(name) = field {
            let (column, form) = self.column(name)?;
            return make(column, form);
        }
        let names = Box::new(BoostQuery::new(make(self.names, Form::Words)?, NAME_BOOST));
        Ok(Box::new(DisjunctionMaxQuery::new(vec![
            names,
            make(self.text, Form::Words)?,
        ])))
    }

    fn column(&self, name: &str) -> Result<(Column, Form), Refusal> {
        let short: String = name.chars().take(60).collect();
        if name == "text" {
            return Ok((self.text, Form::Words));
        }
        let known = self.columns.get(&known_as(name)).copied();
        // A property that nobody has is a field all the same.
        let known = known.or_else(|| Field::named(name).map(|field| (self.nothing, form(&field))));
        known.ok_or_else(|| {
            wrong(&format!(
                "there is no field '{short}' (a property is a field as properties.birthDate)"
            ))
        })
    }

    /// The words of a text as a field has them.
    fn tokens(&self, form: Form, text: &str) -> Vec<String> {
        let mut analyzer = match form {
            Form::Words => self.words.clone(),
            Form::Whole | Form::Dates => self.whole.clone(),
        };
        let mut tokens = Vec::new();
        let mut stream = analyzer.token_stream(text);
        while stream.advance() {
            tokens.push(stream.token().text.clone());
        }
        tokens
    }

    /// A piece of a word in the letters of the index.
    fn folded(&self, text: &str) -> String {
        self.tokens(Form::Whole, text).concat()
    }

    fn word(&self, column: Column, form: Form, text: &str) -> Box<dyn Search> {
        let record = if form == Form::Words {
            IndexRecordOption::WithFreqs
        } else {
            IndexRecordOption::Basic
        };
        let parts: Vec<Box<dyn Search>> = self
            .tokens(form, text)
            .iter()
            .map(|token| -> Box<dyn Search> {
                Box::new(TermQuery::new(Term::from_field_text(column, token), record))
            })
            .collect();
        match parts.len() {
            // A word of signs alone is in nobody.
            0 => Box::new(EmptyQuery),
            _ => Box::new(BooleanQuery::intersection(parts)),
        }
    }

    fn phrase(&self, column: Column, form: Form, text: &str, slop: u32) -> Box<dyn Search> {
        let tokens = self.tokens(form, text);
        if tokens.len() < 2 {
            return self.word(column, form, text);
        }
        let terms = tokens
            .iter()
            .map(|token| Term::from_field_text(column, token));
        let mut phrase = PhraseQuery::new(terms.collect());
        phrase.set_slop(slop);
        Box::new(phrase)
    }
}

/// A field by the name it has in the index.
fn known_as(name: &str) -> String {
    match name {
        "entity_id" | "canonical_id" => "id".to_owned(),
        other => other.to_owned(),
    }
}

/// Whoever fits, all alike.
fn expression(column: Column, pattern: &str) -> Result<Box<dyn Search>, Refusal> {
    let fits = RegexQuery::from_pattern(pattern, column);
    let fits = fits.map_err(|_| wrong("the expression is none, or too large"))?;
    Ok(Box::new(fits))
}

fn constant(query: Box<dyn Search>) -> Box<dyn Search> {
    Box::new(ConstScoreQuery::new(query, 1.0))
}

fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for sign in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(sign) {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern
}

/// A question that cannot be answered, in yente's words.
pub(super) fn wrong(why: &str) -> Refusal {
    Refusal::bad(format!("Search error: {why}"))
}

/// Of whom more is known comes first, as in yente.
fn weight(party: &Party) -> f32 {
    let values = party.entity.properties().map(|(_, values)| values.len());
    (0.5 * values.sum::<usize>() as f32).sqrt()
}

/// Everybody, those of whom most is known first.
pub(super) fn everybody(parties: &[Party]) -> Vec<usize> {
    let size = |party: &Party| {
        let values = party.entity.properties().map(|(_, values)| values.len());
        values.sum::<usize>()
    };
    let mut rows: Vec<_> = parties.iter().map(size).zip(0..).collect();
    rows.sort_by_cached_key(|(size, row)| {
        let party = parties.get(*row);
        (
            Reverse(*size),
            party.map(|party| (party.entity.id.clone(), party.list.clone())),
        )
    });
    rows.into_iter().map(|(_, row)| row).collect()
}

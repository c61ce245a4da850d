//! The query language of `/search`: that of Lucene, as its users write it.
//!
//! Words are all wanted unless `OR` stands between them. `AND`, `OR` and `NOT` bind as Lucene's own parser has it: they
//! make the clauses beside them required, optional or forbidden, and parentheses make a clause of many.

use std::{iter::Peekable, str::Chars};

/// No real question nests deeper.
const MAX_DEPTH: usize = 20;
/// Nor has more clauses.
const MAX_CLAUSES: usize = 256;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Query {
    /// Everybody.
    All,
    /// A word, in all fields or in one.
    Word(Option<String>, String),
    /// Words one after the other, with so many places between them at most.
    Phrase(Option<String>, String, u32),
    /// A word with gaps.
    Gaps(Option<String>, Vec<Piece>),
    /// A word that may be misspelt; without a number, as much as its length allows.
    Fuzzy(Option<String>, String, Option<u8>),
    /// A word that fits an expression.
    Expression(Option<String>, String),
    /// A word between two.
    Range(Option<String>, Edge, Edge),
    /// Whoever has a value in the field.
    Exists(String),
    /// Clauses that are wanted, may help, or must not be.
    Clauses(Vec<(Occur, Query)>),
    /// Something that counts for more or less.
    Boost(Box<Query>, f32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occur {
    Must,
    Should,
    Not,
}

/// A piece of a word with gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// `?`
    One,
    /// `*`
    Any,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edge {
    Open,
    With(String),
    Without(String),
}

/// Reads a question; what it says of an error can be told to whoever asked.
pub(super) fn parse(text: &str) -> Result<Query, String> {
    let mut parser = Parser {
        chars: text.chars().peekable(),
        clauses: 0,
    };
    let query = parser.clauses(None, 0)?;
    match parser.chars.next() {
        None => Ok(query),
        Some(sign) => Err(format!("'{sign}' closes nothing")),
    }
}

/// Reads a question that is never wrong: `+`, `|`, `-`, quotation marks, parentheses and `*` at the end of a word mean
/// something where that makes sense, and every other sign means nothing.
pub(super) fn parse_simple(text: &str) -> Query {
    let mut plain = String::with_capacity(text.len());
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            plain.push(' ');
        }
        if matches!(word, "AND" | "OR" | "NOT" | "TO") {
            plain.push_str(&word.to_lowercase());
            continue;
        }
        for sign in word.chars() {
            match sign {
                '|' => plain.push_str(" OR "),
                ':' | '/' | '?' | '!' | '[' | ']' | '{' | '}' | '^' | '&' | '<' | '>' | '='
                | '\\' => {
                    plain.push(' ');
                }
                other => plain.push(other),
            }
        }
    }
    parse(&plain).unwrap_or_else(|_| {
        let words = plain.split(|c: char| !c.is_alphanumeric() && c != '\'');
        let words = words.filter(|word| !word.is_empty() && *word != "OR");
        let words = words
            .take(MAX_CLAUSES)
            .map(|word| (Occur::Must, Query::Word(None, word.to_owned())));
        Query::Clauses(words.collect())
    })
}

/// Whether a text is nothing but words.
pub(super) fn is_plain(query: &Query) -> bool {
    match query {
        Query::Word(None, _) => true,
        Query::Clauses(clauses) => clauses
            .iter()
            .all(|(occur, clause)| *occur == Occur::Must && matches!(clause, Query::Word(None, _))),
        _ => false,
    }
}

struct Parser<'a> {
    chars: Peekable<Chars<'a>>,
    clauses: usize,
}

/// What stands before a clause.
#[derive(PartialEq, Eq)]
enum Joint {
    None,
    And,
    Or,
}

/// A word as it was written.
struct Written {
    pieces: Vec<Piece>,
    is_escaped: bool,
}

impl Written {
    fn text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    fn is_operator(&self, word: &str) -> bool {
        !self.is_escaped && self.text() == Some(word)
    }
}

impl Parser<'_> {
    /// Clauses up to the end or a closing parenthesis.
    fn clauses(&mut self, field: Option<&str>, depth: usize) -> Result<Query, String> {
        if depth > MAX_DEPTH {
            return Err(format!(
                "more than {MAX_DEPTH} parentheses within each other"
            ));
        }
        let mut clauses: Vec<(Occur, Query)> = Vec::new();
        let mut joint = Joint::None;
        let mut forbids = false;
        let mut wants = false;
        loop {
            self.skip_spaces();
            let Some(sign) = self.chars.peek().copied() else {
                break;
            };
            match sign {
                ')' => break,
                '+' => {
                    self.chars.next();
                    wants = true;
                    continue;
                }
                '-' | '!' => {
                    self.chars.next();
                    forbids = true;
                    continue;
                }
                '&' | '|' if self.is_double(sign) => {
                    self.chars.next();
                    self.chars.next();
                    Self::join(&mut joint, if sign == '&' { Joint::And } else { Joint::Or })?;
                    continue;
                }
                _ => {}
            }
            let clause = match self.clause(field, depth)? {
                Clause::Query(query) => query,
                Clause::And => {
                    Self::join(&mut joint, Joint::And)?;
                    continue;
                }
                Clause::Or => {
                    Self::join(&mut joint, Joint::Or)?;
                    continue;
                }
                Clause::Not => {
                    forbids = true;
                    continue;
                }
            };
            if joint != Joint::None && clauses.is_empty() {
                return Err("AND or OR stands before the first word".to_owned());
            }
            if let Some((occur, _)) = clauses.last_mut()
                && *occur != Occur::Not
            {
                match joint {
                    Joint::And => *occur = Occur::Must,
                    Joint::Or => *occur = Occur::Should,
                    Joint::None => {}
                }
            }
            let occur = match joint {
                _ if forbids => Occur::Not,
                Joint::Or if !wants => Occur::Should,
                _ => Occur::Must,
            };
            self.clauses += 1;
            if self.clauses > MAX_CLAUSES {
                return Err(format!("more than {MAX_CLAUSES} words"));
            }
            clauses.push((occur, clause));
            (joint, forbids, wants) = (Joint::None, false, false);
        }
        if joint != Joint::None || forbids || wants {
            return Err("a word is missing at the end".to_owned());
        }
        Ok(match clauses.as_mut_slice() {
            [] => return Err("there is no word in it".to_owned()),
            [(Occur::Must | Occur::Should, _)] => match clauses.pop() {
                Some((_, only)) => only,
                None => Query::All,
            },
            _ => Query::Clauses(clauses),
        })
    }

    fn join(joint: &mut Joint, with: Joint) -> Result<(), String> {
        if *joint != Joint::None {
            return Err("AND or OR stands twice".to_owned());
        }
        *joint = with;
        Ok(())
    }

    fn is_double(&self, sign: char) -> bool {
        let mut ahead = self.chars.clone();
        ahead.next() == Some(sign) && ahead.next() == Some(sign)
    }

    fn skip_spaces(&mut self) {
        while self.chars.next_if(|c| c.is_whitespace()).is_some() {}
    }

    fn clause(&mut self, field: Option<&str>, depth: usize) -> Result<Clause, String> {
        let owned = field.map(str::to_owned);
        let query = match self.chars.peek() {
            Some('(') => {
                self.chars.next();
                let query = self.clauses(field, depth + 1)?;
                self.close(')')?;
                query
            }
            Some('"') => self.phrase(owned)?,
            Some('[' | '{') => self.range(owned)?,
            Some('/') => {
                self.chars.next();
                Query::Expression(owned, self.until('/', "the expression")?)
            }
            Some('<' | '>') if field.is_some() => self.comparison(owned)?,
            _ => {
                let word = self.word()?;
                if self.chars.next_if_eq(&':').is_some() {
                    let name = match word.text() {
                        Some(name) => name.to_owned(),
                        None if word.pieces == [Piece::Any] => {
                            return self.everybody().map(Clause::Query);
                        }
                        None => return Err("a field has a name without gaps".to_owned()),
                    };
                    return self.within(&name, depth).map(Clause::Query);
                }
                if word.is_operator("AND") {
                    return Ok(Clause::And);
                }
                if word.is_operator("OR") {
                    return Ok(Clause::Or);
                }
                if word.is_operator("NOT") {
                    return Ok(Clause::Not);
                }
                self.worded(owned, word)?
            }
        };
        Ok(Clause::Query(self.boosted(query)?))
    }

    /// The rest of `*:*`.
    fn everybody(&mut self) -> Result<Query, String> {
        let word = self.word()?;
        if word.pieces == [Piece::Any] {
            Ok(Query::All)
        } else {
            Err("only '*' may stand behind '*:'".to_owned())
        }
    }

    /// What stands behind the name of a field.
    fn within(&mut self, name: &str, depth: usize) -> Result<Query, String> {
        if depth > MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} fields within each other"));
        }
        self.skip_spaces();
        if name == "_exists_" {
            let word = self.word()?;
            let name = word.text().ok_or("a field has a name without gaps")?;
            return Ok(Query::Exists(name.to_owned()));
        }
        match self.clause(Some(name), depth + 1)? {
            Clause::Query(Query::Gaps(_, pieces)) if pieces == [Piece::Any] => {
                Ok(Query::Exists(name.to_owned()))
            }
            Clause::Query(query) => Ok(query),
            Clause::And | Clause::Or | Clause::Not => {
                Err(format!("a word is missing behind '{}:'", short(name)))
            }
        }
    }

    fn worded(&mut self, field: Option<String>, word: Written) -> Result<Query, String> {
        let is_fuzzy = self.chars.next_if_eq(&'~').is_some();
        Ok(match word.text() {
            Some(text) if is_fuzzy => Query::Fuzzy(field, text.to_owned(), self.distance()?),
            Some(text) => Query::Word(field, text.to_owned()),
            None if is_fuzzy => return Err("a word has gaps or is misspelt, not both".to_owned()),
            None if word.pieces == [Piece::Any] && field.is_none() => Query::All,
            None => Query::Gaps(field, word.pieces),
        })
    }

    /// The number behind `~`. Lucene's old form, a part of one, is as much as the length allows.
    fn distance(&mut self) -> Result<Option<u8>, String> {
        Ok(match self.number()? {
            Some(number) if number >= 1.0 => Some(number.min(2.0) as u8),
            Some(0.0) => Some(0),
            _ => None,
        })
    }

    fn phrase(&mut self, field: Option<String>) -> Result<Query, String> {
        self.chars.next();
        let text = self.until('"', "the phrase")?;
        let slop = if self.chars.next_if_eq(&'~').is_some() {
            self.number()?.unwrap_or(0.0).min(100.0) as u32
        } else {
            0
        };
        Ok(Query::Phrase(field, text, slop))
    }

    fn range(&mut self, field: Option<String>) -> Result<Query, String> {
        let opens = self.chars.next();
        let low = self.edge()?;
        self.skip_spaces();
        let to = self.edge()?;
        if to.as_deref() != Some("TO") {
            return Err("a range is [FROM TO TO]".to_owned());
        }
        let high = self.edge()?;
        self.skip_spaces();
        let closes = self.chars.next();
        let edge = |text: Option<String>, is_within: bool| match text {
            None => Edge::Open,
            Some(text) if is_within => Edge::With(text),
            Some(text) => Edge::Without(text),
        };
        let is_within = match closes {
            Some(']') => true,
            Some('}') => false,
            _ => return Err("a range is not closed".to_owned()),
        };
        Ok(Query::Range(
            field,
            edge(low, opens == Some('[')),
            edge(high, is_within),
        ))
    }

    /// One end of a range; `None` for `*`.
    fn edge(&mut self) -> Result<Option<String>, String> {
        self.skip_spaces();
        if self.chars.next_if_eq(&'"').is_some() {
            return self.until('"', "the phrase").map(Some);
        }
        let mut text = String::new();
        while let Some(sign) = self
            .chars
            .next_if(|c| !c.is_whitespace() && !matches!(c, ']' | '}'))
        {
            text.push(sign);
        }
        match &*text {
            "" => Err("a range has two ends".to_owned()),
            "*" => Ok(None),
            _ => Ok(Some(text)),
        }
    }

    /// `>=1960` and the like.
    fn comparison(&mut self, field: Option<String>) -> Result<Query, String> {
        let sign = self.chars.next();
        let is_within = self.chars.next_if_eq(&'=').is_some();
        let word = self.word()?;
        let text = word
            .text()
            .ok_or("a comparison is with a word without gaps")?
            .to_owned();
        let edge = if is_within {
            Edge::With(text)
        } else {
            Edge::Without(text)
        };
        Ok(if sign == Some('>') {
            Query::Range(field, edge, Edge::Open)
        } else {
            Query::Range(field, Edge::Open, edge)
        })
    }

    fn boosted(&mut self, query: Query) -> Result<Query, String> {
        if self.chars.next_if_eq(&'^').is_none() {
            return Ok(query);
        }
        match self.number()? {
            Some(number) if number <= 1000.0 => Ok(Query::Boost(Box::new(query), number as f32)),
            _ => Err("'^' needs a number of at most 1000".to_owned()),
        }
    }

    /// A number, if one stands here.
    fn number(&mut self) -> Result<Option<f64>, String> {
        let mut text = String::new();
        while let Some(sign) = self.chars.next_if(|c| c.is_ascii_digit() || *c == '.') {
            text.push(sign);
        }
        if text.is_empty() {
            return Ok(None);
        }
        text.parse()
            .map(Some)
            .map_err(|_| format!("'{}' is no number", short(&text)))
    }

    /// Everything up to a sign that is not escaped.
    fn until(&mut self, end: char, what: &str) -> Result<String, String> {
        let mut text = String::new();
        while let Some(sign) = self.chars.next() {
            match sign {
                '\\' if end == '"' || self.chars.peek() == Some(&end) => {
                    text.extend(self.chars.next());
                }
                sign if sign == end => return Ok(text),
                sign => text.push(sign),
            }
        }
        Err(format!("{what} is not closed"))
    }

    fn close(&mut self, sign: char) -> Result<(), String> {
        match self.chars.next() {
            Some(found) if found == sign => Ok(()),
            _ => Err("a parenthesis is not closed".to_owned()),
        }
    }

    fn word(&mut self) -> Result<Written, String> {
        let mut written = Written {
            pieces: Vec::new(),
            is_escaped: false,
        };
        let mut text = String::new();
        while let Some(sign) = self.chars.next_if(|c| {
            !c.is_whitespace()
                && !matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '"' | ':' | '^' | '~')
        }) {
            let gap = match sign {
                '*' => Piece::Any,
                '?' => Piece::One,
                '\\' => {
                    written.is_escaped = true;
                    text.push(self.chars.next().ok_or("nothing stands behind '\\'")?);
                    continue;
                }
                other => {
                    text.push(other);
                    continue;
                }
            };
            if !text.is_empty() {
                written.pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            if written.pieces.last() != Some(&Piece::Any) || gap != Piece::Any {
                written.pieces.push(gap);
            }
        }
        if !text.is_empty() {
            written.pieces.push(Piece::Text(text));
        }
        if written.pieces.is_empty() {
            return Err(match self.chars.peek() {
                Some(sign) => format!("'{sign}' stands where a word should"),
                None => "a word is missing at the end".to_owned(),
            });
        }
        Ok(written)
    }
}

enum Clause {
    Query(Query),
    And,
    Or,
    Not,
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests;

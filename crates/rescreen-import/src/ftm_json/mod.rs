//! FollowTheMoney entities, one JSON object a line, as OpenSanctions publishes them (`entities.ftm.json`,
//! `targets.nested.json`, `entities.delta.json`) and as other FollowTheMoney tools read and write them.
//!
//! `docs/formats/ftm-json.md` says what is read and what the [writer](write_line) keeps.

mod deltas;
mod entity;
mod json;
mod lines;
mod write;

pub use deltas::{DeltaIndex, deltas_not_taken, description_unreadable};
pub use write::{Dialect, to_json, write_line};

use std::collections::HashMap;

use rescreen_model::{EntityId, Entry, Finding, Place, Severity};

use self::{
    entity::Reading,
    json::{Json, JsonError},
    lines::{Line, Lines},
};
use crate::{ImportError, Input, Shape, Sink, Summary, source::Source, tally::Tally, xml::excerpt};

const EXPECTED: &str = "FollowTheMoney entities, one JSON object a line";

/// One line in this many may be unreadable; with more of them the file is another one than it should be.
const READABLE_FOR_ONE_UNREADABLE: u64 = 100;

/// The most values on one line; the largest real entities have some thousands.
const MAX_VALUES: usize = 1_000_000;

/// So many unreadable lines that waiting for the end of the file helps nobody.
const MAX_UNREADABLE: u64 = 1000;

pub(crate) fn read(inputs: Vec<Input<'_>>, sink: &mut dyn Sink) -> Result<Summary, ImportError> {
    let input = crate::input::only(inputs, "one file of FollowTheMoney entities")?;
    let source = Source::open_utf8(input, EXPECTED)?;
    let mut reader = Reader {
        file: source.name.clone(),
        sink,
        tally: Tally::default(),
        form: None,
        seen: HashMap::new(),
        lines: 0,
        unreadable: 0,
        entries: 0,
        added: 0,
        removed: 0,
    };
    let mut lines = Lines::new(source);
    while let Some(line) = lines.next()? {
        reader.line(&line)?;
    }
    reader.end(lines.place())
}

/// What the lines of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Entities: the whole list.
    Complete,
    /// Operations on an earlier version.
    Delta,
}

struct Reader<'s> {
    file: String,
    sink: &'s mut dyn Sink,
    tally: Tally,
    /// The form of the first line, which all others must have, and its number.
    form: Option<(Form, u64)>,
    /// The line of each entity of a complete file by its id.
    seen: HashMap<EntityId, u64>,
    lines: u64,
    unreadable: u64,
    entries: u64,
    added: u64,
    removed: u64,
}

impl Reader<'_> {
    fn line(&mut self, line: &Line) -> Result<(), ImportError> {
        self.lines += 1;
        // A value takes far more memory than its text, so the values of a line are bounded before they are read.
        let values = line.bytes.split(|byte| *byte == b',').count();
        if values > MAX_VALUES {
            return Err(ImportError::shape(
                Shape::Limit,
                self.place(line),
                format!("at most {MAX_VALUES} values on a line"),
                values.to_string(),
            ));
        }
        let members = match Json::parse(&line.bytes) {
            Ok(Json::Object(members)) => members,
            Ok(other) => {
                let found = format!("{} alone", other.kind());
                return self.unreadable(line, Shape::Structure, &found);
            }
            Err(_) if !line.is_ended => {
                return Err(ImportError::shape(
                    Shape::Truncated,
                    self.place(line),
                    "a JSON object and the end of the line",
                    "the end of the file inside it",
                ));
            }
            Err(error) => {
                let shape = match error {
                    JsonError::Utf8 { .. } => Shape::Encoding,
                    JsonError::Syntax { .. } => Shape::Structure,
                };
                return self.unreadable(line, shape, &error.to_string());
            }
        };
        let has = |key: &str| members.iter().any(|(name, _)| name == key);
        let form = if has("op") && has("entity") {
            Form::Delta
        } else if has("schema") || has("id") {
            Form::Complete
        } else {
            let keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
            let found = format!("an object with the keys '{}'", excerpt(&keys.join(", ")));
            return self.unreadable(line, Shape::Structure, &found);
        };
        let (first_form, first_line) = *self.form.get_or_insert((form, line.number));
        if first_form != form {
            let words = |form| match form {
                Form::Complete => "an entity",
                Form::Delta => "an operation",
            };
            return Err(ImportError::shape(
                Shape::Structure,
                self.place(line),
                format!("{} as on line {first_line}", words(first_form)),
                words(form),
            ));
        }
        match form {
            Form::Complete => self.entity(members, line),
            Form::Delta => self.operation(members, line),
        }
    }

    fn entity(&mut self, members: Vec<(String, Json)>, line: &Line) -> Result<(), ImportError> {
        let Some(entry) = self.read(members, line) else {
            return Ok(());
        };
        if let Some(first) = self.seen.insert(entry.id().clone(), line.number) {
            return Err(ImportError::shape(
                Shape::DuplicateId,
                self.place(line).record(entry.id().as_str()),
                "each id once",
                format!(
                    "{} on line {first} and again on line {}",
                    entry.id(),
                    line.number
                ),
            ));
        }
        self.entries += 1;
        self.sink.entry(entry);
        Ok(())
    }

    fn operation(&mut self, members: Vec<(String, Json)>, line: &Line) -> Result<(), ImportError> {
        let mut operation = None;
        let mut entity = None;
        for (key, value) in members {
            match (key.as_str(), value) {
                ("op", Json::String(text)) => operation = Some(text),
                ("entity", Json::Object(members)) => entity = Some(members),
                _ => {}
            }
        }
        let (Some(operation), Some(entity)) = (operation, entity) else {
            let found = "an operation that is no text or has no entity";
            return self.unreadable(line, Shape::Structure, found);
        };
        let id = entity::id(&entity);
        match operation.as_str() {
            "ADD" | "MOD" => {
                self.added += u64::from(operation == "ADD");
                match (self.read(entity, line), id) {
                    (Some(entry), _) => {
                        self.entries += 1;
                        self.sink.entry(entry);
                    }
                    // What cannot be read now replaces what could: the whole list would not have it either.
                    (None, Some(id)) => self.sink.left_out(id),
                    (None, None) => {}
                }
                Ok(())
            }
            "DEL" => match id {
                Some(id) => {
                    self.removed += 1;
                    self.sink.removed(id);
                    Ok(())
                }
                None => self.unreadable(line, Shape::Structure, "a removal without an id"),
            },
            // Leaving an operation out would leave the list wrong from here on.
            other => Err(ImportError::shape(
                Shape::Structure,
                self.place(line),
                "an operation ADD, MOD or DEL",
                format!("'{}'", excerpt(other)),
            )),
        }
    }

    fn read(&mut self, members: Vec<(String, Json)>, line: &Line) -> Option<Entry> {
        let place = self.place(line);
        Reading::new(&mut self.tally, &place).entry(members)
    }

    /// A line that is lost. With too many of them, or at the first line, the file is not of this format but of `shape`; so
    /// it is with any that should be an operation, because leaving it out would leave the list wrong from here on.
    fn unreadable(&mut self, line: &Line, shape: Shape, found: &str) -> Result<(), ImportError> {
        let place = self.place(line);
        match self.form {
            None => return Err(ImportError::shape(shape, place, EXPECTED, found)),
            Some((Form::Delta, _)) => {
                return Err(ImportError::shape(shape, place, "an operation", found));
            }
            Some((Form::Complete, _)) => {}
        }
        self.unreadable += 1;
        self.sink.finding(Finding {
            code: "line-unreadable",
            severity: Severity::Loss,
            place: place.clone(),
            message: format!("expected a JSON object of an entity, found {found}; left out"),
        });
        if self.unreadable > MAX_UNREADABLE {
            self.check_unreadable(place)?;
        }
        Ok(())
    }

    fn check_unreadable(&self, place: Place) -> Result<(), ImportError> {
        if self.unreadable * READABLE_FOR_ONE_UNREADABLE > self.lines {
            return Err(ImportError::shape(
                Shape::Structure,
                place,
                format!("at most one unreadable line in {READABLE_FOR_ONE_UNREADABLE}"),
                format!("{} in {}", self.unreadable, self.lines),
            ));
        }
        Ok(())
    }

    fn end(self, place: Place) -> Result<Summary, ImportError> {
        self.check_unreadable(place)?;
        self.tally.report(self.sink);
        let Some((form, _)) = self.form else {
            return Err(ImportError::shape(
                Shape::Empty,
                Place::file(&self.file),
                EXPECTED,
                "white space only",
            ));
        };
        Ok(Summary {
            published: None,
            is_delta: form == Form::Delta,
            entries: self.entries,
            added: self.added,
            removed: self.removed,
        })
    }

    fn place(&self, line: &Line) -> Place {
        Place::file(&self.file).line(line.number)
    }
}

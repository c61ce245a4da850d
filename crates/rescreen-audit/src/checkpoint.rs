//! What a log vouches for, after C2SP's tlog-checkpoint specification.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{Hash, LogKey, NoteError, VerifierKey, open_note};

/// A log at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, which is that of its key.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// Further lines; none is empty.
    pub extensions: Vec<String>,
}

/// A checkpoint that cannot be trusted or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The note around it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Another log's.
    #[error("expected a checkpoint of {expected}, got one of {got}")]
    Origin {
        /// The name of the key.
        expected: String,
        /// The origin that came.
        got: String,
    },
    /// A line that is not what it has to be.
    #[error("line {line} of the checkpoint is not what it has to be")]
    Line {
        /// Which line, from 1.
        line: usize,
    },
}

impl Checkpoint {
    /// The text that is signed.
    pub fn to_text(&self) -> String {
        let root = STANDARD.encode(self.root.0);
        let mut text = format!("{}\n{}\n{root}\n", self.origin, self.size);
        for extension in &self.extensions {
            text.push_str(extension);
            text.push('\n');
        }
        text
    }

    /// Reads what [`Checkpoint::to_text`] wrote, and no other spelling of it.
    ///
    /// # Errors
    ///
    /// The first line that is not what it has to be.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let wrong = |line| CheckpointError::Line { line };
        let mut lines = text.split_terminator('\n');
        let origin = lines.next().filter(|line| !line.is_empty());
        let origin = origin.ok_or(wrong(1))?.to_owned();
        let size = lines.next().ok_or(wrong(2))?;
        let number: u64 = size.parse().map_err(|_| wrong(2))?;
        if number.to_string() != size {
            return Err(wrong(2));
        }
        let root = lines.next().and_then(|line| STANDARD.decode(line).ok());
        let root = root.and_then(|root| root.try_into().ok()).ok_or(wrong(3))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if let Some(at) = extensions.iter().position(String::is_empty) {
            return Err(wrong(4 + at));
        }
        let checkpoint = Self {
            origin,
            size: number,
            root: Hash(root),
            extensions,
        };
        if checkpoint.to_text() == text {
            Ok(checkpoint)
        } else {
            Err(wrong(text.lines().count()))
        }
    }

    /// The checkpoint as a note signed by its log's key.
    ///
    /// # Errors
    ///
    /// The key of another log, or lines that break the form.
    pub fn sign(&self, key: &LogKey) -> Result<String, CheckpointError> {
        self.is_of(key.name())?;
        let text = self.to_text();
        // An extension with an end of line in it would read as something else.
        if Self::parse(&text)? != *self {
            return Err(CheckpointError::Line { line: 4 });
        }
        Ok(key.sign(&text)?)
    }

    /// The checkpoint in a note that its log's key signed.
    ///
    /// # Errors
    ///
    /// Why it cannot be trusted.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, CheckpointError> {
        let checkpoint = Self::parse(open_note(note, key)?)?;
        checkpoint.is_of(key.name())?;
        Ok(checkpoint)
    }

    fn is_of(&self, name: &str) -> Result<(), CheckpointError> {
        if self.origin == name {
            Ok(())
        } else {
            Err(CheckpointError::Origin {
                expected: name.to_owned(),
                got: self.origin.clone(),
            })
        }
    }
}

//! What can go wrong between a program and the server.

use std::fmt;

use serde::Deserialize;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address of the server is none.
    #[error("'{0}' is not the address of a server: expected https://… or http://…")]
    Address(String),
    /// The server was not reached, or the connection broke.
    #[error("the server was not reached")]
    Transport(#[from] reqwest::Error),
    /// What came could not be written, or broke off.
    #[error("the answer could not be written")]
    Io(#[from] std::io::Error),
    /// The server refused.
    #[error("{0}")]
    Refused(Problem),
    /// What came is not what this client knows.
    #[error("the answer to {call} cannot be read")]
    Unreadable {
        /// What was asked.
        call: String,
        /// Where it went wrong.
        source: serde_json::Error,
    },
}

impl Error {
    /// The status that the server refused with, if it was that.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(problem) => Some(problem.status),
            _ => None,
        }
    }
}

/// What the server says about a refusal: problem details of RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Problem {
    /// The status.
    pub status: u16,
    /// The status in words.
    #[serde(default)]
    pub title: String,
    /// What is wrong.
    #[serde(default)]
    pub detail: String,
    /// Each thing that is wrong with what was sent.
    #[serde(default)]
    pub errors: Vec<serde_json::Value>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, title, .. } = self;
        write!(f, "{status} {title}")?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

//! What a record of the log says for good.

use crate::{Canonical, Commitment};

/// What happened, as far as it may be known for good: it names subjects by number, people of the desk by name, and
/// binds everything else by a commitment. Nothing of it is ever erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What, in a word.
    pub kind: &'a str,
    /// Whose affair it is.
    pub tenant: &'a str,
    /// Who did it; nobody where a list or time did.
    pub actor: Option<&'a str>,
    /// In which role, where the desk knows.
    pub role: Option<&'a str>,
    /// The number of the subject it is about.
    pub subject: Option<i64>,
    /// The number of the alert it is about.
    pub alert: Option<i64>,
    /// Where the alert stands from here on.
    pub state: Option<&'a str>,
    /// The revision of the case after it.
    pub revision: Option<i64>,
    /// The details that may stay.
    pub detail: &'a str,
    /// What binds the details that may have to go.
    pub commitment: Option<Commitment>,
}

/// The layout of the fields; another one gets another number.
const FORM: u8 = 1;

impl Statement<'_> {
    /// The canonical bytes: what is chained and hashed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let number = |n: Option<i64>| n.map(i64::to_le_bytes);
        Canonical::new(FORM, self.kind)
            .number(self.at)
            .text(self.tenant)
            .option(self.actor.map(str::as_bytes))
            .option(self.role.map(str::as_bytes))
            .option(number(self.subject).as_ref().map(<[u8; 8]>::as_slice))
            .option(number(self.alert).as_ref().map(<[u8; 8]>::as_slice))
            .option(self.state.map(str::as_bytes))
            .option(number(self.revision).as_ref().map(<[u8; 8]>::as_slice))
            .text(self.detail)
            .option(self.commitment.as_ref().map(|c| c.0.0.as_slice()))
            .into_bytes()
    }
}

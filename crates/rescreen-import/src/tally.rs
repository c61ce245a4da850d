//! Findings that would come once a line, gathered to one with a count.

use std::collections::BTreeMap;

use rescreen_model::{Finding, Place, Severity};

use crate::Sink;

/// Different keys that are told apart; a file that makes up more names is not worth the memory.
const MAX_KEYS: usize = 1000;

/// Findings by code and key, with the first place and how often they came.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    rows: BTreeMap<(&'static str, String), Row>,
}

#[derive(Debug)]
struct Row {
    severity: Severity,
    place: Place,
    message: String,
    count: u64,
}

impl Tally {
    /// Counts one finding. `key` tells apart what is worth a finding of its own: a property, a schema, a value.
    pub(crate) fn add(
        &mut self,
        code: &'static str,
        severity: Severity,
        key: &str,
        place: impl FnOnce() -> Place,
        message: impl FnOnce() -> String,
    ) {
        let is_full = self.rows.len() >= MAX_KEYS;
        let mut key = (code, key.to_owned());
        if is_full && !self.rows.contains_key(&key) {
            "\u{10ffff}".clone_into(&mut key.1); // behind all others
        }
        self.rows
            .entry(key)
            .or_insert_with(|| Row {
                severity,
                place: place(),
                message: message(),
                count: 0,
            })
            .count += 1;
    }

    /// Hands the findings over, one each, in the order of their codes and keys.
    pub(crate) fn report(self, sink: &mut dyn Sink) {
        for ((code, _), row) in self.rows {
            let message = match row.count {
                1 => row.message,
                count => format!("{} (first of {count})", row.message),
            };
            sink.finding(Finding {
                code,
                severity: row.severity,
                place: row.place,
                message,
            });
        }
    }
}

/// Findings handed on one by one, until there are too many of one kind.
pub(crate) struct Limited<'s> {
    sink: &'s mut dyn Sink,
    counts: BTreeMap<Kind, Count>,
}

/// The code and the field of a finding.
type Kind = (&'static str, Option<String>);

/// How many findings of one kind came, and the last of those that were only counted.
#[derive(Default)]
struct Count {
    all: u64,
    last: Option<Finding>,
}

/// Findings of one kind that are shown one by one: whoever wants to mend a file has enough with them.
const MAX_SHOWN: u64 = 100;

impl<'s> Limited<'s> {
    pub(crate) fn new(sink: &'s mut dyn Sink) -> Self {
        Self {
            sink,
            counts: BTreeMap::new(),
        }
    }

    /// The sink behind, for everything that is no finding.
    pub(crate) fn sink(&mut self) -> &mut dyn Sink {
        self.sink
    }

    /// Hands a finding on, or counts it.
    pub(crate) fn add(&mut self, finding: Finding) {
        let key = (finding.code, finding.place.field.clone());
        let count = self.counts.entry(key).or_default();
        count.all += 1;
        if count.all <= MAX_SHOWN {
            self.sink.finding(finding);
        } else {
            count.last = Some(finding);
        }
    }

    /// Says how many findings were only counted.
    pub(crate) fn report(self) {
        for Count { all, last } in self.counts.into_values() {
            let Some(last) = last else { continue };
            self.sink.finding(Finding {
                message: format!(
                    "{} more of these up to here; the last: {}",
                    all - MAX_SHOWN,
                    last.message
                ),
                ..last
            });
        }
    }
}

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

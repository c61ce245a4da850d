//! The index of a publisher's delta files: which lead from one edition of a list to another.
//!
//! An edition is named by a label that grows in the order of bytes. Editions that changed nothing are not in the index, so
//! the one at hand need not be; the one to arrive at must be, because nothing else tells a change that is not published
//! yet from none.

use std::collections::BTreeMap;

use rescreen_model::{Finding, Place, Severity};

use super::json::Json;
use crate::xml::excerpt;

/// The delta files of a list, by the edition that each leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeltaIndex {
    files: BTreeMap<String, String>,
}

impl DeltaIndex {
    /// Reads an index.
    ///
    /// # Errors
    /// Why the bytes are none.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let document = Json::parse(bytes).map_err(|error| error.to_string())?;
        let Json::Object(members) = document else {
            return Err(format!("expected an object, found {}", document.kind()));
        };
        let versions = members.into_iter().find(|(key, _)| key == "versions");
        let Some((_, Json::Object(versions))) = versions else {
            return Err("expected an object 'versions' in it".to_owned());
        };
        let mut files = BTreeMap::new();
        for (label, address) in versions {
            let Json::String(address) = address else {
                return Err(format!(
                    "expected an address for {}, found {}",
                    excerpt(&label),
                    address.kind()
                ));
            };
            if let Some(other) = files.insert(label.clone(), address.clone())
                && other != address
            {
                return Err(format!("two addresses for {}", excerpt(&label)));
            }
        }
        Ok(Self { files })
    }

    /// The files that lead from one edition to a later one, with their editions and in their order.
    ///
    /// # Errors
    /// Why there is no such way.
    pub fn way(&self, from: &str, to: &str) -> Result<Vec<(&str, &str)>, String> {
        let Some((oldest, _)) = self.files.first_key_value() else {
            return Err("the index of deltas is empty".to_owned());
        };
        let shown = |label: &str| excerpt(label);
        if from > to {
            return Err(format!(
                "the edition at hand, {}, is later than the one described, {}",
                shown(from),
                shown(to)
            ));
        }
        if from < oldest.as_str() {
            return Err(format!(
                "the edition at hand, {}, is older than the oldest delta, {}",
                shown(from),
                shown(oldest)
            ));
        }
        if !self.files.contains_key(to) {
            return Err(format!("there is no delta to the edition {}", shown(to)));
        }
        let files = self.files.iter().map(|(label, file)| (&**label, &**file));
        Ok(files
            .filter(|(label, _)| *label > from && *label <= to)
            .collect())
    }
}

/// Says that a list was taken whole although its publisher offers deltas, and why.
pub fn deltas_not_taken(index: &str, why: &str) -> Finding {
    Finding {
        code: "deltas-not-taken",
        severity: Severity::Note,
        place: Place::file(index),
        message: format!("expected deltas that apply; {why}; the whole list was taken instead"),
    }
}

/// Says that a list was taken from where it was before, because what its publisher says of it cannot be read.
pub fn description_unreadable(at: &str, why: &str) -> Finding {
    Finding {
        code: "description-unreadable",
        severity: Severity::Note,
        place: Place::file(at),
        message: format!(
            "expected the publisher's description of the list; {why}; it was taken whole from where it was before"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(labels: &[&str]) -> DeltaIndex {
        let files = labels.iter().map(|l| ((*l).to_owned(), format!("u/{l}")));
        DeltaIndex {
            files: files.collect(),
        }
    }

    #[test]
    fn a_way_leads_over_every_edition_between_and_no_other() {
        let index = index(&["20260101", "20260103", "20260104", "20260109"]);
        let way = |from, to| -> Result<String, String> {
            let way = index.way(from, to)?;
            Ok(way
                .iter()
                .map(|(label, _)| *label)
                .collect::<Vec<_>>()
                .join(" "))
        };
        assert_eq!(
            way("20260101", "20260104").as_deref(),
            Ok("20260103 20260104")
        );
        assert_eq!(way("20260102", "20260103").as_deref(), Ok("20260103"));
        assert_eq!(way("20260104", "20260104").as_deref(), Ok(""));
        for (from, to, word) in [
            ("20251231", "20260109", "older than the oldest"),
            ("20260104", "20260110", "no delta to the edition"),
            ("20260109", "20260104", "later than"),
        ] {
            assert!(way(from, to).is_err_and(|why| why.contains(word)), "{word}");
        }
        assert!(DeltaIndex::default().way("1", "1").is_err());
    }

    #[test]
    fn only_an_index_is_read_as_one() {
        let good = br#"{"versions":{"1":"a","2":"b"},"unstable":{"version_list":[]}}"#;
        assert_eq!(
            DeltaIndex::parse(good).map(|index| index.files.len()),
            Ok(2)
        );
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"versions":[]}"#,
            r#"{"versions":{"1":2}}"#,
            r#"{"versions":{"1":"a","1":"b"}}"#,
            r#"{"versions":{"1":"a"}"#,
        ] {
            assert!(DeltaIndex::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}

//! What must hold for whatever bytes a reader is given: it says yes or no, and what it says is well-formed. And for
//! whatever two names are: preparing and comparing them is bounded, and neither side comes first.

use std::collections::BTreeSet;

use rescreen_import::{ImportError, Input, Sink, Spec};
use rescreen_match::{Policy, Score, Side, compare, keys};
use rescreen_model::{Entity, EntityId, Entry, Finding, Property, Schema};
use rescreen_prepare::{MAX_TOKENS, prepare};

/// Between the files of a set; no list format uses the byte (FILE SEPARATOR).
pub const FILE_SEPARATOR: u8 = 0x1c;

/// A message longer than this quotes its input without bounds.
const MAX_MESSAGE_BYTES: usize = 4096;

/// Reads the files and panics where a law is broken.
pub fn check(spec: &Spec, files: &[&[u8]]) {
    let inputs = files
        .iter()
        .enumerate()
        .map(|(i, bytes)| Input::new(format!("file{i}"), *bytes))
        .collect();
    let mut laws = Laws::default();
    match rescreen_import::read(spec, inputs, &mut laws) {
        Ok(summary) => assert_eq!(summary.entries, laws.entries, "entries are counted"),
        Err(ImportError::Read { source, .. }) => panic!("reading memory failed: {source}"),
        Err(refused) => assert!(refused.to_string().len() < MAX_MESSAGE_BYTES),
    }
}

/// Prepares and compares two names and panics where a law is broken.
pub fn check_names(one: &str, other: &str, schema: Schema) {
    let [one, other] = [one, other].map(|name| {
        let mut entity = Entity::new("x", schema);
        entity.add(Property::Name, name);
        prepare(&entity)
    });
    for name in one.names.iter().chain(&other.names) {
        assert!(name.tokens.len() <= MAX_TOKENS, "parts are bounded");
    }
    let policy = Policy::default().with_typo_floor(true);
    let found = compare(&one, &other, &policy);
    assert!(found.score < Score::ONE, "no name is certain");
    assert_eq!(
        found.score,
        compare(&other, &one, &policy).score,
        "neither side comes first"
    );
    if found.score >= policy.floor() {
        let asking = keys(&one, Side::Asking, &policy);
        let held = keys(&other, Side::Held, &policy);
        assert!(
            held.iter().any(|key| asking.binary_search(key).is_ok()),
            "a pair over the floor shares a key"
        );
    }
}

/// The files in one input, cut at [`FILE_SEPARATOR`].
pub fn files(data: &[u8]) -> Vec<&[u8]> {
    data.split(|byte| *byte == FILE_SEPARATOR).collect()
}

#[derive(Default)]
struct Laws {
    entries: u64,
}

impl Sink for Laws {
    fn entry(&mut self, entry: Entry) {
        self.entries += 1;
        let mut ids = BTreeSet::new();
        for entity in entry.entities() {
            assert!(!entity.id.as_str().is_empty(), "an entity has an id");
            assert!(ids.insert(&entity.id), "{} is there twice", entity.id);
            for (property, values) in entity.properties() {
                assert!(!values.is_empty(), "{property} has no value");
                assert!(
                    values.iter().all(|value| !value.as_str().is_empty()),
                    "{property} has an empty value"
                );
            }
        }
    }

    fn removed(&mut self, id: EntityId) {
        assert!(!id.as_str().is_empty());
    }

    fn finding(&mut self, finding: Finding) {
        assert!(finding.to_string().len() < MAX_MESSAGE_BYTES);
    }
}

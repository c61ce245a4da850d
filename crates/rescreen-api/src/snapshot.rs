//! What a request is answered from.

use std::collections::HashMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use rescreen_app::Cut;
use rescreen_model::{EntityId, ListName, VersionId};
use rescreen_screen::Party;

/// One cut of lists with what is needed to look its parties up. It never changes; the next one takes its place.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) cut: Cut,
    /// The place of each party by its id; of equal ids on two lists, the one on the first list by name.
    places: HashMap<EntityId, usize>,
    /// The present id of a party by each id it had before.
    referents: HashMap<EntityId, EntityId>,
    basis: HeaderMap,
}

impl Snapshot {
    pub(crate) fn new(cut: Cut) -> Self {
        let mut places = HashMap::new();
        let mut referents = HashMap::new();
        for (place, party) in cut.screener.parties().iter().enumerate() {
            places.entry(party.entity.id.clone()).or_insert(place);
            for referent in &party.entity.referents {
                referents
                    .entry(referent.clone())
                    .or_insert_with(|| party.entity.id.clone());
            }
        }
        let basis = basis(&cut);
        Self {
            cut,
            places,
            referents,
            basis,
        }
    }

    /// The party of that id.
    pub(crate) fn party(&self, id: &str) -> Option<&Party> {
        self.cut.screener.parties().get(*self.places.get(id)?)
    }

    /// The present id of the party that had that id before.
    pub(crate) fn renamed(&self, id: &str) -> Option<&EntityId> {
        self.referents.get(id)
    }

    /// The version of a list in this snapshot.
    pub(crate) fn version(&self, list: &ListName) -> Option<&VersionId> {
        let mut lists = self.cut.lists.iter();
        Some(&lists.find(|l| l.name == *list)?.version)
    }

    /// Whether it holds exactly these versions.
    pub(crate) fn holds(&self, versions: &[(ListName, VersionId)]) -> bool {
        let held = self.cut.lists.iter().map(|l| (&l.name, &l.version));
        held.eq(versions.iter().map(|(name, version)| (name, version)))
    }

    /// The headers that say what an answer rests on.
    pub(crate) fn basis(&self) -> &HeaderMap {
        &self.basis
    }
}

fn basis(cut: &Cut) -> HeaderMap {
    let lists: Vec<String> = cut
        .lists
        .iter()
        .map(|l| format!("{}={}", l.name, l.version))
        .collect();
    let mut headers = HeaderMap::new();
    for (name, text) in [
        ("x-rescreen-lists", lists.join(", ")),
        ("x-rescreen-matcher", cut.matcher.to_string()),
        ("x-rescreen-policy", cut.policy.to_string()),
    ] {
        // Names of lists, versions and hashes are plain ASCII, so this always succeeds.
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers
}

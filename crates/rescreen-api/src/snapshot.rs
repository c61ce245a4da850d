//! What a request is answered from.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use rescreen_app::{Age, App, AppError, Cut, Graph};
use rescreen_model::{EntityId, ListName, VersionId};

use crate::yente::FullText;

type Ages = BTreeMap<ListName, HashMap<EntityId, Age>>;

/// A name for several datasets together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// What callers ask by.
    pub name: String,
    /// What people call it.
    pub title: Option<String>,
    /// Lists, datasets within lists, and other collections; those that are not served do not count.
    pub children: Vec<String>,
}

/// One cut of lists with what is needed to answer from it. It never changes; the next one takes its place.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) cut: Arc<Cut>,
    /// The present id of a party by each id it had before.
    referents: HashMap<EntityId, EntityId>,
    ages: Ages,
    /// How many parties each of the publishers' datasets has, by the list that brought it.
    datasets: BTreeMap<String, (ListName, u64)>,
    collections: Arc<[Collection]>,
    /// How entities hang together, read when somebody wants to know.
    graph: Mutex<Option<Arc<Graph>>>,
    /// The words of everybody, taken in when somebody searches.
    full_text: Mutex<Option<Arc<FullText>>>,
    basis: HeaderMap,
}

impl Snapshot {
    /// Takes a cut in service.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub(crate) fn load(
        app: &App,
        cut: Cut,
        collections: &Arc<[Collection]>,
    ) -> Result<Self, AppError> {
        let ages = cut
            .lists
            .iter()
            .map(|list| Ok((list.name.clone(), app.ages(list)?)))
            .collect::<Result<_, AppError>>()?;
        Ok(Self::new(cut, ages, Arc::clone(collections)))
    }

    fn new(cut: Cut, ages: Ages, collections: Arc<[Collection]>) -> Self {
        let mut referents = HashMap::new();
        let mut datasets: BTreeMap<String, (ListName, u64)> = BTreeMap::new();
        for party in cut.screener.parties() {
            for referent in &party.entity.referents {
                referents
                    .entry(referent.clone())
                    .or_insert_with(|| party.entity.id.clone());
            }
            let record = party.entity.record.as_deref();
            for dataset in record.map_or(&[][..], |record| &record.datasets) {
                match datasets.get_mut(dataset) {
                    Some((_, count)) => *count += 1,
                    None => drop(datasets.insert(dataset.clone(), (party.list.clone(), 1))),
                }
            }
        }
        let basis = basis(&cut);
        Self {
            cut: Arc::new(cut),
            referents,
            ages,
            datasets,
            collections,
            graph: Mutex::new(None),
            full_text: Mutex::new(None),
            basis,
        }
    }

    /// Since when an entry is on its list and says what it says.
    pub(crate) fn age(&self, list: &ListName, entry: &EntityId) -> Option<Age> {
        self.ages.get(list)?.get(entry).copied()
    }

    /// When the version of a list that is served was published.
    pub(crate) fn published(&self, list: &ListName) -> Option<Timestamp> {
        let mut lists = self.cut.lists.iter();
        lists.find(|l| l.name == *list).map(|l| l.published)
    }

    /// The datasets that publishers name within their lists, with the list and the number of parties.
    pub(crate) fn datasets(&self) -> &BTreeMap<String, (ListName, u64)> {
        &self.datasets
    }

    /// The names that the operator gave to several datasets.
    pub(crate) fn collections(&self) -> &[Collection] {
        &self.collections
    }

    /// How entities hang together.
    ///
    /// # Errors
    /// [`AppError`] where the store fails.
    pub(crate) fn graph(&self, app: &App) -> Result<Arc<Graph>, AppError> {
        let mut graph = self.graph.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(graph) = &*graph {
            return Ok(Arc::clone(graph));
        }
        let read = Arc::new(app.graph(&self.cut.lists)?);
        *graph = Some(Arc::clone(&read));
        Ok(read)
    }

    /// Full text over everybody.
    ///
    /// # Errors
    /// Where the engine cannot, which has no cause in the data.
    pub(crate) fn full_text(&self) -> Result<Arc<FullText>, tantivy::TantivyError> {
        let mut index = self
            .full_text
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = &*index {
            return Ok(Arc::clone(index));
        }
        let built = Arc::new(FullText::build(self)?);
        *index = Some(Arc::clone(&built));
        Ok(built)
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

/// The headers that say what an answer from a cut rests on.
pub(crate) fn basis(cut: &Cut) -> HeaderMap {
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

//! `GET /catalog`: the lists and their versions.

use jiff::Timestamp;
use rescreen_model::ContentHash;

use super::{
    ALL_LISTS, Scope,
    shapes::{CatalogResponse, Dataset},
};
use crate::snapshot::Snapshot;

/// The tag of a catalogue: equal while the lists, their versions and their freshness are.
pub(super) fn tag(snapshot: &Snapshot, is_stale: bool) -> String {
    let versions: Vec<String> = snapshot
        .cut
        .lists
        .iter()
        .map(|list| format!("{}={}", list.name, list.version))
        .collect();
    let text = format!("stale={is_stale};{}", versions.join(";"));
    format!("\"{}\"", ContentHash::of_bytes(text.as_bytes()).short())
}

/// One dataset for each list, one for each that a publisher names within its list, and the collections of all lists.
pub(super) fn answer(snapshot: &Snapshot, is_stale: bool) -> CatalogResponse {
    let lists = &snapshot.cut.lists;
    let names: Vec<String> = lists.iter().map(|list| list.name.to_string()).collect();
    let mut datasets = Vec::new();
    for list in lists {
        let version = list.version.to_string();
        let within = snapshot.datasets().iter();
        datasets.push(Dataset {
            updated_at: Some(moment(list.published)),
            last_export: Some(moment(list.published)),
            version: Some(version.clone()),
            children: within
                .filter(|(name, (of, _))| *of == list.name && **name != *list.name.as_str())
                .map(|(name, _)| name.clone())
                .collect(),
            load: true,
            index_version: Some(version),
            index_current: !is_stale,
            ..Dataset::new(
                list.name.as_str(),
                list.name.as_str(),
                (list.entries, list.things),
            )
        });
    }
    for (name, (_, parties)) in snapshot.datasets() {
        if !names.contains(name) {
            datasets.push(Dataset::new(name, name, (*parties, *parties)));
        }
    }
    for collection in snapshot.collections() {
        // A list or a dataset of that name comes before it, and one of which nothing is served cannot be asked.
        let is_taken = datasets
            .iter()
            .any(|dataset| dataset.name == collection.name);
        let scope = Scope::named(snapshot, &collection.name);
        let Some(scope) = scope.filter(|_| !is_taken) else {
            continue;
        };
        let title = collection.title.as_deref().unwrap_or(&collection.name);
        datasets.push(Dataset {
            children: collection.children.clone(),
            ..Dataset::new(&collection.name, title, entries(snapshot, &scope))
        });
    }
    let entries = entries(snapshot, &Scope::All);
    for name in ALL_LISTS {
        if !datasets.iter().any(|dataset| dataset.name == name) {
            datasets.push(Dataset {
                children: names.clone(),
                ..Dataset::new(name, "All lists", entries)
            });
        }
    }
    // Which lists are behind is known only once they are read; that some are is known at once.
    let (current, outdated) = if is_stale {
        (Vec::new(), names)
    } else {
        (names, Vec::new())
    };
    CatalogResponse {
        datasets,
        current,
        outdated,
        index_stale: is_stale,
    }
}

/// How many entries there are in a scope, and how many of them are somebody or something; one that several of its datasets have counts for each.
fn entries(snapshot: &Snapshot, scope: &Scope) -> (u64, u64) {
    let lists = || snapshot.cut.lists.iter();
    match scope {
        Scope::All => sum(lists().map(|list| (list.entries, list.things))),
        Scope::List(name) => {
            let list = lists().filter(|list| list.name == *name);
            sum(list.map(|list| (list.entries, list.things)))
        }
        Scope::Dataset(name) => {
            let count = snapshot.datasets().get(name).map_or(0, |(_, count)| *count);
            (count, count)
        }
        Scope::Several(scopes) => sum(scopes.iter().map(|scope| entries(snapshot, scope))),
    }
}

fn sum(counts: impl Iterator<Item = (u64, u64)>) -> (u64, u64) {
    counts.fold((0, 0), |(entries, things), (more, of_them)| {
        (entries + more, things + of_them)
    })
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

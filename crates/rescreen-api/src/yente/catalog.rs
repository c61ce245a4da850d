//! `GET /catalog`: the lists and their versions.

use rescreen_model::ContentHash;
use serde_json::{Value, json};

use super::ALL_LISTS;
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

/// One dataset for each list, and the collections of all of them.
pub(super) fn answer(snapshot: &Snapshot, is_stale: bool) -> Value {
    let lists = &snapshot.cut.lists;
    let names: Vec<&str> = lists.iter().map(|list| list.name.as_str()).collect();
    let mut datasets: Vec<Value> = lists
        .iter()
        .map(|list| {
            let published = list.published.strftime("%Y-%m-%dT%H:%M:%S").to_string();
            json!({
                "name": list.name.as_str(),
                "title": list.name.as_str(),
                "version": list.version.as_str(),
                "updated_at": published,
                "last_export": published,
                "entity_count": list.entries,
                "thing_count": list.entries,
                "children": [],
                "load": true,
                "index_version": list.version.as_str(),
                "index_current": !is_stale,
            })
        })
        .collect();
    let entries: u64 = lists.iter().map(|list| list.entries).sum();
    for name in ALL_LISTS.iter().filter(|name| !names.contains(name)) {
        datasets.push(json!({
            "name": name,
            "title": "All lists",
            "entity_count": entries,
            "thing_count": entries,
            "children": names,
            "load": false,
        }));
    }
    // Which lists are behind is known only once they are read; that some are is known at once.
    let (current, outdated): (Vec<&str>, Vec<&str>) = if is_stale {
        (Vec::new(), names)
    } else {
        (names, Vec::new())
    };
    json!({
        "datasets": datasets,
        "current": current,
        "outdated": outdated,
        "index_stale": is_stale,
    })
}

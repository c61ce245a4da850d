//! `rescreen list add --manifest`.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::{App, Limits, ListSpec};
use serde_json::json;

use crate::{commands::list_name, fetch, manifest, output::Output};

const FORMAT: &str = "ftm-json";

/// Adds the lists of a manifest, and keeps its collections. The same manifest again changes nothing.
pub(super) fn add(
    app: &mut App,
    home: &Path,
    path: &Path,
    limits: Limits,
    output: &mut Output,
) -> Result<()> {
    let resolved = manifest::read(path, output)?;
    let known = app.lists()?;
    let mut rows = Vec::new();
    for wanted in &resolved.lists {
        let name = list_name(&wanted.name)?;
        let urls = vec![wanted.url.clone()];
        let state = match known.iter().find(|row| row.list.name == name) {
            Some(row)
                if row.list.spec.urls == urls && row.list.spec.described == wanted.described =>
            {
                "unchanged"
            }
            Some(_) => {
                let set = |spec: &mut ListSpec| {
                    spec.urls = urls;
                    spec.described.clone_from(&wanted.described);
                };
                app.set_list(&name, set, Timestamp::now())?;
                "changed"
            }
            None => {
                let spec = ListSpec {
                    format: FORMAT.to_owned(),
                    urls,
                    mapping: None,
                    limits,
                    described: wanted.described.clone(),
                };
                app.add_list(&name, spec, Timestamp::now())?;
                "added"
            }
        };
        rows.push((name, state));
    }
    let collections = resolved
        .collections
        .iter()
        .map(|collection| collection.name.clone())
        .collect::<Vec<_>>();
    manifest::keep(home, resolved.collections)?;
    if output.json {
        let lists: Vec<_> = rows
            .iter()
            .map(|(name, state)| json!({ "list": name.as_str(), "format": FORMAT, "state": state }))
            .collect();
        return output.document(&json!({ "lists": lists, "collections": collections }));
    }
    for (name, state) in &rows {
        output.note(format!("{state} list '{name}' ({FORMAT})"))?;
    }
    if !collections.is_empty() {
        output.note(format!(
            "{} collections can be asked by name: {}",
            collections.len(),
            collections.join(", ")
        ))?;
    }
    for host in &resolved.guarded {
        output.note(format!(
            "files at {host} need the token in the environment of 'rescreen list update', as {}",
            fetch::token_name(host)
        ))?;
    }
    if rows.iter().any(|(_, state)| *state == "added") {
        output.note("take the first versions in with 'rescreen list update'")?;
    }
    Ok(())
}

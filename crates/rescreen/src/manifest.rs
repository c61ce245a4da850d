//! Manifests of yente: which datasets to load, from where, and which of them go together under a name.
//!
//! A manifest names datasets itself, and catalogues that name more. What comes of it are lists to add, and collections by
//! which callers ask. A dataset that cannot be had as the manifest wants it is an error: a list that is missing in silence
//! would look like a clearance.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    path::{Path, PathBuf},
};

use anyhow::Result;
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::{failure::EdgeError, fetch, files};

/// The description of OpenSanctions' datasets is some megabytes.
const MAX_CATALOG: u64 = 64 << 20;
/// Where collections are kept, in the home folder.
const FILE: &str = "collections.json";
const FORM: u32 = 1;

#[derive(Debug, Deserialize)]
struct Manifest {
    #[serde(default)]
    catalogs: Vec<Catalog>,
    #[serde(default)]
    datasets: Vec<Dataset>,
}

#[derive(Debug, Deserialize)]
struct Catalog {
    url: String,
    auth_token: Option<String>,
    scope: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    namespace: bool,
    resource_name: Option<String>,
    resource_type: Option<String>,
}

/// What a catalogue holds.
#[derive(Debug, Deserialize)]
struct Described {
    #[serde(default)]
    datasets: Vec<Dataset>,
}

#[derive(Debug, Deserialize)]
struct Dataset {
    name: String,
    title: Option<String>,
    entities_url: Option<String>,
    path: Option<PathBuf>,
    load: Option<bool>,
    #[serde(default)]
    namespace: bool,
    /// The members of a collection, under the names that it has had.
    #[serde(default)]
    children: Vec<String>,
    #[serde(default)]
    datasets: Vec<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Debug, Deserialize)]
struct Resource {
    name: Option<String>,
    url: Option<String>,
    mime_type: Option<String>,
}

impl Dataset {
    fn members(&self) -> Vec<String> {
        let mut members: Vec<String> = Vec::new();
        for name in self
            .children
            .iter()
            .chain(&self.datasets)
            .chain(&self.scopes)
        {
            if *name != self.name && !members.contains(name) {
                members.push(name.clone());
            }
        }
        members
    }
}

/// A list that the manifest wants.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// Datasets under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Collection {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) children: Vec<String>,
}

/// What comes of a manifest.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    pub(crate) lists: Vec<Wanted>,
    pub(crate) collections: Vec<Collection>,
    /// The hosts whose files need a token.
    pub(crate) guarded: BTreeSet<String>,
    names: BTreeSet<String>,
}

/// Reads a manifest, YAML or JSON, with the catalogues that it names.
pub(crate) fn read(path: &Path) -> Result<Resolved> {
    let text = files::read_text(path)?;
    let data = |why: String| EdgeError::Data(format!("{}: {why}", path.display()));
    let manifest: Manifest =
        yaml_serde::from_str(&text).map_err(|error| data(error.to_string()))?;
    let mut resolved = Resolved::default();
    for catalog in &manifest.catalogs {
        resolved.catalog(catalog).map_err(&data)?;
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    for dataset in &manifest.datasets {
        let place = match (&dataset.entities_url, &dataset.path) {
            (Some(url), _) => Some(url.clone()),
            (None, Some(file)) => {
                let file = std::path::absolute(folder.join(file));
                let url = file.ok().and_then(|file| Url::from_file_path(file).ok());
                url.map(String::from)
            }
            (None, None) => place(dataset, None, None),
        };
        let is_loaded = dataset.load.unwrap_or(dataset.members().is_empty());
        resolved.take(dataset, place, is_loaded).map_err(&data)?;
    }
    if resolved.lists.is_empty() {
        return Err(data("there is no dataset to load in it".to_owned()).into());
    }
    Ok(resolved)
}

impl Resolved {
    fn catalog(&mut self, catalog: &Catalog) -> Result<(), String> {
        let token = catalog.auth_token.as_deref().map(expanded).transpose()?;
        let token = token.filter(|token| !token.is_empty());
        if catalog.namespace {
            return Err(format!("{}: {}", catalog.url, NAMESPACED));
        }
        let bytes = fetch::document(&catalog.url, token.as_deref(), MAX_CATALOG)?;
        let described: Described = serde_json::from_slice(&bytes)
            .map_err(|error| format!("{} is no catalogue: {error}", catalog.url))?;
        let scopes: Vec<&String> = catalog.scope.iter().chain(&catalog.scopes).collect();
        for scope in &scopes {
            if !described
                .datasets
                .iter()
                .any(|dataset| dataset.name == **scope)
            {
                return Err(format!("{} has no dataset '{scope}'", catalog.url));
            }
        }
        for dataset in &described.datasets {
            let is_loaded = if scopes.is_empty() {
                dataset.load.unwrap_or(dataset.members().is_empty())
            } else {
                scopes.contains(&&dataset.name)
            };
            let (name, kind) = (
                catalog.resource_name.as_deref(),
                catalog.resource_type.as_deref(),
            );
            let place = dataset
                .entities_url
                .clone()
                .or_else(|| place(dataset, name, kind));
            if let Some(url) = place.as_deref().filter(|_| is_loaded && token.is_some()) {
                self.guarded.extend(
                    Url::parse(url)
                        .ok()
                        .and_then(|url| url.host_str().map(str::to_owned)),
                );
            }
            self.take(dataset, place, is_loaded)?;
        }
        Ok(())
    }

    fn take(
        &mut self,
        dataset: &Dataset,
        place: Option<String>,
        is_loaded: bool,
    ) -> Result<(), String> {
        let name = &dataset.name;
        if !self.names.insert(name.clone()) {
            return Err(format!("dataset '{name}' is there twice"));
        }
        let children = dataset.members();
        if !children.is_empty() {
            self.collections.push(Collection {
                name: name.clone(),
                title: dataset.title.clone(),
                children,
            });
        }
        if !is_loaded {
            return Ok(());
        }
        if dataset.namespace {
            return Err(format!("dataset '{name}': {NAMESPACED}"));
        }
        let url = place.ok_or_else(|| {
            format!("dataset '{name}' has no file: expected entities_url, path, or a resource as the catalogue's resource_name says")
        })?;
        fetch::check_url(&url).map_err(|error| format!("dataset '{name}': {error}"))?;
        self.lists.push(Wanted {
            name: name.clone(),
            url,
        });
        Ok(())
    }
}

const NAMESPACED: &str =
    "ids signed by 'namespace: true' are not read; rescreen keeps the lists apart without them";

/// The file of a dataset among its resources.
fn place(dataset: &Dataset, name: Option<&str>, kind: Option<&str>) -> Option<String> {
    let mut resources = dataset.resources.iter();
    let fits = |resource: &&Resource| match (name, kind) {
        (None, None) => resource.name.as_deref() == Some("entities.ftm.json"),
        (name, kind) => {
            name.is_none_or(|name| resource.name.as_deref() == Some(name))
                && kind.is_none_or(|kind| resource.mime_type.as_deref() == Some(kind))
        }
    };
    resources.find(fits)?.url.clone()
}

/// A text in which `$NAME` and `${NAME}` stand for the environment's.
fn expanded(text: &str) -> Result<String, String> {
    let Some(name) = text.strip_prefix('$') else {
        return Ok(text.to_owned());
    };
    let name = name
        .strip_prefix('{')
        .and_then(|name| name.strip_suffix('}'))
        .unwrap_or(name);
    env::var(name).map_err(|_| format!("the environment has no {name}, which auth_token names"))
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    form: u32,
    collections: Vec<Collection>,
}

/// Keeps the collections for the server; those of another manifest stay where they have another name.
pub(crate) fn keep(home: &Path, collections: Vec<Collection>) -> Result<()> {
    let mut all: BTreeMap<String, Collection> = kept(home)?
        .into_iter()
        .chain(collections)
        .map(|collection| (collection.name.clone(), collection))
        .collect();
    let kept = Kept {
        form: FORM,
        collections: std::mem::take(&mut all).into_values().collect(),
    };
    let mut text = serde_json::to_string_pretty(&kept)?;
    text.push('\n');
    let (half, whole) = (home.join(format!("{FILE}.part")), home.join(FILE));
    std::fs::write(&half, text)?;
    std::fs::rename(&half, &whole)?;
    Ok(())
}

/// The collections that were kept.
pub(crate) fn kept(home: &Path) -> Result<Vec<Collection>> {
    let path = home.join(FILE);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let data = |why: String| EdgeError::Data(format!("{}: {why}", path.display()));
    let kept: Kept =
        serde_json::from_str(&files::read_text(&path)?).map_err(|error| data(error.to_string()))?;
    if kept.form != FORM {
        return Err(data(format!("form {}, expected {FORM}", kept.form)).into());
    }
    Ok(kept.collections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_in_the_environment_or_in_the_manifest() {
        assert_eq!(expanded("plain").as_deref(), Ok("plain"));
        let path = env::var("PATH").unwrap();
        assert_eq!(expanded("$PATH"), Ok(path.clone()));
        assert_eq!(expanded("${PATH}"), Ok(path));
        assert!(
            expanded("$RESCREEN_NO_SUCH_THING")
                .unwrap_err()
                .contains("RESCREEN_NO_SUCH_THING")
        );
    }
}

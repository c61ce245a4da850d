//! Manifests of yente: which datasets to load, from where, and which of them go together under a name.
//!
//! A manifest names datasets itself, and catalogues that name more. What comes of it are lists to add, and collections by
//! which callers ask. A dataset that cannot be had as the manifest wants it is an error: a list that is missing in silence
//! would look like a clearance.

pub(crate) mod dataset;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    path::Path,
};

use anyhow::Result;
use reqwest::Url;
use serde::{Deserialize, Serialize};

use rescreen_app::Described;

use self::dataset::{Dataset, Documents};
use crate::{failure::EdgeError, fetch, files, output::Output};

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

/// A list that the manifest wants.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) described: Option<Described>,
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
pub(crate) fn read(path: &Path, output: &Output) -> Result<Resolved> {
    let text = files::read_text(path)?;
    let data = |why: String| EdgeError::Data(format!("{}: {why}", path.display()));
    let manifest: Manifest =
        yaml_serde::from_str(&text).map_err(|error| data(error.to_string()))?;
    let mut resolved = Resolved::default();
    for catalog in &manifest.catalogs {
        resolved.catalog(catalog, output).map_err(&data)?;
    }
    let itself = std::path::absolute(path)
        .ok()
        .and_then(|path| Url::from_file_path(path).ok())
        .map(String::from)
        .ok_or_else(|| data("its own place cannot be told".to_owned()))?;
    for dataset in &manifest.datasets {
        let place = dataset.place(&itself, None, None).map_err(&data)?;
        let is_loaded = dataset.load.unwrap_or(dataset.members().is_empty());
        let described = dataset.delta_url.is_some().then(|| Described {
            at: itself.clone(),
            dataset: dataset.name.clone(),
            resource_name: None,
            resource_type: None,
        });
        resolved
            .take(dataset, place, described, is_loaded)
            .map_err(&data)?;
    }
    if resolved.lists.is_empty() {
        return Err(data("there is no dataset to load in it".to_owned()).into());
    }
    Ok(resolved)
}

impl Resolved {
    fn catalog(&mut self, catalog: &Catalog, output: &Output) -> Result<(), String> {
        let token = catalog.auth_token.as_deref().map(expanded).transpose()?;
        let token = token.filter(|token| !token.is_empty());
        if catalog.namespace {
            return Err(format!("{}: {}", catalog.url, NAMESPACED));
        }
        let mut documents = Documents::default();
        let datasets = documents.datasets(&catalog.url, token.as_deref(), output)?;
        let scopes: Vec<&String> = catalog.scope.iter().chain(&catalog.scopes).collect();
        for scope in &scopes {
            if !datasets.iter().any(|dataset| dataset.name == **scope) {
                return Err(format!("{} has no dataset '{scope}'", catalog.url));
            }
        }
        for dataset in datasets {
            let is_loaded = if scopes.is_empty() {
                dataset.load.unwrap_or(dataset.members().is_empty())
            } else {
                scopes.contains(&&dataset.name)
            };
            let (name, kind) = (
                catalog.resource_name.as_deref(),
                catalog.resource_type.as_deref(),
            );
            let place = dataset.place(&catalog.url, name, kind)?;
            if is_loaded && token.is_some() {
                let named = [Some(catalog.url.as_str()), place.as_deref()];
                self.guarded
                    .extend(named.into_iter().flatten().filter_map(|url| {
                        let url = Url::parse(url).ok()?;
                        url.host_str().map(str::to_owned)
                    }));
            }
            let described = Described {
                at: catalog.url.clone(),
                dataset: dataset.name.clone(),
                resource_name: catalog.resource_name.clone(),
                resource_type: catalog.resource_type.clone(),
            };
            self.take(dataset, place, Some(described), is_loaded)?;
        }
        Ok(())
    }

    fn take(
        &mut self,
        dataset: &Dataset,
        place: Option<String>,
        described: Option<Described>,
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
            described,
        });
        Ok(())
    }
}

const NAMESPACED: &str =
    "ids signed by 'namespace: true' are not read; rescreen keeps the lists apart without them";

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

//! What manifests and catalogues say of a dataset: where it is, and which edition of it is the newest.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Result;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use reqwest::Url;
use rescreen_app::{Described, Edition};
use serde::Deserialize;

use crate::{fetch, output::Output};

/// The description of OpenSanctions' datasets is some megabytes.
const MAX_BYTES: u64 = 64 << 20;

/// What a catalogue or a manifest holds.
#[derive(Debug, Deserialize)]
struct Holding {
    #[serde(default)]
    datasets: Vec<Dataset>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Dataset {
    pub(super) name: String,
    pub(super) title: Option<String>,
    entities_url: Option<String>,
    path: Option<PathBuf>,
    pub(super) load: Option<bool>,
    #[serde(default)]
    pub(super) namespace: bool,
    /// The members of a collection, under the names that it has had.
    #[serde(default)]
    children: Vec<String>,
    #[serde(default)]
    datasets: Vec<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    resources: Vec<Resource>,
    version: Option<Label>,
    last_export: Option<Label>,
    entity_count: Option<u64>,
    pub(super) delta_url: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resource {
    name: Option<String>,
    url: Option<String>,
    mime_type: Option<String>,
    checksum: Option<String>,
}

/// A text, which in YAML looks like a number where it has only digits.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Label {
    Text(String),
    Number(u64),
}

impl Label {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Dataset {
    pub(super) fn members(&self) -> Vec<String> {
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

    /// Where its entities are, as the document at that address names it.
    pub(super) fn place(
        &self,
        document: &str,
        name: Option<&str>,
        kind: Option<&str>,
    ) -> Result<Option<String>, String> {
        let named = match (&self.entities_url, &self.path) {
            (Some(url), _) => Some(url),
            (None, Some(path)) => {
                let itself = Url::parse(document)
                    .ok()
                    .and_then(|url| url.to_file_path().ok());
                let file = itself.as_deref().and_then(|itself| itself.parent());
                let url = file.and_then(|folder| Url::from_file_path(folder.join(path)).ok());
                return Ok(url.map(String::from));
            }
            (None, None) => self
                .resource(name, kind)
                .and_then(|resource| resource.url.as_ref()),
        };
        let named = named.map(|url| fetch::named_by(document, url));
        named
            .transpose()
            .map_err(|error| format!("dataset '{}': {error}", self.name))
    }

    fn resource(&self, name: Option<&str>, kind: Option<&str>) -> Option<&Resource> {
        let fits = |resource: &&Resource| match (name, kind) {
            (None, None) => resource.name.as_deref() == Some("entities.ftm.json"),
            (name, kind) => {
                name.is_none_or(|name| resource.name.as_deref() == Some(name))
                    && kind.is_none_or(|kind| resource.mime_type.as_deref() == Some(kind))
            }
        };
        self.resources.iter().find(fits)
    }

    fn describe(&self, described: &Described) -> Result<Description, String> {
        let (name, kind) = (
            described.resource_name.as_deref(),
            described.resource_type.as_deref(),
        );
        let label = self.version.as_ref().or(self.last_export.as_ref());
        let published = self.last_export.as_ref().or(self.version.as_ref());
        let deltas = self
            .delta_url
            .as_ref()
            .map(|url| fetch::named_by(&described.at, url));
        // A checksum is that of the resource; with 'entities_url' the entities are no resource.
        let is_resource = self.entities_url.is_none() && self.path.is_none();
        let resource = self.resource(name, kind).filter(|_| is_resource);
        Ok(Description {
            url: self.place(&described.at, name, kind)?,
            edition: label.map(|label| Edition {
                label: label.text(),
                entities: self.entity_count,
            }),
            published: published.and_then(|label| moment(&label.text())),
            deltas: deltas.transpose()?,
            checksum: resource.and_then(|resource| resource.checksum.clone()),
        })
    }
}

/// What a publisher says of a list now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Description {
    /// Where its entities are.
    pub(crate) url: Option<String>,
    /// The newest edition.
    pub(crate) edition: Option<Edition>,
    /// When that was published.
    pub(crate) published: Option<Timestamp>,
    /// The index of its deltas.
    pub(crate) deltas: Option<String>,
    /// The SHA-1 of the entities.
    pub(crate) checksum: Option<String>,
}

/// Catalogues and manifests, each read once.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    read: BTreeMap<String, Result<Vec<Dataset>, String>>,
}

impl Documents {
    pub(super) fn datasets(
        &mut self,
        at: &str,
        token: Option<&str>,
        output: &Output,
    ) -> Result<&[Dataset], String> {
        let read = self.read.entry(at.to_owned());
        match read.or_insert_with(|| datasets(at, token, output)) {
            Ok(datasets) => Ok(datasets),
            Err(error) => Err(error.clone()),
        }
    }

    /// What is said of a list.
    pub(crate) fn describe(
        &mut self,
        described: &Described,
        output: &Output,
    ) -> Result<Description, String> {
        let datasets = self.datasets(&described.at, None, output)?;
        let mut named = datasets.iter().filter(|d| d.name == described.dataset);
        let dataset = named
            .next()
            .ok_or_else(|| format!("{} has no dataset '{}'", described.at, described.dataset))?;
        dataset.describe(described)
    }
}

fn datasets(at: &str, token: Option<&str>, output: &Output) -> Result<Vec<Dataset>, String> {
    let bytes =
        fetch::document(at, token, MAX_BYTES, output).map_err(|error| format!("{error:#}"))?;
    let holding: Holding = match serde_json::from_slice(&bytes) {
        Ok(holding) => holding,
        // A manifest is YAML, and lies on this machine.
        Err(_) if at.starts_with("file:") => yaml_serde::from_slice(&bytes)
            .map_err(|error| format!("{at} is no catalogue: {error}"))?,
        Err(error) => return Err(format!("{at} is no catalogue: {error}")),
    };
    Ok(holding.datasets)
}

/// The moment that a label begins with: `20240530T061503`, `20240530061503-abc`, `2024-05-30T06:15:03` or a day; without a
/// zone it is UTC.
fn moment(label: &str) -> Option<Timestamp> {
    if let Ok(moment) = label.parse::<Timestamp>() {
        return Some(moment);
    }
    let digits: String = label
        .chars()
        .take_while(|c| c.is_ascii_digit() || "-T: ".contains(*c))
        .filter(char::is_ascii_digit)
        .take(14)
        .collect();
    if digits.len() < 8 {
        return None;
    }
    let padded = format!("{digits:0<14}");
    let civil = DateTime::strptime("%Y%m%d%H%M%S", &padded).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_tells_when_it_was_made() {
        let shown = |label: &str| moment(label).map(|moment| moment.to_string());
        for (label, expected) in [
            ("20240530061503-abc", "2024-05-30T06:15:03Z"),
            ("20240530061503", "2024-05-30T06:15:03Z"),
            ("2024-05-30T06:15:03", "2024-05-30T06:15:03Z"),
            ("2024-05-30T06:15:03+02:00", "2024-05-30T04:15:03Z"),
            ("20240530", "2024-05-30T00:00:00Z"),
            ("2024-05-30", "2024-05-30T00:00:00Z"),
        ] {
            assert_eq!(shown(label).as_deref(), Some(expected), "{label}");
        }
        for none in ["", "v7", "2024", "99999999"] {
            assert_eq!(shown(none), None, "{none}");
        }
    }
}

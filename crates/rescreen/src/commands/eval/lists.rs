//! List files for an evaluation: read straight from where they lie, not from the store.

use std::{
    io::BufReader,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Result;
use rescreen_eval::Elsewhere;
use rescreen_import::{Format, Input, Sink, Spec, custom_csv::Mapping};
use rescreen_model::{Entity, EntityId, Entry, Finding, ListName, Property, Schema};
use rescreen_screen::Party;
use serde_json::{Value, json};

use super::args::{ListArgs, ListFiles};
use crate::{failure::EdgeError, files};

/// The listed parties of all files.
pub(super) struct Lists {
    pub(super) parties: Vec<Party>,
    described: Vec<Value>,
}

/// Takes the parties; what an importer finds to remark is counted, `list update` shows it.
#[derive(Default)]
struct Taken {
    parties: Vec<Entity>,
    findings: usize,
}

impl Sink for Taken {
    fn entry(&mut self, entry: Entry) {
        self.parties.push(entry.party);
    }

    fn removed(&mut self, _: EntityId) {}

    fn finding(&mut self, _: Finding) {
        self.findings += 1;
    }
}

impl Lists {
    pub(super) fn open(args: &ListFiles) -> Result<Self> {
        let mut lists = Self {
            parties: Vec::new(),
            described: Vec::new(),
        };
        for (format, paths) in sets(args)? {
            lists.add(format, &paths, args.mapping.as_deref())?;
        }
        Ok(lists)
    }

    fn add(&mut self, format: Format, paths: &[PathBuf], mapping: Option<&Path>) -> Result<()> {
        let spec = spec(format, mapping)?;
        let inputs = paths
            .iter()
            .map(|path| {
                let (file, _) = files::open(path)?;
                let name = path.file_name().unwrap_or(path.as_os_str());
                Ok(Input::new(name.to_string_lossy(), BufReader::new(file)))
            })
            .collect::<Result<Vec<Input<'static>>>>()?;
        let mut taken = Taken::default();
        rescreen_import::read(&spec, inputs, &mut taken)
            .map_err(|error| EdgeError::Data(error.to_string()))?;
        let name = format!("{}-{}", format.name(), self.described.len() + 1);
        let list = ListName::parse(&name).map_err(|error| EdgeError::Data(error.to_string()))?;
        let persons = taken
            .parties
            .iter()
            .filter(|p| p.schema.is_a(Schema::Person))
            .count();
        self.described.push(json!({
            "format": format.name(),
            "files": paths.iter().map(|p| p.file_name().unwrap_or(p.as_os_str()).to_string_lossy()).collect::<Vec<_>>(),
            "entries": taken.parties.len(),
            "persons": persons,
            "names": taken.parties.iter().map(names).sum::<usize>(),
            "findings": taken.findings,
        }));
        self.parties
            .extend(taken.parties.into_iter().map(|entity| Party {
                list: list.clone(),
                entity: Arc::new(entity),
            }));
        Ok(())
    }

    /// The lists as the report states them.
    pub(super) fn described(&self) -> &[Value] {
        &self.described
    }

    pub(super) fn persons(&self) -> impl Iterator<Item = &Entity> {
        let parties = self.parties.iter().map(|party| &*party.entity);
        parties.filter(|entity| entity.schema.is_a(Schema::Person))
    }
}

/// The persons of lists that are kept for another evaluation.
pub(super) fn elsewhere(args: &ListArgs) -> Result<Elsewhere> {
    let mut elsewhere = Elsewhere::default();
    for path in &args.without {
        let lists = Lists::open(&ListFiles {
            lists: vec![path.clone()],
            formats: args.without_format.iter().cloned().collect(),
            mapping: None,
        })?;
        lists.persons().for_each(|person| elsewhere.add(person));
    }
    Ok(elsewhere)
}

/// The list in one line for people.
pub(super) fn line(described: &[Value]) -> String {
    let lists: Vec<String> = described
        .iter()
        .map(|list| {
            let number = |key: &str| list.get(key).and_then(Value::as_u64).unwrap_or_default();
            let format = list
                .get("format")
                .and_then(Value::as_str)
                .unwrap_or_default();
            format!(
                "{format}: {} entries, {} persons, {} names",
                number("entries"),
                number("persons"),
                number("names")
            )
        })
        .collect();
    lists.join("; ")
}

fn names(entity: &Entity) -> usize {
    [
        Property::Name,
        Property::Alias,
        Property::PreviousName,
        Property::WeakAlias,
    ]
    .iter()
    .map(|property| entity.values(property).len())
    .sum()
}

/// One format takes all files; several formats take one `--list` each, whose files have commas between them.
fn sets(args: &ListFiles) -> Result<Vec<(Format, Vec<PathBuf>)>> {
    let formats = args
        .formats
        .iter()
        .map(|name| {
            Format::named(name).ok_or_else(|| {
                let known: Vec<&str> = Format::ALL.iter().map(|f| f.name()).collect();
                EdgeError::Usage(format!("--format '{name}': expected {}", known.join(", ")))
            })
        })
        .collect::<Result<Vec<Format>, EdgeError>>()?;
    match formats.as_slice() {
        [format] => Ok(vec![(*format, args.lists.clone())]),
        formats if formats.len() == args.lists.len() => Ok(formats
            .iter()
            .zip(&args.lists)
            .map(|(format, set)| {
                let set = set.to_string_lossy();
                (*format, set.split(',').map(PathBuf::from).collect())
            })
            .collect()),
        formats => Err(EdgeError::Usage(format!(
            "{} times --format and {} times --list: expected one --format for all files, or one for each --list",
            formats.len(),
            args.lists.len()
        ))
        .into()),
    }
}

fn spec(format: Format, mapping: Option<&Path>) -> Result<Spec> {
    Ok(match format {
        Format::OfacSdnCsv => Spec::OfacSdnCsv,
        Format::OfacXml => Spec::OfacXml,
        Format::UnScXml => Spec::UnScXml,
        Format::FtmJson => Spec::FtmJson,
        Format::Csv => {
            let path = mapping.ok_or_else(|| {
                EdgeError::Usage(
                    "a list of format csv needs a mapping: give --mapping FILE".to_owned(),
                )
            })?;
            let text = files::read_text(path)?;
            let mapping = Mapping::parse(&path.display().to_string(), &text)
                .map_err(|error| EdgeError::Data(error.to_string()))?;
            Spec::Csv(mapping)
        }
    })
}

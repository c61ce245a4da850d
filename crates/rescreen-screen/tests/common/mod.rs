//! Real lists for tests and measurements, where they are at hand.

#![allow(
    dead_code,
    reason = "each test binary and example uses its own part of this"
)]
#![allow(
    clippy::unwrap_used,
    reason = "a test stops where its data are not what they should be"
)]

use std::{collections::HashSet, fs, path::PathBuf, sync::Arc};

use rescreen_import::{Input, Sink, Spec};
use rescreen_model::{Entity, EntityId, Entry, Finding, ListName, Property, Schema};
use rescreen_screen::Party;

/// The folder of shared data, by `RESCREEN_SHARED` or beside the workspace.
pub(crate) fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("RESCREEN_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    folder.join("data").is_dir().then_some(folder)
}

#[derive(Default)]
struct Entries(Vec<Entry>);

impl Sink for Entries {
    fn entry(&mut self, entry: Entry) {
        self.0.push(entry);
    }
    fn removed(&mut self, _: EntityId) {}
    fn finding(&mut self, _: Finding) {}
}

/// The whole OFAC list of 2023-12-28.
pub(crate) fn ofac() -> Option<Vec<Entry>> {
    let folder = shared()?.join("data/us-ofac/csv-2023-12-28");
    let files: Vec<(String, Vec<u8>)> = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"]
        .iter()
        .map(|name| ((*name).to_owned(), fs::read(folder.join(name)).unwrap()))
        .collect();
    let inputs = files
        .iter()
        .map(|(name, bytes)| Input::new(name.clone(), bytes.as_slice()))
        .collect();
    let mut sink = Entries::default();
    rescreen_import::read(&Spec::OfacSdnCsv, inputs, &mut sink).unwrap();
    Some(sink.0)
}

/// The entries of the United Nations' list in every version at hand.
fn un_versions() -> Option<Vec<Entry>> {
    let versions = ["2020-03-20", "2024-11-30", "2025-04-19", "2025-11-20"];
    let entries: Option<Vec<Vec<Entry>>> = versions.into_iter().map(un).collect();
    Some(entries?.concat())
}

/// One version of the United Nations' list. Its persons are never tuned on; that the index is complete on them is
/// no question of tuning.
pub(crate) fn un(version: &str) -> Option<Vec<Entry>> {
    let name = format!("un_consolidated.{version}.xml");
    let bytes = fs::read(shared()?.join("data/un").join(&name)).unwrap();
    let mut sink = Entries::default();
    let inputs = vec![Input::new(name, bytes.as_slice())];
    rescreen_import::read(&Spec::UnScXml, inputs, &mut sink).unwrap();
    Some(sink.0)
}

/// Entries as parties of one list.
pub(crate) fn parties(list: &str, entries: &[Entry]) -> Vec<Party> {
    let list = ListName::parse(list).unwrap();
    entries
        .iter()
        .map(|entry| Party {
            list: list.clone(),
            entity: Arc::new(entry.party.clone()),
        })
        .collect()
}

/// A subject of which only a name is known.
pub(crate) fn named(name: &str, schema: Schema) -> Entity {
    let mut entity = Entity::new("subject", schema);
    entity.add(Property::Name, name);
    entity
}

/// A person of whom only the name is known.
pub(crate) fn person(name: &str) -> Entity {
    named(name, Schema::Person)
}

/// The synthetic persons who are on no list.
pub(crate) fn synthetic() -> Option<Vec<Entity>> {
    let folder = shared()?.join("data/eval");
    let mut persons = Vec::new();
    for file in [
        "synthetic_persons_global_dev.csv",
        "synthetic_persons_us_dev.csv",
    ] {
        let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
        for row in reader.records() {
            persons.push(person(&row.unwrap()[0]));
        }
    }
    Some(persons)
}

/// The group of countries a listed person belongs to, as a place to count names in.
pub(crate) fn culture(entry: &Entry) -> &'static str {
    let codes = [
        Property::Nationality,
        Property::Citizenship,
        Property::BirthCountry,
        Property::Country,
    ];
    let party = &entry.party;
    let code = codes
        .into_iter()
        .find_map(|p| party.first(p).map(str::to_owned));
    match code.as_deref().unwrap_or_default() {
        "sa" | "ye" | "ae" | "kw" | "qa" | "bh" | "om" | "jo" | "sy" | "lb" | "ps" | "iq"
        | "eg" | "ly" | "tn" | "dz" | "ma" | "sd" | "mr" => "arab",
        "ir" | "af" | "pk" | "tj" => "persian",
        "ru" | "ua" | "by" | "suhh" | "kz" | "uz" | "kg" | "tm" | "ge" | "am" | "az" | "md" => {
            "soviet"
        }
        "mx" | "co" | "ve" | "cu" | "es" | "pe" | "ec" | "gt" | "hn" | "ni" | "sv" | "pa"
        | "bo" | "py" | "ar" | "br" | "do" | "cr" | "cl" => "iberian",
        "cn" | "kp" | "kr" | "tw" | "hk" | "mo" | "jp" => "east-asian",
        "mm" | "th" | "kh" | "vn" | "ph" | "my" | "id" | "sg" => "south-east-asian",
        "so" | "ng" | "cd" | "cf" | "ss" | "zw" | "ke" | "ml" | "rw" | "et" | "er" | "tz"
        | "ug" | "bi" => "african",
        "rs" | "ba" | "hr" | "mk" | "me" | "al" | "xk" | "bg" => "balkan",
        "" => "unknown",
        _ => "rest",
    }
}

/// The persons of the United Nations' list, in all versions at hand. They serve acceptance, so whatever is trained or
/// tuned leaves them out.
pub(crate) struct UnPersons {
    by_year: HashSet<(String, i16)>,
    by_name: HashSet<String>,
}

impl UnPersons {
    /// Reads them.
    pub(crate) fn read() -> Option<Self> {
        let mut persons = Self {
            by_year: HashSet::new(),
            by_name: HashSet::new(),
        };
        for entry in un_versions()? {
            if entry.party.schema != Schema::Person {
                continue;
            }
            let (names, years) = marks(&entry.party);
            for name in names {
                for year in &years {
                    persons.by_year.insert((name.clone(), *year));
                }
                persons.by_name.insert(name);
            }
        }
        Some(persons)
    }

    /// Whether a person of another list may be one of them: a name in common and a year of birth in common, or, where
    /// this person's year is not known, a name in common. A primary name in common is enough by itself.
    pub(crate) fn may_include(&self, person: &Entity) -> bool {
        let (names, years) = marks(person);
        names.iter().enumerate().any(|(place, name)| {
            self.by_name.contains(name)
                && (place == 0
                    || years.is_empty()
                    || years
                        .iter()
                        .any(|y| self.by_year.contains(&(name.clone(), *y))))
        })
    }
}

/// Names without order, and years of birth: what tells a person of one list on another.
fn marks(person: &Entity) -> (Vec<String>, Vec<i16>) {
    let prepared = rescreen_prepare::prepare(person);
    let names = prepared
        .names
        .iter()
        .map(|name| {
            let mut parts: Vec<&str> = name.tokens.iter().map(|t| t.form().as_str()).collect();
            parts.sort_unstable();
            parts.concat()
        })
        .collect();
    let years = prepared
        .birth_dates
        .iter()
        .map(|d| d.span.from().get_year())
        .collect();
    (names, years)
}

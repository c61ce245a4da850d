//! From an importer's stream to stored records, one entry at a time.

use std::collections::{BTreeMap, BTreeSet};

use rescreen_import::{Format, Sink, Spec, custom_csv::Mapping};
use rescreen_model::{ContentHash, EntityId, Entry, Finding, Schema};
use rescreen_store::{Head, ListRow, StoreError, Writer};

use crate::AppError;

/// Takes entries, hashes them and stores only those whose content is new, so that an update of a large list costs
/// memory for its ids and hashes alone.
pub(crate) struct Intake<'a> {
    writer: &'a Writer<'a>,
    list: &'a ListRow,
    before: &'a BTreeMap<EntityId, Head>,
    pub(crate) after: BTreeMap<EntityId, Head>,
    pub(crate) removed: BTreeSet<EntityId>,
    /// The first entry that was to be removed and is not there.
    pub(crate) unknown: Option<EntityId>,
    /// The schemata of the parties whose record is new.
    pub(crate) fresh: BTreeMap<EntityId, Schema>,
    pub(crate) findings: Vec<Finding>,
    /// The first failure of the store; everything after it is ignored.
    pub(crate) failure: Option<StoreError>,
    seen: &'a mut dyn FnMut(u64),
}

impl<'a> Intake<'a> {
    pub(crate) fn new(
        writer: &'a Writer<'a>,
        list: &'a ListRow,
        before: &'a BTreeMap<EntityId, Head>,
        seen: &'a mut dyn FnMut(u64),
    ) -> Self {
        Self {
            writer,
            list,
            before,
            after: BTreeMap::new(),
            removed: BTreeSet::new(),
            unknown: None,
            fresh: BTreeMap::new(),
            findings: Vec::new(),
            failure: None,
            seen,
        }
    }

    fn store(&mut self, entry: &Entry) -> Result<Head, StoreError> {
        let hash = ContentHash::of_entry(entry);
        match self.before.get(entry.id()) {
            Some(head) if head.hash == hash => {
                self.fresh.remove(entry.id());
                Ok(*head)
            }
            _ => {
                self.fresh.insert(entry.id().clone(), entry.party.schema);
                self.writer.put(self.list, entry, hash)
            }
        }
    }
}

impl Sink for Intake<'_> {
    fn entry(&mut self, entry: Entry) {
        if self.failure.is_some() {
            return;
        }
        match self.store(&entry) {
            Ok(head) => {
                self.after.insert(entry.party.id, head);
                (self.seen)(self.after.len() as u64);
            }
            Err(error) => self.failure = Some(error),
        }
    }

    fn removed(&mut self, id: EntityId) {
        let was_there = self.after.contains_key(&id)
            || self.before.contains_key(&id) && !self.removed.contains(&id);
        if !was_there {
            self.unknown.get_or_insert_with(|| id.clone());
        }
        self.left_out(id);
    }

    fn left_out(&mut self, id: EntityId) {
        self.after.remove(&id);
        self.fresh.remove(&id);
        self.removed.insert(id);
    }

    fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

/// How to read a list, from what the store keeps about it.
pub(crate) fn import_spec(list: &ListRow) -> Result<Spec, AppError> {
    let format = Format::named(&list.spec.format).ok_or_else(|| {
        let known: Vec<_> = Format::ALL.iter().map(|f| f.name()).collect();
        AppError::Usage(format!(
            "'{}' is not a format; known are {}",
            list.spec.format,
            known.join(", ")
        ))
    })?;
    Ok(match format {
        Format::OfacSdnCsv => Spec::OfacSdnCsv,
        Format::OfacXml => Spec::OfacXml,
        Format::UnScXml => Spec::UnScXml,
        Format::FtmJson => Spec::FtmJson,
        Format::Csv => Spec::Csv(
            mapping(list.spec.mapping.as_deref())?.with_default_prefix(list.name.as_str()),
        ),
    })
}

fn mapping(text: Option<&str>) -> Result<Mapping, AppError> {
    match text {
        Some(text) => Ok(Mapping::parse("mapping", text)?),
        None => Err(AppError::Usage(
            "a list of format csv needs a mapping: add it with --mapping FILE".to_owned(),
        )),
    }
}

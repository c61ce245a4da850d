//! `ofac-sdn-csv`: OFAC's legacy delimited files (data specifications `sdn_data_spec` and `cons_dat_spec`).
//!
//! Aliases, addresses and comments are joined from memory by OFAC's number; the primary file is gone through twice,
//! first for its shape, then for its entries. So nothing reaches the sink from a
//! primary file that is not whole.

use std::collections::{BTreeMap, HashMap, hash_map};

use rescreen_model::{Finding, Place, Severity};

use super::{
    MAX_FACTS, MAX_FIELD_BYTES, clause,
    draft::{AddressFacts, AliasKind, Draft, VesselFacts},
    files::{File, FileSet, Row},
};
use crate::{ImportError, Input, Shape, Sink, Summary, tally::Limited};

/// Remarks are cut at this many characters and continued in the comments.
const REMARKS_CHARS: usize = 1000;

/// Columns of the primary file, counted from 0.
mod column {
    pub(super) const NAME: usize = 1;
    pub(super) const TYPE: usize = 2;
    pub(super) const PROGRAM: usize = 3;
    pub(super) const TITLE: usize = 4;
    pub(super) const CALL_SIGN: usize = 5;
    pub(super) const VESSEL_TYPE: usize = 6;
    pub(super) const TONNAGE: usize = 7;
    pub(super) const GROSS_TONNAGE: usize = 8;
    pub(super) const FLAG: usize = 9;
    pub(super) const OWNER: usize = 10;
    pub(super) const REMARKS: usize = 11;
}

/// Reads the files of one list.
pub(crate) fn read(inputs: Vec<Input<'_>>, sink: &mut dyn Sink) -> Result<Summary, ImportError> {
    let files = FileSet::load(inputs)?;
    let mut findings = Limited::new(sink);
    for finding in files.findings() {
        findings.add(finding);
    }
    check(&files.primary)?;
    let mut aliases = Joined::read(files.aliases.as_ref(), &mut findings, |row| Alias {
        kind: text(row, 2),
        name: text(row, 3),
        remarks: text(row, 4),
    })?;
    let mut addresses = Joined::read(files.addresses.as_ref(), &mut findings, |row| {
        AddressFacts {
            street: text(row, 2),
            city: text(row, 3),
            country: text(row, 4),
            remarks: text(row, 5),
            ..AddressFacts::default()
        }
    })?;
    let mut comments = Joined::read(files.comments.as_ref(), &mut findings, |row| {
        row.raw(1).into_owned()
    })?;

    let mut summary = Summary::default();
    let mut foreign = Foreign::default();
    let mut rows = files.primary.rows();
    while let Some(row) = rows.next()? {
        let place = place(&files.primary, &row);
        foreign.look_at(&row, &place);
        let mut draft = Draft::new(
            row.number,
            row.text(column::TYPE).as_deref().map(str::trim),
            place,
        );
        primary_facts(&mut draft, &row);
        for alias in aliases.take(row.number) {
            alias_facts(&mut draft, &alias);
        }
        for address in addresses.take(row.number) {
            draft.address(&address);
        }
        remarks(&mut draft, &row, &comments.take(row.number))?;
        draft.finish(&mut findings)?;
        summary.entries += 1;
    }
    for finding in [
        foreign.finding(),
        aliases.orphans(),
        addresses.orphans(),
        comments.orphans(),
    ]
    .into_iter()
    .flatten()
    {
        findings.add(finding);
    }
    findings.report();
    Ok(summary)
}

/// Goes through the primary file once before anything is read from it: every row, and that no number comes twice.
fn check(primary: &File) -> Result<(), ImportError> {
    let mut lines: HashMap<u64, u64> = HashMap::new();
    let mut rows = primary.rows();
    while let Some(row) = rows.next()? {
        match lines.entry(row.number) {
            hash_map::Entry::Vacant(vacant) => vacant.insert(row.line),
            hash_map::Entry::Occupied(first) => {
                return Err(ImportError::shape(
                    Shape::DuplicateId,
                    place(primary, &row),
                    "a number of its own for every party",
                    format!("the number of line {} again", first.get()),
                ));
            }
        };
    }
    if lines.is_empty() {
        return Err(ImportError::shape(
            Shape::Empty,
            Place::file(&primary.name),
            "at least one party",
            "a header only",
        ));
    }
    Ok(())
}

fn primary_facts(draft: &mut Draft, row: &Row<'_>) {
    if let Some(name) = row.text(column::NAME) {
        draft.name(&name);
    }
    if let Some(programs) = row.text(column::PROGRAM) {
        for program in programs.split(['[', ']']) {
            draft.program(program);
        }
    }
    if let Some(titles) = row.text(column::TITLE) {
        draft.titles(&titles);
    }
    let [call_sign, kind, tonnage, gross_tonnage, flag, owner] = [
        column::CALL_SIGN,
        column::VESSEL_TYPE,
        column::TONNAGE,
        column::GROSS_TONNAGE,
        column::FLAG,
        column::OWNER,
    ]
    .map(|column| text(row, column));
    draft.vessel(&VesselFacts {
        call_sign: call_sign.as_deref(),
        kind: kind.as_deref(),
        tonnage: tonnage.as_deref(),
        gross_tonnage: gross_tonnage.as_deref(),
        flag: flag.as_deref(),
        owner: owner.as_deref(),
    });
}

struct Alias {
    kind: Option<String>,
    name: Option<String>,
    remarks: Option<String>,
}

fn alias_facts(draft: &mut Draft, alias: &Alias) {
    let Some(name) = &alias.name else { return };
    let stated = alias.kind.as_deref().unwrap_or_default();
    let kind = AliasKind::parse(stated).unwrap_or_else(|| {
        draft.unknown_alias_kind(stated);
        AliasKind::Also
    });
    draft.alias(kind, false, name, name);
    if let Some(remarks) = &alias.remarks {
        draft.note(&format!("{name}: {remarks}"));
    }
}

/// Puts the remarks together and understands them clause by clause.
fn remarks(draft: &mut Draft, row: &Row<'_>, comments: &[String]) -> Result<(), ImportError> {
    let start = row.text(column::REMARKS).unwrap_or_default();
    let last = comments.last().map_or(&*start, String::as_str);
    // Not trimmed: a remark may be cut behind a blank.
    let is_cut = last.chars().count() >= REMARKS_CHARS && !last.ends_with('.');
    let whole = format!("{start}{}", comments.concat());
    if whole.len() > MAX_FIELD_BYTES {
        return Err(ImportError::shape(
            Shape::Limit,
            draft.place().clone().field("remarks"),
            format!("remarks and comments of at most {MAX_FIELD_BYTES} bytes"),
            format!("{} bytes", whole.len()),
        ));
    }
    let mut clauses = clause::split(&whole);
    let rest = if is_cut { clauses.pop() } else { None };
    for clause in clauses {
        clause::apply(draft, clause);
    }
    if let Some(rest) = rest {
        draft.cut(rest);
    }
    Ok(())
}

/// The rows of a secondary file by the number of their party.
struct Joined<T> {
    file: String,
    rows: BTreeMap<u64, Vec<T>>,
}

impl<T> Joined<T> {
    fn read(
        file: Option<&File>,
        findings: &mut Limited<'_>,
        read: impl Fn(&Row<'_>) -> T,
    ) -> Result<Self, ImportError> {
        let mut joined = Self {
            file: String::new(),
            rows: BTreeMap::new(),
        };
        let Some(file) = file else { return Ok(joined) };
        joined.file.clone_from(&file.name);
        let mut foreign = Foreign::default();
        let mut rows = file.rows();
        while let Some(row) = rows.next()? {
            foreign.look_at(&row, &place(file, &row));
            let rows_of_party = joined.rows.entry(row.number).or_default();
            rows_of_party.push(read(&row));
            if rows_of_party.len() > MAX_FACTS {
                return Err(ImportError::shape(
                    Shape::Limit,
                    place(file, &row),
                    format!("at most {MAX_FACTS} rows of one party"),
                    "more",
                ));
            }
        }
        if let Some(finding) = foreign.finding() {
            findings.add(finding);
        }
        Ok(joined)
    }

    fn take(&mut self, number: u64) -> Vec<T> {
        self.rows.remove(&number).unwrap_or_default()
    }

    /// What belongs to nobody: a sign that the files are of different days.
    fn orphans(&self) -> Option<Finding> {
        let (first, _) = self.rows.first_key_value()?;
        let rows: usize = self.rows.values().map(Vec::len).sum();
        Some(Finding {
            code: "rows-of-no-party",
            severity: Severity::Loss,
            place: Place::file(&self.file).record(first.to_string()),
            message: format!(
                "left out {rows} rows of {} parties that are not in the primary file, this one first; are the files of one day?",
                self.rows.len()
            ),
        })
    }
}

/// The rows of one file whose bytes are no UTF-8.
#[derive(Default)]
struct Foreign {
    first: Option<Place>,
    rows: u64,
}

impl Foreign {
    fn look_at(&mut self, row: &Row<'_>, place: &Place) {
        if let Some(column) = row.foreign_column() {
            self.rows += 1;
            self.first
                .get_or_insert_with(|| place.clone().field(format!("column {}", column + 1)));
        }
    }

    fn finding(self) -> Option<Finding> {
        Some(Finding {
            code: "encoding-guessed",
            severity: Severity::Warning,
            place: self.first?,
            message: format!(
                "expected ASCII or UTF-8, took the other bytes of {} rows for Windows-1252, here first",
                self.rows
            ),
        })
    }
}

fn place(file: &File, row: &Row<'_>) -> Place {
    Place::file(&file.name)
        .line(row.line)
        .record(row.number.to_string())
}

fn text(row: &Row<'_>, column: usize) -> Option<String> {
    row.text(column).map(|text| text.trim().to_owned())
}

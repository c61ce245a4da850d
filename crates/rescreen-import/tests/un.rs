//! The consolidated list of the United Nations Security Council: real files, and the law that only facts count.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::{collections::BTreeMap, fmt::Write as _, fs};

use proptest::prelude::*;
use rescreen_import::Spec;
use rescreen_model::{ContentHash, EntityId, Property, Schema, Severity};
use support::{Collected, read, read_in_pieces, real_data};

fn version(date: &str) -> Option<(String, Vec<u8>)> {
    let name = format!("un_consolidated.{date}.xml");
    let bytes = fs::read(real_data()?.join("un").join(&name)).unwrap();
    Some((name, bytes))
}

fn hashes(bytes: &[u8]) -> BTreeMap<EntityId, ContentHash> {
    let (summary, collected) = read(&Spec::UnScXml, "list.xml", bytes);
    summary.unwrap();
    collected.hashes().into_iter().collect()
}

/// Persons, organisations and findings of a real version. A finding more or less has to be explained.
fn check_version(date: &str, expected: (usize, usize), findings: &[(&str, usize)]) {
    let Some((name, bytes)) = version(date) else {
        return;
    };
    let (summary, collected) = read(&Spec::UnScXml, &name, &bytes);
    let summary = summary.unwrap();
    let of = |schema| {
        let entries = collected.entries.iter();
        entries.filter(|e| e.party.schema == schema).count()
    };
    assert_eq!(
        (of(Schema::Person), of(Schema::Organization)),
        expected,
        "{date}"
    );
    assert_eq!(summary.entries as usize, collected.entries.len());
    assert!(summary.published.unwrap().to_string().starts_with(date));
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &collected.findings {
        *codes.entry(finding.code).or_default() += 1;
        assert_ne!(finding.severity, Severity::Loss, "{finding}");
        assert!(finding.place.line.is_some() && finding.place.record.is_some());
    }
    let codes: Vec<(&str, usize)> = codes.into_iter().collect();
    assert_eq!(codes, findings, "{date}: {:#?}", collected.findings);
}

#[test]
fn the_real_versions_are_read_whole() {
    let (birth, document) = ("birth-date-unreadable", "document-without-number");
    check_version(
        "2020-03-20",
        (709, 305),
        &[(birth, 3), ("country-unknown", 10), (document, 2)],
    );
    check_version("2024-11-30", (686, 193), &[(birth, 1), (document, 2)]);
    check_version("2025-04-19", (684, 193), &[(birth, 2), (document, 2)]);
    check_version("2025-11-20", (727, 273), &[(birth, 2), (document, 2)]);
}

#[test]
fn a_re_serialised_list_differs_only_where_facts_do() {
    let (Some((_, old)), Some((_, new))) = (version("2025-04-19"), version("2025-11-20")) else {
        return;
    };
    let (old, new) = (hashes(&old), hashes(&new));
    let added = new.keys().filter(|id| !old.contains_key(*id)).count();
    let removed = old.keys().filter(|id| !new.contains_key(*id)).count();
    let changed = old
        .iter()
        .filter(|(id, hash)| new.get(*id).is_some_and(|n| n != *hash))
        .count();
    // An independent comparison of the two files' trees says the same. Six records moved to another DATAID, which is
    // why a comparison by DATAID finds six more on both sides.
    assert_eq!((added, removed, changed), (126, 3, 16));
}

#[test]
fn ends_of_lines_do_not_matter_in_a_real_list() {
    let Some((_, bytes)) = version("2025-11-20") else {
        return;
    };
    let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    assert_eq!(
        hashes(text.as_bytes()),
        hashes(text.replace('\n', "\r\n").as_bytes())
    );
}

#[test]
fn a_record_of_a_hundred_thousand_names_is_read_in_time() {
    let names = |from: usize| -> String {
        let names: Vec<String> = (from..from + 100).map(|n| format!("N{n}")).collect();
        names.join(";")
    };
    let aliases: Vec<Tree> = (0..1000)
        .map(|n| node("INDIVIDUAL_ALIAS", vec![leaf("ALIAS_NAME", names(n * 100))]))
        .collect();
    let mut record = node("INDIVIDUAL", aliases);
    record.children.push(leaf("REFERENCE_NUMBER", "QDi.901"));
    let collected = read_list(&plain(&[record]));
    let aliases = collected.entries[0].party.values(Property::Alias).len();
    assert!((5000..7000).contains(&aliases), "{aliases}");
}

/// An element of a list to come, before it is decided how it is written.
#[derive(Debug, Clone)]
struct Tree {
    name: &'static str,
    text: String,
    children: Vec<Tree>,
}

fn leaf(name: &'static str, text: impl Into<String>) -> Tree {
    Tree {
        name,
        text: text.into(),
        children: Vec::new(),
    }
}

fn node(name: &'static str, children: Vec<Tree>) -> Tree {
    Tree {
        name,
        text: String::new(),
        children,
    }
}

fn a_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[A-Za-z' ]{0,12}",
        1 => "[a-z(); ]{0,12}",
        1 => "[0-9A-Z/ -]{0,12}",
        1 => "(19|0)[0-9]{2}(-0[1-9](-[0-3][0-9])?)?",
        1 => "[<>&\"'\u{627}\u{628}\u{446}\u{4e2d}]{0,6}",
        1 => Just("Iran".to_owned()),
    ]
}

fn a_field() -> impl Strategy<Value = Tree> {
    let group = |name: &'static str, parts: &'static [&'static str]| {
        proptest::collection::vec((proptest::sample::select(parts), a_text()), 0..4)
            .prop_map(move |parts| node(name, parts.into_iter().map(|(n, t)| leaf(n, t)).collect()))
    };
    prop_oneof![
        a_text().prop_map(|t| leaf("COMMENTS1", t)),
        a_text().prop_map(|t| leaf("NAME_ORIGINAL_SCRIPT", t)),
        a_text().prop_map(|t| leaf("GENDER", t)),
        a_text().prop_map(|t| leaf("LISTED_ON", t)),
        a_text().prop_map(|t| leaf("NOVELTY", t)),
        group("NATIONALITY", &["VALUE"]),
        group("TITLE", &["VALUE"]),
        group("LAST_DAY_UPDATED", &["VALUE"]),
        group(
            "INDIVIDUAL_ALIAS",
            &["QUALITY", "ALIAS_NAME", "NOTE", "DATE_OF_BIRTH"]
        ),
        (proptest::sample::select(&["Good", "Low"][..]), a_text()).prop_map(|(quality, name)| {
            node(
                "INDIVIDUAL_ALIAS",
                vec![leaf("QUALITY", quality), leaf("ALIAS_NAME", name)],
            )
        }),
        group(
            "INDIVIDUAL_DATE_OF_BIRTH",
            &[
                "TYPE_OF_DATE",
                "DATE",
                "YEAR",
                "FROM_YEAR",
                "TO_YEAR",
                "NOTE"
            ]
        ),
        group("INDIVIDUAL_PLACE_OF_BIRTH", &["CITY", "COUNTRY", "NOTE"]),
        group(
            "INDIVIDUAL_ADDRESS",
            &["STREET", "CITY", "ZIP_CODE", "COUNTRY", "NOTE"]
        ),
        group(
            "INDIVIDUAL_DOCUMENT",
            &[
                "TYPE_OF_DOCUMENT",
                "NUMBER",
                "ISSUING_COUNTRY",
                "DATE_OF_ISSUE",
                "NOTE"
            ]
        ),
    ]
}

fn a_list() -> impl Strategy<Value = Vec<Tree>> {
    let record = ("[A-Z ]{0,8}", proptest::collection::vec(a_field(), 0..8));
    proptest::collection::vec(record, 1..4).prop_map(|records| {
        let records = records.into_iter().enumerate();
        records
            .map(|(n, (name, mut fields))| {
                fields.push(leaf("REFERENCE_NUMBER", format!("QDi.9{n:02}")));
                fields.push(leaf("FIRST_NAME", name));
                node("INDIVIDUAL", fields)
            })
            .collect()
    })
}

/// Choices of how to write what means the same, taken from a finite supply over and over.
struct Style {
    choices: Vec<u8>,
    at: usize,
}

impl Style {
    fn choose(&mut self, of: usize) -> usize {
        if self.choices.is_empty() {
            return 0;
        }
        self.at += 1;
        usize::from(self.choices[self.at % self.choices.len()]) % of
    }

    fn space(&mut self) -> &'static str {
        ["", " ", "\n    ", "\r\n\t", "<!-- a remark -->", "<?pi?>"][self.choose(6)]
    }

    fn text(&mut self, text: &str) -> String {
        let mut out = ["", " ", "\n", "\u{a0}"][self.choose(4)].to_owned();
        for c in text.chars() {
            match (c, self.choose(6)) {
                (' ', 0..3) => out.push_str(" \r\n  "),
                (c, 0) if !c.is_control() => write!(out, "&#{};", u32::from(c)).unwrap(),
                (c, 1) if !matches!(c, ']' | '>') => write!(out, "<![CDATA[{c}]]>").unwrap(),
                ('<', _) => out.push_str("&lt;"),
                ('>', _) => out.push_str("&gt;"),
                ('&', _) => out.push_str("&amp;"),
                (c, _) => out.push(c),
            }
        }
        out
    }

    fn write(&mut self, tree: &Tree, out: &mut String) {
        let prefix = ["", "un:"][self.choose(2)];
        let attribute = ["", " xml:space='preserve'", "\n lang = \"en\""][self.choose(3)];
        if tree.text.is_empty() && tree.children.is_empty() && self.choose(2) == 0 {
            write!(out, "<{prefix}{}{attribute} />", tree.name).unwrap();
            return;
        }
        write!(out, "<{prefix}{}{attribute}>", tree.name).unwrap();
        if tree.children.is_empty() {
            let text = self.text(&tree.text);
            out.push_str(&text);
        }
        for child in &tree.children {
            out.push_str(self.space());
            self.write(child, out);
        }
        write!(out, "</{prefix}{}>", tree.name).unwrap();
    }

    fn list(&mut self, records: &[Tree]) -> String {
        let quote = ["'", "\""][self.choose(2)];
        let mut out = format!(
            "{}<CONSOLIDATED_LIST dateGenerated={quote}2025-11-20T23:00:09Z{quote} xmlns:un='u'>",
            ["", "\u{feff}", "<?xml version='1.0' encoding='UTF-8'?>\r\n"][self.choose(3)],
        );
        let sections = [
            node("INDIVIDUALS", records.to_vec()),
            node("ENTITIES", Vec::new()),
        ];
        for section in &sections {
            out.push_str(self.space());
            self.write(section, &mut out);
        }
        out.push_str("\n</CONSOLIDATED_LIST >\n");
        out
    }
}

fn plain(records: &[Tree]) -> String {
    let choices = Vec::new();
    Style { choices, at: 0 }.list(records)
}

fn read_list(text: &str) -> Collected {
    let (summary, collected) = read(&Spec::UnScXml, "list.xml", text.as_bytes());
    summary.unwrap();
    collected
}

proptest! {
    #[test]
    fn the_way_it_is_written_does_not_matter(
        records in a_list(),
        choices in proptest::collection::vec(any::<u8>(), 1..200),
    ) {
        let one = plain(&records);
        let other = Style { choices, at: 0 }.list(&records);
        prop_assert_eq!(read_list(&one).hashes(), read_list(&other).hashes(), "{}", other);
    }

    #[test]
    fn the_order_of_fields_and_records_does_not_matter(
        records in a_list(),
        turns in proptest::collection::vec(any::<proptest::sample::Index>(), 4),
    ) {
        let mut turned = records.clone();
        turned.reverse();
        for (record, turn) in turned.iter_mut().zip(&turns) {
            let len = record.children.len();
            record.children.rotate_left(turn.index(len));
        }
        let (before, after) = (read_list(&plain(&records)), read_list(&plain(&turned)));
        prop_assert_eq!(before.hashes(), after.hashes());
        prop_assert_eq!(before.findings.len(), after.findings.len());
    }

    #[test]
    fn the_size_of_the_pieces_does_not_matter(records in a_list(), piece in 1..20_usize) {
        let text = Style { choices: vec![2, 3, 5, 1, 0, 4], at: 0 }.list(&records);
        let (_, whole) = read(&Spec::UnScXml, "list.xml", text.as_bytes());
        let (_, pieces) = read_in_pieces(&Spec::UnScXml, "list.xml", text.as_bytes(), piece);
        prop_assert_eq!(whole, pieces);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        drop(read(&Spec::UnScXml, "list.xml", &bytes));
    }

    #[test]
    fn any_change_of_a_file_is_read_or_refused(
        records in a_list(),
        at in any::<proptest::sample::Index>(),
        with in "[<>/&;!\\[\\]'\"=a\0-]{0,4}",
        len in 0..6_usize,
    ) {
        let mut bytes = plain(&records).into_bytes();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + len);
        bytes.splice(at..end, with.bytes());
        let (summary, collected) = read(&Spec::UnScXml, "list.xml", &bytes);
        if let Ok(summary) = summary {
            prop_assert_eq!(summary.entries as usize, collected.entries.len());
        }
    }

    #[test]
    fn every_cut_is_noticed(records in a_list(), at in any::<proptest::sample::Index>()) {
        let whole = plain(&records);
        let whole = whole.trim_end();
        let at = at.index(whole.len());
        let (summary, _) = read(&Spec::UnScXml, "list.xml", &whole.as_bytes()[..at]);
        prop_assert!(summary.is_err(), "{at}");
    }
}

//! A user's own list: the way it is written does not matter, and no file and no mapping makes it fail otherwise than
//! with a reason.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::fmt::Write as _;

use encoding_rs::WINDOWS_1252;
use proptest::prelude::*;
use rescreen_import::{ImportError, Shape, Spec, custom_csv::Mapping};
use rescreen_model::{Property, Severity};
use support::{Collected, read, read_in_pieces, refused};

const MAPPING: &str = r#"
id = "No"
schema = "Person"

[properties]
name = "Name"
alias = { column = "AKA", split = ";" }
birthDate = { column = "DOB", format = "%d/%m/%Y" }
nationality = "Nationality"
gender = "Gender"
"#;

fn spec(mapping: &str) -> Spec {
    Spec::Csv(Mapping::parse("mapping.toml", mapping).unwrap())
}

fn list(bytes: &[u8]) -> Collected {
    let (summary, collected) = read(&spec(MAPPING), "list.csv", bytes);
    summary.unwrap();
    collected
}

type Cells = Vec<String>;

const HEADER: [&str; 6] = ["No", "Name", "AKA", "DOB", "Nationality", "Gender"];

/// A table with a header and with ids, as one writes it by hand.
fn a_table() -> impl Strategy<Value = Vec<Cells>> {
    let cell = prop_oneof![
        3 => "[A-Za-z;' ]{0,12}",
        1 => "[,\"\u{e9}\u{fc}\u{20ac} \n]{0,6}",
        1 => "[0-3][0-9]/[0-1][0-9]/19[0-9]{2}",
        1 => "19[0-9]{2}(-0[1-9])?",
        1 => prop_oneof![Just("Iran".to_owned()), Just("F".to_owned()), Just("x".to_owned())],
    ];
    proptest::collection::vec(proptest::collection::vec(cell, 5), 0..6).prop_map(|rows| {
        let mut table = vec![HEADER.map(str::to_owned).to_vec()];
        for (n, mut row) in rows.into_iter().enumerate() {
            row.insert(0, format!("{n}"));
            table.push(row);
        }
        table
    })
}

fn write(table: &[Cells], end: &str, always_quoted: bool) -> String {
    let mut text = String::new();
    for row in table {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                if always_quoted || cell.contains([',', '"', '\n']) {
                    format!("\"{}\"", cell.replace('"', "\"\"").replace('\n', end))
                } else {
                    cell.clone()
                }
            })
            .collect();
        text.push_str(&cells.join(","));
        text.push_str(end);
    }
    text
}

#[test]
fn findings_of_one_kind_are_shown_up_to_a_point() {
    let mut text = HEADER.join(",") + "\n";
    for n in 0..1000 {
        writeln!(text, "{n},Aled,,then,,").unwrap();
    }
    let collected = list(text.as_bytes());
    assert_eq!(collected.entries.len(), 1000);
    assert_eq!(collected.count("date-unreadable"), 101);
    let last = collected.findings.last().unwrap();
    assert!(last.message.starts_with("900 more of these"), "{last}");
    assert_eq!(last.place.line, Some(1001));
}

#[test]
fn one_row_in_five_may_be_uneven() {
    let file = |good: usize, bad: usize| {
        let mut text = HEADER.join(",") + "\n";
        text.push_str(&"1,2,3\n".repeat(bad));
        for n in 0..good {
            writeln!(text, "{n},Aled,,,,").unwrap();
        }
        text
    };
    let collected = list(file(8, 2).as_bytes());
    assert_eq!(collected.count("row-uneven"), 2);
    assert_eq!(collected.findings[0].severity, Severity::Loss);
    assert_eq!(collected.findings[0].place.line, Some(2));
    let spec = spec(MAPPING);
    assert_eq!(
        refused(&spec, file(7, 2).as_bytes()),
        Some(Shape::Structure)
    );
    // With more than a thousand of them the end of the file is not waited for.
    assert_eq!(
        refused(&spec, file(0, 5000).as_bytes()),
        Some(Shape::Structure)
    );
}

#[test]
fn a_cell_has_a_limit() {
    let file = |len: usize| format!("{}\n1,{},,,,\n", HEADER.join(","), "x".repeat(len));
    assert_eq!(list(file(64 << 10).as_bytes()).entries.len(), 1);
    assert_eq!(
        refused(&spec(MAPPING), file((64 << 10) + 1).as_bytes()),
        Some(Shape::Limit)
    );
    // More values than a cell can mean are kept, but not taken apart.
    let full = format!("{}\n1,Aled,{},,,\n", HEADER.join(","), "a;".repeat(1000));
    let collected = list(full.as_bytes());
    assert_eq!(collected.count("cell-overfull"), 1);
    assert!(collected.entries[0].party.has(Property::Notes));

    // A quote that is never closed is noticed long before the file is read.
    let open = format!("{}\n1,\"{}", HEADER.join(","), "x\n".repeat(1 << 20));
    assert_eq!(refused(&spec(MAPPING), open.as_bytes()), Some(Shape::Limit));
}

#[test]
fn a_prefix_is_written_with_its_hyphen_or_without() {
    let id = |mapping: Mapping| {
        let (_, collected) = read(&Spec::Csv(mapping), "f", b"No,Name\n1,Aled\n");
        collected.entries[0].id().to_string()
    };
    let mapping = |prefix: &str| {
        let text = format!("{prefix}\nid = 'No'\nschema = 'Person'\n[properties]\nname = 'Name'");
        Mapping::parse("mapping.toml", &text).unwrap()
    };
    assert_eq!(id(mapping("")), "1");
    assert_eq!(id(mapping("").with_default_prefix("own-")), "own-1");
    assert_eq!(id(mapping("").with_default_prefix("own")), "own-1");
    assert_eq!(id(mapping("id_prefix = 'acme-'")), "acme-1");
    let named = mapping("id_prefix = 'acme'").with_default_prefix("own-");
    assert_eq!(id(named), "acme-1");
}

#[test]
fn the_order_of_the_mapping_decides_the_order_of_values() {
    let mapping = r#"
        id = "No"
        schema = "Company"
        [properties]
        name = ["Local", "English"]
    "#;
    let (summary, collected) = read(&spec(mapping), "f", b"No,English,Local\n1,North,Nord\n");
    summary.unwrap();
    let party = &collected.entries[0].party;
    assert_eq!(
        party.texts(Property::Name).collect::<Vec<_>>(),
        ["Nord", "North"]
    );
    assert_eq!(party.caption(), "Nord");
}

proptest! {
    #[test]
    fn the_way_it_is_written_does_not_matter(
        table in a_table(),
        end in "\r\n|\n|\r",
        always_quoted in any::<bool>(),
        has_mark in any::<bool>(),
    ) {
        let plain = list(write(&table, "\n", false).as_bytes());
        let mut other = write(&table, &end, always_quoted);
        if has_mark {
            other.insert(0, '\u{feff}');
        }
        let other = list(other.as_bytes());
        prop_assert_eq!(plain.hashes(), other.hashes());
        prop_assert_eq!(plain.findings.len(), other.findings.len());
    }

    #[test]
    fn the_encoding_does_not_matter(table in a_table()) {
        let text = write(&table, "\r\n", false);
        let expected = list(text.as_bytes());

        let (bytes, _, is_lossy) = WINDOWS_1252.encode(&text);
        prop_assert!(!is_lossy);
        let western = spec(&format!("encoding = \"windows-1252\"\n{MAPPING}"));
        let (_, actual) = read(&western, "list.csv", &bytes);
        prop_assert_eq!(&actual, &expected);

        let units: Vec<u16> = format!("\u{feff}{text}").encode_utf16().collect();
        let bytes: Vec<u8> = units.iter().flat_map(|unit| [(unit & 0xff) as u8, (unit >> 8) as u8]).collect();
        prop_assert_eq!(&list(&bytes), &expected);
    }

    #[test]
    fn the_order_of_rows_and_columns_does_not_matter(table in a_table(), turn in 0..6_usize) {
        let before = list(write(&table, "\n", false).as_bytes());
        let mut turned = table;
        turned[1..].reverse();
        for row in &mut turned {
            row.rotate_left(turn);
        }
        let after = list(write(&turned, "\n", false).as_bytes());
        prop_assert_eq!(before.hashes(), after.hashes());
    }

    #[test]
    fn the_size_of_the_pieces_does_not_matter(table in a_table(), piece in 1..20_usize) {
        let bytes = write(&table, "\r\n", false).into_bytes();
        let (_, pieces) = read_in_pieces(&spec(MAPPING), "list.csv", &bytes, piece);
        prop_assert_eq!(list(&bytes), pieces);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(read(&spec(MAPPING), "list.csv", &bytes));
        let mut bytes = bytes;
        bytes.splice(0..0, format!("{}\n", HEADER.join(",")).into_bytes());
        drop(read(&spec(MAPPING), "list.csv", &bytes));
    }

    #[test]
    fn any_mapping_is_read_or_refused_with_its_place(
        at in any::<proptest::sample::Index>(),
        with in "[a-zA-Z\"={}\\[\\]\n,%. ]{0,6}",
        len in 0..8_usize,
    ) {
        let mut text = MAPPING.to_owned();
        let at = at.index(text.len());
        text.replace_range(at..text.len().min(at + len), &with);
        match Mapping::parse("mapping.toml", &text) {
            Ok(mapping) => drop(read(&Spec::Csv(mapping), "f", b"No,Name\n1,Aled\n")),
            Err(ImportError::Mapping { place, message }) => {
                prop_assert_eq!(place.file.as_str(), "mapping.toml");
                prop_assert!(!message.is_empty() && !message.contains('\n'), "{message}");
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}

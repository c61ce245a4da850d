//! FollowTheMoney entities: reading is the inverse of writing, and nothing a file holds makes it fail otherwise than
//! with a reason.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::{fmt::Write as _, fs};

use proptest::prelude::*;
use rescreen_import::{
    Shape, Spec,
    ftm_json::{Dialect, to_json, write_line},
};
use rescreen_model::{Entity, EntityId, Entry, Property, PropertyKind, Record, Schema, Severity};
use serde_json::{Value, json};
use support::{Collected, read, read_in_pieces, real_data, refused};

fn lines(entities: &[Entity], dialect: Dialect) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entity in entities {
        write_line(&mut bytes, entity, dialect).unwrap();
    }
    bytes
}

fn entities(bytes: &[u8]) -> Vec<Entity> {
    let (summary, read) = read(&Spec::FtmJson, "entities.ftm.json", bytes);
    summary.unwrap();
    read.entries.into_iter().map(|entry| entry.party).collect()
}

fn person(n: usize) -> Value {
    json!({"id": format!("x-{n}"), "schema": "Person", "properties": {"name": [format!("Aled {n}")]}})
}

fn persons(count: usize) -> String {
    let lines: Vec<String> = (0..count).map(|n| person(n).to_string()).collect();
    lines.join("\n") + "\n"
}

#[test]
fn a_json_text_comes_back_without_loss() {
    for text in [
        r#"{"id":"NK-vorn","caption":"Aled Vorn","schema":"Person","properties":{"name":["Aled Vorn","Алед Ворн"],"birthDate":["1961-02","1963"],"shoeSize":["44"],"modifiedAt":["2024-01-02T03:04:05"]},"referents":["unsc-1","ofac-2"],"datasets":["a","b"],"origin":["crawler"],"first_seen":"2023-04-20T18:44:04","last_seen":"2026-02-27","last_change":"2024-01-02","target":true}"#,
        r#"{"id":"addr-1","schema":"Address","properties":{"country":["ir"],"full":["1 Harbour Road"]},"target":false}"#,
        r#"{"id":"x","schema":"Company","properties":{}}"#,
        // Values are normalised to NFC, ids never are: they are names for machines.
        "{\"id\":\"\u{f900}\",\"schema\":\"Company\",\"properties\":{},\"referents\":[\"e\u{301}\"]}",
    ] {
        let entity = entities(text.as_bytes()).remove(0);
        for dialect in [Dialect::Rescreen, Dialect::FollowTheMoney] {
            let written = to_json(&entity, dialect);
            assert_eq!(written, serde_json::from_str::<Value>(text).unwrap());
        }
    }
}

#[test]
fn other_tools_get_prefix_dates() {
    let mut entity = Entity::new("x", Schema::Person);
    for date in ["1951~", "1951/1956", "1951~/1953-02~", "1956", "in the war"] {
        entity.add(Property::BirthDate, date);
    }
    entity.add(Property::Notes, "1951/1956");
    let dates = |dialect| to_json(&entity, dialect)["properties"]["birthDate"].clone();
    assert_eq!(
        dates(Dialect::FollowTheMoney),
        json!(["1951", "1956", "1953-02", "in the war"])
    );
    assert_eq!(
        dates(Dialect::Rescreen),
        json!(["1951~", "1951/1956", "1951~/1953-02~", "1956", "in the war"])
    );
    let written = to_json(&entity, Dialect::default());
    assert_eq!(written["properties"]["notes"], json!(["1951/1956"]));
}

#[test]
fn a_line_in_a_hundred_may_be_unreadable() {
    let file = |good: usize, bad: usize| {
        let mut text = persons(good);
        text.push_str(&"{broken\n".repeat(bad));
        writeln!(text, "{}", person(good)).unwrap();
        text
    };
    let (summary, collected) = read(&Spec::FtmJson, "f", file(198, 2).as_bytes());
    assert_eq!(summary.unwrap().entries, 199);
    assert_eq!(collected.count("line-unreadable"), 2);
    let first = &collected.findings[0];
    assert_eq!(first.severity, Severity::Loss);
    assert_eq!(first.place.line, Some(199));
    assert_eq!(
        refused(&Spec::FtmJson, file(198, 3).as_bytes()),
        Some(Shape::Structure)
    );
    // With more than a thousand of them the end of the file is not waited for.
    assert_eq!(
        refused(&Spec::FtmJson, file(5, 2000).as_bytes()),
        Some(Shape::Structure)
    );
}

#[test]
fn strange_bytes_are_a_finding_with_the_line() {
    let good = persons(300);
    for bad in [
        &b"{\"id\":\"y\",\"schema\":\"Person\",\"caption\":\"\\ud800\"}"[..],
        b"{\"id\":\"y\",\"schema\":\"Person\",\"caption\":\"\xff\"}",
        b"{\"id\":\"y\",\"schema\":\"Person\",\"caption\":\"\0\"}",
        b"\0\0\0",
        b"\xef\xbb\xbf",
        b"[1]",
        b"7",
    ] {
        let bytes = [good.as_bytes(), bad, b"\n"].concat();
        let (summary, collected) = read(&Spec::FtmJson, "f", &bytes);
        assert_eq!(summary.unwrap().entries, 300);
        assert_eq!(collected.count("line-unreadable"), 1);
        assert_eq!(collected.findings[0].place.line, Some(301));
    }
}

#[test]
fn a_torn_last_line_is_a_truncated_file() {
    let whole = persons(3);
    let start = whole.len() - person(2).to_string().len() - 1;
    for end in start + 1..whole.len() - 1 {
        assert_eq!(
            refused(&Spec::FtmJson, &whole.as_bytes()[..end]),
            Some(Shape::Truncated),
            "{end}"
        );
    }
    // Without its end of line, but whole.
    assert_eq!(entities(whole.trim_end().as_bytes()).len(), 3);
}

#[test]
fn ids_have_limits() {
    let line = |id: &str| json!({"id": id, "schema": "Company"}).to_string();
    assert_eq!(entities(line(&"x".repeat(256)).as_bytes()).len(), 1);
    for id in ["x".repeat(257), " ".to_owned(), "a\u{1b}b".to_owned()] {
        let (summary, collected) = read(&Spec::FtmJson, "f", line(&id).as_bytes());
        assert_eq!(summary.unwrap().entries, 0, "{id}");
        assert_eq!(collected.count("record-without-id"), 1, "{id}");
    }
}

#[test]
fn lines_have_limits() {
    let long = format!("{}\n{}", person(0), "x".repeat((16 << 20) + 1));
    assert_eq!(refused(&Spec::FtmJson, long.as_bytes()), Some(Shape::Limit));
    let many = format!("{}\n[{}0]", person(0), "0,".repeat(1_000_001));
    assert_eq!(refused(&Spec::FtmJson, many.as_bytes()), Some(Shape::Limit));
    // As many values as a line may have, all different and all repeated.
    let values: Vec<String> = (0..200_000)
        .map(|n| format!("\"{}\"", n % 100_000))
        .collect();
    let values = values.join(",");
    let full = format!(
        "{{\"id\":\"x\",\"schema\":\"Person\",\"properties\":{{\"name\":[{values}]}},\"referents\":[{values}]}}"
    );
    let party = entities(full.as_bytes()).remove(0);
    assert_eq!(party.values(Property::Name).len(), 100_000);
    assert_eq!(party.referents.len(), 100_000);
    let deep = format!("{}\n{}\n", person(0), "[".repeat(100_000));
    assert_eq!(
        refused(&Spec::FtmJson, deep.as_bytes()),
        Some(Shape::Structure)
    );
}

#[test]
fn a_real_list_survives_the_way_through_json() {
    let Some(data) = real_data() else { return };
    let bytes = fs::read(data.join("un/un_consolidated.2025-11-20.xml")).unwrap();
    let (_, list) = read(&Spec::UnScXml, "un", &bytes);
    let parties: Vec<Entity> = list.entries.into_iter().map(|e| e.party).collect();
    let back = entities(&lines(&parties, Dialect::Rescreen));
    let party_hashes = |parties: Vec<Entity>| {
        let entries = parties.into_iter().map(Entry::new).collect();
        Collected {
            entries,
            ..Collected::default()
        }
        .hashes()
    };
    assert_eq!(party_hashes(parties), party_hashes(back));
}

fn a_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z ,.'-]{1,20}",
        "\\PC{0,20}",
        any::<String>(),
        Just("1951~/1956~".to_owned())
    ]
}

fn a_property() -> impl Strategy<Value = Property> {
    prop_oneof![
        9 => (0..Property::KNOWN.len()).prop_map(|at| Property::KNOWN[at].clone()),
        1 => "[a-z]{1,8}X".prop_map(|name| Property::named(&name)),
    ]
}

fn an_id() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9-]{1,12}", "[^\\pC\\s][^\\pC]{0,6}[^\\pC\\s]"]
}

fn a_record() -> impl Strategy<Value = Option<Box<Record>>> {
    let text = || proptest::option::of("[a-z0-9:-]{1,10}");
    let texts = || proptest::collection::vec("[a-z_]{1,8}", 0..3);
    (
        text(),
        texts(),
        texts(),
        text(),
        text(),
        text(),
        proptest::option::of(any::<bool>()),
    )
        .prop_map(
            |(caption, datasets, origin, first_seen, last_seen, last_change, target)| {
                let record = Record {
                    caption,
                    datasets,
                    origin,
                    first_seen,
                    last_seen,
                    last_change,
                    target,
                };
                (record != Record::default()).then(|| Box::new(record))
            },
        )
}

fn an_entity() -> impl Strategy<Value = Entity> {
    let concrete: Vec<Schema> = Schema::ALL
        .iter()
        .copied()
        .filter(|schema| !schema.spec().is_abstract)
        .collect();
    (
        an_id(),
        proptest::sample::select(concrete),
        proptest::collection::vec((a_property(), a_text()), 0..12),
        proptest::collection::btree_set(an_id(), 0..3),
        a_record(),
    )
        .prop_map(|(id, schema, values, referents, record)| {
            let mut entity = Entity::new(id.as_str(), schema);
            for (property, text) in values {
                entity.add(property, &text);
            }
            for referent in referents {
                let referent = EntityId::new(&referent);
                if !entity.referents.contains(&referent) {
                    entity.referents.push(referent);
                }
            }
            entity.record = record;
            entity
        })
}

proptest! {
    #[test]
    fn reading_is_the_inverse_of_writing(entity in an_entity()) {
        let back = entities(&lines(std::slice::from_ref(&entity), Dialect::Rescreen));
        prop_assert_eq!(back, [entity]);
    }

    #[test]
    fn other_tools_get_the_same_but_for_dates(entity in an_entity()) {
        let back = entities(&lines(std::slice::from_ref(&entity), Dialect::FollowTheMoney));
        for (property, values) in entity.properties() {
            if property.kind() != PropertyKind::Date {
                prop_assert_eq!(back[0].values(property), values);
            }
        }
    }

    #[test]
    fn ends_of_lines_and_blank_lines_do_not_matter(
        parties in proptest::collection::vec(an_entity(), 1..5),
        separator in "\r?\n([ \t]*\r?\n){0,2}",
    ) {
        let text = String::from_utf8(lines(&parties, Dialect::Rescreen)).unwrap();
        let (plain, expected) = read(&Spec::FtmJson, "f", text.as_bytes());
        let other = text.replace('\n', &separator);
        let (summary, actual) = read(&Spec::FtmJson, "f", other.as_bytes());
        prop_assert_eq!(summary.ok(), plain.ok());
        prop_assert_eq!(actual.entries, expected.entries);
    }

    #[test]
    fn the_size_of_the_pieces_does_not_matter(
        parties in proptest::collection::vec(an_entity(), 1..4),
        piece in 1..20_usize,
    ) {
        let bytes = lines(&parties, Dialect::Rescreen);
        let (_, whole) = read(&Spec::FtmJson, "f", &bytes);
        let (_, pieces) = read_in_pieces(&Spec::FtmJson, "f", &bytes, piece);
        prop_assert_eq!(whole, pieces);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(read(&Spec::FtmJson, "f", &bytes));
    }

    #[test]
    fn any_change_of_a_file_is_read_or_refused(
        parties in proptest::collection::vec(an_entity(), 1..4),
        at in any::<proptest::sample::Index>(),
        with in "[\\[\\]{}\",:\\\\0a\r\n]{0,3}",
        len in 0..4_usize,
    ) {
        let mut bytes = lines(&parties, Dialect::Rescreen);
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + len);
        bytes.splice(at..end, with.bytes());
        let (summary, collected) = read(&Spec::FtmJson, "f", &bytes);
        if let Ok(summary) = summary {
            prop_assert_eq!(summary.entries as usize, collected.entries.len());
        }
    }
}

//! OFAC's two formats: the real lists, and the laws the readers keep.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(
    clippy::print_stdout,
    reason = "the findings on real lists are for a reviewer to read"
)]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Cursor,
    path::Path,
};

use proptest::prelude::*;
use rescreen_import::{ImportError, Input, Shape, Spec, Summary};
use rescreen_model::{ContentHash, Entity, EntityId, Entry, Property, Schema};
use support::{Collected, read, real_data, refused};

fn read_files(spec: &Spec, files: &[(&str, &[u8])]) -> (Result<Summary, ImportError>, Collected) {
    let mut collected = Collected::default();
    let inputs = files
        .iter()
        .map(|(name, bytes)| Input::new(*name, Cursor::new(bytes)))
        .collect();
    let result = rescreen_import::read(spec, inputs, &mut collected);
    (result, collected)
}

/// Reads the files of one folder that have this ending.
fn read_folder(spec: &Spec, folder: &Path, extension: &str) -> (Summary, Collected) {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    let borrowed: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let (result, collected) = read_files(spec, &borrowed);
    (result.unwrap(), collected)
}

fn count(collected: &Collected, schema: Schema) -> usize {
    collected
        .entries
        .iter()
        .filter(|entry| entry.party.schema == schema)
        .count()
}

/// Persons, organisations, vessels, aircraft.
fn by_kind(collected: &Collected) -> [usize; 4] {
    [
        Schema::Person,
        Schema::Organization,
        Schema::Vessel,
        Schema::Airplane,
    ]
    .map(|schema| count(collected, schema))
}

/// How often each code was found; the findings themselves are printed for a reviewer.
fn codes(collected: &Collected) -> BTreeMap<&'static str, usize> {
    let mut codes = BTreeMap::new();
    for finding in &collected.findings {
        *codes.entry(finding.code).or_default() += 1;
        println!("    {finding}");
    }
    codes
}

/// Every finding on the real lists is known and has a reason:
/// - `country-unknown`: regions (`Region: Kafia Kingi`) and "possibly Palestinian;arrested 23 Apr 2002";
/// - `identifier-unreadable`: sentences about documents ("Passport issued in Sarajevo, …") and a "Provisional" number;
/// - `date-unreadable`: a passport "issued under the name …";
/// - `remarks-cut` and `rows-of-no-party`: the comments of 2023 are of another day than the rest;
/// - `end-mark-missing`, `comments-missing`: as the mirrors keep the files.
#[test]
fn the_real_sets_are_read_whole() {
    let Some(data) = real_data() else { return };
    let check = |folder: &str, extension: &str, kinds: [usize; 4], found: &[(&str, usize)]| {
        let spec = match extension {
            "xml" => Spec::OfacXml,
            _ => Spec::OfacSdnCsv,
        };
        println!("{folder} {extension}");
        let (summary, read) = read_folder(&spec, &data.join("us-ofac").join(folder), extension);
        assert_eq!(by_kind(&read), kinds, "{folder}");
        assert_eq!(summary.entries, kinds.iter().sum::<usize>() as u64);
        let expected: BTreeMap<&str, usize> = found.iter().copied().collect();
        assert_eq!(codes(&read), expected, "{folder}");
    };
    check(
        "csv-2023-12-28",
        "csv",
        [6646, 6033, 764, 378],
        &[
            ("country-unknown", 10),
            ("date-unreadable", 1),
            ("identifier-unreadable", 3),
            ("remarks-cut", 7),
            ("rows-of-no-party", 1),
        ],
    );
    check(
        "csv-2021-07",
        "csv",
        [4620, 3673, 406, 277],
        &[
            ("country-unknown", 9),
            ("date-unreadable", 1),
            ("end-mark-missing", 1),
            ("identifier-unreadable", 4),
        ],
    );
    check("cons-csv-2025-12-19", "csv", [79, 363, 0, 0], &[]);
    check(
        "cons-all-formats-2018-04",
        "csv",
        [94, 471, 74, 0],
        &[("comments-missing", 1)],
    );
    check("cons-all-formats-2018-04", "xml", [94, 471, 74, 0], &[]);
    check("cons-xml-2025-03-28", "xml", [80, 363, 0, 0], &[]);
}

/// The facts of the real list, counted a second time by a script that knows nothing of this crate: a head or a shape
/// that is no longer understood shows here.
#[test]
fn the_facts_of_the_real_list_arrive() {
    let Some(data) = real_data() else { return };
    let folder = data.join("us-ofac/csv-2023-12-28");
    let (_, read) = read_folder(&Spec::OfacSdnCsv, &folder, "csv");
    let values = |property: Property| -> usize {
        let of_entry = |entry: &Entry| entry.party.values(property.clone()).len();
        read.entries.iter().map(of_entry).sum()
    };
    let parts = |schema: Schema| {
        read.entries
            .iter()
            .flat_map(move |e| e.parts.iter().filter(move |p| p.schema == schema))
    };
    for (property, expected) in [
        (Property::Name, 13_821),
        (Property::Alias, 16_507 + 17), // aka and nka
        (Property::PreviousName, 567),
        (Property::WeakAlias, 3_391),
        (Property::BirthDate, 7_311),
        (Property::BirthPlace, 4_207 + 1), // one "Alt. POB:"
        (Property::Gender, 4_003),
        (Property::Nationality, 4_623 - 3), // three unreadable ones
        (Property::Citizenship, 1_121),
        (Property::ImoNumber, 875 + 3), // three without the prefix
    ] {
        assert_eq!(values(property.clone()), expected, "{property}");
    }
    for (schema, expected) in [
        (Schema::Sanction, 13_821),
        (Schema::Passport, 2_072),
        (Schema::Identification, 9_347),
        (Schema::Address, 12_941),
        (Schema::CryptoWallet, 470),
        (Schema::UnknownLink, 6_180),
    ] {
        assert_eq!(parts(schema).count(), expected, "{schema}");
    }
}

/// What an entry says, as the other format can say it too. Left out, with the reason:
/// - `city`, `state`, `postalCode` of addresses, and so the ids of addresses: the delimited files have them in one
///   field; `full` is compared instead;
/// - `alt.` in front of a note and a full stop behind it: the XML has neither;
/// - double quotes: the delimited files print single ones;
/// - notes that repeat the title: OFAC prints it twice in the delimited files.
fn comparable(entry: &Entry) -> BTreeSet<String> {
    let plain = |text: &str| text.replace('"', "'");
    let mut facts = BTreeSet::new();
    for entity in entry.entities() {
        let is_party = entity.id == *entry.id();
        let mut whole = vec![entity.schema.to_string()];
        for (property, values) in entity.properties() {
            for value in values {
                let text = plain(value.as_str());
                let text = match property {
                    Property::City | Property::State | Property::PostalCode => continue,
                    Property::AddressEntity => continue,
                    Property::Notes => text.trim_start_matches("alt. ").trim_end_matches('.'),
                    _ => &text,
                };
                whole.push(format!("{property}={text}"));
            }
        }
        if is_party {
            facts.extend(whole);
        } else {
            whole[1..].sort();
            facts.insert(whole.join(" | "));
        }
    }
    let titles = entry.party.texts(Property::Position);
    for title in titles.map(|title| format!("notes={}", plain(title).trim_end_matches('.'))) {
        facts.remove(&title);
    }
    facts
}

#[test]
fn both_formats_say_the_same() {
    let Some(data) = real_data() else { return };
    let folder = data.join("us-ofac/cons-all-formats-2018-04");
    let (_, csv) = read_folder(&Spec::OfacSdnCsv, &folder, "csv");
    let (_, xml) = read_folder(&Spec::OfacXml, &folder, "xml");
    assert_eq!(csv.entries.len(), xml.entries.len());
    for (csv, xml) in csv.entries.iter().zip(&xml.entries) {
        assert_eq!(csv.id(), xml.id());
        let (csv_facts, xml_facts) = (comparable(csv), comparable(xml));
        if csv.id().as_str() == "ofac-17064" {
            // Here the XML leaves the country of two registrations out, and nothing else differs.
            let only_csv: Vec<_> = csv_facts.difference(&xml_facts).collect();
            assert!(only_csv.len() == 2 && only_csv.iter().all(|fact| fact.contains("country=ru")));
            continue;
        }
        assert_eq!(csv_facts, xml_facts, "{}", csv.id());
    }
}

/// The 308 versions of `ofac-sdn-history.tar.zst`, unpacked to the folder that `RESCREEN_OFAC_HISTORY` names; all of
/// them with `RESCREEN_SLOW_TESTS=1`, else every fiftieth and the one behind it.
#[test]
fn every_version_of_the_history_is_read() {
    let Some(folder) = std::env::var_os("RESCREEN_OFAC_HISTORY") else {
        eprintln!("SKIPPED: RESCREEN_OFAC_HISTORY names no folder with the versions of sdn.csv");
        return;
    };
    let folder = Path::new(&folder);
    let steps: Vec<serde_json::Value> =
        serde_json::from_slice(&fs::read(folder.join("history.json")).unwrap()).unwrap();
    let is_slow = std::env::var_os("RESCREEN_SLOW_TESTS").is_some();
    let mut before: Option<(usize, BTreeMap<EntityId, ContentHash>)> = None;
    for (i, step) in steps.iter().enumerate() {
        if !is_slow && i % 50 > 1 {
            continue;
        }
        let file = step["file"].as_str().unwrap();
        let bytes = fs::read(folder.join(file)).unwrap();
        let (result, read) = read(&Spec::OfacSdnCsv, file, &bytes);
        let stated = |key: &str| step[key].as_u64().unwrap() as usize;
        assert_eq!(result.unwrap().entries as usize, stated("rows"), "{file}");
        let kinds = ["individuals", "entities", "vessels", "aircraft"].map(stated);
        assert_eq!(by_kind(&read), kinds, "{file}");
        assert_eq!(read.count("birth-date-unreadable"), 0, "{file}");
        assert!(read.findings.len() < 50, "{file}: {:?}", codes(&read));
        let now: BTreeMap<EntityId, ContentHash> = read.hashes().into_iter().collect();
        if let Some((_, before)) = before.filter(|(at, _)| at + 1 == i) {
            let added = now.keys().filter(|id| !before.contains_key(*id));
            let removed = before.keys().filter(|id| !now.contains_key(*id));
            let is_other = |id: &&EntityId| before.get(*id).is_some_and(|hash| *hash != now[*id]);
            assert_eq!(added.count(), stated("added"), "{file}");
            assert_eq!(removed.count(), stated("removed"), "{file}");
            // No entry changes whose row does not.
            assert!(
                now.keys().filter(is_other).count() <= stated("changed"),
                "{file}"
            );
        }
        before = Some((i, now));
    }
}

const SDN: &str = "\
101,\"EXAMPLE, Jordan\",\"individual\",\"SDGT] [EXAMPLE\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 07 Dec 1951; a.k.a. 'JO'.\"\r
102,\"EXAMPLE TRADING, S.A.\",-0- ,\"EXAMPLE\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"Linked To: EXAMPLE, Jordan.\"\r
103,\"SAMPLE STAR\",\"vessel\",\"EXAMPLE\",-0- ,\"9HXX9\",\"Tug\",-0- ,-0- ,\"Iran\",-0- ,-0- \r
";

const XML: &str = "\
<?xml version=\"1.0\" standalone=\"yes\"?>
<sdnList xmlns=\"http://tempuri.org/sdnList.xsd\">
  <publshInformation><Publish_Date>04/06/2018</Publish_Date><Record_Count>2</Record_Count></publshInformation>
  <sdnEntry><uid>101</uid><firstName>Jordan</firstName><lastName>EXAMPLE</lastName><sdnType>Individual</sdnType></sdnEntry>
  <sdnEntry><uid>102</uid><lastName>EXAMPLE &amp; SONS</lastName><sdnType>Entity</sdnType></sdnEntry>
</sdnList>";

#[test]
fn an_entry_says_the_same_whoever_else_is_listed() {
    let (_, whole) = read(&Spec::OfacSdnCsv, "sdn.csv", SDN.as_bytes());
    for (n, line) in SDN.lines().enumerate() {
        let (_, alone) = read(&Spec::OfacSdnCsv, "sdn.csv", format!("{line}\n").as_bytes());
        assert_eq!(alone.entries, whole.entries[n..=n]);
    }
}

#[test]
fn a_cut_delimited_file_is_refused_or_is_a_shorter_list() {
    let (_, whole) = read(&Spec::OfacSdnCsv, "sdn.csv", SDN.as_bytes());
    assert_eq!(whole.entries.len(), 3);
    for end in 0..SDN.len() {
        let (result, cut) = read(&Spec::OfacSdnCsv, "sdn.csv", &SDN.as_bytes()[..end]);
        match result {
            Ok(_) => assert_eq!(cut.entries, start_of(&cut, &whole), "cut at {end}"),
            Err(ImportError::Shape { shape, .. }) => {
                assert!(matches!(
                    shape,
                    Shape::Truncated | Shape::Empty | Shape::Structure
                ));
            }
            // A first row that is cut behind its fifth column is taken for a row of aliases.
            Err(ImportError::Files { .. }) => assert!(end < SDN.find('\n').unwrap()),
            Err(other) => panic!("{other}"),
        }
    }
}

/// As many entries of the whole list as the cut one has.
fn start_of(cut: &Collected, whole: &Collected) -> Vec<Entry> {
    whole.entries[..cut.entries.len()].to_vec()
}

#[test]
fn a_cut_xml_file_is_refused() {
    assert!(read(&Spec::OfacXml, "sdn.xml", XML.as_bytes()).0.is_ok());
    for end in 0..XML.len() {
        let shape = refused(&Spec::OfacXml, &XML.as_bytes()[..end]);
        assert!(
            matches!(shape, Some(Shape::Truncated | Shape::Empty)),
            "cut at {end}: {shape:?}"
        );
    }
}

#[test]
fn what_no_list_has_is_refused_before_it_costs_time() {
    let row = |i: usize| format!("101,{i},\"aka\",\"EXAMPLE {i}\",-0- \r\n");
    let aliases: String = (0..2001).map(row).collect();
    let comments = format!("101,\"{}.\"\r\n", "a; ".repeat(20_000)).repeat(2);
    let clauses: Vec<String> = (0..2001).map(|i| format!("fact {i}")).collect();
    let clauses = format!("101,\"; {}.\"\r\n", clauses.join("; "));
    for (name, more) in [
        ("alt.csv", aliases),
        ("sdn_comments.csv", comments),
        ("sdn_comments.csv", clauses),
    ] {
        let files = [("sdn.csv", SDN.as_bytes()), (name, more.as_bytes())];
        let error = read_files(&Spec::OfacSdnCsv, &files).0.unwrap_err();
        assert!(is_limit(&error), "{name}: {error}");
    }
    for inside in [
        format!("<title>{}</title>", "a".repeat(70_000)),
        format!("<title>{}</title>", "a; ".repeat(2001)),
        format!("<remarks>{}</remarks>", "a; ".repeat(2001)),
        format!(
            "<programList>{}</programList>",
            "<program>P</program>".repeat(2001)
        ),
    ] {
        let file = XML.replacen("</sdnEntry>", &(inside + "</sdnEntry>"), 1);
        assert_eq!(refused(&Spec::OfacXml, file.as_bytes()), Some(Shape::Limit));
    }
}

fn is_limit(error: &ImportError) -> bool {
    matches!(
        error,
        ImportError::Shape {
            shape: Shape::Limit,
            ..
        }
    )
}

/// Rows of two parties whose order says nothing.
fn aliases() -> Vec<String> {
    let row = |party: u32, i: usize, name: &str| format!("{party},{i},\"aka\",\"{name}\",-0- ");
    ["EKSAMPLE, Yordan", "EX, Jo", "EX, Jo", "SAMPLE, J."]
        .iter()
        .enumerate()
        .flat_map(|(i, name)| [row(101, i, name), row(102, i + 10, name)])
        .collect()
}

fn addresses() -> Vec<String> {
    let row = |party: u32, i: usize, rest: &str| format!("{party},{i},{rest},-0- ");
    [
        "\"1 Sample Street\",\"Springfield\",\"Iran\"",
        "-0- ,\"Springfield\",\"Iran\"",
        "-0- ,-0- ,\"United Kingdom\"",
        "-0- ,-0- ,-0- ",
    ]
    .iter()
    .enumerate()
    .flat_map(|(i, rest)| [row(101, i, rest), row(102, i + 10, rest)])
    .collect()
}

proptest! {
    #[test]
    fn the_order_of_rows_and_files_changes_nothing(
        alt in Just(aliases()).prop_shuffle(),
        add in Just(addresses()).prop_shuffle(),
        order in Just([0, 1, 2]).prop_shuffle(),
    ) {
        let read = |alt: &[String], add: &[String], order: [usize; 3]| {
            let (alt, add) = (alt.join("\r\n") + "\r\n", add.join("\n") + "\n");
            let files = [("sdn.csv", SDN), ("alt.csv", &alt), ("add.csv", &add)];
            let files = order.map(|i| (files[i].0, files[i].1.as_bytes()));
            let (result, collected) = read_files(&Spec::OfacSdnCsv, &files);
            result.unwrap();
            collected.hashes()
        };
        prop_assert_eq!(read(&alt, &add, order), read(&aliases(), &addresses(), [0, 1, 2]));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for spec in [Spec::OfacSdnCsv, Spec::OfacXml] {
            let (result, read) = read(&spec, "file", &bytes);
            if let Ok(summary) = result {
                prop_assert_eq!(summary.entries as usize, read.entries.len());
            }
        }
    }

    #[test]
    fn any_change_of_a_list_is_read_or_refused(
        at in 0..XML.len().min(SDN.len()),
        len in 0..20_usize,
        with in "[-0-9a-z;.,()'\"<>&/ \r\n\u{1a}\u{0}\u{e9}]{0,20}",
    ) {
        for (spec, file) in [(Spec::OfacSdnCsv, SDN), (Spec::OfacXml, XML)] {
            let mut bytes = file.as_bytes().to_vec();
            bytes.splice(at..(at + len).min(bytes.len()), with.bytes());
            let (result, read) = read(&spec, "file", &bytes);
            if let Ok(summary) = result {
                prop_assert_eq!(summary.entries as usize, read.entries.len());
                for entry in &read.entries {
                    let ids: BTreeSet<_> = entry.entities().map(|e| e.id.clone()).collect();
                    prop_assert_eq!(ids.len(), 1 + entry.parts.len(), "ids are unique");
                    for part in &entry.parts {
                        prop_assert!(part.id.as_str().starts_with(entry.id().as_str()));
                        for (property, _) in part.properties() {
                            prop_assert!(part.schema.allows(property), "{} has no {property}", part.schema);
                        }
                    }
                    for (property, _) in entry.party.properties() {
                        prop_assert!(entry.party.schema.allows(property));
                    }
                }
            }
        }
    }

    #[test]
    fn remarks_lose_no_word(remarks in "(DOB |POB |alt\\. |a\\.k\\.a\\. '|Passport |citizen |Linked To: |; |[A-Z]{1,4}|[0-9]{1,4}|'| |\\(Iran\\)| issued | expires ){0,12}") {
        let sdn = format!("7,\"NAME\",\"individual\",\"P\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"{remarks}.\"\r\n");
        let (result, read) = read(&Spec::OfacSdnCsv, "sdn.csv", sdn.as_bytes());
        result.unwrap();
        let mut kept = String::new();
        for (_, values) in read.entries[0].entities().flat_map(Entity::properties) {
            for value in values {
                kept += value.as_str();
                kept += " ";
                kept += value.source().unwrap_or_default();
                kept += "; ";
            }
        }
        for word in remarks.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.len() > 3) {
            prop_assert!(kept.contains(word), "'{word}' of '{remarks}' is lost: {kept}");
        }
    }
}

//! Every country that the real lists name is known, and the few that are not are known by name.
//!
//! Needs the complete public lists, which are not part of the repository: the folder that `RESCREEN_SHARED` names.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at the first surprise and says what it skipped"
)]
#![allow(
    clippy::needless_raw_string_hashes,
    reason = "expectations are written by the test run"
)]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use expect_test::{Expect, expect};
use rescreen_model::Country;

fn data() -> Option<PathBuf> {
    let shared = std::env::var_os("RESCREEN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let data = shared.join("data");
    if data.is_dir() {
        return Some(data);
    }
    eprintln!(
        "SKIPPED: no list files at {}; set RESCREEN_SHARED",
        data.display()
    );
    None
}

/// Reads a file whose letters outside ASCII do not matter here or are UTF-8.
fn text(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
}

fn rows(text: &str) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect()
}

/// The names that are not understood, one a line. `values` are what the files say, with repetitions.
fn check<S: AsRef<str>>(values: impl IntoIterator<Item = S>, unknown: &Expect) {
    let mut seen = 0;
    let mut missing = BTreeSet::new();
    for value in values {
        let value = value.as_ref().trim();
        if value.is_empty() || value == "-0-" {
            continue;
        }
        seen += 1;
        if Country::from_name(value).is_none() {
            missing.insert(value.to_owned());
        }
    }
    assert!(seen > 0, "the files were read and hold no country");
    let missing: Vec<_> = missing.into_iter().collect();
    unknown.assert_eq(&missing.join("\n"));
}

/// Whether the value says more than one country, or something about it. Taking it apart is the importer's work.
fn is_compound(value: &str) -> bool {
    value.contains(['(', ')', ';', '/', ',', ':', '.', '\n'])
        || [
            " and ",
            "citizenship",
            "passport",
            "nationalit",
            " by birth",
            "as of",
            "as at",
            "Possibly",
        ]
        .iter()
        .any(|word| value.contains(word))
}

/// The primary and the address file of every OFAC set.
fn ofac(data: &Path, addresses: bool) -> Vec<csv::StringRecord> {
    [
        ("csv-2021-07", "sdn.csv", "add.csv"),
        ("csv-2023-12-28", "sdn.csv", "add.csv"),
        ("cons-csv-2025-12-19", "cons_prim.csv", "cons_add.csv"),
        ("cons-all-formats-2018-04", "cons_prim.csv", "cons_add.csv"),
    ]
    .into_iter()
    .flat_map(|(set, prim, add)| {
        let file = if addresses { add } else { prim };
        rows(&text(&data.join("us-ofac").join(set).join(file)))
    })
    .collect()
}

/// The clauses of the remarks of all OFAC entries, without the "alt. " that marks a second value.
fn ofac_clauses(data: &Path) -> Vec<String> {
    ofac(data, false)
        .iter()
        .filter_map(|row| row.get(11))
        .flat_map(|remarks| remarks.split(';'))
        .map(|clause| clause.trim().trim_end_matches('.'))
        .map(|clause| clause.strip_prefix("alt. ").unwrap_or(clause).to_owned())
        .collect()
}

#[test]
fn ofac_addresses() {
    let Some(data) = data() else { return };
    let rows = ofac(&data, true);
    // An alliance, a border area that two states claim, and nothing at all.
    check(
        rows.iter().filter_map(|row| row.get(4)),
        &expect![[r#"
        Region: Commonwealth of Independent States
        Region: Kafia Kingi
        undetermined"#]],
    );
}

#[test]
fn ofac_nationalities() {
    let Some(data) = data() else { return };
    let clauses = ofac_clauses(&data);
    let values = clauses.iter().filter_map(|clause| {
        ["nationality ", "citizen ", "Nationality of Registration "]
            .into_iter()
            .find_map(|label| clause.strip_prefix(label))
    });
    // What the publisher doubts is not taken as stated.
    check(values, &expect!["possibly Palestinian"]);
}

#[test]
fn ofac_vessel_flags() {
    let Some(data) = data() else { return };
    let (rows, clauses) = (ofac(&data, false), ofac_clauses(&data));
    let columns = rows.iter().filter_map(|row| row.get(9));
    let former = clauses
        .iter()
        .filter_map(|clause| Some(clause.split_once("Vessel Flag ")?.1));
    check(
        columns.chain(former),
        &expect![[r#"
        None Identified
        Unknown"#]],
    );
}

#[test]
fn ofac_issuers_of_documents() {
    let Some(data) = data() else { return };
    let clauses = ofac_clauses(&data);
    let values = clauses
        .iter()
        .filter(|clause| {
            ["Passport ", "National ID No. ", "Tax ID No. "]
                .iter()
                .any(|label| clause.starts_with(label))
        })
        .filter_map(|clause| Some(clause.split_once('(')?.1.split_once(')')?.0));
    // Parentheses within numbers, a state of the United States, and one remark.
    check(
        values,
        &expect![[r#"
        0
        4
        9
        AEI
        Cabo Verde.  Previously Cape Verde.
        HWI
        N
        Naing
        Texas"#]],
    );
}

#[test]
fn united_nations() {
    let Some(data) = data() else { return };
    let mut values = Vec::new();
    for date in ["2020-03-20", "2024-11-30", "2025-04-19", "2025-11-20"] {
        let text = text(&data.join(format!("un/un_consolidated.{date}.xml")));
        for tag in [
            "NATIONALITY",
            "COUNTRY",
            "ISSUING_COUNTRY",
            "COUNTRY_OF_ISSUE",
        ] {
            let (start, end) = (format!("<{tag}>"), format!("</{tag}>"));
            for part in text.split(&start).skip(1) {
                let (content, _) = part.split_once(&end).unwrap();
                let content = content.replace("<VALUE>", "\n").replace("</VALUE>", "\n");
                values.extend(content.replace("<VALUE/>", "").lines().map(str::to_owned));
            }
        }
    }
    values.retain(|value| !is_compound(value) || value.starts_with("Iran ("));
    // "Not available", in the column of nationalities.
    check(values, &expect!["na"]);
}

#[test]
fn united_kingdom() {
    let Some(data) = data() else { return };
    // The file is Windows-1252; only apostrophes lie outside ASCII in these columns.
    let bytes = std::fs::read(data.join("uk/ofsi_ConList.2018-04-13.csv")).unwrap();
    let text: String = bytes
        .iter()
        .map(|&b| if b == 0x92 { '’' } else { char::from(b) })
        .collect();
    let (_date, list) = text.split_once('\n').unwrap();
    let rows = rows(list);
    let mut values = Vec::new();
    for column in ["Nationality", "Country", "Country of Birth"] {
        let at = rows[0].iter().position(|name| name == column).unwrap();
        values.extend(rows[1..].iter().filter_map(|row| row.get(at)));
    }
    values.retain(|value| !is_compound(value));
    // Places and fragments in the column of countries; "Congolese" may be of either Congo.
    check(
        values,
        &expect![[r#"
        Africa
        Autonomous SSR
        Congolese
        Crimea 295000
        Damascus Countryside
        SSR
        Tartous
        Ukrainian USSR
        now Republic of Moldova"#]],
    );
}

#[test]
fn canada() {
    let Some(data) = data() else { return };
    let text = text(&data.join("ca-sema/sema-lmes.2025-05.xml"));
    // "Belarus / Bélarus": English, French. The column names the regulation, mostly by its country.
    let values = text.split("<Country>").skip(1).map(|part| {
        let (value, _) = part.split_once("</").unwrap();
        value.split(" / ").next().unwrap()
    });
    check(
        values,
        &expect![[r#"
        Extremist Settler Violence
        Hamas Terrorist Attacks
        Justice for Victims of Corrupt Foreign Officials Regulations (JVCFOR)"#]],
    );
}

#[test]
fn australia() {
    let Some(data) = data() else { return };
    let file = data.join("au-dfat/regulation8_consolidated.2024-12.xlsx");
    let part = |name: &str| {
        let unzip = Command::new("unzip")
            .arg("-p")
            .arg(&file)
            .arg(name)
            .output()
            .ok()?;
        let is_complete = unzip.status.success();
        is_complete.then(|| String::from_utf8_lossy(&unzip.stdout).into_owned())
    };
    let (Some(strings), Some(cells)) = (
        part("xl/sharedStrings.xml"),
        part("xl/worksheets/sheet1.xml"),
    ) else {
        eprintln!("SKIPPED: no `unzip` to open {}", file.display());
        return;
    };
    let strings: Vec<String> = strings
        .split("<si>")
        .skip(1)
        .map(|item| {
            let item = item.split("</si>").next().unwrap();
            let pieces = item.split('<').filter_map(|tag| tag.split_once('>'));
            pieces.map(|(_, text)| text).collect()
        })
        .collect();
    // Column G is "Citizenship"; the first cell is the header, and an empty cell has no content.
    let values = cells.split("<c r=\"G").skip(2).filter_map(|cell| {
        let (attributes, content) = cell.split_once('>')?;
        let (_, value) = content.split_once("</c>")?.0.split_once("<v>")?;
        let index = value.split('<').next()?.parse::<usize>().ok()?;
        (!attributes.ends_with('/')).then(|| strings.get(index))?
    });
    check(
        values.filter(|value| !is_compound(value)),
        &expect![[r#"
            Congolese
            na"#]],
    );
}

#[test]
fn consolidated_screening_list() {
    let Some(data) = data() else { return };
    let gzip = Command::new("gzip")
        .arg("-dc")
        .arg(data.join("us-csl/consolidated.2022-05.csv.gz"))
        .output()
        .unwrap();
    let rows = rows(&String::from_utf8_lossy(&gzip.stdout));
    let column = |name: &str| rows[0].iter().position(|cell| cell == name).unwrap();
    for name in ["citizenships", "nationalities"] {
        let at = column(name);
        for code in rows[1..].iter().flat_map(|row| row[at].split("; ")) {
            let code = code.trim();
            let is_known = code.is_empty() || Country::from_code(code).is_some();
            assert!(is_known, "{name} {code:?}");
        }
    }
    let at = column("vessel_flag");
    check(
        rows[1..].iter().map(|row| &row[at]),
        &expect!["None Identified"],
    );
}

#[test]
fn denied_persons() {
    let Some(data) = data() else { return };
    let text = text(&data.join("us-bis/dpl.2023-11-30.txt"));
    let unknown: BTreeSet<_> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').nth(4))
        .map(|cell| cell.trim_matches('"').trim())
        .filter(|cell| !cell.is_empty() && Country::parse(cell).is_none())
        .collect();
    expect!["NM"].assert_eq(&Vec::from_iter(unknown).join("\n"));
}

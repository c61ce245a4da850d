//! The consolidated list of the United Nations Security Council: real files and laws.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::{collections::BTreeMap, fs};

use rescreen_import::{Shape, Spec};
use rescreen_model::{Property, Schema};
use support::{read, real_data, refused};

#[test]
fn the_real_versions_are_read_whole() {
    let Some(data) = real_data() else { return };
    for (version, persons, organizations) in [
        ("2020-03-20", 709, 305),
        ("2024-11-30", 686, 193),
        ("2025-04-19", 684, 193),
        ("2025-11-20", 727, 273),
    ] {
        let name = format!("un_consolidated.{version}.xml");
        let bytes = fs::read(data.join("un").join(&name)).unwrap();
        let (summary, read) = read(&Spec::UnScXml, &name, &bytes);
        let summary = summary.unwrap();
        let of = |schema| {
            read.entries
                .iter()
                .filter(|e| e.party.schema == schema)
                .count()
        };
        assert_eq!(of(Schema::Person), persons, "{version}");
        assert_eq!(of(Schema::Organization), organizations, "{version}");
        assert_eq!(summary.entries as usize, read.entries.len());
        assert!(summary.published.unwrap().to_string().starts_with(version));
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &read.findings {
            *codes.entry(finding.code).or_default() += 1;
            println!("{version} {finding}");
        }
        println!("{version} {codes:?}");
    }
}

//! The tables hold together, the names of the publishers are known, and kinship is a sound relation.

use std::collections::BTreeSet;

use super::*;

fn check(name: &str, code: Option<&str>) {
    assert_eq!(
        Country::from_name(name).map(Country::code),
        code,
        "{name:?}"
    );
}

#[test]
fn every_table_is_sorted_and_points_to_a_country() {
    for table in [
        table::COUNTRIES,
        table::OTHER_CODES,
        table::NAMES,
        table::KIN,
    ] {
        for pair in table.windows(2) {
            assert!(pair[0] < pair[1], "{:?} before {:?}", pair[0], pair[1]);
        }
    }
    for table in [table::OTHER_CODES, table::NAMES] {
        for pair in table.windows(2) {
            assert_ne!(pair[0].0, pair[1].0, "one key, two meanings");
        }
        for (key, code) in table {
            assert!(Country::row(code).is_some(), "{key} means unknown {code}");
        }
    }
    for (code, _) in table::OTHER_CODES {
        assert!(Country::row(code).is_none(), "{code} is a code already");
    }
    for (name, _) in table::NAMES {
        assert_eq!(&fold(name), name, "not in folded form");
    }
}

#[test]
fn every_country_is_found_by_its_code_and_its_name() {
    for country in Country::all() {
        assert_eq!(Country::from_code(country.code()), Some(country));
        assert_eq!(
            Country::from_code(&country.code().to_uppercase()),
            Some(country)
        );
        assert_eq!(Country::from_name(country.name()), Some(country));
        assert!(country.code().len() <= MAX_CODE_BYTES);
    }
}

#[test]
fn withdrawn_and_foreign_codes_are_understood() {
    for (code, expected) in [
        ("SU", "suhh"),
        ("YU", "yucs"),
        ("CS", "csxx"),
        ("DD", "dd"),
        ("DDDE", "dd"),
        ("TP", "tl"),
        ("ZR", "cd"),
        ("BU", "mm"),
        ("AN", "an"),
        ("UK", "gb"),
        ("EL", "gr"),
        ("IRN", "ir"),
        ("csk", "cshh"),
        ("RKS", "xk"),
        ("GBN", "gb"),
        ("D", "de"),
    ] {
        assert_eq!(
            Country::from_code(code).map(Country::code),
            Some(expected),
            "{code}"
        );
    }
    for nonsense in [
        "",
        "x",
        "qq",
        "xxx",
        "ir ",
        "naïve",
        "ua-crimea",
        "\u{200f}ir",
    ] {
        assert_eq!(Country::from_code(nonsense), None, "{nonsense:?}");
    }
}

#[test]
fn names_are_read_as_publishers_write_them() {
    check("Korea, North", Some("kp"));
    check("Democratic People's Republic of Korea", Some("kp"));
    check("Democratic People’s Republic of Korea", Some("kp"));
    check("Republic of Korea", Some("kr"));
    check("Congo, Democratic Republic of the", Some("cd"));
    check("Congo, Republic of the", Some("cg"));
    check("Burma", Some("mm"));
    check("Cote d Ivoire", Some("ci"));
    check("CÔTE D'IVOIRE", Some("ci"));
    check("West Bank", Some("ps"));
    check("Region: Gaza", Some("ps"));
    check("Region: Crimea", Some("ua-cri"));
    check("Palestinian", Some("ps"));
    check("Iran (Islamic Republic of)", Some("ir"));
    check("Syrian Arab Republic", Some("sy"));
    check("TÜRKİYE", Some("tr"));
    check("turkiye", Some("tr"));
    check("The Gambia", Some("gm"));
    check("Bahamas, The", Some("bs"));
    check("St. Kitts & Nevis", Some("kn"));
    check("Macedonia, The Former Yugoslav Republic of", Some("mk"));
    check("  former Soviet Union ", Some("suhh"));
    check("Afghan", Some("af"));
    check("Iraqi", Some("iq"));
    check("U.S.A.", Some("us"));
}

#[test]
fn what_names_no_single_country_is_not_guessed() {
    for name in [
        "",
        "undetermined",
        "None Identified",
        "na",
        "Congolese",
        "Korean",
        "Dominican",
        "Virgin Islands",
        "Russian and Ukrainian",
        "Region:",
    ] {
        check(name, None);
    }
    check(&"Iran ".repeat(100_000), None);
}

#[test]
fn kinship_is_reflexive_symmetric_and_not_transitive() {
    let [yucs, hr, rs, xk] =
        ["yucs", "hr", "rs", "xk"].map(|code| Country::from_code(code).unwrap());
    assert!(yucs.overlaps(hr) && yucs.overlaps(rs) && !hr.overlaps(rs));
    assert!(xk.overlaps(rs) && xk.overlaps(yucs));
    for a in Country::all() {
        assert!(a.overlaps(a));
        for b in Country::all() {
            assert_eq!(a.overlaps(b), b.overlaps(a), "{a} {b}");
        }
    }
    for (a, b) in table::KIN {
        assert!(a < b, "{a} {b}");
        let [a, b] = [a, b].map(|code| Country::row(code).unwrap());
        assert!(a.overlaps(b));
    }
}

#[test]
fn kinship_reaches_successors_and_territories_and_stops_there() {
    let overlaps = |a: &str, b: &str| {
        Country::from_code(a)
            .unwrap()
            .overlaps(Country::from_code(b).unwrap())
    };
    for (a, b) in [
        ("su", "ru"),
        ("ua", "su"),
        ("hk", "cn"),
        ("us", "pr"),
        ("gg", "gb"),
    ] {
        assert!(overlaps(a, b), "{a} {b}");
    }
    for (a, b) in [
        ("ru", "ua"),
        ("ir", "iq"),
        ("pr", "gu"),
        ("us", "gb"),
        ("kp", "kr"),
    ] {
        assert!(!overlaps(a, b), "{a} {b}");
    }
}

#[test]
fn a_name_and_its_country_are_one_to_one_in_display() {
    let names: BTreeSet<_> = Country::all().map(Country::name).collect();
    assert_eq!(names.len(), Country::all().count());
}

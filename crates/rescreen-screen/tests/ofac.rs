//! The OFAC list of 2023-12-28, whole: known names come out, strangers do not, and the index loses nothing.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod common;

use rescreen_match::{Feature, Policy, Score, Tier, compare};
use rescreen_model::{
    Property,
    Schema::{self, Company, LegalEntity, Person, Vessel},
};
use rescreen_prepare::{Prepared, prepare};
use rescreen_screen::{Screener, Screening};

fn screener() -> Option<Screener> {
    let Some(entries) = common::ofac() else {
        eprintln!("SKIPPED: no shared data; set RESCREEN_SHARED");
        return None;
    };
    Some(Screener::new(
        common::parties("ofac", &entries),
        Policy::default(),
    ))
}

fn ask(screener: &Screener, name: &str, schema: Schema) -> Screening {
    screener.screen(&common::named(name, schema))
}

#[test]
fn known_names_are_found_first() {
    let Some(screener) = screener() else { return };
    for (name, schema, id) in [
        ("Айман аз-Завахири", Person, "ofac-2676"),
        ("Ayman al Zawahri", Person, "ofac-2676"),
        ("أيمن الظواهري", Person, "ofac-2676"),
        ("Αϊμάν αλ Ζαουάχρι", Person, "ofac-2676"),
        ("محمد جواد ظريف", Person, "ofac-26950"),
        ("Kim Jong-un", Person, "ofac-20157"),
        ("Kim Jongun", Person, "ofac-20157"),
        ("김정은", Person, "ofac-20157"),
        ("Владимир Путин", Person, "ofac-35096"),
        ("V. V. Putin Vladimir", Person, "ofac-35096"),
        ("ООО Сбербанк", Company, "ofac-17018"),
        ("Sberbank of Russia", LegalEntity, "ofac-17018"),
        ("Graceful", Vessel, "ofac-37444"),
    ] {
        let screening = ask(&screener, name, schema);
        let best = screening
            .hits
            .first()
            .map_or("nothing", |h| h.party.entity.id.as_str());
        let found = screening
            .hits
            .iter()
            .any(|h| h.party.entity.id.as_str() == id);
        assert!(found, "{name}: {best}");
    }
}

#[test]
fn a_stranger_is_not_found() {
    let Some(screener) = screener() else { return };
    for name in [
        "Angela Merkel",
        "Olaf Scholz",
        "Ursula von der Leyen",
        "Greta Thunberg",
    ] {
        let hits = ask(&screener, name, Schema::Person).hits;
        assert!(hits.is_empty(), "{name}: {hits:?}");
    }
}

#[test]
fn a_passport_is_found_under_any_name() {
    let Some(screener) = screener() else { return };
    let mut subject = common::person("Velonitsa Tarabuku");
    subject.add(Property::PassportNumber, "1084010");
    let hits = screener.screen(&subject).hits;
    assert_eq!(hits.len(), 1, "{hits:?}");
    assert_eq!(hits[0].party.entity.id.as_str(), "ofac-2676");
    assert_eq!(hits[0].found.evidence[0].feature, Feature::Identifier);
}

#[test]
fn a_common_name_alone_is_never_certain() {
    let Some(screener) = screener() else { return };
    for name in [
        "Abdul Rahman",
        "Mohammed Ali",
        "Kim",
        "Ahmed",
        "Maria Garcia",
    ] {
        for hit in ask(&screener, name, Schema::Person).hits {
            assert!(
                hit.found.score < Score::from_basis_points(9_500),
                "{name}: {hit:?}"
            );
        }
    }
    let hits = ask(&screener, "Abdul Rahman", Schema::Person).hits;
    assert!(
        hits.iter().all(|h| h.found.tier < Tier::Match),
        "{:?}",
        hits[0]
    );
}

#[test]
fn the_index_is_exhaustive_comparison_on_the_real_list() {
    let Some(screener) = screener() else { return };
    is_exhaustive(&screener, 997);
    let un = common::un("2025-11-20").unwrap_or_default();
    is_exhaustive(
        &Screener::new(common::parties("un", &un), Policy::default()),
        41,
    );
}

/// Asks about every so many listed parties, misspelled, and about strangers.
fn is_exhaustive(screener: &Screener, step: usize) {
    let policy = screener.policy().clone();
    let listed: Vec<Prepared> = screener
        .parties()
        .iter()
        .map(|p| prepare(&p.entity))
        .collect();
    // Listed names with two letters swapped, and strangers.
    let mut subjects: Vec<_> = screener
        .parties()
        .iter()
        .step_by(step)
        .map(|p| {
            let mut letters: Vec<char> = p.entity.caption().chars().collect();
            let middle = letters.len() / 2;
            letters.swap(middle.saturating_sub(1), middle);
            common::named(&letters.into_iter().collect::<String>(), p.entity.schema)
        })
        .collect();
    subjects.extend(
        common::synthetic()
            .unwrap_or_default()
            .into_iter()
            .step_by(1_999),
    );
    for (subject, screening) in subjects.iter().zip(screener.screen_batch(&subjects)) {
        let mut found: Vec<_> = screening
            .hits
            .iter()
            .map(|h| (h.party.entity.id.clone(), h.found.score))
            .collect();
        let prepared = prepare(subject);
        let mut exhaustive: Vec<_> = screener
            .parties()
            .iter()
            .zip(&listed)
            .map(|(p, e)| (p.entity.id.clone(), compare(&prepared, e, &policy).score))
            .filter(|(_, score)| *score >= policy.review())
            .collect();
        found.sort();
        exhaustive.sort();
        assert_eq!(found, exhaustive, "{}", subject.caption());
    }
}

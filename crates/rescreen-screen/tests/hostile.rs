//! Names that nobody bears: whatever the text is, preparing and comparing it is bounded, says what it left out, and keeps
//! the laws.

use proptest::prelude::*;
use rescreen_match::{Policy, Score, Side, compare, keys};
use rescreen_model::{Entity, Property, Schema};
use rescreen_prepare::{MAX_TOKENS, Prepared, prepare};

fn party(name: &str, schema: Schema) -> Prepared {
    let mut entity = Entity::new("x", schema);
    entity.add(Property::Name, name);
    prepare(&entity)
}

/// What holds for any two names. Returns the score.
fn laws(one: &Prepared, other: &Prepared) -> Score {
    let policy = Policy::default();
    let found = compare(one, other, &policy);
    assert_eq!(found.score, compare(other, one, &policy).score);
    assert!(found.score < Score::ONE);
    assert!(found.evidence.len() <= 4 * MAX_TOKENS + 8);
    if found.score >= policy.floor() {
        let asking = keys(one, Side::Asking, &policy);
        let held = keys(other, Side::Held, &policy);
        assert!(held.iter().any(|key| asking.binary_search(key).is_ok()));
    }
    found.score
}

/// A name, whether anything of it can be compared, and whether something is left out with a remark.
fn hostile() -> Vec<(String, bool, bool)> {
    let marks: String = ('\u{300}'..='\u{36f}').collect();
    let zalgo = "Tarabuki"
        .chars()
        .fold(String::new(), |text, c| format!("{text}{c}{marks}"));
    vec![
        (String::new(), false, false),
        ("--- .,;!".to_owned(), false, true),
        ("\u{202e}\u{200f}\u{feff}".to_owned(), false, true),
        ("\u{1f600}\u{1f1ea}\u{1f1fa}".to_owned(), false, true),
        ("\u{202e}ikubaraT\u{202c} Vsevolod".to_owned(), true, false),
        // Cyrillic letters that look Latin.
        (
            "T\u{430}r\u{430}buki Vsev\u{43e}lod".to_owned(),
            true,
            false,
        ),
        (zalgo.clone(), true, true),
        (format!("{} Vsevolod", "Tarabuki\u{301}"), true, false),
        ("ali ".repeat(500), true, true),
        ("tarabuki velonitsa ".repeat(5_000), true, true),
        ("\u{645}\u{62d}\u{645}\u{62f} ".repeat(500), true, true),
        ("\u{ae40}".repeat(2_000), true, true),
        ("\u{fdfa}".repeat(2_000), true, true),
        ("a.".repeat(2_000), true, true),
        ("x".repeat(1 << 20), true, true),
        ("\u{fffd}\u{fffd}Tarabuki".to_owned(), true, false),
        ("\u{0}\u{1}\u{7f}".to_owned(), false, false),
    ]
}

#[test]
fn hostile_names_are_bounded_and_what_is_left_out_is_said() {
    for schema in [
        Schema::Person,
        Schema::Company,
        Schema::Vessel,
        Schema::Thing,
    ] {
        for (name, is_comparable, is_remarked) in hostile() {
            let shown: String = name.chars().take(20).collect();
            let prepared = party(&name, schema);
            assert_eq!(!prepared.names.is_empty(), is_comparable, "{shown:?}");
            assert_eq!(!prepared.remarks.is_empty(), is_remarked, "{shown:?}");
            for name in &prepared.names {
                assert!(name.tokens.len() <= MAX_TOKENS, "{shown:?}");
                assert!(name.joins.len() < MAX_TOKENS, "{shown:?}");
            }
        }
    }
}

#[test]
fn hostile_names_compare_with_each_other_by_the_same_laws() {
    for schema in [Schema::Person, Schema::Company] {
        let all: Vec<Prepared> = hostile()
            .iter()
            .map(|(name, ..)| party(name, schema))
            .collect();
        for one in &all {
            for other in &all {
                laws(one, other);
            }
        }
    }
}

#[test]
fn a_disguise_is_seen_through() {
    let plain = party("Vsevolod Tarabuki", Schema::Person);
    for disguised in [
        "T\u{430}r\u{430}buki Vsev\u{43e}lod",
        "Vsevolod\u{200b} Tara\u{200d}buki",
        "V\u{301}sevolod Tarabuki\u{308}\u{308}",
        "\u{ff36}\u{ff53}\u{ff45}\u{ff56}\u{ff4f}\u{ff4c}\u{ff4f}\u{ff44} Tarabuki",
    ] {
        let score = laws(&party(disguised, Schema::Person), &plain);
        assert!(score >= Policy::default().review(), "{disguised:?} {score}");
    }
}

proptest! {
    #[test]
    fn any_two_texts_keep_the_laws(
        one in "\\PC{0,40}",
        other in "\\PC{0,40}",
        is_person in any::<bool>(),
    ) {
        let schema = if is_person { Schema::Person } else { Schema::Company };
        laws(&party(&one, schema), &party(&other, schema));
    }

    /// The same text changed a little: most pairs relate.
    #[test]
    fn a_text_and_its_change_keep_the_laws(
        text in "[a-zA-Zء-ي \u{430}-\u{44f}\u{915}-\u{94d}'.\u{200d}\u{300}-\u{302}-]{2,40}",
        at in 0_usize..40,
        put in any::<char>(),
    ) {
        let mut changed: Vec<char> = text.chars().collect();
        let at = at % changed.len();
        changed[at] = put;
        let changed: String = changed.into_iter().collect();
        for schema in [Schema::Person, Schema::Company] {
            laws(&party(&text, schema), &party(&changed, schema));
        }
    }
}

//! Names as they come out of preparation: parts in order, roles, and what was left out.

use proptest::prelude::*;
use rescreen_model::{Entity, Property, Schema};

use crate::{MAX_TOKENS, Prepared, Roles, prepare};

fn prepared(name: &str, schema: Schema) -> Prepared {
    let mut entity = Entity::new("x", schema);
    entity.add(Property::Name, name);
    prepare(&entity)
}

fn parts(name: &str, schema: Schema) -> String {
    prepared(name, schema)
        .names
        .iter()
        .flat_map(|n| &n.tokens)
        .map(|t| t.form().as_str().to_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn one_name_written_in_many_ways_has_the_same_parts() {
    for (spellings, expected) in [
        (
            &[
                "Abd al-Rahman",
                "Abdul Rahman",
                "ABDULRAHMAN",
                "'Abd ar-Rahman",
                "Abdurrahman",
            ][..],
            "abdrahman",
        ),
        (
            &["Abdullah", "Abd Allah", "Abdallah", "Abd-Ullah"],
            "abdallah",
        ),
        (
            &["Nasr al-Din", "Nasr ad Din", "Nasruddin", "Nasreddine"],
            "nasrdin",
        ),
        (&["Habib Ullah", "Habibullah", "Habibollah"], "habiballah"),
        (&["Abu Bakr", "ABOU BAKR"], "abubakr"),
        (
            &["Osama bin Laden", "OSAMA LADEN", "Osama Ibn-Laden"],
            "osama laden",
        ),
        (&["Jean de la Cruz", "Jean Cruz"], "jean cruz"),
        (&["O'Neill", "ONeill", "O’Neill", "O\u{2bc}Neill"], "oneill"),
        (&["Zoë", "Zoe\u{308}", "ZOE", "ＺＯＥ"], "zoe"),
        (&["P\u{430}vel", "Pavel"], "pavel"),
    ] {
        for spelling in spellings {
            assert_eq!(parts(spelling, Schema::Person), expected, "{spelling}");
        }
    }
}

#[test]
fn scripts_come_out_as_letters() {
    for (name, expected) in [
        ("Айман аз-Завахири", "ayman zavakhiri"),
        ("김정은", "gim jeong eun"),
        ("王小明", "wang xiaoming"),
        ("欧阳娜", "ouyang na"),
        ("Kim Il Sung", "kim il sung"),
        ("Ли Ён Хо", "li en kho"),
        ("عبد الرحمن", "abdrhmn"),
        ("الظواهري", "zWAhrY"),
        ("Μπακογιάννης", "bakogiannis"),
    ] {
        assert_eq!(parts(name, Schema::Person), expected, "{name}");
    }
}

#[test]
fn organisations_have_legal_forms_and_numbers() {
    for (name, expected) in [
        ("ООО Сбербанк", "llc sberbank"),
        ("Limited Liability Company Sberbank", "llc sberbank"),
        ("Velonitsa Trading Co., Ltd.", "velonitsa trading ltd"),
        ("Tarabuku S.A. de C.V.", "tarabuku sa"),
        ("Fund II", "fund 2"),
        ("Second Fund", "2 fund"),
        ("U.S.A. Bank", "usa bank"),
        ("Limited", "limited"),
    ] {
        assert_eq!(parts(name, Schema::Company), expected, "{name}");
    }
}

#[test]
fn roles_are_seen() {
    for (name, part, role) in [
        ("Dr. Ali Tarabuku", 0, Roles::HONORIFIC),
        ("Ivan Ivanovich Tarabukin", 1, Roles::PATRONYMIC),
        ("Abu Velo", 0, Roles::KUNYA),
        ("Ali bin Hassan", 1, Roles::CHAIN),
        ("Ali al-Tarabuki", 1, Roles::ARTICLE),
        ("TARABUKU, Ali", 0, Roles::FAMILY),
        ("J. Tarabuku", 0, Roles::INITIAL),
        ("Kim Jong U", 2, Roles::SYLLABLE),
    ] {
        let prepared = prepared(name, Schema::Person);
        let roles = prepared.names[0].tokens[part].roles;
        assert!(roles.has(role), "{name}: {roles:?}");
    }
    let syllable = prepared("Kim Jong U", Schema::Person).names[0].tokens[2].roles;
    assert!(!syllable.has(Roles::INITIAL));
}

#[test]
fn what_is_left_out_is_said() {
    let check = |property: Property, value: &str, expected: &str| {
        let mut entity = Entity::new("x", Schema::Person);
        entity.add(property, value);
        let remarks: Vec<String> = prepare(&entity)
            .remarks
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(remarks.join("; "), expected, "{value}");
    };
    check(
        Property::Name,
        "FNU",
        "name 'FNU' stands for 'not known' and was not compared",
    );
    check(
        Property::Name,
        "Not Available",
        "name 'Not Available' stands for 'not known' and was not compared",
    );
    check(
        Property::Name,
        "...",
        "the name '...' has no letters and was not compared",
    );
    check(Property::Name, "Tarabuku", "");
    check(
        Property::BirthDate,
        "1900-01-01",
        "birthDate '1900-01-01' stands for 'not known' and was not compared",
    );
    check(
        Property::BirthDate,
        "1962-01-01",
        "birthDate '1962-01-01' was compared by its year only",
    );
    check(
        Property::BirthDate,
        "soon",
        "birthDate 'soon' is not a date and was not compared",
    );
    check(Property::BirthDate, "1962-06-01", "");
}

#[test]
fn endless_names_are_bounded_and_say_so() {
    for name in [
        "ali ".repeat(10_000),
        "x".repeat(1 << 20),
        "محمد ".repeat(10_000),
    ] {
        let prepared = prepared(&name, Schema::Person);
        assert!(prepared.names[0].tokens.len() <= MAX_TOKENS);
        assert!(prepared.names[0].text.len() < 10_000);
        assert!(!prepared.remarks.is_empty());
    }
}

#[test]
fn the_source_of_every_part_is_kept() {
    let prepared = prepared("Dr. Ayman AL-ZAWAHIRI", Schema::Person);
    let name = &prepared.names[0];
    let sources: Vec<&str> = name.tokens.iter().map(|t| name.source(t)).collect();
    assert_eq!(sources, ["Dr", "Ayman", "ZAWAHIRI"]);
}

/// Characters of one script differ in length, and some between them vanish.
#[test]
fn the_source_of_a_character_is_that_character() {
    for (name, expected) in [
        ("\u{5f20}\u{3400}", &["\u{5f20}", "\u{3400}"][..]),
        ("\u{2b740}\u{3400}", &["\u{2b740}\u{3400}"]),
        (
            "\u{5f20}\u{2b740}\u{4e09}",
            &["\u{5f20}", "\u{2b740}\u{4e09}"],
        ),
        (
            "\u{ae40}\u{200d}\u{c815}",
            &["\u{ae40}\u{200d}", "\u{c815}"],
        ),
    ] {
        let prepared = prepared(name, Schema::Person);
        let name = &prepared.names[0];
        let sources: Vec<&str> = name.tokens.iter().map(|t| name.source(t)).collect();
        assert_eq!(sources, expected);
    }
}

proptest! {
    #[test]
    fn any_text_is_prepared_within_bounds(name in "\\PC{0,80}", org in any::<bool>()) {
        let schema = if org { Schema::Company } else { Schema::Person };
        let prepared = prepared(&name, schema);
        for name in &prepared.names {
            prop_assert!(!name.tokens.is_empty() && name.tokens.len() <= MAX_TOKENS);
            for token in &name.tokens {
                prop_assert!(!token.forms.is_empty() && !token.form().letters.is_empty());
                prop_assert!(token.form().letters.is_ascii());
                prop_assert!(token.start <= token.end && name.text.get(token.start as usize..token.end as usize).is_some());
            }
        }
    }
}

/// The forms of every part, each part in brackets.
fn forms(name: &str) -> Vec<Vec<String>> {
    let prepared = prepared(name, Schema::Person);
    let tokens = prepared.names[0].tokens.iter();
    tokens
        .map(|t| t.forms.iter().map(|f| f.as_str().to_owned()).collect())
        .collect()
}

#[test]
fn chinese_names_have_the_readings_of_the_languages_that_write_them() {
    for (name, expected) in [
        ("陳大文", [["chen", "chan"], ["dawen", "taiman"]]),
        ("陈大文", [["chen", "chan"], ["dawen", "taiman"]]),
        ("金正恩", [["jin", "kim"], ["zhengen", "jeongeun"]]),
        (
            "Чжан Сяомин",
            [["chzhan", "zhang"], ["syaomin", "xiaoming"]],
        ),
    ] {
        let forms = forms(name);
        for (part, wanted) in forms.iter().zip(expected) {
            for form in wanted {
                assert!(
                    part.iter().any(|f| f == form),
                    "{name}: {form} in {forms:?}"
                );
            }
        }
        assert_eq!(forms.len(), expected.len(), "{name}");
    }
    // No Korean is called Wang Xiaoming, and no Chinese Иван.
    assert!(!forms("王小明").concat().contains(&"somyeong".to_owned()));
    assert_eq!(forms("Иван Ли")[0], ["ivan"]);
}

#[test]
fn a_given_name_in_characters_may_stand_apart() {
    assert_eq!(parts("大文 陳", Schema::Person), "dawen chen");
    assert_eq!(parts("李娜", Schema::Person), "li na");
}

#[test]
fn tajik_family_names_are_those_of_before_the_law_too() {
    assert_eq!(
        forms("Tarabukzoda")[0],
        ["tarabukzoda", "tarabuk", "tarabukov", "tarabukova"]
    );
    assert_eq!(forms("Zoda")[0], ["zoda"]);
}

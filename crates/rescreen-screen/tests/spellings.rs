//! Who has to be found under another spelling of one name, and who must not be found by another name.
//!
//! Names are invented or known from every newspaper.

use rescreen_match::{Policy, Score, compare};
use rescreen_model::{Entity, Property, Schema};
use rescreen_prepare::prepare;

fn score(schema: Schema, subject: &str, listed: &str) -> Score {
    let [subject, listed] = [subject, listed].map(|name| {
        let mut entity = Entity::new("x", schema);
        entity.add(Property::Name, name);
        prepare(&entity)
    });
    compare(&subject, &listed, &Policy::default()).score
}

fn check(schema: Schema, subject: &str, listed: &str, is_found: bool) {
    let review = Policy::default().review();
    for (a, b) in [(subject, listed), (listed, subject)] {
        let score = score(schema, a, b);
        assert_eq!(score >= review, is_found, "{a} against {b}: {score}");
    }
}

#[test]
fn korean_names_in_cyrillic_are_found() {
    for (cyrillic, listed) in [
        ("Ким Чен Ын", "KIM Jong Un"),
        ("Ким Чен Ын", "김정은"),
        ("Ким Ир Сен", "KIM Il Sung"),
        ("Ли Ён Хо", "RI Yong Ho"),
        ("Чхве Мён Сок", "CHOE Myong Sok"),
        ("Пак Хён Гук", "PAK Hyon Guk"),
    ] {
        check(Schema::Person, cyrillic, listed, true);
    }
    // Without a Korean family name the letters are read as they stand.
    check(Schema::Person, "Чен Гуан", "JONG Guan", false);
}

#[test]
fn a_syllable_that_looks_like_an_article_is_a_syllable() {
    check(Schema::Person, "Kim Il Sung", "KIM Il Song", true);
    check(Schema::Person, "Kim Sung", "KIM Il Sung", false);
    check(Schema::Person, "Su Kim", "KIM Su Il", false);
}

#[test]
fn another_syllable_is_another_name() {
    for (one, other) in [
        ("Kim Yong Chol", "Kim Yong Chon"),
        ("Kwang Sop Sim", "Kwang Sok Sim"),
        ("Jong Hun Kim", "Jong Hun Kil"),
        ("Song Nam Jong", "Sung Nam Jang"),
        ("Khaing Win", "Thet Hlaing Win"),
        ("Than Naing Oo", "Than Oo"),
    ] {
        check(Schema::Person, one, other, false);
    }
    for (one, other) in [
        ("Kim Yong Chol", "Gim Young Cheol"),
        ("Daw Thida Hlaing", "Thida Hlaing"),
        ("U Thaung Hlaing", "Thaung Hlaing"),
    ] {
        check(Schema::Person, one, other, true);
    }
}

#[test]
fn an_organisation_of_one_name_is_found_in_every_spelling() {
    let spellings = [
        "Hezbollah",
        "HIZBALLAH",
        "Hizbullah",
        "Hezbolla",
        "Хезболла",
    ];
    for one in spellings {
        for other in spellings {
            check(Schema::Organization, one, other, true);
        }
    }
}

#[test]
fn names_in_arabic_script_are_read_as_persian_and_as_arabic() {
    for (arabic, listed) in [
        // Dad is d in Arabic and z in Persian.
        ("رضوان طرابلسی", "Rezvan TARABOLSI"),
        ("رضوان طرابلسي", "Ridwan TARABULSI"),
        ("غلامرضا زرندی", "Gholamreza ZARANDI"),
        ("مرتضی زرندی", "Morteza ZARANDI"),
        // Two letters that are no digraph.
        ("زهیر طهرانی", "Zuhair TEHRANI"),
        ("فتحي زهران", "Fathi ZAHRAN"),
        // Waw as a vowel and as a consonant in one word.
        ("بهرام موسوی", "Bahram MOUSAVI"),
        // The name of God behind another word, written apart or together.
        ("عزت الله زرندی", "Ezzatollah ZARANDI"),
        ("حشمتالله زرندی", "Heshmatollah ZARANDI"),
        ("جاد الله زهران", "Jadallah ZAHRAN"),
        // Two given names written as one.
        ("محمدجواد زرندی", "Mohammad Javad ZARANDI"),
    ] {
        check(Schema::Person, arabic, listed, true);
    }
    for (arabic, listed) in [
        ("بهرام محمدی", "Bahram MOHAMMAD"),
        ("کیان جهانی", "Cano JHONNY"),
        ("معین زرندی", "Munoa ZARANDI"),
    ] {
        check(Schema::Person, arabic, listed, false);
    }
}

#[test]
fn a_son_is_not_his_father() {
    for (son, father) in [
        ("Qabus Hassan Tarabuki", "Hassan Tarabuki"),
        (
            "Qabus Ibrahim Hassan al-Tarabuki",
            "Abu Omar Ibrahim Hassan al-Tarabuki",
        ),
    ] {
        check(Schema::Person, son, father, false);
    }
    // A common first name is often left out, and so is a middle one.
    for (full, short) in [
        ("Mohammad Hassan Tarabuki", "Hassan Tarabuki"),
        ("Hassan Qabus Tarabuki", "Hassan Tarabuki"),
    ] {
        check(Schema::Person, full, short, true);
    }
}

#[test]
fn people_go_by_the_first_of_two_surnames() {
    let listed = "Carlos VELONITSA HERNANDEZ";
    check(Schema::Person, "Carlos Velonitsa", listed, true);
    check(Schema::Person, "Carlos Hernandez", listed, false);
    // Without capitals nobody says which parts are surnames.
    let score = |listed| score(Schema::Person, "Carlos Hernandez", listed);
    assert!(score(listed) < score("Carlos Velonitsa Hernandez"));
}

#[test]
fn two_syllables_that_change_places_make_another_name() {
    check(Schema::Person, "김은정", "KIM Jong Un", false);
    check(Schema::Person, "김정은", "KIM Jong Un", true);
    check(Schema::Person, "Jong Un Kim", "KIM Jong Un", true);
}

#[test]
fn names_in_indian_scripts_are_read_as_they_are_sounded() {
    for (indian, listed) in [
        ("विक्रम शर्मा", "Vikram SHARMA"),
        ("राजनाथ सिंह", "Rajnath SINGH"),
        ("हाफ़िज़ ज़फ़र", "Hafiz ZAFAR"),
        ("রহিম উদ্দিন", "Rahim UDDIN"),
        ("રમેશ પટેલ", "Ramesh PATEL"),
    ] {
        check(Schema::Person, indian, listed, true);
    }
    check(Schema::Person, "विक्रम शर्मा", "Vikram MISHRA", false);
}

#[test]
fn one_sound_in_two_letters_is_one_sound() {
    for (one, other) in [
        ("Fella Tarabuki", "PHELLA Tarabuki"),
        ("Hvang Jong Sop", "HWANG Jong Sop"),
        ("Vahid Zarandi", "Wahid Zarandi"),
    ] {
        check(Schema::Person, one, other, true);
    }
}

#[test]
fn an_organisation_in_arabic_script_is_found() {
    for listed in ["HIZBALLAH", "Hezbollah"] {
        check(Schema::Organization, "حزب الله", listed, true);
    }
    check(Schema::Organization, "بنك ملت", "Bank MELLAT", true);
}

#[test]
fn chinese_names_are_found_in_wade_giles() {
    for (one, other) in [
        ("Lin Kuo-hsiung", "LIN Guoxiong"),
        ("Lin Kuo-hsiung", "林國雄"),
        ("Teng Hsiao-p'ing", "DENG Xiaoping"),
        ("Mao Tse-tung", "MAO Zedong"),
        ("Mao Tse-tung", "毛澤東"),
    ] {
        check(Schema::Person, one, other, true);
    }
    for (one, other) in [
        ("Lin Kuo-hsiung", "LIN Guoxing"),
        ("Wu Tse-hsiung", "WU Zedong"),
    ] {
        check(Schema::Person, one, other, false);
    }
}

#[test]
fn the_kind_of_ship_is_no_part_of_its_name_and_a_number_is_its_own_word() {
    for (one, other) in [
        ("M/V Tarabuki", "TARABUKI"),
        ("MT Tarabuki Star", "TARABUKI STAR"),
        ("F.V. Tarabuki", "MV TARABUKI"),
        ("Tarabuki 7", "TARABUKI VII"),
        ("Tarabuki No. 7", "TARABUKI 7"),
        ("Tarabuki7", "TARABUKI SEVEN"),
    ] {
        check(Schema::Vessel, one, other, true);
    }
    for (one, other) in [
        ("MV Tarabuki", "MV ZARANDI"),
        ("Tarabuki 7", "TARABUKI 8"),
        ("Tarabuki7", "TARABUKI 8"),
        ("Lady Sea", "LAODICEA"),
    ] {
        check(Schema::Vessel, one, other, false);
    }
}

#[test]
fn a_registration_mark_is_one_code_without_slips() {
    for (one, other) in [
        ("YV-1234", "YV1234"),
        ("EP-IBA", "EPIBA"),
        ("ep iba", "EP-IBA"),
    ] {
        check(Schema::Airplane, one, other, true);
    }
    for (one, other) in [("YV1234", "YV1235"), ("EP-IBA", "EP-IBB")] {
        check(Schema::Airplane, one, other, false);
    }
}

#[test]
fn an_acronym_of_five_letters_stands_for_the_name() {
    let name = "National Tarabuki Oil Commerce Xylem";
    for schema in [Schema::Organization, Schema::LegalEntity] {
        check(schema, "NTOCX", name, true);
        check(
            schema,
            "N.T.O.C.X.",
            "National Tarabuki Oil Commerce Xylem Ltd",
            true,
        );
        check(
            schema,
            "NTOCXL",
            "National Tarabuki Oil Commerce Xylem Ltd",
            true,
        );
        // Any four letters are the initials of something.
        check(schema, "NTOC", "National Tarabuki Oil Commerce", false);
        check(schema, "NTOCY", name, false);
    }
    check(
        Schema::Person,
        "NTOCX",
        "Nina Tarabuki Olga Carla Xenia",
        false,
    );
}

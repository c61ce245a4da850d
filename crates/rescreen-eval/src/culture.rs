//! Name cultures, as far as data state a country: only to compare how groups fare, never to compare people.

use rescreen_model::{Country, Entity, Property};

/// The groups with their countries. A group shares ways of naming, not more; it is as coarse as its samples are small.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Gulf/Yemen/Levant",
        &[
            "sa", "ye", "ae", "kw", "qa", "bh", "om", "jo", "sy", "lb", "ps",
        ],
    ),
    ("Iraq", &["iq"]),
    ("Maghreb/Egypt", &["eg", "ly", "tn", "dz", "ma", "mr", "eh"]),
    (
        "Horn of Africa",
        &["so", "et", "er", "dj", "sd", "ss", "ke"],
    ),
    (
        "Central/West/South Africa",
        &[
            "ng", "cd", "cg", "cf", "td", "ml", "ne", "bf", "sn", "gn", "gw", "lr", "sl", "ci",
            "gh", "tg", "bj", "cm", "ga", "ao", "rw", "bi", "ug", "tz", "zm", "zw", "mz", "mw",
            "na", "bw", "za", "gm",
        ],
    ),
    ("Iran", &["ir"]),
    ("Afghanistan", &["af"]),
    (
        "Pakistan/South Asia",
        &["pk", "in", "bd", "lk", "np", "bt", "mv"],
    ),
    ("Turkey", &["tr", "cy"]),
    ("Russia/Ukraine/Belarus", &["ru", "ua", "by", "suhh", "md"]),
    (
        "Caucasus/Central Asia",
        &["ge", "am", "az", "kz", "uz", "kg", "tm", "tj", "mn"],
    ),
    (
        "Balkans",
        &[
            "rs", "ba", "hr", "mk", "me", "al", "xk", "bg", "si", "csxx", "yucs",
        ],
    ),
    ("Korea", &["kp", "kr"]),
    ("China", &["cn", "tw", "hk", "mo"]),
    ("Japan", &["jp"]),
    ("Indonesia/Malaysia", &["id", "my", "bn", "sg", "tl"]),
    ("Mainland South-East Asia", &["mm", "th", "kh", "vn", "la"]),
    ("Philippines", &["ph"]),
    (
        "Spanish/Portuguese",
        &[
            "mx", "co", "ve", "cu", "es", "pe", "ec", "gt", "hn", "ni", "sv", "pa", "bo", "py",
            "ar", "br", "do", "cr", "cl", "uy", "pt", "pr",
        ],
    ),
    (
        "Western",
        &[
            "us", "ca", "gb", "ie", "au", "nz", "de", "at", "ch", "fr", "be", "nl", "lu", "dk",
            "no", "se", "fi", "is", "it", "mt", "gr", "pl", "cz", "sk", "hu", "ro", "lt", "lv",
            "ee", "il", "ht", "jm", "tt",
        ],
    ),
];

/// The group of a country; `None` of one that is in no group.
pub fn of_country(country: Country) -> Option<&'static str> {
    GROUPS
        .iter()
        .find(|(_, codes)| codes.contains(&country.code()))
        .map(|(name, _)| *name)
}

/// The group of a person, by the first statement that has one: nationality, citizenship, country of birth, country.
pub fn of_person(person: &Entity) -> Option<&'static str> {
    [
        Property::Nationality,
        Property::Citizenship,
        Property::BirthCountry,
        Property::Country,
    ]
    .into_iter()
    .find_map(|property| person.countries(property).find_map(of_country))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rescreen_model::Schema;

    use super::*;

    #[test]
    fn no_country_is_in_two_groups_and_every_code_is_one() {
        let mut seen = BTreeSet::new();
        for code in GROUPS.iter().flat_map(|(_, codes)| codes.iter()) {
            assert!(seen.insert(code), "{code} is in two groups");
            assert!(Country::from_code(code).is_some(), "{code} is no country");
        }
    }

    #[test]
    fn nationality_goes_before_the_country_of_residence() {
        let mut person = Entity::new("p", Schema::Person);
        assert_eq!(of_person(&person), None);
        person.add(Property::Country, "de");
        assert_eq!(of_person(&person), Some("Western"));
        person.add(Property::Nationality, "iq");
        assert_eq!(of_person(&person), Some("Iraq"));
    }
}

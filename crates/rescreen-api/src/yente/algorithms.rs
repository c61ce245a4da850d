//! `GET /algorithms`: there is one, and no other is played.

use rescreen_match::Feature;
use serde_json::{Map, Value, json};

use crate::answer::Refusal;

const NAME: &str = "rescreen-1";
const ALIASES: [&str; 2] = ["best", "default"];
const DESCRIPTION: &str =
    "Evidence for and against in bits; the score is its fold. No feature but these enters.";

const FEATURES: &[(Feature, &str)] = &[
    (Feature::NamePart, "A part of the name that both have"),
    (
        Feature::Spelling,
        "What the spelling of an agreeing part leaves in doubt",
    ),
    (
        Feature::NameSubstituted,
        "A part of the name of which each side has another",
    ),
    (
        Feature::NameOmitted,
        "A part of the name that one side lacks",
    ),
    (Feature::NameCommon, "What agrees is shared by many"),
    (Feature::NameOrder, "The order of the parts"),
    (Feature::WeakAlias, "The publisher calls the alias weak"),
    (Feature::TypoFloor, "The whole name, spelled almost alike"),
    (Feature::Numeral, "A number in the name"),
    (Feature::LegalForm, "The legal form"),
    (Feature::BirthDate, "The date of birth"),
    (Feature::Gender, "The gender, which only ever weakens"),
    (
        Feature::Nationality,
        "The nationality, which only ever weakens",
    ),
    (
        Feature::Identifier,
        "A number or code that a register or authority issued",
    ),
    (Feature::Schema, "The kinds of the two parties"),
];

/// Refuses every algorithm but ours: scores of one under the name of another would mislead whoever set thresholds.
pub(super) fn check(name: &str) -> Result<(), Refusal> {
    let asked = name.trim().to_lowercase();
    if asked == NAME || ALIASES.contains(&asked.as_str()) {
        return Ok(());
    }
    let short: String = name.trim().chars().take(60).collect();
    Err(Refusal::bad(format!(
        "Invalid algorithm: {short} (there is {NAME}, which best and default stand for)"
    )))
}

pub(super) fn answer() -> Value {
    let features: Map<String, Value> = FEATURES
        .iter()
        .map(|(feature, description)| {
            // The weight of a line depends on how rare what agrees is, so no coefficient can be told.
            let line = json!({ "description": description, "coefficient": Value::Null, "url": Value::Null });
            (feature.as_str().to_owned(), line)
        })
        .collect();
    json!({
        "algorithms": [{
            "name": NAME,
            "description": DESCRIPTION,
            "features": features,
            "docs": { "name": NAME, "description": DESCRIPTION, "config": {}, "features": features },
        }],
        "default": NAME,
        "best": NAME,
    })
}

//! `GET /algorithms`: there is one, and no other is played.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue};
use rescreen_match::Feature;

use super::shapes::{Algorithm, AlgorithmDocs, AlgorithmsResponse, FeatureDoc};
use crate::{answer::Refusal, state::Shared};

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

/// An algorithm that was asked for by a name that is not ours, and for which the operator said that ours answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mapped(String);

/// Refuses every algorithm but ours, unless the operator maps it to ours: scores of one under the name of another
/// would mislead whoever set thresholds.
pub(super) fn check(name: Option<&str>, shared: &Shared) -> Result<Option<Mapped>, Refusal> {
    let Some(name) = name else { return Ok(None) };
    let asked = name.trim().to_lowercase();
    if asked == NAME || ALIASES.contains(&asked.as_str()) {
        return Ok(None);
    }
    if shared.is_mapped(&asked) {
        return Ok(Some(Mapped(asked)));
    }
    let short: String = name.trim().chars().take(60).collect();
    Err(Refusal::bad(format!(
        "Invalid algorithm: {short} (there is {NAME}, which best and default stand for)"
    )))
}

/// Says by which algorithm it was answered, and by which it was asked for.
pub(super) fn say(mapped: Option<&Mapped>, headers: &mut HeaderMap) {
    headers.insert("x-rescreen-algorithm", HeaderValue::from_static(NAME));
    let asked = mapped.and_then(|Mapped(name)| HeaderValue::try_from(name).ok());
    if let Some(asked) = asked {
        headers.insert("x-rescreen-algorithm-asked", asked);
    }
}

pub(super) fn answer() -> AlgorithmsResponse {
    let features: BTreeMap<&'static str, FeatureDoc> = FEATURES
        .iter()
        .map(|(feature, description)| {
            let doc = FeatureDoc {
                description,
                coefficient: None,
                url: None,
            };
            (feature.as_str(), doc)
        })
        .collect();
    AlgorithmsResponse {
        algorithms: vec![Algorithm {
            name: NAME,
            description: DESCRIPTION,
            features: features.clone(),
            docs: AlgorithmDocs {
                name: NAME,
                description: DESCRIPTION,
                config: BTreeMap::new(),
                features,
            },
        }],
        default: NAME,
        best: NAME,
    }
}

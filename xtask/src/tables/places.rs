//! Names of countries and territories, from the locale data of Unicode.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Languages in which names of organisations on lists hold places.
pub(super) const INPUTS: [&str; 12] = [
    "node_modules/cldr-localenames-full/main/en/territories.json",
    "node_modules/cldr-localenames-full/main/fr/territories.json",
    "node_modules/cldr-localenames-full/main/de/territories.json",
    "node_modules/cldr-localenames-full/main/es/territories.json",
    "node_modules/cldr-localenames-full/main/pt/territories.json",
    "node_modules/cldr-localenames-full/main/it/territories.json",
    "node_modules/cldr-localenames-full/main/tr/territories.json",
    "node_modules/cldr-localenames-full/main/ru/territories.json",
    "node_modules/cldr-localenames-full/main/uk/territories.json",
    "node_modules/cldr-localenames-full/main/ar/territories.json",
    "node_modules/cldr-localenames-full/main/fa/territories.json",
    "node_modules/cldr-localenames-full/main/zh/territories.json",
];

/// Codes that are of no one place.
const NO_PLACES: [&str; 6] = ["EU", "EZ", "UN", "XA", "XB", "ZZ"];

/// Letters below which a name is too easily another word.
const SHORTEST: usize = 4;

pub(super) fn derive(inputs: &[String]) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for input in inputs {
        let document: Value = serde_json::from_str(input)?;
        let main = document.get("main").and_then(Value::as_object);
        let (language, content) = main
            .and_then(|main| main.iter().next())
            .context("expected one language")?;
        let territories = content
            .pointer("/localeDisplayNames/territories")
            .and_then(Value::as_object)
            .context("expected territories")?;
        let names: BTreeSet<String> = territories
            .iter()
            .filter(|(code, _)| code.len() == 2 && !NO_PLACES.contains(&code.as_str()))
            .filter_map(|(_, name)| name.as_str())
            .map(|name| {
                name.to_lowercase()
                    .replace(['\u{200c}', '\u{2019}', '\''], "")
            })
            .filter(|name| {
                let letters = name.chars().count();
                let is_han = name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                !is_han && letters >= SHORTEST && name.chars().all(char::is_alphabetic)
            })
            .collect();
        let names: Vec<String> = names.into_iter().collect();
        if !names.is_empty() {
            lines.push(format!("# {language}"));
            lines.push(format!("place {}", names.join(" ")));
        }
    }
    ensure!(!lines.is_empty(), "no place of one word");
    Ok(lines)
}

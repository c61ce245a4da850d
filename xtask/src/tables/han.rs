//! How a Chinese character is read in Cantonese and in Korean, from Unihan.

use anyhow::{Result, ensure};

/// Readings of a character beyond which there is nothing but the rare ones.
const READINGS: usize = 2;

/// Every character of the common set of Unihan that has a Cantonese or a Korean reading.
pub(super) fn derive(inputs: &[String]) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for element in inputs[0].split("<char ").skip(1) {
        let element = element.split('>').next().unwrap_or_default();
        let value = |name: &str| attribute(element, name);
        let Some(character) = value("cp").and_then(|code| u32::from_str_radix(code, 16).ok())
        else {
            continue;
        };
        if value("kUnihanCore2020").is_none_or(str::is_empty) {
            continue;
        }
        let cantonese = few(value("kCantonese")
            .unwrap_or_default()
            .split(' ')
            .map(|reading| reading.trim_end_matches(|c: char| c.is_ascii_digit())));
        let korean = few(value("kHangul")
            .unwrap_or_default()
            .split(' ')
            .map(|reading| reading.split(':').next().unwrap_or_default()));
        if let Some(character) = char::from_u32(character)
            && (cantonese != "-" || korean != "-")
        {
            lines.push((character, format!("{character}\t{cantonese}\t{korean}")));
        }
    }
    ensure!(!lines.is_empty(), "no character has a reading");
    lines.sort();
    lines.dedup();
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// The first readings that differ, in order.
fn few<'a>(readings: impl Iterator<Item = &'a str>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for reading in readings.filter(|r| !r.is_empty()) {
        if !kept.contains(&reading) && kept.len() < READINGS {
            kept.push(reading);
        }
    }
    if kept.is_empty() {
        "-".to_owned()
    } else {
        kept.join(" ")
    }
}

/// The value of an attribute of an element of the file, in which names and values are written plainly.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let start = element
        .match_indices(name)
        .find(|(at, _)| {
            (*at == 0 || element[..*at].ends_with(' '))
                && element[at + name.len()..].starts_with("=\"")
        })?
        .0
        + name.len()
        + 2;
    element[start..].split('"').next()
}

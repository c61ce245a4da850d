//! The whole promise, measured on the real history of a list: everybody who is listed in those years is registered on the
//! first day under another spelling, among many who are on no list, and every version is taken in by a program of its
//! own.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    time::Instant,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Bench;
use crate::{archive, measure::median};

/// How many subjects the register holds.
const SUBJECTS: usize = 100_000;

/// Spellings that stand for the same sound: the first that occurs behind the first letter of the longest word is exchanged.
const SPELLINGS: [(&str, &str); 11] = [
    ("PH", "F"),
    ("OU", "U"),
    ("EE", "I"),
    ("Y", "I"),
    ("CK", "K"),
    ("SS", "S"),
    ("LL", "L"),
    ("MM", "M"),
    ("Q", "K"),
    ("W", "V"),
    ("EV", "YEV"),
];

/// A person as a row of the primary file has it: id, name as `FAMILY, Given`, remarks.
type Person = (String, String, String);

pub(super) fn run(bench: &Bench) -> Result<Value> {
    let folder = archive::ofac_history(&bench.data)?
        .with_context(|| format!("no archive of versions in {}", bench.data.display()))?;
    let versions: Vec<Value> = serde_json::from_slice(&fs::read(folder.join("history.json"))?)?;
    let mut steps = Vec::new();
    for version in &versions {
        let text = |key: &str| {
            let value = version.get(key).and_then(Value::as_str);
            value.with_context(|| format!("history.json: a version without '{key}'"))
        };
        steps.push((folder.join(text("file")?), text("ts")?.to_owned()));
    }
    let (first, later) = steps.split_first().context("there is no version")?;

    let mut known: BTreeSet<String> = persons(&first.0)?.into_iter().map(|p| p.0).collect();
    let mut listed_in: BTreeMap<String, usize> = BTreeMap::new();
    let mut register = String::from("external_id,schema,name,birth_date\n");
    for (n, (file, _)) in later.iter().enumerate() {
        for (id, name, remarks) in persons(file)? {
            if known.insert(id.clone()) {
                let born = birth_date(&remarks).unwrap_or_default();
                writeln!(register, "ofac-{id},Person,\"{}\",{born}", respelled(&name))?;
                listed_in.insert(format!("ofac-{id}"), n + 1);
            }
        }
    }
    for n in listed_in.len()..SUBJECTS {
        writeln!(register, "bystander-{n},Person,{}", bystander(n))?;
    }
    let home = bench.home("planted")?;
    let subjects = bench.scratch.join("planted.csv");
    fs::write(&subjects, register)?;

    bench.add_ofac(&home)?;
    let started = Instant::now();
    let (mut sweeps, mut version_of, mut import) = (Vec::new(), Vec::new(), Value::Null);
    for (n, (file, published)) in steps.iter().enumerate() {
        let update = bench
            .update_ofac(&home, std::slice::from_ref(file), published)?
            .json()?;
        version_of.push(update["version"].clone());
        sweeps.push(update["sweep"]["ms"].as_f64().unwrap_or_default());
        if n == 0 {
            let run = crate::measure::run(
                bench
                    .rescreen(&home)
                    .args(["subject", "import"])
                    .arg(&subjects),
            )?;
            import = json!({ "seconds": run.seconds(), "report": run.json()? });
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let alerts =
        crate::measure::run(
            bench
                .rescreen(&home)
                .args(["alert", "ls", "--limit", "100000000"]),
        )?
        .json()?;
    let full = crate::measure::run(bench.rescreen(&home).args(["sweep", "--full"]))?.json()?;

    let (mut exactly, mut otherwise, mut extra) = (0_u64, 0_u64, 0_u64);
    let mut alerted = BTreeSet::new();
    for alert in alerts.as_array().context("no alerts")? {
        let subject = alert["subject"]["external_id"].as_str().unwrap_or_default();
        let legs = alert["legs"].as_array().context("an alert without legs")?;
        if !legs.iter().any(|leg| leg["entry"] == subject) {
            extra += 1;
            continue;
        }
        alerted.insert(subject);
        let at = listed_in.get(subject).and_then(|n| version_of.get(*n));
        if at == Some(&alert["cause"]["version"]) {
            exactly += 1;
        } else {
            otherwise += 1;
        }
    }
    Ok(json!({
        "versions": steps.len(),
        "subjects": SUBJECTS,
        "planted": listed_in.len(),
        "alerted_at_exactly_their_version": exactly,
        "alerted_at_another_version": otherwise,
        "missed": listed_in.len() - alerted.len(),
        "extra_alerts": extra,
        "seconds": seconds,
        "import": import,
        "sweep_ms_median": median(sweeps.clone()),
        "sweep_ms_most": sweeps.iter().copied().fold(0.0, f64::max),
        "full_sweep_afterwards": full,
    }))
}

fn persons(file: &Path) -> Result<Vec<Person>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(file)?;
    let mut persons = Vec::new();
    for row in reader.byte_records() {
        let row = row?;
        let text = |n: usize| {
            let cell = row.get(n).unwrap_or_default();
            String::from_utf8_lossy(cell).trim().to_owned()
        };
        if text(2) == "individual" {
            persons.push((text(0), text(1), text(11)));
        }
    }
    Ok(persons)
}

/// `FAMILY, Given` as `Given FAMILY`, with one sound spelled in another way.
fn respelled(name: &str) -> String {
    let turned = match name.split_once(',') {
        Some((family, given)) => format!("{} {}", given.trim(), family.trim()),
        None => name.to_owned(),
    };
    let mut words: Vec<String> = turned
        .to_uppercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    if let Some(word) = words.iter_mut().max_by_key(|word| word.len()) {
        let start = word.chars().next().map_or(0, char::len_utf8);
        let (head, tail) = word.split_at(start);
        if let Some((from, to)) = SPELLINGS.iter().find(|(from, _)| tail.contains(from)) {
            *word = format!("{head}{}", tail.replacen(from, to, 1));
        }
    }
    words.join(" ")
}

/// `… DOB 17 Apr 1972; …` as `1972-04-17`.
fn birth_date(remarks: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, rest) = remarks.split_once("DOB ")?;
    let mut words = rest.split([' ', ';', '.']);
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|m| *m == month)? + 1;
    (day.len() == 2 && year.len() == 4).then(|| format!("{year}-{month:02}-{day}"))
}

/// Somebody who is on no list: a name of three parts and a birth date.
fn bystander(n: usize) -> String {
    const GIVEN: [&str; 25] = [
        "Anna", "Bo", "Carla", "Dmitri", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jonas",
        "Katya", "Lars", "Mina", "Nadia", "Omar", "Pia", "Quinn", "Ravi", "Sofia", "Timur", "Ulla",
        "Vera", "Wim", "Yara", "Zoltan",
    ];
    const MIDDLE: [&str; 9] = [
        "Maria", "Petr", "Ali", "Chen", "Luis", "Ahmed", "Olga", "Ivan", "Lee",
    ];
    const FAMILY: [&str; 28] = [
        "Almqvist",
        "Bergdahl",
        "Castellanos",
        "Dragomir",
        "Eszterhazy",
        "Fontaine",
        "Grunwald",
        "Haavisto",
        "Ivarsson",
        "Jankauskas",
        "Kovalchuk",
        "Lindqvist",
        "Marchetti",
        "Nakahara",
        "Oyelaran",
        "Papadakis",
        "Quiroga",
        "Rasmussen",
        "Szymanski",
        "Takemura",
        "Ullmann",
        "Vasquez",
        "Wojtyla",
        "Yilmazer",
        "Zubair",
        "Thorsson",
        "Okonkwo",
        "Petrenko",
    ];
    let mut state = n as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    for _ in 0..4 {
        below(2);
    }
    format!(
        "{} {} {},{}-{:02}-{:02}",
        GIVEN[below(GIVEN.len())],
        MIDDLE[below(MIDDLE.len())],
        FAMILY[below(FAMILY.len())],
        1940 + below(65),
        1 + below(12),
        1 + below(28)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_turned_round_and_spelled_in_another_way() {
        assert_eq!(respelled("WACKERBARTH, Anselm"), "ANSELM WAKERBARTH");
        assert_eq!(respelled("ORIEL"), "ORIEL");
        assert_eq!(respelled("YOUSSEF, Ali"), "ALI YUSSEF");
        assert_eq!(
            birth_date("x; DOB 17 Apr 1972; y").as_deref(),
            Some("1972-04-17")
        );
        assert_eq!(birth_date("DOB 1972"), None);
    }
}

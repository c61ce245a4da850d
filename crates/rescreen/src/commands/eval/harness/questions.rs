//! The questions as NDJSON, so that another matcher can answer the same ones.

use std::{
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Result;
use rescreen_eval::{left_out::Question, near_miss::NearMiss, persons::Person};
use rescreen_model::{Entity, EntityId, Property};
use serde_json::{Value, json};

use super::super::{create, lists::Lists};

/// Writes every listed person, then the questions of each set in the order in which they are asked.
pub(super) fn write(
    path: &Path,
    lists: &Lists,
    left_out: &[Question],
    near_misses: &[NearMiss],
    random: &[Person],
) -> Result<()> {
    let mut out = BufWriter::new(create(path)?);
    let mut line = |value: Value| writeln!(out, "{value}");
    for person in lists.persons() {
        let (names, weak) = names(person);
        line(json!({ "set": "listed", "id": person.id.as_str(), "names": names, "weak": weak }))?;
    }
    for (index, question) in left_out.iter().enumerate() {
        let (names, weak) = names(&question.rest);
        line(json!({
            "set": "left-out",
            "index": index,
            "which": question.which.as_str(),
            "name": question.name,
            "names": names,
            "weak": weak,
        }))?;
    }
    for (index, near_miss) in near_misses.iter().enumerate() {
        let donors: Vec<&str> = near_miss.donors.iter().map(EntityId::as_str).collect();
        line(
            json!({ "set": "near-miss", "index": index, "name": near_miss.name, "donors": donors }),
        )?;
    }
    for (index, person) in random.iter().enumerate() {
        line(json!({ "set": "random", "index": index, "name": person.name_only.caption() }))?;
    }
    out.flush()?;
    Ok(())
}

fn names(entity: &Entity) -> (Vec<&str>, Vec<&str>) {
    let strong = [Property::Name, Property::Alias, Property::PreviousName];
    let names = strong.iter().flat_map(|p| entity.texts(p)).collect();
    (names, entity.texts(Property::WeakAlias).collect())
}

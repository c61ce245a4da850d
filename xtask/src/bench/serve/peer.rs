//! What yente computes for the same questions: logic-v2 in its own process, without a network or a search engine.
//!
//! yente scores fifty candidates for a question unless told otherwise. Its search engine is left out, so the figure favours
//! it: it is the most that one core could answer.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::{Bench, register::listed};
use crate::{eval::peer, shell};

/// Each takes a good part of a second.
const QUESTIONS: usize = 200;

pub(super) fn run(bench: &Bench, names: &[String]) -> Result<Value> {
    let sdn = bench.ofac_set()?;
    let listed: Vec<String> = listed(sdn.first().context("no file")?)?
        .into_iter()
        .filter(|(_, _, kind)| kind == "individual")
        .map(|(_, name, _)| name)
        .collect();
    let questions: Vec<&String> = names.iter().take(QUESTIONS).collect();
    let input = bench.scratch.join("logic-v2-questions.json");
    fs::write(
        &input,
        json!({ "questions": questions, "listed": listed }).to_string(),
    )?;
    let python = peer::python()?;
    let script = peer::folder().join("speed.py");
    let mut command = shell::program(&python);
    command.arg(script).arg(&input);
    crate::measure::run(&mut command)?.json()
}

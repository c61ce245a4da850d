//! `rescreen-train DATA`: fits, measures, prints one JSON document. `cargo xtask train` calls it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers, whose terminal is its output"
)]

use std::process::ExitCode;

use anyhow::{Context, Result};
use rescreen_train::{
    files::Data,
    fit::{Factors, THRESHOLD, fit_at_equal_cost},
    report,
    sets::{self, List, Part},
};
use serde_json::{Map, Value, json};

fn main() -> ExitCode {
    match run() {
        Ok(report) => {
            println!("{report:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<Value> {
    let folder = std::env::args_os()
        .nth(1)
        .context("usage: rescreen-train DATA, the folder that holds us-ofac/ and un/")?;
    let persons = sets::persons(&Data::new(folder))?;
    eprintln!("{} persons", persons.len());
    let list = List::of(&persons)?;
    let [train, dev, test] =
        [Part::Train, Part::Dev, Part::Test].map(|part| sets::make(&persons, part, &list));
    let in_force = Factors::in_force(&report::terms(&train));
    eprintln!("fitting …");
    let (fitted, negatives) = fit_at_equal_cost(&train.all(), &in_force);
    let factors: Map<String, Value> = fitted
        .iter()
        .map(|(term, factor)| (report::name(term), json!((factor * 100.0).round() / 100.0)))
        .collect();
    let part = |sets: &sets::Sets| {
        let ours = report::measure(sets, &in_force, None);
        let near_misses = ours
            .pointer("/at_review/near_misses_hit")
            .and_then(Value::as_f64);
        json!({ "fitted": report::measure(sets, &fitted, near_misses), "in_force": ours })
    };
    let (same, others) = sets::dates(&persons);
    Ok(json!({
        "matcher": rescreen_match::matcher_build().to_string(),
        "persons": persons.len(),
        "review_threshold": THRESHOLD,
        "weight_of_negatives": (negatives * 1_000.0).round() / 1_000.0,
        "factors_of_the_weights_in_force": factors,
        "train": part(&train),
        "dev": part(&dev),
        "test": part(&test),
        "calibration": {
            "in_force": report::calibration(&train, &dev, &in_force),
            "fitted": report::calibration(&train, &dev, &fitted),
        },
        "birth_dates": report::dates(&same, &others),
    }))
}

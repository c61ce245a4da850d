//! `rescreen list …`.

mod described;
mod manifest;
mod print;
mod update;

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::{App, AppError, AsOf, Limits, ListSpec};
use rescreen_import::custom_csv::Mapping;
use serde_json::json;

use super::{home, list_name, moment, open, open_as};
use crate::{
    cli::{AddArgs, Global, ListCommand, SetArgs},
    failure::EdgeError,
    fetch, files,
    output::Output,
};

pub(crate) fn run(command: ListCommand, global: &Global, output: &mut Output) -> Result<ExitCode> {
    let done = Ok(ExitCode::SUCCESS);
    let mut app = match &command {
        ListCommand::Release { by, .. } | ListCommand::Withdraw { by, .. } => open_as(global, by)?,
        _ => open(global)?,
    };
    match command {
        ListCommand::Add(args) => add(&mut app, args, global, output).and(done),
        ListCommand::Set(args) => set(&mut app, args, output).and(done),
        ListCommand::Rm { name } => {
            app.remove_list(&list_name(&name)?, Timestamp::now())?;
            output.note(format!("list '{name}' is gone")).and(done)
        }
        ListCommand::Ls => print::lists(&app.lists()?, output).and(done),
        ListCommand::Show { name, of } => print::list(&app, &name, of.as_deref(), output).and(done),
        ListCommand::Update(args) => update::run(&mut app, &home(global)?, args, output),
        ListCommand::Diff { name, from, to } => {
            let diff = app.diff(&list_name(&name)?, &from, &to)?;
            print::diff(&diff, output).and(done)
        }
        ListCommand::Release {
            name,
            version,
            reason,
            by,
        } => {
            let report =
                app.release(&list_name(&name)?, &version, &by, &reason, Timestamp::now())?;
            print::update(&report, output).and(done)
        }
        ListCommand::Withdraw {
            name,
            id,
            reason,
            by,
        } => {
            let report =
                app.withdraw_entry(&list_name(&name)?, &id, &by, &reason, Timestamp::now())?;
            print::update(&report, output).and(done)
        }
        ListCommand::Entity {
            id,
            as_of,
            known_at,
        } => {
            let at = AsOf {
                published: moment(as_of.as_deref(), "--as-of", true)?.unwrap_or(Timestamp::MAX),
                known: moment(known_at.as_deref(), "--known-at", true)?.unwrap_or(Timestamp::MAX),
            };
            let report = app.entity(&id, at)?;
            let asked = as_of.or(known_at);
            print::entity(&id, &report, asked.as_deref(), output)?;
            if report.now.is_empty() && asked.is_some() {
                return Err(
                    EdgeError::NotFound(format!("'{id}' was on no list at that moment")).into(),
                );
            }
            done
        }
    }
}

fn add(app: &mut App, args: AddArgs, global: &Global, output: &mut Output) -> Result<()> {
    let limits = Limits {
        shrink: share(args.max_shrink, "--max-shrink")?,
        change: share(args.max_change, "--max-change")?,
    };
    if let Some(path) = &args.manifest {
        return manifest::add(app, &home(global)?, path, limits, output);
    }
    let (Some(name), Some(format)) = (&args.name, args.format) else {
        let what = "a list needs a name and --format, or --manifest names lists".to_owned();
        return Err(EdgeError::Usage(what).into());
    };
    let name = list_name(name)?;
    for url in &args.urls {
        fetch::check_url(url)?;
    }
    let spec = ListSpec {
        format,
        urls: args.urls,
        mapping: args.mapping.as_deref().map(mapping).transpose()?,
        limits,
        described: None,
    };
    let format = spec.format.clone();
    app.add_list(&name, spec, Timestamp::now())?;
    if output.json {
        output.document(&json!({ "list": name.as_str(), "format": format, "state": "added" }))
    } else {
        output.note(format!("added list '{name}' ({format}); take its first version in with 'rescreen list update {name}'"))
    }
}

fn set(app: &mut App, args: SetArgs, output: &mut Output) -> Result<()> {
    let name = list_name(&args.name)?;
    for url in &args.urls {
        fetch::check_url(url)?;
    }
    let mapping = args.mapping.as_deref().map(mapping).transpose()?;
    let shrink = args
        .max_shrink
        .map(|p| share(p, "--max-shrink"))
        .transpose()?;
    let change = args
        .max_change
        .map(|p| share(p, "--max-change"))
        .transpose()?;
    let set = |spec: &mut ListSpec| {
        if !args.urls.is_empty() {
            spec.urls = args.urls;
            spec.described = None;
        }
        spec.mapping = mapping.or(spec.mapping.take());
        spec.limits.shrink = shrink.unwrap_or(spec.limits.shrink);
        spec.limits.change = change.unwrap_or(spec.limits.change);
    };
    app.set_list(&name, set, Timestamp::now())?;
    print::list(app, &args.name, None, output)
}

/// Reads a mapping file and checks it under its own name.
fn mapping(path: &Path) -> Result<String> {
    let text = files::read_text(path)?;
    Mapping::parse(&path.display().to_string(), &text).map_err(AppError::from)?;
    Ok(text)
}

fn share(percent: f64, option: &str) -> Result<f64> {
    if (0.0..=100.0).contains(&percent) {
        Ok(percent / 100.0)
    } else {
        let what = format!("{option} {percent} is no percentage: expected 0 to 100");
        Err(EdgeError::Usage(what).into())
    }
}

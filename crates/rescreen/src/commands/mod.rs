//! One module per group of commands.

pub(crate) mod alert;
pub(crate) mod audit;
mod desk;
mod eval;
mod list;
mod policy;
mod replay;
mod report;
mod retention;
pub(crate) mod screen;
pub(crate) mod serve;
mod subject;
mod suppression;
mod sweep;
mod tenant;
mod token;
mod user;
mod webhook;

pub(crate) use alert::AlertCommand;
pub(crate) use audit::AuditCommand;
pub(crate) use desk::DeskCommand;
pub(crate) use eval::EvalCommand;
pub(crate) use retention::RetentionCommand;
pub(crate) use suppression::SuppressionCommand;
pub(crate) use tenant::TenantCommand;
pub(crate) use token::TokenCommand;
pub(crate) use user::UserCommand;
pub(crate) use webhook::WebhookCommand;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use directories::ProjectDirs;
use jiff::Timestamp;
use rescreen_app::{App, AppError, DEFAULT_TENANT, Store, parse_moment, tenant as tenant_name};
use rescreen_model::ListName;

use crate::{
    cli::{Cli, Command, DemoArgs, Global},
    demo,
    failure::EdgeError,
    output::Output,
};

/// Runs what was asked for.
pub(crate) fn run(cli: Cli, output: &mut Output) -> Result<ExitCode> {
    let Cli { global, command } = cli;
    match command {
        Command::Demo(args) => demo(&args, global, output),
        Command::List(command) => list::run(command, &global, output),
        Command::Screen(args) => screen::run(&args, &global, output),
        Command::Subject(command) => subject::run(*command, &global, output),
        Command::Sweep { full } => sweep::run(full, &global, output),
        Command::Alert(command) => alert::run(&command, &global, output),
        Command::Suppression(command) => suppression::run(&command, &global, output),
        Command::User(command) => user::run(&command, &global, output),
        Command::Tenant(command) => tenant::run(&command, &global, output),
        Command::Desk(command) => desk::run(&command, &global, output),
        Command::Retention(command) => retention::run(&command, &global, output),
        Command::Audit(command) => audit::run(&command, &global, output),
        Command::Report(command) => report::run(&command, &global, output),
        Command::Replay { screening } => replay::run(screening, &global, output),
        Command::Policy(command) => policy::run(&command, &global, output),
        Command::Serve(args) => serve::run(&args, &global, output),
        Command::Token(command) => token::run(&command, &global, output),
        Command::Webhook(command) => webhook::run(&command, &global, output),
        Command::Eval(command) => eval::run(*command, output),
    }
}

/// Tells the demonstration's story, and serves what it left where that is asked for.
fn demo(args: &DemoArgs, global: Global, output: &mut Output) -> Result<ExitCode> {
    if !args.serve {
        return demo::run(&global, output).map(|()| ExitCode::SUCCESS);
    }
    // Where no home is said, what is served lies in a folder that goes with the program.
    let folder = tempfile::tempdir().context("cannot make a folder for the demonstration")?;
    let global = Global {
        home: global.home.or_else(|| Some(folder.path().to_owned())),
        ..global
    };
    demo::run(&global, output)?;
    demo::decide_some(&mut open(&global)?)?;
    serve::demo(args, &global, output)
}

/// Opens the store of the home directory: for a tenant where one is named, else for whoever runs the program.
pub(crate) fn open(global: &Global) -> Result<App> {
    let Some(name) = &global.tenant else {
        return open_for(global, None);
    };
    let app = open_for(global, Some(name))?;
    let known = app.tenants()?;
    let is_known = name == DEFAULT_TENANT || !known.added.is_empty() || !known.sources.is_empty();
    if is_known {
        Ok(app)
    } else {
        Err(AppError::NotFound(format!("there is no tenant '{name}'")).into())
    }
}

/// Opens the store with the eyes of whoever acts: of a listed person, the tenant's they work for.
pub(crate) fn open_as(global: &Global, by: &str) -> Result<App> {
    match &global.tenant {
        Some(_) => open(global),
        None => open_of(global, by, |_| true),
    }
}

/// Opens the store for what is said of all tenants by the default one's people, and by others of their own tenant alone.
pub(crate) fn open_to_staff(global: &Global, by: &str) -> Result<App> {
    open_of(global, by, |tenant| tenant != DEFAULT_TENANT)
}

fn open_of(global: &Global, by: &str, is_bound: impl FnOnce(&str) -> bool) -> Result<App> {
    let app = open_for(global, None)?;
    match app.user(by)? {
        Some(user) if is_bound(user.tenant.as_str()) => {
            open_for(global, Some(user.tenant.as_str()))
        }
        _ => Ok(app),
    }
}

/// Opens the store for a tenant, be it known or not, or for whoever runs the program.
pub(crate) fn open_for(global: &Global, name: Option<&str>) -> Result<App> {
    let home = home(global)?;
    let store = match name {
        None => Store::open(&home),
        Some(name) => Store::open_for(&home, tenant_name(name)?),
    };
    let mut store = store
        .map_err(AppError::from)
        .with_context(|| format!("cannot open {}", home.display()))?;
    store.set_operator(&crate::person::at_the_keyboard());
    Ok(App::new(store))
}

/// The home directory.
pub(crate) fn home(global: &Global) -> Result<PathBuf> {
    match &global.home {
        Some(home) => Ok(home.clone()),
        None => default_home(),
    }
}

fn default_home() -> Result<PathBuf> {
    let dirs = ProjectDirs::from("", "", "rescreen").ok_or_else(|| {
        EdgeError::Usage(
            "this system tells no data directory: say one with --home DIR or RESCREEN_HOME"
                .to_owned(),
        )
    })?;
    Ok(dirs.data_dir().to_owned())
}

pub(crate) fn list_name(text: &str) -> Result<ListName> {
    ListName::parse(text).map_err(|error| EdgeError::Usage(error.to_string()).into())
}

/// A moment the user typed, `None` where nothing was typed.
pub(crate) fn moment(
    text: Option<&str>,
    option: &str,
    end_of_day: bool,
) -> Result<Option<Timestamp>> {
    text.map(|text| {
        parse_moment(text, end_of_day)
            .map_err(|e| EdgeError::Usage(format!("{option}: {e}")).into())
    })
    .transpose()
}

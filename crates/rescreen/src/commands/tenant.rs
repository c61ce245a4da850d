//! `rescreen tenant …`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use jiff::Timestamp;
use rescreen_app::{DEFAULT_TENANT, Given, Tenants};
use serde_json::{Value, json};

use super::open;
use crate::{
    cli::Global,
    output::{Output, Table},
};

#[derive(Debug, Subcommand)]
pub(crate) enum TenantCommand {
    /// Add a tenant, and give it sources
    Add {
        /// Its name: a-z, 0-9, '-' and '_'
        name: String,
        /// A source whose subjects are this tenant's; repeat it
        #[arg(long = "source", value_name = "SOURCE")]
        sources: Vec<String>,
        /// Why the sources are given to it
        #[arg(long, default_value = "the tenant's from the beginning")]
        reason: String,
        /// Who decides [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
    /// The tenants with their sources
    Ls,
    /// Give the subjects of a source to another tenant; what nobody has answered goes along
    Give {
        /// The source
        source: String,
        /// The tenant
        name: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who decides [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
}

pub(crate) fn run(
    command: &TenantCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let mut app = open(global)?;
    let now = Timestamp::now();
    match command {
        TenantCommand::Add {
            name,
            sources,
            reason,
            by,
        } => {
            let is_new = app.add_tenant(name, by, now)?;
            let mut given = Vec::new();
            for source in sources {
                given.push((source, app.give_source(source, name, (by, reason), now)?));
            }
            if output.json {
                let given = given.iter().map(|(source, g)| outcome(source, name, g));
                let given: Vec<Value> = given.collect();
                output.document(&json!({ "name": name, "new": is_new, "given": given }))?;
            } else {
                let what = if is_new { "added" } else { "there already" };
                output.line(format!("tenant {name} is {what}"))?;
                for (source, g) in &given {
                    tell(source, name, g, output)?;
                }
            }
        }
        TenantCommand::Ls => list(&app.tenants()?, output)?,
        TenantCommand::Give {
            source,
            name,
            reason,
            by,
        } => {
            let given = app.give_source(source, name, (by, reason), now)?;
            if output.json {
                output.document(&outcome(source, name, &given))?;
            } else {
                tell(source, name, &given, output)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(source: &str, name: &str, given: &Given, output: &mut Output) -> Result<()> {
    output.line(format!(
        "the subjects of {source} are tenant {name}'s; {} went along",
        cases(given.moved.len())
    ))?;
    for (alert, why) in &given.stay {
        output.line(format!("alert {alert} stays: {}", why.as_str()))?;
    }
    Ok(())
}

fn cases(n: usize) -> String {
    if n == 1 {
        "1 case".to_owned()
    } else {
        format!("{n} cases")
    }
}

fn outcome(source: &str, name: &str, given: &Given) -> Value {
    let stay = given.stay.iter();
    let stay = stay.map(|(alert, why)| json!({ "alert": alert, "why": why.as_str() }));
    json!({
        "source": source,
        "from": given.from,
        "to": name,
        "moved": given.moved,
        "stay": stay.collect::<Vec<_>>(),
    })
}

fn list(tenants: &Tenants, output: &mut Output) -> Result<()> {
    let default = (DEFAULT_TENANT.to_owned(), String::new());
    let added = tenants
        .added
        .iter()
        .map(|tenant| (tenant.name.clone(), tenant.since.to_string()));
    let rows: Vec<(String, String, Vec<&str>, u64)> = [default]
        .into_iter()
        .chain(added)
        .map(|(name, since)| {
            let theirs = tenants.sources.iter().filter(|(_, tenant)| *tenant == name);
            let sources = theirs.map(|(source, _)| source.as_str()).collect();
            let cases = tenants.cases.iter().find(|(tenant, _)| *tenant == name);
            let cases = cases.map_or(0, |(_, count)| *count);
            (name, since, sources, cases)
        })
        .collect();
    if output.json {
        let rows = rows.iter().map(|(name, since, sources, cases)| {
            let since = Some(since).filter(|since| !since.is_empty());
            json!({ "name": name, "since": since, "sources": sources, "cases": cases })
        });
        return output.document(&rows.collect::<Vec<_>>());
    }
    let mut table = Table::new(&["TENANT", "CASES", "SINCE", "SOURCES"]).right(1);
    for (name, since, sources, cases) in rows {
        table.row([name, cases.to_string(), since, sources.join(", ")]);
    }
    output.table(&table)
}

//! `rescreen user …`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use jiff::Timestamp;
use rescreen_app::{DEFAULT_TENANT, UserRow};
use rescreen_desk::Role;
use serde_json::{Value, json};

use super::{alert::word, open, open_for};
use crate::{
    cli::Global,
    output::{Output, Table},
};

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List a person, or give a listed one another role; the first has to be an admin
    Add {
        /// The name they act under; capitals do not count
        name: String,
        /// viewer, analyst, approver, admin or auditor
        #[arg(long)]
        role: String,
        /// Where they work
        #[arg(long, default_value = DEFAULT_TENANT)]
        tenant: String,
        /// Who decides [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
    /// The people who work at the desk
    Ls,
    /// Take a person from the desk; what they did stays in the log
    Rm {
        /// Their name
        name: String,
        /// Who decides [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
}

pub(crate) fn run(command: &UserCommand, global: &Global, output: &mut Output) -> Result<ExitCode> {
    let mut app = match command {
        // There the option says where the person is to work.
        UserCommand::Add { .. } => open_for(global, None)?,
        _ => open(global)?,
    };
    match command {
        UserCommand::Add {
            name,
            role,
            tenant,
            by,
        } => {
            let role = word("--role", role, Role::parse, || {
                Role::ALL.map(Role::name).join(", ")
            })?;
            let row = app.add_user(name, role, tenant, by, Timestamp::now())?;
            if output.json {
                output.document(&line(&row))?;
            } else {
                let role = row.role.name();
                output.line(format!("{} is {role} in {}", row.name, row.tenant))?;
            }
        }
        UserCommand::Ls => {
            let users = app.users()?;
            if output.json {
                output.document(&users.iter().map(line).collect::<Vec<_>>())?;
            } else if users.is_empty() {
                output.note("no user: whoever gives a name is taken at their word")?;
            } else {
                let mut table = Table::new(&["USER", "ROLE", "TENANT", "SINCE"]);
                for user in users {
                    table.row([
                        user.name.to_string(),
                        user.role.name().to_owned(),
                        user.tenant.to_string(),
                        user.since.to_string(),
                    ]);
                }
                output.table(&table)?;
            }
        }
        UserCommand::Rm { name, by } => {
            app.remove_user(name, by, Timestamp::now())?;
            if output.json {
                output.document(&json!({ "removed": name }))?;
            } else {
                output.line(format!("{name} is no longer at the desk"))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(user: &UserRow) -> Value {
    json!({
        "name": user.name.as_str(),
        "role": user.role.name(),
        "tenant": user.tenant.as_str(),
        "since": user.since.to_string(),
    })
}

//! `rescreen token …`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use jiff::Timestamp;
use rescreen_app::{AccessRole, NewToken, TOKEN_RANDOM_BYTES, TokenRow};
use serde_json::{Value, json};

use super::{moment, open, open_to_staff};
use crate::{
    cli::Global,
    failure::EdgeError,
    output::{Output, Table},
};

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token; it is shown once and kept nowhere
    Create {
        /// monitor, screener, registrar, viewer, analyst, approver, admin or auditor
        #[arg(long)]
        role: String,
        /// Whose data it opens: the tenant that the server serves
        #[arg(long, default_value = "default")]
        tenant: String,
        /// When it stops to open anything: the end of a day, or an RFC 3339 time [default: never]
        #[arg(long, value_name = "DATE")]
        expires: Option<String>,
        /// What people call it, and the name under which its holder acts [default: its id]
        #[arg(long, default_value = "", hide_default_value = true)]
        name: String,
        /// Who makes it; kept with the token [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
    /// All tokens, those that open nothing any more included
    Ls,
    /// Take a token back; a running server refuses it from the next request on
    Revoke {
        /// Its id, as 'token ls' gives it
        id: String,
        /// Who does; kept with the token [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
}

pub(crate) fn run(
    command: &TokenCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let now = Timestamp::now();
    match command {
        TokenCommand::Create {
            role,
            tenant,
            expires,
            name,
            by,
        } => {
            let new = NewToken {
                name: name.clone(),
                tenant: tenant.clone(),
                role: self::role(role)?,
                expires: moment(expires.as_deref(), "--expires", true)?,
            };
            let mut random = [0; TOKEN_RANDOM_BYTES];
            getrandom::fill(&mut random).map_err(|e| {
                EdgeError::Data(format!("this system gives no random numbers: {e}"))
            })?;
            let (row, text) = open_to_staff(global, by)?.create_token(&new, &random, by, now)?;
            if output.json {
                let mut document = line(&row, now);
                document["token"] = json!(text.reveal());
                output.document(&document)?;
            } else {
                output.line(text.reveal())?;
                output.note(format!(
                    "token {} for {} of tenant {}; it is not shown again",
                    row.id, row.role, row.tenant
                ))?;
            }
        }
        TokenCommand::Ls => {
            let tokens = open(global)?.tokens()?;
            if output.json {
                output.document(&tokens.iter().map(|t| line(t, now)).collect::<Vec<_>>())?;
                return Ok(ExitCode::SUCCESS);
            }
            if tokens.is_empty() {
                output.note("no token")?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut table = Table::new(&["TOKEN", "NAME", "TENANT", "ROLE", "STATE", "EXPIRES"]);
            for token in tokens {
                let state = state(&token, now).to_owned();
                let expires = token
                    .expires
                    .map_or_else(|| "never".to_owned(), |t| t.to_string());
                let TokenRow {
                    id,
                    name,
                    tenant,
                    role,
                    ..
                } = token;
                table.row([id, name, tenant, role, state, expires]);
            }
            output.table(&table)?;
        }
        TokenCommand::Revoke { id, by } => {
            open_to_staff(global, by)?.revoke_token(id, by, now)?;
            if output.json {
                output.document(&json!({ "revoked": id }))?;
            } else {
                output.line(format!("token {id} is revoked"))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn role(text: &str) -> Result<AccessRole> {
    AccessRole::parse(text).ok_or_else(|| {
        let known: Vec<&str> = AccessRole::ALL.iter().map(|role| role.as_str()).collect();
        EdgeError::Usage(format!(
            "--role '{text}' is not a role: expected {}",
            known.join(", ")
        ))
        .into()
    })
}

fn state(token: &TokenRow, now: Timestamp) -> &'static str {
    if token.revoked.is_some() {
        "revoked"
    } else if token.expires.is_some_and(|at| at <= now) {
        "expired"
    } else {
        "valid"
    }
}

fn line(token: &TokenRow, now: Timestamp) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "id": token.id,
        "name": token.name,
        "tenant": token.tenant,
        "role": token.role,
        "state": state(token, now),
        "created": token.created.to_string(),
        "by": token.author,
        "expires": time(token.expires),
        "revoked": time(token.revoked),
        "revoked_by": token.revoked_by,
    })
}

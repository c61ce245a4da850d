//! `rescreen webhook …`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use jiff::Timestamp;
use rescreen_app::{WEBHOOK_SECRET_BYTES, WebhookRow};
use serde_json::{Value, json};

use super::{moment, open, open_as};
use crate::{
    cli::Global,
    failure::EdgeError,
    fetch,
    output::{Output, Table},
};

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// Have an address told what happens to alerts from now on; 'rescreen serve' tells it. The secret is shown once
    Add {
        /// Where: https://…, or http:// to this machine itself
        url: String,
        /// Who decides [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
    /// The webhooks and how they stand
    Ls,
    /// Take one away, with what it was still to be told
    Rm {
        /// Its number
        id: i64,
        /// Who decides [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
    /// Have it told again what happened, from a place in the log or a moment on
    Replay {
        /// Its number
        id: i64,
        /// What it has seen last: the 'seq' of a message; 0 is everything
        #[arg(
            long,
            value_name = "SEQ",
            conflicts_with = "since",
            required_unless_present = "since"
        )]
        after: Option<i64>,
        /// From when on: a day or an RFC 3339 time
        #[arg(long, value_name = "MOMENT")]
        since: Option<String>,
        /// Who decides [default: the user of this system]
        #[arg(long = "as", value_name = "USER", default_value_t = crate::person::at_the_keyboard(), hide_default_value = true)]
        by: String,
    },
}

pub(crate) fn run(
    command: &WebhookCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let now = Timestamp::now();
    match command {
        WebhookCommand::Add { url, by } => {
            let url = address(url)?;
            let mut random = [0; WEBHOOK_SECRET_BYTES];
            getrandom::fill(&mut random).map_err(|e| {
                EdgeError::Data(format!("this system gives no random numbers: {e}"))
            })?;
            let (id, secret) = open_as(global, by)?.add_webhook(&url, &random, by, now)?;
            if output.json {
                output.document(&json!({ "id": id, "url": url, "secret": secret }))?;
            } else {
                output.line(secret)?;
                output.note(format!(
                    "webhook {id}: {url}; what it is told is signed with that secret, which is not shown again"
                ))?;
            }
        }
        WebhookCommand::Ls => {
            let webhooks = open(global)?.webhooks()?;
            if output.json {
                output.document(&webhooks.iter().map(line).collect::<Vec<_>>())?;
            } else if webhooks.is_empty() {
                output.note("no webhook")?;
            } else {
                let mut table = Table::new(&["ID", "URL", "TOLD", "LAST", "WAITING", "FAILURES"])
                    .right(2)
                    .right(4);
                for webhook in webhooks {
                    let failures = webhook.failures;
                    let error = webhook.error.unwrap_or_default();
                    table.row([
                        webhook.key.to_string(),
                        webhook.url,
                        webhook.delivered.to_string(),
                        webhook.last.map_or_else(String::new, |at| at.to_string()),
                        webhook.waiting.to_string(),
                        if failures > 0 {
                            format!("{failures} in a row: {error}")
                        } else {
                            String::new()
                        },
                    ]);
                }
                output.table(&table)?;
            }
        }
        WebhookCommand::Rm { id, by } => {
            open_as(global, by)?.remove_webhook(*id, by, now)?;
            if output.json {
                output.document(&json!({ "removed": id }))?;
            } else {
                output.line(format!("webhook {id} is gone"))?;
            }
        }
        WebhookCommand::Replay {
            id,
            after,
            since,
            by,
        } => {
            let mut app = open_as(global, by)?;
            let since = moment(since.as_deref(), "--since", false)?;
            let after = match (after, since) {
                (Some(after), _) => *after,
                (None, Some(since)) => app.feed_before(since)?,
                (None, None) => 0,
            };
            let count = app.replay_webhook(*id, after, by, now)?;
            if output.json {
                output.document(&json!({ "id": id, "after": after, "events": count }))?;
            } else {
                output.line(format!("webhook {id} is told {count} events again"))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// An address that messages can safely go to.
pub(super) fn address(text: &str) -> Result<String> {
    let url = fetch::check_url(text)?;
    let has_password = !url.username().is_empty() || url.password().is_some();
    if url.scheme() == "file" || has_password || url.fragment().is_some() {
        return Err(EdgeError::Usage(format!(
            "'{text}' cannot be told anything: expected https:// without a user name and without '#'"
        ))
        .into());
    }
    Ok(url.to_string())
}

fn line(webhook: &WebhookRow) -> Value {
    json!({
        "id": webhook.key,
        "url": webhook.url,
        "created": webhook.created.to_string(),
        "by": webhook.author,
        "delivered": webhook.delivered,
        "last": webhook.last.map(|at| at.to_string()),
        "waiting": webhook.waiting,
        "failures": webhook.failures,
        "error": webhook.error,
    })
}

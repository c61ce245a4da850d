//! `rescreen serve`.

use std::{panic, process::ExitCode, time::Duration};

use anyhow::Result;
use rescreen_api::{Access, Config, Event, ServeError, Server};
use serde_json::json;

use super::{list_name, open};
use crate::{
    cli::{Global, ServeArgs},
    failure::EdgeError,
    output::Output,
    query,
};

/// How often to look whether an update came in: one small query each time.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub(crate) fn run(args: &ServeArgs, global: &Global, output: &mut Output) -> Result<ExitCode> {
    let lists = args
        .lists
        .iter()
        .map(|name| list_name(name))
        .collect::<Result<Vec<_>>>()?;
    let server = Server::bind(Config {
        listen: args.listen,
        access: args.insecure_no_auth.then_some(Access::InsecureNoAuth),
        lists,
        policy: query::policy(args.threshold)?,
        look_every: LOOK_EVERY,
    })
    .map_err(refusal)?;
    let (loader, reader) = (open(global)?, open(global)?);
    // The words of a panic may hold what a caller sent; the place of it is enough to mend it.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        Output::complain(&format!(
            "error: a defect of rescreen at {}; the request was answered 500",
            place.as_deref().unwrap_or("an unknown place")
        ));
    }));
    let (is_json, is_quiet) = (output.json, output.quiet);
    let say = move |event: &str, text: &str| {
        if is_json {
            Output::complain(&json!({ "event": event, "message": text }).to_string());
        } else {
            Output::complain(text);
        }
    };
    say(
        "listening",
        &format!("listening on http://{}", server.address()?),
    );
    let tell = |event: &Event| match event {
        Event::NotLoaded(_) => say("not-loaded", &event.to_string()),
        Event::Serving(_) if !is_quiet => say("serving", &event.to_string()),
        Event::Stopping if !is_quiet => say("stopping", &event.to_string()),
        _ => {}
    };
    server.run(loader, reader, &tell)?;
    Ok(ExitCode::SUCCESS)
}

/// A server that would be open to others than it should is a rule's business, not a mistake in typing.
fn refusal(error: ServeError) -> anyhow::Error {
    match error {
        ServeError::NoAccess | ServeError::NotLoopback(_) => {
            EdgeError::Refused(error.to_string()).into()
        }
        other => other.into(),
    }
}

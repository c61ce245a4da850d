//! `rescreen serve`.

use std::{panic, process::ExitCode, thread, time::Duration};

use anyhow::Result;
use rescreen_api::{Access, Config, Event, ServeError, Server, Stores};
use rescreen_app::tenant;
use serde_json::json;

use super::{list_name, open};
use crate::{
    cli::{Global, ServeArgs},
    courier::Courier,
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
    let access = if args.insecure_no_auth {
        Access::InsecureNoAuth
    } else {
        Access::Tokens {
            tenant: tenant(&args.tenant)?.to_owned(),
            rate: args.rate_limit,
        }
    };
    let needs_tokens = access != Access::InsecureNoAuth;
    let server = Server::bind(Config {
        listen: args.listen,
        access,
        lists,
        policy: query::policy(args.threshold)?,
        look_every: LOOK_EVERY,
        public_url: args.public_url.clone(),
        mapped_algorithms: args.mapped_algorithms.clone(),
        script: rescreen_eval::script_name,
    })
    .map_err(refusal)?;
    let stores = Stores {
        loader: open(global)?,
        reader: open(global)?,
        tokens: open(global)?,
        writer: open(global)?,
        past: open(global)?,
    };
    if needs_tokens && stores.tokens.tokens()?.is_empty() {
        let what = "there is no token, so nobody could ask: make one with 'rescreen token create --role ROLE', or serve every user of this machine with --insecure-no-auth";
        return Err(EdgeError::Refused(what.to_owned()).into());
    }
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
    let address = server.address()?;
    say("listening", &format!("listening on http://{address}"));
    if !address.ip().is_loopback() {
        say(
            "not-encrypted",
            "warning: tokens and answers go over the network as they are; put a proxy with TLS before this server",
        );
    }
    let tell = |event: &Event| match event {
        Event::NotLoaded(_) => say("not-loaded", &event.to_string()),
        Event::Serving(_) if !is_quiet => say("serving", &event.to_string()),
        Event::Stopping if !is_quiet => say("stopping", &event.to_string()),
        _ => {}
    };
    let courier = Courier::new(open(global)?)?;
    thread::scope(|scope| {
        scope.spawn(|| courier.run());
        let served = server.run(stores, &tell);
        courier.stop();
        served
    })?;
    Ok(ExitCode::SUCCESS)
}

/// A server that would be open to others than it should is a rule's business, not a mistake in typing.
fn refusal(error: ServeError) -> anyhow::Error {
    match error {
        ServeError::NotLoopback(_) => EdgeError::Refused(error.to_string()).into(),
        other => other.into(),
    }
}

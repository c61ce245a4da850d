//! `rescreen serve`.

mod args;

use std::{panic, process::ExitCode, sync::Arc, thread, time::Duration};

use anyhow::Result;
use clap::Parser;
use rescreen_api::{
    Access, Around, Collection, Config, Event, KeySource, OperationsError, ServeError, Server,
    Stores,
};
use rescreen_app::{App, AppError, Store, audit::LogKey, tenant};
use rescreen_oidc::Issuer;
use rescreen_web::{LogKeyWish, Pages, Sessions, SignIn, Sources};
use serde_json::json;

pub(crate) use args::{OidcArgs, OperationsArgs};

use super::{audit::key, home, list_name, open_for, webhook};
use crate::{
    cli::{DemoArgs, Global, ServeArgs},
    courier::Courier,
    failure::EdgeError,
    manifest,
    output::Output,
    query, running,
};

/// How often to look whether an update came in: one small query each time.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub(crate) fn run(args: &ServeArgs, global: &Global, output: &mut Output) -> Result<ExitCode> {
    serve(args, global, false, output)
}

/// `rescreen serve` by itself, for the defaults of its options.
#[derive(Debug, Parser)]
struct Alone {
    #[command(flatten)]
    args: ServeArgs,
}

/// Serves the demonstration's home, to this machine alone.
pub(crate) fn demo(args: &DemoArgs, global: &Global, output: &mut Output) -> Result<ExitCode> {
    let listen = args.listen.to_string();
    let alone = Alone::try_parse_from(["serve", "--insecure-no-auth", "--listen", &listen])?;
    serve(&alone.args, global, true, output)
}

fn serve(
    args: &ServeArgs,
    global: &Global,
    is_demo: bool,
    output: &mut Output,
) -> Result<ExitCode> {
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
    let issuer = args.oidc.oidc(args.public_url.as_deref())?;
    let issuer = issuer.map(|oidc| Arc::new(Issuer::new(oidc)));
    let collections = manifest::kept(&home(global)?)?
        .into_iter()
        .map(|kept| Collection {
            name: kept.name,
            title: kept.title,
            children: kept.children,
        })
        .collect();
    let needs_tokens = access != Access::InsecureNoAuth && issuer.is_none();
    let server = Server::bind(Config {
        listen: args.listen,
        access,
        lists,
        policy: query::policy(args.threshold)?,
        look_every: LOOK_EVERY,
        public_url: args.public_url.clone(),
        mapped_algorithms: args.mapped_algorithms.clone(),
        collections,
        issuer: issuer.clone(),
        operations: args.operations.operations(),
        script: rescreen_eval::script_name,
        log_key: log_key(args, global),
    })
    .map_err(refusal)?;
    let shown = shown(args);
    // Lists are everybody's, and whose a token is the door says.
    let stores = Stores {
        loader: open_for(global, None)?,
        reader: open_for(global, shown)?,
        tokens: open_for(global, None)?,
        writer: open_for(global, shown)?,
        past: open_for(global, shown)?,
        exporter: open_for(global, shown)?,
    };
    if needs_tokens && stores.tokens.tokens()?.is_empty() {
        let what = "there is no token, so nobody could ask: make one with 'rescreen token create --role ROLE', name an issuer of tokens with --oidc-issuer, or serve every user of this machine with --insecure-no-auth";
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
    let is_encrypted = args.operations.is_encrypted();
    let scheme = if is_encrypted { "https" } else { "http" };
    say("listening", &format!("listening on {scheme}://{address}"));
    if !is_encrypted && !address.ip().is_loopback() {
        say(
            "not-encrypted",
            "warning: tokens and answers go over the network as they are; give --tls-cert and --tls-key, or put a proxy with TLS before this server",
        );
    }
    let tell = |event: &Event| match event {
        Event::NotLoaded(_) => say("not-loaded", &event.to_string()),
        Event::Serving(_) if !is_quiet => say("serving", &event.to_string()),
        Event::NewCertificate if !is_quiet => say("new-certificate", &event.to_string()),
        Event::OldCertificate(_) => say("old-certificate", &event.to_string()),
        Event::Stopping if !is_quiet => say("stopping", &event.to_string()),
        _ => {}
    };
    let pages = pages(args, global, (is_demo, issuer))?;
    let courier = Courier::new(open_for(global, None)?)?;
    thread::scope(|scope| {
        scope.spawn(|| courier.run());
        let served = server.run(stores, Some(pages), &tell);
        courier.stop();
        served
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The tenant that is served; where callers need not say who they are, everything is shown to every user of the machine.
fn shown(args: &ServeArgs) -> Option<&str> {
    (!args.insecure_no_auth).then_some(args.tenant.as_str())
}

/// The key of the log, as the commands of 'audit' use it, for programs.
fn log_key(args: &ServeArgs, global: &Global) -> KeySource {
    let (args, global) = (args.key.clone(), global.clone());
    KeySource::new(move || match key::of_log(&args, &global) {
        Ok((key, ..)) => Ok(key),
        Err(error) => Err(no_key(&error)),
    })
}

/// The same key for the pages, which make none by merely being looked at.
fn log_key_of_pages(
    args: &ServeArgs,
    global: &Global,
) -> impl Fn(LogKeyWish) -> Result<Option<LogKey>, AppError> + use<> {
    let (args, global) = (args.key.clone(), global.clone());
    move |wish| {
        let key = match wish {
            LogKeyWish::Find => key::find(&args, &global).map(|(key, _)| key),
            LogKeyWish::Make => key::of_log(&args, &global).map(|(key, ..)| Some(key)),
        };
        key.map_err(|error| AppError::Refused(no_key(&error)))
    }
}

/// The pages, around the interface for programs.
fn pages(
    args: &ServeArgs,
    global: &Global,
    (is_demo, issuer): (bool, Option<Arc<Issuer>>),
) -> Result<Around> {
    let config = rescreen_web::Config {
        sign_in: if args.insecure_no_auth {
            SignIn::Anybody
        } else {
            SignIn::Tokens {
                tenant: tenant(&args.tenant)?.to_owned(),
            }
        },
        issuer,
        is_demo,
        public_url: args.public_url.clone(),
        script: rescreen_eval::script_name,
        webhook_address: |text| webhook::address(text).map_err(|e| e.to_string()),
    };
    let sessions = Sessions::new()
        .map_err(|e| EdgeError::Data(format!("this system gives no random numbers: {e}")))?;
    let home = home(global)?;
    let log_key = log_key_of_pages(args, global);
    let beside = home.clone();
    let shown = shown(args).map(str::to_owned);
    let tenant = shown.clone();
    let open = move || {
        Ok(App::new(match &shown {
            Some(tenant) => Store::open_for(&home, tenant)?,
            None => Store::open(&home)?,
        }))
    };
    Ok(Box::new(move |lists, interface| {
        let sources = Sources {
            open: Box::new(open),
            lists: Box::new(move || lists.current()),
            running: Box::new(move || running::now(&beside, tenant.as_deref())),
            log_key: Box::new(log_key),
        };
        rescreen_web::router(Pages::new(config, sessions, sources), interface)
    }))
}

/// Where a key lies is the operator's to know, not that of whoever asks: the one is told, the other that it was told.
fn no_key(error: &anyhow::Error) -> String {
    Output::complain(&format!("error: the log's key: {error:#}"));
    "the log's key cannot be used; the server's operator was told why".to_owned()
}

/// A server that would be open to others than it should is a rule's business, not a mistake in typing.
fn refusal(error: ServeError) -> anyhow::Error {
    match error {
        ServeError::NotLoopback(_) | ServeError::Operations(OperationsError::AnyOrigin) => {
            EdgeError::Refused(error.to_string()).into()
        }
        ServeError::Operations(
            error @ (OperationsError::Origin(_) | OperationsError::Collector { .. }),
        ) => EdgeError::Usage(error.to_string()).into(),
        ServeError::Operations(error) => {
            EdgeError::Data(format!("{:#}", anyhow::Error::from(error))).into()
        }
        other => other.into(),
    }
}

//! `rescreen list update`.

use std::{io::BufReader, path::Path, process::ExitCode};

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::{App, FetchState, How, Input, ListSpec, State, UpdateReport, UpdateRequest};
use rescreen_model::ListName;
use rescreen_web::Work;

use super::{described::FromPublisher, print};
use crate::{
    cli::UpdateArgs,
    commands::{list_name, moment},
    failure::{EdgeError, REFUSED},
    fetch::{self, Fetched},
    files,
    manifest::dataset::Documents,
    output::Output,
    progress,
    running::Underway,
};

/// Takes new versions in and says what came of it.
pub(super) fn run(
    app: &mut App,
    home: &Path,
    args: UpdateArgs,
    output: &mut Output,
) -> Result<ExitCode> {
    let now = Timestamp::now();
    let published = moment(args.published.as_deref(), "--published", false)?;
    if let Some(published) = published.filter(|p| *p > now) {
        return Err(EdgeError::Usage(format!("--published {published} lies in the future")).into());
    }
    let max_bytes = args.max_size.saturating_mul(1024 * 1024);
    let Some(name) = &args.name else {
        return update_all(app, home, published, max_bytes, output);
    };
    let name = list_name(name)?;
    let report = if args.files.is_empty() {
        let list = app.list(&name)?;
        if let Some(described) = list
            .spec
            .described
            .as_ref()
            .filter(|_| args.urls.is_empty())
        {
            let mut from = FromPublisher {
                app,
                home,
                documents: &mut Documents::default(),
                max_bytes,
                output,
            };
            let report = from.update(&list, described, published)?;
            print::update(&report, output)?;
            return Ok(code(&report));
        }
        let urls = if args.urls.is_empty() {
            list.spec.urls
        } else {
            args.urls
        };
        if urls.is_empty() {
            return Err(EdgeError::Usage(format!(
                "list '{name}' has no URL: say where its files are with --file PATH or --url URL"
            ))
            .into());
        }
        from_urls(app, home, &name, &urls, published, max_bytes, output)?
    } else {
        let opened: Vec<_> = args
            .files
            .iter()
            .map(|path| Ok((path, files::open(path)?)))
            .collect::<Result<_>>()?;
        let bar = progress::bytes(
            output,
            opened.iter().map(|(_, (_, length))| length).sum(),
            name.as_str(),
        );
        let inputs = opened
            .into_iter()
            .map(|(path, (file, _))| {
                Input::new(
                    path.display().to_string(),
                    BufReader::with_capacity(1 << 16, bar.wrap_read(file)),
                )
            })
            .collect();
        let how = if args.append { How::Append } else { How::Whole };
        let request = UpdateRequest {
            list: &name,
            inputs,
            published,
            last_modified: None,
            clock: &Timestamp::now,
            how,
            fetched: Vec::new(),
            edition: None,
            noted: Vec::new(),
        };
        let underway = Underway::begin(home, Work::Update, name.as_str(), None);
        let report = app.update_list(request, &mut |n| underway.seen(n))?;
        bar.finish_and_clear();
        report
    };
    print::update(&report, output)?;
    Ok(code(&report))
}

/// Updates every list that has URLs. One that fails does not stop the others, and a failure outweighs a quarantine.
fn update_all(
    app: &mut App,
    home: &Path,
    published: Option<Timestamp>,
    max_bytes: u64,
    output: &mut Output,
) -> Result<ExitCode> {
    if published.is_some() {
        let what = "--published speaks of one list: name it";
        return Err(EdgeError::Usage(what.to_owned()).into());
    }
    let lists: Vec<_> = app
        .lists()?
        .into_iter()
        .map(|r| r.list)
        .filter(|l| !l.spec.urls.is_empty())
        .collect();
    if lists.is_empty() {
        return Err(EdgeError::Usage(
            "no list has a URL: name a list and its files with --file".to_owned(),
        )
        .into());
    }
    let (mut outcome, mut failed) = (ExitCode::SUCCESS, Vec::new());
    let mut documents = Documents::default();
    for list in lists {
        let ListSpec {
            urls, described, ..
        } = &list.spec;
        let updated = match described {
            None => from_urls(app, home, &list.name, urls, None, max_bytes, output),
            Some(described) => FromPublisher {
                app: &mut *app,
                home,
                documents: &mut documents,
                max_bytes,
                output: &*output,
            }
            .update(&list, described, None),
        };
        match updated {
            Ok(report) => {
                print::update(&report, output)?;
                if report.state == State::Quarantined {
                    outcome = code(&report);
                }
            }
            Err(error) => failed.push((list.name, error)),
        }
    }
    let Some((name, error)) = failed.pop() else {
        return Ok(outcome);
    };
    for (name, error) in failed {
        Output::complain(&format!("error: list '{name}': {error:#}"));
    }
    Err(error.context(format!("list '{name}' was not updated")))
}

fn from_urls(
    app: &mut App,
    home: &Path,
    name: &ListName,
    urls: &[String],
    published: Option<Timestamp>,
    max_bytes: u64,
    output: &Output,
) -> Result<UpdateReport> {
    let underway = Underway::begin(home, Work::Update, name.as_str(), None);
    let list = app.list(name)?;
    let has_version = app.show_list(name)?.active.is_some();
    let states = urls
        .iter()
        .map(|url| {
            if has_version {
                app.fetch_state(&list, url)
            } else {
                Ok(FetchState::default())
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    let Some(fetched) = fetch::all(urls, &states, max_bytes, output)? else {
        return Ok(app.confirm_unchanged(name, Timestamp::now())?);
    };
    let (mut inputs, mut states, mut modified) = (Vec::new(), Vec::new(), None);
    for (
        url,
        Fetched {
            file,
            name,
            state,
            last_modified,
        },
    ) in urls.iter().zip(fetched)
    {
        inputs.push(Input::new(name, BufReader::with_capacity(1 << 16, file)));
        states.push((url.clone(), state));
        modified = modified.max(last_modified);
    }
    let request = UpdateRequest {
        list: name,
        inputs,
        published,
        last_modified: modified,
        clock: &Timestamp::now,
        how: How::Whole,
        fetched: states,
        edition: None,
        noted: Vec::new(),
    };
    Ok(app.update_list(request, &mut |n| underway.seen(n))?)
}

fn code(report: &UpdateReport) -> ExitCode {
    if report.state == State::Quarantined {
        ExitCode::from(REFUSED)
    } else {
        ExitCode::SUCCESS
    }
}

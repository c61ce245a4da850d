//! `rescreen list …`.

use std::{collections::BTreeMap, io::BufReader, process::ExitCode};

use anyhow::Result;
use jiff::{Timestamp, tz::TimeZone};
use rescreen_app::{
    App, AsOf, Diff, DiffedEntry, EntityReport, Input, Limits, ListReport, ListSpec, State,
    UpdateReport, UpdateRequest, VersionRow, VersionState,
};
use rescreen_import::ftm_json::{self, Dialect};
use rescreen_model::{Entry, Severity};
use serde_json::{Value, json};

use super::{list_name, moment, open};
use crate::{
    cli::{AddArgs, Global, ListCommand, UpdateArgs},
    failure::{EdgeError, REFUSED},
    fetch::{self, Fetched},
    files,
    output::{Output, Table, visible},
    progress, wire,
};

/// How many findings and changes people are shown before the rest is only counted.
const SHOWN: usize = 20;

pub(crate) fn run(command: ListCommand, global: &Global, output: &mut Output) -> Result<ExitCode> {
    let done = Ok(ExitCode::SUCCESS);
    let mut app = open(global)?;
    match command {
        ListCommand::Add(args) => add(&mut app, args, output).and(done),
        ListCommand::Ls => ls(&app, output).and(done),
        ListCommand::Show { name, of } => {
            show(&app, &name, of.as_deref(), output).and(done)
        }
        ListCommand::Update(args) => update(&mut app, args, output),
        ListCommand::Diff { name, from, to } => {
            let diff = app.diff(&list_name(&name)?, &from, &to)?;
            print_diff(&diff, output).and(done)
        }
        ListCommand::Release {
            name,
            version,
            reason,
        } => {
            let report = app.release(&list_name(&name)?, &version, &reason, Timestamp::now())?;
            print_update(&report, output).and(done)
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
            print_entity(&id, &report, asked.as_deref(), output)?;
            if report.now.is_empty() && asked.is_some() {
                return Err(
                    EdgeError::NotFound(format!("'{id}' was on no list at that moment")).into(),
                );
            }
            done
        }
    }
}

fn add(app: &mut App, args: AddArgs, output: &mut Output) -> Result<()> {
    let name = list_name(&args.name)?;
    let share = |percent: f64, option: &str| {
        if (0.0..=100.0).contains(&percent) {
            Ok(percent / 100.0)
        } else {
            Err(EdgeError::Usage(format!(
                "{option} {percent} is no percentage: expected 0 to 100"
            )))
        }
    };
    for url in &args.urls {
        fetch::check_url(url)?;
    }
    let spec = ListSpec {
        format: args.format,
        urls: args.urls,
        mapping: args.mapping.as_deref().map(files::read_text).transpose()?,
        limits: Limits {
            shrink: share(args.max_shrink, "--max-shrink")?,
            change: share(args.max_change, "--max-change")?,
        },
    };
    let format = spec.format.clone();
    app.add_list(&name, spec, Timestamp::now())?;
    if output.json {
        output.document(&json!({ "list": name.as_str(), "format": format, "state": "added" }))
    } else {
        output.note(format!("added list '{name}' ({format}); take its first version in with 'rescreen list update {name}'"))
    }
}

fn ls(app: &App, output: &mut Output) -> Result<()> {
    let reports = app.lists()?;
    if output.json {
        return output.document(&reports.iter().map(wire::ListLine::of).collect::<Vec<_>>());
    }
    if reports.is_empty() {
        return output.note("no list yet; add one with 'rescreen list add NAME --format FORMAT'");
    }
    let mut table = Table::new(&[
        "LIST",
        "FORMAT",
        "VERSION",
        "PUBLISHED",
        "CHECKED",
        "ENTRIES",
        "FINDINGS",
    ])
    .right(5)
    .right(6);
    for report in &reports {
        let active = report.active.as_ref();
        table.row([
            report.list.name.to_string(),
            report.list.spec.format.clone(),
            active.map_or_else(|| "none in force".to_owned(), |v| v.version.to_string()),
            active.map(|v| day(v.published)).unwrap_or_default(),
            report
                .observations
                .first()
                .map(|o| minute(o.at))
                .unwrap_or_default(),
            active.map_or(0, |v| v.entries).to_string(),
            active.map_or(0, |v| v.findings).to_string(),
        ]);
    }
    output.table(&table)?;
    for report in &reports {
        if let Some(waiting) = report.waiting() {
            output.line(format!(
                "\n{}: version {} is {} and not in force:",
                report.list.name,
                waiting.version,
                waiting.state.as_str()
            ))?;
            for (code, message) in waiting.reasons.iter().take(SHOWN) {
                output.line(format!("  [{code}] {}", visible(message)))?;
            }
        }
    }
    Ok(())
}

fn show(app: &App, name: &str, version: Option<&str>, output: &mut Output) -> Result<()> {
    let report = app.show_list(&list_name(name)?)?;
    let chosen = match version {
        Some(text) => {
            let matching = |v: &&VersionRow| {
                v.version.as_str() == text || v.version.as_str().starts_with(text)
            };
            let found = report.versions.iter().find(matching);
            Some(found.ok_or_else(|| {
                EdgeError::NotFound(format!("list '{name}' has no version '{text}'"))
            })?)
        }
        None => report.active.as_ref().or(report.versions.last()),
    };
    let findings = chosen
        .map(|v| app.findings(v))
        .transpose()?
        .unwrap_or_default();
    if output.json {
        let mut document = serde_json::to_value(wire::ListLine::of(&report))?;
        if let Value::Object(fields) = &mut document {
            fields.insert("urls".to_owned(), json!(report.list.spec.urls));
            fields.insert(
                "max_shrink".to_owned(),
                json!(report.list.spec.limits.shrink),
            );
            fields.insert(
                "max_change".to_owned(),
                json!(report.list.spec.limits.change),
            );
            fields.insert(
                "versions".to_owned(),
                serde_json::to_value(
                    report
                        .versions
                        .iter()
                        .map(wire::Version::of)
                        .collect::<Vec<_>>(),
                )?,
            );
            let rows: Vec<Value> = findings
                .iter()
                .map(|f| {
                    json!({ "code": f.code, "severity": f.severity.as_str(), "place": f.place, "message": f.message })
                })
                .collect();
            fields.insert("finding_list".to_owned(), json!(rows));
        }
        return output.document(&document);
    }
    show_text(&report, output)?;
    if let Some(chosen) = chosen {
        output.line(format!(
            "\nfindings of {}: {}",
            chosen.version,
            findings.len()
        ))?;
        let mut by_code: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for finding in &findings {
            *by_code
                .entry((finding.severity.as_str(), &finding.code))
                .or_default() += 1;
        }
        for ((severity, code), count) in by_code {
            output.line(format!("  {count:>6}  {severity:<8} {code}"))?;
        }
        for finding in findings.iter().take(SHOWN) {
            output.line(format!(
                "  [{}] {}: {}",
                finding.code,
                visible(&finding.place),
                visible(&finding.message)
            ))?;
        }
        more(findings.len(), "findings (all with --json)", output)?;
    }
    Ok(())
}

fn show_text(report: &ListReport, output: &mut Output) -> Result<()> {
    let spec = &report.list.spec;
    output.line(format!("list      {}", report.list.name))?;
    output.line(format!("format    {}", spec.format))?;
    for url in &spec.urls {
        output.line(format!("url       {url}"))?;
    }
    output.line(format!(
        "limits    at most {:.1} % of the entries gone, {:.1} % changed",
        100.0 * spec.limits.shrink,
        100.0 * spec.limits.change
    ))?;
    if let Some(active) = &report.active {
        let kinds: Vec<String> = active
            .by_schema
            .iter()
            .map(|(schema, n)| format!("{n} {schema}"))
            .collect();
        output.line(format!(
            "entries   {} ({})",
            active.entries,
            kinds.join(", ")
        ))?;
    }
    output.line("")?;
    let mut table = Table::new(&[
        "VERSION",
        "STATE",
        "PUBLISHED",
        "RETRIEVED",
        "ENTRIES",
        "FINDINGS",
    ])
    .right(4)
    .right(5);
    for version in report.versions.iter().rev().take(SHOWN) {
        table.row([
            version.version.to_string(),
            version.state.as_str().to_owned(),
            minute(version.published),
            minute(version.retrieved),
            version.entries.to_string(),
            version.findings.to_string(),
        ]);
    }
    output.table(&table)?;
    more(report.versions.len(), "versions (all with --json)", output)?;
    for version in report.versions.iter().filter(|v| !v.reasons.is_empty()) {
        output.line(format!("\n{} was held back:", version.version))?;
        for (code, message) in version.reasons.iter().take(SHOWN) {
            output.line(format!("  [{code}] {}", visible(message)))?;
        }
        if let Some(reason) = &version.release {
            output.line(format!("  released: {}", visible(reason)))?;
        } else if version.state == VersionState::Quarantined {
            output.line(format!(
                "  if it is right after all: rescreen list release {} {} --reason '…'",
                report.list.name, version.version
            ))?;
        }
    }
    Ok(())
}

fn update(app: &mut App, args: UpdateArgs, output: &mut Output) -> Result<ExitCode> {
    let now = Timestamp::now();
    let published = moment(args.published.as_deref(), "--published", false)?;
    if let Some(published) = published.filter(|p| *p > now) {
        return Err(EdgeError::Usage(format!("--published {published} lies in the future")).into());
    }
    let max_bytes = args.max_size.saturating_mul(1024 * 1024);
    let Some(name) = &args.name else {
        return update_all(app, published, max_bytes, output);
    };
    let name = list_name(name)?;
    let report = if args.files.is_empty() {
        let list = app.list(&name)?;
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
        from_urls(app, &name, &urls, published, max_bytes, output)?
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
        let request = UpdateRequest {
            list: &name,
            inputs,
            published,
            last_modified: None,
            retrieved: now,
            fetched: Vec::new(),
        };
        let report = app.update_list(request, &mut |_| {})?;
        bar.finish_and_clear();
        report
    };
    print_update(&report, output)?;
    Ok(code(&report))
}

/// Updates every list that has URLs. One that fails does not stop the others; the worst outcome is the exit code.
fn update_all(
    app: &mut App,
    published: Option<Timestamp>,
    max_bytes: u64,
    output: &mut Output,
) -> Result<ExitCode> {
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
    let (mut outcome, mut failed) = (ExitCode::SUCCESS, None);
    for list in lists {
        match from_urls(
            app,
            &list.name,
            &list.spec.urls,
            published,
            max_bytes,
            output,
        ) {
            Ok(report) => {
                print_update(&report, output)?;
                if report.state == State::Quarantined {
                    outcome = code(&report);
                }
            }
            Err(error) => {
                output.complain(&format!("error: list '{}': {error:#}", list.name));
                failed = Some(error);
            }
        }
    }
    match failed {
        Some(error) => Err(error.context("at least one list was not updated")),
        None => Ok(outcome),
    }
}

fn from_urls(
    app: &mut App,
    name: &rescreen_model::ListName,
    urls: &[String],
    published: Option<Timestamp>,
    max_bytes: u64,
    output: &Output,
) -> Result<UpdateReport> {
    let now = Timestamp::now();
    let list = app.list(name)?;
    let has_version = app.show_list(name)?.active.is_some();
    let states = urls
        .iter()
        .map(|url| {
            if has_version {
                app.fetch_state(&list, url)
            } else {
                Ok(rescreen_app::FetchState::default())
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    let Some(fetched) = fetch::all(urls, &states, max_bytes, output)? else {
        return Ok(app.confirm_unchanged(name, now)?);
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
        retrieved: now,
        fetched: states,
    };
    Ok(app.update_list(request, &mut |_| {})?)
}

fn code(report: &UpdateReport) -> ExitCode {
    if report.state == State::Quarantined {
        ExitCode::from(REFUSED)
    } else {
        ExitCode::SUCCESS
    }
}

fn print_update(report: &UpdateReport, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&wire::update(report));
    }
    let UpdateReport {
        list,
        version,
        state,
        entries,
        delta,
        findings,
        reasons,
    } = report;
    match state {
        State::Unchanged => output.line(format!("{list}: unchanged, {version} with {entries} entries stays in force"))?,
        State::Active => output.line(format!(
            "{list}: {version} is in force with {entries} entries: {} added, {} removed, {} changed",
            delta.added.len(),
            delta.removed.len(),
            delta.changed.len()
        ))?,
        State::Quarantined => {
            output.line(format!("{list}: {version} is QUARANTINED, the last good version keeps serving"))?;
            for reason in reasons.iter().take(SHOWN) {
                output.line(format!("  [{}] {}", reason.code, visible(&reason.message)))?;
            }
            more(reasons.len(), "reasons (all with --json)", output)?;
            if *entries > 0 {
                output.note(format!("  if it is right after all: rescreen list release {list} {version} --reason '…'"))?;
            }
        }
    }
    if !findings.is_empty() {
        let count = |severity: Severity| findings.iter().filter(|f| f.severity == severity).count();
        output.note(format!(
            "  findings: {} losses, {} warnings, {} notes",
            count(Severity::Loss),
            count(Severity::Warning),
            count(Severity::Note)
        ))?;
        let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
        for finding in findings {
            *by_code.entry(finding.code).or_default() += 1;
        }
        for (code, count) in by_code {
            output.note(format!("    {count:>6} {code}"))?;
        }
        output.note(format!(
            "  each one, with its place: rescreen list show {list}"
        ))?;
    }
    Ok(())
}

fn print_diff(diff: &Diff, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&wire::diff(diff));
    }
    output.line(format!(
        "{}: {} → {}: {} added, {} removed, {} changed",
        diff.list,
        diff.from.version,
        diff.to.version,
        diff.added.len(),
        diff.removed.len(),
        diff.changed.len()
    ))?;
    let line = |sign: &str, e: &DiffedEntry| {
        format!("{sign} {}  {}  {}", e.id, visible(&e.caption), e.schema)
    };
    for entry in &diff.added {
        output.line(line("+", entry))?;
    }
    for entry in &diff.removed {
        output.line(line("-", entry))?;
    }
    for (entry, changes) in &diff.changed {
        output.line(line("~", entry))?;
        for change in changes {
            for value in &change.removed {
                output.line(format!("    - {}: {}", change.field, visible(value)))?;
            }
            for value in &change.added {
                output.line(format!("    + {}: {}", change.field, visible(value)))?;
            }
        }
    }
    Ok(())
}

fn print_entity(
    id: &str,
    report: &EntityReport,
    asked: Option<&str>,
    output: &mut Output,
) -> Result<()> {
    if output.json {
        let spans: Vec<Value> = report
            .history
            .iter()
            .map(|span| {
                json!({
                    "list": span.list.as_str(),
                    "from": version_moment(&span.from),
                    "to": span.to.as_ref().map(version_moment),
                    "entity": entry_json(&span.entry),
                })
            })
            .collect();
        let now: Vec<Value> = report
            .now
            .iter()
            .map(|span| {
                json!({
                    "list": span.list.as_str(),
                    "version": span.from.version.as_str(),
                    "published_from": span.from.published.to_string(),
                    "published_to": span.to.as_ref().map(|v| v.published.to_string()),
                    "known_from": span.from.activated.map(|t| t.to_string()),
                    "known_to": span.to.as_ref().and_then(|v| v.activated).map(|t| t.to_string()),
                    "entity": entry_json(&span.entry),
                })
            })
            .collect();
        return output.document(&json!({ "id": id, "as_of": asked, "listed": !now.is_empty(), "now": now, "history": spans }));
    }
    for span in &report.now {
        let party = &span.entry.party;
        output.line(format!(
            "{}  {}  {}  on {}",
            party.id,
            visible(party.caption()),
            party.schema,
            span.list
        ))?;
        for entity in span.entry.entities() {
            if entity.id != party.id {
                output.line(format!("  {} {}", entity.schema, entity.id))?;
            }
            let indent = if entity.id == party.id { "  " } else { "    " };
            for (property, values) in entity.properties() {
                for value in values {
                    let source = value
                        .source()
                        .map(|s| format!("   « {}", visible(s)))
                        .unwrap_or_default();
                    output.line(format!(
                        "{indent}{property}: {}{source}",
                        visible(value.as_str())
                    ))?;
                }
            }
        }
        output.line("")?;
    }
    let mut table = Table::new(&["LIST", "PUBLISHED FROM", "TO", "KNOWN FROM", "TO", "NAME"]);
    for span in &report.history {
        let moment = |v: Option<Timestamp>| v.map(minute).unwrap_or_default();
        table.row([
            span.list.to_string(),
            minute(span.from.published),
            moment(span.to.as_ref().map(|v| v.published)),
            moment(span.from.activated),
            moment(span.to.as_ref().and_then(|v| v.activated)),
            span.entry.party.caption().to_owned(),
        ]);
    }
    output.table(&table)
}

fn version_moment(version: &VersionRow) -> Value {
    json!({
        "version": version.version.as_str(),
        "published": version.published.to_string(),
        "known": version.activated.map(|t| t.to_string()),
    })
}

fn entry_json(entry: &Entry) -> Value {
    // EDTF dates say more than FollowTheMoney's prefixes, and this is the record itself.
    let json = |entity| ftm_json::to_json(entity, Dialect::Rescreen);
    let mut document = json(&entry.party);
    if let Value::Object(fields) = &mut document {
        fields.insert("parts".to_owned(), entry.parts.iter().map(json).collect());
    }
    document
}

fn more(total: usize, what: &str, output: &mut Output) -> Result<()> {
    if total > SHOWN {
        output.line(format!("  … and {} more {what}", total - SHOWN))
    } else {
        Ok(())
    }
}

fn day(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::UTC).date().to_string()
}

fn minute(moment: Timestamp) -> String {
    moment
        .to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

//! `rescreen demo`: the main job on fictional lists that are part of the program.

use std::{collections::BTreeMap, io::Cursor, time::Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;
use rescreen_app::{
    App, AppError, AsOf, Cut, Input, Limits, ListSpec, Store, UpdateReport, UpdateRequest,
    parse_moment,
};
use rescreen_match::Policy;
use rescreen_model::{EntityId, ListName};
use rescreen_screen::{Hit, Screening};
use serde_json::json;

use crate::{
    batch::rows::{self, Row},
    cli::Global,
    commands::screen::print_hit,
    failure::EdgeError,
    output::{Output, Table, visible},
    wire,
};

const FIRST: &str = include_str!("../demo/watchlist-1.ftm.json");
const SECOND: &str = include_str!("../demo/watchlist-2.ftm.json");
const SUBJECTS: &str = include_str!("../demo/subjects.csv");
const PUBLISHED: [&str; 2] = ["2026-01-05", "2026-03-02"];
const LIST: &str = "demo";

/// The matches of one pass: (subject, listed party) → score.
type Matches<'a> = BTreeMap<(usize, EntityId), &'a Hit>;

pub(crate) fn run(global: &Global, output: &mut Output) -> Result<()> {
    let begun = Instant::now();
    let mut app = match &global.home {
        Some(home) => App::new(
            Store::open(home)
                .map_err(AppError::from)
                .with_context(|| format!("cannot open {}", home.display()))?,
        ),
        None => App::new(Store::in_memory().map_err(AppError::from)?),
    };
    let name = ListName::parse(LIST).map_err(|e| EdgeError::Usage(e.to_string()))?;
    let spec = ListSpec {
        format: "ftm-json".to_owned(),
        urls: Vec::new(),
        mapping: None,
        limits: Limits::default(),
    };
    app.add_list(&name, spec, Timestamp::now())
        .context("the demo needs a home without a list named 'demo'")?;
    let subjects = rows::parse_csv("subjects.csv", SUBJECTS)?;

    heading(output, "1. A list comes in as a version")?;
    let first = take_in(&mut app, &name, FIRST, 0)?;
    output.note(format!(
        "   {} of {}: {} entries, everybody in it invented",
        first.version, PUBLISHED[0], first.entries
    ))?;

    heading(
        output,
        &format!("2. {} subjects are screened against it", subjects.len()),
    )?;
    let cut = app.cut(&[], AsOf::NOW, Policy::default())?;
    let (before, ms) = screen(&cut, &subjects);
    let old = matches(&before);
    output.note(format!(
        "   {} cleared, {} with a question for a person, in {ms:.0} ms ({:.0} a second)",
        before.iter().filter(|s| s.hits.is_empty()).count(),
        before.iter().filter(|s| !s.hits.is_empty()).count(),
        subjects.len() as f64 / (ms / 1000.0)
    ))?;
    if let Some((subject, hit)) = across_scripts(&subjects, &old) {
        output.note(format!(
            "\n   One of them, across scripts: {} ({})\n",
            visible(caption(subject)),
            subject.id
        ))?;
        if !output.json && !output.quiet {
            print_hit(hit, output)?;
        }
    }

    heading(
        output,
        &format!("3. Weeks later the list changes ({})", PUBLISHED[1]),
    )?;
    let second = take_in(&mut app, &name, SECOND, 1)?;
    let delta = &second.delta;
    output.note(format!(
        "   {}: {} added, {} removed, {} changed",
        second.version,
        delta.added.len(),
        delta.removed.len(),
        delta.changed.len()
    ))?;
    for change in &delta.changed {
        output.note(format!("   ~ {}: {}", change.id, change.fields.join(", ")))?;
    }

    heading(output, "4. Who was cleared and would match now?")?;
    let cut_now = app.cut(&[], AsOf::NOW, Policy::default())?;
    let (after, ms) = screen(&cut_now, &subjects);
    let new = matches(&after);
    let gained: Vec<_> = new
        .iter()
        .filter(|(key, _)| !old.contains_key(*key))
        .collect();
    let lost: Vec<_> = old
        .iter()
        .filter(|(key, _)| !new.contains_key(*key))
        .collect();
    let mut table = Table::new(&["   SCORE", "SUBJECT", "", "LISTED AS", "", "BECAUSE"]).right(0);
    for ((subject, id), hit) in &gained {
        table.row([
            format!("   {}", hit.found.score),
            subjects[*subject].id.clone(),
            caption(&subjects[*subject]).to_owned(),
            id.to_string(),
            hit.party.entity.caption().to_owned(),
            cause(&second, id),
        ]);
    }
    if !output.json && !output.quiet {
        output.table(&table)?;
    }
    output.note(format!(
        "   {} new, found in {ms:.0} ms; nobody had to ask.",
        gained.len()
    ))?;
    for ((subject, id), _) in &lost {
        output.note(format!(
            "   withdrawn: {} no longer matches {id} ({})",
            visible(caption(&subjects[*subject])),
            cause(&second, id)
        ))?;
    }

    let seconds = begun.elapsed().as_secs_f64();
    if output.json {
        let pair = |((subject, id), hit): &(&(usize, EntityId), &&Hit)| {
            let mut document = wire::hit(hit);
            document["subject"] = json!(subjects[*subject].id);
            document["cause"] = json!(cause(&second, id));
            document
        };
        return output.document(&json!({
            "versions": [wire::update(&first), wire::update(&second)],
            "subjects": subjects.len(),
            "matches_before": old.iter().map(|m| pair(&m)).collect::<Vec<_>>(),
            "matches_after": new.iter().map(|m| pair(&m)).collect::<Vec<_>>(),
            "gained": gained.iter().map(pair).collect::<Vec<_>>(),
            "withdrawn": lost.iter().map(pair).collect::<Vec<_>>(),
            "basis": [wire::cut(&cut), wire::cut(&cut_now)],
            "seconds": seconds,
        }));
    }
    output.note(format!(
        "\nDone in {seconds:.1} s. With real lists: 'rescreen list add ofac --format ofac-sdn-csv', then 'rescreen list update ofac --file …'."
    ))
}

fn heading(output: &mut Output, text: &str) -> Result<()> {
    output.note(format!("\n{text}"))
}

fn take_in(
    app: &mut App,
    list: &ListName,
    content: &'static str,
    version: usize,
) -> Result<UpdateReport> {
    let published =
        parse_moment(PUBLISHED[version], false).map_err(|e| EdgeError::Usage(e.to_string()))?;
    // The story is told with its own dates on both axes.
    let inputs = vec![Input::new(
        format!("watchlist-{}.ftm.json", version + 1),
        Cursor::new(content),
    )];
    let request = UpdateRequest {
        list,
        inputs,
        published: Some(published),
        last_modified: None,
        clock: &|| published,
        append: false,
        fetched: Vec::new(),
    };
    Ok(app.update_list(request, &mut |_| {})?)
}

fn screen(cut: &Cut, subjects: &[Row]) -> (Vec<Screening>, f64) {
    let entities: Vec<_> = subjects
        .iter()
        .filter_map(|row| row.subject.clone())
        .collect();
    let begun = Instant::now();
    let screenings = cut.screener.screen_batch(&entities);
    (screenings, begun.elapsed().as_secs_f64() * 1000.0)
}

fn matches(screenings: &[Screening]) -> Matches<'_> {
    let hits = screenings.iter().enumerate();
    hits.flat_map(|(n, s)| {
        s.hits
            .iter()
            .map(move |hit| ((n, hit.party.entity.id.clone()), hit))
    })
    .collect()
}

/// The best match whose subject is not written in the letters of the listed name.
fn across_scripts<'a>(subjects: &'a [Row], matches: &Matches<'a>) -> Option<(&'a Row, &'a Hit)> {
    let is_ascii = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphabetic())
            .all(|c| c.is_ascii())
    };
    matches
        .iter()
        .filter(|((subject, _), hit)| {
            !is_ascii(caption(&subjects[*subject])) && is_ascii(hit.party.entity.caption())
        })
        .max_by_key(|((subject, _), hit)| (hit.found.score, std::cmp::Reverse(*subject)))
        .map(|((subject, _), hit)| (&subjects[*subject], *hit))
}

fn caption(row: &Row) -> &str {
    row.subject.as_ref().map_or("", |subject| subject.caption())
}

/// What the list did to an entry.
fn cause(report: &UpdateReport, id: &EntityId) -> String {
    if report.delta.added.contains(id) {
        return "newly listed".to_owned();
    }
    if report.delta.removed.contains(id) {
        return "no longer listed".to_owned();
    }
    match report.delta.changed.iter().find(|change| change.id == *id) {
        Some(change) => format!("changed: {}", change.fields.join(", ")),
        None => "unchanged".to_owned(),
    }
}

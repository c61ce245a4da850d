//! `rescreen demo`: the main job on fictional lists that are part of the program.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    time::Instant,
};

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use rescreen_app::{
    AlertState, App, AppError, AsOf, Cut, How, Incoming, Input, Limits, ListSpec, Request, Store,
    UpdateReport, UpdateRequest, form, parse_moment,
};
use rescreen_desk::{Action, Basis, Facts, Outcome, Proposal, ReasonCode};
use rescreen_match::{Bits, Policy};
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
const SOURCE: &str = "demo";

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
        described: None,
    };
    app.add_list(&name, spec, moment(0)?)
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
        &format!(
            "2. {} subjects are screened against it, and kept",
            subjects.len()
        ),
    )?;
    let cut = app.cut(&[], AsOf::NOW, Policy::default())?;
    let (before, ms) = screen(&cut, &subjects);
    let old = matches(&before);
    register(&mut app, &subjects)?;
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
            print_hit(hit, &cut, output)?;
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

    if let Some(sweep) = &second.sweep {
        output.note(format!(
            "   in the same step {} subjects were swept in {} ms: {} alerts new, {} withdrawn",
            sweep.subjects, sweep.ms, sweep.alerts_new, sweep.alerts_withdrawn
        ))?;
    }

    heading(output, "4. Who was cleared and is alerted now?")?;
    let cut_now = app.cut(&[], AsOf::NOW, Policy::default())?;
    let (after, ms) = screen(&cut_now, &subjects);
    let new = matches(&after);
    let alerted: BTreeSet<(String, String)> = app
        .alerts(Some(AlertState::Open), usize::MAX)?
        .into_iter()
        .filter(|alert| alert.subject.source == SOURCE)
        .flat_map(|alert| {
            let subject = alert.subject.external;
            let live = alert.legs.into_iter().filter(|leg| leg.live);
            live.map(move |leg| (subject.clone(), leg.entry))
        })
        .collect();
    let found = |(subject, id): &(usize, EntityId)| (subjects[*subject].id.clone(), id.to_string());
    let is_same = new.keys().map(found).collect::<BTreeSet<_>>() == alerted;
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
        "   {} new; nobody had to ask. Screening all {} from nothing takes {ms:.0} ms and finds {}.",
        gained.len(),
        subjects.len(),
        if is_same { "the same" } else { "SOMETHING ELSE" }
    ))?;
    for ((subject, id), _) in &lost {
        output.note(format!(
            "   withdrawn: {} no longer matches {id} ({})",
            visible(caption(&subjects[*subject])),
            cause(&second, id)
        ))?;
    }

    heading(output, "5. Where does everybody stand?")?;
    let last = Timestamp::MAX;
    let accounting = app.accounting(last)?;
    for (state, count) in &accounting.states {
        output.note(format!("   {count:>5} {state}"))?;
    }
    output.note(format!(
        "   {:>5} together: the figures {}",
        accounting.subjects,
        if accounting.reconciles() {
            "add up"
        } else {
            "DO NOT ADD UP"
        }
    ))?;
    let coverage = app.coverage(last)?;
    for list in &coverage.lists {
        output.note(format!(
            "   all through {} of list {}: {} screened, {} laggards",
            list.version.as_ref().map_or("nothing", |v| v.as_str()),
            list.name,
            list.screened,
            list.laggards
        ))?;
    }

    heading(output, "6. What was known on the day of clearance?")?;
    let replay = match gained.first() {
        Some(((subject, id), _)) => {
            let row = &subjects[*subject];
            let held = app.show_subject(&format!("{SOURCE}/{}", row.id), Timestamp::MAX)?;
            let screening = held.screenings.first().map(|s| (s.key, s.at));
            let replay = screening.map(|(key, _)| app.replay(key)).transpose()?;
            if let (Some((key, at)), Some(replay)) = (screening, &replay) {
                output.note(format!(
                    "   {} was cleared at {at} (screening {key}); {id} was not a match then.\n   Run again on the lists of that day: {}",
                    visible(caption(row)),
                    if replay.equal { "the same answer, byte for byte" } else { "ANOTHER ANSWER" }
                ))?;
            }
            replay
        }
        None => None,
    };

    let seconds = begun.elapsed().as_secs_f64();
    if output.json {
        let pair = |((subject, id), hit): &(&(usize, EntityId), &&Hit)| {
            let mut document = wire::hit(hit, &cut_now);
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
            "alerts_are_a_full_rescreen": is_same,
            "accounting": wire::accounting(&accounting),
            "coverage": wire::coverage(&coverage),
            "replay": replay.as_ref().map(wire::replay),
            "seconds": seconds,
        }));
    }
    output.note(format!(
        "\nDone in {seconds:.1} s. With real lists: 'rescreen list add ofac --format ofac-sdn-csv', then 'rescreen list update ofac --file …'."
    ))
}

/// Has two invented people answer some of the alerts, so that there is something to see of how people decide.
pub(crate) fn decide_some(app: &mut App) -> Result<()> {
    const WHO: [&str; 2] = ["ada", "ben"];
    let now = Timestamp::now();
    let (mut released, mut confirmed, mut proposed) = (0, 0, 0);
    for alert in app.alerts(Some(AlertState::Open), usize::MAX)? {
        let Some(leg) = alert.legs.iter().find(|leg| leg.live) else {
            continue;
        };
        let found = form::decode_match(&leg.found).map_err(AppError::from)?;
        let contradicts = found
            .evidence
            .iter()
            .any(|line| line.feature == "birth-date" && line.bits < Bits::ZERO);
        let agrees = found
            .evidence
            .iter()
            .any(|line| line.feature == "birth-date" && line.bits > Bits::from_hundredths(500));
        let (outcome, reason, is_approved) = if contradicts && released < 6 {
            released += 1;
            (Outcome::FalsePositive, "other-birth-date", true)
        } else if agrees && confirmed < 3 {
            confirmed += 1;
            (Outcome::TrueMatch, "same-person", true)
        } else if proposed < 2 {
            proposed += 1;
            (Outcome::FalsePositive, "other-person", false)
        } else {
            continue;
        };
        let act = |by: &str, action: Action| Request {
            alert: alert.row.key,
            by: by.to_owned(),
            expected: None,
            key: None,
            action,
            relied: Vec::new(),
        };
        let proposal = Proposal {
            outcome,
            reason: ReasonCode::new(reason),
            text: String::new(),
            basis: Basis::Identity,
            facts: Facts::default(),
        };
        app.act(&act(WHO[0], Action::Propose(proposal)), now)?;
        if is_approved {
            app.act(&act(WHO[1], Action::Approve), now)?;
        }
    }
    Ok(())
}

fn heading(output: &mut Output, text: &str) -> Result<()> {
    output.note(format!("\n{text}"))
}

/// Keeps the subjects, as of the day of the first version.
fn register(app: &mut App, subjects: &[Row]) -> Result<()> {
    let mut registration = app.registration(SOURCE)?;
    let incoming: Vec<Incoming> = subjects
        .iter()
        .filter_map(|row| row.subject.clone())
        .map(|subject| Incoming { subject })
        .collect();
    Ok(app.register(&mut registration, incoming, moment(0)?)?)
}

/// The day a version was published.
fn moment(version: usize) -> Result<Timestamp> {
    Ok(parse_moment(PUBLISHED[version], false).map_err(|e| EdgeError::Usage(e.to_string()))?)
}

fn take_in(
    app: &mut App,
    list: &ListName,
    content: &'static str,
    version: usize,
) -> Result<UpdateReport> {
    let published = moment(version)?;
    // The story is told with its own dates on both axes; only how long things take is real.
    let begun = Instant::now();
    let clock = || {
        let passed = i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX);
        published
            .checked_add(SignedDuration::from_micros(passed))
            .unwrap_or(published)
    };
    let inputs = vec![Input::new(
        format!("watchlist-{}.ftm.json", version + 1),
        Cursor::new(content),
    )];
    let request = UpdateRequest {
        list,
        inputs,
        published: Some(published),
        last_modified: None,
        clock: &clock,
        how: How::Whole,
        fetched: Vec::new(),
        edition: None,
        noted: Vec::new(),
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

//! `rescreen policy …`.

use std::process::ExitCode;

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::{AlertReport, Forecast, LegRow, RegisterPolicy};
use rescreen_match::{Policy, Score};
use rescreen_model::ListName;
use rescreen_web::Work;
use serde_json::json;

use super::{alert, home, open, open_as, sweep};
use crate::{
    cli::{Global, PolicyArgs, PolicyCommand},
    failure::EdgeError,
    output::{Output, Table},
    progress,
    running::Underway,
    wire,
};

pub(crate) fn run(
    command: &PolicyCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let mut app = match command {
        PolicyCommand::Set { by, .. } => open_as(global, by)?,
        _ => open(global)?,
    };
    let (now_in_force, row) = app.register_policy()?;
    let bar = progress::count(output, app.subjects()?, "sweeping");
    let underway = match command {
        PolicyCommand::Set { .. } => {
            let everybody = Some(app.subjects()?);
            Some(Underway::begin(&home(global)?, Work::Policy, "", everybody))
        }
        _ => None,
    };
    let mut seen = |n| {
        bar.set_position(n);
        if let Some(underway) = &underway {
            underway.seen(n);
        }
    };
    match command {
        PolicyCommand::Show => {
            if output.json {
                let mut document = wire::register_policy(&now_in_force);
                document["since"] = json!(row.as_ref().map(|r| r.at.to_string()));
                document["by"] = json!(row.as_ref().map(|r| &r.author));
                document["reason"] = json!(row.as_ref().map(|r| &r.reason));
                output.document(&document)?;
            } else {
                output.line(describe(&now_in_force))?;
                output.line(match row {
                    Some(row) => format!("since {} by {}: {}", row.at, row.author, row.reason),
                    None => "the default; nobody has set another".to_owned(),
                })?;
            }
        }
        PolicyCommand::Forecast(args) => {
            let policy = wanted(args, &now_in_force)?;
            let forecast = app.forecast_policy(&policy, Timestamp::now(), &mut seen)?;
            bar.finish_and_clear();
            tell(&forecast, "would change", output)?;
        }
        PolicyCommand::Set { policy, reason, by } => {
            let policy = wanted(policy, &now_in_force)?;
            let forecast =
                app.set_register_policy(&policy, by, reason, Timestamp::now(), &mut seen)?;
            bar.finish_and_clear();
            tell(&forecast, "changed", output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The policy in force with what the options change.
fn wanted(args: &PolicyArgs, in_force: &RegisterPolicy) -> Result<RegisterPolicy> {
    let now = &in_force.matching;
    let score = |value: Option<f64>, option: &str, default: Score| -> Result<Score> {
        value.map_or(Ok(default), |value| {
            Score::from_f64(value).ok_or_else(|| {
                EdgeError::Usage(format!("{option} {value}: expected 0 to 1")).into()
            })
        })
    };
    let review = score(args.threshold, "--threshold", now.review())?;
    let matched = score(
        args.match_threshold,
        "--match-threshold",
        now.matched().max(review),
    )?;
    let typo_floor = match args.typo_floor.as_deref() {
        None => now.typo_floor(),
        Some("on") => true,
        Some("off") => false,
        Some(other) => {
            return Err(
                EdgeError::Usage(format!("--typo-floor '{other}': expected on or off")).into(),
            );
        }
    };
    let policy = Policy::new(review, matched).map_err(|e| EdgeError::Usage(e.to_string()))?;
    let mut scope = in_force.scope.clone();
    if args.all_lists {
        scope = scope.with_lists(None)?;
    } else if !args.lists.is_empty() {
        let lists = args.lists.iter().map(|name| ListName::parse(name));
        let lists = lists
            .collect::<Result<_, _>>()
            .map_err(|e| EdgeError::Usage(format!("--list: {e}")))?;
        scope = scope.with_lists(Some(lists))?;
    }
    if args.any_topic || !args.topics.is_empty() {
        scope = scope.with_topics(args.topics.iter().cloned().collect())?;
    }
    Ok(RegisterPolicy {
        matching: policy.with_typo_floor(typo_floor),
        scope,
    })
}

fn describe(policy: &RegisterPolicy) -> String {
    let RegisterPolicy { matching, scope } = policy;
    let lists = scope.lists().map_or_else(
        || "every list".to_owned(),
        |lists| joined(lists.iter().map(ListName::as_str)),
    );
    let topics = match scope.topics() {
        topics if topics.is_empty() => String::new(),
        topics => format!(" of topic {}", joined(topics.iter().map(String::as_str))),
    };
    format!(
        "against {lists}{topics}; review from {}, match tier from {}, typo floor {} (policy {})",
        matching.review(),
        matching.matched(),
        if matching.typo_floor() { "on" } else { "off" },
        policy.hash().short()
    )
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn tell(forecast: &Forecast, verb: &str, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&json!({
            "policy": wire::register_policy(&forecast.policy),
            "sweep": wire::sweep(&forecast.sweep),
            "sample": wire::sample(&forecast.sample),
        }));
    }
    output.line(describe(&forecast.policy))?;
    output.notes(&forecast.sweep.notes);
    output.line(format!(
        "{verb} over {} subjects: {}",
        forecast.sweep.subjects,
        sweep::in_words(&forecast.sweep)
    ))?;
    let sample = &forecast.sample;
    let kinds = [
        ("new", &sample.new),
        ("changed", &sample.changed),
        ("back", &sample.returned),
        ("withdrawn", &sample.withdrawn),
    ];
    if kinds.iter().all(|(_, alerts)| alerts.is_empty()) {
        return Ok(());
    }
    let mut table = Table::new(&["", "SCORE", "SUBJECT", "", "LISTED AS", "", "LIST"]).right(1);
    for (kind, alerts) in kinds {
        for alert in alerts {
            table.row(sample_row(kind, alert));
        }
    }
    output.table(&table)
}

fn sample_row(kind: &str, alert: &AlertReport) -> [String; 7] {
    let leading = wire::leading(&alert.legs);
    let of_leg = |text: fn(&LegRow) -> String| leading.map_or_else(String::new, text);
    [
        kind.to_owned(),
        of_leg(|leg| leg.score.to_string()),
        format!("{}/{}", alert.subject.source, alert.subject.external),
        alert::caption_of(&alert.subject.body),
        of_leg(|leg| leg.entry.clone()),
        of_leg(alert::listed_as),
        of_leg(|leg| leg.list_name.clone()),
    ]
}

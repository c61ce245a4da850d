//! `rescreen policy …`.

use std::process::ExitCode;

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::Forecast;
use rescreen_match::{Policy, Score};
use serde_json::json;

use super::open;
use crate::{
    cli::{Global, PolicyArgs, PolicyCommand},
    failure::EdgeError,
    output::Output,
    progress, wire,
};

pub(crate) fn run(
    command: &PolicyCommand,
    global: &Global,
    output: &mut Output,
) -> Result<ExitCode> {
    let mut app = open(global)?;
    let (now_in_force, row) = app.register_policy()?;
    let bar = progress::count(output, app.subjects()?, "sweeping");
    let mut seen = |n| bar.set_position(n);
    match command {
        PolicyCommand::Show => {
            if output.json {
                let mut document = wire::policy(&now_in_force);
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
fn wanted(args: &PolicyArgs, now: &Policy) -> Result<Policy> {
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
    Ok(policy.with_typo_floor(typo_floor))
}

fn describe(policy: &Policy) -> String {
    format!(
        "review from {}, match tier from {}, typo floor {} (policy {})",
        policy.review(),
        policy.matched(),
        if policy.typo_floor() { "on" } else { "off" },
        policy.hash().short()
    )
}

fn tell(forecast: &Forecast, verb: &str, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&json!({
            "policy": wire::policy(&forecast.policy), "sweep": wire::sweep(&forecast.sweep),
        }));
    }
    output.line(describe(&forecast.policy))?;
    output.notes(&forecast.sweep.notes);
    output.line(format!(
        "{verb}: {} alerts new, {} with other evidence, {} withdrawn, over {} subjects{}",
        forecast.sweep.alerts_new,
        forecast.sweep.alerts_changed,
        forecast.sweep.alerts_withdrawn,
        forecast.sweep.subjects,
        super::list::reopened(forecast.sweep.alerts_reopened)
    ))
}

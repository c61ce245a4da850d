//! One run of a program: how long, how much memory, what it said.

use std::{
    fs,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell;

#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) wall: Duration,
    /// The most memory that was resident at once; `None` where the system does not say.
    pub(crate) peak_kib: Option<u64>,
    /// What it had of all processors, to some hundredths of a second: beside other work, the clock on the wall says little.
    pub(crate) cpu_seconds: Option<f64>,
    pub(crate) stdout: String,
}

/// How often the memory of the running program is read.
const SAMPLING: Duration = Duration::from_millis(2);

/// Runs it to its end.
///
/// # Errors
/// Where it cannot be started or fails; the message holds what it said about that.
pub(crate) fn run(command: &mut Command) -> Result<Run> {
    let shown = shell::show(command);
    let started = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let status_file = format!("/proc/{}/status", child.id());
    let stat_file = format!("/proc/{}/stat", child.id());
    let is_over = AtomicBool::new(false);
    let (output, (peak_kib, cpu_seconds), wall) = thread::scope(|scope| {
        let sampler = scope.spawn(|| {
            let (mut peak, mut cpu) = (None, None);
            while !is_over.load(Ordering::Relaxed) {
                peak = peak.max(high_water_mark(&status_file));
                cpu = cpu_seconds(&stat_file).or(cpu);
                thread::sleep(SAMPLING);
            }
            (peak, cpu)
        });
        let output = child.wait_with_output();
        let wall = started.elapsed();
        is_over.store(true, Ordering::Relaxed);
        (output, sampler.join().unwrap_or_default(), wall)
    });
    let output = output.with_context(|| format!("`{shown}` was lost"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{shown}` failed ({}): {}", output.status, said.trim());
    }
    Ok(Run {
        wall,
        peak_kib,
        cpu_seconds,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
    })
}

/// The kernel keeps the peak itself, so a sample only has to come before the end.
fn high_water_mark(status_file: &str) -> Option<u64> {
    let status = fs::read_to_string(status_file).ok()?;
    let (_, rest) = status.split_once("VmHWM:")?;
    rest.split_whitespace().next()?.parse().ok()
}

/// The time in the program and in the kernel for it, in ticks of which Linux has a hundred a second.
fn cpu_seconds(stat_file: &str) -> Option<f64> {
    let stat = fs::read_to_string(stat_file).ok()?;
    // The name of the program is in brackets and may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

impl Run {
    /// What it printed, as JSON.
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.stdout).context("what it printed is no JSON document")
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.wall.as_secs_f64()
    }
}

/// The middle of several durations, in seconds.
pub(crate) fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_measured_and_a_failure_is_told() {
        let run_cargo = run(shell::cargo().arg("--version")).unwrap();
        assert!(run_cargo.stdout.starts_with("cargo "));
        assert!(run_cargo.wall > Duration::ZERO);
        let error = run(shell::cargo().arg("no-such-command")).unwrap_err();
        assert!(error.to_string().contains("no-such-command"), "{error}");
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!(median(Vec::new()).is_nan());
    }
}

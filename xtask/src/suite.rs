//! Every test of the workspace, with a summary that cannot be overlooked.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    time::Instant,
};

use anyhow::{Context, Result, bail};

use crate::{archive, axe, setup, shell};

/// What property tests start from.
const SEED: &str = "PROPTEST_RNG_SEED";

/// Sets up, then runs all tests, those of the finished program among them.
pub(crate) fn run() -> Result<()> {
    let missing = setup::run().err();
    if let Some(error) = &missing {
        eprintln!("\nWARNING: {error:#}");
    }
    let started = Instant::now();
    let mut command = shell::cargo();
    match archive::ofac_history(&shell::shared().join("data")) {
        Ok(None) => {}
        Ok(Some(folder)) => drop(command.env("RESCREEN_OFAC_HISTORY", folder)),
        Err(error) => eprintln!("\nWARNING: {error:#}"),
    }
    match axe::script() {
        Ok(None) => {}
        Ok(Some(script)) => drop(command.env("RESCREEN_AXE", script)),
        Err(error) => eprintln!("\nWARNING: {error:#}"),
    }
    // The gate judges a change, so its random cases are the same for all; `cargo test` keeps looking for new ones.
    if std::env::var_os(SEED).is_none() {
        command.env(SEED, "20260105");
    }
    command
        .args(["test", "--workspace", "--locked", "--no-fail-fast", "--"])
        // Passing tests say what they skipped; by default nobody would read it.
        .arg("--show-output")
        .stdout(Stdio::piped());
    let shown = shell::show(&command);
    println!("\n$ {shown}");
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let mut report = Report::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            if let Some(line) = report.take(&line?) {
                println!("{line}");
            }
        }
    }
    let status = child.wait()?;
    println!("\n{}", report.summary());
    println!("in {}", shell::seconds(started.elapsed()));
    if let Some(error) = missing {
        println!("\nNOT EVERYTHING COULD BE TESTED: {error:#}");
    }
    if !status.success() {
        bail!("tests failed");
    }
    Ok(())
}

/// What the test programs say, added up.
#[derive(Debug, Default)]
struct Report {
    programs: u64,
    passed: u64,
    failed: u64,
    ignored: u64,
    skipped: Vec<String>,
    failures: Vec<String>,
    /// Within the part of the output that shows what passing tests printed.
    in_successes: bool,
}

impl Report {
    /// Takes one line of output and returns it where it is worth showing.
    fn take<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.programs += 1;
            self.in_successes = false;
            for count in counts.split([';', '.']) {
                let mut words = count.split_whitespace();
                let (Some(number), Some(word)) = (words.next(), words.next()) else {
                    continue;
                };
                let number = number.parse().unwrap_or(0);
                match word {
                    "passed" => self.passed += number,
                    "failed" => self.failed += number,
                    "ignored" => self.ignored += number,
                    _ => {}
                }
            }
            return Some(line);
        }
        if let Some(at) = line.find("SKIPPED") {
            let reason = line[at..].to_owned();
            if !self.skipped.contains(&reason) {
                self.skipped.push(reason);
            }
            return Some(line);
        }
        match line {
            "successes:" => self.in_successes = true,
            "failures:" => self.in_successes = false,
            _ => {}
        }
        if let Some(test) = line.strip_prefix("test ") {
            if let Some(name) = test.strip_suffix(" ... FAILED") {
                self.failures.push(name.to_owned());
                return Some(line);
            }
            return None;
        }
        let is_noise = self.in_successes || line.is_empty() || line.starts_with("running ");
        (!is_noise).then_some(line)
    }

    fn summary(&self) -> String {
        let counts = format!(
            "{} test programs: {} passed, {} failed, {} ignored, {} skipped for want of something",
            self.programs,
            self.passed,
            self.failed,
            self.ignored,
            self.skipped.len()
        );
        let failures = self.failures.iter().map(|name| format!("  FAILED {name}"));
        let skipped = self.skipped.iter().map(|reason| format!("  {reason}"));
        let lines: Vec<String> = [counts]
            .into_iter()
            .chain(skipped)
            .chain(failures)
            .collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_adds_up_and_repeats_what_matters() {
        let output = "\
running 3 tests
test a ... ok
test b ... ok
test c ... FAILED

successes:

---- a stdout ----
SKIPPED: no lists
chatter

successes:
    a
    b

failures:

---- c stdout ----
left is not right

failures:
    c

test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.0s
running 1 test
test d ... ok
test result: ok. 1 passed; 0 failed; 4 ignored; 0 measured; 0 filtered out; finished in 0.0s
";
        let mut report = Report::default();
        let shown: Vec<&str> = output
            .lines()
            .filter_map(|line| report.take(line))
            .collect();
        assert!(shown.contains(&"left is not right"));
        assert!(shown.contains(&"SKIPPED: no lists"));
        assert!(!shown.contains(&"chatter") && !shown.contains(&"test a ... ok"));
        assert_eq!(
            report.summary(),
            "2 test programs: 3 passed, 1 failed, 4 ignored, 1 skipped for want of something\
             \n  SKIPPED: no lists\n  FAILED c"
        );
    }
}

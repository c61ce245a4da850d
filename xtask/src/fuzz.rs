//! Coverage-guided fuzzing on the stable toolchain.
//!
//! libFuzzer needs instrumented code. The compiler's own sanitizer coverage is unstable to ask for by `-Z`, and stable to
//! ask for by its LLVM pass. There is no address sanitizer that way, which costs little in code without `unsafe`.

use std::{env::consts, fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::shell;

const INSTRUMENTED: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Coverflow-checks";

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (target, seconds) = match options {
        [] => {
            println!("targets: {}", targets()?.join(", "));
            return Ok(());
        }
        [target] => (*target, 60),
        [target, "--seconds", seconds] => {
            let seconds: u32 = seconds
                .parse()
                .with_context(|| format!("--seconds {seconds}: expected a whole number"))?;
            (*target, seconds)
        }
        _ => bail!(
            "expected TARGET [--seconds N], found '{}'",
            options.join(" ")
        ),
    };
    let known = targets()?;
    if !known.iter().any(|name| name == target) {
        bail!("no fuzz target '{target}'; there are: {}", known.join(", "));
    }
    let corpus = shell::root().join("fuzz/corpus").join(target);
    let artifacts = shell::root().join("fuzz/artifacts").join(target);
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    // With a target named, build scripts and macros of the host stay without instruments.
    let host = host()?;
    shell::run(
        shell::cargo()
            .env("RUSTFLAGS", INSTRUMENTED)
            .args(["run", "--release", "--manifest-path", "fuzz/Cargo.toml"])
            .args(["--target", &host, "--bin", target, "--"])
            .arg(&corpus)
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .args([
                format!("-max_total_time={seconds}"),
                "-timeout=10".into(),
                "-rss_limit_mb=2048".into(),
            ]),
    )
    .with_context(|| format!("an input that fails lies in {}", artifacts.display()))
}

/// The names of the binaries of the fuzz package.
fn targets() -> Result<Vec<String>> {
    let manifest = shell::root().join("fuzz/Cargo.toml");
    let text = read(&manifest)?;
    let manifest: toml::Table = text.parse()?;
    let bins = manifest
        .get("bin")
        .and_then(toml::Value::as_array)
        .cloned()
        .unwrap_or_default();
    Ok(bins
        .iter()
        .filter_map(|bin| Some(bin.get("name")?.as_str()?.to_owned()))
        .collect())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn host() -> Result<String> {
    let output = shell::program("rustc").arg("-vV").output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .with_context(|| format!("rustc does not say its host on {}", consts::ARCH))
}

//! Fuzzing one reader: finds the targets and hands over to `fuzz/run.sh`, which knows how.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let known = targets()?;
    let (target, seconds) = match options {
        [] => {
            println!("targets: {}", known.join(", "));
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
    if !known.iter().any(|name| name == target) {
        bail!("no fuzz target '{target}'; there are: {}", known.join(", "));
    }
    shell::run(
        shell::program("fuzz/run.sh")
            .arg(target)
            .arg(seconds.to_string()),
    )
    .with_context(|| format!("an input that fails lies in fuzz/artifacts/{target}"))
}

/// The names of the binaries of the fuzz package.
fn targets() -> Result<Vec<String>> {
    let path = shell::root().join("fuzz/Cargo.toml");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let manifest: toml::Table = text.parse()?;
    let bins = manifest
        .get("bin")
        .and_then(toml::Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    Ok(bins
        .iter()
        .filter_map(|bin| Some(bin.get("name")?.as_str()?.to_owned()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_target_is_refused_with_the_right_ones() {
        let all = targets().unwrap();
        assert!(!all.is_empty());
        let error = run(&["no_such_target"]).unwrap_err().to_string();
        assert!(all.iter().all(|name| error.contains(name)), "{error}");
        assert!(run(&[&all[0], "--seconds", "soon"]).is_err());
    }
}

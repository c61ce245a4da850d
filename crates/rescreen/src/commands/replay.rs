//! `rescreen replay`.

use std::process::ExitCode;

use anyhow::Result;

use super::open;
use crate::{cli::Global, output::Output, wire};

pub(crate) fn run(screening: i64, global: &Global, output: &mut Output) -> Result<ExitCode> {
    let report = open(global)?.replay(screening)?;
    if output.json {
        output.document(&wire::replay(&report))?;
        return Ok(ExitCode::SUCCESS);
    }
    if report.equal {
        output.line(format!(
            "screening {screening} of {}: the same answer, byte for byte",
            report.recorded.at
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    output.line(format!(
        "screening {screening} of {}: ANOTHER answer",
        report.recorded.at
    ))?;
    let (then, now) = &report.matcher;
    output.line(if then == now {
        "the matcher is the same, so this is a defect of rescreen".to_owned()
    } else {
        format!(
            "the matcher was {}, this program's is {}",
            &then[..8],
            &now[..8]
        )
    })?;
    for (list, entry) in &report.differs {
        output.line(format!("  {entry} on {list}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

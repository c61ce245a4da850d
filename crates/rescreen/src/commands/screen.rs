//! `rescreen screen …`.

use std::process::ExitCode;

use anyhow::Result;
use jiff::Timestamp;
use rescreen_app::{AsOf, Cut};
use rescreen_match::Match;
use rescreen_model::Property;
use rescreen_screen::{Hit, Screening};
use serde_json::json;

use super::{list_name, moment, open};
use crate::{
    batch,
    cli::{Global, ScreenArgs},
    failure::EdgeError,
    output::{Output, visible},
    query, wire,
};

pub(crate) fn run(args: &ScreenArgs, global: &Global, output: &mut Output) -> Result<ExitCode> {
    if args.output.is_some() && args.input.is_none() {
        return Err(
            EdgeError::Usage("--output needs a file of subjects: --input".to_owned()).into(),
        );
    }
    let policy = query::policy(args.threshold)?;
    let at = AsOf {
        published: moment(args.as_of.as_deref(), "--as-of", true)?.unwrap_or(Timestamp::MAX),
        known: Timestamp::MAX,
    };
    let names = args
        .lists
        .iter()
        .map(|name| list_name(name))
        .collect::<Result<Vec<_>>>()?;
    let subject = if args.input.is_none() {
        Some(query::subject(&args.subject, "query")?)
    } else {
        None
    };
    let cut = open(global)?.cut(&names, at, policy)?;

    let Some(subject) = subject else {
        batch::run(args, &cut, output)?;
        return Ok(ExitCode::SUCCESS);
    };
    let screening = cut.screener.screen(&subject);
    if output.json {
        let query =
            json!({ "schema": subject.schema.name(), "properties": wire::properties(&subject) });
        output.document(&wire::screening(&query, &screening, &cut, args.limit))?;
    } else {
        print(&screening, &cut, args.limit, output)?;
        let lists: Vec<String> = cut
            .lists
            .iter()
            .map(|l| format!("{} {}", l.name, l.version))
            .collect();
        output.note(format!(
            "against {} · policy {} · matcher {}",
            lists.join(", "),
            cut.policy.short(),
            cut.matcher.short()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(screening: &Screening, cut: &Cut, limit: usize, output: &mut Output) -> Result<()> {
    for remark in &screening.remarks {
        output.note(format!("note: {remark}"))?;
    }
    if screening.hits.is_empty() {
        output.line("no match")?;
    }
    for hit in screening.hits.iter().take(limit) {
        print_hit(hit, cut, output)?;
        output.line("")?;
    }
    if screening.hits.len() > limit {
        output.line(format!(
            "… and {} more (--limit)",
            screening.hits.len() - limit
        ))?;
    }
    Ok(())
}

/// How many dates and countries of a listed party are shown beside its name.
const LISTED_FACTS: usize = 6;

/// One possible match with the evidence for and against it, line by line.
pub(crate) fn print_hit(hit: &Hit, cut: &Cut, output: &mut Output) -> Result<()> {
    let Match {
        score,
        tier,
        evidence,
    } = &hit.found;
    let party = &hit.party.entity;
    output.line(format!(
        "{:.2} {:<6}  {}  {} on {}  {}",
        score.as_f64(),
        tier.as_str(),
        visible(party.caption()),
        party.schema,
        hit.party.list,
        party.id
    ))?;
    let mut known: Vec<&str> = Vec::new();
    for property in [
        Property::BirthDate,
        Property::Nationality,
        Property::Citizenship,
        Property::Country,
    ] {
        for text in party.texts(property) {
            if known.len() < LISTED_FACTS && !known.contains(&text) {
                known.push(text);
            }
        }
    }
    if !known.is_empty() {
        output.line(format!("     listed with {}", known.join(", ")))?;
    }
    let mut table =
        crate::output::Table::new(&["    BITS", "EVIDENCE", "ASKED", "LISTED", ""]).right(0);
    for line in evidence {
        table.row([
            format!("    {:+.1}", line.bits.as_f64()),
            line.feature.as_str().to_owned(),
            dash(&line.query),
            dash(&line.candidate),
            line.note.as_deref().unwrap_or_default().to_owned(),
        ]);
    }
    output.table(&table)?;
    let names = cut.screener.names();
    match hit.chance(names) {
        Some(chance) => output.line(format!(
            "     by chance {} of the {names} listed names would agree this far",
            few(chance)
        )),
        None => Ok(()),
    }
}

/// A number of names that is usually far below one, with two digits that matter.
fn few(number: f64) -> String {
    match number {
        n if n >= 10.0 => format!("{n:.0}"),
        n if n >= 1.0 => format!("{n:.1}"),
        n if n >= 0.0001 => {
            let digits = (1.0 - n.log10().floor()) as usize;
            format!("{n:.digits$}")
        }
        _ => "fewer than 0.0001".to_owned(),
    }
}

fn dash(text: &str) -> String {
    if text.is_empty() {
        "–".to_owned()
    } else {
        text.to_owned()
    }
}

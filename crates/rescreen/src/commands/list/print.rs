//! What `rescreen list …` says, for people and for programs.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::{Timestamp, tz::TimeZone};
use rescreen_app::{
    App, Diff, DiffedEntry, EntityReport, ListReport, State, UpdateReport, VersionRow, VersionState,
};
use rescreen_import::ftm_json::{self, Dialect};
use rescreen_model::{Entry, Severity};
use serde_json::{Value, json};

use crate::{
    commands::list_name,
    fetch,
    output::{Output, Table, visible},
    wire,
};

/// How many findings and changes people are shown before the rest is only counted.
const SHOWN: usize = 20;

/// All lists.
pub(super) fn lists(reports: &[ListReport], output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&reports.iter().map(wire::ListLine::of).collect::<Vec<_>>());
    }
    if reports.is_empty() {
        return output.note("no list yet; add one with 'rescreen list add NAME --format FORMAT'");
    }
    let mut table = Table::new(&[
        "LIST",
        "FORMAT",
        "VERSION",
        "PUBLISHED",
        "CHECKED",
        "ENTRIES",
        "FINDINGS",
    ])
    .right(5)
    .right(6);
    for report in reports {
        let active = report.active.as_ref();
        table.row([
            report.list.name.to_string(),
            report.list.spec.format.clone(),
            active.map_or_else(|| "none in force".to_owned(), |v| v.version.to_string()),
            active.map(|v| day(v.published)).unwrap_or_default(),
            report
                .observations
                .first()
                .map(|o| minute(o.at))
                .unwrap_or_default(),
            active.map_or(0, |v| v.entries).to_string(),
            active.map_or(0, |v| v.findings).to_string(),
        ]);
    }
    output.table(&table)?;
    for report in reports {
        if let Some(waiting) = report.waiting() {
            output.line(format!(
                "\n{}: version {} is {} and not in force:",
                report.list.name,
                waiting.version,
                waiting.state.as_str()
            ))?;
            for (code, message) in waiting.reasons.iter().take(SHOWN) {
                output.line(format!("  [{code}] {}", visible(message)))?;
            }
        }
    }
    Ok(())
}

/// One list with its versions and the findings of one of them.
pub(super) fn list(
    app: &App,
    name: &str,
    version: Option<&str>,
    output: &mut Output,
) -> Result<()> {
    let report = app.show_list(&list_name(name)?)?;
    let chosen = match version {
        Some(text) => Some(app.version(&report.list, text)?),
        None => report
            .active
            .clone()
            .or_else(|| report.versions.last().cloned()),
    };
    let chosen = chosen.as_ref();
    let findings = chosen
        .map(|v| app.findings(v))
        .transpose()?
        .unwrap_or_default();
    if output.json {
        let mut document = serde_json::to_value(wire::ListLine::of(&report))?;
        if let Value::Object(fields) = &mut document {
            fields.insert("urls".to_owned(), json!(report.list.spec.urls));
            fields.insert(
                "max_shrink".to_owned(),
                json!(report.list.spec.limits.shrink),
            );
            fields.insert(
                "max_change".to_owned(),
                json!(report.list.spec.limits.change),
            );
            fields.insert(
                "versions".to_owned(),
                serde_json::to_value(
                    report
                        .versions
                        .iter()
                        .map(wire::Version::of)
                        .collect::<Vec<_>>(),
                )?,
            );
            let rows: Vec<Value> = findings
                .iter()
                .map(|f| {
                    json!({ "code": f.code, "severity": f.severity.as_str(), "place": f.place, "message": f.message })
                })
                .collect();
            fields.insert("finding_list".to_owned(), json!(rows));
        }
        return output.document(&document);
    }
    show_text(&report, output)?;
    if let Some(chosen) = chosen {
        output.line(format!(
            "\nfindings of {}: {}",
            chosen.version,
            findings.len()
        ))?;
        let mut by_code: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for finding in &findings {
            *by_code
                .entry((finding.severity.as_str(), &finding.code))
                .or_default() += 1;
        }
        for ((severity, code), count) in by_code {
            output.line(format!("  {count:>6}  {severity:<8} {code}"))?;
        }
        for finding in findings.iter().take(SHOWN) {
            output.line(format!(
                "  [{}] {}: {}",
                finding.code,
                visible(&finding.place),
                visible(&finding.message)
            ))?;
        }
        more(findings.len(), "findings (all with --json)", output)?;
    }
    Ok(())
}

fn show_text(report: &ListReport, output: &mut Output) -> Result<()> {
    let spec = &report.list.spec;
    output.line(format!("list      {}", report.list.name))?;
    output.line(format!("format    {}", spec.format))?;
    for url in &spec.urls {
        output.line(format!("url       {}", fetch::shown(url)))?;
    }
    output.line(format!(
        "limits    at most {:.1} % of the entries gone, {:.1} % changed",
        100.0 * spec.limits.shrink,
        100.0 * spec.limits.change
    ))?;
    if let Some(active) = &report.active {
        let kinds: Vec<String> = active
            .by_schema
            .iter()
            .map(|(schema, n)| format!("{n} {schema}"))
            .collect();
        output.line(format!(
            "entries   {} ({})",
            active.entries,
            kinds.join(", ")
        ))?;
    }
    output.line("")?;
    let mut table = Table::new(&[
        "VERSION",
        "STATE",
        "PUBLISHED",
        "RETRIEVED",
        "ENTRIES",
        "FINDINGS",
    ])
    .right(4)
    .right(5);
    for version in report.versions.iter().rev().take(SHOWN) {
        table.row([
            version.version.to_string(),
            version.state.as_str().to_owned(),
            minute(version.published),
            minute(version.retrieved),
            version.entries.to_string(),
            version.findings.to_string(),
        ]);
    }
    output.table(&table)?;
    more(report.versions.len(), "versions (all with --json)", output)?;
    for version in report.versions.iter().filter(|v| !v.reasons.is_empty()) {
        output.line(format!("\n{} was held back:", version.version))?;
        for (code, message) in version.reasons.iter().take(SHOWN) {
            output.line(format!("  [{code}] {}", visible(message)))?;
        }
        if let Some(reason) = &version.release {
            output.line(format!("  released: {}", visible(reason)))?;
        } else if version.state == VersionState::Quarantined {
            output.line(format!(
                "  if it is right after all: rescreen list release {} {} --reason '…'",
                report.list.name, version.version
            ))?;
        }
    }
    Ok(())
}

/// What came of an update.
pub(super) fn update(report: &UpdateReport, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&wire::update(report));
    }
    let UpdateReport {
        list,
        version,
        state,
        entries,
        delta,
        findings,
        reasons,
        sweep,
        deltas,
    } = report;
    match state {
        State::Unchanged => output.line(format!("{list}: unchanged, {version} with {entries} entries stays in force"))?,
        State::Active => output.line(format!(
            "{list}: {version} is in force with {entries} entries: {} added, {} removed, {} changed",
            delta.added.len(),
            delta.removed.len(),
            delta.changed.len()
        ))?,
        State::Quarantined => {
            output.line(format!("{list}: {version} is QUARANTINED; what was in force before stays in force"))?;
            for reason in reasons.iter().take(SHOWN) {
                output.line(format!("  [{}] {}", reason.code, visible(&reason.message)))?;
            }
            more(reasons.len(), "reasons (all with --json)", output)?;
            if *entries > 0 {
                output.note(format!("  if it is right after all: rescreen list release {list} {version} --reason '…'"))?;
            }
        }
    }
    if *deltas > 0 {
        let files = if *deltas == 1 { "file" } else { "files" };
        output.note(format!("  by {deltas} delta {files} of its publisher"))?;
    }
    if let Some(sweep) = sweep.as_ref().filter(|s| s.subjects > 0) {
        output.notes(&sweep.notes);
        output.line(format!(
            "  {} subjects swept in {} ms: {}",
            sweep.subjects,
            sweep.ms,
            crate::commands::sweep::in_words(sweep)
        ))?;
    }
    if !findings.is_empty() {
        let count = |severity: Severity| findings.iter().filter(|f| f.severity == severity).count();
        output.note(format!(
            "  findings: losses {}, warnings {}, notes {}",
            count(Severity::Loss),
            count(Severity::Warning),
            count(Severity::Note)
        ))?;
        let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
        for finding in findings {
            *by_code.entry(finding.code).or_default() += 1;
        }
        for (code, count) in by_code {
            output.note(format!("    {count:>6} {code}"))?;
        }
        output.note(format!(
            "  each one, with its place: rescreen list show {list} --of {version}"
        ))?;
    }
    Ok(())
}

/// What changed between two versions.
pub(super) fn diff(diff: &Diff, output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&wire::diff(diff));
    }
    output.line(format!(
        "{}: {} → {}: {} added, {} removed, {} changed",
        diff.list,
        diff.from.version,
        diff.to.version,
        diff.added.len(),
        diff.removed.len(),
        diff.changed.len()
    ))?;
    let line = |sign: &str, e: &DiffedEntry| {
        format!("{sign} {}  {}  {}", e.id, visible(&e.caption), e.schema)
    };
    for entry in &diff.added {
        output.line(line("+", entry))?;
    }
    for entry in &diff.removed {
        output.line(line("-", entry))?;
    }
    for (entry, changes) in &diff.changed {
        output.line(line("~", entry))?;
        for change in changes {
            for value in &change.removed {
                output.line(format!("    - {}: {}", change.field, visible(value)))?;
            }
            for value in &change.added {
                output.line(format!("    + {}: {}", change.field, visible(value)))?;
            }
        }
    }
    Ok(())
}

/// What an entry says and said.
pub(super) fn entity(
    id: &str,
    report: &EntityReport,
    asked: Option<&str>,
    output: &mut Output,
) -> Result<()> {
    if output.json {
        let spans: Vec<Value> = report
            .history
            .iter()
            .map(|span| {
                json!({
                    "list": span.list.as_str(),
                    "from": version_moment(&span.from),
                    "to": span.to.as_ref().map(version_moment),
                    "entity": entry_json(&span.entry),
                })
            })
            .collect();
        let now: Vec<Value> = report
            .now
            .iter()
            .map(|span| {
                json!({
                    "list": span.list.as_str(),
                    "version": span.from.version.as_str(),
                    "published_from": span.from.published.to_string(),
                    "published_to": span.to.as_ref().map(|v| v.published.to_string()),
                    "known_from": span.from.activated.map(|t| t.to_string()),
                    "known_to": span.to.as_ref().and_then(|v| v.activated).map(|t| t.to_string()),
                    "entity": entry_json(&span.entry),
                })
            })
            .collect();
        return output.document(&json!({ "id": id, "as_of": asked, "listed": !now.is_empty(), "now": now, "history": spans }));
    }
    for span in &report.now {
        let party = &span.entry.party;
        output.line(format!(
            "{}  {}  {}  on {}",
            party.id,
            visible(party.caption()),
            party.schema,
            span.list
        ))?;
        for entity in span.entry.entities() {
            if entity.id != party.id {
                output.line(format!("  {} {}", entity.schema, entity.id))?;
            }
            let indent = if entity.id == party.id { "  " } else { "    " };
            for (property, values) in entity.properties() {
                for value in values {
                    let source = value
                        .source()
                        .map(|s| format!("   « {}", visible(s)))
                        .unwrap_or_default();
                    output.line(format!(
                        "{indent}{property}: {}{source}",
                        visible(value.as_str())
                    ))?;
                }
            }
        }
        output.line("")?;
    }
    let mut table = Table::new(&["LIST", "PUBLISHED FROM", "TO", "KNOWN FROM", "TO", "NAME"]);
    for span in &report.history {
        let moment = |v: Option<Timestamp>| v.map(minute).unwrap_or_default();
        table.row([
            span.list.to_string(),
            minute(span.from.published),
            moment(span.to.as_ref().map(|v| v.published)),
            moment(span.from.activated),
            moment(span.to.as_ref().and_then(|v| v.activated)),
            span.entry.party.caption().to_owned(),
        ]);
    }
    output.table(&table)
}

fn version_moment(version: &VersionRow) -> Value {
    json!({
        "version": version.version.as_str(),
        "published": version.published.to_string(),
        "known": version.activated.map(|t| t.to_string()),
    })
}

fn entry_json(entry: &Entry) -> Value {
    // EDTF dates say more than FollowTheMoney's prefixes, and this is the record itself.
    let json = |entity| ftm_json::to_json(entity, Dialect::Rescreen);
    let mut document = json(&entry.party);
    if let Value::Object(fields) = &mut document {
        fields.insert("parts".to_owned(), entry.parts.iter().map(json).collect());
    }
    document
}

fn more(total: usize, what: &str, output: &mut Output) -> Result<()> {
    if total > SHOWN {
        output.line(format!("  … and {} more {what}", total - SHOWN))
    } else {
        Ok(())
    }
}

fn day(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::UTC).date().to_string()
}

fn minute(moment: Timestamp) -> String {
    moment
        .to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

//! The JSON that scripts rely on. More keys may come; none of these goes.

use std::collections::BTreeMap;

use rescreen_app::{Cut, Diff, DiffedEntry, FieldChange, ListReport, UpdateReport, VersionRow};
use rescreen_match::Match;
use rescreen_model::{Entity, Finding};
use rescreen_screen::{Hit, Screening};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
pub(crate) struct ListLine<'a> {
    name: &'a str,
    format: &'a str,
    version: Option<&'a str>,
    state: &'static str,
    published: Option<String>,
    retrieved: Option<String>,
    entries: u64,
    by_schema: BTreeMap<&'a str, u64>,
    findings: u64,
    /// A newer version that waits for a person.
    waiting: Option<Version<'a>>,
    last_checked: Option<String>,
}

impl<'a> ListLine<'a> {
    pub(crate) fn of(report: &'a ListReport) -> Self {
        let active = report.active.as_ref();
        Self {
            name: report.list.name.as_str(),
            format: &report.list.spec.format,
            version: active.map(|v| v.version.as_str()),
            state: active.map_or("empty", |v| v.state.as_str()),
            published: active.map(|v| v.published.to_string()),
            retrieved: active.map(|v| v.retrieved.to_string()),
            entries: active.map_or(0, |v| v.entries),
            by_schema: active
                .map(|v| v.by_schema.iter().map(|(k, n)| (k.as_str(), *n)).collect())
                .unwrap_or_default(),
            findings: active.map_or(0, |v| v.findings),
            waiting: report.waiting().map(Version::of),
            last_checked: report.observations.first().map(|o| o.at.to_string()),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Version<'a> {
    #[serde(rename = "version")]
    id: &'a str,
    state: &'static str,
    published: String,
    retrieved: String,
    activated: Option<String>,
    content: String,
    entries: u64,
    by_schema: &'a BTreeMap<String, u64>,
    findings: u64,
    reasons: Vec<Value>,
    release_reason: Option<&'a str>,
}

impl<'a> Version<'a> {
    pub(crate) fn of(version: &'a VersionRow) -> Self {
        Self {
            id: version.version.as_str(),
            state: version.state.as_str(),
            published: version.published.to_string(),
            retrieved: version.retrieved.to_string(),
            activated: version.activated.map(|t| t.to_string()),
            content: version.content.to_string(),
            entries: version.entries,
            by_schema: &version.by_schema,
            findings: version.findings,
            reasons: version
                .reasons
                .iter()
                .map(|(code, message)| json!({ "code": code, "message": message }))
                .collect(),
            release_reason: version.release.as_deref(),
        }
    }
}

pub(crate) fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.code,
        "severity": finding.severity.as_str(),
        "place": finding.place.to_string(),
        "file": finding.place.file,
        "line": finding.place.line,
        "record": finding.place.record,
        "field": finding.place.field,
        "message": finding.message,
    })
}

pub(crate) fn update(report: &UpdateReport) -> Value {
    let ids =
        |ids: &[rescreen_model::EntityId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    json!({
        "list": report.list.as_str(),
        "version": report.version.as_str(),
        "state": report.state.as_str(),
        "entries": report.entries,
        "delta": {
            "added": ids(&report.delta.added),
            "removed": ids(&report.delta.removed),
            "changed": report.delta.changed.iter()
                .map(|c| json!({ "id": c.id.as_str(), "fields": c.fields })).collect::<Vec<_>>(),
        },
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "reasons": report.reasons.iter()
            .map(|r| json!({ "code": r.code, "message": r.message })).collect::<Vec<_>>(),
    })
}

pub(crate) fn diff(diff: &Diff) -> Value {
    let entry =
        |e: &DiffedEntry| json!({ "id": e.id.as_str(), "caption": e.caption, "schema": e.schema });
    let change =
        |c: &FieldChange| json!({ "field": c.field, "removed": c.removed, "added": c.added });
    json!({
        "list": diff.list.as_str(),
        "from": diff.from.version.as_str(),
        "to": diff.to.version.as_str(),
        "added": diff.added.iter().map(entry).collect::<Vec<_>>(),
        "removed": diff.removed.iter().map(entry).collect::<Vec<_>>(),
        "changed": diff.changed.iter().map(|(e, changes)| json!({
            "id": e.id.as_str(), "caption": e.caption, "schema": e.schema,
            "fields": changes.iter().map(|c| &c.field).collect::<Vec<_>>(),
            "changes": changes.iter().map(change).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

/// What every answer rests on.
pub(crate) fn cut(cut: &Cut) -> Value {
    json!({
        "lists": cut.lists.iter().map(|l| json!({
            "name": l.name.as_str(), "version": l.version.as_str(),
            "published": l.published.to_string(), "entries": l.entries,
        })).collect::<Vec<_>>(),
        "policy": cut.policy.to_string(),
        "matcher": cut.matcher.to_string(),
    })
}

pub(crate) fn screening(query: &Value, screening: &Screening, cut: &Cut, limit: usize) -> Value {
    let mut answer = json!({
        "query": query,
        "results": screening.hits.iter().take(limit).map(hit).collect::<Vec<_>>(),
        "total": screening.hits.len(),
        "remarks": screening.remarks.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    if let (Value::Object(answer), Value::Object(basis)) = (&mut answer, self::cut(cut)) {
        answer.extend(basis);
    }
    answer
}

pub(crate) fn hit(hit: &Hit) -> Value {
    let Match {
        score,
        tier,
        evidence,
    } = &hit.found;
    json!({
        "id": hit.party.entity.id.as_str(),
        "caption": hit.party.entity.caption(),
        "schema": hit.party.entity.schema.name(),
        "list": hit.party.list.as_str(),
        "score": score.as_f64(),
        "tier": tier.as_str(),
        "match": *tier > rescreen_match::Tier::Below,
        "evidence": evidence.iter().map(|e| json!({
            "feature": e.feature.as_str(), "query": e.query, "candidate": e.candidate,
            "bits": e.bits.as_f64(), "note": e.note,
        })).collect::<Vec<_>>(),
    })
}

/// The properties of an entity, as FollowTheMoney writes them.
pub(crate) fn properties(entity: &Entity) -> Value {
    entity
        .properties()
        .map(|(property, values)| {
            let texts: Vec<&str> = values.iter().map(rescreen_model::Value::as_str).collect();
            (property.name().to_owned(), json!(texts))
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

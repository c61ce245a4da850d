//! The JSON that scripts rely on. More keys may come; none of these goes.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rescreen_app::audit::{Hash, LogRow};
use rescreen_app::{
    Accounting, AlertReport, AlertRow, Cause, Coverage, Cut, Diff, DiffedEntry, EventRow,
    FieldChange, Flows, Held, HoldRow, LegRow, ListReport, Lookback, Quality, Rate, RegisterPolicy,
    Replay, Sample, ScreeningRow, StoredMatch, SubjectReport, SubjectRow, SubjectVersion,
    SuppressionReport, SweepReport, UpdateReport, VersionRow, form, state_word,
};
use rescreen_desk::{
    Attachment, Basis, Case, Decision, DeskPolicy, Disposition, Facts, Outcome, Proposal, TenantId,
    UserId, Values,
};
use rescreen_match::{Match, Policy};
use rescreen_model::{Entity, Finding, ListName};
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
        "sweep": report.sweep.as_ref().map(sweep),
        "deltas": report.deltas,
    })
}

/// What a sweep of the register did.
pub(crate) fn sweep(sweep: &SweepReport) -> Value {
    json!({
        "subjects": sweep.subjects,
        "alerts_new": sweep.alerts_new,
        "alerts_changed": sweep.alerts_changed,
        "alerts_returned": sweep.alerts_returned,
        "alerts_withdrawn": sweep.alerts_withdrawn,
        "alerts_reopened": sweep.alerts_reopened,
        "ms": sweep.ms,
        "digest": sweep.digest.to_string(),
        "notes": sweep.notes,
    })
}

/// A subject in one line; after erasure only that there was one.
pub(crate) fn subject_line(row: &SubjectRow) -> Value {
    let caption = form::decode_subject(&row.body)
        .ok()
        .map(|subject| subject.caption().to_owned());
    json!({
        "id": format!("{}/{}", row.source, row.external),
        "external_id": row.external,
        "source": row.source,
        "caption": caption,
    })
}

/// A match as it was kept.
fn stored_match(text: &str) -> Value {
    match form::decode_match(text) {
        Ok(found) => self::found(&found),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn found(found: &StoredMatch) -> Value {
    json!({
        "score": found.score.as_f64(),
        "tier": found.tier,
        "evidence": found.evidence.iter().map(|e| json!({
            "feature": e.feature, "query": e.query, "candidate": e.candidate,
            "bits": e.bits.as_f64(), "note": e.note,
        })).collect::<Vec<_>>(),
    })
}

pub(crate) fn leg(leg: &LegRow) -> Value {
    let party = form::decode_party(&leg.body).ok();
    let mut document = stored_match(&leg.found);
    document["list"] = json!(leg.list_name);
    document["entry"] = json!(leg.entry);
    document["live"] = json!(leg.live);
    document["subject_version"] = json!(leg.version);
    document["caption"] = json!(party.as_ref().map(Entity::caption));
    document["schema"] = json!(party.as_ref().map(|p| p.schema.name()));
    document["properties"] = json!(party.as_ref().map(properties));
    document
}

/// The leg that speaks for an alert: of those that still hold the one with the best score, else of all.
pub(crate) fn leading(legs: &[LegRow]) -> Option<&LegRow> {
    legs.iter()
        .max_by_key(|leg| (leg.live, leg.score, std::cmp::Reverse(&leg.entry)))
}

pub(crate) fn alert(report: &AlertReport, policy: &DeskPolicy) -> Value {
    let mut document = alert_parts(&report.row, &report.subject, &report.legs);
    let case = &report.case;
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    document["case"] = json!(state_word(case.state));
    document["revision"] = json!(case.revision.0);
    document["assignee"] = json!(case.assignee.as_ref().map(UserId::as_str));
    document["tenant"] = json!(case.tenant.as_str());
    document["offered_to"] = json!(case.offered.as_ref().map(TenantId::as_str));
    document["outcome"] = json!(case.outcome.map(Outcome::name));
    document["decided"] = json!(time(case.decided));
    document["expires"] = json!(time(case.expires));
    document["due"] = json!(time(due(report, policy)));
    document["disputed"] = json!(case.disputed.is_some());
    document["snoozed_until"] = json!(time(case.snoozed));
    document["escalation"] = json!(case.escalation);
    document
}

/// When an answer is due: what a dispute asks for, else the time the policy gives from the alert's opening.
pub(crate) fn due(report: &AlertReport, policy: &DeskPolicy) -> Option<Timestamp> {
    let by_policy = || report.row.opened.checked_add(policy.due_within).ok();
    let is_waiting = report.case.state.is_waiting();
    is_waiting
        .then(|| report.case.disputed.or_else(by_policy))
        .flatten()
}

/// An alert with what people made of it and everything that happened to it.
pub(crate) fn alert_in_full(report: &AlertReport, policy: &DeskPolicy) -> Value {
    let mut document = alert(report, policy);
    let case = report.folded.as_ref();
    document["proposal"] =
        case.and_then(Case::proposal)
            .map_or(Value::Null, |(proposer, proposed)| {
                let mut document = proposal(proposed);
                document["by"] = json!(proposer.as_str());
                document
            });
    document["decision"] = case.and_then(Case::decision).map_or(Value::Null, decision);
    let former = case.map(Case::former_decisions).unwrap_or_default();
    document["former_decisions"] = former.iter().map(decision).collect();
    let done = case.map(Case::dispositions).unwrap_or_default();
    document["dispositions"] = done.iter().map(disposition).collect();
    let files = case.map(Case::attachments).unwrap_or_default();
    document["attachments"] = files.iter().map(attachment).collect();
    let others = report.others.iter();
    document["other_alerts"] = others
        .map(|other| json!({ "id": other.key, "state": other.state.as_str() }))
        .collect();
    document["events"] = report.events.iter().map(event).collect();
    let past = report.past.iter().map(|(until, before)| {
        let mut document = leg(before);
        document["until"] = json!(until.to_string());
        document
    });
    document["past_legs"] = past.collect();
    document
}

fn proposal(proposal: &Proposal) -> Value {
    json!({
        "outcome": proposal.outcome.name(),
        "reason_code": proposal.reason.as_str(),
        "text": proposal.text,
        "basis": match &proposal.basis {
            Basis::Identity => "identity".to_owned(),
            Basis::InsufficientInformation => "insufficient-information".to_owned(),
            Basis::OtherGround(ground) => format!("other:{ground}"),
        },
        "facts": facts(&proposal.facts),
    })
}

fn facts(facts: &Facts) -> Value {
    let side = |values: &Values| -> Value {
        values
            .iter()
            .map(|(property, values)| (property.name().to_owned(), json!(values)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    json!({ "subject": side(&facts.subject), "party": side(&facts.party) })
}

fn decision(decision: &Decision) -> Value {
    let mut document = proposal(&decision.proposal);
    document["at"] = json!(decision.at.to_string());
    document["by"] = json!(decision.proposer.as_str());
    document["approved_by"] = json!(decision.approver.as_ref().map(UserId::as_str));
    document["expires"] = json!(decision.expires_at.map(|at| at.to_string()));
    document
}

fn disposition(done: &Disposition) -> Value {
    json!({ "kind": done.kind.name(), "date": done.date.to_string(), "authority": done.authority })
}

/// A clearance at work.
pub(crate) fn suppression(report: &SuppressionReport) -> Value {
    let mut document = decision(&report.decision);
    document["alert"] = json!(report.alert);
    document["subject"] = subject_line(&report.subject);
    document["party"] = json!(report.party);
    document["case"] = json!(state_word(report.case.state));
    document["lapses"] = report.lapses.iter().map(ToString::to_string).collect();
    document
}

pub(crate) fn alert_parts(row: &AlertRow, subject: &SubjectRow, legs: &[LegRow]) -> Value {
    let leading = leading(legs);
    let party = leading.and_then(|l| form::decode_party(&l.body).ok());
    json!({
        "id": row.key,
        "state": row.state.as_str(),
        "subject": subject_line(subject),
        "party": leading.map(|l| json!({
            "id": l.entry, "caption": party.as_ref().map(Entity::caption),
        })),
        "legs": legs.iter().map(leg).collect::<Vec<_>>(),
        "score": leading.map(|l| l.score.as_f64()),
        "cause": cause(&row.cause),
        "opened": row.opened.to_string(),
    })
}

fn cause(cause: &Cause) -> Value {
    json!({ "list": cause.list, "version": cause.version, "change": cause.change })
}

pub(crate) fn event(event: &EventRow) -> Value {
    json!({
        "seq": event.key,
        "at": event.at.to_string(),
        "kind": event.kind,
        "by": event.actor,
        "revision": event.revision,
        "detail": serde_json::from_str::<Value>(&event.detail).unwrap_or(Value::Null),
    })
}

/// Everything held about a subject.
/// An entry of the log, with the data that it binds where they are still there.
pub(crate) fn log_entry(entry: &LogRow) -> Value {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    json!({
        "entry": entry.index,
        "at": entry.at.to_string(),
        "kind": entry.kind,
        "tenant": entry.tenant,
        "actor": entry.actor,
        "role": entry.role,
        "subject": entry.subject.map(|key| key.0),
        "alert": entry.alert,
        "state": entry.state,
        "revision": entry.revision,
        "detail": json(&entry.detail),
        "data": entry.data.as_ref().map(|(_, body)| json(body)),
        "hash": entry.hash.to_string(),
    })
}

pub(crate) fn subject(report: &SubjectReport) -> Value {
    let time = |t: Option<jiff::Timestamp>| t.map(|t| t.to_string());
    let version = |v: &SubjectVersion| {
        let entity = form::decode_subject(&v.body).ok();
        json!({
            "version": v.version,
            "at": v.at.to_string(),
            "hash": v.hash.to_string(),
            "schema": entity.as_ref().map(|e| e.schema.name()),
            "properties": entity.as_ref().map(properties),
        })
    };
    let screening = |s: &ScreeningRow| {
        let hits = form::decode_answer(&s.answer).unwrap_or_default();
        json!({
            "id": s.key,
            "version": s.version,
            "at": s.at.to_string(),
            "results": hits.iter().map(|(list, entry, m)| {
                let mut hit = found(m);
                hit["list"] = json!(list);
                hit["id"] = json!(entry);
                hit
            }).collect::<Vec<_>>(),
        })
    };
    let mut document = subject_line(&report.row);
    document["registered"] = json!(report.row.registered.to_string());
    document["retired"] = json!(time(report.row.retired));
    document["erased"] = json!(time(report.row.erased));
    document["versions"] = report.versions.iter().map(version).collect();
    document["screenings"] = report.screenings.iter().map(screening).collect();
    document["alerts"] = report
        .alerts
        .iter()
        .map(|(row, legs)| alert_parts(row, &report.row, legs))
        .collect();
    document["events"] = report.events.iter().map(event).collect();
    document
}

/// Everything held about a subject, for the person concerned.
pub(crate) fn held(report: &Held, policy: &DeskPolicy) -> Value {
    let mut document = subject(&report.subject);
    let alerts = report.alerts.iter();
    document["alerts"] = alerts.map(|alert| alert_in_full(alert, policy)).collect();
    document["suppressions"] = report.suppressions.iter().map(suppression).collect();
    document["holds"] = report.holds.iter().map(hold).collect();
    document["log"] = report.log.iter().map(log_entry).collect();
    document
}

pub(crate) fn hold(hold: &HoldRow) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "hold": hold.key, "at": hold.at.to_string(), "by": hold.author, "reason": hold.reason,
        "until": time(hold.until), "lifted": time(hold.lifted), "lifted_by": hold.lifted_by,
    })
}

pub(crate) fn attachment(file: &Attachment) -> Value {
    json!({ "name": file.name, "sha256": Hash(file.hash).to_string(), "bytes": file.bytes })
}

pub(crate) fn accounting(report: &Accounting) -> Value {
    json!({
        "as_of": report.as_of.to_string(),
        "subjects": report.subjects,
        "states": report.states,
        "dispositions": report.dispositions,
        "reconciles": report.reconciles(),
    })
}

pub(crate) fn flows(report: &Flows) -> Value {
    let mut document = accounting(&report.to);
    document["since"] = accounting(&report.from);
    document["flows"] = report
        .moves
        .iter()
        .map(|((from, to), n)| json!({ "from": from, "to": to, "subjects": n }))
        .collect();
    document["reconciles"] = json!(report.reconciles());
    document
}

/// What came of alerts.
pub(crate) fn quality(report: &Quality) -> Value {
    let hours = |time: SignedDuration| time.as_secs_f64() / 3_600.0;
    let rate = |rate: &Rate| json!({ "decided": rate.decided, "false_positives": rate.false_positives, "share": rate.share() });
    let times = &report.time_to_decision;
    let ages = report.ages.iter();
    json!({
        "as_of": report.as_of.to_string(),
        "alerts": report.alerts,
        "by_outcome": Outcome::ALL.map(|o| (o.name(), report.by_outcome.get(&o).copied().unwrap_or_default()))
            .into_iter().collect::<BTreeMap<_, _>>(),
        "waiting": report.waiting,
        "withdrawn_undecided": report.withdrawn_undecided,
        "time_to_decision_hours": {
            "count": times.count, "median": hours(times.median), "p90": hours(times.p90), "longest": hours(times.longest),
        },
        "waiting_for_days": ages.map(|a| json!({ "from": a.days, "alerts": a.alerts })).collect::<Vec<_>>(),
        "overdue": report.overdue,
        "lapsed": report.lapsed,
        "false_positives_by_list": report.by_list.iter().map(|(k, v)| (k.as_str(), rate(v))).collect::<BTreeMap<_, _>>(),
        "false_positives_by_script": report.by_script.iter().map(|(k, v)| (*k, rate(v))).collect::<BTreeMap<_, _>>(),
    })
}

pub(crate) fn coverage(report: &Coverage) -> Value {
    json!({
        "as_of": report.as_of.to_string(),
        "subjects": report.subjects,
        "lists": report.lists.iter().map(|l| json!({
            "name": l.name.as_str(),
            "version": l.version.as_ref().map(ToString::to_string),
            "screened": l.screened,
            "in_scope": l.in_scope,
            "laggards": l.laggards,
            "named": l.named,
        })).collect::<Vec<_>>(),
        "other_policy": report.other_policy,
        "other_matcher": report.other_matcher,
        "digest": report.digest.to_string(),
    })
}

pub(crate) fn lookback(entity: &str, report: &Lookback) -> Value {
    json!({
        "entity": entity,
        "caption": report.caption,
        "published": report.published.to_string(),
        "known": report.known.to_string(),
        "subjects": report.subjects.iter().map(|found| json!({
            "subject": subject_line(&found.subject),
            "score": found.score.as_f64(),
            "since": found.since.to_string(),
            "alert": found.alert.as_ref().map(|a| json!({
                "id": a.key, "state": a.state.as_str(), "opened": a.opened.to_string(),
            })),
        })).collect::<Vec<_>>(),
    })
}

pub(crate) fn replay(report: &Replay) -> Value {
    json!({
        "screening": report.recorded.key,
        "subject": subject_line(&report.subject),
        "at": report.recorded.at.to_string(),
        "equal": report.equal,
        "matcher": { "recorded": report.matcher.0, "now": report.matcher.1 },
        "differs": report.differs.iter()
            .map(|(list, entry)| json!({ "list": list, "id": entry })).collect::<Vec<_>>(),
    })
}

pub(crate) fn policy(policy: &Policy) -> Value {
    json!({
        "review": policy.review().as_f64(),
        "match": policy.matched().as_f64(),
        "typo_floor": policy.typo_floor(),
        "hash": policy.hash().to_string(),
    })
}

pub(crate) fn register_policy(policy: &RegisterPolicy) -> Value {
    let mut document = self::policy(&policy.matching);
    document["lists"] = json!(
        policy
            .scope
            .lists()
            .map(|lists| { lists.iter().map(ListName::as_str).collect::<Vec<_>>() })
    );
    document["topics"] = json!(policy.scope.topics());
    document["hash"] = json!(policy.hash().to_string());
    document
}

/// A few of the alerts that a policy touches, by what it does to them.
pub(crate) fn sample(sample: &Sample) -> Value {
    let brief = |alert: &AlertReport| {
        let leg = leading(&alert.legs);
        json!({
            "subject": subject_line(&alert.subject),
            "list": leg.map(|leg| &leg.list_name),
            "entry": leg.map(|leg| &leg.entry),
            "score": leg.map(|leg| leg.score.as_f64()),
        })
    };
    let all = |alerts: &[AlertReport]| alerts.iter().map(brief).collect::<Vec<_>>();
    json!({
        "new": all(&sample.new),
        "changed": all(&sample.changed),
        "returned": all(&sample.returned),
        "withdrawn": all(&sample.withdrawn),
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
        "results": screening.hits.iter().take(limit).map(|h| hit(h, cut)).collect::<Vec<_>>(),
        "total": screening.hits.len(),
        "remarks": screening.remarks.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    if let (Value::Object(answer), Value::Object(basis)) = (&mut answer, self::cut(cut)) {
        answer.extend(basis);
    }
    answer
}

pub(crate) fn hit(hit: &Hit, cut: &Cut) -> Value {
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
        "e_value": hit.chance(cut.screener.names()),
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

//! From what the façade reports to what goes over the wire.

mod audit;
mod redress;

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use rescreen_app::audit::Hash;
use rescreen_app::{
    Accounting, AlertReport, AlertRow, Coverage, Cut, Dialect, Diff, DiffedEntry, EntityReport,
    EventRow, FeedRow, FindingRow, Flows, LegRow, ListReport, Lookback, Offer, PolicyRow, Quality,
    RegisterPolicy, Replay, Sample, ScreeningRow, StoredEvidence, StoredMatch, SubjectReport,
    SubjectRow, SubjectVersion, SuppressionReport, SweepReport, VersionRow, form, state_word,
    to_json,
};
use rescreen_desk::{Basis as Ground, Case, DeskPolicy, Outcome, UserId, Values};
use rescreen_match::{Match, Tier};
use rescreen_model::Entity;
use serde_json::Value;

use super::shapes as wire;

pub(super) use audit::{checkpoint, log_entry, proof};
pub(super) use redress::{held, hold, purged, retention};

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

/// The properties of an entity, as FollowTheMoney writes them.
pub(super) fn properties(entity: &Entity) -> wire::Properties {
    entity
        .properties()
        .map(|(property, values)| {
            let texts = values.iter().map(|value| value.as_str().to_owned());
            (property.name().to_owned(), texts.collect())
        })
        .collect()
}

/// What an answer rests on.
pub(super) fn basis(cut: &Cut) -> wire::Basis {
    let lists = cut.lists.iter().map(|list| wire::ListInForce {
        name: list.name.to_string(),
        version: list.version.to_string(),
        published: list.published.to_string(),
        entries: list.entries,
    });
    wire::Basis {
        lists: lists.collect(),
        policy: cut.policy.to_string(),
        matcher: cut.matcher.to_string(),
    }
}

pub(super) fn hit(hit: &rescreen_screen::Hit, names: usize, threshold: f64) -> wire::Hit {
    let Match {
        score,
        tier,
        evidence,
    } = &hit.found;
    let evidence = evidence.iter().map(|line| wire::Evidence {
        feature: line.feature.as_str().to_owned(),
        query: line.query.clone(),
        candidate: line.candidate.clone(),
        bits: line.bits.as_f64(),
        note: line.note.as_deref().map(str::to_owned),
    });
    let party: &Arc<Entity> = &hit.party.entity;
    wire::Hit {
        id: party.id.to_string(),
        caption: party.caption().to_owned(),
        schema: party.schema.name().to_owned(),
        list: hit.party.list.to_string(),
        score: score.as_f64(),
        e_value: hit.chance(names),
        tier: tier.as_str().to_owned(),
        is_match: *tier > Tier::Below && score.as_f64() >= threshold,
        evidence: evidence.collect(),
    }
}

/// A subject in one line; after erasure only that there was one.
pub(super) fn subject_line(row: &SubjectRow) -> wire::SubjectLine {
    let subject = form::decode_subject(&row.body).ok();
    wire::SubjectLine {
        id: subject_id(&row.source, &row.external),
        external_id: row.external.clone(),
        source: row.source.clone(),
        caption: subject.map(|subject| subject.caption().to_owned()),
    }
}

pub(super) fn subject_id(source: &str, external: &str) -> String {
    format!("{source}/{external}")
}

pub(super) fn subject_version(version: &SubjectVersion) -> wire::SubjectVersion {
    let subject = form::decode_subject(&version.body).ok();
    wire::SubjectVersion {
        version: version.version,
        at: version.at.to_string(),
        hash: version.hash.to_string(),
        schema: subject.as_ref().map(|s| s.schema.name().to_owned()),
        properties: subject.as_ref().map(properties),
    }
}

/// Everything held about a subject.
pub(super) fn subject(report: &SubjectReport) -> wire::SubjectResponse {
    let alerts = report.alerts.iter();
    wire::SubjectResponse {
        line: subject_line(&report.row),
        registered: report.row.registered.to_string(),
        retired: time(report.row.retired),
        erased: time(report.row.erased),
        versions: report.versions.iter().map(subject_version).collect(),
        screenings: report.screenings.iter().map(screening).collect(),
        alerts: alerts
            .map(|(row, legs)| core(row, &report.row, legs))
            .collect(),
        events: report.events.iter().map(event).collect(),
    }
}

fn screening(row: &ScreeningRow) -> wire::KeptScreening {
    let hits = form::decode_answer(&row.answer).unwrap_or_default();
    let hits = hits.into_iter().map(|(list, id, found)| wire::KeptHit {
        list,
        id,
        found: kept(found),
    });
    wire::KeptScreening {
        id: row.key,
        version: row.version,
        at: row.at.to_string(),
        results: hits.collect(),
    }
}

fn kept(found: StoredMatch) -> wire::Kept {
    let line = |line: StoredEvidence| wire::Evidence {
        feature: line.feature,
        query: line.query,
        candidate: line.candidate,
        bits: line.bits.as_f64(),
        note: line.note,
    };
    wire::Kept {
        score: found.score.as_f64(),
        tier: found.tier,
        evidence: found.evidence.into_iter().map(line).collect(),
    }
}

fn leg(leg: &LegRow) -> wire::Leg {
    let party = form::decode_party(&leg.body).ok();
    // What cannot be read any more is told by its score alone.
    let found = form::decode_match(&leg.found).unwrap_or_else(|_| StoredMatch {
        score: leg.score,
        tier: String::new(),
        evidence: Vec::new(),
    });
    wire::Leg {
        list: leg.list_name.clone(),
        entry: leg.entry.clone(),
        live: leg.live,
        subject_version: leg.version,
        caption: party.as_ref().map(|p| p.caption().to_owned()),
        schema: party.as_ref().map(|p| p.schema.name().to_owned()),
        properties: party.as_ref().map(properties),
        found: kept(found),
    }
}

/// The leg that speaks for an alert: of those that still hold the one with the best score, else of all.
fn leading(legs: &[LegRow]) -> Option<&LegRow> {
    legs.iter()
        .max_by_key(|leg| (leg.live, leg.score, std::cmp::Reverse(&leg.entry)))
}

fn core(row: &AlertRow, subject: &SubjectRow, legs: &[LegRow]) -> wire::AlertCore {
    let leading = leading(legs);
    let cause = &row.cause;
    wire::AlertCore {
        id: row.key,
        state: row.state.as_str(),
        subject: subject_line(subject),
        party: leading.map(|leg| {
            let party = form::decode_party(&leg.body).ok();
            wire::PartyLine {
                id: leg.entry.clone(),
                caption: party.map(|party| party.caption().to_owned()),
            }
        }),
        legs: legs.iter().map(leg).collect(),
        score: leading.map(|leg| leg.score.as_f64()),
        cause: wire::Cause {
            list: cause.list.clone(),
            version: cause.version.clone(),
            change: cause.change.clone(),
        },
        opened: row.opened.to_string(),
    }
}

pub(super) fn alert_ref(row: &AlertRow) -> wire::AlertRef {
    wire::AlertRef {
        id: row.key,
        state: row.state.as_str(),
        opened: row.opened.to_string(),
    }
}

pub(super) fn offer(offer: &Offer) -> wire::Offer {
    wire::Offer {
        alert: core(&offer.row, &offer.subject, &offer.legs),
        from: offer.from.to_string(),
        to: offer.to.to_string(),
        at: offer.at.to_string(),
        by: offer.by.clone(),
        reason: offer.reason.clone(),
    }
}

pub(super) fn alert(report: &AlertReport, policy: &DeskPolicy) -> wire::Alert {
    let case = &report.case;
    wire::Alert {
        core: core(&report.row, &report.subject, &report.legs),
        case: state_word(case.state),
        revision: case.revision.0,
        assignee: case.assignee.as_ref().map(ToString::to_string),
        tenant: case.tenant.to_string(),
        offered_to: case.offered.as_ref().map(ToString::to_string),
        outcome: case.outcome.map(Outcome::name),
        decided: time(case.decided),
        expires: time(case.expires),
        due: time(due(report, policy)),
        disputed: case.disputed.is_some(),
        snoozed_until: time(case.snoozed),
        escalation: case.escalation,
    }
}

/// When an answer is due: what a dispute asks for, else the time the policy gives from the alert's opening.
fn due(report: &AlertReport, policy: &DeskPolicy) -> Option<Timestamp> {
    let by_policy = || report.row.opened.checked_add(policy.due_within).ok();
    let is_waiting = report.case.state.is_waiting();
    is_waiting
        .then(|| report.case.disputed.or_else(by_policy))
        .flatten()
}

/// An alert with what people made of it and everything that happened to it.
pub(super) fn alert_in_full(
    report: &AlertReport,
    policy: &DeskPolicy,
    elsewhere: Option<u64>,
) -> wire::AlertInFull {
    let case = report.folded.as_ref();
    let proposal = case.and_then(Case::proposal);
    let former = case.map(Case::former_decisions).unwrap_or_default();
    let done = case.map(Case::dispositions).unwrap_or_default();
    let files = case.map(Case::attachments).unwrap_or_default();
    wire::AlertInFull {
        alert: alert(report, policy),
        elsewhere,
        proposal: proposal.map(|(by, proposal)| wire::Proposal {
            grounds: grounds(proposal),
            by: by.to_string(),
        }),
        decision: case.and_then(Case::decision).map(decision),
        former_decisions: former.iter().map(decision).collect(),
        dispositions: done
            .iter()
            .map(|done| wire::Disposition {
                kind: done.kind.name(),
                date: done.date.to_string(),
                authority: done.authority.clone(),
            })
            .collect(),
        attachments: files.iter().map(attachment).collect(),
        other_alerts: report
            .others
            .iter()
            .map(|other| wire::OtherAlert {
                id: other.key,
                state: other.state.as_str(),
            })
            .collect(),
        events: report.events.iter().map(event).collect(),
        past_legs: report
            .past
            .iter()
            .map(|(until, before)| wire::PastLeg {
                leg: leg(before),
                until: until.to_string(),
            })
            .collect(),
    }
}

/// A file that is attached to a case.
pub(super) fn attachment(file: &rescreen_desk::Attachment) -> wire::Attachment {
    wire::Attachment {
        name: file.name.clone(),
        sha256: Hash(file.hash).to_string(),
        bytes: file.bytes,
    }
}

fn grounds(proposal: &rescreen_desk::Proposal) -> wire::Grounds {
    let side = |values: &Values| -> wire::Properties {
        values
            .iter()
            .map(|(property, values)| {
                let values = values.iter().cloned().collect();
                (property.name().to_owned(), values)
            })
            .collect()
    };
    wire::Grounds {
        outcome: proposal.outcome.name(),
        reason_code: proposal.reason.to_string(),
        text: proposal.text.clone(),
        basis: match &proposal.basis {
            Ground::Identity => "identity".to_owned(),
            Ground::InsufficientInformation => "insufficient-information".to_owned(),
            Ground::OtherGround(ground) => format!("other:{ground}"),
        },
        facts: wire::Facts {
            subject: side(&proposal.facts.subject),
            party: side(&proposal.facts.party),
        },
    }
}

fn decision(decision: &rescreen_desk::Decision) -> wire::Decision {
    wire::Decision {
        grounds: grounds(&decision.proposal),
        at: decision.at.to_string(),
        by: decision.proposer.to_string(),
        approved_by: decision.approver.as_ref().map(UserId::to_string),
        expires: time(decision.expires_at),
    }
}

/// A clearance at work.
pub(super) fn suppression(report: &SuppressionReport) -> wire::Suppression {
    wire::Suppression {
        decision: decision(&report.decision),
        alert: report.alert,
        subject: subject_line(&report.subject),
        party: report.party.clone(),
        case: state_word(report.case.state),
        lapses: report.lapses.iter().map(ToString::to_string).collect(),
    }
}

fn event(event: &EventRow) -> wire::LogEvent {
    wire::LogEvent {
        seq: event.key,
        at: event.at.to_string(),
        kind: event.kind.clone(),
        by: event.actor.clone(),
        revision: event.revision,
        detail: detail(&event.detail),
    }
}

fn detail(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// Something that happened to an alert.
pub(super) fn alert_event(row: &FeedRow) -> wire::AlertEvent {
    wire::AlertEvent {
        seq: row.key,
        at: row.at.to_string(),
        kind: row.kind.clone(),
        alert: row.alert,
        state: row.state.clone(),
        subject: subject_id(&row.source, &row.external),
        detail: detail(&row.detail),
    }
}

pub(super) fn version(version: &VersionRow) -> wire::ListVersion {
    let reasons = version.reasons.iter().map(|(code, message)| wire::Reason {
        code: code.clone(),
        message: message.clone(),
    });
    wire::ListVersion {
        version: version.version.to_string(),
        state: version.state.as_str(),
        published: version.published.to_string(),
        retrieved: version.retrieved.to_string(),
        activated: time(version.activated),
        content: version.content.to_string(),
        entries: version.entries,
        by_schema: version.by_schema.clone(),
        findings: version.findings,
        reasons: reasons.collect(),
        release_reason: version.release.clone(),
    }
}

/// A list with the version that was in force at the moment asked about.
pub(super) fn list(report: &ListReport, in_force: Option<&VersionRow>) -> wire::ListLine {
    wire::ListLine {
        name: report.list.name.to_string(),
        format: report.list.spec.format.clone(),
        version: in_force.map(|v| v.version.to_string()),
        state: in_force.map_or("empty", |v| v.state.as_str()),
        published: in_force.map(|v| v.published.to_string()),
        retrieved: in_force.map(|v| v.retrieved.to_string()),
        entries: in_force.map_or(0, |v| v.entries),
        by_schema: in_force.map(|v| v.by_schema.clone()).unwrap_or_default(),
        findings: in_force.map_or(0, |v| v.findings),
        waiting: report.waiting().map(version),
        last_checked: report.observations.first().map(|o| o.at.to_string()),
    }
}

pub(super) fn versions(report: &ListReport) -> Vec<wire::ListVersion> {
    report.versions.iter().map(version).collect()
}

pub(super) fn finding(row: &FindingRow) -> wire::Finding {
    wire::Finding {
        code: row.code.clone(),
        severity: row.severity.as_str(),
        place: row.place.clone(),
        message: row.message.clone(),
    }
}

pub(super) fn diff(diff: &Diff) -> wire::DiffResponse {
    let line = |entry: &DiffedEntry| wire::EntryLine {
        id: entry.id.to_string(),
        caption: entry.caption.clone(),
        schema: entry.schema,
    };
    let changed = diff.changed.iter().map(|(entry, changes)| {
        let changes: Vec<wire::FieldChange> = changes
            .iter()
            .map(|change| wire::FieldChange {
                field: change.field.clone(),
                removed: change.removed.clone(),
                added: change.added.clone(),
            })
            .collect();
        wire::EntryChange {
            entry: line(entry),
            fields: changes.iter().map(|change| change.field.clone()).collect(),
            changes,
        }
    });
    wire::DiffResponse {
        list: diff.list.to_string(),
        from: diff.from.version.to_string(),
        to: diff.to.version.to_string(),
        added: diff.added.iter().map(line).collect(),
        removed: diff.removed.iter().map(line).collect(),
        changed: changed.collect(),
    }
}

pub(super) fn entry(id: &str, report: &EntityReport) -> wire::EntryResponse {
    let moment = |version: &VersionRow| wire::VersionMoment {
        version: version.version.to_string(),
        published: version.published.to_string(),
        known: time(version.activated),
    };
    let span = |span: &rescreen_app::EntrySpan| {
        // EDTF dates say more than FollowTheMoney's prefixes, and this is the record itself.
        let json = |entity| to_json(entity, Dialect::Rescreen);
        let mut entity = json(&span.entry.party);
        if let Value::Object(fields) = &mut entity {
            let parts = span.entry.parts.iter().map(json).collect();
            fields.insert("parts".to_owned(), parts);
        }
        wire::EntrySpan {
            list: span.list.to_string(),
            from: moment(&span.from),
            to: span.to.as_ref().map(moment),
            entity,
        }
    };
    wire::EntryResponse {
        id: id.to_owned(),
        listed: !report.now.is_empty(),
        now: report.now.iter().map(span).collect(),
        history: report.history.iter().map(span).collect(),
    }
}

pub(super) fn policy(policy: &RegisterPolicy) -> wire::Policy {
    let RegisterPolicy { matching, scope } = policy;
    let lists = scope.lists();
    wire::Policy {
        review: matching.review().as_f64(),
        matched: matching.matched().as_f64(),
        typo_floor: matching.typo_floor(),
        lists: lists.map(|lists| lists.iter().map(ToString::to_string).collect()),
        topics: scope.topics().iter().cloned().collect(),
        hash: policy.hash().to_string(),
    }
}

pub(super) fn policy_in_force(
    in_force: &RegisterPolicy,
    row: Option<PolicyRow>,
) -> wire::PolicyResponse {
    let (since, by, reason) = match row {
        Some(row) => (Some(row.at.to_string()), Some(row.author), Some(row.reason)),
        None => (None, None, None),
    };
    wire::PolicyResponse {
        policy: policy(in_force),
        since,
        by,
        reason,
    }
}

pub(super) fn sweep(sweep: &SweepReport) -> wire::Sweep {
    wire::Sweep {
        subjects: sweep.subjects,
        alerts_new: sweep.alerts_new,
        alerts_changed: sweep.alerts_changed,
        alerts_returned: sweep.alerts_returned,
        alerts_withdrawn: sweep.alerts_withdrawn,
        alerts_reopened: sweep.alerts_reopened,
        digest: sweep.digest.to_string(),
    }
}

/// A few of the alerts that a policy touches.
pub(super) fn sample(sample: &Sample) -> wire::Sample {
    let line = |alert: &AlertReport| {
        let leg = leading(&alert.legs);
        wire::SampleLine {
            subject: subject_line(&alert.subject),
            list: leg.map(|leg| leg.list_name.clone()),
            entry: leg.map(|leg| leg.entry.clone()),
            score: leg.map(|leg| leg.score.as_f64()),
        }
    };
    let all = |alerts: &[AlertReport]| alerts.iter().map(line).collect();
    wire::Sample {
        new: all(&sample.new),
        changed: all(&sample.changed),
        returned: all(&sample.returned),
        withdrawn: all(&sample.withdrawn),
    }
}

pub(super) fn accounting(report: &Accounting) -> wire::AccountingResponse {
    wire::AccountingResponse {
        now: accounting_then(report),
        since: None,
        flows: None,
    }
}

/// Who went from where to where between two moments.
pub(super) fn flows(report: &Flows) -> wire::AccountingResponse {
    let mut now = accounting_then(&report.to);
    now.reconciles = report.reconciles();
    let flows = report
        .moves
        .iter()
        .map(|((from, to), subjects)| wire::Flow {
            from,
            to,
            subjects: *subjects,
        });
    wire::AccountingResponse {
        now,
        since: Some(accounting_then(&report.from)),
        flows: Some(flows.collect()),
    }
}

fn accounting_then(report: &Accounting) -> wire::AccountingThen {
    wire::AccountingThen {
        as_of: report.as_of.to_string(),
        subjects: report.subjects,
        states: report.states.clone(),
        dispositions: report.dispositions.clone(),
        reconciles: report.reconciles(),
    }
}

pub(super) fn coverage(report: &Coverage) -> wire::CoverageResponse {
    let lists = report.lists.iter().map(|list| wire::ListCoverage {
        name: list.name.to_string(),
        version: list.version.as_ref().map(ToString::to_string),
        screened: list.screened,
        in_scope: list.in_scope,
        laggards: list.laggards,
        named: list.named.clone(),
    });
    wire::CoverageResponse {
        as_of: report.as_of.to_string(),
        subjects: report.subjects,
        lists: lists.collect(),
        other_policy: report.other_policy,
        other_matcher: report.other_matcher,
        digest: report.digest.to_string(),
    }
}

/// What came of alerts.
pub(super) fn quality(report: &Quality) -> wire::QualityResponse {
    let hours = |time: SignedDuration| time.as_secs_f64() / 3_600.0;
    let rate = |rate: &rescreen_app::Rate| wire::Rate {
        decided: rate.decided,
        false_positives: rate.false_positives,
        share: rate.share(),
    };
    let of = |outcome| report.by_outcome.get(&outcome).copied().unwrap_or_default();
    let by_outcome: BTreeMap<&str, u64> = Outcome::ALL
        .map(|outcome| (outcome.name(), of(outcome)))
        .into();
    let times = &report.time_to_decision;
    wire::QualityResponse {
        as_of: report.as_of.to_string(),
        alerts: report.alerts,
        by_outcome,
        waiting: report.waiting,
        withdrawn_undecided: report.withdrawn_undecided,
        time_to_decision_hours: wire::Hours {
            count: times.count,
            median: hours(times.median),
            p90: hours(times.p90),
            longest: hours(times.longest),
        },
        waiting_for_days: report
            .ages
            .iter()
            .map(|age| wire::Waiting {
                from: age.days,
                alerts: age.alerts,
            })
            .collect(),
        overdue: report.overdue,
        lapsed: report.lapsed,
        false_positives_by_list: report
            .by_list
            .iter()
            .map(|(list, found)| (list.clone(), rate(found)))
            .collect(),
        false_positives_by_script: report
            .by_script
            .iter()
            .map(|(script, found)| (*script, rate(found)))
            .collect(),
    }
}

pub(super) fn lookback(entity: &str, report: &Lookback) -> wire::LookbackResponse {
    let subjects = report.subjects.iter().map(|found| wire::LookedBack {
        subject: subject_line(&found.subject),
        score: found.score.as_f64(),
        since: found.since.to_string(),
        alert: found.alert.as_ref().map(alert_ref),
    });
    wire::LookbackResponse {
        entity: entity.to_owned(),
        caption: report.caption.clone(),
        published: report.published.to_string(),
        known: report.known.to_string(),
        subjects: subjects.collect(),
    }
}

pub(super) fn replay(report: &Replay) -> wire::ReplayResponse {
    let differs = report.differs.iter().map(|(list, id)| wire::Differing {
        list: list.clone(),
        id: id.clone(),
    });
    wire::ReplayResponse {
        screening: report.recorded.key,
        subject: subject_line(&report.subject),
        at: report.recorded.at.to_string(),
        equal: report.equal,
        matcher: wire::Matchers {
            recorded: report.matcher.0.clone(),
            now: report.matcher.1.clone(),
        },
        differs: differs.collect(),
    }
}

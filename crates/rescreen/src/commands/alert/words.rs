//! What happens at the desk, in words.

use rescreen_app::audit::Hash;
use rescreen_app::{EventRow, form};
use rescreen_desk::{
    Action, Attachment, Basis, Case, Cause, Change, Decision, Facts, Proposal, Values,
};
use serde_json::Value;

/// What was proposed, decided and done.
pub(crate) fn case(case: &Case) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some((proposer, proposal)) = case.proposal() {
        lines.push(format!("proposed by {proposer}: {}", proposed(proposal)));
    }
    for former in case.former_decisions() {
        lines.push(format!("formerly {}", decided(former)));
    }
    if let Some(decision) = case.decision() {
        lines.push(decided(decision));
        if let Some(end) = decision.expires_at {
            lines.push(format!("  until {end}, as long as these facts stand"));
        }
    }
    for file in case.attachments() {
        lines.push(format!("attached: {}", attached(file)));
    }
    for done in case.dispositions() {
        lines.push(format!(
            "{} on {} by {}",
            done.kind.name(),
            done.date,
            done.authority
        ));
    }
    lines
}

/// A file: its name, size, and the beginning of its hash, by which it is asked for.
pub(crate) fn attached(file: &Attachment) -> String {
    let hash = Hash(file.hash).to_string();
    format!(
        "{} ({} bytes, SHA-256 {})",
        file.name,
        file.bytes,
        &hash[..16]
    )
}

fn decided(decision: &Decision) -> String {
    let approver = decision.approver.as_ref();
    format!(
        "decided {}: {}, by {}{}",
        decision.at,
        proposed(&decision.proposal),
        decision.proposer,
        approver.map_or_else(String::new, |user| format!(", approved by {user}"))
    )
}

fn proposed(proposal: &Proposal) -> String {
    let ground = match &proposal.basis {
        Basis::OtherGround(ground) => format!(", on another ground: {ground}"),
        Basis::Identity | Basis::InsufficientInformation => String::new(),
    };
    let text = match proposal.text.as_str() {
        "" => String::new(),
        text => format!(", \u{201c}{text}\u{201d}"),
    };
    let facts = match facts(&proposal.facts) {
        facts if facts.is_empty() => facts,
        facts => format!(", relying on {facts}"),
    };
    format!(
        "{} ({}){ground}{text}{facts}",
        proposal.outcome.name(),
        proposal.reason
    )
}

/// Facts with their values on both sides.
pub(crate) fn facts(facts: &Facts) -> String {
    let mut properties: Vec<_> = facts.subject.keys().chain(facts.party.keys()).collect();
    properties.sort_unstable();
    properties.dedup();
    let said = |values: &Values, property| {
        values.get(property).map(|values| {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            if values.is_empty() {
                "not stated".to_owned()
            } else {
                values.join(", ")
            }
        })
    };
    let text: Vec<String> = properties
        .into_iter()
        .map(|property| {
            let sides = (said(&facts.subject, property), said(&facts.party, property));
            let name = property.name();
            match sides {
                (Some(ours), Some(theirs)) => format!("{name} ({ours} / {theirs})"),
                (Some(ours), None) => format!("{name} of the subject ({ours})"),
                (None, theirs) => format!("{name} of the party ({})", theirs.unwrap_or_default()),
            }
        })
        .collect();
    text.join("; ")
}

/// An event as a row of a table: when, what, who, why.
pub(crate) fn event_row(event: &EventRow) -> [String; 4] {
    [
        format!("  {}", event.at),
        event.kind.clone(),
        event.actor.clone().unwrap_or_default(),
        why(event.revision.is_some(), &event.detail),
    ]
}

/// Why something happened, or what was said with it.
pub(crate) fn why(is_of_case: bool, detail: &str) -> String {
    if is_of_case {
        return form::decode_case_change(detail).map_or_else(|_| String::new(), |c| change(&c));
    }
    let detail: Value = serde_json::from_str(detail).unwrap_or_default();
    let text = |key: &str| detail[key].as_str().map(str::to_owned);
    cause(&Cause {
        list: text("list"),
        version: text("version"),
        change: text("change").unwrap_or_default(),
    })
}

fn change(change: &Change) -> String {
    match change {
        Change::Did(action) => match action {
            Action::Assign { to } => format!("to {to}"),
            Action::StartReview | Action::Approve => String::new(),
            Action::Propose(proposal) => proposed(proposal),
            Action::Reject { reason } | Action::Reopen { reason } | Action::Escalate { reason } => {
                reason.clone()
            }
            Action::Dispute { reason, due } => format!("{reason}; an answer is due by {due}"),
            Action::Snooze { until } => format!("until {until}"),
            Action::Note { text } => text.clone(),
            Action::Attach(file) => attached(file),
            Action::Dispose(done) => {
                format!(
                    "{} on {} by {}",
                    done.kind.name(),
                    done.date,
                    done.authority
                )
            }
        },
        Change::Decided(decision) => decision.proposal.outcome.name().to_owned(),
        Change::Withdrawn { cause: by } | Change::Returned { cause: by } => cause(by),
        Change::Lapsed { lapses } => {
            let lapses: Vec<String> = lapses.iter().map(ToString::to_string).collect();
            lapses.join("; ")
        }
    }
}

fn cause(cause: &Cause) -> String {
    [
        Some(&cause.change),
        cause.list.as_ref(),
        cause.version.as_ref(),
    ]
    .into_iter()
    .flatten()
    .filter(|text| !text.is_empty())
    .map(String::as_str)
    .collect::<Vec<_>>()
    .join(" · ")
}

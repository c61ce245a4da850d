//! What is held about a person concerned, as it goes over the wire.

use rescreen_app::{Held, HoldRow, Purged, RetentionRow};
use rescreen_desk::DeskPolicy;

use super::{
    alert_in_full, event, log_entry, screening, subject_line, subject_version, suppression, time,
};
use crate::v1::shapes as wire;

/// Everything held about a subject.
pub(in crate::v1) fn held(held: &Held, policy: &DeskPolicy) -> wire::HeldResponse {
    let report = &held.subject;
    let alerts = held.alerts.iter();
    wire::HeldResponse {
        line: subject_line(&report.row),
        registered: report.row.registered.to_string(),
        retired: time(report.row.retired),
        erased: time(report.row.erased),
        versions: report.versions.iter().map(subject_version).collect(),
        screenings: report.screenings.iter().map(screening).collect(),
        events: report.events.iter().map(event).collect(),
        alerts: alerts
            .map(|alert| alert_in_full(alert, policy, None))
            .collect(),
        suppressions: held.suppressions.iter().map(suppression).collect(),
        holds: held.holds.iter().map(hold).collect(),
        log: held.log.iter().map(log_entry).collect(),
    }
}

/// A hold.
pub(in crate::v1) fn hold(hold: &HoldRow) -> wire::Hold {
    wire::Hold {
        number: hold.key,
        at: hold.at.to_string(),
        by: hold.author.clone(),
        reason: hold.reason.clone(),
        until: time(hold.until),
        lifted: time(hold.lifted),
        lifted_by: hold.lifted_by.clone(),
    }
}

/// The retention rule, or that there is none.
pub(in crate::v1) fn retention(rule: Option<&RetentionRow>) -> wire::Retention {
    let told = |rule: &RetentionRow| wire::Retention {
        at: Some(rule.at.to_string()),
        retired_days: rule.retired_days,
        decided_days: rule.decided_days,
        by: Some(rule.author.clone()),
        reason: Some(rule.reason.clone()),
    };
    rule.map(told).unwrap_or_default()
}

/// Whose time is over; after `only_said` nobody is erased.
pub(in crate::v1) fn purged(purged: &[Purged], only_said: bool) -> wire::PurgedResponse {
    let line = |found: &Purged| wire::Purged {
        number: found.row.key.0,
        erased: found.kept.is_none() && !only_said,
        kept: found.kept.clone(),
    };
    wire::PurgedResponse {
        purged: purged.iter().map(line).collect(),
    }
}

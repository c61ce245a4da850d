//! Every read of the façade, with every number and name there is.

use std::{fmt::Debug, fs, path::Path};

use jiff::{SignedDuration, Timestamp};
use rescreen_app::{AlertFilter, App, QueueFilter, QueueOrder, SubjectKey, audit::LogFilter};

use super::*;

pub(crate) type Probe = fn(&App, &mut Vec<String>);

fn told(found: &mut Vec<String>, result: impl Debug) {
    let text = format!("{result:?}");
    // A refusal repeats what was asked for, in quotation marks.
    let is_refusal = text.starts_with("Err(");
    let parts = text.split('\'').enumerate();
    let said = parts.filter(|(n, _)| !is_refusal || n % 2 == 0);
    let said: Vec<&str> = said.map(|(_, part)| part).collect();
    found.push(said.join("'"));
}

/// Every read of the façade that says something of subjects, cases, people or the log, with every number and name there
/// is, one's own and others'.
pub(crate) const PROBES: &[(&str, Probe)] = &[
    ("held", |app, found| {
        each_subject(|id| told(found, app.held(id, LAST)));
    }),
    ("holds", |app, found| {
        each_subject(|id| told(found, app.holds(id)));
    }),
    ("find_subject", |app, found| {
        each_subject(|id| told(found, app.find_subject(id)));
    }),
    ("show_subject", |app, found| {
        each_subject(|id| told(found, app.show_subject(id, LAST)));
    }),
    ("subjects", |app, found| told(found, app.subjects())),
    ("screened_through", |app, found| {
        (0..20).for_each(|key| told(found, app.screened_through(SubjectKey(key))));
    }),
    ("replay", |app, found| {
        (0..20).for_each(|key| told(found, app.replay(key)));
    }),
    ("alert", |app, found| {
        (0..20).for_each(|key| told(found, app.alert(key)));
    }),
    ("alerts", |app, found| {
        told(found, app.alerts(None, usize::MAX));
    }),
    ("alerts_where", |app, found| {
        told(found, app.alerts_where(&AlertFilter::default(), usize::MAX));
    }),
    ("alert_at", |app, found| {
        (0..20).for_each(|key| told(found, app.alert_at(key, LAST)));
    }),
    ("alerts_at", |app, found| {
        told(
            found,
            app.alerts_at(&AlertFilter::default(), usize::MAX, LAST),
        );
    }),
    ("suppressions_at", |app, found| {
        told(found, app.suppressions_at(LAST));
    }),
    ("newest_alert", |app, found| told(found, app.newest_alert())),
    ("queue", |app, found| {
        for order in [
            QueueOrder::Newest,
            QueueOrder::Oldest,
            QueueOrder::Strongest,
            QueueOrder::Due(SignedDuration::from_hours(24)),
        ] {
            told(found, app.queue(&QueueFilter::default(), order, 0, 100));
        }
        for filter in filters() {
            told(found, app.queue(&filter, QueueOrder::Newest, 0, 100));
        }
    }),
    ("suppressions", |app, found| {
        told(found, app.suppressions(LAST));
    }),
    ("attachment", |app, found| {
        for key in 0..20 {
            for digit in "0123456789abcdef".chars() {
                told(found, app.attachment(key, &digit.to_string()));
            }
        }
    }),
    ("offers", |app, found| told(found, app.offers())),
    ("elsewhere", |app, found| {
        (0..20).for_each(|key| told(found, app.elsewhere(key)));
    }),
    ("tenants", |app, found| told(found, app.tenants())),
    ("users", |app, found| told(found, app.users())),
    ("user", |app, found| {
        for (name, ..) in PEOPLE {
            told(found, app.user(name));
        }
    }),
    ("tokens", |app, found| told(found, app.tokens())),
    ("webhooks", |app, found| told(found, app.webhooks())),
    ("due_webhooks", |app, found| {
        told(found, app.due_webhooks(LAST));
    }),
    ("feed", |app, found| told(found, app.feed(0, usize::MAX))),
    ("feed_end", |app, found| told(found, app.feed_end())),
    ("feed_before", |app, found| {
        told(found, app.feed_before(LAST));
    }),
    ("log_entries", |app, found| {
        told(
            found,
            app.log_entries(&LogFilter::default(), None, usize::MAX),
        );
        for tenant in TENANTS {
            let filter = LogFilter {
                tenant: Some(tenant.to_owned()),
                ..LogFilter::default()
            };
            told(found, app.log_entries(&filter, None, usize::MAX));
        }
    }),
    ("log_entry", |app, found| {
        (0..200).for_each(|index| told(found, app.log_entry(index)));
    }),
    ("subject_id", |app, found| {
        (0..20).for_each(|key| told(found, app.subject_id(SubjectKey(key))));
    }),
    ("verify_log", |app, found| told(found, app.verify_log(None))),
    ("register_sizes", |app, found| {
        told(found, app.register_sizes());
    }),
    ("accounting", |app, found| told(found, app.accounting(LAST))),
    ("quality", |app, found| told(found, quality(app))),
    ("coverage", |app, found| told(found, app.coverage(LAST))),
    ("flows", |app, found| {
        told(found, app.flows(Timestamp::MIN, LAST));
    }),
    ("lookback", |app, found| {
        for entry in ENTRIES {
            told(found, app.lookback(entry, None));
        }
    }),
];

/// Queues of every subject, list and entry there is.
pub(crate) fn filters() -> Vec<QueueFilter> {
    let of_subject = |subject| QueueFilter {
        subject: Some(SubjectKey(subject)),
        ..QueueFilter::default()
    };
    let mut filters: Vec<QueueFilter> = (0..20).map(of_subject).collect();
    for list in [None, Some(1), Some(2)] {
        for entry in [None, Some(ENTRIES[0]), Some(ENTRIES[1])] {
            filters.push(QueueFilter {
                list,
                entry: entry.map(str::to_owned),
                ..QueueFilter::default()
            });
        }
    }
    filters
}

/// The reads that say something of lists, rules or hashes alone, or take a secret that only its holder has.
pub(crate) const EVERYBODYS: &[&str] = &[
    "ages",
    "checkpoints",
    "cut",
    "desk_policy",
    "desk_policy_at",
    "lists_at",
    "log_end_at",
    "log_place",
    "retention_at",
    "show_list_at",
    "diff",
    "edition",
    "entity",
    "entry",
    "fetch_state",
    "findings",
    "graph",
    "in_force",
    "list",
    "lists",
    "log_end",
    "mark",
    "present_token",
    "prove_entry",
    "prove_growth",
    "register_policy",
    "register_policy_at",
    "registration",
    "retention",
    "show_list",
    "tenant",
    "token_standing",
    "version",
    "version_at",
];

/// What reads there are, out of the source: `pub fn name(&self` within an `impl App`.
pub(crate) fn reads(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            reads(&path, found);
            continue;
        }
        let mut is_app = false;
        let text = fs::read_to_string(&path).unwrap();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            match line {
                "impl App {" => is_app = true,
                "}" => is_app = false,
                _ => {}
            }
            let Some(rest) = line.strip_prefix("    pub fn ").filter(|_| is_app) else {
                continue;
            };
            let name: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let next = lines.peek().copied().unwrap_or_default().trim();
            if rest.contains("(&self") || next.starts_with("&self") {
                found.push(name);
            }
        }
    }
}

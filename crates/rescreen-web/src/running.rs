//! What runs now beside the pages: list updates and whatever else takes a while.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::{
    parts::{self, fill},
    texts::T,
};

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A new version of a list is taken in; what is counted are its entries.
    Update,
    /// Subjects are registered.
    Import,
    /// Everybody is screened again.
    Sweep,
    /// Everybody is screened under a policy that is put in force.
    Policy,
}

impl Work {
    const ALL: [Self; 4] = [Self::Update, Self::Import, Self::Sweep, Self::Policy];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Import => "import",
            Self::Sweep => "sweep",
            Self::Policy => "policy",
        }
    }

    /// The work of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|work| work.as_str() == word)
    }
}

/// Work that is under way, wherever it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// What is done.
    pub work: Work,
    /// To which list, or from which source.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// How much is done.
    pub done: u64,
    /// Of how much, where that is known.
    pub of: Option<u64>,
    /// Whose business alone it is; nothing where it is everybody's.
    pub tenant: Option<String>,
}

/// One piece of work in words.
fn told(running: &Running) -> String {
    let text = match running.work {
        Work::Update => T.running_update,
        Work::Import => T.running_import,
        Work::Sweep => T.running_sweep,
        Work::Policy => T.running_policy,
    };
    let since = fill(
        text,
        &[
            ("name", &parts::visible(&running.name)),
            ("since", &parts::moment(running.since)),
        ],
    );
    let far = match running.of {
        // Never told as done before it is.
        Some(of) if of > 0 => fill(
            T.running_share,
            &[("share", &(running.done.min(of) * 99 / of).to_string())],
        ),
        _ if running.done > 0 => T.count(T.running_count, running.done),
        _ => return since,
    };
    format!("{since}: {far}")
}

/// All of it in words; nothing where nothing runs.
pub(crate) fn words(running: &[Running]) -> String {
    running.iter().map(told).collect::<Vec<_>>().join(" ")
}

/// A notice that the script keeps up to date.
pub(crate) fn notice(running: &[Running]) -> Markup {
    let words = words(running);
    html! {
        p #running .notice role="status" hidden[words.is_empty()] data-over=(T.running_over) { (words) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_told_with_how_far_it_is() {
        let running = |work, done, of| Running {
            tenant: None,
            work,
            name: "ofac".to_owned(),
            since: "2026-03-02T12:03:09Z".parse().unwrap(),
            done,
            of,
        };
        assert_eq!(words(&[]), "");
        assert_eq!(
            words(&[running(Work::Update, 0, None)]),
            "An update of ofac has been running since 2026-03-02 12:03 UTC"
        );
        assert_eq!(
            words(&[running(Work::Update, 1_200, None)]),
            "An update of ofac has been running since 2026-03-02 12:03 UTC: 1,200 entries read."
        );
        assert!(words(&[running(Work::Sweep, 400, Some(1_000))]).ends_with(": 39 % done."));
        assert!(words(&[running(Work::Sweep, 1_000, Some(1_000))]).ends_with(": 99 % done."));
        for work in Work::ALL {
            assert_eq!(Work::parse(work.as_str()), Some(work));
        }
    }
}

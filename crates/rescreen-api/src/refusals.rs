//! Who was kept out at the door, on its way into the log.
//!
//! The first refusal of its kind is logged within a second. What comes after it is counted and logged as one entry, after
//! a minute at first and, for as long as it goes on, after twice as long each time, up to an hour. So whoever knocks
//! without end writes a few entries an hour and fills no disk, and a token that is tried once is in the log at once.
//! Nothing that a caller sent is kept but which route it was.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rescreen_app::Bearer;

use crate::{access::Asker, writer::Writer};

const FIRST_PAUSE: Duration = Duration::from_mins(1);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// How often is looked whether there is something to log.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Why somebody was kept out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// They showed no token.
    NoToken,
    /// They showed one that is none.
    Unknown,
    /// It opened once.
    Expired,
    /// It was taken back.
    Revoked,
    /// It is another tenant's.
    Foreign,
    /// Their role may not use the route.
    Role,
}

impl Why {
    fn words(self) -> &'static str {
        match self {
            Self::NoToken => "no token was shown",
            Self::Unknown => "a token that is not valid",
            Self::Expired => "a token that has expired",
            Self::Revoked => "a token that was revoked",
            Self::Foreign => "a token of another tenant",
            Self::Role => "the role may not do that",
        }
    }
}

/// What one entry of the log is about: a reason, and whose token it was where it opens something.
type About = (Why, Option<String>);

#[derive(Debug)]
struct Tally {
    by: Option<Bearer>,
    /// How many were kept out since the last entry.
    count: u64,
    /// The route of the first of them.
    first: String,
    /// How long is counted until the next entry.
    pause: Duration,
    /// When that may be.
    next: Instant,
}

/// Those kept out since the last entry about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptOut {
    about: About,
    count: u64,
    first: String,
    /// Who it was, where the token says so.
    by: Option<Bearer>,
}

impl KeptOut {
    /// What the log says.
    fn words(&self) -> String {
        let (why, first) = (self.about.0.words(), &self.first);
        match self.count {
            1 => format!("{first}: {why}"),
            n => format!("{first}: {why}; {n} such requests"),
        }
    }
}

/// Counts who is kept out.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<BTreeMap<About, Tally>>);

impl Refusals {
    fn tallies(&self) -> std::sync::MutexGuard<'_, BTreeMap<About, Tally>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts somebody who was kept out.
    pub(crate) fn note(&self, why: Why, by: Option<&Bearer>, route: &str, now: Instant) {
        // Only tokens that open something have a tally of their own, so there are no more than there are tokens.
        let about = (why, by.map(|bearer| bearer.token.clone()));
        let mut tallies = self.tallies();
        let tally = tallies.entry(about).or_insert_with(|| Tally {
            by: by.cloned(),
            count: 0,
            first: String::new(),
            pause: Duration::ZERO,
            next: now,
        });
        if tally.count == 0 {
            route.clone_into(&mut tally.first);
        }
        tally.count += 1;
    }

    /// Logs, for as long as the server runs.
    pub(crate) async fn record(&self, writer: &Writer) -> Infallible {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.write(self.due(Instant::now()), writer).await;
        }
    }

    /// Logs what is left before the server ends.
    pub(crate) async fn finish(&self, writer: &Writer) {
        self.write(self.rest(), writer).await;
    }

    async fn write(&self, kept_out: Vec<KeptOut>, writer: &Writer) {
        if kept_out.is_empty() {
            return;
        }
        let entries: Vec<(Option<Bearer>, String)> = kept_out
            .iter()
            .map(|kept_out| (kept_out.by.clone(), kept_out.words()))
            .collect();
        let server = Asker {
            token: None,
            role: None,
            name: "rescreen serve".to_owned(),
        };
        let written = writer.write(&server, move |pen| {
            pen.app.log_kept_out(&entries, Timestamp::now())
        });
        if written.await.is_err() {
            self.put_back(kept_out);
        }
    }

    /// What is to be logged now. What has been quiet for as long as it was counted last begins anew.
    fn due(&self, now: Instant) -> Vec<KeptOut> {
        let mut tallies = self.tallies();
        tallies.retain(|_, tally| tally.count > 0 || now < tally.next);
        let due = tallies
            .iter_mut()
            .filter(|(_, tally)| tally.count > 0 && tally.next <= now);
        due.map(|(about, tally)| {
            tally.pause = (tally.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
            tally.next = now + tally.pause;
            take(about, tally)
        })
        .collect()
    }

    /// What is to be logged before the server ends.
    fn rest(&self) -> Vec<KeptOut> {
        let mut tallies = self.tallies();
        let counted = tallies.iter_mut().filter(|(_, tally)| tally.count > 0);
        counted.map(|(about, tally)| take(about, tally)).collect()
    }

    /// Counts again what could not be logged.
    fn put_back(&self, kept_out: Vec<KeptOut>) {
        let mut tallies = self.tallies();
        for KeptOut {
            about,
            count,
            first,
            ..
        } in kept_out
        {
            if let Some(tally) = tallies.get_mut(&about) {
                tally.count += count;
                tally.first = first;
            }
        }
    }
}

fn take(about: &About, tally: &mut Tally) -> KeptOut {
    KeptOut {
        about: about.clone(),
        count: std::mem::take(&mut tally.count),
        first: std::mem::take(&mut tally.first),
        by: tally.by.clone(),
    }
}

#[cfg(test)]
mod tests {
    use rescreen_app::AccessRole;

    use super::*;

    fn bearer(token: &str) -> Bearer {
        Bearer {
            token: token.to_owned(),
            name: "vic".to_owned(),
            tenant: "default".to_owned(),
            role: AccessRole::Viewer,
        }
    }

    #[test]
    fn the_first_is_told_at_once_and_a_flood_in_a_few_entries() {
        let refusals = Refusals::default();
        let begin = Instant::now();
        let mut told = Vec::new();
        // A hundred a second for a day, looked at every second.
        for second in 0..24 * 60 * 60 {
            let now = begin + Duration::from_secs(second);
            for _ in 0..100 {
                refusals.note(Why::Unknown, None, "POST /v1/screen", now);
            }
            told.extend(refusals.due(now));
        }
        assert_eq!(
            told[0].words(),
            "POST /v1/screen: a token that is not valid; 100 such requests"
        );
        assert!(told.len() < 40, "{}", told.len());
        told.extend(refusals.rest());
        let count: u64 = told.iter().map(|kept_out| kept_out.count).sum();
        assert_eq!(count, 24 * 60 * 60 * 100, "none is forgotten");
        assert!(refusals.rest().is_empty());
    }

    #[test]
    fn each_kind_and_each_token_is_told_of_its_own_and_begins_anew_when_it_was_quiet() {
        let refusals = Refusals::default();
        let begin = Instant::now();
        let at = |seconds: u64| begin + Duration::from_secs(seconds);
        let (vic, ann) = (bearer("1"), bearer("2"));
        refusals.note(Why::Role, Some(&vic), "PUT /v1/policy", at(0));
        refusals.note(Why::Role, Some(&ann), "PUT /v1/policy", at(0));
        refusals.note(Why::NoToken, None, "GET /v1/alerts", at(0));
        let told: Vec<String> = refusals.due(at(0)).iter().map(KeptOut::words).collect();
        assert_eq!(
            told,
            [
                "GET /v1/alerts: no token was shown",
                "PUT /v1/policy: the role may not do that",
                "PUT /v1/policy: the role may not do that",
            ]
        );
        refusals.note(Why::Role, Some(&vic), "GET /v1/audit/log", at(30));
        assert_eq!(refusals.due(at(59)), []);
        let due = refusals.due(at(60));
        assert_eq!(due.len(), 1);
        assert_eq!(due[0].by.as_ref(), Some(&vic));
        // What could not be written is not lost.
        refusals.put_back(due);
        assert_eq!(
            refusals.rest()[0].words(),
            "GET /v1/audit/log: the role may not do that"
        );
        assert_eq!(refusals.due(at(600)), []);
        assert!(refusals.tallies().is_empty());
        refusals.note(Why::Role, Some(&vic), "PUT /v1/policy", at(601));
        assert_eq!(refusals.due(at(601)).len(), 1, "it is told at once again");
    }
}

//! Which reasons the evidence itself gives. It never says which outcome is right: whoever chose one is spared looking for
//! the reason that stands on the page already.

use rescreen_desk::Outcome;
use rescreen_match::Bits;

use crate::{evidence::Line, texts::T};

/// A reason with the evidence that gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suggestion {
    pub(crate) outcome: Outcome,
    pub(crate) code: &'static str,
    /// What both sides say.
    pub(crate) because: String,
}

/// Features that contradict, with the reason that gives, the weightiest kind first. Where somebody comes from gives none.
const AGAINST: [(&str, &str); 4] = [
    ("identifier", "other-identifier"),
    ("birth-date", "other-birth-date"),
    ("schema", "other-kind"),
    ("name-substituted", "other-name"),
];

/// The reasons that the lines give: at most one for each outcome.
pub(crate) fn reasons(lines: &[Line<'_>]) -> Vec<Suggestion> {
    let find = |feature: &str, fits: fn(Bits) -> bool| {
        lines
            .iter()
            .find(|line| line.feature == feature && fits(line.bits))
    };
    let give = |outcome, code, line: &Line<'_>| Suggestion {
        outcome,
        code,
        because: because(line),
    };
    let mut reasons = Vec::new();
    let against = AGAINST
        .iter()
        .find_map(|(feature, code)| Some((*code, find(feature, |bits| bits < Bits::ZERO)?)));
    reasons.extend(against.map(|(code, line)| give(Outcome::FalsePositive, code, line)));
    // An identifier that both have decides by itself, so its line has no weight of its own.
    let same = find("identifier", |bits| bits >= Bits::ZERO).map(|line| ("same-identifier", line));
    let alike = || find("birth-date", |bits| bits > Bits::ZERO).map(|line| ("same-person", line));
    let same = same.or_else(alike);
    reasons.extend(same.map(|(code, line)| give(Outcome::TrueMatch, code, line)));
    let tells = |feature: &str| lines.iter().any(|line| line.feature == feature);
    if !tells("identifier") && !tells("birth-date") {
        reasons.push(Suggestion {
            outcome: Outcome::Inconclusive,
            code: "too-little-known",
            because: T.only_names.to_owned(),
        });
    }
    reasons
}

/// What both sides say.
fn because(line: &Line<'_>) -> String {
    let feature = T.feature_word(line.feature);
    if line.query == line.candidate {
        format!("{feature}: {}", line.query)
    } else {
        format!("{feature}: {} / {}", line.query, line.candidate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(feature: &str, bits: i32) -> Line<'_> {
        Line {
            feature,
            query: "a",
            candidate: "b",
            bits: Bits::from_hundredths(bits),
            note: "",
        }
    }

    #[test]
    fn reasons_are_those_that_stand_on_the_page() {
        let check = |lines: &[Line<'_>]| -> Vec<&str> {
            reasons(lines).into_iter().map(|s| s.code).collect()
        };
        let name = line("name", 900);
        assert_eq!(
            check(&[name, line("birth-date", -500)]),
            ["other-birth-date"]
        );
        assert_eq!(
            check(&[name, line("birth-date", -500), line("identifier", -900)]),
            ["other-identifier"]
        );
        assert_eq!(
            check(&[name, line("identifier", 1200), line("birth-date", -500)]),
            ["other-birth-date", "same-identifier"]
        );
        assert_eq!(check(&[name]), ["too-little-known"]);
        assert_eq!(check(&[line("identifier", 0)]), ["same-identifier"]);
        assert_eq!(check(&[name, line("birth-date", 600)]), ["same-person"]);
        // Where somebody comes from makes nobody another.
        assert_eq!(
            check(&[name, line("birth-date", 300), line("nationality", -200)]),
            ["same-person"]
        );
    }
}

//! The rules by which people decide, and what changing them would change before it does.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use maud::{Markup, html};
use rescreen_app::form;
use rescreen_desk::{DeskPolicy, Outcome, ReasonCode, Score};
use rescreen_model::Property;

use crate::{
    answer::{Answer, Page, Problem, Tab},
    fields::Fields,
    parts::{self, fill},
    session::Session,
    texts::T,
    visit::Visit,
};

/// The times that the rules give, as they stand in a form.
const TIMES: [(&str, &str); 5] = [
    ("due", T.due_within),
    ("dispute", T.dispute_within),
    ("information", T.information_within),
    ("snooze", T.longest_snooze),
    ("suppression", T.longest_clearance),
];

fn time<'a>(policy: &'a mut DeskPolicy, name: &str) -> &'a mut SignedDuration {
    match name {
        "due" => &mut policy.due_within,
        "dispute" => &mut policy.dispute_within,
        "information" => &mut policy.information_within,
        "snooze" => &mut policy.max_snooze,
        _ => &mut policy.max_suppression,
    }
}

fn days(policy: &DeskPolicy, name: &str) -> i64 {
    time(&mut policy.clone(), name).as_hours() / 24
}

/// What a set of rules would do.
struct Trial {
    policy: DeskPolicy,
    reopened: u64,
}

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    shown(visit, None)
}

pub(crate) fn act(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let (in_force, _) = visit.app.desk_policy()?;
    let wanted = wanted(visit.form(), &in_force)?;
    let now = visit.now();
    if visit.form().text("do") == "set" {
        let by = visit.session()?.who.name.clone();
        let reason = visit.form().text("text").to_owned();
        // What was looked at is what is set: where somebody set other rules meanwhile, it is looked at again.
        if visit.form().text("before") != fingerprint(&in_force)? {
            return Err(Problem::Wrong(T.rules_changed.to_owned()));
        }
        let text = form::encode_desk_policy(&wanted).map_err(rescreen_app::AppError::from)?;
        visit.app.set_desk_policy(&text, &by, &reason, now)?;
        return Ok(Answer::Go("/policy#desk".to_owned()));
    }
    let reopened = visit.app.forecast_desk_policy(&wanted, now)?;
    let trial = Trial {
        policy: wanted,
        reopened,
    };
    shown(visit, Some(&trial))
}

/// What stands for the rules that somebody saw.
fn fingerprint(policy: &DeskPolicy) -> Result<String, Problem> {
    let text = form::encode_desk_policy(policy).map_err(rescreen_app::AppError::from)?;
    Ok(blake3::hash(text.as_bytes()).to_hex().to_string())
}

/// The rules that a form states; what the form does not name stays as it is.
fn wanted(fields: &Fields, in_force: &DeskPolicy) -> Result<DeskPolicy, Problem> {
    let wrong = |text: &str| Problem::Wrong(text.to_owned());
    let mut policy = in_force.clone();
    policy.reasons = BTreeMap::new();
    policy.approval_from = BTreeMap::new();
    for outcome in Outcome::ALL {
        let words = fields.text(&format!("reasons-{}", outcome.name()));
        let codes: BTreeSet<ReasonCode> = words
            .split_whitespace()
            .map(|word| is_code(word).then(|| ReasonCode::new(word)))
            .collect::<Option<_>>()
            .ok_or_else(|| wrong(T.code_wrong))?;
        if !codes.is_empty() {
            policy.reasons.insert(outcome, codes);
        }
        if let Some(from) = fields.get(&format!("second-{}", outcome.name())) {
            let score = from.parse().ok().and_then(rescreen_match::Score::from_f64);
            let points = score.and_then(|score| u16::try_from(score.basis_points()).ok());
            let points = points.ok_or_else(|| wrong(T.threshold_wrong))?;
            policy.approval_from.insert(outcome, Score(points));
        }
    }
    for (name, _) in TIMES {
        let days: i64 = fields.text(name).parse().map_err(|_| wrong(T.days_wrong))?;
        if !(1..=36_500).contains(&days) {
            return Err(wrong(T.days_wrong));
        }
        *time(&mut policy, name) = SignedDuration::from_hours(days * 24);
    }
    let kib: u64 = fields
        .text("file")
        .parse()
        .map_err(|_| wrong(T.size_wrong))?;
    policy.max_attachment = kib.saturating_mul(1024);
    policy.required_facts = fields
        .text("facts")
        .split_whitespace()
        .map(|name| match Property::named(name) {
            Property::Other(_) => Err(Problem::Wrong(fill(T.no_such_property, &[("text", name)]))),
            property => Ok(property),
        })
        .collect::<Result<_, _>>()?;
    Ok(policy)
}

/// Whether a word can stand for a reason.
fn is_code(word: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    word.len() <= 60 && word.chars().all(is_plain)
}

fn shown(visit: &Visit<'_>, trial: Option<&Trial>) -> Result<Answer, Problem> {
    let (in_force, _) = visit.app.desk_policy()?;
    let session = visit.session()?;
    let tried = trial.map_or(&in_force, |trial| &trial.policy);
    let body = html! {
        p .crumbs { a href="/policy" { (T.policy) } }
        h1 { (T.desk_rules) }
        @if let Some(trial) = trial { (forecast(session, &in_force, trial)?) }
        section .panel aria-labelledby="rules" {
            h2 #rules { (T.rules_form) }
            form .stack method="post" action="/policy/desk" {
                (parts::key(session))
                (fields(tried))
                button .main type="submit" name="do" value="forecast" { (T.what_changes) }
            }
        }
    };
    Ok(Page::new(T.desk_rules, Tab::Policy, body).into())
}

fn codes(policy: &DeskPolicy, outcome: Outcome) -> String {
    let codes = policy.reasons.get(&outcome).into_iter().flatten();
    codes.map(ReasonCode::as_str).collect::<Vec<_>>().join(" ")
}

/// From which score on an outcome needs a second person; nothing where it never does.
fn second(policy: &DeskPolicy, outcome: Outcome) -> String {
    let from = policy.approval_from.get(&outcome);
    from.map_or_else(String::new, |from| {
        format!("{}.{:04}", from.0 / 10_000, from.0 % 10_000)
    })
}

fn facts(policy: &DeskPolicy) -> String {
    let names = policy.required_facts.iter().map(Property::name);
    names.collect::<Vec<_>>().join(" ")
}

fn fields(policy: &DeskPolicy) -> Markup {
    html! {
        @for outcome in Outcome::ALL {
            @let name = outcome.name();
            fieldset .stack {
                legend { (T.outcome(outcome)) }
                label for={ "reasons-" (name) } { (T.reason_codes) }
                textarea id={ "reasons-" (name) } name={ "reasons-" (name) } rows="2" spellcheck="false" { (codes(policy, outcome)) }
                label for={ "second-" (name) } { (T.second_person) }
                input id={ "second-" (name) } type="number" name={ "second-" (name) } min="0" max="1" step="0.0001" value=(second(policy, outcome));
            }
        }
        p .hint { (T.rules_hint) }
        div .details {
            @for (name, title) in TIMES {
                div { label for=(name) { (title) " (" (T.in_days) ")" } input id=(name) type="number" name=(name) min="1" max="36500" required value=(days(policy, name)); }
            }
            div { label for="file" { (T.largest_file) } input #file type="number" name="file" min="1" max="262144" required value=(policy.max_attachment / 1024); }
        }
        label for="facts" { (T.required_facts) }
        input #facts type="text" name="facts" autocomplete="off" spellcheck="false" value=(facts(policy)) aria-describedby="facts-hint";
        p #facts-hint .hint { (T.required_facts_hint) }
    }
}

/// One rule that would be another.
struct Changed {
    title: String,
    from: String,
    to: String,
    /// Whether it takes a second pair of eyes away.
    is_weaker: bool,
}

fn changes(from: &DeskPolicy, to: &DeskPolicy) -> Vec<Changed> {
    let mut changes = Vec::new();
    let mut add = |title: String, from: String, to: String, is_weaker: bool| {
        if from != to {
            changes.push(Changed {
                title,
                from,
                to,
                is_weaker,
            });
        }
    };
    for outcome in Outcome::ALL {
        let word = T.outcome(outcome);
        add(
            format!("{word}: {}", T.reason_codes),
            codes(from, outcome),
            codes(to, outcome),
            false,
        );
        let score = |policy: &DeskPolicy| policy.approval_from.get(&outcome).map(|from| from.0);
        let is_weaker = match (score(from), score(to)) {
            (Some(from), Some(to)) => to > from,
            (from, to) => from.is_some() && to.is_none(),
        };
        let told = |policy: &DeskPolicy| match policy.approval_from.get(&outcome) {
            None => T.one_person.to_owned(),
            Some(Score(0)) => T.two_people.to_owned(),
            Some(_) => fill(T.second_person_from, &[("score", &second(policy, outcome))]),
        };
        add(word.to_owned(), told(from), told(to), is_weaker);
    }
    for (name, title) in TIMES {
        let told = |policy| T.count(T.n_days, days(policy, name).unsigned_abs());
        add(title.to_owned(), told(from), told(to), false);
    }
    let size = |policy: &DeskPolicy| (policy.max_attachment / 1024).to_string();
    add(T.largest_file.to_owned(), size(from), size(to), false);
    let is_weaker = !from.required_facts.is_subset(&to.required_facts);
    add(
        T.required_facts.to_owned(),
        facts(from),
        facts(to),
        is_weaker,
    );
    changes
}

fn forecast(session: &Session, in_force: &DeskPolicy, trial: &Trial) -> Result<Markup, Problem> {
    let changes = changes(in_force, &trial.policy);
    let said = |text: &str| html! { @if text.is_empty() { (T.nothing_said) } @else { (parts::plain(text)) } };
    Ok(html! {
        section .panel .forecast aria-labelledby="changes" {
            h2 #changes { (T.what_would_change) }
            @if changes.is_empty() { p { (T.nothing_changes) } }
            @else {
                dl .changes {
                    @for change in &changes {
                        div {
                            dt { (change.title) @if change.is_weaker { " " span .badge .tier-match { (T.weaker) } } }
                            dd {
                                del { span .unseen-caption { (T.removed) ": " } (said(&change.from)) } " "
                                ins { span .unseen-caption { (T.added) ": " } (said(&change.to)) }
                            }
                        }
                    }
                }
                p { (T.count(T.n_decisions_fall, trial.reopened)) }
                form .stack method="post" action="/policy/desk" {
                    (parts::key(session))
                    input type="hidden" name="before" value=(fingerprint(in_force)?);
                    (hidden(&trial.policy))
                    label for="why" { (T.why) }
                    textarea #why name="text" rows="2" required maxlength="2000" dir="auto" {}
                    button .main type="submit" name="do" value="set" { (T.put_in_force) }
                }
            }
        }
    })
}

/// The same rules once more, out of sight.
fn hidden(policy: &DeskPolicy) -> Markup {
    let field = |name: &str, value: &str| html! { input type="hidden" name=(name) value=(value); };
    html! {
        @for outcome in Outcome::ALL {
            (field(&format!("reasons-{}", outcome.name()), &codes(policy, outcome)))
            (field(&format!("second-{}", outcome.name()), &second(policy, outcome)))
        }
        @for (name, _) in TIMES { (field(name, &days(policy, name).to_string())) }
        (field("file", &(policy.max_attachment / 1024).to_string()))
        (field("facts", &facts(policy)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_force() -> DeskPolicy {
        let app = rescreen_app::App::new(rescreen_app::Store::in_memory().unwrap());
        app.desk_policy().unwrap().0
    }

    /// The form of rules as a browser would send it.
    fn sent(policy: &DeskPolicy) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for outcome in Outcome::ALL {
            form.append_pair(
                &format!("reasons-{}", outcome.name()),
                &codes(policy, outcome),
            );
            form.append_pair(
                &format!("second-{}", outcome.name()),
                &second(policy, outcome),
            );
        }
        for (name, _) in TIMES {
            form.append_pair(name, &days(policy, name).to_string());
        }
        form.append_pair("file", &(policy.max_attachment / 1024).to_string());
        form.append_pair("facts", &facts(policy));
        form.finish()
    }

    #[test]
    fn a_form_that_nobody_touched_changes_nothing() {
        let policy = in_force();
        let read = wanted(&Fields::parse(sent(&policy).as_bytes()), &policy).unwrap();
        assert_eq!(read, policy);
        assert!(changes(&policy, &read).is_empty());
    }

    #[test]
    fn what_changes_is_told_and_what_takes_eyes_away_stands_out() {
        let policy = in_force();
        let text = sent(&policy)
            .replace("second-true-match=0.0000", "second-true-match=")
            .replace("due=10", "due=5")
            .replace("facts=", "facts=birthDate");
        let read = wanted(&Fields::parse(text.as_bytes()), &policy).unwrap();
        let told: Vec<(String, bool)> = changes(&policy, &read)
            .into_iter()
            .map(|change| (change.title, change.is_weaker))
            .collect();
        assert_eq!(
            told,
            [
                (T.outcome(Outcome::TrueMatch).to_owned(), true),
                (T.due_within.to_owned(), false),
                (T.required_facts.to_owned(), false),
            ]
        );
        for (good, bad) in [
            ("due=10", "due=0"),
            ("due=10", "due=999999999999"),
            ("facts=", "facts=shoeSize"),
            ("other-name", "%3Cscript%3E"),
            ("second-true-match=0.0000", "second-true-match=1.5"),
        ] {
            let text = sent(&policy).replace(good, bad);
            assert_ne!(text, sent(&policy), "{good}");
            assert!(
                wanted(&Fields::parse(text.as_bytes()), &policy).is_err(),
                "{bad}"
            );
        }
    }
}

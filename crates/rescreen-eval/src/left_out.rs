//! Leave one name out: every listed name must find its own party without that name.
//!
//! The aliases of a list are spellings and other names that really occur, so this needs no labels. It is not all
//! reachable: a nom de guerre shares nothing with the name in the passport. What counts is the comparison with another
//! matcher on the same questions, and at the same cost in false positives.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rescreen_match::{Policy, Score, compare};
use rescreen_model::{Entity, Property, Schema};
use rescreen_prepare::prepare;
use rescreen_screen::Screener;

use crate::{name_key, script_name};

/// Which of a party's names is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// The name it is listed under.
    Primary,
    /// A good alias or a former name.
    Alias,
    /// An alias that the publisher calls weak.
    WeakAlias,
}

impl Which {
    /// The word for it in every report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Alias => "alias",
            Self::WeakAlias => "weak-alias",
        }
    }
}

/// A name to ask for, and the party without it.
#[derive(Debug, Clone)]
pub struct Question {
    /// Which name it is.
    pub which: Which,
    /// The name.
    pub name: String,
    /// The party's names that are left, and nothing else of it.
    pub rest: Entity,
}

impl Question {
    /// The name as a subject.
    pub fn subject(&self) -> Entity {
        let mut subject = Entity::new("subject", self.rest.schema);
        subject.add(Property::Name, &self.name);
        subject
    }

    /// Whether the name is a single word, which no name alone should be enough for.
    pub fn is_mononym(&self) -> bool {
        !name_key(&self.name).contains(' ')
    }

    /// The script of the name.
    pub fn script(&self) -> &'static str {
        script_name(&self.name)
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The score with the party itself.
    pub own: Score,
    /// The best score with any other party; nought where none reaches the policy's review threshold.
    pub other: Score,
}

/// All questions that persons give. A name goes out together with all that have the same words, so that no
/// question is answered by another punctuation of itself; persons with nothing left ask none.
pub fn questions<'a>(persons: impl IntoIterator<Item = &'a Entity>) -> Vec<Question> {
    const NAMES: [(Property, Which); 4] = [
        (Property::Name, Which::Primary),
        (Property::Alias, Which::Alias),
        (Property::PreviousName, Which::Alias),
        (Property::WeakAlias, Which::WeakAlias),
    ];
    let mut questions = Vec::new();
    for person in persons {
        if !person.schema.is_a(Schema::Person) {
            continue;
        }
        let names: Vec<(&Property, Which, &str, String)> = NAMES
            .iter()
            .flat_map(|(property, which)| {
                person
                    .texts(property)
                    .map(move |name| (property, *which, name, name_key(name)))
            })
            .filter(|(.., key)| !key.is_empty())
            .collect();
        let mut asked = BTreeSet::new();
        for (_, which, name, key) in &names {
            if !asked.insert(key) {
                continue;
            }
            let mut rest = Entity::new(person.id.clone(), person.schema);
            for (property, _, other, other_key) in &names {
                if other_key != key {
                    rest.add((*property).clone(), other);
                }
            }
            if rest.properties().next().is_some() {
                questions.push(Question {
                    which: *which,
                    name: (*name).to_owned(),
                    rest,
                });
            }
        }
    }
    questions
}

/// Asks every question, of its own party without the name and of the whole list. Names only.
pub fn ask(questions: &[Question], screener: &Screener) -> Vec<Answer> {
    questions
        .par_iter()
        .map(|question| {
            let subject = question.subject();
            let own = compare(
                &prepare(&subject),
                &prepare(&question.rest),
                screener.policy(),
            )
            .score;
            let other = screener
                .screen(&subject)
                .hits
                .iter()
                .filter(|hit| hit.party.entity.id != question.rest.id)
                .map(|hit| hit.found.score)
                .max();
            Answer {
                own,
                other: other.unwrap_or_default(),
            }
        })
        .collect()
}

/// The same question in terms of a policy: whether a score would be put to review.
pub fn is_found(answer: Answer, policy: &Policy) -> bool {
    answer.own >= policy.review()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_out_with_its_equals_and_is_asked_once() {
        let mut person = Entity::new("x-1", Schema::Person);
        person.add(Property::Name, "KOVAČ, Ana");
        person.add(Property::Alias, "Ana Kovac");
        person.add(Property::Alias, "Anica Kovač");
        person.add(Property::WeakAlias, "Grom");
        let questions = questions([&person]);
        let asked: Vec<(&str, &str)> = questions
            .iter()
            .map(|q| (q.which.as_str(), q.name.as_str()))
            .collect();
        assert_eq!(
            asked,
            [
                ("primary", "KOVAČ, Ana"),
                ("alias", "Anica Kovač"),
                ("weak-alias", "Grom")
            ]
        );
        let rest: Vec<&str> = questions[0].rest.texts(Property::Alias).collect();
        assert_eq!(rest, ["Anica Kovač"]);
        assert!(!questions[0].rest.has(Property::Name));
        assert!(questions[2].is_mononym());
    }

    #[test]
    fn whoever_has_one_name_or_is_no_person_asks_nothing() {
        let mut lonely = Entity::new("x-1", Schema::Person);
        lonely.add(Property::Name, "Ana Kovač");
        lonely.add(Property::Alias, "ANA KOVAC");
        let mut company = Entity::new("x-2", Schema::Company);
        company.add(Property::Name, "Blauwal GmbH");
        company.add(Property::Alias, "Blauwal");
        assert!(questions([&lonely, &company]).is_empty());
    }
}

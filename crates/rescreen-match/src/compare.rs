//! The comparison of two parties.

use rescreen_prepare::{Kind, Name, Prepared, Quality};

use crate::{
    Bits, Evidence, Feature, Match, Policy, Score, Tier,
    attributes::{self, Against, Identity},
    fold::{self, Tally},
    names::{self, Line, Weighed, What},
    policy::RESCUE,
};

/// Compares a subject with a listed party. The subject is always on the left.
///
/// The score is the best that any name of the one reaches with any name of the other, together with what the other
/// attributes take away from it or, for birth date and identifiers, add.
pub fn compare(subject: &Prepared, entity: &Prepared, policy: &Policy) -> Match {
    weigh(
        subject,
        entity,
        all_pairs(subject, entity),
        policy,
        Score::ZERO,
    )
    .map_or_else(none, |weighing| weighing.explain(subject, entity, policy))
}

/// The comparison where only hits matter: the same as [`compare`], or `None` where its tier is below review.
///
/// Only the given pairs of names (the subject's, the entity's) are compared; the caller warrants that no other pair
/// reaches [`Policy::floor`].
pub fn compare_hit(
    subject: &Prepared,
    entity: &Prepared,
    pairs: impl IntoIterator<Item = (usize, usize)>,
    policy: &Policy,
) -> Option<Match> {
    let weighing = weigh(subject, entity, pairs, policy, policy.floor())?;
    (weighing.tally.score() >= policy.review()).then(|| weighing.explain(subject, entity, policy))
}

/// Whether a name of the subject and one of the entity, parties of these kinds, reach [`Policy::floor`] by themselves. Of
/// parties that share no identifier, [`compare_hit`] finds nothing unless two of their names do.
pub fn names_reach(ours: (&Name, Kind), theirs: (&Name, Kind), policy: &Policy) -> bool {
    let person = names::is_person(ours.1, theirs.1);
    names::weigh(ours.0, theirs.0, person, policy)
        .is_some_and(|weighed| weighed.tally.score() >= policy.floor())
}

fn all_pairs(subject: &Prepared, entity: &Prepared) -> impl Iterator<Item = (usize, usize)> {
    let theirs = entity.names.len();
    (0..subject.names.len()).flat_map(move |i| (0..theirs).map(move |j| (i, j)))
}

/// Parties that have nothing in common.
fn none() -> Match {
    Match {
        score: Score::ZERO,
        tier: Tier::Below,
        evidence: Vec::new(),
    }
}

/// A comparison in numbers.
struct Weighing<'a> {
    best: Option<(usize, usize, Weighed)>,
    others: Vec<Other<'a>>,
    tally: Tally,
}

/// A line about something other than the name.
struct Other<'a> {
    bits: i32,
    about: About<'a>,
}

enum About<'a> {
    BirthDate(attributes::DateLevel, usize, usize),
    Gender,
    Nationality,
    Identity(Identity<'a>),
}

/// Weighs two parties by the given pairs of names; `None` where they do not reach `wanted`.
fn weigh<'a>(
    subject: &'a Prepared,
    entity: &'a Prepared,
    pairs: impl IntoIterator<Item = (usize, usize)>,
    policy: &Policy,
    wanted: Score,
) -> Option<Weighing<'a>> {
    if !subject.schema.is_comparable(entity.schema) {
        return None;
    }
    let best = best_names(subject, entity, pairs, policy);
    let identity = attributes::identifiers(&subject.identifiers, &entity.identifiers);
    let same = matches!(identity, Some(Identity::Same { .. }));
    if best.is_none() && !same {
        return None;
    }
    let mut tally = best
        .as_ref()
        .map_or_else(Tally::default, |(.., weighed)| weighed.tally);
    // Nothing that follows lifts a name that is under the rescue band, except an identifier.
    if !same && tally.score() < wanted {
        return None;
    }
    let mut others = Vec::new();
    let named = tally;
    let mut add = |bits: i32, about: About<'a>, tally: &mut Tally| {
        tally.add(bits);
        others.push(Other { bits, about });
    };
    if let Some((level, i, j)) = attributes::birth_dates(&subject.birth_dates, &entity.birth_dates)
    {
        let bits = match level.weakens() {
            Some(against) => against.bits(named.agreed()),
            None if named.score() >= RESCUE => level.supports(),
            None => 0,
        };
        add(bits, About::BirthDate(level, i, j), &mut tally);
    }
    let mut weaken = |against: Option<Against>, about: About<'a>, tally: &mut Tally| {
        if let Some(against) = against {
            add(against.bits(named.agreed()), about, tally);
        }
    };
    weaken(
        attributes::genders(subject, entity),
        About::Gender,
        &mut tally,
    );
    weaken(
        attributes::countries(subject, entity),
        About::Nationality,
        &mut tally,
    );
    if let Some(identity) = identity {
        let bits = match &identity {
            Identity::Different { against, .. } => against.bits(named.agreed()),
            Identity::Same { .. } => 0,
        };
        if let Identity::Same { conclusive, .. } = identity {
            tally.lift(if conclusive {
                fold::CONCLUSIVE
            } else {
                fold::IDENTIFIED
            });
        }
        add(bits, About::Identity(identity), &mut tally);
    }
    Some(Weighing {
        best,
        others,
        tally,
    })
}

/// The pair of names with the best score; of equal ones the one with more bits, then the first.
fn best_names(
    subject: &Prepared,
    entity: &Prepared,
    pairs: impl IntoIterator<Item = (usize, usize)>,
    policy: &Policy,
) -> Option<(usize, usize, Weighed)> {
    let person = names::is_person(subject.kind, entity.kind);
    let mut best: Option<(usize, usize, Weighed)> = None;
    for (i, j) in pairs {
        let Some(weighed) = names::weigh(&subject.names[i], &entity.names[j], person, policy)
        else {
            continue;
        };
        let rank = |w: &Weighed| (w.tally.score(), w.tally.agreed());
        if best.as_ref().is_none_or(|(.., b)| rank(&weighed) > rank(b)) {
            best = Some((i, j, weighed));
        }
    }
    best
}

impl Weighing<'_> {
    /// Puts the numbers in words.
    fn explain(&self, subject: &Prepared, entity: &Prepared, policy: &Policy) -> Match {
        let score = self.tally.score();
        let mut evidence = Vec::new();
        if let Some((i, j, weighed)) = &self.best {
            let (ours, theirs) = (&subject.names[*i], &entity.names[*j]);
            evidence.extend(weighed.lines.iter().map(|line| {
                let text = |name: &rescreen_prepare::Name, parts: names::Parts| {
                    let first = usize::from(parts.first);
                    let tokens = &name.tokens[first..first + usize::from(parts.count)];
                    match tokens {
                        [] => String::new(),
                        [one] => name.source(one).to_owned(),
                        [first, .., last] => name
                            .text
                            .get(first.start as usize..last.end as usize)
                            .unwrap_or_default()
                            .to_owned(),
                    }
                };
                let (mut query, mut candidate) = (text(ours, line.ours), text(theirs, line.theirs));
                if line.what == What::WeakAlias {
                    if ours.quality == Quality::Weak {
                        query.clone_from(&ours.text);
                    }
                    if theirs.quality == Quality::Weak {
                        candidate.clone_from(&theirs.text);
                    }
                }
                let (feature, note) = words(line);
                Evidence {
                    feature,
                    query,
                    candidate,
                    bits: Bits::from_hundredths(line.bits),
                    note: Some(note.into()),
                }
            }));
        }
        evidence.extend(self.others.iter().map(|o| other(o, subject, entity)));
        Match {
            score,
            tier: policy.tier(score),
            evidence,
        }
    }
}

fn words(line: &Line) -> (Feature, &'static str) {
    match line.what {
        What::Agrees(level) => (Feature::NamePart, level.words()),
        What::Spelling(level) => (Feature::Spelling, level.words()),
        What::Substituted => (Feature::NameSubstituted, "each side has another part"),
        What::Omitted(_) => (Feature::NameOmitted, "one side lacks this part"),
        What::Common => (
            Feature::NameCommon,
            "what agrees is common, and a part is missing",
        ),
        What::Initial => (Feature::NameOmitted, "an initial that fits"),
        What::Order => (Feature::NameOrder, "the parts stand in another order"),
        What::Chain => (Feature::NameOrder, "father and child change places"),
        What::Numeral => (Feature::Numeral, "numbers differ"),
        What::LegalForm => (Feature::LegalForm, "legal forms of different kinds"),
        What::TypoFloor => (
            Feature::TypoFloor,
            "the whole name is within two letters: lifted to review by the policy",
        ),
        What::WeakAlias => (Feature::WeakAlias, "the publisher calls this alias weak"),
    }
}

fn other(line: &Other<'_>, subject: &Prepared, entity: &Prepared) -> Evidence {
    let list = |values: Vec<String>| values.join(", ");
    let (feature, query, candidate, note) = match &line.about {
        About::BirthDate(level, i, j) => (
            Feature::BirthDate,
            subject.birth_dates[*i].span.to_string(),
            entity.birth_dates[*j].span.to_string(),
            if line.bits == 0 && level.supports() > 0 {
                "agrees; not counted, the name alone is too far off"
            } else {
                level.words()
            },
        ),
        About::Gender => {
            let text =
                |p: &Prepared| list(p.genders.iter().map(|g| g.as_str().to_owned()).collect());
            (Feature::Gender, text(subject), text(entity), "different")
        }
        About::Nationality => {
            let text =
                |p: &Prepared| list(p.countries.iter().map(|c| c.code().to_owned()).collect());
            (
                Feature::Nationality,
                text(subject),
                text(entity),
                "none in common",
            )
        }
        About::Identity(Identity::Same {
            ours,
            theirs,
            conclusive,
        }) => (
            Feature::Identifier,
            ours.number.clone(),
            theirs.number.clone(),
            if *conclusive {
                "same number, its check digit holds: conclusive"
            } else {
                "same number"
            },
        ),
        About::Identity(Identity::Different { ours, theirs, .. }) => (
            Feature::Identifier,
            ours.number.clone(),
            theirs.number.clone(),
            "different numbers of a kind of which a party has one",
        ),
    };
    Evidence {
        feature,
        query,
        candidate,
        bits: Bits::from_hundredths(line.bits),
        note: Some(note.into()),
    }
}

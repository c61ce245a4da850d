//! What the weights apply to: the evidence of two names by kind, for whoever fits weights to data.
//!
//! Every weight against multiplies one term, and the bits that agree depend on none of them. So the score under other
//! weights is the fold of the same terms, each times a factor, and weights can be fitted without comparing again.

use rescreen_prepare::Prepared;

use crate::{
    Level, Omission, Policy,
    names::{self, What},
};

/// A kind of evidence against, which one weight governs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// What the spelling of a part that agrees at this level leaves in doubt.
    Spelling(Level),
    /// Each side has another part.
    Substituted,
    /// One side lacks the part.
    Omitted(Omission),
    /// What agrees is common, and a part is missing.
    Common,
    /// An initial that fits.
    Initial,
    /// The order differs beyond a rotation.
    Order,
    /// Father and child change places.
    Chain,
    /// The numbers differ, or one side has none.
    Numeral,
    /// The legal forms are of different kinds.
    LegalForm,
    /// The publisher calls the alias weak.
    WeakAlias,
}

/// Two names, weighed: hundredths of a bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What agrees.
    pub agreed: i32,
    /// What speaks against, by kind; a kind may come more than once.
    pub against: Vec<(Term, i32)>,
}

/// The terms of every given pair of names (the subject's, the entity's) that has anything in common.
pub fn terms(
    subject: &Prepared,
    entity: &Prepared,
    pairs: impl IntoIterator<Item = (usize, usize)>,
) -> Vec<Terms> {
    let person = names::is_person(subject.kind, entity.kind);
    let policy = Policy::default();
    pairs
        .into_iter()
        .filter_map(|(i, j)| names::weigh(&subject.names[i], &entity.names[j], person, &policy))
        .map(|weighed| Terms {
            agreed: weighed.tally.agreed(),
            against: weighed
                .lines
                .iter()
                .filter_map(|line| Some((term(line.what)?, -line.bits)))
                .filter(|(_, bits)| *bits > 0)
                .collect(),
        })
        .collect()
}

fn term(what: What) -> Option<Term> {
    Some(match what {
        What::Agrees(_) | What::TypoFloor => return None,
        What::Spelling(level) => Term::Spelling(level),
        What::Substituted => Term::Substituted,
        What::Omitted(omission) => Term::Omitted(omission),
        What::Common => Term::Common,
        What::Initial => Term::Initial,
        What::Order => Term::Order,
        What::Chain => Term::Chain,
        What::Numeral => Term::Numeral,
        What::LegalForm => Term::LegalForm,
        What::WeakAlias => Term::WeakAlias,
    })
}

#[cfg(test)]
mod tests {
    use rescreen_model::{Entity, Property, Schema};
    use rescreen_prepare::prepare;

    use super::*;
    use crate::{Bits, Score, compare};

    #[test]
    fn terms_fold_to_the_score() {
        let party = |name: &str| {
            let mut entity = Entity::new("x", Schema::Person);
            entity.add(Property::Name, name);
            prepare(&entity)
        };
        for (a, b) in [
            ("Vsevolod Tarabukin", "Vsevolod Prokhorovich TARABUKNI"),
            ("Ali Hassan Tarabuki", "Ali Omar TARABUKI"),
        ] {
            let (a, b) = (party(a), party(b));
            let all = terms(&a, &b, [(0, 0)]);
            let bits = [all[0].agreed]
                .into_iter()
                .chain(all[0].against.iter().map(|(_, bits)| -bits))
                .map(Bits::from_hundredths);
            assert!(!all[0].against.is_empty());
            assert_eq!(
                Score::of_bits(bits),
                compare(&a, &b, &Policy::default()).score
            );
        }
    }
}

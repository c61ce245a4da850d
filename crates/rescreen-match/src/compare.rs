//! The comparison.

use rescreen_prepare::{Name, Prepared};

use crate::{Bits, Evidence, Feature, Match, Policy, Score};

/// Compares a subject with a listed party. The subject is always on the left.
pub fn compare(subject: &Prepared, entity: &Prepared, policy: &Policy) -> Match {
    let mut best = (Score::ZERO, Vec::new());
    if subject.schema.is_comparable(entity.schema) {
        for ours in &subject.names {
            for theirs in &entity.names {
                let (score, evidence) = names(ours, theirs);
                if score > best.0 {
                    best = (score, evidence);
                }
            }
        }
    }
    Match {
        score: best.0,
        tier: policy.tier(best.0),
        evidence: best.1,
    }
}

fn names(ours: &Name, theirs: &Name) -> (Score, Vec<Evidence>) {
    let mut evidence = Vec::new();
    let mut used = vec![false; theirs.tokens.len()];
    for token in &ours.tokens {
        let partner = theirs
            .tokens
            .iter()
            .enumerate()
            .find(|(i, t)| !used[*i] && t.fold == token.fold);
        let (candidate, bits) = match partner {
            Some((i, t)) => {
                used[i] = true;
                (t.fold.clone(), 1_000)
            }
            None => (String::new(), -600),
        };
        evidence.push(Evidence {
            feature: if bits > 0 {
                Feature::NamePart
            } else {
                Feature::NameOmitted
            },
            query: token.fold.clone(),
            candidate,
            bits: Bits::from_hundredths(bits),
            note: None,
        });
    }
    for (token, _) in theirs.tokens.iter().zip(&used).filter(|(_, used)| !**used) {
        evidence.push(Evidence {
            feature: Feature::NameOmitted,
            query: String::new(),
            candidate: token.fold.clone(),
            bits: Bits::from_hundredths(-200),
            note: None,
        });
    }
    let agreed: i32 = evidence.iter().map(|e| e.bits.hundredths().max(0)).sum();
    let against: i32 = evidence.iter().map(|e| (-e.bits.hundredths()).max(0)).sum();
    let points = if agreed == 0 {
        0
    } else {
        9_500 * agreed / (agreed + against)
    };
    (Score::from_basis_points(points as u32), evidence)
}

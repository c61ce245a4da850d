//! The typo floor: a policy switch that puts every whole name spelled within two letters of a listed one to review.
//!
//! Some operators want a name like `Tim Cook` for `Tom Cook` on the desk although the parts, weighed, say that these
//! are rather two people. The switch lifts such a pair to the review threshold and no further.

use rescreen_prepare::{Name, Roles, hash_letters};
use smallvec::SmallVec;

/// Letters below which a name is too short for the switch.
const SHORTEST: usize = 8;
/// Letters inserted, deleted or replaced.
pub(crate) const EDITS: usize = 2;
/// One more than the edits, so that one piece is left whole.
const PIECES: usize = EDITS + 1;
/// Letters beyond which names are not taken for slips of each other.
const LONGEST: usize = 200;

pub(crate) type Letters = SmallVec<[u8; 64]>;

/// The letters of the whole name; `None` where the switch does not apply: too short, too long, or with a digit, which
/// is never a slip.
pub(crate) fn letters(name: &Name) -> Option<Letters> {
    letters_of(name.tokens.iter().map(|token| {
        let form = token.form();
        let dense = form.abjad || token.characters != 0;
        (token.roles, form.letters.as_slice(), dense)
    }))
}

/// The same from the roles of each part, the letters of its first form, and whether it is written in characters or in
/// an abjad.
pub(crate) fn letters_of<'a>(
    parts: impl Iterator<Item = (Roles, &'a [u8], bool)>,
) -> Option<Letters> {
    let mut letters = Letters::new();
    for (roles, part, dense) in parts {
        if roles.has(Roles::LEGAL) {
            continue;
        }
        // A word of an abjad has too few letters for two of them to be slips.
        if dense {
            return None;
        }
        letters.extend_from_slice(part);
    }
    let fits = (SHORTEST..=LONGEST).contains(&letters.len());
    (fits && !letters.iter().any(u8::is_ascii_digit)).then_some(letters)
}

/// Whether two whole names are within the edits.
pub(crate) fn close(a: &[u8], b: &[u8]) -> bool {
    a.len().abs_diff(b.len()) <= EDITS && within(a, b, EDITS)
}

/// Whether so many insertions, deletions and replacements make one of the other. Depth first: at most three to the
/// power of the edits ways.
fn within(a: &[u8], b: &[u8], edits: usize) -> bool {
    let common = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[common..], &b[common..]);
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len()) <= edits;
    }
    edits > 0
        && (within(&a[1..], &b[1..], edits - 1)
            || within(&a[1..], b, edits - 1)
            || within(a, &b[1..], edits - 1))
}

/// Where the pieces of a name of that many letters begin and end.
fn piece(length: usize, piece: usize) -> (usize, usize) {
    (length * piece / PIECES, length * (piece + 1) / PIECES)
}

/// The keys of a held name: its pieces, each with its number and the length of the name.
pub(crate) fn held_keys(letters: &[u8], emit: &mut impl FnMut(u64)) {
    for number in 0..PIECES {
        let (from, to) = piece(letters.len(), number);
        emit(key(letters.len(), number, &letters[from..to]));
    }
}

/// The keys of an asking name: what the whole piece of any name within the edits can be. Two edits move it by two
/// letters at most.
pub(crate) fn asking_keys(letters: &[u8], emit: &mut impl FnMut(u64)) {
    let longest = letters.len() + EDITS;
    for length in letters.len().saturating_sub(EDITS)..=longest {
        for number in 0..PIECES {
            let (from, to) = piece(length, number);
            let width = to - from;
            for start in from.saturating_sub(EDITS)..=from + EDITS {
                if let Some(part) = letters.get(start..start + width) {
                    emit(key(length, number, part));
                }
            }
        }
    }
}

fn key(length: usize, number: usize, part: &[u8]) -> u64 {
    let place = (length * PIECES + number) as u64;
    hash_letters(part).rotate_left(17) ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn close_names_share_a_key(a in "[ab]{8,14}", b in "[ab]{8,14}") {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            if close(a, b) {
                let (mut held, mut shared) = (Vec::new(), false);
                held_keys(a, &mut |k| held.push(k));
                asking_keys(b, &mut |k| shared |= held.contains(&k));
                prop_assert!(shared);
            }
        }

        #[test]
        fn closeness_is_the_edit_distance(a in "[abc]{8,11}", b in "[abc]{8,11}") {
            prop_assert_eq!(
                close(a.as_bytes(), b.as_bytes()),
                rapidfuzz::distance::levenshtein::distance(a.chars(), b.chars()) <= EDITS
            );
        }
    }
}

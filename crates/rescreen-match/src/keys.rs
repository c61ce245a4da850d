//! Keys: what an index needs to find every pair that can reach the floor.
//!
//! The contract has two halves. **Parts:** two related parts ([`relate`](crate::relate), or a join) share a key of
//! [`token_keys`] or [`join_keys`]. **Names:** a pair of names that reaches [`Policy::FLOOR`] has a related part among
//! the *openers* of either name. Openers are the heaviest parts: were only the others to agree, what is then missing
//! on this side alone would already keep the score below the floor. So an index need hold only the openers of its
//! names, as long as the probe asks with all its parts. No key is ever dropped for being common.

use rescreen_prepare::{Form, Join, Name, Prepared, Token};
use smallvec::SmallVec;

use crate::{
    Policy,
    names::{least_omission, openable},
    relation::allowed_edits,
};

/// A hash that two related things share.
pub type Key = u64;

const LETTERS: u64 = 0x51ed_270b_9f1c_a7e5;
const SKELETON: u64 = 0x2545_f491_4f6c_dd1d;
const GROUP: u64 = 0x9e6c_63d0_876a_68e5;
const IDENTIFIER: u64 = 0xd6e8_feb8_6659_fd93;

/// Which side of the index a party stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Held by the index: only its openers have keys.
    Held,
    /// Asking: every part has keys.
    Asking,
}

/// The keys of a party: two parties that share none, one held and one asking, compare below [`Policy::FLOOR`].
pub fn keys(prepared: &Prepared, side: Side) -> Vec<Key> {
    let mut keys = Vec::new();
    for name in &prepared.names {
        let openers = openers(name);
        let wanted = |i: usize| side == Side::Asking || openers & (1 << i) != 0;
        for (i, token) in name.tokens.iter().enumerate() {
            if wanted(i) {
                token_keys(token, &mut |key| keys.push(key));
            }
        }
        for join in &name.joins {
            let first = usize::from(join.first);
            if wanted(first) || wanted(first + 1) {
                join_keys(join, &mut |key| keys.push(key));
            }
        }
    }
    keys.extend(identifier_keys(prepared));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The openers of a name, one bit for each token.
///
/// With P the bits that agree and N those against, a score of at least `FLOOR` needs P / (P + N) >= FLOOR. A set M of
/// agreeing parts brings at most their weights to P, and every other part at least its least omission to N. A suffix
/// of the parts, light ones last, that cannot satisfy this is closed.
pub fn openers(name: &Name) -> u64 {
    let floor = i64::from(Policy::FLOOR.basis_points());
    let mut parts: SmallVec<[(i64, i64, usize); 12]> = SmallVec::new();
    let mut missing = 0;
    for (i, token) in name.tokens.iter().enumerate() {
        if !openable(token) {
            continue;
        }
        let omission = i64::from(least_omission(token));
        let worth = i64::from(token.weight) * (10_000 - floor) / floor + omission + 1;
        missing += omission;
        parts.push((worth, i64::from(token.weight), i));
    }
    parts.sort_unstable_by(|a, b| b.cmp(a));
    let mut left: i64 = parts.iter().map(|(worth, ..)| worth).sum();
    let mut openers = 0;
    for (worth, _, i) in parts {
        // Everything from here on, taken together, cannot reach the floor without the parts before.
        if left < missing {
            break;
        }
        openers |= 1 << i;
        left -= worth;
    }
    openers
}

/// The keys of one part.
pub fn token_keys(token: &Token, emit: &mut impl FnMut(Key)) {
    for form in &token.forms {
        form_keys(form, emit);
    }
    for group in token.groups.into_iter().filter(|g| *g != 0) {
        emit(mix(GROUP, u64::from(group)));
    }
}

/// The keys of two parts written as one.
pub fn join_keys(join: &Join, emit: &mut impl FnMut(Key)) {
    emit(mix(LETTERS, join.form.hash));
    if join.form.consonants >= 3 {
        emit(mix(SKELETON, join.form.skeleton));
    }
}

/// The keys of a party's identifiers.
pub fn identifier_keys(prepared: &Prepared) -> impl Iterator<Item = Key> + '_ {
    prepared.identifiers.iter().map(|identifier| {
        mix(
            IDENTIFIER,
            rescreen_prepare::hash_letters(identifier.number.as_bytes()),
        )
    })
}

fn form_keys(form: &Form, emit: &mut impl FnMut(Key)) {
    emit(mix(LETTERS, form.hash));
    if form.consonants >= 2 {
        emit(mix(SKELETON, form.skeleton));
    }
    let letters = form.letters.as_slice();
    let edits = allowed_edits(letters.len());
    if edits == 0 {
        return;
    }
    // Two words within k edits, swaps included, become equal by deleting at most k letters of each.
    let mut short = SmallVec::<[u8; 64]>::new();
    for i in 0..letters.len() {
        if i > 0 && letters[i] == letters[i - 1] {
            continue;
        }
        short.clear();
        short.extend_from_slice(&letters[..i]);
        short.extend_from_slice(&letters[i + 1..]);
        emit(mix(LETTERS, rescreen_prepare::hash_letters(&short)));
        if edits < 2 {
            continue;
        }
        for j in i..short.len() {
            if j > i && short[j] == short[j - 1] {
                continue;
            }
            let removed = short.remove(j);
            emit(mix(LETTERS, rescreen_prepare::hash_letters(&short)));
            short.insert(j, removed);
        }
    }
}

fn mix(space: u64, value: u64) -> u64 {
    let x = (space ^ value).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^ (x >> 32)
}

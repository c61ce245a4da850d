//! Keys: what an index needs to find every pair that can reach the floor.
//!
//! The contract has three halves. **Parts:** two related parts ([`relate`](crate::relate), or a join) share a key of
//! [`token_keys`] or [`join_keys`]. **Openers:** a pair of names that reaches the floor has a related part among the
//! *openers* of either name. Openers are the heaviest parts: were only the others to agree, what is then missing on
//! this side alone would already keep the score below the floor. So an index need hold only the openers of its names,
//! as long as the probe asks with all its parts. **Bound:** once the parts that relate are known, [`may_reach`] says
//! whether the rest can still make up for what is missing. No key is ever dropped for being common.

use rescreen_prepare::{
    FIRST_SHORT_GROUP, Form, Groups, Join, MAX_JOINED, Name, Prepared, Roles, Token,
};
use smallvec::SmallVec;

use crate::{
    Policy, Relation, Score,
    names::{least_lonely, least_omission, openable},
    relation::{MAX_EDITED, allowed_edits},
    typo,
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

/// The keys of a party: two parties that share none, one held and one asking, compare below
/// [`Policy::floor`].
pub fn keys(prepared: &Prepared, side: Side, policy: &Policy) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut emit = |key| keys.push(key);
    for name in &prepared.names {
        let profile = Profile::of(name, policy.floor());
        let wanted = |i: usize| side == Side::Asking || profile.opens(i);
        for (i, token) in name.tokens.iter().enumerate() {
            if wanted(i) {
                token_keys(token, &mut emit);
            }
        }
        for join in &name.joins {
            if join.parts().any(wanted) {
                join_keys(join, &mut emit);
            }
        }
        match side {
            _ if !policy.typo_floor() => {}
            Side::Held => typo_held_keys(name, &mut emit),
            Side::Asking => typo_asking_keys(name, &mut emit),
        }
    }
    keys.extend(identifier_keys(prepared));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What has to be known of a name to bound the scores it can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    openers: u32,
    /// The other parts that may agree, and their weight, hundredths of a bit.
    closed_parts: u32,
    closed: i32,
    /// The least that all openers cost where they are missing, and that all others cost.
    omission: i32,
    closed_omission: i32,
    /// Whether parts that are not openers may agree written as one.
    has_closed_joins: bool,
    /// What its parts cost at least where a single one agrees.
    bound: Bound,
}

/// What parts of a name cost at least where a single part of it agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bound {
    /// Hundredths of a bit.
    pub lonely: i32,
    /// Whether an initial may explain parts of the other name away.
    pub initials: bool,
}

impl Bound {
    /// The bound of one part.
    pub fn of(token: &Token) -> Self {
        if !openable(token) {
            return Self::default();
        }
        Self {
            lonely: least_lonely(token),
            initials: token.roles.has(Roles::INITIAL),
        }
    }

    /// The bound of the parts of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            lonely: self.lonely + other.lonely,
            initials: self.initials || other.initials,
        }
    }
}

impl Profile {
    /// The profile of a name for a floor.
    ///
    /// With P the bits that agree and N those against, a score of at least the floor F needs P / (P + N) >= F. A set
    /// of agreeing parts brings at most their weights to P, and every other part at least its least omission to N.
    /// The light parts that cannot satisfy this among themselves are closed, all others are openers.
    pub fn of(name: &Name, floor: Score) -> Self {
        let floor = i64::from(floor.basis_points().max(1));
        let mut parts: SmallVec<[(i64, usize); 12]> = SmallVec::new();
        let mut missing = 0;
        let mut profile = Self {
            openers: 0,
            closed_parts: 0,
            closed: 0,
            omission: 0,
            closed_omission: 0,
            has_closed_joins: false,
            bound: Bound::default(),
        };
        for (i, token) in name.tokens.iter().enumerate() {
            if !openable(token) {
                continue;
            }
            let omission = i64::from(least_omission(token));
            let worth = i64::from(token.weight) * (10_000 - floor) / floor + omission + 1;
            missing += omission;
            parts.push((worth, i));
            profile.bound = profile.bound.and(Bound::of(token));
        }
        parts.sort_unstable_by(|a, b| b.cmp(a));
        let mut left: i64 = parts.iter().map(|(worth, _)| worth).sum();
        for (worth, i) in parts {
            let token = &name.tokens[i];
            // Everything from here on, taken together, cannot reach the floor without the parts before.
            if left < missing {
                profile.closed_parts |= 1 << i;
                profile.closed += i32::from(token.weight);
                profile.closed_omission += least_omission(token);
            } else {
                profile.openers |= 1 << i;
                profile.omission += least_omission(token);
            }
            left -= worth;
        }
        profile.has_closed_joins = name
            .joins
            .iter()
            .any(|join| join.parts().all(|part| !profile.opens(part)));
        profile
    }

    /// What its parts cost at least where a single one agrees.
    pub fn bound(&self) -> Bound {
        self.bound
    }

    /// Whether the part opens a comparison.
    pub fn opens(&self, part: usize) -> bool {
        self.openers & (1 << part) != 0
    }

    /// Whether the part may agree but does not open a comparison.
    pub fn is_closed(&self, part: usize) -> bool {
        self.closed_parts & (1 << part) != 0
    }
}

/// What is known to relate between a held and an asking name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    gain: i32,
    omission: i32,
    lonely: i32,
    parts: u32,
}

impl Agreement {
    /// One part of the asking name that relates to a part of the held name.
    pub fn of(asking: &Token, held: &Token, relation: Relation) -> Self {
        let weight = i32::from(asking.weight.min(held.weight));
        Self {
            gain: weight * i32::from(relation.quality) / 100,
            omission: least_omission(held),
            lonely: least_lonely(asking) + least_lonely(held),
            parts: 1,
        }
    }

    /// Two parts of either name, written as one, that relate to a part of the other: nothing is told of the rest.
    pub fn unknown() -> Self {
        Self {
            gain: 1 << 20,
            omission: 1 << 20,
            lonely: 0,
            parts: 2,
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            gain: self.gain + other.gain,
            omission: self.omission + other.omission,
            lonely: self.lonely + other.lonely,
            parts: self.parts + other.parts,
        }
    }
}

/// How much is known of what agrees between a held and an asking name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Every opener of the held name that agrees; any of its other parts may.
    Openers,
    /// Every part of the held name that agrees, except other parts than openers that are written as one.
    AllParts,
}

/// Whether the two names can reach the floor when no part of the held name agrees but those known.
pub fn may_reach(
    asking: Bound,
    held: &Profile,
    (known, agreed): (Known, &Agreement),
    floor: Score,
) -> bool {
    asking.lonely <= most_lonely(asking.initials, held, (known, agreed), floor)
}

/// Up to which [`Bound::lonely`] an asking name with or without initials [may reach](may_reach) the floor;
/// `i32::MIN` where none does.
pub fn most_lonely(
    initials: bool,
    held: &Profile,
    (known, agreed): (Known, &Agreement),
    floor: Score,
) -> i32 {
    let floor = i64::from(floor.basis_points().max(1));
    let (more, missing) = if known == Known::AllParts && !held.has_closed_joins {
        (0, held.omission + held.closed_omission)
    } else {
        (held.closed, held.omission)
    };
    // With so much for it, the evidence against may come to this at most.
    let against = i64::from(agreed.gain + more) * (10_000 - floor) / floor;
    if against < i64::from(missing - agreed.omission) {
        return i32::MIN;
    }
    if agreed.parts != 1 || more != 0 || held.bound.initials || initials {
        return i32::MAX;
    }
    let lonely = against - i64::from(held.bound.lonely - agreed.lonely);
    i32::try_from(lonely).unwrap_or(i32::MAX)
}

/// The keys of one part.
pub fn token_keys(token: &Token, emit: &mut impl FnMut(Key)) {
    for form in &token.forms {
        spelling_keys(&form.letters, form.skeleton, form.consonants, emit);
    }
    group_keys(token.groups, emit);
}

/// The keys of the classes of spellings a part belongs to.
pub fn group_keys(groups: Groups, emit: &mut impl FnMut(Key)) {
    for group in groups.into_iter().filter(|g| *g != 0) {
        // A name and its short forms differ in the last bit.
        let group = if group >= FIRST_SHORT_GROUP {
            group & !1
        } else {
            group
        };
        emit(mix(GROUP, u64::from(group)));
    }
}

/// The keys by which a part finds two parts written as one.
pub fn token_join_keys(token: &Token, emit: &mut impl FnMut(Key)) {
    for form in &token.forms {
        join_form_keys(form, emit);
    }
}

/// The keys of two parts written as one.
pub fn join_keys(join: &Join, emit: &mut impl FnMut(Key)) {
    join_form_keys(&join.form, emit);
}

/// The one key of two parts written as one for whoever scans joins rather than words: every part that
/// [relates](crate::relate_join) to it has that key among [`scanned_join_keys`].
pub fn scanned_join_key(join: &Join) -> Key {
    if join.form.consonants >= 3 {
        mix(SKELETON, join.form.skeleton)
    } else {
        letters_key(&join.form.letters)
    }
}

/// The keys of a part among which [`scanned_join_key`] of every related join is.
pub fn scanned_join_keys(token: &Token, emit: &mut impl FnMut(Key)) {
    for form in &token.forms {
        join_form_keys(form, emit);
        // The same letters, as two words may be read that are written so.
        if form.letters.len() <= MAX_JOINED {
            for skeleton in Form::joined_skeletons(&form.letters, 3) {
                emit(mix(SKELETON, skeleton));
            }
        }
    }
}

fn join_form_keys(form: &Form, emit: &mut impl FnMut(Key)) {
    emit(letters_key(&form.letters));
    if form.consonants >= 3 {
        emit(mix(SKELETON, form.skeleton));
    }
}

/// The keys of a held name for the typo floor.
pub fn typo_held_keys(name: &Name, emit: &mut impl FnMut(Key)) {
    if let Some(letters) = typo::letters(name) {
        typo::held_keys(&letters, emit);
    }
}

/// The keys by which a name asks for the typo floor.
pub fn typo_asking_keys(name: &Name, emit: &mut impl FnMut(Key)) {
    if let Some(letters) = typo::letters(name) {
        typo::asking_keys(&letters, emit);
    }
}

/// The keys of [`typo_asking_keys`] from the roles of each part of a name, the letters of its first form, and whether it is
/// written in characters or in an abjad.
pub fn typo_asking_keys_of<'a>(
    parts: impl Iterator<Item = (Roles, &'a [u8], bool)>,
    emit: &mut impl FnMut(Key),
) {
    if let Some(letters) = typo::letters_of(parts) {
        typo::asking_keys(&letters, emit);
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

/// The keys of one spelling: its letters, its consonants and their number.
pub fn spelling_keys(letters: &[u8], skeleton: u64, consonants: u8, emit: &mut impl FnMut(Key)) {
    if consonants >= 2 {
        emit(mix(SKELETON, skeleton));
    }
    let length = letters.len();
    let edits = allowed_edits(length);
    if edits == 0 {
        emit(letters_key(letters));
        return;
    }
    // Two words within k edits, swaps included, become equal by deleting at most k letters of each.
    let mut tails = [0; MAX_EDITED + 1];
    for (i, letter) in letters.iter().enumerate().rev() {
        tails[i] = u64::from(*letter)
            .wrapping_mul(POWERS[length - 1 - i])
            .wrapping_add(tails[i + 1]);
    }
    // What stands before a deleted letter, and what behind it.
    let around = |head: u64, i: usize| {
        let whole = head
            .wrapping_mul(POWERS[length - 1 - i])
            .wrapping_add(tails[i + 1]);
        mix(LETTERS, whole)
    };
    emit(mix(
        LETTERS,
        EMPTY.wrapping_mul(POWERS[length]).wrapping_add(tails[0]),
    ));
    let mut head = EMPTY;
    for i in 0..length {
        // Of equal neighbours it is all one which goes.
        if i == 0 || letters[i] != letters[i - 1] {
            emit(around(head, i));
            if edits > 1 {
                let mut inner = head;
                for j in i + 1..length {
                    if j == i + 1 || letters[j] != letters[j - 1] {
                        emit(around(inner, j));
                    }
                    inner = rolled(inner, letters[j]);
                }
            }
        }
        head = rolled(head, letters[i]);
    }
}

/// The key of a word as it is.
fn letters_key(letters: &[u8]) -> Key {
    let whole = letters.iter().fold(EMPTY, |hash, b| rolled(hash, *b));
    mix(LETTERS, whole)
}

/// The hash of no letters.
const EMPTY: u64 = 1;
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// A polynomial in [`BASE`], from which the hash of the word without a letter follows in one step.
fn rolled(hash: u64, letter: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(letter))
}

const POWERS: [u64; MAX_EDITED + 1] = {
    let mut powers = [1_u64; MAX_EDITED + 1];
    let mut i = 1;
    while i < powers.len() {
        powers[i] = powers[i - 1].wrapping_mul(BASE);
        i += 1;
    }
    powers
};

fn mix(space: u64, value: u64) -> u64 {
    let x = (space ^ value).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^ (x >> 32)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use rescreen_model::{Entity, Property, Schema};
    use rescreen_prepare::prepare;

    use super::*;

    /// `None` where the word is a placeholder.
    fn first_part(word: &str) -> Option<Token> {
        let mut entity = Entity::new("x", Schema::Person);
        entity.add(Property::Name, word);
        let name = prepare(&entity).names.into_iter().next()?;
        name.tokens.into_iter().next()
    }

    proptest! {
        /// The hash that follows in one step is that of the word without the letters.
        #[test]
        fn a_word_has_the_keys_of_all_it_becomes_by_deletion(word in "[a-z]{3,12}") {
            let Some(part) = first_part(&word) else { return Ok(()) };
            let mut keys = BTreeSet::new();
            token_keys(&part, &mut |key| {
                keys.insert(key);
            });
            let letters = part.form().letters.as_slice();
            for i in 0..letters.len() {
                let once = [&letters[..i], &letters[i + 1..]].concat();
                prop_assert!(keys.contains(&letters_key(&once)));
                if allowed_edits(letters.len()) > 1 {
                    for j in 0..once.len() {
                        let twice = [&once[..j], &once[j + 1..]].concat();
                        prop_assert!(keys.contains(&letters_key(&twice)));
                    }
                }
            }
            prop_assert!(keys.contains(&letters_key(letters)));
        }

        /// Whoever scans joins by their one key misses no part that relates to one.
        #[test]
        fn a_join_has_a_key_in_common_with_every_part_it_relates_to(
            two in "[aeiou]?[bdhklmnrst][aeiou][bdhklmnrst]?[aeiou]? [bdhklmnrst][aeiou][bdhklmnrst]?",
            vowels in prop::collection::vec("[aeiouy]{0,2}", 9),
        ) {
            let mut entity = Entity::new("x", Schema::Person);
            entity.add(Property::Name, &two);
            let prepared = prepare(&entity);
            let joined = prepared.names.first().and_then(|name| name.joins.first());
            // The same consonants with other vowels, and at times the same word.
            let mut vowels = vowels.into_iter();
            let other: String = two
                .chars()
                .filter(|c| *c != ' ')
                .map(|c| match c {
                    'a' | 'e' | 'i' | 'o' | 'u' => vowels.next().unwrap_or_default(),
                    c => c.to_string(),
                })
                .collect();
            for word in [two.replace(' ', ""), other] {
                let (Some(join), Some(part)) = (joined, first_part(&word)) else { continue };
                let mut keys = BTreeSet::new();
                scanned_join_keys(&part, &mut |key| {
                    keys.insert(key);
                });
                if crate::relate_join(join, &part).is_some() {
                    prop_assert!(keys.contains(&scanned_join_key(join)), "{two} {word}");
                }
            }
        }
    }
}

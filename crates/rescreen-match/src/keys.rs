//! Keys: what an index needs to find every pair that can reach the floor.
//!
//! The contract has three halves. **Parts:** two related parts ([`relate`](crate::relate), or a join) share a key of
//! [`token_keys`] or [`join_keys`]. **Openers:** a pair of names that reaches the floor has a related part among the
//! *openers* of either name. Openers are the heaviest parts: were only the others to agree, what is then missing on
//! this side alone would already keep the score below the floor. So an index need hold only the openers of its names,
//! as long as the probe asks with all its parts. **Bound:** once the parts that relate are known, [`may_reach`] says
//! whether the rest can still make up for what is missing. No key is ever dropped for being common.

use rescreen_prepare::{Form, Join, Name, Prepared, Roles, Token};
use smallvec::SmallVec;

use crate::{
    Policy, Relation, Score,
    names::{least_lonely, least_omission, openable},
    relation::allowed_edits,
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
    /// Weight of the parts that are not openers, hundredths of a bit.
    closed: i32,
    /// The least that all openers cost where they are missing.
    omission: i32,
    /// The least that all parts cost where a single part agrees.
    lonely: i32,
    /// Whether an initial may explain parts of the other name away.
    initials: bool,
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
            closed: 0,
            omission: 0,
            lonely: 0,
            initials: false,
        };
        for (i, token) in name.tokens.iter().enumerate() {
            if !openable(token) {
                continue;
            }
            let omission = i64::from(least_omission(token));
            let worth = i64::from(token.weight) * (10_000 - floor) / floor + omission + 1;
            missing += omission;
            parts.push((worth, i));
            profile.lonely += least_lonely(token);
            profile.initials |= token.roles.has(Roles::INITIAL);
        }
        parts.sort_unstable_by(|a, b| b.cmp(a));
        let mut left: i64 = parts.iter().map(|(worth, _)| worth).sum();
        for (worth, i) in parts {
            let token = &name.tokens[i];
            // Everything from here on, taken together, cannot reach the floor without the parts before.
            if left < missing {
                profile.closed += i32::from(token.weight);
            } else {
                profile.openers |= 1 << i;
                profile.omission += least_omission(token);
            }
            left -= worth;
        }
        profile
    }

    /// Whether the part opens a comparison.
    pub fn opens(&self, part: usize) -> bool {
        self.openers & (1 << part) != 0
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
    /// One part of the asking name that relates to an opener of the held name.
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

/// Whether the two names can reach the floor when no opener of the held name agrees but those known.
pub fn may_reach(asking: &Profile, held: &Profile, known: &Agreement, floor: Score) -> bool {
    let agreed = i64::from(known.gain + held.closed);
    let mut against = i64::from((held.omission - known.omission).max(0));
    if known.parts == 1 && held.closed == 0 && !held.initials && !asking.initials {
        against = against.max(i64::from(asking.lonely + held.lonely - known.lonely));
    }
    let floor = i64::from(floor.basis_points());
    agreed * (10_000 - floor) >= against * floor
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

/// The keys by which a part finds two parts written as one.
pub fn token_join_keys(token: &Token, emit: &mut impl FnMut(Key)) {
    for form in &token.forms {
        emit(mix(LETTERS, form.hash));
        if form.consonants >= 3 {
            emit(mix(SKELETON, form.skeleton));
        }
    }
}

/// The keys of two parts written as one.
pub fn join_keys(join: &Join, emit: &mut impl FnMut(Key)) {
    emit(mix(LETTERS, join.form.hash));
    if join.form.consonants >= 3 {
        emit(mix(SKELETON, join.form.skeleton));
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

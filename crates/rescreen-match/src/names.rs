//! Two names: which part goes with which, and what that weighs.

use rescreen_prepare::{Join, Kind, Name, Quality, Roles, Token};
use smallvec::SmallVec;

use crate::{
    Policy, Score, assignment,
    fold::Tally,
    relation::{Level, Relation, is_worth_joining, is_worth_relating, relate, relate_join},
    typo, weights,
};

/// One line of weighed evidence about a name, before it is put in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) what: What,
    pub(crate) ours: Parts,
    pub(crate) theirs: Parts,
    /// Hundredths of a bit.
    pub(crate) bits: i32,
}

/// Parts of a name from the first to the last, none where the count is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) first: u8,
    pub(crate) count: u8,
}

impl Parts {
    pub(crate) const NONE: Self = Self { first: 0, count: 0 };

    fn one(at: usize) -> Self {
        Self {
            first: at as u8,
            count: 1,
        }
    }

    fn of(join: &Join) -> Self {
        Self {
            first: join.first,
            count: join.count,
        }
    }
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// The parts agree at this level.
    Agrees(Level),
    /// What the spelling leaves in doubt.
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
    /// Father and child have changed places.
    Chain,
    /// The numbers differ, or one side has none.
    Numeral,
    /// The legal forms are of different kinds.
    LegalForm,
    /// The whole name is within two letters, and the policy wants that seen.
    TypoFloor,
    /// The publisher calls the alias weak.
    WeakAlias,
}

/// By what a missing part is priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Omission {
    /// A title, a suffix or an initial.
    Free,
    /// A syllable of a Korean, Chinese or Burmese name.
    Syllable,
    /// Any part where a single one agrees.
    Lonely,
    /// A place in the name of an organisation.
    Place,
    /// A part of the name of an organisation or a ship.
    Other,
    /// A name made from the father's.
    Patronymic,
    /// A by-name.
    Kunya,
    /// What the source calls the family name.
    Family,
    /// The first of two family names, where the second agrees.
    Surname,
    /// A name of origin behind an article.
    Article,
    /// At the beginning of the name, where the given name stands.
    First,
    /// At its end.
    End,
    /// In its middle.
    Middle,
}

impl Omission {
    /// Percent of the part's weight.
    fn share(self) -> i32 {
        match self {
            Self::Free => 0,
            Self::Syllable => weights::OMITTED_SYLLABLE,
            Self::Lonely => weights::OMITTED_LONELY,
            Self::Place => weights::OMITTED_PLACE,
            Self::Other => weights::OMITTED_OTHER,
            Self::Patronymic => weights::OMITTED_PATRONYMIC,
            Self::Kunya => weights::OMITTED_KUNYA,
            Self::Family | Self::End => weights::OMITTED_END,
            Self::First => weights::OMITTED_FIRST,
            Self::Surname => weights::OMITTED_SURNAME,
            Self::Article => weights::OMITTED_ARTICLE,
            Self::Middle => weights::OMITTED_MIDDLE,
        }
    }

    /// What a part of that weight costs where it is missing, hundredths of a bit.
    fn cost(self, weight: i32) -> i32 {
        let least = match self {
            // Who is called Mohammad and another name goes by the other.
            Self::First if weight > weights::OMITTED_FREELY => weights::OMITTED_FIRST_LEAST,
            Self::End => weights::OMITTED_END_LEAST,
            _ => 0,
        };
        (weight * self.share() / 100).max(least)
    }
}

pub(crate) type Lines = SmallVec<[Line; 12]>;

/// Two names, weighed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weighed {
    pub(crate) lines: Lines,
    pub(crate) tally: Tally,
}

impl Weighed {
    fn line(&mut self, what: What, ours: Parts, theirs: Parts, bits: i32) {
        self.tally.add(bits);
        self.lines.push(Line {
            what,
            ours,
            theirs,
            bits,
        });
    }
}

type Edges = SmallVec<[Edge; 16]>;

/// A relation between parts of the two names.
#[derive(Debug, Clone, Copy)]
struct Edge {
    ours: Parts,
    theirs: Parts,
    relation: Relation,
    /// The weight at stake, hundredths of a bit.
    weight: i32,
}

impl Edge {
    fn gain(&self) -> i32 {
        self.weight * i32::from(self.relation.quality) / 100
    }
}

/// Whether the part may bring evidence for a pair.
pub(crate) fn openable(token: &Token) -> bool {
    !token.roles.has(Roles::LEGAL)
}

/// The least that a missing part costs in any name, hundredths of a bit.
pub(crate) fn least_omission(token: &Token) -> i32 {
    let share = match () {
        () if token
            .roles
            .any(Roles::HONORIFIC.with(Roles::SUFFIX).with(Roles::INITIAL)) =>
        {
            0
        }
        () if token.roles.has(Roles::PATRONYMIC) => weights::OMITTED_PATRONYMIC,
        () if token.roles.has(Roles::KUNYA) => weights::OMITTED_KUNYA,
        () => weights::OMITTED_MIDDLE,
    };
    i32::from(token.weight) * share / 100
}

/// The least that a missing part costs where a single part agrees and no initial stands for it.
pub(crate) fn least_lonely(token: &Token) -> i32 {
    if token
        .roles
        .any(Roles::HONORIFIC.with(Roles::SUFFIX).with(Roles::INITIAL))
    {
        return 0;
    }
    let cost = i32::from(token.weight) * weights::OMITTED_LONELY / 100;
    if token.roles.has(Roles::NUMERAL) {
        cost.min(weights::NUMERAL_MISSING.1)
    } else {
        cost
    }
}

/// Weighs two names of comparable parties. `None` where no part of the one has anything to do with the other.
pub(crate) fn weigh(ours: &Name, theirs: &Name, person: bool, policy: &Policy) -> Option<Weighed> {
    let mut weighed = parts(ours, theirs, person);
    if policy.typo_floor()
        && weighed.as_ref().map_or(Score::ZERO, |w| w.tally.score()) < policy.review()
        && let (Some(a), Some(b)) = (typo::letters(ours), typo::letters(theirs))
        && typo::close(&a, &b)
    {
        let weighed = weighed.get_or_insert_default();
        weighed.tally.lift(policy.review());
        weighed.line(What::TypoFloor, all(ours), all(theirs), 0);
    }
    weighed
}

/// Weighs the parts of two names.
///
/// Where several choices are equally good, as with a part that a name repeats, the one that is taken must not depend on
/// which side a name stands. So two names are always weighed the same way round.
fn parts(ours: &Name, theirs: &Name, person: bool) -> Option<Weighed> {
    if !comes_before(theirs, ours) {
        return ordered_parts(ours, theirs, person, false);
    }
    let mut weighed = ordered_parts(theirs, ours, person, true)?;
    for line in &mut weighed.lines {
        std::mem::swap(&mut line.ours, &mut line.theirs);
    }
    Some(weighed)
}

/// An order of names by their parts, in which only names that compare alike are equal.
fn comes_before(one: &Name, other: &Name) -> bool {
    // How sure the source is of a name is the same to both, and not known of a name in a segment.
    let rank = |name: &Name| name.tokens.len();
    let part = |t: &Token| {
        (
            t.form().hash,
            t.characters,
            t.weight,
            t.roles.any(Roles::FAMILY),
        )
    };
    match rank(one).cmp(&rank(other)) {
        // Nearly always the first parts tell.
        std::cmp::Ordering::Equal => one
            .tokens
            .iter()
            .map(part)
            .lt(other.tokens.iter().map(part)),
        unequal => unequal.is_lt(),
    }
}

/// The same where the names are in order. Lines come in the order of the subject's parts, which are `theirs` where the names
/// are swapped.
fn ordered_parts(ours: &Name, theirs: &Name, person: bool, swapped: bool) -> Option<Weighed> {
    let edges = edges(ours, theirs);
    if edges.is_empty() {
        return None;
    }
    let mut chosen = choose(edges, ours.tokens.len(), theirs.tokens.len());
    let shown = |e: &Edge| if swapped { e.theirs } else { e.ours };
    chosen.sort_unstable_by_key(|e| shown(e).first);
    let mut weighed = Weighed::default();
    let (mut used_ours, mut used_theirs) = (0_u64, 0_u64);
    for edge in &chosen {
        used_ours |= mask(edge.ours);
        used_theirs |= mask(edge.theirs);
        let gain = edge.gain();
        let level = edge.relation.level;
        weighed.line(What::Agrees(level), edge.ours, edge.theirs, gain);
        if gain < edge.weight {
            let doubt = (gain - edge.weight) * weights::SPELLING / 100;
            weighed.line(What::Spelling(level), edge.ours, edge.theirs, doubt);
        }
    }
    let rest_of = Rest {
        person,
        lonely: chosen.len() == 1,
        swapped,
    };
    rest(
        &mut weighed,
        (ours, used_ours),
        (theirs, used_theirs),
        rest_of,
    );
    rarity(&mut weighed);
    order(&mut weighed, ours, theirs, &chosen, person);
    if !person {
        legal_forms(&mut weighed, ours, theirs);
    }
    if ours.quality == Quality::Weak || theirs.quality == Quality::Weak {
        let cost = weighed.tally.agreed() * weights::WEAK_ALIAS / 100;
        weighed.line(What::WeakAlias, Parts::NONE, Parts::NONE, -cost);
    }
    Some(weighed)
}

/// How the parts without a partner are looked at.
#[derive(Clone, Copy)]
struct Rest {
    person: bool,
    /// A single part agrees.
    lonely: bool,
    /// The subject's name is the second.
    swapped: bool,
}

/// The whole name.
fn all(name: &Name) -> Parts {
    Parts {
        first: 0,
        count: name.tokens.len() as u8,
    }
}

fn mask(parts: Parts) -> u64 {
    ((1 << parts.count) - 1) << parts.first
}

/// Every relation between a part, or two neighbours written as one, of the one name and a part of the other.
fn edges(ours: &Name, theirs: &Name) -> Edges {
    let mut edges = SmallVec::new();
    for (i, a) in ours.tokens.iter().enumerate() {
        if !openable(a) {
            continue;
        }
        for (j, b) in theirs.tokens.iter().enumerate() {
            if !openable(b) || !is_worth_relating(a, b) {
                continue;
            }
            if let Some(relation) = relate(a, b) {
                edges.push(Edge {
                    ours: Parts::one(i),
                    theirs: Parts::one(j),
                    relation,
                    weight: i32::from(a.weight.min(b.weight)),
                });
            }
        }
    }
    joined_edges(ours, theirs, false, &mut edges);
    joined_edges(theirs, ours, true, &mut edges);
    edges
}

fn joined_edges(joined: &Name, single: &Name, swapped: bool, edges: &mut Edges) {
    for join in &joined.joins {
        for (j, token) in single.tokens.iter().enumerate() {
            if !openable(token) || !is_worth_joining(join, token) {
                continue;
            }
            let Some(relation) = relate_join(join, token) else {
                continue;
            };
            let parts = &joined.tokens[join.parts()];
            let all: i32 = parts.iter().map(|t| i32::from(t.weight)).sum();
            let (joint, one) = (Parts::of(join), Parts::one(j));
            let (ours, theirs) = if swapped { (one, joint) } else { (joint, one) };
            edges.push(Edge {
                ours,
                theirs,
                relation,
                weight: all.min(i32::from(token.weight)),
            });
        }
    }
}

/// The one-to-one choice of relations that brings most.
///
/// Two parts written as one are taken first where they bring more than their parts could; the rest is an optimal
/// assignment.
fn choose(edges: Edges, ours: usize, theirs: usize) -> Edges {
    let mut chosen = Edges::new();
    let (mut used_ours, mut used_theirs) = (0, 0);
    let mut conflict = false;
    let (mut seen_ours, mut seen_theirs) = (0, 0);
    for edge in &edges {
        let (a, b) = (mask(edge.ours), mask(edge.theirs));
        conflict |= seen_ours & a != 0 || seen_theirs & b != 0;
        seen_ours |= a;
        seen_theirs |= b;
    }
    if !conflict {
        return edges;
    }
    let is_join = |e: &&Edge| e.ours.count + e.theirs.count > 2;
    let mut joins: SmallVec<[&Edge; 4]> = edges.iter().filter(is_join).collect();
    joins.sort_by_key(|e| (-e.gain(), e.ours.first, e.theirs.first));
    for join in joins {
        let (a, b) = (mask(join.ours), mask(join.theirs));
        let rival: i32 = edges
            .iter()
            .filter(|e| !is_join(e) && (mask(e.ours) & a != 0 || mask(e.theirs) & b != 0))
            .map(Edge::gain)
            .sum();
        if used_ours & a == 0 && used_theirs & b == 0 && join.gain() > rival {
            used_ours |= a;
            used_theirs |= b;
            chosen.push(*join);
        }
    }
    let free: Edges = edges
        .into_iter()
        .filter(|e| {
            !is_join(&e) && used_ours & mask(e.ours) == 0 && used_theirs & mask(e.theirs) == 0
        })
        .collect();
    let pairs = assignment::best(
        ours,
        theirs,
        free.iter().map(|e| {
            // Of equal choices the one that keeps the parts in place.
            let place = 32 - u32::from(e.ours.first.abs_diff(e.theirs.first));
            (
                usize::from(e.ours.first),
                usize::from(e.theirs.first),
                i64::from(e.gain()) * 64 + i64::from(place) + 64,
            )
        }),
    );
    for (i, j) in pairs {
        if let Some(edge) = free
            .iter()
            .find(|e| usize::from(e.ours.first) == i && usize::from(e.theirs.first) == j)
        {
            chosen.push(*edge);
        }
    }
    chosen
}

/// Parts that found no partner: initials that fit, numbers, parts that differ, parts that are missing.
fn rest(
    weighed: &mut Weighed,
    (ours, used_ours): (&Name, u64),
    (theirs, used_theirs): (&Name, u64),
    Rest {
        person,
        lonely,
        swapped,
    }: Rest,
) {
    let left = |name: &Name, used: u64| {
        let mut left = SmallVec::<[usize; 8]>::new();
        for (i, token) in name.tokens.iter().enumerate() {
            if used & (1 << i) == 0 && openable(token) {
                left.push(i);
            }
        }
        left
    };
    let (mut a, mut b) = (left(ours, used_ours), left(theirs, used_theirs));
    if person {
        initials(weighed, (ours, &mut a), (theirs, &mut b), false);
        initials(weighed, (theirs, &mut b), (ours, &mut a), true);
    } else {
        numerals(weighed, (ours, &mut a), (theirs, &mut b));
    }
    let free = Roles::HONORIFIC
        .with(Roles::SUFFIX)
        .with(Roles::KUNYA)
        .with(Roles::INITIAL);
    // Parts that differ are paired in order, like with like: patronymics first.
    let solid = |name: &Name, i: &usize| !name.tokens[*i].roles.any(free);
    for patronymics in [true, false] {
        loop {
            let fits = |name: &Name, i: &usize| {
                solid(name, i) && (!patronymics || name.tokens[*i].roles.has(Roles::PATRONYMIC))
            };
            let (Some(x), Some(y)) = (
                a.iter().position(|i| fits(ours, i)),
                b.iter().position(|i| fits(theirs, i)),
            ) else {
                break;
            };
            let (x, y) = (a.remove(x), b.remove(y));
            let mean = i32::from(ours.tokens[x].weight).midpoint(theirs.tokens[y].weight.into());
            let cost = (mean * weights::SUBSTITUTED / 100)
                .max(weighed.tally.agreed() * weights::SUBSTITUTED_OF_AGREED / 100)
                .max(weights::SUBSTITUTED_LEAST);
            weighed.line(What::Substituted, Parts::one(x), Parts::one(y), -cost);
        }
    }
    let mut sides = [
        (ours, used_ours, &a, true),
        (theirs, used_theirs, &b, false),
    ];
    if swapped {
        sides.reverse();
    }
    for (name, used, left, is_ours) in sides {
        for &i in left {
            let mut omission = omission(name, i, person, lonely);
            if omission == Omission::Family && first_of_two_surnames(name, used, i) {
                omission = Omission::Surname;
            }
            let cost = omission.cost(i32::from(name.tokens[i].weight));
            let part = Parts::one(i);
            let (x, y) = if is_ours {
                (part, Parts::NONE)
            } else {
                (Parts::NONE, part)
            };
            weighed.line(What::Omitted(omission), x, y, -cost);
        }
    }
}

/// A name of which one side lacks a part has to agree in more than what people share by chance.
fn rarity(weighed: &mut Weighed) {
    let short = weights::RARITY_NEEDED - weighed.tally.agreed();
    let lacks = weighed
        .lines
        .iter()
        .any(|l| matches!(l.what, What::Omitted(_) | What::Initial) && l.bits < 0);
    if short > 0 && lacks {
        weighed.line(
            What::Common,
            Parts::NONE,
            Parts::NONE,
            -short * weights::RARITY_SHORT / 100,
        );
    }
}

fn omission(name: &Name, i: usize, person: bool, lonely: bool) -> Omission {
    let roles = name.tokens[i].roles;
    let end = i == 0 || i + 1 == name.tokens.len();
    match () {
        () if roles.any(Roles::HONORIFIC.with(Roles::SUFFIX).with(Roles::INITIAL)) => {
            Omission::Free
        }
        () if roles.has(Roles::SYLLABLE) => Omission::Syllable,
        () if lonely => Omission::Lonely,
        () if !person && roles.has(Roles::PLACE) => Omission::Place,
        () if !person => Omission::Other,
        () if roles.has(Roles::PATRONYMIC) => Omission::Patronymic,
        () if roles.has(Roles::KUNYA) => Omission::Kunya,
        () if roles.has(Roles::FAMILY) => Omission::Family,
        () if roles.has(Roles::ARTICLE) => Omission::Article,
        () if i == 0 => Omission::First,
        () if end => Omission::End,
        () => Omission::Middle,
    }
}

/// Whether the source gives two family names, of which the second agrees and this first one does not. People go by the
/// first.
fn first_of_two_surnames(name: &Name, used: u64, i: usize) -> bool {
    let family = |at: usize| {
        name.tokens
            .get(at)
            .is_some_and(|t| t.roles.has(Roles::FAMILY))
    };
    family(i + 1) && used & (1 << (i + 1)) != 0 && (i == 0 || !family(i - 1))
}

/// An initial stands for a name that begins with it. It is worth nothing, and it explains the name away.
fn initials(
    weighed: &mut Weighed,
    (short, short_left): (&Name, &mut SmallVec<[usize; 8]>),
    (full, full_left): (&Name, &mut SmallVec<[usize; 8]>),
    swapped: bool,
) {
    let mut at = 0;
    while at < short_left.len() {
        let i = short_left[at];
        let token = &short.tokens[i];
        if !token.roles.has(Roles::INITIAL) {
            at += 1;
            continue;
        }
        let letter = token.form().letters[0];
        let Some(found) = full_left.iter().position(|&j| {
            let other = &full.tokens[j];
            !other.roles.has(Roles::INITIAL) && other.form().letters[0] == letter
        }) else {
            at += 1;
            continue;
        };
        let j = full_left.remove(found);
        short_left.remove(at);
        let cost = i32::from(full.tokens[j].weight) * weights::OMITTED_MIDDLE / 100;
        let (x, y) = if swapped {
            (Parts::one(j), Parts::one(i))
        } else {
            (Parts::one(i), Parts::one(j))
        };
        weighed.line(What::Initial, x, y, -cost);
    }
}

/// Ships, funds and departments come in series: another number is another thing.
fn numerals(
    weighed: &mut Weighed,
    (ours, a): (&Name, &mut SmallVec<[usize; 8]>),
    (theirs, b): (&Name, &mut SmallVec<[usize; 8]>),
) {
    let number = |name: &Name, i: usize| name.tokens[i].roles.has(Roles::NUMERAL);
    loop {
        let x = a.iter().position(|&i| number(ours, i));
        let y = b.iter().position(|&i| number(theirs, i));
        let agreed = weighed.tally.agreed();
        let cost = |(share, least): (i32, i32)| -(agreed * share / 100).max(least);
        match (x, y) {
            (Some(x), Some(y)) => {
                let (x, y) = (a.remove(x), b.remove(y));
                let bits = cost(weights::NUMERAL_DIFFERS);
                weighed.line(What::Numeral, Parts::one(x), Parts::one(y), bits);
            }
            (Some(x), None) => {
                let x = a.remove(x);
                let bits = cost(weights::NUMERAL_MISSING);
                weighed.line(What::Numeral, Parts::one(x), Parts::NONE, bits);
            }
            (None, Some(y)) => {
                let y = b.remove(y);
                let bits = cost(weights::NUMERAL_MISSING);
                weighed.line(What::Numeral, Parts::NONE, Parts::one(y), bits);
            }
            (None, None) => return,
        }
    }
}

/// A rotation (family name first or last) is free. Any other order is evidence: `X bin Y` is not `Y bin X`, and
/// `Kim Jong Un` is not `Kim Un Jong`.
fn order(weighed: &mut Weighed, ours: &Name, theirs: &Name, chosen: &[Edge], person: bool) {
    if chosen.len() < 2 {
        return;
    }
    let mut sequence: SmallVec<[(u8, u8); 8]> = chosen
        .iter()
        .map(|e| (e.ours.first, e.theirs.first))
        .collect();
    sequence.sort_unstable();
    let breaks = (0..sequence.len())
        .filter(|&i| sequence[i].1 > sequence[(i + 1) % sequence.len()].1)
        .count();
    let agreed = weighed.tally.agreed();
    let syllables = |name: &Name| name.tokens.iter().all(|t| t.roles.has(Roles::SYLLABLE));
    if breaks > 1 && syllables(ours) && syllables(theirs) {
        let cost = agreed * weights::SYLLABLES_REORDERED / 100;
        weighed.line(What::Order, all(ours), all(theirs), -cost);
    } else if chosen.len() == 2 {
        let (child, father) = (sequence[0], sequence[1]);
        let chained = |name: &Name, i: u8| name.tokens[usize::from(i)].roles.has(Roles::CHAIN);
        if person && child.1 > father.1 && chained(ours, father.0) && chained(theirs, child.1) {
            weighed.line(
                What::Chain,
                all(ours),
                all(theirs),
                -agreed * weights::CHAIN_REVERSED / 100,
            );
        }
    } else if breaks > 1 {
        let cost = agreed * weights::ORDER_BROKEN * (breaks as i32 - 1) / 100;
        let cost = cost.min(agreed * 3 * weights::ORDER_BROKEN / 100);
        weighed.line(What::Order, all(ours), all(theirs), -cost);
    }
}

/// Legal forms of different kinds weaken a little; the same, or none on one side, say nothing.
fn legal_forms(weighed: &mut Weighed, ours: &Name, theirs: &Name) {
    let forms = |name: &Name| -> SmallVec<[usize; 2]> {
        (0..name.tokens.len())
            .filter(|&i| name.tokens[i].roles.has(Roles::LEGAL))
            .collect()
    };
    let (a, b) = (forms(ours), forms(theirs));
    let (Some(&first), Some(&second)) = (a.first(), b.first()) else {
        return;
    };
    let same = a.iter().any(|&i| {
        b.iter()
            .any(|&j| ours.tokens[i].form().hash == theirs.tokens[j].form().hash)
    });
    if !same {
        weighed.line(
            What::LegalForm,
            Parts::one(first),
            Parts::one(second),
            -weights::LEGAL_FORM_DIFFERS,
        );
    }
}

/// Whether names of these parties are read as names of persons.
pub(crate) fn is_person(ours: Kind, theirs: Kind) -> bool {
    ours == Kind::Person || theirs == Kind::Person
}

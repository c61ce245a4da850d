//! How two parts of names relate: the graded levels, and the distances behind them.

use rescreen_prepare::{
    FIRST_NICKNAME_GROUP, FIRST_SHORT_GROUP, Form, Join, Roles, Token, class, gap,
};

/// How two parts relate, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The same letters once folded.
    Exact,
    /// Two spellings of one name, by the table.
    Variant,
    /// The same consonants with vowels that go together.
    Skeleton,
    /// The same consonants where one side leaves vowels unwritten.
    Unvowelled,
    /// Written as two parts on one side and as one on the other.
    Joined,
    /// The initials of several parts on one side.
    Acronym,
    /// One letter differs, or two neighbours are swapped.
    Edit1,
    /// Two letters differ.
    Edit2,
    /// A short form, by the table.
    Nickname,
    /// Other characters with the same reading.
    Homophone,
}

impl Level {
    /// The level in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Exact => "same letters",
            Self::Variant => "spellings of one name",
            Self::Skeleton => "same consonants, related vowels",
            Self::Unvowelled => "same consonants, vowels unwritten on one side",
            Self::Joined => "written as one word on one side",
            Self::Acronym => "the initials of these parts",
            Self::Edit1 => "one letter apart",
            Self::Edit2 => "two letters apart",
            Self::Nickname => "short form",
            Self::Homophone => "other characters of the same sound",
        }
    }
}

/// A relation and how good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation {
    /// Its kind.
    pub level: Level,
    /// How much of the part's weight agrees, percent; the rest counts against.
    pub quality: u8,
}

const EXACT: Relation = Relation {
    level: Level::Exact,
    quality: 100,
};

/// Consonants without which a skeleton says too little.
const MIN_SKELETON: u8 = 2;

/// How much two syllables of one sound have to sound alike: `Jong` and `Jang` are two names.
const SYLLABLE_SOUND: u8 = 85;

/// How much two words have to sound alike where one is written as two: cut elsewhere, they are hardly misheard too.
const JOINED_SOUND: u8 = 85;

/// How much of a name agrees with a short form of the table that was not written by hand.
const SHORT_FORM: u8 = 70;

/// Letters below which no edit is a slip.
const MIN_EDIT1: usize = 3;
/// Letters from which two edits may be slips.
const MIN_EDIT2: usize = 7;

/// Letters beyond which a word is compared whole.
pub(crate) const MAX_EDITED: usize = 64;

/// The edits a word of that many letters may have lost to slips. The keys depend on it.
pub(crate) fn allowed_edits(letters: usize) -> usize {
    match letters {
        0..MIN_EDIT1 => 0,
        MIN_EDIT1..MIN_EDIT2 => 1,
        MIN_EDIT2..=MAX_EDITED => 2,
        _ => 0,
    }
}

/// Whether two parts can [relate] at all. Most pairs of parts are told apart here, in a few steps.
#[inline]
pub(crate) fn is_worth_relating(a: &Token, b: &Token) -> bool {
    // Characters and classes of spellings relate by other means than letters.
    if a.characters != 0 || b.characters != 0 || a.groups[0] != 0 && b.groups[0] != 0 {
        return true;
    }
    let (ours, theirs) = (a.forms.as_slice(), b.forms.as_slice());
    ours.iter()
        .any(|x| theirs.iter().any(|y| x.hash == y.hash || may_relate(x, y)))
}

/// Whether two neighbours written as one and a part can [relate](relate_join) at all.
#[inline]
pub(crate) fn is_worth_joining(join: &Join, token: &Token) -> bool {
    let joined = &join.form;
    token
        .forms
        .as_slice()
        .iter()
        .any(|form| form.hash == joined.hash || form.skeleton == joined.skeleton)
}

/// Relates two parts; symmetric. `None` where they have nothing in common that counts.
pub fn relate(a: &Token, b: &Token) -> Option<Relation> {
    if a.characters != 0 && b.characters != 0 {
        return if a.characters == b.characters {
            Some(EXACT)
        } else {
            (a.form().hash == b.form().hash).then_some(Relation {
                level: Level::Homophone,
                quality: 50,
            })
        };
    }
    if a.form().hash == b.form().hash {
        return Some(EXACT);
    }
    let rigid = Roles::NUMERAL.with(Roles::LEGAL).with(Roles::INITIAL);
    if a.roles.any(rigid) || b.roles.any(rigid) {
        return None;
    }
    let grouped = groups(a, b);
    if let Some(Relation {
        level: Level::Variant,
        ..
    }) = grouped
    {
        return grouped;
    }
    // Two names of which the tables know all spellings.
    let known_spellings = |t: &Token| (1..FIRST_SHORT_GROUP).contains(&t.groups[0]);
    let apart = grouped.is_none() && known_spellings(a) && known_spellings(b);
    // A character stands for one syllable exactly: it has readings, and no slips.
    let exact_only = a.characters != 0 || b.characters != 0;
    // One letter more or less makes another syllable: `Chol` and `Chun`, `Yong` and `Jong` are other names.
    let syllables = a.roles.has(Roles::SYLLABLE) && b.roles.has(Roles::SYLLABLE);
    let both_known = a.known && b.known;
    let mut best = grouped;
    for (i, x) in a.forms.as_slice().iter().enumerate() {
        for (j, y) in b.forms.as_slice().iter().enumerate() {
            if exact_only && x.hash != y.hash {
                continue;
            }
            let Some(mut relation) = forms(x, y, both_known, apart, syllables) else {
                continue;
            };
            // A further reading of the letters is a little less certain than the first.
            if i + j > 0 {
                relation.quality = relation.quality.min(93);
            }
            if best.is_none_or(|b| better(relation, b)) {
                best = Some(relation);
            }
        }
    }
    best
}

/// Whether two spellings can have more in common than chance: the same consonants, or so few other letters that slips may
/// be all there is between them. Most pairs are told apart here.
#[inline]
fn may_relate(a: &Form, b: &Form) -> bool {
    a.skeleton == b.skeleton || a.abjad == b.abjad && may_be_slips(a, b)
}

/// Whether the lengths and the letters allow for slips.
#[inline]
fn may_be_slips(a: &Form, b: &Form) -> bool {
    let (one, two) = (a.letters.len(), b.letters.len());
    let allowed = allowed_edits(one.min(two));
    one.abs_diff(two) <= allowed && (a.bag ^ b.bag).count_ones() as usize <= 2 * allowed
}

/// Relates two neighbouring parts, written as one, to a single part of the other side.
pub fn relate_join(join: &Join, token: &Token) -> Option<Relation> {
    if join.is_acronym() {
        // A word that the tables know is that word.
        let is_same = token.form().hash == join.form.hash && !token.known;
        return is_same.then_some(Relation {
            level: Level::Acronym,
            quality: acronym_quality(join.count),
        });
    }
    let mut best: Option<u8> = None;
    for form in token.forms.as_slice() {
        let quality = if form.hash == join.form.hash {
            Some(97)
        } else if form.skeleton == join.form.skeleton && !join.exact && token.characters == 0 {
            misheard(form, &join.form)
        } else {
            None
        };
        best = best.max(quality);
    }
    best.map(|quality| Relation {
        level: Level::Joined,
        quality,
    })
}

/// How much a word and two words written as one have in common that have the same consonants.
fn misheard(form: &Form, joined: &Form) -> Option<u8> {
    if joined.consonants < 3 {
        return None;
    }
    let cost = vowel_cost(form, joined)?;
    let close = (cost <= 2).then_some(90 - 4 * cost as u8)?;
    if form.abjad == joined.abjad {
        // Both write their vowels, so what else differs is heard: `Dong Hu` is no `Tunco`.
        let sound = sounds_like(&form.letters, &joined.letters)?;
        (sound >= JOINED_SOUND).then_some(close.min(sound))
    } else {
        Some(close)
    }
}

/// Initials agree by chance the more easily the fewer they are: among the organisations of a list there are several with
/// any four, and hardly one with any six.
fn acronym_quality(letters: u8) -> u8 {
    match letters {
        ..=4 => 50,
        5 => 80,
        _ => 88,
    }
}

fn better(a: Relation, b: Relation) -> bool {
    (a.quality, b.level) > (b.quality, a.level)
}

fn groups(a: &Token, b: &Token) -> Option<Relation> {
    if a.groups[0] == 0 || b.groups[0] == 0 {
        return None;
    }
    let mut best = None;
    for &group in a.groups.iter().filter(|g| **g != 0) {
        if group >= FIRST_SHORT_GROUP {
            // The name and a short form of it, whichever is whose.
            if best.is_none() && b.groups.contains(&(group ^ 1)) {
                best = Some(Relation {
                    level: Level::Nickname,
                    quality: SHORT_FORM,
                });
            }
        } else if b.groups.contains(&group) {
            if group < FIRST_NICKNAME_GROUP {
                return Some(Relation {
                    level: Level::Variant,
                    quality: 96,
                });
            }
            best = Some(Relation {
                level: Level::Nickname,
                quality: 80,
            });
        }
    }
    best
}

fn forms(a: &Form, b: &Form, both_known: bool, apart: bool, syllables: bool) -> Option<Relation> {
    if a.hash == b.hash {
        return Some(EXACT);
    }
    let skeleton = skeletons(a, b).filter(|r| !syllables || r.quality >= SYLLABLE_SOUND);
    let edits = if a.abjad == b.abjad && !syllables {
        edits(a, b)
    } else {
        None
    };
    let best = match (skeleton, edits) {
        (Some(x), Some(y)) => Some(if better(y, x) { y } else { x }),
        (x, y) => x.or(y),
    };
    if apart && best.is_some_and(|r| r.level == Level::Unvowelled) {
        // The tables know how the name is written without vowels, and this is another.
        return None;
    }
    // Two names that are both in common use, and are not spellings of one, are rather two names than one and a slip.
    best.map(|r| {
        if apart || both_known && r.level != Level::Unvowelled {
            Relation {
                // In u8 the product would wrap round.
                quality: (u16::from(r.quality) * 7 / 10) as u8,
                ..r
            }
        } else {
            r
        }
    })
}

/// Equal consonants, with the vowels deciding how much that is worth.
fn skeletons(a: &Form, b: &Form) -> Option<Relation> {
    if a.skeleton != b.skeleton || a.consonants < MIN_SKELETON {
        return None;
    }
    if a.abjad == b.abjad {
        let quality = sounds_like(&a.letters, &b.letters)?;
        Some(Relation {
            level: Level::Skeleton,
            quality,
        })
    } else {
        let cost = vowel_cost(a, b)?;
        let consonants = a.consonants;
        let allowed = match consonants {
            0..=2 => 2,
            3 => 3,
            _ => 5,
        };
        (cost <= allowed).then_some(Relation {
            level: Level::Unvowelled,
            quality: 92 - (5 * cost) as u8,
        })
    }
}

/// How much two words with the same consonants sound alike, percent; `None` under a share that counts.
///
/// An alignment in which letters that stand for one sound in different romanisations are close. What ends a name is
/// heard best and often marks the sex, so a vowel more or less there is a whole letter.
fn sounds_like(a: &[u8], b: &[u8]) -> Option<u8> {
    if a.len() > MAX_EDITED || b.len() > MAX_EDITED {
        return None;
    }
    let (mut one, mut two) = ([0; MAX_EDITED], [0; MAX_EDITED]);
    let (a, b) = (heard(a, &mut one), heard(b, &mut two));
    let mut row = [0_u16; MAX_EDITED + 1];
    let mut drops = [0_u16; MAX_EDITED];
    for i in 0..a.len() {
        drops[i] = dropped(a, i);
        row[i + 1] = row[i] + drops[i];
    }
    for j in 0..b.len() {
        let drop = dropped(b, j);
        let mut diagonal = row[0];
        row[0] += drop;
        for i in 0..a.len() {
            let above = row[i + 1];
            row[i + 1] = (diagonal + exchanged(a[i], b[j]))
                .min(above + drop)
                .min(row[i] + drops[i]);
            diagonal = above;
        }
    }
    let share = usize::from(row[a.len()]) / a.len().max(b.len());
    (share <= 18).then(|| 97 - (share * 13 / 10) as u8)
}

/// The word with `ph` as the f it is.
fn heard<'a>(word: &'a [u8], buffer: &'a mut [u8; MAX_EDITED]) -> &'a [u8] {
    if !word.windows(2).any(|w| w == b"ph") {
        return word;
    }
    let mut count = 0;
    let mut i = 0;
    while i < word.len() {
        let is_f = word[i..].starts_with(b"ph");
        buffer[count] = if is_f { b'f' } else { word[i] };
        count += 1;
        i += if is_f { 2 } else { 1 };
    }
    &buffer[..count]
}

/// The cost of a letter that only one side has, hundredths of a letter.
fn dropped(word: &[u8], at: usize) -> u16 {
    let letter = word[at];
    let end = at + 1 == word.len();
    if at > 0 && word[at - 1] == letter {
        return 15;
    }
    match letter {
        b'h' => 35,
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'w' | b'A' | b'W' | b'Y' | b'E' if end => 100,
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'w' | b'A' | b'W' | b'Y' | b'E' => 55,
        _ => 80,
    }
}

/// Letters that stand for one sound in different romanisations, and what one costs against the other, hundredths of a
/// letter.
const CLOSE: [(&[u8; 2], u8); 20] = [
    (b"iy", 15),
    (b"ou", 30),
    (b"ei", 30),
    (b"ck", 30),
    (b"kq", 30),
    (b"cq", 30),
    (b"vw", 30),
    (b"fv", 30),
    (b"ae", 40),
    (b"ey", 40),
    (b"uw", 40),
    (b"sz", 40),
    (b"cs", 40),
    (b"gj", 40),
    (b"jy", 40),
    (b"ao", 55),
    (b"gq", 55),
    (b"gk", 55),
    (b"dt", 75),
    (b"bp", 75),
];

const EXCHANGED: [[u8; 26]; 26] = {
    let mut table = [[100; 26]; 26];
    let mut i = 0;
    while i < CLOSE.len() {
        let ([a, b], cost) = CLOSE[i];
        table[(*a - b'a') as usize][(*b - b'a') as usize] = cost;
        table[(*b - b'a') as usize][(*a - b'a') as usize] = cost;
        i += 1;
    }
    table
};

/// The cost of one letter against another, hundredths of a letter.
fn exchanged(a: u8, b: u8) -> u16 {
    if a == b {
        return 0;
    }
    let place = |c: u8| usize::from(c.wrapping_sub(b'a'));
    EXCHANGED
        .get(place(a))
        .and_then(|row| row.get(place(b)))
        .map_or(100, |cost| u16::from(*cost))
}

/// What the vowels of two words with the same consonants cost, in quarters of a vowel. `None` where it is hopeless.
fn vowel_cost(a: &Form, b: &Form) -> Option<u32> {
    let mut cost = 0;
    let gaps = usize::from(a.consonants);
    if a.abjad == b.abjad {
        if a.gaps == b.gaps {
            return Some(0);
        }
        for i in 0..=gaps {
            cost += written(a.gap(i), b.gap(i));
        }
    } else {
        let (abjad, vocal) = if a.abjad { (a, b) } else { (b, a) };
        if a.shades != b.shades {
            for i in 0..gaps {
                cost += shade(a.consonant(i), b.consonant(i));
            }
        }
        for i in 0..=gaps {
            let place = match i {
                0 => Place::First,
                _ if i == gaps => Place::Last,
                _ => Place::Within,
            };
            cost += unwritten(abjad.gap(i), vocal.gap(i), place);
        }
    }
    (cost <= 8).then_some(cost)
}

/// What two letters of one class cost, in quarters of a vowel.
fn shade(a: (u8, u8), b: (u8, u8)) -> u32 {
    if a.1 == b.1 {
        return 0;
    }
    let (low, high) = (a.1.min(b.1), a.1.max(b.1));
    match (a.0, low, high) {
        (class::T, ..) => 3,
        (class::J, 0, 2) => 5,
        (class::J, 1, 2) => 3,
        // k, q, g, gh: q is close to each of the others.
        (class::K, 0, 1) => 0,
        (class::K, 0, _) => 3,
        (class::K, ..) => 1,
        (class::DIGIT, ..) => 9,
        // z is written for s nowhere that one side leaves vowels unwritten.
        (class::S, ..) => 4,
        _ => 2,
    }
}

/// Both sides write their vowels.
fn written(a: u8, b: u8) -> u32 {
    if a == b {
        return 0;
    }
    let (kinds_a, kinds_b) = (a & !gap::LONG, b & !gap::LONG);
    if kinds_a == 0 || kinds_b == 0 {
        return if (a | b) & gap::LONG != 0 { 4 } else { 2 };
    }
    let other_kind = if kinds_a & kinds_b == 0 { 4 } else { 0 };
    let other_length = u32::from((a ^ b) & gap::LONG != 0);
    other_kind + other_length
}

/// Where in a word vowels stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Within,
    Last,
}

/// Only one side writes its vowels; the other writes the long ones, and all that begin or end a word.
fn unwritten(abjad: u8, vocal: u8, place: Place) -> u32 {
    if abjad & gap::LONG != 0 && abjad & 7 == 7 {
        // Ayin takes any vowel.
        return 0;
    }
    let (stated, heard) = (abjad & !gap::LONG, vocal & !gap::LONG);
    if stated == 0 {
        return match (heard, place) {
            (0, _) => 0,
            (_, Place::First) => 4,
            (_, Place::Last) => 3,
            (_, Place::Within) if vocal & gap::LONG != 0 => 2,
            _ => 0,
        };
    }
    if heard == 0 {
        // Mohammadi is not Mohammad.
        return if place == Place::Last { 6 } else { 3 };
    }
    match () {
        () if stated & heard != 0 => 0,
        // A final ya is read a in Mustafa and Morteza.
        () if place == Place::Last && stated == gap::I && heard == gap::A => 2,
        () => 4,
    }
}

fn edits(a: &Form, b: &Form) -> Option<Relation> {
    let (short, long) = if a.letters.len() <= b.letters.len() {
        (a.letters.len(), b.letters.len())
    } else {
        (b.letters.len(), a.letters.len())
    };
    let allowed = allowed_edits(short);
    if long > MAX_EDITED || !may_be_slips(a, b) {
        return None;
    }
    let distance = distance(&a.letters, &b.letters, allowed)?;
    let same_start = a.letters[0] == b.letters[0];
    let quality = match (distance, short) {
        (1, 3) => 45,
        (1, 4) => 66,
        (1, 5) => 76,
        (1, 6 | 7) => 82,
        (1, _) => 87,
        (_, 7) => 60,
        (_, 8) => 65,
        (_, _) => 70,
    };
    Some(Relation {
        level: if distance == 1 {
            Level::Edit1
        } else {
            Level::Edit2
        },
        quality: if same_start { quality } else { quality - 8 },
    })
}

/// Letters inserted, deleted, replaced or swapped with their neighbour, up to a limit (optimal string alignment).
/// `None` above the limit.
pub(crate) fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let common = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[common..], &b[common..]);
    let common = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - common], &b[..b.len() - common]);
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if b.len() - a.len() > limit {
        return None;
    }
    if a.is_empty() {
        return Some(b.len());
    }
    if limit == 0 {
        return None;
    }
    if b.len() == 1 {
        return Some(1);
    }
    if limit < 2 {
        // What is left after cutting equal ends is one edit only where it is one swap.
        return (a.len() == 2 && b.len() == 2 && a[0] == b[1] && a[1] == b[0]).then_some(1);
    }
    bounded_alignment(a, b, limit)
}

fn bounded_alignment(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    if b.len() > MAX_EDITED {
        return None;
    }
    let width = a.len() + 1;
    let mut before = [0_u8; MAX_EDITED + 1];
    let mut last = [0_u8; MAX_EDITED + 1];
    let mut row = [0_u8; MAX_EDITED + 1];
    for (i, cell) in last[..width].iter_mut().enumerate() {
        *cell = i as u8;
    }
    for (j, &y) in b.iter().enumerate() {
        row[0] = j as u8 + 1;
        let mut least = row[0];
        for (i, &x) in a.iter().enumerate() {
            let mut cell = (last[i] + u8::from(x != y))
                .min(last[i + 1] + 1)
                .min(row[i] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                cell = cell.min(before[i - 1] + 1);
            }
            row[i + 1] = cell;
            least = least.min(cell);
        }
        if usize::from(least) > limit {
            return None;
        }
        before[..width].copy_from_slice(&last[..width]);
        last[..width].copy_from_slice(&row[..width]);
    }
    let distance = usize::from(last[a.len()]);
    (distance <= limit).then_some(distance)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Optimal string alignment by the book.
    fn reference(a: &[u8], b: &[u8]) -> usize {
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                d[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let mut cell = (d[i - 1][j] + 1)
                        .min(d[i][j - 1] + 1)
                        .min(d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        cell = cell.min(d[i - 2][j - 2] + 1);
                    }
                    cell
                };
            }
        }
        d[a.len()][b.len()]
    }

    /// The parts of a name.
    fn parts(name: &str) -> Vec<rescreen_prepare::Name> {
        use rescreen_model::{Entity, Property, Schema};
        let mut entity = Entity::new("x", Schema::Person);
        entity.add(Property::Name, name);
        rescreen_prepare::prepare(&entity).names
    }

    proptest! {
        /// What is passed over in a few steps would not have related.
        #[test]
        fn nothing_that_relates_is_passed_over(
            one in "([a-d]{1,9}|[a-e]{2,4}k?i|محمد|حسن|جواد|王|金|Bill|Kim|陳大文|김정|Ким|Чжан)( [a-d]{2,7}){0,2}",
            two in "([a-d]{1,9}|[a-e]{2,4}k?i|Mohammed|Hasan|Javad|Wang|William|金|김|Jong|Chan Tai Man|Zhang)( [a-d]{2,7}){0,2}",
        ) {
            for a in &parts(&one) {
                for b in &parts(&two) {
                    for x in &a.tokens {
                        for y in &b.tokens {
                            prop_assert!(relate(x, y).is_none() || is_worth_relating(x, y));
                        }
                        for join in &b.joins {
                            prop_assert!(relate_join(join, x).is_none() || is_worth_joining(join, x));
                        }
                    }
                }
            }
        }

        #[test]
        fn the_bounded_distance_is_the_distance(a in "[abc]{0,9}", b in "[abc]{0,9}", limit in 0_usize..3) {
            let expected = Some(reference(a.as_bytes(), b.as_bytes())).filter(|d| *d <= limit);
            prop_assert_eq!(distance(a.as_bytes(), b.as_bytes(), limit), expected);
        }
    }
}

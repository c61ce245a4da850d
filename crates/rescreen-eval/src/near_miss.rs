//! Near misses: plausible people who are not listed, put together from two who are.
//!
//! The first name of one person with the remaining parts of another's of the same group makes another member of the
//! same culture, often a "brother" of the second. Where a matcher flags these in one group far more often than in
//! another, people of that group are the ones who get stopped.
//!
//! Two things would make the label wrong, and are left out: a title or half of a name in the place of the first name
//! (`Haji`, `Abdul`), and two spellings of one first name (`Mohamed`, `Muhammad`).

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rescreen_match::Score;
use rescreen_model::{Entity, EntityId, Property, Schema};
use rescreen_screen::Screener;

use crate::{culture, name_key};

/// Fewer listed people than this make a group whose recombinations repeat themselves.
const ENOUGH_PEOPLE: usize = 30;

/// A person who does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The group both names come from.
    pub group: &'static str,
    /// The name.
    pub name: String,
    /// Whose first part it has, and whose other parts.
    pub donors: [EntityId; 2],
}

impl NearMiss {
    /// The name as a subject.
    pub fn subject(&self) -> Entity {
        let mut subject = Entity::new("subject", Schema::Person);
        subject.add(Property::Name, &self.name);
        subject
    }
}

/// What a near miss touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The best score; nought where nothing reaches the policy's review threshold.
    pub best: Score,
    /// The best score with somebody who gave no part of the name.
    pub stranger: Score,
}

/// Makes `per_group` names for every group that has people enough, the same ones for the same list and seed. None of
/// them is a listed name in any order of its words, and none is made twice.
pub fn make<'a>(
    persons: impl IntoIterator<Item = &'a Entity>,
    per_group: usize,
    seed: u64,
) -> Vec<NearMiss> {
    let mut listed = BTreeSet::new();
    let mut groups: BTreeMap<&'static str, Vec<(&EntityId, &str, &str)>> = BTreeMap::new();
    for person in persons {
        if !person.schema.is_a(Schema::Person) {
            continue;
        }
        for property in [
            Property::Name,
            Property::Alias,
            Property::PreviousName,
            Property::WeakAlias,
        ] {
            listed.extend(person.texts(&property).map(name_key));
        }
        let Some(group) = culture::of_person(person) else {
            continue;
        };
        if let Some((first, rest)) = person.first(Property::Name).and_then(first_name) {
            groups
                .entry(group)
                .or_default()
                .push((&person.id, first, rest));
        }
    }
    let mut made = Vec::new();
    for (group, people) in groups {
        if people.len() < ENOUGH_PEOPLE {
            continue;
        }
        // Each group has its own sequence, so that one group's people do not change another's names.
        let mut random = SplitMix::new(seed, group);
        let mut taken = BTreeSet::new();
        // Small groups may not have that many combinations.
        for _ in 0..per_group * 20 {
            if taken.len() == per_group {
                break;
            }
            let (one, other) = (
                people[random.below(people.len())],
                people[random.below(people.len())],
            );
            let name = format!("{} {}", one.1, other.2);
            let key = name_key(&name);
            let is_another = consonants(one.1) != consonants(other.1);
            if is_another && !listed.contains(&key) && taken.insert(key) {
                made.push(NearMiss {
                    group,
                    name,
                    donors: [one.0.clone(), other.0.clone()],
                });
            }
        }
    }
    made
}

/// Words that stand before a first name, or begin one.
const NOT_ALONE: &[&str] = &[
    "abd",
    "abdal",
    "abdel",
    "abdol",
    "abdul",
    "abi",
    "abou",
    "abu",
    "al",
    "alhaj",
    "alhaji",
    "ayatollah",
    "bin",
    "daw",
    "dr",
    "el",
    "gen",
    "general",
    "haji",
    "hajj",
    "haj",
    "hajji",
    "hafiz",
    "ibn",
    "imam",
    "khawaja",
    "maulana",
    "maulavi",
    "mawlawi",
    "molla",
    "mr",
    "mrs",
    "mufti",
    "mullah",
    "ould",
    "qari",
    "sayed",
    "sayyed",
    "sayyid",
    "seyed",
    "seyyed",
    "shaikh",
    "shaykh",
    "sheikh",
    "sheik",
    "sir",
    "syed",
    "u",
    "ul",
    "umm",
    "ustad",
];

/// The first name with what belongs to it, and the rest; `None` where nothing is left of either.
fn first_name(name: &str) -> Option<(&str, &str)> {
    let is_alone = |word: &str| {
        let key = name_key(word);
        // A compound such as Abd-al-Rahman is a first name by itself.
        key.contains(' ') || !NOT_ALONE.contains(&key.as_str())
    };
    let mut from = 0;
    for word in name.split(' ') {
        let end = from + word.len();
        if is_alone(word) {
            let rest = name.get(end..)?.trim();
            return (!rest.is_empty()).then(|| (&name[..end], rest));
        }
        from = end + 1;
    }
    None
}

/// The consonants by which spellings of one first name are known as such, coarse on purpose: better a near miss less
/// than one whose label is wrong.
fn consonants(first: &str) -> String {
    let mut key = String::new();
    for word in name_key(first)
        .split(' ')
        .filter(|word| !NOT_ALONE.contains(word))
    {
        for c in word.chars().filter(|c| !"aeiouywh'".contains(*c)) {
            let c = match c {
                'c' | 'q' | 'x' => 'k',
                'z' => 's',
                'v' => 'f',
                'p' => 'b',
                't' => 'd',
                'j' => 'g',
                c => c,
            };
            if !key.ends_with(c) {
                key.push(c);
            }
        }
    }
    match key.as_str() {
        // Mohammed is written with every consonant lost or added.
        "mmd" | "mkmd" | "md" | "mm" => "md".to_owned(),
        _ => key,
    }
}

/// Screens every near miss by its name alone.
pub fn ask(near_misses: &[NearMiss], screener: &Screener) -> Vec<Answer> {
    near_misses
        .par_iter()
        .map(|near_miss| {
            let screening = screener.screen(&near_miss.subject());
            let best = |is_wanted: &dyn Fn(&EntityId) -> bool| {
                let scores = screening
                    .hits
                    .iter()
                    .filter(|hit| is_wanted(&hit.party.entity.id))
                    .map(|hit| hit.found.score);
                scores.max().unwrap_or_default()
            };
            Answer {
                best: best(&|_| true),
                stranger: best(&|id| !near_miss.donors.contains(id)),
            }
        })
        .collect()
}

/// SplitMix64 (Steele, Lea and Flood 2014): a sequence that is the same everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn new(seed: u64, name: &str) -> Self {
        // FNV-1a keeps the sequences of groups apart.
        let start = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64 ^ seed, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        Self(start)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % end as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(n: usize, country: &str) -> Vec<Entity> {
        (0..n)
            .map(|i| {
                let mut person = Entity::new(format!("{country}-{i}").as_str(), Schema::Person);
                let letter = |n: usize| char::from(b'b' + u8::try_from(n % 24).unwrap());
                let first = format!("{}a{}o", letter(i), letter(i / 3 + 7));
                person.add(Property::Name, &format!("{first} Middle{i} Last{i}"));
                person.add(Property::Nationality, country);
                person
            })
            .collect()
    }

    #[test]
    fn near_misses_are_repeatable_never_listed_and_never_twice() {
        let people = people(40, "iq");
        let made = make(&people, 100, 7);
        assert_eq!(made.len(), 100);
        assert_eq!(made, make(&people, 100, 7));
        assert_ne!(made, make(&people, 100, 8));
        let listed: BTreeSet<String> = people.iter().map(|p| name_key(p.caption())).collect();
        let keys: BTreeSet<String> = made.iter().map(|m| name_key(&m.name)).collect();
        assert_eq!(keys.len(), 100);
        assert!(keys.is_disjoint(&listed));
        assert!(
            made.iter()
                .all(|m| m.group == "Iraq" && m.donors[0] != m.donors[1])
        );
    }

    #[test]
    fn a_title_is_no_first_name_and_a_spelling_is_not_another_one() {
        for (name, parts) in [
            ("Haji Abdul Ahmad KHAN", Some(("Haji Abdul Ahmad", "KHAN"))),
            ("Abd-al-Rahman KHAN", Some(("Abd-al-Rahman", "KHAN"))),
            ("Ana Maria KOVAC", Some(("Ana", "Maria KOVAC"))),
            ("Mullah KHAN", None),
            ("Khan", None),
        ] {
            assert_eq!(first_name(name), parts, "{name}");
        }
        for (one, other) in [
            ("Mohamed", "Muhammad"),
            ("Mhd", "Maxamed"),
            ("Hajji Youssef", "Yusuf"),
        ] {
            assert_eq!(consonants(one), consonants(other));
        }
        assert_ne!(consonants("Ali"), consonants("Omar"));
    }

    #[test]
    fn groups_do_not_change_each_other_and_small_ones_make_nothing() {
        let iraq = people(40, "iq");
        let mut both = people(40, "ru");
        both.extend(iraq.clone());
        both.extend(people(3, "jp"));
        let of_iraq: Vec<NearMiss> = make(&both, 50, 7)
            .into_iter()
            .filter(|m| m.group == "Iraq")
            .collect();
        assert_eq!(of_iraq, make(&iraq, 50, 7));
        assert!(make(&both, 50, 7).iter().all(|m| m.group != "Japan"));
    }
}

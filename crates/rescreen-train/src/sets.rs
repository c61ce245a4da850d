//! The examples: names of OFAC's persons left out, damaged and recombined, split by person.

use std::collections::BTreeSet;

use anyhow::Result;
use rayon::prelude::*;
use rescreen_eval::{Elsewhere, culture, left_out, name_key, near_miss};
use rescreen_import::{Input, Sink, Spec};
use rescreen_index::Index;
use rescreen_match::{Policy, Score, terms};
use rescreen_model::{ContentHash, Entity, EntityId, Entry, Finding, Property, Schema};
use rescreen_prepare::{Prepared, prepare};

use crate::{
    corrupt,
    files::{Data, OFAC, UN, Use},
    fit::Example,
    random::Random,
};

/// Near misses for each group of names, in each part.
const NEAR_MISSES: usize = 400;
/// The seed of near misses; not the one that `rescreen eval` draws by.
const SEED: u64 = 20_231_228;

/// The part a person belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Three of five persons: fitted to.
    Train,
    /// One of five: what decides whether a fit is adopted.
    Dev,
    /// One of five: looked at for the report alone.
    Test,
}

impl Part {
    /// The part of a person, by the hash of the id.
    pub fn of(id: &EntityId) -> Self {
        let hash = ContentHash::of_bytes(id.as_str().as_bytes()).to_string();
        let number = hash
            .bytes()
            .take(8)
            .fold(0_u64, |sum, b| (sum * 31 + u64::from(b)) % 1_000_003);
        match number % 5 {
            0..=2 => Self::Train,
            3 => Self::Dev,
            _ => Self::Test,
        }
    }
}

#[derive(Default)]
struct Entries(Vec<Entry>);

impl Sink for Entries {
    fn entry(&mut self, entry: Entry) {
        self.0.push(entry);
    }
    fn removed(&mut self, _: EntityId) {}
    fn finding(&mut self, _: Finding) {}
}

fn read(data: &Data, names: &[&str], purpose: Use, spec: &Spec) -> Result<Vec<Entity>> {
    let files = names
        .iter()
        .map(|name| Ok(((*name).to_owned(), data.read(name, purpose)?)))
        .collect::<Result<Vec<(String, Vec<u8>)>>>()?;
    let inputs = files
        .iter()
        .map(|(name, bytes)| Input::new(name.clone(), bytes.as_slice()))
        .collect();
    let mut entries = Entries::default();
    rescreen_import::read(spec, inputs, &mut entries)?;
    Ok(entries.0.into_iter().map(|entry| entry.party).collect())
}

/// The persons to fit to: those of OFAC's list who are on no list of the United Nations.
///
/// # Errors
/// Where a file cannot be opened or read.
pub fn persons(data: &Data) -> Result<Vec<Entity>> {
    let mut elsewhere = Elsewhere::default();
    for version in UN {
        for person in read(data, &[version], Use::LeaveOut, &Spec::UnScXml)? {
            elsewhere.add(&person);
        }
    }
    let mut persons = read(data, &OFAC, Use::Fit, &Spec::OfacSdnCsv)?;
    persons.retain(|p| p.schema.is_a(Schema::Person) && !elsewhere.may_include(p));
    Ok(persons)
}

/// Examples of one kind.
#[derive(Debug)]
pub struct Set {
    /// The examples.
    pub examples: Vec<Example>,
    /// The group of names of each, where it has one.
    pub groups: Vec<&'static str>,
}

impl Set {
    /// Both, one after the other.
    fn of(all: Vec<(&'static str, Example)>) -> Self {
        let (groups, examples) = all.into_iter().unzip();
        Self { examples, groups }
    }
}

/// All examples of one part.
#[derive(Debug)]
pub struct Sets {
    /// A name against its own party without it.
    pub left_out: Set,
    /// A damaged name against its own party.
    pub damaged: Set,
    /// Two persons of one group put together, against the list.
    pub near_misses: Set,
    /// Two persons of different groups put together, against the list.
    pub strangers: Set,
}

impl Sets {
    /// All examples, those of true pairs and of false ones.
    pub fn all(&self) -> Vec<Example> {
        [
            &self.left_out,
            &self.damaged,
            &self.near_misses,
            &self.strangers,
        ]
        .iter()
        .flat_map(|set| set.examples.iter().cloned())
        .collect()
    }
}

/// A list to be asked.
#[derive(Debug)]
pub struct List(Index);

impl List {
    /// The persons, found from the lowest score for which candidates are complete.
    ///
    /// # Errors
    /// Where the policy would not have that.
    pub fn of(persons: &[Entity]) -> Result<Self> {
        let policy = Policy::new(Policy::FLOOR, Score::from_basis_points(9_000))?;
        let prepared = persons.par_iter().map(prepare).collect();
        Ok(Self(Index::build(prepared, &policy)))
    }

    fn ask(&self, group: &'static str, subject: &Entity) -> (&'static str, Example) {
        let subject = prepare(subject);
        let pairs = self
            .0
            .candidates(&subject)
            .into_iter()
            .flat_map(|c| terms(&subject, self.0.entry(c.entry), c.names))
            .collect();
        let example = Example {
            label: false,
            weight: 1.0,
            pairs,
        };
        (group, example)
    }
}

/// The examples that the persons of a part give. Negatives meet the whole list.
pub fn make(persons: &[Entity], part: Part, list: &List) -> Sets {
    let own: Vec<&Entity> = persons.iter().filter(|p| Part::of(&p.id) == part).collect();
    let group = |person: &Entity| culture::of_person(person).unwrap_or("unknown");
    let by_id = |id: &EntityId| {
        own.iter()
            .find(|p| p.id == *id)
            .map_or("unknown", |p| group(p))
    };
    let left_out = left_out::questions(own.iter().copied())
        .into_par_iter()
        .filter(|q| q.which != left_out::Which::WeakAlias && !q.is_mononym())
        .map(|q| (by_id(&q.rest.id), positive(&q.subject(), &q.rest, 1.0)))
        .collect();
    let damaged = own
        .par_iter()
        .flat_map_iter(|person| {
            let mut random = Random::new(seed(person.id.as_str()));
            corrupt::ALL.into_iter().filter_map(move |damage| {
                let name = damage.apply(person.caption(), &mut random)?;
                let mut subject = Entity::new("subject", person.schema);
                subject.add(Property::Name, &name);
                Some((damage.as_str(), positive(&subject, person, 0.25)))
            })
        })
        .collect();
    let near_misses = near_miss::make(own.iter().copied(), NEAR_MISSES, SEED)
        .par_iter()
        .map(|n| list.ask(n.group, &n.subject()))
        .collect();
    let strangers = strangers(&own)
        .par_iter()
        .map(|name| {
            let mut subject = Entity::new("subject", Schema::Person);
            subject.add(Property::Name, name);
            list.ask("strangers", &subject)
        })
        .collect();
    Sets {
        left_out: Set::of(left_out),
        damaged: Set::of(damaged),
        near_misses: Set::of(near_misses),
        strangers: Set::of(strangers),
    }
}

fn seed(text: &str) -> u64 {
    let hash = ContentHash::of_bytes(text.as_bytes()).to_string();
    hash.bytes().fold(SEED, |sum, b| {
        sum.wrapping_mul(131).wrapping_add(u64::from(b))
    })
}

fn positive(subject: &Entity, party: &Entity, weight: f64) -> Example {
    let (subject, party): (Prepared, Prepared) = (prepare(subject), prepare(party));
    let pairs = (0..subject.names.len()).flat_map(|i| (0..party.names.len()).map(move |j| (i, j)));
    Example {
        label: true,
        weight,
        pairs: terms(&subject, &party, pairs),
    }
}

/// The first name of one person and the last of another of a different group: nobody's name, and nobody's near miss.
fn strangers(persons: &[&Entity]) -> Vec<String> {
    let parts: Vec<(&str, &str, &'static str)> = persons
        .iter()
        .filter_map(|p| {
            let name = p.first(Property::Name)?;
            let (first, rest) = name.split_once(' ')?;
            let last = rest.rsplit(' ').next()?;
            Some((first, last, culture::of_person(p)?))
        })
        .collect();
    let listed: BTreeSet<String> = persons
        .iter()
        .flat_map(|p| p.texts(Property::Name).chain(p.texts(Property::Alias)))
        .map(name_key)
        .collect();
    let mut random = Random::new(SEED);
    let mut made = BTreeSet::new();
    for _ in 0..4 * persons.len() {
        let (Some(one), Some(other)) = (random.pick(&parts), random.pick(&parts)) else {
            break;
        };
        let name = format!("{} {}", one.0, other.1);
        if one.2 != other.2 && !listed.contains(&name_key(&name)) {
            made.insert(name);
        }
    }
    made.into_iter().collect()
}

/// Two birth dates as they are stated.
pub type Dates = (String, String);

/// Birth dates: pairs of a date and the same date as a register may hold it, and pairs of different persons' dates.
pub fn dates(persons: &[Entity]) -> (Vec<Dates>, Vec<Dates>) {
    let known: Vec<(&str, (i16, i8, i8))> = persons
        .iter()
        .filter_map(|p| {
            let text = p.first(Property::BirthDate)?;
            let date = p.dates(Property::BirthDate).next()?.from();
            Some((text, (date.get_year(), date.get_month()?, date.get_day()?)))
        })
        .collect();
    let mut random = Random::new(SEED);
    let same = known
        .iter()
        .map(|(text, date)| ((*text).to_owned(), corrupt::date(&mut random, *date)))
        .collect();
    let mut others = Vec::new();
    for _ in 0..20 * known.len() {
        if let (Some(a), Some(b)) = (random.pick(&known), random.pick(&known))
            && a.0 != b.0
        {
            others.push((a.0.to_owned(), corrupt::date(&mut random, b.1)));
        }
    }
    (same, others)
}

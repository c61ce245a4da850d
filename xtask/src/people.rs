//! A generator of subjects as registers have them: people of many cultures and scripts, companies, ships.
//!
//! It is seeded, and row *n* is the same however many rows are asked for. Nobody in it is real: given names are common
//! ones, family names are put together of syllables, and how often each comes follows a power law, so that the number of
//! distinct words grows with the register as it does in life.

mod cultures;

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use cultures::{
    CULTURES, Culture, FIRM_TAILS, FIRMS, FORMS, RUSSIAN_FIRMS, RUSSIAN_TAILS, SHIPS, Shape, TRADES,
};

/// The header of the file, as `subject import` reads it.
const HEADER: [&str; 8] = [
    "external_id",
    "schema",
    "name",
    "alias",
    "birth_date",
    "gender",
    "nationality",
    "document",
];

/// Somebody who is to be among the subjects: schema and name.
pub(crate) type Planted = (&'static str, String);

/// Writes that many subjects as CSV, and behind them those who are planted.
pub(crate) fn write(path: &Path, count: u64, seed: u64, planted: &[Planted]) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut writer = csv::Writer::from_writer(BufWriter::with_capacity(1 << 20, file));
    writer.write_record(HEADER)?;
    let world = World::new();
    for number in 0..count {
        writer.write_record(world.row(number, seed).fields())?;
    }
    for (number, (schema, name)) in planted.iter().enumerate() {
        let row = Row {
            id: format!("P{number:08}"),
            schema,
            name: name.clone(),
            ..Row::default()
        };
        writer.write_record(row.fields())?;
    }
    writer.into_inner()?.flush()?;
    Ok(())
}

/// `cargo xtask people --count N [--seed N] FILE`.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (mut count, mut seed, mut path) = (1_000, 1, None);
    let mut rest = options;
    loop {
        rest = match rest {
            ["--count", value, tail @ ..] => {
                count = value.parse().context("--count")?;
                tail
            }
            ["--seed", value, tail @ ..] => {
                seed = value.parse().context("--seed")?;
                tail
            }
            [file, tail @ ..] if path.is_none() && !file.starts_with("--") => {
                path = Some(*file);
                tail
            }
            [] => break,
            [other, ..] => bail!("{other}: there are --count N, --seed N and a file to write"),
        };
    }
    let path = path.context("expected a file to write")?;
    write(Path::new(path), count, seed, &[])
}

/// One subject.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Row {
    id: String,
    schema: &'static str,
    name: String,
    alias: String,
    birth_date: String,
    gender: &'static str,
    country: &'static str,
    document: String,
}

impl Row {
    fn fields(&self) -> [&str; 8] {
        [
            &self.id,
            self.schema,
            &self.name,
            &self.alias,
            &self.birth_date,
            self.gender,
            self.country,
            &self.document,
        ]
    }
}

/// A word in its own script and in Latin letters.
type Word = (&'static str, &'static str);

/// A culture with its words cut apart.
struct People {
    culture: &'static Culture,
    men: Vec<Word>,
    women: Vec<Word>,
    stems: Vec<Word>,
    tails: Vec<Word>,
}

struct World {
    people: Vec<People>,
    shares: u64,
}

impl World {
    fn new() -> Self {
        let people: Vec<People> = CULTURES
            .iter()
            .map(|culture| People {
                culture,
                men: words(culture.men),
                women: words(culture.women),
                stems: words(culture.stems),
                tails: words(culture.tails),
            })
            .collect();
        let shares = people.iter().map(|p| u64::from(p.culture.share)).sum();
        Self { people, shares }
    }

    fn row(&self, number: u64, seed: u64) -> Row {
        let mut dice = Dice::new(seed, number);
        let mut row = match dice.below(100) {
            0..88 => self.person(&mut dice),
            88..98 => firm(&mut dice),
            _ => ship(&mut dice),
        };
        row.id = format!("C{number:08}");
        row
    }

    fn person(&self, dice: &mut Dice) -> Row {
        let mut at = dice.below(self.shares);
        let people = self.people.iter().find(|p| {
            let share = u64::from(p.culture.share);
            let is_here = at < share;
            at = at.saturating_sub(share);
            is_here
        });
        let Some(people) = people else {
            return Row::default();
        };
        let woman = dice.chance(49);
        let name = people.name(woman, dice);
        let native = dice.chance(people.culture.native);
        let (mut text, other) = if native {
            (name.native, name.latin)
        } else {
            (name.latin, name.native)
        };
        let alias = if people.culture.native > 0 && dice.chance(12) {
            other
        } else {
            String::new()
        };
        if !native {
            text = as_typed(text, dice);
        }
        let country = people.culture.countries;
        let country = country[dice.skewed(country.len())];
        Row {
            // Some registers do not say what a customer is.
            schema: if dice.chance(95) { "Person" } else { "" },
            name: text,
            alias,
            birth_date: birth_date(dice),
            gender: match (dice.chance(60), woman) {
                (false, _) => "",
                (true, true) => "female",
                (true, false) => "male",
            },
            country: if dice.chance(80) { country } else { "" },
            document: if dice.chance(45) {
                let letter = char::from(b'A' + dice.below(26) as u8);
                format!("passport:{letter}{:08}", dice.below(100_000_000))
            } else {
                String::new()
            },
            ..Row::default()
        }
    }
}

struct Named {
    native: String,
    latin: String,
}

impl People {
    fn name(&self, woman: bool, dice: &mut Dice) -> Named {
        let given = if woman { &self.women } else { &self.men };
        let first = pick(given, dice);
        let mut parts: Vec<(String, String)> = vec![own(first)];
        match self.culture.shape {
            Shape::Western => {
                if dice.chance(30) {
                    parts.push(own(another(given, first, dice)));
                } else if self.culture.native == 0 && dice.chance(12) {
                    let letter = char::from(b'A' + dice.below(26) as u8);
                    parts.push((format!("{letter}."), format!("{letter}.")));
                }
                parts.push(self.family(dice));
            }
            Shape::Iberian => {
                if dice.chance(45) {
                    parts.push(own(another(given, first, dice)));
                }
                parts.push(self.family(dice));
                if dice.chance(75) {
                    parts.push(self.family(dice));
                }
            }
            Shape::Slavic => {
                if dice.chance(70) {
                    parts.push(patronymic(pick(&self.men, dice), woman));
                }
                let (native, latin) = self.family(dice);
                parts.push(if woman {
                    (feminine(&native, 'а'), feminine(&latin, 'a'))
                } else {
                    (native, latin)
                });
            }
            Shape::Arabic => {
                for _ in 0..dice.below(3) {
                    if dice.chance(20) {
                        parts.push(("بن".to_owned(), "bin".to_owned()));
                    }
                    parts.push(own(pick(&self.men, dice)));
                }
                let (native, latin) = self.family(dice);
                let article = ["al-", "Al ", "El ", "el-", ""][dice.skewed(5)];
                parts.push((format!("ال{native}"), format!("{article}{latin}")));
            }
            Shape::EastAsian => {
                let (native, latin) = self.family(dice);
                return Named {
                    native: format!("{native}{}", first.0),
                    latin: if dice.chance(30) {
                        format!("{} {latin}", first.1)
                    } else {
                        format!("{latin} {}", first.1)
                    },
                };
            }
            Shape::Given => {
                for _ in 0..=dice.below(2) {
                    parts.push(own(another(given, first, dice)));
                }
            }
        }
        let joined = |take: &dyn Fn(&(String, String)) -> String| {
            parts.iter().map(take).collect::<Vec<_>>().join(" ")
        };
        Named {
            native: joined(&|p| p.0.clone()),
            latin: joined(&|p| p.1.clone()),
        }
    }

    /// A family name: one stem or two, and an ending. The low numbers, which come often, have one.
    fn family(&self, dice: &mut Dice) -> (String, String) {
        let (stems, tails) = (self.stems.len(), self.tails.len());
        if stems == 0 {
            return own(pick(&self.men, dice));
        }
        if tails == 0 {
            return own(pick(&self.stems, dice));
        }
        let number = dice.skewed(stems * (stems + 1) * tails);
        let (tail, stem) = (self.tails[number % tails], number / tails);
        let first = self.stems[stem % stems];
        let second = (stem / stems).checked_sub(1).map(|n| self.stems[n]);
        let (middle_native, middle_latin) = second.unwrap_or_default();
        (
            format!("{}{}{}", first.0, middle_native.to_lowercase(), tail.0),
            format!("{}{}{}", first.1, middle_latin.to_lowercase(), tail.1),
        )
    }
}

fn firm(dice: &mut Dice) -> Row {
    let (name, alias, country);
    if dice.chance(12) {
        let (stems, tails) = (words(RUSSIAN_FIRMS), words(RUSSIAN_TAILS));
        let (a, b, c) = (pick(&stems, dice), pick(&stems, dice), pick(&tails, dice));
        let native = format!("ООО «{}{}{}»", a.0, b.0.to_lowercase(), c.0);
        let latin = format!("OOO {}{}{}", a.1, b.1.to_lowercase(), c.1);
        (name, alias) = if dice.chance(50) {
            (native, latin)
        } else {
            (latin, String::new())
        };
        country = "ru";
    } else {
        let (stems, tails, trades) = (words(FIRMS), words(FIRM_TAILS), words(TRADES));
        let middle = if dice.chance(60) {
            pick(&stems, dice).1.to_lowercase()
        } else {
            String::new()
        };
        let (form, from) = FORMS[dice.skewed(FORMS.len())];
        let trade = pick(&trades, dice);
        let parts = [
            format!("{}{middle}{}", pick(&stems, dice).1, pick(&tails, dice).1),
            trade.1.to_owned(),
            if dice.chance(35) {
                another(&trades, trade, dice).1.to_owned()
            } else {
                String::new()
            },
            form.to_owned(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        (name, alias, country) = (parts.join(" "), String::new(), from);
    }
    Row {
        schema: if dice.chance(90) { "Company" } else { "" },
        name,
        alias,
        country: if dice.chance(80) { country } else { "" },
        document: if dice.chance(50) {
            format!("registration:{:010}", dice.below(10_000_000_000))
        } else {
            String::new()
        },
        ..Row::default()
    }
}

fn ship(dice: &mut Dice) -> Row {
    let ships = words(SHIPS);
    let first = pick(&ships, dice);
    let mut name = format!("{} {}", first.1, another(&ships, first, dice).1);
    if dice.chance(30) {
        name = format!("{name} {}", 1 + dice.below(30));
    }
    Row {
        schema: "Vessel",
        name: name.to_uppercase(),
        document: if dice.chance(70) {
            format!("imo:{}", imo(1_000 + dice.below(899_000)))
        } else {
            String::new()
        },
        ..Row::default()
    }
}

/// A ship's number with its check digit.
fn imo(number: u64) -> String {
    let digits = format!("{:06}", number % 1_000_000);
    let sum: u64 = digits
        .bytes()
        .zip([7, 6, 5, 4, 3, 2])
        .map(|(digit, weight)| u64::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", sum % 10)
}

fn birth_date(dice: &mut Dice) -> String {
    let year = 1938 + dice.below(68);
    match dice.below(20) {
        0..2 => String::new(),
        2 => year.to_string(),
        3 => format!("{year}-01-01"),
        _ => format!("{year}-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28)),
    }
}

/// A Latin name as clerks type it: in capitals, family name first, with a slip.
fn as_typed(name: String, dice: &mut Dice) -> String {
    let mut name = name;
    if dice.chance(8)
        && let Some((given, family)) = name.rsplit_once(' ')
    {
        name = format!("{family}, {given}");
    }
    if dice.chance(2) {
        let mut letters: Vec<char> = name.chars().collect();
        let at = 1 + dice.below(letters.len().max(2) as u64 - 1) as usize;
        if at < letters.len() {
            match dice.below(3) {
                0 => {
                    letters.remove(at);
                }
                1 => letters.insert(at, letters[at]),
                _ => letters.swap(at - 1, at),
            }
        }
        name = letters.into_iter().collect();
    }
    if dice.chance(20) {
        name = name.to_uppercase();
    }
    name
}

fn patronymic((native, latin): Word, woman: bool) -> (String, String) {
    let ending = if woman {
        ("овна", "ovna")
    } else {
        ("ович", "ovich")
    };
    let stem = |text: &str| {
        text.trim_end_matches(['й', 'ь', 'а', 'я', 'y', 'i', 'a'])
            .to_owned()
    };
    (stem(native) + ending.0, stem(latin) + ending.1)
}

/// `Petrov` to `Petrova`; names in -enko and -uk stay.
fn feminine(name: &str, ending: char) -> String {
    match name.chars().next_back() {
        Some('в' | 'н' | 'v' | 'n') => format!("{name}{ending}"),
        _ => name.to_owned(),
    }
}

fn words(text: &'static str) -> Vec<Word> {
    let word = |w: &'static str| w.split_once('/').unwrap_or((w, w));
    // `Yong Chol` is one name of two words.
    let mut found: Vec<Word> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest
            .match_indices(' ')
            .map(|(at, _)| at)
            .find(|at| !text.contains('/') || next_has_slash(&rest[at + 1..]));
        let (one, tail) = match end {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => (rest, ""),
        };
        found.push(word(one));
        rest = tail;
    }
    found
}

/// Whether the next word is a pair and not the second half of the last one.
fn next_has_slash(text: &str) -> bool {
    text.split(' ').next().is_some_and(|w| w.contains('/'))
}

fn own(word: Word) -> (String, String) {
    (word.0.to_owned(), word.1.to_owned())
}

/// Takes the first ones more often.
fn pick(words: &[Word], dice: &mut Dice) -> Word {
    words[dice.skewed(words.len())]
}

/// One that is not the first one again, unless fate insists.
fn another(words: &[Word], first: Word, dice: &mut Dice) -> Word {
    let word = pick(words, dice);
    if word == first {
        pick(words, dice)
    } else {
        word
    }
}

/// Numbers that look random and are the same on every machine (SplitMix64).
struct Dice(u64);

impl Dice {
    fn new(seed: u64, row: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ row);
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < u64::from(percent)
    }

    /// A place in a table, the first ones by far the most often: the cube of an even number.
    fn skewed(&mut self, length: usize) -> usize {
        const ONE: u64 = 1 << 20;
        let x = self.below(ONE);
        let cube = u128::from(x).pow(3) * length as u128;
        (cube >> 60) as usize
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_row_is_the_same_whenever_it_is_asked_for() {
        let world = World::new();
        assert_eq!(world.row(77, 1), world.row(77, 1));
        assert_ne!(world.row(77, 1), world.row(77, 2));
        assert_ne!(world.row(77, 1).name, world.row(78, 1).name);
    }

    #[test]
    fn every_row_names_somebody_and_many_scripts_come() {
        let world = World::new();
        let mut alphabets = BTreeSet::new();
        let mut distinct = BTreeSet::new();
        for number in 0..20_000 {
            let row = world.row(number, 1);
            assert!(!row.name.trim().is_empty(), "{row:?}");
            assert!(
                ["", "Person", "Company", "Vessel"].contains(&row.schema),
                "{row:?}"
            );
            // The block of the Basic Multilingual Plane tells alphabets apart well enough.
            alphabets.extend(row.name.chars().map(|c| u32::from(c) >> 8));
            distinct.extend(row.name.split(' ').map(str::to_lowercase));
        }
        assert!(alphabets.len() > 40, "{alphabets:?}");
        assert!(distinct.len() > 8_000, "{}", distinct.len());
    }

    #[test]
    fn ships_have_numbers_whose_check_digit_holds() {
        assert_eq!(imo(907_472), "9074729");
    }

    #[test]
    fn pairs_of_two_words_stay_together() {
        assert_eq!(
            words("영철/Yong Chol 김/Kim"),
            [("영철", "Yong Chol"), ("김", "Kim")]
        );
        assert_eq!(words("Ash Black"), [("Ash", "Ash"), ("Black", "Black")]);
        assert!(words("").is_empty());
    }
}

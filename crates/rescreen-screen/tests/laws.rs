//! Laws that hold for any parties: the index loses nothing, nothing depends on threads, and origin never helps.

#![allow(
    clippy::unwrap_used,
    reason = "a test stops where its own data are wrong"
)]

#[path = "common/names.rs"]
mod names;

use std::{collections::BTreeSet, sync::Arc};

use proptest::prelude::*;
use rescreen_match::{Feature, Policy, Score, Side, compare, keys, names_reach};
use rescreen_model::{Entity, ListName, Property, Schema};
use rescreen_prepare::prepare;
use rescreen_screen::{
    Party, Screener, Segment, SegmentBuilder, SegmentError, SegmentRow, merge, readings,
};

fn policies() -> [Policy; 3] {
    let score = Score::from_basis_points;
    [
        Policy::default(),
        Policy::default().with_typo_floor(true),
        Policy::new(Policy::FLOOR, score(9_000)).unwrap(),
    ]
}

fn entity(id: usize, schema: Schema, names: &[String]) -> Entity {
    let mut entity = Entity::new(format!("x-{id}").as_str(), schema);
    for name in names {
        entity.add(Property::Name, name);
    }
    entity
}

/// The same, the first name a weak alias or not.
fn said(id: usize, schema: Schema, names: &[String], weak: bool) -> Entity {
    let mut said = entity(id, schema, &names[usize::from(weak)..]);
    if weak {
        said.add(Property::WeakAlias, &names[0]);
    }
    said
}

fn schema() -> impl Strategy<Value = Schema> {
    prop::sample::select(vec![
        Schema::Person,
        Schema::Person,
        Schema::Company,
        Schema::LegalEntity,
        Schema::Vessel,
        Schema::Airplane,
    ])
}

fn party() -> impl Strategy<Value = (Schema, Vec<String>)> {
    (schema(), prop::collection::vec(names::name(), 1..3))
}

/// Light parts, some of which are written as one or as two, and heavy ones.
fn long_name() -> impl Strategy<Value = Vec<&'static str>> {
    let light = vec![
        "Abdullah",
        "Abd Ullah",
        "Abdulrahman",
        "Abdul Rahman",
        "Joseluis",
        "Jose Luis",
        "Ali",
        "Mohammed",
        "Hassan",
    ];
    let heavy = vec![
        "Qasemzad",
        "Obrenovich",
        "Vukasovich",
        "Khorshidian",
        "Tellerov",
        "Anna",
        "Juan",
    ];
    let light = prop::collection::vec(prop::sample::select(light), 1..3);
    let heavy = prop::collection::vec(prop::sample::select(heavy), 2..6);
    (light, heavy).prop_map(|(light, heavy)| [light, heavy].concat())
}

/// Which parts a subject has of a listed name.
#[derive(Debug)]
struct SomeOf {
    name: prop::sample::Index,
    parts: u8,
    /// Light parts are written the other way.
    otherwise: bool,
    more: Option<&'static str>,
}

fn some_of_a_long_name() -> impl Strategy<Value = SomeOf> {
    let more = prop::option::of(prop::sample::select(vec!["Ali", "Brodnik", "A."]));
    let some = (
        any::<prop::sample::Index>(),
        any::<u8>(),
        any::<bool>(),
        more,
    );
    some.prop_map(|(name, parts, otherwise, more)| SomeOf {
        name,
        parts,
        otherwise,
        more,
    })
}

impl SomeOf {
    fn of(&self, names: &[Vec<&'static str>]) -> String {
        let parts = self.name.get(names).iter().enumerate();
        let parts = parts.filter(|(i, _)| self.parts & (1 << i) != 0);
        let written = parts.map(|(_, part)| match *part {
            "Abdullah" if self.otherwise => "Abd Ullah",
            "Abd Ullah" if self.otherwise => "Abdullah",
            "Abdulrahman" if self.otherwise => "Abdul Rahman",
            "Abdul Rahman" if self.otherwise => "Abdulrahman",
            "Joseluis" if self.otherwise => "Jose Luis",
            "Jose Luis" if self.otherwise => "Joseluis",
            "Mohammed" if self.otherwise => "Moham Med",
            "Hassan" if self.otherwise => "Has San",
            part => part,
        });
        let said: Vec<&str> = written.chain(self.more).collect();
        said.join(" ")
    }
}

fn screener(entities: &[Entity], policy: &Policy) -> Screener {
    let list = ListName::parse("x").unwrap();
    let parties = entities
        .iter()
        .map(|e| Party {
            list: list.clone(),
            entity: Arc::new(e.clone()),
        })
        .collect();
    Screener::new(parties, policy.clone())
}

/// The ids and scores a screener finds, and those that exhaustive comparison finds.
fn both_ways(entities: &[Entity], subject: &Entity, policy: &Policy) -> [Vec<(String, Score)>; 2] {
    let found = screener(entities, policy)
        .screen(subject)
        .hits
        .into_iter()
        .map(|h| (h.party.entity.id.to_string(), h.found.score));
    let readings = readings(subject);
    let exhaustive = entities.iter().filter_map(|e| {
        let scores = readings
            .iter()
            .map(|r| compare(r, &prepare(e), policy).score);
        let score = scores.max()?;
        (score >= policy.review()).then(|| (e.id.to_string(), score))
    });
    let mut ways = [found.collect::<Vec<_>>(), exhaustive.collect()];
    for way in &mut ways {
        way.sort();
    }
    ways
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_index_finds_what_exhaustive_comparison_finds(
        list in prop::collection::vec(party(), 1..30),
        subject in party(),
    ) {
        let entities: Vec<Entity> =
            list.iter().enumerate().map(|(i, (s, n))| entity(i, *s, n)).collect();
        let subject = entity(999, subject.0, &subject.1);
        for policy in policies() {
            let [found, exhaustive] = both_ways(&entities, &subject, &policy);
            prop_assert_eq!(found, exhaustive);
        }
    }

    #[test]
    fn parties_without_a_common_key_are_below_the_floor(a in party(), b in party()) {
        let (a, b) = (prepare(&entity(1, a.0, &a.1)), prepare(&entity(2, b.0, &b.1)));
        for policy in policies() {
            let held = keys(&b, Side::Held, &policy);
            let asking = keys(&a, Side::Asking, &policy);
            if !asking.iter().any(|k| held.contains(k)) {
                prop_assert!(compare(&a, &b, &policy).score < policy.floor());
            }
        }
    }

    /// A segment leaves out exactly those of whom no name reaches the floor, by exhaustive comparison, whether it was built at
    /// once or merged; and what was to be left out of it is in none of its bytes. How sure a source is of a name is not in
    /// it, so of weak aliases it may leave over more.
    #[test]
    fn a_segment_leaves_over_exactly_those_who_may_have_a_hit(
        list in prop::collection::vec(party(), 1..12),
        subjects in prop::collection::vec(party(), 1..24),
        numbers in prop::collection::vec(prop::bool::weighted(0.3), 24),
        weak in prop::collection::vec(prop::bool::weighted(0.2), 24),
    ) {
        let listed: Vec<Entity> =
            list.iter().enumerate().map(|(i, (s, n))| entity(i, *s, n)).collect();
        let subjects: Vec<Entity> =
            subjects.iter().enumerate().map(|(i, (s, n))| said(100 + i, *s, n, weak[i])).collect();
        let segment = |wanted: &dyn Fn(usize) -> bool| {
            let mut builder = SegmentBuilder::new();
            for (i, subject) in subjects.iter().enumerate().filter(|(i, _)| wanted(*i)) {
                builder.push(SegmentRow::of(i as u64, &readings(subject)));
            }
            builder.finish()
        };
        let all = segment(&|_| true);
        let reopened = Segment::open(all.bytes().to_vec()).unwrap();
        // Each is in one of two segments, some are in both.
        let (old, new) = (segment(&|i| numbers[i]), segment(&|i| !numbers[i] || i % 3 == 0));
        let merged = merge(&[&old, &new], &BTreeSet::new());
        prop_assert!(merged.numbers().eq(all.numbers()));
        for policy in policies() {
            let screener = screener(&listed, &policy);
            let left = screener.sift(&reopened);
            prop_assert_eq!(&left, &screener.sift(&merged));
            for (i, subject) in subjects.iter().enumerate() {
                let may_hit = readings(subject).iter().any(|ours| {
                    listed.iter().map(prepare).any(|theirs| {
                        let reach = |a, b| names_reach((a, ours.kind), (b, theirs.kind), &policy);
                        ours.schema.is_comparable(theirs.schema)
                            && ours.names.iter().any(|a| theirs.names.iter().any(|b| reach(a, b)))
                    })
                });
                let is_left = left.contains(&(i as u64));
                prop_assert!(is_left == may_hit || is_left && weak[i], "{:?}", subject);
            }
        }
        let gone: BTreeSet<u64> = (0..subjects.len() as u64).filter(|i| numbers[*i as usize]).collect();
        let rest = merge(&[&all], &gone);
        let expected = segment(&|i| !numbers[i]);
        prop_assert_eq!(rest.bytes(), expected.bytes());
    }

    /// The same of people with long names, whose light parts open no comparison by themselves: what a subject has of them, be
    /// it written as one, still counts.
    #[test]
    fn a_segment_leaves_over_those_whom_light_parts_lift(
        list in prop::collection::vec(long_name(), 1..6),
        subjects in prop::collection::vec(some_of_a_long_name(), 1..12),
    ) {
        let listed: Vec<Entity> = list
            .iter()
            .enumerate()
            .map(|(i, parts)| entity(i, Schema::Person, &[parts.join(" ")]))
            .collect();
        let subjects: Vec<Entity> = subjects
            .iter()
            .enumerate()
            .map(|(i, some)| entity(100 + i, Schema::Person, &[some.of(&list)]))
            .collect();
        let mut builder = SegmentBuilder::new();
        for (i, subject) in subjects.iter().enumerate() {
            builder.push(SegmentRow::of(i as u64, &readings(subject)));
        }
        let segment = builder.finish();
        for policy in policies() {
            let left = screener(&listed, &policy).sift(&segment);
            for (i, subject) in subjects.iter().enumerate() {
                let ours = prepare(subject);
                let may_hit = listed.iter().map(prepare).any(|theirs| {
                    let reach = |a, b| names_reach((a, ours.kind), (b, theirs.kind), &policy);
                    ours.names.iter().any(|a| theirs.names.iter().any(|b| reach(a, b)))
                });
                prop_assert_eq!(left.contains(&(i as u64)), may_hit, "{:?}", subject);
            }
        }
    }

    #[test]
    fn streaming_either_side_finds_the_same_pairs(
        left in prop::collection::vec(party(), 1..12),
        right in prop::collection::vec(party(), 1..12),
    ) {
        // Screening streams subjects past an index of the list. A sweep indexes the subjects' side of nothing: it
        // streams them past an index of the delta. A join may hold the subjects instead. The pairs are the same.
        let make = |side: &[(Schema, Vec<String>)], from: usize| -> Vec<Entity> {
            side.iter().enumerate().map(|(i, (s, n))| entity(from + i, *s, n)).collect()
        };
        let (subjects, entities) = (make(&left, 0), make(&right, 100));
        let policy = Policy::default();
        let prepared = |e: &[Entity]| e.iter().map(prepare).collect::<Vec<_>>();
        let (s, e) = (prepared(&subjects), prepared(&entities));
        let pairs = |streamed: &[_], held: Vec<_>, swapped: bool| {
            let index = rescreen_index::Index::build(held, &policy);
            let mut pairs = Vec::new();
            for (i, probe) in streamed.iter().enumerate() {
                for candidate in index.candidates(probe) {
                    let j = candidate.entry.0 as usize;
                    let (a, b) = if swapped { (j, i) } else { (i, j) };
                    let score = compare(&s[a], &e[b], &policy).score;
                    if score >= policy.review() {
                        pairs.push((a, b, score));
                    }
                }
            }
            pairs.sort_unstable();
            pairs
        };
        prop_assert_eq!(pairs(&s, e.clone(), false), pairs(&e, s.clone(), true));
    }

    #[test]
    fn a_score_is_the_fold_of_its_evidence(a in party(), b in party()) {
        let found = compare(
            &prepare(&entity(1, a.0, &a.1)),
            &prepare(&entity(2, b.0, &b.1)),
            &Policy::default(),
        );
        prop_assert_eq!(found.score, Score::of_bits(found.evidence.iter().map(|e| e.bits)));
        prop_assert!(found.score < Score::ONE);
    }

    #[test]
    fn origin_and_gender_never_help(
        a in prop::collection::vec(names::name(), 1..3),
        b in prop::collection::vec(names::name(), 1..3),
        near in any::<bool>(),
        country in prop::sample::select(vec!["ir", "us", "ru", "kp"]),
        gender in prop::sample::select(vec!["male", "female"]),
        other_country in prop::sample::select(vec!["", "ir", "us"]),
        other_gender in prop::sample::select(vec!["", "male", "female"]),
    ) {
        let policy = Policy::default();
        let bare_subject = entity(1, Schema::Person, &a);
        let bare = entity(2, Schema::Person, if near { &a } else { &b });
        let with = |e: &Entity, c: &str, g: &str| {
            let mut e = e.clone();
            for property in [Property::Nationality, Property::Citizenship, Property::Country, Property::BirthCountry] {
                e.add(property, c);
            }
            for property in [Property::BirthPlace, Property::Religion, Property::Ethnicity, Property::SpokenLanguage] {
                e.add(property, c);
            }
            e.add(Property::Gender, g);
            e
        };
        let score = |s: &Entity, e: &Entity| compare(&prepare(s), &prepare(e), &policy).score;
        let known_subject = with(&bare_subject, country, gender);
        let without = score(&bare_subject, &bare);
        let agreeing = score(&known_subject, &with(&bare, country, gender));
        let other = score(&known_subject, &with(&bare, other_country, other_gender));
        prop_assert!(agreeing <= without);
        prop_assert!(other <= without);
        prop_assert!(other <= agreeing || other_country.is_empty() || other_gender.is_empty());
    }

    #[test]
    fn a_birth_date_never_makes_a_match_of_names_that_differ(
        a in prop::collection::vec(names::name(), 1..3),
        b in prop::collection::vec(names::name(), 1..3),
    ) {
        let policy = Policy::default();
        let (mut s, mut e) = (entity(1, Schema::Person, &a), entity(2, Schema::Person, &b));
        let name_only = compare(&prepare(&s), &prepare(&e), &policy).score;
        s.add(Property::BirthDate, "1951-06-19");
        e.add(Property::BirthDate, "1951-06-19");
        let dated = compare(&prepare(&s), &prepare(&e), &policy).score;
        if name_only < Score::from_basis_points(6_000) {
            prop_assert_eq!(dated, name_only);
        } else {
            prop_assert!(dated >= name_only);
        }
    }
}

/// Who does not know whether a name is a person's or a company's asks for both, and misses neither.
#[test]
fn a_subject_of_unstated_kind_is_read_both_ways() {
    let listed = |id, schema, name: &str| entity(id, schema, &[name.to_owned()]);
    let list = [
        listed(1, Schema::Person, "OKRAM HAN SE"),
        listed(2, Schema::Company, "Wackerbarth Handel SE"),
    ];
    let screener = screener(&list, &Policy::default());
    for (name, id) in [("Okram Han Se", "x-1"), ("Wackerbarth Handel", "x-2")] {
        let hits = screener.screen(&listed(9, Schema::Thing, name)).hits;
        let ids: Vec<&str> = hits.iter().map(|h| h.party.entity.id.as_str()).collect();
        assert_eq!(ids, [id], "{name}");
    }
}

#[test]
fn no_name_breaks_or_stalls_the_screener() {
    let names = names::adversarial();
    let entities: Vec<Entity> = names
        .iter()
        .enumerate()
        .map(|(i, n)| entity(i, Schema::Person, std::slice::from_ref(n)))
        .collect();
    for policy in policies() {
        for name in &names {
            for schema in [Schema::Person, Schema::Company] {
                let subject = entity(999, schema, std::slice::from_ref(name));
                let [found, exhaustive] = both_ways(&entities, &subject, &policy);
                let start: String = name.chars().take(30).collect();
                assert_eq!(found, exhaustive, "{start}");
            }
        }
    }
}

#[test]
fn answers_do_not_depend_on_threads() {
    let entities: Vec<Entity> = [
        "Ali Hassan Tarabuku",
        "Velonitsa Tarabuku",
        "Ali Hassan",
        "Hassan Ali",
    ]
    .iter()
    .enumerate()
    .map(|(i, n)| entity(i, Schema::Person, &[(*n).to_owned()]))
    .collect();
    let screener = screener(&entities, &Policy::default());
    let subjects: Vec<Entity> = (0..200)
        .map(|i| {
            entity(
                i,
                Schema::Person,
                &[format!("Ali {}", ["Hassan", "Tarabuku"][i % 2])],
            )
        })
        .collect();
    let answer = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let screenings = pool.install(|| screener.screen_batch(&subjects));
        format!("{screenings:?}")
    };
    let one = answer(1);
    assert_eq!(one, answer(2));
    assert_eq!(one, answer(7));
    let alone: Vec<_> = subjects.iter().map(|s| screener.screen(s)).collect();
    assert_eq!(one, format!("{alone:?}"));
}

#[test]
fn equal_scores_come_in_the_order_of_ids() {
    let entities: Vec<Entity> = (0..5)
        .rev()
        .map(|i| entity(i, Schema::Person, &["Velonitsa Tarabuku".to_owned()]))
        .collect();
    let hits = screener(&entities, &Policy::default())
        .screen(&entity(
            9,
            Schema::Person,
            &["Tarabuku Velonitsa".to_owned()],
        ))
        .hits;
    let ids: Vec<String> = hits.iter().map(|h| h.party.entity.id.to_string()).collect();
    assert_eq!(ids, ["x-0", "x-1", "x-2", "x-3", "x-4"]);
}

#[test]
fn placeholders_carry_no_evidence_and_say_so() {
    let mut listed = entity(1, Schema::Person, &["FNU Tarabuku".to_owned()]);
    listed.add(Property::BirthDate, "1900-01-01");
    let mut subject = entity(2, Schema::Person, &["FNU Velonitsa".to_owned()]);
    subject.add(Property::BirthDate, "1900-01-01");
    let found = compare(&prepare(&subject), &prepare(&listed), &Policy::default());
    assert_eq!(found.score, Score::ZERO);
    assert!(
        !found
            .evidence
            .iter()
            .any(|e| e.feature == Feature::BirthDate)
    );
    let remarks = prepare(&subject).remarks;
    assert_eq!(remarks.len(), 2, "{remarks:?}");
    let unknown = screener(
        &[entity(1, Schema::Person, &["Unknown".to_owned()])],
        &Policy::default(),
    )
    .screen(&entity(2, Schema::Person, &["UNKNOWN".to_owned()]));
    assert!(unknown.hits.is_empty());
    assert_eq!(unknown.remarks.len(), 1);
}

#[test]
fn a_damaged_segment_is_refused() {
    let mut builder = SegmentBuilder::new();
    for (number, name) in ["Anselm Wackerbarth", "Зиновий Кравцунов", ""]
        .iter()
        .enumerate()
    {
        let subject = entity(number, Schema::Thing, &[(*name).to_owned()]);
        builder.push(SegmentRow::of(number as u64, &readings(&subject)));
    }
    let whole = builder.finish().bytes().to_vec();
    assert_eq!(Segment::open(whole.clone()).unwrap().rows(), 3);
    for length in 0..whole.len() {
        assert!(
            Segment::open(whole[..length].to_vec()).is_err(),
            "{length} bytes"
        );
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        assert!(Segment::open(bytes).is_err(), "byte {at}");
    }
    let mut other = whole;
    other[8] ^= 1;
    let error = Segment::open(other).unwrap_err();
    assert!(matches!(error, SegmentError::OtherBuild { .. }), "{error}");
}

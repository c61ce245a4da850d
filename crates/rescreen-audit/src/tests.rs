//! Known answers, and laws over all small trees and every bit of an export.

use proptest::prelude::*;

use super::*;

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// The leaves and roots by which implementations of Certificate Transparency are tested.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn small_trees_have_the_known_roots() {
    let leaves: Vec<Hash> = LEAVES.iter().map(|leaf| leaf_hash(&unhex(leaf))).collect();
    for (size, expected) in ROOTS.iter().enumerate() {
        assert_eq!(root(&leaves[..size]).to_string(), *expected);
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_le_bytes())).collect()
}

/// RFC 6962's definition word for word.
fn root_by_definition(leaves: &[Hash]) -> Hash {
    use sha2::{Digest as _, Sha256};
    if leaves.len() < 2 {
        return leaves.first().copied().unwrap_or_else(|| root(&[]));
    }
    let mut k = 1;
    while k * 2 < leaves.len() {
        k *= 2;
    }
    let mut bytes = vec![1];
    bytes.extend(root_by_definition(&leaves[..k]).0);
    bytes.extend(root_by_definition(&leaves[k..]).0);
    Hash(Sha256::digest(bytes).into())
}

#[test]
fn every_leaf_of_every_small_tree_is_proved() {
    let all = leaves(200);
    for size in (1..40).chain(60..68).chain(125..131).chain([199, 200]) {
        let tree = &all[..size as usize];
        let root = root_by_definition(tree);
        for index in 0..size {
            let proof = inclusion_proof(tree, index).unwrap();
            let leaf = tree[index as usize];
            assert_eq!(verify_inclusion(leaf, index, size, &proof, root), Ok(()));
            let mut long = proof.clone();
            long.push(root);
            assert!(verify_inclusion(leaf, index, size, &long, root).is_err());
            let other = Hash::ZERO;
            assert!(verify_inclusion(other, index, size, &proof, root).is_err());
            if let Some((_, short)) = proof.split_last() {
                assert!(verify_inclusion(leaf, index, size, short, root).is_err());
            }
        }
        assert!(inclusion_proof(tree, size).is_err());
    }
}

#[test]
fn any_two_sizes_are_consistent() {
    let all = leaves(200);
    let roots: Vec<Hash> = (0..=200).map(|size| root(&all[..size])).collect();
    for newer in 0..=200_usize {
        for older in 0..=newer {
            let proof = consistency_proof(&all[..newer], older as u64).unwrap();
            let old = (older as u64, roots[older]);
            let new = (newer as u64, roots[newer]);
            assert_eq!(
                verify_consistency(old, new, &proof),
                Ok(()),
                "{older} {newer}"
            );
            let forged = (older as u64, leaf_hash(b"forged"));
            assert!(verify_consistency(forged, new, &proof).is_err());
            if older > 0 && older < newer {
                let forged = (newer as u64, leaf_hash(b"forged"));
                assert!(verify_consistency(old, forged, &proof).is_err());
            }
        }
    }
}

#[test]
fn a_frontier_is_the_tree_and_can_be_kept() {
    let all = leaves(200);
    let mut frontier = Frontier::default();
    for (size, leaf) in all.iter().enumerate() {
        assert_eq!(frontier.root(), root_by_definition(&all[..size]));
        assert!(frontier.roots().len() <= 8);
        frontier = Frontier::resume(frontier.size(), frontier.roots().to_vec()).unwrap();
        frontier.push(*leaf);
    }
    assert!(Frontier::resume(3, vec![Hash::ZERO]).is_err());
}

/// The example of Go's `note` package, which the specification was written after.
#[test]
fn a_note_that_others_signed_is_verified() {
    let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
    let note = format!("{text}\n\u{2014} PeterNeumann {signature}\n");
    let key = VerifierKey::parse(vkey).unwrap();
    assert_eq!(key.to_text(), vkey);
    assert_eq!(open_note(&note, &key), Ok(text));
    assert!(VerifierKey::parse(&vkey.replace("c74f", "c74e")).is_err());
}

fn key() -> LogKey {
    LogKey::new("example.org/log", &[3; 32]).unwrap()
}

fn checkpoint(records: &[Record]) -> Checkpoint {
    let hashes: Vec<Hash> = records.iter().map(|record| record.hash).collect();
    Checkpoint {
        origin: "example.org/log".to_owned(),
        size: records.len() as u64,
        root: root(&hashes),
        extensions: Vec::new(),
    }
}

#[test]
fn a_signed_checkpoint_is_opened_and_no_flipped_bit_of_it() {
    let signed = checkpoint(&chain(&[b"a".to_vec(), b"b".to_vec()]));
    let note = signed.sign(&key()).unwrap();
    let verifier = VerifierKey::parse(&key().verifier().to_text()).unwrap();
    assert_eq!(Checkpoint::open(&note, &verifier), Ok(signed.clone()));
    for bit in 0..note.len() * 8 {
        let mut bytes = note.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(flipped) = String::from_utf8(bytes) {
            assert!(Checkpoint::open(&flipped, &verifier).is_err(), "{flipped}");
        }
    }
    let other = LogKey::new("example.org/other", &[3; 32]).unwrap();
    assert!(signed.sign(&other).is_err());
    let mut broken = signed;
    broken.extensions.push("one\ntwo".to_owned());
    assert!(broken.sign(&key()).is_err());
}

#[test]
fn erased_data_leave_only_the_commitment() {
    let (salt, other) = (Salt([1; 32]), Salt([2; 32]));
    let commitment = Commitment::new(&salt, b"Jane Example");
    assert!(commitment.opens(&salt, b"Jane Example"));
    assert!(!commitment.opens(&salt, b"Jane Exampl"));
    assert!(!commitment.opens(&other, b"Jane Example"));
    let event = Canonical::new(1, "note")
        .bytes(&commitment.0.0)
        .into_bytes();
    // The data are gone; the log neither has them nor needs them.
    let records = chain(&[event]);
    assert!(verify(records.into_iter().map(Ok), &[]).is_ok());
}

#[test]
fn canonical_fields_do_not_run_into_each_other() {
    let a = Canonical::new(1, "k").text("ab").text("c");
    let b = Canonical::new(1, "k").text("a").text("bc");
    assert_ne!(a, b);
    let none = Canonical::new(1, "k").option(None);
    assert_ne!(none, Canonical::new(1, "k").option(Some(b"")));
}

fn chain(events: &[Vec<u8>]) -> Vec<Record> {
    let mut last = Hash::ZERO;
    let mut records = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let record = Record::new(index as u64, last, event.clone());
        last = record.hash;
        records.push(record);
    }
    records
}

fn read(export: &[Vec<u8>]) -> impl Iterator<Item = Result<Record, RecordError>> {
    export.iter().map(|bytes| Record::from_bytes(bytes))
}

fn events(at_least: usize) -> impl Strategy<Value = Vec<Vec<u8>>> {
    let event = prop::collection::vec(any::<u8>(), 0..6);
    prop::collection::vec(event, at_least..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_flipped_bit_is_found_where_it_is(events in events(1)) {
        let export: Vec<Vec<u8>> = chain(&events).iter().map(Record::to_bytes).collect();
        prop_assert!(verify(read(&export), &[]).is_ok());
        for at in 0..export.len() {
            for bit in 0..export[at].len() * 8 {
                let mut bad = export.clone();
                bad[at][bit / 8] ^= 1 << (bit % 8);
                let fault = verify(read(&bad), &[]).unwrap_err();
                prop_assert_eq!(fault.index, at as u64);
            }
        }
    }

    #[test]
    fn what_is_missing_doubled_moved_or_rewritten_is_found(events in events(2), at in any::<prop::sample::Index>()) {
        let records = chain(&events);
        let at = at.index(records.len());
        let signed = [checkpoint(&records[..at]), checkpoint(&records)];
        let check = |records: Vec<Record>| verify(records.into_iter().map(Ok), &signed);
        let verified = check(records.clone()).unwrap();
        prop_assert_eq!((verified.size, verified.signed), (records.len() as u64, records.len() as u64));

        let mut missing = records.clone();
        missing.remove(at);
        prop_assert_eq!(check(missing).unwrap_err().index, at as u64);
        let mut doubled = records.clone();
        doubled.insert(at, records[at].clone());
        prop_assert_eq!(check(doubled).unwrap_err().index, at as u64 + 1);
        let cut = records[..records.len() - 1].to_vec();
        let is_missing = matches!(check(cut).unwrap_err().kind, FaultKind::Missing { .. });
        prop_assert!(is_missing);

        // Whoever rewrites the whole rest of the chain still cannot sign it.
        let mut rewritten = events.clone();
        rewritten[at].push(1);
        let fault = check(chain(&rewritten)).unwrap_err();
        let is_since = matches!(fault.kind, FaultKind::Root { since, .. } if since == at as u64);
        prop_assert!(is_since, "{}", fault);
    }
}

#[test]
fn a_secret_key_is_kept_as_text_and_read_again() {
    let text = key().reveal();
    assert!(text.starts_with("PRIVATE+KEY+example.org/log+"), "{text}");
    let again = LogKey::parse(&format!("{text}\n")).unwrap();
    assert_eq!(again.verifier(), key().verifier());
    for wrong in [
        key().verifier().to_text(),
        text.replace("example.org", "example.com"),
        text[..text.len() - 4].to_owned(),
        String::new(),
    ] {
        assert!(LogKey::parse(&wrong).is_err(), "{wrong}");
    }
}

/// A tree that keeps only what [`Frontier::push_telling`] told, and its leaves.
#[test]
fn kept_subtrees_prove_what_the_leaves_prove() {
    use std::collections::BTreeMap;
    let all = leaves(200);
    let mut frontier = Frontier::default();
    let mut kept = BTreeMap::new();
    for (size, leaf) in (0_u64..).zip(&all) {
        kept.insert((0, size), *leaf);
        frontier.push_telling(*leaf, |level, place, root| {
            assert_eq!(kept.insert((level, place), root), None);
        });
        let tree = &all[..=size as usize];
        let roots = |ranges: Vec<std::ops::Range<u64>>| -> Vec<Hash> {
            let node = |level, place| kept.get(&(level, place)).copied().ok_or(());
            let roots = ranges.into_iter().map(|range| range_root(range, node));
            roots.collect::<Result<_, _>>().unwrap()
        };
        for index in 0..=size {
            let proof = roots(inclusion_ranges(size + 1, index).unwrap());
            assert_eq!(proof, inclusion_proof(tree, index).unwrap());
            let proof = roots(consistency_ranges(size + 1, index).unwrap());
            assert_eq!(proof, consistency_proof(tree, index).unwrap());
        }
    }
    assert!(inclusion_ranges(3, 3).is_err());
    assert!(consistency_ranges(3, 4).is_err());
}

#[test]
fn a_statement_has_its_own_bytes_for_each_field() {
    let plain = Statement {
        at: 5,
        kind: "noted",
        tenant: "default",
        actor: None,
        role: None,
        subject: None,
        alert: None,
        state: None,
        revision: None,
        detail: "{}",
        commitment: None,
    };
    let (some, number) = (Some("7"), Some(7));
    let commitment = Some(Commitment::new(&Salt([1; 32]), b"x"));
    let all = [
        plain,
        Statement { at: 6, ..plain },
        Statement {
            kind: "note",
            ..plain
        },
        Statement {
            tenant: "north",
            ..plain
        },
        Statement {
            actor: some,
            ..plain
        },
        Statement {
            role: some,
            ..plain
        },
        Statement {
            subject: number,
            ..plain
        },
        Statement {
            alert: number,
            ..plain
        },
        Statement {
            state: some,
            ..plain
        },
        Statement {
            revision: number,
            ..plain
        },
        Statement {
            detail: "{ }",
            ..plain
        },
        Statement {
            commitment,
            ..plain
        },
    ];
    let bytes: std::collections::BTreeSet<Vec<u8>> = all.iter().map(Statement::to_bytes).collect();
    assert_eq!(bytes.len(), all.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn an_excerpt_is_bound_run_by_run(events in events(3), chosen in prop::collection::vec(any::<bool>(), 9)) {
        let records = chain(&events);
        let hashes: Vec<Hash> = records.iter().map(|record| record.hash).collect();
        let signed = checkpoint(&records);
        let runs: Vec<(Record, Option<Vec<Hash>>)> = records.iter().zip(&chosen).filter(|(_, is_in)| **is_in)
            .map(|(record, _)| {
                let next = record.index as usize + 1;
                let is_last = next == records.len() || !chosen[next];
                let proof = is_last.then(|| inclusion_proof(&hashes, record.index).unwrap());
                (record.clone(), proof)
            }).collect();
        let check = |runs: &[(Record, Option<Vec<Hash>>)]| {
            let mut excerpt = Excerpt::new(&signed);
            for (record, proof) in runs {
                excerpt.push(&Link::of(record), proof.as_deref())?;
            }
            excerpt.finish()
        };
        prop_assert_eq!(check(&runs), Ok(runs.len() as u64));
        for at in 0..runs.len() {
            let index = runs[at].0.index;
            let mut rewritten = runs.clone();
            let record = &runs[at].0;
            rewritten[at].0 = Record::new(index, record.previous, [&record.event[..], b"x"].concat());
            let fault = check(&rewritten).unwrap_err();
            prop_assert!(fault.index == index || fault.index == index + 1, "{}", fault);
            let mut unproved = runs.clone();
            if unproved[at].1.take().is_some() {
                prop_assert_eq!(check(&unproved).unwrap_err(), Fault { index: index + 1, kind: FaultKind::Gap });
            } else {
                // Within a run nothing can be missing.
                let mut missing = runs.clone();
                missing.remove(at + 1);
                prop_assert_eq!(check(&missing).unwrap_err().index, index + 1);
            }
            let mut doubled = runs.clone();
            doubled.insert(at, runs[at].clone());
            prop_assert_eq!(check(&doubled).unwrap_err().index, index + 1);
        }
    }
}

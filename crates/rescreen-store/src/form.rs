//! The stored forms: entries, subjects, matches, list specifications, and what happens at the desk.
//!
//! Forms carry a version number. A reader for every version ever released stays here; writers write the newest.
//! `testdata/v1` holds frozen samples that must stay readable for ever.

mod desk;
mod desk_policy;
mod log;

use std::collections::BTreeMap;

use rescreen_desk::Cause;
use rescreen_match::{Bits, Match, Score};
use rescreen_model::{
    Entity, EntityId, Entry, Property, Record, Schema, identifier::IdentifierKind,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Described, Limits, ListSpec, StoreError};

pub(crate) use desk::{EventColumns, decode_case_event};
pub use desk::{decode_case_change, encode_case_event};
pub use desk_policy::{decode_desk_policy, encode_desk_policy};
pub use log::{
    EXPORT_FORM, ExportHead, ExportedEntry, LineError, decode_export_checkpoint,
    decode_export_entry, decode_export_head, encode_export_checkpoint, encode_export_entry,
    encode_export_head,
};

/// The newest form. The version is a field like any other rather than a tag, because a tag would make serde hold every
/// document twice.
#[derive(Serialize, Deserialize)]
struct EntryV1 {
    v: String,
    party: EntityV1,
    parts: Vec<EntityV1>,
}

const V1: &str = "1";

#[derive(Serialize, Deserialize)]
struct EntityV1 {
    id: String,
    schema: String,
    properties: BTreeMap<String, Vec<ValueV1>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    referents: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<RecordV1>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ValueV1 {
    Plain(String),
    Sourced(String, String),
}

#[derive(Serialize, Deserialize)]
struct RecordV1 {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    datasets: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    origin: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_seen: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_change: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<bool>,
}

/// Writes an entry in the newest form.
///
/// # Errors
/// [`StoreError::Damaged`] where the form cannot be written, which would be a defect of this module.
pub fn encode_entry(entry: &Entry) -> Result<Vec<u8>, StoreError> {
    let form = EntryV1 {
        v: V1.to_owned(),
        party: entity_form(&entry.party),
        parts: entry.parts.iter().map(entity_form).collect(),
    };
    serde_json::to_vec(&form).map_err(|e| StoreError::Damaged {
        detail: format!("entry {}: {e}", entry.id()),
    })
}

/// Reads an entry in any form ever written.
///
/// # Errors
/// [`StoreError::Damaged`] where the bytes are not an entry.
pub fn decode_entry(bytes: &[u8]) -> Result<Entry, StoreError> {
    let form: EntryV1 = serde_json::from_slice(bytes).map_err(damaged)?;
    check(&form.v)?;
    Ok(Entry {
        party: entity(form.party)?,
        parts: form
            .parts
            .into_iter()
            .map(entity)
            .collect::<Result<_, _>>()?,
    })
}

/// Reads the party of an entry as it is screened, without source fragments. What identifies it and stands in a part
/// of its own, a wallet's address or a security's number, is put with it: whoever asks for the number asks for the
/// party.
///
/// # Errors
/// [`StoreError::Damaged`] where the bytes are not an entry.
pub fn decode_party(bytes: &[u8]) -> Result<Entity, StoreError> {
    #[derive(Deserialize)]
    struct PartyV1<'a> {
        v: String,
        party: EntityV1,
        // Left unread, but for the few that matter here.
        #[serde(borrow)]
        parts: Vec<&'a RawValue>,
    }
    let form: PartyV1<'_> = serde_json::from_slice(bytes).map_err(damaged)?;
    check(&form.v)?;
    let mut party = entity(without_sources(form.party))?;
    for part in form.parts {
        let is_identified = |schema: &str| part.get().contains(schema);
        if !is_identified("\"CryptoWallet\"") && !is_identified("\"Security\"") {
            continue;
        }
        let part = entity(without_sources(
            serde_json::from_str(part.get()).map_err(damaged)?,
        ))?;
        for (property, values) in part.properties() {
            if IdentifierKind::of(property).is_some() {
                for value in values {
                    party.restore(property.clone(), value.as_str(), None);
                }
            }
        }
    }
    Ok(party)
}

/// Writes a subject in the newest form.
///
/// # Errors
/// [`StoreError::Damaged`] where the form cannot be written, which would be a defect of this module.
pub fn encode_subject(subject: &Entity) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(&SubjectForm::V1 {
        subject: entity_form(subject),
    })
    .map_err(damaged)
}

/// Reads a subject in any form ever written.
///
/// # Errors
/// [`StoreError::Damaged`] where the bytes are not a subject.
pub fn decode_subject(bytes: &[u8]) -> Result<Entity, StoreError> {
    let SubjectForm::V1 { subject } = serde_json::from_slice(bytes).map_err(damaged)?;
    entity(subject)
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum SubjectForm {
    #[serde(rename = "1")]
    V1 { subject: EntityV1 },
}

/// Writes what a comparison found. Equal matches have equal texts, which is what a replay compares.
///
/// # Errors
/// [`StoreError::Damaged`] where the form cannot be written, which would be a defect of this module.
pub fn encode_match(found: &Match) -> Result<String, StoreError> {
    serde_json::to_string(&found_form(found)).map_err(damaged)
}

/// Writes an answer about a subject: list, entry and match of each hit, in the answer's order.
///
/// # Errors
/// [`StoreError::Damaged`] where the form cannot be written, which would be a defect of this module.
pub fn encode_answer<'a>(
    hits: impl IntoIterator<Item = (&'a str, &'a str, &'a Match)>,
) -> Result<String, StoreError> {
    let hits: Vec<_> = hits
        .into_iter()
        .map(|(list, entry, found)| (list, entry, found_form(found)))
        .collect();
    serde_json::to_string(&hits).map_err(damaged)
}

/// Reads the answer about a subject: list, entry and match of each hit.
///
/// # Errors
/// [`StoreError::Damaged`] where the text is not an answer.
pub fn decode_answer(text: &str) -> Result<Vec<(String, String, StoredMatch)>, StoreError> {
    let hits: Vec<(String, String, FoundForm)> = serde_json::from_str(text).map_err(damaged)?;
    Ok(hits
        .into_iter()
        .map(|(list, entry, found)| (list, entry, stored(found)))
        .collect())
}

fn found_form(found: &Match) -> FoundForm {
    let evidence = found.evidence.iter().map(|line| EvidenceV1 {
        feature: line.feature.as_str().to_owned(),
        query: line.query.clone(),
        candidate: line.candidate.clone(),
        bits: line.bits.hundredths(),
        note: line.note.as_deref().map(ToOwned::to_owned),
    });
    FoundForm::V1 {
        score: found.score.basis_points(),
        tier: found.tier.as_str().to_owned(),
        evidence: evidence.collect(),
    }
}

/// Reads what a comparison found.
///
/// # Errors
/// [`StoreError::Damaged`] where the text is not a match.
pub fn decode_match(text: &str) -> Result<StoredMatch, StoreError> {
    Ok(stored(serde_json::from_str(text).map_err(damaged)?))
}

fn stored(form: FoundForm) -> StoredMatch {
    let FoundForm::V1 {
        score,
        tier,
        evidence,
    } = form;
    StoredMatch {
        score: Score::from_basis_points(score),
        tier,
        evidence: evidence
            .into_iter()
            .map(|line| StoredEvidence {
                feature: line.feature,
                query: line.query,
                candidate: line.candidate,
                bits: Bits::from_hundredths(line.bits),
                note: line.note,
            })
            .collect(),
    }
}

/// A match as it was kept: words rather than the matcher's own types, which change from build to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMatch {
    /// The score.
    pub score: Score,
    /// The tier it had under the policy of its day.
    pub tier: String,
    /// The evidence, line by line.
    pub evidence: Vec<StoredEvidence>,
}

/// A line of evidence as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvidence {
    /// What was compared.
    pub feature: String,
    /// The subject's side.
    pub query: String,
    /// The listed party's side.
    pub candidate: String,
    /// The weight.
    pub bits: Bits,
    /// How the two relate, in words.
    pub note: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum FoundForm {
    #[serde(rename = "1")]
    V1 {
        score: u32,
        tier: String,
        evidence: Vec<EvidenceV1>,
    },
}

#[derive(Serialize, Deserialize)]
struct EvidenceV1 {
    feature: String,
    query: String,
    candidate: String,
    bits: i32,
    note: Option<String>,
}

fn without_sources(mut form: EntityV1) -> EntityV1 {
    for value in form.properties.values_mut().flatten() {
        if let ValueV1::Sourced(text, _) = value {
            *value = ValueV1::Plain(std::mem::take(text));
        }
    }
    form
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn damaged(error: serde_json::Error) -> StoreError {
    StoreError::Damaged {
        detail: format!("a record: {error}"),
    }
}

fn check(version: &str) -> Result<(), StoreError> {
    if version == V1 {
        return Ok(());
    }
    Err(StoreError::Damaged {
        detail: format!("a record has the unknown form '{version}'"),
    })
}

fn entity_form(entity: &Entity) -> EntityV1 {
    let value = |v: &rescreen_model::Value| match v.source() {
        None => ValueV1::Plain(v.as_str().to_owned()),
        Some(source) => ValueV1::Sourced(v.as_str().to_owned(), source.to_owned()),
    };
    EntityV1 {
        id: entity.id.to_string(),
        schema: entity.schema.name().to_owned(),
        properties: entity
            .properties()
            .map(|(property, values)| {
                (
                    property.name().to_owned(),
                    values.iter().map(value).collect(),
                )
            })
            .collect(),
        referents: entity.referents.iter().map(ToString::to_string).collect(),
        record: entity.record.as_deref().map(record_form),
    }
}

fn entity(form: EntityV1) -> Result<Entity, StoreError> {
    let Some(schema) = Schema::named(&form.schema) else {
        return Err(StoreError::Damaged {
            detail: format!("record {} has the unknown schema {}", form.id, form.schema),
        });
    };
    let mut entity = Entity::new(form.id.as_str(), schema);
    for (name, values) in form.properties {
        let property = Property::named(&name);
        for value in values {
            match value {
                ValueV1::Plain(text) => entity.restore(property.clone(), &text, None),
                ValueV1::Sourced(text, source) => {
                    entity.restore(property.clone(), &text, Some(&source));
                }
            }
        }
    }
    entity.referents = form.referents.iter().map(|r| EntityId::new(r)).collect();
    entity.record = form.record.map(|r| Box::new(record(r)));
    Ok(entity)
}

fn record_form(record: &Record) -> RecordV1 {
    let Record {
        caption,
        datasets,
        origin,
        first_seen,
        last_seen,
        last_change,
        target,
    } = record.clone();
    RecordV1 {
        caption,
        datasets,
        origin,
        first_seen,
        last_seen,
        last_change,
        target,
    }
}

fn record(form: RecordV1) -> Record {
    let RecordV1 {
        caption,
        datasets,
        origin,
        first_seen,
        last_seen,
        last_change,
        target,
    } = form;
    Record {
        caption,
        datasets,
        origin,
        first_seen,
        last_seen,
        last_change,
        target,
    }
}

#[derive(Serialize, Deserialize)]
struct CauseForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    change: String,
}

pub(crate) fn encode_cause(cause: &Cause) -> Result<String, StoreError> {
    serde_json::to_string(&cause_form(cause)).map_err(damaged)
}

/// Reads why something changed.
///
/// # Errors
/// [`StoreError::Damaged`] where the text is none.
pub fn decode_cause(text: &str) -> Result<Cause, StoreError> {
    Ok(cause(serde_json::from_str(text).map_err(damaged)?))
}

fn cause_form(cause: &Cause) -> CauseForm {
    let Cause {
        list,
        version,
        change,
    } = cause.clone();
    CauseForm {
        list,
        version,
        change,
    }
}

fn cause(form: CauseForm) -> Cause {
    let CauseForm {
        list,
        version,
        change,
    } = form;
    Cause {
        list,
        version,
        change,
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum SpecForm {
    #[serde(rename = "1")]
    V1 {
        format: String,
        urls: Vec<String>,
        mapping: Option<String>,
        max_shrink: f64,
        max_change: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        described: Option<DescribedForm>,
    },
}

#[derive(Serialize, Deserialize)]
struct DescribedForm {
    at: String,
    dataset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource_type: Option<String>,
}

pub(crate) fn encode_spec(spec: &ListSpec) -> Result<String, StoreError> {
    let ListSpec {
        format,
        urls,
        mapping,
        limits,
        described,
    } = spec.clone();
    serde_json::to_string(&SpecForm::V1 {
        format,
        urls,
        mapping,
        max_shrink: limits.shrink,
        max_change: limits.change,
        described: described.map(|described| DescribedForm {
            at: described.at,
            dataset: described.dataset,
            resource_name: described.resource_name,
            resource_type: described.resource_type,
        }),
    })
    .map_err(|e| StoreError::Damaged {
        detail: format!("a list's specification: {e}"),
    })
}

pub(crate) fn decode_spec(text: &str) -> Result<ListSpec, StoreError> {
    let form = serde_json::from_str(text).map_err(|e| StoreError::Damaged {
        detail: format!("a list's specification: {e}"),
    })?;
    let SpecForm::V1 {
        format,
        urls,
        mapping,
        max_shrink,
        max_change,
        described,
    } = form;
    Ok(ListSpec {
        format,
        urls,
        mapping,
        limits: Limits {
            shrink: max_shrink,
            change: max_change,
        },
        described: described.map(|form| Described {
            at: form.at,
            dataset: form.dataset,
            resource_name: form.resource_name,
            resource_type: form.resource_type,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Entry {
        let mut party = Entity::new("demo-1", Schema::Person);
        party.add(Property::Name, "Ivan Petrovich Sample");
        party.add_from(Property::BirthDate, "1951~", "circa 1951");
        party.add(Property::Other("shoeSize".into()), "44");
        party.referents.push("demo-0".into());
        party.record = Some(Box::new(Record {
            caption: Some("Ivan Sample".into()),
            datasets: vec!["demo".into()],
            target: Some(true),
            ..Record::default()
        }));
        let mut sanction = Entity::new("demo-1-sanction", Schema::Sanction);
        sanction.add(Property::Entity, "demo-1");
        Entry {
            party,
            parts: vec![sanction],
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let entry = sample();
        let bytes = encode_entry(&entry).unwrap();
        assert_eq!(decode_entry(&bytes).unwrap(), entry);
        let party = decode_party(&bytes).unwrap();
        assert_eq!(party.first(Property::BirthDate), Some("1951~"));
        assert_eq!(
            (party.id, party.record),
            (entry.party.id, entry.party.record)
        );
    }

    #[test]
    fn the_number_of_a_wallet_identifies_its_party() {
        let mut entry = sample();
        let mut wallet = Entity::new("demo-1-wallet", Schema::CryptoWallet);
        wallet.add(Property::PublicKey, "12QtDemo");
        wallet.add(Property::CurrencySymbol, "XBT");
        entry.parts.push(wallet);
        let party = decode_party(&encode_entry(&entry).unwrap()).unwrap();
        assert_eq!(party.first(Property::PublicKey), Some("12QtDemo"));
        assert!(!party.has(Property::CurrencySymbol));
    }

    #[test]
    fn frozen_samples_stay_readable() {
        let frozen = include_bytes!("../testdata/v1/entry.json");
        assert_eq!(decode_entry(frozen).unwrap(), sample());
        let spec = decode_spec(include_str!("../testdata/v1/spec.json")).unwrap();
        assert_eq!(
            spec.limits,
            Limits {
                shrink: 0.05,
                change: 0.2
            }
        );
        assert_eq!(spec.urls, ["https://lists.example/sdn.csv"]);
        let subject = decode_subject(include_bytes!("../testdata/v1/subject.json")).unwrap();
        assert_eq!(subject, sample().party);
        let found = decode_match(include_str!("../testdata/v1/match.json")).unwrap();
        assert_eq!(found, stored(found_form(&sample_match())));
        let answer = decode_answer(include_str!("../testdata/v1/answer.json")).unwrap();
        assert_eq!(answer, [("demo".to_owned(), "demo-1".to_owned(), found)]);
    }

    fn sample_match() -> Match {
        Match {
            score: Score::from_basis_points(9_917),
            tier: rescreen_match::Tier::Match,
            evidence: vec![rescreen_match::Evidence {
                feature: rescreen_match::Feature::NamePart,
                query: "Ivan".to_owned(),
                candidate: "Иван".to_owned(),
                bits: Bits::from_hundredths(-125),
                note: Some("same letters".into()),
            }],
        }
    }

    #[test]
    fn what_the_register_keeps_is_read_as_it_was_written() {
        let subject = sample().party;
        assert_eq!(
            decode_subject(&encode_subject(&subject).unwrap()).unwrap(),
            subject
        );
        let found = sample_match();
        let text = encode_match(&found).unwrap();
        assert_eq!(text, include_str!("../testdata/v1/match.json").trim_end());
        assert_eq!(decode_match(&text).unwrap(), stored(found_form(&found)));
        let answer = encode_answer([("demo", "demo-1", &found)]).unwrap();
        assert_eq!(
            answer,
            include_str!("../testdata/v1/answer.json").trim_end()
        );
    }

    #[test]
    fn damage_is_named() {
        let error = decode_entry(
            br#"{"v":"1","party":{"id":"x","schema":"Dragon","properties":{}},"parts":[]}"#,
        );
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("unknown schema Dragon")
        );
        assert!(decode_entry(b"{").is_err());
        let newer = br#"{"v":"9","party":{"id":"x","schema":"Person","properties":{}},"parts":[]}"#;
        assert!(
            decode_entry(newer)
                .unwrap_err()
                .to_string()
                .contains("form '9'")
        );
        assert!(decode_party(newer).is_err());
    }
}

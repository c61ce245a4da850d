//! What both sides of an alert are now, and what of it a person can rely on.

use std::collections::BTreeSet;

use rescreen_desk::{Current, Facts, Values};
use rescreen_model::{
    ContentHash, Entity, EntityId, Entry, Property, PropertyKind, identifier::IdentifierKind,
};
use rescreen_store::{LegRow, Register, SubjectRow, form};

use super::act::Relied;
use crate::AppError;

/// What both sides are now. The listed side is what all lists together say about the party.
pub(super) fn current(subject: &SubjectRow, legs: &[LegRow]) -> Result<Current, AppError> {
    let ours = form::decode_subject(&subject.body)?;
    let is_any_live = legs.iter().any(|leg| leg.live);
    let mut party = BTreeSet::new();
    let mut theirs = Values::new();
    for leg in legs {
        let entity = form::decode_party(&leg.body)?;
        party.extend(entity.referents.iter().cloned());
        party.insert(entity.id.clone());
        // A list that no longer says it says nothing.
        if leg.live || !is_any_live {
            add(&entity, &mut theirs);
        }
    }
    let mut facts = Facts {
        subject: Values::new(),
        party: theirs,
    };
    add(&ours, &mut facts.subject);
    Ok(Current {
        subject: EntityId::new(&format!("{}/{}", subject.source, subject.external)),
        party,
        facts,
        reused_at: None,
    })
}

fn add(entity: &Entity, values: &mut Values) {
    for (property, texts) in entity.properties() {
        let said = values.entry(property.clone()).or_default();
        said.extend(texts.iter().map(|value| value.as_str().to_owned()));
    }
}

/// The facts that a person says they relied on, with the values of the moment.
///
/// # Errors
/// [`AppError::Refused`] where neither side says anything of a property: nothing can rest on that.
pub(super) fn relied_on(current: &Current, relied: &[Relied]) -> Result<Facts, AppError> {
    let mut facts = Facts::default();
    for Relied { side, property } in relied {
        let said = |values: &Values| values.get(property).cloned().unwrap_or_default();
        let (ours, theirs) = (said(&current.facts.subject), said(&current.facts.party));
        if ours.is_empty() && theirs.is_empty() {
            return Err(AppError::Refused(format!(
                "neither side states {}: nothing can rest on it",
                property.name()
            )));
        }
        if *side != Some(rescreen_desk::Side::Party) {
            facts.subject.insert(property.clone(), ours);
        }
        if *side != Some(rescreen_desk::Side::Subject) {
            facts.party.insert(property.clone(), theirs);
        }
    }
    Ok(facts)
}

/// Everything that tells who somebody is, as far as either side states it. Where only one does, the silence of the other
/// is a fact as well.
pub(super) fn identity(current: &Current) -> Facts {
    let stated: BTreeSet<&Property> = current
        .facts
        .subject
        .keys()
        .chain(current.facts.party.keys())
        .filter(|property| identifies(property))
        .collect();
    let side = |values: &Values| {
        stated
            .iter()
            .map(|&property| {
                let said = values.get(property).cloned().unwrap_or_default();
                (property.clone(), said)
            })
            .collect()
    };
    Facts {
        subject: side(&current.facts.subject),
        party: side(&current.facts.party),
    }
}

/// What people of another tenant than the subject's see of it: what the matcher compares, and nothing else.
pub(crate) fn shown(mut row: SubjectRow) -> Result<SubjectRow, AppError> {
    if row.body.is_empty() {
        return Ok(row);
    }
    let mut subject = form::decode_subject(&row.body)?;
    let hidden: Vec<Property> = subject
        .properties()
        .map(|(property, _)| property.clone())
        .filter(|property| !identifies(property))
        .collect();
    for property in hidden {
        subject.clear(property);
    }
    row.body = form::encode_subject(&subject)?;
    row.hash = ContentHash::of_entry(&Entry::new(subject));
    Ok(row)
}

/// The subject of a case as the tenant of the case may see it, and whether it is another's.
pub(crate) fn subject_of_case(
    register: Register<'_>,
    alert: i64,
) -> Result<(SubjectRow, bool), AppError> {
    let found = register.subject_of_case(alert)?;
    let (row, is_foreign) = found.ok_or_else(|| super::follow::no_alert(alert))?;
    Ok(if is_foreign {
        (shown(row)?, true)
    } else {
        (row, false)
    })
}

/// Whether what is relied on can be seen by people of another tenant than the subject's.
pub(super) fn can_be_seen(relied: &[Relied]) -> Result<(), AppError> {
    match relied.iter().find(|fact| !identifies(&fact.property)) {
        Some(fact) => Err(AppError::Refused(format!(
            "the subject belongs to another tenant, and {} of it is not shown",
            fact.property.name()
        ))),
        None => Ok(()),
    }
}

/// Whether the matcher compares the property.
fn identifies(property: &Property) -> bool {
    let is_of_a_kind = matches!(property.kind(), PropertyKind::Name | PropertyKind::Gender);
    let is_named = matches!(
        property,
        Property::BirthDate
            | Property::Nationality
            | Property::Citizenship
            | Property::Jurisdiction
            | Property::FirstName
            | Property::SecondName
            | Property::MiddleName
            | Property::FatherName
            | Property::LastName
    );
    is_of_a_kind || is_named || IdentifierKind::of(property).is_some()
}

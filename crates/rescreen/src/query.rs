//! From what was typed to a subject.

use anyhow::{Context, Result};
use rescreen_app::{names_somebody, not_a_party, party_schema};
use rescreen_match::{Policy, Score};
use rescreen_model::{
    Country, DateSpan, Entity, Gender, Property, Schema,
    identifier::{Identifier, IdentifierKind},
};

use crate::{cli::SubjectArgs, failure::EdgeError};

/// The subject that the options of `screen` and `subject add` describe.
pub(crate) fn subject(args: &SubjectArgs, id: &str) -> Result<Entity> {
    let schema = match &args.schema {
        Some(name) => schema(name).context("--schema")?,
        None => Schema::Thing,
    };
    let mut subject = Entity::new(id, schema);
    for name in &args.names {
        subject.add(Property::Name, name);
    }
    for text in &args.birth_date {
        let span =
            DateSpan::parse(text).map_err(|e| EdgeError::Usage(format!("--birth-date: {e}")))?;
        subject.add_date(Property::BirthDate, &span, text);
    }
    for (texts, property, option) in [
        (&args.nationality, Property::Nationality, "--nationality"),
        (&args.country, Property::Country, "--country"),
    ] {
        for text in texts {
            let country = Country::parse(text).ok_or_else(|| {
                EdgeError::Usage(format!(
                    "{option} '{text}' is not a country: expected a code such as 'de' or a name"
                ))
            })?;
            subject.add(property.clone(), country.code());
        }
    }
    if let Some(text) = &args.gender {
        let gender = Gender::parse(text).ok_or_else(|| {
            EdgeError::Usage(format!("--gender '{text}': expected female, male or other"))
        })?;
        subject.add(Property::Gender, gender.as_str());
    }
    for text in &args.ids {
        add_identifier(&mut subject, text).context("--id")?;
    }
    if !names_somebody(&subject) {
        let what = "nothing to screen by: say a name with letters in it (--name), a number (--id), or a file (--input)";
        return Err(EdgeError::Usage(what.to_owned()).into());
    }
    Ok(subject)
}

/// The policy that the options describe.
pub(crate) fn policy(threshold: f64) -> Result<Policy> {
    let default = Policy::default();
    let review = Score::from_f64(threshold)
        .ok_or_else(|| EdgeError::Usage(format!("--threshold {threshold}: expected 0 to 1")))?;
    let matched = default.matched().max(review);
    Ok(Policy::new(review, matched).map_err(|e| EdgeError::Usage(format!("--threshold: {e}")))?)
}

/// The kind of party of that name, in any case.
pub(crate) fn schema(name: &str) -> Result<Schema> {
    party_schema(name).ok_or_else(|| EdgeError::Usage(not_a_party(name)).into())
}

/// `[TYPE:]NUMBER[:CC]`. The type is one of the identifier types or a FollowTheMoney property. The country says who
/// issued the number; it is read so that it cannot be mistaken for a part of it.
pub(crate) fn add_identifier(subject: &mut Entity, text: &str) -> Result<()> {
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let is_country = |code: &str| code.len() == 2 && Country::from_code(code).is_some();
    let (kind, number, country) = match parts.as_slice() {
        [number] => (None, *number, None),
        [number, code] if is_country(code) && property(number).is_none() => {
            (None, *number, Some(*code))
        }
        [kind, number] => (Some(*kind), *number, None),
        [kind, number, code] => (Some(*kind), *number, Some(*code)),
        _ => {
            return Err(EdgeError::Usage(format!("'{text}': expected [TYPE:]NUMBER[:CC]")).into());
        }
    };
    if let Some(code) = country
        && !is_country(code)
    {
        return Err(EdgeError::Usage(format!("'{text}': '{code}' is not a country code")).into());
    }
    let properties = match kind {
        Some(kind) => vec![property(kind).ok_or_else(|| {
            EdgeError::Usage(format!(
                "'{text}': '{kind}' is not a type of identifier: expected passport, imo, lei, …"
            ))
        })?],
        // Whoever types a bare number does not know what it is, so it is looked for as any of the common ones.
        None => vec![
            Property::PassportNumber,
            Property::IdNumber,
            Property::TaxNumber,
            Property::RegistrationNumber,
        ],
    };
    for property in properties {
        let kind = IdentifierKind::of(&property).unwrap_or(IdentifierKind::Other);
        if Identifier::parse(kind, number).is_none() {
            return Err(EdgeError::Usage(format!(
                "'{text}': '{number}' is no number that identifies anybody"
            ))
            .into());
        }
        subject.add(property, number);
    }
    Ok(())
}

/// The property in which numbers of that type stand.
fn property(kind: &str) -> Option<Property> {
    let named = Property::KNOWN
        .iter()
        .find(|p| IdentifierKind::of(p).is_some() && p.name().eq_ignore_ascii_case(kind))
        .cloned();
    named.or_else(|| {
        Some(match kind.to_ascii_lowercase().as_str() {
            "passport" => Property::PassportNumber,
            "id" | "national-id" => Property::IdNumber,
            "tax" => Property::TaxNumber,
            "registration" => Property::RegistrationNumber,
            "imo" => Property::ImoNumber,
            "lei" => Property::LeiCode,
            "isin" => Property::Isin,
            "inn" => Property::InnCode,
            "ogrn" => Property::OgrnCode,
            "bic" | "swift" => Property::SwiftBic,
            "mmsi" => Property::Mmsi,
            "wallet" => Property::PublicKey,
            "vat" => Property::VatCode,
            "ssn" => Property::SocialSecurityNumber,
            _ => return None,
        })
    })
}

//! From what a person types to a subject.

use rescreen_model::{
    Country, Entity, Property, PropertyKind,
    identifier::{Identifier, IdentifierKind},
};

use crate::AppError;

/// Whether there is anything by which a party could be found: a name with letters or digits, or a number that
/// identifies. Dates and countries alone fit everybody.
pub fn names_somebody(subject: &Entity) -> bool {
    subject.properties().any(|(property, values)| {
        let mut texts = values.iter().map(rescreen_model::Value::as_str);
        if let Some(kind) = IdentifierKind::of(property) {
            return texts.any(|text| Identifier::parse(kind, text).is_some());
        }
        property.kind() == PropertyKind::Name
            && texts.any(|text| text.chars().any(char::is_alphanumeric))
    })
}

/// Adds what `[TYPE:]NUMBER[:CC]` says to a subject. The type is one of the identifier types or a FollowTheMoney
/// property. The country says who issued the number; it is read so that it cannot be mistaken for a part of it.
///
/// # Errors
/// [`AppError::Usage`] where the text has another shape or the number identifies nobody.
pub fn add_identifier(subject: &mut Entity, text: &str) -> Result<(), AppError> {
    let refuse = |what: String| Err(AppError::Usage(what));
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let is_country = |code: &str| code.len() == 2 && Country::from_code(code).is_some();
    let (kind, number, country) = match parts.as_slice() {
        [number] => (None, *number, None),
        [number, code] if is_country(code) && property(number).is_none() => {
            (None, *number, Some(*code))
        }
        [kind, number] => (Some(*kind), *number, None),
        [kind, number, code] => (Some(*kind), *number, Some(*code)),
        _ => return refuse(format!("'{text}': expected [TYPE:]NUMBER[:CC]")),
    };
    if let Some(code) = country
        && !is_country(code)
    {
        return refuse(format!("'{text}': '{code}' is not a country code"));
    }
    let properties = match kind {
        Some(kind) => match property(kind) {
            Some(property) => vec![property],
            None => {
                return refuse(format!(
                    "'{text}': '{kind}' is not a type of identifier: expected passport, imo, lei, …"
                ));
            }
        },
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
            return refuse(format!(
                "'{text}': '{number}' is no number that identifies anybody"
            ));
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

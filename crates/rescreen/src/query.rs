//! From what was typed to a subject.

use anyhow::{Context, Result};
pub(crate) use rescreen_app::names_somebody;
use rescreen_app::{not_a_party, party_schema};
use rescreen_match::{Policy, Score};
use rescreen_model::{Country, DateSpan, Entity, Gender, Property, Schema};

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

/// `[TYPE:]NUMBER[:CC]`, as the façade reads it.
pub(crate) fn add_identifier(subject: &mut Entity, text: &str) -> Result<()> {
    Ok(rescreen_app::add_identifier(subject, text)?)
}

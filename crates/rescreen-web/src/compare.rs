//! Two sides, field by field: what agrees, what contradicts, what one side lacks.

use maud::{Markup, html};
use rescreen_match::Bits;
use rescreen_model::{Country, Entity, Property, PropertyKind, identifier::IdentifierKind};

use crate::{evidence::Line, parts, texts::T};

/// How the two sides of a field relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    Agrees,
    Contradicts,
    /// Both say something and neither follows from the other; the matcher makes nothing of it.
    Differs,
    OnlySubject,
    OnlyListed,
}

impl Relation {
    fn class(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Contradicts => "contradicts",
            Self::Differs => "apart",
            Self::OnlySubject | Self::OnlyListed => "missing",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Agrees => "=",
            Self::Contradicts => "≠",
            Self::Differs => "·",
            Self::OnlySubject | Self::OnlyListed => "∅",
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) subject: Vec<String>,
    pub(crate) listed: Vec<String>,
    pub(crate) relation: Relation,
    /// What the matcher counted for it.
    pub(crate) bits: Option<Bits>,
    pub(crate) note: String,
}

pub(crate) const NAMES: &[Property] = &[
    Property::Name,
    Property::Alias,
    Property::WeakAlias,
    Property::PreviousName,
    Property::Abbreviation,
];

/// What identifies, in the order in which people look at it; identifiers and the rest follow.
const FIRST: &[Property] = &[
    Property::BirthDate,
    Property::BirthPlace,
    Property::Gender,
    Property::Nationality,
    Property::Citizenship,
    Property::Country,
];

/// The rows for two sides.
pub(crate) fn rows(subject: &Entity, listed: &Entity, lines: &[Line<'_>]) -> Vec<Row> {
    let mut rows = vec![names(subject, listed, lines)];
    let mut properties: Vec<Property> = FIRST.to_vec();
    let others = subject.properties().chain(listed.properties());
    for (property, _) in others {
        let is_told = NAMES.contains(property) || properties.contains(property);
        if !is_told && is_comparable(property) {
            properties.push(property.clone());
        }
    }
    let rank = |property: &Property| {
        let place = FIRST.iter().position(|first| first == property);
        (
            place.unwrap_or(FIRST.len()),
            IdentifierKind::of(property).is_none(),
            property.name().to_owned(),
        )
    };
    properties.sort_by_key(rank);
    rows.extend(
        properties
            .iter()
            .filter_map(|property| row(property, subject, listed, lines)),
    );
    rows
}

/// What either side states that may tell who somebody is.
pub(crate) fn identifying(subject: &Entity, listed: &Entity) -> Vec<Property> {
    let mut found: Vec<Property> = Vec::new();
    for (property, _) in subject.properties().chain(listed.properties()) {
        if is_comparable(property) && !found.contains(property) {
            found.push(property.clone());
        }
    }
    found
}

fn is_comparable(property: &Property) -> bool {
    use PropertyKind as K;
    matches!(
        property.kind(),
        K::Name
            | K::Date
            | K::Country
            | K::Gender
            | K::Identifier
            | K::Address
            | K::Email
            | K::Phone
    ) && property.is_matchable()
        || *property == Property::BirthPlace
}

fn names(subject: &Entity, listed: &Entity, lines: &[Line<'_>]) -> Row {
    let values = |entity: &Entity| -> Vec<String> {
        let texts = NAMES.iter().flat_map(|property| entity.texts(property));
        texts.map(str::to_owned).collect()
    };
    let is_name = |line: &&Line<'_>| {
        line.feature.starts_with("name")
            || matches!(
                line.feature,
                "spelling" | "weak-alias" | "typo-floor" | "numeral"
            )
    };
    let counted: Vec<&Line<'_>> = lines.iter().filter(is_name).collect();
    let bits: Bits = counted.iter().map(|line| line.bits).sum();
    let relation = if counted.is_empty() {
        Relation::Differs
    } else if bits > Bits::ZERO {
        Relation::Agrees
    } else {
        Relation::Contradicts
    };
    Row {
        label: T.names.to_owned(),
        subject: values(subject),
        listed: values(listed),
        relation,
        bits: (!counted.is_empty()).then_some(bits),
        note: String::new(),
    }
}

fn row(property: &Property, subject: &Entity, listed: &Entity, lines: &[Line<'_>]) -> Option<Row> {
    let values =
        |entity: &Entity| -> Vec<String> { entity.texts(property).map(str::to_owned).collect() };
    let (ours, theirs) = (values(subject), values(listed));
    if ours.is_empty() && theirs.is_empty() {
        return None;
    }
    let line = line_about(property, &ours, &theirs, lines);
    let is_origin = property.kind() == PropertyKind::Country || *property == Property::Gender;
    let (relation, note) = match (line, ours.is_empty(), theirs.is_empty()) {
        (_, true, _) => (Relation::OnlyListed, String::new()),
        (_, _, true) => (Relation::OnlySubject, String::new()),
        (Some(line), ..) if line.bits < Bits::ZERO => (Relation::Contradicts, line.note.to_owned()),
        (Some(line), ..) => (Relation::Agrees, line.note.to_owned()),
        (None, ..) if is_shared(&ours, &theirs) && is_origin => {
            (Relation::Agrees, T.never_counts_for.to_owned())
        }
        (None, ..) if is_shared(&ours, &theirs) => (Relation::Agrees, T.not_compared.to_owned()),
        (None, ..) => (Relation::Differs, T.not_compared.to_owned()),
    };
    Some(Row {
        label: T.property(property.name()),
        subject: shown(property, ours),
        listed: shown(property, theirs),
        relation,
        bits: line.map(|line| line.bits),
        note,
    })
}

/// The line of evidence that speaks of a property.
fn line_about<'a, 'b>(
    property: &Property,
    ours: &[String],
    theirs: &[String],
    lines: &'b [Line<'a>],
) -> Option<&'b Line<'a>> {
    lines.iter().find(|line| match line.feature {
        "birth-date" => *property == Property::BirthDate,
        "gender" => *property == Property::Gender,
        "nationality" => {
            let codes: Vec<&str> = line
                .query
                .split(", ")
                .chain(line.candidate.split(", "))
                .collect();
            property.kind() == PropertyKind::Country
                && ours
                    .iter()
                    .chain(theirs)
                    .any(|v| codes.contains(&v.as_str()))
        }
        "identifier" => {
            IdentifierKind::of(property).is_some()
                && (ours.iter().any(|v| is_number(v, line.query))
                    || theirs.iter().any(|v| is_number(v, line.candidate)))
        }
        _ => false,
    })
}

/// Whether a value holds a number, however it is written.
fn is_number(value: &str, number: &str) -> bool {
    let bare = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_uppercase).collect()
    };
    !number.is_empty() && bare(value) == bare(number)
}

fn is_shared(ours: &[String], theirs: &[String]) -> bool {
    let is_same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    ours.iter().any(|a| theirs.iter().any(|b| is_same(a, b)))
}

/// Values as people read them: countries by name.
pub(crate) fn shown(property: &Property, values: Vec<String>) -> Vec<String> {
    if property.kind() != PropertyKind::Country {
        return values;
    }
    let name = |code: String| {
        Country::from_code(&code).map_or(code.clone(), |country| {
            format!("{} ({})", country.name(), country.code().to_uppercase())
        })
    };
    values.into_iter().map(name).collect()
}

/// The two sides beside each other.
pub(crate) fn table(rows: &[Row]) -> Markup {
    html! {
        table .sides role="table" {
            caption .unseen-caption { (T.side_by_side) }
            (parts::head(&[(T.field, ""), (T.subject, ""), (T.relation, "middle"), (T.listed, "")]))
            tbody role="rowgroup" {
                @for row in rows {
                    tr role="row" .(row.relation.class()) {
                        th role="rowheader" scope="row" { (row.label) }
                        td role="cell" data-label=(T.subject) { (values(&row.subject)) }
                        td role="cell" .middle data-label=(T.relation) {
                            span .sign aria-hidden="true" { (row.relation.sign()) }
                            span .word { (T.relation_word(row.relation)) }
                            @if let Some(bits) = row.bits {
                                " " span .figures { (parts::bits(bits)) }
                            }
                            @if !row.note.is_empty() { span .note { (row.note) } }
                        }
                        td role="cell" data-label=(T.listed) { (values(&row.listed)) }
                    }
                }
            }
        }
    }
}

fn values(values: &[String]) -> Markup {
    html! {
        @if values.is_empty() { span .lacking { (T.not_stated) } }
        @else { (parts::names(values.iter().map(String::as_str))) }
    }
}

/// All properties of an entity.
pub(crate) fn properties(entity: &Entity) -> Markup {
    html! {
        dl .facts {
            @for (property, values) in entity.properties() {
                @let texts: Vec<String> = values.iter().map(|v| v.as_str().to_owned()).collect();
                div {
                    dt { (T.property(property.name())) }
                    dd {
                        @if property.kind() == PropertyKind::Url {
                            ul .values {
                                @for text in &texts { li { (address(text)) } }
                            }
                        } @else {
                            (parts::names(shown(property, texts).iter().map(String::as_str)))
                        }
                        @for source in values.iter().filter_map(|v| v.source()) {
                            span .source { (T.published_as) " " (parts::name(source)) }
                        }
                    }
                }
            }
        }
    }
}

/// An address of the web; followed without telling where from, and only if it is one.
fn address(text: &str) -> Markup {
    html! {
        @if crate::url::is_web(text) {
            a href=(text) rel="noreferrer noopener nofollow" { (parts::plain(text)) }
        } @else {
            (parts::plain(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use rescreen_model::Schema;

    use super::*;

    #[test]
    fn each_field_says_how_its_sides_relate() {
        let mut subject = Entity::new("s", Schema::Person);
        subject.add(Property::Name, "Ivan Sample");
        subject.add(Property::BirthDate, "1951-02-03");
        subject.add(Property::Nationality, "ru");
        subject.add(Property::Gender, "male");
        subject.add(Property::PassportNumber, "AB 123-456");
        let mut listed = Entity::new("l", Schema::Person);
        listed.add(Property::Name, "Иван Сампле");
        listed.add(Property::BirthDate, "1951");
        listed.add(Property::Nationality, "ru");
        listed.add(Property::Gender, "female");
        listed.add(Property::PassportNumber, "AB123456");
        listed.add(Property::BirthPlace, "Omsk");
        listed.add(Property::Topics, "sanction");
        let line = |feature, query, candidate, bits, note| Line {
            feature,
            query,
            candidate,
            bits: Bits::from_hundredths(bits),
            note,
        };
        let lines = [
            line("name", "Ivan", "Иван", 700, ""),
            line("birth-date", "1951-02-03", "1951", 150, "same year"),
            line("gender", "male", "female", -400, "different"),
            line("identifier", "AB123456", "AB123456", 0, "same number"),
        ];
        let rows = rows(&subject, &listed, &lines);
        let shown: Vec<(&str, Relation, &str)> = rows
            .iter()
            .map(|row| (&*row.label, row.relation, &*row.note))
            .collect();
        assert_eq!(
            shown,
            [
                ("Names", Relation::Agrees, ""),
                ("Date of birth", Relation::Agrees, "same year"),
                ("Place of birth", Relation::OnlyListed, ""),
                ("Gender", Relation::Contradicts, "different"),
                ("Nationality", Relation::Agrees, "never counts for a match"),
                ("Passport number", Relation::Agrees, "same number"),
            ]
        );
        assert_eq!(rows[4].subject, ["Russia (RU)"]);
    }
}

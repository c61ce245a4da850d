//! `ofac-xml`: OFAC's legacy `SDN.XML` and `CONSOLIDATED.XML` (schema `sdnList`, `consolidated.xsd`).
//!
//! The namespace changed over the years, so elements are known by their local names. The file is gone through twice,
//! first for its shape, then for its entries, so nothing reaches the sink from a file that is not whole.

use std::{
    collections::{BTreeSet, HashMap, hash_map},
    io::Read as _,
};

use jiff::{Timestamp, civil, tz::TimeZone};
use rescreen_model::{Finding, Place, Severity, text};

use super::{
    MAX_FACTS, MAX_FIELD_BYTES, MAX_XML_BYTES,
    clause::{self, Document},
    draft::{AddressFacts, AliasKind, Draft, VesselFacts},
    heads::{self, Meaning},
};
use crate::{
    ImportError, Input, Shape, Sink, Summary,
    source::read_error,
    tally::Limited,
    xml::{Element, XmlReader, excerpt},
};

const ROOT: &str = "sdnList";
/// Spelled like this in the format.
const PUBLICATION: &str = "publshInformation";

/// The elements of a party and of its lists; anything else is reported, because it would be lost.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "sdnEntry",
        &[
            "uid",
            "firstName",
            "lastName",
            "title",
            "sdnType",
            "remarks",
            "programList",
            "idList",
            "akaList",
            "addressList",
            "nationalityList",
            "citizenshipList",
            "dateOfBirthList",
            "placeOfBirthList",
            "vesselInfo",
        ],
    ),
    ("programList", &["program"]),
    ("idList", &["id"]),
    (
        "id",
        &[
            "uid",
            "idType",
            "idNumber",
            "idCountry",
            "issueDate",
            "expirationDate",
        ],
    ),
    ("akaList", &["aka"]),
    ("aka", &["uid", "type", "category", "lastName", "firstName"]),
    ("addressList", &["address"]),
    (
        "address",
        &[
            "uid",
            "address1",
            "address2",
            "address3",
            "city",
            "stateOrProvince",
            "postalCode",
            "country",
        ],
    ),
    ("nationalityList", &["nationality"]),
    ("nationality", &["uid", "country", "mainEntry"]),
    ("citizenshipList", &["citizenship"]),
    ("citizenship", &["uid", "country", "mainEntry"]),
    ("dateOfBirthList", &["dateOfBirthItem"]),
    ("dateOfBirthItem", &["uid", "dateOfBirth", "mainEntry"]),
    ("placeOfBirthList", &["placeOfBirthItem"]),
    ("placeOfBirthItem", &["uid", "placeOfBirth", "mainEntry"]),
    (
        "vesselInfo",
        &[
            "callSign",
            "vesselType",
            "vesselFlag",
            "vesselOwner",
            "tonnage",
            "grossRegisteredTonnage",
        ],
    ),
];

/// Reads the one file of a list.
pub(crate) fn read(inputs: Vec<Input<'_>>, sink: &mut dyn Sink) -> Result<Summary, ImportError> {
    let (name, bytes) = load(inputs)?;
    let head = look_through(&name, &bytes)?;
    let mut findings = Limited::new(sink);
    for finding in head.findings {
        findings.add(finding);
    }
    let mut summary = Summary {
        published: head.published,
        ..Summary::default()
    };
    let mut unknown = BTreeSet::new();
    walk(&name, &bytes, |element, place| {
        if element.name != "sdnEntry" {
            return Ok(());
        }
        let number = number(element, &place)?;
        let place = place.record(number.to_string());
        report_unknown(element, &place, &mut unknown, &mut findings);
        let kind = element.child_value("sdnType");
        let mut draft = Draft::new(number, kind.as_deref(), place);
        facts(&mut draft, element);
        draft.finish(&mut findings)?;
        summary.entries += 1;
        Ok(())
    })?;
    findings.report();
    Ok(summary)
}

fn load(inputs: Vec<Input<'_>>) -> Result<(String, Vec<u8>), ImportError> {
    let given = inputs
        .iter()
        .map(|input| input.name.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let [input]: [Input<'_>; 1] = inputs.try_into().map_err(|_| ImportError::Files {
        expected: "expected exactly one file, SDN.XML or CONSOLIDATED.XML".to_owned(),
        given: if given.is_empty() {
            "nothing".to_owned()
        } else {
            given
        },
    })?;
    let Input { name, bytes } = input;
    let mut whole = Vec::new();
    bytes
        .take(MAX_XML_BYTES + 1)
        .read_to_end(&mut whole)
        .map_err(|error| read_error(&name, None, error))?;
    if whole.len() as u64 > MAX_XML_BYTES {
        return Err(ImportError::shape(
            Shape::Limit,
            Place::file(&name),
            format!("a file of at most {MAX_XML_BYTES} bytes"),
            "more",
        ));
    }
    Ok((name, whole))
}

/// Hands every element directly inside the root to `visit`, whole.
fn walk(
    name: &str,
    bytes: &[u8],
    mut visit: impl FnMut(&Element, Place) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let (mut reader, _root) = XmlReader::open(Input::new(name, bytes), ROOT)?;
    while let Some(mut element) = reader.child()? {
        reader.content(&mut element)?;
        let place = reader.place_of(&element);
        check_limits(&element, &place)?;
        visit(&element, place)?;
    }
    reader.finish()
}

fn check_limits(element: &Element, place: &Place) -> Result<(), ImportError> {
    let expected = if element.text.len() > MAX_FIELD_BYTES {
        format!("text of at most {MAX_FIELD_BYTES} bytes")
    } else if element.children.len() > MAX_FACTS {
        format!("at most {MAX_FACTS} elements")
    } else {
        return element
            .children
            .iter()
            .try_for_each(|child| check_limits(child, place));
    };
    let place = place
        .clone()
        .line(element.line)
        .field(excerpt(&element.name));
    Err(ImportError::shape(Shape::Limit, place, expected, "more"))
}

/// What has to be known before the first entry.
#[derive(Default)]
struct Head {
    published: Option<Timestamp>,
    findings: Vec<Finding>,
}

fn look_through(name: &str, bytes: &[u8]) -> Result<Head, ImportError> {
    let mut head = Head::default();
    let mut declared: Option<(String, Place)> = None;
    let mut lines: HashMap<u64, u64> = HashMap::new();
    walk(name, bytes, |element, place| {
        match element.name.as_str() {
            "sdnEntry" => {
                let number = number(element, &place)?;
                match lines.entry(number) {
                    hash_map::Entry::Vacant(vacant) => vacant.insert(element.line),
                    hash_map::Entry::Occupied(first) => {
                        return Err(ImportError::shape(
                            Shape::DuplicateId,
                            place.record(number.to_string()),
                            "a uid of its own for every party",
                            format!("the uid of line {} again", first.get()),
                        ));
                    }
                };
            }
            PUBLICATION => {
                declared = element
                    .child_value("Record_Count")
                    .map(|count| (count, place.clone().field("Record_Count")));
                publish_date(&mut head, element, place);
            }
            other => head.findings.push(Finding {
                code: "element-unknown",
                severity: Severity::Loss,
                message: format!(
                    "left out <{}>, which is no element of a list",
                    excerpt(other)
                ),
                place,
            }),
        }
        Ok(())
    })?;
    let found = lines.len().to_string();
    match declared {
        Some((count, _)) if count == found => Ok(head),
        Some((count, place)) => Err(ImportError::shape(
            Shape::RecordCount,
            place,
            format!("{} parties, as the file declares", excerpt(&count)),
            found,
        )),
        None => Err(ImportError::shape(
            Shape::Structure,
            Place::file(name),
            format!("<{PUBLICATION}> with a Record_Count"),
            "none",
        )),
    }
}

/// `MM/DD/YYYY`, a day in Washington; taken as the start of that day in UTC, so that the day reads the same.
fn publish_date(head: &mut Head, element: &Element, place: Place) {
    let stated = element.child_value("Publish_Date").unwrap_or_default();
    head.published = civil::Date::strptime("%m/%d/%Y", &stated)
        .ok()
        .and_then(|day| day.to_zoned(TimeZone::UTC).ok())
        .map(|midnight| midnight.timestamp());
    if head.published.is_none() {
        head.findings.push(Finding {
            code: "date-unreadable",
            severity: Severity::Warning,
            place: place.field("Publish_Date"),
            message: format!(
                "expected a date like '12/31/1951', found '{}'",
                excerpt(&stated)
            ),
        });
    }
}

fn number(element: &Element, place: &Place) -> Result<u64, ImportError> {
    let stated = element.child_value("uid").unwrap_or_default();
    Some(&stated)
        .filter(|s| s.len() <= 12 && s.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|s| s.parse().ok())
        .ok_or_else(|| {
            ImportError::shape(
                Shape::Structure,
                place.clone().field("uid"),
                "OFAC's number of the party",
                format!("'{}'", excerpt(&stated)),
            )
        })
}

/// The name as the delimited files print it.
fn printed_name(element: &Element) -> Option<String> {
    match (
        element.child_value("lastName"),
        element.child_value("firstName"),
    ) {
        (Some(last), Some(first)) => Some(format!("{last}, {first}")),
        (last, first) => last.or(first),
    }
}

fn facts(draft: &mut Draft, element: &Element) {
    if let Some(name) = printed_name(element) {
        draft.name(&name);
    }
    for program in items(element, "programList", "program").filter_map(Element::value) {
        draft.program(&program);
    }
    if let Some(titles) = element.child_value("title") {
        draft.titles(&titles);
    }
    if let Some(vessel) = element.child("vesselInfo") {
        vessel_facts(draft, vessel);
    }
    for alias in items(element, "akaList", "aka") {
        alias_facts(draft, alias);
    }
    for address in items(element, "addressList", "address") {
        address_facts(draft, address);
    }
    let featured: [(&str, &str, &str, &str); 4] = [
        ("dateOfBirthList", "dateOfBirthItem", "dateOfBirth", "DOB"),
        (
            "placeOfBirthList",
            "placeOfBirthItem",
            "placeOfBirth",
            "POB",
        ),
        ("nationalityList", "nationality", "country", "nationality"),
        ("citizenshipList", "citizenship", "country", "citizen"),
    ];
    for (list, item, value, head) in featured {
        for text in main_first(element, list, item, value) {
            clause::apply(draft, &format!("{head} {text}"));
        }
    }
    for id in items(element, "idList", "id") {
        id_facts(draft, id);
    }
    if let Some(remarks) = element.child_value("remarks") {
        for clause in clause::split(&remarks) {
            clause::apply(draft, clause);
        }
    }
}

fn vessel_facts(draft: &mut Draft, vessel: &Element) {
    let [call_sign, kind, tonnage, gross_tonnage, flag, owner] = [
        "callSign",
        "vesselType",
        "tonnage",
        "grossRegisteredTonnage",
        "vesselFlag",
        "vesselOwner",
    ]
    .map(|name| vessel.child_value(name));
    draft.vessel(&VesselFacts {
        call_sign: call_sign.as_deref(),
        kind: kind.as_deref(),
        tonnage: tonnage.as_deref(),
        gross_tonnage: gross_tonnage.as_deref(),
        flag: flag.as_deref(),
        owner: owner.as_deref(),
    });
}

fn alias_facts(draft: &mut Draft, alias: &Element) {
    let Some(name) = printed_name(alias) else {
        return;
    };
    let stated = alias.child_value("type").unwrap_or_default();
    let kind = AliasKind::parse(&stated).unwrap_or_else(|| {
        draft.unknown_alias_kind(&stated);
        AliasKind::Also
    });
    if alias.child_value("category").as_deref() == Some("weak") {
        draft.alias(kind, true, &name, &format!("{stated} '{name}'"));
    } else {
        draft.alias(kind, false, &name, &name);
    }
}

fn address_facts(draft: &mut Draft, address: &Element) {
    let street: Vec<String> = ["address1", "address2", "address3"]
        .iter()
        .filter_map(|line| address.child_value(line))
        .collect();
    draft.address(&AddressFacts {
        street: (!street.is_empty()).then(|| street.join(", ")),
        city: address.child_value("city"),
        state: address.child_value("stateOrProvince"),
        postal_code: address.child_value("postalCode"),
        country: address.child_value("country"),
        remarks: None,
    });
}

/// An `id` is anything with a type and a value, from a passport to a web page; its type is the head of the clause
/// that the delimited files print.
fn id_facts(draft: &mut Draft, id: &Element) {
    let [kind, number, country, issued, expires] = [
        "idType",
        "idNumber",
        "idCountry",
        "issueDate",
        "expirationDate",
    ]
    .map(|name| id.child_value(name));
    let (kind, number) = (kind.unwrap_or_default(), number.unwrap_or_default());
    let mut printed = text::canonical(&format!("{kind} {number}"));
    for (before, value, behind) in [
        (" (", &country, ")"),
        (" issued ", &issued, ""),
        (" expires ", &expires, ""),
    ] {
        if let Some(value) = value {
            printed.extend([before, value, behind]);
        }
    }
    match heads::find(&kind) {
        Some((head, meaning @ (Meaning::Passport | Meaning::Document(_)), "")) if draft.admit() => {
            let document = Document {
                country: country.as_deref(),
                issued: issued.as_deref(),
                expires: expires.as_deref(),
                ..clause::document(&number)
            };
            clause::apply_document(draft, head, meaning, &document, &printed);
        }
        _ => {
            for clause in clause::split(&printed) {
                clause::apply(draft, clause);
            }
        }
    }
}

fn items<'e>(
    element: &'e Element,
    list: &'e str,
    item: &'e str,
) -> impl Iterator<Item = &'e Element> {
    element
        .children(list)
        .flat_map(move |list| list.children(item))
}

/// The values of a list, the one that OFAC calls the main entry first.
fn main_first(element: &Element, list: &str, item: &str, value: &str) -> Vec<String> {
    let is_main = |item: &&Element| item.child_value("mainEntry").as_deref() == Some("true");
    let (main, others): (Vec<_>, Vec<_>) = items(element, list, item).partition(is_main);
    main.into_iter()
        .chain(others)
        .filter_map(|item| item.child_value(value))
        .collect()
}

/// Reports elements that the format does not have, each kind once in a file.
fn report_unknown(
    element: &Element,
    place: &Place,
    unknown: &mut BTreeSet<String>,
    findings: &mut Limited<'_>,
) {
    let known = KNOWN
        .iter()
        .find_map(|(name, children)| (*name == element.name).then_some(*children));
    for child in &element.children {
        let path = format!("{}/{}", element.name, child.name);
        if known.is_some_and(|known| known.contains(&child.name.as_str())) {
            report_unknown(child, place, unknown, findings);
        } else if !unknown.contains(&path) {
            findings.add(Finding {
                code: "element-unknown",
                severity: Severity::Loss,
                place: place.clone().field(excerpt(&path)),
                message: format!(
                    "left out <{}>, here and wherever else it stands",
                    excerpt(&path)
                ),
            });
            unknown.insert(path);
        }
    }
}

//! The clauses of OFAC's remarks: `DOB 07 Dec 1951; POB Springfield; Passport A1 (Ruritania); Linked To: ACME.`
//!
//! Clauses stand behind each other with `; ` between; a full stop closes the whole text. `alt.` in front of a clause
//! marks a further value of the same kind. Single quotes stand for quotes and for apostrophes alike.

use super::{
    draft::{AliasKind, Draft},
    heads::{self, Meaning},
};
use rescreen_model::{Country, Schema};

/// A numbered document, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Document<'a> {
    pub(super) number: &'a str,
    /// The country that issued it, as printed.
    pub(super) country: Option<&'a str>,
    /// Further parentheses: the state or town of the register, the profession.
    pub(super) authorities: Vec<&'a str>,
    pub(super) issued: Option<&'a str>,
    pub(super) expires: Option<&'a str>,
}

/// Cuts remarks into clauses, word for word.
pub(super) fn split(remarks: &str) -> Vec<&str> {
    let remarks = without_full_stop(remarks.trim());
    let mut clauses: Vec<&str> = Vec::new();
    let mut start = 0;
    let ends = remarks
        .match_indices("; ")
        .map(|(at, _)| at)
        .chain([remarks.len()]);
    for end in ends {
        let clause = remarks[start..end].trim();
        if continues(clause, &remarks[end..]) {
            continue;
        }
        if !clause.is_empty() {
            clauses.push(clause);
        }
        start = (end + 2).min(remarks.len());
    }
    clauses
}

/// Understands one clause and gives its fact to the entry; what is not understood becomes a note, word for word.
pub(super) fn apply(draft: &mut Draft, clause: &str) {
    if !draft.admit() {
        return;
    }
    let text = without_alt(clause);
    if let Some((kind, name)) = weak_alias(text) {
        draft.alias(kind, true, name, clause);
        return;
    }
    let Some((head, meaning, rest)) = heads::find(text) else {
        draft.note(clause);
        return;
    };
    match meaning {
        Meaning::Passport | Meaning::Document(_) => {
            apply_document(draft, head, meaning, &document(rest), clause);
        }
        _ => apply_text(draft, meaning, rest, clause),
    }
}

/// A document whose parts are already known, as the XML gives them.
pub(super) fn apply_document(
    draft: &mut Draft,
    head: &str,
    meaning: &Meaning,
    document: &Document<'_>,
    clause: &str,
) {
    match meaning {
        Meaning::Passport => draft.document(
            rescreen_model::Property::PassportNumber,
            Schema::Passport,
            head,
            document,
            clause,
        ),
        Meaning::Document(property) => draft.document(
            property.clone(),
            Schema::Identification,
            head,
            document,
            clause,
        ),
        _ => apply_text(draft, meaning, document.number, clause),
    }
}

fn apply_text(draft: &mut Draft, meaning: &Meaning, text: &str, clause: &str) {
    use rescreen_model::Property;
    if text.is_empty() {
        draft.note(clause);
        return;
    }
    match meaning {
        Meaning::BirthDate => draft.date(Property::BirthDate, text, clause),
        Meaning::BirthPlace => draft.birth_place(text, clause),
        Meaning::Gender => draft.gender(text, clause),
        Meaning::Country(property) => draft.country(property.clone(), text, clause),
        Meaning::Date(property) => draft.date(property.clone(), text, clause),
        Meaning::Text(property) => draft.set_or_note(property.clone(), text, clause),
        Meaning::Code(property) => {
            draft.set_or_note(property.clone(), document(text).number, clause);
        }
        Meaning::Wallet => {
            let (currency, key) = text
                .split_once(' ')
                .map_or((None, text), |(currency, key)| (Some(currency), key));
            draft.wallet(currency, key, clause);
        }
        Meaning::Security(property) => draft.security(property.clone(), text, clause),
        Meaning::Link(role) => {
            let name = if clause.starts_with('(') {
                text.strip_suffix(')').unwrap_or(text)
            } else {
                text
            };
            draft.link(role, name, clause);
        }
        Meaning::Provision => draft.provision(without_alt(clause)),
        Meaning::ListingDate(property) => {
            let date = text.split_once(')').map_or(text, |(_, date)| date);
            let date = date.trim_start_matches([' ', ':']);
            draft.sanction_date(property.clone(), date, clause);
        }
        Meaning::Passport | Meaning::Document(_) => draft.note(clause),
    }
}

/// Takes `A123 (Jalisco) (Mexico) issued 07 Dec 1951 expires 1961` apart.
pub(super) fn document(text: &str) -> Document<'_> {
    let mut document = Document::default();
    let mut rest = text.trim();
    if let Some((before, expires)) = rest.rsplit_once(" expires ") {
        document.expires = Some(expires.trim());
        rest = before.trim_end();
    }
    if let Some((before, issued)) = rest.rsplit_once(" issued ") {
        document.issued = Some(issued.trim());
        rest = before.trim_end();
    }
    while let Some((before, inside)) = rest
        .strip_suffix(')')
        .and_then(|open| open.rsplit_once(" ("))
        .filter(|(_, inside)| !inside.contains(['(', ')']))
    {
        document.authorities.insert(0, inside);
        rest = before.trim_end();
    }
    // The country stands last. A single unknown parenthesis may as well be the town of a register.
    if document
        .authorities
        .last()
        .is_some_and(|last| Country::from_name(last).is_some())
    {
        document.country = document.authorities.pop();
    }
    document.number = rest;
    document
}

/// The name in `a.k.a. 'X'`.
fn weak_alias(clause: &str) -> Option<(AliasKind, &str)> {
    let (head, rest) = clause.split_once(' ')?;
    let kind = AliasKind::parse(head).filter(|_| head.ends_with('.'))?;
    let name = rest.strip_prefix('\'').unwrap_or(rest);
    let name = name.strip_suffix('\'').unwrap_or(name);
    // Some names are quoted twice; a single quote at one end belongs to the name.
    let twice = name
        .strip_prefix('\'')
        .and_then(|inner| inner.strip_suffix('\''));
    Some((kind, twice.unwrap_or(name).trim()))
}

/// Bytes that a quoted alias may reach: enough for every name, few enough to look again at every separator.
const FAR: usize = 1000;

/// Whether a quoted alias goes on behind a separator: its quote is open, and closes before another alias opens.
fn continues(clause: &str, behind: &str) -> bool {
    let is_open = clause
        .split_once(' ')
        .is_some_and(|(head, name)| AliasKind::parse(head).is_some() && name.starts_with('\''))
        && !clause.ends_with('\'');
    if !is_open {
        return false;
    }
    let is_closed_by_the_end = behind.len() <= FAR && behind.ends_with('\'');
    let behind = &behind[..behind.floor_char_boundary(FAR)];
    let closes = behind
        .find("'; ")
        .or_else(|| is_closed_by_the_end.then_some(behind.len()));
    let opens = behind.find(".k.a. '").unwrap_or(usize::MAX);
    closes.is_some_and(|closes| closes < opens)
}

fn without_alt(clause: &str) -> &str {
    ["alt. ", "Alt. "]
        .iter()
        .find_map(|prefix| clause.strip_prefix(prefix))
        .unwrap_or(clause)
        .trim_start()
}

/// Takes the full stop that closes the remarks away, unless it is that of an abbreviation (`S.A.`) as well: OFAC
/// writes one where two should stand.
fn without_full_stop(text: &str) -> &str {
    let Some(rest) = text.strip_suffix('.') else {
        return text;
    };
    let last = rest.rsplit(' ').next().unwrap_or_default();
    let is_abbreviation = last.contains('.')
        && last
            .split('.')
            .all(|letter| letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_alphabetic()));
    if is_abbreviation { text } else { rest }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn remarks_fall_apart_into_clauses() {
        for (remarks, expected) in [
            ("DOB 1951; Gender Male.", vec!["DOB 1951", "Gender Male"]),
            ("Linked To: ACME, S.A.", vec!["Linked To: ACME, S.A."]),
            (
                "Website www.acme.example.",
                vec!["Website www.acme.example"],
            ),
            ("Minister;arrested 1990.", vec!["Minister;arrested 1990"]),
            (
                "a.k.a. 'AB'U'; a.k.a. 'C'.",
                vec!["a.k.a. 'AB'U'", "a.k.a. 'C'"],
            ),
            (
                "a.k.a. 'A; B'; DOB 1951.",
                vec!["a.k.a. 'A; B'", "DOB 1951"],
            ),
            ("a.k.a. 'A; B'.", vec!["a.k.a. 'A; B'"]),
            ("a.k.a. 'A; a.k.a. 'B'.", vec!["a.k.a. 'A", "a.k.a. 'B'"]),
            ("a.k.a. 'A; DOB 1951.", vec!["a.k.a. 'A", "DOB 1951"]),
            ("; ;  DOB 1951; .", vec!["DOB 1951"]),
            (".", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(split(remarks), expected, "{remarks}");
        }
    }

    #[test]
    fn documents_come_apart() {
        let whole = document("84399 (Ohio) (United States) issued 07 Dec 1951 expires 1961");
        assert_eq!(
            whole,
            Document {
                number: "84399",
                country: Some("United States"),
                authorities: vec!["Ohio"],
                issued: Some("07 Dec 1951"),
                expires: Some("1961"),
            }
        );
        assert_eq!(document("D489833(9)").number, "D489833(9)");
        assert_eq!(document("14(RV. NO: 1) (Iran)").number, "14(RV. NO: 1)");
        assert_eq!(document("57622 (Uraba)").authorities, ["Uraba"]);
    }

    #[test]
    fn quotes_around_weak_aliases_go_and_those_inside_stay() {
        let name = |clause| weak_alias(clause).map(|(_, name)| name);
        assert_eq!(name("a.k.a. 'PA'TEK'"), Some("PA'TEK"));
        assert_eq!(name("f.k.a. ''ALI, Abu'"), Some("'ALI, Abu"));
        assert_eq!(name("a.k.a. ''TWICE''"), Some("TWICE"));
        assert_eq!(name("n.k.a. BARE"), Some("BARE"));
        assert_eq!(name("aka 'X'"), None);
    }

    proptest! {
        #[test]
        fn splitting_keeps_every_word(remarks in "[a-c.;' ]{0,40}") {
            let kept: String = split(&remarks).concat();
            let letters = |text: &str| text.chars().filter(char::is_ascii_alphabetic).count();
            prop_assert_eq!(letters(&kept), letters(&remarks));
        }

        #[test]
        fn any_text_comes_apart(text in ".{0,60}") {
            prop_assert!(text.contains(document(&text).number));
            prop_assert!(split(&text).iter().all(|clause| text.contains(clause)));
        }
    }
}

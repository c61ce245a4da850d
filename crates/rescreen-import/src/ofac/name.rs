//! Names of persons as OFAC prints them: `LAST, First Middle`, sometimes with a suffix.

/// A person's name in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PersonName {
    /// In natural order: given names, family name, suffix.
    pub(super) full: String,
    /// The part before the comma; `None` where the name is a single one.
    pub(super) last: Option<String>,
    /// Everything given behind the comma: OFAC does not say which word is a middle name or a patronymic.
    pub(super) first: Option<String>,
    /// `Jr.` and the like.
    pub(super) suffix: Option<String>,
}

impl PersonName {
    /// Reads a printed name. The suffix stands last or between (`DOE, Jack, Jr.`, `DOE, JR., Jack`).
    pub(super) fn parse(printed: &str) -> Self {
        let mut parts: Vec<&str> = printed
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        let suffix = parts
            .iter()
            .skip(1)
            .position(|part| is_suffix(part))
            .filter(|_| parts.len() > 2)
            .map(|position| parts.remove(position + 1));
        let (last, first) = match parts.as_slice() {
            [] | [_] => (None, None),
            [last, first @ ..] => (Some((*last).to_owned()), Some(first.join(", "))),
        };
        let full = match (&last, &first) {
            (Some(last), Some(first)) => format!("{first} {last}"),
            _ => parts.concat(),
        };
        Self {
            full: suffix.map_or_else(|| full.clone(), |suffix| format!("{full} {suffix}")),
            last,
            first,
            suffix: suffix.map(str::to_owned),
        }
    }
}

fn is_suffix(part: &str) -> bool {
    let bare = part.trim_end_matches('.');
    ["jr", "sr", "ii", "iii", "iv"]
        .iter()
        .any(|suffix| bare.eq_ignore_ascii_case(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(printed: &str, expected: &str) {
        let name = PersonName::parse(printed);
        let shown = format!(
            "{} | {} | {} | {}",
            name.full,
            name.last.unwrap_or_default(),
            name.first.unwrap_or_default(),
            name.suffix.unwrap_or_default()
        );
        assert_eq!(shown, expected, "{printed}");
    }

    #[test]
    fn names_come_into_natural_order() {
        check("DOE, Jane Ann", "Jane Ann DOE | DOE | Jane Ann | ");
        check("DOE, Jack, Jr.", "Jack DOE Jr. | DOE | Jack | Jr.");
        check("DOE, JR., Jack", "Jack DOE JR. | DOE | Jack | JR.");
        check(
            "DOE ROE, Jack III",
            "Jack III DOE ROE | DOE ROE | Jack III | ",
        );
        check(
            "DOE, Jack, al-Din",
            "Jack, al-Din DOE | DOE | Jack, al-Din | ",
        );
        check("DOE, IV", "IV DOE | DOE | IV | ");
        check("ABU DOE", "ABU DOE |  |  | ");
        check("DOE,", "DOE |  |  | ");
        check(", ,", " |  |  | ");
    }
}

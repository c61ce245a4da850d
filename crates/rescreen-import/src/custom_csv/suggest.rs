//! "Did you mean …": the nearest of the names that exist.

use crate::xml::excerpt;

/// The name that was probably meant, where one is near enough.
pub(super) fn nearest<'n>(name: &str, among: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let folded = fold(name);
    among
        .into_iter()
        .map(|candidate| (distance(&folded, &fold(candidate)), candidate))
        .min()
        .filter(|(distance, _)| *distance <= 1.max(folded.len() / 3))
        .map(|(_, candidate)| candidate)
}

/// Names for a message, cut where there are many.
pub(super) fn list<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    const SHOWN: usize = 40;
    let mut out = String::new();
    for (at, name) in names.into_iter().enumerate() {
        if at == SHOWN {
            out.push_str(" …");
            break;
        }
        if at > 0 {
            out.push_str(", ");
        }
        out.push('\'');
        out.push_str(&excerpt(name.as_ref()));
        out.push('\'');
    }
    out
}

/// Small letters and digits; more than a few dozen of them are no name.
fn fold(name: &str) -> Vec<char> {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(64)
        .collect()
}

/// Levenshtein's distance, one row at a time.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_not() {
        let names = ["Date of Birth", "DOB", "Full Name"];
        assert_eq!(nearest("full_name", names), Some("Full Name"));
        assert_eq!(nearest("DOBB", names), Some("DOB"));
        assert_eq!(nearest("Dat of birth", names), Some("Date of Birth"));
        assert_eq!(nearest("Nationality", names), None);
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn distances() {
        let d = |a, b| distance(&fold(a), &fold(b));
        assert_eq!(d("kitten", "sitting"), 3);
        assert_eq!(d("", "abc"), 3);
        assert_eq!(d("same", "SAME"), 0);
    }
}

//! When two names are the same name for the purposes of an evaluation.

use any_ascii::any_ascii;

/// The words of a name in ASCII and lower case, sorted and joined by blanks. Apostrophes vanish, all other punctuation
/// separates.
///
/// Deliberately not the matcher's own reading: the questions of a harness stay the same when the matcher learns.
pub fn name_key(name: &str) -> String {
    let ascii: String = name.chars().filter(|c| !is_apostrophe(*c)).collect();
    let ascii = any_ascii(&ascii.to_lowercase()).to_ascii_lowercase();
    let mut words: Vec<&str> = ascii
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    words.sort_unstable();
    words.join(" ").replace('\'', "")
}

fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '\u{b4}' | '\u{2b9}'..='\u{2bf}' | '\u{2018}' | '\u{2019}'
    )
}

#[cfg(test)]
mod tests {
    use super::name_key;

    #[test]
    fn order_case_marks_and_punctuation_do_not_make_another_name() {
        for (a, b) in [
            ("AL-HASSAN, Omar", "omar al hassan"),
            ("D'Arc Jeanne", "Jeanne D\u{2019}ARC"),
            ("Müller", "MULLER"),
            ("Иванов Иван", "иван ИВАНОВ"),
        ] {
            assert_eq!(name_key(a), name_key(b));
        }
        assert_ne!(name_key("Abd al Rahman"), name_key("Abdulrahman"));
        assert_eq!(name_key(" - "), "");
    }
}

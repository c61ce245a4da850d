//! The canonical form of text: what is stored, compared and hashed.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Trims, collapses every run of white space to one space, drops control characters and normalises to NFC.
///
/// Publishers re-serialise their files with other indentation and composition; this is the form in which a value
/// is equal to itself. Letters, case and punctuation stay as they were published.
pub fn canonical(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    if is_nfc(&out) {
        out
    } else {
        out.nfc().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn white_space_controls_and_composition_do_not_make_a_difference() {
        assert_eq!(canonical("  a\u{a0}\r\n b\u{0}c "), "a b c");
        assert_eq!(canonical("e\u{301}"), "\u{e9}");
        assert_eq!(canonical(" \n\t"), "");
    }
}

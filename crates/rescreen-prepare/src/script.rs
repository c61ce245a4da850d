//! Scripts, as far as they decide how a run of letters is folded.

/// A script with a folding of its own, or the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Latin letters, and everything that only decorates them.
    Latin,
    /// Cyrillic with the letters of all languages written in it.
    Cyrillic,
    /// Greek.
    Greek,
    /// Armenian.
    Armenian,
    /// Georgian.
    Georgian,
    /// Arabic script with Persian, Dari, Pashto, Urdu, Kurdish and Uyghur letters.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Devanagari, Bengali and the other scripts of South Asia whose letters carry an inherent vowel.
    Indic,
    /// Chinese characters.
    Han,
    /// Hiragana and katakana.
    Kana,
    /// Hangul syllables.
    Hangul,
    /// ASCII or other digits.
    Digit,
    /// Any other script, folded by the general table.
    Other,
}

impl Script {
    /// The script of a letter or digit; `None` for everything that is neither.
    pub fn of(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z' | 'A'..='Z' => Self::Latin,
            '0'..='9' => Self::Digit,
            '\u{0}'..='\u{7f}' => return None,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' if c.is_alphabetic() => Self::Greek,
            '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{a640}'..='\u{a69f}'
                if c.is_alphabetic() =>
            {
                Self::Cyrillic
            }
            '\u{531}'..='\u{58f}' if c.is_alphabetic() => Self::Armenian,
            '\u{10a0}'..='\u{10ff}' | '\u{1c90}'..='\u{1cbf}' if c.is_alphabetic() => {
                Self::Georgian
            }
            '\u{5d0}'..='\u{5f4}' if c.is_alphabetic() => Self::Hebrew,
            '\u{600}'..='\u{6ff}'
            | '\u{750}'..='\u{77f}'
            | '\u{8a0}'..='\u{8ff}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
                if c.is_alphabetic() =>
            {
                Self::Arabic
            }
            // Vowel signs of the Indic scripts are marks that carry sound, so they belong to the word.
            '\u{900}'..='\u{dff}' if !c.is_numeric() && !matches!(c, '\u{964}' | '\u{965}') => {
                Self::Indic
            }
            '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' => {
                Self::Kana
            }
            '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' => {
                Self::Hangul
            }
            '\u{3005}'
            | '\u{3007}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}' => Self::Han,
            _ if c.is_numeric() => Self::Digit,
            _ if !c.is_alphabetic() => return None,
            '\u{aa}'..='\u{24f}' | '\u{250}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' => Self::Latin,
            _ => Self::Other,
        })
    }

    /// Whether the script leaves most vowels unwritten.
    pub fn is_abjad(self) -> bool {
        matches!(self, Self::Arabic | Self::Hebrew)
    }
}

/// Marks that vanish inside a word instead of ending it: apostrophes in all their shapes, hamza and ayin signs,
/// combining marks, joiners and bidirectional controls.
pub(crate) fn vanishes(c: char) -> bool {
    matches!(
        c,
        '\'' | '`'
            | '\u{b4}'
            | '\u{ad}'
            | '\u{2b0}'..='\u{2ff}'
            | '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5c7}'
            | '\u{5f3}'
            | '\u{610}'..='\u{61a}'
            | '\u{640}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6ed}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2018}'..='\u{201b}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2032}'
            | '\u{2060}'..='\u{206f}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{a78b}'
            | '\u{a78c}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{feff}'
            | '\u{ff07}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_every_table_are_known() {
        for (c, script) in [
            ('é', Script::Latin),
            ('ß', Script::Latin),
            ('Ж', Script::Cyrillic),
            ('ұ', Script::Cyrillic),
            ('Ω', Script::Greek),
            ('Ա', Script::Armenian),
            ('გ', Script::Georgian),
            ('ظ', Script::Arabic),
            ('پ', Script::Arabic),
            ('ש', Script::Hebrew),
            ('म', Script::Indic),
            ('ी', Script::Indic),
            ('王', Script::Han),
            ('ガ', Script::Kana),
            ('김', Script::Hangul),
            ('٣', Script::Digit),
            ('ก', Script::Other),
        ] {
            assert_eq!(Script::of(c), Some(script), "{c}");
        }
        for c in [' ', '-', ',', '.', '\u{1f600}', '/', '&'] {
            assert_eq!(Script::of(c), None, "{c}");
        }
    }
}

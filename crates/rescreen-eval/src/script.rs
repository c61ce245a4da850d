//! The script that a name is written in.

use rescreen_prepare::Script;

/// The script of most letters of a text, the first of equal ones in the order of [`Script`]; `None` without letters.
pub fn dominant_script(text: &str) -> Option<Script> {
    let mut counts: Vec<(Script, usize)> = Vec::new();
    for script in text.chars().filter_map(Script::of) {
        if script == Script::Digit {
            continue;
        }
        match counts.iter_mut().find(|(known, _)| *known == script) {
            Some((_, count)) => *count += 1,
            None => counts.push((script, 1)),
        }
    }
    counts.sort_by_key(|(script, count)| (std::cmp::Reverse(*count), *script));
    counts.first().map(|(script, _)| *script)
}

/// The word for the script of a text in every report.
pub fn script_name(text: &str) -> &'static str {
    match dominant_script(text) {
        Some(Script::Latin) => "Latin",
        Some(Script::Cyrillic) => "Cyrillic",
        Some(Script::Greek) => "Greek",
        Some(Script::Armenian) => "Armenian",
        Some(Script::Georgian) => "Georgian",
        Some(Script::Arabic) => "Arabic",
        Some(Script::Hebrew) => "Hebrew",
        Some(Script::Indic) => "Indic",
        Some(Script::Han) => "Han",
        Some(Script::Kana) => "Kana",
        Some(Script::Hangul) => "Hangul",
        Some(Script::Other) => "other",
        Some(Script::Digit) | None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::script_name;

    #[test]
    fn most_letters_decide() {
        for (text, script) in [
            ("Omar Hassan", "Latin"),
            ("عمر (Omar) حسن أحمد", "Arabic"),
            ("김철수", "Hangul"),
            ("Группа 500", "Cyrillic"),
            ("1234", "none"),
            ("", "none"),
        ] {
            assert_eq!(script_name(text), script, "{text}");
        }
    }
}

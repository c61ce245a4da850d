//! Cyrillic, all languages in one table, in the spelling of passports (ICAO Doc 9303) where it is in common use and
//! of the press where that differs.

use super::{Letters, general};

pub(super) fn fold(chars: &[char], out: &mut Letters) {
    // In Ukrainian and Belarusian г is h; letters that only they have give them away.
    let soft_g = chars
        .iter()
        .any(|c| matches!(lower(*c), 'і' | 'ї' | 'є' | 'ґ' | 'ў'))
        && !chars
            .iter()
            .any(|c| matches!(lower(*c), 'қ' | 'ғ' | 'ң' | 'ұ' | 'ү' | 'ө' | 'ә'));
    for &c in chars {
        let c = lower(c);
        let latin: &str = match c {
            'а' | 'ә' | 'ӑ' | 'ӓ' => "a",
            'б' => "b",
            'в' => "v",
            'г' if soft_g => "h",
            'г' | 'ґ' | 'ғ' | 'ҕ' => "g",
            'д' => "d",
            'е' | 'э' | 'є' | 'ё' | 'ѐ' | 'ӗ' => "e",
            'ж' | 'җ' | 'ӂ' => "zh",
            'з' | 'ҙ' | 'ӟ' => "z",
            'и' | 'і' | 'ї' | 'ѝ' | 'ӣ' | 'ӥ' => "i",
            'й' | 'ы' => "y",
            'ј' => "j",
            'к' | 'қ' | 'ҡ' | 'ҝ' | 'ҟ' | 'ӄ' => "k",
            'л' => "l",
            'љ' => "lj",
            'м' => "m",
            'н' => "n",
            'ң' | 'ҥ' | 'ӈ' => "ng",
            'њ' => "nj",
            'о' | 'ө' | 'ӧ' | 'ӫ' => "o",
            'п' => "p",
            'р' => "r",
            'с' | 'ҫ' => "s",
            'т' => "t",
            'ђ' => "dj",
            'ћ' => "c",
            'ѓ' => "gj",
            'ќ' => "kj",
            'у' | 'ұ' | 'ү' | 'ӯ' | 'ӱ' | 'ӳ' | 'ў' => "u",
            'ф' => "f",
            'х' => "kh",
            'ҳ' | 'һ' => "h",
            'ц' => "ts",
            'ч' | 'ҹ' | 'ӵ' => "ch",
            'ҷ' => "j",
            'џ' => "dz",
            'ѕ' => "dz",
            'ш' => "sh",
            'щ' => "shch",
            'ъ' | 'ь' | '’' => "",
            'ю' => "yu",
            'я' => "ya",
            _ => {
                general(c, out);
                continue;
            }
        };
        out.extend_from_slice(latin.as_bytes());
    }
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

//! Arabic script (with the letters of Persian, Dari, Pashto, Urdu, Kurdish and Uyghur) and Hebrew.

use super::{Letters, general};

/// Letters that may be vowels come out in upper case, see [`super`].
pub(super) fn arabic(chars: &[char], out: &mut Letters) {
    for (i, &c) in chars.iter().enumerate() {
        let last = i + 1 == chars.len();
        let latin: &str = match c {
            'ا' | 'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' | 'ٵ' | 'ى' if !(c == 'ى' && last) => {
                "A"
            }
            // A final alif maqsura is written for both a and, in Persian and Egypt, i.
            'ى' => "Y",
            'ء' | 'ٔ' => "",
            'ؤ' | 'و' | 'ۇ' | 'ۆ' | 'ۈ' | 'ۋ' | 'ۉ' | 'ۅ' => "W",
            'ئ' | 'ي' | 'ی' | 'ې' | 'ے' | 'ۍ' | 'ۓ' | 'ێ' | 'ۑ' => "Y",
            'ة' | 'ۀ' | 'ە' | 'ۃ' => "A",
            'ه' | 'ہ' | 'ھ' if last => "A",
            'ب' => "b",
            'پ' => "p",
            'ت' | 'ط' | 'ٹ' | 'ټ' => "t",
            'ث' => "th",
            'ج' => "j",
            'چ' | 'څ' => "ch",
            // Behind these letters a lower-case h would be read as part of `sh`, `th` and their like.
            'ح' | 'ه' | 'ہ' | 'ھ'
                if matches!(
                    out.last(),
                    Some(b's' | b'z' | b't' | b'd' | b'c' | b'k' | b'g' | b'p')
                ) =>
            {
                "H"
            }
            'ح' | 'ه' | 'ہ' | 'ھ' => "h",
            'خ' => "kh",
            'د' | 'ڈ' | 'ډ' => "d",
            'ذ' => "dh",
            'ر' | 'ڑ' | 'ړ' | 'ڕ' => "r",
            'ز' | 'ظ' | 'ځ' => "z",
            'ژ' | 'ږ' => "zh",
            'س' | 'ص' => "s",
            'ش' | 'ښ' => "sh",
            'ض' => "D",
            'ع' => "E",
            'غ' => "gh",
            'ف' => "f",
            'ڤ' => "v",
            'ق' => "q",
            'ك' | 'ک' | 'ڪ' => "k",
            'گ' | 'ګ' | 'ڭ' => "g",
            'ل' | 'ڵ' => "l",
            'م' => "m",
            'ن' | 'ں' | 'ڼ' => "n",
            _ => {
                general(c, out);
                continue;
            }
        };
        out.extend_from_slice(latin.as_bytes());
    }
}

/// Hebrew by the same convention.
pub(super) fn hebrew(chars: &[char], out: &mut Letters) {
    for (i, &c) in chars.iter().enumerate() {
        let last = i + 1 == chars.len();
        let latin: &str = match c {
            'א' => "E",
            'ב' => "b",
            'ג' => "g",
            'ד' => "d",
            'ה' if last => "A",
            'ה' => "h",
            'ו' => "W",
            'ז' => "z",
            'ח' => "h",
            'ט' | 'ת' => "t",
            'י' => "Y",
            'כ' | 'ך' | 'ק' => "k",
            'ל' => "l",
            'מ' | 'ם' => "m",
            'נ' | 'ן' => "n",
            'ס' => "s",
            'ע' => "E",
            'פ' | 'ף' => "p",
            'צ' | 'ץ' => "ts",
            'ר' => "r",
            'ש' => "sh",
            _ => {
                general(c, out);
                continue;
            }
        };
        out.extend_from_slice(latin.as_bytes());
    }
}

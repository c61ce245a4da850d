//! How numbers are written: separators, scripts, case, and the many ways to say "none".

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// No scheme comes near this; the longest are wallets (a Cardano address has 103 characters).
const MAX_BYTES: usize = 128;

/// The letters and digits of a number in upper case. `None` beyond every sensible length.
pub(super) fn number(text: &str) -> Option<String> {
    collect(
        text.nfkd()
            .flat_map(char::to_uppercase)
            .map(|c| look_alike(c).unwrap_or(c)),
    )
}

/// The letters and digits of a wallet address. `None` beyond every sensible length.
///
/// Base58 (Bitcoin, Tron, Monero …) tells upper case from lower. Hexadecimal does not: mixed case is a checksum there
/// (EIP-55). Bech32 and CashAddr do not either, and never mix the two (BIP 173).
pub(super) fn wallet(text: &str) -> Option<String> {
    // `bitcoincash:q…`: the prefix may be left out.
    let address = text.rsplit_once(':').map_or(text, |(_, address)| address);
    let address = collect(address.nfkd())?;
    let is_hexadecimal = address
        .get(..2)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("0x"));
    let has_both_cases = address.contains(|c: char| c.is_ascii_uppercase())
        && address.contains(|c: char| c.is_ascii_lowercase());
    Some(if is_hexadecimal || !has_both_cases {
        address.to_ascii_lowercase()
    } else {
        address
    })
}

/// Keeps letters and digits. The characters come in compatibility decomposition, which makes full-width and ornamental
/// ones plain and sets diacritics apart.
fn collect(chars: impl Iterator<Item = char>) -> Option<String> {
    let mut number = String::new();
    for c in chars.filter(|c| c.is_alphanumeric() && !is_combining_mark(*c)) {
        if number.len() >= MAX_BYTES {
            return None;
        }
        number.push(decimal_digit(c).unwrap_or(c));
    }
    Some(number)
}

/// Drops the letters before a number that is digits from there on.
pub(super) fn drop_label(number: &mut String) {
    let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit());
    if digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty() {
        *number = digits.to_owned();
    }
}

/// The ASCII digit for a decimal digit of a script in which documents are issued.
fn decimal_digit(c: char) -> Option<char> {
    /// Where the ten digits of each script begin (Unicode general category Nd).
    const ZEROS: [u32; 17] = [
        0x660,  // Arabic-Indic
        0x6f0,  // Persian and Urdu
        0x7c0,  // N'Ko
        0x966,  // Devanagari
        0x9e6,  // Bengali
        0xa66,  // Gurmukhi
        0xae6,  // Gujarati
        0xb66,  // Oriya
        0xbe6,  // Tamil
        0xc66,  // Telugu
        0xce6,  // Kannada
        0xd66,  // Malayalam
        0xe50,  // Thai
        0xed0,  // Lao
        0xf20,  // Tibetan
        0x1040, // Myanmar
        0x17e0, // Khmer
    ];
    let code = u32::from(c);
    let zero = ZEROS
        .iter()
        .find(|&&zero| (zero..zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// The Latin capital that a Cyrillic or Greek one is printed like.
///
/// A clerk types the letter that is on the keyboard: passports of one person appear with either.
fn look_alike(capital: char) -> Option<char> {
    Some(match capital {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'У' | 'Υ' => 'Y',
        'Х' | 'Χ' => 'X',
        'Ζ' => 'Z',
        _ => return None,
    })
}

/// Whether the normalised number stands for "not known".
pub(super) fn is_placeholder(number: &str) -> bool {
    const WORDS: &[&str] = &[
        "NA",
        "NIL",
        "NONE",
        "NULL",
        "NUMBER",
        "NONUMBER",
        "NOTAPPLICABLE",
        "NOTAVAILABLE",
        "NOTKNOWN",
        "NOTPROVIDED",
        "PENDING",
        "TBA",
        "TBC",
        "TBD",
        "TEST",
        "UNAVAILABLE",
        "UNDETERMINED",
        "UNK",
        "UNKNOWN",
    ];
    let mut chars = number.chars();
    let Some(first) = chars.next() else {
        return true;
    };
    // `0000000`, `XXXXXX`, and a single character.
    chars.all(|c| c == first)
        || is_count(number)
        || WORDS.iter().any(|word| number.eq_ignore_ascii_case(word))
}

/// Whether somebody typed the digits in their order: `123456`, `0123456789`, `987654321`.
fn is_count(number: &str) -> bool {
    const UP: &str = "01234567890";
    const DOWN: &str = "09876543210";
    number.len() >= 6
        && (UP.contains(number) && number.starts_with(['0', '1'])
            || DOWN.contains(number) && number.starts_with('9'))
}

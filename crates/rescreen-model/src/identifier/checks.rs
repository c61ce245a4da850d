//! Check digits and fixed shapes.

use super::{Check, IdentifierKind};

/// Social Security Numbers that are known from advertisements and forms, and belong to nobody.
pub(super) const SSN_NEVER_ISSUED: &[&str] = &["078051120", "123456789", "219099999"];

/// What the scheme says about a normalised number.
pub(super) fn check(kind: IdentifierKind, number: &str) -> Check {
    use IdentifierKind as K;
    let checksum = |holds: bool| if holds { Check::Valid } else { Check::Invalid };
    let shape = |holds: bool| {
        if holds {
            Check::Unchecked
        } else {
            Check::Invalid
        }
    };
    match kind {
        K::Imo => checksum(imo(number)),
        K::Lei => checksum(number.len() == 20 && mod_97(number) == Some(1)),
        K::Isin => checksum(isin(number)),
        K::Iban => checksum(iban(number)),
        K::Inn => checksum(inn(number)),
        K::Ogrn => checksum(ogrn(number)),
        K::Uscc => checksum(uscc(number)),
        K::Npi => checksum(npi(number)),
        K::Bic => shape(bic(number)),
        K::Mmsi => shape(mmsi(number)),
        K::Ssn => shape(ssn(number)),
        K::Vat => shape(vat(number)),
        K::Duns => shape(digits::<9>(number).is_some()),
        K::Cik => shape(number.len() <= 10 && is_digits(number)),
        _ => Check::Unchecked,
    }
}

fn is_digits(number: &str) -> bool {
    number.bytes().all(|b| b.is_ascii_digit())
}

/// The digits of a number that has exactly so many and nothing else.
fn digits<const N: usize>(number: &str) -> Option<[u32; N]> {
    let bytes: &[u8; N] = number.as_bytes().try_into().ok()?;
    is_digits(number).then(|| bytes.map(|b| u32::from(b - b'0')))
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// The value of a character in the schemes where `A` is 10 and `Z` is 35.
fn base_36(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(36)
}

/// Seven digits. Ships: the first six weighted 7 to 2, the last digit of the sum is the check digit (IMO resolution
/// A.1117(30)). Companies and registered owners: weights 8 6 4 2 9 7, modulo 11 (MSC.160(78)).
fn imo(number: &str) -> bool {
    let Some(digits) = digits::<7>(number) else {
        return false;
    };
    let (body, last) = (&digits[..6], digits[6]);
    let ship = weighted(body, &[7, 6, 5, 4, 3, 2]) % 10;
    let company = (11 - weighted(body, &[8, 6, 4, 2, 9, 7]) % 11) % 10;
    last == ship || last == company
}

/// The remainder by 97 with letters as two digits (ISO 7064 MOD 97-10), `None` for another character.
fn mod_97(number: &str) -> Option<u32> {
    number.bytes().try_fold(0, |remainder, byte| {
        let value = base_36(byte)?;
        let shift = if value < 10 { 10 } else { 100 };
        Some((remainder * shift + value) % 97)
    })
}

/// Whether the digits satisfy Luhn's scheme (ISO/IEC 7812-1), the check digit being the last.
fn luhn(digits: impl DoubleEndedIterator<Item = u32>) -> bool {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, _) => digit,
            (_, 0..5) => digit * 2,
            _ => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Two letters, nine letters or digits, a check digit (ISO 6166): Luhn over the letters as two digits each.
fn isin(number: &str) -> bool {
    let bytes = number.as_bytes();
    if bytes.len() != 12
        || !bytes[..2].iter().all(u8::is_ascii_uppercase)
        || !bytes[11].is_ascii_digit()
    {
        return false;
    }
    let mut expanded = Vec::with_capacity(24);
    for &byte in bytes {
        match base_36(byte) {
            Some(value @ 10..) => expanded.extend([value / 10, value % 10]),
            Some(value) => expanded.push(value),
            None => return false,
        }
    }
    luhn(expanded.into_iter())
}

/// Length by country (SWIFT's IBAN registry, release 99); the first four characters go to the end, then MOD 97-10
/// (ISO 13616-1).
fn iban(number: &str) -> bool {
    let (Some(country), Some(head), Some(body)) =
        (number.get(..2), number.get(..4), number.get(4..))
    else {
        return false;
    };
    let length = IBAN_LENGTHS
        .binary_search_by_key(&country, |(code, _)| code)
        .map(|row| IBAN_LENGTHS[row].1);
    length == Ok(number.len())
        && is_digits(&head[2..])
        && mod_97(&format!("{body}{head}")) == Some(1)
}

#[rustfmt::skip]
pub(super) const IBAN_LENGTHS: &[(&str, usize)] = &[
    ("AD", 24), ("AE", 23), ("AL", 28), ("AT", 20), ("AZ", 28), ("BA", 20), ("BE", 16), ("BG", 22), ("BH", 22),
    ("BI", 27), ("BR", 29), ("BY", 28), ("CH", 21), ("CR", 22), ("CY", 28), ("CZ", 24), ("DE", 22), ("DJ", 27),
    ("DK", 18), ("DO", 28), ("EE", 20), ("EG", 29), ("ES", 24), ("FI", 18), ("FK", 18), ("FO", 18), ("FR", 27),
    ("GB", 22), ("GE", 22), ("GI", 23), ("GL", 18), ("GR", 27), ("GT", 28), ("HN", 28), ("HR", 21), ("HU", 28),
    ("IE", 22), ("IL", 23), ("IQ", 23), ("IS", 26), ("IT", 27), ("JO", 30), ("KW", 30), ("KZ", 20), ("LB", 28),
    ("LC", 32), ("LI", 21), ("LT", 20), ("LU", 20), ("LV", 21), ("LY", 25), ("MC", 27), ("MD", 24), ("ME", 22),
    ("MK", 19), ("MN", 20), ("MR", 27), ("MT", 31), ("MU", 30), ("NI", 28), ("NL", 18), ("NO", 15), ("OM", 23),
    ("PK", 24), ("PL", 28), ("PS", 29), ("PT", 25), ("QA", 29), ("RO", 24), ("RS", 22), ("RU", 33), ("SA", 24),
    ("SC", 31), ("SD", 18), ("SE", 24), ("SI", 19), ("SK", 24), ("SM", 27), ("SO", 23), ("ST", 25), ("SV", 28),
    ("TL", 23), ("TN", 24), ("TR", 26), ("UA", 29), ("VA", 22), ("VG", 24), ("XK", 20), ("YE", 30),
];

/// Ten digits with one check digit, or twelve with two (order of the Russian tax service MMV-7-6/435@).
fn inn(number: &str) -> bool {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let control = |digits: &[u32], count: usize| weighted(digits, &WEIGHTS[11 - count..]) % 11 % 10;
    match number.len() {
        10 => digits::<10>(number).is_some_and(|d| control(&d[..9], 9) == d[9]),
        12 => digits::<12>(number)
            .is_some_and(|d| control(&d[..10], 10) == d[10] && control(&d[..11], 11) == d[11]),
        _ => false,
    }
}

/// Thirteen digits modulo 11, or fifteen modulo 13 (rules of the Russian state registers).
fn ogrn(number: &str) -> bool {
    let modulus = match number.len() {
        13 => 11,
        15 => 13,
        _ => return false,
    };
    // Fifteen digits fit; a number with letters does not parse.
    number
        .parse::<u64>()
        .is_ok_and(|all| is_digits(number) && all / 10 % modulus % 10 == all % 10)
}

/// Eighteen characters of an alphabet without I, O, S, V and Z, weighted by the powers of 3, modulo 31
/// (GB 32100-2015).
fn uscc(number: &str) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = number.chars().map(|c| ALPHABET.find(c)).collect();
    let Some([body @ .., last]) = values.as_deref() else {
        return false;
    };
    let powers = std::iter::successors(Some(1), |power| Some(power * 3 % 31));
    let sum: usize = body.iter().zip(powers).map(|(v, power)| v * power).sum();
    body.len() == 17 && (sum + last).is_multiple_of(31)
}

/// Ten digits, Luhn with the prefix of health applications before them (45 CFR 162.406).
fn npi(number: &str) -> bool {
    digits::<10>(number).is_some_and(|d| luhn([8, 0, 8, 4, 0].into_iter().chain(d)))
}

/// Four letters or digits, two letters of a country, two or five letters or digits (ISO 9362:2022).
fn bic(number: &str) -> bool {
    let bytes = number.as_bytes();
    matches!(bytes.len(), 8 | 11)
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes[4..6].iter().all(u8::is_ascii_uppercase)
}

/// Nine digits. A station on a ship begins with 2 to 7, by region (ITU-R M.585); groups, coast stations and devices begin
/// with the others.
fn mmsi(number: &str) -> bool {
    digits::<9>(number).is_some_and(|d| (2..=7).contains(&d[0]))
}

/// Nine digits whose groups were ever given out: no 000, 666 or 900 to 999 first, no 00, no 0000 (20 CFR 422.103).
fn ssn(number: &str) -> bool {
    digits::<9>(number).is_some_and(|d| {
        d[0] < 9
            && d[..3] != [0, 0, 0]
            && d[..3] != [6, 6, 6]
            && d[3..5] != [0, 0]
            && d[5..] != [0, 0, 0, 0]
    })
}

/// Four to fifteen letters or digits, with the country's two letters before them or without (Directive 2006/112/EC,
/// article 215).
fn vat(number: &str) -> bool {
    (4..=15).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The check digit of a field of a machine-readable zone (ICAO 9303-3, 4.9): weights 7, 3, 1, modulo 10.
///
/// `None` where the field holds a character that no such zone has.
pub fn mrz_check_digit(field: &str) -> Option<u8> {
    let sum = field.bytes().zip([7, 3, 1].into_iter().cycle()).try_fold(
        0,
        |sum: u32, (byte, weight)| {
            let value = match byte {
                b'<' => 0,
                b'0'..=b'9' | b'A'..=b'Z' => base_36(byte)?,
                _ => return None,
            };
            // Modulo at every step: the field may have any length.
            Some((sum + value * weight) % 10)
        },
    )?;
    u8::try_from(sum).ok()
}

/// The second line of a passport's machine-readable zone (ICAO 9303-4, TD3), 44 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Td3<'a> {
    /// Invariant: 44 bytes of ASCII.
    line: &'a str,
}

impl<'a> Td3<'a> {
    /// Recognises such a line by its length and alphabet; its check digits are another question.
    pub fn parse(line: &'a str) -> Option<Self> {
        let line = line.trim();
        let is_line = line.len() == 44
            && line
                .bytes()
                .all(|b| matches!(b, b'<' | b'0'..=b'9' | b'A'..=b'Z'));
        is_line.then_some(Self { line })
    }

    /// The document's number, without fillers.
    pub fn number(self) -> &'a str {
        self.line[..9].trim_end_matches('<')
    }

    /// The three letters of the holder's state, as [`Country::from_code`](crate::Country::from_code) reads them.
    pub fn nationality(self) -> &'a str {
        self.line[10..13].trim_end_matches('<')
    }

    /// The birth date as six digits, two for the year.
    pub fn birth_date(self) -> &'a str {
        &self.line[13..19]
    }

    /// The personal number or whatever the issuer writes there, without fillers.
    pub fn personal_number(self) -> &'a str {
        self.line[28..42].trim_end_matches('<')
    }

    /// Whether all five check digits hold. An empty personal number may have a filler for its check digit.
    pub fn is_valid(self) -> bool {
        let holds = |field: &str, digit: &str| {
            let expected = mrz_check_digit(field);
            expected == digit.parse().ok() || digit == "<" && expected == Some(0)
        };
        let line = self.line;
        let all = [&line[..10], &line[13..20], &line[21..43]].concat();
        holds(&line[..9], &line[9..10])
            && holds(&line[13..19], &line[19..20])
            && holds(&line[21..27], &line[27..28])
            && holds(&line[28..42], &line[42..43])
            && holds(&all, &line[43..])
            && line[9..10] != *"<"
    }
}

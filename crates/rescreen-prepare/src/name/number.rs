//! Numbers in names: of ships, funds and brigades.

use crate::fold::Letters;

/// A number in digits, in Roman numerals (not as the first word) or as a word.
pub(super) fn number(letters: &[u8], first: bool) -> Option<Letters> {
    if letters.iter().all(u8::is_ascii_digit) {
        let start = letters
            .iter()
            .position(|&b| b != b'0')
            .unwrap_or(letters.len() - 1);
        return Some(Letters::from_slice(&letters[start..]));
    }
    let value: &[u8] = match letters {
        b"one" | b"first" => b"1",
        b"two" | b"second" => b"2",
        b"three" | b"third" => b"3",
        b"four" | b"fourth" => b"4",
        b"five" | b"fifth" => b"5",
        b"six" | b"sixth" => b"6",
        b"seven" | b"seventh" => b"7",
        b"eight" | b"eighth" => b"8",
        b"nine" | b"ninth" => b"9",
        b"ten" | b"tenth" => b"10",
        _ if first => return None,
        b"i" => b"1",
        b"ii" => b"2",
        b"iii" => b"3",
        b"iv" => b"4",
        b"v" => b"5",
        b"vi" => b"6",
        b"vii" => b"7",
        b"viii" => b"8",
        b"ix" => b"9",
        b"x" => b"10",
        b"xi" => b"11",
        b"xii" => b"12",
        b"xiii" => b"13",
        b"xiv" => b"14",
        b"xv" => b"15",
        _ => return None,
    };
    Some(Letters::from_slice(value))
}

//! Greek, Armenian and Georgian.

use unicode_normalization::char::decompose_canonical;

use super::{Letters, general};

/// One letter after another, by a table; letters it lacks go by the general one.
pub(super) fn by_letter(
    chars: &[char],
    table: fn(char) -> Option<&'static str>,
    out: &mut Letters,
) {
    for &c in chars {
        let c = c.to_lowercase().next().unwrap_or(c);
        match table(c) {
            Some(latin) => out.extend_from_slice(latin.as_bytes()),
            None => general(c, out),
        }
    }
}

/// Greek as modern names are pronounced (ELOT 743), with the letter pairs that stand for one sound.
pub(super) fn greek(chars: &[char], out: &mut Letters) {
    let plain: Vec<char> = chars.iter().map(|&c| base(c)).collect();
    let mut i = 0;
    while i < plain.len() {
        let next = plain.get(i + 1).copied().unwrap_or(' ');
        let (latin, taken) = match (plain[i], next) {
            ('ο', 'υ') => ("ou", 2),
            ('α', 'υ') => ("av", 2),
            ('ε', 'υ') => ("ev", 2),
            ('μ', 'π') if i == 0 => ("b", 2),
            ('ν', 'τ') if i == 0 => ("d", 2),
            ('γ', 'κ') if i == 0 => ("g", 2),
            ('γ', 'γ' | 'κ') => ("ng", 2),
            ('α', _) => ("a", 1),
            ('β', _) => ("v", 1),
            ('γ', _) => ("g", 1),
            ('δ', _) => ("d", 1),
            ('ε', _) => ("e", 1),
            ('ζ', _) => ("z", 1),
            ('η' | 'ι', _) => ("i", 1),
            ('θ', _) => ("th", 1),
            ('κ', _) => ("k", 1),
            ('λ', _) => ("l", 1),
            ('μ', _) => ("m", 1),
            ('ν', _) => ("n", 1),
            ('ξ', _) => ("x", 1),
            ('ο' | 'ω', _) => ("o", 1),
            ('π', _) => ("p", 1),
            ('ρ', _) => ("r", 1),
            ('σ' | 'ς', _) => ("s", 1),
            ('τ', _) => ("t", 1),
            ('υ', _) => ("y", 1),
            ('φ', _) => ("f", 1),
            ('χ', _) => ("ch", 1),
            ('ψ', _) => ("ps", 1),
            (other, _) => {
                general(other, out);
                ("", 1)
            }
        };
        out.extend_from_slice(latin.as_bytes());
        i += taken;
    }
}

/// The lower-case letter without its accents.
fn base(c: char) -> char {
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    let c = first.unwrap_or(c);
    c.to_lowercase().next().unwrap_or(c)
}

pub(super) fn armenian(c: char) -> Option<&'static str> {
    Some(match c {
        'ա' => "a",
        'բ' => "b",
        'գ' => "g",
        'դ' => "d",
        'ե' | 'է' | 'ը' => "e",
        'զ' => "z",
        'թ' | 'տ' => "t",
        'ժ' => "zh",
        'ի' => "i",
        'լ' => "l",
        'խ' => "kh",
        'ծ' | 'ց' => "ts",
        'կ' | 'ք' => "k",
        'հ' => "h",
        'ձ' => "dz",
        'ղ' => "gh",
        'ճ' | 'չ' => "ch",
        'մ' => "m",
        'յ' => "y",
        'ն' => "n",
        'շ' => "sh",
        'ո' | 'օ' => "o",
        'պ' | 'փ' => "p",
        'ջ' => "j",
        'ռ' | 'ր' => "r",
        'ս' => "s",
        'վ' | 'ւ' => "v",
        'ֆ' => "f",
        'և' => "ev",
        _ => return None,
    })
}

pub(super) fn georgian(c: char) -> Option<&'static str> {
    Some(match c {
        'ა' => "a",
        'ბ' => "b",
        'გ' => "g",
        'დ' => "d",
        'ე' => "e",
        'ვ' => "v",
        'ზ' => "z",
        'თ' | 'ტ' => "t",
        'ი' => "i",
        'კ' | 'ქ' => "k",
        'ლ' => "l",
        'მ' => "m",
        'ნ' => "n",
        'ო' => "o",
        'პ' | 'ფ' => "p",
        'ჟ' => "zh",
        'რ' => "r",
        'ს' => "s",
        'უ' => "u",
        'ღ' => "gh",
        'ყ' => "q",
        'შ' => "sh",
        'ჩ' | 'ჭ' => "ch",
        'ც' | 'წ' => "ts",
        'ძ' => "dz",
        'ხ' => "kh",
        'ჯ' => "j",
        'ჰ' => "h",
        _ => return None,
    })
}

//! Latin letters without their marks.

use super::{Letters, general};

pub(super) fn fold(chars: &[char], out: &mut Letters) {
    for &c in chars {
        match c {
            'a'..='z' | '0'..='9' => out.push(c as u8),
            'A'..='Z' => out.push(c.to_ascii_lowercase() as u8),
            'Ə' | 'ə' => out.push(b'a'),
            'ı' | 'İ' => out.push(b'i'),
            'Đ' | 'đ' => out.push(b'd'),
            _ => general(c, out),
        }
    }
}

//! Chinese names in Cyrillic, which follow the system of Palladius: `Чжан Сяомин` is Zhang Xiaoming.

use smallvec::SmallVec;
use std::{collections::HashMap, sync::LazyLock};

use super::{
    wade_giles::{PINYIN, is_family},
    words::Word,
};
use crate::{fold::Letters, lexicon::Lexicon, script::Script};

/// Readings of one word at most.
const READINGS: usize = 4;
/// Syllables of one word at most.
const SYLLABLES: usize = 3;

/// Initials of Pinyin with those of Palladius.
const INITIALS: [(&str, &str); 22] = [
    ("zh", "чж"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("b", "б"),
    ("p", "п"),
    ("m", "м"),
    ("f", "ф"),
    ("d", "д"),
    ("t", "т"),
    ("n", "н"),
    ("l", "л"),
    ("g", "г"),
    ("k", "к"),
    ("h", "х"),
    ("j", "цз"),
    ("q", "ц"),
    ("x", "с"),
    ("r", "ж"),
    ("z", "цз"),
    ("c", "ц"),
    ("s", "с"),
    ("", ""),
];

/// Finals behind an initial.
const FINALS: [(&str, &str); 32] = [
    ("a", "а"),
    ("ai", "ай"),
    ("an", "ань"),
    ("ang", "ан"),
    ("ao", "ао"),
    ("e", "э"),
    ("ei", "эй"),
    ("en", "энь"),
    ("eng", "эн"),
    ("er", "эр"),
    ("i", "и"),
    ("ia", "я"),
    ("ian", "янь"),
    ("iang", "ян"),
    ("iao", "яо"),
    ("ie", "е"),
    ("in", "инь"),
    ("ing", "ин"),
    ("iong", "юн"),
    ("iu", "ю"),
    ("o", "о"),
    ("ong", "ун"),
    ("ou", "оу"),
    ("u", "у"),
    ("ua", "уа"),
    ("uai", "уай"),
    ("uan", "уань"),
    ("uang", "уан"),
    ("ui", "уй"),
    ("un", "унь"),
    ("uo", "о"),
    ("ue", "юэ"),
];

/// Syllables that begin with y or w.
const BARE: [(&str, &str); 24] = [
    ("ya", "я"),
    ("yan", "янь"),
    ("yang", "ян"),
    ("yao", "яо"),
    ("ye", "е"),
    ("yi", "и"),
    ("yin", "инь"),
    ("ying", "ин"),
    ("yong", "юн"),
    ("you", "ю"),
    ("yu", "юй"),
    ("yuan", "юань"),
    ("yue", "юэ"),
    ("yun", "юнь"),
    ("wa", "ва"),
    ("wai", "вай"),
    ("wan", "вань"),
    ("wang", "ван"),
    ("wei", "вэй"),
    ("wei", "вей"),
    ("wen", "вэнь"),
    ("weng", "вэн"),
    ("wo", "во"),
    ("wu", "у"),
];

/// Syllables of Palladius with those of Pinyin that they may be.
static SYLLABLES_OF: LazyLock<HashMap<String, SmallVec<[String; 2]>>> = LazyLock::new(|| {
    let mut table: HashMap<String, SmallVec<[String; 2]>> = HashMap::new();
    let mut add = |cyrillic: String, pinyin: &str| {
        let all = table.entry(cyrillic).or_default();
        if !all.iter().any(|known| known == pinyin) {
            all.push(pinyin.to_owned());
        }
    };
    for (initial, finals) in PINYIN {
        for last in finals.split(' ') {
            let pinyin = format!("{initial}{last}");
            for cyrillic in spell(initial, last) {
                add(cyrillic, &pinyin);
            }
        }
    }
    for (pinyin, cyrillic) in BARE {
        add(cyrillic.to_owned(), pinyin);
    }
    table
});

/// How Palladius writes a syllable, nothing where it begins with y or w.
fn spell(initial: &str, last: &str) -> SmallVec<[String; 2]> {
    let mut found = SmallVec::new();
    let Some((_, first)) = INITIALS.iter().find(|(pinyin, _)| *pinyin == initial) else {
        return found;
    };
    let palatal = matches!(initial, "j" | "q" | "x");
    let end = match (initial, last) {
        ("z" | "c" | "s", "i") => "ы",
        (_, "u") if palatal => "юй",
        (_, "uan") if palatal => "юань",
        (_, "un") if palatal => "юнь",
        _ => match FINALS.iter().find(|(pinyin, _)| *pinyin == last) {
            Some((_, cyrillic)) => cyrillic,
            None => return found,
        },
    };
    found.push(format!("{first}{end}"));
    match (initial, last) {
        ("h", "ui") => found.push("хуэй".to_owned()),
        ("l" | "n", "u") => found.push(format!("{first}юй")),
        _ => {}
    }
    found
}

/// Gives the words of a Chinese name in Cyrillic their spelling in Pinyin: a family name of one syllable and a given
/// name behind or before it.
pub(super) fn mark(text: &str, lexicon: &Lexicon, words: &mut [Word]) {
    if words.len() != 2 || words.iter().any(|w| w.script != Script::Cyrillic) {
        return;
    }
    // Ivan is Ivan, though he could be Yi Wang.
    let is_other_name = |w: &Word| w.letters.len() > 3 && lexicon.word(w.hash).person.is_some();
    if words.iter().any(is_other_name) {
        return;
    }
    let read = |word: &Word| readings(text.get(word.start as usize..word.end as usize)?);
    let spelled: Option<Vec<_>> = words.iter().map(read).collect();
    let Some(spelled) = spelled else { return };
    if !spelled.iter().flatten().any(|reading| is_family(reading)) {
        return;
    }
    for (word, readings) in words.iter_mut().zip(spelled) {
        for reading in readings {
            if reading != word.letters && !word.others.contains(&reading) {
                word.others.push(reading);
            }
        }
    }
}

/// A word of Palladius in Pinyin, in every way it may be cut; `None` where it is no such word.
fn readings(word: &str) -> Option<SmallVec<[Letters; 4]>> {
    let letters: SmallVec<[char; 16]> = word
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| *c != 'ъ')
        .collect();
    if letters.len() > 6 * SYLLABLES {
        return None;
    }
    let mut found = SmallVec::new();
    cut(&letters, &mut Letters::new(), SYLLABLES, &mut found);
    (!found.is_empty()).then_some(found)
}

/// Longest syllables first, because a short one leaves more behind.
fn cut(rest: &[char], head: &mut Letters, left: usize, found: &mut SmallVec<[Letters; 4]>) {
    if rest.is_empty() {
        if found.len() < READINGS && !found.contains(head) {
            found.push(head.clone());
        }
        return;
    }
    if left == 0 || found.len() >= READINGS {
        return;
    }
    for length in (1..=rest.len().min(6)).rev() {
        let syllable: String = rest[..length].iter().collect();
        for pinyin in SYLLABLES_OF.get(&syllable).into_iter().flatten() {
            let before = head.len();
            head.extend_from_slice(pinyin.as_bytes());
            cut(&rest[length..], head, left - 1, found);
            head.truncate(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(word: &str) -> Vec<String> {
        readings(word)
            .into_iter()
            .flatten()
            .map(|letters| String::from_utf8_lossy(&letters).into_owned())
            .collect()
    }

    #[test]
    fn syllables_of_palladius_are_those_of_pinyin() {
        for (cyrillic, pinyin) in [
            ("Чжан", "zhang"),
            ("Сяомин", "xiaoming"),
            ("Цзиньпин", "jinping"),
            ("Ван", "wang"),
            ("Вэй", "wei"),
            ("Юаньчао", "yuanchao"),
            ("Хуэй", "hui"),
            ("Цзэминь", "zemin"),
            ("Си", "xi"),
            ("Сы", "si"),
            ("Люй", "lu"),
            ("Цзюнь", "jun"),
            ("Эньлай", "enlai"),
            ("Го", "guo"),
        ] {
            assert!(
                of(cyrillic).contains(&pinyin.to_owned()),
                "{cyrillic}: {:?}",
                of(cyrillic)
            );
        }
        for other in ["Иванов", "Всеволод", "Шамиль", "Мария"] {
            assert!(of(other).is_empty(), "{other}");
        }
    }
}

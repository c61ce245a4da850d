//! Invented names in many shapes, for laws that hold for any name.

use proptest::prelude::*;

const PARTS: &[&str] = &[
    "Ali",
    "ali",
    "Mohammed",
    "Muhamad",
    "محمد",
    "علي",
    "حسين",
    "Hussein",
    "Hasan",
    "Abdul",
    "Rahman",
    "abd",
    "al",
    "Abdurrahman",
    "Abdulkarim",
    "عبد",
    "الرحمن",
    "bin",
    "Abu",
    "Bakr",
    "Nasr",
    "al-Din",
    "Nasruddin",
    "Zubair",
    "Qasimov",
    "Kasymov",
    "Касымов",
    "Иван",
    "Ivan",
    "Ivanovich",
    "Иванович",
    "Jose",
    "José",
    "Maria",
    "de",
    "la",
    "Cruz",
    "Kim",
    "김",
    "정은",
    "Jong",
    "Un",
    "Il",
    "Ким",
    "Чен",
    "Ын",
    "Aung",
    "Khaing",
    "eun",
    "王",
    "小明",
    "Wang",
    "Xiaoming",
    "J.",
    "M",
    "III",
    "7",
    "Dr.",
    "Haji",
    "Tarabuku",
    "Tarabuko",
    "Tarbuku",
    "Velonitsa",
    "Velonitza",
    "Papadopoulos",
    "Παπαδόπουλος",
    "van",
    "der",
    "Bilt",
    "Vanderbilt",
    "FNU",
    "unknown",
    "Mary-Ann",
    "O'Brien",
    "Müller",
    "Mueller",
    "Steven",
    "Stephen",
    "Bill",
    "Zy",
    "Zyx",
    "Xyz",
    ",",
    "LLC",
    "Limited",
    "Company",
    "Trading",
    "Ooo",
    "ООО",
    "Bank",
    "Sber",
    "Sberbank",
    "Mohammad",
    "Javad",
    "Mohammadjavad",
    "Fathi",
    "فتحي",
    "Reza",
    "رضا",
    "Mousavi",
    "موسوي",
    "Wahid",
    "Vahid",
    "نصر",
    "الله",
    "نصرالله",
    "Hsiao",
    "ming",
    "MV",
    "No",
    "Tarabuku7",
    "EP",
    "IBA",
    "YV1234",
];

/// Names of organisations, and what may be their initials.
const INITIALS: &[&str] = &[
    "Tarabuku Velonitsa Zyx Qasimov",
    "TVZQ",
    "Bank of Tarabuku Velonitsa Zyx Cruz",
    "B.T.V.Z.C.",
    "BTVZC Ltd",
    "Tarabuku Velonitsa Zyx Qasimov Bilt Company",
    "TVZQB",
    "TVZQBC",
    "TVZQBC Trading",
];

/// A name of some of these parts, at times with a letter lost, doubled or swapped, or in capitals.
pub(crate) fn name() -> impl Strategy<Value = String> {
    let part = (prop::sample::select(PARTS), 0_u8..12, 0_usize..8).prop_map(|(part, kind, at)| {
        let mut letters: Vec<char> = part.chars().collect();
        let at = at % letters.len();
        match kind {
            0 => {
                letters.remove(at);
            }
            1 => letters.insert(at, letters[at]),
            2 if at > 0 => letters.swap(at - 1, at),
            3 => letters[at] = 'o',
            _ => {}
        }
        let part: String = letters.into_iter().collect();
        if kind == 4 { part.to_uppercase() } else { part }
    });
    let parts = prop::collection::vec(part, 1..6).prop_map(|parts| parts.join(" "));
    let initials = prop::sample::select(INITIALS).prop_map(str::to_owned);
    prop_oneof![9 => parts, 1 => initials]
}

/// Names no source should hold, and some do.
pub(crate) fn adversarial() -> Vec<String> {
    let mut names: Vec<String> = [
        "",
        " ",
        "...",
        "—/—",
        "\u{1f600}\u{1f600}",
        "\u{202e}ilA\u{202c}",
        "a",
        "A A A A",
        "ali ali ali",
        "Kim Kim Kim",
        "al al al al",
        "bin bin",
        "abd abd abd",
        "abu abu",
        "of the and",
        "N/A",
        "FNU LNU",
        "...LLC...",
        "Pаvel Ivanоv",
        "Z\u{335}\u{336}a\u{301}\u{301}\u{301}lgo",
        "١٢٣",
        "نن نن",
        "ـــ",
        "\u{0}\u{0}",
        "OOO",
        "LLC",
        "X",
        "Ⅻ Ⅳ",
        "ﷺ",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    names.push("ali ".repeat(500));
    names.push("mohammed ali ".repeat(30));
    names.push(
        (0..10_000)
            .map(|n| format!("name{n}"))
            .collect::<Vec<_>>()
            .join(" "),
    );
    names.push("x".repeat(1 << 20));
    names.push("محمد".repeat(1 << 12));
    names.push("王".repeat(400));
    names
}

//! Legal forms of companies by what they mean, from the list of ISO 20275.
//!
//! The list says how a form is called and shortened where; which forms are of one kind is our own grouping, by the words
//! in their names.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};

/// What the name of a form holds, and its kind; the first that fits counts.
const KINDS: [(&str, &[&str]); 8] = [
    (
        "coop",
        &[
            "cooperativ",
            "coopérativ",
            "genossenschaft",
            "кооператив",
            "spółdzielnia",
            "družstv",
            "osuuskunta",
            "coöperati",
            "samvirke",
            "ekonomisk förening",
            "szövetkezet",
            "zadrug",
        ],
    ),
    (
        "ev",
        &[
            "association",
            "verein",
            "stiftung",
            "foundation",
            "fondation",
            "fundación",
            "fundação",
            "fondazione",
            "stichting",
            "nadace",
            "nadácia",
            "nadační",
            "fundacja",
            "stowarzyszenie",
            "alapítvány",
            "egyesület",
            "фонд",
            "ассоциаци",
            "общественн",
            "stiftelse",
            "säätiö",
            "yhdistys",
            "vereniging",
            "associazione",
            "asociación",
            "associação",
            "asociatia",
            "fundatia",
            "udruga",
            "zaklada",
            "društvo pravnih",
        ],
    ),
    (
        "lp",
        &[
            "partnership",
            "kommandit",
            "handelsgesellschaft",
            "commandite",
            "comandita",
            "comandită",
            "accomandita",
            "nom collectif",
            "nombre colectivo",
            "nome collettivo",
            "nume colectiv",
            "handelsbolag",
            "komanditn",
            "komandytow",
            "spółka jawna",
            "partnerska",
            "полное товарищество",
            "товарищество на вере",
            "betéti társaság",
            "közkereseti",
            "onder firma",
            "commanditaire",
            "ansvarlig selskap",
            "interessentskab",
            "veřejná obchodní společnost",
            "verejná obchodná spoločnosť",
            "javno trgovačko",
            "komanditno",
            "командит",
        ],
    ),
    (
        "jsc",
        &[
            "акционерное общество",
            "акціонерне товариство",
            "акционерного общества",
        ],
    ),
    (
        "llc",
        &[
            "limited liability company",
            "responsabilité limitée",
            "responsabilidad limitada",
            "responsabilità limitata",
            "responsabilidade limitada",
            "beschränkter haftung",
            "beperkte aansprakelijkheid",
            "besloten vennootschap",
            "ограниченной ответственностью",
            "обмеженою відповідальністю",
            "ograniczoną odpowiedzialnością",
            "s ručením obmedzeným",
            "s ručením omezeným",
            "korlátolt felelősségű",
            "răspundere limitat",
            "ograničenom odgovornošću",
            "omejeno odgovornostjo",
            "ограничена отговорност",
            "ierobežotu atbildību",
            "uždaroji akcinė",
            "osaühing",
            "limited şirket",
            "ذات مسؤولية محدودة",
            "ذات المسؤولية المحدودة",
            "有限责任公司",
            "合同会社",
            "유한책임회사",
            "유한회사",
            "anpartsselskab",
            "məhdud məsuliyyətli",
            "mas’uliyati cheklangan",
            "жауапкершілігі шектеулі",
            "përgjegjësi të kufizuar",
            "περιορισμένης ευθύνης",
        ],
    ),
    (
        "sa",
        &[
            "société anonyme",
            "sociedad anónima",
            "sociedade anónima",
            "sociedade anônima",
            "società per azioni",
            "aktiengesellschaft",
            "naamloze vennootschap",
            "aktiebolag",
            "aksjeselskap",
            "aktieselskab",
            "spółka akcyjna",
            "akciová spol",
            "részvénytársaság",
            "akcionarsko",
            "dioničko",
            "delniška",
            "anonim şirket",
            "perseroan",
            "株式会社",
            "주식회사",
            "股份有限公司",
            "public limited company",
            "par actions simplifiée",
            "por acciones",
            "akcinė bendrovė",
            "akciju sabiedrība",
            "aktsiaselts",
            "ανώνυμη",
            "شركة مساهمة",
            "акционерно дружество",
            "societate pe ac",
            "stock corporation",
            "business corporation",
            "shoqëri aksionare",
            "səhmdar cəmiyyəti",
        ],
    ),
    (
        "ltd",
        &[
            "private limited company",
            "company limited by shares",
            "private company limited",
            "proprietary limited",
            "limited company",
            "有限公司",
            "private company",
            "sendirian berhad",
        ],
    ),
    ("lp", &["limited liability partner"]),
];

/// Letters from which a name of one word is no other word too.
const LONG_WORD: usize = 12;
/// Letters from which an abbreviation is taken.
const ABBREVIATION: usize = 3;

/// Letters up to which an abbreviation counts only where two forms have it.
const FEW_LETTERS: usize = 4;

/// Abbreviations that are words of their own in names.
const WORDS: [&str; 29] = [
    "assn",
    "assoc",
    "association",
    "bank",
    "cooperative",
    "coop",
    "co-op",
    "corp",
    "company",
    "est",
    "fund",
    "holding",
    "inst",
    "institute",
    "society",
    "trust",
    "union",
    "society",
    "gov",
    "est.",
    "stock",
    "federal",
    "public",
    "national",
    "cooperation",
    "coopération",
    "coopérative",
    "coopératif",
    "limitée",
];

pub(super) fn derive(inputs: &[String]) -> Result<Vec<String>> {
    let text = inputs[0].trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|cell| cell.starts_with(name))
            .with_context(|| format!("no column {name}"))
    };
    let names = [
        column("Entity Legal Form name Local name")?,
        column("Entity Legal Form name Transliterated name")?,
    ];
    let short = [
        column("Abbreviations Local language")?,
        column("Abbreviations transliterated")?,
    ];
    // How often a spelling is of each kind: a spelling of several kinds is of the one that most forms have.
    let mut kinds: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for row in reader.records() {
        let row = row?;
        let cell = |at: usize| row.get(at).unwrap_or_default();
        let local = cell(names[0]).to_lowercase();
        let Some(kind) = kind(&local) else { continue };
        let mut found: BTreeSet<String> = BTreeSet::new();
        for at in names {
            let spelling = spelling(cell(at));
            let is_long = spelling.chars().count() >= LONG_WORD && kind != "ev" && kind != "coop";
            let words = spelling.split(' ').count();
            // The rest of a form whose first word stands in brackets is none.
            if spelling.starts_with("liability ") {
                continue;
            }
            if (2..=6).contains(&words) || words == 1 && is_long {
                found.insert(spelling);
            }
        }
        for at in short {
            for part in cell(at).split([';', ',']) {
                let whole = spelling(part);
                let letters = whole.chars().filter(|c| c.is_alphabetic()).count();
                if letters < ABBREVIATION
                    || whole.starts_with("liability ")
                    || whole.split(' ').count() > 5
                {
                    continue;
                }
                // `d.o.o.` is also written `doo`.
                if part.contains('.') && whole.split(' ').all(|w| w.chars().count() == 1) {
                    found.insert(whole.replace(' ', ""));
                }
                found.insert(whole);
            }
        }
        for spelling in found {
            if !spelling.is_empty() && !WORDS.contains(&spelling.as_str()) {
                *kinds.entry(spelling).or_default().entry(kind).or_default() += 1;
            }
        }
    }
    let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (spelling, counts) in kinds {
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let forms: usize = counts.iter().map(|(_, n)| n).sum();
        let is_clear = counts.get(1).is_none_or(|second| second.1 < counts[0].1)
            // A few letters that one form alone has may as well be a word.
            && (spelling.contains(' ') || spelling.chars().count() > FEW_LETTERS || forms > 1);
        if is_clear {
            lines.entry(counts[0].0).or_default().push(spelling);
        }
    }
    ensure!(!lines.is_empty(), "no form is of a kind we know");
    Ok(lines
        .into_iter()
        .map(|(kind, spellings)| format!("{kind}: {}", spellings.join(", ")))
        .collect())
}

fn kind(name: &str) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|(_, words)| words.iter().any(|word| name.contains(word)))
        .map(|(kind, _)| *kind)
}

/// Lower case, without brackets and what stands in them, dots and hyphens as the spaces they are read as.
fn spelling(text: &str) -> String {
    let mut kept = String::new();
    let mut depth = 0_usize;
    for c in text.to_lowercase().chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            c if c.is_alphabetic() || c == '\'' || c == '’' => kept.push(c),
            c if c.is_numeric() => kept.push(c),
            _ => kept.push(' '),
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! Evidence made visible: bars of bits whose sum is the score, and the parts of two names one under another.

use maud::{Markup, html};
use rescreen_app::StoredMatch;
use rescreen_match::{Bits, Match, Score};

use crate::{
    parts::{self, fill},
    texts::T,
};

/// A line of evidence, from the matcher or from the record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) feature: &'a str,
    pub(crate) query: &'a str,
    pub(crate) candidate: &'a str,
    pub(crate) bits: Bits,
    pub(crate) note: &'a str,
}

pub(crate) fn of_match(found: &Match) -> Vec<Line<'_>> {
    let lines = found.evidence.iter().map(|line| Line {
        feature: line.feature.as_str(),
        query: &line.query,
        candidate: &line.candidate,
        bits: line.bits,
        note: line.note.as_deref().unwrap_or_default(),
    });
    lines.collect()
}

pub(crate) fn of_stored(found: &StoredMatch) -> Vec<Line<'_>> {
    let lines = found.evidence.iter().map(|line| Line {
        feature: &line.feature,
        query: &line.query,
        candidate: &line.candidate,
        bits: line.bits,
        note: line.note.as_deref().unwrap_or_default(),
    });
    lines.collect()
}

/// The bits for and against.
fn sums(lines: &[Line<'_>]) -> (Bits, Bits) {
    let sum = |is_for: bool| -> Bits {
        let bits = lines.iter().map(|line| line.bits);
        bits.filter(|bits| (*bits >= Bits::ZERO) == is_for).sum()
    };
    (sum(true), sum(false))
}

/// Every line with its bar, and how the score comes of them.
pub(crate) fn table(lines: &[Line<'_>], score: Score) -> Markup {
    let most = lines
        .iter()
        .map(|line| line.bits.hundredths().unsigned_abs())
        .max()
        .unwrap_or_default();
    let (agreed, against) = sums(lines);
    let by_sum = Score::of_bits(lines.iter().map(|line| line.bits));
    html! {
        table .evidence role="table" {
            caption .unseen-caption { (T.evidence) }
            (parts::head(&[(T.feature, ""), (T.subject, ""), (T.listed, ""), (T.how, ""), (T.bits, "right"), ("", "bar")]))
            tbody role="rowgroup" {
                @for line in lines {
                    tr role="row" {
                        th role="rowheader" scope="row" { (T.feature_word(line.feature)) }
                        td role="cell" data-label=(T.subject) { (side(line.query)) }
                        td role="cell" data-label=(T.listed) { (side(line.candidate)) }
                        td role="cell" data-label=(T.how) { (line.note) }
                        td role="cell" .right .figures data-label=(T.bits) { (parts::bits(line.bits)) }
                        td role="cell" .bar { (bar(line.bits, most)) }
                    }
                }
            }
        }
        p .sum {
            (sum_bar(lines))
            span .for { (fill(T.bits_for, &[("n", &parts::bits(agreed))])) }
            " · "
            span .against { (fill(T.bits_against, &[("n", &parts::bits(against))])) }
            " → "
            @if by_sum == score {
                strong { (T.score) " " (score) }
            } @else {
                (T.score) " " (by_sum) ", " (T.lifted_to) " " strong { (score) }
            }
        }
    }
}

fn side(text: &str) -> Markup {
    html! {
        @if text.is_empty() { span .muted { "–" } } @else { (parts::name(text)) }
    }
}

/// A bar from the middle: to the right what speaks for, to the left what speaks against.
fn bar(bits: Bits, most: u32) -> Markup {
    let most = most.max(1);
    let width = u64::from(bits.hundredths().unsigned_abs()) * 1000 / u64::from(most);
    let width_text = format!("{}.{}", width / 10, width % 10);
    let left = 1000 - width;
    let left_text = format!("{}.{}", left / 10, left % 10);
    html! {
        svg .bits viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true" {
            @if bits >= Bits::ZERO {
                rect .for x="100" y="1" width=(width_text) height="8" {}
            } @else {
                rect .against x=(left_text) y="1" width=(width_text) height="8" {}
            }
            rect .axis x="99.5" y="0" width="1" height="10" {}
        }
    }
}

/// All bits in one bar: what speaks for from the left, what speaks against behind it.
fn sum_bar(lines: &[Line<'_>]) -> Markup {
    let (agreed, against) = sums(lines);
    let all = u64::from(agreed.hundredths().unsigned_abs())
        + u64::from(against.hundredths().unsigned_abs());
    let share = |bits: Bits| u64::from(bits.hundredths().unsigned_abs()) * 10_000 / all.max(1);
    let text = |n: u64| format!("{}.{:02}", n / 100, n % 100);
    let ordered = lines
        .iter()
        .filter(|line| line.bits > Bits::ZERO)
        .map(|line| (line, "for"))
        .chain(
            lines
                .iter()
                .filter(|line| line.bits < Bits::ZERO)
                .map(|line| (line, "against")),
        );
    let mut at = 0;
    let segments: Vec<(u64, u64, &str)> = ordered
        .map(|(line, class)| {
            let width = share(line.bits);
            let segment = (at, width, class);
            at += width;
            segment
        })
        .collect();
    html! {
        svg .sum-bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            @for (at, width, class) in segments {
                rect .(class) x=(text(at)) width=(text(width)) height="8" {}
                rect .gap x=(text(at)) width="0.3" height="8" {}
            }
        }
    }
}

/// One part of a name under the part it was compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    top: String,
    bottom: String,
    relation: &'static str,
    bits: Bits,
    notes: Vec<String>,
}

/// The parts of the two names that stand for the parties, one under another.
pub(crate) fn aligned(subject: &[&str], party: &[&str], lines: &[Line<'_>]) -> Markup {
    let columns = columns(subject, party, lines);
    let fragments = |top: bool| -> Vec<&str> {
        let side = columns
            .iter()
            .map(|c| if top { &*c.top } else { &*c.bottom });
        side.filter(|text| !text.is_empty()).collect()
    };
    let (ours, theirs) = (
        holder(subject, &fragments(true)),
        holder(party, &fragments(false)),
    );
    if columns.is_empty() {
        return html! {};
    }
    html! {
        div .scroll role="group" aria-label=(T.names_aligned) tabindex="0" {
            table .aligned {
                caption .unseen-caption { (T.names_aligned) }
                tbody {
                    tr .token {
                        th scope="row" { (T.subject) }
                        @for c in &columns { td { (token(&c.top)) } }
                    }
                    tr .relation {
                        th scope="row" { span .unseen-caption { (T.how) } }
                        @for c in &columns {
                            td .(c.relation) {
                                span .sign aria-hidden="true" { (sign(c.relation)) }
                                span .figures { (parts::bits(c.bits)) }
                                span .note { (c.notes.join("; ")) }
                            }
                        }
                    }
                    tr .token {
                        th scope="row" { (T.listed) }
                        @for c in &columns { td { (token(&c.bottom)) } }
                    }
                }
            }
        }
        @if let (Some(ours), Some(theirs)) = (ours, theirs) {
            p .muted { (T.names_compared) " " (parts::name(ours)) " – " (parts::name(theirs)) }
        }
    }
}

fn token(text: &str) -> Markup {
    html! {
        @if text.is_empty() { span .lacking { (T.lacking) } } @else { (parts::name(text)) }
    }
}

fn sign(relation: &str) -> &'static str {
    match relation {
        "agrees" => "=",
        "nearly" => "≈",
        "differs" => "≠",
        _ => "∅",
    }
}

/// The name that has all these parts.
fn holder<'a>(names: &[&'a str], fragments: &[&str]) -> Option<&'a str> {
    names
        .iter()
        .find(|name| fragments.iter().all(|part| name.contains(part)))
        .copied()
}

fn columns(subject: &[&str], party: &[&str], lines: &[Line<'_>]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for line in lines {
        let relation = match line.feature {
            "name" => "agrees",
            "spelling" => "nearly",
            "name-substituted" | "numeral" => "differs",
            "name-omitted" if line.query.is_empty() || line.candidate.is_empty() => "missing",
            "name-omitted" => "nearly",
            _ => continue,
        };
        let known = columns
            .iter_mut()
            .find(|c| c.top == line.query && c.bottom == line.candidate);
        if let Some(column) = known {
            column.bits = column.bits + line.bits;
            if relation == "nearly" {
                column.relation = relation;
            }
            if !line.note.is_empty() && !column.notes.iter().any(|n| n == line.note) {
                column.notes.push(line.note.to_owned());
            }
            continue;
        }
        columns.push(Column {
            top: line.query.to_owned(),
            bottom: line.candidate.to_owned(),
            relation,
            bits: line.bits,
            notes: Some(line.note.to_owned())
                .filter(|n| !n.is_empty())
                .into_iter()
                .collect(),
        });
    }
    let fragments: Vec<String> = columns
        .iter()
        .map(|c| c.top.clone())
        .filter(|t| !t.is_empty())
        .collect();
    let theirs: Vec<String> = columns
        .iter()
        .map(|c| c.bottom.clone())
        .filter(|t| !t.is_empty())
        .collect();
    let as_strs = |texts: &[String]| -> Vec<String> { texts.to_vec() };
    let (a, b) = (as_strs(&fragments), as_strs(&theirs));
    let ours = holder(subject, &a.iter().map(String::as_str).collect::<Vec<_>>());
    let listed = holder(party, &b.iter().map(String::as_str).collect::<Vec<_>>());
    // In the order of the subject's name; what only the list has comes where its name has it, at the end.
    columns.sort_by_key(|c| {
        let place = |name: Option<&str>, part: &str| {
            name.filter(|_| !part.is_empty())
                .and_then(|name| name.find(part))
        };
        (
            c.top.is_empty(),
            place(ours, &c.top),
            place(listed, &c.bottom),
        )
    });
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<'a>(
        feature: &'a str,
        query: &'a str,
        candidate: &'a str,
        hundredths: i32,
        note: &'a str,
    ) -> Line<'a> {
        Line {
            feature,
            query,
            candidate,
            bits: Bits::from_hundredths(hundredths),
            note,
        }
    }

    #[test]
    fn parts_of_names_stand_under_each_other_in_the_order_of_the_subject() {
        let lines = [
            line("name", "SHCHERBANKOV", "Щербаньков", 1400, "same letters"),
            line("name", "Mstislav", "Мстислав", 900, "same letters"),
            line("spelling", "SHCHERBANKOV", "Щербаньков", -40, "one slip"),
            line(
                "name-omitted",
                "",
                "Ерофеевич",
                -50,
                "one side lacks this part",
            ),
            line("birth-date", "1951", "1951", 150, "same year"),
        ];
        let columns = columns(
            &["Mstislav SHCHERBANKOV"],
            &["Щербаньков Мстислав Ерофеевич"],
            &lines,
        );
        let shown: Vec<(&str, &str, &str, i32)> = columns
            .iter()
            .map(|c| (&*c.top, &*c.bottom, c.relation, c.bits.hundredths()))
            .collect();
        assert_eq!(
            shown,
            [
                ("Mstislav", "Мстислав", "agrees", 900),
                ("SHCHERBANKOV", "Щербаньков", "nearly", 1360),
                ("", "Ерофеевич", "missing", -50),
            ]
        );
        assert_eq!(columns[1].notes, ["same letters", "one slip"]);
    }

    #[test]
    fn bits_are_added_up_for_and_against() {
        let lines = [
            line("name", "a", "b", 1400, ""),
            line("gender", "male", "female", -400, ""),
            line("schema", "", "", 0, ""),
        ];
        let (agreed, against) = sums(&lines);
        assert_eq!((agreed.hundredths(), against.hundredths()), (1400, -400));
        let score = Score::of_bits(lines.iter().map(|l| l.bits));
        let shown = table(&lines, score).into_string();
        assert!(
            shown.contains(&format!("<strong>Score {score}</strong>")),
            "{shown}"
        );
        let lifted = table(&lines, Score::from_basis_points(9_800)).into_string();
        assert!(lifted.contains("<strong>0.9800</strong>"), "{lifted}");
    }
}

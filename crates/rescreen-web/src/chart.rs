//! Charts, drawn here as SVG. Each says in words what it shows, and stands beside the figures it is drawn from; its colours
//! are those of the style sheet, so it follows light and dark.

use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};

use crate::{
    parts::{self, fill},
    texts::T,
};

/// A coordinate as SVG wants it.
fn at(n: f64) -> String {
    format!("{n:.1}")
}

/// How far a moment lies between two others, from 0 to 1.
fn between(moment: Timestamp, from: Timestamp, to: Timestamp) -> f64 {
    let (from, to, moment) = (
        from.as_second() as f64,
        to.as_second() as f64,
        moment.as_second() as f64,
    );
    if to <= from {
        0.5
    } else {
        ((moment - from) / (to - from)).clamp(0.0, 1.0)
    }
}

fn path(points: &[(f64, f64)]) -> String {
    let step = |(n, (x, y)): (usize, &(f64, f64))| {
        format!("{}{},{}", if n == 0 { "M" } else { "L" }, at(*x), at(*y))
    };
    points
        .iter()
        .enumerate()
        .map(step)
        .collect::<Vec<_>>()
        .join(" ")
}

/// So many points of a line can be told apart.
const MAX_POINTS: usize = 400;

fn thinned(sizes: &[(Timestamp, u64)]) -> Vec<(Timestamp, u64)> {
    let step = sizes.len().div_ceil(MAX_POINTS).max(1);
    let last = sizes.len().saturating_sub(1);
    let kept = sizes
        .iter()
        .enumerate()
        .filter(|(n, _)| n % step == 0 || *n == last);
    kept.map(|(_, size)| *size).collect()
}

fn line(
    sizes: &[(Timestamp, u64)],
    (left, top, width, height): (f64, f64, f64, f64),
    (low, high): (u64, u64),
) -> Vec<(f64, f64)> {
    let (Some(first), Some(last)) = (sizes.first(), sizes.last()) else {
        return Vec::new();
    };
    let span = (high - low).max(1) as f64;
    sizes
        .iter()
        .map(|(moment, n)| {
            let y = top + height * (1.0 - (n - low) as f64 / span);
            (left + width * between(*moment, first.0, last.0), y)
        })
        .collect()
}

/// How a list grew, as small as a word; the figures stand beside it.
pub(crate) fn spark(sizes: &[(Timestamp, u64)]) -> Markup {
    if sizes.len() < 2 {
        return html! {};
    }
    let sizes = thinned(sizes);
    let low = sizes.iter().map(|(_, n)| *n).min().unwrap_or_default();
    let high = sizes.iter().map(|(_, n)| *n).max().unwrap_or_default();
    html! {
        svg .spark-line viewBox="0 0 120 24" aria-hidden="true" {
            path .line d=(path(&line(&sizes, (2.0, 3.0, 116.0, 18.0), (low, high)))) {}
        }
    }
}

/// How many entries a list had over time.
pub(crate) fn sizes(all: &[(Timestamp, u64)]) -> Markup {
    let sizes = thinned(all);
    let (Some(first), Some(last)) = (sizes.first(), sizes.last()) else {
        return html! {};
    };
    let low = sizes.iter().map(|(_, n)| *n).min().unwrap_or_default();
    let high = sizes.iter().map(|(_, n)| *n).max().unwrap_or_default();
    // Not from nought: what matters is that a list shrank or jumped. The lowest figure is written at the axis.
    let (left, top, width, height) = (64.0, 12.0, 880.0, 150.0);
    let points = line(&sizes, (left, top, width, height), (low, high));
    let mut area = points.clone();
    area.push((left + width, top + height));
    area.push((left, top + height));
    let text = fill(
        T.size_chart,
        &[
            ("from", &parts::date(first.0)),
            ("to", &parts::date(last.0)),
            ("first", &parts::number(first.1)),
            ("last", &parts::number(last.1)),
            ("low", &parts::number(low)),
            ("high", &parts::number(high)),
        ],
    );
    html! {
        figure .chart {
            div .scroll role="group" aria-label=(T.chart) tabindex="0" {
                svg viewBox="0 0 960 190" role="img" aria-label=(text) {
                    @for (y, n) in [(top, high), (top + height / 2.0, u64::midpoint(low, high)), (top + height, low)] {
                        line .grid x1=(at(left)) x2=(at(left + width)) y1=(at(y)) y2=(at(y)) {}
                        text .label x=(at(left - 8.0)) y=(at(y + 4.0)) text-anchor="end" { (parts::number(n)) }
                    }
                    path .area d={ (path(&area)) "Z" } {}
                    path .line d=(path(&points)) {}
                    @if let Some((x, y)) = points.last() { circle .dot cx=(at(*x)) cy=(at(*y)) r="3.5" {} }
                    text .label x=(at(left)) y="184" { (parts::date(first.0)) }
                    text .label x=(at(left + width)) y="184" text-anchor="end" { (parts::date(last.0)) }
                }
            }
            figcaption { (text) }
        }
    }
}

/// A span of time in which something held.
pub(crate) struct Bar {
    pub(crate) row: String,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) note: String,
}

/// Something that happened.
pub(crate) struct Mark {
    pub(crate) at: Timestamp,
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// One axis of time, with what lies on it.
pub(crate) struct Lane {
    pub(crate) title: &'static str,
    pub(crate) bars: Vec<Bar>,
    pub(crate) marks: Vec<Mark>,
}

/// So many rows of a lane are drawn.
const MAX_ROWS: usize = 8;
const LABELS: f64 = 250.0;
const WIDE: f64 = 960.0;

/// Several axes above one another, over the same time.
pub(crate) fn timeline(lanes: &[Lane], now: Timestamp) -> Markup {
    let starts = lanes.iter().flat_map(|lane| {
        lane.bars
            .iter()
            .map(|b| b.from)
            .chain(lane.marks.iter().map(|m| m.at))
    });
    let Some(first) = starts.min() else {
        return html! {};
    };
    let from = first
        .checked_sub(jiff::SignedDuration::from_hours(24 * 3))
        .unwrap_or(first);
    let x = |moment: Timestamp| LABELS + (WIDE - LABELS - 12.0) * between(moment, from, now);
    let mut y = 6.0;
    let mut drawn = Vec::new();
    for lane in lanes {
        let mut rows: Vec<&str> = Vec::new();
        for bar in &lane.bars {
            if !rows.contains(&bar.row.as_str()) && rows.len() < MAX_ROWS {
                rows.push(&bar.row);
            }
        }
        let top = y;
        let height = 26.0 + 22.0 * rows.len().max(1) as f64;
        y += height + 6.0;
        drawn.push((lane, rows, top, height));
    }
    let height = y + 20.0;
    html! {
        figure .chart .timeline {
            div .scroll role="group" aria-label=(T.two_axes) tabindex="0" {
                svg viewBox={ "0 0 960 " (at(height)) } role="img" aria-label=(T.two_axes_alt) {
                    @for tick in ticks(from, now) {
                        line .grid x1=(at(x(tick))) x2=(at(x(tick))) y1="0" y2=(at(height - 18.0)) {}
                        text .label x=(at(x(tick))) y=(at(height - 4.0)) text-anchor="middle" { (parts::date(tick)) }
                    }
                    @for (lane, rows, top, lane_height) in &drawn {
                        rect .lane x="0" y=(at(*top)) width="960" height=(at(*lane_height)) rx="4" {}
                        text .lane-title x="8" y=(at(top + 16.0)) { (lane.title) }
                        @for (n, row) in rows.iter().enumerate() {
                            @let middle = top + 37.0 + 22.0 * n as f64;
                            text .label x="8" y=(at(middle + 4.0)) { (parts::visible(&short(row))) }
                            @for bar in lane.bars.iter().filter(|bar| bar.row == **row) {
                                @let (left, right) = (x(bar.from), x(bar.to));
                                rect .span x=(at(left)) y=(at(middle - 6.0)) width=(at((right - left - 1.5).max(2.0))) height="12" rx="2" {
                                    title { (parts::visible(&bar.row)) ", " (bar.note) ": " (parts::date(bar.from)) " – " (parts::date(bar.to)) }
                                }
                            }
                        }
                        @for mark in &lane.marks {
                            @let y = top + 37.0;
                            @match mark.kind {
                                "alert" => path .mark .mark-alert d=(path(&[(x(mark.at), y - 8.0), (x(mark.at) + 7.0, y + 5.0), (x(mark.at) - 7.0, y + 5.0)])) { (hint(mark)) },
                                "decided" => rect .mark .mark-decided x=(at(x(mark.at) - 5.0)) y=(at(y - 5.0)) width="10" height="10" { (hint(mark)) },
                                "screening" => rect .mark .mark-screening x=(at(x(mark.at) - 1.0)) y=(at(y - 9.0)) width="2" height="18" { (hint(mark)) },
                                _ => circle .mark .mark-version cx=(at(x(mark.at))) cy=(at(y)) r="5" { (hint(mark)) },
                            }
                        }
                    }
                }
            }
            details {
                summary { (T.in_words) }
                @for lane in lanes {
                    p { strong { (lane.title) } }
                    ul {
                        @for bar in &lane.bars { li { (parts::name(&bar.row)) ", " (bar.note) ": " (parts::date(bar.from)) " – " (parts::date(bar.to)) } }
                        @for mark in &lane.marks { li { (parts::date(mark.at)) ": " (mark.text) } }
                    }
                }
            }
        }
    }
}

fn hint(mark: &Mark) -> Markup {
    html! { title { (mark.text) ": " (parts::date(mark.at)) } }
}

fn short(text: &str) -> String {
    const MOST: usize = 34;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

/// Moments to write on an axis, evenly apart.
fn ticks(from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    let seconds = to.as_second() - from.as_second();
    (1..=4)
        .filter_map(|n| {
            from.checked_add(jiff::SignedDuration::from_secs(seconds * n / 5))
                .ok()
        })
        .map(|tick| {
            let day = tick.to_zoned(TimeZone::UTC).date();
            day.to_zoned(TimeZone::UTC)
                .map_or(tick, |day| day.timestamp())
        })
        .collect()
}

/// Something that an entry is tied to.
#[derive(Debug, Clone)]
pub(crate) struct Tie {
    pub(crate) id: String,
    /// The entry that it is or belongs to, where a list has it.
    pub(crate) entry: Option<String>,
    pub(crate) caption: String,
    pub(crate) how: String,
    /// Who says so.
    pub(crate) source: String,
}

/// A party in the middle of what it is tied to. The same ties stand as a list beside it.
pub(crate) fn ties(caption: &str, ties: &[Tie]) -> Markup {
    let count = ties.len().max(1) as f64;
    let height = (60.0 + 20.0 * count).clamp(220.0, 520.0);
    let (middle_x, middle_y) = (WIDE / 2.0, height / 2.0);
    let place = |n: usize| {
        // Half stand on the right and half on the left, so that their names have room.
        let (is_right, side) = (n.is_multiple_of(2), (n / 2) as f64);
        let on_side = if is_right {
            ties.len().div_ceil(2)
        } else {
            ties.len() / 2
        } as f64;
        let y = height * (side + 1.0) / (on_side + 1.0);
        let x = if is_right {
            middle_x + 220.0
        } else {
            middle_x - 220.0
        };
        (x, y, is_right)
    };
    html! {
        figure .chart .ties {
            div .scroll role="group" aria-label=(T.chart) tabindex="0" {
                svg viewBox={ "0 0 960 " (at(height)) } role="img" aria-label=(T.count(T.ties_alt, ties.len() as u64)) {
                    @for (n, tie) in ties.iter().enumerate() {
                        @let (x, y, is_right) = place(n);
                        path .edge d={ "M" (at(middle_x)) "," (at(middle_y)) " Q" (at(f64::midpoint(middle_x, x))) "," (at(y)) " " (at(x)) "," (at(y)) } {}
                        circle .node cx=(at(x)) cy=(at(y)) r="5" {}
                        text .label .strong x=(at(if is_right { x + 10.0 } else { x - 10.0 })) y=(at(y)) text-anchor=(if is_right { "start" } else { "end" }) { (parts::visible(&short(&tie.caption))) }
                        text .label x=(at(if is_right { x + 10.0 } else { x - 10.0 })) y=(at(y + 13.0)) text-anchor=(if is_right { "start" } else { "end" }) { (parts::visible(&short(&tie.how))) }
                    }
                    circle .node .centre cx=(at(middle_x)) cy=(at(middle_y)) r="8" {}
                    text .label .strong x=(at(middle_x)) y=(at(middle_y - 14.0)) text-anchor="middle" { (parts::visible(&short(caption))) }
                }
            }
        }
    }
}

/// How thick all of it is, and how much room a state needs for its words.
const FULL: f64 = 220.0;
const ROW: f64 = 34.0;

/// All of something, flowing into the states it is in. The widths are true; what is not nothing can be seen.
pub(crate) fn flow(total: u64, states: &[(&'static str, String, u64)]) -> Markup {
    let shown: Vec<_> = states.iter().filter(|(_, _, n)| *n > 0).collect();
    if shown.is_empty() {
        return html! {};
    }
    let thickness = |n: u64| (FULL * n as f64 / total.max(1) as f64).max(1.5);
    let whole: f64 = shown.iter().map(|(_, _, n)| thickness(*n)).sum();
    let right: f64 = shown
        .iter()
        .map(|(_, _, n)| thickness(*n).max(ROW) + 6.0)
        .sum();
    let height = whole.max(right) + 16.0;
    let mut left_y = (height - whole) / 2.0;
    let mut right_y = (height - right) / 2.0;
    let mut bands = Vec::new();
    for (class, label, n) in shown {
        let thick = thickness(*n);
        let room = thick.max(ROW);
        let to = right_y + (room - thick) / 2.0;
        bands.push((*class, label, *n, left_y, to, thick));
        left_y += thick;
        right_y += room + 6.0;
    }
    let said: Vec<String> = bands
        .iter()
        .map(|(_, label, n, ..)| format!("{label} {}", parts::number(*n)))
        .collect();
    let text = fill(
        T.flow_alt,
        &[
            ("total", &parts::number(total)),
            ("states", &said.join(", ")),
        ],
    );
    let (a, b) = (190.0, 640.0);
    let middle = f64::midpoint(a, b);
    html! {
        figure .chart .flow {
            div .scroll role="group" aria-label=(T.chart) tabindex="0" {
                svg viewBox={ "0 0 960 " (at(height)) } role="img" aria-label=(text) {
                    text .big x="174" y=(at(height / 2.0 - 2.0)) text-anchor="end" { (parts::number(total)) }
                    text .label x="174" y=(at(height / 2.0 + 16.0)) text-anchor="end" { (T.subjects) }
                    rect .whole x="180" y=(at((height - whole) / 2.0)) width="10" height=(at(whole)) rx="2" {}
                    @for (class, label, n, from, to, thick) in &bands {
                        path .band .{ "band-" (class) } d={
                            "M" (at(a)) "," (at(*from)) " C" (at(middle)) "," (at(*from)) " " (at(middle)) "," (at(*to)) " " (at(b)) "," (at(*to))
                            " L" (at(b)) "," (at(to + thick)) " C" (at(middle)) "," (at(to + thick)) " " (at(middle)) "," (at(from + thick)) " " (at(a)) "," (at(from + thick)) "Z"
                        } {}
                        rect .{ "end-" (class) } x=(at(b)) y=(at(*to)) width="10" height=(at(*thick)) rx="2" {}
                        text .strong x=(at(b + 18.0)) y=(at(to + thick / 2.0 - 1.0)) { (parts::number(*n)) " " tspan .label { (share(*n, total)) } }
                        text .label x=(at(b + 18.0)) y=(at(to + thick / 2.0 + 14.0)) { (label) }
                    }
                }
            }
        }
    }
}

/// Everybody between two moments: from the states on the left into those on the right. The widths are true; what is not
/// nothing can be seen.
pub(crate) fn moves(rows: &[(&'static str, &'static str, u64)]) -> Markup {
    let total: u64 = rows.iter().map(|(_, _, n)| n).sum();
    if total == 0 {
        return html! {};
    }
    let thick = |n: u64| (FULL * n as f64 / total as f64).max(1.5);
    // Where each state stands on either side, in the order of the rows, and how much of it is taken.
    let side = |is_left: bool| {
        let mut places: Vec<(&'static str, f64, f64, u64)> = Vec::new();
        for (from, to, n) in rows {
            let state = if is_left { from } else { to };
            match places.iter_mut().find(|(known, ..)| known == state) {
                Some(place) => {
                    place.2 += thick(*n);
                    place.3 += n;
                }
                None => places.push((state, 0.0, thick(*n), *n)),
            }
        }
        let mut y = 8.0;
        for (_, top, height, _) in &mut places {
            *top = y + (height.max(ROW) - *height) / 2.0;
            y += height.max(ROW) + 6.0;
        }
        (places, y)
    };
    let ((left, left_end), (right, right_end)) = (side(true), side(false));
    let height = left_end.max(right_end) + 8.0;
    let (a, b) = (300.0, 660.0);
    let middle = f64::midpoint(a, b);
    let mut taken: Vec<(bool, &str, f64)> = Vec::new();
    let mut take = |is_left: bool, state: &'static str, n: u64| -> f64 {
        let places = if is_left { &left } else { &right };
        let top = places
            .iter()
            .find(|(known, ..)| *known == state)
            .map_or(0.0, |(_, top, ..)| *top);
        let known = taken
            .iter_mut()
            .find(|(side, known, _)| *side == is_left && *known == state);
        match known {
            Some((_, _, used)) => {
                let at = top + *used;
                *used += thick(n);
                at
            }
            None => {
                taken.push((is_left, state, thick(n)));
                top
            }
        }
    };
    let bands: Vec<(&str, f64, f64, f64)> = rows
        .iter()
        .map(|(from, to, n)| (*to, take(true, from, *n), take(false, to, *n), thick(*n)))
        .collect();
    let said: Vec<String> = rows
        .iter()
        .map(|(from, to, n)| {
            format!(
                "{} → {}: {}",
                T.standing_short(from),
                T.standing_short(to),
                parts::number(*n)
            )
        })
        .collect();
    html! {
        figure .chart .flow {
            div .scroll role="group" aria-label=(T.chart) tabindex="0" {
                svg viewBox={ "0 0 960 " (at(height)) } role="img" aria-label=(said.join("; ")) {
                    @for (class, from, to, thick) in &bands {
                        path .band .{ "band-" (class) } d={
                            "M" (at(a)) "," (at(*from)) " C" (at(middle)) "," (at(*from)) " " (at(middle)) "," (at(*to)) " " (at(b)) "," (at(*to))
                            " L" (at(b)) "," (at(to + thick)) " C" (at(middle)) "," (at(to + thick)) " " (at(middle)) "," (at(from + thick)) " " (at(a)) "," (at(from + thick)) "Z"
                        } {}
                    }
                    @for (is_left, places) in [(true, &left), (false, &right)] {
                        @for (state, top, tall, n) in places {
                            @let x = if is_left { a - 10.0 } else { b };
                            @let text = if is_left { a - 18.0 } else { b + 18.0 };
                            @let anchor = if is_left { "end" } else { "start" };
                            rect .{ "end-" (state) } .whole x=(at(x)) y=(at(*top)) width="10" height=(at(*tall)) rx="2" {}
                            text .strong x=(at(text)) y=(at(top + tall / 2.0 - 1.0)) text-anchor=(anchor) { (parts::number(*n)) }
                            text .label x=(at(text)) y=(at(top + tall / 2.0 + 14.0)) text-anchor=(anchor) { (T.standing_short(state)) }
                        }
                    }
                }
            }
        }
    }
}

/// A share in percent; nothing that is there is shown as nought.
pub(crate) fn share(n: u64, of: u64) -> String {
    let percent = 100.0 * n as f64 / of.max(1) as f64;
    if n > 0 && percent < 0.1 {
        "< 0.1 %".to_owned()
    } else {
        format!("{percent:.1} %")
    }
}

/// How often alerts of one kind were decided, and how often the question was asked in vain.
pub(crate) struct Rated {
    pub(crate) name: String,
    pub(crate) decided: u64,
    pub(crate) false_positives: u64,
}

/// Within which shares the true one lies, 19 times out of 20 (Wilson's interval).
fn interval(hits: u64, of: u64) -> (f64, f64) {
    let (n, z) = (of.max(1) as f64, 1.96_f64);
    let p = hits as f64 / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// Shares of false positives side by side, each with how sure it is.
pub(crate) fn rates(rows: &[Rated], label: &str) -> Markup {
    let rows: Vec<&Rated> = rows.iter().filter(|row| row.decided > 0).collect();
    if rows.is_empty() {
        return html! { p .muted { (T.nothing_decided) } };
    }
    let (all_false, all): (u64, u64) = rows
        .iter()
        .fold((0, 0), |(f, d), r| (f + r.false_positives, d + r.decided));
    let x = |share: f64| 200.0 + 560.0 * share;
    let height = 34.0 + 26.0 * rows.len() as f64;
    let overall = all_false as f64 / all.max(1) as f64;
    html! {
        figure .chart {
            div .scroll role="group" aria-label=(T.chart) tabindex="0" {
                svg viewBox={ "0 0 960 " (at(height)) } role="img" aria-label=(label) {
                    @for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
                        line .grid x1=(at(x(tick))) x2=(at(x(tick))) y1="4" y2=(at(height - 20.0)) {}
                        text .label x=(at(x(tick))) y=(at(height - 4.0)) text-anchor="middle" { (format!("{:.0} %", tick * 100.0)) }
                    }
                    line .overall x1=(at(x(overall))) x2=(at(x(overall))) y1="4" y2=(at(height - 20.0)) {}
                    @for (n, row) in rows.iter().enumerate() {
                        @let y = 18.0 + 26.0 * n as f64;
                        @let (low, high) = interval(row.false_positives, row.decided);
                        text .label x="190" y=(at(y + 4.0)) text-anchor="end" { (parts::visible(&row.name)) }
                        line .whisker x1=(at(x(low))) x2=(at(x(high))) y1=(at(y)) y2=(at(y)) {}
                        circle .dot cx=(at(x(row.false_positives as f64 / row.decided as f64))) cy=(at(y)) r="5" {}
                        text .label x="776" y=(at(y + 4.0)) { (share(row.false_positives, row.decided)) " " (fill(T.of_decided, &[("n", &parts::number(row.decided))])) }
                    }
                }
            }
            figcaption { (label) " " (fill(T.rates_text, &[("share", &share(all_false, all))])) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_its_share_and_narrows_with_what_is_known() {
        for (hits, of) in [(0, 1), (1, 1), (3, 10), (300, 1_000)] {
            let (low, high) = interval(hits, of);
            let share = hits as f64 / of as f64;
            assert!(
                low <= share + 1e-9 && share <= high + 1e-9,
                "{hits}/{of}: {low}..{high}"
            );
            assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
        }
        let width = |(low, high): (f64, f64)| high - low;
        assert!(width(interval(3, 10)) > 4.0 * width(interval(300, 1_000)));
    }

    #[test]
    fn the_flow_names_every_state_that_is_not_empty() {
        let states = [
            ("clear", "Clear".to_owned(), 97),
            ("open", "Open".to_owned(), 3),
            ("erased", "Erased".to_owned(), 0),
        ];
        let drawn = flow(100, &states).into_string();
        assert!(drawn.contains("Clear 97, Open 3"), "{drawn}");
        assert!(!drawn.contains("Erased"), "{drawn}");
        assert_eq!(share(1, 1_000_000), "< 0.1 %");
        assert_eq!(share(0, 10), "0.0 %");
    }

    #[test]
    fn everybody_who_moves_is_drawn_and_told() {
        let rows = [
            ("clear", "clear", 90),
            ("clear", "alert-open", 6),
            (rescreen_app::NOT_REGISTERED, "clear", 4),
        ];
        let drawn = moves(&rows).into_string();
        for told in [
            "Clear → Clear: 90",
            "Clear → Alert open: 6",
            "Not registered yet → Clear: 4",
        ] {
            assert!(drawn.contains(told), "{told}: {drawn}");
        }
        // On the left stand 96 and 4, on the right 94 and 6.
        for sum in [">96<", ">4<", ">94<", ">6<"] {
            assert!(drawn.contains(sum), "{sum}: {drawn}");
        }
        assert_eq!(drawn.matches("<path").count(), 3);
    }

    #[test]
    fn names_in_a_chart_cannot_become_elements() {
        let tie = Tie {
            id: "x".to_owned(),
            entry: None,
            caption: "</text><script>alert(1)</script>".to_owned(),
            how: "\u{202e}tie".to_owned(),
            source: String::new(),
        };
        let drawn = ties("<b>", &[tie]).into_string();
        assert!(
            !drawn.contains("<script") && !drawn.contains("<b>") && !drawn.contains('\u{202e}'),
            "{drawn}"
        );
    }
}

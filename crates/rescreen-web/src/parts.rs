//! The small parts that pages are put together from.

use std::fmt::Write as _;

use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use rescreen_app::{AlertState, Cause};
use rescreen_match::{Bits, Policy, Score};

use crate::{session::Session, texts::T, url};

/// What every form carries.
pub(crate) fn key(session: &Session) -> Markup {
    html! { input type="hidden" name="key" value=(session.form_key); }
}

/// A text with things put into it: `{n}` is where `n` goes.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}

/// A number with its groups of three apart.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Foreign text. Letters that cannot be seen, or that turn the direction of what follows, are shown by their number.
pub(crate) fn plain(text: &str) -> Markup {
    if !text.chars().any(is_hidden) {
        return html! { (text) };
    }
    let letters: Vec<char> = text.chars().collect();
    let joins = |at: usize| {
        let beside = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic() && !c.is_ascii());
        matches!(letters[at], '\u{200c}' | '\u{200d}')
            && beside(at.checked_sub(1).and_then(|before| letters.get(before)))
            && beside(letters.get(at + 1))
    };
    html! {
        @for (at, c) in letters.iter().enumerate() {
            @if is_hidden(*c) && !joins(at) {
                span .unseen { (format!("U+{:04X}", u32::from(*c))) }
            } @else {
                (c)
            }
        }
    }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A name or other value in whatever script: it keeps its direction to itself, and the browser is told the script so
/// that it takes the right letters.
pub(crate) fn name(text: &str) -> Markup {
    html! { bdi lang=[language(text)] { (plain(text)) } }
}

/// The language tag of a text by its script; the language itself nobody knows.
fn language(text: &str) -> Option<&'static str> {
    let mut found = None;
    for c in text.chars() {
        let tag = match c {
            '\u{370}'..='\u{3ff}' => "und-Grek",
            '\u{400}'..='\u{52f}' => "und-Cyrl",
            '\u{530}'..='\u{58f}' => "hy",
            '\u{590}'..='\u{5ff}' => "he",
            '\u{600}'..='\u{6ff}'
            | '\u{750}'..='\u{77f}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}' => "und-Arab",
            '\u{900}'..='\u{97f}' => "und-Deva",
            '\u{980}'..='\u{9ff}' => "und-Beng",
            '\u{e00}'..='\u{e7f}' => "th",
            '\u{1000}'..='\u{109f}' => "my",
            '\u{10a0}'..='\u{10ff}' => "ka",
            '\u{1200}'..='\u{137f}' => "und-Ethi",
            // Kana or hangul anywhere say more than the characters beside them.
            '\u{3040}'..='\u{30ff}' => return Some("ja"),
            '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => return Some("ko"),
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}' => "zh",
            _ => continue,
        };
        if found.is_none() {
            found = Some(tag);
        }
    }
    found
}

/// Several values, each in a line.
pub(crate) fn names<'a>(texts: impl IntoIterator<Item = &'a str>) -> Markup {
    html! {
        ul .values {
            @for text in texts { li { (name(text)) } }
        }
    }
}

/// A moment; a day alone where it is the beginning of one.
pub(crate) fn when(at: Timestamp) -> Markup {
    let zoned = at.to_zoned(TimeZone::UTC);
    let (date, time) = (zoned.date(), zoned.time());
    let text = if time.hour() == 0 && time.minute() == 0 && time.second() == 0 {
        date.to_string()
    } else {
        format!("{date} {:02}:{:02}", time.hour(), time.minute())
    };
    html! { time datetime=(at) title=(at) { (text) } }
}

/// A moment to the minute, as text.
pub(crate) fn moment(at: Timestamp) -> String {
    let zoned = at.to_zoned(TimeZone::UTC);
    let (date, time) = (zoned.date(), zoned.time());
    format!("{date} {:02}:{:02} UTC", time.hour(), time.minute())
}

/// A moment's day, as text.
pub(crate) fn date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}

/// A moment's day.
pub(crate) fn day(at: Timestamp) -> Markup {
    html! { time datetime=(at) title=(at) .nowrap { (date(at)) } }
}

/// Foreign text where there is no room for marks: letters that cannot be seen are written as numbers.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            // Writing to a string cannot fail.
            let _always = write!(shown, "U+{:04X}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// How long ago a moment was, in the one unit that fits.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs();
    let Ok(seconds) = u64::try_from(seconds) else {
        return T.in_future.to_owned();
    };
    let (text, n) = match seconds {
        0..60 => return T.just_now.to_owned(),
        60..3_600 => (T.minutes_ago, seconds / 60),
        3_600..86_400 => (T.hours_ago, seconds / 3_600),
        86_400..5_184_000 => (T.days_ago, seconds / 86_400),
        _ => (T.months_ago, seconds / 2_629_800),
    };
    T.count(text, n)
}

/// A moment with how long ago it was.
pub(crate) fn when_ago(at: Timestamp, now: Timestamp) -> Markup {
    html! { (when(at)) " " span .muted .nowrap { "(" (ago(at, now)) ")" } }
}

/// A score in figures. Never rounded up: what is shown as 0.90 has reached 0.90.
pub(crate) fn figures(score: Score) -> String {
    let hundredths = score.basis_points() / 100;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A score as a number and as a bar, with a mark where the match tier begins.
pub(crate) fn score(score: Score, policy: &Policy) -> Markup {
    let tier = policy.tier(score);
    html! {
        span .score .{ "tier-" (tier.as_str()) } {
            span .figures title=(score) { (figures(score)) }
            svg .meter viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
                rect .track width="100" height="6" {}
                rect .fill width=(percent(score)) height="6" {}
                rect .mark x=(percent(policy.matched())) width="1" height="6" {}
            }
        }
    }
}

fn percent(score: Score) -> String {
    let points = score.basis_points();
    format!("{}.{:02}", points / 100, points % 100)
}

/// Bits with their sign; a true minus, which is as wide as the plus.
pub(crate) fn bits(bits: Bits) -> String {
    bits.to_string().replace('-', "\u{2212}")
}

/// What a policy makes of a score, in a word.
pub(crate) fn tier(word: &str) -> Markup {
    html! { span .badge .{ "tier-" (tier_class(word)) } { (T.tier(word)) } }
}

/// Only words that are ours become names of classes.
fn tier_class(word: &str) -> &'static str {
    match word {
        "match" => "match",
        "review" => "review",
        _ => "below",
    }
}

/// Where an alert stands.
pub(crate) fn state(state: AlertState) -> Markup {
    html! { span .badge .{ "state-" (state.as_str()) } { (T.state(state)) } }
}

/// A list, with a way to it.
pub(crate) fn list(name: &str) -> Markup {
    html! { a .chip href=(url::list(name)) { (name) } }
}

/// An entry of a list, with a way to it.
pub(crate) fn entry(id: &str) -> Markup {
    html! { a .id href=(url::entry(id)) { (plain(id)) } }
}

/// Why something happened, in words.
pub(crate) fn cause(cause: &Cause) -> Markup {
    html! {
        (plain(&T.change(&cause.change)))
        @if let Some(list) = &cause.list {
            " " span .muted {
                (T.on_list) " " (list)
                @if let Some(version) = &cause.version { " " (version) }
            }
        }
    }
}

/// A table whose rows become cards where there is no room; its roles are said because the cards would lose them.
pub(crate) fn head(columns: &[(&str, &'static str)]) -> Markup {
    html! {
        thead role="rowgroup" {
            tr role="row" {
                @for (text, class) in columns {
                    // A column of bars or buttons has no head: an empty one would be read out.
                    @if text.is_empty() { td role="cell" class=[(!class.is_empty()).then_some(*class)] {} }
                    @else { th role="columnheader" scope="col" class=[(!class.is_empty()).then_some(*class)] { (text) } }
                }
            }
        }
    }
}

/// The way through the parts of something long.
pub(crate) fn pager(fields: &crate::fields::Fields, page: u64, size: u64, total: u64) -> Markup {
    let last = total.div_ceil(size).max(1);
    let link = |to: u64, text: &str, rel: &str| {
        let query = fields.with("page", &to.to_string());
        html! { a rel=(rel) href={ "?" (query) } { (text) } }
    };
    let from = (page - 1) * size + 1;
    let to = (page * size).min(total);
    html! {
        @if total > size {
            nav .pager aria-label=(T.pages) {
                @if page > 1 { (link(page - 1, T.previous_page, "prev")) } @else { span .muted { (T.previous_page) } }
                span { (fill(T.page_of, &[("from", &number(from)), ("to", &number(to)), ("total", &number(total))])) }
                @if page < last { (link(page + 1, T.next_page, "next")) } @else { span .muted { (T.next_page) } }
            }
        }
    }
}

/// Which part is asked for, from 1.
pub(crate) fn page_number(fields: &crate::fields::Fields) -> u64 {
    fields
        .get("page")
        .and_then(|text| text.parse().ok())
        .filter(|page| (1..=1_000_000).contains(page))
        .unwrap_or(1)
}

/// A term with what is to be said about it.
pub(crate) fn fact(term: &str, value: &Markup) -> Markup {
    html! { div { dt { (term) } dd { (value) } } }
}

/// One of several to choose.
pub(crate) fn option(value: &str, text: &str, chosen: &str) -> Markup {
    html! { option value=(value) selected[value == chosen] { (text) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_escaped_and_what_cannot_be_seen_is_shown() {
        assert_eq!(
            plain("<img src=x onerror=alert(1)>\"").into_string(),
            "&lt;img src=x onerror=alert(1)&gt;&quot;"
        );
        assert_eq!(
            plain("abc\u{202e}def").into_string(),
            "abc<span class=\"unseen\">U+202E</span>def"
        );
        let joined = "\u{645}\u{200c}\u{6cc}";
        assert_eq!(plain(joined).into_string(), joined, "part of the spelling");
    }

    #[test]
    fn names_say_their_script() {
        let check = |text: &str| language(text);
        assert_eq!(check("Ivan"), None);
        assert_eq!(check("Иван"), Some("und-Cyrl"));
        assert_eq!(check("محمد"), Some("und-Arab"));
        assert_eq!(check("謝承祿"), Some("zh"));
        assert_eq!(check("山田 タロウ"), Some("ja"));
        assert_eq!(check("金 정은"), Some("ko"));
    }

    #[test]
    fn a_score_is_never_shown_higher_than_it_is() {
        assert_eq!(figures(Score::from_basis_points(8_999)), "0.89");
        assert_eq!(figures(Score::from_basis_points(9_999)), "0.99");
        assert_eq!(figures(Score::from_basis_points(700)), "0.07");
    }

    #[test]
    fn numbers_and_times_are_read_at_a_glance() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_234_567), "1,234,567");
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        let check = |at: &str| ago(at.parse().unwrap(), now);
        assert_eq!(check("2026-03-10T11:59:30Z"), "just now");
        assert_eq!(check("2026-03-10T11:59:00Z"), "1 minute ago");
        assert_eq!(check("2026-03-08T11:00:00Z"), "2 days ago");
        assert_eq!(check("2025-12-01T00:00:00Z"), "3 months ago");
        assert_eq!(check("2026-03-11T00:00:00Z"), "in the future");
    }
}

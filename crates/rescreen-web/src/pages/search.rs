//! Asking about somebody: one box, and what else is known.

use maud::{Markup, html};
use rescreen_app::{AsOf, Cut, add_identifier, names_somebody, parse_moment};
use rescreen_model::{Country, DateSpan, Entity, Property, Schema};
use rescreen_screen::{Hit, Screening};

use crate::{
    answer::{Answer, Page, Problem, Tab},
    evidence,
    fields::Fields,
    parts::{self, fill},
    texts::T,
    url,
    visit::Visit,
};

/// What is looked for; `Thing` is compared with every kind.
const KINDS: &[Schema] = &[
    Schema::Thing,
    Schema::Person,
    Schema::Organization,
    Schema::Vessel,
    Schema::Airplane,
    Schema::CryptoWallet,
];

/// So many results are written out.
const MAX_SHOWN: usize = 50;
/// Evidence is open for the first so many.
const OPEN: usize = 1;

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let asked = visit.query().get("s").and_then(|number| {
        let number: u64 = number.parse().ok()?;
        let mut asked = visit.session?.asked.iter();
        asked
            .find(|(known, _)| *known == number)
            .map(|(_, fields)| fields.clone())
    });
    let is_gone = asked.is_none() && visit.query().get("s").is_some();
    let (result, problem) = match asked.as_ref().map(|fields| answer(visit, fields)) {
        None => (None, is_gone.then(|| T.search_gone.to_owned())),
        Some(Ok(found)) => (Some(found), None),
        Some(Err(Problem::Wrong(what))) => (None, Some(what)),
        Some(Err(Problem::App(error))) if error.kind() != rescreen_app::Kind::Internal => {
            (None, Some(error.to_string()))
        }
        Some(Err(other)) => return Err(other),
    };
    let fields = asked.unwrap_or_default();
    let session = visit.session()?;
    let body = html! {
        h1 .quiet-title { (T.search_title) }
        (form(&fields, &parts::key(session), problem.as_deref()))
        @if let Some((cut, screening)) = &result { (results(cut, screening)) }
        @else if problem.is_none() { (former(&session.asked)) }
    };
    Ok(Page::new(T.search, Tab::Search, body).into())
}

#[expect(clippy::unnecessary_wraps, reason = "all pages have one form")]
pub(crate) fn ask(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let number = visit
        .pages
        .sessions
        .remember(&visit.asked.headers, visit.form().only(FIELDS));
    Ok(Answer::Go(format!("/?s={number}")))
}

const FIELDS: &[&str] = &["q", "kind", "born", "country", "number", "day"];

fn form(fields: &Fields, key: &Markup, problem: Option<&str>) -> Markup {
    let text = |name: &str| fields.text(name).to_owned();
    html! {
        form .search method="post" action="/" role="search" aria-label=(T.search) {
            (key)
            div .box {
                label for="q" { (T.search_name) }
                input #q type="search" name="q" value=(text("q")) dir="auto" autofocus autocomplete="off" spellcheck="false"
                    maxlength="500" aria-keyshortcuts="/" aria-describedby=[problem.map(|_| "problem")]
                    placeholder=(T.search_placeholder);
                button .main type="submit" { (T.search) }
            }
            div .details {
                div { label for="kind" { (T.kind) }
                    select #kind name="kind" {
                        @for kind in KINDS { (parts::option(kind.name(), &T.schema(kind.name()), fields.text("kind"))) }
                    } }
                div { label for="born" { (T.born) }
                    input #born type="text" name="born" value=(text("born")) autocomplete="off" maxlength="40" placeholder="1975-04-02"; }
                div { label for="country" { (T.country) }
                    input #country type="text" name="country" value=(text("country")) autocomplete="off" maxlength="60" placeholder=(T.country_example); }
                div { label for="number" { (T.number) }
                    input #number type="text" name="number" value=(text("number")) autocomplete="off" maxlength="80" placeholder=(T.number_example); }
                div { label for="day" { (T.as_of) }
                    input #day type="date" name="day" value=(text("day")); }
            }
            @if let Some(problem) = problem {
                div #problem .notice .bad role="alert" { p { (parts::plain(problem)) } }
            }
        }
    }
}

/// What was asked before in this session.
fn former(asked: &std::collections::VecDeque<(u64, Fields)>) -> Markup {
    html! {
        @if asked.is_empty() {
            p .hint { (T.search_hint) }
        } @else {
            h2 { (T.asked_before) }
            ul .former {
                @for (number, fields) in asked {
                    li { a href={ "/?s=" (number) } {
                        @for (n, name) in ["q", "number", "born", "country", "day"].iter().filter(|f| fields.get(f).is_some()).enumerate() {
                            @if n > 0 { span .muted { " · " } }
                            (parts::name(fields.text(name)))
                        }
                    } }
                }
            }
        }
    }
}

type Found = (std::sync::Arc<Cut>, Screening);

fn answer(visit: &Visit<'_>, fields: &Fields) -> Result<Found, Problem> {
    let wrong = |text: &str, what: &str| Problem::Wrong(fill(text, &[("text", what)]));
    let kind = Schema::named(fields.text("kind"))
        .filter(|kind| KINDS.contains(kind))
        .unwrap_or(Schema::Thing);
    let mut subject = Entity::new("asked", kind);
    if let Some(name) = fields.get("q") {
        subject.add(Property::Name, name);
    }
    if let Some(text) = fields.get("born") {
        let span = DateSpan::parse(text).map_err(|_| wrong(T.born_wrong, text))?;
        subject.add_date(Property::BirthDate, &span, text);
    }
    if let Some(text) = fields.get("country") {
        let country = Country::parse(text).ok_or_else(|| wrong(T.country_wrong, text))?;
        subject.add(Property::Country, country.code());
    }
    if let Some(text) = fields.get("number") {
        add_identifier(&mut subject, text)?;
    }
    if !names_somebody(&subject) {
        return Err(Problem::Wrong(T.nobody_named.to_owned()));
    }
    let at = match fields.get("day") {
        Some(day) => AsOf {
            published: parse_moment(day, true).map_err(|_| wrong(T.day_wrong, day))?,
            ..AsOf::NOW
        },
        None => AsOf::NOW,
    };
    let cut = visit
        .pages
        .cut(visit.app, &[], at)?
        .ok_or(Problem::NotReady)?;
    let screening = cut.screener.screen(&subject);
    Ok((cut, screening))
}

fn results(cut: &Cut, screening: &Screening) -> Markup {
    let count = screening.hits.len();
    html! {
        section .results aria-labelledby="found" {
            h2 #found tabindex="-1" {
                @if count == 0 { (T.nobody_found) } @else { (T.count(T.found, count as u64)) }
            }
            p .muted {
                (T.asked_against) " "
                @for (n, list) in cut.lists.iter().enumerate() {
                    @if n > 0 { ", " }
                    (list.name) " " (T.of_day) " " (parts::when(list.published))
                }
            }
            @for remark in &screening.remarks {
                p .notice { (T.not_compared_because) " " (parts::plain(&remark.to_string())) }
            }
            ol .hits {
                @for (n, hit) in screening.hits.iter().take(MAX_SHOWN).enumerate() {
                    li .hit data-row="" tabindex="-1" { (result(cut, hit, n < OPEN)) }
                }
            }
            @if count > MAX_SHOWN { p .muted { (fill(T.more_found, &[("n", &parts::number((count - MAX_SHOWN) as u64))])) } }
        }
    }
}

fn result(cut: &Cut, hit: &Hit, is_open: bool) -> Markup {
    let party = &hit.party.entity;
    let policy = cut.screener.policy();
    let lines = evidence::of_match(&hit.found);
    html! {
        div .hit-head {
            (parts::score(hit.found.score, policy))
            div .who {
                h3 { a href=(url::entry(party.id.as_str())) { (parts::name(party.caption())) } }
                p .muted {
                    (T.schema(party.schema.name()))
                    @for property in [Property::BirthDate, Property::Nationality, Property::Country, Property::ImoNumber] {
                        @for text in crate::compare::shown(&property, party.texts(&property).take(3).map(str::to_owned).collect()) {
                            " · " (parts::name(&text))
                        }
                    }
                }
            }
            div .where { (parts::list(hit.party.list.as_str())) (parts::tier(policy.tier(hit.found.score).as_str())) }
        }
        details open[is_open] {
            summary { (T.evidence) }
            div .evidence-body {
                (evidence::aligned(&[], &names(party), &lines))
                (evidence::table(&lines, hit.found.score))
                @if let Some(chance) = hit.chance(cut.screener.names()).filter(|chance| *chance >= 0.005) {
                    p .muted { (fill(T.by_chance, &[("n", &expected(chance)), ("names", &parts::number(cut.screener.names() as u64))])) }
                }
            }
        }
    }
}

/// How many, with as many figures as mean something.
fn expected(chance: f64) -> String {
    if chance < 1.0 {
        format!("{chance:.2}")
    } else if chance < 10.0 {
        format!("{chance:.1}")
    } else {
        format!("{chance:.0}")
    }
}

pub(crate) fn names(entity: &Entity) -> Vec<&str> {
    crate::compare::NAMES
        .iter()
        .flat_map(|property| entity.texts(property))
        .collect()
}

//! One listed party: what is said of it now, what was said before, and whom it is tied to.

use std::collections::BTreeMap;

use maud::{Markup, html};
use rescreen_app::{
    AsOf, EntrySpan, Graph, QueueFilter, QueueOrder, changes_between, parse_moment,
};
use rescreen_model::{Entity, EntityId, Property, PropertyKind};

use super::queue;
use crate::{
    answer::{Answer, Page, Problem, Tab},
    chart::{self, Tie},
    compare,
    parts::{self, fill},
    routes::READERS,
    texts::T,
    url,
    visit::Visit,
};

/// So many ties are drawn; all are written out.
const MAX_TIES: usize = 40;

pub(crate) fn page(visit: &mut Visit<'_>) -> Result<Answer, Problem> {
    let id = visit.part("entry").to_owned();
    let day = visit.query().text("day").to_owned();
    let at = match day.as_str() {
        "" => AsOf::NOW,
        day => AsOf {
            published: parse_moment(day, true)
                .map_err(|_| Problem::Wrong(fill(T.day_wrong, &[("text", day)])))?,
            ..AsOf::NOW
        },
    };
    let report = visit.app.entity(&id, at)?;
    let newest = report.now.first().or(report.history.last());
    let caption = newest
        .map_or(id.as_str(), |span| span.entry.party.caption())
        .to_owned();
    let graph = visit.pages.graph(visit.app)?;
    let ties = newest
        .map(|span| ties(visit, &span.entry, graph.as_deref()))
        .unwrap_or_default();
    let body = html! {
        p .crumbs { a href="/lists" { (T.lists) }
            @if let Some(span) = newest { " / " a href=(url::list(span.list.as_str())) { (span.list) } } }
        h1 { (parts::name(&caption)) }
        div .meta {
            span .id { (parts::plain(&id)) }
            @if let Some(span) = newest { span { (T.schema(span.entry.party.schema.name())) } }
            @if report.now.is_empty() { span .badge .tier-below { (T.not_listed_then) } }
            form .inline method="get" action=(url::entry(&id)) {
                label for="day" { (T.as_of) } " "
                input #day type="date" name="day" value=(day); " "
                button type="submit" { (T.show) }
            }
        }
        @for span in &report.now {
            section .panel {
                h2 { (T.on_list) " " a href=(url::list(span.list.as_str())) { (span.list) } }
                p .muted { (T.said_since) " " a href=(url::version(span.list.as_str(), span.from.version.as_str())) { (span.from.version) }
                    ", " (T.published) " " (parts::when(span.from.published)) }
                (compare::properties(&span.entry.party))
                (parts_of(&span.entry))
            }
        }
        @if !ties.is_empty() {
            section .panel aria-labelledby="ties" {
                h2 #ties { (T.related) }
                (chart::ties(&caption, &ties[..ties.len().min(MAX_TIES)]))
                ul .plain-list .ties-list {
                    @for tie in &ties {
                        li { span .muted { (tie.how) } " " @match &tie.entry {
                            Some(entry) => a href=(url::entry(entry)) { (parts::name(&tie.caption)) },
                            None => (parts::name(&tie.caption)),
                        } " " span .muted { (parts::plain(&tie.source)) } }
                    }
                }
            }
        }
        (versions(&report.history))
        @if visit.session()?.who.is_any(READERS) { (alerts(visit, &id)?) }
    };
    Ok(Page::new(caption, Tab::Lists, body).into())
}

/// Parts of an entry that say more about its party: measures, documents, addresses.
fn parts_of(entry: &rescreen_model::Entry) -> Markup {
    let mut by_schema: BTreeMap<&str, Vec<&Entity>> = BTreeMap::new();
    for part in entry.entities().skip(1) {
        by_schema.entry(part.schema.name()).or_default().push(part);
    }
    html! {
        @for (schema, parts) in by_schema {
            details .part {
                summary { (T.schema(schema)) " " span .count { (parts.len()) } }
                @for part in parts { (compare::properties(part)) }
            }
        }
    }
}

/// Whom the party is tied to, both ways.
fn ties(visit: &Visit<'_>, entry: &rescreen_model::Entry, graph: Option<&Graph>) -> Vec<Tie> {
    let lists = visit.pages.lists();
    let caption = |id: &str| -> Option<String> {
        let home = graph?.home(id)?;
        let mut parties = lists.as_ref()?.screener.parties().iter();
        let party = parties.find(|p| p.entity.id == home.entry && p.list == home.list)?;
        Some(party.entity.caption().to_owned())
    };
    let own: Vec<&EntityId> = entry.entities().map(|entity| &entity.id).collect();
    let mut ties = Vec::new();
    let mut add = |id: &str, how: String, source: String| {
        let is_known = ties.iter().any(|tie: &Tie| tie.id == id && tie.how == how);
        if own.iter().any(|known| known.as_str() == id) || is_known {
            return;
        }
        let home = graph.and_then(|graph| graph.home(id));
        ties.push(Tie {
            caption: caption(id).unwrap_or_else(|| id.to_owned()),
            entry: home.map(|home| home.entry.as_str().to_owned()),
            id: id.to_owned(),
            how,
            source,
        });
    };
    for entity in entry.entities() {
        for (property, values) in entity.properties() {
            if property.kind() == PropertyKind::Entity {
                for value in values {
                    add(
                        value.as_str(),
                        how(entity, property),
                        entry.party.id.to_string(),
                    );
                }
            }
        }
    }
    for link in graph
        .map(|graph| graph.inbound(entry.party.id.as_str()))
        .unwrap_or_default()
    {
        let home = graph.and_then(|graph| graph.home(link.from.as_str()));
        if let Some(home) = home {
            let text = format!(
                "{} ({})",
                T.schema(link.schema.name()),
                T.property(link.property.name())
            );
            add(home.entry.as_str(), text, home.list.to_string());
        }
    }
    ties
}

fn how(entity: &Entity, property: &Property) -> String {
    let role = [Property::Role, Property::Relationship]
        .into_iter()
        .find_map(|p| entity.first(p).map(str::to_owned));
    role.unwrap_or_else(|| {
        format!(
            "{} ({})",
            T.schema(entity.schema.name()),
            T.property(property.name())
        )
    })
}

/// Everything that was ever said, each time with what changed.
fn versions(history: &[EntrySpan]) -> Markup {
    html! {
        section .panel aria-labelledby="history" {
            h2 #history { (T.history_of_entry) }
            ol .history {
                @for (n, span) in history.iter().enumerate().rev() {
                    @let before = n.checked_sub(1).and_then(|n| history.get(n)).filter(|b| b.list == span.list);
                    li {
                        span .what {
                            @match before {
                                None => (T.listed_first),
                                Some(before) if before.to.as_ref().map(|v| v.key) != Some(span.from.key) => (T.listed_again),
                                Some(_) => (T.changed),
                            }
                        }
                        " " span .muted { (T.on_list) " " (span.list) }
                        span .time {
                            (T.published) " " (parts::when(span.from.published))
                            @if let Some(known) = span.from.activated { " · " (T.known_here) " " (parts::when(known)) }
                        }
                        @if let Some(before) = before { (super::list::changes(&changes_between(&before.entry, &span.entry))) }
                        @if let Some(to) = span.to.as_ref().filter(|to| history.get(n + 1).is_none_or(|next| next.from.key != to.key)) {
                            p .why { (T.no_longer_listed) " " (parts::when(to.published)) }
                        }
                    }
                }
            }
        }
    }
}

fn alerts(visit: &Visit<'_>, id: &str) -> Result<Markup, Problem> {
    let filter = QueueFilter {
        entry: Some(id.to_owned()),
        ..QueueFilter::default()
    };
    let queue = visit.app.queue(&filter, QueueOrder::Strongest, 0, 20)?;
    Ok(html! {
        section .panel aria-labelledby="alerts" {
            h2 #alerts { (T.alerts_about) }
            @if queue.alerts.is_empty() { p .muted { (T.none) } }
            ul .plain-list {
                @for alert in &queue.alerts {
                    li { a href=(url::alert(alert.row.key)) { (parts::name(&queue::caption(&alert.subject.body))) } " " (parts::state(alert.row.state)) }
                }
            }
        }
    })
}

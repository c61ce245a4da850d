//! Which listed parties a caller wants to hear of. Everybody is screened; this only leaves out of the answer.

use rescreen_model::{Entity, EntityId, Property, Schema};

use super::{Scope, entity::View};
use crate::{answer::Refusal, params::Params, snapshot::Snapshot};

const MAX_EXCLUDED_IDS: usize = 50;

/// What was asked for, not looked up yet.
#[derive(Debug)]
pub(super) struct Asked {
    include: Vec<String>,
    exclude: Vec<String>,
    schemata: Vec<String>,
    topics: Vec<String>,
    changed_since: Option<String>,
    ids: Vec<String>,
}

impl Asked {
    pub(super) fn read(params: &mut Params) -> Self {
        let changed_since = params.one("changed_since").map(since);
        if changed_since == Some(None) {
            let message = "Input should be YYYY-MM-DD, or with a time YYYY-MM-DDTHH:MM:SS";
            params.wrong("changed_since", "string_pattern_mismatch", message);
        }
        let ids = params.all("exclude_entity_ids");
        if ids.len() > MAX_EXCLUDED_IDS {
            let message = format!("List should have at most {MAX_EXCLUDED_IDS} items");
            params.wrong("exclude_entity_ids", "too_long", &message);
        }
        Self {
            include: params.all("include_dataset"),
            exclude: params.all("exclude_dataset"),
            schemata: params.all("exclude_schema"),
            topics: params.all("topics"),
            changed_since: changed_since.flatten(),
            ids,
        }
    }

    pub(super) fn resolve(&self, snapshot: &Snapshot, scope: Scope) -> Result<Filter, Refusal> {
        let scopes = |names: &[String]| {
            names
                .iter()
                .map(|name| {
                    Scope::named(snapshot, name).ok_or_else(|| Refusal::bad("No such dataset."))
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let schemata = self
            .schemata
            .iter()
            .map(|name| Schema::named(name).ok_or_else(|| Refusal::bad("Invalid schema")))
            .collect::<Result<_, _>>()?;
        Ok(Filter {
            scope,
            include: scopes(&self.include)?,
            exclude: scopes(&self.exclude)?,
            schemata,
            topics: self.topics.clone(),
            changed_since: self.changed_since.clone(),
            ids: self.ids.clone(),
        })
    }
}

/// What was asked for, in terms of one snapshot.
#[derive(Debug)]
pub(super) struct Filter {
    scope: Scope,
    include: Vec<Scope>,
    exclude: Vec<Scope>,
    schemata: Vec<Schema>,
    topics: Vec<String>,
    changed_since: Option<String>,
    ids: Vec<String>,
}

impl Filter {
    pub(super) fn lets_through(&self, view: &View<'_>) -> bool {
        let entity = view.entity;
        self.scope.holds(view)
            && (self.include.is_empty() || self.include.iter().any(|scope| scope.holds(view)))
            && !self.exclude.iter().any(|scope| scope.holds(view))
            && !self.schemata.contains(&entity.schema)
            && (self.topics.is_empty()
                || entity
                    .texts(Property::Topics)
                    .any(|topic| self.topics.iter().any(|asked| asked == topic)))
            && !self.ids.iter().any(|id| is_known_as(entity, id))
            && self
                .changed_since
                .as_ref()
                .is_none_or(|since| view.last_change().is_some_and(|change| change > *since))
    }
}

/// A moment as [`View::last_change`] writes it, so that both compare as text.
fn since(text: &str) -> Option<String> {
    const FULL: &str = "0000-00-00T00:00:00";
    let is_whole = matches!(text.len(), 10 | 13 | 16 | 19);
    let is_like = text.bytes().zip(FULL.bytes()).all(|(b, p)| match p {
        b'0' => b.is_ascii_digit(),
        _ => b == p,
    });
    (is_whole && is_like).then(|| format!("{text}{}", &FULL[text.len()..]))
}

fn is_known_as(entity: &Entity, id: &str) -> bool {
    entity.id.as_str() == id
        || entity
            .referents
            .iter()
            .map(EntityId::as_str)
            .any(|r| r == id)
}

#[cfg(test)]
mod tests {
    use super::since;

    #[test]
    fn a_moment_is_a_day_with_as_much_of_a_time_as_one_likes() {
        for (text, full) in [
            ("2024-02-03", "2024-02-03T00:00:00"),
            ("2024-02-03T04", "2024-02-03T04:00:00"),
            ("2024-02-03T04:05", "2024-02-03T04:05:00"),
            ("2024-02-03T04:05:06", "2024-02-03T04:05:06"),
        ] {
            assert_eq!(since(text).as_deref(), Some(full));
        }
        for text in [
            "",
            "2024",
            "2024-02",
            "2024-02-03 04",
            "2024-02-03T04:05:06Z",
            "2024-02-03T",
            "ü024-02-0",
        ] {
            assert_eq!(since(text), None, "{text}");
        }
    }
}

//! What of the lists the register is screened against, and the register's policy as a whole.

use std::collections::BTreeSet;

use rescreen_match::Policy;
use rescreen_model::{ContentHash, Entity, ListName, Property};
use rescreen_store::PolicyRow;

use crate::AppError;

/// Which lists, and which entries of them by topic. Everything, unless somebody says otherwise.
///
/// An entry that states no topic is never left out: that a publisher is silent is no reason to look away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    lists: Option<BTreeSet<ListName>>,
    topics: BTreeSet<String>,
}

impl Scope {
    /// The same with only these lists; all lists, those that are yet to come included, for `None`.
    ///
    /// # Errors
    /// [`AppError::Usage`] for an empty set: a register that is screened against nothing protects nobody.
    pub fn with_lists(self, lists: Option<BTreeSet<ListName>>) -> Result<Self, AppError> {
        if lists.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(AppError::Usage(
                "a policy needs at least one list in its scope".to_owned(),
            ));
        }
        Ok(Self { lists, ..self })
    }

    /// The same with only these topics and those below them (`crime` holds `crime.terror`); any topic where none is
    /// named.
    ///
    /// # Errors
    /// [`AppError::Usage`] for what cannot be a topic.
    pub fn with_topics(self, topics: BTreeSet<String>) -> Result<Self, AppError> {
        let is_topic = |topic: &str| {
            topic.split('.').all(|part| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            })
        };
        if let Some(bad) = topics.iter().find(|topic| !is_topic(topic)) {
            return Err(AppError::Usage(format!(
                "'{bad}' is no topic: expected words such as sanction or crime.terror"
            )));
        }
        Ok(Self { topics, ..self })
    }

    /// The lists, where not all are meant.
    pub fn lists(&self) -> Option<&BTreeSet<ListName>> {
        self.lists.as_ref()
    }

    /// The topics; empty where any is meant.
    pub fn topics(&self) -> &BTreeSet<String> {
        &self.topics
    }

    /// Whether a list is in scope.
    pub fn has_list(&self, list: &ListName) -> bool {
        self.lists.as_ref().is_none_or(|lists| lists.contains(list))
    }

    /// Whether an entry of a list in scope is in scope.
    pub fn has_entry(&self, entry: &Entity) -> bool {
        let stated = entry.values(Property::Topics);
        self.topics.is_empty()
            || stated.is_empty()
            || stated.iter().any(|topic| self.has_topic(topic.as_str()))
    }

    fn has_topic(&self, stated: &str) -> bool {
        self.topics.iter().any(|topic| {
            stated
                .strip_prefix(topic.as_str())
                .is_some_and(|below| below.is_empty() || below.starts_with('.'))
        })
    }
}

/// Under what the register is screened: what counts as a hit, and among whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisterPolicy {
    /// What counts as a hit.
    pub matching: Policy,
    /// Among whom.
    pub scope: Scope,
}

impl RegisterPolicy {
    /// Its identity: equal policies have equal hashes on every machine. With everything in scope it is the matching
    /// policy's.
    pub fn hash(&self) -> ContentHash {
        if self.scope == Scope::default() {
            return self.matching.hash();
        }
        let lists = match self.scope.lists() {
            None => "all".to_owned(),
            Some(lists) => joined(lists.iter().map(ListName::as_str)),
        };
        ContentHash::of_bytes(
            format!(
                "rescreen register policy v1 {} lists={lists} topics={}",
                self.matching.hash(),
                joined(self.scope.topics().iter().map(String::as_str))
            )
            .as_bytes(),
        )
    }

    pub(crate) fn of_row(row: &PolicyRow) -> Result<Self, AppError> {
        let damaged = |what: String| AppError::Usage(format!("the register's policy: {what}"));
        let matching = Policy::new(row.review, row.matched)
            .map_err(|e| damaged(e.to_string()))?
            .with_typo_floor(row.typo_floor);
        let lists = match &row.lists {
            None => None,
            Some(names) => Some(
                names
                    .iter()
                    .map(|name| ListName::parse(name).map_err(|e| damaged(e.to_string())))
                    .collect::<Result<_, _>>()?,
            ),
        };
        let scope = Scope::default()
            .with_lists(lists)?
            .with_topics(row.topics.iter().cloned().collect())?;
        Ok(Self { matching, scope })
    }
}

impl From<Policy> for RegisterPolicy {
    fn from(matching: Policy) -> Self {
        Self {
            matching,
            scope: Scope::default(),
        }
    }
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use rescreen_model::{EntityId, Schema};

    use super::*;

    fn entry(topics: &[&str]) -> Entity {
        let mut entity = Entity::new(EntityId::new("x-1"), Schema::Person);
        for topic in topics {
            entity.add(Property::Topics, topic);
        }
        entity
    }

    #[test]
    fn a_topic_holds_those_below_it_and_silence_is_in_scope() {
        let scope = Scope::default()
            .with_topics(BTreeSet::from(["crime".to_owned(), "sanction".to_owned()]))
            .unwrap();
        for (topics, is_in) in [
            (&["sanction"][..], true),
            (&["crime.terror"], true),
            (&["role.pep", "sanction.linked"], true),
            (&["role.pep"], false),
            (&["crimes"], false),
            (&[], true),
        ] {
            assert_eq!(scope.has_entry(&entry(topics)), is_in, "{topics:?}");
        }
    }

    #[test]
    fn a_scope_of_nothing_and_a_topic_that_is_none_are_refused() {
        assert!(Scope::default().with_lists(Some(BTreeSet::new())).is_err());
        for topic in ["", "Crime", "crime.", "crime terror"] {
            let topics = BTreeSet::from([topic.to_owned()]);
            assert!(Scope::default().with_topics(topics).is_err(), "'{topic}'");
        }
    }

    #[test]
    fn every_part_of_a_policy_is_part_of_its_hash() {
        let scope = Scope::default();
        let list = ListName::parse("ofac").unwrap();
        let one = scope.clone().with_lists(Some([list].into())).unwrap();
        let topic = scope.with_topics(["crime".to_owned()].into()).unwrap();
        let hash = |scope| {
            RegisterPolicy {
                matching: Policy::default(),
                scope,
            }
            .hash()
        };
        let hashes = BTreeSet::from([
            hash(Scope::default()).to_string(),
            hash(one).to_string(),
            hash(topic).to_string(),
        ]);
        assert_eq!(hashes.len(), 3);
        assert_eq!(hash(Scope::default()), Policy::default().hash());
    }
}
